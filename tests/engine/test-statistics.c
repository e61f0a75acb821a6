/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples of the free memory: exact at every step of a short recording, of
 * bounded number in a long one, in slices or at once, and right again after
 * history was cut and went on differently.
 */
#include "config.h"

#include "src/engine/pgw-statistics.h"

static PgwTimeline *
new_timeline (void)
{
  struct machine_config config = { .nr_regions = 1, .nr_slots = 2000 };
  g_autoptr (GError) error = NULL;
  PgwTimeline *timeline;

  config.regions[0].size = 64 << 20;
  timeline = pgw_timeline_new (&config, NULL, &error);
  g_assert_no_error (error);
  return timeline;
}

static void
allocate (PgwTimeline *timeline,
          guint        n,
          guint        order,
          guint        slot)
{
  struct mm_op op = { .kind = OP_alloc_many, .nid = -1, .nr = n, .order = order, .slot = slot, .arg = { 1, order } };
  const char *bad;

  g_assert_true (view_parse_gfp ("GFP_KERNEL", &op.gfp, &bad));
  pgw_timeline_append (timeline, &op, 1);
  g_assert_true (pgw_timeline_record (timeline, 0));
}

static guint64
free_pages_at (PgwTimeline *timeline,
               guint64      step)
{
  struct view_zone zones[8];
  guint64 sum = 0;
  guint32 n;

  pgw_timeline_seek (timeline, step);
  n = view_zones (pgw_timeline_get_machine (timeline), zones, G_N_ELEMENTS (zones));
  for (guint32 i = 0; i < n; i++)
    sum += zones[i].free_exact;
  return sum;
}

static void
assert_exact (PgwTimeline   *timeline,
              PgwStatistics *statistics,
              guint          every)
{
  g_autoptr (GArray) samples = pgw_statistics_get_samples (statistics, G_MAXUINT32);

  g_assert_cmpuint (g_array_index (samples, PgwSample, 0).step, ==, 0);
  g_assert_cmpuint (g_array_index (samples, PgwSample, samples->len - 1).step, ==, pgw_timeline_get_length (timeline));
  for (guint i = 0; i < samples->len; i++)
    {
      const PgwSample *sample = &g_array_index (samples, PgwSample, i);

      if (i > 0)
        g_assert_cmpuint (sample->step, >, g_array_index (samples, PgwSample, i - 1).step);
      if (i % every == 0 || i + 1 == samples->len)
        g_assert_cmpuint (sample->free_pages, ==, free_pages_at (timeline, sample->step));
    }
}

static void
test_every_step (void)
{
  g_autoptr (PgwTimeline) timeline = new_timeline ();
  g_autoptr (PgwStatistics) statistics = pgw_statistics_new (timeline);
  g_autoptr (GArray) samples = NULL;

  allocate (timeline, 40, 0, 0);
  pgw_timeline_seek (timeline, 5);
  g_assert_true (pgw_statistics_update (statistics, 0));
  g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, 5);
  samples = pgw_statistics_get_samples (statistics, G_MAXUINT32);
  g_assert_cmpuint (samples->len, ==, pgw_timeline_get_length (timeline) + 1);
  assert_exact (timeline, statistics, 1);
}

static void
test_zones_add_up (void)
{
  g_autoptr (PgwTimeline) timeline = new_timeline ();
  g_autoptr (PgwStatistics) statistics = pgw_statistics_new (timeline);
  g_autoptr (GArray) all = NULL, dma = NULL, dma32 = NULL;

  allocate (timeline, 40, 2, 0);
  pgw_statistics_update (statistics, 0);
  all = pgw_statistics_get_samples (statistics, G_MAXUINT32);
  dma = pgw_statistics_get_samples (statistics, zone_ref (0, 0));
  dma32 = pgw_statistics_get_samples (statistics, zone_ref (0, 1));
  for (guint i = 0; i < all->len; i++)
    g_assert_cmpuint (g_array_index (all, PgwSample, i).free_pages, ==,
                      g_array_index (dma, PgwSample, i).free_pages + g_array_index (dma32, PgwSample, i).free_pages);
  g_assert_cmpuint (g_array_index (dma32, PgwSample, all->len - 1).free_pages, <,
                    g_array_index (dma32, PgwSample, 0).free_pages);
}

static guint64
count (PgwStatistics *statistics,
       guint          event)
{
  guint n;
  guint64 width, sum = 0;
  const guint32 *counts = pgw_statistics_get_events (statistics, event, &n, &width);

  for (guint i = 0; i < n; i++)
    sum += counts[i];
  return sum;
}

/* A long recording is sampled coarsely; in slices it comes to the same. */
static void
test_long_recording (void)
{
  g_autoptr (PgwTimeline) timeline = new_timeline ();
  g_autoptr (PgwStatistics) once = pgw_statistics_new (timeline);
  g_autoptr (PgwStatistics) slices = pgw_statistics_new (timeline);
  g_autoptr (GArray) a = NULL, b = NULL;
  guint n_slices = 1;

  allocate (timeline, 1900, 1, 0);
  g_assert_cmpuint (pgw_timeline_get_length (timeline), >, 2 * PGW_STATISTICS_MAX_SAMPLES);
  g_assert_true (pgw_statistics_update (once, 0));
  while (!pgw_statistics_update (slices, 1500))
    n_slices++;
  g_assert_cmpuint (n_slices, >, 3);
  assert_exact (timeline, once, 100);
  a = pgw_statistics_get_samples (once, G_MAXUINT32);
  b = pgw_statistics_get_samples (slices, G_MAXUINT32);
  g_assert_cmpuint (a->len, <=, PGW_STATISTICS_MAX_SAMPLES + 1);
  g_assert_cmpuint (a->len, >=, PGW_STATISTICS_MAX_SAMPLES / 2 - 1);
  g_assert_cmpmem (a->data, a->len * sizeof (PgwSample), b->data, b->len * sizeof (PgwSample));
  g_assert_cmpuint (count (once, TRACE_mm_page_alloc), ==, 1900);
  g_assert_cmpuint (count (slices, TRACE_mm_page_alloc), ==, 1900);
}

