/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens without a command: by a clock, or by somebody outside.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/sem.h"
#include "proc/drain.h"
#include "proc/others.h"
#include "proc/settle.h"
#include "session/init.h"
#include "session/report.h"
#include "session/world.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

static bool anything_moved(const struct session *s)
{
	for (int i = 0; i < s->procs.n; i++)
		if (s->procs.p[i]->moved)
			return true;
	return false;
}

bool session_poll(struct session *s)
{
	bool news = drain(&s->procs);

	session_mend(s);
	if (!news && !anything_moved(s) && !s->procs.unseen)
		return false;
	settle(&s->procs, NULL);
	if (!anything_moved(s))
		return false;
	report(s, NULL);
	return true;
}

bool session_interrupt(struct session *s)
{
	struct process *p = s->current;

	if (!p || (p->act != ACT_ASLEEP && p->act != ACT_PROGRAM))
		return false;
	procs_interrupt(&s->procs, p, SIGINT);
	settle(&s->procs, NULL);
	report(s, NULL);
	return true;
}

void session_sleeper(struct session *s, const struct process *p, struct str *out)
{
	size_t before, colon;

	if (p->op == OP_PIPELINE) {
		str_addf(out, _("%s waits: "), p->name);
		external_sleep(s, p, out);
		return;
	}
	str_addf(out, _("%s sleeps in %s"), p->name, prims[p->call.prim]->name);
	before = out->len;
	str_add(out, _(": "));
	colon = out->len;
	world_self(s, p);
	if (prims[p->call.prim]->asleep)
		prims[p->call.prim]->asleep(out, &p->call, &s->world);
	if (out->len == colon)
		str_trim(out, before);
}

void session_sleepers(struct session *s, struct str *out)
{
	for (int i = 0; i < s->procs.n; i++) {
		if (s->procs.p[i]->act != ACT_ASLEEP)
			continue;
		session_sleeper(s, s->procs.p[i], out);
		str_addc(out, '\n');
	}
}

/* Is there anybody who could still move by itself? */
static bool has_clock(const struct session *s)
{
	for (int i = 0; i < s->procs.n; i++)
		if (s->procs.p[i]->clock || s->procs.p[i]->alarm)
			return true;
	return others_any_loose(&s->procs);
}

static bool has_moved(const struct process *p)
{
	return p->act != ACT_ASLEEP && p->act != ACT_PROGRAM;
}

/* The semaphore that holds p up, or -1. */
static int waits_for(const struct process *p)
{
	return p->act == ACT_ASLEEP && p->op == OP_CALL && !p->stopped ? sem_held_up(&p->call) : -1;
}

/* How many of semaphore num, which p sleeps for, q has taken with SEM_UNDO (counted). */
static long holds(const struct session *s, const struct process *p, int num,
		  const struct process *q)
{
	long held = num < 0 || q->act >= ACT_ZOMBIE
			    ? 0
			    : undo_pending(&s->undo, q->pid, p->call.arg[SOP_SET].num, num);

	return held > 0 ? held : 0;
}

/* A walk from process to process, each of which holds what the one before it sleeps for. */
struct circle {
	int *path, n; /* indices in procs */
	bool *seen;
};

/* Does the walk come back to where it began? */
static bool comes_round(const struct session *s, struct circle *c)
{
	const struct process *p = s->procs.p[c->path[c->n - 1]];
	int num = waits_for(p);

	for (int i = 0; num >= 0 && i < s->procs.n; i++) {
		if (!holds(s, p, num, s->procs.p[i]))
			continue;
		if (i == c->path[0])
			return true;
		if (c->seen[i])
			continue;
		c->seen[i] = true;
		c->path[c->n++] = i;
		if (comes_round(s, c))
			return true;
		c->n--;
	}
	return false;
}

/* "A waits for B, B for A". False: there is no such circle, or it cannot be counted. */
static bool name_circle(const struct session *s, const struct process *p, struct str *out)
{
	struct circle c = { .path = xcalloc((size_t)s->procs.n, sizeof(int)), .n = 1 };
	bool any;

	c.seen = xcalloc((size_t)s->procs.n, sizeof(bool));
	while (s->procs.p[c.path[0]] != p)
		c.path[0]++;
	any = comes_round(s, &c);
	for (int i = 0; any && i < c.n; i++)
		str_addf(out, "%s%s %s %s", i ? _(", ") : "", s->procs.p[c.path[i]]->name,
			 i ? _("for") : _("waits for"),
			 c.n == 1 ? _("itself") : s->procs.p[c.path[(i + 1) % c.n]]->name);
	free(c.path);
	free(c.seen);
	return any;
}

