/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lang.h"
#include "base/mem.h"

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A catalogue as msgfmt writes it, for the linker. CATALOGUES is the directory where make has put them. */
#define CATALOGUE(name)                                                                            \
	__asm__(".pushsection .rodata\n"                                                           \
		".balign 8\n"                                                                      \
		".globl catalogue_" #name "\n.hidden catalogue_" #name "\n"                        \
		"catalogue_" #name ": .incbin \"" CATALOGUES "/" #name ".mo\"\n"                   \
		".balign 8\n"                                                                      \
		".popsection\n");                                                                  \
	extern const struct catalogue catalogue_##name __attribute__((visibility("hidden")))

/* gettext's manual, "The Format of GNU MO Files". Numbers are little-endian: msgfmt is told so. */
struct catalogue {
	uint32_t magic, revision, count, ids,
		texts; /* the last two: offsets of struct place[count] */
};

struct place {
	uint32_t len, at;
};

CATALOGUE(zh_CN);

static const struct language {
	const char *name;
	const struct catalogue *words; /* NULL: English */
} languages[] = {
	{ "en", NULL },
	{ "zh", &catalogue_zh_CN },
};

static const struct language *chosen = languages;
static bool local = true;

static const char *text_at(const struct catalogue *c, uint32_t table, uint32_t i)
{
	const struct place *place = (const void *)((const char *)c + le32toh(table));

	return (const char *)c + le32toh(place[i].at);
}

const char *lang_say(const char *english)
{
	const struct catalogue *c = chosen->words;
	uint32_t low = 0, high;

	if (!c || !local || !*english)
		return english;
	high = le32toh(c->count); /* they are sorted */
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = strcmp(english, text_at(c, c->ids, mid));

		if (order == 0)
			return text_at(c, c->texts, mid);
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return english;
}

const char *lang_say_of(const char *of_and_english)
{
	const char *said = lang_say(of_and_english);

	return said == of_and_english ? strchr(said, '\004') + 1 : said;
}

/* Is name the language, or one of its locales: zh, zh_CN, zh.UTF-8? */
static const struct language *find(const char *name)
{
	const size_t n = strcspn(name, "_.@");

	if (!strcmp(name, "C") || !strncmp(name, "C.", 2) || !strcmp(name, "POSIX"))
		return languages;
	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (strlen(languages[i].name) == n && !strncmp(languages[i].name, name, n))
			return &languages[i];
	return NULL;
}

int lang_set(const char *name, char **cause)
{
	const struct language *l = find(name);

	if (!l)
		return fail(cause, _("%.40s: no such language; there are en and zh"), name);
	chosen = l;
	return 0;
}

const char *lang_name(void)
{
	return chosen->name;
}

const char *lang_of_environment(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
		const char *value = getenv(variables[i]);
		const struct language *l = value && *value ? find(value) : NULL;

		if (value && *value)
			return l ? l->name : languages->name;
	}
	return languages->name;
}

bool lang_local(bool on)
{
	bool was = local;

	local = on;
	return was;
}

bool lang_is_local(void)
{
	return local && chosen->words;
}
