/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations a script may hold: those on pages, as a table of what each
 * is called, which fields it has and which it must have (the other two tables
 * are in pgw-arguments.c and pgw-operations-slab.c), and how an entry of a
 * script is read by them. A new operation is a line in a table, and a
 * function if it brings a field of a new kind (pgw-operation-fields.c).
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-operation-fields.h"

/* ---- Operations ---- */

#define F(name) (1u << PGW_FIELD_##name)
#define PLACE   (F (GFP) | F (NODE) | F (NODES) | F (CPU) | F (AS))

static const PgwOperation operations[] = {
  { "note", OP_note, PGW_FAMILY_PAGES, F (TEXT), F (TEXT) },
  { "alloc_pages", OP_alloc_pages, PGW_FAMILY_PAGES, PLACE | F (ORDER), 0 },
  { "free_pages", OP_free_pages, PGW_FAMILY_PAGES, F (OF) | F (CPU) | F (ALLOW), F (OF) },
  { "alloc_many", OP_alloc_many, PGW_FAMILY_PAGES, PLACE | F (COUNT) | F (ORDER) | F (MAX_ORDER) | F (SEED), F (COUNT) },
  { "free_many", OP_free_many, PGW_FAMILY_PAGES,
    F (OF) | F (CPU) | F (PATTERN) | F (SEED) | F (STEP) | F (OFFSET) | F (HOW_MANY), F (OF) },
  { "alloc_pages_bulk", OP_alloc_pages_bulk, PGW_FAMILY_PAGES, PLACE | F (COUNT), F (COUNT) },
  { "free_unref_page_list", OP_free_unref_page_list, PGW_FAMILY_PAGES, F (OF) | F (CPU), F (OF) },
  { "get_page", OP_get_page, PGW_FAMILY_PAGES, F (OF) | F (CPU) | F (ALLOW), F (OF) },
  { "put_page", OP_put_page, PGW_FAMILY_PAGES, F (OF) | F (CPU) | F (ALLOW), F (OF) },
  { "drain_local_pages", OP_drain_local_pages, PGW_FAMILY_PAGES, F (CPU), 0 },
  { "drain_all_pages", OP_drain_all_pages, PGW_FAMILY_PAGES, F (CPU), 0 },
  { "compact_memory", OP_compact_memory, PGW_FAMILY_PAGES, F (CPU), 0 },
  { "swapoff", OP_swapoff, PGW_FAMILY_PAGES, F (DEVICE) | F (CPU), 0 },
  { "swapon", OP_swapon, PGW_FAMILY_PAGES, F (DEVICE) | F (PRIORITY) | F (CPU), 0 },
  { "reference_string", OP_reference_string, PGW_FAMILY_PAGES, F (PAGES) | F (CPU), F (PAGES) },
  { "replacement", OP_replacement, PGW_FAMILY_PAGES, F (POLICY) | F (FRAMES) | F (CPU), F (POLICY) | F (FRAMES) },
  { "set_tunable", OP_set_tunable, PGW_FAMILY_PAGES, F (TUNABLE) | F (VALUE) | F (CPU), F (TUNABLE) | F (VALUE) },
};

static const char *const common_keys[] = { "op", "title", "explain", "question", "expect" };
static const char *const of_task_keys[] = { "as", "cpu", "task" };
static const char *const repeat_keys[] = { "repeat", "script", "title", "explain", NULL };

/* The n-th operation of all tables; NULL past the last one. */
static const PgwOperation *
nth_operation (guint n)
{
  guint n_vm, n_objects;
  const PgwOperation *vm = pgw_vm_operations (&n_vm), *objects = pgw_object_operations (&n_objects);

  if (n < G_N_ELEMENTS (operations))
    return &operations[n];
  n -= G_N_ELEMENTS (operations);
  if (n < n_vm)
    return &vm[n];
  n -= n_vm;
  return n < n_objects ? &objects[n] : NULL;
}

static const PgwOperation *
find_operation (PgwJsonSource     *source,
                const PgwJsonNode *node,
                GError           **error)
{
  const char *words[NR_MM_OPS + 1] = { NULL };
  const PgwOperation *operation;
  guint value;

  for (guint n = 0; (operation = nth_operation (n)) != NULL; n++)
    words[n] = operation->name;
  return pgw_json_read_word (source, node, words, &value, error) ? nth_operation (value) : NULL;
}

const PgwOperation *
pgw_operation_lookup (enum mm_op_kind kind)
{
  const PgwOperation *operation;

  for (guint n = 0; (operation = nth_operation (n)) != NULL; n++)
    if (operation->kind == kind)
      return operation;
  return NULL;
}

