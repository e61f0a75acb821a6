// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a page to the entries that map it, for readers: through the interval
 * tree of its anon_vma or of its file's mappings, as rmap.c goes, but without
 * trusting what is found there.
 */
#include "reader.h"

/* A red-black tree of any height a machine can hold is lower; a damaged one ends here. */
#define MAX_DEPTH 96

struct rmap_search {
	const struct machine *m;
	u64 pfn;	 /* head of a compound page */
	u64 start, last; /* page offsets it takes up */
	bool anon;
	reader_rmap_t one;
	void *data;
	u32 steps;
	bool over;
};

/* The entry of @vma that maps the page, if there is one. */
static void look_at_vma(struct rmap_search *search, const struct vm_area_struct *vma)
{
	const struct machine *m = search->m;
	const struct mm_struct *mm = reader_object(m, vma->vm_mm, sizeof(*mm));
	struct reader_mapping mapping = { .vma = vma };
	u32 level;

	if (!mm || search->start < vma->vm_pgoff || search->start - vma->vm_pgoff >= vma_pages(vma))
		return;
	mapping.address = vma->vm_start + ((search->start - vma->vm_pgoff) << PAGE_SHIFT);
	mapping.entry = reader_entry(m, mm, mapping.address, &level);
	mapping.level = level;
	if (!pte_present(__pte(mapping.entry)) ||
	    (mapping.entry & PTE_PFN_MASK) >> PAGE_SHIFT != search->pfn)
		return;
	search->over = !search->one(search->data, &mapping);
}

static u64 last_of(const struct vm_area_struct *vma)
{
	return vma->vm_pgoff + vma_pages(vma) - 1;
}

/* What a node of the tree stands for, and the largest end below it. */
static const struct vm_area_struct *node_vma(const struct rmap_search *search,
					     const struct rb_node *kept,
					     const struct rb_node **node, u64 *subtree_last)
{
	const struct anon_vma_chain *avc;
	const struct vm_area_struct *vma;

	if (search->anon) {
		avc = reader_object(search->m,
				    (const char *)kept - offsetof(struct anon_vma_chain, rb),
				    sizeof(*avc));
		if (!avc)
			return NULL;
		*node = &avc->rb;
		*subtree_last = avc->rb_subtree_last;
		return reader_vma_at(search->m, avc->vma);
	}
	vma = reader_vma_at(search->m,
			    (const char *)kept - offsetof(struct vm_area_struct, shared.rb));
	if (!vma)
		return NULL;
	*node = &vma->shared.rb;
	*subtree_last = vma->shared.rb_subtree_last;
	return vma;
}

static void search_tree(struct rmap_search *search, const struct rb_node *kept, u32 depth)
{
	const struct vm_area_struct *vma;
	const struct rb_node *node;
	u64 subtree_last;

	if (!kept || search->over || depth > MAX_DEPTH || search->steps++ > READER_LIMIT)
		return;
	vma = node_vma(search, kept, &node, &subtree_last);
	if (!vma || subtree_last < search->start)
		return;
	search_tree(search, node->rb_left, depth + 1);
	if (search->over || vma->vm_pgoff > search->last)
		return;
	if (last_of(vma) >= search->start)
		look_at_vma(search, vma);
	search_tree(search, node->rb_right, depth + 1);
}

void reader_rmap(const struct machine *m, u64 pfn, reader_rmap_t one, void *data)
{
	const struct page *page = reader_page(m, pfn);
	struct rmap_search search = { .m = m, .pfn = pfn, .one = one, .data = data };
	const struct address_space *mapping;
	const struct anon_vma *anon_vma;

	if (!page || PageTail(page) || PageSlab(page) || !page->mapping)
		return;
	search.start = page->index;
	search.last = page->index + compound_nr(page) - 1;
	search.anon = PageAnon(page);
	if (search.anon) {
		anon_vma = reader_object(m, (const char *)page->mapping - PAGE_MAPPING_ANON,
					 sizeof(*anon_vma));
		if (anon_vma)
			search_tree(&search, anon_vma->rb_root.rb_node, 0);
		return;
	}
	mapping = reader_object(m, page->mapping, sizeof(*mapping));
	if (mapping)
		search_tree(&search, mapping->i_mmap.rb_node, 0);
}
