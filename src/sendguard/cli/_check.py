"""``sendguard check``: judge messages that lie in files."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Final, Literal

from attrs import frozen

from sendguard.cli._fault import place_of, report_fault, say
from sendguard.cli._harmless import masked_name
from sendguard.cli._progress import Progress
from sendguard.cli._result import Report, Result, Summary
from sendguard.cli._screen import Screen
from sendguard.cli._sources import (
    STANDARD_INPUT,
    Problem,
    Source,
    Unread,
    find_sources,
    read_source,
)
from sendguard.errors import ConfigurationError, IndexFileError
from sendguard.guard import Guard
from sendguard.model import Action, Context, Finding

Format = Literal["text", "json", "sarif", "junit"]

PASSED: Final = 0
STOPPED: Final = 1
MISUSED: Final = 2
FAULT: Final = 3


@frozen
class CheckOptions:
    """What was asked for on the command line."""

    paths: tuple[str, ...]
    policy: str | None = None
    directory: str | None = None
    environment: str | None = None
    context: str | None = None
    format: Format = "text"
    show_addresses: bool = False
    verbose: bool = False


def check(options: CheckOptions) -> int:
    """Judge everything, write the report to standard output, and return the exit code."""
    if options.paths.count(STANDARD_INPUT) > 1:
        say("standard input (-) can be read only once")
        return MISUSED
    context = None
    try:
        guard = _guard(options)
        if options.context is not None:
            from sendguard.cli._context_file import read_context

            context = read_context(Path(options.context))
    except (ConfigurationError, IndexFileError) as error:
        say(str(error))
        return MISUSED
    return _Run(options, guard, context).run()


def _guard(options: CheckOptions) -> Guard:
    """The guard of the policy, with the directory if one was named.

    A policy that was named says itself what is looked for. Without one, a directory is named to be
    asked.

    Raises:
        ConfigurationError: the policy is wrong, or the directory cannot be read.
        IndexFileError: the directory is damaged.
    """
    policy = options.policy or "recommended"
    if options.directory is None:
        return Guard.from_toml(policy, environment=options.environment)
    from sendguard import checks
    from sendguard.matching import open_directory
    from sendguard.policy import load

    region = load(policy, environment=options.environment).default_region
    try:
        directory = open_directory(options.directory, default_region=region)
    except OSError as error:
        raise ConfigurationError(f"{options.directory}: {error.strerror}") from None
    guard = Guard.from_toml(policy, environment=options.environment, directory=directory)
    if options.policy is not None:
        return guard
    return guard.extended(checks.near_miss(), checks.namesake(), checks.customer_binding())


class _Run:
    """One run over all sources."""

    def __init__(self, options: CheckOptions, guard: Guard, context: Context | None) -> None:
        self._options = options
        self._context = context
        self._guard = guard
        self._found = find_sources(options.paths)
        self._progress = Progress(sys.stderr, len(self._found.sources), os.environ)
        self._code = PASSED

    def run(self) -> int:
        found = self._found
        for problem in found.problems:
            self._problem(problem)
        if found.problems and not found.sources:
            return self._code
        if not found.sources:
            say("there is no message in what was named, so nothing was judged")
        several = len(found.sources) != 1 or any(map(os.path.isdir, self._options.paths))
        report = _report(self._options, several=several)
        counter: Counter[Action] = Counter()
        try:
            for source in found.sources:
                result = self._result(source)
                counter[result.action] += 1
                self._progress.clear()
                report.add(result)
                self._progress.advance()
        finally:
            self._progress.clear()
        if counter[Action.HOLD] or counter[Action.BLOCK]:
            self._code = max(self._code, STOPPED)
        report.finish(Summary.of(counter, found.skipped, complete=self._code < MISUSED))
        return self._code

    def _result(self, source: Source) -> Result:
        name = self._shown(source.name)
        try:
            message = read_source(source)
            if isinstance(message, Unread):
                if message.problem is not None:
                    self._problem(message.problem)
                return Result(name, (message.finding,))
            decision = self._guard.evaluate(message, self._context)
            return Result(name, decision.findings, decision.digest, message)
        except Exception as error:  # noqa: BLE001  (our fault with one file must not hide the others)
            self._progress.clear()
            report_fault(error)
            self._code = FAULT
            return Result(name, (_not_judged(error),))

    def _shown(self, name: str) -> str:
        return name if self._options.show_addresses else masked_name(name)

    def _problem(self, problem: Problem) -> None:
        self._progress.clear()
        say(f"{self._shown(problem.name)}: {problem.reason}")
        self._code = max(self._code, MISUSED)


def _not_judged(error: Exception) -> Finding:
    return Finding(
        code="guard.check-failed",
        action=Action.HOLD,
        message=f"sendguard itself failed here ({place_of(error)}); the message was not judged.",
        suggestion="Have a person look at it, and report the fault.",
    )


def _report(options: CheckOptions, *, several: bool) -> Report:
    reveal = options.show_addresses
    match options.format:
        case "json":
            from sendguard.cli._json import JsonReport

            return JsonReport(sys.stdout, reveal=reveal)
        case "sarif":
            from sendguard.cli._sarif import SarifReport

            return SarifReport(sys.stdout, reveal=reveal)
        case "junit":
            from sendguard.cli._junit import JunitReport

            return JunitReport(sys.stdout, reveal=reveal)
        case "text":
            from sendguard.cli._text import TextReport

            return TextReport(
                sys.stdout,
                Screen.of(sys.stdout, os.environ),
                several=several,
                verbose=options.verbose,
                reveal=reveal,
            )
