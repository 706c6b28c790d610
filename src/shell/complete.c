/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/complete.h"
#include "base/lang.h"
#include "call/types.h"
#include "call/usage.h"
#include "shell/follow.h"
#include "shell/half.h"
#include "shell/help.h"
#include "shell/offer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void place(struct offer *o, struct half *h, const char *text, const char *from)
{
	o->out->start = (size_t)(from - text);
	o->typed = from;
	o->len = (size_t)(h->end - from);
}

/* Quotes and backslashes are no part of a file's name. */
static char *unquoted(const char *s, const char *end)
{
	struct str name = STR_INIT;

	for (; s < end; s++) {
		if (*s == '\\' && s + 1 < end)
			s++;
		else if (*s == '"' || *s == '\'')
			continue;
		str_addc(&name, *s);
	}
	return str_take(&name);
}

static void give_files(struct offer *o, struct half *h, const char *text, const char *from,
		       const struct process *p)
{
	char *path = unquoted(from, h->end);

	place(o, h, text, from);
	offer_files(o, p, path);
	free(path);
}

/* What may stand behind the $ at from. */
static void give_values(struct offer *o, struct half *h, const char *text, const char *from)
{
	place(o, h, text, from);
	offer_names(o, KIND_NONE, "$");
	offer_processes(o, "$", "");
}

static const struct {
	const char *word, *what;
} line_words[] = {
	{ "repeat", N_("N LINE: the same several times") },
	{ "command", N_("LINE: its first word is a program's, whatever else it may be") },
};

/* Where the part of an expression or group begins that the cursor stands in. */
static const char *atom(const char *s, const char *end)
{
	const char *from = s;

	for (; s < end; s++)
		if (strchr("|{,+*/%([= \t", *s) || (*s == '-' && s > from))
			from = s + 1;
	return from;
}

/* Behind "x =", where no primitive stands: names. */
static void expression(struct offer *o, struct half *h, const char *text)
{
	if (h->quote)
		return;
	place(o, h, text, atom(h->at, h->end));
	offer_names(o, KIND_NONE, "");
}

static void first_word(struct offer *o, struct half *h, const char *text)
{
	place(o, h, text, h->at);
	if (memchr(h->at, '/', o->len)) {
		give_files(o, h, text, h->at, h->p);
		return;
	}
	for (int i = 0; i < prim_count; i++)
		if (!h->bound || prims[i]->binds != KIND_NONE || prims[i]->two)
			offer(o, prims[i]->name, _(prims[i]->summary), false);
	if (h->bound) {
		expression(o, h, text);
		return;
	}
	for (int i = 0; commands[i]; i++)
		offer(o, commands[i]->name, _(commands[i]->summary), false);
	for (size_t i = 0; i < ARRAY_LEN(line_words); i++)
		offer(o, line_words[i].word, _(line_words[i].what), false);
	offer_processes(o, "", ">");
	/* hundreds of programs would hide the shell's own words */
	if (!o->told && o->len)
		offer_programs(o);
}

static bool takes_several(const struct param *p)
{
	return p->type == &type_flags || p->type == &type_perm || strstr(p->name, "flg") ||
	       strstr(p->name, "flags");
}

static const struct constant *table_of(const struct param *p)
{
	if (p->table)
		return p->table;
	return p->type == &type_signo || p->type == &type_sigset ? signal_constants : NULL;
}

/* Constants, and the names of a structure's fields, unless one stands there already. */
static void give_constants(struct offer *o, const struct offers *of, const char *value, bool group)
{
	bool chosen = o->typed > value && o->typed[-1] == '=';

	if (of->braced && !group) {
		offer(o, "{", NULL, true);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(of->constant); i++)
		offer_constants(o, of->constant[i], !group && of->several);
	if (group && !chosen)
		offer_constants(o, of->member, true);
}

/* $NAME at the end of a text, '...' and \$ apart: where the $ stands, or NULL. */
static const char *dollar(const struct half *h, const char *value)
{
	const char *s = h->end;

	while (s > value && (isalnum((unsigned char)s[-1]) || s[-1] == '_' || s[-1] == '.'))
		s--;
	s--;
	return h->quote != '\'' && s >= value && *s == '$' && (s == value || s[-1] != '\\') ? s
											    : NULL;
}

