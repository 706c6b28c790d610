/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/undo.h"
#include "base/mem.h"
#include "call/prim.h"
#include "ipc/sem.h"

#include <stdlib.h>
#include <string.h>

void undo_release(struct undo *u)
{
	free(u->e);
	*u = (struct undo){ 0 };
}

static struct undo_entry *entry(struct undo *u, pid_t pid, long semid, int semnum)
{
	for (int i = 0; i < u->n; i++)
		if (u->e[i].pid == pid && u->e[i].semid == semid && u->e[i].semnum == semnum)
			return &u->e[i];
	GROW(u->e, u->n, u->cap);
	u->e[u->n] = (struct undo_entry){ pid, semid, semnum, 0 };
	return &u->e[u->n++];
}

static void drop_zeros(struct undo *u)
{
	int kept = 0;

	for (int i = 0; i < u->n; i++)
		if (u->e[i].adjust)
			u->e[kept++] = u->e[i];
	u->n = kept;
}

static void count_semop(struct undo *u, pid_t pid, const struct call *c)
{
	size_t n;
	const struct sembuf *op = sem_ops(c, &n);

	for (size_t i = 0; op && i < n; i++)
		if (op[i].sem_flg & SEM_UNDO)
			entry(u, pid, c->arg[0].num, op[i].sem_num)->adjust -= op[i].sem_op;
	drop_zeros(u);
}

static void count_semctl(struct undo *u, const struct call *c)
{
	long cmd = c->arg[2].num;

	for (int i = 0; i < u->n; i++) {
		if (u->e[i].semid != c->arg[0].num)
			continue;
		if (cmd == SETALL || cmd == IPC_RMID ||
		    (cmd == SETVAL && u->e[i].semnum == c->arg[1].num))
			u->e[i].adjust = 0;
	}
	drop_zeros(u);
}

void undo_count(struct undo *u, pid_t pid, const struct call *c)
{
	const char *name = prims[c->prim]->name;

	if (!strcmp(name, "semctl"))
		count_semctl(u, c);
	else if (!strcmp(name, "semop") || !strcmp(name, "semtimedop"))
		count_semop(u, pid, c);
}

long undo_pending(const struct undo *u, pid_t pid, long semid, int semnum)
{
	for (int i = 0; i < u->n; i++)
		if (u->e[i].pid == pid && u->e[i].semid == semid && u->e[i].semnum == semnum)
			return u->e[i].adjust;
	return 0;
}

void undo_each(const struct undo *u, pid_t pid, void (*fn)(void *arg, const struct undo_entry *e),
	       void *arg)
{
	for (int i = 0; i < u->n; i++)
		if (u->e[i].pid == pid)
			fn(arg, &u->e[i]);
}

void undo_died(struct undo *u, pid_t pid, void (*fn)(void *arg, const struct undo_entry *e),
	       void *arg)
{
	for (int i = 0; i < u->n; i++) {
		if (u->e[i].pid != pid)
			continue;
		fn(arg, &u->e[i]);
		u->e[i].adjust = 0;
	}
	drop_zeros(u);
}
