/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options and wiring, nothing else.
 */
#include "base/lang.h"
#include "base/str.h"
#include "session/left.h"
#include "shell/batch.h"
#include "shell/follow.h"
#include "shell/script.h"
#include "ui/ask.h"
#include "ui/guests.h"
#include "ui/join.h"
#include "ui/options.h"
#include "ui/split.h"
#include "ui/terminal.h"
#include "view/complain.h"
#include "view/json.h"
#include "view/term.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

static struct session session; /* static: its address is known to callbacks, and to fatal() */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signo)
{
	(void)signo;
	interrupted = 1;
}

static void clean_up(void)
{
	session_abandon(&session);
}

/*
 * Addresses shall be the same in every run: a new image without randomisation (personality(2)
 * survives exec, so this happens once). Where that is forbidden they differ, and a check matches them.
 */
static void fix_addresses(char **argv)
{
	int old = personality(0xffffffff);

	prctl(PR_SET_NAME, "ipcsh"); /* an exec of /proc/self/exe is called exe by ps */
	if (old < 0 || old & ADDR_NO_RANDOMIZE ||
	    personality((unsigned long)old | ADDR_NO_RANDOMIZE) < 0)
		return;
	execv("/proc/self/exe", argv);
}

/* Who asked for no mode of working must hear which it became, and a script has no banner. */
static void say_fallback(const struct session *s)
{
	struct str text = STR_INIT;

	if (!s->box.why_not && !s->box.lacks)
		return;
	sandbox_say(&s->box, &text);
	complain(str_take(&text));
}

static void run_script(struct shell *sh, const struct options *o)
{
	say_fallback(sh->session);
	if (o->check || o->bless) {
		(o->check ? batch_check : batch_bless)(sh, o->file, o->nfiles);
		return;
	}
	session_caveat(sh->session);
	if (o->text)
		script_text(sh, o->text, "-c");
	batch_play(sh, o->file, o->nfiles);
	if (!o->text && !o->nfiles)
		script_stream(sh, stdin, "stdin");
}

static void run(struct shell *sh, const struct options *o)
{
	char *cause = NULL;
	int r;

	if (sh->term && o->interactive) {
		sh->interactive = true;
		term_set_echo(sh->term, false);
		r = terminal_run(sh,
				 &(struct terminal_options){ .colour = !getenv("NO_COLOR"),
							     .split = o->split },
				 &cause);
	} else {
		r = session_ready(sh->session, &cause);
		if (!r) {
			guests_open(sh, false);
			run_script(sh, o);
			guests_close();
		}
	}
	if (r) {
		complain(cause);
		sh->exit_status = MISTAKE;
	}
}

/* 0: it is no terminal. */
static int columns(int fd)
{
	struct winsize size;

	if (!isatty(fd))
		return 0;
	return !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 80;
}

/* Output that was lost (a full disk) must not pass for a success. */
static int flush_output(int status)
{
	if (!fflush(stdout)) {
		if (!ferror(stdout))
			return status;
		/* it was lost some time ago, and errno with it: one more byte tells why */
		errno = 0;
		if (write(STDOUT_FILENO, "\n", 1) == 1)
			errno = EIO;
	}
	complain(xasprintf(_("the output could not be written: %s"), strerror(errno)));
	return status ? status : MISTAKE;
}

/* What sleeps when a script ends is ended with it: not in silence. */
static void name_sleepers(struct shell *sh)
{
	struct str text = STR_INIT;

	if (sh->interactive || sh->exit_status)
		return;
	session_sleepers(sh->session, &text);
	if (text.len) {
		struct str all = STR_INIT;

		str_add(&all, _("   ended while asleep:\n"));
		for (const char *at = text.s, *nl; (nl = strchr(at, '\n')); at = nl + 1)
			str_addf(&all, "     %.*s\n", (int)(nl - at), at);
		session_text(sh->session, all.s);
		str_free(&all);
	}
	str_free(&text);
}

/* What sessions left that were killed together with their guardians. */
static void offer_cleaning(const struct options *o)
{
	struct str what = STR_INIT;
	char *question;

	if (!left_look(&what))
		return;
	question =
		xasprintf(_("An earlier session and its guardian were killed; left: %s. Remove?"),
			  str_text(&what));
	if (!o->interactive) {
		complain(xasprintf(_("an earlier session and its guardian were killed; left: %s; "
				     "ipcsh on a terminal offers to remove that"),
				   str_text(&what)));
	} else if (ask(stdin, stdout, question)) {
		str_reset(&what);
		left_remove(&what);
		printf(_("removed: %s\n"), str_text(&what));
	}
	free(question);
	str_free(&what);
}

int main(int argc, char **argv)
{
	struct options o;
	struct shell sh;
	struct term *term = NULL;
	struct jsonl *json = NULL;
	char *cause = NULL;
	int status, wide = columns(STDOUT_FILENO);

	lang_set(lang_of_environment(), NULL);
	if (argc > 1 && !strcmp(argv[1], "join"))
		return flush_output(join_main(argc - 1, argv + 1));
	if (options_parse(argc, argv, &o, &status))
		return flush_output(status);
	if (o.json || o.check || o.bless || o.lint) /* programs read it, or it is compared */
		lang_local(false);
	if (o.lint) {
		setlocale(LC_CTYPE, "");
		return flush_output(batch_lint(o.file, o.nfiles));
	}
	if (o.split && !split_inside())
		return split_main(argv);
	if (o.want != SANDBOX_HOST)
		fix_addresses(argv);
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = on_interrupt }, NULL);
	offer_cleaning(&o);
	fatal_cleanup(clean_up);
	if (session_begin(&session, o.want, &o.wish, &interrupted, &cause)) {
		complain(cause);
		session_end(&session);
		return MISTAKE;
	}
	/* no more than that: an errno's text and numbers stay as strace writes them */
	setlocale(LC_CTYPE, "");
	session.diff = !o.no_diff;
	shell_init(&sh, &session);
	sh.stop_on_failure = o.stop_on_failure;
	sh.step = o.step;
	sh.any_pid = o.any_pid;
	sh.lessons = o.lessons;
	if (o.json) {
		session.world.fold = session.fold = false;
		json = jsonl_new(stdout, &session.world);
		session_add_sink(&session, jsonl_sink(json));
	} else {
		term = term_new((struct term_out){ .file = stdout, .errors = stderr },
				(struct term_options){ .diff = true,
						       .echo = true,
						       .width = wide ? wide : 80,
						       .wrap = wide,
						       .wrap_errors = columns(STDERR_FILENO),
						       .colour = wide && !getenv("NO_COLOR") });
		sh.term = term;
		session_add_sink(&session, term_sink(term));
	}
	run(&sh, &o);
	if (!o.check && !o.bless)
		name_sleepers(&sh);
	status = flush_output(sh.exit_status);
	lesson_leave(&sh);
	session_end(&session);
	shell_release(&sh);
	term_free(term);
	jsonl_free(json);
	free(o.text);
	return status;
}
