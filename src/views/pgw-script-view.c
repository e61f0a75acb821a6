/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The script as a list. Rows are bound when they come into view; the few that
 * are bound are kept in a set, so that a move marks the current operation
 * without touching the rest.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-leak-text.h"
#include "pgw-operate-bar.h"
#include "pgw-script-view.h"
#include "pgw-tooltip.h"
#include "src/engine/pgw-narration.h"

#define INDENT_EVENT    20
#define INDENT          5
#define MAX_DEPTH       8 /* deeper calls are not indented further */
#define SEARCH_BUDGET   200000  /* operations looked at in one search */
#define UNFOLD_ALONE    200000  /* an operation with more events is unfolded by hand only */
#define UNFOLD_SPEED 20         /* steps a second up to which the operation under way is unfolded while it plays */

struct _PgwScriptView {
  PgwSection          parent_instance;

  PgwScriptModel     *model;
  GtkSingleSelection *selection;
  GHashTable         *bound;            /* of GtkListItem */
  GHashTable         *failed;           /* operations with an expectation that did not hold */
  gboolean            selecting;        /* the selection is being set from code */
  guint64             unfolded_op;      /* by itself; G_MAXUINT64 = none */

  GtkListView        *list;
  GtkLabel           *expect_label;
  GtkSearchBar       *search_bar;
  GtkSearchEntry     *search_entry;
  GtkToggleButton    *search_button;
  GtkWidget          *operate_bar;
};

G_DEFINE_FINAL_TYPE (PgwScriptView, pgw_script_view, PGW_TYPE_SECTION)

/* ---- Rows ---- */

typedef struct {
  GtkWidget *box;
  GtkWidget *number;
  GtkWidget *arrow;
  GtkWidget *text;
  GtkWidget *result;
} RowWidgets;

static guint64
current_op (PgwScriptView *self)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  PgwTimeline *timeline = session != NULL ? pgw_session_get_timeline (session) : NULL;

  return timeline != NULL ? pgw_timeline_op_at (timeline, pgw_session_get_position (session)) : G_MAXUINT64;
}

static void
set_class (GtkWidget *widget, const char *class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, class);
  else
    gtk_widget_remove_css_class (widget, class);
}

/* The operation that made what is selected; G_MAXUINT64 = none. */
static guint64
related_op (PgwSession *session)
{
  const struct machine *machine = pgw_timeline_get_machine (pgw_session_get_timeline (session));
  mm_object_t selection = pgw_session_get_selection (session);
  struct view_page page;
  struct mm_slot slot;
  gint64 number = -1;

  switch (mm_object_kind (selection))
    {
    case MM_OBJECT_OP:
      return mm_object_id (selection);
    case MM_OBJECT_SLOT:
      number = mm_object_id (selection);
      break;
    case MM_OBJECT_PAGE:
      if (view_page (machine, mm_object_id (selection), &page))
        number = page.slot;
      break;
    default:
      break;
    }
  if (number < 0)
    return G_MAXUINT64;
  view_slot (machine, number, &slot);
  return slot.state == SLOT_LIVE ? slot.op : G_MAXUINT64;
}

/* What changes about a row as the session moves. */
static void
mark_row (PgwScriptView *self, GtkListItem *item, guint64 op_now, guint64 op_related)
{
  RowWidgets *widgets = g_object_get_data (G_OBJECT (item), "pgw-row");
  PgwScriptRow *row = gtk_list_item_get_item (item);
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  guint64 op, step;
  gboolean expanded;

  if (row == NULL || session == NULL)
    return;
  op = pgw_script_row_get_op (row);
  step = pgw_script_row_get_step (row);
  set_class (widgets->box, "current", pgw_script_row_is_op (row) && op == op_now);
  set_class (widgets->box, "related", pgw_script_row_is_op (row) && op == op_related);
  set_class (widgets->box, "future", op_now == G_MAXUINT64 || op > op_now
             || (step > 0 && step > pgw_session_get_position (session)));
  if (!pgw_script_row_is_op (row))
    return;
  expanded = pgw_script_model_is_expanded (self->model, op);
  gtk_button_set_icon_name (GTK_BUTTON (widgets->arrow), expanded ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (widgets->arrow), GTK_ACCESSIBLE_STATE_EXPANDED, expanded, -1);
  set_class (widgets->result, "error", g_hash_table_contains (self->failed, GSIZE_TO_POINTER (op + 1)));
}

