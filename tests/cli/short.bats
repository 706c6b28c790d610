# SPDX-License-Identifier: GPL-3.0-or-later
#
# A time that is over before anything else could be typed: whether the call was seen asleep is chance, and what is
# shown is not.

bats_require_minimum_version 1.5.0

# alike N LINE WHOLE REASON: N times LINE, each shown as WHOLE, with the REASON if there is one.
alike() {
	local n=$1 line=$2 whole=$3 reason=${4-}
	{
		printf '%s\n' 's = semget IPC_PRIVATE 1 0600' 'r w = pipe'
		for ((i = 0; i < n; i++)); do echo "$line"; done
	} >"$BATS_TEST_TMPDIR/lines"
	run "$IPCSH" "$BATS_TEST_TMPDIR/lines"
	[ "$status" = 0 ]
	[ "$(grep -cxF "main> $line" <<<"$output")" = "$n" ]
	[ "$(grep -cxF "$whole" <<<"$output")" = "$n" ] || { echo "$output"; false; }
	[ -z "$reason" ] || [ "$(grep -cxF "   $reason" <<<"$output")" = "$n" ]
	[[ $output != *unfinished* && $output != *resumed* ]]
}

@test "semtimedop of 100 ns, of a millisecond" {
	alike 200 'semtimedop s {0,-1} 0.0000001' \
		'semtimedop(0, [{sem_num=0, sem_op=-1, sem_flg=0}], 1, {tv_sec=0, tv_nsec=100}) = -1 EAGAIN (Resource temporarily unavailable)' \
		'0.0000001 s passed: 1 of s[0] asked, 0 there'
	alike 50 'semtimedop s {0,-1} 0.001' \
		'semtimedop(0, [{sem_num=0, sem_op=-1, sem_flg=0}], 1, {tv_sec=0, tv_nsec=1000000}) = -1 EAGAIN (Resource temporarily unavailable)'
}

@test "sigtimedwait, nanosleep, poll" {
	alike 100 'sigtimedwait {SIGUSR1} 0.00001' \
		'sigtimedwait([USR1], info, {tv_sec=0, tv_nsec=10000}) = -1 EAGAIN (Resource temporarily unavailable)'
	alike 100 'nanosleep 0.0005' 'nanosleep({tv_sec=0, tv_nsec=500000}, rem) = 0'
	alike 50 'poll {r,POLLIN} 1' 'poll([{fd=3, events=POLLIN}], 1, 1) = 0 (Timeout)'
	alike 50 'poll {r,POLLIN} 0' 'poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)'
}
