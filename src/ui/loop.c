/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/loop.h"
#include "base/lang.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define PRIVATE_FD 1000 /* learner's processes count their descriptors from 3 */

static struct watch {
	int fd;
	loop_fn *fn;
	void *ctx;
} * watches;
static struct pollfd *polled;
static int nwatches, cap, polled_cap;

static struct {
	loop_fn *fn;
	void *ctx;
	struct sigaction was;
	volatile sig_atomic_t came;
} signals[NSIG];

static int wake = -1;
static pid_t owner;
static bool quitting;

static void note(int signo)
{
	const uint64_t one = 1;
	int saved = errno;

	if (getpid() == owner) { /* a forked child shares the eventfd */
		signals[signo].came = 1;
		if (write(wake, &one, sizeof(one)) < 0) {
			/* full: it is readable, and that is all it is for */
		}
	}
	errno = saved;
}

int loop_start(char **cause)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd >= 0) {
		wake = fcntl(fd, F_DUPFD_CLOEXEC, PRIVATE_FD);
		close(fd);
	}
	if (fd < 0 || wake < 0)
		return fail(cause, _("no descriptor at %d or above (%s): try ulimit -n 4096"),
			    PRIVATE_FD, strerror(errno));
	owner = getpid();
	quitting = false;
	return 0;
}

void loop_stop(void)
{
	for (int s = 1; s < NSIG; s++) {
		if (signals[s].fn)
			sigaction(s, &signals[s].was, NULL);
		signals[s].fn = NULL;
		signals[s].came = 0;
	}
	if (wake >= 0)
		close(wake);
	wake = -1;
	free(watches);
	free(polled);
	watches = NULL;
	polled = NULL;
	nwatches = cap = polled_cap = 0;
}

void loop_signal(int signo, loop_fn *fn, void *ctx)
{
	struct sigaction act = { .sa_handler = note };
	bool first = !signals[signo].fn;

	sigfillset(&act.sa_mask);
	signals[signo].fn = fn;
	signals[signo].ctx = ctx;
	if (first)
		sigaction(signo, &act, &signals[signo].was);
}

static struct watch *find(int fd)
{
	for (int i = 0; i < nwatches; i++)
		if (watches[i].fd == fd)
			return &watches[i];
	return NULL;
}

void loop_watch(int fd, loop_fn *fn, void *ctx)
{
	struct watch *w = find(fd);

	if (!w) {
		GROW(watches, nwatches, cap);
		w = &watches[nwatches++];
	}
	*w = (struct watch){ fd, fn, ctx };
}

void loop_forget(int fd)
{
	struct watch *w = find(fd);

	if (w)
		*w = watches[--nwatches];
}

void loop_quit(void)
{
	quitting = true;
}

int loop_signal_fd(void)
{
	return wake;
}

static void drain(void)
{
	uint64_t count;

	while (read(wake, &count, sizeof(count)) < 0 && errno == EINTR)
		;
}

bool loop_take(int signo)
{
	const uint64_t one = 1;
	bool came = signals[signo].came, others = false;

	signals[signo].came = 0;
	/* The descriptor stays readable only for what is still untold. */
	drain();
	for (int s = 1; s < NSIG; s++)
		others = others || signals[s].came;
	if (others && write(wake, &one, sizeof(one)) < 0)
		return came; /* full: readable all the same */
	return came;
}

static void tell_signals(void)
{
	drain(); /* before looking: what comes later writes again */
	for (int s = 1; s < NSIG && !quitting; s++) {
		if (signals[s].fn && signals[s].came) {
			signals[s].came = 0;
			signals[s].fn(signals[s].ctx);
		}
	}
}

static void tell_watches(int n)
{
	for (int i = 0; i < n && !quitting; i++) {
		/* Looked up again: an earlier one may have forgotten it. */
		const struct watch *w = polled[i].revents ? find(polled[i].fd) : NULL;

		if (w)
			w->fn(w->ctx);
	}
}

void loop_run(bool (*busy)(void *ctx), loop_fn *work, void *ctx)
{
	quitting = false;
	while (!quitting) {
		bool more = busy && busy(ctx);
		int n = nwatches;

		while (polled_cap <= n)
			GROW(polled, polled_cap, polled_cap);
		for (int i = 0; i < n; i++)
			polled[i] = (struct pollfd){ .fd = watches[i].fd, .events = POLLIN };
		polled[n] = (struct pollfd){ .fd = wake, .events = POLLIN };
		if (poll(polled, (nfds_t)n + 1, more ? 0 : -1) < 0 && errno != EINTR)
			fatal("poll: %s", strerror(errno));
		tell_signals();
		tell_watches(n);
		if (more && !quitting && busy(ctx))
			work(ctx);
	}
}
