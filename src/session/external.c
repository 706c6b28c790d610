/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an external program sleeps in, told from /proc/PID/syscall: the call's name and the file that
 * it is about.
 */
#include "base/lang.h"
#include "base/str.h"
#include "proc/settle.h"
#include "session/report.h"
#include "session/world.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum about { NOTHING, DESCRIPTOR, PATH0, PATH1 };

static const struct {
	long nr;
	const char *name;
	enum about about;
} known[] = {
	{ SYS_read, "read", DESCRIPTOR },
	{ SYS_readv, "readv", DESCRIPTOR },
	{ SYS_write, "write", DESCRIPTOR },
	{ SYS_writev, "writev", DESCRIPTOR },
	{ SYS_openat, "open", PATH1 },
	{ SYS_wait4, "wait4", NOTHING },
	{ SYS_waitid, "waitid", NOTHING },
	{ SYS_rt_sigsuspend, "sigsuspend", NOTHING },
	{ SYS_msgsnd, "msgsnd", NOTHING },
	{ SYS_msgrcv, "msgrcv", NOTHING },
	{ SYS_fcntl, "fcntl", DESCRIPTOR },
	{ SYS_flock, "flock", DESCRIPTOR },
	{ SYS_semtimedop, "semop", NOTHING },
	{ SYS_futex, "futex", NOTHING },
	{ SYS_splice, "splice", DESCRIPTOR },
	{ SYS_tee, "tee", DESCRIPTOR },
	{ SYS_sendfile, "sendfile", DESCRIPTOR },
#ifdef SYS_open
	{ SYS_open, "open", PATH0 },
	{ SYS_pause, "pause", NOTHING },
	{ SYS_poll, "poll", NOTHING },
	{ SYS_select, "select", NOTHING },
#endif
	{ SYS_connect, "connect", DESCRIPTOR },
	{ SYS_accept, "accept", DESCRIPTOR },
	{ SYS_accept4, "accept", DESCRIPTOR },
	{ SYS_recvfrom, "recv", DESCRIPTOR },
	{ SYS_recvmsg, "recvmsg", DESCRIPTOR },
	{ SYS_mq_timedsend, "mq_send", NOTHING },
	{ SYS_mq_timedreceive, "mq_receive", NOTHING },
	{ SYS_ppoll, "ppoll", NOTHING },
	{ SYS_pselect6, "pselect6", NOTHING },
	{ SYS_rt_sigtimedwait, "sigwaitinfo", NOTHING },
};

