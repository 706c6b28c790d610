# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every limit that makes a call ENOSPC, with the number that is in the way. The limits are set small, in
# an IPC namespace of the test's own: the machine's are not touched.

setup() {
	[ "$(id -u)" = 0 ] || skip "needs root: the limits are root's to set"
	unshare -i true 2>/dev/null || skip "needs an IPC namespace of its own"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# under LIMITS: types the expected transcript's prompt lines where "NAME VALUE, ..." are the limits.
under() {
	local set=
	cat >want
	sed -n 's/^main> //p' want >lines
	set=$(tr , '\n' <<<"$1" | sed -E 's/ *(\w+) (.*)/echo "\2" >\/proc\/sys\/kernel\/\1 || exit 99/')
	unshare -i sh -c "$set"'
		exec "$IPCSH" --host <lines' >raw 2>&1
	sed '/^[-+~] /d' raw >seen
	diff -u want seen
}

@test "msgmni: queues" {
	under 'msgmni 2' <<'T'
main> repeat 3 msgget IPC_PRIVATE 0600
msgget(IPC_PRIVATE, 0600) = 0
msgget(IPC_PRIVATE, 0600) = 1
msgget(IPC_PRIVATE, 0600) = -1 ENOSPC (No space left on device)
   there are 2 queues; msgmni allows 2 (/proc/sys/kernel/msgmni)
T
}

@test "shmmni: segments" {
	under 'shmmni 2' <<'T'
main> repeat 3 shmget IPC_PRIVATE 1 0600
shmget(IPC_PRIVATE, 1, 0600) = 0
shmget(IPC_PRIVATE, 1, 0600) = 1
shmget(IPC_PRIVATE, 1, 0600) = -1 ENOSPC (No space left on device)
   there are 2 segments; shmmni allows 2 (/proc/sys/kernel/shmmni)
T
}

@test "shmall: pages in all" {
	under 'shmall 3' <<'T'
main> shmget IPC_PRIVATE 8192 0600
shmget(IPC_PRIVATE, 8192, 0600) = 0
main> shmget IPC_PRIVATE 4097 0600
shmget(IPC_PRIVATE, 4097, 0600) = -1 ENOSPC (No space left on device)
   2 pages besides the 2 that segments have; shmall allows 3 (/proc/sys/kernel/shmall)
main> shmget IPC_PRIVATE 4096 0600
shmget(IPC_PRIVATE, 4096, 0600) = 1
T
}

@test "shmmax: one segment" {
	under 'shmmax 8192' <<'T'
main> shmget IPC_PRIVATE 8193 0600
shmget(IPC_PRIVATE, 8193, 0600) = -1 EINVAL (Invalid argument)
   8193 bytes are over shmmax, 8192 (/proc/sys/kernel/shmmax)
T
}

@test "semmni: sets" {
	under 'sem 32000 9 500 2' <<'T'
main> repeat 3 semget IPC_PRIVATE 1 0600
semget(IPC_PRIVATE, 1, 0600) = 0
semget(IPC_PRIVATE, 1, 0600) = 1
semget(IPC_PRIVATE, 1, 0600) = -1 ENOSPC (No space left on device)
   there are 2 semaphore sets; semmni allows 2 (the fourth number in /proc/sys/kernel/sem)
T
}

@test "semmns: semaphores in all" {
	under 'sem 32000 3 500 9' <<'T'
main> semget IPC_PRIVATE 2 0600
semget(IPC_PRIVATE, 2, 0600) = 0
main> semget IPC_PRIVATE 2 0600
semget(IPC_PRIVATE, 2, 0600) = -1 ENOSPC (No space left on device)
   2 besides the 2 that all sets have; semmns allows 3 (the second number in /proc/sys/kernel/sem)
main> semget IPC_PRIVATE 1 0600
semget(IPC_PRIVATE, 1, 0600) = 1
T
}

@test "semmsl: semaphores in a set; semopm: operations in a call" {
	under 'sem 2 32000 3 9' <<'T'
main> semget IPC_PRIVATE 3 0600
semget(IPC_PRIVATE, 3, 0600) = -1 EINVAL (Invalid argument)
   3 semaphores; a set has 2 at most (SEMMSL)
main> semget IPC_PRIVATE 2 0600
semget(IPC_PRIVATE, 2, 0600) = 0
main> semop 0 {0,1,0}*4
semop(0, [{sem_num=0, sem_op=1, sem_flg=0}, {sem_num=0, sem_op=1, sem_flg=0}, {sem_num=0, sem_op=1, sem_flg=0}, {sem_num=0, sem_op=1, sem_flg=0}], 4) = -1 E2BIG (Argument list too long)
   4 operations; one call takes 3 at most (SEMOPM)
T
}

@test "msgmax: one message; msgmnb: a new queue's bytes" {
	under 'msgmax 5, msgmnb 9' <<'T'
main> msgget IPC_PRIVATE 0600
msgget(IPC_PRIVATE, 0600) = 0
main> msgsnd 0 1 "123456"
msgsnd(0, {mtype=1, mtext="123456"}, 6, 0) = -1 EINVAL (Invalid argument)
   6 bytes are over msgmax, 5 a message (/proc/sys/kernel/msgmax)
main> repeat 2 msgsnd 0 1 "12345" IPC_NOWAIT
msgsnd(0, {mtype=1, mtext="12345"}, 5, IPC_NOWAIT) = 0
msgsnd(0, {mtype=1, mtext="12345"}, 5, IPC_NOWAIT) = -1 EAGAIN (Resource temporarily unavailable)
   msg:0 has no room: 5 of 9 bytes, 5 more do not fit; IPC_NOWAIT says not to sleep
T
}
