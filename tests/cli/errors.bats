# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the kernel answers only outside the sandbox, when ipcsh was started in an unusual way, or to addresses.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

bats_require_minimum_version 1.5.0

@test "a terminal that takes no more" {
	run "$IPCSH" --host -c 't = open /dev/ptmx O_RDWR|O_NONBLOCK|O_NOCTTY' \
		-c 'sh -c "stty raw <&3"' -c 'repeat 40 write t "x"*100000'
	[ "$status" = 0 ]
	[[ $output == *" of 100000 bytes went in: no room for more now, and O_NONBLOCK says not to sleep"* ]]
	[[ $output == *"= -1 EAGAIN (Resource temporarily unavailable)"*"descriptor 3 takes no more for now"* ]]
	run "$IPCSH" --host -c 't = open /dev/ptmx O_RDWR|O_NOCTTY' -c 'sh -c "stty raw <&3"' -c 'write t "x"*100000'
	[ "$status" = 0 ]
	[[ $output == *"   main sleeps: descriptor 3 takes no more for now"* ]]
}

@test "files of /proc" {
	[ "$(id -u)" = 0 ] || skip "needs root: /proc is its directory"
	run "$IPCSH" --host -c 's = open /proc/self/oom_score_adj O_WRONLY' -c 'write s "much"' \
		-c 'open /proc O_TMPFILE|O_RDWR' -c 'v = open /proc/self/status O_WRONLY' -c 'write v "x"' \
		-c 'p = open /proc/self/pagemap' -c 'read p 7'
	[ "$status" = 0 ]
	[[ $output == *'write(3, "much", 4) = -1 EINVAL (Invalid argument)
   3 is a file of the kernel'"'"'s, which does not take these bytes at this offset: proc(5)'* ]]
	[[ $output == *'open("/proc", O_RDWR|O_TMPFILE, 0666) = -1 EOPNOTSUPP (Operation not supported)
   that file system has no O_TMPFILE'* ]]
	[[ $output == *'write(4, "x", 1) = -1 EINVAL (Invalid argument)
   what is behind 4 knows no such call'* ]]
	[[ $output == *', 7) = -1 EINVAL (Invalid argument)
   5 is a file of the kernel'"'"'s, which gives no such number of bytes at this offset: proc(5)' ]]
}

@test "an environment that is too large for a small stack" {
	BIG=$(printf '%0100000d' 0) BIGGER=$(printf '%0100000d' 0) run "$IPCSH" \
		-c 'setrlimit RLIMIT_STACK {65536,65536}' -c 'exec true'
	[ "$status" = 0 ]
	[[ $output == *'execvp("true", ["true"]) = -1 E2BIG (Argument list too long)
   '* ]]
}

@test "no time" {
	run "$IPCSH" -c 'sleep NULL'
	[ "$status" = 0 ]
	[[ $output == *'nanosleep(NULL, rem) = -1 EFAULT (Bad address)
   req = NULL: main has no memory there; the kernel had to read it' ]]
}

@test "a key whose low byte is 0" {
	run "$IPCSH" -c 'ftok . 256'
	[ "$status" = 0 ]
	[[ $output == *"the id's low byte 0x00, "*'; POSIX leaves an id with a low byte of 0 undefined' ]]
}

@test "a structure at an address" {
	run "$IPCSH" -c 'm = shmget IPC_PRIVATE 4096 0600' -c 'a = shmat m' -c 'shmctl m IPC_STAT buf=a' \
		-c 'shmctl m IPC_SET buf=a' -c 'q = msgget IPC_PRIVATE 0600' -c 'poke a+136 "x"' \
		-c 'msgsnd q 1 "" msgp=a+128 size=1' -c 'poke a+128 long 7' -c 'msgsnd q 1 "" msgp=a+128 size=1' \
		-c 'msgrcv q msgp=a+256' -c 'peek a+256 9'
	[ "$status" = 0 ]
	[[ $output == *'shmctl(0, IPC_STAT, 0x'*') = 0'*'shmctl(0, IPC_SET, 0x'*') = 0'* ]]
	[[ $output == *'1, 0) = -1 EINVAL (Invalid argument)
   the mtype at that address is 0, less than 1'*'1, 0) = 0
~ q     1 message, 1 byte (was 0)'* ]]
	[[ $output == *', 1024, 0, 0) = 1
~ q     0 messages, 0 bytes (was 1, 1 byte)'*', 9) = "\7\0\0\0\0\0\0\0x"'* ]]
}
