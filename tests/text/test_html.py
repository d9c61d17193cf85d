from __future__ import annotations

import os
import re
import time
from email import message_from_bytes
from email.message import Message as ParsedMail
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sendguard.text import read_html
from sendguard.text._html_tags import MARKS
from sendguard.text._html_tokens import (
    _ATTRIBUTES,
    _END,
    _REST,
    LONGEST_REMEMBERED,
    MOST_REMEMBERED,
    TOKEN,
)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hel<b>lo</b>", "Hello"),
        ("{{<b>first</b>_name}}", "{{first_name}}"),
        ("<p>Dear Ann,<p>thanks", "Dear Ann,\nthanks"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ("<table><tr><td>a<td>b<tr><td>c</table>d", "a\tb\nc\nd"),
        ("  much \n\t  white\r\n space  ", "much white space"),
        ("a<b> b</b> c", "a b c"),
        ("a\tb\fc\rd", "a b c d"),
        ("a&nbsp;&amp;&#32;&lt;b&gt;", "a\xa0& <b>"),
        ("&am<b>p;</b>", "&amp;"),
        ("a<!-- x > y -->b<!-->c<!--->d<!-- e --!>f", "abcdf"),
        ("a<!-- never closed", "a"),
        ("a<script>if (1<2) '</scripty>'</script >b", "ab"),
        ("a<style><!-- </style>b", "ab"),
        ("a<script>never closed", "a"),
        ("a<scr\u0131pt>b", "ab"),  # case is folded in ASCII alone
        ("<head><title>T</title></head>a", "a"),
        ("a < b, 3 > 2 <3 &</3 love>", "a < b, 3 > 2 <3 &"),
        ("<% if x %>", "<% if x %>"),
        ("a<?php echo 1 ?>b<!DOCTYPE html>c<![if x]>d", "abcd"),
        ('<a title="a > b">c</a>', "c"),
        ("<a title='a > b'>c</a>", "c"),
        ('<a "a>b', "b"),
        ('a<b title="never closed', "a"),
        ('<img alt="A &quot;cat&quot;" src=c>', 'A "cat"'),
        ("<pre>\n a\r\n  b</pre>c", " a\n  b\nc"),
        ("<pre> a\n  <b>\n</b> <i> </i>b\n  c", " a\n  \n  b\n  c"),
        ("<textarea>a <b> c</textarea>", "a <b> c"),
        ("<input type=submit value='Go'><input type=hidden value=x>", "Go"),
        ("<o:p>a</o:p><UNKNOWN>b", "ab"),
        ("nul\0l", "null"),
        ("&#" + "1" * 5_000 + ";", "\ufffd"),
        ("", ""),
    ],
)
def test_shows_what_a_browser_shows(source: str, text: str) -> None:
    assert read_html(source).text == text


@pytest.mark.parametrize(
    "start",
    [
        "<div hidden>",
        "<div style='display:none'>",
        "<DIV STYLE='DISPLAY: NONE !important;'>",
        '<span style="color:red; visibility:hidden">',
        "<div style='opacity:0'>",
        "<div style='opacity: 0.0'>",
        "<span style='font-size:0px'>",
        "<span style='font:0/0 a'>",
        "<div style='max-height:0px;overflow:hidden'>",
        "<div style='mso-hide:all'>",
        "<template>",
        "<noscript>",
    ],
)
def test_keeps_hidden_text_apart(start: str) -> None:
    end = "</" + re.match(r"<(\w+)", start)[1] + ">"
    html = read_html(f"<div>before {start}quiet <b>words</b>{end} after</div>")
    assert html.text.split() == ["before", "after"]
    assert html.hidden == "quiet words"


