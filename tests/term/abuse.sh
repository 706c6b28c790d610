#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Whatever a lesson does to its own session, Ctrl-C gives the prompt back, and `reset` a clean session
# within a second: no process, no object, no file of the old one, but the history.
. tests/tools/term.bash

# Pressed once a look: the first ones ask, the third kills.
press() { ends_with '^main>$' || { keys C-c; false; }; }

now() { echo $((${EPOCHREALTIME/./} / 1000)); }
# Milliseconds in which somebody on the machine had to wait for a processor.
stalled() { awk -F= '/^some/ { print int($NF / 1000) }' /proc/pressure/cpu 2>/dev/null; }

# The file that the abuse has made in its session: output comes when a program rests.
ready() { [ -e "/proc/$(family "$(program)" | sed -n 2p)/root/tmp/ipcsh/ready" ]; }

# abused WHAT LINE: in a session with a queue and a file of its own.
abused() {
	local what=$1 began waited ms
	line 'q = msgget 0x1234 IPC_CREAT|0600'
	see 'msgget\(0x1234'
	line 'touch mine'
	prompt '^main>$'
	clear_screen
	line "$2"
	until_true "$1" ready
	until_true "the prompt" press && ok "$what: the prompt is back"
	keys C-u
	clear_screen
	began=$(now) waited=$(stalled)
	line 'reset'
	line 'getpid'
	see 'getpid\(\) = 2'
	ms=$(($(now) - began))
	# what neighbours took of the processors is not its fault; under sanitizers it takes what it takes
	if [ "$waited" ]; then
		ms=$((ms - $(stalled) + waited))
	elif [ "$(cut -d. -f1 /proc/loadavg)" -ge "$(nproc)" ]; then
		ms=0
	fi
	if [ $ms -lt 1000 ] || [[ $BUILD == *san* ]]; then
		ok "$what: reset within a second"
	else
		not_ok "$what: reset took $ms ms"
	fi
	clear_screen
	line 'state msg'
	see '^message queues: none'
	line 'ls'
	line 'ps ax -o comm='
	see '^ps$'
	see 'main> *$'
	if shows '^(mine|perl|yes|cat)$'; then not_ok "$what: something is left"; else ok "$what: nothing is left"; fi
	clear_screen
}

# Behind what the abuse is: it says so, and goes on as it is told.
said='open(R,qq(>ready));close R;'
perl='perl -e "\$SIG{\$_}=q(IGNORE) for grep {!/CHLD/} keys %SIG;'
start 100 40
abused "forks" "perl -e \"for(1..300){fork||do{sleep 1 while 1}} $said\""
abused "forks, and ignores signals" "$perl for(1..300){fork||do{sleep 1 while 1}} $said sleep 1 while 1\""
abused "forks, ends, forks" "perl -e \"for(1..1000){exit if fork} $said sleep 1 while 1\""
abused "forks in the background" "perl -e \"for(1..300){fork||do{sleep 1 while 1}} $said sleep 1 while 1\" &"
abused "a session of its own that computes" "command setsid -f sh -c '>ready; while :; do :; done'"
abused "ignores every signal" "$perl $said sleep 1 while 1\""
abused "stops itself" "perl -e \"$said kill STOP=>\\\$\\\$\""
abused "stops all" "perl -e \"$said kill STOP=>-1; sleep 1 while 1\""
abused "kills all" "perl -e \"$said sleep 1 while kill KILL=>-1\""
abused "fills /tmp" "sh -c '>ready; head -c 100m /dev/zero >big'"
# under ASan memory is not limited: its shadow would count
[[ $BUILD == *san* ]] ||
	abused "fills memory" "sh -c \">ready; exec perl -e 'print length(qq(a) x 4e9)'\""
abused "prints without end" "sh -c '>ready; exec yes'"
abused "stops its own process" "sh -c '>ready; kill -STOP \$PPID'"

keys C-p
see 'main> ps ax' && ok "the history has it all"
keys C-u
