"""Line endings in which one mail server may see the end of a message and another may not.

Source: CVE-2023-51764 and its kin; RFC 5321 §4.1.1.4.
"""

from __future__ import annotations

import re

_LONE_DOT = re.compile(rb"(\r\n|\n|\r)\.(?=(\r\n|\n|\r))")

SMUGGLING = "A lone dot stands between mixed line endings, which may end the message on its way."


def has_smuggling(data: bytes) -> bool:
    r"""Whether a line with only a dot is set off by anything but the source's own line endings.

    A source whose first line ends with a bare LF is a file on a disk: its lines become CRLF when it
    is sent, so ``\n.\n`` means nothing there.

    >>> has_smuggling(b"A: b\r\n\r\nx\n.\r\nMAIL FROM:<a@b>"), has_smuggling(b"A: b\n\nx\n.\ny")
    (True, False)
    """
    if b"\r" not in data:
        return False
    first = data.find(b"\n")
    native = {(b"\r\n", b"\r\n")}
    if first >= 0 and data[first - 1 : first] != b"\r":
        native.add((b"\n", b"\n"))
    return any((found[1], found[2]) not in native for found in _LONE_DOT.finditer(data))
