/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree keeps its items from step to step as long as the same function is
 * shown, so what was unfolded stays so; only values are read anew, first as
 * they were a step before, then as they are.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-list.h"
#include "pgw-step-before.h"
#include "pgw-variable-item.h"
#include "pgw-variables.h"

#define NAME_CHARS  14
#define MAX_FRAMES  64

struct _PgwVariables {
  AdwBin              parent_instance;

  PgwSession         *session;          /* not owned; NULL while nothing is shown */
  PgwDebugInfo       *info;
  PgwFrame            frame;
  GListStore         *items;
  GtkTreeListModel   *rows;
  GtkSingleSelection *selection;
  GtkListView        *list;
  GtkWidget          *menu;
  guint               refresh_id;
};

enum { WATCH, N_SIGNALS };

G_DEFINE_FINAL_TYPE (PgwVariables, pgw_variables, ADW_TYPE_BIN)

static guint signals[N_SIGNALS];

/* ---- Reading ---- */

/* Values by expression of all items that were unfolded, as they are where the timeline stands. */
static void
collect (PgwVariables *self, PgwTimeline *timeline, GPtrArray *locals, GListStore *items, const char *prefix,
         const PgwLocal *parent, GHashTable *values)
{
  for (guint i = 0; i < locals->len; i++)
    {
      const PgwLocal *local = g_ptr_array_index (locals, i);
      char *expression = pgw_variable_expression (prefix, parent, local);
      g_autoptr (PgwVariableItem) item = i < g_list_model_get_n_items (G_LIST_MODEL (items))
                                           ? g_list_model_get_item (G_LIST_MODEL (items), i) : NULL;
      GListStore *children = item != NULL && g_str_equal (pgw_variable_item_get_expression (item), expression)
                               ? pgw_variable_item_get_children (item) : NULL;

      if (children != NULL && local->has_children && local->value != NULL)
        {
          g_autoptr (GPtrArray) inner = pgw_locals_get_children (self->info, timeline, local);

          collect (self, timeline, inner, children, expression, local, values);
        }
      g_hash_table_insert (values, expression, g_strdup (local->value != NULL ? local->value : ""));
    }
}

/* The values a step before; empty if the function was not under way then. */
static GHashTable *
read_before (PgwVariables *self)
{
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  PgwTimeline *timeline = pgw_session_get_timeline (self->session);
  g_autofree PgwFrame *frames = g_new (PgwFrame, MAX_FRAMES);
  guint n;

  if (!pgw_step_before_enter (self->session))
    return values;
  n = pgw_locals_unwind (self->info, timeline, frames, MAX_FRAMES);
  for (guint i = 0; i < n; i++)
    if (frames[i].frame == self->frame.frame && g_strcmp0 (frames[i].place.function, self->frame.place.function) == 0)
      {
        g_autoptr (GPtrArray) locals = pgw_locals_get (self->info, timeline, &frames[i]);

        collect (self, timeline, locals, self->items, NULL, NULL, values);
        break;
      }
  pgw_step_before_leave (self->session);
  return values;
}

/* Takes the locals. */
static void
show_level (PgwVariables *self, GListStore *store, GPtrArray *locals, const char *prefix, const PgwLocal *parent,
            GHashTable *before)
{
  g_ptr_array_set_free_func (locals, NULL);
  pgw_list_store_truncate (store, locals->len);
  for (guint i = 0; i < locals->len; i++)
    {
      PgwLocal *local = g_ptr_array_index (locals, i);
      g_autofree char *expression = pgw_variable_expression (prefix, parent, local);
      const char *old = g_hash_table_lookup (before, expression);
      g_autoptr (PgwVariableItem) item = g_list_model_get_item (G_LIST_MODEL (store), i);
      GListStore *children;

      if (item == NULL || !pgw_variable_item_update (item, expression, local, old))
        {
          g_autoptr (PgwVariableItem) fresh = pgw_variable_item_new (expression, local, old);

          g_list_store_splice (store, i, item != NULL ? 1 : 0, (gpointer *) &fresh, 1);
          continue;
        }
      children = pgw_variable_item_get_children (item);
      if (children != NULL)
        show_level (self, children,
                    pgw_locals_get_children (self->info, pgw_session_get_timeline (self->session), local), expression,
                    local, before);
    }
  g_ptr_array_unref (locals);
}

static gboolean
refresh_cb (gpointer data)
{
  PgwVariables *self = data;
  g_autoptr (GHashTable) before = NULL;

  self->refresh_id = 0;
  if (self->session == NULL)
    return G_SOURCE_REMOVE;
  before = read_before (self);
  show_level (self, self->items, pgw_locals_get (self->info, pgw_session_get_timeline (self->session), &self->frame),
              NULL, NULL, before);
  return G_SOURCE_REMOVE;
}

