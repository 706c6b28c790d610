/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spawn, use, await: processes, as far as they are the shell's own matter.
 */
#include "base/lang.h"
#include "shell/shell.h"

#include <stdlib.h>
#include <string.h>

static struct process *find(struct shell *sh, const struct word *w, char **cause)
{
	struct process *p = procs_find(&sh->session->procs, w->at, w->len);

	if (!p)
		fail(cause, _("there is no process %.*s; make it: spawn %.*s"), (int)w->len, w->at,
		     (int)w->len, w->at);
	return p;
}

static bool is_user_word(const struct word *w)
{
	return w->len >= 5 && !memcmp(w->at, "user=", 5);
}

/* user=nobody: 1; another word: 0; or -1 with a cause. */
static int takes_user(struct shell *sh, const struct word *w, char **cause)
{
	if (!is_user_word(w))
		return 0;
	if (w->len != 11 || memcmp(w->at, "user=nobody", 11))
		return fail(cause, _("the one other user is nobody: spawn B user=nobody"));
	return sandbox_second(&sh->session->box, cause) ? -1 : 1;
}

static int run_spawn(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	bool other = false;
	int n = 0;

	(void)rest;
	for (int i = 0; i < words->n; i++) {
		int is_user = takes_user(sh, &words->w[i], cause);

		if (is_user < 0)
			return -1;
		other |= is_user;
		n += !is_user;
	}
	if (!n)
		return fail(cause, _("spawn wants names: spawn A B"));
	/* all or none: a bad name must not leave the first half started */
	for (int i = 0; i < words->n; i++) {
		if (is_user_word(&words->w[i]))
			continue;
		if (session_name_ok(sh->session, words->w[i].at, words->w[i].len, N_("process"),
				    cause))
			return -1;
		for (int k = 0; k < i; k++)
			if (words->w[k].len == words->w[i].len &&
			    !memcmp(words->w[k].at, words->w[i].at, words->w[i].len))
				return fail(cause, _("%.*s is named twice"), (int)words->w[i].len,
					    words->w[i].at);
		if (command_find(words->w[i].at, words->w[i].len))
			return fail(cause, _("%.*s is a command: choose another name"),
				    (int)words->w[i].len, words->w[i].at);
	}
	for (int i = 0; i < words->n; i++) {
		char *name;
		int r;

		if (is_user_word(&words->w[i]))
			continue;
		name = xstrndup(words->w[i].at, words->w[i].len);
		r = session_spawn(sh->session, name, other, cause);
		free(name);
		if (r)
			return -1;
	}
	return 0;
}

static int run_use(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	struct process *p;

	(void)rest;
	if (words->n != 1)
		return fail(cause, _("use wants one process: use A"));
	p = find(sh, &words->w[0], cause);
	if (!p)
		return -1;
	if (p->act >= ACT_ZOMBIE)
		return fail(cause, _("%s is dead"), p->name);
	sh->session->current = p;
	return 0;
}

static int run_await(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	struct process *p = sh->session->current;

	(void)rest;
	if (words->n > 1)
		return fail(cause, _("await wants one process: await A"));
	if (words->n)
		p = find(sh, &words->w[0], cause);
	return p ? session_await(sh->session, p, cause) : -1;
}

const struct command command_spawn = {
	.name = "spawn",
	.args = "NAME ... [user=nobody]",
	.summary = N_("start fresh processes"),
	.help = N_(
		"Each is a real process that shares no descriptors with the others and waits for commands,\n"
		"as NAME> msgget IPC_PRIVATE 0600. A process that shall inherit is made by fork: A> fork B.\n"
		"user=nobody makes them another user's, to see what permissions refuse: root can do that,\n"
		"and others at a prompt, and in scripts with --nobody, where newuidmap(1) lends them a user."),
	.run = run_spawn,
};

const struct command command_use = {
	.name = "use",
	.args = "PROCESS",
	.summary = N_("make a process the current one: lines without NAME> are for it"),
	.help = N_(
		"NAME> alone on a line does the same. The prompt shows the current process's name."),
	.takes = ARG_PROCESS,
	.run = run_use,
};

const struct command command_await = {
	.name = "await",
	.args = "[PROCESS]",
	.summary = N_("wait until a sleeping process moves"),
	.help = N_(
		"For what only a clock ends: sleep, alarm, semtimedop. When nobody is left who could wake\n"
		"the process, await says so at once: that is a deadlock."),
	.takes = ARG_PROCESS,
	.run = run_await,
};
