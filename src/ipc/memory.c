/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * peek and poke: the caller touches its own memory.  No system call stands behind them, and nothing
 * protects them: a bad address is a real SIGSEGV, and the process dies of it.  make runs in
 * learner's processes, everything else in the shell.
 */
#include "ipc/memory.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/shm.h"
#include "ipc/sysv.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { ADDR, WHAT, VALUE };
enum { MEMORY_LINE = 16 };

/* The C types that can be read and written; a word's number is its index + 1, negated. */
static const struct {
	const char *name;
	unsigned size;
	bool is_signed;
} words[] = {
	{ "char", sizeof(char), true },   { "uchar", sizeof(char), false },
	{ "short", sizeof(short), true }, { "ushort", sizeof(short), false },
	{ "int", sizeof(int), true },     { "uint", sizeof(int), false },
	{ "long", sizeof(long), true },   { "ulong", sizeof(long), false },
};

static int word_of(const char *s, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i].name) == len && !memcmp(words[i].name, s, len))
			return (int)i;
	return -1;
}

/* The type that argument WHAT names, or -1: it is a count or a text. */
static int word_in(const struct call *c)
{
	long k = ~c->arg[WHAT].num; /* -1 - num, without an overflow: it may be a learner's poke */

	return !c->arg[WHAT].bytes && k >= 0 && k < (long)ARRAY_LEN(words) ? (int)k : -1;
}

void memory_line(struct str *out, const unsigned char *bytes, size_t n, size_t width)
{
	for (size_t i = 0; i < width; i++)
		if (i < n)
			str_addf(out, "%02x ", bytes[i]);
		else
			str_add(out, "   ");
	str_addc(out, ' ');
	for (size_t i = 0; i < n; i++)
		str_addc(out, bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.');
}

/* peek */

static int parse_what(struct parse *ps, const struct param *p, struct call *c, int i)
{
	int word = word_of(ps->at, ps->len);

	if (word >= 0) {
		c->arg[i].num = -word - 1;
		return 0;
	}
	if (parse_number(ps, p, KIND_INT, &c->arg[i].num))
		return -1;
	if (c->arg[i].num < 1 || c->arg[i].num > CALL_DATA / 2)
		return parse_fail(ps, _("a count is 1 to %d bytes; or a type: int, long, char ..."),
				  CALL_DATA / 2);
	return 0;
}

static void format_what(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	int word = word_in(c);

	if (c->arg[i].bytes)
		type_text.format(out, p, c, i, done);
	else if (word >= 0)
		str_add(out, words[word].name);
	else
		str_num(out, c->arg[i].num);
}

static const struct argtype type_what = { .what = N_(
						  "a count of bytes, or int, uint, long, char ..."),
					  .parse = parse_what,
					  .format = format_what };
static bool peek_give(const struct call *c, int n, struct given *g)
{
	(void)n;
	g->text = word_in(c) >= 0 ? NULL : call_bytes(c, VALUE, 0);
	g->len = call_length(c, VALUE);
	return word_in(c) >= 0 || g->text;
}

static const struct argtype type_got = { .what = N_("filled in") };

/* The address is the learner's: what is wrong with it, NULL too, is for the kernel to say and for no sanitizer. */
#define ANY_ADDRESS __attribute__((no_sanitize("undefined")))

/* Byte by byte and volatile: the compiler must not leave a touch out, nor touch more. */
ANY_ADDRESS static void touch(volatile unsigned char *to, const volatile unsigned char *from,
			      size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i];
}

/* A number is read in one piece, as C does it, where its address allows. */
ANY_ADDRESS static long read_word(const volatile void *at, int word)
{
	unsigned char raw[sizeof(long)] = { 0 };
	unsigned size = words[word].size;
	uint64_t value;

	if ((uintptr_t)at % size) {
		touch(raw, at, size);
		memcpy(&value, raw, sizeof(value));
	} else if (size == 8) {
		value = *(const volatile uint64_t *)at;
	} else if (size == 4) {
		value = *(const volatile uint32_t *)at;
	} else if (size == 2) {
		value = *(const volatile uint16_t *)at;
	} else {
		value = *(const volatile uint8_t *)at;
	}
	if (words[word].is_signed && size < 8 && value >> (size * 8 - 1) & 1)
		value |= ~0ULL << (size * 8);
	return (long)value;
}

ANY_ADDRESS static void write_word(volatile void *at, int word, long value)
{
	unsigned size = words[word].size;

	if ((uintptr_t)at % size)
		touch(at, (unsigned char *)&value, size);
	else if (size == 8)
		*(volatile uint64_t *)at = (uint64_t)value;
	else if (size == 4)
		*(volatile uint32_t *)at = (uint32_t)value;
	else if (size == 2)
		*(volatile uint16_t *)at = (uint16_t)value;
	else
		*(volatile uint8_t *)at = (uint8_t)value;
}

