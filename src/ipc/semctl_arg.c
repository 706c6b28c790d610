/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * semctl's commands, and its second and last argument, as typed and as printed.  What the last one
 * is, the command before it decides.  What a command needs to know of the set (how many values,
 * which owner stays) is read when the line is parsed, so that the learner's process makes one call
 * and no other.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/semctl.h"
#include "ipc/sysv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>

enum { SHOWN = 32 }; /* values of an array */

const struct constant semctl_commands[] = {
	{ "GETVAL", GETVAL, N_("one value") },
	{ "SETVAL", SETVAL, N_("sets one value; clears every process's undo for it") },
	{ "GETALL", GETALL, N_("all values") },
	{ "SETALL", SETALL, N_("sets all values; clears every process's undo") },
	{ "GETPID", GETPID, N_("who changed it last") },
	{ "GETNCNT", GETNCNT, N_("how many sleep until it grows") },
	{ "GETZCNT", GETZCNT, N_("how many sleep until it is 0") },
	{ "IPC_STAT", IPC_STAT, N_("owner, mode, times, number of semaphores") },
	{ "IPC_SET", IPC_SET, N_("sets owner and mode: {mode=0600,uid=0,gid=0}") },
	{ "IPC_RMID", IPC_RMID, N_("removes the set; wakes all who sleep in it") },
	{ "IPC_INFO", IPC_INFO, N_("the kernel's limits") },
	{ "SEM_INFO", SEM_INFO, N_("how much is in use") },
	{ "SEM_STAT", SEM_STAT, N_("IPC_STAT by slot number; returns the id") },
	{ "SEM_STAT_ANY", SEM_STAT_ANY, N_("the same without read permission") },
	{ NULL, 0, NULL },
};

bool semctl_of_one(long cmd)
{
	return cmd == GETVAL || cmd == SETVAL || cmd == GETPID || cmd == GETNCNT || cmd == GETZCNT;
}

bool semctl_of_stat(long cmd)
{
	return cmd == IPC_STAT || cmd == SEM_STAT || cmd == SEM_STAT_ANY;
}

bool semctl_of_info(long cmd)
{
	return cmd == IPC_INFO || cmd == SEM_INFO;
}

/* -- typing ----------------------------------------------------------------------------------- */

/* The semaphore's number; or at once the command, where the number would mean nothing. */
static int parse_semnum(struct parse *ps, const struct param *p, struct call *c, int i)
{
	const struct constant *cmd = constant_by_name(semctl_commands, ps->at, ps->len);

	if (!cmd)
		return type_int.parse(ps, p, c, i);
	if (semctl_of_one(cmd->value))
		return parse_fail(
			ps, _("of which semaphore? Its number stands before %s: semctl s 0 %s"),
			cmd->name, cmd->name);
	c->arg[i].num = 0;
	c->arg[CTL_CMD].num = cmd->value;
	c->arg[CTL_CMD].given = true;
	return 0;
}

static void format_int(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	(void)p, (void)done;
	str_num(out, c->arg[i].num);
}

const struct argtype semctl_type_num = {
	.what = N_("a semaphore's number"),
	.parse = parse_semnum,
	.format = format_int,
	.kind = KIND_INT,
	.number = true,
};

struct values {
	unsigned short *at;
	size_t n, cap;
	const struct param *p;
};

static int value_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	struct values *v = arg;
	long num;

	(void)index;
	if (parse_number_at(ps, v->p, KIND_INT, s, len, &num))
		return -1;
	if (num < 0 || num > 65535)
		return parse_fail(ps,
				  _("a value in SETALL's array is an unsigned short: 0 to 65535 "
				    "(SEMVMX allows 32767)"));
	if (v->n == SEMCTL_VALUES)
		return parse_fail(ps, _("no set has more than %d semaphores"), SEMCTL_VALUES);
	GROW(v->at, v->n, v->cap);
	v->at[v->n++] = (unsigned short)num;
	return 0;
}

static int repeat_values(struct parse *ps, struct values *v, long times)
{
	const size_t once = v->n;

	if ((long)once * times > SEMCTL_VALUES || times > SEMCTL_VALUES)
		return parse_fail(ps, _("no set has more than %d semaphores"), SEMCTL_VALUES);
	for (long k = 1; k < times; k++)
		for (size_t m = 0; m < once; m++) {
			GROW(v->at, v->n, v->cap);
			v->at[v->n++] = v->at[m];
		}
	return 0;
}