@pytest.mark.parametrize(
    "start",
    [
        "<div style='display:inline'>",
        "<div style='text-decoration:none'>",
        "<div style='opacity:0.5'>",
        "<div style='font-size:10px'>",
        "<div style='max-height:0'>",
        "<div data-style='display:none'>",
        "<div title='hidden style=display:none'>",
        "<div aria-hidden=true>",
        "<div h\u0131dden>",
        "<div \u017ftyle='display:none'>",
    ],
)
def test_shows_what_only_looks_hidden(start: str) -> None:
    assert read_html(f"{start}words</div>").text == "words"


def test_a_size_given_inside_an_element_of_size_zero_shows_its_text() -> None:
    cell = "<td style='font-size:0px'><div style='font-size:13px'>seen</div>unseen</td><td>next"
    assert read_html(cell).text.split() == ["seen", "next"]
    assert read_html(cell).hidden == "unseen"


def test_a_size_given_inside_a_hidden_element_shows_nothing() -> None:
    assert read_html("<div hidden><p style='font-size:9px'>quiet</p></div>words").text == "words"


def test_an_end_tag_of_what_is_not_open_ends_nothing_that_is_hidden() -> None:
    assert read_html("<div hidden><b>a</i>b</b>c</u>d</div>words").text == "words"


def test_a_hidden_image_shows_no_description() -> None:
    assert read_html("<img hidden alt=quiet src=x>words").text == "words"


def test_each_hidden_piece_has_a_line() -> None:
    assert read_html("<b hidden>one</b>words<b hidden>two <i>too</i></b>").hidden == "one\ntwo too"


def test_an_element_of_size_zero_still_breaks_the_line() -> None:
    cell = "<td style='font-size:0px'><p style='font-size:9px'>a</p><b style='font-size:9px'>b</b>"
    assert read_html(cell).text == "a\nb"


def test_a_relative_size_inside_size_zero_shows_nothing() -> None:
    assert read_html("<p style='font-size:0'><b style='font-size:2em'>x").text == ""


def test_a_hidden_element_that_nobody_closed_ends_with_the_block_around_it() -> None:
    assert read_html("<div><p><span hidden>quiet</p>words</div>").text == "words"
    assert read_html("<table><tr><td hidden>quiet<td>words</table>").text == "words"
    assert read_html("<ul><li hidden>quiet<li>words</ul>").text == "words"


def test_what_only_outlook_shows_is_hidden() -> None:
    html = read_html("a<!--[if mso]><table><tr><td>For&amp;Outlook</td></tr></table><![endif]-->b")
    assert (html.text, html.hidden) == ("ab", "For&Outlook")


def test_the_title_is_kept_apart() -> None:
    assert read_html("<title>A <b>&amp;\n c</title>x").title == "A <b>& c"


def test_links_name_their_place_in_the_text() -> None:
    html = read_html('Go <a class=x HREF="https://x.example/?a=1&amp;copy=2"> to <b>us</b> </a>now')
    (link,) = html.links
    assert link.href == "https://x.example/?a=1&copy=2"
    assert html.text[link.start : link.end] == link.text == "to us"


@pytest.mark.parametrize(
    ("attributes", "href"),
    [
        ("href=a", "a"),
        ("href = 'a b'", "a b"),
        ("title='href=x' href=a", "a"),
        ("data-href=x href=a", "a"),
        ("href=a href=b", "a"),
        ("href=?a=1&copy=2&lt;", "?a=1&copy=2<"),
        ("href", ""),
        ("name=x", None),
        ('="x>y" href=z', None),
        ('HREF="a"b=c', "a"),
        ("href='&amp;amp;&amp;copy;'", "&amp;&copy;"),
        ('href="a&amp;b&eacute;"', "a&b\u00e9"),
    ],
)
def test_reads_attributes_as_a_browser_does(attributes: str, href: str | None) -> None:
    assert [link.href for link in read_html(f"<a {attributes}>x").links] == (
        [] if href is None else [href]
    )


def test_hidden_links_are_named_too() -> None:
    (link,) = read_html("a<div hidden><a href=x>y</a></div>").links
    assert (link.href, link.text) == ("x", "")


