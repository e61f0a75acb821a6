/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which warnings end a test of the window. */
#pragma once

/**
 * pgw_views_log_init:
 *
 * Has every warning end a test, but for one of GTK's own that comes and goes
 * with the load of the machine. To be called first in main().
 */
void pgw_views_log_init (void);
