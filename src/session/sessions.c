/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/sessions.h"
#include "base/lang.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PRIVATE_FD = 1000, BACKLOG = 64 };

static socklen_t address(struct sockaddr_un *a, const char *name)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(a->sun_path + 1, name, strlen(name)); /* a leading NUL: abstract */
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

/* In the shell's network namespace, which stays the machine's. */
int sessions_announce(const struct sandbox *box, char **cause)
{
	int first = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), fd;
	struct sockaddr_un a;
	struct timespec now;
	char name[100];
	socklen_t len;

	fd = first < 0 ? -1 : fcntl(first, F_DUPFD_CLOEXEC, PRIVATE_FD);
	if (first >= 0)
		close(first);
	/* the last number: nobody can take the name beforehand */
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(name, sizeof(name), "ipcsh/%u/%d/%d/%s/%lx", geteuid(), getpid(), box->init,
		 box->host ? "host" : "sandbox",
		 (unsigned long)now.tv_sec * 1000000000UL + (unsigned long)now.tv_nsec);
	len = address(&a, name);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&a, len) && !listen(fd, BACKLOG))
		return fd;
	fail(cause, _("ipcsh join will not find this session: %s"), strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static ssize_t read_file(pid_t pid, const char *file, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buf, size - 1);
	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

/* Field n of /proc/PID/stat, 4: the parent, 22: the start, in ticks since boot (proc_pid_stat(5)). */
static unsigned long long stat_field(pid_t pid, int n)
{
	char buf[1024], *at;

	if (read_file(pid, "stat", buf, sizeof(buf)) <= 0 || !(at = strrchr(buf, ')')))
		return 0;
	for (n -= 2; n > 0 && at; n--) {
		at = strchr(at, ' ');
		at += at != NULL;
	}
	return at ? strtoull(at, NULL, 10) : 0;
}

static time_t began(pid_t pid)
{
	struct timespec boot;
	unsigned long long ticks = stat_field(pid, 22);

	clock_gettime(CLOCK_BOOTTIME, &boot);
	return time(NULL) - boot.tv_sec + (time_t)(ticks / (unsigned long)sysconf(_SC_CLK_TCK));
}

/* What it was started with, a file's name may be anybody's; and where. */
static char *title(pid_t pid)
{
	char buf[4096], path[64], *slash;
	struct str clean = STR_INIT;
	ssize_t n = read_file(pid, "cmdline", buf, sizeof(buf));

	slash = strrchr(buf, '/'); /* of the program's own path */
	slash = slash ? slash + 1 : buf;
	for (ssize_t i = 0; i + 1 < n; i++)
		if (!buf[i] || buf[i] == '\n' || buf[i] == '\t')
			buf[i] = ' ';
	str_clean(&clean, slash, strlen(slash));
	snprintf(path, sizeof(path), "/proc/%d/fd/0", pid);
	n = readlink(path, buf, sizeof(buf) - 1);
	if (n > 5 && !memcmp(buf, "/dev/", 5)) {
		str_add(&clean, _(" on "));
		str_clean(&clean, buf + 5, (size_t)n - 5);
	}
	return str_take(&clean);
}

/* One line of /proc/net/unix; false: it is no session of ours that runs. */
static bool parse(char *line, struct session_entry *r)
{
	char *at = strstr(line, " @ipcsh/"), mode[16], flags[16];
	unsigned uid;
	int pid, init;

	if (!at || sscanf(line, "%*s %*s %*s %15s", flags) != 1 || strcmp(flags, "00010000") != 0)
		return false; /* accepted sockets have the listening one's name */
	at += 2;
	at[strcspn(at, "\n")] = '\0';
	if (strlen(at) >= sizeof(r->name) - 1 ||
	    sscanf(at, "ipcsh/%u/%d/%d/%15[a-z]/", &uid, &pid, &init, mode) != 4 ||
	    uid != geteuid() || pid <= 0 || init <= 0)
		return false;
	/* of this PID namespace, and not somebody who only says so: sessions_connect() asks the kernel */
	if ((pid_t)stat_field(init, 4) != pid)
		return false;
	*r = (struct session_entry){ .pid = pid, .init = init, .host = !strcmp(mode, "host") };
	snprintf(r->name, sizeof(r->name), "%s", at);
	r->began = began(pid);
	r->title = title(pid);
	return true;
}

static int older(const void *a, const void *b)
{
	const struct session_entry *x = a, *y = b;

	return x->began != y->began ? (x->began < y->began ? -1 : 1)
				    : (x->pid > y->pid) - (x->pid < y->pid);
}

int sessions_list(struct session_entry **list, char **cause)
{
	FILE *f = fopen("/proc/net/unix", "re");
	char *line = NULL;
	size_t size = 0;
	int n = 0, cap = 0;
	struct session_entry r;

	*list = NULL;
	if (!f)
		return fail(cause, _("the sessions that run cannot be listed: /proc/net/unix: %s"),
			    strerror(errno));
	while (getline(&line, &size, f) > 0) {
		if (!parse(line, &r))
			continue;
		GROW(*list, n, cap);
		(*list)[n++] = r;
	}
	free(line);
	fclose(f);
	if (n)
		qsort(*list, (size_t)n, sizeof(**list), older);
	return n;
}

void sessions_free(struct session_entry *list, int n)
{
	for (int i = 0; i < n; i++)
		free(list[i].title);
	free(list);
}

int sessions_connect(const struct session_entry *r, char **cause)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err;
	struct ucred who;
	struct sockaddr_un a;
	socklen_t len = address(&a, r->name), size = sizeof(who);

	if (fd >= 0 && !connect(fd, (struct sockaddr *)&a, len) &&
	    !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size)) {
		if (who.pid == r->pid && who.uid == geteuid())
			return fd;
		errno = ECONNREFUSED;
	}
	err = errno;
	if (fd >= 0)
		close(fd);
	if (err == EAGAIN)
		return fail(cause, _("session %d is busy, and others wait for it already"), r->pid);
	return fail(cause, _("session %d has just ended or begun anew; try again"), r->pid);
}

bool sessions_may(int fd)
{
	struct ucred who;
	socklen_t size = sizeof(who);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) && who.uid == geteuid();
}
