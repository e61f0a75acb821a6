/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files: the index of a page cache against a model, interval trees against a
 * search through everything, and reading, writing, truncating, evicting and running
 * out of disk as programs see it.
 */
#include "vm-test.h"

#define OPEN      (VM_FILE_SLOT + 2)
#define BUFFER    VM_AT (0x100)

static struct inode *
file_inode_of_test (void)
{
  struct inode *inode = list_first_entry (&this_machine->inodes, struct inode, i_list);

  g_assert_cmpuint (inode->kind, ==, INODE_REG);
  return inode;
}

/* The byte that a file made with seed 0 has. */
static guint8
expected_byte (guint64 pos)
{
  return pos % PAGE_SIZE == 0xf00 ? 0xcc : (guint8) (pos + 31 * (pos / PAGE_SIZE));
}

static gint64
peek (guint64 pos)
{
  return vm_op (OP_file_peek, OPEN, pos, 0, 0, 0, 0);
}

static gint64
load (guint64 address)
{
  gint64 ret = vm_op (OP_load, address, 1, 1, 0, 0, 0);

  return ret ? ret : (gint64) this_machine->outcome.value;
}

static gint64
store (guint64 address,
       guint8  value)
{
  return vm_op (OP_store, address, 1, 1, 0, 0, value);
}

static void
map_file (guint64 page,
          guint64 pages,
          guint   flags)
{
  g_assert_cmpint (vm_op (OP_mmap, VM_AT (page), pages * PAGE_SIZE, VM_RW, flags | MAP_FIXED, OPEN, 0), ==,
                   VM_AT (page));
}

static void
map_buffer (void)
{
  g_assert_cmpint (vm_mmap (BUFFER, 4 * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, BUFFER);
}

/* ---- The index ---- */

/* Random stores, marks and searches against an ordinary table. */
static void
test_xarray (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  static const guint spread[] = { 3, 9, 17, 33, 51 };
  static guint8 present[512], marked[512];
  guint64 keys[512];
  struct xarray xa = { 0 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < 512; i++)
    keys[i] = ((guint64) i << spread[i % 5]) + i;
  for (guint round = 0; round < 20000; round++)
    {
      guint i = g_rand_int_range (rand, 0, 512);

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          g_assert_cmpint (xa_store (&xa, keys[i], xa_mk_value (i), GFP_KERNEL), ==, 0);
          present[i] = TRUE;
          break;
        case 1:
          g_assert_cmpint (xa_store (&xa, keys[i], NULL, 0), ==, 0);
          present[i] = marked[i] = FALSE;
          break;
        case 2:
          xa_set_mark (&xa, keys[i], PAGECACHE_TAG_DIRTY);
          marked[i] = present[i];
          break;
        default:
          xa_clear_mark (&xa, keys[i], PAGECACHE_TAG_DIRTY);
          marked[i] = FALSE;
          break;
        }
      i = g_rand_int_range (rand, 0, 512);
      g_assert_true (xa_load (&xa, keys[i]) == (present[i] ? xa_mk_value (i) : NULL));
      g_assert_cmpint (xa_get_mark (&xa, keys[i], PAGECACHE_TAG_DIRTY), ==, marked[i]);
      if (round % 50 == 0)
        for (guint kind = 0; kind < 2; kind++)
          {
            guint64 from = keys[i], index = from, best = ~0ull;
            void *found = kind ? xa_find_marked (&xa, &index, ~0ul, PAGECACHE_TAG_DIRTY) : xa_find (&xa, &index, ~0ul);

            for (guint k = 0; k < 512; k++)
              if ((kind ? marked[k] : present[k]) && keys[k] >= from)
                best = MIN (best, keys[k]);
            g_assert_true ((found != NULL) == (best != ~0ull));
            if (found != NULL)
              g_assert_cmpuint (index, ==, best);
          }
    }
  for (guint i = 0; i < 512; i++)
    xa_store (&xa, keys[i], NULL, 0);
  g_assert_null (xa.xa_head);
}

/* ---- Which mappings of a file cover a page? ---- */

