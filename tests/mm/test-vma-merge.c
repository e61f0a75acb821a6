/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When VMAs become one and when they stay apart: the situations of the recordings, and those of the
 * kernel's own self-tests of merging (as facts: operations and outcomes).
 */
#include "vm-test.h"

static void
test_situation (gconstpointer script)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = vm_test_machine ();

  vm_script (script);
}

static const struct
{
  const char *name;
  const char *script;
} situations[] = {
  /* ---- New mappings ---- */
  { "new/left", "map 0 2 rw\nmap 2 2 rw\n= 0-4:rw" },
  { "new/right", "map 2 2 rw\nmap 0 2 rw\n= 0-4:rw" },
  { "new/both", "map 0 2 rw\nmap 4 2 rw\nmap 2 2 rw\n= 0-6:rw" },
  { "new/gap", "map 0 2 rw\nmap 3 2 rw\n= 0-2:rw 3-5:rw" },
  { "new/other-protection", "map 0 2 rw\nmap 2 2 r\n= 0-2:rw 2-4:r" },
  { "new/replaces-and-joins", "map 0 6 rw\nmap 2 2 r\n= 0-2:rw 2-4:r 4-6:rw\nmap 2 2 rw\n= 0-6:rw" },
  { "new/left-touched", "map 0 2 rw\ntouch 0 2\nmap 2 2 rw\n= 0-4:rw" },
  { "new/right-touched", "map 2 2 rw\ntouch 2 2\nmap 0 2 rw\n= 0-4:rw" },
  { "new/both-touched-apart", "map 0 2 rw\nmap 4 2 rw\ntouch 0 2\ntouch 4 2\nmap 2 2 rw\n= 0-4:rw 4-6:rw" },
  { "new/one-of-both-touched", "map 0 2 rw\nmap 4 2 rw\ntouch 4 2\nmap 2 2 rw\n= 0-6:rw" },
  { "new/both-touched-as-one", "map 0 6 rw\ntouch 0 6\nunmap 2 2\n= 0-2:rw 4-6:rw\nmap 2 2 rw\n= 0-6:rw" },
  { "new/flags",
    "map 0 2 rw\nmap 2 2 rw norsv\nmap 4 2 rw locked\nmap 6 2 rw stack\nmap 8 2 rw down\nmap 10 2 rw\n"
    "= 0-2:rw 2-4:rw+N 4-6:rw+L 6-8:rw+H 8-10:rw+G 10-12:rw" },
  { "new/shared-are-objects", "map 0 2 rw shared\nmap 2 2 rw shared\n= 0-2:rws@0 2-4:rws@0" },
  { "new/droppable", "map 0 2 rw drop\nmap 2 2 rw drop\nmap 4 2 rw\n= 0-4:rw+N 4-6:rw" },

  /* ---- Files ---- */
  { "file/offsets-go-on", "map 0 2 r file 0\nmap 2 2 r file 2\n= 0-4:r@0" },
  { "file/offsets-do-not", "map 0 2 r file 0\nmap 2 2 r file 3\n= 0-2:r@0 2-4:r@3" },
  { "file/shared-or-private", "map 0 2 r file 0\nmap 2 2 r shared file 2\n= 0-2:r@0 2-4:rs@2" },
  { "file/shared", "map 0 2 rw shared file 4\nmap 2 2 rw shared file 6\n= 0-4:rws@4" },
  { "file/before", "map 2 2 r file 2\nmap 0 2 r file 0\n= 0-4:r@0" },
  { "file/hole", "map 0 6 r file 0\nunmap 2 2\nmap 2 2 r file 2\n= 0-6:r@0" },
  { "file/copied-pages",
    "map 0 6 rw file 0\ntouch 1 4\nprot 2 2 r\n= 0-2:rw@0 2-4:r@2 4-6:rw@4\nprot 2 2 rw\n= 0-6:rw@0" },
  { "file/anonymous-beside", "map 0 2 rw file 0\nmap 2 2 rw\n= 0-2:rw@0 2-4:rw" },
  { "file/zero", "map 0 2 rw zero 0\nmap 2 2 rw zero 2\nmap 4 2 rw\n= 0-4:rw@0 4-6:rw" },
  { "file/zero-shared", "map 0 2 rw shared zero 0\nmap 2 2 rw shared zero 2\n= 0-2:rws@0 2-4:rws@2" },

  /* ---- Changing part of a VMA ---- */
  { "modify/three", "map 0 6 rw\nprot 2 2 r\n= 0-2:rw 2-4:r 4-6:rw\nprot 2 2 rw\n= 0-6:rw" },
  { "modify/left-end-joins-left", "map 0 2 r\nmap 2 4 rw\nprot 2 2 r\n= 0-4:r 4-6:rw" },
  { "modify/right-end-joins-right", "map 0 4 rw\nmap 4 2 r\nprot 2 2 r\n= 0-2:rw 2-6:r" },
  { "modify/all-joins-left", "map 0 2 r\nmap 2 2 rw\nmap 4 2 -\nprot 2 2 r\n= 0-4:r 4-6:-" },
  { "modify/all-joins-right", "map 0 2 -\nmap 2 2 rw\nmap 4 2 r\nprot 2 2 r\n= 0-2:- 2-6:r" },
  { "modify/all-joins-both", "map 0 2 r\nmap 2 2 rw\nmap 4 2 r\nprot 2 2 r\n= 0-6:r" },
  { "modify/touched-middle", "map 0 2 r\nmap 2 2 rw\nmap 4 2 r\ntouch 2 2\nprot 2 2 r\n= 0-2:r 2-4:r 4-6:r" },
  { "modify/lock",
    "map 0 6 rw\nlock 2 2\n= 0-2:rw 2-4:rw+L 4-6:rw\nlock 0 2\n= 0-4:rw+L 4-6:rw\nunlock 0 6\n= 0-6:rw" },
  { "modify/advice",
    "map 0 6 rw\nadvise 2 2 15\n= 0-2:rw 2-4:rw+H 4-6:rw\nadvise 2 2 14\nadvise 0 6 15\n= 0-6:rw+H" },
  { "modify/guard-sticks", "map 0 2 rw\nmap 2 2 r\nadvise 0 2 102\nprot 0 2 r\n= 0-2:r+g 2-4:r\nmap 4 2 rwx\nmap 6 2 rw\nadvise 6 1 102\nprot 4 2 rw\n= 0-2:r+g 2-4:r 4-8:rw+g" },
  { "modify/seal", "map 0 6 rw\nseal 2 2\n= 0-2:rw 2-4:rw+S 4-6:rw\nseal 0 4\n= 0-4:rw+S 4-6:rw" },
  { "modify/across-many", "map 0 2 rw\nmap 2 2 r\nmap 4 2 -\nmap 6 2 rwx\nprot 1 6 rw\n= 0-7:rw 7-8:rwx" },

  /* ---- Unmapping ---- */
  { "unmap/middle", "map 0 6 rw\nunmap 2 2\n= 0-2:rw 4-6:rw" },
  { "unmap/ends", "map 0 6 rw\nunmap 0 1\nunmap 5 1\n= 1-5:rw" },
  { "unmap/many", "map 0 2 rw\nmap 3 2 r\nmap 6 2 rwx\nunmap 1 6\n= 0-1:rw 7-8:rwx" },
  { "unmap/file", "map 0 6 r file 4\nunmap 2 2\n= 0-2:r@4 4-6:r@8" },

  /* ---- Moving ---- */
  { "move/untouched-joins", "map 0 2 rw\nmap 8 2 rw\nmove 8 2 2\n= 0-4:rw" },
  { "move/touched-keeps-offset", "map 0 2 rw\nmap 8 2 rw\ntouch 8 2\nmove 8 2 2\n= 0-2:rw 2-4:rw" },
  { "move/and-back", "map 0 4 rw\ntouch 0 4\nmove 2 2 8\n= 0-2:rw 8-10:rw\nmove 8 2 2\n= 0-4:rw" },
  { "move/self-merge", "map 0 4 rw\nmove 0 2 4\n= 2-6:rw" },
  { "move/grow-joins-next", "map 0 2 rw\nmap 4 2 rw\ngrow 0 2 4\n= 0-6:rw" },
  { "move/grow-stays-apart", "map 0 2 rw\nmap 4 2 r\ngrow 0 2 4\n= 0-4:rw 4-6:r" },
  { "move/grow-blocked", "map 0 2 rw\nmap 3 2 r\ngrow 0 2 4 ! ENOMEM\n= 0-2:rw 3-5:r" },
  { "move/keep", "map 0 2 rw\ntouch 0 2\nkeep 0 2 8\n= 0-2:rw 8-10:rw" },
  { "move/several", "map 0 2 rw\nmap 2 2 r\nmap 6 2 rw\nmove 0 8 16\n= 16-18:rw 18-20:r 22-24:rw" },
  { "move/part-of-file",
    "map 0 6 r file 0\nmove 2 2 16\n= 0-2:r@0 4-6:r@4 16-18:r@2\nmove 16 2 2\n= 0-6:r@0" },
  { "move/copied-offset-of-zero", "map 0 2 rw zero 5\nmove 0 2 16\n= 16-18:rw@268435472" },

  /* ---- After fork() ---- */
  { "fork/parent-merges", "map 0 2 rw\ntouch 0 2\nfork\nmap 2 2 rw\n= 0-4:rw" },
  { "fork/child-does-not", "map 0 2 rw\ntouch 0 2\nfork\nas 1\nmap 2 2 rw\n= 0-2:rw 2-4:rw" },
  { "fork/untouched-does", "map 0 2 rw\nfork\nas 1\nmap 2 2 rw\n= 0-4:rw" },
  { "fork/parts-rejoin",
    "map 0 4 rw\ntouch 0 4\nfork\nas 1\nprot 0 2 r\n= 0-2:r 2-4:rw\nprot 0 2 rw\n= 0-4:rw" },
  { "fork/child-grows-itself", "map 0 2 rw\ntouch 0 2\nfork\nas 1\ngrow 0 2 4\n= 0-4:rw" },

  /* ---- tools/testing/selftests/mm/merge.c ---- */
  /* mprotect of an unfaulted range beside a faulted one, and the other way round */
  { "selftest/mprotect-unfaulted-left", "map 0 10 rw\nprot 0 5 r\ntouch 5 5\nprot 0 5 rw\n= 0-10:rw" },
  { "selftest/mprotect-unfaulted-right", "map 0 10 rw\nprot 5 5 r\ntouch 0 5\nprot 5 5 rw\n= 0-10:rw" },
  { "selftest/mprotect-unfaulted-both",
    "map 0 9 rw\nprot 0 3 r\nprot 6 3 r\ntouch 3 3\nprot 0 9 rw\n= 0-9:rw" },
  { "selftest/mprotect-faulted-left-unfaulted-right",
    "map 0 9 rw\nprot 6 3 r\ntouch 0 6\nprot 3 3 r\nprot 3 6 rw\n= 0-9:rw" },
  { "selftest/mprotect-unfaulted-left-faulted-right",
    "map 0 9 rw\nprot 0 3 r\ntouch 3 6\nprot 3 3 r\nprot 0 6 rw\n= 0-9:rw" },
  /* after fork() the unfaulted part and the inherited one stay apart in the child */
  { "selftest/forked-target-vma",
    "map 0 5 rw\ntouch 0 1\nfork\nas 1\nmap 5 5 r\nprot 5 5 rw\n= 0-5:rw 5-10:rw" },
  { "selftest/forked-source-vma",
    "map 0 5 rw norsv\ntouch 0 5\nfork\nas 1\nmap 5 5 rwx norsv\nprot 0 5 rwx\n= 0-5:rwx+N 5-10:rwx+N" },
  /* an empty VMA moved next to a faulted one */
  { "selftest/move-unfaulted-beside-faulted", "map 0 5 rw\ntouch 0 5\nmap 20 5 rw\nmove 20 5 5\n= 0-10:rw" },
  /* a faulted VMA moved between unfaulted ones whose offsets do not go on */
  { "selftest/move-faulted-between",
    "map 0 5 rw\nmap 10 5 rw\nmap 20 5 rw\ntouch 20 5\nmove 20 5 5\n= 0-5:rw 5-10:rw 10-15:rw" },
  /* a faulted VMA moved back between parts of what it was cut from */
  { "selftest/move-faulted-back-between-unfaulted",
    "map 0 15 rw\ntouch 5 5\nmove 5 5 30\nunmap 0 5\nunmap 10 5\nmap 0 5 rw\nmap 10 5 rw\nmove 30 5 5\n= 0-15:rw" },
  { "selftest/move-faulted-beside-unfaulted-left",
    "map 0 10 rw\ntouch 5 5\nmove 5 5 30\nunmap 0 5\nmap 0 5 rw\nmove 30 5 5\n= 0-10:rw" },
  { "selftest/move-faulted-of-fork",
    "map 5 5 rw\ntouch 5 5\nfork\nas 1\nmove 5 5 30\nmap 0 5 rw\nmove 30 5 5\n= 0-5:rw 5-10:rw" },

  /* ---- tools/testing/vma/vma.c: eight ways a new range can meet its neighbours ---- */
  { "vma-test/new-a-b", "map 0 3 rw\nmap 3 3 rw\n= 0-6:rw" },
  { "vma-test/new-c-b-d", "map 0 3 rw\nmap 7 2 rw\nmap 3 4 rw\n= 0-9:rw" },
  { "vma-test/existing-shrink-right", "map 2 4 rw\nmap 6 3 r\nprot 3 3 r\n= 2-3:rw 3-9:r" },
  { "vma-test/existing-delete-right", "map 2 4 rw\nmap 6 3 r\nprot 2 4 r\n= 2-9:r" },
  { "vma-test/existing-shrink-left", "map 0 3 r\nmap 3 4 rw\nprot 3 3 r\n= 0-6:r 6-7:rw" },
  { "vma-test/existing-delete-left", "map 0 3 r\nmap 3 4 rw\nprot 3 4 r\n= 0-7:r" },
  { "vma-test/existing-delete-both", "map 0 3 r\nmap 3 4 rw\nmap 7 2 r\nprot 3 4 r\n= 0-9:r" },
  { "vma-test/existing-inside",
    "map 0 3 r\nmap 3 5 rw\nmap 8 2 r\nprot 4 3 r\n= 0-3:r 3-4:rw 4-7:r 7-8:rw 8-10:r" },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (situations); i++)
    {
      g_autofree char *path = g_strconcat ("/vma-merge/", situations[i].name, NULL);

      g_test_add_data_func (path, situations[i].script, test_situation);
    }
  return g_test_run ();
}
