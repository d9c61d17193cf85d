"""Hypothesis strategies for what nobody should send and somebody will."""

from __future__ import annotations

from hypothesis import strategies as st

from sendguard.model import Actor, Attachment, Channel, Context, Envelope, Message, Recipient

ADDRESSES = ("ann@a.example", "bob@b.example", "cy@c.example", "dee@d.example")
"""Addresses of which generated messages draw most of theirs, so that some meet again."""

# Any code point, lone surrogates included, with the characters that break mailers drawn often: in
# pieces, since Hypothesis makes one alphabet, without weights, of several in one `text`.
_PIECE = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.text(st.sampled_from("\r\n\0\t@<>\"'(),;:{}[]%$*|&#\u200b\u202e\ud800=?"), max_size=3),
)
TEXT = st.lists(_PIECE, max_size=6).map("".join)
ADDRESS = st.one_of(st.sampled_from(ADDRESSES), TEXT)
MAYBE_TEXT = st.one_of(st.none(), TEXT)
MAYBE_HTML = st.one_of(st.none(), TEXT, TEXT.map(lambda t: f"<p>{t}</p><!-- "))
RECIPIENT = st.builds(
    Recipient,
    ADDRESS,
    st.one_of(st.just(""), TEXT),
    st.sampled_from(("to", "cc", "bcc")),
)
ATTACHMENT = st.builds(
    Attachment,
    name=TEXT,
    content=st.binary(max_size=40),
    content_type=st.sampled_from(("text/plain", "application/pdf", "image/png")),
    charset=st.sampled_from((None, "utf-8", "latin-1", "no-such", "hex", "utf-16")),
)
CONTEXT = st.builds(
    Context,
    actor=st.one_of(st.none(), st.builds(Actor, TEXT, st.lists(TEXT, max_size=2))),
    customer=MAYBE_TEXT,
    facts=st.dictionaries(TEXT, st.one_of(TEXT, st.integers()), max_size=2),
    campaign=MAYBE_TEXT,
    customer_state=MAYBE_TEXT,
    language=MAYBE_TEXT,
    extra=st.dictionaries(TEXT, TEXT, max_size=2),
)


def hostile_messages(channels: tuple[Channel, ...]) -> st.SearchStrategy[Message]:
    """Messages of any content."""
    return st.builds(
        Message,
        channel=st.sampled_from(channels),
        sender=st.one_of(st.none(), ADDRESS.map(lambda text: Message.email(sender=text).sender)),
        recipients=st.lists(RECIPIENT, max_size=4),
        subject=MAYBE_TEXT,
        text=MAYBE_TEXT,
        html=MAYBE_HTML,
        headers=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
        attachments=st.lists(ATTACHMENT, max_size=2),
        template=MAYBE_TEXT,
        date=st.one_of(st.none(), st.datetimes()),
        envelope=st.one_of(
            st.none(),
            st.builds(Envelope, sender=MAYBE_TEXT, recipients=st.lists(ADDRESS, max_size=3)),
        ),
    )
