/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text twins: what the panes of the shipped scenarios say, compared with the
 * texts in twins/. After a change that is meant, bring them up to date with
 *
 *   PAGEWALK_UPDATE_TWINS=1 meson test -C BUILD scene-twins
 *
 * and read the difference.
 */
#include "config.h"

#include <string.h>

#include "fixture.h"

static void
append_panes (GString       *text,
              const Fixture *fixture,
              PgwStatistics *statistics,
              guint64        step)
{
  static const char *const panes[] = { "timeline", "buddy", "frames", "chart", "lru", "swap" };

  pgw_timeline_seek (fixture->timeline, step);
  for (gsize i = 0; i < G_N_ELEMENTS (panes); i++)
    {
      PgwPaneState state = fixture_state (fixture);
      g_autoptr (PgwScene) scene = NULL;
      g_autofree char *twin = NULL;

      state.statistics = statistics;
      scene = pgw_pane_type_by_id (panes[i])->layout (&state, 900, 600);
      twin = pgw_scene_to_text (scene);
      g_string_append_printf (text, "== %s ==\n%s", panes[i], twin);
    }
}

/* After the first, the middle and the last operation. */
static char *
describe (const Fixture *fixture)
{
  GString *text = g_string_new (NULL);
  g_autoptr (PgwStatistics) statistics = pgw_statistics_new (fixture->timeline);
  guint64 n_ops = pgw_timeline_get_n_ops (fixture->timeline);
  guint64 ops[3] = { 0, n_ops / 2, n_ops - 1 }, last = 0;

  pgw_statistics_update (statistics, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (ops); i++)
    {
      PgwOpRun run;

      if (n_ops == 0 || (i > 0 && ops[i] == ops[i - 1]) ||
          !pgw_timeline_get_op_run (fixture->timeline, ops[i], &run) || run.last_step <= last)
        continue;
      last = run.last_step;
      append_panes (text, fixture, statistics, run.last_step);
    }
  return g_string_free (text, FALSE);
}

/* The first line in which two texts differ. */
static void
report_difference (const char *name,
                   const char *expected,
                   const char *found)
{
  g_auto (GStrv) a = g_strsplit (expected, "\n", -1);
  g_auto (GStrv) b = g_strsplit (found, "\n", -1);
  guint line = 0;

  while (a[line] != NULL && b[line] != NULL && strcmp (a[line], b[line]) == 0)
    line++;
  g_test_message ("twins/%s.txt:%u: expected “%s”, found “%s”", name, line + 1, a[line] ? a[line] : "(end)",
                  b[line] ? b[line] : "(end)");
  g_test_fail ();
}

static void
test_twins (void)
{
  g_autoptr (GPtrArray) fixtures = fixtures_load ();

  for (guint i = 0; i < fixtures->len; i++)
    {
      const Fixture *fixture = g_ptr_array_index (fixtures, i);
      g_autofree char *path = g_strdup_printf (SOURCE_ROOT "/tests/scene/twins/%s.txt", fixture->name);
      g_autofree char *found = describe (fixture);
      g_autofree char *expected = NULL;

      if (g_getenv ("PAGEWALK_UPDATE_TWINS") != NULL)
        {
          g_autoptr (GError) error = NULL;

          g_file_set_contents (path, found, -1, &error);
          g_assert_no_error (error);
        }
      else if (!g_file_get_contents (path, &expected, NULL, NULL))
        {
          g_test_message ("There is no %s yet; run with PAGEWALK_UPDATE_TWINS=1 and read it", path);
          g_test_fail ();
        }
      else if (strcmp (expected, found) != 0)
        report_difference (fixture->name, expected, found);
    }
}

int
main (int    argc,
      char **argv)
{
  fixture_set_language (FALSE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/twins/as-stored", test_twins);
  return g_test_run ();
}
