/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/parse.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/expr.h"
#include "call/format.h"
#include "call/usage.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

int parse_fail(struct parse *ps, const char *fmt, ...)
{
	struct str text = STR_INIT;
	char *word = words_show(ps->at, ps->len);
	va_list ap;

	va_start(ap, fmt);
	str_addfv(&text, fmt, ap);
	va_end(ap);
	fail(ps->cause, _("%s (column %d): %s"), word, ps->column + 1, str_text(&text));
	free(word);
	str_free(&text);
	return -1;
}

struct number {
	struct parse *ps;
	const struct param *p;
	enum kind want;
};

static int number_constant(void *ctx, const char *name, size_t len, long *out)
{
	struct number *n = ctx;
	const struct constant *c = n->p ? constant_by_name(n->p->table, name, len) : NULL;

	if (!c)
		c = prim_constant(name, len);
	*out = c ? c->value : len > 3 && !memcmp(name, "SIG", 3) ? signo_parse(name, len) : -1;
	return c || *out > 0;
}

static int number_name(void *ctx, const char *name, size_t len, long *out, char **cause)
{
	struct number *n = ctx;
	const struct resolver *r = n->ps->names;

	return r && r->name ? r->name(r->ctx, name, len, n->want, out, cause) : 0;
}

static int number_object(void *ctx, const char *kind, long id, long *out, char **cause)
{
	struct number *n = ctx;

	if (n->want != KIND_INT && n->want != KIND_NONE && strcmp(kind, kind_name(n->want)))
		return fail(cause, _("%s:%ld is no %s"), kind, id, kind_name(n->want));
	*out = id;
	return 1;
}

static const char *number_nearest(void *ctx, const char *name, size_t len)
{
	struct number *n = ctx;
	const struct resolver *r = n->ps->names;

	return r && r->nearest ? r->nearest(r->ctx, name, len, n->want) : NULL;
}

static int number_at(struct parse *ps, const struct param *p, enum kind want, bool wide,
		     const char *s, size_t len, long *out)
{
	struct number n = { ps, p, want };
	struct expr_env env = {
		.ctx = &n,
		.column =
			ps->column + (s >= ps->at && s <= ps->at + ps->len ? (int)(s - ps->at) : 0),
		.wide = wide,
		.constant = number_constant,
		.lookup = number_name,
		.object = number_object,
		.suggest = number_nearest,
	};

	if (expr_eval(s, len, &env, out, ps->cause))
		return -1;
	/* these are ints in C, which would cut them in silence; a key may be written without a sign */
	if ((want == KIND_FD || (want >= KIND_PID && want <= KIND_SEM)) &&
	    (*out < INT_MIN || *out > (want == KIND_KEY ? (long)UINT_MAX : INT_MAX)))
		return parse_fail(ps, _("it does not fit into an int"));
	return 0;
}

int parse_number_at(struct parse *ps, const struct param *p, enum kind want, const char *s,
		    size_t len, long *out)
{
	return number_at(ps, p, want, want == KIND_ADDR, s, len, out);
}

int parse_size(struct parse *ps, const struct param *p, long *out)
{
	return number_at(ps, p, KIND_INT, true, ps->at, ps->len, out);
}

int parse_number(struct parse *ps, const struct param *p, enum kind want, long *out)
{
	return parse_number_at(ps, p, want, ps->at, ps->len, out);
}

static int text_value(void *ctx, const char *name, size_t len, struct str *out, char **cause)
{
	const struct resolver *r = ((struct parse *)ctx)->names;

	return r && r->text ? r->text(r->ctx, name, len, out, cause) : 0;
}

static const char *text_nearest(void *ctx, const char *name, size_t len)
{
	return number_nearest(&(struct number){ .ps = ctx, .want = KIND_NONE }, name, len);
}

static int text_number(void *ctx, const char *s, size_t len, int column, long *out, char **cause)
{
	(void)column, (void)cause;
	return parse_number_at(ctx, NULL, KIND_INT, s, len, out);
}

static struct text_env text_env(struct parse *ps)
{
	return (struct text_env){ ps, text_value, text_nearest, text_number };
}

