/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots of a recording: every list of the page allocator, in order.
 *
 * The core trusts a snapshot, so this reader does not: each page frame must
 * lie in its zone, be aligned to its order and be on one list only, and the
 * counters must fit the lists. What is allocated is bounded by what the file
 * really holds, not by the numbers in it.
 */
#include "config.h"

#include <string.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-record.h"
#include "pgw-recording.h"
#include "mm/view.h"

#define PAGEBLOCK_ORDER 9
#define PAGEBLOCK_PAGES (1u << PAGEBLOCK_ORDER)
#define MAX_PFN         (MACHINE_MAX_RAM / PAGE_SIZE)

/* The arrays of a zone while they grow. */
typedef struct {
  GArray *pageblocks;           /* gint8 */
  GArray *free_lists;           /* struct snapshot_list */
  GArray *pcp_lists;
  GArray *cpus;                 /* struct snapshot_cpu */
  GArray *movable;              /* struct snapshot_range */
  guint64 on_pcp[NR_CPUS];      /* pages found on the lists of each CPU */
  guint64 pcp_line[NR_CPUS];
  gboolean has_wmark, has_free_pages, has_pageblocks;
} ZoneArrays;

typedef struct {
  struct machine_snapshot snapshot;     /* first: the caller's pointer is this */
  GArray *zones;                        /* struct snapshot_zone */
  GArray *arrays;                       /* ZoneArrays */
  GPtrArray *blocks;                    /* memory of the lists */
  PgwRecordLru lru;
} Snapshot;

typedef struct {
  PgwLineReader *reader;
  GError       **error;
  Snapshot      *snapshot;
  struct snapshot_zone *zone;           /* being read */
  ZoneArrays    *arrays;                /* its arrays */
  guint8        *seen;                  /* a bit per page frame: on a list already */
  guint64        n_seen;                /* frames `seen` has room for */
  char          *text;                  /* rest of the line */
} Reader;

#define fail(r, ...) \
  (pgw_record_set_error ((r)->reader, (r)->error, PGW_RECORDING_ERROR_INVALID, __VA_ARGS__), FALSE)

void
pgw_recording_snapshot_free (gpointer data)
{
  Snapshot *self = data;
  guint i;

  if (self == NULL)
    return;

  for (i = 0; i < self->arrays->len; i++)
    {
      ZoneArrays *arrays = &g_array_index (self->arrays, ZoneArrays, i);

      g_array_unref (arrays->pageblocks);
      g_array_unref (arrays->free_lists);
      g_array_unref (arrays->pcp_lists);
      g_array_unref (arrays->cpus);
      g_array_unref (arrays->movable);
    }
  g_array_unref (self->zones);
  g_array_unref (self->arrays);
  g_ptr_array_unref (self->blocks);
  pgw_record_lru_clear (&self->lru);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Snapshot, pgw_recording_snapshot_free)

/* The next word as a number, called `name` in the message if it is not one. */
static gboolean
number (Reader     *r,
        const char *name,
        guint64     max,
        guint64    *value)
{
  char *word = pgw_record_word (&r->text);

  if (word == NULL)
    return fail (r, _("the line ends early; expected: %s"), name);
  if (!pgw_record_number (word, 10, max, value))
    return fail (r, _("“%s” is not a %s (a number up to %" PRIu64 ")"), word, name, max);
  return TRUE;
}

static gboolean
signed_number (Reader     *r,
               const char *name,
               guint64     max,
               gint64     *value)
{
  gboolean negative;
  guint64 n;

  while (*r->text == ' ')
    r->text++;
  negative = *r->text == '-';
  if (negative)
    r->text++;
  if (!number (r, name, max, &n))
    return FALSE;
  *value = negative ? -(gint64) n : (gint64) n;
  return TRUE;
}

/* NAME VALUE: the name must stand there. */
static gboolean
named (Reader     *r,
       const char *name,
       guint64     max,
       guint64    *value)
{
  char *word = pgw_record_word (&r->text);

  if (word == NULL || strcmp (word, name) != 0)
    return fail (r, _("“%s” where “%s” was expected"), word ? word : "", name);
  return number (r, name, max, value);
}

static gboolean
mark_seen (Reader  *r,
           guint64  pfn,
           guint64  nr)
{
  guint64 i;

  for (i = pfn; i < pfn + nr; i++)
    {
      if (r->seen[i / 8] >> (i % 8) & 1)
        return fail (r, _("page frame %" PRIu64 " is on a list already"), i);
      r->seen[i / 8] |= 1 << (i % 8);
    }
  return TRUE;
}

