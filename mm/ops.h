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
 *	set_tunable							0 mm_tunable 1 value
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
	u64 arg[4];
};

/*
 * The result of an operation: for alloc_pages the page frame number or
 * -ENOMEM; for the many and bulk ones how many pages or blocks it got or
 * freed (alloc_many stops at the first that fails); for set_tunable 0 or -EINVAL; else 0.
 * Whatever the operation: -EINVAL for members that make no sense, -ERANGE for slots that are not
 * there, -ENOENT where the slot is empty, -EINVAL where its block was freed before, -EPERM when
 * the machine has stopped.
 */

enum slot_state {
	SLOT_EMPTY,		/* nothing was stored yet, or the allocation failed */
	SLOT_LIVE,
	SLOT_FREED,
};

/* A result kept for later operations. 16 bytes. */
struct mm_slot {
	u64 value;		/* page frame number of an allocation */
	u8 state;		/* enum slot_state */
	u8 order;
	u16 pad;
	u32 op;			/* operation that filled it */
};

#endif
