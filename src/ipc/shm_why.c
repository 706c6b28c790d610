/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why shared memory calls refuse: one line each, from what the kernel says of the segment, the
 * caller's mappings and the limits at that moment.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/fault.h"
#include "ipc/shm.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *name_of(const struct world *w, long id)
{
	return w->name(w->ctx, KIND_SHM, id);
}

static void add_addr(struct str *out, unsigned long addr)
{
	char hex[24];

	snprintf(hex, sizeof(hex), "0x%lx", addr);
	str_mark(out, 'a', hex);
}

/* EINVAL because of the id. True if that was it. */
static bool why_id(struct str *out, long id, const struct world *w)
{
	struct shmid_ds ds;

	if (id >= 0 && shm_stat(id, &ds) == 0)
		return false;
	sysv_why_id(out, KIND_SHM, _("segment"), id, shmctl((int)id & 0x7fff, SHM_STAT_ANY, &ds),
		    w);
	return true;
}

static void why_access(struct str *out, long id, const struct world *w, int want, const char *todo)
{
	struct shmid_ds ds;

	if (shm_stat(id, &ds) == 0)
		sysv_why_access(out, name_of(w, id), &ds.shm_perm, w, want, todo);
}

static long page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

static void shmget_invalid(struct str *out, const struct call *c, int id, const struct world *w)
{
	unsigned long size = (unsigned long)c->arg[1].num;
	struct shminfo limits = { 0 };
	struct shmid_ds ds;

	if (id >= 0 && shm_stat(id, &ds) == 0) {
		str_addf(out, _("%s has %zu bytes, %lu were asked for: a segment does not grow"),
			 name_of(w, id), ds.shm_segsz, size);
	} else if (size == 0) {
		str_add(out,
			_("a new segment has at least 1 byte; 0 is for finding one by its key"));
	} else if (shmctl(0, IPC_INFO, (struct shmid_ds *)&limits) >= 0 && size > limits.shmmax) {
		str_addf(out, _("%lu bytes are over shmmax, %lu (/proc/sys/kernel/shmmax)"), size,
			 limits.shmmax);
	} else if (size > LONG_MAX) { /* MAX_LFS_FILESIZE: a segment is a file in memory */
		str_addf(out, _("%lu bytes are over %ld, the most that a file in memory can have"),
			 size, LONG_MAX);
	} else if (c->arg[2].num & SHM_HUGETLB) {
		str_addf(
			out,
			_("this machine has no huge pages of 2^%ld bytes (/sys/kernel/mm/hugepages)"),
			c->arg[2].num >> 26 & 0x3f);
	}
}

/* Whole pages are checked before how many segments (newseg, ipc_addid). */
static void shmget_nospace(struct str *out, const struct call *c)
{
	const unsigned long size = (unsigned long)c->arg[1].num, page = (unsigned long)page_size();
	const unsigned long pages = (size + page - 1) / page;
	struct shminfo limits = { 0 };
	struct shm_info used = { 0 };

	if (shmctl(0, IPC_INFO, (struct shmid_ds *)&limits) < 0 ||
	    shmctl(0, SHM_INFO, (struct shmid_ds *)&used) < 0)
		return;
	if (pages < size / page)
		str_addf(out,
			 _("%lu bytes, rounded up to whole pages, are more than 64 bits count"),
			 size);
	else if (used.shm_tot + pages > limits.shmall)
		str_addf(out,
			 _("%lu pages besides the %lu that segments have; shmall allows %lu "
			   "(/proc/sys/kernel/shmall)"),
			 pages, used.shm_tot, limits.shmall);
	else
		sysv_why_many(out, used.used_ids, N_("segment"), "shmmni", (long)limits.shmmni,
			      "/proc/sys/kernel/shmmni");
}

