"""What the guard adds to a send.

The peer is what an application does anyway: build the mail with `email.message.EmailMessage` and
send it by `smtplib` over a connection of its own to a sink on loopback, which runs in a process of
its own. The limits hold for aiosmtpd; a third of them is what to aim at. Where postfix is
installed, its ``smtp-sink`` is tried too: written in C and keeping nothing, it shows the guard
against the fastest receiver there is. Guard and peer take turns in one run; the ratio of each round
is taken from the two medians of that round, and the median over the rounds is printed.
"""

from __future__ import annotations

import contextlib
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from sendguard import Guard, Message

ROUNDS = 7
CALLS = 40

SENTENCE = "Thank you for your order, it left our house today and will reach you on Tuesday. "
# What the common builders of responsive mail give: nested tables and styles inlined in each tag.
CARD = (
    '<tr><td align="center" style="font-size:0px;padding:10px 25px;word-break:break-word;">'
    '<table border="0" cellpadding="0" cellspacing="0" role="presentation" width="100%" '
    'style="border-collapse:collapse;border-spacing:0px;"><tbody><tr>'
    '<td style="width:120px;vertical-align:top;padding-right:12px;">'
    '<a href="https://shop.example/item/{n}?utm_source=mail&amp;utm_campaign=spring" '
    'target="_blank"><img alt="Walnut board" src="https://img.shop.example/{n}.jpg" width="120" '
    'height="auto" style="border:0;display:block;outline:none;text-decoration:none;"></a></td>'
    '<td align="left" style="font-family:Helvetica,Arial,sans-serif;font-size:15px;'
    'line-height:22px;color:#333333;"><b>Walnut board, oiled</b><br>Two pieces, EUR&nbsp;29.90 '
    "each. Oil it twice a year and it will outlive the kitchen that it came into.</td>"
    "</tr></tbody></table></td></tr>\n"
)
# Hardly anything but tags: a price list of a shop that styles it in one place.
ROW = (
    "<tr><td><a href='/i/{n}'>Board</a></td><td align=right><b>{n}</b> pcs</td><td>29.90</td></tr>"
)
GREETING = "Dear Maria,\n\n"


def text_mail() -> dict[str, str]:
    body = GREETING
    while len(body) < 2_000:
        body += SENTENCE + ("\n\n" if body.count(".") % 3 == 0 else "")
    return {"text": body}


def html_mail(unit: str) -> dict[str, str]:
    rows = ""
    while len(rows) < 18_500:
        rows += unit.format(n=len(rows))
    html = (
        "<!DOCTYPE html><html><head><title>Your order</title><style>td{color:#333}</style></head>"
        f"<body><p>Dear Maria,</p><p>{SENTENCE * 8}</p><table>{rows}</table>"
        "<p>Your shop</p></body></html>"
    )
    return {"text": GREETING + SENTENCE * 4, "html": html}


def sinks() -> Iterator[tuple[str, list[str]]]:
    """Servers that take every mail: name, and command without the port."""
    yield "aiosmtpd", [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l"]
    if program := shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/lib/postfix/sbin"):
        yield "smtp-sink", [program, "-u", "nobody"]


@contextlib.contextmanager
def running(name: str, command: list[str]) -> Iterator[int]:
    """Run a sink, give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    tail = [f"127.0.0.1:{port}", *(["128"] if name == "smtp-sink" else [])]
    process = subprocess.Popen(
        [*command, *tail], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def build(parts: dict[str, str]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Shop <shop@shop.example>"
    mail["To"] = "Maria Lopez <maria.lopez@customer.example>"
    mail["Subject"] = "Your order A-1042 is on its way"
    mail.set_content(parts["text"])
    if "html" in parts:
        mail.add_alternative(parts["html"], subtype="html")
    return mail


def send(parts: dict[str, str], port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example") as smtp:
        smtp.send_message(build(parts))


def median_seconds(call: Callable[[], object]) -> float:
    times = []
    for _ in range(CALLS):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    guard = Guard.recommended()
    print(f"\nThe send path, {ROUNDS} rounds of {CALLS} calls each in turn")
    for name, command in sinks():
        with running(name, command) as port:
            print(f"  build with EmailMessage and send with smtplib to {name}")
            for title, parts, limit in (
                ("2 kB text", text_mail(), 15),
                ("20 kB HTML", html_mail(CARD), 25),
                ("20 kB HTML, a table of short cells", html_mail(ROW), None),
            ):
                measure(guard, title, parts, port, limit if name == "aiosmtpd" else None)


def measure(guard: Guard, title: str, parts: dict[str, str], port: int, limit: int | None) -> None:
    raw = build(parts).as_bytes()
    calls: dict[str, Callable[[], object]] = {
        "build and send": lambda: send(parts, port),
        "Message.email": lambda: made(parts),
        "Message.email and evaluate": lambda: guard.evaluate(made(parts)),
        "Message.from_email": lambda: Message.from_email(raw),
    }
    for call in calls.values():
        call()
    rounds = []
    for _ in range(ROUNDS):
        found = {kind: median_seconds(call) for kind, call in calls.items()}
        found["evaluate"] = found["Message.email and evaluate"] - found["Message.email"]
        rounds.append(found)
    print(f"    {title} ({len(raw):,} bytes as MIME, {parts.get('html', '').count('<')} tags)")
    for kind in ("build and send", "evaluate", "Message.email", "Message.from_email"):
        seconds = statistics.median(r[kind] for r in rounds)
        share = 100 * statistics.median(r[kind] / r["build and send"] for r in rounds)
        wanted = f"  (at most {limit} %)" if limit and kind == "evaluate" else ""
        print(f"      {kind:20}{seconds * 1e6:9.0f} us   {share:5.1f} %{wanted}")


def made(parts: dict[str, str]) -> Message:
    """A new message each time: what a message has computed, it keeps."""
    return Message.email(
        sender="Shop <shop@shop.example>",
        to="Maria Lopez <maria.lopez@customer.example>",
        subject="Your order A-1042 is on its way",
        **parts,
    )


if __name__ == "__main__":
    main()
