/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmark says where the blocks are; what is in a fence is then read from the source's lines,
 * because a check and a bless need them byte for byte.  See lesson.h for the contract.
 */
#include "lesson/lesson.h"

#include "base/str.h"
#include "lesson/fence.h"
#include "lesson/front.h"
#include "lesson/render.h"
#include "lesson/source.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	struct lesson *l;
	struct source src;
	char **cause;
	int step_cap, fence_cap, hint_cap;
	cmark_node *from; /* the first node of prose that no fence has taken yet, or NULL */
	cmark_node *open; /* the node with the outermost <details> that is not closed, or NULL */
	int depth;        /* how many are not */
	int solution;     /* the fence with a goal that stands in it: index + 1, or 0 */
	int first_hint;   /* of those since the last fence */
};

static int line_of(const struct parser *p, cmark_node *node)
{
	return p->src.body + cmark_node_get_start_line(node);
}

static struct step *current(struct parser *p)
{
	return p->l->nsteps ? &p->l->step[p->l->nsteps - 1] : NULL;
}

/* ---- fences, wherever they stand ---- */

/*
 * How a code block opens; nothing if it is an indented one.  cmark does not say which, and where
 * other marks stand before it the indent does not either: then its text is its first line.
 */
static struct opening opening_of(struct parser *p, cmark_node *node)
{
	struct span line = source_line(&p->src, line_of(p, node));
	const char *text = cmark_node_get_literal(node);
	size_t column = 0;

	if (cmark_node_parent(node) != p->l->doc) {
		column = (size_t)(cmark_node_get_start_column(node) - 1);
		column = column < line.n ? column : line.n;
		if (!strncmp(text, line.s + column, line.n - column))
			return (struct opening){ 0 };
	}
	return fence_opening(line, column);
}

/* A fence that nothing closes ends, for cmark, with what it stands in. */
static int check_fence(struct parser *p, cmark_node *node)
{
	int first = line_of(p, node), last = p->src.body + cmark_node_get_end_line(node);
	struct opening o = opening_of(p, node);

	if (!o.c)
		return 0;
	if (last <= first || !fence_closes(&o, source_line(&p->src, last)))
		return fail(p->cause, "%s:%d: the fence that opens here is never closed",
			    p->l->path, first);
	if (cmark_node_parent(node) != p->l->doc && fence_is_console(o.info))
		return fail(
			p->cause,
			"%s:%d: a console fence inside a list or quotation: move it to the margin",
			p->l->path, first);
	return 0;
}

static int check_fences(struct parser *p)
{
	cmark_iter *iter = cmark_iter_new(p->l->doc);
	int ret = 0;

	while (!ret && cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);

		if (cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK)
			ret = check_fence(p, node);
	}
	cmark_iter_free(iter);
	return ret;
}

/* ---- steps ---- */

static char *heading_text(cmark_node *heading)
{
	cmark_iter *iter = cmark_iter_new(heading);
	struct str b = STR_INIT;

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		const char *s = cmark_node_get_literal(node);

		if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
			str_clean(&b, s, strlen(s));
		else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
			str_addc(&b, ' ');
	}
	cmark_iter_free(iter);
	return str_take(&b);
}

static struct step *new_step(struct parser *p, char *title, int line)
{
	GROW(p->l->step, p->l->nsteps, p->step_cap);
	p->fence_cap = p->hint_cap = p->first_hint = 0;
	p->l->step[p->l->nsteps++] =
		(struct step){ .title = title, .heading = title, .line = line };
	return current(p);
}

/* The prose before node, or up to the end. */
static struct prose take_prose(struct parser *p, cmark_node *node)
{
	struct prose prose = { p->from ? p->from : node, node, false };

	p->from = NULL;
	return prose;
}

/* What stands before the first heading: a step without a title of its own. */
static struct step *step_for(struct parser *p, cmark_node *node)
{
	struct step *step = current(p);

	return step ? step : new_step(p, NULL, line_of(p, p->from ? p->from : node));
}

static void end_step(struct parser *p, cmark_node *node)
{
	if (p->from || current(p)) {
		struct step *step = step_for(p, node);

		step->after = take_prose(p, node);
	}
}

