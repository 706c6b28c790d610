#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A session on the machine's IPC whose shell and guardian are both killed: the next start says what is
# left, and on a terminal asks whether to remove it, and only that.
. tests/tools/term.bash
. tests/tools/host.bash

IPCSH=$(realpath "$IPCSH")
cd "$TMPDIR" || exit 1
other=$(ipcmk -Q | tr -dc 0-9)
begin
list=$(find "$XDG_STATE_HOME" -path '*/ipcsh/sessions/*' -type f)
[ "$(stat -c %a "$list")" = 600 ] && ok "the list is its owner's alone"
kill_both 2>/dev/null

said=$("$IPCSH" -c getpid 2>&1 >/dev/null)
[[ $said == *'left: 1 queue, 1 segment, 1 semaphore set, 1 FIFO, 2 processes;'* ]] && ok "no terminal: said"
[ -p leftover ] && ok "and nothing is removed"

# answered KEY
answered() {
	start 100 30 "exec $IPCSH"
	see 'left: 1 queue, 1 segment, 1 semaphore set, 1 FIFO, 2 processes\. Remove\? '
	keys "$1"
}
answered n
prompt '^main>$'
[ -p leftover ] && [ -e "$list" ] && ok "no: all stays"
answered y
see 'removed: 1 queue'
prompt '^main>$'
gone $below
[ ! -e leftover ] && [ ! -e "$list" ] && [ -z "$(ids -m)$(ids -s)" ] && ok "yes: all is removed"
[ "$(ids -q)" = "$other" ] && ok "but what another has made"
ipcrm -q "$other"
