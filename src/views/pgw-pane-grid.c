/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Panes by shares of the whole. Each kind of pane exists once; a layout shows
 * some of them and hides the others, so their zoom, text mode and scroll
 * position outlive a change of layout.
 *
 * A layout that compares machines has a place for a pane of each of them.
 * Those come and go with the machines (PgwComparison).
 */
#include "config.h"

#include <math.h>

#include "pgw-pane-grid.h"
#include "pgw-pane-input.h"
#include "pgw-view-options.h"

#define SPACING     10
#define MIN_WIDTH   440
#define MIN_HEIGHT  320

struct _PgwPaneGrid {
  GtkWidget        parent_instance;

  PgwSession      *session;
  GPtrArray       *panes;       /* of PgwPaneView, children */
  const PgwLayout *layout;
  const PgwLayoutCell *cells;           /* of the layout, for the room there is */
  double           layout_height;       /* of its cells without the timeline, which has its own place */
  char            *maximised;

  PgwComparison   *comparison;  /* while a layout compares, or did */
  GPtrArray       *columns;     /* of PgwPaneView, children: a pane for each machine */
  PgwPaneView     *whole;       /* the one of them that is maximised */
};

enum { PROP_0, PROP_SESSION, PROP_LAYOUT, PROP_MAXIMISED, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwPaneGrid, pgw_pane_grid, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static const PgwLayoutCell *
cell_of (PgwPaneGrid *self, const char *pane)
{
  if (self->cells == NULL)
    return NULL;
  for (const PgwLayoutCell *cell = self->cells; cell->pane != NULL; cell++)
    if (g_str_equal (cell->pane, pane))
      return cell;
  return NULL;
}

/* The timeline has a fifth of the whole, but a place of its own in the window. */
#define TIMELINE_SHARE 0.2

static const PgwLayoutCell *
cells_for (PgwPaneGrid *self, int width, int height)
{
  double scale = self->session != NULL ? pgw_view_options_get_font_scale (pgw_view_options_get (self->session)) : 1;

  if (width <= 0 || height <= 0)
    return self->layout->cells;
  return pgw_layout_get_cells (self->layout, width / scale, height / (1 - TIMELINE_SHARE) / scale);
}

static void
measure_layout (PgwPaneGrid *self)
{
  self->layout_height = 0;
  for (const PgwLayoutCell *cell = self->cells; cell->pane != NULL; cell++)
    if (pgw_pane_grid_get_pane (self, cell->pane) != NULL)
      self->layout_height = MAX (self->layout_height, cell->y + cell->height);
  if (self->layout_height <= 0)
    self->layout_height = 1;
}

static gboolean
compares (PgwPaneGrid *self)
{
  return self->layout != NULL && pgw_layout_compares (self->layout);
}

static gboolean
has_place (PgwPaneGrid *self, const char *id)
{
  const PgwLayoutCell *cell = cell_of (self, id);

  return cell != NULL && (!cell->each || self->columns->len == 0);
}

static void
show_panes (PgwPaneGrid *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      PgwPaneView *column = g_ptr_array_index (self->columns, i);

      gtk_widget_set_child_visible (GTK_WIDGET (column), compares (self) && self->maximised == NULL &&
                                    (self->whole == NULL || self->whole == column));
      pgw_pane_view_set_maximised (column, self->whole == column);
    }
  for (guint i = 0; i < self->panes->len; i++)
    {
      PgwPaneView *pane = g_ptr_array_index (self->panes, i);
      const char *id = pgw_pane_view_get_pane_type (pane)->id;
      gboolean is_maximised = g_strcmp0 (id, self->maximised) == 0;
      const PgwLayoutCell *cell = cell_of (self, id);

      gtk_widget_set_child_visible (GTK_WIDGET (pane),
                                    self->maximised != NULL ? is_maximised
                                                            : self->whole == NULL && has_place (self, id));
      pgw_pane_view_set_maximised (pane, is_maximised);
      pgw_pane_view_set_place (pane, cell != NULL ? self->layout->id : NULL, cell != NULL ? cell->option : NULL);
    }
  measure_layout (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
maximise_cb (PgwPaneGrid *self, PgwPaneView *pane)
{
  const char *id = pgw_pane_view_get_pane_type (pane)->id;

  pgw_pane_grid_set_maximised (self, g_strcmp0 (id, self->maximised) == 0 ? NULL : id);
  gtk_widget_grab_focus (GTK_WIDGET (pane));
}

/* ---- A pane for each machine ---- */

static void
maximise_column_cb (PgwPaneGrid *self, PgwPaneView *column)
{
  self->whole = self->whole == column ? NULL : column;
  show_panes (self);
  gtk_widget_grab_focus (GTK_WIDGET (column));
}

static void
remove_columns (PgwPaneGrid *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    gtk_widget_unparent (g_ptr_array_index (self->columns, i));
  g_ptr_array_set_size (self->columns, 0);
  self->whole = NULL;
}

/* Do the panes there are show these machines, each by this kind of pane? */
static gboolean
columns_are_current (PgwPaneGrid *self, const PgwPaneType *type)
{
  if (self->columns->len != pgw_comparison_get_n_machines (self->comparison))
    return FALSE;
  for (guint i = 0; i < self->columns->len; i++)
    {
      PgwPaneView *column = g_ptr_array_index (self->columns, i);

      if (pgw_pane_view_get_pane_type (column) != type
          || pgw_section_get_session (PGW_SECTION (column)) != pgw_comparison_get_session (self->comparison, i))
        return FALSE;
    }
  return TRUE;
}

static void
add_columns (PgwPaneGrid *self, const PgwPaneType *type)
{
  for (guint i = 0; i < pgw_comparison_get_n_machines (self->comparison); i++)
    {
      GtkWidget *column = pgw_pane_view_new (type);

      pgw_pane_view_set_machine (PGW_PANE_VIEW (column), pgw_comparison_get_name (self->comparison, i));
      gtk_widget_insert_after (column, GTK_WIDGET (self), i > 0 ? g_ptr_array_index (self->columns, i - 1) : NULL);
      g_signal_connect_swapped (column, "maximise", G_CALLBACK (maximise_column_cb), self);
      pgw_section_set_session (PGW_SECTION (column), pgw_comparison_get_session (self->comparison, i));
      g_ptr_array_add (self->columns, column);
    }
}

/* The machines look as the session's panes do. */
static void
dress_columns (PgwPaneGrid *self, PgwViewOptions *options)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      PgwViewOptions *own = pgw_view_options_get (pgw_section_get_session (g_ptr_array_index (self->columns, i)));

      if (own == options)
        continue;
      pgw_view_options_set_font_scale (own, pgw_view_options_get_font_scale (options));
      pgw_view_options_set_zone (own, pgw_view_options_get_zone (options));
    }
}

