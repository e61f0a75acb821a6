/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who gets how much of a row. A child that is left out is not mapped, so that
 * neither the pointer nor the keyboard comes to it.
 */
#include "config.h"

#include "pgw-header-layout.h"

#define MAX_CHILDREN 16

struct _PgwHeaderPlace {
  GtkLayoutChild parent_instance;

  guint          rank;
};

struct _PgwHeaderLayout {
  GtkLayoutManager parent_instance;

  guint            spacing;
};

typedef struct {
  GtkWidget *widget;
  guint      rank;
  int        minimum, natural, width;
  gboolean   left_out;
} Cell;

enum { PLACE_PROP_0, PROP_RANK, N_PLACE_PROPS };
enum { PROP_0, PROP_SPACING, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwHeaderPlace, pgw_header_place, GTK_TYPE_LAYOUT_CHILD)
G_DEFINE_FINAL_TYPE (PgwHeaderLayout, pgw_header_layout, GTK_TYPE_LAYOUT_MANAGER)

static GParamSpec *place_properties[N_PLACE_PROPS];
static GParamSpec *properties[N_PROPS];

/* ---- The place of a child ---- */

static void
pgw_header_place_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_RANK:
      g_value_set_uint (value, PGW_HEADER_PLACE (object)->rank);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_header_place_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_RANK:
      PGW_HEADER_PLACE (object)->rank = g_value_get_uint (value);
      gtk_layout_manager_layout_changed (gtk_layout_child_get_layout_manager (GTK_LAYOUT_CHILD (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_header_place_class_init (PgwHeaderPlaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pgw_header_place_get_property;
  object_class->set_property = pgw_header_place_set_property;
  place_properties[PROP_RANK] = g_param_spec_uint ("rank", NULL, NULL, 0, G_MAXUINT, 0,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PLACE_PROPS, place_properties);
}

static void
pgw_header_place_init (PgwHeaderPlace *self)
{
}

/* ---- The row ---- */

static guint
find_cells (GtkLayoutManager *manager, GtkWidget *widget, Cell *cells)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && n < MAX_CHILDREN;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      {
        cells[n] = (Cell) {
          .widget = child,
          .rank = PGW_HEADER_PLACE (gtk_layout_manager_get_layout_child (manager, child))->rank,
        };
        gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &cells[n].minimum, &cells[n].natural, NULL, NULL);
        n++;
      }
  return n;
}

/* Widths of what is in the row, and of the spaces between. */
static int
needed (PgwHeaderLayout *self, const Cell *cells, guint n)
{
  int width = 0, shown = 0;

  for (guint i = 0; i < n; i++)
    if (!cells[i].left_out)
      {
        width += cells[i].width;
        shown++;
      }
  return width + MAX (shown - 1, 0) * (int) self->spacing;
}

/* The next rank below `limit` that any child in the row has; -1: none. */
static gint64
next_rank (const Cell *cells, guint n, gint64 limit)
{
  gint64 rank = -1;

  for (guint i = 0; i < n; i++)
    if (!cells[i].left_out && cells[i].rank < limit)
      rank = MAX (rank, cells[i].rank);
  return rank;
}

static void
shrink (PgwHeaderLayout *self, Cell *cells, guint n, gint64 rank, int width)
{
  for (guint i = n; i-- > 0;)
    if (!cells[i].left_out && cells[i].rank == rank)
      cells[i].width = MAX (cells[i].minimum, cells[i].width - MAX (needed (self, cells, n) - width, 0));
}

static void
share_out (PgwHeaderLayout *self, Cell *cells, guint n, int width)
{
  for (guint i = 0; i < n; i++)
    cells[i].width = cells[i].rank > 0 ? cells[i].minimum : cells[i].natural;
  while (needed (self, cells, n) > width && next_rank (cells, n, G_MAXINT64) > 0)
    {
      gint64 highest = next_rank (cells, n, G_MAXINT64);

      for (guint i = 0; i < n; i++)
        cells[i].left_out |= cells[i].rank == highest;
    }
  for (guint i = 0; i < n; i++)
    cells[i].width = cells[i].natural;
  for (gint64 rank = next_rank (cells, n, G_MAXINT64); rank >= 0 && needed (self, cells, n) > width;
       rank = next_rank (cells, n, rank))
    shrink (self, cells, n, rank, width);
  /* What remains goes to those that expand. */
  for (guint i = 0; i < n; i++)
    if (!cells[i].left_out && gtk_widget_compute_expand (cells[i].widget, GTK_ORIENTATION_HORIZONTAL))
      {
        cells[i].width += MAX (width - needed (self, cells, n), 0);
        return;
      }
}

static void
pgw_header_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  PgwHeaderLayout *self = PGW_HEADER_LAYOUT (manager);
  Cell cells[MAX_CHILDREN];
  guint n = find_cells (manager, widget, cells);

  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  for (guint i = 0; i < n; i++)
    {
      int child_minimum, child_natural;

      gtk_widget_measure (cells[i].widget, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
      if (orientation == GTK_ORIENTATION_VERTICAL)
        {
          *minimum = MAX (*minimum, child_minimum);
          *natural = MAX (*natural, child_natural);
          continue;
        }
      if (cells[i].rank == 0)
        *minimum += child_minimum + (*minimum > 0 ? (int) self->spacing : 0);
      *natural += child_natural + (*natural > 0 ? (int) self->spacing : 0);
    }
}

static void
pgw_header_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  PgwHeaderLayout *self = PGW_HEADER_LAYOUT (manager);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  Cell cells[MAX_CHILDREN];
  guint n;
  int x = 0, expand_gap;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_child_visible (child, TRUE);
  n = find_cells (manager, widget, cells);
  share_out (self, cells, n, width);
  expand_gap = MAX (width - needed (self, cells, n), 0);
  for (guint i = 0; i < n; i++)
    {
      Cell *cell = &cells[i];
      int minimum_height;

      gtk_widget_set_child_visible (cell->widget, !cell->left_out);
      if (cell->left_out)
        continue;
      gtk_widget_measure (cell->widget, GTK_ORIENTATION_VERTICAL, cell->width, &minimum_height, NULL, NULL, NULL);
      gtk_widget_size_allocate (cell->widget,
                                &(GtkAllocation) { mirrored ? width - x - cell->width : x, 0, cell->width,
                                                   MAX (height, minimum_height) },
                                -1);
      /* With nothing that expands, what follows the title stands at the end. */
      x += cell->width + self->spacing + (i == 0 ? expand_gap : 0);
    }
}

