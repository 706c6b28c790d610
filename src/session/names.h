/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What learners' names stand for.  Ids and keys are system-wide and so are their names; descriptors,
 * addresses, plain values and texts belong to the process that got them.
 */
#ifndef SESSION_NAMES_H
#define SESSION_NAMES_H

#include "call/call.h"

#include <stdbool.h>
#include <sys/types.h>

struct bound {
	char *name;
	enum kind kind;
	pid_t owner; /* 0: system-wide */
	long value;
	char *text; /* KIND_TEXT: its bytes, NULs may be among them */
	size_t len;
};

struct names {
	struct bound *b;
	int n, cap;
	int *slot; /* hash: index + 1 */
	int nslots;
};

void names_release(struct names *ns);
bool names_is_global(enum kind kind);
/* Binds name for owner (ignored for system-wide kinds); a binding of that name it replaces. */
void names_bind(struct names *ns, const char *name, enum kind kind, pid_t owner, long value);
/* The same for a text, which is copied. */
void names_bind_text(struct names *ns, const char *name, pid_t owner, const void *text, size_t len);
/* What owner may call by that name: its own, or a system-wide one. NULL if nothing. */
const struct bound *names_find(const struct names *ns, const char *name, size_t len, pid_t owner);
/* Any other process's binding of that name, or NULL. */
const struct bound *names_elsewhere(const struct names *ns, const char *name, size_t len,
				    pid_t owner);
/* The name of a value, or NULL; the newest. */
const char *names_of(const struct names *ns, enum kind kind, pid_t owner, long value);
/* The object is gone, or the descriptor closed. */
void names_forget(struct names *ns, enum kind kind, pid_t owner, long value);
/* A process is gone; a child inherits. */
void names_forget_owner(struct names *ns, pid_t owner);
void names_inherit(struct names *ns, pid_t from, pid_t to);

#endif
