/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Process groups and sessions: getpgid, setpgid, getsid, setsid.  make functions run in a learner's
 * process, the rest in the shell.  Who refuses what, and in which order: kernel/sys.c.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/types.h"
#include "ipc/kin.h"
#include "ipc/process.h"

#include <errno.h>
#include <unistd.h>

enum { PID, PGID, WAS };

static const char *name_of(const struct world *w, pid_t pid)
{
	return pid == w->self.pid ? w->self.name : w->pid_name(w->ctx, pid);
}

/* -- getpgid, getsid -------------------------------------------------------------------------- */

static long getpgid_make(struct call *c)
{
	return getpgid((pid_t)c->arg[PID].num);
}

static long getsid_make(struct call *c)
{
	return getsid((pid_t)c->arg[PID].num);
}

static void ask_why(struct str *out, const struct call *c, const struct world *w)
{
	(void)w;
	if (c->err == ESRCH)
		str_addf(out, _("there is no process %ld"), c->arg[PID].num);
	else if (c->err == EPERM) /* getpgid(2): Linux itself does not */
		str_add(out, _("a security module of this machine does not let it be asked"));
}

const struct prim prim_getpgid = {
	.name = "getpgid",
	.topic = "processes",
	.summary = N_("a process's group"),
	.help = N_("0 is the caller. Its members are who a signal to -GROUP reaches."),
	.proto = "pid_t getpgid(pid_t pid);",
	.example = "getpgid 0",
	.man = "getpgid(2)",
	.errors = "EPERM ESRCH",
	.param = { { "pid", &type_pid_or_group, "0", 0, NULL, NULL } },
	.binds = KIND_PID,
	.make = getpgid_make,
	.why = ask_why,
};

const struct prim prim_getsid = {
	.name = "getsid",
	.topic = "processes",
	.summary = N_("a process's session"),
	.help = N_(
		"0 is the caller. A session is one or more process groups, on one terminal or on none; its\n"
		"number is that of the process that made it (setsid). fork inherits it."),
	.proto = "pid_t getsid(pid_t pid);",
	.example = "getsid 0",
	.man = "getsid(2)",
	.errors = "EPERM ESRCH",
	.param = { { "pid", &type_pid_or_group, "0", 0, NULL, NULL } },
	.binds = KIND_PID,
	.make = getsid_make,
	.why = ask_why,
};

/* -- setpgid ---------------------------------------------------------------------------------- */

/* What the group was is to be seen only before: the call brings it along. */
static long setpgid_make(struct call *c)
{
	c->arg[WAS].num = getpgid((pid_t)c->arg[PID].num);
	return setpgid((pid_t)c->arg[PID].num, (pid_t)c->arg[PGID].num);
}

/* Somebody in a group: in the caller's session, if there is one. */
struct member {
	pid_t group, session;
	struct kin found;
};

static bool find_member(void *arg, const struct kin *k)
{
	struct member *m = arg;

	if (k->group == m->group && (!m->found.pid || k->session == m->session))
		m->found = *k;
	return !m->found.pid || m->found.session != m->session;
}

static void why_group(struct str *out, const struct world *w, pid_t group, pid_t session)
{
	struct member m = { .group = group, .session = session };

	kin_each(w, find_member, &m);
	if (!m.found.pid)
		str_addf(out, _("no process is in group %d"), group);
	else
		str_addf(out, _("group %d, of %s, is in another session than %s"), group,
			 name_of(w, m.found.pid), w->self.name);
}

static void setpgid_denied(struct str *out, const struct call *c, const struct world *w)
{
	const pid_t pid = c->arg[PID].num ? (pid_t)c->arg[PID].num : w->self.pid;
	struct kin it, self;

	if (!kin_read(w, pid, &it) || !kin_read(w, w->self.pid, &self))
		return;
	if (it.session != self.session)
		str_addf(out, _("%s is in another session than %s"), name_of(w, pid), w->self.name);
	else if (it.session == pid)
		str_addf(out, _("%s leads its session, so its group is its own for ever"),
			 name_of(w, pid));
	else
		why_group(out, w, (pid_t)c->arg[PGID].num, self.session);
}

