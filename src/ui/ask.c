/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ask.h"
#include "base/str.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* 1 yes, 0 no, -1 another key. */
static int meaning(char key)
{
	if (key == 'y' || key == 'Y')
		return 1;
	return key && strchr("nN\r\n\033\003\004", key) ? 0 : -1;
}

bool ask(FILE *in, FILE *out, const char *question)
{
	int fd = fileno(in), answer = -1;
	struct str clean = STR_INIT;
	struct termios was, now;
	ssize_t n;
	char key;

	if (tcgetattr(fd, &was) < 0)
		return false;
	now = was;
	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSAFLUSH, &now) < 0)
		return false;
	str_clean(&clean, question, strlen(question));
	fprintf(out, "%s [y/N] ", str_text(&clean));
	str_free(&clean);
	fflush(out);
	while (answer < 0) {
		n = read(fd, &key, 1);
		if (n == 1)
			answer = meaning(key);
		else if (n == 0 || errno != EINTR)
			answer = 0;
	}
	tcsetattr(fd, TCSADRAIN, &was);
	fputs(answer ? "y\n" : "n\n", out);
	fflush(out);
	return answer;
}
