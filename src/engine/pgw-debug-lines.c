/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwDebugInfo: which source line an address belongs to, and which lines of a
 * file carry code.
 *
 * The line clock ticks where a call of mm_line stands at the address of a row
 * of the line table (mm/line-hooks). These rows are found by looking at the
 * code itself, so the table of hooks is exactly what the clock counts. It is
 * made once, when first needed; what is asked of other addresses (those of
 * calls, up the stack) is remembered one by one.
 */
#include "config.h"

#include "pgw-debug-info-private.h"

#include <dwarf.h>
#include <string.h>

/* ---- One address ---- */

/* The compilation unit that holds an instruction, or NULL. */
static Dwarf_Die *
find_unit (PgwDebugInfo *self, guint64 pc)
{
  guint low = 0, high = self->ranges->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      CodeRange *range = &g_array_index (self->ranges, CodeRange, middle);

      if (pc < range->start)
        high = middle;
      else if (pc >= range->end)
        low = middle + 1;
      else
        return &range->unit;
    }
  return NULL;
}

/* ---- Functions ---- */

static int
collect_function (Dwarf_Die *die, void *data)
{
  PgwDebugInfo *self = data;
  Dwarf_Addr low, high;
  PgwFunction function = { .die = *die, .name = dwarf_diename (die) };

  if (dwarf_lowpc (die, &low) != 0 || dwarf_highpc (die, &high) != 0 || !function.name)
    return DWARF_CB_OK;
  function.start = low + self->bias;
  function.end = high + self->bias;
  g_array_append_val (self->functions, function);
  return DWARF_CB_OK;
}

