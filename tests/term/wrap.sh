#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is longer than the terminal is wide is broken between words; calls and programs' output are
# not, and nothing is in a file.
. tests/tools/term.bash
export LC_ALL=C.UTF-8

# The rows as they are: a row that the terminal broke is not joined.
rows() { screen -S - | sed 's/ *$//'; }
# holds WHAT: the rows on standard input, one below the other
holds() {
	want=$(cat)
	until_true "$1" eval 'rows | grep -qxF -- "${want##*$'"'\\n'"'}"'
	[[ $'\n'$(rows)$'\n' == *$'\n'$want$'\n'* ]] && ok "$1" || not_ok "$1"
}

start 60 30
line 'spawn Alice'
line 'q = msgget IPC_PRIVATE 0600'
holds "a change goes on under its second column" <<'END'
msgget(IPC_PRIVATE, 0600) = 0
+ q     0 messages, 16384 bytes max  rw-------  key
        IPC_PRIVATE
END
line 'msgsnd q 1 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'
holds "a call stays whole: the terminal breaks it" <<'END'
msgsnd(0, {mtype=1, mtext="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
}, 32, 0) = 0
END
line 'msgrcv q size=5'
holds "a note under its first word" <<'END'
   the message (type 1) has 32 bytes, the buffer 5; it stays
   in the queue; MSG_NOERROR would cut it
END
line 'echo there are more than sixty columns in this line, so the terminal breaks it'
holds "what a program prints stays whole" <<'END'
there are more than sixty columns in this line, so the termi
nal breaks it
END
line 'nosuch: is a very long name'
holds "a mistake is broken at a blank" <<'END'
ipcsh: nosuch:: no such primitive, command or program; help
   lists what there is
END
line '消息队列和共享内存'
holds "wide characters count two" <<'END'
ipcsh: 消息队列和共享内存: no such primitive, command or
   program; help lists what there is
END
line 'repeat 8 msgrcv q size=5'
see 'more like this'
holds "so it is what a repeat folds" <<'END'
... 2 more like this; the last: the message (type 1) has 32
   bytes, the buffer 5; it stays in the queue; MSG_NOERROR
   would cut it
END
resize 80 30
line 'nosuch and wider'
holds "a wider terminal" <<'END'
ipcsh: nosuch: no such primitive, command or program; help lists what there is
END

# a script on a terminal of 40 columns, and into a file
cat >"$TMPDIR/a.ipc" <<'END'
q = msgget IPC_PRIVATE 0600
msgsnd q 1 "aaaaaaaaaaaa"
msgrcv q size=5
END
start 40 24 "$IPCSH $TMPDIR/a.ipc; $IPCSH $TMPDIR/a.ipc >$TMPDIR/out; echo written; exec cat"
holds "a script's output on a terminal" <<'END'
   the message (type 1) has 12 bytes,
   the buffer 5; it stays in the queue;
   MSG_NOERROR would cut it
END
see '^written$'
grep -q 'bytes, the buffer 5; it stays in the queue; MSG_NOERROR would cut it$' "$TMPDIR/out" &&
	ok "a file holds whole lines" || not_ok "a file holds whole lines"
