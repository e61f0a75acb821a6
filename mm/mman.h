/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What user programs pass to the system calls of virtual memory: protections,
 * flags and advice, with the kernel's names and values.
 *
 * Linux counterpart: include/uapi/asm-generic/mman.h, mman-common.h, linux/mman.h.
 */
#ifndef MM_MMAN_H
#define MM_MMAN_H

#define PROT_NONE  0x0u
#define PROT_READ  0x1u
#define PROT_WRITE 0x2u
#define PROT_EXEC  0x4u
#define PROT_GROWSDOWN 0x01000000u
#define PROT_GROWSUP   0x02000000u

#define MAP_SHARED	    0x01u
#define MAP_PRIVATE	    0x02u
#define MAP_SHARED_VALIDATE 0x03u
#define MAP_DROPPABLE	    0x08u
#define MAP_TYPE	    0x0fu
#define MAP_FIXED	    0x10u
#define MAP_ANONYMOUS	    0x20u
#define MAP_32BIT	    0x40u
#define MAP_GROWSDOWN	    0x0100u
#define MAP_DENYWRITE	    0x0800u
#define MAP_EXECUTABLE	    0x1000u
#define MAP_LOCKED	    0x2000u
#define MAP_NORESERVE	    0x4000u
#define MAP_POPULATE	    0x8000u
#define MAP_NONBLOCK	    0x10000u
#define MAP_STACK	    0x20000u
#define MAP_HUGETLB	    0x40000u
#define MAP_SYNC	    0x80000u
#define MAP_FIXED_NOREPLACE 0x100000u

#define MREMAP_MAYMOVE	 1u
#define MREMAP_FIXED	 2u
#define MREMAP_DONTUNMAP 4u

#define MS_ASYNC      1u
#define MS_INVALIDATE 2u
#define MS_SYNC	      4u

#define MCL_CURRENT 1u
#define MCL_FUTURE  2u
#define MCL_ONFAULT 4u
#define MLOCK_ONFAULT 1u

#define MADV_NORMAL	   0
#define MADV_RANDOM	   1
#define MADV_SEQUENTIAL	   2
#define MADV_WILLNEED	   3
#define MADV_DONTNEED	   4
#define MADV_FREE	   8
#define MADV_REMOVE	   9
#define MADV_DONTFORK	   10
#define MADV_DOFORK	   11
#define MADV_MERGEABLE	   12
#define MADV_UNMERGEABLE   13
#define MADV_HUGEPAGE	   14
#define MADV_NOHUGEPAGE	   15
#define MADV_DONTDUMP	   16
#define MADV_DODUMP	   17
#define MADV_WIPEONFORK	   18
#define MADV_KEEPONFORK	   19
#define MADV_COLD	   20
#define MADV_PAGEOUT	   21
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#define MADV_DONTNEED_LOCKED 24
#define MADV_COLLAPSE	   25
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE  103

/* ---- Memory policies: include/uapi/linux/mempolicy.h ---- */

enum mempolicy_mode {
	MPOL_DEFAULT,
	MPOL_PREFERRED,		/* one node; others if it has no memory left */
	MPOL_BIND,		/* these nodes and no others */
	MPOL_INTERLEAVE,	/* these nodes in turn */
	MPOL_LOCAL,		/* the node of the CPU */
	MPOL_PREFERRED_MANY,	/* these nodes; others if they have no memory left */
	MPOL_MAX,
};

/* Beside the mode. */
#define MPOL_F_STATIC_NODES	(1 << 15)
#define MPOL_F_RELATIVE_NODES	(1 << 14)	/* nodes count within those that there are */
#define MPOL_F_NUMA_BALANCING	(1 << 13)
#define MPOL_MODE_FLAGS		(MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES | MPOL_F_NUMA_BALANCING)

/* get_mempolicy() */
#define MPOL_F_NODE		(1 << 0)	/* a node instead of a mode */
#define MPOL_F_ADDR		(1 << 1)	/* of an address instead of the task */
#define MPOL_F_MEMS_ALLOWED	(1 << 2)	/* which nodes policies may name at all */

/* mbind() */
#define MPOL_MF_STRICT		(1 << 0)	/* fail if a page lies elsewhere and is not moved */
#define MPOL_MF_MOVE		(1 << 1)	/* move the pages that only this task has */
#define MPOL_MF_MOVE_ALL	(1 << 2)	/* move all pages */
#define MPOL_MF_VALID		(MPOL_MF_STRICT | MPOL_MF_MOVE | MPOL_MF_MOVE_ALL)

#endif
