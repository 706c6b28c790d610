# SPDX-License-Identifier: GPL-3.0-or-later
#
# Nothing that a lesson, a script, a queue, a segment, a pipe, a file's name or a process's output
# contains reaches the terminal as a control sequence; and what is too large is refused.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_STATE_HOME=$PWD/state XDG_CONFIG_HOME=$PWD/config NO_COLOR=1 TERM=dumb
	# ESC, BEL, BS, DEL, C1 as a byte and as UTF-8, a line turned round, no width: as $'' and as typed
	evil=$'\e]0;x\a\b\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\x8b'
	typed='\33]0;x\7\10\177\302\233\342\200\256\342\200\213\233'
}

# "seen" has no bytes like this. (A "!" would not make a test fail.)
no() { if LC_ALL=C grep -nP "$1" seen; then return 1; fi; }

# Is "seen" free of them? With an escape in it as proof that something would have been there.
harmless() {
	cat -v seen
	no '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|(^|[\x00-\x7f])[\x80-\xbf]'
	grep -qF '\033' seen || grep -qF '\33' seen || grep -qF '^[' seen
}

# terminal COMMAND: bash runs it on a terminal (script(1) asks $SHELL, or /bin/sh, which does not
# know $'...'); our stdin is what is typed.
terminal() { SHELL=$BASH script -qec "$1" /dev/null | tr -d '\r' >seen; }

# lines: the lines on stdin are executed from a file, typed, and as JSON, each on a terminal.
lines() {
	cat >lines
	terminal "'$IPCSH' -c \"\$(cat lines)\"" </dev/null
	harmless
	{ cat lines; printf '\004'; } | terminal "'$IPCSH'"
	harmless
	terminal "'$IPCSH' --json -c \"\$(cat lines)\"" </dev/null
	no '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]'
	perl -MJSON::PP -ne 'decode_json($_)' seen
}

@test "a message, and state that looks at it" {
	lines <<-T
	q = msgget IPC_PRIVATE 0600
	msgsnd q 1 "$typed"
	state
	msgrcv q
	T
}

@test "a segment" {
	lines <<-T
	m = shmget IPC_PRIVATE 4096 0600
	a = shmat m
	poke a "$typed"
	state
	peek a 32
	T
}

@test "a pipe and a FIFO, and their names" {
	lines <<-T
	r w = pipe
	write w "$typed"
	state
	read r 100
	mkfifo "f$typed" 0600
	open "f$typed" O_RDWR
	state
	open "f$typed/x" O_RDWR
	open "none$typed" O_RDONLY
	spawn A
	A> unlink "f$typed"
	T
}

@test "what programs print, on both streams, and their names" {
	lines <<-T
	printf "$typed"
	sh -c 'printf "$typed" >&2'
	sh -c 'printf "#!/bin/sh\\ncat\\n" >"\$(printf "p$typed")"; chmod +x p*; ls'
	sh -c 'exec ./p*' &
	mkfifo fifo 0600
	sh -c './p* <fifo'
	state
	T
}

@test "mistakes that quote what was typed" {
	lines=("x$evil" "msgget $evil" "state $evil" "help $evil" "lesson $evil" "x = $evil" "spawn $evil" \
		"open \"$evil\" $evil" "cat <$evil" "cat >$evil/x" "source $evil" "cd \"$evil\"" \
		"repeat $evil" "set $evil" "keep $evil" "kill $evil" "semop 0 {$evil}" "use $evil" \
		"$evil> getpid" "sigaction $evil" "echo \${$evil}" "await $evil" "exec \"$evil\"" \
		"msgsnd 0 1 \"\\$evil\"" "record /nowhere/$evil" "umask $evil" "names $evil")
	for line in "${lines[@]}"; do
		terminal "'$IPCSH' -c $(printf %q "$line")" </dev/null
		harmless
	done
}

@test "names of files on the command line" {
	mkdir "d$evil"
	echo "frobnicate" >"d$evil/s.ipc"
	printf '# T\n\n```console\nmain> getpid\nx\n```\n' >"d$evil/l.md"
	for args in "d$evil/s.ipc" "none$evil" "d$evil/l.md" "--x$evil" "--check d$evil/l.md" \
		"--check none$evil.md" "--bless d$evil/l.md" "--bless none$evil.md"; do
		case $args in
		--check*|--bless*) terminal "'$IPCSH' ${args%% *} $(printf %q "${args#* }")" ;;
		*) terminal "'$IPCSH' $(printf %q "$args")" ;;
		esac </dev/null
		# a lesson that is played in peace names no file
		[ "$args" = "d$evil/l.md" ] || harmless
	done
}

# A tree of our own with one lesson in it, since the program looks beside itself.
lesson() {
	mkdir -p tree/bin tree/lessons
	cp "$IPCSH" tree/bin/ipcsh
	cat >tree/lessons/01-evil.md
}

