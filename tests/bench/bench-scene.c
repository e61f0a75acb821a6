/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long pictures take: repainting 2,000 labelled items of which some move,
 * laying out and painting the frames of machines with a million pages and
 * more, and the panes of a scenario given as an argument (100,000 pages on the
 * LRU lists). Writes JSON: medians and 95th percentiles in milliseconds of
 * processor time, which what else runs on the machine does not change much.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "src/scene/pgw-pane-private.h"

#define N_ITEMS   2000
#define N_OBJECTS 100000
#define WIDTH   1280
#define HEIGHT  900

typedef struct { double median, p95; } Times;

/* Microseconds of processor time of this thread. */
static gint64
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static int
compare_doubles (const void *a,
                 const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static Times
summarise (double *times,
           guint   n)
{
  qsort (times, n, sizeof *times, compare_doubles);
  return (Times) { times[n / 2], times[n * 95 / 100] };
}

/* Chips in a grid; every `step`-th of them is elsewhere in another round. */
static PgwScene *
chips (guint round,
       guint step)
{
  PgwScene *scene = pgw_scene_new (WIDTH, HEIGHT);

  for (guint i = 0; i < N_ITEMS; i++)
    {
      guint place = i % step == 0 ? (i + round * 7 * step) % N_ITEMS : i;
      char label[16];

      g_snprintf (label, sizeof label, "%x", i * 8 + 0x1000);
      pgw_scene_add (scene, PGW_ITEM_BOX, PGW_ITEM_ID_BLOCK (i * 8, 3), mm_object (MM_OBJECT_PAGE, i * 8),
                     PGW_COLOUR_MT + i % 3, PGW_STYLE_MONO | PGW_STYLE_SMALL | (i % 3 ? 0 : PGW_STYLE_HATCHED),
                     place % 28 * 45 + 4, place / 28 * 12.4 + 2, 42, 11, label);
    }
  return scene;
}

/* Frames of an animation in which every `step`-th item moves. */
static Times
bench_tween (guint step)
{
  g_autoptr (PgwRenderer) renderer = pgw_renderer_new ();
  const PgwPalette *palette = pgw_palette_get (PGW_SCHEME_LIGHT);
  double times[240];
  guint n = 0;

  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (PgwScene) from = chips (round, step);
      g_autoptr (PgwScene) to = chips (round + 1, step);

      for (guint frame = 0; frame < 20; frame++)
        {
          gint64 start = now ();
          g_autoptr (PgwScene) scene = pgw_scene_tween (from, to, frame / 20.0);

          pgw_renderer_update (renderer, scene, palette, 1, 1);
          times[n++] = (now () - start) / 1000.0;
        }
    }
  return summarise (times + 20, n - 20);
}

/* Laying out and painting a pane at steps of a run. */
static Times
bench_pane (PgwTimeline *timeline,
            const char  *pane,
            double       zoom,
            Times       *layout_only)
{
  g_autoptr (PgwRenderer) renderer = pgw_renderer_new ();
  g_autoptr (PgwStatistics) statistics = pgw_statistics_new (timeline);
  const PgwPalette *palette = pgw_palette_get (PGW_SCHEME_LIGHT);
  guint64 length = pgw_timeline_get_length (timeline);
  double times[60], layouts[60];

  pgw_statistics_update (statistics, 0);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      PgwPaneState state = { .timeline = timeline, .zone = G_MAXUINT32, .cpu = G_MAXUINT32, .zoom = zoom,
                             .pan_y = i * 10, .font_scale = 1, .statistics = statistics };
      gint64 start;
      PgwScene *scene;

      pgw_timeline_seek (timeline, length * i / G_N_ELEMENTS (times));
      start = now ();
      scene = pgw_pane_type_by_id (pane)->layout (&state, 1200, 900);
      layouts[i] = (now () - start) / 1000.0;
      pgw_renderer_update (renderer, scene, palette, 1, 1);
      times[i] = (now () - start) / 1000.0;
      pgw_scene_unref (scene);
    }
  *layout_only = summarise (layouts, G_N_ELEMENTS (layouts));
  return summarise (times, G_N_ELEMENTS (times));
}

