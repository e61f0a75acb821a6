/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An address space: struct mm_struct, and the stretches it is made of, struct
 * vm_area_struct.
 *
 * The VMAs of an mm do not overlap. They are kept in a list in address order
 * (mm->mmap, vm_next, vm_prev) and in a red-black tree (mm->mm_rb) whose nodes know the
 * largest gap below them; mmap_cache is the one that was found last. These are
 * the structures of the textbooks (and of Linux up to 6.0).
 *
 * Linux counterpart: include/linux/mm_types.h, rmap.h.
 */
#ifndef MM_MM_STRUCT_H
#define MM_MM_STRUCT_H

#include "fs.h"
#include "pgtable.h"
#include "rbtree.h"
#include "sched.h"

/* ---- vm_flags, with the kernel's values ---- */

#define VM_NONE		0x00000000UL
#define VM_READ		0x00000001UL
#define VM_WRITE	0x00000002UL
#define VM_EXEC		0x00000004UL
#define VM_SHARED	0x00000008UL
#define VM_MAYREAD	0x00000010UL	/* mprotect() may set VM_READ ... */
#define VM_MAYWRITE	0x00000020UL
#define VM_MAYEXEC	0x00000040UL
#define VM_MAYSHARE	0x00000080UL
#define VM_GROWSDOWN	0x00000100UL
#define VM_UFFD_MISSING 0x00000200UL
#define VM_PFNMAP	0x00000400UL
#define VM_UFFD_WP	0x00001000UL
#define VM_LOCKED	0x00002000UL
#define VM_IO		0x00004000UL
#define VM_SEQ_READ	0x00008000UL
#define VM_RAND_READ	0x00010000UL
#define VM_DONTCOPY	0x00020000UL	/* fork() leaves it out */
#define VM_DONTEXPAND	0x00040000UL
#define VM_LOCKONFAULT	0x00080000UL
#define VM_ACCOUNT	0x00100000UL	/* counts against the commit limit */
#define VM_NORESERVE	0x00200000UL
#define VM_HUGETLB	0x00400000UL
#define VM_SYNC		0x00800000UL
#define VM_WIPEONFORK	0x02000000UL
#define VM_DONTDUMP	0x04000000UL
#define VM_SOFTDIRTY	0x08000000UL
#define VM_MIXEDMAP	0x10000000UL
#define VM_HUGEPAGE	0x20000000UL
#define VM_NOHUGEPAGE	0x40000000UL
#define VM_MERGEABLE	0x80000000UL
#define VM_DROPPABLE	(1UL << 40)
#define VM_UFFD_MINOR	(1UL << 41)
#define VM_SEALED	(1UL << 42)	/* mseal(): neither its extent nor its protection may change */
#define VM_MAYBE_GUARD	(1UL << 43)	/* MADV_GUARD_INSTALL was used in it */

/* Does not keep VMAs apart; a merged one has it if one of them had. */
#define VM_STICKY	VM_MAYBE_GUARD

#define VM_STACK	VM_GROWSDOWN
#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)
#define VM_LOCKED_MASK	(VM_LOCKED | VM_LOCKONFAULT)
#define VM_SPECIAL	(VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)

struct mm_struct;
struct anon_vma;
struct mempolicy;

/* Tables of functions are reached by number, since no pointer may lead out of the arena. */
enum vm_ops_kind {
	VM_OPS_NONE,		/* anonymous memory */
	VM_OPS_GENERIC_FILE,	/* filemap.c, as ext4 uses it */
	VM_OPS_SHMEM,		/* shmem.c */
	VM_OPS_SPECIAL,		/* vdso and the like: special mappings */
	NR_VM_OPS
};

/* The userfaultfd that a VMA is registered with; NULL: none (userfaultfd.c). */
struct vm_userfaultfd_ctx {
	struct userfaultfd_ctx *ctx;
};

struct vm_area_struct {
	unsigned long vm_start;		/* first address */
	unsigned long vm_end;		/* first address past it */
	struct vm_area_struct *vm_next, *vm_prev; /* by address */
	struct rb_node vm_rb;
	unsigned long rb_subtree_gap;	/* largest free gap before a VMA of this subtree, bytes */
	struct mm_struct *vm_mm;
	pgprot_t vm_page_prot;		/* bits of its page-table entries */
	unsigned long vm_flags;		/* VM_* */

	/* Of a file mapping: in address_space.i_mmap, an interval tree by page offset. */
	struct {
		struct rb_node rb;
		unsigned long rb_subtree_last;
	} shared;

