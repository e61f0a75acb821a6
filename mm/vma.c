// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VMAs: the stretches an address space is made of. Making, linking, finding and
 * splitting them.
 *
 * Owns mm->mmap (the list in address order), mm->mm_rb (the tree), mm->mmap_cache,
 * mm->map_count and mm->highest_vm_end. Always true: list and tree hold the same VMAs, which do
 * not overlap; vma->rb_subtree_gap is the largest free gap before any VMA of its
 * subtree, where the guard gap of a VM_GROWSDOWN VMA does not count as free; a file
 * mapping is in its file's i_mmap.
 *
 * Linux counterpart: mm/vma.c (whose merging is in vma_merge.c), with the list and the tree of
 * mm/mmap.c before 6.1.
 */
#include "mempolicy.h"
#include "slab.h"
#include "vma.h"

/* ---- The largest gap below each node ---- */

/* Bytes between the VMA before and this one that somebody may have. */
static unsigned long vma_compute_gap(const struct vm_area_struct *vma)
{
	unsigned long end = vm_start_gap(vma);
	unsigned long start = vma->vm_prev ? vma->vm_prev->vm_end : 0;

	return end > start ? end - start : 0;
}

static unsigned long compute_subtree_gap(const struct vm_area_struct *vma)
{
	unsigned long gap = vma_compute_gap(vma);

	if (vma->vm_rb.rb_left)
		gap = max(gap, vma_of(vma->vm_rb.rb_left)->rb_subtree_gap);
	if (vma->vm_rb.rb_right)
		gap = max(gap, vma_of(vma->vm_rb.rb_right)->rb_subtree_gap);
	return gap;
}

static void vma_gap_propagate(struct rb_node *node, struct rb_node *stop)
{
	for (; node != stop; node = rb_parent(node)) {
		unsigned long gap = compute_subtree_gap(vma_of(node));

		if (vma_of(node)->rb_subtree_gap == gap)
			break;
		vma_of(node)->rb_subtree_gap = gap;
	}
}

static void vma_gap_copy(struct rb_node *old, struct rb_node *new)
{
	vma_of(new)->rb_subtree_gap = vma_of(old)->rb_subtree_gap;
}

static void vma_gap_rotate(struct rb_node *old, struct rb_node *new)
{
	vma_gap_copy(old, new);
	vma_of(old)->rb_subtree_gap = compute_subtree_gap(vma_of(old));
}

static const struct rb_augment_callbacks vma_gap_callbacks = {
	vma_gap_propagate,
	vma_gap_copy,
	vma_gap_rotate,
};

/* The gap before @vma has changed. */
static void vma_gap_update(struct vm_area_struct *vma)
{
	vma_gap_propagate(&vma->vm_rb, NULL);
}

/* The end of @vma has changed, or another VMA comes before @next now. */
static void vma_end_update(struct mm_struct *mm, struct vm_area_struct *next,
			   const struct vm_area_struct *prev)
{
	if (next)
		vma_gap_update(next);
	else
		mm->highest_vm_end = prev ? prev->vm_end : 0;
}

/* ---- Objects ---- */

struct vm_area_struct *vm_area_alloc(struct mm_struct *mm)
{
	struct vm_area_struct *vma =
		kmem_cache_zalloc(this_machine->vm_area_cachep, GFP_KERNEL_ACCOUNT);

	if (!vma)
		return NULL;
	vma->vm_mm = mm;
	vma->vm_nr = ++this_machine->last_vm_nr;
	INIT_LIST_HEAD(&vma->anon_vma_chain);
	return vma;
}

struct vm_area_struct *vm_area_dup(struct vm_area_struct *orig)
{
	struct vm_area_struct *vma =
		kmem_cache_zalloc(this_machine->vm_area_cachep, GFP_KERNEL_ACCOUNT);

	if (!vma)
		return NULL;
	copy_memory(vma, orig, sizeof(*vma));
	vma->vm_nr = ++this_machine->last_vm_nr;
	INIT_LIST_HEAD(&vma->anon_vma_chain);
	vma->vm_next = NULL;
	vma->vm_prev = NULL;
	vma->vm_rb = (struct rb_node){ 0 };
	vma->rb_subtree_gap = 0;
	vma->vm_policy = NULL; /* vma_dup_policy() */
	vma->shared.rb = (struct rb_node){ 0 };
	vma->shared.rb_subtree_last = 0;
	return vma;
}

