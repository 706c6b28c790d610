/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/replace.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static int write_all(int fd, const char *s, size_t n)
{
	while (n) {
		ssize_t put = write(fd, s, n);

		if (put < 0 && errno != EINTR)
			return -1;
		s += put > 0 ? put : 0;
		n -= put > 0 ? (size_t)put : 0;
	}
	return 0;
}

int replace_file(int fd, const char *temp, const char *path, const char *text, size_t n)
{
	bool ok;
	int err;

	if (fd < 0)
		return -1;
	ok = !write_all(fd, text, n) && !fsync(fd);
	err = errno;
	if (close(fd) && ok) {
		ok = false;
		err = errno;
	}
	if (ok && !rename(temp, path))
		return 0;
	err = ok ? errno : err;
	unlink(temp);
	errno = err;
	return -1;
}
