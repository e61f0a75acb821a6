/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An annotated listing of what ran.
 *
 *   STEP  LINE  FILE:LINE  FUNCTION  | text of the line, further in with each call
 *
 * One walk along the line clock prints it all. For each call under way the
 * values last shown are kept, so that only what changed is shown again.
 */
#include "config.h"
#include "pgw-line-listing.h"

#include <stdio.h>
#include <string.h>

#include "src/engine/pgw-narration.h"
#include "src/engine/pgw-source.h"
#include "src/engine/pgw-value.h"

#define MAX_DEPTH 64

/* A call under way. */
typedef struct {
  guint64 frame, caller;
  GHashTable *values;   /* name -> text */
} Call;

typedef struct {
  PgwDebugInfo *info;
  GHashTable *sources;  /* file -> lines, or nothing where it is not found */
  gboolean with_locals;
  guint64 step;         /* the last one that was printed */
  Call calls[MAX_DEPTH];
} Listing;

static void
clear_lines (gpointer data)
{
  g_strfreev (data);
}

/* The text of a line without its indentation. */
static const char *
source_text (Listing *self, const PgwPlace *place)
{
  char **lines;
  const char *text;

  if (!g_hash_table_contains (self->sources, place->file))
    g_hash_table_insert (self->sources, (gpointer) place->file, pgw_source_load_lines (place->file));
  lines = g_hash_table_lookup (self->sources, place->file);
  if (lines == NULL || place->line < 1 || (guint) place->line > g_strv_length (lines))
    return "";

  text = lines[place->line - 1];
  return text + strspn (text, " \t");
}

static void
print_event (PgwTimeline *timeline, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);
  g_autofree char *text = pgw_event_to_text (event);

  printf ("%8" G_GUINT64_FORMAT " %10s  # %s\n", step, "", text);
}

static guint
count_calls (const PgwStackTop *top)
{
  guint n = 0;

  for (guint64 frame = top->frame; frame && frame != top->end && n < MAX_DEPTH; n++)
    {
      guint64 outer = *(const guint64 *) (guintptr) frame;

      if (outer <= frame)
        return n + 1;
      frame = outer;
    }
  return n;
}

static void
forget_call (Call *call)
{
  g_clear_pointer (&call->values, g_hash_table_unref);
}

/* The variables of the call `depth` from outside that changed since one was last there. */
static void
print_locals (Listing *self, PgwTimeline *timeline, const PgwStackTop *top, const PgwPlace *place, guint depth)
{
  PgwFrame frame = { .place = *place, .pc = top->pc, .frame = top->frame };
  g_autoptr (GPtrArray) locals = pgw_locals_get (self->info, timeline, &frame);
  guint64 caller = ((const guint64 *) (guintptr) top->frame)[1];
  Call *call = &self->calls[depth];

  for (guint i = depth + 1; i < MAX_DEPTH; i++)
    forget_call (&self->calls[i]);
  if (call->values != NULL && (call->frame != top->frame || call->caller != caller))
    forget_call (call);
  if (call->values == NULL)
    call->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  call->frame = top->frame;
  call->caller = caller;

  for (guint i = 0; i < locals->len; i++)
    {
      const PgwLocal *local = g_ptr_array_index (locals, i);
      const char *name = local->variable->name;

      if (local->value == NULL || g_strcmp0 (g_hash_table_lookup (call->values, name), local->value) == 0)
        continue;
      g_hash_table_insert (call->values, g_strdup (name), g_strdup (local->value));
      printf ("%8s %10s  %-46s | %*s%s = %s\n", "", "", "", (int) depth * 2 + 2, "", name, local->value);
    }
}

static void
print_line (Listing *self, PgwTimeline *timeline, guint64 line, const PgwStackTop *top)
{
  guint depth = MAX (count_calls (top), 1) - 1;
  g_autofree char *where = NULL;
  PgwPlace place;

  if (!pgw_debug_info_get_place (self->info, top->pc, &place))
    return;
  where = g_strdup_printf ("%s:%d", place.file, place.line);
  printf ("%8" G_GUINT64_FORMAT " %10" G_GUINT64_FORMAT "  %-22s %-23s | %*s%s\n",
          pgw_timeline_get_position (timeline), line, where, place.function, (int) depth * 2, "",
          source_text (self, &place));
  if (self->with_locals)
    print_locals (self, timeline, top, &place, depth);
}

static gboolean
list_line (PgwTimeline *timeline, guint64 line, const PgwStackTop *top, gpointer data)
{
  Listing *self = data;

  while (self->step < pgw_timeline_get_position (timeline))
    print_event (timeline, ++self->step);
  print_line (self, timeline, line, top);
  return ferror (stdout);
}

static guint64
line_of (PgwTimeline *timeline, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);

  return event != NULL ? event->source_line : 0;
}

/* Each event with the line it stands in. */
static void
list_events (Listing *self, PgwTimeline *timeline, guint64 to)
{
  PgwStackTop top;

  while (self->step < to && !ferror (stdout))
    {
      pgw_timeline_seek (timeline, ++self->step);
      print_event (timeline, self->step);
      if (pgw_timeline_get_stack_top (timeline, &top))
        print_line (self, timeline, 0, &top);
    }
}

void
pgw_line_listing_print (PgwTimeline *timeline, PgwDebugInfo *info, guint64 from, guint64 to, gboolean with_locals)
{
  Listing self = { .info = info, .with_locals = with_locals, .step = from };
  guint64 first = line_of (timeline, from), last = line_of (timeline, to);

  self.sources = g_hash_table_new_full (g_direct_hash, NULL, NULL, clear_lines);
  if (!HAVE_LINE_HOOKS)
    list_events (&self, timeline, to);
  else if (last > first)
    pgw_timeline_search_source_lines (timeline, first, last, list_line, &self, NULL, NULL);
  while (HAVE_LINE_HOOKS && self.step < to)
    print_event (timeline, ++self.step);

  for (guint i = 0; i < MAX_DEPTH; i++)
    forget_call (&self.calls[i]);
  g_hash_table_unref (self.sources);
}
