// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The files of /proc about memory, letter for letter as Linux 6.1 writes
 * them. Linux counterparts: the print functions of mm/vmstat.c,
 * fs/proc/meminfo.c.
 */
#include "mm.h"
#include "proc_vm.h"
#include "reader.h"
#include "reclaimer.h"
#include "swap.h"
#include "seq_file.h"
#include "vmstat_text.h"

/* pagetypeinfo does not count further along one free list. */
#define PAGETYPEINFO_MAX 100000

static const struct zone *populated(const struct machine *m, u32 nid, u32 idx)
{
	const struct zone *zone = reader_zone(m, zone_ref(nid, idx));

	return zone && populated_zone(zone) ? zone : NULL;
}

static bool node_has_memory(const struct machine *m, u32 nid)
{
	for (u32 idx = 0; idx < MAX_NR_ZONES; idx++)
		if (populated(m, nid, idx))
			return true;
	return false;
}

/* ---- buddyinfo ---- */

static void buddyinfo_show(struct seq_file *s, const struct machine *m)
{
	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++) {
		for (u32 idx = 0; idx < MAX_NR_ZONES; idx++) {
			const struct zone *zone = populated(m, nid, idx);

			if (!zone)
				continue;
			seq_printf(s, "Node %u, zone %8s ", nid, view_zone_name(idx));
			for (u32 order = 0; order < MAX_ORDER; order++)
				seq_printf(s, "%6lu ", zone->free_area[order].nr_free);
			seq_putc(s, '\n');
		}
	}
}

/* ---- pagetypeinfo ---- */

static void pagetypeinfo_showfree_print(struct seq_file *s, const struct machine *m, u32 nid, u32 idx)
{
	const struct zone *zone = populated(m, nid, idx);

	for (u32 mt = 0; mt < MIGRATE_TYPES; mt++) {
		seq_printf(s, "Node %4u, zone %8s, type %12s ", nid, view_zone_name(idx),
			   view_migratetype_name(mt));
		for (u32 order = 0; order < MAX_ORDER; order++) {
			struct list_walk walk;
			u64 nr = 0;

			list_walk_start(&walk, m, &zone->free_area[order].free_list[mt]);
			while (nr < PAGETYPEINFO_MAX && list_walk_next(&walk) != NO_PFN)
				nr++;
			seq_printf(s, "%s%6lu ", nr == PAGETYPEINFO_MAX ? ">" : "", nr);
		}
		seq_putc(s, '\n');
	}
}

/* Is there memory in the 2 MiB around a frame? Then the kernel has a struct page for it. */
static bool pfn_online(const struct machine *m, u64 pfn)
{
	u64 start = pageblock_start_pfn(pfn), end = pageblock_end_pfn(pfn);

	for (u32 i = 0; i < min(m->memblock.memory.cnt, (u32)INIT_MEMBLOCK_REGIONS); i++) {
		const struct memblock_region *region = &m->memblock.memory.regions[i];

		if (region->base >> PAGE_SHIFT < end &&
		    (region->base + region->size) >> PAGE_SHIFT > start)
			return true;
	}
	return false;
}

/* Does a frame belong to this zone? One without memory belongs to the zone that spans it. */
static bool pfn_in_zone(const struct machine *m, const struct zone *zone, u64 pfn)
{
	const struct page *page = reader_page(m, pfn);
	struct frame_block block;

	if (!page || !pfn_online(m, pfn))
		return false;
	reader_find_block(m, pfn, &block);
	return block.kind == VIEW_PAGE_HOLE || reader_page_zone(m, page) == zone;
}

