/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The playback bar: transport buttons, what a step is, speed, events of a
 * kind, breakpoints.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pgw-breakpoint-popover.h"
#include "pgw-playback-bar.h"
#include "src/engine/pgw-narration.h"

struct _PgwPlaybackBar {
  PgwSection            parent_instance;

  GArray               *kinds;          /* event ids (guint) that the rows of the chooser stand for */
  gboolean              showing;        /* the scale is being set from code */

  GtkButton            *reverse_button;
  GtkButton            *play_button;
  GtkLabel             *speed_label;
  GtkScale             *speed_scale;
  GtkAdjustment        *speed_adjustment;
  GtkMenuButton        *event_button;
  GtkDropDown          *event_chooser;
  GtkMenuButton        *breakpoint_button;
  PgwBreakpointPopover *breakpoint_popover;
};

G_DEFINE_FINAL_TYPE (PgwPlaybackBar, pgw_playback_bar, PGW_TYPE_SECTION)

static void
speed_changed_cb (PgwPlaybackBar *self)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));

  if (session != NULL && !self->showing)
    pgw_session_set_speed (session, exp2 (gtk_adjustment_get_value (self->speed_adjustment)));
}

static void
show_play_button (GtkButton *button, gboolean playing, const char *icon, const char *text)
{
  gtk_button_set_icon_name (button, playing ? "media-playback-pause-symbolic" : icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), playing ? _("Pause") : text);
  if (playing)
    gtk_widget_add_css_class (GTK_WIDGET (button), "playing");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (button), "playing");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, playing ? _("Pause") : text,
                                  -1);
}

static void
show_speed (PgwPlaybackBar *self, PgwSession *session)
{
  double speed = pgw_session_get_speed (session);
  g_autofree char *text = NULL;
  g_autofree char *number = NULL;

  number = speed < 1.95 ? g_strdup_printf ("%.1f", speed) : g_strdup_printf ("%.0f", speed);
  if (pgw_session_get_granularity (session) == PGW_GRANULARITY_LINE)
    text = g_strdup_printf (_("Speed %s lines/s"), number);
  else if (pgw_session_get_granularity (session) == PGW_GRANULARITY_EVENT)
    text = g_strdup_printf (_("Speed %s events/s"), number);
  else
    text = g_strdup_printf (_("Speed %s op/s"), number);
  gtk_label_set_text (self->speed_label, text);
  self->showing = TRUE;
  gtk_adjustment_set_value (self->speed_adjustment, log2 (speed));
  self->showing = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->speed_scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

static void
pgw_playback_bar_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  PgwPlaybackBar *self = PGW_PLAYBACK_BAR (section);
  gboolean playing;

  if (session == NULL || (changes & (PGW_SECTION_STATE | PGW_SECTION_SESSION)) == 0)
    return;
  playing = pgw_session_get_state (session) == PGW_SESSION_PLAYING;
  show_play_button (self->play_button, playing, "media-playback-start-symbolic", _("Play"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->reverse_button), _("Play backwards"));
  show_speed (self, session);
}

static void
fill_kinds (PgwPlaybackBar *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const PgwEventType *type;
  guint chosen = 0;

  self->kinds = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint id = 0; id < G_MAXUINT16; id++)
    {
      type = pgw_event_type (id);
      if (type == NULL && id > 0)
        break;
      if (type == NULL || type->name == NULL)
        continue;
      if (g_str_equal (type->name, "expand"))
        chosen = self->kinds->len;
      gtk_string_list_append (names, type->name);
      g_array_append_val (self->kinds, id);
    }
  gtk_drop_down_set_model (self->event_chooser, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->event_chooser, chosen);
}

static void
pgw_playback_bar_dispose (GObject *object)
{
  PgwPlaybackBar *self = PGW_PLAYBACK_BAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_PLAYBACK_BAR);
  g_clear_pointer (&self->kinds, g_array_unref);
  G_OBJECT_CLASS (pgw_playback_bar_parent_class)->dispose (object);
}

static void
pgw_playback_bar_class_init (PgwPlaybackBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_playback_bar_dispose;
  PGW_SECTION_CLASS (klass)->update = pgw_playback_bar_update;

  g_type_ensure (PGW_TYPE_BREAKPOINT_POPOVER);
  gtk_widget_class_set_css_name (widget_class, "pane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-playback-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, reverse_button);
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, play_button);
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, speed_label);
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, speed_scale);
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, speed_adjustment);
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, event_button);
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, event_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, breakpoint_button);
  gtk_widget_class_bind_template_child (widget_class, PgwPlaybackBar, breakpoint_popover);
  gtk_widget_class_bind_template_callback (widget_class, speed_changed_cb);
}

static void
pgw_playback_bar_init (PgwPlaybackBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Playback"), -1);
  fill_kinds (self);
}

GtkWidget *
pgw_playback_bar_new (void)
{
  return g_object_new (PGW_TYPE_PLAYBACK_BAR, NULL);
}

void
pgw_playback_bar_show_breakpoints (PgwPlaybackBar *self)
{
  g_return_if_fail (PGW_IS_PLAYBACK_BAR (self));

  gtk_menu_button_popup (self->breakpoint_button);
}

guint
pgw_playback_bar_get_event_kind (PgwPlaybackBar *self)
{
  guint selected;

  g_return_val_if_fail (PGW_IS_PLAYBACK_BAR (self), 0);

  selected = gtk_drop_down_get_selected (self->event_chooser);
  return selected < self->kinds->len ? g_array_index (self->kinds, guint, selected) : 0;
}
