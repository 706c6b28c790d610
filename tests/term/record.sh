#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# record: what was typed is a script that replays.
. tests/tools/term.bash

script=$TMPDIR/typed.ipc
start 80 24
line "record $script"
line 's = semget IPC_PRIVATE 1 0600'
line 'spwan A'
see 'did you mean spawn'
line 'spawn A'
line 'A> P s'
see 'A sleeps'
line 'V s'
see 'semop resumed'
line '! true'
line 'record off'
see 'has it; to play it' && ok "record off says where it is"
diff - "$script" <<'END' && ok "mistakes are left out" || not_ok "mistakes are left out"
s = semget IPC_PRIVATE 1 0600
spawn A
A> P s
V s
# ! true
END
"$IPCSH" "$script" >"$TMPDIR/out" 2>&1 && grep -q 'semop resumed' "$TMPDIR/out" && ok "it replays" || not_ok "it replays"
line "record $script"
see 'exists already; to replace it: record' && ok "an existing file is not replaced"
line "record $script overwrite"
line 'record'
see 'what is typed goes to' && ok "unless asked"
line "record $script"
see 'is being recorded to already' && ok "one at a time"
line 'record off'
line 'record off'
see 'nothing is being recorded' && ok "off twice is a mistake"
line 'record /dev/full overwrite'
line 'getpid'
see 'No space left on device: the recording has ended' && ok "a full disk is told"
line 'record /nowhere/x'
see '/nowhere/x: No such file' && ok "so is a path that is none"
