/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the user's own files live, as the XDG Base Directory Specification says.  It reads the
 * environment, and the password file only where HOME is missing; it opens nothing else.
 */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

/*
 * ${XDG_CONFIG_HOME:-~/.config}/ipcsh/NAME and ${XDG_STATE_HOME:-~/.local/state}/ipcsh/NAME.
 * A relative path in the variable is ignored, as the specification demands.  NULL when there is
 * no home directory either.  The caller frees.
 */
char *paths_config(const char *name);
char *paths_state(const char *name);
/* Makes the directories above path that are missing, with mode 0700. -1 with a cause. */
int paths_make_parents(const char *path, char **cause);

#endif
