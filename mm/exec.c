// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * exec(): a task gets a new address space with a program in it.
 *
 * The image is a simple one: code, initialised data and zeroed data (bss) in
 * this order, the first two as they lie in the file (or as zeroes, if there is no
 * file). Code is mapped read-only and executable, data privately and writable;
 * nothing is read before it is touched. Then the heap, empty at first, and at the top
 * the stack with the arguments in its topmost page.
 *
 * Linux counterpart: fs/exec.c, fs/binfmt_elf.c; arch_pick_mmap_layout() of arch/x86/mm/mmap.c.
 */
#include "mm.h"

/* Room that is kept for the stack, whatever its limit. */
#define MIN_GAP	     (128UL << 20)
#define STACK_EXPAND (128UL << 10) /* how much of a stack is there at first, beside the arguments */

/* ---- Layout ---- */

void arch_pick_mmap_layout(struct mm_struct *mm, const struct task_struct *task)
{
	unsigned long limit = task_rlimit(task, RLIMIT_STACK), gap;

	mm->task_size = TASK_SIZE;
	mm->topdown = !(task->personality & ADDR_COMPAT_LAYOUT) && limit != RLIM_INFINITY;
	if (!mm->topdown) {
		mm->mmap_base = ALIGN(TASK_SIZE / 3, PAGE_SIZE);
		return;
	}
	/* Below the stack, as far as it may grow, and its guard gap. */
	gap = limit + stack_guard_gap > limit ? limit + stack_guard_gap : limit;
	gap = clamp(gap, MIN_GAP, TASK_SIZE / 6 * 5);
	mm->mmap_base = ALIGN_DOWN(TASK_SIZE - gap, PAGE_SIZE);
}

/* ---- The stack ---- */

/* A stack of @size bytes that ends at @top. Returns 0 or -errno. */
int setup_stack(struct mm_struct *mm, unsigned long top, unsigned long size)
{
	struct vm_area_struct *vma = vm_area_alloc(mm);
	int error;

	if (!vma)
		return -ENOMEM;
	vma->vm_end = top;
	vma->vm_start = top - size;
	vma->vm_flags = VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_GROWSDOWN |
			VM_ACCOUNT | mm->def_flags;
	vma->vm_pgoff = vma->vm_start >> PAGE_SHIFT;
	vma_set_page_prot(vma);
	error = insert_vm_struct(mm, vma);
	if (error) {
		vm_area_free(vma);
		return error;
	}
	vm_stat_account(mm, vma->vm_flags, (long)vma_pages(vma));
	mm->start_stack = top - 2 * sizeof(u64);
	mm->arg_start = mm->arg_end = mm->env_start = mm->env_end = mm->start_stack;
	return 0;
}

/* Puts @bytes of arguments and environment at the top of the stack. */
static int setup_args(struct mm_struct *mm, unsigned long top, unsigned long bytes)
{
	unsigned long start = ALIGN_DOWN(top - 2 * sizeof(u64) - bytes, 16UL);
	unsigned long pos;
	u64 count = 1;

	for (pos = start; pos < start + bytes; pos++) {
		u8 letter = (u8)('a' + (pos - start) % 26);

		if (copy_to_user(pos, &letter, 1))
			return -EFAULT;
	}
	mm->arg_start = start;
	mm->arg_end = start + bytes;
	mm->env_start = mm->env_end = start + bytes;
	/* What a program finds when it starts: how many arguments there are. */
	mm->start_stack = ALIGN_DOWN(start - sizeof(count), 16UL);
	return copy_to_user(mm->start_stack, &count, sizeof(count)) ? -EFAULT : 0;
}

/* ---- The program ---- */

/* One part of the image at a fixed address. */
static int map_part(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		    unsigned long pgoff)
{
	unsigned long flags = MAP_PRIVATE | MAP_FIXED, populate, ret;

	if (!len)
		return 0;
	if (!file)
		flags |= MAP_ANONYMOUS;
	ret = do_mmap(file, addr, ALIGN(len, PAGE_SIZE), prot, flags, 0, pgoff, &populate);
	return IS_ERR_VALUE(ret) ? (int)(long)ret : 0;
}

static int load_image(struct mm_struct *mm, const struct exec_image *image)
{
	unsigned long code = image->start, data = code + ALIGN(image->code, PAGE_SIZE);
	unsigned long bss = data + image->data, mapped = ALIGN(bss, PAGE_SIZE);
	unsigned long end = ALIGN(bss + image->bss, PAGE_SIZE);
	int error;

	error = map_part(image->file, code, image->code, PROT_READ | PROT_EXEC, 0);
	if (!error)
		error = map_part(image->file, data, image->data, PROT_READ | PROT_WRITE,
				 (data - code) >> PAGE_SHIFT);
	if (!error && end > mapped)
		error = map_part(NULL, mapped, end - mapped, PROT_READ | PROT_WRITE, 0);
	if (error)
		return error;
	/* The zeroed data begins in the last page of the other. */
	if (image->bss && bss < mapped && clear_user(bss, mapped - bss))
		return -EFAULT;
	mm->start_code = code;
	mm->end_code = code + image->code;
	mm->start_data = data;
	mm->end_data = bss;
	mm->start_brk = mm->brk = end;
	return 0;
}

/* Everything that is wrong with an image, before anything is changed. */
static int check_image(const struct exec_image *image)
{
	const unsigned long max = 1UL << 40;

	if (image->start & ~PAGE_MASK || image->code > max || image->data > max ||
	    image->bss > max || image->args > 128UL << 10)
		return -EINVAL;
	if (!image->code || image->start < PAGE_SIZE || image->start > max)
		return -EINVAL;
	if (image->file && !(image->file->f_mode & FMODE_READ))
		return -EACCES;
	return 0;
}

int do_execve(struct task_struct *task, const struct exec_image *image)
{
	struct mm_struct *old = task->mm, *mm;
	struct task_struct *caller = current;
	int error = check_image(image);

	if (error)
		return error;
	mm = mm_alloc();
	if (!mm)
		return -ENOMEM;
	mm->owner = task;
	mm->thp_disable = old ? old->thp_disable : 0;
	arch_pick_mmap_layout(mm, task);
	trace(TRACE_exec_mmap, (u64)task->pid, old ? old->mm_nr : 0, mm->mm_nr, 0);
	/* What follows works on current->mm. */
	this_machine->current_task = task;
	task->mm = mm;
	task->active_mm = mm;
	error = setup_stack(mm, STACK_TOP, STACK_EXPAND + ALIGN(image->args + 1, PAGE_SIZE));
	if (!error)
		error = load_image(mm, image);
	if (!error)
		error = setup_args(mm, STACK_TOP, image->args);
	if (error) {
		task->mm = old;
		task->active_mm = old;
		old = mm;
	}
	this_machine->current_task = caller;
	mm->hiwater_rss = get_mm_rss(mm);
	mm->hiwater_vm = mm->total_vm;
	if (old)
		mmput(old);
	return error;
}
