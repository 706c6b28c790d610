/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/script.h"
#include "base/lang.h"
#include "base/str.h"
#include "view/term.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *script_unfit(const char *line, size_t len)
{
	const unsigned char *s = (const unsigned char *)line;

	if (len > SCRIPT_LINE)
		return _("the line is longer than 1 MiB");
	if (memchr(line, '\0', len))
		return _("there is a NUL byte in the line: is it a text file?");
	for (size_t i = 0; i < len;) {
		size_t n = s[i] < 0x80    ? 1
			   : s[i] >= 0xf0 ? 4
			   : s[i] >= 0xe0 ? 3
			   : s[i] >= 0xc2 ? 2
					  : 0;

		for (size_t k = 1; n && k < n; k++)
			if (i + k >= len || (s[i + k] & 0xc0) != 0x80)
				n = 0;
		if (!n)
			return _(
				"the line is not UTF-8; write such bytes as \\ooo in a text: \"\\377\"");
		i += n;
	}
	return NULL;
}

static bool was_interrupted(struct shell *sh)
{
	return sh->session->cancelled || (sh->session->interrupted && *sh->session->interrupted);
}

static int one_line(struct shell *sh, char *line, size_t len, const char *source)
{
	const char *unfit;
	int r;

	if (len && line[len - 1] == '\n')
		line[--len] = '\0';
	unfit = script_unfit(line, len);
	if (unfit) {
		sh->source = source;
		r = shell_mistake(sh, xstrdup(unfit), NULL);
		sh->source = NULL;
	} else {
		r = shell_line(sh, line, source);
	}
	return r;
}

/* As getline(3), but gives up soon after what a line may be: an endless one must not fill memory. */
static ssize_t read_line(FILE *f, struct str *line)
{
	int c;

	str_reset(line);
	while (line->len <= SCRIPT_LINE + 1 && (c = getc_unlocked(f)) != EOF) {
		str_addc(line, (char)c);
		if (c == '\n')
			break;
	}
	return line->len ? (ssize_t)line->len : -1;
}

int script_stream(struct shell *sh, FILE *f, const char *name)
{
	struct str line = STR_INIT, source = STR_INIT;
	size_t before_number;
	long number = 0;
	ssize_t n;
	int r = 0;

	str_addf(&source, "%s:", name);
	before_number = source.len;
	while (r == 0 && !sh->quit && (n = read_line(f, &line)) >= 0) {
		str_trim(&source, before_number);
		str_num(&source, ++number);
		r = one_line(sh, line.s, (size_t)n, str_text(&source));
		if (r == 0 && sh->stop_on_failure && sh->session->failed) {
			sh->exit_status = 1;
			r = -1;
		}
		if (was_interrupted(sh)) {
			*sh->session->interrupted = 0;
			sh->session->cancelled = false;
			r = shell_mistake(
				sh,
				xasprintf(_("%s:%lu: interrupted"), name, (unsigned long)number),
				NULL);
			sh->exit_status = 130;
		}
	}
	if (r == 0 && ferror(f))
		r = shell_mistake(sh, xasprintf("%s: %s", name, strerror(errno)), NULL);
	str_free(&line);
	str_free(&source);
	return r;
}

int script_text(struct shell *sh, const char *text, const char *name)
{
	FILE *f = fmemopen((char *)text, strlen(text), "r");
	int r;

	if (!*text || !f) {
		if (f)
			fclose(f);
		return 0;
	}
	r = script_stream(sh, f, name);
	fclose(f);
	return r;
}

int script_file(struct shell *sh, const char *path)
{
	FILE *f = fopen(path, "re");
	bool outer = sh->guest;
	struct stat st;
	int r;

	if (!f)
		return shell_mistake(sh, xasprintf("%s: %s", path, strerror(errno)), NULL);
	if (fstat(fileno(f), &st) || S_ISDIR(st.st_mode)) {
		fclose(f);
		return shell_mistake(
			sh, xasprintf(_("%s is a directory, a script is wanted"), path), NULL);
	}
	sh->guest = !sh->own;
	r = script_stream(sh, f, path);
	sh->guest = outer;
	fclose(f);
	return r;
}

static int run_source(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	struct str path = STR_INIT;
	long repeat;
	int r;

	(void)rest;
	if (words->n != 1)
		return fail(cause, _("source wants one file: source demo.ipc"));
	if (sh->depth == SCRIPT_DEPTH)
		return fail(cause, _("source is nested %d deep: does a script source itself?"),
			    SCRIPT_DEPTH);
	if (words_text(&words->w[0], NULL, &path, &repeat, cause))
		return -1;
	sh->depth++;
	if (sh->interactive && sh->term)
		term_set_echo(sh->term, true); /* nobody typed these lines: they are shown */
	r = script_file(sh, str_text(&path));
	sh->depth--;
	if (sh->interactive && sh->term && !sh->depth)
		term_set_echo(sh->term, false);
	if (r)
		fail(cause, _("%s was not executed to its end"), str_text(&path));
	str_free(&path);
	return r;
}

const struct command command_source = {
	.name = "source",
	.args = "FILE",
	.summary = N_("execute the lines of a script"),
	.help = N_("The file is one of the machine's, not of the session's directory."),
	.takes = ARG_FILE,
	.run = run_source,
};
