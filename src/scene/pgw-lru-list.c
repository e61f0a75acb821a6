/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An LRU list as rows of tiles, a tile a page, from the head (newest) to the
 * tail, where reclaim takes pages.
 *
 * A list with more pages than there is room for keeps its two ends page by
 * page, more of the tail, as it is there that something happens. What is
 * between is folded: tiles that stand for 4, 8, 16 ... pages each, with the
 * share of them that is referenced or dirty as a bar (of very long lists only
 * their number). A page that is selected or that the current event names is
 * never folded.
 */
#include "pgw-lru-private.h"

#include <math.h>
#include <string.h>

#define WHOLE   20000   /* pages of a list that is read from end to end at each step */
#define MAX_TILES 20000

typedef struct {
  const PgwLru *lru;
  guint32       list;
  guint64       nr;             /* pages, by the counter */
  guint64      *pfns;           /* all entries, or the two ends of a long list */
  guint64       n;              /* of them */
  guint64       head, tail;     /* entries drawn one by one at the ends */
  guint64       middle;         /* pages that are folded */
  gboolean      whole;          /* what is folded was read */
  double        x, y;           /* of the first tile */
  guint         at;             /* place of the next tile */
} List;

const char *
pgw_lru_name (guint32 lru)
{
  static const char *const names[VIEW_NR_LRU] = {
    N_("inactive anonymous"), N_("active anonymous"), N_("inactive file"), N_("active file"), N_("unevictable"),
  };

  return lru < VIEW_NR_LRU ? _(names[lru]) : "?";
}

const char *
pgw_lru_letters (const struct view_lru_page *page,
                 guint                       room)
{
  static _Thread_local char buffers[8][4];
  static _Thread_local guint next;
  char *out = buffers[next++ % G_N_ELEMENTS (buffers)];
  gboolean stored = page->marks & VIEW_LRU_STORED && !(page->marks & VIEW_LRU_SWAPBACKED);
  guint n = 0;

  room = MIN (room, 3);
  if (page->marks & VIEW_LRU_WRITEBACK && n < room)
    out[n++] = 'W';
  else if ((page->marks & VIEW_LRU_DIRTY || stored) && n < room)
    out[n++] = 'D';
  if (page->marks & VIEW_LRU_ACCESSED && n < room)
    out[n++] = 'A';
  if (page->marks & VIEW_LRU_REFERENCED && n < room)
    out[n++] = 'R';
  /* A blank, so that the tile has the looks of one with letters. */
  if (n == 0)
    out[n++] = ' ';
  out[n] = '\0';
  return out;
}

