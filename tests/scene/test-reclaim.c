/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the panes of reclaim show is what the machine has: the lists' ends in
 * their order, each page once, the page in hand and where it goes; what is
 * selected is found in the other panes and never folded; slots of swap and
 * the lanes of the chart agree with the counters.
 */
#include "config.h"

#include <string.h>

#include "fixture.h"
#include "src/scene/pgw-scene-private.h"

#define WIDTH  900
#define HEIGHT 700

static PgwScene *
draw (const PgwPaneState *state, const char *pane)
{
  return pgw_pane_type_by_id (pane)->layout (state, WIDTH, HEIGHT);
}

/* The first step from `step` on with such an event. */
static guint64
find_event (PgwTimeline *timeline, guint64 step, guint id)
{
  for (; step <= pgw_timeline_get_length (timeline); step++)
    if (pgw_timeline_get_event (timeline, step)->id == id)
      return step;
  return 0;
}

static const PgwItem *
tile_of (PgwScene *scene, guint64 pfn)
{
  guint n;
  const PgwItem *items = pgw_scene_get_items (scene, &n), *found = NULL;

  for (guint i = 0; i < n; i++)
    if (items[i].id == PGW_ITEM_ID_BLOCK (pfn, 0))
      {
        g_assert_null (found);
        found = &items[i];
      }
  return found;
}

/* ---- Lists ---- */

static gboolean
is_before (const PgwItem *a, const PgwItem *b)
{
  return a->y < b->y - 1 || (a->y < b->y + 1 && a->x < b->x);
}

static void
check_lists (const Fixture *fixture)
{
  const struct machine *machine = pgw_timeline_get_machine (fixture->timeline);
  PgwPaneState state = fixture_state (fixture);
  g_autoptr (PgwScene) scene = draw (&state, "lru");
  guint64 ends[2][8];

  for (guint lru = 0; lru < VIEW_NR_LRU - 1; lru++)
    for (guint tail = 0; tail < 2; tail++)
      {
        guint64 n = view_lru_end (machine, 0, lru, tail, ends[tail], G_N_ELEMENTS (ends[tail]));

        for (guint64 i = 0; i < n; i++)
          {
            const PgwItem *item = tile_of (scene, ends[tail][i]);

            g_assert_nonnull (item);
            g_assert_cmphex (item->object, ==, mm_object (MM_OBJECT_PAGE, ends[tail][i]));
            g_assert_cmpuint (item->colour, ==, PGW_COLOUR_PAGE_KIND + (lru < 2 ? VIEW_PAGE_ANON : VIEW_PAGE_FILE));
            g_assert_cmpint (!(item->style & PGW_STYLE_SOLID), ==, !(lru & 1));
            if (i > 0)
              g_assert_true (tail ? is_before (item, tile_of (scene, ends[tail][i - 1]))
                                  : is_before (tile_of (scene, ends[tail][i - 1]), item));
          }
      }
}

static void
test_ends (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("second-chance");
  guint64 length = pgw_timeline_get_length (fixture->timeline);

  for (guint i = 1; i <= 12; i++)
    {
      pgw_timeline_seek (fixture->timeline, length * i / 12);
      check_lists (fixture);
    }
}

/* ---- A page's way ---- */

