/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/guests.h"
#include "base/str.h"
#include "proc/channel.h"
#include "session/sessions.h"
#include "ui/line.h"
#include "ui/loop.h"
#include "view/term.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct guest {
	int fd;
	bool joined;      /* else a reader, or nobody who has said what it wants */
	bool asked;       /* it waits for an answer */
	struct knock ask; /* its last question */
	struct str shown; /* the last answer */
};

static struct {
	struct shell *sh;
	bool looped;
	int fd;     /* who comes; -1: nobody can */
	pid_t init; /* whom the entry names */
	struct guest *g;
	int n, cap;
	int joined;
} guests = { .fd = -1 };

static void on_guest(void *ctx);
static void on_knock(void *ctx);

/* -- what they see -- */

static void collect(void *ctx, const char *text, size_t len)
{
	str_addn(ctx, text, len);
}

static void render(const struct knock *ask, struct str *out)
{
	struct term *t = term_new((struct term_out){ .write = collect, .ctx = out },
				  (struct term_options){ .width = ask->columns });

	for (const char *at = ask->about; !out->len || *at;) {
		size_t n = strcspn(at, " ");
		char *cause = NULL;

		if (session_state_for(guests.sh->session, at, n, term_sink(t), &cause))
			str_addf(out, "%s\n", cause);
		free(cause);
		at += n + strspn(at + n, " ");
		if (!*at)
			break;
	}
	term_free(t);
}

static uint32_t count_lines(const struct str *text)
{
	uint32_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->s[i] == '\n';
	return n;
}

/* Start of line n of the text, or its end. */
static size_t line_start_at(const struct str *text, uint32_t n)
{
	size_t at = 0;

	for (; n && at < text->len; n--)
		at = (size_t)((const char *)memchr(text->s + at, '\n', text->len - at) + 1 -
			      text->s);
	return at;
}

/* The part of the text that was asked for: a screenful, and no more bytes than a packet may have. */
static void cut(const struct knock *ask, const struct str *text, struct str *out)
{
	uint32_t all = count_lines(text), rows = ask->rows < VIEW_ROWS ? ask->rows : VIEW_ROWS;
	struct view v = { .all = all, .from = ask->from };
	size_t begin, end;

	if (v.from + (unsigned long)rows > all)
		v.from = all > rows ? all - rows : 0;
	begin = end = line_start_at(text, v.from);
	while (v.shown < rows && v.from + v.shown < all) {
		size_t next = line_start_at(text, v.from + v.shown + 1);

		if (next - begin > VIEW_BYTES)
			break;
		end = next;
		v.shown++;
	}
	str_reset(out);
	str_addn(out, &v, sizeof(v));
	str_addn(out, str_text(text) + begin, end - begin);
}

