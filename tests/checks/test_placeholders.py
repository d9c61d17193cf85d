from __future__ import annotations

import html
import os
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.checks.placeholder_examples import AT_MOST_WARNED, EMPTY, SILENT, UNREPLACED
from tests.strategies import hostile_text

from sendguard import Action, Attachment, Context, Finding, Guard, Message, Recipient, checks
from sendguard.checks import Case
from sendguard.checks.placeholder._nothings import _ANYWHERE, _NEAR_THE_BEGINNING, _values, nothings
from sendguard.checks.placeholder._placeholders import MAX_FINDINGS, MAX_HITS
from sendguard.checks.placeholder._setting import Surroundings
from sendguard.text import Analysis, Place

CHECK = checks.placeholders()


def find(message: Message) -> list[Finding]:
    return list(CHECK.find(Case(message, Context(), Analysis(message))))


def action(message: Message) -> Action:
    return max((finding.action for finding in find(message)), default=Action.ALLOW)


def codes(message: Message) -> set[str]:
    return {finding.code for finding in find(message)}


def letter(line: str) -> Message:
    return Message.email(text=f"This is how the letter begins.\n\n{line}\n\nGoodbye")


@pytest.mark.parametrize(("language", "line"), UNREPLACED)
def test_a_merge_field_left_in_a_letter_holds_it(language: str, line: str) -> None:
    assert action(letter(line)) is Action.HOLD
    assert "placeholder.unreplaced" in codes(letter(line))


@pytest.mark.parametrize(("language", "line"), UNREPLACED)
def test_a_merge_field_left_in_html_holds_it(language: str, line: str) -> None:
    source = html.escape(line).replace("\n", "<br>")
    assert action(Message.email(html=f"<p>Hello there</p><p>{source}</p>")) is Action.HOLD


@pytest.mark.parametrize(("language", "line"), UNREPLACED)
def test_a_merge_field_left_in_a_text_message_holds_it(language: str, line: str) -> None:
    assert action(Message.sms(text=line)) is Action.HOLD


@pytest.mark.parametrize("line", EMPTY)
def test_a_value_that_is_none_holds_a_letter(line: str) -> None:
    assert action(letter(line)) is Action.HOLD
    assert codes(letter(line)) == {"placeholder.empty"}


@pytest.mark.parametrize(("kind", "text"), SILENT)
def test_honest_text_passes(kind: str, text: str) -> None:
    assert find(Message.email(text=text)) == []


@pytest.mark.parametrize(("kind", "text"), AT_MOST_WARNED)
def test_talk_about_templates_is_warned_about_at_most(kind: str, text: str) -> None:
    assert action(Message.email(text=text)) <= Action.WARN


@pytest.mark.parametrize(
    "subject",
    [
        "{{first_name}}, your order has shipped",
        "Your order {{ order.number }}",
        "*|FNAME|*, a word with you",
        "Welcome, undefined",
        "Hi null, your invoice",
        ", your invoice is here",
        "[First Name], we miss you",
        "Invoice ${invoiceNumber}",
        "Order #undefined",
        "%%first_name%%: last chance",
    ],
)
def test_a_subject_is_read(subject: str) -> None:
    findings = find(Message.email(subject=subject, text="All is well."))
    assert {finding.part for finding in findings} == {"subject"}
    assert max(finding.action for finding in findings) is Action.HOLD


@pytest.mark.parametrize(
    "subject",
    [
        "[Announce] Version 2 is out",
        "Re: [dev] [PATCH] remove ${HOME} from the path",
        "[orders] weekly numbers",
        "[Date] is set",
        "None of your business",
        "Null and void",
        "Hello, world",
        "100% of the time, 50% of the people",
    ],
)
def test_an_honest_subject_passes(subject: str) -> None:
    assert action(Message.email(subject=subject, text="All is well.")) < Action.HOLD


@pytest.mark.parametrize(
    "href",
    [
        "https://shop.example/?id={{id}}",
        "https://shop.example/?id=%7B%7Bid%7D%7D",
        "https://shop.example/u?e=*|EMAIL|*",
        "*|UNSUB|*",
        "*%7CUNSUB%7C*",
        "{{ unsubscribe_url }}",
        "https://shop.example/${order_id}",
        "https://shop.example/[UNSUBSCRIBE_LINK]",
        "{unsubscribe_link}",
        "%unsubscribe_url%",
        "<%= reset_link %>",
        "http://None/",
        "https://undefined/reset",
        "#undefined",
        "mailto:null",
        "undefined",
    ],
)
def test_a_broken_link_holds_a_letter(href: str) -> None:
    source = f'<a href="{html.escape(href)}">Go on</a>'
    assert action(Message.email(html=source)) is Action.HOLD


