// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making mappings: mmap(), the heap (brk()), the stack's growth, and the limits
 * that an address space has.
 *
 * A new mapping first makes room: what is mapped in its range is cut off at both
 * ends and unmapped (mmap_munmap.c), if limits and commit accounting permit the whole. Then a
 * neighbour is grown over the range, or a VMA is made.
 *
 * Owns the counters total_vm, exec_vm, stack_vm, data_vm and locked_vm of struct mm_struct. Always
 * true: they are the sums over the VMAs, but that locked_vm is too large for good after mremap() with
 * MREMAP_DONTUNMAP of locked memory, as in the kernel.
 *
 * Linux counterpart: mm/mmap.c, mm/vma.c (6.18).
 */
#include "mmap_munmap.h"

/* Flags that every file knows; MAP_SHARED_VALIDATE refuses others. */
#define MAP_ABOVE4G    0x80u
#define MAP_HUGE_SHIFT 26
#define MAP_HUGE_MASK  0x3fu
#define LEGACY_MAP_MASK                                                                          \
	(MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE | MAP_EXECUTABLE | \
	 MAP_GROWSDOWN | MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK |  \
	 MAP_HUGETLB | MAP_32BIT | MAP_ABOVE4G | 21u << MAP_HUGE_SHIFT | 30u << MAP_HUGE_SHIFT)

/* Private memory that is readable, writable and may be made executable, such as the heap. */
#define VM_DATA_DEFAULT_FLAGS (VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)

/* ---- Limits and counters ---- */

bool may_expand_vm(const struct mm_struct *mm, unsigned long flags, unsigned long npages)
{
	if (mm->total_vm + npages > rlimit(RLIMIT_AS) >> PAGE_SHIFT)
		return false;
	/* A limit of 0 is not taken at its word, for the sake of valgrind. */
	return !is_data_mapping(flags) || !rlimit(RLIMIT_DATA) ||
	       mm->data_vm + npages <= rlimit(RLIMIT_DATA) >> PAGE_SHIFT;
}

bool mlock_future_ok(const struct mm_struct *mm, unsigned long flags, unsigned long bytes)
{
	if (!(flags & VM_LOCKED) || task_capable(current))
		return true;
	return mm->locked_vm + (bytes >> PAGE_SHIFT) <= rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
}

bool can_do_mlock(void)
{
	return rlimit(RLIMIT_MEMLOCK) || task_capable(current);
}

void vm_stat_account(struct mm_struct *mm, unsigned long flags, long npages)
{
	mm->total_vm += (unsigned long)npages;
	if (is_exec_mapping(flags))
		mm->exec_vm += (unsigned long)npages;
	else if (is_stack_mapping(flags))
		mm->stack_vm += (unsigned long)npages;
	else if (is_data_mapping(flags))
		mm->data_vm += (unsigned long)npages;
}

/* Must its pages be promised? Those of a private mapping that may be written, unless it was waived. */
static bool accountable_mapping(unsigned long vm_flags)
{
	return (vm_flags & (VM_NORESERVE | VM_SHARED | VM_WRITE | VM_HUGETLB)) == VM_WRITE;
}

/* ---- A mapping on its way ---- */

struct mmap_state {
	struct mm_struct *mm;
	struct file *file;
	unsigned long addr, end;    /* bytes */
	unsigned long pgoff, pglen; /* pages */
	unsigned long vm_flags;
	unsigned long charged; /* pages promised */
};

/* Room in the range and in the limits. Nothing is unmapped if this fails, though VMAs may have been cut. */
static int mmap_prepare(struct mmap_state *map)
{
	struct vma_munmap_struct vms = { .start = map->addr, .end = map->end };
	int error;

	vms.vma = find_vma_intersection(map->mm, map->addr, map->end);
	if (vms.vma) {
		error = vms_gather_munmap_vmas(&vms);
		if (error)
			return error;
	}
	if (!may_expand_vm(map->mm, map->vm_flags, map->pglen - vms.nr_pages))
		return -ENOMEM;
	if (accountable_mapping(map->vm_flags)) {
		map->charged = map->pglen;
		if (map->pglen > vms.nr_accounted &&
		    security_vm_enough_memory_mm(map->mm, (long)(map->pglen - vms.nr_accounted)))
			return -ENOMEM;
		/* What was promised to the old mappings goes over to the new one. */
		vms.nr_accounted = 0;
		map->vm_flags |= VM_ACCOUNT;
	}
	if (vms.vma)
		vms_complete_munmap_vmas(map->mm, &vms);
	return 0;
}

