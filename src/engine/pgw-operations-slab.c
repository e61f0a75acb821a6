/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations on the kernel's objects, as a table: slab caches, kmalloc(),
 * memory pools, vmalloc(). A key of an operation goes into a member of struct
 * mm_op in one of a few ways; reading and describing go by the same table.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-operation-fields.h"
#include "pgw-units.h"

typedef enum {
  KEY_NUMBER,                   /* within bounds, into an argument or a member */
  KEY_BYTES,                    /* "64K" or a number, likewise */
  KEY_SIGNED,                   /* a signed number */
  KEY_NAME,                     /* of a cache: up to 24 bytes, into arg[1..3] */
  KEY_FLAGS,                    /* SLAB_* */
  KEY_CTOR,
  KEY_GFP,
  KEY_NODE,
  KEY_PATTERN,
  KEY_HOLDER,                   /* name of a cache or pool */
  KEY_OF,
  KEY_AS,
  KEY_CPU,
  KEY_ALLOW,
} KeyType;

enum { INTO_NR = 6, INTO_ORDER, INTO_LIMIT };   /* where a number goes; below 6: arg[] */

struct _PgwObjectKey {
  const char *key;
  KeyType     type;
  gboolean    required;
  guint       into;
  guint64     min, max, preset;
};

#define LARGE G_GUINT64_CONSTANT (1) << 30

#define CPU { "cpu", KEY_CPU, FALSE, 0, 0, 0, 0 }
#define AS { "as", KEY_AS, FALSE, 0, 0, 0, 0 }
#define OF { "of", KEY_OF, TRUE, 0, 0, 0, 0 }
#define GFP { "gfp", KEY_GFP, FALSE, 0, 0, 0, 0 }
#define NODE { "node", KEY_NODE, FALSE, 0, 0, 0, 0 }
#define COUNT { "count", KEY_NUMBER, FALSE, INTO_NR, 1, PGW_MAX_COUNT, 1 }
#define ALLOW(arg) { "allow", KEY_ALLOW, FALSE, arg, 0, 0, 0 }