static void
mark_rows (PgwScriptView *self)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  guint64 op = current_op (self), related;
  GHashTableIter iter;
  gpointer item;

  if (session == NULL || pgw_session_get_timeline (session) == NULL)
    return;
  related = related_op (session);
  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    mark_row (self, item, op, related);
}

static void
set_expanded (PgwScriptView *self, guint64 op, gboolean expanded)
{
  self->selecting = TRUE;
  /* Rows that go must begin with one that has a widget (pgw-list.h). */
  if (!expanded && pgw_script_model_is_expanded (self->model, op))
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u",
                                pgw_script_model_row_of_op (self->model, op) + 1);
  pgw_script_model_set_expanded (self->model, op, expanded);
  self->selecting = FALSE;
  mark_rows (self);
}

static void
arrow_clicked_cb (GtkButton *button, GtkListItem *item)
{
  PgwScriptView *self = g_object_get_data (G_OBJECT (item), "pgw-view");
  PgwScriptRow *row = gtk_list_item_get_item (item);
  guint64 op;

  if (row == NULL)
    return;
  op = pgw_script_row_get_op (row);
  if (op == self->unfolded_op)
    self->unfolded_op = G_MAXUINT64;
  set_expanded (self, op, !pgw_script_model_is_expanded (self->model, op));
}

