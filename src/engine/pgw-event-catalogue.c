/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue of events at run time: what mm/trace-events.def says about
 * each event, as tables, and how one value of an event reads. Nothing here
 * knows an event by name where a rule over its fields will do; the log, the
 * narration, the filters and the exports all read their events through it.
 */
#include "config.h"
#include "pgw-narration.h"

#include <glib/gi18n-lib.h>

enum { PGW_WORD_a, PGW_WORD_b, PGW_WORD_c, PGW_WORD_d };
enum { PGW_LEVEL_DETAIL = FALSE, PGW_LEVEL_OVERVIEW = TRUE };
enum { PGW_HALF_NONE, PGW_HALF_LOW, PGW_HALF_HIGH };

/* Pages of a pageblock on x86-64, where it is as large as a huge page. */
#define PGW_PAGEBLOCK_NR_PAGES 512

#define WORD(word, name, type) { #name, PGW_FIELD_##type, PGW_WORD_##word, PGW_HALF_NONE }
#define LO(word, name, type) { #name, PGW_FIELD_##type, PGW_WORD_##word, PGW_HALF_LOW }
#define HI(word, name, type) { #name, PGW_FIELD_##type, PGW_WORD_##word, PGW_HALF_HIGH }

#define TRACE_EVENT(name, level, kernel, ...) static const PgwEventField name##_fields[] = { __VA_ARGS__ };
#include "mm/trace-events.def"
#undef TRACE_EVENT