	struct list_head anon_vma_chain;	/* its links to anon_vmas */
	struct anon_vma *anon_vma;		/* the one its new pages belong to; NULL: no page yet */

	u32 vm_ops;			/* enum vm_ops_kind */
	u32 vm_nr;			/* identity: counted from 1 over the life of the machine */
	unsigned long vm_pgoff;		/* offset in the file, or for anonymous memory the address, pages */
	struct file *vm_file;		/* NULL: anonymous */
	void *vm_private_data;
	unsigned long swap_readahead_info; /* last fault, window and hits: swap_readahead.c; 0: none yet */
	struct mempolicy *vm_policy;	/* memory policy (mempolicy.c); NULL: that of the task */
	struct vm_userfaultfd_ctx vm_userfaultfd_ctx;
};

enum {
	MM_FILEPAGES,		/* pages of files */
	MM_ANONPAGES,
	MM_SWAPENTS,
	MM_SHMEMPAGES,		/* pages of shared memory */
	NR_MM_COUNTERS
};

struct mm_struct {
	struct vm_area_struct *mmap;		/* list of VMAs */
	struct rb_root mm_rb;
	struct vm_area_struct *mmap_cache;	/* find_vma()'s last answer */
	unsigned long mmap_base;		/* where addresses are given from, downwards (or upwards) */
	u32 topdown;				/* mmap_base is the top */
	s32 map_count;				/* VMAs */
	unsigned long task_size;
	unsigned long highest_vm_end;
	pgd_t *pgd;

	s32 mm_users;		/* tasks that use the address space */
	s32 mm_count;		/* references to this structure; all mm_users count as one */
	u64 context_id;		/* never used twice: what PCIDs are dealt by */
	u64 tlb_gen;		/* changes of the tables that TLBs must be told of: tlbflush.h */
	u64 cpu_bitmap;		/* CPUs that may have translations of it in their TLB */
	unsigned long pgtables_bytes;	/* of tables below the top one */
	struct list_head mmlist;	/* all address spaces that may have swapped pages */
	struct list_head mm_list;	/* on machine.mms: all of them */

	unsigned long hiwater_rss;	/* largest resident size so far, pages */
	unsigned long hiwater_vm;	/* largest total_vm so far */
	unsigned long total_vm;		/* pages mapped */
	unsigned long locked_vm;	/* pages with VM_LOCKED */
	unsigned long pinned_vm;	/* pages that devices were given (umem.c) */
	unsigned long data_vm;		/* VM_WRITE & ~VM_SHARED & ~VM_STACK */
	unsigned long exec_vm;		/* VM_EXEC & ~VM_WRITE & ~VM_STACK */
	unsigned long stack_vm;		/* VM_STACK */
	unsigned long def_flags;	/* flags of new mappings: mlockall(MCL_FUTURE) */
	unsigned long start_code, end_code, start_data, end_data;
	unsigned long start_brk, brk, start_stack;
	unsigned long arg_start, arg_end, env_start, env_end;
	long rss_stat[NR_MM_COUNTERS];	/* pages */
	unsigned long flags;		/* MMF_* */
	struct task_struct *owner;
	u32 mm_nr;			/* identity, as vm_nr */
	u32 thp_disable;		/* prctl(PR_SET_THP_DISABLE) */
};

#define MMF_OOM_SKIP	0	/* the reaper has been there */
#define MMF_OOM_VICTIM	1
#define MMF_HAS_PINNED	27	/* some of its pages are, or were, pinned */
#define MMF_HUGE_ZERO_PAGE 23	/* uses the huge zero page */

/* ---- Reverse mapping (rmap.c) ---- */

/* Anonymous pages of VMAs that are copies of each other by fork share the chain that finds them. */
struct anon_vma {
	struct anon_vma *root;		/* of this tree of forks */
	s32 refcount;
	u32 num_children;		/* anon_vmas below it, and itself if it is a root */
	u32 num_active_vmas;		/* VMAs whose anon_vma this is */
	u32 nr;				/* identity */
	struct anon_vma *parent;
	struct rb_root rb_root;		/* interval tree of the anon_vma_chains that lead to VMAs */
};

struct anon_vma_chain {
	struct vm_area_struct *vma;
	struct anon_vma *anon_vma;
	struct list_head same_vma;	/* on vma->anon_vma_chain */
	struct rb_node rb;		/* in anon_vma->rb_root */
	unsigned long rb_subtree_last;
};

#endif
