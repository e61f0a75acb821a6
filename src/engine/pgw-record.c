/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a recording into PgwRecord, by the table of kinds below.
 */
#include "config.h"

#include <string.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-record.h"
#include "pgw-recording.h"
#include "mm/view.h"

#define MAX_POSITIONAL 7
#define MAX_KEYED      8

G_DEFINE_QUARK (pgw-recording-error-quark, pgw_recording_error)

static const char *const lru_ops[] = { "rotate_tail", "deact_file", "deact", "lazyfree", "activate", NULL };
static const char *const outcomes[] = { "free", "keep", "activate", "write", "cull", "deactivate", NULL };

/* How a value is written, and the largest that makes sense. */
static const struct {
  const char *name;             /* for messages; also the key of KEY=VALUE */
  guint       base;
  guint64     max;
  gboolean    may_be_none;      /* '-' */
  gboolean    is_signed;
  const char *const *words;     /* written as one of these, ended by NULL; any other word is their number */
} values[PGW_N_VALUES] = {
  [PGW_V_OP]      = { "number of the operation", 10, G_MAXUINT32 },
  [PGW_V_SLOT]    = { "slot", 10, 65535 },
  [PGW_V_ORDER]   = { "order", 10, VIEW_MAX_ORDER - 1 },
  [PGW_V_GFP]     = { "gfp", 16, G_MAXUINT32 },
  [PGW_V_PFN]     = { "pfn", 10, MACHINE_MAX_RAM / PAGE_SIZE - 1, TRUE },
  [PGW_V_NR]      = { "number of pages", 10, 65536 },
  [PGW_V_MT]      = { "migrate type", 10, VIEW_NR_MT - 1 },
  [PGW_V_PCP]     = { "pcp", 10, 1 },
  [PGW_V_AF]      = { "af", 16, G_MAXUINT32 },
  [PGW_V_WHOLE]   = { "whole", 10, 1 },
  [PGW_V_PB]      = { "pb", 10, VIEW_NR_MT - 1 },
  [PGW_V_MOVABLE] = { "movable", 10, 1 << 20 },
  [PGW_V_FREE]    = { "free", 10, 1 << 20 },
  [PGW_V_FORDER]  = { "order of the block", 10, VIEW_MAX_ORDER - 1 },
  [PGW_V_FMT]     = { "type of the block", 10, VIEW_NR_MT - 1 },
  [PGW_V_NEW]     = { "new type", 10, VIEW_NR_MT - 1 },
  [PGW_V_OLD]     = { "old type", 10, VIEW_NR_MT - 1 },
  [PGW_V_BOOST]   = { "boost", 10, G_MAXUINT32 },
  [PGW_V_NF]      = { "nf", 10, MACHINE_MAX_RAM / PAGE_SIZE },
  [PGW_V_PC]      = { "pc", 10, G_MAXINT32 },
  [PGW_V_FF]      = { "ff", 10, G_MAXINT16 },
  [PGW_V_DF]      = { "df", 10, G_MAXINT32, FALSE, TRUE },
  [PGW_V_INDEX]   = { "index", 10, 65535 },
  [PGW_V_REALMT]  = { "type of the pageblock", 10, VIEW_NR_MT - 1 },
  [PGW_V_ZF]      = { "zf", 16, G_MAXUINT32 },
  [PGW_V_FLAG]    = { "flag", 16, G_MAXUINT32 },
  [PGW_V_ZONE]    = { "zone", 10, VIEW_NR_ZONES - 1 },
  [PGW_V_COUNT]   = { "count", 10, G_MAXINT32 },
  [PGW_V_PINDEX]  = { "list index", 10, VIEW_NR_PCP - 1 },
  [PGW_V_CPU]     = { "cpu", 10, NR_CPUS - 1 },
  [PGW_V_LRU]           = { "lru", 10, 4 },
  [PGW_V_LRUOP]         = { "move between lists", .words = lru_ops },
  [PGW_V_PFLAGS]        = { "set of page flags", 16, G_MAXUINT32 },
  [PGW_V_PRIO]          = { "prio", 10, 12 },
  [PGW_V_RECLAIM_IDX]   = { "reclaim_idx", 10, 7 },
  [PGW_V_TO_RECLAIM]    = { "to_reclaim", 10, G_MAXUINT32 },
  [PGW_V_ANON_COST]     = { "anon_cost", 10, G_MAXUINT32 },
  [PGW_V_FILE_COST]     = { "file_cost", 10, G_MAXUINT32 },
  [PGW_V_BITS]          = { "bits", 16, G_MAXUINT32 },
  [PGW_V_INACTIVE_ANON] = { "inactive_anon", 10, G_MAXUINT32 },
  [PGW_V_ACTIVE_ANON]   = { "active_anon", 10, G_MAXUINT32 },
  [PGW_V_INACTIVE_FILE] = { "inactive_file", 10, G_MAXUINT32 },
  [PGW_V_ACTIVE_FILE]   = { "active_file", 10, G_MAXUINT32 },
  [PGW_V_SWAP_FREE]     = { "swap_free", 10, G_MAXUINT32 },
  [PGW_V_ZFLAGS]        = { "flags", 16, G_MAXUINT32 },
  [PGW_V_REQUESTED]     = { "requested", 10, G_MAXUINT32 },
  [PGW_V_SCANNED]       = { "scanned", 10, G_MAXUINT32 },
  [PGW_V_SKIPPED]       = { "skipped", 10, G_MAXUINT32 },
  [PGW_V_TAKEN]         = { "taken", 10, G_MAXUINT32 },
  [PGW_V_CNT]           = { "cnt", 10, G_MAXUINT32, FALSE, TRUE },
  [PGW_V_N_REF]         = { "number of references", 10, G_MAXUINT32 },
  [PGW_V_LOCKED]        = { "locked", 10, 1 },
  [PGW_V_RECLAIMED]     = { "reclaimed", 10, G_MAXUINT32 },
  [PGW_V_EVICTION]      = { "eviction", 10, G_MAXUINT64 },
  [PGW_V_AGE]           = { "age", 10, G_MAXUINT64 },
  [PGW_V_WORKINGSET]    = { "workingset", 10, 1 },
  [PGW_V_FILE]          = { "file", 10, 1 },
  [PGW_V_ZID]           = { "zid", 10, 7 },
  [PGW_V_OUTCOME]       = { "outcome", .words = outcomes },
};

