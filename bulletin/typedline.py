"""What the lines of a head look like as people type them: keys, bullets, fences, blanks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from bulletin.text import fold


class Meant(Struct, frozen=True, eq=False):
    """What is known of a name that may be a key."""

    inner: Mapping[str, Meant] = {}  # the names of the mappings inside its value
    # Whether its value may go on in the next line: text, words (behind a comma), or not ("").
    wraps: str = "text"
    words: bool = False  # whether it is a list of words
    day: bool = False  # whether it is a day or a moment
    choices: frozenset[str] = frozenset()  # folded, all that it may be, if that is closed


# The folded names that may be keys.
Names = Mapping[str, Meant]
NO_NAMES: Names = {}
# What people type where the body begins, as if it were a key.
BODIES = frozenset({"正文", "内容", "body", "content"})
ANY = "*"  # instead of these: whatever is typed

BLANKS = " \t\u3000\xa0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
COLONS = ":：∶﹕"
QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'(?!')", re.DOTALL)
_BARE = re.compile(r"(?=.{1,20}$)[^\W\d][\w-]*(?:[ \u3000][\w-]+)*")
_COLON = re.compile(f"[{COLONS}]")
_NO_KEY = tuple("[]{}［］｛｝,#&*!|>%@`\"'")
BULLET = re.compile(r"-(?:[ \t]+|$)")
ODD_BULLET = re.compile(rf"(?:[-－–—−]{{1,2}}|[•·●◆■*])[{BLANKS}]*(?=[^\s{BLANKS}])")
# Three of them or more; dashes other than - look long enough as two.
FENCE = re.compile(rf"[{BLANKS}]*(?:-{{3,}}|-{{2}}|[-－—–―─━−‐‑‒﹣]{{2,}})[{BLANKS}]*")
STRICT_FENCE = re.compile(r"---[ \t]*")


class KeyPart(Struct, frozen=True):
    """The key at the beginning of a line; ends count from its first character."""

    name: str  # as typed, quotes included
    colon: int
    value: int  # where the value starts
    form: str  # strict, full (：), tight (no blank behind the colon) or sign (another one: ；)


def key_part(text: str) -> KeyPart | None:
    """The key with which ``text`` starts, which is a line without its indent."""
    if quoted := QUOTED.match(text):
        after = len(text) - len(text[quoted.end() :].lstrip(BLANKS))
        if after < len(text) and text[after] in COLONS and quoted.group():
            return _part(text, quoted.group(), after, _form(text, after))
        return None
    for found in _COLON.finditer(text):
        before = text[: found.start()].rstrip(BLANKS)
        form = _form(text, found.start())
        bare = _BARE.fullmatch(before)
        if form == "strict":
            is_key = before and not before.startswith(_NO_KEY) and not BULLET.match(before + " ")
            return _part(text, before, found.start(), form) if is_key else None
        address = text.startswith("//", found.end())
        if bare and not address and (form == "full" or " " not in before):
            return _part(text, before, found.start(), form)
    return None


def _form(text: str, colon: int) -> str:
    if text[colon] != ":":
        return "full"
    return "strict" if text[colon + 1 : colon + 2] in ("", " ", "\t") else "tight"


def _part(text: str, name: str, colon: int, form: str) -> KeyPart:
    rest = text[colon + 1 :]
    # A full-width blank behind «: » is part of the value to YAML, and does no harm there.
    rest = rest.lstrip(" \t" if form == "strict" else BLANKS)
    return KeyPart(name, colon, len(text) - len(rest), form)


def is_inner(name: str, inner: Names) -> bool:
    """Whether ``name`` may be a key of a mapping whose keys are ``inner``."""
    return ANY in inner or fold(name) in inner


def is_body(name: str, names: Names) -> bool:
    """Whether a key is a word for the body, and no key of its own."""
    folded = fold(name).strip("\"'")
    return folded in BODIES and bool(names) and folded not in names


def starts_with_name(text: str, names: Names) -> bool:
    """Whether the first word of a line is a key whose colon was forgotten: date 2024-08-05."""
    return fold(re.split(rf"[{BLANKS}]", text, maxsplit=1)[0]) in names


def width(blanks: str) -> int:
    """How far a line is indented; a tab and a full-width blank count as two."""
    return sum(2 if blank in "\t\u3000" else 1 for blank in blanks)