@pytest.mark.parametrize(
    "href",
    [
        "https://shop.example/a%20b%C3%A9?x={1}",
        "https://shop.example/{a}/b",
        "https://en.wiki.example/wiki/[x]",
        "#none",
        "#top",
        "https://shop.example/?utm=$x&y=%7B%7D",
        "https://null.example/None-of-these/undefined-behaviour",
        "cid:logo",
        "https://shop.example/~name/",
    ],
)
def test_an_honest_link_passes(href: str) -> None:
    assert find(Message.email(html=f'<a href="{html.escape(href)}">Go on</a>')) == []


def test_a_link_in_a_text_part_is_read() -> None:
    assert action(letter("Reset it: https://shop.example/reset?token={{reset_token}}")) is (
        Action.HOLD
    )


def test_the_address_of_an_image_is_read() -> None:
    assert action(Message.email(html='<img src="https://x.example/{{logo}}.png">')) is Action.HOLD


@pytest.mark.parametrize(
    "name", ["invoice_{{number}}.pdf", "invoice_None.pdf", "null.pdf", "[Customer Name].docx"]
)
def test_the_name_of_an_attachment_is_read(name: str) -> None:
    message = Message.email(text="Hello", attachments=[Attachment("a.txt"), Attachment(name)])
    (finding,) = find(message)
    assert (finding.part, finding.action) == ("attachment:1.name", Action.HOLD)


@pytest.mark.parametrize("name", ["nullable-types.pdf", "None of the above.pdf", "report (1).pdf"])
def test_an_honest_name_of_an_attachment_passes(name: str) -> None:
    assert find(Message.email(text="Hello", attachments=[Attachment(name)])) == []


def test_the_senders_and_recipients_names_are_read() -> None:
    sender = Message.email(sender='"{{company_name}}" <a@x.example>', text="Hello")
    assert [f.part for f in find(sender)] == ["header:From"]
    to = Message.email(to=[Recipient("b@x.example", "undefined undefined")], text="Hello")
    assert [(f.part, f.action) for f in find(to)] == [("header:To", Action.HOLD)]


def test_the_unsubscribe_header_is_read() -> None:
    message = Message.email(text="Hi", headers={"List-Unsubscribe": "<{{ unsubscribe_url }}>"})
    assert [f.part for f in find(message)] == ["header:List-Unsubscribe"]


def test_a_hidden_preheader_is_read_and_has_no_span() -> None:
    source = "<div style='display:none'>Hi {{first_name}}</div><p>Hello</p>"
    (finding,) = find(Message.email(html=source))
    assert (finding.part, finding.span, finding.action) == ("html", None, Action.HOLD)


def test_chat_is_read() -> None:
    assert action(Message.chat(text="Hi {{user.name}}, lunch?")) is Action.HOLD


def test_a_message_that_is_carried_is_warned_about_only() -> None:
    inner = Message.email(subject="Hi {{first_name}}", text="Dear None,")
    message = Message.email(text="See below.", attachments=[Attachment("a.eml", message=inner)])
    assert {(f.part, f.action) for f in find(message)} == {
        ("attachment:0/subject", Action.WARN),
        ("attachment:0/text", Action.WARN),
    }


@pytest.mark.parametrize(
    "source",
    [
        "<p>Dear {{<b>first</b>_name}},</p>",
        "<p>Dear {{<span>first_name</span>}},</p>",
        "<p>Dear &#123;&#123;first_name&#125;&#125;,</p>",
        "<p>Dear {<!-- x -->{first_name}},</p>",
        "<p>Dear &lt;&lt;FirstName&gt;&gt;,</p>",
        "<p>Dear <first_name>,</p>",
        '<p>Dear <span class="eloquaemail">FirstName</span>,</p>',
    ],
)
def test_fields_broken_up_by_markup_are_seen(source: str) -> None:
    assert action(Message.email(html=source)) is Action.HOLD


@pytest.mark.parametrize(
    "text",
    ["Dear {{fi\u200brst_name}},", "Dear ｛｛first_name｝｝,", "Dear {\u2060{first_name}\u00ad},"],
)
def test_fields_in_disguise_are_seen(text: str) -> None:
    assert action(Message.email(text=text)) is Action.HOLD


def test_code_and_quotations_in_html_pass() -> None:
    assert find(Message.email(html="<p>Write <code>{{ first_name }}</code> there.</p>")) == []
    assert find(Message.email(html="<p>No.</p><blockquote>Dear {{name}},</blockquote>")) == []


def test_a_finding_says_which_field_and_where() -> None:
    text = "Dear customer,\n\nyour order {{order_number}} left us."
    (finding,) = find(Message.email(text=text))
    assert finding.message == 'The merge field "{{order_number}}" was never filled.'
    assert finding.suggestion
    assert finding.part == "text"
    assert text[slice(*finding.span)] == "{{order_number}}"


def test_a_span_counts_the_invisible_characters_of_the_text() -> None:
    text = "\u200bDear {{na\u200bme}},"
    (finding,) = find(Message.email(text=text))
    assert text[slice(*finding.span)] == "{{na\u200bme}}"


def test_the_text_of_a_long_field_is_cut() -> None:
    (finding,) = find(letter("Dear {{ name | default: '" + "x" * 150 + "' }},"))
    assert len(finding.message) < 130


