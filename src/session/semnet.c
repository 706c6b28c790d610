/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one command's semops gave and took.  Where a sleeper took just what was given, the kernel's
 * value is what it was and the diff says nothing: this says why.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/sem.h"
#include "ipc/sysv.h"
#include "session/report.h"

#include <stdlib.h>

/* The operations on one semaphore by p's call, as a sum; 0: none, or it did not succeed. */
static long sum_of(const struct process *p, long semid, unsigned num)
{
	const struct call *c = &p->call;
	const struct sembuf *op;
	long sum = 0;
	size_t n;

	if (p->op != OP_CALL || !sem_sleeps(c) || c->ret != 0 || c->arg[SOP_SET].num != semid)
		return 0;
	op = sem_ops(c, &n);
	for (size_t k = 0; op && k < n; k++)
		if (op[k].sem_num == num)
			sum += op[k].sem_op;
	return sum;
}

/* "main took 1, D gave 1": who has changed it, the actor first. */
static void add_parts(const struct semnet *net, const struct process *actor, long semid,
		      unsigned num, struct str *out)
{
	enum { NAMED = 6 };
	const char *comma = "";
	int n = 0;

	for (int i = 0; i < 2 * net->n; i++) {
		const struct process *p = net->p[i % net->n];
		long sum = (p == actor) == (i < net->n) ? sum_of(p, semid, num) : 0;

		if (!sum || n++ >= NAMED)
			continue;
		str_addf(out, sum > 0 ? _("%s%s gave %ld") : _("%s%s took %ld"), comma, p->name,
			 labs(sum));
		comma = _(", ");
	}
	if (n > NAMED)
		str_addf(out, _(" and so on by %d more"), n - NAMED);
}

static void add_semaphore(struct session *s, const struct semnet *net, const struct process *actor,
			  long semid, unsigned num, struct str *out)
{
	long sum = 0, value;
	bool any = false;

	for (int i = 0; i < net->n; i++) {
		long one = sum_of(net->p[i], semid, num);

		any |= one != 0;
		sum += one;
	}
	value = any && !sum ? semctl((int)semid, (int)num, GETVAL) : -1;
	if (value < 0)
		return;
	sysv_note_next(out);
	sem_say(out, &s->world, semid, num);
	str_addf(out, _(" is %ld as before: "), value);
	add_parts(net, actor, semid, num, out);
}

/* The operations of p's call, if it was on that set. */
static const struct sembuf *ops_on(const struct process *p, long semid, size_t *n)
{
	return p->call.arg[SOP_SET].num == semid ? sem_ops(&p->call, n) : NULL;
}

/* Has one of the first n calls an operation on that semaphore? */
static bool named_before(const struct semnet *net, int n, long semid, unsigned num)
{
	const struct sembuf *op;
	size_t nops;

	for (int i = 0; i < n; i++) {
		op = ops_on(net->p[i], semid, &nops);
		for (size_t k = 0; op && k < nops; k++)
			if (op[k].sem_num == num)
				return true;
	}
	return false;
}

void semnet_gather(struct semnet *net, const struct session *s)
{
	net->n = 0;
	for (int i = 0; i < s->procs.n; i++) {
		const struct process *p = s->procs.p[i];

		if (!(p->moved & MOVED_ANSWERED) || p->op != OP_CALL || !sem_sleeps(&p->call) ||
		    p->call.ret != 0)
			continue;
		GROW(net->p, net->n, net->cap);
		net->p[net->n++] = p;
	}
}

void semnet_note(struct session *s, const struct semnet *net, const struct process *actor,
		 const struct process *p, struct str *out)
{
	const long semid = p->call.arg[SOP_SET].num;
	const struct process *last = NULL;

	for (int i = 0; i < net->n; i++)
		if (net->p[i] != actor && net->p[i]->call.arg[SOP_SET].num == semid)
			last = net->p[i];
	if (p != last)
		return;
	/* each semaphore once, where it is first named */
	for (int i = 0; i < net->n; i++) {
		size_t n;
		const struct sembuf *op = ops_on(net->p[i], semid, &n);

		for (size_t k = 0; op && k < n; k++) {
			bool told = named_before(net, i, semid, op[k].sem_num);

			for (size_t j = 0; j < k && !told; j++)
				told = op[j].sem_num == op[k].sem_num;
			if (!told)
				add_semaphore(s, net, actor, semid, op[k].sem_num, out);
		}
	}
}
