/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source pane shows what the timeline and the debug information say: the
 * line, the calls, the values; and does what is asked of it.
 */
#include "config.h"

#include "src/engine/pgw-debug-info.h"
#include "src/views/pgw-application.h"
#include "src/views/pgw-source-gutter.h"
#include "src/views/pgw-window-private.h"
#include "views-log.h"

#define TIMEOUT    (60 * G_USEC_PER_SEC)
#define MAX_FRAMES 64

static PgwApplication *application;

#define wait_until(condition)                               \
  G_STMT_START                                              \
  {                                                         \
    gint64 end_ = g_get_monotonic_time () + TIMEOUT;        \
    while (!(condition) && g_get_monotonic_time () < end_)  \
      {                                                     \
        g_main_context_iteration (NULL, FALSE);             \
        g_usleep (500);                                     \
      }                                                     \
    g_assert_true (condition);                              \
  }                                                         \
  G_STMT_END

/* Runs the main loop until the pane shows where the session stands. */
static void
settle (PgwWindow *window)
{
  wait_until (!pgw_section_is_pending (PGW_SECTION (window->source_view)));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static PgwWindow *
open_window (void)
{
  PgwWindow *window = PGW_WINDOW (pgw_window_new (GTK_APPLICATION (application)));
  g_autofree char *path = g_build_filename (g_getenv ("PGW_FIXTURES"), "tour.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  gtk_window_set_default_size (GTK_WINDOW (window), 1500, 950);
  gtk_window_present (GTK_WINDOW (window));
  pgw_window_open (window, file);
  wait_until (!pgw_window_is_loading (window));
  wait_until (pgw_session_get_state (window->session) == PGW_SESSION_STOPPED);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.focus-source", NULL);
  pgw_session_seek (window->session, 1);
  wait_until (pgw_source_text_get_line (pgw_source_view_get_text (window->source_view)) > 0);
  return window;
}

static void
close_window (PgwWindow *window)
{
  gpointer watched = window;

  g_object_add_weak_pointer (G_OBJECT (window), &watched);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_until (watched == NULL);
}

static guint
read_stack (PgwWindow *window, PgwFrame *frames)
{
  guint n = pgw_session_get_stack (window->session, frames, MAX_FRAMES);

  g_assert_cmpuint (n, >, 0);
  return n;
}

static void
assert_shows_stack (PgwWindow *window)
{
  PgwSourceText *text = pgw_source_view_get_text (window->source_view);
  GListModel *entries = pgw_call_stack_get_entries (pgw_source_view_get_call_stack (window->source_view));
  PgwFrame frames[MAX_FRAMES];
  guint n = read_stack (window, frames);

  g_assert_cmpstr (pgw_source_text_get_file (text), ==, frames[0].place.file);
  g_assert_cmpint (pgw_source_text_get_line (text), ==, frames[0].place.line);
  g_assert_cmpuint (g_list_model_get_n_items (entries), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PgwStackEntry) entry = g_list_model_get_item (entries, i);
      g_autofree char *file = g_path_get_basename (frames[i].place.file);
      g_autofree char *place = g_strdup_printf ("%s:%d", file, frames[i].place.line);

      g_assert_cmpstr (pgw_stack_entry_get_function (entry), ==, frames[i].place.function);
      g_assert_cmpstr (pgw_stack_entry_get_place (entry), ==, place);
    }
}

/* By events and by lines, forwards and backwards. */
static void
test_place (void)
{
  PgwWindow *window = open_window ();
  guint64 length = pgw_session_get_length (window->session);

  for (guint64 step = 1; step < length; step += 5)
    {
      pgw_session_seek (window->session, step);
      settle (window);
      assert_shows_stack (window);
    }
  if (!pgw_session_has_source_lines (window->session))
    {
      close_window (window);
      return;
    }
  gtk_widget_activate_action (GTK_WIDGET (window), "win.granularity", "s", "line");
  g_assert_cmpint (pgw_session_get_granularity (window->session), ==, PGW_GRANULARITY_LINE);
  for (guint i = 0; i < 24; i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), i < 12 ? "win.step-back" : "win.step-forward", NULL);
      settle (window);
      g_assert_cmpuint (pgw_session_get_source_line (window->session), >, 0);
      assert_shows_stack (window);
    }
  close_window (window);
}

