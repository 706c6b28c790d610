/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/left.h"

#include "base/lang.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LIST_AT = 4096, BOOT = 40 };

/* The start of the file; the list follows at LIST_AT, as it is in memory. */
struct head {
	char magic[16];
	uint64_t size; /* of the list: another version's is not understood */
	char boot[BOOT];
	uint64_t pids, ipc; /* the namespaces: what they name is nothing elsewhere */
	struct guardian_past shell, guardian, past[GUARDIAN_PAST];
	int32_t n_past;
};

_Static_assert(sizeof(struct head) <= LIST_AT, "the head is before the list");

static const char magic[16] = "ipcsh made 1";

static uint64_t inode(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

static void here(struct head *h)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	*h = (struct head){ .size = sizeof(struct guardian_list) };
	memcpy(h->magic, magic, sizeof(magic));
	if (fd < 0 || read(fd, h->boot, BOOT - 1) <= 0)
		h->boot[0] = '\0';
	if (fd >= 0)
		close(fd);
	h->pids = inode("/proc/self/ns/pid");
	h->ipc = inode("/proc/self/ns/ipc");
}

/* Its shell's pid and start, which no other of this boot has. NULL: no home directory. */
static char *file_of_one(const struct guardian_past *shell)
{
	char name[64];

	snprintf(name, sizeof(name), "sessions/%d-%llu", shell->pid, shell->start);
	return paths_state(name);
}

static char *file_of(pid_t shell)
{
	return file_of_one(&(struct guardian_past){ shell, guardian_started(shell) });
}

/* The directory goes with its last file: then it is there that another session begins. */
static int open_file(const char *path)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
	int fd = open(path, flags, 0600);

	for (int i = 0; fd < 0 && errno == ENOENT && i < 8; i++) {
		if (paths_make_parents(path, NULL))
			return -1;
		fd = open(path, flags, 0600);
	}
	return fd;
}

/* Kept for left_end(): a dead shell's start is not to be had any more. In each process its own. */
static char *mine;

static int cannot(char **cause)
{
	return fail(cause, "%s: %s", mine ? mine : _("no home directory"), strerror(errno));
}

