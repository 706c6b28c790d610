/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/rehearse.h"

#include "shell/recorder.h"

static int fence(struct recorder *r, const struct fence *f, struct match_map *map, char **cause)
{
	for (int i = 0; i < f->nentries; i++) {
		recorder_run(r, &f->entry[i]);
		if (shell_interrupted(r->sh))
			return fail(cause, "interrupted");
		/* one that differs teaches nothing; whoever follows will see it */
		if (f->quotes)
			recorder_match(r, map, &f->entry[i], NULL);
		if (r->sh->quit)
			return fail(cause, "%s ends the session", f->entry[i].input);
	}
	return 0;
}

int rehearse(struct shell *sh, const struct lesson *l, int step, int at, struct match_map *map,
	     char **cause)
{
	struct lesson_state *followed = sh->lesson;
	struct recorder r;
	int ret;

	match_map_free(map);
	recorder_begin(&r, sh);
	sh->lesson = NULL;
	ret = session_reset(sh->session, cause);
	if (ret) {
		sh->quit = true;
		sh->exit_status = 1;
	}
	for (int i = 0; !ret && i <= step && i < l->nsteps; i++)
		for (int k = 0; !ret && k < (i < step ? l->step[i].nfences : at); k++)
			ret = fence(&r, &l->step[i].fence[k], map, cause);
	sh->lesson = followed;
	recorder_end(&r);
	return ret;
}
