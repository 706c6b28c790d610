# SPDX-License-Identifier: GPL-3.0-or-later
#
# On the machine's own IPC (the test's own: see tests/tools/alone.c): what is not the session's is not
# touched, what the session made is removed, and only that; and Ctrl-C gets the learner out of anything.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	. "$ROOT/tests/tools/host.bash"
}

host() {
	run --separate-stderr "$IPCSH" --host "$@" <lines
}

refused() {
	printf '%s\n' "$1" >lines
	host
	[ "$status" = 2 ]
	[[ $stderr == *"$2"*"--any-pid allows it"* ]]
}

bats_require_minimum_version 1.5.0

@test "a pid, a group, everybody: refused in a script" {
	refused 'kill 1 0' 'process 1 is not one'
	refused "kill $$ 0" "process $$ is not one"
	mkfifo never
	set -m
	cat never 3>&- &
	set +m
	refused "kill pid=-$! 0" "is not a process group"
	kill $!
	refused 'kill pid=-1 0' 'every process of yours'
}

@test "one's own processes, orphans and groups: allowed" {
	cat >lines <<'S'
spawn A
kill A 0
kill pid=0 0
kill 999999999 0
S
	host
	[ "$status" = 0 ]
}

@test "a number that no int holds is a mistake, not another number" {
	printf 'kill 4294967297 0\n' >lines
	host
	[ "$status" = 2 ]
	[[ $stderr == *'does not fit'* ]]
}

@test "another's queue is not removed" {
	id=$(ipcmk -Q | tr -dc 0-9)
	refused "msgctl $id IPC_RMID" "msg:$id was not made by this session"
	[ "$(ids -q)" = "$id" ]
	printf 'msgctl %s IPC_RMID\n' "$id" >lines
	host --any-pid
	[ "$status" = 0 ]
	[ -z "$(ids -q)" ]
}

@test "what calls and ipcmk made is removed, what was kept or another's is not" {
	other=$(ipcmk -S 1 | tr -dc 0-9)
	key=$(ipcs -s | awk -v id="$other" '$2 == id { print $1 }')
	cat >lines <<S
q = msgget IPC_PRIVATE 0600
m = shmget 0x777 100 IPC_CREAT|0600
same = shmget 0x777 100 IPC_CREAT|0600
s = semget $key 1 0600
ipcmk -Q
ipcmk -M 100 | cat
set diff off
x = semget IPC_PRIVATE 1 0600
kept = msgget IPC_PRIVATE 0600
spawn A
A> cd /
A> mkfifo $PWD/one
mkfifo two
mkfifo three
keep kept three
S
	host
	[ "$status" = 0 ]
	[ "$(ids -s)" = "$other" ]
	[ -z "$(ids -m)" ]
	[ "$(ids -q | wc -l)" = 1 ]
	[ -p three ]
	[ ! -e one ]
	[ ! -e two ]
	ipcrm -s "$other" -q "$(ids -q)"
}

@test "a learner kills the guardian: the shell removes what was made" {
	cat >lines <<'S'
q = msgget IPC_PRIVATE 0600
sh -c 'kill -9 $(ps -o ppid= -p $PPID)'
getpid
S
	host
	[ "$status" = 0 ]
	[ -z "$(ids -q)" ]
}

# A script that kills the guardian, and what is true after that, with one that has taken over.
@test "a killed guardian is replaced: who was its child is the shell's" {
	cat >lines <<'S'
q = msgget IPC_PRIVATE 0600
spawn A
sh -c 'kill -9 $(ps -o ppid= -p $PPID)'
fork C
C> exit 3
wait
A> getppid
A> fork D
D> fork E
D> exit
E> getppid
sh -c 'exit 4'
spawn B
B> getppid
A> wait
kill -9 A
S
	host
	[ "$status" = 0 ]
	[ -z "$(ids -q)" ]
	old=$(sed -nE 's/.*the guardian, process ([0-9]+), is dead.*/\1/p' <<<"$output")
	new=$(sed -nE 's/.*process ([0-9]+) has taken over.*/\1/p' <<<"$output")
	shell=$(sed -nE "s/.*is the shell's, process ([0-9]+)$/\\1/p" <<<"$output")
	[ "$old" != "$new" ] && [ "$new" != "$shell" ]
	grep -qxF "A: getppid() = $shell" <<<"$output"
	grep -qxF "~ E     orphaned: its parent is now the shell, process $shell" <<<"$output"
	grep -qxF "B: getppid() = $new" <<<"$output"
	grep -qxF -- '- C     reaped by main' <<<"$output"
	grep -qxF -- '- A     killed by SIGKILL' <<<"$output"
}

@test "both killed: what is another's by now stays, and nothing is asked" {
	begin
	kill_both
	id=$(ids -q)
	ipcrm -q "$id" -m "$(ids -m)" -s "$(ids -s)"
	rm leftover
	mkfifo leftover
	for pid in $(pgrep -s "$guardian"); do kill -KILL "$pid"; gone "$pid"; done
	run --separate-stderr "$IPCSH" -c getpid
	[ -z "$stderr" ] && [ -p leftover ]
	[ -z "$(find "$HOME" -path '*/ipcsh/sessions*')" ]
}

# The shell's children that lead a session: the guardian.
guardian_now() { ps -o pid=,sess= --ppid "$shell" | awk '$1 == $2 { print $1 }'; }

