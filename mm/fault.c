// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the processor's exceptions lead to: accesses of programs, of system calls
 * on their behalf, and the page faults of both.
 *
 * An access asks the MMU for the physical address. If that answers with a fault, the kernel looks
 * for the VMA, checks whether such an access is allowed there, and has the page brought in; then
 * the access is made again. A fault that cannot be mended raises a signal in a program; a system
 * call stops copying instead and reports how much it could not.
 *
 * Linux counterpart: arch/x86/mm/fault.c, arch/x86/lib/copy_user_64.S, lock_mm_and_find_vma().
 */
#include "userfaultfd.h"

static struct mmu *this_cpu_mmu(void)
{
	return &this_machine->cpu_tlbstate[smp_processor_id()].mmu;
}

/* ---- Signals ---- */

/* Whose access failed: of a program it is a signal, in a system call the copy ends. */
static void bad_area(u32 error_code, unsigned long address, int sig, int code)
{
	if (error_code & X86_PF_USER)
		force_sig_fault(sig, code, address);
}

/* Memory is short and nothing could be done about it. The kernel would call the OOM killer. */
static void mm_fault_error(u32 error_code, unsigned long address, vm_fault_t fault)
{
	if (fault & VM_FAULT_OOM)
		bad_area(error_code, address, SIGKILL, SI_KERNEL);
	else if (fault & VM_FAULT_SIGBUS)
		bad_area(error_code, address, SIGBUS, BUS_ADRERR);
	else
		bad_area(error_code, address, SIGSEGV, SEGV_MAPERR);
}

/* ---- Page faults ---- */

/* Is this kind of access wrong in the mapping, whatever its pages are like? */
static bool access_error(u32 error_code, const struct vm_area_struct *vma)
{
	if (error_code & X86_PF_WRITE)
		return !(vma->vm_flags & VM_WRITE);
	/* Reading, or fetching, a page that is there: it was its protection. */
	if (error_code & X86_PF_PROT)
		return true;
	return !(vma->vm_flags & VM_ACCESS_FLAGS);
}

/* The VMA of an address; a stack below which it lies is grown. NULL: nothing is mapped there. */
static struct vm_area_struct *lock_mm_and_find_vma(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address);

	if (!vma || vma->vm_start <= address)
		return vma;
	if (!(vma->vm_flags & VM_GROWSDOWN) || expand_stack(vma, address))
		return NULL;
	return vma;
}

static unsigned int fault_flags(u32 error_code)
{
	unsigned int flags = FAULT_FLAG_ALLOW_RETRY;

	if (error_code & X86_PF_USER)
		flags |= FAULT_FLAG_USER;
	if (error_code & X86_PF_WRITE)
		flags |= FAULT_FLAG_WRITE;
	if (error_code & X86_PF_INSTR)
		flags |= FAULT_FLAG_INSTRUCTION;
	return flags;
}

/* The task fell asleep: the fault is not over yet. */
static void leave_fault(u32 error_code, unsigned long address)
{
	struct restart_block *rb = current->restart_block;

	rb->error_code = error_code;
	rb->address = address;
	rb->fault_pending = true;
}

/*
 * A fault at an address of user space; @flags: FAULT_FLAG_*. Returns whether the access may be made again.
 */
static bool do_user_addr_fault(u32 error_code, unsigned long address, unsigned int flags)
{
	struct vm_area_struct *vma;
	vm_fault_t fault;

	do {
		vma = lock_mm_and_find_vma(current->mm, address);
		if (!vma) {
			bad_area(error_code, address, SIGSEGV, SEGV_MAPERR);
			return false;
		}
		if (access_error(error_code, vma)) {
			bad_area(error_code, address, SIGSEGV, SEGV_ACCERR);
			return false;
		}
		fault = handle_mm_fault(vma, address, flags);
		if (unlikely(current_blocked())) {
			leave_fault(error_code, address);
			return false;
		}
		flags = (flags & ~FAULT_FLAG_ALLOW_RETRY) | FAULT_FLAG_TRIED;
	} while (fault & VM_FAULT_RETRY);

	if (fault & VM_FAULT_ERROR) {
		mm_fault_error(error_code, address, fault);
		return false;
	}
	return true;
}

/* Returns whether the access may be made again. */
static bool exc_page_fault(u32 error_code, unsigned long address)
{
	trace(error_code & X86_PF_USER ? TRACE_page_fault_user : TRACE_page_fault_kernel, address,
	      error_code, (u64)current->pid, 0);
	/* The kernel's half: no program may touch it, mapped or not. */
	if (unlikely(address >= TASK_SIZE_MAX)) {
		bad_area(error_code, address, SIGSEGV, SEGV_MAPERR);
		return false;
	}
	return do_user_addr_fault(error_code, address, fault_flags(error_code));
}

