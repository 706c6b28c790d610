/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * semop, semtimedop, and the names that the books use for the simplest of them, P and V: they are
 * parsed into a semop, nothing else.  make functions run in the learner's process, all else in the
 * shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/seconds.h"
#include "ipc/sem.h"
#include "ipc/sysv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	SHOWN = 32,      /* strace cuts an array here */
	OPS_MOST = 4096, /* that may be typed: more than any kernel takes */
};

const struct constant sem_flag_constants[] = {
	{ "SEM_UNDO", SEM_UNDO, N_("given back when the process ends") },
	{ "IPC_NOWAIT", IPC_NOWAIT, N_("do not sleep: EAGAIN") },
	{ NULL, 0, NULL },
};

const struct sembuf *sem_ops(const struct call *c, size_t *n)
{
	size_t most = call_length(c, SOP_OPS) / sizeof(struct sembuf);

	*n = c->arg[SOP_N].num < 0 || (size_t)c->arg[SOP_N].num > most ? most
								       : (size_t)c->arg[SOP_N].num;
	return *n ? call_bytes(c, SOP_OPS, *n * sizeof(struct sembuf)) : NULL;
}

bool sem_sleeps(const struct call *c)
{
	const char *name = prims[c->prim]->name;

	return !strcmp(name, "semop") || !strcmp(name, "semtimedop");
}

struct sem_trial sem_try(const struct sembuf *ops, size_t n, const unsigned short *value,
			 int nvalues)
{
	unsigned short *now = xmalloc((size_t)nvalues * sizeof(*now) + 1);
	struct sem_trial t = { .verdict = SEM_GOES };

	memcpy(now, value, (size_t)nvalues * sizeof(*now));
	for (; t.at < n; t.at++) {
		const struct sembuf *op = &ops[t.at];

		if (op->sem_num >= nvalues) {
			t.verdict = SEM_NONE;
			break;
		}
		t.have = now[op->sem_num];
		t.was = value[op->sem_num];
		t.moved = t.have != t.was;
		if (op->sem_op == 0 && t.have)
			t.verdict = SEM_FULL;
		else if (t.have + op->sem_op < 0)
			t.verdict = SEM_SHORT;
		else if (t.have + op->sem_op > 32767)
			t.verdict = SEM_OVER;
		if (t.verdict != SEM_GOES)
			break;
		now[op->sem_num] = (unsigned short)(t.have + op->sem_op);
	}
	free(now);
	return t;
}

/* -- the array of operations ------------------------------------------------------------------ */

struct op {
	long part[3]; /* sem_num, sem_op, sem_flg */
	const struct param *p;
};

static const struct constant op_members[] = {
	{ "sem_num=", 0, N_("which semaphore of the set") },
	{ "sem_op=", 0, N_("what to add; below 0 waits until there is as much; 0 waits for zero") },
	{ "sem_flg=", 0, "IPC_NOWAIT, SEM_UNDO" },
	{ NULL, 0, NULL },
};

static int op_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	static const long least[] = { 0, -32768, -32768 }, most[] = { 65535, 32767, 65535 };
	struct op *op = arg;

	index = parse_member(op_members, index, &s, &len);
	if (index < 0)
		return parse_fail(ps,
				  _("an operation has three fields: {sem_num, sem_op, sem_flg}, "
				    "as in {0,-1,SEM_UNDO}"));
	if (parse_number_at(ps, op->p, KIND_INT, s, len, &op->part[index]))
		return -1;
	if (op->part[index] < least[index] || op->part[index] > most[index])
		return parse_fail(ps, _("%.*s is a short in struct sembuf: %ld to %ld"),
				  (int)strcspn(op_members[index].name, "="), op_members[index].name,
				  least[index], most[index]);
	return 0;
}

