// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * userfaultfd: who registered what, who waits for which page, and what the monitor reads and says.
 *
 *	handle_mm_fault()		in a VMA that is registered
 *	  handle_userfault()		the task goes to sleep on fault_pending_wqh
 *	userfaultfd_read()		the monitor reads the message; the task waits on fault_wqh
 *	userfaultfd_copy() ...		the page is there: wake_userfault() wakes who waits within the range,
 *					and the fault is tried again
 *
 * A VMA has at most one userfaultfd, and VM_UFFD_* if it has one. It belongs to the address space of the task that
 * made it; who has it open may serve it, from whatever address space.
 *
 * There are no events but page faults: what fork(), mremap(), munmap() and MADV_DONTNEED do to registered memory is
 * not told (UFFD_FEATURE_EVENT_*), as if nobody had asked for it.
 *
 * Linux counterpart: fs/userfaultfd.c.
 */
#include "slab.h"
#include "userfaultfd.h"
#include "vma.h"

/* ---- Objects ---- */

static struct kmem_cache *userfaultfd_ctx_cache(void)
{
	struct machine *m = this_machine;

	if (!m->userfaultfd_ctx_cachep)
		m->userfaultfd_ctx_cachep = kmem_cache_create("userfaultfd_ctx_cache",
							      sizeof(struct userfaultfd_ctx), 0, 0,
							      SLAB_CTOR_none);
	return m->userfaultfd_ctx_cachep;
}

static struct userfaultfd_ctx *userfaultfd_ctx_alloc(u32 flags)
{
	struct kmem_cache *cache = userfaultfd_ctx_cache();
	struct userfaultfd_ctx *ctx = cache ? kmem_cache_zalloc(cache, GFP_KERNEL) : NULL;

	if (!ctx)
		return NULL;
	INIT_LIST_HEAD(&ctx->fault_pending_wqh);
	INIT_LIST_HEAD(&ctx->fault_wqh);
	ctx->refcount = 1;
	ctx->flags = flags;
	ctx->mm = current->mm;
	ctx->mm->mm_count++;
	return ctx;
}

void userfaultfd_ctx_put(struct userfaultfd_ctx *ctx)
{
	VM_BUG_ON(ctx->refcount <= 0);
	if (--ctx->refcount)
		return;
	if (ctx->nr)
		list_del(&ctx->list);
	mmdrop(ctx->mm);
	kmem_cache_free(this_machine->userfaultfd_ctx_cachep, ctx);
}

struct userfaultfd_ctx *userfaultfd_find(u32 nr)
{
	struct userfaultfd_ctx *ctx;

	list_for_each_entry(ctx, &this_machine->userfaultfds, list)
		if (ctx->nr == nr && !ctx->released)
			return ctx;
	return NULL;
}

/* Faults of the kernel stop system calls at any place: that is not for everybody (vm.unprivileged_userfaultfd = 0). */
static bool userfaultfd_syscall_allowed(u32 flags)
{
	return flags & UFFD_USER_MODE_ONLY || task_capable(current);
}

s64 sys_userfaultfd(u32 flags)
{
	struct userfaultfd_ctx *ctx;
	struct inode *inode;
	struct file *file;

	if (!userfaultfd_syscall_allowed(flags))
		return -EPERM;
	if (flags & ~(UFFD_USER_MODE_ONLY | UFFD_O_NONBLOCK | UFFD_O_CLOEXEC))
		return -EINVAL;
	ctx = userfaultfd_ctx_alloc(flags);
	if (!ctx)
		return -ENOMEM;
	inode = new_inode(INODE_USERFAULTFD);
	file = inode ? alloc_file(inode, FMODE_READ) : NULL;
	if (inode)
		iput(inode); /* the file alone holds it now */
	if (!file) {
		userfaultfd_ctx_put(ctx);
		return -ENOMEM;
	}
	ctx->nr = file->f_nr;
	list_add_tail(&ctx->list, &this_machine->userfaultfds);
	trace(TRACE_userfaultfd, (u64)current->pid, ctx->nr, flags, 0);
	return ctx->nr;
}

/* ---- Waking ---- */

