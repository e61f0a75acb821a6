/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page replacement policies on a reference string.
 *
 * All share the frames and the table of who is where; a policy is told of every
 * reference and chooses the frame to empty when all are full.
 */
#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include <gio/gio.h>

#include "pgw-policy.h"

#define NO_FRAME G_MAXUINT

typedef struct {
  gint64   page;
  guint64  loaded, used;        /* times: numbers of references */
  gboolean referenced;          /* used since the policy looked last */
  gboolean active;              /* LINUX */
  guint64  generation;          /* MGLRU: the larger, the younger */
  guint64  order;               /* place on its list: larger = nearer to the head */
} Frame;

typedef struct {
  PgwPolicyRun *run;
  const gint64 *pages;
  guint         n, now;
  Frame        *frames;
  guint         n_used;
  GHashTable   *where;          /* page -> frame */
  guint         hand;           /* CLOCK */
  guint64       last_order;
  guint64       age;            /* LINUX: evictions and activations so far */
  GHashTable   *shadows;        /* LINUX: page -> age when it was evicted */
  guint64       max_seq;        /* MGLRU: youngest generation */
} Simulation;

/* ---- Choosing a victim ---- */

static guint
choose_fifo (Simulation *s)
{
  guint i, best = 0;

  for (i = 1; i < s->n_used; i++)
    if (s->frames[i].loaded < s->frames[best].loaded)
      best = i;
  return best;
}

static guint
choose_lru (Simulation *s)
{
  guint i, best = 0;

  for (i = 1; i < s->n_used; i++)
    if (s->frames[i].used < s->frames[best].used)
      best = i;
  return best;
}

/* The hand goes round; a page that was used since its last visit is spared this time. */
static guint
choose_clock (Simulation *s)
{
  guint victim;

  while (s->frames[s->hand].referenced)
    {
      s->frames[s->hand].referenced = FALSE;
      s->hand = (s->hand + 1) % s->n_used;
    }
  victim = s->hand;
  s->hand = (s->hand + 1) % s->n_used;
  return victim;
}

/* The next reference to a page; n if there is none. */
static guint
next_use (const Simulation *s,
          gint64            page)
{
  guint i;

  for (i = s->now + 1; i < s->n && s->pages[i] != page; i++)
    ;
  return i;
}

/* Among pages that are never used again, the one that came first. */
static guint
choose_opt (Simulation *s)
{
  guint best = 0, best_use = next_use (s, s->frames[0].page), i;

  for (i = 1; i < s->n_used; i++)
    {
      guint use = next_use (s, s->frames[i].page);

      if (use > best_use || (use == best_use && s->frames[i].loaded < s->frames[best].loaded))
        {
          best = i;
          best_use = use;
        }
    }
  return best;
}

/* The frame at the tail of the active or the inactive list. */
static guint
tail_of (const Simulation *s,
         gboolean          active)
{
  guint i, best = NO_FRAME;

  for (i = 0; i < s->n_used; i++)
    if (s->frames[i].active == active && (best == NO_FRAME || s->frames[i].order < s->frames[best].order))
      best = i;
  return best;
}

static guint
count_active (const Simulation *s)
{
  guint i, n = 0;

  for (i = 0; i < s->n_used; i++)
    n += s->frames[i].active;
  return n;
}

/* Active pages sink while they are more than the inactive ones; then the inactive tail goes. */
static guint
choose_linux (Simulation *s)
{
  guint n_active = count_active (s), victim;

  while (n_active > s->n_used - n_active)
    {
      Frame *frame = &s->frames[tail_of (s, TRUE)];

      frame->active = FALSE;
      frame->referenced = FALSE;
      frame->order = ++s->last_order;
      n_active--;
    }
  victim = tail_of (s, FALSE);
  g_hash_table_replace (s->shadows, g_memdup2 (&s->frames[victim].page, sizeof (gint64)),
                        g_memdup2 (&s->age, sizeof s->age));
  s->age++;
  return victim;
}

