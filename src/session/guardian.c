/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/guardian.h"

#include "base/lang.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

union semun {
	int val;
	struct semid_ds *buf;
};

/* Objects. */

/*
 * What is there now under an id; false if nothing is, or it is not the user's own.  *_STAT_ANY
 * because the maker of a mode-000 object may not IPC_STAT it; given an id it looks at its index
 * and returns the id of what stands there (ipc/msg.c of the kernel).
 */
static bool look(int kind, int id, struct guardian_item *now)
{
	struct ipc_perm perm;
	struct msqid_ds msg;
	struct shmid_ds shm;
	struct semid_ds sem;
	bool dying = false;

	memset(now, 0, sizeof(*now));
	switch (kind) {
	case GUARDIAN_MSG:
		if (msgctl(id, MSG_STAT_ANY, &msg) != id)
			return false;
		perm = msg.msg_perm;
		now->ctime = msg.msg_ctime;
		break;
	case GUARDIAN_SHM:
		if (shmctl(id, SHM_STAT_ANY, &shm) != id)
			return false;
		perm = shm.shm_perm;
		now->ctime = shm.shm_ctime;
		now->size = shm.shm_segsz;
		dying = perm.mode & SHM_DEST; /* its key is 0 now, and its end is certain */
		break;
	case GUARDIAN_SEM:
		if (semctl(id, 0, SEM_STAT_ANY, (union semun){ .buf = &sem }) != id)
			return false;
		perm = sem.sem_perm;
		now->ctime = sem.sem_ctime;
		now->size = sem.sem_nsems;
		break;
	default:
		return false;
	}
	now->kind = kind;
	now->id = id;
	now->key = perm.__key;
	return perm.cuid == geteuid() && !dying;
}

/* Is it still the object that was listed? */
static bool same_object(const struct guardian_item *it)
{
	struct guardian_item now;

	return look(it->kind, it->id, &now) && now.key == it->key && now.size == it->size &&
	       now.ctime >= it->ctime;
}

static bool remove_object(const struct guardian_item *it)
{
	if (!same_object(it))
		return false;
	switch (it->kind) {
	case GUARDIAN_MSG:
		return !msgctl(it->id, IPC_RMID, NULL);
	case GUARDIAN_SHM:
		return !shmctl(it->id, IPC_RMID, NULL);
	default:
		return !semctl(it->id, 0, IPC_RMID);
	}
}

/* The list: open addressing with linear probing; ids are dense, so neighbours share pages. */

static unsigned home(unsigned kind, int id)
{
	return ((unsigned)id * 3 + kind) % GUARDIAN_ITEMS;
}

/* Its slot, or the free one where it would go, or NULL: full. */
static struct guardian_item *find(struct guardian_list *l, unsigned kind, int id)
{
	unsigned at = home(kind, id);

	for (unsigned i = 0; i < GUARDIAN_ITEMS; i++) {
		struct guardian_item *it = &l->item[(at + i) % GUARDIAN_ITEMS];

		if (!it->kind || (it->kind == kind && it->id == id))
			return it;
	}
	return NULL;
}

static struct guardian_item *listed(struct guardian_list *l, unsigned kind, int id)
{
	struct guardian_item *it = find(l, kind, id);

	return it && it->kind ? it : NULL;
}

/* The copy on disk. The shell alone has one: a guardian that is alive needs none. */
static int save_fd = -1;
static off_t save_at;

void guardian_save(int fd, off_t at)
{
	save_fd = fd;
	save_at = at;
}

/* Stores n bytes of the list at the same place of its copy. A lost one is told by its maker (add). */
static bool saved(const struct guardian_list *l, const void *what, size_t n)
{
	off_t at = save_at + ((const char *)what - (const char *)l);

	return save_fd < 0 || pwrite(save_fd, what, n, at) == (ssize_t)n;
}

