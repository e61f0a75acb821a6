/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the core's debug information: see pgw-debug-info.h.
 *
 * libdw maps the program's own file. Of its compilation units only those of
 * the core matter; their address ranges are collected once into a sorted
 * table, which answers "which unit" also for compilers that write no
 * .debug_aranges.
 *
 * The stepping and the fast build of the core have units of the same name.
 * Both may be asked for places; only frames of the stepping build can be
 * unwound.
 */
#include "config.h"

#include "pgw-debug-info-private.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (pgw-debug-info-error-quark, pgw_debug_info_error)

static char *debuginfo_path;

static const Dwfl_Callbacks callbacks = {
  .find_elf = dwfl_linux_proc_find_elf,
  .find_debuginfo = dwfl_standard_find_debuginfo,
  .debuginfo_path = &debuginfo_path,
};

/* "mm/page_alloc.c" of "../pagewalk/mm/page_alloc.c"; NULL for files outside the core */
const char *
pgw_debug_core_file (const char *path)
{
  const char *found = g_strrstr (path, "/mm/");

  if (found)
    return found + 1;
  return g_str_has_prefix (path, "mm/") ? path : NULL;
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const CodeRange *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

static void
add_unit (PgwDebugInfo *self, Dwarf_Die *unit)
{
  const char *name = dwarf_diename (unit);
  Dwarf_Addr base, start, end;
  ptrdiff_t next = 0;

  if (!name || !pgw_debug_core_file (name))
    return;

  while ((next = dwarf_ranges (unit, next, &base, &start, &end)) > 0)
    {
      CodeRange range = { start + self->bias, end + self->bias, *unit };

      if (start != end)
        g_array_append_val (self->ranges, range);
    }
}

PgwDebugInfo *
pgw_debug_info_new (GError **error)
{
  g_autoptr (PgwDebugInfo) self = g_new0 (PgwDebugInfo, 1);
  Dwarf_Die *unit = NULL;
  Dwarf_Addr bias;

  g_atomic_ref_count_init (&self->ref_count);
  self->ranges = g_array_new (FALSE, FALSE, sizeof (CodeRange));
  self->dwfl = dwfl_begin (&callbacks);

  if (self->dwfl && dwfl_linux_proc_report (self->dwfl, getpid ()) == 0 &&
      dwfl_report_end (self->dwfl, NULL, NULL) == 0)
    {
      Dwfl_Module *module = dwfl_addrmodule (self->dwfl, (guintptr) pgw_debug_info_new);

      while (module && (unit = dwfl_module_nextcu (module, unit, &bias)))
        {
          self->bias = bias;
          add_unit (self, unit);
        }
    }

  if (self->ranges->len == 0)
    {
      g_set_error (error, PGW_DEBUG_INFO_ERROR, PGW_DEBUG_INFO_ERROR_MISSING,
                   _("This program carries no debug information of its core; source lines and variables cannot be shown."));
      return NULL;
    }

  g_array_sort (self->ranges, compare_ranges);
  return g_steal_pointer (&self);
}

PgwDebugInfo *
pgw_debug_info_ref (PgwDebugInfo *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pgw_debug_info_unref (PgwDebugInfo *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_array_unref (self->ranges);
  pgw_debug_lines_clear (self);
  if (self->dwfl)
    dwfl_end (self->dwfl);
  g_free (self);
}

guint
pgw_debug_info_unwind (PgwDebugInfo *self,
                       guint64       pc,
                       guint64       frame,
                       guint64       end,
                       PgwFrame     *frames,
                       guint         max)
{
  guint n = 0;

  while (n < max && frame && frame < end)
    {
      const guint64 *link = (const guint64 *) (guintptr) frame;
      PgwFrame *out = &frames[n];

      if (!pgw_debug_info_get_place (self, pc, &out->place))
        break;
      out->pc = pc;
      out->frame = frame;
      n++;

      /* A return address is that of the next instruction; the call lies before it. */
      pc = link[1] - 1;
      if (link[0] <= frame)
        break;
      frame = link[0];
    }
  return n;
}

/* ---- Types ---- */

static gboolean
type_of (Dwarf_Die *die, Dwarf_Die *type)
{
  Dwarf_Attribute attribute;

  return dwarf_attr_integrate (die, DW_AT_type, &attribute) && dwarf_formref_die (&attribute, type);
}

static gboolean
is_alias (int tag)
{
  return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
         tag == DW_TAG_atomic_type || tag == DW_TAG_restrict_type;
}

/* The type behind typedefs and qualifiers. FALSE for void. */
static gboolean
strip_aliases (const Dwarf_Die *type, Dwarf_Die *stripped)
{
  *stripped = *type;
  while (is_alias (dwarf_tag (stripped)))
    {
      Dwarf_Die next;

      if (!type_of (stripped, &next))
        return FALSE;
      *stripped = next;
    }
  return TRUE;
}

static char *
type_name (Dwarf_Die *type)
{
  g_autofree char *inner = NULL;
  const char *name = type ? dwarf_diename (type) : "void";
  Dwarf_Die next;

  if (!type)
    return g_strdup ("void");

  switch (dwarf_tag (type))
    {
    case DW_TAG_pointer_type:
      inner = type_name (type_of (type, &next) ? &next : NULL);
      return g_strconcat (inner, g_str_has_suffix (inner, "*") ? "*" : " *", NULL);
    case DW_TAG_const_type:
      inner = type_name (type_of (type, &next) ? &next : NULL);
      return g_str_has_suffix (inner, "*") ? g_strconcat (inner, "const", NULL) : g_strconcat ("const ", inner, NULL);
    case DW_TAG_volatile_type:
      inner = type_name (type_of (type, &next) ? &next : NULL);
      return g_strconcat ("volatile ", inner, NULL);
    case DW_TAG_array_type:
      inner = type_name (type_of (type, &next) ? &next : NULL);
      return g_strconcat (inner, "[]", NULL);
    case DW_TAG_structure_type:
      return g_strconcat ("struct ", name ? name : "{…}", NULL);
    case DW_TAG_union_type:
      return g_strconcat ("union ", name ? name : "{…}", NULL);
    case DW_TAG_enumeration_type:
      return g_strconcat ("enum ", name ? name : "{…}", NULL);
    case DW_TAG_subroutine_type:
      return g_strdup ("function");
    default:
      return g_strdup (g_strcmp0 (name, "_Bool") == 0 ? "bool" : name ? name : "?");
    }
}

static PgwTypeClass
classify (Dwarf_Die *stripped)
{
  Dwarf_Attribute attribute;
  Dwarf_Word encoding = 0;

  switch (dwarf_tag (stripped))
    {
    case DW_TAG_pointer_type:
      return PGW_TYPE_CLASS_POINTER;
    case DW_TAG_enumeration_type:
      return PGW_TYPE_CLASS_ENUM;
    case DW_TAG_array_type:
      return PGW_TYPE_CLASS_ARRAY;
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
      return PGW_TYPE_CLASS_STRUCT;
    case DW_TAG_base_type:
      if (dwarf_attr (stripped, DW_AT_encoding, &attribute))
        dwarf_formudata (&attribute, &encoding);
      if (encoding == DW_ATE_boolean)
        return PGW_TYPE_CLASS_BOOLEAN;
      if (encoding == DW_ATE_signed || encoding == DW_ATE_signed_char)
        return PGW_TYPE_CLASS_SIGNED;
      if (encoding == DW_ATE_unsigned || encoding == DW_ATE_unsigned_char)
        return PGW_TYPE_CLASS_UNSIGNED;
      return PGW_TYPE_CLASS_OTHER;
    default:
      return PGW_TYPE_CLASS_OTHER;
    }
}

/* libdw's Dwarf_Die is { void *addr; struct Dwarf_CU *cu; Dwarf_Abbrev *abbrev; long padding }: kept as two words. */
static PgwDebugType
pack_type (Dwarf_Die *die)
{
  return (PgwDebugType) { die->addr, die->cu };
}

static Dwarf_Die
unpack_type (const PgwDebugType *type)
{
  return (Dwarf_Die) { .addr = type->address, .cu = type->unit };
}

/* ---- Variables ---- */

void
pgw_variable_free (PgwVariable *variable)
{
  g_free (variable->name);
  g_free (variable->type);
  g_free (variable);
}

static PgwVariable *
new_variable (const char *name, Dwarf_Die *type, gconstpointer address)
{
  PgwVariable *variable = g_new0 (PgwVariable, 1);
  Dwarf_Die stripped;
  Dwarf_Word size = 0;

  variable->name = g_strdup (name);
  variable->type = type_name (type);
  variable->debug_type = pack_type (type);
  variable->address = address;
  variable->is_set = TRUE;
  if (strip_aliases (type, &stripped))
    {
      variable->type_class = classify (&stripped);
      if (dwarf_aggregate_size (&stripped, &size) == 0)
        variable->size = size;
    }
  return variable;
}

/* gcc without optimisation: the frame's base is the canonical frame address; clang: the frame pointer. */
static guint64
frame_base (Dwarf_Die *function, guint64 frame)
{
  Dwarf_Attribute attribute;
  Dwarf_Op *ops;
  size_t n;

  if (dwarf_attr (function, DW_AT_frame_base, &attribute) &&
      dwarf_getlocation (&attribute, &ops, &n) == 0 && n == 1 && ops[0].atom == DW_OP_reg6)
    return frame;
  return frame + 16;
}

static gboolean
variable_address (PgwDebugInfo   *self,
                  Dwarf_Die      *die,
                  Dwarf_Die      *function,
                  const PgwFrame *frame,
                  gconstpointer  *address)
{
  Dwarf_Attribute attribute;
  Dwarf_Op *ops;
  size_t n;

  if (!dwarf_attr (die, DW_AT_location, &attribute) ||
      dwarf_getlocation_addr (&attribute, frame->pc - self->bias, &ops, &n, 1) != 1 || n == 0)
    return FALSE;

  if (ops[0].atom == DW_OP_fbreg)
    *address = (gconstpointer) (guintptr) (frame_base (function, frame->frame) + ops[0].number);
  else if (ops[0].atom == DW_OP_addr)
    *address = (gconstpointer) (guintptr) (ops[0].number + self->bias);
  else
    return FALSE;
  return TRUE;
}

static void
add_scope (PgwDebugInfo *self, Dwarf_Die *scope, Dwarf_Die *function, const PgwFrame *frame, GPtrArray *variables)
{
  Dwarf_Die die, type;

  if (dwarf_child (scope, &die) != 0)
    return;

  do
    {
      int tag = dwarf_tag (&die);
      const char *name = dwarf_diename (&die);
      gconstpointer address;
      PgwVariable *variable;
      int line = 0;

      if ((tag != DW_TAG_formal_parameter && tag != DW_TAG_variable) || !name || !type_of (&die, &type) ||
          !variable_address (self, &die, function, frame, &address))
        continue;

      variable = new_variable (name, &type, address);
      variable->is_parameter = tag == DW_TAG_formal_parameter;
      dwarf_decl_line (&die, &line);
      variable->is_set = variable->is_parameter || line < frame->place.line;
      g_ptr_array_add (variables, variable);
    }
  while (dwarf_siblingof (&die, &die) == 0);
}

GPtrArray *
pgw_debug_info_get_variables (PgwDebugInfo *self, const PgwFrame *frame)
{
  GPtrArray *variables = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_variable_free);
  g_autoptr (GArray) scopes = pgw_debug_find_scopes (self, frame->pc);

  for (guint i = scopes->len; i-- > 0;)
    add_scope (self, &g_array_index (scopes, Dwarf_Die, i), &g_array_index (scopes, Dwarf_Die, scopes->len - 1), frame,
               variables);
  return variables;
}

static void
add_names (Dwarf_Die *scope, GPtrArray *variables)
{
  Dwarf_Die die, type;

  if (dwarf_child (scope, &die) != 0)
    return;

  do
    {
      int tag = dwarf_tag (&die);
      const char *name = dwarf_diename (&die);

      if (tag == DW_TAG_lexical_block)
        add_names (&die, variables);
      else if ((tag == DW_TAG_formal_parameter || tag == DW_TAG_variable) && name && type_of (&die, &type))
        g_ptr_array_add (variables, new_variable (name, &type, NULL));
    }
  while (dwarf_siblingof (&die, &die) == 0);
}

GPtrArray *
pgw_debug_info_get_declared (PgwDebugInfo *self, const char *function)
{
  GPtrArray *variables = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_variable_free);
  const PgwHook *entry = pgw_debug_info_get_entry (self, function);
  g_autoptr (GArray) scopes = entry ? pgw_debug_find_scopes (self, entry->pc) : NULL;

  if (scopes && scopes->len > 0)
    add_names (&g_array_index (scopes, Dwarf_Die, scopes->len - 1), variables);
  return variables;
}

