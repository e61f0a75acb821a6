#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks every scenario of a folder: check-folder.py PAGEWALK_CLI FOLDER AT_LEAST.

All expectations and invariants hold, no scenario is without expectations, each has a
title of its own, and there are at least so many scenarios.
"""
import json
import pathlib
import re
import subprocess
import sys

cli, folder, least = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), int(sys.argv[3])
files = sorted(folder.glob("*.json"))
failures = []
titles = {}
n_passed = 0

for path in files:
    run = subprocess.run([cli, "check", path.name], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    closing = re.search(r"^(\d+) passed, (\d+) failed$", run.stdout, re.M)
    if run.returncode != 0 or closing is None or closing.group(1) == "0":
        failures.append(f"{path.name}: status {run.returncode}\n{run.stdout}{run.stderr}")
    else:
        n_passed += int(closing.group(1))
    title = json.loads(path.read_text(encoding="utf-8")).get("title")
    if not title or title in titles:
        failures.append(f"{path.name}: no title of its own: {title}")
    titles[title] = path

if len(files) < least:
    failures.append(f"only {len(files)} scenarios in {folder}, expected at least {least}")
for failure in failures:
    print(failure)
print(f"{len(files)} scenarios, {n_passed} checks passed, {len(failures)} failures")
sys.exit(1 if failures else 0)
