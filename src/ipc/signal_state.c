/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals as they can be seen from outside: /proc/PID/status for `state` and the diff, and siginfo
 * as text.  Runs in the shell and disturbs nobody; reading a set that crosses, in both.
 */
#include "base/grid.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/call.h"
#include "call/format.h"
#include "call/types.h"
#include "ipc/signal.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* The text after "\nNAME:\t", or NULL. */
static const char *line_of(const char *text, const char *name)
{
	const size_t n = strlen(name);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, name, n) && at[n] == ':' && at[n + 1] == '\t')
			return at + n + 2;
	}
	return NULL;
}

static bool read_set(const char *text, const char *name, uint64_t *set)
{
	const char *at = line_of(text, name);

	*set = at ? strtoull(at, NULL, 16) : 0;
	return at;
}

int sigstate_read(const struct world *w, const struct peer *p, struct sigstate *out)
{
	uint64_t shared;
	const char *at;
	char text[4096], *end;

	memset(out, 0, sizeof(*out));
	errno = 0;
	if (sysv_read_proc(w, p, "status", text, sizeof(text)) <= 0)
		return !errno || errno == ENOENT ? ESRCH : errno;
	at = line_of(text, "State");
	out->state = at ? *at : '?';
	at = line_of(text, "Uid");
	if (at) {
		out->real = (uid_t)strtoul(at, &end, 10);
		out->uid = (uid_t)strtoul(end, &end, 10);
		out->saved = (uid_t)strtoul(end, NULL, 10);
	}
	at = line_of(text, "CapEff");
	out->may_any = at && strtoull(at, NULL, 16) >> CAP_KILL & 1;
	at = line_of(text, "SigQ");
	if (at) {
		out->queued = strtol(at, &end, 10);
		out->limit = *end == '/' ? strtol(end + 1, NULL, 10) : 0;
	}
	/* a process that is dead has none of these lines' sense, but it has the lines */
	if (!read_set(text, "SigPnd", &out->pending) || !read_set(text, "ShdPnd", &shared) ||
	    !read_set(text, "SigBlk", &out->blocked) || !read_set(text, "SigIgn", &out->ignored) ||
	    !read_set(text, "SigCgt", &out->caught))
		return errno ? errno : EIO; /* cut short */
	out->pending |= shared;
	/* while it waits for signals the kernel lets them through: those that it had blocked before still are its
	 * mask's (real_blocked of do_sigtimedwait(), kernel/signal.c), and the others kill or run a handler */
	if (p->call && signal_waits(p->call))
		out->blocked |= p->blocked & signal_set(p->call, 0);
	return 0;
}

bool sigstate_doomed(const struct sigstate *s)
{
	static const int harmless[] = { SIGCHLD, SIGCONT, SIGURG,  SIGWINCH,
					SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };
	uint64_t deadly = s->pending & ~s->blocked & ~s->ignored & ~s->caught;

	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		deadly &= ~(1ULL << (harmless[i] - 1));
	/* a stop lets only SIGKILL through */
	return s->pending >> (SIGKILL - 1) & 1 || (deadly && s->state != 'T');
}

/* -- sets as they cross, and in words ---------------------------------------------------------- */

uint64_t signal_set(const struct call *c, int i)
{
	const void *bytes = call_bytes(c, i, KERNEL_SET);
	uint64_t set = 0;

	if (bytes)
		memcpy(&set, bytes, sizeof(set));
	return set;
}

void say_signals(struct str *out, uint64_t set, const char *last)
{
	int left = __builtin_popcountll(set);
	uint64_t all = 0;

	if (left >= 64 * 2 / 3) { /* as strace, which then shows ~[those that are not in it] */
		for (int n = 1; n <= SIGRTMAX; n++)
			if (n < 32 || n >= SIGRTMIN)
				all |= 1ULL << (n - 1);
		set = all & ~set;
		left = __builtin_popcountll(set);
		last = _("and");
		str_add(out, left ? _("every signal but ") : _("every signal"));
	} else if (!set) {
		str_add(out, _("no signal"));
	}
	for (int n = 1; n <= 64; n++) {
		if (!(set >> (n - 1) & 1))
			continue;
		str_add(out, signo_name(n));
		if (--left == 1)
			str_addf(out, " %s ", last);
		else if (left)
			str_add(out, _(", "));
	}
}

