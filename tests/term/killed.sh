#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Somebody outside kills the session's first process, and the kernel everybody with it: the terminal says so,
# keeps its lines, and `reset` gives a clean session.
. tests/tools/term.bash

"$IPCSH" --sandbox -c getpid >/dev/null 2>&1 || { echo "1..0 # SKIP no sandbox here"; exit 0; }

gone_with="the session's first process has been killed, and everybody with it"

# kill_init WHERE [N]: process N of the terminal's; it is told above whatever is being typed.
kill_init() {
	kill -KILL "$(family "$(program)" | sed -n "${2:-2}p")"
	see "^ipcsh: $gone_with\$"
	see '^   try: reset$' && ok "$1: told"
}

# began_anew WHERE
began_anew() {
	clear_screen
	line 'reset'
	prompt '^main>$'
	line 'getpid'
	see '^getpid\(\) = 2$'
	line 'ipcs -q'
	see '^key '
	prompt '^main>$'
	if shows '0x00001234'; then not_ok "$1: its queue is there"; else ok "$1: reset gives a clean session"; fi
	clear_screen
}

start 100 40
line 'q = msgget 0x1234 IPC_CREAT|0600'
see 'msgget\(0x1234'
prompt '^main>$'
keys -l 'get'
prompt 'main> get$'
kill_init "at the prompt"
prompt '^main> get$'
line 'pid'
see "^ipcsh: $gone_with; begin anew: reset\$"
clear_screen
keys -l 'msgsnd q'
keys Tab Tab
prompt '^main> msgsnd q'
keys C-u
line 'cat f'
see "^ipcsh: $gone_with"
clear_screen
line 'A> getpid'
see "^ipcsh: $gone_with"
clear_screen
keys Enter
line '! echo outside'
see '^outside$' && ok "a program outside runs"
line 'help reset'
see '^reset: ' && ok "help answers"
began_anew "at the prompt"

line 'spawn A'
line 'q = msgget 0x1234 IPC_CREAT|0600'
line 'A> msgrcv q'
see 'A sleeps'
line 'command sleep 1000'
until_true "the program" eval '[ "$(family "$(program)" | wc -l)" -ge 5 ]'
kill_init "while a program runs"
prompt '^main>$'
began_anew "while a program runs"

start_to_end 80 24
kill_init "before leaving" 3
line 'quit'
ended 0 && ok "quit leaves"
