"""The lines of a file, and a file whose head is written out as its reader understood it."""

from __future__ import annotations

import re

from bulletin.frontmatter import Parted
from bulletin.headvalue import by_name, item, words_of
from bulletin.keys import LISTS, Key
from bulletin.source import as_read
from bulletin.tree import Scalar
from bulletin.typedline import STRICT_FENCE

_LINE = re.compile(
    r"[^\r\n\x85\u2028\u2029]*(?:\r\n?|[\n\x85\u2028\u2029])|[^\r\n\x85\u2028\u2029]+"
)
LINE_END = re.compile(r"(?:\r\n?|[\n\x85\u2028\u2029])\Z")


def lines_of(text: str) -> tuple[list[str], list[str]]:
    """The lines with their ends, and what a reader sees of them."""
    lines = _LINE.findall(text)
    return lines, [as_read(line).removesuffix("\n") for line in lines]


def newline_of(lines: list[str]) -> str:
    found = LINE_END.search(lines[0]) if lines else None
    return found.group() if found else "\n"


class Written:
    """A file whose head is written out as its reader understood it."""

    def __init__(self, text: str, found: Parted, schema: tuple[Key, ...]) -> None:
        assert found.front
        assert found.cut
        self.lines, self.clean = lines_of(text)
        self.newline = newline_of(self.lines)
        self.cut, self.rows = found.cut, found.mended.rows if found.mended else ()
        # A list typed as one text must not be put into quotes, which would make it one word.
        entries = by_name(found.front, schema)
        lists = {key.name for key in schema if key.shape in LISTS}
        words = {name: words_of(e.value) for name, e in entries.items() if name in lists}
        self.lists = {entries[name].line - 1: (entries[name], w) for name, w in words.items() if w}

    def text(self) -> str:
        lines, cut = self.lines, self.cut
        mark = "\ufeff" if lines[0].startswith("\ufeff") else ""
        opening = [n for n in range(cut.above, cut.start) if self.clean[n].strip()]
        above = lines[: cut.above]
        before = [self._fence(n) if n in opening else lines[n] for n in range(cut.above, cut.start)]
        if not opening:
            before.append("---" + self.newline)
        head = [line for n in range(cut.start, cut.end) for line in self._row(n)]
        behind = self._behind()
        all_lines = [*before, *head, *behind, *above, *self._below()]
        ended = [line if LINE_END.search(line) else line + self.newline for line in all_lines[:-1]]
        made = "".join([*ended, *all_lines[-1:]])
        return mark + made.replace("\ufeff", "", 1) if mark else made

    def _behind(self) -> list[str]:
        cut = self.cut
        if cut.body > cut.end:
            return [self._fence(cut.end)]
        return ["---" + self.newline]

    def _below(self) -> list[str]:
        lines = self.lines[self.cut.body :]
        if not self.cut.column:
            return lines
        ends = [LINE_END.search(line) for line in lines]
        below = [
            text + (end.group() if end else "")
            for text, end in zip(self.cut.below(self.clean), ends, strict=True)
        ]
        return below[0 if below[0].strip() else 1 :]  # «正文:» alone

    def _fence(self, number: int) -> str:
        if STRICT_FENCE.fullmatch(self.clean[number]):
            return self.lines[number]
        found = LINE_END.search(self.lines[number])
        return "---" + (found.group() if found else "")

    def _row(self, number: int) -> list[str]:
        if not self.rows or self.rows[number - self.cut.start].text == self.clean[number]:
            return [self.lines[number]]
        row = self.rows[number - self.cut.start]
        if not row.text and self.clean[number].strip():
            return []  # joined with the line above
        text = row.text
        if number in self.lists and row.quotes:
            entry, words = self.lists[number]
            if isinstance(entry.value, Scalar):
                key = text[: min(row.quotes)]
                text = f"{key}[{', '.join(item(word) for word in words)}]"
        found = LINE_END.search(self.lines[number])
        return [text + (found.group() if found else self.newline)]
