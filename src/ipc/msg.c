/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * System V message queues: msgget, msgsnd, msgrcv (msgctl is in msgctl.c).  Syntax, execution and
 * strace text of each; why they refuse and sleep is in msg_why.c, what queues there are in
 * msg_look.c, msg_state.c and msg_grid.c.  The make functions run in learner's processes,
 * everything else in the shell.
 */
#include "ipc/msg.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/types.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MTYPE = sizeof(long) };

/* msgget */

static const struct constant msgget_flags[] = {
	{ "IPC_CREAT", IPC_CREAT, N_("make it if the key has none") },
	{ "IPC_EXCL", IPC_EXCL, N_("with IPC_CREAT: fail if the key has one") },
	{ "IPC_NOWAIT", IPC_NOWAIT, N_("means nothing to msgget") },
	{ NULL, 0, NULL },
};

static long msgget_make(struct call *c)
{
	return msgget((key_t)c->arg[0].num, (int)c->arg[1].num);
}

static void msgget_note(struct str *out, const struct call *c, const struct world *w)
{
	struct msqid_ds ds;

	if (msg_stat(c->ret, &ds))
		return;
	sysv_note_get(out, c, 1, KIND_MSG, &ds.msg_perm, w);
	sysv_note_bits(out, c, (unsigned)c->arg[1].num & ~(IPC_CREAT | IPC_EXCL | 0777U),
		       msgget_flags, NULL);
}

const struct prim prim_msgget = {
	.name = "msgget",
	.topic = "messages",
	.summary = N_("the queue of a key, or a new one"),
	.help = N_(
		"IPC_PRIVATE always makes a new queue; another key finds the queue that has it, and\n"
		"with IPC_CREAT makes one if there is none. A new queue's x bits mean nothing; a mode with which\n"
		"an old one is asked for must be allowed bit by bit."),
	.proto = "int msgget(key_t key, int msgflg);",
	.example = "q = msgget IPC_PRIVATE 0600",
	.man = "msgget(2)",
	.errors = "EACCES EEXIST ENOENT ENOMEM ENOSPC",
	.param = { { .name = "key", .type = &type_key, .table = sysv_keys },
		   { .name = "msgflg",
		     .type = &type_perm,
		     .def = "0",
		     .flags = PARAM_OPTIONAL,
		     .table = msgget_flags } },
	.binds = KIND_MSG,
	.make = msgget_make,
	.why = msgget_why,
	.note = msgget_note,
};

/* msgsnd: struct msgbuf is typed as its two members */

static const struct constant msgsnd_flags[] = {
	{ "MSG_NOERROR", MSG_NOERROR, N_("means nothing to msgsnd") },
	{ "MSG_EXCEPT", MSG_EXCEPT, N_("means nothing to msgsnd") },
	{ "MSG_COPY", MSG_COPY, N_("means nothing to msgsnd") },
	{ "IPC_NOWAIT", IPC_NOWAIT, N_("fail with EAGAIN instead of sleeping") },
	{ NULL, 0, NULL },
};

static void format_mtype(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	if (c->arg[SND_BUF].given) {
		type_addr.format(out, p, c, SND_BUF, done);
		return;
	}
	str_add(out, "{mtype=");
	str_num(out, c->arg[i].num);
}

/* How many bytes of mtext strace sees: msgsz of them, unless that is absurd. */
static size_t shown_size(const struct call *c)
{
	unsigned long size = (unsigned long)c->arg[SND_SIZE].num;
	size_t len = (size_t)c->arg[SND_TEXT].num;

	return size <= CALL_DATA || size < len ? size
	       : len > FORMAT_STRING           ? len
					       : FORMAT_STRING + 1;
}

static void format_mtext(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	const struct arg *a = &c->arg[i];
	size_t len = call_length(c, i), size = shown_size(c), n;
	char head[FORMAT_STRING + 1] = "";

	(void)p, (void)done;
	if (c->arg[SND_BUF].given) { /* the address stands for both: take the comma back */
		str_trim(out, out->len - strlen(", "));
		return;
	}
	str_add(out, "mtext=");
	n = len * (a->repeat ? a->repeat : 1);
	for (size_t k = 0; len && k < n && k < sizeof(head); k++)
		head[k] = (char)c->data[a->off + k % len];
	str_quote(out, head, size < sizeof(head) ? size : sizeof(head), FORMAT_STRING);
	str_addc(out, '}');
}

static int parse_mtype(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, KIND_INT, &c->arg[i].num);
}

