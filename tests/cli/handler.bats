# SPDX-License-Identifier: GPL-3.0-or-later
#
# Fact 43: a handler that interrupts printf and calls it too corrupts the stream; write(2), or a flag that
# is looked at later, does not. What the shell's own handler reports is never damaged.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# As an external program, on the host: a sandbox has a /tmp of its own, and the build may be there.
program() {
	printf 'command %s/tools/handler %s\n' "$BUILD" "$1" >lines
	run "$IPCSH" --host <lines
	[ "$status" = 0 ]
	said=$(sed 1d <<<"$output" | tr '\n' ' ')
}

@test "printf in the handler: lines are lost or come twice" {
	program printf
	[ "$(tr ' ' '\n' <<<"$said" | sort | tr '\n' ' ')" != " caught first second " ]
}

@test "write(2) in the handler: each line once" {
	program write
	[ "$said" = "caught first second " ]
}

@test "a flag, looked at later: each line once" {
	program flag
	[ "$said" = "first second caught " ]
}

@test "the shell's handler: every signal is reported, whatever it interrupts" {
	{
		printf 'r w = pipe\nspawn B\nsigaction SIGUSR1 handler SA_RESTART\n'
		printf 'read r\n'
		for ((i = 0; i < 100; i++)); do printf 'B> kill main SIGUSR1\n'; done
		printf 'B> sigqueue main SIGUSR1 7\n'
	} >lines
	run "$IPCSH" <lines
	[ "$(grep -c '^caught SIGUSR1 from B (SI_USER)$' <<<"$output")" = 100 ]
	[ "$(grep -c '^caught SIGUSR1 from B (SI_QUEUE, value 7)$' <<<"$output")" = 1 ]
	[ "$(grep -c 'caught' <<<"$output")" = 101 ]
}
