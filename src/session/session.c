/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a session: its world is made, hears Ctrl-C, tells its sinks, is taken down again.
 * What its processes are told to do is steer.c's matter.  Runs in the shell.
 */
#include "session/session.h"
#include "base/lang.h"
#include "base/str.h"
#include "proc/others.h"
#include "session/init.h"
#include "session/left.h"
#include "session/report.h"
#include "session/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Ctrl-C while something is awaited. Who does not heed it twice is killed. Where all have answered
 * and it is a program left behind that still moves (setsid -f), nobody waits for it any longer.
 */
static bool interrupted(void *ctx)
{
	struct session *s = ctx;
	bool any = false, all = true;

	if (s->leave)
		s->leave();
	s->cancelled = true;
	for (int i = 0; i < s->procs.n; i++) {
		struct process *p = s->procs.p[i];

		if (p->act != ACT_BUSY && (p->act != ACT_PROGRAM || look_waits(&p->seen)))
			continue;
		any = true;
		all &= procs_interrupt(&s->procs, p, s->procs.insisted < 3 ? SIGINT : SIGKILL);
	}
	if (any)
		return all;
	others_let_go(&s->procs);
	s->inexact = true;
	session_words(s,
		      N_("   nobody waits any longer for the programs that are still running\n"));
	return true;
}

/*
 * Output without end is told as it comes: it would not fit in memory. By whole lines, if it has any;
 * else a part of one, but never the last byte: what ends the line is still to come.
 */
static void flush(void *ctx, struct process *p)
{
	struct session *s = ctx;

	if (p->op == OP_PIPELINE)
		report_plumbing(s, p);
	for (int i = 0; i < 2; i++) {
		struct event e = { .type = EV_OUTPUT, .stream = i ? "stderr" : "stdout" };
		struct str *text = &p->text[i];
		const char *nl = text->len ? memrchr(text->s, '\n', text->len) : NULL;

		if (text->len < 2)
			continue;
		e.text = text->s;
		e.len = nl ? (size_t)(nl + 1 - text->s) : text->len - 1;
		e.goes_on = p->midline[i];
		e.to_go_on = p->midline[i] = !nl;
		session_emit(s, p, &e);
		memmove(text->s, text->s + e.len, text->len - e.len);
		str_trim(text, text->len - e.len);
	}
}

static void answered(void *ctx, struct process *p)
{
	made_answered(ctx, p);
}