/* ---- Structure ---- */

static void
add_members (Dwarf_Die *structure, gconstpointer address, GPtrArray *out)
{
  Dwarf_Die die, type;

  if (dwarf_child (structure, &die) != 0)
    return;

  do
    {
      Dwarf_Attribute attribute;
      Dwarf_Word offset = 0, bits = 0, bit_offset = 0;
      const char *name = dwarf_diename (&die);
      PgwVariable *member;

      if (dwarf_tag (&die) != DW_TAG_member || !type_of (&die, &type))
        continue;
      if (dwarf_attr (&die, DW_AT_data_member_location, &attribute))
        dwarf_formudata (&attribute, &offset);
      if (!name)
        {
          /* an unnamed structure or union: its members are reached as if they were ours */
          Dwarf_Die stripped;

          if (strip_aliases (&type, &stripped))
            add_members (&stripped, (const guint8 *) address + offset, out);
          continue;
        }
      member = new_variable (name, &type, (const guint8 *) address + offset);
      if (dwarf_attr (&die, DW_AT_bit_size, &attribute))
        {
          dwarf_formudata (&attribute, &bits);
          if (dwarf_attr (&die, DW_AT_data_bit_offset, &attribute))
            dwarf_formudata (&attribute, &bit_offset);
          member->address = (const guint8 *) address + bit_offset / 8;
          member->bit_offset = bit_offset % 8;
          member->bit_size = bits;
        }
      g_ptr_array_add (out, member);
    }
  while (dwarf_siblingof (&die, &die) == 0);
}

