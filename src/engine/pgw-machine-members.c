/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of a scenario's `machine`: RAM, nodes, processors, zone
 * boundaries, the kernel's image, tunables, what tasks and files need, and who
 * manages the kernel's objects. Each is read by a function of its own.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-machine-members.h"
#include "pgw-units.h"

#define MAX_TLB_SETS   1024
#define MAX_TLB_WAYS   16
#define MAX_DISK       (G_GUINT64_CONSTANT (16) << 30)
#define MAX_COMMIT_RAM (G_GUINT64_CONSTANT (1) << 46)
#define BLOCK_BYTES (G_GUINT64_CONSTANT (4) << 20)      /* of the largest order */

static gboolean
read_size (PgwJsonSource     *source,
           const PgwJsonNode *node,
           guint64            min,
           guint64            max,
           guint64           *bytes,
           GError           **error)
{
  gboolean good = FALSE;

  if (node->type == PGW_JSON_STRING)
    good = pgw_size_parse (node->string, bytes);
  else if (node->type == PGW_JSON_INTEGER)
    {
      good = !node->overflow && (!node->negative || node->integer == 0);
      *bytes = node->integer;
    }
  if (good && *bytes >= min && *bytes <= max && *bytes % PAGE_SIZE == 0)
    return TRUE;

  g_autofree char *low = pgw_size_format (min);
  g_autofree char *high = pgw_size_format (max);
  g_autofree char *expected =
    g_strdup_printf (_("a size such as \"64M\" or a number of bytes, from %s to %s, in whole pages of 4K"),
                     low, high);
  return pgw_json_fail_expected (source, node, expected, error);
}

static gboolean
expect_object (PgwJsonSource     *source,
               const PgwJsonNode *node,
               const char *const *keys,
               GError           **error)
{
  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (source, node, _("an object"), error);
  return pgw_json_check_keys (source, node, keys, error);
}

/* ---- Members ---- */

static gboolean
read_nodes (struct machine_config *config,
            PgwJsonSource         *source,
            const PgwJsonNode     *node,
            GError               **error)
{
  guint64 value = 1;

  if (node && !pgw_json_read_uint (source, node, _("a number of nodes"), 1, MAX_NUMNODES, &value, error))
    return FALSE;
  config->nr_nodes = value;
  return TRUE;
}

/* One stretch of RAM from address 0, shared out among the nodes in whole blocks of the largest order. */
static gboolean
read_ram (struct machine_config *config,
          PgwJsonSource         *source,
          const PgwJsonNode     *node,
          GError               **error)
{
  guint64 ram, base = 0;

  if (!read_size (source, node, MACHINE_MIN_RAM * config->nr_nodes, MACHINE_MAX_RAM, &ram, error))
    return FALSE;

  guint64 part = ram / config->nr_nodes / BLOCK_BYTES * BLOCK_BYTES;
  for (guint i = 0; i < config->nr_nodes; i++)
    {
      struct memory_region *region = &config->regions[i];

      region->base = base;
      region->size = i + 1 < config->nr_nodes ? part : ram - base;
      region->nid = i;
      base += region->size;
    }
  config->nr_regions = config->nr_nodes;
  return TRUE;
}

static gboolean
read_region (struct machine_config *config,
             PgwJsonSource         *source,
             const PgwJsonNode     *node,
             guint64                free_from,
             GError               **error)
{
  static const char *const keys[] = { "base", "size", "node", NULL };
  struct memory_region *region = &config->regions[config->nr_regions];
  const PgwJsonNode *base, *size, *nid;
  guint64 value = 0;

  if (!expect_object (source, node, keys, error))
    return FALSE;
  if ((base = pgw_json_member (node, "base")) == NULL)
    return pgw_json_fail_missing (source, node, "base", error);
  if ((size = pgw_json_member (node, "size")) == NULL)
    return pgw_json_fail_missing (source, node, "size", error);
  if (!read_size (source, base, 0, MACHINE_MAX_RAM, &region->base, error))
    return FALSE;
  if (region->base < free_from)
    return pgw_json_fail_expected (source, base,
                                   _("a base behind the end of the memory before it"), error);
  if (!read_size (source, size, PAGE_SIZE, MACHINE_MAX_RAM - MIN (region->base, MACHINE_MAX_RAM - PAGE_SIZE),
                  &region->size, error))
    return FALSE;
  if ((nid = pgw_json_member (node, "node")) != NULL &&
      !pgw_json_read_uint (source, nid, _("a node of this machine"), 0, config->nr_nodes - 1, &value, error))
    return FALSE;
  region->nid = value;
  config->nr_regions++;
  return TRUE;
}

