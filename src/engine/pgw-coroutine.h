/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwCoroutine: a function that can be left in the middle and taken up again,
 * also from a copy of its stack made earlier.
 *
 * The registers of the parked function lie at the top of its own stack, so
 * that one slice, from the stack pointer to the top, is all there is to save.
 * The stack must stay at its address. Its lower end must be guarded: a core
 * that runs out of stack is then caught by the host.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PgwCoroutine PgwCoroutine;

/* Must not return. */
typedef void (*PgwCoroutineFunc) (gpointer data);

/* A parked coroutine's stack, from `size` bytes below the top. */
typedef struct {
  guint8 *data;
  guint32 size;
} PgwStackSlice;

PgwCoroutine *pgw_coroutine_new  (guint8 *stack, gsize stack_size, PgwCoroutineFunc func, gpointer data);
void          pgw_coroutine_free (PgwCoroutine *self);

/* Runs it until it yields. May be called from any thread, one at a time. */
void pgw_coroutine_resume (PgwCoroutine *self);
/* Called by the coroutine: back to whoever resumed it. */
void pgw_coroutine_yield  (PgwCoroutine *self);

/* Copies, puts back, and frees the stack of a parked coroutine. */
void pgw_coroutine_save    (PgwCoroutine *self, PgwStackSlice *out);
void pgw_coroutine_restore (PgwCoroutine *self, const PgwStackSlice *slice);
/*
 * Whether the parked stack has the frames of a slice: as deep, with the same
 * links and return addresses from `frame` up to `last`. What else is in them
 * is not compared: room of variables that are not alive yet holds what calls
 * made earlier have left there, ours among them.
 */
gboolean pgw_coroutine_same_frames (PgwCoroutine *self, const PgwStackSlice *slice, gpointer *frame, gpointer *last);
/* Lets the parked stack be read, also where nothing was stored yet: debuggers do. (For valgrind.) */
void pgw_coroutine_expose (PgwCoroutine *self);
void pgw_stack_slice_clear (PgwStackSlice *slice);

/*
 * For the few functions of ours that stay on the coroutine's stack while it
 * is parked: what a sanitizer knows of their frames would be wrong after an
 * older stack is put back.
 */
#define PGW_ON_COROUTINE __attribute__ ((no_sanitize ("address"), noinline))

G_END_DECLS
