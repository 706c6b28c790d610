# SPDX-License-Identifier: GPL-3.0-or-later
#
# The session's own file system is full, or has no inodes left: commands are told so, and the session goes on.

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

# Types the expected transcript's prompt lines.
session() {
	cat >want
	sed -n 's/^main> //p' want >lines
	"$IPCSH" --sandbox lines >seen
	diff -u want seen
}

@test "the sandbox's /tmp is full, and has room again" {
	"$IPCSH" --sandbox -c getpid >/dev/null 2>&1 || skip "no sandbox here"
	session <<'T'
main> small = open small O_CREAT|O_WRONLY 0600
open("small", O_WRONLY|O_CREAT, 0600) = 3
main> sh -c 'head -c 100000000 /dev/zero 2>/dev/null >big'
   exit status 1
main> write small "abc"
write(3, "abc", 3) = -1 ENOSPC (No space left on device)
   that file system is full
main> perl -e 'for (1..20000) { mkdir qq(d$_) or last }'
main> mkfifo f
mkfifo("f", 0666) = -1 ENOSPC (No space left on device)
   all inodes of that file system, 16384, are in use: no file more
main> q = msgget IPC_PRIVATE 0600
msgget(IPC_PRIVATE, 0600) = 0
+ q     0 messages, 16384 bytes max  rw-------  key IPC_PRIVATE
main> sh -c 'rm -r big d?'
main> write small "abc"
write(3, "abc", 3) = 3
main> mkfifo f
mkfifo("f", 0666) = 0
+ f     FIFO  rw-r--r--
main> reset
main> ls
main> getpid
getpid() = 2
T
}