static PgwTimeline *
run_machine (guint64 ram)
{
  struct machine_config config = { .nr_regions = 1, .nr_cpus = 4, .nr_slots = 4000 };
  struct mm_op ops[2] = {
    { .kind = OP_alloc_many, .nid = -1, .nr = 3000, .order = 0, .gfp = 0, .arg = { 7, 4 } },
    { .kind = OP_free_many, .nid = -1, .nr = 3000, .arg = { PATTERN_RANDOM, 3, 0, 0 } },
  };
  const char *bad;
  PgwTimeline *timeline;

  config.regions[0].size = ram;
  view_parse_gfp ("GFP_HIGHUSER_MOVABLE", &ops[0].gfp, &bad);
  timeline = pgw_timeline_new (&config, NULL, NULL);
  g_assert_nonnull (timeline);
  pgw_timeline_append (timeline, ops, G_N_ELEMENTS (ops));
  pgw_timeline_record (timeline, 0);
  return timeline;
}

/* A cache of 100,000 objects, which then are given back and taken at random. */
static PgwTimeline *
run_objects (void)
{
  struct machine_config config = { .nr_regions = 1, .nr_cpus = 4, .nr_slots = N_OBJECTS + 2, .slab = SLAB_KIND_SLAB };
  struct mm_op ops[] = {
    { .kind = OP_kmem_cache_create, .nid = -1, .nr = 64, .arg = { 0, 0x796e616d } },
    { .kind = OP_kmem_cache_alloc, .nid = -1, .slot = 1, .nr = N_OBJECTS, .arg = { 1 } },
    { .kind = OP_kmem_cache_free, .nid = -1, .slot = 1, .nr = N_OBJECTS,
      .arg = { PATTERN_RANDOM, 1, 0, (guint64) (N_OBJECTS / 2) << 32 } },
  };
  const char *bad;
  PgwTimeline *timeline;

  config.regions[0].size = 256 << 20;
  view_parse_gfp ("GFP_KERNEL", &ops[1].gfp, &bad);
  timeline = pgw_timeline_new (&config, NULL, NULL);
  g_assert_nonnull (timeline);
  pgw_timeline_append (timeline, ops, G_N_ELEMENTS (ops));
  pgw_timeline_record (timeline, 0);
  return timeline;
}

/* Playing: a step, a picture, as the window does it. */
static void
bench_objects (void)
{
  g_autoptr (PgwTimeline) timeline = run_objects ();
  g_autoptr (PgwRenderer) renderer = pgw_renderer_new ();
  const PgwPalette *palette = pgw_palette_get (PGW_SCHEME_LIGHT);
  guint64 length = pgw_timeline_get_length (timeline), start = length / 2;
  double times[180], layouts[180];
  struct view_kmem_cache cache;
  PgwOpRun filled;

  pgw_timeline_get_op_run (timeline, 1, &filled);
  pgw_timeline_seek (timeline, filled.last_step);
  g_assert_true (view_kmem_cache (pgw_timeline_get_machine (timeline), view_find_kmem_cache (
    pgw_timeline_get_machine (timeline), "many"), &cache) && cache.used == N_OBJECTS);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      PgwPaneState state = { .timeline = timeline, .zone = G_MAXUINT32, .cpu = G_MAXUINT32, .font_scale = 1,
                             .selection = mm_object (MM_OBJECT_CACHE, cache.id) };
      gint64 begin = now ();
      PgwScene *scene;

      if (i == 60)
        start = length - 500;
      if (i == 120)
        start = length * 3 / 4;
      pgw_timeline_seek (timeline, start + i);
      scene = pgw_slab_pane.layout (&state, 700, 500);
      layouts[i] = (now () - begin) / 1000.0;
      pgw_renderer_update (renderer, scene, palette, 1, 1);
      times[i] = (now () - begin) / 1000.0;
      pgw_scene_unref (scene);
    }
  Times layout = summarise (layouts, G_N_ELEMENTS (layouts)), all = summarise (times, G_N_ELEMENTS (times));

  g_print (",\n  \"slab_100000_objects_playing\": { \"median_ms\": %.2f, \"p95_ms\": %.2f, \"layout_median_ms\": %.2f }",
           all.median, all.p95, layout.median);
}

