/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading recordings of virtual memory, and comparing states: a state agrees
 * with itself, through a whole recording, and whatever is changed in it is
 * noticed, in the right category and nowhere else.
 */
#include "config.h"

#include <string.h>
#include <gio/gio.h>

#include "src/engine/pgw-vm-state.h"

/* A small recording with all that a state can say; the tests change words of it. */
static const char text[] =
  "{\"name\":\"t\",\"about\":\"a test\",\"kernel\":\"Linux\",\n"
  "\"config\":{\"page_size\":4096,\"uid\":65534,\"thp_disable\":true,\"ram_mb\":1000,\"swap\":false,\n"
  "\"files\":{\"F0\":20580,\"fs\":\"ext4\"},\"start_brk\":\"0x401000\",\"limits\":{\"STACK\":8388608,\"AS\":null}},\n"
  "\"initial\":{\"0\":{\"vma\":{\"set\":[[\"200000\",\"201000\",\"r-xp\",\"0\",\"anon\",\"rd ex mr mw me ac\",{\"Rss\":4}],\n"
  "[\"7ffffffde000\",\"7ffffffff000\",\"rw-p\",\"0\",\"stack\",\"rd wr mr mw me gd ac\",{\"Rss\":4}]]},\n"
  "\"pages\":{\"set\":[[\"200000\",1,\"PX\",1,1],[\"7fffffffe000\",1,\"PX\",1,2]]},\"mm\":{\"VmPeak\":176,\"VmSize\":140}}},\n"
  "\"steps\":[\n"
  "{\"i\":0,\"op\":{\"op\":\"mmap\",\"p\":0,\"addr\":\"0x10000000000\",\"len\":\"0x3000\",\"prot\":\"rw-\","
  "\"flags\":\"PRIVATE|FIXED|ANON|0x400000\",\"fd\":\"none\",\"off\":\"0x0\"},\"result\":{\"ret\":\"0x10000000000\"},\n"
  "\"state\":{\"0\":{\"vma\":{\"set\":[[\"10000000000\",\"10000003000\",\"rw-p\",\"0\",\"anon\",\"rd wr mr mw me ac\",{}]]},"
  "\"mm\":{\"VmSize\":152}}}},\n"
  "{\"i\":1,\"op\":{\"op\":\"write\",\"p\":0,\"addr\":\"0x10000000000\",\"val\":250,\"n\":3},\"result\":{\"ret\":0,\"done\":3},\n"
  "\"state\":{\"0\":{\"vma\":{\"set\":[[\"10000000000\",\"10000003000\",\"rw-p\",\"0\",\"anon\",\"rd wr mr mw me ac\",{\"Rss\":12}]]},"
  "\"pages\":{\"set\":[[\"10000000000\",3,\"PX\",1,3]]},\"mm\":{\"VmHWM\":24,\"VmPeak\":180},\"flt\":[3,0]}}},\n"
  "{\"i\":2,\"op\":{\"op\":\"fork\",\"p\":0},\"result\":{\"ret\":1},\"state\":{\"0\":{\"pages\":{\"set\":[[\"10000000000\",3,\"P\",2,3]]}},\n"
  "\"1\":{\"vma\":{\"set\":[[\"10000000000\",\"10000003000\",\"rw-p\",\"0\",\"anon\",\"rd wr mr mw me ac\",{}]]},"
  "\"pages\":{\"set\":[[\"10000000000\",3,\"P\",2,3]]},\"mm\":{\"VmPeak\":152}}}},\n"
  "{\"i\":3,\"op\":{\"op\":\"munmap\",\"p\":0,\"addr\":\"0x10000000000\",\"len\":\"0x3000\"},\"result\":{\"ret\":0},"
  "\"state\":{\"0\":{\"vma\":{\"del\":[\"10000000000\"]},\"pages\":{\"del\":[[\"10000000000\",3]]}},\n"
  "\"1\":{\"pages\":{\"set\":[[\"10000000000\",3,\"PX\",1,3]]}}}},\n"
  "{\"i\":4,\"op\":{\"op\":\"exit\",\"p\":1},\"result\":{\"ret\":0},\"state\":{\"1\":null}}\n"
  "]}\n";

static PgwVmRecording *
load (const char *data)
{
  g_autoptr (GError) error = NULL;
  PgwVmRecording *recording = pgw_vm_recording_load_data (data, strlen (data), "test.json", &error);

  g_assert_no_error (error);
  return recording;
}

static char *
replaced (const char *old,
          const char *new)
{
  g_autoptr (GString) changed = g_string_new (text);

  g_assert_cmpuint (g_string_replace (changed, old, new, 1), ==, 1);
  return g_string_free (g_steal_pointer (&changed), FALSE);
}

/* ---- Reading ---- */

