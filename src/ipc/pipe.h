/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files about pipes, FIFOs and descriptors share: what is inside a pipe, who holds its
 * ends, in words.  All of it looks and takes nothing.  Runs in the shell; all must be settled,
 * since a copy of a descriptor is held for a moment.
 */
#ifndef IPC_PIPE_H
#define IPC_PIPE_H

#include "ipc/ends.h"
#include "ipc/facility.h"

#include <sys/stat.h>

extern const struct facility facility_pipe;
extern const struct facility facility_fifo;

/* O_RDONLY ...: what open, fcntl and pipe2 know. In strace's order. */
extern const struct constant open_constants[];
enum { OPEN_MODES = 4 }; /* the access modes, which are first among them: no bits to be joined */
/* Adds "O_WRONLY|O_NONBLOCK". */
void format_open_flags(struct str *out, unsigned long flags);

struct pipe_inside {
	long bytes;    /* inside; -1: not known */
	long size;     /* its capacity; -1: not known */
	size_t shown;  /* how many were copied to the buffer */
	bool contents; /* false: only write ends are held, nobody could look inside */
	bool nonblock; /* of the descriptor that was looked through */
	int err;       /* why nothing is shown, if something was asked for */
};

/*
 * Looks into a pipe or FIFO through a copy of a holder's descriptor: FIONREAD, F_GETPIPE_SZ, and up
 * to n of its first bytes through tee(2), which takes nothing. 0; -1 with errno: nobody holds it,
 * or it may not be looked at.
 */
int pipe_peek(const struct world *w, unsigned long inode, void *buf, size_t n,
	      struct pipe_inside *inside);

/*
 * How many pages a pipe has, and how many are in use. A page that is not full is in use: a write fills new
 * pages, and only what is left over from whole ones may go to the end of the last (pipe_write()).
 * -1: it cannot be told (no read end is held, or this user may not make a pipe as large).
 */
struct pipe_pages {
	long used, all;
};
void pipe_pages(const struct world *w, unsigned long inode, struct pipe_pages *p);

/* "16 of 16 pages are in use: ...", where bytes are free and no page is; else nothing. */
void pipe_say_pages(struct str *out, const struct world *w, unsigned long inode);
/* A new pipe of two pages instead of sixteen: why. */
void note_small_pipe(struct str *out, const struct world *w, unsigned long inode);

/* What its ends are called: "r w", also when one of them is closed; NULL: it has no name. */
const char *pipe_label(const struct world *w, unsigned long inode);
/* "pipe r w", "pipe:[4711]" (marked), or the FIFO's path. */
void pipe_say(struct str *out, const struct world *w, const struct end *end);
/* "A 4 and main 4+5": who holds ends of this mode, with the descriptors; how many ends, of how many processes. */
struct holder_count {
	int ends, processes;
};
struct holder_count pipe_holders(struct str *out, const struct world *w, unsigned long inode,
				 int mode);
/* The same, with WHO_NEXT between the processes; who_join() then says it in the reader's language. */
enum { WHO_NEXT = '\t' };
struct holder_count pipe_who(struct str *out, const struct world *w, unsigned long inode, int mode);
void who_join(struct str *out, const char *who, size_t len);
/* Does anybody but pid hold an end of this mode? */
bool pipe_others(const struct world *w, unsigned long inode, int mode, pid_t pid);
/* The caller's descriptor as it is now: as ends_look; free end->path. The cache is refreshed.
 * Of a dead caller: as it was. */
int pipe_of(const struct world *w, long fd, struct end *end);