/* A block on a list: in the zone, aligned, where there is memory, on no other list. */
static gboolean
check_block (Reader *r,
             guint64 pfn,
             guint   order)
{
  const struct snapshot_zone *zone = r->zone;
  guint64 nr = 1u << order, first = ALIGN_DOWN (zone->start_pfn, PAGEBLOCK_PAGES), i;

  if (pfn < zone->start_pfn || pfn + nr > zone->start_pfn + zone->spanned)
    return fail (r, _("page frame %" PRIu64 " does not lie in its zone"), pfn);
  if (pfn & (nr - 1))
    return fail (r, _("page frame %" PRIu64 " is not aligned to order %u"), pfn, order);
  for (i = pfn - first; i < pfn - first + nr; i += PAGEBLOCK_PAGES)
    if (g_array_index (r->arrays->pageblocks, gint8, i >> PAGEBLOCK_ORDER) < 0)
      return fail (r, _("page frame %" PRIu64 " lies where there is no memory"), pfn);
  return mark_seen (r, pfn, nr);
}

static gboolean
read_zone (Reader *r)
{
  struct snapshot_zone zone = { 0 };
  ZoneArrays arrays = { 0 };
  guint64 idx, end;
  guint i;

  if (pgw_record_word (&r->text) == NULL)
    return fail (r, _("a zone without a name"));
  if (!number (r, "zone index", VIEW_NR_ZONES - 1, &idx)
      || !named (r, "start", MAX_PFN, &zone.start_pfn)
      || !named (r, "spanned", MAX_PFN, &zone.spanned)
      || !named (r, "present", zone.spanned, &zone.present)
      || !named (r, "managed", zone.present, &zone.managed))
    return FALSE;

  end = zone.start_pfn + zone.spanned;
  if (end > MAX_PFN)
    return fail (r, _("the zone ends at page frame %" PRIu64 "; machines of up to %lu GiB can be simulated"),
                 end, MACHINE_MAX_RAM >> 30);
  if (zone.spanned == 0)
    return fail (r, _("the zone has no pages"));
  for (i = 0; i < r->snapshot->zones->len; i++)
    {
      const struct snapshot_zone *other = &g_array_index (r->snapshot->zones, struct snapshot_zone, i);

      if (idx <= other->idx || zone.start_pfn < other->start_pfn + other->spanned)
        return fail (r, _("zones must ascend and not overlap"));
    }

  zone.idx = idx;
  if (end > r->n_seen)
    {
      gsize old = (r->n_seen + 7) / 8, size = (end + 7) / 8;

      r->seen = g_realloc (r->seen, size);
      memset (r->seen + old, 0, size - old);
      r->n_seen = end;
    }

  arrays.pageblocks = g_array_new (FALSE, TRUE, sizeof (gint8));
  arrays.free_lists = g_array_new (FALSE, TRUE, sizeof (struct snapshot_list));
  arrays.pcp_lists = g_array_new (FALSE, TRUE, sizeof (struct snapshot_list));
  arrays.cpus = g_array_new (FALSE, TRUE, sizeof (struct snapshot_cpu));
  arrays.movable = g_array_new (FALSE, TRUE, sizeof (struct snapshot_range));
  g_array_append_val (r->snapshot->zones, zone);
  g_array_append_val (r->snapshot->arrays, arrays);
  r->zone = &g_array_index (r->snapshot->zones, struct snapshot_zone, r->snapshot->zones->len - 1);
  r->arrays = &g_array_index (r->snapshot->arrays, ZoneArrays, r->snapshot->arrays->len - 1);
  return TRUE;
}

static gboolean
read_wmark (Reader *r)
{
  guint64 flags;

  if (!number (r, "min watermark", MAX_PFN, &r->zone->wmark[0])
      || !number (r, "low watermark", MAX_PFN, &r->zone->wmark[1])
      || !number (r, "high watermark", MAX_PFN, &r->zone->wmark[2])
      || !named (r, "boost", MAX_PFN, &r->zone->boost)
      || !named (r, "highatomic", MAX_PFN, &r->zone->highatomic)
      || !named (r, "flags", G_MAXUINT32, &flags))
    return FALSE;

  r->zone->flags = flags;
  r->arrays->has_wmark = TRUE;
  return TRUE;
}

