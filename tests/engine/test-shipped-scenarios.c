/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scenarios that are installed with the program: each loads, runs to its
 * end, keeps every invariant after every operation, has each of its
 * expectations fulfilled, and speaks both languages everywhere. With file
 * names as arguments it does the same for those files.
 */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <string.h>

#include "src/engine/pgw-library.h"
#include "src/engine/pgw-scenario.h"
#include "src/engine/pgw-timeline.h"

typedef struct {
  PgwScenario *scenario;
  GArray      *results;
  const struct machine *machine;
  guint64      n_ops;
  guint        n_violations;
} Run;

static void
violation (void       *data,
           mm_object_t object,
           const char *text)
{
  Run *run = data;
  char name[80];

  view_object_name (run->machine, object, name, sizeof name);
  g_test_message ("violation: %s: %s", name, text);
  run->n_violations++;
}

static void
op_done (PgwTimeline    *timeline,
         guint64         op,
         const PgwOpRun *op_run,
         gpointer        data)
{
  Run *run = data;
  const struct machine *machine = pgw_timeline_get_machine (timeline);

  run->n_ops++;
  run->machine = machine;
  pgw_scenario_check_op (run->scenario, op, op_run, timeline, machine, run->results);
  if (op_run->finished)
    mm_validate (machine, violation, run);
}

/* The operation in which the machine stopped is reported by nobody. */
static void
check_stopped (Run         *run,
               PgwTimeline *timeline)
{
  guint64 op = pgw_timeline_op_at (timeline, pgw_timeline_get_length (timeline));
  PgwOpRun op_run;

  if (pgw_timeline_get_op_run (timeline, op, &op_run) && !op_run.finished)
    op_done (timeline, op, &op_run, run);
}

static guint
show_failures (Run        *run,
               const char *path)
{
  guint n_failed = 0;

  for (guint i = 0; i < run->results->len; i++)
    {
      const PgwExpectResult *r = &g_array_index (run->results, PgwExpectResult, i);

      if (r->held)
        continue;
      n_failed++;
      g_printerr ("%s:%u:%u: %s: %s\n", path, r->line, r->column, r->pointer, r->message);
    }
  return n_failed;
}

static void
test_file (gconstpointer data)
{
  const char *path = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_file (file, NULL, &error);
  Run run = { .scenario = scenario };
  gboolean complete;

  g_assert_no_error (error);
  /* The machine is checked after every operation, which takes valgrind long: one of each kind must do there. */
  if (g_getenv ("PGW_UNDER_VALGRIND") != NULL && !g_str_has_suffix (path, "/merging.json")
      && !g_str_has_suffix (path, "/fork-cow.json") && !g_str_has_suffix (path, "/slab-fill.json"))
    return;
  run.results = g_array_new (FALSE, FALSE, sizeof (PgwExpectResult));
  g_array_set_clear_func (run.results, (GDestroyNotify) pgw_expect_result_clear);

  PgwTimeline *timeline = pgw_timeline_new (pgw_scenario_get_config (scenario),
                                            pgw_scenario_get_snapshot (scenario), &error);
  g_assert_no_error (error);
  pgw_timeline_set_op_func (timeline, op_done, &run);
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  /* Valgrind is fifty times slower: the beginnings of long ones must do there. */
  complete = pgw_timeline_record (timeline, g_getenv ("PGW_UNDER_VALGRIND") != NULL ? 5000 : 0);
  if (pgw_timeline_is_stopped (timeline))
    check_stopped (&run, timeline);

  g_assert_cmpuint (show_failures (&run, path), ==, 0);
  g_assert_cmpuint (run.n_violations, ==, 0);
  if (!complete)
    {
      g_assert_nonnull (g_getenv ("PGW_UNDER_VALGRIND"));
      g_array_unref (run.results);
      pgw_timeline_unref (timeline);
      return;
    }
  g_assert_cmpuint (run.n_ops, ==, pgw_scenario_get_n_ops (scenario));
  g_assert_cmpuint (run.results->len, >, 0);
  g_test_message ("%" G_GUINT64_FORMAT " operations, %" G_GUINT64_FORMAT " steps, %u expectations",
                  run.n_ops, pgw_timeline_get_length (timeline), run.results->len);

  g_array_unref (run.results);
  pgw_timeline_unref (timeline);
}

/* ---- Both languages ---- */

