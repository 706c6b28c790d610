# SPDX-License-Identifier: GPL-3.0-or-later
#
# A command for a process that sleeps or is stopped is refused, with what it sleeps in and the exact next
# line to type: typed, it wakes the sleeper.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# refused NEXT LINE...: the last LINE is refused with NEXT at the end; NEXT typed in its place is no mistake
# and ends the sleep (or the stop: $1 is looked for in what is printed then).
refused() {
	local next=$1
	shift
	printf '%s\n' "$@" >lines
	run --separate-stderr "$IPCSH" <lines
	[ "$status" = 2 ]
	[[ $stderr == *$'\n'"   try: $next" ]] || { echo "$stderr"; false; }
	# whose time is over may have gone on already
	{ printf '%s\n' "${@:1:$#-1}"; sed 's/, then /\n/' <<<"$next"; } | sed 's/ 1000$/ 0.1/' >lines
	run --separate-stderr "$IPCSH" <lines
	[ "$status" = 0 ]
	[[ $next == await* || $output == *resumed\>* || $output == *continued* || $output == *'hello world'* || $output == *'killed by'* ]]
}

bats_require_minimum_version 1.5.0

@test "semaphores: what is missing, or what must go" {
	refused 'spawn A, then A> V s[1] 3' 's = semget IPC_PRIVATE 2 0600' 'P s[1] 3' getpid
	refused 'main> P s[0]' 's = semget IPC_PRIVATE 1 0600' 'V s' 'spawn A' 'A> semop s {0,0}' 'A> getpid'
}

@test "messages: one of that type, or room" {
	refused 'main> msgsnd q 7 "text"' 'q = msgget IPC_PRIVATE 0600' 'spawn A' 'A> msgrcv q 7' 'A> getpid'
	refused 'main> msgsnd q 1 "text"' 'q = msgget IPC_PRIVATE 0600' 'spawn A' 'A> msgrcv q -7' 'A> getpid'
	refused 'main> msgsnd q 2 "text"' 'q = msgget IPC_PRIVATE 0600' 'spawn A' 'A> msgrcv q 1 MSG_EXCEPT' \
		'A> getpid'
	refused 'main> msgrcv q' 'q = msgget IPC_PRIVATE 0600' 'msgctl q IPC_SET {msg_qbytes=4}' 'spawn A' \
		'msgsnd q 1 "1234"' 'A> msgsnd q 1 "5"' 'A> getpid'
	refused 'main> msgctl q IPC_SET {qbytes=11}' 'q = msgget IPC_PRIVATE 0600' 'msgctl q IPC_SET {msg_qbytes=4}' \
		'spawn A' 'A> msgsnd q 1 "longer text"' 'A> getpid'
}

@test "a FIFO's other side" {
	refused 'main> open hello O_RDONLY' 'mkfifo hello' 'spawn A' 'A> open hello O_WRONLY' 'A> getpid'
	refused 'main> open hello O_WRONLY' 'mkfifo hello' 'spawn A' 'A> open hello O_RDONLY' 'A> getpid'
	refused 'spawn A, then A> cat < hello' 'mkfifo hello' 'echo "hello world" > hello' getpid
}

@test "a lock, a lease: only who has it can give it up" {
	local f='f = open f O_RDWR|O_CREAT'
	refused 'main> fcntl 3 F_SETLK {F_UNLCK}' "$f" 'fcntl f F_SETLK {F_WRLCK}' 'spawn A B' "A> $f" \
		'A> fcntl f F_SETLKW {F_RDLCK}' 'A> getpid'
	refused 'main> fcntl 3 F_OFD_SETLK {F_UNLCK}' "$f" 'fcntl f F_OFD_SETLK {F_WRLCK}' 'spawn A B' "A> $f" \
		'A> fcntl f F_SETLKW {F_RDLCK}' 'A> getpid'
	refused 'main> flock 3 LOCK_UN' "$f" 'flock f LOCK_EX' 'spawn A B' "A> $f" 'A> flock f LOCK_SH' 'A> getpid'
	# the taker is dead, and who has inherited its open file has the lock
	refused 'E> flock 3 LOCK_UN' 'spawn A D' "D> $f" 'D> fork E' 'D> flock f LOCK_EX' 'D> exit' "A> $f" \
		'A> flock f LOCK_SH' 'A> getpid'
	refused 'main> fcntl 3 F_SETLEASE F_UNLCK' 'signal SIGIO SIG_IGN' "$f" 'fcntl f F_SETLEASE F_WRLCK' 'spawn A B' \
		'A> open f' 'A> getpid'
	# its holder takes no commands: then it is a signal that ends the sleep
	refused 'main> kill B SIGINT' 'spawn A B' "A> $f" 'A> flock f LOCK_EX' 'A> pause' "B> $f" 'B> flock f LOCK_EX' \
		'B> getpid'
}

