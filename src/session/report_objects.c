/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is different in the kernel: one event an object, and who was removed is forgotten.  Runs in
 * the shell.
 */
#include "session/report.h"

#include "base/lang.h"
#include "base/str.h"

#include <stdlib.h>

struct lines {
	char *subject[64], *note[64];
	int n;
};

static void add_line(void *arg, const char *subject, const char *text)
{
	struct lines *l = arg;

	if (l->n == (int)ARRAY_LEN(l->note))
		return;
	l->subject[l->n] = xstrdup(subject);
	l->note[l->n++] = xstrdup(text);
}

static void tell(struct session *s, const struct facility *f, const struct object *now,
		 const struct object *was)
{
	const struct object *o = now ? now : was;
	struct lines l = { 0 };
	struct str text = STR_INIT;
	struct event e = {
		.type = EV_OBJECT, .kind = o->kind, .id = o->id, .now = now, .was = was
	};
	const char *only;

	e.name = s->world.name(s, o->kind, o->id);
	e.change = !was ? OBJECT_NEW : !now ? OBJECT_GONE : OBJECT_CHANGED;
	if (e.change == OBJECT_CHANGED) {
		f->changed(now, was, &s->world, add_line, &l);
		e.subject = (const char *const *)l.subject;
		e.note = (const char *const *)l.note;
		e.nnotes = l.n;
	} else {
		if (now)
			f->created(&text, now, &s->world);
		else
			str_add(&text, o->kind == KIND_PIPE ? _("gone with its last end")
							    : C_("of an object", "removed"));
		only = str_text(&text);
		e.note = &only;
		e.nnotes = 1;
	}
	if (e.change != OBJECT_CHANGED || l.n)
		session_emit(s, NULL, &e);
	for (int i = 0; i < l.n; i++) {
		free(l.subject[i]);
		free(l.note[i]);
	}
	str_free(&text);
}

static void tell_object(void *arg, const struct facility *f, const struct object *now,
			const struct object *was)
{
	struct session *s = arg;
	const struct object *o = now ? now : was;

	for (int v = s->diff ? session_voice(s, 0) : 0; v; v = session_voice(s, v))
		tell(s, f, now, was);
	if (!now) {
		if (s->made && o->kind <= KIND_SEM)
			guardian_gone(s->made,
				      (enum guardian_kind)(o->kind - KIND_MSG + GUARDIAN_MSG),
				      (int)o->id);
		names_forget(&s->names, o->kind, 0, o->id);
		if (o->kind == KIND_PIPE) /* the next one may get its inode */
			ends_label_drop(s->ends, (unsigned long)o->id);
	}
}

void report_objects(struct session *s)
{
	objects_diff(&s->objects, &s->world, tell_object, s);
}