def test_a_field_that_stands_many_times_is_reported_once() -> None:
    assert len(find(letter("Dear {{name}}, " * 50))) == 1


def test_findings_are_few_and_the_rest_is_counted() -> None:
    text = "\n".join(f"Your item {{{{item_{n}}}}} has left us." for n in range(MAX_FINDINGS + 5))
    findings = find(Message.email(text=text))
    assert len(findings) == MAX_FINDINGS + 1
    assert "5 further" in findings[-1].message
    assert findings[-1].action is Action.HOLD


def test_the_check_is_one_value() -> None:
    assert checks.placeholders() == CHECK
    assert repr(CHECK) == "placeholders()"
    decision = Guard(CHECK).evaluate(letter("Dear {{name}},"))
    assert [finding.code for finding in decision.findings] == ["placeholder.unreplaced"]


_PIECES = [
    "{{", "}}", "{%", "%}", "[[", "]]", "[", "]", "%%", "%", "${", "}", "<%", "%>", "*|", "|*", "«", "»",
    "name", "first_name", " ", "\n", ",", "Dear ", "None", "null", "undefined", "NaN", "$", "#", "<", ">",
    ">>", "~", "@@", "__", " :", " -", "> ", "```", "\u200b", "\ud800", "\0", "｛", "0", "`", "=", ";",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_any_text_is_judged_with_spans_inside_it(text: str) -> None:
    for message in (Message.email(subject=text, text=text, html=text), Message.sms(text=text)):
        shown = {place.part: place.text for place in Analysis(message).places if not place.hidden}
        for finding in find(message):
            if finding.span is not None:
                start, end = finding.span
                assert 0 <= start < end <= len(shown[finding.part])


_OPENERS = [
    "{{", "[[", "%%", "${", "<%", "*|", "«", "[First ", "{", "{a", "{{a", "[a", "%a", "%(a", "<<", "<a", "#a",
    "~a", "$a", "__A", " :abc", " -abc", " ,", "None ", "null ", "undefined, ", "@@a", "{%", "{% if ",
    "{{a}}", "[name] ", "{x} ", "Hi {x}, ", "Hi None, ", "$NaN ", "Hi ,\n", "${name} ", "<% a ", "%!s(",
    "a {count, plural, {", "> {{a}}\n", "x = {{a}};\n", "#REF! ", '"{{a}}", ', " at 0x", "<a.a", "mr mr ",
    "On a\n", "```\n", "<?php ", "`", "\\a[", "eloquaemail", "Hi ",
]  # fmt: skip


@pytest.mark.parametrize("opener", _OPENERS)
@pytest.mark.parametrize("kind", ["text", "html"])
def test_time_grows_linearly_whatever_is_left_open(kind: str, opener: str) -> None:
    text = opener * (80_000 // len(opener))
    message = Message.email(**{kind: text})
    started = time.process_time()
    find(message)
    # The quadratic reading of a single form takes half a minute for this size.
    assert time.process_time() - started < 5


def test_the_number_of_judged_places_is_capped() -> None:
    message = Message.email(text="".join(f"Dear {{{{f{n}}}}},\n" for n in range(MAX_HITS * 3)))
    assert f"{MAX_HITS - MAX_FINDINGS} further" in find(message)[-1].message


_SAMPLES = os.environ.get("SENDGUARD_SAMPLE_MAIL")


@pytest.mark.skipif(_SAMPLES is None, reason="SENDGUARD_SAMPLE_MAIL names no folder")
def test_real_mail_is_hardly_ever_stopped_or_warned_about() -> None:
    actions = Counter(
        action(Message.from_email(path.read_bytes()))
        for path in sorted(Path(_SAMPLES or "").iterdir())
    )
    assert actions[Action.HOLD] + actions[Action.BLOCK] <= 2
    assert actions[Action.WARN] <= actions.total() / 100


def test_a_text_of_nothing_but_suspicious_words_is_given_up_and_said_to_be():
    message = Message.email(
        to="a@a.example", subject="Log", text="the value is null here, " * 30_000
    )
    decision = Guard(checks.placeholders()).evaluate(message)
    assert [f.code for f in decision.findings] == ["guard.not-evaluable"]
    assert decision.findings[0].part == "text"


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [value for _, values in _ANYWHERE + _NEAR_THE_BEGINNING for value in values]
            ),
            st.sampled_from(
                [" ", "\n", "Dear ", ",", "$", "(", ")", "_", "1", "\u0130", "\xa0", "e"]
            ),
            hostile_text,
        ),
        max_size=8,
    ).map("".join)
)
@example("Dear None,")
@example("[object Object]")
def test_a_quick_look_rules_out_no_missing_value(text):
    place = Place.of("text", text)
    text, around = place.plain, Surroundings(place)
    found = set(nothings(text, around))
    for rows, limit in ((_ANYWHERE, len(text)), (_NEAR_THE_BEGINNING, 4_000)):
        for value in (value for _, values in rows for value in values):
            assert found.issuperset(_values(value, text, limit, around))