static void argument(struct offer *o, struct half *h, const char *text, const struct param *p,
		     const char *value, long cmd)
{
	struct offers of = { .constant = { table_of(p) }, .kind = p->type->kind };
	bool group = h->depth > 0;

	if (!h->depth && dollar(h, value)) {
		give_values(o, h, text, dollar(h, value));
		return;
	}
	if (p->type->file) {
		give_files(o, h, text, value, h->p);
		return;
	}
	if (h->quote)
		return;
	of.several = takes_several(p);
	if (h->prim->offers)
		h->prim->offers(&of, (int)(p - h->prim->param), cmd);
	place(o, h, text, atom(value, h->end));
	give_constants(o, &of, value, group);
	if (!group && (of.braced || (o->typed > value && of.several)))
		return; /* after a | only flags make sense */
	switch (of.kind) {
	case KIND_PID:
		offer_processes(o, "", "");
		offer_names(o, of.kind, "");
		break;
	case KIND_NONE:
		if (group)
			offer_names(o, KIND_FD, "");
		break;
	case KIND_INT:
		if (o->len || !p->table)
			offer_names(o, of.kind, "");
		break;
	default:
		offer_names(o, of.kind, "");
	}
}

static bool given_by_name(const struct half *h, const char *name)
{
	size_t n = strlen(name);

	for (int i = 1; i < h->n; i++)
		if (h->word[i].len > n && !strncmp(h->word[i].at, name, n) &&
		    h->word[i].at[n] == '=')
			return true;
	return false;
}

/* size=, for what can only be given by name. */
static void parameter_names(struct offer *o, struct half *h, const char *text)
{
	place(o, h, text, h->at);
	for (int i = 0; i < prim_nparams(h->prim); i++) {
		const struct param *p = &h->prim->param[i];
		const char *name = p->alias ? p->alias : p->name;
		char *word;

		if (!(p->flags & PARAM_NAMED) || (p->flags & PARAM_SILENT) ||
		    given_by_name(h, name))
			continue;
		word = xasprintf("%s=", name);
		offer(o, word, _(p->type->what), true);
		free(word);
	}
}

/*
 * If the word before is a command (fcntl r F_SETFL), it stands in *cmd, and what comes now is that
 * command's argument, though something before the command may have been left out.
 */
static const struct param *after_command(const struct half *h, const struct param *p, long *cmd)
{
	const struct word *last = &h->word[h->n - 1];

	for (int i = 0; h->n > 1 && i + 1 < prim_nparams(h->prim); i++) {
		const struct param *of = &h->prim->param[i];
		const struct constant *k =
			of->type == &type_cmd ? constant_by_name(of->table, last->at, last->len)
					      : NULL;

		if (k && !(of[1].flags & (PARAM_OUT | PARAM_NAMED | PARAM_SILENT))) {
			*cmd = k->value;
			return of + 1;
		}
	}
	return p;
}

static void primitive(struct offer *o, struct half *h, const char *text)
{
	bool by_signal;
	int index = half_arguments(h, &by_signal);
	size_t name = half_name(h->at, h->end);
	long cmd = -1;
	const struct param *p = after_command(h, usage_param(h->prim, by_signal ? 0 : index), &cmd);
	const char *value = h->at;
	int i = name && h->at + name < h->end && h->at[name] == '='
			? prim_param(h->prim, h->at, name)
			: -1;

	if (i >= 0) {
		p = &h->prim->param[i];
		value = h->at + name + 1;
	} else if (p && p->type->kind == KIND_PID && index == 0 && h->at < h->end &&
		   *h->at == '-') {
		place(o, h, text, h->at + 1); /* kill -SIGUSR1 A */
		offer_constants(o, signal_constants, false);
		return;
	}
	if (p)
		argument(o, h, text, p, value, cmd);
	if (i < 0 && (h->at < h->end || !o->told) && !h->quote && !h->depth && !o->told)
		parameter_names(o, h, text);
}

/* The words of "[diff on|off] | [lang en|zh]" that begin with the one that was typed; else all. */
static const char *alternative(const char *args, const struct half *h)
{
	for (const char *at = args; h->n > 1 && (at = strchr(at, '[')); at++)
		if (!strncmp(at + 1, h->word[1].at, h->word[1].len) &&
		    at[1 + h->word[1].len] == ' ')
			return at;
	return args;
}