#define END PGW_N_VALUES

static const struct {
  const char *name;
  guint8      required;         /* the first so many positional values must be there */
  guint8      positional[MAX_POSITIONAL + 1];
  guint8      keyed[MAX_KEYED + 1];
} kinds[PGW_N_RECORD_KINDS] = {
#define POS(...) { __VA_ARGS__ __VA_OPT__ (,) END }
#define KEY(...) { __VA_ARGS__ __VA_OPT__ (,) END }
  [PGW_RECORD_SNAP]          = { "SNAP", 1, POS (PGW_V_OP), KEY () },
  [PGW_RECORD_ALLOC]         = { "> alloc", 4, POS (PGW_V_OP, PGW_V_SLOT, PGW_V_ORDER, PGW_V_GFP), KEY () },
  [PGW_RECORD_FREE]          = { "> free", 4, POS (PGW_V_OP, PGW_V_SLOT, PGW_V_ORDER, PGW_V_PFN), KEY () },
  [PGW_RECORD_FREELIST]      = { "> freelist", 3, POS (PGW_V_OP, PGW_V_SLOT, PGW_V_NR), KEY () },
  [PGW_RECORD_BULK]          = { "> bulk", 4, POS (PGW_V_OP, PGW_V_SLOT, PGW_V_NR, PGW_V_GFP), KEY () },
  [PGW_RECORD_DRAIN]         = { "> drain", 1, POS (PGW_V_OP, PGW_V_FLAG), KEY () },
  [PGW_RECORD_DRAINALL]      = { "> drainall", 1, POS (PGW_V_OP, PGW_V_FLAG), KEY () },
  [PGW_RECORD_MARK]          = { "> mark", 1, POS (PGW_V_OP, PGW_V_FLAG), KEY () },
  [PGW_RECORD_PASS]          = { "g", 2, POS (PGW_V_ORDER, PGW_V_GFP), KEY (PGW_V_AF) },
  [PGW_RECORD_TAKE]          = { "Z", 4, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT, PGW_V_PCP), KEY () },
  [PGW_RECORD_STEAL]         = { "S", 3, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT),
                                 KEY (PGW_V_AF, PGW_V_WHOLE, PGW_V_PB, PGW_V_MOVABLE, PGW_V_FREE) },
  [PGW_RECORD_FALLBACK]      = { "X", 6, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT, PGW_V_FORDER, PGW_V_FMT, PGW_V_PB), KEY () },
  [PGW_RECORD_BLOCK_TYPE]    = { "M", 3, POS (PGW_V_PFN, PGW_V_NEW, PGW_V_OLD), KEY () },
  [PGW_RECORD_ALLOCATED]     = { "A", 4, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT, PGW_V_GFP),
                                 KEY (PGW_V_AF, PGW_V_BOOST, PGW_V_NF, PGW_V_PC, PGW_V_FF, PGW_V_DF) },
  [PGW_RECORD_BULK_PAGE]     = { "B", 3, POS (PGW_V_PFN, PGW_V_INDEX, PGW_V_NR), KEY () },
  [PGW_RECORD_BULK_BEGIN]    = { "h", 2, POS (PGW_V_GFP, PGW_V_NR), KEY () },
  [PGW_RECORD_FREE_PCP]      = { "P", 4, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT, PGW_V_REALMT), KEY (PGW_V_ZF, PGW_V_PC, PGW_V_FF) },
  [PGW_RECORD_FREE_BUDDY]    = { "O", 3, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT, PGW_V_FLAG), KEY () },
  [PGW_RECORD_FREE_LOCKED]   = { "1", 3, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT), KEY () },
  [PGW_RECORD_SPILL]         = { "D", 3, POS (PGW_V_ZONE, PGW_V_COUNT, PGW_V_PINDEX), KEY (PGW_V_PC, PGW_V_ZF) },
  [PGW_RECORD_SPILLED]       = { "d", 3, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT), KEY () },
  [PGW_RECORD_ISOLATED]      = { "I", 3, POS (PGW_V_PFN, PGW_V_ORDER, PGW_V_MT), KEY () },
  [PGW_RECORD_COMPACT_BEGIN] = { "compact_begin", 0, POS (), KEY () },
  [PGW_RECORD_COMPACT_END]   = { "compact_end", 0, POS (), KEY () },
  [PGW_RECORD_INSERTED]      = { "inserted", 3, POS (PGW_V_PFN, PGW_V_LRU, PGW_V_PFLAGS), KEY () },
  [PGW_RECORD_LRUOP]         = { "lruop", 4, POS (PGW_V_LRUOP, PGW_V_PFN, PGW_V_LRU, PGW_V_PFLAGS), KEY () },
  [PGW_RECORD_LRU_GONE]      = { "folio_isolated", 0, POS (PGW_V_PFN), KEY () },
  [PGW_RECORD_SCAN_CONTROL]  = { "scan_control", 0, POS (), KEY (PGW_V_PRIO, PGW_V_RECLAIM_IDX, PGW_V_TO_RECLAIM,
                                 PGW_V_ANON_COST, PGW_V_FILE_COST, PGW_V_BITS, PGW_V_ORDER) },
  [PGW_RECORD_ZONE_LRU]      = { "zone_lru", 0, POS (), KEY (PGW_V_INACTIVE_ANON, PGW_V_ACTIVE_ANON,
                                 PGW_V_INACTIVE_FILE, PGW_V_ACTIVE_FILE, PGW_V_SWAP_FREE) },
  [PGW_RECORD_LRUVEC]        = { "lruvec", 0, POS (), KEY (PGW_V_INACTIVE_ANON, PGW_V_ACTIVE_ANON,
                                 PGW_V_INACTIVE_FILE, PGW_V_ACTIVE_FILE) },
  [PGW_RECORD_ZSTATE]        = { "zstate", 1, POS (PGW_V_ZONE), KEY (PGW_V_FREE, PGW_V_BOOST, PGW_V_ZFLAGS) },
  [PGW_RECORD_ISOLATE]       = { "isolate", 0, POS (), KEY (PGW_V_LRU, PGW_V_ORDER, PGW_V_REQUESTED, PGW_V_SCANNED,
                                 PGW_V_SKIPPED, PGW_V_TAKEN) },
  [PGW_RECORD_ISO_BEGIN]     = { "iso[", 0, POS (), KEY () },
  [PGW_RECORD_ISO_PAGE]      = { "ip", 2, POS (PGW_V_PFN, PGW_V_PFLAGS), KEY (PGW_V_CNT) },
  [PGW_RECORD_ISO_END]       = { "iso]", 0, POS (), KEY () },
  [PGW_RECORD_REF]           = { "ref", 3, POS (PGW_V_PFN, PGW_V_N_REF, PGW_V_PFLAGS), KEY (PGW_V_LOCKED) },
  [PGW_RECORD_WRITE]         = { "write", 1, POS (PGW_V_PFN, PGW_V_PFLAGS), KEY () },
  [PGW_RECORD_PUT_BEGIN]     = { "put(", 0, POS (), KEY () },
  [PGW_RECORD_PUT_PAGE]      = { "pb", 3, POS (PGW_V_PFN, PGW_V_LRU, PGW_V_PFLAGS), KEY (PGW_V_CNT) },
  [PGW_RECORD_PUT_END]       = { "put)", 0, POS (), KEY () },
  [PGW_RECORD_SHRINK_INACTIVE] = { "shrink_inactive", 0, POS (), KEY (PGW_V_SCANNED, PGW_V_RECLAIMED) },
  [PGW_RECORD_SHRINK_ACTIVE] = { "shrink_active", 0, POS (), KEY () },
  [PGW_RECORD_REFAULT]       = { "refault", 1, POS (PGW_V_PFN), KEY (PGW_V_EVICTION, PGW_V_AGE, PGW_V_WORKINGSET,
                                 PGW_V_FILE, PGW_V_SWAP_FREE) },
  [PGW_RECORD_KSWAPD_WAKE]   = { "kswapd_wake", 0, POS (), KEY (PGW_V_ZID, PGW_V_ORDER) },
  [PGW_RECORD_KSWAPD_SLEEP]  = { "kswapd_sleep", 0, POS (), KEY () },
  [PGW_RECORD_WAKEUP]        = { "wakeup_kswapd", 0, POS (), KEY (PGW_V_ZID, PGW_V_ORDER, PGW_V_GFP) },
  [PGW_RECORD_DIRECT_BEGIN]  = { "direct_begin", 0, POS (), KEY (PGW_V_ORDER, PGW_V_GFP) },
  [PGW_RECORD_DIRECT_END]    = { "direct_end", 0, POS (), KEY (PGW_V_RECLAIMED) },
  [PGW_RECORD_SCAN_REQUEST]  = { "to be scanned:", 0, POS (PGW_V_LRU), KEY (PGW_V_REQUESTED) },
  [PGW_RECORD_OUTCOME]       = { "outcome:", 0, POS (PGW_V_PFN, PGW_V_OUTCOME), KEY () },
  [PGW_RECORD_REFAULTED]     = { "refaulted:", 0, POS (PGW_V_PFN, PGW_V_LRU), KEY () },
};

