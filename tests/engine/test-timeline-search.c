/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Searching a timeline, compared with looking at every step by hand.
 */
#include "config.h"

#include <string.h>

#include "timeline-support.h"

#define N_OPS 250

/* ---- Predicates ---- */

typedef struct {
  guint16 event;
  guint64 hash;
  guint64 n_asked;
  const GArray *hashes;
  gboolean *cancel;
  guint64 cancel_after;
} Question;

static gboolean
is_event (PgwTimeline *timeline, guint64 step, gpointer data)
{
  Question *question = data;
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);

  question->n_asked++;
  g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, step);
  return event && event->id == question->event;
}

static gboolean
has_hash (PgwTimeline *timeline, guint64 step, gpointer data)
{
  Question *question = data;

  question->n_asked++;
  g_assert_cmphex (pgw_timeline_hash (timeline), ==, g_array_index (question->hashes, guint64, step));
  return pgw_timeline_hash (timeline) == question->hash;
}

static gboolean
never_but_cancel (PgwTimeline *timeline, guint64 step, gpointer data)
{
  Question *question = data;

  if (++question->n_asked == question->cancel_after)
    *question->cancel = TRUE;
  return FALSE;
}

static guint64
find_event_by_hand (PgwTimeline *timeline, guint16 id, guint64 from, guint64 to)
{
  while (from != to)
    {
      const PgwEvent *event;

      from = from < to ? from + 1 : from - 1;
      event = pgw_timeline_get_event (timeline, from);
      if (event && event->id == id)
        return from;
    }
  return G_MAXUINT64;
}

static void
test_events (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (20, N_OPS, 50, 0);
  guint64 length = pgw_timeline_get_length (timeline);
  guint n_hits = 0;

  for (guint64 i = 0; i < scaled (500); i++)
    {
      Question question = { .event = (guint16) (1 + random_below (NR_TRACE_EVENTS - 1)) };
      guint64 from = random_below (length + 1), to = random_below (length + 1);
      guint64 position = random_below (length + 1), found = 0, expected;

      pgw_timeline_seek (timeline, position);
      expected = find_event_by_hand (timeline, question.event, from, to);
      if (pgw_timeline_search (timeline, from, to, is_event, &question, NULL, &found))
        {
          g_assert_cmpuint (found, ==, expected);
          g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, expected);
          n_hits++;
        }
      else
        {
          g_assert_cmpuint (expected, ==, G_MAXUINT64);
          g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, position);
          g_assert_cmpuint (question.n_asked, ==, from < to ? to - from : from - to);
        }
    }
  g_assert_cmpuint (n_hits, >, 0);
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);
}

/* Predicates must see the machine of their step. */
static void
test_machine (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (21, 60, 20, 0);
  g_autoptr (GArray) hashes = straight_hashes (21, 60);
  guint64 length = pgw_timeline_get_length (timeline);

  for (guint64 i = 0; i < scaled (60); i++)
    {
      guint64 from = random_below (length + 1), to = random_below (length + 1), found = 0;
      Question question = { .hashes = hashes };

      question.hash = g_array_index (hashes, guint64, random_below (length + 1));
      if (pgw_timeline_search (timeline, from, to, has_hash, &question, NULL, &found))
        g_assert_cmphex (g_array_index (hashes, guint64, found), ==, question.hash);
      g_assert_cmphex (pgw_timeline_hash (timeline), ==,
                       g_array_index (hashes, guint64, pgw_timeline_get_position (timeline)));
    }
}

static void
test_cancel (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (22, N_OPS, 50, 0);
  guint64 length = pgw_timeline_get_length (timeline);

  for (guint i = 0; i < 2; i++)
    {
      gboolean cancel = FALSE;
      Question question = { .cancel = &cancel, .cancel_after = 400 };

      pgw_timeline_seek (timeline, 123);
      g_assert_false (pgw_timeline_search (timeline, i ? length : 0, i ? 0 : length, never_but_cancel, &question,
                                           &cancel, NULL));
      g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, 123);
      g_assert_cmpuint (question.n_asked, <, 1000);
    }
}

/* A predicate may use another timeline. */
static gboolean
look_at_other (PgwTimeline *timeline, guint64 step, gpointer data)
{
  PgwTimeline *other = data;

  pgw_timeline_seek (other, step);
  return pgw_timeline_hash (other) != pgw_timeline_hash (timeline);
}

