/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a goal can ask of the state as it is now.  All of it looks and takes nothing.
 */
#include "lesson/goal_priv.h"

#include "call/format.h"
#include "ipc/msg.h"
#include "ipc/pipe_object.h"
#include "ipc/shm.h"
#include "ipc/signal.h"
#include "session/world.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

static bool any(const struct node *n)
{
	return !n || !strcmp(n->text, "*");
}

static struct value exists(const struct judge *j, const struct node *call)
{
	struct value v = goal_value(j, call->kid[0]);
	struct object o;
	bool is = goal_true(&v);

	if (v.type == VALUE_OBJECT) {
		is = !goal_look(j, &v, &o);
		if (is)
			object_release(&o);
	}
	str_free(&v.text);
	return value_number(is);
}

/* -- who sleeps -- */

/* Is the object among the call's arguments? */
static bool is_at(const struct judge *j, const struct process *p, const struct value *object)
{
	const struct call *c = &p->call;

	for (int i = 0; i < prim_nparams(prims[c->prim]); i++) {
		enum kind kind = prims[c->prim]->param[i].type->kind;
		const struct end *end;

		if (kind == object->kind && c->arg[i].num == object->id)
			return true;
		end = kind == KIND_FD ? ends_find(j->s->ends, p->pid, (int)c->arg[i].num) : NULL;
		if (end && (long)end->inode == object->id)
			return true;
	}
	return false;
}

/* The FIFO that a sleeping open named. */
static bool opens(const struct judge *j, const struct process *p, const struct value *object)
{
	const char *path, *is = ends_path(j->s->ends, (unsigned long)object->id);

	for (int i = 0; i < prim_nparams(prims[p->call.prim]); i++) {
		if (!prims[p->call.prim]->param[i].type->file)
			continue;
		path = call_bytes(&p->call, i, 1);
		return path && is && call_length(&p->call, i) == strlen(is) + 1 &&
		       !memcmp(path, is, strlen(is) + 1);
	}
	return false;
}

static bool sleeps(const struct judge *j, const struct process *p, const struct node *call)
{
	const struct node *in = call->nkids > 1 ? call->kid[1] : NULL;
	struct value object;
	bool at;

	if (p->act != ACT_ASLEEP)
		return false;
	if (!any(in) &&
	    strcmp(in->text, p->op == OP_PIPELINE ? "command" : prims[p->call.prim]->name))
		return false;
	if (call->nkids < 3)
		return true;
	object = goal_value(j, call->kid[2]);
	at = object.type == VALUE_OBJECT && p->op == OP_CALL &&
	     (is_at(j, p, &object) || (object.kind == KIND_FIFO && opens(j, p, &object)));
	str_free(&object.text);
	return at;
}

static struct value asleep(const struct judge *j, const struct node *call)
{
	const struct process *p = goal_process(j, call->kid[0]);
	long n = 0;

	if (strcmp(call->kid[0]->text, "*"))
		return value_number(p && sleeps(j, p, call));
	for (int i = 0; i < j->s->procs.n; i++)
		n += sleeps(j, j->s->procs.p[i], call);
	return value_number(n);
}

/* -- who has what -- */

struct holder {
	pid_t pid;
	unsigned char mode;
	bool found;
};

static bool is_holder(void *arg, pid_t pid, const struct end *end)
{
	struct holder *h = arg;

	h->found |= pid == h->pid && end->mode & h->mode;
	return !h->found;
}

/* Has p the end open that this name stands for, of whomever it is? */
static struct value has_end(const struct judge *j, const struct node *call)
{
	const struct process *p = goal_process(j, call->kid[0]);
	const char *name = call->kid[1]->text;
	const struct process *owner = procs_find(&j->s->procs, "main", 4);
	const struct bound *b =
		names_find(&j->s->names, name, strlen(name), owner ? owner->pid : 0);
	const struct end *end;
	struct holder h = { 0 };

