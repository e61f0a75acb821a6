/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading recordings, opening them, and verifying: that what agrees is said to
 * agree, and that whatever is changed in a recording or in the machine is
 * noticed.
 */
#include "config.h"

#include <lzma.h>
#include <string.h>
#include <glib/gstdio.h>

#include "src/engine/pgw-recording.h"
#include "src/engine/pgw-replay.h"
#include "src/engine/pgw-timeline.h"
#include "src/engine/pgw-verify-private.h"

static char *folder;    /* for files that a test makes */

/* ---- Files ---- */

static char *
recording (const char *name)
{
  return g_build_filename (SOURCE_ROOT, "tests", "oracle", "phys", name, NULL);
}

static GFile *
write_file (const char *name,
            const char *data,
            gssize      length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);
  return g_file_new_for_path (path);
}

/* All lines of a recording. */
static GPtrArray *
read_lines (GFile *file)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwLineReader) reader = pgw_line_reader_new (file, &error);
  const char *line;

  g_assert_no_error (error);
  while ((line = pgw_line_reader_next (reader, &error)) != NULL)
    g_ptr_array_add (lines, g_strdup (line));
  g_assert_no_error (error);
  return lines;
}

static GPtrArray *
lines_of (const char *name)
{
  g_autofree char *path = recording (name);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return read_lines (file);
}

static GFile *
write_lines (GPtrArray *lines,
             guint      n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint i;

  for (i = 0; i < n; i++)
    g_string_append_printf (text, "%s\n", (char *) g_ptr_array_index (lines, i));
  return write_file ("changed.trace", text->str, text->len);
}

static void
replace_line (GPtrArray *lines,
              guint      i,
              char      *line)
{
  g_free (g_ptr_array_index (lines, i));
  g_ptr_array_index (lines, i) = line;
}

static guint
find_line (GPtrArray  *lines,
           guint       from,
           const char *prefix)
{
  guint i;

  for (i = from; i < lines->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (lines, i), prefix))
      return i;
  g_assert_not_reached ();
}

static GBytes *
compress (const char *text)
{
  guint8 out[4096];
  gsize n = 0;

  g_assert_cmpint (lzma_easy_buffer_encode (6, LZMA_CHECK_CRC64, NULL, (const guint8 *) text, strlen (text),
                                            out, &n, sizeof out), ==, LZMA_OK);
  return g_bytes_new (out, n);
}

/* ---- Lines ---- */

static void
check_lines (GFile      *file,
             const char *expected)
{
  g_autoptr (GPtrArray) lines = read_lines (file);
  g_autofree char *joined = NULL;

  g_ptr_array_add (lines, NULL);
  joined = g_strjoinv ("|", (char **) lines->pdata);
  g_assert_cmpstr (joined, ==, expected);
  g_object_unref (file);
}

static void
test_lines (void)
{
  g_autoptr (GBytes) one = compress ("first\nsec"), two = compress ("ond\n\nlast");
  g_autoptr (GByteArray) both = g_byte_array_new ();

  check_lines (write_file ("plain", "a\nb c\n\nd", -1), "a|b c||d");
  check_lines (write_file ("plain", "a\r\nb\n", -1), "a|b");
  check_lines (write_file ("plain", "", 0), "");

  /* Two xz streams in a row are one text. */
  g_byte_array_append (both, g_bytes_get_data (one, NULL), g_bytes_get_size (one));
  g_byte_array_append (both, g_bytes_get_data (two, NULL), g_bytes_get_size (two));
  check_lines (write_file ("both.xz", (const char *) both->data, both->len), "first|second||last");
}

static void
test_gzip (void)
{
  g_autoptr (GConverter) gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  guint8 out[256];
  gsize read, written;

  g_assert_cmpint (g_converter_convert (gzip, "one\ntwo\n", 8, out, sizeof out, G_CONVERTER_INPUT_AT_END,
                                        &read, &written, NULL), ==, G_CONVERTER_FINISHED);
  check_lines (write_file ("text.gz", (const char *) out, written), "one|two");
}

static void
test_long_line (void)
{
  g_autofree char *text = g_strnfill (3 * 1024 * 1024, 'x');
  g_autoptr (GFile) file = write_file ("long", text, -1);
  g_autoptr (GPtrArray) lines = read_lines (file);

  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (lines, 0), ==, text);
}

