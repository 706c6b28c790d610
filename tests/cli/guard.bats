# SPDX-License-Identifier: GPL-3.0-or-later
#
# On the machine's own IPC (the test's own: see tests/tools/alone.c): what is not the session's is not
# touched, what the session made is removed, and only that; and Ctrl-C gets the learner out of anything.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

host() {
	run --separate-stderr "$IPCSH" --host "$@" <lines
}

ids() { ipcs "$1" | awk '$2 ~ /^[0-9]+$/ { print $2 }' | sort; }

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
	refused "kill pid=-$(ps -o pgid= $$ | tr -d ' ') 0" 'is not a process group'
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
again = shmget 0x777 100 IPC_CREAT|0600
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
