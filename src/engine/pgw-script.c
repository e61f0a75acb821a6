/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwScript: the unfolded script. Repeats become operations one after the
 * other, names become slots.
 *
 * While it unfolds, it follows what each slot holds in the order in which the
 * operations will run, so that a name used too early, a use after free, a
 * double free and a leak are found before anything runs. An allocation is
 * taken to succeed; where it fails at run time the core passes over what
 * would have used it. A slot that a random free may or may not have taken is
 * `in doubt`: the core decides, and nothing is said against it.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-script-private.h"

/* ---- Names ---- */

gboolean
pgw_name_is_valid (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > PGW_MAX_NAME_LENGTH || !(g_ascii_isalpha (name[0]) || name[0] == '_'))
    return FALSE;
  for (gsize i = 1; i < length; i++)
    if (!g_ascii_isalnum (name[i]) && name[i] != '_' && name[i] != '-')
      return FALSE;
  return TRUE;
}

static gboolean
parse_index (const char **at,
             guint32     *index)
{
  guint64 value = 0;
  const char *start = *at;

  for (; g_ascii_isdigit (**at); (*at)++)
    {
      value = value * 10 + (guint64) (**at - '0');
      if (value > G_MAXUINT32)
        return FALSE;
    }
  *index = value;
  return *at > start;
}

gboolean
pgw_reference_parse (PgwReference *reference,
                     const char   *text)
{
  const char *bracket = strchr (text, '[');
  g_autofree char *name = bracket ? g_strndup (text, bracket - text) : g_strdup (text);

  if (!pgw_name_is_valid (name))
    return FALSE;
  reference->whole = bracket == NULL;
  if (bracket)
    {
      const char *at = bracket + 1;

      if (!parse_index (&at, &reference->first))
        return FALSE;
      reference->last = reference->first;
      if (at[0] == '.' && at[1] == '.')
        {
          at += 2;
          if (!parse_index (&at, &reference->last) || reference->last < reference->first)
            return FALSE;
        }
      if (strcmp (at, "]") != 0)
        return FALSE;
    }
  reference->name = g_steal_pointer (&name);
  return TRUE;
}

/* ---- Messages ---- */

gboolean
pgw_script_fail (PgwScript         *self,
      const PgwEntry    *entry,
      const PgwJsonNode *node,
      const char        *found,
      const char        *expected,
      GError           **error)
{
  g_autofree char *with_round = NULL;

  if (self->round > 1)
    with_round = g_strdup_printf (_("%s in round %u of the repeat"), found, self->round);
  return pgw_json_fail (entry->source, node, with_round ? with_round : found, expected, error);
}

const PgwJsonNode *
pgw_script_member_or_entry (const PgwEntry *entry,
                            const char     *key)
{
  const PgwJsonNode *node = pgw_json_member (entry->node, key);

  return node ? node : entry->node;
}

static char *
slot_name (PgwScript *self,
           guint32    slot)
{
  guint lo = 0, hi = self->ranges->len;

  while (lo < hi)
    {
      guint mid = (lo + hi) / 2;
      const Range *r = &g_array_index (self->ranges, Range, mid);

      if (slot < r->first)
        hi = mid;
      else if (slot >= r->first + r->count)
        lo = mid + 1;
      else if (r->name == NULL)
        return NULL;
      else if (r->single)
        return g_strdup (r->name);
      else
        return g_strdup_printf ("%s[%u]", r->name, slot - r->first);
    }
  return NULL;
}

/* ---- Slots ---- */

Slot *
pgw_script_get_slot (PgwScript *self,
                     guint32    slot)
{
  return &g_array_index (self->slots, Slot, slot);
}

