"""The guard stays in place where Django's and pytest's test runners put locmem instead."""

from __future__ import annotations

import subprocess
import sys
import unittest
from pathlib import Path

import pytest
from django.core import mail
from django.test import SimpleTestCase, override_settings
from tests.adapters.django.project import GUARDED, HAS_MAILERS, LOCMEM, SMTP, written

from sendguard import Context, Guard, MessageBlocked
from sendguard.adapters.django.testing import GuardedMailMixin, guarded_mail

pytestmark = pytest.mark.usefixtures("shop")

REPLACED = (  # what Django's test runner makes of the settings
    {"MAILERS": {"default": {"BACKEND": LOCMEM}}} if HAS_MAILERS else {"EMAIL_BACKEND": LOCMEM}
)


def send(subject, **options):
    if HAS_MAILERS:
        options.setdefault("using", "default")
    return written(subject).send(**options)


@pytest.fixture(autouse=True)
def replaced():
    with override_settings(**REPLACED, SENDGUARD={"GUARD": "shop_mail.guard"}):
        yield


def test_only_what_the_guard_lets_pass_is_in_the_outbox():
    with guarded_mail():
        send("Hello")
        with pytest.raises(MessageBlocked):
            send("stop")
    assert [each.subject for each in mail.outbox] == ["Hello"]
    send("stop")  # and afterwards everything is as before
    assert len(mail.outbox) == 2


def test_it_decorates_functions_and_takes_another_guard(recorder):
    @guarded_mail(guard=Guard(observers=[recorder]), context=Context(customer="north"))
    def work():
        return send("stop")

    assert work() == 1
    assert recorder.events[0].context.customer == "north"


def run(case):
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert result.testsRun > 0
    return [trace.splitlines()[-1] for _, trace in (*result.errors, *result.failures)]


def test_it_decorates_test_classes():
    @guarded_mail()
    class Orders(SimpleTestCase):
        def test_stop(self):
            with pytest.raises(MessageBlocked):
                send("stop")
            assert mail.outbox == []

    assert run(Orders) == []


def test_the_mixin_guards_each_test_of_a_class():
    class Orders(GuardedMailMixin, SimpleTestCase):
        partial = True

        def test_stop(self):
            with pytest.raises(MessageBlocked):
                send("stop")

        def test_partial(self):
            message = written(cc=["mallory@m.example"])
            message.send(**({"using": "default"} if HAS_MAILERS else {}))
            assert mail.outbox[0].cc == []

    assert run(Orders) == []


def test_a_test_that_sends_what_is_blocked_fails():
    @guarded_mail()
    class Orders(SimpleTestCase):
        def test_order(self):
            send("stop")

    (line,) = run(Orders)
    assert "test.stop" in line


def test_the_outbox_is_made_and_taken_away_where_there_was_none(monkeypatch):
    monkeypatch.delattr(mail, "outbox")
    with guarded_mail():
        assert mail.outbox == []
    assert not hasattr(mail, "outbox")
    mail.outbox = []  # for the fixture that takes it away


@pytest.mark.skipif(not HAS_MAILERS, reason="needs the mailers of Django 6.1")
def test_mailers_are_guarded_as_in_the_project(monkeypatch):
    from django.apps import apps

    class Own(sys.modules["sendguard.adapters.django"].EmailBackend):
        """A project's own backend, made of the guarded one."""

    monkeypatch.setattr(sys.modules["shop_mail"], "Own", Own, raising=False)
    project = {
        "default": {"BACKEND": GUARDED, "OPTIONS": {"guard": "shop_mail.guard", "mailer": "out"}},
        "own": {"BACKEND": "shop_mail.Own", "OPTIONS": {"partial": True, "backend": SMTP}},
        "out": {"OPTIONS": {"host": "mail.shop.example"}},
    }
    monkeypatch.setattr(apps.get_app_config("sendguard"), "mailers", project)
    replaced = {alias: {"BACKEND": LOCMEM} for alias in project}
    with (
        override_settings(MAILERS=replaced, SENDGUARD={"GUARD": "shop_mail.guard"}),
        guarded_mail(),
    ):
        for alias in ("default", "own"):
            with pytest.raises(MessageBlocked):
                send("stop", using=alias)
        assert isinstance(mail.mailers["own"], Own)
        assert send("stop", using="out") == 1
        assert mail.mailers["own"]._terms.partial is True


