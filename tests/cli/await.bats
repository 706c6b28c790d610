#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# await: what ends the sleep of the awaited, other than its call's return; and who is stopped in the background.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "a sleeper that its own alarm kills" {
	# on a slow machine the alarm may come first: then there is nobody to wait for, and that is said
	run "$IPCSH" -c 'spawn A' -c 'A> setitimer ITIMER_REAL 3' -c 'A> sleep 1000' -c 'await A' -c 'spawn B'
	echo "$output"
	[[ "$output" == *"- A     killed by SIGALRM"* ]]
	[[ "$status" = 0 && "$output" == *"- A     killed by SIGALRM"*"+ B     process 4"* || "$output" == *"no process A"* ]]
}

@test "main itself: it begins anew" {
	run "$IPCSH" -c 'setitimer ITIMER_REAL 3' -c pause -c 'await main' -c getpid
	echo "$output"
	[[ "$output" == *"- main  killed by SIGALRM"*"+ main  process 3"* ]]
}

@test "a program that is killed by an alarm of its own" {
	run "$IPCSH" -c 'spawn A' -c 'A> exec perl -e "alarm 3; sleep 1000"' -c 'await A'
	echo "$output"
	[[ "$output" == *"- A     killed by SIGALRM"* ]]
}

@test "a program in the background that is stopped is shown so" {
	printf '%s\n' 'command sleep 1000 &' 'sh -c "until grep -q sleep /proc/3/comm; do :; done"' 'kill 3 SIGSTOP' \
		'sh -c "until grep -q State:.T /proc/3/status; do :; done"' state >s.ipc
	run "$IPCSH" s.ipc
	echo "$output"
	[ "$status" = 0 ] && [[ "$output" == *"(program)    3       2  stopped"* ]]
}

@test "a deadlock is a result: the script goes on; with -e it ends with 1" {
	printf '%s\n' 's = semget IPC_PRIVATE 1 0600' 'spawn A' 'A> P s' 'await A' getpid >s.ipc
	run "$IPCSH" s.ipc
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" == *$'\nnothing that is under way can wake A, only a command of another process can:\n   A sleeps in semop: wants 1 of s[0], which is 0\nmain> getpid\n'* ]]
	[[ "$output" != *"ipcsh:"* ]]
	run "$IPCSH" -e s.ipc
	[ "$status" = 1 ] && [[ "$output" != *getpid* ]]
	"$IPCSH" --json s.ipc >j
	[ "$(perl -MJSON::PP -ne 'print JSON::PP->new->decode($_)->{event} . "\n"' j | grep -c error)" = 0 ]
}

@test "who does not sleep any more is nobody's mistake" {
	run "$IPCSH" -c 'spawn A' -c 'await A' -c getpid
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" == *"A does not sleep: there is nothing to wait for"*"getpid() = 2" ]]
}

@test "the verdict in Chinese" {
	LC_ALL=C.UTF-8 run "$IPCSH" --lang zh -c pause -c 'await'
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" == *$'死锁：大家都睡着，没有谁还能唤醒 main：\n   '* ]]
}