gboolean
pgw_script_add_range (PgwScript      *self,
                      const PgwEntry *entry,
                      PgwNameKind     kind,
                      guint32        *first,
                      GError        **error)
{
  Range range = {
    .name = entry->opens ? entry->opens : entry->as,
    .first = self->slots->len,
    .count = entry->n_slots,
    .single = kind != PGW_NAME_PAGES || entry->single,
    .kind = kind,
  };
  GHashTable *names = entry->opens ? self->opened : self->names;

  if (self->slots->len + entry->n_slots > PGW_MAX_SLOTS)
    {
      g_autofree char *expected = g_strdup_printf (_("at most %u allocations to keep track of"),
                                                   PGW_MAX_SLOTS);
      return pgw_script_fail (self, entry, entry->node, _("too many allocations"), expected, error);
    }
  g_array_set_size (self->slots, self->slots->len + entry->n_slots);
  g_array_append_val (self->ranges, range);
  if (range.name)
    g_hash_table_insert (names, (gpointer) range.name, GUINT_TO_POINTER (self->ranges->len));
  self->n_slots = MAX (self->n_slots, self->slots->len);
  *first = range.first;
  return TRUE;
}

/* A name that is given again must not lose what it stood for; its slots are used again if they fit. */
gboolean
pgw_script_define (PgwScript      *self,
                   const PgwEntry *entry,
                   guint32        *first,
                   GError        **error)
{
  guint index = entry->as ? GPOINTER_TO_UINT (g_hash_table_lookup (self->names, entry->as)) : 0;

  if (index == 0)
    return pgw_script_add_range (self, entry, PGW_NAME_PAGES, first, error);

  Range range = g_array_index (self->ranges, Range, index - 1);
  if (range.kind != PGW_NAME_PAGES)
    return pgw_script_fail_kind (self, entry, &range, PGW_NAME_PAGES, pgw_script_member_or_entry (entry, "as"), error);
  for (guint32 i = range.first; i < range.first + range.count; i++)
    if (pgw_script_get_slot (self, i)->content == CONTENT_LIVE || pgw_script_get_slot (self, i)->content == CONTENT_DOUBT)
      {
        g_autofree char *lost = slot_name (self, i);
        g_autofree char *found =
          g_strdup_printf (pgw_script_get_slot (self, i)->content == CONTENT_LIVE
                             ? _("the name \"%s\" again while %s is allocated")
                             : _("the name \"%s\" again while %s may be allocated"), entry->as, lost);
        return pgw_script_fail (self, entry, pgw_script_member_or_entry (entry, "as"), found,
                     _("it to be freed first, or another name"), error);
      }
  if (range.count != entry->n_slots || range.single != entry->single)
    return pgw_script_add_range (self, entry, PGW_NAME_PAGES, first, error);
  *first = range.first;
  return TRUE;
}

const char *
pgw_name_kind_noun (PgwNameKind kind)
{
  switch (kind)
    {
    case PGW_NAME_PAGES:
      return _("an allocation");
    case PGW_NAME_ADDRESS:
      return _("an address");
    case PGW_NAME_TASK:
      return _("a task");
    case PGW_NAME_FILE:
      return _("a file");
    case PGW_NAME_OPEN_FILE:
      return _("an open file");
    case PGW_NAME_UMEM:
      return _("memory that was given to a device");
    case PGW_NAME_NONE:
    default:
      return "";
    }
}

gboolean
pgw_script_fail_kind (PgwScript         *self,
                      const PgwEntry    *entry,
                      const Range       *range,
                      PgwNameKind        wanted,
                      const PgwJsonNode *node,
                      GError           **error)
{
  g_autofree char *found =
    g_strdup_printf (_("the name \"%s\", which is %s"), range->name, pgw_name_kind_noun (range->kind));
  g_autofree char *expected = g_strdup_printf (_("the name of %s"), pgw_name_kind_noun (wanted));

  return pgw_script_fail (self, entry, node, found, expected, error);
}

const Range *
pgw_script_find_range (PgwScript  *self,
                       const char *name)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, name));

  return index ? &g_array_index (self->ranges, Range, index - 1) : NULL;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

