/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an address means to a task. See pgw-translation.h.
 *
 * The outcomes follow the order in which processor and kernel ask: is the
 * address canonical, is it the program's half, is there a VMA, does it allow
 * the access, and only then what the page-table entry says.
 */
#include "config.h"

#include "pgw-translation.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-object-name.h"

#define N_LEVELS      4
#define USER_END      0x00007ffffffff000ULL
#define PAGE_MASK_OF(address) ((address) & ~4095ULL)

#define ENTRY_WRITE   0x002ULL
#define ENTRY_USER    0x004ULL
#define ENTRY_DIRTY   0x040ULL
#define ENTRY_NX      (1ULL << 63)

/* /dev/zero, which has no end. */
#define INODE_KIND_ZERO 3

#define VMA_READ      0x1ULL
#define VMA_WRITE     0x2ULL
#define VMA_EXEC      0x4ULL
#define VMA_GROWSDOWN 0x100ULL

static const char *const level_names[N_LEVELS] = { "PGD", "PUD", "PMD", "PTE" };

/* ---- Reading what was typed ---- */

static void
refuse (GError    **error,
        const char *format,
        ...) G_GNUC_PRINTF (2, 3);

static void
refuse (GError    **error,
        const char *format,
        ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (PGW_SCENARIO_ERROR, PGW_SCENARIO_ERROR_INVALID, format, args));
  va_end (args);
}

static gboolean
find_task (PgwScenario          *scenario,
           const struct machine *machine,
           const char           *name,
           gint32               *pid,
           GError              **error)
{
  struct view_mm mm;
  gint64 found = 0;

  if (!g_ascii_string_to_signed (name, 10, 1, G_MAXINT32, &found, NULL) &&
      (scenario == NULL || !pgw_scenario_find_task (scenario, machine, name, &found)))
    {
      refuse (error, _("there is no task “%s” at this step"), name);
      return FALSE;
    }
  if (!view_mm (machine, (s32) found, &mm))
    {
      refuse (error, _("task “%s” has no address space at this step"), name);
      return FALSE;
    }
  *pid = (gint32) found;
  return TRUE;
}

gboolean
pgw_translation_read (PgwScenario          *scenario,
                      const struct machine *machine,
                      const char           *text,
                      gint32               *pid,
                      guint64              *address,
                      GError              **error)
{
  g_autofree char *typed = g_strstrip (g_strdup (text));
  char *colon = strchr (typed, ':'), *where = colon != NULL ? colon + 1 : typed;
  g_autofree char *name = NULL;
  struct view_mm mm;
  guint64 base = 0;

  g_return_val_if_fail (machine != NULL && text != NULL, FALSE);
  g_return_val_if_fail (pid != NULL && address != NULL, FALSE);

  if (colon != NULL)
    {
      *colon = '\0';
      if (!find_task (scenario, machine, g_strstrip (typed), pid, error))
        return FALSE;
    }
  else if (!view_mm (machine, *pid, &mm))
    {
      refuse (error, _("no task has an address space at this step"));
      return FALSE;
    }
  where = g_strstrip (where);
  if (!pgw_address_parse (where, &name, address))
    {
      refuse (error, _("“%s” is no address: expected a number such as 0x7f0000001000, or the name of a result plus or minus numbers, such as heap+4K"),
              where);
      return FALSE;
    }
  if (name != NULL && (scenario == NULL || !pgw_scenario_find_address (scenario, machine, name, &base)))
    {
      refuse (error, _("no call has returned an address “%s” by this step"), name);
      return FALSE;
    }
  *address += base;
  return TRUE;
}

/* ---- What would happen ---- */

/* Bits that the entries of all levels have; NX where one has it. */
static guint64
walk_bits (const struct view_walk *walk)
{
  guint64 all = ENTRY_WRITE | ENTRY_USER, nx = 0;

  for (guint i = 0; i < walk->nr; i++)
    {
      all &= walk->entry[i];
      nx |= walk->entry[i] & ENTRY_NX;
    }
  return all | nx;
}

static gboolean
behind_file (const struct machine   *machine,
             const struct view_vma  *vma,
             guint64                 address)
{
  struct view_file files[256];
  guint n = MIN (view_files (machine, files, G_N_ELEMENTS (files)), G_N_ELEMENTS (files));
  guint64 page = vma->pgoff + ((address - vma->start) >> 12);

  for (guint i = 0; i < n; i++)
    if (files[i].nr == vma->inode && files[i].kind != INODE_KIND_ZERO)
      return page >= (files[i].size + 4095) >> 12;
  return FALSE;
}

