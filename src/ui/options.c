/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/options.h"
#include "base/lang.h"
#include "base/mem.h"
#include "view/complain.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An option in the order of --help: without an argument it sets the flag at, unless act knows it. */
static const struct row {
	char key; /* of one letter, or 0 */
	const char *name, *arg, *about;
	size_t at;
} rows[] = {
	{ 'c', "command", "LINES", N_("execute LINES"), 0 },
	{ 'e', NULL, NULL, N_("stop with exit status 1 when a call fails"),
	  offsetof(struct options, stop_on_failure) },
	{ 'H', "host", NULL, N_("work on the machine's own IPC, not in a world of its own"), 0 },
	{ 0, "sandbox", NULL, N_("insist on a world of its own, or fail"), 0 },
	{ 0, "bind", "DIR", N_("the session may write in DIR, too (more than once: each)"), 0 },
	{ 0, "nobody", NULL, N_("have a second user in scripts, too: spawn B user=nobody"),
	  offsetof(struct options, wish.nobody) },
	{ 0, "json", NULL, N_("print events as JSON Lines"), offsetof(struct options, json) },
	{ 0, "check", NULL, N_("compare lessons with what is seen; prints TAP"),
	  offsetof(struct options, check) },
	{ 0, "bless", NULL, N_("write what was seen back into lessons"),
	  offsetof(struct options, bless) },
	{ 0, "lint", NULL, N_("tell what a reader would trip over; plays nothing"),
	  offsetof(struct options, lint) },
	{ 0, "lessons", "DIR", N_("the lessons of this folder"), 0 },
	{ 0, "lang", "LANGUAGE", N_("speak it: en or zh; else the locale chooses. Lessons, too"),
	  0 },
	{ 0, "split", NULL, N_("the state above, the prompt below (in tmux)"),
	  offsetof(struct options, split) },
	{ 0, "step", NULL, N_("offer the lines of a script or lesson; Enter executes"),
	  offsetof(struct options, step) },
	{ 0, "no-diff", NULL, N_("do not show what changed in the kernel"),
	  offsetof(struct options, no_diff) },
	{ 0, "any-pid", NULL, N_("with --host: kill and remove what is others', unasked"),
	  offsetof(struct options, any_pid) },
	{ 'h', "help", NULL, N_("this"), 0 },
	{ 0, "version", NULL, N_("the version"), 0 },
};

enum { ROWS = sizeof(rows) / sizeof(*rows), LONG = 256 }; /* LONG + row: what getopt gives */

static int usage(void)
{
	puts(_("usage: ipcsh [options] [FILE.ipc | LESSON.md ...]\n"
	       "       ipcsh join [--session PID] [watch [NAME ...] | CMD [ARG ...]]\n"
	       "\n"
	       "Without a file ipcsh reads the terminal, or lines from standard input."));
	for (const struct row *r = rows; r < rows + ROWS; r++) {
		char left[32] = "";

		if (r->key)
			snprintf(left, sizeof(left), "-%c%s", r->key, r->name ? ", " : "");
		else
			strcpy(left, "    ");
		if (r->name)
			snprintf(left + strlen(left), sizeof(left) - strlen(left), "--%s%s%s",
				 r->name, r->arg ? " " : "", r->arg ? r->arg : "");
		printf("  %-19s  %s\n", left, _(r->about));
	}
	puts(_("\n"
	       "join opens a second terminal inside a session that runs: ipcsh join --help.\n"
	       "\n"
	       "Exit status: 0 all well; 1 a check differed, or with -e a call failed; 2 a\n"
	       "mistake; 129, 130, 143 a signal (Ctrl-C: 130, where nobody types lines)."));
	return -1;
}