/* Adds op times times to the array that argument SOP_OPS already is. */
static int add_ops(struct parse *ps, struct call *c, const struct op *op, long times)
{
	const size_t had = call_length(c, SOP_OPS), n = had / sizeof(struct sembuf);
	struct sembuf one = { (unsigned short)op->part[0], (short)op->part[1], (short)op->part[2] };
	struct sembuf *all;

	if (times > OPS_MOST - (long)n)
		return parse_fail(ps, _("more than %d operations are no use: the kernel takes 500"),
				  OPS_MOST);
	all = xmalloc((n + (size_t)times) * sizeof(*all));
	if (had) {
		memcpy(all, call_bytes(c, SOP_OPS, had), had);
		/* the array grows where it is, if nothing came after it */
		if (c->arg[SOP_OPS].off + c->arg[SOP_OPS].len == c->used)
			c->used = c->arg[SOP_OPS].off;
	}
	for (long k = 0; k < times; k++)
		all[n + (size_t)k] = one;
	if (!call_put(c, SOP_OPS, all, (n + (size_t)times) * sizeof(*all))) {
		free(all);
		return parse_fail(ps, _("there is no room for so many operations"));
	}
	free(all);
	if (!c->arg[SOP_N].given)
		c->arg[SOP_N].num = (long)n + times;
	return 0;
}

/* One word of the rest: a group, NULL, or semtimedop's seconds. */
static int parse_ops(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct op op = { { 0, 0, 0 }, p };
	size_t group = ps->len;
	bool timed = ps->prim->param[SOP_TIMEOUT].name;
	long times;

	if (timed && c->arg[SOP_TIMEOUT].given)
		return parse_fail(ps, _("the time-out is the last word"));
	if (ps->len && *ps->at != '{') {
		if (timed && c->arg[i].given)
			return parse_argument(ps, &(struct word){ ps->at, ps->len, ps->column }, 0,
					      SOP_TIMEOUT, c);
		return parse_fail(ps,
				  _("an operation is a group: {sem_num, sem_op, sem_flg}, as in "
				    "{0,-1,SEM_UNDO}"));
	}
	if (c->arg[i].null)
		return parse_fail(ps, _("the address stands in the place of the whole array"));
	while (group && ps->at[group - 1] != '}')
		group--;
	if (parse_repeat(ps, ps->at + group, ps->len - group, &times))
		return -1;
	if (parse_group(ps, ps->at, group, op_field, &op))
		return -1;
	return add_ops(ps, c, &op, times);
}

static void add_flg(struct str *out, unsigned flg)
{
	format_flags(out, sem_flag_constants, flg);
	if (flg && !(flg & (SEM_UNDO | IPC_NOWAIT)))
		str_add(out, " /* SEM_??? */"); /* strace's words */
}

static void format_ops(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	size_t n;
	const struct sembuf *op = sem_ops(c, &n);

	(void)p, (void)i, (void)done;
	str_addc(out, '[');
	for (size_t k = 0; op && k < n; k++) {
		if (k)
			str_add(out, ", ");
		if (k == SHOWN) {
			str_add(out, "...");
			break;
		}
		str_add(out, "{sem_num=");
		str_num(out, op[k].sem_num);
		str_add(out, ", sem_op=");
		str_num(out, op[k].sem_op);
		str_add(out, ", sem_flg=");
		add_flg(out, (unsigned short)op[k].sem_flg);
		str_addc(out, '}');
	}
	str_addc(out, ']');
}

static void semop_offers(struct offers *of, int i, long cmd)
{
	(void)cmd;
	of->braced = i == SOP_OPS;
	of->member = of->braced ? op_members : NULL;
}

static const struct argtype type_ops = {
	.what = N_("operations: {0,-1,SEM_UNDO} ..."),
	.parse = parse_ops,
	.format = format_ops,
	.points = POINTS,
};

/* By default as many as there are: of an address, one. */
static int parse_nsops(struct parse *ps, const struct param *p, struct call *c, int i)
{
	const long n = (long)(call_length(c, SOP_OPS) / sizeof(struct sembuf));
	const bool any = c->arg[SOP_OPS].null;

	if (ps->at == p->def) {
		c->arg[i].num = any ? 1 : n;
		return 0;
	}
	if (parse_size(ps, p, &c->arg[i].num))
		return -1;
	if (!any && (c->arg[i].num < 0 || c->arg[i].num > n))
		return parse_fail(ps,
				  _("nsops stands after the operations and counts at most those: "
				    "%ld so far"),
				  n);
	return 0;
}

static void format_nsops(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	(void)p, (void)done;
	str_num(out, c->arg[i].num);
}

