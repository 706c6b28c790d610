/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/world.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "proc/settle.h"
#include "session/session.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Texts that a caller uses within one line: several turns of static storage. */
static char *turn(void)
{
	static char text[16][96];
	static int next;

	return text[next++ % 16];
}

/* "r w": a name that a process has for its read end, and one for its write end. */
struct end_names {
	struct session *s;
	char *text;
	size_t len;
	unsigned char mode; /* of the ends that are asked for now */
};

static bool add_end_name(void *arg, pid_t pid, const struct end *end)
{
	struct end_names *en = arg;
	const char *name = names_of(&en->s->names, KIND_FD, pid, end->fd);
	size_t len = name ? strlen(name) : 0;

	if (!name || end->mode != en->mode || en->len + len + 2 > 90)
		return true;
	en->len += (size_t)snprintf(en->text + en->len, 96 - en->len, "%s%s", en->len ? " " : "",
				    name);
	return false;
}

static const char *pipe_name(struct session *s, long inode, char *text)
{
	struct end_names en = { s, text, 0, END_READ };

	text[0] = '\0';
	ends_each(s->ends, (unsigned long)inode, add_end_name, &en);
	en.mode = END_WRITE;
	ends_each(s->ends, (unsigned long)inode, add_end_name, &en);
	if (!en.len) { /* its names went with their descriptors: it is still what was called so */
		const char *label = ends_label(s->ends, (unsigned long)inode, "");

		snprintf(text, 96, "%s", *label ? label : "pipe");
	}
	return text;
}

static const char *object_name(void *ctx, enum kind kind, long id)
{
	struct session *s = ctx;
	const char *name = names_of(&s->names, kind, 0, id);
	char *text = turn();

	if (kind == KIND_PIPE)
		return pipe_name(s, id, text);
	if (kind == KIND_FIFO)
		name = ends_path(s->ends, (unsigned long)id);
	if (name)
		snprintf(text, 96, "%s", name);
	else
		snprintf(text, 96, "%s:%c%c%ld%c", kind_name(kind), MARK_OPEN,
			 kind_mark(kind) ? kind_mark(kind) : 'n', id, MARK_CLOSE);
	return text;
}

static bool has_name(void *ctx, enum kind kind, long id)
{
	struct session *s = ctx;

	return names_of(&s->names, kind, 0, id);
}

static bool was_known(void *ctx, enum kind kind, long id)
{
	return objects_is_known(&((struct session *)ctx)->objects, kind, id);
}

static bool was_removed(void *ctx, enum kind kind, long id)
{
	return objects_was_removed(&((struct session *)ctx)->objects, kind, id);
}

static const char *pid_name(void *ctx, pid_t pid)
{
	struct session *s = ctx;
	const struct process *p = procs_by_pid(&s->procs, pid);
	char *text = turn();

	if (p)
		snprintf(text, 96, "%s", p->name);
	else
		snprintf(text, 96, _("process %cp%d%c"), MARK_OPEN, pid, MARK_CLOSE);
	return text;
}

static pid_t pid_in(void *ctx, pid_t outer)
{
	struct session *s = ctx;

	if (s->box.host)
		return outer;
	for (int i = 0; i < s->procs.n; i++)
		if (s->procs.p[i]->outer == outer)
			return s->procs.p[i]->pid;
	return 0;
}

static struct peer peer_of(const struct process *p)
{
	return (struct peer){
		.name = p->name,
		.pid = p->pid,
		.outer = p->outer,
		.asleep = p->act == ACT_ASLEEP || p->act == ACT_PROGRAM,
		.stopped = p->stopped,
		.dead = p->moved & MOVED_DIED,
		.external = p->act == ACT_PROGRAM,
		.call = (p->act == ACT_ASLEEP || p->act == ACT_BUSY) && p->op == OP_CALL ? &p->call
											 : NULL,
		.since = p->since,
		.blocked = p->blocked,
	};
}

struct peers {
	struct session *s;
	bool (*fn)(void *arg, const struct peer *p);
	void *arg;
	bool more;
};

