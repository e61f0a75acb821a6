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
#define KERNEL_PGD_BOUNDARY (PTRS_PER_TABLE / 2) /* the first entry of the kernel half of a top table */
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
/* In an entry that is not present: a userfaultfd is to be told of writes to the page. */
#define _PAGE_SWP_UFFD_WP _PAGE_USER

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

/* ---- What an entry of the lowest level says ---- */

/* The bits that pte_modify() keeps: all that is not a matter of protection. */
#define _PAGE_CHG_MASK                                                                             \
	(PTE_PFN_MASK | _PAGE_PCD | _PAGE_PWT | _PAGE_SPECIAL | _PAGE_ACCESSED | _PAGE_DIRTY |     \
	 _PAGE_UFFD_WP)
#define _HPAGE_CHG_MASK (_PAGE_CHG_MASK | _PAGE_PSE)

static inline bool pte_none(pte_t pte)
{
	return !pte_val(pte);
}

/* Does it say where a page is (though the hardware may not use it: PROT_NONE)? */
static inline bool pte_present(pte_t pte)
{
	return pte_val(pte) & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

static inline bool pte_write(pte_t pte)
{
	return pte_val(pte) & _PAGE_RW;
}

static inline bool pte_dirty(pte_t pte)
{
	return pte_val(pte) & _PAGE_DIRTY;
}

static inline bool pte_young(pte_t pte)
{
	return pte_val(pte) & _PAGE_ACCESSED;
}

static inline bool pte_special(pte_t pte)
{
	return pte_val(pte) & _PAGE_SPECIAL;
}

static inline bool pte_uffd_wp(pte_t pte)
{
	return pte_val(pte) & _PAGE_UFFD_WP;
}

/* Present for us, but not for the hardware. */
static inline bool pte_protnone(pte_t pte)
{
	return (pte_val(pte) & (_PAGE_PROTNONE | _PAGE_PRESENT)) == _PAGE_PROTNONE;
}

static inline bool pte_same(pte_t a, pte_t b)
{
	return pte_val(a) == pte_val(b);
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return (pte_val(pte) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static inline struct page *pte_page(pte_t pte)
{
	return pfn_to_page(pte_pfn(pte));
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return __pte((u64)pfn << PAGE_SHIFT | pgprot_val(prot));
}

static inline pte_t mk_pte(const struct page *page, pgprot_t prot)
{
	return pfn_pte(page_to_pfn(page), prot);
}

static inline pte_t pte_set_flags(pte_t pte, u64 flags)
{
	return __pte(pte_val(pte) | flags);
}

static inline pte_t pte_clear_flags(pte_t pte, u64 flags)
{
	return __pte(pte_val(pte) & ~flags);
}

static inline pte_t pte_mkwrite(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_RW);
}

static inline pte_t pte_wrprotect(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_RW);
}

static inline pte_t pte_mkdirty(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_DIRTY);
}

static inline pte_t pte_mkclean(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_DIRTY);
}

static inline pte_t pte_mkyoung(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_ACCESSED);
}

static inline pte_t pte_mkold(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_ACCESSED);
}

static inline pte_t pte_mkspecial(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_SPECIAL);
}

static inline pte_t pte_mkuffd_wp(pte_t pte)
{
	return pte_clear_flags(pte_set_flags(pte, _PAGE_UFFD_WP), _PAGE_RW);
}

static inline pte_t pte_clear_uffd_wp(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_UFFD_WP);
}

/* The same in an entry of a page in swap, or on its way to another frame. */
static inline bool pte_swp_uffd_wp(pte_t pte)
{
	return pte_val(pte) & _PAGE_SWP_UFFD_WP;
}

static inline pte_t pte_swp_mkuffd_wp(pte_t pte)
{
	return pte_set_flags(pte, _PAGE_SWP_UFFD_WP);
}

static inline pte_t pte_swp_clear_uffd_wp(pte_t pte)
{
	return pte_clear_flags(pte, _PAGE_SWP_UFFD_WP);
}

/* The same page, the same history, another protection. */
static inline pte_t pte_modify(pte_t pte, pgprot_t newprot)
{
	return __pte((pte_val(pte) & _PAGE_CHG_MASK) | (pgprot_val(newprot) & ~_PAGE_CHG_MASK));
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*ptep = pte;
}

static inline void pte_clear(pte_t *ptep)
{
	*ptep = __pte(0);
}

/* What was there; the entry is empty afterwards. The TLBs still know it. */
static inline pte_t ptep_get_and_clear(pte_t *ptep)
{
	pte_t pte = *ptep;

	pte_clear(ptep);
	return pte;
}

/* ---- Entries of the levels above, and huge pages ---- */

static inline bool pmd_none(pmd_t pmd)
{
	return !pmd_val(pmd);
}

