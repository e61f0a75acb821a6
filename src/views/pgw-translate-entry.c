/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entry of an address to be translated. The text is kept by the options
 * of the window's panes, which all of them share; the picture tells what it
 * means (pgw-address.c of the scenes).
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-tooltip.h"
#include "pgw-translate-entry.h"
#include "pgw-view-options.h"
#include "src/engine/pgw-translation.h"

struct _PgwTranslateEntry {
  PgwSection      parent_instance;

  GtkEntry       *entry;
  PgwViewOptions *options;      /* whose changes are followed; not owned */
  char           *shown;        /* what they said last */
};

G_DEFINE_FINAL_TYPE (PgwTranslateEntry, pgw_translate_entry, PGW_TYPE_SECTION)

static void
take_text (PgwTranslateEntry *self)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));

  if (session != NULL)
    pgw_view_options_set_translate (pgw_view_options_get (session), gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
clear_cb (PgwTranslateEntry *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  take_text (self);
}

static void
changed_cb (PgwTranslateEntry *self)
{
  gboolean empty = *gtk_editable_get_text (GTK_EDITABLE (self->entry)) == '\0';

  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_SECONDARY, empty ? NULL : "edit-clear-symbolic");
  gtk_entry_set_icon_tooltip_text (self->entry, GTK_ENTRY_ICON_SECONDARY, _("Forget the address"));
}

static gboolean
key_cb (PgwTranslateEntry *self, guint key)
{
  if (key != GDK_KEY_Escape)
    return FALSE;
  clear_cb (self);
  gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))), GTK_DIR_TAB_FORWARD);
  return TRUE;
}

/* What is wrong with the text at this step; NULL if nothing is. */
static char *
find_fault (PgwSession *session, PgwViewOptions *options)
{
  PgwPaneState state = { 0 };
  g_autoptr (GError) error = NULL;
  guint64 address;
  gint32 pid;

  pgw_view_options_fill (options, &state);
  if (state.translate == NULL || state.timeline == NULL)
    return NULL;
  pid = pgw_pane_task (&state);
  if (pgw_translation_read (state.scenario, pgw_timeline_get_machine (state.timeline), state.translate, &pid, &address,
                            &error))
    return NULL;
  return g_strdup (error->message);
}

/* What was set elsewhere, as by a menu, or forgotten with another scenario; what is being typed stays. */
static void
show_text (PgwTranslateEntry *self)
{
  const char *text = pgw_view_options_get_translate (self->options);

  if (g_strcmp0 (text, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (text);
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->entry)), text != NULL ? text : ""))
    gtk_editable_set_text (GTK_EDITABLE (self->entry), text != NULL ? text : "");
}

static void
options_changed_cb (PgwTranslateEntry *self)
{
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

static void
pgw_translate_entry_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  PgwTranslateEntry *self = PGW_TRANSLATE_ENTRY (section);
  g_autofree char *fault = NULL;

  if (session == NULL)
    return;
  if (self->options != pgw_view_options_get (session))
    {
      self->options = pgw_view_options_get (session);
      g_signal_connect_object (self->options, "changed", G_CALLBACK (options_changed_cb), self, G_CONNECT_SWAPPED);
    }
  show_text (self);
  fault = find_fault (session, self->options);
  if (fault != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               fault != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  pgw_tooltip_set (GTK_WIDGET (self->entry),
                   fault != NULL ? fault : _("An address, as 0x7f0000001000 or heap+4K; of another task as child:heap"));
}

static gboolean
pgw_translate_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PGW_TRANSLATE_ENTRY (widget)->entry));
}

static void
pgw_translate_entry_finalize (GObject *object)
{
  g_free (PGW_TRANSLATE_ENTRY (object)->shown);
  G_OBJECT_CLASS (pgw_translate_entry_parent_class)->finalize (object);
}

static void
pgw_translate_entry_class_init (PgwTranslateEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pgw_translate_entry_finalize;
  GTK_WIDGET_CLASS (klass)->grab_focus = pgw_translate_entry_grab_focus;
  PGW_SECTION_CLASS (klass)->update = pgw_translate_entry_update;
}

static void
pgw_translate_entry_init (PgwTranslateEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->entry = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_placeholder_text (self->entry, _("Translate an address"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Translate an address"), -1);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 8);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 28);
  gtk_widget_add_css_class (GTK_WIDGET (self->entry), "pane-chooser");
  gtk_widget_set_valign (GTK_WIDGET (self->entry), GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (take_text), self);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "icon-press", G_CALLBACK (clear_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->entry));
}
