/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the window can do, as actions.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-export-dialog.h"
#include "pgw-window-private.h"
#include "src/engine/pgw-narration.h"

#define MIN_SPEED 0.25
#define MAX_SPEED 1024.0

static gboolean
is_ready (PgwWindow *self)
{
  PgwSessionState state = pgw_session_get_state (self->session);

  return pgw_session_get_timeline (self->session) != NULL
         && (state == PGW_SESSION_STOPPED || state == PGW_SESSION_PLAYING);
}

static void
toast (PgwWindow *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (text));
}

/* ---- Moving ---- */

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);

  if (!is_ready (self))
    return;
  pgw_session_pause (self->session);
  pgw_session_step (self->session,
                    g_str_equal (name, "win.step-forward") ? PGW_DIRECTION_FORWARD : PGW_DIRECTION_BACKWARD);
}

void
pgw_window_step_operation (PgwWindow *self, PgwDirection direction)
{
  PgwGranularity granularity = pgw_session_get_granularity (self->session);

  if (!is_ready (self))
    return;
  pgw_session_pause (self->session);
  pgw_session_set_granularity (self->session, PGW_GRANULARITY_OPERATION);
  pgw_session_step (self->session, direction);
  pgw_session_set_granularity (self->session, granularity);
}

static void
step_operation_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pgw_window_step_operation (PGW_WINDOW (widget), g_str_equal (name, "win.next-operation") ? PGW_DIRECTION_FORWARD
                                                                                          : PGW_DIRECTION_BACKWARD);
}

/* By source lines, past calls or out of them. */
static void
step_line_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  PgwLineStep how = g_str_has_prefix (name, "win.step-over")  ? PGW_LINE_OVER
                    : g_str_has_prefix (name, "win.step-out") ? PGW_LINE_OUT
                                                              : PGW_LINE_INTO;

  if (!is_ready (self))
    return;
  pgw_session_pause (self->session);
  pgw_session_step_line (self->session, how,
                         g_str_has_suffix (name, "-back") ? PGW_DIRECTION_BACKWARD : PGW_DIRECTION_FORWARD);
}

static void
end_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);

  if (!is_ready (self))
    return;
  pgw_session_pause (self->session);
  pgw_session_seek (self->session, g_str_equal (name, "win.first") ? 0 : pgw_session_get_length (self->session));
}

static void
play (PgwWindow *self, PgwDirection direction)
{
  guint64 length = pgw_session_get_length (self->session);
  guint64 position = pgw_session_get_position (self->session);

  if (!is_ready (self))
    return;
  if (pgw_session_get_state (self->session) == PGW_SESSION_PLAYING)
    {
      pgw_session_pause (self->session);
      return;
    }
  /* At the end, playing starts over. */
  if (direction == PGW_DIRECTION_FORWARD && position == length)
    pgw_session_seek (self->session, 0);
  else if (direction == PGW_DIRECTION_BACKWARD && position == 0)
    pgw_session_seek (self->session, length);
  pgw_session_play (self->session, direction);
}

static void
play_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  play (PGW_WINDOW (widget),
        g_str_equal (name, "win.play") ? PGW_DIRECTION_FORWARD : PGW_DIRECTION_BACKWARD);
}

static void
event_of_kind_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  guint kind = pgw_playback_bar_get_event_kind (self->playback_bar);
  gboolean forward = g_str_equal (name, "win.next-event-of-kind");
  g_autofree char *text = NULL;

  if (!is_ready (self) || pgw_event_type (kind) == NULL)
    return;
  pgw_session_pause (self->session);
  if (pgw_session_step_to_event (self->session, kind, forward ? PGW_DIRECTION_FORWARD : PGW_DIRECTION_BACKWARD))
    return;
  text = g_strdup_printf (forward ? _("No later event “%s”") : _("No earlier event “%s”"), pgw_event_type (kind)->name);
  toast (self, text);
}

static void
run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);

  if (!is_ready (self))
    return;
  if (g_list_model_get_n_items (pgw_session_get_breakpoints (self->session)) == 0)
    {
      pgw_playback_bar_show_breakpoints (self->playback_bar);
      return;
    }
  pgw_session_pause (self->session);
  if (!pgw_session_run_to_breakpoint (self->session, g_str_equal (name, "win.run-forward") ? PGW_DIRECTION_FORWARD
                                                                                          : PGW_DIRECTION_BACKWARD))
    toast (self, _("No breakpoint was met"));
}

