/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/names.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void drop(struct bound *b)
{
	free(b->name);
	free(b->text);
}

void names_release(struct names *ns)
{
	for (int i = 0; i < ns->n; i++)
		drop(&ns->b[i]);
	free(ns->b);
	free(ns->slot);
	*ns = (struct names){ 0 };
}

bool names_is_global(enum kind kind)
{
	return kind == KIND_MSG || kind == KIND_SHM || kind == KIND_SEM || kind == KIND_KEY ||
	       kind == KIND_PID;
}

static unsigned hash(const char *s, size_t len, pid_t owner)
{
	unsigned h = 2166136261u ^ (unsigned)owner;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

static void rehash(struct names *ns)
{
	ns->nslots = 64;
	while (ns->nslots < ns->n * 2)
		ns->nslots *= 2;
	free(ns->slot);
	ns->slot = xcalloc((size_t)ns->nslots, sizeof(*ns->slot));
	for (int i = 0; i < ns->n; i++) {
		struct bound *b = &ns->b[i];
		unsigned at = hash(b->name, strlen(b->name), b->owner);

		while (ns->slot[at % (unsigned)ns->nslots])
			at++;
		ns->slot[at % (unsigned)ns->nslots] = i + 1;
	}
}

static struct bound *find(const struct names *ns, const char *name, size_t len, pid_t owner)
{
	unsigned at = hash(name, len, owner);

	if (!ns->nslots)
		return NULL;
	for (int i; (i = ns->slot[at % (unsigned)ns->nslots]); at++) {
		struct bound *b = &ns->b[i - 1];

		if (b->owner == owner && !strncmp(b->name, name, len) && !b->name[len])
			return b;
	}
	return NULL;
}

const struct bound *names_find(const struct names *ns, const char *name, size_t len, pid_t owner)
{
	const struct bound *b = find(ns, name, len, owner);

	return b || !owner ? b : find(ns, name, len, 0);
}

const struct bound *names_elsewhere(const struct names *ns, const char *name, size_t len,
				    pid_t owner)
{
	for (int i = 0; i < ns->n; i++)
		if (ns->b[i].owner && ns->b[i].owner != owner &&
		    !strncmp(ns->b[i].name, name, len) && !ns->b[i].name[len])
			return &ns->b[i];
	return NULL;
}

static void drop_if(struct names *ns, bool (*is)(const struct bound *b, const struct bound *like),
		    const struct bound *like)
{
	int kept = 0;

	for (int i = 0; i < ns->n; i++) {
		if (is(&ns->b[i], like))
			drop(&ns->b[i]);
		else
			ns->b[kept++] = ns->b[i];
	}
	if (kept == ns->n)
		return;
	ns->n = kept;
	rehash(ns);
}

static bool shadows(const struct bound *b, const struct bound *like)
{
	/* the same name may not mean a system-wide thing and a process's own to one process */
	return (b->owner == like->owner || !b->owner || !like->owner) &&
	       !strcmp(b->name, like->name);
}

/* like's name is copied, its text taken. */
static void put(struct names *ns, const struct bound *like)
{
	struct bound *old = find(ns, like->name, strlen(like->name), like->owner), new = *like;

	if (old && new.owner) {
		free(old->text);
		new.name = old->name;
		*old = new;
		return;
	}
	drop_if(ns, shadows, &new);
	new.name = xstrdup(like->name);
	GROW(ns->b, ns->n, ns->cap);
	ns->b[ns->n++] = new;
	rehash(ns);
}

void names_bind(struct names *ns, const char *name, enum kind kind, pid_t owner, long value)
{
	put(ns, &(struct bound){ .name = (char *)name,
				 .kind = kind,
				 .owner = names_is_global(kind) ? 0 : owner,
				 .value = value });
}

void names_bind_text(struct names *ns, const char *name, pid_t owner, const void *text, size_t len)
{
	char *copy = xmalloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	put(ns, &(struct bound){ .name = (char *)name,
				 .kind = KIND_TEXT,
				 .owner = owner,
				 .text = copy,
				 .len = len });
}

const char *names_of(const struct names *ns, enum kind kind, pid_t owner, long value)
{
	if (names_is_global(kind))
		owner = 0;
	for (int i = ns->n - 1; i >= 0; i--)
		if (ns->b[i].kind == kind && ns->b[i].owner == owner && ns->b[i].value == value)
			return ns->b[i].name;
	return NULL;
}

static bool is_value(const struct bound *b, const struct bound *like)
{
	return b->kind == like->kind && b->owner == like->owner && b->value == like->value;
}

void names_forget(struct names *ns, enum kind kind, pid_t owner, long value)
{
	drop_if(ns, is_value,
		&(struct bound){
			.kind = kind, .owner = names_is_global(kind) ? 0 : owner, .value = value });
}

static bool is_owned(const struct bound *b, const struct bound *like)
{
	return b->owner == like->owner;
}

void names_forget_owner(struct names *ns, pid_t owner)
{
	if (owner)
		drop_if(ns, is_owned, &(struct bound){ .owner = owner });
}

void names_inherit(struct names *ns, pid_t from, pid_t to)
{
	for (int i = 0, n = ns->n; i < n; i++) {
		const struct bound b = ns->b[i];

		if (b.owner == from && b.kind == KIND_TEXT)
			names_bind_text(ns, b.name, to, b.text, b.len);
		else if (b.owner == from)
			names_bind(ns, b.name, b.kind, to, b.value);
	}
}
