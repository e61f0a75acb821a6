/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader outside mm/ may ask of a machine.
 *
 * Answers are plain data; no kernel structure leaves the core. None of these
 * functions writes the arena, allocates, or emits an event; they work on any
 * machine at any step, also in the middle of an operation and after
 * machine_stop(). All take the machine they read, so that several can be shown
 * side by side. Where a buffer is too small it is filled as far as it goes and
 * the full count is returned.
 */
#ifndef MM_VIEW_H
#define MM_VIEW_H

#include "machine.h"
#include "ops.h"
#include "view_compaction.h"
#include "view_policy.h"
#include "view_reclaim.h"
#include "view_vm.h"
#include "view_slab.h"

/* ---- Objects: everything that can be named, selected and inspected ---- */

enum mm_object_kind {
	MM_OBJECT_NONE,
	MM_OBJECT_MACHINE,
	MM_OBJECT_NODE,		/* node */
	MM_OBJECT_ZONE,		/* zone_ref */
	MM_OBJECT_FREE_AREA,	/* zone_ref, order */
	MM_OBJECT_PCP,		/* zone_ref, cpu: struct per_cpu_pages */
	MM_OBJECT_PAGE,		/* pfn */
	MM_OBJECT_PAGEBLOCK,	/* first pfn */
	MM_OBJECT_SLOT,		/* slot number */
	MM_OBJECT_OP,		/* operation of the script (no bytes in the arena) */
	MM_OBJECT_TASK,		/* pid */
	MM_OBJECT_MM,		/* mm_nr */
	MM_OBJECT_VMA,		/* vm_nr */
	MM_OBJECT_ANON_VMA,	/* nr */
	MM_OBJECT_FILE,		/* i_ino: inode and page cache */
	MM_OBJECT_PTE,		/* entry of a page table: mm_pte_object() */
	MM_OBJECT_CACHE,	/* number of a slab cache: struct kmem_cache */
	MM_OBJECT_SLAB,		/* first pfn: struct slab */
	MM_OBJECT_SLAB_OBJECT,	/* physical address of an object of a slab cache */
	MM_OBJECT_ARRAY_CACHE,	/* number of a slab cache << 8 | CPU: struct array_cache */
	MM_OBJECT_LRU,		/* mm_lru_object(): one list of struct lruvec */
	MM_OBJECT_RECLAIMER,	/* enum view_reclaimer_kind: struct scan_control */
	MM_OBJECT_SWAP_DEVICE,	/* number: struct swap_info_struct */
	MM_OBJECT_SWAP_SLOT,	/* mm_swap_object() */
	NR_MM_OBJECT_KINDS
};

/* A name for one object: kind in the top byte, the rest identifies it. 0 = none. */
typedef u64 mm_object_t;

static inline mm_object_t mm_object(enum mm_object_kind kind, u64 id)
{
	return (u64)kind << 56 | (id & 0xffffffffffffffULL);
}

static inline enum mm_object_kind mm_object_kind(mm_object_t object)
{
	return (enum mm_object_kind)(object >> 56);
}

static inline u64 mm_object_id(mm_object_t object)
{
	return object & 0xffffffffffffffULL;
}

/* A zone as one number: node * 8 + zone index. */
static inline u32 zone_ref(u32 nid, u32 zone_idx)
{
	return nid << 3 | zone_idx;
}

/* Objects below a zone: zone_ref * 256 + order, or zone_ref * 256 + cpu. */
static inline mm_object_t mm_zone_object(enum mm_object_kind kind, u32 zone, u32 sub)
{
	return mm_object(kind, (u64)zone << 8 | sub);
}

/* The entry that an address of a task goes through; level: 4 pgd, 3 pud, 2 pmd, 1 pte. */
static inline mm_object_t mm_pte_object(s32 pid, u64 address, u32 level)
{
	return mm_object(MM_OBJECT_PTE, (u64)level << 52 | ((u64)pid & 0xffff) << 36 |
						(address >> 12 & 0xfffffffffULL));
}

