/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page replacement as the textbooks teach it: a reference string, a fixed number of page
 * frames, and a policy that chooses which page has to go. Nothing of it concerns the
 * machine's own memory.
 *
 * A simulation works on memory of its caller: in struct machine, so that a script can go through a string step by
 * step and back, or anywhere else.
 *
 * No counterpart in Linux, though two policies are modelled after it.
 */
#ifndef MM_POLICY_H
#define MM_POLICY_H

#include "view_policy.h"

/* A page frame, and what the policies remember of the page in it. */
struct policy_frame {
	u32 page;
	u32 loaded, used; /* numbers of references */
	u32 generation;	  /* MGLRU: the larger, the younger */
	u32 order;	  /* place on its list: larger = nearer to the head */
	u8 referenced;	  /* used since the policy looked last */
	u8 active;	  /* LINUX */
	u16 pad;
};

/* Zeroed but for pages, nr_refs, frames, nr_frames, shadows and policy, it is at its start. */
struct policy_sim {
	u32 policy; /* enum replacement_policy */
	u32 nr_frames;
	u32 nr_used; /* frames with a page */
	u32 nr_refs;
	u32 now; /* references so far */
	u32 nr_faults;
	u32 hand;	    /* CLOCK */
	u32 last_order;
	u32 age;	    /* LINUX: evictions and activations so far */
	u32 max_seq;	    /* MGLRU: youngest generation, from the first */
	const u16 *pages16; /* the reference string, one of the two */
	const u32 *pages32;
	struct policy_frame *frames;
	u32 *shadows; /* LINUX: by page, its age when it was evicted plus 1; 0 = never */
};

/* Carries out the next reference; there must be one. */
void policy_refer(struct policy_sim *s, struct policy_step *step);

/* ---- In a machine ---- */

/* A run through the whole string, for those who look at it. */
struct policy_run {
	struct policy_sim sim;
	struct policy_frame frames[POLICY_MAX_FRAMES];
	struct policy_step steps[POLICY_MAX_REFS];
};

struct policy_lab {
	u32 nr_refs;
	u32 nr_runs; /* the last one may be under way */
	u16 pages[POLICY_MAX_REFS];
	u32 shadows[POLICY_MAX_PAGE + 1];
	struct policy_run runs[POLICY_MAX_RUNS];
};

#endif
