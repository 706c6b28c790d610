/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Foreign bytes: what str_quote writes the parser reads back; what was cleaned is clean; an event with
 * them in all its texts is harmless on a terminal and valid as JSON; tables and broken lines too.
 */
#include "base/grid.h"
#include "call/words.h"
#include "fuzz.h"
#include "view/grid.h"
#include "view/json.h"
#include "view/json_value.h"
#include "view/term.h"

static void round_trip(const char *s, size_t n)
{
	struct str quoted = STR_INIT, bytes = STR_INIT;
	struct word w;
	char *cause = NULL;
	long repeat;

	str_quote(&quoted, s, n, 0);
	promise_clean(quoted.s, quoted.len);
	PROMISE(!memchr(quoted.s, '\n', quoted.len) && !memchr(quoted.s, '\t', quoted.len));
	w = (struct word){ quoted.s, quoted.len, 0 };
	PROMISE(!words_text(&w, NULL, &bytes, &repeat, &cause));
	PROMISE(repeat == 1 && bytes.len == n && !memcmp(str_text(&bytes), s, n));
	str_free(&quoted);
	str_free(&bytes);
}

static void texts(const char *s, size_t n)
{
	json_t *text = value_text(s, n), *data = value_data(s, n);
	struct str clean = STR_INIT;
	char *shown = words_show(s, n);

	str_clean(&clean, s, n);
	promise_clean(str_text(&clean), clean.len);
	promise_clean(shown, strlen(shown));
	PROMISE(json_is_string(text) && json_is_string(data));
	json_decref(text);
	json_decref(data);
	free(shown);
	str_free(&clean);
}

/* But for colours, which are ours. */
static void collect(void *ctx, const char *text, size_t len)
{
	struct str plain = STR_INIT;

	(void)ctx;
	for (size_t i = 0; i < len; i++) {
		size_t n = 2;

		if (text[i] != '\033') {
			str_addc(&plain, text[i]);
			continue;
		}
		PROMISE(len - i >= 3 && text[i + 1] == '[');
		while (i + n < len && strchr("0123456789;", text[i + n]))
			n++;
		PROMISE(i + n < len && text[i + n] == 'm');
		i += n;
	}
	promise_clean(str_text(&plain), plain.len);
	str_free(&plain);
}

static void events(const char *s, size_t n)
{
	const char *const notes[] = { s, s };
	const struct event event[] = {
		{ .type = EV_LINE, .text = s, .len = n, .source = s, .proc = "A" },
		{ .type = EV_OUTPUT, .text = s, .len = n, .proc = "A", .stream = "stdout" },
		{ .type = EV_OUTPUT, .text = s, .len = n, .goes_on = true, .to_go_on = true },
		{ .type = EV_TEXT, .text = s, .len = n },
		{ .type = EV_ERROR, .text = s, .hint = s, .source = s },
		{ .type = EV_CALL, .text = s, .len = n, .why = s, .ret = 1 },
		{ .type = EV_RESUMED, .text = s, .len = n, .why = s, .proc = "A" },
		{ .type = EV_CALL, .status = CALL_WAITING, .why = s },
		{ .type = EV_OBJECT, .name = s, .kind = KIND_FIFO, .note = notes, .nnotes = 2 },
		{ .type = EV_OBJECT,
		  .change = OBJECT_CHANGED,
		  .subject = notes,
		  .note = notes,
		  .nnotes = 2 },
		{ .type = EV_SIGNAL, .signo = 10, .from = s, .proc = "A" },
		{ .type = EV_SIGNAL, .signo = 10, .action = SIGNAL_IGNORED, .why = s },
		{ .type = EV_PROCESS,
		  .change = PROCESS_EXECED,
		  .text = s,
		  .note = notes,
		  .nnotes = 1 },
		{ .type = EV_PROCESS, .change = PROCESS_REAPED, .from = s },
	};
	struct term *term[] = {
		term_new((struct term_out){ .write = collect },
			 (struct term_options){ .diff = true, .echo = true, .width = 80 }),
		term_new((struct term_out){ .write = collect },
			 (struct term_options){ .colour = true,
						.diff = true,
						.echo = true,
						.width = 20,
						.wrap = 20 }),
	};
	char *json = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&json, &size);
	struct jsonl *j = jsonl_new(out, NULL);
	json_t *back;

	term_fold_begin(term[1]);
	for (size_t i = 0; i < ARRAY_LEN(event); i++) {
		for (size_t k = 0; k < ARRAY_LEN(term); k++)
			term_sink(term[k])->emit(term_sink(term[k]), &event[i]);
		jsonl_sink(j)->emit(jsonl_sink(j), &event[i]);
	}
	term_fold_end(term[1]);
	jsonl_free(j);
	fclose(out);
	promise_clean(json, size);
	for (char *line = json, *nl; (nl = strchr(line, '\n')); line = nl + 1) {
		back = json_loadb(line, (size_t)(nl - line), JSON_ALLOW_NUL, NULL);
		PROMISE(back);
		json_decref(back);
	}
	free(json);
	for (size_t k = 0; k < ARRAY_LEN(term); k++)
		term_free(term[k]);
}

static void tables(const char *s)
{
	static const struct grid_column columns[] = { { "name", 0 }, { "text", GRID_WRAP } };
	struct grid *g = grid_new("table", columns, ARRAY_LEN(columns));
	struct str out = STR_INIT, plain = STR_INIT;

	for (int i = 0; i < 2; i++) {
		int row = grid_row(g, -1);

		grid_set(g, row, 0, i ? s : "x");
		grid_set(g, row, 1, s);
	}
	for (int width = 0; width < 90; width += 40) {
		str_reset(&out);
		str_reset(&plain);
		grid_text(&out, g, width, false);
		str_unmark(&plain, str_text(&out), out.len);
		promise_clean(str_text(&plain), plain.len);
	}
	json_decref(value_grid(g));
	grid_free(g);
	str_free(&out);
	str_free(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = text_of(data, size);

	round_trip(s, size);
	texts(s, size);
	events(s, size);
	if (size < 80) /* libsmartcols takes its time */
		tables(s);
	free(s);
	return 0;
}
