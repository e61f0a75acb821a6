// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations on files. What they take is told in ops.h.
 *
 * Files have no names: a script keeps them, and what it has opened, in slots. A file lasts as long
 * as the machine, since nothing unlinks it.
 */
#include "userfaultfd.h"
#include "writeback.h"

struct file *op_file(u64 slot)
{
	struct file *file;
	u64 nr;

	if (!slot)
		return NULL;
	if (slot == MM_OP_BAD_FILE || slot - 1 > ~0U ||
	    result_of((u32)(slot - 1), SLOT_OPEN_FILE, &nr))
		return ERR_PTR(-EBADF);
	file = find_file((u32)nr);
	return file ? file : ERR_PTR(-EBADF);
}

/* The same where a file is needed. */
static struct file *op_file_needed(u64 slot)
{
	struct file *file = op_file(slot);

	return file ? file : ERR_PTR(-EBADF);
}

/* The inode of a file or of an open file, with a reference; ERR_PTR(-EBADF): neither. Or -ENOMEM. */
static struct inode *op_inode(u64 slot)
{
	struct inode *inode;
	struct file *file;
	u64 ino;

	if (!slot || slot - 1 > ~0U)
		return ERR_PTR(-EBADF);
	if (!result_of((u32)(slot - 1), SLOT_FILE, &ino)) {
		inode = iget((u32)ino);
		return inode ? inode : ERR_PTR(-EBADF);
	}
	file = op_file(slot);
	if (IS_ERR(file))
		return ERR_PTR(-EBADF);
	file->f_inode->i_count++;
	return file->f_inode;
}

/* ---- Making files ---- */

/*
 * Byte @pos of a file that was made with @seed: no two neighbouring bytes, pages or files are alike, and
 * near the end of each page stands an instruction that stops a program that jumps there.
 */
static u8 contents_byte(u64 pos, u64 seed)
{
	if (pos % PAGE_SIZE == 0xf00)
		return 0xcc;
	return (u8)(pos + 31 * (pos / PAGE_SIZE) + 7 * seed);
}

/* Puts a page of contents where it belongs: on the disk, or into the page cache. */
static int fill_page(struct inode *inode, unsigned long index, u64 seed)
{
	u64 start = (u64)index << PAGE_SHIFT, pos;
	u64 end = min(start + PAGE_SIZE, (u64)inode->i_size);
	struct page *page = NULL;
	int error;
	u8 *bytes;

	if (inode->kind == INODE_REG) {
		error = inode_alloc_block(inode, index);
		bytes = this_machine->disk + inode->i_disk + start;
	} else {
		error = shmem_get_page(inode, index, &page, SGP_CACHE);
		bytes = page ? page_address(page) : NULL;
	}
	if (error)
		return error;
	for (pos = start; pos < end; pos++)
		bytes[pos - start] = contents_byte(pos, seed);
	if (page) {
		note_store(bytes, PAGE_SIZE);
		set_page_dirty(page);
		unlock_page(page);
		put_page(page);
	}
	return 0;
}

/* Gives a file on disk its extent. */
static int reserve_extent(struct inode *inode, u64 size)
{
	size = ALIGN(size, PAGE_SIZE);
	if (size > this_machine->config.disk_size - this_machine->disk_used)
		return -ENOSPC;
	inode->i_disk = this_machine->disk_used;
	inode->i_disk_size = size;
	this_machine->disk_used += size;
	return 0;
}

static int setup_file(struct inode *inode, const struct mm_op *op)
{
	unsigned long index;
	int error = 0;

	inode->i_uid = (u32)op->arg[2];
	inode->shmem.flags = VM_NORESERVE;
	if (inode->kind == INODE_REG)
		error = reserve_extent(inode, max(op->arg[1], op->arg[4]));
	if (!error)
		inode->i_size = (s64)op->arg[1];
	if (op->arg[3] == ~0UL)
		return error; /* one large hole */
	for (index = 0; !error && index < i_size_pages(inode); index++)
		error = fill_page(inode, index, op->arg[3]);
	return error;
}

s64 op_file_create(const struct mm_op *op)
{
	struct inode *inode;
	int error;
	u32 ino;

	if (!slot_usable(op->slot))
		return -ERANGE;
	if (op->arg[0] <= INODE_NONE || op->arg[0] > INODE_PIPE ||
	    op->arg[1] > (u64)MAX_LFS_FILESIZE || op->arg[4] > (u64)MAX_LFS_FILESIZE)
		return -EINVAL;
	inode = new_inode((enum inode_kind)op->arg[0]);
	if (!inode)
		return -ENOMEM;
	error = setup_file(inode, op);
	if (error) {
		iput(inode);
		return error;
	}
	inode->i_nlink = 1;
	ino = inode->i_ino;
	/* One on disk is found again by its number; others live as long as the machine. */
	error = inode->kind == INODE_REG ? disk_inode_create(inode) : 0;
	if (error)
		inode->i_nlink = 0;
	if (error || inode->kind == INODE_REG)
		iput(inode);
	if (error)
		return error;
	keep_result(op->slot, SLOT_FILE, ino);
	return ino;
}

