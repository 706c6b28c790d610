/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why message queue calls refuse or sleep: one line each, from what the kernel says of the queue
 * at that moment.  Looks, never takes.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/fault.h"
#include "ipc/msg.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>

static const char *name_of(const struct world *w, long id)
{
	return w->name(w->ctx, KIND_MSG, id);
}

/* EINVAL or EIDRM because of the id. True if that was it. */
static bool why_id(struct str *out, long id, const struct world *w)
{
	struct msqid_ds ds;

	if (id >= 0 && msg_stat(id, &ds) == 0)
		return false;
	sysv_why_id(out, KIND_MSG, _("queue"), id, msgctl((int)id & 0x7fff, MSG_STAT_ANY, &ds), w);
	return true;
}

static void why_removed(struct str *out, long id, const struct world *w)
{
	str_addf(out, _("%s was removed while %s slept in it"), name_of(w, id), w->self.name);
}

/* Only a handler can: after a stop and SIGCONT the kernel sleeps on (ERESTARTNOHAND). */
static void why_interrupted(struct str *out, const struct call *c, const struct world *w)
{
	if (w->self.handled)
		str_addf(out, _("the handler for %s ran"), signo_name(w->self.handled));
	else
		str_add(out, _("a handler ran"));
	str_addf(out, _("; %s is never restarted, SA_RESTART or not, and nothing was done"),
		 prims[c->prim]->name);
}

static void why_access(struct str *out, long id, const struct world *w, int want, const char *todo)
{
	struct msqid_ds ds;

	if (msg_stat(id, &ds) == 0)
		sysv_why_access(out, name_of(w, id), &ds.msg_perm, w, want, todo);
}

void msgget_why(struct str *out, const struct call *c, const struct world *w)
{
	key_t key = (key_t)c->arg[0].num;
	/* no mode asked for: nothing is checked, nothing is made */
	int id = key == IPC_PRIVATE ? -1 : msgget(key, 0);
	struct msqid_ds ds = { 0 };
	struct msginfo mi;

	if (id >= 0 && msg_stat(id, &ds))
		id = -1;
	if (c->err == ENOSPC && msgctl(0, MSG_INFO, (struct msqid_ds *)&mi) >= 0)
		sysv_why_many(out, mi.msgpool, N_("queue"), "msgmni", mi.msgmni,
			      "/proc/sys/kernel/msgmni");
	else if (c->err == ENOMEM)
		str_add(out, _("the kernel has no memory left for a queue's head"));
	else
		sysv_why_key(out, c, 1, KIND_MSG, _("queue"), id, &ds.msg_perm, w);
}

/* "q is full: 16384 of 16384 bytes, 100 more do not fit" */
static void add_full(struct str *out, const struct call *c, const struct world *w)
{
	unsigned long size = (unsigned long)c->arg[SND_SIZE].num;
	long id = c->arg[SND_ID].num;
	struct msqid_ds ds;

	if (msg_stat(id, &ds))
		return;
	if (size > ds.msg_qbytes)
		str_addf(out, _("%lu bytes never fit: %s takes %lu in all (qbytes)"), size,
			 name_of(w, id), ds.msg_qbytes);
	else if (ds.__msg_cbytes + size > ds.msg_qbytes)
		str_addf(out, _("%s %s: %lu of %lu bytes, %lu more %s not fit"), name_of(w, id),
			 ds.__msg_cbytes < ds.msg_qbytes ? _("has no room") : _("is full"),
			 ds.__msg_cbytes, ds.msg_qbytes, size, size == 1 ? _("does") : _("do"));
	else if (ds.msg_qnum + 1 > ds.msg_qbytes)
		str_addf(
			out,
			_("%s is full: %lu messages, as many as qbytes (%lu) allows, even empty ones"),
			name_of(w, id), ds.msg_qnum, ds.msg_qbytes);
	else
		str_addf(out, _("%s was full; now %lu of %lu bytes"), name_of(w, id),
			 ds.__msg_cbytes, ds.msg_qbytes);
}

void msgsnd_asleep(struct str *out, const struct call *c, const struct world *w)
{
	add_full(out, c, w);
}

/* In the order of do_msgsnd(): size and id, type, queue. */
static void msgsnd_invalid(struct str *out, const struct call *c, const struct world *w)
{
	long size = c->arg[SND_SIZE].num, msgmax = sysv_limit("kernel/msgmax");
	long id = c->arg[SND_ID].num, type = c->arg[SND_TYPE].num;
	const bool elsewhere = c->arg[SND_BUF].given;

	if (elsewhere && !sysv_read_memory(w, c->arg[SND_BUF].num, &type, sizeof(type)))
		type = 1; /* it has changed since */
	if (size < 0)
		str_addf(out, _("size %lu: as a signed number it is %ld"), (unsigned long)size,
			 size);
	else if (msgmax >= 0 && size > msgmax)
		str_addf(out,
			 _("%ld bytes are over msgmax, %ld a message (/proc/sys/kernel/msgmax)"),
			 size, msgmax);
	else if (id < 0 || type >= 1)
		why_id(out, id, w);
	else if (elsewhere)
		str_addf(out, _("the mtype at that address is %ld, less than 1"), type);
	else
		str_addf(
			out,
			_("mtype is %ld: a message's type is 1 or more, so that msgrcv can ask for 0 and "
			  "for -N"),
			type);
}

