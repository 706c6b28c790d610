/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/join.h"
#include "base/lang.h"
#include "base/mem.h"
#include "session/enter.h"
#include "shell/shell.h"
#include "ui/guests.h"
#include "ui/watch.h"
#include "view/complain.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void usage(FILE *out)
{
	fputs(_("usage: ipcsh join [--session PID] [CMD [ARG ...]]\n"
		"       ipcsh join [--session PID] watch [NAME | KIND ...]\n"
		"\n"
		"Opens your shell, or runs CMD, inside a session that runs: its IPC objects,\n"
		"processes and files are there, and you may do there what its processes may. In\n"
		"the session's terminal nothing changes.\n"
		"  watch            shows what `state` shows, and what becomes of it; q leaves\n"
		"  watch sem        only that, as `state sem`; the program watch: join -- watch\n"
		"  --session PID    that one, of several (PID is the shell's)\n"
		"  -h, --help       this\n"
		"\n"
		"Exit status: CMD's; 2 a mistake, or there is no session.\n"),
	      out);
}

static int mistake(char *cause)
{
	complain(cause);
	return MISTAKE;
}

/* -- which session -- */

static void list(FILE *out, const struct session_entry *r, int n)
{
	char when[16];

	for (int i = 0; i < n; i++) {
		strftime(when, sizeof(when), "%H:%M:%S", localtime(&r[i].began));
		fprintf(out, _("  %-8d since %s  %-8s %s\n"), r[i].pid, when,
			r[i].host ? _("host") : _("sandbox"), r[i].title);
	}
}

static const struct session_entry *with_pid(const struct session_entry *r, int n, const char *text)
{
	char *end;
	long pid = strtol(text, &end, 10);

	for (int i = 0; i < n && *text && !*end; i++)
		if (r[i].pid == pid)
			return &r[i];
	return NULL;
}

/* Until one is named; Enter is the newest. NULL: at the end of input. */
static const struct session_entry *ask(const struct session_entry *r, int n)
{
	const struct session_entry *one = NULL;
	char *line = NULL;
	size_t size = 0;

	while (!one) {
		fprintf(stderr, _("which one? [%d] "), r[n - 1].pid);
		if (getline(&line, &size, stdin) <= 0) {
			fputc('\n', stderr);
			break;
		}
		line[strcspn(line, " \n")] = '\0';
		one = *line ? with_pid(r, n, line) : &r[n - 1];
	}
	free(line);
	return one;
}

/* One of the n; NULL: that has been said. */
static const struct session_entry *choose(const struct session_entry *r, int n, const char *pid)
{
	const struct session_entry *one = n == 1 ? r : NULL;

	if (pid)
		one = with_pid(r, n, pid);
	if (!n) {
		complain(xstrdup(
			_("no session of yours runs; begin one in another terminal: ipcsh")));
	} else if (pid && !one) {
		complain(xasprintf(_("no session of yours has the pid %.20s; there %s:"), pid,
				   n == 1 ? "is" : "are"));
		list(stderr, r, n);
	} else if (!one) {
		fprintf(stderr, _("%d sessions run:\n"), n);
		list(stderr, r, n);
		if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
			return ask(r, n);
		complain(xasprintf(_("say which one: ipcsh join --session %d"), r[n - 1].pid));
	}
	return one;
}

/* -- the command -- */

static struct {
	bool is; /* it and we are in the foreground of our terminal: that is given to it */
	struct termios modes;
} tty;

/* In a pipeline (join ps | less) others need the terminal: then all stay one group. */
static void note_terminal(void)
{
	tty.is = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO) &&
		 !tcgetattr(STDIN_FILENO, &tty.modes) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/*
 * The command's group is one of its own: it could not name ours, which is not in its PID namespace,
 * and a shell wants to give the terminal back to the group that it had it from.
 */
static void give_terminal(pid_t pid)
{
	if (!tty.is)
		return;
	setpgid(pid, pid);
	tcsetpgrp(STDIN_FILENO, pid ? pid : getpid());
}

/* A shell that was killed with its session left it in modes of its own. */
static void regain_terminal(void)
{
	if (!tty.is)
		return;
	tcsetpgrp(STDIN_FILENO, getpgrp());
	tcsetattr(STDIN_FILENO, TCSADRAIN, &tty.modes);
}

_Noreturn static void become(char **argv, bool host, const sigset_t *mask)
{
	give_terminal(0);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGTTOU, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (!host && enter_drop()) {
		complain(xasprintf(_("privileges cannot be dropped: %s"), strerror(errno)));
		_exit(126);
	}
	execvp(argv[0], argv);
	complain(xasprintf("%s: %s", argv[0], strerror(errno)));
	_exit(errno == ENOENT ? 127 : 126);
}