int parse_bytes(struct parse *ps, struct str *bytes, long *repeat)
{
	const struct word w = { ps->at, ps->len, ps->column };
	const struct text_env env = text_env(ps);

	return words_text(&w, &env, bytes, repeat, ps->cause);
}

int parse_repeat(struct parse *ps, const char *s, size_t n, long *repeat)
{
	const struct text_env env = text_env(ps);

	return words_repeat(s, n, ps->column + (int)(s - ps->at), &env, repeat, ps->cause);
}

/* The end of a part of a group: the comma at s[i] or the closing brace, quotes and braces kept. */
static size_t part_end(const char *s, size_t len, size_t i)
{
	for (int depth = 0; i < len; i++) {
		size_t quoted = s[i] == '"' || s[i] == '\'' ? words_quoted(s + i, len - i) : 0;

		if (quoted)
			i += quoted - 1;
		else if (s[i] == '{')
			depth++;
		else if (s[i] == '}' && depth-- == 0)
			break;
		else if (s[i] == ',' && depth == 0)
			break;
	}
	return i;
}

int parse_member(const struct constant *members, int index, const char **s, size_t *len)
{
	size_t name = 0, eq;
	int n = 0, which = -1;

	while (name < *len && (isalnum((unsigned char)(*s)[name]) || (*s)[name] == '_'))
		name++;
	for (eq = name; eq < *len && isblank((unsigned char)(*s)[eq]); eq++)
		;
	for (; members[n].name; n++)
		if (strlen(members[n].name) == name + 1 && !memcmp(members[n].name, *s, name))
			which = n;
	if (!name || eq == *len || (*s)[eq] != '=')
		return index < n ? index : -1;
	for (eq++; eq < *len && isblank((unsigned char)(*s)[eq]); eq++)
		;
	*s += eq;
	*len -= eq;
	return which;
}

int parse_group(struct parse *ps, const char *s, size_t len,
		int (*field)(struct parse *ps, void *arg, int index, const char *s, size_t len),
		void *arg)
{
	int index = 0;

	if (len < 2 || s[0] != '{' || s[len - 1] != '}')
		return parse_fail(ps, _("a group is wanted here, as in {a, b}"));
	for (size_t i = 1; i < len - 1;) {
		size_t end = part_end(s, len, i), from = i, to = end;

		while (from < to && isblank((unsigned char)s[from]))
			from++;
		while (to > from && isblank((unsigned char)s[to - 1]))
			to--;
		if (from == to && s[end] == '}' && index == 0)
			return 0;
		if (from == to)
			return parse_fail(ps, _("nothing stands between two commas of the group"));
		if (field(ps, arg, index++, s + from, to - from))
			return -1;
		if (s[end] == '}' && end != len - 1)
			return parse_fail(ps, _("the group closes too early"));
		if (s[end] == ',' && end == len - 2)
			return parse_fail(ps, _("nothing stands after the group's last comma"));
		i = end + 1;
	}
	return 0;
}

/* The parameter that the next positional word is for, or -1. *at steps through the order. */
static int next_param(const struct prim *p, const struct call *c, int *at)
{
	const int n = p->order ? (int)strlen(p->order) : prim_nparams(p);

	for (; *at < n; (*at)++) {
		int i = p->order ? p->order[*at] - '0' : *at;

		if (p->param[i].flags & (PARAM_OUT | PARAM_NAMED | PARAM_SILENT))
			continue;
		if (c->arg[i].given && !(p->param[i].flags & PARAM_REST))
			continue;
		if (!(p->param[i].flags & PARAM_REST))
			(*at)++;
		return i;
	}
	return -1;
}

static size_t name_length(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (isalnum((unsigned char)s[n]) || s[n] == '_'))
		n++;
	return n && !isdigit((unsigned char)*s) ? n : 0;
}

int parse_named(const struct prim *p, const struct word *w, size_t *skip)
{
	const size_t n = name_length(w->at, w->len);
	const int i = n && n < w->len && w->at[n] == '=' ? prim_param(p, w->at, n) : -1;

	*skip = n + 1;
	return i >= 0 && p->param[i].flags & PARAM_SILENT ? -1 : i;
}

static bool is_null(const struct parse *ps)
{
	return ps->len == 4 && !memcmp(ps->at, "NULL", 4);
}