char *
pgw_lru_words (const struct view_lru_page *page)
{
  static const struct { guint32 mark; const char *word; } words[] = {
    { VIEW_LRU_ACCESSED, N_("accessed") },       { VIEW_LRU_REFERENCED, N_("referenced") },
    { VIEW_LRU_DIRTY, N_("dirty") },             { VIEW_LRU_WRITEBACK, N_("being written") },
    { VIEW_LRU_RECLAIM, N_("to go when it is written") }, { VIEW_LRU_MLOCKED, N_("mlocked") },
    { VIEW_LRU_SWAPCACHE, N_("in the swap cache") }, { VIEW_LRU_TO_SPLIT, N_("to be split") },
    { VIEW_LRU_WORKINGSET, N_("workingset") },
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (page->marks & words[i].mark)
      g_string_append_printf (text, "%s%s", text->len > 0 ? _(", ") : "", _(words[i].word));
  return g_string_free (text, FALSE);
}

/* Where all pages belong to what is selected, saying so of each says nothing. */
static guint
marks_of (const PgwLru *self,
          guint64       pfn)
{
  guint marks = pgw_marks_pages (self->marks, pfn, 1);
  enum mm_object_kind kind = mm_object_kind (self->marks->selection);

  if (kind == MM_OBJECT_NODE || kind == MM_OBJECT_ZONE || kind == MM_OBJECT_MACHINE)
    marks &= ~PGW_STYLE_RELATED;
  return marks;
}

void
pgw_lru_add_tile (const PgwLru *self,
                  guint64       pfn,
                  guint         style,
                  double        x,
                  double        y)
{
  struct view_lru_page page;
  PgwColour colour = PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FILE;
  gboolean again = !g_hash_table_add (self->drawn, GSIZE_TO_POINTER (pfn + 1));

  view_lru_page (self->machine, pfn, &page);
  if (page.marks & VIEW_LRU_SWAPBACKED)
    colour = PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON;
  if (page.marks & VIEW_LRU_ACTIVE && !(style & PGW_STYLE_OUTLINE))
    style |= PGW_STYLE_SOLID;
  if (page.marks & VIEW_LRU_MLOCKED)
    style |= PGW_STYLE_HATCHED;
  pgw_scene_add (self->scene, PGW_ITEM_BOX, again ? 0 : PGW_ITEM_ID_BLOCK (pfn, 0), mm_object (MM_OBJECT_PAGE, pfn), colour,
                 style | PGW_STYLE_SMALL | PGW_STYLE_MONO | marks_of (self, pfn), x, y, self->tile,
                 self->tile_height, pgw_lru_letters (&page, self->letters));
}

/* ---- Reading ---- */

static guint64
pages_of (const PgwLru *self,
          guint64       pfn)
{
  struct view_lru_page page;

  return view_lru_page_brief (self->machine, pfn, &page) ? page.nr_pages : 1;
}

static void
read_list (List   *list,
           guint64 capacity)
{
  const PgwLru *self = list->lru;
  guint64 half = MIN (capacity, MAX_TILES);

  list->nr = self->lruvec.nr[list->list];
  list->whole = list->nr <= WHOLE || list->list == VIEW_NR_LRU - 1;
  if (list->whole)
    {
      guint64 room = list->nr + 64;

      list->pfns = g_new (guint64, room);
      list->n = MIN (view_lru_list (self->machine, self->nid, list->list, list->pfns, room), room);
      list->nr = 0;
      for (guint64 i = 0; i < list->n; i++)
        list->nr += pages_of (self, list->pfns[i]);
      return;
    }
  list->pfns = g_new (guint64, 2 * half);
  list->n = view_lru_end (self->machine, self->nid, list->list, FALSE, list->pfns, half);
  list->n += view_lru_end (self->machine, self->nid, list->list, TRUE, list->pfns + list->n, half);
  /* Head to tail. */
  for (guint64 i = half, j = list->n; i + 1 < j; i++)
    {
      guint64 pfn = list->pfns[i];

      list->pfns[i] = list->pfns[--j];
      list->pfns[j] = pfn;
    }
}

/* How many entries stand at the ends one by one when `fold` tiles are for what is between. */
static void
choose_ends (List   *list,
             guint64 capacity,
             guint  *fold)
{
  guint64 shown = 0;

  *fold = 0;
  list->head = list->n;
  list->tail = 0;
  list->middle = 0;
  if (list->n <= capacity && list->whole)
    return;
  *fold = CLAMP (capacity / 4, 1, MAX (list->lru->columns, 1));
  capacity = MAX (capacity, *fold + 2) - *fold;
  list->tail = (capacity * 3 + 4) / 5;
  list->head = capacity - list->tail;
  for (guint64 i = 0; i < list->head; i++)
    shown += pages_of (list->lru, list->pfns[i]);
  for (guint64 i = list->n - list->tail; i < list->n; i++)
    shown += pages_of (list->lru, list->pfns[i]);
  list->middle = list->nr > shown ? list->nr - shown : 0;
}

/* ---- Drawing ---- */

static void
next_place (List   *list,
            double *x,
            double *y)
{
  const PgwLru *self = list->lru;

  *x = list->x + list->at % self->columns * (self->tile + self->gap);
  *y = list->y + list->at / self->columns * (self->tile_height + self->gap);
  list->at++;
}

static void
add_page (List   *list,
          guint64 pfn)
{
  double x, y;

  next_place (list, &x, &y);
  pgw_lru_add_tile (list->lru, pfn, 0, x, y);
}

/* A tile for many pages: how many, and which share of them is marked. */
static void
add_fold (List   *list,
          guint   number,
          guint64 pages,
          double  share)
{
  const PgwLru *self = list->lru;
  guint64 id = (guint64) list->list << 16 | number;
  PgwColour colour = PGW_COLOUR_PAGE_KIND + (list->list < 2 ? VIEW_PAGE_ANON : VIEW_PAGE_FILE);
  char label[16];
  double x, y, bar = MAX (2, floor (3 * self->scale));

  if (pages < 1000)
    g_snprintf (label, sizeof label, "%u", (guint) pages);
  else
    g_snprintf (label, sizeof label, "%uk", (guint) ((pages + 500) / 1000));
  next_place (list, &x, &y);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_LRU_FOLD, id),
                 mm_lru_object (self->nid, list->list), PGW_COLOUR_DIM_TEXT, PGW_STYLE_OUTLINE | PGW_STYLE_SMALL, x, y,
                 self->tile, self->tile_height, self->letters > 1 ? label : "…");
  if (share > 0)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_LRU_SHARE, id), 0, colour, PGW_STYLE_SOLID,
                   x + 1, y + self->tile_height - bar - 1, MAX (1, (self->tile - 2) * share), bar, NULL);
}

