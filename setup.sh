#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# setup.sh [--install | --no] [--config FILE] KIND...
#
# Looks for what building (build), testing (test), make book (book) and checking (ci) need. With
# --install it installs what is missing by the system's package manager, with sudo or doas where it
# must; without, or where it may not, it prints the command and fails. --config writes what make
# wants to know.
# Knows nothing of the sources. Any POSIX sh; Debian, Ubuntu, Fedora, Arch, Alpine.
set -eu

# kind | how to see it | what for | apt | dnf | pacman | apk
# A tool is there under one of its names, of tools all are. What a test calls and is not named here
# fails tests/programs.
# A kind in brackets is only missed, never insisted on.
needs='
build|tool cc gcc clang|the C compiler|gcc libc6-dev|gcc|gcc|build-base
build|lib readline readline/readline.h|the line editor|libreadline-dev|readline-devel|readline|readline-dev
build|lib smartcols libsmartcols.h|tables|libsmartcols-dev|libsmartcols-devel|util-linux-libs|util-linux-dev
build|lib cmark cmark.h|lessons are Markdown|libcmark-dev|cmark-devel|cmark|cmark-dev
build|lib jansson jansson.h|events as JSON|libjansson-dev|jansson-devel|jansson|jansson-dev
build|tool msgfmt|messages in other languages|gettext|gettext|gettext|gettext
build|head linux/sched.h|the kernel interface|linux-libc-dev|kernel-headers|linux-api-headers|linux-headers
(build)|tool ps|lessons run it|procps|procps-ng|procps-ng|procps
(build)|tool ipcs|lessons run it|util-linux|util-linux|util-linux|util-linux
test|lib cmocka cmocka.h|unit tests|libcmocka-dev|libcmocka-devel|cmocka|cmocka-dev
test|tool bash|the test runner|bash|bash|bash|bash
test|tools xgettext msgcmp msgattrib|tests of those messages|gettext|gettext|gettext|gettext-dev
test|tool prove|the test runner|perl|perl-Test-Harness|perl|perl-utils
test|tool perl|tests are written in it|perl|perl|perl|perl
test|tool diff|the test runner|diffutils|diffutils|diffutils|diffutils
test|tool bats|tests of the command line|bats|bats|bats|bats
test|tool tmux|tests of the terminal|tmux|tmux|tmux|tmux
test|tool strace|the oracle of the call lines|strace|strace|strace|strace
(test)|tool newuidmap|tests of a second user|uidmap|shadow-utils|shadow|shadow-uidmap
test|tool lsipc|the oracle of the state|util-linux|util-linux|util-linux|util-linux
test|tools ipcs ipcmk ipcrm|what others make and remove|util-linux|util-linux|util-linux|util-linux
test|tool taskset|tests on busy processors|util-linux|util-linux|util-linux|util-linux
test|tool chrt|tests of programs that change another|util-linux|util-linux|util-linux|util-linux-misc
test|tools unshare mount umount setpriv prlimit setsid flock|worlds to test in|util-linux|util-linux|util-linux|util-linux
test|tool script|output on a terminal|bsdutils|/usr/bin/script|util-linux|util-linux
test|tools ps pgrep|who runs|procps|procps-ng|procps-ng|procps
test|tool cmark|tests of the web pages|cmark|cmark|cmark|cmark
(test)|tool xmllint|tests of the web pages|libxml2-utils|libxml2|libxml2|libxml2-utils
(test)|tool man|tests of the manual|man-db|man-db|man-db|mandoc
book|tool cmark|lessons as web pages|cmark|cmark|cmark|cmark
book|tool perl|doc/book is written in it|perl|perl-interpreter|perl|perl
(ci)|tool clang-format-14 clang-format|the layout of the code|clang-format-14|clang-tools-extra|clang|clang-extra-tools
(ci)|tool debootstrap|a bare machine to test on|debootstrap|debootstrap|debootstrap|debootstrap
(ci)|tools git tar|the files that it gets|git tar|git tar|git tar|git tar
(ci)|tool pivot_root|the way into it|util-linux|util-linux|util-linux|util-linux
(ci)|tool gcov|which lines the tests execute|gcc|gcc|gcc|build-base
(ci)|tool cppcheck|static analysis|cppcheck|cppcheck|cppcheck|cppcheck
'
libs='readline smartcols cmark jansson'
PATH=$PATH:/usr/sbin:/sbin:/usr/bin/core_perl	# Arch keeps prove there