static const PgwEventType event_types[NR_TRACE_EVENTS] = {
#define TRACE_EVENT(name, level, kernel, ...) \
  [TRACE_##name] = { #name, PGW_LEVEL_##level, kernel, G_N_ELEMENTS (name##_fields), name##_fields },
#include "mm/trace-events.def"
#undef TRACE_EVENT
};

#undef WORD
#undef LO
#undef HI

const PgwEventType *
pgw_event_type (guint id)
{
  if (id == TRACE_none || id >= NR_TRACE_EVENTS)
    return NULL;

  return &event_types[id];
}

guint
pgw_event_type_by_name (const char *name)
{
  g_return_val_if_fail (name != NULL, 0);

  for (guint id = 1; id < NR_TRACE_EVENTS; id++)
    if (g_str_equal (event_types[id].name, name))
      return id;

  return 0;
}

const PgwEventField *
pgw_event_type_get_field (const PgwEventType *type, const char *name)
{
  g_return_val_if_fail (type != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < type->n_fields; i++)
    if (g_str_equal (type->fields[i].name, name))
      return &type->fields[i];

  return NULL;
}

guint64
pgw_event_field (const PgwEvent *event, const PgwEventField *field)
{
  guint64 word;

  g_return_val_if_fail (event != NULL, 0);
  g_return_val_if_fail (field != NULL, 0);

  word = event->arg[field->word];
  if (field->half == PGW_HALF_HIGH)
    word >>= 32;
  if (field->half != PGW_HALF_NONE)
    word &= G_MAXUINT32;

  if (field->half != PGW_HALF_NONE && field->type == PGW_FIELD_RESULT)
    return (guint64) (gint64) (gint32) word;        /* signed: keep its sign */
  if (field->half != PGW_HALF_NONE && field->type == PGW_FIELD_PFN && word == G_MAXUINT32)
    return G_MAXUINT64;                             /* no page */

  return word;
}

static const char *
wmark_name (guint64 wmark)
{
  static const char *const names[] = { "min", "low", "high" };

  return wmark < G_N_ELEMENTS (names) ? names[wmark] : "?";
}

/* zone_ref() of a zone that can exist; an event may say that there is none. */
static gboolean
is_zone (guint64 zone)
{
  return zone >> 3 < MAX_NUMNODES && (zone & 7) < VIEW_NR_ZONES;
}

static char *
zone_text (guint64 zone)
{
  if (!is_zone (zone))
    return g_strdup (_("none"));

  return g_strdup_printf ("Node %" G_GUINT64_FORMAT ", zone %s", zone >> 3, view_zone_name (zone & 7));
}

static char *
gfp_text (guint64 gfp)
{
  char buf[512];

  view_gfp ((gfp_t) gfp, buf, sizeof buf);
  return g_strdup (buf);
}

static char *
alloc_flags_text (guint64 flags)
{
  char buf[256];

  view_alloc_flags ((guint32) flags, buf, sizeof buf);
  return g_strdup (buf);
}

/* A signed value; half a word is a difference, which is no error number. Large ones may be page frames: in hexadecimal, too. */
static char *
result_text (guint64 value, gboolean may_be_error)
{
  gint64 result = (gint64) value;

  if (may_be_error && IS_ERR_VALUE (value))
    return g_strdup_printf ("-%s", view_errno_name (result));
  if (may_be_error && value >= 0x400)
    return g_strdup_printf ("%" G_GINT64_FORMAT " (0x%" G_GINT64_MODIFIER "x)", result, value);
  return g_strdup_printf ("%" G_GINT64_FORMAT, result);
}

/* Those that memory accesses raise. */
static const char *
signal_name (guint64 sig)
{
  switch (sig)
    {
    case SIGBUS:
      return "SIGBUS";
    case SIGSEGV:
      return "SIGSEGV";
    case SIGKILL:
      return "SIGKILL";
    case SIGTRAP:
      return "SIGTRAP";
    default:
      return "?";
    }
}

/* An object as the kernel sees it: in the direct map. */
static char *
object_text (guint64 addr)
{
  if (addr == G_MAXUINT64)
    return g_strdup ("none");
  return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", DIRECT_MAP_BASE + addr);
}

static char *
cache_name_text (guint64 code)
{
  char name[16];

  view_cache_name (code, name);
  return g_strdup (name);
}

static char *
page_flags_text (guint64 flags)
{
  char text[256];

  view_page_flags (flags, text, sizeof text);
  return g_strdup (text);
}

static char *
nodes_text (guint64 nodes)
{
  char text[256];

  view_nodes_text (nodes, text, sizeof text);
  return g_strdup (text);
}

/* "17" of the first swap device, "2:17" of others. */
static char *
swap_slot_text (guint64 entry)
{
  if (mm_swap_entry_device (entry) == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, mm_swap_entry_slot (entry));
  return g_strdup_printf ("%u:%" G_GUINT64_FORMAT, mm_swap_entry_device (entry), mm_swap_entry_slot (entry));
}

char *
pgw_event_field_brief (const PgwEvent *event, const PgwEventField *field)
{
  guint64 value = pgw_event_field (event, field);

  switch (field->type)
    {
    case PGW_FIELD_PFN:
      return value == G_MAXUINT64 ? g_strdup ("none") : g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", value);
    case PGW_FIELD_RESULT:
      return result_text (value, field->half == PGW_HALF_NONE);
    case PGW_FIELD_OP_KIND:
      return g_strdup (view_op_name ((guint32) value));
    case PGW_FIELD_MT:
    case PGW_FIELD_BLOCK_TYPE:
      return g_strdup (view_migratetype_name ((guint32) value));
    case PGW_FIELD_LRU:
      return g_strdup (view_lru_name ((guint32) value));
    case PGW_FIELD_ADDR:
    case PGW_FIELD_HEX:
      return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", value);
    case PGW_FIELD_SIG:
      return g_strdup (signal_name (value));
    case PGW_FIELD_OUTCOME:
      return g_strdup (view_reclaim_outcome_name ((guint32) value));
    case PGW_FIELD_BALANCE:
      return g_strdup (view_scan_balance_name ((guint32) value));
    case PGW_FIELD_COMPACT:
      return g_strdup (view_compact_result_name ((guint32) value));
    case PGW_FIELD_POLICY:
      return g_strdup (view_policy_name ((guint32) value));
    case PGW_FIELD_PAGE_FLAGS:
      return page_flags_text (value);
    case PGW_FIELD_MPOL:
      return g_strdup (view_mempolicy_name ((guint32) value));
    case PGW_FIELD_NODES:
      return nodes_text (value);
    case PGW_FIELD_GFP:
      return gfp_text (value);
    case PGW_FIELD_ALLOC_FLAGS:
      return alloc_flags_text (value);
    case PGW_FIELD_ZONE:
      if (!is_zone (value))
        return g_strdup ("none");
      return g_strdup_printf ("%" G_GUINT64_FORMAT ":%s", value >> 3, view_zone_name (value & 7));
    case PGW_FIELD_WMARK:
      return g_strdup (wmark_name (value));
    case PGW_FIELD_TUNABLE:
      return g_strdup (view_tunable_name ((guint32) value));
    case PGW_FIELD_OBJECT:
      return object_text (value);
    case PGW_FIELD_KADDR:
      return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", value);
    case PGW_FIELD_CACHE_NAME:
      return cache_name_text (value);
    case PGW_FIELD_SLAB_LIST:
      return g_strdup (view_slab_list_name ((guint32) value));
    case PGW_FIELD_SWAP_SLOT:
      return swap_slot_text (value);
    case PGW_FIELD_BOOL:
      return g_strdup (value ? "yes" : "no");
    case PGW_FIELD_NODE:
      return g_strdup_printf ("%d", (gint32) value);
    case PGW_FIELD_BUG:
      return g_strdup (view_bug_name ((guint32) value));
    case PGW_FIELD_OP:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, value + 1);         /* people count from 1 */
    case PGW_FIELD_TASK:
    case PGW_FIELD_MM:
    case PGW_FIELD_VMA:
    case PGW_FIELD_ANON_VMA:
    case PGW_FIELD_FILE:
    case PGW_FIELD_ORDER:
    case PGW_FIELD_CPU:
    case PGW_FIELD_PCP_INDEX:
    case PGW_FIELD_PAGES:
    case PGW_FIELD_COUNT:
    case PGW_FIELD_TEXT:
    case PGW_FIELD_CACHE:
    case PGW_FIELD_BYTES:
    case PGW_FIELD_SWAP_DEVICE:
      break;
    }

  return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
}

