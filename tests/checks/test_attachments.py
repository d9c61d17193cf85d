from __future__ import annotations

import pytest
from hypothesis import given
from tests.checks.directory import ANN, BOB, STAFF, TWIN, SmallDirectory
from tests.strategies import contexts, messages
from tests.text.announcements import ANNOUNCED, HONEST
from tests.text.sample_mail import sample_analyses

from sendguard import Action, Attachment, Context, Guard, Message, checks
from sendguard.checks import Case, Check
from sendguard.errors import ConfigurationError
from sendguard.matching import Contact
from sendguard.text import Analysis

ANNOUNCES = "Dear Ann,\n\nplease find attached our offer.\n\nBob"
CSV = "text/csv"
ANNOUNCED_GUARD = Guard(checks.attachments_announced())
TYPES_GUARD = Guard(checks.attachment_types())


def mail(**fields: object) -> Message:
    return Message.email(**({"sender": "dee@shop.example", "to": "ann@north.example"} | fields))


def codes(check: Check, message: Message, context: Context | None = None) -> list[str]:
    return [each.code for each in Guard(check).evaluate(message, context).findings]


# --- announced and missing


@pytest.mark.parametrize("language", ANNOUNCED)
def test_an_announced_file_that_is_not_there_is_a_warning_in_every_language(language):
    for sentence in ANNOUNCED[language][:5]:
        (finding,) = ANNOUNCED_GUARD.evaluate(mail(text=f"Hello,\n\n{sentence}\n\nAnn")).findings
        assert (finding.code, finding.action) == ("attachment.missing", Action.WARN)


@pytest.mark.parametrize("language", HONEST)
def test_honest_sentences_are_silent(language):
    for sentence in HONEST[language]:
        assert not ANNOUNCED_GUARD.evaluate(mail(text=f"Hello,\n\n{sentence}\n\nAnn")).findings


def test_the_finding_points_at_the_words_that_announce():
    (finding,) = ANNOUNCED_GUARD.evaluate(mail(text=ANNOUNCES)).findings
    start, end = finding.span
    assert ANNOUNCES[start:end] == "please find attached"
    assert '"please find attached"' in finding.message


@pytest.mark.parametrize(
    "file",
    [
        Attachment("offer.pdf", b"%PDF", "application/pdf"),
        Attachment("photo.jpg", b"x", "image/jpeg"),
        Attachment("photo.jpg", b"x", "image/jpeg", disposition="inline"),
        Attachment("photo.jpg", b"x", "image/jpeg", content_id="not-shown"),
        Attachment("notes.txt", b"x", "text/plain", disposition="inline"),
        Attachment("", b"x", "message/rfc822", message=Message.email(text="x")),
    ],
)
def test_an_attached_file_of_any_kind_is_enough(file):
    assert not ANNOUNCED_GUARD.evaluate(mail(text=ANNOUNCES, attachments=[file])).findings


@pytest.mark.parametrize(
    "file",
    [
        Attachment("logo.png", b"x", "image/png", disposition="inline", content_id="logo"),
        Attachment("logo.png", b"x", "image/png", content_id="logo"),
        Attachment("smime.p7s", b"x", "application/pkcs7-signature"),
        Attachment("signature.asc", b"x", "application/pgp-signature"),
    ],
)
def test_the_logo_in_a_signature_and_the_signature_itself_are_no_files(file):
    html = '<p>Please find attached our offer.</p><img src="cid:logo">'
    assert ANNOUNCED_GUARD.evaluate(mail(html=html, attachments=[file])).findings


@pytest.mark.parametrize(
    "text",
    [
        "Please find attached the offer: https://files.shop.example/offer.pdf",
        "Please find attached the offer.\n\nhttps://drive.google.com/file/d/1",
        "The files are attached as a link.\nhttps://shop.sharepoint.com/x",
    ],
)
def test_a_link_to_the_file_is_as_good(text):
    assert not ANNOUNCED_GUARD.evaluate(mail(text=text)).findings


def test_a_linked_file_in_html_is_as_good_and_a_link_elsewhere_is_not():
    chip = '<p>See the attached <a href="https://shop.example/f/1">offer</a>.</p>'
    assert not ANNOUNCED_GUARD.evaluate(mail(html=chip)).findings
    footer = '<p>See the attached offer.</p><p><a href="https://shop.example">Our shop</a></p>'
    assert ANNOUNCED_GUARD.evaluate(mail(html=footer)).findings


