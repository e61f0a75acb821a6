/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of x86-64 with four levels: how an address is cut into indices,
 * and what the bits of an entry mean.
 *
 *	 63        48 47   39 38   30 29   21 20   12 11        0
 *	| sign ext.  | pgd   | pud   | pmd   | pte   | offset    |
 *	               9       9       9       9       12 bits
 *
 * Each table is one frame of 512 entries of 64 bits. The p4d level is folded
 * into the pgd, as on machines without five levels. A pmd with PSE set maps 2 MiB.
 *
 * Linux counterpart: arch/x86/include/asm/pgtable*.h, include/linux/pgtable.h.
 */
#ifndef MM_PGTABLE_H
#define MM_PGTABLE_H

#include "mm_types.h"
#include "mmzone.h"

/* ---- Address bits ---- */

#define PTE_SHIFT_BITS	9
#define PTRS_PER_TABLE	512UL
#define PTRS_PER_PTE	PTRS_PER_TABLE
#define PTRS_PER_PMD	PTRS_PER_TABLE
#define PTRS_PER_PUD	PTRS_PER_TABLE
#define PTRS_PER_PGD	PTRS_PER_TABLE
#define PMD_SHIFT	21
#define PUD_SHIFT	30
#define PGDIR_SHIFT	39
#define PMD_SIZE	(1UL << PMD_SHIFT)
#define PUD_SIZE	(1UL << PUD_SHIFT)
#define PGDIR_SIZE	(1UL << PGDIR_SHIFT)
#define PMD_MASK	(~(PMD_SIZE - 1))
#define PUD_MASK	(~(PUD_SIZE - 1))
#define PGDIR_MASK	(~(PGDIR_SIZE - 1))

#define HPAGE_PMD_SHIFT PMD_SHIFT
#define HPAGE_PMD_SIZE	PMD_SIZE
#define HPAGE_PMD_MASK	PMD_MASK
#define HPAGE_PMD_ORDER (HPAGE_PMD_SHIFT - PAGE_SHIFT)
#define HPAGE_PMD_NR	(1 << HPAGE_PMD_ORDER)

static inline unsigned long pte_index(unsigned long addr)
{
	return addr >> PAGE_SHIFT & (PTRS_PER_PTE - 1);
}

static inline unsigned long pmd_index(unsigned long addr)
{
	return addr >> PMD_SHIFT & (PTRS_PER_PMD - 1);
}

static inline unsigned long pud_index(unsigned long addr)
{
	return addr >> PUD_SHIFT & (PTRS_PER_PUD - 1);
}

static inline unsigned long pgd_index(unsigned long addr)
{
	return addr >> PGDIR_SHIFT & (PTRS_PER_PGD - 1);
}

/* The next boundary after @addr, or @end if that comes first. */
#define addr_end_of(addr, end, size, mask)                                                         \
	({                                                                                         \
		unsigned long __boundary = ((addr) + (size)) & (mask);                             \
		__boundary - 1 < (end) - 1 ? __boundary : (end);                                   \
	})
#define pgd_addr_end(addr, end) addr_end_of(addr, end, PGDIR_SIZE, PGDIR_MASK)
#define pud_addr_end(addr, end) addr_end_of(addr, end, PUD_SIZE, PUD_MASK)
#define pmd_addr_end(addr, end) addr_end_of(addr, end, PMD_SIZE, PMD_MASK)

/* ---- The address space: which part is what (Documentation/x86/x86_64/mm.rst) ---- */

#define TASK_SIZE_MAX	 ((1UL << 47) - PAGE_SIZE)
#define TASK_SIZE	 TASK_SIZE_MAX
#define STACK_TOP	 TASK_SIZE_MAX
#define PAGE_OFFSET	 0xffff888000000000UL	/* all of RAM, mapped one to one */
#define VMALLOC_START	 0xffffc90000000000UL
#define VMALLOC_END	 0xffffe8ffffffffffUL
#define VMEMMAP_START	 0xffffea0000000000UL	/* mem_map */
#define KERNEL_IMAGE_BASE 0xffffffff80000000UL
#define MODULES_VADDR	 0xffffffffa0000000UL
#define MODULES_END	 0xffffffffff000000UL
#define FIXADDR_START	 0xffffffffff578000UL
#define VSYSCALL_ADDR	 0xffffffffff600000UL

/* ---- Entries ---- */

#define _PAGE_PRESENT	0x001UL
#define _PAGE_RW	0x002UL
#define _PAGE_USER	0x004UL
#define _PAGE_PWT	0x008UL
#define _PAGE_PCD	0x010UL
#define _PAGE_ACCESSED	0x020UL
#define _PAGE_DIRTY	0x040UL
#define _PAGE_PSE	0x080UL
#define _PAGE_GLOBAL	0x100UL
#define _PAGE_SPECIAL	0x200UL		/* software: not a page with a map count (zero page) */
#define _PAGE_UFFD_WP	0x400UL		/* software */
#define _PAGE_NX	(1UL << 63)

/* In an entry that is not present but says PROTNONE, the rest means what it says. */
#define _PAGE_PROTNONE	_PAGE_GLOBAL
/* In a swap entry: the copy in the frame was not shared. */
#define _PAGE_SWP_EXCLUSIVE _PAGE_PWT

#define PHYSICAL_PAGE_MASK 0x000ffffffffff000UL
#define PTE_PFN_MASK	   PHYSICAL_PAGE_MASK
#define PTE_FLAGS_MASK	   (~PTE_PFN_MASK)
#define _PAGE_TABLE	   (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)

typedef struct { u64 pgprot; } pgprot_t;
typedef struct { u64 pte; } pte_t;
typedef struct { u64 pmd; } pmd_t;
typedef struct { u64 pud; } pud_t;
typedef struct { u64 pgd; } pgd_t;

#define __pgprot(x)	((pgprot_t){ x })
#define pgprot_val(x)	((x).pgprot)
#define __pte(x)	((pte_t){ x })
#define pte_val(x)	((x).pte)
#define __pmd(x)	((pmd_t){ x })
#define pmd_val(x)	((x).pmd)
#define __pud(x)	((pud_t){ x })
#define pud_val(x)	((x).pud)
#define __pgd(x)	((pgd_t){ x })
#define pgd_val(x)	((x).pgd)

/* ---- From physical addresses to the bytes, and back ---- */

static inline void *phys_to_virt(phys_addr_t phys)
{
	return this_machine->ram + phys;
}

static inline phys_addr_t virt_to_phys(const void *virt)
{
	return (phys_addr_t)((const u8 *)virt - this_machine->ram);
}

#define __va(phys) phys_to_virt(phys)
#define __pa(virt) virt_to_phys(virt)

static inline void *page_address(const struct page *page)
{
	return phys_to_virt((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT);
}

static inline struct page *virt_to_page(const void *virt)
{
	return pfn_to_page(virt_to_phys(virt) >> PAGE_SHIFT);
}

#endif
