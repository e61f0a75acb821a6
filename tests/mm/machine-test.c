/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines for the tests of the core, and the functions the core expects from
 * whoever runs it.
 */
#include "machine-test.h"

#include "mm/mm.h"

#include <string.h>
#include <sys/mman.h>

GArray *test_events;
void (*test_trace_callback) (guint32 id);
jmp_buf test_stop_buffer;
gboolean test_stop_armed;

static guint64 next_op;

/* ---- What the core asks of its surroundings ---- */

void
trace (u32 id, u64 a, u64 b, u64 c, u64 d)
{
  TestEvent event = { id, a, b, c, d };

  g_assert_cmpuint (id, >, TRACE_none);
  g_assert_cmpuint (id, <, NR_TRACE_EVENTS);
  if (test_events != NULL)
    g_array_append_val (test_events, event);
  if (test_trace_callback != NULL)
    test_trace_callback (id);
}

void
machine_stop (void)
{
  if (!test_stop_armed)
    g_error ("the machine stopped by itself");
  longjmp (test_stop_buffer, 1);
}

void
mem_will_write (void *addr, size_t len)
{
  guint64 start = (guint64) this_machine, end = start + this_machine->layout.size;

  /* A range lies in the arena or, as a variable on the stack does, outside of it; none reaches over its edge. */
  g_assert_true (((guint64) addr >= start && (guint64) addr + len <= end)
                 || (guint64) addr + len <= start || (guint64) addr >= end);
}

/* ---- Machines ---- */

void
test_config_simple (struct machine_config *config, guint64 ram)
{
  memset (config, 0, sizeof *config);
  config->nr_regions = 1;
  config->regions[0].size = ram;
  config->nr_slots = 4096;
}

TestMachine *
test_machine_new (const struct machine_config *config)
{
  TestMachine *self = g_new0 (TestMachine, 1);
  struct machine_error error = { 0 };

  self->config = *config;
  if (machine_layout (config, &self->layout, &error) != 0)
    g_error ("configuration refused: %s[%u] should be %s", error.field, error.index, error.expected);
  self->machine = mmap (NULL, self->layout.size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  g_assert_true (self->machine != MAP_FAILED);
  test_machine_reboot (self);
  return self;
}

void
test_machine_reboot (TestMachine *self)
{
  g_assert_cmpint (madvise (self->machine, self->layout.size, MADV_DONTNEED), ==, 0);
  g_assert_cmpint (mm_core_plain.boot (self->machine, &self->config, NULL), ==, 0);
  g_assert_true (this_machine == self->machine);
  next_op = 0;
}

TestMachine *
test_machine_simple (guint64 ram)
{
  struct machine_config config;

  test_config_simple (&config, ram);
  return test_machine_new (&config);
}

void
test_machine_free (TestMachine *self)
{
  if (this_machine == self->machine)
    this_machine = NULL;
  munmap (self->machine, self->layout.size);
  g_free (self);
}

/* ---- Operations ---- */

gint64
test_run (struct mm_op op)
{
  return mm_core_plain.run (&op, next_op++);
}

gint64
test_alloc (guint32 slot, guint32 order, gfp_t gfp)
{
  struct mm_op op = { .kind = OP_alloc_pages, .nid = -1, .slot = slot, .order = order, .gfp = gfp };

  return test_run (op);
}

gint64
test_free (guint32 slot)
{
  struct mm_op op = { .kind = OP_free_pages, .nid = -1, .slot = slot };

  return test_run (op);
}

/* ---- Checks ---- */

static void
print_violation (void *data, mm_object_t object, const char *text)
{
  guint *shown = data;

  if ((*shown)++ < 20)
    g_test_message ("%s", text);
}

guint64
test_map (guint64 size,
          guint32 slot)
{
  gint64 address = test_run ((struct mm_op) {
    .kind = OP_mmap, .nid = -1, .slot = slot,
    .arg = { 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS },
  });

  g_assert_cmpint (address, >, 0);
  return address;
}

void
test_store (guint64 address,
            guint8  value)
{
  g_assert_cmpint (user_store (address, &value, 1), ==, 0);
}

guint8
test_load (guint64 address)
{
  guint8 value = 0;

  g_assert_cmpint (user_load (address, &value, 1), ==, 0);
  return value;
}

void
test_assert_valid (void)
{
  guint shown = 0;

  g_assert_cmpuint (mm_validate (this_machine, print_violation, &shown), ==, 0);
}

void
test_events_clear (void)
{
  if (test_events == NULL)
    test_events = g_array_new (FALSE, FALSE, sizeof (TestEvent));
  g_array_set_size (test_events, 0);
}

const TestEvent *
test_events_find (guint32 id, guint nth)
{
  for (guint i = 0; i < test_events->len; i++)
    {
      const TestEvent *event = &g_array_index (test_events, TestEvent, i);

      if (event->id == id && nth-- == 0)
        return event;
    }
  return NULL;
}

guint
test_events_count (guint32 id)
{
  guint n = 0;

  for (guint i = 0; i < test_events->len; i++)
    n += g_array_index (test_events, TestEvent, i).id == id;
  return n;
}

char *
test_free_blocks (guint32 zone)
{
  struct view_zone view = test_zone (zone);
  GString *text = g_string_new (NULL);

  for (guint order = 0; order < VIEW_MAX_ORDER; order++)
    for (guint mt = 0; mt < VIEW_NR_MT; mt++)
      if (view.nr_free_mt[order][mt] != 0)
        g_string_append_printf (text, "%s%u:%c%" G_GUINT64_FORMAT, text->len ? " " : "", order,
                                "UMRHI"[mt], view.nr_free_mt[order][mt]);
  return g_string_free (text, FALSE);
}

GArray *
test_free_list (guint32 zone, guint32 order, guint32 mt)
{
  guint64 nr = view_free_list (this_machine, zone, order, mt, NULL, 0);
  GArray *pfns = g_array_sized_new (FALSE, TRUE, sizeof (guint64), nr + 1);

  g_array_set_size (pfns, nr);
  view_free_list (this_machine, zone, order, mt, (u64 *) (void *) pfns->data, nr);
  return pfns;
}

GArray *
test_pcp_list (guint32 zone, guint32 cpu, guint32 pindex)
{
  guint64 nr = view_pcp_list (this_machine, zone, cpu, pindex, NULL, NULL, 0);
  GArray *pfns = g_array_sized_new (FALSE, TRUE, sizeof (guint64), nr + 1);

  g_array_set_size (pfns, nr);
  view_pcp_list (this_machine, zone, cpu, pindex, (u64 *) (void *) pfns->data, NULL, nr);
  return pfns;
}

struct view_zone
test_zone (guint32 zone)
{
  struct view_zone view;

  g_assert_true (view_zone (this_machine, zone, &view));
  return view;
}

struct view_pcp
test_pcp (guint32 zone, guint32 cpu)
{
  struct view_pcp view;

  g_assert_true (view_pcp (this_machine, zone, cpu, &view));
  return view;
}

struct view_page
test_page (guint64 pfn)
{
  struct view_page view;

  g_assert_true (view_page (this_machine, pfn, &view));
  return view;
}

guint64
test_counter (const char *name)
{
  for (guint i = 0; i < view_nr_counters (); i++)
    if (g_str_equal (view_counter_name (i), name))
      return view_counter (this_machine, i);
  g_error ("no counter %s", name);
}
