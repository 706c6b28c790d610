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
	const void *bytes = call_bytes(c, i, sizeof(*out));

	if (bytes)
		memcpy(out, bytes, sizeof(*out));
	return bytes;
}

const struct constant timespec_members[] = {
	{ "tv_sec=", 0, N_("whole seconds") },
	{ "tv_nsec=", 0, N_("and nanoseconds, 0 to 999999999") },
	{ NULL, 0, NULL },
};
const struct constant timeval_members[] = {
	{ "tv_sec=", 0, N_("whole seconds") },
	{ "tv_usec=", 0, N_("and microseconds, 0 to 999999") },
	{ NULL, 0, NULL },
};

struct two {
	const struct constant *members;
	long part[2];
};

static int two_field(struct parse *ps, void *arg, int index, const char *s, size_t len)
{
	struct two *t = arg;
	const int k = parse_member(t->members, index, &s, &len);

	if (k < 0)
		return parse_fail(ps, _("a time is {%s..., %s...}"), t->members[0].name,
				  t->members[1].name);
	return parse_number_at(ps, NULL, KIND_INT, s, len, &t->part[k]);
}

int seconds_parse(struct parse *ps, const char *s, size_t len, const struct constant *members,
		  struct timespec *out)
{
	struct two t = { .members = members };

	*out = (struct timespec){ 0 };
	if (len && *s == '{') {
		if (parse_group(ps, s, len, two_field, &t))
			return -1;
		*out = (struct timespec){ t.part[0], t.part[1] };
		return 0;
	}
	if (!seconds_read(s, len, out)) {
		if (members != timeval_members)
			return 0;
		if (out->tv_nsec % 1000)
			return parse_fail(
				ps, _("this is finer than a microsecond, in which it counts"));
		out->tv_nsec /= 1000;
		return 0;
	}
	/* a name or an expression: whole seconds */
	return parse_number_at(ps, NULL, KIND_INT, s, len, &out->tv_sec);
}

void seconds_why(struct str *out, const struct timespec *t, const char *negative)
{
	if (t->tv_sec < 0)
		str_add(out, negative);
	else if (t->tv_nsec < 0 || t->tv_nsec > 999999999)
		str_addf(out, _("tv_nsec is %ld; it is 0 to 999999999"), t->tv_nsec);
}

static int parse_seconds(struct parse *ps, const struct param *p, struct call *c, int i)
{
	struct timespec t;

	(void)p;
	if (seconds_parse(ps, ps->at, ps->len, timespec_members, &t))
		return -1;
	if (!call_put(c, i, &t, sizeof(t)))
		return parse_fail(ps, _("there is no room left for the time"));
	return 0;
}

/* strace has the fraction without a sign. */
static void add_part(struct str *out, char mark, long n, bool sign)
{
	if (mark && n)
		str_mark_num(out, mark, n);
	else
		str_addf(out, sign ? "%ld" : "%lu", n);
}

void seconds_format(struct str *out, const struct timespec *t, const char *fraction, char mark)
{
	str_add(out, "{tv_sec=");
	add_part(out, mark, t->tv_sec, true);
	str_addf(out, ", %s=", fraction);
	add_part(out, mark, t->tv_nsec, false);
	str_addc(out, '}');
}

static void format_seconds(struct str *out, const struct param *p, const struct call *c, int i,
			   bool done)
{
	struct timespec t;

	(void)p, (void)done;
	if (seconds_arg(c, i, &t))
		seconds_format(out, &t, "tv_nsec", 0);
	else
		str_add(out, "NULL");
}

const struct argtype type_seconds = {
	.what = N_("seconds: 1.5, or {tv_sec=1, tv_nsec=500000000}"),
	.parse = parse_seconds,
	.format = format_seconds,
	.kind = KIND_INT,
	.points = POINTS,
	.size = sizeof(struct timespec),
};
