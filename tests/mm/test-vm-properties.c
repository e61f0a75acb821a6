/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random operations on an address space and its copy by fork(), against a naive model that knows every page:
 * what is mapped with which permissions, and which byte it holds. mm_validate() must hold after each.
 */
#include "vm-test.h"

#include <string.h>

#define N_PAGES 96
#define N_OBJECTS 4096
#define N_ROUNDS 4000

/* What shared memory or a file holds: the first byte of each page. */
typedef struct
{
  guint n_pages;
  guint8 bytes[VM_FILE_PAGES];
} Object;

typedef struct
{
  gboolean mapped, shared, locked;
  gboolean copied; /* private: has a page of its own */
  guint prot;
  Object *object; /* NULL: private anonymous memory */
  guint index;    /* page of the object */
  guint8 byte;
} Page;

typedef struct
{
  Page pages[N_PAGES];
} Model;

static Model models[2];
static guint n_tasks;
static Object *objects[N_OBJECTS];
static guint n_objects;

/* ---- The model ---- */

static Object *
new_object (guint n_pages)
{
  g_assert_cmpuint (n_objects, <, N_OBJECTS);
  objects[n_objects] = g_new0 (Object, 1);
  objects[n_objects]->n_pages = n_pages;
  return objects[n_objects++];
}

static gboolean
in_object (const Page *page)
{
  return page->object != NULL && (page->shared || !page->copied);
}

/* Past the end of its object there is nothing to be brought in. */
static gboolean
has_contents (const Page *page)
{
  return !in_object (page) || page->index < page->object->n_pages;
}

static guint8
contents (const Page *page)
{
  return in_object (page) ? page->object->bytes[page->index] : page->copied ? page->byte : 0;
}

static gint64
model_load (const Page *page)
{
  return page->mapped && page->prot != PROT_NONE && has_contents (page) ? 0 : -EFAULT;
}

static gint64
model_store (Page *page, guint8 value)
{
  if (!page->mapped || !(page->prot & PROT_WRITE) || !has_contents (page))
    return -EFAULT;
  if (page->shared)
    {
      page->object->bytes[page->index] = value;
      return 0;
    }
  page->copied = TRUE;
  page->byte = value;
  return 0;
}

static gint64
model_protect (Page *pages, guint n, guint prot)
{
  for (guint i = 0; i < n; i++)
    {
      if (!pages[i].mapped)
        return -ENOMEM;
      pages[i].prot = prot;
    }
  return 0;
}

/* Private writable memory is copied when it is locked, as by a store. */
static void
populate (Page *page)
{
  if (page->shared || !(page->prot & PROT_WRITE))
    return;
  if (!page->copied)
    page->byte = contents (page);
  page->copied = TRUE;
}

static gint64
model_lock (Page *pages, guint n, gboolean locked)
{
  for (guint i = 0; i < n; i++)
    {
      if (!pages[i].mapped)
        return -ENOMEM;
      pages[i].locked = locked;
    }
  for (guint i = 0; i < n && locked; i++)
    {
      if (model_load (&pages[i]) != 0)
        return -ENOMEM;
      populate (&pages[i]);
    }
  return 0;
}

static void
forget (Page *page)
{
  if (!page->shared)
    page->copied = FALSE;
}

static gint64
model_dontneed (Page *pages, guint n)
{
  gint64 result = 0;

  for (guint i = 0; i < n; i++)
    {
      if (!pages[i].mapped)
        result = -ENOMEM;
      else if (pages[i].locked)
        return -EINVAL;
      else
        forget (&pages[i]);
    }
  return result;
}

/* Gaps stay gaps: what is mapped at their new place stays, too. */
static gint64
model_move (Page *from, Page *to, guint n, gboolean keep)
{
  if (MAX (from, to) - MIN (from, to) < (gssize)n)
    return -EINVAL;
  if (!from[0].mapped)
    return -EFAULT;
  for (guint i = 0; i < n; i++)
    {
      if (!from[i].mapped)
        continue;
      to[i] = from[i];
      if (keep)
        forget (&from[i]);
      else
        memset (&from[i], 0, sizeof from[i]);
    }
  return 0;
}

/* ---- Comparing ---- */

