/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options and wiring, nothing else.
 */
#include "base/lang.h"
#include "base/str.h"
#include "session/left.h"
#include "shell/batch.h"
#include "shell/follow.h"
#include "shell/guard.h"
#include "shell/script.h"
#include "shell/step.h"
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
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

static struct session session; /* static: its address is known to callbacks, and to fatal() */
static struct shell shell;
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t ending; /* the signal that ends the program where nobody types */

static void on_signal(int signo)
{
	if (!ending || signo != SIGINT)
		ending = signo;
	interrupted = 1;
}

/* Dies as whoever sent the signal expects: a shell's loop ends by it, too. */
static void end_by(int signo)
{
	signal(signo, SIG_DFL);
	raise(signo);
}

static void clean_up(void)
{
	session_abandon(&session);
}

/*
 * Somebody is waited for who may never come: the session's processes are not to be asked any more, and
 * what was shown is to be written. Ctrl-C is heeded otherwise.
 */
static void leave_now(void)
{
	if (!ending || ending == SIGINT)
		return;
	for (; shell.repeats; shell.repeats--)
		guard_fold(&shell, false);
	fflush(stdout);
	clean_up();
	end_by(ending);
}

/*
 * Where nobody types, a signal that ends the program lets it write what was shown; a second one kills
 * it, and so does one that comes while it begins. One that is ignored (nohup) stays so.
 */
static void take_signals(void)
{
	static const int ends[] = { SIGTERM, SIGHUP };
	struct sigaction was,
		act = { .sa_handler = on_signal, .sa_flags = SA_RESTART | (int)SA_RESETHAND };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (!sigaction(ends[i], NULL, &was) && was.sa_handler != SIG_IGN)
			sigaction(ends[i], &act, NULL);
	session.leave = leave_now;
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
		script_stream(sh, STDIN_FILENO, "stdin");
}

/* The lines that are offered at the prompt; where standard input has them, the keys are the terminal's. */
static int begin_steps(struct shell *sh, const struct options *o, char **cause)
{
	bool input = !o->text && !o->nfiles && !isatty(STDIN_FILENO);
	int tty;

	if (!o->text && !o->nfiles && !input)
		return 0; /* they are typed */
	if (!steps_read(sh, o->text, o->file, o->nfiles, STDIN_FILENO, cause))
		return -1;
	tty = input ? open("/dev/tty", O_RDWR) : -1;
	if (input && (tty < 0 || dup2(tty, STDIN_FILENO) < 0))
		return fail(cause, "/dev/tty: %s", strerror(errno));
	if (tty > STDERR_FILENO)
		close(tty);
	return 0;
}

static void run(struct shell *sh, const struct options *o)
{
	char *cause = NULL;
	int r;

	if (o->step && o->interactive && begin_steps(sh, o, &cause)) {
		complain(cause);
		sh->exit_status = MISTAKE;
		return;
	}
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
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = on_signal, .sa_flags = SA_RESTART },
		  NULL);
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
	shell_init(&shell, &session);
	shell.stop_on_failure = o.stop_on_failure;
	shell.step = o.step;
	shell.any_pid = o.any_pid;
	shell.lessons = o.lessons;
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
		shell.term = term;
		session_add_sink(&session, term_sink(term));
	}
	if (!o.interactive)
		take_signals();
	run(&shell, &o);
	if (!shell.interactive && shell_interrupted(&shell))
		shell.exit_status = INTERRUPTED;
	if (!o.check && !o.bless)
		name_sleepers(&shell);
	status = flush_output(shell.exit_status);
	lesson_leave(&shell);
	session_end(&session);
	shell_release(&shell);
	term_free(term);
	jsonl_free(json);
	free(o.text);
	if (status == INTERRUPTED && ending)
		end_by(ending);
	return status;
}
