/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "What is this?": every function that a student meets in a shipped scenario,
 * and every other one that an operation can run, has a note; every note is
 * about a function that exists, says something, and says it in both languages.
 */
#include "config.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "src/engine/pgw-debug-info.h"
#include "src/engine/pgw-function-notes.h"
#include "src/engine/pgw-scenario.h"
#include "src/engine/pgw-timeline.h"

/*
 * Files of which no operation runs a line: those that make a machine, before the first line that
 * can be shown, and those that only look at it. The files not named here must have all notes.
 */
static const char *const quiet_files[] = {
  "mm/config.c", "mm/machine.c", "mm/memblock.c", "mm/mm_init.c",   "mm/snapshot.c",
  "mm/names.c",  "mm/proc.c",    "mm/reader.h",   "mm/seq_file.c",  "mm/seq_file.h",
  "mm/vmstat_text.c", "mm/slab_reader.h",
};

/* What their names begin with: who only reads. */
static const char *const quiet_families[] = { "mm/view", "mm/validate", "mm/proc_" };

/* ---- The functions of the core ---- */

/* "mm/buddy.c" of ".../mm/buddy.c", "mm/hw/mmu.c"; NULL for files that are not of the core. */
static const char *
core_file (const char *path)
{
  const char *file = path ? g_strrstr (path, "mm/") : NULL;

  if (!file)
    return NULL;
  return g_str_has_prefix (file, "mm/hw/") || !strchr (file + strlen ("mm/"), '/') ? file : NULL;
}

/* Where a function is declared. libdw before 0.189 does not know clang's first file, number 0: it is the unit's own. */
static const char *
declared_in (Dwarf_Die *function)
{
  const char *file = dwarf_decl_file (function);
  Dwarf_Die unit;

  if (file || !dwarf_hasattr (function, DW_AT_decl_file) || !dwarf_diecu (function, &unit, NULL, NULL))
    return file;
  return dwarf_diename (&unit);
}

static int
add_function (Dwarf_Die *function,
              void      *data)
{
  GHashTable *functions = data;
  const char *name = dwarf_diename (function);
  const char *file = core_file (declared_in (function));
  Dwarf_Addr entry;

  if (name && file && dwarf_entrypc (function, &entry) == 0)
    g_hash_table_insert (functions, g_strdup (name), g_strdup (file));
  return DWARF_CB_OK;
}

/* Name of each function with code in the core that this program holds, and its file. */
static GHashTable *
core_functions (void)
{
  GHashTable *functions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  int fd = open ("/proc/self/exe", O_RDONLY);
  Dwarf *dwarf = dwarf_begin (fd, DWARF_C_READ);
  Dwarf_CU *cu = NULL;
  Dwarf_Die unit;

  g_assert_nonnull (dwarf);
  while (dwarf_get_units (dwarf, cu, &cu, NULL, NULL, &unit, NULL) == 0)
    if (core_file (dwarf_diename (&unit)))
      dwarf_getfuncs (&unit, add_function, functions, 0);
  dwarf_end (dwarf);
  close (fd);
  g_assert_cmpuint (g_hash_table_size (functions), >, 200);
  return functions;
}

static void
test_notes_are_of_the_core (void)
{
  g_autoptr (GHashTable) functions = core_functions ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_notes;
  const PgwFunctionNote *notes = pgw_function_notes (&n_notes);

  g_assert_cmpuint (n_notes, >, 0);
  for (guint i = 0; i < n_notes; i++)
    {
      if (!notes[i].of_flag && !g_hash_table_contains (functions, notes[i].function))
        g_error ("the core has no function %s", notes[i].function);
      if (!g_hash_table_add (seen, (gpointer) notes[i].function))
        g_error ("%s has two notes", notes[i].function);
      g_assert_true (pgw_function_note (notes[i].function) == &notes[i]);
    }
  g_assert_null (pgw_function_note ("no_such_function"));
  g_assert_null (pgw_function_note (""));
}

/* ---- What is met ---- */

static gboolean
is_quiet (const char *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (quiet_files); i++)
    if (g_str_equal (file, quiet_files[i]))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (quiet_families); i++)
    if (g_str_has_prefix (file, quiet_families[i]))
      return TRUE;
  return FALSE;
}

static guint
complain_without_note (const char *file,
                       const char *function)
{
  if (pgw_function_note (function))
    return 0;
  g_printerr ("%s: %s() has no note in src/engine/functions.def\n", file, function);
  return 1;
}

/* Operations by hand and recordings can meet what no scenario does. */
static void
test_core_has_notes (void)
{
  g_autoptr (GHashTable) functions = core_functions ();
  GHashTableIter iter;
  gpointer function, file;
  guint n_missing = 0;

  g_hash_table_iter_init (&iter, functions);
  while (g_hash_table_iter_next (&iter, &function, &file))
    if (!is_quiet (file))
      n_missing += complain_without_note (file, function);
  g_assert_cmpuint (n_missing, ==, 0);
}

typedef struct {
  PgwDebugInfo *info;
  GHashTable   *met;    /* function -> file; strings of the debug info */
  GHashTable   *seen;   /* places that were looked up already: a line runs many times */
} Walk;