static void
check_vmas (guint task)
{
  g_autofree struct view_vma *vmas = g_new0 (struct view_vma, 512);
  guint n = view_vmas_brief (this_machine, (s32)task + 1, vmas, 512), vma = 0;

  for (guint i = 0; i < N_PAGES; i++)
    {
      const Page *page = &models[task].pages[i];
      guint64 at = VM_AT (i);

      while (vma < n && vmas[vma].end <= at)
        vma++;
      g_assert_cmpint (vma < n && vmas[vma].start <= at, ==, page->mapped);
      if (!page->mapped)
        continue;
      g_assert_cmphex (vmas[vma].flags & VM_ACCESS_FLAGS, ==, page->prot);
      g_assert_cmpint ((vmas[vma].flags & VM_SHARED) != 0, ==, page->shared);
      g_assert_cmpint ((vmas[vma].flags & VM_LOCKED) != 0, ==, page->locked);
      if (page->object != NULL)
        g_assert_cmpuint (vmas[vma].pgoff + (at - vmas[vma].start) / PAGE_SIZE, ==, page->index);
    }
}

static void
check_contents (guint task)
{
  vm_as (task);
  for (guint i = 0; i < N_PAGES; i++)
    {
      Page *page = &models[task].pages[i];
      struct view_op_result result;

      g_assert_cmpint (vm_op (OP_load, VM_AT (i), 1, 0, 0, 0, 0), ==, model_load (page));
      view_op_result (this_machine, &result);
      if (model_load (page) == 0)
        g_assert_cmphex (result.value, ==, contents (page));
    }
}

/* ---- Operations ---- */

static const guint prots[] = { PROT_NONE, PROT_READ, VM_RW, VM_RW, PROT_READ | PROT_EXEC, VM_RW | PROT_EXEC };

static void
random_map (Page *pages, guint at, guint n, Object *file)
{
  guint prot = prots[g_test_rand_int_range (0, G_N_ELEMENTS (prots))];
  gboolean shared = g_test_rand_int_range (0, 3) == 0, of_file = g_test_rand_int_range (0, 3) == 0;
  guint offset = of_file ? (guint)g_test_rand_int_range (0, VM_FILE_PAGES - 4) : 0;
  guint flags = MAP_FIXED | (shared ? MAP_SHARED : MAP_PRIVATE) | (of_file ? 0 : MAP_ANONYMOUS);
  Object *object = of_file ? file : NULL;

  if (shared && !of_file)
    {
      n = MIN (n, VM_FILE_PAGES);
      object = new_object (n);
    }
  g_assert_cmphex (
    vm_op (
      OP_mmap, VM_AT (at), n * PAGE_SIZE, prot, flags, of_file ? VM_FILE_SLOT + 2 : 0, offset * PAGE_SIZE),
    ==,
    VM_AT (at));
  for (guint i = 0; i < n; i++)
    pages[at + i] =
      (Page){ .mapped = TRUE, .shared = shared, .prot = prot, .object = object, .index = offset + i };
}

static void
random_move (Page *pages, guint at, guint n)
{
  guint to = (guint)g_test_rand_int_range (0, N_PAGES - (gint)n);
  gboolean keep = g_test_rand_int_range (0, 4) == 0;
  guint flags = MREMAP_MAYMOVE | MREMAP_FIXED | (keep ? MREMAP_DONTUNMAP : 0);
  gint64 expected, result;

  /* Unlocking by MREMAP_DONTUNMAP goes beyond the range: not modelled. */
  for (guint i = 0; i < n && keep; i++)
    if (pages[at + i].locked)
      return;
  result = vm_op (OP_mremap, VM_AT (at), n * PAGE_SIZE, n * PAGE_SIZE, flags, VM_AT (to), 0);
  expected = model_move (&pages[at], &pages[to], n, keep);
  g_assert_cmpint (result, ==, expected != 0 ? expected : (gint64)VM_AT (to));
}

static void
random_access (Page *page, guint at)
{
  guint8 value = (guint8)g_test_rand_int_range (0, 256);

  if (g_test_rand_bit ())
    g_assert_cmpint (vm_op (OP_store, VM_AT (at), 1, 0, 0, 0, value), ==, model_store (page, value));
  else
    g_assert_cmpint (vm_op (OP_load, VM_AT (at), 1, 0, 0, 0, 0), ==, model_load (page));
}

