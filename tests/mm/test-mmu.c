/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory management unit, with tables written by hand into a little RAM of
 * its own: translation, permissions of all levels, error codes, accessed and dirty bits, huge
 * pages, and what happens with entries that make no sense.
 */
#include <glib.h>
#include <string.h>

#include "mm/hw/mmu.h"

#define RAM_PAGES 2048
#define VADDR     0x0000123456789000UL
#define PGD       0x1000UL
#define PUD       0x2000UL
#define PMD       0x3000UL
#define PTE       0x4000UL
#define FRAME     0x5000UL

#define PRESENT MMU_PTE_PRESENT
#define RW      MMU_PTE_RW
#define USER    MMU_PTE_USER
#define A       MMU_PTE_ACCESSED
#define D       MMU_PTE_DIRTY
#define PSE     MMU_PTE_PSE
#define NX      MMU_PTE_NX

typedef struct
{
  struct mmu        mmu;
  struct tlb_entry *entries;
  guint8           *ram;
} Machine;

static guint64 *
entry (Machine *m,
       guint64  table,
       guint64  vaddr,
       int      level)
{
  return (guint64 *)(m->ram + table) + (vaddr >> (12 + 9 * (level - 1)) & 511);
}

/* One page mapped at VADDR with the given bits in its last entry, everything allowed above. */
static void
set_up (Machine *m,
        guint64  bits)
{
  memset (m, 0, sizeof *m);
  m->ram = g_malloc0 (RAM_PAGES * 4096);
  m->entries = g_new0 (struct tlb_entry, 16);
  m->mmu.ram = m->ram;
  m->mmu.ram_size = RAM_PAGES * 4096;
  m->mmu.pcid_enabled = TRUE;
  m->mmu.tlb.sets = 4;
  m->mmu.tlb.ways = 4;
  m->mmu.tlb.entries = m->entries;
  *entry (m, PGD, VADDR, 4) = PUD | PRESENT | RW | USER;
  *entry (m, PUD, VADDR, 3) = PMD | PRESENT | RW | USER;
  *entry (m, PMD, VADDR, 2) = PTE | PRESENT | RW | USER;
  *entry (m, PTE, VADDR, 1) = FRAME | bits;
  mmu_write_cr3 (&m->mmu, PGD | 1, FALSE);
}

static void
tear_down (Machine *m)
{
  g_free (m->ram);
  g_free (m->entries);
}

static void
expect_ok (Machine *m,
           guint64  vaddr,
           guint32  access,
           guint64  phys)
{
  guint64 got = 0;
  guint32 code = 0;

  g_assert_cmpint (mmu_access (&m->mmu, vaddr, access, &got, &code), ==, MMU_OK);
  g_assert_cmphex (got, ==, phys);
}

static void
expect_fault (Machine *m,
              guint64  vaddr,
              guint32  access,
              guint32  error_code)
{
  guint64 got = 0;
  guint32 code = 0;

  g_assert_cmpint (mmu_access (&m->mmu, vaddr, access, &got, &code), ==, MMU_PAGE_FAULT);
  g_assert_cmphex (code, ==, error_code);
  g_assert_cmphex (m->mmu.cr2, ==, vaddr);
}

static void
test_translation (void)
{
  Machine m;

  set_up (&m, PRESENT | RW | USER);
  expect_ok (&m, VADDR, X86_PF_USER, FRAME);
  expect_ok (&m, VADDR + 0xfff, X86_PF_USER, FRAME + 0xfff);
  /* The next page shares three tables and is not mapped. */
  expect_fault (&m, VADDR + 0x1000, X86_PF_USER, X86_PF_USER);
  /* Nor is one that differs in the index of any level. */
  expect_fault (&m, VADDR + (1UL << 21), X86_PF_USER, X86_PF_USER);
  expect_fault (&m, VADDR + (1UL << 30), X86_PF_USER, X86_PF_USER);
  expect_fault (&m, VADDR + (1UL << 39), X86_PF_USER, X86_PF_USER);
  tear_down (&m);
}

/* Sets accessed on all levels, dirty on the last one only, and only by a write. */
static void
test_accessed_and_dirty (void)
{
  Machine m;

  set_up (&m, PRESENT | RW | USER);
  expect_ok (&m, VADDR, X86_PF_USER, FRAME);
  g_assert_cmphex (*entry (&m, PGD, VADDR, 4), ==, PUD | PRESENT | RW | USER | A);
  g_assert_cmphex (*entry (&m, PUD, VADDR, 3), ==, PMD | PRESENT | RW | USER | A);
  g_assert_cmphex (*entry (&m, PMD, VADDR, 2), ==, PTE | PRESENT | RW | USER | A);
  g_assert_cmphex (*entry (&m, PTE, VADDR, 1), ==, FRAME | PRESENT | RW | USER | A);
  /* The TLB knows the page by now, but a first write must still mark it. */
  expect_ok (&m, VADDR, X86_PF_USER | X86_PF_WRITE, FRAME);
  g_assert_cmphex (*entry (&m, PTE, VADDR, 1), ==, FRAME | PRESENT | RW | USER | A | D);
  g_assert_cmphex (*entry (&m, PMD, VADDR, 2) & D, ==, 0);
  /* Cleared by software without a flush: the TLB does not look again. */
  *entry (&m, PTE, VADDR, 1) = FRAME | PRESENT | RW | USER;
  expect_ok (&m, VADDR, X86_PF_USER | X86_PF_WRITE, FRAME);
  g_assert_cmphex (*entry (&m, PTE, VADDR, 1), ==, FRAME | PRESENT | RW | USER);
  tlb_flush_page (&m.mmu.tlb, VADDR, 1);
  expect_ok (&m, VADDR, X86_PF_USER | X86_PF_WRITE, FRAME);
  g_assert_cmphex (*entry (&m, PTE, VADDR, 1), ==, FRAME | PRESENT | RW | USER | A | D);
  tear_down (&m);
}