/* The message that reading the whole file ends with. */
static char *
reading_error (GFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwLineReader) reader = pgw_line_reader_new (file, &error);

  g_assert_no_error (error);
  while (pgw_line_reader_next (reader, &error) != NULL)
    ;
  g_object_unref (file);
  g_assert_nonnull (error);
  return g_strdup (error->message);
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) whole = compress ("first\nsecond\nthird\n");
  gsize size;
  const char *data = g_bytes_get_data (whole, &size);
  g_autofree char *cut = reading_error (write_file ("cut.xz", data, size - 20));
  g_autofree char *copy = g_memdup2 (data, size);
  g_autofree char *damaged = NULL, *nul = NULL;

  g_assert_nonnull (strstr (cut, "cut.xz:"));
  g_assert_nonnull (strstr (cut, "cut off"));
  copy[size / 2] ^= 0x55;
  damaged = reading_error (write_file ("damaged.xz", copy, size));
  g_assert_nonnull (strstr (damaged, "damaged"));
  nul = reading_error (write_file ("nul", "a\nb\0c\n", 6));
  g_assert_nonnull (strstr (nul, "nul:2: a NUL byte"));
}

/* ---- Records ---- */

static void
test_records (void)
{
  static const char *const good[] = {
    "> 7 alloc 6 0 1028ca", "> 8 free 6 0 10692", "> 9 free 6 0 -", "> 4 freelist 1000 200", "> 2 bulk 1200 150 28d0 cpu=1",
    "g 0 1028ca af=801", "Z 10692 0 1 1", "S 33792 10 1 af=801 whole=1 pb=0 movable=0 free=1024",
    "X 33792 0 1 10 2 1", "M 33792 1 0", "A 10692 0 1 1028ca af=801 boost=512 nf=2346 pc=50 ff=0 df=-3",
    "A - 10 0 28c0 af=850", "B 10692 3 150", "h 1028ca 80", "P 10692 0 1 1 zf=0 pc=3 ff=1", "O 22880 5 2 0",
    "1 22880 0 2", "D 2 24 1 pc=133 zf=0 cpu=1", "d 296 3 0", "I 40448 8 1", "compact_begin",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = g_strdup (good[i]), *message = NULL, *back = NULL;
      PgwRecord record;

      g_assert_true (pgw_record_parse (text, &record, &message));
      back = pgw_record_to_text (&record);
      g_assert_cmpstr (back, ==, good[i]);
    }
}

static void
test_unknown_records (void)
{
  static const char *const unknown[] = { "note_cost file=1 pages=0 @km", "cache_add 5 idx=7", "Q 1 2 3", "\xc3\xa9 x" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autofree char *text = g_strdup (unknown[i]), *message = NULL;
      PgwRecord record;

      g_assert_true (pgw_record_parse (text, &record, &message));
      g_assert_cmpint (record.kind, ==, PGW_RECORD_UNKNOWN);
    }
}

