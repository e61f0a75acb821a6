/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small language of breakpoint conditions: one recursive-descent reader
 * over words and comparison signs. Every refusal says at which column it
 * stopped, what it found there and what could have stood there.
 */
#include "config.h"
#include "pgw-breakpoint-private.h"
#include "pgw-narration.h"
#include "pgw-value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  const char *text;
  const char *next;     /* behind the current token */
  char       *token;    /* NULL at the end */
  guint       column;   /* of the current token, from 1, in characters */
} Reader;

static gboolean
is_sign (char c)
{
  return c == '<' || c == '>' || c == '=' || c == '!';
}

static void
reader_advance (Reader *reader)
{
  const char *start, *end;

  g_clear_pointer (&reader->token, g_free);

  start = reader->next;
  while (g_ascii_isspace (*start))
    start++;
  end = start;
  if (is_sign (*end))
    while (is_sign (*end))
      end++;
  else
    while (*end != '\0' && !is_sign (*end) && !g_ascii_isspace (*end))
      end++;

  if (end != start)
    reader->token = g_strndup (start, end - start);
  reader->column = (guint) g_utf8_pointer_to_offset (reader->text, start) + 1;
  reader->next = end;
}

/* Says what was found where `expected` should have stood. Always FALSE. */
static gboolean
reader_fail (Reader *reader, GError **error, const char *expected)
{
  if (reader->token == NULL)
    g_set_error (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION,
                 _("column %u: the condition ends here; expected %s"), reader->column, expected);
  else
    g_set_error (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION,
                 _("column %u: found “%s”; expected %s"), reader->column, reader->token, expected);

  return FALSE;
}

static gboolean
reader_is (Reader *reader, const char *word)
{
  return reader->token != NULL && g_str_equal (reader->token, word);
}

static gboolean
read_number (Reader *reader, guint64 *value, guint64 min, guint64 max, const char *expected, GError **error)
{
  gboolean hex = reader->token != NULL && g_str_has_prefix (reader->token, "0x");

  if (reader->token == NULL ||
      !g_ascii_string_to_unsigned (hex ? reader->token + 2 : reader->token, hex ? 16 : 10, min, max, value, NULL))
    return reader_fail (reader, error, expected);

  reader_advance (reader);
  return TRUE;
}

static gboolean
read_compare (Reader *reader, PgwCompare *compare, GError **error)
{
  static const char *const signs[] = {
    [PGW_COMPARE_LT] = "<",  [PGW_COMPARE_LE] = "<=", [PGW_COMPARE_GT] = ">",
    [PGW_COMPARE_GE] = ">=", [PGW_COMPARE_EQ] = "==", [PGW_COMPARE_NE] = "!=",
  };

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (reader_is (reader, signs[i]))
      {
        *compare = (PgwCompare) i;
        reader_advance (reader);
        return TRUE;
      }

  return reader_fail (reader, error, _("one of < <= > >= == !="));
}

static gboolean
read_zone (Reader *reader, PgwCondition *condition, GError **error)
{
  g_autofree char *expected = NULL;

  condition->node = -1;
  if (reader_is (reader, "node"))
    {
      guint64 node;

      reader_advance (reader);
      if (!read_number (reader, &node, 0, MAX_NUMNODES - 1, _("the number of a node, as in “node 1 zone Normal”"), error))
        return FALSE;
      condition->node = (int) node;
    }
  if (reader_is (reader, "zone"))
    reader_advance (reader);

  for (guint i = 0; i < VIEW_NR_ZONES; i++)
    if (reader_is (reader, view_zone_name (i)))
      {
        condition->zone = i;
        reader_advance (reader);
        return TRUE;
      }

  expected = g_strdup_printf (_("the name of a zone: %s, %s, %s or %s"),
                              view_zone_name (0), view_zone_name (1), view_zone_name (2), view_zone_name (3));
  return reader_fail (reader, error, expected);
}

