# SPDX-License-Identifier: GPL-3.0-or-later
#
# What another user's objects refuse: EACCES and EPERM of every call that can give them, each with
# whose it is, its mode, who asks, and what is missing. The objects are root's, in an IPC namespace of
# the test's own; the learner is nobody.

setup() {
	[ "$(id -u)" = 0 ] || skip "needs root: the objects of one user, another who asks"
	command -v setpriv >/dev/null || skip "needs setpriv"
	unshare -i true 2>/dev/null || skip "needs an IPC namespace of its own"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# nobody COMMAND...: makes the objects by COMMANDs, then types stdin as nobody, like the expected
# transcript: only its prompt lines are typed. Left out of both: what the diff says.
nobody() {
	cat >want
	sed -n 's/^main> //p' want >lines
	# shellcheck disable=SC2016
	unshare -i sh -c 'for make; do eval "$make" >/dev/null || exit 99; done
		exec setpriv --reuid=65534 --regid=65534 --clear-groups "$IPCSH" --host --any-pid <lines' \
		- "$@" >raw 2>&1
	sed '/^[-+~] /d' raw >seen
	diff -u want seen
}

by_key() { echo "perl -e 'defined $1 or die \$!'"; }

@test "message queues" {
	nobody 'ipcmk -Q -p 0600' "$(by_key 'msgget(0x51, 01600)')" <<'T'
main> msgget 0x51 0600
msgget(0x51, 0600) = -1 EACCES (Permission denied)
   msg:1 is root's with rw-------; main (uid 65534) counts as others: ---; msgget with mode 0600 needs rw
main> msgsnd 0 1 "x"
msgsnd(0, {mtype=1, mtext="x"}, 1, 0) = -1 EACCES (Permission denied)
   msg:0 is root's with rw-------; main (uid 65534) counts as others: ---; msgsnd needs w
main> msgrcv 0
msgrcv(0, msgp, 1024, 0, 0) = -1 EACCES (Permission denied)
   msg:0 is root's with rw-------; main (uid 65534) counts as others: ---; msgrcv needs r
main> msgctl 0 IPC_STAT
msgctl(0, IPC_STAT, buf) = -1 EACCES (Permission denied)
   msg:0 is root's with rw-------; main (uid 65534) counts as others: ---; IPC_STAT needs r
main> msgctl 0 MSG_STAT
msgctl(0, MSG_STAT, buf) = -1 EACCES (Permission denied)
   msg:0 is root's with rw-------; main (uid 65534) counts as others: ---; MSG_STAT needs r
main> msgctl 0 IPC_SET {mode=0666}
msgctl(0, IPC_SET, {msg_perm={uid=0, gid=0, mode=0666}, msg_qbytes=16384}) = -1 EPERM (Operation not permitted)
   msg:0 may be changed only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_SYS_ADMIN); main is uid 65534
main> msgctl 0 IPC_RMID
msgctl(0, IPC_RMID, NULL) = -1 EPERM (Operation not permitted)
   msg:0 may be removed only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_SYS_ADMIN); main is uid 65534
T
}

@test "shared memory" {
	nobody 'ipcmk -M 4096 -p 0600' "$(by_key 'shmget(0x52, 4096, 01600)')" <<'T'
main> shmget 0x52 0 0600
shmget(0x52, 0, 0600) = -1 EACCES (Permission denied)
   shm:1 is root's with rw-------; main (uid 65534) counts as others: ---; shmget with mode 0600 needs rw
main> shmat 0
shmat(0, NULL, 0) = -1 EACCES (Permission denied)
   shm:0 is root's with rw-------; main (uid 65534) counts as others: ---; shmat needs rw (SHM_RDONLY: r)
main> shmat 0 NULL SHM_RDONLY
shmat(0, NULL, SHM_RDONLY) = -1 EACCES (Permission denied)
   shm:0 is root's with rw-------; main (uid 65534) counts as others: ---; shmat needs r
main> shmctl 0 IPC_STAT
shmctl(0, IPC_STAT, buf) = -1 EACCES (Permission denied)
   shm:0 is root's with rw-------; main (uid 65534) counts as others: ---; IPC_STAT needs r
main> shmctl 0 IPC_SET {mode=0666}
shmctl(0, IPC_SET, {shm_perm={uid=0, gid=0, mode=0666}}) = -1 EPERM (Operation not permitted)
   shm:0 may be changed only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_SYS_ADMIN); main is uid 65534
main> shmctl 0 SHM_LOCK
shmctl(0, SHM_LOCK, NULL) = -1 EPERM (Operation not permitted)
   shm:0 may be locked only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_IPC_LOCK); main is uid 65534
main> shmctl 0 IPC_RMID
shmctl(0, IPC_RMID, NULL) = -1 EPERM (Operation not permitted)
   shm:0 may be removed only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_SYS_ADMIN); main is uid 65534
T
}

