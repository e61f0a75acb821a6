/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The window in process: it opens, steps, links selections, survives broken
 * files, undoes, rests when paused, and gives everything back.
 */
#include "config.h"

#include <glib/gstdio.h>

#include "src/engine/pgw-narration.h"
#include "src/scene/pgw-pane-private.h"
#include "src/views/pgw-application.h"
#include "src/views/pgw-export-dialog.h"
#include "src/views/pgw-library-dialog.h"
#include "src/views/pgw-memory-bar.h"
#include "src/views/pgw-object-bar.h"
#include "src/views/pgw-range-drag.h"
#include "src/views/pgw-settings.h"
#include "src/views/pgw-view-options.h"
#include "src/views/pgw-window-private.h"
#include "views-log.h"

#define TIMEOUT (60 * G_USEC_PER_SEC)

static PgwApplication *application;
static const char *fixtures;

/* Runs the main loop until a condition holds. */
#define wait_until(condition)                                              \
  G_STMT_START                                                             \
  {                                                                        \
    gint64 end_ = g_get_monotonic_time () + TIMEOUT;                       \
    while (!(condition) && g_get_monotonic_time () < end_)                 \
      {                                                                    \
        g_main_context_iteration (NULL, FALSE);                            \
        g_usleep (500);                                                    \
      }                                                                    \
    g_assert_true (condition);                                             \
  }                                                                        \
  G_STMT_END

static void
spin (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (1000);
    }
}

static gboolean
is_pending (GtkWidget *widget)
{
  if (PGW_IS_SECTION (widget) && pgw_section_is_pending (PGW_SECTION (widget)))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_pending (child))
      return TRUE;
  return FALSE;
}

/* Runs the main loop until all parts of a window show what there is. */
static void
settle (PgwWindow *window)
{
  spin (30);
  wait_until (!is_pending (GTK_WIDGET (window)));
  spin (30);
}

static GFile *
fixture (const char *name)
{
  g_autofree char *path = g_build_filename (fixtures, name, NULL);

  return g_file_new_for_path (path);
}

static PgwWindow *
open_window (const char *name)
{
  PgwWindow *window = PGW_WINDOW (pgw_window_new (GTK_APPLICATION (application)));
  g_autoptr (GFile) file = fixture (name);

  gtk_window_present (GTK_WINDOW (window));
  pgw_window_open (window, file);
  wait_until (!pgw_window_is_loading (window));
  g_assert_null (pgw_window_get_error (window));
  wait_until (pgw_session_get_state (window->session) == PGW_SESSION_STOPPED);
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (window->timeline)));
  settle (window);
  return window;
}

static void
close_window (PgwWindow *window)
{
  gpointer watched = window, session = window->session;

  g_object_add_weak_pointer (G_OBJECT (window), &watched);
  g_object_add_weak_pointer (session, &session);
  pgw_session_undo (window->session);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_until (watched == NULL && session == NULL);
}

static void
act (PgwWindow *window, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), action, NULL));
  settle (window);
}

/* ---- Tests ---- */

static void
test_open (void)
{
  PgwWindow *window = open_window ("tour.json");

  g_assert_cmpstr (adw_window_title_get_title (window->title), ==, "Window test");
  g_assert_cmpstr (adw_window_title_get_subtitle (window->title), ==, "tour.json — operation 0 of 6");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (window->stack), ==, "session");
  g_assert_cmpuint (pgw_session_get_position (window->session), ==, 0);
  g_assert_cmpuint (pgw_session_get_length (window->session), >, 20);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (pgw_script_view_get_model (window->script_view))), ==, 6);
  g_assert_cmpstr (pgw_narration_card_get_headline (window->narration_card), ==, "Window test");
  for (const PgwPaneType *const *type = pgw_pane_types (); *type != NULL; type++)
    {
      PgwPaneView *pane = pgw_pane_grid_get_pane (window->pane_grid, (*type)->id);

      if (pane != NULL && gtk_widget_get_child_visible (GTK_WIDGET (pane)))
        g_assert_nonnull (pgw_pane_canvas_get_scene (pgw_pane_view_get_canvas (pane)));
    }
  g_assert_nonnull (pgw_pane_canvas_get_scene (window->timeline));
  close_window (window);
}

