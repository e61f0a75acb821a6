/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stack with one GtkSourceView for each file that was shown, so that going
 * from file to file and back neither loads nor lays out nor highlights anew.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-source-gutter.h"
#include "pgw-source-text.h"
#include "src/engine/pgw-session.h"
#include "src/engine/pgw-source.h"

#define TAB_WIDTH 4     /* of the eight the files are written with; the pane is narrow */

struct _PgwSourceText {
  AdwBin           parent_instance;

  GtkStack        *stack;       /* of scrolled windows by file */
  GtkSourceView   *view;        /* of the file that is shown; NULL if none */
  PgwSourceGutter *gutter;      /* of it */
  char            *file;
  guint            scroll_id;   /* idle that brings the place into view once the text is laid out */
  int              line;
  gboolean         is_caller;
  GArray          *next;        /* of int */
};

enum { TOGGLE_BREAKPOINT, RUN_TO, QUERY_VALUE, N_SIGNALS };

G_DEFINE_FINAL_TYPE (PgwSourceText, pgw_source_text, ADW_TYPE_BIN)

static guint signals[N_SIGNALS];

/* ---- Expressions ---- */

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* Where the operand that ends at `end` begins: "a", "a[i]", "a.b", "a->b[2]". -1 if it is none. */
static int
operand_start (const char *line, int end)
{
  int at = end, depth = 0;

  while (at > 0 && line[at - 1] == ']')
    {
      do
        {
          at--;
          depth += line[at] == ']' ? 1 : line[at] == '[' ? -1 : 0;
        }
      while (at > 0 && depth > 0);
      if (depth > 0)
        return -1;
    }
  end = at;
  while (at > 0 && is_word (line[at - 1]))
    at--;
  if (at == end || g_ascii_isdigit (line[at]))
    return -1;
  if (at >= 2 && line[at - 1] == '>' && line[at - 2] == '-')
    return operand_start (line, at - 2);
  if (at >= 1 && line[at - 1] == '.')
    return operand_start (line, at - 1);
  return at;
}

char *
pgw_source_text_expression_at (const char *line, guint column)
{
  int end, start;

  g_return_val_if_fail (line != NULL, NULL);

  if (column >= strlen (line) || !is_word (line[column]))
    return NULL;
  for (end = (int) column; is_word (line[end]);)
    end++;
  start = operand_start (line, end);
  return start >= 0 ? g_strndup (line + start, (gsize) (end - start)) : NULL;
}

/* ---- Buffers ---- */

static void
set_tag_colour (GtkTextBuffer *buffer, const char *name, const char *light, const char *dark)
{
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), name);

  g_object_set (tag, "paragraph-background", adw_style_manager_get_dark (adw_style_manager_get_default ()) ? dark : light,
                NULL);
}

static void
style_buffer (GtkSourceBuffer *buffer)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();
  GtkSourceStyleScheme *scheme = gtk_source_style_scheme_manager_get_scheme (manager, dark ? "Adwaita-dark" : "Adwaita");

  if (scheme == NULL)
    scheme = gtk_source_style_scheme_manager_get_scheme (manager, dark ? "classic-dark" : "classic");
  gtk_source_buffer_set_style_scheme (buffer, scheme);
  set_tag_colour (GTK_TEXT_BUFFER (buffer), "current", "#cfe3f8", "#1f4468");
  set_tag_colour (GTK_TEXT_BUFFER (buffer), "caller", "#e6e3df", "#3d3b42");
  set_tag_colour (GTK_TEXT_BUFFER (buffer), "next", "#eef4fb", "#26303b");
}

static GtkSourceBuffer *
load_buffer (const char *file)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  g_autofree char *path = pgw_source_find (file);
  g_autofree char *text = NULL;
  GtkSourceBuffer *buffer;
  gsize length;

  if (path == NULL || !g_file_get_contents (path, &text, &length, NULL) || !g_utf8_validate (text, (gssize) length, NULL))
    return NULL;
  buffer = gtk_source_buffer_new_with_language (gtk_source_language_manager_get_language (manager, "c"));
  gtk_source_buffer_set_highlight_matching_brackets (buffer, FALSE);
  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (buffer), FALSE);
  /* The last one made is the strongest. */
  gtk_text_buffer_create_tag (GTK_TEXT_BUFFER (buffer), "next", NULL);
  gtk_text_buffer_create_tag (GTK_TEXT_BUFFER (buffer), "caller", NULL);
  gtk_text_buffer_create_tag (GTK_TEXT_BUFFER (buffer), "current", NULL);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), text, (int) length);
  style_buffer (buffer);
  return buffer;
}

