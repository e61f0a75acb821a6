/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unfolding of operations on pages: what they do to the slots of their
 * allocations, so that one that is freed twice by mistake is refused before
 * anything runs.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-script-private.h"

static gboolean
run_alloc (PgwScript      *self,
           const PgwEntry *entry,
           struct mm_op   *op,
           GError        **error)
{
  Slot filled = { .content = CONTENT_LIVE, .order = op->order, .refs = 1 };

  if (!pgw_script_define (self, entry, &op->slot, error))
    return FALSE;
  if (op->kind == OP_alloc_many && op->arg[1] != op->order)
    filled.order = ORDER_MIXED;
  for (guint32 i = 0; i < entry->n_slots; i++)
    *pgw_script_get_slot (self, op->slot + i) = filled;
  return TRUE;
}

/* free_pages, get_page, put_page: one slot, which must be live unless the mistake is wanted. */
static gboolean
run_on_one (PgwScript      *self,
            const PgwEntry *entry,
            struct mm_op   *op,
            GError        **error)
{
  guint32 count;

  if (!pgw_script_resolve (self, entry, &op->slot, &count, error))
    return FALSE;
  if (count != 1)
    {
      g_autofree char *found = g_strdup_printf (_("%u allocations"), count);
      g_autofree char *expected = g_strdup_printf (_("one of them, such as \"%s[0]\""), entry->of.name);
      return pgw_script_fail (self, entry, entry->of_node, found, expected, error);
    }

  Slot *slot = pgw_script_get_slot (self, op->slot);
  if (slot->content == CONTENT_FREED && !entry->unchecked)
    {
      g_autofree char *found = g_strdup_printf (_("\"%s\", which was freed before"), entry->of_node->string);
      return pgw_script_fail (self, entry, entry->of_node, found,
                   op->kind == OP_get_page
                     ? _("a live allocation, or \"allow\": \"use_after_free\" to make this mistake")
                     : _("a live allocation, or \"allow\": \"double_free\" to make this mistake"),
                   error);
    }
  if (slot->content != CONTENT_LIVE)
    return TRUE;
  if (op->kind == OP_get_page)
    {
      if (slot->refs == G_MAXUINT16)
        return pgw_script_fail (self, entry, entry->of_node, _("one more reference"),
                     _("at most 65,535 of one allocation"), error);
      slot->refs++;
    }
  else if (--slot->refs == 0)
    slot->content = CONTENT_FREED;
  return TRUE;
}

static gboolean
run_free_list (PgwScript      *self,
               const PgwEntry *entry,
               struct mm_op   *op,
               GError        **error)
{
  gboolean any = FALSE;

  if (!pgw_script_resolve (self, entry, &op->slot, &op->nr, error))
    return FALSE;
  for (guint32 i = op->slot; i < op->slot + op->nr; i++)
    {
      Slot *slot = pgw_script_get_slot (self, i);

      if (slot->content != CONTENT_LIVE && slot->content != CONTENT_DOUBT)
        continue;
      if (slot->order != 0)
        return pgw_script_fail (self, entry, entry->of_node, _("allocations that may be larger than one page"),
                     _("allocations of order 0"), error);
      any = TRUE;
      if (--slot->refs == 0 || slot->content == CONTENT_DOUBT)
        slot->content = CONTENT_FREED;
    }
  if (!any)
    return pgw_script_fail (self, entry, entry->of_node, _("only allocations that were freed before"),
                 _("at least one that is live"), error);
  return TRUE;
}

static void
release (Slot *slot)
{
  if (slot->content == CONTENT_DOUBT || (slot->content == CONTENT_LIVE && --slot->refs == 0))
    slot->content = CONTENT_FREED;
}

/* Follows what free_many takes: all, the first or last so many, every step-th, or who knows which. */
static gboolean
run_free_many (PgwScript      *self,
               const PgwEntry *entry,
               struct mm_op   *op,
               GError        **error)
{
  guint64 limit = op->arg[3] >> 32, offset = op->arg[3] & G_MAXUINT32, step = 1;
  gboolean doubt = FALSE, any = FALSE;
  guint64 taken = 0;

  if (!pgw_script_resolve (self, entry, &op->slot, &op->nr, error))
    return FALSE;
  if (op->arg[0] == PATTERN_EVERY)
    step = op->arg[2];
  if (limit == 0)
    limit = G_MAXUINT64;
  if (offset >= op->nr)
    return pgw_script_fail (self, entry, pgw_script_member_or_entry (entry, "offset"), _("an offset behind the last allocation"),
                 _("an offset within the range"), error);

  for (guint64 i = offset; i < op->nr && taken < limit; i += step)
    {
      guint64 at = op->arg[0] == PATTERN_LIFO ? op->nr - 1 - i : i;
      Slot *slot = pgw_script_get_slot (self, op->slot + at);

      if (slot->content == CONTENT_EMPTY || slot->content == CONTENT_FREED)
        continue;
      any = TRUE;
      if (limit != G_MAXUINT64 && (op->arg[0] == PATTERN_RANDOM || slot->content == CONTENT_DOUBT))
        doubt = TRUE;
      if (doubt)
        slot->content = CONTENT_DOUBT;
      else
        {
          release (slot);
          taken++;
        }
    }
  if (!any)
    return pgw_script_fail (self, entry, entry->of_node, _("only allocations that were freed before"),
                 _("at least one that is live"), error);
  return TRUE;
}

/* ---- Operations on the kernel's objects ---- */

gboolean
pgw_script_run_pages (PgwScript      *self,
                      const PgwEntry *entry,
                      struct mm_op   *op,
                      GError        **error)
{
  switch (op->kind)
    {
    case OP_alloc_pages:
    case OP_alloc_many:
    case OP_alloc_pages_bulk:
      return run_alloc (self, entry, op, error);
    case OP_free_pages:
    case OP_get_page:
    case OP_put_page:
      return run_on_one (self, entry, op, error);
    case OP_free_many:
      return run_free_many (self, entry, op, error);
    case OP_free_unref_page_list:
      return run_free_list (self, entry, op, error);
    default:
      return TRUE;
    }
}
