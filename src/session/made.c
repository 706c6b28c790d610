/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * On the machine's own IPC: telling the guardian what the session has made, so that it removes
 * just that. An object counts as made when a learner's call made it, or ipcmk says that it did; what a
 * listing merely finds may be anybody's.  Runs in the shell; made_take also in the guardian.
 */
#include "base/lang.h"
#include "base/str.h"
#include "session/left.h"
#include "session/report.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static enum guardian_kind guardian_of(enum kind kind)
{
	return (enum guardian_kind)(kind - KIND_MSG + GUARDIAN_MSG);
}

/* What cannot be listed will stay: that is said, under what happened. cause is freed. */
static void note(struct session *s, char *cause)
{
	char *text = xasprintf("%s   %s\n", s->unlisted ? s->unlisted : "", cause);

	free(s->unlisted);
	s->unlisted = text;
	free(cause);
}

/* With the first object comes the copy of the list that would outlive even the guardian. */
static void save_list(struct session *s)
{
	char *cause = NULL;
	off_t at;

	if (s->saved)
		return;
	s->saved = true;
	/* the guardian does the same, but nobody hears of it when it cannot */
	if (!left_begin(s->box.shell, s->box.init, s->past, s->n_past, &cause) &&
	    !left_list(s->box.shell, &s->list, &at, &cause)) {
		guardian_save(s->list, at);
		return;
	}
	s->unsaved = cause;
}

/* Something has been made, and is not in the copy: that is said once. */
static void note_unsaved(struct session *s)
{
	if (!s->unsaved)
		return;
	note(s,
	     xasprintf(
		     _("what is made here cannot be listed on disk (%s): should shell and guardian "
		       "both be killed, it will stay"),
		     s->unsaved));
	free(s->unsaved);
	s->unsaved = NULL;
}

static void add(struct session *s, enum kind kind, long id)
{
	char *cause = NULL;

	save_list(s);
	note_unsaved(s);
	if (guardian_add(s->made, guardian_of(kind), (int)id, &cause))
		note(s, cause);
}

bool made_path(const struct session *s, const struct process *p, const char *path,
	       char absolute[GUARDIAN_PATH])
{
	char link[64];
	ssize_t n = 0;

	if (path[0] != '/') {
		snprintf(link, sizeof(link), "%d/cwd", p->pid);
		n = readlinkat(s->procs.proc, link, absolute, GUARDIAN_PATH - 1);
		if (n <= 0 || n + 1 >= GUARDIAN_PATH)
			return false;
		absolute[n++] = '/';
	}
	return snprintf(absolute + n, (size_t)(GUARDIAN_PATH - n), "%s", path) < GUARDIAN_PATH - n;
}

static void called_file(struct session *s, const struct process *p)
{
	const char *name = prims[p->call.prim]->name, *path = call_bytes(&p->call, 0, 1);
	size_t len = call_length(&p->call, 0);
	char absolute[GUARDIAN_PATH];

	if (!path || path[len - 1])
		return;
	if (!strcmp(name, "mkfifo") && !made_path(s, p, path, absolute))
		note(s, xstrdup(_("its path is too long for the guardian: the FIFO will stay")));
	else if (!strcmp(name, "unlink") && made_path(s, p, path, absolute))
		guardian_gone_fifo(s->made, absolute);
}

void made_asked(struct session *s, struct process *p)
{
	const struct prim *prim = prims[p->call.prim];
	const char *path = call_bytes(&p->call, 0, 1);
	struct guardian_asked *a;
	uint8_t kind = 0;
	struct timespec now;
	struct stat st;

	if (!s->box.host || !s->made)
		return;
	a = &s->made->asked;
	if (prim->binds >= KIND_MSG && prim->binds <= KIND_SEM)
		kind = guardian_of(prim->binds);
	else if (!strcmp(prim->name, "mkfifo") && path && made_path(s, p, path, a->path))
		kind = GUARDIAN_FIFO;
	if (!kind)
		return;
	save_list(s); /* first: when it is made it has to be listed at once */
	p->call.ret = -1;
	a->slot = p->slot;
	a->pid = p->pid;
	a->key = 0;
	if (kind != GUARDIAN_FIFO && p->call.arg[prim_nparams(prim) - 1].num & IPC_CREAT)
		a->key = (int32_t)p->call.arg[0].num;
	a->older = kind == GUARDIAN_FIFO ? !lstat(a->path, &st) : s->older;
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	a->since = now.tv_sec;
	atomic_signal_fence(memory_order_seq_cst);
	a->kind = kind;
}

/* The segment that has the dead one for its creator; no queue or set tells who that was. */
static long find_private(const struct guardian_list *l, const struct guardian_asked *a)
{
	struct shmid_ds shm;
	struct shm_info info;
	int most = shmctl(0, SHM_INFO, (struct shmid_ds *)&info);

	for (int i = 0; i <= most; i++) {
		int id = shmctl(i, SHM_STAT_ANY, &shm);

		if (id >= 0 && shm.shm_cpid == a->pid && shm.shm_perm.__key == IPC_PRIVATE &&
		    shm.shm_ctime >= a->since &&
		    !guardian_made((struct guardian_list *)l, GUARDIAN_SHM, id))
			return id;
	}
	return -1;
}

