/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations a script may hold, as a table: what each is called, which
 * fields it has and which it must have. A field is read by one function, the
 * same for all operations that have it. A new operation is a line in the
 * table, and a function if it brings a field of a new kind.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-policy.h"

/* zone modifiers and mobility, as in the kernel's gfp_types.h */
#define GFP_DMA         0x01u
#define GFP_HIGHMEM     0x02u
#define GFP_DMA32       0x04u
#define GFP_MOVABLE     0x08u
#define GFP_RECLAIMABLE 0x10u

typedef struct {
  PgwJsonSource        *source;
  const PgwMachineInfo *info;
  PgwEntry             *entry;
} Reader;

typedef gboolean (*FieldFunc) (Reader *r, const PgwJsonNode *node, GError **error);

/* ---- Fields ---- */

static gboolean
read_order (Reader            *r,
            const PgwJsonNode *node,
            GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("an order"), 0, VIEW_MAX_ORDER - 1, &value, error))
    return FALSE;
  r->entry->op.order = value;
  return TRUE;
}

static gboolean
read_max_order (Reader            *r,
                const PgwJsonNode *node,
                GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("the largest order, not below \"order\""),
                           r->entry->op.order, VIEW_MAX_ORDER - 1, &value, error))
    return FALSE;
  r->entry->op.arg[1] = value;
  return TRUE;
}

static gboolean
read_gfp (Reader            *r,
          const PgwJsonNode *node,
          GError           **error)
{
  gfp_t gfp = 0;
  const char *bad = NULL;

  if (node->type == PGW_JSON_STRING)
    {
      if (!view_parse_gfp (node->string, &gfp, &bad))
        {
          g_autofree char *found = g_strdup_printf (_("\"%s\" in the text \"%s\""),
                                                    bad ? bad : "", node->string);
          return pgw_json_fail (r->source, node, found,
                                _("GFP flags by their kernel names joined by |, such as \"GFP_KERNEL|__GFP_ZERO\""),
                                error);
        }
    }
  else
    {
      guint64 value;
      if (!pgw_json_read_uint (r->source, node, _("GFP flags by name such as \"GFP_KERNEL\", or a mask"),
                               0, G_MAXUINT32, &value, error))
        return FALSE;
      gfp = value;
    }

  gfp_t zone = gfp & (GFP_DMA | GFP_HIGHMEM | GFP_DMA32);
  if (zone & (zone - 1))
    return pgw_json_fail_expected (r->source, node,
                                   _("at most one of __GFP_DMA, __GFP_HIGHMEM and __GFP_DMA32"), error);
  if ((gfp & GFP_MOVABLE) && (gfp & GFP_RECLAIMABLE))
    return pgw_json_fail_expected (r->source, node,
                                   _("at most one of __GFP_MOVABLE and __GFP_RECLAIMABLE"), error);
  r->entry->op.gfp = gfp;
  return TRUE;
}

static gboolean
read_node (Reader            *r,
           const PgwJsonNode *node,
           GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a node of this machine"), 0, r->info->nr_nodes - 1,
                           &value, error))
    return FALSE;
  r->entry->op.nid = value;
  return TRUE;
}

static gboolean
read_nodes (Reader            *r,
            const PgwJsonNode *node,
            GError           **error)
{
  if (node->type != PGW_JSON_ARRAY || node->n_children == 0)
    return pgw_json_fail_expected (r->source, node, _("an array of the nodes that are allowed"), error);
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      guint64 value;
      if (!pgw_json_read_uint (r->source, n, _("a node of this machine"), 0, r->info->nr_nodes - 1,
                               &value, error))
        return FALSE;
      r->entry->op.nodemask |= 1u << value;
    }
  return TRUE;
}

static gboolean
read_cpu (Reader            *r,
          const PgwJsonNode *node,
          GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a processor of this machine"), 0, r->info->nr_cpus - 1,
                           &value, error))
    return FALSE;
  r->entry->op.cpu = value;
  return TRUE;
}

static gboolean
read_as (Reader            *r,
         const PgwJsonNode *node,
         GError           **error)
{
  if (node->type != PGW_JSON_STRING || !pgw_name_is_valid (node->string))
    return pgw_json_fail_expected (r->source, node,
                                   _("a name: a letter or _, then letters, digits, _ or -, at most 63 characters"),
                                   error);
  r->entry->as = g_strdup (node->string);
  return TRUE;
}

