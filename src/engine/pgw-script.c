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
static gboolean
define (PgwScript      *self,
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

static gboolean
resolve (PgwScript      *self,
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

static gboolean
run_alloc (PgwScript      *self,
           const PgwEntry *entry,
           struct mm_op   *op,
           GError        **error)
{
  Slot filled = { .content = CONTENT_LIVE, .order = op->order, .refs = 1 };

  if (!define (self, entry, &op->slot, error))
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

  if (!resolve (self, entry, &op->slot, &count, error))
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

  if (!resolve (self, entry, &op->slot, &op->nr, error))
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

  if (!resolve (self, entry, &op->slot, &op->nr, error))
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

static gboolean
run_slab (PgwScript      *self,
          const PgwEntry *entry,
          struct mm_op   *op,
          PgwSlotUse      fills,
          PgwSlotUse      of,
          PgwSlotUse      holder,
          GError        **error)
{
  guint32 slot, count;

  if (entry->holder_node)
    {
      PgwEntry as_of = *entry;

      as_of.of = entry->holder;
      as_of.of_node = entry->holder_node;
      if (!resolve (self, &as_of, &slot, &count, error) ||
          !check_use (self, entry, entry->holder_node, slot, holder, error))
        return FALSE;
      op->arg[entry->holder_arg] = slot + 1;
    }
  if (of)
    {
      guint32 nr = op->nr;

      if (!resolve (self, entry, &op->slot, &op->nr, error) ||
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
      if (!define (self, entry, &op->slot, error))
        return FALSE;
      for (guint32 i = 0; i < entry->n_slots; i++)
        *pgw_script_get_slot (self, op->slot + i) = (Slot) { .content = CONTENT_LIVE, .use = fills, .refs = 1 };
    }
  return TRUE;
}

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

static gboolean
add_operation (PgwScript      *self,
               const PgwEntry *entry,
               GError        **error)
{
  struct mm_op op = entry->op;
  PgwSlotUse fills, of, holder;
  gboolean good = TRUE;

  if (self->ops->len >= PGW_MAX_OPS)
    {
      g_autofree char *expected = g_strdup_printf (_("at most %u operations with all repeats unfolded"),
                                                   PGW_MAX_OPS);
      return pgw_script_fail (self, entry, entry->node, _("one more operation"), expected, error);
    }
  switch (op.kind)
    {
    case OP_note:
      run_note (self, entry, &op);
      break;
    case OP_alloc_pages:
    case OP_alloc_many:
    case OP_alloc_pages_bulk:
      good = run_alloc (self, entry, &op, error);
      break;
    case OP_free_pages:
    case OP_get_page:
    case OP_put_page:
      good = run_on_one (self, entry, &op, error);
      break;
    case OP_free_many:
      good = run_free_many (self, entry, &op, error);
      break;
    case OP_free_unref_page_list:
      good = run_free_list (self, entry, &op, error);
      break;
    default:
      if (pgw_slab_operation_uses (op.kind, &fills, &of, &holder))
        good = run_slab (self, entry, &op, fills, of, holder, error);
      else if (entry->operation->fields == 0)
        good = pgw_script_run_tasks (self, entry, &op, error);
      break;
    }
  if (!good || (entry->expects && !pgw_expects_check_names (self, entry, error)))
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
