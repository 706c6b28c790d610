/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record: the lines that somebody types, written to a file that ipcsh plays.  The file is the
 * machine's, as source's is, and every line is in it before the next prompt.
 */
#include "base/lang.h"
#include "base/str.h"
#include "shell/draft.h"
#include "shell/record.h"

#include <errno.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool first_is(const char *line, const char *word)
{
	size_t n = strlen(word);

	line += strspn(line, " \t");
	return !strncmp(line, word, n) && (!line[n] || strchr(" \t", line[n]));
}

static void close_record(struct shell *sh)
{
	if (sh->record)
		fclose(sh->record);
	sh->record = NULL;
	free(sh->record_path);
	sh->record_path = NULL;
}

/*
 * It is said once, and it ends: a script with holes would replay something else, and so would one
 * that ends within a line. size: of the file before that line, or -1.
 */
static void give_up(struct shell *sh, int error, long size)
{
	char *cause = NULL;
	bool cut;

	__fpurge(sh->record); /* or what did not fit would be tried again */
	cut = size >= 0 && !ftruncate(fileno(sh->record), size);
	fail(&cause, _("%s: %s: the recording has ended, %s"), sh->record_path, strerror(error),
	     cut ? _("without this line") : _("its last line may be incomplete"));
	close_record(sh);
	shell_mistake(sh, cause, NULL);
}

void shell_record(struct shell *sh, const char *line)
{
	const char *s = line + strspn(line, " \t");
	long size;

	draft_line(sh, line);
	/* an empty line says nothing, and record itself is no part of what happened */
	if (!sh->record || !*s || first_is(s, "record"))
		return;
	size = ftell(sh->record);
	/* a program on the terminal needs somebody who sits there */
	if (fprintf(sh->record, "%s%s\n", *s == '!' ? "# " : "", line) < 0 || fflush(sh->record))
		give_up(sh, errno, size);
}

static void add_path(struct str *out, const char *before, const char *path, const char *after)
{
	str_add(out, before);
	str_clean(out, path, strlen(path));
	str_add(out, after);
}

static int start(struct shell *sh, const struct word *file, bool overwrite, char **cause)
{
	const char *who = sh->session->current ? sh->session->current->name : "main";
	struct str path = STR_INIT;
	long repeat;

	if (sh->record || sh->draft)
		return fail(cause, _("%s is being recorded to already; end it first: record off"),
			    sh->record ? sh->record_path : draft_path(sh));
	if (words_text(file, NULL, &path, &repeat, cause))
		return -1;
	sh->record = fopen(str_text(&path), overwrite ? "we" : "wxe");
	if (!sh->record && errno == EEXIST)
		fail(cause, _("%s exists already; to replace it: record %.*s overwrite"),
		     str_text(&path), (int)file->len, file->at);
	else if (!sh->record)
		fail(cause, "%s: %s", str_text(&path), strerror(errno));
	if (!sh->record) {
		str_free(&path);
		return -1;
	}
	sh->record_path = str_take(&path);
	if (strcmp(who, "main") && (fprintf(sh->record, "use %s\n", who) < 0 || fflush(sh->record)))
		give_up(sh, errno, 0);
	return 0;
}

static int start_lesson(struct shell *sh, const struct word *file, bool overwrite, char **cause)
{
	struct str path = STR_INIT, text = STR_INIT;
	long repeat;
	int r;

	if (sh->record || sh->draft)
		return fail(cause, _("%s is being recorded to already; end it first: record off"),
			    sh->record ? sh->record_path : draft_path(sh));
	if (sh->lesson)
		return fail(cause, _("a lesson is followed; leave it first: leave"));
	if (words_text(file, NULL, &path, &repeat, cause))
		return -1;
	r = draft_begin(sh, str_text(&path), overwrite, cause);
	add_path(&text, _("The session begins anew; what is typed, and what it shows, goes to "),
		 str_text(&path), _(".\n# TITLE begins a step; record off ends it.\n"));
	if (r == 0)
		session_text(sh->session, str_text(&text));
	str_free(&text);
	str_free(&path);
	return r;
}

static int stop_lesson(struct shell *sh, char **cause)
{
	struct str text = STR_INIT;
	char *path = draft_end(sh, cause);

	if (!path)
		return -1;
	add_path(&text, "", path, _(" has it; write the words, then: "));
	add_path(&text, "ipcsh --lint ", path, "; ");
	add_path(&text, "ipcsh --check ", path, "\n");
	session_text(sh->session, str_text(&text));
	str_free(&text);
	free(path);
	return 0;
}

static int stop(struct shell *sh, char **cause)
{
	struct str text = STR_INIT;
	int failed;

	if (sh->draft)
		return stop_lesson(sh, cause);
	if (!sh->record)
		return fail(cause, _("nothing is being recorded; to begin: record FILE"));
	failed = fclose(sh->record) ? errno : 0;
	sh->record = NULL;
	if (failed) {
		fail(cause, "%s: %s", sh->record_path, strerror(failed));
	} else {
		add_path(&text, "", sh->record_path, _(" has it; to play it: "));
		add_path(&text, "source ", sh->record_path, "\n");
		session_text(sh->session, str_text(&text));
	}
	str_free(&text);
	close_record(sh);
	return failed ? -1 : 0;
}

static void tell(struct shell *sh)
{
	struct str text = STR_INIT;

	if (sh->record || sh->draft)
		add_path(&text, _("what is typed goes to "),
			 sh->record ? sh->record_path : draft_path(sh),
			 _("; record off ends it\n"));
	else
		str_add(&text, _("nothing is being recorded; to begin: record FILE\n"));
	session_text(sh->session, str_text(&text));
	str_free(&text);
}

static int run_record(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	bool lesson = words->n && word_is(&words->w[0], "--lesson");
	int n = words->n - lesson;
	bool overwrite = n == 2 && word_is(&words->w[lesson + 1], "overwrite");

	(void)rest;
	if (n > 2 || (n == 2 && !overwrite) || (lesson && !n))
		return fail(cause,
			    _("record wants one file: record demo.ipc, record demo.ipc overwrite, "
			      "record --lesson 07-mine.md, record off"));
	if (sh->guest && words->n && !word_is(&words->w[0], "off"))
		return fail(
			cause,
			_("record writes to a file of the machine's, so only somebody who types "
			  "may begin it: a script or lesson may not"));
	if (lesson)
		return start_lesson(sh, &words->w[1], overwrite, cause);
	if (!words->n)
		tell(sh);
	else if (words->n == 1 && word_is(&words->w[0], "off"))
		return stop(sh, cause);
	else
		return start(sh, &words->w[0], overwrite, cause);
	return 0;
}

const struct command command_record = {
	.name = "record",
	.args = "[[--lesson] FILE [overwrite] | off]",
	.summary = N_("write what is typed to a script, or a lesson, that replays"),
	.help = N_(
		"Lines with a mistake are left out, programs on the terminal (!) are written as comments.\n"
		"The file is one of the machine's; an existing one is only replaced by record FILE overwrite.\n"
		"A file of the name off: record ./off.\n"
		"With --lesson the session begins anew, and the file is a lesson with what was really seen; a\n"
		"comment, # A queue, begins a step."),
	.takes = ARG_FILE,
	.run = run_record,
};