static void
test_another_course (void)
{
  g_autoptr (PgwTimeline) timeline = new_timeline ();
  g_autoptr (PgwStatistics) statistics = pgw_statistics_new (timeline);

  allocate (timeline, 10, 0, 0);
  allocate (timeline, 10, 0, 10);
  pgw_statistics_update (statistics, 0);
  pgw_timeline_truncate (timeline, 1);
  pgw_statistics_update (statistics, 0);
  assert_exact (timeline, statistics, 1);
  g_assert_cmpuint (count (statistics, TRACE_mm_page_alloc), ==, 10);
  allocate (timeline, 25, 4, 10);
  pgw_statistics_update (statistics, 0);
  assert_exact (timeline, statistics, 1);
  g_assert_cmpuint (count (statistics, TRACE_mm_page_alloc), ==, 35);
  /* Longer than before, and different from the same step on. */
  pgw_timeline_truncate (timeline, 1);
  allocate (timeline, 40, 3, 10);
  pgw_statistics_update (statistics, 0);
  assert_exact (timeline, statistics, 1);
  g_assert_cmpuint (count (statistics, TRACE_mm_page_alloc), ==, 50);
}

/* Samples taken while recording, in slices too, are those taken afterwards, and there is no way to go for them. */
static void
test_follow (void)
{
  g_autoptr (PgwTimeline) timeline = new_timeline ();
  g_autoptr (PgwStatistics) following = pgw_statistics_new (timeline);
  g_autoptr (PgwStatistics) after = pgw_statistics_new (timeline);
  struct mm_op op = { .kind = OP_alloc_many, .nid = -1, .nr = 1900, .order = 1, .arg = { 1, 1 } };
  g_autoptr (GArray) a = NULL, b = NULL;
  const char *bad;

  pgw_statistics_follow (following);
  g_assert_true (view_parse_gfp ("GFP_KERNEL", &op.gfp, &bad));
  pgw_timeline_append (timeline, &op, 1);
  while (!pgw_timeline_record (timeline, 777))
    g_assert_cmpuint (pgw_statistics_get_length (following), ==, pgw_timeline_get_length (timeline));
  g_assert_cmpuint (pgw_statistics_get_length (following), ==, pgw_timeline_get_length (timeline));
  g_assert_cmpuint (count (following, TRACE_mm_page_alloc), ==, 1900);
  pgw_statistics_update (after, 0);
  a = pgw_statistics_get_samples (following, G_MAXUINT32);
  b = pgw_statistics_get_samples (after, G_MAXUINT32);
  g_assert_cmpmem (a->data, a->len * sizeof (PgwSample), b->data, b->len * sizeof (PgwSample));
  assert_exact (timeline, following, 50);
}

/* Another course is followed from where it differs; what was recorded before one followed is left to an update. */
static void
test_follow_another_course (void)
{
  g_autoptr (PgwTimeline) timeline = new_timeline ();
  g_autoptr (PgwStatistics) statistics = pgw_statistics_new (timeline);
  g_autoptr (PgwStatistics) late = NULL;

  pgw_statistics_follow (statistics);
  allocate (timeline, 10, 0, 0);
  allocate (timeline, 30, 0, 10);
  pgw_timeline_truncate (timeline, 1);
  allocate (timeline, 5, 4, 10);
  g_assert_cmpuint (pgw_statistics_get_length (statistics), ==, pgw_timeline_get_length (timeline));
  assert_exact (timeline, statistics, 1);
  g_assert_cmpuint (count (statistics, TRACE_mm_page_alloc), ==, 15);

  late = pgw_statistics_new (timeline);
  pgw_statistics_follow (late);
  allocate (timeline, 7, 1, 50);
  g_assert_cmpuint (pgw_statistics_get_length (late), ==, 0);
  g_assert_true (pgw_statistics_update (late, 0));
  assert_exact (timeline, late, 1);
  allocate (timeline, 7, 1, 60);
  g_assert_cmpuint (pgw_statistics_get_length (late), ==, pgw_timeline_get_length (timeline));
  assert_exact (timeline, late, 1);
  g_assert_cmpuint (count (late, TRACE_mm_page_alloc), ==, 29);

  /* One that is gone is asked no more. */
  g_clear_pointer (&late, pgw_statistics_unref);
  allocate (timeline, 3, 1, 70);
  g_assert_true (pgw_statistics_update (statistics, 0));
  assert_exact (timeline, statistics, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistics/every-step", test_every_step);
  g_test_add_func ("/statistics/zones-add-up", test_zones_add_up);
  g_test_add_func ("/statistics/long-recording", test_long_recording);
  g_test_add_func ("/statistics/another-course", test_another_course);
  g_test_add_func ("/statistics/follow", test_follow);
  g_test_add_func ("/statistics/follow-another-course", test_follow_another_course);
  return g_test_run ();
}
