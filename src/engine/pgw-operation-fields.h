/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields that operations on pages may have, as bits of
 * PgwOperation.fields, and how they are read.
 */
#pragma once

#include "pgw-scenario-private.h"

G_BEGIN_DECLS

/* Read in this order: max_order needs order. */
typedef enum {
  PGW_FIELD_ORDER, PGW_FIELD_MAX_ORDER, PGW_FIELD_GFP, PGW_FIELD_NODE, PGW_FIELD_NODES, PGW_FIELD_CPU, PGW_FIELD_AS,
  PGW_FIELD_OF, PGW_FIELD_COUNT, PGW_FIELD_HOW_MANY, PGW_FIELD_PATTERN, PGW_FIELD_SEED, PGW_FIELD_STEP,
  PGW_FIELD_OFFSET, PGW_FIELD_ALLOW, PGW_FIELD_TEXT, PGW_FIELD_TUNABLE, PGW_FIELD_VALUE, PGW_FIELD_PAGES,
  PGW_FIELD_POLICY, PGW_FIELD_FRAMES, PGW_FIELD_DEVICE, PGW_FIELD_PRIORITY,
  PGW_N_FIELDS
} PgwOperationField;

/* What an entry is read from and into. */
typedef struct {
  PgwJsonSource        *source;
  const PgwMachineInfo *info;
  PgwEntry             *entry;
} PgwEntryReader;

/* The key of a field in a scenario. */
const char *pgw_operation_field_key   (PgwOperationField field);
/*
 * Reads the values of fields that other operations have too: a name for the result, an allocation by its name, GFP
 * flags, a processor and a node of the machine.
 */
gboolean    pgw_operation_read_as     (PgwEntryReader *r, const PgwJsonNode *node, GError **error);
gboolean    pgw_operation_read_of     (PgwEntryReader *r, const PgwJsonNode *node, GError **error);
gboolean    pgw_operation_read_gfp    (PgwEntryReader *r, const PgwJsonNode *node, GError **error);
gboolean    pgw_operation_read_cpu    (PgwEntryReader *r, const PgwJsonNode *node, GError **error);
gboolean    pgw_operation_read_node   (PgwEntryReader *r, const PgwJsonNode *node, GError **error);
/*
 * Reads the fields of an operation on pages into the entry; FALSE with where and why if one is missing, wrong, or says
 * nothing without another one.
 */
gboolean    pgw_operation_read_fields (PgwEntryReader *r, const PgwOperation *operation, GError **error);

G_END_DECLS