static GtkWidget *
add_label (GtkWidget *box, const char *class, float xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_widget_add_css_class (label, class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PgwScriptView *self)
{
  RowWidgets *widgets = g_new0 (RowWidgets, 1);

  widgets->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  gtk_widget_add_css_class (widgets->box, "script-row");
  widgets->number = add_label (widgets->box, "script-number", 1);
  widgets->arrow = gtk_button_new_from_icon_name ("pan-end-symbolic");
  gtk_widget_set_valign (widgets->arrow, GTK_ALIGN_CENTER);
  gtk_widget_set_focus_on_click (widgets->arrow, FALSE);
  gtk_widget_set_focusable (widgets->arrow, FALSE);
  gtk_widget_add_css_class (widgets->arrow, "flat");
  gtk_widget_add_css_class (widgets->arrow, "script-arrow");
  gtk_accessible_update_property (GTK_ACCESSIBLE (widgets->arrow), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show events"), -1);
  gtk_box_append (GTK_BOX (widgets->box), widgets->arrow);
  widgets->text = add_label (widgets->box, "script-text", 0);
  gtk_label_set_ellipsize (GTK_LABEL (widgets->text), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (widgets->text), 12);
  gtk_widget_set_hexpand (widgets->text, TRUE);
  widgets->result = add_label (widgets->box, "script-result", 1);
  g_object_set_data (G_OBJECT (item), "pgw-view", self);
  g_object_set_data_full (G_OBJECT (item), "pgw-row", widgets, g_free);
  g_signal_connect (widgets->arrow, "clicked", G_CALLBACK (arrow_clicked_cb), item);
  gtk_list_item_set_child (item, widgets->box);
}

static void
bind_op (PgwScriptView *self, RowWidgets *widgets, PgwSession *session, guint64 op)
{
  PgwScenario *scenario = pgw_session_get_scenario (session);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, op + 1);
  g_autofree char *text = pgw_scenario_describe_op (scenario, op);
  g_autofree char *titled = NULL;
  PgwScenarioEntry entry = { NULL };
  PgwOpRun run;
  gboolean ran = pgw_timeline_get_op_run (pgw_session_get_timeline (session), op, &run);

  pgw_scenario_get_entry (scenario, op, &entry);
  gtk_label_set_text (GTK_LABEL (widgets->number), number);
  titled = entry.title != NULL ? g_strdup_printf ("%s\n%s", entry.title, text) : g_strdup (text);
  gtk_label_set_text (GTK_LABEL (widgets->text), entry.title != NULL ? entry.title : text);
  pgw_tooltip_set (widgets->text, titled);
  gtk_widget_set_visible (widgets->number, TRUE);
  gtk_widget_set_visible (widgets->arrow, TRUE);
  gtk_widget_set_margin_start (widgets->text, 0);
  gtk_widget_set_sensitive (widgets->arrow, ran && run.last_step > run.first_step);
  gtk_widget_remove_css_class (widgets->box, "event");
  if (ran && run.finished && run.result < 0)
    gtk_label_set_text (GTK_LABEL (widgets->result), view_errno_name (run.result));
  else if (ran && !run.finished)
    gtk_label_set_text (GTK_LABEL (widgets->result), _("stopped"));
  else
    gtk_label_set_text (GTK_LABEL (widgets->result), "");
  if (g_hash_table_contains (self->failed, GSIZE_TO_POINTER (op + 1)))
    gtk_label_set_text (GTK_LABEL (widgets->result), _("✗ expected otherwise"));
}

static void
bind_event (RowWidgets *widgets, PgwSession *session, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (pgw_session_get_timeline (session), step);
  g_autofree char *text = event != NULL ? pgw_event_to_text (event) : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (widgets->text), text);
  pgw_tooltip_set (widgets->text, text);
  gtk_label_set_text (GTK_LABEL (widgets->result), "");
  gtk_widget_set_visible (widgets->number, FALSE);
  gtk_widget_set_visible (widgets->arrow, FALSE);
  gtk_widget_set_margin_start (widgets->text, INDENT_EVENT + INDENT * MIN (event != NULL ? event->depth : 0, MAX_DEPTH));
  gtk_widget_add_css_class (widgets->box, "event");
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PgwScriptView *self)
{
  RowWidgets *widgets = g_object_get_data (G_OBJECT (item), "pgw-row");
  PgwScriptRow *row = gtk_list_item_get_item (item);
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));

  if (session == NULL || pgw_session_get_timeline (session) == NULL)
    return;
  if (pgw_script_row_is_op (row))
    bind_op (self, widgets, session, pgw_script_row_get_op (row));
  else
    bind_event (widgets, session, pgw_script_row_get_step (row));
  g_hash_table_add (self->bound, item);
  mark_row (self, item, current_op (self), related_op (session));
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PgwScriptView *self)
{
  g_hash_table_remove (self->bound, item);
}

/* ---- Moving by the list ---- */

/* An event's row stands for what the event is about, too. */
static void
go_to_event (PgwSession *session, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (pgw_session_get_timeline (session), step);
  mm_object_t subject = event != NULL ? pgw_event_subject (event) : 0;

  pgw_session_seek (session, step);
  if (subject != 0)
    pgw_session_set_selection (session, subject);
}

static void
selected_cb (PgwScriptView *self)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  PgwScriptRow *row = gtk_single_selection_get_selected_item (self->selection);
  PgwOpRun run;

  if (self->selecting || row == NULL || session == NULL || pgw_session_get_timeline (session) == NULL)
    return;
  if (pgw_session_get_state (session) == PGW_SESSION_RECORDING)
    return;
  pgw_session_pause (session);
  if (!pgw_script_row_is_op (row))
    go_to_event (session, pgw_script_row_get_step (row));
  else if (pgw_timeline_get_op_run (pgw_session_get_timeline (session), pgw_script_row_get_op (row), &run))
    pgw_session_seek (session, run.first_step);
}

