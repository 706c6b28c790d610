/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson's file: front matter, steps, fences, prose.  What of it is for a terminal is clean, and a
 * fence's lines are where it says they are.
 */
#include "lesson/lesson.h"
#include "fuzz.h"
#include "lesson/fence.h"
#include "lesson/goal.h"
#include "lesson/render.h"
#include "lesson/source.h"

static void prose(const struct prose *p, int width)
{
	struct str out = STR_INIT;

	render_prose(&out, p, width, false);
	promise_clean(str_text(&out), out.len);
	PROMISE(!out.len || out.s[out.len - 1] == '\n');
	str_reset(&out);
	render_prose(&out, p, width, true);
	str_free(&out);
}

static void fence(const struct fence *f, const struct source *src)
{
	PROMISE(f->line >= 1 && f->end >= f->line && f->end <= src->nlines);
	PROMISE(f->kind != FENCE_GOAL || f->goal);
	PROMISE(!f->goal || f->kind == FENCE_GOAL || f->kind == FENCE_PREDICT);
	PROMISE(f->kind != FENCE_OTHER || !f->nentries);
	for (int i = 0; i < f->nentries; i++) {
		const struct entry *e = &f->entry[i];

		PROMISE(lesson_prompt(e->input) > 0);
		promise_clean(e->input, strlen(e->input));
		PROMISE(e->line >= f->line && e->line + e->nexpect < f->end + 1);
	}
}

/* What is told of a prediction or task, and its goals. */
static void insides(const struct step *step, const struct fence *f)
{
	char *cause = NULL;
	int n = 0;
	struct goal **g = f->goal ? goal_parse_all(f->goal, &n, &cause) : NULL;

	PROMISE(!f->goal || !g == !!cause);
	while (g && n)
		goal_free(g[--n]);
	free(g);
	free(cause);
	PROMISE(f->hint >= 0 && f->nhints >= 0 && f->hint + f->nhints <= step->nhints);
	prose(&f->told, 40);
	for (int k = 0; k <= lesson_reasons(f) && k < 20; k++) {
		struct prose p = lesson_reason(f, k);

		prose(&p, 40);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lesson l;
	struct source src;
	char *text = text_of(data, size), *cause = NULL, *again = NULL;
	int r = lesson_parse(&l, "l.md", text, size, &cause);

	PROMISE(!r == !cause);
	PROMISE(l.title);
	promise_clean(l.title, strlen(l.title));
	if (r == 0) {
		PROMISE(!source_init(&src, "l.md", text, size, &again));
		for (int i = 0; i < l.nsteps; i++) {
			const struct step *step = &l.step[i];

			PROMISE(step->title);
			promise_clean(step->title, strlen(step->title));
			for (int k = 0; k < step->nfences; k++) {
				fence(&step->fence[k], &src);
				prose(&step->fence[k].before, 40);
				insides(step, &step->fence[k]);
			}
			for (int k = 0; k < step->nhints; k++)
				prose(&step->hint[k], 7);
			prose(&step->after, 0);
		}
		source_release(&src);
	}
	free(cause);
	lesson_release(&l);
	free(text);
	return 0;
}
