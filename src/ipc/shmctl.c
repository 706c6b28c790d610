/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shmctl with all its commands.  An IPC_SET names only the fields that change: the learner's process
 * reads the others first, as a program would.  make runs there, everything else in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/shm.h"
#include "ipc/sysv.h"

#include <string.h>

enum { ID, CMD, BUF };

static const struct constant commands[] = {
	{ "IPC_STAT", IPC_STAT, N_("read what the segment is") },
	{ "IPC_SET", IPC_SET, N_("change {uid=,gid=,mode=}") },
	{ "IPC_RMID", IPC_RMID, N_("remove it; attached, it goes with the last detach") },
	{ "IPC_INFO", IPC_INFO, N_("the limits; returns the highest index in use") },
	{ "SHM_INFO", SHM_INFO, N_("what is in use: segments, pages") },
	{ "SHM_STAT", SHM_STAT, N_("as IPC_STAT, by index; returns the id") },
	{ "SHM_STAT_ANY", SHM_STAT_ANY, N_("the same without read permission") },
	{ "SHM_LOCK", SHM_LOCK, N_("keep it from being swapped out") },
	{ "SHM_UNLOCK", SHM_UNLOCK, N_("let it be swapped out") },
	{ NULL, 0, NULL },
};

/* The commands that fill the buffer. */
static const struct constant fills[] = {
	{ "", IPC_STAT, NULL }, { "", SHM_STAT, NULL }, { "", SHM_STAT_ANY, NULL },
	{ "", IPC_INFO, NULL }, { "", SHM_INFO, NULL }, { NULL, 0, NULL },
};

static int parse_buf(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return sysv_parse_buf(ps, p, c, i, fills, false);
}

static void format_limits(struct str *out, const struct shminfo *si)
{
	str_addf(out, "{shmmax=%lu, shmmin=%lu, shmmni=%lu, shmseg=%lu, shmall=%lu}", si->shmmax,
		 si->shmmin, si->shmmni, si->shmseg, si->shmall);
}

static void format_usage(struct str *out, const struct shm_info *si)
{
	str_addf(out,
		 "{used_ids=%d, shm_tot=%lu, shm_rss=%lu, shm_swp=%lu, swap_attempts=%lu, "
		 "swap_successes=%lu}",
		 si->used_ids, si->shm_tot, si->shm_rss, si->shm_swp, si->swap_attempts,
		 si->swap_successes);
}

static void format_stat(struct str *out, const struct shmid_ds *ds)
{
	str_addc(out, '{');
	sysv_format_perm(out, "shm_perm", &ds->shm_perm, false);
	sysv_format_field(out, "shm_segsz", 0, ds->shm_segsz);
	sysv_format_field(out, "shm_cpid", 'p', (unsigned long)ds->shm_cpid);
	sysv_format_field(out, "shm_lpid", 'p', (unsigned long)ds->shm_lpid);
	sysv_format_field(out, "shm_nattch", 0, ds->shm_nattch);
	sysv_format_field(out, "shm_atime", 't', (unsigned long)ds->shm_atime);
	sysv_format_field(out, "shm_dtime", 't', (unsigned long)ds->shm_dtime);
	sysv_format_field(out, "shm_ctime", 't', (unsigned long)ds->shm_ctime);
	str_addc(out, '}');
}

static void format_buf(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const struct shmid_ds *ds = call_bytes(c, i, sizeof(*ds));
	const struct shminfo *limits = call_bytes(c, i, sizeof(*limits));
	const struct shm_info *usage = call_bytes(c, i, sizeof(*usage));
	long cmd = c->arg[CMD].num;

	if (cmd == IPC_SET && ds) {
		str_addc(out, '{');
		sysv_format_perm(out, "shm_perm", &ds->shm_perm, true);
		str_addc(out, '}');
	} else if (!done || c->ret < 0 || c->arg[i].null) {
		sysv_format_pointer(out, p, c, i);
	} else if ((cmd == IPC_STAT || cmd == SHM_STAT || cmd == SHM_STAT_ANY) && ds) {
		format_stat(out, ds);
	} else if (cmd == IPC_INFO && limits) {
		format_limits(out, limits);
	} else if (cmd == SHM_INFO && usage) {
		format_usage(out, usage);
	} else {
		sysv_format_pointer(out, p, c, i);
	}
}

static void shmctl_offers(struct offers *of, int i, long cmd)
{
	if (i == BUF)
		sysv_offers_set(of, cmd, false);
}

