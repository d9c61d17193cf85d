from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import UNITS, hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Analysis, Place, Quoting, read_quoting


def of_text(text: str) -> Quoting:
    return read_quoting(Place.of("text", text))


def of_html(source: str) -> Quoting:
    return Analysis(Message.email(html=source)).quoting[0]


def new(quoting: Quoting) -> list[str]:
    return [passage.text for passage in quoting.new]


def quoted(quoting: Quoting) -> list[tuple[int, str]]:
    return [(each.depth, each.where.text) for each in quoting.quotations]


def sender(quoting: Quoting, index: int = 0) -> tuple[str, str]:
    mailbox = quoting.quotations[index].header.sender
    assert mailbox is not None
    return mailbox.name, mailbox.address


def test_text_without_quotations_is_all_new() -> None:
    quoting = of_text("Dear Ann,\n\nthank you.\n")
    assert new(quoting) == ["Dear Ann,\n\nthank you."]
    assert not quoting.quotations


def test_an_answer_between_quoted_lines_is_new() -> None:
    quoting = of_text("Ann wrote:\n> one?\n\nYes.\n> two?\n>\n> three?\nNo.\n")
    assert new(quoting) == ["Yes.", "No."]
    assert quoted(quoting) == [(1, "Ann wrote:\n> one?"), (1, "> two?\n>\n> three?")]
    assert sender(quoting, 0) == sender(quoting, 1) == ("Ann", "")


def test_each_depth_has_its_own_author() -> None:
    quoting = of_text("Ann wrote:\n> Bob wrote:\n>> old\n> newer\n")
    assert [
        (each.depth, each.header.sender and each.header.sender.name) for each in quoting.quotations
    ] == [(1, "Ann"), (2, "Bob"), (1, "Ann")]


