from __future__ import annotations

import io

from sendguard import Action, Attachment, Finding, Message
from sendguard.cli._harmless import columns
from sendguard.cli._result import Result
from sendguard.cli._screen import Screen
from sendguard.cli._text import TextReport


def report(*findings: Finding, message: Message | None = None, screen=None, **options) -> str:
    out = io.StringIO()
    options = {"several": False, "verbose": False, "reveal": False} | options
    writer = TextReport(out, screen or Screen(), **options)
    writer.add(Result("a.eml", findings, "1:0", message))
    return out.getvalue()


def finding(**fields) -> Finding:
    return Finding(**{"code": "a.b", "action": Action.HOLD, "message": "It is odd."} | fields)


def test_a_finding_is_told_with_its_place_its_words_and_what_to_do():
    message = Message.email(subject="Dear {{name}}, hello", to="maria@x.example")
    odd = finding(part="subject", span=(5, 13), recipient="maria@x.example", suggestion="Fill it.")
    assert report(odd, message=message) == (
        "a.eml: hold\n"
        "  hold  a.b  in subject, for m…@x.example\n"
        "    It is odd.\n"
        "    | Dear {{name}}, hello\n"
        "    |      ^^^^^^^^\n"
        "    -> Fill it.\n"
        "\n"
    )


def test_marks_stand_under_wide_and_combining_characters():
    text = "日本 e\u0301 {{日本}} x"
    start = text.index("{{")
    lines = report(
        finding(part="text", span=(start, start + 6)), message=Message.email(text=text)
    ).splitlines()
    shown, marks = lines[3:5]
    assert marks == "    | " + " " * columns("日本 e\u0301 ") + "^" * columns("{{日本}}")
    assert shown.endswith(text)


def test_a_terminal_underlines_instead_of_marking():
    message = Message.email(text="Dear {{name}},")
    out = report(finding(part="text", span=(5, 13)), message=message, screen=Screen(styled=True))
    assert "Dear \x1b[4;31m{{name}}\x1b[0m," in out
    assert "^" not in out


def test_a_place_between_two_characters_is_marked_on_a_terminal_too():
    message = Message.email(text="Dear ,")
    out = report(finding(part="text", span=(5, 5)), message=message, screen=Screen(styled=True))
    assert "    | Dear ,\n    |      ^\n" in out


def test_headers_attachment_names_and_nested_messages_are_excerpted():
    inner = Message.email(subject="inner subject")
    message = Message.email(
        headers={"X-Campaign": "spring {{x}}"},
        attachments=[Attachment(name="in.eml", message=inner)],
    )
    for part, text in (
        ("header:X-Campaign", "spring {{x}}"),
        ("attachment:0/subject", "inner subject"),
        ("attachment:0.name", "in.eml"),
    ):
        assert f"| {text}\n" in report(finding(part=part, span=(0, 2)), message=message)


def test_html_is_excerpted_as_the_reader_sees_it():
    message = Message.email(
        html="<title>News</title><style>p {}</style><p>Dear <b>{{na</b>me}}, <i>hello</i></p>"
    )
    assert "    | Dear {{name}}, hello\n    |      ^^^^^^^^\n" in report(
        finding(part="html", span=(5, 13)), message=message
    )


def test_of_several_texts_with_the_same_name_none_is_shown():
    message = Message.email(to=["Maria <m@x.example>", "Marta <n@x.example>"])
    assert "|" not in report(finding(part="header:To", span=(0, 2)), message=message)


def test_a_part_that_is_not_there_has_no_excerpt():
    for part in ("subject", "header:X", "attachment:7/text", "nonsense"):
        out = report(finding(part=part, span=(0, 1)), message=Message.email())
        assert "|" not in out


def test_sentences_are_wrapped_to_the_width():
    out = report(
        finding(message="many words " * 30, suggestion="do " * 60), screen=Screen(width=40)
    )
    assert max(map(len, out.splitlines())) <= 40


def test_what_a_check_quotes_from_a_message_cannot_reach_the_terminal():
    out = report(
        finding(message="It says \x1b]0;owned\x07.", part="header:\x1b[2J", suggestion="\x9b")
    )
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\x9b" not in out


def test_very_many_findings_are_cut_short_unless_verbose():
    many = [finding(code=f"a.b{number}") for number in range(25)]
    assert "and 5 more; --verbose shows them all" in report(*many)
    assert "a.b24" in report(*many, verbose=True)
