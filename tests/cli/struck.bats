# SPDX-License-Identifier: GPL-3.0-or-later
#
# A learner's process is killed from outside at the very moment in which only the kernel knows what it has
# made: the session goes on, and nothing is left (tests/tools/inside.c).

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

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
