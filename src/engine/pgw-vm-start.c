/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations that bring a machine to the start of a recording of virtual
 * memory: the files with their contents, the first process with its limits, its
 * mappings with the pages that were touched, and whoever recorded it.
 */
#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "pgw-vm-recording.h"
#include "mm/mm.h"

#define MAX_START_PAGES 4096
#define RECORDER_PAGE   0x10000ull

static struct mm_op *
add_op (PgwVmRecording *self,
        guint           kind,
        guint           slot,
        guint64         a,
        guint64         b,
        guint64         c,
        guint64         d)
{
  struct mm_op op = { .kind = kind, .nid = -1, .slot = slot, .arg = { a, b, c, d } };

  g_array_append_val (self->setup, op);
  return &g_array_index (self->setup, struct mm_op, self->setup->len - 1);
}

static void
add_process_op (PgwVmRecording *self,
                guint           kind,
                guint64         a,
                guint64         b,
                guint64         c,
                guint64         d)
{
  add_op (self, kind, MM_OP_NO_SLOT, a, b, c, d)->task = PGW_VM_SLOT_PROCESS + 1;
}

/* The files of every recording; their sizes are in the configuration, but for the last two. */
static const struct {
  const char *name;
  guint8      kind;             /* enum inode_kind */
  gboolean    by_root;
  guint64     default_size;
} files[] = {
  { "F0", INODE_REG, FALSE, 20580 },
  { "F1", INODE_REG, TRUE, 8192 },
  { "F2", INODE_REG, FALSE, 262144 },
  { "T0", INODE_SHMEM, FALSE, 16384 },
  { "ZERO", INODE_ZERO, TRUE, 0 },
  { "PIPE", INODE_PIPE, FALSE, 0 },
};

/* By the order of PGW_VM_SLOT_OPEN. */
static const struct {
  guint8 file;
  guint8 mode;
} open_modes[] = {
  { 0, FMODE_READ | FMODE_WRITE }, { 0, FMODE_READ }, { 0, FMODE_WRITE }, { 1, FMODE_READ },
  { 2, FMODE_READ | FMODE_WRITE }, { 3, FMODE_READ | FMODE_WRITE }, { 4, FMODE_READ | FMODE_WRITE },
  { 5, FMODE_READ },
};

/* All pages are in the page cache and clean, but for the last two of T0, which are holes. */
static void
add_contents (PgwVmRecording *self,
              guint           open,
              guint64         size)
{
  guint64 file = PGW_VM_SLOT_OPEN + open + 1, holes = 2 * PAGE_SIZE, offset;

  if (files[open_modes[open].file].kind == INODE_SHMEM && size >= holes)
    {
      size -= holes;
      add_op (self, OP_punch_hole, MM_OP_NO_SLOT, file, size, holes, 0);
    }
  for (offset = 0; offset < size; offset += PAGE_SIZE)
    add_op (self, OP_file_peek, MM_OP_NO_SLOT, file, offset, 0, 0);
}

