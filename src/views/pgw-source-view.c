/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source pane: from a session's place on the line clock to marks in a
 * text, a call stack and variables. While a session plays fast only the line
 * moves; the rest follows when it stops.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-settings.h"
#include "pgw-source-view.h"
#include "pgw-tooltip.h"
#include "src/engine/pgw-function-notes.h"

#define MAX_FRAMES  64
#define MAX_NEXT    4
#define FAST        30  /* granules a second from which on nobody reads values */

struct _PgwSourceView {
  PgwSection     parent_instance;

  PgwDebugInfo  *info;          /* NULL until opened */
  char          *problem;       /* why it cannot be opened */
  guint          open_id;       /* idle that opens it */
  PgwFrame       frames[MAX_FRAMES];
  guint          n_frames;
  GSignalGroup  *breakpoints;   /* of the session's list */

  GtkLabel      *file_label;
  GtkLabel      *function_label;
  GtkExpander   *note_expander;
  GtkLabel      *note_label;
  GtkLabel      *linux_label;
  GtkLabel      *message_label;
  PgwSourceText *text;
  PgwCallStack  *call_stack;
  PgwVariables  *variables;
};

enum { MESSAGE, N_SIGNALS };

G_DEFINE_FINAL_TYPE (PgwSourceView, pgw_source_view, PGW_TYPE_SECTION)

static guint signals[N_SIGNALS];

static PgwSession *
get_session (PgwSourceView *self)
{
  return pgw_section_get_session (PGW_SECTION (self));
}

/* Whether there is a place to show: not while the position runs ahead of what can be read. */
static gboolean
can_show (PgwSourceView *self, PgwSession *session)
{
  PgwSessionState state = session != NULL ? pgw_session_get_state (session) : PGW_SESSION_EMPTY;

  return self->info != NULL && (state == PGW_SESSION_STOPPED || state == PGW_SESSION_PLAYING)
         && pgw_session_get_timeline (session) != NULL;
}

static gboolean
is_fast (PgwSession *session)
{
  return pgw_session_get_state (session) == PGW_SESSION_PLAYING && pgw_session_get_speed (session) > FAST;
}

static void
show_message (PgwSourceView *self, const char *text)
{
  gtk_label_set_text (self->message_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message_label), text != NULL);
}

/* ---- Opening ---- */

static gboolean
open_cb (gpointer data)
{
  PgwSourceView *self = data;
  PgwSession *session = get_session (self);
  g_autoptr (GError) error = NULL;
  PgwDebugInfo *info = session != NULL ? pgw_session_get_debug_info (session, &error) : NULL;

  self->open_id = 0;
  g_clear_pointer (&self->problem, g_free);
  if (info != NULL)
    self->info = pgw_debug_info_ref (info);
  else if (error != NULL)
    self->problem = g_strdup (error->message);
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_ALL);
  return G_SOURCE_REMOVE;
}

/* ---- The text ---- */

static void
show_note (PgwSourceView *self, const char *function)
{
  const PgwFunctionNote *note = function != NULL ? pgw_function_note (function) : NULL;
  g_autofree char *title = NULL;
  g_autofree char *place = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->note_expander), note != NULL);
  if (note == NULL)
    return;
  title = g_strdup_printf (_("What is %s?"), function);
  if (*note->linux_file != '\0')
    place = g_strdup_printf (_("Linux 6.1: %s, %s()"), note->linux_file, note->linux_function);
  else
    place = g_strdup (_("Linux has no function of this kind."));
  gtk_expander_set_label (self->note_expander, title);
  gtk_label_set_text (self->note_label, _(note->text));
  gtk_label_set_text (self->linux_label, place);
}

/* "rmqueue ‹ get_page_from_freelist ‹ …", from the chosen function outwards. */
static void
show_header (PgwSourceView *self, guint chosen)
{
  g_autoptr (GString) chain = g_string_new (NULL);
  const char *file = pgw_source_text_get_file (self->text);

  for (guint i = chosen; i < self->n_frames; i++)
    g_string_append_printf (chain, "%s%s", i > chosen ? " ‹ " : "", self->frames[i].place.function);
  gtk_label_set_text (self->file_label, file != NULL ? file : _("Source"));
  gtk_label_set_text (self->function_label, chain->str);
  pgw_tooltip_set (GTK_WIDGET (self->function_label), chain->len > 0 ? chain->str : NULL);
}