static void
activate_cb (PgwScriptView *self, guint position)
{
  g_autoptr (PgwScriptRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  if (row != NULL && pgw_script_row_is_op (row))
    {
      guint64 op = pgw_script_row_get_op (row);

      if (op == self->unfolded_op)
        self->unfolded_op = G_MAXUINT64;
      set_expanded (self, op, !pgw_script_model_is_expanded (self->model, op));
    }
}

/* Nobody reads the events of an operation that is over in a moment, and rows that come and go make the list jump. */
static gboolean
is_fast (PgwSession *session)
{
  return pgw_session_get_state (session) == PGW_SESSION_PLAYING && pgw_session_get_speed (session) > UNFOLD_SPEED;
}

static void
show_position (PgwScriptView *self, PgwSession *session)
{
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  guint64 op = current_op (self);
  PgwOpRun run;
  guint row;

  if (self->unfolded_op != op && self->unfolded_op != G_MAXUINT64)
    {
      set_expanded (self, self->unfolded_op, FALSE);
      self->unfolded_op = G_MAXUINT64;
    }
  if (op != G_MAXUINT64 && !is_fast (session) && pgw_session_get_granularity (session) == PGW_GRANULARITY_EVENT
      && !pgw_script_model_is_expanded (self->model, op) && pgw_timeline_get_op_run (timeline, op, &run)
      && run.last_step - run.first_step <= UNFOLD_ALONE && pgw_session_get_position (session) > run.first_step)
    {
      set_expanded (self, op, TRUE);
      self->unfolded_op = op;
    }

  row = pgw_script_model_row_of_step (self->model, pgw_session_get_position (session));
  self->selecting = TRUE;
  gtk_single_selection_set_selected (self->selection, row);
  self->selecting = FALSE;
  if (row == GTK_INVALID_LIST_POSITION)
    row = 0;
  if (row < g_list_model_get_n_items (G_LIST_MODEL (self->model)))
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", row);
  mark_rows (self);
}

static void
show_expectations (PgwScriptView *self, PgwSession *session)
{
  GArray *results = pgw_session_get_expect_results (session);
  guint held = 0;
  g_autofree char *text = NULL;
  g_autofree char *leaked = NULL;
  g_autofree char *leaks = NULL;

  g_hash_table_remove_all (self->failed);
  for (guint i = 0; results != NULL && i < results->len; i++)
    {
      const PgwExpectResult *result = &g_array_index (results, PgwExpectResult, i);

      if (result->held)
        held++;
      else
        g_hash_table_add (self->failed, GSIZE_TO_POINTER (result->op + 1));
    }
  leaked = pgw_leak_text (session, &leaks);
  if (results != NULL && results->len > 0)
    text = g_strdup_printf (_("%u of %u as expected"), held, results->len);
  if (leaked != NULL)
    {
      g_autofree char *before = g_steal_pointer (&text);

      text = before != NULL ? g_strdup_printf ("%s · %s", before, leaked) : g_strdup (leaked);
    }
  pgw_tooltip_set (GTK_WIDGET (self->expect_label), leaks);
  gtk_label_set_text (self->expect_label, text != NULL ? text : "");
  set_class (GTK_WIDGET (self->expect_label), "error", results != NULL && held < results->len);
}

static void
pgw_script_view_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  PgwScriptView *self = PGW_SCRIPT_VIEW (section);
  PgwScenario *scenario = session != NULL ? pgw_session_get_scenario (session) : NULL;
  PgwTimeline *timeline = session != NULL ? pgw_session_get_timeline (session) : NULL;

  if (scenario == NULL || timeline == NULL)
    {
      pgw_script_model_reset (self->model, NULL, 0);
      gtk_label_set_text (self->expect_label, "");
      return;
    }
  if ((changes & (PGW_SECTION_EXPECTATIONS | PGW_SECTION_SESSION)) != 0)
    show_expectations (self, session);
  if ((changes & (PGW_SECTION_SCRIPT | PGW_SECTION_SESSION | PGW_SECTION_EXPECTATIONS)) != 0
      && pgw_session_get_state (session) != PGW_SESSION_RECORDING)
    {
      self->selecting = TRUE;
      self->unfolded_op = G_MAXUINT64;
      pgw_script_model_reset (self->model, timeline, pgw_scenario_get_n_ops (scenario));
      self->selecting = FALSE;
      changes |= PGW_SECTION_POSITION;
    }
  if ((changes & (PGW_SECTION_POSITION | PGW_SECTION_STATE)) != 0
      && pgw_session_get_state (session) != PGW_SESSION_RECORDING)
    show_position (self, session);
  else if ((changes & PGW_SECTION_SELECTION) != 0)
    mark_rows (self);
}

