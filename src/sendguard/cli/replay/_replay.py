"""``sendguard replay``: yesterday's messages, judged by tomorrow's policy."""

from __future__ import annotations

import os
import pickle
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from typing import Final, Literal, TextIO

from attrs import frozen

from sendguard.cli._fault import say
from sendguard.cli._harmless import masked_name
from sendguard.cli._progress import Progress
from sendguard.cli._sources import Problem
from sendguard.cli.replay._budget import Budget, What, spend
from sendguard.cli.replay._corpus import CHUNK, Corpus, Piece, find_corpus
from sendguard.cli.replay._judging import Jury, Question, judge_elsewhere
from sendguard.cli.replay._outcome import Outcome
from sendguard.cli.replay._tally import Tally
from sendguard.errors import ConfigurationError

Format = Literal["text", "json", "html"]

WITHIN: Final = 0
OVER: Final = 1
MISUSED: Final = 2
FAULT: Final = 3

_FAULTS: Final = 20  # that are told one by one
_AHEAD: Final = 3  # chunks for each process that wait or are done, so that none has to wait


@frozen
class ReplayOptions:
    """What was asked for on the command line."""

    paths: tuple[str, ...]
    policy: str
    against: str | None = None
    environment: str | None = None
    context: str | None = None
    max_held: str | None = None
    max_warned: str | None = None
    format: Format = "text"
    output: str | None = None
    jobs: int | None = None


def replay(options: ReplayOptions) -> int:
    """Judge everything, write the report, and return the exit code."""
    try:
        budgets = _checked(options)
        question = _question(options)
        jury = Jury(question)  # so that a wrong policy is known before anything is read
        corpus = find_corpus(options.paths)
    except ConfigurationError as error:
        say(str(error))
        return MISUSED
    for problem in corpus.problems:
        _say_problem(problem)
    total = len(corpus)
    if corpus.problems and not total:
        return MISUSED
    if not total:
        say("there is no message in what was named, so nothing was judged")
    jobs = options.jobs or min(_processors(), -(-total // CHUNK) or 1)
    tally = _judged(corpus, total, jobs, question, jury)
    for each in tally.problems:
        _say_problem(each)
    for fault in tally.faults[:_FAULTS]:
        say(f"this is a fault of sendguard, and the message was not judged: {fault}")
    if (more := len(tally.faults) - _FAULTS) > 0:
        say(f"and {more:,} more messages were not judged")
    spendings = tuple(spend(budget, tally) for budget in budgets)
    with _output(options) as out:
        _write(
            Outcome(options.policy, options.against, tally, spendings, corpus.skipped), options, out
        )
    if tally.faults:
        return FAULT
    if corpus.problems or tally.problems:
        return MISUSED
    return OVER if any(each.over for each in spendings) else WITHIN


def _checked(options: ReplayOptions) -> list[Budget]:
    if options.jobs is not None and options.jobs < 1:
        raise ConfigurationError(f"--jobs is {options.jobs}; give a number from 1 up")
    if options.output is not None and not Path(options.output).absolute().parent.is_dir():
        # Known before everything is judged, which may take an hour.
        raise ConfigurationError(f"--output is {options.output!r}, and its folder is not there")
    given: dict[What, str | None] = {"held": options.max_held, "warned": options.max_warned}
    return [Budget.parse(what, text) for what, text in given.items() if text is not None]


def _question(options: ReplayOptions) -> Question:
    context = None
    if options.context is not None:
        from sendguard.cli._context_file import read_context

        context = read_context(Path(options.context))
    return Question(
        options.policy, options.against, options.environment, context, datetime.now(UTC)
    )


def _judged(corpus: Corpus, total: int, jobs: int, question: Question, jury: Jury) -> Tally:
    progress = Progress(sys.stderr, total, os.environ)
    tally = Tally()
    chunks = corpus.chunks()
    try:
        alone = jobs == 1
        for result in map(jury.judge, chunks) if alone else _in_processes(chunks, jobs, question):
            tally.add(result)
            progress.advance(result.judged + len(result.faults))
    finally:
        progress.clear()
    return tally


def _in_processes(
    chunks: Iterator[tuple[Piece, ...]], jobs: int, question: Question
) -> Iterator[Tally]:
    """What comes of each chunk, in their order; only some are on their way at any time."""
    pickled = pickle.dumps(question)
    with ProcessPoolExecutor(
        jobs, get_context("spawn"), initializer=signal, initargs=(SIGINT, SIG_IGN)
    ) as pool:
        waiting: deque[Future[Tally]] = deque()
        try:
            # An interruption is for this process, which then calls off what is left. Those that
            # are started now ignore it from their first moment on; the initializer comes later.
            handler = signal(SIGINT, SIG_IGN)
            try:
                waiting.extend(
                    pool.submit(judge_elsewhere, pickled, chunk)
                    for chunk in islice(chunks, jobs * _AHEAD)
                )
            finally:
                signal(SIGINT, handler)
            while waiting:
                result = waiting.popleft().result()
                for chunk in islice(chunks, 1):
                    waiting.append(pool.submit(judge_elsewhere, pickled, chunk))
                yield result
        finally:
            pool.shutdown(cancel_futures=True)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _output(options: ReplayOptions) -> AbstractContextManager[TextIO]:
    if options.output is None:
        return nullcontext(sys.stdout)
    return Path(options.output).open("w", encoding="utf-8")


def _write(outcome: Outcome, options: ReplayOptions, out: TextIO) -> None:
    match options.format:
        case "text":
            from sendguard.cli._screen import Screen
            from sendguard.cli.replay._text import write_text

            write_text(outcome, out, Screen.of(out, os.environ))
        case "json":
            from sendguard.cli.replay._json import write_json

            write_json(outcome, out)
        case "html":
            from sendguard.cli.replay._html import write_html

            write_html(outcome, out)


def _say_problem(problem: Problem) -> None:
    say(f"{masked_name(problem.name)}: {problem.reason}")
