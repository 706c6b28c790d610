# SPDX-License-Identifier: GPL-3.0-or-later
#
# make book: the lessons as web pages. Every page is there and whole, every link leads somewhere, what a lesson
# quotes stands in its page; and in a browser as narrow as a phone no page is wider than the screen.

LESSONS=$BATS_TEST_DIRNAME/../../lessons
BOOK=$BATS_FILE_TMPDIR/book

setup_file() {
	command -v cmark >/dev/null || { echo "# skipped: there is no cmark" >&3; return 0; }
	make --no-print-directory -C "$BATS_TEST_DIRNAME/../.." book B="$BATS_FILE_TMPDIR" SETUP=no >/dev/null
}

setup() {
	command -v cmark >/dev/null || skip "there is no cmark"
	cd "$BOOK" || return 1
}

pages() { find . -name '*.html' | sort; }

# A lesson's page: lessons/03-x.md 03-x.html, lessons/03-x.zh.md zh/03-x.html.
page_of() {
	local name=${1##*/}
	case $name in
	*.zh.md) echo "zh/${name%.zh.md}.html" ;;
	*) echo "${name%.md}.html" ;;
	esac
}

@test "every lesson has a page in its language, with its title, and the contents name it" {
	[ "$(pages | wc -l)" = $(($(find "$LESSONS" -name '[0-9][0-9]-*.md' | wc -l) + 2)) ]
	for lesson in "$LESSONS"/[0-9][0-9]-*.md; do
		page=$(page_of "$lesson")
		title=$(sed -n 's/^title: //p' "$lesson")
		lang=en
		case $page in zh/*) lang=zh-CN ;; esac
		grep -qF "<html lang=\"$lang\">" "$page" || { echo "$page: not lang=$lang"; return 1; }
		grep -qF "<title>$(sed -n 's/^number: //p' "$lesson"). $title · ipcsh</title>" "$page" || { echo "$page: no $title"; return 1; }
		grep -qF "<a href=\"${page##*/}\">$title</a>" "$(dirname "$page")/index.html" || { echo "$page: not in the contents"; return 1; }
		! grep -qE '^(<h2>|<p>)?(title|number|about|time|needs|author): ' "$page" || { echo "$page: front matter"; return 1; }
		[ "$(grep -c '<h1' "$page")" = 1 ] || { echo "$page: not one title"; return 1; }
	done
}