/* Word number index of them: the alternatives that are no placeholder in capitals. */
static void literal_words(struct offer *o, const char *args, int index)
{
	for (; index && *args; index--) {
		args += strcspn(args, " ");
		args += strspn(args, " ");
	}
	while (*args && *args != ' ') {
		size_t n = strcspn(args, "[]| ");
		char *word = xstrndup(args, n);

		if (n && !strpbrk(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ."))
			offer(o, word, NULL, false);
		free(word);
		args += n + strspn(args + n, "[]|");
	}
}

static void topic_word(void *ctx, const char *word, const char *what)
{
	offer(ctx, word, what, false);
}

static void objects(struct offer *o, const struct command *cmd)
{
	offer_names(o, KIND_MSG, "");
	offer_names(o, KIND_SHM, "");
	offer_names(o, KIND_SEM, "");
	if (!strstr(cmd->args, "KIND"))
		return;
	for (int i = 0; facilities[i]; i++)
		offer(o, kind_name(facilities[i]->kind), _(facilities[i]->title), false);
	offer_processes(o, "", "");
}

static void command(struct offer *o, struct half *h, const char *text)
{
	place(o, h, text, h->at);
	switch (h->cmd->takes) {
	case ARG_PROCESS:
		if (h->n == 1 || strstr(h->cmd->args, "..."))
			offer_processes(o, "", "");
		break;
	case ARG_OBJECT:
		objects(o, h->cmd);
		break;
	case ARG_FILE:
		if (h->n == 1)
			give_files(o, h, text, h->at, NULL);
		break;
	case ARG_TOPIC:
		if (h->n == 1)
			help_topics(topic_word, o);
		break;
	case ARG_WORD:
		for (const char *at = alternative(h->cmd->args, h); at;
		     at = h->n == 1 ? strchr(at + 1, '[') : NULL)
			literal_words(o, at, h->n - 1);
		break;
	case ARG_LESSON:
		if (h->n == 1)
			offer(o, "reset", _("forget how far one is"), false);
		if (h->n <= 2)
			lesson_names(o->sh, topic_word, o);
		break;
	case ARG_NONE:
		break;
	}
}

/* A program's line: the word at the cursor by sh's rules, and whether a program's name is due. */
static void external(struct offer *o, struct half *h, const char *text, const char *s)
{
	const char *word = NULL, *dollar = NULL;
	bool program = true; /* the next word is one */
	char quote = 0;

	for (; s < h->end; s++) {
		if (quote) {
			quote = *s == quote ? 0 : quote;
		} else if (*s == '\\' && s + 1 < h->end) {
			word = word ? word : s;
			s++;
		} else if (strchr("|<>& \t", *s)) {
			program = *s == '|' || (program && (*s == ' ' || *s == '\t') && !word);
			word = dollar = NULL;
			continue;
		} else if (*s == '\'' || *s == '"') {
			quote = *s;
		}
		if (*s == '$' && quote != '\'')
			dollar = s;
		else if (dollar && !isalnum((unsigned char)*s) && *s != '_' && *s != '.')
			dollar = NULL;
		word = word ? word : s;
	}
	word = word ? word : h->end;
	if (dollar) {
		give_values(o, h, text, dollar);
	} else if (program && !memchr(word, '/', (size_t)(h->end - word))) {
		place(o, h, text, word);
		if (h->end > word)
			offer_programs(o);
	} else {
		give_files(o, h, text, word, h->p);
	}
}

void complete_word(struct shell *sh, const char *text, size_t point, struct completion *out)
{
	struct half h;
	struct offer o = { .sh = sh, .out = out };

	half_init(&h, sh, text, point);
	o.p = h.p;
	out->start = (size_t)(h.at - text);
	if (h.comment || h.unknown || !h.p)
		return;
	if (h.s < h.end && *h.s == '!')
		external(&o, &h, text, h.s + 1);
	else if (h.n && !h.bound && word_is(&h.word[0], "command"))
		external(&o, &h, text, h.word[0].at + strlen("command"));
	else if (!h.n)
		first_word(&o, &h, text);
	else if (h.prim)
		primitive(&o, &h, text);
	else if (h.cmd)
		command(&o, &h, text);
	else if (h.bound)
		expression(&o, &h, text);
	else
		external(&o, &h, text, h.s);
}

void complete_hint(struct shell *sh, const char *text, struct str *out)
{
	struct half h;
	struct str rest = STR_INIT;
	bool by_signal, within;

	half_init(&h, sh, text, strlen(text));
	if (h.comment || h.quote || h.depth)
		return;
	within = h.at < h.end;
	half_take_word(&h);
	if (h.prim) {
		int n = half_arguments(&h, &by_signal);

		if (by_signal)
			str_add(&rest, n == 1 ? _("pid ...") : _("[pid ...]"));
		else if (h.prim->flags & PRIM_FORK && n == 0)
			str_add(&rest, "NAME"); /* the child's: the shell's matter, not fork's */
		else
			usage_rest(&rest, h.prim, n);
	} else if (h.cmd && h.n == 1) {
		str_add(&rest, h.cmd->args);
	}
	if (rest.len)
		str_addf(out, "%s%s", within ? " " : "", rest.s);
	str_free(&rest);
}
