/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Export by a thread. It records the script afresh on its own timeline, as
 * loading does, and gives progress and cancelling across two atomics.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-export-dialog.h"
#include "pgw-view-options.h"
#include "src/scene/pgw-scene.h"

#define POLL_MILLISECONDS 100
#define FIRST_ANIMATION   3     /* in the order of `endings` */

static const char *const endings[] = { "png", "svg", "pdf", "webp", "gif", "webm", "mp4" };

/* What the thread needs; shared by it and the dialog. */
typedef struct {
  gatomicrefcount  ref_count;
  PgwScenario     *scenario;    /* only the dialog's thread drops it */
  PgwTimeline     *timeline;
  PgwExportOptions options;
  char            *pane;
  char            *layout;
  char            *each;        /* pane of each machine, where machines are compared */
  char            *kind;        /* what they differ in; NULL: nothing is compared */
  char            *translate;
  char            *filename;
  int              cancelled;
  int              permille;
} Job;

struct _PgwExportDialog {
  AdwWindow       parent_instance;

  PgwSession     *session;
  Job            *job;          /* under way; NULL = none */
  guint           poll_id;
  GPtrArray      *ids;          /* of panes and layouts, as in the chooser */
  guint           n_panes;      /* the first ones of `ids` */
  GHashTable     *pane_options; /* of the panes on the screen; NULL = unknown */
  char           *shown_layout;

  GtkDropDown    *what_chooser;
  GtkDropDown    *format_chooser;
  GtkDropDown    *scheme_chooser;
  GtkSpinButton  *from_spin;
  GtkSpinButton  *to_spin;
  GtkSpinButton  *fps_spin;
  GtkSpinButton  *width_spin;
  GtkSpinButton  *height_spin;
  GtkSpinButton  *scale_spin;
  GtkWidget      *from_row;
  GtkWidget      *to_row;
  GtkWidget      *fps_row;
  GtkWidget      *choices;
  GtkWidget      *export_button;
  GtkProgressBar *progress_bar;
  GtkInfoBar     *error_bar;
  GtkLabel       *error_label;
};

G_DEFINE_FINAL_TYPE (PgwExportDialog, pgw_export_dialog, ADW_TYPE_WINDOW)

static void
job_unref (Job *job)
{
  if (!g_atomic_ref_count_dec (&job->ref_count))
    return;
  g_clear_pointer (&job->timeline, pgw_timeline_unref);
  g_clear_pointer (&job->scenario, pgw_scenario_unref);
  g_free (job->pane);
  g_free (job->layout);
  g_free (job->each);
  g_free (job->kind);
  g_clear_pointer (&job->options.peers, g_array_unref);
  g_clear_pointer (&job->options.pane_options, g_hash_table_unref);
  g_free (job->translate);
  g_free (job->filename);
  g_free (job);
}

/* ---- The thread ---- */

static gboolean
progress_cb (double done, gpointer data)
{
  Job *job = data;

  g_atomic_int_set (&job->permille, (int) (done * 1000));
  return !g_atomic_int_get (&job->cancelled);
}

/* Records the script, and the machines it is compared on. FALSE with an error. */
static gboolean
record (Job *job, GError **error)
{
  gboolean done = FALSE;

  if (job->kind != NULL && (job->options.peers = pgw_peers_start (job->scenario, job->kind, error)) == NULL)
    return FALSE;
  while (!done && !g_atomic_int_get (&job->cancelled))
    done = pgw_timeline_record (job->timeline, 100000);
  while (done && job->options.peers != NULL && !pgw_peers_record (job->options.peers, 100000))
    done = !g_atomic_int_get (&job->cancelled);
  if (!done)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The export was cancelled"));
  return done;
}

static void
export_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (record (job, &error) && pgw_export (job->timeline, job->scenario, &job->options, job->filename, progress_cb, job, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* ---- The dialog's side ---- */

static gboolean
poll_cb (gpointer data)
{
  PgwExportDialog *self = data;

  gtk_progress_bar_set_fraction (self->progress_bar, g_atomic_int_get (&self->job->permille) / 1000.0);
  return G_SOURCE_CONTINUE;
}

static void
set_busy (PgwExportDialog *self, gboolean busy)
{
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), busy);
  gtk_widget_set_sensitive (self->choices, !busy);
  gtk_widget_set_sensitive (self->export_button, !busy);
  g_clear_handle_id (&self->poll_id, g_source_remove);
  if (busy)
    self->poll_id = g_timeout_add (POLL_MILLISECONDS, poll_cb, self);
}

