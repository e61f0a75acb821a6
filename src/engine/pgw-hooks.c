/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the core calls: the tracepoints, the announcement of its stores, its
 * emergency stop. All of them find the timeline that runs in this thread.
 *
 * The stepping build of the core is compiled so that a call stands before
 * every store; mm/stepping.syms gives these calls, and the bulk functions of
 * the C library, the names below. They run on the core's stack, so they must
 * be plain and small.
 */
#include "config.h"

#include "pgw-hooks-private.h"
#include "pgw-timeline-private.h"

#include <string.h>

_Thread_local PgwTimeline *pgw_timeline_running;
_Thread_local void (*pgw_stop_hook) (void);

void mm_store1 (void *p);
void mm_store2 (void *p);
void mm_store4 (void *p);
void mm_store8 (void *p);
void mm_store16 (void *p);
void mm_store_range (void *p, size_t n);
void mm_no_return (void);
void *mm_memcpy (void *dst, const void *src, size_t n);
void *mm_memmove (void *dst, const void *src, size_t n);
void *mm_memset (void *dst, int c, size_t n);

static inline void
announce (void *p, gsize n)
{
  PgwTimeline *self = pgw_timeline_running;
  guint64 offset, line;

  if (G_UNLIKELY (!self))
    return;
  offset = (guintptr) p - (guintptr) self->image.base;
  if (offset >= self->image.size)
    return;
  line = offset >> PGW_LINE_SHIFT;
  if (G_UNLIKELY (!(self->image.dirty[line >> 6] >> (line & 63) & 1) ||
                  (offset + n - 1) >> PGW_LINE_SHIFT != line))
    pgw_image_will_write (&self->image, p, n);
}

#define STORE(n) \
  PGW_ON_COROUTINE void \
  mm_store##n (void *p) \
  { \
    announce (p, n); \
  }

STORE (1)
STORE (2)
STORE (4)
STORE (8)
STORE (16)

PGW_ON_COROUTINE void
mm_store_range (void *p, size_t n)
{
  if (pgw_timeline_running)
    pgw_image_will_write (&pgw_timeline_running->image, p, n);
}

PGW_ON_COROUTINE void
mem_will_write (void *p, size_t n)
{
  mm_store_range (p, n);
}

PGW_ON_COROUTINE void *
mm_memcpy (void *dst, const void *src, size_t n)
{
  mm_store_range (dst, n);
  return memcpy (dst, src, n);
}

PGW_ON_COROUTINE void *
mm_memmove (void *dst, const void *src, size_t n)
{
  mm_store_range (dst, n);
  return memmove (dst, src, n);
}

PGW_ON_COROUTINE void *
mm_memset (void *dst, int c, size_t n)
{
  mm_store_range (dst, n);
  return memset (dst, c, n);
}

/* The compiler calls it before a function that does not return; nothing is to be done. */
void
mm_no_return (void)
{
}

PGW_ON_COROUTINE void
trace (u32 id, u64 a, u64 b, u64 c, u64 d)
{
  PgwTimeline *self = pgw_timeline_running;

  if (G_UNLIKELY (!self) || G_LIKELY (++self->position < self->attention))
    return;

  PgwStep step = {
    .id = id,
    .arg = { a, b, c, d },
    .pc = __builtin_return_address (0),
    .frame = *(gpointer *) __builtin_frame_address (0),
  };

  if (self->step_func (self, &step, self->step_data))
    {
      self->parked_frame = __builtin_frame_address (0);
      pgw_timeline_park (self, PGW_PARKED_STEP);
    }
}

PGW_ON_COROUTINE void
machine_stop (void)
{
  if (!pgw_timeline_running && pgw_stop_hook)
    pgw_stop_hook ();
  if (!pgw_timeline_running)
    g_error ("The core stopped while no timeline ran it.");

  for (;;)
    pgw_timeline_park (pgw_timeline_running, PGW_PARKED_STOPPED);
}