/* Wakes who waits on a list for a page of the range; a length of 0 means everybody. */
static void wake_list(struct list_head *queue, u64 start, u64 len)
{
	struct restart_block *rb, *next;

	list_for_each_entry_safe(rb, next, queue, wait) {
		u64 address = rb->msg.address;

		if (len && (start > address || start + len <= address))
			continue;
		wake_task(rb);
	}
}

static void wake_userfault(struct userfaultfd_ctx *ctx, u64 start, u64 len)
{
	wake_list(&ctx->fault_pending_wqh, start, len);
	wake_list(&ctx->fault_wqh, start, len);
}

/* ---- Faults ---- */

static struct uffd_msg userfault_msg(const struct vm_fault *vmf, unsigned long reason, u32 features)
{
	struct uffd_msg msg = { .event = UFFD_EVENT_PAGEFAULT };

	msg.address = features & UFFD_FEATURE_EXACT_ADDRESS ? vmf->real_address : vmf->address;
	if (vmf->flags & FAULT_FLAG_WRITE)
		msg.flags |= UFFD_PAGEFAULT_FLAG_WRITE;
	if (reason & VM_UFFD_WP)
		msg.flags |= UFFD_PAGEFAULT_FLAG_WP;
	if (reason & VM_UFFD_MINOR)
		msg.flags |= UFFD_PAGEFAULT_FLAG_MINOR;
	if (features & UFFD_FEATURE_THREAD_ID)
		msg.ptid = (u32)current->pid;
	return msg;
}

/* Who cannot sleep until somebody serves the fault. */
static bool must_not_wait(const struct userfaultfd_ctx *ctx, const struct vm_fault *vmf)
{
	if (!current || current->flags & PF_EXITING)
		return true;
	if (!ctx || ctx->features & UFFD_FEATURE_SIGBUS)
		return true;
	if (!(vmf->flags & FAULT_FLAG_USER) && ctx->flags & UFFD_USER_MODE_ONLY)
		return true;
	return !(vmf->flags & FAULT_FLAG_ALLOW_RETRY);
}

/* That the page came meanwhile need not be looked for: CPUs take turns. */
vm_fault_t handle_userfault(struct vm_fault *vmf, unsigned long reason)
{
	struct userfaultfd_ctx *ctx = vmf->vma->vm_userfaultfd_ctx.ctx;
	struct restart_block *rb;

	if (must_not_wait(ctx, vmf)) {
		trace(TRACE_userfault_sigbus, vmf->address, ctx ? ctx->nr : 0, reason,
		      vmf->vma->vm_nr);
		return VM_FAULT_SIGBUS;
	}
	VM_BUG_ON(ctx->mm != vmf->vma->vm_mm);
	/* In Linux what it waits by lies on its kernel stack. */
	rb = restart_block_of(current);
	if (!rb)
		return VM_FAULT_OOM;
	ctx->refcount++;
	rb->ctx = ctx;
	rb->msg = userfault_msg(vmf, reason, ctx->features);
	list_add(&rb->wait, &ctx->fault_pending_wqh);
	trace(TRACE_handle_userfault, vmf->address, trace_pack(ctx->nr, (u32)rb->msg.flags),
	      (u64)current->pid, vmf->vma->vm_nr);
	sleep_current(rb);
	return VM_FAULT_RETRY;
}

s64 userfaultfd_read(struct userfaultfd_ctx *ctx, struct uffd_msg *msg)
{
	struct restart_block *rb;

	if (!ctx->features)
		return -EINVAL;
	if (list_empty(&ctx->fault_pending_wqh))
		return -EAGAIN;
	rb = list_last_entry(&ctx->fault_pending_wqh, struct restart_block, wait);
	list_move(&rb->wait, &ctx->fault_wqh);
	*msg = rb->msg;
	trace(TRACE_userfaultfd_read, msg->address, trace_pack(ctx->nr, (u32)msg->flags),
	      (u64)rb->task->pid, 0);
	return 0;
}

/* ---- VMAs ---- */