/* An item is unfolded for the first time. */
static GListModel *
create_children_cb (gpointer object, gpointer data)
{
  PgwVariables *self = data;
  PgwVariableItem *item = object;
  const PgwLocal *local = pgw_variable_item_get_local (item);
  g_autoptr (GHashTable) nothing = NULL;
  GListStore *children;

  if (self->session == NULL || !local->has_children || local->value == NULL)
    return NULL;
  children = pgw_variable_item_get_children (item);
  if (children == NULL)
    {
      children = pgw_variable_item_add_children (item);
      nothing = g_hash_table_new (g_str_hash, g_str_equal);
      show_level (self, children, pgw_locals_get_children (self->info, pgw_session_get_timeline (self->session), local),
                  pgw_variable_item_get_expression (item), local, nothing);
      /* Whether they changed needs another look, which must not happen in the middle of this. */
      if (self->refresh_id == 0)
        self->refresh_id = g_idle_add (refresh_cb, self);
    }
  return G_LIST_MODEL (g_object_ref (children));
}

/* ---- What the reader does ---- */

static PgwVariableItem *
selected_item (PgwVariables *self)
{
  GtkTreeListRow *row = gtk_single_selection_get_selected_item (self->selection);
  g_autoptr (PgwVariableItem) item = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  return item;  /* the tree owns it */
}

static void
select_object (PgwVariables *self, PgwVariableItem *item)
{
  mm_object_t object = pgw_variable_item_get_object (item);

  if (self->session != NULL && object != 0)
    pgw_session_set_selection (self->session, object);
}

static gboolean
link_cb (PgwVariables *self, const char *uri, GtkLabel *label)
{
  PgwVariableItem *item = g_object_get_data (G_OBJECT (label), "item");

  if (item != NULL)
    select_object (self, item);
  return TRUE;
}

static void
activate_cb (PgwVariables *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);
  g_autoptr (PgwVariableItem) item = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  if (item == NULL)
    return;
  if (gtk_tree_list_row_is_expandable (row))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
  else
    select_object (self, item);
}

static void
watch_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwVariables *self = PGW_VARIABLES (widget);
  PgwVariableItem *item = selected_item (self);
  int direction = g_str_equal (name, "variable.next-change")       ? PGW_DIRECTION_FORWARD
                  : g_str_equal (name, "variable.previous-change") ? PGW_DIRECTION_BACKWARD
                                                                   : 0;

  if (item != NULL)
    g_signal_emit (self, signals[WATCH], 0, pgw_variable_item_get_expression (item), direction);
}

static void
select_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PgwVariables *self = PGW_VARIABLES (widget);
  PgwVariableItem *item = selected_item (self);

  if (item != NULL)
    select_object (self, item);
}

static void
popup (PgwVariables *self, double x, double y)
{
  PgwVariableItem *item = selected_item (self);

  if (item == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "variable.select", pgw_variable_item_get_object (item) != 0);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* A secondary click is about the row it is on. */
static void
row_pressed_cb (GtkGestureClick *click, int n_press, double x, double y, GtkListItem *item)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));
  PgwVariables *self = PGW_VARIABLES (gtk_widget_get_ancestor (row, PGW_TYPE_VARIABLES));
  double list_x, list_y;

  gtk_single_selection_set_selected (self->selection, gtk_list_item_get_position (item));
  if (gtk_widget_translate_coordinates (row, GTK_WIDGET (self), x, y, &list_x, &list_y))
    popup (self, list_x, list_y);
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
}

static gboolean
popup_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  popup (PGW_VARIABLES (widget), 24, 24);
  return TRUE;
}

/* ---- Rows ---- */

static GtkWidget *
row_label (GtkListItem *item, const char *which)
{
  return g_object_get_data (G_OBJECT (item), which);
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PgwVariables *self)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *value = gtk_label_new (NULL);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_add_css_class (expander, "field");
  gtk_widget_add_css_class (name, "variable-name");
  gtk_widget_add_css_class (value, "field-value");
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_width_chars (GTK_LABEL (name), NAME_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (name), NAME_CHARS);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), value);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  g_object_set_data (G_OBJECT (item), "name", name);
  g_object_set_data (G_OBJECT (item), "value", value);
  g_signal_connect_object (value, "activate-link", G_CALLBACK (link_cb), self, G_CONNECT_SWAPPED);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (row_pressed_cb), item, 0);
  gtk_widget_add_controller (expander, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (item, expander);
}

