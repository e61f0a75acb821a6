// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about page replacement (view_policy.h).
 */
#include "reader.h"

const char *view_policy_name(u32 policy)
{
	static const char *const names[NR_POLICIES] = {
		[POLICY_FIFO] = "fifo", [POLICY_LRU] = "lru",	  [POLICY_CLOCK] = "clock",
		[POLICY_OPT] = "opt",	[POLICY_LINUX] = "linux", [POLICY_MGLRU] = "mglru",
	};

	return policy < NR_POLICIES ? names[policy] : "?";
}

u32 view_reference_string(const struct machine *m, u16 *pages, u32 max)
{
	u32 nr = min(m->policy_lab.nr_refs, (u32)POLICY_MAX_REFS);

	for (u32 i = 0; i < min(nr, max); i++)
		pages[i] = m->policy_lab.pages[i];
	return nr;
}

bool view_policy_run(const struct machine *m, u32 i, struct view_policy_run *out)
{
	const struct policy_run *run = &m->policy_lab.runs[i % POLICY_MAX_RUNS];

	if (i >= m->policy_lab.nr_runs || i >= POLICY_MAX_RUNS)
		return false;
	*out = (struct view_policy_run){
		.policy = run->sim.policy,
		.nr_frames = min(run->sim.nr_frames, (u32)POLICY_MAX_FRAMES),
		.nr_faults = run->sim.nr_faults,
		.nr_steps = min(run->sim.now, (u32)POLICY_MAX_REFS),
	};
	for (u32 k = 0; k < out->nr_steps; k++)
		out->steps[k] = run->steps[k];
	return true;
}