static void
compared_cb (PgwPaneGrid *self)
{
  PgwViewOptions *options;
  const PgwPaneType *type;

  if (self->session == NULL || self->comparison == NULL)
    return;
  options = pgw_view_options_get (self->session);
  type = pgw_pane_type_by_id (pgw_view_options_get_compared_pane (options));
  if (type == NULL || !pgw_pane_can_be_compared (type))
    type = pgw_pane_type_by_id ("slab");
  if (!columns_are_current (self, type))
    {
      remove_columns (self);
      add_columns (self, type);
      show_panes (self);
    }
  dress_columns (self, options);
}

/* Machines run when they are first looked at, and stay until another session comes. */
static void
update_comparison (PgwPaneGrid *self)
{
  PgwViewOptions *options;

  if (self->comparison != NULL)
    pgw_comparison_set_active (self->comparison, compares (self));
  if (self->comparison != NULL || self->session == NULL || !compares (self))
    return;
  options = pgw_view_options_get (self->session);
  self->comparison = pgw_comparison_new (self->session);
  pgw_view_options_set_comparison (options, self->comparison);
  g_signal_connect_object (options, "changed", G_CALLBACK (compared_cb), self, G_CONNECT_SWAPPED);
  compared_cb (self);
}

static void
drop_comparison (PgwPaneGrid *self)
{
  remove_columns (self);
  if (self->session != NULL && self->comparison != NULL)
    {
      PgwViewOptions *options = pgw_view_options_get (self->session);

      g_signal_handlers_disconnect_by_func (options, compared_cb, self);
      pgw_view_options_set_comparison (options, NULL);
    }
  g_clear_object (&self->comparison);
}

static void
add_panes (PgwPaneGrid *self)
{
  for (const PgwPaneType *const *type = pgw_pane_types (); *type != NULL; type++)
    {
      GtkWidget *pane;

      if (pgw_pane_is_timeline (*type))
        continue;
      pane = pgw_pane_view_new (*type);
      gtk_widget_set_parent (pane, GTK_WIDGET (self));
      g_signal_connect_swapped (pane, "maximise", G_CALLBACK (maximise_cb), self);
      g_ptr_array_add (self->panes, pane);
    }
}

