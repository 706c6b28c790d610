/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sigaltstack: where handlers with SA_ONSTACK run.  make runs in a learner's process, the rest in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/fault.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

enum { SS, OSS };
enum { OWN_STACK = 64 * 1024 };
enum {
	LEAST = 2048
}; /* the kernel's MINSIGSTKSZ; libc's is what a signal takes on this processor */

static const struct constant stack_flags[] = {
	{ "SS_ONSTACK", SS_ONSTACK, N_("asked: a handler runs on it; given: the same as 0") },
	{ "SS_DISABLE", SS_DISABLE, N_("there is none") },
	{ "SS_AUTODISARM", (long)(unsigned)SS_AUTODISARM, N_("none while a handler runs on it") },
	{ NULL, 0, NULL },
};

static const struct constant stack_members[] = {
	{ "ss_sp=", 0, N_("where it begins; without it: memory of the shell's own") },
	{ "ss_flags=", 0, N_("0, SS_DISABLE, SS_AUTODISARM") },
	{ "ss_size=", 0, N_("bytes; without it: 65536") },
	{ NULL, 0, NULL },
};

struct typed {
	stack_t ss;
	bool where;
};

static int stack_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	const struct param flags = { .name = "ss_flags", .table = stack_flags };
	struct typed *t = arg;
	long n;

	index = parse_member(stack_members, index, &s, &len);
	if (index < 0)
		return parse_fail(ps, _("a stack is {ss_sp, ss_flags, ss_size}"));
	if (parse_number_at(ps, &flags, index ? KIND_INT : KIND_ADDR, s, len, &n))
		return -1;
	if (index == 0) {
		t->ss.ss_sp = (void *)n;
		t->where = true;
	} else if (index == 1) {
		t->ss.ss_flags = (int)n;
	} else {
		t->ss.ss_size = (size_t)n;
	}
	return 0;
}

/* num: 1 where the memory is the shell's own */
static int parse_stack(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct typed t = { { NULL, 0, OWN_STACK }, false };

	if (ps->len && ps->at[0] == '{') {
		if (parse_group(ps, ps->at, ps->len, stack_field, &t))
			return -1;
	} else {
		long flags;

		if (parse_number(ps, p, KIND_INT, &flags))
			return -1;
		t.ss.ss_flags = (int)flags;
	}
	if (!t.where && t.ss.ss_size > OWN_STACK)
		return parse_fail(ps,
				  _("the shell's own memory for it has %d bytes; more needs ss_sp"),
				  OWN_STACK);
	c->arg[i].num = !t.where;
	return call_put(c, i, &t.ss, sizeof(t.ss)) ? 0 : parse_fail(ps, _("no room"));
}

/* Without a stack and without an address for it: the one that is shall be told. */
static bool asks(const struct call *c)
{
	return c->arg[SS].null && !c->arg[SS].num && !c->arg[OSS].given;
}

static void format_stack(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	const stack_t *s = call_bytes(c, i, sizeof(*s));
	const struct param flags = { .name = "ss_flags", .table = stack_flags };

	if (!s) {
		str_add(out, i == OSS && asks(c) && !(done && c->ret == 0) ? p->name : "NULL");
		return;
	}
	str_add(out, "{ss_sp=");
	type_addr.format(out, p, &(struct call){ .arg = { { .num = (long)s->ss_sp } } }, 0, done);
	str_add(out, ", ss_flags=");
	type_flags.format(out, &flags, &(struct call){ .arg = { { .num = s->ss_flags } } }, 0,
			  done);
	str_addf(out, ", ss_size=%zu}", s->ss_size);
}

static const struct argtype type_stack = {
	.what = N_("a stack: {ss_size=8192}, SS_DISABLE, NULL to ask"),
	.parse = parse_stack,
	.format = format_stack,
	.points = POINTS,
	.size = sizeof(stack_t),
};
static const struct argtype type_old_stack = { .what = N_("the stack that was"),
					       .format = format_stack,
					       .size = sizeof(stack_t) };

static long sigaltstack_make(struct call *c)
{
	static char own[OWN_STACK] __attribute__((aligned(16)));
	stack_t *ss = call_at(c, SS, sizeof(*ss));
	const bool old = asks(c) || c->arg[OSS].given;
	long r;

	if (!c->arg[SS].null && c->arg[SS].num && !(ss->ss_flags & SS_DISABLE))
		ss->ss_sp = own; /* it crosses: the line shows where it is */
	r = syscall(SYS_sigaltstack, ss, old ? call_out(c, OSS, sizeof(*ss)) : NULL);
	if (old && r == 0)
		call_got(c, OSS, sizeof(*ss));
	return r;
}

/* In the order of do_sigaltstack(), kernel/signal.c. */
static void sigaltstack_why(struct str *out, const struct call *c, const struct world *w)
{
	const stack_t *s = call_bytes(c, SS, sizeof(*s));

	switch (c->err) {
	case EFAULT:
		if (why_fault(out, c, w) == OSS && !c->arg[SS].null)
			str_add(out, _("; the new stack is set all the same"));
		break;
	case EPERM: /* no call is made by a handler */
		str_addf(
			out,
			_("%s's own stack lies within the alternate one: to the kernel a handler runs "
			  "there, which cannot do without it"),
			w->self.name);
		break;
	case EINVAL:
		if (s)
			str_addf(
				out,
				_("%#x is none of 0, SS_ONSTACK and SS_DISABLE, with SS_AUTODISARM or without"),
				(unsigned)s->ss_flags);
		break;
	case ENOMEM:
		if (s)
			str_addf(out, _("%zu bytes are too few: %ld at least (MINSIGSTKSZ)"),
				 s->ss_size, s->ss_size < LEAST ? LEAST : sysconf(_SC_MINSIGSTKSZ));
		break;
	}
}

static void sigaltstack_note(struct str *out, const struct call *c, const struct world *w)
{
	const stack_t *s = call_bytes(c, SS, sizeof(*s));

	(void)w;
	if (s && !(s->ss_flags & SS_DISABLE))
		str_add(out, _("only handlers that sigaction has given SA_ONSTACK run there"));
}

const struct prim prim_sigaltstack = {
	.name = "sigaltstack",
	.topic = "signals",
	.summary = N_("another stack for handlers with SA_ONSTACK"),
	.help = N_("So can a handler of SIGSEGV run when the ordinary stack is used up. sigaltstack alone asks.\n"
		"fork copies it, exec drops it."),
	.proto = "int sigaltstack(const stack_t *ss, stack_t *old_ss);",
	.example = "sigaltstack {ss_size=8192}",
	.man = "sigaltstack(2)",
	.errors = "EFAULT EINVAL ENOMEM EPERM",
	.param = {
		{.name = "ss", .type = &type_stack, .def = "NULL", .flags = PARAM_NULL, .table = stack_flags},
		{.name = "old_ss", .type = &type_old_stack, .flags = PARAM_OUT | PARAM_NULL},
	},
	.make = sigaltstack_make,
	.why = sigaltstack_why,
	.note = sigaltstack_note,
};
