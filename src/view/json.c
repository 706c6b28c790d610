/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/json.h"

#include "base/str.h"
#include "call/format.h"
#include "view/json_value.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct jsonl {
	struct sink sink; /* first: it is found by its sink */
	FILE *out;
	const struct world *world;
	bool flush;
	struct str line, safe;
};

static const char *const statuses[] = {
	[CALL_RETURNED] = "returned", [CALL_FAILED] = "failed", [CALL_WAITING] = "waiting"
};
static const char *const object_changes[] = {
	[OBJECT_NEW] = "new", [OBJECT_CHANGED] = "changed", [OBJECT_GONE] = "gone"
};
static const char *const process_changes[] = {
	[PROCESS_STARTED] = "started",     [PROCESS_STOPPED] = "stopped",
	[PROCESS_CONTINUED] = "continued", [PROCESS_EXITED] = "exited",
	[PROCESS_KILLED] = "killed",       [PROCESS_ZOMBIE] = "zombie",
	[PROCESS_REAPED] = "reaped",       [PROCESS_ORPHANED] = "orphaned",
	[PROCESS_EXECED] = "execed",       [PROCESS_CHANGED] = "changed"
};
static const char *const actions[] = {
	[SIGNAL_HANDLED] = "handled", [SIGNAL_IGNORED] = "ignored", [SIGNAL_DEFAULT] = "default"
};

/* The setters leave out what is not there; a consumer reads that as null. */
static void set(json_t *o, const char *key, json_t *value)
{
	if (!value || json_object_set_new(o, key, value))
		fatal("out of memory");
}

static void set_text(json_t *o, const char *key, const char *s, size_t n)
{
	if (s)
		set(o, key, value_text(s, n));
}

static void set_string(json_t *o, const char *key, const char *s)
{
	if (s)
		set(o, key, value_unmarked(s));
}

static void set_number(json_t *o, const char *key, long long n)
{
	set(o, key, json_integer(n));
}

/* Microseconds are enough, and shorter than 17 digits. */
static void set_seconds(json_t *o, const char *key, double t)
{
	set(o, key, json_real(isfinite(t) ? t : 0));
}

static void set_notes(json_t *o, const struct event *e)
{
	json_t *notes = json_array();

	for (int i = 0; i < e->nnotes; i++) {
		struct str line = STR_INIT;

		if (e->subject && e->subject[i])
			str_addf(&line, "%s: ", e->subject[i]);
		str_add(&line, e->note[i]);
		json_array_append_new(notes, value_unmarked(str_text(&line)));
		str_free(&line);
	}
	if (e->nnotes)
		set(o, "notes", notes);
	else
		json_decref(notes);
}

static void put_line(json_t *o, const struct event *e)
{
	const char *s = e->text ? e->text : "";

	set_text(o, "text", s, e->len ? e->len : strlen(s));
	set_string(o, "source", e->source);
}

/* A primitive's call; e->status says how far it is. */
static void put_prim(json_t *o, const struct event *e)
{
	const struct call *c = e->call;
	const struct prim *p = prims[c->prim];
	bool waiting = e->status == CALL_WAITING;
	struct str text = STR_INIT, data = STR_INIT;

	set_string(o, "name", p->name);
	set(o, "args", value_args(c, !waiting && !e->noreturn));
	call_format(&text, c,
		    waiting                 ? FORMAT_UNFINISHED
		    : e->noreturn           ? FORMAT_NORETURN
		    : e->type == EV_RESUMED ? FORMAT_RESUMED
					    : FORMAT_WHOLE);
	set_string(o, "text", str_text(&text));
	set_string(o, "status", statuses[e->status]);
	if (!waiting && !e->noreturn) {
		set_number(o, "ret", c->ret);
		if (c->ret == -1 && c->err)
			set_string(o, "errno", errno_name(c->err));
		if (p->data)
			p->data(&data, c);
		if (data.len)
			set(o, "data", value_data(data.s, data.len));
	}
	str_free(&text);
	str_free(&data);
}

static void put_call(json_t *o, const struct event *e)
{
	if (e->call) {
		put_prim(o, e);
	} else { /* a pipeline; the language's own word for it */
		set_string(o, "name", "command");
		set_text(o, "text", e->text, e->text ? strlen(e->text) : 0);
		set_string(o, "status", statuses[e->status]);
		if (e->status != CALL_WAITING)
			set_number(o, "ret", e->ret);
	}
	set_string(o, "why", e->why);
	if (e->type == EV_RESUMED) {
		set_number(o, "ref", (long long)e->ref);
		set_seconds(o, "waited", e->waited);
	}
}

static void put_object(json_t *o, const struct event *e, const struct world *w)
{
	set_string(o, "change", object_changes[e->change]);
	set_string(o, "kind", kind_name(e->kind));
	set_number(o, "id", e->id);
	set_string(o, "name", e->name);
	if (e->now && e->change != OBJECT_GONE)
		set(o, "fields", value_fields(e->now, NULL, w));
	if (e->was && e->change != OBJECT_NEW)
		set(o, "was", value_fields(e->was, e->change == OBJECT_CHANGED ? e->now : NULL, w));
}

static void put_signal(json_t *o, const struct event *e)
{
	set_string(o, "signo", signo_name(e->signo));
	set_string(o, "action", actions[e->action]);
	set_string(o, "from", e->from);
	set_string(o, "why", e->why);
	set_number(o, "code", e->code);
	if (e->value_known)
		set_number(o, "value", e->value);
}

