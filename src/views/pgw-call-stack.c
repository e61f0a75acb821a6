/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The call stack as a list. Rows stay from step to step, only their texts
 * change.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-call-stack.h"
#include "pgw-list.h"
#include "pgw-tooltip.h"

#define MAX_HEIGHT 92

/* ---- One function ---- */

struct _PgwStackEntry {
  GObject parent_instance;
  char   *function;
  char   *place;
  char   *parameters;
};

enum { PROP_ENTRY_0, PROP_PLACE, N_ENTRY_PROPS };

G_DEFINE_FINAL_TYPE (PgwStackEntry, pgw_stack_entry, G_TYPE_OBJECT)

static GParamSpec *entry_properties[N_ENTRY_PROPS];

static void
pgw_stack_entry_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_PLACE)
    g_value_set_string (value, PGW_STACK_ENTRY (object)->place);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
pgw_stack_entry_finalize (GObject *object)
{
  PgwStackEntry *self = PGW_STACK_ENTRY (object);

  g_free (self->function);
  g_free (self->place);
  g_free (self->parameters);
  G_OBJECT_CLASS (pgw_stack_entry_parent_class)->finalize (object);
}

static void
pgw_stack_entry_class_init (PgwStackEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pgw_stack_entry_finalize;
  object_class->get_property = pgw_stack_entry_get_property;
  entry_properties[PROP_PLACE] = g_param_spec_string ("place", NULL, NULL, NULL,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_ENTRY_PROPS, entry_properties);
}

static void
pgw_stack_entry_init (PgwStackEntry *self)
{
}

const char *
pgw_stack_entry_get_function (PgwStackEntry *self)
{
  g_return_val_if_fail (PGW_IS_STACK_ENTRY (self), NULL);

  return self->function;
}

const char *
pgw_stack_entry_get_place (PgwStackEntry *self)
{
  g_return_val_if_fail (PGW_IS_STACK_ENTRY (self), NULL);

  return self->place;
}

const char *
pgw_stack_entry_get_parameters (PgwStackEntry *self)
{
  g_return_val_if_fail (PGW_IS_STACK_ENTRY (self), NULL);

  return self->parameters;
}

static char *
describe_parameters (PgwDebugInfo *info, PgwTimeline *timeline, const PgwFrame *frame)
{
  g_autoptr (GPtrArray) locals = pgw_locals_get (info, timeline, frame);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < locals->len; i++)
    {
      const PgwLocal *local = g_ptr_array_index (locals, i);

      if (!local->variable->is_parameter)
        continue;
      if (text->len > 0)
        g_string_append (text, ", ");
      g_string_append_printf (text, "%s=%s", local->variable->name, local->value != NULL ? local->value : _("not yet set"));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
replace (char **text, char *with)
{
  gboolean changed = g_strcmp0 (*text, with) != 0;

  g_free (*text);
  *text = with;
  return changed;
}

static void
pgw_stack_entry_set (PgwStackEntry *self, PgwDebugInfo *info, PgwTimeline *timeline, const PgwFrame *frame,
                     gboolean with_parameters)
{
  g_autofree char *file = g_path_get_basename (frame->place.file);
  gboolean changed;

  changed = replace (&self->function, g_strdup (frame->place.function));
  changed |= replace (&self->place, g_strdup_printf ("%s:%d", file, frame->place.line));
  changed |= replace (&self->parameters, with_parameters ? describe_parameters (info, timeline, frame) : g_strdup (""));
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), entry_properties[PROP_PLACE]);
}

/* ---- The list ---- */

struct _PgwCallStack {
  AdwBin              parent_instance;
  GListStore         *entries;
  GtkSingleSelection *selection;
  gboolean            showing;          /* the selection is being set from code */
};

enum { PROP_0, PROP_SELECTED, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwCallStack, pgw_call_stack, ADW_TYPE_BIN)

static GParamSpec *properties[N_PROPS];

static void
selected_cb (PgwCallStack *self)
{
  if (!self->showing)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static GtkWidget *
new_label (const char *class, gboolean expand, PangoEllipsizeMode ellipsize)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, class);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_widget_set_hexpand (label, expand);
  return label;
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_add_css_class (box, "stack-row");
  gtk_box_append (GTK_BOX (box), new_label ("stack-function", FALSE, PANGO_ELLIPSIZE_NONE));
  gtk_box_append (GTK_BOX (box), new_label ("stack-parameters", TRUE, PANGO_ELLIPSIZE_END));
  gtk_box_append (GTK_BOX (box), new_label ("stack-place", FALSE, PANGO_ELLIPSIZE_NONE));
  gtk_list_item_set_child (item, box);
}