static struct vm_area_struct *mmap_merge(const struct mmap_state *map)
{
	struct vma_merge_struct vmg = {
		.start = map->addr,
		.end = map->end,
		.pgoff = map->pgoff,
		.vm_flags = map->vm_flags,
		.file = map->file,
	};

	vmg.next = find_vma_prev(map->mm, map->addr, &vmg.prev);
	return vma_merge_new_range(&vmg);
}

/* Gives a new VMA its object. 0 or -errno. */
static int mmap_object(const struct mmap_state *map, struct vm_area_struct *vma)
{
	int error;

	/* There are no reserved huge pages. */
	if (map->vm_flags & VM_HUGETLB)
		return -ENOMEM;
	if (!map->file)
		return map->vm_flags & VM_SHARED ? shmem_zero_setup(vma) : 0;
	/* Memory that is its own storage would be needed. */
	if (map->vm_flags & VM_SYNC)
		return -EOPNOTSUPP;
	vma->vm_file = get_file(map->file);
	error = call_mmap(map->file, vma);
	if (error) {
		fput(vma->vm_file);
		vma->vm_file = NULL;
	}
	return error;
}

static struct vm_area_struct *mmap_new_vma(const struct mmap_state *map)
{
	struct vm_area_struct *vma = vm_area_alloc(map->mm);
	int error;

	if (!vma)
		return ERR_PTR(-ENOMEM);
	vma->vm_start = map->addr;
	vma->vm_end = map->end;
	vma->vm_pgoff = map->pgoff;
	vma->vm_flags = map->vm_flags;
	vma->vm_page_prot = vm_get_page_prot(map->vm_flags);
	error = mmap_object(map, vma);
	if (error) {
		vm_area_free(vma);
		return ERR_PTR(error);
	}
	vma_link(map->mm, vma);
	return vma;
}

static unsigned long mmap_region(struct file *file, unsigned long addr, unsigned long len,
				 unsigned long vm_flags, unsigned long pgoff)
{
	struct mmap_state map = {
		.mm = current->mm,
		.file = file,
		.addr = addr,
		.end = addr + len,
		.pgoff = pgoff,
		.pglen = len >> PAGE_SHIFT,
		.vm_flags = vm_flags,
	};
	struct vm_area_struct *vma;
	int error = mmap_prepare(&map);

	if (error)
		return (unsigned long)error;
	vma = mmap_merge(&map);
	if (!vma)
		vma = mmap_new_vma(&map);
	if (IS_ERR(vma)) {
		vm_unacct_memory((long)map.charged);
		return (unsigned long)PTR_ERR(vma);
	}
	vm_stat_account(map.mm, map.vm_flags, (long)map.pglen);
	if (map.vm_flags & VM_LOCKED) {
		if (vma_supports_mlock(vma))
			map.mm->locked_vm += map.pglen;
		else
			vma->vm_flags &= ~VM_LOCKED_MASK;
	}
	vma_set_page_prot(vma);
	return addr;
}

/* ---- mmap() ---- */

unsigned long calc_vm_prot_bits(unsigned long prot)
{
	return prot & (PROT_READ | PROT_WRITE | PROT_EXEC);
}

static unsigned long calc_vm_flag_bits(unsigned long flags)
{
	unsigned long vm_flags = 0;

	if (flags & MAP_GROWSDOWN)
		vm_flags |= VM_GROWSDOWN;
	if (flags & MAP_LOCKED)
		vm_flags |= VM_LOCKED;
	if (flags & MAP_SYNC)
		vm_flags |= VM_SYNC;
	/* Huge pages are a waste for stacks of threads. */
	if (flags & MAP_STACK)
		vm_flags |= VM_NOHUGEPAGE;
	if (flags & MAP_HUGETLB)
		vm_flags |= VM_HUGETLB;
	return vm_flags;
}

/* Does the mapping end within what the file could ever reach? */
static bool file_mmap_ok(const struct file *file, unsigned long pgoff, unsigned long len)
{
	u8 kind = file->f_inode->kind;
	unsigned long maxsize = kind == INODE_REG || kind == INODE_SHMEM ? MAX_LFS_FILESIZE : ~0UL;

	return len <= maxsize && pgoff <= (maxsize - len) >> PAGE_SHIFT;
}