/* {1,2} or {0}*100: as many as the set has, for the kernel reads that many. */
static int parse_setall(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct values v = { .p = p };
	struct semid_ds ds;
	size_t group = ps->len;
	long times = 1;
	int r;

	while (group && ps->at[group - 1] != '}')
		group--;
	r = parse_repeat(ps, ps->at + group, ps->len - group, &times);
	if (r == 0)
		r = parse_group(ps, ps->at, group, value_field, &v);
	if (r == 0)
		r = repeat_values(ps, &v, times);
	if (r == 0 && sem_stat(c->arg[CTL_SET].num, &ds) == 0 && ds.sem_nsems != v.n)
		r = parse_fail(ps,
			       _("SETALL sets all semaphores of the set: it has %lu, here %s %zu"),
			       (unsigned long)ds.sem_nsems, v.n == 1 ? _("is") : _("are"), v.n);
	if (r == 0 && !call_put(c, i, v.at, v.n * sizeof(*v.at)))
		r = parse_fail(ps, _("there is no room for so many values"));
	free(v.at);
	return r;
}

struct owner {
	struct semid_ds *ds;
	const struct param *p;
};

/* Is NAME= at s, with or without the structure's name before it? */
static bool field_is(const char *s, size_t len, const char *name)
{
	static const char prefix[] = "sem_perm.";

	if (len > strlen(prefix) && !memcmp(s, prefix, strlen(prefix))) {
		s += strlen(prefix);
		len -= strlen(prefix);
	}
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return len == strlen(name) && !memcmp(s, name, len);
}

static int owner_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	struct owner *o = arg;
	const char *eq = memchr(s, '=', len);
	const size_t n = eq ? (size_t)(eq - s) : 0;
	long num;

	(void)index;
	if (!n)
		return parse_fail(ps, _("IPC_SET sets by name: {mode=0600,uid=0,gid=0}"));
	if (parse_number_at(ps, o->p, KIND_INT, eq + 1, len - n - 1, &num))
		return -1;
	if (num < -1 || num > UINT32_MAX)
		return parse_fail(ps, _("%ld does not fit 32 bits"), num);
	if (field_is(s, n, "mode"))
		o->ds->sem_perm.mode = (unsigned short)num;
	else if (field_is(s, n, "uid"))
		o->ds->sem_perm.uid = (uid_t)num;
	else if (field_is(s, n, "gid"))
		o->ds->sem_perm.gid = (gid_t)num;
	else
		return parse_fail(ps, _("IPC_SET changes mode, uid and gid, nothing else: "
					"{mode=0600,uid=0,gid=0}"));
	return 0;
}

/* {mode=0600}: what is not given stays as it is. */
static int parse_set(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct semid_ds ds = { 0 };
	struct owner o = { &ds, p };

	if (sem_stat(c->arg[CTL_SET].num, &ds)) /* no such set: the kernel will say it */
		ds = (struct semid_ds){ 0 };
	if (parse_group(ps, ps->at, ps->len, owner_field, &o))
		return -1;
	return call_put(c, i, &ds, sizeof(ds)) ? 0 : parse_fail(ps, _("there is no room for it"));
}

/* How many values GETALL will give: the process that makes the call cannot know it. */
static long values_of(const struct call *c)
{
	struct semid_ds ds;

	return sem_stat(c->arg[CTL_SET].num, &ds) ? 0 : (long)ds.sem_nsems;
}

