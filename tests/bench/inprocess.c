/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inprocess FILE: parses the lines of a replay (q = msgget ..., msgsnd q 1 "TEXT", msgrcv q),
 * makes each call itself, and prints a line for it. What a shell for one process would cost.
 */
#include "bench.h"

#include <errno.h>
#include <sys/ipc.h>
#include <sys/msg.h>

enum { SIZE = 1024 };

static struct {
	long type;
	char text[SIZE];
} m;

static int queue;

static char *word(char **at)
{
	char *s = *at + strspn(*at, " \t\n"), *end = s;

	if (*s == '"')
		end = strchr(++s, '"');
	else
		end += strcspn(s, " \t\n");
	if (!end)
		errx(1, "a quote is missing");
	*at = *end ? end + 1 : end;
	*end = '\0';
	return s;
}

static void print(const char *call, long ret)
{
	if (ret < 0)
		printf("%s = -1 %s (%s)\n", call, strerrorname_np(errno), strerror(errno));
	else
		printf("%s = %ld\n", call, ret);
}

static void execute(char *line)
{
	char *at = line, *name = word(&at), call[SIZE + 64];
	long n;

	if (!strcmp(name, "msgsnd")) {
		const char *q = word(&at);
		size_t len;

		m.type = strtol(word(&at), NULL, 0);
		name = word(&at);
		len = strlen(name);
		memcpy(m.text, name, len < SIZE ? len : SIZE);
		n = msgsnd(*q == 'q' ? queue : atoi(q), &m, len, 0);
		snprintf(call, sizeof(call), "msgsnd(%d, {%ld, \"%s\"}, %zu, 0)", queue, m.type,
			 name, len);
		print(call, n);
	} else if (!strcmp(name, "msgrcv")) {
		const char *q = word(&at);

		n = msgrcv(*q == 'q' ? queue : atoi(q), &m, SIZE, 0, 0);
		snprintf(call, sizeof(call), "msgrcv(%d, {%ld, \"%.*s\"}, %d, 0, 0)", queue, m.type,
			 n < 0 ? 0 : (int)n, m.text, SIZE);
		print(call, n);
	} else if (!strcmp(name, "q")) {
		queue = msgget(IPC_PRIVATE, 0600);
		print("msgget(IPC_PRIVATE, 0600)", queue);
	} else {
		errx(1, "%s is not understood", name);
	}
}

int main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	char *line = NULL;
	size_t cap = 0;

	if (!f)
		errx(2, "usage: inprocess FILE");
	while (getline(&line, &cap, f) > 0)
		execute(line);
	free(line);
	fclose(f);
	msgctl(queue, IPC_RMID, NULL);
	return 0;
}
