# SPDX-License-Identifier: GPL-3.0-or-later
#
# What help and ipcsh(1) say is there is there, and what is there they say; help's examples do what they show.

# the manual as plain text
manual() { sed -e '/^\.\\"/d' -e 's/\\f[BIR]//g' -e 's/\\-/-/g' -e 's/\\(dq/"/g' -e 's/\\(aq/'\''/g' -e 's/\\e/\\/g' -e 's/\\ / /g' "$ROOT/doc/ipcsh.1"; }

# section TITLE: the lines of one section
section() { manual | awk -v title="$1" '/^\.SH/ { gsub(/"/, ""); on = substr($0, 5) == title; next } on'; }

# entries OF A SECTION: the tagged paragraphs' first lines, without roff's requests and quotes
entries() { section "$1" | awk '/^\.TP/ { tag = 1; next } tag { print; tag = 0 }' | sed -e 's/^\.[BI][RI]* *//' -e 's/"//g'; }

primitives() { sed -n 's/^PRIM(\(.*\))/\1/p' "$ROOT/src/ipc/prims.def"; }

# example: what help prints under Example, from standard input
example() { awk '/^Example:/ { on = 1; next } !NF { on = 0 } on { sub(/^  /, ""); print }'; }

@test "each example of help does in a fresh session what it shows" {
	cd "$BATS_TEST_TMPDIR" || return 1
	primitives >names
	[ "$(wc -l <names)" -ge 60 ]
	while read -r name; do
		"$IPCSH" -c "help $name" | example >lines
		[ -s lines ] || { echo "$name: no example"; return 1; }
		# the last lines make the call: somebody else may have to wake it
		grep -qE "(^| )$name( |$)" lines || { echo "$name: not in its example"; cat lines; return 1; }
		"$IPCSH" -c "$(cat lines)" >said 2>&1 </dev/null || { echo "$name:"; cat said; return 1; }
		if grep -E ' = -1 |ended while asleep|^- main|dumped' said | grep -v 'sigsuspend resumed\|pause resumed'; then
			echo "$name:"
			cat said
			return 1
		fi
	done <names
}

@test "options: those of --help, and no others, are in the manual, with their arguments" {
	cd "$BATS_TEST_TMPDIR" || return 1
	"$IPCSH" --help | sed -n 's/^  \(-[^ ]*\|   \) *\(--[a-z-]*\)\?\( [A-Z]*\)\? .*/\1 \2\3/p' | sed 's/,//; s/^ *//; s/ *$//; /^$/d' >help
	[ "$(wc -l <help)" -ge 18 ]
	entries OPTIONS | sed 's/,//; s/  */ /g' | sort >man
	sort help | diff - man
}

@test "primitives: the manual's are the program's, in the order and groups of help" {
	cd "$BATS_TEST_TMPDIR" || return 1
	section PRIMITIVES | sed -n 's/^\.B //p' | tr ' ' '\n' >man
	primitives | diff - man
	while read -r topic && read -r calls; do
		[ "$("$IPCSH" -c "help $topic" | sed -n 's/^  \([^ ]*\) .*/\1/p' | tr '\n' ' ')" = "$calls " ] || { echo "$topic"; return 1; }
	done < <(section PRIMITIVES | sed '/^\.TP/d; s/^\.B //')
}

@test "commands: the manual's are the program's, with the arguments that help shows" {
	cd "$BATS_TEST_TMPDIR" || return 1
	sed -n 's/^COMMAND(\(.*\))/\1/p' "$ROOT/src/shell/cmds.def" >names
	echo repeat >>names
	while read -r name; do
		"$IPCSH" -c "help $name" | sed -n "/^  $name/{s/^  //;s/ *$//;p;q}"
	done <names | tr -d ' ' | sort >help
	[ "$(wc -l <help)" = "$(wc -l <names)" ]
	entries COMMANDS | while read -r line; do
		case $line in again*) printf '%s\n' again next back ;; *) echo "$line" ;; esac
	done | tr -d ' ' | sort | diff help -
}

