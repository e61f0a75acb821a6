/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the window: open by dialog, drop, recent list and library; save;
 * and asking before changes are lost. Files are read, and their machines
 * started, by a thread; recording then runs in the session's slices.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-library-dialog.h"
#include "pgw-window-private.h"
#include "src/engine/pgw-importer.h"

#define MAX_RECENT       12
#define LOADING_INTERVAL 150    /* ms */

/* ---- Errors ---- */

void
pgw_window_show_error (PgwWindow *self, const char *message)
{
  if (message != NULL)
    gtk_label_set_text (self->error_label, message);
  gtk_info_bar_set_revealed (self->error_bar, message != NULL);
}

const char *
pgw_window_get_error (PgwWindow *self)
{
  g_return_val_if_fail (PGW_IS_WINDOW (self), NULL);

  return gtk_info_bar_get_revealed (self->error_bar) ? gtk_label_get_text (self->error_label) : NULL;
}

/* ---- Reading ---- */

/* What a thread made of a file. */
typedef struct {
  PgwScenario *scenario;
  PgwTimeline *timeline;        /* its machine, started */
} Loaded;

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  g_clear_pointer (&loaded->scenario, pgw_scenario_unref);
  g_clear_pointer (&loaded->timeline, pgw_timeline_unref);
  g_free (loaded);
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Loaded *loaded = g_new0 (Loaded, 1);
  GError *error = NULL;

  loaded->scenario = pgw_import_file (data, &error);
  if (loaded->scenario != NULL)
    loaded->timeline = pgw_timeline_new (pgw_scenario_get_config (loaded->scenario),
                                         pgw_scenario_get_snapshot (loaded->scenario), &error);
  if (loaded->timeline != NULL)
    g_task_return_pointer (task, loaded, loaded_free);
  else
    {
      g_task_return_error (task, error);
      loaded_free (loaded);
    }
}

static void
add_recent (GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
}

/* What takes a moment only is not worth a message. */
static gboolean
loading_cb (gpointer data)
{
  PgwWindow *self = data;

  self->loading_shown = TRUE;
  pgw_window_show_progress (self);
  return G_SOURCE_CONTINUE;
}

static void
end_loading (PgwWindow *self)
{
  self->n_loading--;
  if (self->n_loading > 0)
    return;
  g_clear_handle_id (&self->loading_id, g_source_remove);
  if (self->loading_shown && self->session != NULL)
    {
      self->loading_shown = FALSE;
      pgw_window_show_progress (self);
    }
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  PgwWindow *self = PGW_WINDOW (object);
  g_autoptr (GError) error = NULL;
  Loaded *loaded = g_task_propagate_pointer (G_TASK (result), &error);

  end_loading (self);
  if (self->session != NULL && loaded != NULL)
    {
      pgw_window_dismiss_undo_toast (self);
      pgw_session_take_scenario (self->session, loaded->scenario, g_steal_pointer (&loaded->timeline));
      pgw_window_follow_scenario (self);
      pgw_window_show_error (self, NULL);
      add_recent (g_task_get_task_data (G_TASK (result)));
      pgw_window_focus_script (self);
    }
  else if (self->session != NULL)       /* otherwise the window is gone */
    pgw_window_show_error (self, error->message);
  g_clear_pointer (&loaded, loaded_free);
}

static void
read_file (PgwWindow *self, GFile *file)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, read_cb, NULL);

  self->n_loading++;
  if (self->loading_id == 0)
    self->loading_id = g_timeout_add (LOADING_INTERVAL, loading_cb, self);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, read_thread);
}

void
pgw_window_open (PgwWindow *self, GFile *file)
{
  g_return_if_fail (PGW_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  pgw_window_confirm_loss (self, read_file, file);
}

gboolean
pgw_window_is_loading (PgwWindow *self)
{
  g_return_val_if_fail (PGW_IS_WINDOW (self), FALSE);

  return self->n_loading > 0;
}

/* ---- Dialogs ---- */

static GtkFileFilter *
add_filter (GtkFileChooser *chooser, const char *name, const char *const *patterns)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (; *patterns != NULL; patterns++)
    gtk_file_filter_add_pattern (filter, *patterns);
  gtk_file_chooser_add_filter (chooser, filter);
  g_object_unref (filter);
  return filter;
}

