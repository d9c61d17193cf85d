"""What only a process of its own shows: pipes, signals, encodings, imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest


def sendguard(*arguments, **options):
    options.setdefault("env", {**os.environ, **options.pop("environ", {})})
    return subprocess.run(
        [sys.executable, "-m", "sendguard", *map(str, arguments)],
        capture_output=True,
        timeout=60,
        check=False,
        **options,
    )


def test_help_and_version_load_nothing_heavy():
    for argument in ("--help", "--version"):
        done = sendguard("check", "--help") if argument == "--help" else sendguard(argument)
        assert done.returncode == 0
    code = (
        "import sys; from sendguard.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'sendguard.guard', 'attrs', 'email', 'asyncio', 'json', 'phonenumbers'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_text_needs_neither_the_other_formats_nor_a_number_database(mail):
    code = (
        "import sys; from sendguard.cli import main\n"
        f"main(['check', {str(mail('a.eml'))!r}])\n"
        "heavy = {'xml.sax', 'importlib.metadata', 'phonenumbers', 'rapidfuzz', 'email_validator'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("forced", ["0", "1"])
def test_the_version_says_which_engine_looks_things_up(forced):
    done = sendguard("--version", environ={"SENDGUARD_NO_EXTENSIONS": forced})
    native = forced == "0" and find_spec("sendguard.matching._native") is not None
    ending = "native matching" if native else "pure-Python matching"
    assert done.stdout.decode().rstrip().endswith(f", {ending}")


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise there")
def test_a_reader_that_goes_away_is_no_fault(mail, tmp_path):
    for number in range(20):
        mail(f"{number}.eml")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "sendguard", "check", "-v", str(tmp_path)],
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_said_and_is_exit_2(mail):
    with Path("/dev/full").open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "sendguard", "check", str(mail("a.eml"))],
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == (b"sendguard: the report could not be written: No space left on device\n")


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
def test_ctrl_c_while_waiting_for_standard_input_is_exit_130():
    code = """
import signal, sys, types
from sendguard.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it

def read(size):
    print("ready", flush=True)
    return original.buffer.read(size)

original, sys.stdin = sys.stdin, types.SimpleNamespace(buffer=types.SimpleNamespace(read=read))
sys.exit(main(["check", "-"]))
"""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_no_encoding_of_the_terminal_makes_it_fail(mail, encoding):
    path = mail("日本.eml")
    done = sendguard("check", path, environ={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, b"")
    shown = "日本" if encoding == "utf-8" else "\\u65e5\\u672c"
    assert done.stdout.decode(encoding).endswith(f"/{shown}.eml: allow\n")


def test_a_name_that_is_not_utf_8_can_be_named(mail):
    path = mail("a.eml").rename(mail("a.eml").parent / os.fsdecode(b"caf\xe9.eml"))
    done = sendguard("check", "--format", "json", path)
    assert done.returncode == 0
    assert b"caf\\\\xe9.eml" in done.stdout
