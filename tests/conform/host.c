/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's kernel: a child process without privileges does it to itself and
 * writes down what happens.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "conform.h"

static sigjmp_buf way_out;
static volatile sig_atomic_t expecting;
static siginfo_t info;

static void
on_signal (int        sig,
           siginfo_t *siginfo,
           void      *context)
{
  if (!expecting)
    _exit (3);
  info = *siginfo;
  siglongjmp (way_out, 1);
}

static gint64
call (gpointer  data,
      const Op *op)
{
  static const long numbers[] = {
    [DO_MMAP] = SYS_mmap, [DO_MUNMAP] = SYS_munmap, [DO_MPROTECT] = SYS_mprotect, [DO_MREMAP] = SYS_mremap,
    [DO_MADVISE] = SYS_madvise, [DO_MLOCK] = SYS_mlock, [DO_MUNLOCK] = SYS_munlock, [DO_MSYNC] = SYS_msync
  };
  /* mmap's descriptor and offset */
  guint64 fourth = op->what == DO_MREMAP ? op->arg[4] : (guint64) -1;
  long ret = syscall (numbers[op->what], op->arg[0], op->arg[1], op->arg[2], op->arg[3], fourth, 0L);

  return ret == -1 ? -errno : ret;
}

static void
do_access (gpointer      data,
           guint64       address,
           const guint8 *store,
           Access       *access)
{
  volatile guint8 *byte = (volatile guint8 *) address;

  *access = (Access) { 0 };
  if (sigsetjmp (way_out, 1) != 0)
    {
      expecting = 0;
      *access = (Access) { .sig = info.si_signo, .code = info.si_code, .address = (guint64) info.si_addr };
      return;
    }
  expecting = 1;
  if (store)
    *byte = *store;
  else
    access->value = *byte;
  expecting = 0;
}

/* FALSE: the file cannot be read. */
static gboolean
each_map (void     (*one) (guint64 start, guint64 end, const char *perms, gpointer data),
          gpointer data)
{
  FILE *file = fopen ("/proc/self/maps", "r");
  char line[512], perms[5];
  unsigned long start, end;

  if (file == NULL)
    return FALSE;
  while (fgets (line, sizeof line, file) != NULL)
    if (sscanf (line, "%lx-%lx %4s", &start, &end, perms) == 3)
      one (start, end, perms, data);
  fclose (file);
  return TRUE;
}

static void
append_map (guint64     start,
            guint64     end,
            const char *perms,
            gpointer    data)
{
  if (start >= WINDOW - MARGIN && start < WINDOW + WINDOW_PAGES * PAGE + MARGIN)
    g_string_append_printf (data, "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %s\n", start - WINDOW, end - WINDOW, perms);
}

static void
maps (gpointer data,
      GString *text)
{
  if (!each_map (append_map, text))
    _exit (4);
}

/* In the child. */
static void
perform (guint32 seed,
         guint   length,
         int     to)
{
  const Side side = { call, do_access, maps, NULL };
  const struct rlimit limit = { LOCK_LIMIT, LOCK_LIMIT };
  struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
  g_autofree char *text = NULL;
  gsize done = 0, size;

  if ((getuid () == 0 && setuid (NOBODY) != 0) || prctl (PR_SET_DUMPABLE, 1) != 0
      || setrlimit (RLIMIT_MEMLOCK, &limit) != 0
      || sigaction (SIGSEGV, &action, NULL) != 0 || sigaction (SIGBUS, &action, NULL) != 0)
    _exit (2);
  text = conform_run (&side, seed, length);
  for (size = strlen (text); done < size;)
    {
      gssize n = write (to, text + done, size - done);

      if (n <= 0)
        _exit (2);
      done += n;
    }
  _exit (0);
}

static void
check_map (guint64     start,
           guint64     end,
           const char *perms,
           gpointer    data)
{
  if (start < WINDOW + WINDOW_PAGES * PAGE + MARGIN && end > WINDOW - MARGIN)
    *(gboolean *) data = TRUE;
}

/* Why the host's kernel cannot be asked; NULL if it can. */
static char *
obstacle (void)
{
  gboolean in_use = FALSE;
  struct utsname name;
  guint major, minor;

  if (sysconf (_SC_PAGESIZE) != (long) PAGE)
    return g_strdup ("pages are not 4 KiB here");
  if (uname (&name) != 0 || strcmp (name.sysname, "Linux") != 0 || strcmp (name.machine, "x86_64") != 0)
    return g_strdup ("not Linux on x86-64");
  if (sscanf (name.release, "%u.%u", &major, &minor) != 2 || major < 6 || (major == 6 && minor < 17))
    return g_strdup_printf ("the core follows Linux 6.18; Linux %s differs from it", name.release);
  if (!each_map (check_map, &in_use))
    return g_strdup ("/proc/self/maps cannot be read");
  return in_use ? g_strdup ("the addresses that would be used are in use") : NULL;
}

char *
conform_host (guint32 seed,
              guint   length,
              char  **reason)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[4096];
  int ends[2], status;
  gssize n;
  pid_t pid;

  *reason = obstacle ();
  if (*reason != NULL)
    return NULL;
  if (pipe (ends) != 0 || (pid = fork ()) < 0)
    {
      *reason = g_strdup (g_strerror (errno));
      return NULL;
    }
  if (pid == 0)
    perform (seed, length, ends[1]);
  close (ends[1]);
  while ((n = read (ends[0], buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);
  close (ends[0]);
  if (waitpid (pid, &status, 0) != pid || !WIFEXITED (status) || WEXITSTATUS (status) != 0)
    {
      *reason = g_strdup_printf ("the child cannot do it (status 0x%x)", status);
      return NULL;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