static void pagetypeinfo_showblockcount_print(struct seq_file *s, const struct machine *m, u32 nid,
					      u32 idx)
{
	const struct zone *zone = populated(m, nid, idx);
	u64 count[MIGRATE_TYPES] = { 0 }, pfn;

	for (pfn = zone->zone_start_pfn; pfn < zone_end_pfn(zone); pfn += pageblock_nr_pages)
		if (pfn_in_zone(m, zone, pfn) && reader_block_type(m, pfn) < MIGRATE_TYPES)
			count[reader_block_type(m, pfn)]++;

	seq_printf(s, "Node %u, zone %8s ", nid, view_zone_name(idx));
	for (u32 mt = 0; mt < MIGRATE_TYPES; mt++)
		seq_printf(s, "%12lu ", count[mt]);
	seq_putc(s, '\n');
}

static void pagetypeinfo_show_node(struct seq_file *s, const struct machine *m, u32 nid)
{
	seq_printf(s, "Page block order: %d\n", pageblock_order);
	seq_printf(s, "Pages per block:  %lu\n\n", pageblock_nr_pages);
	seq_printf(s, "%-43s ", "Free pages count per migrate type at order");
	for (u32 order = 0; order < MAX_ORDER; order++)
		seq_printf(s, "%6u ", order);
	seq_putc(s, '\n');
	for (u32 idx = 0; idx < MAX_NR_ZONES; idx++)
		if (populated(m, nid, idx))
			pagetypeinfo_showfree_print(s, m, nid, idx);

	seq_printf(s, "\n%-23s", "Number of blocks type ");
	for (u32 mt = 0; mt < MIGRATE_TYPES; mt++)
		seq_printf(s, "%12s ", view_migratetype_name(mt));
	seq_putc(s, '\n');
	for (u32 idx = 0; idx < MAX_NR_ZONES; idx++)
		if (populated(m, nid, idx))
			pagetypeinfo_showblockcount_print(s, m, nid, idx);
}

static void pagetypeinfo_show(struct seq_file *s, const struct machine *m)
{
	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++)
		if (node_has_memory(m, nid))
			pagetypeinfo_show_node(s, m, nid);
}

/* ---- zoneinfo ---- */

static void zoneinfo_show_node_stats(struct seq_file *s, const struct machine *m, u32 nid)
{
	u32 nr, first = reader_node_counters(&nr);

	seq_puts(s, "\n  per-node stats");
	for (u32 i = 0; i < nr; i++)
		seq_printf(s, "\n      %-12s %lu", view_counter_name(first + i),
			   reader_node_counter(m, nid, i));
}

static void zoneinfo_show_pages(struct seq_file *s, const struct zone *zone)
{
	seq_printf(s, "\n  pages free     %lu", (u64)max(zone->vm_stat[NR_FREE_PAGES], 0L));
	seq_printf(s, "\n        boost    %lu", zone->watermark_boost);
	seq_printf(s, "\n        min      %lu", min_wmark_pages(zone));
	seq_printf(s, "\n        low      %lu", low_wmark_pages(zone));
	seq_printf(s, "\n        high     %lu", high_wmark_pages(zone));
	seq_printf(s, "\n        spanned  %lu", zone->spanned_pages);
	seq_printf(s, "\n        present  %lu", zone->present_pages);
	seq_printf(s, "\n        managed  %lu", zone_managed_pages(zone));
	seq_puts(s, "\n        cma      0");
	seq_printf(s, "\n        protection: (%ld", zone->lowmem_reserve[0]);
	for (u32 i = 1; i < MAX_NR_ZONES; i++)
		seq_printf(s, ", %ld", zone->lowmem_reserve[i]);
	seq_putc(s, ')');
}

static void zoneinfo_show_counters(struct seq_file *s, const struct machine *m,
				   const struct zone *zone)
{
	static const char *const names[] = {
#define X(item, name) name,
		ZONE_STAT_ITEMS(X) NUMA_STAT_ITEMS(X)
#undef X
	};

	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		seq_printf(s, "\n      %-12s %lu", names[i],
			   i < NR_VM_ZONE_STAT_ITEMS ?
				   (u64)max(zone->vm_stat[i], 0L) :
				   reader_numa_counter(m, zone, i - NR_VM_ZONE_STAT_ITEMS));
}

