/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Colours: text can be read on everything it stands on, in every scheme, and
 * what is told apart by colour differs also for people who see fewer colours.
 */
#include "config.h"

#include <math.h>

#include "src/scene/pgw-scene-private.h"

static const char *const scheme_names[] = { "light", "dark", "high contrast", "high contrast dark" };

static double
needed (PgwScheme scheme)
{
  return scheme >= PGW_SCHEME_HIGH_CONTRAST ? 7.0 : 4.5;
}

static void
check (PgwScheme      scheme,
       const char    *what,
       guint          which,
       const PgwRgba *text,
       const PgwRgba *ground,
       double         least)
{
  double contrast = pgw_rgba_contrast (text, ground);

  if (contrast < least)
    {
      g_test_message ("%s: %s %u has a contrast of %.2f, needs %.1f", scheme_names[scheme], what, which, contrast, least);
      g_test_fail ();
    }
}

static void
test_known_contrasts (void)
{
  PgwRgba black = { 0, 0, 0, 1 }, white = { 1, 1, 1, 1 }, grey = { 0x76 / 255.0, 0x76 / 255.0, 0x76 / 255.0, 1 };

  g_assert_cmpfloat_with_epsilon (pgw_rgba_contrast (&black, &white), 21, 0.001);
  g_assert_cmpfloat_with_epsilon (pgw_rgba_contrast (&white, &white), 1, 0.001);
  /* The darkest grey that WCAG's authors name as just enough on white. */
  g_assert_cmpfloat_with_epsilon (pgw_rgba_contrast (&grey, &white), 4.54, 0.01);
}

static void
test_text_is_readable (void)
{
  static const PgwColour texts[] = { PGW_COLOUR_TEXT, PGW_COLOUR_DIM_TEXT, PGW_COLOUR_ACCENT, PGW_COLOUR_WARNING,
                                     PGW_COLOUR_ERROR, PGW_COLOUR_GOOD };
  static const PgwColour grounds[] = { PGW_COLOUR_SURFACE, PGW_COLOUR_BACKGROUND };

  for (PgwScheme scheme = PGW_SCHEME_LIGHT; scheme <= PGW_SCHEME_HIGH_CONTRAST_DARK; scheme++)
    {
      const PgwRgba *colours = pgw_palette_get (scheme)->colours;

      for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
        for (gsize j = 0; j < G_N_ELEMENTS (grounds); j++)
          check (scheme, "text colour", texts[i], &colours[texts[i]], &colours[grounds[j]], needed (scheme));
    }
}

static void
test_labels_are_readable (void)
{
  for (PgwScheme scheme = PGW_SCHEME_LIGHT; scheme <= PGW_SCHEME_HIGH_CONTRAST_DARK; scheme++)
    {
      const PgwPalette *palette = pgw_palette_get (scheme);

      for (guint colour = 0; colour < PGW_N_COLOURS; colour++)
        {
          PgwItem item = { .kind = PGW_ITEM_BOX, .colour = colour, .label = "1a3" };
          PgwRgba tint = pgw_palette_tint (palette, colour), text;

          text = pgw_paint_label_colour (palette, &item);
          check (scheme, "label on the tint", colour, &text, &tint, needed (scheme));
          item.style = PGW_STYLE_SOLID;
          text = pgw_paint_label_colour (palette, &item);
          check (scheme, "label on the full colour", colour, &text, &palette->colours[colour], 4.5);
        }
    }
}

/* What someone without one kind of cones sees (Viénot, Brettel and Mollon 1999, linear light). */
static void
without_cones (const PgwRgba *colour,
               gboolean       red,
               double         out[3])
{
  static const double protan[3][3] = { { 0.11238, 0.88762, 0 }, { 0.11238, 0.88762, 0 }, { 0.00401, -0.00401, 1 } };
  static const double deutan[3][3] = { { 0.29275, 0.70725, 0 }, { 0.29275, 0.70725, 0 }, { -0.02234, 0.02234, 1 } };
  double in[3] = { pow (colour->red, 2.2), pow (colour->green, 2.2), pow (colour->blue, 2.2) };

  for (int i = 0; i < 3; i++)
    {
      out[i] = 0;
      for (int j = 0; j < 3; j++)
        out[i] += (red ? protan : deutan)[i][j] * in[j];
      out[i] = pow (CLAMP (out[i], 0, 1), 1 / 2.2);
    }
}

static void
check_apart (PgwScheme scheme,
             guint     a,
             guint     b)
{
  const PgwRgba *colours = pgw_palette_get (scheme)->colours;

  for (int red = 0; red < 2; red++)
    {
      double ca[3], cb[3], distance = 0;

      without_cones (&colours[a], red, ca);
      without_cones (&colours[b], red, cb);
      for (int i = 0; i < 3; i++)
        distance += (ca[i] - cb[i]) * (ca[i] - cb[i]);
      if (sqrt (distance) < 0.12)
        {
          g_test_message ("%s: colours %u and %u are only %.3f apart without %s cones", scheme_names[scheme], a, b,
                          sqrt (distance), red ? "red" : "green");
          g_test_fail ();
        }
    }
}

static void
test_kinds_are_told_apart (void)
{
  static const guint kinds[] = { VIEW_PAGE_FREE, VIEW_PAGE_PCP, VIEW_PAGE_ALLOCATED, VIEW_PAGE_KERNEL, VIEW_PAGE_SLAB,
                                 VIEW_PAGE_PAGE_TABLE, VIEW_PAGE_ANON, VIEW_PAGE_FILE };

  for (PgwScheme scheme = PGW_SCHEME_LIGHT; scheme <= PGW_SCHEME_HIGH_CONTRAST_DARK; scheme++)
    {
      for (guint a = 0; a < 3; a++)
        for (guint b = 0; b < a; b++)
          check_apart (scheme, PGW_COLOUR_MT + a, PGW_COLOUR_MT + b);
      for (gsize a = 0; a < G_N_ELEMENTS (kinds); a++)
        for (gsize b = 0; b < a; b++)
          check_apart (scheme, PGW_COLOUR_PAGE_KIND + kinds[a], PGW_COLOUR_PAGE_KIND + kinds[b]);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/palette/known-contrasts", test_known_contrasts);
  g_test_add_func ("/palette/text-is-readable", test_text_is_readable);
  g_test_add_func ("/palette/labels-are-readable", test_labels_are_readable);
  g_test_add_func ("/palette/kinds-are-told-apart", test_kinds_are_told_apart);
  return g_test_run ();
}
