/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/init.h"

#include "base/lang.h"
#include "base/str.h"
#include "session/left.h"
#include "session/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In the guardian: what it ends, where no learner can poke but into the list itself. */
static struct {
	struct guardian_list *made;
	struct arena *arena;
	pid_t shell;
	struct guardian_past past[GUARDIAN_PAST];
	int n_past;
} charge;

static void orphaned(void)
{
	guardian_end_processes();
	guardian_sweep(charge.past, charge.n_past, true);
	made_take(charge.made, charge.arena, NULL);
	guardian_remove(charge.made);
	left_end(charge.shell);
}

int session_init_main(void *arg)
{
	struct session *s = arg;
	struct child_setup setup = { 0 };

	procs_setup(&s->procs, &setup);
	guardian_save(-1, 0);
	if (s->box.second)
		setup.lower = sandbox_lower;
	if (s->box.host) {
		charge.made = s->made;
		charge.arena = s->procs.arena;
		charge.shell = setup.shell = s->box.shell;
		charge.n_past = s->n_past;
		memcpy(charge.past, s->past, sizeof(charge.past));
		setup.watch = guardian_watch;
		setup.called = guardian_called;
		setup.orphaned = orphaned;
		/* before there is anybody to be left. The shell tells what cannot be written */
		left_begin(charge.shell, getpid(), charge.past, charge.n_past, NULL);
	}
	return child_init(&setup);
}

/* Those who have nobody left are forgotten, and if need be the eldest. */
static void note_past(struct session *s, struct guardian_past dead)
{
	int kept = 0;

	for (int i = 0; i < s->n_past; i++)
		if (guardian_sweep(&s->past[i], 1, false))
			s->past[kept++] = s->past[i];
	s->n_past = kept;
	if (s->n_past == GUARDIAN_PAST - 1)
		memmove(s->past, s->past + 1, (size_t)--s->n_past * sizeof(s->past[0]));
	s->past[s->n_past++] = dead;
}

void session_mend(struct session *s)
{
	pid_t dead = s->box.init;
	struct str text = STR_INIT;
	char *cause = NULL;

	sandbox_tidy(&s->box);
	if (!s->box.host || !s->procs.init_dead || s->unguarded)
		return;
	note_past(s, (struct guardian_past){ dead, guardian_started(dead) });
	if (sandbox_renew(&s->box, session_init_main, s, &cause)) {
		s->unguarded = true;
		procs_renewed(&s->procs, 0, -1, s->box.proc);
		str_addf(
			&text,
			_("   the guardian, process %d, is dead, and there is no new one (%s): should "
			  "the shell be killed, all stays; reset begins anew\n"),
			dead, cause);
	} else {
		procs_renewed(&s->procs, s->box.init, s->box.init_pidfd, s->box.proc);
		str_addf(
			&text,
			_("   the guardian, process %d, is dead: process %d has taken over, and who was "
			  "its child is the shell's, process %d\n"),
			dead, s->box.init, s->box.shell);
	}
	session_text(s, str_text(&text));
	str_free(&text);
	free(cause);
}