static gboolean
is_marked (const PgwLru *self,
           guint64       pfn,
           guint64      *pages)
{
  struct view_lru_page page;

  view_lru_page_brief (self->machine, pfn, &page);
  *pages = page.nr_pages;
  return page.marks & (VIEW_LRU_REFERENCED | VIEW_LRU_DIRTY | VIEW_LRU_WRITEBACK);
}

/* The middle of a list that was read: runs of pages, and pages that stand out. */
static void
add_middle (List  *list,
            guint  fold)
{
  guint64 each = 2, pages = 0, marked = 0, last = list->n - list->tail;
  guint number = 0, out = 0, limit = MAX (list->lru->columns / 2, 1);

  while (each * fold < list->middle)
    each *= 2;
  for (guint64 i = list->head; i < last; i++)
    {
      guint64 pfn = list->pfns[i], nr;
      gboolean mark = is_marked (list->lru, pfn, &nr);

      if (out < limit && pgw_marks_stand_out (list->lru->marks, pfn, nr))
        {
          out++;
          if (pages > 0)
            add_fold (list, number++, pages, (double) marked / pages);
          pages = marked = 0;
          add_page (list, pfn);
          continue;
        }
      pages += nr;
      marked += mark ? nr : 0;
      if (pages >= each)
        {
          add_fold (list, number++, pages, (double) marked / pages);
          pages = marked = 0;
        }
    }
  if (pages > 0)
    add_fold (list, number, pages, (double) marked / pages);
}

/* A page of the list that is not among those at its ends. */
static void
add_if_folded (List    *list,
               guint64  pfn)
{
  struct view_lru_page page;

  if (!view_lru_page_brief (list->lru->machine, pfn, &page) || !(page.marks & VIEW_LRU_ON_LIST) ||
      page.lru != list->list || page.nid != list->lru->nid)
    return;
  for (guint64 i = 0; i < list->n; i++)
    if ((i < list->head || i >= list->n - list->tail) && list->pfns[i] == pfn)
      return;
  add_page (list, pfn);
}

