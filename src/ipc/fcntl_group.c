/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fcntl's structures as they are typed: a lock and an owner, in braces.  Runs in the shell.
 */
#include "base/lang.h"
#include "call/parse.h"
#include "ipc/fcntl.h"

#include <unistd.h>

const struct constant whence_constants[] = {
	{ "SEEK_SET", SEEK_SET, NULL },
	{ "SEEK_CUR", SEEK_CUR, NULL },
	{ "SEEK_END", SEEK_END, NULL },
	{ NULL, 0, NULL },
};

/* struct flock and struct f_owner_ex as groups, in any order by name, or in the C order */

const struct constant lock_members[] = {
	{ "l_type=", 0, N_("F_RDLCK, F_WRLCK or F_UNLCK") },
	{ "l_whence=", 0, N_("what l_start counts from: SEEK_SET, SEEK_CUR, SEEK_END") },
	{ "l_start=", 0, N_("the first byte") },
	{ "l_len=", 0, N_("how many bytes; 0: to the end, wherever that is") },
	{ "l_pid=", 0, N_("0 for the locks of open files") },
	{ NULL, 0, NULL },
};

const struct constant owner_members[] = {
	{ "type=", 0, N_("F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP") },
	{ "pid=", 0, N_("whom to signal") },
	{ NULL, 0, NULL },
};

static int group_number(struct parse *ps, const struct constant *table, enum kind kind,
			const char *s, size_t len, long *out)
{
	const struct param p = { .name = "arg", .table = table };

	return parse_number_at(ps, &p, kind, s, len, out);
}

int lock_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	struct flock *l = arg;
	int which = parse_member(lock_members, index, &s, &len);
	long n;

	if (which < 0)
		return parse_fail(
			ps, _("a lock is {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}"));
	if (group_number(ps, which == 1 ? whence_constants : lease_constants,
			 which == 4 ? KIND_PID : KIND_INT, s, len, &n))
		return -1;
	switch (which) {
	case 0:
		l->l_type = (short)n;
		break;
	case 1:
		l->l_whence = (short)n;
		break;
	case 2:
		l->l_start = n;
		break;
	case 3:
		l->l_len = n;
		break;
	case 4:
		l->l_pid = (pid_t)n;
		break;
	}
	return 0;
}

int owner_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	struct f_owner_ex *o = arg;
	int which = parse_member(owner_members, index, &s, &len);
	long n;

	if (which < 0)
		return parse_fail(ps, _("an owner is {F_OWNER_PID, PID}"));
	if (group_number(ps, owner_constants, which ? KIND_PID : KIND_INT, s, len, &n))
		return -1;
	*(which ? &o->pid : (int *)&o->type) = (int)n;
	return 0;
}
