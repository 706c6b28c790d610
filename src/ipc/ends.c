/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of pipe ends.  A process with nothing but pipes costs two fstatat a descriptor, others
 * one: what a bare readlink of each would.
 */
#include "ipc/ends.h"
#include "base/lang.h"
#include "base/str.h"
#include "ipc/ends_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct ends *ends_new(void)
{
	return xcalloc(1, sizeof(struct ends));
}

static void forget(struct holder *h)
{
	for (int i = 0; i < h->n; i++)
		free(h->end[i].path);
	h->n = 0;
}

void ends_free(struct ends *e)
{
	if (!e)
		return;
	for (int i = 0; i < e->n; i++) {
		forget(&e->holder[i]);
		free(e->holder[i].end);
	}
	for (int i = 0; i < e->nnames; i++)
		free(e->name[i].path);
	free(e->holder);
	free(e->name);
	ends_memory_release(e);
	free(e->ignored);
	free(e);
}

/* Where pid is, or would be: the array is sorted, so that every listing has one order. */
static int place(const struct ends *e, pid_t pid)
{
	int low = 0, high = e->n;

	while (low < high) {
		int mid = (low + high) / 2;

		if (e->holder[mid].pid < pid)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct holder *holder_of(const struct ends *e, pid_t pid)
{
	int at = place(e, pid);

	return at < e->n && e->holder[at].pid == pid ? &e->holder[at] : NULL;
}

static struct holder *holder_new(struct ends *e, pid_t pid)
{
	int at = place(e, pid);

	if (at < e->n && e->holder[at].pid == pid)
		return &e->holder[at];
	GROW(e->holder, e->n, e->cap);
	memmove(e->holder + at + 1, e->holder + at, (size_t)(e->n - at) * sizeof(*e->holder));
	e->n++;
	e->holder[at] = (struct holder){ .pid = pid };
	return &e->holder[at];
}

void ends_drop(struct ends *e, pid_t pid)
{
	struct holder *h = holder_of(e, pid);
	int at;

	ends_awaited_drop(e, pid);
	if (!h)
		return;
	forget(h);
	free(h->end);
	at = (int)(h - e->holder);
	memmove(h, h + 1, (size_t)(e->n - at - 1) * sizeof(*h));
	e->n--;
}

/* Anonymous pipes live in a file system of their own: its device tells them from FIFOs. */
static dev_t pipe_device(void)
{
	static dev_t dev;
	struct stat st;
	int p[2];

	if (!dev && pipe2(p, O_CLOEXEC) == 0) {
		if (fstat(p[0], &st) == 0)
			dev = st.st_dev;
		close(p[0]);
		close(p[1]);
	}
	return dev;
}

/* Where no descriptor is left to learn the device with, the link's text tells: "pipe:[4711]". */
static bool is_fifo(int dir, const char *name, dev_t dev)
{
	const dev_t pipes = pipe_device();
	char text[8] = "";

	if (pipes)
		return dev != pipes;
	return readlinkat(dir, name, text, sizeof(text) - 1) < 0 || strncmp(text, "pipe:[", 6);
}

static char *path_of(int dir, const char *name)
{
	static const char deleted[] = " (deleted)";
	const size_t tail = sizeof(deleted) - 1;
	char path[4096];
	ssize_t n = readlinkat(dir, name, path, sizeof(path));

	if (n < 0)
		return NULL;
	if ((size_t)n > tail && !memcmp(path + n - tail, deleted, tail))
		n -= (ssize_t)tail;
	return xstrndup(path, (size_t)n);
}

/* The link's own permission bits are the descriptor's access mode. */
static unsigned char mode_of(const struct stat *link)
{
	return (unsigned char)((link->st_mode & S_IRUSR ? END_READ : 0) |
			       (link->st_mode & S_IWUSR ? END_WRITE : 0));
}

/* The descriptor called `name` in the directory dir: as ends_look. */
static int look(int dir, const char *name, int fd, struct end *end)
{
	struct stat st, link;

	if (fstatat(dir, name, &st, 0))
		return -1;
	if (!S_ISFIFO(st.st_mode))
		return 0;
	if (fstatat(dir, name, &link, AT_SYMLINK_NOFOLLOW))
		return -1;
	*end = (struct end){
		.fd = fd,
		.mode = mode_of(&link),
		.dev = st.st_dev,
		.inode = st.st_ino,
		.fifo = is_fifo(dir, name, st.st_dev),
	};
	if (end->fifo)
		end->path = path_of(dir, name);
	return 1;
}

static int open_fds(int proc, pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/fd", (int)pid);
	return openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Calls fn for every descriptor below ENDS_PRIVATE, in their order. 0, or -1 with errno. */
static int each_fd(int dir, void (*fn)(void *arg, int dir, const char *name, int fd), void *arg)
{
	_Alignas(struct dirent64) char buf[4096];
	ssize_t n;

	while ((n = getdents64(dir, buf, sizeof(buf))) > 0) {
		for (ssize_t at = 0; at < n;) {
			struct dirent64 *d = (void *)(buf + at);
			int fd = 0;

			at += d->d_reclen;
			if (d->d_name[0] == '.')
				continue;
			for (const char *s = d->d_name; *s && fd < ENDS_PRIVATE; s++)
				fd = fd * 10 + (*s - '0');
			if (fd < ENDS_PRIVATE)
				fn(arg, dir, d->d_name, fd);
		}
	}
	return n < 0 ? -1 : 0;
}

static void remember(void *arg, int dir, const char *name, int fd)
{
	struct holder *h = arg;

	GROW(h->end, h->n, h->cap);
	/* closed meanwhile, or no pipe: nothing to remember */
	if (look(dir, name, fd, &h->end[h->n]) > 0)
		h->n++;
}

int ends_refresh(struct ends *e, int proc, pid_t pid)
{
	int dir = open_fds(proc, pid), err, r;
	struct holder *h;

	if (dir < 0) {
		err = errno;
		ends_drop(e, pid);
		if (err != ENOENT && err != ESRCH) /* it lives, and what it holds is not known */
			holder_new(e, pid)->denied = true;
		errno = err;
		return -1;
	}
	h = holder_new(e, pid);
	forget(h);
	h->denied = false;
	r = each_fd(dir, remember, h);
	err = errno;
	close(dir);
	if (r) {
		/* it died under our eyes: /proc says ENOENT */
		ends_drop(e, pid);
		errno = err;
	}
	return r;
}

bool ends_denied(const struct ends *e)
{
	for (int i = 0; i < e->n; i++)
		if (e->holder[i].denied)
			return true;
	return false;
}

void ends_ignore(struct ends *e, unsigned long inode)
{
	GROW(e->ignored, e->nignored, e->capignored);
	e->ignored[e->nignored++] = inode;
}

static bool ignored(const struct ends *e, const struct end *end)
{
	for (int i = 0; !end->fifo && i < e->nignored; i++)
		if (e->ignored[i] == end->inode)
			return true;
	return false;
}

void ends_each(const struct ends *e, unsigned long inode,
	       bool (*fn)(void *arg, pid_t pid, const struct end *end), void *arg)
{
	for (int i = 0; e && i < e->n; i++) {
		const struct holder *h = &e->holder[i];

		for (int k = 0; k < h->n; k++) {
			if (inode && h->end[k].inode != inode)
				continue;
			if (!ignored(e, &h->end[k]) && !fn(arg, h->pid, &h->end[k]))
				return;
		}
	}
}

static int compare(const void *a, const void *b)
{
	const long x = *(const long *)a, y = *(const long *)b;

	return x < y ? -1 : x > y;
}

struct inodes {
	bool fifo;
	long *id;
	int n, cap;
};

static bool collect(void *arg, pid_t pid, const struct end *end)
{
	struct inodes *in = arg;

	(void)pid;
	if (end->fifo == in->fifo) {
		GROW(in->id, in->n, in->cap);
		in->id[in->n++] = (long)end->inode;
	}
	return true;
}

void ends_inodes(const struct ends *e, bool fifo, bool (*fn)(void *arg, long inode), void *arg)
{
	struct inodes in = { .fifo = fifo };

	if (!e)
		return;
	ends_each(e, 0, collect, &in);
	for (int i = 0; fifo && i < e->nnames; i++) {
		GROW(in.id, in.n, in.cap);
		in.id[in.n++] = (long)e->name[i].inode;
	}
	if (in.n)
		qsort(in.id, (size_t)in.n, sizeof(*in.id), compare);
	for (int i = 0; i < in.n; i++)
		if ((i == 0 || in.id[i] != in.id[i - 1]) && !fn(arg, in.id[i]))
			break;
	free(in.id);
}

struct counter {
	int mode, n;
};

static bool count(void *arg, pid_t pid, const struct end *end)
{
	struct counter *c = arg;

	(void)pid;
	c->n += (end->mode & c->mode) != 0;
	return true;
}

int ends_count(const struct ends *e, unsigned long inode, int mode)
{
	struct counter c = { mode, 0 };

	ends_each(e, inode, count, &c);
	return c.n;
}

const struct end *ends_find(const struct ends *e, pid_t pid, int fd)
{
	const struct holder *h = e ? holder_of(e, pid) : NULL;

	for (int i = 0; h && i < h->n; i++)
		if (h->end[i].fd == fd)
			return &h->end[i];
	return NULL;
}

int ends_look(int proc, pid_t pid, int fd, struct end *end)
{
	struct stat link;
	char path[48];
	int r;

	snprintf(path, sizeof(path), "%d/fd/%d", (int)pid, fd);
	*end = (struct end){ .fd = fd };
	r = look(proc, path, fd, end);
	if (r == 0 && fstatat(proc, path, &link, AT_SYMLINK_NOFOLLOW) == 0)
		end->mode = mode_of(&link);
	if (r < 0 && errno == ENOENT)
		errno = EBADF;
	return r;
}

struct listing {
	struct str *out;
	int n;
};

static void list_fd(void *arg, int dir, const char *name, int fd)
{
	struct listing *l = arg;

	(void)dir, (void)fd;
	if (l->n < 16)
		str_addf(l->out, "%s%s", l->n ? ", " : "", name);
	else if (l->n == 16)
		str_add(l->out, " ...");
	l->n++;
}

int ends_list(struct str *out, int proc, pid_t pid)
{
	struct listing l = { out, 0 };
	int dir = open_fds(proc, pid), r;

	if (dir < 0)
		return -1;
	r = each_fd(dir, list_fd, &l);
	close(dir);
	return r ? -1 : l.n;
}
