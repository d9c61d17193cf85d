from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from tests.adapters.django.project import GUARDED, HAS_MAILERS, LOCMEM, project, written

from sendguard import ConfigurationError, Context, Guard, MessageBlocked
from sendguard.adapters.django import EmailBackend, _settings

needs_mailers = pytest.mark.skipif(not HAS_MAILERS, reason="needs the mailers of Django 6.1")


def connection():
    """The connection that the project's mail goes over."""
    return mail.mailers["default"] if HAS_MAILERS else mail.get_connection()


def test_the_guard_is_found_by_its_path(shop):
    with project(guard="shop_mail.guard"), pytest.raises(MessageBlocked):
        connection().send_messages([written("stop")])


def test_a_function_makes_the_guard_once_a_process(shop):
    made = []

    def make():
        made.append(Guard())
        return made[-1]

    shop.make = make
    with project(guard="shop_mail.make"):
        both = [connection()._terms.guard for _ in range(2)]
    assert len(made) == 1
    assert both == [made[0], made[0]]


def test_two_threads_never_make_the_guard_at_once():
    entered = []

    def make():
        other = threading.Thread(
            target=lambda: entered.append(_settings._making.acquire(blocking=False))
        )
        other.start()
        other.join()
        return Guard()

    EmailBackend(guard=make, backend=LOCMEM)
    assert entered == [False]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "no guard is named"),
        ({"guard": "no-such/shop.toml"}, "no-such/shop.toml: No such file"),
        ({"guard": Path("no-such") / "shop.toml"}, "No such file"),
        ({"guard": "shop_mail.guard", "queue": "shop_mail.number"}, "gave a int; name a HoldQueue"),
        ({"guard": "shop_mail.guard", "queue": "shop_mail.give_none"}, "gave a NoneType"),
        ({"guard": "shop_mail.guard", "on_hold": "drop"}, "on_hold is 'drop'"),
        ({"guard": "shop_mail.guard", "on_hold": "return"}, "needs a queue="),
        ({"guard": "shop_mail.gard"}, "'shop_mail.gard', which cannot be imported"),
        ({"guard": "no_such_module.guard"}, "which cannot be imported"),
        ({"guard": "shop_mail.number"}, "is a int; name a Guard"),
        ({"guard": "shop_mail.give_none"}, "returned a NoneType, not a Guard"),
        ({"guard": "shop_mail.guard", "context": "shop_mail.number"}, "is a int; name a Context"),
        ({"guard": "shop_mail.guard", "partial": "yes"}, "'yes'; use True or False"),
        ({"guard": "shop_mail.guard", "reroute": []}, "names nobody"),
        ({"guard": "shop_mail.guard", "reroute": "a@@b"}, "no address"),
        ({"guard": "shop_mail.guard", "reroute": 7}, "not int"),
        ({"guard": "shop_mail.guard", "reroute": "shop_mail.nobody"}, "cannot be imported"),
        ({"guard": "shop_mail.guard", "backend": "no.such.Backend"}, "cannot be imported"),
        ({"guard": "shop_mail.guard", "backend": GUARDED}, "the guarded backend itself"),
        ({"guard": "shop_mail.guard", "backend": "shop_mail.number"}, "is a int, not a backend"),
    ],
)
def test_a_wrong_setting_is_named(shop, options, said):
    shop.number = 7
    shop.give_none = lambda: None
    with project(**options), pytest.raises(ConfigurationError, match=said) as caught:
        connection()
    assert isinstance(caught.value, ImproperlyConfigured)


@pytest.mark.parametrize(
    ("key", "nearest"),
    [("GAURD", "'GUARD'"), ("guard", None), ("EMAIL_BACKENDS", "'EMAIL_BACKEND'")],
)
def test_an_unknown_key_is_an_error_with_the_nearest_name(guard, key, nearest):
    with (
        override_settings(SENDGUARD={key: "x"}),
        pytest.raises(ConfigurationError, match=f"SENDGUARD has '{key}'") as caught,
    ):
        EmailBackend(guard=guard, backend=LOCMEM)
    assert nearest is None or f"did you mean {nearest}?" in str(caught.value)


def test_settings_that_are_no_dict_are_an_error(guard):
    with (
        override_settings(SENDGUARD=["GUARD"]),
        pytest.raises(ConfigurationError, match="SENDGUARD is a list"),
    ):
        EmailBackend(guard=guard, backend=LOCMEM)


def test_the_project_says_what_the_backend_does_not(shop, recorder):
    shop.facts = Context(customer="north")
    settings = {
        "GUARD": "shop_mail.guard",
        "CONTEXT": "shop_mail.facts",
        "PARTIAL": True,
        "REROUTE": "qa@shop.example",
        "EMAIL_BACKEND": LOCMEM,
    }
    with override_settings(SENDGUARD=settings):
        EmailBackend().send_messages([written()])
        EmailBackend(context=Context(customer="south")).send_messages([written()])
    assert [each.to for each in mail.outbox] == [["qa@shop.example"]] * 2
    customers = [event.context.customer for event in recorder.events if event.kind == "sent"]
    assert customers == ["north", "south"]


