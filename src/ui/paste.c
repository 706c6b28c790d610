/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/paste.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static const char mark[] = "\033[201~";
#define MARK_LEN (sizeof(mark) - 1)

void paste_begin(struct paste *p)
{
	str_reset(&p->text);
	p->lost = 0;
	p->on = true;
	p->dropped = false;
}

/* How many bytes at the text's end are the mark's beginning. */
static size_t matched(const struct str *text)
{
	size_t n = text->len < MARK_LEN ? text->len : MARK_LEN;

	while (n && memcmp(text->s + text->len - n, mark, n) != 0)
		n--;
	return n;
}

int paste_read(struct paste *p, int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	char buf[MARK_LEN];
	size_t have;
	ssize_t n;

	while (poll(&ready, 1, 0) > 0) {
		/* What the mark still lacks must come anyway, so this much cannot be too much. */
		n = read(fd, buf, MARK_LEN - matched(&p->text));
		if (n < 0 ? errno == EINTR || errno == EAGAIN
			  : n == 0 && !(ready.revents & (POLLHUP | POLLERR | POLLNVAL)))
			return 0; /* Ctrl-C has emptied the terminal's queue since poll() */
		if (n <= 0) {
			errno = n < 0 ? errno : 0;
			return -1;
		}
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i])
				str_addc(&p->text, buf[i]);
			else
				p->lost++;
		}
		have = matched(&p->text);
		if (have == MARK_LEN) {
			str_trim(&p->text, p->text.len - MARK_LEN);
			return 1;
		}
	}
	return 0;
}

/* The length of a character beyond ASCII that may be shown, or 0. */
static size_t character(const char *s, size_t left)
{
	unsigned char c = (unsigned char)*s;
	size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

	return len <= left && str_shown(s, len) == len ? len : 0;
}

char *paste_end(struct paste *p)
{
	size_t out = 0, n = p->text.len;
	char *s;

	p->on = false;
	s = str_take(&p->text);
	for (size_t in = 0; s[in]; in++) {
		if (s[in] == '\r' && s[in + 1] == '\n')
			continue;
		if (s[in] & 0x80) {
			size_t len = character(s + in, n - in);

			/* a page may hide it in what looks harmless, and readline would show it as it is */
			p->lost += !len;
			memmove(s + out, s + in, len);
			out += len;
			in += len ? len - 1 : 0;
			continue;
		}
		s[out++] = s[in] == '\r' ? '\n' : s[in];
	}
	while (out && s[out - 1] == '\n')
		out--;
	s[out] = '\0';
	return s;
}
