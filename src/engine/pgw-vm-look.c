/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of all processes of a machine, taken through mm/view_vm.h and put
 * into the form of a recording.
 */
#include "config.h"

#include <string.h>

#include "pgw-vm-state.h"
#include "mm/mm.h"

#define PTES_AT_ONCE 512

void
pgw_vm_look_init (PgwVmLook            *self,
                  const struct machine *machine)
{
  *self = (PgwVmLook) { .machine = machine };
  self->shared = g_array_new (FALSE, FALSE, sizeof (guint32));
}

void
pgw_vm_look_clear (PgwVmLook *self)
{
  g_clear_pointer (&self->shared, g_array_unref);
}

/* ---- VMAs ---- */

/* What a VMA maps, as recordings name it. */
static void
name_object (PgwVmLook             *self,
             const struct view_vma *vma,
             char                  *name,
             gsize                  size)
{
  guint i;

  if (vma->file == 0)
    {
      g_strlcpy (name, vma->what == VIEW_VMA_HEAP ? "heap" : vma->what == VIEW_VMA_STACK ? "stack" : "anon", size);
      return;
    }
  for (i = PGW_VM_SLOT_FILE; i < PGW_VM_SLOT_OPEN; i++)
    if (self->inodes[i] == vma->inode && vma->inode != 0)
      {
        g_strlcpy (name, pgw_vm_recording_file_name (i), size);
        return;
      }
  for (i = 0; i < self->shared->len; i++)
    if (g_array_index (self->shared, guint32, i) == vma->inode)
      break;
  if (i == self->shared->len)
    g_array_append_val (self->shared, vma->inode);
  g_snprintf (name, size, "shm%u", i);
}

static void
convert_counters (const struct view_smaps *smaps,
                  guint64                 *counters)
{
  counters[PGW_VM_AREA_Rss] = smaps->rss;
  counters[PGW_VM_AREA_Pss] = smaps->pss;
  counters[PGW_VM_AREA_Pss_Dirty] = smaps->pss_dirty;
  counters[PGW_VM_AREA_Shared_Clean] = smaps->shared_clean;
  counters[PGW_VM_AREA_Shared_Dirty] = smaps->shared_dirty;
  counters[PGW_VM_AREA_Private_Clean] = smaps->private_clean;
  counters[PGW_VM_AREA_Private_Dirty] = smaps->private_dirty;
  counters[PGW_VM_AREA_Referenced] = smaps->referenced;
  counters[PGW_VM_AREA_Anonymous] = smaps->anonymous;
  counters[PGW_VM_AREA_LazyFree] = smaps->lazyfree;
  counters[PGW_VM_AREA_AnonHugePages] = smaps->anon_huge_pages;
  counters[PGW_VM_AREA_ShmemPmdMapped] = smaps->shmem_pmd_mapped;
  counters[PGW_VM_AREA_FilePmdMapped] = smaps->file_pmd_mapped;
  counters[PGW_VM_AREA_Swap] = smaps->swap;
  counters[PGW_VM_AREA_SwapPss] = smaps->swap_pss;
  counters[PGW_VM_AREA_Locked] = smaps->locked;
  counters[PGW_VM_AREA_THPeligible] = smaps->thp_eligible;
}

static void
look_at_area (PgwVmLook             *self,
              gint32                 pid,
              const struct view_vma *vma,
              PgwVmArea             *area)
{
  struct view_smaps smaps = { 0 };

  *area = (PgwVmArea) { .start = vma->start, .end = vma->end, .offset = vma->file ? vma->pgoff * PAGE_SIZE : 0 };
  g_snprintf (area->perms, sizeof area->perms, "%c%c%c%c",
              vma->flags & VM_READ ? 'r' : '-', vma->flags & VM_WRITE ? 'w' : '-',
              vma->flags & VM_EXEC ? 'x' : '-', vma->flags & VM_MAYSHARE ? 's' : 'p');
  name_object (self, vma, area->object, sizeof area->object);
  view_vma_flags (vma->flags, area->flags, sizeof area->flags);
  g_strchomp (area->flags);
  view_smaps (self->machine, pid, vma->start, &smaps);
  convert_counters (&smaps, area->counters);
}

static void
look_at_areas (PgwVmLook    *self,
               gint32        pid,
               PgwVmProcess *process,
               guint         max)
{
  g_autofree struct view_vma *vmas = g_new (struct view_vma, max + 1);
  guint n = view_vmas_brief (self->machine, pid, vmas, max + 1);

  process->n_areas = n;
  process->has_areas = n <= max;
  g_array_set_size (process->areas, process->has_areas ? n : 0);
  for (guint i = 0; i < process->areas->len; i++)
    look_at_area (self, pid, &vmas[i], &g_array_index (process->areas, PgwVmArea, i));
}

