/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main window: its parts, its title, what it remembers. Actions and keys
 * are in pgw-window-actions.c, files in pgw-window-files.c.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-settings.h"
#include "pgw-window-private.h"

#define PRESENTATION_SCALE   1.35
#define MIN_WIDTH_FOR_SOURCE 1300
#define MIN_WIDTH_FOR_WORDS  1200
#define PLAYING_TITLE_MSEC   200

enum {
  PROP_0,
  PROP_SESSION,
  PROP_LAYOUT,
  PROP_GRANULARITY,
  PROP_SHOW_SCRIPT,
  PROP_SHOW_INSPECTOR,
  PROP_SHOW_SOURCE,
  PROP_PRESENTATION,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (PgwWindow, pgw_window, ADW_TYPE_APPLICATION_WINDOW)

static GParamSpec *properties[N_PROPS];

static const char *
granularity_nick (PgwGranularity granularity)
{
  switch (granularity)
    {
    case PGW_GRANULARITY_OPERATION:
      return "operation";
    case PGW_GRANULARITY_LINE:
      return "line";
    case PGW_GRANULARITY_EVENT:
    default:
      return "event";
    }
}

static PgwGranularity
granularity_from_nick (const char *nick)
{
  for (int i = PGW_GRANULARITY_OPERATION; i <= PGW_GRANULARITY_LINE; i++)
    if (g_strcmp0 (granularity_nick ((PgwGranularity) i), nick) == 0)
      return (PgwGranularity) i;
  return PGW_GRANULARITY_EVENT;
}

/* ---- Title and progress ---- */

static char *
describe_place (PgwWindow *self, PgwScenario *scenario)
{
  PgwTimeline *timeline = pgw_session_get_timeline (self->session);
  GFile *file = pgw_scenario_get_file (scenario);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : g_strdup (_("not saved"));
  guint64 op = pgw_timeline_op_at (timeline, pgw_session_get_position (self->session));

  return g_strdup_printf (_("%s — operation %lu of %lu"), name,
                          op == G_MAXUINT64 ? 0 : (gulong) op + 1, (gulong) pgw_scenario_get_n_ops (scenario));
}

static void
show_title (PgwWindow *self)
{
  PgwScenario *scenario = pgw_session_get_scenario (self->session);
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  const char *name;

  if (scenario == NULL || pgw_session_get_timeline (self->session) == NULL)
    {
      adw_window_title_set_title (self->title, "Pagewalk");
      adw_window_title_set_subtitle (self->title, "");
      gtk_window_set_title (GTK_WINDOW (self), "Pagewalk");
      return;
    }
  name = pgw_session_get_title (self->session);
  title = g_strconcat (pgw_session_get_modified (self->session) ? "• " : "", name != NULL ? name : _("Untitled"), NULL);
  subtitle = describe_place (self, scenario);
  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_window_set_title (GTK_WINDOW (self), title);
}

void
pgw_window_show_progress (PgwWindow *self)
{
  PgwSessionState state = pgw_session_get_state (self->session);
  gboolean has_timeline = pgw_session_get_timeline (self->session) != NULL;
  gboolean busy = state == PGW_SESSION_RECORDING || state == PGW_SESSION_SEARCHING;
  gboolean stopped_short = has_timeline && !busy && !pgw_session_get_complete (self->session);
  g_autofree char *text = NULL;

  if (self->loading_shown)
    {
      gtk_label_set_text (self->progress_label, _("Starting the machine"));
      gtk_progress_bar_pulse (self->progress_bar);
      gtk_widget_set_visible (self->cancel_button, FALSE);
      gtk_widget_set_visible (self->resume_button, FALSE);
      gtk_revealer_set_reveal_child (self->progress_revealer, TRUE);
      return;
    }
  if (state == PGW_SESSION_SEARCHING)
    text = g_strdup (_("Looking for a breakpoint"));
  else if (has_timeline)
    {
      gulong n = pgw_session_get_length (self->session);

      text = g_strdup_printf (stopped_short
                                ? g_dngettext (GETTEXT_PACKAGE, "Stopped after %lu event", "Stopped after %lu events", n)
                                : g_dngettext (GETTEXT_PACKAGE, "Recording: %lu event", "Recording: %lu events", n),
                              n);
    }
  gtk_label_set_text (self->progress_label, text != NULL ? text : "");
  gtk_progress_bar_set_fraction (self->progress_bar, pgw_session_get_recording_progress (self->session));
  gtk_widget_set_visible (self->cancel_button, busy);
  gtk_widget_set_visible (self->resume_button, stopped_short);
  gtk_revealer_set_reveal_child (self->progress_revealer, busy || stopped_short);
}

static gboolean
show_state_cb (gpointer data)
{
  PgwWindow *self = data;

  self->title_id = 0;
  show_title (self);
  pgw_window_show_progress (self);
  pgw_window_update_actions (self);
  gtk_stack_set_visible_child_name (self->stack,
                                    pgw_session_get_timeline (self->session) != NULL ? "session" : "empty");
  if (self->focus_wanted && pgw_session_get_state (self->session) == PGW_SESSION_STOPPED)
    {
      self->focus_wanted = FALSE;
      gtk_widget_grab_focus (GTK_WIDGET (self->script_view));
    }
  return G_SOURCE_REMOVE;
}

static gboolean
show_title_cb (gpointer data)
{
  PgwWindow *self = data;

  self->moved_id = 0;
  show_title (self);
  return G_SOURCE_REMOVE;
}

/* A move changes the title only. A new title lays out the header and goes to the window manager: not in each frame. */
static void
moved_cb (PgwWindow *self)
{
  if (self->moved_id != 0)
    return;
  if (pgw_session_get_state (self->session) == PGW_SESSION_PLAYING)
    self->moved_id = g_timeout_add (PLAYING_TITLE_MSEC, show_title_cb, self);
  else
    self->moved_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 5, show_title_cb, self, NULL);
}

