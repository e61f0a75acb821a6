#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints "pass" or "fail" for each test in meson's testlog.json files."""
import json
import sys

count = 0
for name in sys.argv[1:]:
    with open(name, encoding="utf-8", errors="replace") as log:
        for line in log:
            test = json.loads(line)
            good = test["result"] in ("OK", "EXPECTEDFAIL")
            print("pass" if good else "fail")
            count += 1
sys.exit(0 if count else 1)