install=no
config=''
kinds=''
while [ $# -gt 0 ]; do
	case $1 in
	--install) install=yes ;;
	--no | --check) install=no ;;
	--config) config=$2; shift ;;
	build | test | book | ci) kinds="$kinds $1" ;;
	*) echo "setup.sh: $1: not one of --install --no --config build test book ci" >&2; exit 2 ;;
	esac
	shift
done
: "${kinds:=build}"

say() { printf '%s\n' "$*" >&2; }

tmp=$(mktemp -d "${TMPDIR:-/tmp}/ipcsh-setup.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# What the preprocessor must be told; pkg-config knows best where it is there.
include_flags() {
	flags=
	if command -v pkg-config >/dev/null; then
		for l in $libs; do
			flags="$flags $(pkg-config --cflags-only-I "$l" 2>/dev/null ||
				pkg-config --cflags-only-I "lib$l" 2>/dev/null || :)"
		done
	fi
	case $flags in
	*libsmartcols*) ;;
	*) [ ! -d /usr/include/libsmartcols ] || flags="$flags -I/usr/include/libsmartcols" ;;
	esac
	printf '%s' "$flags" | tr -s ' '
}

compiler() {
	for c in "${CC:-cc}" cc gcc clang; do
		command -v "${c%% *}" >/dev/null && { echo "$c"; return; }
	done
	return 1
}

# compiles "HEADERS" "LIBRARIES": a program with these links
compiles() {
	cc=$(compiler) || return 1
	{
		for h in stdarg.h stddef.h stdint.h setjmp.h stdio.h $1; do
			echo "#include <$h>"
		done
		echo 'int main(void) { return 0; }'
	} >"$tmp/a.c"
	# shellcheck disable=SC2046,SC2086
	$cc $(include_flags) -o "$tmp/a" "$tmp/a.c" $2 >/dev/null 2>&1
}

header_there() {
	if compiler >/dev/null; then
		compiles "$1" ''
	else
		[ -e "/usr/include/$1" ] || [ -e "/usr/include/libsmartcols/$1" ]
	fi
}

there() {	# tool NAME... | tools NAME... | lib NAME HEADER | head HEADER
	what=$1
	shift
	case $what in
	tool)
		for t; do command -v "$t" >/dev/null && return; done
		return 1 ;;
	tools) for t; do command -v "$t" >/dev/null || return; done ;;
	lib) if compiler >/dev/null; then compiles "$2" "-l$1"; else header_there "$2"; fi ;;
	head) header_there "$1" ;;
	esac
}

wanted() {	# the rows of the kinds asked for
	for k in $kinds; do
		printf '%s' "$needs" | grep -E "^\(?$k\)?\|"
	done
}

# Sets packages, and report (a line for each), from the rows that are not there; hard if one must be.
look() {
	packages=''
	report=''
	hard=''
	wanted >"$tmp/rows"
	while IFS='|' read -r kind how why apt dnf pacman apk; do
		# shellcheck disable=SC2086
		there $how && continue
		case $manager in
		apt-get) p=$apt ;;
		dnf) p=$dnf ;;
		pacman) p=$pacman ;;
		apk) p=$apk ;;
		*) p=$(echo "$how" | cut -d' ' -f2) ;;
		esac
		case $kind in "("*) ;; *) hard=yes ;; esac
		report="$report  $p: $why
"
		for one in $p; do
			case " $packages " in *" $one "*) ;; *) packages="$packages $one" ;; esac
		done
	done <"$tmp/rows"
	packages=${packages# }
}

as_root() {
	if [ -n "$become" ]; then $become "$@"; else "$@"; fi
}

apt_knows() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

# The package lists may be absent or old: fetch them only when a package is not to be had.
install_apt() {
	fresh=
	for p in $packages; do
		if ! apt_knows "$p" && [ -z "$fresh" ]; then
			as_root apt-get update >&2 || return
			fresh=yes
		fi
		apt_knows "$p" || { say "setup.sh: this release has no package $p"; lacking="$lacking $p"; }
	done
	have=
	for p in $packages; do
		case " $lacking " in *" $p "*) ;; *) have="$have $p" ;; esac
	done
	[ -n "$have" ] || return 0
	set -- env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends
	# shellcheck disable=SC2086
	as_root "$@" $have >&2 || { [ -z "$fresh" ] && as_root apt-get update >&2 &&
		as_root "$@" $have >&2; }
}

