# SPDX-License-Identifier: GPL-3.0-or-later
#
# A model of the kernel: the names, states and wait queues of a session's processes, what each command
# does to them, and a generator of random commands.  It is written from the manual pages and from
# ipc/sem.c, ipc/msg.c and fs/pipe.c of the kernel, and knows nothing of the program under test.
#
# {script} collects [command, verdict...]; a verdict is a line such as "A semop sleeps",
# "A resumed semop 0", "B zombie".
package Kernel;
use strict;
use warnings;

use constant { PAGE => 4096, QBYTES => 16384, NSEMS => 4, MOST => 12 };

sub new {
	my ($class, $seed) = @_;
	my $k = bless {script => [], procs => {}, count => 0, waiting => []}, $class;
	srand $seed;
	$k->{fifo} = {readers => 0, writers => 0, rq => [], wq => []};
	$k->{procs}{main} = {name => 'main', state => 'idle', kids => [], ends => {}, undo => {}};
	$k->command('main', 'sigaction SIGUSR1 handler', sub { $k->want('main sigaction 0') });
	$k->command('main', 'mkfifo f1', sub { $k->want('main mkfifo 0') });
	$k->command('main', 'mkfifo f2', sub { $k->want('main mkfifo 0') });
	$k->command('main', 'ring = semget IPC_PRIVATE 4 0600', sub { $k->want('main semget ID') });
	$k->start_worker for 1 .. 4;
	return $k;
}

sub want { my $k = shift; push @{$k->{want}}, @_ }