static void
test_second_chance_is_seen (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("second-chance");
  PgwTimeline *timeline = fixture->timeline;
  PgwPaneState state = fixture_state (fixture);
  guint64 step = 0, pfn, outcome, back;
  g_autoptr (PgwScene) before = NULL, taken = NULL, looked = NULL, returned = NULL, start = NULL;
  const PgwItem *tail, *isolated, *hand, *head;
  g_autofree char *text = NULL;
  guint64 first;

  /* One that was used is kept. */
  do
    {
      step = find_event (timeline, step + 1, TRACE_shrink_folio);
      g_assert_cmpuint (step, >, 0);
      pfn = pgw_timeline_get_event (timeline, step)->arg[0];
      outcome = pgw_timeline_get_event (timeline, step)->arg[1] & 0xffffffff;
    }
  while (outcome != RECLAIM_KEPT);

  for (back = step; pgw_timeline_get_event (timeline, back)->id != TRACE_isolate_lru_folio ||
                    pgw_timeline_get_event (timeline, back)->arg[0] != pfn;)
    back--;
  pgw_timeline_seek (timeline, back);
  before = draw (&state, "lru");
  tail = tile_of (before, pfn);
  g_assert_true (tail->style & PGW_STYLE_CHANGED);

  pgw_timeline_seek (timeline, back + 1);
  taken = draw (&state, "lru");
  isolated = tile_of (taken, pfn);
  g_assert_cmpfloat (isolated->y, <, tail->y);
  start = pgw_scene_tween (before, taken, 0.0001);
  g_assert_cmpfloat_with_epsilon (tile_of (start, pfn)->y, tail->y, 1);

  pgw_timeline_seek (timeline, step);
  looked = draw (&state, "lru");
  hand = tile_of (looked, pfn);
  g_assert_true (hand->style & PGW_STYLE_CHANGED);
  text = pgw_scene_to_text (looked);
  g_assert_nonnull (strstr (text, "In hand: "));
  g_assert_nonnull (strstr (text, "second chance: kept"));

  /* Back at the head. */
  for (step++; pgw_timeline_get_event (timeline, step)->id != TRACE_move_folio_to_lru ||
               pgw_timeline_get_event (timeline, step)->arg[0] != pfn;)
    step++;
  pgw_timeline_seek (timeline, step);
  returned = draw (&state, "lru");
  head = tile_of (returned, pfn);
  view_lru_end (pgw_timeline_get_machine (timeline), 0, 2, FALSE, &first, 1);
  g_assert_cmphex (first, ==, pfn);
  g_assert_cmpfloat (head->y, >, hand->y);
}

static void
test_selection_is_never_folded (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("streaming");
  const struct machine *machine = pgw_timeline_get_machine (fixture->timeline);
  PgwPaneState state = fixture_state (fixture);
  g_autofree guint64 *pfns = g_new (guint64, 100000);
  g_autoptr (PgwScene) plain = draw (&state, "lru"), selected = NULL, frames = NULL;
  guint64 n, pfn;
  double x, y, width, height;

  n = view_lru_list (machine, 0, 2, pfns, 100000);
  g_assert_cmpuint (n, >, 1000);
  pfn = pfns[n / 2];
  g_assert_null (tile_of (plain, pfn));
  state.selection = mm_object (MM_OBJECT_PAGE, pfn);
  selected = draw (&state, "lru");
  g_assert_nonnull (tile_of (selected, pfn));
  g_assert_true (tile_of (selected, pfn)->style & PGW_STYLE_SELECTED);
  frames = draw (&state, "frames");
  g_assert_true (pgw_scene_locate (frames, state.selection, &x, &y, &width, &height));
}

/* A list that is selected lights its pages; so does a VMA. */
static void
test_pages_of_a_selection (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("swapping");
  const struct machine *machine = pgw_timeline_get_machine (fixture->timeline);
  PgwPaneState state = fixture_state (fixture);
  struct view_mapping user;
  guint64 pfn;
  g_autoptr (PgwScene) list = NULL, vma = NULL, space = NULL;

  g_assert_cmpuint (view_lru_end (machine, 0, 0, TRUE, &pfn, 1), ==, 1);
  state.selection = mm_lru_object (0, 0);
  list = draw (&state, "lru");
  g_assert_true (tile_of (list, pfn)->style & PGW_STYLE_RELATED);

  view_lru_end (machine, 0, 0, FALSE, &pfn, 1);
  g_assert_cmpuint (view_page_users (machine, pfn, &user, 1), >=, 1);
  state.selection = mm_pte_object (user.pid, user.address, 1);
  vma = draw (&state, "lru");
  g_assert_true (tile_of (vma, pfn)->style & PGW_STYLE_RELATED);
  state.selection = mm_object (MM_OBJECT_PAGE, pfn);
  space = draw (&state, "space");
  g_assert_nonnull (pgw_scene_find (space, mm_object (MM_OBJECT_VMA, user.vma)));
  g_assert_true (pgw_scene_find (space, mm_object (MM_OBJECT_VMA, user.vma))->style & PGW_STYLE_RELATED);
}

