/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What semaphores have to say: why the kernel refused, here and now, and what a sleeper waits for.
 * Everything is read from the set at that moment.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/fault.h"
#include "ipc/seconds.h"
#include "ipc/sem.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ipc.h>

/* -- semop, semtimedop -------------------------------------------------------------------------- */

/* The set as it is now, and what it would say to the operations. false: the set cannot be read. */
static bool try_now(const struct call *c, struct sem_trial *t, const struct sembuf **op, size_t *n)
{
	struct semid_ds ds;
	unsigned short *value;

	*op = sem_ops(c, n);
	if (!*op || sem_stat(c->arg[SOP_SET].num, &ds))
		return false;
	value = sem_values(c->arg[SOP_SET].num, (int)ds.sem_nsems);
	if (!value)
		return false;
	*t = sem_try(*op, *n, value, (int)ds.sem_nsems);
	free(value);
	return true;
}

static void add_place(struct str *out, const struct sem_trial *t, size_t n)
{
	if (t->moved)
		str_add(out, _(" after the operations before it"));
	if (n > 1)
		str_addf(out, _(" (operation %zu of %zu; all are done together or none)"),
			 t->at + 1, n);
}

static void why_again(struct str *out, const struct call *c, const struct world *w)
{
	const long id = c->arg[SOP_SET].num;
	const struct sembuf *op;
	struct timespec time;
	struct sem_trial t;
	bool nowait, timed;
	size_t n;

	if (!try_now(c, &t, &op, &n)) {
		str_addf(out, _("it could not go on at once; the values of %s may not be read"),
			 w->name(w->ctx, KIND_SEM, id));
		return;
	}
	if (t.verdict != SEM_SHORT && t.verdict != SEM_FULL) {
		str_add(out, _("it could not go on at once; the set has changed since"));
		return;
	}
	nowait = op[t.at].sem_flg & IPC_NOWAIT;
	timed = !nowait && prims[c->prim]->param[SOP_TIMEOUT].name &&
		seconds_arg(c, SOP_TIMEOUT, &time);
	if (timed && (time.tv_sec || time.tv_nsec)) {
		seconds_say(out, &time);
		str_add(out, _(" passed: "));
	}
	if (t.verdict == SEM_SHORT) {
		str_addf(out, _("%d of "), -op[t.at].sem_op);
		sem_say(out, w, id, op[t.at].sem_num);
		str_addf(out, _(" asked, %ld there"), t.have);
	} else {
		sem_say(out, w, id, op[t.at].sem_num);
		str_addf(out, _(" was to be 0, it is %ld"), t.have);
	}
	add_place(out, &t, n);
	if (nowait)
		str_add(out, _("; IPC_NOWAIT says not to sleep"));
	else if (timed && !time.tv_sec && !time.tv_nsec)
		str_add(out, _("; a time of 0 says not to sleep"));
}

/*
 * What the caller's end would give back has a range of its own (SEMAEM): the first operation that
 * would leave it, or n, and what would be owed then.
 */
static size_t over_undo(const struct call *c, const struct world *w, const struct sembuf *op,
			size_t n, long *owed)
{
	for (size_t k = 0; k < n; k++) {
		if (!(op[k].sem_flg & SEM_UNDO))
			continue;
		*owed = w->undo ? w->undo(w->ctx, w->self.pid, c->arg[SOP_SET].num, op[k].sem_num)
				: 0;
		for (size_t j = 0; j <= k; j++)
			if (op[j].sem_num == op[k].sem_num && op[j].sem_flg & SEM_UNDO)
				*owed -= op[j].sem_op;
		if (*owed < -32768 || *owed > 32767)
			return k;
	}
	return n;
}

static bool undoes(const struct sembuf *op, size_t n)
{
	for (size_t k = 0; op && k < n; k++)
		if (op[k].sem_flg & SEM_UNDO)
			return true;
	return false;
}

/* The operations are tried in their order, of each the value first (perform_atomic_semop). */
static void why_range(struct str *out, const struct call *c, const struct world *w)
{
	const struct sembuf *op;
	struct sem_trial t;
	size_t n, k;
	long owed = 0;

	if (!try_now(c, &t, &op, &n)) {
		str_addf(
			out,
			_("a value would be over 32767 (SEMVMX)%s; the values of %s may not be read"),
			undoes(op, n)
				? _(", or what is to be undone leave -32768 to 32767 (SEMAEM)")
				: "",
			w->name(w->ctx, KIND_SEM, c->arg[SOP_SET].num));
		return;
	}
	k = over_undo(c, w, op, n, &owed);
	if (t.verdict == SEM_OVER && t.at <= k) {
		str_addf(out, _("%ld + %d is over SEMVMX, 32767"), t.have, op[t.at].sem_op);
		add_place(out, &t, n);
		str_add(out, _(": "));
		sem_say(out, w, c->arg[SOP_SET].num, op[t.at].sem_num);
		str_addf(out, _(" stays %ld"), t.was);
	} else if (k == n) { /* what the session has not counted */
		str_add(out, _("what is to be undone would leave -32768 to 32767 (SEMAEM)"));
	} else {
		sem_say(out, w, c->arg[SOP_SET].num, op[k].sem_num);
		str_addf(
			out,
			_(" would be owed %ld at %s's end (counted); -32768 to 32767 (SEMAEM) can be noted"),
			owed, w->self.name);
	}
}