@test "semaphores" {
	nobody 'ipcmk -S 2 -p 0600' "$(by_key 'semget(0x53, 1, 01600)')" <<'T'
main> semget 0x53 0 0600
semget(0x53, 0, 0600) = -1 EACCES (Permission denied)
   sem:1 is root's with rw-------; main (uid 65534) counts as others: ---; semget with mode 0600 needs rw
main> P 0
semop(0, [{sem_num=0, sem_op=-1, sem_flg=0}], 1) = -1 EACCES (Permission denied)
   sem:0 is root's with rw-------; main (uid 65534) counts as others: ---; changing a semaphore needs w
main> semop 0 {0,0}
semop(0, [{sem_num=0, sem_op=0, sem_flg=0}], 1) = -1 EACCES (Permission denied)
   sem:0 is root's with rw-------; main (uid 65534) counts as others: ---; waiting for 0 needs r
main> semctl 0 0 GETVAL
semctl(0, 0, GETVAL, NULL) = -1 EACCES (Permission denied)
   sem:0 is root's with rw-------; main (uid 65534) counts as others: ---; GETVAL needs r
main> semctl 0 0 SETVAL 1
semctl(0, 0, SETVAL, 1) = -1 EACCES (Permission denied)
   sem:0 is root's with rw-------; main (uid 65534) counts as others: ---; SETVAL needs w
main> semctl 0 IPC_STAT
semctl(0, 0, IPC_STAT, arg) = -1 EACCES (Permission denied)
   sem:0 is root's with rw-------; main (uid 65534) counts as others: ---; IPC_STAT needs r
main> semctl 0 IPC_SET {mode=0666}
semctl(0, 0, IPC_SET, {sem_perm={uid=0, gid=0, mode=0666}}) = -1 EPERM (Operation not permitted)
   sem:0 may be changed only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_SYS_ADMIN); main is uid 65534
main> semctl 0 0 IPC_RMID
semctl(0, 0, IPC_RMID, NULL) = -1 EPERM (Operation not permitted)
   sem:0 may be removed only by its owner (uid 0), its creator (uid 0), or with privilege (CAP_SYS_ADMIN); main is uid 65534
T
}

@test "the group's bits count for the group, others' for others" {
	nobody 'ipcmk -Q -p 0604' 'ipcmk -Q -p 0600' \
		'echo "msgctl 1 IPC_SET {gid=65534,mode=0646}" | "$IPCSH" --host --any-pid' <<'T'
main> msgrcv 0 0 IPC_NOWAIT
msgrcv(0, msgp, 1024, 0, IPC_NOWAIT) = -1 ENOMSG (No message of desired type)
   msg:0 is empty; IPC_NOWAIT says not to sleep
main> msgsnd 0 1 "x"
msgsnd(0, {mtype=1, mtext="x"}, 1, 0) = -1 EACCES (Permission denied)
   msg:0 is root's with rw----r--; main (uid 65534) counts as others: r--; msgsnd needs w
main> msgsnd 1 1 "x"
msgsnd(1, {mtype=1, mtext="x"}, 1, 0) = -1 EACCES (Permission denied)
   msg:1 is root's with rw-r--rw-; main (uid 65534) counts as the group: r--; msgsnd needs w
T
}

@test "another user's process" {
	nobody <<T
main> kill $$ 0
kill($$, 0) = -1 EPERM (Operation not permitted)
   process $$ belongs to uid 0, main is uid 65534; only the same user, or CAP_KILL, may signal it
main> kill $$ SIGTERM
kill($$, SIGTERM) = -1 EPERM (Operation not permitted)
   process $$ belongs to uid 0, main is uid 65534; only the same user, or CAP_KILL, may signal it
main> sigqueue $$ SIGTERM 5
sigqueue($$, SIGTERM, {sival_int=5, sival_ptr=0x5}) = -1 EPERM (Operation not permitted)
   process $$ belongs to uid 0, main is uid 65534; only the same user, or CAP_KILL, may signal it
T
}

@test "another user's FIFO" {
	mkfifo -m 0600 theirs
	mkdir -m 1777 sticky
	mkfifo -m 0666 sticky/theirs
	nobody <<'T'
main> open theirs O_RDONLY|O_NONBLOCK
open("theirs", O_RDONLY|O_NONBLOCK) = -1 EACCES (Permission denied)
   theirs is a FIFO of user 0, mode rw-------; main asks as user 65534 to read
main> mkfifo mine
mkfifo("mine", 0666) = -1 EACCES (Permission denied)
   . is a directory of user 0, mode rwxr-xr-x; main asks as user 65534 to make a name in it (w)
main> unlink theirs
unlink("theirs") = -1 EACCES (Permission denied)
   . is a directory of user 0, mode rwxr-xr-x; main asks as user 65534 to remove a name from it (w)
main> unlink sticky/theirs
unlink("sticky/theirs") = -1 EPERM (Operation not permitted)
   sticky is sticky (t), and of user 0: only a file's owner, user 0, or the directory's may remove it, or privilege (CAP_FOWNER); main asks as user 65534
T
}

@test "state says whose values may not be read" {
	printf 'state sem:0\n' >lines
	# shellcheck disable=SC2016
	unshare -i sh -c 'ipcmk -S 2 -p 0600 >/dev/null && exec setpriv --reuid=65534 --regid=65534 \
		--clear-groups "$IPCSH" --host <lines' >seen
	[[ $(cat seen) == *'value ? 2 semaphores: may not be read'* ]]
}

@test "a directory on the way to ftok's file" {
	nobody 'mkdir -m 700 d' 'echo >d/x' <<'T'
main> ftok d/x 1
ftok("d/x", 1) = -1 EACCES (Permission denied)
   d is a directory of user 0, mode rwx------; main asks as user 65534 to look up a name in it (x)
T
}
