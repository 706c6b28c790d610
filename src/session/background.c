/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Programs that nobody waits for (&): that one was killed is told.  That one ended by itself is not, for that
 * comes at any time.  Runs in the shell.
 */
#include "base/mem.h"
#include "ipc/kin.h"
#include "ipc/signal.h"
#include "session/report.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>

void background_started(struct session *s, const struct started *st)
{
	struct background *b;

	GROW(s->background, s->nbackground, s->background_cap);
	b = &s->background[s->nbackground++];
	b->pid = st->pid;
	memcpy(b->name, st->name, sizeof(b->name));
	b->name[sizeof(b->name) - 1] = '\0';
}

/*
 * Who has just been killed is not dead yet: its end is waited for, which the signal has made certain. Only a
 * sleep that no signal ends (D) may be longer.  Between the two, when the signal is no longer pending, the status
 * that it will have is there already (do_task_stat() in fs/proc/array.c, of a group that exits; or of a stopped one).
 */
static bool await_end(const struct world *w, pid_t pid, struct kin *k)
{
	struct sigstate signals;

	while (kin_read(w, pid, k)) {
		if (k->state == 'Z' || k->state == 'X' || k->state == 'D' ||
		    (!k->dying && (!k->status || strchr("Tt", k->state)) &&
		     (sigstate_read(w, &(struct peer){ .pid = pid }, &signals) ||
		      !sigstate_doomed(&signals))))
			return true;
		sched_yield();
	}
	return false;
}

static void tell_killed(struct session *s, const struct background *b, const struct kin *k)
{
	const bool waited_for = procs_by_pid(&s->procs, k->parent) != NULL;
	struct event e = { .type = EV_PROCESS,
			   .change = waited_for ? PROCESS_ZOMBIE : PROCESS_KILLED,
			   .proc = b->name,
			   .pid = b->pid,
			   .signo = WTERMSIG(k->status),
			   .core = WCOREDUMP(k->status) };

	for (int v = session_voice(s, 0); v; v = session_voice(s, v))
		session_emit(s, NULL, &e);
}

void background_ended(struct session *s)
{
	int kept = 0;

	for (int i = 0; i < s->nbackground; i++) {
		const struct background b = s->background[i];
		struct kin k;

		if (procs_by_pid(&s->procs, b.pid) || !await_end(&s->world, b.pid, &k))
			continue;
		if (k.state != 'Z')
			s->background[kept++] = b;
		else if (WIFSIGNALED(k.status))
			tell_killed(s, &b, &k);
	}
	s->nbackground = kept;
}