/* "A sleeps in semop: ...; B holds 1 (counted)", a line each. */
static void list_sleepers(struct session *s, struct str *out)
{
	for (int i = 0; i < s->procs.n; i++) {
		const struct process *p = s->procs.p[i];
		int num = waits_for(p), holders = 0;

		if (p->act != ACT_ASLEEP)
			continue;
		str_addc(out, '\n');
		session_sleeper(s, p, out);
		for (int k = 0; num >= 0 && k < s->procs.n; k++) {
			long held = holds(s, p, num, s->procs.p[k]);

			if (!held)
				continue;
			str_addf(out, _("%s%s holds %ld"), holders++ ? _(", ") : _("; "),
				 s->procs.p[k]->name, held);
		}
		if (holders)
			str_add(out, _(" (counted)"));
	}
}

/* A line at a time: each is a remark of its own. */
static void tell_lines(struct session *s, const struct str *text)
{
	for (const char *at = str_text(text), *end; *at; at = end) {
		char *line;

		end = at + strcspn(at, "\n");
		line = xasprintf("%s%.*s\n", at == text->s ? "" : "   ", (int)(end - at), at);
		session_text(s, line);
		free(line);
		end += *end == '\n';
	}
}

static void add_verdict(struct session *s, const struct process *p, struct str *text)
{
	struct str circle = STR_INIT;
	bool idle = false;

	for (int i = 0; i < s->procs.n; i++)
		idle |= s->procs.p[i]->act == ACT_IDLE && !s->procs.p[i]->stopped;
	if (name_circle(s, p, &circle))
		str_addf(text, _("deadlock: %s; none of them can go on:"), str_text(&circle));
	else if (idle)
		str_addf(
			text,
			_("nothing that is under way can wake %s, only a command of another process can:"),
			p->name);
	else
		str_addf(text,
			 _("deadlock: everybody sleeps, and nobody is left who could wake %s:"),
			 p->name);
	list_sleepers(s, text);
	str_free(&circle);
}

/* The verdict: everybody sleeps, each for somebody else. It is a result, as a call's failure is. */
static void deadlock(struct session *s, const struct process *p)
{
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		struct str text = STR_INIT;

		add_verdict(s, p, &text);
		tell_lines(s, &text);
		str_free(&text);
	}
	s->failed = true;
}

/* When it moved by a clock only the clock knows, so who comes late has made no mistake. */
static void nothing_to_await(struct session *s, const char *name)
{
	for (int v = session_voice(s, 0); v; v = session_voice(s, v)) {
		char *text =
			xasprintf(_("%s does not sleep: there is nothing to wait for\n"), name);

		session_text(s, text);
		free(text);
	}
}

/* What a process was at a moment: has it moved since? */
struct moment {
	enum activity act;
	bool stopped;
	int alarm;
	uint32_t caught;
};

static struct moment moment_of(const struct process *p)
{
	return (struct moment){ p->act, p->stopped, p->alarm, p->caught_seen };
}

static bool same_moment(struct moment a, struct moment b)
{
	return a.act == b.act && a.stopped == b.stopped && a.alarm == b.alarm &&
	       a.caught == b.caught;
}

/*
 * Waits for the bell, a death, output, or Ctrl-C; takes notice of what it was. It looks by itself now
 * and then: a program that nobody waits for ends in silence, and a learner can close the bell.
 */
static void wait_for_news(struct session *s)
{
	struct pollfd any = { .fd = s->procs.epoll, .events = POLLIN };

	atomic_store(&s->procs.arena->away, 1);
	if (!drain(&s->procs))
		poll(&any, 1, 50);
	atomic_store(&s->procs.arena->away, 0);
	if (others_any_loose(&s->procs))
		settle(&s->procs, NULL);
	session_poll(s);
}

int session_await(struct session *s, struct process *p, char **cause)
{
	struct moment before = moment_of(p);
	char *name = xstrdup(p->name);
	int r = 0;

	if (has_moved(p) && !p->alarm)
		nothing_to_await(s, name);
	while (r == 0 && p && (!has_moved(p) || p->alarm) && same_moment(before, moment_of(p))) {
		if (!has_clock(s)) {
			deadlock(s, p);
			break;
		}
		if (s->interrupted && *s->interrupted) {
			*s->interrupted = 0;
			s->cancelled = true;
			r = fail(cause, _("interrupted: %s goes on sleeping"), name);
		} else {
			wait_for_news(s);
			p = procs_find(&s->procs, name, strlen(name));
		}
	}
	free(name);
	return r;
}
