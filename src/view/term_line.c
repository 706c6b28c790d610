/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/term_line.h"

#include "call/format.h"
#include "view/grid.h"

#include <ctype.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

enum { SUBJECT = 6, SUBJECT_GAP = 2 };

void line_paint(struct str *out, const char *paint, const struct line_style *st)
{
	if (st->colour)
		str_add(out, paint);
}

static bool mark_at(const char *s, const char *end)
{
	return *s == MARK_CLOSE || (*s == MARK_OPEN && end - s > 1 && isalpha((unsigned char)s[1]));
}

void line_clean(struct str *out, const char *s, size_t n, const char *indent)
{
	const char *end = s + n, *at;

	while (s < end) {
		/* nearly always all of it */
		for (at = s; at < end && ((*at >= 0x20 && *at < 0x7f) || mark_at(at, end)); at++)
			if (*at == MARK_OPEN)
				at++;
		str_addn(out, s, (size_t)(at - s));
		for (s = at; at < end && *at != '\n' && !mark_at(at, end); at++)
			;
		str_clean(out, s, (size_t)(at - s));
		if (at < end && *at == '\n') {
			str_addc(out, '\n');
			str_add(out, indent);
			at++;
		}
		s = at;
	}
}

/* Text without marks of ours: what a program printed, what a script says. */
static void add_foreign(struct str *out, const char *s, size_t n)
{
	size_t easy = 0;

	while (easy < n && s[easy] >= 0x20 && s[easy] < 0x7f)
		easy++;
	str_addn(out, s, easy);
	str_clean(out, s + easy, n - easy);
}

static void clean(struct str *out, const char *s)
{
	line_clean(out, s, strlen(s), "   ");
}

void line_label(struct str *out, const struct event *e, const struct line_style *st)
{
	if (e->current || !e->proc)
		return;
	line_paint(out, PAINT_BOLD, st);
	str_add(out, e->proc);
	line_paint(out, PAINT_OFF, st);
	str_add(out, ": ");
}

/* "+ s     ": marks take no columns; names are ASCII. */
static void add_subject(struct str *out, char sign, const char *subject,
			const struct line_style *st)
{
	size_t n = 0;

	line_paint(out, sign == '+' ? PAINT_GREEN : sign == '-' ? PAINT_RED : PAINT_YELLOW, st);
	str_addc(out, sign);
	line_paint(out, PAINT_OFF, st);
	str_addc(out, ' ');
	line_paint(out, PAINT_BOLD, st);
	clean(out, subject);
	line_paint(out, PAINT_OFF, st);
	for (const char *s = subject; *s; s++) {
		if (*s == MARK_OPEN && s[1])
			s++;
		else if (*s != MARK_CLOSE)
			n++;
	}
	str_fill(out, ' ', n + SUBJECT_GAP < SUBJECT ? SUBJECT - n : SUBJECT_GAP);
}

static void line_object(struct str *out, const struct event *e, const struct line_style *st)
{
	const char *name = e->name ? e->name : kind_name(e->kind);

	if (!st->diff)
		return;
	if (e->change == OBJECT_CHANGED) {
		for (int i = 0; i < e->nnotes; i++) {
			add_subject(out, '~', e->subject ? e->subject[i] : name, st);
			clean(out, e->note[i]);
			str_addc(out, '\n');
		}
		return;
	}
	add_subject(out, e->change == OBJECT_NEW ? '+' : '-', name, st);
	if (!e->nnotes && e->change == OBJECT_GONE)
		str_add(out, "removed");
	for (int i = 0; i < e->nnotes; i++) {
		str_add(out, i ? "; " : "");
		clean(out, e->note[i]);
	}
	str_addc(out, '\n');
}

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
	clean(out, e->proc ? e->proc : "it");
	str_addf(out, " ignores %s", signo_name(e->signo));
	if (e->why) {
		str_add(out, ": ");
		clean(out, e->why);
	}
	line_paint(out, PAINT_OFF, st);
	str_addc(out, '\n');
}

static void line_signal(struct str *out, const struct event *e, const struct line_style *st)
{
	const char *code = code_name(e->signo, e->code);

	if (e->action == SIGNAL_IGNORED) {
		line_ignored(out, e, st);
		return;
	}
	line_label(out, e, st);
	str_add(out, e->action == SIGNAL_HANDLED ? "caught " : "default action of ");
	line_paint(out, PAINT_BOLD, st);
	str_add(out, signo_name(e->signo));
	line_paint(out, PAINT_OFF, st);
	if (e->from) {
		str_add(out, " from ");
		clean(out, e->from);
	}
	if (e->action == SIGNAL_HANDLED) {
		str_add(out, " (");
		if (code)
			str_add(out, code);
		else
			str_addf(out, "si_code %d", e->code);
		if (e->value_known)
			str_addf(out, ", %s %ld", e->signo == SIGCHLD ? "status" : "value",
				 e->value);
		str_addc(out, ')');
	}
	str_addc(out, '\n');
}

/* How it ended. */
static void add_end(struct str *out, const struct event *e, bool killed)
{
	if (killed)
		str_addf(out, "killed by %s%s", signo_name(e->signo),
			 e->core ? " (core dumped)" : "");
	else
		str_addf(out, "exited with status %d", e->exit_status);
}

