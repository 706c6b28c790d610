/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of every primitive, made from the records alone: each parameter in turn is each of its constants, and every
 * number, structure and address that nobody would think of.  oracle/forms compares what the shell writes of them with
 * strace.  --lines: prints them, as a script.
 */
#include "call/parse.h"
#include "call/types.h"
#include "call_line.h"
#include "ipc/seconds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

/* None of these makes a line: the process would be another, or gone, afterwards; or another row is the same call. */
enum { NOT_PLAYED = PRIM_EXIT | PRIM_EXEC | PRIM_FORK | PRIM_NOT_A_CALL };
static const char *const same_call[] = { "cd", "sleep", "P", "V" };

/* What a parameter of this type is while another one's turn is, and what it is in turn. NULL ends the list. */
static const char *const fds[] = { "50", "-1", "2147483647", "-2147483648", NULL };
static const char *const ids[] = { "-1", "2147483647", "-2147483648", "77777", NULL };
static const char *const pids[] = { "1000000", "0", "-1", "2147483647", "-2147483647", NULL };
static const char *const keys[] = { "0x78", "IPC_PRIVATE", "-1", "0xffffffff", "0x7fffffff", NULL };
static const char *const addresses[] = { "0x1000", "NULL", "-1", "0x7fffffffffffffff", NULL };
static const char *const sets[] = { "{SIGUSR1}",           "{}",          "~{}", "~{SIGINT}",
				    "{SIGRTMIN,SIGRTMAX}", "[USR1 RT_2]", NULL };
static const char *const times[] = { "0", "-1", "0.000001", "{0,1000000000}", "{-1,-1}", NULL };
static const char *const signals[] = { "0", "-1", "33", "65", "2147483647", "-2147483648", NULL };
static const char *const paths[] = { "nowhere", "\"\"", "nowhere/x", "\"a\\n\\377\"", NULL };
static const char *const texts[] = { "x", "\"\"", "\"\\0\\n\\377\"", "\"x\"*40", NULL };
static const char *const others[] = { "0",
				      "-1",
				      "1",
				      "2147483647",
				      "-2147483648",
				      "4294967295",
				      "0x77777777",
				      "0x40000000",
				      "9223372036854775807",
				      "-9223372036854775808",
				      "{}",
				      "{-1}",
				      "{50}",
				      "{-1,-1}",
				      "{50,0x7fff}",
				      "{-1,-1,-1}",
				      "{0,0}",
				      "{65535,-1,0x7777}",
				      "{77,77,0,0}",
				      "{-1,-1,-1,-1}",
				      "{77,-1}",
				      "{ss_size=8192}",
				      "{ss_size=1}",
				      "SIG_IGN",
				      "{{0,0},{0,-1}}",
				      NULL };

static const char *const *values(const struct param *p)
{
	const struct argtype *t = p->type;

	switch (t->kind) {
	case KIND_FD:
		return t->points ? others : fds;
	case KIND_MSG:
	case KIND_SHM:
	case KIND_SEM:
		return ids;
	case KIND_PID:
		return pids;
	case KIND_KEY:
		return keys;
	case KIND_ADDR:
		return addresses;
	default:
		return t == &type_sigset                                       ? sets
		       : t == &type_seconds                                    ? times
		       : t == &type_signo                                      ? signals
		       : t->file                                               ? paths
		       : t->points == POINTS_TEXT || !strcmp(p->name, "mtext") ? texts
									       : others;
	}
}

/* -- what may be played: nothing that sleeps, floods, or ends the process by a signal or by a clock ---------- */

static bool is_long(const struct call *c, int i)
{
	struct timespec t;

	return !seconds_arg(c, i, &t) || t.tv_sec > 0 ||
	       (!t.tv_sec && t.tv_nsec > 1000000 && t.tv_nsec < 1000000000);
}

/* Does it signal the process itself, or everybody: raise, kill of a group? (kill -1 0 is sh's way to say it.) */
static bool signals_itself(const struct call *c)
{
	const struct prim *p = prims[c->prim];
	const int sig = prim_param(p, "sig", 3), pid = prim_param(p, "pid", 3);

	return sig >= 0 && !(p->param[sig].flags & PARAM_OUT) &&
	       (pid < 0 || c->arg[pid].num <= 0) && c->arg[sig].num > 0 && c->arg[sig].num < 65;
}

static bool is_fault_at_once(const struct call *c)
{
	for (int i = 0; i < c->nargs; i++)
		if (c->arg[i].null && c->arg[i].num == 1 &&
		    !(prims[c->prim]->param[i].flags & PARAM_OUT))
			return true;
	return false;
}

