/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader may ask about compaction. Part of view.h; the same rules hold.
 */
#ifndef MM_VIEW_COMPACTION_H
#define MM_VIEW_COMPACTION_H

#include "machine.h"

/* How compaction of a zone ended, or why it did not begin. */
enum compact_result {
	COMPACT_NOT_SUITABLE_ZONE, /* fragmentation is not what is wrong; told as SKIPPED */
	COMPACT_SKIPPED,	   /* too little free memory, or no need */
	COMPACT_DEFERRED,	   /* it failed lately */
	COMPACT_NO_SUITABLE_PAGE,  /* not yet; told as CONTINUE */
	COMPACT_CONTINUE,
	COMPACT_COMPLETE,	 /* the whole zone was gone through in vain */
	COMPACT_PARTIAL_SKIPPED, /* ... a part of it */
	COMPACT_CONTENDED,
	COMPACT_SUCCESS,
	NR_COMPACT_RESULTS
};

const char *view_compact_result_name(u32 result); /* "success", as in the kernel's traces */

struct view_compaction {
	bool active;		/* a compaction of this zone is under way */
	bool direct;		/* ... on behalf of a request */
	u64 migrate_pfn;	/* where the scanners are; between compactions where the next one begins */
	u64 free_pfn;
	u64 cached_migrate_pfn; /* of MIGRATE_ASYNC */
	u64 cached_free_pfn;
	s32 order;		/* of the block that is wanted; -1 = as much as can be had */
	u32 nr_migratepages;	/* isolated, waiting to be moved */
	u32 nr_freepages;	/* isolated, waiting to be moved to */
	u32 considered;		/* attempts that were passed over since the last failure */
	u32 defer_shift;	/* of at most 2^this */
	s32 order_failed;	/* requests from this order on are affected */
};

/* Compaction of a zone (zone_ref()); false if there is no such zone. */
bool view_compaction(const struct machine *m, u32 zone, struct view_compaction *out);

#endif
