/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How arguments of the common types are typed and printed: numbers, flags and commands, texts and
 * paths.  Signals are in types_signal.c.  Runs in the shell.
 */
#include "call/types.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/parse.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

enum { IPC_64 = 0x100 }; /* what older architectures add to the command of a ...ctl (linux/ipc.h) */

static int parse_kind(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_number(ps, p, p->type->kind, &c->arg[i].num);
}

static void format_num(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	char mark = kind_mark(p->type->kind);

	(void)done;
	if (mark)
		str_mark_num(out, mark, c->arg[i].num);
	else
		str_num(out, c->arg[i].num);
}

/* An int in C, which would cut a longer one in silence; flags and modes may use all 32 bits. */
static int parse_32(struct parse *ps, const struct param *p, struct call *c, int i, long most)
{
	long n;

	if (parse_number(ps, p, KIND_INT, &n))
		return -1;
	if (n < INT_MIN || n > most)
		return parse_fail(ps, _("it does not fit into an int"));
	c->arg[i].num = n;
	return 0;
}

static int parse_int(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_32(ps, p, c, i, INT_MAX);
}

static int parse_bits(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_32(ps, p, c, i, UINT_MAX);
}

static int parse_sizearg(struct parse *ps, const struct param *p, struct call *c, int i)
{
	return parse_size(ps, p, &c->arg[i].num);
}

/* -1 is the largest of all, as in C. */
static void format_size(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	(void)p, (void)done;
	if (c->arg[i].num >= 0)
		str_num(out, c->arg[i].num);
	else
		str_addf(out, "%lu", (unsigned long)c->arg[i].num);
}

static int parse_uint(struct parse *ps, const struct param *p, struct call *c, int i)
{
	if (parse_number(ps, p, KIND_INT, &c->arg[i].num))
		return -1;
	if (c->arg[i].num > (long)UINT_MAX)
		return parse_fail(ps, _("it does not fit into an unsigned int"));
	return c->arg[i].num < 0 ? parse_fail(ps, _("%s is 0 or more"), p->name) : 0;
}

static void add_hex(struct str *out, char mark, unsigned long value)
{
	char hex[24];

	snprintf(hex, sizeof(hex), value ? "0x%lx" : "%lu", value);
	if (mark && value)
		str_mark(out, mark, hex);
	else
		str_add(out, hex);
}

static void format_addr(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	(void)p, (void)done;
	if (c->arg[i].num)
		add_hex(out, kind_mark(KIND_ADDR), (unsigned long)c->arg[i].num);
	else
		str_add(out, "NULL");
}

static void format_key(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	(void)p, (void)done;
	if (c->arg[i].num == IPC_PRIVATE)
		str_add(out, "IPC_PRIVATE");
	else
		add_hex(out, kind_mark(KIND_KEY), (unsigned)c->arg[i].num);
}

void format_flags(struct str *out, const struct constant *table, unsigned long value)
{
	const struct constant *zero = constant_by_value(table, 0);
	const char *sep = "";

	if (!value) {
		str_add(out, zero ? zero->name : "0");
		return;
	}
	for (const struct constant *c = table; c && c->name; c++) {
		if (!c->value || (value & (unsigned long)c->value) != (unsigned long)c->value)
			continue;
		str_add(out, sep);
		str_add(out, c->name);
		sep = "|";
		value &= ~(unsigned long)c->value;
	}
	if (value) {
		str_add(out, sep);
		str_addf(out, "0x%lx", value);
	}
}

/* What the names have in common, "SPLICE_F_": those with a _ decide if there are any. */
static size_t common_prefix(const struct constant *table, bool plain, const char **prefix)
{
	size_t n = 0, k;

	*prefix = NULL;
	for (; table && table->name; table++) {
		if (!strncmp(table->name, "IPC_", 4) || !strncmp(table->name, "__", 2) ||
		    (!plain && !strchr(table->name, '_')))
			continue;
		if (!*prefix)
			n = strlen(*prefix = table->name);
		for (k = 0; k < n && (*prefix)[k] == table->name[k]; k++)
			;
		n = k;
	}
	for (k = n; k && (*prefix)[k - 1] != '_'; k--)
		;
	return k ? k : n;
}

/* As strace marks a number that has no name: MSG_???, by the names that the others have. */
static void add_unknown(struct str *out, const struct constant *table)
{
	const char *prefix;
	size_t n = common_prefix(table, false, &prefix);

	if (!n)
		n = common_prefix(table, true, &prefix);
	if (n)
		str_addf(out, " /* %.*s??? */", (int)n, prefix);
}

static void format_flagarg(struct str *out, const struct param *p, const struct call *c, int i,
			   bool done)
{
	const size_t at = out->len;

	(void)done;
	format_flags(out, p->table, (unsigned)c->arg[i].num);
	if (!strncmp(str_text(out) + at, "0x", 2)) /* not one of them has a name */
		add_unknown(out, p->table);
}

static void format_perm(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	unsigned long value = (unsigned)c->arg[i].num, flags = value & ~0777UL;

	(void)done;
	if (flags) {
		format_flags(out, p->table, flags);
		str_addc(out, '|');
	}
	str_addf(out, value & 0777 ? "%#03lo" : "000", value & 0777);
}

static void format_modearg(struct str *out, const struct param *p, const struct call *c, int i,
			   bool done)
{
	/* the kernel's umode_t has 16 bits, and strace shows those */
	const unsigned mode = (unsigned)c->arg[i].num & 0xffff;

	(void)p, (void)done;
	str_addf(out, mode ? "%#03o" : "000", mode);
}