static bool is_harmless(const struct call *c)
{
	const struct prim *p = prims[c->prim];
	int timed = -1, i;

	if (is_fault_at_once(c))
		return true;
	for (i = 0; i < c->nargs; i++)
		if (p->param[i].type == &type_seconds)
			timed = i;
	if (p->flags & PRIM_SIGSTATE && p->sleeps[0] && (timed < 0 || is_long(c, timed)))
		return false; /* it waits for signals */
	if (p->flags & PRIM_CLOCK && p->sleeps[0] && timed >= 0 && c->arg[0].num != -1 &&
	    is_long(c, timed))
		return false;
	i = prim_param(p, "timeout", 7);
	if (i >= 0 && i != timed && c->arg[i].num)
		return false;
	if (p->flags & PRIM_CLOCK && !p->sleeps[0])
		for (i = 0; i < c->nargs; i++) { /* it sets a clock */
			const long *t = call_bytes(c, i, 4 * sizeof(*t));

			if (!c->arg[i].null &&
			    (t ? t[2] >= 0 && t[2] < 1000 && (t[2] || t[3] > 0)
			       : i == 0 && c->arg[i].num > 0 && c->arg[i].num < 1000 &&
					     c->nargs == 1))
				return false;
		}
	if (signals_itself(c))
		return false;
	i = prim_param(p, "rlim", 4);
	if (i >= 0 && !(p->param[i].flags & PARAM_OUT) && !c->arg[i].null &&
	    c->arg[0].num != RLIMIT_CORE && c->arg[0].num >= 0 && c->arg[0].num < 16)
		return false;
	i = prim_param(p, "count", 5);
	return i < 0 || c->arg[0].num < 0 || (c->arg[i].num >= 0 && c->arg[i].num <= 4096);
}

/* -- the lines --------------------------------------------------------------------------------------------- */

struct lines {
	FILE *to; /* or NULL */
	int n;
};

static bool parses(const char *line, struct call *c)
{
	char *cause = parse_line(c, line, NULL);
	const bool good = !cause;

	free(cause);
	return good;
}

/* Argument at is word, the rest as they are by default; false: that is no line. named: an address. */
static bool try_line(int prim, int at, const char *word, bool named, struct lines *l)
{
	const struct prim *p = prims[prim];
	const int n = p->order ? (int)strlen(p->order) : prim_nparams(p);
	struct call c = { 0 };
	char line[1024];
	size_t len = (size_t)snprintf(line, sizeof(line), "%s", p->name);
	bool good;

	for (int k = 0; k < n; k++) {
		const int i = p->order ? p->order[k] - '0' : k;
		const struct param *q = &p->param[i];
		const char *const *v = values(q);
		const char *w = i == at ? word : v[0];

		if (q->flags & PARAM_SILENT || (i != at && q->flags & (PARAM_OUT | PARAM_NAMED)))
			continue;
		if (i != at && q->table && v == others && q->table[0].name)
			w = q->table[0].name;
		if (i != at && (q->flags & PARAM_OPTIONAL) && i > at && q->type != &type_signo)
			continue;
		len += (size_t)snprintf(line + len, sizeof(line) - len,
					(i == at && named) || q->flags & PARAM_NAMED ? " %s=%s"
										     : " %.0s%s",
					q->name, w);
	}
	good = parses(line, &c) && is_harmless(&c);
	if (good && l->to)
		fprintf(l->to, "%s\n", line);
	l->n += good;
	call_release(&c);
	return good;
}

static int lines_of(int prim, FILE *to)
{
	const struct prim *p = prims[prim];
	struct lines l = { to, 0 };
	char word[256];

	if (to)
		fprintf(to, "dup2 3 50\n");
	if (!prim_nparams(p))
		try_line(prim, -1, NULL, false, &l);
	for (int i = 0; i < prim_nparams(p); i++) {
		const struct param *q = &p->param[i];

		if (q->flags & PARAM_SILENT)
			continue;
		for (const char *const *v = values(q); *v && !(q->flags & PARAM_OUT); v++)
			try_line(prim, i, *v, false, &l);
		for (const struct constant *c = q->table; c && c->name && !(q->flags & PARAM_OUT);
		     c++) {
			try_line(prim, i, c->name, false, &l);
			snprintf(word, sizeof(word), "%s|0x40000000", c->name);
			try_line(prim, i, word, false, &l);
		}
		if (q->flags & PARAM_OUT || q->type->points) {
			try_line(prim, i, "NULL", true, &l);
			try_line(prim, i, "0x1", true, &l);
		}
	}
	return l.n;
}

static bool is_left_out(const struct prim *p)
{
	for (size_t k = 0; k < ARRAY_LEN(same_call); k++)
		if (!strcmp(p->name, same_call[k]))
			return true;
	/* without an argument it sleeps */
	return p->flags & NOT_PLAYED || (p->sleeps[0] && !prim_nparams(p));
}

/* ---- in the test ---- */

static void every_primitive_has_lines(void **state)
{
	(void)state;
	for (int i = 0; i < prim_count; i++)
		if (!is_left_out(prims[i]) && !lines_of(i, NULL))
			fail_msg(
				"no line of %s can be played: values() gives nothing that it takes",
				prims[i]->name);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_primitive_has_lines) };

	if (argc == 2 && !strcmp(argv[1], "--lines")) {
		printf("open forms O_RDWR|O_CREAT\n");
		for (int i = 0; i < prim_count; i++)
			if (!is_left_out(prims[i]))
				lines_of(i, stdout);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