static inline s32 mm_pte_object_pid(mm_object_t object)
{
	return (s32)(mm_object_id(object) >> 36 & 0xffff);
}

/* The first address of the page; those of a program only, as the bits above are not kept. */
static inline u64 mm_pte_object_address(mm_object_t object)
{
	return (mm_object_id(object) & 0xfffffffffULL) << 12;
}

static inline u32 mm_pte_object_level(mm_object_t object)
{
	return (u32)(mm_object_id(object) >> 52 & 7);
}

/* An LRU list of a node. */
static inline mm_object_t mm_lru_object(u32 nid, u32 lru)
{
	return mm_object(MM_OBJECT_LRU, (u64)nid << 8 | lru);
}

/* A slot of a swap device. */
static inline mm_object_t mm_swap_object(u32 device, u64 slot)
{
	return mm_object(MM_OBJECT_SWAP_SLOT, (u64)device << 48 | (slot & 0xffffffffffffULL));
}

/* The device and the slot of a swap entry (swp_entry_t), as events name it. */
static inline u32 mm_swap_entry_device(u64 entry)
{
	return (u32)(entry >> 45);
}

static inline u64 mm_swap_entry_slot(u64 entry)
{
	return entry & ((1ULL << 45) - 1);
}

/**
 * view_object_name - write an object's short name, as "page 0x1a3" or "Node 0, zone Normal"
 *
 * Returns the length the whole name has, as snprintf() does.
 */
size_t view_object_name(const struct machine *m, mm_object_t object, char *buf, size_t size);

/* Where the kernel maps all of RAM; a pointer into the simulated RAM reads as this plus the physical address. */
#define DIRECT_MAP_BASE 0xffff888000000000UL

/**
 * view_pointer - say what a pointer of the core points to
 * @address: as found in a variable or a field
 * @object: receives the object it points to or into, or 0; may be NULL
 *
 * Writes "pfn 0x1a3", "Node 0, zone Normal, free_area[3].free_list[Movable]", "NULL", or, for
 * memory outside the arena, nothing. Returns the length of the whole text.
 */
size_t view_pointer(const struct machine *m, u64 address, char *buf, size_t size, mm_object_t *object);

/* One stretch of arena that holds an object; offsets from the arena's start. */
struct view_extent {
	u64 offset;
	u64 size;
};

/**
 * view_object_extents - where an object's bytes lie, so that changes of it can be watched
 *
 * A page is its struct page; a pageblock its type; a free area its lists' heads and count; a slot
 * itself. Returns the number of extents (0: nothing to watch).
 */
u32 view_object_extents(const struct machine *m, mm_object_t object, struct view_extent *out, u32 max);

/* One field of an object under its kernel name, for the inspector. */
struct view_field {
	char name[40];		/* "_refcount", "free_area[3].nr_free" */
	char type[24];		/* C type: "atomic_t" */
	char value[96];		/* readable: flags by name, lists by length, sizes in pages */
	mm_object_t object;	/* object the value names (a buddy, a compound head), or 0 */
};

/**
 * view_object_fields - all fields of an object, in the order of the kernel's structure
 *
 * Returns how many there are.
 */
u32 view_object_fields(const struct machine *m, mm_object_t object, struct view_field *out, u32 max);

/* ---- The machine ---- */

struct view_machine {
	u32 nr_nodes;
	u32 nr_cpus;
	u32 nr_zones;		/* populated ones, over all nodes */
	u32 nr_slots;
	u64 max_pfn;
	u64 present_pages;
	u64 managed_pages;
	u64 free_pages;		/* exact: free lists, without those on per-CPU lists */
	u64 pcp_pages;
	u64 op_index;		/* operation under way, or the last one */
	u32 cpu;		/* CPU that carries it out */
	bool stopped;		/* a bug was hit */
	u32 stop_reason;	/* which one, for view_bug_name() */
	u64 tunables[NR_TUNABLES];
};

void view_machine(const struct machine *m, struct view_machine *out);

/* ---- Zones ---- */

