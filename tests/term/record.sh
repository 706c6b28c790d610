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

# typed LINE: and waits for the next prompt, so that no echo comes before it
executed() { screen -J | grep -qF -- "> $1" && ends_with '^[A-Za-z]+>$'; }
typed() { line "$1"; until_true "$1" executed "$1"; }

# the screen of a session, from its first recorded line on, is what the replay prints
start 160 80
typed "record $TMPDIR/all.ipc"
clear_screen
while read -r each; do typed "$each"; done <<'END'
q = msgget IPC_PRIVATE 0600
spawn A B
A> msgrcv q 5
msgsnd q 5 "for A"
A> mkfifo f
B> cat f
A>
echo "through f" > f
fork C
C> exit 3
wait
msgsnd q 9 nobody
state
kill -9 B
END
# a line for another is behind the prompt of the current one; clocks and inodes differ
alike() { sed -E 's/ *$//; s/^[A-Za-z]+> ([A-Z]>)/\1/; s/[0-9:]{8}$/TIME/; s/inode [0-9]+/inode N/'; }
screen -J | sed '/^A> *$/d' | sed '/^$/d' | alike >"$TMPDIR/seen"
typed 'record off'
"$IPCSH" "$TMPDIR/all.ipc" | sed '/^$/d' | alike >"$TMPDIR/replayed"
if [ -s "$TMPDIR/replayed" ] && diff "$TMPDIR/seen" "$TMPDIR/replayed" >"$TMPDIR/diff"; then
	ok "a replay shows what was seen, to the end"
else
	sed 's/^/# /' "$TMPDIR/diff"
	not_ok "a replay shows what was seen, to the end"
fi

# several lines pasted at once: one recorded for each that was understood, none for half a line
typed 'main>'
clear_screen
typed "record $TMPDIR/pasted.ipc"
tmux set-buffer $'getpid\nnosuch\ngetppid\ngetpi'
tmux paste-buffer -p -r
prompt 'getpi$'
keys -l 'x'
keys Enter
see 'getpix: no such'
keys -l 'getp'
prompt 'getp$'
keys C-c
line 'record off'
see 'pasted.ipc has it'
diff - "$TMPDIR/pasted.ipc" <<'END' && ok "of pasted lines, those that were understood" || not_ok "of pasted lines"
getpid
getppid
END

# a disk that fills up under the recording; only where a test may mount one
own='' ; [ "$(id -u)" = 0 ] || own=-r
if unshare -m $own mount -t tmpfs -o size=4k full /mnt 2>/dev/null; then
	mkdir "$TMPDIR/full"
	start 80 24 "exec unshare -m $own sh -c 'mount -t tmpfs -o size=4k full $TMPDIR/full && exec $IPCSH'"
	see 'main> *$'
	line "record $TMPDIR/full/typed.ipc"
	line 'getpid'
	line '# what is typed next does not fit'
	tmux set-buffer "# $(head -c 5000 /dev/zero | tr '\0' x)"
	tmux paste-buffer -p
	keys Enter
	see 'No space left on device: the recording has ended, without this line' && ok "a full disk is told"
	clear_screen
	line 'getppid'
	see 'getppid\(\) = ' && ok "the session goes on"
	line 'record'
	see 'nothing is being recorded' && ok "without a recording"
	line "! wc -l <$TMPDIR/full/typed.ipc; cat $TMPDIR/full/typed.ipc"
	see '^2$' && see '^getpid$' && see '^# what is typed next does not fit$' && ok "what was written stays"
else
	skipped "a disk that fills up" "no tmpfs may be mounted here"
fi