static void
show_row (GtkListItem *item, PgwStackEntry *entry)
{
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *function = gtk_widget_get_first_child (box);
  GtkWidget *parameters = gtk_widget_get_next_sibling (function);
  g_autofree char *text = g_strdup_printf ("(%s)", entry->parameters);
  g_autofree char *all = g_strdup_printf ("%s (%s)\n%s", entry->function, entry->parameters, entry->place);

  gtk_label_set_text (GTK_LABEL (function), entry->function);
  gtk_label_set_text (GTK_LABEL (parameters), *entry->parameters != '\0' ? text : "");
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (box)), entry->place);
  pgw_tooltip_set (box, all);
}

static void
entry_changed_cb (PgwStackEntry *entry, GParamSpec *pspec, GtkListItem *item)
{
  show_row (item, entry);
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  PgwStackEntry *entry = gtk_list_item_get_item (item);

  g_signal_connect (entry, "notify::place", G_CALLBACK (entry_changed_cb), item);
  show_row (item, entry);
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), entry_changed_cb, item);
}

static gboolean
pgw_call_stack_grab_focus (GtkWidget *widget)
{
  return gtk_widget_child_focus (adw_bin_get_child (ADW_BIN (widget)), GTK_DIR_TAB_FORWARD);
}

static void
pgw_call_stack_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_SELECTED)
    g_value_set_uint (value, pgw_call_stack_get_selected (PGW_CALL_STACK (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
pgw_call_stack_dispose (GObject *object)
{
  PgwCallStack *self = PGW_CALL_STACK (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->entries);
  G_OBJECT_CLASS (pgw_call_stack_parent_class)->dispose (object);
}

static void
pgw_call_stack_class_init (PgwCallStackClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pgw_call_stack_dispose;
  object_class->get_property = pgw_call_stack_get_property;
  GTK_WIDGET_CLASS (klass)->grab_focus = pgw_call_stack_grab_focus;
  properties[PROP_SELECTED] = g_param_spec_uint ("selected", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pgw_call_stack_init (PgwCallStack *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list;

  self->entries = g_list_store_new (PGW_TYPE_STACK_ENTRY);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->entries)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row_cb), NULL);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_widget_add_css_class (list, "stack");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Call stack"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  adw_bin_set_child (ADW_BIN (self), scroller);
}

GtkWidget *
pgw_call_stack_new (void)
{
  return g_object_new (PGW_TYPE_CALL_STACK, NULL);
}

void
pgw_call_stack_set_frames (PgwCallStack   *self,
                           PgwDebugInfo   *info,
                           PgwTimeline    *timeline,
                           const PgwFrame *frames,
                           guint           n_frames,
                           gboolean        with_parameters)
{
  guint n_shown;

  g_return_if_fail (PGW_IS_CALL_STACK (self));

  self->showing = TRUE;
  n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->entries));
  pgw_list_store_truncate (self->entries, n_frames);
  for (guint i = 0; i < n_frames; i++)
    {
      g_autoptr (PgwStackEntry) entry = i < n_shown ? g_list_model_get_item (G_LIST_MODEL (self->entries), i)
                                                    : g_object_new (PGW_TYPE_STACK_ENTRY, NULL);

      pgw_stack_entry_set (entry, info, timeline, &frames[i], with_parameters);
      if (i >= n_shown)
        g_list_store_append (self->entries, entry);
    }
  gtk_single_selection_set_selected (self->selection, 0);
  self->showing = FALSE;
}

guint
pgw_call_stack_get_selected (PgwCallStack *self)
{
  guint selected;

  g_return_val_if_fail (PGW_IS_CALL_STACK (self), 0);

  selected = gtk_single_selection_get_selected (self->selection);
  return selected == GTK_INVALID_LIST_POSITION ? 0 : selected;
}

void
pgw_call_stack_set_selected (PgwCallStack *self, guint selected)
{
  g_return_if_fail (PGW_IS_CALL_STACK (self));

  gtk_single_selection_set_selected (self->selection, selected);
}

GListModel *
pgw_call_stack_get_entries (PgwCallStack *self)
{
  g_return_val_if_fail (PGW_IS_CALL_STACK (self), NULL);

  return G_LIST_MODEL (self->entries);
}
