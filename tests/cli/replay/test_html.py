from __future__ import annotations

import io
from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from sendguard import Action, Finding, Message
from sendguard.cli.replay._html import write_html
from sendguard.cli.replay._outcome import Outcome
from sendguard.cli.replay._sampling import offer_sample
from sendguard.cli.replay._tally import Tally
from sendguard.guard import difference
from sendguard.testing import messages


class Elements(HTMLParser):
    """What a page is made of: each element with the names of its attributes."""

    def __init__(self):
        super().__init__()
        self.found = set()
        self.words = []

    def handle_starttag(self, tag, attrs):
        self.found.add((tag, *(name for name, _ in attrs)))

    def handle_data(self, data):
        self.words.append(data)


def page(words: str, message: Message) -> Elements:
    """The page about one message, of which everything that can be said is these words."""
    finding = Finding(
        code="test.word",
        action=Action.HOLD,
        message=words,
        suggestion=words,
        part="subject" if message.subject else words,
        span=(0, 5),
        recipient=words,
    )
    tally = Tally()
    found = difference((), (finding,))
    tally.count((), (finding,), found)
    offer_sample(tally, "newly-held", words, message, (), (finding,), found)
    out = io.StringIO()
    write_html(Outcome(words, words, tally, (), 0), out)
    assert out.getvalue().isascii()
    elements = Elements()
    elements.feed(out.getvalue())
    return elements


HARMLESS = page(
    "words", Message.email(sender="a@x.example", to="m@x.example", subject="s", text="t")
)


@given(
    st.text() | st.sampled_from(["</script>", "<!--", "]]>", "\ud800", "\x00", "&#0;", "'\">"]),
    messages(),
)
@example(
    "</style><script>alert(1)</script>", Message.email(to="<b>@x.example", subject="<b>hello</b>")
)
def test_no_message_adds_an_element_or_an_attribute_to_the_page(words, message):
    assert page(words, message).found <= HARMLESS.found


def test_the_words_are_there_all_the_same():
    elements = page("<b>&amp;", Message.email(to="m@x.example", subject="<i>hello</i>"))
    assert "<b>&amp;" in "".join(elements.words)
    assert "<i>hello</i>" in "".join(elements.words)