gboolean
pgw_script_fail_unknown (PgwScript         *self,
                         const PgwEntry    *entry,
                         const char        *unknown,
                         const PgwJsonNode *node,
                         GError           **error)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (known, name);
  g_ptr_array_sort (known, compare_names);
  g_ptr_array_add (known, NULL);

  const char *nearest = pgw_json_nearest (unknown, (const char *const *) known->pdata);
  g_autofree char *found = g_strdup_printf (_("the name \"%s\", which nothing has been given yet"), unknown);
  g_autofree char *expected = nearest ? g_strdup_printf (_("a name given before with \"as\", such as \"%s\""), nearest)
                                      : g_strdup (_("a name given before with \"as\""));
  return pgw_script_fail (self, entry, node, found, expected, error);
}

gboolean
pgw_script_resolve (PgwScript      *self,
                    const PgwEntry *entry,
                    guint32        *first,
                    guint32        *count,
                    GError        **error)
{
  const PgwReference *of = &entry->of;
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, of->name));
  g_autofree char *found = NULL;
  g_autofree char *expected = NULL;

  if (index == 0)
    return pgw_script_fail_unknown (self, entry, of->name, entry->of_node, error);

  Range range = g_array_index (self->ranges, Range, index - 1);
  if (range.kind != PGW_NAME_PAGES)
    return pgw_script_fail_kind (self, entry, &range, PGW_NAME_PAGES, entry->of_node, error);
  if (of->whole)
    {
      *first = range.first;
      *count = range.count;
      return TRUE;
    }
  if (range.single)
    {
      found = g_strdup_printf (_("an index of \"%s\", which is one allocation"), of->name);
      return pgw_script_fail (self, entry, entry->of_node, found, _("the name alone"), error);
    }
  if (of->last >= range.count)
    {
      found = g_strdup_printf (_("the index %u of \"%s\""), of->last, of->name);
      expected = g_strdup_printf (_("an index from 0 to %u"), range.count - 1);
      return pgw_script_fail (self, entry, entry->of_node, found, expected, error);
    }
  *first = range.first + of->first;
  *count = of->last - of->first + 1;
  return TRUE;
}

/* ---- What operations do to slots ---- */

static void
run_note (PgwScript      *self,
          const PgwEntry *entry,
          struct mm_op   *op)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (self->text_index, &entry->text));

  if (index == 0)
    {
      g_ptr_array_add (self->texts, (gpointer) &entry->text);
      index = self->texts->len;
      g_hash_table_insert (self->text_index, (gpointer) &entry->text, GUINT_TO_POINTER (index));
    }
  op->arg[0] = index - 1;
}

