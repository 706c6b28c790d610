/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/usage.h"
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"

#include <errno.h>
#include <string.h>

static const struct param *typed(const struct prim *p, int *at)
{
	const int n = p->order ? (int)strlen(p->order) : prim_nparams(p);

	for (; *at < n; (*at)++) {
		const struct param *param = &p->param[p->order ? p->order[*at] - '0' : *at];

		if (param->flags & (PARAM_OUT | PARAM_NAMED | PARAM_SILENT))
			continue;
		(*at)++;
		return param;
	}
	return NULL;
}

const struct param *usage_param(const struct prim *p, int index)
{
	const struct param *param = NULL, *last = NULL;
	int at = 0;

	for (int k = 0; k <= index; k++) {
		param = typed(p, &at);
		if (!param)
			return last && (last->flags & PARAM_REST) ? last : NULL;
		last = param;
	}
	return param;
}

static void add_param(struct str *out, const struct param *param)
{
	bool optional = param->flags & PARAM_OPTIONAL || param->def;

	if (out->len && out->s[out->len - 1] != ' ')
		str_addc(out, ' ');
	if (optional)
		str_addc(out, '[');
	str_add(out, param->name);
	if (param->flags & PARAM_NAMED)
		str_add(out, "=...");
	if (param->flags & PARAM_REST)
		str_add(out, " ...");
	if (optional)
		str_addc(out, ']');
}

void usage_rest(struct str *out, const struct prim *p, int nwords)
{
	const struct param *param;
	int at = 0;

	for (int k = 0; (param = typed(p, &at)); k++)
		if (k >= nwords || (param->flags & PARAM_REST))
			add_param(out, param);
}

void usage_line(struct str *out, const struct prim *p)
{
	str_add(out, p->name);
	str_addc(out, ' ');
	usage_rest(out, p, 0);
	for (int i = 0; i < prim_nparams(p); i++) {
		if (!(p->param[i].flags & PARAM_NAMED))
			continue;
		str_addf(out, " [%s=...]",
			 p->param[i].alias ? p->param[i].alias : p->param[i].name);
	}
	while (out->len && out->s[out->len - 1] == ' ')
		str_trim(out, out->len - 1);
}

static void add_errors(struct str *out, const char *errors)
{
	char word[24];
	size_t n;

	str_add(out, _("\nErrors:\n"));
	for (; *errors; errors += n + (errors[n] == ' ')) {
		int err = 0;

		n = strcspn(errors, " ");
		if (n == 0 || n >= sizeof(word))
			continue;
		memcpy(word, errors, n);
		word[n] = '\0';
		for (int e = 1; e < 200 && !err; e++)
			if (!strcmp(errno_name(e), word))
				err = e;
		str_addf(out, "  %-12s %s\n", word, err ? strerror(err) : "");
	}
}

/* Which of them are pointers, and how an address is typed for one. */
static void add_pointers(struct str *out, const struct prim *p)
{
	const char *first = NULL;

	for (int i = 0; i < prim_nparams(p); i++) {
		const struct param *param = &p->param[i];

		if (param->flags & PARAM_SILENT ||
		    (!(param->flags & PARAM_OUT) && !param->type->points))
			continue;
		str_addf(out, "%s%s", first ? ", " : _("\nPointers: "), param->name);
		first = first ? first : param->name;
	}
	if (first)
		str_addf(out,
			 _(". An address in such a place: %s=NULL, %s=0x1234, %s=a+8 (a from "
			   "shmat).\n"),
			 first, first, first);
}

static void add_example(struct str *out, const char *lines)
{
	str_add(out, _("\nExample:\n"));
	for (size_t n; *lines; lines += n + (lines[n] == '\n')) {
		n = strcspn(lines, "\n");
		str_addf(out, "  %.*s\n", (int)n, lines);
	}
}

void usage_page(struct str *out, const struct prim *p)
{
	str_addf(out, "%s: %s\n\n  ", p->name, p->summary ? _(p->summary) : "");
	usage_line(out, p);
	str_addc(out, '\n');
	if (p->help)
		str_addf(out, "\n%s\n", _(p->help));
	if (p->proto)
		str_addf(out, _("\nIn C:\n  %s\n"), p->proto);
	add_pointers(out, p);
	for (int i = 0; i < prim_nparams(p); i++) {
		const struct param *param = &p->param[i];

		if (!param->table)
			continue;
		str_addf(out, "\n%s:\n", param->name);
		for (const struct constant *c = param->table; c->name; c++)
			str_addf(out, "  %-18s %s\n", c->name, c->what ? _(c->what) : "");
	}
	if (p->errors && *p->errors)
		add_errors(out, p->errors);
	if (p->example)
		add_example(out, p->example);
	if (p->man)
		str_addf(out, _("\nManual: man %s\n"), p->man);
}
