from __future__ import annotations

import importlib.util

import pytest
from tests.peers import django_peer


def test_djangos_own_tests_end_as_they_do_without_the_guard():
    if importlib.util.find_spec("django") is None:
        pytest.skip("Django is not installed")
    import django

    if not django_peer.cached(django.__version__).is_dir():
        pytest.skip("`make peers` has not fetched Django's tests yet")
    report = django_peer.run()
    assert report.failures == ()
    assert report.missing is None
    assert report.guarded > 100


def test_a_suite_that_is_broken_without_the_guard_proves_nothing(monkeypatch):
    same = {"mail.tests.A.test_a": "passed", "mail.tests.A.test_b": "failed: no settings"}
    monkeypatch.setattr(django_peer, "_sources", lambda version: None)
    monkeypatch.setattr(django_peer, "_run", lambda folder, mode: (same, 5))
    report = django_peer.run()
    assert not report.passed
    assert [line.split(":")[0] for line in report.failures] == ["mail.tests.A.test_b"]


def test_a_module_that_cannot_be_loaded_is_named(monkeypatch):
    same = {
        "mail.tests.A.test_a": "passed",
        "unittest.loader._FailedTest.mail.x": "error: ImportError",
    }
    monkeypatch.setattr(django_peer, "_sources", lambda version: None)
    monkeypatch.setattr(django_peer, "_run", lambda folder, mode: (same, 5))
    report = django_peer.run()
    assert report.passed
    assert report.tests == 1
    assert "without mail.x, not loaded by Python" in str(report)


def test_sources_that_cannot_be_had_are_a_run_that_was_not(monkeypatch):
    def fail(version):
        raise OSError

    monkeypatch.setattr(django_peer, "_sources", fail)
    assert "its sources could not be had" in str(django_peer.run())
