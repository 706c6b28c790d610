/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the session tells mechanisms (struct world) and parsers (struct resolver) of itself.
 */
#ifndef SESSION_WORLD_H
#define SESSION_WORLD_H

#include <sys/types.h>

struct session;
struct process;

/* Fills in s->world and s->resolver; the session must not move afterwards. */
void world_init(struct session *s);
/* Whose call is about to be explained. */
void world_self(struct session *s, const struct process *p);
/* Who has made the call that the line is about; NULL: nobody else. */
void world_actor(struct session *s, const struct process *p);
/* "cat (4)": by the name that the pipeline has for it, or that the kernel has for what it started.
 * Static storage, of several turns; a mark inside. */
const char *world_program(struct session *s, pid_t pid);

#endif