static void
show_row (GtkListItem *list_item, PgwVariableItem *item)
{
  GtkWidget *expander = gtk_list_item_get_child (list_item);
  GtkWidget *value = row_label (list_item, "value");
  const char *text = pgw_variable_item_get_value (item);
  const char *old = pgw_variable_item_get_old_value (item);
  g_autofree char *escaped = g_markup_escape_text (text != NULL ? text : _("not yet set"), -1);
  g_autofree char *markup = NULL;
  g_autofree char *tooltip = NULL;

  if (text == NULL)
    markup = g_strdup_printf ("<i>%s</i>", escaped);
  else if (pgw_variable_item_get_object (item) != 0)
    markup = g_strdup_printf ("<a href=\"object:\">%s</a>", escaped);
  else
    markup = g_steal_pointer (&escaped);
  tooltip = g_strdup_printf (old != NULL ? _("%s %s\n%s\nbefore: %s") : "%s %s\n%s", pgw_variable_item_get_type_name (item),
                             pgw_variable_item_get_expression (item), text != NULL ? text : _("not yet set"),
                             old != NULL && *old != '\0' ? old : _("not yet set"));
  gtk_label_set_text (GTK_LABEL (row_label (list_item, "name")), pgw_variable_item_get_name (item));
  gtk_label_set_markup (GTK_LABEL (value), markup);
  gtk_widget_set_tooltip_text (expander, tooltip);
  if (old != NULL)
    gtk_widget_add_css_class (expander, "changed");
  else
    gtk_widget_remove_css_class (expander, "changed");
  if (text == NULL)
    gtk_widget_add_css_class (value, "dim-label");
  else
    gtk_widget_remove_css_class (value, "dim-label");
}

static void
item_changed_cb (PgwVariableItem *item, GParamSpec *pspec, GtkListItem *list_item)
{
  show_row (list_item, item);
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, PgwVariables *self)
{
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr (PgwVariableItem) item = gtk_tree_list_row_get_item (row);

  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item)), row);
  g_object_set_data_full (G_OBJECT (row_label (list_item, "value")), "item", g_object_ref (item), g_object_unref);
  g_signal_connect (item, "notify::value", G_CALLBACK (item_changed_cb), list_item);
  show_row (list_item, item);
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, PgwVariables *self)
{
  GObject *value = G_OBJECT (row_label (list_item, "value"));
  PgwVariableItem *item = g_object_get_data (value, "item");

  if (item != NULL)
    g_signal_handlers_disconnect_by_func (item, item_changed_cb, list_item);
  g_object_set_data (value, "item", NULL);
  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item)), NULL);
}

/* ---- The widget ---- */

static void
make_menu (PgwVariables *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  g_menu_append (menu, _("Run to the Next Change"), "variable.next-change");
  g_menu_append (menu, _("Run Back to the Previous Change"), "variable.previous-change");
  g_menu_append (menu, _("Stop Whenever It Changes"), "variable.stop");
  g_menu_append (menu, _("Select What It Names"), "variable.select");
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
}

static gboolean
pgw_variables_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PGW_VARIABLES (widget)->list));
}

static void
pgw_variables_dispose (GObject *object)
{
  PgwVariables *self = PGW_VARIABLES (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  self->session = NULL;
  g_clear_pointer (&self->info, pgw_debug_info_unref);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  self->list = NULL;
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (pgw_variables_parent_class)->dispose (object);
}

static void
pgw_variables_class_init (PgwVariablesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_variables_dispose;
  widget_class->grab_focus = pgw_variables_grab_focus;
  gtk_widget_class_install_action (widget_class, "variable.next-change", NULL, watch_action);
  gtk_widget_class_install_action (widget_class, "variable.previous-change", NULL, watch_action);
  gtk_widget_class_install_action (widget_class, "variable.stop", NULL, watch_action);
  gtk_widget_class_install_action (widget_class, "variable.select", NULL, select_action);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, popup_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, popup_key_cb, NULL);
  signals[WATCH] = g_signal_new ("watch", PGW_TYPE_VARIABLES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                 G_TYPE_STRING, G_TYPE_INT);
}

static void
pgw_variables_init (PgwVariables *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->items = g_list_store_new (PGW_TYPE_VARIABLE_ITEM);
  self->rows = gtk_tree_list_model_new (G_LIST_MODEL (g_object_ref (self->items)), FALSE, FALSE, create_children_cb,
                                        self, NULL);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->rows)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_row_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_row_cb), self, 0);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "variables");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Variables"), -1);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  adw_bin_set_child (ADW_BIN (self), scroller);
  make_menu (self);
}

GtkWidget *
pgw_variables_new (void)
{
  return g_object_new (PGW_TYPE_VARIABLES, NULL);
}

void
pgw_variables_set_frame (PgwVariables *self, PgwSession *session, PgwDebugInfo *info, const PgwFrame *frame)
{
  g_return_if_fail (PGW_IS_VARIABLES (self));

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  if (frame == NULL)
    {
      self->session = NULL;
      g_list_store_remove_all (self->items);
      return;
    }
  if (self->session == NULL || self->frame.frame != frame->frame
      || g_strcmp0 (self->frame.place.function, frame->place.function) != 0)
    g_list_store_remove_all (self->items);
  self->session = session;
  if (self->info != info)
    {
      g_clear_pointer (&self->info, pgw_debug_info_unref);
      self->info = pgw_debug_info_ref (info);
    }
  self->frame = *frame;
  refresh_cb (self);
}

GListModel *
pgw_variables_get_items (PgwVariables *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLES (self), NULL);

  return G_LIST_MODEL (self->items);
}

GtkTreeListModel *
pgw_variables_get_rows (PgwVariables *self)
{
  g_return_val_if_fail (PGW_IS_VARIABLES (self), NULL);

  return self->rows;
}
