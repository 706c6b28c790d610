/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shell's own words in the learner's language: gettext's catalogues (po/NAME.po, compiled by msgfmt and
 * linked in), looked up here.  libc's gettext(3) would want a locale that is installed, and since glibc 2.39
 * none that is C.UTF-8, while this has to follow --lang and `set lang` anywhere.  English is what stands in the
 * source.  What programs read (JSON, transcripts that are compared) is always English.
 */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include <stdbool.h>

/* The words in the language, or as they are where it has none. Owned by the catalogue. */
const char *lang_say(const char *english) __attribute__((format_arg(1)));
#define _(english) lang_say(english)
/* The same words as elsewhere, but said of something that another language words otherwise. */
#define C_(of, english) lang_say_of(of "\004" english)
const char *lang_say_of(const char *of_and_english) __attribute__((format_arg(1)));
/* Marks words that stand in a table; who prints them says _(). */
#define N_(english) english

/*
 * Chooses a language by its name ("en", "zh") or a locale's ("zh_CN.UTF-8", "C"). 0; or -1 with a cause,
 * and nothing has changed, if there is none of that name.
 */
int lang_set(const char *name, char **cause);
/* "en" or "zh". */
const char *lang_name(void);
/* The language of the environment: LC_ALL, LC_MESSAGES, LANG, in this order; "en" if it is none of ours. */
const char *lang_of_environment(void);

/* Until it is said otherwise: English (false), or what was chosen. Returns what it was. */
bool lang_local(bool on);
/* Does lang_say() translate now? */
bool lang_is_local(void);

#endif
