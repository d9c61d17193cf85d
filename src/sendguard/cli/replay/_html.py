"""The outcome of a replay as one HTML file that asks no network for anything.

Whatever comes from a message is escaped, and should that ever fail, the page's policy (CSP) runs no
script and loads no picture but what this file brings. Without JavaScript all messages are shown.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from typing import Final, TextIO

from sendguard.cli._harmless import harmless
from sendguard.cli.replay._budget import share
from sendguard.cli.replay._charts import action_bar, pair_of_bars, swatch
from sendguard.cli.replay._outcome import Outcome
from sendguard.cli.replay._tally import CHANGES, KINDS, Sample, Shown
from sendguard.cli.replay._words import WORDS
from sendguard.model import Action

_SIDES: Final = {"gained": "new", "lost": "gone", "kept": ""}


def write_html(outcome: Outcome, out: TextIO) -> None:
    """Write the page; only ASCII, so that it reads the same whatever it is taken for."""
    for line in _page(outcome):
        out.write(line.encode("ascii", "xmlcharrefreplace").decode("ascii"))
        out.write("\n")


def _page(outcome: Outcome) -> Iterator[str]:
    style, script = _data("report.css"), _data("report.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"Replay: {_text(outcome.title)}"
    samples = outcome.tally.distinct_samples()
    yield "<!DOCTYPE html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{title}</title><style>{style}</style></head><body>"
    yield '<a class="skip" href="#messages">To the messages</a>'
    yield f"<header><h1>{title}</h1>"
    yield from _budgets(outcome)
    yield "</header><main>"
    yield from _actions(outcome)
    yield from _codes(outcome)
    yield from _messages(samples)
    yield "</main>"
    yield (
        '<footer class="faint">Addresses, numbers and secrets are masked; other words of the '
        "messages are shown as they are.</footer>"
    )
    yield f"<script>{script}</script></body></html>"


def _data(name: str) -> str:
    return (files("sendguard.cli.replay") / "data" / name).read_text(encoding="ascii")


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("ascii")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _text(text: str) -> str:
    return escape(harmless(text))


def _budgets(outcome: Outcome) -> Iterator[str]:
    tally = outcome.tally
    of = f", {tally.compared:,} of them compared" if outcome.has_before else ""
    yield f'<p class="faint">{tally.judged:,} messages judged{of}.</p>'
    for spending in outcome.spendings:
        yield f'<p class="budget{" over" if spending.over else ""}">{escape(str(spending))}</p>'


def _actions(outcome: Outcome) -> Iterator[str]:
    tally = outcome.tally
    rows = [("After", tally.after)]
    if outcome.has_before:
        rows.insert(0, ("Before", tally.before))
    yield '<h2>What becomes of the messages</h2><div class="scroll" tabindex="0">'
    yield "<table><thead><tr><th></th>"
    yield "".join(f'<th scope="col">{action.label}</th>' for action in Action)
    yield '<th scope="col" class="bars">share</th></tr></thead><tbody>'
    for name, counts in rows:
        cells = "".join(f"<td>{counts[action]:,}</td>" for action in Action)
        bar = action_bar([counts[action] for action in Action])
        yield f'<tr><th scope="row">{name}</th>{cells}<td class="bars">{bar}</td></tr>'
    yield "</tbody></table></div>"
    items = "".join(f"<li>{swatch(action.label)} {action.label}</li>" for action in Action)
    yield f'<ul class="key">{items}</ul>'
    if outcome.has_before:
        yield "<table><thead><tr><th>Change</th><th>messages</th><th>share</th></tr></thead><tbody>"
        for change in CHANGES:
            count = tally.changes[change]
            yield (
                f'<tr><th scope="row">{WORDS[change]}</th><td>{count:,}</td>'
                f"<td>{share(count, tally.judged)}</td></tr>"
            )
        yield "</tbody></table>"


def _codes(outcome: Outcome) -> Iterator[str]:
    rows = outcome.codes()
    if not rows:
        return
    most = max(max(row.before, row.after) for row in rows)
    compared = outcome.has_before
    sampled = {code for _, code in outcome.tally.samples}
    names = ("before", "after", "gained", "lost") if compared else ("messages",)
    yield '<h2>What was found</h2><div class="scroll codes" tabindex="0"><table><caption>'
    yield "In how many messages each code was found. A code leads to its messages.</caption>"
    yield "<thead><tr><th>Code</th>"
    yield "".join(f'<th scope="col">{name}</th>' for name in names)
    yield '<td class="bars"></td></tr></thead><tbody>'
    for row in rows:
        code = escape(row.code)
        counts = (row.before, row.after, row.gained, row.lost) if compared else (row.after,)
        name = f"<code>{code}</code>"
        if row.code in sampled:
            name = f'<button type="button" class="link" data-code="{code}">{name}</button>'
        bars = pair_of_bars(row.before if compared else None, row.after, most)
        cells = "".join(f"<td>{count:,}</td>" for count in counts)
        yield f'<tr><th scope="row">{name}</th>{cells}<td class="bars">{bars}</td></tr>'
    yield "</tbody></table></div>"
    if compared:
        items = "".join(f"<li>{swatch(name)} {name}</li>" for name in ("before", "after"))
        yield f'<ul class="key">{items}</ul>'


def _messages(samples: Sequence[Sample]) -> Iterator[str]:
    yield '<h2 id="messages" tabindex="-1">Messages</h2>'
    if not samples:
        yield "<p>There is none to look at.</p>"
        return
    kinds = [kind for kind in KINDS if any(sample.kind == kind for sample in samples)]
    codes = sorted({code for sample in samples for code in sample.codes})
    yield '<div id="leaf" class="bar" role="group" aria-label="Which messages" hidden>'
    yield '<label>What changed<select id="kind"><option value="">everything</option>'
    yield "".join(f'<option value="{kind}">{WORDS[kind]}</option>' for kind in kinds)
    yield '</select></label><label>Code<select id="code"><option value="">all</option>'
    yield "".join(f'<option value="{escape(code)}">{escape(code)}</option>' for code in codes)
    yield '</select></label><button type="button" id="previous">Previous (k)</button>'
    yield '<button type="button" id="next">Next (j)</button><output id="shown"></output></div>'
    for sample in samples:
        yield from _sample(sample)


def _sample(sample: Sample) -> Iterator[str]:
    codes = escape(" ".join(sample.codes))
    yield f'<article tabindex="-1" data-kind="{sample.kind}" data-codes="{codes}">'
    yield f"<h3>{_badge(sample)} {_text(sample.subject) or '(no subject)'}</h3>"
    others = f" and {sample.others:,} more" if sample.others else ""
    to = ", ".join(map(_text, sample.recipients)) or "nobody"
    facts = [
        f"from {_text(sample.sender)}" if sample.sender else "",
        f"to {to}{others}",
        sample.date,
    ]
    yield f'<p class="faint">{", ".join(filter(None, facts))}<br>'
    yield f"<code>{_text(sample.source)}</code></p>"
    if sample.opening:
        yield f"<p>{_text(sample.opening)}</p>"
    yield '<ul class="findings">'
    for shown in sample.findings:
        yield from _finding(shown)
    yield "</ul>"
    if sample.more:
        yield f'<p class="faint">and {sample.more:,} more findings</p>'
    yield "</article>"


def _badge(sample: Sample) -> str:
    after = sample.after.label
    fate = after if sample.before is None else f"{sample.before.label} &rarr; {after}"
    return f'<span class="badge {after}">{fate}</span>'


def _finding(shown: Shown) -> Iterator[str]:
    label = shown.action.label
    where = [f"in {_text(shown.part)}"] if shown.part else []
    where += [f"for {_text(shown.recipient)}"] if shown.recipient else []
    side = f" <strong>({_SIDES[shown.side]})</strong>" if _SIDES[shown.side] else ""
    yield f'<li class="{shown.side}"><span class="what"><strong class="{label}">{label}</strong> '
    yield f"<code>{escape(shown.code)}</code></span>{side} "
    yield f'<span class="faint">{", ".join(where)}</span><br>{_text(shown.message)}'
    if shown.excerpt is not None:
        before, marked, after = map(
            escape, (shown.excerpt.before, shown.excerpt.marked, shown.excerpt.after)
        )
        yield f"<blockquote>{before}<mark>{marked}</mark>{after}</blockquote>"
    if shown.suggestion:
        yield f'<span class="faint">{_text(shown.suggestion)}</span>'
    yield "</li>"
