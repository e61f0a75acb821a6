/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory policies: every error of the three system calls; from which nodes pages come under each mode; what
 * mbind() does to VMAs and to pages that are there; fork() and exit(); shared memory; /proc/PID/numa_maps.
 */
#include "vm-test.h"

#include <string.h>

#include "mm/mempolicy.h"

#define N_NODES 3
#define NODE_RAM MIB (32)
#define P(n) ((guint64)(n)*PAGE_SIZE)
#define ALL_NODES 7u

/* ---- Set-up ---- */

/* A machine of three nodes with a CPU each, and a task on CPU 0 whose address space is empty but for a stack. */
static TestMachine *
policy_machine (void)
{
  struct machine_config config;

  test_config_simple (&config, NODE_RAM);
  config.nr_nodes = config.nr_regions = config.nr_cpus = N_NODES;
  for (guint i = 0; i < N_NODES; i++)
    {
      config.regions[i] = (struct memory_region){ i * NODE_RAM, NODE_RAM, i };
      config.cpu_to_node[i] = (guint8)i;
    }
  return vm_test_machine_of (&config);
}

static gint64
set_policy (guint mode, guint64 nodes, guint64 mode_flags)
{
  gint64 result = vm_op (OP_set_mempolicy, mode, nodes, mode_flags, 0, 0, 0);

  test_assert_valid ();
  return result;
}

static gint64
get_policy (guint64 addr, guint64 flags, guint64 *nodes)
{
  struct view_op_result what;
  gint64 result = vm_op (OP_get_mempolicy, addr, flags, 0, 0, 0, 0);

  view_op_result (this_machine, &what);
  if (nodes)
    *nodes = what.value;
  return result;
}

static gint64
bind (guint first, guint n, guint mode, guint64 nodes, guint64 flags)
{
  gint64 result = vm_op (OP_mbind, VM_AT (first), P (n), mode, nodes, flags, 0);

  test_assert_valid ();
  return result;
}

static void
map (guint first, guint n)
{
  g_assert_cmpint (vm_mmap (VM_AT (first), P (n), VM_RW, VM_ANON | MAP_FIXED), ==, (gint64)VM_AT (first));
}

static void
touch (guint first, guint n)
{
  g_assert_cmpint (vm_op (OP_store, VM_AT (first), 1, n, PAGE_SIZE, 0, first + 1), ==, 0);
}

/* The node on which a page of the window lies; -1: there is none. */
static int
node_of (s32 pid, guint page)
{
  struct view_pte pte;

  if (view_ptes (this_machine, pid, VM_AT (page), VM_AT (page + 1), &pte, 1) == 0 || pte.pfn == ~0UL)
    return -1;
  return (int)(pte.pfn / (NODE_RAM / PAGE_SIZE));
}

/* The nodes of the pages from `first` on as text: "0120". */
static char *
nodes_of (guint first, guint n)
{
  char *text = g_malloc0 (n + 1);

  for (guint i = 0; i < n; i++)
    {
      int node = node_of (1, first + i);

      text[i] = node < 0 ? '-' : (char)('0' + node);
    }
  return text;
}

static void
expect_nodes (guint first, const char *expected)
{
  g_autofree char *found = nodes_of (first, (guint)strlen (expected));

  g_assert_cmpstr (found, ==, expected);
}

static void
expect_layout (const char *expected)
{
  g_autofree char *layout = vm_layout ();

  g_assert_cmpstr (layout, ==, expected);
}

/* ---- Errors ---- */

static void
test_set_errors (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();

  g_assert_cmpint (set_policy (MPOL_MAX, 1, 0), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_DEFAULT, 1, 0), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_LOCAL, 1, 0), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_LOCAL, 0, MPOL_F_STATIC_NODES), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_PREFERRED, 0, MPOL_F_RELATIVE_NODES), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_BIND, 0, 0), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_INTERLEAVE, 0, 0), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_PREFERRED_MANY, 0, 0), ==, -EINVAL);
  /* A node that is not there. */
  g_assert_cmpint (set_policy (MPOL_BIND, 1u << N_NODES, 0), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_BIND, 1, MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_PREFERRED, 1, MPOL_F_NUMA_BALANCING), ==, -EINVAL);
  g_assert_cmpint (get_policy (0, 0, NULL), ==, MPOL_DEFAULT);
}

