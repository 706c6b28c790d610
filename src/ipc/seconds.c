/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/seconds.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/parse.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

int seconds_read(const char *s, size_t len, struct timespec *out)
{
	size_t i = len && *s == '-', digits = 0;
	long sec = 0, nsec = 0, unit = 100000000;
	bool minus = i;

	for (; i < len && s[i] >= '0' && s[i] <= '9'; i++, digits++)
		if (__builtin_mul_overflow(sec, 10, &sec) ||
		    __builtin_add_overflow(sec, s[i] - '0', &sec))
			return -1;
	if (i < len && s[i] == '.')
		for (i++; i < len && s[i] >= '0' && s[i] <= '9'; i++, digits++, unit /= 10)
			nsec += (s[i] - '0') * unit;
	if (i != len || !digits)
		return -1;
	/* a timespec's tv_nsec only adds: -0.25 is -1 + 750000000 */
	out->tv_sec = minus ? -sec - (nsec > 0) : sec;
	out->tv_nsec = minus && nsec ? 1000000000 - nsec : nsec;
	return 0;
}

void seconds_say(struct str *out, const struct timespec *t)
{
	char frac[16];
	size_t n;

	snprintf(frac, sizeof(frac), ".%09ld", t->tv_nsec < 0 ? 0 : t->tv_nsec % 1000000000);
	for (n = strlen(frac); n > 0 && (frac[n - 1] == '0' || frac[n - 1] == '.'); n--)
		frac[n - 1] = '\0';
	str_addf(out, _("%ld%s s"), (long)t->tv_sec, frac);
}

bool seconds_arg(const struct call *c, int i, struct timespec *out)
{
	const void *bytes = c->arg[i].null ? NULL : call_bytes(c, i, sizeof(*out));

	if (bytes)
		memcpy(out, bytes, sizeof(*out));
	return bytes;
}

static int parse_seconds(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct timespec t = { 0 };
	long whole;

	if (ps->len == 4 && !memcmp(ps->at, "NULL", 4)) {
		c->arg[i].null = true;
		return 0;
	}
	if (seconds_read(ps->at, ps->len, &t)) {
		/* {tv_sec, tv_nsec} is not for typing, but a name or an expression is */
		if (parse_number(ps, p, KIND_INT, &whole))
			return -1;
		t.tv_sec = whole;
	}
	if (!call_put(c, i, &t, sizeof(t)))
		return parse_fail(ps, _("there is no room left for the time"));
	return 0;
}

static void format_seconds(struct str *out, const struct param *p, const struct call *c, int i,
			   bool done)
{
	struct timespec t;

	(void)p, (void)done;
	if (seconds_arg(c, i, &t))
		str_addf(out, "{tv_sec=%ld, tv_nsec=%ld}", (long)t.tv_sec, t.tv_nsec);
	else
		str_add(out, "NULL");
}

const struct argtype type_seconds = {
	.what = N_("seconds: 1.5"),
	.parse = parse_seconds,
	.format = format_seconds,
	.kind = KIND_INT,
};
