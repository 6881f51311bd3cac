"""A line of a head as it is written anew, knowing for each piece where it was typed."""

from __future__ import annotations

from bisect import bisect_right

from msgspec import Struct


class Slip(Struct, frozen=True):
    """A place that was read as it was meant; the code is that of the Problem which says so."""

    code: str
    line: int  # of the head, from 0
    column: int  # of the line, from 0
    facts: tuple[tuple[str, str], ...] = ()


class Row:
    """One line in the making. Lines and columns count from 0."""

    def __init__(self) -> None:
        self.text = ""
        self.pieces: list[tuple[int, int, int]] = []  # column here, line and column as typed
        self.quotes: set[int] = set()  # columns here at which quotes begin that nobody typed

    def put(self, text: str, line: int, column: int) -> None:
        """Write ``text``, which was typed there, or stands for what was."""
        self.pieces.append((len(self.text), line, column))
        self.text += text

    def quote(self, text: str) -> None:
        """Write ``text`` in quotes, behind a piece that says where it was typed."""
        self.quotes.add(len(self.text))
        self.text += quoted(text)

    def copy(self) -> Row:
        made = Row()
        made.take(self)
        return made

    def take(self, other: Row) -> None:
        self.text, self.pieces, self.quotes = other.text, [*other.pieces], {*other.quotes}

    def typed_at(self, column: int) -> tuple[int, int] | None:
        """Where the sign at ``column`` was typed."""
        found = bisect_right(self.pieces, column, key=lambda piece: piece[0]) - 1
        if found < 0:
            return None
        start, line, typed = self.pieces[found]
        return line, typed + column - start


def quoted(text: str) -> str:
    """``text`` as a quoted scalar of YAML on one line."""
    if ('"' in text or "\\" in text) and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() or c == "　" else _escape(c) for c in escaped) + '"'


def _escape(character: str) -> str:
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return named.get(character, f"\\U{ord(character):08X}")
