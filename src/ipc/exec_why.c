/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why an exec fails.  The kernel opens one file after another: the program, what its #! names, at last the
 * dynamic linker that an ELF file names (fs/exec.c, fs/binfmt_script.c, fs/binfmt_elf.c); execvp(3) tries
 * each directory of PATH so.  The first file that has what the errno says is the reason.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "ipc/fd_path.h"
#include "ipc/kin.h"
#include "ipc/pipe.h"
#include "ipc/process.h"
#include "ipc/sysv.h"

#include <dirent.h>
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
	HEAD = 256, /* BINPRM_BUF_SIZE: where a #! line must end */
	SCRIPTS = 5,
	ARGUMENT = 32 * 4096 /* MAX_ARG_STRLEN, with the NUL */
};

enum role { PROGRAM, SCRIPT, LINKER };

/* One of the files: the program itself, or who names it and how. */
struct image {
	char path[PATH_MAX], by[PATH_MAX];
	enum role role;
	struct walk walk;
	char head[HEAD];
	ssize_t n; /* bytes of head; below 0: it cannot be read */
	int fd;
};

static void image_open(struct image *im, const struct world *w)
{
	char file[40];

	walk_path(&im->walk, w, im->path, strlen(im->path), true);
	snprintf(file, sizeof(file), "/proc/self/fd/%d", im->walk.fd);
	im->fd = im->walk.fd < 0 || !S_ISREG(im->walk.st.st_mode)
			 ? -1
			 : open(file, O_RDONLY | O_CLOEXEC);
	im->n = im->fd < 0 ? -1 : pread(im->fd, im->head, sizeof(im->head), 0);
}

static void image_close(struct image *im)
{
	if (im->fd >= 0)
		close(im->fd);
	walk_release(&im->walk);
}

static bool is_elf(const struct image *im)
{
	return im->n >= SELFMAG && !memcmp(im->head, ELFMAG, SELFMAG);
}

/* Where an ELF file names its dynamic linker: its first PT_INTERP. */
static bool interp_of(const struct image *im, Elf64_Phdr *ph)
{
	Elf64_Ehdr eh;

	if (!is_elf(im) || im->n < (ssize_t)sizeof(eh) || im->head[EI_CLASS] != ELFCLASS64)
		return false;
	memcpy(&eh, im->head, sizeof(eh));
	for (int i = 0; i < eh.e_phnum; i++) {
		if (pread(im->fd, ph, sizeof(*ph), (off_t)(eh.e_phoff + i * sizeof(*ph))) !=
		    sizeof(*ph))
			return false;
		if (ph->p_type == PT_INTERP)
			return ph->p_filesz > 1 && ph->p_filesz <= PATH_MAX;
	}
	return false;
}

/* The name of the next file; false: there is none, or it cannot be read. */
static bool next_name(const struct image *im, char name[PATH_MAX], enum role *role)
{
	Elf64_Phdr ph;
	size_t at = 2, n;

	if (im->n < 2 || im->role == LINKER)
		return false;
	if (!memcmp(im->head, "#!", 2)) {
		while (at < (size_t)im->n && (im->head[at] == ' ' || im->head[at] == '\t'))
			at++;
		for (n = at; n < (size_t)im->n && !strchr(" \t\n", im->head[n]); n++)
			;
		snprintf(name, PATH_MAX, "%.*s", (int)(n - at), im->head + at);
		*role = SCRIPT;
		return n > at;
	}
	*role = LINKER;
	return interp_of(im, &ph) &&
	       pread(im->fd, name, ph.p_filesz, (off_t)ph.p_offset) == (ssize_t)ph.p_filesz &&
	       name[ph.p_filesz - 1] == '\0';
}

/* -- who has it open for writing -------------------------------------------------------------- */

struct writer {
	const struct world *w;
	const struct stat *st;
	pid_t pid;
	int fd;
};

static bool writes(const struct world *w, pid_t pid, const char *fd)
{
	char file[32], text[512], *at;

	snprintf(file, sizeof(file), "fdinfo/%.16s", fd);
	if (sysv_read_proc(w, &(struct peer){ .pid = pid }, file, text, sizeof(text)) <= 0)
		return false;
	at = strstr(text, "flags:");
	return at && (strtol(at + 6, NULL, 8) & O_ACCMODE) != O_RDONLY &&
	       !(strtol(at + 6, NULL, 8) & O_PATH);
}

static bool find_writer(void *arg, const struct kin *k)
{
	struct writer *wr = arg;
	struct dirent *e;
	char file[32];
	struct stat st;
	DIR *dir;
	int fd;

	snprintf(file, sizeof(file), "%d/fd", k->pid);
	fd = openat(wr->w->proc, file, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return true;
	}
	while (!wr->pid && (e = readdir(dir)))
		if (!fstatat(fd, e->d_name, &st, 0) && st.st_ino == wr->st->st_ino &&
		    st.st_dev == wr->st->st_dev && writes(wr->w, k->pid, e->d_name)) {
			wr->pid = k->pid;
			wr->fd = atoi(e->d_name);
		}
	closedir(dir);
	return !wr->pid;
}