static int start(struct session *s, char **cause)
{
	if (procs_init(&s->procs, cause))
		return -1;
	s->made = mmap(NULL, sizeof(*s->made), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (s->made == MAP_FAILED) {
		s->made = NULL;
		return fail(cause, _("no memory for the guardian's list"));
	}
	s->ends = ends_new();
	s->procs.interrupted = s->interrupted;
	s->procs.interrupt = interrupted;
	s->procs.flush = flush;
	s->procs.answered = answered;
	s->procs.ctx = s;
	/* ordered first: the init forks it while the shell does something else */
	if (procs_order(&s->procs, false, cause) ||
	    sandbox_start(&s->box, s->want, session_init_main, s, cause))
		return -1;
	s->procs.host = s->box.host;
	procs_started(&s->procs, s->box.host ? s->box.init : 1, s->box.init_pidfd, s->box.proc);
	world_init(s);
	s->world.ends = s->ends;
	s->world.writable = s->box.writable;
	s->world.root = geteuid() == 0 && !s->box.own_user_ns;
	return 0;
}

int session_start(struct session *s, enum sandbox_want want, volatile sig_atomic_t *interrupted,
		  char **cause)
{
	return session_begin(s, want, NULL, interrupted, cause) || session_ready(s, cause) ? -1 : 0;
}

int session_begin(struct session *s, enum sandbox_want want, const struct sandbox_wish *wish,
		  volatile sig_atomic_t *interrupted, char **cause)
{
	*s = (struct session){ .box = SANDBOX_NONE, .want = want, .diff = true, .fold = true };
	if (wish)
		s->box.wish = *wish;
	s->procs.hello = s->procs.bell = s->procs.hello_far = s->procs.epoll = -1;
	s->interrupted = interrupted;
	clock_gettime(CLOCK_MONOTONIC, &s->began);
	return start(s, cause);
}

/* Has the guardian nothing to do but to end one process? (who has forked that has written its file before) */
static bool is_bare(const struct session *s)
{
	return s->box.host && s->made && s->procs.n == 1 && !s->procs.many && !s->made->n_items &&
	       !s->made->n_fifos && !s->made->asked.kind && !s->n_past;
}

/* again: another world is to follow at once. */
static void stop(struct session *s, bool again)
{
	bool bare = is_bare(s);

	if (s->box.host)
		procs_kill_all(&s->procs); /* the guardian would, but it has to wake up first */
	if (bare)
		left_end(s->box.shell); /* as long as there still is a guardian */
	sandbox_leave(&s->box, bare);
	names_release(&s->names);
	objects_release(&s->objects);
	undo_release(&s->undo);
	attached_release(&s->attached);
	ends_free(s->ends);
	free(s->background);
	s->background = NULL;
	s->nbackground = s->background_cap = 0;
	free(s->holder);
	s->holder = NULL;
	s->nholders = s->holders_cap = 0;
	s->ends = NULL;
	if (again)
		sandbox_drop(&s->box);
	else
		sandbox_stop(&s->box);
	if (s->made &&
	    s->box.host) { /* nothing is left, unless a learner has killed the guardian */
		if (s->n_past)
			guardian_end_processes();
		guardian_remove(s->made);
		left_end(s->box.shell);
	}
	if (s->saved && s->list >= 0)
		close(s->list);
	free(s->unlisted);
	free(s->unsaved);
	s->unlisted = s->unsaved = NULL;
	guardian_save(-1, 0);
	s->saved = s->unguarded = false;
	s->n_past = 0;
	procs_release(&s->procs);
	if (s->made)
		munmap(s->made, sizeof(*s->made));
	s->made = NULL;
	s->current = NULL;
}

void session_end(struct session *s)
{
	stop(s, false);
	sandbox_free(&s->box);
}

void session_abandon(struct session *s)
{
	if (s->box.host)
		procs_kill_all(&s->procs);
	sandbox_stop(&s->box);
	if (!s->made || !s->box.host || !(s->n_past || s->procs.init_dead))
		return;
	guardian_end_processes();
	guardian_remove(s->made);
	left_end(s->box.shell);
}

int session_reset(struct session *s, char **cause)
{
	stop(s, true);
	return start(s, cause) || session_ready(s, cause) ? -1 : 0;
}

void session_add_sink(struct session *s, struct sink *sink)
{
	sink->next = s->sinks;
	s->sinks = sink;
}

void session_remove_sink(struct session *s, struct sink *sink)
{
	for (struct sink **at = &s->sinks; *at; at = &(*at)->next) {
		if (*at == sink) {
			*at = sink->next;
			return;
		}
	}
}

enum { VOICE_ALL, VOICE_ENGLISH, VOICE_LOCAL, VOICE_ONCE, VOICE_WITHIN };

static bool heard_in_english(const struct session *s)
{
	for (const struct sink *sink = s->sinks; sink; sink = sink->next)
		if (sink->english)
			return true;
	return false;
}

int session_voice(struct session *s, int said)
{
	switch (said) {
	case VOICE_ALL:
		if (s->voice != VOICE_ALL)
			return VOICE_WITHIN;
		if (!lang_is_local() || !heard_in_english(s))
			return VOICE_ONCE;
		lang_local(false);
		return s->voice = VOICE_ENGLISH;
	case VOICE_ENGLISH:
		lang_local(true);
		return s->voice = VOICE_LOCAL;
	case VOICE_LOCAL:
		s->voice = VOICE_ALL;
		return 0;
	default:
		return 0;
	}
}

static void hand_over(const struct session *s, struct sink *sink, const struct event *e)
{
	bool local;

	if (s->voice != VOICE_ALL && sink->english != (s->voice == VOICE_ENGLISH))
		return;
	local = lang_is_local();
	if (local && sink->english)
		lang_local(false);
	sink->emit(sink, e);
	if (local)
		lang_local(true);
}

static bool wants_times(const struct session *s)
{
	for (const struct sink *sink = s->sinks; sink; sink = sink->next)
		if (sink->times)
			return true;
	return false;
}

static double since_began(const struct session *s)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - s->began.tv_sec) +
	       (double)(now.tv_nsec - s->began.tv_nsec) / 1e9;
}

void session_emit(struct session *s, struct process *p, struct event *e)
{
	e->seq = ++s->seq;
	e->t = wants_times(s) ? since_began(s) : 0;
	if (p) {
		e->proc = p->name;
		e->pid = p->pid;
		e->current = p == s->current;
	}
	for (struct sink *sink = s->sinks; sink; sink = sink->next)
		hand_over(s, sink, e);
}

void session_error(struct session *s, const char *source, const char *message, const char *hint)
{
	struct event e = { .type = EV_ERROR,
			   .text = message,
			   .len = strlen(message),
			   .source = source,
			   .hint = hint };

	session_emit(s, NULL, &e);
}

void session_text(struct session *s, const char *text)
{
	struct event e = { .type = EV_TEXT, .text = text, .len = strlen(text), .stream = "shell" };

	session_emit(s, NULL, &e);
}

void session_words(struct session *s, const char *words)
{
	for (int v = session_voice(s, 0); v; v = session_voice(s, v))
		session_text(s, _(words));
}

void session_caveat(struct session *s)
{
	if (s->blind)
		session_words(s,
			      N_("/proc/PID/syscall may not be read here: who sleeps is a guess, "
				 "not proved.\n"));
}

const char *session_directory(struct session *s, struct process *p)
{
	static char path[64];

	if (s->box.host)
		snprintf(path, sizeof(path), "/proc/%d/cwd", p ? p->pid : s->box.init);
	else
		snprintf(path, sizeof(path), "/proc/%d/cwd", p ? p->outer : s->box.init);
	return path;
}
