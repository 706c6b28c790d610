/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/fd_path.h"
#include "base/lang.h"
#include "base/mem.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { LINKS = 40 }; /* MAXSYMLINKS of the kernel */

/* Names that are still to be walked: the path's, and on top of them those of the links in it. */
struct text {
	char *s;
	size_t at;
	ino_t ino; /* the link's; 0: the path itself */
	dev_t dev;
};

struct way {
	struct walk *k;
	const struct world *w;
	struct asker who;
	bool known; /* who asks */
	bool follow, last;
	bool slash; /* the last name ends in one: it must be a directory */
	struct text text[LINKS + 1];
	int n, links;
	int root;
	struct stat root_st;
};

static void drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool asker_of(struct asker *a, const struct world *w)
{
	char status[8192], *at, *end;

	*a = (struct asker){ 0 };
	if (sysv_read_proc(w, &w->self, "status", status, sizeof(status)) < 0)
		return false;
	at = strstr(status, "\nUid:");
	if (!at || sscanf(at, "\nUid: %*u %*u %*u %u", &a->uid) != 1)
		return false;
	at = strstr(status, "\nGid:");
	if (!at || sscanf(at, "\nGid: %*u %*u %*u %u", &a->gid) != 1)
		return false;
	at = strstr(status, "\nGroups:");
	for (at = at ? at + 8 : NULL; at && a->ngroups < (int)ARRAY_LEN(a->group); at = end) {
		while (*at == ' ' || *at == '\t')
			at++;
		a->group[a->ngroups] = (unsigned)strtoul(at, &end, 10);
		if (end == at)
			break;
		a->ngroups++;
	}
	at = strstr(status, "\nCapEff:");
	if (at) {
		const unsigned long caps = strtoul(at + 8, NULL, 16);

		a->all = caps >> 1 & 1;
		a->search = caps >> 2 & 1;
		a->owner = caps >> 3 & 1;
	}
	return true;
}

int mode_class(const struct asker *a, const struct stat *st)
{
	if (a->uid == st->st_uid)
		return 0;
	if (a->gid == st->st_gid)
		return 1;
	for (int i = 0; i < a->ngroups; i++)
		if (a->group[i] == st->st_gid)
			return 1;
	return 2;
}

