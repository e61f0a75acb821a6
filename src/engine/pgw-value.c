/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From typed memory to text.
 *
 * What a number means is told by its type where the kernel has one for it
 * (gfp_t, an enum, a pointer), else by the name of the variable, which the
 * kernel uses with great regularity: `order`, `migratetype`, `alloc_flags`,
 * anything that ends in `pfn`.
 */
#include "config.h"

#include "pgw-value.h"
#include "pgw-narration.h"
#include "pgw-timeline-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MEMBERS_SHOWN 4

static char *format_any (PgwDebugInfo         *info,
                         const struct machine *machine,
                         const PgwVariable    *variable,
                         mm_object_t          *object,
                         guint                 depth);

/* ---- Numbers by name ---- */

typedef enum {
  MEANING_NONE,
  MEANING_ORDER,
  MEANING_MIGRATETYPE,
  MEANING_ALLOC_FLAGS,
  MEANING_PFN,
  MEANING_ZONE_INDEX,
} Meaning;

static const struct {
  const char *pattern;
  Meaning meaning;
} meanings[] = {
  { "order", MEANING_ORDER },
  { "*_order", MEANING_ORDER },
  { "migratetype", MEANING_MIGRATETYPE },
  { "*_migratetype", MEANING_MIGRATETYPE },
  { "*_mt", MEANING_MIGRATETYPE },
  { "mt", MEANING_MIGRATETYPE },
  { "start_type", MEANING_MIGRATETYPE },
  { "old_block_type", MEANING_MIGRATETYPE },
  { "alloc_flags", MEANING_ALLOC_FLAGS },
  { "pfn", MEANING_PFN },
  { "*_pfn", MEANING_PFN },
  { "highest_zoneidx", MEANING_ZONE_INDEX },
};

static Meaning
find_meaning (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_pattern_match_simple (meanings[i].pattern, name))
      return meanings[i].meaning;
  return MEANING_NONE;
}

static char *
format_order (guint64 order)
{
  g_autofree char *size = NULL;

  if (order >= VIEW_MAX_ORDER)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, order);
  size = pgw_order_size_text ((guint) order);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " (%s)", order, size);
}

/* NULL if the number has no meaning of its own. */
static char *
format_meaning (const PgwVariable *variable, guint64 value, mm_object_t *object)
{
  char text[256];

  if (g_str_equal (variable->type, "gfp_t"))
    {
      view_gfp ((gfp_t) value, text, sizeof text);
      return g_strdup (text);
    }

  switch (find_meaning (variable->name))
    {
    case MEANING_ORDER:
      return format_order (value);
    case MEANING_MIGRATETYPE:
      return value < VIEW_NR_MT ? g_strdup_printf ("%u (%s)", (guint) value, view_migratetype_name ((u32) value)) : NULL;
    case MEANING_ALLOC_FLAGS:
      view_alloc_flags ((u32) value, text, sizeof text);
      return g_strdup (text);
    case MEANING_PFN:
      if (value == G_MAXUINT64)
        return NULL;
      *object = mm_object (MM_OBJECT_PAGE, value);
      return g_strdup_printf ("%#" G_GINT64_MODIFIER "x", value);
    case MEANING_ZONE_INDEX:
      return value < VIEW_NR_ZONES ? g_strdup_printf ("%u (%s)", (guint) value, view_zone_name ((u32) value)) : NULL;
    case MEANING_NONE:
      return NULL;
    }
  return NULL;
}

static char *
format_number (const PgwVariable *variable, guint64 value, mm_object_t *object)
{
  char *text = format_meaning (variable, value, object);

  if (text)
    return text;
  if (variable->type_class == PGW_TYPE_CLASS_BOOLEAN)
    return g_strdup (value ? "true" : "false");
  if (variable->type_class == PGW_TYPE_CLASS_SIGNED)
    return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) value);
  return g_strdup_printf (value > 99999 ? "%#" G_GINT64_MODIFIER "x" : "%" G_GINT64_MODIFIER "u", value);
}

