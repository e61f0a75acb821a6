// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmalloc(): large memory for the kernel out of single frames.
 *
 * An area gets the lowest gap of the kernel's vmalloc addresses, with one page more that is never
 * mapped: a write past the end hits this guard page instead of somebody else's area. Page
 * tables of the kernel then map frames, wherever they lie, one after the other.
 *
 * To give an area back its entries are cleared and its frames freed at once. But TLBs may still know
 * the addresses, and flushing all CPUs' is expensive; so the addresses wait, and one flush serves
 * many areas (lazy purge).
 *
 * What is always true: areas in use are sorted and do not overlap; each of their pages is mapped by
 * the entry of its address, the guard page by none; addresses that wait are mapped nowhere; the
 * upper half of every task's top table is the kernel's.
 *
 * Linux counterpart: mm/vmalloc.c, which finds gaps in a tree of free areas. The kernel makes the tables below
 * the top one at boot (preallocate_vmalloc_pages()), 64 frames; here each comes when it is first needed.
 */
#include "vmalloc.h"
#include "mm_struct.h"
#include "sched.h"
#include "slab_internal.h"

static struct vmalloc_state *vmalloc_state(void)
{
	return &this_machine->vmalloc;
}

static bool vmalloc_init(void)
{
	struct vmalloc_state *v = vmalloc_state();
	struct page *page;

	if (v->pgd)
		return true;
	if (!v->vmap_area_cachep)
		v->vmap_area_cachep = kmem_cache_create("vmap_area", sizeof(struct vmap_area), 0, 0,
							SLAB_CTOR_none);
	page = v->vmap_area_cachep ? alloc_pages(GFP_KERNEL | __GFP_ZERO, 0) : NULL;
	if (!page)
		return false;
	INIT_LIST_HEAD(&v->vmap_area_list);
	INIT_LIST_HEAD(&v->purge_vmap_area_list);
	v->pgd = page_address(page);
	v->nr_table_pages = 1;
	return true;
}

/* ---- Page tables of the kernel half ---- */

/* The table an entry points to; with @alloc a new one where there is none. NULL: none. */
static u64 *next_table(u64 *entry, bool alloc)
{
	struct page *page;

	if (*entry & _PAGE_PRESENT)
		return phys_to_virt(*entry & PTE_PFN_MASK);
	page = alloc ? alloc_pages(GFP_KERNEL | __GFP_ZERO, 0) : NULL;
	if (!page)
		return NULL;
	vmalloc_state()->nr_table_pages++;
	*entry = page_to_pfn(page) << PAGE_SHIFT | (_PAGE_TABLE & ~_PAGE_USER);
	return page_address(page);
}

/*
 * Every address space has the kernel's entries in its top table and so the tables below them. A new one
 * is written into all there are; address spaces made later copy it (pgd_alloc()).
 */
static void sync_global_pgds(unsigned long addr)
{
	u64 entry = ((u64 *)vmalloc_state()->pgd)[pgd_index(addr)];
	struct task_struct *task;

	list_for_each_entry(task, &this_machine->tasks, tasks)
		if (task->mm)
			((u64 *)task->mm->pgd)[pgd_index(addr)] = entry;
}

static u64 *kernel_pte(unsigned long addr, bool alloc)
{
	u64 *table = vmalloc_state()->pgd, *top = &table[pgd_index(addr)];
	bool is_new = !(*top & _PAGE_PRESENT);

	table = next_table(top, alloc);
	if (table && is_new)
		sync_global_pgds(addr);
	if (table)
		table = next_table(&table[pud_index(addr)], alloc);
	if (table)
		table = next_table(&table[pmd_index(addr)], alloc);
	return table ? &table[pte_index(addr)] : NULL;
}

static void vunmap_range(unsigned long start, unsigned long end)
{
	unsigned long addr;

	for (addr = start; addr < end; addr += PAGE_SIZE) {
		u64 *pte = kernel_pte(addr, false);

		if (pte)
			*pte = 0;
	}
}

/* Maps frames one after the other. Returns false, and nothing is mapped, without memory for tables. */
static bool vmap_pages_range(unsigned long start, struct page **pages, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		u64 *pte = kernel_pte(start + i * PAGE_SIZE, true);

		if (!pte) {
			vunmap_range(start, start + i * PAGE_SIZE);
			return false;
		}
		VM_BUG_ON(*pte & _PAGE_PRESENT);
		*pte = page_to_pfn(pages[i]) << PAGE_SHIFT | _PAGE_PRESENT | _PAGE_RW |
		       _PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_GLOBAL | _PAGE_NX;
	}
	trace(TRACE_vmap_pages_range, start, nr, 0, 0);
	return true;
}

struct page *vmalloc_to_page(unsigned long addr)
{
	u64 *pte = vmalloc_state()->pgd ? kernel_pte(addr, false) : NULL;

	return pte && *pte & _PAGE_PRESENT ? pfn_to_page((*pte & PTE_PFN_MASK) >> PAGE_SHIFT) : NULL;
}

/* ---- Addresses ---- */

static bool purge_would_help(void)
{
	return vmalloc_state()->vmap_lazy_nr > 0;
}

/* The lowest gap between areas, those that wait to be purged among them. 0: there is none. */
static unsigned long find_gap(unsigned long size)
{
	struct vmalloc_state *v = vmalloc_state();
	unsigned long start = VMALLOC_START;
	struct vmap_area *va;
	bool moved = true;

	while (moved) {
		moved = false;
		list_for_each_entry(va, &v->vmap_area_list, list) {
			if (va->va_start < start + size && start < va->va_end) {
				start = va->va_end;
				moved = true;
			}
		}
		list_for_each_entry(va, &v->purge_vmap_area_list, list) {
			if (va->va_start < start + size && start < va->va_end) {
				start = va->va_end;
				moved = true;
			}
		}
	}
	return start + size <= VMALLOC_END + 1 ? start : 0;
}

