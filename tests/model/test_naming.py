from __future__ import annotations

import pickle
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard import ConfigurationError, rule
from sendguard.model import importable_name, name_of, object_named


class Team:
    def __call__(self) -> str:
        return "north"

    @staticmethod
    def lead() -> str:
        return "ann"


def found_by_name() -> None: ...


mislaid = found_by_name


@rule("naming.example")
def takes_the_place(message, context):
    return None


LISTED = SimpleNamespace(deep=SimpleNamespace(value=found_by_name))


@pytest.mark.parametrize("thing", [found_by_name, Team, Team.lead, pickle.dumps, str])
def test_what_a_module_defines_is_found_again_by_its_name(thing):
    assert object_named(importable_name(thing)) is thing


def test_a_name_may_lead_through_several_things():
    assert object_named(f"{__name__}:LISTED.deep.value") is found_by_name


@pytest.mark.parametrize(
    "path",
    [
        *("", ":", "json", "json:", ":dumps", ".json:dumps", "..:x"),
        *("no_such_module:x", "json.no_such:x", "json:no_such", "json:dumps.no_such", "json:a..b"),
        *("json :dumps", "js\0on:dumps", "\ud800:x", "json:\ud800", "os.path.:join"),
    ],
)
def test_a_path_that_leads_nowhere_is_named_in_the_error(path):
    with pytest.raises(ConfigurationError) as caught:
        object_named(path)
    assert repr(path) in str(caught.value)


@given(st.text(".:/\\-+ é\0\ud800", max_size=20))
def test_what_is_no_name_at_all_raises_nothing_else(text):
    with pytest.raises(ConfigurationError):
        object_named(f"{text}:x")


def test_a_rule_is_found_by_the_name_of_its_function():
    name = importable_name(takes_the_place, takes_the_place.function)
    assert name == f"{__name__}:takes_the_place"
    assert pickle.loads(pickle.dumps(takes_the_place)) is takes_the_place


@pytest.mark.parametrize(
    "thing",
    [lambda: None, partial(found_by_name), Team(), "x".join, [].append],
    ids=["lambda", "partial", "instance", "method of a value", "method of a list"],
)
def test_what_no_name_leads_back_to_cannot_be_written_down(thing):
    with pytest.raises(ConfigurationError, match="does not lead back"):
        importable_name(thing)


def test_a_name_that_now_means_something_else_cannot_be_written_down(monkeypatch):
    monkeypatch.setitem(globals(), "found_by_name", Team)
    with pytest.raises(ConfigurationError, match="does not lead back"):
        importable_name(mislaid)


def test_a_callable_object_is_known_by_its_class():
    assert name_of(Team()) == f"{__name__}:Team"
    assert name_of(partial(found_by_name)) == "functools:partial"
