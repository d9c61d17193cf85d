"""Django's own tests of its mail.

The classes of all backends are replaced by subclasses whose messages go through a guarded backend
on their way, so that the suite guards what it builds itself, by settings or by hand. Each run has
a process of its own, because Django is configured once a process.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.peers import Outcomes, Report, counting_guard, differences

from sendguard import Guard

_BACKENDS = ("console", "dummy", "filebased", "locmem", "smtp")
_SUITE = "mail"
_UNLOADED = "unittest.loader._FailedTest."  # stands for a module that cannot be imported
_PLACE = re.compile(r"0x[0-9a-f]++")
_DOWNLOAD_SECONDS = 300
_RUN_SECONDS = 300


def run() -> Report:
    """The suite with Django's backends, then with guarded ones: equal, test by test."""
    if importlib.util.find_spec("django") is None:
        return Report("Django's mail tests", missing="Django is not installed")
    import django

    name = f"mail tests of Django {django.__version__}"
    try:
        folder = _sources(django.__version__)
    except (OSError, subprocess.SubprocessError, tarfile.TarError) as error:
        return Report(name, missing=f"its sources could not be had ({type(error).__name__})")
    plain, _ = _run(folder, "plain")
    guarded, judged = _run(folder, "guarded")
    lost = [each.removeprefix(_UNLOADED) for each in plain if _is_unloaded(each)]
    if lost:
        name += f" (without {', '.join(lost)}, not loaded by Python {platform.python_version()})"
    root = [each for each in plain if _fails(plain[each]) and _needs_a_user(each)]
    if root:
        name += f" ({len(root)} that need a user other than root fail without the guard too)"
    return Report(
        name,
        tests=sum(1 for each in guarded if not _is_unloaded(each)),
        failures=(*_broken(plain), *differences(plain, guarded)),
        guarded=judged,
    )


def _is_unloaded(test: str) -> bool:
    return test.startswith(_UNLOADED)


def _needs_a_user(test: str) -> bool:
    """Whether root, to whom every file is writable, cannot pass it."""
    return os.geteuid() == 0 and test.endswith("_not_writable")


def _fails(outcome: str) -> bool:
    return outcome.startswith(("failed:", "error:"))


def _broken(plain: Mapping[str, str]) -> tuple[str, ...]:
    """The tests that fail without the guard: two runs that are equally broken prove nothing."""
    return tuple(
        f"{test}: {outcome!r} without the guard"
        for test, outcome in plain.items()
        if _fails(outcome) and not _is_unloaded(test) and not _needs_a_user(test)
    )


def cached(version: str) -> Path:
    """Where the suite of that version is kept, outside the project."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "sendguard" / "peers" / f"django-{version}"


def _sources(version: str) -> Path:
    """The folder that holds the suite, from the source distribution of that version."""
    folder = cached(version)
    cache = folder.parent
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", scratch]
        command += ["--no-binary", ":all:", "--no-deps", f"django=={version}"]
        subprocess.run(command, check=True, capture_output=True, timeout=_DOWNLOAD_SECONDS)
        (archive,) = Path(scratch).glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            members = [each for each in packed if f"/tests/{_SUITE}/" in each.name]
            packed.extractall(scratch, members, filter="data")
        (tests,) = Path(scratch).glob("*/tests")
        tests.rename(folder)
    return folder


def _run(folder: Path, mode: str) -> tuple[dict[str, str], int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.peers.django_peer", str(folder), mode],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=_RUN_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Django's mail tests could not be run ({mode}): {done.stderr}")
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["outcomes"], answer["guarded"]


def _main(folder: str, mode: str) -> None:
    import django
    from django.test.utils import setup_test_environment
    from django.utils import deprecation

    sys.path.insert(0, folder)
    for each in (  # as Django's own runner has it
        deprecation.RemovedInNextVersionWarning,
        deprecation.RemovedAfterNextVersionWarning,
        ResourceWarning,
        RuntimeWarning,
    ):
        warnings.simplefilter("error", each)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.peers.django_settings"
    django.setup()
    guard, counter = counting_guard()
    if mode == "guarded":
        for module in (
            *(importlib.import_module(f"django.core.mail.backends.{name}") for name in _BACKENDS),
            importlib.import_module(f"{_SUITE}.custombackend"),
        ):
            _guard_backends(module, guard)
    setup_test_environment()
    outcomes = Outcomes()
    unittest.defaultTestLoader.discover(
        str(Path(folder) / _SUITE), pattern="test*.py", top_level_dir=folder
    ).run(outcomes)
    # The names of subtests show objects, which lie elsewhere in each run.
    named = {_PLACE.sub("0x…", test): outcome for test, outcome in outcomes.of.items()}
    print(json.dumps({"outcomes": named, "guarded": counter.admitted}))


def _guard_backends(module: Any, guard: Guard) -> None:
    from django.core.mail.backends.base import BaseEmailBackend

    for name, found in list(vars(module).items()):
        own = isinstance(found, type) and found.__module__ == module.__name__
        if own and issubclass(found, BaseEmailBackend):
            setattr(module, name, _guarded(found, guard))


def _guarded(backend: Any, guard: Guard) -> type:
    """The class, with a guarded backend between its callers and itself."""
    from sendguard.adapters.django import EmailBackend

    class Unguarded:
        """The methods of the class as it was, of an object of the new one."""

        def __init__(self, of: Any) -> None:
            self.open = backend.open.__get__(of)
            self.close = backend.close.__get__(of)
            self.send_messages = backend.send_messages.__get__(of)

    def around(of: Any) -> EmailBackend:
        return EmailBackend(guard=guard, backend=Unguarded(of))

    methods = {
        "open": lambda self: around(self).open(),
        "close": lambda self: around(self).close(),
        "send_messages": lambda self, messages: around(self).send_messages(messages),
    }
    named = {"__module__": backend.__module__, "__qualname__": backend.__qualname__}
    return type(backend.__name__, (backend,), {**methods, **named})


if __name__ == "__main__":
    _main(*sys.argv[1:])
