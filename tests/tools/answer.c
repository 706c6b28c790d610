/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer [TEXT KEYS]... -- CMD ARG...: runs CMD on a terminal of its own; when TEXT has been written, KEYS are
 * typed, once for each pair, in whatever order the texts come. Its output goes to stdout, and its
 * status is passed on.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "answer: %s: %s\n", what, strerror(errno));
	exit(99);
}

static pid_t start(int terminal, char **argv)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const char *name;
	pid_t pid;
	int fd;

	if (grantpt(terminal) || unlockpt(terminal) || !(name = ptsname(terminal)))
		die("a terminal");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	setsid();
	fd = open(name, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) || ioctl(fd, TIOCSWINSZ, &size))
		die(name);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	close(fd);
	close(terminal);
	execvp(argv[0], argv);
	die(argv[0]);
	return -1;
}

/* What has been written since the last text was found is looked through; TEXT may come in pieces. */
static void answer(int terminal, char **pair, const char *seen)
{
	for (; strcmp(pair[0], "--"); pair += 2) {
		if (!*pair[0] || !strstr(seen, pair[0]))
			continue;
		pair[0] = "";
		if (write(terminal, pair[1], strlen(pair[1])) < 0)
			die("write");
	}
}

int main(int argc, char **argv)
{
	static char seen[1 << 20];
	size_t n = 0;
	ssize_t got;
	int cmd = 1, status, terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid_t pid;

	while (cmd < argc && strcmp(argv[cmd], "--"))
		cmd += 2;
	if (cmd + 1 >= argc || terminal < 0)
		die(terminal < 0 ? "a terminal" : "usage: answer [TEXT KEYS]... -- CMD ARG...");
	pid = start(terminal, argv + cmd + 1);
	while ((got = read(terminal, seen + n, sizeof(seen) - 1 - n)) > 0) {
		if (write(STDOUT_FILENO, seen + n, (size_t)got) < 0)
			die("stdout");
		n += (size_t)got;
		answer(terminal, argv + 1, seen);
		if (n == sizeof(seen) - 1)
			n = 0;
	}
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
