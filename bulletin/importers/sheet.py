"""What a file says before import understands it, whatever it was: text, Word or PDF."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bulletin.importers.blocks import Line
from bulletin.importers.page import Page, read_page, read_page_lines
from bulletin.problem import Problem
from bulletin.vocabulary import Vocabulary


class Sheet(Struct, frozen=True):
    """The contents of a file: a text, or the lines that a reader of another form made of it."""

    text: str = ""
    lines: tuple[Line, ...] = ()
    pictures: Mapping[str, bytes] = {}  # by the names that lines have for them
    problems: tuple[Problem, ...] = ()  # warnings; where nothing can be read, errors

    def page(self, vocabulary: Vocabulary, path: str) -> Page:
        if self.text:
            return read_page(self.text, vocabulary, path)
        return read_page_lines(self.lines, vocabulary, path)
