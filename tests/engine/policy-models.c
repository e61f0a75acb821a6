/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replacement policies by queues and lists, and all that an optimal one could do.
 */
#include "config.h"

#include "policy-models.h"

#define N_PAGES 10
#define NEVER G_MAXUINT

typedef struct
{
  gint64 page;
  gboolean referenced;
  guint frame; /* where it was put: those that nobody tells apart otherwise are taken in this order */
} Entry;

/* ---- Queues: the head leaves first ---- */

static GList *
find (GQueue *queue, gint64 page)
{
  for (GList *link = queue->head; link != NULL; link = link->next)
    if (((Entry *)link->data)->page == page)
      return link;
  return NULL;
}

static void
append (GQueue *queue, gint64 page, gboolean referenced, guint frame)
{
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry){ page, referenced, frame };
  g_queue_push_tail (queue, entry);
}

static gint64
leave (GQueue *queue, guint *frame)
{
  g_autofree Entry *entry = g_queue_pop_head (queue);

  *frame = entry->frame;
  return entry->page;
}

static void
to_tail (GQueue *from, GList *link, GQueue *to)
{
  g_queue_unlink (from, link);
  g_queue_push_tail_link (to, link);
}

/* ---- FIFO, LRU, CLOCK: one queue ---- */

static gint64
refer_queue (PgwPolicy policy, GQueue *queue, gint64 page, guint n_frames)
{
  GList *link = find (queue, page);
  gint64 victim = PGW_POLICY_NO_PAGE;
  guint frame = 0;

  if (link != NULL)
    {
      ((Entry *)link->data)->referenced = TRUE;
      if (policy == PGW_POLICY_LRU)
        to_tail (queue, link, queue);
      return victim;
    }
  if (queue->length == n_frames)
    {
      /* Second chance: who was used goes to the tail once, as if it had come just now. */
      while (policy == PGW_POLICY_CLOCK && ((Entry *)queue->head->data)->referenced)
        {
          ((Entry *)queue->head->data)->referenced = FALSE;
          to_tail (queue, queue->head, queue);
        }
      victim = leave (queue, &frame);
    }
  append (queue, page, TRUE, frame);
  return victim;
}

/* ---- The lists of Linux ---- */

typedef struct
{
  GQueue active, inactive;
  GHashTable *gone; /* page: how many evictions and activations there had been */
  gint64 age;
} Lists;

static gboolean
comes_back_soon (const Lists *lists, gint64 page)
{
  gpointer then;

  return g_hash_table_lookup_extended (lists->gone, GINT_TO_POINTER (page), NULL, &then) &&
         lists->age - GPOINTER_TO_INT (then) <= lists->active.length;
}

static gint64
refer_lists (Lists *lists, gint64 page, guint n_frames)
{
  gint64 victim = PGW_POLICY_NO_PAGE;
  GList *link = find (&lists->active, page);
  guint frame;

  if (link != NULL)
    {
      ((Entry *)link->data)->referenced = TRUE;
      return victim;
    }
  link = find (&lists->inactive, page);
  if (link != NULL)
    {
      Entry *entry = link->data;

      if (!entry->referenced)
        {
          entry->referenced = TRUE;
          return victim;
        }
      entry->referenced = FALSE;
      to_tail (&lists->inactive, link, &lists->active);
      lists->age++;
      return victim;
    }
  if (lists->active.length + lists->inactive.length == n_frames)
    {
      while (lists->active.length > lists->inactive.length)
        {
          ((Entry *)lists->active.head->data)->referenced = FALSE;
          to_tail (&lists->active, lists->active.head, &lists->inactive);
        }
      victim = leave (&lists->inactive, &frame);
      g_hash_table_replace (lists->gone, GINT_TO_POINTER (victim), GINT_TO_POINTER (lists->age));
      lists->age++;
    }
  if (comes_back_soon (lists, page))
    append (&lists->active, page, FALSE, 0);
  else
    append (&lists->inactive, page, TRUE, 0);
  g_hash_table_remove (lists->gone, GINT_TO_POINTER (page));
  return victim;
}

/* ---- Generations: a queue each, the oldest first ---- */

static gint
by_frame (gconstpointer a, gconstpointer b, gpointer data)
{
  return (gint)((const Entry *)a)->frame - (gint)((const Entry *)b)->frame;
}

static GQueue *
youngest (GPtrArray *generations)
{
  return generations->pdata[generations->len - 1];
}

static void
get_younger (GPtrArray *generations, GQueue *from, GList *link)
{
  ((Entry *)link->data)->referenced = FALSE;
  to_tail (from, link, youngest (generations));
}

