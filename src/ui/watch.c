/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/watch.h"
#include "base/lang.h"
#include "base/str.h"
#include "ui/guests.h"
#include "ui/keys.h"
#include "ui/loop.h"
#include "ui/width.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

static struct {
	int fd;
	pid_t session;
	struct termios modes;
	uint16_t rows, columns;
	bool pending; /* a question to be answered at once is under way */
	bool stale;   /* what was asked since is to be asked then */
	bool ended;
	uint32_t from; /* the first line wanted */
	char about[sizeof(((struct knock *)NULL)->about)];
	struct view view;
	struct str text; /* behind the view's header */
	bool any;        /* there has been an answer */
} w;

/* -- the screen -- */

static void put(const char *s, size_t n)
{
	while (n) {
		ssize_t done = write(STDOUT_FILENO, s, n);

		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return; /* the terminal has gone: reading it will tell */
		if (done > 0) {
			s += done;
			n -= (size_t)done;
		}
	}
}

static void say(const char *s)
{
	put(s, strlen(s));
}

/* Keys come one by one; Ctrl-C and Ctrl-Z stay signals. */
static void take_screen(void)
{
	struct termios raw = w.modes;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	/* the other screen, no cursor, no wrapping */
	say("\033[?1049h\033[?25l\033[?7l\033[H\033[2J");
}

static void leave_screen(void)
{
	say("\033[?7h\033[?25h\033[?1049l");
	tcsetattr(STDIN_FILENO, TCSADRAIN, &w.modes);
}

static void measure(void)
{
	struct winsize size = { 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	w.rows = size.ws_row ? size.ws_row : 24;
	w.columns = size.ws_col ? size.ws_col : 80;
}

/* Titles, that is lines which begin a table, stand out as they do for `state`. */
static void add_line(struct str *out, const char *line, bool title)
{
	str_add(out, title ? "\033[1m" : "");
	width_fit(out, line, w.columns, 0);
	str_add(out, title ? "\033[0m" : "");
	str_add(out, "\033[K\r\n");
}

static void add_foot(struct str *out)
{
	struct str foot = STR_INIT;

	if (!w.any)
		str_addf(&foot, _(" session %d is at work: its state comes when it rests"),
			 w.session);
	else if (w.view.shown < w.view.all && w.view.from + w.view.shown < w.view.all)
		str_addf(&foot, _(" %u more lines below (of %u): Space, b"),
			 w.view.all - w.view.from - w.view.shown, w.view.all);
	else if (w.view.shown < w.view.all)
		str_addf(&foot, _(" the end of %u lines: b goes up"), w.view.all);
	else
		str_addf(&foot, _(" session %d"), w.session);
	str_add(&foot, _("   q leaves"));
	str_add(out, "\033[7m");
	width_fit(out, str_text(&foot), w.columns, w.columns);
	str_add(out, "\033[0m");
	str_free(&foot);
}

/* Line by line over what is there, in one write: nothing is cleared first, so nothing flickers. */
static void paint(void)
{
	struct str out = STR_INIT;
	const char *at = str_text(&w.text), *nl;
	int room = w.rows - 1;
	bool title = w.view.from == 0;

	str_add(&out, "\033[?2026h\033[H");
	for (; room > 0 && (nl = strchr(at, '\n')); room--, at = nl + 1) {
		char *line = xstrndup(at, (size_t)(nl - at));

		add_line(&out, line, title);
		title = !*line;
		free(line);
	}
	for (; room > 0; room--)
		str_add(&out, "\033[K\r\n");
	add_foot(&out);
	str_add(&out, "\033[?2026l");
	put(out.s, out.len);
	str_free(&out);
}

/* -- the session -- */

static void end(void)
{
	w.ended = true;
	loop_quit();
}

static void ask(bool again)
{
	struct knock k = { .what = KNOCK_WATCH,
			   .again = again,
			   .from = w.from,
			   .rows = (uint16_t)(w.rows - 1),
			   .columns = w.columns };

	memcpy(k.about, w.about, sizeof(k.about));
	if (again && w.pending) {
		w.stale = true;
		return;
	}
	w.pending = again;
	w.stale = false;
	if (send(w.fd, &k, sizeof(k), MSG_NOSIGNAL) < 0 && errno != EAGAIN)
		end();
}

static void on_answer(void *ctx)
{
	static char packet[sizeof(struct view) + VIEW_BYTES + 1];
	ssize_t n;

	(void)ctx;
	while ((n = recv(w.fd, packet, sizeof(packet), MSG_DONTWAIT)) >= (ssize_t)sizeof(w.view)) {
		memcpy(&w.view, packet, sizeof(w.view));
		str_reset(&w.text);
		str_addn(&w.text, packet + sizeof(w.view), (size_t)n - sizeof(w.view));
		if (!w.stale)
			w.from = w.view.from;
		w.any = true;
		w.pending = false;
		paint();
		ask(w.stale);
	}
	if (n >= 0 || (errno != EAGAIN && errno != EINTR))
		end();
}

/* -- keys and signals -- */

static void scroll(long lines)
{
	long last = (long)w.view.all - w.view.shown,
	     to = (long)w.from + lines; /* keys may come before the answer to the last */

	to = to > last ? last : to;
	w.from = to > 0 ? (uint32_t)to : 0;
	ask(true);
}

static void key(const char *k, size_t n)
{
	long page = w.rows > 3 ? w.rows - 3 : 1;

	if (*k == 'q' || *k == 'Q' || *k == '\004')
		loop_quit();
	else if (*k == 'j' || (n == 3 && !memcmp(k, "\033[B", 3)))
		scroll(1);
	else if (*k == 'k' || (n == 3 && !memcmp(k, "\033[A", 3)))
		scroll(-1);
	else if (*k == ' ' || *k == 'f' || (n == 4 && !memcmp(k, "\033[6~", 4)))
		scroll(page);
	else if (*k == 'b' || (n == 4 && !memcmp(k, "\033[5~", 4)))
		scroll(-page);
	else if (*k == 'g')
		scroll(-(long)w.view.all);
	else if (*k == 'G')
		scroll((long)w.view.all);
	else
		ask(true); /* any other looks again */
}

/* A key of an escape sequence has come as a whole, but for Escape alone. */
static void on_keys(void *ctx)
{
	char k[64];
	size_t n = 0, at, len;
	int got;

	(void)ctx;
	while ((got = keys_take(STDIN_FILENO, (unsigned char *)k + n)) > 0 && ++n < sizeof(k))
		;
	if (got < 0)
		loop_quit();
	for (at = 0; at < n; at += len) {
		len = 1;
		if (k[at] == '\033' && at + 2 < n && k[at + 1] == '[')
			for (len = 3; at + len < n && k[at + len - 1] < '@'; len++)
				;
		key(k + at, len);
	}
}

static void on_resize(void *ctx)
{
	(void)ctx;
	measure();
	paint();
	ask(true);
}

static void on_stop(void *ctx)
{
	struct sigaction was, act = { .sa_handler = SIG_DFL };

	(void)ctx;
	leave_screen();
	sigaction(SIGTSTP, &act, &was);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &was, NULL);
	take_screen();
	on_resize(NULL);
}

