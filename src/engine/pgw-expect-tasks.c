/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checking expectations about tasks, their memory and files against a
 * machine, through view_vm.h only.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "pgw-expect-private.h"

#include "mm/view.h"

#define KB_PER_PAGE (PAGE_SIZE / 1024)

/* ---- Names ---- */

gboolean
pgw_expect_slot_value (const PgwExpectCheck *check,
                       const char           *name,
                       PgwNameKind           kind,
                       guint64              *value)
{
  struct mm_slot slot;
  guint32 number;

  if (!pgw_script_find_slot (check->script, name, kind, &number))
    return FALSE;
  view_slot (check->machine, number, &slot);
  *value = slot.value;
  return slot.state == SLOT_LIVE;
}

static gboolean
task_pid (const PgwExpectCheck *check,
          const char           *name,
          gint32               *pid)
{
  struct mm_slot slot;
  guint64 value;
  guint32 number;

  if (name)
    {
      if (!pgw_expect_slot_value (check, name, PGW_NAME_TASK, &value))
        return FALSE;
      *pid = (gint32) value;
      return TRUE;
    }
  /* That of the operation; a new one; or, of operations that need no task, the first. */
  if (check->op->task)
    number = check->op->task - 1;
  else if (check->op->kind == OP_task_create)
    number = check->op->slot;
  else if (!pgw_script_first_task (check->script, &number))
    return FALSE;
  view_slot (check->machine, number, &slot);
  *pid = (gint32) slot.value;
  return slot.state == SLOT_LIVE && slot.kind == SLOT_TASK;
}

/* The address of a place; FALSE where its name holds none. */
gboolean
pgw_expect_place_address (const PgwExpectCheck *check,
                          const PgwPlace       *place,
                          guint64              *address)
{
  guint64 base = 0;

  if (place->name && !pgw_expect_slot_value (check, place->name, PGW_NAME_ADDRESS, &base))
    return FALSE;
  *address = base + place->offset;
  return TRUE;
}

gboolean
pgw_expect_place_resolve (const PgwExpectCheck *check,
                          const PgwPlace       *place,
                          gint32               *pid,
                          guint64              *address)
{
  return task_pid (check, place->task, pid) && pgw_expect_place_address (check, place, address);
}

static gboolean
place_pte (const PgwExpectCheck *check,
           const PgwPlace       *place,
           struct view_pte      *pte)
{
  gint32 pid;
  guint64 address;

  if (!pgw_expect_place_resolve (check, place, &pid, &address))
    return FALSE;
  address &= ~(guint64) (PAGE_SIZE - 1);
  memset (pte, 0, sizeof *pte);
  pte->pfn = G_MAXUINT64;
  view_ptes (check->machine, pid, address, address + PAGE_SIZE, pte, 1);
  return TRUE;
}

/* ---- Numbers ---- */

static gboolean
read_page (const PgwExpectCheck *check,
           const PgwExpect      *expect,
           gint64               *value)
{
  static const guint32 flags[N_PAGE_PROPERTIES] = {
    [PAGE_PRESENT] = VIEW_PTE_PRESENT, [PAGE_ZERO] = VIEW_PTE_ZERO, [PAGE_SWAP] = VIEW_PTE_SWAP,
    [PAGE_GUARD] = VIEW_PTE_GUARD, [PAGE_HUGE] = VIEW_PTE_HUGE, [PAGE_THP] = VIEW_PTE_THP,
    [PAGE_FILE] = VIEW_PTE_FILE, [PAGE_LOCKED] = VIEW_PTE_MLOCKED, [PAGE_EXCLUSIVE] = VIEW_PTE_EXCLUSIVE,
    [PAGE_WRITABLE] = VIEW_PTE_WRITE, [PAGE_ACCESSED] = VIEW_PTE_ACCESSED, [PAGE_DIRTY] = VIEW_PTE_DIRTY,
    [PAGE_UFFD_WP] = VIEW_PTE_UFFD_WP,
  };
  struct view_pte pte;

  if (!place_pte (check, &expect->place, &pte))
    return FALSE;
  switch (expect->index)
    {
    case PAGE_ANY:
      *value = pte.raw != 0;
      return TRUE;
    case PAGE_MAPCOUNT:
      *value = pte.mapcount;
      return pte.raw != 0;
    case PAGE_PFN:
      *value = (gint64) pte.pfn;
      return pte.pfn != G_MAXUINT64;
    default:
      *value = (pte.flags & flags[expect->index]) != 0;
      return TRUE;
    }
}

static gboolean
read_memory (const PgwExpectCheck *check,
             const PgwExpect      *expect,
             gint64               *value)
{
  gint32 pid;
  guint64 address;
  guint8 byte;

  if (!pgw_expect_place_resolve (check, &expect->place, &pid, &address) ||
      view_user_read (check->machine, pid, address, &byte, 1) != 1)
    return FALSE;
  *value = byte;
  return TRUE;
}

