/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations: the unit in which work is given to a machine. One operation is
 * one system call, memory access or kernel call that a script asks for.
 *
 * Results that later operations need (the page an allocation returned) are
 * kept in slots, which lie in the arena and so move through time with it.
 */
#ifndef MM_OPS_H
#define MM_OPS_H

#include "types.h"

#define MM_OP_ARGS 6

enum mm_op_kind {
#define MM_OP(name) OP_##name,
#include "ops.def"
#undef MM_OP
	NR_MM_OPS
};

/* Which of a range of slots free_many takes, and in which order. */
enum mm_pattern {
	PATTERN_FIFO,		/* first allocated first */
	PATTERN_LIFO,		/* last allocated first */
	PATTERN_RANDOM,		/* shuffled by seed */
	PATTERN_EVERY,		/* every step-th one, from offset on */
};

/*
 * free_many takes only slots of its range that are live; it passes over the
 * others without counting them. PATTERN_EVERY looks at the positions offset,
 * offset + step, ... of the range.
 *
 * free_pages and put_page drop one reference; the slot stays live until the
 * last one is gone. On a slot that is not live they do nothing, unless
 * MM_OP_UNCHECKED asks for the mistake to be made (a double free, a use after
 * free): then they act on the page frame that the slot last held.
 */
#define MM_OP_UNCHECKED	1	/* arg[0] of free_pages, get_page, put_page */