/* ---- Swap ---- */

static void
test_slots (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("swapping");
  PgwTimeline *timeline = fixture->timeline;
  PgwPaneState state = fixture_state (fixture);
  guint64 step = 1;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (PgwScene) scene = NULL;
      struct view_swap_slot view;
      const PgwItem *item;
      guint64 slot;

      step = find_event (timeline, step + 100 * i, TRACE_swap_writepage);
      g_assert_cmpuint (step, >, 0);
      pgw_timeline_seek (timeline, step);
      slot = pgw_timeline_get_event (timeline, step)->arg[1];
      g_assert_true (view_swap_slot (pgw_timeline_get_machine (timeline), 0, slot, &view));
      g_assert_cmphex (view.pfn, ==, pgw_timeline_get_event (timeline, step)->arg[0]);
      scene = draw (&state, "swap");
      item = pgw_scene_find (scene, mm_swap_object (0, slot));
      g_assert_nonnull (item);
      g_assert_true (item->style & PGW_STYLE_CHANGED);
      g_assert_nonnull (strchr (item->label, 'c'));
    }
}

/* ---- Lanes ---- */

static void
test_activity (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("swapping");
  g_autoptr (PgwStatistics) statistics = pgw_statistics_new (fixture->timeline);
  const GArray *activity;
  struct view_activity now;

  pgw_statistics_update (statistics, 0);
  activity = pgw_statistics_get_activity (statistics);
  g_assert_cmpuint (activity->len, >, 100);
  for (guint i = 0; i < activity->len; i += activity->len / 10)
    {
      const PgwActivity *sample = &g_array_index (activity, PgwActivity, i);

      pgw_timeline_seek (fixture->timeline, sample->step);
      view_activity (pgw_timeline_get_machine (fixture->timeline), &now);
      g_assert_cmpmem (&now, sizeof now, &sample->activity, sizeof now);
    }
  g_assert_cmpuint (now.swapped_out, >, 1000);
}

/* Fewer panes where there is little room, and all of them known. */
static void
test_small_layouts (void)
{
  for (const PgwLayout *const *layout = pgw_layouts (); *layout != NULL; layout++)
    {
      const PgwLayoutCell *large = pgw_layout_get_cells (*layout, 1500, 900), *small = pgw_layout_get_cells (*layout, 700, 500);

      g_assert_true (large == (*layout)->cells);
      g_assert_true (small == ((*layout)->small != NULL ? (*layout)->small : large));
      for (const PgwLayoutCell *cell = small; cell->pane != NULL; cell++)
        {
          g_assert_nonnull (pgw_pane_type_by_id (cell->pane));
          g_assert_cmpfloat (cell->x + cell->width, <=, 1.0001);
          g_assert_cmpfloat (cell->y + cell->height, <=, 1.0001);
        }
    }
}

/* A scenario can ask for each layout by name. */
static void
test_layouts_of_scenarios (void)
{
  for (const PgwLayout *const *layout = pgw_layouts (); *layout != NULL; layout++)
    {
      g_autofree char *text = g_strdup_printf ("{ \"pagewalk\": 1, \"layout\": \"%s\", \"machine\": { \"ram\": \"16M\" }, "
                                               "\"script\": [] }", (*layout)->id);
      g_autoptr (GError) error = NULL;
      g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (text, -1, "test.json", NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (pgw_scenario_get_layout (scenario), ==, (*layout)->id);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reclaim/ends", test_ends);
  g_test_add_func ("/reclaim/second-chance-is-seen", test_second_chance_is_seen);
  g_test_add_func ("/reclaim/selection-is-never-folded", test_selection_is_never_folded);
  g_test_add_func ("/reclaim/pages-of-a-selection", test_pages_of_a_selection);
  g_test_add_func ("/reclaim/slots", test_slots);
  g_test_add_func ("/layouts/of-scenarios", test_layouts_of_scenarios);
  g_test_add_func ("/reclaim/activity", test_activity);
  g_test_add_func ("/reclaim/small-layouts", test_small_layouts);
  return g_test_run ();
}
