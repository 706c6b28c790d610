/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options and wiring, nothing else.
 */
#include "base/mem.h"
#include "shell/script.h"
#include "view/json.h"
#include "view/term.h"

#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct session session;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signo)
{
	(void)signo;
	interrupted = 1;
}

struct options {
	enum sandbox_want want;
	const char *text; /* -c */
	bool json, stop_on_failure, step, any_pid, check, bless;
	bool no_diff;
	char **files;
	int nfiles;
};

int main(int argc, char **argv)
{
	struct options o = {.want = SANDBOX_AUTO};
	struct shell sh;
	struct term *term;
	char *cause = NULL;
	int c;

	setlocale(LC_ALL, "");
	while ((c = getopt(argc, argv, "c:eH")) != -1) {
		if (c == 'c')
			o.text = optarg;
		if (c == 'e')
			o.stop_on_failure = true;
		if (c == 'H')
			o.want = SANDBOX_HOST;
	}
	o.files = argv + optind;
	o.nfiles = argc - optind;
	signal(SIGINT, on_interrupt);
	if (session_start(&session, o.want, &interrupted, &cause)) {
		fprintf(stderr, "ipcsh: %s\n", cause);
		return 2;
	}
	shell_init(&sh, &session);
	term = term_new((struct term_out){.file = stdout, .errors = stderr}, (struct term_options){.diff = true, .echo = true, .width = 80});
	sh.term = term;
	session_add_sink(&session, term_sink(term));
	if (o.text)
		script_text(&sh, o.text, "-c");
	for (int i = 0; i < o.nfiles && !sh.quit && !sh.exit_status; i++)
		script_file(&sh, o.files[i]);
	if (!o.text && !o.nfiles)
		script_stream(&sh, stdin, "stdin");
	fflush(stdout);
	session_end(&session);
	shell_release(&sh);
	term_free(term);
	return sh.exit_status;
}