static void forget_userfaultfd(struct vm_area_struct *vma)
{
	vma->vm_userfaultfd_ctx.ctx = NULL;
	vma->vm_flags &= ~__VM_UFFD_FLAGS;
}

void dup_userfaultfd(struct vm_area_struct *vma)
{
	if (vma->vm_userfaultfd_ctx.ctx)
		forget_userfaultfd(vma);
}

void mremap_userfaultfd_prep(struct vm_area_struct *vma)
{
	if (vma->vm_userfaultfd_ctx.ctx)
		forget_userfaultfd(vma);
}

/* The part [start, end) of a VMA gets to belong to @ctx (or to none), with @flags of VM_UFFD_*. The VMA, or ERR_PTR(). */
static struct vm_area_struct *set_ctx(struct vm_area_struct *vma, u64 start, u64 end,
				      struct userfaultfd_ctx *ctx, unsigned long flags)
{
	unsigned long new_flags = (vma->vm_flags & ~__VM_UFFD_FLAGS) | flags;

	vma = vma_modify_flags_uffd(vma, start, end, &new_flags, ctx);
	if (IS_ERR(vma))
		return vma;
	vma->vm_flags = new_flags;
	vma->vm_userfaultfd_ctx.ctx = ctx;
	return vma;
}

static bool vma_is_shmem(const struct vm_area_struct *vma)
{
	return vma->vm_ops == VM_OPS_SHMEM;
}

/* Write protection needs entries that stay, which those of files do not (as without CONFIG_PTE_MARKER_UFFD_WP). */
static bool vma_can_userfault(const struct vm_area_struct *vma, unsigned long vm_flags)
{
	if (vm_flags & VM_UFFD_MINOR && !vma_is_shmem(vma))
		return false;
	if (vm_flags & VM_UFFD_WP && !vma_is_anonymous(vma))
		return false;
	return vma_is_anonymous(vma) || vma_is_shmem(vma);
}

static s64 validate_range(const struct mm_struct *mm, u64 start, u64 len)
{
	if (start & ~PAGE_MASK || len & ~PAGE_MASK || !len)
		return -EINVAL;
	if (start < this_machine->dac_mmap_min_addr || start >= mm->task_size)
		return -EINVAL;
	return len > mm->task_size - start ? -EINVAL : 0;
}

/* The first VMA of a range that is to be (un)registered, or ERR_PTR(). */
static struct vm_area_struct *first_vma(struct mm_struct *mm, u64 start, u64 end)
{
	struct vm_area_struct *vma;

	if (!mm->mm_users)
		return ERR_PTR(-ENOMEM);
	vma = find_vma(mm, start);
	if (!vma)
		return ERR_PTR(-ENOMEM);
	return vma->vm_start >= end ? ERR_PTR(-EINVAL) : vma;
}

/* ---- UFFDIO_* ---- */

s64 userfaultfd_api(struct userfaultfd_ctx *ctx, u64 api, u64 features)
{
	if (api != UFFD_API || features & ~(u64)UFFD_API_FEATURES)
		return -EINVAL;
	if (ctx->features)
		return -EINVAL;
	ctx->features = (u32)features | UFFD_FEATURE_INITIALIZED;
	trace(TRACE_userfaultfd_api, ctx->nr, features, 0, 0);
	return 0;
}

static s64 check_register(const struct userfaultfd_ctx *ctx, const struct vm_area_struct *vma,
			  u64 end, unsigned long vm_flags)
{
	for (; vma && vma->vm_start < end; vma = vma->vm_next) {
		if (!vma_can_userfault(vma, vm_flags))
			return -EINVAL;
		/* Filling a hole of a file is writing to it. */
		if (!(vma->vm_flags & VM_MAYWRITE))
			return -EPERM;
		if (vma->vm_userfaultfd_ctx.ctx && vma->vm_userfaultfd_ctx.ctx != ctx)
			return -EBUSY;
	}
	return 0;
}

