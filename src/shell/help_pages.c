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
	sandbox_explain(&sh->session->box, out);
}

static const char join[] =
	"In another terminal, while this session runs:\n"
	"\n"
	"  ipcsh join            your shell, inside: ipcs, ps, ls there show what is here\n"
	"  ipcsh join ipcs -q    one command instead\n"
	"  ipcsh join watch      what `state` shows, live; q leaves\n"
	"\n"
	"Of several sessions it asks which one. What is done there is told here after the\n"
	"next line. ipcsh --split opens prompt and live view at once, in tmux.\n";

static void write_join(struct str *out, const struct shell *sh)
{
	(void)sh;
	str_add(out, join);
}

const struct help_page help_pages[] = {
	{ "syntax", "the language on one screen", write_syntax },
	{ "sandbox", "what protects the machine from this session", write_sandbox },
	{ "join", "a second terminal, inside this session", write_join },
	{ NULL, NULL, NULL },
};