def test_what_attributes_show_is_on_one_line() -> None:
    assert read_html("a<img alt=' y \t\n z '><input value='c  d'>e").text == "ay zc de"


def test_images_name_their_sources() -> None:
    assert read_html("<img src=cid:1><IMG src='https://x.example/?a&amp;b'>").sources == (
        "cid:1",
        "https://x.example/?a&b",
    )


def test_code_and_quotations_have_spans() -> None:
    html = read_html("a <code>x = 1</code><pre>y</pre><blockquote>z<blockquote>w</blockquote>")
    assert [html.text[start:end] for start, end in html.code] == ["x = 1", "y"]
    assert [html.text[start:end] for start, end in html.quotes] == ["z\nw"]


def test_depth_inside_a_hidden_element_is_capped_and_reported() -> None:
    html = read_html("<div hidden>" * 2_000 + "x")
    assert [defect.kind for defect in html.defects] == ["limit"]
    assert not read_html("<div>" * 2_000 + "x").defects


_OPENERS = [
    "<a ", "<!--", "<script", "<script>", '<a b="', "<a b='", "<", "&", "&a", "&#1", "</", "<!", "<td>",
    "<div hidden>", "</div>", "<a href=x>", "<title>", "<p>", " \n", "<!--[if ", "a=", '="', "-", "<pre>",
    "<blockquote>", "<p style=font-size:0>", "<a href=", "<textarea></textarea",
]  # fmt: skip


@pytest.mark.parametrize("opener", _OPENERS)
@pytest.mark.parametrize("prefix", ["", "<a ", "<!--", "<div hidden>", "<script>"])
def test_time_grows_linearly_whatever_is_left_open(prefix: str, opener: str) -> None:
    def seconds(size: int) -> float:
        source = prefix + opener * (size // len(opener))
        started = time.process_time()
        read_html(source)
        return time.process_time() - started

    # Quadratic behaviour takes minutes for this size, linear behaviour fractions of a second.
    assert seconds(200_000) < 10


@given(st.text(alphabet=st.sampled_from("<>/!-='\"& \nabhidden[];{}\0\ud800é"), max_size=200))
def test_any_source_gives_spans_inside_the_text(source: str) -> None:
    html = read_html(source)
    for start, end in (
        *((link.start, link.end) for link in html.links), *html.code, *html.quotes
    ):  # fmt: skip
        assert 0 <= start <= end <= len(html.text)
    assert all(html.text[link.start : link.end] == link.text for link in html.links)


_TOKEN_SLOWLY = re.compile(TOKEN.pattern.replace(_REST, _ATTRIBUTES + _END))


@given(st.lists(
    st.sampled_from(
        ["<p", "<td", "<a", "<b", "<x", " href", "=", '="', '"', "'", ">", "<", " ", "/", "v", "=v", '="v"', '=">"', "='>'", "<!--"]
    ), max_size=24).map("".join))  # fmt: skip
@example("""<a href="v" href='>'>""")
@example("""<a href='>'>""")
def test_a_tag_as_most_are_written_is_read_as_any_other(source: str) -> None:
    assert TOKEN.pattern != _TOKEN_SLOWLY.pattern
    assert TOKEN.split(source) == _TOKEN_SLOWLY.split(source)


_pieces = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "<td>", "<tr>", "</td>", "<br>", "<a href=x>", "</a>", "<img alt=y>", "<img alt=' y \t z '>", "<input value='a  b'>",
         "<div hidden>", "</div>", "<td style='font-size:0'>", "<p style='font-size:9px'>", "<pre>", "</pre>",
         "<code>", "</code>", "<blockquote>", "</blockquote>", "a", "b c", " d", "e ", " ", "\n", "\n  ", "&nbsp;",
         "&amp;", "\xa0", "<!-- x -->", "<!--[if mso]>o<![endif]-->", "<title>t</title>"]
    ),
    max_size=30,
)  # fmt: skip