/* A list too long to be read whole is known by its counter; of its pages only what stands out is looked for. */
static void
add_unread_middle (List  *list,
                   guint  fold)
{
  const PgwMarks *marks = list->lru->marks;
  guint64 each = 2, left = list->middle;
  guint number = 0;

  while (each * fold < list->middle)
    each *= 2;
  for (; left > 0; number++)
    {
      add_fold (list, number, MIN (left, each), 0);
      left -= MIN (left, each);
    }
  if (marks->n_selected > 0)
    add_if_folded (list, marks->selected);
  for (guint i = 0; i < MIN (marks->changed->len, 8); i++)
    if (g_array_index (marks->changed, PgwPages, i).pfn != marks->selected || marks->n_selected == 0)
      add_if_folded (list, g_array_index (marks->changed, PgwPages, i).pfn);
}

/* "from the tail: 0x1a3 (referenced), 0x1a4 ..." */
static void
say_list (const List *list)
{
  g_autoptr (GString) text = g_string_new (NULL);
  mm_object_t object = mm_lru_object (list->lru->nid, list->list);

  for (guint64 i = list->n, said = 0; i-- > 0 && (said < 6 || list->n - i < 7);)
    {
      struct view_lru_page page;
      g_autofree char *words = NULL;

      view_lru_page (list->lru->machine, list->pfns[i], &page);
      words = pgw_lru_words (&page);
      g_string_append_printf (text, "%s%s", said > 0 ? _(", ") : "", pgw_pfn (list->pfns[i]));
      if (words[0] != '\0')
        g_string_append_printf (text, " (%s)", words);
      said++;
    }
  if (list->n > 6)
    g_string_append (text, " …");
  if (list->n == 0)
    pgw_scene_say (list->lru->scene, _("LRU list %s: no pages%s"), pgw_lru_name (list->list),
                   pgw_marks_text (pgw_marks_object (list->lru->marks, object)));
  else
    pgw_scene_say (list->lru->scene, _("LRU list %s: %s%s; from the tail: %s"), pgw_lru_name (list->list),
                   pgw_n_pages (list->nr), pgw_marks_text (pgw_marks_object (list->lru->marks, object)), text->str);
}

/* How much of the list is to be scanned in this pass, and how far that is. */
static double
add_target (const List *list,
            double      y)
{
  const PgwLru *self = list->lru;
  guint64 target = self->reclaimer.targets[list->list], left = MIN (self->reclaimer.left[list->list], target);
  gboolean here = self->reclaimer.lru == list->list && self->reclaimer.batch_taken > 0;
  double right = self->x + self->width, bar = ceil (60 * self->scale), height = ceil (6 * self->scale), width;
  g_autofree char *text = NULL;

  if (self->at_work < 0 || (target == 0 && !here) || self->reclaimer.nid != (gint32) self->nid ||
      self->width < 330 * self->scale)
    return 0;
  text = g_strdup_printf (here ? _("scanning: %s of %s") : _("to scan: %s of %s"), pgw_count (target - left),
                          pgw_count (target));
  width = ceil (pgw_type_width (text, PGW_STYLE_SMALL | PGW_STYLE_BOLD, self->scale));
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_LRU_TARGET, list->list << 1), 0, PGW_COLOUR_LINE,
                 PGW_STYLE_SOLID, right - bar, y + (self->line - height) / 2, bar, height, NULL);
  if (target > 0)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_LRU_TARGET, list->list << 1 | 1), 0,
                   PGW_COLOUR_ACCENT, PGW_STYLE_SOLID, right - bar, y + (self->line - height) / 2,
                   bar * (target - left) / target, height, NULL);
  pgw_scene_add_text (self->scene, 0, 0, here ? PGW_COLOUR_ACCENT : PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL | (here ? PGW_STYLE_BOLD : 0), right - bar - 6 * self->scale - width, y, width, text);
  pgw_scene_say (self->scene, "  %s", text);
  return bar + 12 * self->scale + width;
}

