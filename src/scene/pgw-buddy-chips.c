/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of several lists side by side in a row, head first, each a chip
 * with its page frame number.
 *
 * A row never overflows. Where not all blocks have room one of each list in
 * turn is shown, so that a short list is never pushed out by a long one, and
 * the rest is counted ("+37"); a block that the current event or the
 * selection names takes the place of one that was shown.
 */
#include "pgw-buddy-private.h"

#include <math.h>

static void
block_list_clear (gpointer data)
{
  PgwBlockList *list = data;

  g_free (list->pfns);
  g_free (list->types);
}

GArray *
pgw_block_lists_new (void)
{
  GArray *lists = g_array_new (FALSE, TRUE, sizeof (PgwBlockList));

  g_array_set_clear_func (lists, block_list_clear);
  return lists;
}

double
pgw_buddy_chip_width (const PgwBuddy *self,
                      guint           order)
{
  double grow = CLAMP ((self->count - self->chips) / 130, 0, 5) * self->scale;

  return ceil (self->label_width + 10 * self->scale + order * grow);
}

/* Decides how many blocks of each list are shown in `space`; TRUE when all have room. */
static gboolean
share_space (const PgwBuddy *self,
             GArray         *lists,
             double          space,
             double          more_width)
{
  double gap = ceil (4 * self->scale), group = ceil (7 * self->scale);
  double need = 0;
  gboolean any = TRUE;

  for (guint i = 0; i < lists->len; i++)
    {
      PgwBlockList *list = &g_array_index (lists, PgwBlockList, i);

      need += list->n * (pgw_buddy_chip_width (self, list->order) + gap) + (i > 0 ? group : 0);
      list->shown = 0;
    }
  if (need - gap <= space)
    {
      for (guint i = 0; i < lists->len; i++)
        g_array_index (lists, PgwBlockList, i).shown = g_array_index (lists, PgwBlockList, i).n;
      return TRUE;
    }
  space -= more_width + (lists->len - 1) * group;
  /* One block of each list in turn, so that a short list is never pushed out by a long one. */
  while (any)
    {
      any = FALSE;
      for (guint i = 0; i < lists->len; i++)
        {
          PgwBlockList *list = &g_array_index (lists, PgwBlockList, i);
          double width = pgw_buddy_chip_width (self, list->order) + gap;

          if (list->shown < list->known && width <= space)
            {
              list->shown++;
              space -= width;
              any = TRUE;
            }
        }
    }
  return FALSE;
}

/* Brings the blocks that are marked to where they are shown. */
static void
show_marked (const PgwBuddy *self,
             PgwBlockList   *list)
{
  guint at = list->shown;

  for (guint64 i = list->shown; i < list->known && at > 0; i++)
    {
      if (pgw_marks_stand_out (self->marks, list->pfns[i], 1ULL << list->order))
        {
          at--;
          list->pfns[at] = list->pfns[i];
          if (list->types != NULL)
            list->types[at] = list->types[i];
        }
    }
}

static void
add_chip (PgwBuddy           *self,
          const PgwBlockList *list,
          guint               i,
          double              x,
          double              y,
          double              width,
          GString            *said)
{
  guint64 pfn = list->pfns[i];
  guint mt = list->types != NULL ? list->types[i] : list->mt;
  guint marks = pgw_marks_pages (self->marks, pfn, 1ULL << list->order);
  char label[24];

  if (list->in_hand)
    marks |= PGW_STYLE_CHANGED | PGW_STYLE_DASHED;
  g_snprintf (label, sizeof label, "%" G_GINT64_MODIFIER "x", pfn);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_BLOCK (pfn, list->order),
                 mm_object (MM_OBJECT_PAGE, pfn), pgw_mt_colour (mt),
                 PGW_STYLE_MONO | PGW_STYLE_SMALL | pgw_mt_style (mt) | marks, x, y, width, self->chip_height, label);
  g_string_append_printf (said, "%s0x%s %s%s%s", said->len > 0 ? "; " : "", label, pgw_mt_name (mt),
                          list->in_hand ? _(", in hand") : "", pgw_marks_text (marks));
}

/*
 * Places the blocks of `lists` from `x` on; what was said of them goes to
 * `said`. Returns where the last one ends.
 */
double
pgw_buddy_add_chips (PgwBuddy *self,
                     GArray   *lists,
                     double    x,
                     double    y,
                     double    end,
                     guint64   more_id,
                     GString  *said)
{
  double gap = ceil (4 * self->scale), group = ceil (7 * self->scale);
  double more_width = ceil (pgw_type_width ("+99\u2009999", PGW_STYLE_SMALL, self->scale));
  guint64 hidden = 0;
  gboolean all = share_space (self, lists, end - x, more_width);

  for (guint i = 0; i < lists->len; i++)
    {
      PgwBlockList *list = &g_array_index (lists, PgwBlockList, i);
      double width = pgw_buddy_chip_width (self, list->order);

      if (!all)
        show_marked (self, list);
      for (guint j = 0; j < list->shown; j++)
        {
          add_chip (self, list, j, x, y, width, said);
          x += width + gap;
        }
      if (list->shown > 0)
        x += group;
      hidden += list->n - list->shown;
    }
  if (hidden > 0)
    {
      g_autofree char *label = g_strdup_printf ("+%s", pgw_count (hidden));

      pgw_scene_add_text (self->scene, more_id, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL,
                          x, y + (self->chip_height - pgw_type_line_height (PGW_STYLE_SMALL, self->scale)) / 2,
                          end - x, label);
      g_string_append_printf (said, _("; and %s more"), pgw_count (hidden));
      x += ceil (pgw_type_width (label, PGW_STYLE_SMALL, self->scale)) + group;
    }
  return x;
}