/* ---- Pointers ---- */

static char *
format_pointer (PgwDebugInfo         *info,
                const struct machine *machine,
                const PgwVariable    *variable,
                guint64               value,
                mm_object_t          *object)
{
  g_autofree char *pointee = pgw_debug_info_get_pointee (info, variable);
  struct view_page page;
  char text[256];
  PgwPlace place;

  if (view_pointer (machine, value, text, sizeof text, object) == 0)
    {
      if (pgw_debug_info_get_place (info, value, &place))
        return g_strdup_printf ("%s()", place.function);
      /* On the core's stack, or handed in from outside: where that is differs from run to run. */
      return g_strdup_printf ("→ %s", pointee ? pointee : "void");
    }

  if (g_strcmp0 (pointee, "struct page") == 0 && mm_object_kind (*object) == MM_OBJECT_PAGE &&
      view_page (machine, mm_object_id (*object), &page))
    return g_strdup_printf ("%s (%s, order %u)", text, view_page_kind_name (page.kind), page.order);
  return g_strdup (text);
}

/* ---- Structures and arrays ---- */

static gboolean
in_arena (guint64 address, gsize size, gpointer data)
{
  struct view_machine view;
  mm_object_t object;

  view_machine (data, &view);
  return view_pointer (data, address, NULL, 0, &object) > 0 && object != 0 &&
         view_pointer (data, address + size - 1, NULL, 0, NULL) > 0;
}

/* The machine's memory and the core's own stack. */
static gboolean
is_readable (guint64 address, gsize size, gpointer data)
{
  PgwTimeline *timeline = data;
  guint64 stack = (guintptr) timeline->image.stack;

  if (address >= stack && size <= timeline->image.stack_size && address - stack <= timeline->image.stack_size - size)
    return TRUE;
  return in_arena (address, size, (gpointer) pgw_timeline_get_machine (timeline));
}

static gboolean
never (guint64 address, gsize size, gpointer data)
{
  return FALSE;
}

static char *
format_aggregate (PgwDebugInfo *info, const struct machine *machine, const PgwVariable *variable, guint depth)
{
  g_autoptr (GPtrArray) children = NULL;
  GString *text;

  if (depth > 1)
    return g_strdup ("{…}");

  children = pgw_debug_info_get_children (info, variable, never, NULL);
  text = g_string_new ("{");
  for (guint i = 0; i < MIN (children->len, MEMBERS_SHOWN); i++)
    {
      const PgwVariable *child = g_ptr_array_index (children, i);
      mm_object_t object = 0;
      g_autofree char *value = format_any (info, machine, child, &object, depth + 1);

      if (i > 0)
        g_string_append (text, ", ");
      if (variable->type_class == PGW_TYPE_CLASS_STRUCT)
        g_string_append_printf (text, "%s = ", child->name);
      g_string_append (text, value);
    }
  g_string_append (text, children->len > MEMBERS_SHOWN ? ", …}" : "}");
  return g_string_free (text, FALSE);
}

static char *
format_any (PgwDebugInfo         *info,
            const struct machine *machine,
            const PgwVariable    *variable,
            mm_object_t          *object,
            guint                 depth)
{
  const char *enumerator;
  guint64 value;

  if (variable->type_class == PGW_TYPE_CLASS_STRUCT || variable->type_class == PGW_TYPE_CLASS_ARRAY)
    return format_aggregate (info, machine, variable, depth);
  if (!pgw_variable_get_scalar (variable, &value))
    return g_strdup ("?");
  if (variable->type_class == PGW_TYPE_CLASS_POINTER)
    return format_pointer (info, machine, variable, value, object);
  enumerator = pgw_debug_info_get_enumerator (info, variable);
  if (enumerator)
    return g_strdup (enumerator);
  return format_number (variable, value, object);
}

