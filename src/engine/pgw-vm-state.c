/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recorded state of all processes, brought from step to step by the
 * changes that a recording holds.
 */
#include "config.h"

#include <string.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-vm-state.h"

#define MAX_RUN (1u << 20)      /* pages of a run */
#define MAX_PAGES (1u << 21)    /* of a process */

const char *const pgw_vm_area_counter_names[] = {
#define X(name) #name,
  PGW_VM_AREA_COUNTERS (X)
#undef X
  NULL
};

const char *const pgw_vm_mm_counter_names[] = {
#define X(name) #name,
  PGW_VM_MM_COUNTERS (X)
#undef X
  NULL
};

PgwVmState *
pgw_vm_state_new (void)
{
  return g_new0 (PgwVmState, 1);
}

static void
clear_process (PgwVmProcess *process)
{
  g_clear_pointer (&process->areas, g_array_unref);
  g_clear_pointer (&process->pages, g_array_unref);
  *process = (PgwVmProcess) { 0 };
}

void
pgw_vm_state_free (PgwVmState *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < PGW_VM_MAX_PROCESSES; i++)
    clear_process (&self->processes[i]);
  g_free (self);
}

PgwVmProcess *
pgw_vm_state_get (PgwVmState *self,
                  guint       number)
{
  PgwVmProcess *process = &self->processes[number];

  if (process->areas == NULL)
    {
      process->areas = g_array_new (FALSE, FALSE, sizeof (PgwVmArea));
      process->pages = g_array_new (FALSE, FALSE, sizeof (PgwVmPage));
      process->has_areas = TRUE;
    }
  process->exists = TRUE;
  return process;
}

/* ---- VMAs ---- */

