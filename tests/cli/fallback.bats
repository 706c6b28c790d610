# SPDX-License-Identifier: GPL-3.0-or-later
#
# Where the kernel, a container or a sysctl refuses what the sandbox is made of: each alone and together, the
# session works with what is left, says what is missing, and --sandbox insists.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	"$IPCSH" --sandbox -c getpid >/dev/null 2>&1 || skip "no sandbox here"
	cat >lines <<'L'
q = msgget IPC_PRIVATE 0600
msgsnd q 1 "hello"
spawn A
A> msgrcv q 2
L
}

no_pid='clone:0&0x20000000=EPERM'
no_net='clone:0&0x40000000=EPERM'
no_landlock='landlock_create_ruleset=EOPNOTSUPP'
no_setattr='mount_setattr=ENOSYS'
no_readonly='mount_setattr=EPERM mount:3&0x21=EPERM'

# denied RULES ARG...: ipcsh where these calls are refused.
denied() {
	local rules=$1
	shift
	# shellcheck disable=SC2086
	run --separate-stderr "$BUILD/tools/deny" $rules -- "$IPCSH" "$@"
}

works() {
	[ "$status" = 0 ] && [[ $output == *'+ q '*'A sleeps: '* ]]
}

@test "nothing refused: nothing is said" {
	denied "$no_pid" --host lines
	works && [ -z "$stderr" ]
	run --separate-stderr "$IPCSH" lines
	works && [ -z "$stderr" ]
}

@test "no namespaces at all: the machine's IPC, said, and left clean" {
	for rules in "$no_pid" 'mount=EPERM' 'setns=EPERM'; do
		denied "$rules" lines
		works
		[[ $stderr == "ipcsh: On the machine's own IPC, without a sandbox: "*": Operation not permitted)."*"not protected (help sandbox)." ]]
		denied "$rules" --sandbox lines
		[ "$status" = 2 ] && [ -z "$output" ] && [[ $stderr == "ipcsh: no sandbox: "*": Operation not permitted)" ]]
	done
}

@test "help sandbox says why there is none, and how to get it" {
	denied "$no_pid" -c 'help sandbox'
	[ "$status" = 0 ]
	[[ $output == *'  There is no sandbox: '*'not permitted).'*'To get the sandbox:'*'ipcsh --sandbox insists on it, and says what is missing.' ]]
}

@test "no private /proc" {
	[ "$(id -u)" = 0 ] || skip "needs root: masks a part of /proc"
	# as a container does it: a file of /proc is covered, so none may be mounted that shows it
	# shellcheck disable=SC2016
	run --separate-stderr unshare -m sh -c 'mount --bind /dev/null /proc/version && cd / &&
		exec setpriv --reuid=65534 --regid=65534 --clear-groups "$IPCSH" -c getpid'
	[ "$status" = 0 ] && [[ $stderr == *"without a sandbox: a private /proc is not allowed here (mount /proc: Operation not permitted)"* ]]
}

@test "user namespaces used up, by their sysctl" {
	unshare -Ur true || skip "needs user namespaces"
	# shellcheck disable=SC2016
	run --separate-stderr unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_pid_namespaces; exec "$IPCSH" -c getpid'
	[ "$status" = 0 ] && [[ $stderr == *"without a sandbox: no more namespaces may be made here"* ]]
}

@test "no network namespace: the rest stands" {
	denied "$no_net" lines
	works && [[ $stderr == "ipcsh: A world of its own: "*"; without a network of its own (help sandbox)." ]]
	denied "$no_net" -c getpid -c 'help sandbox'
	[[ $output == *"getpid() = 2"*"The network is the machine's"*"To get it: "* ]]
	denied "$no_net" --sandbox lines
	[ "$status" = 2 ] && [[ $stderr == "ipcsh: no sandbox: network namespaces are not allowed here ("* ]]
}

@test "no Landlock: mounts alone keep the files" {
	touch "$BATS_TEST_TMPDIR/file"
	denied "$no_landlock" lines
	works && [[ $stderr == *"; without Landlock (help sandbox)." ]]
	denied "$no_landlock" --sandbox --bind . -c 'sh -c "echo x >/etc/ipcsh-test"' -c "sh -c \"echo in >$PWD/file\""
	[[ $output == *"/etc/ipcsh-test: Read-only file system"* ]]
	[ "$(cat file)" = in ] && [ ! -e /etc/ipcsh-test ]
}

