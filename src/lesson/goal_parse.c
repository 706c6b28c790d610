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

#include "call/format.h"
#include "call/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum token { T_END, T_INT, T_TEXT, T_NAME, T_OP };

struct parser {
	const char *text;
	size_t at; /* behind the token */
	int depth;
	char **cause;
	enum token token;
	size_t from; /* where the token stands */
	size_t len;
	long num;
	struct str value; /* T_TEXT: what it says */
};

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

/* -- tokens -- */

static int complain(struct parser *p, size_t at, const char *what)
{
	return fail(p->cause, "column %zu: %s", at + 1, what);
}

static int read_text(struct parser *p, const char *s)
{
	size_t n = words_quoted(s, strlen(s));
	struct word w = { s, n, (int)p->from };
	char *cause = NULL;
	long repeat;

	if (!n)
		return complain(p, p->from, "this quote is never closed");
	str_reset(&p->value);
	if (words_text(&w, &p->value, &repeat, &cause)) {
		fail(p->cause, "column %zu: %s", p->from + 1, cause);
		free(cause);
		return -1;
	}
	p->token = T_TEXT;
	p->len = n;
	return 0;
}

static int read_int(struct parser *p, const char *s)
{
	size_t n = strspn(s, "0123456789abcdefxABCDEFX");
	unsigned long value;
	long taken = words_int(s, n, &value);

	if (taken <= 0 || (size_t)taken != n || value > 0x7fffffffffffffffUL)
		return complain(p, p->from, "this is no number");
	p->token = T_INT;
	p->num = (long)value;
	p->len = n;
	return 0;
}

static int next(struct parser *p)
{
	static const char *const two[] = { "==", "!=", "<=", ">=" };
	const char *s;

	p->from = p->at + strspn(p->text + p->at, " \t");
	s = p->text + p->from;
	p->token = T_END;
	p->len = 0;
	if (*s == '\'' || *s == '"') {
		if (read_text(p, s))
			return -1;
	} else if (isdigit((unsigned char)*s)) {
		if (read_int(p, s))
			return -1;
	} else if (isalpha((unsigned char)*s) || *s == '_') {
		p->token = T_NAME;
		while (isalnum((unsigned char)s[p->len]) || s[p->len] == '_')
			p->len++;
	} else if (*s) {
		p->token = T_OP;
		for (size_t i = 0; i < ARRAY_LEN(two) && !p->len; i++)
			p->len = strncmp(s, two[i], 2) ? 0 : 2;
		if (!p->len && strchr("<>+-.,()[]:*", *s))
			p->len = 1;
		if (!p->len)
			return complain(p, p->from,
					*s == '=' ? "== compares; = alone means nothing here"
						  : "this means nothing here");
	}
	p->at = p->from + p->len;
	return 0;
}

static bool is(const struct parser *p, enum token token, const char *s)
{
	return p->token == token && strlen(s) == p->len && !strncmp(p->text + p->from, s, p->len);
}

static bool is_op(const struct parser *p, const char *s)
{
	return is(p, T_OP, s);
}