/* The first element of an array, sorted by its first guint64, that is not below `address`. */
static guint
lower_bound (GArray *array,
             guint64 address)
{
  guint size = g_array_get_element_size (array), low = 0, high = array->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (*(const guint64 *) (gconstpointer) (array->data + (gsize) middle * size) < address)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static gboolean
read_short_text (PgwJsonSource     *source,
                 const PgwJsonNode *node,
                 char              *text,
                 gsize              size,
                 const char        *expected,
                 GError           **error)
{
  if (node->type != PGW_JSON_STRING || strlen (node->string) >= size)
    return pgw_json_fail_expected (source, node, expected, error);
  g_strlcpy (text, node->string, size);
  return TRUE;
}

static gboolean
read_area_counters (PgwJsonSource     *source,
                    const PgwJsonNode *node,
                    guint64           *counters,
                    GError           **error)
{
  const PgwJsonNode *member;

  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (source, node, _("an object with the counters of a VMA"), error);
  if (!pgw_json_check_keys (source, node, pgw_vm_area_counter_names, error))
    return FALSE;
  for (member = node->first; member != NULL; member = member->next)
    for (guint i = 0; i < PGW_VM_N_AREA_COUNTERS; i++)
      if (strcmp (pgw_vm_area_counter_names[i], member->key) == 0
          && !pgw_json_read_uint (source, member, _("a counter"), 0, G_MAXUINT64, &counters[i], error))
        return FALSE;
  return TRUE;
}

static gboolean
read_area (PgwJsonSource     *source,
           const PgwJsonNode *row,
           PgwVmArea         *area,
           GError           **error)
{
  const PgwJsonNode *cell[7], *node;
  guint n = 0;

  *area = (PgwVmArea) { 0 };
  if (row->type != PGW_JSON_ARRAY || row->n_children != G_N_ELEMENTS (cell))
    return pgw_json_fail_expected (source, row, _("an array of 7 values that describes a VMA"), error);
  for (node = row->first; node != NULL; node = node->next)
    cell[n++] = node;

  if (!pgw_vm_read_hex (source, cell[0], &area->start, error)
      || !pgw_vm_read_hex (source, cell[1], &area->end, error))
    return FALSE;
  if (area->end <= area->start || (area->start | area->end) % PAGE_SIZE != 0)
    return pgw_json_fail_expected (source, cell[1], _("the end of a VMA: a whole page, after its start"), error);
  return read_short_text (source, cell[2], area->perms, sizeof area->perms, _("permissions such as \"rw-p\""), error)
         && pgw_vm_read_hex (source, cell[3], &area->offset, error)
         && read_short_text (source, cell[4], area->object, sizeof area->object,
                             _("what is mapped, such as \"anon\""), error)
         && read_short_text (source, cell[5], area->flags, sizeof area->flags,
                             _("flags such as \"rd wr mr mw me ac\""), error)
         && read_area_counters (source, cell[6], area->counters, error);
}

static gboolean
apply_areas (PgwVmProcess      *process,
             PgwJsonSource     *source,
             const PgwJsonNode *change,
             GError           **error)
{
  static const char *const keys[] = { "del", "set", NULL };
  const PgwJsonNode *list = pgw_json_member (change, "del"), *row;
  PgwVmArea area;
  guint i;

  if (!pgw_json_check_keys (source, change, keys, error))
    return FALSE;
  for (row = list ? list->first : NULL; row != NULL; row = row->next)
    {
      if (!pgw_vm_read_hex (source, row, &area.start, error))
        return FALSE;
      i = lower_bound (process->areas, area.start);
      if (i == process->areas->len || g_array_index (process->areas, PgwVmArea, i).start != area.start)
        return pgw_json_fail_expected (source, row, _("the start of a VMA that was there before"), error);
      g_array_remove_index (process->areas, i);
    }

  list = pgw_json_member (change, "set");
  for (row = list ? list->first : NULL; row != NULL; row = row->next)
    {
      if (!read_area (source, row, &area, error))
        return FALSE;
      i = lower_bound (process->areas, area.start);
      if (i < process->areas->len && g_array_index (process->areas, PgwVmArea, i).start == area.start)
        g_array_index (process->areas, PgwVmArea, i) = area;
      else
        g_array_insert_val (process->areas, i, area);
    }
  process->n_areas = process->areas->len;
  return TRUE;
}

/* ---- Pages ---- */

static gboolean
read_page_flags (PgwJsonSource     *source,
                 const PgwJsonNode *node,
                 guint32           *flags,
                 GError           **error)
{
  const char *letter;

  *flags = 0;
  for (const char *s = node->type == PGW_JSON_STRING ? node->string : "?"; *s != '\0'; s++)
    {
      letter = strchr (PGW_VM_PAGE_LETTERS, *s);
      if (letter == NULL)
        return pgw_json_fail_expected (source, node, _("flags of a page: letters of PSFXUGDZTL"), error);
      *flags |= 1u << (letter - PGW_VM_PAGE_LETTERS);
    }
  return TRUE;
}

static gboolean
read_run (PgwJsonSource     *source,
          const PgwJsonNode *row,
          guint              n_cells,
          guint64           *start,
          guint64           *n,
          GError           **error)
{
  if (row->type != PGW_JSON_ARRAY || row->n_children != n_cells)
    {
      g_autofree char *expected = g_strdup_printf (_("an array of %u values that describes pages"), n_cells);

      return pgw_json_fail_expected (source, row, expected, error);
    }
  return pgw_vm_read_hex (source, row->first, start, error)
         && pgw_json_read_uint (source, row->first->next, _("how many pages"), 1, MAX_RUN, n, error);
}

static gboolean
delete_pages (PgwVmProcess      *process,
              PgwJsonSource     *source,
              const PgwJsonNode *row,
              GError           **error)
{
  guint64 start, n;
  guint first, last;

  if (!read_run (source, row, 2, &start, &n, error))
    return FALSE;
  first = lower_bound (process->pages, start);
  last = lower_bound (process->pages, start + n * PAGE_SIZE);
  if (last - first != n)
    return pgw_json_fail_expected (source, row, _("pages that were there before"), error);
  g_array_remove_range (process->pages, first, n);
  return TRUE;
}

static gboolean
set_pages (PgwVmProcess      *process,
           PgwJsonSource     *source,
           const PgwJsonNode *row,
           GError           **error)
{
  g_autofree PgwVmPage *run = NULL;
  const PgwJsonNode *cell;
  guint64 start, n, mapcount, frame;
  guint32 flags;
  guint first, last, i;

  if (!read_run (source, row, 5, &start, &n, error))
    return FALSE;
  cell = row->first->next->next;
  if (!read_page_flags (source, cell, &flags, error)
      || !pgw_json_read_uint (source, cell->next, _("a map count"), 0, G_MAXINT32, &mapcount, error)
      || !pgw_json_read_uint (source, cell->next->next, _("the number of a frame"), 0, G_MAXINT32, &frame, error))
    return FALSE;

  run = g_new (PgwVmPage, n);
  for (i = 0; i < n; i++)
    run[i] = (PgwVmPage) {
      .address = start + i * PAGE_SIZE, .flags = flags, .mapcount = mapcount, .frame = frame ? frame + i : 0
    };
  first = lower_bound (process->pages, start);
  last = lower_bound (process->pages, start + n * PAGE_SIZE);
  if (last > first)
    g_array_remove_range (process->pages, first, last - first);
  if (process->pages->len + n > MAX_PAGES)
    return pgw_json_fail_expected (source, row, _("fewer pages of one process"), error);
  g_array_insert_vals (process->pages, first, run, n);
  return TRUE;
}

static gboolean
apply_pages (PgwVmProcess      *process,
             PgwJsonSource     *source,
             const PgwJsonNode *change,
             GError           **error)
{
  static const char *const keys[] = { "del", "set", NULL };
  const PgwJsonNode *list = pgw_json_member (change, "del"), *row;

  if (!pgw_json_check_keys (source, change, keys, error))
    return FALSE;
  for (row = list ? list->first : NULL; row != NULL; row = row->next)
    if (!delete_pages (process, source, row, error))
      return FALSE;
  list = pgw_json_member (change, "set");
  for (row = list ? list->first : NULL; row != NULL; row = row->next)
    if (!set_pages (process, source, row, error))
      return FALSE;
  return TRUE;
}

/* ---- A process ---- */

static gboolean
apply_counters (PgwVmProcess      *process,
                PgwJsonSource     *source,
                const PgwJsonNode *change,
                GError           **error)
{
  const PgwJsonNode *member;

  if (!pgw_json_check_keys (source, change, pgw_vm_mm_counter_names, error))
    return FALSE;
  for (member = change->first; member != NULL; member = member->next)
    for (guint i = 0; i < PGW_VM_N_MM_COUNTERS; i++)
      if (strcmp (pgw_vm_mm_counter_names[i], member->key) == 0)
        {
          guint64 before = process->mm[i];

          if (!pgw_json_read_uint (source, member, _("a counter"), 0, G_MAXUINT64, &process->mm[i], error))
            return FALSE;
          if (i == PGW_VM_MM_VmPeak && before != 0 && before != process->mm[i])
            process->peak_known = TRUE;
        }
  return TRUE;
}

static gboolean
apply_faults (PgwVmProcess      *process,
              PgwJsonSource     *source,
              const PgwJsonNode *change,
              GError           **error)
{
  if (change->n_children != 2)
    return pgw_json_fail_expected (source, change, _("two numbers: minor and major faults"), error);
  return pgw_json_read_uint (source, change->first, _("minor faults"), 0, G_MAXUINT32, &process->faults[0], error)
         && pgw_json_read_uint (source, change->last, _("major faults"), 0, G_MAXUINT32, &process->faults[1], error);
}

static gboolean
apply_area_count (PgwVmProcess      *process,
                  PgwJsonSource     *source,
                  const PgwJsonNode *change,
                  GError           **error)
{
  guint64 n;

  if (!pgw_json_read_uint (source, change, _("how many VMAs"), 0, G_MAXINT32, &n, error))
    return FALSE;
  process->n_areas = n;
  process->has_areas = FALSE;
  g_array_set_size (process->areas, 0);
  return TRUE;
}

static gboolean
apply_process (PgwVmProcess      *process,
               PgwJsonSource     *source,
               const PgwJsonNode *change,
               GError           **error)
{
  static const char *const keys[] = { "vma", "nvma", "vma_reset", "pages", "mm", "flt", NULL };
  static const struct {
    const char *key;
    PgwJsonType type;
    gboolean (*apply) (PgwVmProcess *, PgwJsonSource *, const PgwJsonNode *, GError **);
  } parts[] = {
    { "nvma", PGW_JSON_INTEGER, apply_area_count },
    { "vma", PGW_JSON_OBJECT, apply_areas },
    { "pages", PGW_JSON_OBJECT, apply_pages },
    { "mm", PGW_JSON_OBJECT, apply_counters },
    { "flt", PGW_JSON_ARRAY, apply_faults },
  };

  if (!pgw_json_check_keys (source, change, keys, error))
    return FALSE;
  if (pgw_json_member (change, "vma_reset") != NULL)
    {
      process->has_areas = TRUE;
      process->n_areas = 0;
      g_array_set_size (process->areas, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const PgwJsonNode *part = pgw_json_member (change, parts[i].key);

      if (part == NULL)
        continue;
      if (pgw_vm_need (source, change, parts[i].key, parts[i].type, error) == NULL
          || !parts[i].apply (process, source, part, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pgw_vm_state_apply (PgwVmState        *self,
                    PgwJsonSource     *source,
                    const PgwJsonNode *change,
                    GError           **error)
{
  gboolean is_start = change->parent != NULL && change->parent->parent == NULL;
  const PgwJsonNode *node;
  guint64 number;

  for (guint i = 0; i < PGW_VM_MAX_PROCESSES; i++)
    self->processes[i].faults[0] = self->processes[i].faults[1] = 0;

  if (change->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (source, change, _("a state: an object"), error);
  for (node = change->first; node != NULL; node = node->next)
    {
      gboolean is_new;

      if (!g_ascii_string_to_unsigned (node->key, 10, 0, PGW_VM_MAX_PROCESSES - 1, &number, NULL))
        return pgw_json_fail_expected (source, node, _("the number of a process as its key"), error);
      is_new = !self->processes[number].exists;
      if (node->type == PGW_JSON_NULL && !is_new)
        clear_process (&self->processes[number]);
      else if (node->type != PGW_JSON_OBJECT)
        return pgw_json_fail_expected (source, node, _("the changes of a process"), error);
      else if (!apply_process (pgw_vm_state_get (self, number), source, node, error))
        return FALSE;
      else if (is_new && !is_start)
        self->processes[number].peak_known = TRUE;
    }
  return TRUE;
}