static void
test_step (void)
{
  PgwWindow *window = open_window ("tour.json");
  PgwTimeline *timeline = pgw_session_get_timeline (window->session);
  guint64 length = pgw_session_get_length (window->session);
  PgwOpRun run;

  act (window, "win.step-forward");
  g_assert_cmpuint (pgw_session_get_position (window->session), ==, 1);
  act (window, "win.step-back");
  g_assert_cmpuint (pgw_session_get_position (window->session), ==, 0);
  act (window, "win.next-operation");
  act (window, "win.next-operation");
  g_assert_true (pgw_timeline_get_op_run (timeline, 1, &run));
  g_assert_cmpuint (pgw_session_get_position (window->session), ==, run.last_step);
  g_assert_cmpstr (adw_window_title_get_subtitle (window->title), ==, "tour.json — operation 2 of 6");
  act (window, "win.last");
  g_assert_cmpuint (pgw_session_get_position (window->session), ==, length);
  act (window, "win.first");
  g_assert_cmpuint (pgw_session_get_position (window->session), ==, 0);
  act (window, "win.next-event-of-kind");
  g_assert_cmpstr (pgw_event_type (pgw_timeline_get_event (timeline, pgw_session_get_position (window->session))->id)->name,
                   ==, "expand");
  g_assert_cmpstr (pgw_narration_card_get_headline (window->narration_card), !=, "");
  close_window (window);
}

static void
test_play (void)
{
  PgwWindow *window = open_window ("tour.json");
  guint64 length = pgw_session_get_length (window->session);

  pgw_session_set_speed (window->session, 200);
  act (window, "win.play");
  wait_until (pgw_session_get_position (window->session) == length);
  wait_until (pgw_session_get_state (window->session) == PGW_SESSION_STOPPED);
  act (window, "win.play-reverse");
  wait_until (pgw_session_get_position (window->session) == 0);
  close_window (window);
}

static gboolean
is_selected (PgwPaneCanvas *canvas, mm_object_t object)
{
  double x, y, width, height;

  return pgw_scene_locate (pgw_pane_canvas_get_scene (canvas), object, &x, &y, &width, &height);
}

static void
test_selection (void)
{
  PgwWindow *window = open_window ("tour.json");
  GListModel *fields = pgw_inspector_get_fields (window->inspector);
  PgwPaneCanvas *frames = pgw_pane_view_get_canvas (pgw_pane_grid_get_pane (window->pane_grid, "frames"));
  PgwTimeline *timeline = pgw_session_get_timeline (window->session);
  mm_object_t page;
  gboolean found_refcount = FALSE, found_change = FALSE;
  PgwOpRun run;

  g_assert_true (pgw_timeline_get_op_run (timeline, 1, &run));
  page = mm_object (MM_OBJECT_PAGE, run.result);
  pgw_session_set_granularity (window->session, PGW_GRANULARITY_OPERATION);
  pgw_session_seek (window->session, run.last_step);
  pgw_session_set_selection (window->session, page);
  settle (window);
  g_assert_false (pgw_inspector_get_follow (window->inspector));
  g_assert_true (is_selected (frames, page));
  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (PgwInspectorField) field = g_list_model_get_item (fields, i);

      found_refcount |= g_str_equal (pgw_inspector_field_get_name (field), "_refcount");
      found_change |= pgw_inspector_field_get_old_value (field) != NULL;
    }
  g_assert_true (found_refcount);
  g_assert_true (found_change);

  /* The page was last changed by that operation, and next by the free of it. */
  act (window, "win.last");
  act (window, "win.last-change");
  g_assert_cmpuint (pgw_timeline_op_at (timeline, pgw_session_get_position (window->session)), >=, 4);
  act (window, "win.back");
  g_assert_true (pgw_inspector_get_follow (window->inspector));
  g_assert_cmpuint (pgw_session_get_selection (window->session), ==,
                    pgw_event_subject (pgw_timeline_get_event (timeline, pgw_session_get_position (window->session))));
  close_window (window);
}

static void
test_error_keeps_scenario (void)
{
  PgwWindow *window = open_window ("tour.json");
  g_autoptr (GFile) broken = fixture ("broken.json");
  PgwScenario *scenario = pgw_session_get_scenario (window->session);

  pgw_window_open (window, broken);
  wait_until (!pgw_window_is_loading (window));
  g_assert_nonnull (pgw_window_get_error (window));
  g_assert_nonnull (strstr (pgw_window_get_error (window), "broken.json:6:"));
  g_assert_true (pgw_session_get_scenario (window->session) == scenario);
  g_assert_cmpstr (adw_window_title_get_title (window->title), ==, "Window test");
  close_window (window);
}

