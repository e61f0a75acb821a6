/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writers of an event log.
 *
 * text and json are made from the event catalogue and so know every event.
 * ftrace knows the tracepoints that Linux 6.1 has, in the layout of its
 * include/trace/events (kmem.h, page_ref.h, vmscan.h), and leaves out the
 * others; a step counts as a microsecond.
 */
#include "config.h"
#include "pgw-event-log.h"

#include "src/engine/pgw-debug-info.h"
#include "src/engine/pgw-narration.h"

/* Where mem_map would appear on x86-64, and what a struct page takes there. */
#define VMEMMAP_START       G_GUINT64_CONSTANT (0xffffea0000000000)
#define SIZEOF_STRUCT_PAGE  64
#define PAGEBLOCK_ORDER     9

static guint64
value_of (const PgwEvent *event, const char *name)
{
  return pgw_event_field (event, pgw_event_type_get_field (pgw_event_type (event->id), name));
}

/* ---- Text ---- */

static void
begin_nothing (GString *out, PgwTimeline *timeline, guint64 last_step)
{
}

static void
write_text (GString *out, PgwTimeline *timeline, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);
  g_autofree char *text = pgw_event_to_text (event);

  g_string_append_printf (out, "%8lu %*s%s\n", (gulong) step, MIN (event->depth, 80), "", text);
}

/* ---- JSON ---- */

static void
append_json_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (out, '\\');
      if ((guchar) *text < ' ')
        g_string_append_printf (out, "\\u%04x", *text);
      else
        g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

static void
append_json_value (GString *out, const PgwEvent *event, const PgwEventField *field)
{
  guint64 value = pgw_event_field (event, field);

  switch (field->type)
    {
    case PGW_FIELD_OP_KIND:
    case PGW_FIELD_MT:
    case PGW_FIELD_GFP:
    case PGW_FIELD_ALLOC_FLAGS:
    case PGW_FIELD_ZONE:
    case PGW_FIELD_WMARK:
    case PGW_FIELD_BLOCK_TYPE:
    case PGW_FIELD_TUNABLE:
    case PGW_FIELD_BUG:
    case PGW_FIELD_LRU:
    case PGW_FIELD_ADDR:
    case PGW_FIELD_HEX:
    case PGW_FIELD_SIG:
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
    case PGW_FIELD_SWAP_SLOT:
      {
        g_autofree char *text = pgw_event_field_brief (event, field);

        append_json_string (out, text);
        return;
      }
    case PGW_FIELD_BOOL:
      g_string_append (out, value ? "true" : "false");
      return;
    case PGW_FIELD_RESULT:
    case PGW_FIELD_NODE:
      g_string_append_printf (out, "%ld", field->type == PGW_FIELD_NODE ? (long) (gint32) value : (long) value);
      return;
    case PGW_FIELD_PFN:
    case PGW_FIELD_OBJECT:
    case PGW_FIELD_OP:
      if (value == G_MAXUINT64)
        {
          g_string_append (out, "null");
          return;
        }
      break;
    case PGW_FIELD_ORDER:
    case PGW_FIELD_CPU:
    case PGW_FIELD_PCP_INDEX:
    case PGW_FIELD_PAGES:
    case PGW_FIELD_COUNT:
    case PGW_FIELD_TEXT:
    case PGW_FIELD_TASK:
    case PGW_FIELD_MM:
    case PGW_FIELD_VMA:
    case PGW_FIELD_ANON_VMA:
    case PGW_FIELD_FILE:
    case PGW_FIELD_CACHE:
    case PGW_FIELD_BYTES:
    case PGW_FIELD_SWAP_DEVICE:
      break;
    }

  g_string_append_printf (out, "%lu", (gulong) value);
}

/* The fields are an object of their own, so that no field can be mistaken for what every event has. */
static void
write_json (GString *out, PgwTimeline *timeline, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);
  const PgwEventType *type = pgw_event_type (event->id);

  g_string_append_printf (out, "{\"step\":%lu,\"op\":%u,\"depth\":%u,\"event\":\"%s\",\"function\":\"%s\",\"fields\":{",
                          (gulong) step, event->op, event->depth, type->name, type->function);
  for (guint i = 0; i < type->n_fields; i++)
    {
      g_string_append_printf (out, "%s\"%s\":", i > 0 ? "," : "", type->fields[i].name);
      append_json_value (out, event, &type->fields[i]);
    }
  g_string_append (out, "}}\n");
}

/* ---- ftrace ---- */

static void
append_page (GString *out, guint64 pfn)
{
  if (pfn == G_MAXUINT64)
    g_string_append (out, "page=0000000000000000 pfn=0x0");
  else
    g_string_append_printf (out, "page=%016lx pfn=0x%lx", (gulong) (VMEMMAP_START + pfn * SIZEOF_STRUCT_PAGE),
                            (gulong) pfn);
}

static void
append_gfp (GString *out, guint64 gfp)
{
  char text[512];

  view_gfp ((gfp_t) gfp, text, sizeof text);
  g_string_append_printf (out, " gfp_flags=%s", text);
}

