// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The machine being run on this thread, and who listens to it in the fast
 * build: the only variables of the core that lie outside the arena. They are
 * shared by all builds of the core.
 */
#include "machine.h"
#include "trace.h"

_Thread_local struct machine *this_machine;

#ifndef MM_FAST
extern _Thread_local trace_hook_t trace_hook;
#endif
_Thread_local trace_hook_t trace_hook;