char *
pgw_order_size_text (guint order)
{
  guint64 kib = order < 48 ? G_GUINT64_CONSTANT (4) << order : 0;

  if (kib >= 1024 * 1024)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " GiB", kib >> 20);
  if (kib >= 1024)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " MiB", kib >> 10);

  return g_strdup_printf ("%" G_GUINT64_FORMAT " KiB", kib);
}

static char *
order_text (guint64 order)
{
  g_autofree char *size = pgw_order_size_text ((guint) order);

  /* Translators: the order of a block of pages and its size, as "order 3 (32 KiB)" */
  return g_strdup_printf (_("order %u (%s)"), (guint) order, size);
}

static char *
pcp_index_text (guint64 pindex)
{
  /* Translators: a list of the per-CPU page lists: its index, order and migrate type */
  return g_strdup_printf (_("list %u (order %u, %s)"),
                          (guint) pindex,
                          view_pindex_order ((guint) pindex),
                          view_migratetype_name (view_pindex_migratetype ((guint) pindex)));
}

char *
pgw_event_field_text (const PgwEvent *event, const PgwEventField *field)
{
  guint64 value = pgw_event_field (event, field);

  switch (field->type)
    {
    case PGW_FIELD_PFN:
      return value == G_MAXUINT64 ? g_strdup (_("none")) : pgw_event_field_brief (event, field);
    case PGW_FIELD_ORDER:
      return order_text (value);
    case PGW_FIELD_OBJECT:
      return value == G_MAXUINT64 ? g_strdup (_("none")) : object_text (value);
    case PGW_FIELD_BYTES:
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu byte", "%lu bytes", (gulong) value),
                              (gulong) value);
    case PGW_FIELD_OP:
      return value == G_MAXUINT64 ? g_strdup (_("none")) : pgw_event_field_brief (event, field);
    case PGW_FIELD_ZONE:
      return zone_text (value);
    case PGW_FIELD_PCP_INDEX:
      return pcp_index_text (value);
    case PGW_FIELD_PAGES:
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu page", "%lu pages", (gulong) value),
                              (gulong) value);
    case PGW_FIELD_BOOL:
      return g_strdup (value ? _("yes") : _("no"));
    case PGW_FIELD_OP_KIND:
    case PGW_FIELD_RESULT:
    case PGW_FIELD_MT:
    case PGW_FIELD_GFP:
    case PGW_FIELD_ALLOC_FLAGS:
    case PGW_FIELD_NODE:
    case PGW_FIELD_CPU:
    case PGW_FIELD_COUNT:
    case PGW_FIELD_WMARK:
    case PGW_FIELD_BLOCK_TYPE:
    case PGW_FIELD_TUNABLE:
    case PGW_FIELD_TEXT:
    case PGW_FIELD_BUG:
    case PGW_FIELD_LRU:
    case PGW_FIELD_TASK:
    case PGW_FIELD_MM:
    case PGW_FIELD_VMA:
    case PGW_FIELD_ANON_VMA:
    case PGW_FIELD_FILE:
    case PGW_FIELD_ADDR:
    case PGW_FIELD_HEX:
    case PGW_FIELD_SIG:
    case PGW_FIELD_CACHE:
    case PGW_FIELD_CACHE_NAME:
    case PGW_FIELD_SLAB_LIST:
    case PGW_FIELD_KADDR:
    case PGW_FIELD_OUTCOME:
    case PGW_FIELD_BALANCE:
    case PGW_FIELD_COMPACT:
    case PGW_FIELD_POLICY:
    case PGW_FIELD_PAGE_FLAGS:
    case PGW_FIELD_MPOL:
    case PGW_FIELD_NODES:
    case PGW_FIELD_SWAP_DEVICE:
    case PGW_FIELD_SWAP_SLOT:
      break;
    }

  return pgw_event_field_brief (event, field);
}