static long peek_make(struct call *c)
{
	const volatile unsigned char *at = (const volatile unsigned char *)c->arg[ADDR].num;
	int word = word_in(c);
	size_t n = (size_t)c->arg[WHAT].num;
	unsigned char *buf;

	errno = 0; /* a value of -1 is no failure */
	if (word >= 0)
		return read_word(at, word);
	buf = call_out(c, VALUE, n);
	if (!buf)
		return -1;
	touch(buf, at, n);
	call_got(c, VALUE, n);
	return (long)n;
}

static void peek_result(struct str *out, const struct call *c)
{
	int word = word_in(c);

	if (word >= 0 && !words[word].is_signed)
		str_addf(out, "%lu", (unsigned long)c->ret);
	else if (word >= 0) /* a value of -1 is no error */
		str_num(out, c->ret);
	else if (c->ret >= 0 && call_length(c, VALUE))
		str_quote(out, call_bytes(c, VALUE, 0), call_length(c, VALUE), 64);
}

/* The lines of a hex dump; equal lines in a row are told once, as hexdump does. */
static void peek_dump(struct str *out, const struct call *c)
{
	size_t len = call_length(c, VALUE), at;
	const unsigned char *bytes = call_bytes(c, VALUE, 0);
	bool starred = false;

	if (word_in(c) >= 0 || !bytes)
		return;
	for (at = 0; at < len; at += MEMORY_LINE) {
		size_t n = len - at < MEMORY_LINE ? len - at : MEMORY_LINE;

		if (at && n == MEMORY_LINE && !memcmp(bytes + at, bytes + at - MEMORY_LINE, n)) {
			if (!starred)
				str_add(out, "\n*");
			starred = true;
			continue;
		}
		starred = false;
		str_addf(out, "%s%04zx  ", at ? "\n" : "", at);
		memory_line(out, bytes + at, n, MEMORY_LINE);
	}
}

/* n bytes from offset: those behind the segment's end are in its last page, or in what comes next. */
static void add_past(struct str *out, const struct world *w, const struct shm_attach *in,
		     const struct shmid_ds *ds, unsigned long offset, unsigned long n)
{
	unsigned long past = offset + n - (offset > ds->shm_segsz ? offset : ds->shm_segsz);
	unsigned long room = in->to - in->from + in->offset;

	if (offset + n <= ds->shm_segsz)
		return;
	sysv_note_next(out);
	sysv_count(out, (long)past, N_("byte"));
	str_addf(out, _(" past the end of %s (%zu)"), w->name(w->ctx, KIND_SHM, in->id),
		 ds->shm_segsz);
	str_add(out, offset + n > room
			     ? _(": the last of them in whatever comes after its last page")
			     : _(": the rest of its last page, where nothing stops them"));
}

/* Might there be something to say of n bytes at addr? What the calls have told is at hand, maps has to be read. */
static bool may_matter(unsigned long addr, unsigned long n, bool written, const struct world *w)
{
	unsigned long from;
	struct shmid_ds ds;
	long id;

	if (!w->attached)
		return true;
	if (!w->attached(w->ctx, w->self.pid, addr, &id, &from))
		return false;
	return shm_stat(id, &ds) || addr + n > from + ds.shm_segsz ||
	       (written && ds.shm_nattch > 1);
}

/* The caller's attachment that an address is in, to one segment as it is now; false: none. */
static bool attached_at(struct shm_attach *in, struct shmid_ds *ds, unsigned long addr,
			const struct world *w)
{
	struct shm_attaches own = { 0 };
	bool found = false;

	shm_attaches_read(&own, w, -1, true);
	for (int i = 0; i < own.n && !found; i++) {
		*in = own.a[i];
		in->name = NULL; /* is the list's */
		found = addr >= in->from && addr < in->to && !shm_stat(in->id, ds);
	}
	shm_attaches_release(&own);
	return found;
}

static void peek_note(struct str *out, const struct call *c, const struct world *w)
{
	const unsigned long addr = (unsigned long)c->arg[ADDR].num;
	const int word = word_in(c);
	const unsigned long n = word >= 0 ? words[word].size : (unsigned long)c->ret;
	struct shm_attach in;
	struct shmid_ds ds;

	if (may_matter(addr, n, false, w) && attached_at(&in, &ds, addr, w))
		add_past(out, w, &in, &ds, addr - in.from + in.offset, n);
	if (out->len && word < 0)
		str_addc(out, '\n');
	peek_dump(out, c);
}

const struct prim prim_peek = {
	.name = "peek",
	.topic = "shared memory",
	.summary = N_("reads the caller's memory"),
	.help = N_(
		"As a number of a C type (char, short, int, long, with u in front for unsigned) or as\n"
		"so many bytes. `x = peek a int` names the number, `text = peek a 16` the bytes. It is no system\n"
		"call: where nothing is mapped, SIGSEGV kills."),
	.proto = "*(int *)addr",
	.example = "m = shmget IPC_PRIVATE 4096 0600\n"
		   "a = shmat m\n"
		   "x = peek a int",
	.man = "shmop(2)",
	.errors = "",
	.param = { { .name = "addr", .type = &type_addr },
		   { .name = "what", .type = &type_what, .def = "64", .flags = PARAM_OPTIONAL },
		   { .name = "bytes", .type = &type_got, .flags = PARAM_SILENT } },
	.flags = PRIM_MEMORY | PRIM_NOT_A_CALL,
	.binds = KIND_INT,
	.give = peek_give,
	.make = peek_make,
	.result = peek_result,
	.note = peek_note,
	.data = peek_dump,
};