#define MIN_NR_GENS 2

static guint64
min_seq (const Simulation *s)
{
  guint64 min = G_MAXUINT64;
  guint i;

  for (i = 0; i < s->n_used; i++)
    min = MIN (min, s->frames[i].generation);
  return min;
}

/* All pages that were used become young; what was not is older by comparison. */
static void
age_generations (Simulation *s)
{
  guint i;

  s->max_seq++;
  for (i = 0; i < s->n_used; i++)
    if (s->frames[i].referenced)
      {
        s->frames[i].referenced = FALSE;
        s->frames[i].generation = s->max_seq;
        s->frames[i].order = ++s->last_order;
      }
}

/* From the oldest generation, which is kept apart from the youngest by ageing when needed. */
static guint
choose_mglru (Simulation *s)
{
  guint64 oldest;
  guint i, best = NO_FRAME;

  while ((oldest = min_seq (s)) + MIN_NR_GENS > s->max_seq + 1)
    age_generations (s);
  for (i = 0; i < s->n_used; i++)
    if (s->frames[i].generation == oldest && (best == NO_FRAME || s->frames[i].order < s->frames[best].order))
      best = i;
  if (!s->frames[best].referenced)
    return best;
  /* It was used meanwhile: it joins the young ones, and the next one is looked at. */
  s->frames[best].referenced = FALSE;
  s->frames[best].generation = s->max_seq;
  s->frames[best].order = ++s->last_order;
  return choose_mglru (s);
}

static guint (*const choose[PGW_N_POLICIES]) (Simulation *s) = {
  [PGW_POLICY_FIFO] = choose_fifo,
  [PGW_POLICY_LRU] = choose_lru,
  [PGW_POLICY_CLOCK] = choose_clock,
  [PGW_POLICY_OPT] = choose_opt,
  [PGW_POLICY_LINUX] = choose_linux,
  [PGW_POLICY_MGLRU] = choose_mglru,
};

/* ---- References ---- */

/* The second use of an inactive page makes it active; that of an active one is only noted. */
static void
mark_accessed (Simulation *s,
               Frame      *frame)
{
  if (!frame->referenced)
    frame->referenced = TRUE;
  else if (!frame->active)
    {
      frame->active = TRUE;
      frame->referenced = FALSE;
      frame->order = ++s->last_order;
      s->age++;
    }
}

static void
hit (Simulation *s,
     Frame      *frame)
{
  frame->used = s->now;
  if (s->run->policy == PGW_POLICY_LINUX)
    mark_accessed (s, frame);
  else
    frame->referenced = TRUE;
}

/* A page that was gone for no longer than the active ones take up would have stayed in their place. */
static gboolean
refault_activates (Simulation *s,
                   gint64      page)
{
  const guint64 *evicted = g_hash_table_lookup (s->shadows, &page);

  return evicted != NULL && s->age - *evicted <= count_active (s);
}

static void
load (Simulation *s,
      Frame      *frame,
      gint64      page)
{
  gboolean active = s->run->policy == PGW_POLICY_LINUX && refault_activates (s, page);

  *frame = (Frame) {
    .page = page,
    .loaded = s->now,
    .used = s->now,
    .referenced = s->run->policy == PGW_POLICY_CLOCK || (s->run->policy == PGW_POLICY_LINUX && !active),
    .active = active,
    .generation = s->max_seq,
    .order = ++s->last_order,
  };
  g_hash_table_replace (s->where, g_memdup2 (&page, sizeof page), frame);
  g_hash_table_remove (s->shadows, &page);
}

