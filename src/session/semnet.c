/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one command's semops gave and took.  Where a sleeper took just what was given, the kernel's
 * value is what it was and the diff says nothing: this says why.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/sem.h"
#include "session/report.h"

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

/* ", 2 taken by A" for each that gave (sign 1) or took (-1); the actor, who was told to, unnamed. */
static void add_parts(const struct semnet *net, const struct process *actor, long semid,
		      unsigned num, long sign, struct str *out)
{
	enum { NAMED = 6 };
	const char *verb = sign > 0 ? _(" given back") : _(" taken");
	int n = 0;

	for (int i = 0; i < net->n; i++) {
		long sum = sum_of(net->p[i], semid, num) * sign;

		if (sum <= 0 || n++ >= NAMED)
			continue;
		str_addf(out, "%s%ld%s", out->len ? _(", ") : "", sum, verb);
		if (net->p[i] != actor)
			str_addf(out, _(" by %s"), net->p[i]->name);
		verb = "";
	}
	if (n > NAMED)
		str_addf(out, _(" and so on by %d more"), n - NAMED);
}

static void add_semaphore(struct session *s, const struct semnet *net, const struct process *actor,
			  long semid, unsigned num, struct str *out)
{
	struct str parts = STR_INIT;
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
	add_parts(net, actor, semid, num, 1, &parts);
	add_parts(net, actor, semid, num, -1, &parts);
	str_add(out, out->len ? _("; ") : "");
	sem_say(out, &s->world, semid, num);
	str_addf(out, _(" is %ld again: %s"), value, str_text(&parts));
	str_free(&parts);
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
	for (int i = 0; i < net->n; i++) {
		const struct sembuf *op;
		size_t n;

		op = net->p[i]->call.arg[SOP_SET].num == semid ? sem_ops(&net->p[i]->call, &n)
							       : NULL;
		for (size_t k = 0; op && k < n; k++) {
			bool told = false;

			/* each semaphore once, where it is first named */
			for (int j = 0; j < i && !told; j++)
				told = sum_of(net->p[j], semid, op[k].sem_num) != 0;
			for (size_t j = 0; j < k && !told; j++)
				told = op[j].sem_num == op[k].sem_num;
			if (!told)
				add_semaphore(s, net, actor, semid, op[k].sem_num, out);
		}
	}
}
