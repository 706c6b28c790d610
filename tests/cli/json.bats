# SPDX-License-Identifier: GPL-3.0-or-later
#
# --json: every line is an object, with the fields that the interface promises.

setup() {
	cd "$TEST_DIR" || return 1
	cat >s.ipc <<'S'
spawn A B
q = msgget IPC_PRIVATE 0600
A> msgrcv q 7
msgsnd q 7 "to \"A\"\n\001\377"
msgget 0x1 0
r w = pipe
sigaction SIGUSR1 handler
B> kill main SIGUSR1
sigqueue main SIGUSR1 5
fork C
C> exit 3
waitpid C
kill -9 B
echo out | cat
sh -c "echo err >&2"
m = shmget IPC_PRIVATE 100 0600
mkfifo f
msgctl q IPC_RMID
state
S
}

# $1: a Perl expression over @events (hashes) that must hold; $2...: options of ipcsh.
holds() {
	local expression=$1
	shift
	"$IPCSH" --json "$@" >out.json || :
	perl -MJSON::PP -e '
		my $text = shift;
		our @events = map { decode_json($_) } <STDIN>;
		sub of { my $type = shift; grep { $_->{event} eq $type } @events }
		my $holds = eval $text;
		die $@ if $@;
		exit !$holds' "$expression" <out.json
}

@test "every line is JSON, seq counts, t does not run backwards" {
	holds '@events > 30 && !grep { $events[$_]{seq} != $events[$_ - 1]{seq} + 1 || $events[$_]{t} < $events[$_ - 1]{t} } 1 .. $#events' s.ipc
}
@test "all kinds of events" { holds '!grep { my $e = $_; !grep { $_->{event} eq $e } @events } qw(line call resumed object signal process output state)' s.ipc; }
@test "line: text, source" { holds '!grep { !defined $_->{text} || $_->{source} !~ /^s\.ipc:\d+$/ } of("line")' s.ipc; }
@test "call: name, args, text, status; ret, or errno" {
	holds '!grep { my $e = $_; (grep { !exists $e->{$_} } qw(name text status proc pid)) || $e->{status} !~ /^(returned|failed|waiting)$/ ||
		($e->{name} ne "command" && ref $e->{args} ne "HASH") || ($e->{status} eq "failed" && ($e->{errno} !~ /^E[A-Z0-9]+$/ || $e->{ret} != -1)) } of("call")' s.ipc
}
@test "state: a process's name is its name, and one is current" {
	holds 'my @p = map { @{$_->{processes}} } of("state"); @p > 1 && !(grep { $_->{name} !~ /^(\w+|\(program\))$/ } @p) &&
		join(",", map { $_->{name} } grep { $_->{current} } @p) eq "main"' s.ipc
}
@test "resumed: ref names its waiting call, waited" {
	holds 'my %w = map { $_->{seq} => 1 } grep { $_->{status} eq "waiting" } of("call"); my @r = of("resumed"); @r && !grep { !$w{$_->{ref}} || $_->{waited} < 0 } @r' s.ipc
}
@test "data: what was received" { holds '(grep { ($_->{data} // "") =~ /^to "A"\n/ } of("resumed")) == 1' s.ipc; }
@test "object: change, kind, id, fields; was" {
	holds 'my @o = of("object"); @o && !grep { $_->{change} !~ /^(new|changed|gone)$/ || $_->{kind} !~ /^(msg|shm|sem|pipe|fifo)$/ || !exists $_->{id} ||
		($_->{change} eq "new" && ref $_->{fields} ne "HASH") || ($_->{change} eq "changed" && ref $_->{was} ne "HASH") } @o' s.ipc
}
@test "signal: signo, action, from" {
	holds 'my @s = of("signal"); @s == 2 && !grep { $_->{signo} ne "SIGUSR1" || $_->{action} ne "handled" } @s and $s[0]{from} eq "B"' s.ipc
}
@test "process: started, killed with signo, zombie with its status, reaped" {
	holds 'my %p; push @{$p{$_->{change}}}, $_ for of("process"); $p{started} && $p{reaped} && $p{killed}[0]{signo} eq "SIGKILL" && $p{zombie}[0]{status} == 3' s.ipc
}
@test "output: stream, text" {
	holds '(grep { $_->{stream} eq "stdout" && $_->{text} eq "out\n" } of("output")) && grep { $_->{stream} eq "stderr" && $_->{text} eq "err\n" } of("output")' s.ipc
}
@test "state: processes, objects" { holds 'my ($s) = of("state"); ref $s->{processes} eq "ARRAY" && ref $s->{objects} eq "HASH"' s.ipc; }
@test "error: message" { holds 'my ($e) = of("error"); $e->{message} =~ /nonsense/' -c nonsense; }
@test "output that is not UTF-8 is still JSON" { holds '@events' -c "printf '\\377\\000\\033'"; }
@test "the shell's own words: numbers without marks" { holds '1 == grep { ($_->{text} // "") =~ /^     main waits: cat \(\d+\) sleeps in open\(f\)$/m } of("output")' -c $'mkfifo f\ncat f'; }
