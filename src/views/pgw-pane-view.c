/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pane with its header and its text twin.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-header-layout.h"
#include "pgw-pane-view-private.h"
#include "pgw-tooltip.h"

enum { MAXIMISE, N_SIGNALS };

G_DEFINE_FINAL_TYPE (PgwPaneView, pgw_pane_view, PGW_TYPE_SECTION)

static guint signals[N_SIGNALS];

static void
zone_selected_cb (PgwPaneView *self)
{
  pgw_pane_choosers_zone_selected (self);
}

static void
option_selected_cb (PgwPaneView *self)
{
  pgw_pane_choosers_option_selected (self);
}

/* ---- Text twin, menu ---- */

static void
show_text (PgwPaneView *self)
{
  g_autofree char *text = pgw_pane_view_dup_text (self);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text_view);
  g_autofree char *shown = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  shown = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (g_strcmp0 (shown, text) != 0)
    gtk_text_buffer_set_text (buffer, text, -1);
}

static void
text_toggled_cb (PgwPaneView *self)
{
  gboolean text_mode = gtk_toggle_button_get_active (self->text_button);

  if (text_mode)
    show_text (self);
  gtk_stack_set_visible_child_name (self->stack, text_mode ? "text" : "picture");
}

static void
maximise_clicked_cb (PgwPaneView *self)
{
  g_signal_emit (self, signals[MAXIMISE], 0);
}

/* The operations start from what is selected, which a secondary click has just done (pgw-memory-bar.c). */
static void
add_memory_menu (PgwPaneView *self)
{
  static const struct { const char *label; const char *op; } items[] = {
    { N_("_Map Here…"), "mmap" },
    { N_("_Write a Byte…"), "store" },
    { N_("_Read a Byte…"), "load" },
    { N_("Change the _Protection…"), "mprotect" },
    { N_("Give _Advice…"), "madvise" },
    { N_("_Unmap…"), "munmap" },
  };
  g_autoptr (GMenu) section = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(items[i].label), NULL);

      g_menu_item_set_action_and_target (item, "win.memory-operation", "s", items[i].op);
      g_menu_append_item (section, item);
    }
  g_menu_append (section, _("T_ranslate This Address"), "pane.translate");
  g_menu_prepend_section (G_MENU (self->context_menu), NULL, G_MENU_MODEL (section));
}

static void
menu_cb (PgwPaneView *self, double x, double y)
{
  GdkRectangle at = { x, y, 1, 1 };

  if (x < 0)
    {
      at.x = gtk_widget_get_width (GTK_WIDGET (self->canvas)) / 2;
      at.y = gtk_widget_get_height (GTK_WIDGET (self->canvas)) / 2;
    }
  if (self->popover == NULL)
    {
      self->popover = gtk_popover_menu_new_from_model (self->context_menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self->canvas));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
copy_text_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *text = pgw_pane_view_dup_text (PGW_PANE_VIEW (widget));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

/* The address of what is selected, as if it had been typed. */
static void
translate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (widget));
  g_autofree char *text = NULL;
  PgwPaneState state;
  guint64 address;
  gint32 pid;

  if (session == NULL || !pgw_pane_canvas_get_state (PGW_PANE_VIEW (widget)->canvas, &state))
    return;
  state.translate = NULL;
  pid = pgw_pane_task (&state);
  if (!pgw_pane_address (&state, pid, &address))
    return;
  text = g_strdup_printf ("%d:0x%" G_GINT64_MODIFIER "x", pid, address);
  pgw_view_options_set_translate (pgw_view_options_get (session), text);
  gtk_widget_activate_action (widget, "win.translate", NULL);
}

static void
show_text_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pgw_pane_view_set_text_mode (PGW_PANE_VIEW (widget), TRUE);
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.export", "s", PGW_PANE_VIEW (widget)->type->id);
}

/* ---- Widget ---- */

