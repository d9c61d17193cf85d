from __future__ import annotations

import io

import pytest

from sendguard import Action
from sendguard.cli._screen import Screen


class Terminal(io.TextIOWrapper):
    def __init__(self, encoding: str = "utf-8", *, tty: bool = True) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


@pytest.mark.parametrize(
    ("environ", "tty", "styled"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colours_are_for_terminals_and_obey_the_environment(environ, tty, styled):
    assert Screen.of(Terminal(tty=tty), environ).styled is styled


def test_the_width_is_that_of_the_terminal_and_fixed_for_a_file(monkeypatch):
    monkeypatch.setenv("COLUMNS", "133")
    assert Screen.of(Terminal(), {}).width == 133
    assert Screen.of(Terminal(tty=False), {}).width == 80


def test_a_terminal_of_no_width_still_gets_some(monkeypatch):
    monkeypatch.setenv("COLUMNS", "3")
    assert Screen.of(Terminal(), {}).width == 20


def test_without_style_the_text_is_left_alone():
    plain = Screen()
    for style in (plain.coloured, plain.underlined):
        assert style("x", Action.HOLD) == "x"
    assert plain.faint("x") == "x"


def test_each_action_has_a_colour_of_its_own():
    styled = Screen(styled=True)
    assert len({styled.coloured("x", action) for action in Action}) == len(Action)


def test_a_mask_stays_readable_where_the_encoding_has_no_ellipsis():
    assert Screen(encoding="latin-1").shown("m…@x.example") == "m...@x.example"
    assert Screen(encoding="cp1252").shown("m…@x.example") == "m…@x.example"