static void
test_do_and_undo (void)
{
  PgwWindow *window = open_window ("tour.json");
  PgwTimeline *timeline = pgw_session_get_timeline (window->session);
  guint64 length = pgw_session_get_length (window->session);
  PgwOpRun run;

  g_assert_true (pgw_timeline_get_op_run (timeline, 1, &run));
  pgw_session_seek (window->session, run.last_step);
  settle (window);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.do", "s",
                                             "{\"op\":\"alloc_pages\",\"order\":2,\"as\":\"mine\"}"));
  settle (window);
  g_assert_null (pgw_window_get_error (window));
  g_assert_cmpuint (pgw_scenario_get_n_ops (pgw_session_get_scenario (window->session)), ==, 3);
  g_assert_true (pgw_session_get_modified (window->session));
  g_assert_true (g_str_has_prefix (adw_window_title_get_title (window->title), "• "));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (pgw_script_view_get_model (window->script_view))), >=, 3);
  g_assert_nonnull (window->undo_toast);
  act (window, "win.undo");
  wait_until (pgw_session_get_state (window->session) == PGW_SESSION_STOPPED);
  wait_until (window->undo_toast == NULL);      /* nothing is left for it to undo */
  g_assert_cmpuint (pgw_scenario_get_n_ops (pgw_session_get_scenario (window->session)), ==, 6);
  g_assert_cmpuint (pgw_session_get_length (window->session), ==, length);

  /* What cannot be read is refused and changes nothing. */
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.do", "s", "{\"op\":\"nonsense\"}"));
  settle (window);
  g_assert_nonnull (pgw_window_get_error (window));
  g_assert_cmpuint (pgw_scenario_get_n_ops (pgw_session_get_scenario (window->session)), ==, 6);
  close_window (window);
}

/* The text of a row of the script's list. */
static const char *
row_text (GtkWidget *row)
{
  GtkWidget *box = gtk_widget_get_first_child (row);

  return gtk_label_get_text (GTK_LABEL (gtk_widget_get_prev_sibling (gtk_widget_get_last_child (box))));
}

/* Rows of events that are folded out of sight leave the operations, not themselves. */
static void
test_script_rows (void)
{
  PgwWindow *window = open_window ("../../data/scenarios/tour.json");
  PgwScenario *scenario = pgw_session_get_scenario (window->session);
  GtkWidget *list;
  guint n = 0;

  act (window, "win.last");
  settle (window);
  act (window, "win.first");
  settle (window);
  gtk_widget_grab_focus (GTK_WIDGET (window->script_view));
  list = gtk_widget_get_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), GTK_TYPE_LIST_VIEW);
  g_assert_nonnull (list);
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      PgwScenarioEntry entry;

      if (!gtk_widget_get_child_visible (row))
        continue;
      pgw_scenario_get_entry (scenario, n++, &entry);
      g_assert_cmpstr (row_text (row), ==, entry.title);
    }
  g_assert_cmpuint (n, >, 5);
  close_window (window);
}

static const char *
shown_file (PgwWindow *window)
{
  return pgw_pane_canvas_get_option (pgw_pane_view_get_canvas (pgw_pane_grid_get_pane (window->pane_grid, "proc")));
}

/* Each layout has a file of /proc that suits it, and remembers which one was chosen instead. */
static void
test_proc_file_of_layout (void)
{
  PgwWindow *window = open_window ("tour.json");
  g_autoptr (GHashTable) options = NULL;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "space");
  g_assert_cmpstr (shown_file (window), ==, "self/maps");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "allocator");
  g_assert_cmpstr (shown_file (window), ==, "buddyinfo");
  pgw_settings_set_entry ("proc-files", "allocator", "slabinfo");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "space");
  g_assert_cmpstr (shown_file (window), ==, "self/maps");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "allocator");
  g_assert_cmpstr (shown_file (window), ==, "slabinfo");
  options = pgw_pane_grid_dup_options (window->pane_grid);
  g_assert_cmpstr (g_hash_table_lookup (options, "proc"), ==, "slabinfo");
  pgw_settings_set_entry ("proc-files", "allocator", "buddyinfo");
  close_window (window);
}