static void
show_error (PgwExportDialog *self, const char *message)
{
  gtk_label_set_text (self->error_label, message);
  gtk_info_bar_set_revealed (self->error_bar, TRUE);
}

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  PgwExportDialog *self = PGW_EXPORT_DIALOG (object);
  Job *job = g_task_get_task_data (G_TASK (result));
  gboolean cancelled = g_atomic_int_get (&job->cancelled);
  g_autoptr (GError) error = NULL;

  if (self->job == NULL)        /* the dialog is gone */
    return;
  set_busy (self, FALSE);
  g_clear_pointer (&self->job, job_unref);
  if (g_task_propagate_boolean (G_TASK (result), &error))
    gtk_window_close (GTK_WINDOW (self));
  else if (!cancelled)
    show_error (self, error->message);
}

static void
cancel_cb (PgwExportDialog *self)
{
  if (self->job != NULL)
    g_atomic_int_set (&self->job->cancelled, 1);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
format_changed_cb (PgwExportDialog *self)
{
  gboolean animation = gtk_drop_down_get_selected (self->format_chooser) >= FIRST_ANIMATION;

  gtk_widget_set_visible (self->to_row, animation);
  gtk_widget_set_visible (self->fps_row, animation);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->from_row), animation ? _("From step") : _("Step"));
}

static void
file_chosen_cb (PgwExportDialog *self, int response, GtkNativeDialog *chooser)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      pgw_export_dialog_export (self, file);
    }
  gtk_native_dialog_destroy (chooser);
}

static void
choose_file_cb (PgwExportDialog *self)
{
  GtkFileChooserNative *chooser;
  const char *ending = endings[MIN (gtk_drop_down_get_selected (self->format_chooser), G_N_ELEMENTS (endings) - 1)];
  guint what = gtk_drop_down_get_selected (self->what_chooser);
  g_autofree char *name = NULL;

  name = g_strdup_printf ("%s.%s", (const char *) g_ptr_array_index (self->ids, MIN (what, self->ids->len - 1)), ending);
  chooser = gtk_file_chooser_native_new (_("Export"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (file_chosen_cb), self, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (self), "pgw-chooser", chooser, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
fill_what (PgwExportDialog *self, const char *what)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = GTK_INVALID_LIST_POSITION, first_layout;

  for (const PgwPaneType *const *type = pgw_pane_types (); *type != NULL; type++)
    {
      if (g_strcmp0 ((*type)->id, what) == 0)
        selected = self->ids->len;
      gtk_string_list_append (names, _((*type)->title));
      g_ptr_array_add (self->ids, (gpointer) (*type)->id);
    }
  first_layout = self->n_panes = self->ids->len;
  for (const PgwLayout *const *layout = pgw_layouts (); *layout != NULL; layout++)
    {
      g_autofree char *name = g_strdup_printf (_("Layout: %s"), _((*layout)->title));

      if (g_strcmp0 ((*layout)->id, what) == 0)
        selected = self->ids->len;
      gtk_string_list_append (names, name);
      g_ptr_array_add (self->ids, (gpointer) (*layout)->id);
    }
  gtk_drop_down_set_model (self->what_chooser, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->what_chooser, selected != GTK_INVALID_LIST_POSITION ? selected : first_layout);
}

static void
pgw_export_dialog_dispose (GObject *object)
{
  PgwExportDialog *self = PGW_EXPORT_DIALOG (object);

  if (self->job != NULL)
    g_atomic_int_set (&self->job->cancelled, 1);
  g_clear_handle_id (&self->poll_id, g_source_remove);
  g_clear_pointer (&self->job, job_unref);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_clear_pointer (&self->pane_options, g_hash_table_unref);
  g_clear_pointer (&self->shown_layout, g_free);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_EXPORT_DIALOG);
  G_OBJECT_CLASS (pgw_export_dialog_parent_class)->dispose (object);
}

static void
pgw_export_dialog_class_init (PgwExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_export_dialog_dispose;
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, what_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, format_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, scheme_chooser);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, from_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, to_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, fps_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, width_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, height_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, scale_spin);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, from_row);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, to_row);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, fps_row);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, choices);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, export_button);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, error_bar);
  gtk_widget_class_bind_template_child (widget_class, PgwExportDialog, error_label);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_file_cb);
  gtk_widget_class_bind_template_callback (widget_class, format_changed_cb);
}

static void
pgw_export_dialog_init (PgwExportDialog *self)
{
  self->ids = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  format_changed_cb (self);
}

GtkWidget *
pgw_export_dialog_new (GtkWindow *parent, PgwSession *session, const char *what)
{
  PgwExportDialog *self = g_object_new (PGW_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);
  guint64 length, position;

  g_return_val_if_fail (PGW_IS_SESSION (session), NULL);

  self->session = g_object_ref (session);
  length = pgw_session_get_length (session);
  position = pgw_session_get_position (session);
  fill_what (self, what);
  gtk_spin_button_set_range (self->from_spin, 0, length);
  gtk_spin_button_set_range (self->to_spin, 0, length);
  gtk_spin_button_set_value (self->from_spin, position);
  gtk_spin_button_set_value (self->to_spin, length);
  gtk_drop_down_set_selected (self->scheme_chooser, adw_style_manager_get_dark (adw_style_manager_get_default ()));
  gtk_spin_button_set_value (self->scale_spin, pgw_view_options_get_font_scale (pgw_view_options_get (session)));
  return GTK_WIDGET (self);
}

