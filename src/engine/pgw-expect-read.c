/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading expectations: an `expect` object is taken apart into single
 * statements. A new kind of expectation is a line in the table of clauses, a
 * function that reads it, and a case in read_value() of pgw-expect.c.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "pgw-expect-private.h"
#include "pgw-narration.h"
#include "pgw-units.h"

static void
expect_free (PgwExpect *expect)
{
  pgw_expect_clear_tasks (expect);
  g_free (expect->subject);
  g_free (expect->pointer);
  g_free (expect);
}

/* ---- Bounds ---- */

static gboolean
read_number (PgwJsonSource     *source,
             const PgwJsonNode *node,
             gint64            *value,
             GError           **error)
{
  guint64 magnitude;

  if (node->type == PGW_JSON_INTEGER && !node->overflow && node->integer <= G_MAXINT64)
    {
      *value = node->negative ? -(gint64) node->integer : (gint64) node->integer;
      return TRUE;
    }
  if (node->type == PGW_JSON_STRING && g_str_has_prefix (node->string, "0x") &&
      pgw_number_parse (node->string, &magnitude) && magnitude <= G_MAXINT64)
    {
      *value = magnitude;
      return TRUE;
    }
  return pgw_json_fail_expected (source, node,
                                 _("a whole number, or {\"min\": ..., \"max\": ...}"), error);
}

static gboolean
is_bounds (const PgwJsonNode *node)
{
  return node->type != PGW_JSON_OBJECT || pgw_json_member (node, "min") || pgw_json_member (node, "max");
}

/* 3, "0x400", or {"min": 1, "max": 5} with at least one of the two. */
static gboolean
read_bounds (PgwJsonSource     *source,
             const PgwJsonNode *node,
             gint64            *min,
             gint64            *max,
             GError           **error)
{
  static const char *const keys[] = { "min", "max", NULL };
  const PgwJsonNode *low, *high;

  if (node->type != PGW_JSON_OBJECT)
    {
      if (!read_number (source, node, min, error))
        return FALSE;
      *max = *min;
      return TRUE;
    }
  if (!pgw_json_check_keys (source, node, keys, error))
    return FALSE;
  low = pgw_json_member (node, "min");
  high = pgw_json_member (node, "max");
  if (low == NULL && high == NULL)
    return pgw_json_fail_expected (source, node, _("\"min\", \"max\" or both"), error);
  *min = G_MININT64;
  *max = G_MAXINT64;
  if ((low && !read_number (source, low, min, error)) || (high && !read_number (source, high, max, error)))
    return FALSE;
  if (*min > *max)
    return pgw_json_fail (source, node, _("a minimum above the maximum"), _("a minimum below it"), error);
  return TRUE;
}

/* ---- Building statements ---- */

PgwExpect *
pgw_expect_add (PgwExpectReader            *r,
            ExpectKind         kind,
            const PgwJsonNode *node,
            const char        *subject,
            ...)
{
  PgwExpect *expect = g_new0 (PgwExpect, 1);
  va_list args;

  va_start (args, subject);
  expect->subject = g_strdup_vprintf (subject, args);
  va_end (args);
  expect->kind = kind;
  expect->node = node;
  expect->pointer = pgw_json_pointer (r->source, node);
  expect->line = node->line;
  expect->column = node->column;
  g_ptr_array_add (r->out, expect);
  return expect;
}

gboolean
pgw_expect_set_bounds (PgwExpectReader            *r,
            PgwExpect         *expect,
            const PgwJsonNode *node,
            GError           **error)
{
  return read_bounds (r->source, node, &expect->min, &expect->max, error);
}

gboolean
pgw_expect_want_object (PgwExpectReader            *r,
             const PgwJsonNode *node,
             const char        *expected,
             GError           **error)
{
  if (node->type == PGW_JSON_OBJECT && node->n_children > 0)
    return TRUE;
  return pgw_json_fail_expected (r->source, node, expected, error);
}

