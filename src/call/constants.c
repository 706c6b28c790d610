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
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kernel's own, asm/signal.h: libc's names are no constants any more. */
#if defined(__aarch64__)
enum { LEAST_STACK = 5120, USUAL_STACK = 16384 };
#else
enum { LEAST_STACK = 2048, USUAL_STACK = 8192 };
#endif

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
	VALUE(EXIT_SUCCESS, N_("0: all well")),
	VALUE(EXIT_FAILURE, N_("1: it went wrong")),
	VALUE(F_GETLK64, N_("F_GETLK, as 32-bit programs call it")),
	VALUE(F_SETLK64, N_("F_SETLK, as 32-bit programs call it")),
	VALUE(F_SETLKW64, N_("F_SETLKW, as 32-bit programs call it")),
	VALUE(RLIMIT_OFILE, N_("RLIMIT_NOFILE's old name")),
	VALUE(O_FSYNC, N_("O_SYNC's old name")),
	{ "O_NOTIFICATION_PIPE", O_EXCL, N_("pipe2: a queue of notifications") },
	{ "INFTIM", -1, N_("poll: for ever") },
	{ "SHM_HUGE_SHIFT", 26, N_("where the size of large pages stands in shmget's flags") },
	{ "SHM_HUGE_MASK", 0x3f, N_("and how wide that is") },
	{ "MINSIGSTKSZ", LEAST_STACK, N_("no alternate stack is smaller") },
	{ "SIGSTKSZ", USUAL_STACK, N_("bytes that usually do for an alternate stack") },
	{ "SA_UNSUPPORTED", 0x400,
	  N_("no kernel knows it: to find out which flags this one does") },
	{ "SA_EXPOSE_TAGBITS", 0x800, N_("no effect but on tagged addresses") },
	{ "IPC_64", 0x100, N_("what libc adds to a command on some machines") },

	{ "SEMVMX", 32767, N_("the most that a semaphore can be") },
	{ "SA_NOMASK", 0x40000000, N_("SA_NODEFER's old name") },
	{ "SA_ONESHOT", 0x80000000L, N_("SA_RESETHAND's old name") },
	{ "SA_STACK", 0x08000000, N_("SA_ONSTACK's old name") },
	{ NULL, 0, NULL },
};