static gboolean
read_memory (struct machine_config *config,
             PgwJsonSource         *source,
             const PgwJsonNode     *node,
             GError               **error)
{
  guint64 free_from = 0, total = 0;

  if (node->type != PGW_JSON_ARRAY || node->n_children == 0 || node->n_children > MAX_MEMORY_REGIONS)
    {
      g_autofree char *expected = g_strdup_printf (_("an array of 1 to %u stretches of memory"),
                                                   MAX_MEMORY_REGIONS);
      return pgw_json_fail_expected (source, node, expected, error);
    }
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (!read_region (config, source, n, free_from, error))
        return FALSE;
      free_from = config->regions[n->index].base + config->regions[n->index].size;
      total += config->regions[n->index].size;
    }
  if (total < MACHINE_MIN_RAM)
    {
      g_autofree char *sum = pgw_size_format (total);
      g_autofree char *least = pgw_size_format (MACHINE_MIN_RAM);
      g_autofree char *found = g_strdup_printf (_("memory of %s together"), sum);
      g_autofree char *expected = g_strdup_printf (_("at least %s"), least);
      return pgw_json_fail (source, node, found, expected, error);
    }
  return TRUE;
}

static gboolean
read_cpu (struct machine_config *config,
          PgwJsonSource         *source,
          const PgwJsonNode     *node,
          GError               **error)
{
  static const char *const keys[] = { "node", NULL };
  const PgwJsonNode *nid;
  guint64 value = 0;

  if (!expect_object (source, node, keys, error))
    return FALSE;
  if ((nid = pgw_json_member (node, "node")) != NULL &&
      !pgw_json_read_uint (source, nid, _("a node of this machine"), 0, config->nr_nodes - 1, &value, error))
    return FALSE;
  config->cpu_to_node[node->index] = value;
  return TRUE;
}

static gboolean
read_cpus (struct machine_config *config,
           PgwJsonSource         *source,
           const PgwJsonNode     *node,
           GError               **error)
{
  guint64 value = config->nr_nodes;

  if (node && node->type == PGW_JSON_ARRAY)
    {
      if (node->n_children == 0 || node->n_children > NR_CPUS)
        {
          g_autofree char *expected = g_strdup_printf (_("1 to %u processors"), NR_CPUS);
          return pgw_json_fail_expected (source, node, expected, error);
        }
      config->nr_cpus = node->n_children;
      for (const PgwJsonNode *n = node->first; n; n = n->next)
        if (!read_cpu (config, source, n, error))
          return FALSE;
      return TRUE;
    }

  if (node && !pgw_json_read_uint (source, node, _("an array of processors, or how many there are"),
                                   1, NR_CPUS, &value, error))
    return FALSE;
  config->nr_cpus = value;
  for (guint i = 0; i < config->nr_cpus; i++)
    config->cpu_to_node[i] = i * config->nr_nodes / config->nr_cpus;
  return TRUE;
}

static gboolean
read_pair (PgwJsonSource     *source,
           const PgwJsonNode *node,
           const char        *first_key,
           guint64           *first,
           const char        *second_key,
           guint64           *second,
           GError           **error)
{
  const char *keys[] = { first_key, second_key, NULL };
  const PgwJsonNode *a, *b;

  if (!expect_object (source, node, keys, error))
    return FALSE;
  a = pgw_json_member (node, first_key);
  b = pgw_json_member (node, second_key);
  return (a == NULL || read_size (source, a, PAGE_SIZE, MACHINE_MAX_RAM, first, error)) &&
         (b == NULL || read_size (source, b, PAGE_SIZE, MACHINE_MAX_RAM, second, error));
}

