/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/candidates.h"
#include "base/lang.h"
#include "ui/width.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#define FILES_MOST 4096 /* nobody reads a longer list, and a directory may hold millions */

void candidates_free(struct candidates *c)
{
	for (int i = 0; i < c->n; i++) {
		free(c->v[i].word);
		free(c->v[i].describe);
	}
	free(c->v);
	*c = CANDIDATES_INIT;
}

void candidates_add(struct candidates *c, const char *word, const char *describe, bool no_space)
{
	GROW(c->v, c->n, c->cap);
	c->v[c->n++] = (struct candidate){
		.word = xstrdup(word),
		.describe = describe ? xstrdup(describe) : NULL,
		.no_space = no_space,
	};
}

static bool typable(const char *name)
{
	size_t n = strlen(name);

	return str_shown(name, n) == n && width_column(name, n, 0, 1 << 30) >= 0;
}

static const char *kind_of(int dir, const char *name, unsigned char type)
{
	struct stat st;

	/* Only what d_type leaves open needs a look: a link to a directory gets its slash too. */
	if (type == DT_LNK || type == DT_UNKNOWN || type == DT_REG) {
		if (fstatat(dir, name, &st, 0) < 0)
			return type == DT_LNK ? N_("dangling link") : N_("file");
		if (S_ISREG(st.st_mode))
			return st.st_mode & 0111 ? N_("program") : N_("file");
		type = IFTODT(st.st_mode);
	}
	switch (type) {
	case DT_DIR:
		return N_("directory");
	case DT_FIFO:
		return N_("FIFO");
	case DT_SOCK:
		return N_("socket");
	default:
		return N_("device");
	}
}

