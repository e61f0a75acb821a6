/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct machine: the first thing in the arena, and the root of everything in
 * it. What the kernel keeps in global and per-CPU variables are members here.
 *
 * Included by mmzone.h, after the types it is made of.
 */
#ifndef MM_MACHINE_STATE_H
#define MM_MACHINE_STATE_H

#include "compaction.h"
#include "memblock.h"
#include "oom_report.h"
#include "sched.h"
#include "tlbflush.h"
#include "pagevec.h"
#include "policy.h"
#include "reclaimer.h"
#include "shrinker.h"
#include "slab_def.h"
#include "swap_info.h"
#include "vmalloc.h"
#include "writeback.h"

struct machine {
	struct machine_config config;	/* with the defaults filled in */
	struct machine_layout layout;

	/* Where we are */
	u64 op_index;			/* operation under way, or the last one */
	u32 cpu;			/* CPU that carries it out */
	u32 stopped;			/* a VM_BUG_ON() was hit */
	u32 stop_reason;		/* which one: its place in bugs.def, counted from 1 */

	/* Parts of the arena */
	struct page *mem_map;		/* one struct page a frame, by page frame number */
	u8 *pageblock_flags;		/* migrate type of each pageblock, by pfn >> pageblock_order */
	u8 *ram;
	struct mm_slot *slots;
	u32 *object_notes;		/* who has the object at each 8 bytes of RAM: slab_internal.h */
	u64 *ram_lines;			/* which lines of each frame may hold something: bulk.c */
	u64 max_pfn;			/* first page frame number past the RAM */
	u64 booted;			/* boot is over */

	struct list_head page_list;	/* pages of the operation under way, linked by lru */
	struct list_head node_folio_list; /* of them, those of one node: reclaim_pages() */
	struct list_head pages_to_free;	/* of release_pages() */

	struct memblock memblock;
	struct pglist_data node_data[MAX_NUMNODES];
	u32 nr_online_nodes;
	u32 nr_cpus;
	u8 cpu_to_node[NR_CPUS];

	/* Tasks, their address spaces, and files */
	struct list_head tasks;		/* struct task_struct, oldest first */
	struct list_head mms;		/* struct mm_struct */
	struct list_head umems;		/* struct ib_umem: memory that devices were given */
	struct list_head inodes;
	struct list_head files;		/* open ones */
	struct task_struct *current_task; /* whose operation it is; NULL: nobody's */
	s32 last_pid;
	u32 last_mm_nr;			/* identities given so far */
	u32 last_vm_nr;
	u32 last_anon_vma_nr;
	u32 last_ino;
	u32 last_file_nr;
	u64 last_context_id;

	/* Caches of their objects, made by proc_caches_init() when the first of them is needed */
	struct kmem_cache *task_struct_cachep;
	struct kmem_cache *mm_cachep;
	struct kmem_cache *vm_area_cachep;
	struct kmem_cache *anon_vma_cachep;
	struct kmem_cache *anon_vma_chain_cachep;
	struct kmem_cache *filp_cachep;
	struct kmem_cache *inode_cachep;
	struct kmem_cache *radix_tree_node_cachep;
	struct kmem_cache *policy_cachep;	/* of mempolicy.c, when the first policy is set */
	struct kmem_cache *sn_cachep;
	struct kmem_cache *userfaultfd_ctx_cachep; /* of userfaultfd.c, when the first one is made */

	struct list_head userfaultfds;	/* struct userfaultfd_ctx, oldest first */
	struct list_head woken;		/* struct restart_block: tasks that go on after the operation under way */

	/* The disk that files lie on: hw/disk.c */
	u8 *disk;
	u64 disk_used;			/* bytes given to files so far */
	u32 nr_disk_inodes;
	u32 disk_pad;
	u64 disk_reads, disk_writes;	/* blocks of a page */
	u32 ra_pages;			/* most that readahead reads at a time */
	u32 ra_pad;

	/* The hardware's side of address spaces: tlbflush.h */
	struct tlb_state cpu_tlbstate[NR_CPUS];
	u32 tlb_flush_disabled;		/* the kernel forgets to flush: to see what comes of it */
	u32 transparent_hugepage_enabled; /* enum transparent_hugepage_mode */
	unsigned long zero_pfn;		/* the zero page: what reads of untouched memory map */
	struct page *huge_zero_page;	/* its counterpart of 2 MiB; NULL: not needed yet */
	u64 huge_zero_refcount;		/* address spaces that use it, and one for the page being there */

	/* What the operation under way did, beside its result */
	struct op_outcome {
		u64 value;		/* what a load read last */
		u64 done;		/* accesses or calls of a row that succeeded */
		struct kernel_siginfo siginfo;
		u64 min_flt, maj_flt;	/* faults of its task */
	} outcome;

	/* Sums over all zones */
	unsigned long totalram_pages;
	unsigned long totalreserve_pages;
	long vm_zone_stat[NR_VM_ZONE_STAT_ITEMS];
	long vm_node_stat[NR_VM_NODE_STAT_ITEMS];
	unsigned long vm_event_states[NR_CPUS][NR_VM_EVENT_ITEMS];

	/* Pages on their way to another LRU list */
	struct cpu_fbatches cpu_fbatches[NR_CPUS];