static void zoneinfo_show_pagesets(struct seq_file *s, const struct machine *m, u32 nid,
				   const struct zone *zone)
{
	seq_puts(s, "\n  pagesets");
	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++) {
		const struct per_cpu_pages *pcp = &zone->per_cpu_pageset[cpu];

		seq_printf(s, "\n    cpu: %u", cpu);
		seq_printf(s, "\n              count: %i", pcp->count);
		seq_printf(s, "\n              high:  %i", pcp->high);
		seq_printf(s, "\n              batch: %i", pcp->batch);
		seq_printf(s, "\n  vm stats threshold: %d",
			   zone->per_cpu_zonestats[cpu].stat_threshold);
	}
	seq_printf(s, "\n  node_unreclaimable:  %u",
		   m->node_data[nid].kswapd_failures >= MAX_RECLAIM_RETRIES);
	seq_printf(s, "\n  start_pfn:           %lu", zone->zone_start_pfn);
}

static void zoneinfo_show(struct seq_file *s, const struct machine *m)
{
	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++) {
		bool first = true;

		for (u32 idx = 0; idx < MAX_NR_ZONES; idx++) {
			const struct zone *zone = reader_zone(m, zone_ref(nid, idx));

			seq_printf(s, "Node %u, zone %8s", nid, view_zone_name(idx));
			if (first && populated_zone(zone)) {
				zoneinfo_show_node_stats(s, m, nid);
				first = false;
			}
			zoneinfo_show_pages(s, zone);
			if (populated_zone(zone)) {
				zoneinfo_show_counters(s, m, zone);
				zoneinfo_show_pagesets(s, m, nid, zone);
			}
			seq_putc(s, '\n');
		}
	}
}

/* ---- vmstat ---- */

static void vmstat_show(struct seq_file *s, const struct machine *m)
{
	for (u32 i = 0; i < view_nr_counters(); i++)
		seq_printf(s, "%s %lu\n", view_counter_name(i), view_counter(m, i));
	seq_puts(s, "nr_unstable 0\n");
}

/* ---- meminfo ---- */

static void show_val_kb(struct seq_file *s, const char *label, u64 pages)
{
	seq_printf(s, "%s%8lu kB\n", label, pages << (PAGE_SHIFT - 10));
}

/*
 * What programs could get without swapping: free memory that is not held in reserve, and of the page
 * cache and of caches that can shrink, what is not in use (at least half, or all but the low watermarks).
 */
static u64 reader_mem_available(const struct machine *m)
{
	s64 available = (s64)reader_zone_counter_sum(m, NR_FREE_PAGES) - (s64)m->totalreserve_pages;
	u64 pagecache = reader_node_counter_sum(m, NR_ACTIVE_FILE) +
			reader_node_counter_sum(m, NR_INACTIVE_FILE);
	u64 reclaimable = reader_node_counter_sum(m, NR_SLAB_RECLAIMABLE_B) +
			  reader_node_counter_sum(m, NR_KERNEL_MISC_RECLAIMABLE);
	u64 wmark_low = 0;

	for (u32 ref = 0; ref < zone_ref(reader_nr_nodes(m), 0); ref++) {
		const struct zone *zone = reader_zone(m, ref);

		if (zone)
			wmark_low += low_wmark_pages(zone);
	}
	available += (s64)(pagecache - min(pagecache / 2, wmark_low));
	available += (s64)(reclaimable - min(reclaimable / 2, wmark_low));
	return (u64)max(available, 0L);
}

static void show_node_counter(struct seq_file *s, const struct machine *m, const char *label,
			      enum node_stat_item item)
{
	show_val_kb(s, label, reader_node_counter_sum(m, item));
}

