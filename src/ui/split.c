/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/split.h"
#include "base/lang.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MISTAKE = 2 };

bool split_inside(void)
{
	const char *tmux = getenv("TMUX");

	return tmux && *tmux && getenv("TMUX_PANE");
}

static char *program(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[n > 0 ? n : 0] = '\0';
	return xstrdup(n > 0 ? path : "ipcsh");
}

/* Runs tmux, quietly if nobody shall see it; its exit status, or -1 with errno: there is none. */
static int tmux(char **argv, bool quiet)
{
	posix_spawn_file_actions_t files;
	sigset_t none;
	posix_spawnattr_t attr;
	extern char **environ;
	int status, err;
	pid_t pid;

	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&files);
	for (int fd = 0; quiet && fd < 3; fd++)
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	err = posix_spawnp(&pid, argv[0], &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	if (err) {
		errno = err;
		return -1;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : MISTAKE;
}

/* tmux ends a command at an argument that ends in ";", unless it is escaped. */
static char *argument(const char *text)
{
	size_t n = strlen(text);

	return n && text[n - 1] == ';' ? xasprintf("%.*s\\;", (int)n - 1, text) : xstrdup(text);
}

static int missing(void)
{
	fputs(_("ipcsh: --split wants tmux, which is not installed (apt-get, dnf, apk: install tmux;\n"
		"pacman: -S tmux). Or open a second terminal beside this one: ipcsh join watch\n"),
	      stderr);
	return MISTAKE;
}

/* A server leaves its socket's file behind. */
static void remove_socket(const char *name)
{
	const char *dir = getenv("TMUX_TMPDIR");
	char *path = xasprintf("%s/tmux-%u/%s", dir && *dir ? dir : "/tmp", geteuid(), name);

	unlink(path);
	free(path);
}

int split_main(char **argv)
{
	/* what is not attached any more ends: a closed terminal shall leave nothing */
	static const char *const rest[] = {
		";", "set", "status", "off", ";", "set", "destroy-unattached", "on", NULL
	};
	char *name = xasprintf("ipcsh-%d", getpid()), **args = NULL;
	int n = 0, cap = 0, status;
	const char *const first[] = { "tmux", "-L", name, "new-session", NULL };

	for (int i = 0; first[i]; i++) {
		GROW(args, n, cap);
		args[n++] = xstrdup(first[i]);
	}
	GROW(args, n, cap);
	args[n++] = program();
	for (int i = 1; argv[i]; i++) {
		GROW(args, n, cap);
		args[n++] = argument(argv[i]);
	}
	for (int i = 0; rest[i]; i++) {
		GROW(args, n, cap);
		args[n++] = xstrdup(rest[i]);
	}
	GROW(args, n, cap);
	args[n] = NULL;
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	status = tmux(args, false);
	if (status < 0)
		status = missing();
	else
		remove_socket(name);
	while (n)
		free(args[--n]);
	free(args);
	free(name);
	return status;
}

int split_above(char **cause)
{
	char *self = program(), *pid = xasprintf("%d", getpid());
	char *argv[] = {
		"tmux", "split-window", "-b", "-d",    "-l", "60%", "-t", getenv("TMUX_PANE"), self,
		"join", "--session",    pid,  "watch", NULL
	};
	int status = tmux(argv, true);

	free(self);
	free(pid);
	if (status < 0)
		return fail(cause, _("the window cannot be split: tmux: %s"), strerror(errno));
	if (status)
		return fail(cause, _("the window cannot be split; is there room for two?"));
	return 0;
}