/* A fault leaves no mark on the last entry. */
static void
test_fault_marks_nothing (void)
{
  Machine m;

  set_up (&m, PRESENT | USER);
  expect_fault (&m, VADDR, X86_PF_USER | X86_PF_WRITE, X86_PF_USER | X86_PF_WRITE | X86_PF_PROT);
  g_assert_cmphex (*entry (&m, PTE, VADDR, 1), ==, FRAME | PRESENT | USER);
  tear_down (&m);
}

/* Every combination of bits on the last level and every kind of access. */
static void
test_permissions (void)
{
  for (guint bits = 0; bits < 16; bits++)
    for (guint kind = 0; kind < 6; kind++)
      {
        guint64 pte = (bits & 1 ? PRESENT : 0) | (bits & 2 ? RW : 0) | (bits & 4 ? USER : 0)
                      | (bits & 8 ? NX : 0);
        guint32 access = (kind & 1 ? X86_PF_USER : 0) | (kind >> 1 == 1 ? X86_PF_WRITE : 0)
                         | (kind >> 1 == 2 ? X86_PF_INSTR : 0);
        gboolean allowed = (!(access & X86_PF_USER) || bits & 4) && (!(access & X86_PF_WRITE) || bits & 2)
                           && !(access & X86_PF_INSTR && bits & 8);
        Machine m;

        set_up (&m, pte);
        if (!(bits & 1))
          expect_fault (&m, VADDR, access, access);
        else if (!allowed)
          expect_fault (&m, VADDR, access, access | X86_PF_PROT);
        else
          expect_ok (&m, VADDR, access, FRAME);
        tear_down (&m);
      }
}

/* What one level forbids, no other can allow; one NX on the way is enough. */
static void
test_permissions_of_all_levels (void)
{
  const guint64 tables[] = { PTE, PMD, PUD, PGD };

  for (int level = 1; level <= 4; level++)
    {
      Machine m;

      set_up (&m, PRESENT | RW | USER);
      *entry (&m, tables[level - 1], VADDR, level) &= ~RW;
      expect_ok (&m, VADDR, X86_PF_USER, FRAME);
      expect_fault (&m, VADDR, X86_PF_USER | X86_PF_WRITE, X86_PF_USER | X86_PF_WRITE | X86_PF_PROT);
      tear_down (&m);

      set_up (&m, PRESENT | RW | USER);
      *entry (&m, tables[level - 1], VADDR, level) &= ~USER;
      expect_fault (&m, VADDR, X86_PF_USER, X86_PF_USER | X86_PF_PROT);
      expect_ok (&m, VADDR, 0, FRAME);
      tear_down (&m);

      set_up (&m, PRESENT | RW | USER);
      *entry (&m, tables[level - 1], VADDR, level) |= NX;
      expect_fault (&m, VADDR, X86_PF_USER | X86_PF_INSTR, X86_PF_USER | X86_PF_INSTR | X86_PF_PROT);
      expect_ok (&m, VADDR, X86_PF_USER, FRAME);
      tear_down (&m);
    }
}

static void
test_huge_page (void)
{
  const guint64 base = VADDR & ~0x1fffffUL, huge = 0x400000UL;
  Machine m;

  set_up (&m, 0);
  *entry (&m, PMD, VADDR, 2) = huge | PRESENT | RW | USER | PSE;
  expect_ok (&m, VADDR + 5, X86_PF_USER, huge + (VADDR & 0x1fffff) + 5);
  expect_ok (&m, base + 0x1fffff, X86_PF_USER | X86_PF_WRITE, huge + 0x1fffff);
  g_assert_cmphex (*entry (&m, PMD, VADDR, 2), ==, huge | PRESENT | RW | USER | PSE | A | D);
  /* One entry of the TLB serves all of it: the second access missed only for the dirty bit. */
  expect_ok (&m, base, X86_PF_USER | X86_PF_WRITE, huge);
  g_assert_cmpuint (m.mmu.tlb.misses, ==, 1);
  tlb_flush_page (&m.mmu.tlb, base + 0x7000, 1);
  g_assert_cmpuint (m.mmu.tlb.flushed_entries, ==, 1);
  tear_down (&m);
}