static GtkTextBuffer *
current_buffer (PgwSourceText *self)
{
  return self->view != NULL ? gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)) : NULL;
}

static void
mark_line (GtkTextBuffer *buffer, const char *tag, int line)
{
  GtkTextIter start, end;

  if (line <= 0 || !gtk_text_buffer_get_iter_at_line (buffer, &start, line - 1))
    return;
  end = start;
  gtk_text_iter_forward_line (&end);
  gtk_text_buffer_apply_tag_by_name (buffer, tag, &start, &end);
}

static void
mark_all (PgwSourceText *self, gboolean marked)
{
  GtkTextBuffer *buffer = current_buffer (self);
  GtkTextIter start, end;

  if (buffer == NULL)
    return;
  if (!marked)
    {
      /* All of the text: what was painted of single lines would stay behind where one scrolled meanwhile. */
      gtk_text_buffer_get_bounds (buffer, &start, &end);
      gtk_text_buffer_remove_tag_by_name (buffer, "next", &start, &end);
      gtk_text_buffer_remove_tag_by_name (buffer, "caller", &start, &end);
      gtk_text_buffer_remove_tag_by_name (buffer, "current", &start, &end);
      return;
    }
  for (guint i = 0; i < self->next->len; i++)
    mark_line (buffer, "next", g_array_index (self->next, int, i));
  mark_line (buffer, self->is_caller ? "caller" : "current", self->line);
}

/* ---- What the reader does ---- */

static int
cursor_line (PgwSourceText *self)
{
  GtkTextBuffer *buffer = current_buffer (self);
  GtkTextIter iter;

  if (buffer == NULL)
    return 0;
  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  return gtk_text_iter_get_line (&iter) + 1;
}

static void
toggle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[TOGGLE_BREAKPOINT], 0, cursor_line (PGW_SOURCE_TEXT (widget)));
}

static void
run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[RUN_TO], 0, cursor_line (PGW_SOURCE_TEXT (widget)),
                 g_str_equal (name, "source.run-forward") ? PGW_DIRECTION_FORWARD : PGW_DIRECTION_BACKWARD);
}

/* The menu is about the line that was clicked. */
static void
secondary_click_cb (PgwSourceText *self, int n_press, double x, double y)
{
  GtkTextIter iter;
  int bx, by;

  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (self->view), GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y, &bx, &by);
  gtk_text_view_get_iter_at_location (GTK_TEXT_VIEW (self->view), &iter, bx, by);
  gtk_text_buffer_place_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)), &iter);
}

static char *
expression_at_iter (PgwSourceText *self, GtkTextIter *iter)
{
  GtkSourceBuffer *buffer = GTK_SOURCE_BUFFER (current_buffer (self));
  GtkTextIter start = *iter, end = *iter;
  g_autofree char *line = NULL;

  if (gtk_source_buffer_iter_has_context_class (buffer, iter, "comment")
      || gtk_source_buffer_iter_has_context_class (buffer, iter, "string"))
    return NULL;
  gtk_text_iter_set_line_offset (&start, 0);
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  line = gtk_text_iter_get_slice (&start, &end);
  return pgw_source_text_expression_at (line, (guint) gtk_text_iter_get_line_index (iter));
}

static gboolean
query_tooltip_cb (PgwSourceText *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  GtkTextView *view = GTK_TEXT_VIEW (self->view);
  g_autofree char *expression = NULL;
  g_autofree char *text = NULL;
  GtkTextIter iter;
  int bx, by;

  if (current_buffer (self) == NULL)
    return FALSE;
  if (keyboard)
    gtk_text_buffer_get_iter_at_mark (current_buffer (self), &iter, gtk_text_buffer_get_insert (current_buffer (self)));
  else
    {
      gtk_text_view_window_to_buffer_coords (view, GTK_TEXT_WINDOW_WIDGET, x, y, &bx, &by);
      if (!gtk_text_view_get_iter_at_position (view, &iter, NULL, bx, by))
        return FALSE;
    }
  expression = expression_at_iter (self, &iter);
  if (expression == NULL)
    return FALSE;
  g_signal_emit (self, signals[QUERY_VALUE], 0, expression, gtk_text_iter_get_line (&iter) + 1, &text);
  if (text == NULL)
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* ---- The widget ---- */

static GMenuModel *
new_menu (void)
{
  GMenu *menu = g_menu_new ();
  GMenu *section = g_menu_new ();

  g_menu_append (section, _("Run to This Line"), "source.run-forward");
  g_menu_append (section, _("Run Back to This Line"), "source.run-backward");
  g_menu_append (section, _("Stop at This Line, or No Longer"), "source.toggle-breakpoint");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
  return G_MENU_MODEL (menu);
}

static void
add_shortcut (GtkEventController *controller, guint keyval, GdkModifierType modifiers, const char *action)
{
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (controller),
    gtk_shortcut_new (gtk_keyval_trigger_new (keyval, modifiers), gtk_named_action_new (action)));
}