/* A huge page keeps PSE while it is split, when the hardware must not use it. */
static inline bool pmd_present(pmd_t pmd)
{
	return pmd_val(pmd) & (_PAGE_PRESENT | _PAGE_PROTNONE | _PAGE_PSE);
}

/* Does it map 2 MiB itself? */
static inline bool pmd_trans_huge(pmd_t pmd)
{
	return pmd_val(pmd) & _PAGE_PSE;
}

/* Does it lead to a table? */
static inline bool pmd_table(pmd_t pmd)
{
	return !pmd_none(pmd) && !pmd_trans_huge(pmd);
}

static inline bool pmd_write(pmd_t pmd)
{
	return pmd_val(pmd) & _PAGE_RW;
}

static inline bool pmd_dirty(pmd_t pmd)
{
	return pmd_val(pmd) & _PAGE_DIRTY;
}

static inline bool pmd_young(pmd_t pmd)
{
	return pmd_val(pmd) & _PAGE_ACCESSED;
}

static inline bool pmd_protnone(pmd_t pmd)
{
	return (pmd_val(pmd) & (_PAGE_PROTNONE | _PAGE_PRESENT)) == _PAGE_PROTNONE;
}

static inline bool pmd_uffd_wp(pmd_t pmd)
{
	return pmd_val(pmd) & _PAGE_UFFD_WP;
}

static inline unsigned long pmd_pfn(pmd_t pmd)
{
	return (pmd_val(pmd) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/* The huge page, or the frame of the table. */
static inline struct page *pmd_page(pmd_t pmd)
{
	return pfn_to_page(pmd_pfn(pmd));
}

static inline pmd_t mk_huge_pmd(const struct page *page, pgprot_t prot)
{
	return __pmd((u64)page_to_pfn(page) << PAGE_SHIFT | pgprot_val(prot) | _PAGE_PSE);
}

static inline pmd_t pmd_set_flags(pmd_t pmd, u64 flags)
{
	return __pmd(pmd_val(pmd) | flags);
}

static inline pmd_t pmd_clear_flags(pmd_t pmd, u64 flags)
{
	return __pmd(pmd_val(pmd) & ~flags);
}

static inline pmd_t pmd_mkwrite(pmd_t pmd)
{
	return pmd_set_flags(pmd, _PAGE_RW);
}

static inline pmd_t pmd_wrprotect(pmd_t pmd)
{
	return pmd_clear_flags(pmd, _PAGE_RW);
}

static inline pmd_t pmd_mkdirty(pmd_t pmd)
{
	return pmd_set_flags(pmd, _PAGE_DIRTY);
}

static inline pmd_t pmd_mkclean(pmd_t pmd)
{
	return pmd_clear_flags(pmd, _PAGE_DIRTY);
}

static inline pmd_t pmd_mkyoung(pmd_t pmd)
{
	return pmd_set_flags(pmd, _PAGE_ACCESSED);
}

static inline pmd_t pmd_mkold(pmd_t pmd)
{
	return pmd_clear_flags(pmd, _PAGE_ACCESSED);
}

static inline pmd_t pmd_mkuffd_wp(pmd_t pmd)
{
	return pmd_clear_flags(pmd_set_flags(pmd, _PAGE_UFFD_WP), _PAGE_RW);
}

static inline pmd_t pmd_clear_uffd_wp(pmd_t pmd)
{
	return pmd_clear_flags(pmd, _PAGE_UFFD_WP);
}

static inline pmd_t pmd_modify(pmd_t pmd, pgprot_t newprot)
{
	return __pmd((pmd_val(pmd) & _HPAGE_CHG_MASK) | (pgprot_val(newprot) & ~_HPAGE_CHG_MASK));
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	*pmdp = pmd;
}

static inline void pmd_clear(pmd_t *pmdp)
{
	*pmdp = __pmd(0);
}

static inline pmd_t pmdp_huge_get_and_clear(pmd_t *pmdp)
{
	pmd_t pmd = *pmdp;

	pmd_clear(pmdp);
	return pmd;
}

static inline bool pud_none(pud_t pud)
{
	return !pud_val(pud);
}

static inline bool pgd_none(pgd_t pgd)
{
	return !pgd_val(pgd);
}

static inline void pud_clear(pud_t *pudp)
{
	*pudp = __pud(0);
}

static inline void pgd_clear(pgd_t *pgdp)
{
	*pgdp = __pgd(0);
}

/* The frame of the table that an entry leads to. */
static inline struct page *pud_page(pud_t pud)
{
	return pfn_to_page((pud_val(pud) & PTE_PFN_MASK) >> PAGE_SHIFT);
}

static inline struct page *pgd_page(pgd_t pgd)
{
	return pfn_to_page((pgd_val(pgd) & PTE_PFN_MASK) >> PAGE_SHIFT);
}

#endif