/* Never waits: there is room for one answer, since no other is under way; false: it reads none. */
static bool answer(struct guest *g, const struct str *packet)
{
	return send(g->fd, packet->s, packet->len, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       (ssize_t)packet->len;
}

static bool show(struct guest *g)
{
	struct str text = STR_INIT, packet = STR_INIT;
	bool ok = true;

	render(&g->ask, &text);
	cut(&g->ask, &text, &packet);
	if (g->ask.again || packet.len != g->shown.len ||
	    memcmp(packet.s, str_text(&g->shown), packet.len) != 0) {
		ok = answer(g, &packet);
		g->asked = false;
		str_free(&g->shown);
		g->shown = packet;
		packet = STR_INIT;
	}
	str_free(&packet);
	str_free(&text);
	return ok;
}

/* -- who comes and goes -- */

static void drop(int i)
{
	struct guest *g = &guests.g[i];

	if (guests.looped)
		loop_forget(g->fd);
	close(g->fd);
	str_free(&g->shown);
	guests.joined -= g->joined;
	*g = guests.g[--guests.n];
}

static void admit(void)
{
	int fd;

	while ((fd = accept4(guests.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0 ||
	       errno == EINTR || errno == ECONNABORTED) {
		if (fd >= 0 && !sessions_may(fd))
			close(fd);
		else if (fd >= 0) {
			GROW(guests.g, guests.n, guests.cap);
			guests.g[guests.n++] = (struct guest){ .fd = fd };
			if (guests.looped)
				loop_watch(fd, on_guest, NULL);
		}
	}
}

/* False: it has gone, or talks nonsense. */
static bool hear(struct guest *g)
{
	struct knock k;
	ssize_t n;

	while ((n = recv(g->fd, &k, sizeof(k), MSG_DONTWAIT | MSG_TRUNC)) == (ssize_t)sizeof(k)) {
		if (k.what == KNOCK_JOIN) {
			guests.joined += !g->joined;
			g->joined = true;
		} else if (k.what == KNOCK_WATCH) {
			k.about[sizeof(k.about) - 1] = '\0';
			k.again |= g->asked && g->ask.again;
			g->ask = k;
			g->asked = true;
		} else {
			return false;
		}
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* After a reset the namespaces are others. */
static void announce(void)
{
	struct session *s = guests.sh->session;
	char *cause = NULL;

	if (guests.fd >= 0) {
		if (guests.looped)
			loop_forget(guests.fd);
		close(guests.fd);
	}
	guests.init = s->box.init;
	guests.fd = sessions_announce(&s->box, &cause);
	if (guests.fd < 0)
		session_error(s, NULL, cause, NULL);
	else if (guests.looped)
		loop_watch(guests.fd, on_knock, NULL);
	free(cause);
}

/* What those who have joined did to the kernel's objects is told by the kernel's truth. */
static void look_around(void)
{
	if (!guests.sh->session->diff || !guests.sh->session->current)
		return;
	if (guests.looped)
		line_above_begin();
	session_look_around(guests.sh->session);
	if (guests.looped)
		line_above_end();
}

/* Everybody is heard; whoever has joined or just left is a reason to look around. */
static void attend(void)
{
	bool outsiders = guests.joined > 0;

	for (int i = guests.n; i-- > 0;) {
		bool there = hear(&guests.g[i]);

		outsiders |= guests.g[i].joined;
		if (!there)
			drop(i);
	}
	if (outsiders)
		look_around();
	for (int i = guests.n; i-- > 0;)
		if (guests.g[i].asked && !show(&guests.g[i]))
			drop(i);
}

static void on_guest(void *ctx)
{
	(void)ctx;
	/* the loop has told the answers to ring; nothing is asked of a process while it is away */
	atomic_store(&guests.sh->session->procs.arena->away, 0);
	attend();
}

static void on_knock(void *ctx)
{
	admit();
	on_guest(ctx);
}

/*
 * Has the kernel's clock ticked since the last time? A script has thousands of lines between two ticks, and an
 * accept4() that finds nobody makes a socket first, which is more than a line costs. A line that lasts has its tick.
 */
static bool has_ticked(void)
{
	static struct timespec last;
	struct timespec now;
	bool same;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	same = now.tv_sec == last.tv_sec && now.tv_nsec == last.tv_nsec;
	last = now;
	return !same;
}

void guests_settled(void)
{
	if (!guests.sh || !guests.sh->session->current)
		return;
	if (guests.sh->session->box.init != guests.init)
		announce();
	if (guests.fd >= 0 && !guests.looped && has_ticked())
		admit();
	if (guests.n)
		attend();
}

static void settled(struct shell *sh)
{
	(void)sh;
	guests_settled();
}

void guests_open(struct shell *sh, bool looped)
{
	guests.sh = sh;
	guests.looped = looped;
	sh->settled = settled;
	announce();
}

void guests_close(void)
{
	while (guests.n)
		drop(guests.n - 1);
	free(guests.g);
	guests.g = NULL;
	guests.cap = 0;
	if (guests.fd >= 0)
		close(guests.fd);
	guests.fd = -1;
	if (guests.sh)
		guests.sh->settled = NULL;
	guests.sh = NULL;
}
