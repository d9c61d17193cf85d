from __future__ import annotations

import io

import pytest

from sendguard.cli._progress import Progress


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def bar(stream, total, clock, environ=()) -> Progress:
    return Progress(stream, total, dict(environ), clock)


def test_a_bar_is_drawn_for_many_things_and_leaves_nothing_behind():
    stream, clock = Terminal(), Clock()
    progress = bar(stream, 50, clock)
    clock.now = 0.2
    progress.advance()
    assert stream.getvalue().endswith(" 1/50")
    progress.clear()
    assert stream.getvalue().endswith("\r\x1b[K")
    written = stream.getvalue()
    progress.clear()
    assert stream.getvalue() == written


def test_few_things_get_a_bar_only_when_they_take_long():
    stream, clock = Terminal(), Clock()
    progress = bar(stream, 49, clock)
    clock.now = 0.9
    progress.advance()
    assert stream.getvalue() == ""
    clock.now = 1.1
    progress.advance()
    assert stream.getvalue() != ""


def test_it_is_not_drawn_more_often_than_eyes_can_follow():
    stream, clock = Terminal(), Clock()
    progress = bar(stream, 10_000, clock)
    for _ in range(10_000):
        clock.now += 0.0001
        progress.advance()
    assert stream.getvalue().count("\r") <= 10


@pytest.mark.parametrize(
    ("stream", "environ"), [(io.StringIO(), {}), (Terminal(), {"TERM": "dumb"})]
)
def test_there_is_no_bar_where_it_could_not_be_taken_off(stream, environ):
    clock = Clock()
    progress = bar(stream, 100, clock, environ)
    clock.now = 5.0
    progress.advance()
    progress.clear()
    assert stream.getvalue() == ""


def test_the_bar_fits_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    stream, clock = Terminal(), Clock()
    progress = bar(stream, 100, clock)
    for _ in range(100):
        clock.now += 0.2
        progress.advance()
    assert max(map(len, stream.getvalue().split("\r"))) < 30
    assert "[###" in stream.getvalue()
    assert stream.getvalue().endswith("100/100")