static const PgwObjectKey create_keys[] = {
  { "name", KEY_NAME, TRUE, 1, 0, 0, 0 },
  { "size", KEY_BYTES, TRUE, INTO_NR, 8, 4 << 20, 0 },
  { "align", KEY_BYTES, FALSE, INTO_ORDER, 1, 4096, 0 },
  { "flags", KEY_FLAGS, FALSE, 0, 0, 0, 0 },
  { "ctor", KEY_CTOR, FALSE, 0, 0, 0, 0 },
  AS, CPU, { NULL }
};
static const PgwObjectKey of_keys[] = { OF, CPU, { NULL } };
static const PgwObjectKey cpu_keys[] = { CPU, { NULL } };
static const PgwObjectKey tune_keys[] = {
  OF, { "limit", KEY_NUMBER, TRUE, 0, 1, 500, 0 }, { "batchcount", KEY_NUMBER, TRUE, 1, 1, 500, 0 },
  { "shared", KEY_NUMBER, FALSE, 2, 0, 16, 0 }, CPU, { NULL }
};
static const PgwObjectKey alloc_keys[] = {
  { "cache", KEY_HOLDER, TRUE, 0, 0, 0, 0 }, COUNT, GFP, NODE, AS, CPU, { NULL }
};
static const PgwObjectKey bulk_keys[] = {
  { "cache", KEY_HOLDER, TRUE, 0, 0, 0, 0 }, { "count", KEY_NUMBER, TRUE, INTO_NR, 1, 128, 1 }, GFP, AS, CPU, { NULL }
};
static const PgwObjectKey free_keys[] = {
  OF, { "cache", KEY_HOLDER, FALSE, 5, 0, 0, 0 }, { "pattern", KEY_PATTERN, FALSE, 0, 0, 0, 0 },
  { "seed", KEY_NUMBER, FALSE, 1, 0, G_MAXINT64, 0 }, { "count", KEY_NUMBER, FALSE, INTO_LIMIT, 1, PGW_MAX_COUNT, 0 },
  ALLOW (4), CPU, { NULL }
};
static const PgwObjectKey kfree_keys[] = {
  OF, { "pattern", KEY_PATTERN, FALSE, 0, 0, 0, 0 }, { "seed", KEY_NUMBER, FALSE, 1, 0, G_MAXINT64, 0 },
  { "count", KEY_NUMBER, FALSE, INTO_LIMIT, 1, PGW_MAX_COUNT, 0 }, ALLOW (4), CPU, { NULL }
};
static const PgwObjectKey kmalloc_keys[] = {
  { "size", KEY_BYTES, TRUE, 0, 1, LARGE, 0 }, COUNT, GFP, NODE, AS, CPU, { NULL }
};
static const PgwObjectKey poke_keys[] = {
  OF, { "offset", KEY_SIGNED, FALSE, 0, 0, 0, 0 }, { "len", KEY_BYTES, FALSE, 1, 1, 4096, 1 },
  { "value", KEY_NUMBER, TRUE, 2, 0, 255, 0 }, ALLOW (4), CPU, { NULL }
};
static const PgwObjectKey peek_keys[] = { OF, { "offset", KEY_SIGNED, FALSE, 0, 0, 0, 0 }, ALLOW (4), CPU, { NULL } };
static const PgwObjectKey fail_keys[] = { { "nth", KEY_NUMBER, TRUE, 0, 0, G_MAXINT32, 0 }, { NULL } };
static const PgwObjectKey mempool_keys[] = {
  { "min_nr", KEY_NUMBER, TRUE, INTO_NR, 1, 65536, 0 }, { "cache", KEY_HOLDER, FALSE, 0, 0, 0, 0 },
  { "size", KEY_BYTES, FALSE, 1, 1, 4 << 20, 0 }, AS, CPU, { NULL }
};
static const PgwObjectKey resize_keys[] = { OF, { "min_nr", KEY_NUMBER, TRUE, INTO_NR, 1, 65536, 0 }, CPU, { NULL } };
static const PgwObjectKey pool_alloc_keys[] = {
  { "pool", KEY_HOLDER, TRUE, 0, 0, 0, 0 }, COUNT, GFP, AS, CPU, { NULL }
};
static const PgwObjectKey pool_free_keys[] = { OF, { "pool", KEY_HOLDER, TRUE, 0, 0, 0, 0 }, ALLOW (4), CPU, { NULL } };
static const PgwObjectKey memory_pool_keys[] = {
  { "size", KEY_BYTES, TRUE, 0, 4096, 4 << 20, 0 }, { "object_size", KEY_BYTES, TRUE, 1, 8, 4 << 20, 0 }, AS, CPU, { NULL }
};
static const PgwObjectKey memory_pool_alloc_keys[] = { { "pool", KEY_HOLDER, TRUE, 0, 0, 0, 0 }, COUNT, AS, CPU, { NULL } };
static const PgwObjectKey vmalloc_keys[] = { { "size", KEY_BYTES, TRUE, 0, 1, LARGE, 0 }, GFP, AS, CPU, { NULL } };

/* Keys, and what "as" names, what "of" does, and what a cache or pool is. */
#define USES(table, fills, of, holder) .keys = table, .slot_fills = fills, .slot_of = of, .slot_holder = holder

