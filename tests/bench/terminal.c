/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * terminal [-n ROUNDS] [-l LINE] [-f FIRST] PROGRAM [ARG...] [--- PROGRAM [ARG...]]...
 *
 * Runs each program in turn on a terminal of its own and prints a line for each: the median of its
 * milliseconds from fork to the first prompt ("main> "); then of those from Enter to the next
 * prompt, when LINE is typed (0 without one; FIRST is typed once before, as a preparation); then
 * at the end, in KiB, its resident memory: all, and its own (RssAnon and RssShmem).
 */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>

enum { PROGRAMS = 8, ROUNDS = 1000, LINES_TYPED = 25 };

static struct {
	char **argv;
	double start[ROUNDS], typed[ROUNDS * LINES_TYPED];
	int nstart, ntyped;
	long all, own;
} program[PROGRAMS];

static const char prompt[] = "main> ";

/* Reads what the program prints until `text` has been among it since the last call. */
static void await_text(int fd, const char *text)
{
	char seen[65536];
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, seen + n, sizeof(seen) - 1 - n);

		if (got <= 0)
			errx(1, "the program ended before it printed \"%s\"", text);
		n += (size_t)got;
		seen[n] = '\0';
		if (strstr(seen, text))
			return;
		if (n > sizeof(seen) / 2) {
			memmove(seen, seen + n / 2, n - n / 2);
			n -= n / 2;
		}
	}
}

/* Until nothing has come for a while: this is no test, nothing depends on it but the figures. */
static void drain(int fd)
{
	struct pollfd more = { .fd = fd, .events = POLLIN };
	char gone[4096];

	while (poll(&more, 1, 3) > 0 && read(fd, gone, sizeof(gone)) > 0)
		;
}

/* A line, and then its Enter, which is what is timed. */
static double type(int fd, const char *line)
{
	double from;

	drain(fd);
	if (write(fd, line, strlen(line)) < 0)
		err(1, "write");
	drain(fd);
	from = now();
	if (write(fd, "\r", 1) < 0)
		err(1, "write");
	await_text(fd, prompt);
	return (now() - from) * 1e3;
}

static long status_of(pid_t pid, const char *key)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			kb = atol(line + strlen(key));
	if (f)
		fclose(f);
	return kb;
}

static void run(int i, const char *first, const char *line)
{
	struct winsize size = { 24, 80, 0, 0 };
	double from = now();
	int fd, status;
	pid_t pid = forkpty(&fd, NULL, NULL, &size);

	if (pid < 0)
		err(1, "forkpty");
	if (pid == 0) {
		execvp(program[i].argv[0], program[i].argv);
		_exit(127);
	}
	await_text(fd, prompt);
	program[i].start[program[i].nstart++] = (now() - from) * 1e3;
	if (line && first)
		type(fd, first);
	for (int k = 0; line && k < LINES_TYPED; k++)
		program[i].typed[program[i].ntyped++] = type(fd, line);
	program[i].all = status_of(pid, "VmRSS:");
	program[i].own = status_of(pid, "RssAnon:") + status_of(pid, "RssShmem:");
	if (write(fd, "\004", 1) < 0)
		err(1, "write");
	for (char rest[4096]; read(fd, rest, sizeof(rest)) > 0;)
		;
	close(fd);
	waitpid(pid, &status, 0);
}

int main(int argc, char **argv)
{
	const char *line = NULL, *first = NULL;
	int rounds = 5, n = 0, c;

	while ((c = getopt(argc, argv, "+n:l:f:")) != -1) {
		if (c == 'n')
			rounds = atoi(optarg);
		else if (c == 'l')
			line = optarg;
		else if (c == 'f')
			first = optarg;
		else
			return 2;
	}
	if (rounds < 1 || rounds > ROUNDS || optind == argc)
		errx(2, "usage: terminal [-n ROUNDS] [-l LINE] PROGRAM [--- PROGRAM]...");
	program[n++].argv = argv + optind;
	for (int i = optind; i < argc; i++) {
		if (strcmp(argv[i], "---") || n == PROGRAMS)
			continue;
		argv[i] = NULL;
		program[n++].argv = argv + i + 1;
	}
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < n; i++)
			run(i, first, line);
	for (int i = 0; i < n; i++)
		printf("%.4f %.4f %ld %ld\n", median(program[i].start, program[i].nstart),
		       median(program[i].typed, program[i].ntyped), program[i].all, program[i].own);
	return 0;
}
