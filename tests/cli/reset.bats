# SPDX-License-Identifier: GPL-3.0-or-later
#
# reset: all processes end, all objects go, the working directory is empty, names are forgotten. On the host
# only what is the session's own goes, and no file of the user's.

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

lines() {
	cat >lines
	run "$IPCSH" "$@" <lines
	echo "$output"
	[ "$status" = 0 ]
}

# before reset, and what is asked afterwards
made='q = msgget 0x4711 IPC_CREAT|0600
m = shmget 0x4711 4096 IPC_CREAT|0600
s = semget 0x4711 1 IPC_CREAT|0600
mkfifo fifo 0600
touch file
sh -c "mkdir -p dir/deep; touch .hidden dir/deep/er"
spawn A
A> P s
command sleep 1000 &
reset
ls -A
names
state'

@test "in the sandbox" {
	lines <<<"$made"
	after=${output#*main> reset}
	[[ $after == *$'main> ls -A\nmain> names\nno name is bound yet'* ]]
	[[ $after == *$'processes\n'*'main'* ]]
	[[ $after != *' A '* ]]
	[[ $after != *sleep* ]]
	[[ $after != *4711* ]]
}

@test "on the host" {
	mine=$(ipcmk -Q | sed 's/.*: //')
	touch keep.me
	lines --host <<<"$made"
	after=${output#*main> reset}
	ls -A
	[ -e keep.me ]
	[ -e file ]
	[ -e .hidden ]
	[ -e dir/deep/er ]
	[ ! -e fifo ] # the session's own, as a queue is
	[[ $after == *'no name is bound yet'* ]]
	[[ $after != *' A '* ]]
	ipcs
	! ipcs | grep -i 4711 || false
	ipcs -q -i "$mine"
	ipcrm -q "$mine"
}

@test "the shell's own stays: a setting, what is recorded" {
	lines <<-'T'
	record rec.ipc
	set diff off
	reset
	set
	T
	[[ $output == *'diff off'* ]]
	[ -e rec.ipc ]
}
