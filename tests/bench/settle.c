/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settle [busy]
 *
 * How long it takes from a command to the proved verdict that its process sleeps in it: A sleeps in
 * a P, main's V wakes it, again and again; each verdict is held against the kernel's own count
 * (GETNCNT).  In turn with it, round trips of a byte over two pipes between two processors.
 * busy: every processor has a program that never sleeps.
 */
#include "bench.h"
#include "typed.h"

#include "proc/settle.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/wait.h>

enum { ROUNDS = 10, STEPS = 2000, TRIPS = 2000, BURNERS = 64 };

static struct session session;
static volatile sig_atomic_t interrupted;
static double seen[ROUNDS * STEPS];
static double *trips; /* shared with those who make them */
static pid_t burner[BURNERS];
static int nburners;

static void burn(void)
{
	for (int cpu = 0; cpu < BURNERS; cpu++) {
		pid_t parent = getpid(), pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			/* were it run with a real-time priority, nobody else would ever run */
			sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
			if (getppid() != parent || !pin(cpu))
				_exit(1);
			for (;;)
				__asm__ volatile("");
		}
		burner[nburners++] = pid;
	}
}

static void stop_burning(void)
{
	for (int i = 0; i < nburners; i++) {
		kill(burner[i], SIGKILL);
		waitpid(burner[i], NULL, 0);
	}
}

static void echo(int from, int to)
{
	char c;

	while (read(from, &c, 1) == 1 && write(to, &c, 1) == 1)
		;
	_exit(0);
}

/* A child makes the trips, so that this process is never pinned. */
static void round_trips(double *us)
{
	pid_t pid = fork();
	int there[2], back[2], status;
	char c = 0;

	if (pid < 0)
		err(1, "fork");
	if (pid > 0) {
		waitpid(pid, &status, 0);
		if (status)
			errx(1, "round trips need two processors");
		return;
	}
	if (pipe(there) || pipe(back))
		_exit(1);
	if (fork() == 0) {
		close(there[1]);
		pin(1);
		echo(there[0], back[1]);
	}
	close(there[0]);
	if (!pin(1) || !pin(0))
		_exit(1);
	for (int i = -100; i < TRIPS; i++) {
		double from = now();

		if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
			_exit(1);
		if (i >= 0)
			us[i] = (now() - from) * 1e6;
	}
	close(there[1]);
	wait(NULL);
	_exit(0);
}

static void ask(struct process *p, const char *name, const char *args)
{
	typed(&session, p, name, args);
	p->moved = 0;
	procs_ask(&session.procs, p, OP_CALL);
	settle(&session.procs, p);
}

int main(int argc, char **argv)
{
	bool busy = argc > 1 && !strcmp(argv[1], "busy");
	const char *with = busy ? "asleep seen, processors busy" : "asleep seen";
	struct process *a, *m;
	char *cause = NULL, set[16], what[80];
	int id, wrong = 0;
	double trip, trip99;

	trips = mmap(NULL, ROUNDS * TRIPS * sizeof(*trips), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (trips == MAP_FAILED)
		err(1, "mmap");
	if (busy)
		burn();
	if (session_start(&session, SANDBOX_AUTO, &interrupted, &cause) ||
	    session_spawn(&session, "A", false, &cause))
		errx(1, "%s", cause);
	m = procs_find(&session.procs, "main", 4);
	a = procs_find(&session.procs, "A", 1);
	ask(m, "semget", "IPC_PRIVATE 1 0600");
	id = (int)m->call.ret;
	snprintf(set, sizeof(set), "%d", id);
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < STEPS; i++) {
			double from = now();

			ask(a, "P", set);
			seen[round * STEPS + i] = (now() - from) * 1e6;
			wrong += a->act != ACT_ASLEEP || semctl(id, 0, GETNCNT) != 1;
			ask(m, "V", set);
			wrong += a->act != ACT_IDLE || semctl(id, 0, GETNCNT) != 0;
		}
		round_trips(trips + round * TRIPS);
	}
	ask(m, "semctl", strcat(set, " 0 IPC_RMID"));
	session_end(&session);
	stop_burning();
	trip = median(trips, ROUNDS * TRIPS);
	trip99 = percentile(trips, ROUNDS * TRIPS, 99);
	snprintf(what, sizeof(what), "%s, p50", with);
	row(what, median(seen, ROUNDS * STEPS), "us", "a pipe round trip, p50", trip, busy ? 0 : 2);
	snprintf(what, sizeof(what), "%s, p99", with);
	row(what, percentile(seen, ROUNDS * STEPS, 99), "us",
	    busy ? "a pipe round trip, p99" : "a pipe round trip, p50", busy ? trip99 : trip,
	    busy ? 0 : 4);
	if (busy)
		printf("#   %d of %d verdicts were wrong\n", wrong, ROUNDS * STEPS * 2);
	else if (wrong)
		printf("#   WRONG: %d of %d verdicts\n", wrong, ROUNDS * STEPS * 2);
	munmap(trips, ROUNDS * TRIPS * sizeof(*trips));
	return wrong != 0;
}
