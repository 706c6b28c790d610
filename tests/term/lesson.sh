#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Following a lesson at the prompt: Enter types its next command, another Enter runs it.
. tests/tools/term.bash

# lessons are looked for beside the program's directory
mkdir -p "$TMPDIR/own/build" "$TMPDIR/own/lessons"
cp "$IPCSH" "$TMPDIR/own/build/ipcsh"
IPCSH=$TMPDIR/own/build/ipcsh
cat >"$TMPDIR/own/lessons/01-own.md" <<'END'
---
title: Own
---

# Own

## A step

Some prose.

```console
main> spawn A
main> getpid
```
END
start 80 24
line 'lesson 1'
see 'Enter types: spawn A' && ok "the lesson says what Enter types"
prompt '^main>$'
keys Enter
prompt '^main> spawn A$' && ok "Enter types it"
keys Enter
see '^\+ A +process' && see 'Enter types: getpid' && ok "and runs it, and the next one follows"
line 'msgget 5 IPC_CREAT|0600'
see '^msgget\(' && ok "something else may be typed"
keys Enter
prompt '^main> getpid$' && ok "the lesson waits"
keys Enter
see '^getpid\(\) = ' && ok "and goes on"
prompt '^main>$'
keys Enter
prompt '^main>$' && ok "at its end Enter types nothing"