@test "a lesson: its title, headings, prose, links, code, hints" {
	lesson <<-T
	---
	title: T$evil
	about: A$evil
	---
	# H$evil

	Prose $evil and *$evil*, \`code $evil\`, [a link$evil](http://x/$evil "t$evil"), ![i$evil]($evil)
	&#27;]0;x&#7;&#155;&#x202e;<b$evil>x</b>

	> quoted$evil
	- an item$evil

	| a$evil | b |
	|---|---|
	| $evil | c |

	    indented$evil

	~~~sh$evil
	fenced$evil
	~~~

	## Step$evil

	<details>
	<summary>S$evil</summary>
	hint$evil
	</details>

	\`\`\`console
	main> getpid
	seen$evil
	\`\`\`
	T
	printf 'lesson\nlesson 1\n\nlesson\nhint\nleave\n\004' | terminal tree/bin/ipcsh
	harmless
	grep -q 'T\\033' seen
	terminal "tree/bin/ipcsh --check tree/lessons/01-evil.md" </dev/null
	harmless
	terminal "tree/bin/ipcsh tree/lessons/01-evil.md" </dev/null
	harmless
}

@test "a lesson's command has to be what it looks like" {
	for c in $'\e' $'\x7f' $'\xc2\x9b' $'\xe2\x80\xae' $'\xe2\x80\x8b'; do
		printf '# T\n\n```console\nmain> echo a%sb\n```\n' "$c" >l.md
		run "$IPCSH" --check l.md
		[ "$status" = 2 ]
		[[ $output == *"l.md:4: a character that no screen shows"* ]]
	done
	printf '# T\n\n```console\nmain> echo \t"汉字"\n汉字\n```\n' >l.md
	"$IPCSH" --check l.md
}

@test "a lesson or script begins nothing outside the session" {
	for line in "! touch $PWD/outside" "record $PWD/outside" "repeat 2 ! touch $PWD/outside"; do
		printf '# T\n\n```console\nmain> %s\n```\n' "$line" >l.md
		echo "$line" >s.ipc
		for args in l.md "--check l.md" "--bless l.md" s.ipc; do
			run "$IPCSH" $args
			[ "$status" != 0 ]
			[[ $output == *"only somebody who types may"* ]]
			[ ! -e outside ]
		done
		printf '# T\n\n```console {setup}\nmain> %s\n```\n\n```console\nmain> getpid\n```\n' "$line" |
			lesson
		printf 'lesson 1\nleave\n\004' | terminal tree/bin/ipcsh
		tr -s '\n ' ' ' <seen | grep -q "only somebody who types may"
		[ ! -e outside ]
	done
	"$IPCSH" -c "! touch $PWD/outside" # whoever types may
	[ -e outside ]
}

@test "names that completion lists" {
	printf 'mkfifo plain 0600\nmkfifo "p%s" 0600\nopen p\t\t\nquit\n' "$typed" | terminal "'$IPCSH'"
	tr -d '\a' <seen >s && mv s seen # readline's bell
	harmless
	grep -q plain seen
}

@test "the user's own history" {
	mkdir -p state/ipcsh
	printf 'echo %s\n' "$evil" >state/ipcsh/history
	printf 'names\n\020\020\001#\n\004' | terminal "TERM=xterm '$IPCSH'"
	no '\e\]|\xc2[\x80-\x9f]'
}

@test "an environment that is full of it" {
	HOME=/$evil LANG=$evil XDG_CONFIG_HOME=/$evil XDG_STATE_HOME=/proc/$evil TERM=dumb \
		terminal "'$IPCSH' -c 'cat <\$HOME/x'" </dev/null
	harmless
	printf 'getpid\nnames\n\004' | XDG_STATE_HOME=/proc/$evil terminal "'$IPCSH'"
	harmless # the history that cannot be written
}

@test "too large: a lesson, a line, front matter, what a command prints, repeats" {
	head -c 5000000 /dev/zero | tr '\0' x >l.md
	run "$IPCSH" --check l.md
	[ "$status" = 2 ]
	[[ $output == *"larger than 4 MiB"* ]]
	{ echo ---; seq -f 'k%.0f: v' 300000; echo ---; } >l.md
	run "$IPCSH" --check l.md
	[ "$status" = 2 ]
	[[ $output == *"64 fields at most"* ]]
	printf '# T\n\n```console\nmain> sh -c "yes | head -c 30000000"\ny\n...\n```\n' >l.md
	run "$IPCSH" --check l.md
	[ "$status" = 1 ]
	[[ $output == *"more than 16 MiB were printed"* ]]
	perl -e 'print "repeat 1 " x 100000, "getpid\n"' >s.ipc
	run "$IPCSH" s.ipc
	[ "$status" = 2 ]
	[[ $output == *"8 deep at most"* ]]
	run "$IPCSH" /dev/zero
	[ "$status" = 2 ]
	[[ $output == *"longer than 1 MiB"* ]]
}
