"""Domains at which each mailbox is a household of its own."""

from __future__ import annotations

# The large consumer providers, of many countries; a company's domain is never here.
_FREEMAIL = frozenset(
    {
        *("126.com", "139.com", "163.com", "abv.bg", "aim.com", "aol.com", "arcor.de"),
        *("bellsouth.net", "bigpond.com", "bluewin.ch", "bol.com.br", "btinternet.com"),
        *("centrum.cz", "charter.net", "comcast.net", "cox.net", "daum.net", "earthlink.net"),
        *("email.cz", "email.de", "fastmail.com", "fastmail.fm", "free.fr", "freenet.de"),
        *("gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com"),
        *("hanmail.net", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.es"),
        *("hotmail.fr", "hotmail.it", "hushmail.com", "icloud.com", "inbox.com", "inbox.lv"),
        *("interia.pl", "juno.com", "laposte.net", "libero.it", "live.co.uk", "live.com"),
        *("live.fr", "live.nl", "mac.com", "mail.com", "mail.de", "mail.ru", "me.com", "msn.com"),
        *("naver.com", "netscape.net", "o2.pl", "onet.pl", "optonline.net", "orange.fr"),
        *("outlook.com", "outlook.de", "outlook.es", "outlook.fr", "pm.me", "posteo.de"),
        *("proton.me", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com"),
        *("rocketmail.com", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.com"),
        *("skynet.be", "sympatico.ca", "t-online.de", "telus.net", "terra.com.br", "tin.it"),
        *("tuta.com", "tutanota.com", "ukr.net", "uol.com.br", "verizon.net", "virgilio.it"),
        *("vodafone.it", "wanadoo.fr", "web.de", "wp.pl", "xs4all.nl", "yahoo.ca"),
        *("yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.com.au"),
        *("yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com"),
        *("yandex.ru", "ymail.com", "ziggo.nl", "zoho.com"),
    }
)


def is_freemail(domain: str) -> bool:
    """Tell whether a canonical domain belongs to a large consumer mail provider.

    >>> is_freemail("gmail.com"), is_freemail("shop.example")
    (True, False)
    """
    return domain in _FREEMAIL
