#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What meson logged of the tests of a build folder.

usage: test-results.py count FOLDER   "pass" or "fail" for each test; exit status 1 if there is none
       test-results.py failed FOLDER  the names of the tests that failed, then what they said
"""
import glob
import json
import re
import sys

LINES = 14      # of what a failed test said: enough to tell why, few enough for several to fit on a page
WIDTH = 400
TELLING = re.compile(r"^not ok|Bail out|ERROR|Error|error:|FAIL|assert|CRITICAL|WARNING|Sanitizer|^==\d+==|timed out|differ"
                     r"|waited in vain|Traceback", re.MULTILINE)
# Leads nowhere: what TAP says of tests that went well, and the log's chatter.
DULL = re.compile(r"^(# (Start|End|random|slow)|ok |1\.\.|\*\*$|\s*$)|-DEBUG|-INFO|program exited with status")
MAX_SHOWN = 8


def results(folder):
    for name in sorted(glob.glob(folder + "/meson-logs/testlog*.json")):
        with open(name, encoding="utf-8", errors="replace") as log:
            for line in log:
                try:
                    yield json.loads(line)
                except json.JSONDecodeError:
                    # The run was cut off while it wrote.
                    yield {"name": name, "result": "UNREADABLE", "duration": 0}


def is_good(result):
    return result["result"] in ("OK", "EXPECTEDFAIL")


def excerpt(result):
    """The telling lines of a test's output, and its last ones."""
    text = (result.get("stdout") or "") + "\n" + (result.get("stderr") or "")
    lines = [line[:WIDTH] for line in dict.fromkeys(text.splitlines()) if not DULL.search(line)]
    if len(lines) <= LINES:
        return lines
    telling = [i for i, line in enumerate(lines) if TELLING.search(line)][:LINES // 2]
    last = range(len(lines) - (LINES - len(telling)), len(lines))
    return [lines[i] for i in sorted(set(telling) | set(last))]


def print_failed(folder):
    failed = [result for result in results(folder) if not is_good(result)]
    for result in failed:
        print(f"  {result['name']}: {result['result']} ({result['duration']:.1f} s, exit {result.get('returncode')})")
    for result in failed[:MAX_SHOWN]:
        print(f"-- {result['name']}")
        for line in excerpt(result):
            print("   " + line)


def main():
    verb, folder = sys.argv[1:]
    if verb == "count":
        good = [is_good(result) for result in results(folder)]
        print("".join("pass\n" if result else "fail\n" for result in good), end="")
        return 0 if good else 1
    if verb == "failed":
        print_failed(folder)
        return 0
    return 2


sys.exit(main())