static void
add_heading (const List *list,
             double      y)
{
  const PgwLru *self = list->lru;
  mm_object_t object = mm_lru_object (self->nid, list->list);
  guint marks = pgw_marks_object (self->marks, object);
  PgwColour colour = marks & PGW_STYLE_SELECTED ? PGW_COLOUR_ACCENT : PGW_COLOUR_TEXT;
  double taken = add_target (list, y), room = self->width - taken;
  const char *name = pgw_lru_name (list->list), *count = pgw_count (list->nr);
  double name_width = ceil (pgw_type_width (name, PGW_STYLE_SMALL | PGW_STYLE_BOLD, self->scale));
  double count_width = ceil (pgw_type_width (count, PGW_STYLE_SMALL, self->scale)) + 1;
  PgwItem *item;

  name_width = MIN (name_width, MAX (room - count_width - 8 * self->scale, 1));
  item = pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_LRU_LABEL, list->list << 1), object, colour,
                             PGW_STYLE_SMALL | PGW_STYLE_BOLD, self->x, y, name_width, name);
  if (item == NULL)
    name_width = 0;
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_LRU_LABEL, list->list << 1 | 1), object, PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL, self->x + name_width + 8 * self->scale, y, room - name_width - 8 * self->scale, count);
}

/* Where the list begins and where it ends. */
static void
add_ends (const List *list)
{
  const PgwLru *self = list->lru;
  double shift = (self->tile_height - self->line) / 2, x, y;

  if (self->head <= 0 || list->at == 0 || list->list == VIEW_NR_LRU - 1)
    return;
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_LRU_END, list->list << 1), 0, PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL, self->x, list->y + shift, self->head, _("head"));
  x = list->x + ((list->at - 1) % self->columns + 1) * (self->tile + self->gap) + 2 * self->scale;
  y = list->y + (list->at - 1) / self->columns * (self->tile_height + self->gap) + shift;
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_LRU_END, list->list << 1 | 1), 0, PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL, x, y, self->tail, _("tail"));
}

guint
pgw_lru_list_rows (const PgwLru *self,
                   guint32       lru)
{
  guint64 n = self->lruvec.nr[lru], rounded = 1, pfn;

  /* The counter may lag behind: CPUs fold what they add into it now and then. */
  if (n == 0)
    return lru == VIEW_NR_LRU - 1 ? 0 : view_lru_end (self->machine, self->nid, lru, FALSE, &pfn, 1);

  /* Rounded up, so that the rows stay where they are while pages come and go. */
  while (rounded < n)
    rounded = rounded < 64 ? rounded * 2 : rounded + rounded / 4;
  return MIN ((rounded + self->columns - 1) / self->columns, 1000);
}

double
pgw_lru_list_height (const PgwLru *self,
                     guint         rows)
{
  return self->line + 1 + rows * (self->tile_height + self->gap) + ceil ((rows > 0 ? 4 : 1) * self->scale);
}

double
pgw_lru_add_list (const PgwLru *self,
                  guint32       lru,
                  guint         rows,
                  double        y)
{
  List list = { .lru = self, .list = lru, .x = self->x + self->head, .y = y + self->line + 1 };
  guint64 capacity = (guint64) rows * self->columns;
  guint fold;

  read_list (&list, capacity);
  choose_ends (&list, capacity, &fold);
  say_list (&list);
  add_heading (&list, y);
  for (guint64 i = 0; i < list.head; i++)
    add_page (&list, list.pfns[i]);
  if (fold > 0 && list.whole)
    add_middle (&list, fold);
  else if (fold > 0)
    add_unread_middle (&list, fold);
  for (guint64 i = list.n - list.tail; i < list.n; i++)
    add_page (&list, list.pfns[i]);
  add_ends (&list);
  g_free (list.pfns);
  /* Pages that stand out may take a row more. */
  if (rows > 0)
    rows = MAX (rows, (list.at + self->columns - 1) / self->columns);
  return pgw_lru_list_height (self, rows);
}
