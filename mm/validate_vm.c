// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that looks at VMAs: do list and tree of an address space hold the same,
 * in order and balanced, are the gaps in the tree right, and do the counters say what the VMAs add up to?
 *
 * That neighbours which could be one VMA are one, is not promised: an operation that fails halfway leaves
 * its cuts behind. Nor that locked_vm is exact: mremap() with MREMAP_DONTUNMAP leaves it too large.
 */
#include "mm_struct.h"
#include "validate.h"

/* Deeper than any red-black tree of VMAs that fit into memory. */
#define MAX_DEPTH 64

struct vm_sums {
	u64 count;
	u64 total, exec, stack, data, locked, accounted; /* pages */
};

struct tree_walk {
	const struct mm_struct *mm;
	const struct vm_area_struct *expected; /* the next VMA in order, from the list */
	bool broken;
};

static mm_object_t vma_object(const struct vm_area_struct *vma)
{
	return mm_object(MM_OBJECT_VMA, vma->vm_nr);
}

static mm_object_t address_space(const struct mm_struct *mm)
{
	return mm_object(MM_OBJECT_MM, mm->mm_nr);
}

/* ---- One VMA ---- */

static void add_vma(struct vm_sums *sums, const struct vm_area_struct *vma)
{
	u64 nr = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT, flags = vma->vm_flags;

	sums->count++;
	sums->total += nr;
	if ((flags & (VM_EXEC | VM_WRITE | VM_STACK)) == VM_EXEC)
		sums->exec += nr;
	else if (flags & VM_STACK)
		sums->stack += nr;
	else if ((flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		sums->data += nr;
	if (flags & VM_LOCKED)
		sums->locked += nr;
	if (flags & VM_ACCOUNT)
		sums->accounted += nr;
}

static void check_flags(struct validation *v, const struct vm_area_struct *vma)
{
	u64 flags = vma->vm_flags, may = flags >> 4;

	if (flags & ~may & VM_ACCESS_FLAGS)
		complain(v, vma_object(vma),
			 "VMA %u has permissions that it may not have: flags %#lx.", vma->vm_nr,
			 flags);
	if (flags & VM_SHARED && !(flags & VM_MAYSHARE))
		complain(v, vma_object(vma), "VMA %u is shared, but may not be.", vma->vm_nr);
	if (flags & VM_MAYSHARE && flags & (VM_GROWSDOWN | VM_ACCOUNT))
		complain(v, vma_object(vma),
			 "VMA %u is shared and grows, or is accounted by itself: flags %#lx.",
			 vma->vm_nr, flags);
	if (flags & VM_LOCKONFAULT && !(flags & VM_LOCKED))
		complain(v, vma_object(vma),
			 "VMA %u locks its pages as they come, but is not locked.", vma->vm_nr);
	if (flags & VM_MAYSHARE && !vma->vm_file)
		complain(v, vma_object(vma), "VMA %u is shared but maps no object.", vma->vm_nr);
	if (vma->vm_ops >= NR_VM_OPS)
		complain(v, vma_object(vma), "VMA %u has the operations %u, which do not exist.",
			 vma->vm_nr, vma->vm_ops);
}

static void check_vma(struct validation *v, const struct mm_struct *mm,
		      const struct vm_area_struct *vma, const struct vm_area_struct *prev)
{
	const struct machine *m = v->m;

	if (vma->vm_start >= vma->vm_end || (vma->vm_start | vma->vm_end) & ~PAGE_MASK ||
	    vma->vm_end > mm->task_size)
		complain(v, vma_object(vma), "VMA %u has the extent %#lx to %#lx.", vma->vm_nr,
			 vma->vm_start, vma->vm_end);
	if (prev && vma->vm_start < prev->vm_end)
		complain(v, vma_object(vma), "VMA %u begins at %#lx, before VMA %u ends.",
			 vma->vm_nr, vma->vm_start, prev->vm_nr);
	if (reader_vma_at(m, vma->vm_prev) != prev)
		complain(v, vma_object(vma), "VMA %u does not point back to the one before it.",
			 vma->vm_nr);
	if (reader_object(m, vma->vm_mm, sizeof(*mm)) != mm)
		complain(v, vma_object(vma), "VMA %u says it belongs to another address space.",
			 vma->vm_nr);
	check_flags(v, vma);
}

/* ---- The tree ---- */

static const struct vm_area_struct *node_vma(const struct validation *v, const struct rb_node *node)
{
	return node ? reader_vma_at(v->m, container_of(node, struct vm_area_struct, vm_rb)) : NULL;
}

/* The gap before a VMA that the search for addresses may use. */
static u64 gap_before(const struct validation *v, const struct vm_area_struct *vma)
{
	const struct vm_area_struct *prev = reader_vma_at(v->m, vma->vm_prev);
	u64 end = vma->vm_start, start = prev ? prev->vm_end : 0;

	if (vma->vm_flags & VM_GROWSDOWN)
		end -= min(end, 256UL << PAGE_SHIFT);
	return end > start ? end - start : 0;
}

/* What a subtree adds to the checks of the node above it. */
struct subtree {
	u64 gap;   /* largest one */
	u32 black; /* nodes on each way down */
};

static struct subtree check_subtree(struct validation *v, struct tree_walk *walk,
				    const struct rb_node *node, const struct vm_area_struct *parent,
				    u32 depth)
{
	const struct vm_area_struct *vma = node_vma(v, node);
	struct subtree left, right, sum = { 0 };

	if (!vma || walk->broken) {
		walk->broken |= node && !vma;
		return sum;
	}
	if (depth > MAX_DEPTH || node_vma(v, rb_parent(&vma->vm_rb)) != parent) {
		complain(v, vma_object(vma), "VMA %u is in the tree where it does not belong.",
			 vma->vm_nr);
		walk->broken = true;
		return sum;
	}
	left = check_subtree(v, walk, vma->vm_rb.rb_left, vma, depth + 1);
	if (!walk->broken && vma != walk->expected) {
		complain(v, vma_object(vma), "VMA %u comes in the tree where the list has another.",
			 vma->vm_nr);
		walk->broken = true;
	}
	if (!walk->broken)
		walk->expected = reader_vma_at(v->m, vma->vm_next);
	right = check_subtree(v, walk, vma->vm_rb.rb_right, vma, depth + 1);
	if (walk->broken)
		return sum;
	sum.gap = max(gap_before(v, vma), max(left.gap, right.gap));
	sum.black = left.black + rb_is_black(&vma->vm_rb);
	if (left.black != right.black)
		complain(v, vma_object(vma), "The tree below VMA %u is not balanced.", vma->vm_nr);
	if (rb_is_red(&vma->vm_rb) && (!parent || rb_is_red(&parent->vm_rb)))
		complain(v, vma_object(vma), "VMA %u is a red node below no black one.",
			 vma->vm_nr);
	if (sum.gap != vma->rb_subtree_gap)
		complain(v, vma_object(vma), "The largest gap below VMA %u is %#lx; it says %#lx.",
			 vma->vm_nr, sum.gap, vma->rb_subtree_gap);
	return sum;
}

/* ---- An address space ---- */

static void check_counter(struct validation *v, const struct mm_struct *mm, const char *name,
			  u64 counter, u64 sum)
{
	if (counter != sum)
		complain(v, address_space(mm), "mm %u has %s %lu, but its VMAs add up to %lu.",
			 mm->mm_nr, name, counter, sum);
}

static void check_sums_of(struct validation *v, const struct mm_struct *mm,
			  const struct vm_sums *sums)
{
	check_counter(v, mm, "map_count", (u64)mm->map_count, sums->count);
	check_counter(v, mm, "total_vm", mm->total_vm, sums->total);
	check_counter(v, mm, "exec_vm", mm->exec_vm, sums->exec);
	check_counter(v, mm, "stack_vm", mm->stack_vm, sums->stack);
	check_counter(v, mm, "data_vm", mm->data_vm, sums->data);
	if (mm->locked_vm < sums->locked)
		check_counter(v, mm, "locked_vm", mm->locked_vm, sums->locked);
}

static void check_address_space(struct validation *v, const struct mm_struct *mm, u64 *accounted)
{
	const struct vm_area_struct *vma, *prev = NULL,
					  *cache = reader_vma_at(v->m, mm->mmap_cache);
	struct tree_walk walk = { .mm = mm, .expected = reader_vma_at(v->m, mm->mmap) };
	bool cached = !mm->mmap_cache;
	struct vm_sums sums = { 0 };
	u32 n;

	reader_for_each_vma(vma, n, v->m, mm)
	{
		check_vma(v, mm, vma, prev);
		add_vma(&sums, vma);
		cached |= vma == cache;
		prev = vma;
	}
	if (mm->highest_vm_end != (prev ? prev->vm_end : 0))
		complain(v, address_space(mm), "mm %u says its last VMA ends at %#lx.", mm->mm_nr,
			 mm->highest_vm_end);
	if (!cached)
		complain(v, address_space(mm), "mm %u remembers a VMA that is not its own.",
			 mm->mm_nr);
	check_subtree(v, &walk, mm->mm_rb.rb_node, NULL, 0);
	if (walk.broken || walk.expected)
		complain(v, address_space(mm),
			 "The tree of mm %u does not hold all VMAs of its list.", mm->mm_nr);
	/* One that nobody runs in any more has no VMAs; its counters stay as they were. */
	if (mm->mm_users)
		check_sums_of(v, mm, &sums);
	*accounted += sums.accounted;
}

/* The huge zero page is there exactly as long as it has references: one for each user, and the shrinker's. */
static void check_huge_zero_page(struct validation *v, u64 users)
{
	const struct machine *m = v->m;
	u64 expected = m->huge_zero_page ? users + 1 : users;

	if (m->huge_zero_refcount != expected)
		complain(v, 0, "The huge zero page has %lu references; there should be %lu.",
			 m->huge_zero_refcount, expected);
	else if (users && !m->huge_zero_page)
		complain(v, 0, "%lu address spaces use a huge zero page that is not there.", users);
}

void check_vm(struct validation *v)
{
	u64 accounted = 0, zero_page_users = 0;
	const struct mm_struct *mm;
	u32 n;

	reader_for_each(mm, n, v->m, &v->m->mms, mm_list)
	{
		check_address_space(v, mm, &accounted);
		zero_page_users += mm->flags >> MMF_HUGE_ZERO_PAGE & 1;
	}
	check_huge_zero_page(v, zero_page_users);
	if (v->m->vm_committed_as < (s64)accounted)
		complain(v, 0, "%ld pages are promised, but VMAs need %lu.", v->m->vm_committed_as,
			 accounted);
}