/* By default the text's length, which stands before it in the argument list. */
static int parse_msgsz(struct parse *ps, const struct param *p, struct call *c, int i)
{
	if (ps->at != p->def)
		return type_size.parse(ps, p, c, i);
	c->arg[i].num = c->arg[SND_TEXT].num;
	return 0;
}

static void format_msgsz(struct str *out, const struct param *p, const struct call *c, int i,
			 bool done)
{
	type_size.format(out, p, c, i, done);
}

/* Printed in the place of mtype and mtext. */
static void format_msgp(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	(void)p, (void)c, (void)i, (void)done;
	str_trim(out, out->len - strlen(", "));
}

static int parse_mtext(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return type_text.parse(ps, p, c, i);
}

static const struct argtype type_mtype = { .what = N_("a message type, 1 or more"),
					   .parse = parse_mtype,
					   .format = format_mtype,
					   .kind = KIND_INT,
					   .number = true };
static const struct argtype type_mtext = { .what = N_("a text"),
					   .parse = parse_mtext,
					   .format = format_mtext };
static const struct argtype type_msgsz = { .what = N_("a size in bytes"),
					   .parse = parse_msgsz,
					   .format = format_msgsz,
					   .kind = KIND_INT,
					   .number = true };
static const struct argtype type_msgp = { .what = N_("an address"),
					  .parse = parse_address,
					  .format = format_msgp,
					  .kind = KIND_ADDR,
					  .points = POINTS_OWN };

static long msgsnd_make(struct call *c)
{
	char small[MTYPE + 1024] __attribute__((aligned(16)));
	size_t len, size = (size_t)c->arg[SND_SIZE].num, room;
	const void *text;
	char *buf = small;

	if (c->arg[SND_BUF].given)
		return syscall(SYS_msgsnd, (int)c->arg[SND_ID].num, (void *)c->arg[SND_BUF].num,
			       size, (int)c->arg[SND_FLAGS].num);
	text = call_in(c, SND_TEXT, &len);
	if (!text)
		return -1;
	/* a size beyond the text sends zeros, as far as a buffer of that size can be had */
	room = size > len && size <= CALL_DATA ? size : len;
	if (room < FORMAT_STRING + 1)
		room = FORMAT_STRING + 1;
	if (MTYPE + room > sizeof(small))
		buf = call_out(c, SND_BUF, MTYPE + room);
	if (!buf)
		return -1;
	memcpy(buf, &c->arg[SND_TYPE].num, MTYPE);
	memcpy(buf + MTYPE, text, len);
	memset(buf + MTYPE + len, 0, room - len);
	return syscall(SYS_msgsnd, (int)c->arg[SND_ID].num, buf, size, (int)c->arg[SND_FLAGS].num);
}

static void msgsnd_note(struct str *out, const struct call *c, const struct world *w)
{
	long len = c->arg[SND_TEXT].num, size = c->arg[SND_SIZE].num;

	(void)w;
	if (!c->arg[SND_BUF].given && size < len)
		str_addf(out, _("size is %ld: the last %ld of the text's %ld bytes were not sent"),
			 size, len - size, len);
	else if (!c->arg[SND_BUF].given && size > len)
		str_addf(
			out,
			_("size is %ld, the text has %ld: what lay behind it in memory went along"),
			size, len);
	sysv_note_bits(out, c, (unsigned)c->arg[SND_FLAGS].num & ~(unsigned)IPC_NOWAIT,
		       msgsnd_flags, _("msgsnd q TYPE TEXT FLAGS; the size is size=N"));
}

const struct prim prim_msgsnd = {
	.name = "msgsnd",
	.topic = "messages",
	.summary = N_("sends a message to a queue"),
	.help = N_(
		"Copies a struct msgbuf {long mtype; char mtext[]} to the queue's end. Sleeps while the\n"
		"queue is full. size=N tells the kernel another size than the text has."),
	.proto = "int msgsnd(int msqid, const void *msgp, size_t msgsz, int msgflg);",
	.example = "q = msgget IPC_PRIVATE 0600\n"
		   "msgsnd q 1 \"hello\"",
	.man = "msgop(2)",
	.errors = "EACCES EAGAIN EFAULT EIDRM EINTR EINVAL ENOMEM",
	.param = { { .name = "msqid", .type = &type_msg },
		   { .name = "mtype", .type = &type_mtype },
		   { .name = "mtext", .type = &type_mtext },
		   { .name = "msgsz",
		     .alias = "size",
		     .type = &type_msgsz,
		     .def = "mtext's",
		     .flags = PARAM_NAMED },
		   { .name = "msgflg",
		     .type = &type_flags,
		     .def = "0",
		     .flags = PARAM_OPTIONAL,
		     .table = msgsnd_flags },
		   { .name = "msgp", .type = &type_msgp, .flags = PARAM_NAMED | PARAM_OPTIONAL } },
	.sleeps = { SYS_msgsnd },
	.make = msgsnd_make,
	.why = msgsnd_why,
	.asleep = msgsnd_asleep,
	.wake = msgsnd_wake,
	.note = msgsnd_note,
};

