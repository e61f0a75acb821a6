/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the readers of a machine (view.h) share: looking at it without
 * trusting it.
 *
 * A reader may come at any moment, also in the middle of an operation or
 * after a bug, when a list is half linked or a field is damaged. So a reader
 * follows a pointer only after checking that it leads to a struct page of this
 * machine, and no walk goes on for ever. A reader takes its machine as an
 * argument and never uses this_machine.
 *
 * Pointers in an arena are absolute. Here they are taken as distances from
 * mem_map, so a copy of an arena can be read as well as the arena itself.
 */
#ifndef MM_READER_H
#define MM_READER_H

#include "mm.h"
#include "view.h"

#define NO_PFN (~0UL)

static inline const struct page *reader_mem_map(const struct machine *m)
{
	return (const struct page *)((const char *)m + m->layout.mem_map);
}

static inline const struct page *reader_page(const struct machine *m, u64 pfn)
{
	return pfn < m->max_pfn ? reader_mem_map(m) + pfn : NULL;
}

/* Where a pointer kept in the arena leads in the arena (or the copy of it) that is being read. */
static inline u64 reader_address(const struct machine *m, const void *kept)
{
	return (u64)kept - (u64)m->mem_map + (u64)reader_mem_map(m);
}

/* The page whose list links lie at an address of this arena; NO_PFN where there is none. */
static inline u64 reader_link_pfn(const struct machine *m, u64 address)
{
	u64 distance = address - (u64)reader_mem_map(m) - offsetof(struct page, lru);

	return distance % sizeof(struct page) || distance / sizeof(struct page) >= m->max_pfn ?
		       NO_PFN : distance / sizeof(struct page);
}

/* The page a pointer kept in the arena leads to; NO_PFN if it leads to none. */
static inline u64 reader_page_pfn(const struct machine *m, const void *kept)
{
	return reader_link_pfn(m, reader_address(m, kept) + offsetof(struct page, lru));
}

static inline const struct zone *reader_zone(const struct machine *m, u32 ref)
{
	u32 nid = ref >> 3, idx = ref & 7;

	return nid < m->nr_online_nodes && nid < MAX_NUMNODES && idx < MAX_NR_ZONES ?
		       &m->node_data[nid].node_zones[idx] : NULL;
}

/* zone_ref() of a zone, from where it lies: its own fields may be damaged. */
static inline u32 reader_zone_ref(const struct machine *m, const struct zone *zone)
{
	u64 distance = (u64)zone - (u64)m->node_data;

	return zone_ref((u32)(distance / sizeof(struct pglist_data)),
			(u32)(distance % sizeof(struct pglist_data) / sizeof(struct zone)));
}

/* The zone a page says it belongs to; NULL if there is no such zone. */
static inline const struct zone *reader_page_zone(const struct machine *m, const struct page *page)
{
	return reader_zone(m, zone_ref((u32)page_to_nid(page), page_zonenum(page)));
}

static inline u32 reader_nr_nodes(const struct machine *m)
{
	return min(m->nr_online_nodes, (u32)MAX_NUMNODES);
}

static inline u32 reader_nr_cpus(const struct machine *m)
{
	return min(m->nr_cpus, (u32)NR_CPUS);
}

static inline u8 reader_block_type(const struct machine *m, u64 pfn)
{
	const u8 *types = (const u8 *)reader_address(m, m->pageblock_flags);

	return types[pfn >> pageblock_order] & PB_MIGRATETYPE_MASK;
}

/* All pages of a zone's counter, with what the CPUs have not folded in yet. */
s64 reader_zone_stat_exact(const struct machine *m, const struct zone *zone, u32 item);

/* A walk along a list of pages: over at the head, at a link that leads nowhere, or in a circle. */
struct list_walk {
	const struct machine *m;
	u64 head, pos;		/* addresses of links */
	u64 landmark;		/* an element passed before; coming to it again means a circle */
	u64 steps, next_landmark;
	bool broken;		/* ended otherwise than at the head */
	bool back;		/* from the tail to the head */
};

void list_walk_start(struct list_walk *walk, const struct machine *m, const struct list_head *head);

/* The next page of the list, or NO_PFN at its end. */
u64 list_walk_next(struct list_walk *walk);

/* view_swap.c: a swap device, in use or not; NULL if there is none of that number. */
const struct swap_info_struct *reader_swap(const struct machine *m, u32 device);

/* What a frame belongs to. */
struct frame_block {
	u64 head;		/* first frame */
	u32 order;
	u32 kind;		/* enum view_page_kind */
	u32 owner_type;		/* migrate type noted by the allocator; none for free blocks */
};

/* Finds the block around a frame. The frame must be below max_pfn. */
void reader_find_block(const struct machine *m, u64 pfn, struct frame_block *block);

/*
 * The free list (migrate type) on which a free block's head is linked, or
 * MIGRATE_TYPES if the links do not lead to one.
 */
u32 reader_free_list_type(const struct machine *m, const struct zone *zone, u32 order, u64 pfn);

/* ---- Virtual memory: view_vm.c, view_ptes.c ---- */

