/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of /proc: line by line of the same shape as those of a recorded
 * Linux 6.1 (tests/oracle/context/), and with the right numbers in them.
 */
#include "machine-test.h"

#include <string.h>

static char *
proc_text (const char *name)
{
  gint64 length = view_proc (this_machine, name, NULL, 0);
  char *text;

  g_assert_cmpint (length, >, 0);
  text = g_malloc ((gsize) length + 1);
  g_assert_cmpint (view_proc (this_machine, name, text, (gsize) length + 1), ==, length);
  g_assert_cmpuint (strlen (text), ==, length);
  return text;
}

/*
 * A text with its numbers made alike: a number with the blanks before it becomes as many '#' in a
 * file of columns, and a single one in the others, where only the labels have a fixed place.
 */
static char *
shape (const char *text, gboolean columns)
{
  GString *result = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize blanks = strspn (text, " "), digits = strspn (text + blanks, "0123456789");
      gboolean alone = digits != 0 && (blanks != 0 || strchr ("(", result->len ? result->str[result->len - 1] : 'x'));

      if (alone && columns)
        for (gsize i = 0; i < blanks + digits; i++)
          g_string_append_c (result, '#');
      else if (alone)
        {
          g_string_append_len (result, text, (gssize) blanks);
          g_string_append_c (result, '#');
        }
      else if (blanks + digits == 0)
        g_string_append_c (result, *text++);
      else
        g_string_append_len (result, text, (gssize) (blanks + digits));
      text += blanks + digits;
    }
  return g_string_free (result, FALSE);
}

static void
assert_same_shape (const char *name, const char *recording, gboolean columns)
{
  g_autofree char *file = g_strdup_printf ("%s.%s.txt", recording, name);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "oracle", "context", file, NULL);
  g_autofree char *theirs = NULL, *ours = proc_text (name);
  g_autofree char *our_shape = NULL, *their_shape = NULL;
  g_auto (GStrv) our_lines = NULL, their_lines = NULL;

  g_assert_true (g_file_get_contents (path, &theirs, NULL, NULL));
  our_shape = shape (ours, columns);
  their_shape = shape (theirs, columns);
  our_lines = g_strsplit (our_shape, "\n", -1);
  their_lines = g_strsplit (their_shape, "\n", -1);
  for (guint i = 0; our_lines[i] != NULL && their_lines[i] != NULL; i++)
    g_assert_cmpstr (our_lines[i], ==, their_lines[i]);
  g_assert_cmpuint (g_strv_length (our_lines), ==, g_strv_length (their_lines));
}

/* DMA, DMA32 and Normal, like the recorded machines, in little memory. */
static TestMachine *
three_zones (guint cpus)
{
  struct machine_config config;

  test_config_simple (&config, MIB (64));
  config.zone_dma_end = MIB (16);
  config.zone_dma32_end = MIB (32);
  config.nr_cpus = cpus;
  return test_machine_new (&config);
}

static void
test_shapes (void)
{
  for (guint cpus = 1; cpus <= 2; cpus++)
    {
      g_autoptr (TestMachine) machine G_GNUC_UNUSED = three_zones (cpus);
      const char *recording = cpus == 1 ? "driver-m2-end" : "driver-m4-end";

      for (guint i = 0; i < 40; i++)
        test_alloc (i, i % 4, i % 3 ? GFP_KERNEL : GFP_HIGHUSER_MOVABLE);
      assert_same_shape ("buddyinfo", recording, TRUE);
      assert_same_shape ("pagetypeinfo", recording, TRUE);
      assert_same_shape ("meminfo", recording, TRUE);
      assert_same_shape ("zoneinfo", recording, FALSE);
      assert_same_shape ("vmstat", recording, FALSE);
    }
}

