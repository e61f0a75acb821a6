/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking for the source line at which a condition breaks.
 *
 * Lines are always walked forwards, as the core runs. Backwards that is done
 * in windows, the last one first, of which the last hit counts; so a
 * condition breaks at the same lines in both directions.
 *
 * A watch compares the bytes of its expression with those one line before, in
 * the same call of its function. Where a walk begins, the line before it is
 * looked at first.
 */
#include "config.h"

#include "pgw-search-lines-private.h"
#include "pgw-value.h"

#include <string.h>

#define FIRST_CHUNK   2048
#define LARGEST_CHUNK (1 << 20)
#define MAX_FRAMES    64

typedef struct {
  const PgwCondition *condition;
  gboolean known;               /* there was a value at the last line */
  guint64 frame, caller;        /* the call it was in */
  guint64 line;
  GByteArray *bytes;
} Watch;

struct _PgwLineSearch {
  PgwTimeline *timeline;
  PgwDebugInfo *info;
  gboolean forward;
  guint64 cursor;               /* forwards the last line looked at, backwards the earliest */
  guint64 to;
  guint64 found;
  guint64 chunk;

  const PgwHook *hooks;
  gboolean *breaks;             /* by hook */
  GPtrArray *watches;           /* of Watch */
  GHashTable *functions;        /* pc -> function's name, of callers met */
};

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_byte_array_unref (watch->bytes);
  g_free (watch);
}

static void
add_condition (PgwLineSearch *self, const PgwCondition *condition, guint n_hooks)
{
  if (condition->kind == PGW_CONDITION_WATCH)
    {
      Watch *watch = g_new0 (Watch, 1);

      watch->condition = condition;
      watch->bytes = g_byte_array_new ();
      g_ptr_array_add (self->watches, watch);
      return;
    }

  for (guint i = 0; i < n_hooks; i++)
    {
      const PgwHook *hook = &self->hooks[i];

      if (condition->kind == PGW_CONDITION_LINE)
        self->breaks[i] |= hook->place.line == condition->line && g_str_equal (hook->place.file, condition->name);
      else if (condition->kind == PGW_CONDITION_FUNCTION)
        self->breaks[i] |= hook->is_entry && g_str_equal (hook->place.function, condition->name);
    }
}

PgwLineSearch *
pgw_line_search_new (PgwTimeline *timeline, PgwDebugInfo *info, GArray *conditions, guint64 from, guint64 to)
{
  PgwLineSearch *self = g_new0 (PgwLineSearch, 1);
  guint n_hooks;

  self->timeline = pgw_timeline_ref (timeline);
  self->info = pgw_debug_info_ref (info);
  self->forward = to > from;
  self->cursor = from;
  self->to = to;
  self->chunk = FIRST_CHUNK;
  self->hooks = pgw_debug_info_get_hooks (info, &n_hooks);
  self->breaks = g_new0 (gboolean, n_hooks);
  self->watches = g_ptr_array_new_with_free_func (watch_free);
  self->functions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < conditions->len; i++)
    add_condition (self, &g_array_index (conditions, PgwCondition, i), n_hooks);
  return self;
}

void
pgw_line_search_free (PgwLineSearch *self)
{
  g_hash_table_unref (self->functions);
  g_ptr_array_unref (self->watches);
  g_free (self->breaks);
  pgw_debug_info_unref (self->info);
  pgw_timeline_unref (self->timeline);
  g_free (self);
}

/* ---- Watches ---- */

static const char *
function_at (PgwLineSearch *self, guint64 pc)
{
  gpointer name;
  PgwPlace place;

  if (g_hash_table_lookup_extended (self->functions, &pc, NULL, &name))
    return name;

  name = pgw_debug_info_get_place (self->info, pc, &place) ? (gpointer) place.function : NULL;
  g_hash_table_insert (self->functions, g_memdup2 (&pc, sizeof pc), name);
  return name;
}

