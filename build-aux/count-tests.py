#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints "pass" or "fail" for each test that meson logged in a build folder; fails if there is none."""
import glob
import json
import sys

count = 0
for name in glob.glob(sys.argv[1] + "/meson-logs/testlog*.json"):
    with open(name, encoding="utf-8", errors="replace") as log:
        for line in log:
            good = json.loads(line)["result"] in ("OK", "EXPECTEDFAIL")
            print("pass" if good else "fail")
            count += 1
sys.exit(0 if count else 1)
