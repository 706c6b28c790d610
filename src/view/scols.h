/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libsmartcols, loaded when the first table is drawn: most starts draw none, and should not wait for
 * it. scols.new_table() is scols_new_table(), and so on. Only the library's own types are known here.
 */
#ifndef VIEW_SCOLS_H
#define VIEW_SCOLS_H

#include <libsmartcols/libsmartcols.h>

#define SCOLS_FUNCTIONS(X)                                                                         \
	X(new_table)                                                                               \
	X(unref_table)                                                                             \
	X(new_symbols)                                                                             \
	X(unref_symbols)                                                                           \
	X(symbols_set_branch)                                                                      \
	X(symbols_set_vertical)                                                                    \
	X(symbols_set_right)                                                                       \
	X(table_set_symbols)                                                                       \
	X(table_set_column_separator)                                                              \
	X(table_set_termforce)                                                                     \
	X(table_set_termwidth)                                                                     \
	X(table_new_column)                                                                        \
	X(table_new_line)                                                                          \
	X(column_set_safechars)                                                                    \
	X(column_set_wrapfunc)                                                                     \
	X(wrapnl_chunksize)                                                                        \
	X(wrapnl_nextchunk)                                                                        \
	X(line_set_data)                                                                           \
	X(print_table_to_string)

struct scols {
#define SCOLS_MEMBER(name) __typeof__(scols_##name) *name;
	SCOLS_FUNCTIONS(SCOLS_MEMBER)
#undef SCOLS_MEMBER
};

/* Valid after scols_load(), for ever. */
extern struct scols scols;

/* Loads the library, once; ends the shell with a message if it has gone since the program was built. */
void scols_load(void);

#endif
