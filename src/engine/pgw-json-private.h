/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the reader of JSON texts (pgw-json-source.c) and their tree
 * (pgw-json-tree.c) share.
 */
#pragma once

#include "pgw-json-source.h"

G_BEGIN_DECLS

struct _PgwJsonSource {
  gatomicrefcount ref_count;
  char           *text;
  gsize           length;
  char           *name;
  char           *prefix;
  PgwJsonNode    *root;
  GPtrArray      *blocks;       /* of NODES_PER_BLOCK nodes each */
  guint           n_nodes;
  GStringChunk   *strings;
};

G_END_DECLS