static gboolean
add_files (PgwVmRecording    *self,
           const PgwJsonNode *config,
           guint64            uid,
           GError           **error)
{
  static const char *const keys[] = { "F0", "F1", "F2", "T0", "fs", NULL };
  const PgwJsonNode *node = pgw_json_member (config, "files");
  guint64 sizes[G_N_ELEMENTS (files)];
  guint i;

  if (node != NULL && node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (self->source, node, _("an object"), error);
  if (node != NULL && (!pgw_json_check_keys (self->source, node, keys, error)
                       || !pgw_vm_check_word (self->source, node, "fs", "ext4", error)))
    return FALSE;

  for (i = 0; i < G_N_ELEMENTS (files); i++)
    {
      const PgwJsonNode *size = node ? pgw_json_member (node, files[i].name) : NULL;

      sizes[i] = files[i].default_size;
      if (size != NULL
          && !pgw_json_read_uint (self->source, size, _("the size of a file in bytes"), 0, PGW_VM_MAX_FILE_BYTES, &sizes[i], error))
        return FALSE;
      add_op (self, OP_file_create, PGW_VM_SLOT_FILE + i, files[i].kind, sizes[i], files[i].by_root ? 0 : uid,
              i < 4 ? i : ~0ull)->arg[4] = PGW_VM_MAX_FILE_BYTES;
    }
  for (i = 0; i < G_N_ELEMENTS (open_modes); i++)
    {
      guint file = open_modes[i].file;

      add_op (self, OP_open, PGW_VM_SLOT_OPEN + i, PGW_VM_SLOT_FILE + file + 1, open_modes[i].mode, 0, 0);
      if (i == 0 || file != open_modes[i - 1].file)
        add_contents (self, i, sizes[file]);
    }
  return TRUE;
}

static gboolean
add_limits (PgwVmRecording    *self,
            const PgwJsonNode *config,
            GError           **error)
{
  const PgwJsonNode *limits = pgw_json_member (config, "limits");
  const PgwJsonNode *limit;

  if (limits == NULL)
    return TRUE;
  if (limits->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (self->source, limits, _("an object"), error);
  for (limit = limits->first; limit != NULL; limit = limit->next)
    {
      guint64 which, value = RLIM_INFINITY;

      if (!pgw_vm_read_limit (self->source, limit, limit->key, &which, error))
        return FALSE;
      if (limit->type != PGW_JSON_NULL
          && !pgw_json_read_uint (self->source, limit, _("a limit in bytes"), 0, G_MAXUINT64, &value, error))
        return FALSE;
      add_process_op (self, OP_setrlimit, which, value, 0, 0);
    }
  return TRUE;
}

static gboolean
read_address (PgwVmRecording    *self,
              const PgwJsonNode *config,
              const char        *key,
              guint64            fallback,
              guint64           *value,
              GError           **error)
{
  const PgwJsonNode *node = pgw_json_member (config, key);

  *value = fallback;
  return node == NULL || pgw_vm_read_hex (self->source, node, value, error);
}

/* A row of the initial list: [start, end, perms, offset, object, flags, counters]. */
typedef struct {
  guint64     start, end;
  const char *perms, *object;
} StartArea;

static gboolean
read_start_area (PgwVmRecording    *self,
                 const PgwJsonNode *row,
                 StartArea         *area,
                 GError           **error)
{
  const PgwJsonNode *cell;

  if (row->type != PGW_JSON_ARRAY || row->n_children < 5)
    return pgw_json_fail_expected (self->source, row, _("an array of 7 values that describes a VMA"), error);
  cell = row->first;
  if (!pgw_vm_read_hex (self->source, cell, &area->start, error))
    return FALSE;
  cell = cell->next;
  if (!pgw_vm_read_hex (self->source, cell, &area->end, error))
    return FALSE;
  cell = cell->next;
  if (cell->type != PGW_JSON_STRING || strlen (cell->string) != 4)
    return pgw_json_fail_expected (self->source, cell, _("permissions such as \"rw-p\""), error);
  area->perms = cell->string;
  cell = cell->next->next;
  if (cell->type != PGW_JSON_STRING
      || (strcmp (cell->string, "anon") != 0 && strcmp (cell->string, "stack") != 0))
    return pgw_json_fail_expected (self->source, cell, _("\"anon\" or \"stack\": other memory is not set up for a start"), error);
  area->object = cell->string;
  return TRUE;
}

/* Maps private memory that can be written; what else it may be comes after its pages. */
static void
add_mapping (PgwVmRecording  *self,
             const StartArea *area)
{
  add_process_op (self, OP_mmap, area->start, area->end - area->start, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS);
}

static void
add_protection (PgwVmRecording  *self,
                const StartArea *area)
{
  guint64 prot = (area->perms[0] == 'r' ? PROT_READ : 0) | (area->perms[1] == 'w' ? PROT_WRITE : 0)
                 | (area->perms[2] == 'x' ? PROT_EXEC : 0);

  if (prot != (PROT_READ | PROT_WRITE))
    add_process_op (self, OP_mprotect, area->start, area->end - area->start, prot, 0);
}

/* Touches the pages that are there at the start: ["200000", 1, "PX", 1, 1]. */
static gboolean
add_pages (PgwVmRecording    *self,
           const PgwJsonNode *pages,
           GError           **error)
{
  const PgwJsonNode *row;
  guint64 start, n, total = 0;

  for (row = pages->first; row != NULL; row = row->next)
    {
      if (row->type != PGW_JSON_ARRAY || row->n_children != 5)
        return pgw_json_fail_expected (self->source, row, _("an array of 5 values that describes pages"), error);
      if (!pgw_vm_read_hex (self->source, row->first, &start, error)
          || !pgw_json_read_uint (self->source, row->first->next, _("how many pages"), 1, MAX_START_PAGES - total, &n, error))
        return FALSE;
      total += n;
      add_op (self, OP_store, MM_OP_NO_SLOT, start, 1, n, PAGE_SIZE)->task = PGW_VM_SLOT_PROCESS + 1;
    }
  return TRUE;
}

static const PgwJsonNode *
need_rows (PgwVmRecording    *self,
           const PgwJsonNode *process,
           const char        *key,
           GError           **error)
{
  const PgwJsonNode *rows = pgw_vm_need (self->source, process, key, PGW_JSON_OBJECT, error);

  return rows ? pgw_vm_need (self->source, rows, "set", PGW_JSON_ARRAY, error) : NULL;
}

static gboolean
add_process (PgwVmRecording    *self,
             const PgwJsonNode *config,
             guint64            uid,
             GError           **error)
{
  const PgwJsonNode *process = pgw_vm_need (self->source, self->initial, "0", PGW_JSON_OBJECT, error);
  const PgwJsonNode *thp = pgw_json_member (config, "thp_disable");
  const PgwJsonNode *areas, *pages, *row;
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (StartArea));
  guint64 top, brk, stack = 0;
  struct mm_op own_code;
  guint i;

  if (process == NULL)
    return FALSE;
  if (self->initial->n_children != 1)
    return pgw_json_fail (self->source, self->initial, _("several processes"), _("one process at the start"), error);
  if (thp != NULL && thp->type != PGW_JSON_BOOLEAN)
    return pgw_json_fail_expected (self->source, thp, _("true or false"), error);
  if (!read_address (self, config, "task_top", 0x7ffffffff000, &top, error)
      || !read_address (self, config, "start_brk", 0x401000, &brk, error)
      || !read_address (self, config, "gadget", 0, &self->gadget, error)
      || (areas = need_rows (self, process, "vma", error)) == NULL
      || (pages = need_rows (self, process, "pages", error)) == NULL)
    return FALSE;

  for (row = areas->first; row != NULL; row = row->next)
    {
      StartArea area;

      if (!read_start_area (self, row, &area, error))
        return FALSE;
      if (strcmp (area.object, "stack") != 0)
        g_array_append_val (list, area);
      else if (area.end == top)
        stack = top - area.start;
    }
  if (stack == 0)
    return pgw_json_fail (self->source, areas, _("no stack"), _("a VMA \"stack\" that ends at task_top"), error);

  add_op (self, OP_task_create, PGW_VM_SLOT_PROCESS, uid, top, brk, stack)->arg[4] =
    TASK_CREATE_BARE | (thp != NULL && thp->boolean ? TASK_CREATE_NO_THP : 0);
  for (i = 0; i < list->len; i++)
    add_mapping (self, &g_array_index (list, StartArea, i));
  if (!add_pages (self, pages, error))
    return FALSE;
  for (i = 0; i < list->len; i++)
    add_protection (self, &g_array_index (list, StartArea, i));
  if (pgw_vm_recording_get_own_code (self, 0, &own_code))
    g_array_append_val (self->setup, own_code);
  return add_limits (self, config, error);
}

/* A process that has a page, for pgw_vm_recording_get_drain(). */
static void
add_recorder (PgwVmRecording *self)
{
  guint task = PGW_VM_SLOT_RECORDER + 1;
  struct mm_op drain;

  add_op (self, OP_task_create, PGW_VM_SLOT_RECORDER, 0, 0, 0, 0)->arg[4] = TASK_CREATE_BARE | TASK_CREATE_NO_THP;
  add_op (self, OP_mmap, MM_OP_NO_SLOT, RECORDER_PAGE, PAGE_SIZE, PROT_READ | PROT_WRITE,
          MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS)->task = task;
  add_op (self, OP_store, MM_OP_NO_SLOT, RECORDER_PAGE, 1, 1, 0)->task = task;
  pgw_vm_recording_get_drain (&drain);
  g_array_append_val (self->setup, drain);
}

gboolean
pgw_vm_recording_read_start (PgwVmRecording    *self,
                             const PgwJsonNode *config,
                             guint64            uid,
                             GError           **error)
{
  if (!add_files (self, config, uid, error) || !add_process (self, config, uid, error))
    return FALSE;
  add_recorder (self);
  return TRUE;
}

gboolean
pgw_vm_recording_get_own_code (const PgwVmRecording *self,
                               guint                 process,
                               struct mm_op         *op)
{
  *op = (struct mm_op) {
    .kind = OP_fetch, .nid = -1, .slot = MM_OP_NO_SLOT, .task = PGW_VM_SLOT_PROCESS + process + 1, .arg = { self->gadget }
  };
  return self->gadget != 0;
}

void
pgw_vm_recording_get_drain (struct mm_op *op)
{
  *op = (struct mm_op) {
    .kind = OP_madvise, .nid = -1, .slot = MM_OP_NO_SLOT, .task = PGW_VM_SLOT_RECORDER + 1,
    .arg = { RECORDER_PAGE, PAGE_SIZE, MADV_COLD }
  };
}