	if (!b)
		b = names_elsewhere(&j->s->names, name, strlen(name), owner ? owner->pid : 0);
	end = b && b->kind == KIND_FD ? ends_find(j->s->ends, b->owner, (int)b->value) : NULL;
	if (!p || !end)
		return value_number(false);
	h = (struct holder){ .pid = p->pid, .mode = end->mode };
	ends_each(j->s->ends, end->inode, is_holder, &h);
	return value_number(h.found);
}

/* The attachments of a segment; false: it is none. Release them. */
static bool attaches(const struct judge *j, const struct node *n, struct shm_attaches *list,
		     long *id)
{
	struct value v = goal_value(j, n);
	bool is = v.type == VALUE_OBJECT && v.kind == KIND_SHM;

	*list = (struct shm_attaches){ 0 };
	*id = v.id;
	str_free(&v.text);
	if (is)
		shm_attaches_read(list, &j->s->world, *id, false);
	return is;
}

static struct value attached(const struct judge *j, const struct node *call)
{
	const struct process *p = goal_process(j, call->kid[0]);
	struct shm_attaches list;
	long id, n = 0;

	if (attaches(j, call->kid[1], &list, &id))
		for (int i = 0; i < list.n; i++)
			n += any(call->kid[0]) || (p && list.a[i].pid == p->pid);
	shm_attaches_release(&list);
	return value_number(n);
}

/* Up to n bytes from an offset on, within one page. How many, -1 if they cannot be seen. */
static long contents(const struct judge *j, const struct node *call, long offset,
		     unsigned char page[PAGE])
{
	struct shm_attaches list;
	struct shmid_ds ds;
	char *sysv = NULL;
	long id, got = -1;

	if (attaches(j, call->kid[0], &list, &id) && !shm_stat(id, &ds) && offset >= 0 &&
	    offset < (long)ds.shm_segsz) {
		long whole = ((long)ds.shm_segsz + PAGE - 1) / PAGE * PAGE;
		enum shm_page is = shm_read_page(&list, id, offset / PAGE,
						 shm_bytes_used(&sysv, id), whole, page);

		if (is == SHM_PAGE_EMPTY)
			memset(page, 0, PAGE);
		if (is == SHM_PAGE_EMPTY || is == SHM_PAGE_READ)
			got = PAGE - offset % PAGE;
	}
	shm_attaches_release(&list);
	free(sysv);
	return got;
}

static struct value inside(const struct judge *j, const struct node *call)
{
	struct value at = call->nkids > 1 ? goal_value(j, call->kid[1]) : value_number(0);
	struct value v = value_none();
	unsigned char page[PAGE];
	long n = at.type == VALUE_NUMBER ? contents(j, call, at.num, page) : -1;
	const unsigned char *s = page + (n > 0 ? at.num % PAGE : 0);
	int number;

	if (call->func->detail && n >= 0) {
		v.type = VALUE_TEXT;
		str_addn(&v.text, s, strnlen((const char *)s, (size_t)n));
	} else if (n >= (long)sizeof(number)) {
		memcpy(&number, s, sizeof(number));
		v = value_number(number);
	}
	str_free(&at.text);
	return v;
}

static struct value has_message(const struct judge *j, const struct node *call)
{
	struct value q = goal_value(j, call->kid[0]), type = goal_value(j, call->kid[1]);
	const struct node *text = call->nkids > 2 ? call->kid[2] : NULL;
	struct msg_seen seen = { 0 };
	long n = 0;

	if (q.type == VALUE_OBJECT && q.kind == KIND_MSG && type.type == VALUE_NUMBER)
		for (; seen.ordinal < MSG_LOOK && !msg_look(q.id, &seen); seen.ordinal++)
			n += seen.type == type.num &&
			     (!text || (strlen(text->text) == seen.size &&
					!memcmp(text->text, seen.text, seen.size)));
	str_free(&q.text);
	str_free(&type.text);
	return value_number(n);
}

static struct value undo(const struct judge *j, const struct node *call)
{
	const struct process *p = goal_process(j, call->kid[0]);
	struct value set = goal_value(j, call->kid[1]->kid[0]);
	struct value num = goal_value(j, call->kid[1]->kid[1]);
	struct value v = value_none();