static void
test_layouts_and_maximise (void)
{
  PgwWindow *window = open_window ("tour.json");
  PgwPaneView *buddy = pgw_pane_grid_get_pane (window->pane_grid, "buddy");
  PgwPaneView *proc = pgw_pane_grid_get_pane (window->pane_grid, "proc");
  g_autofree char *text = NULL;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "allocator");
  g_assert_true (gtk_widget_get_child_visible (GTK_WIDGET (proc)));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "overview");
  g_assert_false (gtk_widget_get_child_visible (GTK_WIDGET (proc)));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-pane", "s", "proc");
  g_assert_cmpstr (pgw_pane_grid_get_maximised (window->pane_grid), ==, "proc");
  g_assert_false (gtk_widget_get_child_visible (GTK_WIDGET (buddy)));
  act (window, "win.back");
  g_assert_null (pgw_pane_grid_get_maximised (window->pane_grid));
  g_assert_true (gtk_widget_get_child_visible (GTK_WIDGET (buddy)));

  text = pgw_pane_view_dup_text (buddy);
  g_assert_nonnull (strstr (text, "Normal"));
  pgw_pane_view_set_text_mode (buddy, TRUE);
  settle (window);
  g_assert_true (pgw_pane_view_get_text_mode (buddy));
  close_window (window);
}

static GtkWidget *
find_class (GtkWidget *widget, const char *name)
{
  if (gtk_widget_has_css_class (widget, name))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_class (child, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Whatever stands beside it, a pane's name can be read. */
static void
test_titles (void)
{
  static const int sizes[][2] = { { 1600, 1000 }, { 1024, 768 } };
  static const char *const layouts[] = { "overview", "space", "allocator", "reclaim" };
  PgwWindow *window = open_window ("tour.json");

  for (guint i = 0; i < G_N_ELEMENTS (sizes) * G_N_ELEMENTS (layouts); i++)
    {
      const int *size = sizes[i / G_N_ELEMENTS (layouts)];
      guint seen = 0;

      gtk_window_set_default_size (GTK_WINDOW (window), size[0], size[1]);
      gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", layouts[i % G_N_ELEMENTS (layouts)]);
      wait_until (gtk_widget_get_width (GTK_WIDGET (window)) <= size[0]);
      settle (window);
      for (const PgwPaneType *const *type = pgw_pane_types (); *type != NULL; type++)
        {
          PgwPaneView *pane = pgw_pane_grid_get_pane (window->pane_grid, (*type)->id);
          GtkLabel *title;

          if (pane == NULL || !gtk_widget_get_child_visible (GTK_WIDGET (pane)))
            continue;
          title = GTK_LABEL (find_class (GTK_WIDGET (pane), "pane-title"));
          g_test_message ("%s at %dx%d", (*type)->id, size[0], size[1]);
          g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (title)));
          seen++;
        }
      g_assert_cmpuint (seen, >=, 3);
    }
  close_window (window);
}

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);
  return found;
}

/* Does what the popover stands at, and looks at what the script says then. */
static void
do_object (PgwWindow *window, PgwObjectBar *bar, const char *op, const char *line)
{
  PgwScenario *scenario = pgw_session_get_scenario (window->session);
  guint64 n = pgw_scenario_get_n_ops (scenario);
  g_autofree char *json = NULL, *described = NULL;

  pgw_object_bar_choose (bar, op);
  json = pgw_object_bar_dup_json (bar);
  g_assert_nonnull (json);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.do", "s", json);
  settle (window);
  g_assert_null (pgw_window_get_error (window));
  g_assert_cmpuint (pgw_scenario_get_n_ops (scenario), ==, n + 1);
  described = pgw_scenario_describe_op (scenario, n);
  g_assert_true (g_str_has_prefix (described, line));
}

