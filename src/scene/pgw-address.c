/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address that a picture of page tables is about: cut into the indices of
 * the four tables, and, where people typed it, all that its translation tells:
 * every entry decoded, where the walk ends, what an access would lead to.
 */
#include "pgw-task-private.h"
#include "src/engine/pgw-translation.h"

#include <math.h>
#include <string.h>

static double
add_line (PgwScene   *scene,
          PgwColour   colour,
          guint       style,
          double      x,
          double      y,
          double      width,
          double      scale,
          const char *text)
{
  pgw_scene_add_text (scene, 0, 0, colour, PGW_STYLE_SMALL | style, x, y, width, text);
  pgw_scene_say (scene, "%s", text);
  return y + pgw_type_line_height (PGW_STYLE_SMALL, scale) + ceil (scale);
}

/* Works; a fault after which it works; an error. */
static PgwColour
outcome_colour (PgwOutcome outcome)
{
  if (outcome == PGW_OUTCOME_WORKS)
    return PGW_COLOUR_GOOD;
  return outcome <= PGW_OUTCOME_GROW ? PGW_COLOUR_TEXT : PGW_COLOUR_ERROR;
}

static double
add_translation (PgwScene             *scene,
                 const PgwTranslation *translation,
                 double                x,
                 double                y,
                 double                width,
                 double                scale)
{
  g_autofree char *end = pgw_translation_end (translation);
  g_autofree char *tlb = pgw_translation_tlb (translation);

  for (guint level = 0; level < translation->walk.nr; level++)
    {
      g_autofree char *line = pgw_translation_level (translation, level);

      y = add_line (scene, PGW_COLOUR_TEXT, PGW_STYLE_MONO, x, y, width, scale, line);
    }
  y = add_line (scene, PGW_COLOUR_TEXT, PGW_STYLE_BOLD, x, y, width, scale, end);
  if (tlb != NULL)
    y = add_line (scene, translation->stale ? PGW_COLOUR_ERROR : PGW_COLOUR_DIM_TEXT, 0, x, y, width, scale, tlb);
  for (guint access = 0; access < PGW_N_ACCESSES; access++)
    {
      g_autofree char *line = pgw_translation_access (translation, access);

      y = add_line (scene, outcome_colour (translation->outcome[access]), 0, x, y, width, scale, line);
    }
  return y;
}

static double
add_indices (PgwScene               *scene,
             const struct view_walk *walk,
             guint64                 address,
             double                  x,
             double                  y,
             double                  width,
             double                  scale)
{
  static const char *const names[] = { "PGD", "PUD", "PMD", "PTE" };
  double gap = ceil (4 * scale), box = floor ((width - 4 * gap) / 5);
  double height = ceil (pgw_type_line_height (PGW_STYLE_SMALL, scale) + 6 * scale);

  for (guint i = 0; i < 5; i++)
    {
      guint shift = 39 - 9 * i;
      g_autofree char *label = i < 4 ? g_strdup_printf ("%s %u", names[i], (guint) (address >> shift & 511))
                                     : g_strdup_printf (_("offset %u"), (guint) (address & 4095));
      gboolean reached = i < walk->nr || (i == 4 && walk->mapped);

      pgw_scene_add (scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_INDEX, i), 0,
                     reached ? PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PAGE_TABLE : PGW_COLOUR_LINE,
                     PGW_STYLE_MONO | PGW_STYLE_SMALL, x + i * (box + gap), y, box, height, label);
      pgw_scene_say (scene, "%s", label);
    }
  return y + height + ceil (6 * scale);
}

double
pgw_pane_add_address (PgwScene           *scene,
                      const PgwPaneState *state,
                      gint32              pid,
                      double              x,
                      double              y,
                      double              width)
{
  const struct machine *machine = pgw_pane_machine (state);
  double scale = pgw_pane_scale (state);
  g_autofree char *title = NULL, *where = NULL;
  g_autoptr (GError) error = NULL;
  PgwTranslation translation;
  struct view_walk walk;
  guint64 address;
  gint32 of_whom = pid;
  gboolean typed = pgw_pane_typed (state, &of_whom, &address, &error);

  if (error != NULL)
    y = add_line (scene, PGW_COLOUR_ERROR, PGW_STYLE_WRAP, x, y, width, scale, error->message);
  if (!pgw_pane_address (state, pid, &address))
    return y;
  memset (&walk, 0, sizeof walk);
  view_walk (machine, pid, address, &walk);
  where = walk.mapped ? g_strdup_printf (_("physical %s"), pgw_address (walk.phys)) : g_strdup (_("no translation"));
  title = g_strdup_printf ("%s → %s", pgw_address (address), where);
  y = add_line (scene, PGW_COLOUR_TEXT, PGW_STYLE_MONO | PGW_STYLE_BOLD, x, y, width, scale, title) + ceil (3 * scale);
  y = add_indices (scene, &walk, address, x, y, width, scale);
  if (typed && pgw_translation_init (&translation, machine, pid, address))
    y = add_translation (scene, &translation, x, y, width, scale) + ceil (4 * scale);
  return y;
}