static gboolean
note_function (PgwTimeline       *timeline,
               guint64            line,
               const PgwStackTop *top,
               gpointer           data)
{
  Walk *walk = data;
  PgwPlace place;

  if (!g_hash_table_add (walk->seen, GSIZE_TO_POINTER (top->pc)))
    return FALSE;
  g_assert_true (pgw_debug_info_get_place (walk->info, top->pc, &place));
  g_hash_table_insert (walk->met, (gpointer) place.function, (gpointer) place.file);
  return FALSE;
}

static void
walk_scenario (const char *path,
               Walk       *walk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_file (file, NULL, &error);

  g_assert_no_error (error);
  g_autoptr (PgwTimeline) timeline = pgw_timeline_new (pgw_scenario_get_config (scenario),
                                                       pgw_scenario_get_snapshot (scenario), &error);
  g_assert_no_error (error);
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  /* Valgrind is fifty times slower: the beginnings must do there. */
  if (!pgw_timeline_record (timeline, g_getenv ("PGW_UNDER_VALGRIND") != NULL ? 1000 : 0))
    g_assert_nonnull (g_getenv ("PGW_UNDER_VALGRIND"));
  g_assert_false (pgw_timeline_search_source_lines (timeline, 0, pgw_timeline_get_n_source_lines (timeline),
                                                    note_function, walk, NULL, NULL));
}

static void
test_scenario_has_notes (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwDebugInfo) info = pgw_debug_info_new (&error);
  g_autoptr (GHashTable) met = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  Walk walk = { .info = info, .met = met, .seen = seen };
  GHashTableIter iter;
  gpointer function, file;
  guint n_missing = 0;

  g_assert_no_error (error);
  walk_scenario (data, &walk);
  if (g_hash_table_size (met) == 0)
    {
      g_test_skip ("this build of the core has no line hooks");
      return;
    }
  g_assert_true (g_hash_table_contains (met, "run_op"));
  g_hash_table_iter_init (&iter, met);
  while (g_hash_table_iter_next (&iter, &function, &file))
    n_missing += complain_without_note (file, function);
  g_assert_cmpuint (n_missing, ==, 0);
}

static void
add_scenario_tests (void)
{
  const char *folder = SOURCE_ROOT "/data/scenarios";
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      {
        g_autofree char *test = g_strdup_printf ("/function-notes/met/%s", name);

        n++;
        /* Each opens the debug info anew, which takes valgrind long: one of each kind must do there. */
        if (g_getenv ("PGW_UNDER_VALGRIND") != NULL && !g_str_equal (name, "buddy-tour.json")
            && !g_str_equal (name, "fork-cow.json") && !g_str_equal (name, "slab-fill.json"))
          continue;
        g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_scenario_has_notes, g_free);
      }
  g_assert_cmpuint (n, >=, 10);
}

/* ---- What they say ---- */

/* Ends a sentence, and is not a fragment. */
static void
assert_reads (const PgwFunctionNote *note,
              const char            *text,
              const char            *full_stop,
              const char            *question,
              glong                  shortest)
{
  glong length = g_utf8_strlen (text, -1);

  if (length < shortest || length > 480)
    g_error ("%s: a note of %ld characters", note->function, length);
  if (!g_str_has_suffix (text, full_stop) && !g_str_has_suffix (text, question) && !g_str_has_suffix (text, ")")
      && !g_str_has_suffix (text, "）"))
    g_error ("%s: the note does not end a sentence", note->function);
}

static void
test_english (void)
{
  guint n_notes;
  const PgwFunctionNote *notes = pgw_function_notes (&n_notes);

  for (guint i = 0; i < n_notes; i++)
    {
      assert_reads (&notes[i], notes[i].text, ".", "?", 20);
      /* A function of Linux has a file and a name. One that is not says what it stands for. */
      g_assert_true ((*notes[i].linux_file == '\0') == (*notes[i].linux_function == '\0'));
      if (*notes[i].linux_file)
        g_assert_true (g_str_has_suffix (notes[i].linux_file, ".c") || g_str_has_suffix (notes[i].linux_file, ".h"));
    }
}

static void
test_chinese (void)
{
  guint n_notes;
  const PgwFunctionNote *notes = pgw_function_notes (&n_notes);

  g_setenv ("LANGUAGE", "zh_CN", TRUE);
  setlocale (LC_ALL, "");       /* makes gettext look at LANGUAGE anew */
  for (guint i = 0; i < n_notes; i++)
    {
      const char *text = g_dgettext (GETTEXT_PACKAGE, notes[i].text);

      if (text == notes[i].text)
        g_error ("not translated: %s", notes[i].function);
      assert_reads (&notes[i], text, "。", "？", 5);
    }
  g_unsetenv ("LANGUAGE");
  setlocale (LC_ALL, "");
}

int
main (int argc, char **argv)
{
  const char *localedir = g_getenv ("PAGEWALK_LOCALEDIR");

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  if (localedir != NULL)
    bindtextdomain (GETTEXT_PACKAGE, localedir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  g_test_add_func ("/function-notes/of-the-core", test_notes_are_of_the_core);
  g_test_add_func ("/function-notes/core", test_core_has_notes);
  g_test_add_func ("/function-notes/english", test_english);
  g_test_add_func ("/function-notes/chinese", test_chinese);
  add_scenario_tests ();
  return g_test_run ();
}
