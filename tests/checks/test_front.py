from __future__ import annotations

import ast
import pickle
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import sendguard
from sendguard import checks


def run(code: str, **options: object) -> str:
    """What the code prints in a new process."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, check=True, **options).stdout.decode()


@pytest.mark.parametrize("package", [sendguard, checks])
def test_the_public_names_are_sorted_and_there(package):
    assert package.__all__ == sorted(package.__all__) == dir(package)
    for name in package.__all__:
        assert getattr(package, name).__doc__


@pytest.mark.parametrize("package", [sendguard, checks])
def test_a_type_checker_sees_each_name_where_the_program_finds_it(package):
    tree = ast.parse(Path(package.__file__).read_text("utf-8"))
    imported = {
        (node.module.removeprefix(package.__name__).removeprefix("."), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module != "sendguard._front"
        for alias in node.names
        if node.module.startswith("sendguard")
    }
    found = {(home, name) for home, names in package._HOMES.items() for name in names.split()}
    assert imported == found
    assert sorted(name for _, name in imported) == package.__all__


def test_a_name_that_is_not_there_is_said():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        checks.nothing  # noqa: B018  (the look-up is what is tested)
    with pytest.raises(ImportError, match="nothing"):
        from sendguard.checks import nothing  # noqa: F401  (as above)


def test_no_file_or_folder_takes_the_place_of_a_check():
    # Importing a submodule sets its name in the package, over whatever stood there.
    assert {each.name for each in pkgutil.iter_modules(checks.__path__)}.isdisjoint(checks.__all__)


def test_a_check_is_unpickled_where_nothing_is_loaded_yet():
    check = checks.thread() & checks.greeting()
    code = (
        "import pickle, sys\n"
        "check = pickle.load(sys.stdin.buffer)\n"
        "from sendguard import checks\n"
        "print(check == checks.thread() & checks.greeting())"
    )
    assert run(code, input=pickle.dumps(check)) == "True\n"


@pytest.mark.parametrize(
    ("guard", "unused"),
    [
        ("Guard(checks.empty_body())", ["_links", "answers", "fact", "threads", "tone"]),
        ("Guard.recommended()", ["_authority", "_quiet_hours", "_repeats", "answers"]),
    ],
)
def test_only_the_checks_of_a_guard_are_loaded(guard, unused):
    code = (
        f"import sys; from sendguard import Guard, checks; {guard}\n"
        f"unused = {{'sendguard.checks.' + name for name in {unused}}} | {{'asyncio', 'email'}}\n"
        "print(', '.join(sorted(unused & set(sys.modules))))"
    )
    assert run(code) == "\n"