static GtkLayoutChild *
pgw_header_layout_create_layout_child (GtkLayoutManager *manager, GtkWidget *widget, GtkWidget *child)
{
  return g_object_new (PGW_TYPE_HEADER_PLACE, "layout-manager", manager, "child-widget", child, NULL);
}

static GtkSizeRequestMode
pgw_header_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
pgw_header_layout_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SPACING:
      g_value_set_uint (value, PGW_HEADER_LAYOUT (object)->spacing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_header_layout_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SPACING:
      PGW_HEADER_LAYOUT (object)->spacing = g_value_get_uint (value);
      gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (object));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_header_layout_class_init (PgwHeaderLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = pgw_header_layout_get_property;
  object_class->set_property = pgw_header_layout_set_property;
  manager_class->layout_child_type = PGW_TYPE_HEADER_PLACE;
  manager_class->measure = pgw_header_layout_measure;
  manager_class->allocate = pgw_header_layout_allocate;
  manager_class->get_request_mode = pgw_header_layout_get_request_mode;
  manager_class->create_layout_child = pgw_header_layout_create_layout_child;

  properties[PROP_SPACING] = g_param_spec_uint ("spacing", NULL, NULL, 0, 100, 0,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pgw_header_layout_init (PgwHeaderLayout *self)
{
}
