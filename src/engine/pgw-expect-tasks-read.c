/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading expectations about tasks, their memory and files. Places are named
 * as scripts name addresses, with a task in front where it is not that of the
 * operation: "child:heap+4K".
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-expect-private.h"
#include "pgw-units.h"

#include "mm/sched.h"

const char *const pgw_expect_page_keys[N_PAGE_PROPERTIES + 1] = {
  [PAGE_ANY] = "any", [PAGE_PRESENT] = "present", [PAGE_ZERO] = "zero", [PAGE_SWAP] = "swap",
  [PAGE_GUARD] = "guard", [PAGE_HUGE] = "huge", [PAGE_THP] = "thp", [PAGE_FILE] = "file",
  [PAGE_LOCKED] = "locked", [PAGE_EXCLUSIVE] = "exclusive", [PAGE_WRITABLE] = "writable",
  [PAGE_ACCESSED] = "accessed", [PAGE_DIRTY] = "dirty",
  [PAGE_UFFD_WP] = "uffd_wp", [PAGE_MAPCOUNT] = "mapcount", [PAGE_PFN] = "pfn",
};

const char *const pgw_expect_tlb_keys[N_TLB_PROPERTIES + 1] = {
  [TLB_HITS] = "hits", [TLB_MISSES] = "misses", [TLB_FLUSHES] = "flushes",
  [TLB_FLUSHED_ENTRIES] = "flushed_entries", [TLB_VALID] = "valid", [TLB_STALE] = "stale",
};

const char *const pgw_expect_file_keys[N_FILE_PROPERTIES + 1] = {
  [FILE_SIZE] = "size", [FILE_CACHED] = "cached", [FILE_DIRTY] = "dirty", [FILE_MAPPINGS] = "mappings",
};

/* As /proc/PID/status has them, in KiB; the last three are plain numbers. */
const char *const pgw_expect_mm_keys[] = {
  "VmPeak", "VmSize", "VmLck", "VmPin", "VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem", "VmData", "VmStk",
  "VmExe", "VmLib", "VmPTE", "VmSwap", "map_count", "mm_users", "mm_count", NULL
};

const char *const pgw_expect_smaps_keys[] = {
  "Rss", "Pss", "Pss_Dirty", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty", "Referenced",
  "Anonymous", "LazyFree", "AnonHugePages", "ShmemPmdMapped", "FilePmdMapped", "Swap", "SwapPss", "Locked",
  "THPeligible", NULL
};

/* ---- Places ---- */

void
pgw_place_clear (PgwPlace *place)
{
  g_clear_pointer (&place->task, g_free);
  g_clear_pointer (&place->name, g_free);
}

gboolean
pgw_place_parse (const char *text,
                 PgwPlace   *place)
{
  const char *colon = strchr (text, ':');

  if (colon)
    {
      place->task = g_strndup (text, colon - text);
      if (!pgw_name_is_valid (place->task))
        return FALSE;
      text = colon + 1;
    }
  return pgw_address_parse (text, &place->name, &place->offset);
}

static gboolean
read_place_text (PgwExpectReader   *r,
                 const char        *text,
                 const PgwJsonNode *node,
                 PgwPlace          *place,
                 GError           **error)
{
  if (pgw_place_parse (text, place))
    return TRUE;
  g_autofree char *found = g_strdup_printf (_("\"%s\""), text);
  return pgw_json_fail (r->source, node, found,
                        _("an address such as \"0x10000\", \"heap+4K\" or, of another task, \"child:heap\""), error);
}

static gboolean
read_place (PgwExpectReader   *r,
            const PgwJsonNode *node,
            PgwPlace          *place,
            GError           **error)
{
  if (node->type == PGW_JSON_STRING)
    return read_place_text (r, node->string, node, place, error);
  return pgw_json_read_uint (r->source, node, _("an address"), 0, G_MAXUINT64, &place->offset, error);
}

void
pgw_expect_clear_tasks (PgwExpect *expect)
{
  pgw_place_clear (&expect->place);
  pgw_place_clear (&expect->other);
  g_free (expect->text);
  g_free (expect->proc);
  g_clear_pointer (&expect->vmas, g_array_unref);
}

/* ---- The operation's own result ---- */

static gboolean
read_address (PgwExpectReader   *r,
              const PgwJsonNode *node,
              GError           **error)
{
  PgwExpect *expect = pgw_expect_add (r, EXPECT_ADDRESS, node, "address");

  return read_place (r, node, &expect->place, error);
}

static const struct {
  const char *name;
  gint64      signal;
} signals[] = {
  { "none", 0 }, { "SIGSEGV", SIGSEGV }, { "SIGBUS", SIGBUS }, { "SIGTRAP", SIGTRAP }, { "SIGKILL", SIGKILL },
};

