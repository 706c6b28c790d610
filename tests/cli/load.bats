# SPDX-License-Identifier: GPL-3.0-or-later
#
# Many at once, and too few descriptors or processes: nobody sees another's, and what is short is named.

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

@test "100 sessions at once, each replaying a lesson" {
	"$IPCSH" --sandbox -c getpid >seen 2>&1 || skip "no sandbox here"
	pids=()
	for i in $(seq 100); do
		"$IPCSH" --check "$ROOT/lessons/05-semaphores.md" >"seen.$i" 2>&1 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	[ "$(cat seen.* | grep -c '^ok')" = $((100 * $(grep -c '^ok' seen.1))) ]
	# the first object of each has id 0: nobody sees another's
	for i in $(seq 20); do "$IPCSH" -c 'msgget IPC_PRIVATE 0600' >"id.$i" 3>&- & done
	wait
	[ "$(cat id.* | grep -c '^msgget(IPC_PRIVATE, 0600) = 0$')" = 20 ]
}

@test "more processes than a soft limit of descriptors would allow; they have the user's limit" {
	for i in $(seq 60); do echo "spawn A$i"; done >lines
	echo 'sh -c "ulimit -Sn"' >>lines
	(ulimit -Sn 1024 && ulimit -Hn 4096 && cat lines && :) >/dev/null 2>&1 || skip "no such limits here"
	run bash -c 'ulimit -Hn 4096; ulimit -Sn 1100; "$IPCSH" <lines'
	[ "$status" = 0 ] && [ "${lines[-1]}" = 1100 ]
	run bash -c 'ulimit -Hn 4096; ulimit -Sn 100; "$IPCSH" <lines'
	[ "$status" = 0 ] && [ "${lines[-1]}" = 1024 ]
}

@test "too few descriptors are said, before the start and later" {
	run bash -c 'ulimit -n 64; "$IPCSH" -c getpid'
	[ "$status" = 2 ] && [[ $output == *'descriptors up to 1004, and only 64 are allowed'* ]]
	for i in $(seq 300); do echo "spawn A$i"; done >lines
	run bash -c 'ulimit -n 1010; "$IPCSH" <lines'
	[ "$status" = 2 ] && [[ ${lines[-1]} == *'the shell has no descriptors left for another process'* ]]
}

@test "no more processes: said, and what there is goes on" {
	[ "$(id -u)" = 0 ] || skip "needs root, to be another user"
	printf '%s\n' 'spawn A B C D E F' >s
	# setpriv itself starts the program: the other user may perhaps not search the directories to it
	run bash -c 'prlimit --nproc=4 setpriv --reuid 61234 --regid 61234 --clear-groups "$IPCSH" --host <s'
	[ "$status" = 2 ] && [[ $output == *'no process could be started: Resource temporarily unavailable'* ]]
}
