#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What happens by itself stands above the prompt; a half-typed line stays as it is.
. tests/tools/term.bash

start 80 24
line 'spawn A'
line 'A> sleep 3'
see 'A sleeps'
keys -l 'msgsnd q 1 "half'
prompt '^main> msgsnd q 1 "half$'
see '^A: <\.\.\. nanosleep resumed>.* = 0' && ok "a sleeper wakes while a line is half typed"
prompt '^main> msgsnd q 1 "half$' && ok "the half-typed line is there again"
keys -l ' done'
prompt '^main> msgsnd q 1 "half done$' && ok "and can be gone on with"
keys C-a
keys -l 'x'
prompt '^main> xmsgsnd q 1 "half done$' && ok "the cursor works in it"
keys C-e C-u
prompt '^main>$'

line 'A> alarm 1'
see 'A: alarm\(1\)'
keys -l 'left'
keys Left Left
see '^- A +killed by SIGALRM' && ok "a process dies while a line is half typed"
keys -l 'X'
prompt '^main> leXft$' && ok "the cursor stood where it was"
keys C-e C-u

# one that sleeps when its alarm comes: seen without another line
line 'spawn S'
line 'S> alarm 3'
line 'S> sleep 1000'
see 'S sleeps'
keys -l 'half'
see '^- S +killed by SIGALRM' && prompt '^main> half$' && ok "a sleeper dies while a line is half typed"
keys C-e C-u

# killed from outside
line 'spawn B'
see '^\+ B '
for pid in $(family "$(program)"); do [ "$pid" = "$(program)" ] || victim=$pid; done
keys -l 'half'
kill -9 "$victim"
see '^- B +killed by SIGKILL' && prompt '^main> half$' && ok "killed by somebody outside"
keys C-u

# the current one dies
line 'spawn C'
line 'use C'
prompt '^C>$'
line 'alarm 1'
see '^alarm\(1\)'
see '^- C +killed by SIGALRM' && prompt '^main>$' && ok "the current process dies: the prompt is main's"
