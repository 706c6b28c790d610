/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a path leads, as a process sees it: walked name by name as the kernel does it
 * (path_resolution(7), fs/namei.c), to tell which name is in the way.  Names are looked at with
 * O_PATH: nothing is opened.  Runs in the shell.
 */
#ifndef IPC_FD_PATH_H
#define IPC_FD_PATH_H

#include "base/str.h"
#include "ipc/facility.h"

#include <sys/stat.h>

/* Who asks, as the kernel judges it: /proc/PID/status. */
struct asker {
	unsigned uid, gid; /* of the file system */
	unsigned group[64];
	int ngroups;
	bool all, search; /* CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH */
	bool owner;       /* CAP_FOWNER: as the owner of every file */
};

struct walk {
	/* 0: it leads to something, st; ENOENT: the last name, or one before it, is missing; EACCES:
	 * a directory may not be searched; ENOTDIR ELOOP ENAMETOOLONG; -1: it cannot be told. */
	int err;
	struct str at; /* as far as the walk came; the part that err is about */
	struct stat st;
	struct str dir; /* the directory that the last name stands in */
	struct stat dir_st;
	bool last;      /* err is about the last name: all before it are there */
	bool circle;    /* ELOOP: a link that leads to itself */
	struct str via; /* "l is a symbolic link to d/e": the last one followed */
	int fd, dir_fd; /* O_PATH of what st and dir_st are of, or -1 */
};

/* The n bytes of path, as w's self sees them; follow: a symbolic link at its end. walk_release(). */
void walk_path(struct walk *k, const struct world *w, const char *path, size_t n, bool follow);
void walk_release(struct walk *k);

bool asker_of(struct asker *a, const struct world *w);
/* Of 4 read, 2 write, 1 search or execute: which the mode refuses. An access control list is not
 * read: what has one refuses nothing. fd: O_PATH of it, or -1. */
int mode_refuses(const struct asker *a, const struct stat *st, int fd, int want);
/* Whose bits of the mode decide: 0 the owner's, 1 the group's, 2 the others'. */
int mode_class(const struct asker *a, const struct stat *st);

#endif
