/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unfolding of operations of tasks and files: names become slots, and it
 * is followed which tasks live and which files are open, so that a script
 * that uses one too early or too late is refused before anything runs.
 *
 * A name of these kinds has one slot for the whole script, also when it is
 * given again, so that expectations can find it at any time.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-script-private.h"

/* The slot a name stands for; NULL with an error if it is not known, or of another kind. */
static const Range *
resolve_name (PgwScript         *self,
              const PgwEntry    *entry,
              const char        *name,
              PgwNameKind        kind,
              const PgwJsonNode *node,
              GError           **error)
{
  const Range *range = pgw_script_find_range (self, name);

  if (range == NULL)
    pgw_script_fail_unknown (self, entry, name, node, error);
  else if (range->kind != kind)
    {
      pgw_script_fail_kind (self, entry, range, kind, node, error);
      range = NULL;
    }
  return range;
}

/* ---- What an operation uses ---- */

/* The task of a link, which must live; NULL with an error. */
static const Range *
live_task (PgwScript      *self,
           const PgwEntry *entry,
           const PgwLink  *link,
           GError        **error)
{
  const Range *range = resolve_name (self, entry, link->name, PGW_NAME_TASK, link->node, error);

  if (range != NULL && pgw_script_get_slot (self, range->first)->content == CONTENT_FREED)
    {
      g_autofree char *found = g_strdup_printf (_("the task \"%s\", which has exited"), link->name);
      pgw_script_fail (self, entry, link->node, found, _("a task that lives"), error);
      return NULL;
    }
  return range;
}

static gboolean
use_child (PgwScript      *self,
           const PgwEntry *entry,
           const PgwLink  *link,
           struct mm_op   *op,
           GError        **error)
{
  const Range *range = resolve_name (self, entry, link->name, PGW_NAME_TASK, link->node, error);

  if (range == NULL)
    return FALSE;
  if (pgw_script_get_slot (self, range->first)->content != CONTENT_FREED)
    {
      g_autofree char *found = g_strdup_printf (_("the task \"%s\", which has not exited"), link->name);
      return pgw_script_fail (self, entry, link->node, found, _("a task that has exited: nobody would wake the one that waits"), error);
    }
  op->slot = range->first;
  return TRUE;
}

static gboolean
use_umem (PgwScript      *self,
          const PgwEntry *entry,
          const PgwLink  *link,
          struct mm_op   *op,
          GError        **error)
{
  const Range *range = resolve_name (self, entry, link->name, PGW_NAME_UMEM, link->node, error);
  Slot *slot;

  if (range == NULL)
    return FALSE;
  slot = pgw_script_get_slot (self, range->first);
  if (slot->content == CONTENT_FREED)
    {
      g_autofree char *found = g_strdup_printf (_("the memory \"%s\", which was taken back before"), link->name);
      return pgw_script_fail (self, entry, link->node, found, _("memory that a device has"), error);
    }
  if (op->kind == OP_umem_release)
    slot->content = CONTENT_FREED;
  op->slot = range->first;
  return TRUE;
}

/* A file of the files section is open under its own name. */
static const Range *
find_opened (PgwScript  *self,
             const char *name)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (self->opened, name));

  return index ? &g_array_index (self->ranges, Range, index - 1) : NULL;
}

static gboolean
use_file (PgwScript      *self,
          const PgwEntry *entry,
          const PgwLink  *link,
          struct mm_op   *op,
          GError        **error)
{
  const Range *range = pgw_script_find_range (self, link->name);
  PgwNameKind wanted = link->kind == PGW_LINK_FILE ? PGW_NAME_FILE : PGW_NAME_OPEN_FILE;

  if (range == NULL)
    return pgw_script_fail_unknown (self, entry, link->name, link->node, error);
  if (range->kind == PGW_NAME_FILE && link->kind == PGW_LINK_OPEN_FILE)
    {
      range = find_opened (self, link->name);
      if (range == NULL)
        {
          g_autofree char *found = g_strdup_printf (_("the file \"%s\", which is not open"), link->name);
          return pgw_script_fail (self, entry, link->node, found, _("a name given by the operation open"), error);
        }
    }
  if (range->kind != wanted && !(range->kind == PGW_NAME_FILE && link->kind == PGW_LINK_ANY_FILE))
    return pgw_script_fail_kind (self, entry, range, wanted, link->node, error);

  Slot *slot = pgw_script_get_slot (self, range->first);
  if (slot->content == CONTENT_FREED)
    {
      g_autofree char *found = g_strdup_printf (_("the file \"%s\", which was closed before"), link->name);
      return pgw_script_fail (self, entry, link->node, found,
                              _("an open file, or a number such as 99 for a descriptor that is not open"), error);
    }
  if (op->kind == OP_close)
    slot->content = CONTENT_FREED;
  op->arg[link->arg] = range->first + 1;
  return TRUE;
}