static void
show_chooser (PgwWindow *self, const char *title, GtkFileChooserAction action, GCallback response)
{
  static const char *const scenarios[] = { "*.json", NULL };
  static const char *const recordings[] = { "*.trace", "*.trace.xz", "*.jsonl", "*.jsonl.xz", "*.xz", NULL };
  static const char *const all[] = { "*", NULL };
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, NULL, NULL);

  add_filter (GTK_FILE_CHOOSER (chooser), _("Scenarios"), scenarios);
  if (action == GTK_FILE_CHOOSER_ACTION_OPEN)
    {
      add_filter (GTK_FILE_CHOOSER (chooser), _("Recordings"), recordings);
      add_filter (GTK_FILE_CHOOSER (chooser), _("All files"), all);
    }
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", response, self, G_CONNECT_SWAPPED);
  g_clear_object (&self->chooser);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
  gtk_native_dialog_show (self->chooser);
}

static void
open_response_cb (PgwWindow *self, int response, GtkFileChooser *chooser)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (chooser) : NULL;

  gtk_native_dialog_hide (GTK_NATIVE_DIALOG (chooser));
  if (file != NULL)
    pgw_window_open (self, file);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_chooser (PGW_WINDOW (widget), _("Open a scenario or a recording"), GTK_FILE_CHOOSER_ACTION_OPEN,
                G_CALLBACK (open_response_cb));
}

static void
library_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *dialog = pgw_library_dialog_new (GTK_WINDOW (widget));

  g_signal_connect_object (dialog, "open", G_CALLBACK (pgw_window_open), widget, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_uri_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  pgw_window_open (PGW_WINDOW (widget), file);
}

/* ---- Saving ---- */

static gboolean
save_to (PgwWindow *self, GFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = NULL;

  if (!pgw_session_save_file (self->session, file, &error))
    {
      pgw_window_show_error (self, error->message);
      return FALSE;
    }
  pgw_window_show_error (self, NULL);
  add_recent (file);
  text = g_strdup_printf (_("Saved as %s"), name);
  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (text));
  return TRUE;
}

static void
save_response_cb (PgwWindow *self, int response, GtkFileChooser *chooser)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (chooser) : NULL;

  gtk_native_dialog_hide (GTK_NATIVE_DIALOG (chooser));
  if (file != NULL)
    save_to (self, file);
}

static void
save_as_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  GFile *file = pgw_scenario_get_file (pgw_session_get_scenario (self->session));
  g_autofree char *basename = file != NULL ? g_file_get_basename (file) : g_strdup (_("scenario.json"));
  g_autofree char *proposed = NULL;

  proposed = g_str_has_suffix (basename, ".json") ? g_strdup (basename) : g_strconcat (basename, ".json", NULL);
  show_chooser (self, _("Save the scenario"), GTK_FILE_CHOOSER_ACTION_SAVE, G_CALLBACK (save_response_cb));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), proposed);
}

/* Shipped scenarios and recordings are not written over. */
static gboolean
may_overwrite (GFile *file)
{
  g_autofree char *library = pgw_library_dup_directory ();
  g_autoptr (GFile) directory = g_file_new_for_path (library);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;

  return file != NULL && g_str_has_suffix (name, ".json") && !g_file_has_prefix (file, directory);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwWindow *self = PGW_WINDOW (widget);
  GFile *file = pgw_scenario_get_file (pgw_session_get_scenario (self->session));

  if (may_overwrite (file))
    save_to (self, file);
  else
    save_as_action (widget, name, parameter);
}

/* ---- What is not saved ---- */

typedef struct {
  void  (*go_on) (PgwWindow *self, GFile *file);
  GFile *file;
} Loss;

