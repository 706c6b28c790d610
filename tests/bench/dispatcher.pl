#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
#
# dispatcher.pl FILE: the lines of a replay by split and a hash of subs, in one process (a prompt
# such as "A> " is skipped); prints a line for each call.
use strict;
use warnings;

my %id;
my %call = (
	msgsnd => sub {
		my ($q, $type, $text) = @_;
		$text =~ s/^"(.*)"$/$1/;
		my $ok = msgsnd($id{$q}, pack("l! a*", $type, $text), 0);
		printf "msgsnd(%d, {%d, \"%s\"}, %d, 0) = %d\n", $id{$q}, $type, $text, length $text,
			$ok ? 0 : -1;
	},
	msgrcv => sub {
		my ($q) = @_;
		my $m;
		my $n = msgrcv($id{$q}, $m, 1024, 0, 0);
		my ($type, $text) = unpack "l! a*", $m;
		printf "msgrcv(%d, {%d, \"%s\"}, 1024, 0, 0) = %d\n", $id{$q}, $type, $text, $n;
	},
	msgget => sub {
		my ($key, $mode) = @_;
		my $q = msgget(0, oct $mode);
		print "msgget($key, $mode) = $q\n";
		return $q;
	},
	spawn => sub { },
);

open my $file, "<", $ARGV[0] or die "$ARGV[0]: $!\n";
while (<$file>) {
	chomp;
	s/^\w+> //;
	my $name = s/^(\w+) = // ? $1 : undef;
	my ($first, @words) = split ' ', $_, 4;
	my $sub = $call{$first} or die "$first is not understood\n";
	my $result = $sub->(@words);
	$id{$name} = $result if defined $name;
}
msgctl($_, 0, 0) for values %id;