char *
pgw_value_format (PgwDebugInfo *info, const struct machine *machine, const PgwVariable *variable, mm_object_t *object)
{
  mm_object_t ignored;

  if (!object)
    object = &ignored;
  *object = 0;
  return format_any (info, machine, variable, object, 0);
}

/* ---- Locals ---- */

void
pgw_local_free (PgwLocal *local)
{
  g_clear_pointer (&local->variable, pgw_variable_free);
  g_free (local->value);
  g_free (local);
}

/* Takes the variable. */
static PgwLocal *
new_local (PgwDebugInfo *info, PgwTimeline *timeline, PgwVariable *variable)
{
  PgwLocal *local = g_new0 (PgwLocal, 1);
  guint64 value;

  local->variable = variable;
  if (!variable->is_set)
    return local;

  local->value = pgw_value_format (info, pgw_timeline_get_machine (timeline), variable, &local->object);
  local->has_children = variable->type_class == PGW_TYPE_CLASS_STRUCT || variable->type_class == PGW_TYPE_CLASS_ARRAY ||
                        (variable->type_class == PGW_TYPE_CLASS_POINTER && pgw_variable_get_scalar (variable, &value) &&
                         value != 0 && (local->object != 0 || is_readable (value, 1, timeline)));
  return local;
}

/* Takes the array of variables. */
static GPtrArray *
new_locals (PgwDebugInfo *info, PgwTimeline *timeline, GPtrArray *variables)
{
  GPtrArray *locals = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_local_free);

  g_ptr_array_set_free_func (variables, NULL);
  for (guint i = 0; i < variables->len; i++)
    g_ptr_array_add (locals, new_local (info, timeline, g_ptr_array_index (variables, i)));
  g_ptr_array_unref (variables);
  return locals;
}

guint
pgw_locals_unwind (PgwDebugInfo *info, PgwTimeline *timeline, PgwFrame *frames, guint max)
{
  PgwStackTop top;

  if (!pgw_timeline_get_stack_top (timeline, &top))
    return 0;
  return pgw_debug_info_unwind (info, top.pc, top.frame, top.end, frames, max);
}

GPtrArray *
pgw_locals_get (PgwDebugInfo *info, PgwTimeline *timeline, const PgwFrame *frame)
{
  return new_locals (info, timeline, pgw_debug_info_get_variables (info, frame));
}

GPtrArray *
pgw_locals_get_children (PgwDebugInfo *info, PgwTimeline *timeline, const PgwLocal *local)
{
  return new_locals (info, timeline,
                     pgw_debug_info_get_children (info, local->variable, is_readable, timeline));
}

/* ---- Expressions ---- */

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* Takes the child of that name (or index) out of the array. */
static PgwVariable *
take_child (GPtrArray *children, const char *name)
{
  /* of two variables of a name, the inner one comes last */
  for (guint i = children->len; i-- > 0;)
    {
      PgwVariable *child = g_ptr_array_index (children, i);

      if (g_str_equal (child->name, name))
        {
          g_ptr_array_set_free_func (children, NULL);
          g_ptr_array_remove_index (children, i);
          g_ptr_array_set_free_func (children, (GDestroyNotify) pgw_variable_free);
          return child;
        }
    }
  return NULL;
}

/* Reads one step of an expression (".name", "->name", "[3]", or a name first) as the name of a child. */
static char *
read_step (const char **at, gboolean first)
{
  const char *start = *at;

  if (*start == '[')
    {
      const char *end = strchr (start, ']');

      *at = end ? end + 1 : start;
      return end ? g_strndup (start, (gsize) (end + 1 - start)) : NULL;
    }
  if (!first)
    {
      if (g_str_has_prefix (start, "->"))
        start += 2;
      else if (*start == '.')
        start += 1;
      else
        return NULL;
    }
  *at = start;
  while (is_word (**at))
    (*at)++;
  return *at > start ? g_strndup (start, (gsize) (*at - start)) : NULL;
}