/* Before the next frame; a session may notify a hundred times between two. */
static void
queue_show_state (PgwWindow *self)
{
  if (self->title_id == 0)
    self->title_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 5, show_state_cb, self, NULL);
}

void
pgw_window_focus_script (PgwWindow *self)
{
  self->focus_wanted = TRUE;
  queue_show_state (self);
}

static void
search_finished_cb (PgwWindow *self, gboolean found)
{
  if (!found)
    adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (_("No breakpoint was met")));
}

static void
granularity_cb (PgwWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRANULARITY]);
}

/* A scenario that says how it is best seen is seen so; a layout made for another one does not stay. */
void
pgw_window_follow_scenario (PgwWindow *self)
{
  PgwScenario *scenario = pgw_session_get_scenario (self->session);
  const char *wanted = scenario != NULL ? pgw_scenario_get_layout (scenario) : NULL;
  const char *current = pgw_pane_grid_get_layout (self->pane_grid);

  for (const PgwLayout *const *layout = pgw_layouts (); wanted == NULL && *layout != NULL; layout++)
    if ((*layout)->on_demand && g_strcmp0 ((*layout)->id, current) == 0)
      wanted = pgw_layouts ()[0]->id;
  if (wanted != NULL)
    g_object_set (self, "layout", wanted, NULL);
}

/* ---- What is remembered ---- */

