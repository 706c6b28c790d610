# SPDX-License-Identifier: GPL-3.0-or-later
#
# What a learner may mistype, and what he is told: a line (";;" parts several), and below it what is said.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

mistakes() {
	local line rest args
	cat >want
	while IFS= read -r line; do
		[[ $line != $'\t'* ]] || continue
		args=() rest=$line
		while [[ $rest == *' ;; '* ]]; do
			args+=(-c "${rest%%' ;; '*}")
			rest=${rest#*' ;; '}
		done
		echo "$line"
		if "$IPCSH" "${args[@]}" -c "$rest" </dev/null >/dev/null 2>said; then echo "no mistake"; fi
		sed 's/^ipcsh: \(-c:[0-9]*: \)\?/\t/' said
	done <want >seen
	diff -u want seen
}

@test "arguments" {
	mistakes <<'T'
main> msgsnd q hello
	q (column 14): no such name or constant; x = ... binds a name
spawn A ;;   A>  repeat 2 msgget "x
	the " at column 23 is never closed: a " is missing
main> command ls |
	the | at column 18 has no command after it
semop 0 {0,-1,{1}}
	{ (column 15): a number or a name is wanted
semop 0 {0,,1}
	{0,,1} (column 9): nothing stands between two commas of the group
semop 0 {0,1},2}
	the } at column 16 has no { before it
semop 0 {0,1,}
	{0,1,} (column 9): nothing stands after the group's last comma
semop 0 {"a",1}
	"a" (column 10): a number or a name is wanted
msgsnd msg:x 1 "a"
	x (column 12): an id is wanted after the colon, as in msg:3
msgsnd shm:0 1 "a"
	shm:0 is no msg
msgrcv 0 type=1 type=2
	type (column 10): no such name or constant; x = ... binds a name
msgrcv 0 msgtyp=1 msgtyp=2
	2 (column 26): msgtyp is given twice
msgrcv 0 msgtyp=
	column 17: a number or a name is wanted, but the word ends here
open "a\0b"
	"a\0b" (column 6): a file name has no NUL byte
pipe 1
	pipe: one argument too many: 1 (column 6); usage: pipe
exec true "a"*3
	"a"*3 (column 11): an argument of a program cannot be repeated
exec true "a\0b"
	"a\0b" (column 11): an argument of a program has no NUL byte
exec 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70
	exec: at most 63 arguments
exec
	exec: which program? as in exec cat hello
fcntl 0 F_SETLK {x}
	x (column 18): no such name or constant; x = ... binds a name
fcntl 0 F_SETOWN_EX {1,2,3}
	{1,2,3} (column 21): an owner is {F_OWNER_PID, PID}
fcntl 0 F_SETOWN_EX {x}
	x (column 22): no such name or constant; x = ... binds a name
fcntl 0 F_SETSIG x
	x (column 18): no such name or constant; x = ... binds a name
fcntl 0 9999 1
	1 (column 14): this command takes no third argument
fcntl 0
	fcntl: a descriptor and a command are wanted, as in fcntl w F_GETFL
fcntl 0 F_SETFL
	fcntl: F_SETFL wants one more: FLAGS: O_APPEND O_ASYNC O_DIRECT O_NOATIME O_NONBLOCK
poll {0,POLLIN,1}
	{0,POLLIN,1} (column 6): a group is {fd, events}, as in {r,POLLIN}
poll {x}
	x (column 7): no such name or constant; x = ... binds a name
poll {x,POLLIN}
	x (column 7): no such name or constant; x = ... binds a name
poll {0,POLLIN}*70
	{0,POLLIN}*70 (column 6): a group is wanted here, as in {a, b}
P
	P: of which semaphore? as in P s, P s[1] 2 SEM_UNDO
P 0 0
	0 (column 5): P takes how many, 1 or more. The first semaphore of the set is P 0[0]; to wait until it is 0: semop 0 {0,0}
P 0[1
	0[1 (column 3): a ] is missing: s[1] is semaphore 1 of the set s
P 0 x
	x (column 5): no such name or constant; x = ... binds a name
P 0 1 x
	x (column 7): no such name or constant; x = ... binds a name
P 0 1 99999
	99999 (column 7): sem_flg is a short: SEM_UNDO, IPC_NOWAIT
P 0 99999
	99999 (column 5): P takes how many, 1 to 32768 (sem_op is a short)
semop 0 {0,-1} {x}
	x (column 17): no such name or constant; x = ... binds a name
semop 0 {0,-1} nsops=9
	9 (column 22): nsops stands after the operations and counts at most those: 1 so far
semop 0 {0,-1} nsops=x
	x (column 22): no such name or constant; x = ... binds a name
semtimedop 0 {0,-1} x
	x (column 21): no such name or constant; x = ... binds a name
semtimedop 0 {0,-1} 1e99
	1e99 (column 21): no number, or one out of range: decimal, 0x hex, or octal after a 0
semctl 0 0 SETALL {1,2,x}
	x (column 24): no such name or constant; x = ... binds a name
semctl 0 0 SETALL
	semctl: SETALL needs what to set: semctl s 0 SETALL {1,2}
semctl 0 IPC_SET {uid=x}
	x (column 23): no such name or constant; x = ... binds a name
semctl 0 IPC_SET {uid=99999999999}
	{uid=99999999999} (column 18): 99999999999 does not fit 32 bits
semctl 0 IPC_SET {sem_perm.gid=5, mode=x}
	x (column 40): no such name or constant; x = ... binds a name
semctl 0 IPC_SET {nothing=5}
	{nothing=5} (column 18): IPC_SET changes mode, uid and gid, nothing else: {mode=0600,uid=0,gid=0}
semctl 0 IPC_SET
	semctl: IPC_SET needs what to set: semctl s 0 IPC_SET {mode=0600}
semctl 0 SETVAL
	SETVAL (column 10): of which semaphore? Its number stands before SETVAL: semctl s 0 SETVAL
semctl 0 0 SETVAL x
	x (column 19): no such name or constant; x = ... binds a name
msgctl 0 IPC_SET {uid=99999999999}
	{uid=99999999999} (column 18): uid=99999999999 does not fit 32 bits
msgctl 0 IPC_SET {uid=x}
	x (column 23): no such name or constant; x = ... binds a name
msgctl 0 IPC_STAT {uid=1}
	{uid=1} (column 19): only IPC_SET takes a group of fields
shmctl 0 SHM_LOCK {mode=1}
	{mode=1} (column 19): only IPC_SET takes a group of fields
shmctl 0 IPC_SET {mode=1,nothing=2}
	{mode=1,nothing=2} (column 18): IPC_SET takes uid=, gid= and mode=, as in {mode=0600}
setrlimit RLIMIT_NOFILE {1,2,3}
	{1,2,3} (column 25): a limit is {rlim_cur, rlim_max}
setrlimit RLIMIT_NOFILE {x}
	x (column 26): no such name or constant; x = ... binds a name
setrlimit RLIMIT_NOFILE x
	x (column 25): no such name or constant; x = ... binds a name
setrlimit RLIMIT_NOFILE
	setrlimit: rlim is missing (the soft limit, then the hard one); usage: setrlimit resource rlim ...
signal SIGUSR1 0x1234
	0x1234 (column 16): the action is SIG_DFL, SIG_IGN or handler
setrlimit RLIMIT_NOFILE 1 2 3
	3 (column 29): a limit has two numbers, the soft and the hard one
sigaction SIGUSR1 nothing
	nothing (column 19): the action is SIG_DFL, SIG_IGN or handler; flags and mask={...} stand after it
sigaction SIGNOT SIG_IGN
	SIGNOT (column 11): no such name or constant; x = ... binds a name
sigaction SIGUSR1 handler SA_NOTHING
	SA_NOTHING (column 27): no such name or constant; x = ... binds a name
sigaction SIGUSR1 SIG_IGN SA_RESTART {SIGUSR2,x}
	{ (column 38): a number or a name is wanted
sigprocmask SIG_BLOCK {SIGUSR1,99}
	{SIGUSR1,99} (column 23): 99 is no signal; as in {SIGUSR1,SIGRTMIN+1}
sigprocmask SIG_BLOCK SIGRTMIN+99
	SIGRTMIN+99 (column 23): SIGRTMIN+99 is no signal; as in {SIGUSR1,SIGRTMIN+1}
sigprocmask SIG_BLOCK SIGRTMIN+x
	SIGRTMIN+x (column 23): SIGRTMIN+x is no signal; as in {SIGUSR1,SIGRTMIN+1}
sigwaitinfo
	sigwaitinfo: set is missing (a set of signals: {SIGUSR1,SIGUSR2} or ~{SIGINT}); usage: sigwaitinfo set
sigpending 3
	sigpending: one argument too many: 3 (column 12); usage: sigpending
setitimer ITIMER_REAL 1 2 3
	3 (column 27): after the time only the interval stands
setitimer ITIMER_REAL x
	x (column 23): no such name or constant; x = ... binds a name
setitimer ITIMER_REAL 1 x
	x (column 25): no such name or constant; x = ... binds a name
setitimer
	setitimer: which is missing (a command); usage: setitimer which new_value ...
alarm x
	x (column 7): no such name or constant; x = ... binds a name
spawn A ;; kill 9 A
	A (column 8): this is a process, and the signal stands second: kill A SIGTERM, or kill -9 A
spawn A ;; kill -A main
	A (column 7): this is a process, and the signal stands second: kill A SIGTERM, or kill -9 A
kill SIGTERM main
	SIGTERM (column 6): this is a signal, and the process stands first: kill A SIGTERM
kill -TERM SIGUSR1
	SIGUSR1 (column 12): this is a signal, and the process stands first: kill A SIGUSR1
kill -1 15
	-1 (column 6): this may be SIGHUP for process 15 (kill 15 SIGHUP), or signal 15 for everybody (kill pid=-1 15)
read 0 18446744073709551616
	18446744073709551616 (column 8): a number out of range
alarm 5000000000
	5000000000 (column 7): it does not fit into an unsigned int
kill main SIGRTMIN+1234567890123456
	SIGRTMIN+1234567890123456 (column 11): it does not fit into an int
kill -SIGNOT main
	SIGNOT (column 7): no such name or constant; x = ... binds a name
kill -9
	9 (column 7): a signal, but for whom? kill -9 A; a process group is written kill pid=-10 SIGTERM
kill
	kill: whom? kill A SIGUSR1, or kill -9 A
kill nobody
	nobody (column 6): no such name or constant; x = ... binds a name
sleep
	sleep: req is missing (seconds: 1.5, or {tv_sec=1, tv_nsec=500000000}); usage: sleep req
sleep x
	x (column 7): no such name or constant; x = ... binds a name
sleep 1 2
	sleep: one argument too many: 2 (column 9); usage: sleep req
ftok
	ftok: pathname is missing (a file name); usage: ftok pathname proj_id
ftok a
	ftok: proj_id is missing (a number or 'a'); usage: ftok pathname proj_id
ftok a b c
	b (column 8): no such name or constant; x = ... binds a name
mkfifo
	mkfifo: pathname is missing (a file name); usage: mkfifo pathname [mode]
mkfifo a 0999
	0999 (column 10): no number, or one out of range: decimal, 0x hex, or octal after a 0
mkfifo a 01777777777777777777777
	01777777777777777777777 (column 10): a number out of range
shmat
	shmat: shmid is missing (a shared memory segment); usage: shmat shmid [shmaddr] [shmflg]
shmat x
	x (column 7): no such name or constant; x = ... binds a name
peek
	peek: addr is missing (an address); usage: peek addr [what]
peek 0 foo
	foo (column 8): no such name or constant; x = ... binds a name
peek 0 int x
	peek: one argument too many: x (column 12); usage: peek addr [what]
poke 0
	poke: usage: poke addr "text", or poke addr int value
poke 0 int
	poke: usage: poke addr "text", or poke addr int value (a text "int" wants its quotes)
poke 0 int x
	x (column 12): no such name or constant; x = ... binds a name
getpid 1
	getpid: one argument too many: 1 (column 8); usage: getpid
fork
	fork wants the name of the child: fork B
fork A B
	fork wants the name of the child: fork B
fork 1A
	1A is no name for a process: a letter, then letters, digits and _, 32 at most
fork SIGINT
	SIGINT is a constant of the kernel's: choose another name
fork main
	main is a process: choose another name
getpid &
	& is for programs: a call that sleeps holds nobody up, the next line goes to another process (a text: "&")
msgget 1 & 
	& is for programs: a call that sleeps holds nobody up, the next line goes to another process (a text: "&")
sigqueue main SIGUSR1 x
	x (column 23): no such name or constant; x = ... binds a name
raise
	raise: sig is missing (a signal); usage: raise sig
raise x
	x (column 7): no such name or constant; x = ... binds a name
exit x
	x (column 6): no such name or constant; x = ... binds a name
exit 1 2
	exit: one argument too many: 2 (column 8); usage: exit [status]
wait x
	wait: one argument too many: x (column 6); usage: wait
waitpid x
	x (column 9): no such name or constant; x = ... binds a name
waitpid -1 x
	x (column 12): no such name or constant; x = ... binds a name
setpgid x
	x (column 9): no such name or constant; x = ... binds a name
cd
	cd: path is missing (a file name); usage: cd path
cd a b
	cd: one argument too many: b (column 6); usage: cd path
umask 0999
	0999 (column 7): no number, or one out of range: decimal, 0x hex, or octal after a 0
umask x
	x (column 7): no such name or constant; x = ... binds a name
dup
	dup: oldfd is missing (a descriptor); usage: dup oldfd
dup2 0
	dup2: newfd is missing (a descriptor); usage: dup2 oldfd newfd
tee 0
	tee: fd_out is missing (a descriptor); usage: tee fd_in fd_out [len] [flags]
tee 0 1 x
	x (column 9): no such name or constant; x = ... binds a name
msgsnd {1} 1 a
	{ (column 8): a number or a name is wanted
shmat 0 {1,2}
	{ (column 9): a number or a name is wanted
peek 0 {1}
	{ (column 8): a number or a name is wanted
P nope[0]
	nope (column 3): no such name or constant; x = ... binds a name
P 0[x]
	x (column 5): no such name or constant; x = ... binds a name
P 0[1]x
	0[1]x (column 3): a ] is missing: s[1] is semaphore 1 of the set s
P 0 SEM_UNDO 3
	3 (column 14): P SET[NUM] [N] [FLAGS] has no more arguments; several semaphores at once: semop s {0,-1} {1,-1}
ftok "a\0b" 1
	"a\0b" (column 6): a file name has no NUL byte
setrlimit RLIMIT_NOFILE {1,2} {3}
	{3} (column 31): a limit has two numbers, the soft and the hard one
semctl 0 IPC_SET {sem_perm.uid=x}
	x (column 32): no such name or constant; x = ... binds a name
semctl 0 IPC_SET {sem_perm.mode=0600,sem_perm.nothing=1}
	{sem_perm.mode=0600,sem_perm.nothing=1} (column 18): IPC_SET changes mode, uid and gid, nothing else: {mode=0600,uid=0,gid=0}
semctl 0 0 SETALL {1,2
	the { at column 19 is never closed: a } is missing
semctl 0 0 GETALL {1}
	{ (column 19): a number or a name is wanted
sleep "1"
	"1" (column 7): a number or a name is wanted
T
}

@test "commands" {
	mistakes <<'T'
spawn A A
	A is named twice
spawn reset
	reset is a command: choose another name
spawn main
	main is a process: choose another name
spawn a-b
	a-b is no name for a process: letters, digits and _ only
spawn O_RDWR
	O_RDWR is a constant of the kernel's: choose another name
spawn pipe
	pipe is a primitive: choose another name
spawn
	spawn wants names: spawn A B
use
	use wants one process: use A
use main main
	use wants one process: use A
use x
	there is no process x; make it: spawn x
await x
	there is no process x; make it: spawn x
spawn A ;; A> fork B ;; B> exit ;; use B
	B is dead
spawn A ;; A> fork B ;; B> exit ;; B> getpid
	B is dead
await main main
	await wants one process: await A
reset 1
	reset takes no arguments
quit 1
	quit takes no arguments
keep
	keep wants the name of an object: keep q
leave
	no lesson is followed; lesson lists them, quit leaves the shell
leave 1
	leave takes no arguments
names 1
	names takes no arguments
source
	source wants one file: source demo.ipc
source nowhere
	nowhere: No such file or directory
	nowhere was not executed to its end
source a b
	source wants one file: source demo.ipc
set diff
	what can be set: set diff on, set diff off, set lang en, set lang zh
set diff 1
	what can be set: set diff on, set diff off, set lang en, set lang zh
set nothing on
	what can be set: set diff on, set diff off, set lang en, set lang zh
record a b
	record wants one file: record demo.ipc, record demo.ipc overwrite, record --lesson 07-mine.md, record off
repeat
	repeat wants a number of times and a command: repeat 5 msgsnd q 1 hello
repeat 3
	repeat wants a command after the number: repeat 5 msgsnd q 1 hello
repeat x getpid
	repeat wants a number of times and a command: repeat 5 msgsnd q 1 hello
!
	! wants a program: ! man 2 msgsnd
help nothing
	there is no help on nothing; help lists what there is, and programs have a manual: ! man nothing
help segv
	there is no help on segv; did you mean help set?
help handlers
	there is no help on handlers; help lists what there is, and programs have a manual: ! man handlers
help limits
	there is no help on limits; help lists what there is, and programs have a manual: ! man limits
state nothing
	nothing: no such process, object or kind; try state, state msg, state main
state q
	q: no such process, object or kind; try state, state msg, state main
repeat 3 nothing
	nothing: no such primitive, command or program; help lists what there is
help nothing at all
	there is no help on nothing at all; help lists what there is, and programs have a manual: ! man nothing at all
source a/
	a/: No such file or directory
	a/ was not executed to its end
spawn A user=
	the one other user is nobody: spawn B user=nobody
repeat 99999999999 getpid
	repeat wants a number of times and a command: repeat 5 msgsnd q 1 hello
repeat -1 getpid
	repeat wants a number of times and a command: repeat 5 msgsnd q 1 hello
names x
	names takes no arguments
T
}

@test "lines, expressions and names" {
	mistakes <<'T'
A = fork
	fork names its child after itself: fork B
x y = fork B
	fork gives one value: one name, as in x = fork
x = 
	a primitive or an expression is wanted after the =
x = getpid + 1
	getpid: one argument too many: + (column 12); usage: getpid
x y = 5
	an expression gives one value: one name, as in x = 1
x x = pipe
	two names are wanted: both are x
x = close 0
	close gives nothing that a name could stand for
x = 1 2
	2 (column 7): not understood here; numbers and names are joined by * / % + - |
x = 1 +
	column 8: a number or a name is wanted, but the word ends here
x = 3 & 
	& (column 7): not understood here; numbers and names are joined by * / % + - |
x = 7 % (2 - 2)
	% (2 - 2) (column 7): a division by zero
x = 1/0
	/0 (column 6): a division by zero
big = 9223372036854775807 ;; x = big * 2
	* 2 (column 9): a number out of range
x = ((1)
	column 9: a ) is missing, but the word ends here
x = (1 2)
	2 (column 8): a ) is missing
x = ()
	) (column 6): a number or a name is wanted
getpgid (1 +)
	) (column 13): a number or a name is wanted
write 1 (a b)
	column 11: a text with blanks stands in quotes: "..."
mkfifo p ;; spawn A ;; A> exec cat p ;; A> getpid
	A runs another program since exec and takes no commands; end it: kill A
z
	z: no such primitive, command or program; help lists what there is
spawn A ;; A> fork B ;; B> exit ;; B>
	B is dead
echo ${x y}
	${x y} (column 6): only ${NAME} is understood here; sh -c '...' for more
x = msg:z
	z (column 9): an id is wanted after the colon, as in msg:3
x = nothing
	nothing (column 5): no such name or constant; x = ... binds a name
fife = 1 ;; five = 2 ;; x = fivf
	fivf (column 5): no such name; did you mean five?
x = nothing+1
	nothing (column 5): no such name or constant; x = ... binds a name
x.y = 5
	x.y: no such primitive, command or program; help lists what there is
A.x
	A.x: no such primitive, command or program; help lists what there is
1x = 5
	1x: no such primitive, command or program; help lists what there is
x = main.y
	main.y (column 5): no such name or constant; x = ... binds a name
x = nobody.y
	there is no process nobody
q = msgget IPC_PRIVATE 0600 ;; shmat q
	q is a message queue, and a segment is wanted here
r w = pipe ;; spawn A ;; A> read r
	r belongs to main, and A has none of that name; main.r is its number
r w = pipe ;; spawn A ;; A> read B.r
	there is no process B
m = shmget IPC_PRIVATE 4096 0600 ;; a = shmat m ;; msgsnd a 1 "x"
	a (column 8): it does not fit into an int
nothing
	nothing: no such primitive, command or program; help lists what there is
A>
	there is no process A; make it: spawn A
A> getpid
	there is no process A; make it: spawn A
"unfinished
	the " at column 1 is never closed: a " is missing
echo "unfinished
	the " at column 6 is never closed: a " is missing
echo ${
	${ (column 6): only ${NAME} is understood here; sh -c '...' for more
echo ${x
	${x (column 6): only ${NAME} is understood here; sh -c '...' for more
echo $(x)
	$( (column 6) is not for this shell: sh -c '...' runs a whole line of sh; in quotes it is text
ls > 
	the > at column 4 has no file after it
ls <
	the < at column 4 has no file after it
ls | | wc
	the | at column 6 has no command before it
ls |
	the | at column 4 has no command after it
ls &&
	&& (column 4) is not for this shell: sh -c '...' runs a whole line of sh; in quotes it is text
ls ; ls
	; (column 4) is not for this shell: sh -c '...' runs a whole line of sh; in quotes it is text
cat << x
	<< (column 5) is not for this shell: sh -c '...' runs a whole line of sh; in quotes it is text
`x`
	` (column 1) is not for this shell: sh -c '...' runs a whole line of sh; in quotes it is text
-1
	-1: no such primitive, command or program; help lists what there is
x = 5 ;; x[1
	x[1: no such primitive, command or program; help lists what there is
x = main[0]
	main (column 5): no such name or constant; x = ... binds a name
x = 1+
	column 7: a number or a name is wanted, but the word ends here
x = "a"+1
	+1 at column 8: after the closing quote or brace only *NUMBER may stand
x = 'a'+"b"
	"b" (column 9): a number or a name is wanted
x = "y"*262145
	"y"*262145 (column 5): a text that has a name has 262144 bytes at most
x = "y"*z
	z (column 9): no such name or constant; x = ... binds a name
x = "y"*(3-3)
	*(3-3) at column 8: a repeat is * and a number from 1 to 2147483648
x = 99999999999999999999
	99999999999999999999 (column 5): a number out of range
x = msg:1+
	column 11: a number or a name is wanted, but the word ends here
x = 'ab'
	'ab' (column 5): a character is one byte or one C escape: 'a', '\n'
x = SIGRTMIN+1 y
	y (column 16): not understood here; numbers and names are joined by * / % + - |
A > 
	the > at column 3 has no file after it
handler
	handler: no such primitive, command or program; help lists what there is
T
}

@test "names in texts" {
	mistakes <<'T'
write 1 "$nothing"
	$nothing (column 10): no such name; \$ or '...' keeps the $ as it is
write 1 a$nothing
	$nothing (column 10): no such name; \$ or '...' keeps the $ as it is
five = 5 ;; write 1 "a ${fivf}"
	${fivf (column 12): no such name; did you mean $five?
write 1 $HOME
	$HOME (column 9): no such name; \$ or '...' keeps the $ as it is
write 1 "$(date)"
	$( (column 10): what a program prints cannot go into a text; \$ is a $
write 1 "${"
	${ (column 10): only ${NAME} is understood; \$ is a $
write 1 "${x y}"
	${ (column 10): only ${NAME} is understood; \$ is a $
spawn A ;; write 1 $A.x
	A has no x; the number of A is ${A}
spawn A ;; echo $A.x
	A has no x; the number of A is ${A}
spawn A ;; x = "a" ;; A> write 1 $x
	x belongs to main, and A has none of that name; main.x is its number
x = "a" ;; y = x+1
	x is a text, and a number is wanted here; in a text it is $x
x = "a" ;; y = $x
	x is a text, and a number is wanted here; in a text it is $x
x = "a\0b" ;; echo $x
	$x has a NUL byte, and no argument of a program has one
x = "a"*200000 ;; write 1 "$x$x$x$x$x$x"
	$x (column 20): the text becomes too long
x = "a"*200000 ;; write 1 "$x$x"
	"$x$x" (column 9): 400000 bytes are too many to type (262144 at most); repeat a short text: "x"*N
exec echo "a$nothing"
	$nothing (column 13): no such name; \$ or '...' keeps the $ as it is
mkfifo f$nothing
	$nothing (column 9): no such name; \$ or '...' keeps the $ as it is
T
}

@test "names that are taken, or of another number" {
	mistakes <<'T'
q = msgget IPC_PRIVATE 0600 ;; spawn q
	q is the name of something else: choose another name
r = pipe
	pipe gives two values: two names, as in r w = pipe
a b c = msgrcv 0
	msgrcv gives one value, or two: x = msgrcv, or t text = msgrcv
r r = pipe
	two names are wanted: both are r
a b = msgget IPC_PRIVATE 0600
	msgget gives one value: one name, as in x = msgget
main = 5
	main is a process: choose another name
IPC_NOWAIT = 5
	IPC_NOWAIT is a constant of the kernel's: choose another name
a b = 3
	an expression gives one value: one name, as in x = 1
spawn A ;; A getpid
	A is a process: A> alone goes to it, A> COMMAND gives it one
s = semget IPC_PRIVATE 1 0600 ;; P s 1 70000
	70000 (column 7): sem_flg is a short: SEM_UNDO, IPC_NOWAIT
T
}