/* "s has 2 semaphores, 0 to 1; there is no 5" */
static void add_none(struct str *out, const struct world *w, long id, unsigned long nsems, long num)
{
	str_add(out, w->name(w->ctx, KIND_SEM, id));
	if (nsems == 1)
		str_add(out, _(" has 1 semaphore, 0"));
	else
		str_addf(out, _(" has %lu semaphores, 0 to %lu"), nsems, nsems - 1);
	str_addf(out, _("; there is no %ld"), num);
}

static void why_fbig(struct str *out, const struct call *c, const struct world *w)
{
	struct semid_ds ds;
	size_t n, k;
	const struct sembuf *op = sem_ops(c, &n);

	if (!op || sem_stat(c->arg[SOP_SET].num, &ds))
		return;
	for (k = 0; k + 1 < n && op[k].sem_num < ds.sem_nsems; k++)
		;
	add_none(out, w, c->arg[SOP_SET].num, ds.sem_nsems, op[k].sem_num);
}

/* EINVAL because of the id. True if that was it. */
static bool why_id(struct str *out, long id, const struct world *w)
{
	struct semid_ds ds;
	union semun arg = { .buf = &ds };

	if (id >= 0 && sem_stat(id, &ds) == 0)
		return false;
	sysv_why_id(out, KIND_SEM, _("semaphore set"), id,
		    semctl((int)id & 0x7fff, 0, SEM_STAT_ANY, arg), w);
	return true;
}

/* In the order of do_semtimedop(): nsops and id, the time, the set. */
static void why_invalid(struct str *out, const struct call *c, const struct world *w)
{
	const bool timed = prims[c->prim]->param[SOP_TIMEOUT].name;
	const long id = c->arg[SOP_SET].num;
	struct timespec t = { 0 };

	if (timed)
		seconds_arg(c, SOP_TIMEOUT, &t);
	if (c->arg[SOP_N].num < 1)
		str_add(out, _("nsops is 0: there is nothing to do"));
	else if (id >= 0)
		seconds_why(out, &t, _("the time-out is less than 0"));
	if (!out->len)
		why_id(out, id, w);
}

int sem_held_up(const struct call *c)
{
	const struct sembuf *op;
	struct sem_trial t;
	size_t n;

	if (!sem_sleeps(c) || !try_now(c, &t, &op, &n) ||
	    (t.verdict != SEM_SHORT && t.verdict != SEM_FULL))
		return -1;
	return op[t.at].sem_num;
}

void semop_why(struct str *out, const struct call *c, const struct world *w)
{
	struct seminfo most;
	size_t n;
	const struct sembuf *op = sem_ops(c, &n);
	bool alters = false;

	switch (c->err) {
	case EAGAIN:
		why_again(out, c, w);
		break;
	case ERANGE:
		why_range(out, c, w);
		break;
	case EFBIG:
		why_fbig(out, c, w);
		break;
	case EINVAL:
		why_invalid(out, c, w);
		break;
	case E2BIG:
		sem_limits(&most);
		str_addf(out, _("%ld operations; one call takes %d at most (SEMOPM)"),
			 c->arg[SOP_N].num, most.semopm);
		break;
	case EACCES:
		for (size_t k = 0; op && k < n; k++)
			alters |= op[k].sem_op != 0;
		sem_denied(out, w, c->arg[SOP_SET].num, alters ? 2 : 4,
			   alters ? _("changing a semaphore") : _("waiting for 0"));
		break;
	case EFAULT:
		/* the time is read before all else */
		if (prims[c->prim]->param[SOP_TIMEOUT].name && is_fault(c, SOP_TIMEOUT, false, w))
			why_fault_at(out, c, SOP_TIMEOUT, false, w);
		else
			why_fault_at(out, c, SOP_OPS, false, w);
		break;
	case EIDRM:
		str_add(out,
			_("the set was removed while it slept in it: everybody asleep there is woken"));
		break;
	case EINTR:
		say_woken(out, w);
		str_addf(out, _("; %s is never restarted, SA_RESTART or not, and nothing was done"),
			 prims[c->prim]->name);
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory to note what is to be undone"));
		break;
	}
}

