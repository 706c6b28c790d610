#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# --lint: what a reader of a lesson would trip over is told as FILE:LINE: MESSAGE, and nothing else is.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# Lints standard input as l.md.
lint() {
	cat >l.md
	run "$IPCSH" --lint l.md
}

good() {
	cat <<-'T'
	---
	title: Mine
	number: 7
	about: Something.
	time: 15
	needs: nobody
	author: somebody
	---

	# Mine

	See [the other](other.md#part), [the web](https://example.org/x) and [above](#mine).

	## One

	Guess.

	1. It works.
	2. It fails.

	```console {predict="returned(main, getpid); failed(main, getpid)"}
	main> getpid
	```

	<details><summary>Why</summary>

	1. It cannot fail.
	2. It cannot.

	</details>

	Do it.

	<details><summary>Hint</summary>

	Think.

	</details>

	<details><summary>Solution</summary>

	```console {goal="exists(A)"}
	main> spawn A
	```

	</details>
	T
}

@test "the lessons have nothing" {
	run "$IPCSH" --lint "$ROOT"/lessons/[0-9]*.md
	echo "$output"
	[ "$status" = 0 ] && [ -z "$output" ]
}

@test "a good one has nothing" {
	touch other.md
	lint < <(good)
	echo "$output"
	[ "$status" = 0 ] && [ -z "$output" ]
}

@test "front matter" {
	lint <<-'T'
	---
	titel: Mine
	time: ten
	needs: root
	about:
	---
	## One
	T
	[ "$status" = 1 ]
	[ "${lines[0]}" = "l.md:2: titel: no such key: title, number, about, time, needs and author are known" ]
	[ "${lines[1]}" = 'l.md:3: time is a number of minutes, not "ten"' ]
	[ "${lines[2]}" = 'l.md:4: needs: "root" is nothing that can be needed: nobody' ]
	[ "${lines[3]}" = "l.md:5: about has no value" ]
	[ "${#lines[@]}" = 4 ]
}

@test "fences: in no step, without a command, a sleep without await" {
	lint <<-'T'
	Words.

	```console
	main> getpid
	```

	## One

	```console
	```

	```console
	main> spawn A
	A> sleep 1
	main> getpid
	A> sleep 1
	main> await A
	```
	T
	[ "$status" = 1 ]
	[ "${lines[0]}" = "l.md:3: a fence in no step: put a ## heading before it" ]
	[ "${lines[1]}" = 'l.md:9: a fence without a command, as in "main> state"' ]
	[ "${lines[2]}" = "l.md:14: a clock ends this sleep: follow it at once with main> await A" ]
	[ "${#lines[@]}" = 3 ]
}

@test "no step at all" {
	lint <<<words
	[ "$status" = 1 ] && [ "$output" = "l.md:1: there is no step: a ## heading begins one" ]
}

@test "a task without hints, in the open, without words, without a goal" {
	lint <<-'T'
	## One

	```console {goal="sleeps(A)"}
	main> spawn A
	```
	T
	[ "$status" = 1 ]
	[ "${lines[0]}" = "l.md:3: the goal, column 1: there is no sleeps(); help goals lists what there is" ]
	[[ "${lines[1]}" == "l.md:3: a task wants a hint"* ]]
	[[ "${lines[2]}" == "l.md:3: the solution stands in the open"* ]]
	[[ "${lines[3]}" == "l.md:3: a task wants words"* ]]
	[ "${#lines[@]}" = 4 ]
}

@test "a prediction without key, choices or reasons, or with too few" {
	lint < <(good | sed 's/ {predict=.*/ {predict}/')
	[ "$status" = 1 ] && [[ "$output" == *"l.md:21: a prediction without its key"* ]]
	lint < <(good | sed 's/; failed(main, getpid)//')
	[[ "$output" == *"l.md:21: there are 2 choices and 1 in the key"* ]]
	lint < <(good | sed 's/; failed/; fails/')
	[[ "$output" == *"l.md:21: the key, column 25: there is no fails()"* ]]
	lint < <(good | sed '/^2. It cannot/d')
	[[ "$output" == *"l.md:21: there are 2 choices and 1 reasons"* ]]
	lint < <(good | sed 's/^[12]. It \(works\|fails\).*/- no/')
	[[ "$output" == *"l.md:21: a prediction without its choices"* ]]
	lint < <(good | sed '/Why/,/^<\/details>/d')
	[[ "$output" == *"l.md:21: "*" reasons"* ]]
}

@test "a link that leads nowhere" {
	lint < <(good)
	[ "$status" = 1 ] && [ "$output" = "l.md:12: the link to other.md#part leads nowhere" ]
}

@test "long lines: in prose only, and wide characters count two" {
	long=$(printf 'x%.0s' {1..101})
	lint <<-T
	## One

	$long
	$(printf '宽%.0s' {1..51})
	$(printf '宽%.0s' {1..50})

	| $long |
	| --- |

	[a]($long.md#x)

	\`\`\`c
	$long
	\`\`\`
	T
	[ "${lines[0]}" = "l.md:9: the link to $long.md#x leads nowhere" ] || [[ "${lines[0]}" == *"leads nowhere" ]]
	[ "${lines[1]}" = "l.md:3: the line has 101 columns: 100 at most" ]
	[ "${lines[2]}" = "l.md:4: the line has 102 columns: 100 at most" ]
	[ "${#lines[@]}" = 3 ]
}

@test "what is no lesson is told with its line; all files are looked at" {
	printf '```\n' >a.md
	echo '## One' >b.md
	run "$IPCSH" --lint a.md none.md b.md
	[ "$status" = 1 ]
	[ "${lines[0]}" = "a.md:1: the fence that opens here is never closed" ]
	[[ "${lines[1]}" == "none.md: No such file"* ]]
	[ "${#lines[@]}" = 2 ]
	run "$IPCSH" --lint
	[ "$status" = 2 ] && [[ "$output" == *"--lint wants lessons"* ]]
}

@test "a hostile name stays text" {
	printf '```\n' >$'a\033[31m.md'
	run "$IPCSH" --lint $'a\033[31m.md'
	[ "$status" = 1 ] && [[ "$output" == 'a\033[31m.md:1: '* ]]
}

@test "a name in a goal that no command makes: it would be true of any not" {
	touch other.md
	for wrong in 's/exists(A)/exists(A) and not asleep(AA)/' 's/exists(A)/exists(A) and not exists(q)/' \
		's/exists(A)/exists(A) and q.qnun != 2/' "s/exists(A)/exists(A) and not exists(fifo('helo'))/" \
		's/failed(main, getpid)/failed(mian, getpid)/'; do
		lint < <(good | sed "$wrong")
		echo "$wrong: $output"
		[ "$status" = 1 ] && [[ "$output" == *": the goal, column "*": no "* ]]
	done
	lint < <(good | sed 's/exists(A)/exists(A) and not asleep(A, msgsnd) and A.pid != SIGUSR1 and gone(msg) == 0/')
	echo "$output"
	[ "$status" = 0 ]
}

@test "a transcript that nobody plays" {
	touch other.md
	lint < <(good | sed 's/^```console {goal/```consol {goal/')
	[ "$status" = 1 ] && [[ "$output" == *'l.md:43: "consol {goal="exists(A)"}" is no kind of fence that is played'* ]]
	lint <<-'T'
	## One

	```sh
	main> getpid
	```
	T
	[ "$status" = 1 ] && [ "$output" = "l.md:3: a transcript that is not played: its fence is no console" ]
}

@test "two lessons with one number, and a file's name with another" {
	printf '## One\n' | tee 03-a.md 03-b.md >03-a.zh.md
	printf -- '---\nnumber: 4\n---\n\n## One\n' >05-c.md
	run "$IPCSH" --lint 03-a.md 03-a.zh.md 05-c.md
	echo "$output"
	[ "$status" = 1 ]
	[ "${lines[0]}" = "03-a.md:1: 03-b.md has the number 3, too" ]
	[ "${lines[1]}" = "03-a.zh.md:1: 03-b.md has the number 3, too" ]
	[ "${lines[2]}" = "05-c.md:1: number: 4, but 5 in the file's name, by which it is found" ]
	[ "${#lines[@]}" = 3 ]
}

@test "a translation has the original's steps, fences and goals" {
	touch other.md
	good >l.md
	for wrong in '/^## One/d' 's/^main> getpid/main> getppid/' 's/exists(A)/exists(B)/' 's/spawn A/spawn  A/' \
		's/^time: 15/time: 16/' '/^needs/d' 's/^2. It fails./2. It fails.\n3. Neither./' \
		'/Hint/,/details>/d' '/{predict/,/^```$/d' 's/^Do it/## Two\n\nDo it/'; do
		good | sed "$wrong" >l.zh.md
		run "$IPCSH" --lint l.md
		echo "$wrong: $output"
		[ "$status" = 1 ] && [[ "$output" == l.zh.md:* && "$output" == *"l.md"* ]]
		alone=$(grep 'in l.md\|l.md:\|in the original' <<<"$output")
		run "$IPCSH" --lint l.zh.md
		[ "$status" = 1 ] && [[ "$output" == *"$alone"* ]]
		# not twice
		run "$IPCSH" --lint l.zh.md l.md
		[ "$(grep -cxF "$alone" <<<"$output")" = "$(wc -l <<<"$alone")" ]
	done
	good | sed 's/Do it/做吧/; s/Mine/我的/; s/Guess/猜/' >l.zh.md
	run "$IPCSH" --lint l.md l.zh.md
	[ "$status" = 0 ] && [ -z "$output" ]
	echo '```' >l.zh.md
	run "$IPCSH" --lint l.md
	[ "$output" = "l.md:1: its translation is no lesson: l.zh.md:1: the fence that opens here is never closed" ]
}
