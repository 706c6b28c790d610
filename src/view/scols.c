/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/scols.h"
#include "base/mem.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* Its ABI has been stable since 2014; a newer one would have another name. */
#define LIBRARY "libsmartcols.so.1"

struct scols scols;

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define SCOLS_ROW(name) { "scols_" #name, offsetof(struct scols, name) },
	SCOLS_FUNCTIONS(SCOLS_ROW)
};

void scols_load(void)
{
	static void *library;

	if (library)
		return;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		fatal("tables need %s: %s", LIBRARY, dlerror());
	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function)
			fatal("tables need a newer %s: %s", LIBRARY, dlerror());
		memcpy((char *)&scols + functions[i].offset, &function, sizeof(function));
	}
}
