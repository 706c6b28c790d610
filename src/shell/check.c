/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --check: each fence is a test, and so is what its goal promises: a prediction's key, and that a task
 * is not solved before it is set, is solved by its solution, by `skip`, and after a mess and `again`.
 */
#include "shell/play.h"

#include "base/str.h"
#include "lesson/goal.h"
#include "shell/follow.h"
#include "shell/rehearse.h"

#include <stdlib.h>
#include <string.h>

struct check {
	struct recorder rec;
	const char *path;
	struct tap *tap;
	struct match_map map;   /* one a lesson: ids stand for the same ids to its end */
	struct journal journal; /* since the fence under way began */
	struct str wrong;       /* about the fence under way */
	bool left;              /* its commands ended the session */
	bool stray;             /* a goal names what is never there */
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

static bool verdict(struct check *c, const struct step *step, const struct fence *f, bool ok,
		    const char *what)
{
	tap_ok(c->tap, ok, "%s:%d %s%s", c->path, f->line, step->title, what);
	if (!ok && c->wrong.len)
		tap_diag(c->tap, str_text(&c->wrong));
	str_reset(&c->wrong);
	return ok;
}

static bool check_quotes(struct check *c, const struct step *step, const struct fence *f)
{
	str_reset(&c->wrong);
	if (!f->nentries)
		str_add(&c->wrong, "there is no command in it, as in \"main> state\"\n");
	for (int i = 0; i < f->nentries && !shell_interrupted(c->rec.sh); i++)
		check_entry(c, f, &f->entry[i]);
	return verdict(c, step, f, !c->wrong.len, "");
}

/* -- predictions -- */

static int check_key(struct check *c, const struct step *step, const struct fence *f)
{
	int n, right = 0;
	struct goal **g = goal_parse_all(f->goal, &n, NULL);

	for (int k = 0; k < n; k++) {
		if (!goal_met(g[k], c->rec.sh->session, &c->journal))
			continue;
		right++;
		str_addf(&c->wrong, "choice %d is right\n", k + 1);
	}
	if (!right)
		str_add(&c->wrong, "none of the choices is right\n");
	while (n)
		goal_free(g[--n]);
	free(g);
	return !verdict(c, step, f, right == 1, ": exactly one choice is right");
}

/* -- tasks -- */

/* What the session is left in: what somebody has tried, and then some. */
static void make_a_mess(struct shell *sh, const struct fence *f)
{
	const struct procs *ps = &sh->session->procs;
	struct str names = STR_INIT;

	for (int i = 0; i < f->nentries && !sh->quit; i++)
		shell_line(sh, f->entry[i].input, NULL);
	for (int i = 0; i < ps->n; i++)
		if (strcmp(ps->p[i]->name, "main") && ps->p[i]->act < ACT_ZOMBIE)
			str_addf(&names, " %s", ps->p[i]->name);
	shell_line(sh, "spawn Mess", NULL);
	if (names.len) {
		char *line = xasprintf("Mess> kill -9%s", str_text(&names));

		shell_line(sh, line, NULL);
		free(line);
	}
	shell_line(sh, "Mess> msgget IPC_PRIVATE 0600", NULL);
	shell_line(sh, "Mess> umask 0777", NULL);
	sh->exit_status = OK;
	str_free(&names);
}

/* Does skip solve it, in a session begun anew? */
static bool skip_solves(struct check *c, int step, int fence)
{
	struct shell *sh = c->rec.sh;
	char *cause = NULL;
	bool met = !lesson_enter(sh, c->path, step, fence, &cause) && lesson_skip(sh);

	if (cause)
		str_addf(&c->wrong, "%s\n", cause);
	lesson_leave(sh);
	free(cause);
	return met;
}

/* And after a mess and `again`, doing one thing after the other? */
static bool again_solves(struct check *c, int step, int fence, const struct fence *f)
{
	struct shell *sh = c->rec.sh;
	char *cause = NULL;
	int at_step = step, at = fence;
	bool met = false;

	if (!lesson_enter(sh, c->path, step, fence, &cause)) {
		make_a_mess(sh, f);
		if (!lesson_go(sh, 0, &cause))
			lesson_at(sh, &at_step, &at);
		while (!cause && at_step == step && at < fence && lesson_skip(sh))
			lesson_at(sh, &at_step, &at);
		if (!cause && at_step == step && at == fence) {
			met = !lesson_solved(sh);
			if (!met)
				str_add(&c->wrong, "the goal is met before anything is done\n");
			met = met && lesson_skip(sh);
		}
	}
	if (cause)
		str_addf(&c->wrong, "%s\n", cause);
	lesson_leave(sh);
	free(cause);
	return met;
}

/* The fence itself has been played; met: its goal was before. The session is left as it was. */
static int check_task(struct check *c, const struct lesson *l, int i, int k, const struct goal *g,
		      bool met)
{
	struct shell *sh = c->rec.sh;
	const struct step *step = &l->step[i];
	const struct fence *f = &step->fence[k];
	int bad = !verdict(c, step, f, !met, ": the goal is not met before");
	char *cause = NULL;

	met = goal_met(g, sh->session, &c->journal);
	if (!met)
		goal_lacks(g, sh->session, &c->journal, false, &c->wrong);
	bad += !verdict(c, step, f, met, ": the solution meets the goal");
	if (c->left || shell_interrupted(sh))
		return bad;
	bad += !verdict(c, step, f, skip_solves(c, i, k), ": skip meets it");
	if (!shell_interrupted(sh) && !sh->quit)
		bad += !verdict(c, step, f, again_solves(c, i, k, f),
				": it is met after a mess and again");
	if (!shell_interrupted(sh) && !sh->quit && rehearse(sh, l, i, k + 1, &c->map, &cause))
		str_addf(&c->wrong, "%s\n", cause);
	free(cause);
	c->left = sh->quit;
	return bad;
}

/* How many tests failed. */
static int check_fence(struct check *c, const struct lesson *l, int i, int k)
{
	const struct step *step = &l->step[i];
	const struct fence *f = &step->fence[k];
	struct goal *g = f->kind == FENCE_GOAL ? goal_parse(f->goal, NULL) : NULL;
	bool met;
	int bad;

	journal_reset(&c->journal);
	met = g && goal_met(g, c->rec.sh->session, &c->journal);
	bad = !check_quotes(c, step, f);
	if (g && !shell_interrupted(c->rec.sh))
		bad += check_task(c, l, i, k, g, met);
	else if (f->kind == FENCE_PREDICT && f->goal)
		bad += check_key(c, step, f);
	goal_free(g);
	return bad;
}

/* A name that is never there would be true of any `not`. */
static void stray(void *ctx, const struct fence *f, const char *what)
{
	struct check *c = ctx;

	tap_ok(c->tap, false, "%s:%d the goal's names", c->path, f->line);
	tap_diag(c->tap, what);
	c->stray = true;
}

static int check_lesson(struct check *c, const struct lesson *l, char **cause)
{
	struct shell *sh = c->rec.sh;
	int failed = 0, before = c->tap->run;

	for (int i = 0; i < l->nsteps; i++) {
		for (int k = 0; k < l->step[i].nfences; k++) {
			if (l->step[i].fence[k].kind == FENCE_OTHER)
				continue;
			failed += check_fence(c, l, i, k);
			if (shell_interrupted(sh)) {
				tap_bail(c->tap, "interrupted");
				return fail(cause, "%s: interrupted", c->path);
			}
		}
	}
	if (c->tap->run == before) {
		failed = !tap_ok(c->tap, false, "%s", c->path);
		tap_diag(c->tap, "nothing in it can be checked: it has no console fence");
	}
	goal_strays(l, stray, c);
	return failed || c->stray;
}

/* NULL, or why the lesson cannot be checked here. */
static const char *lacks(const struct shell *sh, const struct lesson *l)
{
	const char *needs = lesson_field(l, "needs");

	if (sh->session->blind)
		return "/proc/PID/syscall may not be read: who sleeps would be a guess";
	if (needs && !strcmp(needs, "nobody") && !sh->session->box.second)
		return "it needs a second user: --nobody, or root";
	return NULL;
}

int play_check(struct shell *sh, const char *path, struct tap *tap, char **cause)
{
	struct check c = { .path = path, .tap = tap };
	struct lesson l;
	int r = lesson_load(&l, path, cause);

	if (r == 0)
		r = goal_check(&l, cause);
	if (r == 0 && lacks(sh, &l)) {
		tap_skip(tap, path, lacks(sh, &l));
	} else if (r == 0) {
		recorder_begin(&c.rec, sh);
		journal_init(&c.journal);
		session_add_sink(sh->session, &c.journal.sink);
		r = check_lesson(&c, &l, cause);
		sh->quit = false;
		recorder_end(&c.rec);
		journal_release(&c.journal);
	}
	/* nothing of it was checked, and that is no success */
	if (r < 0 && cause && !tap->bailed) {
		tap_ok(tap, false, "%s", path);
		tap_diag(tap, *cause);
	}
	match_map_free(&c.map);
	str_free(&c.wrong);
	lesson_release(&l);
	return r;
}
