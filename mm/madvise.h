/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What madvise() does to pages, as opposed to VMAs. All ranges lie within one VMA.
 */
#ifndef MM_MADVISE_H
#define MM_MADVISE_H

#include "vma.h"

/* MADV_COLD: pages of this mapping alone are the next ones for reclaim. */
void madvise_cold_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);
/* MADV_PAGEOUT: they are reclaimed now. @anon_only: not those of the file. */
void madvise_pageout_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			   bool anon_only);
/* MADV_FREE: their contents may be forgotten, until the next store to each. */
void madvise_free_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);

#endif
