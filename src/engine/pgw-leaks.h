/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaks: objects of the kernel that nobody gave back, each with the step that
 * allocated it.
 */
#pragma once

#include "pgw-timeline.h"

G_BEGIN_DECLS

typedef struct {
  mm_object_t object;
  char       *name;             /* "object 0xffff888001413c00 of kmalloc-1k" */
  gint64      op;               /* operation that allocated it; -1: the boot */
  guint64     step;             /* the step in which it was allocated; 0: not known */
} PgwLeak;

/*
 * What the script's operations hold at the timeline's position, or (`of_tasks`)
 * what tasks that are gone left behind: an array of PgwLeak by address, at
 * most `max`. `total` receives how many there are, and may be NULL. Free with
 * g_ptr_array_unref().
 */
GPtrArray *pgw_leaks_find     (PgwTimeline *timeline, gboolean of_tasks, guint max, guint64 *total);
/*
 * The step at or before the timeline's position at which operation `op`
 * allocated the object at a physical address; 0 where it is not known.
 */
guint64    pgw_object_allocated_at (PgwTimeline *timeline, guint64 addr, gint64 op);
/* "object ... of thing, allocated by operation 2 at step 17". Free with g_free(). */
char      *pgw_leak_describe  (const PgwLeak *leak);

G_END_DECLS