/* EBADF: not open (what is), or the wrong end: `want` END_READ, END_WRITE, or 0: any will do. */
void why_ebadf(struct str *out, const struct world *w, long fd, int want);
/* EMFILE and ENFILE: the limit and how many are open. */
void why_emfile(struct str *out, const struct world *w, int err);
/* EMFILE of F_DUPFD: no number is free from there on. */
void why_none_from(struct str *out, const struct world *w, long from);
/* A descriptor was asked for that may not be: negative, or the limit forbids it. */
void why_over_limit(struct str *out, const struct world *w, long fd);
/* The caller's RLIMIT_NOFILE, or -1; has its descriptor O_NONBLOCK? */
long fd_limit(const struct world *w);
bool fd_nonblock(const struct world *w, long fd);
/* Its flags as open(2) has them, with O_CLOEXEC; -1: they cannot be had. */
long fd_flags(const struct world *w, long fd);
/* What it is; false: that cannot be seen. */
bool fd_stat(const struct world *w, long fd, struct stat *st);
/* The process's umask. */
unsigned long fd_umask(const struct world *w);
/* Can its file only be appended to? */
bool fd_append_only(const struct world *w, long fd);
/* Do two descriptors of two processes mean one open file? */
bool fd_same_open(const struct peer *a, int fd, const struct peer *b, int other);
/* " (open: A 3, B 4)": the session's descriptors of that file, of these END_ modes, but those that mean the
 * caller's own open file, fd. Nothing where none is seen. */
void fd_say_holders(struct str *out, const struct world *w, const struct stat *st, int mode,
		    int fd);
/* The same of the caller's own; false: it has none. */
bool fd_say_own(struct str *out, const struct world *w, const struct stat *st);
/* A descriptor that pid has of that file, or -1. */
int fd_of_file(const struct world *w, pid_t pid, const struct stat *st);
/* "B has a write lease on it"; false: nobody that can be seen. */
bool locks_lease(struct str *out, const struct world *w, const struct stat *st);
/* What its holder types to give it up; for struct prim's wake. */
pid_t lease_wake(struct str *out, const struct world *w, const struct stat *st);
/* Is it a file of the kernel's own, of /proc or /sys? */
bool fd_kernels(const struct world *w, long fd);
/* Where its file is read and written next; -1 if that is not to be had. */
long fd_position(const struct world *w, long fd);
/* EPIPE: why SIGPIPE did not kill the writer, or that it did. */
void say_sigpipe(struct str *out, const struct world *w);
/*
 * A path's errno: ENOENT, EACCES, ENOTDIR, EEXIST, EISDIR, ELOOP, ENAMETOOLONG, EROFS, ...; false:
 * another. want: 4 read, 2 write, 1 search, as in access(2), and what is to be done there.
 */
enum {
	PATH_MAKE = 8,      /* alone: a new name; with bits: only if there is none (O_CREAT) */
	PATH_PROGRAM = 16,  /* execute it */
	PATH_REMOVE = 32,   /* remove the name */
	PATH_NOFOLLOW = 64, /* a symbolic link at the end is meant itself */
	PATH_APPEND = 128,  /* write at its end only */
};
bool why_path(struct str *out, const struct call *c, int arg, const struct world *w, int want);
/* The same of any path: err is the errno, n its length. */
bool why_path_text(struct str *out, int err, const char *path, size_t n, const struct world *w,
		   int want);
/* The lease that an open waits for. */
void why_lease(struct str *out, const struct call *c, int arg, const struct world *w);
/* What argument i's path leads to, as the caller sees it; all 0: nothing, or it cannot be told. */
struct stat path_stat(const struct call *c, int i, const struct world *w, bool follow);
/* "a directory", "a FIFO". */
const char *path_kind(mode_t mode);
/* Argument i's path, quoted by nothing but cleaned. */
void path_say(struct str *out, const struct call *c, int i);

/*
 * For a primitive's own parse(): the words fill its parameters in order or by NAME=, as call_parse
 * does, but what was left out stays so. 0, or -1 with the cause set.
 */
int parse_given(struct parse *ps, const struct words *words, struct call *c);
/* The word is another name for a primitive: goes on as that one (cd is chdir), if there is such a
 * row. What must be typed is asked for; a default is not filled in. */
int parse_as(struct parse *ps, const char *name, const struct words *words, struct call *c);

#endif