static DIR *open_directory(const char *cwd, const char *root, const char *name)
{
	bool absolute = name[0] == '/';
	int base = open(absolute ? (root ? root : "/") : cwd, O_PATH | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = NULL;
	int fd;

	if (base < 0)
		return NULL;
	name += strspn(name, "/");
	fd = openat(base, *name ? name : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		dir = fdopendir(fd);
	if (fd >= 0 && !dir)
		close(fd);
	close(base);
	return dir;
}

void candidates_files(struct candidates *c, const char *cwd, const char *root, const char *prefix)
{
	const char *slash = strrchr(prefix, '/'), *begin = slash ? slash + 1 : prefix;
	char *above = xstrndup(prefix, (size_t)(begin - prefix)), *word;
	DIR *dir = open_directory(cwd, root, above);
	const struct dirent *e;
	const char *kind;

	for (int n = 0; dir && n < FILES_MOST && (e = readdir(dir));) {
		if (strncmp(e->d_name, begin, strlen(begin)) || !typable(e->d_name) ||
		    (e->d_name[0] == '.' && begin[0] != '.') || !strcmp(e->d_name, ".") ||
		    !strcmp(e->d_name, ".."))
			continue;
		kind = kind_of(dirfd(dir), e->d_name, e->d_type);
		word = xasprintf("%s%s%s", above, e->d_name, strcmp(kind, "directory") ? "" : "/");
		candidates_add(c, word, _(kind), strcmp(kind, "directory") == 0);
		c->v[c->n - 1].file = true;
		free(word);
		n++;
	}
	if (dir)
		closedir(dir);
	free(above);
}

static int by_word(const void *a, const void *b)
{
	return strcmp(((const struct candidate *)a)->word, ((const struct candidate *)b)->word);
}

void candidates_sort(struct candidates *c)
{
	int kept = 0;

	if (c->n)
		qsort(c->v, (size_t)c->n, sizeof(c->v[0]), by_word);
	for (int i = 0; i < c->n; i++) {
		if (kept && !strcmp(c->v[kept - 1].word, c->v[i].word)) {
			free(c->v[i].word);
			free(c->v[i].describe);
		} else {
			c->v[kept++] = c->v[i];
		}
	}
	c->n = kept;
}

/* As sh quotes a word; an unfinished one leaves its quote open. */
static char *quoted(const char *word, bool whole)
{
	const char *special = " \t|&;<>()$`\\\"'*?[]#~=%!{}";
	struct str out = STR_INIT;
	char quote = strchr(word, '\'') ? '"' : '\'';

	if (!strpbrk(word, special))
		return xstrdup(word);
	str_addc(&out, quote);
	for (; *word; word++) {
		if (quote == '"' && strchr("\"\\$`", *word))
			str_addc(&out, '\\');
		str_addc(&out, *word);
	}
	if (whole)
		str_addc(&out, quote);
	return str_take(&out);
}

char *candidates_common(const struct candidates *c)
{
	const struct candidate *first = &c->v[0], *last = &c->v[c->n - 1];
	char *common, *text;
	bool files = true;
	size_t n = 0;

	/* In order, so what the first and the last share, all share. */
	while (first->word[n] && first->word[n] == last->word[n])
		n++;
	while (n && (first->word[n] & 0xc0) == 0x80)
		n--; /* not within a character */
	for (int i = 0; i < c->n; i++)
		files = files && c->v[i].file;
	common = xstrndup(first->word, n);
	if (!files)
		return common;
	text = quoted(common, c->n == 1 && !first->no_space);
	free(common);
	return text;
}

/* The name as it is listed: a path's last part. */
static void shown(const struct candidate *c, struct str *out)
{
	size_t n = strlen(c->word), from = c->file ? n : 0;

	while (from > 0 && (from == n || c->word[from - 1] != '/'))
		from--;
	str_reset(out);
	str_clean(out, c->word + from, n - from);
}

static void described(const struct candidates *c, int width, int widest, struct str *out)
{
	int names = widest < width / 2 ? widest : width / 2;
	struct str name = STR_INIT, text = STR_INIT;

	for (int i = 0; i < c->n; i++) {
		const char *describe = c->v[i].describe;

		shown(&c->v[i], &name);
		if (!describe || width - names - 3 < 8) {
			width_fit(out, str_text(&name), width - 1, 0);
		} else {
			str_reset(&text);
			str_clean(&text, describe, strcspn(describe, "\n"));
			width_fit(out, str_text(&name), names, names + 2);
			width_fit(out, str_text(&text), width - names - 3, 0);
		}
		str_addc(out, '\n');
	}
	str_free(&name);
	str_free(&text);
}

static void columns(const struct candidates *c, int width, int lines, int widest, struct str *out)
{
	int cell = widest + 2 < width ? widest + 2 : width;
	int across = width / cell > 0 ? width / cell : 1;
	bool all = (c->n + across - 1) / across <= lines;
	int rows = all ? (c->n + across - 1) / across : lines > 1 ? lines - 1 : 0;
	struct str name = STR_INIT, more = STR_INIT;

	for (int row = 0; row < rows; row++) {
		for (int i = 0; i < across; i++) {
			int at = all ? i * rows + row : row * across + i;
			bool final = i == across - 1 || (all ? at + rows : at + 1) >= c->n;

			if (at >= c->n)
				break;
			shown(&c->v[at], &name);
			width_fit(out, str_text(&name), final ? cell - 1 : cell - 2,
				  final ? 0 : cell);
		}
		str_addc(out, '\n');
	}
	if (!all) {
		str_addf(&more, _("... and %d more: type another letter"), c->n - rows * across);
		width_fit(out, str_text(&more), width - 1, 0);
		str_addc(out, '\n');
	}
	str_free(&name);
	str_free(&more);
}

void candidates_list(const struct candidates *c, int width, int rows, struct str *out)
{
	int lines = rows > 2 ? rows - 1 : 1, widest = 1;
	struct str name = STR_INIT;

	for (int i = 0; i < c->n; i++) {
		int w;

		shown(&c->v[i], &name);
		w = width_of(str_text(&name));
		widest = w > widest ? w : widest;
	}
	str_free(&name);
	if (c->n <= lines)
		described(c, width, widest, out);
	else
		columns(c, width, lines, widest, out);
}