/* Of an access that the VMA allows, by what the page-table entry says. */
static PgwOutcome
outcome_of_entry (const PgwTranslation *self,
                  const struct machine *machine,
                  PgwAccess             access)
{
  guint64 bits = walk_bits (&self->walk);
  struct view_pte pte;

  switch (view_userfault (machine, self->pid, self->address, access == PGW_ACCESS_WRITE))
    {
    case VIEW_USERFAULT_WAIT:
      return PGW_OUTCOME_USERFAULT;
    case VIEW_USERFAULT_SIGBUS:
      return PGW_OUTCOME_USERFAULT_BUS;
    default:
      break;
    }

  if (self->walk.mapped)
    {
      if (access == PGW_ACCESS_WRITE && !(bits & ENTRY_WRITE))
        return PGW_OUTCOME_WRITABLE;
      return PGW_OUTCOME_WORKS;
    }
  if (view_ptes (machine, self->pid, PAGE_MASK_OF (self->address), PAGE_MASK_OF (self->address) + 4096, &pte, 1) > 0)
    {
      if (pte.flags & VIEW_PTE_GUARD)
        return PGW_OUTCOME_GUARD;
      if (pte.flags & VIEW_PTE_SWAP)
        return PGW_OUTCOME_SWAP_IN;
    }
  return self->vma.inode != 0 && behind_file (machine, &self->vma, self->address) ? PGW_OUTCOME_BUS : PGW_OUTCOME_BRING;
}

static PgwOutcome
find_outcome (const PgwTranslation *self,
              const struct machine *machine,
              gboolean              stack_above,
              PgwAccess             access)
{
  /* Memory that may be written or executed may be read on this processor. */
  static const guint64 wanted[PGW_N_ACCESSES] = { VMA_READ | VMA_WRITE | VMA_EXEC, VMA_WRITE, VMA_EXEC };

  if (self->address + (1ULL << 47) >= 1ULL << 48)
    return PGW_OUTCOME_GENERAL;
  if (self->address >= USER_END)
    return PGW_OUTCOME_KERNEL;
  if (!self->in_vma)
    return stack_above ? PGW_OUTCOME_GROW : PGW_OUTCOME_MAPERR;
  if (!(self->vma.flags & wanted[access]))
    return PGW_OUTCOME_ACCERR;
  return outcome_of_entry (self, machine, access);
}

/* An entry of the TLB that serves is used, whether or not it is still right. */
static void
trust_tlb (PgwTranslation *self,
           guint64         bits)
{
  if (!(bits & ENTRY_USER))
    return;
  self->outcome[PGW_ACCESS_READ] = PGW_OUTCOME_STALE;
  if (bits & ENTRY_WRITE && bits & ENTRY_DIRTY)
    self->outcome[PGW_ACCESS_WRITE] = PGW_OUTCOME_STALE;
  if (!(bits & ENTRY_NX))
    self->outcome[PGW_ACCESS_FETCH] = PGW_OUTCOME_STALE;
}

static void
ask_tlb (PgwTranslation       *self,
         const struct machine *machine)
{
  g_autofree struct view_tlb_entry *entries = NULL;
  struct view_machine about;
  struct view_tlb tlb;
  struct view_mm mm;
  guint n;

  view_machine (machine, &about);
  if (!view_tlb (machine, about.cpu, &tlb) || !view_mm (machine, self->pid, &mm) || tlb.cr3_pfn != mm.pgd_pfn)
    return;
  entries = g_new (struct view_tlb_entry, tlb.sets * tlb.ways + 1);
  n = MIN (view_tlb_entries (machine, about.cpu, entries, tlb.sets * tlb.ways), tlb.sets * tlb.ways);
  for (guint i = 0; i < n; i++)
    {
      guint64 pages = entries[i].huge ? 512 : 1;

      if (!entries[i].valid || (entries[i].pcid != tlb.pcid && !entries[i].global) ||
          (self->address >> 12) - entries[i].vpn >= pages)
        continue;
      self->cached = TRUE;
      self->stale = entries[i].stale;
      self->cached_pfn = entries[i].pfn + ((self->address >> 12) - entries[i].vpn);
      if (self->stale)
        trust_tlb (self, entries[i].flags);
    }
}

gboolean
pgw_translation_init (PgwTranslation       *self,
                      const struct machine *machine,
                      gint32                pid,
                      guint64               address)
{
  gboolean stack_above = FALSE;
  struct view_mm mm;

  g_return_val_if_fail (self != NULL && machine != NULL, FALSE);

  memset (self, 0, sizeof *self);
  self->pid = pid;
  self->address = address;
  if (!view_mm (machine, pid, &mm))
    return FALSE;
  view_walk (machine, pid, address, &self->walk);
  if (view_find_vma (machine, pid, address, &self->vma))
    {
      self->in_vma = self->vma.start <= address;
      stack_above = !self->in_vma && self->vma.flags & VMA_GROWSDOWN;
    }
  for (guint access = 0; access < PGW_N_ACCESSES; access++)
    self->outcome[access] = find_outcome (self, machine, stack_above, access);
  ask_tlb (self, machine);
  return TRUE;
}

/* ---- In words ---- */

static char *
hex (guint64 number)
{
  return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", number);
}

