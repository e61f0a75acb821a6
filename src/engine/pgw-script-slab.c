/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unfolding of operations on the kernel's objects: what each slot holds
 * (a cache, an object, a pool, an area), and whether it is still there.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-script-private.h"

static const char *
use_noun (PgwSlotUse use)
{
  switch (use)
    {
    case PGW_SLOT_CACHE:
      return _("a slab cache");
    case PGW_SLOT_OBJECT:
      return _("an object");
    case PGW_SLOT_POOL:
      return _("a memory pool");
    case PGW_SLOT_AREA:
      return _("an area of vmalloc()");
    case PGW_SLOT_PAGES:
    default:
      return _("pages");
    }
}

static gboolean
check_use (PgwScript         *self,
           const PgwEntry    *entry,
           const PgwJsonNode *node,
           guint32            slot,
           PgwSlotUse         wanted,
           GError           **error)
{
  const Slot *content = pgw_script_get_slot (self, slot);
  g_autofree char *found = NULL;

  if (content->use == wanted)
    return TRUE;
  found = g_strdup_printf (_("\"%s\", which is %s"), node->string, use_noun (content->use));
  return pgw_script_fail (self, entry, node, found, use_noun (wanted), error);
}

/* Frees what of a range is live; one alone must be, unless the mistake is wanted. */
static gboolean
run_slab_free (PgwScript      *self,
               const PgwEntry *entry,
               struct mm_op   *op,
               GError        **error)
{
  gboolean some = op->arg[3] >> 32, any = FALSE;

  for (guint32 i = op->slot; i < op->slot + op->nr; i++)
    {
      Slot *slot = pgw_script_get_slot (self, i);

      any |= slot->content == CONTENT_LIVE || slot->content == CONTENT_DOUBT;
      if (slot->content == CONTENT_LIVE || slot->content == CONTENT_DOUBT)
        slot->content = some ? CONTENT_DOUBT : CONTENT_FREED;
    }
  if (any || entry->unchecked)
    return TRUE;
  return pgw_script_fail (self, entry, entry->of_node, _("what was freed before"),
               _("a live object, or \"allow\": \"double_free\" to make this mistake"), error);
}

static gboolean
slab_frees (enum mm_op_kind kind)
{
  return kind == OP_kmem_cache_free || kind == OP_kfree || kind == OP_mempool_free || kind == OP_memory_pool_free ||
         kind == OP_kmem_cache_destroy || kind == OP_mempool_destroy || kind == OP_memory_pool_destroy || kind == OP_vfree;
}

gboolean
pgw_script_run_slab (PgwScript      *self,
                     const PgwEntry *entry,
                     struct mm_op   *op,
                     GError        **error)
{
  const PgwSlotUse fills = entry->operation->slot_fills, of = entry->operation->slot_of;
  const PgwSlotUse holder = entry->operation->slot_holder;
  guint32 slot, count;

  if (entry->holder_node)
    {
      PgwEntry as_of = *entry;

      as_of.of = entry->holder;
      as_of.of_node = entry->holder_node;
      if (!pgw_script_resolve (self, &as_of, &slot, &count, error) ||
          !check_use (self, entry, entry->holder_node, slot, holder, error))
        return FALSE;
      op->arg[entry->holder_arg] = slot + 1;
    }
  if (of)
    {
      guint32 nr = op->nr;

      if (!pgw_script_resolve (self, entry, &op->slot, &op->nr, error) ||
          !check_use (self, entry, entry->of_node, op->slot, of, error))
        return FALSE;
      if (op->kind == OP_mempool_resize)
        op->nr = nr;
      /* A cache with objects in use stays; whether it has any, the core knows. */
      if (op->kind == OP_kmem_cache_destroy)
        pgw_script_get_slot (self, op->slot)->content = CONTENT_DOUBT;
      else if (slab_frees (op->kind))
        return run_slab_free (self, entry, op, error);
    }
  if (fills)
    {
      if (!pgw_script_define (self, entry, &op->slot, error))
        return FALSE;
      for (guint32 i = 0; i < entry->n_slots; i++)
        *pgw_script_get_slot (self, op->slot + i) = (Slot) { .content = CONTENT_LIVE, .use = fills, .refs = 1 };
    }
  return TRUE;
}