static gboolean
read_reserve (Reader *r)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (r->zone->lowmem_reserve); i++)
    {
      while (*r->text == ' ')
        r->text++;
      if (*r->text == '\0')
        return i >= VIEW_NR_ZONES || fail (r, _("the line ends early; expected: %s"), "lowmem_reserve");
      if (!number (r, "lowmem_reserve", MAX_PFN, &r->zone->lowmem_reserve[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_pageblocks (Reader *r)
{
  guint64 first = ALIGN_DOWN (r->zone->start_pfn, PAGEBLOCK_PAGES);
  guint64 room = DIV_ROUND_UP (r->zone->start_pfn + r->zone->spanned - first, PAGEBLOCK_PAGES);
  char *word;

  if (r->arrays->has_pageblocks)
    return fail (r, _("a second line of pageblocks for the same zone"));

  while ((word = pgw_record_word (&r->text)) != NULL)
    {
      char *times = strchr (word, '*');
      guint64 count = 1, type = 0;
      gint8 value;

      if (times != NULL)
        *times++ = '\0';
      if ((strcmp (word, "-") != 0 && !pgw_record_number (word, 10, VIEW_NR_MT - 1, &type))
          || (times != NULL && !pgw_record_number (times, 10, room, &count)))
        return fail (r, _("“%s” is not a type of pageblocks (T or T*COUNT)"), word);
      if (count > room - r->arrays->pageblocks->len)
        return fail (r, _("more pageblocks than the zone has (%" PRIu64 ")"), room);
      value = word[0] == '-' ? -1 : (gint8) type;
      while (count-- > 0)
        g_array_append_val (r->arrays->pageblocks, value);
    }

  if (r->arrays->pageblocks->len != room)
    return fail (r, _("%u pageblocks; the zone has %" PRIu64),
                 r->arrays->pageblocks->len, room);
  r->arrays->has_pageblocks = TRUE;
  return TRUE;
}

/* PFN ... of a free list, PFN:MT ... of a per-CPU list. */
static gboolean
read_blocks (Reader               *r,
             struct snapshot_list *list,
             guint                 order,
             gboolean              with_types)
{
  GArray *pfns = g_array_new (FALSE, FALSE, sizeof (guint64));
  GArray *types = g_array_new (FALSE, FALSE, sizeof (guint8));
  gboolean ok = TRUE;
  char *word;

  while (ok && (word = pgw_record_word (&r->text)) != NULL)
    {
      char *colon = with_types ? strchr (word, ':') : NULL;
      guint64 pfn, mt = 0;

      if (colon != NULL)
        *colon++ = '\0';
      if (!pgw_record_number (word, 10, MAX_PFN - 1, &pfn)
          || (with_types && (colon == NULL || !pgw_record_number (colon, 10, VIEW_NR_MT - 1, &mt))))
        ok = fail (r, with_types ? _("“%s” is not a page on a per-CPU list (PFN:TYPE)")
                                 : _("“%s” is not a page frame number"), word);
      else if ((ok = check_block (r, pfn, order)))
        {
          guint8 type = mt;

          g_array_append_val (pfns, pfn);
          g_array_append_val (types, type);
        }
    }

  list->nr = pfns->len;
  list->pfns = (const u64 *) g_array_free (pfns, FALSE);
  g_ptr_array_add (r->snapshot->blocks, (gpointer) list->pfns);
  list->types = (const u8 *) g_array_free (types, FALSE);
  g_ptr_array_add (r->snapshot->blocks, (gpointer) list->types);
  if (!with_types)
    list->types = NULL;
  return ok;
}

static gboolean
read_list (Reader *r)
{
  struct snapshot_list list = { 0 };
  guint64 order, mt;
  guint i;

  if (!number (r, "order", VIEW_MAX_ORDER - 1, &order)
      || !number (r, "migrate type", VIEW_NR_MT - 1, &mt))
    return FALSE;
  for (i = 0; i < r->arrays->free_lists->len; i++)
    {
      const struct snapshot_list *other = &g_array_index (r->arrays->free_lists, struct snapshot_list, i);

      if (other->order == order && other->mt == mt)
        return fail (r, _("a second list of this order and type for the same zone"));
    }

  list.order = order;
  list.mt = mt;
  if (!read_blocks (r, &list, order, FALSE))
    return FALSE;
  g_array_append_val (r->arrays->free_lists, list);
  return TRUE;
}

static gboolean
read_pcp (Reader *r)
{
  struct snapshot_cpu pcp = { 0 };
  guint64 cpu, count, high, batch, factor, threshold;
  gint64 diff;
  char *word;

  if (!number (r, "cpu", NR_CPUS - 1, &cpu)
      || !named (r, "count", MAX_PFN, &count)
      || !named (r, "high", G_MAXINT32, &high)
      || !named (r, "batch", 1 << 20, &batch)
      || !named (r, "free_factor", 8, &factor))
    return FALSE;
  word = pgw_record_word (&r->text);
  if (word == NULL || strcmp (word, "diff") != 0)
    return fail (r, _("“%s” where “%s” was expected"), word ? word : "", "diff");
  if (!signed_number (r, "diff", 127, &diff) || !named (r, "threshold", 127, &threshold))
    return FALSE;
  if (cpu != r->arrays->cpus->len)
    return fail (r, _("CPU %" PRIu64 " where CPU %u was expected"), cpu, r->arrays->cpus->len);
  if (batch == 0)
    return fail (r, _("a batch of 0"));

  pcp.count = count;
  pcp.high = high;
  pcp.batch = batch;
  pcp.free_factor = factor;
  pcp.diff = diff;
  pcp.threshold = threshold;
  r->arrays->pcp_line[cpu] = pgw_line_reader_get_line (r->reader);
  g_array_append_val (r->arrays->cpus, pcp);
  return TRUE;
}

static gboolean
read_pcplist (Reader *r)
{
  struct snapshot_list list = { 0 };
  guint64 cpu, pindex;
  guint order, i;

  if (!number (r, "cpu", NR_CPUS - 1, &cpu)
      || !number (r, "list index", VIEW_NR_PCP - 1, &pindex))
    return FALSE;
  for (i = 0; i < r->arrays->pcp_lists->len; i++)
    {
      const struct snapshot_list *other = &g_array_index (r->arrays->pcp_lists, struct snapshot_list, i);

      if (other->cpu == cpu && other->order == pindex)
        return fail (r, _("a second list of this index for the same CPU and zone"));
    }

  list.cpu = cpu;
  list.order = pindex;
  order = pindex < 12 ? pindex / 3 : PAGEBLOCK_ORDER;
  if (!read_blocks (r, &list, order, TRUE))
    return FALSE;
  r->arrays->on_pcp[cpu] += (guint64) list.nr << order;
  g_array_append_val (r->arrays->pcp_lists, list);
  return TRUE;
}

static gboolean
read_movable (Reader *r)
{
  guint64 from = r->zone->start_pfn, end = r->zone->start_pfn + r->zone->spanned;
  char *word;

  while ((word = pgw_record_word (&r->text)) != NULL)
    {
      struct snapshot_range range;
      char *plus = strchr (word, '+');

      if (plus != NULL)
        *plus++ = '\0';
      if (plus == NULL
          || !pgw_record_number (word, 10, MAX_PFN, &range.start)
          || !pgw_record_number (plus, 10, MAX_PFN, &range.nr))
        return fail (r, _("“%s” is not a stretch of pages (START+LENGTH)"), word);
      if (range.start < from || range.start + range.nr > end)
        return fail (r, _("the pages from %" PRIu64 " on lie outside the zone or do not ascend"),
                     range.start);
      from = range.start + range.nr;
      if (range.nr > 0)
        g_array_append_val (r->arrays->movable, range);
    }
  return TRUE;
}

/* All of a zone's lines have been seen. */
static gboolean
check_zone (Reader                     *r,
            const struct snapshot_zone *zone,
            const ZoneArrays           *arrays)
{
  guint i;

  if (!arrays->has_wmark || !arrays->has_free_pages || !arrays->has_pageblocks || arrays->cpus->len == 0)
    return fail (r, _("zone %s lacks its %s line"), view_zone_name (zone->idx),
                 !arrays->has_wmark ? "wmark" : !arrays->has_free_pages ? "free_pages"
                 : !arrays->has_pageblocks ? "pageblocks" : "pcp");
  for (i = 0; i < NR_CPUS; i++)
    {
      guint64 count = i < arrays->cpus->len ? g_array_index (arrays->cpus, struct snapshot_cpu, i).count : 0;

      if (count != arrays->on_pcp[i])
        return fail (r, _("CPU %u: count is %" PRIu64 " (line %" PRIu64 "), but its lists hold %" PRIu64 " pages"),
                     i, count, arrays->pcp_line[i], arrays->on_pcp[i]);
    }
  return TRUE;
}

static gboolean
finish (Reader *r)
{
  Snapshot *self = r->snapshot;
  guint i;

  if (self->zones->len == 0)
    return fail (r, _("a snapshot without zones"));

  for (i = 0; i < self->zones->len; i++)
    {
      struct snapshot_zone *zone = &g_array_index (self->zones, struct snapshot_zone, i);
      const ZoneArrays *arrays = &g_array_index (self->arrays, ZoneArrays, i);

      if (!check_zone (r, zone, arrays))
        return FALSE;
      if (arrays->cpus->len != g_array_index (self->arrays, ZoneArrays, 0).cpus->len)
        return fail (r, _("the zones differ in their number of CPUs"));

      zone->nr_pageblocks = arrays->pageblocks->len;
      zone->pageblocks = (const s8 *) arrays->pageblocks->data;
      zone->nr_free_lists = arrays->free_lists->len;
      zone->free_lists = (const struct snapshot_list *) arrays->free_lists->data;
      zone->nr_pcp_lists = arrays->pcp_lists->len;
      zone->pcp_lists = (const struct snapshot_list *) arrays->pcp_lists->data;
      zone->nr_cpus = arrays->cpus->len;
      zone->cpus = (const struct snapshot_cpu *) arrays->cpus->data;
      zone->nr_movable = arrays->movable->len;
      zone->movable = (const struct snapshot_range *) arrays->movable->data;
    }

  pgw_record_lru_finish (&self->lru, &self->snapshot);
  self->snapshot.nr_zones = self->zones->len;
  self->snapshot.zones = (const struct snapshot_zone *) self->zones->data;
  return TRUE;
}

static gboolean
read_lru (Reader     *r,
          const char *what)
{
  g_autofree char *message = NULL;

  return pgw_record_lru_read (&r->snapshot->lru, &r->snapshot->snapshot, what, r->text, &message)
         || fail (r, "%s", message);
}

/* One line; its first word is `what`. The lines of a zone's lists need those of the zone itself. */
static gboolean
read_line (Reader     *r,
           const char *what)
{
  if (strcmp (what, "zone") == 0)
    return read_zone (r);
  if (g_str_has_prefix (what, "lru"))
    return read_lru (r, what);
  if (r->zone == NULL)
    return fail (r, _("“%s” before the first zone"), what);
  if (strcmp (what, "wmark") == 0)
    return read_wmark (r);
  if (strcmp (what, "free_pages") == 0)
    {
      r->arrays->has_free_pages = TRUE;
      return number (r, "number of free pages", MAX_PFN, &r->zone->free_pages);
    }
  if (strcmp (what, "reserve") == 0)
    return read_reserve (r);
  if (strcmp (what, "pageblocks") == 0)
    return read_pageblocks (r);
  if (strcmp (what, "pcp") == 0)
    return read_pcp (r);
  if (strcmp (what, "movable") == 0)
    return read_movable (r);
  if (strcmp (what, "list") != 0 && strcmp (what, "pcplist") != 0)
    return TRUE;                /* something this program does not know */
  if (!r->arrays->has_pageblocks)
    return fail (r, _("“%s” before the pageblocks of the zone"), what);
  return what[0] == 'l' ? read_list (r) : read_pcplist (r);
}

struct machine_snapshot *
pgw_record_read_snapshot (PgwLineReader *reader,
                          GError       **error)
{
  g_autoptr (Snapshot) self = g_new0 (Snapshot, 1);
  g_autoptr (GError) local = NULL;
  Reader r = { reader, &local, self };
  gboolean ended = FALSE, ok = TRUE;

  self->zones = g_array_new (FALSE, TRUE, sizeof (struct snapshot_zone));
  self->arrays = g_array_new (FALSE, TRUE, sizeof (ZoneArrays));
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  pgw_record_lru_init (&self->lru);

  while (ok && !ended && (r.text = pgw_line_reader_next (reader, &local)) != NULL)
    {
      const char *what = pgw_record_word (&r.text);

      if (what == NULL)
        continue;
      ended = strcmp (what, "END") == 0;
      ok = ended ? finish (&r) : read_line (&r, what);
    }
  if (ok && !ended && local == NULL)
    pgw_record_set_error (reader, &local, PGW_RECORDING_ERROR_TRUNCATED,
                          _("the file ends inside a snapshot; expected “END”"));
  g_free (r.seen);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return &g_steal_pointer (&self)->snapshot;
}
