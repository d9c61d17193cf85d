"""Django's mail past the guarded backend is found."""

from __future__ import annotations

from django.core.mail import EmailMessage, get_connection, send_mail
from django.core.mail.backends import locmem
from tests.adapters.django.project import HAS_MAILERS, LOCMEM, project

from sendguard.adapters.bypasses import watch_bypasses


def test_the_guarded_backend_is_no_bypass(shop, outbox):
    with project(guard="shop_mail.guard"), watch_bypasses() as watch:
        send_mail("Hello", "Dear Ann,\n\nsee you.", "shop@shop.example", ["ann@a.example"])
    assert watch.found == []
    assert len(outbox) == 1


def test_another_backend_by_its_path_is_found(shop, outbox):
    backend = locmem.EmailBackend()
    message = EmailMessage("Hello", "Dear Ann", "shop@shop.example", ["ann@a.example"])
    with project(guard="shop_mail.guard"), watch_bypasses() as watch:
        backend.send_messages([message])
        if not HAS_MAILERS:
            get_connection(LOCMEM).send_messages(message for _ in range(1))
            EmailMessage("Hello", "x", to=["ann@a.example"], connection=backend).send()
    assert {(bypass.by, bypass.file) for bypass in watch.found} == {
        ("django.core.mail.backends.locmem", __file__)
    }
    assert len(watch.found) == len(outbox) == (1 if HAS_MAILERS else 3)


def test_the_backends_are_as_they_were_after_the_watch():
    before = locmem.EmailBackend.send_messages
    with watch_bypasses(), watch_bypasses():
        assert locmem.EmailBackend.send_messages is not before
    assert locmem.EmailBackend.send_messages is before
