/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparing two states of all processes.
 *
 * Left out is only what the recordings call volatile: VmHWM, and VmPeak while
 * it stems from before the start.
 *
 * Frames have no numbers of their own in a recording: equal numbers mean the
 * same frame. So the frames of the two states are paired where they are
 * first seen, and a pair must hold as long as one of its frames is mapped in
 * every state.
 */
#include "config.h"

#include <string.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-vm-state.h"

/* Frames of the found state by those of the expected one, and the other way round. */
typedef struct {
  GHashTable *found, *expected;
} Pairs;

struct _PgwVmCompare
{
  PgwVmReport report;
  gpointer    data;
  Pairs       before, now;
  guint       process;          /* compared just now */
};

static void
pairs_init (Pairs *pairs)
{
  pairs->found = g_hash_table_new (NULL, NULL);
  pairs->expected = g_hash_table_new (NULL, NULL);
}

static void
pairs_clear (Pairs *pairs)
{
  g_hash_table_unref (pairs->found);
  g_hash_table_unref (pairs->expected);
}

PgwVmCompare *
pgw_vm_compare_new (PgwVmReport report,
                    gpointer    data)
{
  PgwVmCompare *self = g_new0 (PgwVmCompare, 1);

  self->report = report;
  self->data = data;
  pairs_init (&self->before);
  pairs_init (&self->now);
  return self;
}

void
pgw_vm_compare_free (PgwVmCompare *self)
{
  if (self == NULL)
    return;
  pairs_clear (&self->before);
  pairs_clear (&self->now);
  g_free (self);
}

/* ---- VMAs ---- */

static char *
area_text (const PgwVmArea *area)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%" PRIx64 "-%" PRIx64 " %s %" PRIx64 " %s [%s]",
                          area->start, area->end, area->perms, area->offset, area->object, area->flags);
  for (guint i = 0; i < PGW_VM_N_AREA_COUNTERS; i++)
    if (area->counters[i] != 0)
      g_string_append_printf (text, " %s=%" PRIu64, pgw_vm_area_counter_names[i], area->counters[i]);
  return g_string_free (text, FALSE);
}

static void
report_area (PgwVmCompare    *self,
             const char      *kind,
             const PgwVmArea *expected,
             const PgwVmArea *found)
{
  g_autofree char *place = g_strdup_printf (_("process %u, VMA %" PRIx64 ": %s"), self->process,
                                            (expected ? expected : found)->start, kind);
  g_autofree char *expected_text = expected ? area_text (expected) : g_strdup (_("no such VMA"));
  g_autofree char *found_text = found ? area_text (found) : g_strdup (_("no such VMA"));

  self->report (self->data, PGW_VM_VMAS, kind, place, expected_text, found_text);
}

static void
compare_area (PgwVmCompare    *self,
              const PgwVmArea *expected,
              const PgwVmArea *found)
{
  if (expected->end != found->end)
    report_area (self, "end", expected, found);
  if (strcmp (expected->perms, found->perms) != 0)
    report_area (self, "permissions", expected, found);
  if (expected->offset != found->offset)
    report_area (self, "offset", expected, found);
  if (strcmp (expected->object, found->object) != 0)
    report_area (self, "object", expected, found);
  if (strcmp (expected->flags, found->flags) != 0)
    report_area (self, "VmFlags", expected, found);
  for (guint i = 0; i < PGW_VM_N_AREA_COUNTERS; i++)
    if (expected->counters[i] != found->counters[i])
      report_area (self, pgw_vm_area_counter_names[i], expected, found);
}

