/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A new file in an old one's place: all of it, or the old one as it was, whatever ends the program or
 * fills the disk meanwhile.
 */
#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include <stddef.h>

/*
 * Writes n bytes of text to fd, an empty file open under the name temp beside path; forces them to the
 * disk and gives it path's name. fd is closed; on failure temp is removed. An fd of -1 is a failure whose
 * errno is kept. 0, or -1 with errno.
 */
int replace_file(int fd, const char *temp, const char *path, const char *text, size_t n);

#endif
