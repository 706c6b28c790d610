/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The message queues there are: listing, one look, the diff and the table with what is inside and who
 * sleeps there.  Contents are copied (MSG_COPY), never taken.  Runs in the shell.
 */
#include "base/grid.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/msg.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

enum {
	F_KEY,
	F_UID,
	F_GID,
	F_CUID,
	F_CGID,
	F_MODE,
	F_QNUM,
	F_CBYTES,
	F_QBYTES,
	F_LSPID,
	F_LRPID,
	F_STIME,
	F_RTIME,
	F_CTIME,
};

static const struct field fields[] = {
	[F_KEY] = { "key", FIELD_KEY },
	[F_UID] = { "uid", 0 },
	[F_GID] = { "gid", 0 },
	[F_CUID] = { "cuid", 0 },
	[F_CGID] = { "cgid", 0 },
	[F_MODE] = { "mode", FIELD_MODE },
	[F_QNUM] = { "qnum", 0 },
	[F_CBYTES] = { "cbytes", 0 },
	[F_QBYTES] = { "qbytes", 0 },
	[F_LSPID] = { "lspid", FIELD_QUIET | FIELD_PID },
	[F_LRPID] = { "lrpid", FIELD_QUIET | FIELD_PID },
	[F_STIME] = { "stime", FIELD_QUIET | FIELD_TIME },
	[F_RTIME] = { "rtime", FIELD_QUIET | FIELD_TIME },
	[F_CTIME] = { "ctime", FIELD_QUIET | FIELD_TIME },
	{ NULL, 0 },
};

/* What each() has just read, so that looking at every object costs one system call each. */
static struct {
	long id;
	const struct msqid_ds *ds;
} at_hand;

static int each(const struct world *w, bool (*fn)(void *arg, long id), void *arg)
{
	struct msqid_ds ds;
	int highest = msgctl(0, MSG_INFO, &ds);

	(void)w;
	if (highest < 0)
		return -1;
	for (int index = 0; index <= highest; index++) {
		int id = msgctl(index, MSG_STAT_ANY, &ds);
		bool more = true;

		if (id >= 0) {
			at_hand.id = id;
			at_hand.ds = &ds;
			more = fn(arg, id);
			at_hand.ds = NULL;
		}
		if (!more)
			break;
	}
	return 0;
}

static int look(const struct world *w, long id, struct object *o)
{
	const struct msqid_ds *ds = at_hand.id == id ? at_hand.ds : NULL;
	struct msqid_ds own;

	(void)w;
	if (!ds) {
		if (msg_stat(id, &own))
			return -1;
		ds = &own;
	}
	o->kind = KIND_MSG;
	o->id = id;
	o->f[F_KEY] = (unsigned)ds->msg_perm.__key;
	o->f[F_UID] = ds->msg_perm.uid;
	o->f[F_GID] = ds->msg_perm.gid;
	o->f[F_CUID] = ds->msg_perm.cuid;
	o->f[F_CGID] = ds->msg_perm.cgid;
	o->f[F_MODE] = ds->msg_perm.mode;
	o->f[F_QNUM] = (long)ds->msg_qnum;
	o->f[F_CBYTES] = (long)ds->__msg_cbytes;
	o->f[F_QBYTES] = (long)ds->msg_qbytes;
	o->f[F_LSPID] = ds->msg_lspid;
	o->f[F_LRPID] = ds->msg_lrpid;
	o->f[F_STIME] = ds->msg_stime;
	o->f[F_RTIME] = ds->msg_rtime;
	o->f[F_CTIME] = ds->msg_ctime;
	return 0;
}

static void created(struct str *out, const struct object *now, const struct world *w)
{
	(void)w;
	sysv_count(out, now->f[F_QNUM], "message");
	if (now->f[F_CBYTES]) {
		str_add(out, ", ");
		sysv_count(out, now->f[F_CBYTES], "byte");
	}
	str_addf(out, ", %ld bytes max  ", now->f[F_QBYTES]);
	format_mode(out, (unsigned)now->f[F_MODE] & 0777);
	str_add(out, "  key ");
	sysv_key(out, (key_t)now->f[F_KEY]);
}