const char *
pgw_record_kind_name (PgwRecordKind kind)
{
  return kinds[kind].name ? kinds[kind].name : "?";
}

char *
pgw_record_word (char **text)
{
  char *p = *text, *word;

  while (*p == ' ' || *p == '\t')
    p++;
  if (*p == '\0')
    {
      *text = p;
      return NULL;
    }
  word = p;
  while (*p != ' ' && *p != '\t' && *p != '\0')
    p++;
  if (*p != '\0')
    *p++ = '\0';
  *text = p;
  return word;
}

gboolean
pgw_record_number (const char *word,
                   guint       base,
                   guint64     max,
                   guint64    *value)
{
  guint64 n = 0;

  if (*word == '\0')
    return FALSE;
  for (; *word != '\0'; word++)
    {
      int digit = g_ascii_xdigit_value (*word);

      if (digit < 0 || digit >= (int) base)
        return FALSE;
      if (n > (G_MAXUINT64 - digit) / base)
        return FALSE;
      n = n * base + digit;
      if (n > max)
        return FALSE;
    }
  *value = n;
  return TRUE;
}

static gboolean
parse_value (PgwRecord  *record,
             guint       which,
             const char *word,
             char      **message)
{
  guint64 n;

  if (values[which].words != NULL)
    for (n = 0; values[which].words[n] != NULL && strcmp (values[which].words[n], word) != 0;)
      n++;
  else if (values[which].may_be_none && word[0] == '-' && word[1] == '\0')
    n = PGW_NO_PFN;
  else if (values[which].is_signed && word[0] == '-')
    {
      if (!pgw_record_number (word + 1, values[which].base, values[which].max, &n))
        goto wrong;
      n = (guint64) -(gint64) n;
    }
  else if (!pgw_record_number (word, values[which].base, values[which].max, &n))
    goto wrong;

  record->v[which] = n;
  record->has |= G_GUINT64_CONSTANT (1) << which;
  return TRUE;

wrong:
  *message = g_strdup_printf (_("“%s” is not a %s"), word, values[which].name);
  return FALSE;
}

