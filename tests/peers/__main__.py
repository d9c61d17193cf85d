"""Run every peer's suite, print a line for each, and fail if one of them differs."""

from __future__ import annotations

import importlib
import pkgutil
import sys

from tests import peers


def main(wanted: list[str]) -> int:
    found = sorted(
        module.name.removesuffix("_peer")
        for module in pkgutil.iter_modules(peers.__path__)
        if module.name.endswith("_peer")
    )
    if unknown := set(wanted) - set(found):
        print(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(found)}")
        return 2
    reports = [
        importlib.import_module(f"tests.peers.{name}_peer").run() for name in wanted or found
    ]
    for report in reports:
        print(report)
        for failure in report.failures:
            print(f"  {failure}")
    return 0 if all(report.passed for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
