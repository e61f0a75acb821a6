// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that looks at pinned pages: each page that a device was given is pinned as often as devices have
 * it (the references are counted where all are, in validate_rmap.c), address spaces and counters tell of as many pins, and
 * fork() knows of them.
 */
#include "gup.h"
#include "validate.h"

/* The frame of the @i-th page that a device was given; NO_PFN: none. */
static u64 umem_pfn(const struct machine *m, const struct ib_umem *umem, u32 i)
{
	struct page *const *pages =
		reader_object(m, umem->pages, (size_t)umem->npages * sizeof(*umem->pages));
	u64 pfn = pages ? reader_page_pfn(m, pages[i]) : NO_PFN;

	return pfn == NO_PFN ? NO_PFN : (u64)(reader_compound_head(m, reader_page(m, pfn)) - reader_mem_map(m));
}

u64 reader_pins(const struct machine *m, u64 pfn)
{
	const struct ib_umem *umem;
	u64 nr = 0;
	u32 n, i;

	reader_for_each(umem, n, m, &m->umems, list)
		for (i = 0; i < umem->npages; i++)
			nr += umem_pfn(m, umem, i) == pfn;
	return nr;
}

/* A counter of pins, summed over the nodes. */
static s64 pin_counter(const struct machine *m, enum node_stat_item item)
{
	s64 sum = 0;

	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++) {
		sum += m->node_data[nid].vm_stat[item];
		for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
			sum += m->node_data[nid].per_cpu_nodestats[cpu].vm_node_stat_diff[item];
	}
	return sum;
}

/* Is a page that a device has held as it should be? A huge one must have as many pins as devices have parts of it. */
static bool well_pinned(const struct machine *m, u64 pfn)
{
	const struct page *page;

	if (pfn == NO_PFN || reader_is_zero_page(m, pfn))
		return pfn != NO_PFN;
	page = reader_page(m, pfn);
	if (PageHead(page))
		return (u64)atomic_read(&page[1].compound_pincount) == reader_pins(m, pfn);
	return page_ref_count(page) >= GUP_PIN_COUNTING_BIAS;
}

/* The pages of one device; how many of them are pinned. */
static s64 check_umem(struct validation *v, const struct ib_umem *umem)
{
	u64 last = NO_PFN, pfn;
	s64 pins = 0;

	for (u32 i = 0; i < umem->npages; i++, last = pfn) {
		pfn = umem_pfn(v->m, umem, i);
		pins += pfn != NO_PFN && !reader_is_zero_page(v->m, pfn);
		if ((pfn == NO_PFN || pfn != last) && !well_pinned(v->m, pfn))
			complain(v, page_object(pfn),
				 "Page %#lx, which a device works on, is not pinned as often as devices have it.",
				 pfn);
	}
	return pins;
}

static void check_pinned_vm(struct validation *v, const struct mm_struct *mm)
{
	const struct ib_umem *umem;
	u64 pinned = 0;
	u32 n;

	reader_for_each(umem, n, v->m, &v->m->umems, list)
		if (reader_address(v->m, umem->owning_mm) == reader_address(v->m, mm))
			pinned += umem->npages;
	if (mm->pinned_vm != pinned)
		complain(v, mm_object(MM_OBJECT_MM, mm->mm_nr),
			 "Address space %u counts %lu pinned pages, but devices were given %lu.",
			 mm->mm_nr, mm->pinned_vm, pinned);
	if (pinned && !(mm->flags & 1UL << MMF_HAS_PINNED))
		complain(v, mm_object(MM_OBJECT_MM, mm->mm_nr),
			 "Address space %u has pinned pages, but fork() would not look for them.",
			 mm->mm_nr);
}

void check_pins(struct validation *v)
{
	const struct machine *m = v->m;
	const struct ib_umem *umem;
	const struct mm_struct *mm;
	s64 pins = 0, counted;
	u32 n;

	reader_for_each(mm, n, m, &m->mms, mm_list)
		check_pinned_vm(v, mm);
	reader_for_each(umem, n, m, &m->umems, list)
		pins += check_umem(v, umem);
	counted = pin_counter(m, NR_FOLL_PIN_ACQUIRED) - pin_counter(m, NR_FOLL_PIN_RELEASED);
	if (counted != pins)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "The counters tell of %ld pins, but devices have %ld pages.", counted, pins);
}
