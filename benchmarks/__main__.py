"""Runs the quick benchmarks, or those named: ``python -m benchmarks [send_path accuracy …]``."""

from __future__ import annotations

import importlib
import sys

QUICK = ("imports", "send_path")
NAMES = {
    "imports": "benchmarks.imports",
    "send_path": "benchmarks.send_path",
    "accuracy": "benchmarks.accuracy.mutations",
}


def main() -> int:
    wanted = sys.argv[1:] or QUICK
    for name in wanted:
        if name not in NAMES:
            print(f"no benchmark {name!r}; there are {', '.join(NAMES)}", file=sys.stderr)
            return 2
    for name in wanted:
        importlib.import_module(NAMES[name]).main()
    return 0


sys.exit(main())