static void put_process(json_t *o, const struct event *e)
{
	bool dead = e->change == PROCESS_ZOMBIE || e->change == PROCESS_EXITED ||
		    e->change == PROCESS_KILLED;

	set_string(o, "change", process_changes[e->change]);
	if (dead && !e->signo && e->value_known)
		set_number(o, "status", e->exit_status);
	if (e->signo)
		set_string(o, "signo", signo_name(e->signo));
	if (dead && e->core)
		set(o, "core", json_true());
	if (e->change == PROCESS_ORPHANED && e->value_known)
		set_number(o, "parent", e->value);
	if (e->change == PROCESS_EXECED)
		set_string(o, "program", e->text);
	if (e->change == PROCESS_REAPED)
		set_string(o, "from", e->from);
	set_notes(o, e);
}

/* Everything: the processes, and each table of objects by its title. */
static void put_state(json_t *o, const struct event *e)
{
	json_t *objects = json_object(), *notes = json_array();

	for (int i = 0; i < e->ngrids; i++) {
		const struct grid *g = e->grid[i];
		bool processes = !strcmp(g->title, "processes");

		set(processes ? o : objects, g->title, value_grid(g));
		if (g->note)
			json_array_append_new(notes, value_unmarked(g->note));
	}
	set(o, "objects", objects);
	if (json_array_size(notes))
		set(o, "notes", notes);
	else
		json_decref(notes);
}

static void put(json_t *o, const struct event *e, const struct world *w)
{
	switch (e->type) {
	case EV_LINE:
		put_line(o, e);
		break;
	case EV_CALL:
	case EV_RESUMED:
		put_call(o, e);
		break;
	case EV_OBJECT:
		put_object(o, e, w);
		break;
	case EV_SIGNAL:
		put_signal(o, e);
		break;
	case EV_PROCESS:
		put_process(o, e);
		break;
	case EV_OUTPUT:
		set_string(o, "stream", e->stream ? e->stream : "stdout");
		set_text(o, "text", e->text, e->len);
		break;
	case EV_TEXT: /* the shell's own words, in which numbers are marked */
		set_string(o, "stream", e->stream ? e->stream : "shell");
		set_string(o, "text", e->text);
		break;
	case EV_STATE:
		put_state(o, e);
		break;
	case EV_ERROR:
		set_string(o, "message", e->text);
		set_string(o, "hint", e->hint);
		set_string(o, "source", e->source);
		break;
	}
}

static int add(const char *s, size_t n, void *line)
{
	str_addn(line, s, n);
	return 0;
}

/* A character of the basic plane in JSON, or as the pair that stands for one of the others. */
static void add_escape(struct str *out, uint32_t c)
{
	if (c < 0x10000)
		str_addf(out, "\\u%04x", c);
	else
		str_addf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
			 0xdc00 + (c & 0x3ff));
}

/*
 * JSON allows within a string what a terminal would obey: DEL, C1, what turns the direction. Escaped
 * it is the same text. All else that is not ASCII stays readable.
 */
static void escape_unseen(struct str *out, const char *s, size_t n)
{
	while (n) {
		size_t shown = str_shown(s, n), len = 1;
		uint32_t c;

		str_addn(out, s, shown);
		s += shown;
		n -= shown;
		if (!n)
			return;
		c = (unsigned char)*s;
		if (c >= 0xc0) {
			c &= 0x7fu >> (len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2);
			for (size_t i = 1; i < len; i++)
				c = c << 6 | ((unsigned char)s[i] & 0x3f);
		}
		add_escape(out, c);
		s += len;
		n -= len;
	}
}

static void emit(struct sink *sink, const struct event *e)
{
	struct jsonl *j = (struct jsonl *)sink;
	json_t *o = json_object();

	set_string(o, "event", event_name(e->type == EV_TEXT ? EV_OUTPUT : e->type));
	set_number(o, "seq", (long long)e->seq);
	set_seconds(o, "t", e->t);
	if (e->proc) {
		set_string(o, "proc", e->proc);
		set_number(o, "pid", e->pid);
	}
	put(o, e, j->world);
	str_reset(&j->line);
	if (json_dump_callback(o, add, &j->line, JSON_COMPACT | JSON_REAL_PRECISION(9)))
		fatal("an event could not be written as JSON");
	json_decref(o);
	str_reset(&j->safe);
	escape_unseen(&j->safe, str_text(&j->line), j->line.len);
	str_addc(&j->safe, '\n');
	fwrite(str_text(&j->safe), 1, j->safe.len, j->out);
	if (j->flush)
		fflush(j->out);
}

struct jsonl *jsonl_new(FILE *out, const struct world *world)
{
	struct jsonl *j = xcalloc(1, sizeof(*j));
	struct stat st;

	j->sink.emit = emit;
	j->sink.english = j->sink.times = true;
	j->out = out;
	j->world = world;
	j->flush = fstat(fileno(out), &st) || !S_ISREG(st.st_mode);
	return j;
}

void jsonl_free(struct jsonl *j)
{
	if (!j)
		return;
	str_free(&j->line);
	str_free(&j->safe);
	free(j);
}

struct sink *jsonl_sink(struct jsonl *j)
{
	return &j->sink;
}
