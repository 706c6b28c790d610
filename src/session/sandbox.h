/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The world that a session lives in: either namespaces of its own (user, IPC, PID, mount, network) and
 * locks on the machine's files, or the machine's, with a guardian.  It starts and ends the one process that all learner's processes
 * descend from: the init of the sandbox, or the guardian in host mode.  It knows nothing of what
 * that process does.  Called in the shell, which must be single-threaded.
 */
#ifndef SESSION_SANDBOX_H
#define SESSION_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

enum sandbox_want {
	SANDBOX_AUTO,   /* the sandbox, or the host with a reason where that is not allowed */
	SANDBOX_HOST,   /* the machine's own IPC */
	SANDBOX_INSIST, /* the sandbox, or an error */
};

/* What a sandbox can be without, where it may not be had. */
enum sandbox_lack {
	SANDBOX_LACKS_NET = 1,      /* it uses the machine's network */
	SANDBOX_LACKS_LOOPBACK = 2, /* it has a network, and nothing in it */
	SANDBOX_LACKS_LANDLOCK = 4, /* the machine's FIFOs and devices may be written */
	SANDBOX_LACKS_READONLY =
		8, /* modes, owners and times of the machine's files may be changed */
	SANDBOX_LACKS_SECOND = 32, /* the second user that was asked for */
	SANDBOX_LACKS_RUN = 64,    /* the sockets of the machine's services are in sight */
	SANDBOX_LACKS_PTS = 16,    /* the user's other terminals are in sight */
};

enum { SANDBOX_BINDS = 32 };

/* What a session may have beyond that. Borrowed; must outlive the sandbox. */
struct sandbox_wish {
	const char *bind[SANDBOX_BINDS]; /* directories that it may write in: absolute, resolved */
	int nbind;
	/* A second user, where that takes a helper program; root has it unasked. */
	bool nobody;
	bool maybe_nobody; /* if it can be had: who types may come to a lesson that needs one */
};

struct sandbox {
	struct sandbox_wish wish; /* set before the start */
	unsigned lacks;           /* enum sandbox_lack; 0 in host mode, which has none of it */
	/* The mode, set before init_main runs; own_user_ns and joined outlive sandbox_stop(). */
	bool host;
	bool own_user_ns; /* the shell has entered a user namespace that we made */
	bool second;      /* sandbox_lower(true) makes a process nobody's */
	bool joined;      /* the shell has left the machine's IPC: there is no way back */
	pid_t shell;      /* who started it; for guardian_watch() */
	/* Valid from a start to the next stop, in the shell only. */
	pid_t init;     /* the init or guardian, as the shell sees it; 0: none */
	int init_pidfd; /* readable when it has died; -1: none */
	int proc;       /* O_PATH: the procfs in which the session's pids are valid; -1: none */
	pid_t dropped;  /* an init before it, which dies at its leisure; 0: none (sandbox_drop) */
	/* Ours to free, by sandbox_free(). */
	char *cwd;      /* where the session starts, as learners see it */
	char *writable; /* where the session may write, "/tmp, /dev/shm"; NULL: wherever its user may */
	char *why_not; /* after SANDBOX_AUTO: why there is no sandbox; else NULL */
};

#define SANDBOX_NONE ((struct sandbox){ .init_pidfd = -1, .proc = -1 })

/*
 * Starts init_main(arg) in a new process, which _exit()s with its result.  Memory that both
 * shall share must be MAP_SHARED already.  In the sandbox init_main is pid 1, with no capability,
 * its own /proc and /tmp, all other files but those of wish.bind read-only, and is killed with all its descendants when the shell dies.  In host
 * mode it is a subreaper in the shell's directory, gets SIGTERM when the shell dies or calls
 * sandbox_stop(), and must then clean up and return (guardian.h).  In both it leads a session of
 * its own, all signals are SIG_DFL and unblocked (in host mode, SIGTERM only by guardian_watch()),
 * and the shell's other descriptors are inherited.
 *
 * The shell stays in its PID and mount namespaces and enters the sandbox's user and IPC ones.
 * After sandbox_stop() the same struct may start again, with fresh namespaces but for the user
 * namespace; a shell that has joined a sandbox once cannot go to host mode.
 *
 * 0, or -1 with a cause; then nothing has been left behind, and the shell is as it was.
 */
int sandbox_start(struct sandbox *sb, enum sandbox_want want, int (*init_main)(void *arg),
		  void *arg, char **cause);
/*
 * In host mode: the guardian has been killed; it is reaped, and another one starts. Who was its
 * child is the shell's now.  0, or -1 with a cause: then there is none.
 */
int sandbox_renew(struct sandbox *sb, int (*init_main)(void *arg), void *arg, char **cause);
/*
 * Ends the session's processes and waits until all are gone.  In the sandbox IPC objects vanish
 * when the shell starts another or exits; in host mode the guardian removes them, and if somebody
 * killed the guardian, the caller has to (guardian_remove).  Harmless when nothing is started.
 */
void sandbox_stop(struct sandbox *sb);
/*
 * The first half: what ends them has been sent, and sandbox_stop() has less to wait for. bare: the caller
 * has killed all processes that there ever were, and nothing is to be removed: the guardian has nothing
 * to do any more but die.
 */
void sandbox_leave(struct sandbox *sb, bool bare);
/*
 * The same as sandbox_stop(), but does not wait where nobody can tell the difference: the sandbox has been
 * killed, the kernel takes it down, and another may start meanwhile. Its init is reaped by the next of these two,
 * or by sandbox_tidy().
 */
void sandbox_drop(struct sandbox *sb);
/* Reaps the init of a dropped sandbox, if it has died meanwhile. */
void sandbox_tidy(struct sandbox *sb);
/* Stops, and frees what the struct owns. */
void sandbox_free(struct sandbox *sb);

/*
 * In what the init or guardian has forked: gives up the right to change users, after becoming nobody if
 * other. Only where there is a second user. -1 with errno.
 */
int sandbox_lower(bool other);
/* Is there a second user? 0, or -1 with the cause and what to do. */
int sandbox_second(const struct sandbox *sb, char **cause);

struct str;
/* What protects the machine from the session, and what does not: a line; a page (sandbox_words.c). */
void sandbox_say(const struct sandbox *sb, struct str *out);
void sandbox_explain(const struct sandbox *sb, struct str *out);

#endif