static const PgwOperation operations[] = {
  { "kmem_cache_create", OP_kmem_cache_create, PGW_FAMILY_OBJECTS, USES (create_keys, PGW_SLOT_CACHE, 0, 0) },
  { "kmem_cache_destroy", OP_kmem_cache_destroy, PGW_FAMILY_OBJECTS, USES (of_keys, 0, PGW_SLOT_CACHE, 0) },
  { "kmem_cache_shrink", OP_kmem_cache_shrink, PGW_FAMILY_OBJECTS, USES (of_keys, 0, PGW_SLOT_CACHE, 0) },
  { "slabinfo_write", OP_slabinfo_write, PGW_FAMILY_OBJECTS, USES (tune_keys, 0, PGW_SLOT_CACHE, 0) },
  { "kmem_cache_alloc", OP_kmem_cache_alloc, PGW_FAMILY_OBJECTS, USES (alloc_keys, PGW_SLOT_OBJECT, 0, PGW_SLOT_CACHE) },
  { "kmem_cache_alloc_bulk", OP_kmem_cache_alloc_bulk, PGW_FAMILY_OBJECTS, USES (bulk_keys, PGW_SLOT_OBJECT, 0, PGW_SLOT_CACHE) },
  { "kmem_cache_free", OP_kmem_cache_free, PGW_FAMILY_OBJECTS, USES (free_keys, 0, PGW_SLOT_OBJECT, PGW_SLOT_CACHE) },
  { "kmalloc", OP_kmalloc, PGW_FAMILY_OBJECTS, USES (kmalloc_keys, PGW_SLOT_OBJECT, 0, 0) },
  { "kfree", OP_kfree, PGW_FAMILY_OBJECTS, USES (kfree_keys, 0, PGW_SLOT_OBJECT, 0) },
  { "object_poke", OP_object_poke, PGW_FAMILY_OBJECTS, USES (poke_keys, 0, PGW_SLOT_OBJECT, 0) },
  { "object_peek", OP_object_peek, PGW_FAMILY_OBJECTS, USES (peek_keys, 0, PGW_SLOT_OBJECT, 0) },
  { "fail_nth", OP_fail_nth, PGW_FAMILY_OBJECTS, USES (fail_keys, 0, 0, 0) },
  { "cache_reap", OP_cache_reap, PGW_FAMILY_OBJECTS, USES (cpu_keys, 0, 0, 0) },
  { "leak_check", OP_leak_check, PGW_FAMILY_OBJECTS, USES (cpu_keys, 0, 0, 0) },
  { "mempool_create", OP_mempool_create, PGW_FAMILY_OBJECTS, USES (mempool_keys, PGW_SLOT_POOL, 0, PGW_SLOT_CACHE) },
  { "mempool_resize", OP_mempool_resize, PGW_FAMILY_OBJECTS, USES (resize_keys, 0, PGW_SLOT_POOL, 0) },
  { "mempool_destroy", OP_mempool_destroy, PGW_FAMILY_OBJECTS, USES (of_keys, 0, PGW_SLOT_POOL, 0) },
  { "mempool_alloc", OP_mempool_alloc, PGW_FAMILY_OBJECTS, USES (pool_alloc_keys, PGW_SLOT_OBJECT, 0, PGW_SLOT_POOL) },
  { "mempool_free", OP_mempool_free, PGW_FAMILY_OBJECTS, USES (pool_free_keys, 0, PGW_SLOT_OBJECT, PGW_SLOT_POOL) },
  { "memory_pool_create", OP_memory_pool_create, PGW_FAMILY_OBJECTS, USES (memory_pool_keys, PGW_SLOT_POOL, 0, 0) },
  { "memory_pool_alloc", OP_memory_pool_alloc, PGW_FAMILY_OBJECTS, USES (memory_pool_alloc_keys, PGW_SLOT_OBJECT, 0, PGW_SLOT_POOL) },
  { "memory_pool_free", OP_memory_pool_free, PGW_FAMILY_OBJECTS, USES (pool_free_keys, 0, PGW_SLOT_OBJECT, PGW_SLOT_POOL) },
  { "memory_pool_destroy", OP_memory_pool_destroy, PGW_FAMILY_OBJECTS, USES (of_keys, 0, PGW_SLOT_POOL, 0) },
  { "vmalloc", OP_vmalloc, PGW_FAMILY_OBJECTS, USES (vmalloc_keys, PGW_SLOT_AREA, 0, 0) },
  { "vfree", OP_vfree, PGW_FAMILY_OBJECTS, USES (of_keys, 0, PGW_SLOT_AREA, 0) },
  { "purge_vmap_areas", OP_purge_vmap_areas, PGW_FAMILY_OBJECTS, USES (cpu_keys, 0, 0, 0) },
};

const PgwOperation *
pgw_object_operations (guint *n)
{
  *n = G_N_ELEMENTS (operations);
  return operations;
}

/* ---- Reading ---- */

static void
store (struct mm_op  *op,
       const PgwObjectKey *key,
       guint64        value)
{
  if (key->into == INTO_NR)
    op->nr = value;
  else if (key->into == INTO_ORDER)
    op->order = value;
  else if (key->into == INTO_LIMIT)
    op->arg[3] |= value << 32;
  else
    op->arg[key->into] = value;
}