void vm_area_free(struct vm_area_struct *vma)
{
	mpol_put(vma->vm_policy);
	kmem_cache_free(this_machine->vm_area_cachep, vma);
}

/* ---- Finding ---- */

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct rb_node *node = mm->mm_rb.rb_node;
	struct vm_area_struct *vma = mm->mmap_cache;

	if (vma && vma->vm_start <= addr && addr < vma->vm_end) {
		trace(TRACE_find_vma, addr, trace_pack(vma->vm_nr, true), 0, 0);
		return vma;
	}
	vma = NULL;
	while (node) {
		struct vm_area_struct *here = vma_of(node);

		if (addr < here->vm_end) {
			vma = here;
			if (here->vm_start <= addr)
				break;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	if (vma)
		mm->mmap_cache = vma;
	trace(TRACE_find_vma, addr, trace_pack(vma ? vma->vm_nr : 0, false), 0, 0);
	return vma;
}

static struct vm_area_struct *last_vma(struct mm_struct *mm)
{
	struct rb_node *last = rb_last(&mm->mm_rb);

	return last ? vma_of(last) : NULL;
}

struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
				     struct vm_area_struct **pprev)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	*pprev = vma ? vma->vm_prev : last_vma(mm);
	return vma;
}

struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start,
					     unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start < end ? vma : NULL;
}

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
}

/* ---- Linking ---- */

static void vma_link_file(struct vm_area_struct *vma)
{
	struct address_space *mapping;

	if (!vma->vm_file)
		return;
	mapping = vma->vm_file->f_mapping;
	if (is_shared_maywrite(vma->vm_flags))
		mapping->i_mmap_writable++;
	vma_interval_tree_insert(vma, &mapping->i_mmap);
}

void unlink_file_vma(struct vm_area_struct *vma)
{
	struct address_space *mapping;

	if (!vma->vm_file)
		return;
	mapping = vma->vm_file->f_mapping;
	if (is_shared_maywrite(vma->vm_flags))
		mapping->i_mmap_writable--;
	vma_interval_tree_remove(vma, &mapping->i_mmap);
}

/* Where a VMA goes that begins at @addr: the link in the tree, and the VMA before it. */
static struct rb_node **find_vma_links(struct mm_struct *mm, unsigned long addr,
				       struct vm_area_struct **prev, struct rb_node **parent)
{
	struct rb_node **link = &mm->mm_rb.rb_node;

	*prev = NULL;
	*parent = NULL;
	while (*link) {
		*parent = *link;
		if (addr < vma_of(*parent)->vm_end) {
			link = &(*parent)->rb_left;
		} else {
			*prev = vma_of(*parent);
			link = &(*parent)->rb_right;
		}
	}
	return link;
}

static void vma_link_list(struct mm_struct *mm, struct vm_area_struct *vma,
			  struct vm_area_struct *prev)
{
	struct vm_area_struct *next = prev ? prev->vm_next : mm->mmap;

	vma->vm_prev = prev;
	vma->vm_next = next;
	if (prev)
		prev->vm_next = vma;
	else
		mm->mmap = vma;
	if (next)
		next->vm_prev = vma;
}

void vma_link(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *prev;
	struct rb_node *parent, **link = find_vma_links(mm, vma->vm_start, &prev, &parent);

	VM_BUG_ON(prev && prev->vm_end > vma->vm_start);
	vma_link_list(mm, vma, prev);
	vma_end_update(mm, vma->vm_next, vma);
	rb_link_node(&vma->vm_rb, parent, link);
	vma->rb_subtree_gap = 0;
	rb_insert_augmented(&vma->vm_rb, &mm->mm_rb, &vma_gap_callbacks);
	vma_link_file(vma);
	mm->map_count++;
	trace(TRACE_vma_link, trace_pack(vma->vm_nr, (u32)mm->map_count), vma->vm_start,
	      vma->vm_end, vma->vm_flags);
}

int insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma)
{
	unsigned long charged = vma_pages(vma);

	if (find_vma_intersection(mm, vma->vm_start, vma->vm_end))
		return -ENOMEM;
	if (vma->vm_flags & VM_ACCOUNT && security_vm_enough_memory_mm(mm, (long)charged))
		return -ENOMEM;
	/* Until it has pages of its own, the offset of anonymous memory is its address. */
	if (vma_is_anonymous(vma)) {
		VM_BUG_ON(vma->anon_vma);
		vma->vm_pgoff = vma->vm_start >> PAGE_SHIFT;
	}
	vma_link(mm, vma);
	return 0;
}

