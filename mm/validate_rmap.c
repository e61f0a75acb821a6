// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that holds page tables, reverse mapping and page cache
 * against each other.
 *
 * From the one side all page tables are walked: every entry must lie in a VMA and lead to the page
 * that belongs there, and what they add up to must be what the address space counts. From the other
 * side all frames are looked at: how often they say that they are mapped. So that no table of counts is
 * needed, both sides add up a number made of the page frame number for each mapping; only if the sums
 * differ is every page's count compared one by one.
 */
#include "gup.h"
#include "swapops.h"
#include "validate.h"

#define LEVEL_PMD 2u

/* What all frames of a node add up to, in pages. */
struct node_sums {
	s64 anon_mapped, file_mapped, file_pages, shmem, dirty;
};

/* What is added up over all address spaces and over all frames. */
struct rmap_sums {
	u64 entries;		/* marks of the frames that entries lead to */
	u64 mapped;		/* marks of frames, as often as they say they are mapped */
	u64 tables, table_frames;
	u64 cached;		/* pages in page caches */
	struct node_sums node[MAX_NUMNODES];
};

static u64 pfn_of_entry(u64 entry)
{
	return (entry & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/* A number that tells frames apart in a sum. */
static u64 mark_of(u64 pfn)
{
	u64 x = (pfn + 1) * 0x9e3779b97f4a7c15ULL;

	x ^= x >> 29;
	return x * 0xbf58476d1ce4e5b9ULL;
}

static mm_object_t vma_object(const struct vm_area_struct *vma)
{
	return mm_object(MM_OBJECT_VMA, vma->vm_nr);
}

/* ---- Entries of an address space ---- */

struct mm_check {
	struct validation *v;
	const struct mm_struct *mm;
	const struct vm_area_struct *vma; /* the one that the walk has come to */
	s64 rss[NR_MM_COUNTERS];
	struct rmap_sums *sums;
};

/* Moves on to the VMA that an address lies in; NULL: in none. */
static const struct vm_area_struct *vma_for(struct mm_check *c, u64 address)
{
	const struct machine *m = c->v->m;

	while (c->vma && c->vma->vm_end <= address)
		c->vma = reader_vma_at(m, c->vma->vm_next);
	return c->vma && c->vma->vm_start <= address ? c->vma : NULL;
}

/* Is the VMA linked to the anon_vma that the page says it belongs to? */
static bool linked_to(const struct machine *m, const struct vm_area_struct *vma,
		      const struct page *head)
{
	const void *kept = (const char *)head->mapping - PAGE_MAPPING_ANON;
	const struct anon_vma_chain *avc;
	u32 n;

	reader_for_each(avc, n, m, &vma->anon_vma_chain, same_vma)
		if (avc->anon_vma == kept)
			return true;
	return false;
}

/* Is it the page that the VMA has there? */
static void check_mapped_page(struct mm_check *c, const struct vm_area_struct *vma, u64 address,
			      u64 pfn)
{
	const struct machine *m = c->v->m;
	const struct page *page = reader_page(m, pfn), *head = reader_compound_head(m, page);
	const struct file *file = reader_object(m, vma->vm_file, sizeof(*file));
	u64 index = head->index + (u64)(page - head);

	if (index != ((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff)
		complain(c->v, page_object(pfn),
			 "Page %#lx is mapped at %#lx, but its index %#lx belongs elsewhere.", pfn,
			 address, index);
	if (PageAnon(head)) {
		if (!linked_to(m, vma, head))
			complain(c->v, page_object(pfn),
				 "Page %#lx is mapped at %#lx, but VMA %u is not linked to its anon_vma.",
				 pfn, address, vma->vm_nr);
	} else if (!file || file->f_mapping != head->mapping) {
		complain(c->v, page_object(pfn),
			 "Page %#lx is mapped at %#lx, but is no page of what VMA %u maps.", pfn,
			 address, vma->vm_nr);
	}
}

static u32 counter_of(const struct page *head)
{
	if (PageAnon(head))
		return MM_ANONPAGES;
	return PageSwapBacked(head) ? MM_SHMEMPAGES : MM_FILEPAGES;
}

static bool check_entry(void *data, u64 address, u64 entry, u32 level)
{
	struct mm_check *c = data;
	const struct vm_area_struct *vma = vma_for(c, address);
	u64 pfn = pfn_of_entry(entry), nr = level == LEVEL_PMD ? HPAGE_PMD_NR : 1;
	const struct page *head;

	if (!vma) {
		complain(c->v, mm_object(MM_OBJECT_MM, c->mm->mm_nr),
			 "mm %u: the page table has an entry at %#lx, where nothing is mapped.",
			 c->mm->mm_nr, address);
		return true;
	}
	if (!pte_present(__pte(entry))) {
		if (is_migration_pte(__pte(entry)))
			complain(c->v, vma_object(vma),
				 "VMA %u: the entry at %#lx waits for page %#lx to be moved, though no operation runs.",
				 vma->vm_nr, address, migration_pte_pfn(__pte(entry)));
		else if (!is_pte_marker(__pte(entry)))
			c->rss[MM_SWAPENTS]++;
		return true;
	}
	if (!reader_page(c->v->m, pfn)) {
		complain(c->v, vma_object(vma), "VMA %u: the entry at %#lx leads to no frame.",
			 vma->vm_nr, address);
		return true;
	}
	if (reader_is_zero_page(c->v->m, pfn))
		return true;
	head = reader_compound_head(c->v->m, reader_page(c->v->m, pfn));
	c->rss[counter_of(head)] += (s64)nr;
	c->sums->entries += mark_of(pfn) + (level == LEVEL_PMD);
	if (entry & _PAGE_RW && !(vma->vm_flags & VM_WRITE))
		complain(c->v, vma_object(vma),
			 "VMA %u: the entry at %#lx allows writing, which the mapping does not.",
			 vma->vm_nr, address);
	if (page_ref_count(head) < reader_mapcount(c->v->m, pfn) || !reader_mapcount(c->v->m, pfn))
		complain(c->v, page_object(pfn),
			 "Page %#lx is mapped at %#lx, but has %d references and a map count of %d.", pfn,
			 address, page_ref_count(head), reader_mapcount(c->v->m, pfn));
	check_mapped_page(c, vma, address, pfn);
	return true;
}

static void check_rss(struct mm_check *c)
{
	static const char *const names[] = { "MM_FILEPAGES", "MM_ANONPAGES", "MM_SWAPENTS",
					     "MM_SHMEMPAGES" };

	for (u32 i = 0; i < NR_MM_COUNTERS; i++)
		if (c->mm->rss_stat[i] != c->rss[i])
			complain(c->v, mm_object(MM_OBJECT_MM, c->mm->mm_nr),
				 "mm %u: %s is %ld, but the page tables have %ld.", c->mm->mm_nr,
				 names[i], c->mm->rss_stat[i], c->rss[i]);
}

/* Tables below the top one; of a huge page, the one that is kept for when it is split. */
static u64 count_tables(const struct machine *m, const u64 *table, u32 level)
{
	const u32 end = level == 4 ? KERNEL_PGD_BOUNDARY : PTRS_PER_TABLE;
	u64 nr = 0;

	for (u32 i = 0; i < end; i++) {
		const u64 *below;

		if (!pte_present(__pte(table[i])))
			continue;
		nr++;
		if (level == LEVEL_PMD)
			continue;
		below = (const u64 *)reader_frame(m, pfn_of_entry(table[i]));
		if (below)
			nr += count_tables(m, below, level - 1);
	}
	return nr;
}

/* The upper half of each top table is the kernel's. */
static void check_kernel_half(struct validation *v, const struct mm_struct *mm, const u64 *pgd)
{
	const u64 *kernel = v->m->vmalloc.pgd ? reader_object(v->m, v->m->vmalloc.pgd, PAGE_SIZE) : NULL;

	for (u32 i = KERNEL_PGD_BOUNDARY; i < PTRS_PER_TABLE; i++)
		if (pgd[i] != (kernel ? kernel[i] : 0))
			complain(v, mm_object(MM_OBJECT_MM, mm->mm_nr),
				 "mm %u: entry %u of its top table is %#lx, but the kernel's is %#lx.",
				 mm->mm_nr, i, pgd[i], kernel ? kernel[i] : 0);
}

static void check_mm(struct validation *v, const struct mm_struct *mm, struct rmap_sums *sums)
{
	struct mm_check c = { .v = v, .mm = mm, .sums = sums };
	const u64 *pgd = reader_object(v->m, mm->pgd, PAGE_SIZE);
	u64 bytes;

	if (!pgd) {
		complain(v, mm_object(MM_OBJECT_MM, mm->mm_nr), "mm %u has no page table.",
			 mm->mm_nr);
		return;
	}
	c.vma = reader_vma_at(v->m, mm->mmap);
	reader_walk(v->m, mm, 0, 1UL << 47, check_entry, &c);
	check_kernel_half(v, mm, pgd);
	check_rss(&c);
	bytes = count_tables(v->m, pgd, 4) << PAGE_SHIFT;
	sums->tables += bytes / PAGE_SIZE + 1;
	if (bytes != mm->pgtables_bytes)
		complain(v, mm_object(MM_OBJECT_MM, mm->mm_nr),
			 "mm %u: pgtables_bytes is %lu, but there are tables of %lu bytes.",
			 mm->mm_nr, mm->pgtables_bytes, bytes);
}

/* ---- Frames ---- */

/* Entries that map the page, found by asking every VMA. */
static void compare_mapcount(struct validation *v, u64 pfn)
{
	u32 users = view_page_users(v->m, pfn, NULL, 0);
	s32 mapcount = reader_mapcount(v->m, pfn);

	if (mapcount >= 0 && users != (u32)mapcount)
		complain(v, page_object(pfn), "Page %#lx has a map count of %d, but %u entries map it.",
			 pfn, mapcount, users);
}

/* References that the batches on the way to the LRU lists hold. */
static s32 batch_references(const struct machine *m, const struct page *page)
{
	s32 nr = 0;

	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++) {
		const struct folio_batch *batches = (const struct folio_batch *)&m->cpu_fbatches[cpu];

		for (u32 i = 0; i < sizeof(m->cpu_fbatches[cpu]) / sizeof(*batches); i++)
			for (u32 k = 0; k < batches[i].nr && k < PAGEVEC_SIZE; k++)
				nr += reader_page_pfn(m, batches[i].folios[k]) ==
				      (u64)(page - reader_mem_map(m));
	}
	return nr;
}

/* All that hold a page: entries, the page cache, swap cache and batches. */
static void check_references(struct validation *v, u64 pfn, const struct page *page)
{
	u64 nr = PageHead(page) ? page[1].compound_nr : 1;
	s32 expected = !PageAnon(page) || PageSwapCache(page);

	if (nr > 1)
		expected += atomic_read(&page[1].compound_mapcount) + 1;
	for (u64 i = 0; i < nr; i++)
		expected += atomic_read(&page[i]._mapcount) + 1;
	if (page_ref_count(page) == expected)
		return;
	expected += batch_references(v->m, page);
	expected += (s32)reader_pins(v->m, pfn) * (nr > 1 ? 1 : GUP_PIN_COUNTING_BIAS);
	if (page_ref_count(page) != expected)
		complain(v, page_object(pfn), "Page %#lx has %d references, but %d users are known.",
			 pfn, page_ref_count(page), expected);
}

/* Is it a page that belongs to a file or is anonymous? Others are never mapped. */
static bool is_content_page(const struct page *page)
{
	return page->owner.kind == OWNER_ALLOCATED && page->mapping && !PageSlab(page) &&
	       !PageTable(page) && (u64)page->mapping > MAX_ERRNO &&
	       page->mapping != TAIL_MAPPING;
}

static void sum_page(struct validation *v, u64 pfn, struct rmap_sums *sums)
{
	const struct page *page = reader_page(v->m, pfn);
	u64 nr, mapped = 0, mapcount;
	struct node_sums *node = &sums->node[page_to_nid(page) % MAX_NUMNODES];

	if (page->owner.kind == OWNER_ALLOCATED && PageTable(page))
		sums->table_frames++;
	if (!is_content_page(page))
		return;
	nr = PageHead(page) ? page[1].compound_nr : 1;
	for (u64 i = 0; i < nr && pfn + i < v->m->max_pfn; i++) {
		mapcount = (u64)(atomic_read(&page[i]._mapcount) + 1);
		sums->mapped += mapcount * mark_of(pfn + i);
		mapped += reader_mapcount(v->m, pfn + i) > 0;
	}
	if (nr > 1) {
		mapcount = (u64)(atomic_read(&page[1].compound_mapcount) + 1);
		sums->mapped += mapcount * (mark_of(pfn) + 1);
	}
	/* Of a page that was read ahead from swap nobody knows yet whose it is. */
	if (PageAnon(page) || PageSwapCache(page)) {
		node->anon_mapped += (s64)mapped;
	} else {
		node->file_mapped += (s64)mapped;
		node->file_pages += (s64)nr;
		node->shmem += PageSwapBacked(page) ? (s64)nr : 0;
		node->dirty += PageDirty(page) && !PageSwapBacked(page) ? (s64)nr : 0;
	}
	check_references(v, pfn, page);
}

/* ---- Huge pages that wait to be split ---- */

/* Is it a huge page that is still in use, and mapped only in part? */
static bool may_be_split(const struct page *head)
{
	if (page_ref_count(head) <= 0 || atomic_read(&head[1].compound_mapcount) >= 0)
		return false;
	for (u64 i = 0; i < HPAGE_PMD_NR; i++)
		if (atomic_read(&head[i]._mapcount) < 0)
			return true;
	return false;
}

/* The huge page whose link this is; NO_PFN if it is none of the node's. */
static u64 split_queue_pfn(const struct machine *m, u32 nid, const struct list_head *link)
{
	u64 pfn = reader_page_pfn(m, list_entry(link, struct page, deferred_list));

	if (pfn == NO_PFN || pfn < 2 || pfn - 2 + HPAGE_PMD_NR > m->max_pfn)
		return NO_PFN;
	pfn -= 2;
	return PageTransHuge(reader_page(m, pfn)) && page_to_nid(reader_page(m, pfn)) == (int)nid ?
		       pfn :
		       NO_PFN;
}

static void check_split_queue(struct validation *v, u32 nid)
{
	const struct deferred_split *ds_queue = &v->m->node_data[nid].deferred_split_queue;
	const struct list_head *link = ds_queue->split_queue.next;
	u64 nr = 0, pfn;

	for (; link && reader_address(v->m, link) != (u64)&ds_queue->split_queue && nr < v->m->max_pfn;
	     nr++) {
		pfn = split_queue_pfn(v->m, nid, link);
		if (pfn == NO_PFN) {
			complain(v, mm_object(MM_OBJECT_NODE, nid),
				 "Node %u has something in its queue of huge pages to be split that is "
				 "none of its huge pages.",
				 nid);
			break;
		}
		if (!may_be_split(reader_page(v->m, pfn)))
			complain(v, page_object(pfn),
				 "The huge page %#lx waits to be split, but no part of it is unused.",
				 pfn);
		link = reader_page(v->m, pfn + 2)->deferred_list.next;
	}
	if (nr != ds_queue->split_queue_len)
		complain(v, mm_object(MM_OBJECT_NODE, nid),
			 "Node %u counts %lu huge pages to be split; its queue has %lu.", nid,
			 ds_queue->split_queue_len, nr);
}

/* A counter of a node with what the CPUs have not folded in. */
static s64 node_counter(const struct machine *m, u32 nid, u32 item)
{
	s64 sum = m->node_data[nid].vm_stat[item];

	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
		sum += m->node_data[nid].per_cpu_nodestats[cpu].vm_node_stat_diff[item];
	return sum;
}

static void check_node_counters(struct validation *v, u32 nid, const struct node_sums *sums)
{
	const struct {
		const char *name;
		u32 item;
		s64 found;
	} counters[] = {
		{ "NR_ANON_MAPPED", NR_ANON_MAPPED, sums->anon_mapped },
		{ "NR_FILE_MAPPED", NR_FILE_MAPPED, sums->file_mapped },
		{ "NR_FILE_PAGES", NR_FILE_PAGES, sums->file_pages },
		{ "NR_SHMEM", NR_SHMEM, sums->shmem },
		{ "NR_FILE_DIRTY", NR_FILE_DIRTY, sums->dirty },
	};

	for (u32 i = 0; i < ARRAY_SIZE(counters); i++) {
		s64 counted = node_counter(v->m, nid, counters[i].item);

		/* Pages of the swap cache count as pages of files. */
		if (counters[i].item == NR_FILE_PAGES)
			counted -= node_counter(v->m, nid, NR_SWAPCACHE);
		if (counted != counters[i].found)
			complain(v, mm_object(MM_OBJECT_NODE, nid),
				 "Node %u: %s is %ld, but %ld such pages were found.", nid,
				 counters[i].name, counted, counters[i].found);
	}
}

/* ---- Page caches ---- */

struct cache_check {
	struct validation *v;
	const struct inode *inode;
	u64 pages, values;
};

static void check_cached_page(struct cache_check *c, const void *kept, u64 index)
{
	u64 pfn = reader_page_pfn(c->v->m, kept);
	const struct page *page = pfn == NO_PFN ? NULL : reader_page(c->v->m, pfn);

	c->pages++;
	if (!page) {
		complain(c->v, mm_object(MM_OBJECT_FILE, c->inode->i_ino),
			 "File %u: what its page cache has at %#lx is no page.", c->inode->i_ino,
			 index);
		return;
	}
	if (page->mapping != c->inode->i_mapping || page->index != index)
		complain(c->v, page_object(pfn),
			 "Page %#lx is in the page cache of file %u at %#lx, but says otherwise.", pfn,
			 c->inode->i_ino, index);
	if (PageLocked(page))
		complain(c->v, page_object(pfn), "Page %#lx is locked, though no operation runs.",
			 pfn);
}

/* Is the bit of a mark set exactly where something below is marked? */
static bool mark_right(const struct cache_check *c, const struct xa_node *node, u32 slot, u32 mark)
{
	const void *entry = node->slots[slot];
	bool set = node->marks[mark] >> slot & 1;
	const struct xa_node *below;
	u64 pfn;

	if (!entry)
		return !set;
	if (node->shift) {
		below = reader_object(c->v->m, entry, sizeof(*below));
		return below && set == (below->marks[mark] != 0);
	}
	if (mark == PAGECACHE_TAG_TOWRITE || xa_is_value(entry) || c->inode->kind != INODE_REG)
		return true;
	pfn = reader_page_pfn(c->v->m, entry);
	if (pfn == NO_PFN)
		return true;
	return set == (mark == PAGECACHE_TAG_DIRTY ? PageDirty(reader_page(c->v->m, pfn)) :
						     PageWriteback(reader_page(c->v->m, pfn)));
}

static void check_cache_node(struct cache_check *c, const void *kept, const void *parent, u64 base,
			     u32 shift, u32 offset)
{
	const struct xa_node *node = reader_object(c->v->m, kept, sizeof(*node));
	u32 count = 0, values = 0;

	if (!node || node->shift != shift || node->offset != offset || node->parent != parent) {
		complain(c->v, mm_object(MM_OBJECT_FILE, c->inode->i_ino),
			 "File %u: the node of its page cache at %#lx is damaged.",
			 c->inode->i_ino, base);
		return;
	}
	for (u32 i = 0; i < XA_CHUNK_SIZE; i++) {
		const void *entry = node->slots[i];
		u64 index = base + ((u64)i << shift);

		for (u32 mark = 0; mark < NR_XA_MARKS; mark++)
			if (!mark_right(c, node, i, mark))
				complain(c->v, mm_object(MM_OBJECT_FILE, c->inode->i_ino),
					 "File %u: mark %u at %#lx of its page cache is wrong.",
					 c->inode->i_ino, mark, index);
		if (!entry)
			continue;
		count++;
		if (shift) {
			check_cache_node(c, entry, kept, index, shift - XA_CHUNK_SHIFT, i);
		} else if (xa_is_value(entry)) {
			values++;
			c->values++;
		} else {
			check_cached_page(c, entry, index);
		}
	}
	if (count != node->count || values != node->nr_values || !count)
		complain(c->v, mm_object(MM_OBJECT_FILE, c->inode->i_ino),
			 "File %u: the node of its page cache at %#lx counts %u entries and %u values, but has %u and %u.",
			 c->inode->i_ino, base, node->count, node->nr_values, count, values);
}

static void check_file(struct validation *v, const struct inode *inode, struct rmap_sums *sums)
{
	struct cache_check c = { .v = v, .inode = inode };
	const struct xa_node *head =
		reader_object(v->m, inode->i_data.i_pages.xa_head, sizeof(*head));

	if (head && head->shift < 64 && head->shift % XA_CHUNK_SHIFT == 0)
		check_cache_node(&c, inode->i_data.i_pages.xa_head, NULL, 0, head->shift, 0);
	sums->cached += c.pages;
	if (c.pages != inode->i_data.nrpages || c.values != inode->i_data.nrexceptional)
		complain(v, mm_object(MM_OBJECT_FILE, inode->i_ino),
			 "File %u: its page cache counts %lu pages and %lu values, but has %lu and %lu.",
			 inode->i_ino, inode->i_data.nrpages, inode->i_data.nrexceptional, c.pages,
			 c.values);
}

/* ---- Reverse mapping of VMAs ---- */

/* The top of the tree that a node hangs in; NULL if the way up leads nowhere. */
static const struct rb_node *tree_top(const struct machine *m, const struct rb_node *node)
{
	for (u32 i = 0; i < 128; i++) {
		const struct rb_node *parent = rb_parent(node);

		if (!parent)
			return node;
		node = reader_object(m, parent, sizeof(*node));
		if (!node)
			return NULL;
	}
	return NULL;
}

/* The largest end below a child of an interval tree's node, whose subtree_last lies behind the links. */
static u64 child_last(const struct machine *m, const struct rb_node *kept)
{
	const struct rb_node *child = reader_object(m, kept, sizeof(*child) + sizeof(u64));

	return child ? *(const u64 *)(child + 1) : 0;
}

/* Does a node hang in the tree with that root, and know the largest end below it? */
static bool in_interval_tree(const struct machine *m, const struct rb_node *node, u64 last,
			     const struct rb_root *root)
{
	const struct rb_node *top = tree_top(m, node);
	u64 subtree_last = *(const u64 *)(node + 1);

	last = max(last, child_last(m, node->rb_left));
	last = max(last, child_last(m, node->rb_right));
	return subtree_last == last && root->rb_node &&
	       reader_object(m, root->rb_node, sizeof(*top)) == top;
}

static void check_vma_links(struct validation *v, const struct vm_area_struct *vma)
{
	const struct machine *m = v->m;
	u64 last = vma->vm_pgoff + vma_pages(vma) - 1;
	const struct file *file = reader_object(m, vma->vm_file, sizeof(*file));
	const struct anon_vma_chain *avc;
	bool own = !vma->anon_vma;
	u32 n;

	if (file) {
		const struct address_space *mapping =
			reader_object(m, file->f_mapping, sizeof(*mapping));

		if (!mapping || !in_interval_tree(m, &vma->shared.rb, last, &mapping->i_mmap))
			complain(v, vma_object(vma), "VMA %u is not found among the mappings of its file.",
				 vma->vm_nr);
	}
	reader_for_each(avc, n, m, &vma->anon_vma_chain, same_vma) {
		const struct anon_vma *anon_vma = reader_object(m, avc->anon_vma, sizeof(*anon_vma));

		own = own || avc->anon_vma == vma->anon_vma;
		if (!anon_vma || reader_vma_at(m, avc->vma) != vma ||
		    !in_interval_tree(m, &avc->rb, last, &anon_vma->rb_root))
			complain(v, vma_object(vma), "VMA %u is not found by anon_vma %u.", vma->vm_nr,
				 anon_vma ? anon_vma->nr : 0);
	}
	if (!own)
		complain(v, vma_object(vma), "VMA %u is not linked to its own anon_vma.", vma->vm_nr);
}

/* ---- All of it ---- */

static void check_address_spaces(struct validation *v, struct rmap_sums *sums)
{
	const struct vm_area_struct *vma;
	const struct mm_struct *mm;
	u32 i, n;

	reader_for_each(mm, i, v->m, &v->m->mms, mm_list) {
		check_mm(v, mm, sums);
		reader_for_each_vma(vma, n, v->m, mm)
			check_vma_links(v, vma);
	}
}

void check_rmap(struct validation *v)
{
	struct rmap_sums sums = { 0 };
	const struct inode *inode;
	s64 file_pages = 0;
	u32 n;

	/* Nothing was ever run: no page is mapped or cached. */
	if (!v->m->last_mm_nr && !v->m->last_ino)
		return;
	check_address_spaces(v, &sums);
	reader_for_each(inode, n, v->m, &v->m->inodes, i_list)
		check_file(v, inode, &sums);
	for (u64 pfn = 0; pfn < v->m->max_pfn; pfn++)
		sum_page(v, pfn, &sums);
	for (u32 nid = 0; nid < reader_nr_nodes(v->m); nid++) {
		check_node_counters(v, nid, &sums.node[nid]);
		check_split_queue(v, nid);
		file_pages += sums.node[nid].file_pages;
	}
	if (sums.entries != sums.mapped)
		for (u64 pfn = 0; pfn < v->m->max_pfn; pfn++)
			if (is_content_page(reader_page(v->m, pfn)))
				compare_mapcount(v, pfn);
	if ((s64)sums.cached != file_pages)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "The page caches hold %lu pages, but %ld pages say that they are in one.",
			 sums.cached, file_pages);
	if (sums.tables != sums.table_frames)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "%lu frames are page tables, but the address spaces have %lu.",
			 sums.table_frames, sums.tables);
}