@test "what only a signal ends; who is stopped" {
	refused 'spawn A, then A> kill main SIGINT' pause getpid
	refused 'spawn B, then B> kill main SIGINT' 'spawn A' 'A> pause' pause getpid
	refused 'main> kill A SIGCONT' 'spawn A' 'kill A SIGSTOP' 'A> getpid'
	refused 'main> kill A SIGCONT' 'spawn A' 'A> pause' 'kill A SIGSTOP' 'A> getpid'
}

@test "what a clock ends is awaited" {
	refused 'await main' 'sleep 1000' getpid
	refused 'await A' 'spawn A' 'A> sigtimedwait {SIGUSR1} 1000' 'A> getpid'
	refused 'await main' 's = semget IPC_PRIVATE 1 0600' 'semtimedop s {0,-1} 1000' getpid
	refused 'await main' 'sigprocmask SIG_BLOCK {SIGALRM}' 'setitimer ITIMER_REAL 1000' 'sigwait {SIGALRM}' getpid
	# an alarm that cannot end it
	refused 'spawn A, then A> kill main SIGINT' 'sigprocmask SIG_BLOCK {SIGALRM}' 'alarm 999' pause getpid
	refused 'spawn A, then A> kill main SIGINT' 'signal SIGALRM SIG_IGN' 'alarm 999' pause getpid
}

@test "a signal that ends this sleep: one that is waited for, or whose handler does not begin the call again" {
	refused 'spawn A, then A> kill main SIGUSR1' 'sigprocmask SIG_BLOCK {SIGUSR1,SIGUSR2}' 'sigwait {SIGUSR1}' getpid
	refused 'spawn A, then A> kill main SIGUSR2' 'sigaction SIGUSR2 handler' 'signal SIGINT SIG_IGN' pause getpid
	refused 'spawn A, then A> kill main SIGUSR2' 'r w = pipe' 'sigaction SIGUSR2 handler' 'signal SIGINT handler' \
		'read r' getpid
	refused 'spawn A, then A> kill main SIGINT' 'signal SIGINT handler' pause getpid
	# where there is none it is the end of the process
	refused 'spawn A, then A> kill main SIGKILL' 'signal SIGINT SIG_IGN' pause getpid
	refused 'spawn A, then A> kill main SIGKILL' 'sigsuspend {SIGINT}' getpid
	refused 'spawn A, then A> kill main SIGKILL' 'sigwait {SIGUSR1}' getpid
	refused 'spawn B, then B> kill A SIGKILL' 'signal SIGINT handler' 'r w = pipe' 'fork A' 'A> read r' pause 'A> getpid'
}

@test "programs that are stopped" {
	printf '%s\n' 'sh -c "kill -STOP \$\$"' getpid >lines
	run --separate-stderr "$IPCSH" <lines
	[[ $stderr =~ "try: spawn A, then A> kill -"([0-9]+)" SIGKILL" ]]
	printf '%s\n' 'sh -c "kill -STOP \$\$"' 'spawn A' "A> kill -${BASH_REMATCH[1]} SIGKILL" 'getpid' >lines
	run "$IPCSH" <lines
	[ "$status" = 0 ]
}

@test "who is stopped while it sleeps: it is continued first" {
	run "$IPCSH" -c 'spawn A B' -c 'q = msgget IPC_PRIVATE 0600' -c 'A> msgrcv q 7' -c 'B> kill A SIGSTOP' -c 'A> getpid'
	[ "$status" = 2 ]
	[[ $output == *"A is stopped"*"   try: "*"kill A SIGCONT"* ]]
}
