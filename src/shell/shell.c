/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/shell.h"
#include "base/lang.h"
#include "shell/step.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

void shell_init(struct shell *sh, struct session *session)
{
	*sh = (struct shell){ .session = session };
}

void shell_release(struct shell *sh)
{
	if (sh->record)
		fclose(sh->record);
	free(sh->record_path);
	steps_free(sh->steps);
	sh->steps = NULL;
	sh->record = NULL;
	sh->record_path = NULL;
}

int shell_mistake(struct shell *sh, char *cause, const char *hint)
{
	char *try = cause ? strstr(cause, CAUSE_TRY) : NULL;

	if (try) {
		*try = '\0';
		hint = try + strlen(CAUSE_TRY);
	}
	session_error(sh->session, sh->source, cause ? cause : _("something went wrong"), hint);
	free(cause);
	if (!sh->interactive)
		sh->exit_status = MISTAKE;
	return -1;
}

bool shell_interrupted(const struct shell *sh)
{
	const struct session *s = sh->session;

	return s->cancelled || (s->interrupted && *s->interrupted);
}

bool shell_wait(struct shell *sh, int fd)
{
	struct pollfd any = { .fd = fd, .events = POLLIN };
	sigset_t all, was;
	int n = poll(&any, 1, 0);

	if (n > 0)
		return !shell_interrupted(sh);
	fflush(stdout);
	/* a signal that came before the wait would not end it, so it comes in it only */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &was);
	while (n <= 0 && !shell_interrupted(sh))
		n = ppoll(&any, 1, NULL, &was);
	sigprocmask(SIG_SETMASK, &was, NULL);
	return n > 0;
}

struct process *shell_process(struct shell *sh)
{
	struct process *p = sh->typed_for ? procs_find(&sh->session->procs, sh->typed_for,
						       strlen(sh->typed_for))
					  : NULL;

	return p ? p : sh->session->current;
}
