/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/help_pages.h"
#include "base/lang.h"

static const char syntax[] =
	N_("The first word decides what a line is.\n"
	   "\n"
	   "  msgsnd q 1 \"hello\"    a system call, its arguments as in C\n"
	   "  msgrcv q size=4       an argument by its name\n"
	   "  A> msgrcv q           made by process A; A> alone: use A\n"
	   "  q = msgget 5 0600     a name for what comes back\n"
	   "  r w = pipe            two names for two descriptors\n"
	   "  t text = msgrcv q     two for what came: a number and a text\n"
	   "  x = (y + 1) % 8       a name for a number\n"
	   "  s = \"hello $x\"        a name for a text\n"
	   "  repeat 5 P s          the same several times\n"
	   "  state, use A, ...     the shell's own commands\n"
	   "  ls -l | wc > f        anything else: programs, as in sh\n"
	   "  command kill -l       a program in spite of its name\n"
	   "  ! man 2 msgsnd        a program on the real terminal\n"
	   "  # text   // text      a comment\n"
	   "\n"
	   "Numbers  10  0x1f  0600  'a'  SIGUSR1  IPC_CREAT|0600\n"
	   "         a+4*(i%N)  s[1]  A.x (x of process A)  msg:3 (by its id)\n"
	   "         * / % before + - before |, as in C; blanks only within ( ) and { }\n"
	   "Texts    hello  \"a\\tb\\n\"  'as it is'  \"x\"*65536\n"
	   "         \"x is $x, ${q}th\": a name's digits or text; \\$ and '...' keep the $\n"
	   "Groups   {0,-1,SEM_UNDO}  {SIGUSR1,SIGUSR2}  {qbytes=4096}\n"
	   "\n"
	   "In programs' lines $q, $A and $A.x are what the names stand for. sh's ; && ||\n"
	   "and $(...) are not there: sh -c '...'\n"
	   "\n"
	   "Ctrl-C interrupts the current process if it sleeps, or clears the line.\n"
	   "Tab completes, twice lists. Ctrl-D leaves.\n");

static void write_syntax(struct str *out, const struct shell *sh)
{
	(void)sh;
	str_add(out, _(syntax));
}

static void write_sandbox(struct str *out, const struct shell *sh)
{
	sandbox_explain(&sh->session->box, out);
}

static const char join[] =
	N_("In another terminal, while this session runs:\n"
	   "\n"
	   "  ipcsh join            your shell, inside: ipcs, ps, ls there show what is here\n"
	   "  ipcsh join ipcs -q    one command instead\n"
	   "  ipcsh join watch      what `state` shows, live; q leaves\n"
	   "\n"
	   "Of several sessions it asks which one. What is done there is told here after the\n"
	   "next line. ipcsh --split opens prompt and live view at once, in tmux.\n");

static void write_join(struct str *out, const struct shell *sh)
{
	(void)sh;
	str_add(out, _(join));
}

static const char lessons[] =
	N_("A lesson is Markdown, NN-name.md; the same in Chinese is NN-name.zh.md. At its\n"
	   "top, between two --- lines, may stand title, about, time (minutes), number,\n"
	   "needs and author. Each ## heading begins a step. What its fences are:\n"
	   "\n"
	   "  ```console                   typed along, a command at a time\n"
	   "  ```console {setup}           run without asking\n"
	   "  ```console {predict=\"A; B\"}  a numbered list of choices stands before it; A\n"
	   "                               and B say when each was right (help goals); a\n"
	   "                               <details> right after it has the reasons\n"
	   "  ```console {goal=\"A\"}        a task's solution, in the last <details> of the\n"
	   "                               task; those before it are its hints\n"
	   "\n"
	   "In a fence NAME> begins a command, and what follows must be seen: ids, pids,\n"
	   "keys, addresses and times may be others; ... stands for any lines, [..] for\n"
	   "any text in a line. A fence that quotes nothing is only executed.\n"
	   "\n"
	   "  record --lesson 07-mine.md   what is typed here becomes a lesson's skeleton\n"
	   "  ipcsh --bless 07-mine.md     what is seen is written into the fences\n"
	   "  ipcsh --lint 07-mine.md      what a reader would trip over\n"
	   "  ipcsh --check 07-mine.md     is it true what it quotes, are its goals right?\n"
	   "  ipcsh --lessons DIR          a folder of your own\n");

static void write_lessons(struct str *out, const struct shell *sh)
{
	(void)sh;
	str_add(out, _(lessons));
}

static const char goals[] =
	N_("A lesson's task is solved when the kernel's state says so, whatever was typed.\n"
	   "Its author says it in a goal; so for a prediction's choices. (lessons/README.md)\n"
	   "\n"
	   "  q.qnum == 2 and not asleep(A)    and or not ( )  == != < <= > >=  + -\n"
	   "  2 0600 0x1f 'hello' ENOMSG       numbers, texts, constants\n"
	   "\n"
	   "What is not there equals nothing. The state now:\n"
	   "  q.qnum q.cbytes m.nattch s[0]    fields as in --json, and a semaphore's value\n"
	   "  r.bytes r.readers r.writers      of a pipe, by the name of an end\n"
	   "  A.state == 'asleep' A.pid        a process, as in state\n"
	   "  x A.x text == 'hello'            a name's number or text\n"
	   "  exists(q) exists(A)              it is there; it lives\n"
	   "  asleep(A, semop, s)              in that call, at that object\n"
	   "  holds(A, w) attached(A, m)       who has what\n"
	   "  int(m, 8) text(m) has(q, 7, 'x') what is inside\n"
	   "  undo(A, s[0])                    what the end of A would add\n"
	   "  blocked(A, SIGUSR1)              so pending, handler, ignored\n"
	   "  fifo(hello).readers              a FIFO by its path\n"
	   "  count(proc, asleep(it))          how many: msg shm sem pipe fifo proc\n"
	   "  any(msg, it.qnum == 2)           one of them, whatever its name\n"
	   "\n"
	   "What has happened since the task was set, and how often; * is anybody, anything:\n"
	   "  returned(A, read)                failed(A, read, EINTR)\n"
	   "  slept(A, semop)                  woken(A, semop, EIDRM)\n"
	   "  ret(A, read)                     errno(A, read) data(A, read): of the last\n"
	   "  killed(A, SIGKILL)               started exited zombie reaped stopped\n"
	   "                                   continued orphaned execed\n"
	   "  handled(A, SIGUSR1)              its handler ran\n"
	   "  new(msg) changed(q) gone(q)      an object, by name or kind\n"
	   "  printed(A, 'hello')              a program's output has it\n");

static void write_goals(struct str *out, const struct shell *sh)
{
	(void)sh;
	str_add(out, _(goals));
}

const struct help_page help_pages[] = {
	{ "syntax", N_("the language on one screen"), write_syntax },
	{ "sandbox", N_("what protects the machine from this session"), write_sandbox },
	{ "join", N_("a second terminal, inside this session"), write_join },
	{ "lessons", N_("how to write one"), write_lessons },
	{ "goals", N_("what a lesson's tasks are judged by"), write_goals },
	{ NULL, NULL, NULL },
};
