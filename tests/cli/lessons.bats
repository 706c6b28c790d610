#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Lessons listed, checked, linted and recorded where something is wrong with them.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_STATE_HOME=$PWD/state
}

@test "a folder without lessons" {
	mkdir none
	run "$IPCSH" --lessons none -c lesson
	echo "$output"
	[ "$status" = 2 ] && [[ "${lines[-1]}" == "ipcsh: -c:1: none: no lessons are there" ]]
}

# choices N WANTED: a prediction of N choices is checked and linted; both complain, WANTED is the lint's.
choices() {
	local keys
	{
		printf '## Guess\n\n'
		for i in $(seq "$1"); do printf '%d. a\n' "$i"; done
		keys=$(printf 'exists(A%d); ' $(seq "$1"))
		printf '\n```console {predict="%s"}\nmain> getpid\n```\n\n<details>\n\n' "${keys%; }"
		for i in $(seq "$1"); do printf '%d. b\n' "$i"; done
		printf '\n</details>\n'
	} >l.md
	run "$IPCSH" --lint l.md
	echo "$output"
	[ "$status" = 1 ] && [[ "$output" == *"a prediction has 2 to 9 choices, not $1"* ]]
	run "$IPCSH" --check l.md
	echo "$output"
}

@test "a prediction has no more choices than one digit can choose from, and more than one" {
	choices 10
	[ "$status" = 2 ] && [[ "$output" == *"a prediction has 9 choices at most, not 10"* ]]
	choices 1
	[ "$status" = 1 ]
}

@test "a solution that ends the session is tried no further" {
	cat >l.md <<'T'
## Do it

```console
main> getpid
getpid() = 2
```

Do.

<details>

```console {goal="exists(A)"}
main> spawn A
main> quit
```

</details>
T
	run "$IPCSH" --check l.md
	echo "$output"
	[ "${lines[-1]}" = 1..4 ]
	[[ "$output" == *"ok 4 - l.md:13 Do it: the solution meets the goal"* ]]
	[[ "$output" != *"skip meets it"* && "$output" != *"after a mess"* ]]
}

@test "a solution that begins with no command" {
	printf '## Do it\n\nDo.\n\n<details>\n\n```console {goal="exists(A)"}\nspawn A\n```\n\n</details>\n' >l.md
	run "$IPCSH" --check l.md
	echo "$output"
	[ "$status" = 2 ]
	[[ "$output" == *"l.md:8: text before the fence's first prompt: begin with a command"* ]]
}

@test "recorded: once at a time, a path that is none" {
	run "$IPCSH" -c 'record --lesson 07-x.md' -c 'record --lesson 08-y.md'
	[ "$status" = 2 ] && [[ "${lines[-1]}" == *"07-x.md is being recorded to already; end it first: record off" ]]
	run "$IPCSH" -c 'record --lesson 08-y.md' -c 'record z.ipc'
	[ "$status" = 2 ] && [[ "${lines[-1]}" == *"08-y.md is being recorded to already; end it first: record off" ]]
	run "$IPCSH" -c 'record z.ipc' -c 'record --lesson 09-z.md'
	[ "$status" = 2 ] && [[ "${lines[-1]}" == *"z.ipc is being recorded to already; end it first: record off" ]]
	[ ! -e 09-z.md ]
	run "$IPCSH" -c 'record --lesson "a\q"'
	[ "$status" = 2 ] && [[ "${lines[-1]}" == *"begins with no C escape"* ]]
	run "$IPCSH" -c 'record "a\q"'
	[ "$status" = 2 ] && [[ "${lines[-1]}" == *"begins with no C escape"* ]]
}

@test "recorded: whose prompt it was, where that is not main's" {
	printf '%s\n' 'spawn A' 'use A' 'record x.ipc' >lines
	"$IPCSH" <lines
	[ "$(cat x.ipc)" = 'use A' ]
	run "$IPCSH" -c 'spawn A' -c 'use A' -c 'record /dev/full overwrite' -c record
	echo "$output"
	[[ "$output" == *"/dev/full: No space left on device: the recording has ended"*"nothing is being recorded"* ]]
}