static gboolean
read_bytes (PgwEntryReader     *r,
            const PgwObjectKey *key,
            const PgwJsonNode  *node,
            GError            **error)
{
  g_autofree char *low = pgw_size_format (key->min), *high = pgw_size_format (key->max);
  guint64 value = node->integer;
  gboolean good = node->type == PGW_JSON_INTEGER && !node->overflow && !node->negative;

  if (node->type == PGW_JSON_STRING)
    good = pgw_size_parse (node->string, &value);
  if (!good || value < key->min || value > key->max)
    {
      g_autofree char *expected = g_strdup_printf (_("bytes such as 100 or \"4K\", from %s to %s"), low, high);
      return pgw_json_fail_expected (r->source, node, expected, error);
    }
  store (&r->entry->op, key, value);
  return TRUE;
}

static gboolean
read_signed (PgwEntryReader     *r,
             const PgwObjectKey *key,
             const PgwJsonNode  *node,
             GError            **error)
{
  if (node->type != PGW_JSON_INTEGER || node->overflow || node->integer > 1 << 20)
    return pgw_json_fail_expected (r->source, node, _("a distance in bytes, which may be negative"), error);
  store (&r->entry->op, key, node->negative ? (guint64) -(gint64) node->integer : node->integer);
  return TRUE;
}

static gboolean
read_cache_name (PgwEntryReader     *r,
                 const PgwJsonNode  *node,
                 GError            **error)
{
  gsize length = node->type == PGW_JSON_STRING ? strlen (node->string) : 0;
  gboolean good = length > 0 && length <= 24;

  for (gsize i = 0; good && i < length; i++)
    good = g_ascii_isalnum (node->string[i]) || strchr ("-_.()", node->string[i]) != NULL;
  if (!good)
    return pgw_json_fail_expected (r->source, node,
                                   _("a name of at most 24 letters, digits, -, _, . and (), without blanks"), error);
  for (gsize i = 0; i < length; i++)
    r->entry->op.arg[1 + i / 8] |= (guint64) (guchar) node->string[i] << (8 * (i % 8));
  return TRUE;
}

static gboolean
read_flags (PgwEntryReader     *r,
            const PgwJsonNode  *node,
            GError            **error)
{
  const char *bad = NULL;

  if (node->type == PGW_JSON_STRING && view_parse_slab_flags (node->string, &r->entry->op.nodemask, &bad))
    return TRUE;
  return pgw_json_fail_expected (r->source, node,
                                 _("slab flags by their kernel names joined by |, such as \"SLAB_RED_ZONE|SLAB_POISON\""),
                                 error);
}

static gboolean
read_ctor (PgwEntryReader     *r,
           const PgwJsonNode  *node,
           GError            **error)
{
  const char *words[32] = { NULL };
  guint value;

  for (guint i = 0; i < G_N_ELEMENTS (words) - 1 && !g_str_equal (view_slab_ctor_name (i), "?"); i++)
    words[i] = view_slab_ctor_name (i);
  if (!pgw_json_read_word (r->source, node, words, &value, error))
    return FALSE;
  r->entry->op.arg[0] = value;
  return TRUE;
}

/* A cache or pool that was made before. */
static gboolean
read_holder (PgwEntryReader     *r,
             const PgwObjectKey *key,
             const PgwJsonNode  *node,
             GError            **error)
{
  if (node->type != PGW_JSON_STRING || !pgw_reference_parse (&r->entry->holder, node->string))
    return pgw_json_fail_expected (r->source, node, _("the name of a cache or pool that was made before"), error);
  r->entry->holder_node = node;
  r->entry->holder_arg = key->into;
  return TRUE;
}

static gboolean
read_word (PgwEntryReader     *r,
           const PgwObjectKey *key,
           const PgwJsonNode  *node,
           GError            **error)
{
  static const char *const patterns[] = { "fifo", "lifo", "random", NULL };
  static const char *const mistakes[] = { "double_free", "use_after_free", NULL };
  guint value;

  if (!pgw_json_read_word (r->source, node, key->type == KEY_PATTERN ? patterns : mistakes, &value, error))
    return FALSE;
  if (key->type == KEY_PATTERN)
    r->entry->op.arg[0] = value;
  else
    {
      r->entry->op.arg[key->into] = MM_OP_UNCHECKED;
      r->entry->unchecked = TRUE;
    }
  return TRUE;
}