static void
restore (PgwWindow *self)
{
  g_autofree char *layout = pgw_settings_get_string ("layout", "overview");

  gtk_window_set_default_size (GTK_WINDOW (self), pgw_settings_get_int ("window-width", 1600),
                               pgw_settings_get_int ("window-height", 1000));
  if (pgw_settings_get_boolean ("window-maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
  pgw_pane_grid_set_layout (self->pane_grid, layout);
  pgw_session_set_granularity (self->session,
                               (PgwGranularity) pgw_settings_get_enum ("granularity", PGW_GRANULARITY_EVENT));
  pgw_session_set_speed (self->session, pgw_settings_get_double ("speed", 4));
  pgw_inspector_set_follow (self->inspector, pgw_settings_get_boolean ("follow-event", TRUE));
  self->source_wanted = pgw_settings_get_boolean ("show-source", TRUE);
  g_object_set (self, "presentation", pgw_settings_get_boolean ("presentation-mode", FALSE), "show-script",
                pgw_settings_get_boolean ("show-script", TRUE), "show-inspector",
                pgw_settings_get_boolean ("show-inspector", TRUE), NULL);
}

static void
remember (PgwWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  pgw_settings_set_boolean ("window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  pgw_settings_set_int ("window-width", width);
  pgw_settings_set_int ("window-height", height);
  pgw_settings_set_string ("layout", pgw_pane_grid_get_layout (self->pane_grid));
  pgw_settings_set_enum ("granularity", pgw_session_get_granularity (self->session));
  pgw_settings_set_double ("speed", pgw_session_get_speed (self->session));
  pgw_settings_set_boolean ("follow-event", pgw_inspector_get_follow (self->inspector));
  pgw_settings_set_boolean ("presentation-mode", self->presentation);
  pgw_settings_set_boolean ("show-source", self->source_wanted);
  if (!adw_flap_get_folded (self->script_flap))
    pgw_settings_set_boolean ("show-script", adw_flap_get_reveal_flap (self->script_flap));
  if (!adw_flap_get_folded (self->inspector_flap))
    pgw_settings_set_boolean ("show-inspector", adw_flap_get_reveal_flap (self->inspector_flap));
}

/* ---- Parts ---- */

static void
fill_layouts (PgwWindow *self)
{
  for (const PgwLayout *const *layout = pgw_layouts (); *layout != NULL; layout++)
    {
      if ((*layout)->on_demand)
        continue;

      GtkWidget *button = gtk_toggle_button_new_with_label (_((*layout)->title));

      gtk_widget_set_focus_on_click (button, FALSE);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.layout");
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", (*layout)->id);
      gtk_box_append (self->layout_box, button);
    }
}

static void
set_presentation (PgwWindow *self, gboolean presentation)
{
  if (self->presentation == presentation)
    return;
  self->presentation = presentation;
  if (presentation)
    gtk_widget_add_css_class (GTK_WIDGET (self), "presentation");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "presentation");
  pgw_view_options_set_font_scale (pgw_view_options_get (self->session), presentation ? PRESENTATION_SCALE : 1.0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESENTATION]);
}

/* In a narrow window the source comes only when asked for, and that is not remembered. */
static void
set_show_source (PgwWindow *self, gboolean show)
{
  if (self->wide)
    self->source_wanted = show;
  if (show)
    adw_flap_set_reveal_flap (self->inspector_flap, TRUE);
  pgw_side_column_set_show_source (self->side_column, show);
}

static void
show_source_cb (PgwWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_SOURCE]);
}

/* In a narrow window the buttons of files leave the title their room. */
static void
show_words (PgwWindow *self, gboolean words)
{
  if (words == self->words)
    return;
  self->words = words;
  if (words)
    {
      gtk_button_set_label (self->open_button, _("Open"));
      gtk_button_set_label (self->library_button, _("Library"));
      gtk_button_set_label (self->save_button, _("Save"));
      return;
    }
  gtk_button_set_icon_name (self->open_button, "document-open-symbolic");
  gtk_button_set_icon_name (self->library_button, "view-grid-symbolic");
  gtk_button_set_icon_name (self->save_button, "document-save-symbolic");
}

static void
surface_layout_cb (PgwWindow *self, int width, int height)
{
  gboolean wide = width >= MIN_WIDTH_FOR_SOURCE;

  show_words (self, width >= MIN_WIDTH_FOR_WORDS * (self->presentation ? PRESENTATION_SCALE : 1.0));
  if (wide == self->wide)
    return;
  self->wide = wide;
  pgw_side_column_set_show_source (self->side_column, wide && self->source_wanted);
}

static void
pgw_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pgw_window_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "layout", G_CALLBACK (surface_layout_cb),
                           widget, G_CONNECT_SWAPPED);
}

