#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The banner, the prompt, help, mistakes, history, and the ways out.
. tests/tools/term.bash

start_to_end 80 24
[ "$(screen | awk 'NF' | wc -l)" = 4 ] && ok "three lines and a prompt" || not_ok "three lines and a prompt"
prompt '^main>$' && ok "the prompt is the process's name"

line 'spawn A'
line 'use A'
prompt '^A>$' && ok "the prompt follows use"
line 'main>'
prompt '^main>$' && ok "and NAME> alone"

line help
see '^  lesson  ' && ok "help ends with the lessons"
line 'help msgsnd'
see '^Manual: man msgop\(2\)' && ok "help msgsnd"
line 'help semaphores'
see '^  semtimedop +[a-z]' && ok "help semaphores"
line 'help EAGAIN'
see '^EAGAIN is errno 11' && ok "help EAGAIN"
line 'help syntax'
see '^Groups  ' && ok "help syntax"
line 'help semafores'
see 'no help on semafores; did you mean help semaphores' && ok "did you mean, of a topic"
line 'mgssnd q 1 x'
see 'mgssnd: .*did you mean msgsnd' && ok "did you mean, of a call"
line 'q = msgget 5 "'
see 'never closed' && prompt '^main>$' && ok "a mistake does not end anything"

keys Up
prompt '^main> q = msgget 5 "$' && ok "history"
keys C-u
keys C-d
ended 0 && ok "Ctrl-D leaves, status 0" || not_ok "Ctrl-D leaves, status 0"
grep -qx 'use A' "$XDG_STATE_HOME/ipcsh/history" && ok "the history is kept" || not_ok "the history is kept"

start_to_end 80 24
line quit
ended 0 && ok "quit leaves" || not_ok "quit leaves"

rm "$XDG_STATE_HOME/ipcsh/history"
ln -s history "$XDG_STATE_HOME/ipcsh/history"
start 80 24
keys Up
see 'cannot read the history .*/history: Too many levels of symbolic links' && ok "a history that cannot be read is told"
echo 'getppid' >"$TMPDIR/two.ipc"
clear_screen
line "source $TMPDIR/two.ipc"
see '^main> getppid$' && see '^getppid\(\) = 1$' && ok "the lines of a file are shown"
line quit
ended 0 && ok "and the session goes on" || not_ok "and the session goes on"
rm "$XDG_STATE_HOME/ipcsh/history"

mkdir -p "$XDG_CONFIG_HOME/ipcsh"
printf 'spawn rc\nspwan x\nspawn never\n' >"$XDG_CONFIG_HOME/ipcsh/ipcshrc"
start 80 24
see '^\+ rc ' && see 'ipcshrc:2: .*did you mean spawn' && ok "ipcshrc is executed, a mistake in it is told"
shows never && not_ok "and ends it" || ok "and ends it"
