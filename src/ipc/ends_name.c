/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which FIFOs directories name.  A process's own view of the file system is /proc/PID/cwd and
 * /proc/PID/root; a FIFO is only ever looked at, never opened.  Runs in the shell.
 */
#include "base/mem.h"
#include "ipc/ends_priv.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_MAX = 4096 }; /* entries looked at in a directory: another's /tmp may be huge */

static void name_remove(struct ends *e, int i)
{
	ends_gone_set(e, e->name[i].inode, e->name[i].path);
	memmove(e->name + i, e->name + i + 1, (size_t)(e->nnames - i - 1) * sizeof(*e->name));
	e->nnames--;
}

/* The directory that path starts from, as that process sees it. */
static bool start_of(int proc, pid_t pid, const char *path, struct fifo_name *name)
{
	struct stat st;
	char at[32];

	name->dir_dev = 0;
	name->dir = 0;
	if (*path == '/')
		return true;
	snprintf(at, sizeof(at), "%d/cwd/", (int)pid);
	if (fstatat(proc, at, &st, 0))
		return false;
	name->dir_dev = st.st_dev;
	name->dir = st.st_ino;
	return true;
}

static bool same_start(const struct fifo_name *a, const struct fifo_name *b)
{
	return a->dir == b->dir && a->dir_dev == b->dir_dev;
}

static void name_set(struct ends *e, const char *path, const struct stat *st,
		     const struct fifo_name *start)
{
	struct fifo_name now = { st->st_dev, st->st_ino,     st->st_mode, st->st_uid,
				 NULL,       start->dir_dev, start->dir };
	int at = 0;

	ends_gone_drop(e, now.inode);
	while (at < e->nnames && strcmp(e->name[at].path, path) < 0)
		at++;
	for (; at < e->nnames && !strcmp(e->name[at].path, path); at++) {
		if (!same_start(&e->name[at], &now))
			continue;
		if (e->name[at].inode != now.inode)
			ends_gone_set(e, e->name[at].inode, xstrdup(path));
		now.path = e->name[at].path;
		e->name[at] = now;
		return;
	}
	GROW(e->name, e->nnames, e->capnames);
	memmove(e->name + at + 1, e->name + at, (size_t)(e->nnames - at) * sizeof(*e->name));
	now.path = xstrdup(path);
	e->name[at] = now;
	e->nnames++;
}

/* Is the path a FIFO, as that process sees it? */
static bool stat_fifo(int proc, pid_t pid, const char *path, struct stat *st)
{
	char *at = xasprintf("%d/%s/%s", (int)pid, *path == '/' ? "root" : "cwd", path);
	int r = fstatat(proc, at, st, AT_SYMLINK_NOFOLLOW);

	free(at);
	return r == 0 && S_ISFIFO(st->st_mode);
}

void ends_name(struct ends *e, int proc, pid_t pid, const char *path)
{
	struct fifo_name start;
	struct stat st;

	if (!start_of(proc, pid, path, &start))
		return;
	if (*path && stat_fifo(proc, pid, path, &st)) {
		name_set(e, path, &st, &start);
		return;
	}
	for (int i = 0; i < e->nnames; i++)
		if (!strcmp(e->name[i].path, path) && same_start(&e->name[i], &start))
			name_remove(e, i--);
}

/* Forgets the names, from this directory or absolute, that are gone or another FIFO now. */
static void names_check(struct ends *e, int proc, pid_t pid, const struct fifo_name *start)
{
	struct stat st;

	for (int i = 0; i < e->nnames; i++) {
		const struct fifo_name *name = &e->name[i];

		if (*name->path != '/' && !same_start(name, start))
			continue;
		if (!stat_fifo(proc, pid, name->path, &st) || st.st_ino != name->inode)
			name_remove(e, i--);
	}
}

void ends_names(struct ends *e, int proc, pid_t pid)
{
	struct fifo_name start;
	char path[32];
	struct dirent *d;
	struct stat st;
	DIR *dir;
	int fd;

	if (!start_of(proc, pid, "", &start))
		return;
	names_check(e, proc, pid, &start);
	snprintf(path, sizeof(path), "%d/cwd", (int)pid);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (int n = 0; n < NAMES_MAX && (d = readdir(dir)); n++) {
		if (d->d_type != DT_FIFO && d->d_type != DT_UNKNOWN)
			continue;
		if (fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISFIFO(st.st_mode))
			name_set(e, d->d_name, &st, &start);
	}
	closedir(dir);
}

const struct fifo_name *ends_named(const struct ends *e, unsigned long inode)
{
	for (int i = 0; e && i < e->nnames; i++)
		if (e->name[i].inode == inode)
			return &e->name[i];
	return NULL;
}

static bool take_path(void *arg, pid_t pid, const struct end *end)
{
	const char **path = arg;

	(void)pid;
	if (end->fifo && end->path)
		*path = end->path;
	return !*path;
}

const char *ends_path(const struct ends *e, unsigned long inode)
{
	const struct fifo_name *name = ends_named(e, inode);
	const char *path = name ? name->path : e ? ends_gone(e, inode) : NULL;

	if (!path)
		ends_each(e, inode, take_path, &path);
	return path;
}
