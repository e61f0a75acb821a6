/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader may ask of tasks and their address spaces. The rules are those of
 * view.h, which includes this file.
 */
#ifndef MM_VIEW_VM_H
#define MM_VIEW_VM_H

#include "machine.h"

typedef u64 mm_object_t;

/* ---- Tasks ---- */

struct view_task {
	s32 pid;		/* object: MM_OBJECT_TASK, pid */
	s32 ppid;
	char comm[16];
	u8 state;		/* 0 running, 1 zombie, 2 dead, 3 sleeping */
	bool kthread;
	bool has_mm;
	bool is_current;	/* the operation under way is its */
	u32 uid;
	u32 mm_nr;		/* object: MM_OBJECT_MM */
	u64 min_flt;
	u64 maj_flt;
	u32 sig;		/* last signal, 0 = none */
	u32 sig_code;
	u64 sig_addr;
	s32 oom_score_adj;
	/* While it sleeps: */
	u32 uffd;		/* the userfaultfd it waits for */
	u32 wait_flags;		/* UFFD_PAGEFAULT_FLAG_* */
	u64 wait_addr;
	u64 wait_op;		/* number of the operation that it is in the middle of */
	/* Of the operation that was finished last after a sleep: */
	bool restarted;		/* there was one */
	u64 restart_op;
	s64 restart_result;
	u64 restart_value;	/* what a load read */
};

/* All tasks, oldest first, the dead ones that nobody has waited for included. Returns how many. */
u32 view_tasks(const struct machine *m, struct view_task *out, u32 max);
bool view_task(const struct machine *m, s32 pid, struct view_task *out);

/* ---- Address spaces ---- */

struct view_mm {
	u32 nr;
	u64 pgd_pfn;
	u64 mmap_base, task_size;
	u64 start_code, end_code, start_data, end_data, start_brk, brk, start_stack;
	u64 arg_start, arg_end, env_start, env_end;
	u64 total_vm, locked_vm, pinned_vm, data_vm, exec_vm, stack_vm;	/* pages */
	u64 hiwater_vm, hiwater_rss;					/* pages */
	s64 rss[4];		/* file, anon, swap entries, shmem; pages */
	u64 pgtables_bytes;
	u64 def_flags;
	u32 map_count;
	s32 mm_users, mm_count;
	bool topdown;
};

bool view_mm(const struct machine *m, s32 pid, struct view_mm *out);

struct view_vma {
	u64 start, end;		/* bytes */
	u64 flags;		/* VM_* */
	u64 pgoff;		/* pages */
	u32 nr;			/* object: MM_OBJECT_VMA */
	s32 pid;
	u32 file;		/* number of the file, 0 = anonymous */
	u32 inode;		/* its inode's number */
	u8 inode_kind;
	u8 what;		/* enum view_vma_what */
	u32 anon_vma;		/* identity of its anon_vma, 0 = none */
	u32 nr_chains;		/* anon_vmas it is linked to */
	/* Place in the red-black tree: numbers of VMAs, 0 = none */
	u32 rb_parent, rb_left, rb_right;
	bool rb_red;
	u64 rb_subtree_gap;
	u64 rss, swap, dirty, shared;	/* pages */
};

enum view_vma_what {
	VIEW_VMA_OTHER,
	VIEW_VMA_CODE,
	VIEW_VMA_DATA,
	VIEW_VMA_HEAP,
	VIEW_VMA_STACK,
	VIEW_VMA_FILE,
	VIEW_VMA_SHARED,
};

/* The VMAs of a task in address order. Returns how many. The brief form leaves rss to shared 0. */
u32 view_vmas(const struct machine *m, s32 pid, struct view_vma *out, u32 max);
u32 view_vmas_brief(const struct machine *m, s32 pid, struct view_vma *out, u32 max);
bool view_vma(const struct machine *m, u32 nr, struct view_vma *out);
/* The first VMA of a task that ends behind an address, as find_vma(); brief. FALSE if there is none. */
bool view_find_vma(const struct machine *m, s32 pid, u64 address, struct view_vma *out);
/* VM_* by the two letters of /proc/PID/smaps: "rd wr mr mw me ac". */
size_t view_vma_flags(u64 flags, char *buf, size_t size);

