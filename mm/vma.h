/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that change VMAs share: making, linking, splitting and merging
 * them, and the limits of an address space.
 *
 * Linux counterpart: mm/vma.h, mm/internal.h.
 */
#ifndef MM_VMA_H
#define MM_VMA_H

#include "mm.h"

/* What the VMAs of two ranges must agree in to be one, and where the new range lies. */
struct vma_merge_struct {
	struct vm_area_struct *prev; /* the VMA before the range, adjacent or not; NULL: none */
	struct vm_area_struct
		*middle; /* the VMA the range is (a part) of; NULL: nothing is there yet */
	struct vm_area_struct *next; /* the VMA after it */
	struct vm_area_struct
		*copied_from;	  /* of a range that mremap() makes: the VMA it is a copy of */
	unsigned long start, end; /* bytes */
	unsigned long pgoff;	  /* pages */
	unsigned long vm_flags;
	struct file *file;
	struct anon_vma *anon_vma;
	struct userfaultfd_ctx *uffd_ctx;
	struct mempolicy *policy;
	bool just_expand; /* only ->prev may grow */
};

/* ---- vma.c ---- */

/* Changes the extent of a linked VMA; its neighbours in the list stay the same. */
void vma_set_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		   unsigned long pgoff);
/* Takes a VMA out of list and tree; it keeps its file and its anon_vmas. */
void vma_unlink(struct vm_area_struct *vma);
/* Takes a VMA from the mappings of its file. */
void unlink_file_vma(struct vm_area_struct *vma);
/* The end of a VMA that is linked nowhere any more: its file and itself. Returns the next one of its list. */
struct vm_area_struct *remove_vma(struct vm_area_struct *vma);

/*
 * Cuts a VMA in two at @addr, which lies inside it. @new_below: the new VMA is the lower part, else
 * the upper. Returns 0 or -ENOMEM; split_vma() also -ENOMEM if there would be too many VMAs.
 */
int __split_vma(struct vm_area_struct *vma, unsigned long addr, bool new_below);
int split_vma(struct vm_area_struct *vma, unsigned long addr, bool new_below);

/* ---- vma_merge.c ---- */

/* For a range where nothing is mapped: grows a neighbour over it. Returns the VMA it is now in, or NULL. */
struct vm_area_struct *vma_merge_new_range(struct vma_merge_struct *vmg);
/*
 * Part of a VMA gets other flags: merges it with its neighbours, or splits it off. Returns the VMA that
 * covers the part, still with its old flags unless merged; or ERR_PTR(-ENOMEM). *@vm_flags get what a merged VMA
 * has in addition (VM_STICKY).
 */
struct vm_area_struct *vma_modify_flags(struct vm_area_struct *vma, unsigned long start,
					unsigned long end, unsigned long *vm_flags);
/* The same, where the part also comes to belong to a userfaultfd (or, NULL, to none). */
struct userfaultfd_ctx;
struct vm_area_struct *vma_modify_flags_uffd(struct vm_area_struct *vma, unsigned long start,
					     unsigned long end, unsigned long *vm_flags,
					     struct userfaultfd_ctx *ctx);
/* The same, where the part gets another policy. */
struct vm_area_struct *vma_modify_policy(struct vm_area_struct *vma, unsigned long start,
					 unsigned long end, struct mempolicy *new_pol);
/* mremap(): lengthens a VMA by @delta bytes and joins it with the next if it can. NULL: no memory. */
struct vm_area_struct *vma_merge_extend(struct vm_area_struct *vma, unsigned long delta);
/*
 * mremap(): a VMA for a copy of part of *@vmap at another place, its pages still to be moved.
 * *@vmap changes if it was merged with the copy. NULL: no memory.
 */
struct vm_area_struct *copy_vma(struct vm_area_struct **vmap, unsigned long addr, unsigned long len,
				unsigned long pgoff);

/* ---- mmap.c ---- */

bool may_expand_vm(const struct mm_struct *mm, unsigned long flags, unsigned long npages);
bool mlock_future_ok(const struct mm_struct *mm, unsigned long flags, unsigned long bytes);
bool can_do_mlock(void);

/* ---- mmap_unmapped.c ---- */

/*
 * A place for @len bytes: @addr itself with MAP_FIXED, else @addr if it is free, else as near to the
 * mmap base as there is room. Returns the address, or -ENOMEM, -EINVAL (not aligned), -EPERM (too low).
 */
unsigned long get_unmapped_area(struct file *file, unsigned long addr, unsigned long len,
				unsigned long pgoff, unsigned long flags);
/* Addresses that hints are raised to: the tunable, and at least what security modules say. */
unsigned long mmap_min_addr(void);

/* The VMA that a node of mm->mm_rb lies in. */
static inline struct vm_area_struct *vma_of(struct rb_node *node)
{
	return rb_entry(node, struct vm_area_struct, vm_rb);
}

static inline bool vma_is_sealed(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_SEALED;
}

static inline bool vma_is_accessible(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_ACCESS_FLAGS;
}

/* Memory that can never be locked: mlock() passes over it with success. */
static inline bool vma_supports_mlock(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_SPECIAL | VM_HUGETLB | VM_DROPPABLE));
}

/* May it be written through a mapping that others see, now or after mprotect()? */
static inline bool is_shared_maywrite(unsigned long vm_flags)
{
	return (vm_flags & (VM_SHARED | VM_MAYWRITE)) == (VM_SHARED | VM_MAYWRITE);
}

static inline bool is_exec_mapping(unsigned long flags)
{
	return (flags & (VM_EXEC | VM_WRITE | VM_STACK)) == VM_EXEC;
}

static inline bool is_stack_mapping(unsigned long flags)
{
	return flags & VM_STACK;
}

static inline bool is_data_mapping(unsigned long flags)
{
	return (flags & (VM_WRITE | VM_SHARED | VM_STACK)) == VM_WRITE;
}

/* Each VMA that overlaps [the first one's start, @end); the body must not remove later ones. */
#define for_each_vma_range(vma, end_addr) \
	for (; (vma) && (vma)->vm_start < (end_addr); (vma) = (vma)->vm_next)

#endif
