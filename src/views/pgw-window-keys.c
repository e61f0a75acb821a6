/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plain keys of the window (arrows, space, Home, End, Escape), which must
 * not be taken from a text entry.
 */
#include "config.h"

#include "pgw-window-private.h"

typedef struct {
  guint           keyval;
  GdkModifierType modifiers;
  const char     *action;
} PlainKey;

static const PlainKey plain_keys[] = {
  { GDK_KEY_space, 0, "win.play" },
  { GDK_KEY_space, GDK_SHIFT_MASK, "win.play-reverse" },
  { GDK_KEY_Right, 0, "win.step-forward" },
  { GDK_KEY_Left, 0, "win.step-back" },
  { GDK_KEY_period, 0, "win.step-forward" },
  { GDK_KEY_comma, 0, "win.step-back" },
  { GDK_KEY_s, 0, "win.step-line" },
  { GDK_KEY_S, GDK_SHIFT_MASK, "win.step-line-back" },
  { GDK_KEY_n, 0, "win.step-over" },
  { GDK_KEY_N, GDK_SHIFT_MASK, "win.step-over-back" },
  { GDK_KEY_u, 0, "win.step-out" },
  { GDK_KEY_U, GDK_SHIFT_MASK, "win.step-out-back" },
  { GDK_KEY_Right, GDK_SHIFT_MASK, "win.next-operation" },
  { GDK_KEY_Left, GDK_SHIFT_MASK, "win.previous-operation" },
  { GDK_KEY_Home, 0, "win.first" },
  { GDK_KEY_End, 0, "win.last" },
  { GDK_KEY_Escape, 0, "win.back" },
};

static gboolean
plain_key (PgwWindow *self, guint keyval, GdkModifierType state)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  for (guint i = 0; i < G_N_ELEMENTS (plain_keys); i++)
    if (plain_keys[i].keyval == keyval && plain_keys[i].modifiers == modifiers)
      return gtk_widget_activate_action (GTK_WIDGET (self), plain_keys[i].action, NULL);
  return FALSE;
}

/* What no widget wanted. */
static gboolean
key_bubbled_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, PgwWindow *self)
{
  return plain_key (self, keyval, state);
}

/* Lists and the source would take these keys and do nothing of use with them. */
static gboolean
key_captured_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, PgwWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *list = focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_VIEW) : NULL;
  GtkWidget *source = focus != NULL ? gtk_widget_get_ancestor (focus, PGW_TYPE_SOURCE_TEXT) : NULL;

  if ((list == NULL && source == NULL) || GTK_IS_EDITABLE (focus) || GTK_IS_TEXT (focus))
    return FALSE;
  return plain_key (self, keyval, state);
}

void
pgw_window_add_keys (PgwWindow *self)
{
  GtkEventController *capture = gtk_event_controller_key_new ();
  GtkEventController *bubble = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (capture, GTK_PHASE_CAPTURE);
  g_signal_connect (capture, "key-pressed", G_CALLBACK (key_captured_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), capture);
  g_signal_connect (bubble, "key-pressed", G_CALLBACK (key_bubbled_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), bubble);
}