/* KEY=VALUE; keys the kind does not have are passed over. */
static gboolean
parse_keyed (PgwRecord  *record,
             char       *word,
             char       *equals,
             char      **message)
{
  const guint8 *keyed = kinds[record->kind].keyed;
  guint i;

  *equals = '\0';
  if (strcmp (word, "cpu") == 0)
    return parse_value (record, PGW_V_CPU, equals + 1, message);
  for (i = 0; keyed[i] != END; i++)
    if (strcmp (word, values[keyed[i]].name) == 0)
      return parse_value (record, keyed[i], equals + 1, message);
  return TRUE;
}

static void
parse_context (PgwRecord  *record,
               const char *letters)
{
  for (; *letters != '\0'; letters++)
    record->context |= *letters == 'i' ? PGW_CONTEXT_HARDIRQ
                     : *letters == 's' ? PGW_CONTEXT_SOFTIRQ
                     : *letters == 'k' ? PGW_CONTEXT_KSWAPD
                     : *letters == 'm' ? PGW_CONTEXT_MEMALLOC : 0;
}

/* '>' I WHAT: the operation's number stands before the word that tells the kind. */
static gboolean
parse_request (PgwRecord *record,
               char     **text,
               char     **message)
{
  static const PgwRecordKind requests[] = {
    PGW_RECORD_ALLOC, PGW_RECORD_FREE, PGW_RECORD_FREELIST, PGW_RECORD_BULK,
    PGW_RECORD_DRAIN, PGW_RECORD_DRAINALL, PGW_RECORD_MARK,
  };
  char *number = pgw_record_word (text);
  char *what = pgw_record_word (text);
  guint i;

  if (number == NULL || what == NULL)
    {
      *message = g_strdup (_("the line ends after “>”; expected a number and what was asked for"));
      return FALSE;
    }
  if (!parse_value (record, PGW_V_OP, number, message))
    return FALSE;

  if (strcmp (what, "snap") == 0)
    record->kind = PGW_RECORD_MARK;
  for (i = 0; i < G_N_ELEMENTS (requests); i++)
    if (strcmp (what, kinds[requests[i]].name + 2) == 0)
      record->kind = requests[i];
  if (record->kind == PGW_RECORD_UNKNOWN)
    {
      /* Unlike an event, a request that is not understood cannot be passed over. */
      *message = g_strdup_printf (_("“%s” is not a request that can be carried out"), what);
      return FALSE;
    }
  return TRUE;
}