static void
refer (Simulation *s)
{
  PgwPolicyStep step = { .page = s->pages[s->now], .victim = PGW_POLICY_NO_PAGE };
  Frame *frame = g_hash_table_lookup (s->where, &step.page);

  if (frame != NULL)
    hit (s, frame);
  else
    {
      step.fault = TRUE;
      s->run->n_faults++;
      if (s->n_used < s->run->n_frames)
        frame = &s->frames[s->n_used++];
      else
        {
          frame = &s->frames[choose[s->run->policy] (s)];
          step.victim = frame->page;
          g_hash_table_remove (s->where, &step.victim);
        }
      load (s, frame, step.page);
    }
  step.frame = frame - s->frames;
  g_array_append_val (s->run->steps, step);
}

PgwPolicyRun *
pgw_policy_run (PgwPolicy     policy,
                const gint64 *pages,
                guint         n,
                guint         n_frames)
{
  Simulation s = { .pages = pages, .n = n, .max_seq = MIN_NR_GENS };

  g_return_val_if_fail (policy < PGW_N_POLICIES, NULL);
  g_return_val_if_fail (n_frames >= 1 && n_frames <= PGW_POLICY_MAX_FRAMES, NULL);

  s.run = g_new0 (PgwPolicyRun, 1);
  s.run->policy = policy;
  s.run->n_frames = n_frames;
  s.run->steps = g_array_sized_new (FALSE, FALSE, sizeof (PgwPolicyStep), n);
  s.frames = g_new0 (Frame, n_frames);
  s.where = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  s.shadows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);

  for (s.now = 0; s.now < n; s.now++)
    refer (&s);

  g_hash_table_unref (s.where);
  g_hash_table_unref (s.shadows);
  g_free (s.frames);
  return s.run;
}

void
pgw_policy_run_free (PgwPolicyRun *run)
{
  if (run == NULL)
    return;
  g_array_unref (run->steps);
  g_free (run);
}

/* ---- Names ---- */

static const struct {
  const char *name, *summary;
} policies[PGW_N_POLICIES] = {
  [PGW_POLICY_FIFO]  = { "fifo", N_("the page that came first goes first") },
  [PGW_POLICY_LRU]   = { "lru", N_("the page that was not used for longest goes") },
  [PGW_POLICY_CLOCK] = { "clock", N_("as fifo, but a page that was used since the last look gets a second chance") },
  [PGW_POLICY_OPT]   = { "opt", N_("the page that will be needed again last goes; nobody can do better") },
  [PGW_POLICY_LINUX] = { "linux", N_("active and inactive lists: the second use makes a page active, inactive ones go first") },
  [PGW_POLICY_MGLRU] = { "mglru", N_("generations: pages found used become young, the oldest generation goes first") },
};

const char *
pgw_policy_name (PgwPolicy policy)
{
  return policy < PGW_N_POLICIES ? policies[policy].name : NULL;
}

const char *
pgw_policy_summary (PgwPolicy policy)
{
  g_return_val_if_fail (policy < PGW_N_POLICIES, NULL);
  return _(policies[policy].summary);
}

gboolean
pgw_policy_by_name (const char *name,
                    PgwPolicy  *policy)
{
  guint i;

  for (i = 0; i < PGW_N_POLICIES; i++)
    if (strcmp (policies[i].name, name) == 0)
      {
        *policy = i;
        return TRUE;
      }
  return FALSE;
}

GArray *
pgw_policy_parse (const char *text,
                  GError    **error)
{
  g_autoptr (GArray) pages = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (GStrv) words = g_strsplit_set (text, " ,\t\n\r", -1);
  guint i;

  for (i = 0; words[i] != NULL; i++)
    {
      guint64 page;
      gint64 value;

      if (*words[i] == '\0')
        continue;
      if (!g_ascii_string_to_unsigned (words[i], 10, 0, G_GUINT64_CONSTANT (1) << 53, &page, NULL))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("“%s” is not the number of a page (0 to 2^53)"), words[i]);
          return NULL;
        }
      value = (gint64) page;
      g_array_append_val (pages, value);
    }
  return g_steal_pointer (&pages);
}
