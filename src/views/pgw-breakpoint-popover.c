/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of breakpoints of a session.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-breakpoint-popover.h"

struct _PgwBreakpointPopover {
  GtkPopover  parent_instance;

  PgwSession *session;

  GtkEntry   *entry;
  GtkLabel   *error_label;
  GtkWidget  *hint_label;
  GtkListBox *list;
};

enum { PROP_0, PROP_SESSION, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwBreakpointPopover, pgw_breakpoint_popover, GTK_TYPE_POPOVER)

static GParamSpec *properties[N_PROPS];

static void
add_cb (PgwBreakpointPopover *self)
{
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return;
  if (pgw_session_add_breakpoint (self->session, gtk_editable_get_text (GTK_EDITABLE (self->entry)), &error) != 0)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
      return;
    }
  gtk_label_set_text (self->error_label, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
}

static void
entry_changed_cb (PgwBreakpointPopover *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
toggled_cb (GtkCheckButton *check, PgwBreakpoint *breakpoint)
{
  PgwBreakpointPopover *self
      = PGW_BREAKPOINT_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (check), PGW_TYPE_BREAKPOINT_POPOVER));

  pgw_session_enable_breakpoint (self->session, pgw_breakpoint_get_id (breakpoint), gtk_check_button_get_active (check));
}

static void
remove_cb (GtkButton *button, PgwBreakpoint *breakpoint)
{
  PgwBreakpointPopover *self
      = PGW_BREAKPOINT_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (button), PGW_TYPE_BREAKPOINT_POPOVER));

  pgw_session_remove_breakpoint (self->session, pgw_breakpoint_get_id (breakpoint));
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  PgwBreakpoint *breakpoint = item;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *check = gtk_check_button_new_with_label (pgw_breakpoint_get_condition (breakpoint));
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");
  g_autofree char *label = g_strdup_printf (_("Remove “%s”"), pgw_breakpoint_get_condition (breakpoint));

  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), pgw_breakpoint_get_enabled (breakpoint));
  gtk_widget_set_hexpand (check, TRUE);
  gtk_widget_add_css_class (check, "monospace");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_box_append (GTK_BOX (box), check);
  gtk_box_append (GTK_BOX (box), button);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), breakpoint, 0);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), breakpoint, 0);
  return box;
}

static void
count_changed_cb (PgwBreakpointPopover *self)
{
  guint n = self->session != NULL ? g_list_model_get_n_items (pgw_session_get_breakpoints (self->session)) : 0;

  gtk_widget_set_visible (self->hint_label, n < 3);
  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
}

static void
set_session (PgwBreakpointPopover *self, PgwSession *session)
{
  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_func (pgw_session_get_breakpoints (self->session), count_changed_cb, self);
  g_set_object (&self->session, session);
  gtk_list_box_bind_model (self->list, session != NULL ? pgw_session_get_breakpoints (session) : NULL, create_row,
                           self, NULL);
  if (session != NULL)
    g_signal_connect_object (pgw_session_get_breakpoints (session), "items-changed", G_CALLBACK (count_changed_cb),
                             self, G_CONNECT_SWAPPED);
  count_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

static void
pgw_breakpoint_popover_dispose (GObject *object)
{
  PgwBreakpointPopover *self = PGW_BREAKPOINT_POPOVER (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_BREAKPOINT_POPOVER);
  G_OBJECT_CLASS (pgw_breakpoint_popover_parent_class)->dispose (object);
}

static void
pgw_breakpoint_popover_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, PGW_BREAKPOINT_POPOVER (object)->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_breakpoint_popover_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SESSION:
      set_session (PGW_BREAKPOINT_POPOVER (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_breakpoint_popover_class_init (PgwBreakpointPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pgw_breakpoint_popover_dispose;
  object_class->get_property = pgw_breakpoint_popover_get_property;
  object_class->set_property = pgw_breakpoint_popover_set_property;
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PGW_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                  | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-breakpoint-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwBreakpointPopover, entry);
  gtk_widget_class_bind_template_child (widget_class, PgwBreakpointPopover, error_label);
  gtk_widget_class_bind_template_child (widget_class, PgwBreakpointPopover, hint_label);
  gtk_widget_class_bind_template_child (widget_class, PgwBreakpointPopover, list);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed_cb);
}

static void
pgw_breakpoint_popover_init (PgwBreakpointPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
pgw_breakpoint_popover_new (void)
{
  return g_object_new (PGW_TYPE_BREAKPOINT_POPOVER, NULL);
}