static void
append_mm_page_alloc (GString *out, const PgwEvent *event)
{
  append_page (out, value_of (event, "pfn"));
  g_string_append_printf (out, " order=%d migratetype=%d", (int) value_of (event, "order"),
                          (int) value_of (event, "migratetype"));
  append_gfp (out, value_of (event, "gfp"));
}

static void
append_mm_page_free (GString *out, const PgwEvent *event)
{
  append_page (out, value_of (event, "pfn"));
  g_string_append_printf (out, " order=%d", (int) value_of (event, "order"));
}

static void
append_mm_page_alloc_zone_locked (GString *out, const PgwEvent *event)
{
  append_page (out, value_of (event, "pfn"));
  g_string_append_printf (out, " order=%u migratetype=%d percpu_refill=%d", (guint) value_of (event, "order"),
                          (int) value_of (event, "migratetype"), (int) value_of (event, "percpu_refill"));
}

static void
append_mm_page_pcpu_drain (GString *out, const PgwEvent *event)
{
  append_page (out, value_of (event, "pfn"));
  g_string_append_printf (out, " order=%d migratetype=%d", (int) value_of (event, "order"),
                          (int) value_of (event, "migratetype"));
}

static void
append_mm_page_alloc_extfrag (GString *out, const PgwEvent *event)
{
  int fallback_order = (int) value_of (event, "fallback_order");
  int alloc_type = (int) value_of (event, "alloc_migratetype");

  append_page (out, value_of (event, "pfn"));
  g_string_append_printf (out,
                          " alloc_order=%d fallback_order=%d pageblock_order=%d alloc_migratetype=%d"
                          " fallback_migratetype=%d fragmenting=%d change_ownership=%d",
                          (int) value_of (event, "alloc_order"), fallback_order, PAGEBLOCK_ORDER, alloc_type,
                          (int) value_of (event, "fallback_migratetype"), fallback_order < PAGEBLOCK_ORDER,
                          alloc_type == (int) value_of (event, "block_type"));
}

/* ---- ftrace: objects ---- */

#define MAX_CALLS 64

/* Read once; NULL for a program without debug information. */
static PgwDebugInfo *
debug_info (void)
{
  static PgwDebugInfo *info;
  static gboolean tried;

  if (!tried)
    info = pgw_debug_info_new (NULL);
  tried = TRUE;
  return info;
}

/* What stands between a caller and the tracepoint: the kernel's call site is that of these. */
static gboolean
is_allocator (const char *function)
{
  static const char *const names[] = {
    "kmem_cache_alloc", "kmem_cache_alloc_node", "kmem_cache_zalloc", "kmem_cache_free", "kmem_cache_alloc_bulk",
    "kmem_cache_free_bulk", "kmalloc", "kmalloc_node", "kzalloc", "kmalloc_slob", "kfree", "trace", NULL
  };

  return g_strv_contains (names, function);
}

/* As %pS prints it: name, offset in the function, size of the function. */
static void
append_call_site (GString *out, PgwTimeline *timeline)
{
  PgwDebugInfo *info = debug_info ();
  PgwFrame frames[MAX_CALLS];
  guint64 start, size;
  PgwStackTop top;
  guint n = 0, i = 0;

  if (info != NULL && pgw_timeline_get_stack_top (timeline, &top))
    n = pgw_debug_info_unwind (info, top.pc, top.frame, top.end, frames, MAX_CALLS);
  while (i < n && is_allocator (frames[i].place.function))
    i++;
  if (i < n && pgw_debug_info_get_function (info, frames[i].pc, &start, &size))
    g_string_append_printf (out, "call_site=%s+0x%lx/0x%lx", frames[i].place.function, (gulong) (frames[i].pc - start),
                            (gulong) size);
  else
    g_string_append (out, "call_site=0x0");
}

/* The address in the direct map, with as many digits as %p has. */
static void
append_ptr (GString *out, const PgwEvent *event)
{
  guint64 ptr = value_of (event, "ptr");

  g_string_append_printf (out, " ptr=%016lx", ptr == G_MAXUINT64 ? 0 : (gulong) (DIRECT_MAP_BASE + ptr));
}

static void
append_allocation (GString *out, const PgwEvent *event, PgwTimeline *timeline, const char *bytes_req)
{
  guint64 gfp = value_of (event, "gfp");
  gfp_t account;
  const char *bad;

  append_call_site (out, timeline);
  append_ptr (out, event);
  g_string_append_printf (out, " bytes_req=%lu bytes_alloc=%lu", (gulong) value_of (event, bytes_req),
                          (gulong) value_of (event, "bytes_alloc"));
  append_gfp (out, gfp);
  view_parse_gfp ("__GFP_ACCOUNT", &account, &bad);
  g_string_append_printf (out, " node=%d accounted=%s", (gint32) value_of (event, "node"),
                          (gfp & account) != 0 ? "true" : "false");
}

