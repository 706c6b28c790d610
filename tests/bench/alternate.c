/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alternate [-n ROUNDS] [-o FILE] COMMAND [ARG...] [--- COMMAND [ARG...]]...
 *
 * Runs each command in turn, ROUNDS times, its output in FILE (/dev/null), and prints a line for
 * each: the median of its milliseconds from fork to the end, and its greatest resident memory in
 * KiB. A command that fails ends it all.
 */
#include "bench.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { COMMANDS = 16, ROUNDS = 1000 };

extern char **environ;

static struct {
	char **argv;
	double ms[ROUNDS];
	long memory;
} command[COMMANDS];

static void run(int i, int round, const char *output)
{
	posix_spawn_file_actions_t fa;
	struct rusage use;
	double from;
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	from = now();
	if (posix_spawnp(&pid, command[i].argv[0], &fa, NULL, command[i].argv, environ))
		errx(1, "%s cannot be run", command[i].argv[0]);
	if (wait4(pid, &status, 0, &use) < 0)
		err(1, "wait4");
	command[i].ms[round] = (now() - from) * 1e3;
	if (use.ru_maxrss > command[i].memory)
		command[i].memory = use.ru_maxrss;
	if (status)
		errx(1, "%s: wait status %#x", command[i].argv[0], status);
	posix_spawn_file_actions_destroy(&fa);
}

int main(int argc, char **argv)
{
	const char *output = "/dev/null";
	int rounds = 5, n = 0, c;

	while ((c = getopt(argc, argv, "+n:o:")) != -1) {
		if (c == 'n')
			rounds = atoi(optarg);
		else if (c == 'o')
			output = optarg;
		else
			return 2;
	}
	if (rounds < 1 || rounds > ROUNDS || optind == argc)
		errx(2, "usage: alternate [-n ROUNDS] [-o FILE] COMMAND [--- COMMAND]...");
	command[n++].argv = argv + optind;
	for (int i = optind; i < argc; i++) {
		if (strcmp(argv[i], "---") || n == COMMANDS)
			continue;
		argv[i] = NULL;
		command[n++].argv = argv + i + 1;
	}
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < n; i++)
			run(i, round, output);
	for (int i = 0; i < n; i++)
		printf("%.4f %ld\n", median(command[i].ms, rounds), command[i].memory);
	return 0;
}