static const struct argtype type_buf = {
	.what = N_("{mode=0600,uid=1000}"),
	.parse = parse_buf,
	.format = format_buf,
	.points = POINTS_OWN,
};

static long set(struct call *c)
{
	const struct sysv_set *typed = call_bytes(c, BUF, sizeof(*typed));
	struct sysv_set s = typed ? *typed : (struct sysv_set){ 0 };
	struct shmid_ds ds = { 0 }, *buf;
	int id = (int)c->arg[ID].num;
	long ret;

	if (c->arg[BUF].null)
		return shmctl(id, IPC_SET, (void *)c->arg[BUF].num);
	/* where it fails, IPC_SET shall say why; dest and locked are no part of the mode to be set */
	if (shm_stat(id, &ds) == 0)
		ds.shm_perm.mode &= 0777;
	if (s.mask & SYSV_UID)
		ds.shm_perm.uid = s.uid;
	if (s.mask & SYSV_GID)
		ds.shm_perm.gid = s.gid;
	if (s.mask & SYSV_MODE)
		ds.shm_perm.mode = (unsigned short)s.mode;
	buf = call_out(c, BUF, sizeof(*buf));
	if (!buf)
		return -1;
	*buf = ds;
	ret = shmctl(id, IPC_SET, buf);
	call_got(c, BUF, sizeof(*buf));
	return ret;
}

static long make(struct call *c)
{
	int id = (int)c->arg[ID].num, cmd = (int)c->arg[CMD].num;
	size_t size = cmd == IPC_INFO   ? sizeof(struct shminfo)
		      : cmd == SHM_INFO ? sizeof(struct shm_info)
					: sizeof(struct shmid_ds);
	void *buf;
	long ret;

	if (cmd == IPC_SET)
		return set(c);
	buf = call_out(c, BUF, size);
	if (!buf && !c->arg[BUF].null)
		return -1;
	ret = shmctl(id, cmd, buf);
	call_got(c, BUF, ret < 0 ? 0 : size);
	return ret;
}

static void result(struct str *out, const struct call *c)
{
	if (c->ret >= 0 && (c->arg[CMD].num == SHM_STAT || c->arg[CMD].num == SHM_STAT_ANY))
		str_mark_num(out, 'm', c->ret);
}

static void note(struct str *out, const struct call *c, const struct world *w)
{
	const struct shmid_ds *ds = call_bytes(c, BUF, sizeof(*ds));
	const long cmd = c->arg[CMD].num;
	struct shmid_ds now;

	if (ds && (cmd == IPC_STAT || cmd == SHM_STAT || cmd == SHM_STAT_ANY))
		sysv_note_never(out, ds->shm_atime, ds->shm_dtime);
	else if (ds && cmd == IPC_SET && !c->arg[BUF].null)
		sysv_note_mode(out, ds->shm_perm.mode);
	if (cmd != IPC_RMID || shm_stat(c->arg[ID].num, &now))
		return;
	str_addf(out, _("%s is still attached "), w->name(w->ctx, KIND_SHM, c->arg[ID].num));
	sysv_count(out, (long)now.shm_nattch, N_("time"));
	str_add(out, _(": it lives until the last detach, and no key finds it any more"));
}

const struct prim prim_shmctl = {
	.name = "shmctl",
	.topic = "shared memory",
	.summary = N_("reads, changes, locks or removes a segment"),
	.help = N_(
		"For SHM_STAT and SHM_STAT_ANY shmid is an index from 0 up to what IPC_INFO returns.\n"
		"An address instead of the group, as in buf=NULL, shows EFAULT."),
	.proto = "int shmctl(int shmid, int cmd, struct shmid_ds *buf);",
	.example = "m = shmget IPC_PRIVATE 4096 0600\n"
		   "shmctl m IPC_SET {mode=0640}",
	.man = "shmctl(2)",
	.errors = "EACCES EFAULT EIDRM EINVAL ENOMEM EOVERFLOW EPERM",
	.param = { { .name = "shmid", .type = &type_shm },
		   { .name = "cmd", .type = &type_cmd, .table = commands },
		   { .name = "buf", .type = &type_buf, .def = "NULL", .flags = PARAM_OPTIONAL } },
	.binds = KIND_INT,
	.make = make,
	.offers = shmctl_offers,
	.result = result,
	.why = shmctl_why,
	.note = note,
};