/* Codes mean something together with their signal only. */
static const struct {
  const char *name;
  gint64      code;
} codes[] = {
  { "SEGV_MAPERR", SIGSEGV << 16 | SEGV_MAPERR },
  { "SEGV_ACCERR", SIGSEGV << 16 | SEGV_ACCERR },
  { "SI_KERNEL", SIGSEGV << 16 | SI_KERNEL },
  { "BUS_ADRERR", SIGBUS << 16 | BUS_ADRERR },
};

const char *
pgw_expect_signal_name (gint64 signal)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (signals[i].signal == signal)
      return signals[i].name;
  return NULL;
}

const char *
pgw_expect_code_name (gint64 code)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].code == code)
      return codes[i].name;
  return NULL;
}

static gboolean
read_signal_name (PgwExpectReader   *r,
                  const PgwJsonNode *node,
                  GError           **error)
{
  const char *words[G_N_ELEMENTS (signals) + 1] = { NULL };
  guint index;

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    words[i] = signals[i].name;
  if (!pgw_json_read_word (r->source, node, words, &index, error))
    return FALSE;

  PgwExpect *expect = pgw_expect_add (r, EXPECT_SIGNAL, node, "signal");
  expect->show = SHOW_SIGNAL;
  expect->min = expect->max = signals[index].signal;
  return TRUE;
}

static gboolean
read_code (PgwExpectReader   *r,
           const PgwJsonNode *node,
           GError           **error)
{
  const char *words[G_N_ELEMENTS (codes) + 1] = { NULL };
  guint index;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    words[i] = codes[i].name;
  if (!pgw_json_read_word (r->source, node, words, &index, error))
    return FALSE;

  PgwExpect *expect = pgw_expect_add (r, EXPECT_SIGNAL_CODE, node, "signal.code");
  expect->show = SHOW_CODE;
  expect->min = expect->max = codes[index].code;
  return TRUE;
}

static gboolean
read_signal (PgwExpectReader   *r,
             const PgwJsonNode *node,
             GError           **error)
{
  static const char *const keys[] = { "name", "code", "addr", NULL };
  const PgwJsonNode *n;

  if (node->type != PGW_JSON_OBJECT)
    return read_signal_name (r, node, error);
  if (!pgw_expect_want_object (r, node, _("a signal such as \"SIGSEGV\", or {\"name\", \"code\", \"addr\"}"), error) ||
      !pgw_json_check_keys (r->source, node, keys, error))
    return FALSE;
  if (((n = pgw_json_member (node, "name")) != NULL && !read_signal_name (r, n, error)) ||
      ((n = pgw_json_member (node, "code")) != NULL && !read_code (r, n, error)))
    return FALSE;
  n = pgw_json_member (node, "addr");
  if (n == NULL)
    return TRUE;
  return read_place (r, n, &pgw_expect_add (r, EXPECT_SIGNAL_ADDRESS, n, "signal.addr")->place, error);
}

/* All 64 bits of what a load read, or of a set of nodes. */
static gboolean
read_value (PgwExpectReader   *r,
            const PgwJsonNode *node,
            GError           **error)
{
  PgwExpect *expect = pgw_expect_add (r, EXPECT_VALUE, node, "value");
  guint64 value;

  if (!r->entry->operation->gives_value)
    return pgw_json_fail_expected (r->source, node, _("it only with operations that give one, such as load, ptrace_peek, dma_read, get_mempolicy and uffd_read"), error);
  if (node->type == PGW_JSON_STRING && pgw_number_parse (node->string, &value))
    expect->show = SHOW_HEX;
  else if (!pgw_json_read_uint (r->source, node, _("a value"), 0, G_MAXUINT64, &value, error))
    return FALSE;
  expect->min = expect->max = (gint64) value;
  return TRUE;
}

static gboolean
read_done (PgwExpectReader   *r,
           const PgwJsonNode *node,
           GError           **error)
{
  return pgw_expect_set_bounds (r, pgw_expect_add (r, EXPECT_DONE, node, "done"), node, error);
}

