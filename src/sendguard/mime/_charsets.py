"""Names of charsets as mail clients and browsers understand them.

Source: WHATWG Encoding §4.2 (labels), which reads Latin-1 as Windows-1252 and GB 2312 as GB 18030.
Only the codecs in this table are ever used: Python's others (punycode, zip, idna) are no charsets,
and some take quadratic time.
"""

from __future__ import annotations

import re

_CODECS = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "utf-16": "utf-16 ucs-2 iso-10646-ucs-2 unicode",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be unicodefffe",
    "utf-32": "utf-32",
    "utf-7": "utf-7 unicode-1-1-utf-7",  # no longer in browsers, still in mail clients
    "cp1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1"
    " iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 latin-1 us-ascii windows-1252 x-cp1252",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9"
    " iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "cp866": "866 cp866 csibm866 ibm866",
    "cp437": "cp437 ibm437",
    "cp850": "cp850 ibm850",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2"
    " iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5",
    "iso8859-6": "arabic asmo-708 csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i"
    " iso-ir-127 iso8859-6 iso88596 iso_8859-6",
    "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7"
    " iso88597 iso_8859-7 sun_eu_greek",
    "iso8859-8": "csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-8859-8-i iso-ir-138"
    " iso8859-8 iso88598 iso_8859-8 logical visual",
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 latin9 latin-9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb18030 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58"
    " x-gbk cp936 windows-936 euc-cn x-euc-cn",
    "hz": "hz-gb-2312",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp_ext": "csiso2022jp iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3",
    "iso2022_kr": "csiso2022kr iso-2022-kr",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis cp932",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989"
    " ksc5601 ksc_5601 windows-949 cp949",
}
_BY_LABEL = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HTML_HEAD = 1024  # bytes; HTML §13.2.3.2, "prescan a byte stream"
_META = re.compile(rb"""<meta\b[^>]*?\bcharset\s*+=\s*+["']?\s*+([\w.:-]++)""", re.IGNORECASE)


def codec_of(label: str | None) -> str | None:
    """Python's name for a charset, or None for one that no mail client knows.

    >>> codec_of("ISO-8859-1"), codec_of("punycode")
    ('cp1252', None)
    """
    return _BY_LABEL.get(label.strip(" \t\"'").lower()) if label else None


def codec_for_text(content: bytes, label: str | None, *, html: bool = False) -> str:
    """The codec that a client reads the content with.

    A byte order mark wins, then the label of the header, then ``<meta charset>``; without any,
    UTF-8 where the content is UTF-8, else Windows-1252.
    """
    codec = codec_of(label)
    for mark, marked in _MARKS:
        # A declared UTF-16 takes care of its own mark.
        if content.startswith(mark) and codec not in ("utf-16", "utf-32"):
            return marked
    if codec is None and html and (meta := _META.search(content[:_HTML_HEAD])):
        codec = codec_of(meta[1].decode("ascii", "replace"))
        if codec is not None and codec.startswith("utf-16"):
            codec = "utf-8"  # a document whose <meta> can be read as ASCII is not in UTF-16
    if codec is not None:
        return codec
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(content: bytes, codec: str) -> str:
    """The text, with U+FFFD for what does not decode, without a byte order mark."""
    return content.decode(codec, "replace").removeprefix("\ufeff")


def decode_guessed(content: bytes) -> str:
    """Bytes of a header without a charset: UTF-8 where they are, else Windows-1252."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
