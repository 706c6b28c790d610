#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A lesson followed to its end, left and taken up again: guesses, tasks, hints, other steps, narrow
# terminals, and a record of progress that is not ours.
. tests/tools/term.bash

mkdir -p "$TMPDIR/own"
cat >"$TMPDIR/own/01-own.md" <<'END'
---
title: Own
time: 5
---

# Own

## Begin

Some prose that is long enough to be wrapped on a terminal of no more than sixty columns, as it must.

```console
main> q = msgget IPC_PRIVATE 0600
msgget(IPC_PRIVATE, 0600) = 0
+ q     0 messages, 16384 bytes max  rw-------  key IPC_PRIVATE
main> spawn A
+ A     process 3
A> msgrcv q 7
A: msgrcv(0,  <unfinished ...>
   A sleeps: wants type 7; q is empty
```

## Guess

1. It wakes.
2. It sleeps on.

```console {predict="woken(A); asleep(A)"}
main> msgsnd q 1 "x"
msgsnd(0, {mtype=1, mtext="x"}, 1, 0) = 0
~ q     1 message, 1 byte (was 0)
```

<details><summary>Why</summary>

1. One is not seven.
2. Seven is seven.

</details>

## Alone

Wake it.

<details><summary>Hint</summary>

Think.

</details>

<details><summary>Solution</summary>

```console {goal="not asleep(A) and exists(A)"}
main> msgsnd q 7 "y"
msgsnd(0, {mtype=7, mtext="y"}, 1, 0) = 0
A: <... msgrcv resumed>{mtype=7, mtext="y"}, 1024, 7, 0) = 1
```

It was awaited.

</details>

The end.
END
IPCSH="$IPCSH --lessons $TMPDIR/own"

start 80 40
line lesson
see '1 +own +Own +5 min +···' && ok "lessons are listed with their time and steps"
keys -l 'lesson o'
keys Tab
prompt '^main> lesson own' && ok "Tab knows the lessons' names"
keys Enter
see 'Begin \(1 of 3\)' && prompt '^main>$'
keys Enter
prompt '^main> q = msgget IPC_PRIVATE 0600$'
keys Enter
see 'Enter types: spawn A'
line 'spawn A'
see 'Enter types: msgrcv q 7'
prompt '^A>$' && ok "the prompt becomes that of the process that the step is about"
line 'msgrcv q msgtyp=7'
see 'Guess \(2 of 3\)' && ok "other words for the same pass"
prompt '>$'
keys Enter
see 'your guess: type a number from 1 to 2' && ok "a question is asked first"
line 'leave'
see 'is left' && prompt '>$'
line 'lesson'
see '1 +own +Own +5 min +✓·· at 2' && ok "a step is ticked"
line 'quit'
start 60 40
line 'lesson 1'
see 'You were at step 2' && see 'Guess \(2 of 3\)' && ok "a lesson goes on where it was left"
prompt '>$'
line 1
see 'No: it was 2, not 1' && see 'Not 1: One is not seven' && see '2: Seven is seven' &&
	ok "the kernel grades the guess"
see 'Alone \(3 of 3\)' && prompt '>$'
line 'hint'
see 'Hint 1 of 2' && prompt '>$'
line 'hint'
see 'main> msgsnd q 7 "y"' && ok "the last hint is the solution"
line 'where'
see 'Not yet:' && see 'A is asleep' && ok "what is missing is told"
line 'msgsnd q 7 other'
see 'Solved' && see 'It was awaited' && see 'This was lesson 1' && ok "the kernel's state solves it"
prompt '>$'
clear_screen
line 'lesson'
see '✓✓✓' && ok "all steps are ticked"
line 'lesson reset 1'
see 'begins anew the next time' && prompt '>$'
clear_screen
line 'lesson'
see '···' && ok "and forgotten"
line 'lesson 1'
see 'Begin \(1 of 3\)' && prompt '>$'
clear_screen
resize 30 40
line 'where'
see '^Some prose that is long enough$' && ok "prose is wrapped to the terminal's width"
resize 80 40
line 'next'
see 'Guess \(2 of 3\)' && prompt '>$'
line 'skip'
see 'It was 2' && see 'Alone \(3 of 3\)' && prompt '>$'
line 'kill -9 A'
see 'killed by SIGKILL' && prompt '>$'
line 'skip'
see 'does not solve it' && ok "a mess that the solution cannot mend is told"
see 'That is how it is done' && ok "and the task begins anew with it"
line 'quit'

echo '{"format": 2, "lessons": {}}' >"$XDG_STATE_HOME/ipcsh/progress.json"
start 80 24
line 'lesson 1'
see 'was written by a newer ipcsh' && see 'Begin \(1 of 3\)' && ok "a newer record is left alone, and the lesson goes on"
line 'next'
see 'Guess'
line 'quit'
grep -q '"format": 2' "$XDG_STATE_HOME/ipcsh/progress.json" && ok "and is what it was"
