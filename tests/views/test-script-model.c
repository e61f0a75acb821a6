/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of the script list against a list written out in full.
 */
#include "config.h"

#include <gtk/gtk.h>

#include "src/views/pgw-script-model.h"

typedef struct { guint64 op, step; } Row;

static PgwSession *session;

static GArray *
write_out (const gboolean *expanded, guint64 n_ops)
{
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));

  for (guint64 op = 0; op < n_ops; op++)
    {
      Row row = { op, 0 };
      PgwOpRun run;

      g_array_append_val (rows, row);
      g_assert_true (pgw_timeline_get_op_run (timeline, op, &run));
      for (row.step = run.first_step + 1; expanded[op] && row.step <= run.last_step; row.step++)
        g_array_append_val (rows, row);
    }
  return rows;
}

static void
compare (PgwScriptModel *model, const gboolean *expanded, guint64 n_ops)
{
  g_autoptr (GArray) rows = write_out (expanded, n_ops);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, rows->len);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (PgwScriptRow) row = g_list_model_get_item (G_LIST_MODEL (model), i);
      const Row *expected = &g_array_index (rows, Row, i);

      g_assert_cmpuint (pgw_script_row_get_op (row), ==, expected->op);
      g_assert_cmpuint (pgw_script_row_get_step (row), ==, expected->step);
      if (expected->step == 0)
        g_assert_cmpuint (pgw_script_model_row_of_op (model, expected->op), ==, i);
      else
        g_assert_cmpuint (pgw_script_model_row_of_step (model, expected->step), ==, i);
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), rows->len));
}

/* What items-changed says must add up to what the model has. */
static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, guint *n)
{
  g_assert_cmpuint (position + removed, <=, *n);
  *n += added - removed;
  g_assert_cmpuint (*n, ==, g_list_model_get_n_items (model));
}

static void
test_rows (void)
{
  g_autoptr (PgwScriptModel) model = pgw_script_model_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  guint64 n_ops = pgw_scenario_get_n_ops (pgw_session_get_scenario (session));
  g_autofree gboolean *expanded = g_new0 (gboolean, n_ops);
  guint n = 0;

  g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), &n);
  pgw_script_model_reset (model, pgw_session_get_timeline (session), n_ops);
  compare (model, expanded, n_ops);
  for (guint i = 0; i < 200; i++)
    {
      guint64 op = g_rand_int_range (random, 0, n_ops);

      expanded[op] = !expanded[op];
      pgw_script_model_set_expanded (model, op, expanded[op]);
      g_assert_cmpint (pgw_script_model_is_expanded (model, op), ==, expanded[op]);
      compare (model, expanded, n_ops);
    }
  g_assert_cmpuint (pgw_script_model_row_of_step (model, 0), ==, GTK_INVALID_LIST_POSITION);
  g_assert_cmpuint (pgw_script_model_row_of_op (model, n_ops), ==, GTK_INVALID_LIST_POSITION);
  pgw_script_model_reset (model, NULL, 0);
  g_assert_cmpuint (n, ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *path = g_build_filename (g_getenv ("PGW_FIXTURES"), "tour.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  session = pgw_session_new ();
  g_assert_true (pgw_session_load_file (session, file, &error));
  g_assert_no_error (error);
  pgw_session_finish_recording (session);
  g_test_add_func ("/script-model/rows", test_rows);
  status = g_test_run ();
  g_object_unref (session);
  return status;
}
