#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tab, and the hint of what is still to be typed.
. tests/tools/term.bash

# tab TYPED WANTED WHAT
tab() {
	keys -l -- "$1"
	keys Tab
	prompt "$2" && ok "$3"
	keys C-e C-u
	prompt '^main>$'
}
# no_tab TYPED WHAT [HINT]: Tab adds nothing
no_tab() {
	local typed=${1//\\/\\\\}
	keys -l -- "$1"
	keys Tab
	keys -l x
	prompt "${typed//\$/\\$}x${3-}$" && ok "$2"
	keys C-e C-u
	prompt '^main>$'
}
# list TYPED REGEX WHAT: two Tabs show a line
list() {
	clear_screen
	keys -l -- "$1"
	keys Tab Tab
	see "$2" && ok "$3"
	keys C-e C-u
	prompt '^main>$'
}

start 80 30
line 'q = msgget IPC_PRIVATE 0600'
line 'semi = semget IPC_PRIVATE 2 0600'
line 'rd wr = pipe'
line 'spawn Alice Bob'
line 'Alice> x = open /dev/null O_RDONLY'
line 'mkfifo hello'
see 'mkfifo\("hello"'
clear_screen

tab 'msgs' '^main> msgsnd msqid' "a call, and the hint behind it"
tab 'spaw' '^main> spawn NAME' "a command"
tab 'Ali' '^main> Alice>$' "a process before >"
tab 'Alice> sem' '^main> Alice> sem' "behind A>"
tab 'msgsnd ' '^main> msgsnd q mtype' "the only queue"
tab 'P se' '^main> P semi \[n\]' "a semaphore set"
tab 'x = msgg' '^main> x = msgget key' "behind a binding"
tab 'repeat 3 msgrc' '^main> repeat 3 msgrcv msqid' "behind repeat"
tab 'kill Ali' '^main> kill Alice \[sig\]' "a process as an argument"
tab 'kill Alice SIGUSR' '^main> kill Alice SIGUSR' "signals have a common part"
tab 'kill -SIGST' '^main> kill -SIGSTOP' "a signal in sh's form"
tab 'msgget 5 IPC_CREAT|IPC_E' 'main> msgget 5 IPC_CREAT\|IPC_EXCL$' "a flag after |"
tab 'msgrcv q 0 IPC_N' '^main> msgrcv q 0 IPC_NOWAIT' "a flag"
tab 'semop semi {0,-1,SEM_' '^main> semop semi \{0,-1,SEM_UNDO$' "a flag within braces"
tab 'sigprocmask SIG_BLOCK {SIGUSR1,SIGTE' '\{SIGUSR1,SIGTERM$' "a signal within braces"
tab 'semctl semi 0 SETV' '^main> semctl semi 0 SETVAL' "a command of a call"
tab 'read r' '^main> read rd .?count' "a descriptor"
tab 'close Alice.' '^main> close Alice.x' "another's descriptor"
tab 'msgrcv q si' '^main> msgrcv q size=' "a parameter's name"
tab 'open he' '^main> open hello .?flags' "a file of the process"
tab 'cat < he' '^main> cat < hello$' "a file in a program's line"
tab 'ipcm' '^main> ipcmk$' "a program"
tab 'ls | ipcm' '^main> ls \| ipcmk$' "a program behind |"
tab 'ipcs -i $q' '^main> ipcs -i \$q$' "a name in a program's line"
tab 'msgsnd q 1 "for $sem' ' "for \$semi$' "a name in a text"
no_tab "msgsnd q 1 'for \$sem" "no name in single quotes"
no_tab 'msgsnd q 1 "for \$sem' "nor behind a backslash"
tab 'write wr $Ali' 'wr \$Alice$' "a name in a bare text"
tab 'open f$Ali' '^main> open f\$Alice' "a name in a path"
tab 'read (r' '^main> read \(rd' "a name in parentheses"
tab 'read (1 + r' '^main> read \(1 \+ rd' "with blanks"
tab 'x = 3*r' '^main> x = 3\*rd' "behind an operator"
tab 'x = 3 + r' '^main> x = 3 \+ rd' "behind a blank"
tab 'state Ali' '^main> state Alice$' "a process for state"
tab 'help semap' '^main> help semaphores$' "a topic"
tab 'set di' '^main> set diff' "a word of a command"
tab 'msgsnd q 1 "x' 'main> msgsnd q 1 "x$' "nothing within a text"
tab 'fcntl rd F_NOT' '^main> fcntl rd F_NOTIFY' "a command of fcntl"
tab 'fcntl rd F_SETFL O_NONB' 'F_SETFL O_NONBLOCK$' "the third argument, as the command wants it"
tab 'fcntl rd F_SETFD FD' 'F_SETFD FD_CLOEXEC$' "another command's"
no_tab 'fcntl rd F_SETFD O_NONB' "and not the first one's"
tab 'fcntl rd F_SETOWN Ali' 'F_SETOWN Alice$' "a process where it is one"
tab 'fcntl rd F_SETSIG SIGTST' 'F_SETSIG SIGTSTP$' "a signal"
no_tab 'fcntl rd F_GETFL ' "nothing where there is none"
tab 'fcntl rd F_SETLK ' 'F_SETLK \{$' "a lock stands in braces"
tab 'fcntl rd F_SETLK {l_ty' '\{l_type=$' "a field's name within braces"
tab 'fcntl rd F_SETLK {l_type=F_W' '\{l_type=F_WRLCK$' "and its value"
tab 'fcntl rd F_SETLK {F_WRLCK,l_st' '\{F_WRLCK,l_start=$' "the next field"
tab 'fcntl rd F_SETOWN_EX {F_OWNER_PI' '\{F_OWNER_PID$' "an owner"
tab 'semctl semi IPC_SET {mo' 'IPC_SET \{mode=$' "of semctl, without the semaphore's number"
tab 'semctl semi 0 IPC_SET {ui' 'IPC_SET \{uid=$' "and with it"
tab 'msgctl q IPC_SET {qb' 'IPC_SET \{qbytes=$' "of msgctl"
tab 'semop semi {sem_n' '\{sem_num=$' "of semop"
tab 'semop semi {sem_num=0,sem_o' '\{sem_num=0,sem_op=$' "more of it"
tab 'poll {rd,ev' '\{rd,events=$' "of poll"
tab 'setrlimit RLIMIT_NOFILE {rlim_c' '\{rlim_cur=$' "of setrlimit"
tab '# msgs' '^main> # msgs$' "nothing in a comment"
list 'state ' '^semi +2 semaphores' "objects are described"
list 'kill ' '^Bob +process [0-9]+' "processes are described"
list 'msgr' '^main> msgrcv' "one candidate needs no list"
list 'semctl semi 0 ' '^SETVAL +[a-z]' "constants are described"
list 'fcntl rd F_OFD_SETLK {' '^l_start= +the first byte' "fields are described"
list 'sem' '^semget +makes or finds' "calls are described"

keys -l 'msgsnd q '
prompt '^main> msgsnd q mtype mtext \[msgflg\]$' && ok "the hint, at the arguments"
keys -l '1 '
prompt '^main> msgsnd q 1 mtext \[msgflg\]$' && ok "it gets shorter"
keys -l 'text'
keys Enter
see '^msgsnd\(0, \{mtype=1, mtext="text"\}' && ok "it is not part of the line"

# names of every kind, and processes in every state
line 'k = ftok hello 7'
line 'm = shmget IPC_PRIVATE 4096 0600'
line 'at = shmat m'
line 'me = getpid'
line 'five = 5'
line 'msgget IPC_PRIVATE 0600'
line 'spawn Cat Exe'
line 'Cat> cat hello'
line 'Exe> exec cat hello'
line 'Alice> fork Kid'
line 'Kid> exit'
line 'Alice> signal SIGUSR1 SIG_IGN'
line 'Bob> pause'
see 'Bob sleeps'
list 'kill ' '^Cat +process [0-9]+, waits for a program' "who waits for a program"
list 'kill ' '^Exe +process [0-9]+, runs another program' "who runs another"
list 'kill ' '^Kid +process [0-9]+, a zombie' "who is a zombie"
list 'kill ' '^Bob +process [0-9]+, asleep in pause' "who sleeps"
line 'kill -STOP Alice'
see '^- Alice|Alice +stopped'
list 'kill ' '^Alice +process [0-9]+, stopped' "who is stopped"
line 'kill -CONT Alice'
see 'continued'
list 'kill ' '^me +process 2$' "a process's number has a name"
list 'msgsnd ' '^msg:1 +0 messages, 16384 bytes max' "an object without a name"
list 'msgget ' '^k +key 0x[0-9a-f]+$' "a key"
list 'shmdt ' '^at +address 0x[0-9a-f]+ of main' "an address"
tab 'sleep ' '^main> sleep five$' "a value"
list 'state ' '^msg +message queues' "kinds of objects"
list 'use ' '^Alice +process' "processes for use"
tab 'use Ali' '^main> use Alice' "a process for use"
no_tab 'use Alice Bo' "but one only"
tab 'open "hel' '^main> open hello .?flags' "a file's name in quotes"
tab 'open hel\l' '^main> open hello .?flags' "or with a backslash"
tab 'cat "hel' '^main> cat hello$' "the same in a program's line"
tab 'cat hel\l' '^main> cat hello$' "and this"
tab './hel' '^main> ./hello$' "a program by its path"
tab 'msgrcv q size=fiv' '^main> msgrcv q size=five' "a name behind a parameter's"
no_tab 'msgrcv q size=4 siz' "which is not offered again" ' \[msgflg\]'
tab 'set diff of' '^main> set diff off$' "the second word of a command"
no_tab 'quit q' "nothing where a command takes nothing"
tab 'fork ' '^main> fork NAME$' "the child's name is wanted"
tab '! ipcm' '^main> ! ipcmk$' "a program outside"
tab 'command ls | ipcm' '^main> command ls \| ipcmk$' "a program behind command"
tab 'echo x$fiv' '^main> echo x\$five$' "a name within a word"
tab 'shmctl m IPC_SET {mo' 'IPC_SET \{mode=$' "a field of shmctl's"
tab 'fcntl rd F_DUPFD fiv' 'F_DUPFD five$' "a value where a number is wanted"
tab 'semctl semi 0 SETVAL fiv' 'SETVAL five$' "and of semctl's"
tab 'source tests/layer' '^main> source tests/layers$' "a file of the shell's own directory"
no_tab 'source tests/layers tests/' "but one only"
tab 'keep sem' '^main> keep semi' "an object to keep"
keys -l 'use Ali'
keys M-?
see '^Alice +process' && ok "M-? lists without completing"
keys C-e C-u
tab 'kill -9 Ali' '^main> kill -9 Alice \[pid' "a process behind a signal"