static void
header_pressed_cb (PgwPaneView *self, int n_press)
{
  if (n_press == 2)
    g_signal_emit (self, signals[MAXIMISE], 0);
}

static void
options_changed_cb (PgwPaneView *self)
{
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

static void
pgw_pane_view_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  PgwPaneView *self = PGW_PANE_VIEW (section);
  g_autofree char *subtitle = NULL;
  PgwPaneState state;

  if (!pgw_pane_canvas_get_state (self->canvas, &state))
    {
      gtk_label_set_text (self->subtitle_label, "");
      return;
    }
  if (self->options != pgw_view_options_get (session))
    {
      self->options = pgw_view_options_get (session);
      g_signal_connect_object (self->options, "changed", G_CALLBACK (options_changed_cb), self, G_CONNECT_SWAPPED);
    }
  if ((changes & (PGW_SECTION_SESSION | PGW_SECTION_LOOK)) != 0)
    pgw_pane_choosers_fill (self, session);
  pgw_section_set_session (PGW_SECTION (self->object_bar), session);
  if (self->type->subtitle != NULL)
    subtitle = self->type->subtitle (&state);
  if (subtitle == NULL || !g_str_equal (gtk_label_get_text (self->subtitle_label), subtitle))
    {
      gtk_label_set_text (self->subtitle_label, subtitle != NULL ? subtitle : "");
      pgw_tooltip_set (GTK_WIDGET (self->subtitle_label), subtitle);
    }
  if (pgw_pane_view_get_text_mode (self))
    show_text (self);
}

static gboolean
pgw_pane_view_grab_focus (GtkWidget *widget)
{
  PgwPaneView *self = PGW_PANE_VIEW (widget);

  return gtk_widget_grab_focus (pgw_pane_view_get_text_mode (self) ? GTK_WIDGET (self->text_view)
                                                                   : GTK_WIDGET (self->canvas));
}

static void
pgw_pane_view_dispose (GObject *object)
{
  PgwPaneView *self = PGW_PANE_VIEW (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_PANE_VIEW);
  G_OBJECT_CLASS (pgw_pane_view_parent_class)->dispose (object);
}

static void
pgw_pane_view_class_init (PgwPaneViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pgw_pane_view_dispose;
  widget_class->grab_focus = pgw_pane_view_grab_focus;
  PGW_SECTION_CLASS (klass)->update = pgw_pane_view_update;
  PGW_SECTION_CLASS (klass)->busy_interval = G_USEC_PER_SEC / 10;

  signals[MAXIMISE] = g_signal_new ("maximise", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);

  g_type_ensure (PGW_TYPE_HEADER_LAYOUT);
  g_type_ensure (PGW_TYPE_PANE_CANVAS);
  g_type_ensure (PGW_TYPE_OBJECT_BAR);
  g_type_ensure (PGW_TYPE_TRANSLATE_ENTRY);
  gtk_widget_class_set_css_name (widget_class, "pane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-pane-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, header);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, title_label);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, chooser_box);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, zone_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, option_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, translate_entry);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, object_bar);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, text_button);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, maximise_button);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, stack);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, canvas);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, text_view);
  gtk_widget_class_bind_template_child (widget_class, PgwPaneView, context_menu);
  gtk_widget_class_bind_template_callback (widget_class, zone_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, option_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, text_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, maximise_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_cb);
  gtk_widget_class_install_action (widget_class, "pane.copy-text", NULL, copy_text_action);
  gtk_widget_class_install_action (widget_class, "pane.show-text", NULL, show_text_action);
  gtk_widget_class_install_action (widget_class, "pane.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "pane.translate", NULL, translate_action);
}

static void
pgw_pane_view_init (PgwPaneView *self)
{
  GtkGesture *click;

  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = FALSE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  click = gtk_gesture_click_new ();
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (header_pressed_cb), self);
  gtk_widget_add_controller (self->header, GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
pgw_pane_view_new (const PgwPaneType *type)
{
  PgwPaneView *self = g_object_new (PGW_TYPE_PANE_VIEW, NULL);

  g_return_val_if_fail (type != NULL, NULL);

  self->type = type;
  gtk_label_set_text (self->title_label, _(type->title));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _(type->title), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_LABEL, _(type->title), -1);
  pgw_pane_canvas_set_pane_type (self->canvas, type);
  pgw_pane_choosers_init (self);
  if (self->choices != NULL && self->choices->memory)
    add_memory_menu (self);
  gtk_widget_set_visible (GTK_WIDGET (self->translate_entry), self->choices != NULL && self->choices->translate);
  return GTK_WIDGET (self);
}

void
pgw_pane_view_set_machine (PgwPaneView *self, const char *machine)
{
  g_autofree char *title = NULL;

  g_return_if_fail (PGW_IS_PANE_VIEW (self));
  g_return_if_fail (machine != NULL);

  title = pgw_pane_title_of (self->type, machine);
  if (g_str_equal (gtk_label_get_text (self->title_label), title))
    return;
  gtk_label_set_text (self->title_label, title);
  /* Columns are narrow: the table has the figures, and the title needs the room. */
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle_label), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->object_bar), FALSE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->title_label), TRUE);
  pgw_tooltip_set (GTK_WIDGET (self->title_label), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->canvas), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

