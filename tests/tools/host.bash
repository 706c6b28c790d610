# SPDX-License-Identifier: GPL-3.0-or-later
#
# For tests of what a session on the machine's own IPC leaves when it is killed.

# ids -q|-m|-s: of all objects that there are.
ids() { ipcs "$1" | awk '$2 ~ /^[0-9]+$/ { print $2 }' | sort; }

# Starts a session here that has made one of each, and more by the LINES, and waits: $shell and
# $guardian, and $below, whom the guardian has started.
begin() {	# LINE...
	mkfifo lines9 ready
	"$IPCSH" --host <lines9 >seen 2>&1 3>&- &
	shell=$!
	exec 9>lines9
	printf '%s\n' >&9 'q = msgget IPC_PRIVATE 0600' 'm = shmget IPC_PRIVATE 9 0600' \
		's = semget IPC_PRIVATE 1 0600' 'mkfifo leftover' 'spawn A' 'A> P s' "$@" \
		'record ready overwrite'
	exec 8<ready
	guardian=$(pgrep -P "$shell" | tail -1)
	below=$(pgrep -P "$guardian,$shell" | grep -vx "$guardian" || :)
}

# Waits for the ends of processes.
gone() {
	perl -e 'for (@ARGV) {
		my $fd = syscall 434, $_ + 0, 0; next if $fd < 0; # pidfd_open
		my $set = ""; vec($set, $fd, 1) = 1; select $set, undef, undef, undef;
	}' "$@"
}

# The shell cannot do anything about it any more: it is stopped first.
kill_both() {
	kill -STOP "$shell"
	until grep -q "^State:.T" "/proc/$shell/status"; do :; done
	kill -KILL "$guardian"
	gone "$guardian"
	kill -KILL "$shell"
	wait "$shell" || :
	exec 9>&- 8<&-
}