void say_woken(struct str *out, const struct world *w)
{
	if (w->self.handled)
		str_addf(out, _("the handler for %s ran"), signo_name(w->self.handled));
	else
		str_add(out, _("it was stopped and continued"));
}

/* -- state ------------------------------------------------------------------------------------ */

enum { C_NAME, C_PENDING, C_BLOCKED, C_HANDLER, C_IGNORED };

static const struct grid_column columns[] = {
	[C_NAME] = { N_("process"), 0 },
	[C_PENDING] = { N_("pending"), GRID_WRAP },
	[C_BLOCKED] = { N_("blocked"), GRID_WRAP },
	[C_HANDLER] = { N_("handler"), GRID_WRAP },
	[C_IGNORED] = { N_("ignored"), GRID_WRAP },
};

/* Names without SIG, blanks between. */
static void set_cell(struct grid *g, int row, int column, uint64_t set)
{
	struct str text = STR_INIT;
	size_t n;

	if (set) {
		format_sigset(&text, set);
		n = text.s[0] == '[' ? 1 : 0; /* ~[...] keeps its brackets */
		if (n)
			str_trim(&text, text.len - 1);
		grid_set(g, row, column, str_text(&text) + n);
	}
	str_free(&text);
}

struct table {
	const struct world *w;
	struct grid *grid;
};

static bool add_process(void *arg, const struct peer *p)
{
	struct table *t = arg;
	struct str text = STR_INIT;
	struct sigstate s;
	int row, unread = sigstate_read(t->w, p, &s);

	if (unread == ESRCH || (!unread && s.state == 'Z'))
		return true;
	row = grid_row(t->grid, -1);
	grid_set(t->grid, row, C_NAME, p->name);
	if (unread) {
		str_addf(&text, _("could not be looked at: %s"), strerror(unread));
		grid_set(t->grid, row, C_PENDING, str_text(&text));
		str_free(&text);
		return true;
	}
	set_cell(t->grid, row, C_PENDING, s.pending);
	set_cell(t->grid, row, C_BLOCKED, s.blocked);
	set_cell(t->grid, row, C_HANDLER, s.caught);
	set_cell(t->grid, row, C_IGNORED, s.ignored);
	return true;
}

struct grid *sigstate_grid(const struct world *w)
{
	struct table t = { w, grid_new(_("signals"), columns, ARRAY_LEN(columns)) };

	w->peers(w->ctx, add_process, &t);
	return t.grid;
}

/* -- the diff --------------------------------------------------------------------------------- */

static const char *action_of(const struct sigstate *s, int signo)
{
	const uint64_t bit = 1ULL << (signo - 1);

	return s->caught & bit ? _("handler") : s->ignored & bit ? _("ignored") : _("default");
}

void sigstate_changes(const char *name, const struct sigstate *now, const struct sigstate *was,
		      void (*line)(void *arg, const char *subject, const char *text), void *arg)
{
	const uint64_t acts = (now->caught ^ was->caught) | (now->ignored ^ was->ignored);
	const uint64_t more = now->blocked & ~was->blocked, less = was->blocked & ~now->blocked;
	struct str text = STR_INIT;

	for (int n = 1; n <= 64; n++) {
		if (!(acts >> (n - 1) & 1))
			continue;
		str_reset(&text);
		str_addf(&text, _("%s → %s (was %s)"), signo_name(n), action_of(now, n),
			 action_of(was, n));
		line(arg, name, str_text(&text));
	}
	if (more) {
		str_reset(&text);
		str_add(&text, _("blocks "));
		say_signals(&text, more, _("and"));
		line(arg, name, str_text(&text));
	}
	if (less) {
		str_reset(&text);
		str_add(&text, _("no longer blocks "));
		say_signals(&text, less, _("and"));
		line(arg, name, str_text(&text));
	}
	if (now->pending != was->pending) {
		str_reset(&text);
		str_add(&text, _("pending "));
		if (now->pending)
			say_signals(&text, now->pending, _("and"));
		else
			str_add(&text, _("none"));
		str_add(&text, _(" (was "));
		if (was->pending)
			say_signals(&text, was->pending, _("and"));
		else
			str_add(&text, _("none"));
		str_addc(&text, ')');
		line(arg, name, str_text(&text));
	}
	str_free(&text);
}