static void
random_operation (guint task, Object *file)
{
  Page *pages = models[task].pages;
  guint n = (guint)g_test_rand_int_range (1, 13), at = (guint)g_test_rand_int_range (0, N_PAGES - 13);
  guint prot = prots[g_test_rand_int_range (0, G_N_ELEMENTS (prots))];
  guint64 start = VM_AT (at), len = n * PAGE_SIZE;

  switch (g_test_rand_int_range (0, 16))
    {
    case 0:
    case 1:
    case 2:
      random_map (pages, at, n, file);
      break;
    case 3:
      g_assert_cmpint (vm_op (OP_munmap, start, len, 0, 0, 0, 0), ==, 0);
      memset (&pages[at], 0, n * sizeof *pages);
      break;
    case 4:
    case 5:
      g_assert_cmpint (
        vm_op (OP_mprotect, start, len, prot, 0, 0, 0), ==, model_protect (&pages[at], n, prot));
      break;
    case 6:
      g_assert_cmpint (vm_op (OP_mlock, start, len, 0, 0, 0, 0), ==, model_lock (&pages[at], n, TRUE));
      break;
    case 7:
      g_assert_cmpint (vm_op (OP_munlock, start, len, 0, 0, 0, 0), ==, model_lock (&pages[at], n, FALSE));
      break;
    case 8:
      g_assert_cmpint (
        vm_op (OP_madvise, start, len, MADV_DONTNEED, 0, 0, 0), ==, model_dontneed (&pages[at], n));
      break;
    case 9:
    case 10:
      random_move (pages, at, n);
      break;
    default:
      random_access (&pages[at], at);
      break;
    }
}

static void
fork_task (void)
{
  vm_as (0);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  models[1] = models[0];
  for (guint i = 0; i < N_PAGES; i++)
    models[1].pages[i].locked = FALSE;
  n_tasks = 2;
}

static void
test_random (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint n_rounds = g_getenv ("PGW_UNDER_VALGRIND") != NULL ? N_ROUNDS / 10 : N_ROUNDS;
  Object *file;

  memset (models, 0, sizeof models);
  n_objects = 0;
  n_tasks = 1;
  file = new_object (VM_FILE_PAGES);
  vm_limit (RLIMIT_MEMLOCK, RLIM_INFINITY);
  for (guint i = 0; i < VM_FILE_PAGES; i++)
    {
      g_assert_cmpint (
        vm_op (OP_mmap, VM_AT (0), PAGE_SIZE, VM_RW, MAP_SHARED | MAP_FIXED, VM_FILE_SLOT + 2, i * PAGE_SIZE),
        >,
        0);
      g_assert_cmpint (vm_op (OP_store, VM_AT (0), 1, 0, 0, 0, i + 1), ==, 0);
      file->bytes[i] = (guint8)(i + 1);
    }
  vm_op (OP_munmap, VM_AT (0), PAGE_SIZE, 0, 0, 0, 0);

  for (guint round = 0; round < n_rounds; round++)
    {
      guint task = n_tasks > 1 ? (guint)g_test_rand_int_range (0, 2) : 0;

      if (round == n_rounds / 2)
        fork_task ();
      vm_as (task);
      random_operation (task, file);
      test_assert_valid ();
      for (guint i = 0; i < n_tasks; i++)
        check_vmas (i);
      if (round % 64 == 63)
        for (guint i = 0; i < n_tasks; i++)
          check_contents (i);
    }
  for (guint i = n_tasks; i-- > 0;)
    {
      vm_as (i);
      g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
      test_assert_valid ();
    }
  for (guint i = 0; i < n_objects; i++)
    g_free (objects[i]);
}

/* ---- Damage ---- */

static struct vm_area_struct *
vma_at (guint page)
{
  return find_vma (this_machine->current_task->mm, VM_AT (page));
}

static void
damage_gap (void)
{
  vma_at (4)->rb_subtree_gap += PAGE_SIZE;
}

static void
damage_prev (void)
{
  vma_at (4)->vm_prev = vma_at (8);
}

