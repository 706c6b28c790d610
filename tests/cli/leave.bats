# SPDX-License-Identifier: GPL-3.0-or-later
#
# What is left behind, however the session ends: nothing, in the sandbox and on the machine's own IPC
# (which is the test's own: see tests/tools/alone.c).  Only processes that the test itself started are
# ever named here, by their pid.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset LINES COLUMNS
	cat >made.ipc <<'S'
q = msgget 0x51515151 IPC_CREAT|0600
m = shmget 0x51515151 100 IPC_CREAT|0600
s = semget 0x51515151 1 IPC_CREAT|0600
mkfifo leftover
spawn A
A> P s
S
}

objects() { ipcs | grep -c 0x51515151 || :; }

# Starts ipcsh, which has executed made.ipc and waits for more lines: $shell and $init are its pid
# and that of the process which outlives it, or all others.
begin() {
	mkfifo lines ready
	"$IPCSH" "$@" <lines >seen 2>&1 3>&- &
	shell=$!
	exec 9>lines
	{
		cat made.ipc
		echo 'record ready overwrite'
	} >&9
	exec 8<ready # opened by the shell, when it has come to the last line
	init=$(pgrep -P "$shell")
}

# Waits for the end of process $1.
gone() {
	perl -e 'my $fd = syscall 434, $ARGV[0] + 0, 0; exit if $fd < 0; # pidfd_open
		my $set = ""; vec($set, $fd, 1) = 1; select $set, undef, undef, undef' "$1"
}

# end SIGNAL: ends the shell by a signal, or at the end of its lines.
end() {
	[ -z "$1" ] || kill "-$1" "$shell"
	exec 9>&- 8<&-
	wait "$shell" || :
	gone "$init"
}

@test "host: nothing after the normal end" {
	"$IPCSH" --host made.ipc
	[ "$(objects)" = 0 ]
	[ ! -e leftover ]
}

@test "host: nothing after a mistake" {
	echo nonsense >>made.ipc
	run "$IPCSH" --host made.ipc
	[ "$status" = 2 ]
	[ "$(objects)" = 0 ]
}

@test "host: nothing after the shell's SIGTERM, SIGHUP, SIGKILL" {
	for signal in TERM HUP KILL; do
		begin --host
		[ "$(objects)" = 3 ]
		[ -p leftover ]
		end $signal
		[ "$(objects)" = 0 ]
		[ ! -e leftover ]
		rm -f lines ready
	done
}

@test "sandbox: no process after the shell's SIGKILL" {
	begin
	[ "$(objects)" = 0 ]
	[ "$(pgrep -P "$init" | wc -l)" -ge 1 ] || [ "$(cat "/proc/$init/task/$init/children" | wc -w)" = 2 ]
	children=$(cat "/proc/$init/task/$init/children")
	end KILL
	for pid in $children; do
		gone "$pid"
	done
}

@test "host: nothing when no diff is shown" {
	"$IPCSH" --host --no-diff made.ipc
	[ "$(objects)" = 0 ]
}

@test "host: a FIFO whose path is longer than the guardian takes stays, and that is said" {
	long=$(printf 'd%.0s' {1..250})
	long=$long/$long/$long/$long
	mkdir -p "$long"
	run "$IPCSH" --host -c "mkfifo $long/one" -c 'mkfifo two'
	echo "$output"
	[ "$status" = 0 ]
	[ "$(grep -c 'its path is too long for the guardian: the FIFO will stay' <<<"$output")" = 1 ]
	[ -p "$long/one" ]
	[ ! -e two ]
}

@test "host: keep q" {
	printf 'q = msgget 0x51515151 IPC_CREAT|0600\nm = shmget 0x51515151 100 IPC_CREAT|0600\nkeep q\n' >keep.ipc
	"$IPCSH" --host keep.ipc
	[ "$(objects)" = 1 ]
	ipcrm -Q 0x51515151
}

@test "sandbox: keep says why not" {
	run "$IPCSH" --sandbox -c $'q = msgget IPC_PRIVATE 0600\nkeep q'
	[[ $output == *"--host"* || $output == *namespaces* ]]
}

@test "sandbox: the machine's IPC is not touched" {
	run "$IPCSH" --sandbox made.ipc
	[ "$status" = 0 ] || skip "no sandbox here"
	[ "$(objects)" = 0 ]
	[ ! -e leftover ]
}

@test "host: what was there before stays" {
	id=$(ipcmk -Q | sed 's/.*: //')
	run "$IPCSH" --host -c "msgctl msg:$id IPC_RMID"
	[ "$status" = 2 ]
	[[ $output == *"not made by this session"* ]]
	ipcs -q -i "$id"
	run "$IPCSH" --host --any-pid -c "msgctl msg:$id IPC_RMID"
	[ "$status" = 0 ]
	run ipcrm -q "$id"
	[ "$status" != 0 ]
}

@test "host: a process of somebody else's is not killed by a script" {
	mkfifo block
	cat block >/dev/null 3>&- &
	victim=$!
	run "$IPCSH" --host -c "kill $victim"
	[ "$status" = 2 ]
	[[ $output == *"not one of this session"* ]]
	kill -0 "$victim"
	run "$IPCSH" --host --any-pid -c "kill $victim"
	[ "$status" = 0 ]
	run wait "$victim"
}

@test "host: a group of somebody else's is not killed by a script" {
	mkfifo block
	setsid cat block >/dev/null 3>&- &
	victim=$!
	run "$IPCSH" --host -c "kill pid=-$victim SIGTERM"
	[ "$status" = 2 ]
	kill -0 "$victim"
	kill "$victim"
	run wait "$victim"
}
