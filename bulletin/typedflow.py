"""Lists and mappings in brackets as Chinese typists write them → as YAML has them.

[密云，‘甲’]、｛src：a.jpg，alt：开班现场｝ and the like: full-width brackets, colons, commas, and texts
that hold signs of YAML. What comes out knows for each piece where it was typed.
"""

from __future__ import annotations

import re

from bulletin.typedline import QUOTED
from bulletin.typedrow import Row
from bulletin.yamltree import MAX_DEPTH

_OPEN_LIST, _CLOSE_LIST = "[［", "]］"
_OPEN_MAP, _CLOSE_MAP = "{｛", "}｝"
_COMMAS, _COLONS = ",，", ":：∶﹕"
_BLANKS = " \t\n\u3000\xa0"
# What may stand between brackets without quotes, whatever is around it.
_SAFE = re.compile(r"[^\W_](?:[\w.+%（）《》“”‘’、；。！？…—·-]|，| (?=\w)|:(?=[\d/])|/)*")
_PAIR_OR_END = re.compile(
    rf"[,，][{_BLANKS}]*[\"']?[^\W\d][\w-]{{0,20}}[\"']?[{_BLANKS}]*[:：∶﹕]|[,，][{_BLANKS}]*[}}｝]"
)


class _NotFlowError(Exception):
    """The text is no list or mapping, however kindly one looks."""


def mend_flow(text: str, row: Row, line: int, column: int) -> bool:
    """Write the list or mapping ``text``, typed from ``line`` and ``column``, into ``row``.

    False, and nothing written, where it is none: text behind its closing bracket, none at all.
    """
    made = row.copy()
    reader = _Reader(text, made, line, column)
    try:
        reader.value("")
        reader.blanks()
    except _NotFlowError:
        return False
    if reader.at < len(text):
        return False
    row.take(made)
    return True


class _Reader:
    def __init__(self, text: str, row: Row, line: int, column: int) -> None:
        self.text, self.at, self.row = text, 0, row
        self.line, self.column = line, column
        self.depth = 0

    def next(self) -> str:
        if self.at >= len(self.text):
            raise _NotFlowError
        return self.text[self.at]

    def blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _BLANKS:
            self.at += 1

    def put(self, text: str, at: int) -> None:
        """Write what was typed at ``at``."""
        before = self.text[:at]
        lines = before.count("\n")
        column = at - before.rfind("\n") - 1 if lines else self.column + at
        self.row.put(text, self.line + lines, column)

    def value(self, ends: str) -> None:
        self.blanks()
        sign = self.next()
        if sign in _OPEN_LIST + _OPEN_MAP:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise _NotFlowError
            if sign in _OPEN_LIST:
                self.sequence()
            else:
                self.mapping()
            self.depth -= 1
        elif found := QUOTED.match(self.text, self.at):
            self.put(found.group(), self.at)
            self.at = found.end()
        else:
            self.bare(ends)

    def bare(self, ends: str) -> None:
        """A text without quotes, up to one of ``ends`` that parts it from what follows."""
        start = self.at
        while self.next() not in ends or not self.parts(ends):
            if self.text[self.at] in "[]{}" or (ends == _COLONS and self.text[self.at] in _COMMAS):
                raise _NotFlowError
            self.at += 1
        typed = self.text[start : self.at].strip(_BLANKS)
        if not typed:
            return
        if _SAFE.fullmatch(typed):
            self.put(typed, start)
        else:
            self.put("", start)
            self.row.quote(typed)

    def parts(self, ends: str) -> bool:
        """Whether the sign here ends a text; in a mapping a comma must have a pair behind it."""
        sign = self.text[self.at]
        if sign not in _COMMAS or _CLOSE_MAP[0] not in ends:
            return True
        return bool(_PAIR_OR_END.match(self.text, self.at))

    def sequence(self) -> None:
        self.put("[", self.at)
        self.at += 1
        number = 0
        while True:
            self.blanks()
            if self.next() in _CLOSE_LIST:
                break
            if self.text[self.at] in _COMMAS:
                self.at += 1
                continue
            if number:
                self.put(", ", self.at)
            self.value("," + _CLOSE_LIST)
            number += 1
        self.put("]", self.at)
        self.at += 1

    def mapping(self) -> None:
        self.put("{", self.at)
        self.at += 1
        number = 0
        while True:
            self.blanks()
            if self.next() in _CLOSE_MAP:
                break
            if self.text[self.at] in _COMMAS:
                self.at += 1
                continue
            if number:
                self.put(", ", self.at)
            self.key()
            self.blanks()
            if self.next() in _COMMAS + _CLOSE_MAP:  # src: , alt: …
                self.put('""', self.at)
            else:
                self.value(_COMMAS + _CLOSE_MAP)
            number += 1
        self.put("}", self.at)
        self.at += 1

    def key(self) -> None:
        if found := QUOTED.match(self.text, self.at):
            self.put(found.group(), self.at)
            self.at = found.end()
        else:
            self.bare(_COLONS)
        self.blanks()
        if self.next() not in _COLONS:
            raise _NotFlowError
        self.row.put(": ", self.line, self.column + self.at)
        self.at += 1