def test_what_quoted_mail_announces_is_not_missed():
    text = "Thanks, got it.\n\nOn 3 May 2027, Ann wrote:\n> Please find attached the offer.\n"
    assert not ANNOUNCED_GUARD.evaluate(mail(text=text)).findings


def test_a_text_message_has_no_attachments_to_miss():
    message = Message.sms(to="+441632960001", text="Please find attached the offer.")
    assert not ANNOUNCED_GUARD.evaluate(message).findings


def test_real_mail_without_attachments_is_hardly_ever_warned_of():
    analyses = [a for _, a in sample_analyses()]
    warned = [a for a in analyses if ANNOUNCED_GUARD.evaluate(a.message).findings]
    assert len(warned) <= 0.003 * len(analyses)


# --- somebody else's file

CONTENTS = checks.attachment_contents(SmallDirectory())


def held(message: Message, context: Context | None = None, check: Check = CONTENTS) -> list[str]:
    found = Guard(check).evaluate(message, context).findings
    return [each.part for each in found if each.code == "attachment.other-customer"]


@pytest.mark.parametrize(
    ("file", "part"),
    [
        (Attachment("Statement Bob Stone.pdf", b"%PDF", "application/pdf"), "attachment:0.name"),
        (Attachment("invoice_S-2002.pdf", b"%PDF", "application/pdf"), "attachment:0.name"),
        (Attachment("list.csv", b"name;no\nBob Stone;7", CSV), "attachment:0.text"),
        (Attachment("list.csv", b"no\nS-2002\n"), "attachment:0.text"),
        (Attachment("a.txt", "S-2002".encode("utf-16")), "attachment:0.text"),
        (Attachment("a.html", b"<p>for <b>Bob</b> Stone</p>", "text/html"), "attachment:0.text"),
        (Attachment("a.html", b"<p hidden>bob@south.example</p>x", "text/html"), "attachment:0.text"),
        (
            Attachment("", b"", "message/rfc822", message=Message.email(text="Dear Bob Stone,")),
            "attachment:0/text",
        ),
        (
            Attachment(
                "",
                b"",
                "message/rfc822",
                message=Message.email(attachments=[Attachment("a.csv", b"S-2002", CSV)]),
            ),
            "attachment:0/attachment:0.text",
        ),
    ],
)  # fmt: skip
def test_another_customers_name_or_number_is_held_where_it_stands(file, part):
    decision = Guard(CONTENTS).evaluate(mail(attachments=[file]))
    assert part in held(mail(attachments=[file]))
    assert decision.action is Action.HOLD


def test_the_span_points_at_the_words():
    file = Attachment("a.csv", b"name;no\nBob Stone;7", CSV)
    (finding,) = Guard(CONTENTS).evaluate(mail(attachments=[file])).findings
    start, end = finding.span
    assert file.text[start:end] == "Bob Stone"


@pytest.mark.parametrize(
    "file",
    [
        Attachment("invoice_N-1001.csv", b"Ann Miller;N-1001;ann@north.example", CSV),
        Attachment("a.csv", b"Dee Clark;dee@shop.example", CSV),  # our own people
        Attachment("a.csv", b"Stone;Bob;Miller", CSV),  # no full name
        Attachment("a.png", b"Bob Stone S-2002", "image/png"),
        Attachment("a.zip", b"Bob Stone S-2002", "application/zip"),
        Attachment("Bobstonework.txt", b"S-20021", "text/plain"),
    ],
)
def test_the_readers_own_our_people_and_parts_of_words_are_silent(file):
    assert Guard(CONTENTS).evaluate(mail(attachments=[file])).findings == ()


def test_the_customer_that_the_message_is_about_may_be_named():
    file = Attachment("invoice_S-2002.csv", b"Bob Stone", CSV)
    message = mail(to="accountant@office.example", attachments=[file])
    assert held(message)
    assert not held(message, Context(customer="south"))


def test_a_name_that_two_customers_bear_says_nothing_and_their_numbers_do():
    check = checks.attachment_contents(SmallDirectory((ANN, TWIN, BOB)))
    to_bob = mail(to="bob@south.example", attachments=[Attachment("Ann Miller.csv", b"x", CSV)])
    assert not held(to_bob, check=check)
    numbered = mail(to="bob@south.example", attachments=[Attachment("W-1.csv", b"x", CSV)])
    assert held(numbered, check=check)


