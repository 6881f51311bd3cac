"""Addresses of the site: which names may stand in one, and how a path is written in a link.

A *path* is relative to the site's root, in NFC, without a leading slash: a page's path ends
with / (``news/2024/08/05/academy/``), a file's does not.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

from bulletin.problem import both
from bulletin.text import nfc

MAX_BYTES = 255  # of a file name on every common file system
# Windows keeps these names for devices, whatever the ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_RESERVED = frozenset({"index.html"})
_LEADING_DATE = re.compile(r"\A(?:\d{4}[-_.]?\d{1,2}[-_.]?\d{1,2}|\d{8})[-_. ]*")


@lru_cache(maxsize=8192)
def href(path: str) -> str:
    """``path`` percent-encoded for a link; /, letters and the marks of RFC 3986 stay."""
    return quote(path, safe="/~!$'()*,;=:@&+-._")


def output_file(path: str) -> str:
    """The file in site/ that answers for ``path``."""
    return path + "index.html" if path.endswith("/") or not path else path


def fault_of_name(name: str) -> str | None:
    """Why ``name`` cannot be one segment of an address (a fact in both languages), or None."""
    faults = (
        (not name.strip(), both("它是空的", "it is empty")),
        ("%" in name, both("里面有 %", "it holds %")),
        ("/" in name or "\\" in name, both("里面有斜杠", "it holds a slash")),
        (not name.isprintable(), both("里面有控制字符", "it holds control characters")),
        (
            any(c in name for c in '?#<>:"|*'),
            both("里面有 ? # 一类符号", "it holds ? # or the like"),
        ),
        (len(nfc(name).encode()) > MAX_BYTES, both("太长了", "it is too long")),
    )
    return next((reason for wrong, reason in faults if wrong), None) or fault_of_stem(name)


def fault_of_stem(name: str) -> str | None:
    """As ``fault_of_name``, for the name of a file that is there: it may hold ? and #."""
    faults = (
        (name.startswith("."), both("以点开头", "it starts with a dot")),
        (name != name.rstrip(". "), both("以点或空格结尾", "it ends with a dot or blank")),
        (name != name.lstrip(), both("以空格开头", "it starts with a blank")),
        (bool(_DEVICES.fullmatch(name)), both("是系统保留的名字", "it is a reserved name")),
        (name.lower() in _RESERVED, both("是网站保留的名字", "the site keeps that name")),
    )
    return next((reason for wrong, reason in faults if wrong), None)


def read_alias(typed: str) -> tuple[str, str | None]:
    """An old address as a path, with the reason why it cannot be one, if so."""
    text = nfc(typed.strip())
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|//", text):
        return "", both("要写网站里的地址", "it must lie inside this site")
    path = text.removeprefix("/")
    if not path:
        return "", both("它是空的", "it is empty")
    segments = path.removesuffix("/").split("/")
    for segment in segments:
        if reason := fault_of_name(segment):
            if segment.lower() in _RESERVED and segment is segments[-1] and len(segments) > 1:
                return path.removesuffix(segment), None
            return "", reason
    ending = segments[-1].lower().endswith((".html", ".htm"))
    return (path if ending or path.endswith("/") else path + "/"), None


def slug_of_stem(stem: str) -> tuple[str, bool]:
    """The slug that a file's name gives, and whether it is only a number for a Chinese name.

    The date in front is taken off. A name that is not ASCII gives a digest of what is left, so
    the address stays when the file's front matter or text changes.
    """
    name = name_of_stem(stem)
    if name.isascii() and "\\" not in name:
        return name, False
    return hashlib.blake2b(name.encode(), digest_size=4).hexdigest(), True


def name_of_stem(stem: str) -> str:
    """A file's name without the date in front."""
    return _LEADING_DATE.sub("", nfc(stem), count=1).strip() or nfc(stem)


def collision_key(path: str) -> str:
    """Equal for paths that some file system or person would take for one."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())
