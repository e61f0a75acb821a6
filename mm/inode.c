// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inodes and open files: as much of a file system as memory management needs.
 *
 * A file on disk has an extent of its own there, as long as the file may become. Which pages of it
 * hold data is noted in i_blocks; the others are holes, which read as zeroes and cost no disk.
 *
 * Linux counterpart: fs/inode.c, fs/file_table.c; fs/ext4/inode.c for the blocks.
 */
#include "mm.h"
#include "slab.h"
#include "writeback.h"

/* ---- Blocks ---- */

bool inode_has_block(const struct inode *inode, unsigned long index)
{
	return xa_load(&inode->i_blocks, index) != NULL;
}

int inode_alloc_block(struct inode *inode, unsigned long index)
{
	if (inode->kind != INODE_REG || inode_has_block(inode, index))
		return 0;
	if (index >= inode->i_disk_size >> PAGE_SHIFT)
		return -ENOSPC;
	return xa_store(&inode->i_blocks, index, xa_mk_value(index), GFP_NOFS);
}

void inode_free_blocks(struct inode *inode, unsigned long start, unsigned long last)
{
	unsigned long index = start;

	while (index <= last && xa_find(&inode->i_blocks, &index, last)) {
		xa_store(&inode->i_blocks, index, NULL, 0);
		if (!++index)
			break;
	}
}

s64 inode_max_size(const struct inode *inode)
{
	/* ext4 with blocks of 4 KiB: 2^32 of them. */
	return inode->kind == INODE_REG ? (s64)((1UL << 44) - PAGE_SIZE) : MAX_LFS_FILESIZE;
}

/* ---- Inodes ---- */

struct inode *new_inode(enum inode_kind kind)
{
	struct inode *inode;

	if (proc_caches_init())
		return NULL;
	inode = kmem_cache_zalloc(this_machine->inode_cachep, GFP_KERNEL_ACCOUNT);
	if (!inode)
		return NULL;
	inode->i_ino = ++this_machine->last_ino;
	inode->kind = (u8)kind;
	inode->i_uid = current ? current->uid : 0;
	inode->i_count = 1;
	inode->i_data.host = inode;
	inode->i_mapping = &inode->i_data;
	list_add_tail(&inode->i_list, &this_machine->inodes);
	trace(TRACE_new_inode, inode->i_ino, (u64)kind, 0, 0);
	return inode;
}

void iput(struct inode *inode)
{
	VM_BUG_ON(inode->i_count <= 0);
	if (--inode->i_count)
		return;
	trace(TRACE_evict_inode, inode->i_ino, inode->i_mapping->nrpages, 0, 0);
	truncate_inode_pages_final(inode);
	inode_io_list_del(inode);
	if (inode->kind == INODE_SHMEM)
		shmem_evict_inode(inode);
	list_del(&inode->i_list);
	kmem_cache_free(this_machine->inode_cachep, inode);
}

struct inode *find_inode(u32 ino)
{
	struct inode *inode;

	list_for_each_entry(inode, &this_machine->inodes, i_list)
		if (inode->i_ino == ino)
			return inode;
	return NULL;
}

/* ---- Open files ---- */

struct file *alloc_file(struct inode *inode, u32 mode)
{
	struct file *file = kmem_cache_zalloc(this_machine->filp_cachep, GFP_KERNEL_ACCOUNT);

	if (!file)
		return NULL;
	file->f_count = 1;
	file->f_mode = mode;
	file->f_nr = ++this_machine->last_file_nr;
	file->f_inode = inode;
	file->f_mapping = inode->i_mapping;
	inode->i_count++;
	file_ra_state_init(&file->f_ra);
	list_add_tail(&file->f_list, &this_machine->files);
	return file;
}

struct file *get_file(struct file *file)
{
	VM_BUG_ON(file->f_count <= 0);
	file->f_count++;
	return file;
}

void fput(struct file *file)
{
	struct inode *inode = file->f_inode;

	VM_BUG_ON(file->f_count <= 0);
	if (--file->f_count)
		return;
	list_del(&file->f_list);
	kmem_cache_free(this_machine->filp_cachep, file);
	iput(inode);
}

struct file *find_file(u32 nr)
{
	struct file *file;

	list_for_each_entry(file, &this_machine->files, f_list)
		if (file->f_nr == nr)
			return file;
	return NULL;
}

/* ---- Mapping a file ---- */

int call_mmap(struct file *file, struct vm_area_struct *vma)
{
	switch ((enum inode_kind)file->f_inode->kind) {
	case INODE_REG:
		vma->vm_ops = VM_OPS_GENERIC_FILE;
		return 0;
	case INODE_SHMEM:
		vma->vm_ops = VM_OPS_SHMEM;
		return 0;
	case INODE_ZERO:
		if (vma->vm_flags & VM_SHARED)
			return shmem_zero_setup(vma);
		vma->vm_ops = VM_OPS_NONE; /* anonymous memory, though it keeps the file */
		return 0;
	default:
		return -ENODEV;
	}
}

static const struct vm_operations_struct operations[NR_VM_OPS] = {
	[VM_OPS_GENERIC_FILE] = {
		.name = "generic_file_vm_ops",
		.fault = filemap_fault,
		.map_pages = filemap_map_pages,
		.page_mkwrite = filemap_page_mkwrite,
	},
	[VM_OPS_SHMEM] = {
		.name = "shmem_vm_ops",
		.fault = shmem_fault,
		.map_pages = filemap_map_pages,
	},
	[VM_OPS_SPECIAL] = {
		.name = "special_mapping_vmops",
	},
};

const struct vm_operations_struct *vma_ops(const struct vm_area_struct *vma)
{
	return vma->vm_ops == VM_OPS_NONE || vma->vm_ops >= NR_VM_OPS ? NULL
								      : &operations[vma->vm_ops];
}
