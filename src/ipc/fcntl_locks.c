/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locks and leases as /proc/locks lists them, with the pids of the /proc that it is read from.  That
 * order is the processors': what is told here goes by the processes' names.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "ipc/fcntl.h"
#include "ipc/pipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum lock_class { LOCK_POSIX, LOCK_OFD, LOCK_LEASE };

/* One line: "1: POSIX  ADVISORY  WRITE 3021 00:2a:5 0 EOF"; below it, "1: -> POSIX ...", who waits. */
struct held {
	enum lock_class class;
	bool write;
	int pid; /* -1: belongs to an open file (OFD) */
	dev_t dev;
	unsigned long inode;
	long from, to; /* to -1: the end, wherever that is */
	int depth;     /* of waiting; 0: it is held */
	const char *name;
};

struct locks {
	struct held *l;
	int n, cap;
};

static bool lock_line(const char *line, struct held *h)
{
	char class[16], type[16], to[24];
	unsigned major, minor;
	const char *at = strchr(line, ':'), *arrow = strstr(line, "-> ");

	if (!at)
		return false;
	h->depth = arrow ? (int)(arrow - at) - 1 : 0;
	if (sscanf(arrow ? arrow + 3 : at + 1, "%15s %*s %15s %d %x:%x:%lu %ld %23s", class, type,
		   &h->pid, &major, &minor, &h->inode, &h->from, to) != 8)
		return false;
	if (!strcmp(class, "POSIX"))
		h->class = LOCK_POSIX;
	else if (!strcmp(class, "OFDLCK"))
		h->class = LOCK_OFD;
	else if (!strcmp(class, "LEASE"))
		h->class = LOCK_LEASE;
	else
		return false;
	h->dev = makedev(major, minor);
	h->write = !strcmp(type, "WRITE");
	h->to = strcmp(to, "EOF") ? strtol(to, NULL, 10) : -1;
	return true;
}

