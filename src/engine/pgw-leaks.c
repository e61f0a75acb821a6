/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leaks: from the notes of objects to the events in which they were allocated. */
#include "config.h"
#include "pgw-leaks.h"

#include <glib/gi18n-lib.h>

#include "pgw-narration.h"

static void
leak_free (gpointer data)
{
  PgwLeak *leak = data;

  g_free (leak->name);
  g_free (leak);
}

/* The object that an event says was allocated; G_MAXUINT64: none. */
static guint64
allocated_by (const PgwEvent *event)
{
  const PgwEventType *type;

  if (event->id != TRACE_kmem_cache_alloc && event->id != TRACE_kmalloc)
    return G_MAXUINT64;
  type = pgw_event_type (event->id);
  return pgw_event_field (event, pgw_event_type_get_field (type, "ptr"));
}

/* Goes through an operation's events once for all the objects it allocated; the last time counts. */
static void
find_steps (PgwTimeline *timeline, gint64 op, GHashTable *by_address)
{
  PgwOpRun run;

  if (op < 0 || !pgw_timeline_get_op_run (timeline, (guint64) op, &run))
    return;
  for (guint64 step = run.first_step; step <= run.last_step; step++)
    {
      guint64 addr = allocated_by (pgw_timeline_get_event (timeline, step));
      PgwLeak *leak = addr != G_MAXUINT64 ? g_hash_table_lookup (by_address, &addr) : NULL;

      if (leak != NULL && leak->op == op)
        leak->step = step;
    }
}

guint64
pgw_object_allocated_at (PgwTimeline *timeline, guint64 addr, gint64 op)
{
  PgwOpRun run;
  guint64 step;

  g_return_val_if_fail (timeline != NULL, 0);

  if (op < 0 || !pgw_timeline_get_op_run (timeline, (guint64) op, &run))
    return 0;
  for (step = MIN (run.last_step, pgw_timeline_get_position (timeline)); step >= MAX (run.first_step, 1); step--)
    if (allocated_by (pgw_timeline_get_event (timeline, step)) == addr)
      return step;
  return 0;
}

GPtrArray *
pgw_leaks_find (PgwTimeline *timeline, gboolean of_tasks, guint max, guint64 *total)
{
  const struct machine *machine = pgw_timeline_get_machine (timeline);
  GPtrArray *leaks = g_ptr_array_new_with_free_func (leak_free);
  g_autofree struct view_slab_object *objects = g_new0 (struct view_slab_object, MAX (max, 1));
  g_autoptr (GHashTable) by_address = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) ops = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint64 n = of_tasks ? view_task_leaks (machine, objects, max) : view_leaks (machine, FALSE, objects, max);
  GHashTableIter iter;
  gpointer op;

  if (total != NULL)
    *total = n;
  for (guint i = 0; i < MIN (n, max); i++)
    {
      PgwLeak *leak = g_new0 (PgwLeak, 1);
      char name[96];

      leak->object = mm_object (MM_OBJECT_SLAB_OBJECT, objects[i].addr);
      leak->op = objects[i].op;
      view_object_name (machine, leak->object, name, sizeof name);
      leak->name = g_strdup (name);
      g_ptr_array_add (leaks, leak);
      g_hash_table_insert (by_address, &objects[i].addr, leak);
      g_hash_table_add (ops, &leak->op);
    }
  g_hash_table_iter_init (&iter, ops);
  while (g_hash_table_iter_next (&iter, &op, NULL))
    find_steps (timeline, *(gint64 *) op, by_address);
  return leaks;
}

char *
pgw_leak_describe (const PgwLeak *leak)
{
  if (leak->op < 0)
    return g_strdup_printf (_("%s, allocated at boot"), leak->name);
  if (leak->step == 0)
    return g_strdup_printf (_("%s, allocated by operation %ld"), leak->name, (long) leak->op + 1);
  return g_strdup_printf (_("%s, allocated by operation %ld at step %lu"), leak->name, (long) leak->op + 1,
                          (gulong) leak->step);
}