/* The page cache and the LRU lists. */
static void meminfo_show_cache(struct seq_file *s, const struct machine *m)
{
	u64 pages[NR_LRU_LISTS], file = reader_node_counter_sum(m, NR_FILE_PAGES);
	u64 swapcache = reader_node_counter_sum(m, NR_SWAPCACHE);

	for (u32 lru = 0; lru < NR_LRU_LISTS; lru++)
		pages[lru] = reader_node_counter_sum(m, NR_LRU_BASE + lru);
	show_val_kb(s, "Buffers:        ", 0);
	show_val_kb(s, "Cached:         ", file - min(file, swapcache));
	show_val_kb(s, "SwapCached:     ", swapcache);
	show_val_kb(s, "Active:         ", pages[LRU_ACTIVE_ANON] + pages[LRU_ACTIVE_FILE]);
	show_val_kb(s, "Inactive:       ", pages[LRU_INACTIVE_ANON] + pages[LRU_INACTIVE_FILE]);
	show_val_kb(s, "Active(anon):   ", pages[LRU_ACTIVE_ANON]);
	show_val_kb(s, "Inactive(anon): ", pages[LRU_INACTIVE_ANON]);
	show_val_kb(s, "Active(file):   ", pages[LRU_ACTIVE_FILE]);
	show_val_kb(s, "Inactive(file): ", pages[LRU_INACTIVE_FILE]);
	show_val_kb(s, "Unevictable:    ", pages[LRU_UNEVICTABLE]);
}

/* What pages are used for. */
static void meminfo_show_use(struct seq_file *s, const struct machine *m)
{
	u64 reclaimable = reader_node_counter_sum(m, NR_SLAB_RECLAIMABLE_B);
	u64 unreclaimable = reader_node_counter_sum(m, NR_SLAB_UNRECLAIMABLE_B);

	show_node_counter(s, m, "Dirty:          ", NR_FILE_DIRTY);
	show_node_counter(s, m, "Writeback:      ", NR_WRITEBACK);
	show_node_counter(s, m, "AnonPages:      ", NR_ANON_MAPPED);
	show_node_counter(s, m, "Mapped:         ", NR_FILE_MAPPED);
	show_node_counter(s, m, "Shmem:          ", NR_SHMEM);
	show_val_kb(s, "KReclaimable:   ",
		    reclaimable + reader_node_counter_sum(m, NR_KERNEL_MISC_RECLAIMABLE));
	show_val_kb(s, "Slab:           ", reclaimable + unreclaimable);
	show_val_kb(s, "SReclaimable:   ", reclaimable);
	show_val_kb(s, "SUnreclaim:     ", unreclaimable);
	seq_printf(s, "KernelStack:    %8lu kB\n", reader_node_counter_sum(m, NR_KERNEL_STACK_KB));
	show_node_counter(s, m, "PageTables:     ", NR_PAGETABLE);
	show_node_counter(s, m, "SecPageTables:  ", NR_SECONDARY_PAGETABLE);
	show_val_kb(s, "NFS_Unstable:   ", 0);
}