static void
loss_free (gpointer data, GClosure *closure)
{
  Loss *loss = data;

  g_clear_object (&loss->file);
  g_free (loss);
}

static void
loss_response_cb (AdwMessageDialog *dialog, const char *response, Loss *loss)
{
  PgwWindow *self = PGW_WINDOW (gtk_window_get_transient_for (GTK_WINDOW (dialog)));
  GFile *file = pgw_scenario_get_file (pgw_session_get_scenario (self->session));

  if (g_str_equal (response, "discard"))
    loss->go_on (self, loss->file);
  else if (g_str_equal (response, "save"))
    {
      if (!may_overwrite (file))
        gtk_widget_activate_action (GTK_WIDGET (self), "win.save-as", NULL);
      else if (save_to (self, file))
        loss->go_on (self, loss->file);
    }
}

void
pgw_window_confirm_loss (PgwWindow *self, void (*go_on) (PgwWindow *self, GFile *file), GFile *file)
{
  GtkWidget *dialog;
  Loss *loss;

  if (!pgw_session_get_modified (self->session))
    {
      go_on (self, file);
      return;
    }
  loss = g_new0 (Loss, 1);
  loss->go_on = go_on;
  loss->file = file != NULL ? g_object_ref (file) : NULL;
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Save what you changed?"),
                                   _("The operations you added are not saved. Without saving they are lost."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "discard", _("_Discard"),
                                    "save", _("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (loss_response_cb), loss, loss_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- Drag and drop, recent files ---- */

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, PgwWindow *self)
{
  GSList *files;

  if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    {
      pgw_window_open (self, g_value_get_object (value));
      return TRUE;
    }
  files = g_value_get_boxed (value);
  if (files == NULL)
    return FALSE;
  pgw_window_open (self, files->data);
  return TRUE;
}

void
pgw_window_add_drop_target (PgwWindow *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static gboolean
is_ours (GtkRecentInfo *info)
{
  return gtk_recent_info_has_application (info, g_get_application_name ())
         || gtk_recent_info_has_application (info, g_get_prgname ());
}

static int
compare_recent (gconstpointer a, gconstpointer b)
{
  GDateTime *time_a = gtk_recent_info_get_modified (*(GtkRecentInfo *const *) a);
  GDateTime *time_b = gtk_recent_info_get_modified (*(GtkRecentInfo *const *) b);

  return g_date_time_compare (time_b, time_a);
}

static void
recent_changed_cb (PgwWindow *self)
{
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());
  g_autoptr (GPtrArray) ours = g_ptr_array_new ();
  g_autoptr (GMenu) menu = g_menu_new ();

  for (GList *l = items; l != NULL; l = l->next)
    if (is_ours (l->data))
      g_ptr_array_add (ours, l->data);
  g_ptr_array_sort (ours, compare_recent);
  for (guint i = 0; i < MIN (ours->len, MAX_RECENT); i++)
    {
      GtkRecentInfo *info = g_ptr_array_index (ours, i);
      g_autoptr (GMenuItem) item = g_menu_item_new (gtk_recent_info_get_display_name (info), NULL);

      g_menu_item_set_action_and_target (item, "win.open-uri", "s", gtk_recent_info_get_uri (info));
      g_menu_append_item (menu, item);
    }
  gtk_menu_button_set_menu_model (self->recent_button, G_MENU_MODEL (menu));
  gtk_widget_set_sensitive (GTK_WIDGET (self->recent_button), ours->len > 0);
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
}

void
pgw_window_fill_recent (PgwWindow *self)
{
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed", G_CALLBACK (recent_changed_cb), self,
                           G_CONNECT_SWAPPED);
  recent_changed_cb (self);
}

void
pgw_window_install_file_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "win.open-uri", "s", open_uri_action);
  gtk_widget_class_install_action (widget_class, "win.library", NULL, library_action);
  gtk_widget_class_install_action (widget_class, "win.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "win.save-as", NULL, save_as_action);
}
