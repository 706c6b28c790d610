/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What System V mechanisms have in common (ipc/sysv.h): how IPC_SET is typed and printed, how
 * objects are listed, and owners, modes, keys and times as text.  Runs in the shell.
 */
#include "ipc/sysv.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/types.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What IPC_SET sets; the first is a queue's alone. */
static const struct constant set_fields[] = {
	{ "qbytes=", SYSV_QBYTES, N_("how many bytes the queue may hold") },
	{ "mode=", SYSV_MODE, N_("permissions: 0600") },
	{ "uid=", SYSV_UID, N_("the owner") },
	{ "gid=", SYSV_GID, N_("its group") },
	{ NULL, 0, NULL },
};

void sysv_offers_set(struct offers *of, long cmd, bool qbytes)
{
	bool set = cmd == IPC_SET;

	*of = (struct offers){ .member = set ? set_fields + !qbytes : NULL, .braced = set };
}

const struct constant sysv_keys[] = {
	{ "IPC_PRIVATE", IPC_PRIVATE, N_("a new object each time, without a key") },
	{ NULL, 0, NULL },
};

struct set_parse {
	const struct param *param;
	struct sysv_set set;
	bool qbytes;
};

/* The field of NAME=, where NAME may have the C structure's prefixes: msg_perm.uid, msg_qbytes. */
static int set_field_index(const char *s, size_t len, bool qbytes)
{
	static const char *const prefix[] = { "msg_perm.", "shm_perm.", "msg_" };

	for (size_t k = 0; k < ARRAY_LEN(prefix); k++) {
		size_t n = strlen(prefix[k]);

		if (len > n && !memcmp(s, prefix[k], n)) {
			s += n;
			len -= n;
			break;
		}
	}
	for (int k = !qbytes; set_fields[k].name; k++)
		if (strlen(set_fields[k].name) == len + 1 && !memcmp(set_fields[k].name, s, len))
			return k;
	return -1;
}

static int set_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	struct set_parse *sp = arg;
	const char *eq = memchr(s, '=', len);
	int k = eq ? set_field_index(s, (size_t)(eq - s), sp->qbytes) : -1;
	long value;

	(void)index;
	if (k < 0)
		return parse_fail(ps, _("IPC_SET takes %suid=, gid= and mode=, as in {mode=0600}"),
				  sp->qbytes ? "qbytes=, " : "");
	if (parse_number_at(ps, sp->param, KIND_INT, eq + 1, len - (size_t)(eq + 1 - s), &value))
		return -1;
	sp->set.mask |= (unsigned)set_fields[k].value;
	if (set_fields[k].value == SYSV_QBYTES) {
		sp->set.qbytes = (unsigned long)value;
		return 0;
	}
	if (value < -1 || value > 0xffffffffL)
		return parse_fail(ps, _("%s%ld does not fit 32 bits"), set_fields[k].name, value);
	if (set_fields[k].value == SYSV_UID)
		sp->set.uid = (unsigned)value;
	else if (set_fields[k].value == SYSV_GID)
		sp->set.gid = (unsigned)value;
	else
		sp->set.mode = (unsigned)value & 0xffff;
	return 0;
}

int sysv_parse_buf(struct parse *ps, const struct param *p, struct call *c, int i,
		   const struct constant *fills, bool qbytes)
{
	/* a default has no column; literals may share storage, so the address tells nothing */
	bool defaulted = !ps->column, group = ps->len && ps->at[0] == '{';
	struct set_parse sp = { .param = p, .qbytes = qbytes };
	long cmd = c->arg[1].num;

	if (group && cmd != IPC_SET)
		return parse_fail(ps, _("only IPC_SET takes a group of fields"));
	if (cmd == IPC_SET && (group || defaulted)) {
		if (group && parse_group(ps, ps->at, ps->len, set_field, &sp))
			return -1;
		if (!call_put(c, i, &sp.set, sizeof(sp.set)))
			return parse_fail(ps, _("too many bytes"));
		return 0;
	}
	if (defaulted && constant_by_value(fills, cmd))
		return 0;
	return parse_address(ps, p, c, i);
}

void sysv_format_pointer(struct str *out, const struct param *p, const struct call *c, int i)
{
	if (c->arg[i].null)
		type_addr.format(out, p, c, i, true);
	else
		str_add(out, p->name);
}