/* Counters of /proc/PID/smaps, in kB. */
struct view_smaps {
	u64 rss, pss, pss_dirty, shared_clean, shared_dirty, private_clean, private_dirty;
	u64 referenced, anonymous, lazyfree, anon_huge_pages, shmem_pmd_mapped, file_pmd_mapped;
	u64 swap, swap_pss, locked;
	bool thp_eligible;
};

bool view_smaps(const struct machine *m, s32 pid, u64 start, struct view_smaps *out);

/* ---- userfaultfds ---- */

struct view_uffd {
	u32 nr;			/* of the open file */
	u32 mm_nr;		/* whose faults it is told of */
	s32 pid;		/* of a task there; 0: none is left */
	u32 flags;		/* of userfaultfd() */
	u32 features;		/* UFFD_FEATURE_* */
	bool initialized;	/* UFFDIO_API was done */
	u32 nr_vmas;		/* registered */
	u64 pages;		/* in them */
	u32 pending;		/* tasks that wait, whose message was not read yet */
	u32 waiting;		/* and whose was */
};

/* All that are open, oldest first. Returns how many. */
u32 view_uffds(const struct machine *m, struct view_uffd *out, u32 max);
/* Whether a userfaultfd serves the fault that an access of a task's program would have now. */
enum view_userfault {
	VIEW_USERFAULT_NONE,
	VIEW_USERFAULT_WAIT,	/* the task would sleep */
	VIEW_USERFAULT_SIGBUS,	/* it asked for a signal instead */
};
u32 view_userfault(const struct machine *m, s32 pid, u64 address, bool write);
/* The userfaultfd that a VMA is registered with; 0: none. */
u32 view_uffd_of_vma(const struct machine *m, u32 nr);

/* ---- Memory policies ---- */

const char *view_mempolicy_name(u32 mode); /* "MPOL_BIND" */
/* A set of nodes, one bit each, as "0-1,3"; "none". */
size_t view_nodes_text(u64 nodes, char *buf, size_t size);

/* ---- Pages of a task ---- */

enum {
	VIEW_PTE_PRESENT = 1 << 0,
	VIEW_PTE_SWAP = 1 << 1,		/* a swap entry or the like */
	VIEW_PTE_FILE = 1 << 2,		/* of a file or of shared memory */
	VIEW_PTE_EXCLUSIVE = 1 << 3,	/* mapped exactly once (as pagemap reckons it) */
	VIEW_PTE_UFFD_WP = 1 << 4,
	VIEW_PTE_GUARD = 1 << 5,
	VIEW_PTE_ZERO = 1 << 6,		/* the zero page, small or huge */
	VIEW_PTE_THP = 1 << 7,		/* part of a huge page */
	VIEW_PTE_MLOCKED = 1 << 8,
	VIEW_PTE_WRITE = 1 << 9,
	VIEW_PTE_ACCESSED = 1 << 10,
	VIEW_PTE_DIRTY = 1 << 11,
	VIEW_PTE_HUGE = 1 << 12,	/* mapped by a pmd */
};

struct view_pte {
	u64 address;
	u64 raw;		/* the entry (of a huge page: the pmd) */
	u64 pfn;		/* ~0 = none */
	u32 flags;		/* VIEW_PTE_* */
	s32 mapcount;		/* of the page, as /proc/kpagecount; 0 for the zero page */
};

/* Entries that are not empty in [start, end), by address; ends after @max. Returns how many it has put out. */
u64 view_ptes(const struct machine *m, s32 pid, u64 start, u64 end, struct view_pte *out, u64 max);

