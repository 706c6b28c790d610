/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/hint.h"
#include "ui/width.h"

#include <string.h>

#define LINE_LONGEST                                                                               \
	4096 /* measuring a longer line at each key would cost more than a hint tells */
#define ROOM_LEAST 4

/* To the screen's end: on a terminal that was made narrower the hint may have wrapped. */
const char hint_erase[] = "\033[J";

bool hint_possible(const char *term)
{
	static const char *const without[] = { "dumb", "unknown", "network", "ansi-mono", "emacs" };

	for (size_t i = 0; i < ARRAY_LEN(without); i++)
		if (!term || !*term || !strcmp(term, without[i]))
			return false;
	return true;
}

int hint_room(const char *prompt, const char *line, size_t n, int width)
{
	struct str plain = STR_INIT;
	bool hidden = false;
	int column;

	if (n > LINE_LONGEST)
		return 0;
	for (; *prompt; prompt++) {
		if (*prompt == '\001' || *prompt == '\002') /* readline's marks for colours */
			hidden = *prompt == '\001';
		else if (!hidden)
			str_addc(&plain, *prompt);
	}
	str_addn(&plain, line, n);
	column = width_column(str_text(&plain), plain.len, 0, width);
	str_free(&plain);
	/* At a row's start the terminal may not have wrapped yet; the last column stays free. */
	return column > 0 && width - column - 1 >= ROOM_LEAST ? width - column - 1 : 0;
}

void hint_draw(struct str *out, const char *text, int room)
{
	struct str clean = STR_INIT, cut = STR_INIT;

	str_clean(&clean, text, strcspn(text, "\n\t"));
	width_fit(&cut, str_text(&clean), room, 0);
	if (cut.len)
		str_addf(out, "\033[2m%s\033[0m\033[%dD", cut.s, width_of(cut.s));
	str_free(&clean);
	str_free(&cut);
}