void sysv_format_field(struct str *out, const char *name, char class, unsigned long value)
{
	char digits[24];

	str_add(out, ", ");
	str_add(out, name);
	str_addc(out, '=');
	snprintf(digits, sizeof(digits), "%lu", value);
	/* 0 means none or never in every run: it must match itself alone */
	if (class && value)
		str_mark(out, class, digits);
	else
		str_add(out, digits);
}

void sysv_format_perm(struct str *out, const char *name, const struct ipc_perm *perm, bool set)
{
	/* what no id can be is written as -1, as strace does */
	str_addf(out, "%s={uid=%ld, gid=%ld, mode=", name, perm->uid == (uid_t)-1 ? -1L : perm->uid,
		 perm->gid == (gid_t)-1 ? -1L : perm->gid);
	str_addf(out, perm->mode ? "%#03o" : "000", perm->mode);
	if (!set) {
		sysv_format_field(out, "key", 'k', (unsigned)perm->__key);
		str_addf(out, ", cuid=%u, cgid=%u", perm->cuid, perm->cgid);
	}
	str_addc(out, '}');
}

bool sysv_stat_any(long id, int (*stat)(int index, void *ds), void *ds)
{
	static const int index[] = { (1 << 15) - 1, (1 << 24) - 1 };

	for (size_t k = 0; k < ARRAY_LEN(index); k++)
		if (stat((int)id & index[k], ds) == (int)id)
			return true;
	return false;
}

int sysv_each(struct sysv_at_hand *at, int highest, int used, int (*stat)(int index, void *ds),
	      void *ds, bool (*fn)(void *arg, long id), void *arg)
{
	bool more = true;
	int found = 0;

	if (highest < 0)
		return -1;
	for (int index = 0; more && index <= highest; index++) {
		int id = stat(index, ds);

		if (id < 0)
			continue;
		found++;
		*at = (struct sysv_at_hand){ id, ds };
		more = fn(arg, id);
		at->ds = NULL;
	}
	if (used > 0 && !found) {
		errno = ENOSYS; /* *_STAT_ANY came with Linux 4.17 */
		return -1;
	}
	return 0;
}

void sysv_key(struct str *out, key_t key)
{
	char hex[16];

	if (key == IPC_PRIVATE) {
		str_add(out, "IPC_PRIVATE");
		return;
	}
	snprintf(hex, sizeof(hex), "0x%x", (unsigned)key);
	str_mark(out, 'k', hex);
}

void sysv_owner(struct str *out, unsigned uid)
{
	/* thousands of rows have the same owner, and the user database is slow */
	static unsigned last = (unsigned)-1;
	static char name[40];

	if (uid != last || !name[0]) {
		struct passwd *pw = getpwuid(uid);

		if (pw)
			snprintf(name, sizeof(name), "%s", pw->pw_name);
		else
			snprintf(name, sizeof(name), "uid %u", uid);
		last = uid;
	}
	str_clean(out, name, strlen(name));
}

void sysv_time(struct str *out, time_t t)
{
	time_t now = time(NULL);
	struct tm tm, today;
	char text[40];

	if (!t || !localtime_r(&t, &tm) || !localtime_r(&now, &today)) {
		str_add(out, _("never"));
		return;
	}
	strftime(text, sizeof(text),
		 tm.tm_yday == today.tm_yday && tm.tm_year == today.tm_year ? "%H:%M:%S"
									    : "%Y-%m-%d %H:%M:%S",
		 &tm);
	str_mark(out, 't', text);
}

void sysv_count(struct str *out, long n, const char *noun)
{
	str_num(out, n);
	str_addc(out, ' ');
	str_add(out, _(noun));
	if (n != 1 && !lang_is_local())
		str_addc(out, 's');
}

void sysv_changed_mode(const char *name, long now, long was,
		       void (*line)(void *arg, const char *subject, const char *text), void *arg)
{
	struct str text = STR_INIT;

	if (now != was) {
		str_add(&text, _("mode "));
		format_mode(&text, (unsigned)now);
		str_add(&text, _(" (was "));
		format_mode(&text, (unsigned)was);
		str_addc(&text, ')');
		line(arg, name, str_text(&text));
	}
	str_free(&text);
}

void sysv_changed_owner(const char *name, const char *what, long now, long was,
			void (*line)(void *arg, const char *subject, const char *text), void *arg)
{
	struct str text = STR_INIT;

	if (now != was) {
		str_addf(&text, _("%s %u (was %u)"), what, (unsigned)now, (unsigned)was);
		line(arg, name, str_text(&text));
	}
	str_free(&text);
}