# Writes a command of process $who down; $do says what it does.
sub command {
	my ($k, $who, $text, $do) = @_;
	$k->{want} = [];
	$k->{deaths} = [];
	$do->();
	# in the end: a zombie's parent may have died of the same command
	$k->want("$_->[0]{name} " . ($_->[0]{state} eq 'zombie' ? 'zombie' : $_->[1])) for @{$k->{deaths}};
	my $values = $k->{set} ? join ',', @{$k->{set}{v}} : $k->{values};
	$k->want("s is $values") if ($values // '') ne ($k->{values} // '');
	$k->{values} = $values;
	my $prefix = $who eq 'main' && rand() < .5 ? '' : "$who> ";
	push @{$k->{script}}, [$prefix . $text, @{$k->{want}}];
}

sub one_of { $_[rand @_] }

# --- processes and their calls

sub alive { grep { $_->{state} =~ /idle|asleep/ } map { $_[0]{procs}{$_} } sort keys %{$_[0]{procs}} }
sub idle { grep { $_->{state} eq 'idle' && !$_->{stopped} } $_[0]->alive }
sub programs { $_[0]{op} && $_[0]{op}{kind} eq 'program' }

sub new_name { 'W' . ++$_[0]{count} }

sub start_worker {
	my ($k) = @_;
	my $name = $k->new_name;
	$k->command('main', "spawn $name", sub {
		$k->{procs}{$name} = {name => $name, state => 'idle', kids => [], ends => {}, undo => {}};
	});
	$k->command($name, 'sigaction SIGUSR1 handler', sub { $k->want("$name sigaction 0") });
}

# $p's call is complete.
sub complete {
	my ($k, $p, $result) = @_;
	my $op = delete $p->{op};
	$p->{file} = {mode => $op->{mode}, refs => 1} if $op->{kind} eq 'open' && $result eq 'fd';
	$k->want("$p->{name} " . ($p->{state} eq 'asleep' ? 'resumed ' : '') . "$op->{name} $result");
	$p->{state} = 'idle';
}

# $p makes the call $p->{op}: for the first time, or again after SIGCONT.
sub try {
	my ($k, $p) = @_;
	my $method = "try_$p->{op}{kind}";
	my $result = $k->$method($p, $p->{op});
	return if $p->{state} !~ /idle|asleep/;
	return $k->complete($p, $result) if defined $result;
	push @{$p->{op}{queue}}, $p;
	$k->want("$p->{name} $p->{op}{name} sleeps") if $p->{state} eq 'idle';
	$p->{state} = 'asleep';
}

sub call {
	my ($k, $p, $text, %op) = @_;
	$k->command($p->{name}, $text, sub {
		$p->{op} = \%op;
		$k->try($p);
	});
}

# $p leaves the wait queue that it stands in.
sub leave {
	my ($k, $p) = @_;
	my $op = $p->{op} or return;
	my $queue = $op->{queue} or return;
	return unless grep { $_ == $p } @$queue;
	@$queue = grep { $_ != $p } @$queue;
	$k->{fifo}{$op->{mode} eq 'r' ? 'readers' : 'writers'}-- if $op->{kind} eq 'open';
}

sub dies {
	my ($k, $p, $how) = @_;
	my $parent = $p->{parent};
	$k->leave($p) unless $p->{stopped};
	delete $p->{op};
	$p->{state} = $parent && $parent->{state} =~ /idle|asleep/ ? 'zombie' : 'dead';
	$p->{stopped} = 0;
	$_->{parent} = undef for @{$p->{kids}};
	$_->{state} eq 'zombie' and $_->{state} = 'dead' for @{$p->{kids}};
	if ($p->{state} eq 'zombie' && $parent->{op} && $parent->{op}{kind} eq 'wait' &&
	    !$parent->{stopped} && $parent->{state} eq 'asleep') {
		my $result = $k->try_wait($parent, $parent->{op});
		if (defined $result) {
			$k->leave($parent);
			$k->complete($parent, $result);
		}
	}
	# in the order of do_exit (kernel/exit.c): who dies of a closed end undoes later
	$k->undo($p);
	$k->close_end($p, $_) for 'r', 'w';
	$k->close_file($p);
	push @{$k->{deaths}}, [$p, $how];
	delete $k->{procs}{$p->{name}} if $p->{state} eq 'dead';
}

sub signal {
	my ($k, $p, $signal) = @_;
	if ($signal eq 'SIGKILL') {
		$k->dies($p, 'killed');
	} elsif ($signal eq 'SIGUSR1') {
		$k->want("$p->{name} caught SIGUSR1");
		return if $p->{state} ne 'asleep' || programs($p);
		$k->leave($p);
		$k->complete($p, 'EINTR');
	} elsif ($signal eq 'SIGSTOP') {
		$k->want("$p->{name} stopped");
		# a stop takes a sleeper out of its queue: semop is over, all else begins anew
		$k->leave($p) if $p->{state} eq 'asleep';
		$p->{stopped} = 1;
	} else {
		$p->{stopped} = 0;
		if ($p->{state} eq 'asleep') {
			if ($p->{op}{kind} eq 'semop') { $k->complete($p, 'EINTR') } else { $k->try($p) }
		}
		# of one that dies at once (SIGPIPE) only the death is told
		$k->want("$p->{name} continued") if $p->{state} =~ /idle|asleep/;
	}
}

sub try_pause { undef }

sub try_wait {
	my ($k, $p, $op) = @_;
	my @mine = grep { $op->{who} eq '-1' || $op->{who} eq $_->{name} } @{$p->{kids}};
	return 'ECHILD' unless @mine;
	my ($z) = grep { $_->{state} eq 'zombie' } @mine or return undef;
	$z->{state} = 'dead';
	delete $k->{procs}{$z->{name}};
	@{$p->{kids}} = grep { $_ != $z } @{$p->{kids}};
	return $z->{name};
}

# --- semaphores

sub perform {
	my ($k, $p, $op) = @_;
	my @v = @{$op->{set}{v}};
	for (@{$op->{ops}}) {
		my ($num, $n) = @$_;
		return $op->{nowait} ? 'EAGAIN' : undef if $n == 0 ? $v[$num] : $v[$num] + $n < 0;
		$v[$num] += $n;
	}
	@{$op->{set}{v}} = @v;
	$op->{undo} and $p->{undo}{$_->[0]} -= $_->[1] for @{$op->{ops}};
	return 0;
}

sub try_semop {
	my ($k, $p, $op) = @_;
	return 'EINVAL' if $op->{set}{gone};
	my $result = $k->perform($p, $op);
	$k->sem_update($op->{set}) if defined $result && $result eq '0';
	return $result;
}

# First those who wait for zero, then the others first come, first served, from the start again
# after each that could go on.
sub sem_update {
	my ($k, $set) = @_;
	AGAIN: {
		my @queue = @{$set->{queue}};
		my @zero = grep { !grep { $_->[1] } @{$_->{op}{ops}} } @queue;
		for my $p (@zero, grep { my $q = $_; !grep { $_ == $q } @zero } @queue) {
			my $result = $k->perform($p, $p->{op}) // next;
			my $alters = grep { $_->[1] } @{$p->{op}{ops}};
			$k->leave($p);
			$k->complete($p, $result);
			redo AGAIN if $alters;
		}
	}
}

sub undo {
	my ($k, $p) = @_;
	my $set = $k->{set} or return;
	my %adj = %{delete $p->{undo} // {}};
	$p->{undo} = {};
	for (sort keys %adj) {
		$set->{v}[$_] += $adj{$_};
		$set->{v}[$_] = 0 if $set->{v}[$_] < 0;
	}
	$k->sem_update($set) if %adj;
}

sub removed {
	my ($k, $object, @queues) = @_;
	$object->{gone} = 1;
	for my $p (map { @$_ } @queues) {
		$k->leave($p);
		$k->complete($p, 'EIDRM');
	}
}

sub remove_set {
	my ($k) = @_;
	my $set = delete $k->{set};
	$_->{undo} = {} for values %{$k->{procs}};
	$k->removed($set, [@{$set->{queue}}]);
}

# --- message queues

sub matches {
	my ($op, $type) = @_;
	return $type != $op->{type} if $op->{except};
	return $op->{type} == 0 || ($op->{type} > 0 ? $type == $op->{type} : $type <= -$op->{type});
}

sub fits { my ($q, $n) = @_; $q->{bytes} + $n <= QBYTES }

sub try_msgsnd {
	my ($k, $p, $op) = @_;
	my $q = $op->{q};
	return 'EINVAL' if $q->{gone};
	return $op->{nowait} ? 'EAGAIN' : undef unless fits($q, $op->{size});
	for my $r (@{[@{$q->{rq}}]}) {
		next unless matches($r->{op}, $op->{type});
		$k->leave($r);
		$k->complete($r, $op->{size});
		return 0;
	}
	push @{$q->{messages}}, [$op->{type}, $op->{size}];
	$q->{bytes} += $op->{size};
	return 0;
}

sub try_msgrcv {
	my ($k, $p, $op) = @_;
	my ($q, $found) = ($op->{q});
	return 'EINVAL' if $q->{gone};
	for my $m (@{$q->{messages}}) {
		next unless matches($op, $m->[0]);
		$found = $m if !$found || ($op->{type} < 0 && $m->[0] < $found->[0]);
	}
	return $op->{nowait} ? 'ENOMSG' : undef unless $found;
	@{$q->{messages}} = grep { $_ != $found } @{$q->{messages}};
	$q->{bytes} -= $found->[1];
	my ($sender) = @{$q->{wq}};
	if ($sender && fits($q, $sender->{op}{size})) {
		$k->leave($sender);
		$k->try($sender);
	}
	return $found->[1];
}

# --- pipes of one page: what was written into it stays until all of it is read

sub holders {
	my ($k, $pipe, $end) = @_;
	return grep { ($_->{$end} // 0) == $pipe } map { $_->{ends}, $_->{held} // () } values %{$k->{procs}};
}

sub try_read {
	my ($k, $p, $op) = @_;
	my $pipe = $op->{pipe};
	return $k->holders($pipe, 'w') ? undef : 0 unless $pipe->{len};
	my $n = $op->{count} < $pipe->{len} ? $op->{count} : $pipe->{len};
	$pipe->{len} -= $n;
	if (!$pipe->{len} && @{$pipe->{wq}}) {
		my $writer = $pipe->{wq}[0];
		$k->leave($writer);
		$k->try($writer);
	}
	return $n;
}

sub try_write {
	my ($k, $p, $op) = @_;
	my ($pipe, $n) = ($op->{pipe}, $op->{count});
	if (!$k->holders($pipe, 'r')) {
		$k->want("$p->{name} write EPIPE") if $p->{state} eq 'idle';
		$k->dies($p, 'killed');
		return undef;
	}
	if (!$pipe->{len}) {
		$pipe->{len} = $pipe->{pos} = $n;
	} elsif ($n < PAGE && $pipe->{pos} + $n <= PAGE) {
		$pipe->{len} += $n;
		$pipe->{pos} += $n;
	} else {
		return undef;
	}
	while ($pipe->{len} && @{$pipe->{rq}}) {
		my $reader = $pipe->{rq}[0];
		$k->leave($reader);
		$k->try($reader);
	}
	return $n;
}

# An end of $pipe was closed: was it the last one?
sub closed {
	my ($k, $pipe, $end) = @_;
	return if $k->holders($pipe, $end);
	for my $p (@{[@{$pipe->{$end eq 'w' ? 'rq' : 'wq'}}]}) {
		next if $p->{state} ne 'asleep';
		$k->leave($p);
		$k->try($p);
	}
}

sub close_end {
	my ($k, $p, $end) = @_;
	my $pipe = delete $p->{ends}{$end} or return;
	$k->closed($pipe, $end);
}

# --- a FIFO: opening it waits for the other side

sub try_open {
	my ($k, $p, $op) = @_;
	my $fifo = $k->{fifo};
	my ($mine, $theirs, $queue) = $op->{mode} eq 'r' ? qw(readers writers wq) : qw(writers readers rq);
	$fifo->{$mine}++;
	for my $other (@{[@{$fifo->{$queue}}]}) {
		$fifo->{$theirs}++; # leave() takes it away
		$k->leave($other);
		$k->complete($other, 'fd');
	}
	return 'fd' if $fifo->{$theirs};
	$op->{queue} = $fifo->{$op->{mode} . 'q'};
	return undef;
}

sub close_file {
	my ($k, $p) = @_;
	my $file = delete $p->{file} or return;
	return if --$file->{refs};
	$k->{fifo}{$file->{mode} eq 'r' ? 'readers' : 'writers'}--;
}

# --- external programs that sleep hold copies of the descriptors of who started them

sub try_program { undef }

sub program_sleeps {
	my ($k, $p, $text) = @_;
	$p->{held} = {%{$p->{ends}}};
	$p->{held_file} = $p->{file};
	$p->{file}{refs}++ if $p->{file};
	$k->call($p, $text, kind => 'program', name => 'command');
}

sub program_ends {
	my ($k, $p, $status) = @_;
	my $held = delete $p->{held};
	my $file = delete $p->{held_file};
	$k->complete($p, $status);
	$file->{refs}-- if $file;
	$k->closed($held->{$_}, $_) for grep { $held->{$_} } 'r', 'w';
}

sub program { my ($k, $p, $text, @more) = @_; $k->command($p->{name}, $text, sub {
	$_->() for grep { ref } @more;
	$k->want("$p->{name} command " . (ref $more[-1] || !@more ? 0 : $more[-1]));
}) }

# --- the generator

sub can_sleep { my @idle = $_[0]->idle; @idle > 2 }

sub others {
	my ($k, $p) = @_;
	return grep { $_ != $p && $_->{name} ne 'main' && !programs($_) } $k->alive;
}

sub do_sem {
	my ($k, $p) = @_;
	if (!$k->{set}) {
		$k->command($p->{name}, 's = semget IPC_PRIVATE ' . NSEMS . ' 0600', sub {
			$k->{set} = {v => [(0) x NSEMS], queue => []};
			$_->{undo} = {} for values %{$k->{procs}};
			$k->want("$p->{name} semget ID");
		});
		return;
	}
	my $set = $k->{set};
	my $undo = rand() < .4;
	my (@ops, $text);
	my $kind = rand;
	my $num = int rand NSEMS;
	if ($kind < .02) {
		return $k->command($p->{name}, 'semctl s 0 IPC_RMID', sub { $k->remove_set; $k->want("$p->{name} semctl 0") });
	} elsif ($kind < .06) {
		my $v = int rand 5;
		return $k->command($p->{name}, "semctl s $num SETVAL $v", sub {
			$set->{v}[$num] = $v;
			delete $_->{undo}{$num} for values %{$k->{procs}};
			$k->sem_update($set);
			$k->want("$p->{name} semctl 0");
		});
	} elsif ($kind < .75) {
		my $n = 1 + int rand 3;
		my $up = $set->{v}[$num] > 8 ? 0 : rand() < .55;
		@ops = ([$num, $up ? $n : -$n]);
		$text = ($up ? 'V' : 'P') . " s[$num] $n";
	} else {
		@ops = map { [int rand NSEMS, int(rand 6) - 3] } 0 .. int rand 3;
	}
	my %op = (kind => 'semop', name => 'semop', set => $set, ops => \@ops, undo => $undo, queue => $set->{queue});
	my @before = @{$set->{v}};
	my %adj = %{$p->{undo}};
	my $sleeps = !defined $k->perform($p, \%op);
	@{$set->{v}} = @before;
	$p->{undo} = \%adj;
	$op{nowait} = 1 if $sleeps && !$k->can_sleep || rand() < .05;
	my @flags = (('SEM_UNDO') x !!$undo, ('IPC_NOWAIT') x !!$op{nowait});
	my $flags = join '|', @flags;
	$text = $text && rand() < .7 ? "$text $flags"
		: 'semop s ' . join ' ', map { "{$_->[0],$_->[1]" . (@flags ? ",$flags}" : '}') } @ops;
	$text =~ s/ $//;
	$k->call($p, $text, %op);
}

sub do_msg {
	my ($k, $p) = @_;
	if (!$k->{q}) {
		$k->command($p->{name}, 'q = msgget IPC_PRIVATE 0600', sub {
			$k->{q} = {messages => [], bytes => 0, rq => [], wq => []};
			$k->want("$p->{name} msgget ID");
		});
		return;
	}
	my $q = $k->{q};
	my $nowait = rand() < .1;
	if (rand() < .01) {
		return $k->command($p->{name}, 'msgctl q IPC_RMID', sub {
			delete $k->{q};
			$k->removed($q, [@{$q->{rq}}], [@{$q->{wq}}]);
			$k->want("$p->{name} msgctl 0");
		});
	}
	if (rand() < (@{$q->{messages}} > 6 && rand() < .5 ? .2 : .55)) {
		my ($type, $size) = (1 + int rand 4, rand() < .3 ? 4000 : 1 + int rand 100);
		my @senders = grep { $_->{op} && $_->{op}{kind} eq 'msgsnd' } $k->alive;
		$nowait = 1 if !fits($q, $size) && (@senders || !$k->can_sleep);
		return $k->call($p, "msgsnd q $type \"x\"*$size" . ($nowait ? ' IPC_NOWAIT' : ''), kind => 'msgsnd',
			name => 'msgsnd', q => $q, type => $type, size => $size, nowait => $nowait, queue => $q->{wq});
	}
	my $type = int(rand 8) - 3;
	my $except = $type > 0 && rand() < .2;
	my %op = (kind => 'msgrcv', name => 'msgrcv', q => $q, type => $type, except => $except, queue => $q->{rq});
	$nowait = 1 if !$k->can_sleep && !grep { matches(\%op, $_->[0]) } @{$q->{messages}};
	my $flags = join '|', ('IPC_NOWAIT') x $nowait, ('MSG_EXCEPT') x !!$except;
	$k->call($p, "msgrcv q $type " . ($flags || 0) . ' size=8192', %op, nowait => $nowait);
}

# Writers who sleep at one pipe may die together, and the scheduler chooses whose undo is first.
sub may_wait_to_write {
	my ($k, $p, $pipe) = @_;
	return 0 if !$k->can_sleep || $p->{name} eq 'main';
	my @writers = ($p, grep { $_->{op} && $_->{op}{kind} eq 'write' } $k->alive);
	my %crowd;
	$crowd{$_}++ for $pipe, map { $_->{op}{pipe} } grep { $_->{op} } @writers;
	return !(grep { $_ > 1 } values %crowd) || !grep { grep { $_ } values %{$_->{undo}} } @writers;
}

sub do_pipe {
	my ($k, $p) = @_;
	my $ends = $p->{ends};
	if (!%$ends) {
		return if $p->{name} ne 'main' && rand() < .7;
		$k->command($p->{name}, 'r w = pipe', sub {
			$ends->{r} = $ends->{w} = {len => 0, pos => 0, rq => [], wq => []};
			$k->want("$p->{name} pipe 0");
		});
		return $k->command($p->{name}, 'fcntl w F_SETPIPE_SZ 4096', sub { $k->want("$p->{name} fcntl 4096") });
	}
	if (rand() < .12) {
		my $end = one_of(keys %$ends);
		return $k->command($p->{name}, "close $end", sub {
			$k->want("$p->{name} close 0");
			$k->close_end($p, $end);
		});
	}
	my $end = one_of(sort keys %$ends);
	my $pipe = $ends->{$end};
	if ($end eq 'r') {
		return if !$pipe->{len} && $k->holders($pipe, 'w') && !$k->can_sleep;
		my $count = one_of(1, 10, 100, 4096, 8192);
		return $k->call($p, "read r $count", kind => 'read', name => 'read', pipe => $pipe, count => $count,
			queue => $pipe->{rq});
	}
	my $n = one_of(1, 10, 500, 4000, 4096);
	return if !$k->holders($pipe, 'r') && ($p->{name} eq 'main' || !$k->can_sleep);
	return if $pipe->{len} && ($n == PAGE || $pipe->{pos} + $n > PAGE) && !$k->may_wait_to_write($p, $pipe);
	$k->call($p, "write w \"x\"*$n", kind => 'write', name => 'write', pipe => $pipe, count => $n, queue => $pipe->{wq});
}

sub do_fifo {
	my ($k, $p) = @_;
	if ($p->{file}) {
		return $k->command($p->{name}, 'close o', sub { $k->close_file($p); $k->want("$p->{name} close 0") });
	}
	my $mode = one_of('r', 'w');
	return if !$k->can_sleep;
	$k->call($p, 'o = open f1 ' . ($mode eq 'r' ? 'O_RDONLY' : 'O_WRONLY'), kind => 'open', name => 'open',
		mode => $mode);
}

sub do_fork {
	my ($k, $p) = @_;
	return if $k->alive >= MOST;
	my $name = $k->new_name;
	$k->command($p->{name}, "fork $name", sub {
		my $child = {%$p, name => $name, kids => [], ends => {%{$p->{ends}}}, undo => {}, parent => $p};
		$child->{file}{refs}++ if $child->{file};
		push @{$p->{kids}}, $child;
		$k->{procs}{$name} = $child;
		$k->want("$p->{name} fork $name");
	});
}

sub do_wait {
	my ($k, $p) = @_;
	# of several that die of one command, the scheduler chooses which is waited for first
	my $any = @{$p->{kids}} < 2 || grep { $_->{state} eq 'zombie' } @{$p->{kids}};
	my $who = $any && (rand() < .5 || !@{$p->{kids}}) ? '-1' : one_of(@{$p->{kids}})->{name};
	return if !$k->can_sleep;
	return if $who eq '-1' && !@{$p->{kids}} && rand() < .9;
	$k->call($p, "waitpid $who", kind => 'wait', name => 'waitpid', who => $who, queue => []);
}

sub do_pause {
	my ($k, $p) = @_;
	$k->call($p, 'pause', kind => 'pause', name => 'pause', queue => []) if $k->can_sleep;
}

sub do_kill {
	my ($k, $p) = @_;
	my $by_program = rand() < .1;
	my @targets = $k->others($p);
	my @stopped = grep { $_->{stopped} } @targets;
	my $signal = @stopped && rand() < .6 ? 'SIGCONT' : one_of(qw(SIGKILL SIGUSR1 SIGUSR1 SIGUSR1 SIGSTOP));
	@targets = grep { $_->{state} eq 'asleep' } @targets if !$k->can_sleep;
	@targets = $signal eq 'SIGCONT' ? @stopped : grep { !$_->{stopped} || $signal eq 'SIGKILL' } @targets;
	if ($signal eq 'SIGUSR1') {
		push @targets, grep { programs($_) } $k->alive;
		push @targets, $k->{procs}{main} if !$by_program;
	}
	my $target = one_of(@targets) or return;
	return if $target == $p && $by_program;
	my $do = sub { $k->signal($target, $signal) };
	return $k->program($p, "sh -c \"kill -" . substr($signal, 3) . " \$$target->{name}\"", $do) if $by_program;
	$k->command($p->{name}, "kill $target->{name} $signal", sub {
		$k->want("$p->{name} kill 0");
		$do->();
	});
}

sub do_exit {
	my ($k, $p) = @_;
	return if $p->{name} eq 'main' || !$k->can_sleep;
	$k->command($p->{name}, 'exit 3', sub { $k->want("$p->{name} exit ?"); $k->dies($p, 'exited') });
}

sub do_program {
	my ($k, $p) = @_;
	my $kind = int rand 6;
	if ($kind == 0) { $k->program($p, 'echo x | cat | cat > f') }
	elsif ($kind == 1) { $k->program($p, 'sh -c "exit 3"', 3) }
	elsif ($kind == 2) { $k->program($p, 'printf "a\nb\n" | cat', sub { $k->want("$p->{name} printed a\\nb\\n") }) }
	elsif ($kind == 3 && $k->{set}) { $k->program($p, 'ipcrm -s $s', sub { $k->remove_set }) }
	elsif ($kind == 4) { $k->echo($p) }
	else { $k->ring($p) }
}

# A program that is woken again and again, and sleeps again.
sub echo {
	my ($k, $p) = @_;
	my ($reader) = grep { $_ != $p } $k->idle or return;
	return if !$k->can_sleep;
	my ($name, $got) = ($reader->{name}, '');
	my $pick = int rand 4;
	$k->program_sleeps($reader, ('cat < f2', 'cat < f2 | cat | cat', 'sh -c "while read x; do echo got \$x; done" < f2',
		'cat < f2')[$pick]);
	my $ends = sub { $k->program_ends($reader, 0) };
	if ($pick == 3) {
		return $k->program($p, 'sh -c "echo hi > f2"', sub { $k->want("$name printed hi\\n"); $ends->() });
	}
	$k->command($p->{name}, 'w2 = open f2 O_WRONLY', sub { $k->want("$p->{name} open fd") });
	for my $n (0 .. int rand 3) {
		my $interrupted = rand() < .3;
		$k->command($p->{name}, "kill $name SIGUSR1", sub { $k->want("$p->{name} kill 0", "$name caught SIGUSR1") })
			if $interrupted;
		$k->command($p->{name}, "write w2 \"t$n\\n\"", sub {
			$k->want("$p->{name} write 3", "$name printed " . ($pick == 2 ? 'got ' : '') . "t$n\\n");
		});
	}
	$k->command($p->{name}, 'close w2', sub { $k->want("$p->{name} close 0"); $ends->() });
}

# Three programs hand a token round and round, then all sleep for good.
sub ring {
	my ($k, $p) = @_;
	my @ring = grep { $_ != $p } $k->idle;
	return if @ring < 4;
	my $rounds = 1 + int rand 40;
	my $code = 'sub op { semop $ARGV[0], pack "s!3", @_, 0 } for (1 .. $ARGV[2]) { op $ARGV[1], -1; ' .
		'op +($ARGV[1] + 1) % 3, 1 } op 3, -1; exit $ARGV[1]';
	for my $i (0 .. 2) {
		$k->program_sleeps($ring[$i], "perl -e '$code' \$ring $i $rounds");
	}
	my $plain = sub { my ($text, $verdict) = @_; $k->command($p->{name}, $text, sub { $k->want("$p->{name} $verdict") }) };
	$plain->('V ring', 'semop 0');
	$plain->('semctl ring 3 GETNCNT', 'semctl 3');
	$plain->('semctl ring 0 GETVAL', 'semctl 1');
	$plain->('P ring', 'semop 0');
	$k->command($p->{name}, 'V ring[3] 3', sub {
		$k->want("$p->{name} semop 0");
		$k->program_ends($ring[$_], $_) for 0 .. 2;
	});
}

my %weight = (sem => 40, msg => 30, pipe => 25, fifo => 8, fork => 4, wait => 6, pause => 2, kill => 12, exit => 2,
	program => .7);

# One more command, or a few.
sub step {
	my ($k) = @_;
	return $k->start_worker if $k->alive < 7 && $k->{procs}{main}{state} eq 'idle' || $k->alive < 4;
	my @idle = $k->idle;
	my $p = one_of(@idle) or return $k->start_worker;
	my $total = 0;
	$total += $_ for values %weight;
	my $pick = rand $total;
	for (sort keys %weight) {
		next if ($pick -= $weight{$_}) >= 0;
		my $method = "do_$_";
		return $k->$method($p);
	}
}

1;
