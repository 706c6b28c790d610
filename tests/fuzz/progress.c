/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of progress: whatever stands in the file, it is understood or refused with a cause. */
#include "lesson/progress.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *cause = NULL;
	struct progress *p = progress_parse(text, size, "p.json", &cause);

	PROMISE(!p == !!cause);
	PROMISE(!cause || strstr(cause, "p.json"));
	if (p) {
		int at = progress_at(p, "01-a");

		PROMISE(at >= 0 && at <= PROGRESS_STEPS);
		PROMISE(!progress_done(p, "01-a", 0) && !progress_done(p, "01-a", -1));
		progress_done(p, "01-a", 1);
	}
	progress_free(p);
	free(cause);
	free(text);
	return 0;
}