static void
test_interval_tree (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  struct vm_area_struct *vmas[300];
  struct rb_root root = { 0 };
  gboolean in[300] = { FALSE };

  for (guint i = 0; i < 300; i++)
    {
      vmas[i] = vm_area_alloc (NULL);
      vmas[i]->vm_pgoff = g_rand_int_range (rand, 0, 1000);
      vmas[i]->vm_start = i * GIB (1);
      vmas[i]->vm_end = vmas[i]->vm_start + g_rand_int_range (rand, 1, i % 10 == 0 ? 500 : 12) * PAGE_SIZE;
    }
  for (guint round = 0; round < 3000; round++)
    {
      guint i = g_rand_int_range (rand, 0, 300), n = 0, expected = 0;
      guint64 start = g_rand_int_range (rand, 0, 1600), last = start + g_rand_int_range (rand, 0, 30), before = 0;
      struct vm_area_struct *vma;

      if (in[i])
        vma_interval_tree_remove (vmas[i], &root);
      else
        vma_interval_tree_insert (vmas[i], &root);
      in[i] = !in[i];
      for (guint k = 0; k < 300; k++)
        expected += in[k] && vmas[k]->vm_pgoff <= last && vmas[k]->vm_pgoff + vma_pages (vmas[k]) > start;
      for (vma = vma_interval_tree_iter_first (&root, start, last); vma != NULL;
           vma = vma_interval_tree_iter_next (vma, start, last))
        {
          g_assert_cmpuint (vma->vm_pgoff, <=, last);
          g_assert_cmpuint (vma->vm_pgoff + vma_pages (vma), >, start);
          g_assert_cmpuint (vma->vm_pgoff, >=, before); /* in order, so none comes twice */
          before = vma->vm_pgoff;
          n++;
        }
      g_assert_cmpuint (n, ==, expected);
    }
}

/* ---- Reading ---- */

static void
test_read (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint8 bytes[100];
  guint64 reads;

  map_buffer ();
  g_assert_cmpint (vm_op (OP_pread, BUFFER, 100, PAGE_SIZE - 50, OPEN, BUFFER, 0), ==, 100);
  g_assert_cmpuint (view_user_read (this_machine, 1, BUFFER, bytes, 100), ==, 100);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (bytes[i], ==, expected_byte (PAGE_SIZE - 50 + i));
  reads = this_machine->disk_reads;
  g_assert_cmpint (vm_op (OP_pread, 0, 100, 0, OPEN, BUFFER, 0), ==, 100);
  g_assert_cmpuint (this_machine->disk_reads, ==, reads); /* from the page cache */
  g_assert_cmpint (vm_op (OP_pread, 0, 100, VM_FILE_PAGES * PAGE_SIZE - 10, OPEN, BUFFER, 0), ==, 10);
  g_assert_cmpint (vm_op (OP_pread, 0, 100, VM_FILE_PAGES * PAGE_SIZE, OPEN, BUFFER, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_pread, 0, 100, 0, OPEN, VM_AT (0x500), 0), ==, -EFAULT);
  g_assert_cmpint (vm_op (OP_pread, 0, 100, 0, OPEN, BUFFER + 4 * PAGE_SIZE - 30, 0), ==, 30);
  g_assert_cmpint (vm_op (OP_pread, 0, 100, (guint64) -1, OPEN, BUFFER, 0), ==, -EINVAL);
  g_assert_cmpint (vm_op (OP_pread, 0, 100, 0, MM_OP_BAD_FILE, BUFFER, 0), ==, -EBADF);
  g_assert_cmpint (vm_op (OP_pread, 0, 100, 0, OPEN, 0xffff888000000000ull, 0), ==, -EFAULT);
  test_assert_valid ();
}

/* A fault on a file that is not cached is a major one, and brings its neighbours; the next one is minor. */
static void
test_major_fault (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  map_file (0, VM_FILE_PAGES, MAP_SHARED);
  g_assert_cmpint (load (VM_AT (3)), ==, expected_byte (3 * PAGE_SIZE));
  g_assert_cmpuint (this_machine->outcome.maj_flt, ==, 1);
  g_assert_cmpuint (this_machine->outcome.min_flt, ==, 0);
  g_assert_cmpint (load (VM_AT (15)), ==, expected_byte (15 * PAGE_SIZE));
  g_assert_cmpuint (this_machine->outcome.maj_flt + this_machine->outcome.min_flt, ==, 0);
  g_assert_cmpint (load (VM_AT (16)), ==, expected_byte (16 * PAGE_SIZE));
  g_assert_cmpuint (this_machine->outcome.min_flt, ==, 1); /* read ahead, but not mapped */
  g_assert_cmpuint (file_inode_of_test ()->i_data.nrpages, ==, this_machine->ra_pages);
  test_assert_valid ();
}