/* msgrcv */

const struct constant msgrcv_flags[] = {
	{ "MSG_NOERROR", MSG_NOERROR, N_("cut a message that is too long instead of E2BIG") },
	{ "MSG_EXCEPT", MSG_EXCEPT, N_("any type but this one") },
	{ "MSG_COPY", MSG_COPY, N_("look at the message at place msgtyp, take nothing") },
	{ "IPC_NOWAIT", IPC_NOWAIT, N_("fail with ENOMSG instead of sleeping") },
	{ NULL, 0, NULL },
};

/* A flag's name is a number as well: `msgrcv q IPC_NOWAIT` would wait for type 2048. */
static int parse_msgtyp(struct parse *ps, const struct param *p, struct call *c, int i)
{
	size_t n = 0;

	while (n < ps->len && ps->at[n] != '|')
		n++;
	if (constant_by_name(msgrcv_flags, ps->at, n))
		return parse_fail(ps, _("the type stands before the flags: msgrcv q 0 %.*s"),
				  (int)n, ps->at);
	return parse_number(ps, p, KIND_INT, &c->arg[i].num); /* a long */
}

static void format_msgtyp(struct str *out, const struct param *p, const struct call *c, int i,
			  bool done)
{
	type_int.format(out, p, c, i, done);
}

static void format_received(struct str *out, const struct param *p, const struct call *c, int i,
			    bool done)
{
	const char *buf = done && c->ret >= 0 ? call_bytes(c, i, MTYPE) : NULL;
	size_t len = call_length(c, i);
	long type;

	if (!buf) {
		str_add(out, p->name);
		return;
	}
	memcpy(&type, buf, MTYPE);
	str_add(out, "{mtype=");
	str_num(out, type);
	str_add(out, ", mtext=");
	str_quote(out, buf + MTYPE, len - MTYPE, FORMAT_STRING);
	str_addc(out, '}');
}

static const struct argtype type_received = { .what = N_("filled by the kernel"),
					      .format = format_received,
					      .points = POINTS };
static const struct argtype type_msgtyp = { .what = N_("a message type"),
					    .parse = parse_msgtyp,
					    .format = format_msgtyp,
					    .kind = KIND_INT,
					    .number = true };

static long msgrcv_make(struct call *c)
{
	long size = c->arg[RCV_SIZE].num, room = size < 0 ? 0 : size;
	long type = c->arg[RCV_TYPE].num, ret;
	int flags = (int)c->arg[RCV_FLAGS].num;
	struct msg_seen seen = { 0 };
	void *buf;

	/* MSG_NOERROR does not say what it cut: look before it is gone */
	if ((flags & MSG_NOERROR) && !(flags & MSG_COPY) && !c->arg[RCV_BUF].null &&
	    !msg_select(c->arg[RCV_ID].num, type, flags, &seen))
		c->arg[RCV_BUF].num = (long)seen.size;
	if (room > 1L << 30) /* no message is longer */
		room = 1L << 30;
	buf = call_out(c, RCV_BUF, MTYPE + (size_t)room);
	if (!buf && !c->arg[RCV_BUF].null)
		return -1;
	ret = syscall(SYS_msgrcv, (int)c->arg[RCV_ID].num, buf, (size_t)size, type, flags);
	call_got(c, RCV_BUF, ret >= 0 ? MTYPE + (size_t)ret : 0);
	return ret;
}

void msgrcv_note_flags(struct str *out, const struct call *c)
{
	const unsigned flags = (unsigned)c->arg[RCV_FLAGS].num;

	if (c->arg[RCV_TYPE].num <= 0 && flags & MSG_EXCEPT && !(flags & MSG_COPY)) {
		sysv_note_next(out);
		str_add(out, _("MSG_EXCEPT means nothing without a type above 0"));
	}
	sysv_note_bits(out, c,
		       flags & ~(unsigned)(MSG_NOERROR | MSG_EXCEPT | MSG_COPY | IPC_NOWAIT),
		       msgrcv_flags, _("msgrcv q TYPE FLAGS; the buffer's size is size=N"));
}