static gboolean
read_of (Reader            *r,
         const PgwJsonNode *node,
         GError           **error)
{
  if (node->type != PGW_JSON_STRING || !pgw_reference_parse (&r->entry->of, node->string))
    return pgw_json_fail_expected (r->source, node,
                                   _("the name of an allocation: \"heap\", \"pool[3]\" or \"pool[2..5]\""),
                                   error);
  r->entry->of_node = node;
  return TRUE;
}

static gboolean
read_count (Reader            *r,
            const PgwJsonNode *node,
            GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a count"), 1, PGW_MAX_COUNT, &value, error))
    return FALSE;
  r->entry->op.nr = value;
  return TRUE;
}

/* Of free_many: the upper half of the fourth argument. */
static gboolean
read_how_many (Reader            *r,
               const PgwJsonNode *node,
               GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a count"), 1, PGW_MAX_COUNT, &value, error))
    return FALSE;
  r->entry->op.arg[3] |= value << 32;
  return TRUE;
}

/* The words for enum mm_pattern, in its order. */
const char *const pgw_pattern_names[PGW_N_PATTERNS + 1] = { "fifo", "lifo", "random", "every", NULL };

static gboolean
read_pattern (Reader            *r,
              const PgwJsonNode *node,
              GError           **error)
{
  guint value;

  if (!pgw_json_read_word (r->source, node, pgw_pattern_names, &value, error))
    return FALSE;
  r->entry->op.arg[0] = value;
  return TRUE;
}

static gboolean
read_seed (Reader            *r,
           const PgwJsonNode *node,
           GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a seed"), 0, G_MAXINT64, &value, error))
    return FALSE;
  r->entry->op.arg[r->entry->op.kind == OP_free_many ? 1 : 0] = value;
  return TRUE;
}

static gboolean
read_step (Reader            *r,
           const PgwJsonNode *node,
           GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a step"), 1, PGW_MAX_COUNT, &value, error))
    return FALSE;
  r->entry->op.arg[2] = value;
  return TRUE;
}

static gboolean
read_offset (Reader            *r,
             const PgwJsonNode *node,
             GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("an offset"), 0, PGW_MAX_COUNT, &value, error))
    return FALSE;
  r->entry->op.arg[3] |= value;
  return TRUE;
}

static gboolean
read_allow (Reader            *r,
            const PgwJsonNode *node,
            GError           **error)
{
  static const char *const frees[] = { "double_free", NULL };
  static const char *const uses[] = { "use_after_free", NULL };
  guint value;

  if (!pgw_json_read_word (r->source, node, r->entry->op.kind == OP_get_page ? uses : frees, &value, error))
    return FALSE;
  r->entry->unchecked = TRUE;
  r->entry->op.arg[0] = MM_OP_UNCHECKED;
  return TRUE;
}

static gboolean
read_note_text (Reader            *r,
                const PgwJsonNode *node,
                GError           **error)
{
  return pgw_text_read (&r->entry->text, r->source, node, error);
}

static gboolean
read_tunable (Reader            *r,
              const PgwJsonNode *node,
              GError           **error)
{
  const char *words[NR_TUNABLES + 1] = { NULL };
  guint value;

  for (guint i = 0; i < NR_TUNABLES; i++)
    words[i] = view_tunable_name (i);
  if (!pgw_json_read_word (r->source, node, words, &value, error))
    return FALSE;
  r->entry->op.arg[0] = value;
  return TRUE;
}

static gboolean
read_tunable_value (Reader            *r,
                    const PgwJsonNode *node,
                    GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a value"), 0, G_MAXINT32, &value, error))
    return FALSE;
  r->entry->op.arg[1] = value;
  return TRUE;
}

/* "1 2 3 4 1 2 5": a byte of an argument for each. */
static gboolean
read_pages (Reader            *r,
            const PgwJsonNode *node,
            GError           **error)
{
  struct mm_op *op = &r->entry->op;
  g_autoptr (GArray) pages = node->type == PGW_JSON_STRING ? pgw_policy_parse (node->string, NULL) : NULL;
  gboolean good = pages != NULL && pages->len > 0 && pages->len <= POLICY_MAX_REFS;

  for (guint i = 0; good && i < pages->len; i++)
    {
      gint64 page = g_array_index (pages, gint64, i);

      good = page <= POLICY_MAX_PAGE;
      op->arg[1 + i / 8] |= (guint64) page << (8 * (i % 8));
    }
  if (!good)
    return pgw_json_fail_expected (r->source, node,
                                   _("a reference string: 1 to 40 numbers of pages from 0 to 255, as \"1 2 3 4 1 2 5\""), error);
  op->arg[0] = pages->len;
  return TRUE;
}

