/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files, as far as memory management knows them: an inode with its page cache,
 * and open files. There are no names and no directories; a script numbers the
 * files it has.
 *
 * Linux counterpart: include/linux/fs.h, pagemap.h, shmem_fs.h.
 */
#ifndef MM_FS_H
#define MM_FS_H

#include "list.h"
#include "rbtree.h"
#include "types.h"

struct page;
struct vm_area_struct;

/* What kind of file: decides where its pages come from and which operations its mappings have. */
enum inode_kind {
	INODE_NONE,
	INODE_REG,	/* on the simulated disk (behaves as ext4) */
	INODE_SHMEM,	/* tmpfs, memfd, shared anonymous memory: swap is its disk */
	INODE_ZERO,	/* /dev/zero */
	INODE_PIPE,	/* cannot be mapped */
	INODE_USERFAULTFD, /* no file at all, but something that is open: userfaultfd.c */
};

/* Index of a page cache: a radix tree over page offsets, 64 entries a node (xarray.c). */
#define XA_CHUNK_SHIFT 6
#define XA_CHUNK_SIZE  (1UL << XA_CHUNK_SHIFT)

/* Marks that can be searched for, one bit for each entry of a node. */
enum xa_mark {
	PAGECACHE_TAG_DIRTY,
	PAGECACHE_TAG_WRITEBACK,
	PAGECACHE_TAG_TOWRITE,
	NR_XA_MARKS
};

struct xa_node {
	u8 shift;		/* bits of the index below this node's */
	u8 offset;		/* place in the parent */
	u8 count;		/* entries in use, with values */
	u8 nr_values;		/* entries that are values (shadows, swap entries) */
	u32 pad;
	struct xa_node *parent;
	struct xarray *array;
	struct list_head private_list;	/* workingset: on the list of nodes that hold only shadows */
	void *slots[XA_CHUNK_SIZE];	/* a page, a node, or a value (bit 0 set) */
	u64 marks[NR_XA_MARKS];
};

struct xarray {
	struct xa_node *xa_head;
	u64 xa_flags;			/* XA_* */
};

#define XA_TRACK_SHADOWS 1u		/* nodes that hold only shadow entries are known to workingset.c */

struct address_space_operations;

/* inode->i_state */
#define I_DIRTY_PAGES 0x1u	/* has dirty pages */
#define I_SYNC	      0x2u	/* is being written */
#define I_REFERENCED  0x4u	/* was used since the shrinker looked */

/* The cached contents of a file. */
struct address_space {
	struct inode *host;
	struct xarray i_pages;		/* by page offset: pages, or values: shadow and swap entries */
	struct rb_root i_mmap;		/* all mappings of the file, an interval tree over vm_pgoff */
	s32 i_mmap_writable;		/* shared mappings that may be written; negative: none allowed */
	u32 pad;
	unsigned long nrpages;		/* pages in i_pages */
	unsigned long nrexceptional;	/* values in i_pages */
	unsigned long writeback_index;
};

/* Memory policies of a file's pages: struct sp_node (mempolicy.h), by offset. */
struct shared_policy {
	struct rb_root root;
};

struct inode {
	u32 i_ino;
	u8 kind;			/* enum inode_kind */
	u8 i_nlink;			/* 0: unnamed, goes with its last user */
	u16 i_state;		/* I_* */
	u32 i_uid;
	s32 i_count;			/* users: open files, and the script while it is named */
	s64 i_size;			/* bytes */
	u64 i_disk;			/* first byte of its extent on the disk (INODE_REG) */
	u64 i_disk_size;		/* bytes of that extent: the largest size it can have */
	struct address_space i_data;
	struct address_space *i_mapping; /* &i_data */
	struct list_head i_list;	/* on machine.inodes */
	struct list_head i_io_list;	/* on a list of struct bdi_writeback, while it has dirty pages */
	struct list_head i_lru;		/* on machine.inode_lru, once nobody used it */
	u64 dirtied_when;		/* machine.clock, when the first of them became dirty */
	struct shmem_inode_info {
		unsigned long alloced;	/* pages, in memory and swapped */
		unsigned long swapped;
		unsigned long flags;	/* VM_NORESERVE: accounted page by page */
		struct shared_policy policy;
	} shmem;
};

/* An inode as the disk has it. */
struct disk_inode {
	u32 i_ino;
	u32 i_uid;
	u32 i_nlink;
	u32 pad;
	u64 i_size;
	u64 i_start;		/* first byte of its extent */
	u64 i_extent;		/* bytes of that */
};

/* Inodes that a disk of @size bytes has room for: one for 16 KiB, as with ext4. */
static inline u64 disk_max_inodes(u64 size)
{
	return size >> 14 > 1024 ? size >> 14 : 1024;
}

/* How a file was opened. */
#define FMODE_READ  0x1u
#define FMODE_WRITE 0x2u

/* Readahead's memory of where an open file was read (readahead.c). */
struct file_ra_state {
	unsigned long start;		/* page where the last window began */
	u32 size;			/* pages of that window */
	u32 async_size;			/* read the next one when so many are left */
	u32 ra_pages;			/* largest window */
	u32 mmap_miss;
	s64 prev_pos;
};

/* An open file. */
struct file {
	s32 f_count;
	u32 f_mode;
	u32 f_nr;			/* number that people know it by */
	u32 f_oflags;
	u64 f_pos;
	struct inode *f_inode;
	struct address_space *f_mapping;
	struct file_ra_state f_ra;
	struct list_head f_list;	/* on machine.files */
};

#endif
