/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/offer.h"
#include "base/lang.h"
#include "call/format.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	OBJECTS_MOST = 200, /* without a name: nobody reads a longer list */
	PROGRAMS_MOST = 4000,
};

void offer(struct offer *o, const char *word, const char *describe, bool open)
{
	if (strncmp(word, o->typed, o->len))
		return;
	o->out->add(o->out->ctx, word, describe, open);
	o->told++;
}

static void say_process(struct str *out, const struct process *p)
{
	str_addf(out, _("process %d"), p->pid);
	if (p->act == ACT_ASLEEP && p->op == OP_PIPELINE)
		str_add(out, _(", waits for a program"));
	else if (p->act == ACT_ASLEEP)
		str_addf(out, _(", asleep in %s"), prims[p->call.prim]->name);
	else if (p->act == ACT_PROGRAM)
		str_add(out, _(", runs another program"));
	else if (p->act == ACT_ZOMBIE)
		str_add(out, _(", a zombie"));
	else if (p->stopped)
		str_add(out, _(", stopped"));
}

void offer_processes(struct offer *o, const char *prefix, const char *tail)
{
	const struct procs *ps = &o->sh->session->procs;
	struct str what = STR_INIT;

	for (int i = 0; i < ps->n; i++) {
		const struct process *p = ps->p[i];
		char word[64];

		if (p->act == ACT_GONE || (*tail && p->act == ACT_ZOMBIE))
			continue;
		snprintf(word, sizeof(word), "%s%s%s", prefix, p->name, tail);
		str_reset(&what);
		say_process(&what, p);
		offer(o, word, str_text(&what), false);
	}
	str_free(&what);
}

/* An object as its facility describes a new one. */
static void describe_object(const struct session *s, enum kind kind, long id, struct str *out)
{
	const struct facility *f = facility_of(kind);
	const struct object *last = objects_find(&s->objects, kind, id);
	struct str text = STR_INIT;

	if (f && f->created && last)
		f->created(&text, last, &s->world);
	if (text.len)
		str_unmark(out, text.s, text.len);
	else
		str_addf(out, "%s:%ld", kind_name(kind), id);
	str_free(&text);
}

static void describe_bound(const struct session *s, const struct bound *b, struct str *out)
{
	const struct process *p = b->owner ? procs_by_pid(&s->procs, b->owner) : NULL;

	switch (b->kind) {
	case KIND_FD:
		str_addf(out, _("descriptor %ld of %s"), b->value, p ? p->name : "?");
		break;
	case KIND_ADDR:
		str_addf(out, _("address 0x%lx of %s"), (unsigned long)b->value, p ? p->name : "?");
		break;
	case KIND_KEY:
		str_addf(out, _("key 0x%x"), (unsigned)b->value);
		break;
	case KIND_PID:
		str_addf(out, _("process %ld"), b->value);
		break;
	case KIND_MSG:
	case KIND_SHM:
	case KIND_SEM:
		describe_object(s, b->kind, b->value, out);
		break;
	case KIND_TEXT:
		str_quote(out, b->text, b->len, FORMAT_STRING);
		break;
	default:
		str_addf(out, "%ld", b->value);
		break;
	}
}

/* May a name of this kind stand where that kind is wanted? Plain values may stand anywhere. */
static bool fits(enum kind kind, enum kind want)
{
	return want == KIND_NONE || kind == want || kind == KIND_INT;
}

/* The names of owner; whose is "" or "A." for another's. */
static void offer_owned(struct offer *o, enum kind kind, const char *prefix, const char *whose,
			pid_t owner)
{
	const struct names *ns = &o->sh->session->names;
	struct str what = STR_INIT, word = STR_INIT;

	for (int i = 0; i < ns->n; i++) {
		const struct bound *b = &ns->b[i];

		if (!fits(b->kind, kind) || (b->owner != owner && (*whose || b->owner)))
			continue;
		str_reset(&word);
		str_addf(&word, "%s%s%s", prefix, whose, b->name);
		str_reset(&what);
		describe_bound(o->sh->session, b, &what);
		offer(o, str_text(&word), str_text(&what), false);
	}
	str_free(&word);
	str_free(&what);
}

static void offer_nameless(struct offer *o, enum kind kind)
{
	const struct session *s = o->sh->session;
	struct str what = STR_INIT;
	int most = OBJECTS_MOST;

	for (int i = 0; i < s->objects.n && most; i++) {
		const struct object *last = s->objects.t[i] ? &s->objects.t[i]->last : NULL;
		char word[40];

		if (!last || last->kind != kind || names_of(&s->names, kind, 0, last->id))
			continue;
		snprintf(word, sizeof(word), "%s:%ld", kind_name(kind), last->id);
		str_reset(&what);
		describe_object(s, kind, last->id, &what);
		offer(o, word, str_text(&what), false);
		most--;
	}
	str_free(&what);
}

void offer_names(struct offer *o, enum kind kind, const char *prefix)
{
	size_t skip = strlen(prefix);
	const char *name = o->len >= skip ? o->typed + skip : o->typed;
	const char *dot = memchr(name, '.', o->len - (size_t)(name - o->typed));
	const struct process *p =
		dot ? procs_find(&o->sh->session->procs, name, (size_t)(dot - name)) : NULL;
	char whose[64];

	if (p) {
		snprintf(whose, sizeof(whose), "%s.", p->name);
		offer_owned(o, kind, prefix, whose, p->pid);
		return;
	}
	offer_owned(o, kind, prefix, "", o->p ? o->p->pid : 0);
	if (kind == KIND_MSG || kind == KIND_SHM || kind == KIND_SEM)
		offer_nameless(o, kind);
}

void offer_constants(struct offer *o, const struct constant *table, bool open)
{
	for (const struct constant *c = table; c && c->name; c++)
		offer(o, c->name, c->what ? _(c->what) : NULL, open);
}

static void offer_directory(struct offer *o, const char *path, int *most)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	struct str what = STR_INIT;

	str_addf(&what, _("program in %s"), path);
	while (dir && *most && (e = readdir(dir))) {
		/* what the name does not match is not looked at: directories hold thousands */
		if (e->d_name[0] == '.' || strncmp(e->d_name, o->typed, o->len) ||
		    faccessat(dirfd(dir), e->d_name, X_OK, 0))
			continue;
		offer(o, e->d_name, str_text(&what), false);
		--*most;
	}
	if (dir)
		closedir(dir);
	str_free(&what);
}

void offer_programs(struct offer *o)
{
	const char *path = getenv("PATH");
	int most = PROGRAMS_MOST;

	for (path = path ? path : "/usr/local/bin:/usr/bin:/bin"; *path;) {
		size_t n = strcspn(path, ":");
		char *dir = xstrndup(path, n);

		if (*dir == '/')
			offer_directory(o, dir, &most);
		free(dir);
		path += n + (path[n] == ':');
	}
}

void offer_files(struct offer *o, const struct process *p, const char *path)
{
	const char *dir = p ? session_directory(o->sh->session, (struct process *)p) : NULL;
	char *cwd = xstrdup(dir ? dir : "."), *root = NULL, *end = dir ? strstr(cwd, "/cwd") : NULL;

	if (end && !end[4])
		root = xasprintf("%.*s/root", (int)(end - cwd), cwd);
	o->out->files(o->out->ctx, cwd, root, path);
	free(root);
	free(cwd);
}
