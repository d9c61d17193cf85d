from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import contexts, messages
from tests.text.sample_mail import sample_analyses

from sendguard import Action, Guard, Message, checks
from sendguard.checks import Case
from sendguard.errors import ConfigurationError
from sendguard.text import Analysis

GUARD = Guard(checks.links())


def codes(guard: Guard = GUARD, **fields: object) -> list[str]:
    message = Message.email(
        **({"sender": "shop@shop.example", "to": "ann@customer.example"} | fields)
    )
    return [each.code for each in guard.evaluate(message).findings]


def link(href: str, text: str = "here") -> str:
    return f'<p>Dear Ann, <a href="{href}">{text}</a></p>'


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/a", "http://localhost:8000/reset?t=1", "https://LOCALHOST/", "http://127.0.0.1:3000",
        "http://[::1]/x", "http://10.1.2.3/", "http://172.16.0.9/x", "http://192.168.1.5:8080/x",
        "http://169.254.1.1/", "http://[fe80::1]/", "http://[fd00::5]/", "https://shop.local/x",
        "https://api.internal/x", "https://shop.test/x", "http://app.localhost/", "http://nas.lan/",
        "https://staging.shop.example/orders/1", "https://dev.shop.example/", "https://www.test.shop.example/",
        "https://api-staging.shop.example/x", "https://qa1.dev.shop.example/x",
    ],
)  # fmt: skip
def test_where_no_reader_can_go_is_a_warning_in_html_and_in_text(url):
    assert codes(html=link(url)) == ["link.internal"]
    assert codes(text=f"Go to {url} now.") == ["link.internal"]


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/test", "https://shop.example/?next=localhost", "https://www.shop.example/",
        "https://staging.other.example/", "https://dev.other.example/docs", "https://8.8.8.8/", "https://192.0.2.1/",
        "https://172.32.0.1/x", "https://latest.shop.example/", "https://developers.shop.example/",
        "https://contest.shop.example/", "https://localhost.shop.example/", "https://attest.example/",
    ],
)  # fmt: skip
def test_where_everybody_can_go_is_silent(url):
    assert codes(html=link(url)) == []
    assert codes(text=f"Go to {url} now.") == []


def test_a_host_of_one_word_is_internal_in_a_link_and_talk_in_a_text():
    assert codes(html=link("http://wiki/page")) == ["link.internal"]
    assert codes(text="See http://wiki/page") == []


def test_inside_the_organisation_its_own_hosts_are_fine():
    for guard, to in (
        (GUARD, "bob@shop.example"),
        (Guard(checks.links(), internal_domains=["partner.example"]), "x@partner.example"),
    ):
        assert codes(guard, to=to, html=link("http://localhost/")) == []
        assert codes(guard, to=[to, "ann@out.example"], html=link("http://localhost/"))


def test_staging_hosts_of_other_internal_domains_count():
    guard = Guard(checks.links(), internal_domains=["house.example"])
    assert codes(guard, html=link("https://staging.house.example/")) == ["link.internal"]


def test_quoted_links_and_those_of_attached_messages_are_somebody_elses():
    text = "Done.\n\nOn 3 May 2027, Ann wrote:\n> see http://localhost/x\n"
    assert codes(text=text) == []
    html = f"<p>Done.</p><blockquote>{link('http://localhost/')}{link('')}</blockquote>"
    assert codes(html=html) == []
    assert codes(html=f"<p>Done, see {link('')}</p><blockquote>x</blockquote>") == ["link.unfilled"]


@pytest.mark.parametrize(
    "href",
    [
        "", " ", "#", "http://", "https://", "https:///", "http://www.", "mailto:", "tel:",
        "javascript:void(0)", "JavaScript:;", "TODO", "#todo", "todo", "tbd", "insert-link-here", "your_url",
        "https://your-link-here", "https://shop.example/your-link", "https://shop.example/INSERT-LINK/",
        "https://www.example.com/offer", "http://example.org", "https://yourdomain.com/x",
        "https://link.yourcompany.com/x",
    ],
)  # fmt: skip
def test_an_address_that_nobody_wrote_is_a_warning(href):
    assert codes(html=link(href)) == ["link.unfilled"]


@pytest.mark.parametrize(
    "href",
    [
        "#prices", "#top", "mailto:shop@shop.example", "mailto:?subject=Look", "tel:+441632960001", "sms:+4416",
        "https://shop.example/", "https://shop.example/todo-list", "https://shop.example/links/here",
        "https://shop.example/#", "cid:logo", "/relative", "page.html", "https://example.shop/",
        "https://shop.example/?u=todo", "https://shop.example/xxx",
    ],
)  # fmt: skip
def test_real_addresses_are_silent(href):
    assert codes(html=link(href)) == []


@pytest.mark.parametrize(
    "href",
    [
        "{{link}}", "[insert link]", "*|URL|*", "http://%%url%%", "&lt;link>", "http://{{host}}/",
        "https://[host]/x", "http://undefined/", "https://null/a", "undefined", "None", "http://${host}/a",
    ],
)  # fmt: skip
def test_merge_fields_and_missing_values_are_left_to_the_check_on_placeholders(href):
    assert codes(html=link(href)) == []


def test_an_anchor_without_words_is_a_mark_in_the_page():
    assert codes(html='<p>x<a href="#"></a> <a name="top"></a></p>') == []


