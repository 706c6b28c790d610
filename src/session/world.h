/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the session tells mechanisms (struct world) and parsers (struct resolver) of itself.
 */
#ifndef SESSION_WORLD_H
#define SESSION_WORLD_H

struct session;
struct process;

/* Fills in s->world and s->resolver; the session must not move afterwards. */
void world_init(struct session *s);
/* Whose call is about to be explained. */
void world_self(struct session *s, const struct process *p);

#endif