static gboolean
read_policy (Reader            *r,
             const PgwJsonNode *node,
             GError           **error)
{
  const char *words[NR_POLICIES + 1] = { NULL };
  guint value;

  for (guint i = 0; i < NR_POLICIES; i++)
    words[i] = view_policy_name (i);
  if (!pgw_json_read_word (r->source, node, words, &value, error))
    return FALSE;
  r->entry->op.arg[0] = value;
  return TRUE;
}

static gboolean
read_frames (Reader            *r,
             const PgwJsonNode *node,
             GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a number of page frames"), 1, POLICY_MAX_FRAMES, &value, error))
    return FALSE;
  r->entry->op.arg[1] = value;
  return TRUE;
}

/* Read in this order: max_order needs order. */
enum {
  FIELD_ORDER, FIELD_MAX_ORDER, FIELD_GFP, FIELD_NODE, FIELD_NODES, FIELD_CPU, FIELD_AS, FIELD_OF,
  FIELD_COUNT, FIELD_HOW_MANY, FIELD_PATTERN, FIELD_SEED, FIELD_STEP, FIELD_OFFSET, FIELD_ALLOW,
  FIELD_TEXT, FIELD_TUNABLE, FIELD_VALUE, FIELD_PAGES, FIELD_POLICY, FIELD_FRAMES,
  N_FIELDS
};

static const struct {
  const char *key;
  FieldFunc   read;
} fields[N_FIELDS] = {
  [FIELD_ORDER] = { "order", read_order },
  [FIELD_MAX_ORDER] = { "max_order", read_max_order },
  [FIELD_GFP] = { "gfp", read_gfp },
  [FIELD_NODE] = { "node", read_node },
  [FIELD_NODES] = { "nodes", read_nodes },
  [FIELD_CPU] = { "cpu", read_cpu },
  [FIELD_AS] = { "as", read_as },
  [FIELD_OF] = { "of", read_of },
  [FIELD_COUNT] = { "count", read_count },
  [FIELD_HOW_MANY] = { "count", read_how_many },
  [FIELD_PATTERN] = { "pattern", read_pattern },
  [FIELD_SEED] = { "seed", read_seed },
  [FIELD_STEP] = { "step", read_step },
  [FIELD_OFFSET] = { "offset", read_offset },
  [FIELD_ALLOW] = { "allow", read_allow },
  [FIELD_TEXT] = { "text", read_note_text },
  [FIELD_TUNABLE] = { "tunable", read_tunable },
  [FIELD_VALUE] = { "value", read_tunable_value },
  [FIELD_PAGES] = { "pages", read_pages },
  [FIELD_POLICY] = { "policy", read_policy },
  [FIELD_FRAMES] = { "frames", read_frames },
};

/* ---- Operations ---- */

#define F(name) (1u << FIELD_##name)
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
  { "swapoff", OP_swapoff, PGW_FAMILY_PAGES, F (CPU), 0 },
  { "swapon", OP_swapon, PGW_FAMILY_PAGES, F (CPU), 0 },
  { "reference_string", OP_reference_string, PGW_FAMILY_PAGES, F (PAGES) | F (CPU), F (PAGES) },
  { "replacement", OP_replacement, PGW_FAMILY_PAGES, F (POLICY) | F (FRAMES) | F (CPU), F (POLICY) | F (FRAMES) },
  { "set_tunable", OP_set_tunable, PGW_FAMILY_PAGES, F (TUNABLE) | F (VALUE) | F (CPU), F (TUNABLE) | F (VALUE) },
};

static const char *const common_keys[] = { "op", "title", "explain", "question", "expect" };
static const char *const of_task_keys[] = { "as", "cpu", "task" };
static const char *const repeat_keys[] = { "repeat", "script", "title", "explain", NULL };

static const PgwOperation *
find_operation (PgwJsonSource     *source,
                const PgwJsonNode *node,
                GError           **error)
{
  const char *words[NR_MM_OPS + 1] = { NULL };
  guint value, n_vm, n_objects, n = 0;
  const PgwOperation *vm = pgw_vm_operations (&n_vm), *objects = pgw_object_operations (&n_objects);

  for (; n < G_N_ELEMENTS (operations); n++)
    words[n] = operations[n].name;
  for (guint i = 0; i < n_vm; i++)
    words[n++] = vm[i].name;
  for (guint i = 0; i < n_objects; i++)
    words[n++] = objects[i].name;
  if (!pgw_json_read_word (source, node, words, &value, error))
    return NULL;
  if (value < G_N_ELEMENTS (operations))
    return &operations[value];
  value -= G_N_ELEMENTS (operations);
  return value < n_vm ? &vm[value] : &objects[value - n_vm];
}

