/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What holds of every pane, whatever it shows: for all scenarios, at several
 * steps, sizes, sizes of type and selections, in both languages, no item lies
 * outside of the scene, no text stands on other text or is wider than its
 * place, identities are unique, nothing is empty, and the text twin says
 * something. Layouts do not move the timeline.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "src/scene/pgw-pane-private.h"
#include "src/scene/pgw-frames.h"
#include "src/scene/pgw-plot.h"
#include "src/scene/pgw-scene-private.h"

typedef struct {
  const Fixture     *fixture;
  const PgwPaneType *type;
  PgwPaneState       state;
  double             width, height;
} Case;

static void
fail (const Case    *c,
      const PgwItem *item,
      const char    *what)
{
  g_test_message ("%s, pane %s, step %" G_GUINT64_FORMAT ", %g × %g, type × %g, selection %" G_GINT64_MODIFIER
                  "x: %s (“%s” at %g, %g, %g × %g)",
                  c->fixture->name, c->type->id, pgw_timeline_get_position (c->fixture->timeline), c->width, c->height,
                  c->state.font_scale, c->state.selection, what, item != NULL && item->label ? item->label : "",
                  item ? item->x : 0, item ? item->y : 0, item ? item->width : 0, item ? item->height : 0);
  g_test_fail ();
}

static gboolean
has_text (const PgwItem *item)
{
  return item->label != NULL && item->opacity > 0 && (item->kind == PGW_ITEM_TEXT || item->kind == PGW_ITEM_BOX);
}

/* Where an item's letters are: of a box its middle. */
static PgwRect
text_rectangle (const Case    *c,
                const PgwItem *item)
{
  PgwRect rect = { item->x, item->y, item->width, item->height };

  if (item->kind == PGW_ITEM_TEXT)
    {
      /* Line boxes may touch; the letters keep clear of their edges. */
      double clear = 0.18 * pgw_type_size (item->style, c->state.font_scale);

      rect.y += clear;
      rect.height -= 2 * clear;
    }
  return rect;
}

static gboolean
overlap (const PgwRect *a,
         const PgwRect *b)
{
  return a->x + a->width > b->x + 0.5 && b->x + b->width > a->x + 0.5 && a->y + a->height > b->y + 0.5 &&
         b->y + b->height > a->y + 0.5;
}

static void
check_items (const Case *c,
             PgwScene   *scene)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint n;
  const PgwItem *items = pgw_scene_get_items (scene, &n);

  if (n == 0)
    fail (c, NULL, "the scene is empty");
  for (guint i = 0; i < n; i++)
    {
      const PgwItem *item = &items[i];
      double slack = item->kind == PGW_ITEM_BOX && item->label == NULL ? 5 * c->state.font_scale : 0.51;

      if (!isfinite (item->x) || !isfinite (item->y) || !isfinite (item->width) || !isfinite (item->height))
        fail (c, item, "not a finite rectangle");
      if (item->width < 0 || item->height < 0)
        fail (c, item, "a negative size");
      if (item->x < -slack || item->y < -slack || item->x + item->width > pgw_scene_get_width (scene) + slack ||
          item->y + item->height > pgw_scene_get_height (scene) + slack)
        fail (c, item, "outside of the scene");
      if (item->id != 0 && !g_hash_table_add (ids, (gpointer) &item->id))
        fail (c, item, "an identity that another item has");
      if (item->colour >= PGW_N_COLOURS)
        fail (c, item, "no such colour");
      if (item->label != NULL && !g_utf8_validate (item->label, -1, NULL))
        fail (c, item, "not UTF-8");
      if (item->kind == PGW_ITEM_TEXT && item->height + 0.5 < pgw_type_size (item->style, c->state.font_scale))
        fail (c, item, "lower than its letters");
    }
}

