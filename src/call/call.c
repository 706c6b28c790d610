/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/call.h"
#include "base/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *const names[KIND_COUNT] = {
	[KIND_NONE] = "",        [KIND_INT] = "number",  [KIND_FD] = "descriptor",
	[KIND_ADDR] = "address", [KIND_PID] = "process", [KIND_KEY] = "key",
	[KIND_MSG] = "msg",      [KIND_SHM] = "shm",     [KIND_SEM] = "sem",
	[KIND_PIPE] = "pipe",    [KIND_FIFO] = "fifo",   [KIND_TEXT] = "text",
};

const char *kind_name(enum kind kind)
{
	return names[kind];
}

char kind_mark(enum kind kind)
{
	static const char marks[KIND_COUNT] = {
		[KIND_ADDR] = 'a', [KIND_PID] = 'p', [KIND_KEY] = 'k',  [KIND_MSG] = 'q',
		[KIND_SHM] = 'm',  [KIND_SEM] = 's', [KIND_PIPE] = 'n', [KIND_FIFO] = 'n',
	};

	return marks[kind];
}

void call_reset(struct call *c, int prim)
{
	c->prim = prim;
	c->nargs = 0;
	memset(c->arg, 0, sizeof(c->arg));
	c->ret = 0;
	c->err = 0;
	c->used = 0;
}

void call_release(struct call *c)
{
	free(c->data);
	*c = (struct call){ 0 };
}

static bool room(struct call *c, size_t n)
{
	size_t cap = c->cap ? c->cap : 512;

	if (n > CALL_DATA)
		return false;
	while (cap < n)
		cap *= 2;
	if (cap != c->cap) {
		c->data = xrealloc(c->data, cap);
		c->cap = (uint32_t)cap;
	}
	return true;
}

void call_copy(struct call *to, const struct call *from)
{
	unsigned char *data = to->data;
	uint32_t cap = to->cap, used = from->used <= CALL_DATA ? from->used : 0;

	*to = *from;
	to->data = data;
	to->cap = cap;
	to->used = used;
	if (used && room(to, used))
		memcpy(to->data, from->data, used);
}

/* Structures in data are read in place. CALL_DATA is aligned, too. */
static uint32_t aligned(uint32_t off)
{
	return (off + CALL_ALIGN - 1u) & ~(CALL_ALIGN - 1u);
}

bool call_put(struct call *c, int i, const void *bytes, size_t n)
{
	uint32_t off = aligned(c->used);

	if (n > CALL_DATA || off + n > CALL_DATA || !room(c, off + n + 1))
		return false;
	if (n)
		memcpy(c->data + off, bytes, n);
	c->arg[i].off = off;
	c->arg[i].len = (uint32_t)n;
	c->arg[i].bytes = true;
	c->used = off + (uint32_t)n;
	return true;
}

size_t call_length(const struct call *c, int i)
{
	const struct arg *a = &c->arg[i];

	if (!a->bytes || a->off > c->used || a->len > c->used - a->off || !c->data)
		return 0;
	return a->len;
}

const void *call_bytes(const struct call *c, int i, size_t n)
{
	return c->arg[i].bytes && c->data && call_length(c, i) >= n && c->arg[i].off + n <= c->used
		       ? c->data + c->arg[i].off
		       : NULL;
}

/*
 * In the learner's process.  What does not lie in the slot as it is lives in a mapping of its
 * own, not in malloc's memory: a handler may have interrupted malloc, and addresses that the
 * learner sees must not depend on it.
 */
static struct {
	void *at;
	size_t size;
} taken[CALL_ARGS];

static void *take(int i, size_t size, bool out)
{
	/* a limit of data (RLIMIT_DATA) is no reason not to make the call: of what is not touched, nothing is used */
	const int kind = out ? MAP_SHARED | MAP_NORESERVE : MAP_PRIVATE;
	void *p;

	if (out && size > CALL_MOST)
		size = CALL_MOST;

	if (taken[i].at)
		munmap(taken[i].at, taken[i].size);
	taken[i].at = NULL;
	p = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		errno = ENOMEM;
		return NULL;
	}
	taken[i].at = p;
	taken[i].size = size ? size : 1;
	return p;
}