/* [node N] zone NAME below|above min|low|high */
static gboolean
read_watermark (Reader *reader, PgwCondition *condition, GError **error)
{
  static const char *const marks[] = { "min", "low", "high" };

  condition->kind = PGW_CONDITION_WATERMARK;
  if (!read_zone (reader, condition, error))
    return FALSE;

  if (reader_is (reader, "below"))
    condition->compare = PGW_COMPARE_LT;
  else if (reader_is (reader, "above"))
    condition->compare = PGW_COMPARE_GT;
  else
    return reader_fail (reader, error, _("“below” or “above”"));
  reader_advance (reader);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (reader_is (reader, marks[i]))
      {
        condition->wmark = i;
        reader_advance (reader);
        return TRUE;
      }

  return reader_fail (reader, error, _("a watermark: min, low or high"));
}

/* page PFN changes */
static gboolean
read_page (Reader *reader, PgwCondition *condition, GError **error)
{
  guint64 pfn;

  condition->kind = PGW_CONDITION_CHANGE;
  reader_advance (reader);
  if (!read_number (reader, &pfn, 0, MACHINE_MAX_RAM >> PAGE_SHIFT, _("a page frame number, as 0x1a3"), error))
    return FALSE;
  if (!reader_is (reader, "changes"))
    return reader_fail (reader, error, _("“changes”"));
  reader_advance (reader);

  condition->object = mm_object (MM_OBJECT_PAGE, pfn);
  return TRUE;
}

/* event NAME */
static gboolean
read_event (Reader *reader, PgwCondition *condition, GError **error)
{
  condition->kind = PGW_CONDITION_EVENT;
  reader_advance (reader);
  condition->event_id = reader->token != NULL ? pgw_event_type_by_name (reader->token) : 0;
  if (condition->event_id == 0)
    return reader_fail (reader, error, _("the name of an event, as merge_buddy"));
  reader_advance (reader);

  return TRUE;
}

/* op NUMBER */
static gboolean
read_op (Reader *reader, PgwCondition *condition, GError **error)
{
  condition->kind = PGW_CONDITION_OP;
  reader_advance (reader);

  if (!read_number (reader, &condition->op, 1, G_MAXUINT32, _("the number of an operation, from 1"), error))
    return FALSE;

  condition->op--;      /* people count from 1 */
  return TRUE;
}

/* free ORDER [node N] ZONE COMPARE BLOCKS */
static gboolean
read_free (Reader *reader, PgwCondition *condition, GError **error)
{
  guint64 order;

  condition->kind = PGW_CONDITION_FREE;
  reader_advance (reader);
  if (!read_number (reader, &order, 0, VIEW_MAX_ORDER - 1, _("an order from 0 to 10"), error))
    return FALSE;
  condition->order = (guint) order;

  return read_zone (reader, condition, error) &&
         read_compare (reader, &condition->compare, error) &&
         read_number (reader, &condition->value, 0, G_MAXUINT64, _("a number of blocks"), error);
}

/* counter NAME COMPARE NUMBER */
static gboolean
read_counter (Reader *reader, PgwCondition *condition, GError **error)
{
  guint n_counters = view_nr_counters ();

  condition->kind = PGW_CONDITION_COUNTER;
  reader_advance (reader);
  for (condition->counter = 0; condition->counter < n_counters; condition->counter++)
    if (reader_is (reader, view_counter_name (condition->counter)))
      break;
  if (condition->counter == n_counters)
    return reader_fail (reader, error, _("the name of a counter of /proc/vmstat, as nr_free_pages"));
  reader_advance (reader);

  return read_compare (reader, &condition->compare, error) &&
         read_number (reader, &condition->value, 0, G_MAXUINT64, _("a number"), error);
}