static void add_path(struct session *s, struct str *out, pid_t pid, unsigned long at)
{
	char file[32], path[256];
	ssize_t n;
	int fd;

	snprintf(file, sizeof(file), "%d/mem", pid);
	fd = openat(s->procs.proc, file, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : pread(fd, path, sizeof(path) - 1, (off_t)at);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return;
	path[n] = '\0';
	str_clean(out, path, strlen(path));
}

static void add_descriptor(struct session *s, struct str *out, pid_t pid, int fd)
{
	const struct end *end;
	char file[48], target[256];
	ssize_t n;
	unsigned long inode;

	ends_refresh(s->ends, s->procs.proc, pid);
	end = ends_find(s->ends, pid, fd);
	str_num(out, fd);
	if (end && end->path) {
		str_add(out, ", ");
		str_clean(out, end->path, strlen(end->path));
		return;
	}
	snprintf(file, sizeof(file), "%d/fd/%d", pid, fd);
	n = readlinkat(s->procs.proc, file, target, sizeof(target) - 1);
	if (n <= 0)
		return;
	target[n] = '\0';
	str_add(out, ", ");
	if (sscanf(target, "pipe:[%lu]", &inode) == 1)
		str_addf(out, "pipe:[%cn%lu%c]", MARK_OPEN, inode, MARK_CLOSE);
	else
		str_clean(out, target, strlen(target));
}

struct sleeping {
	struct session *s;
	struct str *out;
	pid_t group;
	size_t begin; /* of out, before the first */
};

static void add_program(void *arg, pid_t pid, const struct seen *seen)
{
	struct sleeping *sl = arg;
	size_t k = 0;

	if (seen->group != sl->group || seen->state == 'Z')
		return;
	if (sl->out->len > sl->begin)
		str_add(sl->out, "; ");
	str_addf(sl->out, "%s ", world_program(sl->s, pid));
	while (k < ARRAY_LEN(known) && known[k].nr != seen->nr)
		k++;
	if (seen->state == 'T') {
		str_add(sl->out, _("is stopped"));
	} else if (k == ARRAY_LEN(known)) {
		str_addf(sl->out, _("sleeps in system call %ld"), seen->nr);
	} else {
		str_addf(sl->out, _("sleeps in %s("), known[k].name);
		if (known[k].about == DESCRIPTOR)
			add_descriptor(sl->s, sl->out, pid, (int)seen->arg[0]);
		else if (known[k].about != NOTHING)
			add_path(sl->s, sl->out, pid, seen->arg[known[k].about == PATH1]);
		str_addc(sl->out, ')');
	}
}

void external_sleep(struct session *s, const struct process *p, struct str *out)
{
	struct sleeping sl = { .s = s, .out = out, .begin = out->len };
	uint32_t n;
	const struct running *run = procs_running(&s->procs, p, &n);

	if (!run)
		return;
	sl.group = run->group;
	settle_programs(&s->procs, add_program, &sl);
}

static void add_wake(void *arg, pid_t pid, const struct seen *seen)
{
	struct sleeping *sl = arg;
	struct str path = STR_INIT;
	int at = seen->nr == SYS_openat;
	bool writes;

#ifdef SYS_open
	if (seen->nr != SYS_open && !at)
		return;
#else
	if (!at)
		return;
#endif
	if (seen->group != sl->group || sl->out->len)
		return;
	writes = (seen->arg[at + 1] & O_ACCMODE) == O_WRONLY;
	add_path(sl->s, &path, pid, seen->arg[at]);
	if (path.len)
		str_addf(sl->out, writes ? "cat < %s" : "echo text > %s", path.s);
	str_free(&path);
}

void external_wake(struct session *s, const struct process *p, struct str *out)
{
	struct sleeping sl = { .s = s, .out = out };
	uint32_t n;
	const struct running *run = procs_running(&s->procs, p, &n);

	if (!run)
		return;
	sl.group = run->group;
	settle_programs(&s->procs, add_wake, &sl);
}

void external_end(struct session *s, const struct process *p, struct str *out)
{
	uint32_t n;
	const struct running *run = procs_running(&s->procs, p, &n);

	/* whoever is not dead: a signal to the group is one to the whole pipeline */
	if (run && run->group > 0)
		str_addf(out, "kill -%d SIGKILL", run->group);
	else
		str_addf(out, "kill %s SIGKILL", p->name);
}

/*
 * Programs with the name of a call, or of a shell's own command, that change what they are and then become
 * another program.  pid: with -p they change another process.
 */
static const struct changer {
	const char *name;
	bool pid;
} changers[] = {
	{ "chroot", false }, { "chrt", true },     { "flock", false },   { "ionice", true },
	{ "newgrp", false }, { "nice", false },    { "nohup", false },   { "nsenter", false },
	{ "prlimit", true }, { "runuser", false }, { "setarch", false }, { "setpriv", false },
	{ "setsid", false }, { "sg", false },      { "taskset", true },  { "unshare", false },
};

void external_remark(const struct process *p, struct str *out)
{
	const char *text = p->program ? p->program : "", *command = "command ";
	size_t n;

	text += strspn(text, " \t");
	if (!strncmp(text, command, strlen(command)))
		text += strlen(command);
	n = strcspn(text, " \t|<>&");
	for (size_t i = 0; i < ARRAY_LEN(changers); i++) {
		const struct changer *c = &changers[i];

		if (strlen(c->name) != n || memcmp(text, c->name, n) ||
		    (c->pid && (strstr(text, " -p") || strstr(text, " --pid"))))
			continue;
		str_addf(
			out,
			_("%s is a program here: it changes itself and what it starts, and %s stays as "
			  "it was"),
			c->name, p->name);
	}
}
