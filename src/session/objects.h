/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of the kernel's objects: the last look at each, so that the next look can tell what
 * is new, different, or gone.  Only what a command touched is looked at again, so the cost
 * of a diff does not depend on how many objects there are.
 */
#ifndef SESSION_OBJECTS_H
#define SESSION_OBJECTS_H

#include "ipc/facility.h"

struct tracked {
	struct object last;
	bool touched;
	bool seen; /* by objects_touch_all's listing */
};

enum { OBJECTS_GONE = 64 };

struct objects {
	struct tracked **t;
	int n, cap;
	int *slot; /* hash of kind and id: index + 1; -1: a removed one */
	int nslots, nused;
	int *touched; /* indices of those to be looked at */
	int ntouched, touched_cap;
	struct {
		enum kind kind;
		long id;
	} gone[OBJECTS_GONE]; /* the last that went, in a ring */
	unsigned ngone;
};

/* A difference, for the caller to tell. was is NULL for a new one, now for one that is gone. */
typedef void objects_told(void *arg, const struct facility *f, const struct object *now,
			  const struct object *was);

void objects_release(struct objects *os);
/* To be looked at by the next objects_diff; one that is not known yet is new if it is there. */
void objects_touch(struct objects *os, enum kind kind, long id);
/* Anything of that kind may be different: lists them all. */
void objects_touch_all(struct objects *os, enum kind kind, const struct world *w);
/* Is known, without saying that it is new (it was there before the session). */
void objects_know(struct objects *os, enum kind kind, long id, const struct world *w);
/* All of that kind that are there now are known. */
void objects_know_all(struct objects *os, enum kind kind, const struct world *w);
/* Has it been known since the last diff? Also while it is touched. */
bool objects_is_known(const struct objects *os, enum kind kind, long id);
/* Is it one of the last that went? */
bool objects_was_removed(const struct objects *os, enum kind kind, long id);
const struct object *objects_find(const struct objects *os, enum kind kind, long id);
/* Looks at what was touched and tells each difference, in order of touching. */
void objects_diff(struct objects *os, const struct world *w, objects_told *tell, void *arg);

#endif