static void
test_read (void)
{
  g_autoptr (PgwVmRecording) recording = load (text);
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  const PgwJsonNode *node = recording->steps->first;
  PgwVmStep step;

  g_assert_cmpuint (pgw_vm_recording_get_n_steps (recording), ==, 5);
  g_assert_cmpuint (recording->config.commit_ram, ==, 1000ull << 20);
  g_assert_true (pgw_vm_recording_read_step (recording, node, &step, &error));
  g_assert_cmpint (step.op.kind, ==, OP_mmap);
  g_assert_cmphex (step.op.arg[0], ==, 0x10000000000);
  g_assert_cmphex (step.op.arg[2], ==, 3);
  g_assert_cmphex (step.op.arg[3], ==, 0x400032);
  g_assert_cmpuint (step.op.task, ==, PGW_VM_SLOT_PROCESS + 1);
  words = pgw_vm_recording_step_text (recording, node);
  g_assert_cmpstr (words, ==, "mmap p=0 addr=0x10000000000 len=0x3000 prot=rw- flags=PRIVATE|FIXED|ANON|0x400000 fd=none off=0x0");
  g_assert_true (pgw_vm_recording_read_step (recording, node->next, &step, &error));
  g_assert_cmpint (step.kind, ==, PGW_VM_OP_STORE);
  g_assert_cmpuint (step.n, ==, 3);
  g_assert_cmpuint (step.op.arg[5], ==, 250);
}

static void
test_sniff (void)
{
  static const struct {
    const char *head;
    gboolean    is_recording;
  } heads[] = {
    { "{\"name\":\"a\",\"about\":\"kernel\",\"kernel\":\"Linux", TRUE },
    { "\xef\xbb\xbf {\n  \"steps\" : [", TRUE },
    { "{\"name\": \"kernel\", \"machine\": {\"kernel\": 1, \"steps\": []}", FALSE },
    { "{\"about\": \"say \\\"kernel\\\": x\"", FALSE },
    { "{\"kernel", FALSE },
    { "[\"kernel\": 1]", FALSE },
    { "SNAP 0\n", FALSE },
    { "\xfd" "7zXZ\0garbage", FALSE },
    { "", FALSE },
  };

  g_assert_true (pgw_vm_recording_sniff ((const guint8 *) text, 300));
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    g_assert_cmpint (pgw_vm_recording_sniff ((const guint8 *) heads[i].head, strlen (heads[i].head)), ==,
                     heads[i].is_recording);
}

/* Reads everything that a recording says. */
static GError *
read_all (const char *data)
{
  GError *error = NULL;
  g_autoptr (PgwVmRecording) recording = pgw_vm_recording_load_data (data, strlen (data), "test.json", &error);
  g_autoptr (PgwVmState) state = pgw_vm_state_new ();
  const PgwJsonNode *node;

  if (recording == NULL || !pgw_vm_state_apply (state, recording->source, recording->initial, &error))
    return error;
  for (node = recording->steps->first; node != NULL; node = node->next)
    {
      PgwVmStep step;

      if (!pgw_vm_recording_read_step (recording, node, &step, &error)
          || !pgw_vm_state_apply (state, recording->source, pgw_json_member (node, "state"), &error))
        return error;
    }
  return NULL;
}