/* The innermost call of a function; its `place` is filled in. */
static gboolean
find_call (PgwLineSearch *self, const PgwStackTop *top, const char *function, PgwFrame *found)
{
  guint64 pc = top->pc, frame = top->frame;

  for (guint n = 0; n < MAX_FRAMES && frame && frame != top->end; n++)
    {
      const guint64 *link = (const guint64 *) (guintptr) frame;
      const char *name = function_at (self, pc);

      if (!name)
        return FALSE;
      if (g_str_equal (name, function))
        {
          *found = (PgwFrame) { .pc = pc, .frame = frame };
          return pgw_debug_info_get_place (self->info, pc, &found->place);
        }
      pc = link[1] - 1;
      if (link[0] <= frame)
        return FALSE;
      frame = link[0];
    }
  return FALSE;
}

/* Whether the value differs from that one line before. */
static gboolean
look_at_watch (PgwLineSearch *self, Watch *watch, guint64 line, const PgwStackTop *top)
{
  gboolean was_known = watch->known && watch->line + 1 == line, changed;
  g_autoptr (PgwVariable) variable = NULL;
  PgwFrame call;
  guint64 caller, scalar;
  gconstpointer bytes;
  guint size;

  watch->known = FALSE;
  watch->line = line;
  if (!find_call (self, top, watch->condition->name, &call))
    return FALSE;
  variable = pgw_locals_find (self->info, self->timeline, &call, watch->condition->expression, NULL);
  if (!variable || !variable->is_set)
    return FALSE;

  caller = ((const guint64 *) (guintptr) call.frame)[1];
  bytes = variable->address;
  size = variable->size;
  if (pgw_variable_get_scalar (variable, &scalar))
    {
      bytes = &scalar;
      size = sizeof scalar;
    }
  changed = was_known && watch->frame == call.frame && watch->caller == caller &&
            (watch->bytes->len != size || memcmp (watch->bytes->data, bytes, size) != 0);
  g_byte_array_set_size (watch->bytes, 0);
  g_byte_array_append (watch->bytes, bytes, size);
  watch->frame = call.frame;
  watch->caller = caller;
  watch->known = TRUE;
  return changed;
}

/* ---- Walking ---- */

static gboolean
breaks_here (PgwLineSearch *self, guint64 line, const PgwStackTop *top)
{
  const PgwHook *hook = pgw_debug_info_get_hook (self->info, top->pc);
  gboolean breaks = hook && self->breaks[hook - self->hooks];

  for (guint i = 0; i < self->watches->len; i++)
    breaks |= look_at_watch (self, g_ptr_array_index (self->watches, i), line, top);
  return breaks;
}

static gboolean
look (PgwTimeline *timeline, guint64 line, const PgwStackTop *top, gpointer data)
{
  PgwLineSearch *self = data;

  if (!breaks_here (self, line, top))
    return FALSE;
  self->found = line;
  return self->forward;
}

/* Walks the lines behind `from` up to `to`. */
static void
walk (PgwLineSearch *self, guint64 from, guint64 to)
{
  PgwStackTop top;

  if (from > 0)
    pgw_timeline_seek_source_line (self->timeline, from);
  else
    pgw_timeline_seek (self->timeline, 0);
  if (self->watches->len > 0 && from > 0 && pgw_timeline_get_stack_top (self->timeline, &top))
    breaks_here (self, from, &top);
  pgw_timeline_search_source_lines (self->timeline, from, to, look, self, NULL, NULL);
}

gboolean
pgw_line_search_run (PgwLineSearch *self)
{
  gint64 start = g_get_monotonic_time (), taken;
  guint64 from;

  if (self->forward)
    {
      guint64 to = self->to - self->cursor > self->chunk ? self->cursor + self->chunk : self->to;

      walk (self, self->cursor, to);
      self->cursor = to;
    }
  else
    {
      from = self->cursor - self->to > self->chunk ? self->cursor - self->chunk : self->to;
      walk (self, from - 1, self->cursor - 1);
      self->cursor = from;
    }

  /* Pieces of one to four milliseconds. */
  taken = g_get_monotonic_time () - start;
  if (taken < 1000)
    self->chunk = MIN (self->chunk * 2, LARGEST_CHUNK);
  else if (taken > 4000)
    self->chunk = MAX (self->chunk / 2, 16);
  return self->found != 0 || self->cursor == self->to;
}

guint64
pgw_line_search_get_found (PgwLineSearch *self)
{
  return self->found;
}
