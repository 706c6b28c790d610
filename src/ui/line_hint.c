/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/line_hint.h"
#include "ui/hint.h"

#include <stdlib.h>

#include <readline/readline.h>

static const struct line_ops *ops;
static FILE *out;
static bool possible, drawn;

void line_hint_start(const struct line_ops *with, FILE *to)
{
	ops = with;
	out = to;
	possible = ops->hint && hint_possible(getenv("TERM"));
	drawn = false;
}

bool line_is_plain(void)
{
	return !RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG |
			   RL_STATE_MULTIKEY | RL_STATE_VIMOTION | RL_STATE_CHARSEARCH);
}

void line_hint_draw(const char *prompt)
{
	struct str text = STR_INIT, bytes = STR_INIT;
	int rows, width, room;

	if (!possible || rl_point != rl_end || !line_is_plain())
		return;
	rl_get_screen_size(&rows, &width);
	room = hint_room(prompt, rl_line_buffer, (size_t)rl_end, width);
	if (room)
		ops->hint(ops->ctx, rl_line_buffer, &text);
	if (text.len) {
		hint_draw(&bytes, text.s, room);
		fputs(str_text(&bytes), out);
		fflush(out);
		drawn = true;
	}
	str_free(&text);
	str_free(&bytes);
}

void line_hint_erase(void)
{
	if (drawn)
		fputs(hint_erase, out);
	drawn = false;
}