/* Operations on objects by hand: they become entries of the script, as JSON. */
static void
test_objects (void)
{
  PgwWindow *window = open_window ("tour.json");
  PgwPaneView *slab = pgw_pane_grid_get_pane (window->pane_grid, "slab");
  PgwObjectBar *bar;
  g_autofree char *data = NULL;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "allocator");
  settle (window);
  bar = PGW_OBJECT_BAR (find_widget (GTK_WIDGET (slab), PGW_TYPE_OBJECT_BAR));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (bar)));
  pgw_session_seek (window->session, pgw_session_get_length (window->session));
  pgw_object_bar_choose (bar, "kmem_cache_free");
  g_assert_null (pgw_object_bar_dup_json (bar));        /* there is none yet */
  do_object (window, bar, "kmem_cache_create", "kmem_cache_create");
  do_object (window, bar, "kmem_cache_alloc", "kmem_cache_alloc");
  do_object (window, bar, "object_poke", "object_poke");
  do_object (window, bar, "kmem_cache_free", "kmem_cache_free");
  do_object (window, bar, "kmalloc", "kmalloc");
  do_object (window, bar, "kfree", "kfree");
  do_object (window, bar, "kmem_cache_shrink", "kmem_cache_shrink");
  do_object (window, bar, "kmem_cache_destroy", "kmem_cache_destroy");
  data = pgw_scenario_to_data (pgw_session_get_scenario (window->session), NULL);
  g_assert_nonnull (strstr (data, "object_poke"));
  close_window (window);
}

/* ---- Ranges of addresses ---- */

static GtkGesture *
drag_gesture (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_DRAG (controller))
        return GTK_GESTURE (controller);
    }
  g_assert_not_reached ();
}

static void
drag (PgwPaneCanvas *canvas, double x, double y, double dx)
{
  GtkGesture *gesture = drag_gesture (GTK_WIDGET (canvas));

  g_signal_emit_by_name (gesture, "drag-begin", x, y);
  g_signal_emit_by_name (gesture, "drag-update", dx / 2, 0.0);
  g_signal_emit_by_name (gesture, "drag-update", dx, 1.0);
}

static void
drop (PgwWindow *window, PgwPaneCanvas *canvas, double dx)
{
  g_signal_emit_by_name (drag_gesture (GTK_WIDGET (canvas)), "drag-end", dx, 1.0);
  settle (window);
}

/* What the popover of memory operations has in one of its entries. */
static const char *
proposed (PgwWindow *window, const char *entry)
{
  GtkWidget *bar = find_widget (GTK_WIDGET (window), PGW_TYPE_MEMORY_BAR);

  return gtk_editable_get_text (
    GTK_EDITABLE (gtk_widget_get_template_child (bar, PGW_TYPE_MEMORY_BAR, entry)));
}

/* Presses "Do it"; the script then has as many operations. */
static void
agree (PgwWindow *window, guint64 n_ops)
{
  GtkWidget *bar = find_widget (GTK_WIDGET (window), PGW_TYPE_MEMORY_BAR);

  g_signal_emit_by_name (gtk_widget_get_template_child (bar, PGW_TYPE_MEMORY_BAR, "do_button"), "clicked");
  wait_until (pgw_scenario_get_n_ops (pgw_session_get_scenario (window->session)) == n_ops
              && pgw_session_get_state (window->session) == PGW_SESSION_STOPPED);
  settle (window);
}

/* A VMA of the fixture by its size in pages, and where its first cell and the gap below it stand. */
static guint32
find_vma (PgwWindow *window, PgwPaneCanvas *canvas, guint64 pages, double *x, double *y, double *pitch, double *gap_y)
{
  const struct machine *machine = pgw_timeline_get_machine (pgw_session_get_timeline (window->session));
  struct view_vma vmas[64];
  guint n = view_vmas (machine, 1, vmas, G_N_ELEMENTS (vmas)), n_items;
  const PgwItem *items = pgw_scene_get_items (pgw_pane_canvas_get_scene (canvas), &n_items);

  for (guint i = 0; i < n; i++)
    if (vmas[i].end - vmas[i].start == pages * PAGE_SIZE)
      {
        for (guint j = 0; j < n_items; j++)
          if (items[j].id == PGW_ITEM_ID_PART (PART_VMA_CELL, (guint64) vmas[i].nr << 10))
            {
              *x = items[j].x;
              *y = items[j].y + 1;
            }
          else if (items[j].id == PGW_ITEM_ID_PART (PART_VMA_CELL, (guint64) vmas[i].nr << 10 | 1))
            *pitch = items[j].x - *x;
          else if (items[j].id == PGW_ITEM_ID_PART (PART_VMA_GAP, vmas[i].nr))
            *gap_y = items[j].y + 1;
        return vmas[i].nr;
      }
  return 0;
}