static gboolean
read_reserve_ratio (struct machine_config *config,
                    PgwJsonSource         *source,
                    const PgwJsonNode     *node,
                    GError               **error)
{
  gboolean any = FALSE;

  if (node->type != PGW_JSON_ARRAY || node->n_children < 1 || node->n_children > 4)
    return pgw_json_fail_expected (source, node,
                                   _("an array of 1 to 4 ratios, for the zones DMA, DMA32, Normal and Movable"),
                                   error);
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      guint64 value;
      if (!pgw_json_read_uint (source, n, _("a ratio"), 0, G_MAXINT32, &value, error))
        return FALSE;
      config->lowmem_reserve_ratio[n->index] = value;
      any |= value != 0;
    }
  if (!any)
    return pgw_json_fail (source, node, _("only zeros"),
                          _("at least one ratio above 0 (1 reserves most, a large number next to nothing)"),
                          error);
  return TRUE;
}

static gboolean
read_tunables (struct machine_config *config,
               PgwJsonSource         *source,
               const PgwJsonNode     *node,
               GError               **error)
{
  static const char *const keys[] = {
    "min_free_kbytes", "watermark_scale_factor", "watermark_boost_factor",
    "percpu_pagelist_high_fraction", "lowmem_reserve_ratio",
    /* These are set by operations in front of the script (pgw-scenario-files.c). */
    "overcommit_memory", "overcommit_ratio", "overcommit_kbytes", "max_map_count", "mmap_min_addr",
    "tlb_flush_disabled", NULL
  };
  const PgwJsonNode *n;
  guint64 value;

  if (!expect_object (source, node, keys, error))
    return FALSE;
  if ((n = pgw_json_member (node, "min_free_kbytes")) != NULL)
    {
      if (!pgw_json_read_uint (source, n, _("a size in KiB"), 1, G_MAXINT32, &value, error))
        return FALSE;
      config->min_free_kbytes = value;
    }
  if ((n = pgw_json_member (node, "watermark_scale_factor")) != NULL)
    {
      if (!pgw_json_read_uint (source, n, _("parts of 10,000"), 1, 3000, &value, error))
        return FALSE;
      config->watermark_scale_factor = value;
    }
  if ((n = pgw_json_member (node, "watermark_boost_factor")) != NULL)
    {
      if (!pgw_json_read_uint (source, n, _("parts of 10,000"), 0, G_MAXINT32, &value, error))
        return FALSE;
      config->watermark_boost_factor = value ? (gint32) value : -1;
    }
  if ((n = pgw_json_member (node, "percpu_pagelist_high_fraction")) != NULL)
    {
      if (!pgw_json_read_uint (source, n, _("a divisor"), 0, G_MAXINT32, &value, error))
        return FALSE;
      if (value && value < 8)
        return pgw_json_fail_expected (source, n, _("0 or at least 8"), error);
      config->percpu_pagelist_high_fraction = value;
    }
  if ((n = pgw_json_member (node, "lowmem_reserve_ratio")) != NULL)
    return read_reserve_ratio (config, source, n, error);
  return TRUE;
}

static gboolean
read_distances (struct machine_config *config,
                PgwJsonSource         *source,
                const PgwJsonNode     *node,
                GError               **error)
{
  g_autofree char *expected = g_strdup_printf (_("an array of %u arrays of %u distances each"),
                                               config->nr_nodes, config->nr_nodes);

  if (node->type != PGW_JSON_ARRAY || node->n_children != config->nr_nodes)
    return pgw_json_fail_expected (source, node, expected, error);
  for (const PgwJsonNode *row = node->first; row; row = row->next)
    {
      if (row->type != PGW_JSON_ARRAY || row->n_children != config->nr_nodes)
        return pgw_json_fail_expected (source, row, expected, error);
      for (const PgwJsonNode *n = row->first; n; n = n->next)
        {
          gboolean self = row->index == n->index;
          guint64 value;

          if (!pgw_json_read_uint (source, n, self ? _("the distance of a node to itself")
                                                   : _("a distance between nodes"),
                                   self ? 10 : 11, self ? 10 : 254, &value, error))
            return FALSE;
          config->node_distance[row->index][n->index] = value;
        }
    }
  return TRUE;
}