/* ---- Writing ---- */

static void
test_write (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  struct inode *inode = file_inode_of_test ();
  guint8 *disk = this_machine->disk + inode->i_disk;

  map_buffer ();
  g_assert_cmpint (store (BUFFER, 0x77), ==, 0);
  g_assert_cmpint (vm_op (OP_pwrite, 0, 1, 5, OPEN, BUFFER, 0), ==, 1);
  g_assert_cmpint (peek (5), ==, 0x77);
  g_assert_cmpint (peek (4), ==, expected_byte (4)); /* the rest of the page was read */
  g_assert_cmpuint (disk[5], ==, expected_byte (5));  /* and nothing written yet */
  g_assert_cmpint (vm_op (OP_fsync, OPEN, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (disk[5], ==, 0x77);
  g_assert_cmpuint (disk[4], ==, expected_byte (4));

  /* A store through a mapping; after fsync() the next one faults again. */
  map_file (0, 4, MAP_SHARED);
  g_assert_cmpint (store (VM_AT (1) + 9, 0x55), ==, 0);
  g_assert_cmpint (store (VM_AT (1) + 10, 0x56), ==, 0);
  g_assert_cmpuint (this_machine->outcome.min_flt, ==, 0);
  g_assert_cmpint (vm_op (OP_fsync, OPEN, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (disk[PAGE_SIZE + 10], ==, 0x56);
  g_assert_cmpint (store (VM_AT (1) + 11, 0x57), ==, 0);
  g_assert_cmpuint (this_machine->outcome.min_flt, ==, 1);
  g_assert_cmpint (peek (PAGE_SIZE + 11), ==, 0x57);

  /* A private mapping keeps its copy to itself. */
  map_file (8, 4, MAP_PRIVATE);
  g_assert_cmpint (store (VM_AT (8), 0x99), ==, 0);
  g_assert_cmpint (peek (0), ==, expected_byte (0));
  g_assert_cmpint (load (VM_AT (8)), ==, 0x99);
  test_assert_valid ();
}

/* Half of the page to write from is missing: what is there is written. */
static void
test_write_short (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  map_buffer ();
  g_assert_cmpint (store (BUFFER + 4 * PAGE_SIZE - 1, 0x42), ==, 0);
  g_assert_cmpint (vm_op (OP_pwrite, 0, 100, 0, OPEN, BUFFER + 4 * PAGE_SIZE - 1, 0), ==, 1);
  g_assert_cmpint (peek (0), ==, 0x42);
  g_assert_cmpint (peek (1), ==, expected_byte (1));
  g_assert_cmpint (vm_op (OP_pwrite, 0, 100, 0, OPEN, VM_AT (0x500), 0), ==, -EFAULT);
  /* A whole page that is not cached, from half a page: nothing is known of its rest. */
  g_assert_cmpint (vm_op (OP_file_evict, OPEN, 0, 0, 0, 0, 0), >=, 1);
  g_assert_cmpint (vm_op (OP_pwrite, 0, PAGE_SIZE, 0, OPEN, BUFFER + 4 * PAGE_SIZE - 1, 0), >=, -EFAULT);
  g_assert_cmpint (peek (1), ==, expected_byte (1));
  g_assert_cmpint (vm_limit (RLIMIT_FSIZE, 10), ==, 0);
  g_assert_cmpint (vm_op (OP_pwrite, 0, 1, 10, OPEN, BUFFER, 0), ==, -EFBIG);
  g_assert_cmpint (vm_op (OP_ftruncate, OPEN, 100 * PAGE_SIZE, 0, 0, 0, 0), ==, -EFBIG);
  test_assert_valid ();
}

/* The file's extent is full: write() says so, a store raises SIGBUS. */
static void
test_no_space (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  map_buffer ();
  g_assert_cmpint (vm_op (OP_ftruncate, OPEN, (VM_FILE_PAGES + 2) * PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (peek (VM_FILE_PAGES * PAGE_SIZE), ==, 0); /* a hole costs no disk */
  g_assert_cmpint (vm_op (OP_pwrite, 0, 1, VM_FILE_PAGES * PAGE_SIZE, OPEN, BUFFER, 0), ==, -ENOSPC);
  g_assert_cmpint (vm_op (OP_mmap, VM_AT (0), PAGE_SIZE, VM_RW, MAP_SHARED | MAP_FIXED, OPEN, VM_FILE_PAGES * PAGE_SIZE), ==,
                   VM_AT (0));
  g_assert_cmpint (store (VM_AT (0), 1), ==, -EFAULT);
  g_assert_cmpuint (this_machine->outcome.siginfo.signo, ==, SIGBUS);
  g_assert_cmpint (vm_op (OP_file_create, INODE_REG, MIB (64), 0, 0, MIB (64), 0), ==, -ENOSPC);
  test_assert_valid ();
}

/* ---- Cutting off, punching ---- */

static void
test_truncate (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  struct inode *inode = file_inode_of_test ();

  map_file (0, 8, MAP_SHARED);
  map_file (16, 8, MAP_PRIVATE);
  g_assert_cmpint (store (VM_AT (3), 1), ==, 0);
  g_assert_cmpint (store (VM_AT (19), 2), ==, 0);
  g_assert_cmpint (vm_op (OP_ftruncate, OPEN, 2 * PAGE_SIZE + 100, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (load (VM_AT (3)), ==, -EFAULT);
  g_assert_cmpint (load (VM_AT (19)), ==, -EFAULT); /* its copy, too */
  g_assert_cmpint (load (VM_AT (2) + 99), ==, expected_byte (2 * PAGE_SIZE + 99));
  g_assert_cmpint (load (VM_AT (2) + 100), ==, 0);
  g_assert_cmpuint (inode->i_data.nrpages, <=, 3);
  /* What is stored past the end does not come to light when the file grows. */
  g_assert_cmpint (store (VM_AT (2) + 200, 7), ==, 0);
  g_assert_cmpint (vm_op (OP_ftruncate, OPEN, 8 * PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (peek (2 * PAGE_SIZE + 200), ==, 0);
  g_assert_cmpint (load (VM_AT (5)), ==, 0);
  test_assert_valid ();
  g_assert_cmpint (vm_op (OP_punch_hole, OPEN, PAGE_SIZE, PAGE_SIZE, 0, 0, 0), ==, 0);
  g_assert_cmpint (load (VM_AT (1)), ==, 0);
  g_assert_cmpint (load (VM_AT (0)), ==, expected_byte (0));
  g_assert_false (inode_has_block (inode, 1));
  g_assert_cmpint (vm_op (OP_punch_hole, OPEN, 10, 20, 0, 0, 0), ==, 0); /* within a page */
  g_assert_cmpint (peek (9), ==, expected_byte (9));
  g_assert_cmpint (peek (10), ==, 0);
  g_assert_cmpint (peek (29), ==, 0);
  g_assert_cmpint (peek (30), ==, expected_byte (30));
  g_assert_cmpint (vm_op (OP_punch_hole, OPEN, 0, 0, 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (vm_op (OP_ftruncate, OPEN, (guint64) -5, 0, 0, 0, 0), ==, -EINVAL);
  test_assert_valid ();
  g_assert_cmpint (vm_op (OP_ftruncate, OPEN, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (inode->i_data.nrpages, ==, 0);
  for (guint page = 0; page < VM_FILE_PAGES; page++)
    g_assert_false (inode_has_block (inode, page));
  test_assert_valid ();
}

/* Eviction writes what is dirty and leaves alone what is mapped. */
static void
test_evict (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  struct inode *inode = file_inode_of_test ();

  map_file (0, 1, MAP_SHARED);
  g_assert_cmpint (store (VM_AT (0), 0x11), ==, 0);
  g_assert_cmpint (vm_op (OP_file_poke, OPEN, 9 * PAGE_SIZE, 0x22, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_file_evict, OPEN, 0, 0, 0, 0, 0), >=, 1);
  g_assert_cmpuint (inode->i_data.nrpages, ==, 1);
  g_assert_cmpuint (this_machine->disk[inode->i_disk], ==, 0x11);
  g_assert_cmpint (peek (9 * PAGE_SIZE), ==, 0x22);
  test_assert_valid ();
}

/* ---- Files in memory ---- */

static void
test_shmem (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();
  guint inodes = this_machine->last_ino;
  const struct inode *inode;

  g_assert_cmpint (vm_mmap (VM_AT (0), 4 * PAGE_SIZE, VM_RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED), ==, VM_AT (0));
  g_assert_cmpuint (this_machine->last_ino, ==, inodes + 1);
  inode = find_inode (inodes + 1);
  g_assert_cmpint (store (VM_AT (1), 5), ==, 0);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  vm_as (1);
  g_assert_cmpint (load (VM_AT (1)), ==, 5);
  g_assert_cmpint (store (VM_AT (2), 6), ==, 0);
  vm_as (0);
  g_assert_cmpint (load (VM_AT (2)), ==, 6);
  g_assert_cmpuint (inode->shmem.alloced, ==, 2);
  test_assert_valid ();
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), 4 * PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_nonnull (find_inode (inodes + 1)); /* the child still has it */
  vm_as (1);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  g_assert_null (find_inode (inodes + 1));
  test_assert_valid ();
}

/* Files without any task: what needs one says so, the rest works, also where memory is strictly accounted. */
static void
test_nobody (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (16));
  struct mm_op op = { .kind = OP_set_tunable, .nid = -1, .arg = { TUNABLE_overcommit_memory, 2 } };

  g_assert_cmpint (test_run (op), ==, 0);
  op = (struct mm_op) { .kind = OP_file_create, .nid = -1, .slot = 0, .arg = { INODE_SHMEM, 2 * PAGE_SIZE, 0, 5, 0 } };
  g_assert_cmpint (test_run (op), >, 0);
  op = (struct mm_op) { .kind = OP_open, .nid = -1, .slot = 1, .arg = { 1, FMODE_READ | FMODE_WRITE } };
  g_assert_cmpint (test_run (op), >, 0);
  op = (struct mm_op) { .kind = OP_file_peek, .nid = -1, .arg = { 1, 1 } };
  g_assert_cmpint (test_run (op), ==, 1 + 7 * 5);
  op = (struct mm_op) { .kind = OP_file_poke, .nid = -1, .arg = { 2, 5 * PAGE_SIZE, 3 } };
  g_assert_cmpint (test_run (op), ==, 0);
  op = (struct mm_op) { .kind = OP_ftruncate, .nid = -1, .arg = { 2, 9 * PAGE_SIZE } };
  g_assert_cmpint (test_run (op), ==, 0);
  for (guint kind = OP_fork; kind < NR_MM_OPS; kind++)
    if (kind == OP_fork || kind == OP_exec || kind == OP_exit || kind == OP_pread || kind == OP_pwrite || kind == OP_load
        || kind == OP_mmap || kind == OP_set_task)
      {
        op = (struct mm_op) { .kind = (u16) kind, .nid = -1, .slot = 3, .arg = { 2, 1, 1, 2, 0, 0 } };
        g_assert_cmpint (test_run (op), ==, -ESRCH);
      }
  op = (struct mm_op) { .kind = OP_close, .nid = -1, .arg = { 2 } };
  g_assert_cmpint (test_run (op), ==, 0);
  g_assert_cmpint (test_run (op), ==, -EBADF);
  op = (struct mm_op) { .kind = OP_file_create, .nid = -1, .slot = 4, .arg = { INODE_REG, 10, 0, 0, 10 } };
  g_assert_cmpint (test_run (op), ==, -ENOSPC); /* this machine has no disk */
  op.arg[0] = 77;
  g_assert_cmpint (test_run (op), ==, -EINVAL);
  test_assert_valid ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/xarray", test_xarray);
  g_test_add_func ("/files/interval-tree", test_interval_tree);
  g_test_add_func ("/files/read", test_read);
  g_test_add_func ("/files/major-fault", test_major_fault);
  g_test_add_func ("/files/write", test_write);
  g_test_add_func ("/files/write-short", test_write_short);
  g_test_add_func ("/files/no-space", test_no_space);
  g_test_add_func ("/files/truncate", test_truncate);
  g_test_add_func ("/files/evict", test_evict);
  g_test_add_func ("/files/shmem", test_shmem);
  g_test_add_func ("/files/nobody", test_nobody);
  return g_test_run ();
}