static void
check_texts (const Case *c,
             PgwScene   *scene)
{
  guint n;
  const PgwItem *items = pgw_scene_get_items (scene, &n);

  for (guint i = 0; i < n; i++)
    {
      PgwRect a;

      if (!has_text (&items[i]))
        continue;
      a = text_rectangle (c, &items[i]);
      for (guint j = i + 1; j < n; j++)
        {
          PgwRect b;

          if (!has_text (&items[j]))
            continue;
          b = text_rectangle (c, &items[j]);
          if (overlap (&a, &b))
            {
              fail (c, &items[i], "text under other text:");
              fail (c, &items[j], "   this one");
            }
        }
    }
}

static void
check_case (Case *c)
{
  guint64 position = pgw_timeline_get_position (c->fixture->timeline);
  g_autoptr (PgwScene) scene = c->type->layout (&c->state, c->width, c->height);
  g_autofree char *text = pgw_scene_to_text (scene);
  g_autofree char *subtitle = c->type->subtitle (&c->state);

  g_assert_nonnull (scene);
  if (pgw_scene_get_width (scene) < c->width - 0.5 || pgw_scene_get_height (scene) < c->height - 0.5)
    fail (c, NULL, "smaller than asked for");
  check_items (c, scene);
  check_texts (c, scene);
  if (strlen (text) < 10 || !g_utf8_validate (text, -1, NULL))
    fail (c, NULL, "the text twin says nothing");
  if (*subtitle == '\0')
    fail (c, NULL, "no subtitle");
  g_assert_cmpuint (pgw_timeline_get_position (c->fixture->timeline), ==, position);
}

static void
check_panes (const Fixture *fixture,
             PgwStatistics *statistics,
             mm_object_t    selection,
             guint          which)
{
  static const double sizes[][2] = { { 760, 620 }, { 420, 330 }, { 260, 180 }, { 1500, 160 }, { 330, 900 } };
  static const double scales[] = { 1.0, 1.3, 2.0 };
  static const double zooms[] = { 0, 1, 6, 40 };
  const PgwPaneType *const *types = pgw_pane_types ();
  guint64 hash = pgw_timeline_hash (fixture->timeline);

  for (guint i = 0; types[i] != NULL; i++)
    for (gsize size = 0; size < G_N_ELEMENTS (sizes); size++)
      for (gsize scale = 0; scale < G_N_ELEMENTS (scales); scale++)
        {
          Case c = { .fixture = fixture, .type = types[i], .state = fixture_state (fixture), .width = sizes[size][0],
                     .height = sizes[size][1] };

          c.state.selection = selection;
          c.state.statistics = statistics;
          c.state.font_scale = scales[scale];
          c.state.zoom = zooms[(size + scale + which) % G_N_ELEMENTS (zooms)];
          c.state.pan_y = 37;
          check_case (&c);
        }
  g_assert_cmphex (pgw_timeline_hash (fixture->timeline), ==, hash);
}

static mm_object_t
some_selection (const Fixture *fixture,
                guint          which)
{
  const struct machine *machine = pgw_timeline_get_machine (fixture->timeline);
  struct view_zone zones[8];
  struct view_machine about;

  view_zones (machine, zones, G_N_ELEMENTS (zones));
  view_machine (machine, &about);
  switch (which % 8)
    {
    case 1:
      return mm_object (MM_OBJECT_PAGE, zones[0].start_pfn + zones[0].spanned_pages - 1);
    case 2:
      return mm_object (MM_OBJECT_ZONE, zones[0].ref);
    case 3:
      return mm_zone_object (MM_OBJECT_FREE_AREA, zones[0].ref, 3);
    case 4:
      return mm_object (MM_OBJECT_SLOT, 0);
    case 5:
      return mm_zone_object (MM_OBJECT_PCP, zones[0].ref, about.nr_cpus - 1);
    case 6:
      return mm_object (MM_OBJECT_OP, 0);
    case 7:
      return mm_object (MM_OBJECT_PAGE, about.max_pfn + 5);
    default:
      return 0;
    }
}