void msgsnd_why(struct str *out, const struct call *c, const struct world *w)
{
	long id = c->arg[SND_ID].num;

	switch (c->err) {
	case EAGAIN:
		add_full(out, c, w);
		str_add(out, _("; IPC_NOWAIT says not to sleep"));
		break;
	case EACCES:
		why_access(out, id, w, 2, "msgsnd");
		break;
	case EFAULT:
		why_fault_at(out, c, SND_BUF, false, w);
		break;
	case EIDRM:
		why_removed(out, id, w);
		break;
	case EINTR:
		why_interrupted(out, c, w);
		break;
	case EINVAL:
		msgsnd_invalid(out, c, w);
		break;
	case ENOMEM:
		str_addf(out, _("no memory for a copy of %lu bytes"),
			 (unsigned long)c->arg[SND_SIZE].num);
		break;
	}
}

void msgrcv_asleep(struct str *out, const struct call *c, const struct world *w)
{
	long id = c->arg[RCV_ID].num;

	str_add(out, _("wants "));
	msg_add_wanted(out, c->arg[RCV_TYPE].num, (int)c->arg[RCV_FLAGS].num);
	str_add(out, _("; "));
	msg_add_held(out, id, name_of(w, id));
	msgrcv_note_flags(out, c);
}

pid_t msgsnd_wake(struct str *out, const struct call *c, const struct world *w)
{
	const unsigned long size = (unsigned long)c->arg[SND_SIZE].num;
	const char *name = name_of(w, c->arg[SND_ID].num);
	struct msqid_ds ds;

	/* one that would not fit into the empty queue waits for a larger one */
	if (!msgctl((int)c->arg[SND_ID].num, IPC_STAT, &ds) && size > ds.msg_qbytes)
		str_addf(out, "msgctl %s IPC_SET {qbytes=%lu}", name, size);
	else
		str_addf(out, "msgrcv %s", name);
	return 0;
}

pid_t msgrcv_wake(struct str *out, const struct call *c, const struct world *w)
{
	const long type = c->arg[RCV_TYPE].num;
	const bool except = type > 0 && c->arg[RCV_FLAGS].num & MSG_EXCEPT;

	str_addf(out, "msgsnd %s %ld \"text\"", name_of(w, c->arg[RCV_ID].num),
		 except     ? (type == 1 ? 2L : 1L)
		 : type > 0 ? type
			    : 1L);
	return 0;
}

/* In the order of do_msgrcv(): size and id, flags, queue. */
static void msgrcv_invalid(struct str *out, const struct call *c, const struct world *w)
{
	long size = c->arg[RCV_SIZE].num, id = c->arg[RCV_ID].num;
	struct msg_seen seen = { .ordinal = c->arg[RCV_TYPE].num };
	int flags = (int)c->arg[RCV_FLAGS].num;

	if (size < 0)
		str_addf(out, _("size %lu: as a signed number it is %ld"), (unsigned long)size,
			 size);
	else if (id >= 0 && (flags & MSG_COPY) && (flags & MSG_EXCEPT))
		str_add(out,
			_("MSG_COPY takes msgtyp as a place in the queue, MSG_EXCEPT as a type: not both"));
	else if (id >= 0 && (flags & MSG_COPY) && !(flags & IPC_NOWAIT))
		str_add(out, _("MSG_COPY never sleeps: it wants IPC_NOWAIT with it"));
	else if (!why_id(out, id, w) && (flags & MSG_COPY) && !msg_look(id, &seen))
		str_addf(
			out,
			(long)seen.size > size
				? _("the message at place %ld has %zu byte%s, the buffer %ld, and a copy is "
				    "never cut: not even with MSG_NOERROR")
				: _("the message at place %ld has %zu byte%s, and a copy not more than msgmax, "
				    "%ld (/proc/sys/kernel/msgmax)"),
			seen.ordinal, seen.size, seen.size == 1 ? "" : "s",
			(long)seen.size > size ? size : sysv_limit("kernel/msgmax"));
}

/* The message that did not fit. */
static void msgrcv_toobig(struct str *out, const struct call *c)
{
	struct msg_seen seen = { .ordinal = c->arg[RCV_TYPE].num };
	long id = c->arg[RCV_ID].num;
	int flags = (int)c->arg[RCV_FLAGS].num;
	bool copy = flags & MSG_COPY;

	if ((copy ? msg_look(id, &seen) : msg_select(id, c->arg[RCV_TYPE].num, flags, &seen)) ==
		    0 &&
	    (long)seen.size > c->arg[RCV_SIZE].num) {
		str_addf(out, _("the message (type %ld) has %zu byte%s, the buffer %ld"), seen.type,
			 seen.size, seen.size == 1 ? "" : "s", c->arg[RCV_SIZE].num);
		str_add(out, copy ? _("; size= gives a larger one")
				  : _("; it stays in the queue; MSG_NOERROR would cut it"));
	} else { /* somebody else has taken it since */
		str_addf(out,
			 _("the message had more than %ld bytes, as many as the buffer; it is no "
			   "longer in the queue"),
			 c->arg[RCV_SIZE].num);
	}
}