/* -- siginfo ---------------------------------------------------------------------------------- */

#define CODE(name)                                                                                 \
	{                                                                                          \
#name, name, NULL                                                                  \
	}

static const struct constant codes[] = {
	CODE(SI_USER),    CODE(SI_KERNEL), CODE(SI_QUEUE), CODE(SI_TIMER),    CODE(SI_MESGQ),
	CODE(SI_ASYNCIO), CODE(SI_SIGIO),  CODE(SI_TKILL), { NULL, 0, NULL },
};
static const struct constant chld_codes[] = {
	CODE(CLD_EXITED),  CODE(CLD_KILLED),    CODE(CLD_DUMPED),  CODE(CLD_TRAPPED),
	CODE(CLD_STOPPED), CODE(CLD_CONTINUED), { NULL, 0, NULL },
};
static void add_code(struct str *out, const siginfo_t *info)
{
	const struct constant *k = constant_by_value(codes, info->si_code);

	if (!k && info->si_signo == SIGCHLD)
		k = constant_by_value(chld_codes, info->si_code);
	if (k)
		str_addf(out, ", si_code=%s", k->name);
	else
		str_addf(out, ", si_code=%d", info->si_code);
}

static void add_sender(struct str *out, const siginfo_t *info)
{
	str_add(out, ", si_pid=");
	if (info->si_pid)
		str_mark_num(out, kind_mark(KIND_PID), info->si_pid);
	else
		str_addc(out, '0'); /* nobody, or somebody outside this pid namespace */
	str_addf(out, ", si_uid=%u", info->si_uid);
}

static void add_value(struct str *out, const siginfo_t *info)
{
	if (info->si_value.sival_ptr)
		str_addf(out, ", si_int=%d, si_ptr=%#lx", info->si_value.sival_int,
			 (unsigned long)info->si_value.sival_ptr);
}

static void add_child(struct str *out, const siginfo_t *info)
{
	add_sender(out, info);
	if (info->si_code == CLD_EXITED)
		str_addf(out, ", si_status=%d", info->si_status);
	else
		str_addf(out, ", si_status=%s", signo_name(info->si_status));
	str_addf(out, ", si_utime=%ld, si_stime=%ld", (long)info->si_utime, (long)info->si_stime);
}

/* A signal that can be waited for is no fault of the waiter's own: those kill, or run a handler. */
void format_siginfo(struct str *out, const siginfo_t *info)
{
	if (!info->si_signo) { /* waitid's, where nobody was ready */
		str_add(out, "{}");
		return;
	}
	str_addf(out, "{si_signo=%s", signo_name(info->si_signo));
	add_code(out, info);
	if (info->si_code == SI_QUEUE) {
		add_sender(out, info);
		add_value(out, info);
	} else if (info->si_code <= 0) {
		add_sender(out, info);
	} else if (info->si_signo == SIGCHLD && constant_by_value(chld_codes, info->si_code)) {
		add_child(out, info);
	}
	str_addc(out, '}');
}

static void format_info(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	const void *bytes = done && c->ret >= 0 ? call_bytes(c, i, sizeof(siginfo_t)) : NULL;
	siginfo_t info;

	if (!bytes) {
		str_add(out, p->name);
		return;
	}
	memcpy(&info, bytes, sizeof(info));
	format_siginfo(out, &info);
}

const struct argtype type_siginfo = { .what = N_("filled by the kernel"),
				      .format = format_info,
				      .size = sizeof(siginfo_t) };
