/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which queues there are, and looking into them with MSG_COPY: nothing is taken, no time and no
 * pid changes (msgrcv(2)).  Runs in the shell and, before a msgrcv that cuts, in learner's
 * processes: no malloc.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/msg_object.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum {
	SEEN_BYTES = 64 * 1024, /* a longer message is not looked at */
	HELD_TYPES = 8,
};

static int stat_any(int index, void *ds)
{
	return msgctl(index, MSG_STAT_ANY, ds);
}

int msg_stat(long id, struct msqid_ds *ds)
{
	if (msgctl((int)id, IPC_STAT, ds) == 0)
		return 0;
	if (errno == EACCES && sysv_stat_any(id, stat_any, ds))
		return 0;
	errno = EINVAL;
	return -1;
}

int msg_look(long id, struct msg_seen *seen)
{
	static struct {
		long type;
		char text[SEEN_BYTES];
	} buf;
	ssize_t n;

	/* the kernel allocates as much as it is asked for: most messages are short */
	n = msgrcv((int)id, &buf, 1024, seen->ordinal, MSG_COPY | IPC_NOWAIT);
	if (n < 0 && (errno == E2BIG || errno == EINVAL))
		n = msgrcv((int)id, &buf, sizeof(buf.text), seen->ordinal, MSG_COPY | IPC_NOWAIT);
	if (n < 0)
		return -1;
	seen->type = buf.type;
	seen->size = (size_t)n;
	seen->text = buf.text;
	return 0;
}

int msg_select(long id, long type, int flags, struct msg_seen *seen)
{
	long limit = type == LONG_MIN ? LONG_MAX : -type, best = -1, lowest = 0;

	for (seen->ordinal = 0; seen->ordinal < MSG_LOOK; seen->ordinal++) {
		if (msg_look(id, seen)) {
			if (errno == ENOMSG)
				break;
			return -1;
		}
		if (type == 0 || (type > 0 && (seen->type == type) == !(flags & MSG_EXCEPT)))
			return 0;
		if (type < 0 && seen->type <= limit && (best < 0 || seen->type < lowest)) {
			best = seen->ordinal;
			lowest = seen->type;
		}
	}
	if (best >= 0) {
		seen->ordinal = best;
		return msg_look(id, seen);
	}
	errno = ENOMSG;
	return -1;
}

void msg_add_wanted(struct str *out, long type, int flags)
{
	if (type == 0)
		str_add(out, _("any message"));
	else if (type < 0)
		str_addf(out, _("type %ld or lower"), type == LONG_MIN ? LONG_MAX : -type);
	else
		str_addf(out, flags & MSG_EXCEPT ? _("any type but %ld") : _("type %ld"), type);
}

/* The types in the order of their first messages, up to HELD_TYPES of them. False: not to be seen. */
static bool add_types(struct str *out, long id)
{
	struct msg_seen seen = { 0 };
	long type[HELD_TYPES];
	int n = 0;

	for (; seen.ordinal < MSG_LOOK; seen.ordinal++) {
		int k = 0;

		if (msg_look(id, &seen)) {
			if (errno == ENOMSG)
				break;
			return false;
		}
		while (k < n && type[k] != seen.type)
			k++;
		if (k < n)
			continue;
		if (n == HELD_TYPES) {
			str_add(out, ", ...");
			break;
		}
		type[n++] = seen.type;
		str_addf(out, n == 1 ? "%ld" : ", %ld", seen.type);
	}
	return n > 0;
}

void msg_add_held(struct str *out, long id, const char *name)
{
	struct str types = STR_INIT;
	struct msqid_ds ds;

	if (msg_stat(id, &ds))
		str_addf(out, _("%s is gone"), name);
	else if (ds.msg_qnum == 0)
		str_addf(out, _("%s is empty"), name);
	else if (add_types(&types, id))
		str_addf(out, _("%s holds type%s %s"), name,
			 strchr(str_text(&types), ',') ? "s" : "", str_text(&types));
	else
		str_addf(out, _("%s holds %lu message%s"), name, ds.msg_qnum,
			 ds.msg_qnum == 1 ? "" : "s");
	str_free(&types);
}

/* ---- as objects ---- */

static struct sysv_at_hand at_hand;

int msg_each(const struct world *w, bool (*fn)(void *arg, long id), void *arg)
{
	struct msginfo info = { 0 };
	struct msqid_ds ds;
	int highest = msgctl(0, MSG_INFO, (struct msqid_ds *)&info);

	(void)w;
	return sysv_each(&at_hand, highest, info.msgpool, stat_any, &ds, fn, arg);
}

long msg_count(void)
{
	struct msginfo info;

	return msgctl(0, MSG_INFO, (struct msqid_ds *)&info) < 0 ? 0 : info.msgpool;
}

int msg_object(const struct world *w, long id, struct object *o)
{
	const struct msqid_ds *ds = at_hand.id == id ? at_hand.ds : NULL;
	struct msqid_ds own;

	(void)w;
	if (!ds) {
		if (msg_stat(id, &own))
			return -1;
		ds = &own;
	}
	o->kind = KIND_MSG;
	o->id = id;
	o->f[F_KEY] = (unsigned)ds->msg_perm.__key;
	o->f[F_UID] = ds->msg_perm.uid;
	o->f[F_GID] = ds->msg_perm.gid;
	o->f[F_CUID] = ds->msg_perm.cuid;
	o->f[F_CGID] = ds->msg_perm.cgid;
	o->f[F_MODE] = ds->msg_perm.mode;
	o->f[F_QNUM] = (long)ds->msg_qnum;
	o->f[F_CBYTES] = (long)ds->__msg_cbytes;
	o->f[F_QBYTES] = (long)ds->msg_qbytes;
	o->f[F_LSPID] = ds->msg_lspid;
	o->f[F_LRPID] = ds->msg_lrpid;
	o->f[F_STIME] = ds->msg_stime;
	o->f[F_RTIME] = ds->msg_rtime;
	o->f[F_CTIME] = ds->msg_ctime;
	return 0;
}