/* The shell may be killed between any two stores, and the guardian then reads what is there. */
static bool put(struct guardian_list *l, struct guardian_item *slot, const struct guardian_item *it)
{
	uint8_t kind = it->kind;

	slot->kind = 0;
	atomic_signal_fence(memory_order_seq_cst);
	slot->keep = it->keep;
	slot->id = it->id;
	slot->key = it->key;
	slot->size = it->size;
	slot->ctime = it->ctime;
	atomic_signal_fence(memory_order_seq_cst);
	slot->kind = kind;
	return saved(l, slot, sizeof(*slot));
}

static void take_out(struct guardian_list *l, struct guardian_item *slot)
{
	slot->kind = 0;
	saved(l, slot, sizeof(*slot));
}

static int lost(char **cause)
{
	return fail(cause,
		    _("the list on disk cannot be written (%s): should shell and guardian both be "
		      "killed, this will stay"),
		    strerror(errno));
}

int guardian_add(struct guardian_list *l, enum guardian_kind kind, int id, char **cause)
{
	struct guardian_item now, *it;

	if (!look(kind, id, &now))
		return fail(cause, _("object %d is gone, or another user's"), id);
	/* A quarter stays free, so that probing stays short. */
	it = l->n_items >= GUARDIAN_ITEMS / 4 * 3 ? listed(l, kind, id) : find(l, kind, id);
	if (!it)
		return fail(cause,
			    _("the session made more objects than can be listed (%u): %d will stay "
			      "when it ends"),
			    GUARDIAN_ITEMS / 4 * 3, id);
	if (!it->kind)
		l->n_items++;
	return put(l, it, &now) ? 0 : lost(cause);
}

void guardian_gone(struct guardian_list *l, enum guardian_kind kind, int id)
{
	struct guardian_item *hole = listed(l, kind, id);
	unsigned at, from, want;

	if (!hole)
		return;
	/* Whatever had to step aside for it moves up: first the copy, then the new hole. */
	at = from = hole - l->item;
	for (unsigned i = 0; i < GUARDIAN_ITEMS; i++) {
		from = (from + 1) % GUARDIAN_ITEMS;
		if (!l->item[from].kind)
			break;
		want = home(l->item[from].kind, l->item[from].id);
		if ((from - want) % GUARDIAN_ITEMS < (from - at) % GUARDIAN_ITEMS)
			continue;
		put(l, &l->item[at], &l->item[from]);
		at = from;
	}
	take_out(l, &l->item[at]);
	if (l->n_items)
		l->n_items--;
}

bool guardian_made(struct guardian_list *l, enum guardian_kind kind, int id)
{
	return listed(l, kind, id);
}

bool guardian_keep(struct guardian_list *l, enum guardian_kind kind, int id, bool keep)
{
	struct guardian_item *it = listed(l, kind, id);

	if (it) {
		it->keep = keep;
		saved(l, it, sizeof(*it));
	}
	return it;
}

/* FIFOs. */

static bool look_fifo(const char *path, struct guardian_fifo *now)
{
	struct statx st;

	memset(now, 0, offsetof(struct guardian_fifo, path));
	if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &st) ||
	    !S_ISFIFO(st.stx_mode))
		return false;
	now->used = 1;
	now->major = st.stx_dev_major;
	now->minor = st.stx_dev_minor;
	now->ino = st.stx_ino;
	if (st.stx_mask & STATX_BTIME) {
		now->born_s = st.stx_btime.tv_sec;
		now->born_ns = st.stx_btime.tv_nsec;
	}
	return true;
}

/* How many of the slots have ever been used: the others need not become memory. */
static uint32_t fifos(const struct guardian_list *l)
{
	return l->n_fifos < GUARDIAN_FIFOS ? l->n_fifos : GUARDIAN_FIFOS;
}

static struct guardian_fifo *listed_fifo(struct guardian_list *l, const char *path)
{
	for (uint32_t i = 0; i < fifos(l); i++)
		if (l->fifo[i].used && !strncmp(l->fifo[i].path, path, GUARDIAN_PATH))
			return &l->fifo[i];
	return NULL;
}

