// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables: the frames they lie in, and the way from an address to its entry.
 *
 * A table is one frame of the simulated RAM, of page type PageTable. An entry of an upper
 * level holds the physical address of the next table. Tables are made when the first page of their
 * range is needed and freed when no VMA reaches into the range any more (memory_zap.c).
 * mm->pgtables_bytes counts all tables of an address space but the top one.
 *
 * The kernel half of every address space is empty here: the core reaches its own memory without
 * page tables, where the kernel maps itself into all of them.
 *
 * Linux counterpart: arch/x86/mm/pgtable.c, asm-generic/pgalloc.h, mm/pgtable-generic.c, and
 * __pte_alloc() and its like of mm/memory.c.
 */
#include "mm.h"
#include "vmstat.h"

#define GFP_PGTABLE_USER (GFP_KERNEL_ACCOUNT | __GFP_ZERO)

/* ---- Frames of tables ---- */

static struct page *alloc_table(void)
{
	struct page *page = alloc_pages(GFP_PGTABLE_USER, 0);

	if (!page)
		return NULL;
	__SetPageTable(page);
	page->private = 0;
	inc_node_page_state(page, NR_PAGETABLE);
	return page;
}

static void free_table(struct page *page)
{
	VM_BUG_ON_PAGE(page->private, page); /* deposited tables would be lost */
	__ClearPageTable(page);
	dec_node_page_state(page, NR_PAGETABLE);
	__free_pages(page, 0);
}

void pgtable_free(struct page *page)
{
	frame_is_zero(page); /* its last entry has gone */
	free_table(page);
}

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	struct page *page = alloc_table();
	const u64 *kernel = this_machine->vmalloc.pgd;
	u64 *pgd = page ? page_address(page) : NULL;
	u32 i;

	(void)mm;
	/* The upper half is the kernel's, and the same for all. */
	for (i = KERNEL_PGD_BOUNDARY; pgd && kernel && i < PTRS_PER_TABLE; i++)
		if (kernel[i])
			pgd[i] = kernel[i];
	return (pgd_t *)pgd;
}

void pgd_free(struct mm_struct *mm, pgd_t *pgd)
{
	leave_mm(mm);
	free_table(virt_to_page(pgd)); /* with the kernel's entries */
}

struct page *pte_alloc_one(void)
{
	return alloc_table();
}

/* ---- Counting ---- */

void mm_inc_nr_tables(struct mm_struct *mm)
{
	mm->pgtables_bytes += PAGE_SIZE;
}

void mm_dec_nr_tables(struct mm_struct *mm)
{
	mm->pgtables_bytes -= PAGE_SIZE;
}

/* ---- From an address to its entry ---- */

pgd_t *pgd_offset(struct mm_struct *mm, unsigned long addr)
{
	return mm->pgd + pgd_index(addr);
}

pud_t *pud_offset(pgd_t *pgd, unsigned long addr)
{
	return (pud_t *)phys_to_virt(pgd_val(*pgd) & PTE_PFN_MASK) + pud_index(addr);
}

pmd_t *pmd_offset(pud_t *pud, unsigned long addr)
{
	return (pmd_t *)phys_to_virt(pud_val(*pud) & PTE_PFN_MASK) + pmd_index(addr);
}

pte_t *pte_offset(pmd_t *pmd, unsigned long addr)
{
	return (pte_t *)phys_to_virt(pmd_val(*pmd) & PTE_PFN_MASK) + pte_index(addr);
}

pud_t *mm_find_pud(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);

	return pgd_none(*pgd) ? NULL : pud_offset(pgd, addr);
}

pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long addr)
{
	pud_t *pud = mm_find_pud(mm, addr);

	return !pud || pud_none(*pud) ? NULL : pmd_offset(pud, addr);
}

pte_t *mm_find_pte(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmd = mm_find_pmd(mm, addr);

	return !pmd || !pmd_table(*pmd) ? NULL : pte_offset(pmd, addr);
}

/* ---- Making tables ---- */

static u64 table_entry(const struct page *table)
{
	return (u64)page_to_pfn(table) << PAGE_SHIFT | _PAGE_TABLE;
}

/* @entry, of the table above, leads to @table from now on. */
static void hook_table(struct mm_struct *mm, void *entry, struct page *table, u32 level)
{
	u32 index = (u32)(((unsigned long)entry & ~PAGE_MASK) / sizeof(u64));

	mm_inc_nr_tables(mm);
	*(u64 *)entry = table_entry(table);
	trace(TRACE_pgtable_alloc, page_to_pfn(table), page_to_pfn(virt_to_page(entry)),
	      trace_pack(level, index), mm->mm_nr);
}

pud_t *pud_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr)
{
	struct page *table;

	if (unlikely(pgd_none(*pgd))) {
		table = alloc_table();
		if (!table)
			return NULL;
		hook_table(mm, pgd, table, 3);
	}
	return pud_offset(pgd, addr);
}

pmd_t *pmd_alloc(struct mm_struct *mm, pud_t *pud, unsigned long addr)
{
	struct page *table;

	if (unlikely(pud_none(*pud))) {
		table = alloc_table();
		if (!table)
			return NULL;
		hook_table(mm, pud, table, 2);
	}
	return pmd_offset(pud, addr);
}

pud_t *mm_alloc_pud(struct mm_struct *mm, unsigned long addr)
{
	return pud_alloc(mm, pgd_offset(mm, addr), addr);
}

pmd_t *mm_alloc_pmd(struct mm_struct *mm, unsigned long addr)
{
	pud_t *pud = mm_alloc_pud(mm, addr);

	return pud ? pmd_alloc(mm, pud, addr) : NULL;
}

void pmd_populate(pmd_t *pmd, struct page *table)
{
	set_pmd(pmd, __pmd(table_entry(table)));
}

void pmd_install(struct mm_struct *mm, pmd_t *pmd, struct page **table)
{
	if (!pmd_none(*pmd))
		return;
	hook_table(mm, pmd, *table, 1);
	*table = NULL;
}

int pte_alloc(struct mm_struct *mm, pmd_t *pmd)
{
	struct page *table;

	if (likely(!pmd_none(*pmd)))
		return 0;
	table = pte_alloc_one();
	if (!table)
		return -ENOMEM;
	pmd_install(mm, pmd, &table);
	return 0;
}

pte_t *pte_alloc_map(struct mm_struct *mm, pmd_t *pmd, unsigned long addr)
{
	return pte_alloc(mm, pmd) ? NULL : pte_offset(pmd, addr);
}

/* ---- Tables kept for the time when a huge page is split ---- */

/*
 * So that splitting never fails for want of memory, a table is put by for each huge page when
 * it is mapped. Those of one pmd table form a stack that starts in its private and goes on in index.
 */
void pgtable_trans_huge_deposit(pmd_t *pmd, struct page *table)
{
	struct page *pmd_table_page = virt_to_page(pmd);

	table->index = pmd_table_page->private;
	pmd_table_page->private = (unsigned long)table;
}

struct page *pgtable_trans_huge_withdraw(pmd_t *pmd)
{
	struct page *pmd_table_page = virt_to_page(pmd);
	struct page *table = (struct page *)pmd_table_page->private;

	VM_BUG_ON(!table);
	pmd_table_page->private = table->index;
	table->index = 0;
	return table;
}
