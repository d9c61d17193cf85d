from __future__ import annotations

import pytest

from sendguard import Action, ConfigurationError, Context, Guard, Message, checks, conditions
from sendguard.policy import load, loads, shipped, shipped_names
from sendguard.stores import MemoryStore
from sendguard.stores.sqlite import SQLiteStore


def test_a_file_says_what_a_guard_is_built_of(write):
    path = write(
        """
        internal_domains = ["Shop.Example"]
        default_region = "GB"
        mode = "observe"
        on_error = "block"
        on_unevaluable = "hold"
        overridable = ["state.*"]
        without = ["content.empty-subject"]

        [actions]
        "placeholder.*" = "block"

        [[checks]]
        check = "visible_recipients"
        hold_above = 20
        when = { purpose = "marketing" }
        at = "block"
        named = "shop.crowd"
        """
    )
    condition = conditions.purpose("marketing")
    check = checks.visible_recipients(hold_above=20).when(condition).at(Action.BLOCK)
    by_hand = (
        Guard(
            check.named("shop.crowd"),
            internal_domains=["shop.example"],
            default_region="GB",
            mode="observe",
            on_error=Action.BLOCK,
            on_unevaluable=Action.HOLD,
            overridable=["state.*"],
        )
        .without("content.empty-subject")
        .with_actions({"placeholder.*": Action.BLOCK})
    )
    assert Guard.from_toml(path) == by_hand


def test_an_empty_file_is_a_guard_that_looks_at_nothing(write):
    assert Guard.from_toml(write("")) == Guard()


def test_options_given_in_python_win_over_the_file(write):
    path = write('mode = "observe"')
    assert Guard.from_toml(path, mode="enforce").mode == "enforce"


def test_pyproject_has_a_table_for_it(write):
    text = '[project]\nname = "shop"\n[tool.sendguard]\ninclude = "recommended"\n'
    assert Guard.from_toml(write(text, "pyproject.toml")) == Guard.recommended()
    with pytest.raises(ConfigurationError, match=r"tool\.sendguard: there is no such table"):
        load(write("[tool.other]\n", "other/pyproject.toml"))


def test_a_shipped_policy_goes_by_its_name():
    assert load("recommended") == shipped("recommended")
    assert "recommended" in shipped_names()
    assert Guard.from_toml("recommended") == Guard.recommended()


def test_what_is_included_comes_first_and_paths_begin_at_the_file(write):
    write('internal_domains = ["a.example"]\n[[checks]]\ncheck = "empty_body"\n', "base/base.toml")
    path = write(
        'include = ["base/base.toml"]\ninternal_domains = ["b.example"]\n'
        '[[checks]]\ncheck = "empty_subject"\n'
    )
    policy = load(path)
    assert policy.checks == (checks.empty_body(), checks.empty_subject())
    assert policy.internal_domains == ("a.example", "b.example")
    assert [source.name for source in policy.sources] == ["base.toml", "sendguard.toml"]


def test_an_included_check_can_be_taken_out_and_set_anew():
    policy = loads(
        'include = "recommended"\nremove = ["visible_recipients"]\n'
        '[[checks]]\ncheck = "visible_recipients"\nhold_above = 90\n'
    )
    crowds = [check for check in policy.checks if "visible_recipients" in repr(check)]
    assert crowds == [checks.visible_recipients(hold_above=90)]


def test_an_environment_lies_on_top(write):
    path = write(
        'mode = "enforce"\n[environments.production]\non_error = "block"\n'
        '[environments.staging]\nmode = "observe"\n'
        '[[environments.staging.checks]]\ncheck = "allowed_recipients"\nallowed = ["a.example"]\n'
    )
    assert load(path).on_error is Action.BLOCK
    staging = load(path, environment="staging")
    assert staging.mode == "observe"
    assert staging.on_error is None
    assert staging.checks == (checks.allowed_recipients(["a.example"]),)


def test_checks_join_and_nest():
    policy = loads(
        """
        [[checks]]
        any_of = [
            { check = "empty_subject" },
            { all_of = [{ check = "empty_body" }, { check = "malformed", at = "block" }] },
        ]
        unless = { is_reply = true }
        """
    )
    other = checks.empty_body() & checks.malformed().at(Action.BLOCK)
    expected = (checks.empty_subject() | other).unless(conditions.is_reply())
    assert policy.checks == (expected,)


