/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a recording of virtual memory, and the operations that bring a
 * machine to its start: the files with their contents, the first process with
 * its limits, and its mappings with the pages that were touched.
 */
#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "pgw-line-reader.h"
#include "pgw-vm-recording.h"
#include "mm/mm.h"

/* A fault on a file that was not cached read 256 KiB at once: the recorded disk had a large window. */
#define READ_AHEAD_KB 4096

#define SIMULATED_RAM   (256ull << 20)  /* more than any recording's processes use */
#define MAX_FILE_BYTES  (16ull << 20)
#define MAX_FILES       8ull
#define MAX_START_PAGES 4096
#define RECORDER_PAGE   0x10000ull
#define HEAD_BYTES      16384   /* looked at to tell what a file is */

/* ---- What kind of file it is ---- */

/* The end of the string that begins at `i`, in a text that may end anywhere. */
static gsize
skip_string (const guint8 *text,
             gsize         length,
             gsize         i)
{
  for (i++; i < length && text[i] != '"'; i++)
    if (text[i] == '\\')
      i++;
  return i;
}

/* No scenario has these keys on its first level. */
static gboolean
is_own_key (const char *key,
            gsize       length)
{
  static const char *const own[] = { "kernel", "config", "initial", "steps" };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (strlen (own[i]) == length && memcmp (own[i], key, length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
sniff_text (const guint8 *head,
            gsize         length)
{
  gsize i = length >= 3 && memcmp (head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  guint depth = 0;

  for (; i < length; i++)
    {
      gsize start = i, end;

      if (depth == 0 && head[i] != '{' && !g_ascii_isspace (head[i]))
        return FALSE;
      if (head[i] == '{' || head[i] == '[')
        depth++;
      else if ((head[i] == '}' || head[i] == ']') && --depth == 0)
        return FALSE;
      if (head[i] != '"')
        continue;
      end = skip_string (head, length, i);
      for (i = end + 1; i < length && g_ascii_isspace (head[i]); i++)
        ;
      if (i >= length)
        return FALSE;
      if (head[i] != ':')
        i--;
      else if (depth == 1 && is_own_key ((const char *) head + start + 1, end - start - 1))
        return TRUE;
    }
  return FALSE;
}

gboolean
pgw_vm_recording_sniff (const guint8 *head,
                        gsize         length)
{
  g_autofree guint8 *text = g_malloc (HEAD_BYTES);

  return sniff_text (text, pgw_line_reader_decode_head (head, length, text, HEAD_BYTES));
}

/* ---- The machine ---- */

/* Settings of the kernel that the core knows in one way only. */
static gboolean
check_word (PgwJsonSource     *source,
            const PgwJsonNode *config,
            const char        *key,
            const char        *only,
            GError           **error)
{
  const PgwJsonNode *node = pgw_json_member (config, key);
  const char *words[] = { only, NULL };
  guint which;

  return node == NULL || pgw_json_read_word (source, node, words, &which, error);
}

static gboolean
check_number (PgwJsonSource     *source,
              const PgwJsonNode *config,
              const char        *key,
              guint64            only,
              GError           **error)
{
  const PgwJsonNode *node = pgw_json_member (config, key);

  return node == NULL || pgw_json_read_uint (source, node, key, only, only, &only, error);
}

static gboolean
check_settings (PgwJsonSource     *source,
                const PgwJsonNode *config,
                GError           **error)
{
  static const char *const keys[] = {
    "page_size", "personality", "uid", "thp_disable", "thp_enabled", "thp_defrag", "shmem_enabled",
    "overcommit_memory", "max_map_count", "mmap_min_addr", "ram_mb", "files", "swap", "task_top",
    "window", "gadget", "scratch", "start_brk", "limits", NULL
  };
  const PgwJsonNode *swap = pgw_json_member (config, "swap");

  if (swap != NULL && (swap->type != PGW_JSON_BOOLEAN || swap->boolean))
    return pgw_json_fail_expected (source, swap, "false", error);
  return pgw_json_check_keys (source, config, keys, error)
         && check_number (source, config, "page_size", PAGE_SIZE, error)
         && check_word (source, config, "personality", "ADDR_NO_RANDOMIZE", error)
         && check_word (source, config, "thp_enabled", "madvise", error)
         && check_word (source, config, "thp_defrag", "madvise", error)
         && check_word (source, config, "shmem_enabled", "never", error)
         && check_number (source, config, "overcommit_memory", 0, error)
         && check_number (source, config, "max_map_count", 65530, error)
         && check_number (source, config, "mmap_min_addr", 4096, error);
}

static gboolean
read_machine (PgwVmRecording    *self,
              const PgwJsonNode *config,
              GError           **error)
{
  const PgwJsonNode *ram = pgw_json_member (config, "ram_mb");
  guint64 mib = 0;

  if (ram != NULL && !pgw_json_read_uint (self->source, ram, _("MiB of RAM"), 1, 1 << 24, &mib, error))
    return FALSE;
  self->config = (struct machine_config) {
    .nr_regions = 1,
    .regions = { { .base = 0, .size = SIMULATED_RAM } },
    .nr_nodes = 1,
    .nr_cpus = 1,
    .commit_ram = mib << 20,
    .disk_size = MAX_FILES * MAX_FILE_BYTES,
    .read_ahead_kb = READ_AHEAD_KB,
    .nr_slots = PGW_VM_N_SLOTS,
  };
  return TRUE;
}

/* ---- The start ---- */

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
                       || !check_word (self->source, node, "fs", "ext4", error)))
    return FALSE;

  for (i = 0; i < G_N_ELEMENTS (files); i++)
    {
      const PgwJsonNode *size = node ? pgw_json_member (node, files[i].name) : NULL;

      sizes[i] = files[i].default_size;
      if (size != NULL
          && !pgw_json_read_uint (self->source, size, _("the size of a file in bytes"), 0, MAX_FILE_BYTES, &sizes[i], error))
        return FALSE;
      add_op (self, OP_file_create, PGW_VM_SLOT_FILE + i, files[i].kind, sizes[i], files[i].by_root ? 0 : uid,
              i < 4 ? i : ~0ull)->arg[4] = MAX_FILE_BYTES;
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

/* ---- The file ---- */

static gboolean
read_text_member (PgwVmRecording    *self,
                  const PgwJsonNode *root,
                  const char        *key,
                  char             **text,
                  GError           **error)
{
  const PgwJsonNode *node = pgw_vm_need (self->source, root, key, PGW_JSON_STRING, error);

  if (node != NULL)
    *text = g_strdup (node->string);
  return node != NULL;
}

static gboolean
read_root (PgwVmRecording *self,
           GError        **error)
{
  static const char *const keys[] = { "name", "about", "kernel", "config", "initial", "steps", NULL };
  const PgwJsonNode *root = pgw_json_source_get_root (self->source);
  const PgwJsonNode *config, *uid_node;
  guint64 uid = 65534;

  if (root->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (self->source, root, _("a recording: an object"), error);
  if (!pgw_json_check_keys (self->source, root, keys, error)
      || !read_text_member (self, root, "name", &self->name, error)
      || !read_text_member (self, root, "about", &self->about, error)
      || (config = pgw_vm_need (self->source, root, "config", PGW_JSON_OBJECT, error)) == NULL
      || (self->initial = pgw_vm_need (self->source, root, "initial", PGW_JSON_OBJECT, error)) == NULL
      || (self->steps = pgw_vm_need (self->source, root, "steps", PGW_JSON_ARRAY, error)) == NULL)
    return FALSE;

  uid_node = pgw_json_member (config, "uid");
  if (uid_node != NULL && !pgw_json_read_uint (self->source, uid_node, _("a user"), 0, G_MAXUINT32, &uid, error))
    return FALSE;
  return check_settings (self->source, config, error)
         && read_machine (self, config, error)
         && add_files (self, config, uid, error)
         && add_process (self, config, uid, error)
         && (add_recorder (self), TRUE);
}

PgwVmRecording *
pgw_vm_recording_load_data (const char *data,
                            gsize       length,
                            const char *name,
                            GError    **error)
{
  g_autoptr (PgwVmRecording) self = g_new0 (PgwVmRecording, 1);

  self->setup = g_array_new (FALSE, TRUE, sizeof (struct mm_op));
  self->source = pgw_json_source_new (data, length, name, 1, 1, "", error);
  if (self->source == NULL || !read_root (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

PgwVmRecording *
pgw_vm_recording_load (GFile   *file,
                       GError **error)
{
  g_autoptr (PgwLineReader) reader = pgw_line_reader_new (file, error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) local = NULL;
  const char *line;

  if (reader == NULL)
    return NULL;
  while ((line = pgw_line_reader_next (reader, &local)) != NULL)
    {
      g_string_append (text, line);
      g_string_append_c (text, '\n');
      if (text->len > PGW_JSON_MAX_BYTES)
        break;  /* reading it as JSON says so */
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return pgw_vm_recording_load_data (text->str, text->len, pgw_line_reader_get_name (reader), error);
}

void
pgw_vm_recording_free (PgwVmRecording *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->about);
  g_clear_pointer (&self->source, pgw_json_source_unref);
  g_array_unref (self->setup);
  g_free (self);
}

guint
pgw_vm_recording_get_n_steps (const PgwVmRecording *self)
{
  return self->steps->n_children;
}

gboolean
pgw_vm_recording_read_step (const PgwVmRecording *self,
                            const PgwJsonNode    *node,
                            PgwVmStep            *step,
                            GError              **error)
{
  static const char *const keys[] = { "i", "op", "result", "state", NULL };
  const PgwJsonNode *number, *op;
  guint64 i;

  *step = (PgwVmStep) { .node = node, .n = 1 };
  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (self->source, node, _("a step: an object"), error);
  if (!pgw_json_check_keys (self->source, node, keys, error)
      || (number = pgw_vm_need (self->source, node, "i", PGW_JSON_INTEGER, error)) == NULL
      || !pgw_json_read_uint (self->source, number, _("the number of the step"), node->index, node->index, &i, error)
      || (op = pgw_vm_need (self->source, node, "op", PGW_JSON_OBJECT, error)) == NULL)
    return FALSE;
  return pgw_vm_read_op (self->source, op, step, error);
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

char *
pgw_vm_recording_step_text (const PgwVmRecording *self,
                            const PgwJsonNode    *node)
{
  const PgwJsonNode *op = pgw_json_member (node, "op"), *value;
  GString *text = g_string_new (NULL);

  for (value = op ? op->first : NULL; value != NULL; value = value->next)
    {
      g_autofree char *word = value->type == PGW_JSON_STRING ? g_strdup (value->string)
                                                             : pgw_json_dup_text (self->source, value);

      if (strcmp (value->key, "op") != 0)
        g_string_append_printf (text, " %s=", value->key);
      g_string_append (text, word);
    }
  return g_string_free (text, FALSE);
}
