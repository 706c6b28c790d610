/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msgctl with all its commands.  An IPC_SET names only the fields that change: the learner's process
 * reads the others first, as a program would.  make runs there, everything else in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/msg.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <string.h>

enum { ID, CMD, BUF };

static const struct constant commands[] = {
	{ "IPC_STAT", IPC_STAT, N_("read what the queue is") },
	{ "IPC_SET", IPC_SET, N_("change {qbytes=,uid=,gid=,mode=}") },
	{ "IPC_RMID", IPC_RMID, N_("remove it; its sleepers get EIDRM") },
	{ "IPC_INFO", IPC_INFO, N_("the limits; returns the highest index in use") },
	{ "MSG_INFO", MSG_INFO, N_("what is in use: queues, messages, bytes") },
	{ "MSG_STAT", MSG_STAT, N_("as IPC_STAT, by index; returns the id") },
	{ "MSG_STAT_ANY", MSG_STAT_ANY, N_("the same without read permission") },
	{ NULL, 0, NULL },
};

/* The commands that fill the buffer. */
static const struct constant fills[] = {
	{ "", IPC_STAT, NULL }, { "", MSG_STAT, NULL }, { "", MSG_STAT_ANY, NULL },
	{ "", IPC_INFO, NULL }, { "", MSG_INFO, NULL }, { NULL, 0, NULL },
};

static int parse_buf(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return sysv_parse_buf(ps, p, c, i, fills, true);
}

static void format_info(struct str *out, const struct msginfo *mi)
{
	str_addf(out,
		 "{msgpool=%d, msgmap=%d, msgmax=%d, msgmnb=%d, msgmni=%d, msgssz=%d, msgtql=%d, "
		 "msgseg=%hu}",
		 mi->msgpool, mi->msgmap, mi->msgmax, mi->msgmnb, mi->msgmni, mi->msgssz,
		 mi->msgtql, mi->msgseg);
}

static void format_stat(struct str *out, const struct msqid_ds *ds)
{
	str_addc(out, '{');
	sysv_format_perm(out, "msg_perm", &ds->msg_perm, false);
	sysv_format_field(out, "msg_stime", 't', (unsigned long)ds->msg_stime);
	sysv_format_field(out, "msg_rtime", 't', (unsigned long)ds->msg_rtime);
	sysv_format_field(out, "msg_ctime", 't', (unsigned long)ds->msg_ctime);
	sysv_format_field(out, "msg_qnum", 0, ds->msg_qnum);
	sysv_format_field(out, "msg_qbytes", 0, ds->msg_qbytes);
	sysv_format_field(out, "msg_lspid", 'p', (unsigned long)ds->msg_lspid);
	sysv_format_field(out, "msg_lrpid", 'p', (unsigned long)ds->msg_lrpid);
	str_addc(out, '}');
}

static void format_buf(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const struct msqid_ds *ds = call_bytes(c, i, sizeof(*ds));
	const struct msginfo *mi = call_bytes(c, i, sizeof(*mi));
	long cmd = c->arg[CMD].num;

	if (cmd == IPC_SET && ds) {
		str_addc(out, '{');
		sysv_format_perm(out, "msg_perm", &ds->msg_perm, true);
		sysv_format_field(out, "msg_qbytes", 0, ds->msg_qbytes);
		str_addc(out, '}');
	} else if (!done || c->ret < 0 || c->arg[i].null) {
		sysv_format_pointer(out, p, c, i);
	} else if ((cmd == IPC_STAT || cmd == MSG_STAT || cmd == MSG_STAT_ANY) && ds) {
		format_stat(out, ds);
	} else if ((cmd == IPC_INFO || cmd == MSG_INFO) && mi) {
		format_info(out, mi);
	} else {
		sysv_format_pointer(out, p, c, i);
	}
}

static void msgctl_offers(struct offers *of, int i, long cmd)
{
	if (i == BUF)
		sysv_offers_set(of, cmd, true);
}

static const struct argtype type_buf = {
	.what = N_("{qbytes=4096,mode=0600}"),
	.parse = parse_buf,
	.format = format_buf,
	.points = POINTS_OWN,
};

