from __future__ import annotations

import logging
import os

import pytest

from sendguard import ConfigurationError
from sendguard.guard import GuardFile


class Timer:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def write(path, text, age):
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(age, age))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "guard.toml"
    write(path, 'mode = "observe"', 1)
    return path


def test_a_changed_file_is_read_again_when_it_is_time_to_look(path):
    timer = Timer()
    guard = GuardFile(path, every=10.0, timer=timer)
    first = guard()
    assert first.mode == "observe"
    write(path, 'mode = "enforce"', 2)
    timer.now = 9.0
    assert guard() is first
    timer.now = 10.0
    assert guard().mode == "enforce"


def test_a_wrong_change_keeps_the_old_guard_and_is_told_once(path, caplog):
    timer = Timer()
    guard = GuardFile(path, every=0.0, timer=timer)
    first = guard()
    write(path, 'mode = "observed"', 2)
    with caplog.at_level(logging.ERROR, "sendguard"):
        assert guard() is first
        assert guard() is first
    (record,) = caplog.records
    assert "mode: expected enforce or observe" in record.getMessage()
    write(path, 'mode = "enforce"', 3)
    assert guard().mode == "enforce"


def test_a_file_that_vanishes_for_a_moment_keeps_the_old_guard(path):
    guard = GuardFile(path, every=0.0)
    first = guard()
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert guard() is first
    write(path, text.replace("observe", "enforce"), 9)
    assert guard().mode == "enforce"


def test_a_change_of_an_included_file_counts(path, tmp_path):
    base = tmp_path / "base.toml"
    write(base, 'mode = "observe"', 1)
    write(path, 'include = "base.toml"', 1)
    guard = GuardFile(path, every=0.0)
    assert guard().mode == "observe"
    write(base, 'mode = "enforce"', 2)
    assert guard().mode == "enforce"


def test_what_is_wrong_from_the_beginning_raises(tmp_path):
    with pytest.raises(ConfigurationError, match="No such file"):
        GuardFile(tmp_path / "none.toml")
    with pytest.raises(ConfigurationError, match="every"):
        GuardFile(tmp_path / "none.toml", every=-1.0)
