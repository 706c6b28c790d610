# SPDX-License-Identifier: GPL-3.0-or-later
#
# spawn B user=nobody: another user within the session, whom permissions refuse what they refuse others. As
# root; as a container's root; by newuidmap; and why not, where not.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	"$IPCSH" --sandbox -c getpid >/dev/null 2>&1 || skip "no sandbox here"
}

# second OPTION...: the two users refuse one another, in messages, segments, semaphores, signals and FIFOs.
second() {
	"${as[@]}" "$IPCSH" "$@" --sandbox -c 'q = msgget IPC_PRIVATE 0600' -c 'mkfifo f' -c 'spawn B user=nobody' \
		-c 'B> id -un' -c 'B> msgsnd q 1 x' -c 'B> msgctl q IPC_RMID' -c 'B> open f O_WRONLY|O_NONBLOCK' \
		-c 'B> unlink f' -c 'B> kill main' -c 'B> s = semget 9 1 IPC_CREAT|0600' -c 'P s' -c 'kill B' \
		-c 'B> sh -c "echo x >/tmp/theirs; ls -l /tmp/theirs; grep ^Cap /proc/self/status"' -c 'ipcs -s' -c state \
		-c 'B> fork C' -c 'C> id -un' >said 2>err
	cat said err
	grep -qx '+ B     process 3; user nobody' said
	grep -qx 'B: nobody' said
	grep -q '^B: msgsnd(0, .* = -1 EACCES' said
	grep -q '^B: msgctl(0, IPC_RMID, NULL) = -1 EPERM' said
	grep -q '^B: open("f", .*) = -1 EACCES' said
	grep -q '^B: unlink("f") = -1 EACCES' said
	grep -q '^B: kill(2, SIGTERM) = -1 EPERM' said
	grep -q '^semop(0, .* = -1 EACCES' said
	grep -q '^kill(3, SIGTERM) = -1 EPERM' said
	grep -q "^   s is nobody's with rw-------" said
	grep -q '^B: -rw-r--r-- 1 nobody ' said
	[ "$(grep -c '^B: Cap[A-Za-z]*:[[:space:]]*0*$' said)" = 5 ]
	grep -q '^0x00000009 0  *nobody  *600 ' said # ipcs
	grep -q '^B  *3  *1  ready  *as nobody' said
	grep -q '^s .* nobody  *rw-------' said
	grep -qx 'C: nobody' said
	[ ! -s err ]
}

@test "root has it unasked" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	as=(env)
	second
}

@test "a container's root, too" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	# what it lacks there is the right to make other namespaces
	as=(setpriv --bounding-set=-sys_admin)
	second
}

# daemon, to whom ids are lent
lent() {
	[ "$(id -u)" = 0 ] || skip "needs root: lends ids to another"
	command -v newuidmap >/dev/null || skip "needs newuidmap"
	printf 'daemon:100000:65536\n' >sub
	chmod 755 . && chmod 644 sub
	# shellcheck disable=SC2016
	printf '%s\n' '#!/bin/sh' 'exec unshare -m sh -c '\''mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid &&
		cd / && exec setpriv --reuid=1 --regid=1 --clear-groups "$@"'\'" $PWD/sub"' "$@"' >lend
	chmod +x lend
	as=(./lend)
}

@test "by newuidmap, when asked for" {
	lent
	second --nobody
}

@test "and unasked where somebody types, who may come to a lesson that needs one" {
	lent
	./lend "$IPCSH" -c 'spawn B user=nobody' 2>err || grep -q 'started with one user' err
	printf '%s\n' 'spawn B user=nobody' 'B> id -un' quit >typed
	NO_COLOR=1 SHELL=$BASH script -qec "$PWD/lend $IPCSH" /dev/null <typed | tr -d '\r' >seen
	cat seen
	grep -q 'process 3; user nobody' seen
	grep -q 'B: nobody$' seen
}

@test "where it is not, that is said, and what to do" {
	own=(env)
	[ "$(id -u)" != 0 ] || own=(setpriv --reuid=4711 --regid=4711 --clear-groups)
	cd /
	run --separate-stderr "${own[@]}" "$IPCSH" -c 'spawn B user=nobody'
	[ "$status" = 2 ] && [[ $stderr == *"started with one user; for a second one: ipcsh --nobody" ]]
	run --separate-stderr "${own[@]}" env PATH=/nowhere "$IPCSH" --nobody -c 'spawn B user=nobody'
	[ "$status" = 2 ] && [[ $stderr == *"without a second user (help sandbox)."*newuidmap* ||
		$stderr == *"without a second user (help sandbox)."*"/etc/subuid and /etc/subgid"* ]]
	run --separate-stderr "$IPCSH" --host -c 'spawn B user=nobody'
	[ "$status" = 2 ] && [[ $stderr == *"a second user is for the sandbox only: ipcsh --sandbox"* ]]
}

@test "any other name is a mistake, and nobody is started" {
	run --separate-stderr "$IPCSH" -c 'spawn B user=root'
	[ "$status" = 2 ] && [[ $stderr == *"the one other user is nobody: spawn B user=nobody" ]]
	run --separate-stderr "$IPCSH" -c 'spawn user=nobody'
	[ "$status" = 2 ]
	[[ $output != *"+ "* ]]
}
