/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking at System V segments without attaching them: who has which where (/proc/PID/maps), and
 * what is inside (process_vm_readv of a process that has it).  For shm*.c, memory.c and whoever else
 * has to explain a segment.  Runs in the shell; shm_stat in learner's processes too.
 */
#ifndef IPC_SHM_H
#define IPC_SHM_H

#include "ipc/facility.h"

#include <sys/shm.h>

struct str;

/* One attachment, as a line of maps has it. */
struct shm_attach {
	long id;
	char *name;       /* the process's; owned */
	pid_t pid, outer; /* as in struct peer */
	unsigned long from, to, offset;
	char perms[5];
};

struct shm_attaches {
	struct shm_attach *a; /* by process as peers() gives them, then by address */
	int n, cap;
	int hidden; /* processes that do not let themselves be looked at */
};

/*
 * Adds the attachments of segment id (-1: of all) that the session's processes have, or only the
 * calling one (w->self) with self_only. list is zeroed before the first use; release it.
 */
void shm_attaches_read(struct shm_attaches *list, const struct world *w, long id, bool self_only);
void shm_attaches_release(struct shm_attaches *list);
/* "main, A (2 times)": who is in the list with segment id. */
void shm_add_holders(struct str *out, const struct shm_attaches *list, long id);

/*
 * IPC_STAT of segment id; without read permission SHM_STAT_ANY (Linux 4.17) of its index. 0; or -1:
 * EINVAL where there is none.
 */
int shm_stat(long id, struct shmid_ds *ds);
/* So many bytes as whole pages. */
unsigned long shm_pages(size_t size);

/*
 * The segment's bytes in memory and swap, -1 if the kernel does not say. *sysvipc keeps the text of
 * /proc/sysvipc/shm between calls: NULL at first, the caller frees it.
 */
long shm_bytes_used(char **sysvipc, long id);

/* What a page of a segment is, as far as it can be known without touching it. */
enum shm_page {
	SHM_PAGE_READ,    /* its bytes were read */
	SHM_PAGE_EMPTY,   /* never written: reads as 0 */
	SHM_PAGE_UNKNOWN, /* in nobody's page table: to read it might fill it */
	SHM_PAGE_HIDDEN,  /* nobody has it attached, or may be read: errno says why */
};
/* Reads page number k of segment id into buf (4096 bytes). used: the segment's bytes in memory and
 * swap as /proc/sysvipc/shm has them, or -1; size: rounded up to whole pages. */
enum shm_page shm_read_page(const struct shm_attaches *list, long id, long k, long used, long size,
			    unsigned char *buf);
/* The physical frame behind an address of a process, 0 where it may not be seen or there is none. */
unsigned long shm_frame(pid_t outer, unsigned long addr);

extern const struct constant shmat_flags[];

/* The primitives' notes (shm_why.c). */
void shmget_why(struct str *out, const struct call *c, const struct world *w);
void shmat_why(struct str *out, const struct call *c, const struct world *w);
void shmdt_why(struct str *out, const struct call *c, const struct world *w);
void shmctl_why(struct str *out, const struct call *c, const struct world *w);

extern const struct facility facility_shm;

#endif
