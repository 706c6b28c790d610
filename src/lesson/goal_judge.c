/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A goal asked: values of names, fields, comparisons.  What is not there has no value, compares
 * false with everything, and is not true.
 */
#include "base/lang.h"
#include "lesson/goal_priv.h"

#include "call/format.h"
#include "session/world.h"

#include <stdlib.h>
#include <string.h>

bool goal_true(const struct value *v)
{
	switch (v->type) {
	case VALUE_NUMBER:
		return v->num != 0;
	case VALUE_TEXT:
		return v->text.len > 0;
	case VALUE_PROC:
		return v->proc->act < ACT_ZOMBIE;
	default:
		return v->type != VALUE_NONE;
	}
}

enum kind goal_kind(const char *word)
{
	static const enum kind kinds[] = { KIND_MSG, KIND_SHM, KIND_SEM, KIND_PIPE, KIND_FIFO };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(kind_name(kinds[i]), word))
			return kinds[i];
	return strcmp(word, "proc") ? KIND_NONE : KIND_PID;
}

/* -- names -- */

/* A descriptor is the pipe behind it, as far as that is one. */
static struct value descriptor(const struct judge *j, const struct bound *b)
{
	const struct end *end = ends_find(j->s->ends, b->owner, (int)b->value);

	if (!end)
		return value_number(b->value);
	return (struct value){ .type = VALUE_OBJECT,
			       .kind = end->fifo ? KIND_FIFO : KIND_PIPE,
			       .id = (long)end->inode,
			       .num = b->value };
}

static struct value bound_value(const struct judge *j, const struct bound *b)
{
	struct value text = { .type = VALUE_TEXT };

	if (!b)
		return value_none();
	if (b->kind == KIND_TEXT) {
		str_addn(&text.text, b->text, b->len);
		return text;
	}
	if (b->kind == KIND_FD)
		return descriptor(j, b);
	if (facility_of(b->kind))
		return (struct value){
			.type = VALUE_OBJECT, .kind = b->kind, .id = b->value, .num = b->value
		};
	return value_number(b->value);
}

static pid_t main_pid(const struct judge *j)
{
	const struct process *p = procs_find(&j->s->procs, "main", 4);

	return p ? p->pid : 0;
}

struct value goal_named(const struct judge *j, const char *name)
{
	const struct names *ns = &j->s->names;
	size_t len = strlen(name);
	const struct constant *constant;
	const struct bound *b;
	struct process *p;

	if (j->it && !strcmp(name, "it"))
		return *j->it; /* never a text */
	b = names_find(ns, name, len, main_pid(j));
	if (b)
		return bound_value(j, b);
	p = procs_find(&j->s->procs, name, len);
	if (p)
		return (struct value){ .type = VALUE_PROC, .proc = p };
	b = names_elsewhere(ns, name, len, main_pid(j));
	if (b)
		return bound_value(j, b);
	constant = prim_constant(name, len);
	if (constant)
		return value_number(constant->value);
	if (signo_parse(name, len) > 0)
		return value_number(signo_parse(name, len));
	for (int e = 1; e < 200; e++) {
		if (!strcmp(errno_name(e), name)) {
			struct value v = { .type = VALUE_TEXT };

			str_add(&v.text, name);
			return v;
		}
	}
	return value_none();
}

struct process *goal_process(const struct judge *j, const struct node *n)
{
	if (j->it && !strcmp(n->text, "it"))
		return j->it->type == VALUE_PROC ? j->it->proc : NULL;
	return procs_find(&j->s->procs, n->text, strlen(n->text));
}

/* -- fields -- */

int goal_look(const struct judge *j, const struct value *v, struct object *o)
{
	const struct facility *f = v->type == VALUE_OBJECT ? facility_of(v->kind) : NULL;

	*o = (struct object){ 0 };
	return f ? f->look(&j->s->world, v->id, o) : -1;
}

/* The kernel gives the shell pids of its own namespace. */
static long pid_inside(const struct judge *j, long pid)
{
	const struct world *w = &j->s->world;

	return pid > 0 && w->pid_in ? w->pid_in(w->ctx, (pid_t)pid) : pid;
}

static struct value object_field(const struct judge *j, const struct value *of, const char *name)
{
	const struct facility *f = facility_of(of->kind);
	struct value v = value_none();
	struct object o;

	if (goal_look(j, of, &o))
		return v;
	for (int i = 0; i < OBJECT_FIELDS && f->field[i].name; i++)
		if (!strcmp(f->field[i].name, name))
			v = value_number(f->field[i].flags & FIELD_PID ? pid_inside(j, o.f[i])
								       : o.f[i]);
	object_release(&o);
	return v;
}

static struct value process_field(const struct judge *j, const struct process *p, const char *name)
{
	struct value v = { .type = VALUE_TEXT };
	const struct bound *b;

	if (!strcmp(name, "pid"))
		return value_number(p->pid);
	if (!strcmp(name, "parent"))
		return value_number(p->parent);
	if (!strcmp(name, "state")) {
		str_add(&v.text, session_activity(p));
		return v;
	}
	b = names_find(&j->s->names, name, strlen(name), p->pid);
	return bound_value(j, b);
}

static struct value field(const struct judge *j, const struct node *n)
{
	struct value of = goal_value(j, n->kid[0]), v = value_none();

	if (of.type == VALUE_OBJECT)
		v = object_field(j, &of, n->text);
	else if (of.type == VALUE_PROC)
		v = process_field(j, of.proc, n->text);
	str_free(&of.text);
	return v;
}