static long find_asked(const struct guardian_list *l, const struct guardian_asked *a)
{
	switch (a->key ? a->kind : 0) {
	case GUARDIAN_MSG:
		return msgget(a->key, 0);
	case GUARDIAN_SHM:
		return shmget(a->key, 0, 0);
	case GUARDIAN_SEM:
		return semget(a->key, 0, 0);
	default:
		return a->kind == GUARDIAN_SHM ? find_private(l, a) : -1;
	}
}

int made_take(struct guardian_list *l, const struct arena *arena, char **cause)
{
	const struct guardian_asked *a = &l->asked;
	struct stat st;
	long made;

	if (!a->kind || a->slot <= SLOT_INIT || a->slot >= SLOTS)
		return 0;
	made = arena->slot[a->slot].call.ret;
	if (a->kind == GUARDIAN_FIFO) {
		if (!memchr(a->path, '\0', sizeof(a->path)) || (made && a->older) ||
		    lstat(a->path, &st) || !S_ISFIFO(st.st_mode))
			return 0;
		return guardian_add_fifo(l, a->path, cause);
	}
	if (made < 0)
		made = find_asked(l, a);
	if (a->kind > GUARDIAN_FIFO || made < 0 || made == a->older)
		return 0;
	return guardian_add(l, a->kind, (int)made, cause);
}

static bool is_asked(const struct session *s, const struct process *p)
{
	return s->box.host && s->made && s->made->asked.kind && s->made->asked.slot == p->slot;
}

void made_answered(struct session *s, const struct process *p)
{
	char *cause = NULL;

	if (!is_asked(s, p) || p->call.ret == -1)
		return;
	note_unsaved(s);
	if (made_take(s->made, s->procs.arena, &cause))
		note(s, cause);
}

void made_unanswered(struct session *s, const struct process *p)
{
	char *cause = NULL;

	if (!is_asked(s, p) || p->act < ACT_ZOMBIE || p->moved & MOVED_ANSWERED)
		return;
	if (made_take(s->made, s->procs.arena, &cause)) {
		note(s, cause);
		return;
	}
	if ((s->made->asked.kind != GUARDIAN_MSG && s->made->asked.kind != GUARDIAN_SEM) ||
	    p->call.arg[0].num != IPC_PRIVATE || s->procs.arena->slot[p->slot].call.ret >= 0)
		return;
	note(s,
	     xasprintf(
		     _("%s was killed inside %s: if the kernel had made it already, nobody can tell which "
		       "it is, and it will stay"),
		     p->name, prims[p->call.prim]->name));
}

void made_told(struct session *s)
{
	if (s->unlisted)
		session_text(s, s->unlisted);
	free(s->unlisted);
	s->unlisted = NULL;
	if (s->made && s->made->asked.kind)
		s->made->asked.kind = 0;
}

void made_called(struct session *s, const struct process *p)
{
	const struct prim *prim = prims[p->call.prim];
	const struct arg *arg = p->call.arg;
	int command = !strcmp(prim->name, "semctl") ? 2 : 1;

	if (!s->box.host || !s->made)
		return;
	if (prim->flags & PRIM_FILES)
		called_file(s, p);
	else if ((!strcmp(prim->name, "msgctl") || !strcmp(prim->name, "shmctl") ||
		  !strcmp(prim->name, "semctl")) &&
		 arg[command].num == IPC_RMID)
		guardian_gone(s->made, guardian_of(prim->param[0].type->kind), (int)arg[0].num);
}

static bool runs_ipcmk(const struct session *s, const struct process *p)
{
	uint32_t n;
	const struct running *run = procs_running(&s->procs, p, &n);

	for (uint32_t i = 0; run && i < n; i++)
		if (!strncmp(run->program[i].name, "ipcmk", sizeof(run->program[i].name)))
			return true;
	return false;
}

void made_printed(struct session *s, const struct process *p, const char *text)
{
	static const struct {
		const char *format;
		enum kind kind;
	} says[] = {
		{ "Message queue id: %d", KIND_MSG },
		{ "Shared memory id: %d", KIND_SHM },
		{ "Semaphore id: %d", KIND_SEM },
	};
	int id;

	if (!s->box.host || !s->made || !runs_ipcmk(s, p))
		return;
	for (const char *line = text; line && *line;
	     line = strchr(line, '\n'), line += line != NULL)
		for (size_t i = 0; i < ARRAY_LEN(says); i++)
			if (sscanf(line, says[i].format, &id) == 1 &&
			    !objects_is_known(&s->objects, says[i].kind, id))
				add(s, says[i].kind, id);
}
