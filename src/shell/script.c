/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/script.h"
#include "base/lang.h"
#include "base/str.h"
#include "view/term.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Where lines come from: a descriptor, or a text that is there already. */
struct lines {
	int fd; /* -1: none */
	const char *name;
	char *buf;
	size_t at, len;
	int err;
};

enum { BUFFER = 1 << 16 };

/* False: nothing more comes, or a signal has come. */
static bool read_more(struct shell *sh, struct lines *in)
{
	ssize_t n = -1;

	if (in->fd < 0)
		return false;
	do
		if (!shell_wait(sh, in->fd))
			return false;
	while ((n = read(in->fd, in->buf, BUFFER)) < 0 && errno == EINTR);
	in->err = n < 0 ? errno : 0;
	in->at = 0;
	in->len = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* As getline(3), but gives up soon after what a line may be: an endless one must not fill memory. */
static bool read_line(struct shell *sh, struct lines *in, struct str *line)
{
	bool whole = false;

	str_reset(line);
	while (!whole && line->len <= SCRIPT_LINE + 1 && (in->at < in->len || read_more(sh, in))) {
		const char *s = in->buf + in->at, *nl;
		size_t n = in->len - in->at;

		if (n > SCRIPT_LINE + 2 - line->len)
			n = SCRIPT_LINE + 2 - line->len;
		nl = memchr(s, '\n', n);
		whole = nl;
		n = nl ? (size_t)(nl + 1 - s) : n;
		str_addn(line, s, n);
		in->at += n;
	}
	return line->len;
}

/* Executes all of them. A mistake ends it at once. 0, or -1: it was told. */
static int execute(struct shell *sh, struct lines *in)
{
	struct str line = STR_INIT, source = STR_INIT;
	size_t before_number;
	long number = 0;
	int r = 0;

	str_addf(&source, "%s:", in->name);
	before_number = source.len;
	while (r == 0 && !sh->quit && read_line(sh, in, &line) && !shell_interrupted(sh)) {
		str_trim(&source, before_number);
		str_num(&source, ++number);
		r = one_line(sh, line.s, line.len, str_text(&source));
		if (r == 0 && sh->stop_on_failure && sh->session->failed) {
			sh->exit_status = DIFFERS;
			r = -1;
		}
		if (shell_interrupted(sh))
			break;
	}
	if (shell_interrupted(sh) && r == 0)
		r = shell_mistake(
			sh, xasprintf(_("%s: interrupted"), number ? str_text(&source) : in->name),
			NULL);
	else if (r == 0 && in->err)
		r = shell_mistake(sh, xasprintf("%s: %s", in->name, strerror(in->err)), NULL);
	str_free(&line);
	str_free(&source);
	return r;
}

int script_stream(struct shell *sh, int fd, const char *name)
{
	struct lines in = { .fd = fd, .name = name, .buf = xmalloc(BUFFER) };
	int r = execute(sh, &in);

	free(in.buf);
	return r;
}

int script_text(struct shell *sh, const char *text, const char *name)
{
	struct lines in = { .fd = -1, .name = name, .buf = (char *)text, .len = strlen(text) };

	return execute(sh, &in);
}

int script_file(struct shell *sh, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool outer = sh->guest;
	struct stat st;
	int r;

	if (fd < 0)
		return shell_mistake(sh, xasprintf("%s: %s", path, strerror(errno)), NULL);
	if (fstat(fd, &st) || S_ISDIR(st.st_mode)) {
		close(fd);
		return shell_mistake(
			sh, xasprintf(_("%s is a directory, a script is wanted"), path), NULL);
	}
	sh->guest = !sh->own;
	r = script_stream(sh, fd, path);
	sh->guest = outer;
	close(fd);
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
