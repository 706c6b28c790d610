/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ends: who holds which pipe, of 2,000 processes with a pipe each, beside a bare readlink of
 * every descriptor that they have.
 */
#include "bench.h"

#include "ipc/ends.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

enum { PROCESSES = 2000, ROUNDS = 9 };

static pid_t pid[PROCESSES];
static double ours[ROUNDS], bare[ROUNDS];
static long links, ends;

static void start(int i)
{
	pid_t parent = getpid();
	int p[2];

	if (pipe(p))
		err(1, "pipe");
	pid[i] = fork();
	if (pid[i] < 0)
		err(1, "process %d", i);
	if (pid[i] == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	close(p[0]);
	close(p[1]);
}

static void scan(int proc, pid_t of)
{
	char path[32], text[256];
	int fd;
	DIR *d;

	snprintf(path, sizeof(path), "%d/fd", of);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY);
	d = fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		err(1, "%s", path);
	for (struct dirent *e; (e = readdir(d));) {
		ssize_t n = readlinkat(fd, e->d_name, text, sizeof(text));

		links += n > 6 && !memcmp(text, "pipe:[", 6);
	}
	closedir(d);
}

static bool one_end(void *arg, pid_t of, const struct end *end)
{
	(void)arg, (void)of, (void)end;
	ends++;
	return true;
}

int main(void)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY);

	for (int i = 0; i < PROCESSES; i++)
		start(i);
	for (int round = 0; round < ROUNDS; round++) {
		struct ends *e = ends_new();
		double from = now(), then;

		links = ends = 0;
		for (int i = 0; i < PROCESSES; i++)
			scan(proc, pid[i]);
		then = now();
		bare[round] = (then - from) * 1e3;
		for (int i = 0; i < PROCESSES; i++)
			ends_refresh(e, proc, pid[i]);
		ours[round] = (now() - then) * 1e3;
		ends_each(e, 0, one_end, NULL);
		ends_free(e);
	}
	for (int i = 0; i < PROCESSES; i++)
		kill(pid[i], SIGKILL);
	for (int i = 0; i < PROCESSES; i++)
		waitpid(pid[i], NULL, 0);
	close(proc);
	if (ends != links)
		errx(1, "%ld ends, but %ld links", ends, links);
	row("pipe ends of 2,000 processes", median(ours, ROUNDS), "ms", "a bare readlink scan",
	    median(bare, ROUNDS), 1.2);
	return 0;
}