/* ---- Search ---- */

static void
search (PgwScriptView *self, int direction)
{
  PgwSession *session = pgw_section_get_session (PGW_SECTION (self));
  const char *wanted = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  g_autofree char *folded = g_utf8_casefold (wanted, -1);
  guint64 n_ops = pgw_script_model_get_n_ops (self->model);
  guint64 op = current_op (self), step;
  PgwOpRun run;

  if (session == NULL || n_ops == 0 || *wanted == '\0')
    return;
  if (g_ascii_string_to_unsigned (wanted, 10, 0, pgw_session_get_length (session), &step, NULL))
    {
      pgw_session_seek (session, step);
      return;
    }
  if (op == G_MAXUINT64)
    op = direction > 0 ? n_ops - 1 : 0;
  for (guint64 i = 0; i < MIN (n_ops, SEARCH_BUDGET); i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *text_folded = NULL;

      op = (op + n_ops + direction) % n_ops;
      text = pgw_scenario_describe_op (pgw_session_get_scenario (session), op);
      text_folded = g_utf8_casefold (text, -1);
      if (strstr (text_folded, folded) == NULL)
        continue;
      gtk_widget_remove_css_class (GTK_WIDGET (self->search_entry), "error");
      if (pgw_timeline_get_op_run (pgw_session_get_timeline (session), op, &run))
        pgw_session_seek (session, run.first_step);
      return;
    }
  gtk_widget_add_css_class (GTK_WIDGET (self->search_entry), "error");
}

static void
search_next_cb (PgwScriptView *self)
{
  search (self, 1);
}

static void
search_previous_cb (PgwScriptView *self)
{
  search (self, -1);
}

/* ---- Widget ---- */

static gboolean
pgw_script_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PGW_SCRIPT_VIEW (widget)->list));
}

static void
pgw_script_view_dispose (GObject *object)
{
  PgwScriptView *self = PGW_SCRIPT_VIEW (object);

  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_SCRIPT_VIEW);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_pointer (&self->bound, g_hash_table_unref);
  g_clear_pointer (&self->failed, g_hash_table_unref);
  G_OBJECT_CLASS (pgw_script_view_parent_class)->dispose (object);
}

static void
pgw_script_view_class_init (PgwScriptViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_script_view_dispose;
  widget_class->grab_focus = pgw_script_view_grab_focus;
  PGW_SECTION_CLASS (klass)->update = pgw_script_view_update;
  PGW_SECTION_CLASS (klass)->busy_interval = G_USEC_PER_SEC / 10;

  g_type_ensure (PGW_TYPE_OPERATE_BAR);
  gtk_widget_class_set_css_name (widget_class, "pane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-script-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwScriptView, list);
  gtk_widget_class_bind_template_child (widget_class, PgwScriptView, expect_label);
  gtk_widget_class_bind_template_child (widget_class, PgwScriptView, search_bar);
  gtk_widget_class_bind_template_child (widget_class, PgwScriptView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PgwScriptView, search_button);
  gtk_widget_class_bind_template_child (widget_class, PgwScriptView, operate_bar);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_next_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_previous_cb);
}

static void
pgw_script_view_init (PgwScriptView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->bound = g_hash_table_new (NULL, NULL);
  self->failed = g_hash_table_new (NULL, NULL);
  self->unfolded_op = G_MAXUINT64;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Script"), -1);
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));

  self->model = pgw_script_model_new ();
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_row_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_row_cb), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_object_unref (factory);
}

GtkWidget *
pgw_script_view_new (void)
{
  return g_object_new (PGW_TYPE_SCRIPT_VIEW, NULL);
}

void
pgw_script_view_start_search (PgwScriptView *self)
{
  g_return_if_fail (PGW_IS_SCRIPT_VIEW (self));

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

PgwScriptModel *
pgw_script_view_get_model (PgwScriptView *self)
{
  g_return_val_if_fail (PGW_IS_SCRIPT_VIEW (self), NULL);

  return self->model;
}
