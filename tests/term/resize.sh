#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Narrow terminals, and terminals that change.
. tests/tools/term.bash

start 80 24
line 's = semget IPC_PRIVATE 3 0600'
keys -l 'semop s {0,1} {1,1} {2,1,SEM_UNDO}'
prompt 'SEM_UNDO\}'
resize 30 24
keys -l ' {0,2}'
keys Enter
see '= 0' && see '^~ s\[0\] +3 \(was 0\)' && ok "a half-typed line survives a narrower terminal"
line 'help semaphores'
see '^    before 0$|^ +before 0|semtimedop'
resize 100 24
clear_screen
line 'help semop'
see '^semop: changes semaphores of a set, all operations together or none' && ok "and a wider one"

start 20 24
ok "a terminal of 20 columns has a prompt"
line 'spawn A'
see '^\+ A +process'
line 'help'
see 'guided lessons,'
longest=$(screen -J | awk '{ sub(" *$", ""); if (length > n) n = length } END { print n }')
[ "$longest" -le 20 ] && ok "help fits into it" || not_ok "help fits into it ($longest)"
keys -l 'msgsnd '
prompt '^main> msgsnd msqid' && ok "the hint is cut"
keys -l 'abcdefghijklmnopqrstuvwxyz'
prompt 'abcdefghijklmnopqrstuvwxyz$' && ok "a long line wraps"
keys C-u
line 'A> sleep 3'
keys -l 'half typed over two rows'
see 'nanosleep resumed'
prompt '^main> half typed over two rows$' && ok "and survives what is printed above it"
keys C-u
keys -l 'se'
keys Tab Tab
see 'semget' && ok "completions fit"
