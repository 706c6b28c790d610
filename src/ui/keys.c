/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/keys.h"

#include <errno.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

void keys_prepare(int fd)
{
	struct termios mode;

	if (tcgetattr(fd, &mode) == 0 && !(mode.c_lflag & ICANON)) {
		mode.c_cc[VMIN] = mode.c_cc[VTIME] = 0;
		tcsetattr(fd, TCSANOW, &mode);
	}
}

int keys_take(int fd, unsigned char *c)
{
	struct pollfd on = { .fd = fd, .events = POLLIN };
	ssize_t n = read(fd, c, 1);

	if (n == 1)
		return 1;
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -1;
	return poll(&on, 1, 0) > 0 && on.revents & (POLLHUP | POLLERR | POLLNVAL) ? -1 : 0;
}

int keys_wait(int fd, unsigned char *c)
{
	struct pollfd on = { .fd = fd, .events = POLLIN };
	int got;

	while (!(got = keys_take(fd, c)))
		poll(&on, 1, -1);
	return got;
}