static void
breakpoints_cb (PgwSourceView *self)
{
  pgw_section_queue (PGW_SECTION (self), PGW_SECTION_LOOK);
}

static void
show_breakpoints (PgwSourceView *self)
{
  PgwSession *session = get_session (self);
  const char *file = pgw_source_text_get_file (self->text);
  g_autofree char *prefix = g_strdup_printf ("line %s:", file != NULL ? file : "");
  g_autoptr (GHashTable) lines = g_hash_table_new (NULL, NULL);
  GListModel *list = session != NULL ? pgw_session_get_breakpoints (session) : NULL;

  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (PgwBreakpoint) breakpoint = g_list_model_get_item (list, i);
      const char *condition = pgw_breakpoint_get_condition (breakpoint);

      if (!g_str_has_prefix (condition, prefix))
        continue;
      g_hash_table_insert (lines, GINT_TO_POINTER (atoi (condition + strlen (prefix))),
                           GINT_TO_POINTER (pgw_breakpoint_get_enabled (breakpoint)));
      g_signal_handlers_disconnect_by_func (breakpoint, breakpoints_cb, self);
      g_signal_connect_object (breakpoint, "notify::enabled", G_CALLBACK (breakpoints_cb), self, G_CONNECT_SWAPPED);
    }
  pgw_source_text_set_breakpoints (self->text, lines);
}

static void
show_counts (PgwSourceView *self, PgwSession *session)
{
  const char *file = pgw_source_text_get_file (self->text);
  g_autoptr (GArray) counts = NULL;

  if (file == NULL || is_fast (session))
    return;
  counts = pgw_session_get_line_counts (session, file);
  pgw_source_text_set_counts (self->text, counts);
}

/* Shows one of the functions under way, or where the first one will begin. */
static void
show_frame (PgwSourceView *self, PgwSession *session, guint chosen)
{
  const PgwFrame *frame = chosen < self->n_frames ? &self->frames[chosen] : NULL;
  PgwPlace next[MAX_NEXT];
  guint n_next = is_fast (session) ? 0 : pgw_session_get_next_lines (session, next, MAX_NEXT);
  const char *file = frame != NULL ? frame->place.file : n_next > 0 ? next[0].file : NULL;
  g_autofree char *message = NULL;

  if (file != NULL && !pgw_source_text_set_file (self->text, file))
    message = g_strdup_printf (_("The file %s is not installed."), file);
  else if (!pgw_session_has_source_lines (session))
    message = g_strdup (_("This program was built without line hooks. The lines shown are those of the events."));
  show_message (self, message);
  pgw_source_text_set_place (self->text, frame != NULL ? frame->place.line : 0, chosen > 0, next, n_next);
  show_breakpoints (self);
  show_counts (self, session);
  show_header (self, chosen);
  show_note (self, frame != NULL ? frame->place.function : NULL);
  if (!is_fast (session))
    pgw_variables_set_frame (self->variables, session, self->info, frame);
}

static void
clear (PgwSourceView *self)
{
  self->n_frames = 0;
  pgw_variables_set_frame (self->variables, NULL, NULL, NULL);
  pgw_call_stack_set_frames (self->call_stack, NULL, NULL, NULL, 0, FALSE);
  pgw_source_text_set_place (self->text, 0, FALSE, NULL, 0);
}

static void
pgw_source_view_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  PgwSourceView *self = PGW_SOURCE_VIEW (section);

  if ((changes & PGW_SECTION_SESSION) != 0)
    {
      clear (self);
      g_signal_group_set_target (self->breakpoints, session != NULL ? pgw_session_get_breakpoints (session) : NULL);
    }
  if (self->info == NULL && self->problem == NULL && session != NULL)
    {
      if (self->open_id == 0)
        self->open_id = g_idle_add_full (G_PRIORITY_LOW, open_cb, self, NULL);
      return;
    }
  if (self->problem != NULL)
    {
      g_autofree char *text
        = g_strdup_printf (_("The source cannot be shown; one can step by events. %s"), self->problem);

      show_message (self, text);
      return;
    }
  if (!can_show (self, session))
    return;
  if ((changes & (PGW_SECTION_POSITION | PGW_SECTION_SCRIPT | PGW_SECTION_STATE | PGW_SECTION_SESSION)) != 0)
    {
      self->n_frames = pgw_session_get_stack (session, self->frames, MAX_FRAMES);
      pgw_call_stack_set_frames (self->call_stack, self->info, pgw_session_get_timeline (session), self->frames,
                                 self->n_frames, !is_fast (session));
      show_frame (self, session, 0);
    }
  else if ((changes & PGW_SECTION_LOOK) != 0)
    show_breakpoints (self);
}