/* ---- Virtual memory ---- */

static gboolean
read_tlb (struct machine_config *config,
          PgwJsonSource         *source,
          const PgwJsonNode     *node,
          GError               **error)
{
  static const char *const keys[] = { "sets", "ways", "pcid", NULL };
  const PgwJsonNode *n;
  guint64 value;

  if (!expect_object (source, node, keys, error))
    return FALSE;
  if ((n = pgw_json_member (node, "sets")) != NULL)
    {
      if (!pgw_json_read_uint (source, n, _("a number of sets"), 1, MAX_TLB_SETS, &value, error))
        return FALSE;
      if (value & (value - 1))
        return pgw_json_fail_expected (source, n, _("a power of two"), error);
      config->tlb_sets = value;
    }
  if ((n = pgw_json_member (node, "ways")) != NULL)
    {
      if (!pgw_json_read_uint (source, n, _("entries of a set"), 1, MAX_TLB_WAYS, &value, error))
        return FALSE;
      config->tlb_ways = value;
    }
  if ((n = pgw_json_member (node, "pcid")) != NULL)
    {
      if (n->type != PGW_JSON_BOOLEAN)
        return pgw_json_fail_expected (source, n, _("true or false"), error);
      config->no_pcid = !n->boolean;
    }
  return TRUE;
}

static gboolean
read_swap (struct machine_config *config,
           PgwJsonSource         *source,
           const PgwJsonNode     *node,
           GError               **error)
{
  static const char *const keys[] = { "size", "priority", "in_use", "solid_state", NULL };
  struct swap_device *swap = &config->swaps[config->nr_swaps++];
  const PgwJsonNode *n;
  guint64 value;

  if (!expect_object (source, node, keys, error))
    return FALSE;
  if ((n = pgw_json_member (node, "size")) == NULL)
    return pgw_json_fail_missing (source, node, "size", error);
  if (!read_size (source, n, PAGE_SIZE, MACHINE_MAX_RAM, &swap->size, error))
    return FALSE;
  if ((n = pgw_json_member (node, "priority")) != NULL)
    {
      if (!pgw_json_read_uint (source, n, _("a priority"), 0, SWAP_FLAG_PRIO_MASK, &value, error))
        return FALSE;
      swap->flags = SWAP_FLAG_PREFER | value;
    }
  if ((n = pgw_json_member (node, "in_use")) != NULL)
    {
      if (n->type != PGW_JSON_BOOLEAN)
        return pgw_json_fail_expected (source, n, _("true or false"), error);
      swap->off = !n->boolean;
    }
  if ((n = pgw_json_member (node, "solid_state")) != NULL)
    {
      if (n->type != PGW_JSON_BOOLEAN)
        return pgw_json_fail_expected (source, n, _("true or false"), error);
      swap->solid_state = n->boolean;
    }
  return TRUE;
}

/* One size: a device of that size. Else an array of devices. */
static gboolean
read_swaps (struct machine_config *config,
            PgwJsonSource         *source,
            const PgwJsonNode     *node,
            GError               **error)
{
  if (node->type != PGW_JSON_ARRAY)
    {
      config->nr_swaps = 1;
      return read_size (source, node, PAGE_SIZE, MACHINE_MAX_RAM, &config->swaps[0].size, error);
    }
  if (node->n_children == 0 || node->n_children > MAX_SWAPFILES)
    {
      g_autofree char *expected = g_strdup_printf (_("an array of 1 to %u swap devices, or the size of one"), MAX_SWAPFILES);
      return pgw_json_fail_expected (source, node, expected, error);
    }
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    if (!read_swap (config, source, n, error))
      return FALSE;
  return TRUE;
}

