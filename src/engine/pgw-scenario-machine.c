/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The `machine` of a scenario: described by its members
 * (pgw-machine-members.c), taken from a recording, or a variant of another
 * one. What is read is checked once more by the core itself
 * (machine_layout()), whose complaint is led back to the member of the file
 * that caused it.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-machine-members.h"
#include "pgw-recording.h"
#include "pgw-scenario-private.h"

static const char *const machine_keys[] = {
  "snapshot", "ram", "memory", "nodes", "cpus", "zones", "kernel", "tunables", "node_distance",
  "tlb", "thp", "disk", "swap", "read_ahead_kb", "commit_ram", "slab", "slab_debug", NULL
};

/* Which member of the file a member of struct machine_config comes from. */
static const struct {
  const char *field;
  const char *path;
} origins[] = {
  { "regions", "memory" },
  { "nr_regions", "memory" },
  { "nr_nodes", "nodes" },
  { "nr_cpus", "cpus" },
  { "cpu_to_node", "cpus" },
  { "node_distance", "node_distance" },
  { "zone_dma_end", "zones/dma_end" },
  { "zone_dma32_end", "zones/dma32_end" },
  { "kernel_base", "kernel/base" },
  { "kernel_size", "kernel/size" },
  { "min_free_kbytes", "tunables/min_free_kbytes" },
  { "watermark_scale_factor", "tunables/watermark_scale_factor" },
  { "watermark_boost_factor", "tunables/watermark_boost_factor" },
  { "lowmem_reserve_ratio", "tunables/lowmem_reserve_ratio" },
  { "percpu_pagelist_high_fraction", "tunables/percpu_pagelist_high_fraction" },
  { "tlb_sets", "tlb/sets" },
  { "tlb_ways", "tlb/ways" },
  { "disk_size", "disk" },
  { "swaps", "swap" },
  { "nr_swaps", "swap" },
  { "commit_ram", "commit_ram" },
};

/* ---- The core's own check ---- */

static const PgwJsonNode *
find_origin (const PgwJsonNode          *machine,
             const struct machine_error *error)
{
  const PgwJsonNode *node = machine;

  for (guint i = 0; i < G_N_ELEMENTS (origins); i++)
    {
      if (strcmp (origins[i].field, error->field) != 0)
        continue;
      g_auto (GStrv) path = g_strsplit (origins[i].path, "/", -1);
      for (guint j = 0; path[j]; j++)
        {
          const PgwJsonNode *member = pgw_json_member (node, path[j]);
          if (member == NULL && strcmp (path[j], "memory") == 0)
            member = pgw_json_member (node, "ram");
          if (member == NULL)
            return node;
          node = member;
        }
    }
  if (node->type == PGW_JSON_ARRAY)
    for (const PgwJsonNode *n = node->first; n; n = n->next)
      if (n->index == error->index)
        return n;
  return node;
}

static gboolean
check_by_core (const struct machine_config *config,
               PgwJsonSource               *source,
               const PgwJsonNode           *node,
               GError                     **error)
{
  struct machine_config with_slots = *config;
  struct machine_layout layout;
  struct machine_error why = { 0 };

  with_slots.nr_slots = 1;
  if (machine_layout (&with_slots, &layout, &why) == 0)
    return TRUE;

  const PgwJsonNode *origin = why.field ? find_origin (node, &why) : node;
  return pgw_json_fail_expected (source, origin,
                                 why.expected ? _(why.expected) : _("a machine that can be built"), error);
}

/* ---- What the script's checks need ---- */

static void
fill_info (PgwMachineInfo                *info,
           const struct machine_config   *config,
           const struct machine_snapshot *snapshot)
{
  const guint64 dma_end = config->zone_dma_end ? config->zone_dma_end : G_GUINT64_CONSTANT (16) << 20;
  const guint64 dma32_end = config->zone_dma32_end ? config->zone_dma32_end : G_GUINT64_CONSTANT (4) << 30;

  *info = (PgwMachineInfo) { .nr_nodes = MAX (config->nr_nodes, 1), .nr_cpus = MAX (config->nr_cpus, 1) };
  for (guint i = 0; i < config->nr_regions; i++)
    {
      const struct memory_region *r = &config->regions[i];
      guint64 end = r->base + r->size;

      info->max_pfn = MAX (info->max_pfn, end >> PAGE_SHIFT);
      if (r->base < dma_end)
        info->zones[r->nid] |= 1 << 0;
      if (r->base < dma32_end && end > dma_end)
        info->zones[r->nid] |= 1 << 1;
      if (end > dma32_end)
        info->zones[r->nid] |= 1 << 2;
    }
  for (guint i = 0; snapshot && i < snapshot->nr_zones; i++)
    {
      const struct snapshot_zone *z = &snapshot->zones[i];

      info->max_pfn = MAX (info->max_pfn, z->start_pfn + z->spanned);
      if (z->nid < MAX_NUMNODES && z->idx < PGW_NR_ZONES)
        info->zones[z->nid] |= 1 << z->idx;
    }
}