/* ---- What the reader does ---- */

static void
chosen_cb (PgwSourceView *self)
{
  PgwSession *session = get_session (self);

  if (can_show (self, session) && !pgw_section_is_pending (PGW_SECTION (self)))
    show_frame (self, session, pgw_call_stack_get_selected (self->call_stack));
}

static void
report (PgwSourceView *self, const char *text)
{
  g_signal_emit (self, signals[MESSAGE], 0, text);
}

static PgwBreakpoint *
find_breakpoint (PgwSession *session, const char *condition)
{
  GListModel *list = pgw_session_get_breakpoints (session);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (PgwBreakpoint) breakpoint = g_list_model_get_item (list, i);

      if (g_str_equal (pgw_breakpoint_get_condition (breakpoint), condition))
        return g_steal_pointer (&breakpoint);
    }
  return NULL;
}

static void
toggle_breakpoint_cb (PgwSourceView *self, int line)
{
  PgwSession *session = get_session (self);
  const char *file = pgw_source_text_get_file (self->text);
  g_autofree char *condition = NULL;
  g_autoptr (PgwBreakpoint) breakpoint = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!can_show (self, session) || file == NULL)
    return;
  code = pgw_debug_info_next_code_line (self->info, file, line);
  condition = g_strdup_printf ("line %s:%d", file, code > 0 ? code : line);
  breakpoint = find_breakpoint (session, condition);
  if (breakpoint != NULL)
    pgw_session_remove_breakpoint (session, pgw_breakpoint_get_id (breakpoint));
  else if (pgw_session_add_breakpoint (session, condition, &error) == 0)
    report (self, error->message);
}

static void
run_to (PgwSourceView *self, const char *condition, PgwDirection direction, const char *not_met)
{
  PgwSession *session = get_session (self);
  g_autoptr (GError) error = NULL;

  if (!can_show (self, session))
    return;
  pgw_session_pause (session);
  if (!pgw_session_run_to (session, condition, direction, &error))
    report (self, error != NULL ? error->message : not_met);
}

static void
run_to_line_cb (PgwSourceView *self, int line, int direction)
{
  const char *file = pgw_source_text_get_file (self->text);
  g_autofree char *condition = NULL;

  if (file == NULL)
    return;
  condition = g_strdup_printf ("line %s:%d", file, line);
  run_to (self, condition, direction,
          direction == PGW_DIRECTION_FORWARD ? _("This line does not run any more") : _("This line did not run before"));
}

static void
watch_cb (PgwSourceView *self, const char *expression, int direction)
{
  guint chosen = pgw_call_stack_get_selected (self->call_stack);
  g_autoptr (GError) error = NULL;
  g_autofree char *condition = NULL;

  if (chosen >= self->n_frames)
    return;
  condition = g_strdup_printf ("watch %s in %s", expression, self->frames[chosen].place.function);
  if (direction != 0)
    run_to (self, condition, direction,
            direction == PGW_DIRECTION_FORWARD ? _("It does not change any more") : _("It did not change before"));
  else if (pgw_session_add_breakpoint (get_session (self), condition, &error) == 0)
    report (self, error->message);
}

/* The lines a function may use its variables on: behind all that is before it, up to its last line. */
static gboolean
is_in_function (PgwSourceView *self, const PgwPlace *place, int line)
{
  const char *file = pgw_source_text_get_file (self->text);
  int first = G_MAXINT, last = 0, before = 0;
  const PgwHook *hooks;
  guint n;

  if (file == NULL || !g_str_equal (file, place->file))
    return FALSE;
  hooks = pgw_debug_info_get_hooks (self->info, &n);
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (hooks[i].place.function, place->function) == 0)
      {
        first = MIN (first, hooks[i].place.line);
        last = MAX (last, hooks[i].place.line);
      }
  for (guint i = 0; i < n; i++)
    if (hooks[i].place.line < first && g_str_equal (hooks[i].place.file, file))
      before = MAX (before, hooks[i].place.line);
  return line > before && line <= last;
}

static char *
query_value_cb (PgwSourceView *self, const char *expression, int line)
{
  guint chosen = pgw_call_stack_get_selected (self->call_stack);

  if (chosen >= self->n_frames || !can_show (self, get_session (self))
      || !is_in_function (self, &self->frames[chosen].place, line))
    return NULL;
  return pgw_source_view_dup_value (self, expression);
}