static void
test_ranges (void)
{
  PgwWindow *window = open_window ("../../data/scenarios/mremap.json");
  PgwPaneCanvas *canvas = pgw_pane_view_get_canvas (pgw_pane_grid_get_pane (window->pane_grid, "space"));
  const struct machine *machine = pgw_timeline_get_machine (pgw_session_get_timeline (window->session));
  double x = 0, y = 0, pitch = 0, gap_y = 0;
  g_autofree char *start = NULL, *second = NULL;
  struct view_vma vma;
  guint32 nr;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "space");
  for (guint i = 0; i < 4; i++)
    act (window, "win.next-operation");
  nr = find_vma (window, canvas, 8, &x, &y, &pitch, &gap_y);
  g_assert_true (view_vma (machine, nr, &vma));
  start = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", vma.start);
  second = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", vma.start + PAGE_SIZE);

  /* Its end, by two pages. */
  drag (canvas, x + 8 * pitch - 2, y, 2 * pitch);
  drop (window, canvas, 2 * pitch);
  g_assert_cmpstr (proposed (window, "address"), ==, start);
  g_assert_cmpstr (proposed (window, "length"), ==, "32K");
  g_assert_cmpstr (proposed (window, "new_length"), ==, "40K");
  agree (window, 5);
  g_assert_true (view_vma (machine, nr, &vma));
  g_assert_cmpuint (vma.end - vma.start, ==, 10 * PAGE_SIZE);

  /* Three of its pages, from the fourth back to the second; then by keys what the menu would do. */
  drag (canvas, x + 3 * pitch + 2, y, -2 * pitch);
  drop (window, canvas, -2 * pitch);
  g_assert_nonnull (find_widget (GTK_WIDGET (canvas), GTK_TYPE_POPOVER_MENU));
  {
    g_autofree char *target = g_strdup_printf ("munmap 1 %s 12K 12K", second);

    gtk_widget_activate_action (GTK_WIDGET (window), "win.memory-operation", "s", target);
    settle (window);
  }
  g_assert_cmpstr (proposed (window, "address"), ==, second);
  agree (window, 6);
  g_assert_cmpuint (view_ptes (machine, 1, vma.start + PAGE_SIZE, vma.start + 4 * PAGE_SIZE, NULL, 0), ==, 0);

  /* A range is of the picture it was chosen in: with the next step it is forgotten. */
  act (window, "win.previous-operation");
  pgw_session_set_selection (window->session, mm_object (MM_OBJECT_VMA, nr));
  settle (window);
  {
    PgwRangeDrag *range = g_object_get_data (G_OBJECT (canvas), "pgw-range-drag");

    g_assert_true (pgw_range_drag_key (range, GDK_KEY_m, 0));
    g_assert_true (pgw_range_drag_key (range, GDK_KEY_Right, 0));
    act (window, "win.step-back");
    settle (window);
    g_assert_false (pgw_range_drag_key (range, GDK_KEY_Return, 0));
    act (window, "win.next-operation");
    settle (window);
  }

  /* A cancelled drag proposes nothing. */
  drag (canvas, x + 2, gap_y, 3 * pitch);
  g_signal_emit_by_name (drag_gesture (GTK_WIDGET (canvas)), "cancel", NULL);
  drop (window, canvas, 3 * pitch);
  g_assert_cmpstr (proposed (window, "length"), ==, "12K");
  close_window (window);
}

static guint
n_columns (PgwWindow *window, const char *title)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (window->pane_grid)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_child_visible (child) &&
        pgw_section_get_session (PGW_SECTION (child)) != NULL &&
        g_str_equal (pgw_pane_view_get_pane_type (PGW_PANE_VIEW (child))->id, title))
      n++;
  return n;
}

/* A pane for each machine, with the machine's session; the table; and back. */
static void
test_compare (void)
{
  PgwWindow *window = open_window ("tour.json");
  PgwViewOptions *options = pgw_view_options_get (window->session);
  PgwComparison *comparison;
  PgwPaneView *table = pgw_pane_grid_get_pane (window->pane_grid, "compare");
  g_autofree char *text = NULL;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "compare");
  comparison = pgw_view_options_get_comparison (options);
  g_assert_nonnull (comparison);
  g_assert_true (gtk_widget_get_child_visible (GTK_WIDGET (table)));
  g_assert_cmpuint (n_columns (window, "slab"), ==, 3);
  pgw_comparison_finish (comparison);
  settle (window);
  text = pgw_pane_view_dup_text (table);
  g_assert_nonnull (strstr (text, "SLAB"));
  g_assert_nonnull (strstr (text, "SLOB"));
  pgw_view_options_set_compared_pane (options, "buddy");
  g_assert_cmpuint (n_columns (window, "buddy"), ==, 3);
  g_assert_cmpuint (n_columns (window, "slab"), ==, 0);
  pgw_comparison_set_kind (comparison, "slab_debug");
  g_assert_cmpuint (n_columns (window, "buddy"), ==, 2);
  settle (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "overview");
  g_assert_false (gtk_widget_get_child_visible (GTK_WIDGET (table)));
  g_assert_cmpuint (n_columns (window, "buddy"), ==, 1);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.layout", "s", "compare");
  pgw_view_options_set_compared_pane (options, "slab");
  settle (window);
  close_window (window);
}

