/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Locks and leases: those of processes as /proc/locks lists them, with the pids of the /proc that it is read
 * from; those of open files (flock, OFD), which belong to no process, by /proc/PID/fdinfo of whoever has such an open
 * file now. The kernel's order is the processors': what is told here goes by names.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "ipc/fcntl.h"
#include "ipc/pipe.h"
#include "ipc/sysv.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum lock_class { LOCK_POSIX, LOCK_OFD, LOCK_LEASE, LOCK_FLOCK, LOCK_CLASSES };

/* One line: "1: POSIX  ADVISORY  WRITE 3021 00:2a:5 0 EOF"; below it, "1: -> POSIX ...", who waits. */
struct held {
	enum lock_class class;
	bool write;
	bool breaking,
		given_up; /* a lease whose holder was told to make it a read lease, to give it up */
	int pid;          /* -1: belongs to an open file (OFD) */
	dev_t dev;
	unsigned long inode;
	long from, to; /* to -1: the end, wherever that is */
	int depth;     /* of waiting; 0: it is held */
	struct str
		who; /* of an open file's: the descriptors that are it, WHO_NEXT between the processes */
	struct peer
		by; /* the first of them, or who holds it or has to let go of it; pid 0: nobody in sight */
	int fd, last; /* and his descriptor; the last process in who */
	char *name;
};

struct locks {
	struct held *l;
	int n, cap;
	const struct world *w;
	const struct stat *st; /* the file whose open files are asked for */
};

static bool of_open_file(const struct held *h)
{
	return h->class == LOCK_OFD || h->class == LOCK_FLOCK;
}

static bool lock_line(const char *line, struct held *h)
{
	static const char *const classes[] = { "POSIX", "OFDLCK", "LEASE", "FLOCK" };
	char class[16], state[16], type[16], to[24];
	unsigned major, minor;
	const char *at = strchr(line, ':'), *arrow = strstr(line, "-> ");

	*h = (struct held){ .class = LOCK_CLASSES };
	if (!at)
		return false;
	h->depth = arrow ? (int)(arrow - at) - 1 : 0;
	if (sscanf(arrow ? arrow + 3 : at + 1, "%15s %15s %15s %d %x:%x:%lu %ld %23s", class, state,
		   type, &h->pid, &major, &minor, &h->inode, &h->from, to) != 9)
		return false;
	for (int i = 0; i < LOCK_CLASSES; i++)
		if (!strcmp(class, classes[i]))
			h->class = (enum lock_class)i;
	h->dev = makedev(major, minor);
	h->write = !strcmp(type, "WRITE");
	h->breaking = !strcmp(state, "BREAKING");
	h->given_up = h->breaking && !strcmp(type, "UNLCK"); /* what it was before nobody tells */
	h->to = strcmp(to, "EOF") ? strtol(to, NULL, 10) : -1;
	return h->class != LOCK_CLASSES;
}

static void add_lock(struct locks *all, const struct held *h)
{
	GROW(all->l, all->n, all->cap);
	all->l[all->n++] = *h;
}

/* The lock of an open file that p has as fd: a new one, or one that is known by another descriptor, as one that
 * keeps all others out must be. */
static void add_open(struct locks *all, const struct held *h, const struct peer *p, int fd)
{
	struct held *at = NULL;

	for (int i = 0; i < all->n && !at; i++) {
		struct held *k = &all->l[i];

		if (k->class == h->class && k->write == h->write && k->from == h->from &&
		    k->to == h->to && (h->write || fd_same_open(&k->by, k->fd, p, fd)))
			at = k;
	}
	if (!at) {
		add_lock(all, h);
		at = &all->l[all->n - 1];
		at->by = *p;
		at->fd = fd;
	}
	if (at->last == p->pid)
		str_addf(&at->who, "+%d", fd);
	else
		str_addf(&at->who, "%s%s %d", at->who.len ? (char[]){ WHO_NEXT, 0 } : "", p->name,
			 fd);
	at->last = p->pid;
}