char *
pgw_event_to_text (const PgwEvent *event)
{
  const PgwEventType *type;
  GString *text;

  g_return_val_if_fail (event != NULL, NULL);

  type = pgw_event_type (event->id);
  if (type == NULL)
    return g_strdup_printf ("event %u", event->id);

  text = g_string_new (type->name);
  for (guint i = 0; i < type->n_fields; i++)
    {
      g_autofree char *value = pgw_event_field_brief (event, &type->fields[i]);

      g_string_append_printf (text, " %s %s", type->fields[i].name, value);
    }

  return g_string_free (text, FALSE);
}

/* Objects that are numbered from 1. */
static mm_object_t
numbered_object (enum mm_object_kind kind, guint64 number)
{
  return number > 0 ? mm_object (kind, number) : 0;
}

mm_object_t
pgw_event_field_object (const PgwEvent *event, const PgwEventField *field)
{
  guint64 value = pgw_event_field (event, field);

  switch (field->type)
    {
    case PGW_FIELD_PFN:
      return value == G_MAXUINT64 ? 0 : mm_object (MM_OBJECT_PAGE, value);
    case PGW_FIELD_ZONE:
      return is_zone (value) ? mm_object (MM_OBJECT_ZONE, value) : 0;
    case PGW_FIELD_NODE:
      return value < MAX_NUMNODES ? mm_object (MM_OBJECT_NODE, value) : 0;
    case PGW_FIELD_OBJECT:
      return value == G_MAXUINT64 ? 0 : mm_object (MM_OBJECT_SLAB_OBJECT, value);
    case PGW_FIELD_CACHE:
      return mm_object (MM_OBJECT_CACHE, value);
    case PGW_FIELD_OP:
      return value == G_MAXUINT64 ? 0 : mm_object (MM_OBJECT_OP, value);
    case PGW_FIELD_TUNABLE:
      return mm_object (MM_OBJECT_MACHINE, 0);
    case PGW_FIELD_TASK:
      return numbered_object (MM_OBJECT_TASK, value);
    case PGW_FIELD_MM:
      return numbered_object (MM_OBJECT_MM, value);
    case PGW_FIELD_VMA:
      return numbered_object (MM_OBJECT_VMA, value);
    case PGW_FIELD_ANON_VMA:
      return numbered_object (MM_OBJECT_ANON_VMA, value);
    case PGW_FIELD_FILE:
      return numbered_object (MM_OBJECT_FILE, value);
    case PGW_FIELD_SWAP_DEVICE:
      return mm_object (MM_OBJECT_SWAP_DEVICE, value);
    case PGW_FIELD_SWAP_SLOT:
      return mm_swap_object (mm_swap_entry_device (value), mm_swap_entry_slot (value));
    case PGW_FIELD_OP_KIND:
    case PGW_FIELD_RESULT:
    case PGW_FIELD_ORDER:
    case PGW_FIELD_MT:
    case PGW_FIELD_GFP:
    case PGW_FIELD_ALLOC_FLAGS:
    case PGW_FIELD_CPU:
    case PGW_FIELD_PCP_INDEX:
    case PGW_FIELD_PAGES:
    case PGW_FIELD_COUNT:
    case PGW_FIELD_WMARK:
    case PGW_FIELD_BOOL:
    case PGW_FIELD_BLOCK_TYPE:
    case PGW_FIELD_TEXT:
    case PGW_FIELD_BUG:
    case PGW_FIELD_LRU:
    case PGW_FIELD_ADDR:
    case PGW_FIELD_HEX:
    case PGW_FIELD_SIG:
    case PGW_FIELD_CACHE_NAME:
    case PGW_FIELD_SLAB_LIST:
    case PGW_FIELD_BYTES:
    case PGW_FIELD_KADDR:
    case PGW_FIELD_OUTCOME:
    case PGW_FIELD_BALANCE:
    case PGW_FIELD_COMPACT:
    case PGW_FIELD_POLICY:
    case PGW_FIELD_PAGE_FLAGS:
    case PGW_FIELD_MPOL:
    case PGW_FIELD_NODES:
      break;
    }

  return 0;
}

