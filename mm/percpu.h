/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Per-CPU memory: the same address on every CPU, a page further for each.
 *
 * Linux counterpart: include/linux/percpu.h.
 */
#ifndef MM_PERCPU_H
#define MM_PERCPU_H

#include "mmzone.h"

/*
 * Allocates @size bytes for each CPU, cleared, aligned to 16. Returns the first CPU's, or NULL:
 * no memory, or @size above PCPU_MAX_SIZE.
 */
void *alloc_percpu(size_t size);

/* @ptr NULL is allowed. @size as given to alloc_percpu(). */
void free_percpu(void *ptr, size_t size);

#define PCPU_UNIT     16UL
#define PCPU_MAX_SIZE (PAGE_SIZE - 64)

#define per_cpu_ptr(ptr, cpu)                                                                      \
	((__typeof__(ptr))((u8 *)(ptr) + ((unsigned long)(cpu) << PAGE_SHIFT)))

#endif