/*
 *	operation		slot	nr	order	gfp	nid	arg
 *	nop
 *	note								0 text
 *	alloc_pages		x		x	x	x
 *	free_pages		x		(of the slot)		0 MM_OP_UNCHECKED
 *	alloc_many		x	x	x	x	x	0 seed; 1 largest order (orders drawn at random from order to it)
 *	free_many		x	x				0 mm_pattern 1 seed 2 step 3 offset | how many << 32 (0 = all)
 *	alloc_pages_bulk	x	x		x	x
 *	free_unref_page_list	x	x
 *	get_page put_page	x						0 MM_OP_UNCHECKED
 *	drain_local_pages	(op's cpu)
 *	drain_all_pages
 *	compact_memory
 *	swapoff								0 number of the device
 *	swapon								0 number of the device 1 SWAP_FLAG_PREFER | priority, or 0
 *	reference_string						0 how many 1-5 pages, a byte each, the first one lowest
 *	replacement							0 enum replacement_policy 1 frames; the result: faults
 *	set_tunable							0 mm_tunable 1 value
 *
 * Those below belong to a task (the member task); what they take is, in arg[]:
 *
 *	task_create	slot	0 uid 1 lowest address of the stack's first page's end (0 = top) 2 start of the heap 3 size of the stack
 *				VMA in bytes (0 = 132 KiB) 4 TASK_CREATE_* flags 5 its name, as TASK_SET_COMM
 *	fork		slot (the child)
 *	exec		0 file (see below) 1 bytes of code 2 of data 3 of bss 4 start address (0 = 0x400000) 5 bytes of arguments
 *	exit		0 code
 *	wait		slot of the child; reaps it
 *	mmap		slot (the address)	0 addr 1 len 2 prot 3 flags 4 file 5 offset
 *	munmap		0 addr 1 len
 *	mprotect	0 addr 1 len 2 prot
 *	mremap		slot (the address)	0 addr 1 old len 2 new len 3 flags 4 new addr
 *	brk		slot (the break)	0 addr
 *	madvise		0 addr 1 len 2 advice
 *	mlock munlock	0 addr 1 len
 *	mlock2 msync mseal	0 addr 1 len 2 flags
 *	mlockall	0 flags
 *	mincore		0 addr 1 len 4 vec
 *	setrlimit	0 RLIMIT_* 1 bytes (~0 = infinite)
 *	getrusage	0 buf (144 bytes are written)
 *	load		0 addr 1 bytes (1, 2, 4, 8) 2 how many (0 = 1) 3 distance in bytes (0 = a page)
 *	store		0 addr 1 bytes 2 how many 3 distance 5 value (of the first; each further one is one more)
 *	fetch		0 addr
 *	ptrace_peek	slot of the task that is looked at	0 addr 1 bytes (1 to 8)
 *	ptrace_poke	likewise		0 addr 1 bytes 5 value
 *	umem_get	slot (the memory given to a device)	0 addr 1 len 2 may the device write; the result: pages
 *	umem_release	of
 *	dma_read	of	0 offset 1 bytes (1 to 8)
 *	dma_write	of	0 offset 1 bytes 5 value
 *	set_task	0 TASK_SET_* 1 value
 *	flush_tlb	(of the op's cpu)
 *	set_mempolicy	0 MPOL_* 1 nodes, one bit each 2 MPOL_F_STATIC_NODES and its like
 *	get_mempolicy	0 addr 1 MPOL_F_NODE and its like; view_op_result.value: the nodes
 *	mbind		0 addr 1 len 2 MPOL_* 3 nodes, one bit each 4 MPOL_MF_* 5 as 2 of set_mempolicy
 *	userfaultfd	slot (an open file)	0 UFFD_USER_MODE_ONLY and its like
 *	uffd_api	0 open file 1 UFFD_API 2 UFFD_FEATURE_*; view_op_result.value: the features that there are
 *	uffd_register	4 addr 0 open file 1 len 2 UFFDIO_REGISTER_MODE_*
 *	uffd_unregister uffd_wake	4 addr 0 open file 1 len
 *	uffd_copy	4 addr 5 source 0 open file 1 len 2 UFFDIO_COPY_MODE_*; view_op_result.value: bytes copied
 *	uffd_zeropage uffd_continue	4 addr 0 open file 1 len 2 UFFDIO_ZEROPAGE_MODE_* and its like; value as uffd_copy
 *	uffd_writeprotect	4 addr 0 open file 1 len 2 UFFDIO_WRITEPROTECT_MODE_*
 *	uffd_read	slot (the address)	0 open file; view_op_result.value: UFFD_PAGEFAULT_FLAG_*, .done: the pid
 *	file_create	slot (the file)		0 enum inode_kind 1 size 2 owner's uid 3 seed of its contents (~0 = zeroes) 4 largest size
 *	open		slot (the open file)	0 file 1 FMODE_*
 *	close		0 open file
 *	ftruncate	0 open file 1 size
 *	punch_hole	0 open file 1 offset 2 len
 *	pread pwrite	4 user address 1 len 2 offset 3 open file
 *	fsync		0 open file
 *	file_peek	0 open file or file 1 offset; reads a byte as another program would (the result; 0, and
 *			view_op_result.done 0, past the end)
 *	file_poke	0 open file or file 1 offset 2 value
 *	file_evict	0 open file or file: writes it back and drops its unmapped pages
 *	sync
 *	drop_caches	0 what: 1 page cache, 2 objects of the kernel, 3 both
 *	sleep		0 milliseconds that pass, in which the flusher may work
 *
 * Objects of the kernel; caches and pools are named by their slot plus 1, "of" ones by op->slot:
 *
 *	operation		slot	nr	order	gfp	nid	arg
 *	kmem_cache_create	x (cache)	size	align	nodemask: SLAB_*	0 enum slab_ctor 1-3 name, 24 bytes
 *	kmem_cache_destroy	of
 *	kmem_cache_shrink	of
 *	slabinfo_write		of					0 limit 1 batchcount 2 shared
 *	kmem_cache_alloc	x	x		x	x	0 cache
 *	kmem_cache_alloc_bulk	x	x		x		0 cache
 *	kmem_cache_free kfree	x	x				0-3 as free_many 4 MM_OP_UNCHECKED 5 cache (0 = the object's)
 *	kmalloc			x	x		x	x	0 size
 *	object_poke		of					0 offset 1 bytes 2 value of each 4 MM_OP_UNCHECKED
 *	object_peek		of					0 offset 4 MM_OP_UNCHECKED
 *	fail_nth						0 the so-manieth allocation fails, 0 = none
 *	cache_reap		(op's cpu)
 *	leak_check
 *	mempool_create		x	min_nr	order			0 cache, or 1 size for kmalloc()
 *	mempool_resize		of	min_nr
 *	mempool_destroy		of
 *	mempool_alloc		x	x		x		0 pool
 *	mempool_free		x	x				0 pool
 *	memory_pool_create	x					0 bytes 1 size of an object
 *	memory_pool_alloc	x	x				0 pool
 *	memory_pool_free	x	x				0 pool 4 MM_OP_UNCHECKED
 *	memory_pool_destroy	of
 *	vmalloc			x			x		0 bytes
 *	vfree			of
 *	purge_vmap_areas
 *
 * kmem_cache_alloc and its like give the physical address of the object, with nr above 1 how many they
 * got; free gives 0, or how many it freed; kmem_cache_create the cache's number; kmem_cache_destroy
 * -EBUSY while objects are in use; leak_check and memory_pool_destroy how many objects were forgotten.
 *
 * A file or an open file is named by its slot plus 1; 0 is none (fd -1), MM_OP_BAD_FILE one that is not open.
 */
