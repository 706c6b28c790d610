# SPDX-License-Identifier: GPL-3.0-or-later
#
# Options, sources of lines, exit statuses.

setup() { cd "$TEST_DIR" || return 1; }

script() { printf "$2" >"$1"; }

@test "0: all well" { run "$IPCSH" -c getpid; [ "$status" = 0 ]; }
@test "0: a refusal of the kernel is a result" { run "$IPCSH" -c "msgget 0x1 0"; [ "$status" = 0 ]; }
@test "1: with -e it is not, and nothing more is done" {
	script a.ipc 'msgget 0x1 0\ngetpid\n'
	run "$IPCSH" -e a.ipc
	[ "$status" = 1 ]
	[[ $output == *ENOENT* && $output != *"getpid() ="* ]]
}
@test "2: a mistake" { run "$IPCSH" -c nonsense; [ "$status" = 2 ]; }
@test "2: an unknown option" { run "$IPCSH" --nosuch; [ "$status" = 2 ] && [[ $output == *--help* ]]; }
@test "2: --check without a lesson" { run "$IPCSH" --check; [ "$status" = 2 ]; }
@test "exit typed for main leaves with its status" { run "$IPCSH" -c "exit 7"; [ "$status" = 7 ]; }
@test "quit leaves, and what follows is not done" {
	script a.ipc 'quit\ngetpid\n'
	run "$IPCSH" a.ipc
	[ "$status" = 0 ]
	[[ $output != *"getpid() ="* ]]
}
@test "--help, --version" {
	run "$IPCSH" --help
	[ "$status" = 0 ]
	[[ $output == usage:* ]]
	run "$IPCSH" --version
	[ "$status" = 0 ]
	[[ $output == "ipcsh "* ]]
}

@test "-c, a file, several files, standard input" {
	script a.ipc 'getpid\n'
	script b.ipc 'getppid\n'
	run "$IPCSH" a.ipc b.ipc
	[[ $output == *"getpid() ="*"getppid() ="* ]]
	run bash -c 'echo getpid | "$IPCSH"'
	[[ $output == *"getpid() ="* ]]
	run "$IPCSH" -c $'getpid\ngetppid'
	[[ $output == *"getpid() ="*"getppid() ="* ]]
}

@test "several -c are executed in order" {
	run "$IPCSH" -c getpid -c getppid
	[ "$status" = 0 ]
	[[ $output == *"getpid() ="*"getppid() ="* ]]
}

@test "who forked without the shell's own descriptors is awaited all the same" {
	run "$IPCSH" -c "close 1000" -c "close 1001" -c "spawn E" -c "E> nanosleep 3" -c "await E" -c "E> echo from E"
	[ "$status" = 0 ]
	[[ $output == *"nanosleep"*"= 0"*"from E"* ]]
}

@test "a file after one with a mistake is not executed" {
	script a.ipc 'nonsense\n'
	script b.ipc 'getpid\n'
	run "$IPCSH" a.ipc b.ipc
	[ "$status" = 2 ]
	[[ $output != *"getpid() ="* ]]
}

@test "source, nested" {
	script a.ipc 'source b.ipc\ngetppid\n'
	script b.ipc 'source c.ipc\n'
	script c.ipc 'getpid\n'
	run "$IPCSH" a.ipc
	[ "$status" = 0 ]
	[[ $output == *"getpid() ="*"getppid() ="* ]]
}

@test "source, of itself" {
	script a.ipc 'source a.ipc\n'
	run "$IPCSH" a.ipc
	[ "$status" = 2 ]
	[[ $output == *"does a script source itself"* ]]
}

@test "a mistake in what was sourced names both places" {
	script a.ipc 'getpid\nsource b.ipc\n'
	script b.ipc 'nonsense\n'
	run "$IPCSH" a.ipc
	[ "$status" = 2 ]
	[[ $output == *b.ipc:1:* && $output == *a.ipc:2:* ]]
}

lesson() {
	printf -- '---\ntitle: T\n---\n\n## Step\n\n```console\nmain> getpid\n%s\n```\n' "$1" >01-t.md
}

@test "--check: what agrees is 0, what differs is 1 and shown" {
	lesson 'getpid() = 2'
	run "$IPCSH" --check 01-t.md
	echo "$output"
	[ "$status" = 0 ]
	lesson 'getpid() = two'
	run "$IPCSH" --check 01-t.md
	[ "$status" = 1 ]
	[[ $output == *"not ok"* && $output == *"getpid() = two"* ]]
}

@test "--check: no such lesson is 2" { run "$IPCSH" --check none.md; [ "$status" = 2 ]; }

@test "--bless writes what was seen and changes nothing else" {
	lesson 'getpid() = two'
	cp 01-t.md before
	run "$IPCSH" --bless 01-t.md
	[ "$status" = 0 ]
	sed 's/getpid() = two/getpid() = 2/' before | diff - 01-t.md
	run "$IPCSH" --check 01-t.md
	[ "$status" = 0 ]
}

@test "sleepers at a script's end are named" {
	run "$IPCSH" -c $'s = semget IPC_PRIVATE 1 0600\nspawn A\nA> P s'
	[ "$status" = 0 ]
	[[ $output == *"ended while asleep"*"A sleeps"* ]]
}

@test "a record replays" {
	script a.ipc 'getpid\n'
	run "$IPCSH" -c "record x off"
	[ "$status" = 2 ]
}