@test "no mount_setattr: each mount is remounted" {
	touch "$BATS_TEST_TMPDIR/file"
	denied "$no_setattr $no_landlock" --sandbox --bind . -c 'chmod 755 /etc' -c 'sh -c "echo x >/etc/ipcsh-test"' \
		-c "sh -c \"echo in >$PWD/file\"" -c 'cat /proc/mounts'
	[[ $output == *"changing permissions of '/etc': Read-only"*"/etc/ipcsh-test: Read-only file system"* ]]
	[ "$(cat file)" = in ]
	# whatever is mounted of the machine, and not covered by another mount
	! grep -v '^main\| /tmp\| /dev/shm \| /dev/pts ' <<<"$output" | tac | awk '!above[$2]++' | grep '^[^ ]* /[^ ]* [^ ]* rw'
}

@test "neither: said, and refused to who insists" {
	denied "$no_readonly $no_landlock" lines
	works && [[ $stderr == *"; without Landlock and read-only mounts: your files are not protected (help sandbox)." ]]
	denied "$no_readonly $no_landlock" --sandbox lines
	[ "$status" = 2 ] && [[ $stderr == "ipcsh: no sandbox: the machine's files cannot be protected here ("* ]]
}

@test "everything at once, and reset after it" {
	denied "$no_net $no_landlock $no_setattr msgrcv:4&040000=ENOSYS pidfd_getfd=EPERM process_vm_readv=EPERM" \
		-c 'r w = pipe' -c 'write w abc' -c 'q = msgget IPC_PRIVATE 0600' -c 'msgsnd q 1 x' -c 'state' \
		-c reset -c 'q = msgget IPC_PRIVATE 0600'
	[ "$status" = 0 ]
	[[ $output == *"(may not be looked at)"*"messages cannot be shown: this kernel has no MSG_COPY"* ]]
	[ "$(grep -c '^+ q ' <<<"$output")" = 2 ]
}

@test "no second look at others' memory and descriptors (Yama's ptrace_scope): state says so" {
	denied "pidfd_getfd=EPERM process_vm_readv=EPERM" -c 'm = shmget IPC_PRIVATE 4096 0600' -c 'a = shmat m' -c 'poke a "text"' \
		-c 'r w = pipe' -c 'write w abc' -c state
	[ "$status" = 0 ] && [[ $output == *"(may not be looked at)"*"cannot be read: Operation not permitted"* ]]
}

@test "hidepid hides nothing of the session from the shell" {
	[ "$(id -u)" = 0 ] || skip "needs root: mounts a /proc"
	printf '%s\n' 'r w = pipe' 'write w abc' 'fork A' 'A> read r 3' 'A> read r 3' >lines
	chmod 755 . && chmod 644 lines
	for host in '' --host; do
		# shellcheck disable=SC2016
		run --separate-stderr unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc && cd / &&
			exec setpriv --reuid=65534 --regid=65534 --clear-groups "$IPCSH" $1 <$2' - "$host" "$PWD/lines"
		[ "$status" = 0 ] && [ -z "$stderr" ]
		[[ $output == *"A sleeps: pipe r w is empty; main 4 and A 4 hold its write ends"* ]]
	done
}

# Before Linux 6.15 a pidfd does not tell how one ended whom another has waited for already.
@test "how a child ended that its parent has reaped: its parent's answer tells" {
	{
		echo spawn A
		for i in {1..50}; do printf 'A> fork D%s\nA> waitpid D%s\nkill -9 D%s\n' "$i" "$i" "$i"; done
		printf 'A> fork E\nA> wait\nE> exit 3\n'
	} >lines
	denied 'ioctl:1&0xff0b=ENOSYS' lines
	[ "$status" = 0 ]
	[ "$(grep -c '^- D.* killed by SIGKILL$' <<<"$output")" = 50 ]
	[[ $output == *'- E     exited with status 3'* ]]
}
