/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the tree by cmark's iterator, never by recursion: a file may nest a million quotations.
 * What a paragraph holds is gathered in `text` (inline.c) and set (flow.c) when the paragraph ends.
 */
#include "lesson/render.h"

#include "lesson/flow.h"
#include "lesson/inline.h"

#include <cmark.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct render {
	struct str *out;
	int width;
	bool colour;
	struct str text; /* of the paragraph or heading that is open */
	struct str rest; /* what stands before every line: indents, marks of quotations */
	struct str lead; /* before the next line instead, if an item has just begun */
	bool item;       /* lead is in use */
	size_t outside;  /* rest's length before what lead begins */
	size_t *outer;   /* rest's length outside each open item or quotation */
	int depth, cap;
	bool gap;    /* a blank line before the next block */
	bool hint;   /* <details> are wanted */
	bool inside; /* but not their <summary> */
	int details;
};

/* ---- what stands before a line ---- */

/* Indents no further than half the screen, however deep the file nests. */
static void indent(struct render *r, const char *first, const char *rest)
{
	int limit = r->width ? r->width / 2 : 200;

	GROW(r->outer, r->depth, r->cap);
	r->outer[r->depth++] = r->rest.len;
	if ((int)r->rest.len + (int)strlen(rest) > limit)
		first = rest = "";
	if (!r->item) {
		str_reset(&r->lead);
		str_add(&r->lead, str_text(&r->rest));
		r->outside = r->rest.len;
		r->item = true;
	}
	str_add(&r->lead, first);
	str_add(&r->rest, rest);
}

static void begin_block(struct render *r)
{
	size_t n = r->item ? r->outside : r->rest.len;

	if (r->gap) {
		while (n && r->rest.s[n - 1] == ' ')
			n--;
		str_addn(r->out, str_text(&r->rest), n);
		str_addc(r->out, '\n');
	}
	r->gap = true;
}

static const char *lead(struct render *r)
{
	bool item = r->item;

	r->item = false;
	return str_text(item ? &r->lead : &r->rest);
}

static void outdent(struct render *r)
{
	if (r->item) { /* there was nothing in it */
		begin_block(r);
		flow_text(r->out, "", lead(r), "", 0);
	}
	str_trim(&r->rest, r->outer[--r->depth]);
}

/* ---- blocks ---- */

static void put_paragraph(struct render *r)
{
	const char *s = str_text(&r->text);

	begin_block(r);
	(flow_is_table(s) ? flow_table : flow_text)(r->out, s, lead(r), str_text(&r->rest),
						    r->width);
	str_reset(&r->text);
}

static void put_heading(struct render *r)
{
	int columns = flow_columns(str_text(&r->text), r->text.len);

	inline_style(&r->text, r->colour, "\033[22m", "");
	begin_block(r);
	flow_text(r->out, str_text(&r->text), lead(r), str_text(&r->rest), r->width);
	if (!r->colour) {
		if (r->width && columns > r->width - (int)r->rest.len)
			columns = r->width - (int)r->rest.len;
		str_add(r->out, str_text(&r->rest));
		str_fill(r->out, '-', columns > 0 ? (size_t)columns : 0);
		str_addc(r->out, '\n');
	}
	str_reset(&r->text);
}

/* Code, as it stands. */
static void put_lines(struct render *r, const char *s)
{
	struct str first = STR_INIT, rest = STR_INIT;

	if (*s) {
		begin_block(r);
		str_addf(&first, "%s    ", lead(r));
		str_addf(&rest, "%s    ", str_text(&r->rest));
		flow_lines(r->out, s, str_text(&first), str_text(&rest));
	}
	str_free(&first);
	str_free(&rest);
}

static void put_break(struct render *r)
{
	int n = (r->width ? r->width : 40) - (int)r->rest.len;

	begin_block(r);
	str_add(r->out, lead(r));
	str_fill(r->out, '-', n < 3 ? 3 : n > 40 ? 40 : (size_t)n);
	str_addc(r->out, '\n');
}

static size_t count(const char *s, const char *what)
{
	size_t n = 0;

	while ((s = strcasestr(s, what))) {
		n++;
		s += strlen(what);
	}
	return n;
}

int render_details(cmark_node *html, int depth, bool *any)
{
	const char *s = cmark_node_get_literal(html);
	size_t opened = 0, closed = 0;

	if (strncmp(s, "<!--", 4)) {
		opened = count(s, "<details");
		closed = count(s, "</details");
	}
	*any = depth > 0 || opened;
	depth += (int)opened - (int)closed;
	return depth > 0 ? depth : 0;
}