static void setpgid_why(struct str *out, const struct call *c, const struct world *w)
{
	const long pid = c->arg[PID].num, group = c->arg[PGID].num;
	struct kin it;

	switch (c->err) {
	case ESRCH:
		if (!kin_read(w, (pid_t)pid, &it))
			str_addf(out, _("there is no process %ld"), pid);
		else
			str_addf(out,
				 _("%s is neither %s nor a child of its: nobody else may move it"),
				 name_of(w, (pid_t)pid), w->self.name);
		break;
	case EACCES:
		str_addf(out, _("%s has called exec since it was forked: it is too late"),
			 name_of(w, (pid_t)pid));
		break;
	case EINVAL:
		if (group < 0 || (!group && pid < 0))
			str_add(out, _("a process group's number is not negative"));
		else
			str_addf(out, _("%ld is a thread of %s: only processes are in groups"), pid,
				 name_of(w, kin_thread_of(w, (pid_t)pid)));
		break;
	case EPERM:
		setpgid_denied(out, c, w);
		break;
	}
}

static void setpgid_note(struct str *out, const struct call *c, const struct world *w)
{
	const long pid = c->arg[PID].num ? c->arg[PID].num : w->self.pid;
	const long group = c->arg[PGID].num ? c->arg[PGID].num : pid;

	if (c->arg[WAS].num == group)
		str_addf(out, _("%s was in that group already"), name_of(w, (pid_t)pid));
}

const struct prim prim_setpgid = {
	.name = "setpgid",
	.topic = "processes",
	.summary = N_("put a process into a group"),
	.help = N_(
		"0 for the process is the caller, 0 for the group its own number. A signal to -GROUP\n"
		"reaches all its members."),
	.proto = "int setpgid(pid_t pid, pid_t pgid);",
	.example = "setpgid 0 0",
	.man = "setpgid(2)",
	.errors = "EACCES EINVAL EPERM ESRCH",
	.param = { { "pid", &type_pid_or_group, "0", 0, NULL, NULL },
		   { "pgid", &type_pid_or_group, "0", 0, NULL, NULL },
		   { "was", &type_int, NULL, PARAM_SILENT, NULL, NULL } },
	.make = setpgid_make,
	.why = setpgid_why,
	.note = setpgid_note,
};

/* -- setsid ----------------------------------------------------------------------------------- */

static long setsid_make(struct call *c)
{
	(void)c;
	return setsid();
}

static void setsid_why(struct str *out, const struct call *c, const struct world *w)
{
	struct member m = { .group = w->self.pid };
	struct kin self;

	if (c->err != EPERM || !kin_read(w, w->self.pid, &self))
		return;
	if (self.session == w->self.pid) {
		str_addf(out, _("%s leads a session already; a child of its (fork) may make one"),
			 w->self.name);
	} else if (self.group == w->self.pid) {
		str_addf(out,
			 _("%s leads process group %d, which would get into two sessions; a child "
			   "of its (fork) may make one"),
			 w->self.name, self.group);
	} else {
		kin_each(w, find_member, &m);
		if (m.found.pid)
			str_addf(out,
				 _("%s is still in group %d, the number that the new session's "
				   "group would have"),
				 name_of(w, m.found.pid), w->self.pid);
	}
}

const struct prim prim_setsid = {
	.name = "setsid",
	.topic = "processes",
	.summary = N_("make a session, with the caller alone in it"),
	.help = N_(
		"The caller leads the new session and a new group in it, both with its own number, and has no\n"
		"terminal. Who leads a group may not: fork first, as every daemon does."),
	.proto = "pid_t setsid(void);",
	.example = "fork B\n"
		   "B> setsid",
	.man = "setsid(2)",
	.errors = "EPERM",
	.binds = KIND_PID,
	.make = setsid_make,
	.why = setsid_why,
};
