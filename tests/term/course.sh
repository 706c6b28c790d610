#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every lesson, in both languages, on a terminal of 60 columns, as somebody goes through it who presses Enter, guesses
# the same every time, asks where he is and for every hint, looks around, leaves, comes back, begins a step anew,
# and skips what he cannot do: it comes to its end, and nothing in it goes otherwise than it says.
# LESSONS="FILE ...": those alone.
. tests/tools/term.bash

# What is typed in a lesson, a line each; a first Enter types the lesson's command, a second one executes it.
round() {
	printf '%s\n' '' '' '' '' "$1" '' '' state '' '' hint '' '' hint where hint hint hint skip help '' '' again '' ''
}

# goes_through LANGUAGE FILE NUMBER END
goes_through() {
	local lang=$1 file=$2 n=$((10#$3)) i
	start 60 40 "exec $IPCSH --lang $lang --lessons $ROOT/lessons"
	see 'main> *$'
	rm -f "$TMPDIR/flow"
	mkfifo "$TMPDIR/flow"
	tmux pipe-pane -o "tee '$TMPDIR/shown' >'$TMPDIR/flow'"
	{
		echo "lesson $n"
		round 1
		printf 'leave\nlesson %d\n' "$n"
		for i in 1 2 3; do round $((i % 2 + 1)); done
		for ((i = 0; i < 40; i++)); do echo skip; done
		echo lesson
		echo '! echo all ty""ped'
	} >"$TMPDIR/typed"
	tmux load-buffer "$TMPDIR/typed" \; paste-buffer -d
	grep -qm 1 'all typed' "$TMPDIR/flow" # asleep until it comes
	see '^all typed$'
	if ! grep -q "$4" "$TMPDIR/shown"; then
		not_ok "$file: it does not come to its end"
	elif grep -m 1 -nE -B 12 -A 8 'shows something else|could not be done|课里显示的不一样|没能做到底|�|fatal|[Nn]othing was typed besides' "$TMPDIR/shown" >"$TMPDIR/wrong"; then
		not_ok "$file: something went otherwise"
		sed 's/^/# /' "$TMPDIR/wrong"
	else
		ok "$file"
	fi
}

no_user=$("$IPCSH" --nobody -c 'spawn B user=nobody' 2>&1 >"$TMPDIR/out") || : # in a user namespace nobody can lend one
for file in ${LESSONS:-lessons/[0-9]*.md}; do
	base=${file#lessons/}
	if [ "$no_user" ] && grep -qx 'needs: nobody' "$file"; then
		skipped "$base" "${no_user##*$'\n'}"
		continue
	fi
	case $base in
	*.zh.md) goes_through zh "$base" "${base%%-*}" "第 $((10#${base%%-*})) 课" ;;
	*) goes_through en "$base" "${base%%-*}" "This was lesson $((10#${base%%-*}))" ;;
	esac
done