bool call_failed(const struct call *c, int i, const void *p)
{
	return !p && !c->arg[i].null;
}

void *call_in(struct call *c, int i, size_t *n)
{
	struct arg *a = &c->arg[i];
	size_t len = call_length(c, i), times = a->repeat ? a->repeat : 1, total;
	unsigned char *p;

	if (n)
		*n = 0;
	if (a->null)
		return (void *)a->num;
	if (__builtin_mul_overflow(len, times, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	if (n)
		*n = total;
	if (times == 1)
		return c->data + a->off;
	p = take(i, total, false);
	for (size_t at = 0; p && at < total; at += len)
		memcpy(p + at, c->data + a->off, len);
	return p;
}

void *call_out(struct call *c, int i, size_t size)
{
	struct arg *a = &c->arg[i];
	uint32_t off = aligned(c->used);

	if (a->null)
		return (void *)a->num;
	a->bytes = true;
	a->len = 0;
	a->off = c->used;
	if (size > CALL_DATA || off + size > CALL_DATA)
		return take(i, size, true);
	a->off = off;
	c->used = off + (uint32_t)size;
	return c->data + off;
}

/*
 * What is at the learner's own address crosses, if all of it can be read: the kernel need not have looked at it. Of
 * nothing at all there is nothing, wherever that is.
 */
static void look_there(struct call *c, int i, size_t n)
{
	struct arg *a = &c->arg[i];
	const uint32_t off = aligned(c->used);
	const size_t room = off < CALL_DATA ? CALL_DATA - off : 0;
	struct iovec to = { c->data + off, n < room ? n : room },
		     from = { (void *)a->num, to.iov_len };
	const int err = errno;

	a->bytes = !n && a->num;
	if (to.iov_len && process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)to.iov_len) {
		a->bytes = true;
		a->off = off;
		a->len = (uint32_t)to.iov_len;
		c->used = off + a->len;
	}
	errno = err;
}

/* Up to its NUL, page by page: the next one may be missing. */
static size_t length_there(const char *s)
{
	char page[4096];
	size_t n = 0, part, len;

	while (n < PATH_MAX) {
		struct iovec to = { page, 0 }, from = { (void *)(s + n), 0 };

		part = sizeof(page) - ((uintptr_t)s + n) % sizeof(page);
		to.iov_len = from.iov_len = part;
		if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) != (ssize_t)part)
			return 0;
		len = strnlen(page, part);
		n += len;
		if (len < part)
			return n + 1;
	}
	return 0;
}

void *call_at(struct call *c, int i, size_t n)
{
	if (c->arg[i].null)
		look_there(c, i, n);
	return call_in(c, i, NULL);
}

char *call_text(struct call *c, int i)
{
	const int err = errno;
	const size_t n = c->arg[i].null ? length_there((const char *)c->arg[i].num) : 0;

	if (n)
		look_there(c, i, n);
	errno = err;
	return call_in(c, i, NULL);
}

void call_got(struct call *c, int i, size_t n)
{
	struct arg *a = &c->arg[i];

	if (a->null) {
		look_there(c, i, n);
		return;
	}
	if (!taken[i].at) {
		a->len = n <= c->used - a->off ? (uint32_t)n : c->used - a->off;
		return;
	}
	/* it was too large for the slot: its beginning crosses */
	a->off = aligned(c->used);
	if (a->off > CALL_DATA)
		a->off = CALL_DATA;
	if (n > CALL_DATA - a->off)
		n = CALL_DATA - a->off;
	if (n > taken[i].size)
		n = taken[i].size;
	memcpy(c->data + a->off, taken[i].at, n);
	a->len = (uint32_t)n;
	c->used = a->off + (uint32_t)n;
}

void call_done(struct call *c)
{
	uint32_t used = 0;

	for (int i = 0; i < CALL_ARGS; i++) {
		if (taken[i].at)
			munmap(taken[i].at, taken[i].size);
		taken[i].at = NULL;
		if (c->arg[i].bytes && c->arg[i].off + c->arg[i].len > used)
			used = c->arg[i].off + c->arg[i].len;
	}
	c->used = used; /* room that call_out took and the kernel did not fill does not cross */
}
