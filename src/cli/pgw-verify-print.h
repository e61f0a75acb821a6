/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `pagewalk-cli verify` prints of recordings of virtual memory.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "src/engine/pgw-verify-vm.h"

/* Sums over recordings of virtual memory. */
typedef struct {
  guint          n_files;
  PgwVerifyCount counts[PGW_VM_N_CATEGORIES];
  PgwVerifyCount all;
  GHashTable    *statistics;    /* NULL: not wanted */
} PgwVmSums;

void pgw_vm_sums_add         (PgwVmSums               *sums,
                              const PgwVmVerifyResult *result);
/* "results A/N vmas B/N ... all F/N" */
void pgw_vm_print_counts     (const PgwVerifyCount    *counts,
                              const PgwVerifyCount    *all);
/* The line of a file, its first differences, its error. */
void pgw_vm_print_result     (const PgwVmVerifyResult *result);
/* What differed how often, the most frequent first. */
void pgw_vm_print_statistics (GHashTable              *statistics);

/* An object with the same. */
void pgw_vm_build_result     (JsonBuilder             *builder,
                              const PgwVmVerifyResult *result);
void pgw_vm_build_counts     (JsonBuilder             *builder,
                              const PgwVerifyCount    *counts,
                              const PgwVerifyCount    *all);

/* A member {"agreed": A, "total": N}. */
void pgw_build_count         (JsonBuilder             *builder,
                              const char              *name,
                              const PgwVerifyCount    *count);
void pgw_build_string        (JsonBuilder             *builder,
                              const char              *name,
                              const char              *value);
