/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * semctl: the call, what it gave and what it cleared.  Its commands, and how its arguments are
 * typed and printed, are semctl_arg.c's matter.  make runs in a learner's process, all else in the
 * shell.
 */
#include "ipc/semctl.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/types.h"
#include "ipc/sysv.h"

static void semctl_result(struct str *out, const struct call *c)
{
	if (c->ret < 0)
		return;
	if (c->arg[CTL_CMD].num == GETPID && c->ret)
		str_mark_num(out, kind_mark(KIND_PID), c->ret);
	else if (c->arg[CTL_CMD].num == SEM_STAT || c->arg[CTL_CMD].num == SEM_STAT_ANY)
		str_mark_num(out, kind_mark(KIND_SEM), c->ret);
}

/* SETVAL and SETALL clear what was to be undone (semctl_setval in the kernel). */
struct clearing {
	const struct call *c;
	const struct world *w;
	struct str *out;
};

static bool add_cleared(void *arg, const struct peer *p)
{
	struct clearing *cl = arg;
	const long id = cl->c->arg[CTL_SET].num, only = cl->c->arg[CTL_NUM].num;
	const bool all = cl->c->arg[CTL_CMD].num == SETALL;
	const long n = (long)(call_length(cl->c, CTL_ARG) / sizeof(unsigned short));

	for (long k = all ? 0 : only; k < (all ? n : only + 1); k++) {
		long undo = cl->w->undo(cl->w->ctx, p->pid, id, (int)k);

		if (!undo)
			continue;
		str_addf(cl->out, _("%s%s %+ld for "),
			 cl->out->len ? _(", ") : _("undo cleared (counted): "), p->name, undo);
		sem_say(cl->out, cl->w, id, (unsigned)k);
	}
	return true;
}

static void semctl_note(struct str *out, const struct call *c, const struct world *w)
{
	const struct semid_ds *ds = call_bytes(c, CTL_ARG, sizeof(*ds));
	struct clearing cl = { c, w, out };
	const long cmd = c->arg[CTL_CMD].num;

	if ((cmd == SETVAL || cmd == SETALL) && w->undo && w->peers)
		w->peers(w->ctx, add_cleared, &cl);
	else if (ds && semctl_of_stat(cmd) && !ds->sem_otime)
		str_add(out, _("sem_otime is 0: no semop has succeeded yet (SETVAL is none)"));
	else if (ds && cmd == IPC_SET && !c->arg[CTL_ARG].null)
		sysv_note_mode(out, ds->sem_perm.mode);
}

static void semctl_data(struct str *out, const struct call *c)
{
	if (c->arg[CTL_CMD].num == GETALL && c->ret != -1)
		semctl_add_values(out, c, CTL_ARG);
}

static long semctl_make(struct call *c)
{
	const int id = (int)c->arg[CTL_SET].num, num = (int)c->arg[CTL_NUM].num;
	const int cmd = (int)c->arg[CTL_CMD].num;
	const bool given = c->arg[CTL_ARG].null;
	union semun arg = { 0 };
	size_t size = 0;
	long ret;

	if (cmd == SETVAL)
		arg.val = (int)c->arg[CTL_ARG].num;
	else if (cmd == SETALL || cmd == IPC_SET)
		arg.buf = call_in(c, CTL_ARG, NULL);
	else if (semctl_of_stat(cmd))
		size = sizeof(struct semid_ds);
	else if (semctl_of_info(cmd))
		size = sizeof(struct seminfo);
	else if (cmd == GETALL)
		size = SEMCTL_VALUES * sizeof(unsigned short);
	if (given)
		arg.array = (void *)c->arg[CTL_ARG].num;
	else if (size)
		arg.array = call_out(c, CTL_ARG, size);
	ret = semctl(id, num, cmd, arg);
	if (size && !given && ret != -1)
		call_got(c, CTL_ARG,
			 cmd == GETALL ? (size_t)c->arg[CTL_ARG].num * sizeof(unsigned short)
				       : size);
	return ret;
}

static void semctl_offers(struct offers *of, int i, long cmd)
{
	if (i != CTL_ARG)
		return;
	sysv_offers_set(of, cmd, false);
	if (cmd == SETVAL || cmd == SETALL)
		of->kind = KIND_INT;
}

const struct prim prim_semctl = {
	.name = "semctl",
	.topic = "semaphores",
	.summary = N_("reads, sets or removes a semaphore set"),
	.help = N_("The command decides what the last argument is. semnum may be left out where the\n"
		"command is about the whole set: semctl s IPC_RMID."),
	.proto = "int semctl(int semid, int semnum, int cmd, union semun arg);",
	.example = "s = semget IPC_PRIVATE 2 0600\n"
		   "semctl s 0 SETVAL 3",
	.man = "semctl(2)",
	.errors = "EACCES EFAULT EIDRM EINVAL EPERM ERANGE",
	.param = {
		{.name = "semid", .type = &type_sem},
		{.name = "semnum", .type = &semctl_type_num},
		{.name = "cmd", .type = &type_cmd, .table = semctl_commands},
		{.name = "arg", .type = &semctl_type_arg, .def = "NULL", .flags = PARAM_OPTIONAL},
	},
	.flags = PRIM_UNDO,
	.binds = KIND_INT,
	.make = semctl_make,
	.result = semctl_result,
	.why = semctl_why,
	.note = semctl_note,
	.data = semctl_data,
	.offers = semctl_offers,
};