static PgwRecordKind
kind_of (const char *word)
{
  static const guint8 by_letter[128] = {
    ['g'] = PGW_RECORD_PASS, ['Z'] = PGW_RECORD_TAKE, ['S'] = PGW_RECORD_STEAL,
    ['X'] = PGW_RECORD_FALLBACK, ['M'] = PGW_RECORD_BLOCK_TYPE, ['A'] = PGW_RECORD_ALLOCATED,
    ['B'] = PGW_RECORD_BULK_PAGE, ['h'] = PGW_RECORD_BULK_BEGIN, ['P'] = PGW_RECORD_FREE_PCP,
    ['O'] = PGW_RECORD_FREE_BUDDY, ['1'] = PGW_RECORD_FREE_LOCKED, ['D'] = PGW_RECORD_SPILL,
    ['d'] = PGW_RECORD_SPILLED, ['I'] = PGW_RECORD_ISOLATED,
  };
  PgwRecordKind kind;

  if (word[1] == '\0')
    return (guchar) word[0] < 128 ? by_letter[(guchar) word[0]] : PGW_RECORD_UNKNOWN;
  if (strcmp (word, "SNAP") == 0)
    return PGW_RECORD_SNAP;
  if (strcmp (word, "compact_begin") == 0)
    return PGW_RECORD_COMPACT_BEGIN;
  if (strcmp (word, "compact_end") == 0)
    return PGW_RECORD_COMPACT_END;
  for (kind = PGW_RECORD_INSERTED; kind <= PGW_RECORD_DIRECT_END; kind++)
    if (strcmp (word, kinds[kind].name) == 0)
      return kind;
  return PGW_RECORD_UNKNOWN;
}

