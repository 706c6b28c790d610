/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a task still lacks, in words for somebody who has never seen the language of goals.  A condition for which
 * there are no words stands as the lesson has it.
 */
#include "base/lang.h"
#include "lesson/goal_priv.h"

#include <stdlib.h>
#include <string.h>

/* A question with that many arguments: what is said where it should be so, and where it should not. */
static const struct phrase {
	const char *name;
	int nargs;
	const char *lacks, *has;
} phrases[] = {
	{ "exists", 1, N_("%1$s is not there"), N_("%1$s is there") },
	{ "gone", 1, N_("%1$s is not gone"), N_("%1$s is gone") },
	{ "asleep", 1, N_("%1$s is not asleep"), N_("%1$s is asleep") },
	{ "asleep", 2, N_("%1$s is not asleep in %2$s"), N_("%1$s is asleep in %2$s") },
	{ "asleep", 3, N_("%1$s is not asleep in %2$s at %3$s"),
	  N_("%1$s is asleep in %2$s at %3$s") },
	{ "slept", 1, N_("%1$s has not fallen asleep"), N_("%1$s has been asleep") },
	{ "slept", 2, N_("%1$s has not fallen asleep in %2$s"),
	  N_("%1$s has been asleep in %2$s") },
	{ "woken", 1, N_("nobody has woken %1$s"), N_("%1$s has been woken") },
	{ "woken", 2, N_("nobody has woken %1$s in %2$s"), N_("%1$s has been woken in %2$s") },
	{ "woken", 3, N_("%1$s has not been woken in %2$s by %3$s"),
	  N_("%1$s has been woken in %2$s by %3$s") },
	{ "returned", 2, N_("%1$s has not come back from %2$s"),
	  N_("%1$s has come back from %2$s") },
	{ "failed", 2, N_("%2$s of %1$s has not failed"), N_("%2$s of %1$s has failed") },
	{ "failed", 3, N_("%2$s of %1$s has not failed with %3$s"),
	  N_("%2$s of %1$s has failed with %3$s") },
	{ "killed", 1, N_("nothing has killed %1$s"), N_("%1$s has been killed") },
	{ "killed", 2, N_("%1$s has not been killed by %2$s"), N_("%1$s has been killed by %2$s") },
	{ "exited", 1, N_("%1$s has not exited"), N_("%1$s has exited") },
	{ "exited", 2, N_("%1$s has not exited with status %2$s"),
	  N_("%1$s has exited with status %2$s") },
	{ "zombie", 1, N_("%1$s has not become a zombie"), N_("%1$s has become a zombie") },
	{ "reaped", 1, N_("nobody has waited for %1$s"), N_("%1$s has been waited for") },
	{ "orphaned", 1, N_("%1$s is no orphan"), N_("%1$s has become an orphan") },
	{ "execed", 1, N_("%1$s has not become another program"),
	  N_("%1$s has become another program") },
	{ "stopped", 1, N_("nothing has stopped %1$s"), N_("%1$s has been stopped") },
	{ "handled", 2, N_("%1$s's handler for %2$s has not run"),
	  N_("%1$s's handler for %2$s has run") },
	{ "holds", 2, N_("%1$s does not hold %2$s"), N_("%1$s holds %2$s") },
	{ "attached", 2, N_("%1$s has not attached %2$s"), N_("%1$s has %2$s attached") },
	{ "has", 2, N_("no message of type %2$s is in %1$s"),
	  N_("a message of type %2$s is in %1$s") },
	{ "has", 3, N_("no message of type %2$s with the text %3$s is in %1$s"),
	  N_("a message of type %2$s with the text %3$s is in %1$s") },
	{ "printed", 2, N_("%1$s has not printed %2$s"), N_("%1$s has printed %2$s") },
	{ "blocked", 2, N_("%1$s does not block %2$s"), N_("%1$s blocks %2$s") },
	{ "pending", 2, N_("no %2$s is pending for %1$s"), N_("%2$s is pending for %1$s") },
	{ "handler", 2, N_("%1$s has no handler for %2$s"), N_("%1$s has a handler for %2$s") },
	{ "ignored", 2, N_("%1$s does not ignore %2$s"), N_("%1$s ignores %2$s") },
};

static const struct phrase *phrase_of(const struct node *call)
{
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (!strcmp(phrases[i].name, call->func->name) && phrases[i].nargs == call->nkids)
			return &phrases[i];
	return NULL;
}

/* An argument as it stands; * is somebody, anything. */
static char *argument(const struct goal *g, const struct node *call, int i)
{
	const struct node *kid = i < call->nkids ? call->kid[i] : NULL;
	struct str text = STR_INIT;

	if (kid && kid->type == NODE_NAME && !strcmp(kid->text, "*"))
		str_add(&text, i == 0 ? _("somebody") : _("any call"));
	else if (kid)
		str_clean(&text, g->text + kid->from, kid->to - kid->from);
	return str_take(&text);
}

bool goal_in_words(const struct goal *g, const struct node *n, struct str *out)
{
	const bool no = n->type == NODE_NOT;
	const struct node *call = no ? n->kid[0] : n;
	const struct phrase *p = call->type == NODE_CALL ? phrase_of(call) : NULL;
	char *arg[GOAL_ARGS];

	if (!p)
		return false;
	for (int i = 0; i < GOAL_ARGS; i++)
		arg[i] = argument(g, call, i);
	str_addf(out, no ? _(p->has) : _(p->lacks), arg[0], arg[1], arg[2]);
	for (int i = 0; i < GOAL_ARGS; i++)
		free(arg[i]);
	return true;
}
