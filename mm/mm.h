/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual memory: what its files offer each other.
 *
 * Behaviour is that of Linux 6.18 as recorded, structures are those of the
 * textbooks. Every function returns -errno, NULL or ERR_PTR() as in the kernel.
 * Lengths and addresses are bytes unless a name says pages. The system calls
 * (sys_*) act on `current`.
 *
 * Linux counterpart: include/linux/mm.h, mman.h, rmap.h, pagemap.h, sched/mm.h.
 */
#ifndef MM_MM_H
#define MM_MM_H

#include "internal.h"
#include "mm_struct.h"
#include "mman.h"
#include "tlbflush.h"

/* ---- mmap.c and its like: VMAs and system calls on them ---- */

unsigned long sys_mmap(unsigned long addr, unsigned long len, unsigned int prot, unsigned int flags,
		       struct file *file, s64 offset);
long sys_munmap(unsigned long addr, size_t len);
long sys_mprotect(unsigned long start, size_t len, unsigned int prot);
unsigned long sys_mremap(unsigned long addr, unsigned long old_len, unsigned long new_len,
			 unsigned int flags, unsigned long new_addr);
unsigned long sys_brk(unsigned long brk);
long sys_madvise(unsigned long start, size_t len, int behavior);
long sys_mlock(unsigned long start, size_t len);
long sys_mlock2(unsigned long start, size_t len, int flags);
long sys_munlock(unsigned long start, size_t len);
long sys_mlockall(int flags);
long sys_munlockall(void);
long sys_msync(unsigned long start, size_t len, int flags);
long sys_mincore(unsigned long start, size_t len, unsigned long vec);
long sys_mseal(unsigned long start, size_t len, unsigned long flags);

/* The first VMA that ends above @addr; NULL if there is none. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
				     struct vm_area_struct **pprev);
/* The first VMA that overlaps [start, end). */
struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start,
					     unsigned long end);
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);

struct vm_area_struct *vm_area_alloc(struct mm_struct *mm);
struct vm_area_struct *vm_area_dup(struct vm_area_struct *orig);
void vm_area_free(struct vm_area_struct *vma);
/* Links a VMA into list, tree and (of a file) i_mmap; map_count counts it. */
int insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma);
/* Takes a new, unlinked VMA into list and tree of @mm after those below it; for dup_mmap(). */
void vma_link(struct mm_struct *mm, struct vm_area_struct *vma);

unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long vm_flags, unsigned long pgoff,
		      unsigned long *populate);
int do_munmap(struct mm_struct *mm, unsigned long start, size_t len);
/* Grows a VM_GROWSDOWN VMA down to @addr, if limits, guard gap and neighbours let it. */
int expand_stack(struct vm_area_struct *vma, unsigned long addr);
struct vm_area_struct *find_extend_vma(struct mm_struct *mm, unsigned long addr);
/* All VMAs, pages and page tables of an address space that nobody uses any more. */
void exit_mmap(struct mm_struct *mm);
/* Takes a VMA from the mappings of its file. */
void unlink_file_vma(struct vm_area_struct *vma);
void vm_stat_account(struct mm_struct *mm, unsigned long flags, long npages);
pgprot_t vm_get_page_prot(unsigned long vm_flags);
void vma_set_page_prot(struct vm_area_struct *vma);
/* Must the first write to each page of a shared mapping be noticed? (Its entries are read-only until then.) */
bool vma_wants_writenotify(const struct vm_area_struct *vma);
unsigned long calc_vm_prot_bits(unsigned long prot);

/* Commit accounting (util.c): 0, or -ENOMEM where overcommit_memory forbids it. */
int security_vm_enough_memory_mm(struct mm_struct *mm, long pages);
void vm_acct_memory(long pages);
void vm_unacct_memory(long pages);
/* The RAM that promises are measured by: what there is, or as much as a recording's machine had. In pages. */
static inline unsigned long commit_ram_pages(const struct machine *m)
{
	return m->config.commit_ram ? m->config.commit_ram >> PAGE_SHIFT : m->totalram_pages;
}

/* What may be promised with overcommit_memory 2, in pages. */
static inline unsigned long vm_commit_limit(const struct machine *m)
{
	unsigned long allowed = m->sysctl_overcommit_kbytes >> (PAGE_SHIFT - 10);

	if (!allowed)
		allowed = mult_frac(commit_ram_pages(m), m->sysctl_overcommit_ratio, 100);
	return allowed + (unsigned long)m->total_swap_pages;
}

/* At boot: the limits' defaults. */
void init_vm_sysctls(void);

/* What population fails with, as mlock() returns it. */
int mlock_posix_error(int error);
/* Touches the pages of [start, end) as their VMAs want it; used by MAP_POPULATE, mlock ... */
int __mm_populate(unsigned long addr, unsigned long len, int ignore_errors);
long populate_vma_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);
long faultin_page_range(struct mm_struct *mm, unsigned long start, unsigned long end, bool write);

