/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A goal's text to its tree: tokens, then a function for each level of the grammar.
 *
 *   or    = and { "or" and } ;           and   = not { "and" not } ;
 *   not   = { "not" } test ;             test  = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum ] ;
 *   sum   = [ "-" ] place { ( "+" | "-" ) place } ;
 *   place = atom { "." NAME | "[" sum "]" } ;
 *   atom  = INT | TEXT | NAME [ ":" INT | "(" [ arg { "," arg } ] ")" ] | "(" or ")" ;
 *   arg   = or | "*" ;
 */
#include "lesson/goal_priv.h"
#include "lesson/goal_token.h"

#include "call/words.h"

#include <stdlib.h>
#include <string.h>

static void node_free(struct node *n)
{
	if (!n)
		return;
	for (int i = 0; i < n->nkids; i++)
		node_free(n->kid[i]);
	free(n->text);
	free(n);
}

void goal_free(struct goal *g)
{
	if (!g)
		return;
	node_free(g->top);
	free(g->text);
	free(g);
}

/* -- the tree -- */

static struct node *node_new(enum node_type type, size_t from, size_t to)
{
	struct node *n = xcalloc(1, sizeof(*n));

	n->type = type;
	n->from = from;
	n->to = to;
	return n;
}

/* Of the token, which is taken. */
static struct node *leaf(struct goal_text *p, enum node_type type)
{
	struct node *n = node_new(type, p->from, p->at);

	n->num = p->num;
	n->text = type == NODE_TEXT ? str_take(&p->value) : xstrndup(p->text + p->from, p->len);
	if (!token_next(p))
		return n;
	node_free(n);
	return NULL;
}

/* NULL if either is, and then frees both. */
static struct node *join(enum node_type type, enum op op, struct node *a, struct node *b)
{
	struct node *n = NULL;

	if (a && b) {
		n = node_new(type, a->from, b->to);
		n->op = op;
		n->kid[0] = a;
		n->kid[1] = b;
		n->nkids = 2;
		return n;
	}
	node_free(a);
	node_free(b);
	return NULL;
}

static struct node *parse_or(struct goal_text *p);
static struct node *parse_sum(struct goal_text *p);

static struct node *parse_arg(struct goal_text *p)
{
	return token_is(p, "*") ? leaf(p, NODE_NAME) : parse_or(p);
}

/* Behind NAME "(". */
static struct node *parse_call(struct goal_text *p, struct node *name)
{
	struct node *call = node_new(NODE_CALL, name->from, name->to);

	call->func = goal_function(name->text);
	if (!call->func)
		fail(p->cause, "column %zu: there is no %s(); help goals lists what there is",
		     name->from + 1, name->text);
	node_free(name);
	if (!call->func || token_next(p))
		goto bad;
	while (!token_is(p, ")")) {
		if (call->nkids == GOAL_ARGS) {
			token_complain(p, p->from, "that is one argument too many");
			goto bad;
		}
		if (!(call->kid[call->nkids] = parse_arg(p)))
			goto bad;
		call->nkids++;
		if (token_is(p, ",")) {
			if (token_next(p))
				goto bad;
		} else if (!token_is(p, ")")) {
			token_complain(p, p->from, "a , or ) is wanted");
			goto bad;
		}
	}
	call->to = p->at;
	if (!goal_args(p, call) && !token_next(p))
		return call;
bad:
	node_free(call);
	return NULL;
}

/* msg:3, behind msg. */
static struct node *parse_id(struct goal_text *p, struct node *kind)
{
	enum kind k = goal_kind(kind->text);

	kind->type = NODE_ID;
	if (!token_next(p)) {
		if (p->token == T_INT && k >= KIND_MSG && k <= KIND_SEM) {
			kind->num = p->num;
			kind->to = p->at;
			if (!token_next(p))
				return kind;
		} else {
			token_complain(p, kind->from,
				       "an object by its id is msg:0, shm:0 or sem:0");
		}
	}
	node_free(kind);
	return NULL;
}

static struct node *parse_atom(struct goal_text *p)
{
	struct node *n;
	size_t from = p->from;

	switch (p->token) {
	case T_INT:
		return leaf(p, NODE_NUMBER);
	case T_TEXT:
		return leaf(p, NODE_TEXT);
	case T_NAME:
		if (token_is_word(p, "and") || token_is_word(p, "or") || token_is_word(p, "not"))
			break;
		n = leaf(p, NODE_NAME);
		if (n && token_is(p, "("))
			return parse_call(p, n);
		return n && token_is(p, ":") ? parse_id(p, n) : n;
	default:
		if (!token_is(p, "("))
			break;
		n = token_next(p) ? NULL : parse_or(p);
		if (n && !token_is(p, ")")) {
			fail(p->cause, "column %zu: the ( of column %zu is not closed", p->from + 1,
			     from + 1);
			node_free(n);
			return NULL;
		}
		if (n) {
			n->from = from;
			n->to = p->at;
		}
		if (n && token_next(p)) {
			node_free(n);
			return NULL;
		}
		return n;
	}
	token_complain(p, p->from,
		       p->token == T_END ? "a value is wanted here, and the text ends"
					 : "a value is wanted here");
	return NULL;
}

static struct node *parse_field(struct goal_text *p, struct node *n)
{
	struct node *field;

