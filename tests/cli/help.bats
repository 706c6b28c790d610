# SPDX-License-Identifier: GPL-3.0-or-later
#
# help: pages of commands, constants, topics under other names, and what protects the session.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# page LINE: what it prints, without the prompt's line
page() {
	run "$IPCSH" "${@:2}" -c "$1"
	[ "$status" = 0 ]
	output=${output#*$'\n'}
}

@test "a command" {
	page 'help quit'
	[[ $output == 'quit: '*$'\n\n  quit '* ]]
	page 'help spawn'
	[[ $output == 'spawn: '*$'\n\n  spawn NAME'*$'\n\nEach is a real process '* ]]
	page 'help repeat'
	[[ $output == 'repeat: the same line several times'$'\n\n  repeat N LINE\n\n'* ]]
}

@test "a constant, and where it may stand" {
	page 'help IPC_NOWAIT'
	[[ ${lines[1]} == 'IPC_NOWAIT is 2048 (0x800)' ]]
	[[ $output == *$'\n  msgrcv '*$'\n  semop '* ]]
	page 'help SIGUSR1'
	[[ ${lines[1]} == 'SIGUSR1 is 10 (0xa)' ]]
}

@test "a topic by another name" {
	page 'help semaphores'
	want=$output
	for word in semaphore 'help sem' sem; do
		page "help ${word#help }"
		[ "$output" = "$want" ]
	done
	page 'help shared memory'
	want=$output
	page 'help shm'
	[ "$output" = "$want" ]
}

@test "no two sentences run into one where a narrow terminal joins their lines" {
	perl -CSD -0777 -ne '
		for (split /\n\n/) {
			my ($id) = /^msgid (.*?)^msgstr /ms or next;
			my $text = join "", map { s/\\n/\n/gr } $id =~ /"((?:[^"\\]|\\.)*)"/g;
			# lines of prose: neither indented nor in columns
			while ($text =~ /^(?! )(?!.*  )(.*[A-Za-z0-9)\]])\n(?=([A-Z][a-z]*\b.*))/mg) {
				my ($line, $next) = ($1, $2);
				next if $next =~ /  / || $next !~ /^([A-Z][a-z]+|A)\b/;
				print "$line / $next\n";
				$bad = 1;
			}
		}
		exit $bad' "$ROOT/po/zh_CN.po"
}

@test "a second terminal" {
	page 'help join'
	[[ $output == *'  ipcsh join watch '* ]]
}

@test "what protects the session" {
	page 'help sandbox' --host
	[[ $output == *"machine's own IPC"* ]]
	mkdir mine also
	page 'help sandbox' --bind mine --bind also
	[[ $output == *", and in"*"/mine"*"/also"*$'.\n  /run, where '* ]]
}