static void
test_every_pane (gconstpointer chinese)
{
  g_autoptr (GPtrArray) fixtures = NULL;

  fixture_set_language (GPOINTER_TO_INT (chinese));
  fixtures = fixtures_load ();
  g_assert_cmpuint (fixtures->len, >, 0);
  for (guint i = 0; i < fixtures->len; i++)
    {
      const Fixture *fixture = g_ptr_array_index (fixtures, i);
      g_autoptr (PgwStatistics) statistics = pgw_statistics_new (fixture->timeline);
      guint64 length = pgw_timeline_get_length (fixture->timeline);
      guint n = g_getenv ("PGW_UNDER_VALGRIND") != NULL ? 1 : 5;

      pgw_statistics_update (statistics, 0);
      for (guint j = 0; j < n; j++)
        {
          pgw_timeline_seek (fixture->timeline, n == 1 ? length / 2 : length * j / (n - 1));
          check_panes (fixture, statistics, some_selection (fixture, i + j), i + j);
        }
    }
  fixture_set_language (FALSE);
}

/* The table says of each machine what it says of itself, wherever one stands. */
static void
test_comparison (void)
{
  static const int sizes[][2] = { { 1400, 300 }, { 500, 400 } };
  g_autoptr (Fixture) fixture = fixture_load ("slab-slub-slob");
  g_autoptr (GArray) peers = pgw_peers_start (fixture->scenario, "scenario", NULL);
  guint64 length = pgw_timeline_get_length (fixture->timeline);

  g_assert_cmpuint (peers->len, ==, 3);
  g_assert_true (pgw_peers_record (peers, 0));
  for (guint i = 0; i <= 4; i++)
    for (guint size = 0; size < G_N_ELEMENTS (sizes); size++)
      {
        g_autoptr (PgwScene) scene = NULL;
        g_autofree char *text = NULL, *steps = NULL;
        Case c = { .fixture = fixture, .type = pgw_pane_type_by_id ("compare"), .state = fixture_state (fixture),
                   .width = sizes[size][0], .height = sizes[size][1] };

        pgw_timeline_seek (fixture->timeline, length * i / 4);
        pgw_peers_seek (peers, fixture->timeline, fixture->scenario);
        c.state.peers = (const PgwPeer *) (gconstpointer) peers->data;
        c.state.n_peers = peers->len;
        check_case (&c);
        scene = c.type->layout (&c.state, c.width, c.height);
        text = pgw_scene_to_text (scene);
        steps = g_strdup_printf ("Steps up to here: SLAB %s, SLUB %s, SLOB %s\n",
                                 pgw_count (pgw_timeline_get_position (c.state.peers[0].timeline)),
                                 pgw_count (pgw_timeline_get_position (c.state.peers[1].timeline)),
                                 pgw_count (pgw_timeline_get_position (c.state.peers[2].timeline)));
        g_assert_nonnull (strstr (text, steps));
      }
}

/* Two layouts of the same state are the same, as nothing but the state goes into them. */
static void
test_layouts_are_pure (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("many-cpus");
  const PgwPaneType *const *types = pgw_pane_types ();
  PgwPaneState state = fixture_state (fixture);

  for (guint i = 0; types[i] != NULL; i++)
    {
      g_autoptr (PgwScene) first = types[i]->layout (&state, 700, 500);
      g_autoptr (PgwScene) second = NULL;
      const PgwItem *a, *b;
      guint n, m;

      pgw_timeline_seek (fixture->timeline, 100);
      pgw_timeline_seek (fixture->timeline, pgw_timeline_get_length (fixture->timeline));
      second = types[i]->layout (&state, 700, 500);
      a = pgw_scene_get_items (first, &n);
      b = pgw_scene_get_items (second, &m);
      g_assert_cmpuint (n, ==, m);
      for (guint j = 0; j < n; j++)
        {
          g_assert_cmphex (a[j].id, ==, b[j].id);
          g_assert_cmpfloat (a[j].x, ==, b[j].x);
          g_assert_cmpfloat (a[j].y, ==, b[j].y);
          g_assert_cmpfloat (a[j].width, ==, b[j].width);
          g_assert_cmpstr (a[j].label, ==, b[j].label);
          g_assert_cmpuint (a[j].style, ==, b[j].style);
        }
    }
}