/* What tasks and files need of the machine. */
static gboolean
read_virtual_memory (struct machine_config *config,
                     PgwJsonSource         *source,
                     const PgwJsonNode     *node,
                     GError               **error)
{
  static const char *const modes[] = { "never", "madvise", "always", NULL };
  static const guint32 mode_values[] = { THP_NEVER, THP_MADVISE, THP_ALWAYS };
  const PgwJsonNode *n;
  guint64 value;
  guint mode;

  if ((n = pgw_json_member (node, "tlb")) != NULL && !read_tlb (config, source, n, error))
    return FALSE;
  if ((n = pgw_json_member (node, "thp")) != NULL)
    {
      if (!pgw_json_read_word (source, n, modes, &mode, error))
        return FALSE;
      config->thp_enabled = mode_values[mode];
    }
  if ((n = pgw_json_member (node, "swap")) != NULL && !read_swaps (config, source, n, error))
    return FALSE;
  if ((n = pgw_json_member (node, "disk")) != NULL &&
      !read_size (source, n, PAGE_SIZE, MAX_DISK, &config->disk_size, error))
    return FALSE;
  if ((n = pgw_json_member (node, "read_ahead_kb")) != NULL)
    {
      if (!pgw_json_read_uint (source, n, _("a size in KiB"), 1, 1 << 20, &value, error))
        return FALSE;
      config->read_ahead_kb = value;
    }
  n = pgw_json_member (node, "commit_ram");
  return n == NULL || read_size (source, n, PAGE_SIZE, MAX_COMMIT_RAM, &config->commit_ram, error);
}

/* ---- Who manages the kernel's objects ---- */

static gboolean
read_slab (struct machine_config *config,
           PgwJsonSource         *source,
           const PgwJsonNode     *node,
           GError               **error)
{
  static const char *const kinds[] = { "slab", "slub", "slob", NULL };
  const PgwJsonNode *n = pgw_json_member (node, "slab");
  const char *bad = NULL;
  guint value;

  if (n && !pgw_json_read_word (source, n, kinds, &value, error))
    return FALSE;
  if (n)
    config->slab = SLAB_KIND_SLAB + value;
  n = pgw_json_member (node, "slab_debug");
  if (n && (n->type != PGW_JSON_STRING || !view_parse_slab_flags (n->string, &config->slab_debug, &bad)))
    return pgw_json_fail_expected (source, n, _("debug flags such as \"SLAB_RED_ZONE|SLAB_POISON|SLAB_STORE_USER\""),
                                   error);
  return TRUE;
}

/* ---- All of them ---- */

gboolean
pgw_machine_members_read (struct machine_config *config,
                          PgwJsonSource         *source,
                          const PgwJsonNode     *node,
                          GError               **error)
{
  const PgwJsonNode *ram, *memory, *n;

  ram = pgw_json_member (node, "ram");
  memory = pgw_json_member (node, "memory");
  if (ram && memory)
    return pgw_json_fail (source, memory, _("both \"ram\" and \"memory\""), _("only one of them"), error);
  if (!ram && !memory)
    return pgw_json_fail (source, node, _("neither \"ram\" nor \"memory\""), _("one of them"), error);

  if (!read_nodes (config, source, pgw_json_member (node, "nodes"), error) ||
      (ram && !read_ram (config, source, ram, error)) ||
      (memory && !read_memory (config, source, memory, error)) ||
      !read_cpus (config, source, pgw_json_member (node, "cpus"), error))
    return FALSE;
  if ((n = pgw_json_member (node, "zones")) != NULL &&
      !read_pair (source, n, "dma_end", &config->zone_dma_end,
                  "dma32_end", &config->zone_dma32_end, error))
    return FALSE;
  if ((n = pgw_json_member (node, "kernel")) != NULL &&
      !read_pair (source, n, "base", &config->kernel_base, "size", &config->kernel_size, error))
    return FALSE;
  if ((n = pgw_json_member (node, "tunables")) != NULL && !read_tunables (config, source, n, error))
    return FALSE;
  if ((n = pgw_json_member (node, "node_distance")) != NULL && !read_distances (config, source, n, error))
    return FALSE;
  return read_virtual_memory (config, source, node, error) && read_slab (config, source, node, error);
}