static s64 register_vmas(struct userfaultfd_ctx *ctx, struct vm_area_struct *vma, u64 start,
			 u64 end, unsigned long vm_flags)
{
	for (; vma && vma->vm_start < end; vma = vma->vm_next) {
		/* Fewer kinds of faults than before: it stays as it is. */
		if (vma->vm_userfaultfd_ctx.ctx == ctx && (vma->vm_flags & vm_flags) == vm_flags)
			continue;
		vma = set_ctx(vma, max(start, (u64)vma->vm_start), min(end, (u64)vma->vm_end), ctx,
			      vm_flags);
		if (IS_ERR(vma))
			return PTR_ERR(vma);
	}
	return 0;
}

s64 userfaultfd_register(struct userfaultfd_ctx *ctx, u64 start, u64 len, u64 mode)
{
	unsigned long vm_flags = 0;
	struct vm_area_struct *vma;
	s64 error;

	if (!ctx->features || !mode || mode & ~(u64)UFFD_API_REGISTER_MODES)
		return -EINVAL;
	if (mode & UFFDIO_REGISTER_MODE_MISSING)
		vm_flags |= VM_UFFD_MISSING;
	if (mode & UFFDIO_REGISTER_MODE_WP)
		vm_flags |= VM_UFFD_WP;
	if (mode & UFFDIO_REGISTER_MODE_MINOR)
		vm_flags |= VM_UFFD_MINOR;
	error = validate_range(ctx->mm, start, len);
	if (error)
		return error;
	vma = first_vma(ctx->mm, start, start + len);
	if (IS_ERR(vma))
		return PTR_ERR(vma);
	error = check_register(ctx, vma, start + len, vm_flags);
	if (error)
		return error;
	trace(TRACE_userfaultfd_register, start, start + len, trace_pack(ctx->nr, (u32)mode), 0);
	return register_vmas(ctx, vma, start, start + len, vm_flags);
}

static s64 unregister_vmas(struct vm_area_struct *vma, u64 start, u64 end)
{
	for (; vma && vma->vm_start < end; vma = vma->vm_next) {
		u64 from = max(start, (u64)vma->vm_start), to = min(end, (u64)vma->vm_end);

		if (!vma->vm_userfaultfd_ctx.ctx)
			continue;
		/* Nobody will serve who waits there. */
		if (userfaultfd_missing(vma))
			wake_userfault(vma->vm_userfaultfd_ctx.ctx, from, to - from);
		if (userfaultfd_wp(vma))
			uffd_wp_range(vma, from, to - from, false);
		vma = set_ctx(vma, from, to, NULL, 0);
		if (IS_ERR(vma))
			return PTR_ERR(vma);
	}
	return 0;
}

s64 userfaultfd_unregister(struct userfaultfd_ctx *ctx, u64 start, u64 len)
{
	struct vm_area_struct *vma, *first;
	u64 end = start + len;
	s64 error;

	if (!ctx->features)
		return -EINVAL;
	error = validate_range(ctx->mm, start, len);
	if (error)
		return error;
	first = first_vma(ctx->mm, start, end);
	if (IS_ERR(first))
		return PTR_ERR(first);
	for (vma = first; vma && vma->vm_start < end; vma = vma->vm_next)
		if (!vma_can_userfault(vma, vma->vm_flags))
			return -EINVAL;
	trace(TRACE_userfaultfd_unregister, start, end, ctx->nr, 0);
	return unregister_vmas(first, start, end);
}

s64 userfaultfd_wake(struct userfaultfd_ctx *ctx, u64 start, u64 len)
{
	s64 error = ctx->features ? validate_range(ctx->mm, start, len) : -EINVAL;

	if (error)
		return error;
	trace(TRACE_wake_userfault, start, start + len, ctx->nr, 0);
	wake_userfault(ctx, start, len);
	return 0;
}

/* What filling a range has come to: who waits for what was filled is woken; 0, or why it did not go on. */
static s64 filled(struct userfaultfd_ctx *ctx, u64 start, u64 len, bool dontwake, s64 ret,
		  u64 *done)
{
	*done += ret > 0 ? (u64)ret : 0;
	/* The monitor's own page is missing: it goes on when that is there. */
	if (current_blocked())
		return 0;
	if (!*done)
		return ret;
	if (!dontwake) {
		trace(TRACE_wake_userfault, start, start + *done, ctx->nr, 0);
		wake_userfault(ctx, start, *done);
	}
	return *done == len ? 0 : -EAGAIN;
}

