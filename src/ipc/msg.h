/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking at System V message queues without taking anything (MSG_COPY), for msg*.c and whoever
 * else has to explain a queue.  Runs in the shell and, for msg_select, in learner's processes: so it
 * allocates nothing.
 */
#ifndef IPC_MSG_H
#define IPC_MSG_H

#include "ipc/facility.h"

#include <sys/msg.h>

struct str;

enum { MSG_LOOK = 1000 }; /* messages that are looked at; MSG_COPY walks the queue for each */

/* A message as it was seen; text is static storage, until the next look. */
struct msg_seen {
	long ordinal; /* its place, 0 the oldest */
	long type;
	size_t size;
	const char *text;
};

/*
 * IPC_STAT of queue id; without read permission MSG_STAT_ANY (Linux 4.17) of its index. 0; or -1:
 * EINVAL where there is none.
 */
int msg_stat(long id, struct msqid_ds *ds);
/* The message at seen->ordinal. 0, or -1: ENOMSG past the end, ENOSYS or EACCES: not to be seen. */
int msg_look(long id, struct msg_seen *seen);
/*
 * The message that msgrcv with this type and these flags would take now, as the kernel's
 * find_msg() in ipc/msg.c chooses. 0; or -1: ENOMSG if none of the first MSG_LOOK, or as msg_look.
 */
int msg_select(long id, long type, int flags, struct msg_seen *seen);

/* "type 7", "any type but 7", "type 5 or lower", "any message" */
void msg_add_wanted(struct str *out, long type, int flags);
/* "q is empty", "q holds types 3, 1, 2", "q holds 2 messages" where they cannot be seen. */
void msg_add_held(struct str *out, long id, const char *name);

extern const struct constant msgrcv_flags[];

/* The primitives' notes (msg_why.c). */
void msgget_why(struct str *out, const struct call *c, const struct world *w);
void msgsnd_why(struct str *out, const struct call *c, const struct world *w);
void msgsnd_asleep(struct str *out, const struct call *c, const struct world *w);
pid_t msgsnd_wake(struct str *out, const struct call *c, const struct world *w);
void msgrcv_why(struct str *out, const struct call *c, const struct world *w);
void msgrcv_asleep(struct str *out, const struct call *c, const struct world *w);
/* Flags that mean nothing, said as a remark. (msg.c) */
void msgrcv_note_flags(struct str *out, const struct call *c);
pid_t msgrcv_wake(struct str *out, const struct call *c, const struct world *w);
void msgctl_why(struct str *out, const struct call *c, const struct world *w);

/* Where the arguments stand in a call. */
enum { SND_ID, SND_TYPE, SND_TEXT, SND_SIZE, SND_FLAGS, SND_BUF };
enum { RCV_ID, RCV_BUF, RCV_SIZE, RCV_TYPE, RCV_FLAGS };

extern const struct facility facility_msg;

#endif
