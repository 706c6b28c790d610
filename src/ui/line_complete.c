/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/line_complete.h"

#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

static const struct line_ops *ops;

static void show(const struct candidates *c)
{
	int point = rl_point, rows, columns;
	struct str list = STR_INIT;

	rl_get_screen_size(&rows, &columns);
	candidates_list(c, columns, rows, &list);
	rl_point = rl_end; /* the list goes below the line's last row */
	rl_redisplay();
	rl_point = point;
	fprintf(rl_outstream, "\n%s", str_text(&list));
	rl_forced_update_display();
	str_free(&list);
}

/* Makes the word from start to the cursor into text; false if it is that already. */
static bool put_word(size_t start, const char *text, bool space)
{
	size_t typed = (size_t)rl_point - start, n = strlen(text);
	bool longer = n >= typed && !memcmp(rl_line_buffer + start, text, typed);

	if (longer && n == typed && !space)
		return false;
	rl_begin_undo_group();
	if (!longer) {
		rl_delete_text((int)start, rl_point);
		rl_point = (int)start;
		typed = 0;
	}
	rl_insert_text(text + typed);
	if (space && rl_line_buffer[rl_point] == ' ')
		rl_point++;
	else if (space)
		rl_insert_text(" ");
	rl_end_undo_group();
	return true;
}

static void choose(const struct candidates *c, bool again)
{
	char *common = candidates_common(c);
	const char *at_once = rl_variable_value("show-all-if-ambiguous");
	bool unique = c->n == 1;
	bool more = unique || strlen(common) > (size_t)rl_point - c->start;

	if (!more || !put_word(c->start, common, unique && !c->v[0].no_space)) {
		if (!unique && (again || (at_once && !strcmp(at_once, "on"))))
			show(c);
		else if (!unique)
			rl_ding();
	}
	free(common);
}

static void complete(bool list, bool again)
{
	struct candidates c = CANDIDATES_INIT;

	ops->complete(ops->ctx, rl_line_buffer, (size_t)rl_point, &c);
	candidates_sort(&c);
	if (!c.n || c.start > (size_t)rl_point)
		rl_ding();
	else if (list)
		show(&c);
	else
		choose(&c, again);
	candidates_free(&c);
}

static int complete_key(int count, int key)
{
	(void)count, (void)key;
	complete(false, rl_last_func == complete_key);
	return 0;
}

static int list_key(int count, int key)
{
	(void)count, (void)key;
	complete(true, false);
	return 0;
}

void line_rebind(const char *keys, int (*was)(int, int), int (*now)(int, int))
{
	Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };

	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		if (rl_function_of_keyseq(keys, maps[i], NULL) == was)
			rl_bind_keyseq_in_map(keys, now, maps[i]);
}

void line_complete_bind(const struct line_ops *with)
{
	ops = with;
	line_rebind("\t", rl_complete, complete_key);
	line_rebind("\033?", rl_possible_completions, list_key);
	line_rebind("\033=", rl_possible_completions, list_key);
}