static void why_busy(struct str *out, const struct image *im, const struct world *w)
{
	struct writer wr = { .w = w, .st = &im->walk.st };

	kin_each(w, find_writer, &wr);
	if (!wr.pid)
		return;
	str_addf(out, _("%s has "), w->pid_name(w->ctx, wr.pid));
	str_clean(out, im->path, strlen(im->path));
	str_addf(out, _(" open for writing (descriptor %d)"), wr.fd);
}

/* -- one file --------------------------------------------------------------------------------- */

/*
 * Capabilities that the file says its program cannot do without, and that the caller cannot get:
 * bprm_caps_from_vfs_caps() of security/commoncap.c.
 */
static void why_capable(struct str *out, const struct image *im, const struct world *w)
{
	struct vfs_cap_data file = { 0 };
	unsigned long permitted, inheritable, bounding, inherits, missing;
	char text[4096], *at;

	if (im->fd < 0 || fgetxattr(im->fd, "security.capability", &file, sizeof(file)) < 0 ||
	    !(le32toh(file.magic_etc) & VFS_CAP_FLAGS_EFFECTIVE) ||
	    sysv_read_proc(w, &w->self, "status", text, sizeof(text)) <= 0)
		return;
	at = strstr(text, "\nCapInh:");
	inherits = at ? strtoul(at + 8, NULL, 16) : 0;
	at = strstr(text, "\nCapBnd:");
	bounding = at ? strtoul(at + 8, NULL, 16) : 0;
	permitted = le32toh(file.data[0].permitted) | (unsigned long)le32toh(file.data[1].permitted)
							      << 32;
	inheritable = le32toh(file.data[0].inheritable) |
		      (unsigned long)le32toh(file.data[1].inheritable) << 32;
	missing = permitted & ~((permitted & bounding) | (inheritable & inherits));
	if (!missing)
		return;
	str_clean(out, im->path, strlen(im->path));
	str_addf(
		out,
		_(" is to have capability %d (getcap, capabilities(7)), which %s may never have: its "
		  "bounding set lacks it"),
		__builtin_ctzl(missing), w->self.name);
}

static void why_short(struct str *out, const struct image *im)
{
	Elf64_Phdr ph;

	if (im->n < 0 ||
	    (im->role == LINKER ? im->n >= (ssize_t)sizeof(Elf64_Ehdr)
				: !interp_of(im, &ph) || (off_t)(ph.p_offset + ph.p_filesz) <=
								 im->walk.st.st_size))
		return;
	str_clean(out, im->path, strlen(im->path));
	str_addf(out,
		 im->role == LINKER
			 ? _(" has only %ld bytes: no ELF file is as short as that")
			 : _(" has only %ld bytes: it ends before the name of its dynamic linker"),
		 (long)im->walk.st.st_size);
}

static void why_no_linker(struct str *out, const struct image *im)
{
	if (im->role != LINKER)
		return;
	str_clean(out, im->path, strlen(im->path));
	str_add(out, is_elf(im) ? _(" is an ELF file, but none for this processor, or a broken one")
				: _(" is no ELF file"));
}

static void why_file(struct str *out, int err, const struct image *im, const struct world *w)
{
	switch (err) {
	case ETXTBSY:
		if (!im->walk.err)
			why_busy(out, im, w);
		break;
	case EPERM:
		why_capable(out, im, w);
		break;
	case EIO:
		why_short(out, im);
		break;
	case ELIBBAD:
		why_no_linker(out, im);
		break;
	case EACCES:
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
		if (err == EACCES || im->walk.err == err)
			why_path_text(out, err, im->path, strlen(im->path), w, PATH_PROGRAM);
		break;
	}
}

/* Who names the file: the program that was asked for does not say so. */
static void say_role(struct str *out, const struct image *im)
{
	if (im->role == PROGRAM)
		return;
	str_clean(out, im->by, strlen(im->by));
	str_add(out, im->role == SCRIPT ? _(" names its interpreter (#!): ")
					: _(" names its dynamic linker: "));
}