static void add_fdinfo(struct locks *all, const struct peer *p, int dir, int fd)
{
	const char label[] = "lock:";
	char path[48], line[256];
	struct stat st;
	struct held h;
	FILE *f;
	int file;

	snprintf(path, sizeof(path), "fd/%d", fd);
	if (fstatat(dir, path, &st, 0) || st.st_ino != all->st->st_ino ||
	    st.st_dev != all->st->st_dev)
		return;
	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	file = openat(dir, path, O_RDONLY | O_CLOEXEC);
	f = file < 0 ? NULL : fdopen(file, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, label, strlen(label)) && lock_line(line + strlen(label), &h) &&
		    of_open_file(&h))
			add_open(all, &h, p, fd);
	if (f)
		fclose(f);
	else if (file >= 0)
		close(file);
}

static bool add_open_files(void *arg, const struct peer *p)
{
	struct locks *all = arg;
	char path[32];
	struct dirent *d;
	DIR *list;
	int dir, fd;

	snprintf(path, sizeof(path), "%d", (int)p->pid);
	dir = openat(all->w->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = dir < 0 ? -1 : openat(dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	list = fd < 0 ? NULL : fdopendir(fd);
	while (list && (d = readdir(list)))
		if (d->d_name[0] != '.' && atoi(d->d_name) < ENDS_PRIVATE)
			add_fdinfo(all, p, dir, atoi(d->d_name));
	if (list)
		closedir(list);
	else if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return true;
}

/* Is this open file's lock, a line of /proc/locks, one whose descriptors were found? */
static bool is_found(const struct locks *all, const struct held *h)
{
	for (int i = 0; i < all->n; i++)
		if (all->l[i].by.pid && all->l[i].class == h->class &&
		    all->l[i].write == h->write && all->l[i].from == h->from &&
		    all->l[i].to == h->to)
			return h->inode == all->st->st_ino && h->dev == all->st->st_dev;
	return false;
}

static void name_it(struct held *h, const struct world *w)
{
	struct str who = STR_INIT;

	who_join(&who, str_text(&h->who), h->who.len);
	if (!of_open_file(h))
		h->name = xstrdup(w->pid_name(w->ctx, h->pid));
	else if (h->by.pid)
		h->name = xasprintf(h->class == LOCK_OFD ? _("the open file of %s (OFD)")
							 : _("the open file of %s"),
				    str_text(&who));
	else
		h->name = xstrdup(_("an open file of nobody in sight"));
	str_free(&who);
}

/*
 * /proc/locks, by as few reads as can be: each goes on at a position in the list of the whole machine (locks_start() in
 * fs/locks.c), so that after others have put theirs before it one more read, even for the end, tells a lock twice.
 */
static FILE *open_list(int fd, char *text, size_t size)
{
	enum { PAGE = 4096, LINE_MOST = 256 };
	size_t len = 0;
	ssize_t n;

	do {
		n = fd < 0 ? -1 : read(fd, text + len, size - len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > PAGE - LINE_MOST && len < size);
	return len ? fmemopen(text, len, "r") : NULL;
}

/* All that are held and waited for; of the file st, or none (NULL), also by whom as an open file. */
static void locks_read(struct locks *all, const struct world *w, const struct stat *st)
{
	int fd = openat(w->proc, "locks", O_RDONLY | O_CLOEXEC);
	char line[256], text[1 << 16];
	FILE *f = open_list(fd, text, sizeof(text));
	struct held h;

	*all = (struct locks){ .w = w, .st = st };
	if (st && w->peers)
		w->peers(w->ctx, add_open_files, all);
	while (f && fgets(line, sizeof(line), f)) {
		if (!lock_line(line, &h) ||
		    (of_open_file(&h) && !h.depth && st && is_found(all, &h)))
			continue;
		h.fd = -1;
		h.by.pid = of_open_file(&h) ? 0 : h.pid;
		add_lock(all, &h);
	}
	for (int i = 0; i < all->n; i++)
		name_it(&all->l[i], w);
	if (f)
		fclose(f);
	if (fd >= 0)
		close(fd);
}

static void locks_free(struct locks *all)
{
	for (int i = 0; i < all->n; i++) {
		free(all->l[i].name);
		str_free(&all->l[i].who);
	}
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

/* What fcntl or flock wants, as /proc/locks has it; *st: of that file. */
static bool wanted(const struct call *c, const struct world *w, struct held *want, struct stat *st)
{
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	const long cmd = c->arg[FCNTL_CMD].num;
	const bool whole = prims[c->prim] == &prim_flock;
	struct held_range r = { 0, -1 };

	if ((!whole && (!l || !lock_range(c, w, &r))) || !fd_stat(w, c->arg[FCNTL_FD].num, st))
		return false;
	*want = (struct held){ .class = LOCK_POSIX,
			       .pid = w->self.pid,
			       .dev = st->st_dev,
			       .inode = st->st_ino,
			       .from = r.from,
			       .to = r.to,
			       .by = w->self,
			       .fd = (int)c->arg[FCNTL_FD].num };
	want->write = whole ? cmd & LOCK_EX : l->l_type == F_WRLCK;
	if (whole)
		want->class = LOCK_FLOCK;
	else if (cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW || cmd == F_OFD_GETLK)
		want->class = LOCK_OFD;
	return true;
}

/* Its owner's own: a process's, an open file's. */
static bool is_own(const struct held *want, const struct held *h)
{
	if (want->class != h->class)
		return false;
	return of_open_file(h) ? h->fd >= 0 && fd_same_open(&want->by, want->fd, &h->by, h->fd)
			       : h->pid == want->pid;
}

static bool conflicts(const struct held *want, const struct held *h)
{
	if (h->depth || h->class == LOCK_LEASE || h->dev != want->dev || h->inode != want->inode ||
	    (h->class == LOCK_FLOCK) != (want->class == LOCK_FLOCK))
		return false;
	if ((!want->write && !h->write) || is_own(want, h))
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

/* Those that stand in the call's way are the first n of all, by name. */
static int in_the_way(struct locks *all, const struct call *c, const struct world *w)
{
	struct held want;
	struct stat st;
	int n = 0;

	if (!wanted(c, w, &want, &st)) {
		*all = (struct locks){ 0 };
		return 0;
	}
	locks_read(all, w, &st);
	for (int i = 0; i < all->n; i++) {
		struct held h = all->l[i];

		if (!conflicts(&want, &h))
			continue;
		all->l[i] = all->l[n];
		all->l[n++] = h;
	}
	if (n)
		qsort(all->l, (size_t)n, sizeof(*all->l), by_name);
	return n;
}

/* "B holds a write lock on bytes 0 to 9" */
static void say_held(struct str *out, const struct held *h)
{
	if (h->class == LOCK_FLOCK) {
		str_addf(out, h->write ? _("%s has an exclusive lock") : _("%s has a shared lock"),
			 h->name);
		return;
	}
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
	const int n = in_the_way(&all, c, w);

	for (int i = 0; i < n && i < SHOWN; i++) {
		str_add(out, i ? _("; ") : "");
		say_held(out, &all.l[i]);
	}
	if (n > SHOWN)
		str_addf(out, _("; and %d locks more"), n - SHOWN);
	locks_free(&all);
	return n;
}

pid_t locks_wake(struct str *out, const struct call *c, const struct world *w)
{
	struct locks all;
	const int n = in_the_way(&all, c, w);
	const struct held *h = all.l;
	const pid_t pid = n ? h->by.pid : 0;
	struct stat st;
	int fd = n ? h->fd : -1;

	if (pid && fd < 0 && fd_stat(w, c->arg[FCNTL_FD].num, &st))
		fd = fd_of_file(w, pid, &st);
	if (pid && fd >= 0 && h->class == LOCK_FLOCK)
		str_addf(out, "flock %d LOCK_UN", fd);
	else if (pid && fd >= 0)
		str_addf(out, "fcntl %d %s {F_UNLCK}", fd,
			 h->class == LOCK_OFD ? "F_OFD_SETLK" : "F_SETLK");
	locks_free(&all);
	return pid;
}

bool locks_owner(struct str *out, const struct call *c, const struct world *w)
{
	const struct flock *l = call_bytes(c, FCNTL_ARG, sizeof(*l));
	struct held_range r;
	struct locks all;
	struct stat st;
	bool found = false;

	if (!l || !lock_range(c, w, &r) || !fd_stat(w, c->arg[FCNTL_FD].num, &st))
		return false;
	locks_read(&all, w, &st);
	for (int i = 0; i < all.n && !found; i++) {
		const struct held *h = &all.l[i];

		found = h->class == LOCK_OFD && !h->depth && h->inode == st.st_ino &&
			h->dev == st.st_dev && h->from == r.from && h->to == r.to &&
			h->write == (l->l_type == F_WRLCK);
		if (found)
			str_add(out, h->name);
	}
	locks_free(&all);
	return found;
}

int locks_own(const struct world *w, const struct stat *st)
{
	struct locks all;
	int n = 0;

	locks_read(&all, w, NULL);
	for (int i = 0; i < all.n; i++)
		n += all.l[i].class == LOCK_POSIX && !all.l[i].depth &&
		     all.l[i].pid == w->self.pid && all.l[i].inode == st->st_ino &&
		     all.l[i].dev == st->st_dev;
	locks_free(&all);
	return n;
}

int flock_held(const struct world *w, long fd)
{
	struct locks all;
	struct stat st;
	int held = 0;

	if (!fd_stat(w, fd, &st))
		return 0;
	locks_read(&all, w, &st);
	for (int i = 0; i < all.n; i++) {
		const struct held *h = &all.l[i];

		if (h->class == LOCK_FLOCK && h->fd >= 0 &&
		    fd_same_open(&w->self, (int)fd, &h->by, h->fd))
			held = h->write ? LOCK_EX : LOCK_SH;
	}
	locks_free(&all);
	return held;
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
	struct stat st;

	locks_read(&all, w, NULL);
	if (wanted(c, w, &want, &st))
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

/* The lease on that file, of the first by name if there are several; NULL: none. */
static const struct held *lease_on(const struct locks *all, const struct stat *st)
{
	const struct held *found = NULL;

	for (int i = 0; i < all->n; i++) {
		const struct held *h = &all->l[i];

		if (h->class == LOCK_LEASE && !h->depth && h->inode == st->st_ino &&
		    h->dev == st->st_dev && (!found || by_name(h, found) < 0))
			found = h;
	}
	return found;
}

bool locks_lease(struct str *out, const struct world *w, const struct stat *st)
{
	const struct held *h;
	struct locks all;

	locks_read(&all, w, NULL);
	h = lease_on(&all, st);
	if (h)
		str_addf(out,
			 h->given_up   ? _("%s has a lease on it, and was told to give it up")
			 : h->breaking ? _("%s has a write lease on it, and was told to make it a "
					   "read lease")
			 : h->write    ? _("%s has a write lease on it")
				       : _("%s has a read lease on it"),
			 h->name);
	if (h && h->breaking && sysv_limit("fs/lease-break-time") > 0)
		str_add(out,
			_("; the kernel takes it after /proc/sys/fs/lease-break-time seconds"));
	locks_free(&all);
	return h;
}

pid_t lease_wake(struct str *out, const struct world *w, const struct stat *st)
{
	const struct held *h;
	struct locks all;
	pid_t pid = 0;
	int fd;

	locks_read(&all, w, NULL);
	h = lease_on(&all, st);
	fd = h ? fd_of_file(w, h->pid, st) : -1;
	if (fd >= 0) {
		pid = h->pid;
		str_addf(out, "fcntl %d F_SETLEASE F_UNLCK", fd);
	}
	locks_free(&all);
	return pid;
}
