/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory management unit of one simulated CPU: turns virtual addresses into
 * physical ones, through the TLB or by walking four levels of page tables, checks whether the
 * access is allowed, and sets accessed and dirty bits as the processor does.
 *
 * This is hardware: it knows the formats of the architecture (Intel SDM volume 3, chapter 4) and
 * nothing of the kernel.
 */
#ifndef MM_HW_MMU_H
#define MM_HW_MMU_H

#include "tlb.h"

#define MMU_PAGE_SHIFT 12

/* Bits of an entry that the hardware looks at. */
#define MMU_PTE_PRESENT	 0x001UL
#define MMU_PTE_RW	 0x002UL
#define MMU_PTE_USER	 0x004UL
#define MMU_PTE_ACCESSED 0x020UL
#define MMU_PTE_DIRTY	 0x040UL
#define MMU_PTE_PSE	 0x080UL
#define MMU_PTE_GLOBAL	 0x100UL
#define MMU_PTE_NX	 (1UL << 63)
#define MMU_PTE_ADDRESS	 0x000ffffffffff000UL

/* Error code of a page fault, as the processor pushes it; an access is described by the same bits. */
#define X86_PF_PROT  0x01u /* there is a translation, but not for this access */
#define X86_PF_WRITE 0x02u
#define X86_PF_USER  0x04u /* in user mode */
#define X86_PF_RSVD  0x08u /* an entry has bits set that must be 0 */
#define X86_PF_INSTR 0x10u /* fetching an instruction */

/* CR3: frame of the top table, and in the low bits the PCID. */
#define CR3_PCID_MASK 0xfffUL
#define CR3_ADDR_MASK MMU_PTE_ADDRESS

struct mmu {
	u8 *ram;	  /* physical memory */
	u64 ram_size;	  /* bytes */
	u64 cr2;	  /* address of the last page fault */
	u64 cr3;	  /* 0: no tables */
	u32 pcid_enabled; /* CR4.PCIDE */
	u32 pad;
	struct tlb tlb;
};

enum mmu_result {
	MMU_OK,
	MMU_PAGE_FAULT,		/* #PF: cr2 and the error code say which */
	MMU_GENERAL_PROTECTION, /* #GP: the address is not canonical */
};

/**
 * mmu_access - translate one access
 * @vaddr: the address; the access does not cross a page
 * @access: X86_PF_WRITE, X86_PF_USER, X86_PF_INSTR
 * @phys: set to the physical address, if the access is allowed
 * @error_code: set to that of the fault, if there is one
 *
 * A translation in the TLB is used as it is. Only where it does not allow the access, or the dirty
 * bit must be set, are the tables looked at, as on real processors.
 */
enum mmu_result mmu_access(struct mmu *mmu, u64 vaddr, u32 access, u64 *phys, u32 *error_code);

/**
 * mmu_write_cr3 - change to other page tables
 * @cr3: address of the top table and PCID
 * @noflush: keep what the TLB knows under this PCID (bit 63 of the value written)
 *
 * Without PCIDs all entries but the global ones go.
 */
void mmu_write_cr3(struct mmu *mmu, u64 cr3, bool noflush);

static inline u16 mmu_pcid(const struct mmu *mmu)
{
	return mmu->pcid_enabled ? (u16)(mmu->cr3 & CR3_PCID_MASK) : 0;
}

/* Bits 63 to 47 are the same. */
static inline bool mmu_is_canonical(u64 vaddr)
{
	return vaddr + (1UL << 47) < 1UL << 48;
}

#endif
