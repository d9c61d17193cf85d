"""A model of the user's, asked what it thinks of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import shown
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Finding


@runtime_checkable
class Classifier(Protocol):
    """What tells how likely a text is hostile, sad, spam, or whatever a user trained it for."""

    time_out: float | None
    """Seconds after which an answer is given up, for one that asks elsewhere; None for one that
    answers at once."""

    def scores(self, text: str) -> Mapping[str, float]:
        """How sure it is of each of its labels, 0 to 1."""
        ...


@frozen(repr=False)
class _Classified(Leaf):
    classifier: Classifier = field(eq=False)
    thresholds: tuple[tuple[str, float], ...]

    @property
    def time_out(self) -> float | None:
        return self.classifier.time_out

    def find(self, case: Case) -> Iterator[Finding]:
        text = "\n\n".join(passage.text for passage in case.analysis.new_text)
        if not text.strip():
            return
        scores = self.classifier.scores(text)
        for label, threshold in self.thresholds:
            score = scores[label]  # one that is missing is a failure, not a pass
            if not 0 <= score <= 1:  # nor is what is no number
                raise ValueError(f"the classifier gave {score!r} for {label!r}; give 0 to 1")
            if score >= threshold:
                yield Finding(
                    code="tone.classified",
                    action=Action.WARN,
                    message=f'The classifier calls the text "{shown(label)}" ({score:.2f}, from '
                    f"{threshold:.2f} on it is told).",
                    suggestion="Read it once more with that in mind.",
                )

    def __repr__(self) -> str:
        name = type(self.classifier).__qualname__
        return f"classified({name}, {dict(self.thresholds)!r})"


def classified(classifier: Classifier, thresholds: Mapping[str, float]) -> Check:
    """What a model of your own says of the new text.

    Args:
        classifier: has `scores(text)` and `time_out`, as `Classifier` tells.
        thresholds: from labels of its to the score from which on it is told.

    Codes:
        ``tone.classified`` (WARN): use ``.named("tone.hostile")`` and ``.at(Action.HOLD)`` for a
        model that has earned it. A classifier that raises, takes too long or leaves a label out is
        ``guard.check-failed``.

    Raises:
        ConfigurationError: there is no threshold, or one that is not above 0 and at most 1.
    """
    if not isinstance(classifier, Classifier):
        raise TypeError(
            f"classified() takes an object with scores() and time_out, "
            f"not {type(classifier).__name__}"
        )
    if not thresholds:
        raise ConfigurationError("classified(thresholds) is empty; give at least one label")
    for label, threshold in thresholds.items():
        if not 0 < threshold <= 1:
            raise ConfigurationError(
                f"classified(thresholds)[{label!r}] is {threshold!r}; use above 0, at most 1"
            )
    return _Classified(classifier, tuple(sorted(thresholds.items())))