static void
test_errors (void)
{
  static const struct {
    const char *old, *new, *message;
  } cases[] = {
    { "\"name\":\"t\",", "", "test.json:1:1: /: found no \"name\"; expected a member \"name\"" },
    { "\"kernel\"", "\"kernal\"", "test.json:1:30: /kernal: found the unknown key \"kernal\"*kernel*" },
    { "\"page_size\":4096", "\"page_size\":8192", "test.json:2:23: /config/page_size: *4096" },
    { "\"swap\":false", "\"swap\":true", "*/config/swap: *expected false" },
    { "\"F0\":20580", "\"F0\":-1", "*/config/files/F0: *" },
    { "\"STACK\":", "\"STICK\":", "*/config/limits/STICK: found \"STICK\"; expected one of *" },
    { "\"0x401000\"", "\"0xx\"", "*/config/start_brk: *hexadecimal*" },
    { "\"0\",\"anon\",\"rd ex", "\"0\",\"F0\",\"rd ex", "*/initial/0/vma/set/0/4: *" },
    { "\"i\":1,", "\"i\":2,", "*/steps/1/i: *" },
    { "\"op\":\"fork\"", "\"op\":\"frok\"", "*/steps/2/op/op: found the text \"frok\"*fork*" },
    { "\"val\":250,", "", "*/steps/1/op: found no \"val\"*" },
    { "\"val\":250,", "\"val\":250,\"vol\":1,", "*/steps/1/op/vol: found the unknown key*" },
    { "\"n\":3}", "\"n\":0}", "*/steps/1/op/n: *" },
    { "\"prot\":\"rw-\"", "\"prot\":\"rwz\"", "*/steps/0/op/prot: *" },
    { "\"prot\":\"rw-\"", "\"prot\":\"r\"", "*/steps/0/op/prot: *" },
    { "PRIVATE|FIXED", "PRIVAT|FIXED", "*/steps/0/op/flags: found \"PRIVAT\"*" },
    { "\"fd\":\"none\"", "\"fd\":\"F9\"", "*/steps/0/op/fd: *" },
    { "\"p\":1}", "\"p\":64}", "*/steps/4/op/p: *" },
    { "\"del\":[\"10000000000\"]", "\"del\":[\"10000001000\"]", "*/steps/3/state/0/vma/del/0: *" },
    { "[[\"10000000000\",3]]", "[[\"10000000000\",4]]", "*/steps/3/state/0/pages/del/0: *" },
    { "3,\"PX\",1,3", "3,\"PQ\",1,3", "*/steps/1/state/0/pages/set/0/2: *" },
    { "3,\"PX\",1,3", "3,\"PX\",-1,3", "*/steps/1/state/0/pages/set/0/3: *" },
    { "\"10000003000\"", "\"10000000000\"", "*/steps/0/state/0/vma/set/0/1: *" },
    { "{\"Rss\":12}", "{\"Rss\":12,\"Rsss\":1}", "*/Rsss: found the unknown key \"Rsss\"*" },
    { "\"flt\":[3,0]", "\"flt\":[3]", "*/steps/1/state/0/flt: *" },
    { "\"VmSize\":152", "\"VmSize\":\"152\"", "*/steps/0/state/0/mm/VmSize: *" },
    { "\"1\":null", "\"2\":null", "*/steps/4/state/2: *" },
    { "\"1\":null", "\"x\":{}", "*/steps/4/state/x: *" },
    { "]}\n", "]", "test.json:*" },
  };

  g_assert_null (read_all (text));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *data = replaced (cases[i].old, cases[i].new);
      g_autoptr (GError) error = read_all (data);

      g_assert_nonnull (error);
      if (!g_pattern_match_simple (cases[i].message, error->message))
        g_error ("%s -> %s: %s", cases[i].old, cases[i].new, error->message);
    }
}

/* ---- Comparing ---- */

typedef struct {
  guint n[PGW_VM_N_CATEGORIES];
  char *last;
} Found;

static void
count (gpointer      data,
       PgwVmCategory category,
       const char   *kind,
       const char   *place,
       const char   *expected,
       const char   *found)
{
  Found *sum = data;

  g_assert_cmpstr (expected, !=, found);
  sum->n[category]++;
  g_free (sum->last);
  sum->last = g_strdup_printf ("%s: %s / %s", place, expected, found);
}

/* Compares the states of two texts, step by step. */
static Found
compare (const char *expected_text,
         const char *found_text)
{
  g_autoptr (PgwVmRecording) expected = load (expected_text), found = load (found_text);
  g_autoptr (PgwVmState) a = pgw_vm_state_new (), b = pgw_vm_state_new ();
  Found sum = { { 0 }, NULL };
  g_autoptr (PgwVmCompare) comparer = pgw_vm_compare_new (count, &sum);
  const PgwJsonNode *node = expected->steps->first, *other = found->steps->first;

  g_assert_true (pgw_vm_state_apply (a, expected->source, expected->initial, NULL));
  g_assert_true (pgw_vm_state_apply (b, found->source, found->initial, NULL));
  pgw_vm_compare (comparer, a, b);
  for (; node != NULL; node = node->next, other = other->next)
    {
      g_assert_true (pgw_vm_state_apply (a, expected->source, pgw_json_member (node, "state"), NULL));
      g_assert_true (pgw_vm_state_apply (b, found->source, pgw_json_member (other, "state"), NULL));
      pgw_vm_compare (comparer, a, b);
    }
  return sum;
}

static void
test_same (void)
{
  Found found = compare (text, text);

  for (guint i = 0; i < PGW_VM_N_CATEGORIES; i++)
    g_assert_cmpuint (found.n[i], ==, 0);
  g_free (found.last);
}