static void
assert_shows_locals (PgwWindow *window, const PgwFrame *frame)
{
  PgwDebugInfo *info = pgw_session_get_debug_info (window->session, NULL);
  g_autoptr (GPtrArray) locals = pgw_locals_get (info, pgw_session_get_timeline (window->session), frame);
  GListModel *items = pgw_variables_get_items (pgw_source_view_get_variables (window->source_view));

  g_assert_cmpuint (g_list_model_get_n_items (items), ==, locals->len);
  for (guint i = 0; i < locals->len; i++)
    {
      const PgwLocal *local = g_ptr_array_index (locals, i);
      g_autoptr (PgwVariableItem) item = g_list_model_get_item (items, i);

      g_assert_cmpstr (pgw_variable_item_get_name (item), ==, local->variable->name);
      g_assert_cmpstr (pgw_variable_item_get_value (item), ==, local->value);
    }
}

static guint64
step_of_event (PgwWindow *window, const char *function)
{
  guint64 length = pgw_session_get_length (window->session);
  PgwFrame frames[MAX_FRAMES];

  for (guint64 step = 1; step <= length; step++)
    {
      pgw_session_seek (window->session, step);
      if (pgw_session_get_stack (window->session, frames, MAX_FRAMES) > 2
          && g_str_equal (frames[0].place.function, function))
        return step;
    }
  g_assert_not_reached ();
}

static void
test_frames (void)
{
  PgwWindow *window = open_window ();
  PgwSourceText *text = pgw_source_view_get_text (window->source_view);
  PgwCallStack *stack = pgw_source_view_get_call_stack (window->source_view);
  PgwFrame frames[MAX_FRAMES];

  step_of_event (window, "expand");
  settle (window);
  read_stack (window, frames);
  assert_shows_locals (window, &frames[0]);
  pgw_call_stack_set_selected (stack, 2);
  settle (window);
  g_assert_cmpstr (pgw_source_text_get_file (text), ==, frames[2].place.file);
  g_assert_cmpint (pgw_source_text_get_line (text), ==, frames[2].place.line);
  assert_shows_locals (window, &frames[2]);

  /* A step leads back to the innermost function. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.step-forward", NULL);
  settle (window);
  g_assert_cmpuint (pgw_call_stack_get_selected (stack), ==, 0);
  close_window (window);
}

/* A structure unfolds into its members, stays unfolded, and shows what a step changed. */
static void
test_variables (void)
{
  PgwWindow *window = open_window ();
  PgwSourceView *view = window->source_view;
  GtkTreeListModel *rows = pgw_variables_get_rows (pgw_source_view_get_variables (view));
  GListModel *items = pgw_variables_get_items (pgw_source_view_get_variables (view));
  g_autofree char *value = NULL;
  gboolean unfolded = FALSE, changed = FALSE;
  guint n;

  step_of_event (window, "expand");
  settle (window);
  n = g_list_model_get_n_items (G_LIST_MODEL (rows));
  for (guint i = 0; i < n && !unfolded; i++)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_row (rows, i);

      gtk_tree_list_row_set_expanded (row, TRUE);
      unfolded = gtk_tree_list_row_get_expanded (row);
    }
  g_assert_true (unfolded);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), >, n);
  settle (window);
  n = g_list_model_get_n_items (G_LIST_MODEL (rows));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.granularity", "s", "line");
  for (guint i = 0; i < 12; i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.step-over-back", NULL);
      settle (window);
      for (guint j = 0; j < g_list_model_get_n_items (items); j++)
        {
          g_autoptr (PgwVariableItem) item = g_list_model_get_item (items, j);

          changed |= pgw_variable_item_get_old_value (item) != NULL;
          g_assert_cmpstr (pgw_variable_item_get_value (item), !=,
                           pgw_variable_item_get_old_value (item) != NULL ? pgw_variable_item_get_old_value (item) : "");
        }
    }
  g_assert_true (changed || !pgw_session_has_source_lines (window->session));

  step_of_event (window, "expand");
  settle (window);
  value = pgw_source_view_dup_value (view, "page");
  g_assert_nonnull (strstr (value, "struct page *"));
  g_assert_nonnull (strstr (value, "pfn 0x"));
  g_assert_null (pgw_source_view_dup_value (view, "no_such_variable"));
  close_window (window);
}

