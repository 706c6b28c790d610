/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes back out of the arena, where a learner may have written anything: a call's arguments,
 * result and data, and the flat form of a pipeline.
 */
#include "call/format.h"
#include "call/pipepack.h"
#include "call/prim.h"
#include "fuzz.h"
#include "session/event.h"
#include "view/json_value.h"
#include "view/term_line.h"

static void pipeline(const uint8_t *data, size_t size)
{
	struct pipeline_item item;
	struct pipeline_view v;
	struct pipeline p;
	char *cause = NULL, *copy = text_of(data, size);
	int r;

	if (!pipeline_view(&v, copy, size))
		while (pipeline_next(&v, &item) > 0)
			PROMISE(!item.text || strlen(item.text) == item.len);
	r = pipeline_unpack(&p, copy, size, &cause);
	promise_cause(r, &cause);
	if (r == 0) {
		PROMISE(p.n >= 1 && p.n <= PIPELINE_COMMANDS && p.cmd[0].n_words >= 1);
		pipeline_release(&p);
	}
	free(copy);
}

/* Its bools are one or zero, and its bytes are aligned, as slot_take() sees to. */
static void call(const uint8_t *data, size_t size)
{
	const struct line_style style = { .colour = true, .diff = true };
	struct str out = STR_INIT, plain = STR_INIT;
	struct call c = { 0 };
	struct event e = { .type = EV_CALL, .call = &c, .proc = "A" };
	size_t head = sizeof(c.arg) + 16;

	if (size < head)
		return;
	call_reset(&c, data[0] % prim_count);
	c.ret = (int8_t)data[1];
	c.err = data[2];
	c.nargs = prim_nparams(prims[c.prim]);
	memcpy(c.arg, data + 16, sizeof(c.arg));
	for (int i = 0; i < CALL_ARGS; i++) {
		const uint8_t *flags = data + 4 + 2 * i;

		c.arg[i].given = *flags & 1;
		c.arg[i].bytes = *flags & 2;
		c.arg[i].null = *flags & 4;
		c.arg[i].off &= ~(CALL_ALIGN - 1u);
	}
	c.data = (unsigned char *)text_of(data + head, size - head);
	c.used = c.cap = (uint32_t)(size - head);
	for (int i = 0; i < 4; i++) {
		str_reset(&out);
		e.status = i % 3;
		e.type = i == 3 ? EV_RESUMED : EV_CALL;
		term_line(&out, &e, &style);
		str_reset(&plain);
		str_unmark(&plain, str_text(&out), out.len);
		for (char *esc = plain.s; esc && (esc = strchr(esc, '\033'));) /* our own colours */
			*esc = ' ';
		promise_clean(str_text(&plain), plain.len);
	}
	json_decref(value_args(&c, true));
	json_decref(value_args(&c, false));
	str_reset(&out);
	if (prims[c.prim]->data)
		prims[c.prim]->data(&out, &c);
	call_release(&c);
	str_free(&out);
	str_free(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pipeline(data, size);
	call(data, size);
	return 0;
}