/* The list's user data counts, because to count the items before this one would take long. */
static void on_item(struct render *r, cmark_node *item, bool enter)
{
	cmark_node *list = cmark_node_parent(item);
	char mark[24] = "- ", blank[24];
	intptr_t n;

	if (!enter) {
		outdent(r);
		return;
	}
	if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
		n = (intptr_t)cmark_node_get_user_data(list);
		cmark_node_set_user_data(list, (void *)(n + 1));
		snprintf(mark, sizeof(mark), "%ld%c ", (long)n,
			 cmark_node_get_list_delim(list) == CMARK_PAREN_DELIM ? ')' : '.');
	}
	memset(blank, ' ', sizeof(blank));
	blank[strlen(mark)] = '\0';
	if (cmark_node_get_list_tight(list) && cmark_node_previous(item))
		r->gap = false;
	indent(r, mark, blank);
}

/* In an item of a tight list, one block follows the other at once. */
static void close_up(struct render *r, cmark_node *node)
{
	cmark_node *item = cmark_node_parent(node);

	if (item && cmark_node_get_type(item) == CMARK_NODE_ITEM && cmark_node_previous(node) &&
	    cmark_node_get_list_tight(cmark_node_parent(item)))
		r->gap = false;
}

static const char *after_summary(const struct render *r, const char *s)
{
	const char *end = r->inside ? strcasestr(s, "</summary>") : NULL;

	return end ? end : s;
}

static void block_node(struct render *r, cmark_node *node, bool enter)
{
	if (enter)
		close_up(r, node);
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_PARAGRAPH:
		if (!enter)
			put_paragraph(r);
		break;
	case CMARK_NODE_HEADING:
		if (enter)
			inline_style(&r->text, r->colour, "\033[1m", "");
		else
			put_heading(r);
		break;
	case CMARK_NODE_CODE_BLOCK:
		put_lines(r, cmark_node_get_literal(node));
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		put_break(r);
		break;
	case CMARK_NODE_HTML_BLOCK:
		inline_html(&r->text, after_summary(r, cmark_node_get_literal(node)));
		if (r->text.len)
			put_paragraph(r);
		break;
	case CMARK_NODE_BLOCK_QUOTE:
		if (enter)
			indent(r, "| ", "| ");
		else
			outdent(r);
		break;
	case CMARK_NODE_LIST:
		cmark_node_set_user_data(node, (void *)(intptr_t)cmark_node_get_list_start(node));
		break;
	case CMARK_NODE_ITEM:
		on_item(r, node, enter);
		break;
	default:
		inline_node(&r->text, r->colour, node, enter);
	}
}

/* One top-level block and all in it. */
static void put_block(struct render *r, cmark_node *block)
{
	cmark_event_type event;
	cmark_iter *iter;
	int before = r->details;
	bool any = before > 0;

	if (cmark_node_get_type(block) == CMARK_NODE_HTML_BLOCK)
		r->details = render_details(block, before, &any);
	if (any && !r->hint)
		return;
	iter = cmark_iter_new(block);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		block_node(r, cmark_iter_get_node(iter), event == CMARK_EVENT_ENTER);
	cmark_iter_free(iter);
}

static void render(struct str *out, const struct prose *prose, int width, bool colour, bool inside)
{
	struct render r = { .out = out, .width = width < 0 ? 0 : width, .colour = colour };

	r.hint = prose->hint;
	r.inside = inside;
	for (cmark_node *node = prose->from; node != prose->to; node = cmark_node_next(node))
		put_block(&r, node);
	str_free(&r.text);
	str_free(&r.rest);
	str_free(&r.lead);
	free(r.outer);
}

void render_prose(struct str *out, const struct prose *prose, int width, bool colour)
{
	render(out, prose, width, colour, false);
}

void render_inside(struct str *out, const struct prose *prose, int width, bool colour)
{
	render(out, prose, width, colour, true);
}

void render_markdown(struct str *out, const char *text, size_t n, int width, bool colour)
{
	cmark_node *doc = cmark_parse_document(text, n, CMARK_OPT_VALIDATE_UTF8);
	struct prose prose = { .from = cmark_node_first_child(doc) };

	render_prose(out, &prose, width, colour);
	cmark_node_free(doc);
}

void render_words(struct str *out, const char *text, int width)
{
	flow_text(out, text, "", "", width);
}

int render_columns(const char *s, size_t n)
{
	return flow_columns(s, n);
}