@test "the guardian and its successor killed, then the shell: the third cleans up" {
	begin
	for name in B C; do
		kill -KILL "$guardian"
		gone "$guardian"
		mkfifo "$name"
		printf '%s\n' "spawn $name" 'record off' "record $name overwrite" >&9
		exec 7<$name
		guardian=$(guardian_now)
		below="$below $(pgrep -P "$guardian")"
	done
	kill -KILL "$shell"
	wait "$shell" || :
	exec 9>&- 8<&- 7<&-
	gone $below "$guardian"
	[ -z "$(ids -q)$(ids -m)$(ids -s)" ] && [ ! -e leftover ]
	[ -z "$(find "$HOME" -path '*/ipcsh/sessions*')" ]
}

@test "a guardian that was stopped before its shell was killed goes on with the next start" {
	begin
	kill -STOP "$guardian"
	kill -KILL "$shell"
	wait "$shell" || :
	exec 9>&- 8<&-
	"$IPCSH" -c getpid
	gone "$guardian"
	[ -z "$(ids -q)$(ids -m)$(ids -s)" ] && [ ! -e leftover ]
}

@test "a list that nobody understands is left alone" {
	mkdir -p "$HOME/.local/state/ipcsh/sessions"
	head -c 9000 /dev/urandom >"$HOME/.local/state/ipcsh/sessions/1-1"
	chmod 600 "$HOME/.local/state/ipcsh/sessions/1-1"
	run --separate-stderr "$IPCSH" -c getpid
	[ "$status" = 0 ] && [ -z "$stderr" ]
	[ -e "$HOME/.local/state/ipcsh/sessions/1-1" ]
}

@test "a learner stops the guardian: it is continued" {
	cat >lines <<'S'
sh -c 'kill -STOP $(ps -o ppid= -p $PPID)'
spawn A
A> getpid
S
	host
	[ "$status" = 0 ]
}

# What heeds no SIGINT is killed when Ctrl-C comes again; the shell itself goes on.
@test "Ctrl-C ends a program that ignores it" {
	mkfifo ready
	cat >s.ipc <<'S'
sh -c 'trap "" INT; echo >ready; while :; do :; done'
echo went on
S
	"$IPCSH" --host s.ipc >seen 2>&1 3>&- &
	shell=$!
	read -r _ <ready
	while kill -INT "$shell" && ! grep -q KILL seen; do :; done 2>kills
	wait "$shell" || :
	grep -q 'killed by SIGKILL' seen
}

@test "an object that is older than the session is changed, not made, by the first call that touches it" {
	id=$(ipcmk -Q | grep -o '[0-9]*$')
	run "$IPCSH" --host -c "msgsnd $id 1 hello"
	ipcrm -q "$id"
	[ "$status" = 0 ]
	[[ $output == *"~ msg:$id  1 message, 5 bytes (was 0)"* ]]
}

@test "a list that cannot be written is told when something is made, once" {
	printf '%s\n' 'msgget 0x61 0600' 'msgget 0x61 IPC_CREAT|0600' 'msgget 0x62 IPC_CREAT|0600' >lines
	XDG_STATE_HOME=/dev/null host
	[ "$status" = 0 ]
	[ "$(grep -c 'cannot be listed on disk (/dev/null/ipcsh/sessions/.*: Not a directory): should shell' <<<"$output")" = 1 ]
	[[ ${lines[*]} == *'msgget(0x61, IPC_CREAT|0600) = '*'cannot be listed'*'msgget(0x62,'* ]]
}

@test "what cannot be kept" {
	id=$(ipcmk -Q | tr -dc 0-9)
	printf 'q = msgget %s 0\nkeep q\n' "$(ipcs -q | awk '$1 ~ /^0x/ { print $1 }')" >lines
	host
	[ "$status" = 2 ] && [[ $stderr == *': q was not made by this session: it stays anyway' ]]
	ipcrm -q "$id"
	echo 'keep nothing' >lines
	host
	[ "$status" = 2 ]
	[[ $stderr == *': nothing is no name of a queue, segment or semaphore set, and no FIFO that was made here' ]]
}

@test "a segment that only somebody outside has attached: what is in it cannot be read" {
	perl -MIPC::SharedMem -e 1 2>/dev/null || skip "needs perl's IPC::SharedMem"
	mkfifo up down
	# shellcheck disable=SC2016
	perl -MIPC::SharedMem -MIPC::SysV=IPC_PRIVATE -e '$m = IPC::SharedMem->new(IPC_PRIVATE, 100, 0600);
		$m->attach and $m->write("hello", 0, 5) or die; open my $up, ">", "up"; print $up $m->id, "\n"; close $up;
		open my $down, "<", "down"; <$down>; $m->detach; $m->remove' 3>&- &
	read -r id <up
	run "$IPCSH" --host -c "state shm:$id"
	echo >down
	wait
	echo "$output"
	[[ $output =~ contents\ +cannot\ be\ read:\ nobody\ here\ has\ it\ attached ]]
}

@test "a program that has a segment attached is listed by its name and number" {
	perl -MIPC::SharedMem -e 1 2>/dev/null || skip "needs perl's IPC::SharedMem"
	cat >lines <<'T'
mkfifo p
spawn A
A> perl -MIPC::SharedMem -MIPC::SysV=IPC_PRIVATE -e '$m = IPC::SharedMem->new(IPC_PRIVATE, 100, 0600); $m->attach; open F, "p"'
state shm
T
	host
	ipcrm -m "$(ids -m)"
	echo "$output"
	[[ $output =~ ├─perl\ \([0-9]+\)\ +rw-\ at ]]
}