static void
add_elements (Dwarf_Die *array, gconstpointer address, guint size, GPtrArray *out)
{
  Dwarf_Die type, stripped;
  Dwarf_Word each;

  if (!type_of (array, &type) || !strip_aliases (&type, &stripped) ||
      dwarf_aggregate_size (&stripped, &each) != 0 || each == 0)
    return;

  for (guint i = 0; i < size / each; i++)
    {
      g_autofree char *name = g_strdup_printf ("[%u]", i);

      g_ptr_array_add (out, new_variable (name, &type, (const guint8 *) address + i * each));
    }
}

GPtrArray *
pgw_debug_info_get_children (PgwDebugInfo      *self,
                             const PgwVariable *variable,
                             gboolean         (*readable) (guint64 address, gsize size, gpointer data),
                             gpointer           data)
{
  GPtrArray *out = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_variable_free);
  Dwarf_Die type = unpack_type (&variable->debug_type);
  Dwarf_Die stripped, pointee, target;
  Dwarf_Word size;
  guint64 address;

  if (!strip_aliases (&type, &stripped))
    return out;

  switch (classify (&stripped))
    {
    case PGW_TYPE_CLASS_STRUCT:
      add_members (&stripped, variable->address, out);
      break;
    case PGW_TYPE_CLASS_ARRAY:
      add_elements (&stripped, variable->address, variable->size, out);
      break;
    case PGW_TYPE_CLASS_POINTER:
      if (!pgw_variable_get_scalar (variable, &address) || !type_of (&stripped, &pointee) ||
          !strip_aliases (&pointee, &target) || dwarf_aggregate_size (&target, &size) != 0 ||
          !readable (address, size, data))
        break;
      if (classify (&target) == PGW_TYPE_CLASS_STRUCT)
        add_members (&target, (gconstpointer) (guintptr) address, out);
      else
        g_ptr_array_add (out, new_variable ("*", &pointee, (gconstpointer) (guintptr) address));
      break;
    default:
      break;
    }
  return out;
}

