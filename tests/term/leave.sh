#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A terminal that goes away takes everything with it; Ctrl-Z stops the shell, fg brings it back.
. tests/tools/term.bash

# hangup WHAT: the pane's terminal is closed; nobody of the session is left.
hangup() {
	local all
	all=$(family "$(program)")
	tmux new-window 'exec cat'
	tmux kill-pane -t :0
	gone $all && ok "$1"
}

start 80 24
line 'spawn A B'
line 's = semget IPC_PRIVATE 1 0600'
line 'A> P s'
see 'A sleeps'
keys -l 'half typed'
prompt 'half typed$'
hangup "hang-up at the prompt"

start 80 24
line 'spawn A'
line 'sh -c "while :; do :; done"'
until_true "the program" eval '[ "$(family "$(program)" | wc -l)" -ge 5 ]'
hangup "hang-up while a program runs"

start 80 24
line 'spawn A'
see '^\+ A'
all=$(family "$(program)")
kill -TERM "$(program)"
gone $all && ok "SIGTERM"

start 80 24
line 'spawn A'
see '^\+ A'
all=$(family "$(program)")
kill -KILL "$(program)"
gone $all && ok "SIGKILL"

start 80 24 'PS1="sh%% " exec sh -i'
see 'sh%'
line "exec 3>&- ; set -m; $IPCSH"
see '^main> *$'
keys -l 'half'
prompt '^main> half$'
keys C-z
prompt 'sh%+$' && ok "Ctrl-Z stops the shell"
line 'stty -a | grep -o "[-]*icanon"'
see '^icanon$' && ok "the terminal is as it was"
line fg
prompt '^main> half$' && ok "fg brings it back, with the half-typed line"
keys C-u
keys C-d
prompt 'sh%+$'

start 80 24 "exec $IPCSH --host"
see 'main> *$'
line 's = semget IPC_PRIVATE 1 0600'
see '^\+ s '
line 'spawn A'
see '^\+ A'
all=$(family "$(program)")
line 'sh -c "while :; do :; done"'
until_true "the program" eval '[ "$(family "$(program)" | wc -l)" -gt "$(echo "$all" | wc -l)" ]'
hangup "hang-up on the machine's own IPC"