static void
compare_areas (PgwVmCompare       *self,
               const PgwVmProcess *expected,
               const PgwVmProcess *found)
{
  guint i = 0, j = 0;

  if (expected->n_areas != found->n_areas && !(expected->has_areas && found->has_areas))
    {
      g_autofree char *place = g_strdup_printf (_("process %u: how many VMAs"), self->process);
      g_autofree char *expected_text = g_strdup_printf ("%u", expected->n_areas);
      g_autofree char *found_text = g_strdup_printf ("%u", found->n_areas);

      self->report (self->data, PGW_VM_VMAS, "number", place, expected_text, found_text);
    }
  if (!expected->has_areas || !found->has_areas)
    return;

  while (i < expected->areas->len || j < found->areas->len)
    {
      const PgwVmArea *a = i < expected->areas->len ? &g_array_index (expected->areas, PgwVmArea, i) : NULL;
      const PgwVmArea *b = j < found->areas->len ? &g_array_index (found->areas, PgwVmArea, j) : NULL;

      if (b == NULL || (a != NULL && a->start < b->start))
        report_area (self, "missing", a, NULL), i++;
      else if (a == NULL || b->start < a->start)
        report_area (self, "superfluous", NULL, b), j++;
      else
        compare_area (self, a, b), i++, j++;
    }
}

/* ---- Pages ---- */

static char *
page_text (const PgwVmPage *page,
           const char      *frame)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; PGW_VM_PAGE_LETTERS[i] != '\0'; i++)
    if (page->flags >> i & 1)
      g_string_append_c (text, PGW_VM_PAGE_LETTERS[i]);
  g_string_append_printf (text, _(", map count %d, frame %s"), page->mapcount, frame);
  return g_string_free (text, FALSE);
}

/* The number that a frame of the found state has by its pair; or that it has none. */
static char *
found_frame_text (PgwVmCompare *self,
                  guint64       frame)
{
  gpointer number = NULL;

  if (frame == 0)
    return g_strdup (_("none"));
  if (!g_hash_table_lookup_extended (self->now.expected, (gpointer) frame, NULL, &number)
      && !g_hash_table_lookup_extended (self->before.expected, (gpointer) frame, NULL, &number))
    return g_strdup_printf (_("new (pfn 0x%" PRIx64 ")"), frame - 1);
  return g_strdup_printf ("%" G_GSIZE_FORMAT, (gsize) number);
}

static void
report_page (PgwVmCompare    *self,
             const char      *kind,
             const PgwVmPage *expected,
             const PgwVmPage *found)
{
  g_autofree char *place = g_strdup_printf (_("process %u, page %" PRIx64 ": %s"), self->process,
                                            (expected ? expected : found)->address, kind);
  g_autofree char *number = g_strdup_printf ("%" PRIu64, expected ? expected->frame : 0);
  g_autofree char *pair = found_frame_text (self, found ? found->frame : 0);
  g_autofree char *expected_text = expected ? page_text (expected, expected->frame ? number : _("none"))
                                            : g_strdup (_("no entry"));
  g_autofree char *found_text = found ? page_text (found, pair) : g_strdup (_("no entry"));

  self->report (self->data, PGW_VM_PAGES, kind, place, expected_text, found_text);
}

/* Whether two frames may be a pair: whether neither belongs to another one. */
static gboolean
frames_agree (PgwVmCompare *self,
              guint64       expected,
              guint64       found)
{
  gpointer a = (gpointer) expected, b = (gpointer) found, other;

  if (g_hash_table_lookup_extended (self->now.found, a, NULL, &other))
    return other == b;
  if (g_hash_table_lookup_extended (self->now.expected, b, NULL, &other))
    return other == a;
  if (g_hash_table_lookup_extended (self->before.found, a, NULL, &other) && other != b)
    return FALSE;
  return !g_hash_table_lookup_extended (self->before.expected, b, NULL, &other) || other == a;
}

/* Also of frames that do not agree, unless they are in a pair: a difference is to count once. */
static void
pair_frames (PgwVmCompare *self,
             guint64       expected,
             guint64       found)
{
  gpointer a = (gpointer) expected, b = (gpointer) found;

  if (g_hash_table_contains (self->now.found, a) || g_hash_table_contains (self->now.expected, b))
    return;
  g_hash_table_insert (self->now.found, a, b);
  g_hash_table_insert (self->now.expected, b, a);
}

static void
compare_frames (PgwVmCompare    *self,
                const PgwVmPage *expected,
                const PgwVmPage *found)
{
  if (expected->frame == 0 && found->frame == 0)
    return;
  if (expected->frame == 0 || found->frame == 0)
    {
      report_page (self, "frame", expected, found);
      return;
    }
  if (!frames_agree (self, expected->frame, found->frame))
    report_page (self, "frame", expected, found);
  pair_frames (self, expected->frame, found->frame);
}

