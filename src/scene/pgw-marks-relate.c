/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What belongs to a selection among tasks, files, slabs and reclaim: to a
 * page the VMAs and entries that map it and its LRU list; to a VMA, a task,
 * a file, a list or a slab its pages.
 */
#include "pgw-marks-private.h"

#define MAX_PAGES 2048
#define MAX_USERS 32

static void
add_pfns (PgwMarks      *marks,
          const guint64 *pfns,
          guint64        n)
{
  for (guint64 i = 0; i < n; i++)
    pgw_marks_add_pages (marks->related, pfns[i], 1);
}

void
pgw_marks_relate_users (PgwMarks             *marks,
                        const struct machine *machine,
                        guint64               pfn)
{
  struct view_mapping users[MAX_USERS];
  struct view_lru_page page;
  guint n = MIN (view_page_users (machine, pfn, users, MAX_USERS), MAX_USERS);

  for (guint i = 0; i < n; i++)
    {
      pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_VMA, users[i].vma));
      pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_TASK, users[i].pid));
      pgw_marks_add_object (marks->related_objects, mm_pte_object (users[i].pid, users[i].address, 1));
    }
  if (view_lru_page_brief (machine, pfn, &page) && page.marks & VIEW_LRU_ON_LIST)
    pgw_marks_add_object (marks->related_objects, mm_lru_object (page.nid, page.lru));
}

/* The pages that a part of a task's memory has; a huge page is one piece. */
static void
relate_range (PgwMarks             *marks,
              const struct machine *machine,
              gint32                pid,
              guint64               start,
              guint64               end)
{
  g_autofree struct view_pte *ptes = g_new (struct view_pte, MAX_PAGES);
  guint64 n = view_ptes (machine, pid, start, end, ptes, MAX_PAGES);

  for (guint64 i = 0; i < n; i++)
    if (ptes[i].flags & VIEW_PTE_PRESENT && ptes[i].pfn != G_MAXUINT64 && !(ptes[i].flags & VIEW_PTE_ZERO))
      pgw_marks_add_pages (marks->related, ptes[i].pfn, 1);
}

static void
relate_vma (PgwMarks             *marks,
            const struct machine *machine,
            guint32               nr)
{
  struct view_vma vma;

  if (!view_vma (machine, nr, &vma))
    return;
  pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_TASK, vma.pid));
  if (vma.inode != 0)
    pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_FILE, vma.inode));
  relate_range (marks, machine, vma.pid, vma.start, vma.end);
}

static void
relate_file (PgwMarks             *marks,
             const struct machine *machine,
             guint32               nr)
{
  g_autofree guint64 *indices = g_new (guint64, MAX_PAGES), *pfns = g_new (guint64, MAX_PAGES);

  add_pfns (marks, pfns, MIN (view_file_pages (machine, nr, indices, pfns, MAX_PAGES), MAX_PAGES));
}

static void
relate_pte (PgwMarks             *marks,
            const struct machine *machine,
            mm_object_t           object)
{
  struct view_walk walk;

  if (!view_walk (machine, mm_pte_object_pid (object), mm_pte_object_address (object), &walk) || !walk.mapped)
    return;
  pgw_marks_add_pages (marks->related, walk.phys / PAGE_SIZE, 1);
  pgw_marks_relate_users (marks, machine, walk.phys / PAGE_SIZE);
}

static void
relate_lru (PgwMarks             *marks,
            const struct machine *machine,
            guint64               id)
{
  g_autofree guint64 *pfns = g_new (guint64, MAX_PAGES);

  add_pfns (marks, pfns, view_lru_end (machine, id >> 8, id & 0xff, TRUE, pfns, MAX_PAGES));
}

static void
relate_reclaimer (PgwMarks             *marks,
                  const struct machine *machine,
                  guint64               kind)
{
  guint64 pfns[256];

  for (guint which = 0; which < VIEW_NR_ISOLATED; which++)
    add_pfns (marks, pfns, MIN (view_isolated (machine, kind, which, pfns, G_N_ELEMENTS (pfns)), G_N_ELEMENTS (pfns)));
}

static void
relate_swap_slot (PgwMarks             *marks,
                  const struct machine *machine,
                  guint64               id)
{
  struct view_swap_slot slot;
  gint32 owner;

  if (!view_swap_slot (machine, id >> 48, id & 0xffffffffffffULL, &slot))
    return;
  if (slot.pfn != G_MAXUINT64)
    pgw_marks_add_pages (marks->related, slot.pfn, 1);
  view_swap_owners (machine, id >> 48, id & 0xffffffffffffULL, 1, &owner);
  pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_SWAP_DEVICE, id >> 48));
  if (owner > 0)
    pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_TASK, owner));
}

static void
relate_slab (PgwMarks             *marks,
             const struct machine *machine,
             guint64               pfn)
{
  struct view_slab slab;

  if (!view_slab (machine, pfn, &slab))
    return;
  pgw_marks_add_pages (marks->related, slab.pfn, 1ULL << slab.order);
  pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_CACHE, slab.cache));
}

void
pgw_marks_relate_memory (PgwMarks             *marks,
                         const struct machine *machine,
                         mm_object_t           object)
{
  guint64 id = mm_object_id (object);

  switch ((guint) mm_object_kind (object))
    {
    case MM_OBJECT_TASK:
      relate_range (marks, machine, id, 0, G_MAXINT64);
      break;
    case MM_OBJECT_VMA:
      relate_vma (marks, machine, id);
      break;
    case MM_OBJECT_FILE:
      relate_file (marks, machine, id);
      break;
    case MM_OBJECT_PTE:
      relate_pte (marks, machine, object);
      break;
    case MM_OBJECT_SLAB:
      relate_slab (marks, machine, id);
      break;
    case MM_OBJECT_SLAB_OBJECT:
      relate_slab (marks, machine, id / PAGE_SIZE);
      break;
    case MM_OBJECT_LRU:
      relate_lru (marks, machine, id);
      break;
    case MM_OBJECT_RECLAIMER:
      relate_reclaimer (marks, machine, id);
      break;
    case MM_OBJECT_SWAP_SLOT:
      relate_swap_slot (marks, machine, id);
      break;
    default:
      break;
    }
}
