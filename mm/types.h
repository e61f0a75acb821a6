/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Basic types, error numbers and helpers of the core.
 *
 * The core is freestanding C11: it includes no header of a hosted C library
 * and calls nothing outside itself but memcpy(), memset() and what trace.h
 * declares. Linux counterpart: include/linux/types.h and friends.
 */
#ifndef MM_TYPES_H
#define MM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

typedef u32 gfp_t;
typedef u64 phys_addr_t;

void *memcpy(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);

#define PAGE_SHIFT	12
#define RAM_LINE_SHIFT	6	/* 64 lines to a frame */
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

/* Error numbers, as on Linux; functions return them negated. */
#define EPERM	1
#define ENOENT	2
#define ESRCH	3
#define EINTR	4
#define EIO	5
#define EMLINK	31
#define EBADF	9
#define ECHILD	10
#define EAGAIN	11
#define ENOMEM	12
#define EACCES	13
#define EFAULT	14
#define EBUSY	16
#define EEXIST	17
#define ENODEV	19
#define EINVAL	22
#define EFBIG	27
#define ENOSPC	28
#define ESPIPE	29
#define ENOTTY	25
#define ERANGE	34
#define EOVERFLOW 75
#define EOPNOTSUPP 95
#define ETXTBSY	26
#define ERESTARTNOINTR 513	/* not finished, goes on later; programs never see it */

#define MAX_ERRNO	4095
#define IS_ERR_VALUE(x)	((u64)(x) >= (u64)-MAX_ERRNO)

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE((unsigned long)ptr);
}

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#define min(a, b)	((a) < (b) ? (a) : (b))
#define max(a, b)	((a) > (b) ? (a) : (b))
#define clamp(v, lo, hi) min(max(v, lo), hi)

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define ALIGN(x, a)		(((x) + (a) - 1) & ~((a) - 1))
#define ALIGN_DOWN(x, a)	((x) & ~((a) - 1))

#endif
