/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What semaphores have to say: why the kernel refused, here and now, and what a sleeper waits for.
 * Everything is read from the set at that moment.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
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

	if (!try_now(c, &t, &op, &n) || (t.verdict != SEM_SHORT && t.verdict != SEM_FULL)) {
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

/* What the caller's end would give back has a range of its own (SEMAEM). */
static void range_of_undo(struct str *out, const struct call *c, const struct world *w,
			  const struct sembuf *op, size_t n)
{
	const long id = c->arg[SOP_SET].num;
	long sum = 0;
	size_t k = 0;

	for (; k < n; k++) {
		if (!(op[k].sem_flg & SEM_UNDO))
			continue;
		sum = w->undo ? w->undo(w->ctx, w->self.pid, id, op[k].sem_num) : 0;
		for (size_t j = 0; j <= k; j++)
			if (op[j].sem_num == op[k].sem_num && op[j].sem_flg & SEM_UNDO)
				sum -= op[j].sem_op;
		if (sum < -32768 || sum > 32767)
			break;
	}
	if (k == n) {
		str_add(out, _("what is to be undone would leave -32768 to 32767 (SEMAEM)"));
		return;
	}
	sem_say(out, w, id, op[k].sem_num);
	str_addf(
		out,
		_(" would be owed %ld at %s's end (counted); -32768 to 32767 (SEMAEM) can be noted"),
		sum, w->self.name);
}

static void why_range(struct str *out, const struct call *c, const struct world *w)
{
	const struct sembuf *op;
	struct sem_trial t;
	size_t n;

	if (!try_now(c, &t, &op, &n))
		return;
	if (t.verdict != SEM_OVER) {
		range_of_undo(out, c, w, op, n);
		return;
	}
	str_addf(out, _("%ld + %d is over SEMVMX, 32767: "), t.have, op[t.at].sem_op);
	sem_say(out, w, c->arg[SOP_SET].num, op[t.at].sem_num);
	str_addf(out, _(" stays %ld"), t.have);
	add_place(out, &t, n);
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
	str_add(out, w->name(w->ctx, KIND_SEM, c->arg[SOP_SET].num));
	if (ds.sem_nsems == 1)
		str_add(out, _(" has 1 semaphore, 0"));
	else
		str_addf(out, _(" has %lu semaphores, 0 to %lu"), (unsigned long)ds.sem_nsems,
			 (unsigned long)ds.sem_nsems - 1);
	str_addf(out, _("; there is no %u"), op[k].sem_num);
}

static void why_invalid(struct str *out, const struct call *c)
{
	struct timespec t;
	struct semid_ds ds;

	if (c->arg[SOP_N].num < 1)
		str_add(out, _("nsops is 0: there is nothing to do"));
	else if (prims[c->prim]->param[SOP_TIMEOUT].name && seconds_arg(c, SOP_TIMEOUT, &t) &&
		 t.tv_sec < 0)
		str_add(out, _("the time-out is less than 0"));
	else if (sem_stat(c->arg[SOP_SET].num, &ds))
		str_addf(out, _("there is no semaphore set %ld (any more)"), c->arg[SOP_SET].num);
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
		why_invalid(out, c);
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
		sysv_why_fault(out, c, SOP_OPS, "sops", false, w);
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
}

/* What is missing now; where operations before it count, a plain V would promise too much. */
void semop_wake(struct str *out, const struct call *c, const struct world *w)
{
	const struct sembuf *op;
	struct sem_trial t;
	size_t n;
	long by;

	if (w->self.stopped || !try_now(c, &t, &op, &n) || t.moved ||
	    (t.verdict != SEM_SHORT && t.verdict != SEM_FULL))
		return;
	by = t.verdict == SEM_SHORT ? -op[t.at].sem_op - t.have : t.have;
	str_add(out, t.verdict == SEM_SHORT ? "V " : "P ");
	sem_say(out, w, c->arg[SOP_SET].num, op[t.at].sem_num);
	if (by != 1)
		str_addf(out, " %ld", by);
}

/* -- semctl ------------------------------------------------------------------------------------ */

static void ctl_invalid(struct str *out, const struct call *c, const struct world *w)
{
	const long cmd = c->arg[CTL_CMD].num;
	struct semid_ds ds;

	if (!constant_by_value(semctl_commands, cmd)) {
		str_addf(out, _("semctl has no command %ld"), cmd);
	} else if (cmd == SEM_STAT || cmd == SEM_STAT_ANY) {
		str_addf(out,
			 _("slot %ld holds no set: this command takes a slot, 0 to what SEM_INFO "
			   "returns, not an id"),
			 c->arg[CTL_SET].num);
	} else if (sem_stat(c->arg[CTL_SET].num, &ds)) {
		str_addf(out, _("there is no semaphore set %ld (any more)"), c->arg[CTL_SET].num);
	} else if (semctl_of_one(cmd) && (unsigned long)c->arg[CTL_NUM].num >= ds.sem_nsems) {
		str_add(out, w->name(w->ctx, KIND_SEM, c->arg[CTL_SET].num));
		str_addf(out, _(" has %lu semaphore%s, counted from 0; there is no %ld"),
			 (unsigned long)ds.sem_nsems, ds.sem_nsems == 1 ? "" : "s",
			 c->arg[CTL_NUM].num);
	} else if (cmd == IPC_SET) {
		str_add(out, _("the uid or gid means nobody in this user namespace"));
	}
}

static void ctl_perm(struct str *out, const struct call *c, const struct world *w)
{
	const long id = c->arg[CTL_SET].num;
	struct semid_ds ds;

	if (sem_stat(id, &ds) == 0)
		sysv_why_owner(out, w->name(w->ctx, KIND_SEM, id), &ds.sem_perm, w,
			       c->arg[CTL_CMD].num == IPC_RMID ? _("removed") : _("changed"));
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
		if (cmd == SEM_STAT)
			str_add(out,
				_("that slot's set may not be read; SEM_STAT_ANY needs no permission"));
		else
			sem_denied(out, w, c->arg[CTL_SET].num,
				   cmd == SETVAL || cmd == SETALL ? 2 : 4,
				   named ? named->name : _("semctl"));
		break;
	case EFAULT:
		sysv_why_fault(out, c, CTL_ARG, "arg", cmd != SETALL && cmd != IPC_SET, w);
		break;
	case EIDRM:
		str_add(out, _("the set was removed at this very moment"));
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory for so many values"));
		break;
	}
}