static void
message_cb (PgwWindow *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (text));
}

static void
flap_cb (PgwWindow *self, GParamSpec *pspec, AdwFlap *flap)
{
  g_object_notify_by_pspec (G_OBJECT (self),
                            properties[flap == self->script_flap ? PROP_SHOW_SCRIPT : PROP_SHOW_INSPECTOR]);
}

static void
error_response_cb (PgwWindow *self)
{
  pgw_window_show_error (self, NULL);
}

static void
go_on_and_close (PgwWindow *self, GFile *file)
{
  self->close_anyway = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
pgw_window_close_request (GtkWindow *window)
{
  PgwWindow *self = PGW_WINDOW (window);

  if (pgw_session_get_modified (self->session) && !self->close_anyway)
    {
      pgw_window_confirm_loss (self, go_on_and_close, NULL);
      return TRUE;
    }
  remember (self);
  pgw_session_pause (self->session);
  return GTK_WINDOW_CLASS (pgw_window_parent_class)->close_request (window);
}

static void
pgw_window_dispose (GObject *object)
{
  PgwWindow *self = PGW_WINDOW (object);

  g_clear_handle_id (&self->title_id, g_source_remove);
  g_clear_handle_id (&self->moved_id, g_source_remove);
  g_clear_handle_id (&self->loading_id, g_source_remove);
  g_clear_weak_pointer (&self->undo_toast);
  if (self->signals != NULL)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_WINDOW);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (pgw_window_parent_class)->dispose (object);
}

static void
pgw_window_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PgwWindow *self = PGW_WINDOW (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_LAYOUT:
      g_value_set_string (value, self->pane_grid != NULL ? pgw_pane_grid_get_layout (self->pane_grid) : NULL);
      break;
    case PROP_GRANULARITY:
      g_value_set_string (value, granularity_nick (pgw_session_get_granularity (self->session)));
      break;
    case PROP_SHOW_SCRIPT:
      g_value_set_boolean (value, self->script_flap == NULL || adw_flap_get_reveal_flap (self->script_flap));
      break;
    case PROP_SHOW_INSPECTOR:
      g_value_set_boolean (value, self->inspector_flap == NULL || adw_flap_get_reveal_flap (self->inspector_flap));
      break;
    case PROP_SHOW_SOURCE:
      g_value_set_boolean (value, self->side_column != NULL && pgw_side_column_get_show_source (self->side_column));
      break;
    case PROP_PRESENTATION:
      g_value_set_boolean (value, self->presentation);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_window_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  PgwWindow *self = PGW_WINDOW (object);

  switch (prop_id)
    {
    case PROP_LAYOUT:
      pgw_pane_grid_set_maximised (self->pane_grid, NULL);
      pgw_pane_grid_set_layout (self->pane_grid, g_value_get_string (value));
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_GRANULARITY:
      pgw_session_set_granularity (self->session, granularity_from_nick (g_value_get_string (value)));
      break;
    case PROP_SHOW_SCRIPT:
      adw_flap_set_reveal_flap (self->script_flap, g_value_get_boolean (value));
      break;
    case PROP_SHOW_INSPECTOR:
      adw_flap_set_reveal_flap (self->inspector_flap, g_value_get_boolean (value));
      break;
    case PROP_SHOW_SOURCE:
      set_show_source (self, g_value_get_boolean (value));
      break;
    case PROP_PRESENTATION:
      set_presentation (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, title);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, layout_box);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, recent_button);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, open_button);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, library_button);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, save_button);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, main_menu_button);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, error_bar);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, error_label);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, progress_revealer);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, progress_label);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, resume_button);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, script_flap);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, inspector_flap);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, left_box);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, script_view);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, narration_card);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, pane_grid);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, side_column);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, source_view);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, inspector);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, playback_bar);
  gtk_widget_class_bind_template_child (widget_class, PgwWindow, timeline);
  gtk_widget_class_bind_template_callback (widget_class, error_response_cb);
  gtk_widget_class_bind_template_callback (widget_class, message_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_source_cb);
}

