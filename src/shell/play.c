/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/play.h"

#include "base/lang.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

bool entry_shows_mistake(const struct entry *e)
{
	return e->nexpect > 0 && !strncmp(e->expect[0], "ipcsh: ", 7);
}

static int play_entry(struct shell *sh, const char *path, const struct entry *e)
{
	char *source = xasprintf("%s:%d", path, e->line);
	int status = sh->exit_status, r = shell_line(sh, e->input, source);

	free(source);
	if (r && entry_shows_mistake(e)) {
		sh->exit_status = status;
		r = 0;
	}
	if (r == 0 && sh->stop_on_failure && sh->session->failed) {
		sh->exit_status = 1;
		r = -1;
	}
	return r;
}

static int play_step(struct shell *sh, const char *path, const struct step *step)
{
	char *title = xasprintf("# %s", step->title);
	char *source = xasprintf("%s:%d", path, step->line);
	int r = step->nfences ? shell_line(sh, title, source) : 0;

	for (int i = 0; i < step->nfences; i++)
		for (int k = 0; r == 0 && !sh->quit && k < step->fence[i].nentries; k++)
			r = shell_interrupted(sh) ? -1
						  : play_entry(sh, path, &step->fence[i].entry[k]);
	free(title);
	free(source);
	return r;
}

int play_lesson(struct shell *sh, const char *path, char **cause)
{
	bool outer = sh->guest;
	struct lesson l;
	int r = lesson_load(&l, path, cause);

	sh->guest = true;
	for (int i = 0; r == 0 && !sh->quit && i < l.nsteps; i++)
		r = play_step(sh, path, &l.step[i]);
	sh->guest = outer;
	lesson_release(&l);
	if (shell_interrupted(sh) && r == 0)
		r = shell_mistake(sh, xasprintf(_("%s: interrupted"), path), NULL);
	return r;
}
