/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks for the tests of virtual memory, and the language of their scripts.
 */
#include "vm-test.h"

#include <errno.h>
#include <string.h>

#define WINDOW_START (VM_WINDOW - 0x10000 * PAGE_SIZE)
#define WINDOW_END (VM_WINDOW + 0x10000000 * PAGE_SIZE)
#define MAX_VMAS 4096
#define ZERO_SLOT (VM_FILE_SLOT + 2)

static guint current_task;
static guint n_tasks;

/* ---- Operations ---- */

gint64
vm_op (guint kind, guint64 a0, guint64 a1, guint64 a2, guint64 a3, guint64 a4, guint64 a5)
{
  struct mm_op op = {
    .kind = (u16)kind, .nid = -1, .slot = MM_OP_NO_SLOT, .task = VM_TASK_SLOT + current_task + 1
  };

  op.arg[0] = a0;
  op.arg[1] = a1;
  op.arg[2] = a2;
  op.arg[3] = a3;
  op.arg[4] = a4;
  op.arg[5] = a5;
  if (kind == OP_fork)
    op.slot = VM_TASK_SLOT + n_tasks++;
  return test_run (op);
}

gint64
vm_mmap (guint64 addr, guint64 len, guint prot, guint flags)
{
  return vm_op (OP_mmap, addr, len, prot, flags, 0, 0);
}

gint64
vm_limit (guint limit, guint64 bytes)
{
  return vm_op (OP_setrlimit, limit, bytes, 0, 0, 0, 0);
}

gint64
vm_tune (enum mm_tunable tunable, guint64 value)
{
  return vm_op (OP_set_tunable, tunable, value, 0, 0, 0, 0);
}

void
vm_as (guint task)
{
  current_task = task;
}

TestMachine *
vm_test_machine_of (const struct machine_config *config)
{
  struct mm_op task = { .kind = OP_task_create, .nid = -1, .slot = VM_TASK_SLOT };
  TestMachine *machine = test_machine_new (config);

  task.arg[0] = 1000;
  task.arg[4] = TASK_CREATE_BARE | TASK_CREATE_NO_THP;
  g_assert_cmpint (test_run (task), ==, 1);
  current_task = 0;
  n_tasks = 1;
  return machine;
}

TestMachine *
vm_test_machine (void)
{
  struct mm_op file = { .kind = OP_file_create, .nid = -1 };
  struct mm_op open = { .kind = OP_open, .nid = -1 };
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, MIB (64));
  config.disk_size = MIB (4);
  machine = vm_test_machine_of (&config);

  file.slot = VM_FILE_SLOT;
  file.arg[0] = INODE_REG;
  file.arg[1] = VM_FILE_PAGES * PAGE_SIZE;
  file.arg[2] = 1000;
  file.arg[4] = VM_FILE_PAGES * PAGE_SIZE;
  g_assert_cmpint (test_run (file), >=, 0);
  open.slot = VM_FILE_SLOT + 1;
  open.arg[0] = VM_FILE_SLOT + 1;
  open.arg[1] = FMODE_READ | FMODE_WRITE;
  g_assert_cmpint (test_run (open), >=, 0);

  file.slot = ZERO_SLOT;
  file.arg[0] = INODE_ZERO;
  file.arg[1] = file.arg[4] = 0;
  g_assert_cmpint (test_run (file), >=, 0);
  open.slot = ZERO_SLOT + 1;
  open.arg[0] = ZERO_SLOT + 1;
  g_assert_cmpint (test_run (open), >=, 0);

  g_assert_cmpint (vm_mmap (VM_SCRATCH, PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_SCRATCH);
  return machine;
}

struct view_mm
vm_counters (void)
{
  struct view_mm mm;

  g_assert_true (view_mm (this_machine, (s32)current_task + 1, &mm));
  return mm;
}

/* ---- What is mapped ---- */