/* Private memory, of which a writer gets a copy of its own. */
static inline bool is_cow_mapping(unsigned long flags)
{
	return (flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

static inline bool vma_is_anonymous(const struct vm_area_struct *vma)
{
	return vma->vm_ops == VM_OPS_NONE;
}

/* The page offset that @addr has in the object that @vma maps. */
static inline unsigned long linear_page_index(const struct vm_area_struct *vma, unsigned long addr)
{
	return ((addr - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
}

/* 256 pages are kept free below a stack, so that it does not grow into something unnoticed. */
#define stack_guard_gap (256UL << PAGE_SHIFT)

static inline unsigned long vm_start_gap(const struct vm_area_struct *vma)
{
	unsigned long start = vma->vm_start;

	if (vma->vm_flags & VM_GROWSDOWN)
		start = start > stack_guard_gap ? start - stack_guard_gap : 0;
	return start;
}

/* ---- fault.c, memory.c, huge_memory.c: faults, copying, tearing down ---- */

enum fault_flag {
	FAULT_FLAG_WRITE = 1 << 0,
	FAULT_FLAG_MKWRITE = 1 << 1,
	FAULT_FLAG_ALLOW_RETRY = 1 << 2, /* the handler may answer VM_FAULT_RETRY after reading from the disk */
	FAULT_FLAG_TRIED = 1 << 5,	/* this is the second time: never again RETRY; counts as a major fault */
	FAULT_FLAG_USER = 1 << 6,
	FAULT_FLAG_REMOTE = 1 << 7,	/* on behalf of another task */
	FAULT_FLAG_INSTRUCTION = 1 << 8,
	FAULT_FLAG_UNSHARE = 1 << 10,
};

typedef unsigned int vm_fault_t;

#define VM_FAULT_OOM	    0x0001u
#define VM_FAULT_SIGBUS	    0x0002u
#define VM_FAULT_MAJOR	    0x0004u
#define VM_FAULT_HWPOISON   0x0010u
#define VM_FAULT_SIGSEGV    0x0040u
#define VM_FAULT_NOPAGE	    0x0100u	/* the handler has set the entry */
#define VM_FAULT_LOCKED	    0x0200u
#define VM_FAULT_RETRY	    0x0400u
#define VM_FAULT_FALLBACK   0x0800u	/* no huge page: try small ones */
#define VM_FAULT_DONE_COW   0x1000u
#define VM_FAULT_ERROR	    (VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON)

/* What is known of a fault while it is dealt with. */
struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address;		/* of the page */
	unsigned long real_address;
	unsigned long pgoff;		/* in the object that vma maps */
	unsigned int flags;		/* FAULT_FLAG_* */
	gfp_t gfp_mask;
	pmd_t *pmd;
	pud_t *pud;
	pte_t *pte;			/* NULL: there is no table yet */
	pte_t orig_pte;			/* as it was */
	pmd_t orig_pmd;
	struct page *cow_page;		/* a new page for a copy */
	struct page *page;		/* what a fault handler found */
	struct page *prealloc_pte;	/* a table, in case there is none yet */
};

/* Operations of a mapping, by vma->vm_ops (mmap_ops.c). NULL: none. */
struct vm_operations_struct {
	const char *name;
	void (*open)(struct vm_area_struct *vma);
	void (*close)(struct vm_area_struct *vma);
	int (*may_split)(struct vm_area_struct *vma, unsigned long addr);
	vm_fault_t (*fault)(struct vm_fault *vmf);
	vm_fault_t (*map_pages)(struct vm_fault *vmf, unsigned long start, unsigned long end);
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	int (*access)(struct vm_area_struct *vma, unsigned long addr, void *buf, int len, int write);
	/* Where the policy belongs to the object that is mapped: sets it; finds it, with a reference. */
	int (*set_policy)(struct vm_area_struct *vma, struct mempolicy *pol);
	struct mempolicy *(*get_policy)(struct vm_area_struct *vma, unsigned long addr);
};

/* The table of a VMA; NULL for anonymous memory. */
const struct vm_operations_struct *vma_ops(const struct vm_area_struct *vma);

/*
 * An access of the simulated CPU in user mode: TLB, walk, page fault, until it has
 * succeeded or raised a signal (current->last_siginfo). @len bytes within a
 * page (1, 2, 4, 8). Returns 0, or -EFAULT with the signal.
 */
int user_load(unsigned long addr, void *buf, unsigned int len);
int user_store(unsigned long addr, const void *buf, unsigned int len);
int user_fetch(unsigned long addr);

/* Accesses of system calls to user memory: a fault that fails is no signal. Return bytes NOT copied. */
unsigned long copy_from_user(void *to, unsigned long from, unsigned long n);
unsigned long copy_to_user(unsigned long to, const void *from, unsigned long n);
unsigned long clear_user(unsigned long to, unsigned long n);

/* Does a range lie in user space? Otherwise nothing of it is touched. */
static inline bool access_ok(unsigned long addr, unsigned long n)
{
	return n <= TASK_SIZE_MAX && addr <= TASK_SIZE_MAX - n;
}

/* ---- memory.c: faults ---- */

/* Brings in the page of @address. @flags: FAULT_FLAG_*. Returns VM_FAULT_*. */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags);
/* The page that an entry maps and that counts its mappings; NULL: the zero page. */
struct page *vm_normal_page(struct vm_area_struct *vma, unsigned long addr, pte_t pte);
struct page *vm_normal_page_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t pmd);
/*
 * Makes the entry of @addr for @page, whose reference it takes over; for filemap_map_pages() and its like. There
 * must be a table: pmd_install(mm, vmf->pmd, &vmf->prealloc_pte) before the first page, if pmd_none().
 */
void do_set_pte(struct vm_fault *vmf, struct page *page, unsigned long addr);
/* An anon_vma for the mapping a fault is in: 0 or VM_FAULT_OOM. */
vm_fault_t vmf_anon_prepare(struct vm_fault *vmf);
/* A frame for the page of an address, by its memory policy; @zeroed: cleared. NULL: no memory. */
struct page *alloc_user_page(struct vm_area_struct *vma, unsigned long addr, bool zeroed);
/* An entry that may be written, if the mapping may. */
pte_t maybe_mkwrite(pte_t pte, struct vm_area_struct *vma);
pmd_t maybe_pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma);
/* A new anonymous page to the LRU lists, or with mlocked pages. */
void lru_cache_add_inactive_or_unevictable(struct page *page, struct vm_area_struct *vma);

