/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exec and execvp.  The arguments cross as one block of NUL-terminated strings, as the kernel keeps
 * them.  make runs in a learner's process and returns only if it failed; the rest in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"
#include "call/types.h"
#include "ipc/pipe.h"
#include "ipc/process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int parse_argv(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct str all = STR_INIT;
	size_t before = call_length(c, i), from;
	long repeat;
	int r;

	(void)p;
	if (c->arg[i].null)
		return parse_fail(ps, _("an address stands for all the arguments"));
	if (before)
		str_addn(&all, call_bytes(c, i, before), before);
	from = all.len;
	r = parse_bytes(ps, &all, &repeat);
	if (r == 0 && repeat > 1)
		r = parse_fail(ps, _("an argument of a program cannot be repeated"));
	if (r == 0 && memchr(str_text(&all) + from, '\0', all.len - from))
		r = parse_fail(ps, _("an argument of a program has no NUL byte"));
	str_addc(&all, '\0');
	if (before)
		c->used = c->arg[i].off; /* it is put again, longer */
	if (r == 0 && !call_put(c, i, str_text(&all), all.len))
		r = parse_fail(ps, _("these arguments are too long"));
	str_free(&all);
	return r;
}

static void format_argv(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	size_t n = call_length(c, i), len;
	const char *s = call_bytes(c, i, n), *sep = "[";

	(void)p, (void)done;
	for (size_t at = 0; s && at < n; at += len + 1) {
		len = strnlen(s + at, n - at);
		str_add(out, sep);
		str_quote(out, s + at, len, FORMAT_STRING);
		sep = ", ";
	}
	str_addc(out, ']');
}

static const struct argtype type_argv = {
	.what = N_("the program's arguments"),
	.parse = parse_argv,
	.format = format_argv,
	.file = true,
	.points = POINTS_TEXT,
};

/* `exec cat x`: the program's name is its argument 0 as well. */
static int exec_parse(struct parse *ps, const struct words *words, struct call *c)
{
	struct words all;
	bool named = false;
	size_t skip;
	int r;

	if (words->n == 0)
		return fail(ps->cause, _("exec: which program? as in exec cat hello"));
	/* unless an address takes the place of either */
	for (int k = 0; k < words->n; k++)
		named |= parse_named(ps->prim, &words->w[k], &skip) >= 0;
	words_init(&all);
	for (int k = named ? 0 : -1; k < words->n; k++) {
		struct word w = words->w[k < 0 ? 0 : k];

		if (all.n == WORDS_FIXED) {
			words_release(&all);
			return fail(ps->cause, _("exec: at most %d arguments"), WORDS_FIXED - 1);
		}
		all.fixed[all.n++] = w;
	}
	all.w = all.fixed;
	r = parse_as(ps, "execvp", &all, c);
	words_release(&all);
	return r;
}

static int execvp_parse(struct parse *ps, const struct words *words, struct call *c)
{
	return parse_as(ps, "execvp", words, c);
}

/* In libc, which looks for a slash in the name: a bad address is the end of the process. */
__attribute__((no_sanitize("undefined"))) static long become(const char *file, char *const *argv)
{
	execvp(file, argv);
	return -1;
}

static long exec_make(struct call *c)
{
	size_t n, words = 0, size;
	char *file = call_text(c, 0), *s = call_in(c, 1, &n);
	char **argv;
	int err;

	if (c->arg[1].null)
		return become(file, (char *const *)s);
	for (size_t i = 0; s && i < n; i++)
		words += s[i] == '\0';
	size = (words + 1) * sizeof(*argv);
	argv = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (argv == MAP_FAILED || call_failed(c, 0, file) || !s)
		return -1;
	for (size_t i = 0, at = 0; i < words; i++, at += strlen(s + at) + 1)
		argv[i] = s + at;
	become(file, argv);
	err = errno;
	munmap(argv, size);
	errno = err;
	return -1;
}

#define EXEC_ERRORS                                                                                \
	"E2BIG EACCES EFAULT EINVAL EIO EISDIR ELIBBAD ELOOP EMFILE ENAMETOOLONG ENFILE "          \
	"ENOENT ENOEXEC ENOMEM ENOTDIR EPERM ETXTBSY"

const struct prim prim_exec = {
	.name = "exec",
	.topic = "processes",
	.summary = N_("become another program"),
	.help = N_(
		"Descriptors without O_CLOEXEC, mask, pending and ignored signals stay; handlers, \n"
		"memory and attachments go. The process ends when the program does."),
	.proto = "int execvp(const char *file, char *const argv[]);",
	.example = "fork B\n"
		   "B> exec echo hello",
	.man = "exec(3), execve(2)",
	.errors = EXEC_ERRORS,
	.param = { { "file", &type_path, NULL, 0, NULL, NULL },
		   { "argv", &type_argv, NULL, PARAM_REST | PARAM_OPTIONAL, NULL, NULL } },
	.flags = PRIM_EXEC | PRIM_FDS | PRIM_ATTACH | PRIM_SIGSTATE | PRIM_MEMORY,
	.traced = "execve",
	.make = exec_make,
	.parse = exec_parse,
	.why = exec_why,
};

const struct prim prim_execvp = {
	.name = "execvp",
	.topic = "processes",
	.summary = N_("become another program, with an argument 0 of your own"),
	.help = N_("What exec calls: the file, then all its arguments from 0 on."),
	.proto = "int execvp(const char *file, char *const argv[]);",
	.example = "fork B\n"
		   "B> execvp sh myshell -c \"echo $0\"",
	.man = "exec(3), execve(2)",
	.errors = EXEC_ERRORS,
	.param = { { "file", &type_path, NULL, 0, NULL, NULL },
		   { "argv", &type_argv, NULL, PARAM_REST, NULL, NULL } },
	.flags = PRIM_EXEC | PRIM_FDS | PRIM_ATTACH | PRIM_SIGSTATE | PRIM_MEMORY,
	.traced = "execve",
	.make = exec_make,
	.parse = execvp_parse,
	.why = exec_why,
};