gboolean
pgw_variable_get_scalar (const PgwVariable *variable, guint64 *value)
{
  gboolean is_signed = variable->type_class == PGW_TYPE_CLASS_SIGNED || variable->type_class == PGW_TYPE_CLASS_ENUM;
  guint bits = variable->bit_size ? variable->bit_size : variable->size * 8;
  guint64 raw = 0;

  if (variable->type_class == PGW_TYPE_CLASS_STRUCT || variable->type_class == PGW_TYPE_CLASS_ARRAY ||
      variable->type_class == PGW_TYPE_CLASS_OTHER || bits == 0 || bits > 64)
    return FALSE;

  memcpy (&raw, variable->address, MIN (8, (variable->bit_offset + bits + 7) / 8));
  raw >>= variable->bit_offset;
  if (bits < 64)
    {
      raw &= (G_GUINT64_CONSTANT (1) << bits) - 1;
      if (is_signed && raw >> (bits - 1))
        raw |= ~G_GUINT64_CONSTANT (0) << bits;
    }
  *value = raw;
  return TRUE;
}

const char *
pgw_debug_info_get_enumerator (PgwDebugInfo *self, const PgwVariable *variable)
{
  Dwarf_Die type = unpack_type (&variable->debug_type);
  Dwarf_Die stripped, die;
  guint64 value;

  if (variable->type_class != PGW_TYPE_CLASS_ENUM || !pgw_variable_get_scalar (variable, &value) ||
      !strip_aliases (&type, &stripped) || dwarf_child (&stripped, &die) != 0)
    return NULL;

  do
    {
      Dwarf_Attribute attribute;
      Dwarf_Sword number;

      if (dwarf_attr (&die, DW_AT_const_value, &attribute) && dwarf_formsdata (&attribute, &number) == 0 &&
          (gint64) value == number)
        return dwarf_diename (&die);
    }
  while (dwarf_siblingof (&die, &die) == 0);
  return NULL;
}

char *
pgw_debug_info_get_pointee (PgwDebugInfo *self, const PgwVariable *variable)
{
  Dwarf_Die type = unpack_type (&variable->debug_type);
  Dwarf_Die stripped, pointee, target;

  if (variable->type_class != PGW_TYPE_CLASS_POINTER || !strip_aliases (&type, &stripped) ||
      !type_of (&stripped, &pointee) || !strip_aliases (&pointee, &target))
    return NULL;
  return type_name (&target);
}
