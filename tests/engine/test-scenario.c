/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scenario loader: what a file becomes, what is said about broken ones
 * (the corpus in tests/scenarios/broken, where NAME.txt holds the message for
 * NAME.json), changing and writing a script, and expectations.
 */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <string.h>

#include "src/engine/pgw-json-source.h"
#include "src/engine/pgw-recording.h"
#include "src/engine/pgw-scenario.h"
#include "src/engine/pgw-timeline.h"
#include "src/engine/pgw-units.h"

#define BROKEN  SOURCE_ROOT "/tests/scenarios/broken"
#define SHIPPED SOURCE_ROOT "/data/scenarios"

#define HEAD "{\"pagewalk\": 1, \"title\": {\"en\": \"Test\", \"zh_CN\": \"测试\"}, \"machine\": {\"ram\": \"16M\"}, \"script\": ["
#define TAIL "]}"

static PgwScenario *
load (const char *script)
{
  g_autofree char *text = g_strconcat (HEAD, script, TAIL, NULL);
  g_autoptr (GError) error = NULL;
  PgwScenario *scenario = pgw_scenario_load_data (text, -1, "test.json", NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (scenario);
  return scenario;
}

static void
assert_same_ops (PgwScenario *a,
                 PgwScenario *b)
{
  guint64 n = pgw_scenario_get_n_ops (a);

  g_assert_cmpuint (pgw_scenario_get_n_ops (b), ==, n);
  g_assert_cmpmem (pgw_scenario_get_ops (a), n * sizeof (struct mm_op),
                   pgw_scenario_get_ops (b), n * sizeof (struct mm_op));
}

/* What is written is read back as the same script, with titles, explanations and expectations. */
static void
assert_round_trip (PgwScenario *scenario)
{
  gsize length;
  g_autofree char *data = pgw_scenario_to_data (scenario, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) back = pgw_scenario_load_data (data, length, "back.json", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (data[length - 1], ==, '\n');
  assert_same_ops (scenario, back);
  g_assert_cmpstr (pgw_scenario_get_title (scenario), ==, pgw_scenario_get_title (back));
  for (guint64 i = 0; i < pgw_scenario_get_n_ops (scenario); i++)
    {
      PgwScenarioEntry a, b;

      pgw_scenario_get_entry (scenario, i, &a);
      pgw_scenario_get_entry (back, i, &b);
      g_assert_cmpstr (a.title, ==, b.title);
      g_assert_cmpstr (a.explanation, ==, b.explanation);
      g_assert_cmpuint (a.n_expect, ==, b.n_expect);
    }
}

static GPtrArray *
list_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  return names;
}

/* ---- Reading ---- */

static void
test_broken (void)
{
  g_autoptr (GPtrArray) paths = list_files (BROKEN);

  g_assert_cmpuint (paths->len, >=, 200);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *name = g_path_get_basename (path);
      g_autofree char *stem = g_strndup (path, strlen (path) - strlen (".json"));
      g_autofree char *text_path = g_strconcat (stem, ".txt", NULL);
      g_autofree char *data = NULL, *expected = NULL, *pattern = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &data, &length, NULL));
      g_assert_true (g_file_get_contents (text_path, &expected, NULL, NULL));
      g_assert_null (pgw_scenario_load_data (data, length, name, NULL, &error));
      g_assert_error (error, PGW_SCENARIO_ERROR,
                      g_str_has_prefix (name, "syntax-") ? PGW_SCENARIO_ERROR_SYNTAX
                                                         : PGW_SCENARIO_ERROR_INVALID);
      g_assert_cmpstr (g_strchomp (expected), ==, error->message);
      pattern = g_strdup_printf ("^%s:[1-9][0-9]*:[1-9][0-9]*: /.*: found .*; expected .*", name);
      g_assert_true (g_regex_match_simple (pattern, error->message, G_REGEX_DOTALL, 0));
    }
}

static void
assert_same_node (const PgwJsonNode *own,
                  JsonNode          *other)
{
  const PgwJsonNode *child = own->first;

  switch ((PgwJsonType) own->type)
    {
    case PGW_JSON_NULL:
      g_assert_true (JSON_NODE_HOLDS_NULL (other));
      break;
    case PGW_JSON_BOOLEAN:
      g_assert_cmpint (json_node_get_boolean (other), ==, own->boolean);
      break;
    case PGW_JSON_INTEGER:
      g_assert_cmpint (json_node_get_int (other), ==,
                       own->negative ? -(gint64) own->integer : (gint64) own->integer);
      break;
    case PGW_JSON_DOUBLE:
      g_assert_cmpfloat (json_node_get_double (other), ==, own->number);
      break;
    case PGW_JSON_STRING:
      g_assert_cmpstr (json_node_get_string (other), ==, own->string);
      break;
    case PGW_JSON_ARRAY:
      g_assert_cmpuint (json_array_get_length (json_node_get_array (other)), ==, own->n_children);
      for (; child; child = child->next)
        assert_same_node (child, json_array_get_element (json_node_get_array (other), child->index));
      break;
    case PGW_JSON_OBJECT:
      g_assert_cmpuint (json_object_get_size (json_node_get_object (other)), ==, own->n_children);
      for (; child; child = child->next)
        assert_same_node (child, json_object_get_member (json_node_get_object (other), child->key));
      break;
    default:
      g_assert_not_reached ();
    }
}

/* Whatever we read, json-glib reads to the same values. */
static void
assert_as_json_glib (const char *text,
                     gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (PgwJsonSource) source = pgw_json_source_new (text, length, "x", 1, 1, "", &error);

  g_assert_no_error (error);
  json_parser_load_from_data (parser, text, length, &error);
  g_assert_no_error (error);
  assert_same_node (pgw_json_source_get_root (source), json_parser_get_root (parser));
}

static void
test_json_glib (void)
{
  static const char *const texts[] = {
    "[]", "{}", "[1, -1, 0, -0, 9007199254740993, 1.5, -2.5e3, 1E-2]",
    "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\", \"\\u4f19\\u4f34\", \"\\ud83d\\ude00\", \"伙伴\"]",
    "{\"a\": [true, false, null], \"b\": {\"c\": {}}}", " \t\r\n[ [ ] , { } ] \n",
  };
  g_autoptr (GPtrArray) paths = list_files (SHIPPED);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_as_json_glib (texts[i], strlen (texts[i]));
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *data = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (g_ptr_array_index (paths, i), &data, &length, NULL));
      assert_as_json_glib (data, length);
    }
}