static void msgrcv_nomsg(struct str *out, const struct call *c, const struct world *w)
{
	long id = c->arg[RCV_ID].num, type = c->arg[RCV_TYPE].num;
	int flags = (int)c->arg[RCV_FLAGS].num;
	struct msqid_ds ds;

	if ((flags & MSG_COPY) && msg_stat(id, &ds) == 0) {
		str_addf(out, _("nothing at place %ld: %s holds "), type, name_of(w, id));
		sysv_count(out, (long)ds.msg_qnum, N_("message"));
		if (ds.msg_qnum)
			str_addf(out, _(", places 0 to %lu"), ds.msg_qnum - 1);
		return;
	}
	if (type) {
		str_add(out, _("no message of "));
		msg_add_wanted(out, type, flags);
		str_add(out, _("; "));
	}
	msg_add_held(out, id, name_of(w, id));
	str_add(out, _("; IPC_NOWAIT says not to sleep"));
}

void msgrcv_why(struct str *out, const struct call *c, const struct world *w)
{
	long id = c->arg[RCV_ID].num;

	switch (c->err) {
	case E2BIG:
		msgrcv_toobig(out, c);
		break;
	case EACCES:
		why_access(out, id, w, 4, "msgrcv");
		break;
	case EFAULT:
		why_fault(out, c, w);
		str_add(out,
			(int)c->arg[RCV_FLAGS].num & MSG_COPY ? "" : _("; the message is lost"));
		break;
	case EIDRM:
		why_removed(out, id, w);
		break;
	case EINTR:
		why_interrupted(out, c, w);
		break;
	case EINVAL:
		msgrcv_invalid(out, c, w);
		break;
	case ENOMSG:
		msgrcv_nomsg(out, c, w);
		break;
	case ENOSYS:
		str_add(out,
			_("this kernel was built without CONFIG_CHECKPOINT_RESTORE: no MSG_COPY"));
		break;
	}
}

/* The command is not known, or the id, or (for MSG_STAT) the index, or IPC_SET's users. */
static void msgctl_invalid(struct str *out, const struct call *c, const struct world *w)
{
	const long cmd = c->arg[1].num;
	struct msginfo mi = { 0 };
	int highest = msgctl(0, MSG_INFO, (struct msqid_ds *)&mi);

	if (!sysv_why_command(out, c, 1, _("queue"), cmd == MSG_STAT || cmd == MSG_STAT_ANY,
			      mi.msgpool ? highest : -1) &&
	    !why_id(out, c->arg[0].num, w) && cmd == IPC_SET)
		sysv_why_ids(out, c, 2, w);
}

/* Who asks is checked first, then how much (msgctl_down). */
static void msgctl_perm(struct str *out, const struct call *c, const struct world *w)
{
	const struct msqid_ds *asked = call_bytes(c, 2, sizeof(*asked));
	long id = c->arg[0].num, msgmnb = sysv_limit("kernel/msgmnb");
	const bool set = c->arg[1].num == IPC_SET;
	struct msqid_ds ds, there;

	if (c->arg[2].null)
		asked = sysv_read_memory(w, c->arg[2].num, &there, sizeof(there)) ? &there : NULL;
	if (msg_stat(id, &ds))
		return;
	if (set && asked && sysv_is_owner(&ds.msg_perm, w, CAP_SYS_ADMIN))
		str_addf(out,
			 _("qbytes %lu is over msgmnb, %ld (/proc/sys/kernel/msgmnb): that takes "
			   "privilege (CAP_SYS_RESOURCE)"),
			 asked->msg_qbytes, msgmnb);
	else
		sysv_why_owner(out, name_of(w, id), &ds.msg_perm, w,
			       set ? _("changed") : _("removed"), "CAP_SYS_ADMIN");
}

void msgctl_why(struct str *out, const struct call *c, const struct world *w)
{
	long id = c->arg[0].num, cmd = c->arg[1].num;
	struct msqid_ds ds;

	switch (c->err) {
	case EACCES:
		if (cmd == MSG_STAT && (id = msgctl((int)id, MSG_STAT_ANY, &ds)) < 0)
			break;
		why_access(out, id, w, 4, cmd == MSG_STAT ? "MSG_STAT" : "IPC_STAT");
		break;
	case EFAULT:
		why_fault_at(out, c, 2, cmd != IPC_SET, w);
		break;
	case EIDRM:
		str_addf(out, _("%s was just removed"), name_of(w, id));
		break;
	case EINVAL:
		msgctl_invalid(out, c, w);
		break;
	case EPERM:
		msgctl_perm(out, c, w);
		break;
	}
}
