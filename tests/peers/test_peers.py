from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.peers import Report, differences


def peers(*names):
    return subprocess.run(
        [sys.executable, "-m", "tests.peers", *names],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_cpythons_own_tests_end_as_they_do_without_the_guard():
    done = peers("smtplib")
    assert done.returncode == 0, done.stdout + done.stderr
    if "NOT RUN" in done.stdout:
        pytest.skip(done.stdout)
    assert " 0 failures, " in done.stdout


def test_a_test_that_ends_otherwise_or_is_missing_is_a_difference():
    plain = {"a": "passed", "b": "failed: no", "c": "passed", "d": "skipped: no IPv6"}
    guarded = {"a": "failed: yes", "b": "failed: other words", "d": "skipped: no IPv6"}
    assert [line.split(":")[0] for line in differences(plain, guarded)] == ["a", "c"]


def test_a_suite_in_which_nothing_was_guarded_proves_nothing():
    assert not Report("x", tests=9, guarded=0).passed
    assert not Report("x", tests=9, guarded=3, failures=("a",)).passed
    assert Report("x", tests=9, guarded=3).passed
    assert "NOT RUN" in str(Report("x", missing="it is not here"))


def test_an_unknown_peer_is_named():
    done = peers("smtplip")
    assert done.returncode == 2
    assert "smtplib" in done.stdout