static long set(struct call *c)
{
	const struct sysv_set *typed = call_bytes(c, BUF, sizeof(*typed));
	struct sysv_set s = typed ? *typed : (struct sysv_set){ 0 };
	struct msqid_ds ds = { 0 }, *buf;
	int id = (int)c->arg[ID].num;
	long ret;

	if (c->arg[BUF].null)
		return msgctl(id, IPC_SET, (void *)c->arg[BUF].num);
	msg_stat(id, &ds); /* where it fails, IPC_SET shall say why */
	if (s.mask & SYSV_UID)
		ds.msg_perm.uid = s.uid;
	if (s.mask & SYSV_GID)
		ds.msg_perm.gid = s.gid;
	if (s.mask & SYSV_MODE)
		ds.msg_perm.mode = (unsigned short)s.mode;
	if (s.mask & SYSV_QBYTES)
		ds.msg_qbytes = s.qbytes;
	buf = call_out(c, BUF, sizeof(*buf));
	if (!buf)
		return -1;
	*buf = ds;
	ret = msgctl(id, IPC_SET, buf);
	call_got(c, BUF, sizeof(*buf));
	return ret;
}

static void before(struct call *c, const struct world *w)
{
	struct msqid_ds ds;

	(void)w;
	if (c->arg[CMD].num == IPC_RMID && !msg_stat(c->arg[ID].num, &ds))
		c->arg[CALL_BEFORE].num = (long)ds.msg_qnum;
}

static long make(struct call *c)
{
	int id = (int)c->arg[ID].num, cmd = (int)c->arg[CMD].num;
	bool info = cmd == IPC_INFO || cmd == MSG_INFO;
	void *buf;
	long ret;

	if (cmd == IPC_SET)
		return set(c);
	buf = call_out(c, BUF, sizeof(struct msqid_ds));
	if (!buf && !c->arg[BUF].null)
		return -1;
	ret = msgctl(id, cmd, buf);
	call_got(c, BUF, ret < 0 ? 0 : info ? sizeof(struct msginfo) : sizeof(struct msqid_ds));
	return ret;
}

static void result(struct str *out, const struct call *c)
{
	if (c->ret >= 0 && (c->arg[CMD].num == MSG_STAT || c->arg[CMD].num == MSG_STAT_ANY))
		str_mark_num(out, 'q', c->ret);
}

static void note(struct str *out, const struct call *c, const struct world *w)
{
	const struct msqid_ds *ds = call_bytes(c, BUF, sizeof(*ds));
	const long cmd = c->arg[CMD].num, lost = c->arg[CALL_BEFORE].num;
	struct msqid_ds now;

	if (cmd == IPC_RMID && lost > 0) {
		sysv_count(out, lost, N_("message"));
		str_add(out, lost == 1 ? _(" that nobody has received is lost")
				       : _(" that nobody has received are lost"));
	}
	if (ds && (cmd == IPC_STAT || cmd == MSG_STAT || cmd == MSG_STAT_ANY))
		sysv_note_never(out, ds->msg_stime, ds->msg_rtime);
	if (cmd != IPC_SET || msg_stat(c->arg[ID].num, &now))
		return;
	if (ds && !c->arg[BUF].null)
		sysv_note_mode(out, ds->msg_perm.mode);
	if (now.__msg_cbytes > now.msg_qbytes) {
		sysv_note_next(out);
		str_addf(out,
			 _("%s keeps its %lu bytes: nothing more fits before it holds %lu or less"),
			 w->name(w->ctx, KIND_MSG, c->arg[ID].num), now.__msg_cbytes,
			 now.msg_qbytes);
	}
}

const struct prim prim_msgctl = {
	.name = "msgctl",
	.topic = "messages",
	.summary = N_("reads, changes or removes a queue"),
	.help = N_(
		"For MSG_STAT and MSG_STAT_ANY msqid is an index from 0 up to what IPC_INFO returns.\n"
		"An address instead of the group, as in buf=NULL, shows EFAULT."),
	.proto = "int msgctl(int msqid, int cmd, struct msqid_ds *buf);",
	.example = "q = msgget IPC_PRIVATE 0600\n"
		   "msgctl q IPC_SET {qbytes=4096,mode=0640}",
	.man = "msgctl(2)",
	.errors = "EACCES EFAULT EIDRM EINVAL EPERM",
	.param = { { .name = "msqid", .type = &type_msg },
		   { .name = "cmd", .type = &type_cmd, .table = commands },
		   { .name = "buf", .type = &type_buf, .def = "NULL", .flags = PARAM_OPTIONAL } },
	.binds = KIND_INT,
	.before = before,
	.make = make,
	.offers = msgctl_offers,
	.result = result,
	.why = msgctl_why,
	.note = note,
};
