/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of the operations on pages, as a table: a field is read by one
 * function, the same for all operations that have it. A new field is a
 * function, a line in the table and one in the header's list.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-operation-fields.h"
#include "pgw-policy.h"

/* zone modifiers and mobility, as in the kernel's gfp_types.h */
#define GFP_DMA         0x01u
#define GFP_HIGHMEM     0x02u
#define GFP_DMA32       0x04u
#define GFP_MOVABLE     0x08u
#define GFP_RECLAIMABLE 0x10u

typedef gboolean (*FieldFunc) (PgwEntryReader *r, const PgwJsonNode *node, GError **error);

static gboolean
read_order (PgwEntryReader    *r,
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
read_max_order (PgwEntryReader    *r,
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

gboolean
pgw_operation_read_gfp (PgwEntryReader    *r,
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

gboolean
pgw_operation_read_node (PgwEntryReader    *r,
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
read_nodes (PgwEntryReader    *r,
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

gboolean
pgw_operation_read_cpu (PgwEntryReader    *r,
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

gboolean
pgw_operation_read_as (PgwEntryReader    *r,
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

gboolean
pgw_operation_read_of (PgwEntryReader    *r,
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
read_count (PgwEntryReader    *r,
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
read_how_many (PgwEntryReader    *r,
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
read_pattern (PgwEntryReader    *r,
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
read_seed (PgwEntryReader    *r,
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
read_step (PgwEntryReader    *r,
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
read_offset (PgwEntryReader    *r,
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
read_allow (PgwEntryReader    *r,
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
read_note_text (PgwEntryReader    *r,
                const PgwJsonNode *node,
                GError           **error)
{
  return pgw_text_read (&r->entry->text, r->source, node, error);
}

static gboolean
read_tunable (PgwEntryReader    *r,
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
read_tunable_value (PgwEntryReader    *r,
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
read_pages (PgwEntryReader    *r,
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
read_policy (PgwEntryReader    *r,
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
read_frames (PgwEntryReader    *r,
             const PgwJsonNode *node,
             GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a number of page frames"), 1, POLICY_MAX_FRAMES, &value, error))
    return FALSE;
  r->entry->op.arg[1] = value;
  return TRUE;
}

static gboolean
read_swap_device (PgwEntryReader    *r,
                  const PgwJsonNode *node,
                  GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("the number of a swap device"), 0, MAX_SWAPFILES - 1, &value, error))
    return FALSE;
  r->entry->op.arg[0] = value;
  return TRUE;
}

static gboolean
read_swap_priority (PgwEntryReader    *r,
                    const PgwJsonNode *node,
                    GError           **error)
{
  guint64 value;

  if (!pgw_json_read_uint (r->source, node, _("a priority"), 0, SWAP_FLAG_PRIO_MASK, &value, error))
    return FALSE;
  r->entry->op.arg[1] = SWAP_FLAG_PREFER | value;
  return TRUE;
}

static const struct {
  const char *key;
  FieldFunc   read;
} fields[PGW_N_FIELDS] = {
  [PGW_FIELD_ORDER] = { "order", read_order },
  [PGW_FIELD_MAX_ORDER] = { "max_order", read_max_order },
  [PGW_FIELD_GFP] = { "gfp", pgw_operation_read_gfp },
  [PGW_FIELD_NODE] = { "node", pgw_operation_read_node },
  [PGW_FIELD_NODES] = { "nodes", read_nodes },
  [PGW_FIELD_CPU] = { "cpu", pgw_operation_read_cpu },
  [PGW_FIELD_AS] = { "as", pgw_operation_read_as },
  [PGW_FIELD_OF] = { "of", pgw_operation_read_of },
  [PGW_FIELD_COUNT] = { "count", read_count },
  [PGW_FIELD_HOW_MANY] = { "count", read_how_many },
  [PGW_FIELD_PATTERN] = { "pattern", read_pattern },
  [PGW_FIELD_SEED] = { "seed", read_seed },
  [PGW_FIELD_STEP] = { "step", read_step },
  [PGW_FIELD_OFFSET] = { "offset", read_offset },
  [PGW_FIELD_ALLOW] = { "allow", read_allow },
  [PGW_FIELD_TEXT] = { "text", read_note_text },
  [PGW_FIELD_TUNABLE] = { "tunable", read_tunable },
  [PGW_FIELD_VALUE] = { "value", read_tunable_value },
  [PGW_FIELD_PAGES] = { "pages", read_pages },
  [PGW_FIELD_POLICY] = { "policy", read_policy },
  [PGW_FIELD_FRAMES] = { "frames", read_frames },
  [PGW_FIELD_DEVICE] = { "device", read_swap_device },
  [PGW_FIELD_PRIORITY] = { "priority", read_swap_priority },
};

const char *
pgw_operation_field_key (PgwOperationField field)
{
  return fields[field].key;
}

/* A field that says nothing without another one is a mistake. */
static gboolean
refuse_without (PgwEntryReader *r,
                const char     *key,
                gboolean        useful,
                const char     *expected,
                GError        **error)
{
  const PgwJsonNode *node = pgw_json_member (r->entry->node, key);

  if (node == NULL || useful)
    return TRUE;
  return pgw_json_fail_expected (r->source, node, expected, error);
}

static gboolean
check_pattern (PgwEntryReader *r,
               GError        **error)
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

gboolean
pgw_operation_read_fields (PgwEntryReader     *r,
                           const PgwOperation *operation,
                           GError            **error)
{
  for (guint i = 0; i < PGW_N_FIELDS; i++)
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
  return check_pattern (r, error);
}
