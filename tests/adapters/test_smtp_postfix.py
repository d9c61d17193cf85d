"""The guarded client before a Postfix of its own, which relays to the sink."""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sendguard import MessageBlocked
from sendguard.adapters import smtp

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

pytestmark = [
    pytest.mark.skipif(POSTFIX is None, reason="POSTFIX IS NOT INSTALLED: no test with a real MTA"),
    pytest.mark.skipif(os.geteuid() != 0, reason="NOT ROOT: Postfix cannot be started for a test"),
]

MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/log
maillog_file_prefixes = {root}
myhostname = relay.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions =
    check_recipient_access inline:{{{{gone@north.example = 550 5.1.1 gone}}}},
    permit_mynetworks, reject
relayhost = [127.0.0.1]:{sink}
smtp_dns_support_level = disabled
alias_maps =
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def _postfix(config: Path, command: str) -> None:
    done = subprocess.run(
        [str(POSTFIX), "-c", str(config), command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def postfix_port(smtp_sink) -> Iterator[int]:
    # Not in tmp_path: Postfix gives its rights away and then cannot pass a folder that is root's.
    root = Path(tempfile.mkdtemp(prefix="sendguard-postfix-"))
    root.chmod(0o755)
    config = root / "config"
    port = _free_port()
    for folder in (config, root / "queue", root / "data"):
        folder.mkdir()
    shutil.chown(root / "data", "postfix")
    (config / "main.cf").write_text(MAIN.format(root=root, sink=smtp_sink.port))
    (config / "master.cf").write_text(MASTER.format(port=port))
    try:
        _postfix(config, "start")
        try:
            yield port
        finally:
            _postfix(config, "stop")
    finally:
        shutil.rmtree(root)


def test_mail_passes_a_real_server_and_refusals_never_reach_it(
    postfix_port, smtp_sink, guard, recorder
):
    data = b"From: shop@shop.example\r\nSubject: Hi\r\n\r\n.dot\r\nOn its way.\r\n"
    with smtp.SMTP("127.0.0.1", postfix_port, guard=guard) as client:
        with pytest.raises(MessageBlocked):
            client.sendmail("shop@shop.example", "m@north.example", b"Subject: stop\r\n\r\n")
        assert client.sendmail(
            "shop@shop.example", ["Maria <m@north.example>", "gone@north.example"], data
        ) == {
            "gone@north.example": (
                550,
                b"5.1.1 <gone@north.example>: Recipient address rejected: gone",
            )
        }
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("shop@shop.example", "gone@north.example", data)
    arrived = smtp_sink.next()
    assert (arrived.mail_from, arrived.rcpt_tos) == ("shop@shop.example", ["m@north.example"])
    assert arrived.data.endswith(b"\r\n\r\n.dot\r\nOn its way.\r\n")
    assert smtp_sink.received == [arrived]
    assert recorder.kinds == ["blocked", "admitted", "sent", "admitted", "failed"]


def test_the_address_that_was_judged_is_the_one_that_is_relayed(
    postfix_port, smtp_sink, guard, recorder
):
    given = [
        '"a@good.example x"@other.example',
        "Maria <maria@north.example>",
        '"Lopez, Maria" <maria@north.example>',
        "maria@[192.0.2.1]",
        "o'hara+news@north.example",
    ]
    with smtp.SMTP("127.0.0.1", postfix_port, guard=guard) as client:
        for address in given:
            client.sendmail("shop@shop.example", address, b"Subject: Hi\r\n\r\nHi\r\n")
            judged = [r.address for r in recorder.events[-1].message.recipients]
            assert smtp_sink.next().rcpt_tos == judged