static void add_fate(struct str *out, const struct event *e)
{
	switch ((enum process_change)e->change) {
	case PROCESS_STARTED:
		str_add(out, "process ");
		str_mark_num(out, kind_mark(KIND_PID), e->pid);
		break;
	case PROCESS_STOPPED:
		str_addf(out, "stopped by %s", signo_name(e->signo));
		break;
	case PROCESS_CONTINUED:
		str_add(out, "continued");
		break;
	case PROCESS_EXITED:
	case PROCESS_KILLED:
		add_end(out, e, e->change == PROCESS_KILLED);
		break;
	case PROCESS_ZOMBIE:
		/* how it ended stands in an event before this one, or in this one */
		if (e->signo || e->value_known) {
			add_end(out, e, e->signo != 0);
			str_add(out, ": ");
		}
		str_add(out, "a zombie until its parent waits");
		break;
	case PROCESS_REAPED:
		str_add(out, "reaped");
		if (e->from) {
			str_add(out, " by ");
			clean(out, e->from);
		}
		break;
	case PROCESS_ORPHANED:
		str_add(out, "orphaned: its parent is now init, process ");
		str_mark_num(out, kind_mark(KIND_PID), e->value_known ? e->value : 1);
		break;
	case PROCESS_EXECED:
		str_add(out, "runs ");
		clean(out, e->text ? e->text : "another program");
		str_add(out, " now");
		break;
	case PROCESS_CHANGED:
		break;
	}
}

static void line_process(struct str *out, const struct event *e, const struct line_style *st)
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
			add_subject(out, '~', e->subject && e->subject[i] ? e->subject[i] : name,
				    st);
			clean(out, e->note[i]);
			str_addc(out, '\n');
		}
		return;
	}
	add_subject(out, sign[e->change], name, st);
	add_fate(out, e);
	for (int i = 0; i < e->nnotes; i++) {
		str_add(out, "; ");
		clean(out, e->note[i]);
	}
	str_addc(out, '\n');
}

static void line_output(struct str *out, const struct event *e, const struct line_style *st)
{
	const char *s = e->text ? e->text : "", *end = s + e->len, *nl;

	for (; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (!nl)
			nl = end;
		line_label(out, e, st);
		add_foreign(out, s, (size_t)(nl - s));
		str_addc(out, '\n');
	}
}

/* Does it begin with a prompt, "A> "? */
static bool prompted(const char *s, size_t n)
{
	size_t i = 0;

	if (n && !isalpha((unsigned char)s[0]) && s[0] != '_')
		return false;
	while (i < n && (isalnum((unsigned char)s[i]) || s[i] == '_'))
		i++;
	return i && i < n && s[i] == '>' && (i + 1 == n || s[i + 1] == ' ' || s[i + 1] == '\t');
}

/* A line of a script, as it would stand on the screen had somebody typed it. */
static void line_typed(struct str *out, const struct event *e, const struct line_style *st)
{
	const char *s = e->text ? e->text : "";
	size_t n = e->len ? e->len : strlen(s);

	for (; n && (*s == ' ' || *s == '\t'); s++)
		n--;
	while (n && strchr(" \t\r\n", s[n - 1]))
		n--;
	if (!st->echo || !n)
		return;
	if (!prompted(s, n)) {
		line_paint(out, PAINT_BOLD, st);
		str_add(out, e->proc ? e->proc : "");
		str_add(out, "> ");
		line_paint(out, PAINT_OFF, st);
	}
	add_foreign(out, s, n);
	str_addc(out, '\n');
}

static void line_error(struct str *out, const struct event *e, const struct line_style *st)
{
	line_paint(out, PAINT_RED, st);
	str_add(out, "ipcsh: ");
	if (e->source) {
		clean(out, e->source);
		str_add(out, ": ");
	}
	line_paint(out, PAINT_OFF, st);
	clean(out, e->text ? e->text : "an error");
	str_addc(out, '\n');
	if (e->hint && *e->hint) {
		str_add(out, "   try: ");
		clean(out, e->hint);
		str_addc(out, '\n');
	}
}

static void line_state(struct str *out, const struct event *e, const struct line_style *st)
{
	bool any = false;

	for (int i = 0; i < e->ngrids; i++) {
		const struct grid *g = e->grid[i];

		/* all of it: what there is none of needs no line */
		if (e->ngrids > 1 && !g->nrows && !g->note)
			continue;
		if (any)
			str_addc(out, '\n');
		any = true;
		grid_text(out, g, st->width, st->colour);
	}
}

void term_line(struct str *out, const struct event *e, const struct line_style *st)
{
	switch (e->type) {
	case EV_LINE:
		line_typed(out, e, st);
		break;
	case EV_CALL:
	case EV_RESUMED:
		line_call(out, e, st);
		break;
	case EV_OBJECT:
		line_object(out, e, st);
		break;
	case EV_SIGNAL:
		line_signal(out, e, st);
		break;
	case EV_PROCESS:
		line_process(out, e, st);
		break;
	case EV_OUTPUT:
		line_output(out, e, st);
		break;
	case EV_STATE:
		line_state(out, e, st);
		break;
	case EV_ERROR:
		line_error(out, e, st);
		break;
	case EV_TEXT:
		str_addn(out, e->text ? e->text : "", e->len);
		if (e->len && e->text[e->len - 1] != '\n')
			str_addc(out, '\n');
		break;
	}
}