static void
test_get_errors (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  guint64 nodes;

  g_assert_cmpint (get_policy (0, 8, NULL), ==, -EINVAL);
  g_assert_cmpint (get_policy (0, MPOL_F_MEMS_ALLOWED | MPOL_F_NODE, NULL), ==, -EINVAL);
  g_assert_cmpint (get_policy (0, MPOL_F_MEMS_ALLOWED | MPOL_F_ADDR, NULL), ==, -EINVAL);
  g_assert_cmpint (get_policy (VM_AT (0), 0, NULL), ==, -EINVAL);
  g_assert_cmpint (get_policy (VM_AT (0), MPOL_F_ADDR, NULL), ==, -EFAULT);
  /* Only who interleaves has a next node. */
  g_assert_cmpint (get_policy (0, MPOL_F_NODE, NULL), ==, -EINVAL);
  g_assert_cmpint (set_policy (MPOL_BIND, 3, 0), ==, 0);
  g_assert_cmpint (get_policy (0, MPOL_F_NODE, NULL), ==, -EINVAL);
  g_assert_cmpint (get_policy (0, MPOL_F_MEMS_ALLOWED, &nodes), ==, 0);
  g_assert_cmpuint (nodes, ==, ALL_NODES);
}

static void
test_bind_errors (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();

  map (0, 4);
  g_assert_cmpint (bind (0, 4, MPOL_MAX, 1, 0), ==, -EINVAL);
  g_assert_cmpint (bind (0, 4, MPOL_BIND, 1, 8), ==, -EINVAL);
  g_assert_cmpint (bind (0, 4, MPOL_BIND, 0, 0), ==, -EINVAL);
  g_assert_cmpint (bind (0, 4, MPOL_BIND, 1u << N_NODES, 0), ==, -EINVAL);
  g_assert_cmpint (bind (0, 4, MPOL_BIND, 1, MPOL_MF_MOVE_ALL), ==, -EPERM);
  g_assert_cmpint (vm_op (OP_mbind, VM_AT (0) + 1, P (1), MPOL_BIND, 1, 0, 0), ==, -EINVAL);
  g_assert_cmpint (vm_op (OP_mbind, VM_AT (0), ~0UL << PAGE_SHIFT, MPOL_BIND, 1, 0, 0), ==, -EINVAL);
  g_assert_cmpint (bind (0, 0, MPOL_BIND, 1, 0), ==, 0);
  /* Gaps: before, between, behind, and nothing but. */
  map (6, 2);
  g_assert_cmpint (bind (0, 8, MPOL_BIND, 1, 0), ==, -EFAULT);
  g_assert_cmpint (bind (4, 4, MPOL_BIND, 1, 0), ==, -EFAULT);
  g_assert_cmpint (bind (6, 4, MPOL_BIND, 1, 0), ==, -EFAULT);
  g_assert_cmpint (bind (10, 4, MPOL_BIND, 1, 0), ==, -EFAULT);
  g_assert_cmpint (bind (0, 8, MPOL_DEFAULT, 0, 0), ==, 0);
  g_assert_cmpint (bind (10, 4, MPOL_DEFAULT, 0, 0), ==, -EFAULT);
}

/* ---- Where pages come from ---- */

