# SPDX-License-Identifier: GPL-3.0-or-later
#
# What a session in the sandbox cannot do to the machine, whoever runs it.  "Outside" is a file system in
# memory on /mnt, in a mount namespace of the test's own, which belongs to the user that tries.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	own=()
	[ "$(id -u)" = 0 ] || own=(-Ur)
	unshare "${own[@]}" -m true 2>/dev/null || skip "needs a mount namespace of its own"
	"$IPCSH" --sandbox -c getpid >/dev/null 2>&1 || skip "no sandbox here"
}

# outside UID SH: as that user, with files of its own on /mnt and room on /srv, runs SH, where $IPCSH is
# known: a copy, since others may not search the directories of whoever built it.
outside() {
	[ "$1" = "$(id -u)" ] || [ "$(id -u)" = 0 ] || skip "needs root to be another user"
	UID_=$1 SH=$2 unshare "${own[@]}" -m sh -c 'mount -t tmpfs none /srv && cp "$IPCSH" /srv/ipcsh &&
		export IPCSH=/srv/ipcsh && mkdir /srv/own && mount -t tmpfs none /mnt && cd /mnt &&
		mkdir dir && echo kept >file && mkfifo fifo && mkdir dir/deep && ln -s file link &&
		touch -d 2001-01-01 file dir && chmod 644 file fifo &&
		if [ "$(id -u)" = 0 ] && [ "$UID_" != 0 ]; then
			chown -R "$UID_:$UID_" /mnt /srv/own &&
			exec setpriv --reuid="$UID_" --regid="$UID_" --clear-groups sh -c "$SH"
		fi; exec sh -c "$SH"'
}

# Every way to change a file, each by itself; what was not refused is named.
vandal='for what in "echo x >file" "echo x >>file" ": >file" "rm file" "rm -r dir" "mv file dir/" "mv file x" \
	"ln file x" "ln -s file x" "mkdir x" "mkfifo x" "touch x" "chmod 600 file" "chmod 700 dir" \
	"touch file" "touch -d 2002-02-02 dir" "chmod 700 ." "truncate -s 9 file" "dd of=file conv=notrunc </etc/passwd" \
	"cp /etc/passwd x" "rm link" "echo x >dir/deep/x" "mount --bind dir dir/deep" \
	"umount /mnt" "mount -o remount,rw /mnt" "mount -t tmpfs none /tmp"
do
	( cd /mnt && sh -c "$what" ) 2>/dev/null && echo "not refused: $what"
done
echo "tried all"'

look='cd /mnt && find . -printf "%p %y %m %U %G %s %T@ %n\n" | sort && cat file'

@test "files outside keep their contents, names, modes and times" {
	for uid in "$(id -u)" 65534; do
		[ "$uid" = 65534 ] && [ "$(id -u)" != 0 ] && continue
		VANDAL=$vandal outside "$uid" 'echo "$VANDAL" >/srv/own/vandal.sh; '"{ $look; } >&3; "'
			"$IPCSH" --bind /srv/own -c "sh /srv/own/vandal.sh"; '"{ $look; } >&4" 3>before 4>after >said
		[ -s before ]
		diff before after
		! grep 'not refused' said
		grep -x 'tried all' said
	done
}

@test "nor does a FIFO or a device outside take a word" {
	run --separate-stderr "$IPCSH" -c getpid
	[[ $stderr != *Landlock* ]] || skip "no Landlock here"
	outside "$(id -u)" '"$IPCSH" -c "sh -c \"exec 3<>/mnt/fifo\"" -c "open /mnt/fifo O_RDWR"' >said
	grep 'cannot create /mnt/fifo: Permission denied\|fifo: Permission denied' said
	grep -A1 '^open("/mnt/fifo", O_RDWR) = -1 EACCES' said | grep '^   the sandbox lets the session write in /tmp, /dev/shm only: help sandbox$'
	run "$IPCSH" -c 'sh -c "echo x > /dev/null; cat /etc/passwd > /dev/full"'
	[[ $output == *"No space left"* && $output != *cannot* ]]
}

@test "a refusal outside says whose doing it is, and reading is as ever" {
	outside "$(id -u)" '"$IPCSH" -c "open /mnt/file O_RDONLY" -c "open /mnt/file O_WRONLY" -c "mkfifo /mnt/x"
		' >said
	grep '^open("/mnt/file", O_RDONLY) = 3' said
	grep -A1 '^open("/mnt/file", O_WRONLY) = -1 E' said | grep 'the sandbox lets .*help sandbox'
	grep -A1 '^mkfifo("/mnt/x", 0666) = -1 E' said | grep 'the sandbox lets .*help sandbox'
}

