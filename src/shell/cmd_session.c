/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * state, names, keep, set, reset, quit.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "session/report.h"
#include "shell/follow.h"
#include "view/term.h"

#include <stdlib.h>
#include <string.h>

static int run_state(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	if (!words->n)
		return session_state(sh->session, "", 0, cause);
	for (int i = 0; i < words->n; i++)
		if (session_state(sh->session, words->w[i].at, words->w[i].len, cause))
			return -1;
	return 0;
}

static void add_text(struct str *out, const struct bound *b)
{
	str_quote(out, b->text, b->len, FORMAT_STRING);
	str_addc(out, '\n');
}

static int run_names(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	const struct names *ns = &sh->session->names;
	struct str text = STR_INIT;

	(void)rest;
	if (words->n)
		return fail(cause, _("names takes no arguments"));
	for (int i = 0; i < ns->n; i++) {
		const struct bound *b = &ns->b[i];
		const struct process *p = procs_by_pid(&sh->session->procs, b->owner);

		char whole[80];

		snprintf(whole, sizeof(whole), "%s%s%s", p ? p->name : "", p ? "." : "", b->name);
		str_addf(&text, "%-14s %-10s ", whole, kind_name(b->kind));
		if (b->kind == KIND_ADDR || b->kind == KIND_KEY)
			str_addf(&text, "0x%lx\n",
				 b->kind == KIND_KEY ? (unsigned long)(unsigned)b->value
						     : (unsigned long)b->value);
		else if (b->kind == KIND_TEXT)
			add_text(&text, b);
		else
			str_addf(&text, "%ld\n", b->value);
	}
	if (text.len)
		session_text(sh->session, text.s);
	else
		session_words(sh->session,
			      N_("no name is bound yet; as in q = msgget IPC_PRIVATE 0600\n"));
	str_free(&text);
	return 0;
}

static int keep_one(struct session *s, const struct word *w, char **cause)
{
	const struct bound *b = names_find(&s->names, w->at, w->len, 0);
	char path[GUARDIAN_PATH], *name = xstrndup(w->at, w->len);
	bool is_fifo =
		made_path(s, s->current, name, path) && guardian_keep_fifo(s->made, path, true);

	free(name);
	if (is_fifo)
		return 0;
	if (!b || b->kind < KIND_MSG || b->kind > KIND_SEM)
		return fail(
			cause,
			_("%.*s is no name of a queue, segment or semaphore set, and no FIFO that was made here"),
			(int)w->len, w->at);
	if (!guardian_keep(s->made, (enum guardian_kind)(b->kind - KIND_MSG + GUARDIAN_MSG),
			   (int)b->value, true))
		return fail(cause, _("%s was not made by this session: it stays anyway"), b->name);
	return 0;
}

static int run_keep(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	if (!words->n)
		return fail(cause, _("keep wants the name of an object: keep q"));
	if (!sh->session->box.host)
		return fail(
			cause,
			_("nothing can be kept here: the session has an IPC namespace of its own, which ends "
			  "with it; start with --host to leave objects on the machine"));
	for (int i = 0; i < words->n; i++)
		if (keep_one(sh->session, &words->w[i], cause))
			return -1;
	return 0;
}

static int on_off(const struct word *w, bool *value)
{
	if (word_is(w, "on") || word_is(w, "off")) {
		*value = word_is(w, "on");
		return 0;
	}
	return -1;
}

static int show_settings(struct shell *sh)
{
	char *text =
		xasprintf("diff %s\nlang %s\n", lesson_shows_diff(sh) ? "on" : "off", lang_name());

	session_text(sh->session, text);
	free(text);
	return 0;
}

/* A lesson that is followed goes on in its own language: its file has been read. */
static int set_lang(const struct word *w, char **cause)
{
	char *name = xstrndup(w->at, w->len);
	int r = lang_set(name, cause);

	free(name);
	return r;
}

static int run_set(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	bool value;

	(void)rest;
	if (words->n == 0)
		return show_settings(sh);
	if (words->n == 2 && word_is(&words->w[0], "lang"))
		return set_lang(&words->w[1], cause);
	if (words->n != 2 || !word_is(&words->w[0], "diff") || on_off(&words->w[1], &value))
		return fail(
			cause,
			_("what can be set: set diff on, set diff off, set lang en, set lang zh"));
	if (lesson_diff(sh, value))
		return 0;
	report_objects(sh->session); /* what happened in silence is not told afterwards */
	sh->session->diff = value;
	return 0;
}

static int run_reset(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	const char *wanted; /* what the lesson that is followed asks for */
	bool strange;

	(void)rest;
	if (words->n)
		return fail(cause, _("reset takes no arguments"));
	wanted = sh->lesson && !sh->guest ? lesson_next_input(sh) : NULL;
	strange = sh->lesson && !sh->guest && !(wanted && !strcmp(wanted, "reset"));
	if (!session_reset(sh->session, cause)) {
		if (strange)
			session_words(
				sh->session,
				N_("The lesson's objects and processes are gone, too: again makes what this step needs.\n"));
		return 0;
	}
	sh->quit = true;
	sh->exit_status = 1;
	return -1;
}

static int run_quit(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	(void)rest;
	if (words->n)
		return fail(cause, _("quit takes no arguments"));
	sh->quit = true;
	return 0;
}

const struct command command_state = {
	.name = "state",
	.args = "[NAME | KIND ...]",
	.summary =
		N_("everything there is: processes, pipes, queues, segments, semaphores, signals"),
	.help = N_(
		"With a name or a kind only that: state q, state A, state sem, state msg:0, state signals.\n"
		"Nothing is disturbed by it: messages are looked at without being taken."),
	.takes = ARG_OBJECT,
	.run = run_state,
};

const struct command command_names = {
	.name = "names",
	.args = "",
	.summary = N_("what the names that were bound stand for"),
	.run = run_names,
};

const struct command command_keep = {
	.name = "keep",
	.args = "NAME ...",
	.summary = N_("do not remove an object when the session ends (--host)"),
	.takes = ARG_OBJECT,
	.run = run_keep,
};

const struct command command_set = {
	.name = "set",
	.args = "[diff on|off] | [lang en|zh]",
	.summary = N_("show or silence what changed after each command; choose the language"),
	.help = N_(
		"In Chinese the shell's own words and the lessons are, not the call lines and JSON.\n"
		"Else the locale chooses, or ipcsh --lang zh; a line in ipcshrc keeps it."),
	.takes = ARG_WORD,
	.run = run_set,
};

const struct command command_reset = {
	.name = "reset",
	.args = "",
	.summary = N_("end all processes, remove all objects, begin anew"),
	.help = N_(
		"In the sandbox the directory is empty then, too; with --host only the session's own objects go.\n"
		"The history, settings and a recording stay."),
	.run = run_reset,
};

const struct command command_quit = {
	.name = "quit",
	.args = "",
	.summary = N_("leave the shell (so do Ctrl-D, and exit typed for main)"),
	.run = run_quit,
};
