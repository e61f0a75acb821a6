/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Type: the four sizes and two families of letters that scenes use, measured
 * without a display and the same on every surface (metrics are not hinted).
 *
 * Widths are remembered for each thread, as layouts ask for the same short
 * labels at every step.
 */
#include "config.h"

#include <math.h>

#include "pgw-scene-private.h"

#define SANS "Cantarell, Noto Sans, sans-serif"
#define MONO "Noto Sans Mono, DejaVu Sans Mono, monospace"
#define MAX_WIDTHS 20000

typedef struct {
  PangoContext *context;
  GHashTable   *widths;         /* "style:scale:text" -> width * PANGO_SCALE */
} Measurer;

static void
measurer_free (gpointer data)
{
  Measurer *measurer = data;

  g_object_unref (measurer->context);
  g_hash_table_unref (measurer->widths);
  g_free (measurer);
}

static GPrivate measurer_key = G_PRIVATE_INIT (measurer_free);

static Measurer *
get_measurer (void)
{
  Measurer *measurer = g_private_get (&measurer_key);

  if (measurer == NULL)
    {
      measurer = g_new0 (Measurer, 1);
      measurer->context = pgw_type_context_new ();
      measurer->widths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_private_set (&measurer_key, measurer);
    }
  if (g_hash_table_size (measurer->widths) > MAX_WIDTHS)
    g_hash_table_remove_all (measurer->widths);
  return measurer;
}

PangoContext *
pgw_type_context_new (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 96);
  pango_context_set_round_glyph_positions (context, FALSE);
  cairo_font_options_destroy (options);
  return context;
}

double
pgw_type_size (guint  style,
               double font_scale)
{
  double size = style & PGW_STYLE_TITLE ? 15 : style & PGW_STYLE_SMALL ? 11 : 13;

  if (style & PGW_STYLE_MONO)
    size *= 0.94;
  return size * (font_scale > 0 ? font_scale : 1);
}

double
pgw_type_line_height (guint  style,
                      double font_scale)
{
  return ceil (pgw_type_size (style & ~PGW_STYLE_MONO, font_scale) * 1.4);
}

PangoLayout *
pgw_type_layout (PangoContext *context,
                 const char   *text,
                 guint         style,
                 double        font_scale)
{
  PangoLayout *layout = pango_layout_new (context);
  PangoFontDescription *font = pango_font_description_new ();

  pango_font_description_set_family_static (font, style & PGW_STYLE_MONO ? MONO : SANS);
  pango_font_description_set_weight (font, style & (PGW_STYLE_BOLD | PGW_STYLE_TITLE) ? PANGO_WEIGHT_BOLD
                                                                                        : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size (font, pgw_type_size (style, font_scale) * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_font_description_free (font);
  return layout;
}

double
pgw_type_width (const char *text,
                guint       style,
                double      font_scale)
{
  Measurer *measurer = get_measurer ();
  char *key = g_strdup_printf ("%x:%d:%s", style & PGW_FONT_STYLES, (int) lrint (font_scale * 256), text);
  gpointer known;
  int width;

  if (g_hash_table_lookup_extended (measurer->widths, key, NULL, &known))
    {
      g_free (key);
      width = GPOINTER_TO_INT (known);
    }
  else
    {
      PangoLayout *layout = pgw_type_layout (measurer->context, text, style, font_scale);

      pango_layout_get_size (layout, &width, NULL);
      g_object_unref (layout);
      g_hash_table_insert (measurer->widths, key, GINT_TO_POINTER (width));
    }
  return width / (double) PANGO_SCALE;
}

double
pgw_type_wrapped_height (const char *text,
                         guint       style,
                         double      font_scale,
                         double      width)
{
  PangoLayout *layout = pgw_type_layout (get_measurer ()->context, text, style, font_scale);
  int height;

  pango_layout_set_width (layout, MAX (1, width) * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_line_spacing (layout, 1.25);
  pango_layout_get_size (layout, NULL, &height);
  g_object_unref (layout);
  return ceil (height / (double) PANGO_SCALE);
}
