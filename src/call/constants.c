/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Constants of C that are no parameter's own and may stand wherever a number may: limits, modes, what the
 * manual pages of the primitives name besides.  Some are only in BSD's or older headers, by their value there.
 */
#include "base/lang.h"
#include "call/prim.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALUE(name, what)                                                                          \
	{                                                                                          \
#name, (long)(name), what                                                          \
	}

const struct constant common_constants[] = {
	VALUE(INT_MIN, N_("the least int")),
	VALUE(INT_MAX, N_("the greatest int")),
	VALUE(UINT_MAX, N_("the greatest unsigned int")),
	VALUE(LONG_MIN, N_("the least long")),
	VALUE(LONG_MAX, N_("the greatest long")),
	VALUE(ULONG_MAX, N_("the greatest unsigned long: as a long, -1")),
	VALUE(SHRT_MIN, N_("the least short")),
	VALUE(SHRT_MAX, N_("the greatest short")),
	VALUE(USHRT_MAX, N_("the greatest unsigned short")),
	VALUE(SSIZE_MAX, N_("the greatest ssize_t")),
	VALUE(SIZE_MAX, N_("the greatest size_t: as a long, -1")),
	VALUE(PIPE_BUF, N_("up to so many bytes a write to a pipe is not torn")),
	VALUE(PATH_MAX, N_("no path is longer, its NUL included")),
	VALUE(NAME_MAX, N_("no name in a directory is longer")),
	VALUE(EOF, N_("the end of file, to stdio")),
	VALUE(STDIN_FILENO, N_("standard input")),
	VALUE(STDOUT_FILENO, N_("standard output")),
	VALUE(STDERR_FILENO, N_("standard error")),
	VALUE(RLIM_INFINITY, N_("no limit")),
	VALUE(S_IFIFO, N_("the type of a FIFO, in a mode")),
	VALUE(S_ISUID, N_("set user id on exec")),
	VALUE(S_ISGID, N_("set group id on exec")),
	VALUE(S_ISVTX, N_("the sticky bit")),
	VALUE(S_IRWXU, N_("owner: read, write, execute")),
	VALUE(S_IRUSR, N_("owner: read")),
	VALUE(S_IWUSR, N_("owner: write")),
	VALUE(S_IXUSR, N_("owner: execute")),
	VALUE(S_IRWXG, N_("group: read, write, execute")),
	VALUE(S_IRGRP, N_("group: read")),
	VALUE(S_IWGRP, N_("group: write")),
	VALUE(S_IXGRP, N_("group: execute")),
	VALUE(S_IRWXO, N_("others: read, write, execute")),
	VALUE(S_IROTH, N_("others: read")),
	VALUE(S_IWOTH, N_("others: write")),
	VALUE(S_IXOTH, N_("others: execute")),
	VALUE(SHM_R, N_("owner: read; S_IRUSR")),
	VALUE(SHM_W, N_("owner: write; S_IWUSR")),
	{ "MSG_R", S_IRUSR, N_("owner: read; S_IRUSR") },
	{ "MSG_W", S_IWUSR, N_("owner: write; S_IWUSR") },
	{ "SEM_R", S_IRUSR, N_("owner: read; S_IRUSR") },
	{ "SEM_A", S_IWUSR, N_("owner: alter; S_IWUSR") },
	{ "SEMVMX", 32767, N_("the most that a semaphore can be") },
	{ "SA_NOMASK", 0x40000000, N_("SA_NODEFER's old name") },
	{ "SA_ONESHOT", 0x80000000L, N_("SA_RESETHAND's old name") },
	{ "SA_STACK", 0x08000000, N_("SA_ONSTACK's old name") },
	{ NULL, 0, NULL },
};
