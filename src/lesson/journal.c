/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson/journal.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static void jot_release(struct jot *t)
{
	free(t->proc);
	free(t->text);
}

static char *plain(const char *s)
{
	struct str b = STR_INIT;

	if (s)
		str_unmark(&b, s, strlen(s));
	return str_take(&b);
}

static void note_call(struct jot *t, const struct event *e)
{
	const struct prim *p = e->call ? prims[e->call->prim] : NULL;
	struct str data = STR_INIT;

	t->call = p ? p->name : "command";
	t->status = e->status;
	t->ret = e->call ? e->call->ret : e->ret;
	t->err = e->call && e->status == CALL_FAILED ? e->call->err : 0;
	if (p && p->data && e->status == CALL_RETURNED && !e->noreturn)
		p->data(&data, e->call);
	if (!data.len)
		return;
	t->len = data.len < JOURNAL_TEXT ? data.len : JOURNAL_TEXT;
	t->text = xstrndup(data.s, t->len);
	str_free(&data);
}

/* A long line comes in parts: what is asked for may stand across them. */
static bool goes_on(struct journal *j, const struct event *e)
{
	struct jot *last = j->n ? &j->jot[j->n - 1] : NULL;
	size_t room, n;

	if (!last || last->type != EV_OUTPUT || !e->proc != !last->proc ||
	    (e->proc && strcmp(e->proc, last->proc)))
		return false;
	room = JOURNAL_TEXT - last->len;
	n = e->len < room ? e->len : room;
	last->text = xrealloc(last->text, last->len + n + 1);
	memcpy(last->text + last->len, e->text, n);
	last->len += n;
	j->bytes += n;
	last->text[last->len] = '\0';
	return true;
}

/* The older half goes: of very many events, or of very long texts. */
static void forget_half(struct journal *j)
{
	int kept = j->n / 2;

	for (int i = 0; i < j->n - kept; i++) {
		j->bytes -= j->jot[i].len;
		jot_release(&j->jot[i]);
	}
	memmove(j->jot, j->jot + (j->n - kept), (size_t)kept * sizeof(*j->jot));
	j->n = kept;
}

static void add(struct journal *j, const struct jot *t)
{
	if (j->n == JOURNAL_MOST || j->bytes > JOURNAL_BYTES)
		forget_half(j);
	GROW(j->jot, j->n, j->cap);
	j->jot[j->n++] = *t;
	j->bytes += t->len;
}

static void emit(struct sink *sink, const struct event *e)
{
	struct journal *j = (struct journal *)sink;
	struct jot t = { .type = e->type, .change = e->change, .signo = e->signo };

	switch (e->type) {
	case EV_CALL:
	case EV_RESUMED:
		note_call(&t, e);
		break;
	case EV_OBJECT:
		t.kind = e->kind;
		t.id = e->id;
		t.text = plain(e->name);
		t.len = strlen(t.text);
		break;
	case EV_PROCESS:
		t.exit_status = e->exit_status;
		break;
	case EV_OUTPUT:
		if (goes_on(j, e))
			return;
		t.len = e->len < JOURNAL_TEXT ? e->len : JOURNAL_TEXT;
		t.text = xmalloc(t.len + 1);
		memcpy(t.text, e->text, t.len);
		t.text[t.len] = '\0';
		break;
	case EV_SIGNAL:
		if (e->action != SIGNAL_HANDLED)
			return; /* ignored, or what the default does: nothing ran */
		break;
	default:
		return;
	}
	if (e->proc)
		t.proc = xstrdup(e->proc);
	add(j, &t);
}

void journal_init(struct journal *j)
{
	*j = (struct journal){ .sink = { .emit = emit, .english = true } };
}

void journal_reset(struct journal *j)
{
	for (int i = 0; i < j->n; i++)
		jot_release(&j->jot[i]);
	j->n = 0;
	j->bytes = 0;
}

void journal_release(struct journal *j)
{
	journal_reset(j);
	free(j->jot);
	journal_init(j);
}
