/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds which end of which pipe or FIFO, and which FIFOs have names: read from /proc,
 * remembered until the next refresh.  Nothing is ever opened through /proc/PID/fd (that would
 * satisfy a sleeping open and withhold an EOF), only looked at by name.  It knows no primitive.
 * Runs in the shell.
 */
#ifndef IPC_ENDS_H
#define IPC_ENDS_H

#include <stdbool.h>
#include <sys/types.h>

/* The shell's own descriptors stand here and above in every process: they are not shown. */
enum { ENDS_PRIVATE = 1000 };

enum { END_READ = 1, END_WRITE = 2 };

struct end {
	int fd;
	unsigned char mode; /* END_READ, END_WRITE or both (a FIFO opened O_RDWR) */
	bool fifo;          /* has, or had, a name */
	dev_t dev;
	unsigned long inode;
	char *path; /* FIFO: its path when it was opened, " (deleted)" cut off; else NULL */
};

/* A FIFO that a directory names, whether anybody holds it open or not. */
struct fifo_name {
	dev_t dev;
	unsigned long inode;
	mode_t mode;
	uid_t uid;
	char *path;    /* as a learner would type it; absolute where it was given so */
	dev_t dir_dev; /* the directory that a relative path starts from; 0 for an absolute one */
	unsigned long dir;
};

struct ends;

struct ends *ends_new(void);
void ends_free(struct ends *e); /* NULL allowed */

/*
 * Looks at all descriptors of pid again; proc is a descriptor of the /proc in which pid is valid.
 * 0; -1 with errno: ESRCH or ENOENT (gone: its ends are dropped), EACCES (it may not be looked at:
 * likewise, and ends_denied() says so).
 */
int ends_refresh(struct ends *e, int proc, pid_t pid);
void ends_drop(struct ends *e, pid_t pid);
/* Is there a process whose descriptors may not be read (a set-user-ID program)? */
bool ends_denied(const struct ends *e);
/* A pipe of the shell's own (an external program's captured output): never reported. */
void ends_ignore(struct ends *e, unsigned long inode);

/* Every end of one pipe or FIFO, or of all (inode 0), by pid, then by descriptor. */
void ends_each(const struct ends *e, unsigned long inode,
	       bool (*fn)(void *arg, pid_t pid, const struct end *end), void *arg);
/* Every pipe (fifo false) or FIFO once, in the order of their inodes. */
void ends_inodes(const struct ends *e, bool fifo, bool (*fn)(void *arg, long inode), void *arg);
/* How many ends of this mode the session's processes hold. */
int ends_count(const struct ends *e, unsigned long inode, int mode);
/* As remembered, or NULL. */
const struct end *ends_find(const struct ends *e, pid_t pid, int fd);

/*
 * One descriptor as it is now, whatever is remembered: 1, *end is filled (free end->path); 0: it is
 * open and no pipe (only fd and mode are filled); -1 with errno EBADF (not open) or what forbade
 * to look.
 */
int ends_look(int proc, pid_t pid, int fd, struct end *end);
/* Adds "0, 1, 2, 5": what pid has open below ENDS_PRIVATE. The number of them, -1 with errno. */
struct str;
int ends_list(struct str *out, int proc, pid_t pid);

/*
 * FIFOs' names. ends_names looks through the current directory of pid (the first few thousand
 * entries), ends_name at one path as that process sees it; both forget what is gone.
 */
void ends_names(struct ends *e, int proc, pid_t pid);
void ends_name(struct ends *e, int proc, pid_t pid, const char *path);
/* The FIFO's name, or NULL: unlinked, or in a directory that nobody looked at. */
const struct fifo_name *ends_named(const struct ends *e, unsigned long inode);
/* The name, the last one it had, where it was when it was opened, or NULL. Valid until the next
 * refresh. */
const char *ends_path(const struct ends *e, unsigned long inode);

/*
 * What is remembered because no look can tell it later. ends_label: the fullest name ("r w") that a
 * pipe was ever given here, until ends_label_drop. ends_awaited: the inode of the FIFO that path
 * led to when the open in which pid sleeps (since which turn) was first asked about; 0: no FIFO.
 * ends_leads: does the path still lead there?
 */
const char *ends_label(struct ends *e, unsigned long inode, const char *name);
/* ends_bytes: what was inside when it was last looked at (ends_bytes_set), asked once in each language: later
 * there may have been more; else -1. */
void ends_bytes_set(struct ends *e, unsigned long inode, long bytes);
long ends_bytes(struct ends *e, unsigned long inode);
void ends_label_drop(struct ends *e, unsigned long inode);
unsigned long ends_awaited(struct ends *e, int proc, pid_t pid, long since, const char *path);
bool ends_leads(int proc, pid_t pid, const char *path, unsigned long inode);

#endif