static void
test_modes_of_task (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  guint64 nodes;

  map (0, 64);
  touch (0, 2);
  expect_nodes (0, "00");
  g_assert_cmpint (set_policy (MPOL_PREFERRED, 4, 0), ==, 0);
  touch (2, 2);
  expect_nodes (2, "22");
  /* Of several preferred ones the first counts. */
  g_assert_cmpint (set_policy (MPOL_PREFERRED, 6, 0), ==, 0);
  g_assert_cmpint (get_policy (0, 0, &nodes), ==, MPOL_PREFERRED);
  g_assert_cmpuint (nodes, ==, 2);
  touch (4, 2);
  expect_nodes (4, "11");
  g_assert_cmpint (set_policy (MPOL_PREFERRED, 0, 0), ==, 0);
  g_assert_cmpint (get_policy (0, 0, &nodes), ==, MPOL_LOCAL);
  g_assert_cmpuint (nodes, ==, 0);
  touch (6, 2);
  expect_nodes (6, "00");
  g_assert_cmpint (set_policy (MPOL_BIND, 6, 0), ==, 0);
  touch (8, 2);
  expect_nodes (8, "11");
  /* Relative to the nodes that there are: 1 and 4 are the second one, twice. */
  g_assert_cmpint (set_policy (MPOL_BIND, 1u << 1 | 1u << 4, MPOL_F_RELATIVE_NODES), ==, 0);
  g_assert_cmpint (get_policy (0, 0, &nodes), ==, MPOL_BIND | MPOL_F_RELATIVE_NODES);
  g_assert_cmpuint (nodes, ==, 1u << 1 | 1u << 4);
  touch (10, 1);
  expect_nodes (10, "1");
  g_assert_cmpint (set_policy (MPOL_PREFERRED_MANY, 6, 0), ==, 0);
  touch (11, 1);
  expect_nodes (11, "1");
}

/* Pages of a VMA are dealt out by their offset, in whatever order they are touched. */
static void
test_interleave (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  g_autofree char *forwards = NULL, *backwards = NULL;

  map (0, 9);
  g_assert_cmpint (set_policy (MPOL_INTERLEAVE, ALL_NODES, 0), ==, 0);
  touch (0, 9);
  forwards = nodes_of (0, 9);
  for (guint i = 0; i < 9; i++)
    g_assert_cmpint (forwards[i], ==, '0' + (char)((VM_AT (i) >> PAGE_SHIFT) % N_NODES));
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), P (9), 0, 0, 0, 0), ==, 0);
  map (0, 9);
  for (guint i = 9; i-- > 0;)
    touch (i, 1);
  backwards = nodes_of (0, 9);
  g_assert_cmpstr (backwards, ==, forwards);
  g_assert_cmpint (get_policy (0, MPOL_F_NODE, NULL), >=, 0);
  test_assert_valid ();
}

/* MPOL_BIND does not leave its nodes, the preferred ones may be left. */
static void
test_full_node (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  const guint n = NODE_RAM / PAGE_SIZE;
  struct view_task task;

  map (0, 2 * n);
  g_assert_cmpint (set_policy (MPOL_PREFERRED_MANY, 2, 0), ==, 0);
  touch (0, n);
  g_assert_cmpint (node_of (1, 0), ==, 1);
  g_assert_cmpint (node_of (1, n - 1), !=, 1);
  g_assert_cmpint (set_policy (MPOL_BIND, 2, 0), ==, 0);
  /* Nothing can be reclaimed: the OOM killer comes, though other nodes have memory. (Until the operation ends
   * its victim may use all of it.) */
  vm_op (OP_store, VM_AT (n), 1, 1, PAGE_SIZE, 0, 1);
  g_assert_false (view_task (this_machine, 1, &task) && task.state == TASK_RUNNING);
  test_assert_valid ();
}

/* ---- VMAs ---- */

static void
test_split_and_merge (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  guint64 nodes;

  map (0, 8);
  g_assert_cmpint (bind (2, 2, MPOL_BIND, 2, 0), ==, 0);
  expect_layout ("0-2:rw 2-4:rw 4-8:rw");
  /* The neighbour gets the same: one VMA. */
  g_assert_cmpint (bind (4, 2, MPOL_BIND, 2, 0), ==, 0);
  expect_layout ("0-2:rw 2-6:rw 6-8:rw");
  g_assert_cmpint (get_policy (VM_AT (5), MPOL_F_ADDR, &nodes), ==, MPOL_BIND);
  g_assert_cmpuint (nodes, ==, 2);
  /* The task's policy does not count where an address is asked for. */
  g_assert_cmpint (set_policy (MPOL_INTERLEAVE, 3, 0), ==, 0);
  g_assert_cmpint (get_policy (VM_AT (7), MPOL_F_ADDR, &nodes), ==, MPOL_DEFAULT);
  /* Another set of nodes is another policy; a set that does not exist in part is the same as the rest. */
  g_assert_cmpint (bind (6, 2, MPOL_BIND, 6, 0), ==, 0);
  expect_layout ("0-2:rw 2-6:rw 6-8:rw");
  g_assert_cmpint (bind (6, 2, MPOL_BIND, 2 | 1u << 7, 0), ==, 0);
  expect_layout ("0-2:rw 2-8:rw");
  /* A mapping beside it has no policy, so it stays apart; unmapping cuts the policy in two. */
  map (8, 2);
  expect_layout ("0-2:rw 2-8:rw 8-10:rw");
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (4), P (1), 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
  g_assert_cmpint (get_policy (VM_AT (3), MPOL_F_ADDR, NULL), ==, MPOL_BIND);
  g_assert_cmpint (get_policy (VM_AT (5), MPOL_F_ADDR, NULL), ==, MPOL_BIND);
  /* What has the policy already is left as it is, also where the range ends within it. */
  g_assert_cmpint (bind (2, 1, MPOL_BIND, 2, 0), ==, 0);
  g_assert_cmpint (bind (9, 1, MPOL_DEFAULT, 0, 0), ==, 0);
  expect_layout ("0-2:rw 2-4:rw 5-8:rw 8-10:rw");
  g_assert_cmpint (bind (0, 10, MPOL_DEFAULT, 0, 0), ==, 0);
  expect_layout ("0-4:rw 5-10:rw");
}

