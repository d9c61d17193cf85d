from __future__ import annotations

import os
import re
import warnings

import pytest
from tests.cli.replay.browser import CHROMIUM, opened
from tests.cli.replay.mails import MAILS, mail, mbox

HOSTILE = (
    '</script></style><script>alert(1)</script><img src="https://x.example/p" onerror="x()">&amp;'
)


@pytest.fixture
def report(run, tmp_path, old, new):
    """Writes the report on these mails."""

    def write(*mails: bytes, against: bool = True) -> str:
        path = tmp_path / "outbox.mbox"
        path.write_bytes(mbox(*mails))
        rest = ("--against", old) if against else ()
        code, _, err = run(
            *("replay", path, "--policy", new, *rest, "--max-held", "10%"),
            *("--format", "html", "--output", tmp_path / "report.html"),
        )
        assert (code, err) == (1, "")
        return (tmp_path / "report.html").read_text(encoding="ascii")

    return write


@pytest.fixture
def page(tmp_path):
    if CHROMIUM is None:
        warnings.warn("there is no Chromium, so nobody has looked at the report", stacklevel=1)
        pytest.skip("there is no Chromium")
    with opened(tmp_path / "profile") as page:
        yield page


def hostile_mail() -> bytes:
    return (
        b'From: "<b>x" <orders@shop.example>\nTo: maria.lopez@customer.example\n'
        b"Subject: \nDate: Mon, 2 Mar 2026 09:00:00 +0000\n"
        b"Content-Type: text/plain; charset=utf-8\n\n"
        + f"\x1b[2J PLEASE READ THIS AT ONCE {HOSTILE.upper()} {HOSTILE}\n".encode()
    )


def test_the_page_is_one_file_that_asks_for_nothing(report):
    text = report(*map(mail, MAILS))
    assert not re.search(r"(?:src|href|action|data|poster)=[\"'](?!#)", text.partition("<body>")[2])
    assert "url(" not in text
    assert "@import" not in text
    assert text.count("<script") == text.count("<style") == 1
    assert "default-src 'none'" in text
    assert "unsafe" not in text


def test_what_a_mail_says_is_text_and_nothing_else(report):
    body = report(hostile_mail()).partition("<body>")[2].rpartition("<script>")[0]
    assert "READ THIS AT ONCE &lt;/SCRIPT&gt;" in body
    assert set(re.findall(r"<(\w+)", body)) <= {
        *("a", "article", "blockquote", "br", "button", "caption", "code", "div", "footer", "h1"),
        *("h2", "h3", "header", "label", "li", "main", "mark", "option", "output", "p", "rect"),
        *("select", "span", "strong", "svg", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    }
    assert not re.search(r"<[^>]*\son\w+=", body)
    assert "maria.lopez" not in body
    assert "\\x1b[2J PLEASE" in body


def test_the_words_in_question_are_marked(report):
    body = report(*map(mail, MAILS))
    assert "<mark>PLEASE ANSWER THIS MAIL AT ONCE OR ELSE WE STOP ALL WORK</mark>" in body
    assert "<mark>{{first_name}}</mark>" in body


def test_a_browser_has_nothing_to_complain_of(report, page, tmp_path):
    report(*map(mail, MAILS), hostile_mail())
    page.open(tmp_path / "report.html")
    assert page.value("document.getElementById('shown').value") == "5 of 5 shown"
    assert page.complaints == []
    assert page.requests == [(tmp_path / "report.html").as_uri()]
    assert page.value("document.querySelectorAll('script, img').length") == 1


def visible(page):
    return page.value(
        "Array.from(document.querySelectorAll('article')).filter(a => a.checkVisibility())"
        ".map(a => a.dataset.kind)"
    )


def choose(page, name, value):
    page.value(
        f"(() => {{ const each = document.getElementById('{name}'); each.value = '{value}';"
        " each.dispatchEvent(new Event('change')); })()"
    )


def test_messages_are_found_by_change_and_by_code(report, page, tmp_path):
    report(*map(mail, MAILS))
    page.open(tmp_path / "report.html")
    assert visible(page) == ["newly-blocked", "newly-held", "newly-allowed", "newly-warned"]
    choose(page, "kind", "newly-held")
    assert visible(page) == ["newly-held"]
    choose(page, "code", "tone.shouting")
    assert visible(page) == []
    assert page.value("document.getElementById('next').disabled")
    choose(page, "kind", "")
    assert visible(page) == ["newly-blocked"]
    page.value("document.querySelector('[data-code=\"placeholder.unreplaced\"]').click()")
    assert visible(page) == ["newly-allowed"]
    assert page.value("document.activeElement.dataset.kind") == "newly-allowed"
    assert page.value("document.getElementById('shown').value") == "1 of 4 shown"
    assert page.complaints == []


def test_a_person_can_leaf_through_with_the_keyboard_alone(report, page, tmp_path):
    report(*map(mail, MAILS))
    page.open(tmp_path / "report.html")
    at = "document.activeElement.dataset.kind"
    for key, kind in (("j", "newly-blocked"), ("j", "newly-held"), ("k", "newly-blocked")):
        page.press(key)
        assert page.value(at) == kind
    page.value("document.getElementById('kind').focus()")
    page.press("n")  # chooses in the list, and does not leaf on
    assert page.value("document.activeElement.id") == "kind"


def test_there_is_a_page_without_anything_to_compare_or_to_show(report, page, tmp_path):
    report(*map(mail, MAILS), against=False)
    page.open(tmp_path / "report.html")
    assert visible(page) == ["blocked", "held", "warned"]
    assert page.complaints == []


def test_nothing_to_look_at_is_said(run, tmp_path, new, page):
    path = tmp_path / "outbox.mbox"
    path.write_bytes(mbox(mail("fine"), mail("fine")))
    target = tmp_path / "report.html"
    run("replay", path, "--policy", new, "--format", "html", "--output", target)
    page.open(target)
    assert page.value("document.querySelectorAll('article').length") == 0
    assert "There is none to look at." in page.value("document.body.innerText")
    assert page.complaints == []


def test_without_a_script_everything_is_shown(report, page, tmp_path):
    report(*map(mail, MAILS))
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(tmp_path / "report.html")
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    assert len(visible(page)) == 4
    assert page.value("document.getElementById('leaf').hidden")


@pytest.mark.skipif("SENDGUARD_SAMPLE_MAIL" not in os.environ, reason="it names no folder")
def test_real_mail_makes_a_page_without_complaints(run, page, tmp_path):
    policy = tmp_path / "own.toml"
    policy.write_text('[[checks]]\ncheck = "missing_sign_off"\n', encoding="utf-8")
    target = tmp_path / "report.html"
    run(
        *("replay", os.environ["SENDGUARD_SAMPLE_MAIL"], "--policy", policy, "--jobs", 1),
        *("--format", "html", "--output", target),
    )
    page.open(target)
    assert visible(page)
    assert page.complaints == []
