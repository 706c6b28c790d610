/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Message queues as objects: what is told of a new one, the diff, removal.  They are read by
 * msg_look.c, and their table in `state` is msg_grid.c's matter.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "ipc/msg_object.h"
#include "ipc/sysv.h"

static const struct field fields[] = {
	[F_KEY] = { "key", FIELD_KEY },
	[F_UID] = { "uid", 0 },
	[F_GID] = { "gid", 0 },
	[F_CUID] = { "cuid", 0 },
	[F_CGID] = { "cgid", 0 },
	[F_MODE] = { "mode", FIELD_MODE },
	[F_QNUM] = { "qnum", 0 },
	[F_CBYTES] = { "cbytes", 0 },
	[F_QBYTES] = { "qbytes", 0 },
	[F_LSPID] = { "lspid", FIELD_QUIET | FIELD_PID },
	[F_LRPID] = { "lrpid", FIELD_QUIET | FIELD_PID },
	[F_STIME] = { "stime", FIELD_QUIET | FIELD_TIME },
	[F_RTIME] = { "rtime", FIELD_QUIET | FIELD_TIME },
	[F_CTIME] = { "ctime", FIELD_QUIET | FIELD_TIME },
	{ NULL, 0 },
};

static void created(struct str *out, const struct object *now, const struct world *w)
{
	(void)w;
	sysv_count(out, now->f[F_QNUM], N_("message"));
	if (now->f[F_CBYTES]) {
		str_add(out, _(", "));
		sysv_count(out, now->f[F_CBYTES], N_("byte"));
	}
	str_addf(out, _(", %ld bytes max  "), now->f[F_QBYTES]);
	format_mode(out, (unsigned)now->f[F_MODE] & 0777);
	str_add(out, _("  key "));
	sysv_key(out, (key_t)now->f[F_KEY]);
}

static void changed(const struct object *now, const struct object *was, const struct world *w,
		    void (*line)(void *arg, const char *subject, const char *text), void *arg)
{
	const char *name = w->name(w->ctx, KIND_MSG, now->id);
	bool num = now->f[F_QNUM] != was->f[F_QNUM], bytes = now->f[F_CBYTES] != was->f[F_CBYTES];
	static struct str text; /* reused: this runs for every line of a replay */

	str_reset(&text);
	if (num || bytes) {
		sysv_count(&text, now->f[F_QNUM], N_("message"));
		str_add(&text, _(", "));
		sysv_count(&text, now->f[F_CBYTES], N_("byte"));
		str_add(&text, _(" (was "));
		if (num)
			str_num(&text, was->f[F_QNUM]);
		if (num && bytes && was->f[F_CBYTES])
			str_add(&text, _(", "));
		if (bytes && (!num || was->f[F_CBYTES]))
			sysv_count(&text, was->f[F_CBYTES], N_("byte"));
		str_addc(&text, ')');
		line(arg, name, str_text(&text));
		str_reset(&text);
	}
	if (now->f[F_QBYTES] != was->f[F_QBYTES]) {
		str_addf(&text, _("%ld bytes max (was %ld)"), now->f[F_QBYTES], was->f[F_QBYTES]);
		line(arg, name, str_text(&text));
	}
	sysv_changed_mode(name, now->f[F_MODE], was->f[F_MODE], line, arg);
	sysv_changed_owner(name, _("owner uid"), now->f[F_UID], was->f[F_UID], line, arg);
	sysv_changed_owner(name, _("group gid"), now->f[F_GID], was->f[F_GID], line, arg);
}

static int remove_queue(long id)
{
	return msgctl((int)id, IPC_RMID, NULL);
}

const struct facility facility_msg = {
	.kind = KIND_MSG,
	.title = N_("message queues"),
	.field = fields,
	.each = msg_each,
	.look = msg_object,
	.created = created,
	.changed = changed,
	.state = msg_grid,
	.remove = remove_queue,
};
