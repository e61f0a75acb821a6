// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that is about writeback: every page that is being written is
 * in the disk's queue once, every file with dirty pages is known to the flusher, and the lists
 * of what shrinkers could free are as long as they say.
 */
#include "mm.h"
#include "validate.h"
#include "writeback.h"

/* Frames of files with PG_writeback; swap's own writes end with the batch that made them. */
static u32 count_frames_in_writeback(struct validation *v)
{
	u32 nr = 0;

	for (u64 pfn = 0; pfn < v->m->max_pfn; pfn++) {
		const struct page *page = reader_page(v->m, pfn);

		if (page->owner.kind == OWNER_ALLOCATED && PageWriteback(page) && !PageAnon(page) &&
		    !PageSwapBacked(page))
			nr++;
	}
	return nr;
}

static bool queued_twice(const struct request_queue *q, u32 i)
{
	const struct page *page = q->pages[(q->first + i) % DISK_QUEUE_DEPTH];

	for (u32 k = 0; k < i; k++)
		if (q->pages[(q->first + k) % DISK_QUEUE_DEPTH] == page)
			return true;
	return false;
}

static void check_disk_queue(struct validation *v)
{
	const struct request_queue *q = &v->m->disk_queue;
	u32 nr = min(q->nr, (u32)DISK_QUEUE_DEPTH), frames;

	if (!q->nr && !v->m->vm_node_stat[NR_WRITEBACK])
		return;
	for (u32 i = 0; i < nr; i++) {
		u64 pfn = reader_page_pfn(v->m, q->pages[(q->first + i) % DISK_QUEUE_DEPTH]);

		if (pfn == NO_PFN || !PageWriteback(reader_page(v->m, pfn)) || queued_twice(q, i))
			complain(v,
				 pfn == NO_PFN ? mm_object(MM_OBJECT_MACHINE, 0) : page_object(pfn),
				 "Page %#lx is in the disk's queue, but not as a page that is "
				 "being written.",
				 pfn);
	}
	frames = count_frames_in_writeback(v);
	if (frames != q->nr)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "%u pages of files are being written, but the disk has %u in its queue.",
			 frames, q->nr);
}

/* Inodes on one of the flusher's lists. */
static u32 count_listed(struct validation *v, const struct list_head *list)
{
	const struct inode *inode;
	u32 n, nr = 0;

	reader_for_each(inode, n, v->m, list, i_io_list) {
		nr++;
		if (!(inode->i_state & I_DIRTY_PAGES))
			complain(v, mm_object(MM_OBJECT_FILE, inode->i_ino),
				 "File %u is on a list of the flusher, but is not dirty.",
				 inode->i_ino);
	}
	return nr;
}

static void check_flusher(struct validation *v)
{
	const struct bdi_writeback *wb = &v->m->wb;
	const struct inode *inode;
	u32 n, dirty = 0, listed;

	listed = count_listed(v, &wb->b_dirty) + count_listed(v, &wb->b_io) +
		 count_listed(v, &wb->b_more_io);
	reader_for_each(inode, n, v->m, &v->m->inodes, i_list) {
		const struct xa_node *head =
			reader_object(v->m, inode->i_data.i_pages.xa_head, sizeof(*head));

		dirty += inode->i_state & I_DIRTY_PAGES ? 1 : 0;
		if (head && head->marks[PAGECACHE_TAG_DIRTY] && !(inode->i_state & I_DIRTY_PAGES))
			complain(v, mm_object(MM_OBJECT_FILE, inode->i_ino),
				 "File %u has dirty pages, but the flusher does not know.",
				 inode->i_ino);
	}
	if (listed != dirty)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "%u files are dirty, but the flusher has %u on its lists.", dirty, listed);
}

/* ---- Lists that shrinkers go by ---- */

static void check_inode_lru(struct validation *v, u32 nid)
{
	const struct inode *inode;
	u32 n;
	s64 nr = 0;

	reader_for_each(inode, n, v->m, &v->m->inode_lru.lists[nid], i_lru) {
		nr++;
		if (inode->kind != INODE_REG || !inode->i_nlink)
			complain(v, mm_object(MM_OBJECT_FILE, inode->i_ino),
				 "File %u is on the list of unused inodes, but could not be read "
				 "again.",
				 inode->i_ino);
	}
	if (nr != v->m->inode_lru.nr_items[nid])
		complain(v, mm_object(MM_OBJECT_NODE, nid),
			 "Node %u counts %ld unused inodes; its list has %ld.", nid,
			 v->m->inode_lru.nr_items[nid], nr);
}

static void check_shadow_nodes(struct validation *v, u32 nid)
{
	const struct xa_node *node;
	u32 n;
	s64 nr = 0;

	reader_for_each(node, n, v->m, &v->m->shadow_nodes.lists[nid], private_list) {
		nr++;
		if (!node->count || node->count != node->nr_values || node->shift)
			complain(v, mm_object(MM_OBJECT_NODE, nid),
				 "Node %u has an index node on the list of shadows that holds %u "
				 "entries, %u of them values.",
				 nid, node->count, node->nr_values);
	}
	if (nr != v->m->shadow_nodes.nr_items[nid])
		complain(v, mm_object(MM_OBJECT_NODE, nid),
			 "Node %u counts %ld index nodes that hold only shadows; its list has %ld.",
			 nid, v->m->shadow_nodes.nr_items[nid], nr);
}

void check_writeback(struct validation *v)
{
	for (u32 nid = 0; nid < reader_nr_nodes(v->m); nid++) {
		check_inode_lru(v, nid);
		check_shadow_nodes(v, nid);
	}
	check_disk_queue(v);
	check_flusher(v);
}
