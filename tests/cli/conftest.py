"""A policy of the tests' own, so that these do not depend on what is recommended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sendguard import Action, Context, Finding, Guard, Message, rule
from sendguard.cli import main

_WORDS = {"STOP": Action.BLOCK, "WAIT": Action.HOLD, "HMM": Action.WARN}


@rule("test.word")
def words(message: Message, context: Context) -> Iterator[Finding]:
    """STOP blocks, WAIT holds, HMM warns, wherever it stands; FAIL breaks the guard."""
    for part in ("subject", "text"):
        for found in re.finditer("STOP|WAIT|HMM", getattr(message, part) or ""):
            yield Finding(
                code="test.word",
                action=_WORDS[found.group()],
                message=f"It says {found.group()}.",
                part=part,
                span=found.span(),
                recipient=message.recipients[0].address if message.recipients else None,
                suggestion="Say something else.",
            )


@rule("test.purpose")
def purpose(message: Message, context: Context) -> str | None:
    return "It is marketing." if context.purpose == "marketing" else None


@pytest.fixture(autouse=True)
def own_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    from_toml = Guard.from_toml

    def guard(path: str, **options: Any) -> Guard:
        if path != "recommended":
            return from_toml(path, **options)
        return Guard(words, purpose, directory=options.get("directory"))

    monkeypatch.setattr(Guard, "from_toml", guard)
    for name in ("NO_COLOR", "FORCE_COLOR", "SENDGUARD_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def mail(tmp_path: Path) -> Callable[..., Path]:
    """Writes a mail with that text into a folder of its own."""

    def write(name: str, text: str = "Hello.", *, to: str = "maria.lopez@x.example") -> Path:
        path = tmp_path / "outbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            f"From: shop@shop.example\nTo: {to}\nSubject: Hi\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
        )
        return path

    return write


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Calls the command line: exit code, standard output, standard error."""

    def call(*arguments: Any) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments])
        written = capsys.readouterr()
        return code, written.out, written.err

    return call