bool parse_looks_address(const struct parse *ps)
{
	const struct resolver *r = ps->names;
	const size_t skip = ps->len ? strspn(ps->at, "($") : 0;
	const char *s = ps->at + skip;
	size_t n;

	if (is_null(ps))
		return true;
	if (skip >= ps->len)
		return false;
	if (ps->len - skip > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return isxdigit((unsigned char)s[2]);
	n = name_length(s, ps->len - skip);
	if (n && skip + n < ps->len && s[n] == '.') /* A.a */
		n += 1 + name_length(s + n + 1, ps->len - skip - n - 1);
	return n && r && r->kind && r->kind(r->ctx, s, n) == KIND_ADDR;
}

/* Is the word an address of what p points to? name: what stands before its =, or none. */
static bool is_address(const struct parse *ps, const struct param *p, const char *name, size_t len)
{
	const bool by_name = len == strlen(p->name) && !memcmp(name, p->name, len);

	if (p->flags & PARAM_OUT)
		return true;
	if (p->type->points < POINTS)
		return false;
	return by_name ? parse_looks_address(ps) : p->type->points == POINTS && is_null(ps);
}

int parse_address(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct arg *a = &c->arg[i];

	a->null = true;
	a->num = 0;
	return is_null(ps) ? 0 : parse_number(ps, p, KIND_ADDR, &a->num);
}

static int usage_error(const struct prim *p, char **cause, const char *what)
{
	struct str usage = STR_INIT;

	usage_line(&usage, p);
	fail(cause, _("%s: %s; usage: %s"), p->name, what, str_text(&usage));
	str_free(&usage);
	return -1;
}

int parse_argument(struct parse *ps, const struct word *w, size_t skip, int i, struct call *c)
{
	const struct param *p = &ps->prim->param[i];

	ps->at = w->at + skip;
	ps->len = w->len - skip;
	ps->column = w->column + (int)skip;
	if (c->arg[i].given && (!(p->flags & PARAM_REST) || skip))
		return parse_fail(ps, _("%s is given twice"), p->name);
	if (is_address(ps, p, w->at, skip ? skip - 1 : 0) ? parse_address(ps, p, c, i)
							  : p->type->parse(ps, p, c, i))
		return -1;
	c->arg[i].given = true;
	return 0;
}

static int parse_defaults(struct parse *ps, struct call *c)
{
	const struct prim *p = ps->prim;

	for (int i = 0; i < prim_nparams(p); i++) {
		const struct param *param = &p->param[i];
		struct word w = { param->def, param->def ? strlen(param->def) : 0, 0 };

		if (c->arg[i].given || (param->flags & (PARAM_OUT | PARAM_SILENT)))
			continue;
		if (param->def) {
			if (parse_argument(ps, &w, 0, i, c))
				return -1;
		} else if (!(param->flags & (PARAM_OPTIONAL | PARAM_NAMED))) {
			struct str what = STR_INIT;

			str_addf(&what, _("%s is missing (%s)"), param->name, _(param->type->what));
			usage_error(p, ps->cause, str_text(&what));
			str_free(&what);
			return -1;
		}
	}
	return 0;
}

int call_parse(int prim, const struct words *words, const struct resolver *names, struct call *c,
	       char **cause)
{
	const struct prim *p = prims[prim];
	struct parse ps = { .prim = p, .names = names, .cause = cause };
	int at = 0;

	call_reset(c, prim);
	c->nargs = prim_nparams(p);
	if (p->parse)
		return p->parse(&ps, words, c);
	for (int k = 0; k < words->n; k++) {
		const struct word *w = &words->w[k];
		size_t skip = 0;
		int i = parse_named(p, w, &skip);

		if (i < 0) {
			skip = 0;
			i = next_param(p, c, &at);
		}
		if (i < 0) {
			char *shown = words_show(w->at, w->len);
			struct str what = STR_INIT;

			str_addf(&what, _("one argument too many: %s (column %d)"), shown,
				 w->column + 1);
			usage_error(p, cause, str_text(&what));
			free(shown);
			str_free(&what);
			return -1;
		}
		if (parse_argument(&ps, w, skip, i, c))
			return -1;
	}
	return parse_defaults(&ps, c);
}