static void
add_controllers (PgwSourceText *self, GtkWidget *view)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_click_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (view, GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  add_shortcut (keys, GDK_KEY_b, 0, "source.toggle-breakpoint");
  add_shortcut (keys, GDK_KEY_g, 0, "source.run-forward");
  add_shortcut (keys, GDK_KEY_G, GDK_SHIFT_MASK, "source.run-backward");
  gtk_widget_add_controller (view, keys);
}

static GtkWidget *
new_view (PgwSourceText *self, GtkSourceBuffer *buffer)
{
  GtkWidget *view = gtk_source_view_new_with_buffer (buffer);
  GtkSourceGutterRenderer *gutter = pgw_source_gutter_new ();
  g_autoptr (GMenuModel) menu = new_menu ();

  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_extra_menu (GTK_TEXT_VIEW (view), menu);
  gtk_source_view_set_tab_width (GTK_SOURCE_VIEW (view), TAB_WIDTH);
  gtk_widget_set_has_tooltip (view, TRUE);
  gtk_widget_add_css_class (view, "source-text");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Source"), -1);
  g_signal_connect_object (view, "query-tooltip", G_CALLBACK (query_tooltip_cb), self, G_CONNECT_SWAPPED);
  add_controllers (self, view);
  g_signal_connect_object (gutter, "line-clicked", G_CALLBACK (pgw_source_text_click_line), self, G_CONNECT_SWAPPED);
  gtk_source_gutter_insert (gtk_source_view_get_gutter (GTK_SOURCE_VIEW (view), GTK_TEXT_WINDOW_LEFT), gutter, 0);
  g_object_set_data (G_OBJECT (view), "gutter", gutter);
  return view;
}

/* The page of a file, made when it is first shown; NULL if there is no such file. */
static GtkWidget *
get_page (PgwSourceText *self, const char *file)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->stack, file);
  g_autoptr (GtkSourceBuffer) buffer = NULL;

  if (page != NULL)
    return page;
  buffer = load_buffer (file);
  if (buffer == NULL)
    return NULL;
  page = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (page), new_view (self, buffer));
  gtk_stack_add_named (self->stack, page, file);
  return page;
}

static void
style_cb (PgwSourceText *self)
{
  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (self->stack)); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    {
      GtkWidget *view = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (page));

      style_buffer (GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))));
    }
}

static gboolean
pgw_source_text_grab_focus (GtkWidget *widget)
{
  PgwSourceText *self = PGW_SOURCE_TEXT (widget);

  return self->view != NULL && gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
pgw_source_text_dispose (GObject *object)
{
  PgwSourceText *self = PGW_SOURCE_TEXT (object);

  g_clear_handle_id (&self->scroll_id, g_source_remove);
  adw_bin_set_child (ADW_BIN (self), NULL);
  self->stack = NULL;
  self->view = NULL;
  self->gutter = NULL;
  G_OBJECT_CLASS (pgw_source_text_parent_class)->dispose (object);
}

static void
pgw_source_text_finalize (GObject *object)
{
  PgwSourceText *self = PGW_SOURCE_TEXT (object);

  g_array_unref (self->next);
  g_free (self->file);
  G_OBJECT_CLASS (pgw_source_text_parent_class)->finalize (object);
}

static void
pgw_source_text_class_init (PgwSourceTextClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_source_text_dispose;
  G_OBJECT_CLASS (klass)->finalize = pgw_source_text_finalize;
  widget_class->grab_focus = pgw_source_text_grab_focus;
  gtk_widget_class_install_action (widget_class, "source.toggle-breakpoint", NULL, toggle_action);
  gtk_widget_class_install_action (widget_class, "source.run-forward", NULL, run_action);
  gtk_widget_class_install_action (widget_class, "source.run-backward", NULL, run_action);
  signals[TOGGLE_BREAKPOINT]
    = g_signal_new ("toggle-breakpoint", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[RUN_TO]
    = g_signal_new ("run-to", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
  signals[QUERY_VALUE] = g_signal_new ("query-value", type, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_first_wins, NULL,
                                       NULL, G_TYPE_STRING, 2, G_TYPE_STRING, G_TYPE_INT);
}

static void
pgw_source_text_init (PgwSourceText *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->next = g_array_new (FALSE, FALSE, sizeof (int));
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->stack), FALSE);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (style_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
pgw_source_text_new (void)
{
  return g_object_new (PGW_TYPE_SOURCE_TEXT, NULL);
}

gboolean
pgw_source_text_set_file (PgwSourceText *self, const char *file)
{
  GtkWidget *page;

  g_return_val_if_fail (PGW_IS_SOURCE_TEXT (self), FALSE);

  if (g_strcmp0 (self->file, file) == 0)
    return file != NULL;
  mark_all (self, FALSE);
  g_array_set_size (self->next, 0);
  self->line = 0;
  g_clear_pointer (&self->file, g_free);
  self->view = NULL;
  self->gutter = NULL;
  page = file != NULL ? get_page (self, file) : NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->stack), page != NULL);
  if (page == NULL)
    return FALSE;
  self->file = g_strdup (file);
  self->view = GTK_SOURCE_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (page)));
  self->gutter = g_object_get_data (G_OBJECT (self->view), "gutter");
  gtk_stack_set_visible_child (self->stack, page);
  return TRUE;
}