static const struct argtype type_nsops = {
	.what = N_("a number"),
	.parse = parse_nsops,
	.format = format_nsops,
	.kind = KIND_INT,
	.number = true,
};

/* -- the calls -------------------------------------------------------------------------------- */

static long semop_make(struct call *c)
{
	const struct timespec *time = prims[c->prim]->param[SOP_TIMEOUT].name
					      ? call_at(c, SOP_TIMEOUT, sizeof(*time))
					      : NULL;

	const size_t n = (size_t)c->arg[SOP_N].num;
	struct sembuf *ops = call_at(c, SOP_OPS, (n < OPS_MOST ? n : OPS_MOST) * sizeof(*ops));

	return syscall(SYS_semtimedop, (int)c->arg[SOP_SET].num, ops, n, time);
}

void semop_note(struct str *out, const struct call *c, const struct world *w)
{
	const struct sembuf *op;
	unsigned bits = 0;
	size_t n;

	(void)w;
	op = sem_ops(c, &n);
	for (size_t k = 0; op && k < n; k++)
		bits |= (unsigned short)op[k].sem_flg & ~(unsigned)(SEM_UNDO | IPC_NOWAIT);
	sysv_note_bits(out, c, bits, sem_flag_constants,
		       _("P s[NUM] N FLAGS, semop s {NUM,OP,FLAGS}"));
}

#define SEMOP_ERRORS "E2BIG EACCES EAGAIN EFAULT EFBIG EIDRM EINTR EINVAL ENOMEM ERANGE"

const struct prim prim_semop = {
	.name = "semop",
	.topic = "semaphores",
	.summary = N_("changes semaphores of a set, all operations together or none"),
	.help = N_("sem_op > 0 adds, < 0 takes (and sleeps while there is too little), 0 sleeps until "
		"the value is 0.\nNothing is done before everything can be done."),
	.proto = "int semop(int semid, struct sembuf *sops, size_t nsops);",
	.example = "s = semget IPC_PRIVATE 2 0600\n"
		   "semctl s 0 SETVAL 3\n"
		   "semop s {0,-1,SEM_UNDO} {1,1}",
	.man = "semop(2)",
	.errors = SEMOP_ERRORS,
	.param = {
		{.name = "semid", .type = &type_sem},
		{.name = "sops", .type = &type_ops, .flags = PARAM_REST, .table = sem_flag_constants},
		{.name = "nsops", .type = &type_nsops, .flags = PARAM_NAMED, .def = "sops'"},
	},
	.flags = PRIM_UNDO,
	.sleeps = {SYS_semop, SYS_semtimedop},
	.traced = "semtimedop",
	.make = semop_make,
	.offers = semop_offers,
	.why = semop_why,
	.note = semop_note,
	.asleep = semop_asleep,
	.wake = semop_wake,
};

const struct prim prim_semtimedop = {
	.name = "semtimedop",
	.topic = "semaphores",
	.summary = N_("semop that sleeps for a limited time"),
	.help = N_("After the operations stands the time in seconds; when it has passed: EAGAIN.\n"
		"NULL, or nothing, is semop."),
	.proto = "int semtimedop(int semid, struct sembuf *sops, size_t nsops, "
		 "const struct timespec *timeout);",
	.example = "s = semget IPC_PRIVATE 2 0600\n"
		   "semctl s 0 SETVAL 3\n"
		   "semtimedop s {0,-1} 1.5",
	.man = "semop(2)",
	.errors = SEMOP_ERRORS,
	.param = {
		{.name = "semid", .type = &type_sem},
		{.name = "sops", .type = &type_ops, .flags = PARAM_REST, .table = sem_flag_constants},
		{.name = "nsops", .type = &type_nsops, .flags = PARAM_NAMED, .def = "sops'"},
		{.name = "timeout", .type = &type_seconds, .flags = PARAM_NAMED | PARAM_NULL, .def = "NULL"},
	},
	.flags = PRIM_UNDO | PRIM_CLOCK,
	.sleeps = {SYS_semtimedop},
	.make = semop_make,
	.offers = semop_offers,
	.why = semop_why,
	.note = semop_note,
	.asleep = semop_asleep,
	.wake = semop_wake,
};