/* line FILE:LINE */
static gboolean
read_line (Reader *reader, PgwCondition *condition, GError **error)
{
  const char *colon;
  guint64 line;

  condition->kind = PGW_CONDITION_LINE;
  reader_advance (reader);
  condition->column = reader->column;
  colon = reader->token != NULL ? strrchr (reader->token, ':') : NULL;
  if (colon == NULL || colon == reader->token ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXINT, &line, NULL))
    return reader_fail (reader, error, _("a file and a line, as page_alloc.c:412"));

  condition->name = g_strndup (reader->token, (gsize) (colon - reader->token));
  condition->line = (int) line;
  reader_advance (reader);
  return TRUE;
}

/* function NAME */
static gboolean
read_function (Reader *reader, PgwCondition *condition, GError **error)
{
  condition->kind = PGW_CONDITION_FUNCTION;
  reader_advance (reader);
  condition->column = reader->column;
  if (reader->token == NULL)
    return reader_fail (reader, error, _("the name of a function of the core, as expand"));

  condition->name = g_strdup (reader->token);
  reader_advance (reader);
  return TRUE;
}

/* watch EXPRESSION [in FUNCTION] */
static gboolean
read_watch (Reader *reader, PgwCondition *condition, GError **error)
{
  GString *expression;

  condition->kind = PGW_CONDITION_WATCH;
  reader_advance (reader);
  condition->column = reader->column;
  if (reader->token == NULL || reader_is (reader, "in"))
    return reader_fail (reader, error, _("a variable of a function, as pcp->count"));

  /* blanks do not matter in an expression */
  expression = g_string_new (NULL);
  for (; reader->token != NULL && !reader_is (reader, "in"); reader_advance (reader))
    g_string_append (expression, reader->token);
  condition->expression = g_string_free (expression, FALSE);
  if (reader->token == NULL)
    return TRUE;

  reader_advance (reader);
  condition->column = reader->column;
  if (reader->token == NULL)
    return reader_fail (reader, error, _("the name of a function of the core, as expand"));
  condition->name = g_strdup (reader->token);
  reader_advance (reader);
  return TRUE;
}

static gboolean
read_condition (Reader *reader, PgwCondition *condition, GError **error)
{
  static const struct {
    const char *word;
    gboolean (*read) (Reader *, PgwCondition *, GError **);
  } forms[] = {
    { "page", read_page },      { "event", read_event }, { "zone", read_watermark }, { "node", read_watermark },
    { "free", read_free },      { "counter", read_counter }, { "op", read_op },
    { "line", read_line },      { "function", read_function }, { "watch", read_watch },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (reader_is (reader, forms[i].word))
      return forms[i].read (reader, condition, error);

  return reader_fail (reader, error, _("one of: page, event, zone, node, free, counter, op, line, function, watch"));
}

gboolean
pgw_condition_parse (const char *text, PgwCondition *condition, GError **error)
{
  Reader reader = { .text = text, .next = text };
  gboolean good;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (condition != NULL, FALSE);

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION,
                           _("the condition is not valid UTF-8"));
      return FALSE;
    }

  memset (condition, 0, sizeof *condition);
  reader_advance (&reader);
  good = read_condition (&reader, condition, error);
  if (good && reader.token != NULL)
    good = reader_fail (&reader, error, _("the end of the condition"));
  g_free (reader.token);
  if (!good)
    pgw_condition_clear (condition);

  return good;
}

void
pgw_condition_clear (PgwCondition *condition)
{
  g_clear_pointer (&condition->name, g_free);
  g_clear_pointer (&condition->expression, g_free);
}

void
pgw_condition_copy (PgwCondition *condition, const PgwCondition *other)
{
  *condition = *other;
  condition->name = g_strdup (other->name);
  condition->expression = g_strdup (other->expression);
}

gboolean
pgw_condition_is_line (const PgwCondition *condition)
{
  return condition->kind == PGW_CONDITION_LINE || condition->kind == PGW_CONDITION_FUNCTION ||
         condition->kind == PGW_CONDITION_WATCH;
}

