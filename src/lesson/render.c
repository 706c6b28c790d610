/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the tree by cmark's iterator, never by recursion: a file may nest a million quotations.
 * What a paragraph holds is gathered in `text` and set when the paragraph ends.
 */
#include "lesson/render.h"

#include "lesson/flow.h"

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
	bool gap;  /* a blank line before the next block */
	bool hint; /* <details> are wanted */
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

/* ---- inlines ---- */

static void style(struct render *r, const char *ansi, const char *plain)
{
	str_add(&r->text, r->colour ? ansi : plain);
}

/* Foreign text in a line: a character reference may have made tabs and line ends of it. */
static void add_text(struct render *r, const char *s, size_t n)
{
	size_t from = r->text.len;

	str_clean(&r->text, s, n);
	for (size_t i = from; i < r->text.len; i++)
		if (r->text.s[i] == '\t' || r->text.s[i] == '\n')
			r->text.s[i] = ' ';
}

static void put_code(struct render *r, const char *s)
{
	size_t from;

	style(r, "\033[36m", "`");
	from = r->text.len;
	add_text(r, s, strlen(s));
	for (size_t i = from; i < r->text.len; i++)
		if (r->text.s[i] == '|')
			r->text.s[i] = FLOW_BAR;
	style(r, "\033[39m", "`");
}

/* The address behind a link's text, unless that is the address itself or a place in the file. */
static void put_url(struct render *r, cmark_node *link)
{
	cmark_node *child = cmark_node_first_child(link);
	const char *url = cmark_node_get_url(link), *text;

	text = child && !cmark_node_next(child) ? cmark_node_get_literal(child) : NULL;
	if (!*url || *url == '#' || (text && !strcmp(text, url)))
		return;
	str_add(&r->text, " (");
	add_text(r, url, strlen(url));
	str_addc(&r->text, ')');
}

static void inline_node(struct render *r, cmark_node *node, bool enter)
{
	const char *s = cmark_node_get_literal(node);

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		add_text(r, s, strlen(s));
		break;
	case CMARK_NODE_CODE:
		put_code(r, s);
		break;
	case CMARK_NODE_SOFTBREAK:
		str_addc(&r->text, FLOW_SOFT);
		break;
	case CMARK_NODE_LINEBREAK:
		str_addc(&r->text, FLOW_HARD);
		break;
	case CMARK_NODE_EMPH:
		style(r, enter ? "\033[3m" : "\033[23m", "*");
		break;
	case CMARK_NODE_STRONG:
		style(r, enter ? "\033[1m" : "\033[22m", "**");
		break;
	case CMARK_NODE_HTML_INLINE:
		if (!strncasecmp(s, "<br", 3))
			str_addc(&r->text, FLOW_HARD);
		break;
	case CMARK_NODE_IMAGE:
		str_addc(&r->text, enter ? '[' : ']');
		break;
	case CMARK_NODE_LINK:
		if (!enter)
			put_url(r, node);
		break;
	default:
		break;
	}
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

	style(r, "\033[22m", "");
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

/* What is left of HTML without its tags and comments, if that is more than blanks. */
static void put_html(struct render *r, const char *s)
{
	struct str plain = STR_INIT;
	const char *end;

	while (*s) {
		if (*s == '<') {
			bool comment = !strncmp(s, "<!--", 4);

			end = strstr(s, comment ? "-->" : ">");
			s = end ? end + (comment ? 3 : 1) : s + strlen(s);
		} else {
			end = strchrnul(s, '<');
			str_addn(&plain, s, (size_t)(end - s));
			s = end;
		}
	}
	s = str_text(&plain);
	s += strspn(s, " \t\r\n");
	while (*s) {
		size_t n = strcspn(s, "\r\n");

		add_text(r, s, n);
		s += n;
		if (*s)
			str_addc(&r->text, FLOW_SOFT);
		s += strspn(s, "\r\n");
	}
	if (r->text.len)
		put_paragraph(r);
	str_free(&plain);
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
			style(r, "\033[1m", "");
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
		put_html(r, cmark_node_get_literal(node));
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
		inline_node(r, node, enter);
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

void render_prose(struct str *out, const struct prose *prose, int width, bool colour)
{
	struct render r = { .out = out, .width = width < 0 ? 0 : width, .colour = colour };

	r.hint = prose->hint;
	for (cmark_node *node = prose->from; node != prose->to; node = cmark_node_next(node))
		put_block(&r, node);
	str_free(&r.text);
	str_free(&r.rest);
	str_free(&r.lead);
	free(r.outer);
}

void render_markdown(struct str *out, const char *text, size_t n, int width, bool colour)
{
	cmark_node *doc = cmark_parse_document(text, n, CMARK_OPT_VALIDATE_UTF8);
	struct prose prose = { .from = cmark_node_first_child(doc) };

	render_prose(out, &prose, width, colour);
	cmark_node_free(doc);
}

int render_columns(const char *s, size_t n)
{
	return flow_columns(s, n);
}