/* poke */

static int parse_at(struct parse *ps, const struct word *w, struct call *c, int i)
{
	const struct param *p = &ps->prim->param[i];

	ps->at = w->at;
	ps->len = w->len;
	ps->column = w->column;
	c->arg[i].given = true;
	return p->type->parse(ps, p, c, i);
}

/* What the second word is depends on whether there is a third. */
static int poke_parse(struct parse *ps, const struct words *ws, struct call *c)
{
	static const struct param text = { .name = "text", .type = &type_text };
	int word = ws->n > 1 ? word_of(ws->w[1].at, ws->w[1].len) : -1;

	if (ws->n > 2 && word < 0) {
		ps->at = ws->w[1].at;
		ps->len = ws->w[1].len;
		ps->column = ws->w[1].column;
		return parse_fail(
			ps, _("no type; there are char, short, int, long, and uchar, ushort, uint, "
			      "ulong"));
	}
	if (ws->n < 2 || ws->n > 3 || (ws->n == 2 && word >= 0))
		return fail(ps->cause,
			    _("poke: usage: poke addr \"text\", or poke addr int value%s"),
			    ws->n == 2 ? _(" (a text \"int\" wants its quotes)") : "");
	if (parse_at(ps, &ws->w[0], c, ADDR))
		return -1;
	if (word >= 0) {
		c->arg[WHAT].given = true;
		c->arg[WHAT].num = -word - 1;
		return parse_at(ps, &ws->w[2], c, VALUE);
	}
	ps->at = ws->w[1].at;
	ps->len = ws->w[1].len;
	ps->column = ws->w[1].column;
	c->arg[WHAT].given = true;
	return text.type->parse(ps, &text, c, WHAT);
}

static long poke_make(struct call *c)
{
	volatile unsigned char *at = (volatile unsigned char *)c->arg[ADDR].num;
	int word = word_in(c);
	const void *text;
	size_t n;

	if (word >= 0) {
		write_word(at, word, c->arg[VALUE].num);
		return words[word].size;
	}
	text = call_in(c, WHAT, &n);
	if (!text)
		return -1;
	touch(at, text, n);
	return (long)n;
}

/* Who else sees what was written at in's addr now, and where. */
static void add_others(struct str *out, const struct world *w, const struct shm_attach *in,
		       unsigned long addr)
{
	unsigned long offset = addr - in->from + in->offset;
	struct shm_attaches all = { 0 };
	const char *sep = "";

	shm_attaches_read(&all, w, in->id, false);
	for (int i = 0; i < all.n; i++) {
		const struct shm_attach *a = &all.a[i];
		char hex[24];

		if ((a->pid == in->pid && a->from == in->from) || offset < a->offset ||
		    a->from + (offset - a->offset) >= a->to)
			continue;
		if (!*sep)
			str_addf(out, _("%s+%lu: at once the same for "),
				 w->name(w->ctx, KIND_SHM, in->id), offset);
		str_add(out, sep);
		str_add(out, a->name);
		str_add(out, _(" at "));
		snprintf(hex, sizeof(hex), "0x%lx", a->from + (offset - a->offset));
		str_mark(out, 'a', hex);
		sep = ", ";
	}
	shm_attaches_release(&all);
}

static void poke_note(struct str *out, const struct call *c, const struct world *w)
{
	const unsigned long addr = (unsigned long)c->arg[ADDR].num;
	struct shm_attach in;
	struct shmid_ds ds;

	if (!may_matter(addr, (unsigned long)c->ret, true, w) || !attached_at(&in, &ds, addr, w))
		return;
	if (ds.shm_nattch > 1)
		add_others(out, w, &in, addr);
	add_past(out, w, &in, &ds, addr - in.from + in.offset, (unsigned long)c->ret);
}

const struct prim prim_poke = {
	.name = "poke",
	.topic = "shared memory",
	.summary = N_("writes into the caller's memory"),
	.help = N_(
		"A text (without a NUL at its end), or a number of a C type: poke a int x+1. It is no\n"
		"system call: where nothing may be written, SIGSEGV kills."),
	.proto = "*(int *)addr = value",
	.example = "m = shmget IPC_PRIVATE 4096 0600\n"
		   "a = shmat m\n"
		   "poke a \"hello\"",
	.man = "shmop(2)",
	.errors = "",
	.param = { { .name = "addr", .type = &type_addr },
		   { .name = "text", .type = &type_what },
		   { .name = "value", .type = &type_int, .flags = PARAM_OPTIONAL } },
	.flags = PRIM_MEMORY | PRIM_NOT_A_CALL,
	.make = poke_make,
	.parse = poke_parse,
	.note = poke_note,
};
