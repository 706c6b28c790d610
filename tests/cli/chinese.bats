#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The shell's own words in Chinese: where they are, and where they are not.

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_STATE_HOME=$PWD/state
	cat >s.ipc <<'S'
q = msgget 0x1234 IPC_CREAT|0600
spawn A B
A> msgrcv q 7
msgget 0x1234 IPC_CREAT|IPC_EXCL|0600
s = semget IPC_PRIVATE 2 0600
B> P s[1] 2 SEM_UNDO
msgsnd q 7 "text"
kill -9 B
r w = pipe
fork C
C> exit 3
wait
state q
sh -c 'echo out' | cat
S
}

chinese() { grep -P '\p{Han}'; }
# It finds nothing.
none() { ! "$@"; }
no_chinese() { ! chinese; }
# What strace would show, and what programs print.
calls() { grep -E '^(main> |[A-Z]> |([A-Z]: )?(<\.\.\. )?[a-z]+(\(| resumed)|out)'; }

@test "reasons, what changed and tables are Chinese; the calls are as ever" {
	"$IPCSH" --lang zh s.ipc >zh
	"$IPCSH" s.ipc >en
	no_chinese <en
	diff <(calls <en) <(calls <zh)
	[ "$(calls <en | wc -l)" -ge 20 ]
	[ "$(wc -l <en)" = "$(wc -l <zh)" ]
	# every line that is neither a call nor a program's has Chinese in it, or no words at all
	none grep -vP '\p{Han}' <(grep -vxFf <(calls <zh) zh | grep -E '[a-z]{3,} [a-z]{3,}')
	grep -q '^   A 睡着了：' zh
	grep -q '^- B     被 SIGKILL 杀死$' zh
	grep -qE '^队列 +id +消息 +字节 +详情$' zh
}

@test "the locale chooses, --lang is stronger, an unknown locale is English" {
	LC_ALL=zh_CN.UTF-8 "$IPCSH" -c 'help msgsnd' | chinese
	LC_ALL='' LC_MESSAGES=zh_TW LANG=C "$IPCSH" -c 'help msgsnd' | chinese
	LC_ALL='' LC_MESSAGES='' LANG=zh "$IPCSH" -c 'help msgsnd' | chinese
	LC_ALL=zh_CN.UTF-8 "$IPCSH" --lang en -c 'help msgsnd' | no_chinese
	LC_ALL=fr_FR.UTF-8 "$IPCSH" -c 'help msgsnd' | no_chinese
	LC_ALL=C LANG=zh_CN.UTF-8 "$IPCSH" -c 'help msgsnd' | no_chinese
}

@test "set lang changes it at once; what it does not know changes nothing" {
	run "$IPCSH" -c 'spawn A' -c 'set lang zh' -c 'spawn B' -c set -c 'set lang en' -c 'spawn C'
	[ "$status" = 0 ]
	[[ "$output" == *"+ A     process 3"*"+ B     进程 4"*"lang zh"*"+ C     process 5"* ]]
	run "$IPCSH" -c 'set lang xx'
	[ "$status" = 2 ] && [[ "$output" == *"xx: no such language; there are en and zh"* ]]
	printf 'set lang zh\nset lang xx\n' >l.ipc
	run "$IPCSH" l.ipc
	[ "$status" = 2 ] && [[ "$output" == *"xx：没有这种语言"* ]]
	run "$IPCSH" --lang xx -c getpid
	[ "$status" = 2 ] && [[ "$output" == *"xx: no such language"* ]]
}

# Times and a pipe's inode are all that differs.
steady() { sed -E 's/("kind":"pipe","id":)[0-9]+/\1I/; s/"(t|waited)": ?[0-9.e-]+/"\1":T/g; s/(inode|pipe:\[)[": 0-9]*/\1/g; s/[0-9]{8,}/N/g; s/[0-2][0-9]:[0-5][0-9]:[0-5][0-9]/TIME/g'; }

@test "JSON is English in any language, set lang or not" {
	"$IPCSH" --json s.ipc | steady >en
	LC_ALL=zh_CN.UTF-8 "$IPCSH" --json s.ipc | steady >zh
	diff en zh
	[ "$(wc -l <zh)" -gt 30 ]
	"$IPCSH" --json -c 'set lang zh' -c 'spawn A' -c 'A> wait' -c state | no_chinese
}

@test "a lesson is checked, blessed and linted against English words in any locale" {
	printf '# 一\n\n## 睡\n\n```console\nmain> spawn A\n+ A     process 3\nmain> q = msgget IPC_PRIVATE 0600\nmsgget(IPC_PRIVATE, 0600) = 0\n' >l.zh.md
	printf '+ q     0 messages, 16384 bytes max  rw-------  key IPC_PRIVATE\n```\n' >>l.zh.md
	cp l.zh.md before
	LC_ALL=zh_CN.UTF-8 run "$IPCSH" --check l.zh.md
	echo "$output"
	[ "$status" = 0 ]
	LC_ALL=zh_CN.UTF-8 run "$IPCSH" --bless l.zh.md
	[ "$status" = 0 ] && cmp l.zh.md before
}

@test "options, mistakes and a fallback are told in Chinese" {
	"$IPCSH" --lang zh --help | chinese
	run "$IPCSH" --lang zh -c 'msgsn q'
	[ "$status" = 2 ] && chinese <<<"$output"
	LC_ALL=zh_CN.UTF-8 run "$IPCSH" --no-such-option
	[ "$status" = 2 ] && chinese <<<"$output"
	LC_ALL=zh_CN.UTF-8 run "$IPCSH" nowhere.ipc
	[ "$status" = 2 ]
}

@test "no line of help is wider than a terminal, counted in columns" {
	for page in '' $("$IPCSH" -c help | grep -oE '\b[a-zA-Z_]{3,}\b' | sort -u) EAGAIN; do
		"$IPCSH" --lang zh -c "help $page" 2>/dev/null | sed 1d |
			perl -CS -ne 'chomp; my $w = length; $w++ while /[\x{1100}-\x{115f}\x{2e80}-\x{a4cf}\x{ac00}-\x{d7a3}\x{f900}-\x{faff}\x{fe30}-\x{fe6f}\x{ff00}-\x{ff60}\x{ffe0}-\x{ffe6}]/g; print "'"$page"' $w: $_\n" if $w > 80 && !/^  \w+ \*?\w+\(/' >>wide
	done
	cat wide
	[ ! -s wide ]
}