static bool has_acl(int fd)
{
	char path[40];

	if (fd < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return getxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}

int mode_refuses(const struct asker *a, const struct stat *st, int fd, int want)
{
	const int class = mode_class(a, st);
	const int has = (int)(st->st_mode >> 3 * (2 - class)) & 7;

	/* generic_permission(): a file must have an x somewhere for privilege to execute it */
	if (a->all && (S_ISDIR(st->st_mode) || !(want & 1) || st->st_mode & 0111))
		return 0;
	if (a->search && !(want & 2) && (S_ISDIR(st->st_mode) || want == 4))
		return 0;
	if (class && (want & ~has) && has_acl(fd))
		return 0;
	return want & ~has;
}

/* The next name; NULL at the end of all. Used-up texts are taken off only now: until its last name
 * is resolved a link is on the way to itself. */
static const char *next_name(struct way *y, size_t *n, bool *last)
{
	struct text *t;

	for (;;) {
		t = &y->text[y->n - 1];
		t->at += strspn(t->s + t->at, "/");
		if (t->s[t->at])
			break;
		if (y->n == 1)
			return NULL;
		free(t->s);
		y->n--;
	}
	*n = strcspn(t->s + t->at, "/");
	t->at += *n;
	*last = true;
	for (int i = 0; i < y->n; i++) {
		const char *rest = y->text[i].s + y->text[i].at;

		*last &= !rest[strspn(rest, "/")];
	}
	return t->s + t->at - *n;
}

/* A name that must be a directory ends in a slash. */
static bool slash_follows(const struct way *y)
{
	for (int i = 0; i < y->n; i++)
		if (y->text[i].s[y->text[i].at] == '/')
			return true;
	return false;
}

static bool is_root(const struct way *y)
{
	return y->k->st.st_dev == y->root_st.st_dev && y->k->st.st_ino == y->root_st.st_ino;
}

static int look(struct walk *k, int fd)
{
	drop(&k->fd);
	k->fd = fd;
	return fd < 0 || fstat(fd, &k->st) ? -1 : 0;
}

/* Where a path or a link's text begins. */
static int begin(struct way *y, const char *text)
{
	char at[32];

	if (*text == '/')
		str_reset(&y->k->at), str_addc(&y->k->at, '/');
	if (*text == '/' && y->root >= 0)
		return look(y->k, fcntl(y->root, F_DUPFD_CLOEXEC, 0));
	snprintf(at, sizeof(at), "%d/%s", (int)y->w->self.pid, *text == '/' ? "root" : "cwd");
	return look(y->k, openat(y->w->proc, at, O_PATH | O_CLOEXEC));
}

static bool on_proc(int fd)
{
	struct statfs fs;

	return fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* A symbolic link's text. /proc/self is the asker; what else is none in /proc is followed at once. */
static char *link_text(struct way *y, int dir, int fd, const char *name)
{
	char text[PATH_MAX];
	ssize_t n;

	if (on_proc(dir) && !strcmp(name, "self"))
		return xasprintf("%d", (int)y->w->self.pid);
	if (on_proc(dir) && !strcmp(name, "thread-self"))
		return xasprintf("%d/task/%d", (int)y->w->self.pid, (int)y->w->self.pid);
	n = readlinkat(fd, "", text, sizeof(text) - 1);
	return n < 0 ? NULL : xstrndup(text, (size_t)n);
}

/* /proc/PID/fd/3, cwd, root, exe: not their text is followed, but they lead straight there. */
static bool is_magic(int dir, int fd)
{
	struct stat st;
	char text[PATH_MAX];
	ssize_t n;

	if (!on_proc(dir) || fstat(fd, &st))
		return false;
	n = readlinkat(fd, "", text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return *text == '/' || strchr(text, ':');
}

/* may_follow_link() of fs/namei.c: another's link in a directory like /tmp */
static bool forbidden(const struct way *y)
{
	const struct stat *dir = &y->k->dir_st;
	const uid_t owner = y->k->st.st_uid;

	return (dir->st_mode & (S_ISVTX | 0002)) == (S_ISVTX | 0002) && owner != y->who.uid &&
	       owner != dir->st_uid && sysv_limit("fs/protected_symlinks") > 0;
}

static int follow(struct way *y, int dir, const char *name)
{
	struct walk *k = y->k;
	char *text = NULL;
	int fd;

	if (++y->links > LINKS)
		return k->err = ELOOP;
	for (int i = 1; i < y->n; i++)
		if (y->text[i].ino == k->st.st_ino && y->text[i].dev == k->st.st_dev) {
			k->circle = true;
			return k->err = ELOOP;
		}
	if (is_magic(dir, k->fd)) {
		fd = openat(dir, name, O_PATH | O_CLOEXEC);
		return look(k, fd) ? (k->err = -1) : 0;
	}
	if (y->last && y->known && forbidden(y))
		return k->err = EACCES;
	text = link_text(y, dir, k->fd, name);
	if (!text)
		return k->err = -1;
	str_reset(&k->via);
	str_clean(&k->via, str_text(&k->at), k->at.len);
	str_add(&k->via, _(" is a symbolic link to "));
	str_clean(&k->via, text, strlen(text));
	y->text[y->n++] = (struct text){ text, 0, k->st.st_ino, k->st.st_dev };
	/* its text counts from the directory that it stands in */
	str_trim(&k->at, k->dir.len);
	if (*text == '/')
		return begin(y, text) ? (k->err = -1) : 0;
	return look(k, fcntl(dir, F_DUPFD_CLOEXEC, 0)) ? (k->err = -1) : 0;
}

static void add_step(struct walk *k, const char *name, size_t n)
{
	if (k->at.len && str_text(&k->at)[k->at.len - 1] != '/')
		str_addc(&k->at, '/');
	str_addn(&k->at, name, n);
}

/* One name more. 0, or k->err. */
static int step(struct way *y, const char *name, size_t n, bool last)
{
	struct walk *k = y->k;
	char *own;
	int dir, fd;

	if (!S_ISDIR(k->st.st_mode))
		return k->err = ENOTDIR;
	if (y->known && mode_refuses(&y->who, &k->st, k->fd, 1))
		return k->err = EACCES;
	k->dir_st = k->st;
	str_reset(&k->dir);
	str_addn(&k->dir, str_text(&k->at), k->at.len);
	drop(&k->dir_fd);
	k->dir_fd = dir = fcntl(k->fd, F_DUPFD_CLOEXEC, 0);
	own = xstrndup(name, n);
	add_step(k, name, n);
	k->last = y->last = last;
	y->slash = slash_follows(y);
	if (n > NAME_MAX)
		k->err = ENAMETOOLONG;
	else if (!strcmp(own, "..") && is_root(y))
		k->err = 0;
	else if ((fd = openat(dir, own, O_PATH | O_NOFOLLOW | O_CLOEXEC)) < 0)
		k->err = errno == ENOENT ? ENOENT : -1;
	else if (look(k, fd))
		k->err = -1;
	else if (S_ISLNK(k->st.st_mode) && (!last || y->follow || y->slash))
		follow(y, dir, own);
	free(own);
	return k->err;
}

void walk_path(struct walk *k, const struct world *w, const char *path, size_t n, bool follow)
{
	struct way y = { .k = k, .w = w, .follow = follow, .n = 1, .root = -1 };
	const char *name;
	size_t len;
	bool last;

	*k = (struct walk){ .fd = -1, .dir_fd = -1 };
	if (!n || n >= PATH_MAX) {
		k->err = n ? ENAMETOOLONG : ENOENT;
		return;
	}
	y.text[0] = (struct text){ .s = xstrndup(path, n) };
	y.known = asker_of(&y.who, w);
	if (begin(&y, "/") == 0) {
		y.root = fcntl(k->fd, F_DUPFD_CLOEXEC, 0);
		y.root_st = k->st;
	}
	str_reset(&k->at);
	if (y.root < 0 || begin(&y, path))
		k->err = -1;
	while (!k->err && (name = next_name(&y, &len, &last)))
		step(&y, name, len, last);
	if (!k->err && y.slash && !S_ISDIR(k->st.st_mode))
		k->err = ENOTDIR;
	if (!k->err && !k->at.len)
		str_addc(&k->at, '.');
	for (int i = 0; i < y.n; i++)
		free(y.text[i].s);
	drop(&y.root);
}

void walk_release(struct walk *k)
{
	str_free(&k->at);
	str_free(&k->dir);
	str_free(&k->via);
	drop(&k->fd);
	drop(&k->dir_fd);
}
