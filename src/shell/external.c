/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/external.h"
#include "base/lang.h"
#include "base/str.h"
#include "shell/pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* $q, $A, $A.x are numbers, $text is what was received; else the environment's. */
static int variable(void *ctx, const char *name, struct str *out, char **cause)
{
	struct shell *sh = ctx;
	const struct resolver *r = session_resolver(sh->session, shell_process(sh));
	const size_t before = out->len;
	const char *value;
	const int found = r->text(r->ctx, name, strlen(name), out, cause);

	if (found > 0 && memchr(str_text(out) + before, '\0', out->len - before))
		return fail(cause, _("$%s has a NUL byte, and no argument of a program has one"),
			    name);
	if (found)
		return found;
	value = getenv(name);
	if (value)
		str_add(out, value);
	return value != NULL;
}

bool external_in_path(const char *name)
{
	const char *path = getenv("PATH");
	struct str file = STR_INIT;
	bool found = false;

	for (const char *at = path ? path : "/usr/local/bin:/usr/bin:/bin"; *at && !found;) {
		size_t n = strcspn(at, ":");

		str_reset(&file);
		str_addn(&file, at, n);
		str_addf(&file, "/%s", name);
		found = !access(str_text(&file), X_OK);
		at += n + (at[n] == ':');
	}
	str_free(&file);
	return found;
}

/* Programs that PATH has not are a mistake, and told before anything is started. */
static int known_programs(struct session *s, const struct pipeline *p, char **cause)
{
	for (int i = 0; i < p->n; i++) {
		const char *name = p->cmd[i].words[0].text;
		const char *near;

		if (strchr(name, '/') || external_in_path(name))
			continue;
		if (i == 0 && procs_find(&s->procs, name, strlen(name)))
			return fail(
				cause,
				_("%s is a process: %s> alone goes to it, %s> COMMAND gives it one"),
				name, name, name);
		near = i == 0 ? shell_nearest(name, strlen(name)) : NULL;
		if (near)
			return fail(
				cause,
				_("%s: no such primitive, command or program; did you mean %s?"),
				name, near);
		return fail(
			cause,
			_("%s: no such primitive, command or program; help lists what there is"),
			name);
	}
	return 0;
}

int external_line(struct shell *sh, const char *line, char **cause)
{
	struct process *p = shell_process(sh);
	struct pipeline_env env = { sh, (int)(line - sh->line), variable };
	struct pipeline pl = PIPELINE_INIT;
	int r;

	if (!strncmp(line, "command", 7) && (line[7] == ' ' || line[7] == '\t')) {
		env.column += 8;
		line += 8;
	}
	r = pipeline_parse(line, &env, &pl, cause);
	if (r == 0)
		r = known_programs(sh->session, &pl, cause);
	if (r == 0)
		r = session_free_to(sh->session, p, cause);
	if (r == 0)
		r = session_pipeline(sh->session, p, &pl, cause);
	pipeline_release(&pl);
	return r;
}

/* In the child: the session's view of files, the machine's terminal. */
_Noreturn static void run_aside(struct shell *sh, const char *line)
{
	const char *dir = session_directory(sh->session, sh->session->current);
	int cwd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	if (cwd >= 0 && fchdir(cwd))
		_exit(126);
	execlp("sh", "sh", "-c", line, (char *)NULL);
	_exit(127);
}

int external_aside(struct shell *sh, const char *line, char **cause)
{
	int status;
	pid_t pid;

	if (!*line)
		return fail(cause, _("! wants a program: ! man 2 msgsnd"));
	if (sh->guest)
		return fail(
			cause,
			_("! runs a program outside the session, so only somebody who types may: a "
			  "script or lesson may not"));
	if (sh->aside)
		sh->aside(sh->ctx, true);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		run_aside(sh, line);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (sh->session->interrupted)
		*sh->session->interrupted = 0; /* a Ctrl-C typed there was for the program */
	if (sh->aside)
		sh->aside(sh->ctx, false);
	/* what it did to the kernel's objects is seen by the next command that touches them */
	return pid < 0 ? fail(cause, _("no process could be started: %s"), strerror(errno)) : 0;
}
