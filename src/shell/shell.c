/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/shell.h"
#include "base/lang.h"

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
		sh->exit_status = 2;
	return -1;
}

struct process *shell_process(struct shell *sh)
{
	struct process *p = sh->typed_for ? procs_find(&sh->session->procs, sh->typed_for,
						       strlen(sh->typed_for))
					  : NULL;

	return p ? p : sh->session->current;
}