const char *world_program(struct session *s, pid_t pid)
{
	char file[32], comm[sizeof(((struct started *)NULL)->name) + 1] = "", *text;
	struct str name = STR_INIT;
	int fd;

	for (int i = 0; i < s->procs.n && !*comm; i++) {
		uint32_t n;
		const struct running *run = procs_running(&s->procs, s->procs.p[i], &n);

		for (uint32_t k = 0; run && k < n; k++)
			if (run->program[k].pid == pid)
				memcpy(comm, run->program[k].name, sizeof(comm) - 1);
	}
	snprintf(file, sizeof(file), "%d/comm", pid);
	fd = *comm ? -1 : openat(s->procs.proc, file, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t n = read(fd, comm, sizeof(comm) - 1);

		comm[n > 0 ? n - 1 : 0] = '\0';
		close(fd);
	}
	if (!*comm)
		return pid_name(s, pid);
	text = turn();
	str_clean(&name, comm, strlen(comm));
	snprintf(text, 96, "%.60s (%cp%d%c)", str_text(&name), MARK_OPEN, pid, MARK_CLOSE);
	str_free(&name);
	return text;
}

static void program_peer(void *arg, pid_t pid, const struct seen *seen)
{
	struct peers *ps = arg;
	struct peer p = { .pid = pid, .asleep = true, .external = true };

	(void)seen;
	if (!ps->more || procs_by_pid(&ps->s->procs, pid))
		return;
	p.name = world_program(ps->s, pid);
	ps->more = ps->fn(ps->arg, &p);
}

static void peers(void *ctx, bool (*fn)(void *arg, const struct peer *p), void *arg)
{
	struct session *s = ctx;
	struct peers ps = { s, fn, arg, true };

	for (int i = 0; i < s->procs.n && ps.more; i++) {
		struct peer p = peer_of(s->procs.p[i]);

		if (s->procs.p[i]->act < ACT_ZOMBIE)
			ps.more = fn(arg, &p);
	}
	if (s->procs.programs && ps.more)
		settle_programs(&s->procs, program_peer, &ps);
}

static long undo(void *ctx, pid_t pid, long semid, int semnum)
{
	struct session *s = ctx;

	return undo_pending(&s->undo, pid, semid, semnum);
}

/* "A.x": the process and the rest; without a dot, the resolving process. */
static struct process *owner_of(struct session *s, const char **name, size_t *len)
{
	const char *dot = memchr(*name, '.', *len);
	struct process *p;

	if (!dot)
		return s->resolving;
	p = procs_find(&s->procs, *name, (size_t)(dot - *name));
	*len -= (size_t)(dot + 1 - *name);
	*name = dot + 1;
	return p;
}

static bool fits(enum kind want, enum kind is)
{
	bool is_sysv = is == KIND_MSG || is == KIND_SHM || is == KIND_SEM;
	bool wants_sysv = want == KIND_MSG || want == KIND_SHM || want == KIND_SEM;

	if (is == KIND_TEXT)
		return want == KIND_NONE;
	/* an id of another mechanism is a mistake; a number is a number */
	return !(is_sysv && wants_sysv) || is == want;
}

static int wrong_kind(const struct bound *b, enum kind want, char **cause)
{
	static const char *const article[KIND_COUNT] = {
		[KIND_MSG] = N_("a message queue"),
		[KIND_SHM] = N_("a segment"),
		[KIND_SEM] = N_("a semaphore set"),
	};

	if (b->kind == KIND_TEXT)
		return fail(cause,
			    _("%s is a text, and a number is wanted here; in a text it is $%s"),
			    b->name, b->name);
	return fail(cause, _("%s is %s, and %s is wanted here"), b->name, _(article[b->kind]),
		    _(article[want]));
}

