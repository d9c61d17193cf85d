"""Held messages in Django's admin."""

from __future__ import annotations

import html
import shutil
import subprocess
import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client, override_settings
from tests.adapters.django import urls

from sendguard import Context, Guard, Message, checks
from sendguard.adapters.django import DjangoHoldStore
from sendguard.adapters.django._page import FRAMING
from sendguard.holds import HoldQueue, Terms
from sendguard.stores import MemoryStore

LETTER = Message.email(
    sender="Shop <shop@shop.example>",
    to=["Maria <maria@north.example>", "bo@north.example"],
    subject="Your <i>order</i>",
    text="Dear {{first_name}},\n<script>alert(1)</script>",
)
BY_ANN = Context(actor="ann")
URL = "/admin/sendguard/heldmessage/"
ALL = ("view_heldmessage", "approve_held", "reject_held", "undo_held")


@pytest.fixture
def queue(database):
    return HoldQueue(DjangoHoldStore(), Guard(checks.placeholders(), store=MemoryStore()))


def user(name, *permissions, **fields):
    made = get_user_model().objects.create_user(name, is_staff=True, **fields)
    made.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return made


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bo(queue):
    return client_of(user("bo", *ALL))


def hold(queue, message=LETTER, context=BY_ANN, **options):
    return queue.hold(message, context, queue.guard.evaluate(message), **options)


def page_of(client, held):
    return client.get(f"{URL}{held.id}/change/")


def decide(client, held, decision, note="", **more):
    data = {"decision": decision, "note": note, "digest": held.digest, **more}
    return client.post(f"{URL}{held.id}/change/", data, follow=True)


def test_the_list_says_who_waits_for_what_and_why(queue, bo):
    hold(queue)
    page = bo.get(URL).content.decode()
    assert "Your &lt;i&gt;order&lt;/i&gt;" in page
    assert "maria@north.example and 1 more" in page
    assert html.escape('The merge field "{{first_name}}" was never filled.') in page
    assert "waits for 1 approval" in page
    assert "0\xa0minutes" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"order", "text"}),
        ("?state=all", {"order", "text", "gone"}),
        ("?state=rejected", {"gone"}),
        ("?state=doubt", set()),
        ("?channel=sms", {"text"}),
        ("?code=placeholder.unreplaced", {"order", "text"}),
        ("?code=fact.wrong-amount", set()),
    ],
)
def test_the_list_is_filtered_by_state_finding_and_channel(queue, bo, query, shown):
    hold(queue, LETTER.replace(subject="order"))
    hold(queue, Message.sms(to="+447700900123", text="text {{x}}"))
    queue.reject(hold(queue, LETTER.replace(subject="gone")).id, by="bo", reason="No.")
    rows = bo.get(URL + query).context_data["cl"].queryset
    found = {queue.get(row.pk).message.subject or "text" for row in rows}
    assert found == shown
    assert bo.get(URL + query).status_code == 200


def test_what_a_newer_version_wrote_is_listed_and_left_alone(queue, bo):
    from sendguard.adapters.django.models import HeldMessage

    held = hold(queue)
    HeldMessage.objects.filter(pk=held.id).update(body='{"format":99}')
    assert "cannot be read by this version" in bo.get(URL).content.decode()


def test_the_page_shows_the_message_in_a_frame_without_any_right(queue, bo):
    response = page_of(bo, hold(queue))
    page = response.content.decode()
    assert 'sandbox=""' in page
    assert response["Content-Security-Policy"] == "frame-src 'none'"
    frame = response.context_data["frame"]
    assert "default-src &#x27;none&#x27;" in page
    assert "<mark>{{first_name}}</mark>" in frame
    assert "&lt;script&gt;" in frame
    assert "<script>alert" not in page
    assert (
        "text",
        frame.partition('inherit">')[2].removesuffix("</pre>"),
    ) in response.context_data["parts"]


