#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The disk is full under the history, under `record`, and under the list of what would be left: each is told, what
# was written stays whole, and the session goes on.
. tests/tools/term.bash

own=
[ "$(id -u)" = 0 ] || own=-Ur
unshare $own -m true 2>/dev/null || { echo "1..0 # SKIP needs a mount namespace of its own"; exit 0; }

# A small file system in a mount namespace of the session's; a history that just fills its first page.
disk=$TMPDIR/disk
mkdir "$disk"
cat >"$TMPDIR/session" <<E
mount -t tmpfs -o size=128k none '$disk' && mkdir -p '$disk/state/ipcsh' &&
perl -e 'print "getpid #", "x" x 1015, "\n" for 1..4' >'$disk/state/ipcsh/history' &&
XDG_STATE_HOME='$disk/state' exec '$IPCSH' --host
E
there() { echo "/proc/$(program)/root$disk"; }
long=$(printf 'y%.0s' {1..4200})

start 80 24 "exec unshare $own -m sh '$TMPDIR/session'"
see 'main> *$'
line "record $disk/typed.ipc"
line 'a = getpid'
line 'msgget 0x51515151 IPC_CREAT|0600'
see '0x51515151'
prompt 'main> *$'
until ! head -c 4096 /dev/zero >>"$(there)/fill"; do :; done 2>/dev/null
clear_screen
line "getpid # $long"
see 'No space left on device: the recording has ended, without this line' && ok "record: told"
line 'getppid'
see 'cannot write the history .*: No space left on device' && ok "history: told"
see '^getppid\(\) = '
clear_screen
line 'repeat 300 msgget IPC_PRIVATE 0600'
see 'the list on disk cannot be written \(No space left on device\)' && ok "the list of what would be left: told"
line 'getppid'
see '^getppid\(\) = ' && ok "the session goes on"
if [ "$(head -c 4096 "$(there)/state/ipcsh/history" | grep -cE '^getpid #x{1015}$')" = 4 ]; then
	ok "history: what was there is whole"
else
	not_ok "history: what was there is whole"
fi
diff - "$(there)/typed.ipc" <<'E' && ok "record: what was there is whole" || not_ok "record: what was there is whole"
a = getpid
msgget 0x51515151 IPC_CREAT|0600
E
rm "$(there)/fill"
line "record $disk/again.ipc"
line 'getpid'
line 'record off'
see 'again.ipc has it' && ok "with room again record works again"
line 'quit'
until [ "$(ipcs -q | grep -c '^0x')" = 0 ]; do :; done
ok "and nothing is left"