static bool is_word(const struct parser *p, const char *s)
{
	return is(p, T_NAME, s);
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
static struct node *leaf(struct parser *p, enum node_type type)
{
	struct node *n = node_new(type, p->from, p->at);

	n->num = p->num;
	n->text = type == NODE_TEXT ? str_take(&p->value) : xstrndup(p->text + p->from, p->len);
	if (!next(p))
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

static struct node *parse_or(struct parser *p);
static struct node *parse_sum(struct parser *p);

static const struct function *find(const char *name)
{
	const struct function *const tables[] = { goal_now, goal_past };

	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (const struct function *f = tables[t]; f->name; f++)
			if (!strcmp(f->name, name))
				return f;
	return NULL;
}

static int errno_number(const char *name)
{
	for (int e = 1; e < 200; e++)
		if (!strcmp(errno_name(e), name))
			return e;
	return 0;
}

/* Can this stand for an argument of that letter? NULL, or what is wanted. */
static const char *misfit(char letter, const struct node *n)
{
	bool name = n->type == NODE_NAME, star = name && !strcmp(n->text, "*");
	size_t len = name ? strlen(n->text) : 0;

	switch (letter) {
	case 'p':
		return name ? NULL : "a process's name, or *, is wanted";
	case 'c':
		return name && (star || !strcmp(n->text, "command") || prim_find(n->text, len) >= 0)
			       ? NULL
			       : "a call's name is wanted: msgrcv, semop, command ...";
	case 'e':
		return name && (star || errno_number(n->text))
			       ? NULL
			       : "an errno's name is wanted: EAGAIN";
	case 's':
		return name && (star || signo_parse(n->text, len) > 0)
			       ? NULL
			       : "a signal's name is wanted: SIGUSR1";
	case 'k':
		return name && goal_kind(n->text) ? NULL
						  : "msg, shm, sem, pipe, fifo or proc is wanted";
	case 'r':
	case 'd':
		return name && !star ? NULL : "a name is wanted";
	case 'w':
		return (name && !star) || n->type == NODE_TEXT ? NULL : "a path is wanted";
	case 't':
		return n->type == NODE_TEXT ? NULL : "a text is wanted: 'hello'";
	case 'i':
		return n->type == NODE_INDEX ? NULL : "a semaphore is wanted: s[0]";
	case 'n':
		return NULL;
	default:
		return star ? "* cannot stand here" : NULL;
	}
}

static int check_args(struct parser *p, const struct node *call)
{
	const struct function *f = call->func;
	int most = (int)strlen(f->args);

	/* printed('hello') is of anybody */
	if (!strcmp(f->args, "pt") && call->nkids == 1)
		return misfit('t', call->kid[0])
			       ? complain(p, call->kid[0]->from, misfit('t', call->kid[0]))
			       : 0;
	if (call->nkids < f->least || call->nkids > most)
		return f->least == most
			       ? fail(p->cause, "column %zu: %s() takes %d, not %d", call->from + 1,
				      f->name, most, call->nkids)
			       : fail(p->cause, "column %zu: %s() takes %d to %d, not %d",
				      call->from + 1, f->name, f->least, most, call->nkids);
	for (int i = 0; i < call->nkids; i++)
		if (misfit(f->args[i], call->kid[i]))
			return complain(p, call->kid[i]->from, misfit(f->args[i], call->kid[i]));
	return 0;
}

static struct node *parse_arg(struct parser *p)
{
	return is_op(p, "*") ? leaf(p, NODE_NAME) : parse_or(p);
}

/* Behind NAME "(". */
static struct node *parse_call(struct parser *p, struct node *name)
{
	struct node *call = node_new(NODE_CALL, name->from, name->to);

	call->func = find(name->text);
	if (!call->func)
		fail(p->cause, "column %zu: there is no %s(); help goals lists what there is",
		     name->from + 1, name->text);
	node_free(name);
	if (!call->func || next(p))
		goto bad;
	while (!is_op(p, ")")) {
		if (call->nkids == GOAL_ARGS) {
			complain(p, p->from, "that is one argument too many");
			goto bad;
		}
		if (!(call->kid[call->nkids] = parse_arg(p)))
			goto bad;
		call->nkids++;
		if (is_op(p, ",")) {
			if (next(p))
				goto bad;
		} else if (!is_op(p, ")")) {
			complain(p, p->from, "a , or ) is wanted");
			goto bad;
		}
	}
	call->to = p->at;
	if (!check_args(p, call) && !next(p))
		return call;
bad:
	node_free(call);
	return NULL;
}

/* msg:3, behind msg. */
static struct node *parse_id(struct parser *p, struct node *kind)
{
	enum kind k = goal_kind(kind->text);

	kind->type = NODE_ID;
	if (!next(p)) {
		if (p->token == T_INT && k >= KIND_MSG && k <= KIND_SEM) {
			kind->num = p->num;
			kind->to = p->at;
			if (!next(p))
				return kind;
		} else {
			complain(p, kind->from, "an object by its id is msg:0, shm:0 or sem:0");
		}
	}
	node_free(kind);
	return NULL;
}

static struct node *parse_atom(struct parser *p)
{
	struct node *n;
	size_t from = p->from;

	switch (p->token) {
	case T_INT:
		return leaf(p, NODE_NUMBER);
	case T_TEXT:
		return leaf(p, NODE_TEXT);
	case T_NAME:
		if (is_word(p, "and") || is_word(p, "or") || is_word(p, "not"))
			break;
		n = leaf(p, NODE_NAME);
		if (n && is_op(p, "("))
			return parse_call(p, n);
		return n && is_op(p, ":") ? parse_id(p, n) : n;
	default:
		if (!is_op(p, "("))
			break;
		n = next(p) ? NULL : parse_or(p);
		if (n && !is_op(p, ")")) {
			fail(p->cause, "column %zu: the ( of column %zu is not closed", p->from + 1,
			     from + 1);
			node_free(n);
			return NULL;
		}
		if (n) {
			n->from = from;
			n->to = p->at;
		}
		if (n && next(p)) {
			node_free(n);
			return NULL;
		}
		return n;
	}
	complain(p, p->from,
		 p->token == T_END ? "a value is wanted here, and the text ends"
				   : "a value is wanted here");
	return NULL;
}

static struct node *parse_field(struct parser *p, struct node *n)
{
	struct node *field;

	if (next(p) || p->token != T_NAME) {
		complain(p, p->from, "a field's name is wanted after the dot");
		node_free(n);
		return NULL;
	}
	field = node_new(NODE_FIELD, n->from, p->at);
	field->text = xstrndup(p->text + p->from, p->len);
	field->kid[0] = n;
	field->nkids = 1;
	if (!next(p))
		return field;
	node_free(field);
	return NULL;
}

static struct node *parse_index(struct parser *p, struct node *n)
{
	struct node *at = next(p) ? NULL : parse_sum(p);

	if (at && !is_op(p, "]")) {
		complain(p, p->from, "a ] is wanted");
		node_free(at);
		at = NULL;
	}
	n = join(NODE_INDEX, 0, n, at);
	if (n)
		n->to = p->at;
	if (n && next(p)) {
		node_free(n);
		return NULL;
	}
	return n;
}

static struct node *parse_place(struct parser *p)
{
	struct node *n = parse_atom(p);

	for (int i = 0; n && i < GOAL_DEEP; i++) {
		if (is_op(p, "."))
			n = parse_field(p, n);
		else if (is_op(p, "["))
			n = parse_index(p, n);
		else
			break;
	}
	return n;
}

static struct node *parse_sum(struct parser *p)
{
	size_t from = p->from;
	bool minus = is_op(p, "-");
	struct node *n;

	if (p->depth == GOAL_DEEP) {
		complain(p, from, "this is nested too deep");
		return NULL;
	}
	p->depth++;
	n = minus && next(p) ? NULL : parse_place(p);
	if (n && minus) {
		struct node *of = n;

		n = node_new(NODE_MINUS, from, of->to);
		n->kid[0] = of;
		n->nkids = 1;
	}
	/* a chain leans to the left, and is freed by as many calls as it is long */
	for (int i = 0; n && (is_op(p, "+") || is_op(p, "-")); i++) {
		enum op op = is_op(p, "+") ? OP_PLUS : OP_LESS;

		n = join(NODE_OP, op, n, next(p) ? NULL : parse_place(p));
	}
	p->depth--;
	return n;
}

static struct node *parse_test(struct parser *p)
{
	static const char *const ops[] = {
		[OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<",
		[OP_LE] = "<=", [OP_GT] = ">",  [OP_GE] = ">=",
	};
	struct node *n = parse_sum(p);

	for (enum op op = OP_EQ; n && op <= OP_GE; op++)
		if (is_op(p, ops[op]))
			return join(NODE_OP, op, n, next(p) ? NULL : parse_sum(p));
	return n;
}

static struct node *parse_not(struct parser *p)
{
	size_t from = p->from;
	int nots = 0;
	struct node *n, *of;

	for (; is_word(p, "not"); nots++)
		if (next(p))
			return NULL;
	of = parse_test(p);
	if (!of || nots % 2 == 0)
		return of;
	n = node_new(NODE_NOT, from, of->to);
	n->kid[0] = of;
	n->nkids = 1;
	return n;
}

static struct node *parse_and(struct parser *p)
{
	struct node *n = parse_not(p);

	while (n && is_word(p, "and"))
		n = join(NODE_OP, OP_AND, n, next(p) ? NULL : parse_not(p));
	return n;
}

static struct node *parse_or(struct parser *p)
{
	struct node *n = parse_and(p);

	while (n && is_word(p, "or"))
		n = join(NODE_OP, OP_OR, n, next(p) ? NULL : parse_and(p));
	return n;
}

/* column: how much stands before the text in what the author wrote. */
static struct goal *parse(const char *text, size_t len, size_t column, char **cause)
{
	char *padded = xmalloc(column + len + 1);
	struct parser p = { .text = padded, .at = column, .cause = cause };
	struct node *top = NULL;
	struct goal *g = NULL;

	memset(padded, ' ', column);
	memcpy(padded + column, text, len);
	padded[column + len] = '\0';
	if (column + len > GOAL_LONG)
		fail(cause, "a goal has %d bytes at most", GOAL_LONG);
	else if (!next(&p))
		top = parse_or(&p);
	if (top && p.token != T_END) {
		complain(&p, p.from, "and, or, a comparison or the end is wanted here");
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

static int check_fence(const struct lesson *l, const struct fence *f, char **cause)
{
	char *why = NULL;
	int n = 0;
	struct goal **g = goal_parse_all(f->goal, &n, &why);
	bool fits;

	if (!g)
		fail(cause, "%s:%d: %s", l->path, f->line - 1, why);
	else if (f->kind == FENCE_GOAL && n > 1)
		fail(cause, "%s:%d: a task has one goal: and joins several", l->path, f->line - 1);
	else if (n > 9)
		fail(cause, "%s:%d: a prediction has 9 choices at most, not %d", l->path,
		     f->line - 1, n);
	free(why);
	fits = g && (f->kind == FENCE_GOAL ? n == 1 : n <= 9);
	while (n)
		goal_free(g[--n]);
	free(g);
	return fits ? 0 : -1;
}

int goal_check(const struct lesson *l, char **cause)
{
	for (int i = 0; i < l->nsteps; i++)
		for (int k = 0; k < l->step[i].nfences; k++)
			if (l->step[i].fence[k].goal && check_fence(l, &l->step[i].fence[k], cause))
				return -1;
	return 0;
}