/* Every block of the free lists that has room is where it belongs, and the counts agree with what is folded. */
static void
test_buddy_shows_the_free_lists (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  const struct machine *machine = pgw_timeline_get_machine (fixture->timeline);
  PgwPaneState state = fixture_state (fixture);
  struct view_zone zones[8];
  guint32 n = view_zones (machine, zones, G_N_ELEMENTS (zones));

  for (guint32 z = 0; z < n; z++)
    {
      g_autoptr (PgwScene) scene = NULL;
      guint64 pfns[4096];

      state.zone = zones[z].ref;
      scene = pgw_pane_type_by_id ("buddy")->layout (&state, 20000, 600);
      for (guint order = 0; order < VIEW_MAX_ORDER; order++)
        for (guint mt = 0; mt < VIEW_NR_MT; mt++)
          {
            guint64 len = view_free_list (machine, zones[z].ref, order, mt, pfns, G_N_ELEMENTS (pfns));

            for (guint64 i = 0; i < len; i++)
              {
                const PgwItem *item = pgw_scene_find (scene, mm_object (MM_OBJECT_PAGE, pfns[i]));

                g_assert_nonnull (item);
                g_assert_cmphex (item->id, ==, PGW_ITEM_ID_BLOCK (pfns[i], order));
                g_assert_cmpuint (item->colour, ==, PGW_COLOUR_MT + mt);
              }
          }
    }
}

/* A selected block is shown however long its list is. */
static void
test_selected_block_is_never_folded (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("many-cpus");
  const struct machine *machine = pgw_timeline_get_machine (fixture->timeline);
  PgwPaneState state = fixture_state (fixture);
  guint64 pfns[4096], len = 0;
  g_autoptr (PgwScene) scene = NULL;
  struct view_zone zones[8];
  guint32 zone = 0, n = view_zones (machine, zones, G_N_ELEMENTS (zones));
  const PgwItem *item;

  for (guint32 i = 0; i < n && len < 40; i++)
    {
      zone = zones[i].ref;
      len = view_free_list (machine, zone, 0, 1, pfns, G_N_ELEMENTS (pfns));
    }
  g_assert_cmpuint (len, >=, 40);
  state.zone = zone;
  state.selection = mm_object (MM_OBJECT_PAGE, pfns[len - 1]);
  scene = pgw_pane_type_by_id ("buddy")->layout (&state, 500, 500);
  item = pgw_scene_find (scene, state.selection);
  g_assert_nonnull (item);
  g_assert_cmphex (item->id, ==, PGW_ITEM_ID_BLOCK (pfns[len - 1], 0));
  g_assert_true (item->style & PGW_STYLE_SELECTED);
}

/* Each split is seen as one block becoming two: both halves come out of the place of the whole. */
static void
test_splits_are_seen (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwPaneState state = fixture_state (fixture);
  guint seen = 0;

  for (guint64 step = 2; step < 60; step++)
    {
      const PgwEvent *event = pgw_timeline_get_event (fixture->timeline, step);
      g_autoptr (PgwScene) before = NULL, after = NULL, start = NULL;
      const PgwItem *whole, *right;
      guint64 high;

      if (event->id != TRACE_expand)
        continue;
      high = event->arg[1] & 0xffffffff;
      pgw_timeline_seek (fixture->timeline, step - 1);
      before = pgw_pane_type_by_id ("buddy")->layout (&state, 700, 500);
      pgw_timeline_seek (fixture->timeline, step);
      after = pgw_pane_type_by_id ("buddy")->layout (&state, 700, 500);
      start = pgw_scene_tween (before, after, 0.0001);
      whole = pgw_scene_find (before, mm_object (MM_OBJECT_PAGE, event->arg[0]));
      right = pgw_scene_find (start, mm_object (MM_OBJECT_PAGE, event->arg[3]));
      g_assert_nonnull (whole);
      g_assert_nonnull (right);
      g_assert_cmphex (whole->id, ==, PGW_ITEM_ID_BLOCK (event->arg[0], high));
      g_assert_cmphex (right->id, ==, PGW_ITEM_ID_BLOCK (event->arg[3], high - 1));
      g_assert_cmpfloat_with_epsilon (right->x, whole->x, 0.5);
      g_assert_cmpfloat_with_epsilon (right->y, whole->y, 0.5);
      seen++;
    }
  g_assert_cmpuint (seen, >=, 10);
}