	/* Swap: devices by their types, and in order of priority */
	struct swap_info_struct swap_info[MAX_SWAPFILES];
	u32 nr_swapfiles;
	s32 least_priority;		/* of those that were given none */
	struct list_head swap_active_head; /* in use, by list */
	struct list_head swap_avail_heads[MAX_NUMNODES]; /* with free slots, by avail_lists */
	u32 oom_flag_origin;		/* swapoff() is bringing back what was swapped out */
	u32 nr_rotate_swap;		/* devices in use that turn */
	int page_cluster;		/* log2 of the most pages that are read from swap at once */
	u32 swapin_readahead_hits;	/* pages read ahead that were used since the last reading */
	u32 last_readahead_pages;	/* window then */
	u32 swap_pad;
	u64 swapin_prev_offset;		/* slot then */

	/* Writeback */
	u64 clock;			/* microseconds that somebody has waited so far */
	struct bdi_writeback wb;
	struct request_queue disk_queue;
	u32 bdp_ratelimits[NR_CPUS];	/* pages dirtied since balance_dirty_pages() looked */
	u32 dirty_throttle_leaks[NR_CPUS]; /* pages dirtied by tasks that have ended since */
	u32 ratelimit_pages;		/* after so many a CPU looks, whoever dirtied them */
	int dirty_background_ratio;	/* per cent */
	int vm_dirty_ratio;
	u32 writeback_pad;
	unsigned long dirty_background_bytes; /* 0: the ratio counts */
	unsigned long vm_dirty_bytes;
	unsigned long dirty_writeback_interval; /* centiseconds between two runs of the flusher; 0 = none */
	unsigned long dirty_expire_interval; /* centiseconds after which a page has to be written */

	/* Shrinkers */
	u32 shrinkers;			/* registered ones, a bit for each enum shrinker_id */
	int sysctl_vfs_cache_pressure;	/* per cent of the unused inodes that count as such */
	unsigned long nr_deferred[NR_SHRINKERS][MAX_NUMNODES]; /* objects still to be scanned */
	struct list_lru inode_lru;	/* struct inode, by i_lru */
	struct list_lru shadow_nodes;	/* struct xa_node, by private_list */

	/* Reclaim */
	struct reclaimer reclaimers[NR_RECLAIMERS];
	u32 reclaimer;			/* enum reclaimer_kind at work, or NR_RECLAIMERS: none */
	int vm_swappiness;		/* 0 to 200: how readily anonymous memory is reclaimed */
	long nr_swap_pages;		/* free pages in swap */
	long total_swap_pages;
	struct compact_control compact;	/* of whoever compacts */
	struct capture_control capture;
	int sysctl_extfrag_threshold;	/* 0 to 1000: less fragmentation than this is not worth compacting for */
	int sysctl_compaction_proactiveness; /* 0 to 100: how little fragmentation kcompactd bears */
	struct slab_allocator slab;
	struct vmalloc_state vmalloc;
	struct policy_lab policy_lab;	/* reference strings and replacement policies: not the machine's memory */

	/* Tunables (sysctls) */
	int min_free_kbytes;
	int user_min_free_kbytes;	/* as set by hand, -1 = never */
	int watermark_scale_factor;	/* of 10,000 */
	int watermark_boost_factor;	/* of 10,000; 0 = no boosting */
	int percpu_pagelist_high_fraction;
	int sysctl_lowmem_reserve_ratio[MAX_NR_ZONES];
	int sysctl_max_map_count;	/* VMAs of an address space */
	int sysctl_overcommit_memory;	/* OVERCOMMIT_* */
	unsigned long sysctl_overcommit_ratio;	/* per cent of RAM */
	unsigned long sysctl_overcommit_kbytes;	/* 0: the ratio counts */
	unsigned long sysctl_admin_reserve_kbytes;
	unsigned long sysctl_user_reserve_kbytes;
	unsigned long dac_mmap_min_addr;	/* lowest address for the unprivileged */
	long vm_committed_as;			/* pages promised */
	int sysctl_panic_on_oom;		/* stop the machine rather than kill */
	int sysctl_oom_kill_allocating_task;	/* who asks is killed, whoever has more */
	struct oom_report oom_report;

	/* Too little memory to keep pageblocks of different types apart */
	int page_group_by_mobility_disabled;
	u32 pad;
};

#define NODE_DATA(nid) (&this_machine->node_data[nid])

static inline int nr_online_nodes(void)
{
	return (int)this_machine->nr_online_nodes;
}

static inline int num_online_cpus(void)
{
	return (int)this_machine->nr_cpus;
}

static inline int smp_processor_id(void)
{
	return (int)this_machine->cpu;
}

static inline int numa_node_id(void)
{
	return this_machine->cpu_to_node[this_machine->cpu];
}

static inline bool page_group_by_mobility_disabled(void)
{
	return this_machine->page_group_by_mobility_disabled;
}

#define for_each_online_cpu(cpu) for ((cpu) = 0; (cpu) < num_online_cpus(); (cpu)++)

static inline struct page *pfn_to_page(unsigned long pfn)
{
	return this_machine->mem_map + pfn;
}

static inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)(page - this_machine->mem_map);
}

#endif