/* The same as 64 bits in the format of /proc/PID/pagemap. */
u64 view_pagemap_entry(const struct view_pte *pte);

/* One page table as it lies in its frame. */
void view_page_table(const struct machine *m, u64 pfn, u64 out[512]);

/* One entry decoded, as "pfn 0x1a3 P RW US A D NX". level: 4 pgd, 3 pud, 2 pmd, 1 pte. */
size_t view_entry_text(u64 entry, u32 level, char *buf, size_t size);

/* The populated tables of a task from the top, in the order of a tree walk. */
struct view_table {
	u64 pfn;		/* object: page */
	u64 parent_pfn;		/* ~0 = the top one */
	u32 level;		/* 4 pgd, 3 pud, 2 pmd, 1 pte */
	u32 index;		/* in the parent */
	u64 base;		/* first address it covers */
	u32 nr_used;		/* entries that are not empty */
	u32 nr_present;
};

u64 view_tables(const struct machine *m, s32 pid, struct view_table *out, u64 max);

/* The way of an address through the tables. */
struct view_walk {
	u32 nr;			/* levels reached, 1..4 */
	u64 table_pfn[4];	/* pgd first */
	u32 index[4];
	u64 entry[4];
	u32 offset;		/* in the page */
	bool mapped;
	bool huge;
	u64 phys;		/* the translation, if mapped */
};

bool view_walk(const struct machine *m, s32 pid, u64 address, struct view_walk *out);

/* Bytes of user memory as the task would read them, without any effect. Returns how many could be read. */
u64 view_user_read(const struct machine *m, s32 pid, u64 address, void *buf, u64 len);

/* Who maps a frame. */
struct view_mapping {
	s32 pid;
	u32 vma;
	u64 address;
};

u32 view_page_users(const struct machine *m, u64 pfn, struct view_mapping *out, u32 max);

/* Which part of the address space of x86-64 an address lies in: "user space", "direct map" ... */
struct view_region {
	u64 start, end;		/* end: last address */
	const char *name;	/* English, for gettext */
};

u32 view_regions(struct view_region *out, u32 max);
const char *view_address_region(u64 address);

/* ---- TLB ---- */

struct view_tlb_entry {
	bool valid;
	bool global;
	bool huge;
	u32 set, way;
	u32 pcid;
	u64 vpn;		/* virtual page number */
	u64 pfn;
	u64 flags;		/* bits of the entry */
	u64 last_used;		/* clock of the TLB */
	bool stale;		/* the page tables say otherwise by now */
};

struct view_tlb {
	u32 sets, ways;
	u32 pcid;		/* in CR3 */
	u64 cr3_pfn;
	u64 hits, misses, flushes, flushed_entries;
};

bool view_tlb(const struct machine *m, u32 cpu, struct view_tlb *out);
u32 view_tlb_entries(const struct machine *m, u32 cpu, struct view_tlb_entry *out, u32 max);

/* ---- Files ---- */

struct view_file {
	u32 nr;			/* number of the inode; object: MM_OBJECT_FILE */
	u8 kind;		/* enum inode_kind */
	u64 size;		/* bytes */
	u64 nrpages;		/* in the page cache */
	u64 nr_dirty;
	u64 nr_writeback;	/* being written */
	u32 nr_mappings;
};

u32 view_files(const struct machine *m, struct view_file *out, u32 max);
/* Pages of a file in the page cache, by index. Returns how many. */
u64 view_file_pages(const struct machine *m, u32 inode, u64 *indices, u64 *pfns, u64 max);

/* What the last operation did, beside its result. */
struct view_op_result {
	u64 value;		/* what a load read */
	u32 done;		/* accesses, or calls of a row, that succeeded */
	u32 sig;		/* signal that it raised, 0 = none */
	u32 sig_code;
	u64 sig_addr;
	u64 min_flt, maj_flt;	/* faults of its task during it */
};

void view_op_result(const struct machine *m, struct view_op_result *out);

#endif