gboolean
pgw_record_parse (char       *text,
                  PgwRecord  *record,
                  char      **message)
{
  const guint8 *positional;
  guint n = 0;
  char *word;

  record->kind = PGW_RECORD_UNKNOWN;
  record->context = 0;
  record->has = 0;
  record->v[PGW_V_CPU] = 0;

  word = pgw_record_word (&text);
  if (word == NULL)
    {
      record->kind = PGW_RECORD_BLANK;
      return TRUE;
    }
  if (word[0] == '>' && word[1] == '\0')
    {
      if (!parse_request (record, &text, message))
        return FALSE;
      n = 1;
    }
  else
    record->kind = kind_of (word);
  if (record->kind == PGW_RECORD_UNKNOWN)
    return TRUE;
  /* Most of their values have a key and may be missing. */
  if (pgw_record_kind_is_lru (record->kind))
    memset (record->v, 0, sizeof record->v);

  positional = kinds[record->kind].positional;
  while ((word = pgw_record_word (&text)) != NULL)
    {
      char *equals;

      if (word[0] == '@')
        parse_context (record, word + 1);
      else if ((equals = strchr (word, '=')) != NULL)
        {
          if (!parse_keyed (record, word, equals, message))
            return FALSE;
        }
      else if (positional[n] != END)
        {
          if (!parse_value (record, positional[n++], word, message))
            return FALSE;
        }
      else if (record->kind >= PGW_RECORD_SNAP && kinds[record->kind].required > 0)
        {
          *message = g_strdup_printf (_("“%s” is one value too many"), word);
          return FALSE;
        }
    }

  if (n < kinds[record->kind].required)
    {
      *message = g_strdup_printf (_("a “%s” line ends early; expected: %s"),
                                  kinds[record->kind].name, values[positional[n]].name);
      return FALSE;
    }
  return TRUE;
}

static void
append_value (GString         *text,
              const PgwRecord *record,
              guint            which)
{
  if (values[which].may_be_none && record->v[which] == PGW_NO_PFN)
    g_string_append_c (text, '-');
  else if (values[which].words != NULL)
    g_string_append (text, values[which].words[record->v[which]] ? values[which].words[record->v[which]] : "?");
  else if (values[which].is_signed)
    g_string_append_printf (text, "%" G_GINT64_FORMAT, (gint64) record->v[which]);
  else if (values[which].base == 16)
    g_string_append_printf (text, "%" G_GINT64_MODIFIER "x", record->v[which]);
  else
    g_string_append_printf (text, "%" PRIu64, record->v[which]);
}

char *
pgw_record_to_text (const PgwRecord *record)
{
  GString *text = g_string_new (NULL);
  const char *name = pgw_record_kind_name (record->kind);
  guint i = 0;

  if (name[0] == '>')
    {
      g_string_append_printf (text, "> %" PRIu64 " %s", record->v[PGW_V_OP], name + 2);
      i = 1;
    }
  else
    g_string_append (text, name);

  for (; kinds[record->kind].positional[i] != END; i++)
    if (pgw_record_has (record, kinds[record->kind].positional[i]))
      {
        g_string_append_c (text, ' ');
        append_value (text, record, kinds[record->kind].positional[i]);
      }
  for (i = 0; kinds[record->kind].keyed[i] != END; i++)
    if (pgw_record_has (record, kinds[record->kind].keyed[i]))
      {
        g_string_append_printf (text, " %s=", values[kinds[record->kind].keyed[i]].name);
        append_value (text, record, kinds[record->kind].keyed[i]);
      }
  if (record->v[PGW_V_CPU] != 0)
    g_string_append_printf (text, " cpu=%" PRIu64, record->v[PGW_V_CPU]);

  return g_string_free (text, FALSE);
}

void
pgw_record_set_error (PgwLineReader *reader,
                      GError       **error,
                      int            code,
                      const char    *format,
                      ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, PGW_RECORDING_ERROR, code, "%s:%" PRIu64 ": %s",
               pgw_line_reader_get_name (reader), pgw_line_reader_get_line (reader), message);
}

gboolean
pgw_record_read (PgwLineReader *reader,
                 PgwRecord     *record,
                 GError       **error)
{
  char *text;

  while ((text = pgw_line_reader_next (reader, error)) != NULL)
    {
      g_autofree char *message = NULL;

      record->line = pgw_line_reader_get_line (reader);
      if (!pgw_record_parse (text, record, &message))
        {
          pgw_record_set_error (reader, error, PGW_RECORDING_ERROR_INVALID, "%s", message);
          return FALSE;
        }
      if (record->kind != PGW_RECORD_BLANK)
        return TRUE;
    }
  return FALSE;
}
