# SPDX-License-Identifier: GPL-3.0-or-later
#
# make install and uninstall, into a directory of the test's.  Nothing is built for it: the program
# under test is what is installed.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir build
	cp "$IPCSH" build/ipcsh
	cp "$BUILD/config.mk" build/
	export XDG_STATE_HOME=$PWD/state
	D=$PWD/stage
}

# install_to GOAL [VARIABLE=VALUE...]: without the variables of a make that runs the tests
install_to() { env -u MAKEFLAGS -u MAKEOVERRIDES make -s -C "$ROOT" -o all B="$PWD/build" SETUP=no APPARMOR=none "$@"; }

@test "install puts the program, its page and the lessons where PREFIX and DESTDIR say" {
	install_to install PREFIX=/opt/x DESTDIR="$D"
	[ -x "$D/opt/x/bin/ipcsh" ]
	[ -s "$D/opt/x/share/man/man1/ipcsh.1" ]
	diff -r "$ROOT/lessons" "$D/opt/x/share/ipcsh/lessons"
	[ "$(find "$D" -type f | wc -l)" = $((2 + $(find "$ROOT/lessons" -type f | wc -l))) ]
}

@test "a prefix alone" {
	install_to install PREFIX="$D/y"
	[ -x "$D/y/bin/ipcsh" ]
	[ -d "$D/y/share/ipcsh/lessons" ]
}

@test "the installed program works, and finds its lessons again" {
	install_to install DESTDIR="$D"
	rm -r build
	run "$D/usr/local/bin/ipcsh" -c 'lesson'
	[ "$status" = 0 ]
	[[ $output == *"1"*[Pp]"ipes"* ]]
	run "$D/usr/local/bin/ipcsh" -c 'lesson 1'
	[[ $output != *"no lesson"* ]]
	run "$D/usr/local/bin/ipcsh" --check "$D"/usr/local/share/ipcsh/lessons/01-*.md
	[ "$status" = 0 ]
}

@test "the page is a page" {
	command -v man >/dev/null || skip "needs man"
	install_to install DESTDIR="$D"
	run man -l "$D/usr/local/share/man/man1/ipcsh.1"
	[ "$status" = 0 ]
	[[ $output == *--step* ]]
}

@test "installed again over itself, and uninstalled: nothing is left, and what is others' stays" {
	mkdir -p "$D/usr/local/bin"
	touch "$D/usr/local/bin/other"
	install_to install DESTDIR="$D"
	install_to install DESTDIR="$D"
	install_to uninstall DESTDIR="$D"
	[ "$(find "$D" ! -type d)" = "$D/usr/local/bin/other" ]
	[ ! -e "$D/usr/local/share/ipcsh" ]
	install_to uninstall DESTDIR="$D"
}

# apparmor VERSION: the files of a machine that has AppArmor, and what loads profiles
apparmor() {
	mkdir -p etc/apparmor.d/abi bin
	echo Y >enabled
	touch "etc/apparmor.d/abi/$1"
	printf '#!/bin/sh\necho "$@" >>%s/parsed\n' "$PWD" >bin/apparmor_parser
	chmod +x bin/apparmor_parser
	PATH=$PWD/bin:$PATH
	SYS=(SYSCONFDIR="$PWD/etc" APPARMOR="$PWD/enabled")
}

@test "where AppArmor is in use there is a profile for the user namespace, and it goes with the program" {
	apparmor 4.0
	install_to install PREFIX="$D/y" "${SYS[@]}"
	grep -qx '  userns,' etc/apparmor.d/ipcsh
	grep -q "^profile ipcsh \"$D/y/bin/ipcsh\" " etc/apparmor.d/ipcsh
	[ "$(cat parsed)" = "-r $PWD/etc/apparmor.d/ipcsh" ]
	install_to uninstall PREFIX="$D/y" "${SYS[@]}"
	[ ! -e etc/apparmor.d/ipcsh ]
	[ "$(tail -n 1 parsed)" = "-R $PWD/etc/apparmor.d/ipcsh" ]
}

@test "the profile under DESTDIR is written and not loaded" {
	apparmor 4.0
	install_to install DESTDIR="$D" "${SYS[@]}"
	grep -q '^profile ipcsh "/usr/local/bin/ipcsh" ' "$D$PWD/etc/apparmor.d/ipcsh"
	[ ! -e etc/apparmor.d/ipcsh ] && [ ! -e parsed ]
	install_to uninstall DESTDIR="$D" "${SYS[@]}"
	[ ! -e "$D$PWD/etc/apparmor.d/ipcsh" ] && [ ! -e parsed ]
}

@test "no profile where AppArmor is off, or too old to know user namespaces" {
	apparmor 3.0
	install_to install PREFIX="$D/y" "${SYS[@]}"
	touch etc/apparmor.d/abi/4.0
	echo N >enabled
	install_to install PREFIX="$D/y" "${SYS[@]}"
	[ ! -e etc/apparmor.d/ipcsh ] && [ ! -e parsed ]
}

@test "the profile is one" {
	command -v apparmor_parser >/dev/null || skip "needs apparmor_parser"
	[ -e /etc/apparmor.d/abi/4.0 ] || skip "needs AppArmor 4"
	sed "s|@BINDIR@|/usr/local/bin|" "$ROOT/doc/ipcsh.apparmor" >profile
	apparmor_parser --skip-kernel-load --skip-cache profile
}