#define VIEW_MAX_ORDER	11	/* orders 0..10 */
#define VIEW_NR_MT	5	/* unmovable, movable, reclaimable, highatomic, isolate */
#define VIEW_NR_ZONES	4	/* DMA, DMA32, Normal, Movable */
#define VIEW_NR_PCP	14	/* lists of struct per_cpu_pages */

struct view_zone {
	u32 ref;		/* zone_ref() */
	u32 nid;
	u32 idx;
	char name[8];
	u64 start_pfn;
	u64 spanned_pages;
	u64 present_pages;
	u64 managed_pages;
	u64 free_pages;		/* NR_FREE_PAGES, as the watermark checks see it */
	u64 free_exact;		/* with the per-CPU differences */
	u64 pcp_pages;
	u64 wmark[3];		/* min, low, high without the boost */
	u64 boost;
	u64 nr_reserved_highatomic;
	u32 flags;		/* bit 0 boosted watermark pending, bit 1 reclaim active */
	u64 lowmem_reserve[VIEW_NR_ZONES];
	u64 nr_free[VIEW_MAX_ORDER];			/* blocks */
	u64 nr_free_mt[VIEW_MAX_ORDER][VIEW_NR_MT];	/* blocks by list */
};

/* Populated zones, by node and then by index. Returns how many. */
u32 view_zones(const struct machine *m, struct view_zone *out, u32 max);

/* One zone by reference. Returns false where it has no pages. */
bool view_zone(const struct machine *m, u32 zone, struct view_zone *out);

/*
 * The same without nr_free_mt, which stays 0: that alone needs a walk along
 * every free list, which takes as long as there are free blocks.
 */
u32 view_zones_brief(const struct machine *m, struct view_zone *out, u32 max);
bool view_zone_brief(const struct machine *m, u32 zone, struct view_zone *out);

/* The page frames of a free list's blocks, head (next to be taken) first. Returns how many blocks the list has. */
u64 view_free_list(const struct machine *m, u32 zone, u32 order, u32 mt, u64 *pfns, u64 max);

struct view_pcp {
	u32 count;		/* pages on all lists */
	u32 high;
	u32 batch;
	u32 free_factor;
	s32 nr_free_diff;	/* this CPU's part of NR_FREE_PAGES not yet folded in */
	u32 stat_threshold;
	u32 nr_list[VIEW_NR_PCP];	/* blocks on each list */
};

bool view_pcp(const struct machine *m, u32 zone, u32 cpu, struct view_pcp *out);

/* What zone choice and per-CPU lists go by, without walking any list: cheap enough for every event. */
struct view_zone_counters {
	u64 free_pages;		/* NR_FREE_PAGES without the per-CPU differences */
	u64 boost;
	u32 pcp_count;		/* of the CPU asked for */
	u32 free_factor;
	s32 nr_free_diff;
};

/* @cpu: ~0 = the one that carries out the operation. */
bool view_zone_counters(const struct machine *m, u32 zone, u32 cpu, struct view_zone_counters *out);

/* One per-CPU list, head first. types may be NULL; else receives each page's kept migrate type. Returns its length. */
u64 view_pcp_list(const struct machine *m, u32 zone, u32 cpu, u32 pindex, u64 *pfns, u8 *types, u64 max);

/* Order and migrate type served by a per-CPU list. */
u32 view_pindex_order(u32 pindex);
u32 view_pindex_migratetype(u32 pindex);

/* ---- Page frames ---- */

/* What a frame is used for, over all panes: the colours follow it. */
enum view_page_kind {
	VIEW_PAGE_HOLE,		/* no memory there */
	VIEW_PAGE_RESERVED,	/* firmware, holes inside regions */
	VIEW_PAGE_KERNEL,	/* image of the kernel */
	VIEW_PAGE_MEMMAP,	/* mem_map's own frames */
	VIEW_PAGE_FREE,		/* in the buddy allocator */
	VIEW_PAGE_PCP,		/* on a per-CPU list */
	VIEW_PAGE_ALLOCATED,	/* handed out, to whom we cannot say */
	VIEW_PAGE_SLAB,
	VIEW_PAGE_PAGE_TABLE,
	VIEW_PAGE_ANON,
	VIEW_PAGE_FILE,
	VIEW_PAGE_UNKNOWN,	/* in use before a recording began */
	NR_VIEW_PAGE_KINDS
};