static void
test_vma_before_task (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();

  map (0, 4);
  g_assert_cmpint (set_policy (MPOL_BIND, 4, 0), ==, 0);
  g_assert_cmpint (bind (0, 2, MPOL_BIND, 2, 0), ==, 0);
  touch (0, 4);
  expect_nodes (0, "1122");
  /* The next node of the page itself, and a page that is not there is brought in. */
  g_assert_cmpint (get_policy (VM_AT (0), MPOL_F_ADDR | MPOL_F_NODE, NULL), ==, 1);
  map (4, 1);
  g_assert_cmpint (get_policy (VM_AT (4), MPOL_F_ADDR | MPOL_F_NODE, NULL), >=, 0);
}

/* ---- Pages that are there already ---- */

static void
test_strict (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();

  map (0, 4);
  touch (0, 4);
  g_assert_cmpint (bind (0, 4, MPOL_BIND, 2, MPOL_MF_STRICT), ==, -EIO);
  g_assert_cmpint (get_policy (VM_AT (0), MPOL_F_ADDR, NULL), ==, MPOL_DEFAULT);
  g_assert_cmpint (bind (0, 4, MPOL_BIND, 1, MPOL_MF_STRICT), ==, 0);
  g_assert_cmpint (bind (0, 4, MPOL_BIND, 2, 0), ==, 0);
  expect_nodes (0, "0000");
}

static void
test_move (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  struct view_op_result what;

  map (0, 6);
  touch (0, 6);
  g_assert_cmpint (bind (1, 4, MPOL_BIND, 2, MPOL_MF_MOVE | MPOL_MF_STRICT), ==, 0);
  expect_nodes (0, "011110");
  for (guint i = 0; i < 6; i++)
    {
      g_assert_cmpint (vm_op (OP_load, VM_AT (i), 1, 1, 0, 0, 0), ==, 0);
      view_op_result (this_machine, &what);
      g_assert_cmpuint (what.value, ==, i + 1);
    }
  g_assert_cmpint (bind (1, 4, MPOL_INTERLEAVE, 5, MPOL_MF_MOVE), ==, 0);
  for (guint i = 1; i < 5; i++)
    g_assert_cmpint (node_of (1, i), ==, (VM_AT (i) >> PAGE_SHIFT) % 2 ? 2 : 0);
}

/* What a child shares is moved only with MPOL_MF_MOVE_ALL, which takes the superuser. */
static void
test_move_shared (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();

  map (0, 2);
  touch (0, 2);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmpint (bind (0, 2, MPOL_BIND, 2, MPOL_MF_MOVE), ==, 0);
  expect_nodes (0, "00");
  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_UID, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (bind (0, 2, MPOL_PREFERRED, 4, MPOL_MF_MOVE_ALL), ==, 0);
  expect_nodes (0, "22");
  g_assert_cmpint (node_of (2, 0), ==, 2);
}

/* ---- Tasks ---- */

