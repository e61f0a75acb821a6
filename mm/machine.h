/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated machine: what it is made of, how it starts, how it is given
 * work.
 *
 * All that a machine knows lies in one arena: struct machine, the script's
 * slots, mem_map, the bytes of the simulated RAM and those of the disk, in this order. Nothing
 * in the arena points out of it, so a copy of the arena is the machine.
 * The arena is sparse: untouched RAM costs nothing.
 *
 * The machine being run is `this_machine`, a thread-local that whoever runs
 * it sets first, as `current` is in the kernel. It is the only variable of
 * the core outside the arena.
 */
#ifndef MM_MACHINE_H
#define MM_MACHINE_H

#include "types.h"

#define MAX_NUMNODES		8
#define NR_CPUS			16
#define MAX_MEMORY_REGIONS	16
#define MAX_SWAPFILES		23	/* swap devices; the types of swap entries from here on are none */

#define MACHINE_MIN_RAM		(4UL << 20)	/* bytes */
#define MACHINE_MAX_RAM		(64UL << 30)	/* bytes, the end of the last region */
#define MACHINE_MAX_DISK	(1UL << 40)	/* bytes */

struct machine;
struct mm_op;
struct machine_snapshot;

/* A stretch of the physical address space that holds RAM, in bytes, page aligned. */
struct memory_region {
	phys_addr_t base;
	phys_addr_t size;
	u32 nid;
};

/* Who manages the kernel's objects (slab.h). */
enum slab_kind {
	SLAB_KIND_DEFAULT,	/* SLAB, from its first use on; the others are there from boot on */
	SLAB_KIND_SLAB,
	SLAB_KIND_SLUB,
	SLAB_KIND_SLOB,
	NR_SLAB_KINDS
};

/* Who gets huge pages: /sys/kernel/mm/transparent_hugepage/enabled. */
enum transparent_hugepage_mode {
	THP_DEFAULT,	/* madvise */
	THP_NEVER,
	THP_MADVISE,	/* mappings that MADV_HUGEPAGE was used on */
	THP_ALWAYS,
	NR_THP_MODES
};

/* A swap device, as mkswap left it. */
struct swap_device {
	u64 size;			/* bytes, whole pages; the first one holds the header */
	u32 flags;			/* of swapon() at boot: SWAP_FLAG_PREFER and a priority [0: the kernel chooses] */
	u32 off;			/* is not taken into use at boot */
	u32 solid_state;		/* does not turn: reading anywhere costs the same */
	u32 pad;
};

/* Of swapon(): the low bits are the priority, of which the highest is filled first. */
#define SWAP_FLAG_PREFER	0x8000u
#define SWAP_FLAG_PRIO_MASK	0x7fffu

/* What a machine is built from. Zeroed fields take the default in brackets. */
struct machine_config {
	u32 nr_regions;
	struct memory_region regions[MAX_MEMORY_REGIONS]; /* ascending, apart */
	u32 nr_nodes;			/* [1] */
	u32 nr_cpus;			/* [1] */
	u8 cpu_to_node[NR_CPUS];
	u8 node_distance[MAX_NUMNODES][MAX_NUMNODES]; /* [10 to itself, 20 to others] */
	phys_addr_t zone_dma_end;	/* bytes [16 MiB] */
	phys_addr_t zone_dma32_end;	/* bytes [4 GiB] */
	phys_addr_t kernel_base;	/* bytes, where the kernel's image lies [16 MiB, less on a small machine] */
	phys_addr_t kernel_size;	/* bytes [a 64th of RAM, 256 KiB to 24 MiB] */
	u32 min_free_kbytes;		/* [computed, as in init_per_zone_wmark_min()] */
	u32 watermark_scale_factor;	/* [10] of 10,000 */
	s32 watermark_boost_factor;	/* [15000] of 10,000; -1 = no boosting */
	u32 lowmem_reserve_ratio[4];	/* [256 256 32 0]; all zero = the default */
	u32 percpu_pagelist_high_fraction; /* [0] */
	phys_addr_t commit_ram;		/* bytes of RAM that commit accounting (util.c) reckons with [what the page allocator manages] */
	u32 nr_slots;			/* results that the script can hold */
	u32 tlb_sets;			/* of each CPU's TLB, a power of two [16] */
	u32 tlb_ways;			/* entries of a set [4] */
	u32 no_pcid;			/* the CPUs have no PCIDs: changing address spaces flushes the TLB */
	u32 thp_enabled;		/* enum transparent_hugepage_mode [madvise] */
	u32 slab;			/* enum slab_kind */
	u32 slab_debug;			/* SLAB_RED_ZONE and its like, for all caches [none] */
	u32 nr_swaps;			/* swap devices [0] */
	struct swap_device swaps[MAX_SWAPFILES]; /* taken into use in this order */
	u64 disk_size;			/* bytes for the files' blocks [0: no files on a disk] */
	u32 read_ahead_kb;		/* most that is read ahead of a file at a time [128] */
};

