# SPDX-License-Identifier: GPL-3.0-or-later
#
# Bad input: said with the place and what to try, exit status 2, never a crash.

setup() { cd "$TEST_DIR" || return 1; }

# mistake TEXT COMMAND...: exit status 2, and TEXT in what is said.
mistake() {
	local text=$1
	shift
	run "$@"
	echo "$status: $output"
	[ "$status" = 2 ]
	[[ $output == *"$text"* ]]
}

script() { printf "$1" >s.ipc; }

@test "an unknown command" { mistake "-c:1: frobnicate: no such primitive" "$IPCSH" -c frobnicate; }
@test "a mistyped one is guessed" { mistake "did you mean msgget" "$IPCSH" -c "msgett 1"; }
@test "missing arguments" { mistake "usage: msgsnd" "$IPCSH" -c msgsnd; }
@test "too many arguments" { mistake "too many" "$IPCSH" -c "msgget 1 2 3 4"; }
@test "an unknown name" { mistake "nope" "$IPCSH" -c "msgsnd nope 1 x"; }
@test "an unknown process" { mistake "spawn X" "$IPCSH" -c "X> getpid"; }
@test "a number out of range" { mistake "out of range" "$IPCSH" -c "semget IPC_PRIVATE 99999999999999999999 0600"; }
@test "an unbalanced \"" { mistake "never closed" "$IPCSH" -c 'msgsnd q 1 "x'; }
@test "an unbalanced '" { mistake "never closed" "$IPCSH" -c "echo 'x"; }
@test "what sh has and we have not names sh -c" { mistake "sh -c" "$IPCSH" -c "ls; ls"; }

@test "the place is the file's and the line's, and the rest is not executed" {
	script 'getpid\n\nmsgsnd\ngetppid\n'
	mistake "s.ipc:3:" "$IPCSH" s.ipc
	[[ $output != *"getppid() ="* ]]
}

@test "a line of 1 MiB" {
	perl -e 'print "# ", "x" x (1 << 20 - 3), "\ngetpid\n"' >s.ipc
	run "$IPCSH" s.ipc
	[ "$status" = 0 ]
	[[ $output == *"getpid() ="* ]]
	perl -e 'print "msgget ", "x" x ((1 << 20) - 8), "\n"' >s.ipc
	run "$IPCSH" s.ipc
	[ "$status" = 2 ]
	perl -e 'print "x" x (1 << 21), "\n"' >s.ipc
	mistake "s.ipc:1: the line is longer than 1 MiB" "$IPCSH" s.ipc
}

@test "bytes that are not UTF-8" { script 'getpid\n# \377\376\n'; mistake "s.ipc:2: the line is not UTF-8" "$IPCSH" s.ipc; }
@test "a NUL byte" { script 'get\0pid\n'; mistake "s.ipc:1: there is a NUL byte" "$IPCSH" s.ipc; }
@test "carriage returns are no mistake" { script 'getpid\r\n'; run "$IPCSH" s.ipc; [ "$status" = 0 ]; }
@test "no newline at the end" { script 'getpid'; run "$IPCSH" s.ipc; [[ $output == *"getpid() ="* ]]; }
@test "an empty script" { script ''; run "$IPCSH" s.ipc; [ "$status" = 0 ] && [ -z "$output" ]; }
@test "no such script" { mistake "none.ipc: No such file" "$IPCSH" none.ipc; }
@test "a directory" { mistake "is a directory" "$IPCSH" "$TEST_DIR"; }
@test "a program" { cp "$IPCSH" s.ipc; mistake "s.ipc:1:" "$IPCSH" s.ipc; }

@test "an unreadable script" {
	[ "$(id -u)" = 0 ] || skip "not root"
	script 'getpid\n'
	chmod 0 s.ipc
	chmod 711 "$TEST_DIR"
	mistake "Permission denied" setpriv --reuid 65534 --regid 65534 --clear-groups "$IPCSH" "$TEST_DIR/s.ipc"
}

@test "an endless script, until its reader has seen enough" {
	run bash -c 'yes getpid | "$IPCSH" | head -4; echo "${PIPESTATUS[*]}"'
	[ "${lines[1]}" = "getpid() = 2" ] || [ "${lines[1]#getpid() = }" -gt 0 ]
	[ "${lines[4]}" = "141 141 0" ]
}

@test "a long script takes no memory" {
	case $IPCSH in *asan*) skip "ASan reserves more than any ulimit -v" ;; esac
	run bash -c 'yes getpid | head -100000 | (ulimit -v 1000000; "$IPCSH") | tail -1'
	[[ $output == "getpid() ="* ]]
}

@test "an endless line is refused before it fills the memory" {
	case $IPCSH in *asan*) skip "ASan reserves more than any ulimit -v" ;; esac
	run bash -c 'ulimit -v 1500000; "$IPCSH" /dev/zero 2>&1 | cut -c1-200; echo "${PIPESTATUS[0]}"'
	echo "$output"
	[ "${lines[-1]}" = 2 ]
}

@test "a full disk" {
	mistake "No space left" bash -c '"$IPCSH" -c getpid >/dev/full'
	mistake "No space left" bash -c '"$IPCSH" --json -c getpid >/dev/full'
}

@test "a recording on a full disk ends aloud" {
	run "$IPCSH" -c $'record /dev/full overwrite\ngetpid'
	[ "$status" != 139 ]
	[ "$status" != 134 ]
}

@test "an argument that no terminal should see as it is" {
	run "$IPCSH" -c $'msgget "\e[31m"'
	[ "$status" = 2 ]
	[[ $output != *$'\e[31m'*$'\e[31m'* ]]
}

@test "no terminal at all" {
	run setsid -w "$IPCSH" -c getpid </dev/null
	[ "$status" = 0 ]
}

@test "no standard streams at all" {
	run bash -c '"$IPCSH" -c getpid <&- >&- 2>&-'
	[ "$status" = 2 ] || [ "$status" = 0 ]
}

@test "a line of output of 3 MB is one line, and lines of it are whole" {
	printf '%s\n' 'head -c 3000000 /dev/zero | tr "\0" x' 'yes abcdefghi | head -c 3000000' >lines
	"$IPCSH" <lines >seen
	[ "$(grep -c '^x' seen)" = 1 ]
	[ "$(grep -E '^x{10}' seen | wc -c)" = 3000001 ]
	[ "$(grep -cx abcdefghi seen)" = 300000 ]
	[ "$(grep -vcE '^(x|abcdefghi$|main> |\+ )' seen)" = 0 ]
}

@test "what no int holds is refused, not cut" {
	for line in 'exit 4294967299' 'poll {0,POLLIN} 4294967296' 'umask 4294967296' 'kill 1 4294967296' \
		'fcntl 0 4294967296' 'sigprocmask 4294967296 {}' 'semctl 0 4294967296 GETVAL' \
		'semget 1 4294967297' 'msgget 1 0x100000000' 'sigaction 1 SIG_IGN 0x100000000'; do
		run "$IPCSH" -c "$line"
		[ "$status" = 2 ]
		[[ $output == *'does not fit into an int'* ]]
	done
}

@test "a call in the background: the program is named; a sleeping main can be left" {
	run "$IPCSH" -c 'sleep 1 &'
	[ "$status" = 2 ]
	[[ $output == *': command sleep 1 &' ]]
	printf 'pause\nexit\n' >lines
	run "$IPCSH" <lines
	[ "$status" = 2 ]
	[[ $output == *'quit leaves the shell; main sleeps in pause'* ]]
}