/* A type by the command. The default NULL gives a buffer to the commands that fill one. */
static int parse_arg(struct parse *ps, const struct param *p, struct call *c, int i)
{
	const long cmd = c->arg[CTL_CMD].num;
	const bool untyped = !ps->column; /* a default has none */

	if (!c->arg[CTL_CMD].given)
		return parse_fail(ps,
				  _("what arg is depends on cmd, which has to stand before it"));
	if (cmd == SETVAL && untyped)
		return fail(ps->cause, _("semctl: SETVAL needs the value: semctl s 0 SETVAL 3"));
	if ((cmd == SETALL || cmd == IPC_SET) && untyped)
		return fail(ps->cause, _("semctl: %s needs what to set: semctl s 0 %s"),
			    cmd == SETALL ? "SETALL" : "IPC_SET",
			    cmd == SETALL ? "SETALL {1,2}" : "IPC_SET {mode=0600}");
	if (cmd == SETALL && ps->len && *ps->at == '{')
		return parse_setall(ps, p, c, i);
	if (cmd == IPC_SET && ps->len && *ps->at == '{')
		return parse_set(ps, p, c, i);
	if (untyped) {
		c->arg[i].null = !semctl_of_stat(cmd) && !semctl_of_info(cmd) && cmd != GETALL;
		c->arg[i].num = cmd == GETALL ? values_of(c) : 0;
		return 0;
	}
	if (cmd != SETVAL) /* an address: EFAULT, or another command's that is not looked at */
		return parse_address(ps, p, c, i);
	if (parse_number(ps, p, KIND_INT, &c->arg[i].num))
		return -1;
	if ((c->arg[i].num < INT32_MIN || c->arg[i].num > INT32_MAX))
		return parse_fail(ps, _("val is an int (SEMVMX allows 0 to 32767)"));
	return 0;
}

/* -- printing --------------------------------------------------------------------------------- */

void semctl_add_values(struct str *out, const struct call *c, int i)
{
	const size_t n = call_length(c, i) / sizeof(unsigned short);
	const unsigned short *value = call_bytes(c, i, n * sizeof(*value));

	str_addc(out, '[');
	for (size_t k = 0; value && k < n; k++) {
		if (k)
			str_add(out, ", ");
		if (k == SHOWN) {
			str_add(out, "...");
			break;
		}
		str_num(out, value[k]);
	}
	str_addc(out, ']');
}

static void add_stat(struct str *out, const struct semid_ds *ds, bool set)
{
	str_addc(out, '{');
	sysv_format_perm(out, "sem_perm", &ds->sem_perm, set);
	if (!set) {
		sysv_format_field(out, "sem_otime", 't', (unsigned long)ds->sem_otime);
		sysv_format_field(out, "sem_ctime", 't', (unsigned long)ds->sem_ctime);
		sysv_format_field(out, "sem_nsems", 0, (unsigned long)ds->sem_nsems);
	}
	str_addc(out, '}');
}

static void add_info(struct str *out, const struct seminfo *i)
{
	str_addf(out,
		 "{semmap=%d, semmni=%d, semmns=%d, semmnu=%d, semmsl=%d, semopm=%d, semume=%d, "
		 "semusz=%d, semvmx=%d, semaem=%d}",
		 i->semmap, i->semmni, i->semmns, i->semmnu, i->semmsl, i->semopm, i->semume,
		 i->semusz, i->semvmx, i->semaem);
}

static void format_arg(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const long cmd = c->arg[CTL_CMD].num;
	const void *bytes = NULL;

	if (c->arg[i].null) {
		sysv_format_pointer(out, p, c, i);
	} else if (cmd == SETVAL) {
		str_num(out, c->arg[i].num);
	} else if (cmd == SETALL) {
		semctl_add_values(out, c, i);
	} else if (cmd == IPC_SET) {
		bytes = call_bytes(c, i, sizeof(struct semid_ds));
		if (bytes)
			add_stat(out, bytes, true);
	} else if (!done || c->ret == -1) {
		str_add(out, p->name);
	} else if (cmd == GETALL) {
		semctl_add_values(out, c, i);
	} else if (semctl_of_info(cmd)) {
		bytes = call_bytes(c, i, sizeof(struct seminfo));
		if (bytes)
			add_info(out, bytes);
	} else {
		bytes = call_bytes(c, i, sizeof(struct semid_ds));
		if (bytes)
			add_stat(out, bytes, false);
	}
}

const struct argtype semctl_type_arg = {
	.what = N_("what the command needs: SETVAL 3, SETALL {1,2}, IPC_SET {mode=0600}"),
	.parse = parse_arg,
	.format = format_arg,
	.kind = KIND_INT,
	.points = POINTS_OWN,
};
