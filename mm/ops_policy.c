// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations on page replacement as the textbooks teach it: a reference string, and runs through it with
 * a policy and a number of frames. Each reference is an event, so that a run can be gone through
 * step by step.
 */
#include "internal.h"

/* arg[0]: how many pages; they follow, a byte each. The runs of the string before are forgotten. */
s64 op_reference_string(const struct mm_op *op)
{
	struct policy_lab *lab = &this_machine->policy_lab;
	u32 i;

	if (op->arg[0] > POLICY_MAX_REFS)
		return -EINVAL;
	lab->nr_runs = 0;
	lab->nr_refs = (u32)op->arg[0];
	for (i = 0; i < lab->nr_refs; i++)
		lab->pages[i] = (u8)(op->arg[1 + i / 8] >> (8 * (i % 8)));
	trace(TRACE_reference_string, lab->nr_refs, 0, 0, 0);
	return lab->nr_refs;
}

static void start_run(struct policy_run *run, u32 policy, u32 nr_frames)
{
	struct policy_lab *lab = &this_machine->policy_lab;

	clear_memory(run, sizeof(*run));
	clear_memory(lab->shadows, sizeof(lab->shadows));
	run->sim.policy = policy;
	run->sim.nr_frames = nr_frames;
	run->sim.nr_refs = lab->nr_refs;
	run->sim.pages16 = lab->pages;
	run->sim.frames = run->frames;
	run->sim.shadows = lab->shadows;
}

/* arg[0]: enum replacement_policy; arg[1]: frames. The result: how many faults. */
s64 op_replacement(const struct mm_op *op)
{
	struct policy_lab *lab = &this_machine->policy_lab;
	struct policy_run *run;
	u32 i;

	if (op->arg[0] >= NR_POLICIES || !op->arg[1] || op->arg[1] > POLICY_MAX_FRAMES)
		return -EINVAL;
	if (lab->nr_runs == POLICY_MAX_RUNS)
		return -ENOSPC;
	run = &lab->runs[lab->nr_runs];
	start_run(run, (u32)op->arg[0], (u32)op->arg[1]);
	lab->nr_runs++;
	for (i = 0; i < lab->nr_refs; i++) {
		struct policy_step *step = &run->steps[i];

		policy_refer(&run->sim, step);
		trace(TRACE_policy_reference, trace_pack(run->sim.policy, run->sim.nr_frames),
		      trace_pack(step->page, step->frame),
		      trace_pack(step->fault, step->victim != POLICY_NO_PAGE), step->victim);
	}
	return run->sim.nr_faults;
}