run_manager() {
	lacking=
	# shellcheck disable=SC2086
	case $manager in
	apt-get) install_apt ;;
	dnf) as_root dnf install -y $packages >&2 ;;
	pacman) as_root pacman -S --needed --noconfirm $packages >&2 ||
		as_root pacman -Sy --needed --noconfirm $packages >&2 ;;
	apk) as_root apk add --no-cache $packages >&2 ;;
	esac
}

command_line() {	# as it is to be typed
	first=
	for p in $packages; do
		[ "$manager" != apt-get ] || apt_knows "$p" || first="${become:+$become }apt-get update && "
	done
	printf '%s' "$first${become:+$become }"
	case $manager in
	apt-get) echo "apt-get install -y --no-install-recommends $packages" ;;
	dnf) echo "dnf install -y $packages" ;;
	pacman) echo "pacman -S --needed $packages" ;;
	apk) echo "apk add $packages" ;;
	esac
}

stop() {	# REASON; fails unless nothing that is missing is needed
	say "$1"
	if [ -n "$manager" ]; then
		say "  $(command_line)"
	fi
	[ -z "$hard" ] || exit 1
}

obtain() {
	become=
	if [ "$(id -u)" != 0 ]; then
		become=$(command -v sudo || command -v doas || :)
		become=${become##*/}
	fi
	say "Not installed yet:"
	printf '%s' "$report" >&2
	if [ -z "$manager" ]; then
		stop "No apt-get, dnf, pacman or apk here: install these by hand, then call make again."
	elif [ "$install" = no ]; then
		stop "To install them (make run and make test do it for you):"
	elif [ "$(id -u)" != 0 ] && [ -z "$become" ]; then
		stop "Only root may install them, and there is no sudo. As root:"
	elif [ -n "$become" ] && ! [ -t 0 ] && ! $become -n true 2>/dev/null; then
		stop "$become wants a password and there is no terminal to ask on. Run:"
	else
		say "Installing: $(command_line)"
		run_manager || stop "That failed. What was to be done:"
		look
		if [ -n "$packages" ]; then
			say "Still missing:"
			printf '%s' "$report" >&2
			[ -z "$hard" ] || exit 1
		fi
	fi
}

# -lNAME, or the archive where there is one and a program links with it
write_config() {
	cc=$(compiler)
	shared=''
	static=''
	for l in $libs; do
		shared="$shared -l$l"
		a=$($cc -print-file-name="lib$l.a")
		best=-l$l
		if [ -e "$a" ]; then
			case $l in readline) more='none tinfo ncursesw ncurses' ;; *) more=none ;; esac
			for m in $more; do
				b=
				[ "$m" = none ] || b=$($cc -print-file-name="lib$m.a")
				if links_static "$l" "$a $b"; then
					best="$a${b:+ $b}"
					break
				fi
			done
		fi
		static="$static $best"
	done
	mkdir -p "$(dirname "$config")"
	cat >"$tmp/config" <<-EOF
		# Written by setup.sh: what this machine has.
		LIB_CFLAGS :=$(include_flags)
		LIBS_SHARED :=$shared
		LIBS_STATIC :=$static
	EOF
	mv "$tmp/config" "$config"
}

links_static() {
	case $1 in
	readline) call='rl_callback_handler_install("", 0)' ;;
	smartcols) call='scols_new_table()' ;;
	cmark) call='cmark_parser_new(0)' ;;
	jansson) call='json_object()' ;;
	esac
	header=$(printf '%s' "$needs" | sed -n "s/^build|lib $1 \([^|]*\)|.*/\1/p")
	printf '#include <stdio.h>\n#include <%s>\nint main(void) { (void)%s; return 0; }\n' \
		"$header" "$call" >"$tmp/s.c"
	# shellcheck disable=SC2046,SC2086
	$cc -fno-pie -no-pie $(include_flags) -o "$tmp/s" "$tmp/s.c" $2 >/dev/null 2>&1
}

manager=
for m in apt-get dnf pacman apk; do
	command -v $m >/dev/null && { manager=$m; break; }
done
look
[ -z "$packages" ] || obtain
[ -z "$config" ] || write_config
