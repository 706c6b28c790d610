# SPDX-License-Identifier: GPL-3.0-or-later
#
# A second terminal: `ipcsh join` from outside into a session that waits for lines.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# begin OPTION...: ipcsh executes the lines on standard input and waits for more (descriptor 9).
begin() {
	mkfifo lines ready
	"$IPCSH" "$@" <lines >seen 2>&1 3>&- &
	shell=$!
	exec 9>lines
	cat >&9
	done_so_far
}

# Until the session has executed all lines: a program outside opens the FIFO.
done_so_far() {
	echo "! echo >'$PWD/ready'" >&9
	read -r _ <ready
}

# end: no more lines; until the session has ended.
end() {
	exec 9>&-
	wait "$shell"
	rm lines ready
}

join() { "$IPCSH" join --session "$shell" "$@"; }

@test "the real ipcs inside shows the session's objects, ls its files" {
	begin <<<$'q = msgget 0x51515151 IPC_CREAT|0600\nmsgsnd q 1 "hello"\nmkfifo here'
	run join ipcs -q
	[ "$status" = 0 ]
	[[ $output =~ 0x51515151\ +0\ .*\ 600\ +5\ +1 ]]
	run join ls -F
	[ "$output" = "here|" ]
	run ipcs -q
	[[ $output != *0x51515151* ]]
	end
}

@test "a FIFO is the same one on both sides" {
	begin <<<$'mkfifo here\nspawn A\nA> sh -c "echo from inside >here"'
	run join cat here
	[ "$output" = "from inside" ]
	end
}

@test "the command's exit status is passed on" {
	begin </dev/null
	run join sh -c 'exit 7'
	[ "$status" = 7 ]
	run join sh -c 'kill -9 $$'
	[ "$status" = 137 ]
	[[ $output != *ended* ]]
	status=0
	join /no/such/program 2>told || status=$?
	[ "$status" = 127 ]
	grep -q '/no/such/program: No such file' told
	end
}

@test "who has joined may no more than a learner's process" {
	spaces=$(printf '/proc/self/ns/%s ' user mnt pid ipc net)
	begin <<<'command grep -E "^(Cap|NoNewPrivs|Uid|Gid|Groups)" /proc/self/status'"
readlink $spaces"
	join grep -E "^(Cap|NoNewPrivs|Uid|Gid|Groups)" /proc/self/status >theirs
	grep -qx 'NoNewPrivs:	1' theirs
	[ "$(grep '^Cap' theirs | grep -vc '0000000000000000$')" = 0 ]
	grep -E "^(Cap|NoNewPrivs|Uid|Gid|Groups)" seen | diff - theirs
	join readlink $spaces >theirs
	grep -E '^[a-z]+:\[[0-9]+\]$' seen | diff - theirs
	end
}

@test "and writes where a learner's process does: in a directory of --bind, not beside it" {
	mkdir may "may not"
	begin --bind "$PWD/may" </dev/null
	join touch "$PWD/may/file" /tmp/ipcsh/file
	[ -e may/file ]
	run join touch "$PWD/may not/file"
	[ "$status" = 1 ]
	[ ! -e "may not/file" ]
	end
}

@test "what they change is told after the next line" {
	begin <<<'q = msgget IPC_PRIVATE 0600'
	join ipcmk -Q >/dev/null
	join ipcrm -q 0
	echo getpid >&9
	end
	grep -q '^+ msg:1 ' seen
	grep -q '^- q     removed' seen
}

@test "they are outsiders: settling does not wait for them, and they end with the session" {
	begin </dev/null
	mkfifo up
	{
		status=0
		join sh -c "echo >&5; while :; do :; done" 5<>up 3>&- 2>told || status=$?
		echo "$status" >status
	} 9>&- &
	read -r _ <up
	echo 'ls | wc -l' >&9
	echo 'state' >&9
	done_so_far
	[ "$(grep -c '(program)' seen)" = 0 ]
	end
	wait
	[ "$(cat status)" = 137 ]
	grep -q "session $shell has ended" told
}