static gboolean
read_faults (PgwExpectReader   *r,
             const PgwJsonNode *node,
             GError           **error)
{
  static const char *const keys[] = { "minor", "major", NULL };

  if (!pgw_expect_want_object (r, node, _("an object such as {\"minor\": 1, \"major\": 0}"), error) ||
      !pgw_json_check_keys (r->source, node, keys, error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      gboolean minor = strcmp (n->key, "minor") == 0;
      PgwExpect *expect =
        pgw_expect_add (r, minor ? EXPECT_MINOR_FAULTS : EXPECT_MAJOR_FAULTS, n, "faults.%s", n->key);

      if (!pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- Memory and pages ---- */

static gboolean
read_memory (PgwExpectReader   *r,
             const PgwJsonNode *node,
             GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object of bytes by address, such as {\"heap\": 7}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_MEMORY, n, "memory[%s]", n->key);

      if (!read_place_text (r, n->key, n, &expect->place, error) || !pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
      if (n->type == PGW_JSON_STRING)
        expect->show = SHOW_HEX;
    }
  return TRUE;
}

/* Two places that should, or should not, be the same frame. */
static gboolean
read_same (PgwExpectReader   *r,
           const char        *key,
           const PgwJsonNode *node,
           GError           **error)
{
  gboolean same = strcmp (node->key, "same_as") == 0;
  PgwExpect *expect = pgw_expect_add (r, same ? EXPECT_PAGE_SAME : EXPECT_PAGE_OTHER, node, "pages[%s].%s", key, node->key);

  return read_place_text (r, key, node, &expect->place, error) && read_place (r, node, &expect->other, error);
}

static gboolean
read_page_property (PgwExpectReader   *r,
                    const char        *key,
                    const PgwJsonNode *node,
                    GError           **error)
{
  PgwExpect *expect;
  guint index = 0;

  if (strcmp (node->key, "same_as") == 0 || strcmp (node->key, "not_same_as") == 0)
    return read_same (r, key, node, error);
  while (strcmp (pgw_expect_page_keys[index], node->key) != 0)
    index++;
  expect = pgw_expect_add (r, EXPECT_PAGE, node, "pages[%s].%s", key, node->key);
  expect->index = index;
  if (!read_place_text (r, key, node, &expect->place, error))
    return FALSE;
  if (index >= PAGE_MAPCOUNT)
    {
      expect->show = index == PAGE_PFN ? SHOW_PFN : SHOW_NUMBER;
      return pgw_expect_set_bounds (r, expect, node, error);
    }
  if (node->type != PGW_JSON_BOOLEAN)
    return pgw_json_fail_expected (r->source, node, _("true or false"), error);
  expect->show = SHOW_BOOLEAN;
  expect->min = expect->max = node->boolean != FALSE;
  return TRUE;
}

/* "present", or "none" where there must be no entry. */
static gboolean
read_page_word (PgwExpectReader   *r,
                const PgwJsonNode *node,
                GError           **error)
{
  static const char *const words[] = { "none", "present", "zero", "swap", "guard", "huge", NULL };
  PgwExpect *expect;
  guint index;

  if (!pgw_json_read_word (r->source, node, words, &index, error))
    return FALSE;
  expect = pgw_expect_add (r, EXPECT_PAGE, node, "pages[%s].%s", node->key, index ? words[index] : "any");
  expect->index = index;        /* the words are in the order of the properties */
  expect->show = SHOW_BOOLEAN;
  expect->min = expect->max = index != PAGE_ANY;
  return read_place_text (r, node->key, node, &expect->place, error);
}

static gboolean
read_pages (PgwExpectReader   *r,
            const PgwJsonNode *node,
            GError           **error)
{
  const char *keys[N_PAGE_PROPERTIES + 3] = { NULL };

  memcpy (keys, pgw_expect_page_keys, sizeof (char *) * N_PAGE_PROPERTIES);
  keys[N_PAGE_PROPERTIES] = "same_as";
  keys[N_PAGE_PROPERTIES + 1] = "not_same_as";
  if (!pgw_expect_want_object (r, node, _("an object of pages by address, such as {\"heap\": {\"present\": true}}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (n->type == PGW_JSON_STRING)
        {
          if (!read_page_word (r, n, error))
            return FALSE;
          continue;
        }
      if (!pgw_expect_want_object (r, n, _("\"none\", \"present\", \"zero\" ..., or an object such as {\"mapcount\": 2}"), error) ||
          !pgw_json_check_keys (r->source, n, keys, error))
        return FALSE;
      for (const PgwJsonNode *p = n->first; p; p = p->next)
        if (!read_page_property (r, n->key, p, error))
          return FALSE;
    }
  return TRUE;
}

/* ---- Counters ---- */

/* Bounds in KiB, which may be written as a size: "8K". */
static gboolean
set_kilobytes (PgwExpectReader   *r,
               PgwExpect         *expect,
               const PgwJsonNode *node,
               GError           **error)
{
  guint64 bytes;

  if (node->type != PGW_JSON_STRING || !pgw_size_parse (node->string, &bytes) || bytes % 1024 ||
      g_ascii_isdigit (node->string[strlen (node->string) - 1]))
    return pgw_expect_set_bounds (r, expect, node, error);
  expect->min = expect->max = (gint64) (bytes / 1024);
  return TRUE;
}

/* "child:VmRSS" */
static const char *
split_task (const char *key,
            PgwPlace   *place)
{
  const char *colon = strchr (key, ':');

  if (colon == NULL)
    return key;
  place->task = g_strndup (key, colon - key);
  return colon + 1;
}

static gboolean
fail_key (PgwExpectReader   *r,
          const PgwJsonNode *node,
          const char        *word,
          const char *const *words,
          GError           **error)
{
  const char *nearest = pgw_json_nearest (word, words);
  g_autofree char *all = g_strjoinv (", ", (char **) words);
  g_autofree char *found = g_strdup_printf (_("the key \"%s\""), node->key);
  g_autofree char *expected = nearest ? g_strdup_printf (_("\"%s\"? (known: %s)"), nearest, all)
                                      : g_strdup_printf (_("one of %s"), all);

  return pgw_json_fail (r->source, node, found, expected, error);
}

static gboolean
find_key (const char *const *words,
          const char        *word,
          guint32           *index)
{
  for (*index = 0; words[*index]; (*index)++)
    if (strcmp (words[*index], word) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
read_mm (PgwExpectReader   *r,
         const PgwJsonNode *node,
         GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object of counters, such as {\"VmRSS\": \"8K\"}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_MM, n, "mm[%s]", n->key);
      const char *word = split_task (n->key, &expect->place);

      if (!find_key (pgw_expect_mm_keys, word, &expect->index))
        return fail_key (r, n, word, pgw_expect_mm_keys, error);
      if (!set_kilobytes (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_smaps (PgwExpectReader   *r,
            const PgwJsonNode *node,
            GError           **error)
{
  const char *expected = _("an object of VMAs by address, such as {\"heap\": {\"Rss\": \"8K\"}}");

  if (!pgw_expect_want_object (r, node, expected, error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (!pgw_expect_want_object (r, n, expected, error) ||
          !pgw_json_check_keys (r->source, n, pgw_expect_smaps_keys, error))
        return FALSE;
      for (const PgwJsonNode *c = n->first; c; c = c->next)
        {
          PgwExpect *expect = pgw_expect_add (r, EXPECT_SMAPS, c, "smaps[%s].%s", n->key, c->key);

          find_key (pgw_expect_smaps_keys, c->key, &expect->index);
          if (!read_place_text (r, n->key, n, &expect->place, error) || !set_kilobytes (r, expect, c, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_tlb (PgwExpectReader   *r,
          const PgwJsonNode *node,
          GError           **error)
{
  const char *keys[N_TLB_PROPERTIES + 2] = { NULL };
  const PgwJsonNode *cpu_node;
  guint64 cpu = r->entry->op.cpu;

  memcpy (keys, pgw_expect_tlb_keys, sizeof (char *) * N_TLB_PROPERTIES);
  keys[N_TLB_PROPERTIES] = "cpu";
  if (!pgw_expect_want_object (r, node, _("an object such as {\"hits\": 3, \"misses\": 1}"), error) ||
      !pgw_json_check_keys (r->source, node, keys, error))
    return FALSE;
  cpu_node = pgw_json_member (node, "cpu");
  if (cpu_node && !pgw_json_read_uint (r->source, cpu_node, _("a processor of this machine"), 0,
                                       r->info->nr_cpus - 1, &cpu, error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect;

      if (n == cpu_node)
        continue;
      expect = pgw_expect_add (r, EXPECT_TLB, n, "tlb[%u].%s", (guint) cpu, n->key);
      expect->type = cpu;
      find_key (pgw_expect_tlb_keys, n->key, &expect->index);
      if (!pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_file (PgwExpectReader   *r,
           const PgwJsonNode *node,
           GError           **error)
{
  const char *expected = _("an object of files by name, such as {\"data\": {\"cached\": 4}}");

  if (!pgw_expect_want_object (r, node, expected, error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (!pgw_expect_want_object (r, n, expected, error) ||
          !pgw_json_check_keys (r->source, n, pgw_expect_file_keys, error))
        return FALSE;
      for (const PgwJsonNode *c = n->first; c; c = c->next)
        {
          PgwExpect *expect = pgw_expect_add (r, EXPECT_FILE, c, "file[%s].%s", n->key, c->key);

          expect->text = g_strdup (n->key);
          find_key (pgw_expect_file_keys, c->key, &expect->index);
          if (!pgw_expect_set_bounds (r, expect, c, error))
            return FALSE;
        }
    }
  return TRUE;
}

static const PgwExpectClause clauses[] = {
  { "address", read_address },
  { "signal", read_signal },
  { "value", read_value },
  { "done", read_done },
  { "faults", read_faults },
  { "memory", read_memory },
  { "pages", read_pages },
  { "mm", read_mm },
  { "smaps", read_smaps },
  { "tlb", read_tlb },
  { "file", read_file },
  { "tasks", pgw_expect_read_tasks },
  { "vmas", pgw_expect_read_vmas },
  { "proc", pgw_expect_read_proc },
  { NULL, NULL }
};

const PgwExpectClause *
pgw_expect_task_clauses (void)
{
  return clauses;
}
