// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory management unit: translation, permission checks, accessed and
 * dirty bits, error codes. See mmu.h.
 */
#include "mmu.h"

#define LEVELS		4
#define BITS_PER_LEVEL	9
#define HUGE_PAGE_LEVEL 2 /* pmd */
#define ENTRIES		(1UL << BITS_PER_LEVEL)

/* Bits that a translation has only if the entries of all levels have them; NX: if any has it. */
#define MMU_PTE_ALL_LEVELS (MMU_PTE_RW | MMU_PTE_USER)

/* Where a walk ended. */
struct walk {
	u64 *entry; /* the last one looked at */
	u64 flags;  /* its bits, with RW, US and NX of all levels */
	int level;  /* 1: a page, 2: a huge page */
};

/* The entry of a table that lies in RAM; NULL where the table does not. */
static u64 *entry_at(const struct mmu *mmu, u64 table, u64 vaddr, int level)
{
	u64 index = vaddr >> (MMU_PAGE_SHIFT + (level - 1) * BITS_PER_LEVEL) & (ENTRIES - 1);

	table &= MMU_PTE_ADDRESS;
	if (table >= mmu->ram_size)
		return NULL;
	return (u64 *)(mmu->ram + table) + index;
}

/*
 * Walks the tables. Returns 0 with the translation in @walk, or the bits of an error code: nothing
 * (not present), or a reserved bit.
 */
static bool walk_tables(struct mmu *mmu, u64 vaddr, struct walk *walk, u32 *error_code)
{
	u64 table = mmu->cr3, allowed = MMU_PTE_ALL_LEVELS, nx = 0;
	int level;

	for (level = LEVELS;; level--) {
		u64 *entry = entry_at(mmu, table, vaddr, level);
		u64 value;

		if (!entry) {
			*error_code = X86_PF_PROT | X86_PF_RSVD;
			return false;
		}
		value = *entry;
		if (!(value & MMU_PTE_PRESENT))
			return false;
		allowed &= value;
		nx |= value & MMU_PTE_NX;
		if (level == 1 || (level == HUGE_PAGE_LEVEL && value & MMU_PTE_PSE)) {
			walk->entry = entry;
			walk->flags = (value & ~(MMU_PTE_ALL_LEVELS | MMU_PTE_NX)) | allowed | nx;
			walk->level = level;
			return true;
		}
		if (!(value & MMU_PTE_ACCESSED))
			*entry = value | MMU_PTE_ACCESSED;
		table = value;
	}
}

/* Do the bits of a translation allow the access? (CR0.WP and EFER.NXE are set.) */
static bool allows(u64 flags, u32 access)
{
	if (access & X86_PF_USER && !(flags & MMU_PTE_USER))
		return false;
	if (access & X86_PF_WRITE && !(flags & MMU_PTE_RW))
		return false;
	return !(access & X86_PF_INSTR && flags & MMU_PTE_NX);
}

static enum mmu_result page_fault(struct mmu *mmu, u64 vaddr, u32 access, u32 error_code, u32 *out)
{
	mmu->cr2 = vaddr;
	*out = error_code | access;
	return MMU_PAGE_FAULT;
}

static u64 physical(u64 first, u64 vaddr, bool huge)
{
	u64 mask = (huge ? ENTRIES << MMU_PAGE_SHIFT : 1UL << MMU_PAGE_SHIFT) - 1;

	return (first & ~mask) | (vaddr & mask);
}

/* The TLB did not help: walks, checks, marks the entry as used and remembers it. */
static enum mmu_result access_by_walk(struct mmu *mmu, u64 vaddr, u32 access, u64 *phys,
				      u32 *error_code)
{
	u64 used = MMU_PTE_ACCESSED | (access & X86_PF_WRITE ? MMU_PTE_DIRTY : 0);
	struct walk walk = { NULL, 0, 0 };
	u32 why = 0;
	bool huge;

	if (!walk_tables(mmu, vaddr, &walk, &why))
		return page_fault(mmu, vaddr, access, why, error_code);
	if (!allows(walk.flags, access))
		return page_fault(mmu, vaddr, access, X86_PF_PROT, error_code);
	huge = walk.level == HUGE_PAGE_LEVEL;
	*phys = physical(walk.flags & MMU_PTE_ADDRESS, vaddr, huge);
	if (*phys >= mmu->ram_size)
		return page_fault(mmu, vaddr, access, X86_PF_PROT | X86_PF_RSVD, error_code);
	if ((walk.flags & used) != used)
		*walk.entry |= used;
	tlb_insert(&mmu->tlb, vaddr, physical(walk.flags & MMU_PTE_ADDRESS, 0, huge),
		   (walk.flags & ~MMU_PTE_ADDRESS) | used, mmu_pcid(mmu), huge);
	return MMU_OK;
}

enum mmu_result mmu_access(struct mmu *mmu, u64 vaddr, u32 access, u64 *phys, u32 *error_code)
{
	struct tlb_entry *entry;

	if (unlikely(!mmu_is_canonical(vaddr)))
		return MMU_GENERAL_PROTECTION;
	entry = tlb_lookup(&mmu->tlb, vaddr, mmu_pcid(mmu));
	if (entry && allows(entry->flags, access) &&
	    (!(access & X86_PF_WRITE) || entry->flags & MMU_PTE_DIRTY)) {
		*phys = physical(entry->pfn << MMU_PAGE_SHIFT, vaddr, entry->huge);
		return MMU_OK;
	}
	/* What does not serve is forgotten before the tables are asked. */
	if (entry)
		entry->valid = false;
	return access_by_walk(mmu, vaddr, access, phys, error_code);
}

void mmu_write_cr3(struct mmu *mmu, u64 cr3, bool noflush)
{
	mmu->cr3 = cr3;
	if (!mmu->pcid_enabled)
		tlb_flush_all(&mmu->tlb, false);
	else if (!noflush)
		tlb_flush_pcid(&mmu->tlb, mmu_pcid(mmu));
}
