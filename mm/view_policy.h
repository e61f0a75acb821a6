/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader may ask about page replacement with a fixed number of frames. Part of view.h; the
 * same rules hold.
 */
#ifndef MM_VIEW_POLICY_H
#define MM_VIEW_POLICY_H

#include "machine.h"

enum replacement_policy {
	POLICY_FIFO,  /* the page that came first */
	POLICY_LRU,   /* the page that was not used for longest */
	POLICY_CLOCK, /* as FIFO, but pages used since the hand passed are spared once (second chance) */
	POLICY_OPT,   /* the page that is needed again last; needs to know the future */
	POLICY_LINUX, /* active and inactive lists, with refault distance */
	POLICY_MGLRU, /* generations */
	NR_POLICIES
};

#define POLICY_MAX_FRAMES 16	/* in a machine */
#define POLICY_MAX_REFS	  40
#define POLICY_MAX_PAGE	  255
#define POLICY_MAX_RUNS	  12
#define POLICY_NO_PAGE	  (~0u)

/* What one reference did. */
struct policy_step {
	u32 page;
	u32 victim; /* the page that had to go; POLICY_NO_PAGE: none */
	u32 frame;  /* where the page is now */
	u32 fault;
};

const char *view_policy_name(u32 policy); /* "fifo" */

struct view_policy_run {
	u32 policy;	/* enum replacement_policy */
	u32 nr_frames;
	u32 nr_faults;
	u32 nr_steps;	/* references carried out so far */
	struct policy_step steps[POLICY_MAX_REFS];
};

/* The reference string of the machine; returns its length. */
u32 view_reference_string(const struct machine *m, u16 *pages, u32 max);
/* The @i-th run, in the order in which they were made; false if there is none. */
bool view_policy_run(const struct machine *m, u32 i, struct view_policy_run *out);

#endif