static void
speed_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  double speed = pgw_session_get_speed (self->session) * (g_str_equal (name, "win.faster") ? 2 : 0.5);

  pgw_session_set_speed (self->session, CLAMP (speed, MIN_SPEED, MAX_SPEED));
}

/* ---- The selected object ---- */

static void
change_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  mm_object_t selection = pgw_session_get_selection (self->session);
  gboolean forward = g_str_equal (name, "win.next-change");

  if (!is_ready (self) || selection == 0)
    return;
  pgw_session_pause (self->session);
  pgw_inspector_set_follow (self->inspector, FALSE);
  if (!pgw_session_step_to_change (self->session, selection, forward ? PGW_DIRECTION_FORWARD : PGW_DIRECTION_BACKWARD))
    toast (self, forward ? _("It does not change any more") : _("It did not change before"));
}

/* The step that made the object what it is now, which may be the current one. */
static void
last_change_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  mm_object_t selection = pgw_session_get_selection (self->session);
  guint64 step;

  if (!is_ready (self) || selection == 0)
    return;
  pgw_session_pause (self->session);
  pgw_inspector_set_follow (self->inspector, FALSE);
  step = pgw_timeline_find_change (pgw_session_get_timeline (self->session), selection,
                                   pgw_session_get_position (self->session), FALSE);
  if (step != 0)
    pgw_session_seek (self->session, step);
  else
    toast (self, _("It did not change before"));
}

static char *
condition_of (mm_object_t object)
{
  guint64 id = mm_object_id (object);

  switch (mm_object_kind (object))
    {
    case MM_OBJECT_PAGE:
      return g_strdup_printf ("page 0x%" G_GINT64_MODIFIER "x changes", id);
    case MM_OBJECT_ZONE:
      return g_strdup_printf ("node %u zone %s below low", (guint) (id >> 3), view_zone_name (id & 7));
    case MM_OBJECT_FREE_AREA:
      return g_strdup_printf ("free %u node %u %s == 0", (guint) (id & 0xff), (guint) (id >> 11),
                              view_zone_name (id >> 8 & 7));
    case MM_OBJECT_OP:
      return g_strdup_printf ("op %" G_GUINT64_FORMAT, id + 1); /* conditions count from 1 */
    default:
      return NULL;
    }
}

static void
break_on_change_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  g_autofree char *condition = condition_of (pgw_session_get_selection (self->session));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (condition == NULL)
    {
      toast (self, _("There is no condition on an object of this kind"));
      return;
    }
  if (pgw_session_add_breakpoint (self->session, condition, &error) != 0)
    text = g_strdup_printf (_("Breakpoint: %s"), condition);
  toast (self, text != NULL ? text : error->message);
}

/* ---- Changing the script ---- */

void
pgw_window_dismiss_undo_toast (PgwWindow *self)
{
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
}

static void
offer_undo (PgwWindow *self, guint n)
{
  g_autofree char *text = g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE, "%u later operation was cut off", "%u later operations were cut off", n), n);
  AdwToast *message = adw_toast_new (text);

  adw_toast_set_button_label (message, _("_Undo"));
  adw_toast_set_action_name (message, "win.undo");
  g_set_weak_pointer (&self->undo_toast, message);
  adw_toast_overlay_add_toast (self->toast_overlay, message);
}

static void
do_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  PgwScenario *scenario = pgw_session_get_scenario (self->session);
  guint64 before = scenario != NULL ? pgw_scenario_get_n_ops (scenario) : 0, after;
  g_autoptr (GError) error = NULL;

  if (!is_ready (self))
    return;
  pgw_window_dismiss_undo_toast (self);
  pgw_session_pause (self->session);
  if (!pgw_session_do (self->session, g_variant_get_string (parameter, NULL), &error))
    {
      pgw_window_show_error (self, error->message);
      return;
    }
  pgw_window_show_error (self, NULL);
  after = pgw_scenario_get_n_ops (pgw_session_get_scenario (self->session));
  if (after <= before)
    offer_undo (self, before + 1 - after);
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);

  if (!is_ready (self))
    return;
  pgw_window_dismiss_undo_toast (self);
  if (g_str_equal (name, "win.undo"))
    pgw_session_undo (self->session);
  else
    pgw_session_redo (self->session);
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);

  if (g_str_equal (name, "win.cancel"))
    pgw_session_cancel (self->session);
  else
    pgw_session_resume (self->session);
}

