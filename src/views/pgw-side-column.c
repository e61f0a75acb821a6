/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A paned of two children, and above it a switch that is there only while the
 * column is too low for both.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-side-column.h"

#define MIN_HEIGHT_FOR_BOTH 660
#define MIN_HEIGHT          440     /* for one of them, and the switch */
#define SOURCE_WIDTH        370

struct _PgwSideColumn {
  AdwBin           parent_instance;

  GtkWidget       *source;
  GtkWidget       *inspector;
  gboolean         show_source;
  gboolean         low;         /* no room for both */
  guint            arrange_id;

  GtkWidget       *switcher;
  GtkToggleButton *source_button;
  GtkPaned        *paned;
};

enum { PROP_0, PROP_SOURCE, PROP_INSPECTOR, PROP_SHOW_SOURCE, N_PROPS };

G_DEFINE_FINAL_TYPE (PgwSideColumn, pgw_side_column, ADW_TYPE_BIN)

static GParamSpec *properties[N_PROPS];

static void
arrange (PgwSideColumn *self)
{
  gboolean source_first = gtk_toggle_button_get_active (self->source_button);

  if (self->source == NULL || self->inspector == NULL)
    return;
  gtk_widget_set_visible (self->switcher, self->show_source && self->low);
  gtk_widget_set_visible (self->source, self->show_source && (!self->low || source_first));
  gtk_widget_set_visible (self->inspector, !self->show_source || !self->low || !source_first);
  gtk_widget_set_size_request (GTK_WIDGET (self->paned), self->show_source ? SOURCE_WIDTH : -1, -1);
}

static gboolean
arrange_cb (gpointer data)
{
  PgwSideColumn *self = data;

  self->arrange_id = 0;
  arrange (self);
  return G_SOURCE_REMOVE;
}

/* It can always be made lower than both children need: then one of them goes. */
static void
pgw_side_column_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = MIN (*minimum, MIN_HEIGHT);
  *minimum_baseline = *natural_baseline = -1;
}

static void
pgw_side_column_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PgwSideColumn *self = PGW_SIDE_COLUMN (widget);
  GtkWidget *child = adw_bin_get_child (ADW_BIN (widget));
  gboolean low = height < MIN_HEIGHT_FOR_BOTH;
  int least;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
  gtk_widget_allocate (child, width, MAX (height, least), baseline, NULL);
  if (low == self->low)
    return;
  self->low = low;
  /* Children cannot come and go in the middle of this. */
  if (self->arrange_id == 0)
    self->arrange_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, arrange_cb, self, NULL);
}

static GtkWidget *
new_button (PgwSideColumn *self, const char *label)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (label);

  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_box_append (GTK_BOX (self->switcher), button);
  return button;
}

static void
pgw_side_column_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  PgwSideColumn *self = PGW_SIDE_COLUMN (object);

  switch (prop_id)
    {
    case PROP_SOURCE:
      g_value_set_object (value, self->source);
      break;
    case PROP_INSPECTOR:
      g_value_set_object (value, self->inspector);
      break;
    case PROP_SHOW_SOURCE:
      g_value_set_boolean (value, self->show_source);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_side_column_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  PgwSideColumn *self = PGW_SIDE_COLUMN (object);

  switch (prop_id)
    {
    case PROP_SOURCE:
      self->source = g_value_get_object (value);
      gtk_paned_set_start_child (self->paned, self->source);
      arrange (self);
      break;
    case PROP_INSPECTOR:
      self->inspector = g_value_get_object (value);
      gtk_paned_set_end_child (self->paned, self->inspector);
      arrange (self);
      break;
    case PROP_SHOW_SOURCE:
      pgw_side_column_set_show_source (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pgw_side_column_dispose (GObject *object)
{
  PgwSideColumn *self = PGW_SIDE_COLUMN (object);

  g_clear_handle_id (&self->arrange_id, g_source_remove);
  self->source = self->inspector = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);
  G_OBJECT_CLASS (pgw_side_column_parent_class)->dispose (object);
}

static void
pgw_side_column_class_init (PgwSideColumnClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = pgw_side_column_dispose;
  object_class->get_property = pgw_side_column_get_property;
  object_class->set_property = pgw_side_column_set_property;
  GTK_WIDGET_CLASS (klass)->measure = pgw_side_column_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = pgw_side_column_size_allocate;
  properties[PROP_SOURCE] = g_param_spec_object ("source", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_INSPECTOR] = g_param_spec_object ("inspector", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_SHOW_SOURCE] = g_param_spec_boolean ("show-source", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
pgw_side_column_init (PgwSideColumn *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *inspector_button;

  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  self->low = TRUE;
  self->switcher = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_set_homogeneous (GTK_BOX (self->switcher), TRUE);
  gtk_widget_add_css_class (self->switcher, "linked");
  gtk_widget_add_css_class (self->switcher, "switcher");
  self->source_button = GTK_TOGGLE_BUTTON (new_button (self, _("Source")));
  inspector_button = new_button (self, _("Inspector"));
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (inspector_button), self->source_button);
  gtk_toggle_button_set_active (self->source_button, TRUE);
  gtk_widget_set_visible (self->switcher, FALSE);
  g_signal_connect_object (self->source_button, "toggled", G_CALLBACK (arrange), self, G_CONNECT_SWAPPED);

  self->paned = GTK_PANED (gtk_paned_new (GTK_ORIENTATION_VERTICAL));
  gtk_paned_set_shrink_start_child (self->paned, FALSE);
  gtk_paned_set_shrink_end_child (self->paned, FALSE);
  gtk_paned_set_resize_end_child (self->paned, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->paned), TRUE);
  gtk_box_append (GTK_BOX (box), self->switcher);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->paned));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
pgw_side_column_new (void)
{
  return g_object_new (PGW_TYPE_SIDE_COLUMN, NULL);
}

gboolean
pgw_side_column_get_show_source (PgwSideColumn *self)
{
  g_return_val_if_fail (PGW_IS_SIDE_COLUMN (self), FALSE);

  return self->show_source;
}

void
pgw_side_column_set_show_source (PgwSideColumn *self, gboolean show)
{
  g_return_if_fail (PGW_IS_SIDE_COLUMN (self));

  if (self->show_source == show)
    return;
  self->show_source = show;
  gtk_toggle_button_set_active (self->source_button, TRUE);
  arrange (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_SOURCE]);
}

void
pgw_side_column_reveal (PgwSideColumn *self, GtkWidget *child)
{
  g_return_if_fail (PGW_IS_SIDE_COLUMN (self));

  if (child == self->source)
    {
      pgw_side_column_set_show_source (self, TRUE);
      gtk_toggle_button_set_active (self->source_button, TRUE);
    }
  else if (self->show_source && self->low)
    gtk_toggle_button_set_active (
      GTK_TOGGLE_BUTTON (gtk_widget_get_next_sibling (GTK_WIDGET (self->source_button))), TRUE);
  arrange (self);
}