static void changed(const struct object *now, const struct object *was, const struct world *w,
		    void (*line)(void *arg, const char *subject, const char *text), void *arg)
{
	const char *name = w->name(w->ctx, KIND_MSG, now->id);
	bool num = now->f[F_QNUM] != was->f[F_QNUM], bytes = now->f[F_CBYTES] != was->f[F_CBYTES];
	static struct str text; /* reused: this runs for every line of a replay */

	str_reset(&text);
	if (num || bytes) {
		sysv_count(&text, now->f[F_QNUM], "message");
		str_add(&text, ", ");
		sysv_count(&text, now->f[F_CBYTES], "byte");
		str_add(&text, " (was ");
		if (num)
			str_num(&text, was->f[F_QNUM]);
		if (num && bytes && was->f[F_CBYTES])
			str_add(&text, ", ");
		if (bytes && (!num || was->f[F_CBYTES]))
			sysv_count(&text, was->f[F_CBYTES], "byte");
		str_addc(&text, ')');
		line(arg, name, str_text(&text));
		str_reset(&text);
	}
	if (now->f[F_QBYTES] != was->f[F_QBYTES]) {
		str_addf(&text, "%ld bytes max (was %ld)", now->f[F_QBYTES], was->f[F_QBYTES]);
		line(arg, name, str_text(&text));
	}
	sysv_changed_mode(name, now->f[F_MODE], was->f[F_MODE], line, arg);
	sysv_changed_owner(name, "owner uid", now->f[F_UID], was->f[F_UID], line, arg);
	sysv_changed_owner(name, "group gid", now->f[F_GID], was->f[F_GID], line, arg);
}

/* The table */

enum { C_NAME, C_ID, C_MESSAGES, C_BYTES, C_KEY, C_OWNER, C_MODE, C_MAX, C_DETAILS, COLUMNS };

/* A queue's key, owner, mode and limit stand in its details, in words: 80 columns must do. */
static const struct grid_column columns[COLUMNS] = {
	[C_NAME] = { "queue", GRID_TREE },
	[C_ID] = { "id", GRID_RIGHT },
	[C_MESSAGES] = { "messages", GRID_RIGHT },
	[C_BYTES] = { "bytes", GRID_RIGHT },
	[C_KEY] = { "key", GRID_DATA },
	[C_OWNER] = { "owner", GRID_DATA },
	[C_MODE] = { "mode", GRID_DATA },
	[C_MAX] = { "max", GRID_RIGHT | GRID_DATA },
	[C_DETAILS] = { "details", GRID_WRAP },
};

enum { SHOWN_MESSAGES = 100, SHOWN_BYTES = 36 };

struct sleeper {
	char *name;
	pid_t pid;
	long since;
	bool sends;
	long id, type, size;
	int flags;
};

struct table {
	const struct world *w;
	const long *only;
	int nonly;
	struct grid *g;
	struct str cell;
	struct sleeper *sleeper;
	int nsleepers, cap;
	int refused; /* errno of a look inside, or 0 */
};

static bool add_sleeper(void *arg, const struct peer *p)
{
	struct table *t = arg;
	const struct prim *prim = p->call && p->asleep ? prims[p->call->prim] : NULL;
	bool sends = prim && prim->sleeps[0] == SYS_msgsnd,
	     takes = prim && prim->sleeps[0] == SYS_msgrcv;
	struct sleeper *s;

	if (!sends && !takes)
		return true;
	GROW(t->sleeper, t->nsleepers, t->cap);
	s = &t->sleeper[t->nsleepers++];
	*s = (struct sleeper){ xstrdup(p->name),
			       p->pid,
			       p->since,
			       sends,
			       p->call->arg[0].num,
			       p->call->arg[sends ? SND_TYPE : RCV_TYPE].num,
			       p->call->arg[sends ? SND_SIZE : RCV_SIZE].num,
			       (int)p->call->arg[sends ? SND_FLAGS : RCV_FLAGS].num };
	return true;
}

static int by_since(const void *a, const void *b)
{
	const struct sleeper *x = a, *y = b;

	return (x->since > y->since) - (x->since < y->since);
}

/* Moves the cell's text into the table. */
static void put(struct table *t, int row, int column)
{
	grid_set(t->g, row, column, str_text(&t->cell));
	str_reset(&t->cell);
}

static void put_num(struct table *t, int row, int column, long n)
{
	str_num(&t->cell, n);
	put(t, row, column);
}

static void add_messages(struct table *t, int row, const struct object *o)
{
	struct msg_seen seen = { 0 };
	int sub;

	for (; seen.ordinal < SHOWN_MESSAGES && seen.ordinal < o->f[F_QNUM]; seen.ordinal++) {
		if (msg_look(o->id, &seen)) {
			t->refused = errno == ENOMSG || errno == EINVAL || errno == EIDRM
					     ? t->refused
					     : errno;
			return;
		}
		sub = grid_row(t->g, row);
		str_addf(&t->cell, "[%ld]", seen.ordinal);
		put(t, sub, C_NAME);
		str_addf(&t->cell, "type %ld", seen.type);
		put(t, sub, C_MESSAGES);
		put_num(t, sub, C_BYTES, (long)seen.size);
		str_quote(&t->cell, seen.text, seen.size, SHOWN_BYTES);
		put(t, sub, C_DETAILS);
	}
	if (o->f[F_QNUM] > SHOWN_MESSAGES) {
		sub = grid_row(t->g, row);
		grid_set(t->g, sub, C_NAME, "...");
		str_addf(&t->cell, "%ld more", o->f[F_QNUM] - SHOWN_MESSAGES);
		put(t, sub, C_MESSAGES);
	}
}

