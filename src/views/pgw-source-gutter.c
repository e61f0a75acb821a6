/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One renderer draws all of a line's margin, so that its parts stay aligned:
 *
 *     mark | number | count
 */
#include "config.h"

#include "pgw-source-gutter.h"

#define MARK_WIDTH 14
#define GAP        6

struct _PgwSourceGutter {
  GtkSourceGutterRenderer parent_instance;

  int          arrow;
  gboolean     hollow;
  GArray      *counts;
  GHashTable  *breakpoints;
  PangoLayout *layout;          /* NULL until something is drawn */
  int          number_width;
  int          count_width;
};

enum { LINE_CLICKED, N_SIGNALS };

G_DEFINE_FINAL_TYPE (PgwSourceGutter, pgw_source_gutter, GTK_SOURCE_TYPE_GUTTER_RENDERER)

static guint signals[N_SIGNALS];

static PangoLayout *
get_layout (PgwSourceGutter *self)
{
  if (self->layout == NULL)
    self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  return self->layout;
}

static int
text_width (PgwSourceGutter *self, const char *text)
{
  int width;

  pango_layout_set_text (get_layout (self), text, -1);
  pango_layout_get_pixel_size (get_layout (self), &width, NULL);
  return width;
}

static void
count_text (guint32 count, char *text, gsize size)
{
  if (count < 10000)
    g_snprintf (text, size, "×%u", count);
  else if (count < 10000000)
    g_snprintf (text, size, "×%uk", count / 1000);
  else
    g_snprintf (text, size, "×%uM", count / 1000000);
}

static void
measure_columns (PgwSourceGutter *self)
{
  GtkSourceBuffer *buffer = gtk_source_gutter_renderer_get_buffer (GTK_SOURCE_GUTTER_RENDERER (self));
  int n_lines = buffer != NULL ? gtk_text_buffer_get_line_count (GTK_TEXT_BUFFER (buffer)) : 1;
  guint32 most = 0;
  char text[32];

  g_snprintf (text, sizeof text, "%d", MAX (n_lines, 1000));
  self->number_width = text_width (self, text);
  for (guint i = 0; self->counts != NULL && i < self->counts->len; i++)
    most = MAX (most, g_array_index (self->counts, guint32, i));
  count_text (MAX (most, 100), text, sizeof text);
  self->count_width = text_width (self, text);
}

static void
pgw_source_gutter_measure (GtkWidget     *widget,
                           GtkOrientation orientation,
                           int            for_size,
                           int           *minimum,
                           int           *natural,
                           int           *minimum_baseline,
                           int           *natural_baseline)
{
  PgwSourceGutter *self = PGW_SOURCE_GUTTER (widget);

  *minimum_baseline = *natural_baseline = -1;
  *minimum = *natural = 0;
  if (orientation != GTK_ORIENTATION_HORIZONTAL)
    return;
  measure_columns (self);
  *minimum = *natural = MARK_WIDTH + self->number_width + GAP + self->count_width + GAP;
}

/* ---- Drawing ---- */

static void
draw_text (PgwSourceGutter *self, GtkSnapshot *snapshot, const char *text, int right, int y, int height, GdkRGBA *colour)
{
  PangoLayout *layout = get_layout (self);
  int width, text_height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, &text_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (right - width, y + (height - text_height) / 2));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

static GdkRGBA
named_colour (GtkWidget *widget, const char *name, double alpha)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA colour;

  if (name == NULL || !gtk_style_context_lookup_color (style, name, &colour))
    gtk_style_context_get_color (style, &colour);
  colour.alpha *= alpha;
  return colour;
}

static void
draw_mark (PgwSourceGutter *self, GtkSnapshot *snapshot, int line, int y, int height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean stops = pgw_source_gutter_has_breakpoint (self, line);
  double middle = y + height / 2.0;
  cairo_t *cr;

  if (!stops && line != self->arrow)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, y, MARK_WIDTH, height));
  cairo_set_line_width (cr, 1.5);
  if (stops)
    {
      GdkRGBA colour = named_colour (widget, "error_color", 1);

      gdk_cairo_set_source_rgba (cr, &colour);
      cairo_arc (cr, MARK_WIDTH / 2.0, middle, 4.5, 0, 2 * G_PI);
      if (GPOINTER_TO_INT (g_hash_table_lookup (self->breakpoints, GINT_TO_POINTER (line))))
        cairo_fill (cr);
      else
        cairo_stroke (cr);
    }
  if (line == self->arrow)
    {
      GdkRGBA colour = named_colour (widget, stops ? NULL : "accent_color", 1);

      gdk_cairo_set_source_rgba (cr, &colour);
      cairo_move_to (cr, 4, middle - 4.5);
      cairo_line_to (cr, 11, middle);
      cairo_line_to (cr, 4, middle + 4.5);
      cairo_close_path (cr);
      if (self->hollow)
        cairo_stroke (cr);
      else
        cairo_fill (cr);
    }
  cairo_destroy (cr);
}

