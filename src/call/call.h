/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One call of one primitive: its arguments as they cross to the learner's process and its result
 * as it comes back.  The shell fills it (parse), a learner's process makes it (struct prim's make),
 * the shell prints it (format).  It knows no primitive.  Runs in both.
 *
 * Whatever came back from a process is untrusted (it may have written over its arena): only
 * call_bytes() may be used to look at data.
 */
#ifndef CALL_CALL_H
#define CALL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str;

enum {
	CALL_ARGS = 6,
	CALL_BEFORE = CALL_ARGS - 1, /* no parameter's: what prim's before() has put there */
	CALL_ALIGN = 16,             /* of each argument's bytes in data */
	CALL_DATA = 256 * 1024,      /* bytes of arguments and results that cross */
	CALL_MOST =
		0x7ffff000, /* that one call moves, whatever it is told (MAX_RW_COUNT of the kernel) */
};

/* What a number is: it decides which names may stand for it and how it is marked. */
enum kind {
	KIND_NONE,
	KIND_INT,
	KIND_FD,   /* belongs to a process */
	KIND_ADDR, /* belongs to a process */
	KIND_PID,
	KIND_KEY,
	KIND_MSG,
	KIND_SHM,
	KIND_SEM,
	KIND_PIPE, /* by inode */
	KIND_FIFO, /* by inode */
	KIND_TEXT, /* bytes; belongs to a process */
	KIND_COUNT
};

/* "msg", "shm", "sem", "pipe", "fifo", "text" ...; "" for KIND_NONE. */
const char *kind_name(enum kind kind);
/* MARK class of a kind's numbers (base/str.h), or 0: this number is the same in every run. */
char kind_mark(enum kind kind);

struct arg {
	long num;     /* the scalar; for bytes: how many the kernel is told of (a size) */
	uint32_t off; /* its bytes are data[off .. off+len) */
	uint32_t len;
	uint32_t repeat; /* the bytes stand this many times; 0 is 1 */
	bool given;      /* typed by the learner, or filled in by default */
	bool bytes;      /* off, len and repeat mean something */
	bool null;       /* a pointer that is NULL, or raw: num is the address itself */
};

struct call {
	int prim; /* index in prims[] (call/prim.h) */
	int nargs;
	struct arg arg[CALL_ARGS];
	long ret;
	int err;             /* errno when ret is -1 */
	uint32_t used;       /* bytes used in data */
	uint32_t cap;        /* bytes that data has room for; CALL_DATA at most */
	unsigned char *data; /* the holder's: call_release(), or the slot's in a process */
};

/* A call without arguments, its data empty; memory is kept for reuse. */
void call_reset(struct call *c, int prim);
void call_release(struct call *c);
/* Becomes a copy of from: header and data. */
void call_copy(struct call *to, const struct call *from);

/* Shell: adds n bytes to data as argument i; false when they do not fit. */
bool call_put(struct call *c, int i, const void *bytes, size_t n);

/* Argument i's n bytes if there are at least n of them in data, else NULL (missing or a lie). */
const void *call_bytes(const struct call *c, int i, size_t n);
/* How many bytes argument i really has in data (0 if it lies). */
size_t call_length(const struct call *c, int i);

/*
 * In the learner's process, for a primitive's make():
 * call_in: argument i's bytes, repeated as asked, at an address to hand to the kernel; *n (may be
 * NULL) is their number. A null argument gives (void *)num. NULL with errno ENOMEM if there is
 * no memory for it.
 * call_out: an address with room for size bytes that the kernel may write to; likewise.
 * call_got: n bytes came back in the buffer of call_out(i), or at the learner's own address: they cross (as many as fit).
 * call_done: frees what call_in and call_out took; the channel calls it, not make().
 */
/* Was there no memory for p, which call_in or call_out gave? (NULL may be what was typed.) */
bool call_failed(const struct call *c, int i, const void *p);
void *call_in(struct call *c, int i, size_t *n);
void *call_out(struct call *c, int i, size_t size);
void call_got(struct call *c, int i, size_t n);
/*
 * call_at: call_in of n bytes; call_text: of a text that ends with a NUL. Where the learner typed an address,
 * what is there crosses as well if it can be read, so that the shell can show it and say what is wrong with it.
 */
void *call_at(struct call *c, int i, size_t n);
char *call_text(struct call *c, int i);
void call_done(struct call *c);

#endif
