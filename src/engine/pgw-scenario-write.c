/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing a scenario. What the user wrote is kept byte for byte: entries are
 * written as they stand in their text, only what lies between them is laid
 * out anew once the script has changed. Operations that never had a text
 * (those of recordings) get one here.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-scenario-object.h"
#include "pgw-units.h"

/* ---- Operations without a text ---- */

/* Which allocation of the recording filled a slot, so that it can be named. */
typedef struct {
  guint32 first, count;
} Filled;

typedef struct {
  GHashTable *filled;           /* slot -> Filled of the operation that filled it last */
  gboolean    lossy;            /* something could not be said */
} Naming;

static void
append_gfp (GString *out,
            gfp_t    gfp)
{
  char text[256];
  gfp_t back;
  const char *bad;

  if (view_gfp (gfp, text, sizeof text) < sizeof text && view_parse_gfp (text, &back, &bad) && back == gfp)
    g_string_append_printf (out, ", \"gfp\": \"%s\"", text);
  else
    g_string_append_printf (out, ", \"gfp\": %u", gfp);
}

static void
append_as (Naming             *naming,
           const struct mm_op *op,
           GString            *out)
{
  gboolean many = op->kind == OP_alloc_many || op->kind == OP_alloc_pages_bulk;
  guint32 count = many ? op->nr : 1;

  g_string_append_printf (out, ", \"as\": \"r%u\"", op->slot);
  for (guint32 i = 0; i < count; i++)
    {
      Filled *filled = g_new (Filled, 1);

      filled->first = op->slot;
      filled->count = many ? count : 0;
      g_hash_table_insert (naming->filled, GUINT_TO_POINTER (op->slot + i), filled);
    }
}

static gboolean
append_of (Naming             *naming,
           const struct mm_op *op,
           GString            *out)
{
  guint32 count = MAX (op->nr, 1);
  const Filled *filled = g_hash_table_lookup (naming->filled, GUINT_TO_POINTER (op->slot));

  if (filled == NULL || op->slot + count > filled->first + MAX (filled->count, 1))
    return FALSE;
  if (filled->count == 0 || count == filled->count)
    g_string_append_printf (out, ", \"of\": \"r%u\"", filled->first);
  else if (count == 1)
    g_string_append_printf (out, ", \"of\": \"r%u[%u]\"", filled->first, op->slot - filled->first);
  else
    g_string_append_printf (out, ", \"of\": \"r%u[%u..%u]\"", filled->first, op->slot - filled->first,
                            op->slot - filled->first + count - 1);
  return TRUE;
}

static void
append_arguments (const struct mm_op *op,
                  GString            *out)
{
  switch (op->kind)
    {
    case OP_alloc_many:
      if (op->arg[1] > op->order)
        g_string_append_printf (out, ", \"max_order\": %u, \"seed\": %" G_GUINT64_FORMAT,
                                (guint) op->arg[1], (guint64) op->arg[0]);
      break;
    case OP_free_many:
      if (op->arg[0] < PGW_N_PATTERNS)
        g_string_append_printf (out, ", \"pattern\": \"%s\"", pgw_pattern_names[op->arg[0]]);
      if (op->arg[0] == PATTERN_RANDOM)
        g_string_append_printf (out, ", \"seed\": %" G_GUINT64_FORMAT, (guint64) op->arg[1]);
      if (op->arg[0] == PATTERN_EVERY)
        g_string_append_printf (out, ", \"step\": %u, \"offset\": %u", (guint) op->arg[2], (guint32) op->arg[3]);
      if (op->arg[3] >> 32)
        g_string_append_printf (out, ", \"count\": %u", (guint) (op->arg[3] >> 32));
      break;
    case OP_free_pages:
    case OP_put_page:
      if (op->arg[0] & MM_OP_UNCHECKED)
        g_string_append (out, ", \"allow\": \"double_free\"");
      break;
    case OP_get_page:
      if (op->arg[0] & MM_OP_UNCHECKED)
        g_string_append (out, ", \"allow\": \"use_after_free\"");
      break;
    case OP_set_tunable:
      g_string_append_printf (out, ", \"tunable\": \"%s\", \"value\": %" G_GUINT64_FORMAT,
                              view_tunable_name (op->arg[0]), (guint64) op->arg[1]);
      break;
    case OP_swapoff:
    case OP_swapon:
      if (op->arg[0])
        g_string_append_printf (out, ", \"device\": %u", (guint) op->arg[0]);
      if (op->kind == OP_swapon && op->arg[1] & SWAP_FLAG_PREFER)
        g_string_append_printf (out, ", \"priority\": %u", (guint) op->arg[1] & SWAP_FLAG_PRIO_MASK);
      break;
    case OP_reference_string:
      g_string_append (out, ", \"pages\": \"");
      for (guint i = 0; i < MIN (op->arg[0], POLICY_MAX_REFS); i++)
        g_string_append_printf (out, "%s%u", i > 0 ? " " : "", (guint) (op->arg[1 + i / 8] >> (8 * (i % 8)) & 255));
      g_string_append_c (out, '"');
      break;
    case OP_replacement:
      g_string_append_printf (out, ", \"policy\": \"%s\", \"frames\": %u", view_policy_name (op->arg[0]),
                              (guint) op->arg[1]);
      break;
    default:
      break;
    }
}

