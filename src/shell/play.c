/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/play.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static bool was_interrupted(const struct shell *sh)
{
	return sh->session->interrupted && *sh->session->interrupted;
}

bool entry_shows_mistake(const struct entry *e)
{
	return e->nexpect > 0 && !strncmp(e->expect[0], "ipcsh: ", 7);
}

/* ---- replay ---- */

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
			r = was_interrupted(sh) ? -1
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
	if (was_interrupted(sh)) {
		*sh->session->interrupted = 0;
		sh->exit_status = 130;
		r = shell_mistake(sh, xasprintf("%s: interrupted", path), NULL);
	}
	return r;
}

/* ---- check ---- */

struct check {
	struct recorder rec;
	const char *path;
	struct tap *tap;
	struct match_map map; /* one a lesson: ids stand for the same ids to its end */
	struct str wrong;     /* about the fence under way */
	bool left;            /* its commands ended the session */
};

static void add_seen(struct str *out, const struct recorder *r)
{
	for (int i = 0; i < r->n; i++) {
		str_addc(out, '+');
		str_unmark(out, r->line[i], strlen(r->line[i]));
		str_addc(out, '\n');
	}
}

static void check_entry(struct check *c, const struct fence *f, const struct entry *e)
{
	struct str diff = STR_INIT;
	bool bad = false;
	int r;

	if (c->left) {
		str_addf(&c->wrong, "%s:%d: %s\nnot reached: the session was left before\n",
			 c->path, e->line, e->input);
		return;
	}
	r = recorder_run(&c->rec, e);
	if (f->quotes)
		bad = recorder_match(&c->rec, &c->map, e, &diff) != 0;
	if (c->rec.full || (r && !bad && !entry_shows_mistake(e))) {
		bad = true;
		str_reset(&diff);
		add_seen(&diff, &c->rec);
	}
	if (bad)
		str_addf(&c->wrong, "%s:%d: %s\n%s", c->path, e->line, e->input, str_text(&diff));
	c->left = c->rec.sh->quit;
	str_free(&diff);
}

static bool check_fence(struct check *c, const struct step *step, const struct fence *f)
{
	bool ok;

	str_reset(&c->wrong);
	for (int i = 0; i < f->nentries && !was_interrupted(c->rec.sh); i++)
		check_entry(c, f, &f->entry[i]);
	ok = tap_ok(c->tap, !c->wrong.len, "%s:%d %s", c->path, f->line, step->title);
	if (!ok)
		tap_diag(c->tap, str_text(&c->wrong));
	return ok;
}

static int check_lesson(struct check *c, const struct lesson *l, char **cause)
{
	struct shell *sh = c->rec.sh;
	int failed = 0;

	for (int i = 0; i < l->nsteps; i++) {
		for (int k = 0; k < l->step[i].nfences; k++) {
			if (!l->step[i].fence[k].nentries)
				continue;
			failed += !check_fence(c, &l->step[i], &l->step[i].fence[k]);
			if (was_interrupted(sh)) {
				*sh->session->interrupted = 0;
				tap_bail(c->tap, "interrupted");
				return fail(cause, "%s: interrupted", c->path);
			}
		}
	}
	return failed > 0;
}

int play_check(struct shell *sh, const char *path, struct tap *tap, char **cause)
{
	struct check c = { .path = path, .tap = tap };
	struct lesson l;
	int r = lesson_load(&l, path, cause);

	if (r == 0 && sh->session->blind) {
		tap_skip(tap, path,
			 "/proc/PID/syscall may not be read: who sleeps would be a guess");
	} else if (r == 0) {
		recorder_begin(&c.rec, sh);
		r = check_lesson(&c, &l, cause);
		sh->quit = false;
		recorder_end(&c.rec);
	}
	match_map_free(&c.map);
	str_free(&c.wrong);
	lesson_release(&l);
	return r;
}
