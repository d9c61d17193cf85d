"""Runs every benchmark, or those named: ``python -m benchmarks [send_path imports …]``."""

from __future__ import annotations

import importlib
import sys

NAMES = ("imports", "replay", "send_path", "shadow")


def main() -> int:
    wanted = sys.argv[1:] or NAMES
    for name in wanted:
        if name not in NAMES:
            print(f"no benchmark {name!r}; there are {', '.join(NAMES)}", file=sys.stderr)
            return 2
    for name in wanted:
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


sys.exit(main())