# --- whole projects, each in a process of its own ---

SETTINGS = f"""
SECRET_KEY = "for tests"
INSTALLED_APPS = ["sendguard.adapters.django"]
DATABASES = {{}}
import django.core.mail
if hasattr(django.core.mail, "mailers"):
    MAILERS = {{
        "default": {{"BACKEND": "{GUARDED}", "OPTIONS": {{"guard": "shop.guard", "mailer": "out"}}}},
        "out": {{"OPTIONS": {{"host": "mail.shop.example"}}}},
    }}
else:
    EMAIL_BACKEND = "{GUARDED}"
    SENDGUARD = {{"GUARD": "shop.guard"}}
"""
SHOP = """
from sendguard import Action, Finding, Guard, rule

@rule("test.word")
def objects(message, context):
    if "stop" in message.subject:
        yield Finding(code="test.stop", action=Action.BLOCK, message="A test objects.")

guard = Guard(objects)
"""
PYTEST_CONFTEST = """
import django
django.setup()
pytest_plugins = ["sendguard.adapters.django.testing"]
"""
PYTEST_TESTS = """
import django.core.mail
import pytest
from django.test.utils import setup_test_environment
from sendguard import MessageBlocked

setup_test_environment()

def send(subject):
    django.core.mail.send_mail(subject, "", "a@shop.example", ["b@b.example"])

def test_guarded(guarded_mail):
    send("Hello")
    with pytest.raises(MessageBlocked):
        send("stop")
    assert [each.subject for each in guarded_mail] == ["Hello"]

def test_the_outbox_is_empty_again(guarded_mail):
    assert guarded_mail == []

def test_without():
    send("stop")
"""
DJANGO_TESTS = """
from django.core import mail
from django.test import SimpleTestCase
from sendguard import MessageBlocked
from sendguard.adapters.django.testing import GuardedMailMixin

class Orders(GuardedMailMixin, SimpleTestCase):
    def test_guarded(self):
        mail.send_mail("Hello", "", "a@shop.example", ["b@b.example"])
        with self.assertRaises(MessageBlocked):
            mail.send_mail("stop", "", "a@shop.example", ["b@b.example"])
        self.assertEqual([each.subject for each in mail.outbox], ["Hello"])

class Without(SimpleTestCase):
    def test_without(self):
        mail.send_mail("stop", "", "a@shop.example", ["b@b.example"])
"""


def run_project(folder: Path, files: dict[str, str], *command: str) -> str:
    for name, text in {"shop_settings.py": SETTINGS, "shop.py": SHOP, **files}.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={"DJANGO_SETTINGS_MODULE": "shop_settings", "PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_fixture_works_in_a_project(tmp_path):
    said = run_project(
        tmp_path,
        {"conftest.py": PYTEST_CONFTEST, "test_shop.py": PYTEST_TESTS},
        *("-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"),
    )
    assert "3 passed" in said


def test_the_mixin_works_under_djangos_test_runner(tmp_path):
    said = run_project(
        tmp_path, {"test_shop.py": DJANGO_TESTS}, "-m", "django", "test", "test_shop"
    )
    assert "Ran 2 tests" in said
    assert "System check identified no issues" in said


def test_the_helpers_for_unittest_need_no_pytest(tmp_path):
    program = (
        "import sys; sys.modules['pytest'] = None; import django; django.setup();"
        "from sendguard.adapters.django.testing import guarded_mail;"
        "guarded_mail().enable()"
    )
    run_project(tmp_path, {}, "-c", program)


def test_manage_py_check_names_what_is_wrong(tmp_path):
    (tmp_path / "wrong.py").write_text(SETTINGS.replace("shop.guard", "shop.gard"))
    with pytest.raises(AssertionError, match=r"sendguard\.E002"):
        run_project(tmp_path, {}, "-m", "django", "check", "--settings=wrong")