/* What the map paints is what view_page() says, for every frame in sight. */
static void
check_truth (const char *name,
             guint       n_frames,
             guint       n_maps)
{
  g_autoptr (Fixture) fixture = fixture_load (name);
  const struct machine *machine = pgw_timeline_get_machine (fixture->timeline);
  PgwPaneState state = fixture_state (fixture);
  g_autoptr (PgwScene) scene = pgw_pane_type_by_id ("frames")->layout (&state, 700, 600);
  guint n, checked = 0, maps = 0;
  const PgwItem *items = pgw_scene_get_items (scene, &n);

  for (guint i = 0; i < n; i++)
    {
      const PgwBitmap *bitmap;

      if (items[i].kind != PGW_ITEM_BITMAP)
        continue;
      bitmap = pgw_scene_get_bitmap (scene, &items[i]);
      maps++;
      g_assert_cmpuint (bitmap->frames_per_cell, ==, 1);
      for (guint32 cell = 0; cell < bitmap->n_cells; cell++)
        {
          struct view_page page;
          guint kind = VIEW_PAGE_HOLE;

          if (view_page (machine, bitmap->first_pfn + cell, &page))
            kind = page.kind;
          g_assert_cmpuint (bitmap->cells[cell] & PGW_CELL_KIND, ==, kind);
          checked++;
        }
    }
  g_assert_cmpuint (checked, ==, n_frames);
  g_assert_cmpuint (maps, ==, n_maps);
}

static void
test_frames_tell_the_truth (void)
{
  check_truth ("tiny", 4096, 3);
  /* The large hole in the second zone takes no room, the small one in the first is drawn. */
  check_truth ("holes", 3 * 2048 + 256, 3);
}

/* Cells that stand for several frames have the kind of most of them. */
static void
test_aggregated_frames (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("many-cpus");
  const struct machine *machine = pgw_timeline_get_machine (fixture->timeline);
  PgwPaneState state = fixture_state (fixture);
  g_autoptr (PgwScene) scene = pgw_pane_type_by_id ("frames")->layout (&state, 500, 400);
  guint n, checked = 0;
  const PgwItem *items = pgw_scene_get_items (scene, &n);

  for (guint i = 0; i < n; i++)
    {
      const PgwBitmap *bitmap;

      if (items[i].kind != PGW_ITEM_BITMAP)
        continue;
      bitmap = pgw_scene_get_bitmap (scene, &items[i]);
      g_assert_cmpuint (bitmap->frames_per_cell, >, 1);
      for (guint32 cell = 0; cell < bitmap->n_cells; cell += 7)
        {
          guint64 first = (guint64) cell * bitmap->frames_per_cell;
          guint64 frames = MIN (bitmap->frames_per_cell, bitmap->n_frames - first);
          guint count[16] = { 0 }, most = 0;

          for (guint64 j = 0; j < frames; j++)
            {
              struct view_page page;

              view_page (machine, bitmap->first_pfn + first + j, &page);
              count[page.kind]++;
              most = MAX (most, count[page.kind]);
            }
          g_assert_cmpuint (count[bitmap->cells[cell] & PGW_CELL_KIND], ==, most);
          checked++;
        }
    }
  g_assert_cmpuint (checked, >, 5000);
}