/* The comparison itself must be able to fail. */
static void
test_shape (void)
{
  g_autofree char *a = shape ("Node 0, zone      DMA      1     23 \n", TRUE);
  g_autofree char *b = shape ("      nr_free_pages 3808\n        protection: (0, 9, 84)\n", FALSE);
  g_autofree char *c = shape ("zone    DMA32 pgalloc_dma32 7\n", FALSE);

  g_assert_cmpstr (a, ==, "Node##, zone      DMA############## \n");
  g_assert_cmpstr (b, ==, "      nr_free_pages #\n        protection: (#, #, #)\n");
  g_assert_cmpstr (c, ==, "zone    DMA32 pgalloc_dma32 #\n");
}

static void
test_buddyinfo (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  g_autofree char *text = proc_text ("buddyinfo");

  g_assert_cmpstr (text, ==,
                   "Node 0, zone      DMA      0      0      0      0      0      0      0      0      1      1      3 \n"
                   "Node 0, zone    DMA32      0      0      0      0      0      0      0      0      2      2     10 \n");
}

static void
test_pagetypeinfo (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  g_autofree char *text = proc_text ("pagetypeinfo");

  g_assert_nonnull (strstr (text,
    "Node    0, zone      DMA, type    Unmovable      0      0      0      0      0      0      0      0      1      0      0 \n"
    "Node    0, zone      DMA, type      Movable      0      0      0      0      0      0      0      0      0      1      3 \n"));
  g_assert_nonnull (strstr (text,
    "\nNumber of blocks type     Unmovable      Movable  Reclaimable   HighAtomic      Isolate \n"
    "Node 0, zone      DMA            1            7            0            0            0 \n"
    "Node 0, zone    DMA32            0           24            0            0            0 \n"));
}

static guint64
line_value (const char *text, const char *label)
{
  g_autofree char *pattern = g_strdup_printf ("(^|\n)%s *([0-9]+)", label);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *number = NULL;

  if (!g_regex_match (regex, text, 0, &match))
    g_error ("no line %s", label);
  number = g_match_info_fetch (match, 2);
  return g_ascii_strtoull (number, NULL, 10);
}

static void
test_meminfo (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  g_autofree char *text = proc_text ("meminfo");

  g_assert_true (g_str_has_prefix (text, "MemTotal:          62464 kB\nMemFree:           62464 kB\n"));
  /* Less the high watermarks (91 + 279 pages) and what DMA keeps from the others (46). */
  g_assert_cmpuint (line_value (text, "MemAvailable:"), ==, 62464 - 4 * (91 + 279 + 46));
  g_assert_cmpuint (line_value (text, "CommitLimit:"), ==, 31232);
  g_assert_cmpuint (line_value (text, "VmallocTotal:"), ==, 34359738367);
}

static void
test_vmstat (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  g_autofree char *before = NULL, *after = NULL;
  guint64 available;

  test_alloc (0, 0, GFP_KERNEL);
  test_alloc (1, 4, GFP_KERNEL);
  test_alloc (2, 2, GFP_DMA);
  before = proc_text ("vmstat");
  g_assert_cmpuint (line_value (before, "pgalloc_dma32"), ==, 17);
  g_assert_cmpuint (line_value (before, "pgalloc_dma"), ==, 4);
  g_assert_cmpuint (line_value (before, "numa_hit"), ==, 3);
  g_assert_cmpuint (line_value (before, "numa_local"), ==, 3);
  test_free (1);
  after = proc_text ("vmstat");
  g_assert_cmpuint (line_value (after, "pgfree") - line_value (before, "pgfree"), ==, 16);
  g_assert_true (g_str_has_suffix (after, "\nnr_unstable 0\n"));

  /* As the kernel computes them, in 4096ths. */
  available = line_value (after, "nr_free_pages") - (91 + 279 + 46) + 1;
  g_assert_cmpuint (line_value (after, "nr_dirty_threshold"), ==, 819 * available / 4096);
  g_assert_cmpuint (line_value (after, "nr_dirty_background_threshold"), ==, 409 * available / 4096);
  for (guint i = 0; i < view_nr_counters (); i++)
    g_assert_cmpuint (line_value (after, view_counter_name (i)), ==, view_counter (this_machine, i));
  g_assert_cmpstr (view_counter_name (view_nr_counters ()), ==, "?");
}

