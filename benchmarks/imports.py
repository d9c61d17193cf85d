"""What ``import sendguard`` costs, beside the standard library's mail modules.

Each import is timed in a new interpreter, the two in turn; the peer is ``import email.message,
smtplib``. The whole process is timed less an interpreter that imports nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 25
STATEMENTS = {
    "nothing": "pass",
    "import email.message, smtplib": "import email.message, smtplib",
    "import sendguard": "import sendguard",
    "first use: Guard.recommended()": "import sendguard; sendguard.Guard.recommended()",
}


def seconds(statement: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - begin


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(ROUNDS + 1):
        for name, statement in STATEMENTS.items():
            times[name].append(seconds(statement))
    median = {name: statistics.median(found[1:]) for name, found in times.items()}
    floor = median.pop("nothing")
    peer = median["import email.message, smtplib"] - floor
    print(
        f"\nImports, median of {ROUNDS} new interpreters, less an empty one of {floor * 1e3:.1f} ms"
    )
    for name, found in median.items():
        print(f"  {name:34} {(found - floor) * 1e3:7.1f} ms   {(found - floor) / peer:5.2f} x peer")


if __name__ == "__main__":
    main()
