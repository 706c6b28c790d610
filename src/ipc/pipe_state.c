/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pipes and FIFOs as objects: what is inside, who holds which end, who sleeps at it.  A FIFO is a
 * pipe with a name, so both facilities stand here.  Runs in the shell and takes nothing.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/pipe.h"
#include "ipc/pipe_object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct field pipe_fields[] = {
	{ "bytes", 0 }, { "size", 0 }, { "readers", 0 }, { "writers", 0 }, { NULL, 0 },
};
static const struct field fifo_fields[] = {
	{ "bytes", 0 },         { "size", 0 }, { "readers", 0 }, { "writers", 0 },
	{ "mode", FIELD_MODE }, { "uid", 0 },  { "named", 0 },   { NULL, 0 },
};

static int pipe_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg)
{
	ends_inodes(w->ends, false, fn, arg);
	return 0;
}

static int fifo_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg)
{
	ends_inodes(w->ends, true, fn, arg);
	return 0;
}

/* object.text: the path (nothing for a pipe), readers, writers; a line each. In no language: it is compared. */
static char *holders_text(const struct world *w, unsigned long inode, const char *path)
{
	struct str text = STR_INIT;
	bool local = lang_local(false); /* of a process without a name */

	if (path)
		str_clean(&text, path, strlen(path));
	str_addc(&text, '\n');
	pipe_who(&text, w, inode, END_READ);
	str_addc(&text, '\n');
	pipe_who(&text, w, inode, END_WRITE);
	lang_local(local);
	return str_take(&text);
}

int pipe_object(const struct world *w, enum kind kind, unsigned long inode, struct object *o)
{
	const struct fifo_name *name = kind == KIND_FIFO ? ends_named(w->ends, inode) : NULL;
	const int readers = ends_count(w->ends, inode, END_READ);
	const int writers = ends_count(w->ends, inode, END_WRITE);
	struct pipe_inside in;

	if (!readers && !writers && !name)
		return -1;
	o->kind = kind;
	o->id = (long)inode;
	o->f[READERS] = readers;
	o->f[WRITERS] = writers;
	if (readers || writers) {
		/* -1, not known, where it may not be looked at */
		pipe_peek(w, inode, NULL, 0, &in);
		o->f[BYTES] = in.bytes;
		o->f[SIZE] = in.size;
		if (w->ends)
			ends_bytes_set(w->ends, inode, in.bytes);
	}
	if (name) {
		o->f[MODE] = name->mode & 07777;
		o->f[OWNER] = (long)name->uid;
		o->f[NAMED] = 1;
	}
	o->text = holders_text(w, inode, kind == KIND_FIFO ? ends_path(w->ends, inode) : NULL);
	return 0;
}

static int pipe_look(const struct world *w, long id, struct object *o)
{
	return pipe_object(w, KIND_PIPE, (unsigned long)id, o);
}

static int fifo_look(const struct world *w, long id, struct object *o)
{
	return pipe_object(w, KIND_FIFO, (unsigned long)id, o);
}

/* Line n of object.text; *len of it. */
const char *pipe_line(const struct object *o, int n, size_t *len)
{
	const char *s = o->text ? o->text : "", *end;

	for (; n > 0 && (s = strchr(s, '\n')); n--)
		s++;
	if (!s)
		s = "";
	end = strchrnul(s, '\n');
	*len = (size_t)(end - s);
	return s;
}

static void add_inode(struct str *out, const char *what, long inode)
{
	str_addf(out, "%s:[", what);
	str_mark_num(out, 'n', inode);
	str_addc(out, ']');
}

void pipe_add_who(struct str *out, const struct object *o, int n)
{
	size_t len;
	const char *who = pipe_line(o, n, &len);

	if (len)
		who_join(out, who, len);
	else
		str_add(out, _("nobody"));
}

static void add_who(struct str *out, const struct object *o)
{
	struct str readers = STR_INIT, writers = STR_INIT;

	pipe_add_who(&readers, o, 1);
	pipe_add_who(&writers, o, 2);
	str_addf(out, _("  read end: %s, write end: %s"), str_text(&readers), str_text(&writers));
	str_free(&readers);
	str_free(&writers);
}

struct one_holder {
	pid_t pid;
	int read, write, n;
	bool several;
};

static bool note_holder(void *arg, pid_t pid, const struct end *end)
{
	struct one_holder *h = arg;

	h->several |= h->n++ && pid != h->pid;
	h->pid = pid;
	if (end->mode & END_READ)
		h->read = end->fd;
	if (end->mode & END_WRITE)
		h->write = end->fd;
	return true;
}

static void pipe_created(struct str *out, const struct object *now, const struct world *w)
{
	struct one_holder h = { 0 };

	/* what it is called now it will be called when its ends are closed one by one */
	if (w->ends)
		ends_label_drop(w->ends, (unsigned long)now->id);
	pipe_label(w, (unsigned long)now->id);
	add_inode(out, "pipe", now->id);
	ends_each(w->ends, (unsigned long)now->id, note_holder, &h);
	/* pipe(2) has just made it: the usual case */
	if (h.n == 2 && !h.several && now->f[READERS] == 1 && now->f[WRITERS] == 1)
		str_addf(out, _("  read end %d, write end %d"), h.read, h.write);
	else
		add_who(out, now);
}

static void fifo_created(struct str *out, const struct object *now, const struct world *w)
{
	(void)w;
	str_add(out, "FIFO  ");
	if (now->f[NAMED])
		format_mode(out, (unsigned)now->f[MODE]);
	else
		str_add(out, _("unlinked"));
	if (now->f[READERS] || now->f[WRITERS])
		add_who(out, now);
}

