from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from functools import reduce
from operator import and_, or_
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.policy.examples import EXAMPLES

from sendguard import Action, ConfigurationError, Guard, checks, conditions, rule
from sendguard.policy import changes, load, loads, policy_schema, sentences, shipped_names, to_toml
from sendguard.policy._catalogue import built_in
from sendguard.policy._policy import Policy
from sendguard.stores import MemoryStore
from sendguard.stores.sqlite import SQLiteStore

leaves = st.sampled_from(list(EXAMPLES.values()))
plain_leaves = st.sampled_from([EXAMPLES["addresses"], EXAMPLES["empty_body"]])
plain_conditions = st.sampled_from(
    [
        conditions.purpose("marketing", "internal"),
        conditions.channel("sms"),
        conditions.language("de"),
        conditions.extra("tenant", "a"),
        conditions.recipients_at_least(3),
        conditions.is_reply(),
        conditions.any_external(),
        conditions.any_domain("a.example"),
    ]
)
all_conditions = st.recursive(
    plain_conditions,
    lambda inner: st.one_of(
        inner.map(lambda c: ~c), st.builds(and_, inner, inner), st.builds(or_, inner, inner)
    ),
    max_leaves=4,
)


def modified(inner):
    return st.one_of(
        st.builds(lambda c, x: c.when(x), inner, all_conditions),
        st.builds(lambda c, x: c.at(x), inner, st.sampled_from(Action)),
        st.builds(lambda c, x: c.named(x), inner, st.sampled_from(["a.b", "shop.x"])),
        st.builds(and_, inner, inner),
        st.builds(
            lambda c, x: c.on_store_error(x) if checks.is_stateful(c) else c,
            *(inner, st.sampled_from(Action)),
        ),
    )


any_checks = st.recursive(
    leaves | st.lists(plain_leaves, min_size=2, max_size=3).map(lambda each: reduce(or_, each)),
    modified,
    max_leaves=4,
)


def test_every_built_in_check_has_an_example():
    # A classifier is an object of Python that no file can hold.
    assert set(EXAMPLES) == set(built_in()) - {"classified"}


# `thread` is three checks in one, and is written as these.
SINGLE = [name for name, check in EXAMPLES.items() if hasattr(check, "options")]


@pytest.mark.parametrize("name", SINGLE)
def test_a_check_is_built_again_from_its_options(name):
    check = EXAMPLES[name]
    assert built_in()[name].build(**check.options) == check


@given(st.lists(any_checks, max_size=4))
@example([EXAMPLES["addresses"].at(Action.WARN).when(conditions.is_reply())])
def test_what_is_written_is_read_again_as_an_equal_guard(given_checks):
    guard = Guard(*given_checks, store=MemoryStore())
    again = Guard.from_policy(loads(guard.to_toml()))
    assert again.policy.checks == guard.policy.checks


def test_everything_else_is_written_too(tmp_path):
    guard = (
        Guard(
            on_error=Action.BLOCK,
            on_store_error=Action.ALLOW,
            on_unevaluable=Action.HOLD,
            mode="observe",
            overridable=["state.*"],
            internal_domains=["shop.example"],
            default_region="GB",
            store=SQLiteStore(tmp_path / "guard.db"),
        )
        .without("tone.*")
        .with_actions({"link.*": Action.BLOCK})
    )
    again = Guard.from_policy(loads(guard.to_toml()))
    assert again.to_toml() == guard.to_toml()
    assert tomllib.loads(guard.to_toml())["store"] == f"sqlite:{tmp_path / 'guard.db'}"


@rule("test.local")
def own(message, context):
    return None


def test_what_only_python_knows_is_said_and_not_dropped():
    for guard in (
        Guard(checks.rate_limit(limit=1, per="1h", by=lambda m, c: "x")),
        Guard(checks.empty_body().when(conditions.satisfies(lambda m, c: True))),
        Guard(rule("test.other")(lambda m, c: None)),
        Guard(suppression=frozenset({"a@x.example"})),
    ):
        with pytest.raises(ConfigurationError):
            guard.to_toml()