static void shmget_nomem(struct str *out, const struct call *c)
{
	long flags = c->arg[2].num;

	if (flags & SHM_HUGETLB)
		str_addf(out,
			 _("not enough free huge pages; the machine keeps %ld of its usual size "
			   "(/proc/sys/vm/nr_hugepages)"),
			 sysv_limit("vm/nr_hugepages"));
	else
		str_addf(out,
			 _("the kernel does not promise %lu bytes (vm.overcommit_memory is %ld)%s"),
			 (unsigned long)c->arg[1].num, sysv_limit("vm/overcommit_memory"),
			 flags & SHM_NORESERVE ? "" : _("; SHM_NORESERVE asks for no promise"));
}

void shmget_why(struct str *out, const struct call *c, const struct world *w)
{
	key_t key = (key_t)c->arg[0].num;
	/* no mode asked for: nothing is checked, nothing is made */
	int id = key == IPC_PRIVATE ? -1 : shmget(key, 0, 0);
	struct shmid_ds ds = { 0 };

	switch (c->err) {
	case EINVAL:
		shmget_invalid(out, c, id, w);
		break;
	case ENOSPC:
		shmget_nospace(out, c);
		break;
	case ENOMEM:
		shmget_nomem(out, c);
		break;
	case EPERM:
		str_addf(out,
			 _("SHM_HUGETLB takes privilege (CAP_IPC_LOCK), group %ld "
			   "(/proc/sys/vm/hugetlb_shm_group), or so much room under RLIMIT_MEMLOCK "
			   "(ulimit -l)"),
			 sysv_limit("vm/hugetlb_shm_group"));
		break;
	case ENFILE:
		str_addf(
			out,
			_("the machine has %ld open files, and a segment is one (/proc/sys/fs/file-max)"),
			sysv_limit("fs/file-max"));
		break;
	default:
		if (id < 0 || shm_stat(id, &ds) == 0)
			sysv_why_key(out, c, 2, KIND_SHM, _("segment"), id, &ds.shm_perm, w);
		break;
	}
}

/* What of the caller's memory lies in [from, to). True if something does. */
static bool add_overlap(struct str *out, const struct world *w, unsigned long from,
			unsigned long to)
{
	enum { SIZE = 1 << 20 };
	char *text = xmalloc(SIZE), *next;
	bool found = false;

	if (sysv_read_proc(w, &w->self, "maps", text, SIZE) < 0)
		*text = '\0';
	for (char *line = text; line && *line && !found; line = next) {
		unsigned long a, b;
		const char *path;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (sscanf(line, "%lx-%lx", &a, &b) != 2 || a >= to || b <= from)
			continue;
		found = true;
		add_addr(out, a);
		str_addc(out, '-');
		add_addr(out, b);
		path = strpbrk(line, "/[");
		if (path) {
			str_add(out, " (");
			str_clean(out, path, strlen(path));
			str_addc(out, ')');
		}
	}
	free(text);
	return found;
}

/* "0x1001 is no multiple of SHMLBA, 4096; the nearest below is 0x1000, above 0x2000" */
static void add_unaligned(struct str *out, unsigned long addr)
{
	const unsigned long page = (unsigned long)page_size();

	add_addr(out, addr);
	str_addf(out, _(" is no multiple of SHMLBA, %lu; the nearest below is "), page);
	add_addr(out, addr / page * page);
	if (addr / page * page + page) {
		str_add(out, _(", above "));
		add_addr(out, addr / page * page + page);
	}
}

/* In the order of do_shmat(): the id's sign and the address, the segment, what is there. */
static void shmat_invalid(struct str *out, const struct call *c, const struct world *w)
{
	unsigned long addr = (unsigned long)c->arg[1].num, page = (unsigned long)page_size();
	long id = c->arg[0].num, flags = c->arg[2].num;
	struct shmid_ds ds;

	if (id >= 0 && addr % page && !(flags & SHM_RND)) {
		add_unaligned(out, addr);
		str_add(out, _("; SHM_RND would round down"));
	} else if (id >= 0 && addr < page && flags & SHM_REMAP) {
		str_add(out, addr ? _("rounded down the address is 0, and SHM_REMAP wants one")
				  : _("SHM_REMAP replaces what is at an address, so it wants one"));
	} else if (!why_id(out, id, w) && !shm_stat(id, &ds)) {
		addr -= addr % page;
		if (addr + ds.shm_segsz < addr)
			str_addf(out, _("%zu bytes from there go past the highest address"),
				 ds.shm_segsz);
		else if (add_overlap(out, w, addr, addr + ds.shm_segsz))
			str_add(out, _(" is there already; SHM_REMAP would replace it"));
	}
}

