/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/event.h"

const char *event_name(enum event_type type)
{
	static const char *const names[] = {
		[EV_LINE] = "line",     [EV_CALL] = "call",     [EV_RESUMED] = "resumed",
		[EV_OBJECT] = "object", [EV_SIGNAL] = "signal", [EV_PROCESS] = "process",
		[EV_OUTPUT] = "output", [EV_STATE] = "state",   [EV_ERROR] = "error",
		[EV_TEXT] = "output",
	};

	return names[type];
}
