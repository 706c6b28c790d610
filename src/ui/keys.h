/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes from a terminal, without ever waiting for one: Ctrl-C empties the terminal's queue, so
 * what poll(2) has seen may be gone when it is read, and O_NONBLOCK would hit whoever shares the
 * terminal.  It knows nothing of the line editor.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

/* Lets read(2) return at once from a terminal that is not in line mode. */
void keys_prepare(int fd);
/* 1: *c is the next byte; 0: there is none now; -1: the terminal has gone. */
int keys_take(int fd, unsigned char *c);
/* As keys_take, but waits for the byte: for the rest of a key that has begun. Never 0. */
int keys_wait(int fd, unsigned char *c);

#endif
