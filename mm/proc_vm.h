/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts of /proc/PID, for view_proc() (proc.c).
 */
#ifndef MM_PROC_VM_H
#define MM_PROC_VM_H

#include "seq_file.h"
#include "view.h"

/* Writes the text of a file such as "1/maps". Returns 0, or -ENOENT for one that is not there. */
s64 proc_task(const struct machine *m, const char *name, struct seq_file *s);

/* The path that a mapping's file is called by. */
void proc_vma_name(struct seq_file *s, const struct machine *m, const struct view_vma *vma);

/* proc_numa.c: /proc/PID/numa_maps. */
void numa_maps_show(struct seq_file *s, const struct machine *m, s32 pid);

/* proc_oom.c: /proc/kmsg, /proc/PID/oom_score, oom_score_adj. */
void kmsg_show(struct seq_file *s, const struct machine *m);
void oom_score_show(struct seq_file *s, const struct machine *m, s32 pid);
void oom_score_adj_show(struct seq_file *s, const struct machine *m, s32 pid);

#endif