/* s[0] */
static struct value element(const struct judge *j, const struct node *n)
{
	struct value of = goal_value(j, n->kid[0]), at = goal_value(j, n->kid[1]);
	struct value v = value_none();
	struct object o;

	if (at.type == VALUE_NUMBER && !goal_look(j, &of, &o)) {
		if (at.num >= 0 && at.num < o.nvalues)
			v = value_number(o.value[at.num]);
		object_release(&o);
	}
	str_free(&of.text);
	str_free(&at.text);
	return v;
}

/* -- operations -- */

/* The number that a value is where one is wanted; a name of an object is its id. */
static bool number(const struct value *v, long *n)
{
	*n = v->type == VALUE_PROC ? v->proc->pid : v->num;
	return v->type == VALUE_NUMBER || v->type == VALUE_OBJECT || v->type == VALUE_PROC;
}

static bool holds(enum op op, int order)
{
	switch (op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static int text_order(const struct str *a, const struct str *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int order = n ? memcmp(a->s, b->s, n) : 0;

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static struct value compare(enum op op, const struct value *a, const struct value *b)
{
	long x, y;

	if (a->type == VALUE_TEXT && b->type == VALUE_TEXT)
		return value_number(holds(op, text_order(&a->text, &b->text)));
	if (number(a, &x) && number(b, &y))
		return value_number(holds(op, (x > y) - (x < y)));
	return value_number(false);
}

static struct value sum(enum op op, const struct value *a, const struct value *b)
{
	long x, y, r;

	if (!number(a, &x) || !number(b, &y) ||
	    (op == OP_PLUS ? __builtin_add_overflow(x, y, &r) : __builtin_sub_overflow(x, y, &r)))
		return value_none();
	return value_number(r);
}

static bool is_true(const struct judge *j, const struct node *n)
{
	struct value v = goal_value(j, n);
	bool yes = goal_true(&v);

	str_free(&v.text);
	return yes;
}

static struct value operation(const struct judge *j, const struct node *n)
{
	struct value a, b, v;

	if (n->op == OP_AND || n->op == OP_OR) {
		bool first = is_true(j, n->kid[0]);

		return value_number(first == (n->op == OP_OR) ? first : is_true(j, n->kid[1]));
	}
	a = goal_value(j, n->kid[0]);
	b = goal_value(j, n->kid[1]);
	v = n->op >= OP_PLUS ? sum(n->op, &a, &b) : compare(n->op, &a, &b);
	str_free(&a.text);
	str_free(&b.text);
	return v;
}

static struct value negative(const struct judge *j, const struct node *n)
{
	struct value zero = value_number(0), of = goal_value(j, n->kid[0]), v;

	v = sum(OP_LESS, &zero, &of);
	str_free(&of.text);
	return v;
}

struct value goal_value(const struct judge *j, const struct node *n)
{
	struct value v = { .type = VALUE_TEXT };

	switch (n->type) {
	case NODE_NUMBER:
		return value_number(n->num);
	case NODE_TEXT:
		str_add(&v.text, n->text);
		return v;
	case NODE_NAME:
		return goal_named(j, n->text);
	case NODE_ID:
		return (struct value){ .type = VALUE_OBJECT,
				       .kind = goal_kind(n->text),
				       .id = n->num,
				       .num = n->num };
	case NODE_FIELD:
		return field(j, n);
	case NODE_INDEX:
		return element(j, n);
	case NODE_CALL:
		return n->func->eval(j, n);
	case NODE_OP:
		return operation(j, n);
	case NODE_NOT:
		return value_number(!is_true(j, n->kid[0]));
	case NODE_MINUS:
		return negative(j, n);
	}
	return value_none();
}

/* -- the whole -- */

static struct judge judge(struct session *s, const struct journal *j)
{
	session_refresh_ends(s);
	world_self(s, s->current);
	return (struct judge){ .s = s, .j = j };
}

bool goal_met(const struct goal *g, struct session *s, const struct journal *j)
{
	struct judge with;

	if (!s->current) /* the session's init has been killed */
		return false;
	with = judge(s, j);
	return is_true(&with, g->top);
}

static void add_value(struct str *out, const struct value *v, bool words)
{
	long n;

	if (v->type == VALUE_TEXT)
		str_quote(out, str_text(&v->text), v->text.len, 40);
	else if (number(v, &n))
		str_num(out, n);
	else
		str_add(out, words ? _("not there") : "not there");
}

static void add_lack(const struct goal *g, const struct judge *j, const struct node *n, bool words,
		     struct str *out)
{
	if (n->type == NODE_OP && n->op == OP_AND) {
		add_lack(g, j, n->kid[0], words, out);
		add_lack(g, j, n->kid[1], words, out);
		return;
	}
	if (is_true(j, n))
		return;
	if (words && goal_in_words(g, n, out)) {
		str_addc(out, '\n');
		return;
	}
	str_clean(out, g->text + n->from, n->to - n->from);
	if (n->type == NODE_OP && n->op >= OP_EQ && n->op <= OP_GE) {
		struct value v = goal_value(j, n->kid[0]);

		str_add(out, words ? _(" (it is ") : " (it is ");
		add_value(out, &v, words);
		str_add(out, words ? _(")") : ")");
		str_free(&v.text);
	}
	str_addc(out, '\n');
}

void goal_lacks(const struct goal *g, struct session *s, const struct journal *j, bool words,
		struct str *out)
{
	struct judge with;

	if (!s->current)
		return;
	with = judge(s, j);
	add_lack(g, &with, g->top, words, out);
}
