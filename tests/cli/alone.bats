# SPDX-License-Identifier: GPL-3.0-or-later
#
# What is told of a test that hangs, or leaves something behind, and of none that only takes its time
# (tests/tools/alone.c, hang.h).

bats_require_minimum_version 1.5.0

# System calls are numbered as on x86-64.
setup() {
	[ "$(uname -m)" = x86_64 ] || skip "the numbers are x86-64's"
	cd "$BATS_TEST_TMPDIR" || return 1
	export TMPDIR=$PWD
}

# The directory that each test has for itself is gone.
no_place() { [ -z "$(compgen -G 'ipcsh-test-*')" ]; }
alone() { "$BUILD/tools/alone" "$@"; }

# all FUNCTION CASE...: FUNCTION for each, side by side; those that fail are told.
all() {
	local what=$1 case pids=() i=0 failed=0
	shift
	for case; do
		i=$((i + 1))
		"$what" "$case" >said$i 2>&1 3>&- &
		pids[i]=$!
	done
	i=0
	for case; do
		i=$((i + 1))
		wait "${pids[i]}" || { failed=1 && echo "== $case" && cat said$i; }
	done
	return $failed
}

@test "it hangs: told with all that sleep, and ended" {
	run --separate-stderr alone bash -c 'mkfifo x y; echo "ok 1 - so far"; cat x >y & cat y >x & wait'
	[ "$status" = 97 ]
	[ "${lines[*]}" = 'ok 1 - so far not ok 2 - it hangs' ]
	echo "$stderr"
	grep -q 'it hangs: each of these sleeps until another of them does something' <<<"$stderr"
	[ "$(grep -cE '^#   [0-9]+ S openat \[[a-z_0-9.]+\] bash' <<<"$stderr")" = 2 ]
	grep -qE '^# [0-9]+ S wait4 ' <<<"$stderr"
	no_place
}

# What a test may sleep in until another process does something; these are alone.
hangs() {
	local status=0
	PACE=200 alone perl -e "$1" || status=$? # none of these ends, so a faster look is as good
	[ $status = 97 ]
}

@test "in whatever they sleep" {
	# shellcheck disable=SC2016
	all hangs 'pipe R, W; read R, $x, 1' 'select undef, undef, undef, undef' 'kill STOP => $$' \
		'$SIG{CHLD} = "DEFAULT"; if (fork) { wait } else { pipe R, W; read R, $x, 1 }' \
		'$q = msgget 0, 0600; msgrcv $q, $x, 9, 0, 0' \
		'$s = semget 0, 1, 0600; semop $s, pack "s3", 0, -1, 0' \
		'open F, "+>", "f"; flock F, 2; if (fork) { wait } else { open G, "f"; flock G, 2 }' \
		'use POSIX; sigsuspend(POSIX::SigSet->new)' 'use POSIX; pause' \
		'select undef, undef, undef, 1000' '$t = syscall 7, 0, 0, 3600000' 'sleep 1000' 'exec "sleep 1000 & wait"' \
		'use Socket; socketpair A, B, AF_UNIX, SOCK_STREAM, 0; sysread A, $x, 1' \
		'pipe R, W; 1 while syswrite W, "x" x 4096' \
		'syscall 213, 0; $e = syscall 291, 0; syscall 232, $e, $x = " " x 12, 1, -1'
}

# What ends by itself.
ends() { alone perl -e "$1"; }

@test "who sleeps until a time does not hang" {
	# shellcheck disable=SC2016
	all ends 'sleep 5' 'select undef, undef, undef, 5' 'exec "timeout 5 cat <&1; true"' \
		'$SIG{ALRM} = sub {}; alarm 5; use POSIX; pause' '$SIG{ALRM} = sub {}; alarm 5; pipe R, W; sysread R, $x, 1' \
		'$s = semget 0, 1, 0600; syscall 220, $s, $o = pack("s3", 0, -1, 0), 1, $t = pack "qq", 5, 0; semctl $s, 0, 0, 0' \
		'$t = syscall 283, 1, 0; syscall 286, $t, 0, $x = pack("q4", 0, 0, 5, 0), 0; open T, "<&=", $t; sysread T, $x, 8' \
		'if (fork) { wait } else { sleep 5 }'
}

@test "who wakes by the clock, again and again, and nothing comes of it" {
	hangs 'pipe R, W; vec($r, fileno R, 1) = 1; select $x = $r, undef, undef, 0.1 while 1'
}

@test "those that are busy hang when nothing comes of it; a line is progress" {
	busy() { BUSY=1 alone bash -c "$1"; }
	spins() { local status=0; busy "$1" || status=$?; [ $status = 97 ]; }
	# shellcheck disable=SC2016
	all spins 'while :; do :; done' 'while :; do /bin/true; done' 'while :; do :; done & wait'
	busy 'for i in 1 2 3 4 5; do for ((k = 0; k < 100000; k++)); do :; done; echo "# $i"; done'
	grep -q 'it hangs: these are busy, and nothing comes of it' said1
	grep -qE '^# [0-9]+ R .* bash -c while' said1
}

@test "what is left is named and removed, and the test has failed" {
	run --separate-stderr alone bash -c 'echo ok 1; ipcmk -Q >&2; touch "$TMPDIR/file"; sleep 1000 &'
	[ "$status" = 98 ]
	echo "$stderr"
	grep -qE '^# left behind: process [0-9]+ \(sleep\)$' <<<"$stderr"
	grep -qE '^# left behind: msg:[0-9]+$' <<<"$stderr"
	grep -qE '^# left behind: .*/tmp/file$' <<<"$stderr"
	no_place
}

@test "what a test says is printed in one piece where it has failed; else what came on stderr" {
	run --separate-stderr alone bash -c 'echo "ok 1"; echo "# good"; echo "not ok 2 - bad"; echo "# why"; echo told >&2'
	[ "$status" = 0 ]
	[[ $stderr == *$'# good\nnot ok 2 - bad\n# why\n'* && $stderr == *told* ]]
	run --separate-stderr alone bash -c 'echo "ok 1"; echo "# good"; echo told >&2'
	[[ $stderr == '# '*$':\ntold' ]]
	run --separate-stderr alone true
	[ "$status" = 0 ] && [ -z "$stderr" ]
	run --separate-stderr alone sh -c 'kill -9 $$'
	[ "$status" = 137 ] && [[ $stderr == *Killed* ]]
}

@test "it is itself terminated: so is all that it has started, and nothing is left" {
	mkfifo up
	bash -c 'exec 4<>up; exec "$0" bash -c "trap : TERM; echo >&4; sleep 1000 & while :; do wait; done"' "$BUILD/tools/alone" 3>&- &
	read -r _ <up
	kill "$!"
	status=0
	wait "$!" || status=$?
	[ "$status" = 143 ]
	no_place
}
