/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * burn PID: a program that never sleeps, until process PID, which has started it, is gone.
 */
#include "bench.h"

int main(int argc, char **argv)
{
	pid_t parent = argc == 2 ? atoi(argv[1]) : 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		for (int i = 0; i < 1000000; i++)
			__asm__ volatile("");
	return 0;
}