def test_conditions_of_one_table_must_all_hold():
    policy = loads(
        """
        [[checks]]
        check = "empty_body"
        when = { purpose = ["marketing", "internal"], any = [{ channel = "sms" }, \
{ recipients_at_least = 3 }], not = { extra = { tenant = "a" } }, has_attachments = false }
        """
    )
    c = conditions
    expected = (
        c.purpose("marketing", "internal")
        & (c.channel("sms") | c.recipients_at_least(3))
        & ~c.extra("tenant", "a")
        & ~c.has_attachments()
    )
    assert policy.checks == (checks.empty_body().when(expected),)


def test_ones_own_rules_factories_and_conditions_go_by_module_and_name():
    guard = Guard.from_policy(
        loads(
            """
            [[checks]]
            check = "tests.policy.plugins:no_vat"
            [[checks]]
            check = "tests.policy.plugins:strict"
            above = 1
            when = { satisfies = "tests.policy.plugins:is_short" }
            """
        )
    )
    decision = guard.evaluate(Message.email(to="a@x.example", subject="1", text="invoice"))
    assert [finding.code for finding in decision.findings] == ["shop.no-vat"]
    two = Message.email(to=["a@x.example", "b@y.example"], subject="1", text="Hi")
    assert "recipient.many-visible" in {finding.code for finding in guard.evaluate(two).findings}


def test_a_plug_in_offers_its_checks_by_name(monkeypatch):
    from importlib import metadata

    point = metadata.EntryPoint("shop-vat", "tests.policy.plugins:no_vat", "sendguard.checks")
    found = metadata.EntryPoints([point])
    monkeypatch.setattr(metadata, "entry_points", lambda **wanted: found.select(**wanted))
    (check,) = loads('[[checks]]\ncheck = "shop-vat"\n').checks
    assert repr(check) == "rule('shop.no-vat')(no_vat)"
    with pytest.raises(ConfigurationError, match="did you mean 'shop-vat'"):
        loads('[[checks]]\ncheck = "shop-vta"\n')


def test_resources_have_names_and_paths_begin_at_the_file(write, tmp_path):
    path = write('store = "counts"\n[resources]\ncounts = "sqlite:guard.db"\n')
    store = load(path).store
    assert isinstance(store, SQLiteStore)
    assert store.path == tmp_path.resolve() / "guard.db"
    assert isinstance(loads('store = "memory:"').store, MemoryStore)


def test_the_guard_of_a_file_counts_in_its_store(write):
    path = write(
        'store = "sqlite:guard.db"\n'
        '[[checks]]\ncheck = "rate_limit"\nlimit = 1\nper = "1h"\nby = "recipient"\n'
    )
    message = Message.email(to="a@x.example", subject="1", text="Hi")
    Guard.from_toml(path).admit(message).sent()
    assert Guard.from_toml(path).evaluate(message).action is Action.HOLD


