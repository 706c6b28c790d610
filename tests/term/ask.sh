#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# On the machine's own IPC (the test's own: see tests/tools/alone.c) the shell asks before it touches what is
# not the session's.
. tests/tools/term.bash

start 80 24 "exec $IPCSH --host"
see 'main> *$'
id=$(ipcmk -Q | grep -o '[0-9]*$')
question="msg:$id was not made by this session\. Go on\? \[y/N\]"
line "msgctl $id IPC_RMID"
see "$question *$"
keys x
keys n
see 'not done' && ipcs -q -i "$id" | grep -q "msqid=$id" && ok "n: it stays"
prompt '^main> *$'
clear_screen
keys -l "msgctl $id IPC_RMID"
keys Enter
see "$question *$"
keys Enter
see 'not done' && ipcs -q -i "$id" | grep -q "msqid=$id" && ok "Enter is no"
clear_screen
line "msgctl $id IPC_RMID"
see "$question *$"
keys y
see "^msgctl\($id, IPC_RMID, NULL\) = 0" && [ -z "$(ipcs -q | awk '$2 ~ /^[0-9]+$/')" ] && ok "y: it goes"
clear_screen
line "kill $$ 0"
see "process $$ is not one of this session's\. Go on\? \[y/N\] *$"
keys C-c
see 'not done' && ok "Ctrl-C is no"
line 'getpid'
see '^getpid\(\) = [0-9]+' && ok "and the prompt goes on"