static void
test_malformed_records (void)
{
  static const struct { const char *line, *message; } bad[] = {
    { "Z 10692 0 1", "ends early" },
    { "Z 10692 0 1 1 7", "too many" },
    { "Z x 0 1 1", "“x” is not a pfn" },
    { "Z 99999999999999999999999 0 1 1", "not a pfn" },
    { "Z -5 0 1 1", "not a pfn" },
    { "A 1 11 0 28c0", "not a order" },
    { "A 1 0 5 28c0", "not a migrate type" },
    { "A 1 0 0 zz", "not a gfp" },
    { "A 1 0 0 28c0 nf=x", "not a nf" },
    { "D 9 1 1", "not a zone" },
    { "D 0 1 14", "not a list index" },
    { "> x alloc 0 0 1", "not a number of the operation" },
    { "> 1 dance 0", "not a request" },
    { "> 1", "ends after" },
    { "> 1 alloc 65536 0 28c0", "not a slot" },
    { "P 1 0 1 1 cpu=16", "not a cpu" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup (bad[i].line), *message = NULL;
      PgwRecord record;

      g_assert_false (pgw_record_parse (text, &record, &message));
      if (strstr (message, bad[i].message) == NULL)
        g_error ("%s: “%s” does not say “%s”", bad[i].line, message, bad[i].message);
    }
}

/* ---- Snapshots ---- */

#define ZONE "zone DMA 0 start 1 spanned 4095 present 3998 managed 3840\n"
#define WMARK "wmark 47 58 69 boost 0 highatomic 0 flags 0\n"
#define REST "free_pages 512\nreserve 0 1 60 60 60\npageblocks 0 1*7\n"
#define PCP "pcp 0 count 0 high 34 batch 1 free_factor 0 diff 0 threshold 4\n"
#define START "SNAP 0\n" ZONE WMARK REST

static void
test_snapshot (void)
{
  g_autoptr (GFile) file = write_file ("good.trace", START "list 9 1 512\n" PCP "movable 1024+3\nnews 1\nEND\n", -1);
  struct machine_snapshot *snapshot = NULL;
  struct machine_config config;
  g_autoptr (GError) error = NULL;

  g_assert_true (pgw_recording_load_snapshot (file, &config, &snapshot, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (snapshot->nr_zones, ==, 1);
  g_assert_cmpuint (snapshot->zones[0].nr_pageblocks, ==, 8);
  g_assert_cmpint (snapshot->zones[0].pageblocks[0], ==, 0);
  g_assert_cmpint (snapshot->zones[0].pageblocks[7], ==, 1);
  g_assert_cmpuint (snapshot->zones[0].free_lists[0].pfns[0], ==, 512);
  g_assert_cmpuint (snapshot->zones[0].movable[0].nr, ==, 3);
  g_assert_cmpuint (config.nr_cpus, ==, 1);
  g_assert_cmpuint (config.regions[0].base, ==, PAGE_SIZE);
  g_assert_cmpuint (config.min_free_kbytes, ==, 47 * 4);
  pgw_recording_snapshot_free (snapshot);
}

static void
test_broken_snapshots (void)
{
  static const struct { const char *text, *message; } bad[] = {
    { "", "without a snapshot" },
    { "hello\n", "not a recording" },
    { "A 1 0 0 28c0\n", ":1: not a recording" },
    { "SNAP 0\n", "inside a snapshot" },
    { "SNAP 0\nEND\n", "without zones" },
    { "SNAP 0\n" WMARK "END\n", ":2: “wmark” before the first zone" },
    { "SNAP 0\n" ZONE ZONE "END\n", ":3: zones must ascend" },
    { "SNAP 0\nzone DMA 0 start 1 spanned 99999999 present 5 managed 5\nEND\n", "spanned" },
    { "SNAP 0\nzone DMA 4 start 1 spanned 5 present 5 managed 5\nEND\n", "zone index" },
    { "SNAP 0\nzone DMA 0 start 1 spanned 5 present 6 managed 5\nEND\n", "present" },
    { "SNAP 0\nzone DMA 0 begin 1\nEND\n", "“begin” where “start”" },
    { "SNAP 0\n" ZONE WMARK "free_pages 5\n" PCP "END\n", "lacks its pageblocks" },
    { START "END\n", "lacks its pcp" },
    { "SNAP 0\n" ZONE "pageblocks 0 1*8\n", "more pageblocks" },
    { "SNAP 0\n" ZONE "pageblocks 0 1*6\n", "7 pageblocks; the zone has 8" },
    { "SNAP 0\n" ZONE "pageblocks 0 1*99999999999\n", "not a type" },
    { "SNAP 0\n" ZONE "list 0 0 5\n", "before the pageblocks" },
    { START "list 9 1 513\n", ":7: page frame 513 is not aligned to order 9" },
    { START "list 9 1 4096\n", "does not lie in its zone" },
    { START "list 0 1 0\n", "does not lie in its zone" },
    { START "list 9 1 512\nlist 0 1 600\n", ":8: page frame 600 is on a list already" },
    { START "list 0 1 5 5\n", "on a list already" },
    { START "list 0 1 5\nlist 0 1 6\n", "a second list" },
    { START "list 11 1 5\n", "not a order" },
    { START "list 0 1 5x\n", "“5x” is not a page frame" },
    { START "pcp 1 count 0 high 34 batch 1 free_factor 0 diff 0 threshold 4\n", "CPU 1 where CPU 0" },
    { START "pcp 0 count 0 high 34 batch 0 free_factor 0 diff 0 threshold 4\n", "a batch of 0" },
    { START "pcp 0 count 3 high 34 batch 1 free_factor 0 diff 0 threshold 4\nEND\n", "its lists hold 0" },
    { START "pcp 0 count 0 high 34 batch 1 free_factor 0 diff -300 threshold 4\n", "diff" },
    { START PCP "pcplist 0 0 5\n", "PFN:TYPE" },
    { START PCP "pcplist 0 14 5:0\n", "list index" },
    { START PCP "pcplist 0 0 5:0\nEND\n", "its lists hold 1" },
    { START PCP "movable 5\n", "START+LENGTH" },
    { START PCP "movable 4000+100\n", "outside the zone" },
    { START PCP "movable 100+5 90+5\n", "do not ascend" },
    { START PCP "movable 100+18446744073709551615\n", "START+LENGTH" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GFile) file = write_file ("bad.trace", bad[i].text, -1);
      struct machine_snapshot *snapshot = NULL;
      struct machine_config config;
      g_autoptr (GError) error = NULL;

      g_assert_false (pgw_recording_load_snapshot (file, &config, &snapshot, &error));
      g_assert_null (snapshot);
      if (strstr (error->message, bad[i].message) == NULL || strstr (error->message, "bad.trace:") == NULL)
        g_error ("case %u: “%s” does not say “%s”", i, error->message, bad[i].message);
    }
}

static void
test_sniff (void)
{
  g_assert_true (pgw_recording_sniff ((const guint8 *) "SNAP 0\n", 7));
  g_assert_true (pgw_recording_sniff ((const guint8 *) "> 0 snap 0\n", 11));
  g_assert_true (pgw_recording_sniff ((const guint8 *) "\xfd" "7zXZ", 6));
  g_assert_false (pgw_recording_sniff ((const guint8 *) "{ \"pagewalk\": 1 }", 17));
  g_assert_false (pgw_recording_sniff ((const guint8 *) "", 0));
}

/* ---- Opening a recording ---- */

static void
count_difference (gpointer data,
                  char    *place,
                  char    *kernel,
                  char    *core)
{
  g_test_message ("%s: kernel %s, core %s", place, kernel, core);
  g_free (place);
  g_free (kernel);
  g_free (core);
}

/* Played by the stepping build, operation by operation, a recording ends in its own last snapshot. */
static void
check_played (const char *name,
              gboolean    live)
{
  g_autofree char *path = recording (name);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_recording_to_scenario (file, &error);
  g_autoptr (PgwTimeline) timeline = NULL;
  struct machine_snapshot *last = NULL;
  g_autoptr (PgwReplay) replay = NULL;
  PgwReplayStep *step;

  g_assert_no_error (error);
  timeline = pgw_timeline_new (pgw_scenario_get_config (scenario), pgw_scenario_get_snapshot (scenario), &error);
  g_assert_no_error (error);
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  while (!pgw_timeline_record (timeline, 0))
    ;
  g_assert_false (pgw_timeline_is_stopped (timeline));

  replay = pgw_replay_new (file, &error);
  g_assert_no_error (error);
  while (pgw_replay_next (replay, &step, &error))
    if (step->snapshot != NULL)
      {
        pgw_recording_snapshot_free (last);
        last = g_steal_pointer (&step->snapshot);
      }
  g_assert_no_error (error);
  g_assert_cmpint (pgw_replay_is_live (replay), ==, live);
  g_assert_cmpuint (pgw_verify_snapshot (pgw_timeline_get_machine (timeline), last, live, count_difference, NULL), ==, 0);
  pgw_recording_snapshot_free (last);
}

static void
test_play_driver (void)
{
  check_played ("driver/m4-lists.trace.xz", FALSE);
}

static void
test_play_live (void)
{
  check_played ("live/oom.trace.xz", TRUE);
}

/* ---- Verifying ---- */

static PgwVerifyResult *
verify (GFile                  *file,
        const PgwVerifyOptions *options)
{
  PgwVerifyResult *result = pgw_verify_file (file, options);

  g_object_unref (file);
  return result;
}

static void
test_agrees (void)
{
  g_autofree char *path = recording ("driver/m1-order0.trace.xz");
  g_autoptr (PgwVerifyResult) result = verify (g_file_new_for_path (path), NULL);

  g_assert_no_error (result->error);
  g_assert_true (pgw_verify_result_agrees (result));
  g_assert_false (result->is_live);
  g_assert_cmpuint (result->allocations.agreed, ==, 3879);
  g_assert_cmpuint (result->allocations.total, ==, 3879);
  g_assert_cmpuint (result->frees.total, ==, 3879);
  g_assert_cmpuint (result->free_lists.agreed, ==, 15);
  g_assert_cmpuint (result->events.agreed, >, 7000);
}

static void
test_live_agrees (void)
{
  g_autofree char *path = recording ("live/shell.trace.xz");
  g_autoptr (PgwVerifyResult) result = verify (g_file_new_for_path (path), NULL);

  g_assert_no_error (result->error);
  g_assert_true (pgw_verify_result_agrees (result));
  g_assert_true (result->is_live);
  g_assert_cmpuint (result->allocations.total, ==, 9351 + 20);
  g_assert_cmpuint (result->free_lists.total, ==, 7);
  g_assert_cmpuint (result->zones.agreed, ==, 9351);
}

/* Setting the machine to each snapshot gives the same as running on. */
static void
test_reload (void)
{
  const PgwVerifyOptions options = { .max_differences = 1, .always_reload = TRUE };
  g_autofree char *path = recording ("driver/m4-frag.trace.xz");
  g_autoptr (PgwVerifyResult) result = verify (g_file_new_for_path (path), &options);

  g_assert_no_error (result->error);
  g_assert_true (pgw_verify_result_agrees (result));
}

/* One page frame changed: that allocation, and nothing else, differs. */
static void
test_changed_pfn (void)
{
  const PgwVerifyOptions options = { .max_differences = 10 };
  g_autoptr (GPtrArray) lines = lines_of ("driver/m1-order0.trace.xz");
  guint i = find_line (lines, find_line (lines, 0, "> 1000 "), "A ");
  g_autofree char *old = g_strdup (strchr ((char *) g_ptr_array_index (lines, i) + 2, ' '));
  g_autoptr (PgwVerifyResult) result = NULL;
  const PgwVerifyDifference *difference;

  replace_line (lines, i, g_strconcat ("A 77", old, NULL));
  result = verify (write_lines (lines, lines->len), &options);
  g_assert_no_error (result->error);
  g_assert_false (pgw_verify_result_agrees (result));
  g_assert_cmpuint (result->allocations.agreed, ==, 3878);
  g_assert_cmpuint (result->allocations.total, ==, 3879);
  g_assert_cmpuint (result->free_lists.agreed, ==, 15);
  difference = g_ptr_array_index (result->differences, 0);
  g_assert_true (g_str_has_prefix (difference->kernel, "A 77 0 "));
  g_assert_true (g_str_has_prefix (difference->core, "A "));
  g_assert_nonnull (strstr (difference->place, "line"));
  g_assert_cmpuint (difference->line, >, 0);
}

/* Two neighbours on a free list exchanged in a snapshot. */
static void
test_changed_list (void)
{
  const PgwVerifyOptions options = { .max_differences = 10 };
  g_autoptr (GPtrArray) lines = lines_of ("driver/m1-order0.trace.xz");
  guint snapshot = find_line (lines, find_line (lines, 1, "> "), "SNAP ");
  g_autoptr (PgwVerifyResult) result = NULL;
  const PgwVerifyDifference *difference;
  g_auto (GStrv) words = NULL;
  char *swap;
  guint i = snapshot;

  do
    {
      g_strfreev (words);
      i = find_line (lines, i + 1, "list ");
      words = g_strsplit (g_ptr_array_index (lines, i), " ", -1);
    }
  while (g_strv_length (words) < 5);
  swap = words[3];
  words[3] = words[4];
  words[4] = swap;
  replace_line (lines, i, g_strjoinv (" ", words));

  result = verify (write_lines (lines, lines->len), &options);
  g_assert_no_error (result->error);
  g_assert_cmpuint (result->allocations.agreed, ==, 3879);
  g_assert_cmpuint (result->free_lists.agreed, <, 15);
  g_assert_cmpuint (result->free_lists.total, ==, 15);
  difference = g_ptr_array_index (result->differences, 0);
  g_assert_cmpuint (difference->line, ==, snapshot + 1);
  g_assert_nonnull (strstr (difference->place, "free list of order"));
  g_assert_nonnull (strstr (difference->kernel, words[3]));
}

/* Events left out of, and put into, the recording. */
static void
test_changed_events (void)
{
  g_autoptr (GPtrArray) lines = lines_of ("driver/m1-order0.trace.xz");
  guint i = find_line (lines, find_line (lines, 0, "> 500 "), "Z ");
  g_autoptr (PgwVerifyResult) fewer = NULL, more = NULL;

  g_ptr_array_insert (lines, i, g_strdup ("Z 4242 0 1 1"));
  more = verify (write_lines (lines, lines->len), NULL);
  g_assert_no_error (more->error);
  g_assert_false (pgw_verify_result_agrees (more));
  g_assert_cmpuint (more->events.agreed, <, more->events.total);
  g_assert_cmpuint (more->allocations.agreed, ==, 3879);
  g_ptr_array_remove_index (lines, i);
  g_ptr_array_remove_index (lines, i);
  fewer = verify (write_lines (lines, lines->len), NULL);
  g_assert_no_error (fewer->error);
  g_assert_false (pgw_verify_result_agrees (fewer));
  g_assert_cmpuint (fewer->n_differences, ==, 1);
  g_assert_cmpuint (fewer->events.agreed, <, fewer->events.total);
  g_assert_cmpuint (fewer->events.total, ==, more->events.total - 1);
  g_assert_cmpuint (fewer->allocations.agreed, ==, 3879);
}

/*
 * A live machine whose per-CPU list begins otherwise than the kernel's takes
 * other pages at first; it is brought back, so that few allocations differ.
 */
static void
swap_first_pages (struct machine_config *config,
                  gpointer               data)
{
  struct machine_snapshot *snapshot = data;
  const struct snapshot_zone *zone = &snapshot->zones[snapshot->nr_zones - 1];
  u64 *pfns = (u64 *) zone->pcp_lists[0].pfns, first = pfns[0];

  pfns[0] = pfns[1];
  pfns[1] = first;
}

static void
test_live_repair (void)
{
  const PgwVerifyOptions options = { .max_differences = 100, .alter = swap_first_pages };
  g_autofree char *path = recording ("live/oom.trace.xz");
  g_autoptr (PgwVerifyResult) result = verify (g_file_new_for_path (path), &options);

  g_assert_no_error (result->error);
  g_assert_false (pgw_verify_result_agrees (result));
  g_assert_cmpuint (result->allocations.agreed, ==, result->allocations.total - 1);
  g_assert_cmpuint (result->frees.agreed, ==, result->frees.total);
  g_assert_cmpuint (result->free_lists.agreed, ==, result->free_lists.total);
}

/* Lines that nobody knows are counted and change nothing. */
static void
test_junk (void)
{
  g_autoptr (GPtrArray) lines = lines_of ("driver/m1-lists.trace.xz");
  g_autoptr (PgwVerifyResult) result = NULL;
  guint i = find_line (lines, 0, "> 1 ");

  g_ptr_array_insert (lines, i + 1, g_strdup ("something new=1 @x"));
  g_ptr_array_insert (lines, i, g_strdup (""));
  result = verify (write_lines (lines, lines->len), NULL);
  g_assert_no_error (result->error);
  g_assert_true (pgw_verify_result_agrees (result));
  g_assert_cmpuint (result->n_skipped, ==, 1);
}

static void
check_error (GPtrArray  *lines,
             guint       n,
             const char *message,
             guint       line)
{
  g_autoptr (PgwVerifyResult) result = verify (write_lines (lines, n), NULL);
  g_autofree char *where = g_strdup_printf ("changed.trace:%u: ", line);

  g_assert_nonnull (result->error);
  g_test_message ("%s", result->error->message);
  g_assert_nonnull (strstr (result->error->message, message));
  g_assert_nonnull (strstr (result->error->message, where));
  g_assert_false (pgw_verify_result_agrees (result));
}

static void
test_cut_off (void)
{
  g_autoptr (GPtrArray) lines = lines_of ("driver/m1-lists.trace.xz");
  guint request = find_line (lines, 0, "> 100 ");
  guint snapshot = find_line (lines, 1000, "SNAP ");

  check_error (lines, request, "without its final snapshot", request);
  check_error (lines, snapshot + 3, "inside a snapshot", snapshot + 3);
  replace_line (lines, request, g_strdup ("> 100 al"));
  check_error (lines, lines->len, "not a request", request + 1);
}

/* A rule of the machine is changed before it starts: it must not go unnoticed. */
static void
break_watermark (struct machine_config *config,
                 gpointer               data)
{
  struct machine_snapshot *snapshot = data;

  ((struct snapshot_zone *) snapshot->zones)[snapshot->nr_zones - 1].wmark[0] += 5;
}

static void
break_high (struct machine_config *config,
            gpointer               data)
{
  struct machine_snapshot *snapshot = data;

  ((struct snapshot_cpu *) snapshot->zones[snapshot->nr_zones - 1].cpus)[0].high += 1;
}

static void
break_boost (struct machine_config *config,
             gpointer               data)
{
  config->watermark_boost_factor = -1;
}

static void
break_pageblock (struct machine_config *config,
                 gpointer               data)
{
  struct machine_snapshot *snapshot = data;
  const struct snapshot_zone *zone = &snapshot->zones[snapshot->nr_zones - 1];
  s8 *type = (s8 *) &zone->pageblocks[zone->nr_pageblocks - 1];

  *type = *type == 1 ? 0 : 1;
}

static void
break_free_factor (struct machine_config *config,
                   gpointer               data)
{
  struct machine_snapshot *snapshot = data;

  ((struct snapshot_cpu *) snapshot->zones[snapshot->nr_zones - 1].cpus)[0].free_factor += 2;
}

static void
test_broken_rules (void)
{
  static void (*const alter[]) (struct machine_config *config, gpointer snapshot) = {
    break_watermark, break_high, break_boost, break_pageblock, break_free_factor,
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (alter); i++)
    {
      const PgwVerifyOptions options = { .max_differences = 1, .alter = alter[i] };
      g_autofree char *path = recording ("driver/m2-exhaust.trace.xz");
      g_autoptr (PgwVerifyResult) result = verify (g_file_new_for_path (path), &options);

      g_assert_no_error (result->error);
      if (pgw_verify_result_agrees (result))
        g_error ("change %u of the machine went unnoticed", i);
    }
}

/* Whatever a recording says, it is read or refused; nothing crashes, hangs or grows. */
static void
test_mutilated (void)
{
  g_autoptr (GPtrArray) original = lines_of ("live/shell.trace.xz");
  GRand *rand = g_rand_new_with_seed (20261122);
  guint round, i, rounds = g_test_slow () ? 2000 : 60;

  for (round = 0; round < rounds; round++)
    {
      g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (PgwVerifyResult) result = NULL;
      guint n = g_rand_int_range (rand, 60, 4000);

      for (i = 0; i < n; i++)
        {
          const char *line = g_ptr_array_index (original, i);
          char *copy = g_strdup (line);
          gsize length = strlen (copy);

          if (g_rand_int_range (rand, 0, 400) == 0 && length > 0)
            copy[g_rand_int_range (rand, 0, length)] = "0123456789 -:+*=@kPDZ"[g_rand_int_range (rand, 0, 21)];
          if (g_rand_int_range (rand, 0, 1000) == 0)
            g_ptr_array_add (lines, g_strdup (g_ptr_array_index (original, g_rand_int_range (rand, 0, original->len))));
          g_ptr_array_add (lines, copy);
        }
      result = verify (write_lines (lines, lines->len), NULL);
      g_assert_nonnull (result->error);         /* it has no final snapshot, if nothing else */
    }
  g_rand_free (rand);
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pagewalk-recording-XXXXXX", NULL);
  g_assert_nonnull (folder);

  g_test_add_func ("/recording/lines", test_lines);
  g_test_add_func ("/recording/gzip", test_gzip);
  g_test_add_func ("/recording/long-line", test_long_line);
  g_test_add_func ("/recording/damaged", test_damaged);
  g_test_add_func ("/recording/records", test_records);
  g_test_add_func ("/recording/unknown-records", test_unknown_records);
  g_test_add_func ("/recording/malformed-records", test_malformed_records);
  g_test_add_func ("/recording/snapshot", test_snapshot);
  g_test_add_func ("/recording/broken-snapshots", test_broken_snapshots);
  g_test_add_func ("/recording/sniff", test_sniff);
  g_test_add_func ("/recording/play-driver", test_play_driver);
  g_test_add_func ("/recording/play-live", test_play_live);
  g_test_add_func ("/verify/agrees", test_agrees);
  g_test_add_func ("/verify/live-agrees", test_live_agrees);
  g_test_add_func ("/verify/reload", test_reload);
  g_test_add_func ("/verify/changed-pfn", test_changed_pfn);
  g_test_add_func ("/verify/changed-list", test_changed_list);
  g_test_add_func ("/verify/changed-events", test_changed_events);
  g_test_add_func ("/verify/live-repair", test_live_repair);
  g_test_add_func ("/verify/junk", test_junk);
  g_test_add_func ("/verify/cut-off", test_cut_off);
  g_test_add_func ("/verify/broken-rules", test_broken_rules);
  g_test_add_func ("/verify/mutilated", test_mutilated);

  status = g_test_run ();
  remove_folder ();
  return status;
}