static gboolean
use_links (PgwScript      *self,
           const PgwEntry *entry,
           struct mm_op   *op,
           GError        **error)
{
  for (guint i = 0; entry->links && i < entry->links->len; i++)
    {
      const PgwLink *link = &g_array_index (entry->links, PgwLink, i);
      const Range *range;
      gboolean good = TRUE;

      switch (link->kind)
        {
        case PGW_LINK_TASK:
          range = live_task (self, entry, link, error);
          good = range != NULL;
          if (good)
            op->task = range->first + 1;
          break;
        case PGW_LINK_BASE:
          range = resolve_name (self, entry, link->name, PGW_NAME_ADDRESS, link->node, error);
          good = range != NULL;
          if (good)
            op->base[link->arg] = range->first + 1;
          break;
        case PGW_LINK_CHILD:
          good = use_child (self, entry, link, op, error);
          break;
        case PGW_LINK_TRACEE:
          range = live_task (self, entry, link, error);
          good = range != NULL;
          if (good)
            op->slot = range->first;
          break;
        case PGW_LINK_UMEM:
          good = use_umem (self, entry, link, op, error);
          break;
        case PGW_LINK_FILE:
        case PGW_LINK_OPEN_FILE:
        case PGW_LINK_ANY_FILE:
        default:
          good = use_file (self, entry, link, op, error);
          break;
        }
      if (!good)
        return FALSE;
    }
  return TRUE;
}

/* Whoever says no task means the first one. */
static gboolean
use_first_task (PgwScript      *self,
                const PgwEntry *entry,
                struct mm_op   *op,
                GError        **error)
{
  if (op->task)
    return TRUE;
  if (self->n_tasks == 0)
    return pgw_script_fail (self, entry, entry->node, _("an operation of a task, while there is none"),
                            _("an operation task_create before it"), error);
  if (pgw_script_get_slot (self, self->first_task)->content == CONTENT_FREED)
    return pgw_script_fail (self, entry, entry->node, _("an operation of the first task, which has exited"),
                            _("\"task\" with the name of a task that lives"), error);
  op->task = self->first_task + 1;
  return TRUE;
}

/* ---- What it fills ---- */

static gboolean
fill (PgwScript      *self,
      const PgwEntry *entry,
      struct mm_op   *op,
      GError        **error)
{
  PgwNameKind kind = entry->operation->fills;
  const Range *range = entry->as ? pgw_script_find_range (self, entry->as) : NULL;
  const PgwJsonNode *node = pgw_script_member_or_entry (entry, "as");
  Slot *slot;

  if (range == NULL)
    {
      if (!pgw_script_add_range (self, entry, kind, &op->slot, error))
        return FALSE;
    }
  else if (range->kind != kind)
    return pgw_script_fail_kind (self, entry, range, kind, node, error);
  else
    op->slot = range->first;

  slot = pgw_script_get_slot (self, op->slot);
  if (kind != PGW_NAME_ADDRESS && slot->content == CONTENT_LIVE)
    {
      g_autofree char *found =
        kind == PGW_NAME_TASK        ? g_strdup_printf (_("the name \"%s\" again while this task lives"), entry->as)
        : kind == PGW_NAME_OPEN_FILE ? g_strdup_printf (_("the name \"%s\" again while this file is open"), entry->as)
        : kind == PGW_NAME_UMEM ? g_strdup_printf (_("the name \"%s\" again while a device has this memory"), entry->as)
                                     : g_strdup_printf (_("the name \"%s\" again, which is a file"), entry->as);
      return pgw_script_fail (self, entry, node, found, _("another name"), error);
    }
  *slot = (Slot) { .content = CONTENT_LIVE, .refs = 1 };
  if (kind == PGW_NAME_TASK && self->n_tasks++ == 0)
    self->first_task = op->slot;
  return TRUE;
}

gboolean
pgw_script_run_tasks (PgwScript      *self,
                      const PgwEntry *entry,
                      struct mm_op   *op,
                      GError        **error)
{
  if (!use_links (self, entry, op, error) ||
      (entry->operation->of_task && !use_first_task (self, entry, op, error)) ||
      (entry->operation->fills && !fill (self, entry, op, error)))
    return FALSE;
  if (op->kind == OP_exit)
    pgw_script_get_slot (self, op->task - 1)->content = CONTENT_FREED;
  return TRUE;
}

/* ---- For expectations and texts ---- */

gboolean
pgw_script_find_slot (PgwScript  *self,
                      const char *name,
                      PgwNameKind kind,
                      guint32    *slot)
{
  const Range *range = pgw_script_find_range (self, name);

  if (range == NULL || range->kind != kind)
    return FALSE;
  *slot = range->first;
  return TRUE;
}

gboolean
pgw_script_first_task (PgwScript *self,
                       guint32   *slot)
{
  *slot = self->first_task;
  return self->n_tasks > 0;
}

gboolean
pgw_script_has_tasks (PgwScript *self)
{
  return self->n_tasks > 1;
}