static void on_leave(void *ctx)
{
	(void)ctx;
	loop_quit();
}

/* The words, parted by blanks. -1 with a cause. */
static int take_about(char *const *word, char **cause)
{
	size_t len = 0;

	for (; *word; word++) {
		int n = snprintf(w.about + len, sizeof(w.about) - len, "%s%s", len ? " " : "",
				 *word);

		if (**word == '-' || !**word || strpbrk(*word, " \t\n"))
			return fail(
				cause,
				_("watch takes what state takes (join watch sem, join watch q A), and not "
				  "\"%s\"; to run the program watch(1): ipcsh join -- watch ..."),
				*word);
		if ((size_t)n >= sizeof(w.about) - len)
			return fail(cause, _("watch: that is too much at once"));
		len += (size_t)n;
	}
	return 0;
}

int watch(int fd, pid_t session, char *const *about, char **cause)
{
	static const int leaving[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	if (take_about(about, cause))
		return -1;
	if (!isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &w.modes))
		return fail(cause,
			    _("watch wants a terminal; for a program there is ipcsh --json"));
	if (loop_start(cause))
		return -1;
	w.fd = fd;
	w.session = session;
	for (size_t i = 0; i < ARRAY_LEN(leaving); i++)
		loop_signal(leaving[i], on_leave, NULL);
	loop_signal(SIGWINCH, on_resize, NULL);
	loop_signal(SIGTSTP, on_stop, NULL);
	loop_watch(STDIN_FILENO, on_keys, NULL);
	loop_watch(fd, on_answer, NULL);
	measure();
	take_screen();
	paint();
	ask(true);
	if (!w.ended)
		loop_run(NULL, NULL, NULL);
	leave_screen();
	loop_stop();
	str_free(&w.text);
	if (w.ended)
		printf(_("session %d has ended\n"), session);
	return 0;
}
