/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of objects. The core has no gettext, so its names are English; each
 * consists of parts between commas, a part of a phrase and what tells one
 * object from others of its kind: "Node 0, zone Normal". The phrases are
 * translated here. tests/engine/test-object-name.c sees to it that none is
 * left out.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-object-name.h"

static const char *const phrases[] = {
  N_("machine"),
  /* Translators: names of objects; %s is a number or the kernel's name of the object. */
  N_("Node %s"),
  N_("zone %s"),
  N_("CPU %s"),
  N_("page %s"),
  N_("pageblock %s"),
  N_("slot %s"),
  N_("operation %s"),
  N_("cache %s"),
  N_("slab %s"),
  N_("object %s"),
  N_("task %s"),
  N_("mm %s"),
  N_("VMA %s"),
  N_("anon_vma %s"),
  N_("file %s"),
  N_("pte of %s"),
  N_("pmd of %s"),
  N_("pud of %s"),
  N_("pgd of %s"),
  N_("LRU list %s"),
  N_("scan_control of %s"),
  N_("swap device %s"),
  N_("swap slot %s"),
};

/* Parts of the address space of x86-64, as view_regions() calls them. */
static const char *const regions[] = {
  N_("user space"),
  N_("guard page above user space"),
  N_("not canonical"),
  N_("guard hole, reserved for hypervisors"),
  N_("LDT remap"),
  N_("direct map of all RAM"),
  N_("vmalloc and ioremap"),
  N_("vmemmap: struct pages"),
  N_("KASAN shadow memory"),
  N_("cpu_entry_area"),
  /* xgettext:no-c-format */
  N_("%esp fixup stacks"),
  N_("EFI"),
  N_("kernel image"),
  N_("modules"),
  N_("fixmap"),
  N_("vsyscall"),
  N_("unused hole"),
};

const char *
pgw_region_find_phrase (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (regions); i++)
    if (g_str_equal (regions[i], name))
      return regions[i];
  return NULL;
}

const char *
pgw_region_name (const char *name)
{
  const char *phrase = pgw_region_find_phrase (name);

  return phrase != NULL ? _(phrase) : name;
}

const char *
pgw_object_name_find_phrase (const char *part, const char **rest)
{
  const char *blank = strrchr (part, ' ');
  g_autofree char *wanted = NULL;

  g_return_val_if_fail (part != NULL, NULL);

  wanted = blank != NULL ? g_strdup_printf ("%.*s %%s", (int) (blank - part), part) : g_strdup (part);
  if (rest != NULL)
    *rest = blank != NULL ? blank + 1 : "";
  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    if (g_str_equal (phrases[i], wanted))
      return phrases[i];
  return NULL;
}

/* Puts what stands for one object into a translated phrase. */
static void
append_part (GString *name, const char *part)
{
  const char *rest;
  const char *phrase = pgw_object_name_find_phrase (part, &rest);
  const char *text = phrase != NULL ? _(phrase) : part;
  const char *place = phrase != NULL ? strstr (text, "%s") : NULL;

  if (place == NULL)
    {
      g_string_append (name, text);
      return;
    }
  g_string_append_len (name, text, place - text);
  g_string_append (name, rest);
  g_string_append (name, place + strlen ("%s"));
}

char *
pgw_object_name (const struct machine *machine, mm_object_t object)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_auto (GStrv) parts = NULL;
  char text[128] = "";

  g_return_val_if_fail (machine != NULL, NULL);

  if (object != 0)
    view_object_name (machine, object, text, sizeof text);
  parts = g_strsplit (text, ", ", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (i > 0)
        /* Translators: between the parts of an object's name, as in "Node 0, zone Normal" */
        g_string_append (name, _(", "));
      append_part (name, parts[i]);
    }
  return g_string_free (g_steal_pointer (&name), FALSE);
}
