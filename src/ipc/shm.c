/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * System V shared memory: shmget, shmat, shmdt (shmctl is in shmctl.c, peek and poke in memory.c).
 * Syntax, execution and strace text of each; why they refuse is in shm_why.c, what segments there
 * are in shm_look.c, shm_state.c and shm_grid.c.  The make functions run in learner's processes,
 * everything else in the shell.
 */
#include "ipc/shm.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/types.h"
#include "ipc/sysv.h"

#include <string.h>

#ifndef SHM_HUGE_SHIFT
#define SHM_HUGE_SHIFT 26
#define SHM_HUGE_MASK  0x3f
#endif
#define HUGE_BITS ((unsigned long)SHM_HUGE_MASK << SHM_HUGE_SHIFT)

/* shmget */

static const struct constant shmget_names[] = {
	{ "IPC_CREAT", IPC_CREAT, N_("make it if the key has none") },
	{ "IPC_EXCL", IPC_EXCL, N_("with IPC_CREAT: fail if the key has one") },
	{ "SHM_HUGETLB", SHM_HUGETLB, N_("of huge pages") },
	{ "SHM_NORESERVE", SHM_NORESERVE, N_("promise no memory or swap for it") },
	{ "SHM_HUGE_2MB", 21L << SHM_HUGE_SHIFT, N_("with SHM_HUGETLB: pages of 2 MiB") },
	{ "SHM_HUGE_1GB", 30L << SHM_HUGE_SHIFT, N_("with SHM_HUGETLB: pages of 1 GiB") },
	{ NULL, 0, NULL },
};

static int parse_shmflg(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return type_perm.parse(ps, p, c, i);
}

/* As strace: the size of a huge page is its logarithm, 21<<SHM_HUGE_SHIFT. */
static void format_shmflg(struct str *out, const struct param *p, const struct call *c, int i,
			  bool done)
{
	unsigned long value = (unsigned)c->arg[i].num, flags = value & ~HUGE_BITS & ~0777UL;

	(void)done;
	if (flags) {
		format_flags(out, p->table, flags);
		str_addc(out, '|');
	}
	if (value & HUGE_BITS)
		str_addf(out, "%lu<<SHM_HUGE_SHIFT|", (value & HUGE_BITS) >> SHM_HUGE_SHIFT);
	str_addf(out, value & 0777 ? "%#03lo" : "000", value & 0777);
}

static const struct argtype type_shmflg = { .what = N_("flags and an octal mode"),
					    .parse = parse_shmflg,
					    .format = format_shmflg,
					    .kind = KIND_INT };

static long shmget_make(struct call *c)
{
	return shmget((key_t)c->arg[0].num, (size_t)c->arg[1].num, (int)c->arg[2].num);
}

static void shmget_note(struct str *out, const struct call *c, const struct world *w)
{
	const unsigned known = IPC_CREAT | IPC_EXCL | SHM_HUGETLB | SHM_NORESERVE | 0777;
	const unsigned long size = (unsigned long)c->arg[1].num;
	struct shmid_ds ds;

	if (shm_stat(c->ret, &ds))
		return;
	if (sysv_note_get(out, c, 2, KIND_SHM, &ds.shm_perm, w) && size && size < ds.shm_segsz) {
		sysv_note_next(out);
		str_addf(out, _("%s has %zu bytes, as it was made"),
			 w->name(w->ctx, KIND_SHM, c->ret), ds.shm_segsz);
	}
	sysv_note_bits(out, c, (unsigned)c->arg[2].num & ~(known | (unsigned)HUGE_BITS),
		       shmget_names, NULL);
}

const struct prim prim_shmget = {
	.name = "shmget",
	.topic = "shared memory",
	.summary = N_("the segment of a key, or a new one"),
	.help = N_(
		"IPC_PRIVATE always makes a new segment; another key finds the one that has it (size 0\n"
		"will do), and with IPC_CREAT makes one if there is none. It begins with zeros."),
	.proto = "int shmget(key_t key, size_t size, int shmflg);",
	.example = "m = shmget IPC_PRIVATE 4096 0600",
	.man = "shmget(2)",
	.errors = "EACCES EEXIST EINVAL ENFILE ENOENT ENOMEM ENOSPC EPERM",
	.param = { { .name = "key", .type = &type_key, .table = sysv_keys },
		   { .name = "size", .type = &type_size },
		   { .name = "shmflg",
		     .type = &type_shmflg,
		     .def = "0",
		     .flags = PARAM_OPTIONAL,
		     .table = shmget_names } },
	.binds = KIND_SHM,
	.make = shmget_make,
	.why = shmget_why,
	.note = shmget_note,
};

/* shmat */