/* May this file be mapped so, and with which flags? 0 or -errno. */
static int check_file_mapping(const struct file *file, unsigned long prot, unsigned long flags,
			      unsigned long *vm_flags)
{
	/* Only ext4 passes MAP_SYNC on to where it is refused. */
	unsigned long known = LEGACY_MAP_MASK | (file->f_inode->kind == INODE_REG ? MAP_SYNC : 0);
	unsigned long type = flags & MAP_TYPE;

	if (type != MAP_SHARED && type != MAP_SHARED_VALIDATE && type != MAP_PRIVATE)
		return -EINVAL;
	if (type != MAP_PRIVATE) {
		if (type == MAP_SHARED_VALIDATE && flags & ~known)
			return -EOPNOTSUPP;
		if (prot & PROT_WRITE && !(file->f_mode & FMODE_WRITE))
			return -EACCES;
		*vm_flags |= VM_SHARED | VM_MAYSHARE;
		if (!(file->f_mode & FMODE_WRITE))
			*vm_flags &= ~(VM_MAYWRITE | VM_SHARED);
	}
	if (!(file->f_mode & FMODE_READ))
		return -EACCES;
	/* The file system that pipes are on is mounted so that nothing in it can be executed. */
	if (file->f_inode->kind == INODE_PIPE)
		return *vm_flags & VM_EXEC ? -EPERM : -ENODEV;
	return *vm_flags & VM_GROWSDOWN ? -EINVAL : 0;
}

static int check_anon_mapping(unsigned long addr, unsigned long flags, unsigned long *vm_flags,
			      unsigned long *pgoff)
{
	switch (flags & MAP_TYPE) {
	case MAP_SHARED:
		if (*vm_flags & VM_GROWSDOWN)
			return -EINVAL;
		*pgoff = 0;
		*vm_flags |= VM_SHARED | VM_MAYSHARE;
		return 0;
	case MAP_DROPPABLE:
		if (flags & (MAP_LOCKED | MAP_HUGETLB) || *vm_flags & VM_GROWSDOWN)
			return -EINVAL;
		/* What can vanish need not be promised, nor copied. */
		*vm_flags |= VM_DROPPABLE | VM_NORESERVE | VM_WIPEONFORK | VM_DONTDUMP;
		*pgoff = addr >> PAGE_SHIFT;
		return 0;
	case MAP_PRIVATE:
		*pgoff = addr >> PAGE_SHIFT;
		return 0;
	default:
		return -EINVAL;
	}
}

/* A hint below what may be given is raised to it; one within the first page is none. */
static unsigned long round_hint_to_min(unsigned long hint)
{
	hint &= PAGE_MASK;
	return hint && hint < mmap_min_addr() ? ALIGN(mmap_min_addr(), PAGE_SIZE) : hint;
}

/* Checks that need no address yet. 0 or -errno. */
static int check_mmap_size(const struct mm_struct *mm, unsigned long len, unsigned long pgoff)
{
	if (!len)
		return -ENOMEM;
	if (pgoff + (len >> PAGE_SHIFT) < pgoff)
		return -EOVERFLOW;
	if (mm->map_count > this_machine->sysctl_max_map_count)
		return -ENOMEM;
	return 0;
}

unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long vm_flags, unsigned long pgoff,
		      unsigned long *populate)
{
	struct mm_struct *mm = current->mm;
	int error;

	*populate = 0;
	if (!len)
		return (unsigned long)-EINVAL;
	if (flags & MAP_FIXED_NOREPLACE)
		flags |= MAP_FIXED;
	if (!(flags & MAP_FIXED))
		addr = round_hint_to_min(addr);
	len = ALIGN(len, PAGE_SIZE);
	error = check_mmap_size(mm, len, pgoff);
	if (error)
		return (unsigned long)error;
	vm_flags |= calc_vm_prot_bits(prot) | calc_vm_flag_bits(flags) | mm->def_flags |
		    VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
	if (flags & MAP_HUGETLB && flags & MAP_FIXED && addr & ~HPAGE_PMD_MASK)
		return (unsigned long)-EINVAL;
	addr = get_unmapped_area(file, addr, len, pgoff, flags);
	if (IS_ERR_VALUE(addr))
		return addr;
	if (flags & MAP_FIXED_NOREPLACE && find_vma_intersection(mm, addr, addr + len))
		return (unsigned long)-EEXIST;
	if (flags & MAP_LOCKED && !can_do_mlock())
		return (unsigned long)-EPERM;
	if (!mlock_future_ok(mm, vm_flags, len))
		return (unsigned long)-EAGAIN;
	if (file && !file_mmap_ok(file, pgoff, len))
		return (unsigned long)-EOVERFLOW;
	error = file ? check_file_mapping(file, prot, flags, &vm_flags)
		     : check_anon_mapping(addr, flags, &vm_flags, &pgoff);
	if (error)
		return (unsigned long)error;
	if (flags & MAP_NORESERVE && this_machine->sysctl_overcommit_memory != OVERCOMMIT_NEVER)
		vm_flags |= VM_NORESERVE;
	addr = mmap_region(file, addr, len, vm_flags, pgoff);
	if (!IS_ERR_VALUE(addr) &&
	    (vm_flags & VM_LOCKED || (flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE))
		*populate = len;
	return addr;
}

/* MAP_HUGETLB: the length in huge pages of the size asked for. 0 or -EINVAL. */
static int hugetlb_length(unsigned int flags, unsigned long *len)
{
	unsigned int shift = flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;

	if (shift && shift != PMD_SHIFT && shift != PUD_SHIFT)
		return -EINVAL;
	*len = ALIGN(*len, 1UL << (shift ? shift : PMD_SHIFT));
	return 0;
}

unsigned long sys_mmap(unsigned long addr, unsigned long len, unsigned int prot, unsigned int flags,
		       struct file *file, s64 offset)
{
	unsigned long populate, ret;

	trace(TRACE_do_mmap, addr, len, trace_pack(prot, flags), (u64)offset);
	if (offset & ~PAGE_MASK)
		return (unsigned long)-EINVAL;
	if (flags & MAP_ANONYMOUS) {
		file = NULL;
		if (flags & MAP_HUGETLB && hugetlb_length(flags, &len))
			return (unsigned long)-EINVAL;
	} else if (!file || IS_ERR(file)) {
		return (unsigned long)-EBADF;
	} else if (flags & MAP_HUGETLB) {
		return (unsigned long)-EINVAL;
	}
	ret = do_mmap(file, addr, len, prot, flags, 0, (u64)offset >> PAGE_SHIFT, &populate);
	if (populate)
		__mm_populate(ret, populate, true);
	return ret;
}

/* ---- The heap ---- */

/* Is there a place for @len bytes of heap more, and may they be locked if new memory is? */
static bool check_brk_limits(unsigned long addr, unsigned long len)
{
	if (IS_ERR_VALUE(get_unmapped_area(NULL, addr, len, 0, MAP_FIXED)))
		return false;
	return mlock_future_ok(current->mm, current->mm->def_flags, len);
}

static int do_brk(struct mm_struct *mm, unsigned long addr, unsigned long len)
{
	unsigned long vm_flags = VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT | mm->def_flags;
	struct mmap_state map = {
		.mm = mm,
		.addr = addr,
		.end = addr + len,
		.pgoff = addr >> PAGE_SHIFT,
		.pglen = len >> PAGE_SHIFT,
		.vm_flags = vm_flags,
	};
	struct vma_merge_struct vmg = {
		.start = addr,
		.end = addr + len,
		.pgoff = map.pgoff,
		.vm_flags = vm_flags,
		.just_expand = true,
	};
	struct vm_area_struct *vma;

	if (!may_expand_vm(mm, vm_flags, map.pglen) ||
	    mm->map_count > this_machine->sysctl_max_map_count ||
	    security_vm_enough_memory_mm(mm, (long)map.pglen))
		return -ENOMEM;
	find_vma_prev(mm, addr, &vmg.prev);
	/* What ends below the heap's start is not its. */
	if (vmg.prev && vmg.prev->vm_end <= mm->start_brk)
		vmg.prev = NULL;
	vma = vma_merge_new_range(&vmg);
	if (!vma)
		vma = mmap_new_vma(&map);
	if (IS_ERR(vma)) {
		vm_unacct_memory((long)map.pglen);
		return -ENOMEM;
	}
	mm->total_vm += map.pglen;
	mm->data_vm += map.pglen;
	if (vm_flags & VM_LOCKED)
		mm->locked_vm += map.pglen;
	return 0;
}

static int shrink_brk(struct mm_struct *mm, unsigned long newbrk, unsigned long oldbrk)
{
	struct vm_area_struct *vma = find_vma_intersection(mm, newbrk, oldbrk);

	return vma ? do_munmap(mm, newbrk, oldbrk - newbrk) : -ENOMEM;
}

static int grow_brk(struct mm_struct *mm, unsigned long oldbrk, unsigned long newbrk)
{
	struct vm_area_struct *next;

	if (!check_brk_limits(oldbrk, newbrk - oldbrk))
		return -ENOMEM;
	/* A page stays free above the heap, and more below a stack. */
	next = find_vma(mm, oldbrk);
	if (next && newbrk + PAGE_SIZE > vm_start_gap(next))
		return -ENOMEM;
	return do_brk(mm, oldbrk, newbrk - oldbrk);
}

unsigned long sys_brk(unsigned long brk)
{
	struct mm_struct *mm = current->mm;
	unsigned long origbrk = mm->brk, oldbrk = ALIGN(origbrk, PAGE_SIZE);
	unsigned long newbrk = ALIGN(brk, PAGE_SIZE);
	unsigned long data = mm->end_data - mm->start_data;
	int error;

	trace(TRACE_brk, brk, origbrk, mm->start_brk, 0);
	if (brk < mm->start_brk)
		return origbrk;
	if (rlimit(RLIMIT_DATA) != RLIM_INFINITY &&
	    brk - mm->start_brk + data > rlimit(RLIMIT_DATA))
		return origbrk;
	if (oldbrk == newbrk)
		error = 0;
	else if (brk <= origbrk)
		error = shrink_brk(mm, newbrk, oldbrk);
	else
		error = grow_brk(mm, oldbrk, newbrk);
	if (error)
		return origbrk;
	mm->brk = brk;
	if (newbrk > oldbrk && mm->def_flags & VM_LOCKED)
		__mm_populate(oldbrk, newbrk - oldbrk, true);
	return brk;
}

/* ---- The stack ---- */

static int acct_stack_growth(struct vm_area_struct *vma, unsigned long size, unsigned long grow)
{
	struct mm_struct *mm = vma->vm_mm;

	if (!may_expand_vm(mm, vma->vm_flags, grow))
		return -ENOMEM;
	if (size > rlimit(RLIMIT_STACK))
		return -ENOMEM;
	if (!mlock_future_ok(mm, vma->vm_flags, grow << PAGE_SHIFT))
		return -ENOMEM;
	return security_vm_enough_memory_mm(mm, (long)grow);
}

int expand_stack(struct vm_area_struct *vma, unsigned long addr)
{
	const struct vm_area_struct *prev = vma->vm_prev;
	struct mm_struct *mm = vma->vm_mm;
	unsigned long grow;
	int error;

	if (!(vma->vm_flags & VM_GROWSDOWN))
		return -EFAULT;
	addr &= PAGE_MASK;
	if (addr < mmap_min_addr())
		return -EPERM;
	/* Another stack, or what nobody can use, may be near. */
	if (prev && !(prev->vm_flags & VM_GROWSDOWN) && vma_is_accessible(prev) &&
	    addr - prev->vm_end < stack_guard_gap)
		return -ENOMEM;
	if (anon_vma_prepare(vma))
		return -ENOMEM;
	if (addr >= vma->vm_start)
		return 0;
	grow = (vma->vm_start - addr) >> PAGE_SHIFT;
	if (grow > vma->vm_pgoff)
		return -ENOMEM;
	error = acct_stack_growth(vma, vma->vm_end - addr, grow);
	if (error)
		return error;
	trace(TRACE_expand_stack, vma->vm_nr, addr, vma->vm_start, grow);
	if (vma->vm_flags & VM_LOCKED)
		mm->locked_vm += grow;
	vm_stat_account(mm, vma->vm_flags, (long)grow);
	vma_set_range(vma, addr, vma->vm_end, vma->vm_pgoff - grow);
	return 0;
}

struct vm_area_struct *find_extend_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	if (!vma || vma->vm_start <= addr)
		return vma;
	return expand_stack(vma, addr) ? NULL : vma;
}

