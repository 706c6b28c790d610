/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes what was really seen into a lesson's fences.  A quoted line that matches a seen one stays as
 * its author wrote it, and `...` goes on standing for what nothing else stands for; the alignment is
 * the one with the fewest lines dropped and added.
 */
#include "shell/play.h"

#include "base/replace.h"
#include "base/str.h"
#include "lesson/source.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CELLS = 4000000 }; /* more pairs of lines than this are not aligned but replaced */

struct bless {
	struct recorder rec;
	struct match_map map;
	struct source src;
	const char *path;
	struct str out;
	size_t copied; /* so much of src.text is in out, or replaced */
	int changed;
	char **cause;
};

/* Where line number `line` (from 1) begins, or the text's end. */
static size_t offset_of(const struct bless *b, int line)
{
	return line <= b->src.nlines ? (size_t)(b->src.line[line - 1].s - b->src.text) : b->src.n;
}

/* What a prompt line has before it, and the end of line after it. */
static struct span indent_of(const struct bless *b, int line)
{
	struct span s = source_line(&b->src, line);
	size_t n = 0;

	while (n < s.n && s.s[n] == ' ')
		n++;
	return (struct span){ s.s, n };
}

static struct span eol_of(const struct bless *b, int line)
{
	struct span s = source_line(&b->src, line);
	size_t end = (size_t)(s.s - b->src.text) + s.n;

	return (struct span){ s.s + s.n, offset_of(b, line + 1) - end };
}

/* A seen line as text; not all can stand in a fence. */
static int put_seen(struct bless *b, const struct entry *e, const char *seen)
{
	struct span indent = indent_of(b, e->line), eol = eol_of(b, e->line);
	struct str plain = STR_INIT;
	const char *s;
	bool bad;

	match_as_quoted(&b->map, &plain, seen);
	match_line(&b->map, str_text(&plain), seen); /* learns the ids that were not quoted yet */
	while (plain.len && strchr(" \t\r", plain.s[plain.len - 1]))
		str_trim(&plain, plain.len - 1);
	s = str_text(&plain);
	s += strspn(s, " ");
	bad = lesson_prompt(str_text(&plain)) || !strncmp(s, "```", 3) || !strncmp(s, "~~~", 3);
	if (bad) {
		fail(b->cause,
		     "%s:%d: what %s printed looks like a prompt or a fence's end and cannot be quoted: %s",
		     b->path, e->line, e->input, s);
	} else {
		str_addn(&b->out, indent.s, plain.len ? indent.n : 0);
		str_addn(&b->out, str_text(&plain), plain.len);
		str_addn(&b->out, eol.s, eol.n);
	}
	str_free(&plain);
	return bad ? -1 : 0;
}

/* The quoted line i of an entry, with its end, as it stands in the file. */
static void put_quoted(struct bless *b, const struct entry *e, int i)
{
	size_t from = offset_of(b, e->line + 1 + i);

	str_addn(&b->out, b->src.text + from, offset_of(b, e->line + 2 + i) - from);
}

static bool alike(struct match_map *map, const char *quoted, const char *seen)
{
	char *text = squeezed(quoted);
	bool is = match_line(map, text, seen);

	free(text);
	return is;
}

/* The fewest drops and additions for each pair of rests, in rows of n + 1. By shape alone. */
static uint32_t *costs(const struct entry *e, char **seen, int n)
{
	size_t row = (size_t)n + 1;
	uint32_t *cost = xcalloc(((size_t)e->nexpect + 1) * row, sizeof(*cost));

	for (int i = e->nexpect; i >= 0; i--) {
		bool dots = i < e->nexpect && match_dots(e->expect[i]);

		for (int j = n; j >= 0; j--) {
			uint32_t *c = &cost[(size_t)i * row + (size_t)j];
			uint32_t best = i == e->nexpect && j == n ? 0 : UINT32_MAX;
			struct match_map none = MATCH_MAP_INIT;

			if (i < e->nexpect)
				best = c[row] + !dots;
			if (j < n && c[1] + !dots < best)
				best = c[1] + !dots;
			if (i < e->nexpect && j < n && !dots && c[row + 1] < best &&
			    alike(&none, e->expect[i], seen[j]))
				best = c[row + 1];
			match_map_free(&none);
			*c = best;
		}
	}
	return cost;
}