static const PgwEventField *
first_field_of_type (const PgwEventType *type, PgwFieldType field_type)
{
  for (guint i = 0; i < type->n_fields; i++)
    if (type->fields[i].type == field_type)
      return &type->fields[i];

  return NULL;
}

/* Events that change the type or the reserve of a whole pageblock rather than one page. */
static gboolean
is_about_pageblock (guint id)
{
  return id == TRACE_set_pageblock_migratetype || id == TRACE_move_freepages_block ||
         id == TRACE_reserve_highatomic_pageblock || id == TRACE_unreserve_highatomic_pageblock;
}

mm_object_t
pgw_event_subject (const PgwEvent *event)
{
  const PgwEventType *type;
  const PgwEventField *zone, *cpu;

  g_return_val_if_fail (event != NULL, 0);

  type = pgw_event_type (event->id);
  if (type == NULL)
    return 0;

  /* A page tells more than the zone it is in, and a zone's per-CPU lists more than the zone. */
  for (guint i = 0; i < type->n_fields; i++)
    {
      guint64 pfn = pgw_event_field (event, &type->fields[i]);

      if (type->fields[i].type != PGW_FIELD_PFN || pfn == G_MAXUINT64)
        continue;
      if (is_about_pageblock (event->id))
        return mm_object (MM_OBJECT_PAGEBLOCK, pfn / PGW_PAGEBLOCK_NR_PAGES * PGW_PAGEBLOCK_NR_PAGES);
      return mm_object (MM_OBJECT_PAGE, pfn);
    }

  zone = first_field_of_type (type, PGW_FIELD_ZONE);
  cpu = first_field_of_type (type, PGW_FIELD_CPU);
  if (zone != NULL && cpu != NULL)
    return mm_zone_object (MM_OBJECT_PCP, (u32) pgw_event_field (event, zone), (u32) pgw_event_field (event, cpu));

  for (guint i = 0; i < type->n_fields; i++)
    {
      mm_object_t object = pgw_event_field_object (event, &type->fields[i]);

      if (object != 0)
        return object;
    }

  return mm_object (MM_OBJECT_OP, event->op);
}