def test_rerouting_may_be_a_function_of_the_project(shop):
    shop.stage = lambda recipient: "stage@shop.example"
    with project(guard="shop_mail.guard", reroute="shop_mail.stage"):
        connection().send_messages([written()])
    assert mail.outbox[0].to == ["stage@shop.example"]


@pytest.mark.parametrize("backend", ["locmem", 7, object()])
def test_something_that_cannot_send_is_no_backend(guard, backend):
    with pytest.raises(ConfigurationError, match=r"not a backend|cannot be imported"):
        EmailBackend(guard=guard, backend=backend)


def test_a_connection_that_exists_takes_no_further_arguments(guard, inner):
    with pytest.raises(ConfigurationError, match="built already and cannot take host"):
        EmailBackend(guard=guard, backend=inner, options={"host": "h"})


def test_options_are_a_dict(guard):
    with pytest.raises(ConfigurationError, match=r"\['options'\] is a list"):
        EmailBackend(guard=guard, backend=LOCMEM, options=["host"])


@pytest.mark.skipif(HAS_MAILERS, reason="needs a Django without mailers")
def test_a_mailer_needs_mailers(guard):
    with pytest.raises(ConfigurationError, match="needs MAILERS"):
        EmailBackend(guard=guard, mailer="out")


# --- MAILERS ---


def mailers(**options):
    return override_settings(
        MAILERS={
            "default": {"BACKEND": GUARDED, "OPTIONS": {"guard": "shop_mail.guard", **options}},
            "out": {"BACKEND": LOCMEM},
            "round": {"BACKEND": GUARDED, "OPTIONS": {"mailer": "default"}},
        }
    )


@needs_mailers
def test_an_inner_alias_sends(shop, recorder):
    with mailers(mailer="out"):
        written().send(using="default")
        with pytest.raises(MessageBlocked):
            written("stop").send(using="default")
        assert mail.mailers["default"].alias == "default"
    assert [each.sent_using for each in mail.outbox] == ["out"]
    assert recorder.kinds == ["admitted", "sent", "blocked"]


@needs_mailers
def test_an_inner_backend_sends_under_the_alias_of_the_guarded_one(shop):
    with mailers(backend=LOCMEM):
        written().send(using="default")
    assert [each.sent_using for each in mail.outbox] == ["default"]


@needs_mailers
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mailr": "out"}, "has 'mailr', which is not known; .* did you mean 'mailer'"),
        ({"host": "h"}, r"MAILERS\['default'\]\['OPTIONS'\] has 'host'"),
        ({"mailer": "aut"}, "'aut', which MAILERS has not; it has 'default', 'out', 'round'"),
        ({"mailer": "default"}, "leads back to the same mailer"),
        ({"mailer": "round"}, "leads back to the same mailer"),
        ({"mailer": "out", "backend": LOCMEM}, "leave out 'backend' and 'options'"),
        ({"mailer": "out", "options": {"host": "h"}}, "leave out 'backend' and 'options'"),
    ],
)
def test_a_wrong_option_of_a_mailer_is_named(shop, options, said):
    with mailers(**options), pytest.raises(ConfigurationError, match=said):
        mail.mailers["default"]


@needs_mailers
def test_silence_about_refusals_is_an_option_of_the_guarded_mailer_alone(shop):
    with mailers(mailer="out", fail_silently=True):
        assert mail.mailers["default"].send_messages([written("stop"), written()]) == 1


@needs_mailers
def test_errors_of_the_inner_backend_name_the_mailer(shop):
    with (
        mailers(backend=LOCMEM, options={"hots": "h"}),
        pytest.raises(mail.InvalidMailer, match=r"MAILERS\['default'\]: Unknown options 'hots'"),
    ):
        mail.mailers["default"]


@needs_mailers
def test_the_projects_settings_fill_in_for_a_mailer(shop):
    with (
        override_settings(
            MAILERS={
                "default": {"BACKEND": GUARDED, "OPTIONS": {"mailer": "out"}},
                "out": {"BACKEND": LOCMEM},
            },
            SENDGUARD={
                "GUARD": "shop_mail.guard",
                "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            },
        ),
        pytest.raises(MessageBlocked),
    ):
        mail.mailers.default.send_messages([written("stop"), written()])
    assert len(mail.outbox) == 1


@needs_mailers
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_the_older_settings_still_work_without_mailers(shop):
    from django.conf import settings

    with override_settings():
        del settings.MAILERS
        with override_settings(
            EMAIL_BACKEND=GUARDED, SENDGUARD={"GUARD": "shop_mail.guard", "EMAIL_BACKEND": LOCMEM}
        ):
            assert written().send() == 1
            with pytest.raises(MessageBlocked):
                written("stop").send()
    assert len(mail.outbox) == 1
