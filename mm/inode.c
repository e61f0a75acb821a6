// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inodes and open files: as much of a file system as memory management needs.
 *
 * A file on disk has an extent of its own there, as long as the file may become (dinode.c).
 *
 * An inode that nobody uses stays in memory, on an LRU list; so does its page cache. Once that is empty, the
 * shrinker may free the inode: it is read from the disk again when the file is used next.
 *
 * Linux counterpart: fs/inode.c, fs/file_table.c; fs/ext4/inode.c for the blocks.
 */
#include "slab.h"
#include "userfaultfd.h"
#include "writeback.h"

s64 inode_max_size(const struct inode *inode)
{
	/* ext4 with blocks of 4 KiB: 2^32 of them. */
	return inode->kind == INODE_REG ? (s64)((1UL << 44) - PAGE_SIZE) : MAX_LFS_FILESIZE;
}

/* ---- Inodes ---- */

struct inode *alloc_inode(enum inode_kind kind, u32 ino)
{
	struct inode *inode;

	if (proc_caches_init())
		return NULL;
	inode = kmem_cache_zalloc(this_machine->inode_cachep, GFP_KERNEL_ACCOUNT);
	if (!inode)
		return NULL;
	inode->i_ino = ino;
	inode->kind = (u8)kind;
	inode->i_count = 1;
	inode->i_data.host = inode;
	inode->i_data.i_pages.xa_flags = kind == INODE_REG ? XA_TRACK_SHADOWS : 0;
	inode->i_mapping = &inode->i_data;
	list_add_tail(&inode->i_list, &this_machine->inodes);
	return inode;
}

struct inode *new_inode(enum inode_kind kind)
{
	struct inode *inode = alloc_inode(kind, this_machine->last_ino + 1);

	if (!inode)
		return NULL;
	this_machine->last_ino++;
	inode->i_uid = current ? current->uid : 0;
	trace(TRACE_new_inode, inode->i_ino, (u64)kind, 0, 0);
	return inode;
}

/* The inode goes from memory; the file with it, if it has no name. */
static void evict(struct inode *inode)
{
	trace(TRACE_evict_inode, inode->i_ino, inode->i_mapping->nrpages, inode->i_nlink != 0, 0);
	list_lru_del(&this_machine->inode_lru, &inode->i_lru);
	if (inode->i_nlink)
		write_inode(inode);
	truncate_inode_pages_final(inode);
	inode_io_list_del(inode);
	if (!inode->i_nlink)
		inode_free_blocks(inode, 0, ~0UL);
	if (inode->kind == INODE_SHMEM)
		shmem_evict_inode(inode);
	list_del(&inode->i_list);
	kmem_cache_free(this_machine->inode_cachep, inode);
}

/* Nothing of the file is in memory, but for a single shadow entry at its start. */
static bool mapping_shrinkable(const struct address_space *mapping)
{
	const struct xa_node *head = mapping->i_pages.xa_head;

	return !head || (!head->shift && head->count == 1 && xa_is_value(head->slots[0]));
}

void inode_add_lru(struct inode *inode, bool used)
{
	if (inode->kind != INODE_REG || inode->i_count || !inode->i_nlink ||
	    inode->i_state & (I_DIRTY_PAGES | I_SYNC) || !mapping_shrinkable(inode->i_mapping))
		return;
	if (!list_lru_add(&this_machine->inode_lru, &inode->i_lru) && used)
		inode->i_state |= I_REFERENCED;
}

void iput(struct inode *inode)
{
	VM_BUG_ON(inode->i_count <= 0);
	if (--inode->i_count)
		return;
	if (inode->kind == INODE_REG && inode->i_nlink)
		inode_add_lru(inode, true);
	else
		evict(inode);
}

struct inode *find_inode(u32 ino)
{
	struct inode *inode;

	list_for_each_entry(inode, &this_machine->inodes, i_list)
		if (inode->i_ino == ino)
			return inode;
	return NULL;
}

/* ---- Shrinking ---- */

static unsigned long nr_unused_inodes(int nid)
{
	return (unsigned long)this_machine->inode_lru.nr_items[nid];
}

unsigned long super_cache_count(struct shrink_control *sc)
{
	unsigned long pressure = (unsigned long)this_machine->sysctl_vfs_cache_pressure;
	unsigned long nr = nr_unused_inodes(sc->nid);

	return nr ? nr * pressure / 100 : SHRINK_EMPTY;
}

/* What becomes of an inode at the head of the list. Returns whether it was freed. */
static bool inode_lru_isolate(struct inode *inode, int nid)
{
	struct list_lru *lru = &this_machine->inode_lru;

	/* It is in use again, or has pages: it comes back when that is over. */
	if (inode->i_count || inode->i_state & (I_DIRTY_PAGES | I_SYNC) ||
	    !mapping_shrinkable(inode->i_mapping)) {
		list_lru_del(lru, &inode->i_lru);
		inode->i_state &= (u16)~I_REFERENCED;
		return false;
	}
	if (inode->i_state & I_REFERENCED) {
		inode->i_state &= (u16)~I_REFERENCED;
		list_move_tail(&inode->i_lru, &lru->lists[nid]);
		return false;
	}
	evict(inode);
	return true;
}

unsigned long super_cache_scan(struct shrink_control *sc)
{
	struct list_head *list = &this_machine->inode_lru.lists[sc->nid];
	unsigned long nr = min(sc->nr_to_scan + 1, nr_unused_inodes(sc->nid)), freed = 0;

	/* Who allocates for the file system must not be led back into it. */
	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	while (nr-- && !list_empty(list))
		freed += inode_lru_isolate(list_first_entry(list, struct inode, i_lru), sc->nid);
	return freed;
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
	if (inode->kind == INODE_USERFAULTFD)
		userfaultfd_release(file->f_nr);
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
		.set_policy = shmem_set_policy,
		.get_policy = shmem_get_policy,
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