const PgwPaneType *
pgw_pane_view_get_pane_type (PgwPaneView *self)
{
  g_return_val_if_fail (PGW_IS_PANE_VIEW (self), NULL);

  return self->type;
}

PgwPaneCanvas *
pgw_pane_view_get_canvas (PgwPaneView *self)
{
  g_return_val_if_fail (PGW_IS_PANE_VIEW (self), NULL);

  return self->canvas;
}

void
pgw_pane_view_set_place (PgwPaneView *self, const char *layout, const char *option)
{
  g_return_if_fail (PGW_IS_PANE_VIEW (self));

  if (layout == self->layout && option == self->usual_option)
    return;
  self->layout = layout;
  self->usual_option = option;
  pgw_pane_choosers_take_place (self);
}

gboolean
pgw_pane_view_get_text_mode (PgwPaneView *self)
{
  g_return_val_if_fail (PGW_IS_PANE_VIEW (self), FALSE);

  return gtk_toggle_button_get_active (self->text_button);
}

void
pgw_pane_view_set_text_mode (PgwPaneView *self, gboolean text_mode)
{
  g_return_if_fail (PGW_IS_PANE_VIEW (self));

  gtk_toggle_button_set_active (self->text_button, text_mode);
}

gboolean
pgw_pane_view_ask_address (PgwPaneView *self)
{
  g_return_val_if_fail (PGW_IS_PANE_VIEW (self), FALSE);

  return gtk_widget_get_visible (GTK_WIDGET (self->translate_entry))
         && gtk_widget_grab_focus (GTK_WIDGET (self->translate_entry));
}

char *
pgw_pane_view_dup_text (PgwPaneView *self)
{
  g_autoptr (PgwScene) scene = NULL;
  PgwPaneState state;

  g_return_val_if_fail (PGW_IS_PANE_VIEW (self), NULL);

  if (!pgw_pane_canvas_get_state (self->canvas, &state))
    return g_strdup ("");
  scene = self->type->layout (&state, MAX (gtk_widget_get_width (GTK_WIDGET (self)), 400),
                              MAX (gtk_widget_get_height (GTK_WIDGET (self)), 300));
  return pgw_scene_to_text (scene);
}

void
pgw_pane_view_set_maximised (PgwPaneView *self, gboolean maximised)
{
  const char *text;

  g_return_if_fail (PGW_IS_PANE_VIEW (self));

  text = maximised ? _("Show all panes") : _("Enlarge");
  gtk_button_set_icon_name (self->maximise_button, maximised ? "pgw-restore-symbolic" : "pgw-maximise-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->maximise_button), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->maximise_button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}