	if (p && set.type == VALUE_OBJECT && set.kind == KIND_SEM && num.type == VALUE_NUMBER)
		v = value_number(undo_pending(&j->s->undo, p->pid, set.id, (int)num.num));
	str_free(&set.text);
	str_free(&num.text);
	return v;
}

enum { BLOCKED, PENDING, HANDLER, IGNORED };

static struct value signals(const struct judge *j, const struct node *call)
{
	const struct process *p = goal_process(j, call->kid[0]);
	const char *name = call->kid[1]->text;
	struct sigstate st;
	uint64_t set;

	if (!p || p->act >= ACT_ZOMBIE)
		return value_number(false);
	world_self(j->s, p);
	if (sigstate_read(&j->s->world, &j->s->world.self, &st))
		return value_none();
	set = call->func->detail == BLOCKED   ? st.blocked
	      : call->func->detail == PENDING ? st.pending
	      : call->func->detail == HANDLER ? st.caught
					      : st.ignored;
	if (!any(call->kid[1]))
		set &= 1UL << (signo_parse(name, strlen(name)) - 1);
	return value_number(set != 0);
}

/* -- which there are -- */

struct search {
	const struct judge *j;
	const struct node *about; /* what must be true of it, or NULL */
	enum kind kind;
	const char *path; /* or what it is called */
	size_t len;
	struct value found;
	long n;
};

static void consider(struct search *se, const struct value *it)
{
	struct judge with = *se->j;
	struct value v;

	with.it = it;
	v = se->about ? goal_value(&with, se->about) : value_number(1);
	se->n += goal_true(&v);
	str_free(&v.text);
}

static bool consider_object(void *arg, long id)
{
	struct search *se = arg;

	consider(se,
		 &(struct value){ .type = VALUE_OBJECT, .kind = se->kind, .id = id, .num = id });
	return true;
}

static struct value count(const struct judge *j, const struct node *call)
{
	struct search se = { .j = j, .kind = goal_kind(call->kid[0]->text) };
	const struct facility *f = facility_of(se.kind);

	se.about = call->nkids > 1 ? call->kid[1] : NULL;
	for (int i = 0; !f && i < j->s->procs.n; i++)
		if (j->s->procs.p[i]->act < ACT_GONE)
			consider(&se,
				 &(struct value){ .type = VALUE_PROC, .proc = j->s->procs.p[i] });
	if (f && f->each(&j->s->world, consider_object, &se))
		return value_none();
	return value_number(se.n);
}

static bool is_path(void *arg, long id)
{
	struct search *se = arg;
	struct value v = { .type = VALUE_OBJECT, .kind = KIND_FIFO, .id = id, .num = id };
	struct object o;
	const char *path;
	size_t len;

	if (goal_look(se->j, &v, &o))
		return true;
	path = pipe_line(&o, 0, &len);
	if (len == se->len && !memcmp(path, se->path, len))
		se->found = v;
	object_release(&o);
	return se->found.type == VALUE_NONE;
}

static struct value fifo(const struct judge *j, const struct node *call)
{
	struct search se = { .j = j, .path = call->kid[0]->text };

	se.len = strlen(se.path);
	facility_of(KIND_FIFO)->each(&j->s->world, is_path, &se);
	return se.found;
}

const struct function goal_now[] = {
	{ "exists", "o", 1, exists, 0 },
	{ "asleep", "pco", 1, asleep, 0 },
	{ "holds", "pd", 2, has_end, 0 },
	{ "attached", "po", 2, attached, 0 },
	{ "int", "ox", 1, inside, 0 },
	{ "text", "ox", 1, inside, 1 },
	{ "has", "oxt", 2, has_message, 0 },
	{ "undo", "pi", 2, undo, 0 },
	{ "blocked", "ps", 2, signals, BLOCKED },
	{ "pending", "ps", 2, signals, PENDING },
	{ "handler", "ps", 2, signals, HANDLER },
	{ "ignored", "ps", 2, signals, IGNORED },
	{ "count", "kx", 1, count, 0 },
	{ "any", "kx", 2, count, 0 },
	{ "fifo", "w", 1, fifo, 0 },
	{ NULL, NULL, 0, NULL, 0 },
};
