/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/term.h"

#include "base/lang.h"
#include "view/term_line.h"
#include "view/term_wrap.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	ALIKE = 6,          /* lines of one shape that are shown */
	SHAPES = 32,        /* that are remembered; a repeat has few */
	KEPT = 1024 * 1024, /* bytes of a buffer that outlive an event */
};

/* Lines that differ in their numbers alone. */
struct shape {
	uint64_t hash;
	int shown;
	long more;       /* counted, not shown */
	bool breaks;     /* may be broken between words */
	struct str last; /* the last of those */
};

struct term {
	struct sink sink; /* first: it is found by its sink */
	struct term_out out;
	struct line_style style;
	bool marked;
	int wrap, wrap_errors;
	struct str text, plain, rows; /* reused for each event */
	int folding;                  /* how deep in repeats */
	struct shape shape[SHAPES];
	int nshapes, next; /* next to be forgotten once all are taken */
	bool pending;      /* some shape has more */
};

/* Lines without marks, as rows of the terminal. */
static void add_rows(struct str *out, const char *s, size_t n, int width)
{
	for (const char *end = s + n, *next; s < end; s = next) {
		next = memchr(s, '\n', (size_t)(end - s));
		next = next ? next + 1 : end;
		term_wrap(out, s, (size_t)(next - s), width);
	}
}

static void write_text(struct term *t, const char *s, size_t n, bool breaks, FILE *file)
{
	int width = !breaks ? 0 : file ? t->wrap_errors : t->wrap;

	if (!t->marked && (memchr(s, MARK_OPEN, n) || memchr(s, MARK_CLOSE, n))) {
		str_reset(&t->plain);
		str_unmark(&t->plain, s, n);
		s = str_text(&t->plain);
		n = t->plain.len;
	}
	if (width && n > (size_t)width) {
		str_reset(&t->rows);
		add_rows(&t->rows, s, n, width);
		s = str_text(&t->rows);
		n = t->rows.len;
	}
	if (!n)
		return;
	if (file) {
		if (t->out.file)
			fflush(t->out.file);
		fwrite(s, 1, n, file);
	} else if (t->out.write) {
		t->out.write(t->out.ctx, s, n);
	} else if (t->out.file) {
		fwrite_unlocked(s, 1, n, t->out.file);
	}
}

/* FNV-1a of the line without marks, each number (decimal or 0x hex) as one character. */
static uint64_t shape_of(const char *s, size_t n)
{
	const char *end = s + n;
	uint64_t h = 14695981039346656037u;

	while (s < end) {
		unsigned char c = (unsigned char)*s++;

		if (c == MARK_OPEN && s < end) {
			s++;
			continue;
		}
		if (c == MARK_CLOSE)
			continue;
		if (isdigit(c)) {
			bool hex = c == '0' && s < end && *s == 'x';

			for (s += hex; s < end && (hex ? isxdigit((unsigned char)*s)
						       : isdigit((unsigned char)*s));
			     s++)
				;
			c = '0';
		}
		h = (h ^ c) * 1099511628211u;
	}
	return h;
}

static void tell(struct term *t, struct shape *sh)
{
	struct str line = STR_INIT;
	const char *last = str_text(&sh->last);

	if (sh->more > 1) {
		last += strspn(last, " ");
		line_paint(&line, PAINT_DIM, &t->style);
		str_addf(&line, _("... %ld more like this; the last:"), sh->more);
		line_paint(&line, PAINT_OFF, &t->style);
		str_addc(&line, ' ');
	}
	str_add(&line, last);
	if (sh->more)
		write_text(t, str_text(&line), line.len, sh->breaks, NULL);
	sh->more = 0;
	str_free(&line);
}

/* Tells what was counted, in the order in which the shapes first came. */
static void unfold(struct term *t)
{
	for (int i = 0; t->pending && i < t->nshapes; i++)
		tell(t, &t->shape[(t->next + i) % t->nshapes]);
	t->pending = false;
}

static struct shape *shape_find(struct term *t, uint64_t hash)
{
	struct shape *sh;

	for (int i = 0; i < t->nshapes; i++)
		if (t->shape[i].hash == hash)
			return &t->shape[i];
	if (t->nshapes < SHAPES) {
		sh = &t->shape[t->nshapes++];
	} else {
		unfold(t);
		sh = &t->shape[t->next];
		t->next = (t->next + 1) % SHAPES;
	}
	sh->hash = hash;
	sh->shown = 0;
	sh->more = 0;
	return sh;
}

