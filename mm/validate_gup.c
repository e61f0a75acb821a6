// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that looks at pinned pages: each page that a device was given has the references of its pins, and
 * an address space counts as many pinned pages as devices were given.
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

void check_pins(struct validation *v)
{
	const struct machine *m = v->m;
	const struct ib_umem *umem;
	const struct mm_struct *mm;
	u32 n, k, i;

	reader_for_each(mm, n, m, &m->mms, mm_list)
	{
		u64 pinned = 0;

		reader_for_each(umem, k, m, &m->umems, list)
			if (reader_address(m, umem->owning_mm) == reader_address(m, mm))
				pinned += umem->npages;
		if (mm->pinned_vm != pinned)
			complain(v, mm_object(MM_OBJECT_MM, mm->mm_nr),
				 "Address space %u counts %lu pinned pages, but devices were given %lu.",
				 mm->mm_nr, mm->pinned_vm, pinned);
	}
	reader_for_each(umem, n, m, &m->umems, list)
		for (i = 0; i < umem->npages; i++) {
			u64 pfn = umem_pfn(m, umem, i);

			if (pfn == NO_PFN || (!reader_is_zero_page(m, pfn) &&
					      !folio_maybe_dma_pinned(reader_page(m, pfn))))
				complain(v, page_object(pfn),
					 "Page %#lx, which a device works on, is not pinned.", pfn);
		}
}
