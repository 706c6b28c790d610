/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/batch.h"
#include "base/lang.h"
#include "base/str.h"
#include "lesson/lint.h"
#include "shell/play.h"
#include "shell/script.h"
#include "view/complain.h"

#include <stdlib.h>
#include <string.h>

bool batch_is_lesson(const char *path)
{
	size_t len = strlen(path);

	return len > 3 && !strcmp(path + len - 3, ".md");
}

void batch_play(struct shell *sh, char *const *file, int n)
{
	char *cause = NULL;

	for (int i = 0; i < n && !sh->quit && !sh->exit_status; i++) {
		if (!batch_is_lesson(file[i]))
			script_file(sh, file[i]);
		else if (play_lesson(sh, file[i], &cause) && cause)
			shell_mistake(sh, cause, NULL);
	}
}

/* A session for lesson i. 0, or -1 with a cause. */
static int begin(struct shell *sh, int i, char **cause)
{
	return i == 0 ? 0 : session_reset(sh->session, cause);
}

static void failed(struct shell *sh, char *cause)
{
	complain(cause ? cause : xstrdup(_("a lesson could not be played")));
	sh->exit_status = MISTAKE;
}

void batch_check(struct shell *sh, char *const *file, int n)
{
	struct tap tap;
	char *cause = NULL;
	int r = 0;

	tap_init(&tap, stdout);
	for (int i = 0; i < n && !tap.bailed; i++) {
		if (begin(sh, i, &cause))
			tap_bail(&tap, cause);
		else
			r = play_check(sh, file[i], &tap, &cause);
		if (cause)
			failed(sh, cause);
		else if (r && !sh->exit_status)
			sh->exit_status = DIFFERS;
		cause = NULL;
	}
	if (tap_end(&tap, &cause) && !sh->exit_status)
		sh->exit_status = DIFFERS;
	free(cause);
}

static void say_changed(const char *path, int changed)
{
	struct str clean = STR_INIT;

	str_clean(&clean, path, strlen(path));
	printf(_("%s: %d changed\n"), str_text(&clean), changed);
	str_free(&clean);
}

void batch_bless(struct shell *sh, char *const *file, int n)
{
	char *cause = NULL;

	for (int i = 0; i < n; i++) {
		int changed = 0;

		if (begin(sh, i, &cause) || play_bless(sh, file[i], &changed, &cause)) {
			failed(sh, cause);
			return;
		}
		say_changed(file[i], changed);
	}
}

int batch_lint(char *const *file, int n)
{
	struct str text = STR_INIT;
	int found = 0;

	for (int i = 0; i < n; i++)
		found += lint_lesson(file[i], file, n, &text);
	fputs(str_text(&text), stdout);
	str_free(&text);
	return found ? DIFFERS : OK;
}