/* The numbers of frames are names: others that share in the same way agree. */
static void
test_frames (void)
{
  g_autoptr (GString) renumbered = g_string_new (text);
  g_autofree char *swapped = replaced ("[\"10000000000\",3,\"PX\",1,3]]},\"mm\"", "[\"10000000000\",1,\"PX\",1,3],[\"10000001000\",2,\"PX\",1,3]]},\"mm\"");
  g_autofree char *copied = replaced ("\"1\":{\"pages\":{\"set\":[[\"10000000000\",3,\"PX\",1,3]]}}", "\"1\":{\"pages\":{\"set\":[[\"10000000000\",3,\"PX\",1,9]]}}");
  Found found;

  g_string_replace (renumbered, "3,\"PX\",1,3]", "3,\"PX\",1,77]", 0);
  g_string_replace (renumbered, "3,\"P\",2,3]", "3,\"P\",2,77]", 0);
  found = compare (text, renumbered->str);
  g_assert_cmpuint (found.n[PGW_VM_PAGES], ==, 0);
  found = compare (text, swapped);
  g_assert_cmpuint (found.n[PGW_VM_PAGES], >, 0);
  g_clear_pointer (&found.last, g_free);
  /* Three pages that should have kept their frames, once. */
  found = compare (text, copied);
  g_assert_cmpuint (found.n[PGW_VM_PAGES], ==, 3);
  g_assert_cmpstr (found.last, ==, "process 1, page 10000002000: frame: PX, map count 1, frame 5 / PX, map count 1, frame new (pfn 0xa)");
  g_clear_pointer (&found.last, g_free);
}

static void
test_changed (void)
{
  static const struct {
    const char   *old, *new;
    PgwVmCategory category;
    guint         n;
  } cases[] = {
    { "{\"Rss\":12}", "{\"Rss\":8}", PGW_VM_VMAS, 2 },
    { "{\"Rss\":12}", "{\"Rss\":12,\"Locked\":4}", PGW_VM_VMAS, 2 },
    { "rd wr mr mw me ac\",{}]]},\"mm\"", "rd wr mr mw me nr\",{}]]},\"mm\"", PGW_VM_VMAS, 1 },
    { "\"rw-p\",\"0\",\"anon\",\"rd wr mr mw me ac\",{\"Rss\":12}", "\"rw-s\",\"0\",\"anon\",\"rd wr mr mw me ac\",{\"Rss\":12}", PGW_VM_VMAS, 2 },
    { "\"0\",\"anon\",\"rd wr mr mw me ac\",{\"Rss\":12}", "\"1000\",\"heap\",\"rd wr mr mw me ac\",{\"Rss\":12}", PGW_VM_VMAS, 4 },
    { "\"vma\":{\"del\":[\"10000000000\"]},", "", PGW_VM_VMAS, 2 },
    { "[\"10000000000\",3,\"PX\",1,3]]},\"mm\"", "[\"10000000000\",3,\"PXL\",1,3]]},\"mm\"", PGW_VM_PAGES, 3 },
    { "\"0\":{\"pages\":{\"set\":[[\"10000000000\",3,\"P\",2,3]]}}", "\"0\":{\"pages\":{\"set\":[[\"10000000000\",3,\"P\",1,3]]}}", PGW_VM_PAGES, 3 },
    { "\"VmSize\":152", "\"VmSize\":156", PGW_VM_COUNTERS, 5 },
    { "\"VmPeak\":180", "\"VmPeak\":184", PGW_VM_COUNTERS, 4 },
    { "\"flt\":[3,0]", "\"flt\":[3,1]", PGW_VM_FAULTS, 1 },
    { "\"flt\":[3,0]", "\"flt\":[4,0]", PGW_VM_FAULTS, 1 },
    /* What is volatile */
    { "\"VmHWM\":24", "\"VmHWM\":28", PGW_VM_COUNTERS, 0 },
    { "\"VmPeak\":176", "\"VmPeak\":140", PGW_VM_COUNTERS, 0 },
    { "\"VmPeak\":176", "\"VmPeak\":177", PGW_VM_COUNTERS, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *changed = replaced (cases[i].old, cases[i].new);
      Found found = compare (text, changed);

      for (guint j = 0; j < PGW_VM_N_CATEGORIES; j++)
        if (found.n[j] != (j == (guint) cases[i].category ? cases[i].n : 0))
          g_error ("%s -> %s: category %u: %u differences (%s)", cases[i].old, cases[i].new, j, found.n[j], found.last);
      g_free (found.last);
    }
}

static void
test_processes (void)
{
  g_autofree char *changed = replaced ("\"state\":{\"1\":null}", "\"state\":{}");
  Found found = compare (text, changed);

  for (guint i = PGW_VM_VMAS; i < PGW_VM_N_CATEGORIES; i++)
    g_assert_cmpuint (found.n[i], ==, 1);
  g_assert_cmpstr (found.last, ==, "process 1: does not exist / lives");
  g_free (found.last);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vm-recording/read", test_read);
  g_test_add_func ("/vm-recording/sniff", test_sniff);
  g_test_add_func ("/vm-recording/errors", test_errors);
  g_test_add_func ("/vm-recording/compare/same", test_same);
  g_test_add_func ("/vm-recording/compare/frames", test_frames);
  g_test_add_func ("/vm-recording/compare/changed", test_changed);
  g_test_add_func ("/vm-recording/compare/processes", test_processes);
  return g_test_run ();
}