/* Where the parts of the arena are, as offsets from its start, in bytes. */
struct machine_layout {
	u64 tlb;			/* entries of all CPUs */
	u64 slots;
	u64 pageblock_flags;		/* one byte a pageblock */
	u64 object_notes;		/* four bytes for each 8 bytes of RAM */
	u64 ram_lines;			/* eight bytes a frame */
	u64 mem_map;
	u64 ram;
	u64 disk;			/* after the RAM */
	u64 disk_blocks;		/* which blocks of the disk hold data, a bit each */
	u64 disk_inodes;		/* struct disk_inode */
	u64 swap_map[MAX_SWAPFILES];	/* of each swap device: four bytes a slot */
	u64 swap_cache[MAX_SWAPFILES];	/* ... one pointer a slot */
	u64 swap[MAX_SWAPFILES];	/* ... the slots' contents */
	u64 size;			/* of the whole arena, a multiple of PAGE_SIZE */
	u64 max_pfn;			/* first page frame number past the RAM */
};

/* Readable reason for a refused configuration, filled in by machine_layout(). */
struct machine_error {
	const char *field;		/* name of the member of machine_config */
	const char *expected;		/* what it should have been (English, for gettext) */
	u32 index;			/* element of an array member */
};

/* Tunables: sysctls of /proc/sys/vm that can be set while the machine runs; and a mistake to be made on purpose. */
#define MM_TUNABLES(X) \
	X(min_free_kbytes) \
	X(watermark_scale_factor) \
	X(watermark_boost_factor) \
	X(percpu_pagelist_high_fraction) \
	X(lowmem_reserve_ratio_dma) \
	X(lowmem_reserve_ratio_dma32) \
	X(lowmem_reserve_ratio_normal) \
	X(overcommit_memory) \
	X(overcommit_ratio) \
	X(overcommit_kbytes) \
	X(max_map_count) \
	X(mmap_min_addr) \
	X(swappiness) \
	X(page_cluster) \
	X(dirty_ratio) \
	X(dirty_bytes) \
	X(dirty_background_ratio) \
	X(dirty_background_bytes) \
	X(dirty_writeback_centisecs) \
	X(dirty_expire_centisecs) \
	X(vfs_cache_pressure) \
	X(panic_on_oom) \
	X(oom_kill_allocating_task) \
	X(extfrag_threshold) \
	X(compaction_proactiveness) \
	X(tlb_flush_disabled)

enum mm_tunable {
#define X(name) TUNABLE_##name,
	MM_TUNABLES(X)
#undef X
	NR_TUNABLES
};

extern _Thread_local struct machine *this_machine;

/**
 * machine_layout - check a configuration and size its arena
 * @config: the configuration; not changed
 * @layout: filled in on success
 * @error: filled in on failure; may be NULL
 *
 * Returns 0 or -EINVAL.
 */
int machine_layout(const struct machine_config *config, struct machine_layout *layout,
		   struct machine_error *error);

/*
 * One build of the core. The same sources are compiled several times
 * (stepping, fast, sanitised); each build is reached through its table only.
 * All builds bring an arena to the same bytes (at the same address).
 */
struct mm_core {
	const char *name;
	/*
	 * Boots @config in the zeroed, page-aligned @arena of
	 * machine_layout.size bytes: memblock, zones, mem_map, pageblocks,
	 * watermarks, per-CPU lists. Follows start_kernel()'s memory part.
	 * With @snapshot the free lists, per-CPU lists, pageblock types,
	 * counters and watermarks are then set to those of a recorded
	 * machine. Sets this_machine. Returns 0 or -errno.
	 */
	int (*boot)(void *arena, const struct machine_config *config,
		    const struct machine_snapshot *snapshot);
	/* Carries out one operation on this_machine; returns its result (ops.h). */
	s64 (*run)(const struct mm_op *op, u64 index);
};

extern const struct mm_core mm_core_stepping;
extern const struct mm_core mm_core_fast;

#endif