@test "every link leads to a page, and to an id that is there; nothing comes from elsewhere" {
	pages | xargs perl -Mutf8 -CSDA -MFile::Basename -e '
		my (%ids, @links, $bad);
		for my $page (@ARGV) {
			open my $f, "<", $page or die; local $/; my $text = <$f>;
			while ($text =~ /\bid="([^"]*)"/g) { $ids{$page}{$1}++ and do { print "$page: twice $1\n"; $bad = 1 } }
			$ids{$page} //= {};
			while ($text =~ /\b(href|src)="([^"]*)"/g) { push @links, [$page, $2] }
			if ($text =~ /<script|<iframe|\bsrc=|\@import|<link[^>]*https?:/) { print "$page: from elsewhere\n"; $bad = 1 }
		}
		for (@links) {
			my ($page, $to) = @$_;
			next if $to =~ m{^https?://};
			my ($file, $id) = $to =~ /^([^#]*)(?:#(.*))?$/;
			my $path = $file eq "" ? $page : dirname($page) . "/$file";
			1 while $path =~ s{(^|/)(?!\.\./)[^/]+/\.\./}{$1};
			next if -f $path && (!defined $id || $ids{$path =~ m{^\./} ? $path : "./$path"}{$id});
			print "$page: $to leads nowhere\n"; $bad = 1;
		}
		@links > 400 or die "only " . @links . " links";
		exit($bad // 0)'
}

@test "pages lead to the one before, the one behind and the other language" {
	grep -qF '<a rel="prev" href="02-named-pipes.html">' 03-message-queues.html
	grep -qF '<a rel="next" href="04-shared-memory.html">' 03-message-queues.html
	grep -qF '<a href="zh/03-message-queues.html" lang="zh-CN" hreflang="zh-CN">' 03-message-queues.html
	grep -qF '<a href="../03-message-queues.html" lang="en" hreflang="en">' zh/03-message-queues.html
	! grep -q 'rel="prev"' 00-first-steps.html
}

@test "what the fences of a lesson hold stands in its page, line for line, and commands are emphasised" {
	for lesson in "$LESSONS"/[0-9][0-9]-*.md; do
		page=$(page_of "$lesson")
		diff <(awk '/^```/ { inside = !inside; next } inside' "$lesson") <(perl -0777 -CSD -ne '
			while (m{<pre[^>]*><code[^>]*>(.*?)</code></pre>}gs) {
				my $s = $1;
				$s =~ s/<[^>]*>//g;
				$s =~ s/&lt;/</g; $s =~ s/&gt;/>/g; $s =~ s/&quot;/"/g; $s =~ s/&amp;/&/g;
				print $s;
			}' "$page") || { echo "$page"; return 1; }
		[ "$(awk '/^```console/ { inside = 1; next } /^```/ { inside = 0 } inside && /^[A-Za-z0-9_]+>( |$)/' "$lesson" | wc -l)" = \
			"$(grep -cE '<b><i>[A-Za-z0-9_]+&gt;</i>.*</b>' "$page")" ] || { echo "$page: commands"; return 1; }
		[ "$(grep -c '^```console {predict' "$lesson")" = "$(grep -c '<details class="seen">' "$page")" ] || { echo "$page: predictions"; return 1; }
	done
}

@test "what is opened is closed, in its order" {
	pages | xargs perl -CSD -0777 -ne '
		my @open;
		while (m{<(/?)([a-z][a-z0-9]*)\b[^>]*>}g) {
			my ($end, $tag) = ($1, $2);
			next if $tag =~ /^(meta|link|br|hr|img)$/;
			if (!$end) { push @open, $tag; next }
			my $last = pop @open // "nothing";
			$last eq $tag or do { print "$ARGV: </$tag> ends <$last>\n"; exit 1 };
		}
		@open and do { print "$ARGV: open: @open\n"; exit 1 };
		m{<p>(?:(?!</p>).)*<(?:p|pre|ol|ul|table|div|details|h\d)\b}s and do { print "$ARGV: a block in a paragraph\n"; exit 1 };
		m{<p>[^<]*```|^\|.*\|$}m and do { print "$ARGV: Markdown is left\n"; exit 1 }'
	if command -v xmllint >/dev/null; then
		# it knows HTML 4: the newer elements are no errors
		for page in $(pages); do
			run xmllint --html --noout "$page"
			! grep error <<<"$output" | grep -vE 'Tag (main|header|nav|details|summary) invalid' || { echo "$page"; return 1; }
		done
	fi
}

@test "what cmark alone does not know: tables, links between lessons, headings alike, Chinese line ends" {
	mkdir -p "$BATS_TEST_TMPDIR/l"
	cat >"$BATS_TEST_TMPDIR/l/01-a.md" <<-'T'
	# A & `b`

	See [two](02-b.md#part-two), [中文](02-b.zh.md) and [the web](https://example.org/01-a.md).

	| x | `a\|b` |
	| --- | --- |
	| **1** | |

	## Part <two>

	## Part <two>
	T
	printf '# B\n\n## Part two\n\n[back](01-a.md)\n' >"$BATS_TEST_TMPDIR/l/02-b.md"
	printf -- '---\ntitle: 乙\n---\n\n# 乙\n\n一行，\n又一\n行 `x`\ny。\n`z`\n\n[a](01-a.md)\n' >"$BATS_TEST_TMPDIR/l/02-b.zh.md"
	cd "$BATS_TEST_TMPDIR"
	mkdir -p o && echo keep >o/keep && touch o/99-old.html
	"$BATS_TEST_DIRNAME/../../doc/book" l o
	[ -f o/keep ]
	[ ! -e o/99-old.html ]
	grep -qF '<title>1. A &amp; b · ipcsh</title>' o/01-a.html
	grep -qF '<a href="02-b.html#part-two">two</a>' o/01-a.html
	grep -qF '<a href="zh/02-b.html">中文</a>' o/01-a.html
	grep -qF '<a href="https://example.org/01-a.md">' o/01-a.html
	grep -qF '<tr><th>x</th><th><code>a|b</code></th></tr>' o/01-a.html
	grep -qF '<tr><td><strong>1</strong></td><td></td></tr>' o/01-a.html
	! grep -q hreflang o/01-a.html	# it has no sibling
	[ "$(grep -o '<h2 id="[^"]*"' o/01-a.html | sort -u | wc -l)" = 2 ]
	grep -qF '<a href="../01-a.html">a</a>' o/zh/02-b.html
	grep -qF '一行，又一行 <code>x</code>' o/zh/02-b.html
	grep -qF 'y。<code>z</code>' o/zh/02-b.html
}

@test "a folder without lessons is refused, and no page is removed for it" {
	mkdir -p "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR/o"
	touch "$BATS_TEST_TMPDIR/o/x.html"
	run "$BATS_TEST_DIRNAME/../../doc/book" "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR/o"
	[ "$status" -ne 0 ]
	[[ $output == *"no lesson there"* ]]
	[ -e "$BATS_TEST_TMPDIR/o/x.html" ]
}

# A page that holds every other in a frame of 360 pixels and writes down how wide each wants to be.
@test "in a browser 360 pixels wide no page scrolls sideways" {
	browser=
	for b in chromium chromium-browser google-chrome; do
		command -v $b >/dev/null && { browser=$b; break; }
	done
	[ -n "$browser" ] || skip "there is no Chromium"
	mapfile -t pages < <(pages)
	{
		echo '<!DOCTYPE html><html><body><pre id="wide"></pre><script>'
		echo 'function told(f) {'
		echo '	const d = f.contentDocument;'
		echo '	d.querySelectorAll("details").forEach(e => e.open = true);'
		echo '	document.getElementById("wide").textContent += "WIDTH " + d.documentElement.scrollWidth + " " + f.getAttribute("src") + "\n";'
		echo '}'
		echo '</script>'
		for page in "${pages[@]}"; do
			echo "<iframe style=\"width:360px;height:640px;border:0\" onload=\"told(this)\" src=\"$page\"></iframe>"
		done
	} >wide.html
	"$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$BATS_TEST_TMPDIR/profile" \
		--allow-file-access-from-files --dump-dom "file://$PWD/wide.html" >dom 2>log || { cat log; return 1; }
	rm wide.html
	sed -n 's/.*WIDTH \([0-9]\)/\1/p' dom >widths
	[ "$(wc -l <widths)" = "${#pages[@]}" ] || { cat widths log; return 1; }
	[ -z "$(awk '$1 != 360' widths)" ] || { awk '$1 != 360' widths; return 1; }
}

# The text of a page as it is printed on paper of that width and height.
paper() {
	"$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$BATS_TEST_TMPDIR/profile" \
		--no-pdf-header-footer --print-to-pdf="$BATS_TEST_TMPDIR/page.pdf" "file://$1" 2>"$BATS_TEST_TMPDIR/log" || { cat "$BATS_TEST_TMPDIR/log"; return 1; }
	$reader -raw "$BATS_TEST_TMPDIR/page.pdf" - | tr -d ' \n\f'
}

@test "paper: no line of a transcript is cut; solutions and answers are in the open edition alone" {
	browser=
	for b in chromium chromium-browser google-chrome; do
		command -v $b >/dev/null && { browser=$b; break; }
	done
	[ -n "$browser" ] || skip "there is no Chromium"
	reader=pdftotext
	command -v $reader >/dev/null || skip "there is no $reader"
	"$BATS_TEST_DIRNAME/../../doc/book" --open "$LESSONS" "$BATS_TEST_TMPDIR/open"
	for size in A4 '74mm 105mm'; do
		# all pages of a folder on one roll, each behind its mark: a browser takes long to start
		for edition in "$BOOK" "$BATS_TEST_TMPDIR/open"; do
			for folder in . zh; do
				for lesson in "$LESSONS"/0[35]-*.md; do
					page=$(page_of "$lesson")
					[ "$(dirname "$page")" = $folder ] || continue
					sed "s|</head>|<style>@page { size: $size; margin: 5mm; }</style></head>|; s|</body>|<p>ROLL$page</p></body>|" "$edition/$page"
				done >"$edition/$folder/paper.html"
				paper "$(realpath "$edition/$folder/paper.html")" || return 1
				rm "$edition/$folder/paper.html"
			done >"$BATS_TEST_TMPDIR/$(basename "$edition").roll"
		done
		for lesson in "$LESSONS"/0[35]-*.md; do
			page=$(page_of "$lesson")
			for edition in book open; do
				perl -0777 -ne 'BEGIN { $mark = "ROLL" . shift } $end = index $_, $mark; $from = rindex $_, "ROLL", $end - 1;
					print substr $_, $from < 0 ? 0 : $from, $end - ($from < 0 ? 0 : $from) if $end >= 0' \
					"$page" "$BATS_TEST_TMPDIR/$edition.roll" >"$BATS_TEST_TMPDIR/$edition.text"
				[ -s "$BATS_TEST_TMPDIR/$edition.text" ]
			done
			perl -CSD -Mutf8 -e '
				my ($lesson, $learner, $open) = map { open my $f, "<", $_ or die; local $/; <$f> } @ARGV;
				my ($fence, $folds, $bad, %n) = (0, 0, 0);
				for (split /\n/, $lesson) {
					if (/^```(.*)/) { $fence = $fence ? 0 : $1 =~ /predict/ ? "answer" : $folds ? "folded" : "open"; next }
					if (!$fence) { $folds++ if /^<details/; $folds-- if m{^</details}; next }
					(my $s = $_) =~ s/\s//g;
					next if length $s < 30;
					$n{$fence}++;
					index($open, $s) >= 0 or do { print "cut: $_\n"; $bad = 1 };
					next if $fence ne "open" || index($learner, $s) >= 0;
					print "cut for learners: $_\n";
					$bad = 1;
				}
				$n{open} > 20 or die "only $n{open} lines";
				# what only a solution has
				while ($lesson =~ /^```console \{goal=.*?\n(.*?)^```/msg) {
					(my $s = $1) =~ s/\s//g;
					next if index($learner, $s) < 0;
					print "a solution is printed: $1";
					$bad = 1;
				}
				exit $bad' "$lesson" "$BATS_TEST_TMPDIR/book.text" "$BATS_TEST_TMPDIR/open.text" || { echo "$size $page"; return 1; }
		done
	done
}

@test "the open edition has nothing that is folded, and all else as the other" {
	"$BATS_TEST_DIRNAME/../../doc/book" --open "$LESSONS" "$BATS_TEST_TMPDIR/open"
	for page in $(pages); do
		sed 's/<details open/<details/' "$BATS_TEST_TMPDIR/open/$page" | cmp - "$page"
		! sed 's/<details class="steps">//' "$BATS_TEST_TMPDIR/open/$page" | grep -q '<details>\|<details class'
	done
}