static gboolean
read_key (PgwEntryReader     *r,
          const PgwObjectKey *key,
          const PgwJsonNode  *node,
          GError            **error)
{
  guint64 value;

  switch (key->type)
    {
    case KEY_NUMBER:
      if (!pgw_json_read_uint (r->source, node, _("a number"), key->min, key->max, &value, error))
        return FALSE;
      store (&r->entry->op, key, value);
      return TRUE;
    case KEY_BYTES:
      return read_bytes (r, key, node, error);
    case KEY_SIGNED:
      return read_signed (r, key, node, error);
    case KEY_NAME:
      return read_cache_name (r, node, error);
    case KEY_FLAGS:
      return read_flags (r, node, error);
    case KEY_CTOR:
      return read_ctor (r, node, error);
    case KEY_GFP:
      return pgw_operation_read_gfp (r, node, error);
    case KEY_NODE:
      return pgw_operation_read_node (r, node, error);
    case KEY_CPU:
      return pgw_operation_read_cpu (r, node, error);
    case KEY_PATTERN:
    case KEY_ALLOW:
      return read_word (r, key, node, error);
    case KEY_HOLDER:
      return read_holder (r, key, node, error);
    case KEY_OF:
      return pgw_operation_read_of (r, node, error);
    case KEY_AS:
    default:
      return pgw_operation_read_as (r, node, error);
    }
}

gboolean
pgw_slab_operation_read (PgwJsonSource        *source,
                         const PgwMachineInfo *info,
                         PgwEntry             *entry,
                         GError              **error)
{
  const char *keys[24] = { "op", "title", "explain", "question", "expect", NULL };
  const PgwObjectKey *table = entry->operation->keys;
  PgwSlotUse fills = entry->operation->slot_fills;
  PgwEntryReader r = { source, info, entry };
  guint n = 5;

  for (const PgwObjectKey *key = table; key->key; key++)
    keys[n++] = key->key;
  if (!pgw_json_check_keys (source, entry->node, keys, error))
    return FALSE;
  view_parse_gfp ("GFP_KERNEL", &entry->op.gfp, NULL);
  for (const PgwObjectKey *key = table; key->key; key++)
    {
      const PgwJsonNode *node = pgw_json_member (entry->node, key->key);

      if (node == NULL && key->required)
        return pgw_json_fail_missing (source, entry->node, key->key, error);
      if (node == NULL && key->preset)
        store (&entry->op, key, key->preset);
      if (node && !read_key (&r, key, node, error))
        return FALSE;
    }
  if (entry->op.kind == OP_mempool_create &&
      (pgw_json_member (entry->node, "cache") == NULL) == (pgw_json_member (entry->node, "size") == NULL))
    return pgw_json_fail_expected (source, entry->node, _("either \"cache\" or \"size\""), error);
  entry->single = fills && pgw_json_member (entry->node, "count") == NULL;
  if (fills)
    entry->n_slots = fills == PGW_SLOT_OBJECT ? MAX (entry->op.nr, 1) : 1;
  return TRUE;
}

/* ---- Describing ---- */

void
pgw_slab_operation_describe (const PgwEntry     *entry,
                             const struct mm_op *op,
                             GString            *out)
{
  char name[25] = "";

  if (entry->source == NULL)
    return;
  if (op->kind == OP_kmem_cache_create)
    {
      for (guint i = 0; i < 24; i++)
        name[i] = (char) (op->arg[1 + i / 8] >> (8 * (i % 8)));
      g_string_append_printf (out, " %s %u", name, op->nr);
    }
  if (op->kind == OP_kmalloc || op->kind == OP_vmalloc)
    g_string_append_printf (out, " %" G_GUINT64_FORMAT, (guint64) op->arg[0]);
  if (entry->n_slots > 1)
    g_string_append_printf (out, " %u ×", entry->n_slots);
  if (entry->holder_node)
    g_string_append_printf (out, " %s", entry->holder_node->string);
  if (entry->of_node)
    g_string_append_printf (out, " %s", entry->of_node->string);
  if (entry->as)
    g_string_append_printf (out, " → %s", entry->as);
}
