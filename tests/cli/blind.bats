# SPDX-License-Identifier: GPL-3.0-or-later
#
# Where /proc/PID/syscall may not be read: sleepers are told from stat, and that is said.

setup() {
	cd "$TEST_DIR" || return 1
	case $IPCSH in *asan*) skip "a preloaded library and ASan do not go together" ;; esac
	cat > blind.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
int openat(int dir, const char *path, int flags, ...)
{
	static int (*real)(int, const char *, int, ...);
	size_t n = strlen(path);
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = va_arg(ap, int);
	va_end(ap);
	if (!real)
		real = dlsym(RTLD_NEXT, "openat");
	if (n > 8 && !strcmp(path + n - 8, "/syscall")) {
		errno = EACCES;
		return -1;
	}
	return real(dir, path, flags, mode);
}
C
	cc -shared -fPIC -o blind.so blind.c -ldl
	cat > s.ipc <<'S'
s = semget IPC_PRIVATE 1 0600
spawn A
A> P s
V s
S
}

@test "without /proc/PID/syscall sleepers are still seen, and the guess is labelled" {
	"$IPCSH" s.ipc > sees
	LD_PRELOAD=$PWD/blind.so run "$IPCSH" s.ipc
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "/proc/PID/syscall may not be read here: who sleeps is a guess, not proved." ]
	printf '%s\n' "${lines[@]:1}" | diff - sees
	grep -q 'A sleeps: wants 1 of s\[0\], which is 0' sees
}

@test "--check skips lessons aloud there" {
	printf '# T\n\n## S\n\n```console\nmain> getpid\ngetpid() = 99\n```\n' > t.md
	LD_PRELOAD=$PWD/blind.so run "$IPCSH" --check t.md
	[ "$status" -eq 0 ]
	[[ "$output" == *"# SKIP"* ]]
}
