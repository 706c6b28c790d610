/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options and wiring, nothing else.
 */
#include "base/str.h"
#include "session/left.h"
#include "shell/follow.h"
#include "shell/play.h"
#include "shell/script.h"
#include "ui/ask.h"
#include "ui/guests.h"
#include "ui/join.h"
#include "ui/split.h"
#include "ui/terminal.h"
#include "view/json.h"
#include "view/tap.h"
#include "view/term.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef IPCSH_VERSION
#define IPCSH_VERSION "0.1"
#endif

/* Exit status (ipcsh(1)). */
enum { OK = 0, DIFFERS = 1, MISTAKE = 2 };

struct options {
	enum sandbox_want want;
	struct sandbox_wish wish;
	char *text; /* every -c, a line each */
	bool json, check, bless, step, stop_on_failure, any_pid, no_diff, split;
	char **file;
	int nfiles;
};

static struct session session; /* static: its address is known to callbacks, and to fatal() */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signo)
{
	(void)signo;
	interrupted = 1;
}

/* What stands outside any event; file names in it may hold anything. Frees the cause. */
static void complain(char *cause)
{
	struct str plain = STR_INIT, clean = STR_INIT;

	str_unmark(&plain, cause, strlen(cause));
	str_clean(&clean, str_text(&plain), plain.len);
	fprintf(stderr, "ipcsh: %s\n", str_text(&clean));
	str_free(&plain);
	str_free(&clean);
	free(cause);
}

static void clean_up(void)
{
	session_abandon(&session);
}

static const struct option long_options[] = {
	{ "command", required_argument, NULL, 'c' },
	{ "host", no_argument, NULL, 'H' },
	{ "sandbox", no_argument, NULL, 'S' },
	{ "json", no_argument, NULL, 'j' },
	{ "check", no_argument, NULL, 'k' },
	{ "bless", no_argument, NULL, 'b' },
	{ "step", no_argument, NULL, 's' },
	{ "any-pid", no_argument, NULL, 'p' },
	{ "no-diff", no_argument, NULL, 'd' },
	{ "split", no_argument, NULL, 'W' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "bind", required_argument, NULL, 'B' },
	{ "nobody", no_argument, NULL, 'N' },
	{ NULL, 0, NULL, 0 },
};

static void usage(FILE *out)
{
	fputs("usage: ipcsh [options] [FILE.ipc | LESSON.md ...]\n"
	      "       ipcsh join [--session PID] [watch | CMD [ARG ...]]\n"
	      "\n"
	      "Without a file ipcsh reads the terminal, or lines from standard input.\n"
	      "  -c, --command LINES  execute LINES\n"
	      "  -e                   stop with exit status 1 when a call fails\n"
	      "  -H, --host           work on the machine's own IPC, not in a world of its own\n"
	      "      --sandbox        insist on a world of its own, or fail\n"
	      "      --bind DIR       the session may write in DIR, too (more than once: each)\n"
	      "      --nobody         have a second user, for spawn B user=nobody (root has it anyway)\n"
	      "      --json           print events as JSON Lines\n"
	      "      --check          compare lessons with what is seen; prints TAP\n"
	      "      --bless          write what was seen back into lessons\n"
	      "      --split          the state above, the prompt below (in tmux)\n"
	      "      --step           wait for Enter before each line of a script or lesson\n"
	      "      --no-diff        do not show what changed in the kernel\n"
	      "      --any-pid        with --host: kill and remove what is not the session's, unasked\n"
	      "  -h, --help           this\n"
	      "      --version        the version\n"
	      "\n"
	      "join opens a second terminal inside a session that runs: ipcsh join --help.\n"
	      "\n"
	      "Exit status: 0 all well; 1 a check differed, or a call failed with -e; 2 a mistake.\n",
	      out);
}