@pytest.mark.parametrize(
    ("line", "name", "address", "date"),
    [
        ("On Mon, 3 May 2027 at 10:00, Ann Long <ann@a.example> wrote:", "Ann Long", "ann@a.example", "Mon, 3 May 2027 at 10:00"),
        ("On May 3, 2027, at 10:00 AM, Ann Long wrote:", "Ann Long", "", "May 3, 2027, at 10:00 AM"),
        ("Am 03.05.27 um 10:00 schrieb Ann Long:", "Ann Long", "", "03.05.27 um 10:00"),
        ("Am Mo., 3. Mai 2027 um 10:00 Uhr schrieb Ann Long <ann@a.example>:", "Ann Long", "ann@a.example", "Mo., 3. Mai 2027 um 10:00 Uhr"),
        ("Am 3.5.2027 um 10:00 hat Ann Long geschrieben:", "Ann Long", "", "3.5.2027 um 10:00"),
        ("Ann Long schrieb am 3.5.2027 um 10:00:", "Ann Long", "", "3.5.2027 um 10:00"),
        ("Le lun. 3 mai 2027 à 10:00, Ann Long <ann@a.example> a écrit :", "Ann Long", "ann@a.example", "lun. 3 mai 2027 à 10:00"),
        ("El lun, 3 may 2027 a las 10:00, Ann Long (<ann@a.example>) escribió:", "Ann Long", "ann@a.example", "lun, 3 may 2027 a las 10:00"),
        ("Il giorno lun 3 mag 2027 alle ore 10:00 Ann Long <ann@a.example> ha scritto:", "Ann Long", "ann@a.example", "lun 3 mag 2027 alle ore 10:00"),
        ("Em seg., 3 de mai. de 2027 às 10:00, Ann Long <ann@a.example> escreveu:", "Ann Long", "ann@a.example", "seg., 3 de mai. de 2027 às 10:00"),
        ("Op ma 3 mei 2027 om 10:00 schreef Ann Long <ann@a.example>:", "Ann Long", "ann@a.example", "ma 3 mei 2027 om 10:00"),
        ("Op 3 mei 2027 om 10:00 heeft Ann Long het volgende geschreven:", "Ann Long", "", "3 mei 2027 om 10:00"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["> ", ""])
def test_reads_attribution_lines_of_many_programs(
    line: str, name: str, address: str, date: str, prefix: str
) -> None:
    quoting = of_text(f"New.\n\n{line}\n\n{prefix}Old text.\n{prefix}More of it.\n")
    assert new(quoting) == ["New."]
    assert len(quoting.quotations) == 1
    assert sender(quoting) == (name, address)
    assert quoting.quotations[0].header.date == date


def test_reads_an_attribution_that_was_wrapped() -> None:
    quoting = of_text("On Mon, 3 May 2027 at 10:00, Ann Long\n<ann@a.example>\nwrote:\n> Old.\n")
    assert not quoting.new
    assert sender(quoting) == ("Ann Long", "ann@a.example")


@pytest.mark.parametrize(
    "text",
    [
        "As the poet said:\nnothing lasts.",
        "On Monday you wrote to us. Our answers:\nyes, and no.",
        "In 2024 you wrote, among other things:\nnothing.",
        "We wrote:\n\n\nthis.",
        "From: Berlin\nTo: Paris\nDate: 3 May 2027\nSeats: 2\n",
        "From: Ann\nEmail: ann@a.example\nSubject: Help\nMessage: none\n",
        "Original message\nis what we call it.",
        "--\na -- b -- c" + "\nline" * 30,
        "A -> B\n-> C",
    ],
)
def test_leaves_what_only_looks_like_a_quotation(text: str) -> None:
    quoting = of_text(text)
    assert new(quoting) == [text.rstrip()]


BLOCKS = {
    "Outlook": "-----Original Message-----\nFrom: Ann Long [mailto:ann@a.example]\nSent: Monday, May 3, 2027 10:00\nTo: Bob Short; Cy <cy@c.example>\nSubject: Offer",
    "Outlook in German": "________________________________\nVon: Ann Long <ann@a.example>\nGesendet: Montag, 3. Mai 2027 10:00\nAn: Bob Short; Cy <cy@c.example>\nBetreff: Offer",
    "Outlook in French": "De : Ann Long <ann@a.example>\nEnvoyé : lundi 3 mai 2027 10:00\nÀ : Bob Short; Cy <cy@c.example>\nObjet : Offer",
    "Outlook in Spanish": "De: Ann Long <ann@a.example>\nEnviado el: lunes, 3 de mayo de 2027 10:00\nPara: Bob Short; Cy <cy@c.example>\nAsunto: Offer",
    "Outlook in Italian": "Da: Ann Long <ann@a.example>\nInviato: lunedì 3 maggio 2027 10:00\nA: Bob Short; Cy <cy@c.example>\nOggetto: Offer",
    "Outlook in Portuguese": "De: Ann Long <ann@a.example>\nEnviada em: segunda-feira, 3 de maio de 2027 10:00\nPara: Bob Short; Cy <cy@c.example>\nAssunto: Offer",
    "Outlook in Dutch": "Van: Ann Long <ann@a.example>\nVerzonden: maandag 3 mei 2027 10:00\nAan: Bob Short; Cy <cy@c.example>\nOnderwerp: Offer",
    "bold labels": "*From:* Ann Long <ann@a.example>\n*Sent:* Monday, May 3, 2027 10:00\n*To:* Bob Short; Cy <cy@c.example>\n*Subject:* Offer",
    "Gmail": "---------- Forwarded message ---------\nFrom: Ann Long <ann@a.example>\nDate: Mon, May 3, 2027 at 10:00\nSubject: Offer\nTo: Bob Short <bob@b.example>, Cy <cy@c.example>",
    "Thunderbird": "-------- Weitergeleitete Nachricht --------\nBetreff: Offer\nDatum: Mon, 3 May 2027 10:00\nVon: Ann Long <ann@a.example>\nAn: Bob Short <bob@b.example>, Cy <cy@c.example>",
    "Apple": "Begin forwarded message:\n\nFrom: Ann Long <ann@a.example>\nSubject: Offer\nDate: 3 May 2027 10:00\nTo: Bob Short <bob@b.example>, Cy <cy@c.example>",
}  # fmt: skip


BLOCKS["blank lines between"] = BLOCKS["Outlook in German"].replace("\n", "\n\n")


@pytest.mark.parametrize("program", BLOCKS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_reads_header_blocks_of_many_programs(program: str, ends: str) -> None:
    text = f"See below.\n\n{BLOCKS[program]}\n\nOld text.\n\nOld again.\n".replace("\n", ends)
    quoting = of_text(text)
    assert new(quoting) == ["See below."]
    (quotation,) = quoting.quotations
    assert quotation.where.text.endswith("Old again.")
    header = quotation.header
    assert sender(quoting) == ("Ann Long", "ann@a.example")
    assert [each.name for each in header.recipients] == ["Bob Short", "Cy"]
    assert header.recipients[1].address == "cy@c.example"
    assert "2027 " in header.date
    assert header.subject == "Offer"
    assert header.forwarded is (program in {"Gmail", "Thunderbird", "Apple"})


def test_reads_fields_that_were_wrapped() -> None:
    quoting = of_text(
        "-----Original Message-----\nFrom: lists@a.example [mailto:lists@a.example] On Behalf Of\n"
        "Ann Long\nSent: 3 May 2027\nSubject: A subject that is rather long and was\nwrapped\n\nOld."
    )
    assert sender(quoting) == ("Ann Long", "")
    assert quoting.quotations[0].header.subject == "A subject that is rather long and was wrapped"


def test_older_messages_below_each_other_go_deeper() -> None:
    block = "From: {0} <{0}@a.example>\nSent: 3 May 2027\nTo: x\nSubject: s\n\nText of {0}.\n\n"
    quoting = of_text("New.\n\n" + block.format("ann") + block.format("bob"))
    assert [each.depth for each in quoting.quotations] == [1, 2]
    assert [sender(quoting, n)[0] for n in (0, 1)] == ["ann", "bob"]


def test_a_block_below_a_block_is_another() -> None:
    outer = "From: Ann\nSent: 3 May\nTo: Bob\nSubject: FW: s\n\n"
    quoting = of_text(f"New.\n\n{outer}{outer.replace('Ann', 'Cy').replace('FW: ', '')}Old.")
    assert [sender(quoting, n)[0] for n in range(2)] == ["Ann", "Cy"]


def test_what_follows_the_end_of_a_forwarded_message_is_new() -> None:
    quoting = of_text(
        "---- Forwarded message ----\nFrom: Ann\nSubject: s\n\nOld.\n"
        "---- End of forwarded message ----\nNew.\n"
    )
    assert new(quoting) == ["New."]


def test_answers_between_lines_that_a_block_introduces_are_new() -> None:
    quoting = of_text(
        "----- Original Message -----\nFrom: Ann\nSubject: s\n\n> Old.\n\nNew.\n> Old."
    )
    assert new(quoting) == ["New."]


@pytest.mark.parametrize("mark", ["| ", "# ", "--] ", "=> "])
def test_other_characters_quote_where_they_were_introduced(mark: str) -> None:
    quoting = of_text(
        f"On 3 May 2027, Ann wrote:\n{mark}Old.\n{mark}Old.\nNew.\n{mark}Old.\n\nEnd."
    )
    assert new(quoting) == ["New.", "End."]
    assert new(of_text("| a\n| b\n")) == ["| a\n| b"]


def test_the_rest_of_a_quoted_line_that_was_wrapped_is_quoted() -> None:
    full = "> a line of a message that was as long as lines of messages may be"
    assert new(of_text(f"{full}\nand more\n> of it.\nNew.")) == ["New."]
    assert new(of_text(f"{full}?\nNo.\n> And then?\nNo.")) == ["No.", "No."]
    assert new(of_text("> Short line\nNo\n> Another")) == ["No"]


@pytest.mark.parametrize("line", ["Ann Long:", "On 3 May 2027, Ann Long mumbled:"])
def test_a_line_without_a_known_verb_introduces_what_is_set_as_quoted(line: str) -> None:
    quoting = of_text(f"{line}\n> Old.\n\nNew.")
    assert new(quoting) == ["New."]
    assert sender(quoting)[0].startswith("Ann Long")
    assert new(of_text(f"{line}\nNew.")) == [f"{line}\nNew."]


@pytest.mark.parametrize("greeting", ["Dear Ann:", "Good Morning Ann:"])
def test_a_greeting_above_a_quotation_is_new(greeting: str) -> None:
    assert new(of_text(f"{greeting}\n\n> Old.\n\nNew.")) == [greeting, "New."]


def test_initials_before_the_mark_quote() -> None:
    assert new(of_text("AL> Old.\nAL> Old.\nNew.")) == ["New."]


def test_an_escaped_from_line_is_not_quoted() -> None:
    assert new(of_text("a\n>From the start.\n")) == ["a\n>From the start."]
    assert new(of_text("> a\n>From the start.\n")) == []


def test_the_signature_stands_apart() -> None:
    quoting = of_text("New.\n\n-- \nAnn Long\n+44 1632 960961\n\nOn 3 May 2027, Bob wrote:\n> Old.")
    assert new(quoting) == ["New."]
    assert [each.text for each in quoting.signatures] == ["-- \nAnn Long\n+44 1632 960961"]


def test_block_quotations_of_html_are_quoted() -> None:
    quoting = of_html(
        "<p>New.</p><div>On Mon, May 3, 2027 at 10:00 AM Ann Long &lt;ann@a.example&gt; wrote:<br>"
        "</div><blockquote>Old <b>text</b>.<p>More.</blockquote><p>End."
    )
    assert new(quoting) == ["New.", "End."]
    assert sender(quoting) == ("Ann Long", "ann@a.example")
    assert quoted(quoting)[0][1].endswith("Old text.\nMore.")


def test_html_that_is_one_block_quotation_is_new() -> None:
    assert new(of_html("<blockquote><p>Set in.<p>All of it.</blockquote>")) == [
        "Set in.\nAll of it."
    ]


def test_arrows_in_html_are_not_quotations() -> None:
    text = "<p>News<p>&gt; Shop now<p>&gt; Read more"
    assert new(of_html(text)) == ["News\n> Shop now\n> Read more"]
    introduced = "<p>New.<p>Ann wrote:<br>&gt; Old<br>&gt; Older"
    assert new(of_html(introduced)) == ["New."]


def test_code_of_html_is_not_quoted() -> None:
    quoting = of_html("<p>Ann wrote:<br>&gt; Old<pre>&gt; select 1</pre>")
    assert new(quoting) == ["> select 1"]


def test_outlook_html_is_read_by_its_header_block() -> None:
    fields = "<b>Von:</b> Ann &lt;ann@a.example&gt;<br><b>Gesendet:</b> Montag<br><b>An:</b> Bob<br><b>Betreff:</b> Re: x"
    quoting = of_html(f"<p>New.</p><hr><div><p>{fields}</p></div><p>Old.</p>")
    assert new(quoting) == ["New."]
    assert sender(quoting) == ("Ann", "ann@a.example")


def test_spans_point_into_the_part() -> None:
    text = "\u200bNew\u200b one.\n> O\u200bld"
    quoting = of_text(text)
    assert quoting.new[0].span == (1, 10)
    start, end = quoting.quotations[0].where.span or (0, 0)
    assert text[start:end] == "> O\u200bld"


def test_what_is_rendered_quotes_nothing() -> None:
    quoting = of_text("Secret.\n\nOn 3 May 2027, Canary Long <canary@a.example> wrote:\n> Hidden.")
    assert not re.search(r"Secret|Hidden|canary@|Canary", repr(quoting))


_lines = st.one_of(
    hostile_text,
    st.sampled_from(
        [*UNITS.values(), "> a", ">> b", "", "-- ", "Ann wrote:", "On 3 May 2027, Ann wrote:"]
    ),
)


@given(st.lists(_lines, max_size=12).map("\n".join), st.booleans())
def test_every_line_of_text_belongs_to_exactly_one_stretch(text: str, in_html: bool) -> None:
    place = Place.of("html" if in_html else "text", text)
    quoting = read_quoting(place)
    spans = sorted(
        (passage.start, passage.end)
        for passage in (
            *quoting.new,
            *quoting.signatures,
            *(each.where for each in quoting.quotations),
        )
    )
    left = []
    at = 0
    for start, end in spans:
        assert at <= start < end
        left.append(place.plain[at:start])
        at = end
    left.append(place.plain[at:])
    assert not re.sub(r"[A>|:%}#\s]", "", "".join(left))  # marks of quoted lines with nothing else


@pytest.mark.parametrize(
    "name",
    units(
        "quotes",
        "quoted lines",
        "deeper and back",
        "initials",
        "attributions",
        "open attributions",
        "marks",
        "headers",
        "half headers",
        "markers",
        "hyphens",
        "underscores",
    ),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    assert of_text(hostile(name)) is not None


def test_real_mail_has_its_marked_lines_quoted_and_no_others() -> None:
    marked = missed = quoted_lines = unmarked = 0
    for _, analysis in sample_analyses():
        for quoting in analysis.quoting:
            if quoting.place.part != "text":
                continue
            in_new = "\n".join(passage.text for passage in quoting.new).splitlines()
            in_quotes = [
                line
                for quotation in quoting.quotations
                for line in quotation.where.text.splitlines()
                if line.strip()
            ]
            missed += sum(line.startswith(">") and line[:6] != ">From " for line in in_new)
            marked += sum(line.startswith(">") for line in in_quotes)
            quoted_lines += len(in_quotes)
            unmarked += sum(">" not in line[:8] for line in in_quotes)
    assert missed == 0
    assert marked > 1_000
    assert unmarked < quoted_lines / 4