static void
pgw_source_gutter_snapshot_line (GtkSourceGutterRenderer *renderer,
                                 GtkSnapshot             *snapshot,
                                 GtkSourceGutterLines    *lines,
                                 guint                    index)
{
  PgwSourceGutter *self = PGW_SOURCE_GUTTER (renderer);
  int line = (int) index + 1, y, height;
  guint32 count = pgw_source_gutter_get_count (self, line);
  GdkRGBA strong = named_colour (GTK_WIDGET (self), "pgw_text", 0.9);
  GdkRGBA weak = named_colour (GTK_WIDGET (self), "pgw_text", 0.6);
  char text[32];

  gtk_source_gutter_lines_get_line_yrange (lines, index, GTK_SOURCE_GUTTER_RENDERER_ALIGNMENT_MODE_FIRST, &y, &height);
  draw_mark (self, snapshot, line, y, height);
  g_snprintf (text, sizeof text, "%d", line);
  draw_text (self, snapshot, text, MARK_WIDTH + self->number_width, y, height, count > 0 ? &strong : &weak);
  if (count == 0)
    return;
  count_text (count, text, sizeof text);
  draw_text (self, snapshot, text, MARK_WIDTH + self->number_width + GAP + self->count_width, y, height, &weak);
}

/* ---- Clicks ---- */

static gboolean
pgw_source_gutter_query_activatable (GtkSourceGutterRenderer *renderer, GtkTextIter *iter, GdkRectangle *area)
{
  return TRUE;
}

static void
pgw_source_gutter_activate (GtkSourceGutterRenderer *renderer,
                            GtkTextIter             *iter,
                            GdkRectangle            *area,
                            guint                    button,
                            GdkModifierType          state,
                            int                      n_presses)
{
  if (button == GDK_BUTTON_PRIMARY && n_presses == 1)
    g_signal_emit (renderer, signals[LINE_CLICKED], 0, gtk_text_iter_get_line (iter) + 1);
}

/* ---- The object ---- */

static void
pgw_source_gutter_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (pgw_source_gutter_parent_class)->css_changed (widget, change);
  g_clear_object (&PGW_SOURCE_GUTTER (widget)->layout);
  gtk_widget_queue_resize (widget);
}

static void
pgw_source_gutter_dispose (GObject *object)
{
  PgwSourceGutter *self = PGW_SOURCE_GUTTER (object);

  g_clear_pointer (&self->counts, g_array_unref);
  g_clear_pointer (&self->breakpoints, g_hash_table_unref);
  g_clear_object (&self->layout);
  G_OBJECT_CLASS (pgw_source_gutter_parent_class)->dispose (object);
}

static void
pgw_source_gutter_class_init (PgwSourceGutterClass *klass)
{
  GtkSourceGutterRendererClass *renderer_class = GTK_SOURCE_GUTTER_RENDERER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_source_gutter_dispose;
  GTK_WIDGET_CLASS (klass)->measure = pgw_source_gutter_measure;
  GTK_WIDGET_CLASS (klass)->css_changed = pgw_source_gutter_css_changed;
  renderer_class->snapshot_line = pgw_source_gutter_snapshot_line;
  renderer_class->query_activatable = pgw_source_gutter_query_activatable;
  renderer_class->activate = pgw_source_gutter_activate;
  signals[LINE_CLICKED] = g_signal_new ("line-clicked", PGW_TYPE_SOURCE_GUTTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
pgw_source_gutter_init (PgwSourceGutter *self)
{
}

GtkSourceGutterRenderer *
pgw_source_gutter_new (void)
{
  return g_object_new (PGW_TYPE_SOURCE_GUTTER, NULL);
}

void
pgw_source_gutter_set_arrow (PgwSourceGutter *self, int line, gboolean hollow)
{
  g_return_if_fail (PGW_IS_SOURCE_GUTTER (self));

  if (self->arrow == line && self->hollow == hollow)
    return;
  self->arrow = line;
  self->hollow = hollow;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pgw_source_gutter_set_counts (PgwSourceGutter *self, GArray *counts)
{
  g_return_if_fail (PGW_IS_SOURCE_GUTTER (self));

  if (counts != NULL && self->counts != NULL && counts->len == self->counts->len
      && memcmp (counts->data, self->counts->data, counts->len * sizeof (guint32)) == 0)
    return;
  g_clear_pointer (&self->counts, g_array_unref);
  self->counts = counts != NULL ? g_array_ref (counts) : NULL;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pgw_source_gutter_set_breakpoints (PgwSourceGutter *self, GHashTable *breakpoints)
{
  g_return_if_fail (PGW_IS_SOURCE_GUTTER (self));

  g_clear_pointer (&self->breakpoints, g_hash_table_unref);
  self->breakpoints = breakpoints != NULL ? g_hash_table_ref (breakpoints) : NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint32
pgw_source_gutter_get_count (PgwSourceGutter *self, int line)
{
  g_return_val_if_fail (PGW_IS_SOURCE_GUTTER (self), 0);

  return self->counts != NULL && line > 0 && (guint) line < self->counts->len
           ? g_array_index (self->counts, guint32, line) : 0;
}

gboolean
pgw_source_gutter_has_breakpoint (PgwSourceGutter *self, int line)
{
  g_return_val_if_fail (PGW_IS_SOURCE_GUTTER (self), FALSE);

  return self->breakpoints != NULL && g_hash_table_contains (self->breakpoints, GINT_TO_POINTER (line));
}