BROKEN = {
    "chekcs = []": "unknown key 'chekcs'; did you mean 'checks'?",
    '[[checks]]\ncheck = "placeholder"': "checks[1].check: unknown check 'placeholder'; "
    "did you mean 'placeholders'?",
    '[[checks]]\ncheck = "rate_limit"\nlimt = 3': "checks[1]: unknown option of rate_limit 'limt'; "
    "did you mean 'limit'?",
    '[[checks]]\ncheck = "rate_limit"\nlimit = 3': "checks[1]: rate_limit needs 'per'",
    '[[checks]]\ncheck = "rate_limit"\nlimit = "3"': "checks[1].limit: expected a whole number, "
    "got '3'",
    '[[checks]]\ncheck = "duplicate"\nwithin = "1x"': "checks[1]: duplicate(within=) is '1x'; use",
    '[[checks]]\ncheck = "duplicate"\nwithin = 3': "checks[1].within: expected a length of time",
    '[[checks]]\ncheck = "empty_body"\nany_of = []': "checks[1]: expected exactly one of",
    "[[checks]]\nany_of = 3": "checks[1].any_of: expected a list of checks",
    'checks = "empty_body"': "checks: expected [[checks]]",
    'checks = ["empty_body"]': "checks[1]: expected a table",
    '[[checks]]\nany_of = [{check = "empty_body"}]\nlimit = 3': "checks[1]: unknown key 'limit'",
    '[[checks]]\nany_of = [{check = "duplicate", within = "1h"}, {check = "empty_body"}]': (
        "checks[1].any_of: duplicate(within='1h', near=False, across=False) counts what is sent"
    ),
    '[[checks]]\ncheck = "empty_body"\nat = "hodl"': "checks[1].at: expected one of allow, warn",
    '[[checks]]\ncheck = "empty_body"\nnamed = "Bad Code"': "checks[1].named: ",
    '[[checks]]\ncheck = "empty_body"\nwhen = { purpos = "x" }': (
        "checks[1].when.purpos: unknown condition 'purpos'; did you mean 'purpose'?"
    ),
    '[[checks]]\ncheck = "empty_body"\nwhen = { purpose = "sale" }': (
        "checks[1].when.purpose: purpose() got 'sale'; use one of"
    ),
    '[[checks]]\ncheck = "empty_body"\nwhen = {}': "checks[1].when: expected a table",
    '[[checks]]\ncheck = "empty_body"\nwhen = { any = [] }': "checks[1].when.any: expected a list",
    '[[checks]]\ncheck = "empty_body"\nwhen = { is_reply = "yes" }': "expected true or false",
    '[[checks]]\ncheck = "empty_body"\nwhen = { satisfies = "no_module:x" }': "No module named",
    '[[checks]]\ncheck = "no_module:x"': "checks[1].check: 'no_module:x' cannot be imported",
    '[[checks]]\ncheck = "tests.policy.plugins:NOT_A_CHECK"': "is no check, but a int",
    '[actions]\n"tone.*" = "hodl"': 'actions."tone.*": expected one of allow, warn, hold, block',
    'actions = "warn"': "actions: expected a table",
    'on_error = "stop"': "on_error: expected one of allow, warn, hold, block, got 'stop'",
    'mode = "observed"': "mode: expected enforce or observe, got 'observed'",
    'default_region = "gbr"': "default_region: expected an ISO 3166 code",
    'internal_domains = "shop.example"': "internal_domains: expected a list of texts",
    'store = "cuonts"\n[resources]\ncounts = "memory:"': "store: unknown resource 'cuonts'; "
    "did you mean 'counts'?",
    'store = "sqlite:nowhere/guard.db"': "nowhere' is not there",
    'suppression = "suppression:none.list"': "none.list' is not there",
    'suppression = "memory:"': "'memory:' is a store, but a suppression is wanted here",
    'store = "redis:3"': "no address of a Redis server",
    "[resources]\ncounts = 3": "resources.counts: expected an address",
    "resources = 3": "resources: expected a table",
    'include = "recomended"': "include: unknown policy 'recomended'; did you mean 'recommended'?",
    "include = 3": "include: expected the names of policies",
    'include = "other.toml"': "other.toml: No such file",
    'remove = ["empty_body"]': "remove: unknown check 'empty_body'",
    "environments = 3": "environments: expected a table",
    "[environments]\nproduction = 3": "environments.production: expected a table",
    '[environments.production]\ninclude = "recommended"': "cannot have this",
    '[environments.production]\nmod = "observe"': "environments.production: unknown key 'mod'",
    "x = [": "this is not TOML",
    "a = " + "[" * 5000: "",
}


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:60])
def test_a_broken_file_is_refused_with_one_clear_message(write, text):
    path = write(text)
    with pytest.raises(ConfigurationError) as error:
        load(path)
    message = str(error.value)
    assert BROKEN[text] in message
    assert str(path.parent) in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "text",
    ['internal_domains = ["not a domain"]', 'without = ["nonsense"]', '[actions]\nx = "hold"'],
)
def test_what_only_a_guard_knows_to_be_wrong_names_the_file_too(write, text):
    path = write(text)
    with pytest.raises(ConfigurationError, match=r"sendguard\.toml: "):
        Guard.from_toml(path)


def test_files_that_are_no_text_too_large_or_missing_are_refused(write, tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="byte 0 is not UTF-8"):
        load(path)
    with pytest.raises(ConfigurationError, match="at most 1,000,000 bytes"):
        load(write("#" * 1_000_001))
    with pytest.raises(ConfigurationError, match="No such file"):
        load(tmp_path / "none.toml")


def test_a_circle_of_includes_is_named(write):
    first = write('include = "b.toml"', "a.toml")
    write('include = "a.toml"', "b.toml")
    with pytest.raises(ConfigurationError, match=r"a\.toml includes .*b\.toml includes .*a circle"):
        load(first)


def test_an_unknown_environment_is_refused(write):
    path = write('[environments.staging]\nmode = "observe"\n')
    with pytest.raises(ConfigurationError, match="'stagng'; did you mean 'staging'"):
        load(path, environment="stagng")
    assert load(path, environment="production").mode is None


def test_a_password_is_not_repeated(write):
    with pytest.raises(ConfigurationError) as error:
        load(write('store = "mysql://me:secret@db.example/x"'))
    assert "secret" not in str(error.value)


def test_context_and_policy_work_together(write):
    path = write('[[checks]]\ncheck = "empty_body"\nwhen = { environment = "staging" }\n')
    empty = Message.email(to="a@x.example", subject="1", text="")
    guard = Guard.from_toml(path)
    assert guard.evaluate(empty).allowed
    assert guard.evaluate(empty, Context(environment="staging")).findings
