/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli why: how a page frame came to its state. Goes back from one
 * change of its struct page to the one before and prints them oldest first:
 * the step, the line of the source that made the change, and how it was
 * reached.
 */
#include "config.h"
#include "pgw-cli.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "src/engine/pgw-narration.h"
#include "src/engine/pgw-source.h"
#include "src/engine/pgw-value.h"

#define MAX_FRAMES  64
#define MAX_EXTENTS 16

/* The bytes of an object, as they were at the line before. */
typedef struct {
  struct view_extent extents[MAX_EXTENTS];
  guint32 n_extents;
  GByteArray *bytes;
  guint64 culprit;      /* the last line that changed them; 0 = none */
} Watch;

static gboolean
take_bytes (PgwTimeline *timeline, Watch *watch)
{
  const guint8 *arena = (const guint8 *) (const void *) pgw_timeline_get_machine (timeline);
  gboolean changed = FALSE;
  gsize at = 0;

  for (guint32 i = 0; i < watch->n_extents; i++)
    {
      const guint8 *now = arena + watch->extents[i].offset;
      gsize size = watch->extents[i].size;

      if (watch->bytes->len < at + size)
        g_byte_array_set_size (watch->bytes, (guint) (at + size));
      if (memcmp (watch->bytes->data + at, now, size) != 0)
        {
          memcpy (watch->bytes->data + at, now, size);
          changed = TRUE;
        }
      at += size;
    }
  return changed;
}

static gboolean
look (PgwTimeline *timeline, guint64 line, const PgwStackTop *top, gpointer data)
{
  Watch *watch = data;

  if (take_bytes (timeline, watch))
    watch->culprit = line - 1;
  return FALSE;
}

static guint64
line_of (PgwTimeline *timeline, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);

  return event != NULL ? event->source_line : 0;
}

/* The last line that changed the object between the steps `step` - 1 and `step`; 0 = the clock does not tell. */
static guint64
find_culprit (PgwTimeline *timeline, mm_object_t object, guint64 step)
{
  guint64 before = line_of (timeline, step - 1), after = line_of (timeline, step);
  Watch watch = { .bytes = g_byte_array_new () };

  pgw_timeline_seek (timeline, step - 1);
  watch.n_extents = MIN (view_object_extents (pgw_timeline_get_machine (timeline), object, watch.extents, MAX_EXTENTS),
                         MAX_EXTENTS);
  take_bytes (timeline, &watch);
  if (after > before)
    pgw_timeline_search_source_lines (timeline, before, after, look, &watch, NULL, NULL);

  /* What differs in the event only was done by the line the event stands in. */
  pgw_timeline_seek (timeline, step);
  if (take_bytes (timeline, &watch))
    watch.culprit = after;
  g_byte_array_unref (watch.bytes);
  return watch.culprit;
}

/*
 * The functions under way where the change was made. When that is the line at
 * which a function ends, it was made behind its return, in the line of the
 * call; so only functions count that are still under way afterwards.
 */
static guint
find_cause (PgwTimeline *timeline, PgwDebugInfo *info, mm_object_t object, guint64 step, PgwFrame *frames)
{
  guint64 culprit = find_culprit (timeline, object, step);
  PgwFrame later[MAX_FRAMES];
  guint n, n_later;

  if (culprit == 0 || culprit == line_of (timeline, step))
    pgw_timeline_seek (timeline, step);
  else
    pgw_timeline_seek_source_line (timeline, culprit + 1);
  n_later = pgw_locals_unwind (info, timeline, later, MAX_FRAMES);
  if (culprit == 0)
    {
      memcpy (frames, later, n_later * sizeof *frames);
      return n_later;
    }

  pgw_timeline_seek_source_line (timeline, culprit);
  n = pgw_locals_unwind (info, timeline, frames, MAX_FRAMES);
  while (n > 1 && (n > n_later || later[n_later - n].frame != frames[0].frame ||
                   !g_str_equal (later[n_later - n].place.function, frames[0].place.function)))
    memmove (frames, frames + 1, --n * sizeof *frames);
  return n;
}

static void
print_source (const PgwPlace *place)
{
  g_auto (GStrv) lines = pgw_source_load_lines (place->file);

  if (lines != NULL && place->line >= 1 && (guint) place->line <= g_strv_length (lines))
    printf ("          %s:%d  %s\n", place->file, place->line, g_strstrip (lines[place->line - 1]));
  else
    printf ("          %s:%d\n", place->file, place->line);
}