static void
test_fork_and_exit (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  guint64 nodes;

  map (0, 4);
  g_assert_cmpint (set_policy (MPOL_INTERLEAVE, 6, 0), ==, 0);
  g_assert_cmpint (bind (0, 2, MPOL_BIND, 4, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  test_assert_valid ();
  /* The parent changes its own: the child keeps what it got. */
  g_assert_cmpint (set_policy (MPOL_DEFAULT, 0, 0), ==, 0);
  g_assert_cmpint (bind (0, 4, MPOL_DEFAULT, 0, 0), ==, 0);
  vm_as (1);
  g_assert_cmpint (get_policy (0, 0, &nodes), ==, MPOL_INTERLEAVE);
  g_assert_cmpuint (nodes, ==, 6);
  g_assert_cmpint (get_policy (VM_AT (0), MPOL_F_ADDR, &nodes), ==, MPOL_BIND);
  g_assert_cmpuint (nodes, ==, 4);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  vm_as (0);
  test_assert_valid ();
}

/* ---- Shared memory ---- */

static void
test_shared (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  guint64 nodes;

  g_assert_cmpint (vm_mmap (VM_AT (0), P (9), VM_RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED), ==, (gint64)VM_AT (0));
  g_assert_cmpint (bind (0, 9, MPOL_BIND, 2, 0), ==, 0);
  /* A piece in the middle: the file's stretch is cut in three. */
  g_assert_cmpint (bind (3, 3, MPOL_BIND, 4, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  vm_as (1);
  g_assert_cmpint (vm_op (OP_store, VM_AT (0), 1, 9, PAGE_SIZE, 0, 1), ==, 0);
  vm_as (0);
  touch (0, 9);
  expect_nodes (0, "111222111");
  g_assert_cmpint (get_policy (VM_AT (4), MPOL_F_ADDR, &nodes), ==, MPOL_BIND);
  g_assert_cmpuint (nodes, ==, 4);
  /* It belongs to the file: the child's mapping has it too, although only the parent sets it now. */
  g_assert_cmpint (bind (0, 9, MPOL_PREFERRED, 1, 0), ==, 0);
  vm_as (1);
  g_assert_cmpint (get_policy (VM_AT (4), MPOL_F_ADDR, &nodes), ==, MPOL_PREFERRED);
  g_assert_cmpuint (nodes, ==, 1);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  vm_as (0);
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), P (9), 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
}

/* ---- /proc ---- */

static void
test_numa_maps (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = policy_machine ();
  char text[4096];

  map (0, 4);
  map (6, 1);
  g_assert_cmpint (bind (0, 4, MPOL_INTERLEAVE, 5, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_mbind, VM_AT (6), P (1), MPOL_BIND, 6, 0, MPOL_F_STATIC_NODES), ==, 0);
  touch (0, 4);
  g_assert_cmpint (view_proc (this_machine, "1/numa_maps", text, sizeof text), >, 0);
  g_assert_nonnull (strstr (text,
                            "10000000000 interleave:0,2 anon=4 dirty=4 active=0 N0=2 N2=2 "
                            "kernelpagesize_kB=4\n10000006000 bind=static:1-2\n"));
  g_assert_nonnull (strstr (text, " default stack"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mempolicy/set-errors", test_set_errors);
  g_test_add_func ("/mempolicy/get-errors", test_get_errors);
  g_test_add_func ("/mempolicy/bind-errors", test_bind_errors);
  g_test_add_func ("/mempolicy/modes-of-task", test_modes_of_task);
  g_test_add_func ("/mempolicy/interleave", test_interleave);
  g_test_add_func ("/mempolicy/full-node", test_full_node);
  g_test_add_func ("/mempolicy/split-and-merge", test_split_and_merge);
  g_test_add_func ("/mempolicy/vma-before-task", test_vma_before_task);
  g_test_add_func ("/mempolicy/strict", test_strict);
  g_test_add_func ("/mempolicy/move", test_move);
  g_test_add_func ("/mempolicy/move-shared", test_move_shared);
  g_test_add_func ("/mempolicy/fork-and-exit", test_fork_and_exit);
  g_test_add_func ("/mempolicy/shared", test_shared);
  g_test_add_func ("/mempolicy/numa-maps", test_numa_maps);
  return g_test_run ();
}