/* How much the caller has mapped; 0: unknown. */
static unsigned long memory_size(const struct world *w)
{
	char text[4096], *at;

	if (sysv_read_proc(w, &w->self, "status", text, sizeof(text)) < 0)
		return 0;
	at = strstr(text, "\nVmSize:");
	return at ? strtoul(at + strlen("\nVmSize:"), NULL, 10) * 1024 : 0;
}

/* How many mappings the caller has. */
static long mappings(const struct world *w)
{
	enum { SIZE = 16 << 20 };
	char *text = xmalloc(SIZE);
	long n = 0;

	if (sysv_read_proc(w, &w->self, "maps", text, SIZE) >= 0)
		for (const char *at = text; (at = strchr(at, '\n')); at++)
			n++;
	free(text);
	return n;
}

/* In the order of do_mmap(): how many mappings, whether there is such a place, how much in all. */
static void shmat_nomem(struct str *out, const struct call *c, const struct world *w)
{
	const unsigned long highest = 0x7ffffffff000UL; /* x86-64's user addresses end there */
	unsigned long addr = (unsigned long)c->arg[1].num;
	long most = sysv_limit("vm/max_map_count"), limit = sysv_rlimit(w, "Max address space");
	struct shmid_ds ds;

	if (shm_stat(c->arg[0].num, &ds))
		return;
	if (most > 0 && mappings(w) >= most)
		str_addf(out,
			 _("%s has %ld mappings, as many as it may (/proc/sys/vm/max_map_count)"),
			 w->self.name, most);
	else if (addr && (addr > highest || ds.shm_segsz > highest - addr))
		str_addf(out, _("%zu bytes from there go past the end of %s's address space"),
			 ds.shm_segsz, w->self.name);
	else if (limit >= 0 && memory_size(w) + ds.shm_segsz > (unsigned long)limit)
		str_addf(
			out,
			_("%zu bytes besides the %lu that %s has mapped; RLIMIT_AS (ulimit -v) is %ld"),
			ds.shm_segsz, memory_size(w), w->self.name, limit);
	else
		str_addf(out, _("no room for %zu bytes in one piece in the address space of %s"),
			 ds.shm_segsz, w->self.name);
}

void shmat_why(struct str *out, const struct call *c, const struct world *w)
{
	long id = c->arg[0].num, flags = c->arg[2].num;

	switch (c->err) {
	case EACCES:
		why_access(out, id, w, (flags & SHM_RDONLY ? 4 : 6) | (flags & SHM_EXEC ? 1 : 0),
			   flags & SHM_EXEC ? _("shmat with SHM_EXEC") : "shmat");
		if (!(flags & (SHM_RDONLY | SHM_EXEC)))
			str_add(out, _(" (SHM_RDONLY: r)"));
		break;
	case EIDRM:
		str_addf(out, _("%s was just removed"), name_of(w, id));
		break;
	case EINVAL:
		shmat_invalid(out, c, w);
		break;
	case ENOMEM:
		shmat_nomem(out, c, w);
		break;
	case EPERM:
		add_addr(out, (unsigned long)c->arg[1].num);
		str_addf(
			out,
			_(" is below %ld (/proc/sys/vm/mmap_min_addr): nobody may map that without "
			  "privilege, so that a NULL pointer stays an error"),
			sysv_limit("vm/mmap_min_addr"));
		break;
	}
}