static int
compare_functions (gconstpointer a, gconstpointer b)
{
  const PgwFunction *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

/* Whether range i begins another unit than the one before it. */
static gboolean
is_new_unit (PgwDebugInfo *self, guint i)
{
  CodeRange *range = &g_array_index (self->ranges, CodeRange, i);

  return i == 0 || range[-1].unit.addr != range->unit.addr;
}

static const PgwFunction *
find_function (PgwDebugInfo *self, guint64 pc)
{
  guint low = 0, high;

  if (!self->functions)
    {
      self->functions = g_array_new (FALSE, FALSE, sizeof (PgwFunction));
      for (guint i = 0; i < self->ranges->len; i++)
        if (is_new_unit (self, i))
          dwarf_getfuncs (&g_array_index (self->ranges, CodeRange, i).unit, collect_function, self, 0);
      g_array_sort (self->functions, compare_functions);
    }

  high = self->functions->len;
  while (low < high)
    {
      guint middle = (low + high) / 2;
      const PgwFunction *function = &g_array_index (self->functions, PgwFunction, middle);

      if (pc < function->start)
        high = middle;
      else if (pc >= function->end)
        low = middle + 1;
      else
        return function;
    }
  return NULL;
}

gboolean
pgw_debug_info_get_function (PgwDebugInfo *self, guint64 pc, guint64 *start, guint64 *size)
{
  const PgwFunction *function;

  g_return_val_if_fail (self != NULL && start != NULL && size != NULL, FALSE);

  function = find_function (self, pc);
  *start = function != NULL ? function->start : 0;
  *size = function != NULL ? function->end - function->start : 0;
  return function != NULL;
}

/* The block within a scope that holds an instruction. */
static gboolean
find_block (Dwarf_Die *scope, Dwarf_Addr address, Dwarf_Die *block)
{
  if (dwarf_child (scope, block) != 0)
    return FALSE;
  do
    if (dwarf_tag (block) == DW_TAG_lexical_block && dwarf_haspc (block, address) == 1)
      return TRUE;
  while (dwarf_siblingof (block, block) == 0);
  return FALSE;
}

GArray *
pgw_debug_find_scopes (PgwDebugInfo *self, guint64 pc)
{
  GArray *scopes = g_array_new (FALSE, FALSE, sizeof (Dwarf_Die));
  const PgwFunction *function = find_function (self, pc);
  Dwarf_Die scope, block;

  if (!function)
    return scopes;
  scope = function->die;
  g_array_append_val (scopes, scope);
  while (find_block (&scope, pc - self->bias, &block))
    {
      g_array_prepend_val (scopes, block);
      scope = block;
    }
  return scopes;
}

static void
look_up_place (PgwDebugInfo *self, guint64 pc, PgwPlace *place)
{
  Dwarf_Die *unit = find_unit (self, pc);
  const PgwFunction *function;
  Dwarf_Line *line;
  const char *path;

  memset (place, 0, sizeof *place);
  if (!unit || !(line = dwarf_getsrc_die (unit, pc - self->bias)))
    return;

  path = dwarf_linesrc (line, NULL, NULL);
  place->file = path ? pgw_debug_core_file (path) : NULL;
  dwarf_lineno (line, &place->line);
  function = find_function (self, pc);
  place->function = function ? function->name : NULL;
}

gboolean
pgw_debug_info_get_place (PgwDebugInfo *self, guint64 pc, PgwPlace *place)
{
  const PgwHook *hook = pgw_debug_info_get_hook (self, pc);
  PgwPlace *known;

  if (hook)
    {
      *place = hook->place;
      return TRUE;
    }

  if (!find_function (self, pc))
    {
      memset (place, 0, sizeof *place);
      return FALSE;
    }
  if (!self->places)
    self->places = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  known = g_hash_table_lookup (self->places, &pc);
  if (!known)
    {
      known = g_new0 (PgwPlace, 1);
      look_up_place (self, pc, known);
      g_hash_table_insert (self->places, g_memdup2 (&pc, sizeof pc), known);
    }
  *place = *known;
  return place->file && place->function;
}

/* ---- The hooks ---- */

#if defined(__x86_64__)
extern void mm_line (void);

/* Whether a call of mm_line stands at an address of the core. */
static gboolean
is_hook (guint64 address)
{
  const guint8 *code = (const guint8 *) (guintptr) address;
  gint32 distance;

  if (*code != 0xe8)
    return FALSE;
  memcpy (&distance, code + 1, sizeof distance);
  return address + 5 + (guint64) (gint64) distance == (guint64) (guintptr) mm_line;
}

#define HOOK_TO_PC 4    /* the clock knows a hook by the last byte of its call */
#else
static gboolean
is_hook (guint64 address)
{
  return FALSE;
}

#define HOOK_TO_PC 0
#endif

/* Adds the hooks of a unit; without line hooks, what would be hooks. */
static void
add_hooks (PgwDebugInfo *self, Dwarf_Die *unit, gboolean all)
{
  Dwarf_Lines *lines;
  size_t n;

  if (dwarf_getsrclines (unit, &lines, &n) != 0)
    return;

  for (size_t i = 0; i < n; i++)
    {
      Dwarf_Line *line = dwarf_onesrcline (lines, i);
      bool is_statement = false, is_end = true;
      const PgwFunction *function;
      PgwHook hook = { 0 };
      Dwarf_Addr address;
      const char *path;

      dwarf_linebeginstatement (line, &is_statement);
      dwarf_lineendsequence (line, &is_end);
      if (!is_statement || is_end || dwarf_lineaddr (line, &address) != 0 ||
          dwarf_lineno (line, &hook.place.line) != 0 || hook.place.line == 0 ||
          !(path = dwarf_linesrc (line, NULL, NULL)) || !(hook.place.file = pgw_debug_core_file (path)))
        continue;
      hook.pc = address + self->bias + HOOK_TO_PC;
      function = all || is_hook (address + self->bias) ? find_function (self, address + self->bias) : NULL;
      if (!function)
        continue;
      hook.place.function = function->name;
      g_array_append_val (self->hooks, hook);
    }
}

static int
compare_hooks (gconstpointer a, gconstpointer b)
{
  const PgwHook *x = a, *y = b;

  return x->pc < y->pc ? -1 : x->pc > y->pc;
}

/* Of rows at one address the last one counts. */
static void
drop_doubles (GArray *hooks)
{
  guint n = 0;

  for (guint i = 0; i < hooks->len; i++)
    {
      PgwHook *hook = &g_array_index (hooks, PgwHook, i);

      if (n > 0 && g_array_index (hooks, PgwHook, n - 1).pc == hook->pc)
        n--;
      g_array_index (hooks, PgwHook, n++) = *hook;
    }
  g_array_set_size (hooks, n);
}

/* The first hook of each function, by address. */
static void
find_entries (PgwDebugInfo *self)
{
  for (guint i = 0; i < self->hooks->len; i++)
    {
      PgwHook *hook = &g_array_index (self->hooks, PgwHook, i);

      if (i > 0 && g_array_index (self->hooks, PgwHook, i - 1).place.function == hook->place.function)
        continue;
      hook->is_entry = TRUE;
      if (!g_hash_table_contains (self->entries, hook->place.function))
        g_hash_table_insert (self->entries, (gpointer) hook->place.function, GUINT_TO_POINTER (i + 1));
    }
}

static GArray *
get_hooks (PgwDebugInfo *self)
{
  if (self->hooks)
    return self->hooks;

  self->hooks = g_array_new (FALSE, FALSE, sizeof (PgwHook));
  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint all = 0; all < 2 && self->hooks->len == 0; all++)
    for (guint i = 0; i < self->ranges->len; i++)
      if (is_new_unit (self, i))
        add_hooks (self, &g_array_index (self->ranges, CodeRange, i).unit, all);
  /* stable, so rows of one address stay in the order of the table */
  g_array_sort (self->hooks, compare_hooks);
  drop_doubles (self->hooks);
  find_entries (self);
  return self->hooks;
}

