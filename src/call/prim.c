/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/prim.h"
#include "base/mem.h"

#include <string.h>

const struct constant *constant_by_value(const struct constant *table, long value)
{
	for (; table && table->name; table++)
		if (table->value == value)
			return table;
	return NULL;
}

static bool same(const char *name, const char *s, size_t len)
{
	return !strncmp(name, s, len) && !name[len];
}

const struct constant *constant_by_name(const struct constant *table, const char *name, size_t len)
{
	for (; table && table->name; table++)
		if (same(table->name, name, len))
			return table;
	return NULL;
}

/* Loops ask again and again about the same one. */
int prim_nparams(const struct prim *p)
{
	static const struct prim *last;
	static int n;

	if (p == last)
		return n;
	for (n = 0, last = p; n < CALL_ARGS && p->param[n].name;)
		n++;
	return n;
}

int prim_param(const struct prim *p, const char *name, size_t len)
{
	for (int i = 0; i < prim_nparams(p); i++)
		if (same(p->param[i].name, name, len) ||
		    (p->param[i].alias && same(p->param[i].alias, name, len)))
			return i;
	return -1;
}

/* Every line of a replay looks its primitive up, so this is a hash and no search. */
enum { SLOTS = 512, CONSTANTS = 2048 };
static short by_name[SLOTS]; /* index + 1 */
static const struct constant *constants[CONSTANTS];

static unsigned hash(const char *s, size_t len)
{
	unsigned h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

static void fill_constants(const struct constant *table)
{
	for (; table && table->name; table++) {
		unsigned at = hash(table->name, strlen(table->name)) % CONSTANTS;

		while (constants[at] && strcmp(constants[at]->name, table->name))
			at = (at + 1) % CONSTANTS;
		if (!constants[at])
			constants[at] = table;
	}
}

static void fill(void)
{
	static bool filled;

	if (filled)
		return;
	filled = true;
	for (int i = 0; i < prim_count; i++) {
		unsigned at = hash(prims[i]->name, strlen(prims[i]->name)) % SLOTS;

		while (by_name[at])
			at = (at + 1) % SLOTS;
		by_name[at] = (short)(i + 1);
		for (int j = 0; j < prim_nparams(prims[i]); j++)
			fill_constants(prims[i]->param[j].table);
	}
	fill_constants(common_constants);
}

int prim_find(const char *name, size_t len)
{
	fill();
	for (unsigned at = hash(name, len) % SLOTS; by_name[at]; at = (at + 1) % SLOTS)
		if (same(prims[by_name[at] - 1]->name, name, len))
			return by_name[at] - 1;
	return -1;
}

const struct constant *prim_constant(const char *name, size_t len)
{
	fill();
	for (unsigned at = hash(name, len) % CONSTANTS; constants[at]; at = (at + 1) % CONSTANTS)
		if (same(constants[at]->name, name, len))
			return constants[at];
	return NULL;
}
