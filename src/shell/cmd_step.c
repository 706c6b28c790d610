/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * next, back, again, hint, skip, where, leave: what is asked of a lesson while it is followed.
 */
#include "shell/follow.h"

#include "base/lang.h"
#include "base/str.h"

#include <stdlib.h>

/* Only somebody who follows a lesson may; the lesson itself may not. */
static int following(const struct shell *sh, const struct words *words, const char *name,
		     char **cause)
{
	if (words->n)
		return fail(cause, _("%s takes no arguments"), name);
	if (sh->guest)
		return fail(
			cause,
			_("%s is for somebody who follows a lesson: a lesson or script may not"),
			name);
	if (!sh->lesson)
		return fail(cause, _("no lesson is followed; lesson lists them%s"),
			    name[0] == 'l' ? _(", quit leaves the shell") : "");
	return 0;
}

static int run_next(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	return following(sh, words, "next", cause) || lesson_go(sh, 1, cause) ? -1 : 0;
}

static int run_back(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	return following(sh, words, "back", cause) || lesson_go(sh, -1, cause) ? -1 : 0;
}

static int run_again(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	return following(sh, words, "again", cause) || lesson_go(sh, 0, cause) ? -1 : 0;
}

static int run_hint(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	if (following(sh, words, "hint", cause))
		return -1;
	lesson_hint(sh);
	return 0;
}

static int run_skip(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	if (following(sh, words, "skip", cause))
		return -1;
	lesson_skip(sh);
	return 0;
}

static int run_where(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	if (following(sh, words, "where", cause))
		return -1;
	lesson_where(sh);
	return 0;
}

static int run_leave(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	char *text;
	int number;

	(void)rest;
	if (following(sh, words, "leave", cause))
		return -1;
	number = lesson_number(sh);
	lesson_leave(sh);
	text = xasprintf(
		_("The lesson is left; the session stays as it is. lesson %d goes on there.\n"),
		number);
	session_text(sh->session, text);
	free(text);
	return 0;
}

const struct command command_next = {
	.name = "next",
	.args = "",
	.summary = N_("to the lesson's next step, whatever is still to be done in this one"),
	.help = N_(
		"The session begins anew, and all that stands before that step is done in silence."),
	.run = run_next,
};

const struct command command_back = {
	.name = "back",
	.args = "",
	.summary = N_("to the lesson's step before this one, with the session as it was there"),
	.run = run_back,
};

const struct command command_again = {
	.name = "again",
	.args = "",
	.summary = N_("the lesson's step once more, with the session as it was at its beginning"),
	.run = run_again,
};

const struct command command_hint = {
	.name = "hint",
	.args = "",
	.summary = N_("a hint for what the lesson asks; the last one is the solution"),
	.run = run_hint,
};

const struct command command_skip = {
	.name = "skip",
	.args = "",
	.summary = N_("have what the lesson asks done, and checked as if you had typed it"),
	.run = run_skip,
};

const struct command command_where = {
	.name = "where",
	.args = "",
	.summary = N_("the step that one is at: its words, what is to be done, what is missing"),
	.run = run_where,
};

const struct command command_leave = {
	.name = "leave",
	.args = "",
	.summary = N_("end the lesson that is followed; the session stays as it is"),
	.help = N_("lesson with its number goes on at this step."),
	.run = run_leave,
};