def test_a_header_in_question_is_shown_beside_the_frame(queue, bo):
    message = LETTER.replace(headers=[("Sensitivity", "company-confidential")])
    decision = Guard(checks.internal_only()).evaluate(message, BY_ANN)
    assert "header:Sensitivity" in [finding.part for finding in decision.findings]
    response = page_of(bo, queue.hold(message, BY_ANN, decision))
    assert ("header:Sensitivity", "company-confidential") in response.context_data["parts"]


def test_words_are_marked_in_html_and_nowhere_else(queue, bo):
    source = (
        "<style>p:after{content:'{{x}}'}</style><!-- {{x}} > --><p title='{{x}}'>Dear {{x}} "
        "&amp; co</p><script>'{{x}}'</script><p>{{x}}"
    )
    frame = page_of(bo, hold(queue, LETTER.replace(html=source))).context_data["frame"]
    assert frame.count("<mark>{{x}}</mark>") == 2
    assert frame.count("{{x}}") == source.count("{{x}}")
    assert "Dear <mark>{{x}}</mark> &amp; co" in frame


def test_marking_is_linear_in_hostile_html(queue, bo):
    for source in ("<" * 200_000, "<!--" * 60_000, "-->" + "<!--" * 60_000, "<p " * 70_000):
        message = LETTER.replace(html="<p>{{x}}</p>" + source)
        assert page_of(bo, hold(queue, message)).status_code == 200


def test_approve_reject_and_take_back_reach_the_queue_with_name_and_note(queue, bo):
    first, second, third = hold(queue), hold(queue), hold(queue)
    assert (
        "Done: leaves with a later release"
        in decide(bo, first, "approve", "Meant so.").content.decode()
    )
    decide(bo, second, "reject", "No name.")
    decide(bo, third, "undo")
    ends = [queue.get(each.id) for each in (first, second, third)]
    assert [held.state for held in ends] == ["approved", "rejected", "undone"]
    assert [(held.history[-1].by, held.history[-1].note) for held in ends] == [
        ("bo", "Meant so."),
        ("bo", "No name."),
        ("bo", ""),
    ]


def test_a_rejection_needs_a_reason(queue, bo):
    held = hold(queue)
    assert "say why" in decide(bo, held, "reject").content.decode()
    assert queue.get(held.id).state == "waiting"


@pytest.mark.parametrize("decision", ["approve", "reject", "undo"])
def test_each_decision_needs_its_permission(queue, decision):
    held = hold(queue)
    others = [name for name in ALL if decision not in name]
    client = client_of(user("cy", *others))
    assert decision not in page_of(client, held).context_data["decisions"]
    assert decide(client, held, decision, "x").status_code == 403
    assert queue.get(held.id).state == "waiting"


def test_nobody_looks_without_permission(queue):
    held = hold(queue)
    client = client_of(user("cy"))
    assert page_of(client, held).status_code == 403
    assert client.get(URL).status_code == 403
    assert decide(client, held, "approve").status_code == 403
    assert Client().get(f"{URL}{held.id}/change/").status_code == 302


@pytest.mark.parametrize(
    "author", ["ann", "ANN", "7", "ann@shop.example", "Ann <ann@shop.example>"]
)
def test_nobody_approves_what_he_wrote_by_whatever_name(queue, author):
    held = hold(queue, context=Context(actor=author))
    client = client_of(user("ann", *ALL, email="Ann@shop.example", id=7))
    assert page_of(client, held).context_data["decisions"] == ("reject", "undo")
    assert decide(client, held, "approve").status_code == 403
    assert queue.get(held.id).state == "waiting"


def test_an_author_takes_his_own_message_back_without_a_permission(queue):
    held = hold(queue)
    assert decide(client_of(user("ann", "view_heldmessage")), held, "undo").status_code == 200
    assert queue.get(held.id).state == "undone"


def test_what_was_edited_since_the_page_was_loaded_is_not_approved(queue, bo):
    held = hold(queue)
    queue.edit(held.id, LETTER.replace(text="Pay {{sum}}"), by="cy")
    assert "has changed meanwhile" in decide(bo, held, "approve").content.decode()
    assert queue.get(held.id).state == "waiting"


