from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.core.checks import run_checks
from django.test import override_settings
from tests.adapters.django.project import GUARDED, HAS_MAILERS, LOCMEM, SMTP, project

from sendguard import Guard

needs_mailers = pytest.mark.skipif(not HAS_MAILERS, reason="needs the mailers of Django 6.1")


def found(**kwargs):
    problems = run_checks(tags=["mail"], **kwargs)
    return [each.id for each in problems if each.id.startswith("sendguard.")]


@contextmanager
def unguarded(path):
    changes = (
        {"MAILERS": {"default": {"BACKEND": path}}} if HAS_MAILERS else {"EMAIL_BACKEND": path}
    )
    with override_settings(**changes):
        yield


def test_right_settings_have_no_findings(shop):
    with project(guard="shop_mail.guard"):
        assert found(include_deployment_checks=True) == []


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, ["E002"]),
        ({"guard": "shop_mail.gard"}, ["E002"]),
        ({"guard": "shop.toml"}, ["E002"]),
        ({"guard": "shop_mail.guard", "backend": "no.such.Backend"}, ["E003"]),
        ({"guard": "shop_mail.guard", "backend": GUARDED}, ["E003"]),
        ({"guard": "shop_mail.guard", "context": "shop_mail.facts"}, ["E004"]),
        ({"guard": "shop_mail.guard", "partial": 1}, ["E005"]),
        ({"context": "x.y", "partial": 1, "reroute": ()}, ["E002", "E004", "E005", "E005"]),
    ],
)
def test_each_wrong_setting_has_its_id(shop, options, ids):
    with project(**options):
        assert found() == [f"sendguard.{each}" for each in ids]


@pytest.mark.parametrize("settings", [{"GAURD": "x"}, ["GUARD"]])
def test_settings_that_cannot_be_read_are_an_error(shop, settings):
    with project(guard="shop_mail.guard"), override_settings(SENDGUARD=settings):
        assert found() == ["sendguard.E001"]


def test_an_app_without_the_backend_is_a_warning():
    with unguarded(SMTP):
        assert found() == ["sendguard.W001"]


def test_a_backend_that_sends_nowhere_needs_no_guard():
    with unguarded(LOCMEM):
        assert found() == []


def test_a_backend_that_does_not_exist_is_left_to_django():
    with unguarded("no.such.Backend"):
        assert found() == ["sendguard.W001"]


def test_rerouting_and_observing_are_named_before_a_deployment(shop):
    shop.watcher = Guard(mode="observe")
    with project(guard="shop_mail.watcher", reroute="qa@shop.example"):
        assert found() == []
        assert found(include_deployment_checks=True) == ["sendguard.W003", "sendguard.W004"]
    with project(guard="shop_mail.gard"):
        assert found(include_deployment_checks=True) == ["sendguard.E002"]


@needs_mailers
@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({"mailer": "out"}, ["W002"]),
        ({"backend": SMTP}, ["W002", "W002"]),
        ({"mailer": "aut"}, ["E003", "W002", "W002"]),
        ({"mailre": "out"}, ["E001"]),
        ({"mailer": "out", "options": {"host": "h"}}, ["E003", "W002"]),
        ({"backend": SMTP, "options": []}, ["E003", "W002", "W002"]),
    ],
)
def test_mailers_that_go_around_the_guard_are_named(shop, options, ids):
    with override_settings(
        MAILERS={
            "default": {"BACKEND": GUARDED, "OPTIONS": {"guard": "shop_mail.guard", **options}},
            "out": {},
            "bulk": {"BACKEND": SMTP},
            "tests": {"BACKEND": LOCMEM},
        }
    ):
        assert found() == [f"sendguard.{each}" for each in ids]


@needs_mailers
def test_what_several_mailers_share_is_said_once():
    both = {
        alias: {"BACKEND": GUARDED, "OPTIONS": {"backend": LOCMEM}} for alias in ("default", "b")
    }
    with override_settings(MAILERS=both, SENDGUARD={"PARTIAL": 1, "GUARD": Guard()}):
        assert found() == ["sendguard.E005"]