/* Differences that a CPU holds back are not in the file, those of NUMA counters are. */
static void
test_zoneinfo (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = three_zones (2);
  g_autofree char *text = NULL;
  const char *normal;

  test_alloc (0, 0, GFP_KERNEL);
  g_assert_cmpint (test_pcp (zone_ref (0, ZONE_NORMAL), 0).nr_free_diff, ==, -1);
  text = proc_text ("zoneinfo");
  normal = strstr (text, "zone   Normal\n  pages free");
  g_assert_nonnull (normal);
  g_assert_cmpuint (line_value (normal, "  pages free"), ==, test_zone (zone_ref (0, ZONE_NORMAL)).free_exact + 1);
  g_assert_cmpuint (line_value (normal, "      numa_hit"), ==, 1);
  g_assert_cmpuint (line_value (normal, "  start_pfn:"), ==, 8192);
  g_assert_nonnull (strstr (normal, "\n  vm stats threshold: 4\n    cpu: 1\n"));
  /* Zones without memory: the ten lines that every zone has. */
  g_assert_true (g_str_has_suffix (text, "Node 0, zone   Device\n"
                                         "  pages free     0\n        boost    0\n        min      0\n"
                                         "        low      0\n        high     0\n        spanned  0\n"
                                         "        present  0\n        managed  0\n        cma      0\n"
                                         "        protection: (0, 0, 0, 0, 0)\n"));
}

static void
test_boosted (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = three_zones (1);
  g_autofree char *text = NULL;
  const char *normal;
  struct zone *zone = &this_machine->node_data[0].node_zones[ZONE_NORMAL];

  zone->watermark_boost = 512;
  text = proc_text ("zoneinfo");
  normal = strstr (text, "zone   Normal\n");
  g_assert_cmpuint (line_value (normal, "        boost"), ==, 512);
  g_assert_cmpuint (line_value (normal, "        min"), ==, zone->_watermark[WMARK_MIN] + 512);
  g_assert_cmpuint (test_zone (zone_ref (0, ZONE_NORMAL)).wmark[0], ==, zone->_watermark[WMARK_MIN]);
}

static void
test_names (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (8));
  const char *const *names = view_proc_names ();
  char cut[10];
  guint n = 0;

  for (; names[n] != NULL; n++)
    if (!g_str_equal (names[n], "kmsg"))
      g_assert_cmpint (view_proc (this_machine, names[n], NULL, 0), >, 30);
  g_assert_cmpuint (n, ==, 8);
  g_assert_cmpint (view_proc (this_machine, "kmsg", NULL, 0), ==, 0); /* nothing has happened */
  g_assert_cmpint (view_proc (this_machine, "vmallocinfo", NULL, 0), ==, -ENOENT);
  g_assert_cmpint (view_proc (this_machine, "", NULL, 0), ==, -ENOENT);
  g_assert_cmpint (view_proc (this_machine, "meminfo", cut, sizeof cut), >, 1000);
  g_assert_cmpstr (cut, ==, "MemTotal:");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/proc/shape", test_shape);
  g_test_add_func ("/mm/proc/shapes", test_shapes);
  g_test_add_func ("/mm/proc/buddyinfo", test_buddyinfo);
  g_test_add_func ("/mm/proc/pagetypeinfo", test_pagetypeinfo);
  g_test_add_func ("/mm/proc/meminfo", test_meminfo);
  g_test_add_func ("/mm/proc/vmstat", test_vmstat);
  g_test_add_func ("/mm/proc/zoneinfo", test_zoneinfo);
  g_test_add_func ("/mm/proc/boosted", test_boosted);
  g_test_add_func ("/mm/proc/names", test_names);
  return g_test_run ();
}