void vma_unlink(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	struct vm_area_struct *prev = vma->vm_prev, *next = vma->vm_next;

	trace(TRACE_vma_unlink, vma->vm_nr, vma->vm_start, vma->vm_end, (u64)mm->map_count - 1);
	rb_erase_augmented(&vma->vm_rb, &mm->mm_rb, &vma_gap_callbacks);
	if (prev)
		prev->vm_next = next;
	else
		mm->mmap = next;
	if (next)
		next->vm_prev = prev;
	vma_end_update(mm, next, prev);
	if (mm->mmap_cache == vma)
		mm->mmap_cache = NULL;
	mm->map_count--;
}

struct vm_area_struct *remove_vma(struct vm_area_struct *vma)
{
	struct vm_area_struct *next = vma->vm_next;
	const struct vm_operations_struct *ops = vma_ops(vma);

	if (ops && ops->close)
		ops->close(vma);
	if (vma->vm_file)
		fput(vma->vm_file);
	vm_area_free(vma);
	return next;
}

void vma_set_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		   unsigned long pgoff)
{
	struct rb_root *i_mmap = vma->vm_file ? &vma->vm_file->f_mapping->i_mmap : NULL;

	trace(TRACE_vma_set_range, vma->vm_nr, start, end, pgoff);
	if (i_mmap)
		vma_interval_tree_remove(vma, i_mmap);
	if (vma->anon_vma)
		anon_vma_interval_tree_pre_update_vma(vma);
	vma->vm_start = start;
	vma->vm_end = end;
	vma->vm_pgoff = pgoff;
	if (vma->anon_vma)
		anon_vma_interval_tree_post_update_vma(vma);
	if (i_mmap)
		vma_interval_tree_insert(vma, i_mmap);
	vma_gap_update(vma);
	vma_end_update(vma->vm_mm, vma->vm_next, vma);
}

/* ---- Splitting ---- */

/* The part of @vma above (or below) @addr as a VMA that is not linked yet. */
static struct vm_area_struct *dup_part(struct vm_area_struct *vma, unsigned long addr, bool below)
{
	struct vm_area_struct *new = vm_area_dup(vma);
	const struct vm_operations_struct *ops = vma_ops(vma);

	if (!new)
		return NULL;
	if (below) {
		new->vm_end = addr;
	} else {
		new->vm_pgoff = linear_page_index(vma, addr);
		new->vm_start = addr;
	}
	if (vma_dup_policy(vma, new) || anon_vma_clone(new, vma)) {
		vm_area_free(new);
		return NULL;
	}
	if (new->vm_file)
		get_file(new->vm_file);
	if (ops && ops->open)
		ops->open(new);
	return new;
}

int __split_vma(struct vm_area_struct *vma, unsigned long addr, bool new_below)
{
	const struct vm_operations_struct *ops = vma_ops(vma);
	struct vm_area_struct *new;

	VM_BUG_ON(addr <= vma->vm_start || addr >= vma->vm_end);
	if (ops && ops->may_split) {
		int error = ops->may_split(vma, addr);

		if (error)
			return error;
	}
	new = dup_part(vma, addr, new_below);
	if (!new)
		return -ENOMEM;
	trace(TRACE_split_vma, trace_pack(vma->vm_nr, new->vm_nr), addr, vma->vm_start,
	      vma->vm_end);
	/* A huge page must not lie in both. */
	if (new_below) {
		vma_adjust_trans_huge(vma, addr, vma->vm_end, 0);
		vma_set_range(vma, addr, vma->vm_end, linear_page_index(vma, addr));
	} else {
		vma_adjust_trans_huge(vma, vma->vm_start, addr, 0);
		vma_set_range(vma, vma->vm_start, addr, vma->vm_pgoff);
	}
	vma_link(vma->vm_mm, new);
	return 0;
}

int split_vma(struct vm_area_struct *vma, unsigned long addr, bool new_below)
{
	if (vma->vm_mm->map_count >= this_machine->sysctl_max_map_count)
		return -ENOMEM;
	return __split_vma(vma, addr, new_below);
}