/*
 * An object of @size bytes that a pointer kept in the arena leads to: NULL where it leads to no place
 * in the RAM where one could lie.
 */
const void *reader_object(const struct machine *m, const void *kept, size_t size);

/* The bytes of a frame; NULL where there is none. */
const u8 *reader_frame(const struct machine *m, u64 pfn);

/* A list's next element after @link (its head to begin with), @offset into an object of @size; NULL at the end. */
const void *reader_next(const struct machine *m, const struct list_head *head,
			const struct list_head *link, size_t offset, size_t size);

#define reader_list_next(m, head, link, type, member)                                              \
	((const type *)reader_next(m, head, link, offsetof(type, member), sizeof(type)))

/* Goes over a list in an arena that may be damaged; at most @limit elements, counted in @n. */
#define reader_for_each(pos, n, m, head, member)                                                   \
	for ((n) = 0, (pos) = reader_list_next(m, head, head, __typeof__(*(pos)), member);         \
	     (pos) && (n) < READER_LIMIT;                                                          \
	     (n)++, (pos) = reader_list_next(m, head, &(pos)->member, __typeof__(*(pos)), member))

#define READER_LIMIT (1U << 22)

const struct task_struct *reader_task(const struct machine *m, s32 pid);
/* The address space of a task; NULL: it has none. */
const struct mm_struct *reader_task_mm(const struct machine *m, s32 pid);
const struct mm_struct *reader_mm_nr(const struct machine *m, u32 nr);
const struct inode *reader_inode(const struct machine *m, u32 ino);
/* The task that runs in an address space; 0: none. */
s32 reader_mm_pid(const struct machine *m, const struct mm_struct *mm);

const struct vm_area_struct *reader_vma_at(const struct machine *m, const void *kept);
/* The VMA with a number, wherever it is; NULL: none. */
const struct vm_area_struct *reader_vma_nr(const struct machine *m, u32 nr);
/* The VMA that begins at an address. */
const struct vm_area_struct *reader_vma_start(const struct machine *m, const struct mm_struct *mm,
					      u64 start);

/* view_vma() without counting pages. */
void reader_fill_vma(const struct machine *m, const struct mm_struct *mm, s32 pid,
		     const struct vm_area_struct *vma, struct view_vma *out);

/* Goes over the VMAs of an address space in address order. */
#define reader_for_each_vma(vma, n, m, mm)                                                         \
	for ((n) = 0, (vma) = reader_vma_at(m, (mm)->mmap); (vma) && (n) < READER_LIMIT;           \
	     (n)++, (vma) = reader_vma_at(m, (vma)->vm_next))

/*
 * Calls @leaf for each entry in [start, end) that is not empty and leads to no table: level 1, or 2
 * for a huge page, whose address may lie before start. Ends when it returns false.
 */
typedef bool (*reader_leaf_t)(void *data, u64 address, u64 entry, u32 level);
void reader_walk(const struct machine *m, const struct mm_struct *mm, u64 start, u64 end,
		 reader_leaf_t leaf, void *data);
/* view_smaps() of a VMA that is known already. */
void reader_smaps(const struct machine *m, const struct mm_struct *mm,
		  const struct vm_area_struct *vma, struct view_smaps *out);
/* The entry of an address, or 0; level as above. */
u64 reader_entry(const struct machine *m, const struct mm_struct *mm, u64 address, u32 *level);
/* view_rmap.c: calls @one for each entry that maps a page (a head of a compound one) until it returns false. */
struct reader_mapping {
	const struct vm_area_struct *vma;
	u64 address, entry;
	u32 level; /* 1: a pte; 2: the pmd of a huge page */
};
typedef bool (*reader_rmap_t)(void *data, const struct reader_mapping *mapping);
void reader_rmap(const struct machine *m, u64 pfn, reader_rmap_t one, void *data);
/* The head of a compound page, or the page itself. */
const struct page *reader_compound_head(const struct machine *m, const struct page *page);
/* view_mempolicy.c: the policy a pointer leads to, that of a VMA (of its file, where it is shared memory), a set of nodes. */
struct sp_node;
struct seq_file;
const struct mempolicy *reader_mempolicy(const struct machine *m, const void *kept);
const struct sp_node *reader_sp_node(const struct machine *m, const struct rb_node *kept);
const struct mempolicy *reader_vma_policy(const struct machine *m, const struct vm_area_struct *vma);
void reader_put_nodes(struct seq_file *s, u64 nodes); /* "0-1,3" */
/* view_uffd.c: what a task goes on with; a userfaultfd; the part of view_task() about sleeping. */
struct restart_block;
struct userfaultfd_ctx;
const struct restart_block *reader_restart_block(const struct machine *m,
						 const struct task_struct *task);
const struct userfaultfd_ctx *reader_uffd(const struct machine *m, const void *kept);
void reader_fill_sleep(const struct machine *m, const struct task_struct *task,
		       struct view_task *out);
s32 reader_mapcount(const struct machine *m, u64 pfn);
/* Is it the first frame of a huge page that waits to be split? */
bool reader_split_deferred(const struct machine *m, u64 pfn);
bool reader_is_zero_page(const struct machine *m, u64 pfn);

#endif
