/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/json_value.h"

#include "base/str.h"
#include "call/format.h"
#include "call/words.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* jansson's own answer for what it does not take is NULL; for no memory too. */
static json_t *must(json_t *value)
{
	if (!value)
		fatal("out of memory");
	return value;
}

json_t *value_text(const char *s, size_t n)
{
	json_t *value = json_stringn(s ? s : "", s ? n : 0);
	struct str b = STR_INIT;

	if (value)
		return value;
	str_clean(&b, s, n);
	value = must(json_stringn(str_text(&b), b.len));
	str_free(&b);
	return value;
}

json_t *value_unmarked(const char *s)
{
	struct str b = STR_INIT;
	json_t *value;

	if (s)
		str_unmark(&b, s, strlen(s));
	value = value_text(str_text(&b), b.len);
	str_free(&b);
	return value;
}

json_t *value_data(const char *s, size_t n)
{
	json_t *value = json_stringn(s, n);
	struct str b = STR_INIT;

	if (value)
		return value;
	str_quote(&b, s, n, 0);
	value = must(json_stringn(str_text(&b), b.len));
	str_free(&b);
	return value;
}

/* -- arguments -------------------------------------------------------------------------------- */

/* The bytes that strace's "..." stands for, or -1 if it was cut short or is none. */
static int unquote(struct str *bytes, const char *s)
{
	size_t n = strlen(s);

	if (n < 2 || s[0] != '"' || s[n - 1] != '"')
		return -1;
	for (size_t i = 1; i < n - 1;) {
		char c = s[i];
		long len = c == '\\' ? words_escape(s + i, n - 1 - i, &c) : 1;

		if (len < 1 || (c == '"' && len == 1))
			return -1;
		str_addc(bytes, c);
		i += (size_t)len;
	}
	return 0;
}

/*
 * A text argument. Its strace form is cut after FORMAT_STRING characters, its bytes are not; they
 * are taken where their beginning is what the strace form shows.
 */
static json_t *quoted_value(const struct call *c, int i, const char *shown)
{
	const struct arg *a = &c->arg[i];
	size_t len = call_length(c, i), repeat = a->repeat ? a->repeat : 1;
	const char *data = len ? call_bytes(c, i, len) : NULL;
	struct str bytes = STR_INIT, again = STR_INIT;
	json_t *value = NULL;

	if (unquote(&bytes, shown) == 0) {
		value = value_data(str_text(&bytes), bytes.len);
	} else if (data && len * repeat <= CALL_DATA) {
		for (size_t k = 0; k < repeat; k++)
			str_addn(&bytes, data, len);
		str_quote(&again, str_text(&bytes), bytes.len, FORMAT_STRING);
		if (!strcmp(str_text(&again), shown))
			value = value_data(str_text(&bytes), bytes.len);
	}
	if (!value)
		value = value_text(shown, strlen(shown));
	str_free(&bytes);
	str_free(&again);
	return value;
}

/* A member of a struct that the C call passes by address: "{mtype=1" and `mtext="x"}`. */
static char *strip_member(char *s, const char *name)
{
	size_t n = strlen(name), len;
	char *at = s + (*s == '{');

	if (strncmp(at, name, n) || at[n] != '=')
		return s;
	at += n + 1;
	len = strlen(at);
	/* the brace that closes the struct, not one of the member's own */
	if (len && at[len - 1] == '}' && *at != '{')
		at[len - 1] = '\0';
	return at;
}

static json_t *number_value(const char *s)
{
	char *end;
	long long n;

	if (!isdigit((unsigned char)s[0]) && s[0] != '-')
		return NULL;
	errno = 0;
	n = strtoll(s, &end, 0);
	return *end || errno ? NULL : must(json_integer(n));
}

/* NULL: nothing stands for this argument (yet). */
static json_t *arg_value(const struct call *c, int i, bool done)
{
	const struct param *p = &prims[c->prim]->param[i];
	struct str marked = STR_INIT, plain = STR_INIT;
	json_t *value = NULL;
	char *s;

	/* a format that stands for the argument before it takes the comma back */
	str_add(&marked, ", ");
	p->type->format(&marked, p, c, i, done);
	if (marked.len > 2)
		str_unmark(&plain, marked.s + 2, marked.len - 2);
	s = plain.len ? strip_member(plain.s, p->name) : NULL;
	/* an address whose buffer nothing was put into is printed as the parameter's name */
	if (s && strcmp(s, p->name)) {
		if (p->type->number)
			value = number_value(s);
		if (!value)
			value = *s == '"' ? quoted_value(c, i, s) : value_text(s, strlen(s));
	}
	str_free(&marked);
	str_free(&plain);
	return value;
}

