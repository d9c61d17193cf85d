"""CPython's own tests of smtplib."""

from __future__ import annotations

import functools
import importlib.util
import platform
import smtplib
import sys
import types
import unittest
import warnings
from typing import Any

from tests.peers import Outcomes, Report, counting_guard, differences

from sendguard import Guard
from sendguard.adapters import smtp

_SUITE = "test.test_smtplib"
_CLIENTS = ("SMTP", "SMTP_SSL", "LMTP")


class _Smtplib(types.ModuleType):
    """smtplib with other clients; all else, and what the tests set on it, is the module's own."""

    def __init__(self, clients: dict[str, type]) -> None:
        super().__init__("smtplib")
        self.__dict__.update(clients)

    def __getattr__(self, name: str) -> Any:
        return getattr(smtplib, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name in _CLIENTS:
            raise AttributeError(f"a test replaces {name}, so this would not test the guard")
        setattr(smtplib, name, value)


def run() -> Report:
    """The suite with smtplib's clients, then with the guarded ones: equal, test by test."""
    name = f"test_smtplib of CPython {platform.python_version()}"
    try:
        found = importlib.util.find_spec(_SUITE)
    except ModuleNotFoundError:
        found = None
    if found is None:
        return Report(name, missing="this Python was installed without its package 'test'")
    guard, counter = counting_guard()
    plain = _outcomes(smtplib)
    if not any(outcome == "passed" for outcome in plain.values()):
        return Report(name, missing="not one of its tests passes here without the guard either")
    guarded = _outcomes(_Smtplib({name: _bound(getattr(smtp, name), guard) for name in _CLIENTS}))
    return Report(
        name,
        tests=len(guarded),
        failures=differences(plain, guarded),
        guarded=counter.admitted,
    )


def _bound(client: type[smtplib.SMTP], guard: Guard) -> type[smtplib.SMTP]:
    """The client as the suite builds it, which knows nothing of a guard."""
    protected = functools.partialmethod(client.__init__, guard=guard)
    return type(client.__name__, (client,), {"__init__": protected})


def _outcomes(module: types.ModuleType) -> dict[str, str]:
    """Run the suite, loaded anew with `module` in the place of smtplib."""
    sys.modules.pop(_SUITE, None)
    outcomes = Outcomes()
    # Nothing but smtplib is replaced: the suite's servers must be the same in both runs.
    sys.modules["smtplib"] = module
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the suite's own, about modules that CPython gives up
            unittest.defaultTestLoader.loadTestsFromName(_SUITE).run(outcomes)
    finally:
        sys.modules["smtplib"] = smtplib
        sys.modules.pop(_SUITE, None)
    return outcomes.of
