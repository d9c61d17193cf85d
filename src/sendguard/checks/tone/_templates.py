"""Templates, and the states of customers that they must not meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import last_words, shown, state_of, states
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Finding


@frozen(repr=False)
class _TemplatesNotFor(Leaf):
    rules: tuple[tuple[str, tuple[str, ...]], ...]

    def find(self, case: Case) -> Iterator[Finding]:
        template = case.message.template
        if template is None:
            return
        barred = {
            state_of(name): name
            for pattern, names in self.rules
            if fnmatchcase(template, pattern)
            for name in names
        }
        if not barred:
            return
        for state in sorted(states(case, last_words(case)) & barred.keys()):
            yield Finding(
                code="tone.template-state",
                action=Action.HOLD,
                message=f'The template "{shown(template)}" must not reach a customer in the state '
                f'"{barred[state]}".',
                suggestion="Write to this customer yourself, or choose a template for his state.",
            )

    @property
    def options(self) -> dict[str, Any]:
        return {"rules": {pattern: list(names) for pattern, names in self.rules}}

    def __repr__(self) -> str:
        return f"templates_not_for({self.options['rules']!r})"


def templates_not_for(rules: Mapping[str, Iterable[str]]) -> Check:
    """Templates keep away from customers in certain states.

    A state is ``context.customer_state``; a death, an illness, hardship, a complaint or anger that
    the customer's last message tells of counts as "bereaved", "ill", "hardship", "complaint" and
    "angry" (or the like: "complaint-open", "bereavement").

    Args:
        rules: from the name of a template, or a pattern of names with ``*`` and ``?``, to the
            states that it must not meet: ``{"newsletter-*": ["bereaved", "complaint-open"]}``.

    Codes:
        ``tone.template-state`` (HOLD): the owner of the template has said so.

    Raises:
        ConfigurationError: there is no rule, or one without a template or a state.
    """
    if not isinstance(rules, Mapping):
        raise TypeError(f"templates_not_for() takes a mapping, not {type(rules).__name__}")
    read: list[tuple[str, tuple[str, ...]]] = []
    for pattern, names in rules.items():
        if isinstance(names, str):
            raise TypeError(f"templates_not_for()[{pattern!r}] takes several states, not one str")
        listed = tuple(names)
        if not pattern or not listed or not all(listed):
            raise ConfigurationError(
                f"templates_not_for() has {pattern!r}: {list(listed)!r}; give a pattern of "
                "template names and at least one state"
            )
        read.append((pattern, listed))
    if not read:
        raise ConfigurationError("templates_not_for() is empty; give at least one rule")
    return _TemplatesNotFor(tuple(sorted(read)))