char *
pgw_translation_level (const PgwTranslation *self,
                       guint                 level)
{
  g_autofree char *frame = NULL;
  char bits[128];

  g_return_val_if_fail (self != NULL && level < self->walk.nr, NULL);

  frame = hex (self->walk.table_pfn[level]);
  if (self->walk.entry[level] == 0)
    return g_strdup_printf (_("%s[%u] of frame %s: empty"), level_names[level], self->walk.index[level], frame);
  view_entry_text (self->walk.entry[level], N_LEVELS - level, bits, sizeof bits);
  return g_strdup_printf (_("%s[%u] of frame %s: %s"), level_names[level], self->walk.index[level], frame, bits);
}

char *
pgw_translation_end (const PgwTranslation *self)
{
  g_autofree char *phys = NULL, *frame = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  phys = hex (self->walk.phys);
  frame = hex (self->walk.phys >> 12);
  if (self->walk.mapped)
    return g_strdup_printf (_("physical address %s: byte %u of frame %s"), phys, self->walk.offset, frame);
  if (self->walk.nr == 0)
    return g_strdup (_("no translation: the tables of a program do not reach there"));
  return g_strdup_printf (_("no translation: it ends at the %s, whose entry %u is %s"), level_names[self->walk.nr - 1],
                          self->walk.index[self->walk.nr - 1],
                          self->walk.entry[self->walk.nr - 1] == 0 ? _("empty") : _("not present"));
}

char *
pgw_translation_access (const PgwTranslation *self,
                        PgwAccess             access)
{
  static const char *const accesses[PGW_N_ACCESSES] = { N_("Read: %s"), N_("Write: %s"), N_("Fetch: %s") };
  static const char *const outcomes[PGW_N_OUTCOMES] = {
    [PGW_OUTCOME_WORKS] = N_("works, without a fault"),
    [PGW_OUTCOME_STALE] = N_("works, through the stale entry of the TLB, whatever the tables say"),
    [PGW_OUTCOME_BRING] = N_("page fault; the kernel brings a page in"),
    [PGW_OUTCOME_SWAP_IN] = N_("page fault; the kernel brings the page back from swap"),
    [PGW_OUTCOME_WRITABLE] = N_("page fault (write to a read-only entry); the kernel copies the page, or makes its entry writable"),
    [PGW_OUTCOME_GROW] = N_("page fault below a stack; the kernel tries to grow it"),
    [PGW_OUTCOME_MAPERR] = N_("page fault, then SIGSEGV (SEGV_MAPERR): nothing is mapped there"),
    [PGW_OUTCOME_ACCERR] = N_("page fault, then SIGSEGV (SEGV_ACCERR): the mapping does not allow it"),
    [PGW_OUTCOME_GUARD] = N_("page fault, then SIGSEGV: a guard region"),
    [PGW_OUTCOME_USERFAULT] = N_("page fault: the task waits until the page's userfaultfd has served it"),
    [PGW_OUTCOME_USERFAULT_BUS] = N_("page fault, then SIGBUS: the page's userfaultfd wants it so"),
    [PGW_OUTCOME_BUS] = N_("page fault, then SIGBUS: behind the end of the file"),
    [PGW_OUTCOME_KERNEL] = N_("page fault, then SIGSEGV: the kernel’s half of the address space"),
    [PGW_OUTCOME_GENERAL] = N_("general protection fault: not a canonical address (bits 63 to 47 differ)"),
  };

  g_return_val_if_fail (self != NULL && access < PGW_N_ACCESSES, NULL);

  return g_strdup_printf (_(accesses[access]), _(outcomes[self->outcome[access]]));
}

char *
pgw_translation_tlb (const PgwTranslation *self)
{
  g_autofree char *frame = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (!self->cached)
    return NULL;
  frame = hex (self->cached_pfn);
  return g_strdup_printf (self->stale ? _("The TLB translates it to frame %s: stale, the tables say otherwise")
                                      : _("The TLB translates it to frame %s"),
                          frame);
}

char *
pgw_translation_text (const PgwTranslation *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *end = pgw_translation_end (self);
  g_autofree char *tlb = pgw_translation_tlb (self);
  g_autofree char *address = hex (self->address);

  g_string_append_printf (text, _("Task %d, address %s: %s\n"), self->pid, address,
                          pgw_region_name (view_address_region (self->address)));
  for (guint level = 0; level < self->walk.nr; level++)
    {
      g_autofree char *line = pgw_translation_level (self, level);

      g_string_append_printf (text, "  %s\n", line);
    }
  g_string_append_printf (text, "  → %s\n", end);
  if (tlb != NULL)
    g_string_append_printf (text, "%s\n", tlb);
  for (guint access = 0; access < PGW_N_ACCESSES; access++)
    {
      g_autofree char *line = pgw_translation_access (self, access);

      g_string_append_printf (text, "%s\n", line);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
