# SPDX-License-Identifier: GPL-3.0-or-later
#
# lessons/facts.md says where each statement and fact is shown: every place in it must be there. And each
# lesson leads to the next, in its own language.

cd "$BATS_TEST_DIRNAME/../../lessons" || exit 1

# The rows' numbers and places: "S7<tab>03 Letters, not a stream".
places() {
	perl -Mutf8 -CSD -ne '
		next unless /^\| ([SF]\d+[a-z]?) \| .* \| (.*?) \|$/;
		my ($no, $where) = ($1, $2);
		$where =~ s/\\\|/|/g;
		print "$no\t$_\n" for split /; (?=\d\d )/, $where' facts.md
}

@test "every place is a step of a lesson" {
	places >"$BATS_TEST_TMPDIR/places"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/places")" -ge 120 ]
	while IFS=$'\t' read -r no where; do
		grep -qxF "## ${where#* }" "${where%% *}"-*[a-z].md || { echo "$no: no step \"${where#* }\" in ${where%% *}"; return 1; }
	done <"$BATS_TEST_TMPDIR/places"
}

@test "numbers are told once, and README.md leads to them" {
	[ -z "$(places | cut -f1 | uniq | sort | uniq -d)" ]
	grep -qF '](facts.md)' README.md
}

@test "a lesson ends with a link to the next one, under its title" {
	local -A last
	for lesson in [0-9][0-9]-*.md; do
		case $lesson in *.zh.md) lang=zh ;; *) lang=en ;; esac
		link="[${lesson%%-*} $(sed -n 's/^title: //p' "$lesson")]($lesson)"
		[ -z "${last[$lang]}" ] || tail -n 1 "${last[$lang]}" | grep -qF "$link" || { echo "${last[$lang]}: no $link"; return 1; }
		last[$lang]=$lesson
	done
}

# Of a pair, all that a program reads: the fences, the headings' levels, the number and the time.
shape() { awk '/^```/ { inside = !inside; print; next } inside { print; next } /^#+ / { print $1 } /^(number|time|needs):/' "$1"; }

@test "a lesson and its Chinese sibling have the same fences, headings and numbers" {
	for lesson in [0-9][0-9]-*[a-z].md; do
		case $lesson in *.zh.md) continue ;; esac
		[ -f "${lesson%.md}.zh.md" ] || { echo "$lesson has no sibling"; return 1; }
		diff <(shape "$lesson") <(shape "${lesson%.md}.zh.md") || { echo "$lesson"; return 1; }
	done
}

@test "a lesson has two predictions, two tasks, a summary, something to read, and takes 10 to 20 minutes" {
	for lesson in [0-9][0-9]-*.md; do
		[ "$(grep -c '^```console {predict=' "$lesson")" -ge 2 ] || { echo "$lesson: predictions"; return 1; }
		[ "$(grep -c '^```console {goal=' "$lesson")" -ge 2 ] || { echo "$lesson: goals"; return 1; }
		minutes=$(sed -n 's/^time: *//p' "$lesson")
		[ "$minutes" -ge 10 ] && [ "$minutes" -le 20 ] || { echo "$lesson: time $minutes"; return 1; }
		grep -qE '[a-z]\([2378]\)|man [2378] ' "$lesson" || { echo "$lesson: nothing to read on"; return 1; }
	done
	for lesson in [0-9][0-9]-*[a-z].md; do
		case $lesson in *.zh.md) continue ;; esac
		grep -q '^## Summary$' "$lesson" || { echo "$lesson: no summary"; return 1; }
	done
}