static void on_heading(struct parser *p, cmark_node *node)
{
	bool own = cmark_node_get_heading_level(node) == 1 && !p->l->title;
	char *title = heading_text(node);

	if (own)
		p->l->title = xstrdup(title);
	if (own && !p->l->nsteps && !p->from) {
		free(title); /* the document's, no step's */
		return;
	}
	end_step(p, node);
	new_step(p, title, line_of(p, node));
}

static cmark_node *numbered(cmark_node *node)
{
	return node && cmark_node_get_type(node) == CMARK_NODE_LIST &&
			       cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
		       ? node
		       : NULL;
}

static int items(cmark_node *list)
{
	int n = 0;

	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item))
		n++;
	return n;
}

static int on_fence(struct parser *p, cmark_node *node)
{
	struct step *step = step_for(p, node);
	struct fence *f;
	int first = line_of(p, node), last = p->src.body + cmark_node_get_end_line(node);

	GROW(step->fence, step->nfences, p->fence_cap);
	f = &step->fence[step->nfences++];
	if (fence_read(f, &p->src, first, last, p->cause))
		return -1;
	f->before = take_prose(p, node);
	f->hint = p->first_hint;
	f->nhints = step->nhints - p->first_hint;
	p->first_hint = step->nhints;
	if (f->kind == FENCE_PREDICT && numbered(cmark_node_previous(node)))
		f->nchoices = items(cmark_node_previous(node));
	return 0;
}

/* The reasons of a prediction are the first thing after it. */
static bool take_reasons(struct parser *p, cmark_node *end)
{
	struct step *step = current(p);
	struct fence *f = step && step->nfences ? &step->fence[step->nfences - 1] : NULL;

	if (!f || f->kind != FENCE_PREDICT || p->from != p->open || step->nhints != p->first_hint)
		return false;
	f->why = (struct prose){ p->open, end, true };
	for (cmark_node *node = p->open; node != end && !f->reasons; node = cmark_node_next(node))
		f->reasons = numbered(node);
	p->from = NULL;
	return true;
}

/* A <details> ends with node: reasons, a solution, or a hint. */
static void on_details(struct parser *p, cmark_node *node)
{
	struct step *step = step_for(p, node);
	cmark_node *end = cmark_node_next(node);

	if (p->solution) {
		step->fence[p->solution - 1].told = (struct prose){ p->from, node, true };
		if (!p->from)
			step->fence[p->solution - 1].told.from = node;
		p->from = NULL;
	} else if (!take_reasons(p, end)) {
		GROW(step->hint, step->nhints, p->hint_cap);
		step->hint[step->nhints++] = (struct prose){ p->open, end, true };
	}
	p->open = NULL;
	p->solution = 0;
}

static void on_html(struct parser *p, cmark_node *node)
{
	int before = p->depth;
	bool any;

	p->depth = render_details(node, before, &any);
	if (!before && any)
		p->open = node;
	if (any && !p->depth)
		on_details(p, node);
}

/* The one fence that is played in a <details>: a task's solution. */
static int on_solution(struct parser *p, cmark_node *node)
{
	struct opening o = opening_of(p, node);
	struct step *step;

	if (fence_is_console(o.info) && memchr(o.info.s, '{', o.info.n) &&
	    (p->solution || !fence_is_goal(o.info)))
		return fail(p->cause,
			    "%s:%d: inside <details> a console fence is played only as a task's "
			    "solution, and there is one to each: {goal=\"...\"}",
			    p->l->path, line_of(p, node));
	if (!fence_is_goal(o.info)) {
		p->from = p->from ? p->from : node;
		return 0;
	}
	if (on_fence(p, node))
		return -1;
	step = current(p);
	step->fence[step->nfences - 1].hidden = true;
	p->solution = step->nfences;
	return 0;
}

static bool is_comment(cmark_node *node)
{
	return !strncmp(cmark_node_get_literal(node), "<!--", 4);
}

