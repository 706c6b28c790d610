# SPDX-License-Identifier: GPL-3.0-or-later
#
# As root of a user namespace, as in a container without privileges: a handful of scripts.

setup() {
	cd "$ROOT" || return 1
	unshare -Ur true 2>/dev/null || skip "unshare -Ur is not allowed here"
	scripts=(ids fork-inherits msg-full shm-removed sem-undo
		fifo-rendezvous signal-order fifo-rendezvous)
	tmp=$BATS_TEST_TMPDIR
}

# mapped WHO...: runs the scripts by WHO's unshare -Ur.
sandboxed() {
	"$@" unshare -Ur "$IPCSH" --sandbox -c getpid >/dev/null 2>&1 || skip "no sandbox in there"
	for name in "${scripts[@]}"; do
		"$@" unshare -Ur env TEST_DIR="$tmp" tests/run --script "tests/scripts/$name.ipc" >"$tmp/tap" 2>"$tmp/diff" ||
			cat "$tmp/diff"
		[ "$(grep -c '^ok' "$tmp/tap")" = 2 ]
	done
}

# Ids and pids are the machine's there: it must end well, and say nothing of a sandbox.
on_host() {
	for name in "${scripts[@]}"; do
		run --separate-stderr "$@" unshare -Ur -i sh -c "cd '$tmp' && exec '$IPCSH' --host '$ROOT/tests/scripts/$name.ipc'"
		[ "$status" = 0 ] && [ -z "$stderr" ] || { echo "$name: $status $stderr"; return 1; }
	done
}

# An ordinary user who may come to the test's directory; nothing where the test's own user is one.
other=61234
as_other() {
	[ "$(id -u)" = 0 ] || skip "needs root, to be another user"
	mkdir "$tmp/other"
	chown $other "$tmp/other"
	for dir in "$tmp" "$BATS_RUN_TMPDIR" "$TEST_DIR" "$TEST_DIR/tmp"; do chmod go+x "$dir" 2>/dev/null || :; done
	tmp=$tmp/other
	as=(setpriv --reuid=$other --regid=$other --clear-groups env HOME="$tmp")
	"${as[@]}" test -r "$IPCSH" || skip "another user does not come to the program"
	"${as[@]}" unshare -Ur true 2>/dev/null || skip "unshare -Ur is not allowed to an ordinary user"
}

bats_require_minimum_version 1.5.0

@test "in the sandbox" { sandboxed env; }

@test "on the host" { on_host env; }

@test "in the sandbox, mapped from an ordinary user" { as_other; sandboxed "${as[@]}"; }

@test "on the host, mapped from an ordinary user" { as_other; on_host "${as[@]}"; }
