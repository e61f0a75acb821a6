// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about page tables: what is in them, what they translate to, who maps a
 * frame, and what the pages of a mapping add up to.
 *
 * The tables are read as they lie in their frames. An entry that leads to no frame of this machine
 * is passed over; depth is bounded by the four levels, so no damage makes a walk endless.
 */
#include "reader.h"
#include "seq_file.h"
#include "swapops.h"
#include "validate.h"

/* ---- Walking ---- */

#define LEVEL_PTE 1u
#define LEVEL_PMD 2u
#define LEVEL_PUD 3u
#define LEVEL_PGD 4u

static u32 level_shift(u32 level)
{
	return PAGE_SHIFT + 9 * (level - 1);
}

static u64 entry_pfn(u64 entry)
{
	return (entry & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/* Does an entry of this level lead to a table below? */
static bool leads_to_table(u64 entry, u32 level)
{
	return level > LEVEL_PTE && entry & _PAGE_PRESENT &&
	       !(level == LEVEL_PMD && entry & _PAGE_PSE);
}

static const u64 *pgd_table(const struct machine *m, const struct mm_struct *mm)
{
	return reader_object(m, mm->pgd, PAGE_SIZE);
}

struct walk {
	const struct machine *m;
	u64 start, end;
	reader_leaf_t leaf;
	void *data;
};

/* False: @leaf has seen enough. */
static bool walk_table(const struct walk *walk, const u64 *table, u64 base, u32 level)
{
	u32 shift = level_shift(level);
	u64 first = walk->start > base ? (walk->start - base) >> shift : 0;

	for (u64 i = first; i < PTRS_PER_TABLE; i++) {
		u64 address = base + (i << shift), entry = table[i];
		const u64 *below;

		if (address >= walk->end)
			return true;
		if (!entry)
			continue;
		if (!leads_to_table(entry, level)) {
			if (level <= LEVEL_PMD && !walk->leaf(walk->data, address, entry, level))
				return false;
			continue;
		}
		below = (const u64 *)reader_frame(walk->m, entry_pfn(entry));
		if (below && !walk_table(walk, below, address, level - 1))
			return false;
	}
	return true;
}

void reader_walk(const struct machine *m, const struct mm_struct *mm, u64 start, u64 end,
		 reader_leaf_t leaf, void *data)
{
	const struct walk walk = { m, start, min(end, 1UL << 47), leaf, data };
	const u64 *pgd = pgd_table(m, mm);

	if (pgd && start < walk.end)
		walk_table(&walk, pgd, 0, LEVEL_PGD);
}

u64 reader_entry(const struct machine *m, const struct mm_struct *mm, u64 address, u32 *level)
{
	const u64 *table = pgd_table(m, mm);
	u64 entry = 0;

	for (*level = LEVEL_PGD; table && address < 1UL << 47; --*level) {
		entry = table[address >> level_shift(*level) & (PTRS_PER_TABLE - 1)];
		if (!leads_to_table(entry, *level))
			return entry;
		table = (const u64 *)reader_frame(m, entry_pfn(entry));
	}
	return 0;
}

/* ---- Pages ---- */

const struct page *reader_compound_head(const struct machine *m, const struct page *page)
{
	u64 pfn;

	if (!PageTail(page))
		return page;
	pfn = reader_page_pfn(m, (const void *)(page->compound_head - 1));
	return pfn == NO_PFN ? page : reader_page(m, pfn);
}

s32 reader_mapcount(const struct machine *m, u64 pfn)
{
	const struct page *page = reader_page(m, pfn), *head;
	s32 mapcount;

	if (!page)
		return 0;
	head = reader_compound_head(m, page);
	mapcount = atomic_read(&page->_mapcount) + 1;
	if (PageHead(head))
		mapcount += atomic_read(&head[1].compound_mapcount) + 1;
	return mapcount;
}

bool reader_split_deferred(const struct machine *m, u64 pfn)
{
	const struct page *page = reader_page(m, pfn);

	if (!page || pfn + HPAGE_PMD_NR > m->max_pfn || !PageTransHuge(page))
		return false;
	return reader_address(m, page[2].deferred_list.next) != (u64)&page[2].deferred_list;
}

bool reader_is_zero_page(const struct machine *m, u64 pfn)
{
	u64 huge = m->huge_zero_page ? reader_page_pfn(m, m->huge_zero_page) : NO_PFN;

	return pfn == m->zero_pfn || (huge != NO_PFN && pfn - huge < HPAGE_PMD_NR);
}

/* ---- The entries of a task ---- */

struct pte_list {
	const struct machine *m;
	struct view_pte *out;
	u64 nr, max;
	u64 start, end;
};

/* What /proc/PID/pagemap and /proc/kpageflags say of a frame. @first: of the entry that maps it. */
static u32 page_flags_of(const struct machine *m, u64 pfn, u64 first, bool huge)
{
	const struct page *page = reader_page(m, pfn), *head;
	u32 flags = VIEW_PTE_PRESENT;

	if (!page)
		return flags;
	head = reader_compound_head(m, page);
	if (reader_is_zero_page(m, pfn)) {
		flags |= VIEW_PTE_ZERO;
		return huge ? flags | VIEW_PTE_FILE | VIEW_PTE_THP : flags;
	}
	if (!PageAnon(head))
		flags |= VIEW_PTE_FILE;
	/* The kernel looks at the first page of a huge mapping only. */
	if (reader_mapcount(m, first) == 1)
		flags |= VIEW_PTE_EXCLUSIVE;
	if (PageHead(head))
		flags |= VIEW_PTE_THP;
	if (PageMlocked(head))
		flags |= VIEW_PTE_MLOCKED;
	return flags;
}

static u32 entry_flags(u64 entry)
{
	u32 flags = 0;

	flags |= entry & _PAGE_RW ? VIEW_PTE_WRITE : 0;
	flags |= entry & _PAGE_ACCESSED ? VIEW_PTE_ACCESSED : 0;
	flags |= entry & _PAGE_DIRTY ? VIEW_PTE_DIRTY : 0;
	flags |= entry & _PAGE_UFFD_WP ? VIEW_PTE_UFFD_WP : 0;
	return flags;
}

static void put_pte(struct pte_list *list, u64 address, u64 entry, u64 pfn, bool huge)
{
	struct view_pte *out = &list->out[list->nr++];

	out->address = address;
	out->raw = entry;
	if (!pte_present(__pte(entry))) {
		out->pfn = NO_PFN;
		out->flags = VIEW_PTE_SWAP | (is_guard_pte(__pte(entry)) ? VIEW_PTE_GUARD : 0);
		if (!is_pte_marker(__pte(entry)) && pte_swp_uffd_wp(__pte(entry)))
			out->flags |= VIEW_PTE_UFFD_WP;
		out->mapcount = 0;
		return;
	}
	out->pfn = pfn;
	out->flags = page_flags_of(list->m, pfn, entry_pfn(entry), huge) | entry_flags(entry) |
		     (huge ? VIEW_PTE_HUGE : 0);
	out->mapcount = out->flags & VIEW_PTE_ZERO ? 0 : reader_mapcount(list->m, pfn);
}

static bool list_leaf(void *data, u64 address, u64 entry, u32 level)
{
	struct pte_list *list = data;
	u64 nr = level == LEVEL_PMD ? PTRS_PER_TABLE : 1;

	for (u64 i = 0; i < nr; i++, address += PAGE_SIZE) {
		if (address < list->start || address >= list->end)
			continue;
		if (list->nr == list->max)
			return false;
		put_pte(list, address, entry, entry_pfn(entry) + i, level == LEVEL_PMD);
	}
	return true;
}

u64 view_ptes(const struct machine *m, s32 pid, u64 start, u64 end, struct view_pte *out, u64 max)
{
	struct pte_list list = { .m = m, .out = out, .max = max, .start = start, .end = end };
	const struct mm_struct *mm = reader_task_mm(m, pid);

	if (mm)
		reader_walk(m, mm, start, end, list_leaf, &list);
	return list.nr;
}

/* ---- Tables ---- */

void view_page_table(const struct machine *m, u64 pfn, u64 out[512])
{
	const u64 *table = (const u64 *)reader_frame(m, pfn);

	for (u32 i = 0; i < PTRS_PER_TABLE; i++)
		out[i] = table ? table[i] : 0;
}

struct table_list {
	const struct machine *m;
	struct view_table *out;
	u64 nr, max;
};

static void list_tables(struct table_list *list, u64 pfn, u64 parent, u32 level, u32 index,
			u64 base)
{
	const u64 *table = (const u64 *)reader_frame(list->m, pfn);
	struct view_table t = { pfn, parent, level, index, base, 0, 0 };
	u32 nr = level == LEVEL_PGD ? PTRS_PER_TABLE / 2 : PTRS_PER_TABLE;

	if (!table)
		return;
	for (u32 i = 0; i < nr; i++) {
		t.nr_used += table[i] != 0;
		t.nr_present += pte_present(__pte(table[i]));
	}
	if (list->nr < list->max)
		list->out[list->nr] = t;
	list->nr++;
	for (u32 i = 0; i < nr; i++)
		if (leads_to_table(table[i], level))
			list_tables(list, entry_pfn(table[i]), pfn, level - 1, i,
				    base + ((u64)i << level_shift(level)));
}

u64 view_tables(const struct machine *m, s32 pid, struct view_table *out, u64 max)
{
	struct table_list list = { m, out, 0, max };
	struct view_mm mm;

	if (view_mm(m, pid, &mm) && mm.pgd_pfn != NO_PFN)
		list_tables(&list, mm.pgd_pfn, NO_PFN, LEVEL_PGD, 0, 0);
	return list.nr;
}

bool view_walk(const struct machine *m, s32 pid, u64 address, struct view_walk *out)
{
	struct view_mm mm;
	u64 pfn;

	memset(out, 0, sizeof(*out));
	if (!view_mm(m, pid, &mm) || address >= 1UL << 47)
		return false;
	out->offset = (u32)(address & (PAGE_SIZE - 1));
	pfn = mm.pgd_pfn;
	for (u32 level = LEVEL_PGD; level; level--) {
		const u64 *table = (const u64 *)reader_frame(m, pfn);
		u32 shift = level_shift(level), i = out->nr;

		if (!table)
			return true;
		out->table_pfn[i] = pfn;
		out->index[i] = (u32)(address >> shift & (PTRS_PER_TABLE - 1));
		out->entry[i] = table[out->index[i]];
		out->nr++;
		pfn = entry_pfn(out->entry[i]);
		if (leads_to_table(out->entry[i], level))
			continue;
		out->mapped = out->entry[i] & _PAGE_PRESENT && level <= LEVEL_PMD;
		out->huge = out->mapped && level == LEVEL_PMD;
		if (out->mapped)
			out->phys = (pfn << PAGE_SHIFT) + (address & ((1UL << shift) - 1));
		return true;
	}
	return true;
}

u64 view_user_read(const struct machine *m, s32 pid, u64 address, void *buf, u64 len)
{
	u8 *to = buf;
	u64 done = 0;

	while (done < len) {
		u64 in_page = (address + done) & (PAGE_SIZE - 1);
		u64 bytes = min(len - done, PAGE_SIZE - in_page);
		struct view_walk walk;
		const u8 *frame;

		if (!view_walk(m, pid, address + done, &walk) || !walk.mapped)
			break;
		frame = reader_frame(m, walk.phys >> PAGE_SHIFT);
		if (!frame)
			break;
		memcpy(to + done, frame + in_page, bytes);
		done += bytes;
	}
	return done;
}

size_t view_entry_text(u64 entry, u32 level, char *buf, size_t size)
{
	static const struct {
		u64 bit;
		const char *name;
	} bits[] = {
		{ _PAGE_PRESENT, "P" },	      { _PAGE_RW, "RW" },    { _PAGE_USER, "US" },
		{ _PAGE_PWT, "PWT" },	      { _PAGE_PCD, "PCD" },  { _PAGE_ACCESSED, "A" },
		{ _PAGE_DIRTY, "D" },	      { _PAGE_GLOBAL, "G" }, { _PAGE_SPECIAL, "SPECIAL" },
		{ _PAGE_UFFD_WP, "UFFD_WP" }, { _PAGE_NX, "NX" },
	};
	pte_t pte = __pte(entry);
	struct seq_file s;

	seq_open(&s, buf, size);
	if (!entry) {
		seq_puts(&s, "empty");
	} else if (is_guard_pte(pte)) {
		seq_puts(&s, "guard marker");
	} else if (is_migration_pte(pte)) {
		seq_printf(&s, "page %#lx is moving", migration_pte_pfn(pte));
	} else if (is_pte_marker(pte)) {
		seq_printf(&s, "marker %#lx", swp_offset(pte_to_swp_entry(pte)));
	} else if (!pte_present(pte)) {
		seq_printf(&s, "swap %u, slot %#lx", swp_type(pte_to_swp_entry(pte)),
			   swp_offset(pte_to_swp_entry(pte)));
	} else {
		seq_printf(&s, "pfn %#lx", entry_pfn(entry));
		for (u32 i = 0; i < ARRAY_SIZE(bits); i++) {
			if (!(entry & bits[i].bit))
				continue;
			seq_printf(&s, " %s",
				   bits[i].bit == _PAGE_PROTNONE && !(entry & _PAGE_PRESENT)
					   ? "PROTNONE"
					   : bits[i].name);
		}
		if (level == LEVEL_PMD && entry & _PAGE_PSE)
			seq_puts(&s, " PSE");
	}
	return seq_close(&s);
}

/* ---- Who maps a frame ---- */

/* The page offset of a page as the VMAs count that may map it; false: nobody can. */
static bool page_offset_of(const struct machine *m, u64 pfn, u64 *pgoff, bool *anon,
			   const void **mapping)
{
	const struct page *page = reader_page(m, pfn), *head;

	if (!page)
		return false;
	head = reader_compound_head(m, page);
	*anon = PageAnon(head);
	*mapping = head->mapping;
	*pgoff = head->index + (u64)(page - head);
	return head->mapping != NULL && !PageSlab(head);
}

/* May the VMA map a page of that mapping at all? */
static bool vma_may_map(const struct machine *m, const struct vm_area_struct *vma, bool anon,
			const void *mapping)
{
	const struct file *file;

	if (anon)
		return vma->anon_vma != NULL;
	file = reader_object(m, vma->vm_file, sizeof(*file));
	return file && file->f_mapping == mapping;
}

u32 view_page_users(const struct machine *m, u64 pfn, struct view_mapping *out, u32 max)
{
	const struct vm_area_struct *vma;
	const struct task_struct *task;
	const void *mapping;
	u64 pgoff, address;
	u32 i, n, level, nr = 0;
	bool anon;

	if (!page_offset_of(m, pfn, &pgoff, &anon, &mapping))
		return 0;
	reader_for_each(task, i, m, &m->tasks, tasks)
	{
		const struct mm_struct *mm = reader_object(m, task->mm, sizeof(*mm));

		if (!mm)
			continue;
		reader_for_each_vma(vma, n, m, mm)
		{
			u64 entry;

			if (!vma_may_map(m, vma, anon, mapping) || pgoff < vma->vm_pgoff ||
			    pgoff - vma->vm_pgoff >= vma_pages(vma))
				continue;
			address = vma->vm_start + ((pgoff - vma->vm_pgoff) << PAGE_SHIFT);
			entry = reader_entry(m, mm, address, &level);
			if (!pte_present(__pte(entry)) ||
			    entry_pfn(entry) + (level == LEVEL_PMD ? pte_index(address) : 0) != pfn)
				continue;
			if (nr < max)
				out[nr] = (struct view_mapping){ task->pid, vma->vm_nr, address };
			nr++;
		}
	}
	return nr;
}

/* ---- /proc/PID/smaps ---- */

/* Shares are added up in fractions of a byte, as the kernel does. */
#define PSS_SHIFT 12

struct smaps_walk {
	const struct machine *m;
	const struct vm_area_struct *vma;
	struct view_smaps *out; /* bytes so far */
	u64 pss, pss_dirty, pss_locked;
};

static void account_page(struct smaps_walk *walk, u64 pfn, bool dirty)
{
	struct view_smaps *out = walk->out;
	s32 mapcount = reader_mapcount(walk->m, pfn);
	u64 pss = PAGE_SIZE << PSS_SHIFT;

	if (mapcount >= 2)
		pss /= (u64)mapcount;
	walk->pss += pss;
	if (walk->vma->vm_flags & VM_LOCKED)
		walk->pss_locked += pss;
	if (dirty)
		walk->pss_dirty += pss;
	if (mapcount >= 2)
		*(dirty ? &out->shared_dirty : &out->shared_clean) += PAGE_SIZE;
	else
		*(dirty ? &out->private_dirty : &out->private_clean) += PAGE_SIZE;
}

static bool smaps_leaf(void *data, u64 address, u64 entry, u32 level)
{
	struct smaps_walk *walk = data;
	u64 nr = level == LEVEL_PMD ? PTRS_PER_TABLE : 1, pfn = entry_pfn(entry);
	const struct page *page = reader_page(walk->m, pfn), *head;
	struct view_smaps *out = walk->out;
	bool dirty = entry & _PAGE_DIRTY;

	(void)address;
	if (!pte_present(__pte(entry))) {
		if (!is_pte_marker(__pte(entry)) && !is_migration_pte(__pte(entry)))
			out->swap += PAGE_SIZE;
		return true;
	}
	if (!page || reader_is_zero_page(walk->m, pfn))
		return true;
	head = reader_compound_head(walk->m, page);
	dirty = dirty || PageDirty(head);
	out->rss += nr * PAGE_SIZE;
	if (entry & _PAGE_ACCESSED || PageReferenced(head))
		out->referenced += nr * PAGE_SIZE;
	if (PageAnon(head)) {
		out->anonymous += nr * PAGE_SIZE;
		if (!PageSwapBacked(head) && !dirty)
			out->lazyfree += nr * PAGE_SIZE;
		if (level == LEVEL_PMD)
			out->anon_huge_pages += nr * PAGE_SIZE;
	} else if (level == LEVEL_PMD) {
		*(PageSwapBacked(head) ? &out->shmem_pmd_mapped : &out->file_pmd_mapped) +=
			nr * PAGE_SIZE;
	}
	for (u64 i = 0; i < nr; i++)
		account_page(walk, pfn + i, dirty);
	return true;
}

/* Would a fault in this VMA bring in a huge page somewhere? */
static bool thp_eligible(const struct machine *m, const struct vm_area_struct *vma,
			 const struct mm_struct *mm)
{
	u64 first = ALIGN(vma->vm_start, HPAGE_PMD_SIZE);

	if (!vma_is_anonymous(vma) || vma->vm_flags & (VM_NOHUGEPAGE | VM_SPECIAL) ||
	    mm->thp_disable || first + HPAGE_PMD_SIZE > vma->vm_end || first < vma->vm_start)
		return false;
	return m->transparent_hugepage_enabled == THP_ALWAYS ||
	       (m->transparent_hugepage_enabled == THP_MADVISE && vma->vm_flags & VM_HUGEPAGE);
}

static void to_kb(struct view_smaps *out)
{
	u64 *const counters[] = {
		&out->rss,
		&out->shared_clean,
		&out->shared_dirty,
		&out->private_clean,
		&out->private_dirty,
		&out->referenced,
		&out->anonymous,
		&out->lazyfree,
		&out->anon_huge_pages,
		&out->shmem_pmd_mapped,
		&out->file_pmd_mapped,
		&out->swap,
		&out->swap_pss,
	};

	for (u32 i = 0; i < ARRAY_SIZE(counters); i++)
		*counters[i] >>= 10;
}

void reader_smaps(const struct machine *m, const struct mm_struct *mm,
		  const struct vm_area_struct *vma, struct view_smaps *out)
{
	struct smaps_walk walk = { .m = m, .vma = vma, .out = out };

	memset(out, 0, sizeof(*out));
	reader_walk(m, mm, vma->vm_start, vma->vm_end, smaps_leaf, &walk);
	to_kb(out);
	out->pss = walk.pss >> (10 + PSS_SHIFT);
	out->pss_dirty = walk.pss_dirty >> (10 + PSS_SHIFT);
	out->locked = walk.pss_locked >> (10 + PSS_SHIFT);
	out->thp_eligible = thp_eligible(m, vma, mm);
}

bool view_smaps(const struct machine *m, s32 pid, u64 start, struct view_smaps *out)
{
	const struct mm_struct *mm = reader_task_mm(m, pid);
	const struct vm_area_struct *vma = mm ? reader_vma_start(m, mm, start) : NULL;

	memset(out, 0, sizeof(*out));
	if (vma)
		reader_smaps(m, mm, vma, out);
	return vma != NULL;
}

/* ---- TLB ---- */

static const struct tlb_state *tlb_state_at(const struct machine *m, u32 cpu)
{
	return cpu < reader_nr_cpus(m) ? &m->cpu_tlbstate[cpu] : NULL;
}

bool view_tlb(const struct machine *m, u32 cpu, struct view_tlb *out)
{
	const struct tlb_state *state = tlb_state_at(m, cpu);

	memset(out, 0, sizeof(*out));
	if (!state)
		return false;
	out->sets = state->mmu.tlb.sets;
	out->ways = state->mmu.tlb.ways;
	out->pcid = mmu_pcid(&state->mmu);
	out->cr3_pfn = state->mmu.cr3 ? (state->mmu.cr3 & CR3_ADDR_MASK) >> PAGE_SHIFT : NO_PFN;
	out->hits = state->mmu.tlb.hits;
	out->misses = state->mmu.tlb.misses;
	out->flushes = state->mmu.tlb.flushes;
	out->flushed_entries = state->mmu.tlb.flushed_entries;
	return true;
}

/* Do the tables of the address space that an entry is tagged with say something else by now? */
static bool tlb_entry_stale(const struct machine *m, const struct tlb_state *state,
			    const struct tlb_entry *entry)
{
	const struct mm_struct *mm;
	u64 now, context;
	u32 n, level;

	if (entry->flags & _PAGE_GLOBAL || !entry->pcid || entry->pcid > TLB_NR_DYN_ASIDS)
		return false;
	context = state->ctxs[entry->pcid - 1].ctx_id;
	reader_for_each(mm, n, m, &m->mms, mm_list)
	{
		if (mm->context_id != context)
			continue;
		now = reader_entry(m, mm, entry->vpn << PAGE_SHIFT, &level);
		return !(now & _PAGE_PRESENT) || entry_pfn(now) != entry->pfn ||
		       (entry->flags & _PAGE_RW && !(now & _PAGE_RW)) ||
		       (level == LEVEL_PMD) != entry->huge;
	}
	return true; /* the address space is gone */
}

/* The entries of a TLB and how many there are; NULL where they do not lie in the arena. */
static const struct tlb_entry *tlb_entries(const struct machine *m, const struct tlb_state *state,
					   u32 *nr)
{
	u64 offset = reader_address(m, state->mmu.tlb.entries) - (u64)m;

	*nr = min(state->mmu.tlb.sets, TLB_MAX_SETS) * min(state->mmu.tlb.ways, TLB_MAX_WAYS);
	if (offset > m->layout.size || *nr * sizeof(struct tlb_entry) > m->layout.size - offset)
		return NULL;
	return (const struct tlb_entry *)((const char *)m + offset);
}

/*
 * What the CPU would use now must be what the tables say, unless the kernel was told to forget about
 * flushing. Entries of other address spaces may be out of date: they are flushed before they are used.
 */
void check_tlbs(struct validation *v)
{
	const struct machine *m = v->m;
	u32 cpu, i, nr;

	for (cpu = 0; !m->tlb_flush_disabled && cpu < reader_nr_cpus(m); cpu++) {
		const struct tlb_state *state = tlb_state_at(m, cpu);
		const struct tlb_entry *e = tlb_entries(m, state, &nr);

		if (!e || !state->loaded_mm)
			continue;
		for (i = 0; i < nr; i++)
			if (e[i].valid && e[i].pcid == mmu_pcid(&state->mmu) &&
			    tlb_entry_stale(m, state, &e[i]))
				complain(v, mm_object(MM_OBJECT_MACHINE, 0),
					 "cpu %u: the TLB translates 0x%lx otherwise than the "
					 "tables.",
					 cpu, (unsigned long)(e[i].vpn << PAGE_SHIFT));
	}
}

u32 view_tlb_entries(const struct machine *m, u32 cpu, struct view_tlb_entry *out, u32 max)
{
	const struct tlb_state *state = tlb_state_at(m, cpu);
	const struct tlb_entry *entries;
	u32 i, nr;

	if (!state)
		return 0;
	entries = tlb_entries(m, state, &nr);
	if (!entries)
		return 0;
	for (i = 0; i < nr && i < max; i++) {
		const struct tlb_entry *e = &entries[i];

		out[i] = (struct view_tlb_entry){
			.valid = e->valid,
			.global = e->flags & _PAGE_GLOBAL,
			.huge = e->huge,
			.set = i / state->mmu.tlb.ways,
			.way = i % state->mmu.tlb.ways,
			.pcid = e->pcid,
			.vpn = e->vpn,
			.pfn = e->pfn,
			.flags = e->flags,
			.last_used = e->last_used,
			.stale = e->valid && tlb_entry_stale(m, state, e),
		};
	}
	return nr;
}
