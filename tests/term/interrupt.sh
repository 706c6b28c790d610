#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ctrl-C reaches the current process if it sleeps; otherwise it clears the line. Never the shell.
. tests/tools/term.bash

start 80 30
keys -l 'half typed'
prompt '^main> half typed$'
keys C-c
see 'half typed\^C' && prompt '^main>$' && ok "at the prompt it clears the line"

line 's = semget IPC_PRIVATE 1 0600'
line 'spawn A'
line 'A> P s'
see 'A sleeps: wants 1 of s\[0\]'
keys -l 'half'
prompt 'main> half$'
keys C-c
see '^A sleeps in semop: wants 1 of s\[0\], which is 0' && ok "it names the sleepers"
prompt '^main>$' && ok "and clears the line"

line 'use A'
prompt '^A>$'
keys -l 'typed'
prompt '^A> typed$'
keys C-c
see '<\.\.\. semop resumed>\) = -1 EINTR' && ok "a sleeping current process gets EINTR"
prompt '^A> typed$' && ok "what was half typed stays"
keys C-u

line 'main>'
line 'signal SIGINT SIG_DFL'
line 'P s'
see 'main sleeps'
keys C-c
see '^- main +killed by SIGINT' && ok "with SIG_DFL it kills"
prompt '^main>$'

clear_screen
line 'sleep 600'
see 'main sleeps'
keys C-c
see 'nanosleep resumed.*EINTR' && ok "a sleep by the clock ends"

line 'await A'
see 'A does not sleep'
line 'A> sleep 600'
see 'A sleeps'
line 'await A'
accepted
keys C-c
see 'interrupted: A goes on sleeping' && ok "await can be given up"
prompt '^main>$'

line 'command sleep 600'
accepted
keys C-c
prompt '^main>$' && ok "a program that runs is ended"
line 'spawn alive'
see '^\+ alive' && ok "the shell is still there"

line "! sh -c 'echo he\"\"re; exec cat'"
see '^here$'
keys -l 'to cat'
keys Enter
see '^to cat$'
keys C-c
prompt '^main>$' && ok "a program aside gets it itself"

# fact 44: the terminal sends it to its whole foreground process group, and to nobody else
line "! sh -c 'trap \"echo parent: caught\" INT; (trap \"echo child: caught; exit\" INT; echo rea\"\"dy; sleep 600)'"
see '^ready$'
keys C-c
see '(^|C)child: caught$' && see '(^|C)parent: caught$' && ok "a parent, a child and its sleep get it at once"
prompt '^main>$'
line 'state A'
see '^A +[0-9]+ .*asleep.*nanosleep' && ok "a learner's process is in a group of its own: it sleeps on"
keys C-'\'
line 'spawn B2'
see '^\+ B2' && ok "Ctrl-\\ does nothing"