static void
test_nested (void)
{
  g_autoptr (PgwTimeline) a = new_recorded (23, 30, 20, 0);
  g_autoptr (PgwTimeline) b = new_recorded (23, 30, 33, 0);

  g_assert_false (pgw_timeline_search (a, 0, pgw_timeline_get_length (a), look_at_other, b, NULL, NULL));
  g_assert_false (pgw_timeline_search (a, pgw_timeline_get_length (a), 0, look_at_other, b, NULL, NULL));
}

/* ---- Changes ---- */

/* The steps at which an object's bytes differ from those one step before, by looking at each. */
static GArray *
changes_by_hand (PgwTimeline *timeline, mm_object_t object)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint64));
  struct view_extent extents[64];
  guint n = view_object_extents (pgw_timeline_get_machine (timeline), object, extents, G_N_ELEMENTS (extents));
  g_autoptr (GByteArray) before = g_byte_array_new ();

  for (guint64 step = 0; step <= pgw_timeline_get_length (timeline); step++)
    {
      g_autoptr (GByteArray) now = g_byte_array_new ();

      pgw_timeline_seek (timeline, step);
      for (guint i = 0; i < n; i++)
        g_byte_array_append (now, (const guint8 *) pgw_timeline_get_machine (timeline) + extents[i].offset,
                             (guint) extents[i].size);
      if (step > 0 && memcmp (before->data, now->data, now->len) != 0)
        g_array_append_val (steps, step);
      g_byte_array_set_size (before, 0);
      g_byte_array_append (before, now->data, now->len);
    }
  return steps;
}

static guint64
pick_change (const GArray *steps, guint64 step, gboolean forward)
{
  guint64 last = 0;

  for (guint i = 0; i < steps->len; i++)
    {
      guint64 at = g_array_index (steps, guint64, i);

      if (forward && at > step)
        return at;
      if (!forward && at <= step)
        last = at;
    }
  return last;
}

static void
check_changes (PgwTimeline *timeline, mm_object_t object, guint *n_found)
{
  g_autoptr (GArray) steps = changes_by_hand (timeline, object);
  guint64 length = pgw_timeline_get_length (timeline);

  for (guint i = 0; i < 40; i++)
    {
      guint64 step = i < 2 ? i * length : random_below (length + 1);
      guint64 position = random_below (length + 1);
      gboolean forward = i / 2 % 2;
      guint64 found;

      pgw_timeline_seek (timeline, position);
      found = pgw_timeline_find_change (timeline, object, step, forward);
      g_assert_cmpuint (found, ==, pick_change (steps, step, forward));
      g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, position);
      *n_found += found != 0;
    }
}

static void
test_changes (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (24, (guint) scaled (150), 30, 0);
  struct view_zone zones[8];
  guint n_zones, n_found = 0;

  n_zones = MIN (view_zones (pgw_timeline_get_machine (timeline), zones, G_N_ELEMENTS (zones)), G_N_ELEMENTS (zones));
  g_assert_cmpuint (n_zones, >, 0);
  for (guint i = 0; i < 12; i++)
    {
      const PgwEvent *event = pgw_timeline_get_event (timeline, 1 + random_below (pgw_timeline_get_length (timeline)));
      guint64 pfn = random_below (SMALL_RAM >> PAGE_SHIFT);

      if (event->id == TRACE_mm_page_alloc || event->id == TRACE_expand)
        pfn = event->arg[0];
      check_changes (timeline, mm_object (MM_OBJECT_PAGE, pfn), &n_found);
    }
  check_changes (timeline, mm_object (MM_OBJECT_ZONE, zones[0].ref), &n_found);
  check_changes (timeline, mm_zone_object (MM_OBJECT_FREE_AREA, zones[0].ref, 3), &n_found);
  check_changes (timeline, mm_zone_object (MM_OBJECT_PCP, zones[0].ref, 1), &n_found);
  check_changes (timeline, mm_object (MM_OBJECT_SLOT, 5), &n_found);
  g_assert_cmpuint (n_found, >, 40);
  g_assert_cmpuint (pgw_timeline_find_change (timeline, mm_object (MM_OBJECT_OP, 1), 10, TRUE), ==, 0);
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeline/search/events", test_events);
  g_test_add_func ("/timeline/search/machine", test_machine);
  g_test_add_func ("/timeline/search/cancel", test_cancel);
  g_test_add_func ("/timeline/search/nested", test_nested);
  g_test_add_func ("/timeline/search/changes", test_changes);
  return g_test_run ();
}
