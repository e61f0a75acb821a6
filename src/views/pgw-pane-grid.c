/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Panes by shares of the whole. Each kind of pane exists once; a layout shows
 * some of them and hides the others, so their zoom, text mode and scroll
 * position outlive a change of layout.
 */
#include "config.h"

#include <math.h>

#include "pgw-pane-grid.h"
#include "pgw-pane-input.h"

#define SPACING     10
#define MIN_WIDTH   440
#define MIN_HEIGHT  320

struct _PgwPaneGrid {
  GtkWidget        parent_instance;

  PgwSession      *session;
  GPtrArray       *panes;       /* of PgwPaneView, children */
  const PgwLayout *layout;
  double           layout_height;       /* of its cells without the timeline, which has its own place */
  char            *maximised;
};

enum { PROP_0, PROP_SESSION, PROP_LAYOUT, PROP_MAXIMISED, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwPaneGrid, pgw_pane_grid, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static const PgwLayoutCell *
cell_of (PgwPaneGrid *self, const char *pane)
{
  if (self->layout == NULL)
    return NULL;
  for (const PgwLayoutCell *cell = self->layout->cells; cell->pane != NULL; cell++)
    if (g_str_equal (cell->pane, pane))
      return cell;
  return NULL;
}

static void
measure_layout (PgwPaneGrid *self)
{
  self->layout_height = 0;
  for (const PgwLayoutCell *cell = self->layout->cells; cell->pane != NULL; cell++)
    if (pgw_pane_grid_get_pane (self, cell->pane) != NULL)
      self->layout_height = MAX (self->layout_height, cell->y + cell->height);
  if (self->layout_height <= 0)
    self->layout_height = 1;
}

static void
show_panes (PgwPaneGrid *self)
{
  for (guint i = 0; i < self->panes->len; i++)
    {
      PgwPaneView *pane = g_ptr_array_index (self->panes, i);
      const char *id = pgw_pane_view_get_pane_type (pane)->id;
      gboolean is_maximised = g_strcmp0 (id, self->maximised) == 0;

      gtk_widget_set_child_visible (GTK_WIDGET (pane),
                                    self->maximised != NULL ? is_maximised : cell_of (self, id) != NULL);
      pgw_pane_view_set_maximised (pane, is_maximised);
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
}

static void
pgw_pane_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PgwPaneGrid *self = PGW_PANE_GRID (widget);

  for (guint i = 0; i < self->panes->len; i++)
    {
      GtkWidget *pane = g_ptr_array_index (self->panes, i);
      const PgwLayoutCell *cell = cell_of (self, pgw_pane_view_get_pane_type (PGW_PANE_VIEW (pane))->id);
      GtkAllocation at = { 0, 0, width, height };
      int minimum;

      if (!gtk_widget_get_child_visible (pane))
        continue;
      if (self->maximised == NULL && cell != NULL)
        {
          at.x = round (cell->x * (width + SPACING));
          at.y = round (cell->y / self->layout_height * (height + SPACING));
          at.width = round ((cell->x + cell->width) * (width + SPACING)) - SPACING - at.x;
          at.height = round ((cell->y + cell->height) / self->layout_height * (height + SPACING)) - SPACING - at.y;
        }
      gtk_widget_measure (pane, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      at.width = MAX (at.width, minimum);
      gtk_widget_measure (pane, GTK_ORIENTATION_VERTICAL, at.width, &minimum, NULL, NULL, NULL);
      at.height = MAX (at.height, minimum);
      gtk_widget_size_allocate (pane, &at, -1);
    }
}

static void
pgw_pane_grid_dispose (GObject *object)
{
  PgwPaneGrid *self = PGW_PANE_GRID (object);

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
  self->layout = pgw_layouts ()[0];
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

  if (!g_set_object (&self->session, session))
    return;
  for (guint i = 0; i < self->panes->len; i++)
    pgw_section_set_session (g_ptr_array_index (self->panes, i), session);
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