/* ---- memory_wp.c: writing to pages that must not be written ---- */

vm_fault_t do_wp_page(struct vm_fault *vmf);
vm_fault_t do_page_mkwrite(struct vm_fault *vmf, struct page *page);
vm_fault_t fault_dirty_shared_page(struct vm_fault *vmf, struct page *page);

/* ---- memory_copy.c: fork ---- */

int copy_page_range(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma);

/* ---- memory_zap.c: taking pages and tables away ---- */

/*
 * Unmaps the pages of [start, end) in all VMAs from @vma on; then frees tables that no VMA needs and
 * takes the VMAs from their reverse mappings. They have been taken off the mm's list, the last one
 * has no vm_next; @prev is the VMA that stays before them. At the end of an address space all of them go:
 * mm->mmap, NULL, 0, ~0.
 */
void unmap_region(struct mm_struct *mm, struct vm_area_struct *vma, struct vm_area_struct *prev,
		  unsigned long start, unsigned long end);
/* Frees page tables below @floor..@ceiling that no VMA needs. */
void free_pgtables(struct vm_area_struct *vma, unsigned long floor, unsigned long ceiling);
/* Unmaps pages of one VMA, as MADV_DONTNEED: guard markers stay, tables of whole 2 MiB go. */
void zap_page_range_single(struct vm_area_struct *vma, unsigned long address, unsigned long size);
/* Unmaps @nr pages of a file from @start on wherever they are mapped (truncate, hole punch). */
void unmap_mapping_pages(struct address_space *mapping, unsigned long start, unsigned long nr,
			 bool even_cows);

/* ---- memory_prot.c, memory_move.c: mprotect, guard regions, mremap ---- */

/* Changes the protection of the entries of a VMA (its vm_page_prot already says the new one). */
unsigned long change_protection(struct vm_area_struct *vma, unsigned long start, unsigned long end,
				unsigned long cp_flags);
#define MM_CP_TRY_CHANGE_WRITABLE 1UL
#define MM_CP_UFFD_WP		  (1UL << 2) /* userfaultfd_fill.c: a userfaultfd is to be told of writes */
#define MM_CP_UFFD_WP_RESOLVE	  (1UL << 3) /* no longer */
/* Puts guard markers in all entries of [start, end), whatever they map. Returns 0 or -ENOMEM. */
int guard_install_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);
/* Takes the guard markers of [start, end) away. */
void guard_remove_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);
/* Moves entries to another place (mremap). Returns bytes moved: less than @len without memory. */
unsigned long move_page_tables(struct vm_area_struct *vma, unsigned long old_addr,
			       struct vm_area_struct *new_vma, unsigned long new_addr,
			       unsigned long len);

/* ---- huge_memory.c: pages of 2 MiB ---- */

/* May a fault in this mapping bring in a huge page (tunables, flags of VMA and task)? */
bool thp_vma_allowable(const struct vm_area_struct *vma);
/* Does the aligned 2 MiB around @addr lie in the mapping, in step with its offset? */
bool thp_vma_suitable(const struct vm_area_struct *vma, unsigned long addr);
vm_fault_t do_huge_pmd_anonymous_page(struct vm_fault *vmf);
vm_fault_t do_huge_pmd_wp_page(struct vm_fault *vmf);
void huge_pmd_set_accessed(struct vm_fault *vmf);
int copy_huge_pmd(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma, pmd_t *dst_pmd,
		  pmd_t *src_pmd, unsigned long addr);
struct mmu_gather;
void zap_huge_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma, pmd_t *pmd,
		  unsigned long addr);
bool move_huge_pmd(struct vm_area_struct *vma, unsigned long old_addr, unsigned long new_addr,
		   pmd_t *old_pmd, pmd_t *new_pmd);
unsigned long change_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr,
			      pgprot_t newprot, unsigned long cp_flags);
/* Maps the huge page by 512 small entries instead. Returns 0. */
int __split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long address);
void vma_adjust_trans_huge(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			   long adjust_next);
/*
 * Makes 512 small pages of a huge one, on which the caller has a reference (which is then the
 * head's). 0, or -EAGAIN: there are more users than mappings.
 */