/* --bind: the directory itself, whatever way leads to it. 0, or -1 when that has been told. */
static int add_bind(struct sandbox_wish *wish, const char *dir)
{
	char *real = realpath(dir, NULL);
	struct stat st;

	if (real && stat(real, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (real && wish->nbind == SANDBOX_BINDS)
		errno = E2BIG;
	else if (real) {
		wish->bind[wish->nbind++] = real; /* lives as long as the program */
		return 0;
	}
	complain(xasprintf("--bind %s: %s", dir, strerror(errno)));
	free(real);
	return -1;
}

static bool is_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static void bad_option(const char *option, bool lacks)
{
	complain(xasprintf(lacks ? "%s wants an argument" : "%s is no option, or takes no value",
			   option));
	fputs("ipcsh --help lists the options\n", stderr);
}

/* 0: go on; else exit with *status. */
static int parse_options(int argc, char **argv, struct options *o, int *status)
{
	char *text;
	int c;

	*status = OK;
	opterr = 0; /* getopt would print the option as it stands, and a file's name may be one */
	while ((c = getopt_long(argc, argv, ":c:eHh", long_options, NULL)) != -1) {
		switch (c) {
		case 'c':
			text = o->text;
			o->text = text ? xasprintf("%s\n%s", text, optarg) : xstrdup(optarg);
			free(text);
			break;
		case 'e':
			o->stop_on_failure = true;
			break;
		case 'H':
			o->want = SANDBOX_HOST;
			break;
		case 'S':
			o->want = SANDBOX_INSIST;
			break;
		case 'N':
			o->wish.nobody = true;
			break;
		case 'B':
			if (add_bind(&o->wish, optarg)) {
				*status = MISTAKE;
				return -1;
			}
			break;
		case 'j':
			o->json = true;
			break;
		case 'k':
			o->check = true;
			break;
		case 'b':
			o->bless = true;
			break;
		case 's':
			o->step = true;
			break;
		case 'p':
			o->any_pid = true;
			break;
		case 'd':
			o->no_diff = true;
			break;
		case 'W':
			o->split = true;
			break;
		case 'V':
			puts("ipcsh " IPCSH_VERSION);
			return -1;
		case 'h':
			usage(stdout);
			return -1;
		default:
			bad_option(argv[optind - 1], c == ':');
			*status = MISTAKE;
			return -1;
		}
	}
	o->file = argv + optind;
	o->nfiles = argc - optind;
	if ((o->check || o->bless) && (!o->nfiles || o->text)) {
		fprintf(stderr, "ipcsh: %s wants lessons: ipcsh %s lessons/*.md\n",
			o->check ? "--check" : "--bless", o->check ? "--check" : "--bless");
		*status = MISTAKE;
		return -1;
	}
	if (o->split && (o->nfiles || o->text || o->json || !is_terminal())) {
		fputs("ipcsh: --split wants a terminal, and lines that are typed there\n", stderr);
		*status = MISTAKE;
		return -1;
	}
	return 0;
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

static bool is_lesson(const char *path)
{
	size_t len = strlen(path);

	return len > 3 && !strcmp(path + len - 3, ".md");
}

static int restart(struct shell *sh)
{
	char *cause = NULL;

	if (!session_reset(sh->session, &cause))
		return 0;
	complain(cause);
	sh->exit_status = MISTAKE;
	return -1;
}

static void say_changed(const char *path, int changed)
{
	struct str clean = STR_INIT;

	str_clean(&clean, path, strlen(path));
	printf("%s: %d changed\n", str_text(&clean), changed);
	str_free(&clean);
}

/* --check and --bless: each lesson in a world of its own. */
static int judge(struct shell *sh, const struct options *o)
{
	struct tap tap;
	char *cause = NULL;
	int worst = OK;

	if (o->check)
		tap_init(&tap, stdout);
	for (int i = 0; i < o->nfiles && worst != MISTAKE; i++) {
		int changed = 0, r;

		if (i > 0 && restart(sh))
			return MISTAKE;
		r = o->check ? play_check(sh, o->file[i], &tap, &cause)
			     : play_bless(sh, o->file[i], &changed, &cause);
		if (r < 0) {
			complain(cause ? cause : xstrdup("a lesson could not be played"));
			cause = NULL;
			worst = MISTAKE;
		} else if (r > 0) {
			worst = DIFFERS;
		}
		if (o->bless && r == 0)
			say_changed(o->file[i], changed);
	}
	if (o->check && tap_end(&tap, &cause) && worst == OK)
		worst = DIFFERS;
	free(cause);
	return worst;
}

static void play_file(struct shell *sh, const char *path)
{
	char *cause = NULL;

	if (!is_lesson(path))
		script_file(sh, path);
	else if (play_lesson(sh, path, &cause) && cause)
		shell_mistake(sh, cause, NULL);
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
		sh->exit_status = judge(sh, o);
		return;
	}
	session_caveat(sh->session);
	if (o->text)
		script_text(sh, o->text, "-c");
	for (int i = 0; i < o->nfiles && !sh->quit && !sh->exit_status; i++)
		play_file(sh, o->file[i]);
	if (!o->text && !o->nfiles)
		script_stream(sh, stdin, "stdin");
}

static bool is_interactive(const struct options *o)
{
	return !o->text && !o->nfiles && !o->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static void run(struct shell *sh, const struct options *o)
{
	char *cause = NULL;
	int r;

	if (sh->term && is_interactive(o)) {
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
	fprintf(stderr, "ipcsh: the output could not be written: %s\n", strerror(errno));
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

		str_add(&all, "   ended while asleep:\n");
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
	question = xasprintf("An earlier session and its guardian were killed; left: %s. Remove?",
			     str_text(&what));
	if (!is_interactive(o)) {
		fprintf(stderr,
			"ipcsh: an earlier session and its guardian were killed; left: %s; ipcsh on "
			"a terminal offers to remove that\n",
			str_text(&what));
	} else if (ask(stdin, stdout, question)) {
		str_reset(&what);
		left_remove(&what);
		printf("removed: %s\n", str_text(&what));
	}
	free(question);
	str_free(&what);
}

int main(int argc, char **argv)
{
	struct options o = { .want = SANDBOX_AUTO };
	struct shell sh;
	struct term *term = NULL;
	struct jsonl *json = NULL;
	char *cause = NULL;
	int status, wide = columns(STDOUT_FILENO);

	if (argc > 1 && !strcmp(argv[1], "join"))
		return flush_output(join_main(argc - 1, argv + 1));
	if (parse_options(argc, argv, &o, &status))
		return flush_output(status);
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