static void
count_cb (guint *counter)
{
  (*counter)++;
}

static void
test_notifications (void)
{
  g_autoptr (PgwPaneGrid) grid = g_object_ref_sink (PGW_PANE_GRID (pgw_pane_grid_new ()));
  g_autoptr (PgwSession) session = pgw_session_new ();
  guint layouts = 0, maximised = 0, sessions = 0;

  g_signal_connect_swapped (grid, "notify::layout", G_CALLBACK (count_cb), &layouts);
  g_signal_connect_swapped (grid, "notify::maximised", G_CALLBACK (count_cb), &maximised);
  g_signal_connect_swapped (grid, "notify::session", G_CALLBACK (count_cb), &sessions);
  pgw_pane_grid_set_layout (grid, "allocator");
  pgw_pane_grid_set_layout (grid, "allocator");
  g_assert_cmpuint (layouts, ==, 1);
  pgw_pane_grid_set_layout (grid, "there is no such layout");
  g_assert_cmpuint (layouts, ==, 2);
  g_assert_cmpstr (pgw_pane_grid_get_layout (grid), ==, pgw_layouts ()[0]->id);
  pgw_pane_grid_set_maximised (grid, "buddy");
  pgw_pane_grid_set_maximised (grid, "buddy");
  pgw_pane_grid_set_maximised (grid, NULL);
  g_assert_cmpuint (maximised, ==, 2);
  pgw_pane_grid_set_session (grid, session);
  pgw_pane_grid_set_session (grid, session);
  g_assert_cmpuint (sessions, ==, 1);
}

static void
test_finalise (void)
{
  GtkWidget *(*const constructors[]) (void) = {
    pgw_script_view_new, pgw_narration_card_new, pgw_pane_grid_new, pgw_inspector_new,
    pgw_playback_bar_new, pgw_operate_bar_new, pgw_pane_canvas_new,
  };

  for (guint i = 0; i < G_N_ELEMENTS (constructors); i++)
    {
      PgwSession *session = pgw_session_new ();
      gpointer widget = g_object_ref_sink (constructors[i]()), watched = session;

      g_object_add_weak_pointer (widget, &widget);
      g_object_add_weak_pointer (G_OBJECT (session), &watched);
      g_object_set (widget, "session", session, NULL);
      g_object_unref (session);
      g_object_unref (widget);
      g_assert_null (widget);
      g_assert_null (watched);
    }
}

static void
test_rest (void)
{
  PgwWindow *window = open_window ("tour.json");
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  guint frames = 0;
  gint64 end;

  for (guint i = 0; i < 6; i++)
    act (window, "win.step-forward");
  g_signal_connect_swapped (clock, "paint", G_CALLBACK (count_cb), &frames);
  end = g_get_monotonic_time () + TIMEOUT;
  do
    {
      frames = 0;
      spin (700);
    }
  while (frames > 0 && g_get_monotonic_time () < end);
  g_assert_cmpuint (frames, ==, 0);
  g_assert_false (pgw_section_is_pending (PGW_SECTION (window->script_view)));
  g_assert_false (pgw_pane_canvas_is_animating (window->timeline));
  g_signal_handlers_disconnect_by_func (clock, count_cb, &frames);
  close_window (window);
}

