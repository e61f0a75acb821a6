/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The translation lookaside buffer of one simulated CPU: a set-associative cache of
 * translations that were found by walking page tables.
 *
 * It knows nothing of the tables' later changes. Until software flushes an entry, the CPU goes on
 * using it: a forgotten flush shows as a stale translation.
 *
 * A set is chosen by the low bits of the page number (that of the huge page, for a translation of
 * 2 MiB), a victim by least recent use. Entries are tagged with the PCID of the address space;
 * global ones belong to all.
 *
 * This is hardware: it knows the formats of the architecture and nothing of the kernel.
 */
#ifndef MM_HW_TLB_H
#define MM_HW_TLB_H

#include "../types.h"

#define TLB_MAX_SETS 1024u
#define TLB_MAX_WAYS 16u

struct tlb_entry {
	u64 vpn;       /* virtual address >> 12 of the first page */
	u64 pfn;       /* frame of the first page */
	u64 flags;     /* bits of the entry, with RW, US and NX as all levels together have them */
	u64 last_used; /* clock of the TLB */
	u16 pcid;
	u8 valid;
	u8 huge; /* 2 MiB */
	u32 pad;
};

struct tlb {
	struct tlb_entry *entries; /* sets * ways, set after set */
	u32 sets;		   /* a power of two */
	u32 ways;
	u32 huge_used; /* there was a huge translation: a look-up asks for them, too */
	u32 pad;
	u64 clock; /* look-ups so far */
	u64 hits, misses;
	u64 flushes;	     /* requests to flush */
	u64 flushed_entries; /* entries that they hit */
};

/**
 * tlb_lookup - the entry that translates an address
 * @vaddr: any address of the page
 * @pcid: of the current address space
 *
 * Counts a hit or a miss and notes the use. Returns NULL on a miss.
 */
struct tlb_entry *tlb_lookup(struct tlb *tlb, u64 vaddr, u16 pcid);

/**
 * tlb_insert - remember a translation
 * @vaddr: any address of the page
 * @phys: where the page (the huge page) begins
 * @flags: as in struct tlb_entry
 * @huge: 2 MiB
 *
 * Takes a free way of the set, or the one least recently used.
 */
void tlb_insert(struct tlb *tlb, u64 vaddr, u64 phys, u64 flags, u16 pcid, bool huge);

/* INVLPG: the page's entries of the given PCID, and global ones. */
void tlb_flush_page(struct tlb *tlb, u64 vaddr, u16 pcid);

/* INVPCID of one context: all of a PCID but the global ones. */
void tlb_flush_pcid(struct tlb *tlb, u16 pcid);

/* All but the global ones (a write to CR3 without PCIDs), or those, too. */
void tlb_flush_all(struct tlb *tlb, bool global);

#endif
