/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * help: everything in it but some pages (help_pages.c) is derived from the records of primitives
 * and commands, and fitted to the terminal's width.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/usage.h"
#include "shell/help.h"
#include "shell/help_pages.h"
#include "shell/shell.h"
#include "shell/wrap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH = 80 };

/* Other words that people have for a topic. */
static const struct {
	const char *word, *topic;
} also[] = {
	{ "msg", "messages" },
	{ "queue", "messages" },
	{ "shm", N_("shared memory") },
	{ "memory", N_("shared memory") },
	{ "segment", N_("shared memory") },
	{ "fifo", "pipes" },
	{ "descriptor", "pipes" },
	{ "file", "pipes" },
	{ "process", "processes" },
};

static int screen_width(const struct shell *sh)
{
	struct winsize size;

	if (!sh->interactive || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH;
	return size.ws_col;
}

static void show(struct shell *sh, const struct str *text)
{
	struct str fitted = STR_INIT;

	wrap(&fitted, str_text(text), screen_width(sh));
	session_text(sh->session, str_text(&fitted));
	str_free(&fitted);
}

/* Is prims[i] the first of its topic? */
static bool begins_topic(int i)
{
	for (int k = 0; k < i; k++)
		if (!strcmp(prims[k]->topic, prims[i]->topic))
			return false;
	return true;
}

static void overview(struct str *out)
{
	str_add(out, _("System calls, each made by a real process at once:\n\n"));
	for (int i = 0; i < prim_count; i++) {
		if (!begins_topic(i))
			continue;
		str_addf(out, "  %-14s ", prims[i]->topic);
		for (int k = i; k < prim_count; k++)
			if (!strcmp(prims[k]->topic, prims[i]->topic))
				str_addf(out, "%s ", prims[k]->name);
		str_trim(out, out->len - 1);
		str_addc(out, '\n');
	}
	str_add(out, _("\n  the shell's    "));
	for (int i = 0; commands[i]; i++)
		str_addf(out, "%s ", commands[i]->name);
	str_add(out, _("repeat\n  programs       anything else: ls -l, ipcs -q, ps | grep x > f\n\n"
		       "  help msgsnd    more about one call; so help spawn, help semaphores\n"));
	for (const struct help_page *p = help_pages; p->name; p++)
		str_addf(out, _("  help %-9s %s\n"), p->name, _(p->what));
	str_add(out, _("  lesson         guided lessons, one for each mechanism\n"));
}

static void topic_page(struct str *out, const char *topic)
{
	str_addf(out, "%s\n\n", topic);
	for (int i = 0; i < prim_count; i++)
		if (!strcmp(prims[i]->topic, topic))
			str_addf(out, "  %-12s %s\n", prims[i]->name, _(prims[i]->summary));
	str_addf(out, _("\nhelp NAME tells all about one of them; state shows what there is.\n"));
}

static void command_page(struct str *out, const struct command *c)
{
	str_addf(out, "%s: %s\n\n  %s %s\n", c->name, _(c->summary), c->name, c->args);
	if (c->help)
		str_addf(out, "\n%s\n", _(c->help));
}

/* The topic of that name, of which it begins the name (sem), or that it is another word for. */
static const char *find_topic(const char *word, size_t len)
{
	for (int i = 0; len >= 3 && i < prim_count; i++)
		if (!strncmp(prims[i]->topic, word, len))
			return prims[i]->topic;
	for (size_t i = 0; i < ARRAY_LEN(also); i++) {
		size_t n = strlen(also[i].word);

		/* the plural, too */
		if (!strncmp(also[i].word, word, n) &&
		    (len == n || (len == n + 1 && word[n] == 's')))
			return also[i].topic;
	}
	return NULL;
}

/* IPC_NOWAIT: which calls know it, and what it is to each. */
static bool constant_page(struct str *out, const char *word, size_t len)
{
	const struct constant *common;
	size_t before;

	str_addf(out, "%.*s", (int)len, word);
	before = out->len;
	for (int i = 0; i < prim_count; i++) {
		const struct constant *c = NULL;

		for (int k = 0; !c && k < prim_nparams(prims[i]); k++)
			c = constant_by_name(prims[i]->param[k].table, word, len);
		if (c && out->len == before)
			str_addf(out, _(" is %ld (0x%lx)\n\n"), c->value, (unsigned long)c->value);
		if (c)
			str_addf(out, "  %-12s %s\n", prims[i]->name, c->what ? _(c->what) : "");
	}
	common = out->len > before ? NULL : constant_by_name(common_constants, word, len);
	if (common)
		str_addf(out, _(" is %ld (0x%lx): %s\n"), common->value,
			 (unsigned long)common->value, _(common->what));
	if (out->len > before)
		return true;
	str_reset(out);
	return false;
}

/* EAGAIN: what it says, and which calls may give it. */
static bool errno_page(struct str *out, const char *word, size_t len)
{
	int err = 0;

	for (int e = 1; e < 200 && !err; e++)
		if (strlen(errno_name(e)) == len && !strncmp(errno_name(e), word, len))
			err = e;
	if (!err)
		return false;
	str_addf(out, _("%s is errno %d: %s\n\n  given by  "), errno_name(err), err, strerror(err));
	for (int i = 0; i < prim_count; i++) {
		const char *at = prims[i]->errors ? prims[i]->errors : "";

		while ((at = strstr(at, errno_name(err)))) {
			at += len;
			if (*at == ' ' || !*at) {
				str_addf(out, "%s ", prims[i]->name);
				break;
			}
		}
	}
	str_add(out, _("\n\nWhen a call fails, the reason here and now is printed under it.\n"));
	return true;
}

static bool page(struct str *out, const struct shell *sh, const char *word, size_t len)
{
	int prim = prim_find(word, len);
	const struct command *c = command_find(word, len);
	const char *topic;

	if (prim >= 0) {
		usage_page(out, prims[prim]);
		return true;
	}
	if (c) {
		command_page(out, c);
		return true;
	}
	for (const struct help_page *p = help_pages; p->name; p++) {
		if (strlen(p->name) == len && !strncmp(p->name, word, len)) {
			p->write(out, sh);
			return true;
		}
	}
	if (len == 6 && !strncmp(word, "repeat", 6)) {
		str_add(out, _("repeat: the same line several times\n\n  repeat N LINE\n\n"
			       "More than six alike lines fold into one. Ctrl-C ends it.\n"));
		return true;
	}
	topic = find_topic(word, len);
	if (topic)
		topic_page(out, topic);
	return topic || constant_page(out, word, len) || errno_page(out, word, len);
}

struct nearest {
	const char *word;
	size_t len, same;
	const char *best;
};

/* What begins alike is meant: semafores, msgsend. */
static void nearer(void *ctx, const char *word, const char *what)
{
	struct nearest *n = ctx;
	size_t same = 0;

	(void)what;
	while (same < n->len && word[same] == n->word[same])
		same++;
	if (same >= 3 && same > n->same && 2 * same + 1 >= n->len) {
		n->same = same;
		n->best = word;
	}
}

static int unknown(const char *word, size_t len, char **cause)
{
	struct nearest n = { word, len, 0, shell_nearest(word, len) };
	char *shown = words_show(word, len);

	if (!n.best)
		help_topics(nearer, &n);
	if (n.best)
		fail(cause, _("there is no help on %s; did you mean help %s?"), shown, n.best);
	else
		fail(cause,
		     _("there is no help on %s; help lists what there is, and programs have a manual: "
		       "! man %s"),
		     shown, shown);
	free(shown);
	return -1;
}

static int run_help(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	struct str text = STR_INIT, word = STR_INIT;
	int r = 0;

	(void)rest;
	for (int i = 0; i < words->n; i++) {
		if (i)
			str_addc(&word, ' '); /* shared memory */
		str_addn(&word, words->w[i].at, words->w[i].len);
	}
	if (!word.len)
		overview(&text);
	else if (!page(&text, sh, word.s, word.len))
		r = unknown(word.s, word.len, cause);
	if (r == 0)
		show(sh, &text);
	str_free(&word);
	str_free(&text);
	return r;
}

void help_topics(void (*fn)(void *ctx, const char *word, const char *what), void *ctx)
{
	for (int i = 0; i < prim_count; i++)
		if (begins_topic(i))
			fn(ctx, prims[i]->topic, _("what there is for it"));
	for (const struct help_page *p = help_pages; p->name; p++)
		fn(ctx, p->name, _(p->what));
	for (int i = 0; i < prim_count; i++)
		fn(ctx, prims[i]->name, _(prims[i]->summary));
	for (int i = 0; commands[i]; i++)
		fn(ctx, commands[i]->name, _(commands[i]->summary));
}

const struct command command_help = {
	.name = "help",
	.args = "[NAME]",
	.summary = N_("what there is, or all about one call, command, topic, constant or errno"),
	.help = N_(
		"help msgsnd, help semaphores, help spawn, help IPC_NOWAIT, help EAGAIN, help syntax."),
	.takes = ARG_TOPIC,
	.run = run_help,
};