/* Name of a slot that an operation before this one filled. */
static char *
filled_name (guint32  slot,
             gpointer data)
{
  Naming *naming = data;

  return g_hash_table_contains (naming->filled, GUINT_TO_POINTER (slot)) ? g_strdup_printf ("r%u", slot) : NULL;
}

static gboolean
append_task_op (Naming             *naming,
                const struct mm_op *op,
                GString            *out)
{
  if (!pgw_tasks_append_json (op, filled_name, naming, out))
    return FALSE;
  if (pgw_operation_lookup (op->kind)->fills)
    append_as (naming, op, out);
  if (op->cpu)
    g_string_append_printf (out, ", \"cpu\": %u", op->cpu);
  g_string_append (out, " }");
  return TRUE;
}

static gboolean
append_op (Naming             *naming,
           const struct mm_op *op,
           GString            *out)
{
  const PgwOperation *operation = pgw_operation_lookup (op->kind);

  g_string_append_printf (out, "{ \"op\": \"%s\"", view_op_name (op->kind));
  if (operation && operation->family == PGW_FAMILY_TASKS)
    return append_task_op (naming, op, out);
  switch (op->kind)
    {
    case OP_alloc_pages:
    case OP_alloc_many:
    case OP_alloc_pages_bulk:
      if (op->kind != OP_alloc_pages)
        g_string_append_printf (out, ", \"count\": %u", op->nr);
      if (op->kind != OP_alloc_pages_bulk)
        g_string_append_printf (out, ", \"order\": %u", op->order);
      append_gfp (out, op->gfp);
      if (op->nid >= 0)
        g_string_append_printf (out, ", \"node\": %d", op->nid);
      if (op->nodemask)
        {
          const char *comma = "";
          g_string_append (out, ", \"nodes\": [");
          for (guint i = 0; i < MAX_NUMNODES; i++)
            if (op->nodemask & (1u << i))
              {
                g_string_append_printf (out, "%s%u", comma, i);
                comma = ", ";
              }
          g_string_append_c (out, ']');
        }
      append_as (naming, op, out);
      break;
    case OP_free_pages:
    case OP_free_many:
    case OP_free_unref_page_list:
    case OP_get_page:
    case OP_put_page:
      if (!append_of (naming, op, out))
        return FALSE;
      break;
    case OP_drain_local_pages:
    case OP_drain_all_pages:
    case OP_compact_memory:
    case OP_swapoff:
    case OP_swapon:
    case OP_set_tunable:
    case OP_reference_string:
    case OP_replacement:
      break;
    default:
      return FALSE;
    }
  append_arguments (op, out);
  if (op->cpu)
    g_string_append_printf (out, ", \"cpu\": %u", op->cpu);
  g_string_append (out, " }");
  return TRUE;
}

static void
append_raw (Naming         *naming,
            const PgwEntry *entry,
            GPtrArray      *texts)
{
  for (guint i = 0; i < entry->raw->len; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      if (append_op (naming, &g_array_index (entry->raw, struct mm_op, i), text))
        g_ptr_array_add (texts, g_string_free (g_steal_pointer (&text), FALSE));
      else
        naming->lossy = TRUE;
    }
}

/* ---- The machine without a text ---- */

static void
build_size (JsonBuilder *builder,
            const char  *key,
            guint64      bytes)
{
  g_autofree char *size = pgw_size_format (bytes);

  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, size);
}

static void
build_number (JsonBuilder *builder,
              const char  *key,
              gint64       number)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, number);
}