static void insert_vmap_area(struct vmap_area *va)
{
	struct list_head *head = &vmalloc_state()->vmap_area_list, *pos;

	list_for_each(pos, head)
		if (list_entry(pos, struct vmap_area, list)->va_start > va->va_start)
			break;
	list_add_tail(&va->list, pos);
}

static struct vmap_area *alloc_vmap_area(unsigned long size, u32 gfp)
{
	struct vmap_area *va = note_own(kmem_cache_alloc(vmalloc_state()->vmap_area_cachep,
							 gfp & GFP_RECLAIM_MASK));
	unsigned long start;

	if (!va)
		return NULL;
	start = find_gap(size);
	if (!start && purge_would_help()) {
		vm_unmap_aliases();
		start = find_gap(size);
	}
	if (!start) {
		kmem_cache_free(vmalloc_state()->vmap_area_cachep, va);
		return NULL;
	}
	va->va_start = start;
	va->va_end = start + size;
	va->pages = NULL;
	va->nr_pages = 0;
	va->op = this_machine->booted ? (u32)this_machine->op_index + 2 : 1;
	insert_vmap_area(va);
	trace(TRACE_alloc_vmap_area, va->va_start, size, 0, 0);
	return va;
}

static struct vmap_area *find_vmap_area(unsigned long addr)
{
	struct vmap_area *va;

	if (!vmalloc_state()->pgd)
		return NULL;
	list_for_each_entry(va, &vmalloc_state()->vmap_area_list, list)
		if (va->va_start == addr)
			return va;
	return NULL;
}

/* ---- Lazy purge ---- */

static int fls_cpus(void)
{
	return 32 - __builtin_clz((unsigned int)num_online_cpus());
}

/* So many pages of addresses may wait: 32 MiB, more with more CPUs to interrupt. */
static unsigned long lazy_max_pages(void)
{
	return (unsigned long)fls_cpus() * ((32UL << 20) >> PAGE_SHIFT);
}

void vm_unmap_aliases(void)
{
	struct vmalloc_state *v = vmalloc_state();

	if (!v->pgd || list_empty(&v->purge_vmap_area_list))
		return;
	trace(TRACE_purge_vmap_area_lazy, v->vmap_lazy_nr, 0, 0, 0);
	while (!list_empty(&v->purge_vmap_area_list)) {
		struct vmap_area *va =
			list_first_entry(&v->purge_vmap_area_list, struct vmap_area, list);

		list_del(&va->list);
		kmem_cache_free(v->vmap_area_cachep, va);
	}
	v->vmap_lazy_nr = 0;
}

static void free_vmap_area_noflush(struct vmap_area *va)
{
	struct vmalloc_state *v = vmalloc_state();

	list_del(&va->list);
	list_add_tail(&va->list, &v->purge_vmap_area_list);
	v->vmap_lazy_nr += (va->va_end - va->va_start) >> PAGE_SHIFT;
	trace(TRACE_free_vmap_area_noflush, va->va_start, v->vmap_lazy_nr, lazy_max_pages(), 0);
	if (v->vmap_lazy_nr > lazy_max_pages())
		vm_unmap_aliases();
}

/* ---- Allocating and freeing ---- */

static void free_area_pages(struct vmap_area *va)
{
	u32 i;

	vunmap_range(va->va_start, va->va_start + va->nr_pages * PAGE_SIZE);
	for (i = 0; i < va->nr_pages; i++)
		__free_pages(va->pages[i], 0);
	vmalloc_state()->nr_vmalloc_pages -= va->nr_pages;
	kfree(va->pages);
	va->pages = NULL;
	va->nr_pages = 0;
}

/* Frames one by one: that is what vmalloc() is for. */
static bool vm_area_alloc_pages(struct vmap_area *va, u32 nr, u32 gfp)
{
	va->pages = note_own(kmalloc((size_t)nr * sizeof(struct page *), gfp & GFP_RECLAIM_MASK));
	if (!va->pages)
		return false;
	while (va->nr_pages < nr) {
		struct page *page = alloc_pages(gfp | __GFP_NOWARN, 0);

		if (!page)
			return false;
		va->pages[va->nr_pages++] = page;
		vmalloc_state()->nr_vmalloc_pages++;
	}
	return true;
}

unsigned long __vmalloc(unsigned long size, u32 gfp)
{
	u64 nr = DIV_ROUND_UP(size, PAGE_SIZE);
	struct vmap_area *va;

	if (!size || nr > this_machine->totalram_pages || !vmalloc_init())
		return 0;
	va = alloc_vmap_area((nr + 1) << PAGE_SHIFT, gfp);
	if (!va)
		return 0;
	if (vm_area_alloc_pages(va, (u32)nr, gfp) &&
	    vmap_pages_range(va->va_start, va->pages, va->nr_pages)) {
		trace(TRACE_vmalloc, va->va_start, nr, va->va_end - PAGE_SIZE, 0);
		return va->va_start;
	}
	if (va->pages)
		free_area_pages(va);
	free_vmap_area_noflush(va);
	return 0;
}

void vfree(unsigned long addr)
{
	struct vmap_area *va = addr ? find_vmap_area(addr) : NULL;

	if (!va)
		return;
	trace(TRACE_vfree, addr, va->nr_pages, 0, 0);
	free_area_pages(va);
	free_vmap_area_noflush(va);
}
