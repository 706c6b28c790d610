/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shell's waiting: descriptors and signals, one poll(2).  A signal is noted by its handler
 * and told from the loop, so what it leads to may do anything.  Handlers are installed without
 * SA_RESTART: a blocking call that the shell is in returns EINTR.  In a forked child they do
 * nothing; it must still set its own dispositions.  It knows neither terminal nor session.
 */
#ifndef UI_LOOP_H
#define UI_LOOP_H

#include <stdbool.h>

typedef void loop_fn(void *ctx);

/* -1 with a cause. Its descriptor stands at 1000 or above, out of the learner's sight. */
int loop_start(char **cause);
/* Gives the signals back as they were and forgets everything. */
void loop_stop(void);

/* Calls fn from the loop after signo came (once, however often it came). */
void loop_signal(int signo, loop_fn *fn, void *ctx);
/* Calls fn whenever fd is readable, hung up or in error. At most one fn per fd. */
void loop_watch(int fd, loop_fn *fn, void *ctx);
void loop_forget(int fd);

/*
 * Runs until loop_quit().  While busy() says so (NULL: never) there is something to do without
 * waiting: descriptors and signals are still told, then work() is called once.
 */
void loop_run(bool (*busy)(void *ctx), loop_fn *work, void *ctx);
void loop_quit(void);

/*
 * For code that waits elsewhere, in a call from the loop: loop_signal_fd() polls readable while a
 * signal is untold; loop_take() tells whether signo came and takes it, so the loop will not.
 */
int loop_signal_fd(void);
bool loop_take(int signo);

#endif
