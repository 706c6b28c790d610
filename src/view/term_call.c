/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call as the strace line, with the remark under it: why it failed, in what it sleeps.  For
 * term_line.c.
 */
#include "base/lang.h"
#include "view/term_line.h"

#include "call/format.h"

#include <string.h>

enum { PROGRAM_SHOWN = 40 }; /* bytes of a program's line */

/* "   why", one line, dim. */
static void add_why(struct str *out, const char *why, const struct line_style *st)
{
	if (!why || !*why)
		return;
	str_add(out, "   ");
	line_paint(out, PAINT_DIM, st);
	line_text(out, why);
	line_paint(out, PAINT_OFF, st);
	str_addc(out, '\n');
}

static void add_sleeps(struct str *out, const struct event *e, const struct line_style *st)
{
	bool known = e->why && *e->why;

	str_add(out, "   ");
	line_paint(out, PAINT_BOLD, st);
	str_add(out, e->proc ? e->proc : _("it"));
	line_paint(out, PAINT_OFF, st);
	line_paint(out, PAINT_DIM, st);
	str_add(out, !known ? _(" sleeps") : e->stopped ? _(" is ") : _(" sleeps: "));
	if (known)
		line_text(out, e->why);
	line_paint(out, PAINT_OFF, st);
	str_addc(out, '\n');
}

static void add_call(struct str *out, const struct event *e)
{
	const char *name = prims[e->call->prim]->name;

	if (e->type == EV_RESUMED && e->noreturn) /* as strace has it */
		str_addf(out, "<... %s resumed> <unfinished ...>) = ?", name);
	else if (e->type == EV_RESUMED)
		call_format(out, e->call, FORMAT_RESUMED);
	else if (e->status == CALL_WAITING)
		call_format(out, e->call, FORMAT_UNFINISHED);
	else
		call_format(out, e->call, e->noreturn ? FORMAT_NORETURN : FORMAT_WHOLE);
}

/* The same with the primitive's name bold and a refusal red. */
static void paint_call(struct str *out, const struct event *e, const struct line_style *st)
{
	const char *name = prims[e->call->prim]->name, *at;
	struct str line = STR_INIT, result = STR_INIT;
	size_t head, tail = 0;

	add_call(&line, e);
	at = strstr(str_text(&line), name);
	head = at ? (size_t)(at - line.s) : 0;
	if (e->status == CALL_FAILED && !e->noreturn) {
		call_format_result(&result, e->call);
		tail = result.len <= line.len - head - strlen(name) ? result.len : 0;
	}
	str_addn(out, line.s, head);
	str_add(out, PAINT_BOLD);
	str_add(out, name);
	str_add(out, PAINT_OFF);
	head += strlen(name);
	str_addn(out, line.s + head, line.len - head - tail);
	line_paint(out, tail ? PAINT_RED : "", st);
	str_addn(out, line.s + line.len - tail, tail);
	line_paint(out, tail ? PAINT_OFF : "", st);
	str_free(&line);
	str_free(&result);
}

/* Which line of a program has ended: it may have been typed long ago. As much of it as tells it. */
static void add_program(struct str *out, const struct event *e)
{
	size_t n = e->len < PROGRAM_SHOWN ? e->len : PROGRAM_SHOWN;

	while (n && n < e->len && ((unsigned char)e->text[n] & 0xc0) == 0x80)
		n--;
	str_clean(out, e->text, n);
	str_add(out, n < e->len ? "...: " : ": ");
}

/*
 * A pipeline has no call line: its output speaks for it. What it would not tell is said: that it
 * failed, that it sleeps, that it no longer does.
 */
static void line_pipeline(struct str *out, const struct event *e, const struct line_style *st)
{
	if (e->status == CALL_WAITING) {
		add_sleeps(out, e, st);
		return;
	}
	if ((!e->why || !*e->why) && !e->ret && e->type != EV_RESUMED)
		return;
	if (e->current || !e->proc)
		str_add(out, "   ");
	else
		line_label(out, e, st);
	line_paint(out, e->ret ? PAINT_RED : PAINT_DIM, st);
	if (e->type == EV_RESUMED && e->text && e->len)
		add_program(out, e);
	if (e->why && *e->why)
		line_text(out, e->why);
	else
		str_addf(out, _("exit status %ld"), e->ret);
	line_paint(out, PAINT_OFF, st);
	str_addc(out, '\n');
}

void line_call(struct str *out, const struct event *e, const struct line_style *st)
{
	if (!e->call) {
		line_pipeline(out, e, st);
		return;
	}
	line_label(out, e, st);
	if (st->colour)
		paint_call(out, e, st);
	else
		add_call(out, e);
	str_addc(out, '\n');
	if (e->status == CALL_WAITING)
		add_sleeps(out, e, st);
	else
		add_why(out, e->why, st);
}
