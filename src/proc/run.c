/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * External programs, started by the learner's process that was told to, as a shell would: it
 * forks, plugs pipes, and waits.  Runs in learner's processes; after the fork, in the program to be.
 */
#include "base/mem.h"
#include "call/pipepack.h"
#include "proc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void complain(const char *what, int err)
{
	dprintf(2, "%s: %s\n", what, err == ENOENT ? "not found" : strerror(err));
}

static bool redirect(const struct redir *r)
{
	static const int flags[] = {
		[REDIR_IN] = O_RDONLY,
		[REDIR_OUT] = O_WRONLY | O_CREAT | O_TRUNC,
		[REDIR_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
	};
	int fd;

	if (r->op == REDIR_DUP) {
		if (r->from == r->fd || dup2(r->from, r->fd) >= 0)
			return true;
		dprintf(2, "%d: %s\n", r->from, strerror(errno));
		return false;
	}
	fd = open(r->path, flags[r->op], 0666);
	if (fd < 0) {
		dprintf(2, "%s: %s\n", r->path, strerror(errno));
		return false;
	}
	if (fd != r->fd) {
		dup2(fd, r->fd);
		close(fd);
	}
	return true;
}

/* The words with their patterns expanded; NULL-terminated. Lives until exec. */
static char **expand(const struct pcommand *cmd)
{
	char **argv = NULL;
	int n = 0, cap = 0;

	for (int i = 0; i < cmd->n_words; i++) {
		struct pword *w = &cmd->words[i];
		glob_t found;

		if (w->is_glob && glob(w->text, 0, NULL, &found) == 0) {
			for (size_t k = 0; k < found.gl_pathc; k++) {
				GROW(argv, n, cap);
				argv[n++] = found.gl_pathv[k];
			}
			continue;
		}
		GROW(argv, n, cap);
		argv[n++] = w->is_glob ? pattern_literal(w->text) : w->text;
	}
	GROW(argv, n, cap);
	argv[n] = NULL;
	return argv;
}

_Noreturn static void become_program(const struct pcommand *cmd, int in, int out)
{
	char **argv;

	if (in >= 0) {
		dup2(in, 0);
	} else {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, 0);
		if (null != 0)
			close(null);
	}
	if (out >= 0)
		dup2(out, 1);
	for (int i = 0; i < cmd->n_redirs; i++)
		if (!redirect(&cmd->redirs[i]))
			_exit(1);
	argv = expand(cmd);
	execvp(argv[0], argv);
	complain(argv[0], errno);
	_exit(errno == ENOENT ? 127 : 126);
}

static unsigned long inode(int fd)
{
	struct stat st;

	return fd >= 0 && !fstat(fd, &st) && S_ISFIFO(st.st_mode) ? st.st_ino : 0;
}

static const char *short_name(const struct pcommand *cmd)
{
	const char *slash = strrchr(cmd->words[0].text, '/');

	return slash ? slash + 1 : cmd->words[0].text;
}

/*
 * fork(2), of which the kernel tells `where` before the child runs: should this process be killed before
 * fork returns, the shell knows whom it has started all the same.  As libc cannot do that, the child has a
 * wrong idea of its thread id, of which an exec makes nothing.
 */
static pid_t fork_and_tell(pid_t *where)
{
	return (pid_t)syscall(SYS_clone, CLONE_PARENT_SETTID | SIGCHLD, NULL, where, NULL, NULL);
}

/* As exec(2) will have it. Till then the learner's handlers would run here, and tell of it in his name. */
static void drop_handlers(void)
{
	struct sigaction act;

	for (int sig = 1; sig < NSIG; sig++)
		if (!sigaction(sig, NULL, &act) && act.sa_handler != SIG_IGN &&
		    act.sa_handler != SIG_DFL)
			signal(sig, SIG_DFL);
}

/* Starts program i; *in is the pipe to read from (-1: none) and becomes the next one's. */
static bool start(const struct pipeline *p, int i, int *in, struct running *run)
{
	struct started *st = &run->program[i];
	int ends[2] = { -1, -1 };
	/* the child must not read the slot, which may have another request by then */
	pid_t pid, group = run->group;
	sigset_t all, mask;

	/* private numbers: the program's own first descriptor is 3, as in a shell */
	if (i + 1 < p->n && pipe2(ends, O_CLOEXEC))
		return false;
	*st = (struct started){ .in = inode(*in), .out = inode(ends[1]) };
	snprintf(st->name, sizeof(st->name), "%s", short_name(&p->cmd[i]));
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	pid = fork_and_tell(group ? &st->pid : &run->group);
	if (pid == 0) {
		setpgid(0, group);
		drop_handlers();
	}
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (pid == 0)
		become_program(&p->cmd[i], *in, ends[1]);
	if (*in >= 0)
		close(*in);
	if (ends[1] >= 0)
		close(ends[1]);
	*in = ends[0];
	if (pid < 0)
		return false;
	setpgid(pid, run->group);
	st->pid = pid;
	atomic_store(&run->n, (uint32_t)i + 1);
	return true;
}

static int exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void wait_for(struct running *run)
{
	/* the last first: it may still be signalling the others (ps | ... | xargs kill), and whoever
	 * has not been waited for can be signalled, dead or not */
	for (uint32_t i = run->n; i-- > 0;) {
		struct started *st = &run->program[i];
		pid_t r;

		do
			r = waitpid(st->pid, &st->status, 0);
		while (r < 0 && errno == EINTR);
		st->ended = r == st->pid;
	}
}

void run_pipeline(struct slot *s)
{
	struct pipeline p = PIPELINE_INIT;
	struct running *run = (struct running *)s->data;
	int in = -1, i = 0;
	char *cause = NULL;

	s->call.ret = -1;
	s->call.err = EINVAL;
	if (pipeline_unpack(&p, s->data, s->call.used, &cause)) {
		free(cause);
		s->call.used = 0;
		return;
	}
	atomic_store(&run->n, 0);
	run->group = 0;
	atomic_store(&s->running, 1);
	while (i < p.n && start(&p, i, &in, run))
		i++;
	s->call.err = errno;
	if (in >= 0)
		close(in);
	if (!p.background)
		wait_for(run);
	if (i == p.n) {
		s->call.ret = p.background ? 0 : exit_code(run->program[i - 1].status);
		s->call.err = 0;
	}
	s->call.used = (uint32_t)(sizeof(*run) + (size_t)i * sizeof(run->program[0]));
	pipeline_release(&p);
}
