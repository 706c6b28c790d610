/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/paths.h"
#include "base/mem.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *home(void)
{
	const char *dir = getenv("HOME");

	if (!dir || dir[0] != '/') {
		const struct passwd *pw = getpwuid(getuid());

		dir = pw ? pw->pw_dir : NULL;
	}
	return dir && dir[0] == '/' ? dir : NULL;
}

static char *place(const char *variable, const char *fallback, const char *name)
{
	const char *base = getenv(variable);

	if (base && base[0] == '/')
		return xasprintf("%s/ipcsh/%s", base, name);
	base = home();
	return base ? xasprintf("%s/%s/ipcsh/%s", base, fallback, name) : NULL;
}

char *paths_config(const char *name)
{
	return place("XDG_CONFIG_HOME", ".config", name);
}

char *paths_state(const char *name)
{
	return place("XDG_STATE_HOME", ".local/state", name);
}

int paths_make_parents(const char *path, char **cause)
{
	char *dir = xstrdup(path);
	int rc = 0;

	for (char *slash = strchr(dir + 1, '/'); slash && !rc; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(dir, 0700) < 0 && errno != EEXIST && access(dir, F_OK) < 0)
			rc = fail(cause, "cannot make the directory %s: %s", dir, strerror(errno));
		*slash = '/';
	}
	free(dir);
	return rc;
}