static void meminfo_show(struct seq_file *s, const struct machine *m)
{
	show_val_kb(s, "MemTotal:       ", m->totalram_pages);
	show_val_kb(s, "MemFree:        ", reader_zone_counter_sum(m, NR_FREE_PAGES));
	show_val_kb(s, "MemAvailable:   ", reader_mem_available(m));
	meminfo_show_cache(s, m);
	show_val_kb(s, "Mlocked:        ", reader_zone_counter_sum(m, NR_MLOCK));
	show_val_kb(s, "SwapTotal:      ", (u64)m->total_swap_pages);
	show_val_kb(s, "SwapFree:       ", (u64)max(m->nr_swap_pages, 0L));
	show_val_kb(s, "Zswap:          ", 0);
	show_val_kb(s, "Zswapped:       ", 0);
	meminfo_show_use(s, m);
	show_val_kb(s, "Bounce:         ", reader_zone_counter_sum(m, NR_BOUNCE));
	show_node_counter(s, m, "WritebackTmp:   ", NR_WRITEBACK_TEMP);
	show_val_kb(s, "CommitLimit:    ", vm_commit_limit(m));
	show_val_kb(s, "Committed_AS:   ", (u64)max(m->vm_committed_as, 0L));
	/* 32 TiB less one byte: the range for vmalloc() with four levels of page tables. */
	seq_printf(s, "VmallocTotal:   %8lu kB\n", ((1UL << 45) - 1) >> 10);
	show_val_kb(s, "VmallocUsed:    ", m->vmalloc.nr_vmalloc_pages);
	show_val_kb(s, "VmallocChunk:   ", 0);
	show_val_kb(s, "Percpu:         ", m->slab.pcpu_pages);
	seq_puts(s, "HardwareCorrupted:     0 kB\n");
	show_node_counter(s, m, "AnonHugePages:  ", NR_ANON_THPS);
	show_node_counter(s, m, "ShmemHugePages: ", NR_SHMEM_THPS);
	show_node_counter(s, m, "ShmemPmdMapped: ", NR_SHMEM_PMDMAPPED);
	show_node_counter(s, m, "FileHugePages:  ", NR_FILE_THPS);
	show_node_counter(s, m, "FilePmdMapped:  ", NR_FILE_PMDMAPPED);
	seq_printf(s, "HugePages_Total:   %5lu\n", 0UL);
	seq_printf(s, "HugePages_Free:    %5lu\n", 0UL);
	seq_printf(s, "HugePages_Rsvd:    %5lu\n", 0UL);
	seq_printf(s, "HugePages_Surp:    %5lu\n", 0UL);
	seq_printf(s, "Hugepagesize:   %8lu kB\n", pageblock_nr_pages << (PAGE_SHIFT - 10));
	seq_printf(s, "Hugetlb:        %8lu kB\n", 0UL);
	show_val_kb(s, "DirectMap4k:    ", 0);
	show_val_kb(s, "DirectMap2M:    ", 0);
}

/* ---- swaps ---- */

/* The first device is /dev/vdb, since /dev/vda is the disk. */
static void swap_show(struct seq_file *s, const struct swap_info_struct *si, u32 device)
{
	char name[] = "/dev/vdb";
	u64 bytes = si->pages << (PAGE_SHIFT - 10), inuse = si->inuse_pages << (PAGE_SHIFT - 10);

	name[sizeof(name) - 2] = (char)('b' + device);
	seq_puts(s, name);
	for (u32 i = sizeof(name) - 1; i < 40; i++)
		seq_puts(s, " ");
	seq_printf(s, "partition\t%lu\t%s%lu\t%s%d\n", bytes, bytes < 10000000 ? "\t" : "", inuse,
		   inuse < 10000000 ? "\t" : "", si->prio);
}

static void swaps_show(struct seq_file *s, const struct machine *m)
{
	const struct swap_info_struct *si;

	seq_puts(s, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
	for (u32 i = 0; (si = reader_swap(m, i)) != NULL; i++)
		if (si->flags & SWP_USED)
			swap_show(s, si, i);
}

/* ---- The files by name ---- */

static const char *const proc_names[] = {
	"buddyinfo", "pagetypeinfo", "zoneinfo", "vmstat", "meminfo", "slabinfo", "kmsg", "swaps", NULL,
};

static void (*const proc_show[])(struct seq_file *s, const struct machine *m) = {
	buddyinfo_show, pagetypeinfo_show, zoneinfo_show, vmstat_show, meminfo_show, slabinfo_show, kmsg_show, swaps_show,
};

_Static_assert(ARRAY_SIZE(proc_names) == ARRAY_SIZE(proc_show) + 1, "every file can be shown");

const char *const *view_proc_names(void)
{
	return proc_names;
}

s64 view_proc(const struct machine *m, const char *name, char *buf, size_t size)
{
	struct seq_file s;

	for (u32 i = 0; i < ARRAY_SIZE(proc_show); i++) {
		if (!text_equal(proc_names[i], name))
			continue;
		seq_open(&s, buf, size);
		proc_show[i](&s, m);
		return (s64)seq_close(&s);
	}
	seq_open(&s, buf, size);
	if (proc_task(m, name, &s))
		return -ENOENT;
	return (s64)seq_close(&s);
}