static void
damage_extent (void)
{
  vma_at (4)->vm_end += 100;
}

static void
damage_overlap (void)
{
  vma_at (4)->vm_end = VM_AT (9);
}

static void
damage_owner (void)
{
  vma_at (4)->vm_mm = NULL;
}

static void
damage_flags (void)
{
  vma_at (4)->vm_flags &= ~VM_MAYWRITE;
}

static void
damage_lock (void)
{
  vma_at (4)->vm_flags |= VM_LOCKONFAULT;
}

static void
damage_shared (void)
{
  vma_at (4)->vm_flags |= VM_SHARED;
}

static void
damage_operations (void)
{
  vma_at (4)->vm_ops = NR_VM_OPS;
}

static void
damage_colour (void)
{
  vma_at (4)->vm_rb.__rb_parent_color ^= 1;
}

static void
damage_tree (void)
{
  this_machine->current_task->mm->mm_rb.rb_node = NULL;
}

static void
damage_count (void)
{
  this_machine->current_task->mm->map_count++;
}

static void
damage_total (void)
{
  this_machine->current_task->mm->total_vm--;
}

static void
damage_data (void)
{
  this_machine->current_task->mm->data_vm++;
}

static void
damage_locked (void)
{
  this_machine->current_task->mm->locked_vm--;
}

static void
damage_end (void)
{
  this_machine->current_task->mm->highest_vm_end -= PAGE_SIZE;
}

static void
damage_cache (void)
{
  this_machine->current_task->mm->mmap_cache = (struct vm_area_struct *)((char *)vma_at (4) + 8);
}

static void
damage_committed (void)
{
  this_machine->vm_committed_as = 0;
}

static void
test_damage (gconstpointer data)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  void (*damage) (void) = (void (*) (void))data;

  vm_limit (RLIMIT_MEMLOCK, RLIM_INFINITY);
  vm_script ("map 0 2 rw\nmap 4 2 rw\nmap 8 2 rw\nmap 12 2 r\nlock 8 1");
  damage ();
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vm-properties/random", test_random);
  g_test_add_func ("/vm-properties/random-again", test_random);
  g_test_add_data_func ("/vm-properties/damage/gap", (gconstpointer)damage_gap, test_damage);
  g_test_add_data_func ("/vm-properties/damage/prev", (gconstpointer)damage_prev, test_damage);
  g_test_add_data_func ("/vm-properties/damage/extent", (gconstpointer)damage_extent, test_damage);
  g_test_add_data_func ("/vm-properties/damage/overlap", (gconstpointer)damage_overlap, test_damage);
  g_test_add_data_func ("/vm-properties/damage/owner", (gconstpointer)damage_owner, test_damage);
  g_test_add_data_func ("/vm-properties/damage/flags", (gconstpointer)damage_flags, test_damage);
  g_test_add_data_func ("/vm-properties/damage/lock", (gconstpointer)damage_lock, test_damage);
  g_test_add_data_func ("/vm-properties/damage/shared", (gconstpointer)damage_shared, test_damage);
  g_test_add_data_func ("/vm-properties/damage/operations", (gconstpointer)damage_operations, test_damage);
  g_test_add_data_func ("/vm-properties/damage/colour", (gconstpointer)damage_colour, test_damage);
  g_test_add_data_func ("/vm-properties/damage/tree", (gconstpointer)damage_tree, test_damage);
  g_test_add_data_func ("/vm-properties/damage/count", (gconstpointer)damage_count, test_damage);
  g_test_add_data_func ("/vm-properties/damage/total", (gconstpointer)damage_total, test_damage);
  g_test_add_data_func ("/vm-properties/damage/data", (gconstpointer)damage_data, test_damage);
  g_test_add_data_func ("/vm-properties/damage/locked", (gconstpointer)damage_locked, test_damage);
  g_test_add_data_func ("/vm-properties/damage/end", (gconstpointer)damage_end, test_damage);
  g_test_add_data_func ("/vm-properties/damage/cache", (gconstpointer)damage_cache, test_damage);
  g_test_add_data_func ("/vm-properties/damage/committed", (gconstpointer)damage_committed, test_damage);
  return g_test_run ();
}