/* 100,000 operations: the window stays alive while they are recorded, and rows are made only where one looks. */
static void
test_large (void)
{
  PgwWindow *window = PGW_WINDOW (pgw_window_new (GTK_APPLICATION (application)));
  g_autoptr (GFile) file = fixture ("large.json");
  PgwScriptModel *model;
  gint64 longest = 0, start;
  guint n_slices = 0;

  gtk_window_present (GTK_WINDOW (window));
  spin (200);
  pgw_window_open (window, file);
  start = g_get_monotonic_time ();
  while (pgw_window_is_loading (window) || pgw_session_get_state (window->session) == PGW_SESSION_RECORDING)
    {
      gint64 before = g_get_monotonic_time ();

      g_main_context_iteration (NULL, TRUE);
      longest = MAX (longest, g_get_monotonic_time () - before);
      n_slices++;
      g_assert_cmpint (before - start, <, TIMEOUT);
    }
  settle (window);
  model = pgw_script_view_get_model (window->script_view);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 100000);
  g_test_message ("recording took %.0f ms, longest iteration %.1f ms", (g_get_monotonic_time () - start) / 1e3,
                  longest / 1e3);
  /* in many slices, whatever the machine is busy with (tests/bench measures how long they are) */
  g_assert_cmpuint (n_slices, >=, 10);

  pgw_session_seek (window->session, pgw_session_get_length (window->session) / 2);
  settle (window);
  act (window, "win.step-forward");
  g_assert_cmpuint (pgw_session_get_position (window->session), ==,
                    pgw_session_get_length (window->session) / 2 + 1);
  close_window (window);
}

static gboolean
beat_cb (gpointer data)
{
  (*(guint *) data)++;
  return G_SOURCE_CONTINUE;
}

/* The machine is started by a thread: the main loop goes on meanwhile, and the window says what it waits for. */
static void
test_huge (void)
{
  PgwWindow *window = open_window ("tour.json");
  g_autoptr (GFile) file = fixture ("huge.json");
  guint n_beats = 0, beat = g_timeout_add (10, beat_cb, &n_beats);

  pgw_window_open (window, file);
  wait_until (!pgw_window_is_loading (window));
  g_source_remove (beat);
  g_test_message ("%u beats while the machine started", n_beats);
  g_assert_cmpuint (n_beats, >=, 5);
  g_assert_cmpstr (pgw_session_get_title (window->session), ==, "A huge machine");
  settle (window);
  g_assert_false (gtk_revealer_get_reveal_child (window->progress_revealer));
  act (window, "win.last");
  g_assert_cmpuint (pgw_session_get_position (window->session), ==, pgw_session_get_length (window->session));
  close_window (window);
}

static void
test_dialogs (void)
{
  PgwWindow *window = open_window ("tour.json");
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "export.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gpointer library = pgw_library_dialog_new (GTK_WINDOW (window));
  gpointer export = pgw_export_dialog_new (GTK_WINDOW (window), window->session, "buddy");

  g_object_add_weak_pointer (library, &library);
  g_object_add_weak_pointer (export, &export);
  gtk_window_present (library);
  spin (100);
  gtk_window_destroy (library);
  g_assert_null (library);

  gtk_window_present (export);
  pgw_export_dialog_export (export, file);
  wait_until (export == NULL);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_unlink (path);
  g_rmdir (folder);
  close_window (window);
}

int
main (int argc, char **argv)
{
  int status;

  fixtures = g_getenv ("PGW_FIXTURES");
  pgw_views_log_init ();
  gtk_test_init (&argc, &argv, NULL);
  g_set_application_name ("Pagewalk");
  adw_init ();
  application = pgw_application_new (G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));

  g_test_add_func ("/window/open", test_open);
  g_test_add_func ("/window/step", test_step);
  g_test_add_func ("/window/play", test_play);
  g_test_add_func ("/window/selection", test_selection);
  g_test_add_func ("/window/error-keeps-scenario", test_error_keeps_scenario);
  g_test_add_func ("/window/do-and-undo", test_do_and_undo);
  g_test_add_func ("/window/layouts-and-maximise", test_layouts_and_maximise);
  g_test_add_func ("/window/script-rows", test_script_rows);
  g_test_add_func ("/window/proc-file", test_proc_file_of_layout);
  g_test_add_func ("/window/ranges", test_ranges);
  g_test_add_func ("/window/titles", test_titles);
  g_test_add_func ("/window/compare", test_compare);
  g_test_add_func ("/window/objects", test_objects);
  g_test_add_func ("/window/notifications", test_notifications);
  g_test_add_func ("/window/finalise", test_finalise);
  g_test_add_func ("/window/rest", test_rest);
  g_test_add_func ("/window/large", test_large);
  g_test_add_func ("/window/huge", test_huge);
  g_test_add_func ("/window/dialogs", test_dialogs);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
