# SPDX-License-Identifier: GPL-3.0-or-later
#
# For tests/term/*: a terminal (tmux) of the test's own, keys into it, and looking at it until it
# shows what is expected.  Nothing waits for a time: what does not come is said aloud every so often
# and looked for again.  A program that ends meanwhile fails the test at once, and so does a screen
# that stays as it is for STUCK looks.

set -u
IPCSH=${IPCSH:-build/ipcsh}
export XDG_STATE_HOME=$TMPDIR/state XDG_CONFIG_HOME=$TMPDIR/config HOME=$TMPDIR
unset TMUX COLUMNS LINES
export TERM=screen SHELL=/bin/sh INPUTRC=/dev/null
number=0
excused=
reached=
this_test=$(realpath "$0")
STUCK=5000

# There is no terminal to test with: that is said.
command -v tmux >/dev/null || { echo "1..0 # SKIP needs tmux"; exit 0; }

tmux() { command tmux -f /dev/null -S "$TMPDIR/tmux" "$@"; }

# At the end each line of the test that says `ok` has been reached, unless another said why not.
finish() {
	local server line
	if server=$(tmux display-message -p '#{pid}' 2>/dev/null); then
		tmux kill-server
		gone "$server"
	fi
	rm -rf "${TMPDIR:?}"/*
	for line in $(grep -nE '(^|&&|;|then|else|do)[[:blank:]]*ok ["$]' "$this_test" | cut -d: -f1); do
		[ "$excused" ] || [[ " $reached " == *" $line "* ]] ||
			not_ok "line $line is not true: $(sed -n "${line}p" "$this_test")"
	done
	echo "1..$number"
}
trap finish EXIT

# start COLUMNS ROWS [COMMAND]: a fresh terminal with the shell (or COMMAND) in it, and its prompt.
start() {
	local server
	if server=$(tmux display-message -p '#{pid}' 2>/dev/null); then
		tmux kill-server
		gone "$server"
	fi
	# the second window keeps tmux alive when the first one's program ends
	tmux new-session -d -x "$1" -y "$2" "${3:-exec $IPCSH}" \; set -g remain-on-exit on \; \
		set -g history-limit 5000 \; set -g status off
	[ $# -gt 2 ] || see 'main> *$'
}

screen() { tmux capture-pane -p "$@"; }
# The last line that is not empty: the prompt's.
last() { screen -J | awk 'NF { line = $0 } END { print line }' | sed 's/ *$//'; }
keys() { tmux send-keys "$@"; }
# A line and Enter.
line() { tmux send-keys -l -- "$1" \; send-keys Enter; }
# What stood there is gone from the history too, where `see` looks: tmux 3.3 on puts it there.
clear_screen() {
	keys C-l
	until_true "a clear screen" eval '[ "$(screen | awk NF | wc -l)" -le 1 ]'
	tmux clear-history
}

ok() {
	number=$((number + 1))
	reached="$reached ${BASH_LINENO[0]}"
	echo "ok $number - $1"
}
not_ok() {
	number=$((number + 1))
	excused=yes
	echo "not ok $number - $1"
	screen | sed 's/^/# | /'
}
skipped() {	# WHAT WHY
	number=$((number + 1))
	excused=yes
	echo "ok $number - $1 # SKIP $2"
}

# until_true WHAT COMMAND...: looks until COMMAND succeeds.
until_true() {
	local what=$1 looks=0 seen=
	shift
	until "$@"; do
		looks=$((looks + 1))
		if [ $((looks % 500)) = 0 ]; then
			echo "# still waiting for $what; the screen:"
			screen | sed 's/^/# | /'
			if [ "$(screen)" != "$seen" ]; then
				seen=$(screen)
				looks=0
			elif [ $looks -ge $STUCK ]; then
				not_ok "$what (it does not come)"
				exit 1
			fi
		fi
		if [ "$(tmux display-message -p '#{pane_dead}' 2>/dev/null)" != 0 ]; then
			"$@" && return 0
			not_ok "$what (the program has ended)"
			exit 1
		fi
	done
}

# The screen, and once more as if it had been wider: what is indented goes on the row before.
shows() {
	screen -J -S - | awk '{ print; sub(" *$", "") }
		/^ / { sub("^ *", " "); line = line $0; next }
		{ wide = wide line "\n"; line = $0 }
		END { print wide line }' | grep -qE -- "$1"
}
ends_with() { [[ $(last) =~ $1 ]]; }
# see REGEX: until it is on the screen (or scrolled off). prompt REGEX: until the last line is that.
see() { until_true "$1" shows "$1"; }
prompt() { until_true "last line $1" ends_with "$1"; }
# resize COLUMNS ROWS: until the terminal really has that size (tmux takes its time).
resize() {
	tmux resize-window -x "$1" -y "$2"
	until_true "$1 columns" eval '[ "$(stty size <"$(tmux display-message -p "#{pane_tty}")")" = "'"$2 $1"'" ]'
}
# accepted: until Enter was, and nothing printed yet (a Ctrl-C before that would drop the line).
accepted() { until_true "Enter" eval '[ "$(tmux display-message -p "#{cursor_x}")" = 0 ]'; }
# start_to_end COLUMNS ROWS: as start, for `ended`. The status is the terminal's shell's to tell:
# tmux 3.3 can lose the one of a program whose terminal closes before it is waited for.
start_to_end() {
	rm -f "$TMPDIR/ended"
	start "$1" "$2" "$IPCSH; echo \$? >'$TMPDIR/ended'"
	see 'main> *$'
}
# ended STATUS: until the program has left, and with that status?
ended() {
	until [ -s "$TMPDIR/ended" ]; do :; done
	[ "$(cat "$TMPDIR/ended")" = "$1" ]
}
# gone PID...: until these processes are no more (a zombie is not ours to reap).
gone() {
	local pid
	for pid; do
		while [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; do :; done
	done
}
# The program's process, and all that descend from it and are no zombies.
program() { tmux display-message -p '#{pane_pid}'; }
family() {
	local pid
	grep -qs '^State:.Z' "/proc/$1/status" || echo "$1"
	for pid in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do family "$pid"; done
}
