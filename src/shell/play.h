/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lessons at work: replayed, checked, blessed (to follow one: shell/follow.h).  What a lesson's
 * file holds is lesson/'s matter, what its commands do is shell/line.c's; here the one is given to
 * the other.  Each of the three play_ functions wants a session in which nothing was done yet;
 * making it is the caller's.
 */
#ifndef SHELL_PLAY_H
#define SHELL_PLAY_H

#include "lesson/lesson.h"
#include "shell/recorder.h"
#include "view/tap.h"

/*
 * Executes all commands of a lesson in order, told to the session's sinks; a step's title is told
 * as a comment. 0; or -1: a mistake, which was told, or (the cause is set) no lesson.
 */
int play_lesson(struct shell *sh, const char *path, char **cause);
/*
 * The same, silently, and each fence is a test: what it quotes must be what is seen, and its
 * commands must be understood. 0: it is so; 1: not (in tap, with a diff); -1 with a cause: no
 * lesson, or interrupted. Where sleepers cannot be seen for sure, the lesson is skipped aloud.
 */
int play_check(struct shell *sh, const char *path, struct tap *tap, char **cause);
/*
 * The same, and what was seen is written into the file where it differs from what a fence quotes: a
 * quoted line that still matches stays, and so do fences that quote nothing, and all else, byte for
 * byte. The new file takes the old one's place at once. *changed: how many commands' outputs.
 * 0, or -1 with a cause; then the file is as it was. (bless.c)
 */
int play_bless(struct shell *sh, const char *path, int *changed, char **cause);

/* Is a mistake what this entry wants to show? */
bool entry_shows_mistake(const struct entry *e);

#endif