static void
compare_page (PgwVmCompare    *self,
              const PgwVmPage *expected,
              const PgwVmPage *found)
{
  if (expected->flags != found->flags)
    report_page (self, "flags", expected, found);
  if (expected->mapcount != found->mapcount)
    report_page (self, "map count", expected, found);
  compare_frames (self, expected, found);
}

static void
compare_pages (PgwVmCompare       *self,
               const PgwVmProcess *expected,
               const PgwVmProcess *found)
{
  guint i = 0, j = 0;

  while (i < expected->pages->len || j < found->pages->len)
    {
      const PgwVmPage *a = i < expected->pages->len ? &g_array_index (expected->pages, PgwVmPage, i) : NULL;
      const PgwVmPage *b = j < found->pages->len ? &g_array_index (found->pages, PgwVmPage, j) : NULL;

      if (b == NULL || (a != NULL && a->address < b->address))
        report_page (self, "missing", a, NULL), i++;
      else if (a == NULL || b->address < a->address)
        report_page (self, "superfluous", NULL, b), j++;
      else
        compare_page (self, a, b), i++, j++;
    }
}

/* ---- Counters and faults ---- */

static void
report_number (PgwVmCompare *self,
               PgwVmCategory category,
               const char   *kind,
               guint64       expected,
               guint64       found)
{
  g_autofree char *place = g_strdup_printf (_("process %u: %s"), self->process, kind);
  g_autofree char *expected_text = g_strdup_printf ("%" PRIu64, expected);
  g_autofree char *found_text = g_strdup_printf ("%" PRIu64, found);

  self->report (self->data, category, kind, place, expected_text, found_text);
}

static gboolean
counter_agrees (const PgwVmProcess *expected,
                const PgwVmProcess *found,
                guint               i)
{
  if (i == PGW_VM_MM_VmHWM)
    return TRUE;
  if (i == PGW_VM_MM_VmPeak && !expected->peak_known)
    return found->mm[i] <= expected->mm[i];
  return found->mm[i] == expected->mm[i];
}

static void
compare_numbers (PgwVmCompare       *self,
                 const PgwVmProcess *expected,
                 const PgwVmProcess *found)
{
  static const char *const faults[] = { "minor", "major" };
  guint i;

  for (i = 0; i < PGW_VM_N_MM_COUNTERS; i++)
    if (!counter_agrees (expected, found, i))
      report_number (self, PGW_VM_COUNTERS, pgw_vm_mm_counter_names[i], expected->mm[i], found->mm[i]);
  for (i = 0; i < G_N_ELEMENTS (faults); i++)
    if (expected->faults[i] != found->faults[i])
      report_number (self, PGW_VM_FAULTS, faults[i], expected->faults[i], found->faults[i]);
}

/* ---- Processes ---- */

static void
report_process (PgwVmCompare *self,
                gboolean      expected)
{
  g_autofree char *place = g_strdup_printf (_("process %u"), self->process);
  const char *there = _("lives"), *gone = _("does not exist");

  for (guint category = PGW_VM_VMAS; category < PGW_VM_N_CATEGORIES; category++)
    self->report (self->data, category, "process", place, expected ? there : gone, expected ? gone : there);
}

void
pgw_vm_compare (PgwVmCompare     *self,
                const PgwVmState *expected,
                const PgwVmState *found)
{
  Pairs spare = self->before;

  self->before = self->now;
  self->now = spare;
  g_hash_table_remove_all (self->now.found);
  g_hash_table_remove_all (self->now.expected);

  for (self->process = 0; self->process < PGW_VM_MAX_PROCESSES; self->process++)
    {
      const PgwVmProcess *a = &expected->processes[self->process];
      const PgwVmProcess *b = &found->processes[self->process];

      if (a->exists != b->exists)
        report_process (self, a->exists);
      else if (a->exists)
        {
          compare_areas (self, a, b);
          compare_pages (self, a, b);
          compare_numbers (self, a, b);
        }
    }
}