struct view_page {
	u64 pfn;
	u8 kind;		/* enum view_page_kind */
	u8 block_type;		/* migrate type of its pageblock */
	u8 order;		/* of the block it belongs to */
	u8 mt;			/* list a free or per-CPU page is on, or type it was allocated with */
	u32 zone;		/* zone_ref() */
	u64 head;		/* first frame of the block it belongs to */
	u64 flags;		/* PG_* bits */
	s32 refcount;
	s32 mapcount;
	s32 slot;		/* script slot that holds the block, -1 = none known */
};

bool view_page(const struct machine *m, u64 pfn, struct view_page *out);

/* The flags of a page by their kernel names, separated by blanks. */
size_t view_page_flags(u64 flags, char *buf, size_t size);

/* Page frames that exist, without a hole between them. */
struct view_memory {
	u64 start_pfn;
	u64 nr_pages;
};

/* The stretches of memory there are, ascending; ones that touch are told as one. Returns how many there are. */
u32 view_memory(const struct machine *m, struct view_memory *out, u32 max);

/*
 * The frames [pfn, pfn + nr) in one go: low nibble enum view_page_kind, bits 4..6 migrate type of the
 * pageblock, bit 7 set on the first frame of a block.
 */
void view_frames(const struct machine *m, u64 pfn, u64 nr, u8 *out);

/* ---- Slots ---- */

void view_slot(const struct machine *m, u32 slot, struct mm_slot *out);

/* ---- Counters and /proc ---- */

/* Number of counters, and the name of each as in /proc/vmstat ("nr_free_pages", "pgalloc_normal"). */
u32 view_nr_counters(void);
const char *view_counter_name(u32 counter);
u64 view_counter(const struct machine *m, u32 counter);

/**
 * view_proc - the text of a file of /proc in the kernel's exact format
 * @name: "buddyinfo", "pagetypeinfo", "zoneinfo", "vmstat", "meminfo" or "slabinfo"; of a task by its pid,
 *	  "1/maps", "1/smaps", "1/status", "1/statm" or "1/pagemap" (as text: address and entry of each page)
 *
 * Writes at most @size bytes with the closing NUL. Returns the length the whole text has,
 * or -ENOENT for a name that is not known.
 */
s64 view_proc(const struct machine *m, const char *name, char *buf, size_t size);

/* Names of the files view_proc() knows, ended by NULL: of the machine, and those that each task has. */
const char *const *view_proc_names(void);
const char *const *view_proc_task_names(void);

/* ---- Names ---- */

const char *view_migratetype_name(u32 mt);	/* "Unmovable", as in /proc/pagetypeinfo */
const char *view_zone_name(u32 zone_idx);
const char *view_tunable_name(u32 tunable);
const char *view_op_name(u32 kind);
const char *view_errno_name(s64 error);		/* -12 -> "ENOMEM" */
const char *view_page_kind_name(u32 kind);
u32 view_nr_bugs(void);
const char *view_bug_name(u32 bug);			/* bugs are counted from 1; "?" for others */

/* A mask by its flags' names as in the kernel's traces: "GFP_KERNEL|__GFP_ZERO". */
size_t view_gfp(gfp_t gfp, char *buf, size_t size);
/* The mask of such a text; false where a name is not known (*bad then points at it). */
bool view_parse_gfp(const char *text, gfp_t *gfp, const char **bad);
size_t view_alloc_flags(u32 alloc_flags, char *buf, size_t size);

/* ---- Self-check ---- */

/**
 * mm_validate - check every invariant of the machine
 * @report: called for each violation with the object and an English sentence; may be NULL
 *
 * Valid between operations; in the middle of one, lists may be in motion.
 * Returns the number of violations.
 */
u32 mm_validate(const struct machine *m,
		void (*report)(void *data, mm_object_t object, const char *text), void *data);

#endif
