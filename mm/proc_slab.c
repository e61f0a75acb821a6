// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/slabinfo, in the format that slabtop and vmstat -m read.
 *
 * With debugging for all caches (machine_config.slab_debug) the kernel counts more, and says so.
 *
 * Linux counterpart: mm/slab_common.c.
 */
#include "reader.h"
#include "seq_file.h"
#include "vmstat_text.h"

static void print_slabinfo_header(struct seq_file *s, bool statistics)
{
	seq_puts(s, statistics ? "slabinfo - version: 2.1 (statistics)\n" : "slabinfo - version: 2.1\n");
	seq_puts(s, "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>");
	seq_puts(s, " : tunables <limit> <batchcount> <sharedfactor>");
	seq_puts(s, " : slabdata <active_slabs> <num_slabs> <sharedavail>");
	if (statistics) {
		seq_puts(s, " : globalstat <listallocs> <maxobjs> <grown> <reaped> <error> <maxfreeable>"
			    " <nodeallocs> <remotefrees> <alienoverflow>");
		seq_puts(s, " : cpustat <allochit> <allocmiss> <freehit> <freemiss>");
	}
	seq_puts(s, "\n");
}

static void slabinfo_show_stats(struct seq_file *s, const struct view_kmem_cache *c)
{
	seq_printf(s, " : globalstat %7lu %6lu %5lu %4lu %4lu %4lu %4lu %4lu %4lu", c->num_allocations,
		   c->high_mark, c->grown, c->reaped, c->errors, c->max_freeable, c->node_allocs,
		   c->node_frees, c->node_overflow);
	seq_printf(s, " : cpustat %6lu %6lu %6lu %6lu", c->allochit, c->allocmiss, c->freehit, c->freemiss);
}

static void cache_show(struct seq_file *s, const struct view_kmem_cache *c, bool statistics)
{
	seq_printf(s, "%-17s %6lu %6lu %6u %4u %4u", c->name, c->active_objs, c->num_objs, c->size, c->num,
		   1U << c->order);
	seq_printf(s, " : tunables %4u %4u %4u", c->limit, c->batchcount, c->shared);
	seq_printf(s, " : slabdata %6lu %6lu %6lu", c->active_slabs, c->num_slabs, c->shared_avail);
	if (statistics)
		slabinfo_show_stats(s, c);
	seq_puts(s, "\n");
}

void slabinfo_show(struct seq_file *s, const struct machine *m)
{
	bool statistics = m->slab.kind == SLAB_KIND_SLAB && m->config.slab_debug;
	struct view_kmem_cache cache;
	u32 nr;

	print_slabinfo_header(s, statistics);
	if (m->slab.kind == SLAB_KIND_SLOB)
		return;
	nr = view_kmem_caches(m, NULL, 0);
	for (u32 i = 0; i < nr; i++)
		if (view_kmem_cache_at(m, i, &cache))
			cache_show(s, &cache, statistics);
}
