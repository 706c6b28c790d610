#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# --check proves what a lesson's goals and predictions promise.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_STATE_HOME=$PWD/state
}

# task GOAL PREPARED SOLUTION: checks a lesson with that task.
task() {
	{
		printf '## Do it\n\n```console {setup}\n%s\n```\n\nDo.\n\n<details>\n\nA hint.\n\n</details>\n\n' "$2"
		printf '<details>\n\n```console {goal="%s"}\n%s\n```\n\n</details>\n\n' "$1" "$3"
		printf '```console\nmain> getpid\ngetpid() = 2\n```\n'
	} >l.md
	run "$IPCSH" --check l.md
	echo "$output"
}

@test "a good task" {
	task 'exists(A) and q.qnum == 1' 'main> q = msgget IPC_PRIVATE 0600' $'main> spawn A\nA> msgsnd q 1 x'
	[ "$status" = 0 ]
	[ "${lines[3]}" = "ok 3 - l.md:18 Do it: the goal is not met before" ]
	[ "${lines[4]}" = "ok 4 - l.md:18 Do it: the solution meets the goal" ]
	[ "${lines[5]}" = "ok 5 - l.md:18 Do it: skip meets it" ]
	[ "${lines[6]}" = "ok 6 - l.md:18 Do it: it is met after a mess and again" ]
	# what follows finds the session as the solution left it
	[ "${lines[7]}" = "ok 7 - l.md:25 Do it" ]
}

@test "a goal that is met before" {
	task 'exists(q)' 'main> q = msgget IPC_PRIVATE 0600' 'main> spawn A'
	[ "$status" = 1 ]
	[ "${lines[3]}" = "not ok 3 - l.md:18 Do it: the goal is not met before" ]
	[[ "$output" == *"not ok 6 - l.md:18 Do it: it is met after a mess and again"*"the goal is met before anything"* ]]
}

@test "a solution that does not meet it" {
	task 'q.qnum == 2 and exists(A)' 'main> q = msgget IPC_PRIVATE 0600' 'main> msgsnd q 1 x'
	[ "$status" = 1 ]
	[[ "$output" == *"not ok 4 - l.md:18 Do it: the solution meets the goal"*"# q.qnum == 2 (it is 1)"*"# exists(A)"* ]]
	[[ "$output" == *"not ok 5 - l.md:18 Do it: skip meets it"* ]]
	[[ "$output" == *"not ok 6 - "* ]]
}

@test "what happened before the task was set does not count" {
	task 'returned(main, msgget)' 'main> q = msgget IPC_PRIVATE 0600' 'main> msgsnd q 1 x'
	[ "$status" = 1 ]
	[[ "$output" == *"ok 3 - l.md:18 Do it: the goal is not met before"* ]]
	[[ "$output" == *"not ok 4 - l.md:18 Do it: the solution meets the goal"* ]]
}

@test "a goal that is none" {
	task 'sleeps(A)' 'main> getpid' 'main> spawn A'
	[ "$status" = 2 ] && [[ "$output" == *"l.md:17: column 1: there is no sleeps()"* ]]
	task 'exists(A); exists(B)' 'main> getpid' 'main> spawn A'
	[ "$status" = 2 ] && [[ "$output" == *"l.md:17: a task has one goal"* ]]
}

# guess KEY: checks a prediction with that key.
guess() {
	printf '## Guess\n\n1. a\n2. b\n\n```console {predict="%s"}\nmain> getpid\n```\n' "$1" >l.md
	run "$IPCSH" --check l.md
	echo "$output"
}

@test "exactly one choice of a prediction turns out true" {
	guess 'returned(main, getpid); failed(main, getpid)'
	[ "$status" = 0 ] && [ "${lines[2]}" = "ok 2 - l.md:7 Guess: exactly one choice is right" ]
	guess 'exists(A); exists(B)'
	[ "$status" = 1 ] && [[ "$output" == *"not ok 2 - "*"# none of the choices is right"* ]]
	guess 'exists(main); exists(A); ret(main, getpid) == main.pid'
	[ "$status" = 1 ] && [[ "$output" == *"not ok 2 - "*"# choice 1 is right"*"# choice 3 is right"* ]]
}

@test "a lesson that needs a second user is skipped aloud where there is none" {
	printf -- '---\nneeds: nobody\n---\n## One\n\n```console\nmain> spawn B user=nobody\n```\n' >l.md
	run "$IPCSH" --check l.md
	echo "$output"
	[ "$status" = 0 ]
	if [ "$(id -u)" != 0 ]; then
		[[ "$output" == *"# SKIP it needs a second user: --nobody, or root"* ]]
	fi
}

@test "checks leave no trace of progress" {
	task 'exists(A)' 'main> getpid' 'main> spawn A'
	[ "$status" = 0 ] && [ ! -e state ]
}

@test "--lessons, --lang and the locale choose the folder and the language" {
	mkdir own
	printf '# Pipes\n\n## One\n\nEnglish words.\n\n```console\nmain> getpid\n```\n' >own/01-pipes.md
	printf '# 管道\n\n## 一\n\n中文。\n\n```console\nmain> getpid\n```\n' >own/01-pipes.zh.md
	printf '# More\n\n## One\n' >own/02-more.md
	run "$IPCSH" --lessons own -c lesson
	[[ "$output" == *" Pipes"*" More"* ]]
	run "$IPCSH" --lessons own --lang zh -c lesson -c 'lesson pipes'
	echo "$output"
	[[ "$output" == *" 管道"*" More"*"中文"* ]]
	LC_ALL=zh_CN.UTF-8 run "$IPCSH" --lessons own -c lesson
	[[ "$output" == *" 管道"* ]]
	LC_ALL=zh_CN.UTF-8 run "$IPCSH" --lessons own --lang en -c lesson
	[[ "$output" == *" Pipes"* ]]
	run "$IPCSH" --lessons nowhere -c lesson
	[ "$status" = 2 ] && [[ "$output" == *"nowhere: No such file"* ]]
}

@test "a script cannot follow a lesson" {
	mkdir own
	printf '## One\n' >own/01-one.md
	printf 'lesson 1\n' >s.ipc
	run "$IPCSH" --lessons own s.ipc
	[ "$status" = 2 ] && [[ "$output" == *"a script cannot follow one"* ]]
}