static void
pgw_pane_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  PgwPaneGrid *self = PGW_PANE_GRID (widget);

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : MIN_HEIGHT;
  *natural = *minimum;
  *minimum_baseline = *natural_baseline = -1;
  for (guint i = 0; i < self->panes->len; i++)
    {
      GtkWidget *pane = g_ptr_array_index (self->panes, i);
      int child_minimum;

      /* Panes are given their share whatever they ask for; but GTK wants to have been asked. */
      if (gtk_widget_get_child_visible (pane))
        gtk_widget_measure (pane, orientation, -1, &child_minimum, NULL, NULL, NULL);
    }
  for (guint i = 0; i < self->columns->len; i++)
    {
      GtkWidget *column = g_ptr_array_index (self->columns, i);
      int child_minimum;

      if (gtk_widget_get_child_visible (column))
        gtk_widget_measure (column, orientation, -1, &child_minimum, NULL, NULL, NULL);
    }
}

/* Where a cell lies, or the share of it that one of several panes has. */
static GtkAllocation
place_of (PgwPaneGrid *self, const PgwLayoutCell *cell, guint column, guint n_columns, int width, int height)
{
  const double share = cell->width / n_columns, x = cell->x + column * share;
  GtkAllocation at;

  at.x = round (x * (width + SPACING));
  at.y = round (cell->y / self->layout_height * (height + SPACING));
  at.width = round ((x + share) * (width + SPACING)) - SPACING - at.x;
  at.height = round ((cell->y + cell->height) / self->layout_height * (height + SPACING)) - SPACING - at.y;
  return at;
}

/* Panes are never given less than their minimum, as GTK demands; what is too much is cut off. */
static void
allocate (GtkWidget *pane, GtkAllocation at)
{
  int minimum;

  gtk_widget_measure (pane, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  at.width = MAX (at.width, minimum);
  gtk_widget_measure (pane, GTK_ORIENTATION_VERTICAL, at.width, &minimum, NULL, NULL, NULL);
  at.height = MAX (at.height, minimum);
  gtk_widget_size_allocate (pane, &at, -1);
}

static void
allocate_columns (PgwPaneGrid *self, int width, int height)
{
  const PgwLayoutCell *cell = self->cells;

  while (cell->pane != NULL && !cell->each)
    cell++;
  for (guint i = 0; i < self->columns->len; i++)
    {
      GtkWidget *column = g_ptr_array_index (self->columns, i);

      if (!gtk_widget_get_child_visible (column))
        continue;
      allocate (column, self->whole != NULL || cell->pane == NULL
                          ? (GtkAllocation) { 0, 0, width, height }
                          : place_of (self, cell, i, self->columns->len, width, height));
    }
}

static void
pgw_pane_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PgwPaneGrid *self = PGW_PANE_GRID (widget);
  const PgwLayoutCell *cells = cells_for (self, width, height);

  if (cells != self->cells)
    {
      self->cells = cells;
      show_panes (self);
    }
  for (guint i = 0; i < self->panes->len; i++)
    {
      GtkWidget *pane = g_ptr_array_index (self->panes, i);
      const PgwLayoutCell *cell = cell_of (self, pgw_pane_view_get_pane_type (PGW_PANE_VIEW (pane))->id);

      GtkAllocation at = { 0, 0, width, height };

      if (!gtk_widget_get_child_visible (pane))
        continue;
      if (self->maximised == NULL && cell != NULL)
        at = place_of (self, cell, 0, 1, width, height);
      allocate (pane, at);
    }
  allocate_columns (self, width, height);
}

static void
pgw_pane_grid_dispose (GObject *object)
{
  PgwPaneGrid *self = PGW_PANE_GRID (object);

  if (self->columns != NULL)
    drop_comparison (self);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  for (guint i = 0; self->panes != NULL && i < self->panes->len; i++)
    gtk_widget_unparent (g_ptr_array_index (self->panes, i));
  g_clear_pointer (&self->panes, g_ptr_array_unref);
  g_clear_object (&self->session);
  g_clear_pointer (&self->maximised, g_free);
  G_OBJECT_CLASS (pgw_pane_grid_parent_class)->dispose (object);
}

