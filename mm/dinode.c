// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the disk keeps of files beside their contents: a table of inodes, and a map of the blocks that
 * hold data.
 *
 * struct inode in memory is a cache of this: one that nobody uses may be freed, and is read again
 * when the file is used next.
 *
 * Linux counterpart: the inode table and block bitmaps of ext4 (fs/ext4/inode.c, balloc.c), which have blocks of the
 * disk; here they lie behind it, and cost none.
 */
#include "mm.h"
#include "slab.h"

static u8 *block_map(void)
{
	return (u8 *)this_machine + this_machine->layout.disk_blocks;
}

static u64 block_of(const struct inode *inode, unsigned long index)
{
	return (inode->i_disk >> PAGE_SHIFT) + index;
}

static bool in_extent(const struct inode *inode, unsigned long index)
{
	return index < inode->i_disk_size >> PAGE_SHIFT;
}

bool inode_has_block(const struct inode *inode, unsigned long index)
{
	u64 block = block_of(inode, index);

	return in_extent(inode, index) && block_map()[block / 8] >> block % 8 & 1;
}

int inode_alloc_block(struct inode *inode, unsigned long index)
{
	u64 block = block_of(inode, index);

	if (inode->kind != INODE_REG)
		return 0;
	if (!in_extent(inode, index))
		return -ENOSPC;
	block_map()[block / 8] |= (u8)(1U << block % 8);
	return 0;
}

void inode_free_blocks(struct inode *inode, unsigned long start, unsigned long last)
{
	for (; start <= last && in_extent(inode, start); start++) {
		u64 block = block_of(inode, start);

		block_map()[block / 8] &= (u8) ~(1U << block % 8);
	}
}

/* ---- The table of inodes ---- */

static struct disk_inode *disk_inodes(void)
{
	return (struct disk_inode *)((u8 *)this_machine + this_machine->layout.disk_inodes);
}

static struct disk_inode *find_disk_inode(u32 ino)
{
	u32 i;

	for (i = 0; i < this_machine->nr_disk_inodes; i++)
		if (disk_inodes()[i].i_ino == ino)
			return &disk_inodes()[i];
	return NULL;
}

int disk_inode_create(struct inode *inode)
{
	/* Without a disk there is no table either. */
	if (!this_machine->config.disk_size ||
	    this_machine->nr_disk_inodes >= disk_max_inodes(this_machine->config.disk_size))
		return -ENOSPC;
	disk_inodes()[this_machine->nr_disk_inodes++].i_ino = inode->i_ino;
	write_inode(inode);
	return 0;
}

void write_inode(const struct inode *inode)
{
	struct disk_inode *raw = find_disk_inode(inode->i_ino);

	VM_BUG_ON(!raw);
	raw->i_uid = inode->i_uid;
	raw->i_nlink = inode->i_nlink;
	raw->i_size = (u64)inode->i_size;
	raw->i_start = inode->i_disk;
	raw->i_extent = inode->i_disk_size;
}

struct inode *iget(u32 ino)
{
	struct inode *inode = find_inode(ino);
	struct disk_inode *raw;

	if (inode) {
		inode->i_count++;
		return inode;
	}
	raw = find_disk_inode(ino);
	if (!raw)
		return NULL;
	inode = alloc_inode(INODE_REG, ino);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->i_uid = raw->i_uid;
	inode->i_nlink = (u8)raw->i_nlink;
	inode->i_size = (s64)raw->i_size;
	inode->i_disk = raw->i_start;
	inode->i_disk_size = raw->i_extent;
	trace(TRACE_read_inode, ino, 0, 0, 0);
	return inode;
}
