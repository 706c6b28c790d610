/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/complain.h"
#include "base/lang.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(char *cause)
{
	struct str plain = STR_INIT, clean = STR_INIT;

	str_unmark(&plain, cause, strlen(cause));
	str_clean(&clean, str_text(&plain), plain.len);
	fprintf(stderr, _("ipcsh: %s\n"), str_text(&clean));
	str_free(&plain);
	str_free(&clean);
	free(cause);
}