/* ---- Pages ---- */

/* By the order of PGW_VM_PAGE_LETTERS; no page is dirty in the sense of soft-dirty. */
static guint32
convert_flags (guint32 flags)
{
  static const guint32 by_letter[] = {
    VIEW_PTE_PRESENT, VIEW_PTE_SWAP, VIEW_PTE_FILE, VIEW_PTE_EXCLUSIVE, VIEW_PTE_UFFD_WP,
    VIEW_PTE_GUARD, 0, VIEW_PTE_ZERO, VIEW_PTE_THP, VIEW_PTE_MLOCKED
  };
  guint32 letters = 0;

  for (guint i = 0; i < G_N_ELEMENTS (by_letter); i++)
    if (flags & by_letter[i])
      letters |= 1u << i;
  return letters;
}

static void
look_at_pages (PgwVmLook    *self,
               gint32        pid,
               PgwVmProcess *process)
{
  struct view_pte ptes[PTES_AT_ONCE];
  guint64 start = 0, n, i;

  g_array_set_size (process->pages, 0);
  do
    {
      n = view_ptes (self->machine, pid, start, G_MAXUINT64, ptes, PTES_AT_ONCE);
      for (i = 0; i < n; i++)
        {
          const struct view_pte *pte = &ptes[i];
          PgwVmPage page = { .address = pte->address, .flags = convert_flags (pte->flags), .mapcount = pte->mapcount };

          if (pte->flags & VIEW_PTE_PRESENT && !(pte->flags & VIEW_PTE_ZERO))
            page.frame = pte->pfn + 1;
          g_array_append_val (process->pages, page);
        }
      if (n > 0)
        start = ptes[n - 1].address + PAGE_SIZE;
    }
  while (n == PTES_AT_ONCE);
}

/* ---- A process ---- */

static void
look_at_counters (const struct view_mm *mm,
                  guint64              *counters)
{
  const guint64 kb = PAGE_SIZE / 1024;
  guint64 text = (ALIGN (mm->end_code, PAGE_SIZE) - ALIGN_DOWN (mm->start_code, PAGE_SIZE)) / PAGE_SIZE;
  guint64 rss = mm->rss[0] + mm->rss[1] + mm->rss[3];

  text = MIN (text, mm->exec_vm);
  counters[PGW_VM_MM_VmPeak] = MAX (mm->hiwater_vm, mm->total_vm) * kb;
  counters[PGW_VM_MM_VmSize] = mm->total_vm * kb;
  counters[PGW_VM_MM_VmLck] = mm->locked_vm * kb;
  counters[PGW_VM_MM_VmPin] = mm->pinned_vm * kb;
  counters[PGW_VM_MM_VmHWM] = MAX (mm->hiwater_rss, rss) * kb;
  counters[PGW_VM_MM_VmRSS] = rss * kb;
  counters[PGW_VM_MM_RssAnon] = mm->rss[1] * kb;
  counters[PGW_VM_MM_RssFile] = mm->rss[0] * kb;
  counters[PGW_VM_MM_RssShmem] = mm->rss[3] * kb;
  counters[PGW_VM_MM_VmData] = mm->data_vm * kb;
  counters[PGW_VM_MM_VmStk] = mm->stack_vm * kb;
  counters[PGW_VM_MM_VmExe] = text * kb;
  counters[PGW_VM_MM_VmLib] = (mm->exec_vm - text) * kb;
  counters[PGW_VM_MM_VmPTE] = mm->pgtables_bytes / 1024;
  counters[PGW_VM_MM_VmSwap] = mm->rss[2] * kb;
}

void
pgw_vm_look (PgwVmLook  *self,
             PgwVmState *state,
             guint       n_areas_max)
{
  for (guint number = 0; number < PGW_VM_MAX_PROCESSES; number++)
    {
      gint32 pid = self->pids[number];
      PgwVmProcess *process = &state->processes[number];
      struct view_task task;
      struct view_mm mm;

      process->exists = FALSE;
      if (pid == 0 || !view_task (self->machine, pid, &task) || task.state != 0 || !task.has_mm
          || !view_mm (self->machine, pid, &mm))
        continue;
      process = pgw_vm_state_get (state, number);
      look_at_areas (self, pid, process, n_areas_max);
      look_at_pages (self, pid, process);
      look_at_counters (&mm, process->mm);
      process->faults[0] = task.min_flt - self->faults[number][0];
      process->faults[1] = task.maj_flt - self->faults[number][1];
      self->faults[number][0] = task.min_flt;
      self->faults[number][1] = task.maj_flt;
    }
}