/* The task was woken in the middle of a fault, which goes on. Returns as exc_page_fault(). */
static bool finish_fault_of_sleep(struct restart_block *rb)
{
	rb->fault_pending = false;
	return do_user_addr_fault(rb->error_code, rb->address,
				  fault_flags(rb->error_code) | FAULT_FLAG_TRIED);
}

/*
 * Makes an access until it succeeds or fails for good. @access: X86_PF_*. Returns where the byte
 * is, or NULL.
 */
static void *access_user(unsigned long addr, u32 access)
{
	u32 error_code = 0;
	u64 phys = 0;

	/* It is asleep: nothing more is done of the operation. */
	if (unlikely(current_blocked()))
		return NULL;
	switch_mm(current->mm);
	if (unlikely(current->restart_block && current->restart_block->fault_pending) &&
	    !finish_fault_of_sleep(current->restart_block))
		return NULL;
	for (;;) {
		switch (mmu_access(this_cpu_mmu(), addr, access, &phys, &error_code)) {
		case MMU_OK:
			return phys_to_virt(phys);
		case MMU_PAGE_FAULT:
			if (!exc_page_fault(error_code, addr))
				return NULL;
			break;
		case MMU_GENERAL_PROTECTION:
			trace(TRACE_general_protection, addr, access, (u64)current->pid, 0);
			/* The processor does not say where: no address is reported. */
			bad_area(access, 0, SIGSEGV, SI_KERNEL);
			return NULL;
		}
	}
}

/* ---- Programs ---- */

/* The part of [addr, addr + len) that lies in the first page. */
static unsigned long in_page(unsigned long addr, unsigned long len)
{
	return min(len, PAGE_SIZE - (addr & ~PAGE_MASK));
}

static void copy_bytes(void *to, const void *from, unsigned long n)
{
	u8 *d = to;
	const u8 *s = from;

	while (n--)
		*d++ = *s++;
}

/*
 * Both pages of an access that crosses a boundary are looked up before a byte is moved: an access
 * happens as a whole or not at all.
 */
int user_load(unsigned long addr, void *buf, unsigned int len)
{
	unsigned long n = in_page(addr, len);
	const void *first, *second = NULL;

	first = access_user(addr, X86_PF_USER);
	if (!first)
		return -EFAULT;
	if (n < len) {
		second = access_user(addr + n, X86_PF_USER);
		if (!second)
			return -EFAULT;
	}
	copy_bytes(buf, first, n);
	copy_bytes((u8 *)buf + n, second, len - n);
	trace(TRACE_user_load, addr, len, virt_to_phys(first), (u64)current->pid);
	return 0;
}

int user_store(unsigned long addr, const void *buf, unsigned int len)
{
	unsigned long n = in_page(addr, len);
	void *first, *second = NULL;

	first = access_user(addr, X86_PF_USER | X86_PF_WRITE);
	if (!first)
		return -EFAULT;
	if (n < len) {
		second = access_user(addr + n, X86_PF_USER | X86_PF_WRITE);
		if (!second)
			return -EFAULT;
	}
	copy_bytes(first, buf, n);
	note_store(first, n);
	if (second) {
		copy_bytes(second, (const u8 *)buf + n, len - n);
		note_store(second, len - n);
	}
	trace(TRACE_user_store, addr, len, virt_to_phys(first), (u64)current->pid);
	return 0;
}

int user_fetch(unsigned long addr)
{
	const void *byte = access_user(addr, X86_PF_USER | X86_PF_INSTR);

	if (!byte)
		return -EFAULT;
	trace(TRACE_user_fetch, addr, virt_to_phys(byte), 0, (u64)current->pid);
	return 0;
}

/* ---- System calls ---- */

unsigned long copy_from_user(void *to, unsigned long from, unsigned long n)
{
	if (!access_ok(from, n))
		return n;
	while (n) {
		unsigned long part = in_page(from, n);
		const void *bytes = access_user(from, 0);

		if (!bytes)
			break;
		copy_memory(to, bytes, part);
		to = (u8 *)to + part;
		from += part;
		n -= part;
	}
	return n;
}

unsigned long copy_to_user(unsigned long to, const void *from, unsigned long n)
{
	if (!access_ok(to, n))
		return n;
	while (n) {
		unsigned long part = in_page(to, n);
		void *bytes = access_user(to, X86_PF_WRITE);

		if (!bytes)
			break;
		copy_memory(bytes, from, part);
		from = (const u8 *)from + part;
		to += part;
		n -= part;
	}
	return n;
}

unsigned long clear_user(unsigned long to, unsigned long n)
{
	if (!access_ok(to, n))
		return n;
	while (n) {
		unsigned long part = in_page(to, n);
		void *bytes = access_user(to, X86_PF_WRITE);

		if (!bytes)
			break;
		clear_memory(bytes, part);
		to += part;
		n -= part;
	}
	return n;
}