static void
build_tunables (JsonBuilder                 *builder,
                const struct machine_config *config)
{
  gboolean ratio = FALSE;

  json_builder_set_member_name (builder, "tunables");
  json_builder_begin_object (builder);
  if (config->min_free_kbytes)
    build_number (builder, "min_free_kbytes", config->min_free_kbytes);
  if (config->watermark_scale_factor)
    build_number (builder, "watermark_scale_factor", config->watermark_scale_factor);
  if (config->watermark_boost_factor)
    build_number (builder, "watermark_boost_factor", MAX (config->watermark_boost_factor, 0));
  if (config->percpu_pagelist_high_fraction)
    build_number (builder, "percpu_pagelist_high_fraction", config->percpu_pagelist_high_fraction);
  for (guint i = 0; i < 4; i++)
    ratio |= config->lowmem_reserve_ratio[i] != 0;
  if (ratio)
    {
      json_builder_set_member_name (builder, "lowmem_reserve_ratio");
      json_builder_begin_array (builder);
      for (guint i = 0; i < 4; i++)
        json_builder_add_int_value (builder, config->lowmem_reserve_ratio[i]);
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
}

static void
build_distances (JsonBuilder                 *builder,
                 const struct machine_config *config)
{
  if (config->node_distance[0][0] == 0)
    return;
  json_builder_set_member_name (builder, "node_distance");
  json_builder_begin_array (builder);
  for (guint i = 0; i < config->nr_nodes; i++)
    {
      json_builder_begin_array (builder);
      for (guint j = 0; j < config->nr_nodes; j++)
        json_builder_add_int_value (builder, config->node_distance[i][j]);
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
}

static void
build_swaps (JsonBuilder                 *builder,
             const struct machine_config *config)
{
  if (config->nr_swaps == 0)
    return;
  json_builder_set_member_name (builder, "swap");
  json_builder_begin_array (builder);
  for (guint i = 0; i < config->nr_swaps; i++)
    {
      const struct swap_device *swap = &config->swaps[i];

      json_builder_begin_object (builder);
      build_size (builder, "size", swap->size);
      if (swap->flags & SWAP_FLAG_PREFER)
        build_number (builder, "priority", swap->flags & SWAP_FLAG_PRIO_MASK);
      if (swap->solid_state)
        {
          json_builder_set_member_name (builder, "solid_state");
          json_builder_add_boolean_value (builder, TRUE);
        }
      if (swap->off)
        {
          json_builder_set_member_name (builder, "in_use");
          json_builder_add_boolean_value (builder, FALSE);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
build_virtual_memory (JsonBuilder                 *builder,
                      const struct machine_config *config)
{
  static const char *const modes[NR_THP_MODES] = {
    [THP_NEVER] = "never", [THP_MADVISE] = "madvise", [THP_ALWAYS] = "always"
  };

  if (config->tlb_sets || config->tlb_ways || config->no_pcid)
    {
      json_builder_set_member_name (builder, "tlb");
      json_builder_begin_object (builder);
      if (config->tlb_sets)
        build_number (builder, "sets", config->tlb_sets);
      if (config->tlb_ways)
        build_number (builder, "ways", config->tlb_ways);
      if (config->no_pcid)
        {
          json_builder_set_member_name (builder, "pcid");
          json_builder_add_boolean_value (builder, FALSE);
        }
      json_builder_end_object (builder);
    }
  if (config->thp_enabled)
    {
      json_builder_set_member_name (builder, "thp");
      json_builder_add_string_value (builder, modes[config->thp_enabled]);
    }
  if (config->disk_size)
    build_size (builder, "disk", config->disk_size);
  build_swaps (builder, config);
  if (config->read_ahead_kb)
    build_number (builder, "read_ahead_kb", config->read_ahead_kb);
  if (config->commit_ram)
    build_size (builder, "commit_ram", config->commit_ram);
}

static void
build_config (JsonBuilder                 *builder,
              const struct machine_config *config)
{
  json_builder_set_member_name (builder, "memory");
  json_builder_begin_array (builder);
  for (guint i = 0; i < config->nr_regions; i++)
    {
      json_builder_begin_object (builder);
      build_size (builder, "base", config->regions[i].base);
      build_size (builder, "size", config->regions[i].size);
      build_number (builder, "node", config->regions[i].nid);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  build_number (builder, "nodes", MAX (config->nr_nodes, 1));

  json_builder_set_member_name (builder, "cpus");
  json_builder_begin_array (builder);
  for (guint i = 0; i < MAX (config->nr_cpus, 1); i++)
    {
      json_builder_begin_object (builder);
      build_number (builder, "node", config->cpu_to_node[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);

  if (config->zone_dma_end || config->zone_dma32_end)
    {
      json_builder_set_member_name (builder, "zones");
      json_builder_begin_object (builder);
      if (config->zone_dma_end)
        build_size (builder, "dma_end", config->zone_dma_end);
      if (config->zone_dma32_end)
        build_size (builder, "dma32_end", config->zone_dma32_end);
      json_builder_end_object (builder);
    }
  if (config->kernel_base || config->kernel_size)
    {
      json_builder_set_member_name (builder, "kernel");
      json_builder_begin_object (builder);
      if (config->kernel_base)
        build_size (builder, "base", config->kernel_base);
      if (config->kernel_size)
        build_size (builder, "size", config->kernel_size);
      json_builder_end_object (builder);
    }
  build_tunables (builder, config);
  build_distances (builder, config);
  build_virtual_memory (builder, config);
}

/* Everything before and after the entries, for a scenario that was not read from a text. */
static char *
build_frame (PgwScenario *self,
             GFile       *folder)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  build_number (builder, "pagewalk", 1);
  json_builder_set_member_name (builder, "title");
  json_builder_add_string_value (builder, pgw_scenario_get_title (self));
  json_builder_set_member_name (builder, "machine");
  json_builder_begin_object (builder);
  if (self->snapshot_file)
    {
      g_autofree char *path = folder ? g_file_get_relative_path (folder, self->snapshot_file) : NULL;

      if (path == NULL)
        path = g_file_get_path (self->snapshot_file);
      if (path == NULL)
        path = g_file_get_uri (self->snapshot_file);
      json_builder_set_member_name (builder, "snapshot");
      json_builder_add_string_value (builder, path);
    }
  else
    build_config (builder, &self->machine.config);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "script");
  json_builder_begin_array (builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, NULL);
}

/* ---- The whole ---- */

static gboolean
is_untouched (PgwScenario *self)
{
  if (self->source == NULL || self->original->len != self->entries->len)
    return FALSE;
  for (guint i = 0; i < self->entries->len; i++)
    if (g_ptr_array_index (self->original, i) != g_ptr_array_index (self->entries, i))
      return FALSE;
  return TRUE;
}

/* The text; *lossy tells whether the file could not say all of the script. */
static GString *
write_text (PgwScenario *self,
            GFile       *folder,
            gboolean    *lossy)
{
  g_autoptr (PgwJsonSource) frame = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  Naming naming = { g_hash_table_new_full (NULL, NULL, NULL, g_free), FALSE };
  const PgwJsonNode *script = self->script_node;
  GString *out = g_string_new (NULL);
  const char *text;
  gsize length;

  if (self->source)
    frame = pgw_json_source_ref (self->source);
  else
    {
      g_autofree char *built = build_frame (self, folder);
      frame = pgw_json_source_new (built, strlen (built), self->name, 1, 1, "", NULL);
      script = pgw_json_member (pgw_json_source_get_root (frame), "script");
    }
  text = pgw_json_source_get_text (frame, &length);

  for (guint i = 0; i < self->entries->len; i++)
    {
      PgwEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry->raw)
        append_raw (&naming, entry, texts);
      else if (!entry->implicit)
        g_ptr_array_add (texts, pgw_json_dup_text (entry->source, entry->node));
    }
  *lossy = naming.lossy;
  g_hash_table_unref (naming.filled);

  g_string_append_len (out, text, script->start + 1);
  for (guint i = 0; i < texts->len; i++)
    g_string_append_printf (out, "%s\n    %s", i ? "," : "", (char *) g_ptr_array_index (texts, i));
  g_string_append (out, texts->len ? "\n  " : "");
  g_string_append_len (out, text + script->end - 1, length - script->end + 1);
  return out;
}

static GString *
to_text (PgwScenario *self,
         GFile       *folder,
         gboolean    *lossy)
{
  GString *out;
  gsize length;

  if (is_untouched (self))
    {
      const char *text = pgw_json_source_get_text (self->source, &length);
      out = g_string_new_len (text, length);
      *lossy = FALSE;
    }
  else
    out = write_text (self, folder, lossy);
  if (out->len == 0 || out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
  return out;
}

char *
pgw_scenario_to_data (PgwScenario *self,
                      gsize       *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  gboolean lossy;
  GString *text = to_text (self, self->base, &lossy);

  if (length)
    *length = text->len;
  return g_string_free (text, FALSE);
}

gboolean
pgw_scenario_save (PgwScenario *self,
                   GFile       *file,
                   GError     **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  gboolean lossy, good;
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *name = g_file_get_parse_name (file);
  GString *text = to_text (self, folder, &lossy);

  if (lossy || (self->machine.snapshot && self->source == NULL && self->snapshot_file == NULL))
    {
      g_set_error (error, PGW_SCENARIO_ERROR, PGW_SCENARIO_ERROR_INVALID,
                   _("%s: not saved: this recording has operations or a start that a scenario file cannot say"),
                   name);
      good = FALSE;
    }
  else
    {
      good = g_file_replace_contents (file, text->str, text->len, NULL, FALSE, G_FILE_CREATE_NONE,
                                      NULL, NULL, error);
      if (!good)
        g_prefix_error (error, "%s: ", name);
    }
  g_string_free (text, TRUE);
  return good;
}
