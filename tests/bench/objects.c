/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * objects: 30,000 queues, 4,000 segments and 30,000 semaphore sets, in an IPC namespace that has
 * nothing else (run makes it). What a diff costs with and without them; what `state` and a look at
 * everything cost beside a bare loop over the *_STAT of each.
 */
#include "bench.h"
#include "typed.h"

#include "base/grid.h"
#include "view/term.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

enum { QUEUES = 30000, SEGMENTS = 4000, SETS = 30000, ROUNDS = 3, LOOKS = 3, CALLS = 4000 };

static struct session session;
static volatile sig_atomic_t interrupted;
static double without[ROUNDS * CALLS], with[ROUNDS * CALLS];
static double bare[ROUNDS * LOOKS], all[ROUNDS * LOOKS], rows[ROUNDS * LOOKS],
	known[ROUNDS * LOOKS];

/* The greatest index in use and the number of objects; nothing is there: -1 and 0. */
static int count(void)
{
	struct msginfo q;
	struct shm_info m;
	struct seminfo s;

	msgctl(0, MSG_INFO, (struct msqid_ds *)&q);
	shmctl(0, SHM_INFO, (struct shmid_ds *)&m);
	semctl(0, 0, SEM_INFO, &s);
	return q.msgpool + m.used_ids + s.semusz;
}

static void make(void)
{
	for (int i = 0; i < QUEUES; i++)
		if (msgget(IPC_PRIVATE, 0600) < 0)
			err(1, "queue %d (kernel.msgmni)", i);
	for (int i = 0; i < SEGMENTS; i++)
		if (shmget(IPC_PRIVATE, 4096, 0600) < 0)
			err(1, "segment %d (kernel.shmmni)", i);
	for (int i = 0; i < SETS; i++)
		if (semget(IPC_PRIVATE, 1, 0600) < 0)
			err(1, "semaphore set %d (kernel.sem)", i);
}

static int stat_loop(bool removing, int keep)
{
	struct msqid_ds q;
	struct shmid_ds m;
	struct semid_ds s;
	int n = 0, id, last;

	last = msgctl(0, MSG_INFO, &q);
	for (int i = 0; i <= last; i++)
		if ((id = msgctl(i, MSG_STAT_ANY, &q)) >= 0 && ++n && removing && id != keep)
			msgctl(id, IPC_RMID, NULL);
	last = shmctl(0, SHM_INFO, &m);
	for (int i = 0; i <= last; i++)
		if ((id = shmctl(i, SHM_STAT_ANY, &m)) >= 0 && ++n && removing)
			shmctl(id, IPC_RMID, NULL);
	last = semctl(0, 0, SEM_INFO, &s);
	for (int i = 0; i <= last; i++)
		if ((id = semctl(i, 0, SEM_STAT_ANY, &s)) >= 0 && ++n && removing)
			semctl(id, 0, IPC_RMID);
	return n;
}

static long call(const char *name, const char *args)
{
	struct process *p = session.current;

	typed(&session, p, name, args);
	session_call(&session, p, NULL, 0);
	return p->call.ret;
}

static void calls(double *us, const char *queue)
{
	char send[80];

	snprintf(send, sizeof(send), "%s 1 hello", queue);
	for (int i = 0; i < CALLS; i += 2) {
		double from = now(), then;

		call("msgsnd", send);
		then = now();
		call("msgrcv", queue);
		us[i] = (then - from) * 1e6;
		us[i + 1] = (now() - then) * 1e6;
	}
}

static void ignore(void *arg, const struct facility *f, const struct object *o,
		   const struct object *was)
{
	(void)arg, (void)f, (void)o, (void)was;
}

/* As after an external program, which may have touched anything; untold. */
static void know(void)
{
	for (enum kind kind = KIND_MSG; kind <= KIND_SEM; kind++)
		objects_touch_all(&session.objects, kind, &session.world);
	objects_diff(&session.objects, &session.world, ignore, NULL);
}

static void look(int i)
{
	double from = now(), then;
	char *cause = NULL;

	stat_loop(false, 0);
	then = now();
	bare[i] = (then - from) * 1e3;
	if (session_state(&session, "", 0, &cause))
		errx(1, "%s", cause);
	from = now();
	all[i] = (from - then) * 1e3;
	for (int k = 0; facilities[k]; k++)
		if (facilities[k]->kind >= KIND_MSG && facilities[k]->kind <= KIND_SEM)
			grid_free(facilities[k]->state(&session.world, NULL, 0));
	then = now();
	rows[i] = (then - from) * 1e3;
	know();
	known[i] = (now() - then) * 1e3;
}

int main(void)
{
	FILE *null = fopen("/dev/null", "w");
	struct term *term = term_new((struct term_out){ .file = null },
				     (struct term_options){ .diff = true, .width = 80 });
	char *cause = NULL, queue[16];
	int id;

	if (count())
		errx(2,
		     "there are IPC objects here: a namespace of its own is needed (unshare -i)");
	if (session_start(&session, SANDBOX_HOST, &interrupted, &cause))
		errx(1, "%s", cause);
	session_add_sink(&session, term_sink(term));
	id = (int)call("msgget", "IPC_PRIVATE 0600");
	snprintf(queue, sizeof(queue), "%d", id);
	for (int round = 0; round < ROUNDS; round++) {
		calls(without + round * CALLS, queue);
		make();
		know();
		for (int i = 0; i < LOOKS; i++)
			look(round * LOOKS + i);
		calls(with + round * CALLS, queue);
		stat_loop(true, id);
		know();
	}
	session_end(&session);
	term_free(term);
	fclose(null);
	row("a call and its diff, beside 64,000 objects", median(with, ROUNDS * CALLS), "us",
	    "beside none", median(without, ROUNDS * CALLS), 1.1);
	row("state, drawn", median(all, ROUNDS * LOOKS), "ms", "a bare *_STAT loop",
	    median(bare, ROUNDS * LOOKS), 1.5);
	row("state, read and put into rows, not drawn", median(rows, ROUNDS * LOOKS), "ms",
	    "a bare *_STAT loop", median(bare, ROUNDS * LOOKS), 0);
	row("a diff of everything (after a program)", median(known, ROUNDS * LOOKS), "ms",
	    "a bare *_STAT loop", median(bare, ROUNDS * LOOKS), 0);
	return 0;
}