static void
assert_bilingual (JsonObject *object,
                  const char *key)
{
  g_assert_true (json_object_has_member (object, key));
  JsonObject *text = json_object_get_object_member (object, key);

  g_assert_nonnull (text);
  const char *en = json_object_get_string_member (text, "en");
  const char *zh = json_object_get_string_member (text, "zh_CN");
  gboolean han = FALSE;

  g_assert_cmpuint (strlen (en), >=, 3);
  for (const char *c = zh; *c; c = g_utf8_next_char (c))
    han |= g_unichar_get_script (g_utf8_get_char (c)) == G_UNICODE_SCRIPT_HAN;
  g_assert_true (han);
}

/* A question is put in both languages, says why, and lets the machine judge each answer. */
static void
assert_question (JsonObject *question)
{
  JsonArray *answers = json_object_get_array_member (question, "answers");

  assert_bilingual (question, "ask");
  for (guint i = 0; i < json_array_get_length (answers); i++)
    {
      JsonObject *answer = json_array_get_object_element (answers, i);

      assert_bilingual (answer, "text");
      assert_bilingual (answer, "why");
      g_assert_true (json_object_has_member (answer, "expect"));
    }
}

static void
assert_script_bilingual (JsonArray *script)
{
  for (guint i = 0; i < json_array_get_length (script); i++)
    {
      JsonObject *entry = json_array_get_object_element (script, i);

      if (json_object_has_member (entry, "repeat"))
        {
          assert_script_bilingual (json_object_get_array_member (entry, "script"));
          continue;
        }
      assert_bilingual (entry, "title");
      assert_bilingual (entry, strcmp (json_object_get_string_member (entry, "op"), "note") == 0
                                 ? "text" : "explain");
      if (json_object_has_member (entry, "question"))
        assert_question (json_object_get_object_member (entry, "question"));
    }
}

static void
test_languages (gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, data, &error);
  g_assert_no_error (error);
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  assert_bilingual (root, "title");
  assert_bilingual (root, "description");
  g_assert_true (json_object_has_member (root, "license"));
  assert_script_bilingual (json_object_get_array_member (root, "script"));
}

/* ---- The library ---- */

/* Every scenario has a place in the course, and the course names no other. */
static void
test_library (gconstpointer folder)
{
  g_autofree char *contents = g_build_filename (folder, "..", "library.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = pgw_library_list (folder, contents, &error);
  guint n_named = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < items->len; i++)
    {
      const PgwLibraryItem *item = g_ptr_array_index (items, i);

      if (item->section == NULL)
        g_error ("%s is not in library.json", item->path);
    }
  g_assert_true (g_file_get_contents (contents, &text, NULL, NULL));
  for (const char *at = text; (at = strstr (at, ".json\"")) != NULL; at++)
    n_named++;
  g_assert_cmpuint (n_named, ==, items->len);
}

static void
test_library_broken (void)
{
  static const struct { const char *text, *found; } cases[] = {
    { "[]", "library.json:1:1: /: found an empty array" },
    { "{}", "\"sections\"" },
    { "{\"sections\": 3}", "an array of sections" },
    { "{\"sections\": [3]}", "/sections/0: found the number 3" },
    { "{\"sections\": [{\"title\": \"A\"}]}", "\"scenarios\"" },
    { "{\"sections\": [{\"title\": \"A\", \"scenarios\": [1]}]}", "the name of a file" },
    { "{", "the end of the text" },
  };
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  g_autofree char *contents = g_build_filename (folder, "library.json", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) items = NULL;

      g_assert_true (g_file_set_contents (contents, cases[i].text, -1, NULL));
      items = pgw_library_list (folder, contents, &error);
      g_assert_nonnull (error);
      if (strstr (error->message, cases[i].found) == NULL)
        g_error ("%s does not say %s", error->message, cases[i].found);
      g_assert_cmpuint (items->len, ==, 1);     /* the files come all the same */
    }
  g_unlink (contents);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) none = pgw_library_list (missing, NULL, &error);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_cmpuint (none->len, ==, 0);
  g_rmdir (folder);
}

static void
add_tests (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *run_name = g_strdup_printf ("/scenarios/%s/run", base);
  g_autofree char *language_name = g_strdup_printf ("/scenarios/%s/languages", base);

  g_test_add_data_func_full (run_name, g_strdup (path), test_file, g_free);
  g_test_add_data_func_full (language_name, g_strdup (path), test_languages, g_free);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  if (argc > 1)
    {
      for (int i = 1; i < argc; i++)
        add_tests (argv[i]);
      return g_test_run ();
    }

  const char *folder = SOURCE_ROOT "/data/scenarios";
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        add_tests (path);
        n++;
      }
  g_assert_cmpuint (n, >=, 10);
  g_test_add_data_func ("/library/complete", folder, test_library);
  g_test_add_func ("/library/broken", test_library_broken);
  return g_test_run ();
}