static void
test_positions (void)
{
  const char *text = "\xef\xbb\xbf{ \"伙伴\": [1,\n  {\"a/b~\": 2}] }";
  g_autoptr (PgwJsonSource) source = pgw_json_source_new (text, strlen (text), "x", 1, 1, "", NULL);
  const PgwJsonNode *array = pgw_json_member (pgw_json_source_get_root (source), "伙伴");
  const PgwJsonNode *inner = pgw_json_member (array->last, "a/b~");
  g_autofree char *pointer = pgw_json_pointer (source, inner);
  g_autofree char *slice = pgw_json_dup_text (source, array->last);

  g_assert_cmpuint (array->line, ==, 1);
  g_assert_cmpuint (array->column, ==, 9);
  g_assert_cmpuint (array->key_column, ==, 3);
  g_assert_cmpuint (inner->line, ==, 2);
  g_assert_cmpuint (inner->column, ==, 12);
  g_assert_cmpuint (inner->key_column, ==, 4);
  g_assert_cmpstr (pointer, ==, "/伙伴/1/a~1b~0");
  g_assert_cmpstr (slice, ==, "{\"a/b~\": 2}");
}

static void
test_sizes (void)
{
  static const struct { const char *text; guint64 bytes; } good[] = {
    { "0", 0 }, { "4096", 4096 }, { "0x1000", 4096 }, { "64K", 65536 }, { "64k", 65536 }, { "2M", 2 << 20 },
    { "1G", 1 << 30 }, { "16T", G_GUINT64_CONSTANT (16) << 40 }, { "18446744073709551615", G_MAXUINT64 },
  };
  static const char *const bad[] = {
    "", "K", "-1", "+1", " 1", "1 ", "1.5M", "1KB", "1KK", "0x", "0xK", "18446744073709551616", "16777216T",
  };
  guint64 bytes;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (pgw_size_parse (good[i].text, &bytes));
      g_assert_cmpuint (bytes, ==, good[i].bytes);
      g_autofree char *text = pgw_size_format (bytes);
      g_assert_true (pgw_size_parse (text, &bytes));
      g_assert_cmpuint (bytes, ==, good[i].bytes);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (pgw_size_parse (bad[i], &bytes));
}