/* One line with its newline. */
static void fold(struct term *t, const char *s, size_t n, bool breaks)
{
	struct shape *sh = shape_find(t, shape_of(s, n));

	if (sh->shown < ALIKE) {
		unfold(t);
		sh->shown++;
		write_text(t, s, n, breaks, NULL);
		return;
	}
	sh->more++;
	sh->breaks = breaks;
	t->pending = true;
	str_reset(&sh->last);
	str_addn(&sh->last, s, n);
}

static bool folds(const struct event *e)
{
	/* a part of a line is like no other */
	if (e->goes_on || e->to_go_on)
		return false;
	return e->type != EV_LINE && e->type != EV_STATE && e->type != EV_ERROR &&
	       e->type != EV_TEXT;
}

/*
 * The bytes at the beginning that stay as they are: a call, as strace writes it; what a program printed;
 * what was typed; a table; a page that has its shape already.
 */
static size_t whole(const struct event *e, const char *s, size_t n)
{
	const char *nl;

	switch (e->type) {
	case EV_LINE:
	case EV_OUTPUT:
	case EV_STATE:
		return n;
	case EV_CALL:
	case EV_RESUMED:
		nl = e->call ? memchr(s, '\n', n) : NULL;
		return nl ? (size_t)(nl + 1 - s) : 0;
	case EV_TEXT: /* a remark is indented, or one line */
		nl = memchr(s, '\n', n);
		return strncmp(s, "   ", 3) && nl && nl + 1 < s + n ? n : 0;
	default:
		return 0;
	}
}

static void emit(struct sink *sink, const struct event *e)
{
	struct term *t = (struct term *)sink;
	FILE *errors = e->type == EV_ERROR ? t->out.errors : NULL;
	const char *s, *end, *nl, *rest;

	str_reset(&t->text);
	term_line(&t->text, e, &t->style);
	s = str_text(&t->text);
	rest = t->wrap ? s + whole(e, s, t->text.len) : s;
	if (t->folding && folds(e)) {
		for (end = s + t->text.len; s < end; s = nl + 1) {
			nl = memchr(s, '\n', (size_t)(end - s));
			fold(t, s, (size_t)(nl + 1 - s), s >= rest);
		}
	} else if (t->text.len) {
		unfold(t);
		if (rest > s)
			write_text(t, s, (size_t)(rest - s), false, errors);
		write_text(t, rest, t->text.len - (size_t)(rest - s), true, errors);
	}
	if (t->text.cap > KEPT)
		str_free(&t->text);
	if (t->plain.cap > KEPT)
		str_free(&t->plain);
	if (t->rows.cap > KEPT)
		str_free(&t->rows);
}

struct term *term_new(struct term_out out, struct term_options options)
{
	struct term *t = xcalloc(1, sizeof(*t));

	t->sink.emit = emit;
	t->out = out;
	t->marked = options.marked;
	t->wrap = options.wrap;
	t->wrap_errors = options.wrap_errors;
	t->style = (struct line_style){ options.colour, options.diff, options.echo, options.width };
	return t;
}

void term_free(struct term *t)
{
	if (!t)
		return;
	for (int i = 0; i < SHAPES; i++)
		str_free(&t->shape[i].last);
	str_free(&t->text);
	str_free(&t->plain);
	str_free(&t->rows);
	free(t);
}

struct sink *term_sink(struct term *t)
{
	return &t->sink;
}

void term_set_diff(struct term *t, bool on)
{
	t->style.diff = on;
}

void term_set_width(struct term *t, int width)
{
	t->style.width = width;
	t->wrap = t->wrap ? width : 0;
	t->wrap_errors = t->wrap_errors ? width : 0;
}

void term_set_echo(struct term *t, bool on)
{
	t->style.echo = on;
}

void term_render(struct term *t, const struct event *e, struct str *out)
{
	struct line_style style = t->style;

	style.colour = false;
	term_line(out, e, &style);
}

void term_fold_begin(struct term *t)
{
	if (t->folding++ == 0) {
		t->nshapes = 0;
		t->next = 0;
	}
}

void term_fold_end(struct term *t)
{
	if (t->folding && --t->folding == 0)
		unfold(t);
}
