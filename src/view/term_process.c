/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What became of a process, and what reached it: EV_PROCESS and EV_SIGNAL as lines.  For
 * term_line.c.
 */
#include "base/lang.h"
#include "view/term_line.h"

#include "call/format.h"

#include <signal.h>
#include <sys/wait.h>

static const char *code_name(int signo, int code)
{
	static const struct {
		int signo, code;
		const char *name;
	} names[] = {
#define C(signo, code) { signo, code, #code }
		C(0, SI_USER),
		C(0, SI_QUEUE),
		C(0, SI_TKILL),
		C(0, SI_KERNEL),
		C(0, SI_TIMER),
		C(0, SI_MESGQ),
		C(0, SI_ASYNCIO),
		C(0, SI_SIGIO),
		C(SIGCHLD, CLD_EXITED),
		C(SIGCHLD, CLD_KILLED),
		C(SIGCHLD, CLD_DUMPED),
		C(SIGCHLD, CLD_STOPPED),
		C(SIGCHLD, CLD_CONTINUED),
		C(SIGCHLD, CLD_TRAPPED),
		C(SIGSEGV, SEGV_MAPERR),
		C(SIGSEGV, SEGV_ACCERR),
		C(SIGBUS, BUS_ADRALN),
		C(SIGBUS, BUS_ADRERR),
		C(SIGBUS, BUS_OBJERR),
#undef C
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].code == code && (!names[i].signo || names[i].signo == signo))
			return names[i].name;
	return NULL;
}

/* A remark to the call that sent it: nothing has happened. */
static void line_ignored(struct str *out, const struct event *e, const struct line_style *st)
{
	str_add(out, "   ");
	line_paint(out, PAINT_DIM, st);
	line_text(out, e->proc ? e->proc : _("it"));
	str_addf(out, _(" ignores %s"), signo_name(e->signo));
	if (e->why) {
		str_add(out, _(": "));
		line_text(out, e->why);
	}
	line_paint(out, PAINT_OFF, st);
	str_addc(out, '\n');
}

void line_signal(struct str *out, const struct event *e, const struct line_style *st)
{
	const char *code = code_name(e->signo, e->code);

	if (e->action == SIGNAL_IGNORED) {
		line_ignored(out, e, st);
		return;
	}
	line_label(out, e, st);
	str_add(out, e->action == SIGNAL_HANDLED ? _("caught ") : _("default action of "));
	line_paint(out, PAINT_BOLD, st);
	str_add(out, signo_name(e->signo));
	line_paint(out, PAINT_OFF, st);
	if (e->from) {
		str_add(out, _(" from "));
		line_text(out, e->from);
	}
	if (e->action == SIGNAL_HANDLED) {
		str_add(out, " (");
		if (code)
			str_add(out, code);
		else
			str_addf(out, "si_code %d", e->code);
		if (e->value_known)
			str_addf(out, ", %s %ld", e->signo == SIGCHLD ? _("status") : _("value"),
				 e->value);
		str_addc(out, ')');
	}
	if (e->why) {
		str_add(out, _(": "));
		line_text(out, e->why);
	}
	str_addc(out, '\n');
}

/* How it ended. */
static void add_end(struct str *out, const struct event *e, bool killed)
{
	if (killed)
		str_addf(out, _("killed by %s%s"), signo_name(e->signo),
			 e->core ? _(" (core dumped)") : "");
	else if (e->value_known)
		str_addf(out, _("exited with status %d"), e->exit_status);
	else
		str_add(out, _("ended; how, this kernel told only whoever waited for it"));
}

static void add_fate(struct str *out, const struct event *e)
{
	switch ((enum process_change)e->change) {
	case PROCESS_STARTED:
		str_add(out, _("process "));
		str_mark_num(out, kind_mark(KIND_PID), e->pid);
		break;
	case PROCESS_STOPPED:
		str_addf(out, _("stopped by %s"), signo_name(e->signo));
		break;
	case PROCESS_CONTINUED:
		str_add(out, _("continued"));
		break;
	case PROCESS_EXITED:
	case PROCESS_KILLED:
		add_end(out, e, e->change == PROCESS_KILLED);
		break;
	case PROCESS_ZOMBIE:
		/* how it ended stands in an event before this one, or in this one */
		if (e->signo || e->value_known) {
			add_end(out, e, e->signo != 0);
			str_add(out, _(": "));
		}
		str_add(out, _("a zombie until its parent waits"));
		break;
	case PROCESS_REAPED:
		str_add(out, _("reaped"));
		if (e->from) {
			str_add(out, _(" by "));
			line_text(out, e->from);
		}
		break;
	case PROCESS_ORPHANED:
		str_add(out, _("orphaned: its parent is now "));
		line_text(out, e->from ? e->from : _("init"));
		str_add(out, _(", process "));
		str_mark_num(out, kind_mark(KIND_PID), e->value_known ? e->value : 1);
		break;
	case PROCESS_EXECED:
		str_add(out, _("runs "));
		line_text(out, e->text ? e->text : _("another program"));
		str_add(out, _(" now"));
		break;
	case PROCESS_CHANGED:
		break;
	}
}

void line_process(struct str *out, const struct event *e, const struct line_style *st)
{
	static const char sign[] = {
		[PROCESS_STARTED] = '+', [PROCESS_STOPPED] = '~',  [PROCESS_CONTINUED] = '~',
		[PROCESS_EXITED] = '-',  [PROCESS_KILLED] = '-',   [PROCESS_ZOMBIE] = '-',
		[PROCESS_REAPED] = '-',  [PROCESS_ORPHANED] = '~', [PROCESS_EXECED] = '~',
		[PROCESS_CHANGED] = '~',
	};
	const char *name = e->proc ? e->proc : "?";

	if (e->change == PROCESS_CHANGED) {
		for (int i = 0; st->diff && i < e->nnotes; i++) {
			line_subject(out, '~', e->subject && e->subject[i] ? e->subject[i] : name,
				     st);
			line_text(out, e->note[i]);
			str_addc(out, '\n');
		}
		return;
	}
	line_subject(out, sign[e->change], name, st);
	add_fate(out, e);
	for (int i = 0; i < e->nnotes; i++) {
		str_add(out, _("; "));
		line_text(out, e->note[i]);
	}
	str_addc(out, '\n');
}
