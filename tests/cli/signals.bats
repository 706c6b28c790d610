#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A signal that ends the program where nobody types: what was shown is written, by whole lines; the
# exit status tells which signal it was, in every way of working, and nothing is left.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkfifo ready
	# tells the test that all before it was executed
	tell="sh -c 'echo >$PWD/ready"
}

# hit SIGNAL OPTION...: starts ipcsh, which says that it is ready, and sends it the signal; $status.
hit() {
	local signal=$1 shell
	shift
	"$IPCSH" --bind "$PWD" "$@" <"${input:-/dev/null}" >seen 2>said 3>&- &
	shell=$!
	read -r <ready
	kill "-$signal" "$shell"
	status=0
	wait "$shell" || status=$?
	cat seen said
}

# The file ends with a whole line.
whole() { [ -s "$1" ] && [ -z "$(tail -c 1 "$1" | tr -d '\n')" ]; }

number() { case $1 in HUP) echo 129 ;; INT) echo 130 ;; TERM) echo 143 ;; esac; }

@test "a script whose program runs" {
	printf '%s\n' 'q = msgget IPC_PRIVATE 0600' "$tell; exec sleep 1000'" 'getpid' >a.ipc
	for signal in TERM HUP INT; do
		hit $signal a.ipc
		[ "$status" = "$(number $signal)" ]
		whole seen
		[[ $(cat seen) == *"+ q     0 messages"*"main> sh -c"* && $(cat seen) != *getpid* ]]
	done
}

@test "JSON, too" {
	printf '%s\n' 'q = msgget IPC_PRIVATE 0600' "$tell; exec sleep 1000'" >a.ipc
	for signal in TERM HUP INT; do
		hit $signal --json a.ipc
		[ "$status" = "$(number $signal)" ]
		[ "$(perl -MJSON::PP -ne 'decode_json($_); END { print $. }' seen)" -ge 4 ]
	done
}

@test "a program that heeds no signal" {
	hit TERM -c "$tell; trap \"\" TERM INT HUP; while :; do sleep 1000; done'"
	[ "$status" = 143 ]
	whole seen
}

@test "a repeat without end: how many there were is told" {
	hit TERM -c "$tell'" -c 'repeat 1000000000 getpid'
	[ "$status" = 143 ]
	whole seen
	[ "$(grep -v '^getpid() = 2$' seen | grep -cvE '^(main> .*|\.\.\. [0-9]+ more like this; the last: getpid\(\) = 2)$')" = 0 ]
}

@test "a session that waits for a clock" {
	for signal in TERM INT; do
		hit $signal -c 'alarm 1000' -c "$tell'" -c pause -c 'await main' -c getpid
		[ "$status" = "$(number $signal)" ]
		[[ $(cat seen) != *getpid* ]]
		whole seen
	done
}

@test "lines that do not come" {
	mkfifo lines
	for signal in TERM HUP INT; do
		exec 9<>lines
		echo "$tell'" >&9
		input=lines hit $signal
		exec 9>&-
		[ "$status" = "$(number $signal)" ]
		[[ $(cat seen) == "main> sh -c"* ]]
		whole seen
	done
}

@test "who waits for the next line has flushed what the last one showed" {
	mkfifo lines answers
	exec 8<>lines 9<>answers
	"$IPCSH" <lines >answers 3>&- 8>&- 9>&- &
	echo getpid >&8
	read -r echoed <&9
	read -r answer <&9
	[ "$echoed" = "main> getpid" ] && [ "$answer" = "getpid() = 2" ]
	echo quit >&8
	wait $!
}

@test "a script that another one executes, and -c" {
	printf '%s\n' "$tell; exec sleep 1000'" >inner.ipc
	hit INT -c "source $PWD/inner.ipc" -c getpid
	[ "$status" = 130 ]
	[[ $(cat seen) != *getpid* ]]
}

lesson() {
	cat >"$1" <<S
# L

## S

\`\`\`console
main> getpid
getpid() = 2
main> $tell; exec sleep 1000'
main> getpid
getpid() = 2
\`\`\`
S
}

@test "lessons that are played, checked and blessed" {
	lesson 01-a.md
	cp 01-a.md before.md
	hit INT 01-a.md
	[ "$status" = 130 ]
	[ "$(grep -c 'getpid() = 2' seen)" = 1 ]
	hit INT --check 01-a.md
	[ "$status" = 130 ]
	[[ $(cat seen) == *"Bail out! interrupted"* ]]
	hit INT --bless 01-a.md
	[ "$status" = 130 ]
	cmp 01-a.md before.md
	hit TERM --check 01-a.md
	[ "$status" = 143 ]
	whole seen
}

@test "host: what the session made is gone when the shell is" {
	hit TERM --host -c 'msgget 0x51515151 IPC_CREAT|0600' -c "$tell; exec sleep 1000'"
	[ "$status" = 143 ]
	[ "$(ipcs -q | grep -c 0x51515151)" = 0 ]
}

@test "nohup: a SIGHUP that is ignored stays so" {
	mkfifo lines
	exec 9<>lines
	trap '' HUP
	"$IPCSH" --bind "$PWD" <lines >seen 3>&- 9>&- &
	echo "$tell'" >&9
	read -r <ready
	kill -HUP $!
	printf 'getpid\nquit\n' >&9
	wait $!
	[[ $(cat seen) == *"getpid() = 2"* ]]
}

@test "a second signal does not wait" {
	mkfifo out
	exec 9<>out
	"$IPCSH" --bind "$PWD" -c "$tell'" -c 'repeat 1000000000 state' >out 3>&- 9>&- &
	shell=$!
	read -r <ready
	# nobody reads: it blocks in write
	until [ "$(cut -d' ' -f1 /proc/$shell/syscall 2>/dev/null)" = 1 ]; do :; done
	kill -TERM $shell
	until [ "$(awk '/SigCgt/ { print substr($2, 13, 1) }' /proc/$shell/status)" = 0 ]; do :; done
	kill -TERM $shell
	status=0
	wait $shell || status=$?
	[ "$status" = 143 ]
}
