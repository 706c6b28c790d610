/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which lines an event is, and what they are made of; of the events themselves all but calls
 * (term_call.c), signals and processes (term_process.c).
 */
#include "view/term_line.h"

#include "base/lang.h"
#include "view/grid.h"

#include <ctype.h>
#include <string.h>

#define INDENT "   " /* of remarks */

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

void line_text(struct str *out, const char *s)
{
	const char *end = s + strlen(s), *at;

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
			str_add(out, INDENT);
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

/* The length of a colour of ours (ESC [ ... m) at s, or 0. */
static size_t colour_at(const char *s, const char *end)
{
	const char *at = s + 2;

	if (end - s < 3 || s[0] != '\033' || s[1] != '[')
		return 0;
	while (at < end && (isdigit((unsigned char)*at) || *at == ';'))
		at++;
	return at < end && *at == 'm' ? (size_t)(at + 1 - s) : 0;
}

/*
 * A page that a command made, with marks and colours.  What is foreign in it has been cleaned where it
 * was put in; should that have been forgotten somewhere, no more than a colour passes.
 */
static void add_page(struct str *out, const char *s, size_t n)
{
	const char *end = s + n, *at;

	while (s < end) {
		size_t keep = 0;

		for (at = s; at < end && !keep; at += !keep)
			keep = mark_at(at, end) ? 1 + (*at == MARK_OPEN) : colour_at(at, end);
		add_foreign(out, s, (size_t)(at - s));
		str_addn(out, at, keep);
		s = at + keep;
	}
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

void line_subject(struct str *out, char sign, const char *subject, const struct line_style *st)
{
	size_t n = 0;

	line_paint(out, sign == '+' ? PAINT_GREEN : sign == '-' ? PAINT_RED : PAINT_YELLOW, st);
	str_addc(out, sign);
	line_paint(out, PAINT_OFF, st);
	str_addc(out, ' ');
	line_paint(out, PAINT_BOLD, st);
	line_text(out, subject);
	line_paint(out, PAINT_OFF, st);
	/* marks take no columns; names are ASCII */
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
			line_subject(out, '~', e->subject ? e->subject[i] : name, st);
			line_text(out, e->note[i]);
			str_addc(out, '\n');
		}
		return;
	}
	line_subject(out, e->change == OBJECT_NEW ? '+' : '-', name, st);
	if (!e->nnotes && e->change == OBJECT_GONE)
		str_add(out, _("removed"));
	for (int i = 0; i < e->nnotes; i++) {
		str_add(out, i ? _("; ") : "");
		line_text(out, e->note[i]);
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
		if (!e->goes_on || s != e->text)
			line_label(out, e, st);
		add_foreign(out, s, (size_t)(nl - s));
		if (nl < end || !e->to_go_on)
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
	str_add(out, _("ipcsh: "));
	if (e->source) {
		line_text(out, e->source);
		str_add(out, ": ");
	}
	line_paint(out, PAINT_OFF, st);
	line_text(out, e->text ? e->text : _("an error"));
	str_addc(out, '\n');
	if (e->hint && *e->hint) {
		str_add(out, _("   try: "));
		line_text(out, e->hint);
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
		add_page(out, e->text ? e->text : "", e->text ? e->len : 0);
		if (e->len && e->text[e->len - 1] != '\n')
			str_addc(out, '\n');
		break;
	}
}
