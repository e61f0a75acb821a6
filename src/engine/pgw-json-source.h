/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwJsonSource: a JSON text and the tree of its values, in which every value
 * knows where in the text it stands.
 *
 * JSON libraries forget positions, merge equal keys and round large numbers;
 * a file that students write by hand needs to be told where its mistake is.
 * The text is read strictly as RFC 8259 has it (a byte order mark is passed
 * over), without recursion, within limits of size, depth and count.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PGW_JSON_MAX_BYTES   (64u << 20)
#define PGW_JSON_MAX_DEPTH   64u
#define PGW_JSON_MAX_VALUES  8000000u
#define PGW_JSON_MAX_MEMBERS 256u       /* of one object */

typedef enum {
  PGW_JSON_NULL,
  PGW_JSON_BOOLEAN,
  PGW_JSON_INTEGER,     /* written without point and exponent */
  PGW_JSON_DOUBLE,
  PGW_JSON_STRING,
  PGW_JSON_ARRAY,
  PGW_JSON_OBJECT,
} PgwJsonType;

typedef struct _PgwJsonSource PgwJsonSource;
typedef struct _PgwJsonNode   PgwJsonNode;

struct _PgwJsonNode {
  PgwJsonNode *parent;
  PgwJsonNode *next;            /* in the same array or object */
  PgwJsonNode *first;           /* child; NULL for an empty or a plain value */
  PgwJsonNode *last;
  const char  *key;             /* name of a member; NULL in arrays and at the root */
  union {
    gboolean    boolean;
    guint64     integer;        /* magnitude */
    double      number;
    const char *string;
  };
  guint32      key_line, key_column;
  guint32      line, column;    /* from 1; columns count characters */
  guint32      start, end;      /* bytes of the text */
  guint32      index;           /* among its siblings */
  guint32      n_children;
  guint8       type;            /* PgwJsonType */
  guint8       negative;        /* of an integer */
  guint8       overflow;        /* an integer that does not fit into 64 bits */
};

/*
 * Reads a text (copied). `name` stands before positions in messages. For a
 * part of a larger text, `line` and `column` tell where it starts (else 1, 1)
 * and `prefix` is the JSON pointer of its root (else "").
 */
PgwJsonSource     *pgw_json_source_new      (const char     *data,
                                             gsize           length,
                                             const char     *name,
                                             guint           line,
                                             guint           column,
                                             const char     *prefix,
                                             GError        **error);
PgwJsonSource     *pgw_json_source_ref      (PgwJsonSource  *self);
void               pgw_json_source_unref    (PgwJsonSource  *self);
const PgwJsonNode *pgw_json_source_get_root (PgwJsonSource  *self);
const char        *pgw_json_source_get_text (PgwJsonSource  *self,
                                             gsize          *length);
const char        *pgw_json_source_get_name (PgwJsonSource  *self);

/* The JSON pointer of a value ("/" for the root). Free with g_free(). */
char              *pgw_json_pointer         (PgwJsonSource     *self,
                                             const PgwJsonNode *node);
/* The value as it stands in the text. Free with g_free(). */
char              *pgw_json_dup_text        (PgwJsonSource     *self,
                                             const PgwJsonNode *node);
/* The member of an object, or NULL. */
const PgwJsonNode *pgw_json_member          (const PgwJsonNode *object,
                                             const char        *key);
/* "the text "abc"", "an array", "the number 12": what a message says was found. Free with g_free(). */
char              *pgw_json_describe        (PgwJsonSource     *self,
                                             const PgwJsonNode *node);

/* ---- Reading with errors ---- */

/* Sets `error` to "file:line:column: /pointer: found FOUND; expected EXPECTED" and returns FALSE. */
gboolean pgw_json_fail          (PgwJsonSource     *self,
                                 const PgwJsonNode *node,
                                 const char        *found,
                                 const char        *expected,
                                 GError           **error);
/* The same with the description of the node as what was found. */
gboolean pgw_json_fail_expected (PgwJsonSource     *self,
                                 const PgwJsonNode *node,
                                 const char        *expected,
                                 GError           **error);
/* Names a member that is missing. */
gboolean pgw_json_fail_missing  (PgwJsonSource     *self,
                                 const PgwJsonNode *object,
                                 const char        *key,
                                 GError           **error);
/* Refuses members that are not among `keys` (ended by NULL), suggesting the nearest. The node must be an object. */
gboolean pgw_json_check_keys    (PgwJsonSource     *self,
                                 const PgwJsonNode *object,
                                 const char *const *keys,
                                 GError           **error);
/* The word of `words` (ended by NULL) that `word` was probably meant to be, or NULL. */
const char *pgw_json_nearest    (const char        *word,
                                 const char *const *words);
/* A whole number within bounds. `what` names it in the message: "an order". */
gboolean pgw_json_read_uint     (PgwJsonSource     *self,
                                 const PgwJsonNode *node,
                                 const char        *what,
                                 guint64            min,
                                 guint64            max,
                                 guint64           *value,
                                 GError           **error);
/* One of `words` (ended by NULL); gives its index. */
gboolean pgw_json_read_word     (PgwJsonSource     *self,
                                 const PgwJsonNode *node,
                                 const char *const *words,
                                 guint             *value,
                                 GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwJsonSource, pgw_json_source_unref)

G_END_DECLS
