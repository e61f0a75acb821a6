/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For those who run the stepping build of the core without a timeline.
 */
#pragma once

/* Called where the core stops for good and no timeline runs it in this thread; must not return. NULL: none. */
extern _Thread_local void (*pgw_stop_hook) (void);
