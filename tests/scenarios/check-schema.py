#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The JSON schema says what the loader says.

Every shipped scenario is valid under the schema. Of the broken corpus, files
that are wrong in their form are refused by the schema, too; only what a schema
cannot see (listed here, by the name of the file) may pass. And the schema
knows exactly the operations, the fields and the expectations of the loader:
both lists are read from its tables.
"""
import json
import pathlib
import re
import sys

import jsonschema

root = pathlib.Path(sys.argv[1])
schema = json.loads((root / "data/schema/scenario-v1.schema.json").read_text())
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
failures = []

# What only the loader can know: names and lives, what this machine has, sums, and values inside texts.
BEYOND_SCHEMA = re.compile(
    r"^(life-|reference-(outside|range-outside|many-for-one|range-for-one|index-of-one|reversed|huge)"
    r"|free-(unknown|too-early)|repeat-(leak|double-free|third-round|too-)|drain-cpu|alloc-(node|nodes-outside|cpu)$"
    r"|alloc-gfp-(unknown|partly|two-)|bulk-.*-name"
    r"|machine-(ram-(small|large|odd|overflow)|nodes-ram-small|memory-(overlap|order|small|node|odd-base|end|zero)"
    r"|disk|cpus-node|zones-(unaligned|order)|kernel-|distance-)"
    r"|expect-(pfn-outside|pfns-long|pfn-of-many|pfns-of-drain|refcount-of-drain|block-type-(of-drain|outside)"
    r"|free-zone|free-pages-zone|pcp-(zone$|cpu|no-count|order-high|type-high|type-batch)|counter-|events-(unknown|far)|bug-unknown"
    r"|watermark-zone|highatomic-zone|result-(bounds-reversed|huge))"
    r"|free-many-offset-behind|many-max-order-low|alloc-order-(huge|exponent)|head-version-(fraction|huge)"
    r"|compare-(fewer|value)|task-(none|unknown|exited|name-again|is-address|wait-running)"
    r"|address-(unknown|early|is-|huge|as-|of-pages)|mmap-file-(unknown|is-task)|store-value-large"
    r"|files-(size-huge|max-size|name-taken)|file-(not-open|closed|open-twice|open-of-open)"
    r"|question-(empty-ask|answer-(expect|place))"
    r"|expect-(address-name|memory-task|pages-same|mm-task|tlb-cpu|file-unknown|vmas-(name|file|flag)|value-of-store))")


def refusal(path):
    """The first thing the schema has against a file; None: nothing."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return "not JSON"
    return next((e.message for e in validator.iter_errors(data)), None)


for path in sorted((root / "data/scenarios").glob("*.json")):
    message = refusal(path)
    if message:
        failures.append(f"{path.name}: valid for the loader, not for the schema: {message[:200]}")

n_refused = 0
for path in sorted((root / "tests/scenarios/broken").glob("*.json")):
    if path.name.startswith("syntax-"):
        continue
    refused = refusal(path) is not None
    n_refused += refused
    if not refused and not BEYOND_SCHEMA.match(path.stem):
        failures.append(f"{path.name}: refused by the loader, not by the schema")


def table_words(source, pattern):
    return set(re.findall(pattern, (root / "src/engine" / source).read_text()))


ops = table_words("pgw-operations.c", r'\{ "(\w+)", OP_\w+,') | table_words("pgw-arguments.c", r'\{ "(\w+)", OP_\w+[, ]')
ops |= table_words("pgw-operations-slab.c", r'\{ "(\w+)", OP_\w+,')
schema_ops = {name[3:] for name in schema["definitions"] if name.startswith("op_")}
if ops != schema_ops:
    failures.append(f"operations differ: {ops ^ schema_ops}")

fields = table_words("pgw-operation-fields.c", r'\[PGW_FIELD_\w+\] = \{ "(\w+)"') | {"task"}
fields |= table_words("pgw-arguments.c", r'[A-Z]+(?:_OPT|_FILE)? \("(\w+)"')
fields |= table_words("pgw-arguments.c", r'\{ "(\w+)", \d, PGW_ARGUMENT_')
fields |= table_words("pgw-operations-slab.c", r'\{ "(\w+)", KEY_')
schema_fields = set()
common = {"op", "title", "explain", "question", "expect"}
for name in sorted(schema_ops):
    properties = set(schema["definitions"]["op_" + name]["properties"])
    schema_fields |= properties - common
    if not common <= properties:
        failures.append(f"op_{name} lacks what every operation may have: {common - properties}")
if fields != schema_fields:
    failures.append(f"fields differ: {fields ^ schema_fields}")

clauses = table_words("pgw-expect-read.c", r'\{ "(\w+)", (?:pgw_expect_)?read_\w+ \}')
clauses |= table_words("pgw-expect-pages-read.c", r'\{ "(\w+)", read_\w+ \}')
clauses |= table_words("pgw-expect-tasks-read.c", r'\{ "(\w+)", (?:pgw_expect_)?read_\w+ \}')
schema_clauses = set(schema["definitions"]["expect"]["properties"])
if clauses != schema_clauses:
    failures.append(f"expectations differ: {clauses ^ schema_clauses}")

if n_refused < 100:
    failures.append(f"the schema refused only {n_refused} of the broken files")
for failure in failures:
    print(failure)
print(f"{n_refused} broken files refused by the schema, {len(failures)} failures")
sys.exit(1 if failures else 0)
