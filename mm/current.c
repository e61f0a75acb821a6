// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The only variables of the core that lie outside the arena: which machine this
 * thread runs and, in the fast build, who listens to its events.
 */
#include "machine.h"
#include "trace.h"

_Thread_local struct machine *this_machine;

#ifdef MM_FAST
_Thread_local trace_hook_t trace_hook;
#endif
