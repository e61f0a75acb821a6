/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmalloc(): memory that is contiguous for the kernel though its frames are not.
 *
 * Linux counterpart: include/linux/vmalloc.h.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include "list.h"
#include "types.h"

/* A stretch of the kernel's addresses between VMALLOC_START and VMALLOC_END. */
struct vmap_area {
	unsigned long va_start;
	unsigned long va_end;		/* with the guard page */
	struct list_head list;		/* in use, by address; or waiting to be purged */
	struct page **pages;		/* NULL while it waits */
	u32 nr_pages;
	u32 op;				/* that made it, plus 2; 1 = boot */
};

/* What the kernel has in global variables of mm/vmalloc.c, and the kernel half's page tables. */
struct vmalloc_state {
	struct list_head vmap_area_list;
	struct list_head purge_vmap_area_list;
	unsigned long vmap_lazy_nr;	/* pages of addresses that wait to be purged */
	unsigned long nr_vmalloc_pages;
	unsigned long nr_table_pages;	/* frames of page tables */
	struct kmem_cache *vmap_area_cachep;
	void *pgd;			/* of the kernel: init_mm.pgd */
};

/* @size bytes, in whole frames; returns the address the kernel sees them at, 0 without memory. */
unsigned long __vmalloc(unsigned long size, u32 gfp);

/* Gives back frames now and addresses later. @addr 0 is allowed. */
void vfree(unsigned long addr);

/* Makes addresses usable again that were given back. */
void vm_unmap_aliases(void);

/* The frame behind an address of an area; NULL if nothing is mapped there. */
struct page *vmalloc_to_page(unsigned long addr);

#endif