static void resume(pid_t pid)
{
	if (tcgetpgrp(STDIN_FILENO) == getpgrp())
		give_terminal(pid);
	kill(-pid, SIGCONT);
}

/* We stop as well; where nobody could continue us the kernel ignores that, and it goes on. */
static void stop(pid_t pid)
{
	sigset_t pending;

	regain_terminal();
	raise(SIGTSTP);
	sigpending(&pending);
	if (!sigismember(&pending, SIGCONT))
		resume(pid);
}

/* Until it has ended. What stops it stops us, what continues us continues it. */
static int await(pid_t pid, const sigset_t *awaited)
{
	int status, signo;

	for (;;) {
		while (waitpid(pid, &status, WNOHANG | WUNTRACED) == pid) {
			if (!WIFSTOPPED(status))
				return status;
			if (tty.is)
				stop(pid);
		}
		sigwait(awaited, &signo);
		if (signo == SIGCONT && tty.is)
			resume(pid);
	}
}

/* Runs it as sh runs a program: Ctrl-C and Ctrl-Z are for it. Returns what to exit with. */
static int run(const struct session_entry *r, char **argv)
{
	sigset_t awaited, mask;
	int status;
	pid_t pid;

	note_terminal();
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&awaited);
	sigaddset(&awaited, SIGCHLD);
	sigaddset(&awaited, SIGCONT);
	sigprocmask(SIG_BLOCK, &awaited, &mask);
	pid = fork();
	if (pid == 0)
		become(argv, r->host, &mask);
	if (pid < 0) {
		complain(xasprintf(_("no process could be started: %s"), strerror(errno)));
		return MISTAKE;
	}
	status = await(pid, &awaited);
	regain_terminal();
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	if (!r->host && WTERMSIG(status) == SIGKILL && enter_is_over())
		fprintf(stderr,
			_("%sipcsh: session %d has ended or begun anew, and what ran inside with it\n"),
			tty.is ? "\r\n" : "", r->pid);
	return 128 + WTERMSIG(status);
}

static int join(const struct session_entry *r, char **argv, int fd)
{
	const struct knock knock = { .what = KNOCK_JOIN };
	char *shell = getenv("SHELL"), *cause = NULL;
	char *interactive[] = { shell && *shell ? shell : "/bin/sh", NULL };

	if (send(fd, &knock, sizeof(knock), MSG_NOSIGNAL) != (ssize_t)sizeof(knock))
		return mistake(xasprintf(_("session %d has just ended"), r->pid));
	if (enter_session(r, &cause))
		return mistake(cause);
	if (r->host)
		fprintf(stderr,
			_("ipcsh: session %d works on the machine's own IPC, as every terminal does; "
			  "this is its directory\n"),
			r->pid);
	else if (!*argv && isatty(STDIN_FILENO))
		fprintf(stderr,
			_("ipcsh: inside session %d: ipcs shows its objects; exit leaves\n"),
			r->pid);
	return run(r, *argv ? argv : interactive);
}

static int parse(int argc, char **argv, const char **pid)
{
	static const struct option options[] = { { "session", required_argument, NULL, 's' },
						 { "help", no_argument, NULL, 'h' },
						 { NULL, 0, NULL, 0 } };
	int c;

	*pid = NULL;
	opterr = 0; /* getopt would print the option as it stands */
	/* the words behind CMD are its own */
	while ((c = getopt_long(argc, argv, "+hs:", options, NULL)) != -1) {
		if (c == 's') {
			*pid = optarg;
			continue;
		}
		if (c == 'h') {
			usage(stdout);
			return OK;
		}
		complain(xasprintf(_("join: %s is no option, or lacks its argument"),
				   argv[optind - 1]));
		fputs(_("ipcsh join --help lists the options\n"), stderr);
		return MISTAKE;
	}
	return -1;
}

int join_main(int argc, char **argv)
{
	const struct session_entry *one;
	struct session_entry *all;
	const char *pid;
	char *cause = NULL;
	int n, fd, status = parse(argc, argv, &pid);

	if (status >= 0)
		return status;
	setlocale(LC_CTYPE, "");
	n = sessions_list(&all, &cause);
	if (n < 0)
		return mistake(cause);
	one = choose(all, n, pid);
	argv += optind;
	if (!one) {
		status = MISTAKE;
	} else if ((fd = sessions_connect(one, &cause)) < 0) {
		status = mistake(cause);
	} else {
		if (argv[0] && !strcmp(argv[0], "watch") && strcmp(argv[-1], "--") != 0)
			status = watch(fd, one->pid, argv + 1, &cause) ? mistake(cause) : 0;
		else
			status = join(one, argv, fd);
		close(fd);
	}
	sessions_free(all, n);
	return status;
}
