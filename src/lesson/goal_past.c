/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a goal can ask of what has happened since its task was set: how often, or of the last time.
 */
#include "lesson/goal_priv.h"

#include "call/format.h"

#include <string.h>

/* What is left out, or *, is anything. */
static const char *word(const struct node *call, int i)
{
	return i < call->nkids && strcmp(call->kid[i]->text, "*") ? call->kid[i]->text : NULL;
}

static bool of_process(const struct judge *j, const struct node *call, const struct jot *t)
{
	const char *name = word(call, 0);

	if (!name)
		return true;
	if (j->it && !strcmp(name, "it"))
		return j->it->type == VALUE_PROC && t->proc && !strcmp(t->proc, j->it->proc->name);
	return t->proc && !strcmp(t->proc, name);
}

enum { ENDED = 1, FELL_ASLEEP = 2, WOKE = 4, WELL = 8, BADLY = 16 };

static bool is_call(const struct judge *j, const struct node *call, const struct jot *t)
{
	int detail = call->func->detail;
	const char *name = word(call, 1), *err = word(call, 2);

	if ((t->type != EV_CALL && t->type != EV_RESUMED) || !of_process(j, call, t) ||
	    (name && strcmp(name, t->call)))
		return false;
	if (detail & FELL_ASLEEP)
		return t->status == CALL_WAITING;
	if (t->status == CALL_WAITING || (detail & WOKE && t->type != EV_RESUMED) ||
	    (detail & WELL && t->status != CALL_RETURNED) ||
	    (detail & BADLY && t->status != CALL_FAILED))
		return false;
	return !err || !strcmp(err, errno_name(t->err));
}

static struct value calls(const struct judge *j, const struct node *call)
{
	long n = 0;

	for (int i = 0; i < j->j->n; i++)
		n += is_call(j, call, &j->j->jot[i]);
	return value_number(n);
}

enum { RET = 32, ERRNO = 64, DATA = 128 };

static struct value last_call(const struct judge *j, const struct node *call)
{
	const struct jot *t = NULL;
	struct value v = { .type = VALUE_TEXT };

	for (int i = j->j->n - 1; i >= 0 && !t; i--)
		if (is_call(j, call, &j->j->jot[i]))
			t = &j->j->jot[i];
	if (!t)
		return value_none();
	if (call->func->detail & RET)
		return value_number(t->ret);
	if (call->func->detail & ERRNO)
		str_add(&v.text, t->err ? errno_name(t->err) : "");
	else if (t->text)
		str_addn(&v.text, t->text, t->len);
	return v;
}

static struct value handled(const struct judge *j, const struct node *call)
{
	const char *sig = word(call, 1);
	long n = 0;

	for (int i = 0; i < j->j->n; i++) {
		const struct jot *t = &j->j->jot[i];

		n += t->type == EV_SIGNAL && of_process(j, call, t) &&
		     (!sig || signo_parse(sig, strlen(sig)) == t->signo);
	}
	return value_number(n);
}

/* Whoever became a zombie has been killed, or has exited, as well. */
static bool is_what(const struct jot *t, int change)
{
	if (t->change == PROCESS_ZOMBIE && change == PROCESS_KILLED)
		return t->signo != 0;
	if (t->change == PROCESS_ZOMBIE && change == PROCESS_EXITED)
		return t->signo == 0;
	return t->change == change;
}

static bool is_change(const struct judge *j, const struct node *call, const struct jot *t)
{
	const char *more = word(call, 1);
	struct value status;
	bool is;

	if (t->type != EV_PROCESS || !of_process(j, call, t) || !is_what(t, call->func->detail))
		return false;
	if (!more && call->nkids < 2)
		return true;
	if (call->func->args[1] == 's')
		return !more || signo_parse(more, strlen(more)) == t->signo;
	status = goal_value(j, call->kid[1]);
	is = status.type == VALUE_NUMBER && status.num == t->exit_status;
	str_free(&status.text);
	return is;
}

static struct value changes(const struct judge *j, const struct node *call)
{
	long n = 0;

	for (int i = 0; i < j->j->n; i++)
		n += is_change(j, call, &j->j->jot[i]);
	return value_number(n);
}

/* A pipe is called "r w": by each of the two. */
static bool is_called(const struct jot *t, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = t->text; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (len == n && !memcmp(at, name, n))
			return true;
		at += len;
	}
	return false;
}

static struct value objects(const struct judge *j, const struct node *call)
{
	const char *name = call->kid[0]->text;
	enum kind kind = goal_kind(name);
	long n = 0;

	for (int i = 0; i < j->j->n; i++) {
		const struct jot *t = &j->j->jot[i];

		n += t->type == EV_OBJECT && t->change == call->func->detail &&
		     (kind ? t->kind == kind : is_called(t, name));
	}
	return value_number(n);
}

static struct value printed(const struct judge *j, const struct node *call)
{
	const char *what = call->kid[call->nkids - 1]->text;
	long n = 0;

	for (int i = 0; i < j->j->n; i++) {
		const struct jot *t = &j->j->jot[i];

		n += t->type == EV_OUTPUT && (call->nkids < 2 || of_process(j, call, t)) &&
		     memmem(t->text, t->len, what, strlen(what));
	}
	return value_number(n);
}

const struct function goal_past[] = {
	{ "returned", "pc", 1, calls, ENDED | WELL },
	{ "failed", "pce", 1, calls, ENDED | BADLY },
	{ "slept", "pc", 1, calls, FELL_ASLEEP },
	{ "woken", "pce", 1, calls, WOKE },
	{ "ret", "pc", 1, last_call, ENDED | RET },
	{ "errno", "pc", 1, last_call, ENDED | ERRNO },
	{ "data", "pc", 1, last_call, ENDED | DATA },
	{ "handled", "ps", 1, handled, 0 },
	{ "started", "p", 1, changes, PROCESS_STARTED },
	{ "exited", "px", 1, changes, PROCESS_EXITED },
	{ "killed", "ps", 1, changes, PROCESS_KILLED },
	{ "zombie", "p", 1, changes, PROCESS_ZOMBIE },
	{ "reaped", "p", 1, changes, PROCESS_REAPED },
	{ "stopped", "ps", 1, changes, PROCESS_STOPPED },
	{ "continued", "p", 1, changes, PROCESS_CONTINUED },
	{ "orphaned", "p", 1, changes, PROCESS_ORPHANED },
	{ "execed", "p", 1, changes, PROCESS_EXECED },
	{ "new", "r", 1, objects, OBJECT_NEW },
	{ "changed", "r", 1, objects, OBJECT_CHANGED },
	{ "gone", "r", 1, objects, OBJECT_GONE },
	{ "printed", "pt", 1, printed, 0 },
	{ NULL, NULL, 0, NULL, 0 },
};
