/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record: the lines that somebody types, written to a file that ipcsh plays.  The file is the
 * machine's, as source's is, and every line is in it before the next prompt.
 */
#include "base/str.h"
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
	fail(&cause, "%s: %s: the recording has ended, %s", sh->record_path, strerror(error),
	     cut ? "without this line" : "its last line may be incomplete");
	close_record(sh);
	shell_mistake(sh, cause, NULL);
}

void shell_record(struct shell *sh, const char *line)
{
	const char *s = line + strspn(line, " \t");
	long size;

	/* an empty line says nothing, and record itself is no part of what happened */
	if (!sh->record || !*s || first_is(s, "record"))
		return;
	size = ftell(sh->record);
	/* a program on the terminal needs somebody who sits there */
	if (fprintf(sh->record, "%s%s\n", *s == '!' ? "# " : "", line) < 0 || fflush(sh->record))
		give_up(sh, errno, size);
}

static int start(struct shell *sh, const struct word *file, bool overwrite, char **cause)
{
	const char *who = sh->session->current ? sh->session->current->name : "main";
	struct str path = STR_INIT;
	long repeat;

	if (sh->record)
		return fail(cause, "%s is being recorded to already; end it first: record off",
			    sh->record_path);
	if (words_text(file, &path, &repeat, cause))
		return -1;
	sh->record = fopen(str_text(&path), overwrite ? "we" : "wxe");
	if (!sh->record && errno == EEXIST)
		fail(cause, "%s exists already; to replace it: record %.*s overwrite",
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

static void add_path(struct str *out, const char *before, const char *path, const char *after)
{
	str_add(out, before);
	str_clean(out, path, strlen(path));
	str_add(out, after);
}

static int stop(struct shell *sh, char **cause)
{
	struct str text = STR_INIT;
	int failed;

	if (!sh->record)
		return fail(cause, "nothing is being recorded; to begin: record FILE");
	failed = fclose(sh->record) ? errno : 0;
	sh->record = NULL;
	if (failed) {
		fail(cause, "%s: %s", sh->record_path, strerror(failed));
	} else {
		add_path(&text, "", sh->record_path, " has it; to play it: ");
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

	if (sh->record)
		add_path(&text, "what is typed goes to ", sh->record_path,
			 "; record off ends it\n");
	else
		str_add(&text, "nothing is being recorded; to begin: record FILE\n");
	session_text(sh->session, str_text(&text));
	str_free(&text);
}

static int run_record(struct shell *sh, const struct words *words, const char *rest, char **cause)
{
	bool overwrite = words->n == 2 && word_is(&words->w[1], "overwrite");

	(void)rest;
	if (words->n > 2 || (words->n == 2 && !overwrite))
		return fail(
			cause,
			"record wants one file: record demo.ipc, record demo.ipc overwrite, record off");
	if (sh->guest && words->n && !word_is(&words->w[0], "off"))
		return fail(cause,
			    "record writes to a file of the machine's, so only somebody who types "
			    "may begin it: a script or lesson may not");
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
	.args = "[FILE [overwrite] | off]",
	.summary = "write what is typed to a script that replays",
	.help = "Lines with a mistake are left out, programs on the terminal (!) are written as comments.\n"
		"The file is one of the machine's; an existing one is only replaced by record FILE overwrite.\n"
		"A file of the name off: record ./off",
	.takes = ARG_FILE,
	.run = run_record,
};
