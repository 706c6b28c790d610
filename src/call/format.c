/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/format.h"
#include "base/str.h"
#include "call/types.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* asm-generic/signal.h; libc keeps it and the next for itself, so its own is 34 */
enum { KERNEL_RTMIN = 32 };

static void add_name(struct str *out, const struct prim *p)
{
	str_add(out, p->name);
}

/* Arguments before and after the point where strace breaks the line: the first that the
 * kernel fills.  from .. to are printed. */
static int first_out(const struct prim *p)
{
	int n = prim_nparams(p);

	for (int i = 0; i < n; i++)
		if (p->param[i].flags & PARAM_OUT)
			return i;
	return n;
}

/* Is it an address that is shown, and not what it points to? That may not be known, or not be there yet. */
static bool is_address(const struct param *p, const struct call *c, int i, bool done)
{
	const bool out = p->flags & PARAM_OUT;

	return c->arg[i].null && (out || p->type->points >= POINTS) &&
	       (!c->arg[i].bytes || (out && !(done && c->ret >= 0)));
}

static bool add_args(struct str *out, const struct call *c, int from, int to, bool comma, bool done)
{
	const struct prim *p = prims[c->prim];

	for (int i = from; i < to; i++) {
		const struct param *param = &p->param[i];

		/* an optional argument that was not typed is not in a variadic call */
		if ((param->flags & PARAM_SILENT) ||
		    ((param->flags & PARAM_OPTIONAL) && !c->arg[i].given &&
		     !(param->flags & PARAM_OUT)))
			continue;
		if (comma)
			str_add(out, ", ");
		comma = true;
		(is_address(param, c, i, done) ? type_addr.format
					       : param->type->format)(out, param, c, i, done);
	}
	return comma;
}

void call_format_result(struct str *out, const struct call *c)
{
	const struct prim *p = prims[c->prim];

	if (p->result) {
		size_t before = out->len;

		p->result(out, c);
		if (out->len > before)
			return;
	}
	if (c->ret == -1 && c->err) {
		str_addf(out, "-1 %s (%s)", errno_name(c->err), strerror(c->err));
	} else if (p->binds == KIND_ADDR || p->binds == KIND_KEY) {
		char hex[24];

		snprintf(hex, sizeof(hex), "0x%lx",
			 p->binds == KIND_KEY ? (unsigned long)(unsigned)c->ret
					      : (unsigned long)c->ret);
		str_mark(out, kind_mark(p->binds), hex);
	} else if (kind_mark(p->binds) && c->ret >= 0) {
		str_mark_num(out, kind_mark(p->binds), c->ret);
	} else {
		str_num(out, c->ret);
	}
}

void call_format(struct str *out, const struct call *c, enum format_part part)
{
	const struct prim *p = prims[c->prim];
	int n = prim_nparams(p), out_at = first_out(p);
	bool comma = false;

	if (part == FORMAT_RESUMED) {
		str_add(out, "<... ");
		add_name(out, p);
		str_add(out, " resumed>");
		add_args(out, c, out_at, n, false, true);
	} else {
		add_name(out, p);
		str_addc(out, '(');
		comma = add_args(out, c, 0, out_at, false, part == FORMAT_WHOLE);
		if (part == FORMAT_UNFINISHED) {
			/* strace has the comma and its blank out already when it waits */
			str_add(out,
				comma && out_at < n ? ",  <unfinished ...>" : " <unfinished ...>");
			return;
		}
		add_args(out, c, out_at, n, comma, true);
	}
	str_add(out, ") = ");
	if (part == FORMAT_NORETURN)
		str_addc(out, '?');
	else
		call_format_result(out, c);
}

const char *errno_name(int err)
{
	static char other[32];
	const char *name = strerrorname_np(err);

	if (name)
		return name;
	snprintf(other, sizeof(other), "ERRNO_%d", err);
	return other;
}

const char *signo_name(int signo)
{
	static char turns[8][24];
	static int turn;
	char *text = turns[turn++ % 8];
	/* 29 has two names: libc says POLL, the kernel's documents and strace say IO */
	const char *abbrev = signo == SIGIO            ? "IO"
			     : signo > 0 && signo < 32 ? sigabbrev_np(signo)
						       : NULL;

	if (abbrev)
		snprintf(text, sizeof(turns[0]), "SIG%s", abbrev);
	else if (signo > KERNEL_RTMIN && signo <= SIGRTMAX)
		snprintf(text, sizeof(turns[0]), "SIGRT_%d", signo - KERNEL_RTMIN);
	else
		snprintf(text, sizeof(turns[0]), "SIG_%d", signo);
	return text;
}

int signo_parse(const char *s, size_t len)
{
	char name[24], *end;
	long n;

	if (len == 0 || len >= sizeof(name))
		return -1;
	memcpy(name, s, len);
	name[len] = '\0';
	n = strtol(name, &end, 10);
	if (!*end)
		return n >= 0 && n <= SIGRTMAX ? (int)n : -1;
	s = strncmp(name, "SIG", 3) ? name : name + 3;
	if (!strncmp(s, "RT_", 3)) {
		n = isdigit((unsigned char)s[3]) ? strtol(s + 3, &end, 10) : -1;
		return n >= 0 && !*end && KERNEL_RTMIN + n <= SIGRTMAX ? KERNEL_RTMIN + (int)n : -1;
	}
	if (!strncmp(s, "RTMIN", 5) || !strncmp(s, "RTMAX", 5)) {
		int base = s[4] == 'N' ? SIGRTMIN : SIGRTMAX;

		n = s[5] ? strtol(s + 5, &end, 10) : 0;
		if ((s[5] && (*end || (s[5] != '+' && s[5] != '-'))) || base + n < SIGRTMIN ||
		    base + n > SIGRTMAX)
			return -1;
		return base + (int)n;
	}
	for (int i = 1; i < 32; i++)
		if (sigabbrev_np(i) && !strcmp(sigabbrev_np(i), s))
			return i;
	return !strcmp(s, "IOT")   ? SIGABRT
	       : !strcmp(s, "CLD") ? SIGCHLD
	       : !strcmp(s, "IO")  ? SIGIO
				   : -1;
}

void format_mode(struct str *out, unsigned mode)
{
	for (int i = 8; i >= 0; i--)
		str_addc(out, mode >> i & 1 ? "xwr"[i % 3] : '-');
}