@test "what others own is refused as outside: EACCES" {
	[ "$(id -u)" = 0 ] || skip "needs root to be another user"
	cd /
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$IPCSH" -c 'open /etc/passwd O_WRONLY
open /etc/shadow O_RDONLY'
	[[ $output == *'open("/etc/passwd", O_WRONLY) = -1 EACCES'* ]]
	[[ $output == *'open("/etc/shadow", O_RDONLY) = -1 EACCES'* ]]
}

@test "--bind lets the session write in a directory, and there alone" {
	mkdir -p "here/with a blank" there
	"$IPCSH" --bind here --bind "here/with a blank" -c "sh -c \"echo 1 >$PWD/here/a; echo 2 >'$PWD/here/with a blank/b'\"" \
		-c "sh -c \"echo 3 >$PWD/there/c\"" >said
	[ "$(cat here/a "here/with a blank/b")" = "1
2" ]
	[ ! -e there/c ]
	grep 'there/c: \|nonexistent' said
	outside "$(id -u)" '"$IPCSH" --bind dir -c "sh -c \"echo in >/mnt/dir/new; echo out >/mnt/new\"" >/dev/null
		cat dir/new && ! test -e new' >said
	[ "$(cat said)" = in ]
}

@test "a directory that is none is a mistake, told at once" {
	run --separate-stderr "$IPCSH" --bind nowhere -c getpid
	[ "$status" = 2 ] && [ "$stderr" = "ipcsh: --bind nowhere: No such file or directory" ]
	touch file
	run --separate-stderr "$IPCSH" --bind file -c getpid
	[ "$status" = 2 ] && [ "$stderr" = "ipcsh: --bind file: Not a directory" ]
}

@test "/dev/shm is the session's, and gone with it" {
	"$IPCSH" -c 'sh -c "echo x >/dev/shm/ipcsh-test; cat /dev/shm/ipcsh-test"' >said
	grep -x x said
	[ ! -e /dev/shm/ipcsh-test ]
}

@test "the network is a loopback, and it is up" {
	run "$IPCSH" -c 'sh -c "tail -n +3 /proc/net/dev"'
	[ "${#lines[@]}" = 2 ] && [[ ${lines[1]} == *lo:* ]]
	run "$IPCSH" -c "bash -c 'echo > /dev/tcp/127.0.0.1/9'"
	[[ $output == *"Connection refused"* ]]
	run "$IPCSH" -c "bash -c 'echo > /dev/tcp/192.0.2.1/9'"
	[[ $output == *"Network is unreachable"* ]]
}

@test "terminals outside are out of sight" {
	run "$IPCSH" -c 'ls /dev/pts'
	[ "${lines[1]}" = ptmx ]
}

@test "the sockets of services are out of reach" {
	cat >gate.pl <<'P'
use Socket;
socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;
bind($s, sockaddr_un('/run/gate')) && listen($s, 1) or die "$!";
chmod 0666, '/run/gate';
system @ARGV;
P
	cat >knock.pl <<'P'
use Socket;
socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;
print connect($s, sockaddr_un('/run/gate')) ? "in\n" : "refused: $!\n";
P
	# shellcheck disable=SC2016
	unshare "${own[@]}" -m sh -c 'mount -t tmpfs none /run && mkdir /run/media && echo kept >/run/media/file &&
		perl gate.pl sh -c "perl knock.pl; $IPCSH --bind . -c \"perl $PWD/knock.pl\" -c \"cat /run/media/file\" \
			-c \"touch /run/x\" -c \"touch /run/media/x\""' >said
	[ "$(sed -n 1p said)" = in ]
	grep 'refused: No such file' said
	grep -x kept said
	[ "$(grep -c "cannot touch '/run/.*Read-only" said)" = 2 ]
}

@test "siblings look at one another" {
	run "$IPCSH" -c 'spawn A' -c 'r w = pipe' -c 'A> sh -c "ls -l /proc/2/fd"'
	[[ $output == *"3 -> pipe:["* ]]
}

@test "the learner is who the user is, and may do no more" {
	run "$IPCSH" -c 'id -un' -c 'grep -h "^Cap" /proc/self/status' -c 'ls -ld .'
	[ "${lines[1]}" = "$(id -un)" ]
	[ "$(grep -c '^Cap[A-Za-z]*:[[:space:]]*0*$' <<<"$output")" = 5 ]
	[[ $output == *"drwxr-xr-x"*" $(id -un) "* ]]
}