void semop_asleep(struct str *out, const struct call *c, const struct world *w)
{
	const long id = c->arg[SOP_SET].num;
	const struct sembuf *op;
	struct timespec time;
	struct sem_trial t;
	size_t n;

	if (w->self.stopped) { /* the stop has taken it out of the set's queue (semop, EINTR) */
		str_addf(out, _("stopped: EINTR when SIGCONT comes, and no longer counted in %s"),
			 w->name(w->ctx, KIND_SEM, id));
		return;
	}
	if (!try_now(c, &t, &op, &n)) {
		str_addf(out, _("waits for its turn at %s, whose values may not be read"),
			 w->name(w->ctx, KIND_SEM, id));
	} else if (t.verdict == SEM_SHORT) {
		str_addf(out, _("wants %d of "), -op[t.at].sem_op);
		sem_say(out, w, id, op[t.at].sem_num);
		str_addf(out, _(", which is %ld"), t.have);
		add_place(out, &t, n);
	} else if (t.verdict == SEM_FULL) {
		str_add(out, _("waits until "));
		sem_say(out, w, id, op[t.at].sem_num);
		str_addf(out, _(" is 0; it is %ld"), t.have);
		add_place(out, &t, n);
	} else {
		str_addf(out, _("waits for its turn at %s"), w->name(w->ctx, KIND_SEM, id));
	}
	if (prims[c->prim]->param[SOP_TIMEOUT].name && seconds_arg(c, SOP_TIMEOUT, &time)) {
		str_add(out, _(", for "));
		seconds_say(out, &time);
		str_add(out, _(" at most"));
	}
	semop_note(out, c, w);
}

/* What is missing now; where operations before it count, a plain V would promise too much. */
pid_t semop_wake(struct str *out, const struct call *c, const struct world *w)
{
	const struct sembuf *op;
	struct sem_trial t;
	size_t n;
	long by;

	if (w->self.stopped || !try_now(c, &t, &op, &n) || t.moved ||
	    (t.verdict != SEM_SHORT && t.verdict != SEM_FULL))
		return 0;
	by = t.verdict == SEM_SHORT ? -op[t.at].sem_op - t.have : t.have;
	str_add(out, t.verdict == SEM_SHORT ? "V " : "P ");
	sem_say(out, w, c->arg[SOP_SET].num, op[t.at].sem_num);
	if (by != 1)
		str_addf(out, " %ld", by);
	return 0;
}

/* -- semctl ------------------------------------------------------------------------------------ */

static void ctl_invalid(struct str *out, const struct call *c, const struct world *w)
{
	const long id = c->arg[CTL_SET].num, num = c->arg[CTL_NUM].num, cmd = c->arg[CTL_CMD].num;
	struct seminfo used = { 0 };
	int highest = semctl(0, 0, SEM_INFO, (union semun){ .info = &used });
	struct semid_ds ds;

	if (sysv_why_command(out, c, CTL_CMD, _("semaphore set"),
			     cmd == SEM_STAT || cmd == SEM_STAT_ANY, used.semusz ? highest : -1) ||
	    why_id(out, id, w) || sem_stat(id, &ds))
		return;
	if (semctl_of_one(cmd) && (unsigned long)num >= ds.sem_nsems)
		add_none(out, w, id, ds.sem_nsems, num);
	else if (cmd == IPC_SET)
		sysv_why_ids(out, c, CTL_ARG, w);
}

static void ctl_perm(struct str *out, const struct call *c, const struct world *w)
{
	const long id = c->arg[CTL_SET].num;
	struct semid_ds ds;

	if (sem_stat(id, &ds) == 0)
		sysv_why_owner(out, w->name(w->ctx, KIND_SEM, id), &ds.sem_perm, w,
			       c->arg[CTL_CMD].num == IPC_RMID ? _("removed") : _("changed"),
			       "CAP_SYS_ADMIN");
}

static void ctl_range(struct str *out, const struct call *c)
{
	const size_t n = call_length(c, CTL_ARG) / sizeof(unsigned short);
	const unsigned short *value = call_bytes(c, CTL_ARG, n * sizeof(*value));

	if (c->arg[CTL_CMD].num == SETVAL) {
		str_addf(out, _("%ld is not 0 to 32767 (SEMVMX)"), c->arg[CTL_ARG].num);
		return;
	}
	for (size_t k = 0; value && k < n; k++)
		if (value[k] > 32767) {
			str_addf(out, _("%u for semaphore %zu is over SEMVMX, 32767; none was set"),
				 value[k], k);
			return;
		}
}

void semctl_why(struct str *out, const struct call *c, const struct world *w)
{
	const long cmd = c->arg[CTL_CMD].num;
	const struct constant *named = constant_by_value(semctl_commands, cmd);
	long id = c->arg[CTL_SET].num;
	struct semid_ds ds;

	switch (c->err) {
	case EINVAL:
		ctl_invalid(out, c, w);
		break;
	case EPERM:
		ctl_perm(out, c, w);
		break;
	case ERANGE:
		ctl_range(out, c);
		break;
	case EACCES:
		if (cmd == SEM_STAT &&
		    (id = semctl((int)id, 0, SEM_STAT_ANY, (union semun){ .buf = &ds })) < 0)
			break;
		sem_denied(out, w, id, cmd == SETVAL || cmd == SETALL ? 2 : 4,
			   named ? named->name : _("semctl"));
		break;
	case EFAULT:
		why_fault_at(out, c, CTL_ARG, cmd != SETALL && cmd != IPC_SET, w);
		break;
	case EIDRM:
		str_add(out, _("the set was removed at this very moment"));
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory for so many values"));
		break;
	}
}