/* ---- Protection of entries ---- */

pgprot_t vm_get_page_prot(unsigned long vm_flags)
{
	u64 prot = _PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED;

	if (!(vm_flags & VM_ACCESS_FLAGS))
		return __pgprot(_PAGE_PROTNONE | _PAGE_ACCESSED);
	/* Private memory is written after a fault only, which copies the page. */
	if ((vm_flags & (VM_WRITE | VM_SHARED)) == (VM_WRITE | VM_SHARED))
		prot |= _PAGE_RW;
	if (!(vm_flags & VM_EXEC))
		prot |= _PAGE_NX;
	return __pgprot(prot);
}

bool vma_wants_writenotify(const struct vm_area_struct *vma)
{
	const struct vm_operations_struct *ops = vma_ops(vma);

	if ((vma->vm_flags & (VM_WRITE | VM_SHARED)) != (VM_WRITE | VM_SHARED))
		return false;
	if (ops && ops->page_mkwrite)
		return true;
	return vma->vm_file && mapping_can_writeback(vma->vm_file->f_mapping);
}

void vma_set_page_prot(struct vm_area_struct *vma)
{
	unsigned long vm_flags = vma->vm_flags;

	if (vma_wants_writenotify(vma))
		vm_flags &= ~VM_SHARED;
	vma->vm_page_prot = vm_get_page_prot(vm_flags);
}
