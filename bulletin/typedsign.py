"""Lines that name an item of the head, but with another sign than a colon behind the name.

状态；草稿 must never be taken for more of the title above it: a draft would be published.
"""

from __future__ import annotations

import re

from msgspec import Struct

from bulletin.problem import both
from bulletin.text import fold
from bulletin.typedline import BLANKS, BULLET, COLONS, KeyPart, Meant, Names, key_part

_LEAD = re.compile(r"[\W\d_]+")
_HEAD = re.compile(rf"(?:(?![ːˑ])[\w{BLANKS}])*")
_SIGNS = re.compile(r"[；;﹔=＝]+|[，,。｡.．、﹑]|[—–―─－-]{1,3}")
_SURE = "；;﹔=＝"  # nobody goes on with these behind the name of an item
_OPENING = "（(“\"‘'《〈「『【[［"
_SHORT = re.compile(rf"([\u4e00-\u9fff]{{2,4}})[{BLANKS}]*[{_SURE}]+[{BLANKS}]*(?=\w)")
_DAY = re.compile(r"[\d０-９]{4}[-/.年]?[\d０-９]{1,2}\D?")
_LONGEST = 20  # characters of a name


class Sign(Struct, frozen=True):
    """An item that a line seems to be, however it was typed."""

    name: str  # as typed
    value: str
    part: KeyPart | None = None  # how to read the line; None where a person has to say
    sign: str = ""
    sure: bool = True  # False where the line could also go on from the one above

    @property
    def detail(self) -> str:
        """What to say of it, for B203."""
        name, value = self.name, self.value
        shown = value if 0 < len(value) <= _LONGEST else "…"
        return both(
            f"这一行像是“{name}”这一项，名称后面要用冒号：“{name}: {shown}”；"
            "要是接着上一行的，就写在同一行里",
            f"the line looks like the key {name}, which needs a colon: «{name}: {shown}»; "
            "if it goes on from the line above, write both in one line",
        )


def sign_of(text: str, names: Names) -> Sign | None:
    """The item that a line without its indent seems to be, if it has no colon that says so."""
    if not names or key_part(text) or BULLET.match(text):
        return None
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    head = _HEAD.match(text, start)
    typed = head.group().strip(BLANKS) if head else ""
    if typed and len(typed) <= _LONGEST and (meant := names.get(fold(typed))):
        return _behind(text, start, typed, meant)
    first = re.split(rf"[{BLANKS}]", typed, maxsplit=1)[0]
    if start and (meant := names.get(fold(first))):
        return Sign(first, _bare(text[start + len(first) :]), sure=_fits(text, meant))
    return _without(text[start:], names) or (None if start else _unknown(text, names))


def _behind(text: str, start: int, name: str, meant: Meant) -> Sign | None:
    """A name with something behind it that is no letter."""
    end = start + len(name)
    rest = text[end:].lstrip(BLANKS)
    if start:
        closed = not rest or rest[0] in COLONS + _SURE or not rest[0].isalnum()
        return Sign(name, _bare(rest), sure=closed)
    found = _SIGNS.match(rest)
    value = rest[found.end() :].strip(BLANKS) if found else _bare(rest)
    fits = _fits(value, meant)
    if not found or not value:
        if not rest or (rest[0] in _OPENING and meant.wraps and not fits):
            return None
        return Sign(name, value, sure=fits)
    sign = found.group()
    if sign[0] not in _SURE and not fits:
        return Sign(name, value, sure=False)
    at = len(text) - len(rest)
    place = at + found.end() + len(rest[found.end() :]) - len(rest[found.end() :].lstrip(BLANKS))
    return Sign(name, value, KeyPart(name, at, place, "sign"), sign)


def _fits(value: str, meant: Meant) -> bool:
    """Whether a value can be nothing but one of this item."""
    if meant.day:
        return _DAY.match(_bare(value)) is not None
    return fold(_bare(value)) in meant.choices


def _bare(text: str) -> str:
    """A text without the signs around it."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", text)


def _without(text: str, names: Names) -> Sign | None:
    """状态草稿、日期2026-11-20: a name with its value and nothing between."""
    for length in range(min(len(text) - 1, _LONGEST), 0, -1):
        meant = names.get(fold(text[:length]))
        value = text[length:].lstrip("是为" + BLANKS) if meant else ""
        if meant and _fits(value, meant):
            return Sign(text[:length], _bare(value))
    return None


def _unknown(text: str, names: Names) -> Sign | None:
    """审核；李四: a short name that nobody knows; 草稿: a word that stands for a value."""
    if found := _SHORT.match(text):
        return Sign(found[1], text[found.end() :].strip(BLANKS), sure=False)
    for name, meant in names.items():
        if meant.choices and fold(text) in meant.choices:
            return Sign(name, text, sure=False)
    return None
