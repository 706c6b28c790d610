/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes of memory as text.
 */
#ifndef IPC_MEMORY_H
#define IPC_MEMORY_H

#include <stddef.h>

struct str;

/* One line of a hex dump: n of up to `width` bytes, then the same as text: "68 69 ..  hi". No newline. */
void memory_line(struct str *out, const unsigned char *bytes, size_t n, size_t width);

#endif
