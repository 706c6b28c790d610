/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * semget: making and finding semaphore sets.  make runs in the learner's process, all else in the
 * shell.
 */
#include "ipc/sem.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ipc.h>

enum { KEY, NSEMS, SEMFLG };

static const struct constant semget_flags[] = {
	{ "IPC_CREAT", IPC_CREAT, N_("make it if there is none with this key") },
	{ "IPC_EXCL", IPC_EXCL, N_("with IPC_CREAT: fail if there is one") },
	{ "IPC_NOWAIT", IPC_NOWAIT, N_("means nothing to semget") },
	{ NULL, 0, NULL },
};

static void why_nsems(struct str *out, const struct call *c, const struct world *w, long id)
{
	const long n = c->arg[NSEMS].num;
	struct semid_ds ds;
	struct seminfo most;

	sem_limits(&most);
	if (n < 0)
		str_add(out, _("a set cannot have fewer than 0 semaphores"));
	else if (n > most.semmsl)
		str_addf(out, _("%ld semaphores; a set has %d at most (SEMMSL)"), n, most.semmsl);
	else if (id >= 0 && sem_stat(id, &ds) == 0)
		str_addf(out,
			 _("%s with this key has %lu, fewer than %ld; 0 finds it whatever it has"),
			 w->name(w->ctx, KIND_SEM, id), (unsigned long)ds.sem_nsems, n);
	else if (n == 0)
		str_add(out,
			_("a new set needs 1 semaphore or more; 0 is for finding one that exists"));
}

/* How many semaphores is checked before how many sets (newary, ipc_addid). */
static void why_nospc(struct str *out, long nsems)
{
	struct seminfo most, used;
	union semun arg = { .info = &used };

	sem_limits(&most);
	if (semctl(0, 0, SEM_INFO, arg) == -1)
		return;
	if (used.semaem + nsems > most.semmns)
		str_addf(out,
			 _("%ld besides the %d that all sets have; semmns allows %d (the second "
			   "number in /proc/sys/kernel/sem)"),
			 nsems, used.semaem, most.semmns);
	else
		sysv_why_many(out, used.semusz, N_("semaphore set"), "semmni", most.semmni,
			      _("the fourth number in /proc/sys/kernel/sem"));
}

static void semget_note(struct str *out, const struct call *c, const struct world *w)
{
	const long n = c->arg[NSEMS].num;
	struct semid_ds ds;

	if (sem_stat(c->ret, &ds))
		return;
	if (sysv_note_get(out, c, SEMFLG, KIND_SEM, &ds.sem_perm, w) && n > 0 &&
	    (unsigned long)n < ds.sem_nsems) {
		sysv_note_next(out);
		str_addf(out, _("%s has %lu semaphores, as it was made"),
			 w->name(w->ctx, KIND_SEM, c->ret), ds.sem_nsems);
	}
	sysv_note_bits(out, c, (unsigned)c->arg[SEMFLG].num & ~(IPC_CREAT | IPC_EXCL | 0777U),
		       semget_flags, NULL);
}

static void semget_why(struct str *out, const struct call *c, const struct world *w)
{
	/* asking for nothing needs no permission */
	const key_t key = (key_t)c->arg[KEY].num;
	const long id = key == IPC_PRIVATE ? -1 : semget(key, 0, 0);
	struct semid_ds ds = { 0 };

	switch (c->err) {
	case EINVAL:
		why_nsems(out, c, w, id);
		break;
	case ENOSPC:
		why_nospc(out, c->arg[NSEMS].num);
		break;
	case ENOMEM:
		str_add(out, _("the kernel has no memory for the set"));
		break;
	default:
		if (id < 0 || sem_stat(id, &ds) == 0)
			sysv_why_key(out, c, SEMFLG, KIND_SEM, _("semaphore set"), id, &ds.sem_perm,
				     w);
		break;
	}
}

static long semget_make(struct call *c)
{
	return semget((key_t)c->arg[KEY].num, (int)c->arg[NSEMS].num, (int)c->arg[SEMFLG].num);
}

static const struct constant keys[] = {
	{ "IPC_PRIVATE", IPC_PRIVATE, N_("no key: always a new set") },
	{ NULL, 0, NULL },
};

const struct prim prim_semget = {
	.name = "semget",
	.topic = "semaphores",
	.summary = N_("makes or finds a set of semaphores by its key"),
	.help = N_("Returns the set's id. A new set's values are 0 on Linux, undefined by the\n"
		"standard: set them with semctl SETVAL or SETALL before anybody relies on them."),
	.proto = "int semget(key_t key, int nsems, int semflg);",
	.example = "s = semget IPC_PRIVATE 2 0600",
	.man = "semget(2)",
	.errors = "EACCES EEXIST EINVAL ENOENT ENOMEM ENOSPC",
	.param = {
		{.name = "key", .type = &type_key, .table = keys},
		{.name = "nsems", .type = &type_int},
		{.name = "semflg", .type = &type_perm, .def = "0", .table = semget_flags},
	},
	.binds = KIND_SEM,
	.make = semget_make,
	.why = semget_why,
	.note = semget_note,
};