static void add_waiting(struct table *t, int row, long id)
{
	for (int i = 0; i < t->nsleepers; i++) {
		const struct sleeper *s = &t->sleeper[i];
		int sub;

		if (s->id != id)
			continue;
		sub = grid_row(t->g, row);
		str_clean(&t->cell, s->name, strlen(s->name));
		put(t, sub, C_NAME);
		if (s->sends) {
			str_addf(&t->cell, "sleeps in msgsnd: type %ld, ", s->type);
			sysv_count(&t->cell, s->size, "byte");
		} else {
			str_add(&t->cell, "sleeps in msgrcv: wants ");
			msg_add_wanted(&t->cell, s->type, s->flags);
		}
		put(t, sub, C_DETAILS);
	}
}

static void add_last(struct table *t, int row, const char *what, time_t when, long pid)
{
	int sub;

	if (!when)
		return;
	sub = grid_row(t->g, row);
	grid_set(t->g, sub, C_NAME, what);
	str_addf(&t->cell, "by %s at ", sysv_who(t->w, (pid_t)pid));
	sysv_time(&t->cell, when);
	put(t, sub, C_DETAILS);
}

static void add_details(struct table *t, int row, const struct object *o)
{
	sysv_key(&t->cell, (key_t)o->f[F_KEY]);
	put(t, row, C_KEY);
	sysv_owner(&t->cell, (unsigned)o->f[F_UID]);
	put(t, row, C_OWNER);
	format_mode(&t->cell, (unsigned)o->f[F_MODE] & 0777);
	put(t, row, C_MODE);
	put_num(t, row, C_MAX, o->f[F_QBYTES]);
	str_addf(&t->cell, "max %ld  ", o->f[F_QBYTES]);
	format_mode(&t->cell, (unsigned)o->f[F_MODE] & 0777);
	str_add(&t->cell, "  ");
	sysv_owner(&t->cell, (unsigned)o->f[F_UID]);
	str_add(&t->cell, "  key ");
	sysv_key(&t->cell, (key_t)o->f[F_KEY]);
	put(t, row, C_DETAILS);
}

static bool add_queue(void *arg, long id)
{
	struct table *t = arg;
	struct object o = { 0 };
	bool wanted = t->nonly == 0;
	int row;

	for (int i = 0; i < t->nonly && !wanted; i++)
		wanted = t->only[i] == id;
	if (!wanted || look(t->w, id, &o))
		return true;
	row = grid_row(t->g, -1);
	grid_set(t->g, row, C_NAME, t->w->name(t->w->ctx, KIND_MSG, id));
	str_mark_num(&t->cell, 'q', id);
	put(t, row, C_ID);
	put_num(t, row, C_MESSAGES, o.f[F_QNUM]);
	put_num(t, row, C_BYTES, o.f[F_CBYTES]);
	add_details(t, row, &o);
	add_messages(t, row, &o);
	add_waiting(t, row, id);
	add_last(t, row, "sent", o.f[F_STIME], o.f[F_LSPID]);
	add_last(t, row, "taken", o.f[F_RTIME], o.f[F_LRPID]);
	return true;
}

static struct grid *state(const struct world *w, const long *only, int nonly)
{
	struct table t = { .w = w, .only = only, .nonly = nonly };

	t.g = grid_new("message queues", columns, COLUMNS);
	if (w->peers)
		w->peers(w->ctx, add_sleeper, &t);
	if (t.nsleepers)
		qsort(t.sleeper, (size_t)t.nsleepers, sizeof(*t.sleeper), by_since);
	if (nonly == 1)
		add_queue(&t, only[0]);
	else if (each(w, add_queue, &t))
		grid_note(t.g, "the kernel does not list the queues: %s", strerror(errno));
	if (t.refused == ENOSYS)
		grid_note(t.g, "messages cannot be shown: this kernel has no MSG_COPY "
			       "(CONFIG_CHECKPOINT_RESTORE)");
	else if (t.refused)
		grid_note(t.g,
			  "some messages cannot be shown: %s (reading them takes the queue's r)",
			  strerror(t.refused));
	for (int i = 0; i < t.nsleepers; i++)
		free(t.sleeper[i].name);
	free(t.sleeper);
	str_free(&t.cell);
	return t.g;
}

static int remove_queue(long id)
{
	return msgctl((int)id, IPC_RMID, NULL);
}

const struct facility facility_msg = {
	.kind = KIND_MSG,
	.title = "message queues",
	.field = fields,
	.each = each,
	.look = look,
	.created = created,
	.changed = changed,
	.state = state,
	.remove = remove_queue,
};
