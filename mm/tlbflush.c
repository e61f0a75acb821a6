// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping TLBs true: changing address spaces, and telling the CPUs that page
 * tables were changed. The rules are in tlbflush.h.
 *
 * Where the kernel interrupts other CPUs, their TLBs are flushed at once: the simulated CPUs take
 * turns, so the interrupt would come before they do anything else.
 *
 * Linux counterpart: arch/x86/mm/tlb.c.
 */
#include "mm.h"
#include "vmstat.h"

static struct tlb_state *tlb_state_of(int cpu)
{
	return &this_machine->cpu_tlbstate[cpu];
}

static u16 kern_pcid(u16 asid)
{
	return (u16)(asid + 1);
}

void tlb_init(void)
{
	const struct machine_config *c = &this_machine->config;
	struct tlb_entry *entries =
		(struct tlb_entry *)((u8 *)this_machine + this_machine->layout.tlb);
	int cpu;

	for_each_online_cpu(cpu) {
		struct mmu *mmu = &tlb_state_of(cpu)->mmu;

		mmu->ram = this_machine->ram;
		mmu->ram_size = this_machine->max_pfn << PAGE_SHIFT;
		mmu->pcid_enabled = !c->no_pcid;
		mmu->tlb.sets = c->tlb_sets;
		mmu->tlb.ways = c->tlb_ways;
		mmu->tlb.entries = entries + (u32)cpu * c->tlb_sets * c->tlb_ways;
	}
}

/* ---- Changing address spaces ---- */

/* Finds the ASID that the CPU knows @next by, or gives it one. */
static u16 choose_new_asid(struct tlb_state *state, const struct mm_struct *next, bool *need_flush)
{
	u16 asid;

	*need_flush = true;
	if (!state->mmu.pcid_enabled)
		return 0;
	for (asid = 0; asid < TLB_NR_DYN_ASIDS; asid++) {
		if (state->ctxs[asid].ctx_id != next->context_id)
			continue;
		*need_flush = state->ctxs[asid].tlb_gen < next->tlb_gen;
		return asid;
	}
	asid = state->next_asid;
	if (asid >= TLB_NR_DYN_ASIDS)
		asid = 0;
	state->next_asid = (u16)(asid + 1);
	return asid;
}

static void load_new_mm_cr3(struct tlb_state *state, struct mm_struct *next, u16 asid,
			    bool need_flush)
{
	u64 cr3 = virt_to_phys(next->pgd);

	if (state->mmu.pcid_enabled)
		cr3 |= kern_pcid(asid);
	mmu_write_cr3(&state->mmu, cr3, !need_flush);
}

void switch_mm(struct mm_struct *next)
{
	int cpu = smp_processor_id();
	struct tlb_state *state = tlb_state_of(cpu);
	bool need_flush;
	u16 asid;

	if (state->loaded_mm == next)
		return;
	if (state->loaded_mm)
		state->loaded_mm->cpu_bitmap &= ~(1UL << cpu);
	next->cpu_bitmap |= 1UL << cpu;
	asid = choose_new_asid(state, next, &need_flush);
	if (need_flush) {
		state->ctxs[asid].ctx_id = next->context_id;
		state->ctxs[asid].tlb_gen = next->tlb_gen;
	}
	load_new_mm_cr3(state, next, asid, need_flush);
	state->loaded_mm = next;
	state->loaded_mm_asid = asid;
	trace(TRACE_switch_mm, (u64)cpu, next->mm_nr, trace_pack(kern_pcid(asid), need_flush),
	      state->mmu.cr3 >> PAGE_SHIFT);
}

void leave_mm(struct mm_struct *mm)
{
	int cpu;

	for_each_online_cpu(cpu) {
		struct tlb_state *state = tlb_state_of(cpu);

		if (state->loaded_mm != mm)
			continue;
		state->loaded_mm = NULL;
		mmu_write_cr3(&state->mmu, 0, true);
		mm->cpu_bitmap &= ~(1UL << cpu);
	}
}

/* ---- Telling of changes ---- */

struct flush_tlb_info {
	unsigned long start, end; /* end: TLB_FLUSH_ALL: everything */
	u64 new_tlb_gen;
};

