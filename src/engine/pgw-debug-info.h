/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwDebugInfo: what the compiler wrote down about the core: which source line
 * an address belongs to, which functions are on a stack, and what their
 * parameters and variables hold. Read from the program's own DWARF by libdw.
 *
 * The stepping build of the core is compiled without optimisation and with
 * frame pointers, so every variable has an address for all of its life and a
 * stack is a chain of frame pointers; nothing here needs more than that.
 *
 * An object of this kind is read-only once made and may be shared by all
 * timelines of a thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PGW_DEBUG_INFO_ERROR (pgw_debug_info_error_quark ())
GQuark pgw_debug_info_error_quark (void);

typedef enum {
  PGW_DEBUG_INFO_ERROR_MISSING, /* the program was stripped, or built without -g */
  PGW_DEBUG_INFO_ERROR_EXPRESSION,      /* an expression that names nothing */
} PgwDebugInfoError;

typedef struct _PgwDebugInfo PgwDebugInfo;

PgwDebugInfo *pgw_debug_info_new   (GError      **error);
PgwDebugInfo *pgw_debug_info_ref   (PgwDebugInfo *self);
void          pgw_debug_info_unref (PgwDebugInfo *self);

/* A place in the source. Strings belong to the debug info. */
typedef struct {
  const char *file;     /* below the top of the sources: "mm/page_alloc.c" */
  const char *function;
  int         line;
} PgwPlace;

/* Where the instruction at `pc` comes from. FALSE where nothing is known of it. */
gboolean pgw_debug_info_get_place (PgwDebugInfo *self, guint64 pc, PgwPlace *place);

/* A place at which the line clock ticks (see pgw-timeline.h). A line may have several. */
typedef struct {
  guint64  pc;          /* as in PgwStackTop */
  PgwPlace place;
  gboolean is_entry;    /* the first one of its function */
} PgwHook;

/* All of them, by address. Without line hooks, the places where they would be. */
const PgwHook *pgw_debug_info_get_hooks (PgwDebugInfo *self, guint *n);
/* The one at an address; NULL if there is none. */
const PgwHook *pgw_debug_info_get_hook  (PgwDebugInfo *self, guint64 pc);
/* The first one of a function; NULL for a name that no function of the core has. */
const PgwHook *pgw_debug_info_get_entry (PgwDebugInfo *self, const char *function);

/* Where the function around an instruction begins, and how many bytes of code it has. FALSE where nothing is known. */
gboolean    pgw_debug_info_get_function   (PgwDebugInfo *self, guint64 pc, guint64 *start, guint64 *size);
/* A file with code in it by its name, with or without "mm/"; NULL if there is none. */
const char *pgw_debug_info_find_file      (PgwDebugInfo *self, const char *name);
/* The first line at or behind `line` that carries code; 0 if there is none. */
int         pgw_debug_info_next_code_line (PgwDebugInfo *self, const char *file, int line);

/* One function on a stack. */
typedef struct {
  PgwPlace place;
  guint64  pc;          /* of the instruction it is in; of a caller, inside the call */
  guint64  frame;       /* its frame pointer */
} PgwFrame;

/*
 * The functions on a stack, innermost first, from an instruction and its frame
 * pointer outwards up to the frame `end` (not included) or the first function
 * that is not in the core. Returns how many were stored in `frames`.
 */
guint pgw_debug_info_unwind (PgwDebugInfo *self,
                             guint64       pc,
                             guint64       frame,
                             guint64       end,
                             PgwFrame     *frames,
                             guint         max);

/* A type, opaque. */
typedef struct { gpointer address, unit; } PgwDebugType;

typedef enum {
  PGW_TYPE_CLASS_OTHER,
  PGW_TYPE_CLASS_SIGNED,
  PGW_TYPE_CLASS_UNSIGNED,
  PGW_TYPE_CLASS_BOOLEAN,
  PGW_TYPE_CLASS_ENUM,
  PGW_TYPE_CLASS_POINTER,
  PGW_TYPE_CLASS_ARRAY,
  PGW_TYPE_CLASS_STRUCT,        /* or union */
} PgwTypeClass;

/* A variable, parameter, member or element: a typed piece of memory. */
typedef struct {
  char         *name;           /* "order", "pcp->count"; of an element "[3]" */
  char         *type;           /* as in C: "struct page *" */
  PgwDebugType  debug_type;
  PgwTypeClass  type_class;
  gconstpointer address;
  guint         size;           /* bytes */
  guint         bit_offset;     /* of a bit field, in bits from the address; */
  guint         bit_size;       /*   0 = not a bit field */
  gboolean      is_parameter;
  gboolean      is_set;         /* FALSE: its declaration has not been reached yet */
} PgwVariable;

void pgw_variable_free (PgwVariable *variable);

/*
 * Parameters and then the variables in scope of one function on a stack, in
 * the order of their declaration; inner blocks last. The memory of the stack
 * must be there when values are read.
 */
GPtrArray *pgw_debug_info_get_variables (PgwDebugInfo *self, const PgwFrame *frame);

/* All parameters and variables that a function declares anywhere, without an address: only names and types. */
GPtrArray *pgw_debug_info_get_declared (PgwDebugInfo *self, const char *function);

/*
 * What a variable is made of: the members of a structure, the elements of an
 * array, what a pointer points to (its members, if that is a structure).
 * Empty for anything else. A pointer is followed only if `readable` says that
 * the memory may be read.
 */
GPtrArray *pgw_debug_info_get_children  (PgwDebugInfo      *self,
                                         const PgwVariable *variable,
                                         gboolean         (*readable) (guint64 address, gsize size, gpointer data),
                                         gpointer           data);

/* The raw value of a scalar, sign-extended to 64 bits where its type is signed. */
gboolean pgw_variable_get_scalar (const PgwVariable *variable, guint64 *value);
/* Name of an enumerator; NULL if the type has none of this value. */
const char *pgw_debug_info_get_enumerator (PgwDebugInfo *self, const PgwVariable *variable);
/* Name of what a pointer points to, without qualifiers: "struct page". NULL for other types. */
char *pgw_debug_info_get_pointee (PgwDebugInfo *self, const PgwVariable *variable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwDebugInfo, pgw_debug_info_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwVariable, pgw_variable_free)

G_END_DECLS