/* Why this one: a type below 0 passes over messages that are older (find_msg in the kernel). */
static void note_lowest(struct str *out, const struct call *c)
{
	const long most = c->arg[RCV_TYPE].num, *type = call_bytes(c, RCV_BUF, sizeof(*type));
	struct msqid_ds ds;

	if (!type || c->arg[RCV_BUF].null || msg_stat(c->arg[RCV_ID].num, &ds) || !ds.msg_qnum)
		return;
	sysv_note_next(out);
	str_addf(out, _("%ld takes the lowest type up to %ld, here %ld, and its oldest message"),
		 most, most == LONG_MIN ? LONG_MAX : -most, *type);
}

static void msgrcv_note(struct str *out, const struct call *c, const struct world *w)
{
	long had = c->arg[RCV_BUF].num, size = c->arg[RCV_SIZE].num, type = c->arg[RCV_TYPE].num;
	int flags = (int)c->arg[RCV_FLAGS].num;

	(void)w;
	if (flags & MSG_COPY)
		str_add(out, _("a copy: the message stays in the queue"));
	else if ((flags & MSG_NOERROR) && !c->arg[RCV_BUF].null && had > size)
		str_addf(
			out,
			had - c->ret == 1
				? _("it had %ld byte%s: MSG_NOERROR cut it, its last byte is lost")
				: _("it had %ld byte%s: MSG_NOERROR cut it, its last %ld bytes are lost"),
			had, had == 1 ? "" : "s", had - c->ret);
	else if ((flags & MSG_NOERROR) && had == 0 && c->ret == size && size > 0)
		str_addf(out, _("if it had more than %ld bytes, the rest is lost"), size);
	if (type < 0 && !(flags & MSG_COPY))
		note_lowest(out, c);
	msgrcv_note_flags(out, c);
}

static bool msgrcv_give(const struct call *c, int n, struct given *g)
{
	const char *buf = call_bytes(c, RCV_BUF, MTYPE);

	if (n == 1)
		return true;
	if (!buf)
		return false;
	memcpy(&g->num[0], buf, MTYPE);
	g->text = buf + MTYPE;
	g->len = call_length(c, RCV_BUF) - MTYPE;
	return true;
}

static void msgrcv_data(struct str *out, const struct call *c)
{
	const char *buf = c->ret >= 0 ? call_bytes(c, RCV_BUF, MTYPE) : NULL;

	if (buf)
		str_addn(out, buf + MTYPE, call_length(c, RCV_BUF) - MTYPE);
}

const struct prim prim_msgrcv = {
	.name = "msgrcv",
	.topic = "messages",
	.summary = N_("takes a message from a queue"),
	.help = N_(
		"Type 0 takes the oldest, N the oldest of type N, -N the lowest type up to N. Sleeps\n"
		"until there is one. The buffer has 1024 bytes unless size=N says otherwise. `t text = msgrcv q`\n"
		"names type and text, `n = msgrcv q` how long it was."),
	.proto = "ssize_t msgrcv(int msqid, void *msgp, size_t msgsz, long msgtyp, int msgflg);",
	.example = "q = msgget IPC_PRIVATE 0600\n"
		   "msgsnd q 7 \"hello\"\n"
		   "msgrcv q 0 IPC_NOWAIT",
	.man = "msgop(2)",
	.errors = "E2BIG EACCES EFAULT EIDRM EINTR EINVAL ENOMSG ENOSYS",
	.param = { { .name = "msqid", .type = &type_msg },
		   { .name = "msgp", .type = &type_received, .flags = PARAM_OUT },
		   { .name = "msgsz",
		     .alias = "size",
		     .type = &type_size,
		     .def = "1024",
		     .flags = PARAM_NAMED },
		   { .name = "msgtyp", .type = &type_msgtyp, .def = "0", .flags = PARAM_OPTIONAL },
		   { .name = "msgflg",
		     .type = &type_flags,
		     .def = "0",
		     .flags = PARAM_OPTIONAL,
		     .table = msgrcv_flags } },
	.binds = KIND_INT,
	.two = "t text",
	.give = msgrcv_give,
	.sleeps = { SYS_msgrcv },
	.make = msgrcv_make,
	.why = msgrcv_why,
	.asleep = msgrcv_asleep,
	.wake = msgrcv_wake,
	.note = msgrcv_note,
	.data = msgrcv_data,
};
