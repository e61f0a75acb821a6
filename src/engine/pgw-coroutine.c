/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwCoroutine: ucontext, with what AddressSanitizer and valgrind must be told.
 */
#define _GNU_SOURCE             /* names of the registers in ucontext_t */
#include "config.h"

#include "pgw-coroutine.h"

#include <string.h>
#include <ucontext.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#ifdef HAVE_VALGRIND
#include <valgrind/memcheck.h>
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0U
#define VALGRIND_STACK_DEREGISTER(id) ((void) (id))
#define VALGRIND_MAKE_MEM_DEFINED(p, n) ((void) 0)
#endif

struct _PgwCoroutine {
  ucontext_t *parked;   /* the coroutine's registers, at the top of its stack */
  ucontext_t outside;   /* those of whoever resumed it */
  PgwCoroutineFunc func;
  gpointer data;
  guint8 *stack;
  guint8 *top;
  unsigned valgrind_id;
#ifdef WITH_ASAN
  const void *outside_stack;
  size_t outside_size;
#endif
};

/* Below this, nothing of a parked coroutine is alive. */
static guint8 *
get_stack_pointer (PgwCoroutine *self)
{
#if defined(__x86_64__)
  return (guint8 *) self->parked->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
  return (guint8 *) self->parked->uc_mcontext.sp;
#else
  return self->stack;
#endif
}

PGW_ON_COROUTINE static void
entry (unsigned low, unsigned high)
{
  PgwCoroutine *self = (PgwCoroutine *) ((guintptr) high << 32 | low);

#ifdef WITH_ASAN
  __sanitizer_finish_switch_fiber (NULL, &self->outside_stack, &self->outside_size);
#endif
  self->func (self->data);
  g_assert_not_reached ();
}

PgwCoroutine *
pgw_coroutine_new (guint8 *stack, gsize stack_size, PgwCoroutineFunc func, gpointer data)
{
  PgwCoroutine *self = g_new0 (PgwCoroutine, 1);
  gsize room = (sizeof (ucontext_t) + 63) & ~(gsize) 63;

  self->stack = stack;
  self->top = stack + stack_size;
  self->func = func;
  self->data = data;
  self->parked = (ucontext_t *) (void *) (self->top - room);
  self->valgrind_id = VALGRIND_STACK_REGISTER (stack, self->top);

  getcontext (self->parked);
  self->parked->uc_stack.ss_sp = stack;
  self->parked->uc_stack.ss_size = stack_size - room;
  self->parked->uc_link = NULL;
  makecontext (self->parked, (void (*) (void)) entry, 2,
               (unsigned) (guintptr) self, (unsigned) ((guintptr) self >> 32));
  return self;
}

void
pgw_coroutine_free (PgwCoroutine *self)
{
  VALGRIND_STACK_DEREGISTER (self->valgrind_id);
#ifdef WITH_ASAN
  __asan_unpoison_memory_region (self->stack, (gsize) (self->top - self->stack));
#endif
  g_free (self);
}

void
pgw_coroutine_resume (PgwCoroutine *self)
{
#ifdef WITH_ASAN
  void *fake_stack = NULL;

  __sanitizer_start_switch_fiber (&fake_stack, self->stack, (gsize) (self->top - self->stack));
#endif
  swapcontext (&self->outside, self->parked);
#ifdef WITH_ASAN
  __sanitizer_finish_switch_fiber (fake_stack, NULL, NULL);
#endif
}

PGW_ON_COROUTINE void
pgw_coroutine_yield (PgwCoroutine *self)
{
#ifdef WITH_ASAN
  /* Nothing that may use a fake stack is alive here (PGW_ON_COROUTINE), so there is none to keep. */
  __sanitizer_start_switch_fiber (NULL, self->outside_stack, self->outside_size);
#endif
  swapcontext (self->parked, &self->outside);
#ifdef WITH_ASAN
  __sanitizer_finish_switch_fiber (NULL, &self->outside_stack, &self->outside_size);
#endif
}

void
pgw_coroutine_save (PgwCoroutine *self, PgwStackSlice *out)
{
  guint8 *from = get_stack_pointer (self);

  out->size = (guint32) (self->top - from);
  VALGRIND_MAKE_MEM_DEFINED (from, out->size);
  out->data = g_memdup2 (from, out->size);
}

void
pgw_coroutine_restore (PgwCoroutine *self, const PgwStackSlice *slice)
{
  guint8 *to = self->top - slice->size;

#ifdef WITH_ASAN
  __asan_unpoison_memory_region (self->stack, (gsize) (self->top - self->stack));
#endif
  VALGRIND_MAKE_MEM_DEFINED (self->stack, self->top - self->stack);
  memcpy (to, slice->data, slice->size);
}

gboolean
pgw_coroutine_same_frames (PgwCoroutine *self, const PgwStackSlice *slice, gpointer *frame, gpointer *last)
{
  const guint8 *start = self->top - slice->size;

  if (start != get_stack_pointer (self))
    return FALSE;

  for (;;)
    {
      if ((const guint8 *) frame < start || frame > last)
        return FALSE;
      VALGRIND_MAKE_MEM_DEFINED (frame, 2 * sizeof *frame);
      if (memcmp (frame, slice->data + ((const guint8 *) frame - start), 2 * sizeof *frame) != 0)
        return FALSE;
      if (frame == last)
        return TRUE;
      if ((gpointer *) frame[0] <= frame)
        return FALSE;
      frame = frame[0];
    }
}

void
pgw_coroutine_expose (PgwCoroutine *self)
{
  VALGRIND_MAKE_MEM_DEFINED (get_stack_pointer (self), self->top - get_stack_pointer (self));
}

void
pgw_stack_slice_clear (PgwStackSlice *slice)
{
  g_free (slice->data);
  slice->data = NULL;
  slice->size = 0;
}