/* ---- A machine taken from a recording ---- */

static gboolean
read_snapshot (PgwMachine        *machine,
               PgwJsonSource     *source,
               const PgwJsonNode *node,
               GFile             *base,
               GFile            **snapshot_file,
               GError           **error)
{
  static const char *const keys[] = { "snapshot", NULL };
  const PgwJsonNode *path = pgw_json_member (node, "snapshot");
  g_autoptr (GError) why = NULL;
  g_autoptr (GFile) file = NULL;
  struct machine_snapshot *snapshot = NULL;

  if (!pgw_json_check_keys (source, node, keys, error))
    return FALSE;
  if (path->type != PGW_JSON_STRING || path->string[0] == '\0')
    return pgw_json_fail_expected (source, path, _("the name of a recording's file"), error);
  if (base)
    file = g_file_resolve_relative_path (base, path->string);
  else
    file = g_file_new_for_path (path->string);
  if (!pgw_recording_load_snapshot (file, &machine->config, &snapshot, &why))
    {
      g_autofree char *found = g_strdup_printf (_("the file \"%s\" (%s)"), path->string, why->message);
      return pgw_json_fail (source, path, found, _("a recording that can be read"), error);
    }
  machine->snapshot = snapshot;
  machine->snapshot_free = pgw_recording_snapshot_free;
  fill_info (&machine->info, &machine->config, snapshot);
  g_set_object (snapshot_file, file);
  return TRUE;
}

/* ---- Public ---- */

gboolean
pgw_machine_read (PgwMachine        *machine,
                  PgwJsonSource     *source,
                  const PgwJsonNode *node,
                  GFile             *base,
                  GFile            **snapshot_file,
                  GError           **error)
{
  struct machine_config *config = &machine->config;

  memset (machine, 0, sizeof *machine);
  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (source, node, _("an object"), error);
  if (!pgw_json_check_keys (source, node, machine_keys, error))
    return FALSE;
  if (pgw_json_member (node, "snapshot") != NULL)
    return read_snapshot (machine, source, node, base, snapshot_file, error);
  if (!pgw_machine_members_read (config, source, node, error))
    return FALSE;
  if (!check_by_core (config, source, node, error))
    return FALSE;
  fill_info (&machine->info, config, NULL);
  return TRUE;
}

static gboolean
is_among (const char        *key,
          const char *const *words)
{
  for (guint i = 0; words[i]; i++)
    if (strcmp (key, words[i]) == 0)
      return TRUE;
  return FALSE;
}

/* Adds a copy of a member to a list that is linked later; errors about it still point into the text. */
static void
take_member (GArray            *members,
             const PgwJsonNode *node)
{
  g_array_append_vals (members, node, 1);
}

/* RAM is said in one of two ways: what the variant says takes the place of both. */
static gboolean
is_replaced (const PgwJsonNode *variant,
             const char        *key)
{
  gboolean memory = strcmp (key, "ram") == 0 || strcmp (key, "memory") == 0;

  return pgw_json_member (variant, key) != NULL ||
         (memory && (pgw_json_member (variant, "ram") != NULL || pgw_json_member (variant, "memory") != NULL));
}

gboolean
pgw_machine_read_variant (PgwMachine         *machine,
                          PgwJsonSource      *source,
                          const PgwJsonNode  *base_node,
                          const PgwJsonNode  *node,
                          const char *const  *extra,
                          GFile              *base,
                          GPtrArray          *tunables,
                          GError            **error)
{
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (PgwJsonNode));
  g_autoptr (GFile) file = NULL;
  PgwJsonNode merged = *node;

  memset (machine, 0, sizeof *machine);
  for (const PgwJsonNode *n = base_node->first; n; n = n->next)
    if (!is_replaced (node, n->key))
      take_member (members, n);
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    if (!is_among (n->key, extra))
      take_member (members, n);
  for (guint i = 0; i + 1 < members->len; i++)
    g_array_index (members, PgwJsonNode, i).next = &g_array_index (members, PgwJsonNode, i + 1);
  merged.n_children = members->len;
  merged.first = merged.last = NULL;
  if (members->len > 0)
    {
      merged.first = &g_array_index (members, PgwJsonNode, 0);
      merged.last = &g_array_index (members, PgwJsonNode, members->len - 1);
      merged.last->next = NULL;
    }
  return pgw_machine_read (machine, source, &merged, base, &file, error) &&
         pgw_vm_tunables_read (tunables, source, &merged, error);
}

void
pgw_machine_set (PgwMachine                    *machine,
                 const struct machine_config   *config,
                 const struct machine_snapshot *snapshot,
                 GDestroyNotify                 snapshot_free)
{
  machine->config = *config;
  machine->snapshot = snapshot;
  machine->snapshot_free = snapshot_free;
  fill_info (&machine->info, config, snapshot);
}

void
pgw_machine_clear (PgwMachine *machine)
{
  if (machine->snapshot && machine->snapshot_free)
    machine->snapshot_free ((gpointer) machine->snapshot);
  memset (machine, 0, sizeof *machine);
}
