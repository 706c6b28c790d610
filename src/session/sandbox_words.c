/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What protects the machine from the session, in words: a line for the banner and for who reads a
 * script's errors, a page for `help sandbox`.  Both say what was found out when the session started.
 * Runs in the shell.
 */
#include "base/lang.h"
#include "base/mem.h"
#include "base/str.h"
#include "session/sandbox.h"

#include <string.h>

static const struct {
	unsigned lack;
	const char *what;  /* "without " it, in the line */
	const char *means; /* on the page */
	const char *get;
} lacks[] = {
	{ SANDBOX_LACKS_NET, N_("a network of its own"),
	  N_("The network is the machine's: what a program sends goes out."),
	  N_("network namespaces: sysctl user.max_net_namespaces, or the container's seccomp rules") },
	{ SANDBOX_LACKS_LOOPBACK, N_("a loopback"), N_("Its network has not even a loopback."),
	  N_("nothing that you can do: the kernel refused to raise it") },
	{ SANDBOX_LACKS_LANDLOCK, "Landlock",
	  N_("The machine's FIFOs and devices may be written, where your permissions allow it."),
	  N_("Linux 5.13, with landlock in the list that its boot parameter lsm= or CONFIG_LSM gives") },
	{ SANDBOX_LACKS_READONLY, N_("read-only mounts"),
	  N_("Modes, owners and times of your files outside may be changed."),
	  N_("mount(2): the container's seccomp or AppArmor rules must allow it") },
	{ SANDBOX_LACKS_RUN, N_("a /run of its own"),
	  N_("Programs may talk to the machine's services, and have them do things outside."),
	  N_("a mount of tmpfs: the container's rules must allow it") },
	{ SANDBOX_LACKS_SECOND, N_("a second user"), N_("spawn B user=nobody says why."),
	  N_("newuidmap (package uidmap) and lines for you in /etc/subuid and /etc/subgid") },
	{ SANDBOX_LACKS_PTS, N_("terminals of its own"), N_("Your other terminals are in sight."),
	  N_("a mount of devpts: the container's rules must allow it") },
};

static void add_list(struct str *out, const char *word, int i, int n)
{
	str_addf(out, "%s%s", i == 0 ? "" : i == n - 1 ? _(" and ") : _(", "), word);
}

static void add_lacks(struct str *out, unsigned lack)
{
	int n = 0, i = 0;

	for (size_t k = 0; k < ARRAY_LEN(lacks); k++)
		n += (lack & lacks[k].lack) != 0;
	for (size_t k = 0; k < ARRAY_LEN(lacks); k++)
		if (lack & lacks[k].lack)
			add_list(out, _(lacks[k].what), i++, n);
}

/* Paths are the user's own choice, but a file's name may be anybody's. */
static void add_binds(struct str *out, const struct sandbox_wish *wish)
{
	for (int i = 0; i < wish->nbind; i++) {
		struct str name = STR_INIT;

		str_clean(&name, wish->bind[i], strlen(wish->bind[i]));
		add_list(out, str_text(&name), i, wish->nbind);
		str_free(&name);
	}
}

void sandbox_say(const struct sandbox *sb, struct str *out)
{
	if (sb->host && sb->why_not) {
		str_addf(
			out,
			_("On the machine's own IPC, without a sandbox: %s. What is made here is removed; "
			  "your files are not protected (help sandbox)."),
			sb->why_not);
	} else if (sb->host) {
		str_add(out,
			_("On the machine's own IPC; what is made here is removed at the end."));
	} else {
		str_add(out,
			_("A world of its own: IPC, processes, network and files end with this session"));
		if (sb->wish.nbind) {
			str_add(out, _(", but for "));
			add_binds(out, &sb->wish);
		}
		if (sb->lacks) {
			str_add(out, _("; without "));
			add_lacks(out, sb->lacks);
			if (sb->lacks & SANDBOX_LACKS_LANDLOCK &&
			    sb->lacks & SANDBOX_LACKS_READONLY)
				str_add(out, _(": your files are not protected"));
			str_add(out, _(" (help sandbox)"));
		}
		str_add(out, _("."));
	}
}

static void explain_world(const struct sandbox *sb, struct str *out)
{
	str_add(out,
		_("This session lives in a sandbox: user, IPC, PID, mount and network namespaces of its own,"
		  " and a working directory in memory.\n"
		  "\n"
		  "  What is made here nobody outside sees, nor does ipcs in another terminal.\n"
		  "  kill and pkill reach this session's processes only.\n"
		  "  Ids and pids start afresh, so the same lines give the same numbers.\n"
		  "  When the shell ends, however it ends, the kernel removes all of it.\n"
		  "  The network has a loopback and no way out.\n"
		  "  The machine's files can be read and run, with your permissions, but not\n"
		  "  changed, by read-only mounts and by Landlock. The session writes below\n"
		  "  /tmp and /dev/shm, which are its own"));
	if (sb->wish.nbind) {
		str_add(out, _(", and in "));
		add_binds(out, &sb->wish);
	}
	str_add(out, _(".\n  /run, where services listen, is hidden.\n"));
	if (sb->lacks)
		str_add(out, _("\nBut this could not be had here:\n\n"));
	for (size_t i = 0; i < ARRAY_LEN(lacks); i++)
		if (sb->lacks & lacks[i].lack)
			str_addf(out, _("  No %s. %s\n    To get it: %s.\n"), _(lacks[i].what),
				 _(lacks[i].means), _(lacks[i].get));
	str_add(out, _("\n"
		       "To let it write in a directory of yours: ipcsh --bind DIR.\n"
		       "To work on the machine's own IPC: ipcsh --host.\n"));
}

static void explain_host(const struct sandbox *sb, struct str *out)
{
	str_add(out,
		_("This session works on the machine's own IPC: other terminals see what is made\n"
		  "here.\n\n"));
	if (sb->why_not)
		str_addf(out, _("  There is no sandbox: %s.\n"), sb->why_not);
	str_add(out,
		_("  When the shell ends, a guardian process ends the session's processes and\n"
		  "  removes what the session made, and only that. keep q exempts one object.\n"
		  "  Kill the guardian, and another takes over; kill both, and the next ipcsh that\n"
		  "  starts on a terminal offers to remove what is left.\n"
		  "  kill of a process that is not the session's, and the removal of an object that\n"
		  "  it did not make, are asked about first; in scripts only --any-pid allows them.\n"
		  "  Nothing keeps programs from your files, your processes and the network.\n"));
	if (!sb->why_not)
		return;
	str_add(out,
		_("\nTo get the sandbox:\n\n"
		  "  Ubuntu from 23.10 on lets programs make user namespaces that have an AppArmor\n"
		  "  profile: make install writes one. Elsewhere look at\n"
		  "    sysctl user.max_user_namespaces kernel.unprivileged_userns_clone\n"
		  "  In a container its seccomp rules must allow clone and mount, and its /proc must\n"
		  "  be whole: docker run --security-opt seccomp=unconfined --security-opt\n"
		  "  systempaths=unconfined; podman run --security-opt unmask=ALL.\n"
		  "  As root no user namespace is needed.\n"
		  "  ipcsh --sandbox insists on it, and says what is missing.\n"));
}

void sandbox_explain(const struct sandbox *sb, struct str *out)
{
	if (sb->host)
		explain_host(sb, out);
	else
		explain_world(sb, out);
}
