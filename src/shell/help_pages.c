/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/help_pages.h"

static const char syntax[] =
	"The first word decides what a line is.\n"
	"\n"
	"  msgsnd q 1 \"hello\"    a system call, its arguments as in C\n"
	"  msgrcv q size=4       an argument by its name\n"
	"  A> msgrcv q           made by process A; A> alone: use A\n"
	"  q = msgget 5 0600     a name for what comes back\n"
	"  r w = pipe            two names for two descriptors\n"
	"  x = y+1               a name for a number\n"
	"  repeat 5 P s          the same several times\n"
	"  state, use A, ...     the shell's own commands\n"
	"  ls -l | wc > f        anything else: programs, as in sh\n"
	"  command kill -l       a program in spite of its name\n"
	"  ! man 2 msgsnd        a program on the real terminal\n"
	"  # text   // text      a comment\n"
	"\n"
	"Numbers  10  0x1f  0600  'a'  SIGUSR1  IPC_CREAT|0600\n"
	"         x+1  s[1]  A.x (x of process A)  msg:3 (by its id)\n"
	"Texts    hello  \"a\\tb\\n\"  'as it is'  \"x\"*65536\n"
	"Groups   {0,-1,SEM_UNDO}  {SIGUSR1,SIGUSR2}  {qbytes=4096}\n"
	"\n"
	"In programs' lines $q, $A and $A.x are the numbers. sh's ; && || and $(...)\n"
	"are not there: sh -c '...'\n"
	"\n"
	"Ctrl-C interrupts the current process if it sleeps, or clears the line.\n"
	"Tab completes, twice lists. Ctrl-D leaves.\n";

static void write_syntax(struct str *out, const struct shell *sh)
{
	(void)sh;
	str_add(out, syntax);
}

static void write_sandbox(struct str *out, const struct shell *sh)
{
	const struct session *s = sh->session;

	if (!s->box.host) {
		str_add(out,
			"This session lives in a sandbox: IPC, PID and mount namespaces of its own"
			" and a working directory in memory.\n"
			"\n"
			"  What is made here nobody outside sees, and ipcs in another terminal does not show it.\n"
			"  kill and pkill reach this session's processes only.\n"
			"  Ids and pids start afresh, so the same lines give the same numbers.\n"
			"  When the shell ends, however it ends, the kernel removes all of it.\n"
			"  Files outside the working directory and /tmp are the machine's own.\n"
			"\n"
			"To work on the machine's own IPC: ipcsh --host\n");
		return;
	}
	str_add(out,
		"This session works on the machine's own IPC: other terminals see what is made here.\n\n");
	if (s->box.why_not)
		str_addf(out, "  There is no sandbox: %s.\n", s->box.why_not);
	str_add(out,
		"  When the shell ends, a guardian process ends the session's processes and removes\n"
		"  what the session made, and only that. keep q exempts one object.\n"
		"  Kill the guardian, and another takes over; kill both, and the next ipcsh that starts on a\n"
		"  terminal offers to remove what is left.\n"
		"  kill of a process that is not the session's, and the removal of an object that it\n"
		"  did not make, are asked about first; in scripts only --any-pid allows them.\n");
}

const struct help_page help_pages[] = {
	{ "syntax", "the language on one screen", write_syntax },
	{ "sandbox", "what protects the machine from this session", write_sandbox },
	{ NULL, NULL, NULL },
};