static void
append_kmem_cache_alloc (GString *out, const PgwEvent *event, PgwTimeline *timeline)
{
  append_allocation (out, event, timeline, "bytes");
}

static void
append_kmalloc (GString *out, const PgwEvent *event, PgwTimeline *timeline)
{
  append_allocation (out, event, timeline, "bytes_req");
}

static void
append_kfree (GString *out, const PgwEvent *event, PgwTimeline *timeline)
{
  append_call_site (out, timeline);
  append_ptr (out, event);
}

/* The whole name, which has no room in the event, is that of the object's cache. */
static void
append_kmem_cache_free (GString *out, const PgwEvent *event, PgwTimeline *timeline)
{
  const struct machine *machine = pgw_timeline_get_machine (timeline);
  struct view_slab_object object;
  struct view_kmem_cache cache = { 0 };

  append_kfree (out, event, timeline);
  if (!view_slab_object (machine, value_of (event, "ptr"), &object) || !view_kmem_cache (machine, object.cache, &cache))
    view_cache_name (value_of (event, "name"), cache.name);
  g_string_append_printf (out, " name=%s", cache.name);
}

/* The tracepoints that the kernel has too. Those of objects look at the machine as it was. */
static const struct {
  guint       id;
  const char *name;
  void      (*append) (GString *out, const PgwEvent *event);
  void      (*append_at) (GString *out, const PgwEvent *event, PgwTimeline *timeline);
} tracepoints[] = {
  { TRACE_mm_page_alloc, "mm_page_alloc", append_mm_page_alloc, NULL },
  { TRACE_mm_page_free, "mm_page_free", append_mm_page_free, NULL },
  { TRACE_mm_page_alloc_zone_locked, "mm_page_alloc_zone_locked", append_mm_page_alloc_zone_locked, NULL },
  { TRACE_mm_page_pcpu_drain, "mm_page_pcpu_drain", append_mm_page_pcpu_drain, NULL },
  { TRACE_mm_page_alloc_extfrag, "mm_page_alloc_extfrag", append_mm_page_alloc_extfrag, NULL },
  { TRACE_kmem_cache_alloc, "kmem_cache_alloc", NULL, append_kmem_cache_alloc },
  { TRACE_kmem_cache_free, "kmem_cache_free", NULL, append_kmem_cache_free },
  { TRACE_kmalloc, "kmalloc", NULL, append_kmalloc },
  { TRACE_kfree, "kfree", NULL, append_kfree },
};

static gint
find_tracepoint (guint id)
{
  for (guint i = 0; i < G_N_ELEMENTS (tracepoints); i++)
    if (tracepoints[i].id == id)
      return (gint) i;

  return -1;
}

/* The CPU an operation runs on, from its first event. */
static guint
cpu_of (PgwTimeline *timeline, const PgwEvent *event)
{
  PgwOpRun run;
  const PgwEvent *begin;

  if (!pgw_timeline_get_op_run (timeline, event->op, &run))
    return 0;

  begin = pgw_timeline_get_event (timeline, run.first_step);
  return begin != NULL && begin->id == TRACE_op_begin ? (guint) value_of (begin, "cpu") : 0;
}

static void
begin_ftrace (GString *out, PgwTimeline *timeline, guint64 last_step)
{
  struct view_machine machine;
  gulong n = 0;

  view_machine (pgw_timeline_get_machine (timeline), &machine);
  for (guint64 step = 1; step <= last_step; step++)
    if (find_tracepoint (pgw_timeline_get_event (timeline, step)->id) >= 0)
      n++;

  g_string_append_printf (out, "# tracer: nop\n#\n# entries-in-buffer/entries-written: %lu/%lu   #P:%u\n#\n", n, n,
                          machine.nr_cpus);
  g_string_append (out, "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
                        "#              | |         |   |||||     |         |\n");
}

static void
write_ftrace (GString *out, PgwTimeline *timeline, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);
  gint i = find_tracepoint (event->id);

  if (i < 0)
    return;

  g_string_append_printf (out, "%16s-%-7d [%03u] ..... %5lu.%06lu: %s: ", "pagewalk", 1, cpu_of (timeline, event),
                          (gulong) (step / 1000000), (gulong) (step % 1000000), tracepoints[i].name);
  if (tracepoints[i].append_at != NULL)
    {
      pgw_timeline_seek (timeline, step);
      tracepoints[i].append_at (out, event, timeline);
    }
  else
    tracepoints[i].append (out, event);
  g_string_append_c (out, '\n');
}

const PgwEventWriter *
pgw_event_writer_by_name (const char *name)
{
  static const PgwEventWriter writers[] = {
    { "text", begin_nothing, write_text },
    { "json", begin_nothing, write_json },
    { "ftrace", begin_ftrace, write_ftrace },
  };

  for (guint i = 0; i < G_N_ELEMENTS (writers); i++)
    if (g_str_equal (writers[i].name, name))
      return &writers[i];

  return NULL;
}
