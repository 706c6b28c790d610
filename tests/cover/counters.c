/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Linked into each program by `make coverage`: gcov's counters live in a file that all its processes map.
 * By itself gcov writes them at exit, so it would miss whoever is killed, and who ends by _exit; and where
 * a process may not write, or has no descriptor left, it would say so on the learner's terminal.
 * With GCOV_DUMP in the environment a program does nothing but write what all of them executed.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern char counters_begin[], counters_end[];
void __gcov_dump(void);

/* what gcov does at exit */
void __wrap___gcov_exit(void)
{
}

/* A directory that is not there (in another root) is no reason to fail: this run then counts for nothing. */
__attribute__((constructor)) static void share_counters(void)
{
	size_t size = (size_t)(counters_end - counters_begin);
	struct stat st;
	int fd = open(COUNTERS, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd >= 0) {
		fchmod(fd, 0666); /* where we are its owner: tests run as others, too */
		if (!fstat(fd, &st) &&
		    ((size_t)st.st_size == size || !posix_fallocate(fd, 0, (off_t)size)))
			mmap(counters_begin, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			     fd, 0);
		close(fd);
	}
	if (getenv("GCOV_DUMP")) {
		__gcov_dump();
		_exit(0);
	}
}
