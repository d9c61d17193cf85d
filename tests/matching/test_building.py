"""The extension is optional: without a compiler the build succeeds and says what takes its place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(os.name == "nt", reason="/bin/false stands for a compiler that fails")
def test_without_a_compiler_the_build_succeeds_and_pure_python_is_used(tmp_path):
    pytest.importorskip("setuptools", "77", reason="pyproject.toml asks for setuptools 77 to build")
    # A tree of its own: what another build compiled would lie in this one.
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(_ROOT / name, tmp_path)
    shutil.copytree(
        _ROOT / "src" / "sendguard",
        tmp_path / "src" / "sendguard",
        ignore=shutil.ignore_patterns("_native*.so", "__pycache__"),
    )
    broken = {**os.environ, "CC": "/bin/false", "CXX": "/bin/false"}
    built = _run(tmp_path, broken, "setup.py", "build", "--build-lib", "built")
    said = built.stdout + built.stderr
    assert "not compiled: sendguard will use its pure-Python engine" in said
    # -I leaves out the folder, the environment and so the checkout that may be installed for editing.
    code = "import sys; sys.path.insert(0, sys.argv[1]); import sendguard.matching as m; print(m.__file__, m.engine())"
    used = _run(tmp_path, {**os.environ}, "-I", "-c", code, str(tmp_path / "built"))
    assert used.stdout.split() == [str(tmp_path / "built/sendguard/matching/__init__.py"), "python"]


def _run(
    folder: Path, environment: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done