def test_groups_are_the_roles_of_a_user_and_the_queue_is_the_projects(queue, shop):
    shop.queue = HoldQueue(
        DjangoHoldStore(), queue.guard, terms={"*": Terms(approvals=1, roles=["editor"])}
    )
    held = hold(shop.queue)
    one = user("bo", *ALL)
    with override_settings(SENDGUARD={"QUEUE": "shop_mail.queue"}):
        assert (
            "in one of the roles editor" in decide(client_of(one), held, "approve").content.decode()
        )
        one.groups.add(Group.objects.get_or_create(name="editor")[0])
        decide(client_of(one), held, "approve")
    assert queue.get(held.id).state == "approved"


def test_nothing_can_be_added_changed_or_deleted_by_hand(queue):
    get_user_model().objects.create_superuser("root")
    client = client_of(get_user_model().objects.get(username="root"))
    held = hold(queue)
    assert client.get(f"{URL}add/").status_code == 404
    assert client.post(f"{URL}{held.id}/delete/", {"post": "yes"}).status_code == 403
    assert decide(client, held, "delete").status_code == 403
    assert client.get(f"{URL}{'0' * 32}/change/").status_code == 404
    assert queue.get(held.id).state == "waiting"


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def live(migrated):
    """The project behind a real server; gives its address."""
    handler = StaticFilesHandler(get_wsgi_application())
    quiet = type("Quiet", (WSGIRequestHandler,), {"log_message": lambda *arguments: None})
    server = ThreadedWSGIServer(("127.0.0.1", 0), quiet)
    server.daemon_threads = True
    server.set_app(handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    connections.close_all()


def browse(address, tmp_path):
    """Open a page in a real browser; gives its DOM, and writes what it shows to shown.png."""
    done = subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--user-data-dir={tmp_path}/profile", "--window-size=1100,1500"),
            *("--virtual-time-budget=4000", f"--screenshot={tmp_path}/shown.png", "--dump-dom"),
            address,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not here, so NO BROWSER HAS TRIED the page"
)


@needs_browser
def test_a_real_browser_fetches_nothing_for_the_message_and_runs_none_of_it(queue, live, tmp_path):
    source = (
        f"<link rel=stylesheet href={live}/tracker/link><style>@import '{live}/tracker/import';"
        f"body{{background:url({live}/tracker/background)}}</style><p>Dear {{{{name}}}}</p>"
        f"<img src={live}/tracker/image><iframe src={live}/tracker/frame></iframe>"
        f"<meta http-equiv=refresh content='0;url={live}/tracker/refresh'>"
        f"<script>fetch('{live}/tracker/script')</script>"
        f"<video src={live}/tracker/video preload=auto></video>"
        f"<object data={live}/tracker/object></object>"
        f"<img src=data:, onerror=\"fetch('{live}/tracker/event')\">"
    )
    urls.pages["bare"] = (f"<!doctype html><body>{source}", {})
    urls.fetched.clear()
    browse(f"{live}/page/bare", tmp_path)
    assert {"link", "import", "background", "image", "frame", "script", "video", "object"} <= set(
        urls.fetched
    )
    held = hold(queue, LETTER.replace(html=source))
    user("bo", *ALL)
    urls.fetched.clear()
    dom = browse(f"{live}/enter/bo?next={URL}{held.id}/change/", tmp_path)
    assert "waits for 1 approval" in dom
    assert "&lt;mark&gt;{{name}}&lt;/mark&gt;" in dom or "<mark>{{name}}</mark>" in dom
    assert urls.fetched == []


@needs_browser
def test_the_pages_policy_keeps_a_frame_from_going_elsewhere(live, tmp_path):
    # What following a link does, done by a script, since nobody clicks here.
    for name, headers in (("free", {}), ("kept", {"Content-Security-Policy": FRAMING})):
        inside = html.escape(f"<script>location='{live}/tracker/{name}'</script>shown {name}")
        framed = f'<!doctype html><iframe sandbox="allow-scripts" srcdoc="{inside}"></iframe>'
        urls.pages[name] = (framed, headers)
    urls.fetched.clear()
    browse(f"{live}/page/free", tmp_path)
    browse(f"{live}/page/kept", tmp_path)
    assert urls.fetched == ["free"]
