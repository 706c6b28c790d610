/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/recorder.h"

#include "base/lang.h"
#include "view/term.h"

#include <stdlib.h>
#include <string.h>

void recorder_hear(void *ctx, const char *text, size_t len)
{
	struct recorder *r = ctx;

	if (r->text.len + len > RECORDER_MOST)
		r->full = true;
	if (!r->full)
		str_addn(&r->text, text, len);
}

void recorder_begin(struct recorder *r, struct shell *sh)
{
	struct session *s = sh->session;

	*r = (struct recorder){ .sh = sh,
				.outer_term = sh->term,
				.outer_ear = sh->ear,
				.outer_sinks = s->sinks,
				.outer_diff = s->diff,
				.outer_interactive = sh->interactive,
				.outer_guest = sh->guest,
				.outer_status = sh->exit_status };
	r->term = term_new((struct term_out){ .write = recorder_hear, .ctx = r },
			   (struct term_options){ .diff = true, .marked = true });
	r->outer_local = lang_local(false);
	s->sinks = NULL;
	s->diff = true;
	sh->guest = true;
	sh->term = r->term; /* a repeat folds its lines there */
	sh->ear = NULL;
	sh->interactive = false;
	session_add_sink(s, term_sink(r->term));
}

static void drop_lines(struct recorder *r)
{
	for (int i = 0; i < r->n; i++)
		free(r->alike[i]);
	r->n = 0;
}

void recorder_release(struct recorder *r)
{
	term_free(r->term);
	drop_lines(r);
	str_free(&r->text);
	free(r->line);
	free(r->alike);
	*r = (struct recorder){ 0 };
}

void recorder_end(struct recorder *r)
{
	struct session *s = r->sh->session;

	lang_local(r->outer_local);
	s->sinks = r->outer_sinks;
	s->diff = r->outer_diff;
	r->sh->term = r->outer_term;
	r->sh->ear = r->outer_ear;
	r->sh->interactive = r->outer_interactive;
	r->sh->guest = r->outer_guest;
	recorder_release(r);
}

char *squeezed(const char *s)
{
	char *text = xstrdup(s), *to = text;

	for (const char *at = text; *at; at++)
		if (to - text < 2 || *at != ' ' || to[-1] != ' ' || to[-2] != ' ')
			*to++ = *at;
	*to = '\0';
	return text;
}

void recorder_cut(struct recorder *r)
{
	char *s = r->text.s, *end = s + r->text.len;

	drop_lines(r);
	while (s < end) {
		char *nl = memchr(s, '\n', (size_t)(end - s));
		int n = r->n;

		if (nl)
			*nl = '\0';
		GROW(r->line, n, r->cap);
		GROW(r->alike, n, r->alike_cap);
		r->line[n] = s;
		r->alike[n] = squeezed(s);
		r->n++;
		if (!nl)
			break;
		s = nl + 1;
	}
	while (r->n && !*r->line[r->n - 1])
		free(r->alike[--r->n]);
}

int recorder_run(struct recorder *r, const struct entry *e)
{
	int ret;

	drop_lines(r);
	str_reset(&r->text);
	r->full = false;
	ret = shell_line(r->sh, e->input, NULL);
	if (r->full) {
		str_reset(&r->text);
		str_addf(&r->text, _("ipcsh: more than %d MiB were printed: too much to compare\n"),
			 RECORDER_MOST >> 20);
		ret = -1;
	}
	r->sh->exit_status = r->outer_status;
	recorder_cut(r);
	return ret;
}

int recorder_match(const struct recorder *r, struct match_map *map, const struct entry *e,
		   struct str *diff)
{
	char **expect = xcalloc((size_t)e->nexpect + 1, sizeof(*expect));
	int ret;

	for (int i = 0; i < e->nexpect; i++)
		expect[i] = squeezed(e->expect[i]);
	ret = match_lines(map, expect, e->nexpect, r->alike, r->n, diff);
	for (int i = 0; i < e->nexpect; i++)
		free(expect[i]);
	free(expect);
	return ret;
}
