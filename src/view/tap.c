/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/tap.h"

#include "base/str.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

void tap_init(struct tap *t, FILE *out)
{
	*t = (struct tap){ .out = out, .planned = -1 };
	fputs("TAP version 13\n", out);
}

void tap_plan(struct tap *t, int tests)
{
	t->planned = tests;
	fprintf(t->out, "1..%d\n", tests);
}

/* Text in one line; `#` would begin a directive. */
static void put_name(FILE *out, const char *text)
{
	struct str b = STR_INIT;

	str_clean(&b, text, strlen(text));
	for (const char *s = str_text(&b); *s; s++) {
		if (*s == '#')
			fputc('\\', out);
		fputc(*s == '\n' ? ' ' : *s, out);
	}
	str_free(&b);
}

bool tap_ok(struct tap *t, bool ok, const char *fmt, ...)
{
	struct str name = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_addfv(&name, fmt, ap);
	va_end(ap);
	t->run++;
	t->failed += !ok;
	fprintf(t->out, "%s %d - ", ok ? "ok" : "not ok", t->run);
	put_name(t->out, str_text(&name));
	fputc('\n', t->out);
	str_free(&name);
	return ok;
}

void tap_skip(struct tap *t, const char *name, const char *why)
{
	fprintf(t->out, "ok %d - ", ++t->run);
	put_name(t->out, name);
	fputs(" # SKIP ", t->out);
	put_name(t->out, why);
	fputc('\n', t->out);
}

void tap_diag(struct tap *t, const char *text)
{
	struct str b = STR_INIT;
	const char *s, *end;

	str_clean(&b, text, strlen(text));
	for (s = str_text(&b); *s; s = *end ? end + 1 : end) {
		end = strchrnul(s, '\n');
		fprintf(t->out, "#%s%.*s\n", end > s ? " " : "", (int)(end - s), s);
	}
	str_free(&b);
}

void tap_bail(struct tap *t, const char *why)
{
	t->bailed = true;
	fputs("Bail out! ", t->out);
	put_name(t->out, why);
	fputc('\n', t->out);
}

int tap_end(struct tap *t, char **cause)
{
	if (!t->bailed && t->planned < 0)
		tap_plan(t, t->run);
	else if (!t->bailed && t->planned != t->run)
		fprintf(t->out, "# planned %d tests, ran %d\n", t->planned, t->run);
	errno = 0;
	if (fflush(t->out) || ferror(t->out))
		return fail(cause, "cannot write the test results: %s",
			    errno ? strerror(errno) : "an earlier write failed");
	return t->bailed || t->failed || t->planned != t->run;
}
