#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A second terminal: a shell inside the session, the live view of its state, and both by --split.
. tests/tools/term.bash

# The session's terminal is window 0, the second one window 1; what follows happens in the chosen one.
first() { tmux select-window -t :0; }
second() { tmux select-window -t :1; }
# another [COMMAND]: the second terminal, a shell whose prompt is "sh% ", or COMMAND in it.
another() {
	tmux new-window -t :1 'exec 3>&-; PS1="sh% " exec sh -i'
	see 'sh%'
	[ $# = 0 ] || line "$1"
}

# -- a shell inside

start 80 24
session=$(program)
line 'q = msgget 0x51515151 IPC_CREAT|0600'
see '^\+ q '
line 'spawn A'
line 'A> msgrcv q'
see 'A sleeps'
another "$IPCSH join --session $session"
see "inside session $session"
line 'ipcs -q | grep -c 0x51515151'
see '^1$' && ok "the real ipcs shows the session's queue"
line 'ipcmk -Q; ipcrm -q 0'
see '^Message queue id: 1'
first
see 'msgrcv resumed>.*EIDRM' && ok "who is woken from there is told at once"
line ''
see '^\+ msg:1 ' && ok "what was made there is told at the next Enter"
line 'spawn B'
see '^\+ B'
second
line 'exit 3'
see 'sh% exit 3'
prompt 'sh% *$'
line 'echo =$?='
see '^=3=$' && ok "exit leaves"
line "$IPCSH join --session $session sh -c 'echo u''p; exec cat'"
see '^up$'
line 'some text'
until_true "cat" eval '[ "$(screen | grep -c "^some text")" = 2 ]'
keys C-z
prompt 'sh% *$' && ok "Ctrl-Z stops the command"
line 'clear; fg'
see "^$IPCSH join .*exec cat"
line 'other text'
until_true "cat" eval '[ "$(screen | grep -c "^other text")" = 2 ]' && ok "fg goes on with it"
keys C-c
prompt 'sh% *$'
line 'echo =$?='
see '^=130=$' && ok "Ctrl-C is for the command"
line "$IPCSH join --session $session sh -c 'stty -echo; echo u''p again; exec cat'"
see '^up again$'
first
line quit
second
see "session $session has ended" && ok "the end of the session is said there"
prompt 'sh% *$'
line 'stty -a | grep -o " echo "'
see '^ echo' && ok "the terminal is as it was"

# -- which one

start 80 24
session=$(program)
tmux new-window -t :2 "exec $IPCSH --host"
tmux select-window -t :2
see 'main> *$'
other=$(program)
another "$IPCSH join pwd"
see "$session +since .* sandbox +ipcsh on pts"
see "$other +since .* host +ipcsh --host on pts"
prompt "which one\? \[[0-9]+\]" && ok "several sessions are listed"
line 17
until_true "the question again" eval '[ "$(screen | grep -c "^which one")" = 2 ]'
line "$session"
see '^/tmp/ipcsh$' && ok "and one is asked for, until it is one"

# -- the live view

start 80 24
session=$(program)
another "$IPCSH join --session $session watch"
see '^main \*.*ready' && see 'q leaves' && ok "watch shows the state"
first
line 'q = msgget IPC_PRIVATE 0600'
line 'msgsnd q 1 "\033[31mred\a"'
second
see '33\[31mred' && ok "and what becomes of it, escaped"
first
line 'spawn A'
line 'A> msgrcv q 7'
second
see '^A .*asleep +msgrcv'
first
line 'msgsnd q 7 hello'
second
until_true "A awake" eval '! shows "^A .*asleep" && shows "^A .*ready"' && ok "who wakes up is shown awake"
first
line 'repeat 30 semget IPC_PRIVATE 1 0600'
see '^\+ sem:29|29 +1 semaphore|the last'
second
see 'more lines below' && ok "what does not fit is counted"
keys G
until_true "the end" shows 'the end of [0-9]+ lines' && ok "G goes to its end"
keys g
see 'more lines below'
top() { screen | sed -n 1p; }
keys j
until_true "the second line" eval '[[ $(top) == name* ]]' && ok "j goes a line down"
keys Down
until_true "the third line" eval '[[ $(top) == A* ]]' && ok "so does the arrow"
keys k Up
until_true "the first line" eval '[[ $(top) == processes* ]]' && ok "k and the other arrow go up"
keys Space
until_true "the next page" eval '[[ $(top) != processes* ]]' && paged=$(top)
keys b
until_true "the first page" eval '[[ $(top) == processes* ]]' && ok "Space and b turn pages"
keys NPage
until_true "the next page" eval '[[ $(top) == "$paged" ]]'
keys PPage Escape x
until_true "the first page" eval '[[ $(top) == processes* ]]' && ok "so do PgDn and PgUp; other keys change nothing"
tmux resize-window -x 60 -y 12
until_true "the foot in the last of 12 lines" eval '[[ $(screen | sed -n 12p) == *"more lines below"* ]]' &&
	ok "a resized terminal is filled anew"
until_true "titles" eval '[[ $(screen | sed -n 1p) == processes* ]]'
keys q
prompt 'sh% *$'
until_true "the old screen" eval '! shows "more lines below"' && ok "q leaves the screen as it was"
line 'stty -a | grep -o " echo "'
see '^ echo' && ok "and the terminal"
line "clear; $IPCSH join --session $session watch"
see 'more lines below'
keys C-z
prompt 'sh% *$' && ok "so does Ctrl-Z"
line fg
see 'more lines below' && ok "fg draws it again"
keys C-c
prompt 'sh% *$' && ok "Ctrl-C ends it"
line "clear; $IPCSH join --session $session watch A nosuch"
until_true "A alone" eval '[[ $(top) == processes* ]] && shows "^A .*ready" && shows "nosuch: no such process, object or kind"' &&
	ok "watch A nosuch: only that, and what there is not"
keys q
prompt 'sh% *$'
line "clear; $IPCSH join --session $session watch sem"
until_true "the sets" eval '[[ $(top) == semaphore* ]]' && ok "watch sem: the semaphore sets alone"
keys q
prompt 'sh% *$'
line "clear; $IPCSH join --session $session watch -n1 ipcs; echo =\$?="
see 'the program watch\(1\): ipcsh join -- watch'
see '^=2=$' && ok "the program of that name is not run in silence"
tmux new-window -t :3 "exec $IPCSH join --session $session watch" # no shell that minds its stop
tmux select-window -t :3
see 'more lines below'
watcher=$(program)
kill -STOP "$watcher"
first
line 'repeat 300 getpid'
line 'spawn Z'
see '^\+ Z' && ok "a reader that does not read holds nobody up"
tmux select-window -t :3
kill -CONT "$watcher"
until_true "Z" shows '^Z .*ready' && ok "and sees the newest state afterwards"
second
line "clear; $IPCSH join --session $session watch"
see 'more lines below'
first
line quit
second
see "session $session has ended" && ok "the end of the session ends it"
prompt 'sh% *$'

# -- both

start 80 40 'exec 3>&-; PS1="sh% " exec sh -i'
see 'sh%'
tmux set -g remain-on-exit off
line "clear; $IPCSH --split --no-diff"
until_true "two panes" eval '[ "$(tmux list-panes | wc -l)" = 2 ]'
see '^main> *$'
line 'spawn A'
upper() { tmux capture-pane -p -t :0.0 | grep -qE "$1"; }
until_true "A above" upper '^A .*ready' && ok "--split inside tmux: the state above, the prompt below"
line quit
until_true "one pane" eval '[ "$(tmux list-panes | wc -l)" = 1 ]' && ok "leaving the prompt closes both"
prompt 'sh% *$'
line "unset TMUX; TMUX_TMPDIR=$TMPDIR $IPCSH --split"
see '^main> *$'
line 'spawn A'
see '^A .*ready' && ok "--split outside: in a tmux of its own"
line quit
prompt 'sh% *$' && ok "which ends with the prompt"
[ -z "$(ls "$TMPDIR"/tmux-*)" ] && ok "and leaves no file"
printf 's = semget IPC_PRIVATE 2 0600\nspawn A\n' >"$TMPDIR/s.ipc"
line "clear; TMUX_TMPDIR=$TMPDIR $IPCSH --split --step $TMPDIR/s.ipc"
see '^main> s = semget'
keys Enter
see '^main> spawn A'
see '^s +0 ' && ok "--split with the lines of --step"
keys Enter
see '^A .*ready'
line quit
prompt 'sh% *$'
line "PATH=/nonexistent $IPCSH --split; echo =\$?="
see 'wants tmux, which is not installed'
see '^=2=$' && ok "without tmux it says what to do"
