/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ftok: a key from a file and a project id.  It is a library function: the system call that strace
 * sees is a stat of the file.  make runs in learner's processes, everything else in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/pipe.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int parse_proj(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, KIND_INT, &c->arg[i].num);
}

/* As it is written in C: a character where it is one. */
static void format_proj(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	long n = c->arg[i].num;

	(void)p, (void)done;
	if (n > ' ' && n < 0x7f && n != '\'' && n != '\\')
		str_addf(out, "'%c'", (int)n);
	else
		str_num(out, n);
}

static const struct argtype type_proj = { .what = N_("a number or 'a'"),
					  .parse = parse_proj,
					  .format = format_proj,
					  .kind = KIND_INT,
					  .number = true };

__attribute__((no_sanitize("undefined"))) static long make(struct call *c)
{
	return ftok(call_text(c, 0), (int)c->arg[1].num);
}

/* The caller's file: a relative name from its working directory, an absolute one from its root. */
static int stat_path(const struct call *c, const struct world *w, struct stat *st)
{
	const char *path = call_bytes(c, 0, 1);
	char full[PATH_MAX + 64];
	size_t len = call_length(c, 0);
	int n;

	if (!path || path[len - 1])
		return -1;
	n = snprintf(full, sizeof(full), "/proc/%d/%s/%s", (int)w->self.outer,
		     *path == '/' ? "root" : "cwd", path);
	return n < (int)sizeof(full) ? stat(full, st) : -1;
}

/* The keys of late, and whose they are. */
static struct keyed {
	key_t key;
	dev_t dev;
	ino_t ino;
	char path[64];
} keyed[64];
static unsigned nkeyed;

/* Another file that has been given the same key, or NULL; from now on this one is known. */
static const struct keyed *also(key_t key, const struct stat *st, const char *path)
{
	const struct keyed *other = NULL;
	struct keyed *g;

	for (unsigned i = 0; i < nkeyed && i < ARRAY_LEN(keyed); i++) {
		g = &keyed[i];
		if (g->key == key && g->dev == st->st_dev && g->ino == st->st_ino)
			return NULL;
		if (g->key == key)
			other = g;
	}
	g = &keyed[nkeyed++ % ARRAY_LEN(keyed)];
	*g = (struct keyed){ .key = key, .dev = st->st_dev, .ino = st->st_ino };
	snprintf(g->path, sizeof(g->path), "%s", path);
	return other;
}

static void note(struct str *out, const struct call *c, const struct world *w)
{
	const struct keyed *other;
	struct stat st;
	char device[8];

	if (stat_path(c, w, &st) || ((unsigned long)c->ret & 0xffff) != (st.st_ino & 0xffff))
		return;
	str_addf(out, _("the id's low byte 0x%02x, the device's low byte 0x"),
		 (unsigned)c->arg[1].num & 0xff);
	/* the private tmpfs is another device each time */
	snprintf(device, sizeof(device), "%02x", (unsigned)st.st_dev & 0xff);
	str_mark(out, 'a', device); /* hex digits */
	str_add(out, _(", the low 16 bits of inode "));
	str_mark_num(out, 'n', (long)st.st_ino);
	if ((c->arg[1].num & 0xff) == 0)
		str_add(out, _("; POSIX leaves an id with a low byte of 0 undefined"));
	other = also((key_t)c->ret, &st, call_bytes(c, 0, 1));
	if (other) {
		str_add(out, _("; "));
		str_clean(out, other->path, strlen(other->path));
		str_add(out, _(" is another file and has the same key"));
	}
}

static void why(struct str *out, const struct call *c, const struct world *w)
{
	switch (c->err) {
	case ENOENT:
		why_path(out, c, 0, w, 0);
		str_add(out,
			_(": ftok wants a file that is there, for its inode (echo > FILE makes one)"));
		break;
	default:
		why_path(out, c, 0, w, 0);
	}
}

const struct prim prim_ftok = {
	.name = "ftok",
	.topic = "keys",
	.summary = N_("makes a key from a file and a project id"),
	.help = N_(
		"The key is the id's low 8 bits, the device's low 8 and the inode's low 16: two files may\n"
		"give the same one, and a file made anew gives another. A hard link gives the same."),
	.proto = "key_t ftok(const char *pathname, int proj_id);",
	.example = "mkfifo hello\n"
		   "key = ftok hello 'a'",
	.man = "ftok(3)",
	.errors = "EACCES ELOOP ENAMETOOLONG ENOENT ENOTDIR",
	.param = { { .name = "pathname", .type = &type_path },
		   { .name = "proj_id", .type = &type_proj } },
	.binds = KIND_KEY,
	.traced = "newfstatat",
	.make = make,
	.why = why,
	.note = note,
};