/* In the order of pgw_expect_mm_keys. */
static gboolean
read_mm (const PgwExpectCheck *check,
         const PgwExpect      *expect,
         gint64               *value)
{
  struct view_mm mm;
  gint32 pid;

  if (!task_pid (check, expect->place.task, &pid) || !view_mm (check->machine, pid, &mm))
    return FALSE;

  gint64 rss = mm.rss[0] + mm.rss[1] + mm.rss[3];
  guint64 code_end = (mm.end_code + PAGE_SIZE - 1) / PAGE_SIZE;
  gint64 exe = (gint64) MIN (code_end - mm.start_code / PAGE_SIZE, mm.exec_vm);
  const gint64 values[] = {
    (gint64) MAX (mm.hiwater_vm, mm.total_vm) * KB_PER_PAGE, (gint64) mm.total_vm * KB_PER_PAGE,
    (gint64) mm.locked_vm * KB_PER_PAGE, (gint64) mm.pinned_vm * KB_PER_PAGE,
    MAX ((gint64) mm.hiwater_rss, rss) * KB_PER_PAGE, rss * KB_PER_PAGE, mm.rss[1] * KB_PER_PAGE,
    mm.rss[0] * KB_PER_PAGE, mm.rss[3] * KB_PER_PAGE, (gint64) mm.data_vm * KB_PER_PAGE,
    (gint64) mm.stack_vm * KB_PER_PAGE, exe * KB_PER_PAGE, ((gint64) mm.exec_vm - exe) * KB_PER_PAGE,
    (gint64) mm.pgtables_bytes / 1024, mm.rss[2] * KB_PER_PAGE, mm.map_count, mm.mm_users, mm.mm_count,
  };

  *value = values[expect->index];
  return TRUE;
}

/* The VMA that holds an address; FALSE if none does. */
static gboolean
vma_at (const struct machine *machine,
        gint32                pid,
        guint64               address,
        struct view_vma      *out)
{
  guint32 n = view_vmas_brief (machine, pid, NULL, 0);
  g_autofree struct view_vma *vmas = g_new (struct view_vma, MAX (n, 1));

  n = view_vmas_brief (machine, pid, vmas, n);
  for (guint32 i = 0; i < n; i++)
    if (address >= vmas[i].start && address < vmas[i].end)
      {
        *out = vmas[i];
        return TRUE;
      }
  return FALSE;
}

/* In the order of pgw_expect_smaps_keys. */
static gboolean
read_smaps (const PgwExpectCheck *check,
            const PgwExpect      *expect,
            gint64               *value)
{
  struct view_vma vma;
  struct view_smaps s;
  gint32 pid;
  guint64 address;

  if (!pgw_expect_place_resolve (check, &expect->place, &pid, &address) ||
      !vma_at (check->machine, pid, address, &vma) || !view_smaps (check->machine, pid, vma.start, &s))
    return FALSE;

  const guint64 values[] = {
    s.rss, s.pss, s.pss_dirty, s.shared_clean, s.shared_dirty, s.private_clean, s.private_dirty, s.referenced,
    s.anonymous, s.lazyfree, s.anon_huge_pages, s.shmem_pmd_mapped, s.file_pmd_mapped, s.swap, s.swap_pss,
    s.locked, s.thp_eligible,
  };

  *value = (gint64) values[expect->index];
  return TRUE;
}

static gboolean
read_tlb (const PgwExpectCheck *check,
          const PgwExpect      *expect,
          gint64               *value)
{
  struct view_tlb tlb;

  if (!view_tlb (check->machine, expect->type, &tlb))
    return FALSE;

  const guint64 totals[] = { tlb.hits, tlb.misses, tlb.flushes, tlb.flushed_entries };
  if (expect->index < G_N_ELEMENTS (totals))
    {
      *value = (gint64) totals[expect->index];
      return TRUE;
    }

  guint32 n = view_tlb_entries (check->machine, expect->type, NULL, 0);
  g_autofree struct view_tlb_entry *entries = g_new (struct view_tlb_entry, MAX (n, 1));

  n = view_tlb_entries (check->machine, expect->type, entries, n);
  *value = 0;
  for (guint32 i = 0; i < n; i++)
    if (entries[i].valid && (expect->index == TLB_VALID || entries[i].stale))
      (*value)++;
  return TRUE;
}

static gboolean
find_file (const PgwExpectCheck *check,
           guint64               inode,
           struct view_file     *out)
{
  guint32 n = view_files (check->machine, NULL, 0);
  g_autofree struct view_file *files = g_new (struct view_file, MAX (n, 1));