static void changed_holders(const struct object *now, const struct object *was, const char *name,
			    int n, const char *what,
			    void (*line)(void *arg, const char *subject, const char *text),
			    void *arg)
{
	struct str text = STR_INIT, is = STR_INIT, had = STR_INIT;
	size_t ln, lw;
	const char *sn = pipe_line(now, n, &ln), *sw = pipe_line(was, n, &lw);

	if (ln == lw && !memcmp(sn, sw, ln))
		return;
	pipe_add_who(&is, now, n);
	pipe_add_who(&had, was, n);
	str_addf(&text, _("%s ends: %s (was %s)"), what, str_text(&is), str_text(&had));
	line(arg, name, str_text(&text));
	str_free(&text);
	str_free(&is);
	str_free(&had);
}

/* Losing the last end is what a learner must see. */
static const char *last_lost(const struct object *now, const struct object *was)
{
	if (!now->f[WRITERS] && was->f[WRITERS])
		return now->f[BYTES] > 0
			       ? _("no write end is left: reads return 0 after what is inside")
			       : _("no write end is left: reads return 0");
	if (!now->f[READERS] && was->f[READERS])
		return _("no read end is left: a write means SIGPIPE and EPIPE");
	return NULL;
}

/* A pipe that nobody named is its inode; one named at both ends stays "r w" when one is closed. */
char *pipe_subject(const struct object *o, const struct world *w)
{
	const char *kind = kind_name(o->kind);
	struct str text = STR_INIT;
	size_t n;
	const char *path = pipe_line(o, 0, &n);

	if (n) {
		str_addn(&text, path, n);
		str_add(&text, o->f[NAMED] ? "" : _(" (deleted)"));
	} else if (o->kind == KIND_PIPE && pipe_label(w, (unsigned long)o->id)) {
		str_add(&text, pipe_label(w, (unsigned long)o->id));
	} else {
		add_inode(&text, kind, o->id);
	}
	return str_take(&text);
}

static void changed(const struct object *now, const struct object *was, const struct world *w,
		    void (*line)(void *arg, const char *subject, const char *text), void *arg)
{
	char *name = pipe_subject(was->f[NAMED] ? was : now, w);
	struct str text = STR_INIT;
	const char *lost = last_lost(now, was);
	const bool held =
		(now->f[READERS] || now->f[WRITERS]) && (was->f[READERS] || was->f[WRITERS]);

	if (now->f[BYTES] != was->f[BYTES] && now->f[BYTES] >= 0 && was->f[BYTES] >= 0) {
		str_addf(&text, _("%ld byte%s (was %ld)"), now->f[BYTES],
			 now->f[BYTES] == 1 ? "" : "s", was->f[BYTES]);
		if (!held && now->f[BYTES] < was->f[BYTES])
			str_add(&text,
				_(": the last descriptor is closed, what was inside is lost"));
		line(arg, name, str_text(&text));
	}
	if (held && now->f[BYTES] > 0 && was->f[BYTES] < 0) {
		str_reset(&text);
		str_addf(&text, _("%ld byte%s (could not be looked at before)"), now->f[BYTES],
			 now->f[BYTES] == 1 ? "" : "s");
		line(arg, name, str_text(&text));
	}
	if (held && now->f[SIZE] < 0 && was->f[SIZE] >= 0)
		line(arg, name, _("what is inside may not be looked at"));
	if (held && now->f[SIZE] != was->f[SIZE] && now->f[SIZE] >= 0 && was->f[SIZE] >= 0) {
		str_reset(&text);
		str_addf(&text, _("size %ld (was %ld)"), now->f[SIZE], was->f[SIZE]);
		line(arg, name, str_text(&text));
	}
	changed_holders(now, was, name, 1, _("read"), line, arg);
	changed_holders(now, was, name, 2, _("write"), line, arg);
	if (lost && (now->f[READERS] || now->f[WRITERS]))
		line(arg, name, lost);
	if (now->kind == KIND_FIFO && was->f[NAMED] && !now->f[NAMED])
		line(arg, name, _("the name is gone; those who have it open go on"));
	if (now->kind == KIND_FIFO && was->f[NAMED] && now->f[NAMED] &&
	    now->f[MODE] != was->f[MODE]) {
		str_reset(&text);
		str_add(&text, _("mode "));
		format_mode(&text, (unsigned)now->f[MODE]);
		str_add(&text, _(" (was "));
		format_mode(&text, (unsigned)was->f[MODE]);
		str_addc(&text, ')');
		line(arg, name, str_text(&text));
	}
	str_free(&text);
	free(name);
}

static struct grid *pipe_state(const struct world *w, const long *only, int nonly)
{
	return pipe_grid(w, KIND_PIPE, _("pipes"), only, nonly);
}

static struct grid *fifo_state(const struct world *w, const long *only, int nonly)
{
	return pipe_grid(w, KIND_FIFO, _("FIFOs"), only, nonly);
}

/* A pipe goes with its last descriptor; a FIFO's name is the learner's to unlink. */
static int no_remove(long id)
{
	(void)id;
	errno = EOPNOTSUPP;
	return -1;
}

const struct facility facility_pipe = {
	.kind = KIND_PIPE,
	.title = N_("pipes"),
	.field = pipe_fields,
	.each = pipe_each,
	.look = pipe_look,
	.created = pipe_created,
	.changed = changed,
	.state = pipe_state,
	.remove = no_remove,
};

const struct facility facility_fifo = {
	.kind = KIND_FIFO,
	.title = N_("FIFOs"),
	.field = fifo_fields,
	.each = fifo_each,
	.look = fifo_look,
	.created = fifo_created,
	.changed = changed,
	.state = fifo_state,
	.remove = no_remove,
};