static void format_cmd(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	const struct constant *k = constant_by_value(p->table, c->arg[i].num);
	unsigned rest = (unsigned)c->arg[i].num;

	(void)done;
	if (k) {
		str_add(out, k->name);
		return;
	}
	if (rest & IPC_64 && constant_by_name(p->table, "IPC_STAT", strlen("IPC_STAT"))) {
		str_add(out, "IPC_64|");
		rest &= ~(unsigned)IPC_64;
		k = constant_by_value(p->table, rest);
	}
	if (k) {
		str_add(out, k->name);
		return;
	}
	add_hex(out, 0, rest);
	add_unknown(out, p->table);
}

static int put_text(struct parse *ps, struct call *c, int i, const struct str *bytes)
{
	if (call_put(c, i, str_text(bytes), bytes->len))
		return 0;
	return parse_fail(
		ps, _("%zu bytes are too many to type (%d at most); repeat a short text: \"x\"*N"),
		bytes->len, CALL_DATA);
}

static int parse_text(struct parse *ps, const struct param *p, struct call *c, int i)
{
	enum { KEPT = 4096 };
	static struct str bytes; /* reused: this runs for every line of a replay */
	long repeat;
	int r;

	(void)p;
	str_reset(&bytes);
	r = parse_bytes(ps, &bytes, &repeat);
	if (r == 0)
		r = put_text(ps, c, i, &bytes);
	if (r == 0) {
		c->arg[i].repeat = (uint32_t)repeat;
		c->arg[i].num = (long)bytes.len * repeat;
	}
	if (bytes.cap > KEPT)
		str_free(&bytes);
	return r;
}

static void format_text(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	const struct arg *a = &c->arg[i];
	size_t len = call_length(c, i), total = len * (a->repeat ? a->repeat : 1), shown;
	char head[FORMAT_STRING + 1];

	(void)p, (void)done;
	shown = total < sizeof(head) ? total : sizeof(head);
	for (size_t k = 0; k < shown; k++)
		head[k] = (char)c->data[a->off + k % len];
	str_quote(out, head, shown, FORMAT_STRING);
}

static int parse_path(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct str bytes = STR_INIT, path = STR_INIT;
	long repeat;
	int r = parse_bytes(ps, &bytes, &repeat);

	if (r == 0 && memchr(str_text(&bytes), '\0', bytes.len))
		r = parse_fail(ps, _("a file name has no NUL byte"));
	for (; r == 0 && repeat > 0; repeat--) {
		str_addn(&path, str_text(&bytes), bytes.len);
		if (path.len > CALL_DATA)
			r = parse_fail(ps, _("%s is too long"), p->name);
	}
	str_addc(&path, '\0');
	if (r == 0)
		r = put_text(ps, c, i, &path);
	str_free(&bytes);
	str_free(&path);
	return r;
}

static void format_path(struct str *out, const struct param *p, const struct call *c, int i,
			bool done)
{
	size_t len = call_length(c, i);

	(void)p, (void)done;
	/* strace shows a path whole (up to PATH_MAX) */
	str_quote(out, len ? (const char *)c->data + c->arg[i].off : "", len ? len - 1 : 0, 4095);
}

static void format_out(struct str *out, const struct param *p, const struct call *c, int i,
		       bool done)
{
	if (done && c->ret >= 0 && c->arg[i].bytes)
		str_quote(out, call_bytes(c, i, 0), call_length(c, i), FORMAT_STRING);
	else
		str_add(out, p->name);
}

#define TYPE(what_, parse_, format_, kind_)                                                        \
	.what = what_, .parse = parse_, .format = format_, .kind = kind_
#define NUMBER(kind_, what_) TYPE(what_, parse_kind, format_num, kind_), .number = true

const struct argtype type_int = { TYPE(N_("a number"), parse_int, format_num, KIND_INT),
				  .number = true };
const struct argtype type_uint = {
	TYPE(N_("a number, 0 or more"), parse_uint, format_num, KIND_INT), .number = true
};
const struct argtype type_size = {
	TYPE(N_("a size in bytes"), parse_sizearg, format_size, KIND_INT), .number = true
};
const struct argtype type_fd = { NUMBER(KIND_FD, N_("a descriptor")) };
const struct argtype type_addr = { TYPE(N_("an address"), parse_kind, format_addr, KIND_ADDR) };
const struct argtype type_pid = { NUMBER(KIND_PID, N_("a process")) };
const struct argtype type_key = { TYPE(N_("a key"), parse_kind, format_key, KIND_KEY) };
const struct argtype type_msg = { NUMBER(KIND_MSG, N_("a message queue")) };
const struct argtype type_shm = { NUMBER(KIND_SHM, N_("a shared memory segment")) };
const struct argtype type_sem = { NUMBER(KIND_SEM, N_("a semaphore set")) };
const struct argtype type_flags = { TYPE("flags", parse_bits, format_flagarg, KIND_INT) };
const struct argtype type_perm = { TYPE(N_("flags and an octal mode"), parse_bits, format_perm,
					KIND_INT) };
const struct argtype type_mode = { TYPE(N_("an octal mode"), parse_bits, format_modearg,
					KIND_INT) };
const struct argtype type_cmd = { TYPE(N_("a command"), parse_bits, format_cmd, KIND_INT) };
const struct argtype type_text = { TYPE(N_("a text"), parse_text, format_text, KIND_NONE) };
const struct argtype type_path = { TYPE(N_("a file name"), parse_path, format_path, KIND_NONE),
				   .file = true, .points = POINTS_TEXT };
const struct argtype type_out = { TYPE(N_("filled by the kernel"), NULL, format_out, KIND_NONE),
				  .points = POINTS };