static void
print_change (PgwTimeline *timeline, PgwDebugInfo *info, mm_object_t object, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);
  g_autofree char *text = pgw_event_to_text (event);
  struct view_page page;
  PgwFrame frames[MAX_FRAMES];
  guint n;

  pgw_timeline_seek (timeline, step);
  printf ("%8lu  op %u  %s", (gulong) step, event->op + 1, text);
  if (view_page (pgw_timeline_get_machine (timeline), mm_object_id (object), &page))
    printf (_("  → %s, order %u"), view_page_kind_name (page.kind), page.order);
  putchar ('\n');

  n = find_cause (timeline, info, object, step, frames);
  if (n == 0)
    return;
  print_source (&frames[0].place);
  printf ("          ");
  for (guint i = n; i-- > 0;)
    printf ("%s%s", frames[i].place.function, i > 0 ? " → " : "\n");
}

static void
explain (PgwTimeline *timeline, PgwDebugInfo *info, mm_object_t object, guint64 at, gint64 last)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 step = at;

  while (step > 0 && (last == 0 || steps->len < (guint64) last))
    {
      step = pgw_timeline_find_change (timeline, object, step, FALSE);
      if (step == 0)
        break;
      g_array_append_val (steps, step);
      step--;
    }

  if (steps->len == 0)
    printf (_("Nothing changed page frame %#lx up to step %lu: it is as the machine started with it.\n"),
            (gulong) mm_object_id (object), (gulong) at);
  for (guint i = steps->len; i-- > 0 && !ferror (stdout);)
    print_change (timeline, info, object, g_array_index (steps, guint64, i));
}

static gboolean
parse_pfn (const char *text, guint64 *pfn)
{
  gboolean hex = text != NULL && g_str_has_prefix (text, "0x");

  if (text == NULL)
    pgw_cli_complain (_("why: --pfn is missing; expected the number of a page frame, as 0x1a3"));
  else if (!g_ascii_string_to_unsigned (hex ? text + 2 : text, hex ? 16 : 10, 0, MACHINE_MAX_RAM >> PAGE_SHIFT, pfn, NULL))
    pgw_cli_complain (_("why: --pfn %s: expected the number of a page frame, as 0x1a3"), text);
  else
    return TRUE;
  return FALSE;
}

static int
why (const char *path, guint64 pfn, gint64 at, gint64 last)
{
  g_autoptr (PgwScenario) scenario = pgw_cli_open (path);
  g_autoptr (PgwTimeline) timeline = scenario != NULL ? pgw_cli_start (scenario, path) : NULL;
  g_autoptr (PgwDebugInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  struct view_machine machine;

  if (timeline == NULL)
    return PGW_EXIT_USAGE;

  view_machine (pgw_timeline_get_machine (timeline), &machine);
  if (pfn >= machine.max_pfn)
    {
      pgw_cli_complain (_("why: --pfn %#lx: the machine’s page frames end at %#lx"), (gulong) pfn,
                        (gulong) machine.max_pfn - 1);
      return PGW_EXIT_USAGE;
    }
  pgw_timeline_record (timeline, 0);
  if (at > (gint64) pgw_timeline_get_length (timeline))
    {
      pgw_cli_complain (_("why: --at %ld: the scenario ends at step %lu"), (long) at,
                        (gulong) pgw_timeline_get_length (timeline));
      return PGW_EXIT_USAGE;
    }
  info = pgw_debug_info_new (&error);
  if (info == NULL)
    {
      pgw_cli_complain ("why: %s", error->message);
      return PGW_EXIT_USAGE;
    }

  explain (timeline, info, mm_object (MM_OBJECT_PAGE, pfn),
           at >= 0 ? (guint64) at : pgw_timeline_get_length (timeline), last);
  return PGW_EXIT_GOOD;
}

int
pgw_cmd_why (int argc, char **argv)
{
  g_autofree char *text = NULL;
  gint64 at = -1, last = 0;
  const GOptionEntry entries[] = {
    { "pfn", 'f', 0, G_OPTION_ARG_STRING, &text, N_("The page frame to explain, as 0x1a3"), N_("PFN") },
    { "at", 'a', 0, G_OPTION_ARG_INT64, &at, N_("Explain its state at this step instead of the end"), N_("STEP") },
    { "last", 'n', 0, G_OPTION_ARG_INT64, &last, N_("Only so many changes, the last ones"), N_("N") },
    G_OPTION_ENTRY_NULL
  };
  guint64 pfn;

  if (!pgw_cli_parse ("why", entries, 1, 1, &argc, &argv) || !parse_pfn (text, &pfn))
    return PGW_EXIT_USAGE;
  if (at < -1)
    pgw_cli_complain (_("why: --at %ld: expected the number of a step, from 0"), (long) at);
  else if (last < 0)
    pgw_cli_complain (_("why: --last %ld: expected a number of changes, from 1"), (long) last);
  else
    return why (argv[1], pfn, at, last);

  return PGW_EXIT_USAGE;
}
