// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The translation lookaside buffer. See tlb.h.
 */
#include "tlb.h"

#include "mmu.h"

#define HUGE_PAGE_BITS 9

static struct tlb_entry *set_of(struct tlb *tlb, u64 vpn, bool huge)
{
	u64 number = huge ? vpn >> HUGE_PAGE_BITS : vpn;

	return tlb->entries + (number & (tlb->sets - 1)) * tlb->ways;
}

/* The first page of the translation that would hold a page. */
static u64 first_page(u64 vpn, bool huge)
{
	return huge ? vpn >> HUGE_PAGE_BITS << HUGE_PAGE_BITS : vpn;
}

static bool belongs_to(const struct tlb_entry *entry, u16 pcid)
{
	return entry->pcid == pcid || entry->flags & MMU_PTE_GLOBAL;
}

static struct tlb_entry *find(struct tlb *tlb, u64 vpn, u16 pcid, bool huge)
{
	struct tlb_entry *entry = set_of(tlb, vpn, huge);
	struct tlb_entry *end = entry + tlb->ways;
	u64 first = first_page(vpn, huge);

	for (; entry < end; entry++)
		if (entry->vpn == first && entry->valid && entry->huge == huge &&
		    belongs_to(entry, pcid))
			return entry;
	return NULL;
}

struct tlb_entry *tlb_lookup(struct tlb *tlb, u64 vaddr, u16 pcid)
{
	u64 vpn = vaddr >> MMU_PAGE_SHIFT;
	struct tlb_entry *entry = find(tlb, vpn, pcid, false);

	if (!entry && tlb->huge_used)
		entry = find(tlb, vpn, pcid, true);
	tlb->clock++;
	if (!entry) {
		tlb->misses++;
		return NULL;
	}
	tlb->hits++;
	entry->last_used = tlb->clock;
	return entry;
}

/* Where a translation goes: over an older one of the same page, a free way, the least recently used. */
static struct tlb_entry *choose_way(struct tlb *tlb, u64 vpn, u16 pcid, bool huge)
{
	struct tlb_entry *entry = set_of(tlb, vpn, huge), *victim = entry;
	struct tlb_entry *end = entry + tlb->ways;
	u64 first = first_page(vpn, huge);

	for (; entry < end; entry++) {
		if (entry->valid && entry->vpn == first && entry->huge == huge &&
		    belongs_to(entry, pcid))
			return entry;
		if (victim->valid && (!entry->valid || entry->last_used < victim->last_used))
			victim = entry;
	}
	return victim;
}

void tlb_insert(struct tlb *tlb, u64 vaddr, u64 phys, u64 flags, u16 pcid, bool huge)
{
	u64 vpn = vaddr >> MMU_PAGE_SHIFT;
	struct tlb_entry *entry = choose_way(tlb, vpn, pcid, huge);

	entry->vpn = first_page(vpn, huge);
	entry->pfn = phys >> MMU_PAGE_SHIFT;
	entry->flags = flags;
	entry->last_used = tlb->clock;
	entry->pcid = pcid;
	entry->huge = huge;
	entry->valid = true;
	if (huge)
		tlb->huge_used = true;
}

/* ---- Flushes ---- */

static void invalidate(struct tlb *tlb, struct tlb_entry *entry)
{
	entry->valid = false;
	tlb->flushed_entries++;
}

void tlb_flush_page(struct tlb *tlb, u64 vaddr, u16 pcid)
{
	u64 vpn = vaddr >> MMU_PAGE_SHIFT;
	struct tlb_entry *entry;
	int huge;

	tlb->flushes++;
	for (huge = 0; huge < 2; huge++)
		while ((entry = find(tlb, vpn, pcid, huge)))
			invalidate(tlb, entry);
}

void tlb_flush_pcid(struct tlb *tlb, u16 pcid)
{
	struct tlb_entry *entry = tlb->entries;
	struct tlb_entry *end = entry + tlb->sets * tlb->ways;

	tlb->flushes++;
	for (; entry < end; entry++)
		if (entry->valid && entry->pcid == pcid && !(entry->flags & MMU_PTE_GLOBAL))
			invalidate(tlb, entry);
}

void tlb_flush_all(struct tlb *tlb, bool global)
{
	struct tlb_entry *entry = tlb->entries;
	struct tlb_entry *end = entry + tlb->sets * tlb->ways;

	tlb->flushes++;
	for (; entry < end; entry++)
		if (entry->valid && (global || !(entry->flags & MMU_PTE_GLOBAL)))
			invalidate(tlb, entry);
}
