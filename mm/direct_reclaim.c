// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct reclaim: a task that finds no memory, and may wait, looks for some
 * itself. So far in recordings only.
 *
 * Linux counterpart: do_try_to_free_pages() and its like in mm/vmscan.c.
 */
#include "vmscan.h"
#include "swap.h"
#include "vmstat.h"

void direct_reclaim_start(struct reclaimer *r, unsigned int order, gfp_t gfp_mask)
{
	r->sc = (struct scan_control){
		.nr_to_reclaim = SWAP_CLUSTER_MAX,
		.gfp_mask = gfp_mask,
		.reclaim_idx = (s8)gfp_zone(gfp_mask),
		.order = (u8)order,
		.priority = DEF_PRIORITY,
		.may_writepage = 1,
		.may_unmap = 1,
		.may_swap = 1,
	};
}

/*
 * After a pass: is another one due? When all priorities brought nothing, and active lists were
 * spared, the search begins again without that.
 */
bool direct_reclaim_next(struct reclaimer *r)
{
	struct scan_control *sc = &r->sc;

	if (sc->nr_reclaimed >= sc->nr_to_reclaim || sc->compaction_ready)
		return false;
	if (sc->priority < DEF_PRIORITY - 2)
		sc->may_writepage = 1;
	if (--sc->priority >= 0)
		return true;
	if (sc->nr_reclaimed || !sc->skipped_deactivate)
		return false;
	sc->priority = DEF_PRIORITY;
	sc->force_deactivate = 1;
	sc->skipped_deactivate = 0;
	count_vm_event(ALLOCSTALL_DMA + sc->reclaim_idx);
	return true;
}