static void
test_limits (void)
{
  g_autofree char *large = g_malloc (PGW_JSON_MAX_BYTES + 1);
  g_autoptr (GFile) endless = g_file_new_for_path ("/dev/zero");
  g_autoptr (GFile) missing = g_file_new_for_path ("/nonexistent/scenario.json");
  g_autoptr (GFile) folder = g_file_new_for_path (SHIPPED);
  g_autoptr (GError) error = NULL;

  memset (large, ' ', PGW_JSON_MAX_BYTES + 1);
  g_assert_null (pgw_scenario_load_data (large, PGW_JSON_MAX_BYTES + 1, "x", NULL, &error));
  g_assert_error (error, PGW_SCENARIO_ERROR, PGW_SCENARIO_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "expected at most 64 MiB"));
  g_clear_error (&error);

  g_assert_null (pgw_scenario_load_file (endless, NULL, &error));
  g_assert_error (error, PGW_SCENARIO_ERROR, PGW_SCENARIO_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_null (pgw_scenario_load_file (missing, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (pgw_scenario_load_file (folder, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
}

static void
test_snapshot_missing (void)
{
  const char *text = "{\"pagewalk\": 1, \"machine\": {\"snapshot\": \"none.trace\"}, \"script\": []}";
  g_autoptr (GFile) base = g_file_new_for_path (SHIPPED);
  g_autoptr (GError) error = NULL;

  g_assert_null (pgw_scenario_load_data (text, -1, "s.json", base, &error));
  g_assert_error (error, PGW_SCENARIO_ERROR, PGW_SCENARIO_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message,
                                   "s.json:1:41: /machine/snapshot: found the file \"none.trace\" ("));
}

/* A scenario around an example of an expectation: of an allocation, or of a task that reads its memory. */
static char *
example_file (const char *key,
              const char *clause,
              gboolean    of_tasks)
{
  gboolean several = strcmp (key, "pfns") == 0;

  if (of_tasks)
    return g_strdup_printf (
      "{\"pagewalk\": 1, \"machine\": {\"ram\": \"32M\"}, \"files\": {\"data\": {\"size\": \"16K\"}}, \"script\": ["
      "{\"op\": \"task_create\"}, {\"op\": \"brk\", \"addr\": 0, \"as\": \"heap\"}, {\"op\": \"brk\", \"addr\": 0, \"as\": \"a\"},"
      "{\"op\": \"brk\", \"addr\": 0, \"as\": \"b\"}, {\"op\": \"fork\", \"as\": \"child\"},"
      "{\"op\": \"load\", \"addr\": \"heap\", \"expect\": {\"%s\": %s}}]}", key, clause);
  return g_strdup_printf (
    "{\"pagewalk\": 1, \"machine\": {\"ram\": \"32M\", \"zones\": {\"dma_end\": \"4M\", \"dma32_end\": \"8M\"}},"
    "\"script\": [{\"op\": \"%s\", %s\"expect\": {\"%s\": %s}}]}",
    several ? "alloc_many" : "alloc_pages", several ? "\"count\": 2, " : "", key, clause);
}

/* The example of the format's description, and every example of an expectation in its tables. */
static void
test_description (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (SOURCE_ROOT "/docs/scenario-format.md", &text, NULL, NULL));
  const char *start = strstr (text, "```json\n");
  g_assert_nonnull (start);
  start += strlen ("```json\n");
  const char *end = strstr (start, "```");
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (start, end - start, "docs", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pgw_scenario_get_n_ops (scenario), ==, 2);

  const char *table = strstr (text, "## Expectations");
  const char *tasks = strstr (table, "Of tasks and files");
  g_autoptr (GRegex) row = g_regex_new ("^\\| `(\\w+)` \\| (`.*`) \\| ", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  for (g_regex_match (row, table, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *key = g_match_info_fetch (match, 1);
      g_autofree char *examples = g_match_info_fetch (match, 2);
      g_auto (GStrv) parts = g_strsplit (examples, "`", -1);
      int at;

      g_match_info_fetch_pos (match, 0, &at, NULL);
      for (guint i = 1; parts[i] && parts[i + 1]; i += 2, n++)
        {
          g_autofree char *file = example_file (key, parts[i], table + at > tasks);
          g_autoptr (PgwScenario) example G_GNUC_UNUSED = pgw_scenario_load_data (file, -1, key, NULL, &error);
          g_assert_no_error (error);
        }
    }
  g_assert_cmpuint (n, >=, 32);
}

/* ---- What a script becomes ---- */

static void
test_machine (void)
{
  const char *text =
    "{\"pagewalk\": 1, \"machine\": {\"ram\": \"33M\", \"nodes\": 2, \"cpus\": 4, \"zones\": {\"dma_end\": \"4M\"},"
    " \"tunables\": {\"min_free_kbytes\": 300, \"watermark_boost_factor\": 0, \"lowmem_reserve_ratio\": [8, 9]},"
    " \"node_distance\": [[10, 30], [31, 10]]}, \"script\": []}";
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (text, -1, "m.json", NULL, &error);

  g_assert_no_error (error);
  const struct machine_config *config = pgw_scenario_get_config (scenario);
  g_assert_cmpuint (config->nr_regions, ==, 2);
  g_assert_cmpuint (config->regions[0].size, ==, 16 << 20);
  g_assert_cmpuint (config->regions[1].base, ==, 16 << 20);
  g_assert_cmpuint (config->regions[1].size, ==, 17 << 20);
  g_assert_cmpuint (config->regions[1].nid, ==, 1);
  g_assert_cmpuint (config->nr_cpus, ==, 4);
  g_assert_cmpuint (config->cpu_to_node[1], ==, 0);
  g_assert_cmpuint (config->cpu_to_node[2], ==, 1);
  g_assert_cmpuint (config->zone_dma_end, ==, 4 << 20);
  g_assert_cmpuint (config->min_free_kbytes, ==, 300);
  g_assert_cmpint (config->watermark_boost_factor, ==, -1);
  g_assert_cmpuint (config->lowmem_reserve_ratio[1], ==, 9);
  g_assert_cmpuint (config->node_distance[1][0], ==, 31);
  g_assert_cmpuint (config->nr_slots, >, 0);
  g_assert_cmpstr (pgw_scenario_get_title (scenario), ==, "m.json");
}

static void
test_operations (void)
{
  g_autoptr (PgwScenario) scenario = load (
    "{\"op\": \"alloc_pages\", \"order\": 3, \"gfp\": \"GFP_ATOMIC\", \"as\": \"heap\"},"
    "{\"op\": \"alloc_many\", \"count\": 10, \"order\": 1, \"max_order\": 4, \"seed\": 7, \"as\": \"pool\"},"
    "{\"op\": \"free_many\", \"of\": \"pool[2..5]\", \"pattern\": \"every\", \"step\": 3, \"offset\": 1, \"count\": 2},"
    "{\"op\": \"free_pages\", \"of\": \"heap\"},"
    "{\"op\": \"free_pages\", \"of\": \"heap\", \"allow\": \"double_free\"},"
    "{\"op\": \"note\", \"text\": {\"en\": \"Look\", \"zh_CN\": \"看\"}},"
    "{\"op\": \"set_tunable\", \"tunable\": \"watermark_scale_factor\", \"value\": 50},"
    "{\"op\": \"alloc_pages\", \"gfp\": 2080, \"nodes\": [0], \"node\": 0}");
  const struct mm_op *ops = pgw_scenario_get_ops (scenario);
  gfp_t atomic;

  g_assert_cmpuint (pgw_scenario_get_n_ops (scenario), ==, 8);
  g_assert_true (view_parse_gfp ("GFP_ATOMIC", &atomic, NULL));
  g_assert_cmpuint (ops[0].kind, ==, OP_alloc_pages);
  g_assert_cmpuint (ops[0].gfp, ==, atomic);
  g_assert_cmpuint (ops[0].order, ==, 3);
  g_assert_cmpint (ops[0].nid, ==, -1);
  g_assert_cmpuint (ops[1].slot, ==, ops[0].slot + 1);
  g_assert_cmpuint (ops[1].nr, ==, 10);
  g_assert_cmpuint (ops[1].arg[0], ==, 7);
  g_assert_cmpuint (ops[1].arg[1], ==, 4);
  g_assert_cmpuint (ops[2].slot, ==, ops[1].slot + 2);
  g_assert_cmpuint (ops[2].nr, ==, 4);
  g_assert_cmpuint (ops[2].arg[0], ==, PATTERN_EVERY);
  g_assert_cmpuint (ops[2].arg[2], ==, 3);
  g_assert_cmpuint (ops[2].arg[3], ==, (guint64) 2 << 32 | 1);
  g_assert_cmpuint (ops[3].arg[0], ==, 0);
  g_assert_cmpuint (ops[4].arg[0], ==, MM_OP_UNCHECKED);
  g_assert_cmpstr (pgw_scenario_get_text (scenario, ops[5].arg[0]), ==, "Look");
  g_assert_cmpuint (ops[6].arg[0], ==, TUNABLE_watermark_scale_factor);
  g_assert_cmpuint (ops[7].gfp, ==, 2080);
  g_assert_cmpuint (ops[7].nodemask, ==, 1);

  g_autofree char *heap = pgw_scenario_slot_name (scenario, ops[0].slot);
  g_autofree char *in_pool = pgw_scenario_slot_name (scenario, ops[1].slot + 9);
  g_autofree char *first = pgw_scenario_describe_op (scenario, 0);
  g_autofree char *third = pgw_scenario_describe_op (scenario, 2);
  g_assert_cmpstr (heap, ==, "heap");
  g_assert_cmpstr (in_pool, ==, "pool[9]");
  g_assert_null (pgw_scenario_slot_name (scenario, ops[7].slot));
  g_assert_null (pgw_scenario_slot_name (scenario, 1000000));
  g_assert_cmpstr (first, ==, "alloc_pages order 3 GFP_ATOMIC → heap");
  g_assert_cmpstr (third, ==, "free_many pool[2..5] every 3 × 2");
  assert_round_trip (scenario);
}

static void
test_languages (void)
{
  g_autoptr (PgwScenario) scenario = load (
    "{\"op\": \"note\", \"title\": {\"zh_CN\": \"标题\", \"en\": \"Title\"}, \"text\": {\"de\": \"Nur deutsch\"}}");
  PgwScenarioEntry entry;

  g_setenv ("LANGUAGE", "zh_CN", TRUE);
  pgw_scenario_get_entry (scenario, 0, &entry);
  g_assert_cmpstr (pgw_scenario_get_title (scenario), ==, "测试");
  g_assert_cmpstr (entry.title, ==, "标题");
  g_setenv ("LANGUAGE", "fr", TRUE);
  pgw_scenario_get_entry (scenario, 0, &entry);
  g_assert_cmpstr (pgw_scenario_get_title (scenario), ==, "Test");
  g_assert_cmpstr (entry.title, ==, "Title");
  g_assert_cmpstr (pgw_scenario_get_text (scenario, 0), ==, "Nur deutsch");
  g_unsetenv ("LANGUAGE");
}

/* Names live through the script in its order, also through repeats. */
static void
test_lives (void)
{
  static const char *const good[] = {
    "{\"repeat\": 3, \"script\": [{\"op\": \"alloc_pages\", \"as\": \"a\"}, {\"op\": \"free_pages\", \"of\": \"a\"}]}",
    "{\"op\": \"alloc_many\", \"count\": 6, \"as\": \"p\"}, {\"repeat\": 3, \"script\": [{\"op\": \"free_many\", \"of\": \"p\", \"count\": 2}]}",
    "{\"op\": \"alloc_many\", \"count\": 6, \"as\": \"p\"}, {\"op\": \"free_many\", \"of\": \"p\", \"pattern\": \"every\", \"step\": 2}, {\"op\": \"free_pages\", \"of\": \"p[1]\"}, {\"op\": \"free_many\", \"of\": \"p\"}, {\"op\": \"alloc_many\", \"count\": 3, \"as\": \"p\"}",
    "{\"op\": \"alloc_many\", \"count\": 6, \"as\": \"p\"}, {\"op\": \"free_many\", \"of\": \"p\", \"pattern\": \"random\", \"count\": 2}, {\"op\": \"free_pages\", \"of\": \"p[1]\"}, {\"op\": \"free_many\", \"of\": \"p\"}",
    "{\"op\": \"alloc_pages\", \"as\": \"a\"}, {\"op\": \"get_page\", \"of\": \"a\"}, {\"op\": \"free_pages\", \"of\": \"a\"}, {\"op\": \"put_page\", \"of\": \"a\"}",
    "{\"op\": \"alloc_many\", \"count\": 4, \"as\": \"p\"}, {\"op\": \"free_many\", \"of\": \"p\", \"pattern\": \"lifo\", \"count\": 2}, {\"op\": \"free_many\", \"of\": \"p[0..1]\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (PgwScenario) scenario = load (good[i]);
      assert_round_trip (scenario);
    }
  g_autoptr (PgwScenario) repeated = load (good[0]);
  const struct mm_op *ops = pgw_scenario_get_ops (repeated);
  g_assert_cmpuint (pgw_scenario_get_n_ops (repeated), ==, 6);
  for (guint i = 0; i < 6; i++)
    {
      g_assert_cmpuint (ops[i].slot, ==, ops[0].slot);
      g_assert_cmpuint (ops[i].kind, ==, i % 2 ? OP_free_pages : OP_alloc_pages);
    }
}

/* ---- Changing and writing ---- */

static void
test_untouched (void)
{
  g_autoptr (GPtrArray) paths = list_files (SHIPPED);

  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (g_ptr_array_index (paths, i));
      g_autoptr (GError) error = NULL;
      g_autoptr (PgwScenario) scenario = pgw_scenario_load_file (file, NULL, &error);
      g_autofree char *data = NULL, *written = NULL;
      gsize length, written_length;

      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (g_ptr_array_index (paths, i), &data, &length, NULL));
      written = pgw_scenario_to_data (scenario, &written_length);
      g_assert_cmpmem (data, length, written, written_length);
      g_assert_true (g_file_equal (pgw_scenario_get_file (scenario), file));
    }
}

/* At every length, a cut script has the head of the operations, and can be written and read. */
static void
test_truncate (void)
{
  const char *script =
    "{\"op\": \"alloc_pages\", \"as\": \"h\", \"title\": \"First\"},\n"
    "{\"repeat\": 4, \"script\": [{\"op\": \"alloc_pages\", \"as\": \"a\"},"
    " {\"repeat\": 3, \"script\": [{\"op\": \"get_page\", \"of\": \"a\"}, {\"op\": \"put_page\", \"of\": \"a\"}]},"
    " {\"op\": \"free_pages\", \"of\": \"a\", \"expect\": {\"result\": 0}}]},\n"
    "{\"op\": \"free_pages\", \"of\": \"h\"}";
  g_autoptr (PgwScenario) whole = load (script);
  guint64 n_ops = pgw_scenario_get_n_ops (whole);

  g_assert_cmpuint (n_ops, ==, 1 + 4 * 8 + 1);
  for (guint64 n = 0; n <= n_ops + 1; n++)
    {
      g_autoptr (PgwScenario) cut = load (script);
      PgwScenarioState *state = pgw_scenario_save_state (cut);

      pgw_scenario_truncate (cut, n);
      g_assert_cmpuint (pgw_scenario_get_n_ops (cut), ==, MIN (n, n_ops));
      g_assert_cmpmem (pgw_scenario_get_ops (cut), MIN (n, n_ops) * sizeof (struct mm_op),
                       pgw_scenario_get_ops (whole), MIN (n, n_ops) * sizeof (struct mm_op));
      assert_round_trip (cut);
      pgw_scenario_restore_state (cut, state);
      assert_same_ops (cut, whole);
      g_autofree char *a = pgw_scenario_to_data (cut, NULL);
      g_autofree char *b = pgw_scenario_to_data (whole, NULL);
      g_assert_cmpstr (a, ==, b);
      pgw_scenario_state_free (state);
    }
}

static void
test_append (void)
{
  g_autoptr (PgwScenario) scenario = load ("{\"op\":   \"alloc_pages\",  \"as\": \"a\"}");
  g_autoptr (GError) error = NULL;
  PgwScenarioEntry entry;

  g_assert_true (pgw_scenario_append_json (scenario, "{\"op\": \"free_pages\", \"of\": \"a\"}", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pgw_scenario_get_n_ops (scenario), ==, 2);
  pgw_scenario_get_entry (scenario, 1, &entry);
  g_assert_cmpuint (entry.line, ==, 0);

  g_assert_false (pgw_scenario_append_json (scenario, "{\"op\": \"free_pages\", \"of\": \"a\"}", &error));
  g_assert_cmpstr (error->message, ==,
                   "test.json:1:28: /script/2/of: found \"a\", which was freed before; expected a live allocation, "
                   "or \"allow\": \"double_free\" to make this mistake");
  g_clear_error (&error);
  g_assert_false (pgw_scenario_append_json (scenario, "{\"op\"", &error));
  g_assert_error (error, PGW_SCENARIO_ERROR, PGW_SCENARIO_ERROR_SYNTAX);
  g_clear_error (&error);
  /* One that fails half way must leave nothing behind. */
  g_assert_false (pgw_scenario_append_json (scenario, "{\"repeat\": 2, \"script\": [{\"op\": \"alloc_pages\", \"as\": \"b\"}]}", &error));
  g_clear_error (&error);
  g_assert_cmpuint (pgw_scenario_get_n_ops (scenario), ==, 2);
  g_assert_true (pgw_scenario_append_json (scenario, "{\"op\": \"alloc_pages\", \"as\": \"b\"}", &error));
  assert_round_trip (scenario);

  g_autofree char *data = pgw_scenario_to_data (scenario, NULL);
  g_assert_nonnull (strstr (data, "{\"op\":   \"alloc_pages\",  \"as\": \"a\"}"));

  /* More slots than were set aside. */
  guint32 before = pgw_scenario_get_config (scenario)->nr_slots;
  g_assert_true (pgw_scenario_append_json (scenario, "{\"op\": \"alloc_many\", \"count\": 100000}", &error));
  g_assert_cmpuint (pgw_scenario_get_config (scenario)->nr_slots, >, MAX (before, 100000));
}

static void
test_raw (void)
{
  struct machine_config config = { .nr_regions = 1, .regions = { { 16 << 20, 16 << 20, 0 } }, .nr_nodes = 1,
                                   .nr_cpus = 2, .zone_dma_end = 4 << 20, .zone_dma32_end = 16 << 20,
                                   .watermark_boost_factor = -1 };
  gfp_t gfp;
  view_parse_gfp ("GFP_KERNEL", &gfp, NULL);
  const struct mm_op ops[] = {
    { .kind = OP_alloc_pages, .nid = -1, .slot = 0, .order = 2, .gfp = gfp, .cpu = 1 },
    { .kind = OP_alloc_many, .nid = 0, .slot = 1, .nr = 8, .order = 1, .gfp = gfp, .arg = { 3, 4 } },
    { .kind = OP_free_pages, .nid = -1, .slot = 4 },
    { .kind = OP_free_many, .nid = -1, .slot = 5, .nr = 3, .arg = { PATTERN_RANDOM, 9, 1, (guint64) 2 << 32 } },
    { .kind = OP_free_pages, .nid = -1, .slot = 0 },
    { .kind = OP_drain_all_pages, .nid = -1 },
    { .kind = OP_set_tunable, .nid = -1, .arg = { TUNABLE_min_free_kbytes, 512 } },
  };
  g_autoptr (PgwScenario) scenario = pgw_scenario_new (&config, NULL, NULL, "A \"title\"");
  g_autoptr (GError) error = NULL;
  PgwScenarioEntry entry;

  pgw_scenario_append_ops (scenario, ops, G_N_ELEMENTS (ops));
  g_assert_cmpmem (pgw_scenario_get_ops (scenario), sizeof ops, ops, sizeof ops);
  pgw_scenario_get_entry (scenario, 3, &entry);
  g_assert_null (entry.title);
  assert_round_trip (scenario);

  g_autofree char *data = pgw_scenario_to_data (scenario, NULL);
  g_autoptr (PgwScenario) back = pgw_scenario_load_data (data, -1, "x", NULL, &error);
  g_assert_no_error (error);
  const struct machine_config *read = pgw_scenario_get_config (back);
  g_assert_cmpuint (read->regions[0].base, ==, 16 << 20);
  g_assert_cmpuint (read->nr_cpus, ==, 2);
  g_assert_cmpuint (read->zone_dma32_end, ==, 16 << 20);
  g_assert_cmpint (read->watermark_boost_factor, ==, -1);

  pgw_scenario_truncate (scenario, 2);
  g_assert_cmpuint (pgw_scenario_get_n_ops (scenario), ==, 2);
  g_assert_true (pgw_scenario_append_json (scenario, "{\"op\": \"alloc_pages\", \"as\": \"mine\"}", &error));
  g_assert_cmpuint (pgw_scenario_get_ops (scenario)[2].slot, >=, 9);
  assert_round_trip (scenario);
}

static void
test_save (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "saved.json", NULL);
  g_autofree char *inside = g_build_filename (path, "below-a-file.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) impossible = g_file_new_for_path (inside);
  g_autoptr (PgwScenario) scenario = load ("{\"op\": \"alloc_pages\", \"as\": \"a\"}");
  g_autoptr (GError) error = NULL;
  g_autofree char *data = pgw_scenario_to_data (scenario, NULL);
  g_autofree char *found = NULL;

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_assert_false (pgw_scenario_save (scenario, impossible, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_true (pgw_scenario_save (scenario, file, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, data);

  g_autoptr (PgwScenario) back = pgw_scenario_load_file (file, NULL, &error);
  g_assert_no_error (error);
  assert_same_ops (scenario, back);
  g_remove (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);    /* nothing else was left behind */
}

/* A recording that was opened can be saved as a scenario that starts from it. */
static void
test_save_recording (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-test-recording.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) recording =
    g_file_new_for_path (SOURCE_ROOT "/tests/oracle/phys/driver/m1-order0.trace.xz");
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_recording_to_scenario (recording, &error);

  g_assert_no_error (error);
  g_assert_true (pgw_scenario_save (scenario, file, &error));
  g_assert_no_error (error);

  g_autoptr (PgwScenario) back = pgw_scenario_load_file (file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pgw_scenario_get_n_ops (back), ==, pgw_scenario_get_n_ops (scenario));
  for (guint64 i = 0; i < pgw_scenario_get_n_ops (back); i++)
    {
      const struct mm_op *a = &pgw_scenario_get_ops (scenario)[i], *b = &pgw_scenario_get_ops (back)[i];

      g_assert_cmpuint (a->kind, ==, b->kind);
      g_assert_cmpuint (a->order, ==, b->order);
      g_assert_cmpuint (a->gfp, ==, b->gfp);
      g_assert_cmpuint (a->cpu, ==, b->cpu);
    }
  g_assert_nonnull (pgw_scenario_get_snapshot (back));
  g_remove (path);
}

/* ---- Expectations ---- */

typedef struct {
  PgwScenario *scenario;
  GArray      *results;
} Check;

static void
op_done (PgwTimeline    *timeline,
         guint64         op,
         const PgwOpRun *run,
         gpointer        data)
{
  Check *check = data;

  pgw_scenario_check_op (check->scenario, op, run, timeline, pgw_timeline_get_machine (timeline), check->results);
}

static GArray *
run (const char *script)
{
  g_autoptr (PgwScenario) scenario = load (script);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwTimeline) timeline = pgw_timeline_new (pgw_scenario_get_config (scenario), NULL, &error);
  Check check = { scenario, g_array_new (FALSE, FALSE, sizeof (PgwExpectResult)) };
  PgwOpRun last;

  g_assert_no_error (error);
  g_array_set_clear_func (check.results, (GDestroyNotify) pgw_expect_result_clear);
  pgw_timeline_set_op_func (timeline, op_done, &check);
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  pgw_timeline_record (timeline, 0);
  guint64 op = pgw_timeline_op_at (timeline, pgw_timeline_get_length (timeline));
  if (pgw_timeline_is_stopped (timeline) && pgw_timeline_get_op_run (timeline, op, &last) && !last.finished)
    op_done (timeline, op, &last, &check);
  return check.results;
}

/* Each of these says something true and, in the second member, something false. */
static void
test_expectations (void)
{
  static const struct { const char *good, *bad, *message; } cases[] = {
    { "\"result\": \"ok\"", "\"result\": 1", "result: expected 1, found 64" },
    { "\"result\": {\"min\": 60}", "\"result\": {\"min\": 70}", "result: expected at least 70, found 64" },
    { "\"result\": {\"max\": 64}", "\"result\": {\"max\": 63}", "result: expected at most 63, found 64" },
    { "\"result\": {\"min\": 1, \"max\": 64}", "\"result\": {\"min\": 1, \"max\": 2}", "result: expected 1 to 2, found 64" },
    { "\"pfn\": \"0x40\"", "\"error\": \"ENOMEM\"", "error: expected ENOMEM, found 64" },
    { "\"pfn\": 64", "\"pfn\": \"0x41\"", "pfn: expected 0x41, found 0x40" },
    { "\"pfns\": [\"0x40\"]", "\"pfns\": [\"0x42\"]", "pfns[0]: expected 0x42, found 0x40" },
    { "\"refcount\": 1", "\"refcount\": 2", "refcount: expected 2, found 1" },
    { "\"free\": {\"DMA\": {\"5\": 1}}", "\"free\": {\"DMA\": {\"5\": 2}}", "free[DMA][5]: expected 2, found 1" },
    { "\"free\": {\"Node 0, zone DMA\": {\"5\": 1}}", "\"free\": {\"node 0 DMA\": {\"5\": 0}}", "free[node 0 DMA][5]: expected 0, found 1" },
    { "\"free_list\": {\"DMA\": {\"Unmovable\": {\"5\": 1}}}", "\"free_list\": {\"DMA\": {\"Movable\": {\"5\": 1}}}", "free_list[DMA][Movable][5]: expected 1, found 0" },
    { "\"free_pages\": 3888", "\"free_pages\": 3904", "free_pages: expected 3904, found 3888" },
    { "\"free_pages\": {\"DMA\": 3888}", "\"free_pages\": {\"DMA\": {\"min\": 3889}}", "free_pages[DMA]: expected at least 3889, found 3888" },
    { "\"pcp\": {\"zone\": \"DMA\", \"count\": 0}", "\"pcp\": {\"zone\": \"DMA\", \"count\": 1}", "pcp[DMA, cpu 0].count: expected 1, found 0" },
    { "\"pcp\": [{\"zone\": \"DMA\", \"order\": 0, \"type\": \"Movable\", \"count\": 0}]", "\"pcp\": [{\"zone\": \"DMA\", \"order\": 0, \"type\": \"Movable\", \"count\": 5}]", "pcp[DMA, cpu 0, order 0 Movable]: expected 5, found 0" },
    { "\"counter\": {\"nr_free_pages\": 3888}", "\"counter\": {\"nr_free_pages\": 1}", "counter[nr_free_pages]: expected 1, found 3888" },
    { "\"watermark\": {\"DMA\": {\"min\": 124, \"boost\": 0}}", "\"watermark\": {\"DMA\": {\"low\": 124}}", "watermark[DMA].low: expected 124, found 155" },
    { "\"lowmem_reserve\": {\"DMA\": {\"Normal\": 0}}", "\"lowmem_reserve\": {\"DMA\": {\"Normal\": 3}}", "lowmem_reserve[DMA][Normal]: expected 3, found 0" },
    { "\"highatomic\": {\"DMA\": 0}", "\"highatomic\": {\"DMA\": 512}", "highatomic[DMA]: expected 512, found 0" },
    { "\"block_type\": \"Unmovable\"", "\"block_type\": \"Movable\"", "block_type: expected Movable, found Unmovable" },
    { "\"block_type\": {\"0x40\": \"Unmovable\"}", "\"block_type\": {\"0x40\": \"Reclaimable\"}", "block_type[0x40]: expected Reclaimable, found Unmovable" },
    { "\"events\": {\"expand\": 2, \"merge_buddy\": 0}", "\"events\": {\"expand\": 0}", "events[expand]: expected 0, found 2" },
    { "\"bug\": false", "\"bug\": true", "bug: expected true, found false" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *good = g_strdup_printf ("{\"op\": \"alloc_pages\", \"order\": 4, \"expect\": {%s}}", cases[i].good);
      g_autofree char *bad = g_strdup_printf ("{\"op\": \"alloc_pages\", \"order\": 4, \"expect\": {%s}}", cases[i].bad);
      GArray *held = run (good);
      GArray *failed = run (bad);
      const PgwExpectResult *r = &g_array_index (failed, PgwExpectResult, 0);

      for (guint j = 0; j < held->len; j++)
        {
          if (!g_array_index (held, PgwExpectResult, j).held)
            g_error ("%s: %s", cases[i].good, g_array_index (held, PgwExpectResult, j).message);
        }
      g_assert_cmpuint (held->len, >=, 1);
      g_assert_cmpuint (failed->len, ==, 1);
      g_assert_false (r->held);
      g_assert_cmpstr (r->message, ==, cases[i].message);
      g_assert_cmpuint (r->line, ==, 1);
      g_assert_true (g_str_has_prefix (r->pointer, "/script/0/expect/"));
      g_array_unref (held);
      g_array_unref (failed);
    }
}

/* What an expectation is about need not exist; the message says so. */
static void
test_missing (void)
{
  static const struct { const char *expect, *found; } cases[] = {
    { "\"slab\": {\"nobody\": {\"used\": 0}}", "expected 0, found no such cache" },
    { "\"memory\": {\"m\": 0}", "expected 0, found no page there" },
    { "\"smaps\": {\"m+64K\": {\"Rss\": 0}}", "expected 0, found no mapping there" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *script = g_strdup_printf (
        "{\"op\": \"task_create\", \"as\": \"t\"},"
        "{\"op\": \"mmap\", \"len\": \"8K\", \"prot\": \"rw-\", \"flags\": \"PRIVATE|ANONYMOUS\","
        " \"as\": \"m\", \"expect\": {%s}}",
        cases[i].expect);
      GArray *results = run (script);

      g_assert_cmpuint (results->len, ==, 1);
      g_assert_false (g_array_index (results, PgwExpectResult, 0).held);
      g_assert_true (g_str_has_suffix (g_array_index (results, PgwExpectResult, 0).message, cases[i].found));
      g_array_unref (results);
    }
}

static void
test_bug (void)
{
  const char *expected =
    "{\"op\": \"alloc_pages\", \"as\": \"a\"}, {\"op\": \"free_pages\", \"of\": \"a\"},"
    "{\"op\": \"free_pages\", \"of\": \"a\", \"allow\": \"double_free\", \"expect\": {\"bug\": true}}";
  const char *unexpected =
    "{\"op\": \"alloc_pages\", \"as\": \"a\"}, {\"op\": \"free_pages\", \"of\": \"a\"},"
    "{\"op\": \"free_pages\", \"of\": \"a\", \"allow\": \"double_free\", \"expect\": {\"result\": \"ok\"}}";
  GArray *results = run (expected);

  g_assert_cmpuint (results->len, ==, 1);
  g_assert_true (g_array_index (results, PgwExpectResult, 0).held);
  g_array_unref (results);

  results = run (unexpected);
  g_assert_cmpuint (results->len, ==, 2);
  g_assert_cmpstr (g_array_index (results, PgwExpectResult, 0).message, ==,
                   "the machine stopped at a kernel bug that was not expected");
  g_assert_false (g_array_index (results, PgwExpectResult, 0).held);
  g_assert_false (g_array_index (results, PgwExpectResult, 1).held);
  g_array_unref (results);
}

/* An error or a signal that a scenario says nothing about fails the check. */
static void
test_unexpected (void)
{
  static const struct { const char *op, *message; } cases[] = {
    { "{\"op\": \"munmap\", \"addr\": \"m+1\", \"len\": \"4K\"%s}",
      "the operation failed with EINVAL, which was not expected" },
    { "{\"op\": \"load\", \"addr\": \"m+64K\"%s}",
      "the task got the signal SIGSEGV, which was not expected" },
  };
  const char *said[] = { "", ", \"expect\": {\"bug\": false}", ", \"expect\": {\"error\": \"%s\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < G_N_ELEMENTS (said); j++)
      {
        g_autoptr (GString) op = g_string_new (cases[i].op);
        g_autofree char *script = NULL;
        guint n_failed = 0;
        GArray *results;

        g_string_replace (op, "%s", said[j], 1);
        g_string_replace (op, "%s", i == 0 ? "EINVAL" : "EFAULT", 0);
        script = g_strdup_printf ("{\"op\": \"task_create\", \"as\": \"t\"},"
                                  "{\"op\": \"mmap\", \"len\": \"8K\", \"prot\": \"rw-\","
                                  " \"flags\": \"PRIVATE|ANONYMOUS\", \"as\": \"m\"}, %s",
                                  op->str);
        results = run (script);
        for (guint k = 0; k < results->len; k++)
          {
            const PgwExpectResult *r = &g_array_index (results, PgwExpectResult, k);

            if (r->held)
              continue;
            n_failed++;
            g_assert_cmpstr (r->message, ==, cases[i].message);
            g_assert_cmpstr (r->pointer, ==, "/script/2");
            g_assert_cmpuint (r->line, ==, 1);
          }
        g_assert_cmpuint (n_failed, ==, j < 2 ? 1 : 0);
        g_array_unref (results);
      }
}

/* A failed allocation leaves its name usable: what is done with it does nothing. */
static void
test_failed_allocation (void)
{
  GArray *results = run (
    "{\"op\": \"alloc_many\", \"count\": 20, \"order\": 10, \"as\": \"p\", \"expect\": {\"result\": {\"max\": 4}}},"
    "{\"op\": \"alloc_pages\", \"order\": 10, \"as\": \"a\", \"expect\": {\"error\": \"ENOMEM\"}},"
    "{\"op\": \"free_pages\", \"of\": \"a\", \"expect\": {\"events\": {\"mm_page_free\": 0}, \"bug\": false}},"
    "{\"op\": \"free_pages\", \"of\": \"p[19]\", \"expect\": {\"events\": {\"mm_page_free\": 0}}}");

  g_assert_cmpuint (results->len, ==, 5);
  for (guint i = 0; i < results->len; i++)
    g_assert_true (g_array_index (results, PgwExpectResult, i).held);
  g_array_unref (results);
}

/* ---- Tasks and files ---- */

static const char task_script[] =
  "{\"pagewalk\": 1, \"machine\": {\"ram\": \"32M\", \"tunables\": {\"max_map_count\": 100}},"
  " \"files\": {\"data\": {\"size\": \"20K\", \"contents\": 2}}, \"script\": ["
  "{\"op\": \"task_create\", \"as\": \"sh\"},"
  "{\"op\": \"mmap\", \"len\": \"64K\", \"prot\": \"rw-\", \"flags\": \"MAP_PRIVATE|ANON|0x200000\", \"as\": \"heap\"},"
  "{\"op\": \"mmap\", \"len\": \"20K\", \"prot\": \"r--\", \"flags\": \"SHARED\", \"file\": \"data\", \"offset\": \"4K\"},"
  "{\"op\": \"fork\", \"as\": \"child\"},"
  "{\"op\": \"store\", \"task\": \"child\", \"addr\": \"heap+8K-1\", \"value\": \"0x1ff\", \"size\": 2, \"count\": 3},"
  "{\"op\": \"madvise\", \"addr\": \"heap\", \"len\": \"1M-4K\", \"advice\": \"MADV_DONTNEED\"},"
  "{\"op\": \"setrlimit\", \"limit\": \"AS\", \"value\": \"infinity\"},"
  "{\"op\": \"mmap\", \"len\": 1, \"prot\": \"READ|EXEC\", \"flags\": \"PRIVATE\", \"file\": 99},"
  "{\"op\": \"set_task\", \"comm\": \"bash\"},"
  "{\"op\": \"exit\", \"task\": \"child\", \"code\": 3}, {\"op\": \"wait\", \"child\": \"child\"}]}";

/* Lines of the script list; three operations stand in front of the script: a setting, and a file that is made and opened. */
static const char *const task_lines[] = {
  "set_tunable max_map_count = 100",
  "file_create size=20K contents=2 max_size=1M → data",
  "open data → data",
  "sh: task_create → sh",
  "sh: mmap 64K rw- PRIVATE|ANONYMOUS|0x200000 → heap",
  "sh: mmap 20K r-- SHARED file=data offset=4K",
  "sh: fork → child",
  "child: store heap+0x1fff size=2 count=3 511",
  "sh: madvise heap 1020K DONTNEED",
  "sh: setrlimit AS infinity",
  "sh: mmap 1 r-x PRIVATE file=99",
  "sh: set_task comm=bash",
  "child: exit code=3",
  "sh: wait child",
};

static void
test_tasks_in_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (task_script, -1, "t.json", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pgw_scenario_get_n_ops (scenario), ==, G_N_ELEMENTS (task_lines));
  for (guint i = 0; i < G_N_ELEMENTS (task_lines); i++)
    {
      g_autofree char *line = pgw_scenario_describe_op (scenario, i);
      g_autofree char *expected = i == 3 ? g_strdup (task_lines[i] + strlen ("sh: ")) : g_strdup (task_lines[i]);

      g_assert_cmpstr (line, ==, expected);
    }
}

/* What comes before the script has no title of the author's; it says itself what it is. */
static void
test_titles_before_script (void)
{
  static const char *const titles[] = {
    "Setting of the kernel: max_map_count = 100", "File data of 20K, on the disk", "File data is opened", NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (task_script, -1, "t.json", NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      PgwScenarioEntry entry;

      pgw_scenario_get_entry (scenario, i, &entry);
      g_assert_cmpstr (entry.title, ==, titles[i]);
      g_assert_cmpint (entry.explanation != NULL, ==, titles[i] != NULL);
    }
}

static void
test_tasks_numbers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (task_script, -1, "t.json", NULL, &error);

  g_assert_no_error (error);
  const struct mm_op *ops = pgw_scenario_get_ops (scenario);

  g_assert_cmpuint (ops[2].arg[0], ==, ops[1].slot + 1);
  g_assert_cmphex (ops[4].arg[3], ==, 0x200022);
  g_assert_cmphex (ops[4].arg[2], ==, 3);
  g_assert_cmpuint (ops[4].task, ==, ops[3].slot + 1);
  g_assert_cmpuint (ops[5].arg[4], ==, ops[2].slot + 1);
  g_assert_cmpuint (ops[7].task, ==, ops[6].slot + 1);
  g_assert_cmpuint (ops[7].base[0], ==, ops[4].slot + 1);
  g_assert_cmphex (ops[7].arg[0], ==, 0x1fff);
  g_assert_cmphex (ops[7].arg[5], ==, 0x1ff);
  g_assert_cmpuint (ops[8].arg[2], ==, 4);
  g_assert_cmphex (ops[9].arg[1], ==, G_MAXUINT64);
  g_assert_cmphex (ops[10].arg[4], ==, MM_OP_BAD_FILE);
  g_assert_cmpuint (ops[11].arg[0], ==, TASK_SET_COMM);
  g_assert_cmphex (ops[11].arg[1], ==, 0x68736162);
  g_assert_cmpuint (ops[13].slot, ==, ops[6].slot);
}

/* What is added and cut leaves the files and settings alone, in the operations and in the text. */
static void
test_tasks_edited (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (task_script, -1, "t.json", NULL, &error);

  g_assert_no_error (error);
  pgw_scenario_truncate (scenario, 0);
  g_assert_cmpuint (pgw_scenario_get_n_ops (scenario), ==, 3);
  g_assert_false (pgw_scenario_append_json (scenario, "{\"op\": \"fork\"}", &error));
  g_assert_error (error, PGW_SCENARIO_ERROR, PGW_SCENARIO_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (pgw_scenario_append_json (scenario, "{\"op\": \"task_create\"}", &error));
  g_assert_true (pgw_scenario_append_json (scenario, "{\"op\": \"fork\", \"as\": \"twin\"}", &error));

  g_autofree char *data = pgw_scenario_to_data (scenario, NULL);
  g_autoptr (PgwScenario) again = pgw_scenario_load_data (data, -1, "again.json", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pgw_scenario_get_n_ops (again), ==, 5);
  g_assert_nonnull (strstr (data, "\"files\""));
  g_assert_null (strstr (data, "file_create"));
}

/* Operations without a text get one that reads back to the same operations. */
static void
test_tasks_without_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (task_script, -1, "t.json", NULL, &error);
  g_assert_no_error (error);
  guint64 n = pgw_scenario_get_n_ops (scenario);
  const struct mm_op *ops = pgw_scenario_get_ops (scenario);
  g_autoptr (PgwScenario) raw = pgw_scenario_new (pgw_scenario_get_config (scenario), NULL, NULL, "raw");

  pgw_scenario_append_ops (raw, ops, n);
  g_autofree char *data = pgw_scenario_to_data (raw, NULL);
  g_autoptr (PgwScenario) again = pgw_scenario_load_data (data, -1, "again.json", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pgw_scenario_get_n_ops (again), ==, n);
  for (guint64 i = 0; i < n; i++)
    {
      const struct mm_op *op = &pgw_scenario_get_ops (again)[i];

      g_assert_cmpuint (op->kind, ==, ops[i].kind);
      g_assert_cmpmem (op->arg, sizeof op->arg, ops[i].arg, sizeof ops[i].arg);
      g_assert_cmpmem (op->base, sizeof op->base, ops[i].base, sizeof ops[i].base);
      g_assert_cmpuint (op->task, ==, ops[i].task);
    }
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/tasks/list", test_tasks_in_list);
  g_test_add_func ("/scenario/tasks/numbers", test_tasks_numbers);
  g_test_add_func ("/scenario/tasks/titles", test_titles_before_script);
  g_test_add_func ("/scenario/tasks/edited", test_tasks_edited);
  g_test_add_func ("/scenario/tasks/without-text", test_tasks_without_text);
  g_test_add_func ("/scenario/broken", test_broken);
  g_test_add_func ("/scenario/json-glib", test_json_glib);
  g_test_add_func ("/scenario/positions", test_positions);
  g_test_add_func ("/scenario/sizes", test_sizes);
  g_test_add_func ("/scenario/limits", test_limits);
  g_test_add_func ("/scenario/snapshot-missing", test_snapshot_missing);
  g_test_add_func ("/scenario/description", test_description);
  g_test_add_func ("/scenario/machine", test_machine);
  g_test_add_func ("/scenario/operations", test_operations);
  g_test_add_func ("/scenario/languages", test_languages);
  g_test_add_func ("/scenario/lives", test_lives);
  g_test_add_func ("/scenario/untouched", test_untouched);
  g_test_add_func ("/scenario/truncate", test_truncate);
  g_test_add_func ("/scenario/append", test_append);
  g_test_add_func ("/scenario/raw", test_raw);
  g_test_add_func ("/scenario/save", test_save);
  g_test_add_func ("/scenario/save-recording", test_save_recording);
  g_test_add_func ("/scenario/expectations", test_expectations);
  g_test_add_func ("/scenario/missing", test_missing);
  g_test_add_func ("/scenario/bug", test_bug);
  g_test_add_func ("/scenario/unexpected", test_unexpected);
  g_test_add_func ("/scenario/failed-allocation", test_failed_allocation);
  return g_test_run ();
}
