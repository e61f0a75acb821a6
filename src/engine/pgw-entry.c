/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwEntry: one entry of a script as its text has it, an operation, a repeat
 * or a stretch of recorded operations. Entries are shared between the states
 * of a script that undo keeps, so they never change once they are read.
 */
#include "config.h"

#include "pgw-scenario-private.h"

static void
link_clear (gpointer link)
{
  g_free (((PgwLink *) link)->name);
}

PgwEntry *
pgw_entry_new_raw (const struct mm_op *ops,
                   guint64             n_ops)
{
  PgwEntry *entry = g_new0 (PgwEntry, 1);

  g_atomic_ref_count_init (&entry->ref_count);
  entry->interactive = TRUE;
  entry->raw = g_array_sized_new (FALSE, FALSE, sizeof (struct mm_op), n_ops);
  g_array_append_vals (entry->raw, ops, n_ops);
  return entry;
}

void
pgw_entry_add_link (PgwEntry          *entry,
                    PgwLinkKind        kind,
                    guint              arg,
                    const char        *name,
                    const PgwJsonNode *node)
{
  PgwLink link = { kind, arg, g_strdup (name), node };

  if (entry->links == NULL)
    {
      entry->links = g_array_new (FALSE, FALSE, sizeof (PgwLink));
      g_array_set_clear_func (entry->links, link_clear);
    }
  g_array_append_val (entry->links, link);
}

PgwEntry *
pgw_entry_ref (PgwEntry *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pgw_entry_unref (PgwEntry *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->source, pgw_json_source_unref);
  pgw_text_clear (&self->title);
  pgw_text_clear (&self->explanation);
  pgw_text_clear (&self->text);
  g_free (self->as);
  g_free (self->opens);
  g_clear_pointer (&self->links, g_array_unref);
  g_free (self->of.name);
  g_free (self->holder.name);
  g_clear_pointer (&self->expects, g_ptr_array_unref);
  g_clear_pointer (&self->question, pgw_question_free);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_clear_pointer (&self->raw, g_array_unref);
  g_free (self);
}

guint64
pgw_entry_n_ops (const PgwEntry *self)
{
  guint64 sum = 0, product;

  if (self->raw)
    return self->raw->len;
  if (self->children == NULL)
    return 1;
  for (guint i = 0; i < self->children->len; i++)
    if (!g_uint64_checked_add (&sum, sum, pgw_entry_n_ops (g_ptr_array_index (self->children, i))))
      return G_MAXUINT64;
  return g_uint64_checked_mul (&product, sum, self->n_rounds) ? product : G_MAXUINT64;
}

/* ---- Cutting entries ---- */

/* The same repeat with fewer rounds: its text with the number replaced. */
static PgwEntry *
repeat_less (PgwEntry             *entry,
             guint32               rounds,
             const PgwMachineInfo *info)
{
  const PgwJsonNode *number = pgw_json_member (entry->node, "repeat");
  const char *text = pgw_json_source_get_text (entry->source, NULL);
  g_autoptr (GString) less = g_string_new (NULL);
  g_autofree char *pointer = pgw_json_pointer (entry->source, entry->node);

  g_string_append_len (less, text + entry->node->start, number->start - entry->node->start);
  g_string_append_printf (less, "%u", rounds);
  g_string_append_len (less, text + number->end, entry->node->end - number->end);

  g_autoptr (PgwJsonSource) source =
    pgw_json_source_new (less->str, less->len, pgw_json_source_get_name (entry->source),
                         entry->node->line, entry->node->column, pointer, NULL);
  PgwEntry *made = source ? pgw_entry_read (source, pgw_json_source_get_root (source), info, NULL) : NULL;
  if (made)
    made->interactive = entry->interactive;
  return made;
}

static guint64
cut_repeat (PgwEntry             *entry,
            guint64               n_ops,
            const PgwMachineInfo *info,
            GPtrArray            *out)
{
  guint64 per_round = pgw_entry_n_ops (entry) / entry->n_rounds;
  guint64 left = n_ops;

  if (per_round == 0)
    return 0;
  if (n_ops / per_round > 1)
    {
      PgwEntry *whole_rounds = repeat_less (entry, n_ops / per_round, info);
      if (whole_rounds)
        {
          g_ptr_array_add (out, whole_rounds);
          left = n_ops % per_round;
        }
    }
  while (left > 0)
    for (guint i = 0; i < entry->children->len && left > 0; i++)
      left -= pgw_entry_cut (g_ptr_array_index (entry->children, i), left, info, out);
  return n_ops;
}

guint64
pgw_entry_cut (PgwEntry             *entry,
               guint64               n_ops,
               const PgwMachineInfo *info,
               GPtrArray            *out)
{
  guint64 whole = pgw_entry_n_ops (entry);

  if (whole <= n_ops)
    {
      g_ptr_array_add (out, pgw_entry_ref (entry));
      return whole;
    }
  if (entry->raw)
    {
      g_ptr_array_add (out, pgw_entry_new_raw ((struct mm_op *) (gpointer) entry->raw->data, n_ops));
      return n_ops;
    }
  return cut_repeat (entry, n_ops, info, out);
}
