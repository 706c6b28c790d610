/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was seen of pipes and FIFOs and cannot be seen any more: what a pipe was called, the name of
 * an unlinked FIFO, which FIFO a sleeping open waits at.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/mem.h"
#include "ipc/ends_priv.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { REMEMBERED = 1024 }; /* of each; the oldest go */

void ends_memory_release(struct ends *e)
{
	for (int i = 0; i < e->nlabels; i++)
		free(e->label[i].text);
	free(e->label);
	for (int i = 0; i < e->ngone; i++)
		free(e->gone[i].text);
	free(e->gone);
	free(e->waits);
}

static struct inode_text *text_of(struct inode_text *t, int n, unsigned long inode)
{
	for (int i = n - 1; i >= 0; i--)
		if (t[i].inode == inode)
			return &t[i];
	return NULL;
}

static void text_remove(struct inode_text *t, int *n, unsigned long inode)
{
	struct inode_text *at = text_of(t, *n, inode);

	if (!at)
		return;
	free(at->text);
	(*n)--;
	memmove(at, at + 1, (size_t)(t + *n - at) * sizeof(*at));
}

static int words(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += *s != ' ' && (s[1] == ' ' || !s[1]);
	return n;
}

const char *ends_label(struct ends *e, unsigned long inode, const char *name)
{
	struct inode_text *known = text_of(e->label, e->nlabels, inode);

	if (known && words(known->text) >= words(name))
		return known->text;
	if (known) {
		free(known->text);
		known->text = xstrdup(name);
		return known->text;
	}
	if (e->nlabels == REMEMBERED)
		text_remove(e->label, &e->nlabels, e->label[0].inode);
	GROW(e->label, e->nlabels, e->caplabels);
	e->label[e->nlabels] = (struct inode_text){ inode, xstrdup(name) };
	return e->label[e->nlabels++].text;
}

void ends_label_drop(struct ends *e, unsigned long inode)
{
	text_remove(e->label, &e->nlabels, inode);
}

static struct inode_bytes *bytes_of(struct ends *e, unsigned long inode)
{
	for (size_t i = 0; i < ARRAY_LEN(e->bytes); i++)
		if (e->bytes[i].inode == inode)
			return &e->bytes[i];
	return NULL;
}

void ends_bytes_set(struct ends *e, unsigned long inode, long bytes)
{
	struct inode_bytes *b = bytes_of(e, inode);

	if (!b)
		b = &e->bytes[e->nbytes++ % (int)ARRAY_LEN(e->bytes)];
	*b = (struct inode_bytes){ inode, bytes, 0 };
}

long ends_bytes(struct ends *e, unsigned long inode)
{
	const unsigned bit = lang_is_local() ? 2 : 1;
	struct inode_bytes *b = bytes_of(e, inode);

	if (!b || b->asked & bit)
		return -1;
	b->asked |= bit;
	return b->bytes;
}

void ends_gone_set(struct ends *e, unsigned long inode, char *path)
{
	text_remove(e->gone, &e->ngone, inode);
	if (e->ngone == REMEMBERED)
		text_remove(e->gone, &e->ngone, e->gone[0].inode);
	GROW(e->gone, e->ngone, e->capgone);
	e->gone[e->ngone++] = (struct inode_text){ inode, path };
}

void ends_gone_drop(struct ends *e, unsigned long inode)
{
	text_remove(e->gone, &e->ngone, inode);
}

const char *ends_gone(const struct ends *e, unsigned long inode)
{
	const struct inode_text *t = text_of(e->gone, e->ngone, inode);

	return t ? t->text : NULL;
}

/* The inode of the FIFO at path, as that process sees it; 0 if there is none. */
static unsigned long fifo_at(int proc, pid_t pid, const char *path)
{
	char *at = xasprintf("%d/%s/%s", (int)pid, *path == '/' ? "root" : "cwd", path);
	struct stat st;
	int r = fstatat(proc, at, &st, 0);

	free(at);
	return r == 0 && S_ISFIFO(st.st_mode) ? st.st_ino : 0;
}

unsigned long ends_awaited(struct ends *e, int proc, pid_t pid, long since, const char *path)
{
	struct wait *w = NULL;

	for (int i = 0; i < e->nwaits && !w; i++)
		if (e->waits[i].pid == pid)
			w = &e->waits[i];
	if (w && w->since == since)
		return w->inode;
	if (!w) {
		GROW(e->waits, e->nwaits, e->capwaits);
		w = &e->waits[e->nwaits++];
	}
	*w = (struct wait){ pid, since, fifo_at(proc, pid, path) };
	return w->inode;
}

void ends_awaited_drop(struct ends *e, pid_t pid)
{
	for (int i = 0; i < e->nwaits; i++)
		if (e->waits[i].pid == pid)
			e->waits[i--] = e->waits[--e->nwaits];
}

bool ends_leads(int proc, pid_t pid, const char *path, unsigned long inode)
{
	return inode && fifo_at(proc, pid, path) == inode;
}
