# SPDX-License-Identifier: GPL-3.0-or-later
#
# What HACKING.md prints as an example compiles as printed, in the place that it names, with all its words marked.

# block WORD: the first fenced C code with WORD in it
block() { perl -0777 -ne 'while (/^( *)```c\n(.*?)^\1```/gms) { my ($i, $c) = ($1, $2); $c =~ s/^$i//gm; print($c), last if $c =~ /\b'"$1"'\b/ }' "$ROOT/HACKING.md"; }

compiles() { "${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$ROOT/src" -fsyntax-only -x c "$1"; }

# no text of three words that is not within _( or N_(
marked() { ! sed 's/^#include.*//; s/\bN\?_("[^"]*")//g; s/\.\(proto\|example\|man\|errors\) = "[^"]*"//; s,/\*.*\*/,,; /^\/\*/,/\*\//d' "$1" | grep -nE '"[^"]*[a-z]+ [a-z]+ [a-z]+[^"]*"'; }

@test "the new primitive" {
	cd "$BATS_TEST_TMPDIR" || return 1
	block fsync_make >example.c
	grep -q prim_fsync example.c
	! grep -q '(fsync)' "$ROOT/src/ipc/prims.def"
	marked example.c
	cat "$ROOT/src/ipc/fd.c" example.c >whole.c
	compiles whole.c
}

@test "the new command" {
	cd "$BATS_TEST_TMPDIR" || return 1
	block command_sleepers >example.c
	grep -q run_sleepers example.c
	marked example.c
	compiles example.c
}