	if (token_next(p) || p->token != T_NAME) {
		token_complain(p, p->from, "a field's name is wanted after the dot");
		node_free(n);
		return NULL;
	}
	field = node_new(NODE_FIELD, n->from, p->at);
	field->text = xstrndup(p->text + p->from, p->len);
	field->kid[0] = n;
	field->nkids = 1;
	if (!token_next(p))
		return field;
	node_free(field);
	return NULL;
}

static struct node *parse_index(struct goal_text *p, struct node *n)
{
	struct node *at = token_next(p) ? NULL : parse_sum(p);

	if (at && !token_is(p, "]")) {
		token_complain(p, p->from, "a ] is wanted");
		node_free(at);
		at = NULL;
	}
	n = join(NODE_INDEX, 0, n, at);
	if (n)
		n->to = p->at;
	if (n && token_next(p)) {
		node_free(n);
		return NULL;
	}
	return n;
}

static struct node *parse_place(struct goal_text *p)
{
	struct node *n = parse_atom(p);

	for (int i = 0; n && i < GOAL_DEEP; i++) {
		if (token_is(p, "."))
			n = parse_field(p, n);
		else if (token_is(p, "["))
			n = parse_index(p, n);
		else
			break;
	}
	return n;
}

static struct node *parse_sum(struct goal_text *p)
{
	size_t from = p->from;
	bool minus = token_is(p, "-");
	struct node *n;

	if (p->depth == GOAL_DEEP) {
		token_complain(p, from, "this is nested too deep");
		return NULL;
	}
	p->depth++;
	n = minus && token_next(p) ? NULL : parse_place(p);
	if (n && minus) {
		struct node *of = n;

		n = node_new(NODE_MINUS, from, of->to);
		n->kid[0] = of;
		n->nkids = 1;
	}
	/* a chain leans to the left, and is freed by as many calls as it is long */
	for (int i = 0; n && (token_is(p, "+") || token_is(p, "-")); i++) {
		enum op op = token_is(p, "+") ? OP_PLUS : OP_LESS;

		n = join(NODE_OP, op, n, token_next(p) ? NULL : parse_place(p));
	}
	p->depth--;
	return n;
}

static struct node *parse_test(struct goal_text *p)
{
	static const char *const ops[] = {
		[OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<",
		[OP_LE] = "<=", [OP_GT] = ">",  [OP_GE] = ">=",
	};
	struct node *n = parse_sum(p);

	for (enum op op = OP_EQ; n && op <= OP_GE; op++)
		if (token_is(p, ops[op]))
			return join(NODE_OP, op, n, token_next(p) ? NULL : parse_sum(p));
	return n;
}

static struct node *parse_not(struct goal_text *p)
{
	size_t from = p->from;
	int nots = 0;
	struct node *n, *of;

	for (; token_is_word(p, "not"); nots++)
		if (token_next(p))
			return NULL;
	of = parse_test(p);
	if (!of || nots % 2 == 0)
		return of;
	n = node_new(NODE_NOT, from, of->to);
	n->kid[0] = of;
	n->nkids = 1;
	return n;
}

static struct node *parse_and(struct goal_text *p)
{
	struct node *n = parse_not(p);

	while (n && token_is_word(p, "and"))
		n = join(NODE_OP, OP_AND, n, token_next(p) ? NULL : parse_not(p));
	return n;
}

static struct node *parse_or(struct goal_text *p)
{
	struct node *n = parse_and(p);

	while (n && token_is_word(p, "or"))
		n = join(NODE_OP, OP_OR, n, token_next(p) ? NULL : parse_and(p));
	return n;
}

/* column: how much stands before the text in what the author wrote. */
static struct goal *parse(const char *text, size_t len, size_t column, char **cause)
{
	char *padded = xmalloc(column + len + 1);
	struct goal_text p = { .text = padded, .at = column, .cause = cause };
	struct node *top = NULL;
	struct goal *g = NULL;

	memset(padded, ' ', column);
	memcpy(padded + column, text, len);
	padded[column + len] = '\0';
	if (column + len > GOAL_LONG)
		fail(cause, "a goal has %d bytes at most", GOAL_LONG);
	else if (!token_next(&p))
		top = parse_or(&p);
	if (top && p.token != T_END) {
		token_complain(&p, p.from, "and, or, a comparison or the end is wanted here");
		node_free(top);
		top = NULL;
	}
	if (top) {
		g = xcalloc(1, sizeof(*g));
		g->top = top;
		g->text = padded;
	} else {
		free(padded);
	}
	str_free(&p.value);
	return g;
}

struct goal *goal_parse(const char *text, char **cause)
{
	return parse(text, strlen(text), 0, cause);
}

/* Up to a ; outside quotes. */
static size_t one(const char *s)
{
	size_t n = 0;

	while (s[n] && s[n] != ';') {
		size_t quoted =
			s[n] == '\'' || s[n] == '"' ? words_quoted(s + n, strlen(s + n)) : 0;

		n += quoted ? quoted : 1;
	}
	return n;
}

struct goal **goal_parse_all(const char *text, int *n, char **cause)
{
	struct goal **all = NULL;
	int cap = 0;

	*n = 0;
	for (size_t at = 0;;) {
		size_t len = one(text + at);
		struct goal *g = parse(text + at, len, at, cause);

		if (!g)
			break;
		GROW(all, *n, cap);
		all[(*n)++] = g;
		if (!text[at + len])
			return all;
		at += len + 1;
	}
	while (*n)
		goal_free(all[--*n]);
	free(all);
	return NULL;
}
