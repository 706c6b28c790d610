#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --step: a script's line, and a lesson's, is shown and waits for Enter.
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

# waits FILE: line by line
waits() {
	start 80 24 "exec $IPCSH --step $TMPDIR/$1"
	prompt '^main> q = msgget IPC_PRIVATE 0600$' && ok "$1: the first line waits"
	keys Enter
	prompt '^main> msgsnd q 1 "hello"$'
	shows '^msgget\(IPC_PRIVATE' && ok "$1: Enter executes it, the next one waits"
	shows '^msgsnd\(' && not_ok "$1: and nothing more" || ok "$1: and nothing more"
	keys Enter
	prompt '^main> state q$'
	shows '^msgsnd\(0, .* = 0$' && ok "$1: one by one"
}

waits a.ipc
waits a.md
keys C-c
until_true "the end" eval '[ "$(tmux display-message -p "#{pane_dead}")" = 1 ]'
shows 'interrupted' && ok "Ctrl-C ends it"
shows 'hello' && ok "what was shown stays"
