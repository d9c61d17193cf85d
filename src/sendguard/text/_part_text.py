"""The text that a finding's part and span refer to."""

from __future__ import annotations

from sendguard.text._analysis import Analysis


def part_text(analysis: Analysis, part: str) -> str | None:
    """What stands in a part as `Finding.part` names it, as the guard read it.

    None where there is nothing to show, and where several texts have that name, as the display
    names of several recipients do: the wrong one would mislead.
    """
    texts = [each.text for each in analysis.places if each.part == part and not each.hidden]
    if not texts and part.startswith("header:"):
        name = part.removeprefix("header:").lower()
        texts = [value for key, value in analysis.message.headers if key.lower() == name]
    return texts[0] if len(texts) == 1 else None
