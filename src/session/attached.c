/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/attached.h"
#include "base/mem.h"
#include "call/prim.h"

#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

void attached_release(struct attached *at)
{
	free(at->a);
	*at = (struct attached){ 0 };
}

static void add(struct attached *at, struct attachment a)
{
	GROW(at->a, at->n, at->cap);
	at->a[at->n++] = a;
}

long attached_count(struct attached *at, pid_t pid, const struct call *c)
{
	long shmid;

	if (!strcmp(prims[c->prim]->name, "shmat")) {
		add(at, (struct attachment){ pid, c->arg[0].num, (unsigned long)c->ret,
					     c->arg[2].num & SHM_RDONLY });
		return c->arg[0].num;
	}
	for (int i = 0; i < at->n; i++) {
		if (at->a[i].pid != pid || at->a[i].addr != (unsigned long)c->arg[0].num)
			continue;
		shmid = at->a[i].shmid;
		at->a[i] = at->a[--at->n];
		return shmid;
	}
	return -1;
}

void attached_each(const struct attached *at, pid_t pid, void (*fn)(void *arg, long shmid),
		   void *arg)
{
	for (int i = 0; i < at->n; i++)
		if (at->a[i].pid == pid)
			fn(arg, at->a[i].shmid);
}

const struct attachment *attached_below(const struct attached *at, pid_t pid, unsigned long addr)
{
	const struct attachment *best = NULL;

	for (int i = 0; i < at->n; i++)
		if (at->a[i].pid == pid && at->a[i].addr <= addr &&
		    (!best || at->a[i].addr > best->addr))
			best = &at->a[i];
	return best;
}

void attached_inherit(struct attached *at, pid_t from, pid_t to)
{
	for (int i = 0, n = at->n; i < n; i++)
		if (at->a[i].pid == from)
			add(at, (struct attachment){ to, at->a[i].shmid, at->a[i].addr,
						     at->a[i].rdonly });
}

void attached_drop(struct attached *at, pid_t pid)
{
	int kept = 0;

	for (int i = 0; i < at->n; i++)
		if (at->a[i].pid != pid)
			at->a[kept++] = at->a[i];
	at->n = kept;
}
