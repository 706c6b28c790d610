#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# --check: what cannot be checked is no success, for whoever reads TAP, either.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# $1 lessons that are right, and wrong ones.
good() {
	printf '# L\n\n## S\n\n```console\nmain> getpid\ngetpid() = 2\n```\n' >01-good.md
}

# prove(1) must agree with the exit status.
fails() {
	run "$IPCSH" --check "$@"
	echo "$output"
	[ "$status" != 0 ]
	! "$IPCSH" --check "$@" 2>/dev/null | prove --exec cat - >/dev/null 2>&1
	"$IPCSH" --check "$@" >tap 2>/dev/null || :
	! prove --exec cat tap >/dev/null 2>&1
}

@test "a goal, a key, a transcript whose fence is empty" {
	for kind in ' {goal="exists(A)"}' ' {goal="not exists(A)"}' ' {predict="exists(main); exists(A)"}' ' {setup}' ''; do
		printf '# L\n\n## S\n\nDo.\n\n```console%s\n```\n' "$kind" >01-a.md
		fails 01-a.md
		[[ "$output" == *'# there is no command in it, as in "main> state"'* ]]
	done
}

@test "a lesson that is broken fails, and those after it are checked" {
	good
	printf '```\n' >02-broken.md
	fails 02-broken.md
	fails 01-good.md 02-broken.md none.md 01-good.md
	[ "$status" = 2 ]
	[[ "$output" == *"ok 1 - 01-good.md:6 S"*"not ok 2 - 02-broken.md"*"# 02-broken.md:1: the fence that opens here is never closed"*"not ok 3 - none.md"*"ok 4 - 01-good.md:6 S"*"1..4"* ]]
	run "$IPCSH" --check 01-good.md
	[ "$status" = 0 ]
	prove --exec "$IPCSH --check" 01-good.md
}

@test "a lesson in which nothing can be checked" {
	printf '# L\n\n## S\n\n```consol\nmain> getpid\n```\n' >01-a.md
	fails 01-a.md
	[[ "$output" == *"not ok 1 - 01-a.md"*"nothing in it can be checked"* ]]
}

@test "a misspelt name in a goal that is true without it" {
	printf '# L\n\n## S\n\nDo.\n\n```console {goal="exists(B) and not asleep(C)"}\nmain> spawn B\n```\n' >01-a.md
	fails 01-a.md
	[[ "$output" == *"not ok"*"the goal's names"*"column 26: C: no command up to here makes a process of that name"* ]]
}