/* "Normal", "node 1 Normal", "Node 1, zone Normal" */
static gboolean
parse_zone (const char *text,
            guint      *nid,
            guint      *idx)
{
  g_auto (GStrv) words = g_strsplit_set (text, " ,", -1);
  const char *zone = NULL;
  gboolean node_next = FALSE;

  *nid = 0;
  for (guint i = 0; words[i]; i++)
    {
      guint64 value;

      if (words[i][0] == '\0' || g_ascii_strcasecmp (words[i], "zone") == 0)
        continue;
      if (node_next)
        {
          if (!pgw_number_parse (words[i], &value) || value >= MAX_NUMNODES)
            return FALSE;
          *nid = value;
          node_next = FALSE;
        }
      else if (g_ascii_strcasecmp (words[i], "node") == 0 && zone == NULL)
        node_next = TRUE;
      else if (zone == NULL)
        zone = words[i];
      else
        return FALSE;
    }
  for (*idx = 0; zone && !node_next && *idx < VIEW_NR_ZONES; (*idx)++)
    if (g_ascii_strcasecmp (zone, view_zone_name (*idx)) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
read_zone (PgwExpectReader            *r,
           const char        *text,
           const PgwJsonNode *node,
           guint32           *zone,
           GError           **error)
{
  guint nid, idx;

  if (parse_zone (text, &nid, &idx) && (r->info->zones[nid] & (1u << idx)))
    {
      *zone = zone_ref (nid, idx);
      return TRUE;
    }

  g_autoptr (GString) known = g_string_new (NULL);
  for (nid = 0; nid < r->info->nr_nodes; nid++)
    for (idx = 0; idx < PGW_NR_ZONES; idx++)
      if (r->info->zones[nid] & (1u << idx))
        {
          g_string_append (known, known->len ? ", " : "");
          if (nid > 0)
            g_string_append_printf (known, "\"node %u %s\"", nid, view_zone_name (idx));
          else
            g_string_append_printf (known, "\"%s\"", view_zone_name (idx));
        }
  g_autofree char *found = g_strdup_printf (_("the zone \"%s\""), text);
  g_autofree char *expected = g_strdup_printf (_("a zone of this machine that has memory: %s"), known->str);
  return pgw_json_fail (r->source, node, found, expected, error);
}

static gboolean
read_type (PgwExpectReader            *r,
           const PgwJsonNode *node,
           guint32           *type,
           GError           **error)
{
  const char *words[VIEW_NR_MT + 1] = { NULL };

  for (guint i = 0; i < VIEW_NR_MT; i++)
    words[i] = view_migratetype_name (i);
  return pgw_json_read_word (r->source, node, words, type, error);
}

static gboolean
read_type_key (PgwExpectReader            *r,
               const PgwJsonNode *node,
               guint32           *type,
               GError           **error)
{
  for (*type = 0; *type < VIEW_NR_MT; (*type)++)
    if (strcmp (node->key, view_migratetype_name (*type)) == 0)
      return TRUE;

  g_autofree char *found = g_strdup_printf (_("the key \"%s\""), node->key);
  return pgw_json_fail (r->source, node, found,
                        _("a migrate type: Unmovable, Movable, Reclaimable, HighAtomic or Isolate"), error);
}

static gboolean
read_order_key (PgwExpectReader            *r,
                const PgwJsonNode *node,
                guint32           *order,
                GError           **error)
{
  guint64 value;

  if (pgw_number_parse (node->key, &value) && value < VIEW_MAX_ORDER)
    {
      *order = value;
      return TRUE;
    }
  g_autofree char *found = g_strdup_printf (_("the key \"%s\""), node->key);
  return pgw_json_fail (r->source, node, found, _("an order from \"0\" to \"10\""), error);
}

static gboolean
check_pfn (PgwExpectReader            *r,
           guint64            pfn,
           const PgwJsonNode *node,
           GError           **error)
{
  if (pfn < r->info->max_pfn)
    return TRUE;
  g_autofree char *found = g_strdup_printf (_("the page frame 0x%" PRIx64), pfn);
  g_autofree char *expected = g_strdup_printf (_("one below 0x%" PRIx64 ", the end of memory"),
                                               r->info->max_pfn);
  return pgw_json_fail (r->source, node, found, expected, error);
}

/* ---- Clauses ---- */

static gboolean
is_alloc (const PgwExpectReader *r)
{
  return r->entry->n_slots > 0 && r->entry->operation->fields != 0;
}

static gboolean
read_result (PgwExpectReader            *r,
             const PgwJsonNode *node,
             GError           **error)
{
  PgwExpect *expect = pgw_expect_add (r, EXPECT_RESULT, node, "result");

  expect->show = SHOW_RESULT;
  if (node->type == PGW_JSON_STRING && strcmp (node->string, "ok") == 0)
    {
      expect->max = G_MAXINT64;
      return TRUE;
    }
  if (node->type == PGW_JSON_STRING && !g_str_has_prefix (node->string, "0x"))
    return pgw_json_fail_expected (r->source, node, _("a number, {\"min\": ..., \"max\": ...} or \"ok\""), error);
  return pgw_expect_set_bounds (r, expect, node, error);
}

static gboolean
read_error (PgwExpectReader            *r,
            const PgwJsonNode *node,
            GError           **error)
{
  static const int errors[] = {
    ENOMEM, EINVAL, EAGAIN, EBUSY, EPERM, ENOENT, EFAULT, EEXIST, ENOSPC, ERANGE,
    EACCES, EBADF, ENODEV, EOVERFLOW, ESRCH, ECHILD, EIO, EOPNOTSUPP, ETXTBSY, EFBIG, ESPIPE
  };
  const char *words[G_N_ELEMENTS (errors) + 1] = { NULL };
  guint value;

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    words[i] = view_errno_name (-errors[i]);
  if (!pgw_json_read_word (r->source, node, words, &value, error))
    return FALSE;

  PgwExpect *expect = pgw_expect_add (r, EXPECT_ERROR, node, "error");
  expect->show = SHOW_RESULT;
  expect->min = expect->max = -errors[value];
  return TRUE;
}

static gboolean
read_pfn (PgwExpectReader            *r,
          const PgwJsonNode *node,
          GError           **error)
{
  if (r->entry->op.kind != OP_alloc_pages)
    return pgw_json_fail_expected (r->source, node, _("it only with alloc_pages (\"pfns\" is for several)"), error);

  PgwExpect *expect = pgw_expect_add (r, EXPECT_PFN, node, "pfn");
  expect->show = SHOW_PFN;
  return pgw_expect_set_bounds (r, expect, node, error) &&
         (expect->min < 0 || check_pfn (r, expect->min, node, error));
}

static gboolean
read_pfns (PgwExpectReader            *r,
           const PgwJsonNode *node,
           GError           **error)
{
  if (!is_alloc (r))
    return pgw_json_fail_expected (r->source, node, _("it only with an allocation"), error);
  if (node->type != PGW_JSON_ARRAY || node->n_children == 0 || node->n_children > r->entry->n_slots)
    {
      g_autofree char *expected = g_strdup_printf (_("an array of 1 to %u page frames"), r->entry->n_slots);
      return pgw_json_fail_expected (r->source, node, expected, error);
    }
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_PFN, n, "pfns[%u]", n->index);

      expect->show = SHOW_PFN;
      expect->index = n->index;
      if (!pgw_expect_set_bounds (r, expect, n, error) ||
          (expect->min >= 0 && !check_pfn (r, expect->min, n, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_refcount (PgwExpectReader            *r,
               const PgwJsonNode *node,
               GError           **error)
{
  if (!is_alloc (r) && r->entry->of_node == NULL)
    return pgw_json_fail_expected (r->source, node, _("it only with an operation on an allocation"), error);
  return pgw_expect_set_bounds (r, pgw_expect_add (r, EXPECT_REFCOUNT, node, "refcount"), node, error);
}

static gboolean
read_orders (PgwExpectReader            *r,
             ExpectKind         kind,
             guint32            zone,
             guint32            type,
             const char        *subject,
             const PgwJsonNode *node,
             GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object of block counts by order, such as {\"4\": 3}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, kind, n, "%s[%s]", subject, n->key);

      expect->zone = zone;
      expect->type = type;
      if (!read_order_key (r, n, &expect->index, error) || !pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_free (PgwExpectReader            *r,
           const PgwJsonNode *node,
           GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object by zone, such as {\"Normal\": {\"4\": 3}}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      g_autofree char *subject = g_strdup_printf ("free[%s]", n->key);
      guint32 zone;

      if (!read_zone (r, n->key, n, &zone, error) ||
          !read_orders (r, EXPECT_FREE, zone, 0, subject, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_free_list (PgwExpectReader            *r,
                const PgwJsonNode *node,
                GError           **error)
{
  const char *expected =
    _("an object by zone and migrate type, such as {\"Normal\": {\"Movable\": {\"4\": 3}}}");

  if (!pgw_expect_want_object (r, node, expected, error))
    return FALSE;
  for (const PgwJsonNode *z = node->first; z; z = z->next)
    {
      guint32 zone;

      if (!read_zone (r, z->key, z, &zone, error) || !pgw_expect_want_object (r, z, expected, error))
        return FALSE;
      for (const PgwJsonNode *t = z->first; t; t = t->next)
        {
          g_autofree char *subject = g_strdup_printf ("free_list[%s][%s]", z->key, t->key);
          guint32 type;

          if (!read_type_key (r, t, &type, error) ||
              !read_orders (r, EXPECT_FREE_LIST, zone, type, subject, t, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* {zone: number}, as several clauses have it. */
static gboolean
read_by_zone (PgwExpectReader            *r,
              ExpectKind         kind,
              const char        *clause,
              const PgwJsonNode *node,
              GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object by zone, such as {\"Normal\": 512}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, kind, n, "%s[%s]", clause, n->key);

      if (!read_zone (r, n->key, n, &expect->zone, error) || !pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_free_pages (PgwExpectReader            *r,
                 const PgwJsonNode *node,
                 GError           **error)
{
  if (is_bounds (node))
    return pgw_expect_set_bounds (r, pgw_expect_add (r, EXPECT_FREE_PAGES, node, "free_pages"), node, error);
  return read_by_zone (r, EXPECT_ZONE_FREE_PAGES, "free_pages", node, error);
}

static gboolean
read_highatomic (PgwExpectReader            *r,
                 const PgwJsonNode *node,
                 GError           **error)
{
  return read_by_zone (r, EXPECT_HIGHATOMIC, "highatomic", node, error);
}

/* The per-CPU list that serves an order and a migrate type. */
static gboolean
find_pcp_list (guint    order,
               guint    type,
               guint32 *pindex)
{
  for (*pindex = 0; *pindex < VIEW_NR_PCP; (*pindex)++)
    if (view_pindex_order (*pindex) == order && view_pindex_migratetype (*pindex) == type)
      return TRUE;
  return FALSE;
}

static gboolean
read_pcp_list (PgwExpectReader            *r,
               const PgwJsonNode *node,
               guint32            zone,
               guint              cpu,
               GError           **error)
{
  const PgwJsonNode *order_node = pgw_json_member (node, "order");
  const PgwJsonNode *type_node = pgw_json_member (node, "type");
  const PgwJsonNode *count = pgw_json_member (node, "count");
  guint64 order = 0;
  guint32 type, pindex;

  if (type_node == NULL)
    return pgw_json_fail_missing (r->source, node, "type", error);
  if (count == NULL)
    return pgw_json_fail_missing (r->source, node, "count", error);
  if ((order_node && !pgw_json_read_uint (r->source, order_node, _("an order"), 0, VIEW_MAX_ORDER - 1, &order, error)) ||
      !read_type (r, type_node, &type, error))
    return FALSE;
  if (!find_pcp_list (order, type, &pindex))
    return pgw_json_fail (r->source, node, _("an order and type without a per-CPU list"),
                          _("an order from 0 to 3 (or 9) and Unmovable, Movable or Reclaimable"), error);

  PgwExpect *expect = pgw_expect_add (r, EXPECT_PCP_LIST, count, "pcp[%s, cpu %u, order %u %s]",
                                  pgw_json_member (node, "zone")->string, cpu, (guint) order,
                                  view_migratetype_name (type));
  expect->zone = zone;
  expect->index = cpu;
  expect->type = pindex;
  return pgw_expect_set_bounds (r, expect, count, error);
}

static gboolean
read_one_pcp (PgwExpectReader            *r,
              const PgwJsonNode *node,
              GError           **error)
{
  static const char *const keys[] = {
    "zone", "cpu", "order", "type", "count", "high", "batch", "free_factor", NULL
  };
  static const ExpectKind kinds[] = {
    0, 0, 0, 0, EXPECT_PCP_COUNT, EXPECT_PCP_HIGH, EXPECT_PCP_BATCH, EXPECT_PCP_FREE_FACTOR
  };
  const PgwJsonNode *zone_node, *cpu_node;
  guint64 cpu = 0;
  guint32 zone;
  guint n_said = 0;

  if (!pgw_expect_want_object (r, node, _("an object such as {\"zone\": \"Normal\", \"cpu\": 0, \"count\": 62}"), error) ||
      !pgw_json_check_keys (r->source, node, keys, error))
    return FALSE;
  zone_node = pgw_json_member (node, "zone");
  cpu_node = pgw_json_member (node, "cpu");
  if (zone_node == NULL)
    return pgw_json_fail_missing (r->source, node, "zone", error);
  if (zone_node->type != PGW_JSON_STRING)
    return pgw_json_fail_expected (r->source, zone_node, _("the name of a zone"), error);
  if (!read_zone (r, zone_node->string, zone_node, &zone, error) ||
      (cpu_node && !pgw_json_read_uint (r->source, cpu_node, _("a processor of this machine"), 0,
                                        r->info->nr_cpus - 1, &cpu, error)))
    return FALSE;
  if (pgw_json_member (node, "order") || pgw_json_member (node, "type"))
    {
      static const char *const list_keys[] = { "zone", "cpu", "order", "type", "count", NULL };
      return pgw_json_check_keys (r->source, node, list_keys, error) &&
             read_pcp_list (r, node, zone, cpu, error);
    }
  for (guint i = 4; keys[i]; i++)
    {
      const PgwJsonNode *n = pgw_json_member (node, keys[i]);
      if (n == NULL)
        continue;
      PgwExpect *expect = pgw_expect_add (r, kinds[i], n, "pcp[%s, cpu %u].%s", zone_node->string, (guint) cpu, keys[i]);
      expect->zone = zone;
      expect->index = cpu;
      n_said++;
      if (!pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return n_said > 0 || pgw_json_fail_missing (r->source, node, "count", error);
}

static gboolean
read_pcp (PgwExpectReader            *r,
          const PgwJsonNode *node,
          GError           **error)
{
  if (node->type != PGW_JSON_ARRAY)
    return read_one_pcp (r, node, error);
  if (node->n_children == 0)
    return pgw_json_fail_expected (r->source, node, _("at least one per-CPU list"), error);
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    if (!read_one_pcp (r, n, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_counter (PgwExpectReader            *r,
              const PgwJsonNode *node,
              GError           **error)
{
  guint n_counters = view_nr_counters ();
  g_autofree const char **names = g_new0 (const char *, n_counters + 1);

  for (guint i = 0; i < n_counters; i++)
    names[i] = view_counter_name (i);
  if (!pgw_expect_want_object (r, node, _("an object by counter, such as {\"nr_free_pages\": 3000}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_COUNTER, n, "counter[%s]", n->key);

      while (expect->index < n_counters && strcmp (names[expect->index], n->key) != 0)
        expect->index++;
      if (expect->index == n_counters)
        {
          const char *nearest = pgw_json_nearest (n->key, names);
          g_autofree char *found = g_strdup_printf (_("the counter \"%s\""), n->key);
          g_autofree char *expected =
            nearest ? g_strdup_printf (_("a counter of /proc/vmstat, such as \"%s\""), nearest)
                    : g_strdup (_("a counter of /proc/vmstat"));
          return pgw_json_fail (r->source, n, found, expected, error);
        }
      if (!pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_watermark (PgwExpectReader            *r,
                const PgwJsonNode *node,
                GError           **error)
{
  static const char *const keys[] = { "min", "low", "high", "boost", NULL };

  if (!pgw_expect_want_object (r, node, _("an object by zone, such as {\"Normal\": {\"low\": 80}}"), error))
    return FALSE;
  for (const PgwJsonNode *z = node->first; z; z = z->next)
    {
      guint32 zone;

      if (!read_zone (r, z->key, z, &zone, error) ||
          !pgw_expect_want_object (r, z, _("an object of min, low, high and boost"), error) ||
          !pgw_json_check_keys (r->source, z, keys, error))
        return FALSE;
      for (const PgwJsonNode *n = z->first; n; n = n->next)
        {
          PgwExpect *expect = pgw_expect_add (r, EXPECT_WATERMARK, n, "watermark[%s].%s", z->key, n->key);

          expect->zone = zone;
          while (strcmp (keys[expect->index], n->key) != 0)
            expect->index++;
          if (!pgw_expect_set_bounds (r, expect, n, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_lowmem_reserve (PgwExpectReader            *r,
                     const PgwJsonNode *node,
                     GError           **error)
{
  const char *expected = _("an object by zone and by the zone of the request, such as {\"DMA\": {\"Normal\": 24}}");

  if (!pgw_expect_want_object (r, node, expected, error))
    return FALSE;
  for (const PgwJsonNode *z = node->first; z; z = z->next)
    {
      guint32 zone;

      if (!read_zone (r, z->key, z, &zone, error) || !pgw_expect_want_object (r, z, expected, error))
        return FALSE;
      for (const PgwJsonNode *n = z->first; n; n = n->next)
        {
          PgwExpect *expect = pgw_expect_add (r, EXPECT_LOWMEM_RESERVE, n, "lowmem_reserve[%s][%s]", z->key, n->key);

          expect->zone = zone;
          while (expect->index < VIEW_NR_ZONES && strcmp (view_zone_name (expect->index), n->key) != 0)
            expect->index++;
          if (expect->index == VIEW_NR_ZONES)
            {
              g_autofree char *found = g_strdup_printf (_("the zone \"%s\""), n->key);
              return pgw_json_fail (r->source, n, found, _("DMA, DMA32, Normal or Movable"), error);
            }
          if (!pgw_expect_set_bounds (r, expect, n, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_block_type (PgwExpectReader            *r,
                 const PgwJsonNode *node,
                 GError           **error)
{
  guint32 type;

  if (node->type == PGW_JSON_STRING)
    {
      if (!is_alloc (r))
        return pgw_json_fail_expected (r->source, node,
                                       _("an object by page frame, such as {\"0x400\": \"Movable\"}"), error);
      if (!read_type (r, node, &type, error))
        return FALSE;
      PgwExpect *own = pgw_expect_add (r, EXPECT_OWN_BLOCK_TYPE, node, "block_type");
      own->show = SHOW_TYPE;
      own->min = own->max = type;
      return TRUE;
    }
  if (!pgw_expect_want_object (r, node, _("a migrate type, or an object by page frame, such as {\"0x400\": \"Movable\"}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_BLOCK_TYPE, n, "block_type[%s]", n->key);

      expect->show = SHOW_TYPE;
      if (!pgw_number_parse (n->key, &expect->pfn))
        {
          g_autofree char *found = g_strdup_printf (_("the key \"%s\""), n->key);
          return pgw_json_fail (r->source, n, found, _("a page frame such as \"0x400\""), error);
        }
      if (!check_pfn (r, expect->pfn, n, error) || !read_type (r, n, &type, error))
        return FALSE;
      expect->min = expect->max = type;
    }
  return TRUE;
}

static gboolean
read_events (PgwExpectReader            *r,
             const PgwJsonNode *node,
             GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object by event, such as {\"expand\": 1, \"merge_buddy\": 0}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_EVENTS, n, "events[%s]", n->key);

      expect->index = pgw_event_type_by_name (n->key);
      if (expect->index == 0)
        {
          const char *names[NR_TRACE_EVENTS] = { NULL };
          for (guint i = 1; i < NR_TRACE_EVENTS; i++)
            names[i - 1] = pgw_event_type (i)->name;
          const char *nearest = pgw_json_nearest (n->key, names);
          g_autofree char *found = g_strdup_printf (_("the event \"%s\""), n->key);
          g_autofree char *expected = nearest ? g_strdup_printf (_("\"%s\" or another event of the core"), nearest)
                                              : g_strdup (_("an event of the core"));
          return pgw_json_fail (r->source, n, found, expected, error);
        }
      if (!pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

/* {"dentry": {"used": 3, "slabs": 1}} */
static gboolean
read_slab (PgwExpectReader   *r,
           const PgwJsonNode *node,
           GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object by cache, such as {\"kmalloc-64\": {\"used\": 1}}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (!pgw_expect_want_object (r, n, _("an object of numbers, such as {\"used\": 3, \"slabs\": 1}"), error) ||
          !pgw_json_check_keys (r->source, n, pgw_expect_slab_words, error))
        return FALSE;
      for (const PgwJsonNode *value = n->first; value; value = value->next)
        {
          PgwExpect *expect = pgw_expect_add (r, EXPECT_SLAB, value, "slab %s %s", n->key, value->key);

          g_strlcpy (expect->cache, n->key, sizeof expect->cache);
          while (!g_str_equal (pgw_expect_slab_words[expect->index], value->key))
            expect->index++;
          if (!pgw_expect_set_bounds (r, expect, value, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_leaks (PgwExpectReader   *r,
            const PgwJsonNode *node,
            GError           **error)
{
  return pgw_expect_set_bounds (r, pgw_expect_add (r, EXPECT_LEAKS, node, "leaks"), node, error);
}

/* The bug of this text, or of this condition; 0 if the core has no such one. */
static guint
find_bug (const char *text)
{
  for (guint bug = 1; bug < view_nr_bugs (); bug++)
    {
      const char *name = view_bug_name (bug);
      const char *open = g_str_has_prefix (name, "VM_BUG_ON") ? strchr (name, '(') : NULL;

      if (g_str_equal (name, text))
        return bug;
      if (open && strlen (open + 1) == strlen (text) + 1 && g_str_has_prefix (open + 1, text))
        return bug;
    }
  return 0;
}

/* true, false, or which one. */
static gboolean
read_bug (PgwExpectReader            *r,
          const PgwJsonNode *node,
          GError           **error)
{
  const char *expected = _("true, false, or a condition such as \"page_ref_count(page) == 0\"");
  guint bug = node->type == PGW_JSON_STRING ? find_bug (node->string) : 0;

  if (node->type != PGW_JSON_BOOLEAN && bug == 0)
    return pgw_json_fail_expected (r->source, node, expected, error);

  PgwExpect *expect = pgw_expect_add (r, bug ? EXPECT_BUG_REASON : EXPECT_BUG, node, "bug");
  expect->show = bug ? SHOW_BUG : SHOW_BOOLEAN;
  expect->min = expect->max = bug ? (gint64) bug : node->boolean != FALSE;
  return TRUE;
}

static const PgwExpectClause clauses[] = {
  { "result", read_result },
  { "error", read_error },
  { "pfn", read_pfn },
  { "pfns", read_pfns },
  { "refcount", read_refcount },
  { "free", read_free },
  { "free_list", read_free_list },
  { "free_pages", read_free_pages },
  { "pcp", read_pcp },
  { "counter", read_counter },
  { "watermark", read_watermark },
  { "lowmem_reserve", read_lowmem_reserve },
  { "highatomic", read_highatomic },
  { "block_type", read_block_type },
  { "events", read_events },
  { "slab", read_slab },
  { "leaks", read_leaks },
  { "bug", read_bug },
  { NULL, NULL }
};

static gboolean
read_clauses (PgwExpectReader       *r,
              const PgwExpectClause *table,
              const PgwJsonNode     *node,
              GError               **error)
{
  for (; table->key; table++)
    {
      const PgwJsonNode *n = pgw_json_member (node, table->key);
      if (n && !table->read (r, n, error))
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
pgw_expects_read (PgwJsonSource        *source,
                  const PgwJsonNode    *node,
                  const PgwEntry       *entry,
                  const PgwMachineInfo *info,
                  GError              **error)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func ((GDestroyNotify) expect_free);
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  PgwExpectReader r = { source, entry, info, out };

  for (const PgwExpectClause *c = clauses; c->key; c++)
    g_ptr_array_add (keys, (gpointer) c->key);
  for (const PgwExpectClause *c = pgw_expect_task_clauses (); c->key; c++)
    g_ptr_array_add (keys, (gpointer) c->key);
  g_ptr_array_add (keys, NULL);
  if (!pgw_expect_want_object (&r, node, _("an object of expectations, such as {\"result\": \"ok\"}"), error) ||
      !pgw_json_check_keys (source, node, (const char *const *) keys->pdata, error) ||
      !read_clauses (&r, clauses, node, error) || !read_clauses (&r, pgw_expect_task_clauses (), node, error))
    return NULL;
  return g_steal_pointer (&out);
}
