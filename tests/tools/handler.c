/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * handler printf | write | flag: prints two lines, and is interrupted by a signal while stdio writes the
 * first one out.  The handler says so in one of three ways (signal-safety(7)): only the last two leave
 * stdio alone.  The moment is always the same: the stream's own write raises the signal.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *way;
static FILE *out;
static volatile sig_atomic_t caught;

static void on_signal(int signo)
{
	static const char text[] = "caught\n";

	(void)signo;
	caught = 1;
	if (!strcmp(way, "printf"))
		fprintf(out, "%s", text);
	else if (!strcmp(way, "write") && write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(1);
}

static ssize_t write_interrupted(void *cookie, const char *buf, size_t n)
{
	if (!caught)
		raise(SIGUSR1);
	return write(*(int *)cookie, buf, n);
}

int main(int argc, char **argv)
{
	static char buf[BUFSIZ];
	int fd = STDOUT_FILENO;

	if (argc != 2)
		return 2;
	way = argv[1];
	signal(SIGUSR1, on_signal);
	out = fopencookie(&fd, "w", (cookie_io_functions_t){ .write = write_interrupted });
	if (!out)
		return 1;
	setvbuf(out, buf, _IOLBF, sizeof(buf));
	fprintf(out, "first\n");
	fprintf(out, "second\n");
	if (!strcmp(way, "flag") && caught)
		fprintf(out, "caught\n");
	return fflush(out) != 0;
}