#define N_VMAS    10000
#define N_TOUCHES 60
#define AREA      0x10000000000ULL

/* A task with many mappings, a page each and a page apart, all in memory, that forgets and touches some: that is drawn. */
static PgwTimeline *
run_task (guint64 *first_step)
{
  struct machine_config config = { .nr_regions = 1, .nr_slots = 4 };
  g_autofree struct mm_op *ops = g_new0 (struct mm_op, N_VMAS + 2 * N_TOUCHES + 1);
  PgwTimeline *timeline;
  PgwOpRun run;
  guint n = 0;

  config.regions[0].size = 256 << 20;
  ops[n++] = (struct mm_op) { .kind = OP_task_create, .nid = -1 };
  for (guint i = 0; i < N_VMAS; i++)
    ops[n++] = (struct mm_op) { .kind = OP_mmap, .nid = -1, .slot = MM_OP_NO_SLOT,
                                .arg = { AREA + 8192ULL * i, 4096, 3, 0x8032 } };
  for (guint i = 0; i < N_TOUCHES; i++)
    {
      guint64 address = AREA + 8192ULL * (i * 7919U % N_VMAS);

      ops[n++] = (struct mm_op) { .kind = OP_madvise, .nid = -1, .arg = { address, 4096, 4 } };
      ops[n++] = (struct mm_op) { .kind = OP_store, .nid = -1, .arg = { address, 1, 1 } };
    }
  timeline = pgw_timeline_new (&config, NULL, NULL);
  g_assert_nonnull (timeline);
  pgw_timeline_append (timeline, ops, n);
  pgw_timeline_record (timeline, 0);
  g_assert_true (pgw_timeline_get_op_run (timeline, N_VMAS + 1, &run));
  *first_step = run.first_step;
  g_assert_cmpuint (view_vmas_brief (pgw_timeline_get_machine (timeline), 1, NULL, 0), >=, N_VMAS);
  return timeline;
}

/* As a window does while it plays event by event: step, lay out, paint what changed. */
static Times
bench_playing (PgwTimeline *timeline,
               const char  *pane,
               guint64      from,
               Times       *layout_only)
{
  g_autoptr (PgwRenderer) renderer = pgw_renderer_new ();
  const PgwPalette *palette = pgw_palette_get (PGW_SCHEME_LIGHT);
  double times[240], layouts[240];
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (times) + 20; i++)
    {
      PgwPaneState state = { .timeline = timeline, .zone = G_MAXUINT32, .cpu = G_MAXUINT32, .font_scale = 1 };
      gint64 start = now ();
      PgwScene *scene;

      pgw_timeline_seek (timeline, from + i);
      scene = pgw_pane_type_by_id (pane)->layout (&state, 1200, 900);
      layouts[n] = (now () - start) / 1000.0;
      pgw_renderer_update (renderer, scene, palette, 1, 1);
      times[n] = (now () - start) / 1000.0;
      pgw_scene_unref (scene);
      /* The first frames fill the renderer's stock of sprites. */
      n += i >= 20;
    }
  *layout_only = summarise (layouts, n);
  return summarise (times, n);
}

static void
bench_vmas (void)
{
  static const char *const panes[] = { "space", "tables" };
  guint64 first_step;
  g_autoptr (PgwTimeline) timeline = run_task (&first_step);

  for (gsize i = 0; i < G_N_ELEMENTS (panes); i++)
    {
      Times layout, times = bench_playing (timeline, panes[i], first_step, &layout);

      g_print (",\n  \"%s_%u_vmas\": { \"median_ms\": %.2f, \"p95_ms\": %.2f, \"layout_median_ms\": %.2f }", panes[i], N_VMAS,
               times.median, times.p95, layout.median);
    }
}