static void flush_pages(struct mmu *mmu, unsigned long start, unsigned long end)
{
	unsigned long addr;

	for (addr = start; addr < end; addr += PAGE_SIZE)
		tlb_flush_page(&mmu->tlb, addr, mmu_pcid(mmu));
}

/* On a CPU that has the address space loaded. */
static void flush_tlb_func(int cpu, const struct flush_tlb_info *info)
{
	struct tlb_state *state = tlb_state_of(cpu);
	struct tlb_context *ctx = &state->ctxs[state->loaded_mm_asid];
	u64 mm_tlb_gen = state->loaded_mm->tlb_gen;
	unsigned long nr = TLB_FLUSH_ALL;
	bool local = cpu == smp_processor_id();

	if (ctx->tlb_gen == mm_tlb_gen)
		return;
	/* Only if nothing else is owed as well, the range alone will do. */
	if (info->end != TLB_FLUSH_ALL && info->new_tlb_gen == ctx->tlb_gen + 1) {
		nr = (info->end - info->start) >> PAGE_SHIFT;
		flush_pages(&state->mmu, info->start, info->end);
	} else if (state->mmu.pcid_enabled) {
		tlb_flush_pcid(&state->mmu.tlb, mmu_pcid(&state->mmu));
	} else {
		tlb_flush_all(&state->mmu.tlb, false);
	}
	ctx->tlb_gen = mm_tlb_gen;
	trace(TRACE_tlb_flush, (u64)cpu, local ? TLB_LOCAL_MM_SHOOTDOWN : TLB_REMOTE_SHOOTDOWN, nr,
	      info->start);
}

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct flush_tlb_info info = { start, end, 0 };
	int cpu;

	if (this_machine->tlb_flush_disabled)
		return;
	if (end == TLB_FLUSH_ALL || (end - start) >> PAGE_SHIFT > tlb_single_page_flush_ceiling) {
		info.start = 0;
		info.end = TLB_FLUSH_ALL;
	}
	info.new_tlb_gen = ++mm->tlb_gen;
	for_each_online_cpu(cpu)
		if (tlb_state_of(cpu)->loaded_mm == mm)
			flush_tlb_func(cpu, &info);
}

void flush_tlb_mm(struct mm_struct *mm)
{
	flush_tlb_mm_range(mm, 0, TLB_FLUSH_ALL);
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	flush_tlb_mm_range(vma->vm_mm, start, end);
}

void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr)
{
	flush_tlb_mm_range(vma->vm_mm, addr, addr + PAGE_SIZE);
}

/* Translations of the kernel's own addresses: on all CPUs, whatever address space is loaded. */
void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	bool all =
		end == TLB_FLUSH_ALL || (end - start) >> PAGE_SHIFT > tlb_single_page_flush_ceiling;
	int cpu;

	for_each_online_cpu(cpu) {
		struct mmu *mmu = &tlb_state_of(cpu)->mmu;

		if (all)
			tlb_flush_all(&mmu->tlb, true);
		else
			flush_pages(mmu, start, end);
		trace(TRACE_tlb_flush, (u64)cpu,
		      cpu == smp_processor_id() ? TLB_LOCAL_SHOOTDOWN : TLB_REMOTE_SHOOTDOWN,
		      all ? TLB_FLUSH_ALL : (end - start) >> PAGE_SHIFT, start);
	}
}

void set_tlb_flush_disabled(bool disabled)
{
	int cpu;

	this_machine->tlb_flush_disabled = disabled;
	for_each_online_cpu(cpu)
		if (!disabled)
			tlb_flush_all(&tlb_state_of(cpu)->mmu.tlb, true);
}

s64 op_flush_tlb(const struct mm_op *op)
{
	struct mmu *mmu = &tlb_state_of(smp_processor_id())->mmu;

	(void)op;
	tlb_flush_all(&mmu->tlb, true);
	trace(TRACE_tlb_flush, (u64)smp_processor_id(), TLB_LOCAL_SHOOTDOWN, TLB_FLUSH_ALL, 0);
	return 0;
}