const char *
pgw_source_text_get_file (PgwSourceText *self)
{
  g_return_val_if_fail (PGW_IS_SOURCE_TEXT (self), NULL);

  return self->file;
}

static gboolean
scroll_cb (gpointer data)
{
  PgwSourceText *self = data;

  self->scroll_id = 0;
  if (self->view != NULL)
    gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (current_buffer (self)), 0.2,
                                  FALSE, 0, 0);
  return G_SOURCE_REMOVE;
}

static void
bring_into_view (PgwSourceText *self, int line)
{
  GtkTextBuffer *buffer = current_buffer (self);
  GtkTextIter iter;

  if (line <= 0 || !gtk_text_buffer_get_iter_at_line (buffer, &iter, line - 1))
    return;
  gtk_text_buffer_place_cursor (buffer, &iter);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (buffer), 0.2, FALSE, 0, 0);
  /* A text that is new has no heights yet; they are found at a higher priority than this. */
  if (self->scroll_id == 0)
    self->scroll_id = g_idle_add_full (G_PRIORITY_LOW, scroll_cb, self, NULL);
}

void
pgw_source_text_set_place (PgwSourceText *self, int line, gboolean is_caller, const PgwPlace *next, guint n_next)
{
  g_return_if_fail (PGW_IS_SOURCE_TEXT (self));

  if (self->file == NULL)
    return;
  mark_all (self, FALSE);
  self->line = line;
  self->is_caller = is_caller;
  g_array_set_size (self->next, 0);
  for (guint i = 0; i < n_next; i++)
    if (next[i].line != line && g_str_equal (next[i].file, self->file))
      g_array_append_val (self->next, next[i].line);
  mark_all (self, TRUE);
  pgw_source_gutter_set_arrow (self->gutter, line, is_caller);
  bring_into_view (self, line > 0 || self->next->len == 0 ? line : g_array_index (self->next, int, 0));
}

int
pgw_source_text_get_line (PgwSourceText *self)
{
  g_return_val_if_fail (PGW_IS_SOURCE_TEXT (self), 0);

  return self->line;
}

void
pgw_source_text_set_counts (PgwSourceText *self, GArray *counts)
{
  g_return_if_fail (PGW_IS_SOURCE_TEXT (self));

  if (self->gutter != NULL)
    pgw_source_gutter_set_counts (self->gutter, counts);
}

void
pgw_source_text_set_breakpoints (PgwSourceText *self, GHashTable *breakpoints)
{
  g_return_if_fail (PGW_IS_SOURCE_TEXT (self));

  if (self->gutter != NULL)
    pgw_source_gutter_set_breakpoints (self->gutter, breakpoints);
}

guint32
pgw_source_text_get_count (PgwSourceText *self, int line)
{
  g_return_val_if_fail (PGW_IS_SOURCE_TEXT (self), 0);

  return self->gutter != NULL ? pgw_source_gutter_get_count (self->gutter, line) : 0;
}

gboolean
pgw_source_text_has_breakpoint (PgwSourceText *self, int line)
{
  g_return_val_if_fail (PGW_IS_SOURCE_TEXT (self), FALSE);

  return self->gutter != NULL && pgw_source_gutter_has_breakpoint (self->gutter, line);
}

void
pgw_source_text_click_line (PgwSourceText *self, int line)
{
  g_return_if_fail (PGW_IS_SOURCE_TEXT (self));

  g_signal_emit (self, signals[TOGGLE_BREAKPOINT], 0, line);
}