def test_the_schema_takes_the_shipped_policies_and_refuses_slips():
    validator = Draft202012Validator(policy_schema())
    Draft202012Validator.check_schema(policy_schema())
    folder = Path(load.__code__.co_filename).parent / "data"
    for name in shipped_names():
        document = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        assert list(validator.iter_errors(document)) == []
    for text in (
        "chekcs = []",
        '[[checks]]\ncheck = "rate_limit"\nlimit = 3',
        '[[checks]]\ncheck = "empty_body"\nat = "hodl"',
        '[[checks]]\ncheck = "empty_body"\nwhen = { purpos = "x" }',
        'mode = "observed"',
    ):
        assert list(validator.iter_errors(tomllib.loads(text))), text
    written_again = tomllib.loads(Guard(*EXAMPLES.values()).to_toml())
    assert list(validator.iter_errors(written_again)) == []


def test_the_schema_is_json():
    assert json.loads(json.dumps(policy_schema())) == policy_schema()


def test_a_policy_is_said_in_sentences_without_addresses():
    policy = loads(
        'mode = "observe"\non_error = "block"\ninternal_domains = ["shop.example"]\n'
        'store = "memory:"\nwithout = ["tone.*"]\noverridable = []\n[actions]\n"a.b" = "allow"\n'
        '[[checks]]\ncheck = "allowed_recipients"\nallowed = ["anna@example.com"]\n'
        '[[checks]]\ncheck = "rate_limit"\nlimit = 3\nper = "1h"\nby = "recipient"\n'
        'when = { any = [{ purpose = "marketing" }, { not = { is_reply = true } }] }\n'
        'at = "block"\nnamed = "shop.often"\n'
        '[[checks]]\nany_of = [{check = "empty_body"}, {check = "tests.policy.plugins:no_vat"}]\n'
    )
    said = "\n".join(sentences(policy))
    for words in (
        "Only records what it finds: every message leaves.",
        "When a check fails, it blocks.",
        "Counts in a MemoryStore.",
        "Inside the organisation: shop.example.",
        "A person may set aside: nothing.",
        "Set: limit 3, per 1h, by recipient. Only when purpose is marketing or not when is reply.",
        "It blocks. Its findings are called shop.often.",
        "One of these is enough: (empty_body: ",
        "(tests.policy.plugins:no_vat: a rule of your own.)",
        "Findings left out: tone.*.",
        "a.b: lets pass, whatever the check says.",
    ):
        assert words in said, words
    assert "anna@example.com" not in said


@pytest.mark.parametrize("name", SINGLE)
def test_every_check_can_be_explained(name):
    _, line = sentences(Policy(checks=(EXAMPLES[name],)))
    assert line.startswith(f"{name}: ")
    assert "`" not in line


def test_the_difference_between_two_policies_is_named():
    before = loads(
        'mode = "observe"\n[[checks]]\ncheck = "visible_recipients"\n'
        '[[checks]]\ncheck = "empty_body"\n'
    )
    after = loads(
        'on_error = "warn"\n[[checks]]\ncheck = "visible_recipients"\nhold_above = 40\n'
        '[[checks]]\ncheck = "empty_subject"\n'
    )
    assert [(c.sort, c.what) for c in changes(before, after)] == [
        ("removed", "mode"),
        ("added", "on_error"),
        ("removed", "empty_body"),
        ("added", "empty_subject"),
        ("changed", "visible_recipients"),
    ]
    assert changes(before, before) == []


def test_the_order_of_checks_is_no_difference():
    one, two = checks.empty_body(), checks.empty_subject()
    assert changes(Policy(checks=(one, two)), Policy(checks=(two, one))) == []


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["check", "any_of", "when", "at", "not", "all", "purpose", "limit", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
_keys = st.sampled_from(sorted(policy_schema()["properties"]))


@given(st.dictionaries(_keys, _json.filter(lambda value: value is not None), max_size=4))
def test_no_document_breaks_the_loader(document):
    import tomli_w

    def without_none(value):
        if isinstance(value, dict):
            return {key: without_none(inner) for key, inner in value.items() if inner is not None}
        if isinstance(value, list):
            return [without_none(inner) for inner in value if inner is not None]
        return value

    text = tomli_w.dumps(without_none(document))
    with suppress(ConfigurationError):
        to_toml(loads(text))


@given(st.text(max_size=200))
def test_no_text_breaks_the_loader(text):
    with suppress(ConfigurationError):
        loads(text)
