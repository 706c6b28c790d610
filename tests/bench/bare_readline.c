/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program that is nothing but readline: a prompt, and for each line one semop that adds 1 to a
 * semaphore of its own, and the line that tells it.
 */
#include "bench.h"

#include <readline/history.h>
#include <readline/readline.h>
#include <sys/ipc.h>
#include <sys/sem.h>

int main(void)
{
	int id = -1;
	char *line;

	while ((line = readline("main> "))) {
		struct sembuf add = { 0, 1, 0 };

		add_history(line);
		if (id < 0)
			id = semget(IPC_PRIVATE, 1, 0600);
		printf("semop(%d, [{sem_num=0, sem_op=1, sem_flg=0}], 1) = %d\n", id,
		       semop(id, &add, 1));
		free(line);
	}
	if (id >= 0)
		semctl(id, 0, IPC_RMID);
	return 0;
}
