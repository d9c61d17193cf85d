"""What every policy must keep to, as properties of a guard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pprint import pformat
from random import Random
from typing import Any, ClassVar, Final

from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from sendguard.checks import rule
from sendguard.guard import Guard
from sendguard.model import Action, Context, Decision, Finding, Message, Recipient
from sendguard.testing._strategies import contexts, messages


class LawBrokenError(AssertionError):
    """A guard breaks a law; the message ends in a test to paste.

    Attributes:
        law: the name of the law.
        message, sendguard_context: for which it is broken, as small as it could be made.
    """

    def __init__(self, law: str, why: str, message: Message, context: Context) -> None:
        super().__init__(f"{law}: {why}\n\n{regression_test(law, message, context)}")
        self.law = law
        self.message = message
        self.sendguard_context = context


@frozen
class Law:
    """One thing that always holds.

    Attributes:
        name: short and stable.
        sentence: what holds.
        broken: says why it is broken for a message, or None when it holds.
    """

    name: str
    sentence: str
    broken: Callable[[Guard, Message, Context, Random], str | None]

    def check(self, guard: Guard, message: Message, context: Context, seed: int = 0) -> None:
        """Raise `LawBrokenError` if the guard breaks it for this message."""
        # One sequence for each seed, so that a failure can be told again.
        why = self.broken(guard, message, context, Random(seed))  # noqa: S311  (no secret)
        if why is not None:
            raise LawBrokenError(self.name, why, message, context)


def _total(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    del random
    try:
        found = guard.evaluate(message, context)
    except (Exception, SystemExit, GeneratorExit) as error:  # noqa: BLE001  (this is the law)
        return f"evaluate raised {type(error).__name__}"
    kind: type = type(found)
    return None if issubclass(kind, Decision) else f"evaluate gave a {kind.__name__}"


def _sound(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    del random
    for finding in guard.evaluate(message, context).findings:
        if finding.code == "guard.check-failed":
            return finding.message
    return None


def _deterministic(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    del random
    first, second = guard.evaluate(message, context), guard.evaluate(message, context)
    return None if first == second else _difference(first, second)


def _order_free(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    shuffled = list(message.recipients)
    random.shuffle(shuffled)
    checks = list(guard.policy.checks)
    random.shuffle(checks)
    other = _with(guard, checks=tuple(checks))
    before = guard.evaluate(message, context)
    after = other.evaluate(message.replace(recipients=tuple(shuffled)), context)
    if (before.action, before.findings, before.recipients) == (
        *(after.action, after.findings, after.recipients),
    ):
        return None
    return f"in another order of recipients and checks, {_difference(before, after)}"


def _strangers(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    if not message.recipients:
        return None
    kept = tuple(check for check in guard.policy.checks if not check.completes)
    alone = _with(guard, checks=kept)
    name = f"stranger{random.randrange(10**6)}@elsewhere.example"
    wider = message.replace(recipients=(*message.recipients, Recipient(name)))
    after = {each.recipient: each.action for each in alone.evaluate(wider, context).recipients}
    for each in alone.evaluate(message, context).recipients:
        if after[each.recipient] < each.action:
            return (
                f"one recipient more turns {each.action.name} for another into "
                f"{after[each.recipient].name}; a check that depends on who else is there says "
                "completes=True"
            )
    return None


@rule("test.objection")
def _objection(message: Message, context: Context) -> Finding:
    del message, context
    return Finding(code="test.objection", action=Action.WARN, message="An objection for a test.")


def _monotone(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    del random
    before = guard.evaluate(message, context)
    after = guard.extended(_objection).evaluate(message, context)
    if after.action < before.action or after.action < Action.WARN:
        return f"one check more turns {before.action.name} into {after.action.name}"
    return None


def _observing(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    del random
    acting = _with(guard, mode=None).evaluate(message, context)
    observing = _with(guard, mode="observe").evaluate(message, context)
    if evolve(observing, mode=acting.mode) == acting:
        return None
    return f"in observe mode, {_difference(acting, observing)}"


_SECRETS: Final = {
    "address": "canary.person@canary-host.example",
    "card number": "4111 1111 1111 1111",
    "text": "The canary sang for eleven minutes and nobody in the whole house could sleep.",
}


def _redacted(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    del random
    words = " ".join(_SECRETS.values())
    secret = message.replace(
        recipients=(*message.recipients, Recipient(_SECRETS["address"])),
        subject=f"{message.subject or ''} {words}",
        text=f"{message.text or ''}\n{words}",
    )
    decision = guard.evaluate(secret, context)
    shown = "\n".join(
        (
            repr(decision),
            *map(repr, decision.findings),
            str(decision.to_dict()),
            *(decision.explain(audience) for audience in ("person", "agent", "log")),
        )
    )
    for name, canary in _SECRETS.items():
        if canary in shown or canary.replace(" ", "") in shown:
            return f"what it says of a message repeats its {name}"
    return None


def _digested(guard: Guard, message: Message, context: Context, random: Random) -> str | None:
    del random
    edited = message.replace(text=f"{message.text or ''}.")
    before, after = guard.evaluate(message, context), guard.evaluate(edited, context)
    if before.digest == after.digest:
        return "an edit of the text leaves the digest of the decision as it was"
    return None if before.digest == message.digest else "its digest is not that of the message"


LAWS: Final[Mapping[str, Law]] = {
    law.name: law
    for law in (
        Law("total", "evaluate raises for no message.", _total),
        Law("sound", "No check fails.", _sound),
        Law("deterministic", "The same input gives an equal decision.", _deterministic),
        Law("order-free", "The order of recipients and checks changes nothing.", _order_free),
        Law("strangers", "One recipient more never weakens another's action.", _strangers),
        Law("monotone", "One check more never loosens.", _monotone),
        Law("observing", "Observe mode changes nothing but the record.", _observing),
        Law("redacted", "No address, number or text is repeated in what is said.", _redacted),
        Law("digested", "A decision names the content that was judged.", _digested),
    )
}
"""The laws by name."""


def assert_policy_laws(
    guard: Guard,
    *,
    messages: st.SearchStrategy[Message] | None = None,
    contexts: st.SearchStrategy[Context] | None = None,
    max_examples: int = 100,
    laws: tuple[str, ...] = tuple(LAWS),
) -> None:
    """Look for a message for which the guard breaks a law.

    Args:
        guard: the policy, as built for the application; its store is read and not written.
        messages, contexts: where they are drawn from; by default `sendguard.testing.messages`
            and `sendguard.testing.contexts`.
        max_examples: messages, for each of which every law is looked at.
        laws: names of those to look at.

    Raises:
        LawBrokenError: it breaks one; the message shows the smallest example found, and a test to
            paste.

    >>> from sendguard import Guard
    >>> assert_policy_laws(Guard.recommended(), max_examples=5)
    """
    _search([_law(name) for name in laws], guard, messages, contexts, max_examples)


def assert_law(
    name: str,
    guard: Guard,
    message: Message | None = None,
    context: Context | None = None,
    *,
    messages: st.SearchStrategy[Message] | None = None,
    contexts: st.SearchStrategy[Context] | None = None,
    max_examples: int = 100,
) -> None:
    """Look at one law: for one message, or for as many as asked for.

    Raises:
        LawBrokenError: the guard breaks it.
    """
    law = _law(name)
    if message is not None:
        law.check(guard, message, context or Context())
    else:
        _search([law], guard, messages, contexts, max_examples)


def _law(name: str) -> Law:
    if name not in LAWS:
        raise InvalidArgument(f"there is no law {name!r}; use one of {', '.join(LAWS)}")
    return LAWS[name]


def _search(
    laws: list[Law],
    guard: Guard,
    messages: st.SearchStrategy[Message] | None,
    contexts: st.SearchStrategy[Context] | None,
    max_examples: int,
) -> None:
    @settings(
        max_examples=max_examples,
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,  # the search ends at the first; one is what is shown
        suppress_health_check=list(HealthCheck),
    )
    @given(
        messages if messages is not None else _any_messages(),
        contexts if contexts is not None else _any_contexts(),
        st.integers(0, 9),
    )
    def holds(message: Message, context: Context, seed: int) -> None:
        for law in laws:
            law.check(guard, message, context, seed)

    holds()


# By other names, since parameters of the same name hide the functions.
_any_messages, _any_contexts = messages, contexts


def _with(guard: Guard, **changes: Any) -> Guard:
    return Guard.from_policy(evolve(guard.policy, **changes))


def _difference(before: Decision, after: Decision) -> str:
    if before.action is not after.action:
        return f"{before.action.name} becomes {after.action.name}"
    old = sorted({finding.code for finding in before.findings})
    new = sorted({finding.code for finding in after.findings})
    if old != new:
        return f"the findings {old} become {new}"
    return "the findings are of the same kinds, but not equal"


def regression_test(law: str, message: Message, context: Context) -> str:
    """The source of a test that looks at the law for this one message."""
    name = law.replace("-", "_")
    return (
        f"def test_{name}_for_this_message(guard):\n"
        f"    message = Message.from_dict(\n{_indented(message.to_dict())}\n    )\n"
        f"    context = Context.from_dict(\n{_indented(context.to_dict())}\n    )\n"
        f"    assert_law({law!r}, guard, message, context)\n"
    )


def _indented(value: object) -> str:
    return "\n".join(f"        {line}" for line in pformat(value, width=88).splitlines())


class PolicyLaws:
    """The laws as a test class: subclass it in a file of tests, and set `guard`.

    >>> from sendguard import Guard
    >>> class TestOurPolicy(PolicyLaws):
    ...     guard = Guard.recommended()
    ...     max_examples = 5
    >>> TestOurPolicy().test_total()

    Attributes:
        guard: the policy.
        messages, contexts, max_examples: as for `assert_policy_laws`.
    """

    guard: ClassVar[Guard]
    messages: ClassVar[st.SearchStrategy[Message] | None] = None
    contexts: ClassVar[st.SearchStrategy[Context] | None] = None
    max_examples: ClassVar[int] = 100

    def _assert(self, name: str) -> None:
        assert_law(
            name,
            self.guard,
            messages=self.messages,
            contexts=self.contexts,
            max_examples=self.max_examples,
        )

    def test_total(self) -> None:
        """Evaluate raises for no message."""
        self._assert("total")

    def test_sound(self) -> None:
        """No check fails."""
        self._assert("sound")

    def test_deterministic(self) -> None:
        """The same input gives an equal decision."""
        self._assert("deterministic")

    def test_order_free(self) -> None:
        """The order of recipients and checks changes nothing."""
        self._assert("order-free")

    def test_strangers(self) -> None:
        """One recipient more never weakens another's action."""
        self._assert("strangers")

    def test_monotone(self) -> None:
        """One check more never loosens."""
        self._assert("monotone")

    def test_observing(self) -> None:
        """Observe mode changes nothing but the record."""
        self._assert("observing")

    def test_redacted(self) -> None:
        """No address, number or text is repeated in what is said."""
        self._assert("redacted")

    def test_digested(self) -> None:
        """A decision names the content that was judged."""
        self._assert("digested")