int left_begin(pid_t shell, pid_t guardian, const struct guardian_past *past, int n_past,
	       char **cause)
{
	struct head h;
	int fd;

	here(&h);
	h.shell = (struct guardian_past){ shell, guardian_started(shell) };
	h.guardian = (struct guardian_past){ guardian, guardian_started(guardian) };
	h.n_past = n_past < GUARDIAN_PAST ? n_past : GUARDIAN_PAST;
	memcpy(h.past, past, (size_t)h.n_past * sizeof(*past));
	free(mine);
	mine = file_of_one(&h.shell);
	errno = ENOENT;
	fd = mine ? open_file(mine) : -1;
	if (fd < 0)
		return cannot(cause);
	errno = ENOSPC; /* what a short write means here */
	if (pwrite(fd, &h, sizeof(h), 0) != sizeof(h)) {
		cannot(cause);
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

int left_list(pid_t shell, int *fd, off_t *at, char **cause)
{
	if (!mine)
		mine = file_of(shell);
	*at = LIST_AT;
	errno = ENOENT;
	*fd = mine ? open_file(mine) : -1;
	return *fd >= 0 ? 0 : cannot(cause);
}

static void remove_directory(const char *file)
{
	char *dir = xstrdup(file);

	*strrchr(dir, '/') = '\0';
	rmdir(dir); /* unless it is still another session's */
	free(dir);
}

void left_end(pid_t shell)
{
	if (!mine)
		mine = file_of(shell);
	if (!mine)
		return;
	if (!unlink(mine))
		remove_directory(mine);
	free(mine);
	mine = NULL;
}

/* The next start. */

struct found {
	struct head head;
	struct guardian_list *list;
	int fd;
	char *path;
	bool booted; /* the machine has, since */
};

static void let_go(struct found *f)
{
	if (f->list)
		munmap(f->list, sizeof(*f->list));
	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
}

/* A file of ours, of this place, understood. */
static bool take(const char *dir, const char *name, const struct head *now, struct found *f)
{
	struct stat st;
	struct guardian_list *l;

	*f = (struct found){ .path = xasprintf("%s/%s", dir, name) };
	f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (f->fd < 0 || fstat(f->fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    st.st_mode & 077 || pread(f->fd, &f->head, sizeof(f->head), 0) != sizeof(f->head) ||
	    memcmp(f->head.magic, magic, sizeof(magic)) || f->head.size != now->size ||
	    f->head.n_past < 0 || f->head.n_past >= GUARDIAN_PAST)
		return false;
	f->booted = memcmp(f->head.boot, now->boot, BOOT) != 0;
	if (!f->booted && (f->head.pids != now->pids || f->head.ipc != now->ipc))
		return false;
	/* private: cleaning up empties it, and memory behind a file's end must not be touched */
	l = mmap(NULL, sizeof(*l), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (l == MAP_FAILED)
		return false;
	f->list = l;
	for (off_t at = LIST_AT, n; at < st.st_size; at += n) {
		n = pread(f->fd, (char *)l + (at - LIST_AT), sizeof(*l) - (size_t)(at - LIST_AT),
			  at);
		if (n <= 0)
			break;
	}
	return true;
}

/* A guardian that was stopped before its shell was killed would not clean up before SIGCONT. */
static void let_go_on(const struct guardian_past *who)
{
	int fd = (int)syscall(SYS_pidfd_open, who->pid, 0);

	if (fd >= 0 && guardian_lives(who))
		syscall(SYS_pidfd_send_signal, fd, SIGCONT, NULL, 0);
	if (fd >= 0)
		close(fd);
}

static void add_count(struct str *out, unsigned n, const char *what, const char *plural)
{
	if (n)
		str_addf(out, "%s%u %s%s", out->len ? _(", ") : "", n, _(what),
			 n == 1 || lang_is_local() ? "" : plural);
}

struct sum {
	unsigned n[GUARDIAN_KINDS], processes;
};

/* The dead guardian is the last of those whose processes may be about. */
static unsigned sweep(struct found *f, bool end)
{
	if (f->booted)
		return 0;
	f->head.past[f->head.n_past] = f->head.guardian;
	return guardian_sweep(f->head.past, f->head.n_past + 1, end);
}

/* What is left of it, into sum; true if it is over: nothing is. */
static bool look_into(struct found *f, bool end, struct sum *sum)
{
	struct guardian_list *l = f->list;
	unsigned n[GUARDIAN_KINDS], processes, all = 0;

	for (unsigned i = 0; i < GUARDIAN_ITEMS; i++) {
		if (f->booted)
			l->item[i].kind = 0;
		l->n_items += l->item[i].kind != 0;
	}
	l->n_fifos = GUARDIAN_FIFOS;
	processes = sweep(f, end);
	guardian_count(l, n);
	for (int i = 0; i < GUARDIAN_KINDS; i++) {
		sum->n[i] += n[i];
		all += n[i];
	}
	sum->processes += processes;
	if (end)
		guardian_remove(l);
	return end || !(all + processes);
}

static void each_file(const char *dir, struct dirent *e, const struct head *now, bool end,
		      struct sum *sum)
{
	struct found f;

	if (take(dir, e->d_name, now, &f)) {
		if (!f.booted && guardian_lives(&f.head.shell))
			; /* its own matter */
		else if (!f.booted && guardian_lives(&f.head.guardian))
			let_go_on(&f.head.guardian);
		else if (look_into(&f, end, sum))
			unlink(f.path);
	}
	let_go(&f);
}

static bool each(bool end, struct str *out)
{
	struct sum sum = { 0 };
	char *dir = paths_state("sessions");
	DIR *d = dir ? opendir(dir) : NULL;
	struct dirent *e;
	struct head now;

	if (d) {
		here(&now);
		while ((e = readdir(d)))
			if (e->d_name[0] != '.')
				each_file(dir, e, &now, end, &sum);
		closedir(d);
		rmdir(dir);
	}
	free(dir);
	add_count(out, sum.n[GUARDIAN_MSG], N_("queue"), "s");
	add_count(out, sum.n[GUARDIAN_SHM], N_("segment"), "s");
	add_count(out, sum.n[GUARDIAN_SEM], N_("semaphore set"), "s");
	add_count(out, sum.n[GUARDIAN_FIFO], "FIFO", "s");
	add_count(out, sum.processes, N_("process"), "es");
	return out->len > 0;
}

bool left_look(struct str *out)
{
	return each(false, out);
}

bool left_remove(struct str *out)
{
	return each(true, out);
}