/* Zooming keeps a frame in place, and one can reach the last one. */
static void
test_zoom_and_pan (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwPaneState state = fixture_state (fixture);
  struct view_machine about;
  double zoom = pgw_frames_pane_get_zoom (&state, 700, 500), page;

  view_machine (pgw_timeline_get_machine (fixture->timeline), &about);
  g_assert_cmpfloat (pgw_frames_pane_content_height (&state, 700, 500, &page), <=, page + 1);
  for (state.zoom = zoom * PGW_FRAMES_ZOOM_STEP; state.zoom < 60; state.zoom *= PGW_FRAMES_ZOOM_STEP)
    {
      double x, y, width, height;
      g_autoptr (PgwScene) middle = NULL, last = NULL;

      state.pan_y = pgw_frames_pane_pan_to (&state, 700, 500, 0x2000, 200);
      middle = pgw_pane_type_by_id ("frames")->layout (&state, 700, 500);
      g_assert_true (pgw_scene_locate (middle, mm_object (MM_OBJECT_PAGE, 0x2000), &x, &y, &width, &height));
      g_assert_cmpfloat_with_epsilon (y, 200, height + 1);
      state.pan_y = 1e9;
      last = pgw_pane_type_by_id ("frames")->layout (&state, 700, 500);
      g_assert_true (pgw_scene_locate (last, mm_object (MM_OBJECT_PAGE, about.max_pfn - 1), &x, &y, &width, &height));
    }
}

static void
test_scrubbing (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwPaneState state = fixture_state (fixture);
  guint64 length = pgw_timeline_get_length (fixture->timeline);

  for (double width = 260; width < 1600; width += 217)
    {
      g_assert_cmpuint (pgw_timeline_pane_step_at (&state, width, -50), ==, 0);
      g_assert_cmpuint (pgw_timeline_pane_step_at (&state, width, width + 50), ==, length);
      for (guint64 step = 0; step <= length; step += 191)
        {
          double x = pgw_timeline_pane_x_of (&state, width, step);
          guint64 back = pgw_timeline_pane_step_at (&state, width, x);

          g_assert_cmpuint (MAX (back, step) - MIN (back, step), <=, 1);
          x = pgw_chart_pane_x_of (&state, width, step);
          back = pgw_chart_pane_step_at (&state, width, x);
          g_assert_cmpuint (MAX (back, step) - MIN (back, step), <=, 1);
        }
    }
}

/* The lines that an operation changed are marked, and only they. */
static void
test_proc_marks_changes (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwPaneState state = fixture_state (fixture);
  g_autoptr (PgwScene) start = NULL, done = NULL;
  g_autofree char *before = NULL, *after = NULL;
  PgwOpRun run;

  state.option = "buddyinfo";
  g_assert_true (pgw_timeline_get_op_run (fixture->timeline, 0, &run));
  pgw_timeline_seek (fixture->timeline, run.first_step);
  start = pgw_pane_type_by_id ("proc")->layout (&state, 700, 300);
  before = pgw_scene_to_text (start);
  g_assert_null (strstr (before, "(changed)"));
  pgw_timeline_seek (fixture->timeline, run.last_step);
  done = pgw_pane_type_by_id ("proc")->layout (&state, 700, 300);
  after = pgw_scene_to_text (done);
  g_assert_nonnull (strstr (after, "DMA32"));
  g_assert_cmpuint (strlen (after), ==, strlen (before) + strlen ("    (changed)"));
  g_assert_true (g_str_has_suffix (after, "(changed)\n"));
}

