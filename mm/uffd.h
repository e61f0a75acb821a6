/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What programs and the kernel say to each other about userfaultfds, with the kernel's values.
 *
 * Linux counterpart: include/uapi/linux/userfaultfd.h.
 */
#ifndef MM_UFFD_H
#define MM_UFFD_H

#include "types.h"

/* Flags of userfaultfd(). */
#define UFFD_USER_MODE_ONLY 1u		/* faults of system calls are not served: they fail */
#define UFFD_O_NONBLOCK	    04000u
#define UFFD_O_CLOEXEC	    02000000u

#define UFFD_API 0xAAu

#define UFFD_FEATURE_PAGEFAULT_FLAG_WP (1u << 0)	/* there is write protection */
#define UFFD_FEATURE_MISSING_SHMEM     (1u << 5)
#define UFFD_FEATURE_SIGBUS	       (1u << 7)	/* no messages: who faults gets SIGBUS */
#define UFFD_FEATURE_THREAD_ID	       (1u << 8)	/* messages tell who faulted */
#define UFFD_FEATURE_MINOR_SHMEM       (1u << 10)
#define UFFD_FEATURE_EXACT_ADDRESS     (1u << 11)	/* messages tell the byte, not the page */
#define UFFD_FEATURE_INITIALIZED       (1u << 31)	/* UFFDIO_API was done: not seen by programs */

#define UFFD_API_FEATURES                                                                          \
	(UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_MISSING_SHMEM | UFFD_FEATURE_SIGBUS |       \
	 UFFD_FEATURE_THREAD_ID | UFFD_FEATURE_MINOR_SHMEM | UFFD_FEATURE_EXACT_ADDRESS)

/* What faults a stretch is registered for. */
#define UFFDIO_REGISTER_MODE_MISSING 1u	/* no page there */
#define UFFDIO_REGISTER_MODE_WP	     2u	/* writes to pages that are write-protected */
#define UFFDIO_REGISTER_MODE_MINOR   4u	/* a page in the page cache, but not in the page table */
#define UFFD_API_REGISTER_MODES                                                                    \
	(UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP | UFFDIO_REGISTER_MODE_MINOR)

#define UFFDIO_COPY_MODE_DONTWAKE	  1u
#define UFFDIO_COPY_MODE_WP		  2u
#define UFFDIO_ZEROPAGE_MODE_DONTWAKE	  1u
#define UFFDIO_CONTINUE_MODE_DONTWAKE	  1u
#define UFFDIO_WRITEPROTECT_MODE_WP	  1u	/* without: takes the protection away */
#define UFFDIO_WRITEPROTECT_MODE_DONTWAKE 2u

#define UFFD_EVENT_PAGEFAULT 0x12

#define UFFD_PAGEFAULT_FLAG_WRITE 1u
#define UFFD_PAGEFAULT_FLAG_WP	  2u
#define UFFD_PAGEFAULT_FLAG_MINOR 4u

/* What read() gives. */
struct uffd_msg {
	u8 event;		/* UFFD_EVENT_* */
	u8 reserved1;
	u16 reserved2;
	u32 reserved3;
	u64 flags;		/* UFFD_PAGEFAULT_FLAG_* */
	u64 address;
	u32 ptid;		/* who faulted, with UFFD_FEATURE_THREAD_ID */
	u32 pad;
};

#endif