int split_huge_page(struct page *page);
/* The same of one that is isolated: the other pages, isolated as well, go to the tail of @list, the second one last. */
int split_huge_page_to_list(struct page *page, struct list_head *list);
/* khugepaged.c: MADV_COLLAPSE makes huge pages of what the range maps. Returns 0 or -errno. */
int madvise_collapse(struct vm_area_struct *vma, unsigned long start, unsigned long end);
/* Mappings of a page; of a huge one, by the whole or by its parts. */
int total_mapcount(struct page *page);
/* Makes a huge page of the compound page @page, which nobody has seen yet. */
void prep_transhuge_page(struct page *page);
/* The last user of a huge page has gone: it is not to be split any more. */
void free_transhuge_page(struct page *page);
/*
 * A part of the huge page with this head has lost its last mapping: when memory is short, the page shall be split,
 * so that the part can be freed.
 */
void deferred_split_huge_page(struct page *page);
bool is_huge_zero_pmd(pmd_t pmd);
bool is_huge_zero_page(const struct page *page);
/* The address space gives up its share of the huge zero page; at its end. */
void mm_put_huge_zero_page(struct mm_struct *mm);

static inline bool is_zero_pfn(unsigned long pfn)
{
	return pfn == this_machine->zero_pfn;
}

static inline unsigned long my_zero_pfn(void)
{
	return this_machine->zero_pfn;
}

/* A signal that ends the task is on its way: it shall not be held up. */
static inline bool fatal_signal_pending(void)
{
	return current && current->oom_victim;
}

/* ---- pgtable.c: tables ---- */

pgd_t *pgd_alloc(struct mm_struct *mm);
void pgd_free(struct mm_struct *mm, pgd_t *pgd);
/* The entry for @addr on each level; alloc: makes the tables that are missing (NULL: no memory). */
pgd_t *pgd_offset(struct mm_struct *mm, unsigned long addr);
pud_t *pud_offset(pgd_t *pgd, unsigned long addr);
pmd_t *pmd_offset(pud_t *pud, unsigned long addr);
pte_t *pte_offset(pmd_t *pmd, unsigned long addr);
pud_t *pud_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr);
pmd_t *pmd_alloc(struct mm_struct *mm, pud_t *pud, unsigned long addr);
/* The table below @pmd, which maps no huge page. Returns 0 or -ENOMEM. */
int pte_alloc(struct mm_struct *mm, pmd_t *pmd);
pte_t *pte_alloc_map(struct mm_struct *mm, pmd_t *pmd, unsigned long addr);
/* From the top down to the entry, tables made where they are missing; NULL: no memory. */
pud_t *mm_alloc_pud(struct mm_struct *mm, unsigned long addr);
pmd_t *mm_alloc_pmd(struct mm_struct *mm, unsigned long addr);
/* The entry of an address, or NULL where there is no table (for the pte also: a huge page). */
pud_t *mm_find_pud(struct mm_struct *mm, unsigned long addr);
pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long addr);
pte_t *mm_find_pte(struct mm_struct *mm, unsigned long addr);

/* A table without a place yet, and its end. NULL: no memory. */
struct page *pte_alloc_one(void);
void pgtable_free(struct page *table);
/* Hangs *@table below an empty @pmd and takes it over; does nothing if there is one already. */
void pmd_install(struct mm_struct *mm, pmd_t *pmd, struct page **table);
/* The same for a table that is counted already. */
void pmd_populate(pmd_t *pmd, struct page *table);
void mm_inc_nr_tables(struct mm_struct *mm);
void mm_dec_nr_tables(struct mm_struct *mm);
void pgtable_trans_huge_deposit(pmd_t *pmd, struct page *table);
struct page *pgtable_trans_huge_withdraw(pmd_t *pmd);

/* ---- tlb.c, over hw/tlb.c ---- */

/* The running CPU uses the tables of @next from now on. */
void switch_mm(struct mm_struct *next);
/* Forgetting to flush, to see what comes of it; flushing again begins with all TLBs. */
void set_tlb_flush_disabled(bool disabled);
/* No CPU uses the tables of @mm any more. */
void leave_mm(struct mm_struct *mm);
/* To be called after entries were taken away, or allow less than before, and before their pages are freed. */
void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr);
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);
void flush_tlb_mm(struct mm_struct *mm);
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end);
void flush_tlb_kernel_range(unsigned long start, unsigned long end);
s64 op_flush_tlb(const struct mm_op *op);

/* ---- rmap.c ---- */

int anon_vma_prepare(struct vm_area_struct *vma);
int anon_vma_clone(struct vm_area_struct *dst, struct vm_area_struct *src);
int anon_vma_fork(struct vm_area_struct *vma, struct vm_area_struct *pvma);
void unlink_anon_vmas(struct vm_area_struct *vma);
void anon_vma_interval_tree_pre_update_vma(struct vm_area_struct *vma);
void anon_vma_interval_tree_post_update_vma(struct vm_area_struct *vma);
/* Lists of mappings of a file, an interval tree over pages of it. */
void vma_interval_tree_insert(struct vm_area_struct *vma, struct rb_root *root);
void vma_interval_tree_remove(struct vm_area_struct *vma, struct rb_root *root);
struct vm_area_struct *vma_interval_tree_iter_first(struct rb_root *root, unsigned long start,
						    unsigned long last);