static gboolean
check_entry_keys (PgwEntryReader     *r,
                  const PgwOperation *operation,
                  GError            **error)
{
  const char *keys[G_N_ELEMENTS (common_keys) + PGW_N_FIELDS + G_N_ELEMENTS (of_task_keys) + MM_OP_ARGS + 1] = { NULL };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (common_keys); i++)
    keys[n++] = common_keys[i];
  for (guint i = 0; i < PGW_N_FIELDS; i++)
    if (operation->fields & (1u << i))
      keys[n++] = pgw_operation_field_key (i);
  for (guint i = 0; i < operation->n_arguments; i++)
    keys[n++] = operation->arguments[i].key;
  if (operation->family == PGW_FAMILY_TASKS)
    for (guint i = operation->fills ? 0 : 1; i < (operation->of_task ? 3u : 2u); i++)
      keys[n++] = of_task_keys[i];
  return pgw_json_check_keys (r->source, r->entry->node, keys, error);
}

/* set_task changes one thing at a time; which, is the place of its key in the list. */
static gboolean
check_set_task (PgwEntryReader     *r,
                const PgwOperation *operation,
                GError            **error)
{
  guint n_said = 0;

  for (guint i = 0; i < operation->n_arguments; i++)
    if (pgw_json_member (r->entry->node, operation->arguments[i].key))
      {
        r->entry->op.arg[0] = i;
        n_said++;
      }
  if (n_said == 1)
    return TRUE;
  return pgw_json_fail_expected (r->source, r->entry->node,
                                 _("one of \"comm\", \"uid\", \"oom_score_adj\", \"thp_disable\" and \"personality\""), error);
}

static gboolean
check_access (PgwEntryReader *r,
              GError        **error)
{
  struct mm_op *op = &r->entry->op;

  if (op->arg[1] & (op->arg[1] - 1))
    return pgw_json_fail_expected (r->source, pgw_json_member (r->entry->node, "size"), _("1, 2, 4 or 8 bytes"), error);
  if (op->kind == OP_store && op->arg[1] < 8 && op->arg[5] >> (8 * op->arg[1]))
    {
      g_autofree char *expected = g_strdup_printf (_("a value of at most %u bits"), 8 * (guint) op->arg[1]);
      return pgw_json_fail_expected (r->source, pgw_json_member (r->entry->node, "value"), expected, error);
    }
  return TRUE;
}

/* The keys of operations of tasks and files. */
static gboolean
read_arguments (PgwEntryReader     *r,
                const PgwOperation *operation,
                GError            **error)
{
  PgwEntry *entry = r->entry;
  const PgwJsonNode *n;

  for (guint i = 0; i < operation->n_arguments; i++)
    {
      const PgwArgument *argument = &operation->arguments[i];

      n = pgw_json_member (entry->node, argument->key);
      if (n == NULL && argument->required)
        return pgw_json_fail_missing (r->source, entry->node, argument->key, error);
      if (n == NULL && argument->preset)
        entry->op.arg[argument->arg] = argument->preset;
      if (n && !pgw_argument_read (argument, entry, n, error))
        return FALSE;
    }
  if (((n = pgw_json_member (entry->node, "as")) != NULL && !pgw_operation_read_as (r, n, error)) ||
      ((n = pgw_json_member (entry->node, "cpu")) != NULL && !pgw_operation_read_cpu (r, n, error)))
    return FALSE;
  if (n = pgw_json_member (entry->node, "as"), n && operation->fills == PGW_NAME_ADDRESS && strchr (entry->as, '-'))
    return pgw_json_fail_expected (r->source, n,
                                   _("a name of letters, digits and _ (addresses are used as in \"heap-4K\")"), error);
  if ((n = pgw_json_member (entry->node, "task")) != NULL)
    {
      if (n->type != PGW_JSON_STRING || !pgw_name_is_valid (n->string))
        return pgw_json_fail_expected (r->source, n, _("the name of a task"), error);
      pgw_entry_add_link (entry, PGW_LINK_TASK, 0, n->string, n);
    }
  if (operation->kind == OP_set_task)
    return check_set_task (r, operation, error);
  if (operation->kind == OP_load || operation->kind == OP_store)
    return check_access (r, error);
  return TRUE;
}

/* What is expected of the operation, and what is asked before it. */
static gboolean
read_expect (PgwEntryReader *r,
             GError        **error)
{
  const PgwJsonNode *expect = pgw_json_member (r->entry->node, "expect");
  const PgwJsonNode *question = pgw_json_member (r->entry->node, "question");

  if (expect)
    r->entry->expects = pgw_expects_read (r->source, expect, r->entry, r->info, error);
  if (expect && r->entry->expects == NULL)
    return FALSE;
  if (question)
    r->entry->question = pgw_question_read (r->source, question, r->entry, r->info, error);
  return question == NULL || r->entry->question != NULL;
}