static int resolve(void *ctx, const char *name, size_t len, enum kind want, long *out, char **cause)
{
	struct session *s = ctx;
	const char *whole = name;
	size_t whole_len = len;
	struct process *p = owner_of(s, &name, &len);
	const struct bound *b;

	if (name != whole && !p)
		return fail(cause, _("there is no process %.*s"), (int)(name - whole - 1), whole);
	if (name == whole && (want == KIND_PID || want == KIND_INT) &&
	    (p = procs_find(&s->procs, name, len))) {
		*out = p->pid;
		return 1;
	}
	p = name == whole ? s->resolving : p;
	b = names_find(&s->names, name, len, p ? p->pid : 0);
	if (b && !fits(want, b->kind))
		return wrong_kind(b, want, cause);
	if (b) {
		*out = b->value;
		return 1;
	}
	b = name == whole && p ? names_elsewhere(&s->names, name, len, p->pid) : NULL;
	if (b) {
		const struct process *other = procs_by_pid(&s->procs, b->owner);

		return fail(
			cause,
			_("%s belongs to %s, and %s has none of that name; %s.%s is its number"),
			b->name, other ? other->name : _("another process"), p->name,
			other ? other->name : "A", b->name);
	}
	(void)whole_len;
	return 0;
}

static enum kind kind_of(void *ctx, const char *name, size_t len)
{
	struct session *s = ctx;
	const struct process *p = owner_of(s, &name, &len);
	const struct bound *b = names_find(&s->names, name, len, p ? p->pid : 0);

	return b ? b->kind : KIND_NONE;
}

static int resolve_text(void *ctx, const char *name, size_t len, struct str *out, char **cause)
{
	struct session *s = ctx;
	const char *own = name;
	size_t own_len = len;
	const struct process *p = owner_of(s, &own, &own_len);
	const struct bound *b = names_find(&s->names, own, own_len, p ? p->pid : 0);
	long number;
	int found;

	if (own != name && !p)
		return 0;
	if (b && b->kind == KIND_TEXT && (own != name || !procs_find(&s->procs, name, len))) {
		str_addn(out, b->text, b->len);
		return 1;
	}
	found = resolve(ctx, name, len, KIND_INT, &number, cause);
	if (found > 0)
		str_num(out, number);
	if (!found && p && own != name)
		return fail(cause, _("%s has no %.*s; the number of %s is ${%s}"), p->name,
			    (int)own_len, own, p->name, p->name);
	return found;
}

static const char *nearest(void *ctx, const char *name, size_t len, enum kind want)
{
	struct session *s = ctx;
	const char *best = NULL;
	int best_distance = len < 4 ? 2 : 3;

	for (int i = 0; i < s->names.n; i++) {
		int d = str_distance(name, len, s->names.b[i].name);

		if (d < best_distance && fits(want, s->names.b[i].kind)) {
			best = s->names.b[i].name;
			best_distance = d;
		}
	}
	return best;
}

static void inside(void *ctx, struct call *c)
{
	procs_init_call(&((struct session *)ctx)->procs, c);
}

static bool attached(void *ctx, pid_t pid, unsigned long addr, long *id, unsigned long *from)
{
	const struct attachment *a = attached_below(&((struct session *)ctx)->attached, pid, addr);

	if (a)
		*id = a->shmid, *from = a->addr;
	return a;
}

void world_init(struct session *s)
{
	s->world = (struct world){
		.ctx = s,
		.proc = s->procs.proc,
		.fold = s->fold,
		.name = object_name,
		.named = has_name,
		.known = was_known,
		.removed = was_removed,
		.pid_name = pid_name,
		.pid_in = pid_in,
		.peers = peers,
		.attached = attached,
		.undo = undo,
		.inside = inside,
	};
	s->resolver = (struct resolver){ s, resolve, kind_of, resolve_text, nearest };
}

void world_self(struct session *s, const struct process *p)
{
	s->world.self = peer_of(p);
}

void world_actor(struct session *s, const struct process *p)
{
	s->world.actor_call = p && p->op == OP_CALL ? &p->call : NULL;
	s->world.actor = s->world.actor_call ? peer_of(p) : (struct peer){ 0 };
}