def test_one_word_is_anybodys_name_even_where_one_customer_alone_bears_it():
    mono = Contact("9", "east", "Prince", (), (), ("E-9",))
    check = checks.attachment_contents(SmallDirectory((ANN, mono)))
    file = Attachment("The Prince.txt", b"by Machiavelli", "text/plain")
    assert not held(mail(attachments=[file]), check=check)
    assert held(mail(attachments=[Attachment("E-9.txt", b"x", "text/plain")]), check=check)


def test_two_contacts_of_one_customer_are_one_customer():
    file = Attachment("S-2002.csv", b"Bob Stone", CSV)
    assert not held(mail(to="cy@south.example", attachments=[file]))


def test_a_customer_among_the_recipients_may_see_his_own_and_the_check_says_that_it_completes():
    file = Attachment("S-2002.csv", b"x", CSV)
    assert held(mail(attachments=[file]))
    assert not held(mail(to=["ann@north.example", "bob@south.example"], attachments=[file]))
    assert CONTENTS.completes


def test_mail_that_stays_inside_may_carry_anybodys_file():
    file = Attachment("S-2002.csv", b"Bob Stone", CSV)
    inside = mail(to="emma@shop.example", attachments=[file])
    guard = Guard(CONTENTS, internal_domains=["shop.example"])
    assert guard.evaluate(inside).findings == ()


def test_what_cannot_be_read_is_said_once_and_of_pictures_nothing():
    files = [
        Attachment("a.pdf", b"%PDF", "application/pdf"),
        Attachment("b.docx", b"PK"),
        Attachment("c.png", b"x", "image/png"),
    ]
    (finding,) = Guard(CONTENTS).evaluate(mail(attachments=files)).findings
    assert (finding.code, finding.part) == ("guard.not-evaluable", "attachment:0")
    assert "1 more" in finding.message


def test_the_guards_directory_is_asked_and_without_one_the_check_says_so():
    file = Attachment("S-2002.csv", b"x", CSV)
    guard = Guard(checks.attachment_contents(), directory=SmallDirectory())
    assert [f.code for f in guard.evaluate(mail(attachments=[file])).findings] == [
        "attachment.other-customer"
    ]
    assert codes(checks.attachment_contents(), mail(attachments=[file])) == ["guard.not-evaluable"]
    assert codes(checks.attachment_contents(), mail(text="no file")) == []


def test_a_directory_that_takes_its_time_is_given_up_in_time():
    assert checks.attachment_contents(SmallDirectory(time_out=2.0)).time_out == 2.0
    with pytest.raises(TypeError, match="directory"):
        checks.attachment_contents("customers.csv")


def test_a_file_full_of_others_gives_few_findings():
    rows = "\n".join(f"Person{n} Surname{n}" for n in range(200))
    people = tuple(Contact(str(n), f"c{n}", f"Person{n} Surname{n}") for n in range(200))
    check = checks.attachment_contents(SmallDirectory((ANN, STAFF, *people)))
    assert len(held(mail(attachments=[Attachment("a.csv", rows.encode(), CSV)]), check=check)) == 5


# --- kinds of files

PE = b"MZ" + b"\0" * 58 + (64).to_bytes(4, "little") + b"PE\0\0"


