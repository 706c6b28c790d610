/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which segments there are; who has one attached, where, and what is inside, by /proc/PID/maps
 * (the inode of /SYSV<key> is the shmid), pagemap and process_vm_readv.  Nothing is attached, and
 * no page is filled that was empty: reading a hole of shared memory allocates it, so holes are not
 * read.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/shm_object.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	PAGE = 4096,    /* what pagemap counts in on x86-64 and most arm64 */
	MAPS = 1 << 20, /* bytes of maps that are read */
};

static int stat_any(int index, void *ds)
{
	return shmctl(index, SHM_STAT_ANY, ds);
}

int shm_stat(long id, struct shmid_ds *ds)
{
	if (shmctl((int)id, IPC_STAT, ds) == 0)
		return 0;
	if (errno == EACCES && sysv_stat_any(id, stat_any, ds))
		return 0;
	errno = EINVAL;
	return -1;
}

unsigned long shm_pages(size_t size)
{
	return (size + PAGE - 1) / PAGE * PAGE;
}

struct reading {
	struct shm_attaches *list;
	const struct world *w;
	long id;
	char *maps;
};

/* "7ffff7fb9000-7ffff7fba000 rw-s 00000000 00:01 3    /SYSV00000000 (deleted)" */
static bool parse_line(const char *line, struct shm_attach *a)
{
	const char *path = strchr(line, '/');
	unsigned long inode;

	if (!path || strncmp(path, "/SYSV", 5) ||
	    sscanf(line, "%lx-%lx %4s %lx %*x:%*x %lu", &a->from, &a->to, a->perms, &a->offset,
		   &inode) != 5)
		return false;
	a->id = (long)inode;
	return true;
}

static bool read_peer(void *arg, const struct peer *p)
{
	struct reading *r = arg;
	struct shm_attaches *list = r->list;
	char *next;

	if (sysv_read_proc(r->w, p, "maps", r->maps, MAPS) < 0) {
		list->hidden++;
		return true;
	}
	/* cut into lines first: sscanf measures the whole rest of its text */
	for (char *line = r->maps; line && *line; line = next) {
		struct shm_attach a = { 0 };

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!parse_line(line, &a) || (r->id >= 0 && a.id != r->id))
			continue;
		a.name = xstrdup(p->name);
		a.pid = p->pid;
		a.outer = p->outer;
		GROW(list->a, list->n, list->cap);
		list->a[list->n++] = a;
	}
	return true;
}

void shm_attaches_read(struct shm_attaches *list, const struct world *w, long id, bool self_only)
{
	struct reading r = { list, w, id, xmalloc(MAPS) };

	if (self_only)
		read_peer(&r, &w->self);
	else if (w->peers)
		w->peers(w->ctx, read_peer, &r);
	free(r.maps);
}

void shm_attaches_release(struct shm_attaches *list)
{
	for (int i = 0; i < list->n; i++)
		free(list->a[i].name);
	free(list->a);
	*list = (struct shm_attaches){ 0 };
}

void shm_add_holders(struct str *out, const struct shm_attaches *list, long id)
{
	const char *sep = "";

	for (int i = 0; i < list->n; i++) {
		int times = 0;
		bool first = true;

		if (list->a[i].id != id)
			continue;
		for (int k = 0; k < list->n; k++) {
			if (list->a[k].id != id || list->a[k].pid != list->a[i].pid)
				continue;
			if (k < i)
				first = false;
			times++;
		}
		if (!first)
			continue;
		str_add(out, sep);
		str_add(out, list->a[i].name);
		if (times > 1)
			str_addf(out, _(" (%d times)"), times);
		sep = _(", ");
	}
}

long shm_bytes_used(char **sysvipc, long id)
{
	enum { SIZE = 1 << 20 };
	char *next;

	if (!*sysvipc) {
		FILE *f = fopen("/proc/sysvipc/shm", "re");
		size_t n = 0;

		*sysvipc = xmalloc(SIZE);
		if (f) {
			n = fread(*sysvipc, 1, SIZE - 1, f);
			fclose(f);
		}
		(*sysvipc)[n] = '\0';
	}
	for (char *line = *sysvipc; *line; line = next) {
		long shmid, rss, swap;
		char row[320];

		next = strchrnul(line, '\n');
		snprintf(row, sizeof(row), "%.*s", (int)(next - line < 319 ? next - line : 319),
			 line);
		if (*next)
			next++;
		if (sscanf(row, "%*d %ld %*o %*u %*d %*d %*u %*u %*u %*u %*u %*d %*d %*d %ld %ld",
			   &shmid, &rss, &swap) == 3 &&
		    shmid == id)
			return rss + swap;
	}
	return -1;
}

