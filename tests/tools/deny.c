/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deny RULE... -- CMD ARG...: runs CMD where system calls fail that a kernel, a container or a sysctl
 * might refuse.  A rule is CALL=ERRNO, or CALL:N&MASK=ERRNO for the calls whose argument N (from 0) has
 * all these bits, as in clone:0&0x10000000=EPERM (no user namespaces).  Exit status 99: the rule
 * itself is wrong, or there are no filters here.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif

static const struct {
	const char *name;
	int nr;
} calls[] = {
	{ "clone", SYS_clone },
	{ "ioctl", SYS_ioctl },
	{ "landlock_create_ruleset", SYS_landlock_create_ruleset },
	{ "mount", SYS_mount },
	{ "mount_setattr", SYS_mount_setattr },
	{ "msgrcv", SYS_msgrcv },
	{ "personality", SYS_personality },
	{ "pidfd_getfd", SYS_pidfd_getfd },
	{ "pidfd_open", SYS_pidfd_open },
	{ "process_vm_readv", SYS_process_vm_readv },
	{ "setns", SYS_setns },
};

static const struct {
	const char *name;
	int err;
} errors[] = {
	{ "EPERM", EPERM },   { "ENOSYS", ENOSYS }, { "EACCES", EACCES },
	{ "EINVAL", EINVAL }, { "ENOSPC", ENOSPC }, { "EOPNOTSUPP", EOPNOTSUPP },
};

enum { MOST = 16, EACH = 5 };

static void die(const char *what)
{
	fprintf(stderr, "deny: %s\n", what);
	exit(99);
}

static int call_number(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (strlen(calls[i].name) == len && !memcmp(calls[i].name, name, len))
			return calls[i].nr;
	die(name);
	return -1;
}

static int error_number(const char *name)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (!strcmp(errors[i].name, name))
			return errors[i].err;
	die(name);
	return -1;
}

/* Five instructions a rule; the accumulator holds the call's number between rules. */
static void compile(struct sock_filter *at, const char *rule)
{
	size_t name = strcspn(rule, ":=");
	unsigned long mask = 0;
	unsigned arg = 0;
	const char *equals = strrchr(rule, '=');
	char *end;

	if (!equals)
		die(rule);
	if (rule[name] == ':') {
		arg = (unsigned)strtoul(rule + name + 1, &end, 10);
		mask = strtoul(end + 1, NULL, 0);
	}
	const struct sock_filter code[EACH] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call_number(rule, name), 0, 4),
		/* little endian, and the flags that are asked about are in the low half */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (unsigned)offsetof(struct seccomp_data, args) + arg * 8),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (unsigned)mask),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)mask, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error_number(equals + 1)),
	};

	memcpy(at, code, sizeof(code));
}

int main(int argc, char **argv)
{
	const struct sock_filter number =
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	struct sock_filter code[MOST * (EACH + 1) + 1];
	struct sock_fprog program = { .filter = code };
	int i, n = 0;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (i > MOST)
			die("too many rules");
		code[n++] = number;
		compile(code + n, argv[i]);
		n += EACH;
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)n;
	if (i + 1 >= argc)
		die("which command? as in deny mount=EPERM -- ipcsh");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
		die(strerror(errno));
	execvp(argv[i + 1], argv + i + 1);
	die(strerror(errno));
	return 99;
}
