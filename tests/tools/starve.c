/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * To be preloaded: the Nth allocation of the shell's (STARVE=N) finds no memory, nor any after it, unless
 * STARVE_ONCE is set.  Its children have all they want.  With STARVE_COUNT the number of allocations
 * is written to that file at the end.  glibc's getpwuid(3) itself dies of it (nss_database.c), so there is
 * always memory for that.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

static long limit, count;
static bool once, spared;
static pid_t shell;
static const char *counted;

__attribute__((constructor)) static void begin(void)
{
	const char *n = getenv("STARVE");

	shell = getpid();
	limit = n ? atol(n) : 0;
	once = getenv("STARVE_ONCE");
	counted = getenv("STARVE_COUNT");
	unsetenv("LD_PRELOAD");
	count = 0;
}

__attribute__((destructor)) static void end(void)
{
	char text[24];
	int fd = counted && getpid() == shell ? open(counted, O_WRONLY | O_CREAT | O_TRUNC, 0600)
					      : -1;

	if (fd >= 0 && write(fd, text, (size_t)snprintf(text, sizeof(text), "%ld\n", count)) > 0)
		close(fd);
}

static bool none_left(void)
{
	if (!shell || spared || (count++, !limit) || (once ? count != limit : count < limit) ||
	    getpid() != shell)
		return false;
	errno = ENOMEM;
	return true;
}

struct passwd *getpwuid(uid_t uid)
{
	struct passwd *(*real)(uid_t), *found;

	spared = true;
	*(void **)&real = dlsym(RTLD_NEXT, "getpwuid");
	found = real(uid);
	spared = false;
	return found;
}

void *malloc(size_t n)
{
	return none_left() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return none_left() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return none_left() ? NULL : __libc_realloc(p, n);
}