static void
pgw_window_class_init (PgwWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = pgw_window_dispose;
  object_class->get_property = pgw_window_get_property;
  object_class->set_property = pgw_window_set_property;
  widget_class->realize = pgw_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = pgw_window_close_request;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PGW_TYPE_SESSION,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_LAYOUT] = g_param_spec_string ("layout", NULL, NULL, NULL, flags);
  properties[PROP_GRANULARITY] = g_param_spec_string ("granularity", NULL, NULL, NULL, flags);
  properties[PROP_SHOW_SCRIPT] = g_param_spec_boolean ("show-script", NULL, NULL, TRUE, flags);
  properties[PROP_SHOW_INSPECTOR] = g_param_spec_boolean ("show-inspector", NULL, NULL, TRUE, flags);
  properties[PROP_SHOW_SOURCE] = g_param_spec_boolean ("show-source", NULL, NULL, FALSE, flags);
  properties[PROP_PRESENTATION] = g_param_spec_boolean ("presentation", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_property_action (widget_class, "win.layout", "layout");
  gtk_widget_class_install_property_action (widget_class, "win.granularity", "granularity");
  gtk_widget_class_install_property_action (widget_class, "win.show-script", "show-script");
  gtk_widget_class_install_property_action (widget_class, "win.show-inspector", "show-inspector");
  gtk_widget_class_install_property_action (widget_class, "win.show-source", "show-source");
  gtk_widget_class_install_property_action (widget_class, "win.presentation", "presentation");
  pgw_window_install_actions (widget_class);
  pgw_window_install_file_actions (widget_class);

  g_type_ensure (PGW_TYPE_SCRIPT_VIEW);
  g_type_ensure (PGW_TYPE_NARRATION_CARD);
  g_type_ensure (PGW_TYPE_PANE_GRID);
  g_type_ensure (PGW_TYPE_PANE_CANVAS);
  g_type_ensure (PGW_TYPE_INSPECTOR);
  g_type_ensure (PGW_TYPE_SIDE_COLUMN);
  g_type_ensure (PGW_TYPE_SOURCE_VIEW);
  g_type_ensure (PGW_TYPE_PLAYBACK_BAR);
  bind_template (widget_class);
}

static void
pgw_window_init (PgwWindow *self)
{
  /* Parts of the template bind to the session while it is built. */
  self->session = pgw_session_new ();
  /* It samples what is recorded, so it must be there before. */
  pgw_view_options_get (self->session);
  self->words = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  pgw_pane_canvas_set_pane_type (self->timeline, pgw_pane_type_by_id ("timeline"));
  fill_layouts (self);
  pgw_window_fill_recent (self);
  pgw_window_add_keys (self);
  pgw_window_add_drop_target (self);
  g_signal_connect_object (self->script_flap, "notify::reveal-flap", G_CALLBACK (flap_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->inspector_flap, "notify::reveal-flap", G_CALLBACK (flap_cb), self, G_CONNECT_SWAPPED);

  self->signals = g_signal_group_new (PGW_TYPE_SESSION);
  g_signal_group_connect_swapped (self->signals, "moved", G_CALLBACK (moved_cb), self);
  g_signal_group_connect_swapped (self->signals, "changed", G_CALLBACK (queue_show_state), self);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (queue_show_state), self);
  g_signal_group_connect_swapped (self->signals, "notify::granularity", G_CALLBACK (granularity_cb), self);
  g_signal_group_connect_swapped (self->signals, "search-finished", G_CALLBACK (search_finished_cb), self);
  g_signal_group_set_target (self->signals, self->session);
  restore (self);
  show_state_cb (self);
}

GtkWidget *
pgw_window_new (GtkApplication *application)
{
  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);

  return g_object_new (PGW_TYPE_WINDOW, "application", application, NULL);
}

PgwSession *
pgw_window_get_session (PgwWindow *self)
{
  g_return_val_if_fail (PGW_IS_WINDOW (self), NULL);

  return self->session;
}