void
pgw_debug_lines_clear (PgwDebugInfo *self)
{
  g_clear_pointer (&self->functions, g_array_unref);
  g_clear_pointer (&self->hooks, g_array_unref);
  g_clear_pointer (&self->entries, g_hash_table_unref);
  g_clear_pointer (&self->places, g_hash_table_unref);
}

const PgwHook *
pgw_debug_info_get_hook (PgwDebugInfo *self, guint64 pc)
{
  GArray *hooks = get_hooks (self);
  guint low = 0, high = hooks->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const PgwHook *hook = &g_array_index (hooks, PgwHook, middle);

      if (hook->pc == pc)
        return hook;
      if (hook->pc < pc)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

const PgwHook *
pgw_debug_info_get_hooks (PgwDebugInfo *self, guint *n)
{
  GArray *hooks = get_hooks (self);

  *n = hooks->len;
  return (const PgwHook *) (void *) hooks->data;
}

const PgwHook *
pgw_debug_info_get_entry (PgwDebugInfo *self, const char *function)
{
  GArray *hooks = get_hooks (self);
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (self->entries, function));

  return index ? &g_array_index (hooks, PgwHook, index - 1) : NULL;
}

/* ---- Files ---- */

const char *
pgw_debug_info_find_file (PgwDebugInfo *self, const char *name)
{
  GArray *hooks = get_hooks (self);
  g_autofree char *below = g_strconcat ("mm/", name, NULL);

  for (guint i = 0; i < hooks->len; i++)
    {
      const char *file = g_array_index (hooks, PgwHook, i).place.file;

      if (g_str_equal (file, name) || g_str_equal (file, below))
        return file;
    }
  return NULL;
}

int
pgw_debug_info_next_code_line (PgwDebugInfo *self, const char *file, int line)
{
  GArray *hooks = get_hooks (self);
  int next = 0;

  for (guint i = 0; i < hooks->len; i++)
    {
      const PgwPlace *place = &g_array_index (hooks, PgwHook, i).place;

      if (place->line >= line && (next == 0 || place->line < next) && g_str_equal (place->file, file))
        next = place->line;
    }
  return next;
}