json_t *value_args(const struct call *c, bool done)
{
	const struct prim *p = prims[c->prim];
	json_t *args = must(json_object());
	int n = prim_nparams(p);

	for (int i = 0; i < n; i++) {
		unsigned flags = p->param[i].flags;
		json_t *value;

		if ((flags & PARAM_SILENT) || (!done && (flags & PARAM_OUT)) ||
		    ((flags & PARAM_OPTIONAL) && !c->arg[i].given && !(flags & PARAM_OUT)))
			continue;
		value = arg_value(c, i, done);
		if (value)
			json_object_set_new(args, p->param[i].name, value);
	}
	return args;
}

/* -- objects ---------------------------------------------------------------------------------- */

static json_t *field_value(const struct field *f, long value, const struct world *w)
{
	char text[32];

	if (f->flags & FIELD_MODE) {
		snprintf(text, sizeof(text), "%04lo", (unsigned long)value);
		return must(json_string(text));
	}
	if (f->flags & FIELD_KEY) {
		snprintf(text, sizeof(text), "0x%x", (unsigned)value);
		return must(json_string(text));
	}
	if ((f->flags & FIELD_PID) && value > 0 && w && w->pid_in)
		value = w->pid_in(w->ctx, (pid_t)value);
	return must(json_integer(value));
}

static json_t *values(const struct object *o)
{
	json_t *array = must(json_array());

	for (int i = 0; i < o->nvalues; i++)
		json_array_append_new(array, must(json_integer(o->value[i])));
	return array;
}

static bool same_values(const struct object *a, const struct object *b)
{
	return a->nvalues == b->nvalues &&
	       (!a->nvalues || !memcmp(a->value, b->value, (size_t)a->nvalues * sizeof(*a->value)));
}

/* A pipe's or FIFO's text is three lines: its path, who holds read ends, who holds write ends. */
static void set_ends(json_t *fields, const struct object *now, const struct object *was)
{
	static const char *const names[] = { "path", "read_ends", "write_ends" };
	const char *s = now->text, *old = was && was->text ? was->text : NULL;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t n = strcspn(s, "\n"), m = old ? strcspn(old, "\n") : 0;

		if (old ? n != m || memcmp(s, old, n) : n > 0)
			json_object_set_new(fields, names[i], value_text(s, n));
		s += n + (s[n] == '\n');
		if (old)
			old += m + (old[m] == '\n');
	}
}

json_t *value_fields(const struct object *now, const struct object *was, const struct world *w)
{
	const struct facility *fac = facility_of(now->kind);
	json_t *fields = must(json_object());

	for (int i = 0; fac && i < OBJECT_FIELDS && fac->field[i].name; i++)
		if (!was || now->f[i] != was->f[i])
			json_object_set_new(fields, fac->field[i].name,
					    field_value(&fac->field[i], now->f[i], w));
	if (now->value && !(was && same_values(now, was)))
		json_object_set_new(fields, "values", values(now));
	if (now->text)
		set_ends(fields, now, was);
	return fields;
}

/* -- tables ----------------------------------------------------------------------------------- */

static json_t *cell_value(const struct grid_column *column, const char *cell)
{
	struct str b = STR_INIT;
	json_t *value = NULL;

	str_unmark(&b, cell, strlen(cell));
	/* a mode or a key is text, whatever its digits */
	if ((column->flags & GRID_RIGHT) && b.len && (b.len == 1 || b.s[0] != '0'))
		value = number_value(b.s);
	if (!value)
		value = value_text(str_text(&b), b.len);
	str_free(&b);
	return value;
}

/* The sign behind a name (str_mark() of '*') is no part of it. NULL: there is none. */
static const char *sign_of(const char *cell)
{
	static const char sign[] = { MARK_OPEN, '*', '\0' };

	return cell ? strstr(cell, sign) : NULL;
}

static void set_signed(json_t *object, const struct grid_column *column, const char *cell)
{
	char *name = xstrndup(cell, (size_t)(sign_of(cell) - cell));

	json_object_set_new(object, column->name, cell_value(column, name));
	json_object_set_new(object, "current", json_true());
	free(name);
}

static json_t *row_value(const struct grid *g, const struct grid_row *row)
{
	json_t *object = must(json_object());

	for (int c = 0; c < g->ncolumns; c++)
		if (sign_of(row->cell[c]))
			set_signed(object, &g->column[c], row->cell[c]);
		else if (row->cell[c] && *row->cell[c])
			json_object_set_new(object, g->column[c].name,
					    cell_value(&g->column[c], row->cell[c]));
	return object;
}

json_t *value_grid(const struct grid *g)
{
	json_t *rows = must(json_array()), **made = xcalloc((size_t)g->nrows + 1, sizeof(json_t *));

	for (int r = 0; r < g->nrows; r++) {
		int parent = g->row[r].parent;
		json_t *to = rows;

		made[r] = row_value(g, &g->row[r]);
		if (parent >= 0 && parent < r) {
			to = json_object_get(made[parent], "rows");
			if (!to) {
				to = must(json_array());
				json_object_set_new(made[parent], "rows", to);
			}
		}
		json_array_append_new(to, made[r]);
	}
	free(made);
	return rows;
}