/* Are the names known that the entry's expectations and those of its answers use? */
static gboolean
check_expectations (PgwScript      *self,
                    const PgwEntry *entry,
                    GError        **error)
{
  if (!pgw_expects_check_names (self, entry, entry->expects, error))
    return FALSE;
  for (guint i = 0; entry->question && i < entry->question->answers->len; i++)
    {
      const PgwAnswer *answer = g_ptr_array_index (entry->question->answers, i);

      if (!pgw_expects_check_names (self, entry, answer->expects, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_operation (PgwScript      *self,
               const PgwEntry *entry,
               GError        **error)
{
  const PgwOperationFamily family = entry->operation->family;
  struct mm_op op = entry->op;
  gboolean good = TRUE;

  if (self->ops->len >= PGW_MAX_OPS)
    {
      g_autofree char *expected = g_strdup_printf (_("at most %u operations with all repeats unfolded"),
                                                   PGW_MAX_OPS);
      return pgw_script_fail (self, entry, entry->node, _("one more operation"), expected, error);
    }
  if (op.kind == OP_note)
    run_note (self, entry, &op);
  else if (family == PGW_FAMILY_OBJECTS)
    good = pgw_script_run_slab (self, entry, &op, error);
  else if (family == PGW_FAMILY_TASKS)
    good = pgw_script_run_tasks (self, entry, &op, error);
  else
    good = pgw_script_run_pages (self, entry, &op, error);
  if (!good || !check_expectations (self, entry, error))
    return FALSE;

  self->work += 1 + op.nr + (op.kind == OP_load || op.kind == OP_store ? op.arg[2] : 0);
  if (self->work > PGW_MAX_WORK)
    {
      g_autofree char *expected = g_strdup_printf (_("at most %u allocations and frees in all"), PGW_MAX_WORK);
      return pgw_script_fail (self, entry, entry->node, _("more work"), expected, error);
    }
  g_array_append_val (self->ops, op);
  g_ptr_array_add (self->entries, (gpointer) entry);
  return TRUE;
}

static gboolean
add_entry (PgwScript      *self,
           const PgwEntry *entry,
           GError        **error)
{
  if (entry->children == NULL)
    return add_operation (self, entry, error);

  guint32 outer = self->round;
  for (guint32 round = 1; round <= entry->n_rounds; round++)
    for (guint i = 0; i < entry->children->len; i++)
      {
        self->round = round;
        if (!add_entry (self, g_ptr_array_index (entry->children, i), error))
          return FALSE;
      }
  self->round = outer;
  return TRUE;
}

/* Operations of a recording bring their own slot numbers. */
static void
add_raw (PgwScript      *self,
         const PgwEntry *entry)
{
  for (guint i = 0; i < entry->raw->len; i++)
    {
      const struct mm_op *op = &g_array_index (entry->raw, struct mm_op, i);
      guint64 end = (guint64) op->slot + MAX (op->nr, 1);

      g_array_append_val (self->ops, *op);
      g_ptr_array_add (self->entries, (gpointer) entry);
      if (end > self->slots->len && end <= G_MAXUINT32)
        g_array_set_size (self->slots, end);
    }
  self->n_slots = MAX (self->n_slots, self->slots->len);
}

/* ---- Shared with the other files ---- */

PgwScript *
pgw_script_new (void)
{
  PgwScript *self = g_new0 (PgwScript, 1);

  self->ops = g_array_new (FALSE, FALSE, sizeof (struct mm_op));
  self->entries = g_ptr_array_new ();
  self->slots = g_array_new (FALSE, TRUE, sizeof (Slot));
  self->ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->opened = g_hash_table_new (g_str_hash, g_str_equal);
  self->texts = g_ptr_array_new ();
  self->text_index = g_hash_table_new (NULL, NULL);
  self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_entry_unref);
  return self;
}

void
pgw_script_free (PgwScript *self)
{
  g_array_unref (self->ops);
  g_ptr_array_unref (self->entries);
  g_array_unref (self->slots);
  g_array_unref (self->ranges);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->opened);
  g_ptr_array_unref (self->texts);
  g_hash_table_unref (self->text_index);
  g_ptr_array_unref (self->kept);
  g_free (self);
}

gboolean
pgw_script_add (PgwScript *self,
                PgwEntry  *entry,
                GError   **error)
{
  g_ptr_array_add (self->kept, pgw_entry_ref (entry));
  if (entry->raw == NULL)
    return add_entry (self, entry, error);
  add_raw (self, entry);
  return TRUE;
}

guint64
pgw_script_n_ops (PgwScript *self)
{
  return self->ops->len;
}

const struct mm_op *
pgw_script_ops (PgwScript *self)
{
  return (const struct mm_op *) (gpointer) self->ops->data;
}

const PgwEntry *
pgw_script_entry (PgwScript *self,
                  guint64    op)
{
  return g_ptr_array_index (self->entries, op);
}

guint32
pgw_script_n_slots (PgwScript *self)
{
  return self->n_slots;
}

const PgwText *
pgw_script_text (PgwScript *self,
                 guint64    text)
{
  return text < self->texts->len ? g_ptr_array_index (self->texts, text) : NULL;
}

char *
pgw_script_slot_name (PgwScript *self,
                      guint32    slot)
{
  return slot_name (self, slot);
}