static void
pgw_pane_grid_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PgwPaneGrid *self = PGW_PANE_GRID (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_LAYOUT:
      g_value_set_string (value, pgw_pane_grid_get_layout (self));
      break;
    case PROP_MAXIMISED:
      g_value_set_string (value, self->maximised);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_pane_grid_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  PgwPaneGrid *self = PGW_PANE_GRID (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      pgw_pane_grid_set_session (self, g_value_get_object (value));
      break;
    case PROP_LAYOUT:
      pgw_pane_grid_set_layout (self, g_value_get_string (value));
      break;
    case PROP_MAXIMISED:
      pgw_pane_grid_set_maximised (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_pane_grid_class_init (PgwPaneGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = pgw_pane_grid_dispose;
  object_class->get_property = pgw_pane_grid_get_property;
  object_class->set_property = pgw_pane_grid_set_property;
  widget_class->measure = pgw_pane_grid_measure;
  widget_class->size_allocate = pgw_pane_grid_size_allocate;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PGW_TYPE_SESSION, flags);
  properties[PROP_LAYOUT] = g_param_spec_string ("layout", NULL, NULL, NULL, flags);
  properties[PROP_MAXIMISED] = g_param_spec_string ("maximised", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "panegrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
pgw_pane_grid_init (PgwPaneGrid *self)
{
  self->panes = g_ptr_array_new ();
  self->columns = g_ptr_array_new ();
  self->layout = pgw_layouts ()[0];
  self->cells = self->layout->cells;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  add_panes (self);
  show_panes (self);
}

GtkWidget *
pgw_pane_grid_new (void)
{
  return g_object_new (PGW_TYPE_PANE_GRID, NULL);
}

void
pgw_pane_grid_set_session (PgwPaneGrid *self, PgwSession *session)
{
  g_return_if_fail (PGW_IS_PANE_GRID (self));

  if (session == self->session)
    return;
  drop_comparison (self);
  g_set_object (&self->session, session);
  for (guint i = 0; i < self->panes->len; i++)
    pgw_section_set_session (g_ptr_array_index (self->panes, i), session);
  update_comparison (self);
  show_panes (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

const char *
pgw_pane_grid_get_layout (PgwPaneGrid *self)
{
  g_return_val_if_fail (PGW_IS_PANE_GRID (self), NULL);

  return self->layout != NULL ? self->layout->id : NULL;
}

void
pgw_pane_grid_set_layout (PgwPaneGrid *self, const char *id)
{
  const PgwLayout *layout = pgw_layouts ()[0];

  g_return_if_fail (PGW_IS_PANE_GRID (self));

  for (const PgwLayout *const *l = pgw_layouts (); *l != NULL; l++)
    if (g_strcmp0 ((*l)->id, id) == 0)
      layout = *l;
  if (layout == self->layout)
    return;
  self->layout = layout;
  self->cells = cells_for (self, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));
  self->whole = NULL;
  update_comparison (self);
  show_panes (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAYOUT]);
}

const char *
pgw_pane_grid_get_maximised (PgwPaneGrid *self)
{
  g_return_val_if_fail (PGW_IS_PANE_GRID (self), NULL);

  return self->maximised;
}

void
pgw_pane_grid_set_maximised (PgwPaneGrid *self, const char *pane)
{
  g_return_if_fail (PGW_IS_PANE_GRID (self));

  if (g_strcmp0 (pane, self->maximised) == 0)
    return;
  g_free (self->maximised);
  self->maximised = g_strdup (pane);
  self->whole = NULL;
  show_panes (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAXIMISED]);
}

PgwPaneView *
pgw_pane_grid_get_pane (PgwPaneGrid *self, const char *id)
{
  g_return_val_if_fail (PGW_IS_PANE_GRID (self), NULL);

  for (guint i = 0; i < self->panes->len; i++)
    {
      PgwPaneView *pane = g_ptr_array_index (self->panes, i);

      if (g_strcmp0 (pgw_pane_view_get_pane_type (pane)->id, id) == 0)
        return pane;
    }
  return NULL;
}

GHashTable *
pgw_pane_grid_dup_options (PgwPaneGrid *self)
{
  GHashTable *options = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_return_val_if_fail (PGW_IS_PANE_GRID (self), options);

  for (guint i = 0; i < self->panes->len; i++)
    {
      PgwPaneView *pane = g_ptr_array_index (self->panes, i);

      g_hash_table_insert (options, (gpointer) pgw_pane_view_get_pane_type (pane)->id,
                           g_strdup (pgw_pane_canvas_get_option (pgw_pane_view_get_canvas (pane))));
    }
  return options;
}