static PgwOperateBar *
operate_bar (PgwWindow *self)
{
  adw_flap_set_reveal_flap (self->script_flap, TRUE);
  return PGW_OPERATE_BAR (gtk_widget_get_template_child (GTK_WIDGET (self->script_view), PGW_TYPE_SCRIPT_VIEW,
                                                         "operate_bar"));
}

static void
operate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwOperateBar *bar = operate_bar (PGW_WINDOW (widget));

  if (g_str_equal (name, "win.allocate"))
    pgw_operate_bar_show_allocate (bar);
  else if (g_str_has_prefix (name, "win.memory"))
    pgw_operate_bar_show_memory (bar, parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL);
  else
    pgw_operate_bar_show_free (bar);
}

/* ---- Parts of the window ---- */

static void
show_pane_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  const char *id = g_variant_get_string (parameter, NULL);
  PgwPaneView *pane = pgw_pane_grid_get_pane (self->pane_grid, id);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (pane == NULL)
    return;
  /* A second press enlarges it, a third brings the others back; one that the layout lacks is enlarged at once. */
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (pane)))
    pgw_pane_grid_set_maximised (self->pane_grid, pgw_pane_grid_get_maximised (self->pane_grid) != NULL ? NULL : id);
  else if (!gtk_widget_get_child_visible (GTK_WIDGET (pane)))
    pgw_pane_grid_set_maximised (self->pane_grid, id);
  if (!gtk_widget_get_child_visible (GTK_WIDGET (pane)))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (pane));
}

/* To the entry of the page tables' pane, which is enlarged where the layout lacks it. */
static void
translate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  PgwPaneView *pane = pgw_pane_grid_get_pane (self->pane_grid, "tables");

  if (!gtk_widget_get_child_visible (GTK_WIDGET (pane)))
    pgw_pane_grid_set_maximised (self->pane_grid, "tables");
  pgw_pane_view_ask_address (pane);
}

static void
focus_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);

  if (g_str_equal (name, "win.focus-timeline"))
    gtk_widget_grab_focus (GTK_WIDGET (self->timeline));
  else if (g_str_equal (name, "win.focus-inspector"))
    {
      adw_flap_set_reveal_flap (self->inspector_flap, TRUE);
      pgw_side_column_reveal (self->side_column, GTK_WIDGET (self->inspector));
      gtk_widget_grab_focus (GTK_WIDGET (self->inspector));
    }
  else if (g_str_equal (name, "win.focus-source"))
    {
      adw_flap_set_reveal_flap (self->inspector_flap, TRUE);
      pgw_side_column_reveal (self->side_column, GTK_WIDGET (self->source_view));
      gtk_widget_grab_focus (GTK_WIDGET (self->source_view));
    }
  else
    {
      adw_flap_set_reveal_flap (self->script_flap, TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->script_view));
    }
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);

  adw_flap_set_reveal_flap (self->script_flap, TRUE);
  pgw_script_view_start_search (self->script_view);
}

static void
breakpoints_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pgw_playback_bar_show_breakpoints (PGW_WINDOW (widget)->playback_bar);
}

static void
pane_text_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (widget));
  GtkWidget *pane = focus != NULL ? gtk_widget_get_ancestor (focus, PGW_TYPE_PANE_VIEW) : NULL;

  if (pane == NULL)
    return;
  pgw_pane_view_set_text_mode (PGW_PANE_VIEW (pane), !pgw_pane_view_get_text_mode (PGW_PANE_VIEW (pane)));
  gtk_widget_grab_focus (pane);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);

  if (pgw_pane_grid_get_maximised (self->pane_grid) != NULL)
    pgw_pane_grid_set_maximised (self->pane_grid, NULL);
  else
    {
      pgw_session_set_selection (self->session, 0);
      pgw_inspector_set_follow (self->inspector, TRUE);
    }
}