static void
test_breakpoint (void)
{
  PgwWindow *window = open_window ();
  PgwSourceText *text = pgw_source_view_get_text (window->source_view);
  GListModel *breakpoints = pgw_session_get_breakpoints (window->session);
  g_autoptr (PgwBreakpoint) breakpoint = NULL;
  g_autofree char *condition = NULL;
  int line;

  if (!pgw_session_has_source_lines (window->session))
    {
      close_window (window);
      return;
    }
  step_of_event (window, "expand");
  settle (window);
  line = pgw_source_text_get_line (text);
  g_assert_cmpuint (pgw_source_text_get_count (text, line), >, 0);
  pgw_source_text_click_line (text, line);
  settle (window);
  g_assert_cmpuint (g_list_model_get_n_items (breakpoints), ==, 1);
  breakpoint = g_list_model_get_item (breakpoints, 0);
  condition = g_strdup_printf ("line %s:%d", pgw_source_text_get_file (text), line);
  g_assert_cmpstr (pgw_breakpoint_get_condition (breakpoint), ==, condition);
  g_assert_true (pgw_source_text_has_breakpoint (text, line));

  /* It is met. */
  pgw_session_seek (window->session, 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run-forward", NULL);
  wait_until (pgw_session_get_state (window->session) == PGW_SESSION_STOPPED);
  settle (window);
  g_assert_cmpint (pgw_source_text_get_line (text), ==, line);
  g_assert_cmpuint (pgw_session_get_source_line (window->session), >, 0);

  pgw_source_text_click_line (text, line);
  settle (window);
  g_assert_cmpuint (g_list_model_get_n_items (breakpoints), ==, 0);
  g_assert_false (pgw_source_text_has_breakpoint (text, line));
  close_window (window);
}

/* Where lines are those of events, the pane says so, and only there. */
static void
test_message (void)
{
  PgwWindow *window = open_window ();

  settle (window);
  if (pgw_session_has_source_lines (window->session))
    g_assert_null (pgw_source_view_get_message (window->source_view));
  else
    g_assert_nonnull (pgw_source_view_get_message (window->source_view));
  close_window (window);
}

static void
assert_expression (const char *line, const char *at, const char *expected)
{
  g_autofree char *found = pgw_source_text_expression_at (line, (guint) (strstr (line, at) - line));

  g_assert_cmpstr (found, ==, expected);
}

static void
test_expressions (void)
{
  const char *line = "\tif (zone->free_area[order].nr_free + pcp.count > 12)";

  assert_expression (line, "zone", "zone");
  assert_expression (line, "free_area", "zone->free_area");
  assert_expression (line, "order", "order");
  assert_expression (line, "nr_free", "zone->free_area[order].nr_free");
  assert_expression (line, "count", "pcp.count");
  assert_expression (line, "12", NULL);
  assert_expression (line, ">free", NULL);
  assert_expression ("a->b", "b", "a->b");
  assert_expression ("f(x)->b", "b", NULL);
  assert_expression ("a[1][b].c", "c", "a[1][b].c");
  assert_expression ("]].c", "c", NULL);
}

/* A narrow window begins without it and shows it when asked to. */
static void
test_narrow (void)
{
  PgwWindow *window = PGW_WINDOW (pgw_window_new (GTK_APPLICATION (application)));
  gboolean shown = TRUE;

  gtk_window_set_default_size (GTK_WINDOW (window), 1024, 768);
  gtk_window_present (GTK_WINDOW (window));
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (window)));
  g_object_get (window, "show-source", &shown, NULL);
  g_assert_false (shown);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (window->source_view)));
  g_object_set (window, "show-source", TRUE, NULL);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (window->source_view)));
  close_window (window);
}

int
main (int argc, char **argv)
{
  int status;

  pgw_views_log_init ();
  gtk_test_init (&argc, &argv, NULL);
  g_set_application_name ("Pagewalk");
  adw_init ();
  application = pgw_application_new (G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));

  g_test_add_func ("/source/place", test_place);
  g_test_add_func ("/source/frames", test_frames);
  g_test_add_func ("/source/variables", test_variables);
  g_test_add_func ("/source/breakpoint", test_breakpoint);
  g_test_add_func ("/source/message", test_message);
  g_test_add_func ("/source/expressions", test_expressions);
  g_test_add_func ("/source/narrow", test_narrow);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
