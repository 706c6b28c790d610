/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What succeeds and is not what was meant: an old object where a new one was wanted, bits that mean
 * nothing, a mode in decimal.  Nothing is said of what is as one expects.  Runs in the shell.
 */
#include "base/lang.h"
#include "base/str.h"
#include "call/format.h"
#include "call/types.h"
#include "ipc/sysv.h"

void sysv_note_next(struct str *out)
{
	if (out->len)
		str_add(out, _("; "));
}

void sysv_note_bits(struct str *out, const struct call *c, unsigned bits,
		    const struct constant *names, const char *instead)
{
	if (!bits)
		return;
	sysv_note_next(out);
	format_flags(out, names, bits);
	str_addf(out, _(" is no flag of %s: it means nothing"), prims[c->prim]->name);
	if (instead)
		str_addf(out, " (%s)", instead);
}

/* Is the mode one that everybody knows, had its digits been octal? 600 is 01130, IPC_CREAT|0130. */
static bool is_decimal(unsigned mode)
{
	static const unsigned short known[] = { 600, 644, 660, 664, 666, 700, 755, 777 };

	for (size_t k = 0; k < ARRAY_LEN(known); k++)
		if (mode == known[k])
			return true;
	return false;
}

void sysv_note_mode(struct str *out, unsigned mode)
{
	/* of IPC_CREAT and a mode, IPC_CREAT is in 600 already */
	if (is_decimal(mode)) {
		sysv_note_next(out);
		str_addf(out, _("%u is decimal, %#o in octal; a mode is octal: 0%u"), mode, mode,
			 mode);
	}
}

/* Did the call find an object that was there before it? */
static bool found(const struct call *c, enum kind kind, const struct world *w)
{
	return c->arg[0].num != IPC_PRIVATE && w->known && w->known(w->ctx, kind, c->ret);
}

bool sysv_note_get(struct str *out, const struct call *c, int i, enum kind kind,
		   const struct ipc_perm *perm, const struct world *w)
{
	const unsigned flags = (unsigned)c->arg[i].num;
	const bool old = found(c, kind, w);

	sysv_note_mode(out, flags & (IPC_CREAT | 0777));
	if (old && flags & IPC_CREAT) {
		sysv_note_next(out);
		str_addf(out, _("%s was there already: nothing was made"),
			 w->name(w->ctx, kind, c->ret));
		if ((flags & 0777) != (perm->mode & 0777)) {
			str_add(out, _(", and its mode stays "));
			format_mode(out, perm->mode & 0777);
		}
	} else if (!old && (flags & 0777) == 0) {
		sysv_note_next(out);
		str_add(out, _("mode 000: nobody may use it without privilege, its owner neither; "
			       "0600 lets the owner"));
	}
	if (flags & IPC_EXCL && !(flags & IPC_CREAT)) {
		sysv_note_next(out);
		str_add(out, _("IPC_EXCL means nothing without IPC_CREAT"));
	}
	return old;
}

void sysv_note_never(struct str *out, time_t a, time_t b)
{
	if (a && b)
		return;
	sysv_note_next(out);
	str_add(out, _("a time of 0 means never"));
}