@test "and so is what they start, even in a session (setsid) of its own" {
	begin </dev/null
	mkfifo up
	{
		join sh -c 'setsid sh -c "echo >&5; while :; do :; done" & wait' 5<>up 3>&- >/dev/null 2>&1 || :
	} 9>&- &
	read -r _ <up
	echo 'ls | wc -l' >&9
	echo 'state' >&9
	done_so_far
	[ "$(grep -c '(program)' seen)" = 0 ]
	end
	wait
}

@test "after a reset it is the new world that is joined" {
	begin <<<$'q = msgget 0x51515151 IPC_CREAT|0600\nreset\nm = shmget 0x52525252 10 IPC_CREAT|0600'
	run join ipcs
	[[ $output != *0x51515151* && $output == *0x52525252* ]]
	end
}

@test "host: it is said that the IPC is the machine's, and the directory is the session's" {
	mkdir there
	cd there
	begin --host </dev/null
	cd ..
	run join pwd
	[ "$status" = 0 ]
	[[ $output == *"machine's own IPC"*"/there" ]]
	cd there
	end
}

@test "without a session: 2, and what to do" {
	[ "$(grep -c '@ipcsh/' /proc/net/unix)" = 0 ] || skip "other sessions run in this network namespace"
	run "$IPCSH" join true
	[ "$status" = 2 ]
	[[ $output == *"no session of yours runs; begin one"* ]]
}

@test "several sessions and no terminal: they are listed, with the way to choose" {
	begin </dev/null
	first=$shell
	mkdir other
	cd other
	mkfifo lines2
	"$IPCSH" --host <lines2 >/dev/null 2>&1 3>&- &
	second=$!
	exec 7>lines2
	echo "! echo >'$PWD/../ready'" >&7
	read -r _ <../ready
	run "$IPCSH" join true </dev/null
	[ "$status" = 2 ]
	[[ $output == *"$first"*sandbox*"ipcsh join --session"* ]]
	[[ $output =~ $second.*host.*ipcsh\ --host ]]
	run "$IPCSH" join --session 1 true
	[ "$status" = 2 ]
	[[ $output == *"no session of yours has the pid 1"* ]]
	run "$IPCSH" join --session "$first" pwd
	[ "$output" = /tmp/ipcsh ]
	exec 7>&-
	wait $second
	cd ..
	end
}

@test "nothing of the register outlives a SIGKILL" {
	begin </dev/null
	grep -q "@ipcsh/$(id -u)/$shell/" /proc/net/unix
	kill -KILL "$shell"
	wait "$shell" || :
	[ "$(grep -c "@ipcsh/$(id -u)/$shell/" /proc/net/unix)" = 0 ]
}

@test "another user's session cannot be joined" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	begin </dev/null
	run setpriv --reuid 65533 --regid 65533 --clear-groups "$IPCSH" join --session "$shell" true
	[ "$status" = 2 ]
	[[ $output == *"no session of yours"* ]]
	end
}

@test "its own options" {
	run "$IPCSH" join --help
	[ "$status" = 0 ] && [[ ${lines[0]} == 'usage: ipcsh join [--session PID] [CMD [ARG ...]]' ]]
	run "$IPCSH" join --nothing
	[ "$status" = 2 ] && [ "$output" = 'ipcsh: join: --nothing is no option, or lacks its argument
ipcsh join --help lists the options' ]
	run "$IPCSH" join --session
	[ "$status" = 2 ] && [[ ${lines[0]} == *'--session is no option, or lacks its argument' ]]
}

@test "watch without a terminal is refused" {
	begin </dev/null
	run join watch </dev/null
	[ "$status" = 2 ]
	[[ $output == *"wants a terminal"* ]]
	end
}

@test "--split without a terminal, or with a script, is refused" {
	run "$IPCSH" --split </dev/null
	[ "$status" = 2 ]
	[[ $output == *"--split wants a terminal"* ]]
}
