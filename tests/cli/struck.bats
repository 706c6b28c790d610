# SPDX-License-Identifier: GPL-3.0-or-later
#
# A learner's process is killed from outside at the very moment in which only the kernel knows what it has
# made: the session goes on, and nothing is left (tests/tools/inside.c).

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 # it needs ptrace for itself
}

@test "inside the fork(2) of what it starts with &: nobody waits for that" {
	printf '%s\n' 'spawn A' 'A> command sleep 1000 &' state >s.ipc
	for mode in --sandbox --host; do
		[ $mode = --host ] || "$IPCSH" $mode -c getpid >/dev/null 2>&1 || continue
		"$BUILD/tools/inside" fork "$IPCSH" $mode s.ipc >seen
		sed 's/process [0-9]*/process N/; /^processes/q' seen | diff /dev/fd/3 - 3<<T
main> spawn A
+ A     process N
A> command sleep 1000 &
   started with &: nobody waits for it, and what is printed next may differ in another run
- A     killed by SIGKILL
main> state
processes
T
		grep '^(program) .* asleep$' seen
	done
}

# struck LINE: A is killed inside the call; what is there afterwards.
struck() {
	printf '%s\n' 'spawn A' "A> $1" >s.ipc
	"$BUILD/tools/inside" make "$IPCSH" --host s.ipc >seen
	tail -n +3 seen
	ls f 2>/dev/null
	ipcs | grep '^0x' || :
}

@test "inside the call that makes a FIFO or an object: it is removed all the same" {
	local dead='- A     killed by SIGKILL'
	diff - <(struck 'mkfifo f') <<T
A> mkfifo f
A: mkfifo("f", 0666) = ?
$dead
T
	diff - <(struck 'msgget 77 IPC_CREAT|0600') <<T
A> msgget 77 IPC_CREAT|0600
A: msgget(0x4d, IPC_CREAT|0600) = ?
$dead
T
	struck 'semget 77 1 IPC_CREAT|0600' | tail -n 1 | grep -Fx -e "$dead"
	struck 'shmget 77 1 IPC_CREAT|0600' | tail -n 1 | grep -Fx -e "$dead"
	struck 'shmget IPC_PRIVATE 1 0600' | tail -n 1 | grep -Fx -e "$dead"
}

@test "what was there before the call stays" {
	mkfifo f
	"$IPCSH" --host -c 'q = msgget 77 IPC_CREAT|0600' -c 'keep q'
	id=$(ipcs -q | awk '/^0x/ { print $2 }')
	struck 'mkfifo f'
	[ -p f ]
	struck 'msgget 77 IPC_CREAT|0600'
	ipcrm -q "$id"
}

@test "of a private queue nobody can tell whose it is: that is said" {
	struck 'msgget IPC_PRIVATE 0600' | grep 'A was killed inside msgget: if the kernel had made it'
	ipcrm -q "$(ipcs -q | awk '/^0x/ { print $2 }')"
}
