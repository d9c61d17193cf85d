from __future__ import annotations

import subprocess
import sys

import sendguard.canonical


def test_the_public_names_are_sorted_and_there() -> None:
    names = sendguard.canonical.__all__
    assert list(names) == sorted(names)
    assert all(hasattr(sendguard.canonical, name) for name in names)


def test_importing_loads_none_of_the_heavy_libraries() -> None:
    script = (
        "import sys, sendguard.canonical\n"
        "heavy = {'phonenumbers', 'email_validator', 'publicsuffixlist', 'idna'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # exits 1 when a name is printed
