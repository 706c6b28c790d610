#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --step: a script's line, and a lesson's, is offered; Enter executes it, and anything else may be typed.
. tests/tools/term.bash

cat >"$TMPDIR/a.ipc" <<'END'
# what is no command does not wait

q = msgget IPC_PRIVATE 0600
msgsnd q 1 "hello"
state q
END
{
	printf '# Two steps\n\n## First\n\n```console\nmain> q = msgget IPC_PRIVATE 0600\n'
	printf 'main> msgsnd q 1 "hello"\n```\n\n## Second\n\n```console\nmain> state q\n```\n'
} >"$TMPDIR/a.md"

# A lesson's lines have their prompt.
# waits WHAT PROMPT COMMAND: line by line
waits() {
	local p=$2
	start 80 24 "trap : INT; $3; echo \"ended: \$?\"; read x"
	prompt "^main> ${p}q = msgget IPC_PRIVATE 0600\$" && ok "$1: the first line waits"
	keys Enter
	prompt "^main> ${p}msgsnd q 1 \"hello\"\$"
	shows '^main> q = msgget IPC_PRIVATE 0600$' && ok "$1: Enter executes it, and it stands where it was offered"
	shows '^msgget\(IPC_PRIVATE' && ok "$1: the next one waits"
	shows '^msgsnd\(' && not_ok "$1: and nothing more" || ok "$1: and nothing more"
	line 'spawn A'
	see '^\+ A +process 3'
	prompt "^main> ${p}msgsnd q 1 \"hello\"\$" && ok "$1: what is typed is executed, and the line is offered again"
	keys -l 'half'
	prompt '^main> half$'
	keys C-c
	prompt "^main> ${p}msgsnd q 1 \"hello\"\$" && ok "$1: Ctrl-C clears what was typed"
	line nonsense
	see 'ipcsh: .*nonsense'
	prompt "^main> ${p}msgsnd q 1 \"hello\"\$" && ok "$1: a mistake that is typed ends nothing"
	keys Enter
	prompt "^main> ${p}state q\$"
	shows '^msgsnd\(0, .* = 0$' && ok "$1: one by one"
	keys Enter
	see '^q .* 1 '
	prompt '^main>$' && ok "$1: behind the last one is the prompt"
	line getpid
	see '^getpid\(\) = 2'
	prompt '^main>$'
	keys C-d
	see '^ended: 0$' && ok "$1: the session ends when somebody ends it"
}

waits a.ipc '' "$IPCSH --step $TMPDIR/a.ipc"
shows '^main> # what is no command does not wait$' && ok "comments go by"
waits a.md '(main> )?' "$IPCSH --step $TMPDIR/a.md"
shows '^main> # First$' && shows '^main> # Second$' && ok "a lesson's steps are told"
waits 'standard input' '' "$IPCSH --step <$TMPDIR/a.ipc"
waits -c '' "$IPCSH --step -c \"\$(cat $TMPDIR/a.ipc)\""

start 80 24 "TERM=dumb exec $IPCSH --step $TMPDIR/a.ipc"
prompt '^main>$'
keys Enter
prompt '^main> q = msgget IPC_PRIVATE 0600$'
keys Enter
see '^msgget\(IPC_PRIVATE' && ok "where nothing can stand dim Enter types it, and another one executes it"

printf 'alarm 1000\nmsgget 5 0\ngetpid\n' >"$TMPDIR/e.ipc"
start 80 24 "$IPCSH -e --step $TMPDIR/e.ipc; echo \"ended: \$?\"; read x"
prompt '^main> alarm 1000$'
keys Enter
prompt '^main> msgget 5 0$'
keys Enter
see '^ended: 1$' && ok "-e ends it when a call fails"

# The output goes elsewhere: no line editor.
start 80 24 "trap : INT; $IPCSH --step $TMPDIR/a.ipc >$TMPDIR/out; echo \"ended: \$?\"; read x"
until_true "the first line" grep -q '^main> q = msgget IPC_PRIVATE 0600$' "$TMPDIR/out"
line getpid
until_true "what was typed" grep -q '^getpid() = 2$' "$TMPDIR/out"
grep -q '^msgget' "$TMPDIR/out" && not_ok "output in a file: what is typed comes before the line" || ok "output in a file: what is typed comes before the line"
keys Enter
until_true "the second line" grep -q '^main> msgsnd' "$TMPDIR/out"
grep -q '^msgget' "$TMPDIR/out" && ok "output in a file: Enter executes it"
keys C-c
see '^ended: 130$' && ok "output in a file: Ctrl-C ends it"
shows 'interrupted' && ok "and that is said"