const PgwOperation *
pgw_operation_lookup (enum mm_op_kind kind)
{
  guint n_vm, n_objects;
  const PgwOperation *vm = pgw_vm_operations (&n_vm), *objects = pgw_object_operations (&n_objects);

  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (operations[i].kind == kind)
      return &operations[i];
  for (guint i = 0; i < n_vm; i++)
    if (vm[i].kind == kind)
      return &vm[i];
  for (guint i = 0; i < n_objects; i++)
    if (objects[i].kind == kind)
      return &objects[i];
  return NULL;
}

static gboolean
check_entry_keys (Reader             *r,
                  const PgwOperation *operation,
                  GError            **error)
{
  const char *keys[G_N_ELEMENTS (common_keys) + N_FIELDS + G_N_ELEMENTS (of_task_keys) + MM_OP_ARGS + 1] = { NULL };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (common_keys); i++)
    keys[n++] = common_keys[i];
  for (guint i = 0; i < N_FIELDS; i++)
    if (operation->fields & (1u << i))
      keys[n++] = fields[i].key;
  for (guint i = 0; i < operation->n_arguments; i++)
    keys[n++] = operation->arguments[i].key;
  if (operation->family == PGW_FAMILY_TASKS)
    for (guint i = operation->fills ? 0 : 1; i < (operation->of_task ? 3u : 2u); i++)
      keys[n++] = of_task_keys[i];
  return pgw_json_check_keys (r->source, r->entry->node, keys, error);
}

static gboolean
read_fields (Reader             *r,
             const PgwOperation *operation,
             GError            **error)
{
  for (guint i = 0; i < N_FIELDS; i++)
    {
      const PgwJsonNode *n;

      if (!(operation->fields & (1u << i)))
        continue;
      n = pgw_json_member (r->entry->node, fields[i].key);
      if (n == NULL && (operation->required & (1u << i)))
        return pgw_json_fail_missing (r->source, r->entry->node, fields[i].key, error);
      if (n && !fields[i].read (r, n, error))
        return FALSE;
    }
  return TRUE;
}

/* set_task changes one thing at a time; which, is the place of its key in the list. */
static gboolean
check_set_task (Reader             *r,
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
check_access (Reader  *r,
              GError **error)
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
read_arguments (Reader             *r,
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
  if (((n = pgw_json_member (entry->node, "as")) != NULL && !read_as (r, n, error)) ||
      ((n = pgw_json_member (entry->node, "cpu")) != NULL && !read_cpu (r, n, error)))
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

/* A field that says nothing without another one is a mistake. */
static gboolean
refuse_without (Reader     *r,
                const char *key,
                gboolean    useful,
                const char *expected,
                GError    **error)
{
  const PgwJsonNode *node = pgw_json_member (r->entry->node, key);

  if (node == NULL || useful)
    return TRUE;
  return pgw_json_fail_expected (r->source, node, expected, error);
}

static gboolean
check_pattern (Reader  *r,
               GError **error)
{
  gboolean every = r->entry->op.arg[0] == PATTERN_EVERY;
  const char *expected = _("it only with \"pattern\": \"every\"");

  if (r->entry->op.kind == OP_alloc_many)
    return refuse_without (r, "seed", pgw_json_member (r->entry->node, "max_order") != NULL,
                           _("it only with \"max_order\""), error);
  if (r->entry->op.kind != OP_free_many)
    return TRUE;
  return refuse_without (r, "step", every, expected, error) &&
         refuse_without (r, "offset", every, expected, error) &&
         refuse_without (r, "seed", r->entry->op.arg[0] == PATTERN_RANDOM,
                         _("it only with \"pattern\": \"random\""), error);
}

/* What is expected of the operation, and what is asked before it. */
static gboolean
read_expect (Reader  *r,
             GError **error)
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
read_operation (Reader            *r,
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
  if (operation->family == PGW_FAMILY_PAGES ? !read_fields (r, operation, error) || !check_pattern (r, error)
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
read_repeat (Reader            *r,
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
  Reader r = { source, info, entry };

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