/* A file of very many lines is shown by its start and its end: a picture of all would be higher than can be drawn. */
static void
test_proc_long_file (void)
{
  static const char text[] =
    "{\"pagewalk\": 1, \"machine\": {\"ram\": \"64M\"}, \"script\": [{\"op\": \"task_create\", \"as\": \"t\"},"
    " {\"repeat\": 2000, \"script\": ["
    "  {\"op\": \"mmap\", \"len\": \"4K\", \"prot\": \"rw-\", \"flags\": \"PRIVATE|ANONYMOUS\", \"as\": \"a\"},"
    "  {\"op\": \"mmap\", \"len\": \"4K\", \"prot\": \"r--\", \"flags\": \"PRIVATE|ANONYMOUS\", \"as\": \"b\"}]}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (Fixture) fixture = g_new0 (Fixture, 1);
  g_autoptr (PgwScene) scene = NULL;
  g_autofree char *said = NULL;
  PgwPaneState state;

  fixture->scenario = pgw_scenario_load_data (text, -1, "maps.json", NULL, &error);
  g_assert_no_error (error);
  fixture->timeline = pgw_timeline_new (pgw_scenario_get_config (fixture->scenario), NULL, &error);
  g_assert_no_error (error);
  pgw_timeline_append (fixture->timeline, pgw_scenario_get_ops (fixture->scenario),
                       pgw_scenario_get_n_ops (fixture->scenario));
  pgw_timeline_record (fixture->timeline, 0);
  state = fixture_state (fixture);
  pgw_timeline_seek (fixture->timeline, pgw_timeline_get_length (fixture->timeline));
  state.option = "self/maps";
  scene = pgw_pane_type_by_id ("proc")->layout (&state, 400, 300);
  said = pgw_scene_to_text (scene);
  g_assert_cmpfloat (pgw_scene_get_height (scene), >, 300);
  g_assert_cmpfloat (pgw_scene_get_height (scene), <, 16384);
  g_assert_nonnull (strstr (said, "00400000-"));
  g_assert_nonnull (strstr (said, "more lines"));
  g_assert_nonnull (strstr (said, "[stack]"));
}

static void
test_descriptions (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwPaneState state = fixture_state (fixture);
  struct mm_slot slot;
  g_autofree char *page = NULL, *hole = NULL, *none = NULL, *op = NULL;

  view_slot (pgw_timeline_get_machine (fixture->timeline), 1, &slot);
  page = pgw_object_describe (&state, mm_object (MM_OBJECT_PAGE, slot.value));
  g_assert_nonnull (strstr (page, "allocated"));
  g_assert_nonnull (strstr (page, "“b”"));
  hole = pgw_object_describe (&state, mm_object (MM_OBJECT_PAGE, 0x99999999));
  g_assert_nonnull (strstr (hole, "no memory"));
  none = pgw_object_describe (&state, 0);
  g_assert_cmpstr (none, ==, "");
  op = pgw_object_describe (&state, mm_object (MM_OBJECT_OP, 2));
  g_assert_nonnull (strstr (op, "Operation 3"));
  for (guint kind = 0; kind < NR_MM_OBJECT_KINDS; kind++)
    for (guint64 id = 0; id < 1ULL << 40; id = id * 7 + 1)
      {
        g_autofree char *text = pgw_object_describe (&state, mm_object (kind, id));

        g_assert_true (g_utf8_validate (text, -1, NULL));
      }
}

int
main (int    argc,
      char **argv)
{
  fixture_set_language (FALSE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/layouts/every-pane/en", GINT_TO_POINTER (FALSE), test_every_pane);
  g_test_add_data_func ("/layouts/every-pane/zh", GINT_TO_POINTER (TRUE), test_every_pane);
  g_test_add_func ("/layouts/comparison", test_comparison);
  g_test_add_func ("/layouts/pure", test_layouts_are_pure);
  g_test_add_func ("/layouts/buddy/free-lists", test_buddy_shows_the_free_lists);
  g_test_add_func ("/layouts/buddy/selected-is-shown", test_selected_block_is_never_folded);
  g_test_add_func ("/layouts/buddy/splits-are-seen", test_splits_are_seen);
  g_test_add_func ("/layouts/frames/truth", test_frames_tell_the_truth);
  g_test_add_func ("/layouts/frames/aggregated", test_aggregated_frames);
  g_test_add_func ("/layouts/frames/zoom-and-pan", test_zoom_and_pan);
  g_test_add_func ("/layouts/timeline/scrubbing", test_scrubbing);
  g_test_add_func ("/layouts/proc/changes", test_proc_marks_changes);
  g_test_add_func ("/layouts/proc/long", test_proc_long_file);
  g_test_add_func ("/layouts/descriptions", test_descriptions);
  return g_test_run ();
}