static void
append_vma (GString *text, const struct view_vma *vma)
{
  const struct
  {
    guint64 flag;
    const char *name;
  } names[] = {
    { VM_LOCKED, "+L" }, { VM_NORESERVE, "+N" },  { VM_GROWSDOWN, "+G" },
    { VM_SEALED, "+S" }, { VM_NOHUGEPAGE, "+H" }, { VM_MAYBE_GUARD, "+g" },
  };
  gint64 start = (gint64)(vma->start - VM_WINDOW) / (gint64)PAGE_SIZE;
  gint64 end = (gint64)(vma->end - VM_WINDOW) / (gint64)PAGE_SIZE;

  g_string_append_printf (
    text, "%s%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT ":", text->len > 0 ? " " : "", start, end);
  if (!(vma->flags & VM_ACCESS_FLAGS))
    g_string_append_c (text, '-');
  if (vma->flags & VM_READ)
    g_string_append_c (text, 'r');
  if (vma->flags & VM_WRITE)
    g_string_append_c (text, 'w');
  if (vma->flags & VM_EXEC)
    g_string_append_c (text, 'x');
  if (vma->flags & VM_MAYSHARE)
    g_string_append_c (text, 's');
  if (vma->file != 0)
    g_string_append_printf (text, "@%" G_GUINT64_FORMAT, vma->pgoff);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (vma->flags & names[i].flag)
      g_string_append (text, names[i].name);
}

char *
vm_layout (void)
{
  g_autofree struct view_vma *vmas = g_new0 (struct view_vma, MAX_VMAS);
  guint n = view_vmas_brief (this_machine, (s32)current_task + 1, vmas, MAX_VMAS);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (vmas[i].start >= WINDOW_START && vmas[i].end <= WINDOW_END)
      append_vma (text, &vmas[i]);
  if (text->len == 0)
    g_string_append (text, "nothing");
  return g_string_free (text, FALSE);
}

/* ---- Scripts ---- */

static guint
parse_prot (const char *text)
{
  guint prot = 0;

  for (; *text != '\0'; text++)
    prot |= *text == 'r' ? PROT_READ : *text == 'w' ? PROT_WRITE : *text == 'x' ? PROT_EXEC : 0;
  return prot;
}

static gint64
run_map (char **words, guint n)
{
  guint flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS;
  guint64 file = 0, offset = 0;

  for (guint i = 4; i < n; i++)
    {
      const struct
      {
        const char *word;
        guint set, clear;
      } known[] = {
        { "shared", MAP_SHARED, MAP_PRIVATE },
        { "norsv", MAP_NORESERVE, 0 },
        { "locked", MAP_LOCKED, 0 },
        { "stack", MAP_STACK, 0 },
        { "down", MAP_GROWSDOWN, 0 },
        { "pop", MAP_POPULATE, 0 },
        { "drop", MAP_DROPPABLE, MAP_PRIVATE },
      };
      guint k = 0;

      if (g_str_equal (words[i], "file") || g_str_equal (words[i], "zero"))
        {
          file = (words[i][0] == 'f' ? VM_FILE_SLOT : ZERO_SLOT) + 2;
          offset = g_ascii_strtoull (words[++i], NULL, 10) * PAGE_SIZE;
          flags &= ~MAP_ANONYMOUS;
          continue;
        }
      while (k < G_N_ELEMENTS (known) && !g_str_equal (known[k].word, words[i]))
        k++;
      g_assert_cmpuint (k, <, G_N_ELEMENTS (known));
      flags = (flags & ~known[k].clear) | known[k].set;
    }
  return vm_op (OP_mmap,
                VM_AT (atol (words[1])),
                strtoul (words[2], NULL, 10) * PAGE_SIZE,
                parse_prot (words[3]),
                flags,
                file,
                offset);
}

static gint64
run_remap (char **words, guint n)
{
  guint64 at = VM_AT (atol (words[1])), len = strtoul (words[2], NULL, 10) * PAGE_SIZE, new_len = len;
  guint flags = MREMAP_MAYMOVE | MREMAP_FIXED;

  if (g_str_equal (words[0], "grow"))
    return vm_op (OP_mremap, at, len, strtoul (words[3], NULL, 10) * PAGE_SIZE, 0, 0, 0);
  if (g_str_equal (words[0], "keep"))
    flags |= MREMAP_DONTUNMAP;
  if (n > 4)
    new_len = strtoul (words[4], NULL, 10) * PAGE_SIZE;
  return vm_op (OP_mremap, at, len, new_len, flags, VM_AT (atol (words[3])), 0);
}

static gint64
run_words (char **words, guint n)
{
  const char *what = words[0];
  guint64 at = n > 1 ? VM_AT (atol (words[1])) : 0, count = n > 2 ? strtoul (words[2], NULL, 10) : 0;
  guint64 len = count * PAGE_SIZE;

  if (g_str_equal (what, "map"))
    return run_map (words, n);
  if (g_str_equal (what, "unmap"))
    return vm_op (OP_munmap, at, len, 0, 0, 0, 0);
  if (g_str_equal (what, "prot"))
    return vm_op (OP_mprotect, at, len, parse_prot (words[3]), 0, 0, 0);
  if (g_str_equal (what, "touch"))
    return vm_op (OP_store, at, 1, count, 0, 0, 7);
  if (g_str_equal (what, "read"))
    return vm_op (OP_load, at, 1, count, 0, 0, 0);
  if (g_str_equal (what, "lock"))
    return vm_op (OP_mlock, at, len, 0, 0, 0, 0);
  if (g_str_equal (what, "unlock"))
    return vm_op (OP_munlock, at, len, 0, 0, 0, 0);
  if (g_str_equal (what, "advise"))
    return vm_op (OP_madvise, at, len, strtoul (words[3], NULL, 10), 0, 0, 0);
  if (g_str_equal (what, "seal"))
    return vm_op (OP_mseal, at, len, 0, 0, 0, 0);
  if (g_str_equal (what, "grow") || g_str_equal (what, "move") || g_str_equal (what, "keep"))
    return run_remap (words, n);
  if (g_str_equal (what, "fork"))
    return vm_op (OP_fork, 0, 0, 0, 0, 0, 0);
  if (g_str_equal (what, "exit"))
    return vm_op (OP_exit, 0, 0, 0, 0, 0, 0);
  g_error ("no such line: %s", what);
}

static int
error_number (const char *name)
{
  const struct
  {
    const char *name;
    int number;
  } errors[] = {
    { "EPERM", EPERM },   { "ENOMEM", ENOMEM },       { "EINVAL", EINVAL }, { "EFAULT", EFAULT },
    { "EAGAIN", EAGAIN }, { "EEXIST", EEXIST },       { "EACCES", EACCES }, { "EBUSY", EBUSY },
    { "ENODEV", ENODEV }, { "EOVERFLOW", EOVERFLOW },
  };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (g_str_equal (errors[i].name, name))
      return errors[i].number;
  g_error ("no such error: %s", name);
}

static void
run_line (const char *line)
{
  g_auto (GStrv) halves = g_strsplit (line, "!", 2);
  g_auto (GStrv) words = g_strsplit (g_strstrip (halves[0]), " ", -1);
  gint64 expected = halves[1] != NULL ? -error_number (g_strstrip (halves[1])) : 0, result;

  if (g_str_equal (words[0], "as"))
    {
      vm_as ((guint)atol (words[1]));
      return;
    }
  result = run_words (words, g_strv_length (words));
  if (expected != 0 ? result != expected : result < 0)
    g_error ("\"%s\" gave %" G_GINT64_FORMAT, line, result);
  test_assert_valid ();
}

void
vm_script (const char *script)
{
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);

      if (line[0] == '=')
        {
          g_autofree char *layout = vm_layout ();

          if (!g_str_equal (layout, g_strstrip (line + 1)))
            g_error ("line %u: expected \"%s\", found \"%s\"\n%s", i + 1, line + 1, layout, script);
        }
      else if (line[0] != '\0')
        {
          run_line (line);
        }
    }
}