static PgwTimeline *
run_scenario (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_file (file, NULL, &error);
  PgwTimeline *timeline;

  g_assert_no_error (error);
  timeline = pgw_timeline_new (pgw_scenario_get_config (scenario), pgw_scenario_get_snapshot (scenario), &error);
  g_assert_no_error (error);
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  pgw_timeline_record (timeline, 0);
  return timeline;
}

/* The last steps of it, one after the other, as when it plays. */
static void
bench_scenario (const char *path)
{
  static const char *const panes[] = { "lru", "swap", "space", "frames", "chart" };
  g_autoptr (PgwTimeline) timeline = run_scenario (path);
  g_autoptr (PgwStatistics) statistics = pgw_statistics_new (timeline);
  const PgwPalette *palette = pgw_palette_get (PGW_SCHEME_LIGHT);
  guint64 length = pgw_timeline_get_length (timeline);

  pgw_statistics_update (statistics, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (panes); i++)
    {
      g_autoptr (PgwRenderer) renderer = pgw_renderer_new ();
      double times[60], layouts[60];
      Times all, layout;

      for (guint j = 0; j < G_N_ELEMENTS (times); j++)
        {
          PgwPaneState state = { .timeline = timeline, .zone = G_MAXUINT32, .cpu = G_MAXUINT32, .font_scale = 1,
                                 .statistics = statistics };
          g_autoptr (PgwScene) scene = NULL;
          gint64 start;

          pgw_timeline_seek (timeline, length - G_N_ELEMENTS (times) + j);
          start = now ();
          scene = pgw_pane_type_by_id (panes[i])->layout (&state, 1000, 700);
          layouts[j] = (now () - start) / 1000.0;
          pgw_renderer_update (renderer, scene, palette, 1, 1);
          times[j] = (now () - start) / 1000.0;
        }
      layout = summarise (layouts, G_N_ELEMENTS (layouts));
      all = summarise (times, G_N_ELEMENTS (times));
      g_print (",\n  \"playing_%s\": { \"median_ms\": %.2f, \"p95_ms\": %.2f, \"layout_median_ms\": %.2f }", panes[i],
               all.median, all.p95, layout.median);
    }
}

int
main (int    argc,
      char **argv)
{
  static const guint64 sizes[] = { 64 << 20, 4ULL << 30, 64ULL << 30 };
  static const char *const panes[] = { "buddy", "frames", "chart", "timeline", "proc" };
  Times some = bench_tween (20), all = bench_tween (1);

  g_print ("{ \"repaint_2000_items_100_moving\": { \"median_ms\": %.2f, \"p95_ms\": %.2f },\n"
           "  \"repaint_2000_items_all_moving\": { \"median_ms\": %.2f, \"p95_ms\": %.2f }",
           some.median, some.p95, all.median, all.p95);
  bench_objects ();
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (PgwTimeline) timeline = run_machine (sizes[i]);

      for (gsize j = 0; j < G_N_ELEMENTS (panes); j++)
        {
          Times layout, times = bench_pane (timeline, panes[j], 0, &layout);

          g_print (",\n  \"%s_%u_mib\": { \"median_ms\": %.2f, \"p95_ms\": %.2f, \"layout_median_ms\": %.2f }", panes[j],
                   (guint) (sizes[i] >> 20), times.median, times.p95, layout.median);
        }
      if (sizes[i] == 4ULL << 30)
        {
          Times layout, times = bench_pane (timeline, "frames", 1, &layout);

          g_print (",\n  \"frames_4096_mib_zoom_1\": { \"median_ms\": %.2f, \"p95_ms\": %.2f, \"layout_median_ms\": %.2f }",
                   times.median, times.p95, layout.median);
        }
    }
  bench_vmas ();
  if (argc > 1)
    bench_scenario (argv[1]);
  g_print (" }\n");
  return 0;
}