/* The pagemap entry of an address; 0 where there is none. Bit 63: present, 62: swapped, 0-54: frame. */
static uint64_t pagemap(pid_t outer, unsigned long addr)
{
	uint64_t entry = 0;
	char path[40];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)outer);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (pread(fd, &entry, sizeof(entry), (off_t)(addr / PAGE * sizeof(entry))) != sizeof(entry))
		entry = 0;
	close(fd);
	return entry;
}

unsigned long shm_frame(pid_t outer, unsigned long addr)
{
	uint64_t entry = pagemap(outer, addr);

	return entry >> 63 ? (unsigned long)(entry & ((1ULL << 55) - 1)) : 0;
}

enum shm_page shm_read_page(const struct shm_attaches *list, long id, long k, long used, long size,
			    unsigned char *buf)
{
	unsigned long offset = (unsigned long)k * PAGE;
	bool whole = used >= size, attached = false;

	if (used == 0)
		return SHM_PAGE_EMPTY;
	errno = 0;
	for (int i = 0; i < list->n; i++) {
		const struct shm_attach *a = &list->a[i];
		unsigned long addr = a->from + (offset - a->offset);
		struct iovec to = { buf, PAGE }, from = { (void *)addr, PAGE };

		if (a->id != id || offset < a->offset || addr >= a->to)
			continue;
		attached = true;
		if (!whole && !(pagemap(a->outer, addr) >> 62))
			continue;
		if (process_vm_readv(a->outer, &to, 1, &from, 1, 0) == PAGE)
			return SHM_PAGE_READ;
		if (errno == ESRCH) /* gone meanwhile: perhaps another has it */
			continue;
		return SHM_PAGE_HIDDEN;
	}
	return attached ? SHM_PAGE_UNKNOWN : SHM_PAGE_HIDDEN;
}

/* ---- as objects ---- */

static struct sysv_at_hand at_hand;

int shm_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg)
{
	struct shm_info info = { 0 };
	struct shmid_ds ds;
	int highest = shmctl(0, SHM_INFO, (struct shmid_ds *)&info);

	(void)w;
	return sysv_each(&at_hand, highest, info.used_ids, stat_any, &ds, fn, arg);
}

long shm_count(void)
{
	struct shm_info info;

	return shmctl(0, SHM_INFO, (struct shmid_ds *)&info) < 0 ? 0 : info.used_ids;
}

int shm_object(const struct world *w, long id, struct object *o)
{
	const struct shmid_ds *ds = at_hand.id == id ? at_hand.ds : NULL;
	struct shmid_ds own;

	(void)w;
	if (!ds) {
		if (shm_stat(id, &own))
			return -1;
		ds = &own;
	}
	o->kind = KIND_SHM;
	o->id = id;
	o->f[F_KEY] = (unsigned)ds->shm_perm.__key;
	o->f[F_UID] = ds->shm_perm.uid;
	o->f[F_GID] = ds->shm_perm.gid;
	o->f[F_CUID] = ds->shm_perm.cuid;
	o->f[F_MODE] = ds->shm_perm.mode & 0777;
	o->f[F_SIZE] = (long)ds->shm_segsz;
	o->f[F_NATTCH] = (long)ds->shm_nattch;
	o->f[F_DEST] = (ds->shm_perm.mode & SHM_DEST) != 0;
	o->f[F_LOCKED] = (ds->shm_perm.mode & SHM_LOCKED) != 0;
	o->f[F_CPID] = ds->shm_cpid;
	o->f[F_LPID] = ds->shm_lpid;
	o->f[F_ATIME] = ds->shm_atime;
	o->f[F_DTIME] = ds->shm_dtime;
	o->f[F_CTIME] = ds->shm_ctime;
	return 0;
}