static int walk(struct parser *p)
{
	cmark_node *node = cmark_node_first_child(p->l->doc);

	for (; node; node = cmark_node_next(node)) {
		cmark_node_type type = cmark_node_get_type(node);
		bool outside = !p->depth;

		if (type == CMARK_NODE_HTML_BLOCK) {
			if (!p->from && !current(p) && is_comment(node))
				continue; /* a licence line is no step */
			p->from = p->from ? p->from : node;
			on_html(p, node);
		} else if (outside && type == CMARK_NODE_HEADING &&
			   cmark_node_get_heading_level(node) <= 2) {
			on_heading(p, node);
		} else if (outside && type == CMARK_NODE_CODE_BLOCK && opening_of(p, node).c) {
			if (on_fence(p, node))
				return -1;
		} else if (type == CMARK_NODE_CODE_BLOCK && p->depth == 1 &&
			   opening_of(p, node).c) {
			if (on_solution(p, node))
				return -1;
		} else if (!p->from) {
			p->from = node;
		}
	}
	if (p->depth)
		return fail(p->cause, "%s:%d: the <details> that opens here is never closed",
			    p->l->path, line_of(p, p->open));
	end_step(p, NULL);
	return 0;
}

static void name_it(struct lesson *l)
{
	const char *slash = strrchr(l->path, '/'), *given = lesson_field(l, "title");
	struct str title = STR_INIT;

	if (!l->title || given) {
		given = given ? given : slash ? slash + 1 : l->path;
		str_clean(&title, given, strlen(given));
		free(l->title);
		l->title = str_take(&title);
	}
	if (l->nsteps && !l->step[0].title)
		l->step[0].title = xstrdup(l->title);
}

int lesson_number_of(const struct lesson *l, int step)
{
	/* only the first may have none */
	return step < l->nsteps && l->step[step].heading ? step + l->step[0].heading : 0;
}

int lesson_steps(const struct lesson *l)
{
	return l->nsteps - (l->nsteps && !l->step[0].heading);
}

int lesson_reasons(const struct fence *f)
{
	return f->reasons ? items(f->reasons) : f->why.from != f->why.to;
}

struct prose lesson_reason(const struct fence *f, int k)
{
	cmark_node *item = f->reasons ? cmark_node_first_child(f->reasons) : NULL;

	while (item && k--)
		item = cmark_node_next(item);
	if (!item)
		return f->why;
	return (struct prose){ .from = cmark_node_first_child(item) };
}

int lesson_parse(struct lesson *l, const char *path, const char *text, size_t n, char **cause)
{
	struct parser p = { .l = l, .cause = cause };
	size_t skipped;
	int ret = -1;

	*l = (struct lesson){ .path = xstrdup(path) };
	if (!source_init(&p.src, l->path, text, n, cause) && !front_matter(p.l, &p.src, p.cause)) {
		skipped = p.src.body < p.src.nlines
				  ? (size_t)(p.src.line[p.src.body].s - p.src.text)
				  : p.src.n;
		l->doc = cmark_parse_document(p.src.text + skipped, p.src.n - skipped,
					      CMARK_OPT_DEFAULT);
		ret = check_fences(&p) || walk(&p) ? -1 : 0;
	}
	name_it(l);
	source_release(&p.src);
	return ret;
}

int lesson_load(struct lesson *l, const char *path, char **cause)
{
	char *text;
	size_t n;
	int ret;

	*l = LESSON_INIT;
	if (source_read(path, &text, &n, cause))
		return -1;
	ret = lesson_parse(l, path, text, n, cause);
	free(text);
	return ret;
}

void lesson_release(struct lesson *l)
{
	for (int i = 0; i < l->nsteps; i++) {
		for (int k = 0; k < l->step[i].nfences; k++)
			fence_release(&l->step[i].fence[k]);
		free(l->step[i].fence);
		free(l->step[i].hint);
		free(l->step[i].title);
	}
	for (int i = 0; i < l->nfields; i++) {
		free(l->field[i].key);
		free(l->field[i].value);
	}
	if (l->doc)
		cmark_node_free(l->doc);
	free(l->step);
	free(l->field);
	free(l->title);
	free(l->path);
	*l = LESSON_INIT;
}
