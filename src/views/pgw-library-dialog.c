/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library of scenarios, in the sections of the course they make. Files
 * are read one an idle slice, so that the dialog is there at once; a file that
 * cannot be read is shown with the reason instead of a description.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-library-dialog.h"
#include "src/engine/pgw-library.h"
#include "src/engine/pgw-scenario.h"

struct _PgwLibraryDialog {
  AdwWindow       parent_instance;

  GPtrArray      *items;        /* of PgwLibraryItem */
  guint           n_read;       /* of these, that have a row */
  guint           idle_id;

  GtkSearchEntry *search_entry;
  GtkListBox     *list;
};

enum { OPEN, N_SIGNALS };

G_DEFINE_FINAL_TYPE (PgwLibraryDialog, pgw_library_dialog, ADW_TYPE_WINDOW)

static guint signals[N_SIGNALS];

static void
add_row (PgwLibraryDialog *self, const PgwLibraryItem *item)
{
  g_autoptr (GFile) file = g_file_new_for_path (item->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_file (file, NULL, &error);
  g_autofree char *name = g_path_get_basename (item->path);
  g_autofree char *words = NULL;
  const char *title = scenario != NULL ? pgw_scenario_get_title (scenario) : NULL;
  const char *description = scenario != NULL ? pgw_scenario_get_description (scenario) : error->message;
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title != NULL ? title : name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), description != NULL ? description : "");
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), scenario != NULL);
  gtk_widget_set_tooltip_text (row, name);
  words = g_strjoin (" ", name, title != NULL ? title : "", description != NULL ? description : "",
                     item->section != NULL ? item->section : "", NULL);
  g_object_set_data (G_OBJECT (row), "pgw-section", item->section);
  g_object_set_data_full (G_OBJECT (row), "pgw-words", g_utf8_casefold (words, -1), g_free);
  g_object_set_data_full (G_OBJECT (row), "pgw-file", g_steal_pointer (&file), g_object_unref);
  gtk_list_box_append (self->list, row);
}

static gboolean
read_one_cb (gpointer data)
{
  PgwLibraryDialog *self = data;

  if (self->n_read == self->items->len)
    {
      self->idle_id = 0;
      return G_SOURCE_REMOVE;
    }
  add_row (self, g_ptr_array_index (self->items, self->n_read++));
  return G_SOURCE_CONTINUE;
}

/* A section's title stands above its first row. */
static void
set_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  const char *section = g_object_get_data (G_OBJECT (row), "pgw-section");
  const char *section_before = before != NULL ? g_object_get_data (G_OBJECT (before), "pgw-section") : NULL;
  GtkWidget *label;

  if (before != NULL && g_strcmp0 (section, section_before) == 0)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  label = gtk_label_new (section != NULL ? section : _("Others"));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (label, "library-section");
  gtk_list_box_row_set_header (row, label);
}

static void
list_files (PgwLibraryDialog *self)
{
  g_autofree char *directory = pgw_library_dup_directory ();
  g_autofree char *contents = g_build_filename (directory, "..", "library.json", NULL);
  g_autoptr (GError) error = NULL;

  self->items = pgw_library_list (directory, contents, &error);
  if (error != NULL)
    g_message ("%s", error->message);
  self->idle_id = g_idle_add (read_one_cb, self);
}

static gboolean
matches (GtkListBoxRow *row, gpointer data)
{
  PgwLibraryDialog *self = data;
  const char *words = g_object_get_data (G_OBJECT (row), "pgw-words");
  g_autofree char *wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)), -1);
  g_auto (GStrv) parts = g_strsplit (g_strstrip (wanted), " ", -1);

  for (char **part = parts; *part != NULL; part++)
    if (words != NULL && strstr (words, *part) == NULL)
      return FALSE;
  return TRUE;
}

static void
search_changed_cb (PgwLibraryDialog *self)
{
  gtk_list_box_invalidate_filter (self->list);
}

static void
row_activated_cb (PgwLibraryDialog *self, GtkListBoxRow *row)
{
  g_autoptr (GFile) file = g_object_ref (g_object_get_data (G_OBJECT (row), "pgw-file"));

  g_signal_emit (self, signals[OPEN], 0, file);
  gtk_window_close (GTK_WINDOW (self));
}

static void
search_activate_cb (PgwLibraryDialog *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (gtk_widget_get_child_visible (GTK_WIDGET (row)) && gtk_list_box_row_get_activatable (row))
      {
        row_activated_cb (self, row);
        return;
      }
}

static void
pgw_library_dialog_dispose (GObject *object)
{
  PgwLibraryDialog *self = PGW_LIBRARY_DIALOG (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_LIBRARY_DIALOG);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  G_OBJECT_CLASS (pgw_library_dialog_parent_class)->dispose (object);
}

static void
pgw_library_dialog_class_init (PgwLibraryDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_library_dialog_dispose;
  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_FILE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-library-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwLibraryDialog, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PgwLibraryDialog, list);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
}

static void
pgw_library_dialog_init (PgwLibraryDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->search_entry, GTK_WIDGET (self));
  gtk_list_box_set_filter_func (self->list, matches, self, NULL);
  gtk_list_box_set_header_func (self->list, set_header, NULL, NULL);
  list_files (self);
}

GtkWidget *
pgw_library_dialog_new (GtkWindow *parent)
{
  return g_object_new (PGW_TYPE_LIBRARY_DIALOG, "transient-for", parent, NULL);
}

char *
pgw_library_dup_directory (void)
{
  const char *from_environment = g_getenv ("PAGEWALK_DATADIR");
  g_autofree char *installed = g_build_filename (PKGDATADIR, "scenarios", NULL);

  if (from_environment != NULL)
    return g_build_filename (from_environment, "scenarios", NULL);
  if (g_file_test (installed, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&installed);
  return g_build_filename (SOURCE_ROOT, "data", "scenarios", NULL);
}
