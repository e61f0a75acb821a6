// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bulk changes of memory.
 *
 * The stores of memset() and memcpy() are not seen by the store hooks, so the
 * range is announced first. This file is compiled without hooks and without
 * line marks.
 */
#include "internal.h"

void fill_memory(void *addr, u8 value, size_t len)
{
	mem_will_write(addr, len);
	memset(addr, value, len);
}

void clear_memory(void *addr, size_t len)
{
	mem_will_write(addr, len);
	memset(addr, 0, len);
}

void copy_memory(void *to, const void *from, size_t len)
{
	mem_will_write(to, len);
	memcpy(to, from, len);
}