/* One more directory where the session may write, whatever way leads to it. 0, or -1: it was told. */
static int add_bind(struct options *o, const char *dir)
{
	struct sandbox_wish *wish = &o->wish;
	char *real = realpath(dir, NULL);
	struct stat st;

	if (real && stat(real, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (real && wish->nbind == SANDBOX_BINDS)
		errno = E2BIG;
	else if (real) {
		wish->bind[wish->nbind++] = real;
		return 0;
	}
	complain(xasprintf("--bind %s: %s", dir, strerror(errno)));
	free(real);
	return -1;
}

static void add_text(struct options *o, const char *lines)
{
	char *text = o->text ? xasprintf("%s\n%s", o->text, lines) : xstrdup(lines);

	free(o->text);
	o->text = text;
}

/* 0; -1: that was all, and *status tells how. */
static int act(struct options *o, const struct row *r, const char *arg, int *status)
{
	char *cause = NULL;

	if (r->at) {
		*(bool *)((char *)o + r->at) = true;
	} else if (r->key == 'c') {
		add_text(o, arg);
	} else if (r->key == 'h') {
		return usage();
	} else if (!strcmp(r->name, "version")) {
		puts("ipcsh " IPCSH_VERSION);
		return -1;
	} else if (!strcmp(r->name, "bind")) {
		*status = MISTAKE;
		if (add_bind(o, arg))
			return -1;
		*status = OK;
	} else if (!strcmp(r->name, "lessons")) {
		o->lessons = arg;
	} else if (!strcmp(r->name, "lang")) {
		if (lang_set(arg, &cause)) {
			complain(cause);
			*status = MISTAKE;
			return -1;
		}
	} else {
		o->want = r->key == 'H' ? SANDBOX_HOST : SANDBOX_INSIST;
	}
	return 0;
}

/* What getopt found, as a row; NULL: nothing that is known. */
static const struct row *row_of(int c)
{
	if (c >= LONG)
		return &rows[c - LONG];
	for (const struct row *r = rows; r < rows + ROWS; r++)
		if (r->key && r->key == c)
			return r;
	return NULL;
}

static int bad_option(const char *option, bool lacks)
{
	complain(xasprintf(lacks ? _("%s wants an argument")
				 : _("%s is no option, or takes no value"),
			   option));
	fputs(_("ipcsh --help lists the options\n"), stderr);
	return -1;
}

/* What does not go together. 0, or -1: it was told. */
static int fit(const struct options *o)
{
	const char *judges = o->check ? "--check" : o->bless ? "--bless" : "--lint";

	if ((o->check || o->bless || o->lint) && (!o->nfiles || o->text)) {
		complain(xasprintf(_("%s wants lessons: ipcsh %s lessons/*.md"), judges, judges));
		return -1;
	}
	if (o->split && !(o->interactive && isatty(STDIN_FILENO))) {
		complain(xstrdup(
			_("--split wants a terminal, and lines that are typed there, or --step")));
		return -1;
	}
	return 0;
}

/* Fills getopt's own tables. */
static void tables(struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (int i = 0; i < ROWS; i++) {
		if (rows[i].name)
			*longs++ = (struct option){ rows[i].name,
						    rows[i].arg ? required_argument : no_argument,
						    NULL, LONG + i };
		if (rows[i].key)
			*shorts++ = rows[i].key;
		if (rows[i].key && rows[i].arg)
			*shorts++ = ':';
	}
	*shorts = '\0';
	*longs = (struct option){ 0 };
}

/* Does somebody type at a prompt? With --step where nothing but the lines come from elsewhere. */
static bool is_interactive(const struct options *o)
{
	bool judged = o->check || o->bless || o->lint, lines = o->text || o->nfiles;

	if (o->json || judged || !isatty(STDOUT_FILENO))
		return false;
	return o->step ? lines ? isatty(STDIN_FILENO) : !access("/dev/tty", R_OK | W_OK)
		       : !lines && isatty(STDIN_FILENO);
}

int options_parse(int argc, char **argv, struct options *o, int *status)
{
	struct option longs[ROWS + 1];
	char shorts[2 * ROWS + 2];
	const struct row *r;
	int c;

	*o = (struct options){ .want = SANDBOX_AUTO };
	*status = OK;
	tables(longs, shorts);
	opterr = 0; /* getopt would print the option as it stands, and a file's name may be one */
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		r = row_of(c);
		if (r && !act(o, r, optarg, status))
			continue;
		if (!r)
			*status = MISTAKE;
		return r ? -1 : bad_option(argv[optind - 1], c == ':');
	}
	o->file = argv + optind;
	o->nfiles = argc - optind;
	o->wish.maybe_nobody = o->interactive = is_interactive(o);
	*status = fit(o) ? MISTAKE : OK;
	return *status ? -1 : 0;
}
