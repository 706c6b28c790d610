/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The flat form of a pipeline; see pipepack.h.  A head, then items: a fixed record and, with a
 * length, that many bytes and a NUL.  The reader takes each record once, by value, and checks the
 * copy: nothing in the buffer is read twice to decide anything.
 */
#include "call/pipepack.h"

#include "base/lang.h"
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t pack_magic = 0x70706970;

struct pack_head {
	uint32_t magic, size;      /* of everything, this head included */
	uint32_t background, text; /* the text's length */
};

struct pack_item {
	uint32_t len;
	uint16_t fd, from;
	uint8_t kind, op, glob, zero;
};

void pipeline_release(struct pipeline *p)
{
	for (int i = 0; i < p->n; i++) {
		struct pcommand *c = &p->cmd[i];

		for (int k = 0; k < c->n_words; k++)
			free(c->words[k].text);
		for (int k = 0; k < c->n_redirs; k++)
			free(c->redirs[k].path);
		free(c->words);
		free(c->redirs);
	}
	free(p->cmd);
	free(p->text);
	*p = PIPELINE_INIT;
}

void pipeline_add_command(struct pipeline *p)
{
	GROW(p->cmd, p->n, p->cap);
	p->cmd[p->n++] = (struct pcommand){ 0 };
}

void pipeline_add_word(struct pipeline *p, char *text, bool is_glob)
{
	struct pcommand *c = &p->cmd[p->n - 1];

	GROW(c->words, c->n_words, c->cap_words);
	c->words[c->n_words++] = (struct pword){ text, is_glob };
}

void pipeline_add_redir(struct pipeline *p, struct redir r)
{
	struct pcommand *c = &p->cmd[p->n - 1];

	GROW(c->redirs, c->n_redirs, c->cap_redirs);
	c->redirs[c->n_redirs++] = r;
}

char *pattern_literal(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from == '\\' && from[1])
			from++;
		*to++ = *from;
	}
	*to = '\0';
	return text;
}

struct packer {
	unsigned char *buf;
	size_t used, size;
	bool full;
};

static void put(struct packer *k, const void *bytes, size_t n)
{
	if (k->full || n > k->size - k->used) {
		k->full = true;
		return;
	}
	memcpy(k->buf + k->used, bytes, n);
	k->used += n;
}

static void put_item(struct packer *k, struct pack_item it, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (len > UINT32_MAX)
		k->full = true;
	it.len = (uint32_t)len;
	put(k, &it, sizeof(it));
	if (text)
		put(k, text, len + 1);
}

static void put_command(struct packer *k, const struct pcommand *c)
{
	put_item(k, (struct pack_item){ .kind = PIPELINE_COMMAND }, NULL);
	for (int i = 0; i < c->n_words; i++)
		put_item(k,
			 (struct pack_item){ .kind = PIPELINE_WORD, .glob = c->words[i].is_glob },
			 c->words[i].text);
	for (int i = 0; i < c->n_redirs; i++) {
		const struct redir *r = &c->redirs[i];
		struct pack_item it = { .kind = PIPELINE_REDIR,
					.op = (uint8_t)r->op,
					.fd = (uint16_t)r->fd,
					.from = r->op == REDIR_DUP ? (uint16_t)r->from : 0 };

		put_item(k, it, r->op == REDIR_DUP ? "" : r->path);
	}
}

ssize_t pipeline_pack(const struct pipeline *p, void *buf, size_t size)
{
	const char *text = p->text ? p->text : "";
	struct packer k = { .buf = buf, .size = size < UINT32_MAX ? size : UINT32_MAX };
	struct pack_head head = { .magic = pack_magic, .background = p->background };
	size_t len = strlen(text);

	put(&k, &head, sizeof(head));
	put(&k, text, len + 1);
	for (int i = 0; i < p->n; i++)
		put_command(&k, &p->cmd[i]);
	if (k.full)
		return -1;
	head.size = (uint32_t)k.used;
	head.text = (uint32_t)len;
	memcpy(buf, &head, sizeof(head));
	return (ssize_t)k.used;
}

