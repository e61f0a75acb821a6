/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sums of counters, as readers of /proc see them.
 */
#ifndef MM_VMSTAT_TEXT_H
#define MM_VMSTAT_TEXT_H

#include "mmzone.h"

/* A zone counter over all zones, without what the CPUs have not folded in. */
u64 reader_zone_counter_sum(const struct machine *m, u32 item);

/* A counter (enum node_stat_item) of a node, and over all nodes, without what the CPUs have not folded in. */
u64 reader_node_counter(const struct machine *m, u32 nid, u32 item);
u64 reader_node_counter_sum(const struct machine *m, u32 item);

/* A NUMA counter of a zone, with what the CPUs hold. */
u64 reader_numa_counter(const struct machine *m, const struct zone *zone, u32 item);

/* The first of the per-node counters among those of view_counter_name(), and their number. */
u32 reader_node_counters(u32 *nr);

/* /proc/slabinfo: proc_slab.c. */
void slabinfo_show(struct seq_file *s, const struct machine *m);

#endif