/* Tables and pages outside the RAM: reserved bits, as on a processor with so few address lines. */
static void
test_beyond_memory (void)
{
  Machine m;

  set_up (&m, PRESENT | RW | USER);
  *entry (&m, PTE, VADDR, 1) = (RAM_PAGES * 4096UL) | PRESENT | USER;
  expect_fault (&m, VADDR, X86_PF_USER, X86_PF_USER | X86_PF_PROT | X86_PF_RSVD);
  *entry (&m, PUD, VADDR, 3) = 0x000ffffffffff000UL | PRESENT | RW | USER;
  expect_fault (&m, VADDR, X86_PF_USER, X86_PF_USER | X86_PF_PROT | X86_PF_RSVD);
  mmu_write_cr3 (&m.mmu, 0x000ffffffffff000UL, FALSE);
  expect_fault (&m, VADDR, X86_PF_USER, X86_PF_USER | X86_PF_PROT | X86_PF_RSVD);
  tear_down (&m);
}

static void
test_canonical (void)
{
  static const guint64 good[] = { 0, 0x7fffffffffffUL, 0xffff800000000000UL, ~0UL };
  static const guint64 bad[] = { 0x800000000000UL, 0xffff7fffffffffffUL, 0x1234567890abcdefUL, 1UL << 63 };
  guint64 phys = 0;
  guint32 code = 0;
  Machine m;

  set_up (&m, PRESENT | RW | USER);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_cmpint (mmu_access (&m.mmu, good[i], X86_PF_USER, &phys, &code), ==, MMU_PAGE_FAULT);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (mmu_access (&m.mmu, bad[i], X86_PF_USER, &phys, &code), ==, MMU_GENERAL_PROTECTION);
  tear_down (&m);
}

/* A translation that is not flushed goes on being used; one that forbids is looked up again. */
static void
test_stale_translation (void)
{
  const guint64 other = 0x7000;
  Machine m;

  set_up (&m, PRESENT | USER);
  expect_ok (&m, VADDR, X86_PF_USER, FRAME);
  *entry (&m, PTE, VADDR, 1) = other | PRESENT | RW | USER;
  expect_ok (&m, VADDR, X86_PF_USER, FRAME);
  /* More is allowed now: the CPU sees it without a flush, and the new frame with it. */
  expect_ok (&m, VADDR, X86_PF_USER | X86_PF_WRITE, other);
  /* Less is allowed now: without a flush it writes on. */
  *entry (&m, PTE, VADDR, 1) = 0;
  expect_ok (&m, VADDR, X86_PF_USER | X86_PF_WRITE, other);
  tlb_flush_pcid (&m.mmu.tlb, 1);
  expect_fault (&m, VADDR, X86_PF_USER, X86_PF_USER);
  tear_down (&m);
}

/* Two address spaces: PCIDs keep their translations apart, and both alive. */
static void
test_address_spaces (void)
{
  const guint64 pgd2 = 0x10000, pud2 = 0x11000, pmd2 = 0x12000, pte2 = 0x13000, frame2 = 0x14000;
  Machine m;

  set_up (&m, PRESENT | RW | USER);
  *entry (&m, pgd2, VADDR, 4) = pud2 | PRESENT | RW | USER;
  *entry (&m, pud2, VADDR, 3) = pmd2 | PRESENT | RW | USER;
  *entry (&m, pmd2, VADDR, 2) = pte2 | PRESENT | RW | USER;
  *entry (&m, pte2, VADDR, 1) = frame2 | PRESENT | RW | USER;

  expect_ok (&m, VADDR, X86_PF_USER, FRAME);
  mmu_write_cr3 (&m.mmu, pgd2 | 2, FALSE);
  expect_ok (&m, VADDR, X86_PF_USER, frame2);
  mmu_write_cr3 (&m.mmu, PGD | 1, TRUE);
  expect_ok (&m, VADDR, X86_PF_USER, FRAME);
  g_assert_cmpuint (m.mmu.tlb.hits, ==, 1);

  /* Without PCIDs every change of CR3 empties the TLB. */
  m.mmu.pcid_enabled = FALSE;
  mmu_write_cr3 (&m.mmu, pgd2, TRUE);
  expect_ok (&m, VADDR, X86_PF_USER, frame2);
  mmu_write_cr3 (&m.mmu, PGD, TRUE);
  expect_ok (&m, VADDR, X86_PF_USER, FRAME);
  g_assert_cmpuint (m.mmu.tlb.hits, ==, 1);
  tear_down (&m);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mmu/translation", test_translation);
  g_test_add_func ("/mmu/accessed-and-dirty", test_accessed_and_dirty);
  g_test_add_func ("/mmu/fault-marks-nothing", test_fault_marks_nothing);
  g_test_add_func ("/mmu/permissions", test_permissions);
  g_test_add_func ("/mmu/permissions-of-all-levels", test_permissions_of_all_levels);
  g_test_add_func ("/mmu/huge-page", test_huge_page);
  g_test_add_func ("/mmu/beyond-memory", test_beyond_memory);
  g_test_add_func ("/mmu/canonical", test_canonical);
  g_test_add_func ("/mmu/stale-translation", test_stale_translation);
  g_test_add_func ("/mmu/address-spaces", test_address_spaces);
  return g_test_run ();
}
