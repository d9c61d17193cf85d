"""`sendguard holds`: what a person sees of the queue, and what he can do with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.conftest import smtp_sink  # noqa: F401  (a fixture)

from sendguard import Action, AlreadySent, Context, Guard, Message, MessageHeld, checks
from sendguard.cli._marked import marked_lines
from sendguard.cli._screen import Screen
from sendguard.holds import HoldQueue, Terms
from sendguard.stores.sqlite import SQLiteStore

LETTER = Message.email(
    sender="Shop <shop@shop.example>",
    to=["Maria <maria.lopez@north.example>", "bo@north.example"],
    subject="Your order",
    text="Dear {{first_name}},\nwrite to help@shop.example.\n\x1b[2J",
)
BY_ANN = Context(actor="ann@shop.example", customer="north")


@pytest.fixture
def database(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return SQLiteStore(tmp_path / "q.db")


@pytest.fixture
def guard(database):
    return Guard(checks.placeholders(), store=database)


@pytest.fixture
def queue(database, guard):
    return HoldQueue(database, guard, terms={"fact.*": Terms(roles=["editor"])})


@pytest.fixture
def policy(tmp_path, database):
    path = tmp_path / "policy.toml"
    path.write_text(
        'store = "here"\n[resources]\nhere = "sqlite:q.db"\n[[checks]]\ncheck = "placeholders"\n'
    )
    return path


@pytest.fixture
def run_holds(run):
    def call(action, *arguments):
        return run("holds", action, "--store", "sqlite:q.db", *arguments)

    return call


def held_in(queue, message=LETTER, context=BY_ANN, **options):
    with pytest.raises(MessageHeld) as error:
        queue.guard.admit(message, context)
    return queue.hold(message, context, error.value.decision, **options)


def test_list_says_who_waits_why_and_how_long(queue, run_holds):
    held = held_in(queue, expires="7d")
    code, out, err = run_holds("list")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{held.id[:8]}  waits for 1 approval; expires in 6 days"
    assert '"Your order" to m…@north.example and 1 other' in out
    assert "by a…@shop.example, held 0 seconds ago" in out
    assert 'hold  placeholder.unreplaced: The merge field "{{first_name}}" was never' in out
    assert out.endswith("\n1 message waiting\n")


def test_list_takes_a_code_and_a_limit(queue, run_holds):
    held_in(queue)
    held_in(queue, LETTER.replace(subject="Another"))
    assert run_holds("list", "--code", "fact.wrong")[1] == "nothing waits\n"
    assert run_holds("list", "--limit", "1")[1].endswith("1 message waiting\n")
    assert run_holds("list", "--limit", "0")[0] == 2


def test_show_marks_the_words_in_question_and_hides_addresses(queue, run_holds):
    held = held_in(queue)
    code, out, _ = run_holds("show", held.id[:6])
    assert code == 0
    lines = out.splitlines()
    assert lines[lines.index("Dear {{first_name}},") + 1] == "     ^^^^^^^^^^^^^^"
    assert "write to h…@shop.example." in lines
    assert "\\x1b[2J" in lines  # as text, not as a command to the terminal
    assert "To:       Maria <m…@north.example>, b…@north.example" in lines
    assert "lopez" not in out
    assert "maria.lopez@north.example" in run_holds("show", held.id, "--show-addresses")[1]


def test_what_readers_see_of_html_is_shown(queue, run_holds):
    html = "<p>Dear <b>{{name}}</b>,</p><p style='display:none'>hidden</p>"
    held = held_in(queue, LETTER.replace(html=html, text="Nothing to object to."))
    out = run_holds("show", held.id)[1]
    assert "Dear {{name}}," in out
    assert "     ^^^^^^^^" in out
    assert "Nothing to object to" not in out


def test_a_long_message_is_cut_unless_all_of_it_is_wanted(queue, run_holds):
    held = held_in(queue, LETTER.replace(text="Dear {{x}}\n" + "word\n" * 500 + "the end"))
    assert "the end" not in run_holds("show", held.id)[1]
    assert "the end" in run_holds("show", held.id, "--full")[1]


def test_approve_then_release_sends_it_once(queue, run_holds, policy, tmp_path):
    (tmp_path / "shop_way.py").write_text(
        "sent = []\ndef send(held):\n    sent.append(held.message.subject)\n"
    )
    held = held_in(queue)
    release = ("release", "--policy", policy, "--via", "shop_way:send")
    assert run_holds(*release)[1] == "nothing was due\n"
    code, out, _ = run_holds("approve", held.id[:8], "--by", "bo", "--note", "It is meant so.")
    assert code == 0
    assert "leaves with the next release" in out
    assert run_holds(*release)[1] == f"1 message sent: {held.id[:8]}\n"
    assert sys.modules.pop("shop_way").sent == ["Your order"]
    assert run_holds(*release)[1] == "nothing was due\n"
    history = queue.get(held.id).history
    assert [(each.what, each.by, each.note) for each in history][1] == (
        *("approved", "bo", "It is meant so."),
    )


def test_release_sends_by_smtp(queue, run, policy, smtp_sink, guard):  # noqa: F811  (the fixture)
    from sendguard.adapters import smtp

    options = {"guard": guard, "queue": queue, "context": BY_ANN}
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, **options) as client:
        data = b"From: shop@shop.example\r\nSubject: Hi\r\n\r\nDear {{name}}\r\n"
        with pytest.raises(MessageHeld) as error:
            client.sendmail("shop@shop.example", ["m@north.example"], data)
    queue.approve(error.value.held.id, by="bo")
    via = f"smtp://{smtp_sink.host}:{smtp_sink.port}"
    code, out, _ = run("holds", "release", "--policy", policy, "--via", via)
    assert (code, out.startswith("1 message sent")) == (0, True)
    assert smtp_sink.next().data == data


def test_what_is_in_doubt_makes_the_exit_code_1_and_is_listed_and_resolved(
    queue, run_holds, policy, tmp_path
):
    (tmp_path / "shop_cut.py").write_text("def send(held):\n    raise RuntimeError\n")
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    code, out, _ = run_holds("release", "--policy", policy, "--via", "shop_cut:send")
    assert (code, out) == (1, f"1 message in doubt: {held.id[:8]}\n")
    assert "1 message in doubt; `sendguard holds doubt`" in run_holds("list")[1]
    assert "nobody knows whether it left" in run_holds("doubt")[1]
    assert run_holds("doubt", held.id)[0] == 2
    assert run_holds("doubt", held.id[:8], "--sent", "--by", "bo")[0] == 0
    assert queue.get(held.id).state == "sent"
    assert run_holds("doubt")[1] == "nothing is in doubt\n"


def test_reject_ends_it_and_gives_its_key_back(queue, guard, run_holds):
    keyed = Context(actor="ann", key="order 7")
    held = held_in(queue, context=keyed)
    with pytest.raises(AlreadySent):
        guard.admit(LETTER, keyed)
    assert run_holds("reject", held.id[:8], "--by", "bo", "--reason", "No name.")[0] == 0
    assert queue.get(held.id).state == "rejected"
    with pytest.raises(MessageHeld):
        guard.admit(LETTER, keyed)


def test_what_the_message_does_not_allow_is_exit_code_1_and_stops_no_other(queue, run_holds):
    mine, other = held_in(queue), held_in(queue, context=Context(actor="cy"))
    code, _, err = run_holds("approve", mine.id, other.id, "--by", "Ann@Shop.example")
    assert code == 1
    assert "its author cannot approve it" in err
    assert queue.get(other.id).state == "approved"
    assert run_holds("undo", mine.id, "--by", "ann")[0] == 0
    assert run_holds("undo", mine.id, "--by", "ann")[0] == 1


def test_an_approvers_role_is_said_on_the_command_line(queue, database, run_holds):
    strict = HoldQueue(database, queue.guard, terms={"*": Terms(approvals=1, roles=["editor"])})
    held = held_in(strict)
    assert "1 approval by editor" in run_holds("list")[1]
    assert run_holds("approve", held.id, "--by", "bo")[0] == 1
    assert run_holds("approve", held.id, "--by", "bo", "--role", "editor")[0] == 0


def test_purge_forgets_what_has_ended(queue, run_holds):
    held = held_in(queue)
    queue.undo(held.id, by="ann")
    assert run_holds("purge", "--older-than", "1d")[1] == "0 messages forgotten\n"
    assert run_holds("purge", "--older-than", "soon")[0] == 2


def test_json_is_one_document_of_ascii_without_addresses(queue, run_holds):
    held = held_in(queue, LETTER.replace(subject="Bestätigung \ud800"))
    out = run_holds("list", "--format", "json")[1]
    assert out.isascii()
    assert "lopez" not in out
    document = json.loads(out)
    (message,) = document["messages"]
    assert (document["schema"], document["in_doubt"]) == (1, 0)
    assert (message["id"], message["state"], message["missing_approvals"]) == (
        held.id,
        "waiting",
        1,
    )
    assert message["findings"][0]["code"] == "placeholder.unreplaced"
    shown = json.loads(run_holds("show", held.id, "--format", "json")[1])["messages"][0]
    assert shown["parts"]["text"].startswith("Dear {{first_name}}")
    assert [each["what"] for each in shown["history"]] == ["held"]
    approved = run_holds("approve", held.id, "--by", "bo", "--format", "json")[1]
    assert json.loads(approved)["messages"][0]["state"] == "approved"
    assert json.loads(run_holds("doubt", "--format", "json")[1])["messages"] == []
    purged = run_holds("purge", "--older-than", "1d", "--format", "json")[1]
    assert json.loads(purged) == {"schema": 1, "purged": 0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list"], "--store ADDRESS or --policy FILE"),
        (["list", "--store", "memory:"], "no store that several processes share"),
        (["list", "--store", "sqlite:no.db"], "is not there"),
        (["list", "--policy", "recommended"], "names no store"),
        (["release", "--store", "sqlite:q.db", "--via", "m:f"], "give --policy FILE"),
        (["release", "--policy", "policy.toml", "--via", "http://x"], "use smtp://"),
        (
            ["release", "--policy", "policy.toml", "--via", "smtp://u:p@x"],
            "SENDGUARD_SMTP_PASSWORD",
        ),
        (["release", "--policy", "policy.toml", "--via", "smtp://u@x"], "is not set"),
        (["release", "--policy", "policy.toml", "--via", "smtp://x:y"], "--via"),
        (["release", "--policy", "policy.toml", "--via", "smtp://x/y"], "takes a server"),
        (["release", "--policy", "policy.toml", "--via", "nowhere"], "or module:function"),
        (["release", "--policy", "policy.toml", "--via", "no_such_module:f"], "No module"),
        (["release", "--policy", "policy.toml", "--via", "json:__name__"], "cannot send"),
        (["doubt", "--store", "sqlite:q.db", "--sent"], "name the messages"),
    ],
)
def test_wrong_usage_is_said_on_stderr(database, policy, run, monkeypatch, arguments, said):
    own, from_toml = Guard.from_toml, Guard.recommended
    monkeypatch.setattr(
        *(Guard, "from_toml"),
        lambda path, **more: from_toml() if path == "recommended" else own(path, **more),
    )
    code, out, err = run("holds", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert not Path("no.db").exists()


@pytest.mark.parametrize("given", ["abc", "xyz12345", "", "fffff"])
def test_an_id_that_names_nothing_is_exit_code_1(queue, run_holds, given):
    held_in(queue)
    code, out, err = run_holds("show", given)
    assert (code, out) == (1, "")
    assert "held message" in err


TEXTS = st.text(st.sampled_from("ab {}\n\t@.\u3042\u0301\x1b")).map(lambda text: text * 3)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))), st.integers(20, 30))
def test_marked_text_loses_nothing_and_fits(text, spans, width):
    marks = [(min(span), max(span), Action.HOLD) for span in spans]
    plain = Screen(width=width)
    lines = list(marked_lines(text, marks, plain, width, reveal=True))
    shown = [line for line in lines if line.strip(" ^")]
    bare = "".join(plain.shown(text.replace("\t", "    ").replace("\n", "")).split())
    assert "".join("".join(shown).split()) == bare


def test_a_mask_over_the_edge_of_marked_words_marks_the_line():
    text = "write to maria@north.example today"
    mark = (text.index("north"), text.index(" today"), Action.HOLD)
    lines = list(marked_lines(text, [mark], Screen(), 80, reveal=False))
    assert lines == ["write to m…@north.example today", "^" * 31]
    revealed = list(marked_lines(text, [mark], Screen(), 80, reveal=True))
    assert revealed[1] == " " * 15 + "^" * 13