struct vm_area_struct *vma_interval_tree_iter_next(struct vm_area_struct *vma, unsigned long start,
						   unsigned long last);

typedef unsigned int rmap_t;
#define RMAP_NONE	0u
#define RMAP_EXCLUSIVE	1u	/* the page is this mapping's alone */
#define RMAP_COMPOUND	2u	/* the whole huge page, by a pmd */

void page_add_anon_rmap(struct page *page, struct vm_area_struct *vma, unsigned long address,
			rmap_t flags);
void page_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma, unsigned long address);
void page_add_file_rmap(struct page *page, struct vm_area_struct *vma, bool compound);
void page_remove_rmap(struct page *page, struct vm_area_struct *vma, bool compound);
void page_move_anon_rmap(struct page *page, struct vm_area_struct *vma);
/* As the child of a fork gets the parent's mapping: one more, of a page that is known already. */
void page_dup_rmap(struct page *page, bool compound);
/* Page-table entries that map the page: itself and, of a huge page, as part of the whole. */
int page_mapcount(struct page *page);
bool page_referenced_one_vma(struct page *page, struct vm_area_struct *vma, unsigned long addr);
/* How many entries had the accessed bit set; clears them. */
int page_referenced(struct page *page, unsigned long *vm_flags);
enum ttu_flags {
	TTU_SPLIT_HUGE_PMD = 0x4,
	TTU_IGNORE_MLOCK = 0x8,
	TTU_SYNC = 0x10,
	TTU_BATCH_FLUSH = 0x40,
};
void try_to_unmap(struct page *page, enum ttu_flags flags);
/* Makes all entries of shared mappings that map a file's page clean and read-only. Returns how many. */
int page_mkclean(struct page *page);
/* Where @vma maps the page, if it does: page offset + nr pages of it, an address; -EFAULT if it is outside. */
unsigned long vma_pgoff_address(unsigned long pgoff, unsigned long nr_pages,
				const struct vm_area_struct *vma);
/* Calls @one for each place where @page may be mapped, until it returns false. */
bool rmap_walk(struct page *page,
	       bool (*one)(struct page *page, struct vm_area_struct *vma, unsigned long address,
			   void *arg),
	       void *arg);

void anon_vma_interval_tree_insert(struct anon_vma_chain *avc, struct rb_root *root);
void anon_vma_interval_tree_remove(struct anon_vma_chain *avc, struct rb_root *root);
struct anon_vma_chain *anon_vma_interval_tree_iter_first(struct rb_root *root, unsigned long start,
							 unsigned long last);
struct anon_vma_chain *anon_vma_interval_tree_iter_next(struct anon_vma_chain *avc,
							unsigned long start, unsigned long last);

/* mlock.c: a new page of a VM_LOCKED VMA goes to the LRU as mlocked. */
void mlock_new_page(struct page *page);
/* mlock.c: a mapping of the page in a VM_LOCKED VMA has come or gone. */
void mlock_page(struct page *page);
void munlock_page(struct page *page);

