/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the yardsticks share: a clock, medians, two processors, and the rows that `run` draws as a
 * table: WHAT, our figure, the yardstick's, the most that the ratio may be (0: only told).
 */
#ifndef BENCH_H
#define BENCH_H

#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static inline double now(void) /* seconds */
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value below which `percent` of the n are; sorts them. */
static inline double percentile(double *v, int n, double percent)
{
	qsort(v, (size_t)n, sizeof(*v), by_value);
	return n ? v[(int)((n - 1) * percent / 100 + 0.5)] : 0;
}

static inline double median(double *v, int n)
{
	return percentile(v, n, 50);
}

/* A row for the table. A yardstick of 0 has no ratio: ours is held against `most` itself. */
static inline void row(const char *what, double ours, const char *unit, const char *against,
		       double yardstick, double most)
{
	printf("%s\t%.4f\t%s\t%s\t%.4f\t%.4f\n", what, ours, unit, against, yardstick, most);
	fflush(stdout);
}

/* Pins this process to the i-th processor that it may use; false where there are fewer. */
static inline bool pin(int i)
{
	cpu_set_t all, one;

	if (sched_getaffinity(0, sizeof(all), &all))
		return false;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all) || i-- > 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		return sched_setaffinity(0, sizeof(one), &one) == 0;
	}
	return false;
}

#endif