static void
fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    gtk_window_unfullscreen (GTK_WINDOW (widget));
  else
    gtk_window_fullscreen (GTK_WINDOW (widget));
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  const char *what = parameter != NULL ? g_variant_get_string (parameter, NULL)
                                       : pgw_pane_grid_get_layout (self->pane_grid);
  GtkWidget *dialog;

  if (!is_ready (self))
    return;
  pgw_session_pause (self->session);
  dialog = pgw_export_dialog_new (GTK_WINDOW (self), self->session, what);
  pgw_export_dialog_take_options (PGW_EXPORT_DIALOG (dialog), pgw_pane_grid_dup_options (self->pane_grid),
                                  pgw_pane_grid_get_layout (self->pane_grid));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- The table ---- */

typedef struct {
  const char                 *name;
  const char                 *parameter;
  GtkWidgetActionActivateFunc activate;
  gboolean                    needs_timeline;   /* cannot be used while nothing is open, or recording */
} WindowAction;

static const WindowAction actions[] = {
  { "win.first", NULL, end_action, TRUE },
  { "win.last", NULL, end_action, TRUE },
  { "win.step-forward", NULL, step_action, TRUE },
  { "win.step-back", NULL, step_action, TRUE },
  { "win.next-operation", NULL, step_operation_action, TRUE },
  { "win.previous-operation", NULL, step_operation_action, TRUE },
  { "win.step-line", NULL, step_line_action, TRUE },
  { "win.step-line-back", NULL, step_line_action, TRUE },
  { "win.step-over", NULL, step_line_action, TRUE },
  { "win.step-over-back", NULL, step_line_action, TRUE },
  { "win.step-out", NULL, step_line_action, TRUE },
  { "win.step-out-back", NULL, step_line_action, TRUE },
  { "win.play", NULL, play_action, TRUE },
  { "win.play-reverse", NULL, play_action, TRUE },
  { "win.next-event-of-kind", NULL, event_of_kind_action, TRUE },
  { "win.previous-event-of-kind", NULL, event_of_kind_action, TRUE },
  { "win.run-forward", NULL, run_action, TRUE },
  { "win.run-backward", NULL, run_action, TRUE },
  { "win.faster", NULL, speed_action, FALSE },
  { "win.slower", NULL, speed_action, FALSE },
  { "win.last-change", NULL, last_change_action, TRUE },
  { "win.next-change", NULL, change_action, TRUE },
  { "win.previous-change", NULL, change_action, TRUE },
  { "win.break-on-change", NULL, break_on_change_action, TRUE },
  { "win.do", "s", do_action, TRUE },
  { "win.undo", NULL, undo_action, TRUE },
  { "win.redo", NULL, undo_action, TRUE },
  { "win.allocate", NULL, operate_action, TRUE },
  { "win.memory", NULL, operate_action, TRUE },
  { "win.memory-operation", "s", operate_action, TRUE },
  { "win.free", NULL, operate_action, TRUE },
  { "win.export", "s", export_action, TRUE },
  { "win.export-layout", NULL, export_action, TRUE },
  { "win.find", NULL, find_action, TRUE },
  { "win.breakpoints", NULL, breakpoints_action, TRUE },
  { "win.cancel", NULL, cancel_action, FALSE },
  { "win.resume", NULL, cancel_action, FALSE },
  { "win.show-pane", "s", show_pane_action, TRUE },
  { "win.translate", NULL, translate_action, TRUE },
  { "win.focus-script", NULL, focus_action, TRUE },
  { "win.focus-inspector", NULL, focus_action, TRUE },
  { "win.focus-source", NULL, focus_action, TRUE },
  { "win.focus-timeline", NULL, focus_action, TRUE },
  { "win.pane-text", NULL, pane_text_action, TRUE },
  { "win.back", NULL, back_action, TRUE },
  { "win.fullscreen", NULL, fullscreen_action, FALSE },
};

void
pgw_window_install_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter, actions[i].activate);
}

void
pgw_window_update_actions (PgwWindow *self)
{
  gboolean ready = is_ready (self), can_undo = FALSE, can_redo = FALSE;

  g_object_get (self->session, "can-undo", &can_undo, "can-redo", &can_redo, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i].needs_timeline)
      gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].name, ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", ready && can_undo);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.redo", ready && can_redo);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.save", ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.save-as", ready);
}