/* Writes an entry's new quotation by the cheapest way through. */
static int align(struct bless *b, const struct entry *e, const uint32_t *cost)
{
	size_t row = (size_t)b->rec.n + 1;
	int i = 0, j = 0, r = 0;

	while (r == 0 && (i < e->nexpect || j < b->rec.n)) {
		const uint32_t *c = &cost[(size_t)i * row + (size_t)j];

		if (i < e->nexpect && match_dots(e->expect[i])) {
			put_quoted(b, e, i++);
			for (; *c != c[row]; c++)
				j++;
		} else if (i < e->nexpect && *c == c[row] + 1) {
			i++;
		} else if (j < b->rec.n && *c == c[1] + 1) {
			r = put_seen(b, e, b->rec.line[j++]);
		} else {
			if (alike(&b->map, e->expect[i], b->rec.alike[j]))
				put_quoted(b, e, i);
			else /* alike, but another number stood for it before */
				r = put_seen(b, e, b->rec.line[j]);
			i++;
			j++;
		}
	}
	return r;
}

static int rewrite(struct bless *b, const struct entry *e)
{
	size_t from = offset_of(b, e->line + 1);
	int r = 0;

	str_addn(&b->out, b->src.text + b->copied, from - b->copied);
	b->copied = offset_of(b, e->line + 1 + e->nexpect);
	b->changed++;
	if (((size_t)e->nexpect + 1) * ((size_t)b->rec.n + 1) <= CELLS) {
		uint32_t *cost = costs(e, b->rec.alike, b->rec.n);

		r = align(b, e, cost);
		free(cost);
		return r;
	}
	for (int i = 0; r == 0 && i < b->rec.n; i++)
		r = put_seen(b, e, b->rec.line[i]);
	return r;
}

static int bless_entry(struct bless *b, const struct fence *f, const struct entry *e)
{
	struct shell *sh = b->rec.sh;
	int r = recorder_run(&b->rec, e);

	if (shell_interrupted(sh))
		return fail(b->cause, "%s: interrupted", b->path);
	if (r && !entry_shows_mistake(e))
		return fail(b->cause, "%s:%d: %s\n%s", b->path, e->line, e->input,
			    b->rec.n ? b->rec.line[0] : "");
	if (sh->quit)
		return fail(b->cause, "%s:%d: %s ends the session: what follows cannot be seen",
			    b->path, e->line, e->input);
	if (!f->quotes || !recorder_match(&b->rec, &b->map, e, NULL))
		return 0;
	return rewrite(b, e);
}

static int bless_lesson(struct bless *b, const struct lesson *l)
{
	int r = 0;

	for (int i = 0; i < l->nsteps; i++)
		for (int k = 0; k < l->step[i].nfences; k++)
			for (int m = 0; r == 0 && m < l->step[i].fence[k].nentries; m++)
				r = bless_entry(b, &l->step[i].fence[k],
						&l->step[i].fence[k].entry[m]);
	str_addn(&b->out, b->src.text + b->copied, b->src.n - b->copied);
	return r;
}

/* In its place at once, or not at all. A link goes on pointing to it. */
static int replace(const char *path, const char *bom, const struct str *text, char **cause)
{
	char *real = realpath(path, NULL), *temp = xasprintf("%s.XXXXXX", real ? real : path);
	int fd = real ? mkstemp(temp) : -1, r;
	struct str all = STR_INIT;
	struct stat st;

	if (fd >= 0 && (stat(real, &st) || fchmod(fd, st.st_mode & 07777))) {
		r = fail(cause, "%s cannot be replaced: %s", path, strerror(errno));
		close(fd);
		unlink(temp);
	} else {
		str_add(&all, bom);
		str_addn(&all, str_text(text), text->len);
		r = replace_file(fd, temp, real, str_text(&all), all.len);
		if (r)
			fail(cause, "%s cannot be replaced: %s", path, strerror(errno));
	}
	str_free(&all);
	free(temp);
	free(real);
	return r;
}

int play_bless(struct shell *sh, const char *path, int *changed, char **cause)
{
	struct bless b = { .path = path, .cause = cause };
	struct lesson l = LESSON_INIT;
	char *text = NULL;
	size_t n = 0;
	int r = source_read(path, &text, &n, cause);

	*changed = 0;
	if (r == 0)
		r = source_init(&b.src, path, text, n, cause);
	if (r == 0)
		r = lesson_parse(&l, path, text, n, cause);
	if (r == 0) {
		recorder_begin(&b.rec, sh);
		r = bless_lesson(&b, &l);
		sh->quit = false;
		recorder_end(&b.rec);
	}
	if (r == 0 && b.changed)
		r = replace(path, n > b.src.n ? "\xef\xbb\xbf" : "", &b.out, cause);
	if (r == 0)
		*changed = b.changed;
	match_map_free(&b.map);
	str_free(&b.out);
	source_release(&b.src);
	lesson_release(&l);
	free(text);
	return r;
}
