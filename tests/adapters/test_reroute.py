from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard.adapters._reroute import check_reroute, original_headers, rerouted
from sendguard.errors import ConfigurationError
from sendguard.model import ROLES, Recipient

MARIA = Recipient("maria@north.example", "Maria")
BO = Recipient("bo@north.example", role="cc")
CY = Recipient("cy@north.example", role="bcc")

addresses = st.text(max_size=20) | st.sampled_from(["a@x.example", "b@x.example", "c@x.example"])
recipients = st.lists(
    st.builds(Recipient, addresses, st.text(max_size=10), st.sampled_from(ROLES)), max_size=8
)


def test_one_address_replaces_everybody_and_is_kept_once_in_its_most_visible_role():
    assert rerouted([CY, BO, MARIA], "qa@shop.example") == (Recipient("qa@shop.example"),)


def test_a_hidden_recipient_stays_hidden():
    assert rerouted([CY], "qa@shop.example") == (Recipient("qa@shop.example", role="bcc"),)


def test_several_addresses_all_get_the_message():
    found = rerouted([BO], ["qa@shop.example", "Dev Team <dev@shop.example>"])
    assert found == (
        Recipient("qa@shop.example", role="cc"),
        Recipient("dev@shop.example", "Dev Team", role="cc"),
    )


def test_a_function_decides_for_each_recipient_and_none_leaves_him_out():
    def to(recipient):
        return None if recipient.role == "cc" else f"qa+{recipient.address[0]}@shop.example"

    assert rerouted([MARIA, BO, CY], to) == (
        Recipient("qa+m@shop.example"),
        Recipient("qa+c@shop.example", role="bcc"),
    )


def test_nobody_to_reroute_asks_nothing():
    assert rerouted([], "qa@shop.example") == ()
    assert rerouted([], lambda recipient: pytest.fail("asked")) == ()


@given(recipients, st.lists(st.sampled_from(["q@t.example", "d@t.example"]), min_size=1))
def test_nothing_goes_to_an_original_address(originals, targets):
    found = rerouted(originals, targets)
    assert {r.address for r in found} == (set(targets) if originals else set())
    assert len({r.address for r in found}) == len(found)
    assert not originals or min(ROLES.index(r.role) for r in found) == min(
        ROLES.index(r.role) for r in originals
    )


@pytest.mark.parametrize("nowhere", [(), [], "", "qa", ["qa@shop.example", "x y"], "a@b, c@d"])
def test_what_is_no_address_is_refused_when_it_is_given(nowhere):
    with pytest.raises(ConfigurationError, match="reroute="):
        check_reroute(nowhere)


@pytest.mark.parametrize("wrong", [7, b"qa@shop.example", [b"qa@shop.example"], {"a@x.example": 1}])
def test_a_wrong_type_is_named(wrong):
    with pytest.raises(TypeError, match="reroute="):
        check_reroute(wrong)


def test_what_a_function_answers_is_looked_at_and_never_quoted():
    check_reroute(lambda recipient: recipient.name)
    with pytest.raises(ConfigurationError) as refusal:
        rerouted([MARIA], lambda recipient: f"{recipient.address}\r\nx")
    assert "maria" not in str(refusal.value)
    with pytest.raises(TypeError, match="not int"):
        rerouted([MARIA], lambda recipient: 7)


def test_no_rerouting_is_no_error():
    check_reroute(None)
    check_reroute("qa@shop.example")


def test_headers_record_the_originals_by_role():
    assert original_headers([CY, MARIA, BO, Recipient("eve@north.example", "Lopez, Eve")]) == (
        ("X-Original-To", 'Maria <maria@north.example>, "Lopez, Eve" <eve@north.example>'),
        ("X-Original-Cc", "bo@north.example"),
        ("X-Original-Bcc", "cy@north.example"),
    )


@given(recipients)
def test_no_recorded_original_can_break_its_line(originals):
    for _, value in original_headers(originals):
        assert not set(value) & set("\r\n\0\x85\u2028\u2029")