void shmdt_why(struct str *out, const struct call *c, const struct world *w)
{
	unsigned long addr = (unsigned long)c->arg[0].num;
	bool inside = false, aligned = addr % (unsigned long)page_size() == 0;
	struct shm_attaches list = { 0 };

	if (c->err != EINVAL)
		return;
	if (!aligned)
		add_unaligned(out, addr);
	shm_attaches_read(&list, w, -1, true);
	for (int i = 0; i < list.n && !inside; i++) {
		const struct shm_attach *a = &list.a[i];

		inside = addr > a->from && addr < a->to;
		if (!inside)
			continue;
		str_addf(out, _("%s%s begins at "), aligned ? "" : _("; "), name_of(w, a->id));
		add_addr(out, a->from);
		str_add(out, _(": that is the address to detach"));
	}
	if (aligned && !inside) {
		str_add(out, _("no segment begins there; "));
		str_addf(out, list.n ? _("%s has") : _("%s has none attached"), w->self.name);
	}
	for (int i = 0; i < list.n && aligned && !inside; i++) {
		str_addf(out, _("%s %s at "), i ? "," : "", name_of(w, list.a[i].id));
		add_addr(out, list.a[i].from);
	}
	shm_attaches_release(&list);
}

static void add_memlock(struct str *out, const struct world *w)
{
	long limit = sysv_rlimit(w, "Max locked memory");

	if (limit >= 0)
		str_addf(out, _("; RLIMIT_MEMLOCK (ulimit -l) is %ld bytes"), limit);
}

static void shmctl_invalid(struct str *out, const struct call *c, const struct world *w)
{
	const long cmd = c->arg[1].num;
	struct shm_info used = { 0 };
	int highest = shmctl(0, SHM_INFO, (struct shmid_ds *)&used);

	if (!sysv_why_command(out, c, 1, _("segment"), cmd == SHM_STAT || cmd == SHM_STAT_ANY,
			      used.used_ids ? highest : -1) &&
	    !why_id(out, c->arg[0].num, w) && cmd == IPC_SET)
		sysv_why_ids(out, c, 2, w);
}

void shmctl_why(struct str *out, const struct call *c, const struct world *w)
{
	long id = c->arg[0].num, cmd = c->arg[1].num;
	bool lock = cmd == SHM_LOCK || cmd == SHM_UNLOCK;
	struct shmid_ds ds;

	switch (c->err) {
	case EACCES:
		if (cmd == SHM_STAT && (id = shmctl((int)id, SHM_STAT_ANY, &ds)) < 0)
			break;
		why_access(out, id, w, 4, cmd == SHM_STAT ? "SHM_STAT" : "IPC_STAT");
		break;
	case EFAULT:
		why_fault_at(out, c, 2, cmd != IPC_SET, w);
		break;
	case EIDRM:
		str_addf(out, _("%s was just removed"), name_of(w, id));
		break;
	case EINVAL:
		shmctl_invalid(out, c, w);
		break;
	case EOVERFLOW:
		str_add(out, _("an id or a size does not fit the structure"));
		break;
	case ENOMEM:
		if (lock && shm_stat(id, &ds) == 0) {
			str_addf(out, _("locking %zu bytes goes over what its user may lock"),
				 ds.shm_segsz);
			add_memlock(out, w);
		}
		break;
	case EPERM:
		if (shm_stat(id, &ds))
			break;
		/* who asks is checked first (shmctl_do_lock) */
		if (cmd == SHM_LOCK && sysv_is_owner(&ds.shm_perm, w, CAP_IPC_LOCK)) {
			str_addf(out,
				 _("%s may lock nothing without privilege: RLIMIT_MEMLOCK (ulimit "
				   "-l) is 0"),
				 w->self.name);
			break;
		}
		sysv_why_owner(out, name_of(w, id), &ds.shm_perm, w,
			       cmd == IPC_RMID   ? _("removed")
			       : cmd == IPC_SET  ? _("changed")
			       : cmd == SHM_LOCK ? _("locked")
						 : _("unlocked"),
			       cmd == SHM_LOCK || cmd == SHM_UNLOCK ? "CAP_IPC_LOCK"
								    : "CAP_SYS_ADMIN");
		break;
	}
}