typedef struct {
  PgwDebugInfo *info;
  const char   *function;
  PgwTimeline  *timeline;       /* NULL: only names and types matter */
} Evaluation;

static gboolean
always (guint64 address, gsize size, gpointer data)
{
  return TRUE;
}

/* The children of a variable; without a timeline, with made up contents. */
static GPtrArray *
evaluation_children (const Evaluation *self, PgwVariable *variable)
{
  g_autofree guint8 *nothing = NULL;
  GPtrArray *children;

  if (self->timeline)
    return pgw_debug_info_get_children (self->info, variable, variable->is_set ? is_readable : never, self->timeline);

  nothing = g_malloc0 (MAX (variable->size, sizeof (guint64)));
  variable->address = nothing;
  children = pgw_debug_info_get_children (self->info, variable, always, NULL);
  variable->address = NULL;
  return children;
}

/* Takes the variables among which the expression begins. */
static PgwVariable *
evaluate (const Evaluation *self, GPtrArray *variables, const char *expression, GError **error)
{
  g_autoptr (GPtrArray) children = variables;
  g_autoptr (PgwVariable) variable = NULL;
  gboolean dereference = g_str_has_prefix (expression, "*");
  const char *at = expression + (dereference ? 1 : 0);

  while (*at || !variable)
    {
      const char *start = at;
      g_autofree char *name = read_step (&at, !variable);
      PgwVariable *next = name ? take_child (children, name) : NULL;

      if (!next)
        {
          g_set_error (error, PGW_DEBUG_INFO_ERROR, PGW_DEBUG_INFO_ERROR_EXPRESSION,
                       /* Translators: an expression in C, a column, and the name of a function of the kernel */
                       _("“%s”, column %u: expected a variable of %s() or one of its members"),
                       expression, (guint) (start - expression) + 1, self->function);
          return NULL;
        }
      next->is_set = next->is_set && (!variable || variable->is_set);
      g_clear_pointer (&variable, pgw_variable_free);
      variable = next;
      g_ptr_array_unref (children);
      children = evaluation_children (self, variable);
    }
  if (dereference)
    {
      PgwVariable *next = take_child (children, "*");

      if (!next)
        {
          g_set_error (error, PGW_DEBUG_INFO_ERROR, PGW_DEBUG_INFO_ERROR_EXPRESSION,
                       _("“%s”: expected a pointer to a number behind the “*”"), expression);
          return NULL;
        }
      next->is_set = next->is_set && variable->is_set;
      g_clear_pointer (&variable, pgw_variable_free);
      variable = next;
    }
  return g_steal_pointer (&variable);
}

PgwVariable *
pgw_locals_find (PgwDebugInfo   *info,
                 PgwTimeline    *timeline,
                 const PgwFrame *frame,
                 const char     *expression,
                 GError        **error)
{
  Evaluation evaluation = { info, frame->place.function, timeline };
  PgwVariable *variable = evaluate (&evaluation, pgw_debug_info_get_variables (info, frame), expression, error);

  if (!variable)
    return NULL;
  g_free (variable->name);
  variable->name = g_strdup (expression);
  return variable;
}

PgwLocal *
pgw_locals_evaluate (PgwDebugInfo   *info,
                     PgwTimeline    *timeline,
                     const PgwFrame *frame,
                     const char     *expression,
                     GError        **error)
{
  PgwVariable *variable = pgw_locals_find (info, timeline, frame, expression, error);

  return variable ? new_local (info, timeline, variable) : NULL;
}

gboolean
pgw_locals_check (PgwDebugInfo *info, const char *function, const char *expression, GError **error)
{
  Evaluation evaluation = { info, function, NULL };
  g_autoptr (PgwVariable) variable =
    evaluate (&evaluation, pgw_debug_info_get_declared (info, function), expression, error);

  return variable != NULL;
}
