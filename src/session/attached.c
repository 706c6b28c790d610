/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/attached.h"
#include "base/mem.h"
#include "call/prim.h"

#include <stdlib.h>
#include <string.h>

void attached_release(struct attached *at)
{
	free(at->a);
	*at = (struct attached){ 0 };
}

static void add(struct attached *at, pid_t pid, long shmid, unsigned long addr)
{
	GROW(at->a, at->n, at->cap);
	at->a[at->n++] = (struct attachment){ pid, shmid, addr };
}

long attached_count(struct attached *at, pid_t pid, const struct call *c)
{
	long shmid;

	if (!strcmp(prims[c->prim]->name, "shmat")) {
		add(at, pid, c->arg[0].num, (unsigned long)c->ret);
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

void attached_inherit(struct attached *at, pid_t from, pid_t to)
{
	for (int i = 0, n = at->n; i < n; i++)
		if (at->a[i].pid == from)
			add(at, to, at->a[i].shmid, at->a[i].addr);
}

void attached_drop(struct attached *at, pid_t pid)
{
	int kept = 0;

	for (int i = 0; i < at->n; i++)
		if (at->a[i].pid != pid)
			at->a[kept++] = at->a[i];
	at->n = kept;
}