s64 op_open(const struct mm_op *op)
{
	struct inode *inode;
	struct file *file;

	if (!slot_usable(op->slot))
		return -ERANGE;
	if (!op->arg[1] || op->arg[1] & ~(u64)(FMODE_READ | FMODE_WRITE))
		return -EINVAL;
	inode = op_inode(op->arg[0]);
	if (IS_ERR(inode))
		return PTR_ERR(inode) == -EBADF ? -ENOENT : PTR_ERR(inode);
	file = alloc_file(inode, (u32)op->arg[1]);
	iput(inode);
	if (!file)
		return -ENOMEM;
	keep_result(op->slot, SLOT_OPEN_FILE, file->f_nr);
	return file->f_nr;
}

s64 op_close(const struct mm_op *op)
{
	struct file *file = op_file_needed(op->arg[0]);

	if (IS_ERR(file))
		return PTR_ERR(file);
	end_result(SLOT_OPEN_FILE, file->f_nr);
	fput(file);
	return 0;
}

/* ---- Using them ---- */

s64 op_ftruncate(const struct mm_op *op)
{
	struct file *file = op_file_needed(op->arg[0]);

	if ((s64)op->arg[1] < 0)
		return -EINVAL;
	if (IS_ERR(file))
		return PTR_ERR(file);
	if (!(file->f_mode & FMODE_WRITE))
		return -EINVAL;
	return vfs_truncate(file->f_inode, (s64)op->arg[1]);
}

s64 op_punch_hole(const struct mm_op *op)
{
	struct file *file = op_file_needed(op->arg[0]);

	if (IS_ERR(file))
		return PTR_ERR(file);
	if ((s64)op->arg[1] < 0 || (s64)op->arg[2] <= 0)
		return -EINVAL;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	return vfs_fallocate_punch(file->f_inode, (s64)op->arg[1], (s64)op->arg[2]);
}

/* Reads or writes; after a sleep in the middle, only what is left. */
static s64 transfer(const struct mm_op *op, struct file *file,
		    s64 (*vfs)(struct file *file, unsigned long buf, size_t count, s64 pos))
{
	u64 before = this_machine->outcome.done;
	s64 ret = vfs(file, op->arg[4] + before, op->arg[1] - before, (s64)(op->arg[2] + before));

	if (unlikely(current_blocked())) {
		this_machine->outcome.done += ret > 0 ? (u64)ret : 0;
		return 0;
	}
	this_machine->outcome.done = 0;
	return before && ret < 0 ? (s64)before : (s64)before + ret;
}

s64 op_pread(const struct mm_op *op)
{
	struct file *file = op_file_needed(op->arg[3]);

	if (op_nobody())
		return op_nobody();
	if ((s64)op->arg[2] < 0)
		return -EINVAL;
	if (IS_ERR(file))
		return PTR_ERR(file);
	return transfer(op, file, vfs_pread);
}

s64 op_pwrite(const struct mm_op *op)
{
	struct file *file = op_file_needed(op->arg[3]);

	if (op_nobody())
		return op_nobody();
	if ((s64)op->arg[2] < 0)
		return -EINVAL;
	if (IS_ERR(file))
		return PTR_ERR(file);
	return transfer(op, file, vfs_pwrite);
}

s64 op_fsync(const struct mm_op *op)
{
	struct file *file = op_file_needed(op->arg[0]);

	if (IS_ERR(file))
		return PTR_ERR(file);
	if (file->f_inode->kind != INODE_REG && file->f_inode->kind != INODE_SHMEM)
		return -EINVAL;
	return write_inode_now(file->f_inode);
}

s64 op_sync(const struct mm_op *op)
{
	(void)op;
	ksys_sync();
	return 0;
}

s64 op_drop_caches(const struct mm_op *op)
{
	if (!op->arg[0] || op->arg[0] > 3)
		return -EINVAL;
	trace(TRACE_drop_caches, op->arg[0], 0, 0, 0);
	if (op->arg[0] & 1)
		drop_pagecache();
	if (op->arg[0] & 2)
		drop_slab();
	return 0;
}

/* Longest time that a script may let pass at once: an hour. */
#define SLEEP_MAX_MS 3600000UL

s64 op_sleep(const struct mm_op *op)
{
	if (!op->arg[0] || op->arg[0] > SLEEP_MAX_MS)
		return -EINVAL;
	trace(TRACE_schedule_timeout, op->arg[0], 0, 0, 0);
	schedule_timeout(op->arg[0] * 1000);
	return 0;
}

s64 op_file_peek(const struct mm_op *op)
{
	struct inode *inode = op_inode(op->arg[0]);
	u8 byte = 0;
	int read;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	read = kernel_read_byte(inode, (s64)op->arg[1], &byte);
	iput(inode);
	if (read < 0)
		return read;
	this_machine->outcome.value = byte;
	this_machine->outcome.done = (u64)read;
	return byte;
}

s64 op_file_poke(const struct mm_op *op)
{
	struct inode *inode = op_inode(op->arg[0]);

	s64 ret = -EBADF;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (inode->kind == INODE_REG || inode->kind == INODE_SHMEM)
		ret = kernel_write_byte(inode, (s64)op->arg[1], (u8)op->arg[2]);
	iput(inode);
	return ret;
}

s64 op_file_evict(const struct mm_op *op)
{
	struct inode *inode = op_inode(op->arg[0]);
	s64 ret;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	ret = filemap_write_range(inode->i_mapping, 0, ~0UL);
	if (!ret && inode->kind == INODE_REG)
		ret = (s64)invalidate_mapping_pages(inode->i_mapping, 0, ~0UL);
	iput(inode);
	return ret;
}