def test_an_example_that_is_shown_as_it_is_is_talked_about():
    assert codes(html=link("http://www.example.com/", "http://www.example.com/")) == []


@pytest.mark.parametrize(
    ("shown", "href"),
    [
        ("https://bank.com/login", "https://evil.net/login"),
        ("www.shop.co.uk", "https://other.co.uk/"),
        ("bank.com/login", "https://evil.net/bank"),
        (" https://north.org ", "https://south.org/x"),
    ],
)
def test_an_address_that_leads_elsewhere_than_it_says_is_a_warning(shown, href):
    assert codes(html=link(href, shown)) == ["link.mismatch"]


@pytest.mark.parametrize(
    ("shown", "href"),
    [
        ("https://shop.com", "https://www.shop.com/x"), ("www.shop.com", "https://orders.shop.com/"),
        ("shop.de/x", "https://shop.com/de/x"),  # the same firm in another country
        ("https://news.com/a", "https://shop.example/r?x=1"),  # the sender's own counter
        ("https://news.com/a", "https://links.shop.example/r"),
        ("https://news.com/a", "https://click.mailer.com/?qs=12ab"),
        ("https://news.com/a", "https://u123.ct.sendgrid.net/ls/click?upn=1"),
        ("https://news.com/a", "https://news.us1.list-manage.com/track/click?u=1"),
        ("https://news.com/a", "https://bit.ly/x"),
        ("https://news.com/a", "https://r.example.net.co/?to=https%3A%2F%2Fnews.com%2Fa"),
        ("https://news.com/a", "https://eur01.safelinks.protection.outlook.com/?url=x"),
        ("Booking.com", "https://partner.net/x"), ("Node.js", "https://nodejs.org"), ("README.md", "https://git.dev/x"),
        ("bank.com", "https://other.net/"),  # a name as well as an address
        ("Click here", "https://other.net/"), ("ann@north.com", "mailto:ann@north.com"),
        ("www.shop.com and more", "https://other.net/"), ("", "https://other.net/"),
    ],
)  # fmt: skip
def test_honest_links_may_show_something_else(shown, href):
    assert codes(html=link(href, shown)) == []


def test_ones_own_counters_can_be_named():
    guard = Guard(checks.links(redirectors=["Count.Mailer.net"]))
    html = link("https://x.count.mailer.net/1", "https://news.com/a")
    assert codes(html=html) == ["link.mismatch"]
    assert codes(guard, html=html) == []
    assert repr(checks.links(redirectors=["a.example"])) == "links(redirectors=['a.example'])"
    assert repr(checks.links()) == "links()"


@pytest.mark.parametrize("entry", ["", "com", "https://x.example/", "a b.example"])
def test_what_is_no_domain_is_refused(entry):
    with pytest.raises(ConfigurationError, match="redirectors"):
        checks.links(redirectors=[entry])


def test_wrong_types_are_refused():
    with pytest.raises(TypeError, match="redirectors"):
        checks.links(redirectors="a.example")
    with pytest.raises(TypeError, match="redirectors"):
        checks.links(redirectors=[1])


def test_the_span_is_that_of_the_words_that_are_shown():
    message = Message.email(to="a@b.example", html=link("", "my offer"))
    (finding,) = GUARD.evaluate(message).findings
    start, end = finding.span
    assert Analysis(message).html.text[start:end] == "my offer"
    assert finding.action is Action.WARN


def test_a_mail_of_bad_links_gives_few_findings():
    html = "".join(link("", f"offer {n}") for n in range(3_000))
    assert len(codes(html=html)) == 10


NEWSLETTER = """
<table><tr><td><a href="https://click.shop.example/v">View in browser</a></td></tr>
<tr><td><a href="https://click.shop.example/1"><img src="https://shop.example/a.png" alt="Kettles"></a></td></tr>
<tr><td>Find us on <a href="https://www.facebook.com/shop">Facebook</a> or <a href="https://shop.example">shop.example</a>.
Call <a href="tel:+441632960001">01632 960001</a>, write to <a href="mailto:hi@shop.example">hi@shop.example</a>.</td></tr>
<tr><td><a href="#kettles">Kettles</a> <a name="kettles"></a>
<a href="https://shop.us1.list-manage.com/unsubscribe?u=1">Unsubscribe</a></td></tr></table>
"""


def test_a_newsletter_as_they_are_is_silent():
    assert codes(html=NEWSLETTER) == []


@given(messages(), contexts)
def test_no_message_makes_it_raise(message, context):
    for _ in checks.links().find(Case(message, context, Analysis(message))):
        pass


@pytest.mark.parametrize(
    "unit",
    ["https://", "http://localhost ", "http://a@", "http://10.0.0.1 ", "http://a.b.", "[::1]"],
)
def test_a_megabyte_of_addresses_is_looked_at(unit):
    many = unit * (1_000_000 // len(unit))
    GUARD.evaluate(Message.email(to="a@b.example", text=many))
    GUARD.evaluate(Message.email(to="a@b.example", html=link(many, many)))
    GUARD.evaluate(Message.email(to="a@b.example", html=link(unit, unit) * 20_000))


def test_real_mail_is_hardly_ever_warned_of():
    analyses = [a for _, a in sample_analyses()]
    warned = [a for a in analyses if GUARD.evaluate(a.message).findings]
    assert len(warned) <= 0.003 * len(analyses)
