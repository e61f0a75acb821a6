/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwMemoryBar: what a task does with its memory, by hand. Map, unmap,
 * protect, read, write, fork ...; each becomes one more operation of the
 * script, given to the action "win.do" as the JSON that the scenario file
 * would hold.
 */
#pragma once

#include "pgw-section.h"

G_BEGIN_DECLS

#define PGW_TYPE_MEMORY_BAR (pgw_memory_bar_get_type ())
G_DECLARE_FINAL_TYPE (PgwMemoryBar, pgw_memory_bar, PGW, MEMORY_BAR, PgwSection)

/*
 * Opens the popover; at this operation of the script ("munmap"), or NULL: where it was left. What is selected gives task
 * and address, unless they are told after the operation: "mremap 1 0x7f0000001000 16K 32K", task, address, length and
 * new length.
 */
void pgw_memory_bar_show (PgwMemoryBar *self, const char *op);

G_END_DECLS
