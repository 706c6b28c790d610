/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inlines (lesson/inline.h).  Tabs and line ends that a character reference made become blanks
 * here, for those that are left are flow.c's.  Runs in the shell.
 */
#include "lesson/inline.h"

#include "lesson/flow.h"

#include <cmark.h>
#include <string.h>

void inline_style(struct str *out, bool colour, const char *ansi, const char *plain)
{
	str_add(out, colour ? ansi : plain);
}

/* Foreign text in a line: a character reference may have made tabs and line ends of it. */
static void add_text(struct str *out, const char *s, size_t n)
{
	size_t from = out->len;

	str_clean(out, s, n);
	for (size_t i = from; i < out->len; i++)
		if (out->s[i] == '\t' || out->s[i] == '\n')
			out->s[i] = ' ';
}

static void put_code(struct str *out, bool colour, const char *s)
{
	size_t from;

	inline_style(out, colour, "\033[36m", "`");
	from = out->len;
	add_text(out, s, strlen(s));
	for (size_t i = from; i < out->len; i++)
		if (out->s[i] == '|')
			out->s[i] = FLOW_BAR;
	inline_style(out, colour, "\033[39m", "`");
}

/* The address behind a link's text, unless that is the address itself or a place in the file. */
static void put_url(struct str *out, cmark_node *link)
{
	cmark_node *child = cmark_node_first_child(link);
	const char *url = cmark_node_get_url(link), *text;

	text = child && !cmark_node_next(child) ? cmark_node_get_literal(child) : NULL;
	if (!*url || *url == '#' || (text && !strcmp(text, url)))
		return;
	str_add(out, " (");
	add_text(out, url, strlen(url));
	str_addc(out, ')');
}

void inline_node(struct str *out, bool colour, cmark_node *node, bool enter)
{
	const char *s = cmark_node_get_literal(node);

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		add_text(out, s, strlen(s));
		break;
	case CMARK_NODE_CODE:
		put_code(out, colour, s);
		break;
	case CMARK_NODE_SOFTBREAK:
		str_addc(out, FLOW_SOFT);
		break;
	case CMARK_NODE_LINEBREAK:
		str_addc(out, FLOW_HARD);
		break;
	case CMARK_NODE_EMPH:
		inline_style(out, colour, enter ? "\033[3m" : "\033[23m", "*");
		break;
	case CMARK_NODE_STRONG:
		inline_style(out, colour, enter ? "\033[1m" : "\033[22m", "**");
		break;
	case CMARK_NODE_HTML_INLINE:
		if (!strncasecmp(s, "<br", 3))
			str_addc(out, FLOW_HARD);
		break;
	case CMARK_NODE_IMAGE:
		str_addc(out, enter ? '[' : ']');
		break;
	case CMARK_NODE_LINK:
		if (!enter)
			put_url(out, node);
		break;
	default:
		break;
	}
}

void inline_html(struct str *out, const char *s)
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

		add_text(out, s, n);
		s += n;
		if (*s)
			str_addc(out, FLOW_SOFT);
		s += strspn(s, "\r\n");
	}
	str_free(&plain);
}
