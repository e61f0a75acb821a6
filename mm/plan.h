/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is derived from a configuration before anything is built: shared by
 * those who size an arena (machine_layout()) and those who boot in it.
 */
#ifndef MM_PLAN_H
#define MM_PLAN_H

#include "machine.h"

/* The configuration with all defaults filled in, and sums. */
struct machine_plan {
	struct machine_config config;
	phys_addr_t total;		/* bytes of RAM */
	phys_addr_t end;		/* of the last region */
	phys_addr_t low_reserved;
};

/* Checks a configuration and fills in what it leaves open. Returns 0 or -EINVAL. */
int make_plan(const struct machine_config *config, struct machine_plan *plan,
	      struct machine_error *error);

/* Copies member by member, as the bytes between members are anybody's guess. */
void copy_config(struct machine_config *to, const struct machine_config *from);

void plan_layout(const struct machine_plan *plan, struct machine_layout *layout);

#endif