static gboolean
read_operation (PgwEntryReader    *r,
                const PgwJsonNode *op,
                GError           **error)
{
  PgwEntry *entry = r->entry;
  const PgwOperation *operation = find_operation (r->source, op, error);

  if (operation == NULL)
    return FALSE;
  entry->operation = operation;
  entry->op.kind = operation->kind;
  entry->op.nid = -1;
  if (operation->family == PGW_FAMILY_OBJECTS)
    return pgw_slab_operation_read (r->source, r->info, entry, error) && read_expect (r, error);
  if (!check_entry_keys (r, operation, error))
    return FALSE;
  if (operation->fields & F (GFP))
    view_parse_gfp ("GFP_KERNEL", &entry->op.gfp, NULL);
  if (operation->kind == OP_free_many)
    entry->op.arg[2] = 1;
  if (operation->family == PGW_FAMILY_PAGES ? !pgw_operation_read_fields (r, operation, error)
                        : !read_arguments (r, operation, error))
    return FALSE;

  if (operation->kind == OP_alloc_many && pgw_json_member (entry->node, "max_order") == NULL)
    entry->op.arg[1] = entry->op.order;
  entry->single = operation->kind == OP_alloc_pages;
  if (operation->kind == OP_alloc_pages || operation->fills)
    entry->n_slots = 1;
  else if (operation->kind == OP_alloc_many || operation->kind == OP_alloc_pages_bulk)
    entry->n_slots = entry->op.nr;
  return read_expect (r, error);
}

static gboolean
read_repeat (PgwEntryReader    *r,
             const PgwJsonNode *repeat,
             GError           **error)
{
  PgwEntry *entry = r->entry;
  const PgwJsonNode *script;
  guint64 rounds;

  if (!pgw_json_check_keys (r->source, entry->node, repeat_keys, error) ||
      !pgw_json_read_uint (r->source, repeat, _("how often to repeat"), 1, PGW_MAX_REPEAT, &rounds, error))
    return FALSE;
  script = pgw_json_member (entry->node, "script");
  if (script == NULL)
    return pgw_json_fail_missing (r->source, entry->node, "script", error);
  if (script->type != PGW_JSON_ARRAY || script->n_children == 0)
    return pgw_json_fail_expected (r->source, script, _("an array of at least one entry"), error);
  entry->n_rounds = rounds;
  entry->children = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_entry_unref);
  return pgw_entries_read (entry->children, r->source, script, r->info, error);
}

/* ---- Entries ---- */

PgwEntry *
pgw_entry_read (PgwJsonSource        *source,
                const PgwJsonNode    *node,
                const PgwMachineInfo *info,
                GError              **error)
{
  const PgwJsonNode *op = NULL, *repeat = NULL, *n;
  PgwEntry *entry;
  gboolean good;

  if (node->type == PGW_JSON_OBJECT)
    {
      op = pgw_json_member (node, "op");
      repeat = pgw_json_member (node, "repeat");
    }
  if (op == NULL && repeat == NULL)
    {
      pgw_json_fail_expected (source, node,
                              _("an operation {\"op\": ...} or {\"repeat\": ..., \"script\": [...]}"), error);
      return NULL;
    }

  entry = g_new0 (PgwEntry, 1);
  g_atomic_ref_count_init (&entry->ref_count);
  entry->source = pgw_json_source_ref (source);
  entry->node = node;
  PgwEntryReader r = { source, info, entry };

  good = op ? read_operation (&r, op, error) : read_repeat (&r, repeat, error);
  if (good && (n = pgw_json_member (node, "title")) != NULL)
    good = pgw_text_read (&entry->title, source, n, error);
  if (good && (n = pgw_json_member (node, "explain")) != NULL)
    good = pgw_text_read (&entry->explanation, source, n, error);
  if (!good)
    g_clear_pointer (&entry, pgw_entry_unref);
  return entry;
}

gboolean
pgw_entries_read (GPtrArray            *entries,
                  PgwJsonSource        *source,
                  const PgwJsonNode    *array,
                  const PgwMachineInfo *info,
                  GError              **error)
{
  for (const PgwJsonNode *n = array->first; n; n = n->next)
    {
      PgwEntry *entry = pgw_entry_read (source, n, info, error);
      if (entry == NULL)
        return FALSE;
      g_ptr_array_add (entries, entry);
    }
  return TRUE;
}
