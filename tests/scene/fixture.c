/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recorded scenarios; see fixture.h.
 */
#include "config.h"

#include "fixture.h"

#include <libintl.h>
#include <locale.h>
#include <string.h>

static const char *const folders[] = { "data/scenarios", "tests/scene/scenarios" };

static Fixture *
load (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autofree char *base = g_path_get_basename (path);
  Fixture *fixture = g_new0 (Fixture, 1);

  base[strlen (base) - strlen (".json")] = '\0';
  fixture->name = g_steal_pointer (&base);
  fixture->scenario = pgw_scenario_load_file (file, NULL, &error);
  g_assert_no_error (error);
  fixture->timeline = pgw_timeline_new (pgw_scenario_get_config (fixture->scenario),
                                        pgw_scenario_get_snapshot (fixture->scenario), &error);
  g_assert_no_error (error);
  pgw_timeline_append (fixture->timeline, pgw_scenario_get_ops (fixture->scenario),
                       pgw_scenario_get_n_ops (fixture->scenario));
  pgw_timeline_record (fixture->timeline, 0);
  return fixture;
}

void
fixture_free (Fixture *fixture)
{
  pgw_timeline_unref (fixture->timeline);
  pgw_scenario_unref (fixture->scenario);
  g_free (fixture->name);
  g_free (fixture);
}

Fixture *
fixture_load (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_strdup_printf (SOURCE_ROOT "/%s/%s.json", folders[i], name);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return load (path);
    }
  g_error ("no scenario %s", name);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

GPtrArray *
fixtures_load (void)
{
  GPtrArray *fixtures = g_ptr_array_new_with_free_func ((GDestroyNotify) fixture_free);

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (SOURCE_ROOT, folders[i], NULL);
      g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      g_assert_nonnull (dir);
      while ((name = g_dir_read_name (dir)) != NULL)
        if (g_str_has_suffix (name, ".json"))
          g_ptr_array_add (names, g_build_filename (folder, name, NULL));
      g_ptr_array_sort (names, compare_names);
      for (guint j = 0; j < names->len; j++)
        g_ptr_array_add (fixtures, load (g_ptr_array_index (names, j)));
    }
  return fixtures;
}

PgwPaneState
fixture_state (const Fixture *fixture)
{
  return (PgwPaneState) {
    .timeline = fixture->timeline,
    .scenario = fixture->scenario,
    .zone = G_MAXUINT32,
    .cpu = G_MAXUINT32,
    .font_scale = 1.0,
  };
}

void
fixture_set_language (gboolean chinese)
{
  const char *localedir = g_getenv ("PAGEWALK_LOCALEDIR");

  if (localedir != NULL)
    {
      bindtextdomain (GETTEXT_PACKAGE, localedir);
      bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    }
  if (chinese)
    g_setenv ("LANGUAGE", "zh_CN", TRUE);
  else
    g_unsetenv ("LANGUAGE");
  setlocale (LC_ALL, "");
}
