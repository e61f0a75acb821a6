/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the clauses about page frames and zones: free pages and lists,
 * per-CPU lists, watermarks and the types of pageblocks.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "pgw-expect-private.h"
#include "pgw-units.h"

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
is_bounds (const PgwJsonNode *node)
{
  return node->type != PGW_JSON_OBJECT || pgw_json_member (node, "min") || pgw_json_member (node, "max");
}

static gboolean
is_alloc (const PgwExpectReader *r)
{
  return r->entry->n_slots > 0 && r->entry->operation->family == PGW_FAMILY_PAGES;
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

static const PgwExpectClause clauses[] = {
  { "pfn", read_pfn },
  { "pfns", read_pfns },
  { "refcount", read_refcount },
  { "free", read_free },
  { "free_list", read_free_list },
  { "free_pages", read_free_pages },
  { "pcp", read_pcp },
  { "watermark", read_watermark },
  { "lowmem_reserve", read_lowmem_reserve },
  { "highatomic", read_highatomic },
  { "block_type", read_block_type },
  { NULL, NULL }
};

const PgwExpectClause *
pgw_expect_page_clauses (void)
{
  return clauses;
}
