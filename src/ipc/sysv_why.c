/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why System V objects refuse: the caller's credentials against the object's owner and mode
 * (ipcperms() in the kernel's ipc/util.c), bad addresses, limits.  What is told is read at that moment
 * from /proc.  Runs in the shell and disturbs nobody.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/types.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/uio.h>
#include <unistd.h>

/* The kernel keeps the process behind the number, and tells each namespace its own. 0: unknown. */
static pid_t inner_pid(const struct world *w, enum kind kind, long id, int num)
{
	static struct call c; /* reused: its memory is kept */
	const char *name = kind == KIND_MSG ? "msgctl" : kind == KIND_SHM ? "shmctl" : "semctl";
	const struct msqid_ds *q;
	const struct shmid_ds *m;

	call_reset(&c, prim_find(name, strlen(name)));
	c.nargs = prim_nparams(prims[c.prim]);
	c.arg[0].num = id;
	c.arg[1].num = kind == KIND_SEM ? num : IPC_STAT;
	c.arg[2].num = kind == KIND_SEM ? GETPID : 0;
	w->inside(w->ctx, &c);
	if (c.ret < 0)
		return 0;
	if (kind == KIND_SEM)
		return (pid_t)c.ret;
	if (kind == KIND_MSG)
		return !(q = call_bytes(&c, 2, sizeof(*q))) ? 0 : num ? q->msg_lrpid : q->msg_lspid;
	return !(m = call_bytes(&c, 2, sizeof(*m))) ? 0 : num ? m->shm_lpid : m->shm_cpid;
}

const char *sysv_who(const struct world *w, pid_t outer, enum kind kind, long id, int num)
{
	static pid_t last, last_pid; /* one maker of many objects is asked for once */
	pid_t pid;

	if (!outer)
		return _("nobody");
	pid = w->pid_in ? w->pid_in(w->ctx, outer) : 0;
	if (!pid && w->inside) {
		last_pid = outer == last && last_pid ? last_pid : inner_pid(w, kind, id, num);
		last = outer;
		pid = last_pid;
	}
	if (pid && w->pid_name)
		return w->pid_name(w->ctx, pid);
	/* the shell's number of it means nothing in the session */
	return _("one that is gone");
}

long sysv_read_proc(const struct world *w, const struct peer *p, const char *file, char *buf,
		    size_t size)
{
	char path[64];
	size_t len = 0;
	ssize_t n;
	int fd;

	if (p->outer > 0) {
		snprintf(path, sizeof(path), "/proc/%d/%s", (int)p->outer, file);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	} else {
		snprintf(path, sizeof(path), "%d/%s", (int)p->pid, file);
		fd = openat(w->proc, path, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return -1;
	/* maps comes page by page */
	while (len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	buf[len] = '\0';
	return (long)len;
}

long sysv_limit(const char *name)
{
	char path[80], text[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	return (long)strtoul(text, NULL, 10);
}

/* "Max open files            1024                 4096                 files" */
long sysv_rlimit(const struct world *w, const char *name)
{
	char text[4096], *at, *end;
	unsigned long n;

	if (sysv_read_proc(w, &w->self, "limits", text, sizeof(text)) < 0)
		return -1;
	at = strstr(text, name);
	if (!at)
		return -1;
	n = strtoul(at + strlen(name), &end, 10);
	return end > at + strlen(name) ? (long)n : -1;
}

bool sysv_read_memory(const struct world *w, long addr, void *buf, size_t size)
{
	struct iovec to = { buf, size }, from = { (void *)addr, size };

	return w->self.outer > 0 &&
	       process_vm_readv(w->self.outer, &to, 1, &from, 1, 0) == (ssize_t)size;
}

struct cred {
	unsigned uid, gid;
	unsigned long caps;
	unsigned group[64];
	int ngroups;
};

/* The effective ids: the second of each line's four. */
static bool read_cred(const struct world *w, struct cred *cr)
{
	char text[4096], *at, *end;

	cr->ngroups = 0;
	if (sysv_read_proc(w, &w->self, "status", text, sizeof(text)) < 0)
		return false;
	at = strstr(text, "\nUid:");
	if (!at || sscanf(at, "\nUid: %*u %u", &cr->uid) != 1)
		return false;
	at = strstr(text, "\nGid:");
	if (!at || sscanf(at, "\nGid: %*u %u", &cr->gid) != 1)
		return false;
	at = strstr(text, "\nCapEff:");
	cr->caps = at ? strtoul(at + strlen("\nCapEff:"), NULL, 16) : 0;
	at = strstr(text, "\nGroups:");
	for (at = at ? at + strlen("\nGroups:") : NULL; at && cr->ngroups < 64; at = end) {
		unsigned long g = strtoul(at, &end, 10);

		if (end == at || memchr(at, '\n', (size_t)(end - at)))
			break;
		cr->group[cr->ngroups++] = (unsigned)g;
	}
	return true;
}

static bool in_group(const struct cred *cr, unsigned gid)
{
	for (int i = 0; i < cr->ngroups; i++)
		if (cr->group[i] == gid)
			return true;
	return cr->gid == gid;
}

static void add_want(struct str *out, int want)
{
	str_add(out, want & 4 ? "r" : "");
	str_add(out, want & 2 ? "w" : "");
	str_add(out, want & 1 ? "x" : "");
}

void sysv_why_id(struct str *out, enum kind kind, const char *noun, long id, long other,
		 const struct world *w)
{
	if (id < 0) {
		str_addf(out, _("%ld is no id: ids are 0 or more"), id);
		return;
	}
	if (w->removed && w->removed(w->ctx, kind, id))
		str_addf(out, _("the %s with id %c%c%ld%c was removed"), noun, MARK_OPEN,
			 kind_mark(kind), id, MARK_CLOSE);
	else
		str_addf(out, _("there is no %s with id %c%c%ld%c"), noun, MARK_OPEN,
			 kind_mark(kind), id, MARK_CLOSE);
	if (other >= 0)
		str_addf(out, _("; its place has %s now"), w->name(w->ctx, kind, other));
}

void sysv_why_key(struct str *out, const struct call *c, int i, enum kind kind, const char *noun,
		  long id, const struct ipc_perm *perm, const struct world *w)
{
	const long mode = c->arg[i].num & 0777;
	char todo[48];

	if (c->err == EEXIST) {
		str_add(out, _("key "));
		sysv_key(out, (key_t)c->arg[0].num);
		str_addf(out, _(" has %s already; without IPC_EXCL this would find it"),
			 id >= 0 ? w->name(w->ctx, kind, id) : _("one"));
	} else if (c->err == ENOENT) {
		str_addf(out, _("no %s has key "), noun);
		sysv_key(out, (key_t)c->arg[0].num);
		str_add(out, _("; IPC_CREAT would make one"));
	} else if (c->err == EACCES && id >= 0) {
		snprintf(todo, sizeof(todo), _("%s with mode %#lo"), prims[c->prim]->name, mode);
		sysv_why_access(out, w->name(w->ctx, kind, id), perm, w,
				(int)(mode >> 6 | mode >> 3 | mode) & 7, todo);
	}
}

void sysv_why_many(struct str *out, long n, const char *noun, const char *limit, long most,
		   const char *where)
{
	str_add(out, n == 1 ? _("there is ") : _("there are "));
	sysv_count(out, n, noun);
	str_addf(out, _("; %s allows %ld (%s)"), limit, most, where);
}

bool sysv_why_command(struct str *out, const struct call *c, int i, const char *noun, bool by_index,
		      int highest)
{
	const struct prim *p = prims[c->prim];

	if (!constant_by_value(p->param[i].table, c->arg[i].num)) {
		str_addf(out, _("%ld is no command of %s"), c->arg[i].num, p->name);
	} else if (by_index && c->arg[0].num < 0) {
		str_addf(out, _("%ld is no index: they are counted from 0"), c->arg[0].num);
	} else if (by_index) {
		str_addf(out, _("no %s has index %ld (an index, not an id)"), noun, c->arg[0].num);
		if (highest >= 0)
			str_addf(out, _("; the highest in use is %d"), highest);
	} else {
		return false;
	}
	return true;
}

void sysv_why_access(struct str *out, const char *name, const struct ipc_perm *perm,
		     const struct world *w, int want, const char *todo)
{
	const char *class = _("others");
	struct cred cr;
	int shift = 0;

	str_addf(out, _("%s is "), name);
	sysv_owner(out, perm->uid);
	str_add(out, _("'s with "));
	format_mode(out, perm->mode & 0777);
	if (read_cred(w, &cr)) {
		char rwx[4];

		if (cr.uid == perm->uid || cr.uid == perm->cuid) {
			class = _("the owner");
			shift = 6;
		} else if (in_group(&cr, perm->gid) || in_group(&cr, perm->cgid)) {
			class = _("the group");
			shift = 3;
		}
		snprintf(rwx, sizeof(rwx), "%c%c%c", perm->mode >> shift & 4 ? 'r' : '-',
			 perm->mode >> shift & 2 ? 'w' : '-', perm->mode >> shift & 1 ? 'x' : '-');
		str_addf(out, _("; %s (uid %u%s) counts as %s: %s"), w->self.name, cr.uid,
			 cr.uid ? "" : _(" without privilege"), class, rwx);
	}
	str_addf(out, _("; %s needs "), todo);
	add_want(out, want);
}

bool sysv_is_owner(const struct ipc_perm *perm, const struct world *w, int capability)
{
	struct cred cr;

	return read_cred(w, &cr) &&
	       (cr.uid == perm->uid || cr.uid == perm->cuid || cr.caps >> capability & 1);
}

/* Is that a user or a group in the caller's user namespace? "inside outside count" a line. */
static bool is_mapped(const struct world *w, const char *map, unsigned id)
{
	unsigned long from, count;
	char text[4096], *at = text;

	if (sysv_read_proc(w, &w->self, map, text, sizeof(text)) < 0)
		return true;
	for (; at && sscanf(at, "%lu %*u %lu", &from, &count) == 2;
	     at = strchr(at, '\n'), at += !!at)
		if (id >= from && id < from + count)
			return true;
	return false;
}

void sysv_why_ids(struct str *out, const struct call *c, int i, const struct world *w)
{
	const struct ipc_perm *set = call_bytes(c, i, sizeof(*set));
	struct ipc_perm there;

	if (c->arg[i].null)
		set = sysv_read_memory(w, c->arg[i].num, &there, sizeof(there)) ? &there : NULL;
	if (!set)
		return;
	if (!is_mapped(w, "uid_map", set->uid))
		str_addf(out,
			 set->uid == (uid_t)-1 ? _("uid %d is no user: no id may be that")
					       : _("uid %u is no user in this user namespace "
						   "(/proc/self/uid_map)"),
			 set->uid);
	else if (!is_mapped(w, "gid_map", set->gid))
		str_addf(out,
			 set->gid == (gid_t)-1 ? _("gid %d is no group: no id may be that")
					       : _("gid %u is no group in this user namespace "
						   "(/proc/self/gid_map)"),
			 set->gid);
}

void sysv_why_owner(struct str *out, const char *name, const struct ipc_perm *perm,
		    const struct world *w, const char *todo, const char *capability)
{
	struct cred cr;

	str_addf(
		out,
		_("%s may be %s only by its owner (uid %u), its creator (uid %u), or with privilege "
		  "(%s)"),
		name, todo, perm->uid, perm->cuid, capability);
	if (read_cred(w, &cr))
		str_addf(out, _("; %s is uid %u%s"), w->self.name, cr.uid,
			 cr.uid ? "" : _(" without privilege"));
}