/* ---- The widget ---- */

static void
expanded_cb (PgwSourceView *self)
{
  pgw_settings_set_boolean ("show-function-note", gtk_expander_get_expanded (self->note_expander));
}

static gboolean
pgw_source_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PGW_SOURCE_VIEW (widget)->text));
}

static void
pgw_source_view_dispose (GObject *object)
{
  PgwSourceView *self = PGW_SOURCE_VIEW (object);

  g_clear_handle_id (&self->open_id, g_source_remove);
  if (self->breakpoints != NULL)
    g_signal_group_set_target (self->breakpoints, NULL);
  g_clear_object (&self->breakpoints);
  gtk_widget_dispose_template (GTK_WIDGET (self), PGW_TYPE_SOURCE_VIEW);
  g_clear_pointer (&self->info, pgw_debug_info_unref);
  g_clear_pointer (&self->problem, g_free);
  G_OBJECT_CLASS (pgw_source_view_parent_class)->dispose (object);
}

static void
pgw_source_view_class_init (PgwSourceViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_source_view_dispose;
  widget_class->grab_focus = pgw_source_view_grab_focus;
  PGW_SECTION_CLASS (klass)->update = pgw_source_view_update;
  PGW_SECTION_CLASS (klass)->busy_interval = G_USEC_PER_SEC / 10;
  signals[MESSAGE] = g_signal_new ("message", PGW_TYPE_SOURCE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                   1, G_TYPE_STRING);

  g_type_ensure (PGW_TYPE_SOURCE_TEXT);
  g_type_ensure (PGW_TYPE_CALL_STACK);
  g_type_ensure (PGW_TYPE_VARIABLES);
  gtk_widget_class_set_css_name (widget_class, "pane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-source-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, file_label);
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, function_label);
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, note_expander);
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, note_label);
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, linux_label);
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, message_label);
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, text);
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, call_stack);
  gtk_widget_class_bind_template_child (widget_class, PgwSourceView, variables);
  gtk_widget_class_bind_template_callback (widget_class, toggle_breakpoint_cb);
  gtk_widget_class_bind_template_callback (widget_class, run_to_line_cb);
  gtk_widget_class_bind_template_callback (widget_class, query_value_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, watch_cb);
  gtk_widget_class_bind_template_callback (widget_class, expanded_cb);
}

static void
pgw_source_view_init (PgwSourceView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Source"), -1);
  self->breakpoints = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->breakpoints, "items-changed", G_CALLBACK (breakpoints_cb), self);
  gtk_expander_set_expanded (self->note_expander, pgw_settings_get_boolean ("show-function-note", FALSE));
}

GtkWidget *
pgw_source_view_new (void)
{
  return g_object_new (PGW_TYPE_SOURCE_VIEW, NULL);
}

PgwSourceText *
pgw_source_view_get_text (PgwSourceView *self)
{
  g_return_val_if_fail (PGW_IS_SOURCE_VIEW (self), NULL);

  return self->text;
}

PgwCallStack *
pgw_source_view_get_call_stack (PgwSourceView *self)
{
  g_return_val_if_fail (PGW_IS_SOURCE_VIEW (self), NULL);

  return self->call_stack;
}

PgwVariables *
pgw_source_view_get_variables (PgwSourceView *self)
{
  g_return_val_if_fail (PGW_IS_SOURCE_VIEW (self), NULL);

  return self->variables;
}

const char *
pgw_source_view_get_message (PgwSourceView *self)
{
  g_return_val_if_fail (PGW_IS_SOURCE_VIEW (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self->message_label)) ? gtk_label_get_text (self->message_label) : NULL;
}

char *
pgw_source_view_dup_value (PgwSourceView *self, const char *expression)
{
  guint chosen = pgw_call_stack_get_selected (self->call_stack);
  g_autoptr (PgwLocal) local = NULL;

  g_return_val_if_fail (PGW_IS_SOURCE_VIEW (self), NULL);

  if (chosen >= self->n_frames || !can_show (self, get_session (self)))
    return NULL;
  local = pgw_locals_evaluate (self->info, pgw_session_get_timeline (get_session (self)), &self->frames[chosen],
                               expression, NULL);
  if (local == NULL)
    return NULL;
  return g_strdup_printf ("%s %s = %s", local->variable->type, expression,
                          local->value != NULL ? local->value : _("not yet set"));
}