const struct constant shmat_flags[] = {
	{ "SHM_RDONLY", SHM_RDONLY, N_("for reading only") },
	{ "SHM_RND", SHM_RND, N_("round the address down to a multiple of SHMLBA (a page)") },
	{ "SHM_REMAP", SHM_REMAP, N_("replace what is mapped at the address") },
	{ "SHM_EXEC", SHM_EXEC, N_("contents may be executed (takes the mode's x)") },
	{ NULL, 0, NULL },
};

/* A flag's name is a number as well: `shmat m SHM_RDONLY` would ask for address 4096. */
static int parse_shmaddr(struct parse *ps, const struct param *p, struct call *c, int i)
{
	size_t n = 0;

	while (n < ps->len && ps->at[n] != '|')
		n++;
	if (constant_by_name(shmat_flags, ps->at, n))
		return parse_fail(ps, _("the address stands before the flags: shmat m NULL %.*s"),
				  (int)n, ps->at);
	if (ps->len == 4 && !memcmp(ps->at, "NULL", 4)) {
		c->arg[i].num = 0;
		return 0;
	}
	return parse_number(ps, p, KIND_ADDR, &c->arg[i].num);
}

static void format_shmaddr(struct str *out, const struct param *p, const struct call *c, int i,
			   bool done)
{
	type_addr.format(out, p, c, i, done);
}

static const struct argtype type_shmaddr = { .what = N_("an address"),
					     .parse = parse_shmaddr,
					     .format = format_shmaddr,
					     .kind = KIND_ADDR };

static long shmat_make(struct call *c)
{
	return (long)shmat((int)c->arg[0].num, (void *)c->arg[1].num, (int)c->arg[2].num);
}

static void shmat_note(struct str *out, const struct call *c, const struct world *w)
{
	struct shmid_ds ds;

	if ((c->arg[2].num & SHM_RND) && c->arg[1].num != c->ret) {
		str_addf(out, _("SHM_RND took %ld off the address"), c->arg[1].num - c->ret);
	} else if (shm_stat(c->arg[0].num, &ds) == 0 && (ds.shm_perm.mode & SHM_DEST)) {
		str_addf(
			out,
			_("%s was removed before; while it is attached somewhere Linux still attaches it by "
			  "its id"),
			w->name(w->ctx, KIND_SHM, c->arg[0].num));
	}
	sysv_note_bits(out, c,
		       (unsigned)c->arg[2].num &
			       ~(unsigned)(SHM_RDONLY | SHM_RND | SHM_REMAP | SHM_EXEC),
		       shmat_flags, _("a mode is shmget's"));
}

const struct prim prim_shmat = {
	.name = "shmat",
	.topic = "shared memory",
	.summary = N_("attaches a segment: maps it into the caller's memory"),
	.help = N_(
		"Returns the address; without one (NULL) the kernel chooses. The same segment may be at\n"
		"another address in each process, and twice in one. fork inherits it, exec drops it."),
	.proto = "void *shmat(int shmid, const void *shmaddr, int shmflg);",
	.example = "m = shmget IPC_PRIVATE 4096 0600\n"
		   "a = shmat m NULL SHM_RDONLY",
	.man = "shmop(2)",
	.errors = "EACCES EIDRM EINVAL ENOMEM EPERM",
	.param = { { .name = "shmid", .type = &type_shm },
		   { .name = "shmaddr",
		     .type = &type_shmaddr,
		     .def = "NULL",
		     .flags = PARAM_OPTIONAL },
		   { .name = "shmflg",
		     .type = &type_flags,
		     .def = "0",
		     .flags = PARAM_OPTIONAL,
		     .table = shmat_flags } },
	.flags = PRIM_ATTACH,
	.binds = KIND_ADDR,
	.make = shmat_make,
	.why = shmat_why,
	.note = shmat_note,
};

/* shmdt */

static long shmdt_make(struct call *c)
{
	return shmdt((void *)c->arg[0].num);
}

const struct prim prim_shmdt = {
	.name = "shmdt",
	.topic = "shared memory",
	.summary = N_("detaches a segment"),
	.help = N_(
		"Takes the address that shmat returned. The segment stays, with its contents, until it\n"
		"is removed; one that was removed goes with its last detach."),
	.proto = "int shmdt(const void *shmaddr);",
	.example = "m = shmget IPC_PRIVATE 4096 0600\n"
		   "a = shmat m\n"
		   "shmdt a",
	.man = "shmop(2)",
	.errors = "EINVAL",
	.param = { { .name = "shmaddr", .type = &type_shmaddr } },
	.flags = PRIM_ATTACH,
	.make = shmdt_make,
	.why = shmdt_why,
};
