/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * P and V, Dijkstra's names: SET[NUM] [N] [FLAGS], parsed into the semop that they stand for.
 * Runs in the shell; what crosses to the learner's process is a semop.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/sem.h"

#include <stdlib.h>
#include <string.h>

enum { SET, COUNT, FLAGS };

static void word_of(struct parse *ps, const struct word *w)
{
	ps->at = w->at;
	ps->len = w->len;
	ps->column = w->column;
}

/* s, or s[1] */
static int parse_place(struct parse *ps, long *semid, long *num)
{
	const struct param *p = &ps->prim->param[SET];
	const char *open = memchr(ps->at, '[', ps->len);
	size_t n = open ? (size_t)(open - ps->at) : ps->len;

	*num = 0;
	if (parse_number_at(ps, p, KIND_SEM, ps->at, n, semid))
		return -1;
	if (!open)
		return 0;
	if (ps->at[ps->len - 1] != ']')
		return parse_fail(ps, _("a ] is missing: s[1] is semaphore 1 of the set s"));
	if (parse_number_at(ps, p, KIND_INT, open + 1, ps->len - n - 2, num))
		return -1;
	return *num < 0 || *num > 65535
		       ? parse_fail(ps, _("a semaphore's number is 0 to 65535, counted from 0"))
		       : 0;
}

/* Flags begin with a flag's name; anything else is a count. */
static bool is_flags(const struct word *w)
{
	size_t n = 0;

	while (n < w->len && w->at[n] != '|')
		n++;
	return constant_by_name(sem_flag_constants, w->at, n);
}

static int parse_count(struct parse *ps, const char *set, size_t setlen, long *count)
{
	const bool take = ps->prim->name[0] == 'P';
	const long most = take ? 32768 : 32767;

	if (parse_number(ps, &ps->prim->param[COUNT], KIND_INT, count))
		return -1;
	if (*count >= 1 && *count <= most)
		return 0;
	if (*count == 0)
		return parse_fail(ps,
				  _("%s takes how many, 1 or more. The first semaphore of the set "
				    "is %s %.*s[0]; to wait until it is 0: semop %.*s {0,0}"),
				  ps->prim->name, ps->prim->name, (int)setlen, set, (int)setlen,
				  set);
	return parse_fail(ps, _("%s takes how many, 1 to %ld (sem_op is a short)"), ps->prim->name,
			  most);
}

static int too_many(struct parse *ps)
{
	return parse_fail(ps,
			  _("%s SET[NUM] [N] [FLAGS] has no more arguments; several semaphores at "
			    "once: semop s {0,-1} {1,-1}"),
			  ps->prim->name);
}

static int pv_parse(struct parse *ps, const struct words *words, struct call *c)
{
	long semid, num, count = 1, flags = 0;
	struct sembuf op;
	size_t setlen = 0;
	int k = 1;

	if (words->n == 0)
		return fail(ps->cause, _("%s: of which semaphore? as in %s s, %s s[1] 2 SEM_UNDO"),
			    ps->prim->name, ps->prim->name, ps->prim->name);
	word_of(ps, &words->w[0]);
	if (parse_place(ps, &semid, &num))
		return -1;
	while (setlen < words->w[0].len && setlen < 40 && words->w[0].at[setlen] != '[')
		setlen++;
	if (k < words->n && !is_flags(&words->w[k])) {
		word_of(ps, &words->w[k++]);
		if (parse_count(ps, words->w[0].at, setlen, &count))
			return -1;
	}
	if (k < words->n) {
		word_of(ps, &words->w[k++]);
		if (parse_number(ps, &ps->prim->param[FLAGS], KIND_INT, &flags))
			return -1;
		if (flags < -32768 || flags > 65535)
			return parse_fail(ps, _("sem_flg is a short: SEM_UNDO, IPC_NOWAIT"));
	}
	if (k < words->n) {
		word_of(ps, &words->w[k]);
		return too_many(ps);
	}
	op.sem_num = (unsigned short)num;
	op.sem_op = (short)(ps->prim->name[0] == 'P' ? -count : count);
	op.sem_flg = (short)flags;
	call_reset(c, prim_find("semop", strlen("semop")));
	c->nargs = 3;
	c->arg[0].num = semid;
	c->arg[0].given = c->arg[1].given = true;
	call_put(c, 1, &op, sizeof(op));
	c->arg[2].num = 1;
	return 0;
}

#define PV(letter, verb, sign)                                                                     \
	const struct prim prim_##letter = {                                                        \
		.name = #letter,                                                                   \
		.topic = "semaphores",                                                             \
		.summary = verb,                                                                   \
		.proto = "semop(semid, &(struct sembuf){num, " sign "N, flags}, 1);",              \
		.example = "s = semget IPC_PRIVATE 2 0600\nsemctl s 1 SETVAL 3\n" #letter                  \
			   " s[1] 2 SEM_UNDO",                                                     \
		.man = "semop(2)",                                                                 \
		.errors = "EACCES EAGAIN EFBIG EIDRM EINTR EINVAL ERANGE",                         \
		.param = {                                                                         \
			{.name = "semid", .type = &type_sem},                                      \
			{.name = "n", .type = &type_uint, .def = "1", .flags = PARAM_OPTIONAL},    \
			{.name = "flags", .type = &type_flags, .def = "0",                         \
			 .flags = PARAM_OPTIONAL, .table = sem_flag_constants},                    \
		},                                                                                 \
		.flags = PRIM_UNDO,                                                                \
		.parse = pv_parse,                                                                 \
	}

PV(P, N_("takes N (1) of a semaphore, and sleeps while there are too few"), "-");
PV(V, N_("gives N (1) to a semaphore, and wakes who may go on"), "+");