# Every member that is ever written is told of: what a program that reads may count on.
@test "events: each kind, and each member, is in the manual" {
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >s.ipc <<'S'
q = msgget IPC_PRIVATE 0600
spawn A
A> msgrcv q 7
msgsnd q 7 "a\377"
msgget 0x1 0
sigaction SIGUSR1 handler
sigqueue main SIGUSR1 5
kill main SIGWINCH
fork C
C> fork D
C> exit 3
waitpid C
kill -STOP A
kill -9 A
fork E
E> exec true
echo out
msgctl q IPC_RMID
r w = pipe
write w x
state
nonsense
S
	"$IPCSH" --json s.ipc >out || [ $? = 2 ]
	section EVENTS | tr -c 'a-z_' '\n' | sort -u >words
	# the columns of state's tables are what state calls them
	perl -MJSON::PP -ne 'my $e = decode_json($_); print "$e->{event}\n", map({ "$_\n" } keys %$e), map({ "$e->{$_}\n" } grep { $e->{$_} } qw(change status stream action))' out | grep -v '^[0-9]' | sort -u >seen
	[ "$(wc -l <seen)" -ge 40 ]
	comm -23 seen words | diff - /dev/null
}

# What README.md, HACKING.md and lessons/README.md name, of this tree or of the program, is there.
@test "files, make's targets and options that the pages name are there" {
	cd "$ROOT" || return 1
	local pages=(README.md HACKING.md lessons/README.md) path target option
	grep -ohE '\b(src|tests|lessons|doc|po|base|call|ipc|proc|session|view|lesson|shell|ui)/[A-Za-z0-9_*-]+(/[A-Za-z0-9_*-]+)*(\.[a-z0-9]+)*' "${pages[@]}" |
		sort -u >"$BATS_TEST_TMPDIR/paths"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/paths")" -ge 50 ]
	while read -r path; do
		# what stands for any, or is yet to be written
		[[ $path =~ NAME|NN|PID|\*|new\.|fsync|mine ]] || [ -e "$path" ] || [ -e "src/$path" ] || { echo "no $path"; return 1; }
	done <"$BATS_TEST_TMPDIR/paths"
	while read -r target; do
		grep -qE "^(\.PHONY:.* )?$target( |:|$)" Makefile || { echo "no make $target"; return 1; }
	done < <(grep -ohE '`?\bmake [a-z-]+' "${pages[@]}" | sed 's/.*make //' | grep -vx the | sort -u)
	while read -r option; do
		"$IPCSH" --help | grep -qe "$option\b" || { echo "no $option"; return 1; }
	done < <(grep -ohE '(build/)?ipcsh [^|#`]*' README.md lessons/README.md | grep -v join | grep -oe '--[a-z][a-z-]*' | sort -u)
}

@test "environment: what the program asks for, and no more, is in the manual" {
	cd "$BATS_TEST_TMPDIR" || return 1
	grep -rhoE '(getenv|place)\("[A-Z_]+"|"(LC_[A-Z]+|LANG)"' "$ROOT/src" | grep -oE '[A-Z_]{3,}' | sort -u >asked
	[ "$(wc -l <asked)" -ge 10 ]
	entries ENVIRONMENT | tr -d ' ' | tr , '\n' | sort -u | diff asked -
}

@test "--help fits a terminal of 80 columns, in both languages" {
	for lang in en zh; do
		"$IPCSH" --lang $lang --help
		LC_ALL=$lang "$IPCSH" join --help
	done | perl -CS -Mutf8 -ne 'chomp; my $w = 0; $w += /[\x{2e80}-\x{ffef}]/ ? 2 : 1 for split //; print("$w: $_\n"), $bad = 1 if $w > 80; END { exit !!$bad || $. < 100 }'
}

@test "goals: what they can ask stands in help goals and in lessons/README.md" {
	cd "$BATS_TEST_TMPDIR" || return 1
	sed -n 's/^\t{ "\([a-z]*\)", "[a-z]*", [0-9], .*/\1/p' "$ROOT"/src/lesson/goal_{now,past}.c >asked
	[ "$(wc -l <asked)" -ge 36 ]
	"$IPCSH" -c 'help goals' >page
	while read -r name; do
		grep -qw "$name" page && grep -qE "\`([^\`]*\W)?$name(\(|\`)" "$ROOT/lessons/README.md" || { echo "$name"; return 1; }
	done <asked
}
