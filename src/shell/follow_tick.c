/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Progress: where a lesson was left and which steps are done.  Only what somebody types counts, not
 * a script's or check's lessons.
 */
#include "shell/follow_priv.h"

#include "base/paths.h"
#include "lesson/progress.h"
#include "shell/ticks.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The shell's own lessons by the file's name alone, whatever their language and folder; others by
 * all of their path. */
char *ticks_key(const struct shell *sh, const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	char *real = sh->lessons ? realpath(path, NULL) : NULL;
	char *key, *dot;

	key = xstrdup(real ? real : base);
	slash = strrchr(key, '/');
	dot = strchr(slash ? slash + 1 : key, '.');
	if (dot)
		*dot = '\0';
	free(real);
	return key;
}

/* What cannot be kept is said once. Frees the cause. */
static void tell(struct shell *sh, char *cause)
{
	if (cause && !sh->unkept)
		session_error(sh->session, NULL, cause, NULL);
	sh->unkept |= cause != NULL;
	free(cause);
}

struct progress *ticks_load(struct shell *sh)
{
	char *path = paths_state("progress.json"), *cause = NULL;
	struct progress *p = path ? progress_load(path, &cause) : NULL;

	tell(sh, cause);
	free(path);
	return p;
}

int follow_resume(struct shell *sh)
{
	const struct lesson *l = &sh->lesson->lesson;
	struct progress *p = sh->interactive ? ticks_load(sh) : NULL;
	char *key = ticks_key(sh, l->path);
	int at = p ? progress_at(p, key) : 0, step = 0;

	/* the first one is begun with what stands before it; behind the last one all begins anew */
	if (at > 1 && at <= lesson_steps(l))
		while (step < l->nsteps && lesson_number_of(l, step) != at)
			step++;
	progress_free(p);
	free(key);
	return step;
}

void follow_note(struct shell *sh, int done)
{
	const struct lesson_state *st = sh->lesson;
	const struct lesson *l = &st->lesson;
	char *path, *key, *cause = NULL;
	int at = st->step < l->nsteps ? lesson_number_of(l, st->step) : lesson_steps(l) + 1;

	if (!sh->interactive || sh->unkept)
		return;
	path = paths_state("progress.json");
	key = ticks_key(sh, l->path);
	if (path)
		progress_note(path, key, at > 0 ? at : 1, done >= 0 ? lesson_number_of(l, done) : 0,
			      &cause);
	tell(sh, cause);
	free(key);
	free(path);
}

int ticks_forget(struct shell *sh, const char *lesson, char **cause)
{
	char *path = paths_state("progress.json"), *key = ticks_key(sh, lesson);
	int r = path ? progress_forget(path, key, cause) : 0;

	free(key);
	free(path);
	return r;
}
