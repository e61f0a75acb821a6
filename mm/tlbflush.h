/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel remembers about each CPU's TLB: which address space is loaded,
 * and under which address space identifier (ASID) the CPU last used which one.
 *
 * An address space has a generation that counts the changes of its tables which TLBs must be told
 * of (mm->tlb_gen); a CPU has for each ASID the generation up to which its TLB was flushed. A CPU
 * that does not run the address space is not disturbed: it flushes when it comes back to it, if
 * the generations differ.
 *
 * The hardware's tag of an entry, the PCID, is the ASID plus 1.
 *
 * Linux counterpart: arch/x86/include/asm/tlbflush.h.
 */
#ifndef MM_TLBFLUSH_H
#define MM_TLBFLUSH_H

#include "hw/mmu.h"

struct mm_struct;

#define TLB_NR_DYN_ASIDS 6
#define TLB_FLUSH_ALL	 (~0UL)

/* With more pages than this in a range, everything is flushed instead. */
#define tlb_single_page_flush_ceiling 33UL

struct tlb_context {
	u64 ctx_id;  /* mm->context_id; 0: none */
	u64 tlb_gen; /* flushed up to there */
};

struct tlb_state {
	struct mmu mmu;		     /* the hardware */
	struct mm_struct *loaded_mm; /* whose tables CR3 points to; NULL: nobody's */
	u16 loaded_mm_asid;
	u16 next_asid; /* to be given away next */
	u32 pad;
	struct tlb_context ctxs[TLB_NR_DYN_ASIDS];
};

/* Why a TLB is flushed: the kernel's reasons of the tracepoint tlb_flush. */
enum tlb_flush_reason {
	TLB_FLUSH_ON_TASK_SWITCH,
	TLB_REMOTE_SHOOTDOWN,
	TLB_LOCAL_SHOOTDOWN,
	TLB_LOCAL_MM_SHOOTDOWN,
	NR_TLB_FLUSH_REASONS
};

/* At boot: gives each CPU its MMU and TLB. */
void tlb_init(void);

#endif
