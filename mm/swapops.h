/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page-table entries that are neither empty nor a page: swap entries, and
 * markers that say something about a page that is not there.
 *
 *	 63  59 58           14 13      1  0
 *	| type |   offset     |  bits  | 0 |
 *
 * Linux counterpart: include/linux/swapops.h, arch/x86/include/asm/pgtable_64.h. (There the
 * offset is stored inverted, against a flaw of processors, which ours has not.)
 */
#ifndef MM_SWAPOPS_H
#define MM_SWAPOPS_H

#include "pgtable.h"

typedef struct {
	unsigned long val;
} swp_entry_t;

#define SWP_TYPE_BITS	     5
#define SWP_OFFSET_FIRST_BIT 14
#define SWP_OFFSET_BITS	     45
#define SWP_TYPE_SHIFT	     (SWP_OFFSET_FIRST_BIT + SWP_OFFSET_BITS)

/* Types below MAX_SWAPFILES are swap devices. A page on its way to another frame: the offset is the frame it leaves (migrate.c). */
#define SWP_MIGRATION_READ	     24u
#define SWP_MIGRATION_READ_EXCLUSIVE 25u
#define SWP_MIGRATION_WRITE	     26u
#define SWP_PTE_MARKER 31u

/* Above the frame's number, what the entry knew of the page. */
#define SWP_PFN_BITS	 34
#define SWP_PFN_MASK	 ((1UL << SWP_PFN_BITS) - 1)
#define SWP_MIG_YOUNG	 (1UL << SWP_PFN_BITS)
#define SWP_MIG_DIRTY	 (1UL << (SWP_PFN_BITS + 1))

#define PTE_MARKER_GUARD 4UL /* an access is a mistake: MADV_GUARD_INSTALL */

static inline swp_entry_t swp_entry(unsigned int type, unsigned long offset)
{
	return (swp_entry_t){ (unsigned long)type << SWP_OFFSET_BITS | offset };
}

static inline unsigned int swp_type(swp_entry_t entry)
{
	return (unsigned int)(entry.val >> SWP_OFFSET_BITS);
}

static inline unsigned long swp_offset(swp_entry_t entry)
{
	return entry.val & ((1UL << SWP_OFFSET_BITS) - 1);
}

static inline pte_t swp_entry_to_pte(swp_entry_t entry)
{
	return __pte((u64)entry.val << SWP_OFFSET_FIRST_BIT);
}

static inline swp_entry_t pte_to_swp_entry(pte_t pte)
{
	return (swp_entry_t){ pte_val(pte) >> SWP_OFFSET_FIRST_BIT };
}

/* Neither empty nor present. */
static inline bool is_swap_pte(pte_t pte)
{
	return !pte_none(pte) && !pte_present(pte);
}

static inline bool is_pte_marker(pte_t pte)
{
	return is_swap_pte(pte) && swp_type(pte_to_swp_entry(pte)) == SWP_PTE_MARKER;
}

static inline pte_t make_pte_marker(unsigned long marker)
{
	return swp_entry_to_pte(swp_entry(SWP_PTE_MARKER, marker));
}

static inline bool is_migration_pte(pte_t pte)
{
	unsigned int type = swp_type(pte_to_swp_entry(pte));

	return is_swap_pte(pte) && type >= SWP_MIGRATION_READ && type <= SWP_MIGRATION_WRITE;
}

static inline unsigned long migration_pte_pfn(pte_t pte)
{
	return swp_offset(pte_to_swp_entry(pte)) & SWP_PFN_MASK;
}

static inline bool is_migration_pte_young(pte_t pte)
{
	return swp_offset(pte_to_swp_entry(pte)) & SWP_MIG_YOUNG;
}

static inline bool is_migration_pte_dirty(pte_t pte)
{
	return swp_offset(pte_to_swp_entry(pte)) & SWP_MIG_DIRTY;
}

static inline bool is_writable_migration_pte(pte_t pte)
{
	return swp_type(pte_to_swp_entry(pte)) == SWP_MIGRATION_WRITE;
}

static inline bool is_readable_migration_pte(pte_t pte)
{
	return swp_type(pte_to_swp_entry(pte)) == SWP_MIGRATION_READ;
}

/* What stands in the place of @old while the page in frame @pfn moves. */
static inline pte_t make_migration_entry(unsigned long pfn, pte_t old, bool anon_exclusive)
{
	unsigned long offset = pfn | (pte_young(old) ? SWP_MIG_YOUNG : 0) |
			       (pte_dirty(old) ? SWP_MIG_DIRTY : 0);
	unsigned int type = SWP_MIGRATION_READ;

	if (pte_write(old))
		type = SWP_MIGRATION_WRITE;
	else if (anon_exclusive)
		type = SWP_MIGRATION_READ_EXCLUSIVE;
	return swp_entry_to_pte(swp_entry(type, offset));
}

static inline bool is_guard_pte(pte_t pte)
{
	return is_pte_marker(pte) && swp_offset(pte_to_swp_entry(pte)) & PTE_MARKER_GUARD;
}

#endif