int guardian_add_fifo(struct guardian_list *l, const char *path, char **cause)
{
	struct guardian_fifo now, *f = listed_fifo(l, path);

	if (path[0] != '/' || strlen(path) >= GUARDIAN_PATH)
		return fail(cause, _("no absolute path of less than %d bytes: the FIFO will stay"),
			    GUARDIAN_PATH);
	if (!look_fifo(path, &now))
		return fail(cause, _("%s is no FIFO that can be looked at (%s): it will stay"),
			    path, strerror(errno));
	for (uint32_t i = 0; !f && i < fifos(l); i++)
		if (!l->fifo[i].used)
			f = &l->fifo[i];
	if (!f && fifos(l) < GUARDIAN_FIFOS)
		f = &l->fifo[l->n_fifos++];
	if (!f)
		return fail(
			cause,
			_("the session made more than %d FIFOs: this one will stay when it ends"),
			GUARDIAN_FIFOS);
	now.used = 0; /* last, as in put() */
	strcpy(now.path, path);
	*f = now;
	atomic_signal_fence(memory_order_seq_cst);
	f->used = 1;
	return saved(l, f, sizeof(*f)) ? 0 : lost(cause);
}

void guardian_gone_fifo(struct guardian_list *l, const char *path)
{
	struct guardian_fifo *f = listed_fifo(l, path);

	if (!f)
		return;
	f->used = 0;
	saved(l, f, offsetof(struct guardian_fifo, path));
}

bool guardian_made_fifo(struct guardian_list *l, const char *path)
{
	return listed_fifo(l, path);
}

bool guardian_keep_fifo(struct guardian_list *l, const char *path, bool keep)
{
	struct guardian_fifo *f = listed_fifo(l, path);

	if (f) {
		f->keep = keep;
		saved(l, f, offsetof(struct guardian_fifo, path));
	}
	return f;
}

static bool same_fifo(struct guardian_fifo *f)
{
	struct guardian_fifo now;

	f->path[GUARDIAN_PATH - 1] = '\0';
	return f->path[0] == '/' && look_fifo(f->path, &now) && now.major == f->major &&
	       now.minor == f->minor && now.ino == f->ino && now.born_s == f->born_s &&
	       now.born_ns == f->born_ns;
}

void guardian_count(struct guardian_list *l, unsigned n[GUARDIAN_KINDS])
{
	memset(n, 0, GUARDIAN_KINDS * sizeof(n[0]));
	for (unsigned i = 0; i < GUARDIAN_ITEMS; i++)
		if (l->item[i].kind && !l->item[i].keep && same_object(&l->item[i]))
			n[l->item[i].kind]++;
	for (uint32_t i = 0; i < GUARDIAN_FIFOS; i++)
		if (l->fifo[i].used && !l->fifo[i].keep && same_fifo(&l->fifo[i]))
			n[GUARDIAN_FIFO]++;
}

unsigned guardian_remove(struct guardian_list *l)
{
	unsigned n = 0, seen = 0, n_kept = 0, cap = 0, all = l->n_items;
	struct guardian_item *kept = NULL, *slot;

	for (unsigned i = 0; i < GUARDIAN_ITEMS && seen < all; i++) {
		struct guardian_item it = l->item[i];

		if (!it.kind)
			continue;
		seen++;
		if (it.keep) {
			GROW(kept, n_kept, cap);
			kept[n_kept++] = it;
		} else {
			n += remove_object(&it);
		}
		l->item[i].kind = 0;
	}
	l->n_items = 0;
	for (unsigned i = 0; i < n_kept; i++) {
		slot = find(l, kept[i].kind, kept[i].id);
		if (!slot || slot->kind)
			continue;
		put(l, slot, &kept[i]);
		l->n_items++;
	}
	free(kept);
	for (uint32_t i = 0; i < fifos(l); i++)
		if (l->fifo[i].used && !l->fifo[i].keep) {
			n += same_fifo(&l->fifo[i]) && !unlink(l->fifo[i].path);
			l->fifo[i].used = 0;
		}
	return n;
}
