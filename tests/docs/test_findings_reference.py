"""The page of findings and the code name the same codes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sendguard import Action

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "findings.md"
FAMILIES = (
    "address|attachment|authority|batch|consent|content|fact|guard|header|identity|link"
    "|placeholder|recipient|state|thread|timing|tone"
)
CODE = re.compile(rf"(?:{FAMILIES})\.[a-z][a-z0-9-]*")
ANY_FAMILY = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+")
HEADING = re.compile(r"^### `([^`]+)`$", re.MULTILINE)


def _codes_in(source: str) -> Iterator[str]:
    """Every text in the code, docstrings aside, that is a finding's code."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if CODE.fullmatch(node.value):
                yield node.value
        elif isinstance(node, ast.keyword) and node.arg == "code":
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Constant) and ANY_FAMILY.fullmatch(str(inner.value)):
                    yield str(inner.value)


def _of_the_package() -> dict[str, str]:
    return {
        code: str(path.relative_to(ROOT))
        for path in sorted((ROOT / "src" / "sendguard").rglob("*.py"))
        if "testing" not in path.relative_to(ROOT).parts  # whose claims stand for nothing
        for code in _codes_in(path.read_text(encoding="utf-8"))
    }


def _sections() -> dict[str, str]:
    parts = HEADING.split(PAGE.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_code_in_the_package_has_a_section():
    missing = {code: path for code, path in _of_the_package().items() if code not in _sections()}
    assert not missing


def test_every_section_is_about_a_code_in_the_package():
    assert set(_sections()) <= set(_of_the_package())


@pytest.mark.parametrize("code", sorted(_sections()))
def test_every_section_tells_cause_example_action_and_remedy(code):
    labels = re.findall(r"^\*\*([A-Z][a-z]+)\.\*\*", _sections()[code], re.MULTILINE)
    assert labels == ["Cause", "Example", "Action", "Remedy"]


def test_sections_are_in_order_within_their_family():
    codes = list(_sections())
    families = list(dict.fromkeys(code.split(".")[0] for code in codes))
    assert codes == sorted(codes, key=lambda code: (families.index(code.split(".")[0]), code))


def test_the_search_sees_codes_in_calls_conditions_and_tables():
    source = 'f(code="guard.a" if x else "guard.b")\nX = {"tone.c": 1}\n"""about tone.d"""'
    assert set(_codes_in(source)) == {"guard.a", "guard.b", "tone.c"}


@pytest.mark.parametrize(
    ("code", "action"),
    re.findall(
        r"^### `([^`]+)`$.*?^\*\*Action\.\*\* ([A-Z]+)",
        PAGE.read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    ),
)
def test_every_section_names_an_action_that_there_is(code, action):
    assert action in Action.__members__
