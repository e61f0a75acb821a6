// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A disk: blocks of a page that can be read and written.
 *
 * It lies behind the RAM in the arena and costs nothing where it was never written. Reading and
 * writing take no time here; how much of both a script causes is counted.
 */
#include "../mm.h"

void disk_read(u64 offset, void *block)
{
	this_machine->disk_reads++;
	trace(TRACE_disk_read, offset >> PAGE_SHIFT, 0, 0, 0);
	copy_memory(block, this_machine->disk + offset, PAGE_SIZE);
}

void disk_write(u64 offset, const void *block)
{
	this_machine->disk_writes++;
	trace(TRACE_disk_write, offset >> PAGE_SHIFT, 0, 0, 0);
	copy_memory(this_machine->disk + offset, block, PAGE_SIZE);
}
