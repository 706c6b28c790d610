/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An external command line, parsed, and its flat form in which it crosses to the learner's process
 * that runs it.  The shell's parser makes it (shell/pipeline.h); the process reads it out of memory
 * that anybody may scribble on meanwhile, so what is read is checked and never believed.  It knows
 * nothing of quoting or variables: those are done with.  Runs in both.
 */
#ifndef CALL_PIPEPACK_H
#define CALL_PIPEPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	PIPELINE_COMMANDS = 64, /* in one pipeline, at most */
	REDIR_FD_MAX = 255,
};

/*
 * A word after quoting and expansion. A glob is a pattern for glob(3), what was quoted in it
 * escaped by backslashes, to be expanded where the command runs; as sh does, a pattern that
 * matches nothing stands for itself, pattern_literal() of it.
 */
struct pword {
	char *text;
	bool is_glob;
};

enum redir_op {
	REDIR_IN,     /* fd< path */
	REDIR_OUT,    /* fd> path */
	REDIR_APPEND, /* fd>> path */
	REDIR_DUP,    /* fd>&from */
};

struct redir {
	enum redir_op op;
	int fd;
	int from;   /* REDIR_DUP, else -1 */
	char *path; /* as it stands, never a pattern; NULL for REDIR_DUP */
};

struct pcommand {
	struct pword *words; /* at least one */
	int n_words, cap_words;
	struct redir *redirs; /* to be done in this order */
	int n_redirs, cap_redirs;
};

struct pipeline {
	struct pcommand *cmd;
	int n, cap; /* commands: 1 to PIPELINE_COMMANDS */
	bool background;
	char *text; /* as typed, without comment and & */
};

#define PIPELINE_INIT ((struct pipeline){ 0 })

void pipeline_release(struct pipeline *p); /* leaves an empty one */

/* Adds an empty command, a word or a redirection to the last one; text and path become p's. */
void pipeline_add_command(struct pipeline *p);
void pipeline_add_word(struct pipeline *p, char *text, bool is_glob);
void pipeline_add_redir(struct pipeline *p, struct redir r);

/* Takes a pattern's backslashes out, in place. Returns text. */
char *pattern_literal(char *text);

/* Writes p's flat form to buf (no alignment needed): how many bytes, or -1: more than size. */
ssize_t pipeline_pack(const struct pipeline *p, void *buf, size_t size);

enum pipeline_kind { PIPELINE_COMMAND, PIPELINE_WORD, PIPELINE_REDIR };

struct pipeline_item {
	enum pipeline_kind kind;
	bool is_glob; /* PIPELINE_WORD */
	enum redir_op op;
	int fd, from;
	/* The word or path: len bytes in the buffer, a NUL after them, none within when it was
	 * looked at; empty for REDIR_DUP. A buffer that others write to may say otherwise a moment
	 * later: copy at once, by length (xstrndup). */
	const char *text;
	size_t len;
};

struct pipeline_view {
	const unsigned char *at;
	size_t left;
	bool background, first;
	const char *text; /* as an item's */
	size_t text_len;
};

/* Begins to look at the flat form in buf, without memory of its own: 0, or -1 if it is none. */
int pipeline_view(struct pipeline_view *v, const void *buf, size_t size);
/* 1: the next item (a command, then its words and redirections); 0: the end; -1: damaged. */
int pipeline_next(struct pipeline_view *v, struct pipeline_item *item);
/*
 * Copies the flat form in buf and makes a pipeline of it, to be released by the caller: 0; or -1
 * with a cause if it is damaged, *p empty. What it gives keeps every promise made above.
 */
int pipeline_unpack(struct pipeline *p, const void *buf, size_t size, char **cause);

#endif