void
pgw_export_dialog_take_options (PgwExportDialog *self, GHashTable *pane_options, const char *layout)
{
  g_return_if_fail (PGW_IS_EXPORT_DIALOG (self));

  g_clear_pointer (&self->pane_options, g_hash_table_unref);
  self->pane_options = pane_options;
  g_free (self->shown_layout);
  self->shown_layout = g_strdup (layout);
}

/* What is compared in the window is compared in the picture. */
static void
take_comparison (PgwExportDialog *self, Job *job)
{
  PgwViewOptions *view = pgw_view_options_get (self->session);
  PgwComparison *comparison = pgw_view_options_get_comparison (view);
  const PgwComparisonKind *kinds = pgw_scenario_get_comparison_kinds (job->scenario);
  gboolean wanted = job->pane != NULL && pgw_pane_compares (pgw_pane_type_by_id (job->pane));

  for (const PgwLayout *const *layout = pgw_layouts (); *layout != NULL; layout++)
    wanted |= g_strcmp0 ((*layout)->id, job->layout) == 0 && pgw_layout_compares (*layout);
  if (!wanted)
    return;
  job->kind = g_strdup (comparison != NULL ? pgw_comparison_get_kind (comparison) : kinds->id);
  job->options.each = job->each = g_strdup (pgw_view_options_get_compared_pane (view));
}

static void
take_options (PgwExportDialog *self, Job *job)
{
  guint what = MIN (gtk_drop_down_get_selected (self->what_chooser), self->ids->len - 1);
  const char *id = g_ptr_array_index (self->ids, what);
  PgwExportOptions *options = &job->options;
  gboolean animation = gtk_drop_down_get_selected (self->format_chooser) >= FIRST_ANIMATION;

  if (what < self->n_panes)
    options->pane = job->pane = g_strdup (id);
  else
    options->layout = job->layout = g_strdup (id);
  take_comparison (self, job);
  options->from = gtk_spin_button_get_value (self->from_spin);
  options->to = animation ? gtk_spin_button_get_value (self->to_spin) : options->from;
  options->width = gtk_spin_button_get_value_as_int (self->width_spin);
  options->height = gtk_spin_button_get_value_as_int (self->height_spin);
  options->scheme = (PgwScheme) gtk_drop_down_get_selected (self->scheme_chooser);
  options->font_scale = gtk_spin_button_get_value (self->scale_spin);
  options->frames_per_second = gtk_spin_button_get_value (self->fps_spin);
  options->selection = pgw_session_get_selection (self->session);
  options->zone = pgw_view_options_get_zone (pgw_view_options_get (self->session));
  options->translate = job->translate = g_strdup (pgw_view_options_get_translate (pgw_view_options_get (self->session)));
  /* In another layout a pane shows something else. */
  if (self->pane_options != NULL && (job->pane != NULL || g_strcmp0 (job->layout, self->shown_layout) == 0))
    options->pane_options = g_hash_table_ref (self->pane_options);
}

void
pgw_export_dialog_export (PgwExportDialog *self, GFile *file)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  PgwScenario *scenario;
  Job *job;

  g_return_if_fail (PGW_IS_EXPORT_DIALOG (self));
  g_return_if_fail (G_IS_FILE (file));

  scenario = pgw_session_get_scenario (self->session);
  if (self->job != NULL || scenario == NULL)
    return;
  gtk_info_bar_set_revealed (self->error_bar, FALSE);
  job = g_new0 (Job, 1);
  g_atomic_ref_count_init (&job->ref_count);
  job->filename = g_file_get_path (file);
  job->scenario = pgw_scenario_ref (scenario);
  job->timeline = pgw_timeline_new (pgw_scenario_get_config (scenario), pgw_scenario_get_snapshot (scenario), &error);
  if (job->timeline == NULL || job->filename == NULL)
    {
      show_error (self, error != NULL ? error->message : _("Files can be written to local folders only."));
      job_unref (job);
      return;
    }
  pgw_timeline_append (job->timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  take_options (self, job);
  self->job = job;
  set_busy (self, TRUE);

  g_atomic_ref_count_inc (&job->ref_count);
  task = g_task_new (self, NULL, exported_cb, NULL);
  g_task_set_task_data (task, job, (GDestroyNotify) job_unref);
  g_task_run_in_thread (task, export_thread);
}
