/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints: the only instrumentation of the core.
 *
 * trace() stands where something happens that a student should see. The
 * events are listed in trace-events.def; each carries up to four 64-bit
 * words, whose meaning the list defines. The number of trace() calls made so
 * far is the clock of the whole program: a step is a trace event.
 *
 * The core does not know who listens. In the stepping build trace() is an
 * ordinary function that the engine supplies (it must be a plain call, so
 * that the same source lines run whether or not anyone stops here); in the
 * fast build it is a test of one thread-local pointer.
 */
#ifndef MM_TRACE_H
#define MM_TRACE_H

#include "types.h"

#define TRACE_EVENT(name, ...) TRACE_##name,
enum trace_event_id {
	TRACE_none,
#include "trace-events.def"
	NR_TRACE_EVENTS
};
#undef TRACE_EVENT

typedef void (*trace_hook_t)(u32 id, u64 a, u64 b, u64 c, u64 d);

/* Two 32-bit fields in one word of an event; see LO and HI in the list. */
static inline u64 trace_pack(u32 lo, u32 hi)
{
	return (u64)hi << 32 | lo;
}

#ifdef MM_FAST
extern _Thread_local trace_hook_t trace_hook;

/* A macro, so that what an event would say is only found out when somebody listens. */
#define trace(id, a, b, c, d)                            \
	do {                                             \
		if (unlikely(trace_hook))                \
			trace_hook((id), (a), (b), (c), (d)); \
	} while (0)
#else
/* Supplied by the engine (src/engine/pgw-timeline.c) or by a test. */
void trace(u32 id, u64 a, u64 b, u64 c, u64 d);
#endif

/*
 * Stops the machine for good: a VM_BUG_ON() was hit. Supplied like trace();
 * does not return. The image stays as it is, for people to look at.
 */
_Noreturn void machine_stop(void);

/*
 * Says that [addr, addr + len) is about to be written by a helper whose
 * stores are not instrumented (a bulk clear or copy). Supplied like trace();
 * nothing in the fast build.
 */
#ifdef MM_FAST
static inline void mem_will_write(void *addr, size_t len)
{
	(void)addr;
	(void)len;
}
#else
void mem_will_write(void *addr, size_t len);
#endif

#endif