@given(_pieces)
def test_tags_in_a_row_are_read_as_they_are_apart(pieces: list[str]) -> None:
    apart = "".join(f"{piece}<!>" if piece[0] == "<" else piece for piece in pieces)
    assert read_html("".join(pieces)) == read_html(apart)


@given(_pieces)
def test_tidy_text_is_laid_out_as_untidy_text_is(pieces: list[str]) -> None:
    source = "".join(pieces)
    assert read_html("<!-- \t -->" + source) == read_html(source)


@given(_pieces, _pieces)
def test_what_was_read_before_changes_nothing(before: list[str], pieces: list[str]) -> None:
    source = "".join(pieces)
    MARKS.clear()
    alone = read_html(source)
    MARKS.clear()
    read_html("".join(before))
    assert read_html(source) == alone == read_html(source)


def test_what_is_remembered_from_mail_to_mail_is_bounded() -> None:
    long = "x" * LONGEST_REMEMBERED
    read_html("".join(f"<a href={n}>{n}<a href={n}{long}>{n}" for n in range(2 * MOST_REMEMBERED)))
    assert 0 < len(MARKS) <= MOST_REMEMBERED
    assert max(map(len, MARKS)) <= LONGEST_REMEMBERED


_leaf = st.text(alphabet="abc <>&\"'{}é", min_size=1, max_size=8).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
_tag = st.sampled_from(["p", "div", "b", "span", "td", "li", "h1", "i", "font", "center", "u"])
_tree = st.recursive(
    _leaf,
    lambda inner: st.tuples(_tag, st.lists(inner, max_size=4)).map(
        lambda pair: f"<{pair[0]} class='x > y'>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=20,
)


def _reference(source: str) -> str:
    """All text that a browser's parser finds in the body, without white space."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source)
    tree.strip_tags(["script", "style", "template", "iframe", "noembed", "noframes", "title"])
    body = tree.body
    return "" if body is None else re.sub(r"\s+", "", body.text(deep=True))


@given(_tree)
def test_well_formed_html_gives_the_text_that_a_parser_finds(source: str) -> None:
    source = f"<html><body>{source}</body></html>"
    assert re.sub(r"\s+", "", read_html(source).text) == _reference(source)


@given(
    st.lists(
        st.one_of(
            _leaf,
            st.sampled_from(
                ["<p>", "</p>", "<br>", "<b>", "</b>", "<!-- x -->", "<a href='>'>", "</a>", "<%",
                 "<?x>", "<script>a<b</script>", "<style>.a{}</style>", "<!>", "</>", "</ x>", "<a b=c/>",
                 '<a title="x>y" z>', "<a b = 'c'd>", "<!-->", "<!--->", "<x:y>", "< p>", "<a\n\tb>"]
            ),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_untidy_html_gives_the_text_that_a_parser_finds(pieces: list[str]) -> None:
    source = f"<html><body>{''.join(pieces)}</body></html>"
    assert re.sub(r"\s+", "", read_html(source).text) == _reference(source)


_SAMPLES = os.environ.get("SENDGUARD_SAMPLE_MAIL")


@pytest.mark.skipif(_SAMPLES is None, reason="SENDGUARD_SAMPLE_MAIL names no folder")
def test_real_mail_gives_the_text_that_a_parser_finds() -> None:
    sources = [
        part.get_payload(decode=True).decode("latin-1")
        for path in sorted(Path(_SAMPLES or "").iterdir())
        for part in message_from_bytes(path.read_bytes()).walk()
        if isinstance(part, ParsedMail) and part.get_content_type() == "text/html"
    ]
    assert sources
    for source in sources:
        without_alt = re.sub(r"(?i)\balt=", "data-alt=", source)
        html = read_html(without_alt)
        shown = re.sub(r"\s+", "", html.text)
        if not html.hidden:
            assert shown == _reference(without_alt)