static inline bool vma_mlocks(const struct vm_area_struct *vma, const struct page *page,
			      bool compound)
{
	return (vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED &&
	       (compound || !PageCompound(page));
}

static inline void mlock_vma_page(struct page *page, struct vm_area_struct *vma, bool compound)
{
	if (unlikely(vma_mlocks(vma, page, compound)))
		mlock_page(page);
}

static inline void munlock_vma_page(struct page *page, struct vm_area_struct *vma, bool compound)
{
	if (unlikely(vma_mlocks(vma, page, compound)))
		munlock_page(page);
}

/* Offset of a page in its file, or of an anonymous page as vm_pgoff counts; any page of a huge one. */
static inline unsigned long page_to_pgoff(struct page *page)
{
	struct page *head = compound_head(page);

	return head->index + (unsigned long)(page - head);
}

/* ---- xarray.c ---- */

/* A number (up to 63 bits) in the place of a page. */
static inline void *xa_mk_value(unsigned long v)
{
	return (void *)(v << 1 | 1);
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

/* The entry at an index; NULL: none. */
void *xa_load(const struct xarray *xa, unsigned long index);
/* Stores an entry, with its marks left as they are; NULL takes it out. Returns 0 or -ENOMEM. */
int xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
/* The first entry (with a mark) in [*index, max], whose index is stored; NULL: none. */
void *xa_find(const struct xarray *xa, unsigned long *index, unsigned long max);
void *xa_find_marked(const struct xarray *xa, unsigned long *index, unsigned long max,
		     enum xa_mark mark);
/* Takes a lowest node with all that is in it out of the index, and frees it. */
void xa_delete_node(struct xa_node *node);
bool xa_get_mark(const struct xarray *xa, unsigned long index, enum xa_mark mark);
void xa_set_mark(struct xarray *xa, unsigned long index, enum xa_mark mark);
void xa_clear_mark(struct xarray *xa, unsigned long index, enum xa_mark mark);

/* ---- hw/disk.c ---- */

/* Reads or writes a block of a page at a byte offset of the disk, which must be that of a block. */
void disk_read(u64 offset, void *block);
void disk_write(u64 offset, const void *block);

/* ---- page-writeback.c: dirty pages ---- */

/* Notes that the contents of a page differ from what is on disk. Returns whether that is new. */
bool set_page_dirty(struct page *page);
/* A page is about to be written: its entries are made clean and read-only. Returns whether it was dirty. */
bool clear_page_dirty_for_io(struct page *page);
/* It will never be written: takes the mark away. */
void cancel_dirty_page(struct page *page);
/* Writes the dirty pages of [start, last], page offsets, and waits for the disk. Returns 0 or -errno. */
int filemap_write_range(struct address_space *mapping, unsigned long start, unsigned long last);

/* Has any page of the file this mark? */
static inline bool mapping_tagged(const struct address_space *mapping, enum xa_mark tag)
{
	return mapping->i_pages.xa_head && mapping->i_pages.xa_head->marks[tag];
}

/* Do dirty pages of this file have to be written somewhere? Not if memory is all the file there is. */
static inline bool mapping_can_writeback(const struct address_space *mapping)
{
	return mapping->host->kind == INODE_REG;
}

/* Whose page it is; NULL for anonymous pages and pages that belong to no file. */
static inline struct address_space *page_mapping(struct page *page)
{
	page = compound_head(page);
	return PageMappingFlags(page) ? NULL : page->mapping;
}

/* The page lock. Nobody waits here: CPUs take turns, so a locked page is a mistake. */
static inline void lock_page(struct page *page)
{
	page = compound_head(page);
	VM_BUG_ON_PAGE(PageLocked(page), page);
	SetPageLocked(page);
}

static inline bool trylock_page(struct page *page)
{
	return !TestSetPageLocked(compound_head(page));
}

static inline void unlock_page(struct page *page)
{
	page = compound_head(page);
	VM_BUG_ON_PAGE(!PageLocked(page), page);
	ClearPageLocked(page);
}

/* ---- filemap.c, shmem.c, truncate.c: files ---- */

static inline s64 i_size_read(const struct inode *inode)
{
	return inode->i_size;
}

/* Pages up to the end of a file. */
static inline unsigned long i_size_pages(const struct inode *inode)
{
	return DIV_ROUND_UP((unsigned long)inode->i_size, PAGE_SIZE);
}

#define MAX_LFS_FILESIZE ((s64)0x7fffffffffffffff)
#define MAX_RW_COUNT	 (0x7fffffffUL & PAGE_MASK)

/* The page of an index, with a reference; NULL if it is not cached. */
struct page *find_get_page(struct address_space *mapping, unsigned long index);
/* Adds a locked page, which gets a reference of the cache. Returns 0, -ENOMEM or -EEXIST. */
int add_to_page_cache_locked(struct page *page, struct address_space *mapping, unsigned long index,
			     gfp_t gfp);
/* The same with a new page, which becomes locked, and goes to the LRU lists. */
int add_to_page_cache_lru(struct page *page, struct address_space *mapping, unsigned long index,
			  gfp_t gfp);
/* Takes a locked page that nobody maps out of the cache, and drops the cache's reference. */
void delete_from_page_cache(struct page *page);
void evict_from_page_cache(struct page *page, void *shadow);
/* Fills a locked page with the file's contents. Returns 0. */
int filemap_read_page(struct address_space *mapping, struct page *page);
/* The page of an index with its contents and a reference, or ERR_PTR(-ENOMEM). */
struct page *read_mapping_page(struct address_space *mapping, unsigned long index);
vm_fault_t filemap_fault(struct vm_fault *vmf);
vm_fault_t filemap_map_pages(struct vm_fault *vmf, unsigned long start, unsigned long end);
vm_fault_t filemap_page_mkwrite(struct vm_fault *vmf);
s64 vfs_pread(struct file *file, unsigned long buf, size_t count, s64 pos);
s64 vfs_pwrite(struct file *file, unsigned long buf, size_t count, s64 pos);
/* One byte of a file through the page cache, as another program's read() (bytes read: 1 or 0) or write() (0). Or -errno. */
int kernel_read_byte(struct inode *inode, s64 pos, u8 *byte);
int kernel_write_byte(struct inode *inode, s64 pos, u8 byte);
/* msync(): writes the dirty pages of [start, last], page offsets. Returns 0 or -errno. */
long sync_file_range_pages(struct address_space *mapping, unsigned long start, unsigned long last);

/* readahead.c: index and counts are pages. @file may be NULL: then nothing is read ahead. */
void file_ra_state_init(struct file_ra_state *ra);
/* Reads what is not cached of @nr_to_read pages; the one @lookahead_size before the end gets PG_readahead. */
void page_cache_ra_unbounded(struct address_space *mapping, unsigned long index,
			     unsigned long nr_to_read, unsigned long lookahead_size);
/* The same, up to the end of the file. */
void do_page_cache_ra(struct address_space *mapping, unsigned long index, unsigned long nr_to_read,
		      unsigned long lookahead_size);
/* Reads a range that was asked for, as far as that is sensible: MADV_WILLNEED. */
void force_page_cache_ra(struct file *file, struct address_space *mapping, unsigned long index,
			 unsigned long nr_to_read);
/* A page that was wanted is not cached; or, it is, and has PG_readahead. */
void page_cache_sync_ra(struct file *file, struct address_space *mapping, unsigned long index,
			unsigned long req_count);
void page_cache_async_ra(struct file *file, struct address_space *mapping, struct page *page,
			 unsigned long req_count);

/* shmem.c */
enum sgp_type {
	SGP_READ,	/* not past the end, and holes stay holes (no page) */
	SGP_CACHE,	/* not past the end; holes are filled */
	SGP_WRITE,	/* may be past the end */
};

/* The page of an index, locked and with a reference. Returns 0, -EINVAL, -ENOSPC, -ENOMEM or -EFBIG. */
int shmem_get_page(struct inode *inode, unsigned long index, struct page **pagep,
		   enum sgp_type sgp);
vm_fault_t shmem_fault(struct vm_fault *vmf);
/* Puts a page into a hole of a file: it is locked then, and has a reference of the cache. 0, -EEXIST or -ENOMEM. */
int shmem_add_page(struct inode *inode, unsigned long index, struct page *page);
int shmem_set_policy(struct vm_area_struct *vma, struct mempolicy *pol);
struct mempolicy *shmem_get_policy(struct vm_area_struct *vma, unsigned long addr);
/* A nameless file of shared memory, or ERR_PTR(). The caller owns the reference. */
struct file *shmem_file_setup(s64 size, unsigned long flags);
/* Gives a shared mapping without a file (or of /dev/zero) such a one. */
int shmem_zero_setup(struct vm_area_struct *vma);
int shmem_reacct_size(struct inode *inode, s64 newsize);
void shmem_page_freed(struct inode *inode);
void shmem_evict_inode(struct inode *inode);

/* truncate.c */
long vfs_truncate(struct inode *inode, s64 size);
/* MADV_REMOVE, fallocate(PUNCH_HOLE): frees pages and blocks of [offset, offset + len). */
long vfs_fallocate_punch(struct inode *inode, s64 offset, s64 len);
/* A file has become longer by a write: its new end. */
void i_size_extend(struct inode *inode, s64 size);
void truncate_inode_pages_final(struct inode *inode);
/* Drops cached pages of [start, end] that are clean and that nobody uses. Returns how many. */
unsigned long invalidate_mapping_pages(struct address_space *mapping, unsigned long start,
				       unsigned long end);

/* inode.c: inodes and open files */
struct inode *new_inode(enum inode_kind kind);
/* One with a given number, with a reference. NULL: no memory. */
struct inode *alloc_inode(enum inode_kind kind, u32 ino);
/* Nobody uses it any more: the shrinker may have it, if it is clean and has no pages. @used: just now somebody did. */
void inode_add_lru(struct inode *inode, bool used);
void iput(struct inode *inode);
struct inode *find_inode(u32 ino);
s64 inode_max_size(const struct inode *inode);
/* dinode.c: gives a new file on disk its place in the table of inodes: 0 or -ENOSPC. Brings it up to date. */
int disk_inode_create(struct inode *inode);
void write_inode(const struct inode *inode);
/* The inode with that number, with a reference; read from the disk if need be. NULL: there is none. Or ERR_PTR(-ENOMEM). */
struct inode *iget(u32 ino);
/* Has the page a block on the disk? If not, it is a hole. */
bool inode_has_block(const struct inode *inode, unsigned long index);
/* Gives it one: 0 or -ENOSPC. */
int inode_alloc_block(struct inode *inode, unsigned long index);
void inode_free_blocks(struct inode *inode, unsigned long start, unsigned long last);
/* Opens a file: @mode is FMODE_*. NULL: no memory. */
struct file *alloc_file(struct inode *inode, u32 mode);
struct file *find_file(u32 nr);
struct file *get_file(struct file *file);
void fput(struct file *file);
/* Sets up a mapping of @file: its vm_ops, and whether it may be mapped so. */
int call_mmap(struct file *file, struct vm_area_struct *vma);

/* ---- fork.c, exit.c, exec.c ---- */

/* Makes the caches of tasks, address spaces, VMAs and files, once. Returns 0 or -ENOMEM. */
int proc_caches_init(void);
struct mm_struct *mm_alloc(void);
void mmput(struct mm_struct *mm);
void mmdrop(struct mm_struct *mm);
/* Keeps the structure, though not what it maps, until mmdrop(). */
static inline void mmgrab(struct mm_struct *mm)
{
	mm->mm_count++;
}
/* A task without an address space; NULL: no memory. */
struct task_struct *new_task(u32 uid);
/* fork(): a child of @parent, with a copy of its address space. NULL: no memory. */
struct task_struct *copy_process(struct task_struct *parent);

/* A program as exec() maps it; lengths in bytes. */
struct exec_image {
	struct file *file;		/* code, then data from the next page on; NULL: zeroes */
	unsigned long start;		/* address of the code */
	unsigned long code, data, bss;
	unsigned long args;		/* arguments and environment */
};

/* Gives @task a new address space with a program in it; the old one stays if that fails. 0 or -errno. */
int do_execve(struct task_struct *task, const struct exec_image *image);
/* Where mappings are placed, by the limit of the stack. */
void arch_pick_mmap_layout(struct mm_struct *mm, const struct task_struct *task);
/* Maps a stack of @size bytes that ends at @top. Returns 0 or -errno. */
int setup_stack(struct mm_struct *mm, unsigned long top, unsigned long size);
void do_exit(struct task_struct *task, int code);
void release_task(struct task_struct *task);
struct task_struct *find_task_by_pid(s32 pid);
/* oom_kill.c: kills the task whose end frees most; false if there is none, or one that is about to end. */
bool out_of_memory(gfp_t gfp, unsigned int order, const nodemask_t *nodemask);
/* Between two operations: those that were killed end. */
void oom_victims_exit(void);
/* Sends @sig because of an access to @addr; the simulated program catches it and goes on. */
void force_sig_fault(int sig, int code, unsigned long addr);

/* ---- ops.c: results that later operations use ---- */

/* May a result be kept there? To be asked before anything is done. */
bool slot_usable(u32 nr);
/* Is there a task, with an address space, that can do an operation? 0, -ESRCH, or -EBUSY: it sleeps in the middle of another. */
s64 op_nobody(void);
/* Carries out an operation that was left when its task fell asleep, from there on. */
s64 run_restarted(const struct mm_op *op);
/* Keeps a result that is not a block of pages; what the slot held before is forgotten. */
void keep_result(u32 nr, enum slot_kind kind, u64 value);
/* Looks a result up: 0, -ERANGE (no such slot), -ENOENT (empty), -EINVAL (another kind, or gone). */
s64 result_of(u32 nr, enum slot_kind kind, u64 *value);
/* What was kept under that value is no more: its slots count as freed. */
void end_result(enum slot_kind kind, u64 value);

/* ---- ops_vm.c: operations (ops.h) ---- */

s64 op_mmap(const struct mm_op *op);
s64 op_munmap(const struct mm_op *op);
s64 op_mprotect(const struct mm_op *op);
s64 op_mremap(const struct mm_op *op);
s64 op_brk(const struct mm_op *op);
s64 op_madvise(const struct mm_op *op);
s64 op_mlock(const struct mm_op *op);
s64 op_mlock2(const struct mm_op *op);
s64 op_munlock(const struct mm_op *op);
s64 op_mlockall(const struct mm_op *op);
s64 op_munlockall(const struct mm_op *op);
s64 op_msync(const struct mm_op *op);
s64 op_mincore(const struct mm_op *op);
s64 op_mseal(const struct mm_op *op);
s64 op_set_mempolicy(const struct mm_op *op);
s64 op_get_mempolicy(const struct mm_op *op);
s64 op_mbind(const struct mm_op *op);
s64 op_setrlimit(const struct mm_op *op);
s64 op_getrusage(const struct mm_op *op);
s64 op_load(const struct mm_op *op);
s64 op_store(const struct mm_op *op);
s64 op_fetch(const struct mm_op *op);

/* ---- ops_gup.c: operations (ops.h) ---- */

s64 op_ptrace_peek(const struct mm_op *op);
s64 op_ptrace_poke(const struct mm_op *op);
s64 op_umem_get(const struct mm_op *op);
s64 op_umem_release(const struct mm_op *op);
s64 op_dma_read(const struct mm_op *op);
s64 op_dma_write(const struct mm_op *op);

/* ---- ops_uffd.c: operations (ops.h) ---- */

s64 op_userfaultfd(const struct mm_op *op);
s64 op_uffd_api(const struct mm_op *op);
s64 op_uffd_register(const struct mm_op *op);
s64 op_uffd_unregister(const struct mm_op *op);
s64 op_uffd_copy(const struct mm_op *op);
s64 op_uffd_zeropage(const struct mm_op *op);
s64 op_uffd_continue(const struct mm_op *op);
s64 op_uffd_writeprotect(const struct mm_op *op);
s64 op_uffd_wake(const struct mm_op *op);
s64 op_uffd_read(const struct mm_op *op);

/* ---- ops_task.c, ops_file.c: operations (ops.h) ---- */

s64 op_task_create(const struct mm_op *op);
s64 op_fork(const struct mm_op *op);
s64 op_exec(const struct mm_op *op);
s64 op_exit(const struct mm_op *op);
s64 op_wait(const struct mm_op *op);
s64 op_set_task(const struct mm_op *op);
s64 op_file_create(const struct mm_op *op);
s64 op_open(const struct mm_op *op);
s64 op_close(const struct mm_op *op);
s64 op_ftruncate(const struct mm_op *op);
s64 op_punch_hole(const struct mm_op *op);
s64 op_pread(const struct mm_op *op);
s64 op_pwrite(const struct mm_op *op);
s64 op_fsync(const struct mm_op *op);
s64 op_file_peek(const struct mm_op *op);
s64 op_file_poke(const struct mm_op *op);
s64 op_file_evict(const struct mm_op *op);
s64 op_sync(const struct mm_op *op);
s64 op_sleep(const struct mm_op *op);
s64 op_drop_caches(const struct mm_op *op);
/* The open file that an operation names (its slot plus 1, 0 = none): NULL, or ERR_PTR(-EBADF). */
struct file *op_file(u64 slot);

/* ---- Counters of an address space ---- */

static inline void add_mm_counter(struct mm_struct *mm, int member, long value)
{
	mm->rss_stat[member] += value;
}

static inline unsigned long get_mm_rss(const struct mm_struct *mm)
{
	return (unsigned long)(mm->rss_stat[MM_FILEPAGES] + mm->rss_stat[MM_ANONPAGES] +
			       mm->rss_stat[MM_SHMEMPAGES]);
}

#endif