@pytest.mark.parametrize(
    ("name", "content", "action"),
    [
        ("setup.exe", b"", Action.HOLD),
        ("invoice.pdf.exe", b"", Action.HOLD),
        ("invoice.pdf      .scr", b"", Action.HOLD),
        ("INVOICE.EXE", b"", Action.HOLD),
        ("invoice.exe. ", b"", Action.HOLD),
        ("invoice.e\u200bxe", b"", Action.HOLD),
        ("invoice\u202efdp.exe", b"", Action.HOLD),
        ("invoice\u202excod.pdf", b"", Action.HOLD),
        ("macro.docm", b"", Action.WARN),
        ("report.docx", b"PK\x03\x04..word/vbaProject.bin..", Action.WARN),
        ("report.pdf", PE, Action.HOLD),
        ("picture.png", b"\x7fELF\x02", Action.HOLD),
        ("", b"\xcf\xfa\xed\xfe\x07", Action.HOLD),
        ("folder", b"L\0\0\0\x01\x14\x02\0", Action.HOLD),
        ("run.js", b"", Action.HOLD),
        ("run.ps1", b"", Action.HOLD),
    ],
)
def test_what_runs_when_it_is_opened_does_not_leave(name, content, action):
    (finding,) = TYPES_GUARD.evaluate(mail(attachments=[Attachment(name, content)])).findings
    assert (finding.code, finding.action) == ("attachment.type", action)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", b"%PDF-1.7"), ("report.final.docx", b"PK\x03\x04"), ("photos.zip", b"PK\x03\x04"),
        ("archive.tar.gz", b"\x1f\x8b"), ("notes.txt", b"MZ is a place in the text"), ("fix.patch", b"--- a"),
        ("data.csv", b"a;b"), ("invite.ics", b"BEGIN:VCALENDAR"), ("card.vcf", b""), ("", b""),
        ("tool.py", b"print()"), ("run.sh", b"#!/bin/sh"), ("מסמך\u200f.pdf", b"%PDF"),
        ("v1.2.3", b""), ("Mr. Stone", b""), ("statement.2027.01.pdf", b"%PDF"), ("sheet.xlsx", b"PK\x03\x04"),
        ("mail.eml", b""), ("song.mp3", b"ID3"), ("page.html", b"<html>"), ("key.asc", b""),
    ],
)  # fmt: skip
def test_honest_files_leave(name, content):
    assert TYPES_GUARD.evaluate(mail(attachments=[Attachment(name, content)])).findings == ()


def test_a_picture_named_after_its_page_is_no_program():
    picture = Attachment("www.shop.com", b"\x89PNG", "image/png")
    assert TYPES_GUARD.evaluate(mail(attachments=[picture])).findings == ()
    unknown = Attachment("www.shop.com", b"\xe9\x00")
    assert TYPES_GUARD.evaluate(mail(attachments=[unknown])).findings


def test_a_program_inside_an_attached_message_is_seen():
    inner = Message.email(attachments=[Attachment("a.exe", b"")])
    outer = mail(attachments=[Attachment("", b"", "message/rfc822", message=inner)])
    (finding,) = TYPES_GUARD.evaluate(outer).findings
    assert finding.part == "attachment:0/attachment:0"


def test_all_files_together_may_be_too_large():
    check = checks.attachment_types(max_bytes=10)
    assert codes(check, mail(attachments=[Attachment("a", b"x" * 10)])) == []
    two = mail(attachments=[Attachment("a", b"x" * 6), Attachment("b", b"x" * 5)])
    assert codes(check, two) == ["attachment.size"]


def test_the_list_of_kinds_can_be_replaced():
    check = checks.attachment_types(blocked=[".zip"])
    assert codes(check, mail(attachments=[Attachment("a.zip", b"")])) == ["attachment.type"]
    assert codes(check, mail(attachments=[Attachment("a.exe", b"")])) == []
    assert repr(check) == "attachment_types(blocked=['zip'])"
    assert repr(checks.attachment_types()) == "attachment_types()"


@pytest.mark.parametrize("blocked", [[""], ["a b"], ["tar.gz"]])
def test_what_is_no_extension_is_refused(blocked):
    with pytest.raises(ConfigurationError, match="blocked"):
        checks.attachment_types(blocked=blocked)


def test_wrong_types_are_refused():
    with pytest.raises(TypeError, match="blocked"):
        checks.attachment_types(blocked="exe")
    with pytest.raises(TypeError, match="blocked"):
        checks.attachment_types(blocked=[1])
    with pytest.raises(ConfigurationError, match="max_bytes"):
        checks.attachment_types(max_bytes=0)


ALL = (checks.attachments_announced(), CONTENTS, checks.attachment_types())


@given(messages(), contexts)
def test_no_message_makes_them_raise(message, context):
    for check in ALL:
        for _ in check.find(Case(message, context, Analysis(message))):
            pass


@pytest.mark.parametrize("unit", ["a@", "please find attached ", "<a>", "\ud800", "\0", "S-2002 "])
def test_a_megabyte_of_a_file_is_looked_at(unit):
    content = (unit * (1_000_000 // len(unit))).encode("utf-8", "surrogatepass")
    for kind in ("text/plain", "text/html"):
        message = mail(text=ANNOUNCES, attachments=[Attachment("a", content, kind)])
        for check in ALL:
            Guard(check).evaluate(message)
