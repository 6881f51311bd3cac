"""What front matter and settings are once they are read: a tree of texts that know their places.

``014`` stays ``014`` and ``no`` stays ``no``: what a value means is decided by whoever asked
for the key.
"""

from __future__ import annotations

import re

from msgspec import Struct


class Scalar(Struct, frozen=True):
    text: str
    line: int
    column: int
    quoted: bool


class Sequence(Struct, frozen=True):
    items: tuple[Node, ...]
    line: int
    column: int


class Mapping(Struct, frozen=True):
    entries: tuple[Entry, ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        return next((entry.value for entry in self.entries if entry.key == key), None)


class Entry(Struct, frozen=True):
    key: str
    value: Node
    line: int
    column: int


Node = Scalar | Sequence | Mapping
LIMIT_KB = 64  # of front matter


class FrontMatter(Struct, frozen=True):
    """The head of a Markdown file, and what is below it."""

    entries: tuple[Entry, ...]
    body: str
    body_line: int  # line of the file on which the body starts


_BRACKETED = re.compile(r"[\[［【]([^\[\]［］【】]*)[\]］】]")
_SEPARATORS = re.compile(r"[、，,;；|｜]")
_SEPARATORS_AND_BLANKS = re.compile(r"[、，,;；|｜/／\s]")


def unbracketed(text: str) -> str:
    """A list that was typed as one text in full-width brackets, without them: 【工会、法律】."""
    found = _BRACKETED.fullmatch(text.strip())
    return found[1] if found else text


def separate(text: str, blanks: bool = False) -> list[str]:
    """The parts of a list that was typed as one text: 工会、法律; with ``blanks``, 工会 法律."""
    pattern = _SEPARATORS_AND_BLANKS if blanks else _SEPARATORS
    return [part.strip() for part in pattern.split(text) if part.strip()]
