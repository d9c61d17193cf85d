"""The tutorial on policies is followed: its files are written, its commands are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "tested-policy.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w.]+)`(?:,[\w ]+| becomes)?:\s*\Z")


def steps() -> Iterator[tuple[str, str, str]]:
    """What the page has the reader do, in order: ("file", name, text), ("run", command, output)."""
    page = PAGE.read_text(encoding="utf-8")
    for fence in FENCE.finditer(page):
        kind, inside = fence.groups()
        named = FILE.search(page, 0, fence.start())
        if kind == "console":
            for shown in re.split(r"^\$ ", inside, flags=re.MULTILINE)[1:]:
                command, _, output = shown.partition("\n")
                yield "run", command, output
        elif named is not None:
            yield "file", named[1], inside


def fits(shown: str, said: str) -> bool:
    """Whether the output is what the page shows: … is anything, and lines may end elsewhere."""
    pattern = ".*".join(map(re.escape, " ".join(shown.split()).split("…")))
    return re.fullmatch(pattern, " ".join(said.split())) is not None


def run(command: str, folder: Path) -> str:
    programs = Path(sys.executable).parent
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "COLUMNS": "80",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, check=False
    )
    return (done.stdout + done.stderr).decode()


def test_who_follows_the_tutorial_sees_what_it_shows(tmp_path):
    done = []
    for kind, what, text in steps():
        done.append((kind, what))
        if kind == "file":
            (tmp_path / what).write_text(text, encoding="utf-8")
        else:
            said = run(what, tmp_path)
            assert fits(text, said), f"$ {what}\n{said}"
    assert [what for kind, what in done if kind == "file"] == [
        *("sendguard.toml", "people.csv", "slip.toml", "test_policy.py", "sendguard.toml")
    ]
    assert sum(kind == "run" for kind, _ in done) == 6


def test_an_output_that_differs_is_noticed():
    assert fits("9 passed in …s\n", "9 passed in 0.5s")
    assert not fits("9 passed in …s\n", "1 failed, 8 passed in 0.5s")