/* A new generation, of those that were used since the last one. */
static void
age (GPtrArray *generations)
{
  GQueue used = G_QUEUE_INIT;
  guint n = generations->len;

  for (guint i = 0; i < n; i++)
    for (GList *link = ((GQueue *)generations->pdata[i])->head, *next; link != NULL; link = next)
      {
        next = link->next;
        if (((Entry *)link->data)->referenced)
          to_tail (generations->pdata[i], link, &used);
      }
  g_queue_sort (&used, by_frame, NULL);
  g_ptr_array_add (generations, g_queue_new ());
  while (used.head != NULL)
    get_younger (generations, &used, used.head);
}

static gint64
evict_oldest (GPtrArray *generations, guint *frame)
{
  for (;;)
    {
      GQueue *oldest = generations->pdata[0];

      if (oldest->length == 0)
        {
          g_queue_free (oldest);
          g_ptr_array_remove_index (generations, 0);
        }
      else if (generations->len == 1)
        age (generations);
      else if (((Entry *)oldest->head->data)->referenced)
        get_younger (generations, oldest, oldest->head);
      else
        return leave (oldest, frame);
    }
}

static gint64
refer_generations (GPtrArray *generations, gint64 page, guint n_frames)
{
  gint64 victim = PGW_POLICY_NO_PAGE;
  guint n = 0, frame;

  for (guint i = 0; i < generations->len; i++)
    {
      GList *link = find (generations->pdata[i], page);

      if (link != NULL)
        {
          ((Entry *)link->data)->referenced = TRUE;
          return victim;
        }
      n += ((GQueue *)generations->pdata[i])->length;
    }
  frame = n;
  if (n == n_frames)
    victim = evict_oldest (generations, &frame);
  append (youngest (generations), page, FALSE, frame);
  return victim;
}

/* ---- Running ---- */

static void
free_queue (gpointer queue)
{
  g_queue_free_full (queue, g_free);
}

gint64 *
policy_model_victims (PgwPolicy policy, const gint64 *pages, guint n, guint n_frames)
{
  gint64 *victims = g_new (gint64, n);
  g_autoptr (GPtrArray) generations = g_ptr_array_new ();
  Lists lists = { G_QUEUE_INIT, G_QUEUE_INIT, g_hash_table_new (NULL, NULL), 0 };
  GQueue queue = G_QUEUE_INIT;

  g_ptr_array_add (generations, g_queue_new ());
  for (guint i = 0; i < n; i++)
    if (policy == PGW_POLICY_MGLRU)
      victims[i] = refer_generations (generations, pages[i], n_frames);
    else if (policy == PGW_POLICY_LINUX)
      victims[i] = refer_lists (&lists, pages[i], n_frames);
    else
      victims[i] = refer_queue (policy, &queue, pages[i], n_frames);
  g_ptr_array_foreach (generations, (GFunc)(void (*) (void))free_queue, NULL);
  g_queue_clear_full (&queue, g_free);
  g_queue_clear_full (&lists.active, g_free);
  g_queue_clear_full (&lists.inactive, g_free);
  g_hash_table_unref (lists.gone);
  return victims;
}

/* ---- OPT: all that can be done is tried ---- */

/* From each set of pages that may be in memory so far, with the fewest faults on the way there. */
static void
try_all (const guint *faults, guint *next, gint64 page, guint n_frames)
{
  for (guint set = 0; set < 1u << N_PAGES; set++)
    {
      guint with = set | 1u << page;

      if (faults[set] == NEVER)
        continue;
      if (with == set)
        {
          next[set] = MIN (next[set], faults[set]);
          continue;
        }
      if ((guint)__builtin_popcount (with) <= n_frames)
        next[with] = MIN (next[with], faults[set] + 1);
      for (guint victim = 0; victim < N_PAGES; victim++)
        if (set & 1u << victim)
          next[with & ~(1u << victim)] = MIN (next[with & ~(1u << victim)], faults[set] + 1);
    }
}

guint
policy_fewest_faults (const gint64 *pages, guint n, guint n_frames)
{
  g_autofree guint *faults = g_new (guint, 1u << N_PAGES), *next = g_new (guint, 1u << N_PAGES);
  guint fewest = NEVER;

  for (guint set = 0; set < 1u << N_PAGES; set++)
    faults[set] = set == 0 ? 0 : NEVER;
  for (guint i = 0; i < n; i++)
    {
      guint *swap = faults;

      for (guint set = 0; set < 1u << N_PAGES; set++)
        next[set] = NEVER;
      try_all (faults, next, pages[i], n_frames);
      faults = next;
      next = swap;
    }
  for (guint set = 0; set < 1u << N_PAGES; set++)
    fewest = MIN (fewest, faults[set]);
  return fewest;
}
