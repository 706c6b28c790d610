#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# record --lesson: what was typed, with what it showed, is a lesson that passes its check.
. tests/tools/term.bash

lesson=$TMPDIR/07-my-own.md
start 80 40
line 'spawn Z'
see '\+ Z' && prompt '>$'
line "record --lesson $lesson"
see 'The session begins anew' && prompt '>$'
line 'q = msgget IPC_PRIVATE 0600'
see '\+ q ' && prompt '>$'
line 'spwan A'
see 'did you mean spawn' && prompt '>$'
line 'help spawn'
see 'spawn: ' && prompt '>$'
line 'spawn A  '
see '\+ A ' && prompt '>$'
line '# Who waits *here*?'
prompt '>$'
line 'A>'
prompt '^A>$'
line 'msgrcv q 7'
see 'A sleeps|type 7; q is empty' && prompt '>$'
line 'main> repeat 12 msgrcv q 1 IPC_NOWAIT'
see '6 more like this' && prompt '>$'
line 'main>'
prompt '^main>$'
line 'echo "main> getpid"'
see '^main> getpid$' && prompt '>$'
"$IPCSH" --check "$lesson" >/dev/null && ok "the file is a lesson after every line" || not_ok "not yet a lesson"
line 'lesson 1'
see 'end that first: record off' && ok "no other lesson meanwhile" && prompt '>$'
line 'record'
see 'what is typed goes to .*07-my-own.md' && prompt '>$'
line 'record off'
see 'has it; write the words, then: ipcsh --lint' && ok "record off says what to do with it" && prompt '>$'
grep -vE '^(main: msgrcv|   no message)' "$lesson" | diff - /dev/fd/3 3<<'END' && ok "it is what was seen" || not_ok "it is what was seen"
---
title: My own
about: What it is about.
time: 10
---

# My own

Why one would want to know.

## First step

What one sees, and why.

```console
main> q = msgget IPC_PRIVATE 0600
msgget(IPC_PRIVATE, 0600) = 0
+ q     0 messages, 16384 bytes max  rw-------  key IPC_PRIVATE
main> spawn A
+ A     process 3
```

## Who waits \*here\*?

What one sees, and why.

```console
A>
A> msgrcv q 7
msgrcv(0,  <unfinished ...>
   A sleeps: wants type 7; q is empty
main> repeat 12 msgrcv q 1 IPC_NOWAIT
... 6 more like this; the last: main: msgrcv(0, msgp, 1024, 1, IPC_NOWAIT) = -1 ENOMSG (No message of desired type)
... 6 more like this; the last: no message of type 1; q is empty; IPC_NOWAIT says not to sleep
main>
main> echo "main> getpid"
...
```
END
"$IPCSH" --check "$lesson" >/dev/null && ok "it passes its check" || not_ok "it passes its check"
"$IPCSH" --lint "$lesson" && ok "and has nothing that one would trip over" || not_ok "lint"
clear_screen
line "record --lesson $lesson"
see 'exists already; to replace it: record --lesson' && ok "an existing file is not replaced" && prompt '>$'
line "record --lesson $lesson overwrite"
see 'begins anew' && prompt '>$'
line 'record off'
see 'has it' && ok "unless asked" && prompt '>$'
line 'record --lesson'
see 'record wants one file' && ok "a file is wanted"
line 'record --lesson /dev/full overwrite'
see '/dev/full: ' && ok "a full disk is told" && prompt '>$'
line 'record'
see 'nothing is being recorded' && ok "and nothing is recorded then" && prompt '>$'
line 'quit'

start 80 24 "exec bash -c 'trap \"\" XFSZ; ulimit -f 100; exec $IPCSH'"
see 'main> *$'
line "record --lesson $TMPDIR/08-large.md"
see 'begins anew' && prompt '>$'
line 'head -c 200000 /dev/zero | tr "\\0" x'
see 'File too large: the recording has ended, its last lines may be' && ok "one that becomes too large is told"
line 'record'
see 'nothing is being recorded' && ok "and ends, but not the session"