#define MM_OP_BAD_FILE (~0UL)

/* As member slot of an operation of a task or a file: nobody wants its result. */
#define MM_OP_NO_SLOT (~0U)

#define TASK_CREATE_NO_THP  1	/* prctl(PR_SET_THP_DISABLE) */
#define TASK_CREATE_BARE    2	/* only the stack is mapped */

enum {
	TASK_SET_COMM,		/* 8 bytes of the name */
	TASK_SET_UID,
	TASK_SET_OOM_SCORE_ADJ,
	TASK_SET_THP_DISABLE,
	TASK_SET_PERSONALITY,
};

/*
 * base[i] is a slot plus 1 whose value is added to arg[i] when the operation runs, so that a
 * script can say "heap + 0x1000"; 0 = nothing is added.
 */
struct mm_op {
	u16 kind;		/* enum mm_op_kind */
	u8 cpu;			/* which CPU carries it out */
	s8 nid;			/* preferred node, -1 = that of the CPU */
	u32 slot;
	u32 nr;
	u32 order;
	gfp_t gfp;
	u32 nodemask;		/* allowed nodes, one bit each; 0 = all */
	u32 task;		/* slot of the task that does it, plus 1; 0 = the first task */
	u32 base[MM_OP_ARGS];
	u64 arg[MM_OP_ARGS];
};

/*
 * The result of an operation: for alloc_pages the page frame number or
 * -ENOMEM; for the many and bulk ones how many pages or blocks it got or
 * freed (alloc_many stops at the first that fails); for set_tunable 0 or -EINVAL; else 0.
 * Those of tasks give what the system call returns: an address, a number or a negated errno; fork the child's pid. load, store
 * and fetch give 0, or -EFAULT when a signal was raised (view_op_result() tells which, how many
 * accesses succeeded, and what was read). An operation of a task that is not there gives -ESRCH, of one that sleeps -EBUSY;
 * one that puts its task to sleep, to go on when that is woken, -ERESTARTNOINTR (restart.c).
 * Whatever the operation: -EINVAL for members that make no sense, -ERANGE for slots that are not
 * there, -ENOENT where the slot is empty, -EINVAL where its block was freed before, -EPERM when
 * the machine has stopped.
 */

enum slot_state {
	SLOT_EMPTY,		/* nothing was stored yet, or the allocation failed */
	SLOT_LIVE,
	SLOT_FREED,
};

#define SLOT_CACHE_SHIFT 40

/* What a slot holds. */
enum slot_kind {
	SLOT_PAGES,		/* page frame number of an allocation */
	SLOT_ADDRESS,		/* an address in a task's address space */
	SLOT_TASK,		/* pid */
	SLOT_FILE,		/* number of an inode */
	SLOT_OPEN_FILE,		/* f_nr of a struct file */
	SLOT_CACHE,		/* a kmem_cache */
	SLOT_OBJECT,		/* an object: its physical address, and its cache's number << SLOT_CACHE_SHIFT */
	SLOT_MEMPOOL,		/* a mempool_t: its physical address */
	SLOT_MEMORY_POOL,	/* a struct memory_pool: its physical address */
	SLOT_POOL_OBJECT,	/* an object of one: its physical address */
	SLOT_VMALLOC,		/* an area of vmalloc(): its address */
	SLOT_UMEM,		/* memory that a device was given, a struct ib_umem: its physical address */
};

/* A result kept for later operations. 16 bytes. */
struct mm_slot {
	u64 value;
	u8 state;		/* enum slot_state */
	u8 order;		/* of a block of pages */
	u8 kind;		/* enum slot_kind */
	u8 pad;
	u32 op;			/* operation that filled it */
};

#endif