/* searched: that the program itself is missing is none, for it is looked for elsewhere, too. */
static void why_images(struct str *out, int err, const char *path, const struct world *w,
		       bool searched)
{
	struct image im = { .role = PROGRAM };
	struct str text = STR_INIT;
	char name[PATH_MAX];
	enum role role;
	int scripts = 0;
	bool more;

	snprintf(im.path, sizeof(im.path), "%s", path);
	do {
		image_open(&im, w);
		if (err == ELOOP && scripts > SCRIPTS)
			str_addf(&text,
				 _("more than %d scripts, each of which is run by the next (#!)"),
				 SCRIPTS);
		else if (!searched || im.role != PROGRAM || im.walk.err == EACCES || !im.walk.err)
			why_file(&text, err, &im, w);
		more = !text.len && next_name(&im, name, &role);
		image_close(&im);
		if (more) {
			strcpy(im.by, im.path);
			strcpy(im.path, name);
			im.role = role;
			scripts += role == SCRIPT;
		}
	} while (more && scripts <= SCRIPTS + 1);
	if (text.len) {
		if (scripts <= SCRIPTS)
			say_role(out, &im);
		str_add(out, text.s);
	}
	str_free(&text);
}

/* -- the search, the arguments ---------------------------------------------------------------- */

/* The first file of PATH that has it: execvp(3) goes on after a refusal, and tells of it at the end. */
static void why_searched(struct str *out, int err, const char *file, const struct world *w)
{
	const char *at = getenv("PATH"), *end;
	char path[PATH_MAX];

	if (!*file) {
		str_add(out, _("an empty path names nothing"));
		return;
	}
	if (strlen(file) > NAME_MAX) {
		why_path_text(out, err, file, strlen(file), w, PATH_PROGRAM);
		return;
	}
	for (at = at ? at : "/bin:/usr/bin"; at && !out->len; at = *end ? end + 1 : NULL) {
		end = strchrnul(at, ':');
		if (snprintf(path, sizeof(path), "%.*s%s%s", (int)(end - at), at,
			     end > at ? "/" : "", file) >= (int)sizeof(path))
			continue;
		why_images(out, err, path, w, true);
	}
	if (err == EACCES && out->len)
		str_addf(out, _("; no other directory of PATH has a program of that name for %s"),
			 w->self.name);
	if ((err == ENOENT || err == ENOTDIR) && !out->len) {
		str_clean(out, file, strlen(file));
		str_add(out, _(" is in no directory of PATH"));
	}
}

/* copy_strings() and get_arg_page(): from the last one on, each, and all with the environment. */
static void why_long(struct str *out, const struct call *c, const struct world *w)
{
	const long stack = sysv_rlimit(w, "Max stack size");
	const long quarter = MIN(stack < 0 ? LONG_MAX : stack / 4, 6L << 20);
	size_t n = call_length(c, 1), last, len;
	const char *s = call_bytes(c, 1, n);
	int number = 0;

	if (!s) /* an address of the learner's own: they are somewhere in its memory */
		return;
	for (size_t i = 0; s && i < n; i++)
		number += s[i] == '\0';
	for (last = n; s && last > 0; last -= len + 1) {
		number--;
		for (len = 0; last - 1 - len > 0 && s[last - 2 - len]; len++)
			;
		if (len + 1 <= ARGUMENT)
			continue;
		str_addf(out, _("argument %d has %zu bytes; a single one has %d at most"), number,
			 len, ARGUMENT - 1);
		return;
	}
	if (stack >= 0 && stack < ARGUMENT)
		str_addf(out,
			 _("the arguments, %zu bytes, and the environment must fit into the stack, "
			   "which has %ld at most (RLIMIT_STACK)"),
			 n, stack);
	else
		str_addf(
			out,
			quarter > ARGUMENT
				? _("the arguments, %zu bytes, and the environment may have %ld together: a "
				    "quarter of RLIMIT_STACK, and no more than 6 MiB")
				: _("the arguments, %zu bytes, and the environment may have %ld together, "
				    "however small RLIMIT_STACK is"),
			n, MAX(quarter, (long)ARGUMENT));
}

static bool path_of(const struct call *c, char path[PATH_MAX])
{
	size_t n = call_length(c, 0);
	const char *s = call_bytes(c, 0, n);

	return s && snprintf(path, PATH_MAX, "%.*s", (int)n, s) < PATH_MAX;
}

void exec_why(struct str *out, const struct call *c, const struct world *w)
{
	char file[PATH_MAX];

	if (c->err == E2BIG)
		why_long(out, c, w);
	else if (!path_of(c, file))
		why_path(out, c, 0, w, PATH_PROGRAM);
	else if (!strchr(file, '/'))
		why_searched(out, c->err, file, w);
	else
		why_images(out, c->err, file, w, false);
	if (out->len)
		return;
	if (c->err == ENOENT)
		str_add(out,
			_("the interpreter that it names (#!, or the dynamic linker) does not exist"));
	else if (c->err == ETXTBSY)
		str_add(out,
			_("it is open for writing, by nobody whose descriptors can be seen from here"));
	else if (c->err == EPERM)
		str_add(out, _("a security module of this machine does not allow it"));
}