s64 userfaultfd_copy(struct userfaultfd_ctx *ctx, u64 dst, u64 src, u64 len, u64 mode, u64 *done)
{
	s64 error = ctx->features ? validate_range(ctx->mm, dst, len) : -EINVAL;

	if (error)
		return error;
	if (src + len <= src || mode & ~(u64)(UFFDIO_COPY_MODE_DONTWAKE | UFFDIO_COPY_MODE_WP))
		return -EINVAL;
	if (!ctx->mm->mm_users)
		return -ESRCH;
	return filled(ctx, dst, len, mode & UFFDIO_COPY_MODE_DONTWAKE,
		      mcopy_atomic(ctx->mm, dst + *done, src + *done, len - *done,
				   mode & UFFDIO_COPY_MODE_WP),
		      done);
}

s64 userfaultfd_zeropage(struct userfaultfd_ctx *ctx, u64 start, u64 len, u64 mode, u64 *done)
{
	s64 error = ctx->features ? validate_range(ctx->mm, start, len) : -EINVAL;

	if (error)
		return error;
	if (mode & ~(u64)UFFDIO_ZEROPAGE_MODE_DONTWAKE)
		return -EINVAL;
	if (!ctx->mm->mm_users)
		return -ESRCH;
	return filled(ctx, start, len, mode & UFFDIO_ZEROPAGE_MODE_DONTWAKE,
		      mfill_zeropage(ctx->mm, start, len), done);
}

s64 userfaultfd_continue(struct userfaultfd_ctx *ctx, u64 start, u64 len, u64 mode, u64 *done)
{
	s64 error = ctx->features ? validate_range(ctx->mm, start, len) : -EINVAL;

	if (error)
		return error;
	if (mode & ~(u64)UFFDIO_CONTINUE_MODE_DONTWAKE)
		return -EINVAL;
	if (!ctx->mm->mm_users)
		return -ESRCH;
	return filled(ctx, start, len, mode & UFFDIO_CONTINUE_MODE_DONTWAKE,
		      mcopy_continue(ctx->mm, start, len), done);
}

s64 userfaultfd_writeprotect(struct userfaultfd_ctx *ctx, u64 start, u64 len, u64 mode)
{
	bool wp = mode & UFFDIO_WRITEPROTECT_MODE_WP;
	bool dontwake = mode & UFFDIO_WRITEPROTECT_MODE_DONTWAKE;
	s64 error = ctx->features ? validate_range(ctx->mm, start, len) : -EINVAL;

	if (error)
		return error;
	if (mode & ~(u64)(UFFDIO_WRITEPROTECT_MODE_WP | UFFDIO_WRITEPROTECT_MODE_DONTWAKE))
		return -EINVAL;
	if (wp && dontwake)
		return -EINVAL;
	if (!ctx->mm->mm_users)
		return -ESRCH;
	error = mwriteprotect_range(ctx->mm, start, len, wp);
	if (error)
		return error;
	if (!wp && !dontwake) {
		trace(TRACE_wake_userfault, start, start + len, ctx->nr, 0);
		wake_userfault(ctx, start, len);
	}
	return 0;
}

/* ---- The end ---- */

void userfaultfd_release(u32 nr)
{
	struct userfaultfd_ctx *ctx = userfaultfd_find(nr);
	struct vm_area_struct *vma;

	if (!ctx)
		return;
	ctx->released = 1;
	trace(TRACE_userfaultfd_release, nr, 0, 0, 0);
	for (vma = ctx->mm->mm_users ? ctx->mm->mmap : NULL; vma; vma = vma->vm_next) {
		if (vma->vm_userfaultfd_ctx.ctx != ctx)
			continue;
		/* The whole VMA changes, so nothing can be split, and nothing fail. */
		vma = set_ctx(vma, vma->vm_start, vma->vm_end, NULL, 0);
	}
	/* Their faults are served by the kernel now. */
	wake_userfault(ctx, 0, 0);
	userfaultfd_ctx_put(ctx);
}
