/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * neighbour [A_SECOND]: another user of the machine, who makes and removes so many objects a second (1,000) until
 * it is terminated: queues, sets, segments, FIFOs, pipes and processes, in turn, with keys and without, so that ids,
 * inodes, pids, and what ipcs and /proc list, change all the time under whoever looks.  MANY of them exist at once.
 * It removes what it has made, and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 120, STEP = 50 };

static volatile sig_atomic_t ended;
static char dir[4096];

static void on_signal(int signo)
{
	(void)signo;
	ended = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "neighbour: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Every second object of System V has a key, which nobody else has: another one is tried. */
static key_t key_of(long n)
{
	return n / 6 % 2 ? IPC_PRIVATE : (key_t)(0x6e000000 | (random() & 0xffffff));
}

static int make_queue(long n)
{
	int id = msgget(key_of(n), IPC_CREAT | IPC_EXCL | 0600);
	struct {
		long type;
		char text[8];
	} message = { 1, "text" };

	if (id >= 0)
		msgsnd(id, &message, 4, IPC_NOWAIT);
	return id;
}

static void remove_queue(int id)
{
	msgctl(id, IPC_RMID, NULL);
}

static int make_set(long n)
{
	return semget(key_of(n), 3, IPC_CREAT | IPC_EXCL | 0600);
}

static void remove_set(int id)
{
	semctl(id, 0, IPC_RMID);
}

static int make_segment(long n)
{
	return shmget(key_of(n), 5000, IPC_CREAT | IPC_EXCL | 0600);
}

static void remove_segment(int id)
{
	shmctl(id, IPC_RMID, NULL);
}

static const char *fifo_of(int number)
{
	static char path[4200];

	snprintf(path, sizeof(path), "%s/%d", dir, number);
	return path;
}

static int make_fifo(long n)
{
	return mkfifo(fifo_of((int)(n % MANY)), 0600) < 0 ? -1 : (int)(n % MANY);
}

static void remove_fifo(int number)
{
	unlink(fifo_of(number));
}

/* What holds it is its writer's descriptor: the reader's is one more. */
static int make_pipe(long n)
{
	int fd[2];

	(void)n;
	if (pipe2(fd, O_CLOEXEC) < 0)
		return -1;
	close(fd[0]);
	return fd[1];
}

static void remove_pipe(int fd)
{
	close(fd);
}

static int make_process(long n)
{
	pid_t pid = fork();

	(void)n;
	if (pid == 0)
		_exit(0);
	return pid;
}

static void remove_process(int pid)
{
	waitpid(pid, NULL, 0);
}

static const struct kind {
	int (*make)(long n); /* -1: not possible now */
	void (*remove)(int id);
} kinds[] = {
	{ make_queue, remove_queue }, { make_set, remove_set },   { make_segment, remove_segment },
	{ make_fifo, remove_fifo },   { make_pipe, remove_pipe }, { make_process, remove_process },
};

static struct {
	const struct kind *kind;
	int id;
} made[MANY];

static void forget(long i)
{
	if (made[i].kind)
		made[i].kind->remove(made[i].id);
	made[i].kind = NULL;
}

/* The one that has been there longest makes room for the next. */
static void replace(long n)
{
	const struct kind *kind = &kinds[n % (long)(sizeof(kinds) / sizeof(*kinds))];
	int id;

	forget(n % MANY);
	id = kind->make(n);
	if (id < 0)
		return;
	made[n % MANY].kind = kind;
	made[n % MANY].id = id;
}

int main(int argc, char **argv)
{
	long rate = argc > 1 ? atol(argv[1]) : 1000, n = 0;
	const char *tmp = getenv("TMPDIR");
	struct sigaction sa = { .sa_handler = on_signal };
	struct timespec next;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	snprintf(dir, sizeof(dir), "%s/ipcsh-neighbour-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (rate <= 0 || !mkdtemp(dir))
		die(rate <= 0 ? "A_SECOND" : dir);
	srandom((unsigned)getpid());
	clock_gettime(CLOCK_MONOTONIC, &next);
	while (!ended) {
		for (int i = 0; i < STEP; i++)
			replace(n++);
		/* what it has done says when it goes on; what it could not do in time is made up for */
		next.tv_nsec += 1000000000L / rate * STEP;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	for (long i = 0; i < MANY; i++)
		forget(i);
	rmdir(dir);
	printf("# the neighbour has made %ld objects\n", n);
	return 0;
}
