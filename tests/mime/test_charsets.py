"""Every charset that mail may name decodes whatever it is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard.mime._charsets import _BY_LABEL, _CODECS, codec_of, decode

ESCAPES = st.lists(
    st.one_of(
        st.binary(max_size=3), st.sampled_from([b"~{", b"~}", b"\x1b$B", b"\x1b$)C", b"+A-"])
    ),
    max_size=8,
).map(b"".join)


@pytest.mark.parametrize("codec", _CODECS)
@given(content=ESCAPES)
def test_nothing_raises(codec: str, content: bytes) -> None:
    assert isinstance(decode(content, codec), str)


@pytest.mark.parametrize("label", _BY_LABEL)
def test_a_label_is_found_in_any_case(label: str) -> None:
    assert codec_of(f' "{label.upper()}"') == _BY_LABEL[label]


@pytest.mark.parametrize(
    "label", ["punycode", "idna", "zlib", "rot13", "unicode_escape", "mbcs", ""]
)
def test_what_is_no_charset_of_mail_is_unknown(label: str) -> None:
    assert codec_of(label) is None
