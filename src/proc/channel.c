/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/channel.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * How long a spin lasts: of the shell, longer than most calls; of a process that has answered, longer than the shell
 * takes from one line to the next. In time, since a pause is 4 cycles here and 140 there.
 */
enum { ANSWER_NS = 4000, REQUEST_NS = 20000, PAUSES = 16 };

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

struct arena *arena_new(void)
{
	void *p = mmap(NULL, sizeof(struct arena), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void arena_free(struct arena *a)
{
	if (a)
		munmap(a, sizeof(*a));
}

static long futex(_Atomic uint32_t *word, int op, uint32_t value)
{
	return syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

/*
 * Each line of the cache that both sides write has to be fetched from the other processor, and that is most of what a
 * request costs: nothing is written that is there already.
 */
void slot_post(struct arena *a, int slot, enum slot_op op, const struct call *c)
{
	struct slot *s = &a->slot[slot];

	s->op = op;
	if (atomic_load_explicit(&s->running, memory_order_relaxed))
		atomic_store_explicit(&s->running, 0, memory_order_relaxed);
	if (c) {
		uint32_t used = c->used <= CALL_DATA ? c->used : 0;

		s->call = *c;
		s->call.used = used;
		if (used)
			memcpy(s->data, c->data, used);
	}
	if (atomic_load_explicit(&a->asked, memory_order_relaxed) != (uint32_t)slot)
		atomic_store_explicit(&a->asked, (uint32_t)slot, memory_order_relaxed);
	atomic_store(&s->word, WORD_REQUEST);
	if (atomic_load(&s->asleep))
		futex(&s->word, FUTEX_WAKE, 1);
}

void slot_nudge(struct slot *s)
{
	futex(&s->word, FUTEX_WAKE, 1);
}

bool spin_pays(struct spin *spin)
{
	if (!spin->left_out)
		return true;
	spin->left_out--;
	return false;
}

void spin_learn(struct spin *spin, bool paid)
{
	enum { VAIN_MOST = 4 };

	if (paid) {
		*spin = (struct spin){ 0 };
		return;
	}
	spin->vain += spin->vain < VAIN_MOST;
	spin->left_out = (1U << spin->vain) - 2;
}

uint64_t nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Is a spin that began then (0: it begins) not over? Lets the processor breathe. */
static bool spins_on(uint64_t *began, int *pauses, uint64_t most)
{
	relax();
	if (++*pauses % PAUSES)
		return true;
	if (!*began)
		*began = nanoseconds();
	return nanoseconds() - *began < most;
}

bool slot_spin(struct slot *s)
{
	uint64_t began = 0;
	int pauses = 0;

	do
		if (slot_done(s))
			return true;
	while (spins_on(&began, &pauses, ANSWER_NS));
	return false;
}

void slot_step_aside(const struct slot *s)
{
	cpu_set_t all, others;
	int cpu = sched_getcpu();

	if (cpu < 0 || atomic_load(&s->cpu) != (uint32_t)cpu ||
	    sched_getaffinity(0, sizeof(all), &all))
		return;
	others = all;
	CPU_CLR(cpu, &others);
	/* it leaves at once, and may come back */
	if (CPU_COUNT(&others) && !sched_setaffinity(0, sizeof(others), &others))
		sched_setaffinity(0, sizeof(all), &all);
}

bool slot_await(struct slot *s, long ns)
{
	const struct timespec most = { ns / 1000000000, ns % 1000000000 };
	uint32_t word;

	atomic_store(&s->awaited, 1);
	word = atomic_load(&s->word);
	if ((word & WORD_STATE) != WORD_DONE)
		syscall(SYS_futex, &s->word, FUTEX_WAIT, word, &most, NULL, 0);
	atomic_store(&s->awaited, 0);
	return slot_done(s);
}

void slot_take(struct slot *s, struct call *c)
{
	struct call in = s->call;

	in.prim = c->prim;
	in.nargs = c->nargs;
	in.data = s->data;
	in.cap = CALL_DATA;
	if (in.used > CALL_DATA)
		in.used = 0;
	/* what was typed is known here: only what the kernel filled in is taken over */
	for (int i = 0; i < CALL_ARGS; i++) {
		struct arg *a = &in.arg[i];
		unsigned char bytes;

		memcpy(&bytes, &a->bytes, 1); /* a bool is 0 or 1, a learner's poke anything */
		a->bytes = bytes == 1;
		/* structures are read in place: call_put() has aligned them */
		if (a->bytes &&
		    (a->off > in.used || a->len > in.used - a->off || a->off % CALL_ALIGN))
			a->off = a->len = 0;
		a->given = c->arg[i].given;
		a->null = c->arg[i].null;
		a->repeat = c->arg[i].repeat;
	}
	call_copy(c, &in);
}

/* The watch bit may be a learner's poke. */
static bool is_over(struct slot *s, uint32_t word, bool (*called)(void))
{
	if (!(word & WORD_WATCH))
		return false;
	if (called && called())
		return true;
	atomic_fetch_and(&s->word, ~(uint32_t)WORD_WATCH);
	return false;
}

/* Is the wait over? *word is what was seen. */
static bool wait_over(struct slot *s, bool (*called)(void), uint32_t *word)
{
	*word = atomic_load(&s->word);
	return *word == WORD_REQUEST || is_over(s, *word, called);
}

/*
 * Another is asked, and needs the processor, perhaps this one. Both are of the same session, so that yielding
 * gives it (to the shell it does not: sched(7), autogroup), unless some other program is there to take it, for
 * a whole slice. False: that is how it is.
 */
static bool gives_way(void)
{
	enum { SLICE_NS = 100000, LEFT_OUT = 32 };
	static struct spin yield;
	uint64_t before;

	if (!spin_pays(&yield))
		return false;
	before = nanoseconds();
	sched_yield();
	if (nanoseconds() - before > SLICE_NS)
		yield.left_out = LEFT_OUT;
	return true;
}

/* Spins until the wait is over; false: not yet. */
static bool spin_for_request(struct arena *a, struct slot *s, bool (*called)(void), uint32_t *word)
{
	uint64_t began = 0;
	int pauses = 0;

	do {
		if (wait_over(s, called, word))
			return true;
		if (&a->slot[atomic_load_explicit(&a->asked, memory_order_relaxed) % SLOTS] != s &&
		    !gives_way())
			return false;
	} while (spins_on(&began, &pauses, REQUEST_NS));
	return false;
}

bool slot_wait(struct arena *a, struct slot *s, bool (*called)(void))
{
	static struct spin spin;
	uint32_t word;
	bool over = false;

	if (spin_pays(&spin)) {
		over = spin_for_request(a, s, called, &word);
		spin_learn(&spin, over);
	}
	while (!over) {
		atomic_store(&s->asleep, 1);
		/* EINTR (a handler ran, a stop) and EAGAIN alike: look at the word again */
		while (!(over = wait_over(s, called, &word)) && futex(&s->word, FUTEX_WAIT, word))
			;
		atomic_store(&s->asleep, 0);
		/* woken: if there is no request, one is about to come (slot_nudge) */
		over = over || spin_for_request(a, s, called, &word);
	}
	return word == WORD_REQUEST;
}

void slot_ring(struct arena *a)
{
	const unsigned long one = 1;
	int saved = errno;

	/* full: the bell is rung already, and the shell awake */
	if (atomic_load(&a->away) && write(FD_BELL, &one, sizeof(one)) < 0)
		errno = saved;
}

void slot_reply(struct arena *a, struct slot *s)
{
	uint32_t word = WORD_REQUEST;

	atomic_store_explicit(&s->cpu, (uint32_t)sched_getcpu(), memory_order_relaxed);
	/* not a plain store: the watch bit may just have been set */
	while (!atomic_compare_exchange_weak(&s->word, &word, (word & WORD_WATCH) | WORD_DONE))
		;
	if (atomic_load(&s->awaited))
		futex(&s->word, FUTEX_WAKE, 1);
	slot_ring(a);
}