/* The len bytes and their NUL at v->at, or NULL if they are not there. */
static const char *take_text(struct pipeline_view *v, size_t len)
{
	const char *text = (const char *)v->at;

	if (len >= v->left || text[len] != '\0' || memchr(text, '\0', len))
		return NULL;
	v->at += len + 1;
	v->left -= len + 1;
	return text;
}

int pipeline_view(struct pipeline_view *v, const void *buf, size_t size)
{
	struct pack_head head;

	*v = (struct pipeline_view){ 0 };
	if (size < sizeof(head))
		return -1;
	memcpy(&head, buf, sizeof(head));
	if (head.magic != pack_magic || head.size < sizeof(head) || head.size > size ||
	    head.background > 1)
		return -1;
	v->at = (const unsigned char *)buf + sizeof(head);
	v->left = head.size - sizeof(head);
	v->background = head.background;
	v->first = true;
	v->text_len = head.text;
	v->text = take_text(v, head.text);
	return v->text ? 0 : -1;
}

static bool item_sane(const struct pipeline_view *v, const struct pack_item *it)
{
	return it->kind <= PIPELINE_REDIR && it->op <= REDIR_DUP && it->glob <= 1 &&
	       it->fd <= REDIR_FD_MAX && it->from <= REDIR_FD_MAX &&
	       (!v->first || it->kind == PIPELINE_COMMAND);
}

int pipeline_next(struct pipeline_view *v, struct pipeline_item *item)
{
	struct pack_item it;

	*item = (struct pipeline_item){ 0 };
	if (v->left == 0)
		return 0;
	if (v->left < sizeof(it))
		return -1;
	memcpy(&it, v->at, sizeof(it));
	if (!item_sane(v, &it))
		return -1;
	v->first = false;
	v->at += sizeof(it);
	v->left -= sizeof(it);
	*item = (struct pipeline_item){ .kind = it.kind,
					.is_glob = it.glob,
					.op = it.op,
					.fd = it.fd,
					.from = it.kind == PIPELINE_REDIR && it.op == REDIR_DUP
							? it.from
							: -1 };
	if (it.kind == PIPELINE_COMMAND)
		return 1;
	item->len = it.len;
	item->text = take_text(v, it.len);
	return item->text ? 1 : -1;
}

/* May the command that is complete now stand? */
static bool complete(const struct pipeline *p)
{
	return p->n > 0 && p->n <= PIPELINE_COMMANDS && p->cmd[p->n - 1].n_words > 0;
}

static int unpack_items(struct pipeline *p, struct pipeline_view *v)
{
	struct pipeline_item it;
	int r;

	while ((r = pipeline_next(v, &it)) > 0) {
		char *text = it.text ? xstrndup(it.text, it.len) : NULL;

		if (it.kind == PIPELINE_COMMAND) {
			if (p->n > 0 && !complete(p))
				return -1;
			pipeline_add_command(p);
		} else if (it.kind == PIPELINE_WORD) {
			pipeline_add_word(p, text, it.is_glob);
		} else {
			if (it.op == REDIR_DUP) {
				free(text);
				text = NULL;
			}
			pipeline_add_redir(p, (struct redir){ it.op, it.fd, it.from, text });
		}
	}
	return r < 0 || !complete(p) ? -1 : 0;
}

int pipeline_unpack(struct pipeline *p, const void *buf, size_t size, char **cause)
{
	struct pipeline_view v;
	struct pack_head head;
	unsigned char *copy = NULL;
	int r = -1;

	*p = PIPELINE_INIT;
	if (size >= sizeof(head)) {
		memcpy(&head, buf, sizeof(head));
		if (head.size <= size && head.size >= sizeof(head)) {
			copy = xmalloc(head.size);
			memcpy(copy, buf, head.size);
			r = pipeline_view(&v, copy, head.size);
		}
	}
	if (r == 0) {
		p->text = xstrndup(v.text, v.text_len);
		p->background = v.background;
		r = unpack_items(p, &v);
	}
	free(copy);
	if (r == 0)
		return 0;
	pipeline_release(p);
	return fail(cause, _("the command line was damaged on its way to the process"));
}