static void locks_read(struct locks *all, const struct world *w)
{
	int fd = openat(w->proc, "locks", O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[256];
	struct held h;

	*all = (struct locks){ 0 };
	if (!f) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (fgets(line, sizeof(line), f)) {
		if (!lock_line(line, &h))
			continue;
		h.name = h.pid > 0 ? w->pid_name(w->ctx, h.pid) : _("an open file (OFD)");
		h.name = xstrdup(h.name);
		GROW(all->l, all->n, all->cap);
		all->l[all->n++] = h;
	}
	fclose(f);
}

static void locks_free(struct locks *all)
{
	for (int i = 0; i < all->n; i++)
		free((char *)all->l[i].name);
	free(all->l);
}

bool lock_range(const struct call *c, const struct world *w, struct held_range *r)
{
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	struct stat st;

	if (!l || !fd_stat(w, c->arg[FCNTL_FD].num, &st))
		return false;
	r->from = l->l_start;
	if (l->l_whence == SEEK_END)
		r->from += st.st_size;
	else if (l->l_whence == SEEK_CUR)
		r->from += fd_position(w, c->arg[FCNTL_FD].num);
	r->to = l->l_len ? r->from + l->l_len - 1 : -1;
	if (l->l_len < 0 && r->from >= 0) { /* the bytes before */
		r->to = r->from - 1;
		r->from += l->l_len;
	}
	return true;
}

/* What the call wants, as /proc/locks has it. */
static bool wanted(const struct call *c, const struct world *w, struct held *want)
{
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	const long cmd = c->arg[FCNTL_CMD].num;
	struct held_range r;
	struct stat st;

	if (!l || !lock_range(c, w, &r) || !fd_stat(w, c->arg[FCNTL_FD].num, &st))
		return false;
	*want = (struct held){ .class = LOCK_POSIX,
			       .write = l->l_type == F_WRLCK,
			       .pid = w->self.pid,
			       .dev = st.st_dev,
			       .inode = st.st_ino,
			       .from = r.from,
			       .to = r.to };
	if (cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW)
		want->class = LOCK_OFD, want->pid = -1;
	return true;
}

static bool conflicts(const struct held *want, const struct held *h)
{
	if (h->depth || h->class == LOCK_LEASE || h->dev != want->dev || h->inode != want->inode)
		return false;
	if ((want->pid > 0 && h->pid == want->pid) || (!want->write && !h->write))
		return false;
	return (h->to == -1 || want->from <= h->to) && (want->to == -1 || want->to >= h->from);
}

static int by_name(const void *a, const void *b)
{
	const struct held *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	if (!r)
		r = x->pid < y->pid ? -1 : x->pid > y->pid;
	return r ? r : x->from < y->from ? -1 : x->from > y->from;
}

/* "B holds a write lock on bytes 0 to 9" */
static void say_held(struct str *out, const struct held *h)
{
	str_addf(out, _("%s holds a %s lock on "), h->name, h->write ? _("write") : _("read"));
	if (h->from == 0 && h->to == -1)
		str_add(out, _("the whole file"));
	else if (h->to == -1)
		str_addf(out, _("the bytes from %ld on"), h->from);
	else if (h->from == h->to)
		str_addf(out, _("byte %ld"), h->from);
	else
		str_addf(out, _("bytes %ld to %ld"), h->from, h->to);
}

bool locks_in_the_way(struct str *out, const struct call *c, const struct world *w)
{
	enum { SHOWN = 4 };
	struct locks all;
	struct held want;
	int n = 0;

	locks_read(&all, w);
	if (wanted(c, w, &want)) {
		for (int i = 0; i < all.n; i++) {
			struct held h = all.l[i];

			if (!conflicts(&want, &h))
				continue;
			all.l[i] = all.l[n];
			all.l[n++] = h;
		}
	}
	if (n)
		qsort(all.l, (size_t)n, sizeof(*all.l), by_name);
	for (int i = 0; i < n && i < SHOWN; i++) {
		str_add(out, i ? _("; ") : "");
		say_held(out, &all.l[i]);
	}
	if (n > SHOWN)
		str_addf(out, _("; and %d locks more"), n - SHOWN);
	locks_free(&all);
	return n;
}

/* The owner of what line i waits for: the last line above it that is one step less deep. */
static int awaited_by(const struct locks *all, int i)
{
	for (int k = i - 1; k >= 0; k--)
		if (all->l[k].depth < all->l[i].depth)
			return all->l[k].pid;
	return 0;
}

/* Does pid wait for self, or for one that does? */
static bool waits_for(const struct locks *all, int pid, int self, int far)
{
	for (int i = 0; i < all->n && far; i++) {
		int next = all->l[i].depth && all->l[i].pid == pid ? awaited_by(all, i) : 0;

		if (next > 0 && (next == self || waits_for(all, next, self, far - 1)))
			return true;
	}
	return false;
}

bool locks_circle(struct str *out, const struct call *c, const struct world *w)
{
	const struct held *found = NULL;
	struct locks all;
	struct held want;

	locks_read(&all, w);
	if (wanted(c, w, &want))
		for (int i = 0; i < all.n; i++)
			if (conflicts(&want, &all.l[i]) &&
			    waits_for(&all, all.l[i].pid, w->self.pid, 10) &&
			    (!found || by_name(&all.l[i], found) < 0))
				found = &all.l[i];
	if (found) {
		say_held(out, found);
		str_addf(out, _(", and waits for %s: a deadlock"), w->self.name);
	}
	locks_free(&all);
	return found;
}

bool locks_lease(struct str *out, const struct world *w, const struct stat *st)
{
	const struct held *found = NULL;
	struct locks all;

	locks_read(&all, w);
	for (int i = 0; i < all.n; i++) {
		const struct held *h = &all.l[i];

		if (h->class == LOCK_LEASE && h->inode == st->st_ino && h->dev == st->st_dev &&
		    (!found || by_name(h, found) < 0))
			found = h;
	}
	if (found)
		str_addf(out,
			 found->write ? _("%s has a write lease on it")
				      : _("%s has a read lease on it"),
			 found->name);
	locks_free(&all);
	return found;
}
