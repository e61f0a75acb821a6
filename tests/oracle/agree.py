#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""agree.py PAGEWALK-CLI FOLDER ALL TOTAL [OPTION...]: verifies all recordings of a folder.

Of TOTAL operations at least ALL must agree in everything; what agreed once must not get lost.
"""
import re
import subprocess
import sys
from pathlib import Path


def main():
    cli, folder, wanted, total = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    files = sorted(str(f) for f in folder.glob("*.json.xz"))
    run = subprocess.run([cli, "verify", *sys.argv[5:], *files], capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    closing = re.fullmatch(r"agree: .* all (\d+)/(\d+)", lines[-1]) if lines else None
    if run.returncode not in (0, 1) or run.stderr or closing is None:
        print(run.stdout[-2000:], run.stderr, f"exit status {run.returncode}")
        return 1
    agreed, found = int(closing[1]), int(closing[2])
    print(lines[-1])
    if agreed < wanted or found != total:
        print("\n".join(line for line in lines if not re.match(r"\S+: results (\d+)/\1 .* all (\d+)/\2$", line)))
        print(f"{agreed} of {found} operations agree; expected at least {wanted} of {total}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
