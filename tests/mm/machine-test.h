/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the core share: machines to test on, what the core asks of
 * whoever runs it (trace(), machine_stop()), and checks.
 *
 * The core is linked directly here, without hooks and without the engine, so
 * that its functions can be called one by one.
 */
#pragma once

#include <glib.h>
#include <setjmp.h>

#include "mm/internal.h"
#include "mm/view.h"

extern const struct mm_core mm_core_plain;

typedef struct {
  struct machine_config config;
  struct machine_layout layout;
  struct machine *machine; /* start of the arena */
} TestMachine;

/* One call of trace(). */
typedef struct {
  guint32 id;
  guint64 a, b, c, d;
} TestEvent;

#define MIB(n) ((guint64) (n) << 20)
#define GIB(n) ((guint64) (n) << 30)

/* A machine with one node, one stretch of RAM from 0 on and one CPU, other fields zero. */
void         test_config_simple  (struct machine_config *config,
                                  guint64                ram);

/* Boots; fails the test if that does not work. The machine becomes this_machine. */
TestMachine *test_machine_new    (const struct machine_config *config);
TestMachine *test_machine_simple (guint64 ram);
void         test_machine_free   (TestMachine *self);

/* Boots again at the same address, from cleared memory. */
void         test_machine_reboot (TestMachine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestMachine, test_machine_free)

/* Runs one operation as a script would; the number of the operation counts up. */
gint64       test_run            (struct mm_op op);

/* alloc_pages() into a slot, free_pages of a slot. */
gint64       test_alloc          (guint32 slot,
                                  guint32 order,
                                  gfp_t   gfp);
gint64       test_free           (guint32 slot);

/* Private anonymous memory of the running task, whose address also goes into a slot; a byte of it. */
guint64      test_map            (guint64 size,
                                  guint32 slot);
void         test_store          (guint64 address,
                                  guint8  value);
guint8       test_load           (guint64 address);

/* Fails the test if mm_validate() has anything to say. */
void         test_assert_valid   (void);

/* Events since the last test_events_clear(), while recording is on. */
extern GArray *test_events;
void         test_events_clear   (void);
guint        test_events_count   (guint32 id);
const TestEvent *test_events_find (guint32 id,
                                   guint   nth);

/* Called at each trace() if set. */
extern void (*test_trace_callback) (guint32 id);

/* True if the code stopped the machine (VM_BUG_ON). */
#define TEST_STOPS(code)                          \
  (test_stop_armed = TRUE,                        \
   setjmp (test_stop_buffer)                      \
     ? (test_stop_armed = FALSE, TRUE)            \
     : ((void) (code), test_stop_armed = FALSE, FALSE))

extern jmp_buf test_stop_buffer;
extern gboolean test_stop_armed;

/* Free blocks of all orders and types of a zone, as one readable line: "0:M3 4:U1 10:M7". */
char        *test_free_blocks    (guint32 zone);

/* The page frames of a free list, or of a per-CPU list. */
GArray      *test_free_list      (guint32 zone,
                                  guint32 order,
                                  guint32 mt);
GArray      *test_pcp_list       (guint32 zone,
                                  guint32 cpu,
                                  guint32 pindex);

struct view_zone test_zone       (guint32 zone);
struct view_pcp  test_pcp        (guint32 zone,
                                  guint32 cpu);
struct view_page test_page       (guint64 pfn);

/* A counter by its name in /proc/vmstat. */
guint64      test_counter        (const char *name);