static gboolean
resolve_line (PgwCondition *condition, PgwDebugInfo *info, GError **error)
{
  const char *file = pgw_debug_info_find_file (info, condition->name);
  int line = file != NULL ? pgw_debug_info_next_code_line (info, file, condition->line) : 0;

  if (file == NULL)
    g_set_error (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION,
                 _("column %u: the core has no file “%s” with code in it"), condition->column, condition->name);
  else if (line == 0)
    g_set_error (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION,
                 _("column %u: there is no code at line %d of %s or behind it"),
                 condition->column, condition->line, file);
  if (line == 0)
    return FALSE;

  g_free (condition->name);
  condition->name = g_strdup (file);
  condition->line = line;
  return TRUE;
}

gboolean
pgw_condition_resolve (PgwCondition *condition, PgwDebugInfo *info, const char *here, GError **error)
{
  if (condition->kind == PGW_CONDITION_LINE)
    return resolve_line (condition, info, error);

  if (condition->name == NULL && here == NULL)
    {
      g_set_error_literal (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION,
                           _("no function is under way here; name one: watch EXPRESSION in FUNCTION"));
      return FALSE;
    }
  if (condition->name == NULL)
    condition->name = g_strdup (here);
  if (pgw_debug_info_get_entry (info, condition->name) == NULL)
    {
      g_set_error (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION,
                   _("column %u: the core has no function “%s”"), condition->column, condition->name);
      return FALSE;
    }

  return condition->kind != PGW_CONDITION_WATCH ||
         pgw_locals_check (info, condition->name, condition->expression, error);
}

char *
pgw_condition_to_text (const PgwCondition *condition)
{
  switch (condition->kind)
    {
    case PGW_CONDITION_LINE:
      return g_strdup_printf ("line %s:%d", condition->name, condition->line);
    case PGW_CONDITION_FUNCTION:
      return g_strdup_printf ("function %s", condition->name);
    case PGW_CONDITION_WATCH:
      return g_strdup_printf ("watch %s in %s", condition->expression, condition->name);
    default:
      g_return_val_if_reached (NULL);
    }
}

gboolean
pgw_condition_is_state (const PgwCondition *condition)
{
  return condition->kind == PGW_CONDITION_WATERMARK || condition->kind == PGW_CONDITION_FREE ||
         condition->kind == PGW_CONDITION_COUNTER;
}

static gboolean
compare (guint64 left, PgwCompare how, guint64 right)
{
  switch (how)
    {
    case PGW_COMPARE_LT:
      return left < right;
    case PGW_COMPARE_LE:
      return left <= right;
    case PGW_COMPARE_GT:
      return left > right;
    case PGW_COMPARE_GE:
      return left >= right;
    case PGW_COMPARE_EQ:
      return left == right;
    case PGW_COMPARE_NE:
      return left != right;
    }

  g_assert_not_reached ();
}

static gboolean
holds_in_zone (const PgwCondition *condition, const struct machine *machine, guint node)
{
  struct view_zone zone;

  if (!view_zone_brief (machine, zone_ref (node, condition->zone), &zone))
    return FALSE;
  if (condition->kind == PGW_CONDITION_FREE)
    return compare (zone.nr_free[condition->order], condition->compare, condition->value);

  /* The allocator's own comparison: against the mark with its boost. */
  return compare (zone.free_pages, condition->compare, zone.wmark[condition->wmark] + zone.boost);
}

gboolean
pgw_condition_holds (const PgwCondition *condition, const struct machine *machine)
{
  if (condition->kind == PGW_CONDITION_COUNTER)
    return compare (view_counter (machine, condition->counter), condition->compare, condition->value);
  if (condition->node >= 0)
    return holds_in_zone (condition, machine, (guint) condition->node);

  for (guint node = 0; node < MAX_NUMNODES; node++)
    if (holds_in_zone (condition, machine, node))
      return TRUE;

  return FALSE;
}
