#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The shell in Chinese on a narrow terminal: nothing is cut, lessons are followed, what is recorded is English.
. tests/tools/term.bash

squeezed() { tr -d ' \n'; }

# whole COMMAND...: on 60 columns it shows every character that it shows where nothing is broken.
whole() {
	local wanted last=${!#}
	wanted=$(printf '%s\n' "$@" | "$IPCSH" --lang zh 2>&1 | sed '/^main>/d; s/stdin:[0-9]*: //' | squeezed)
	clear_screen
	for command; do line "$command"; done
	prompt '^[a-zA-Z]*>$'
	seen() { screen -J -S - | sed '/^main>/d' | squeezed | grep -qF -- "$wanted"; }
	until_true "all of $last" seen
	if screen -S - | grep -q '�'; then not_ok "$last: a character was cut in two"; else ok "$last: whole"; fi
}

start 60 40 "exec $IPCSH --lang zh --lessons $ROOT/lessons"
see 'main> *$'
see 'quit 退出' && ok "the banner is Chinese"
whole 'help msgrcv'
whole 'help EAGAIN'
whole 'help spawn'
whole 'help sandbox'
whole 'help syntax'
whole 'msgrcv 5 7'
whole 'semop 5 {0,-1}'
whole 'open nowhere O_RDONLY'
whole 'msgsn q 1 x'
clear_screen
line 'q = msgget IPC_PRIVATE 0600'
line 'spawn A'
line 'A> msgrcv q 7'
see '^   A 睡着了：要类型 7'
keys -l 'kill '
keys Tab Tab
see '^A +进程 3，睡在 msgrcv 里$' && ok "what is offered is Chinese"
keys C-e C-u
line 'set lang en'
prompt '^main>$'
line 'state A'
see 'asleep' && ok "set lang en speaks English at once"
line 'set lang zh'

clear_screen
line 'lesson 0'
see '按 Enter 输入：' && ok "a lesson's frame is Chinese"
line 'where'
line 'skip'
line 'leave'
prompt '^main>$'
line 'lesson'
see '第 ?1 ?步|1/' && ok "and its progress"

lesson=$TMPDIR/07-mine.md
clear_screen
line "record --lesson $lesson"
see '会话重新开始' && prompt '>$'
line 'spawn A'
see '^\+ A +进程' && prompt '>$'
line 'A> pause'
see '^   A 睡着了' && prompt '>$'
line 'main> names'
see '还没有' && prompt '>$'
line 'q = msgget IPC_PRIVATE 0600'
line 'repeat 12 msgsnd q 1 x'
see '还有 [0-9]+ 行' && prompt '>$'
line 'record off'
see 'ipcsh --lint' && prompt '>$'
grep -qx '+ A     process 3' "$lesson" && ! grep -qP '^(?!about|为什么|看到).*\p{Han}' <(sed -n '/^```/,/^```/p' "$lesson") && grep -q '^   A sleeps: ' "$lesson" && "$IPCSH" --check "$lesson" >/dev/null &&
	ok "what was recorded is English, and a lesson" || not_ok "what was recorded is English, and a lesson"
