"""How fast and in how little memory yesterday's mail is judged by two policies.

The mbox is made here, of letters with and without HTML, a few of them with something wrong; its
size can be given: ``python -m benchmarks.replay 100000``, or the folder of real mail. The peer is
what anyone would begin with: `mailbox.mbox` and the parser of the standard library, which reads the
same mails and judges none. The memory is that of the largest process.
"""

from __future__ import annotations

import mailbox
import multiprocessing
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from benchmarks.send_path import CARD, SENTENCE

MESSAGES = 2_000
# The new policy holds what the old one let pass, the merge fields, in two mails of a hundred.
_OLD = '[[checks]]\ncheck = "empty_subject"\n[[checks]]\ncheck = "malformed"\n'
_NEW = 'include = ["recommended"]\n[[checks]]\ncheck = "shouting"\n'


def mail(number: int, chance: random.Random) -> bytes:
    made = EmailMessage()
    name = chance.choice(("Maria", "Tom", "Aylin", "Zoë", "Kenji"))
    made["From"] = "Shop <shop@shop.example>"
    made["To"] = f"{name} <customer{number}@customer.example>"
    made["Subject"] = "" if chance.random() < 0.01 else f"Your order A-{number}"
    made["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    greeting = "Dear {{first_name}}," if chance.random() < 0.02 else f"Dear {name},"
    text = f"{greeting}\n\n{SENTENCE * chance.randint(2, 20)}\n\nKind regards\nYour shop\n"
    made.set_content(text)
    if number % 3 == 0:
        rows = "".join(CARD.format(n=n) for n in range(chance.randint(1, 8)))
        made.add_alternative(f"<p>{greeting}</p><table>{rows}</table>", subtype="html")
    return made.as_bytes()


def write_mbox(path: Path, messages: int) -> None:
    chance = random.Random(4711)
    some = [mail(number, chance) for number in range(min(messages, 5_000))]
    with path.open("wb") as file:
        for number in range(messages):
            file.write(b"From shop@shop.example Mon Mar  2 09:00:00 2026\n")
            file.write(some[number % len(some)] + b"\n")


def peer(path: str) -> None:
    parser = BytesParser(policy=policy.default)
    for message in mailbox.mbox(path, factory=parser.parse, create=False):
        for part in message.walk():
            if part.get_content_maintype() == "text":
                part.get_content()


def measured(call: list[str] | None, path: str) -> tuple[float, float]:
    """Seconds, and the megabytes of the largest process; a process of its own measures each."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(call, path, send))
    process.start()
    found: tuple[float, float] = receive.recv()
    process.join()
    return found


def _measure(call: list[str] | None, path: str, send: object) -> None:
    begin = time.perf_counter()
    if call is None:
        peer(path)
        who = resource.RUSAGE_SELF
    else:
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
        who = resource.RUSAGE_CHILDREN
    seconds = time.perf_counter() - begin
    send.send((seconds, resource.getrusage(who).ru_maxrss / 1_024))  # type: ignore[attr-defined]


def replay(path: str, folder: str, jobs: int) -> list[str]:
    return [
        *(sys.executable, "-m", "sendguard", "replay", path, "--jobs", str(jobs)),
        *("--policy", f"{folder}/new.toml", "--against", f"{folder}/old.toml"),
        *("--format", "html"),
    ]


def main() -> None:
    given = sys.argv[1:] if Path(sys.argv[0]).stem == "replay" else []
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "old.toml").write_text(_OLD, encoding="utf-8")
        Path(folder, "new.toml").write_text(_NEW, encoding="utf-8")
        if given and Path(given[0]).is_dir():
            path = given[0]
            files = [each for each in Path(path).rglob("*") if each.is_file()]
            messages, size = len(files), sum(each.stat().st_size for each in files)
        else:
            path = f"{folder}/outbox.mbox"
            messages = int(given[0]) if given else MESSAGES
            write_mbox(Path(path), messages)
            size = Path(path).stat().st_size
        print(f"\nReplay of {messages:,} messages, {size / 1e6:,.0f} MB, by two policies")
        base = None
        if not Path(path).is_dir():
            base = report("mailbox and email, reading alone", messages, *measured(None, path), None)
        for jobs in dict.fromkeys((1, len(os.sched_getaffinity(0)))):
            title = f"sendguard replay, {jobs} process{'es' if jobs > 1 else ''}"
            report(title, messages, *measured(replay(path, folder, jobs), path), base)


def report(
    title: str, messages: int, seconds: float, megabytes: float, base: float | None
) -> float:
    ratio = f"   {seconds / base:5.2f} x the peer's time" if base else ""
    print(f"  {title:34}{messages / seconds:9,.0f} messages/s{megabytes:8,.0f} MB{ratio}")
    return seconds


if __name__ == "__main__":
    main()