  n = view_files (check->machine, files, n);
  for (guint32 i = 0; i < n; i++)
    if (files[i].nr == inode)
      {
        *out = files[i];
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_file (const PgwExpectCheck *check,
           const PgwExpect      *expect,
           gint64               *value)
{
  struct view_file file;
  guint64 inode;

  if (!pgw_expect_slot_value (check, expect->text, PGW_NAME_FILE, &inode) || !find_file (check, inode, &file))
    return FALSE;

  const guint64 values[N_FILE_PROPERTIES] = {
    [FILE_SIZE] = file.size, [FILE_CACHED] = file.nrpages, [FILE_DIRTY] = file.nr_dirty,
    [FILE_MAPPINGS] = file.nr_mappings,
  };
  *value = (gint64) values[expect->index];
  return TRUE;
}

static gboolean
read_task (const PgwExpectCheck *check,
           const PgwExpect      *expect,
           gint64               *value)
{
  struct view_task task;
  gint32 pid;

  if (!task_pid (check, expect->place.task, &pid) || !view_task (check->machine, pid, &task))
    return FALSE;
  switch (expect->index)
    {
    case TASK_STATE:
      *value = task.state;
      return TRUE;
    case TASK_RESULT:
      *value = task.restart_result;
      return task.restarted;
    default:
      *value = (gint64) task.restart_value;
      return task.restarted && task.restart_result >= 0;
    }
}

gboolean
pgw_expect_read_task_value (const PgwExpectCheck *check,
                            const PgwExpect      *expect,
                            gint64               *value)
{
  struct view_op_result result;

  view_op_result (check->machine, &result);
  switch (expect->kind)
    {
    case EXPECT_SIGNAL:
      *value = result.sig;
      return TRUE;
    case EXPECT_SIGNAL_CODE:
      *value = (gint64) result.sig << 16 | result.sig_code;
      return result.sig != 0;
    case EXPECT_VALUE:
      *value = (gint64) result.value;
      return check->run->finished && check->run->result >= 0;
    case EXPECT_DONE:
      *value = result.done;
      return TRUE;
    case EXPECT_MINOR_FAULTS:
      *value = (gint64) result.min_flt;
      return TRUE;
    case EXPECT_MAJOR_FAULTS:
      *value = (gint64) result.maj_flt;
      return TRUE;
    case EXPECT_MEMORY:
      return read_memory (check, expect, value);
    case EXPECT_MM:
      return read_mm (check, expect, value);
    case EXPECT_SMAPS:
      return read_smaps (check, expect, value);
    case EXPECT_PAGE:
      return read_page (check, expect, value);
    case EXPECT_TLB:
      return read_tlb (check, expect, value);
    case EXPECT_FILE:
      return read_file (check, expect, value);
    case EXPECT_TASK:
      return read_task (check, expect, value);
    default:
      return FALSE;
    }
}

/* ---- Texts ---- */

static gboolean
check_address (const PgwExpectCheck *check,
               const PgwExpect      *expect,
               char                **expected,
               char                **found)
{
  struct view_op_result result;
  guint64 want, got = (guint64) check->run->result;
  gboolean known = pgw_expect_place_address (check, &expect->place, &want);

  if (expect->kind == EXPECT_SIGNAL_ADDRESS)
    {
      view_op_result (check->machine, &result);
      got = result.sig_addr;
      known &= result.sig != 0;
    }
  *expected = g_strdup_printf ("0x%" PRIx64, want);
  *found = g_strdup_printf ("0x%" PRIx64, got);
  return known && want == got;
}

static char *
frame_text (gboolean               known,
            const struct view_pte *pte)
{
  if (!known || pte->pfn == G_MAXUINT64)
    return g_strdup (_("no frame"));
  return g_strdup_printf (_("frame 0x%" PRIx64), (guint64) pte->pfn);
}

static gboolean
check_same_frame (const PgwExpectCheck *check,
                  const PgwExpect      *expect,
                  char                **expected,
                  char                **found)
{
  struct view_pte a = { .pfn = G_MAXUINT64 }, b = { .pfn = G_MAXUINT64 };
  gboolean known_a = place_pte (check, &expect->place, &a);
  gboolean known_b = place_pte (check, &expect->other, &b);
  g_autofree char *other = frame_text (known_b, &b);
  gboolean both = known_a && known_b && a.pfn != G_MAXUINT64 && b.pfn != G_MAXUINT64;

  *found = frame_text (known_a, &a);
  if (expect->kind == EXPECT_PAGE_SAME)
    {
      *expected = g_steal_pointer (&other);
      return both && a.pfn == b.pfn;
    }
  *expected = g_strdup_printf (_("another than %s"), other);
  return both && a.pfn != b.pfn;
}

/* A text with every stretch of blanks as one blank. */
static char *
squeeze (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (; *text; text++)
    if (*text != ' ' && *text != '\t')
      g_string_append_c (out, *text);
    else if (out->len && out->str[out->len - 1] != ' ')
      g_string_append_c (out, ' ');
  return g_strchomp (g_string_free (g_steal_pointer (&out), FALSE));
}

/* "child/maps" -> "2/maps" */
static char *
proc_name (const PgwExpectCheck *check,
           const char           *name)
{
  const char *slash = strchr (name, '/');
  g_autofree char *task = slash ? g_strndup (name, slash - name) : NULL;
  gint32 pid;

  if (task == NULL || g_ascii_isdigit (task[0]) || !task_pid (check, task, &pid))
    return g_strdup (name);
  return g_strdup_printf ("%d%s", pid, slash);
}

static gboolean
check_proc (const PgwExpectCheck *check,
            const PgwExpect      *expect,
            char                **expected,
            char                **found)
{
  g_autofree char *name = proc_name (check, expect->proc);
  s64 length = view_proc (check->machine, name, NULL, 0);
  g_autofree char *text = NULL;
  g_autofree char *want = squeeze (expect->text);

  *expected = g_strdup (expect->text);
  if (length < 0)
    {
      *found = g_strdup_printf (_("no file /proc/%s"), name);
      return FALSE;
    }
  text = g_malloc ((gsize) length + 1);
  view_proc (check->machine, name, text, (gsize) length + 1);
  if (expect->kind == EXPECT_PROC)
    {
      *found = g_strdup (text);
      return strcmp (text, expect->text) == 0;
    }

  /* Of a file that has the line, the line is enough; of another one, all is shown. */
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_autofree char *line = squeeze (lines[i]);
      if (strcmp (line, want) != 0)
        continue;
      *found = g_steal_pointer (&line);
      return TRUE;
    }
  *found = g_strdup (text);
  return FALSE;
}

gboolean
pgw_expect_check_text (const PgwExpectCheck *check,
                       const PgwExpect      *expect,
                       char                **expected,
                       char                **found)
{
  switch (expect->kind)
    {
    case EXPECT_PAGE_SAME:
    case EXPECT_PAGE_OTHER:
      return check_same_frame (check, expect, expected, found);
    case EXPECT_VMAS:
      return pgw_expect_check_vmas (check, expect, expected, found);
    case EXPECT_PROC:
    case EXPECT_PROC_LINE:
      return check_proc (check, expect, expected, found);
    default:
      return check_address (check, expect, expected, found);
    }
}

/* ---- Names, before anything runs ---- */

static gboolean
check_name (PgwScript       *script,
            const PgwEntry  *entry,
            const PgwExpect *expect,
            const char      *name,
            PgwNameKind      kind,
            GError         **error)
{
  guint32 slot;

  if (name == NULL || pgw_script_find_slot (script, name, kind, &slot))
    return TRUE;
  g_autofree char *found = g_strdup_printf (_("the name \"%s\""), name);
  return pgw_json_fail (entry->source, expect->node, found,
                        kind == PGW_NAME_TASK      ? _("the name of a task that a task_create or fork before it made")
                        : kind == PGW_NAME_ADDRESS ? _("the name of an address that a mmap, mremap or brk before it gave")
                                                   : _("the name of a file"),
                        error);
}

static gboolean
check_place (PgwScript       *script,
             const PgwEntry  *entry,
             const PgwExpect *expect,
             const PgwPlace  *place,
             GError         **error)
{
  return check_name (script, entry, expect, place->task, PGW_NAME_TASK, error) &&
         check_name (script, entry, expect, place->name, PGW_NAME_ADDRESS, error);
}

gboolean
pgw_expects_check_names (PgwScript       *script,
                         const PgwEntry  *entry,
                         const GPtrArray *expects,
                         GError         **error)
{
  for (guint i = 0; expects && i < expects->len; i++)
    {
      const PgwExpect *expect = g_ptr_array_index (expects, i);

      if (!check_place (script, entry, expect, &expect->place, error) ||
          !check_place (script, entry, expect, &expect->other, error))
        return FALSE;
      if (expect->kind == EXPECT_FILE && !check_name (script, entry, expect, expect->text, PGW_NAME_FILE, error))
        return FALSE;
      for (guint j = 0; expect->vmas && j < expect->vmas->len; j++)
        {
          const PgwExpectVma *vma = &g_array_index (expect->vmas, PgwExpectVma, j);

          if (!check_place (script, entry, expect, &vma->start, error) ||
              !check_place (script, entry, expect, &vma->end, error) ||
              (vma->file && vma->file[0] && !check_name (script, entry, expect, vma->file, PGW_NAME_FILE, error)))
            return FALSE;
        }
    }
  return TRUE;
}
