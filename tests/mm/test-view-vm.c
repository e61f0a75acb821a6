/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What readers are told of tasks, page tables and files; the texts of /proc/PID; and that no reader
 * fails, whatever state the machine is in.
 */
#include "vm-test.h"

#include <stdio.h>
#include <string.h>

#define OPEN (VM_FILE_SLOT + 2)

static char *
proc_text (const char *name)
{
  gint64 length = view_proc (this_machine, name, NULL, 0);
  char *text;

  g_assert_true (length >= 0 && length < 1 << 24);
  text = g_malloc ((gsize) length + 1);
  g_assert_cmpint (view_proc (this_machine, name, text, (gsize) length + 1), ==, length);
  g_assert_cmpuint (strlen (text), ==, (gsize) length);
  return text;
}

static gboolean
has_line (const char *text,
          const char *line)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  return g_strv_contains ((const char *const *) lines, line);
}

/* The machine that most tests look at: anonymous, private, shared and locked memory, some of it touched. */
static TestMachine *
machine_to_look_at (void)
{
  TestMachine *machine = vm_test_machine ();

  g_assert_cmpint (vm_mmap (VM_AT (0), 4 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  g_assert_cmpint (vm_op (OP_store, VM_AT (1), 1, 2, 0, 0, 7), ==, 0);
  g_assert_cmpint (vm_op (OP_load, VM_AT (0), 1, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_mmap, VM_AT (8), 3 * PAGE_SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, OPEN,
                          PAGE_SIZE), ==, VM_AT (8));
  g_assert_cmpint (vm_op (OP_load, VM_AT (8), 1, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_mmap (VM_AT (16), PAGE_SIZE, VM_RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED), ==, VM_AT (16));
  g_assert_cmpint (vm_op (OP_store, VM_AT (16), 1, 1, 0, 0, 7), ==, 0);
  g_assert_cmpint (vm_op (OP_brk, 0x403000, 0, 0, 0, 0, 0), ==, 0x403000);
  return machine;
}

/* ---- /proc ---- */

static void
test_maps (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_to_look_at ();
  g_autofree char *maps = proc_text ("1/maps");
  g_autofree char *expected = NULL;
  guint shared = this_machine->last_ino;

  g_assert_true (has_line (maps, "10000000000-10000004000 rw-p 00000000 00:00 0 "));
  g_assert_true (has_line (maps, "10000008000-1000000b000 r-xp 00001000 08:01 1                            /file1"));
  g_assert_true (has_line (maps, "00401000-00403000 rw-p 00000000 00:00 0                                  [heap]"));
  g_assert_true (has_line (maps, "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]"));
  expected = g_strdup_printf ("10000010000-10000011000 rw-s 00000000 00:01 %u                            /dev/zero (deleted)",
                              shared);
  g_assert_true (has_line (maps, expected));
  g_assert_cmpint (view_proc (this_machine, "9/maps", NULL, 0), ==, -ENOENT);
  g_assert_cmpint (view_proc (this_machine, "1/map", NULL, 0), ==, -ENOENT);
  g_assert_cmpint (view_proc (this_machine, "1", NULL, 0), ==, -ENOENT);
  g_assert_cmpint (view_proc (this_machine, "0/maps", NULL, 0), ==, -ENOENT);
  g_assert_cmpint (view_proc (this_machine, "99999999999999999999/maps", NULL, 0), ==, -ENOENT);
}

static guint64
sum_of (const char *text,
        const char *name)
{
  guint64 sum = 0;

  for (const char *at = strstr (text, name); at != NULL; at = strstr (at + 1, name))
    if (at == text || at[-1] == '\n')
      sum += g_ascii_strtoull (at + strlen (name), NULL, 10);
  return sum;
}

static void
test_smaps_and_status (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_to_look_at ();
  g_autofree char *smaps = proc_text ("1/smaps"), *status = proc_text ("1/status"), *statm = proc_text ("1/statm");
  guint64 size, resident, shared, text, lib, data, dirty;

  g_assert_cmpuint (sum_of (smaps, "Rss:"), ==, sum_of (status, "VmRSS:\t"));
  g_assert_cmpuint (sum_of (smaps, "Size:"), ==, sum_of (status, "VmSize:\t"));
  g_assert_cmpuint (sum_of (smaps, "Anonymous:"), ==, sum_of (status, "RssAnon:\t"));
  g_assert_cmpuint (sum_of (smaps, "Pss:"), ==, sum_of (smaps, "Rss:")); /* one task: everything is its own */
  g_assert_true (has_line (smaps, "VmFlags: rd ex mr mw me "));
  g_assert_true (has_line (smaps, "VmFlags: rd wr sh mr mw me ms "));
  g_assert_true (has_line (smaps, "KernelPageSize:        4 kB"));
  g_assert_true (has_line (status, "State:\tR (running)"));
  g_assert_true (has_line (status, "Uid:\t1000\t1000\t1000\t1000"));
  g_assert_cmpuint (sum_of (status, "RssShmem:\t"), ==, 4);
  g_assert_cmpuint (sum_of (status, "RssFile:\t"), ==, 12);
  g_assert_cmpint (sscanf (statm, "%lu %lu %lu %lu %lu %lu %lu", &size, &resident, &shared, &text, &lib, &data, &dirty),
                   ==, 7);
  g_assert_cmpuint (size * 4, ==, sum_of (status, "VmSize:\t"));
  g_assert_cmpuint (resident * 4, ==, sum_of (status, "VmRSS:\t"));
  g_assert_cmpuint (shared, ==, 4);
  g_assert_cmpuint (data * 4, ==, sum_of (status, "VmData:\t") + sum_of (status, "VmStk:\t"));
}

static void
test_pagemap (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_to_look_at ();
  g_autofree char *pagemap = proc_text ("1/pagemap"), *zero = NULL, *anon = NULL;
  struct view_walk walk;

  g_assert_true (view_walk (this_machine, 1, VM_AT (1), &walk));
  anon = g_strdup_printf ("%012lx %016lx", (gulong) VM_AT (1), (gulong) (1ull << 63 | 1ull << 56 | walk.phys >> PAGE_SHIFT));
  zero = g_strdup_printf ("%012lx %016lx", (gulong) VM_AT (0), (gulong) (1ull << 63 | this_machine->zero_pfn));
  g_assert_true (has_line (pagemap, anon));
  g_assert_true (has_line (pagemap, zero));
}

/* ---- Page tables ---- */

static void
test_page_tables (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_to_look_at ();
  struct view_table tables[32];
  struct view_pte ptes[64];
  struct view_walk walk;
  struct view_mapping users[4];
  char text[96];
  guint64 n, table[512];
  guint64 used = 0;

  n = view_tables (this_machine, 1, tables, 32);
  g_assert_cmpuint ((n - 1) * PAGE_SIZE, ==, vm_counters ().pgtables_bytes);
  g_assert_cmpuint (tables[0].level, ==, 4);
  g_assert_cmpuint (tables[0].parent_pfn, ==, G_MAXUINT64);
  for (guint i = 0; i < n; i++)
    if (tables[i].level == 1)
      used += tables[i].nr_used;
  g_assert_cmpuint (view_ptes (this_machine, 1, 0, G_MAXUINT64, ptes, 64), ==, used);
  g_assert_cmpuint (view_ptes (this_machine, 1, 0, G_MAXUINT64, ptes, 2), ==, 2); /* no more than there is room for */
  g_assert_cmpuint (view_tables (this_machine, 1, tables, 2), ==, n);

  g_assert_true (view_walk (this_machine, 1, VM_AT (1) + 5, &walk));
  g_assert_cmpuint (walk.nr, ==, 4);
  g_assert_true (walk.mapped);
  g_assert_cmpuint (walk.offset, ==, 5);
  g_assert_cmpuint (walk.index[0], ==, 2);
  g_assert_cmpuint (walk.index[3], ==, 1);
  view_page_table (this_machine, walk.table_pfn[3], table);
  g_assert_cmpuint (table[1], ==, walk.entry[3]);
  g_assert_cmpuint (view_page_users (this_machine, walk.phys >> PAGE_SHIFT, users, 4), ==, 1);
  g_assert_cmpint (users[0].pid, ==, 1);
  g_assert_cmpuint (users[0].address, ==, VM_AT (1));
  view_entry_text (walk.entry[3], 1, text, sizeof text);
  g_assert_true (g_str_has_suffix (text, " P RW US A D NX"));
  g_assert_true (view_walk (this_machine, 1, VM_AT (3), &walk));
  g_assert_false (walk.mapped);
  g_assert_cmpuint (walk.nr, ==, 4);
  g_assert_true (view_walk (this_machine, 1, VM_WINDOW + GIB (1), &walk));
  g_assert_cmpuint (walk.nr, ==, 2); /* the pgd's entry covers the window, too; the pud's is empty */
  g_assert_false (view_walk (this_machine, 1, 1ull << 47, &walk));
  g_assert_false (view_walk (this_machine, 5, 0, &walk));
  view_entry_text (0, 1, text, sizeof text);
  g_assert_cmpstr (text, ==, "empty");
}

static void
test_regions (void)
{
  struct view_region regions[32];
  guint n = view_regions (regions, 32);

  g_assert_cmpuint (n, <=, 32);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (regions[i].start, <=, regions[i].end);
      g_assert_true (i == 0 || regions[i].start > regions[i - 1].end || i == 0);
      g_assert_cmpstr (view_address_region (regions[i].start), ==, regions[i].name);
      g_assert_cmpstr (view_address_region (regions[i].end), ==, regions[i].name);
    }
  g_assert_cmpstr (view_address_region (0x400000), ==, "user space");
  g_assert_cmpstr (view_address_region (1ull << 50), ==, "not canonical");
  g_assert_cmpstr (view_address_region (DIRECT_MAP_BASE + 5), ==, "direct map of all RAM");
  g_assert_cmpstr (view_address_region (0xffffd00000000000ull), ==, "vmalloc and ioremap");
  g_assert_cmpstr (view_address_region (0xffffebffffffffffull), ==, "unused hole");
}

/* ---- Objects ---- */

static const char *
field_value (struct view_field *fields, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (fields[i].name, name))
      return fields[i].value;
  g_error ("no field %s", name);
}

static void
test_objects (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_to_look_at ();
  struct view_field fields[64];
  struct view_extent extent;
  struct view_vma vmas[16];
  struct view_file files[8];
  guint64 indices[8], pfns[8];
  mm_object_t pte = mm_pte_object (1, VM_AT (1), 1);
  char name[64];
  guint n;

  n = view_object_fields (this_machine, mm_object (MM_OBJECT_TASK, 1), fields, 64);
  g_assert_cmpstr (field_value (fields, n, "mm"), ==, "mm 1");
  n = view_object_fields (this_machine, mm_object (MM_OBJECT_MM, 1), fields, 64);
  g_assert_cmpstr (field_value (fields, n, "map_count"), ==, "6");
  n = view_vmas (this_machine, 1, vmas, 16);
  g_assert_cmpuint (n, ==, 6);
  for (guint i = 0; i < n; i++)
    {
      mm_object_t object = mm_object (MM_OBJECT_VMA, vmas[i].nr);
      guint count = view_object_fields (this_machine, object, fields, 64);

      g_assert_cmpuint (g_ascii_strtoull (field_value (fields, count, "vm_start"), NULL, 16), ==, vmas[i].start);
      g_assert_cmpuint (view_object_extents (this_machine, object, &extent, 1), ==, 1);
      g_assert_cmpuint (extent.offset + extent.size, <=, this_machine->layout.size);
    }
  view_object_name (this_machine, pte, name, sizeof name);
  g_assert_cmpstr (name, ==, "task 1, pte of 0x10000001000");
  n = view_object_fields (this_machine, pte, fields, 64);
  g_assert_cmpstr (field_value (fields, n, "index"), ==, "1");
  g_assert_cmpuint (view_object_fields (this_machine, mm_object (MM_OBJECT_VMA, 9999), fields, 64), ==, 0);
  g_assert_cmpuint (view_object_extents (this_machine, mm_pte_object (1, 0x5000000000, 1), &extent, 1), ==, 0);

  n = view_files (this_machine, files, 8);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (files[0].nr_mappings, ==, 1);
  g_assert_cmpuint (view_file_pages (this_machine, files[0].nr, indices, pfns, 8), ==, files[0].nrpages);
  g_assert_cmpuint (indices[3], ==, 3);
  n = view_object_fields (this_machine, mm_object (MM_OBJECT_FILE, files[0].nr), fields, 64);
  g_assert_cmpuint (g_ascii_strtoull (field_value (fields, n, "i_mapping->nrpages"), NULL, 10), ==, files[0].nrpages);
}

/* ---- Damage ---- */

/* All readers over everything that has to do with tasks. */
static void
read_everything (void)
{
  static char text[1 << 20];
  static struct view_pte ptes[512];
  static struct view_table tables[512];
  struct view_task tasks[8];
  struct view_vma vmas[64];
  struct view_file files[8];
  struct view_field fields[64];
  struct view_extent extents[8];
  struct view_mapping users[8];
  struct view_tlb_entry tlb[64];
  guint64 numbers[2][64];

  view_tasks (this_machine, tasks, 8);
  view_files (this_machine, files, 8);
  view_vmas (this_machine, 1, vmas, 64);
  view_ptes (this_machine, 1, 0, G_MAXUINT64, ptes, 512);
  view_tables (this_machine, 1, tables, 512);
  view_tlb_entries (this_machine, 0, tlb, 64);
  view_file_pages (this_machine, 1, numbers[0], numbers[1], 64);
  for (const char *const *name = view_proc_task_names (); *name != NULL; name++)
    {
      g_autofree char *file = g_strdup_printf ("1/%s", *name);

      view_proc (this_machine, file, text, sizeof text);
    }
  for (guint kind = MM_OBJECT_TASK; kind < NR_MM_OBJECT_KINDS; kind++)
    for (guint id = 0; id < 12; id++)
      {
        view_object_fields (this_machine, mm_object (kind, id), fields, 64);
        view_object_extents (this_machine, mm_object (kind, id), extents, 8);
      }
  for (guint64 pfn = 0; pfn < this_machine->max_pfn; pfn += 7)
    view_page_users (this_machine, pfn, users, 8);
  mm_validate (this_machine, NULL, NULL);
}

/* Words of tasks, VMAs, tables and files are overwritten at random; the readers must come to an end. */
static void
test_damage (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_to_look_at ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  struct view_extent places[64];
  struct view_vma vmas[16];
  guint n_places = 0, n = view_vmas (this_machine, 1, vmas, 16);

  for (guint i = 0; i < n; i++)
    n_places += view_object_extents (this_machine, mm_object (MM_OBJECT_VMA, vmas[i].nr), &places[n_places], 1);
  n_places += view_object_extents (this_machine, mm_object (MM_OBJECT_TASK, 1), &places[n_places], 1);
  n_places += view_object_extents (this_machine, mm_object (MM_OBJECT_MM, 1), &places[n_places], 1);
  n_places += view_object_extents (this_machine, mm_object (MM_OBJECT_FILE, 1), &places[n_places], 1);
  for (guint i = 0; i < 12; i++)
    {
      struct view_table tables[16];
      guint64 nr = view_tables (this_machine, 1, tables, 16);

      places[n_places++] = (struct view_extent) {
        this_machine->layout.ram + (tables[i % nr].pfn << PAGE_SHIFT), PAGE_SIZE
      };
    }
  for (guint round = 0; round < 600; round++)
    {
      const struct view_extent *place = &places[g_rand_int_range (rand, 0, n_places)];
      guint64 *word = (guint64 *) ((guint8 *) this_machine + place->offset) + g_rand_int_range (rand, 0, (gint32) (place->size / 8));
      guint64 kept = *word;

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          *word = 0;
          break;
        case 1:
          *word = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
          break;
        case 2: /* to somewhere in the RAM */
          *word = (guint64) this_machine->ram + (g_rand_int (rand) % MIB (64) & ~7u);
          break;
        default:
          *word ^= 1ull << g_rand_int_range (rand, 0, 64);
          break;
        }
      read_everything ();
      *word = kept;
    }
  test_assert_valid ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view-vm/maps", test_maps);
  g_test_add_func ("/view-vm/smaps-and-status", test_smaps_and_status);
  g_test_add_func ("/view-vm/pagemap", test_pagemap);
  g_test_add_func ("/view-vm/page-tables", test_page_tables);
  g_test_add_func ("/view-vm/regions", test_regions);
  g_test_add_func ("/view-vm/objects", test_objects);
  g_test_add_func ("/view-vm/damage", test_damage);
  return g_test_run ();
}
