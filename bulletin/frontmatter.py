"""Front matter → entries with their places, and the body; the only module that knows python-frontmatter.

The library splits and parses by a handler that it is given; ours keeps every value as text and
every line number, and reads badly typed front matter as it was meant.
"""

from __future__ import annotations

import re

import frontmatter
import msgspec
from frontmatter.default_handlers import BaseHandler
from msgspec import Struct

from bulletin.fences import Cut, cuts
from bulletin.keys import shape_of
from bulletin.lenient import read_typed
from bulletin.problem import Problem, has_errors, problem
from bulletin.source import Source
from bulletin.text import visible
from bulletin.tree import LIMIT_KB, Entry, FrontMatter, Mapping, Node
from bulletin.typedhead import Mended
from bulletin.typedline import FENCE, NO_NAMES, Names, is_body

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


class _TextOnly(BaseHandler):
    """Hands the library what it asks for, and keeps what it has no place for: lines, Problems.

    ``parts`` are head and body; ``first_line`` is the line of the file on which the head starts.
    """

    def __init__(self, parts: tuple[str, str], path: str, first_line: int, names: Names) -> None:
        self.parts, self.path, self.first_line, self.names = parts, path, first_line, names
        self.entries: tuple[Entry, ...] = ()
        self.problems: list[Problem] = []
        self.mended: Mended | None = None

    def split(self, text: str) -> tuple[str, str]:
        return self.parts

    def load(self, fm: str) -> dict[str, Node]:
        node, self.problems, self.mended = read_typed(fm, self.path, self.first_line, self.names)
        if node is not None and not isinstance(node, Mapping):
            found, shown = shape_of(node), fm.split("\n")[node.line - self.first_line]
            self.problems.append(
                problem("B204", self.path, node.line, node.column, shown, found=found)
            )
        self.entries = node.entries if isinstance(node, Mapping) else ()
        return {entry.key: entry.value for entry in self.entries}


class Parted(Struct, frozen=True):
    """A file as it was read, and how."""

    front: FrontMatter | None  # None where it could not be told from the body
    problems: list[Problem]
    cut: Cut | None = None
    mended: Mended | None = None


def read_front_matter(
    source: Source, names: Names = NO_NAMES
) -> tuple[FrontMatter | None, list[Problem]]:
    """The front matter and body of a source; None where it could not be told from the body.

    ``names`` are the keys that may be meant (``keys.names_of``); they decide where a line could
    be a key or go on from the line above.
    """
    found = parted(source, names)
    return found.front, found.problems


def parted(source: Source, names: Names) -> Parted:
    """As ``read_front_matter``, with what was mended."""
    text = source.text
    start = len(text) - len(text.lstrip())
    line_end = text.find("\n", start)
    opened = text[start : line_end if line_end >= 0 else len(text)]
    closing = _FENCE.search(text, line_end + 1) if opened.rstrip() == "---" else None
    if not closing or line_end < 0:
        return _likeliest(source, names, None)
    first = text.count("\n", 0, start)
    if closing.start() - start > LIMIT_KB * 1024:
        return Parted(None, [_too_long(source, first)])
    end = text.count("\n", 0, closing.start())
    parts = text[line_end + 1 : closing.start()], text[closing.end() :]
    strict = _read(source, parts, Cut(first + 1, end, end + 1), names)
    worded = strict.front and any(is_body(entry.key, names) for entry in strict.front.entries)
    if not strict.problems and not worded:
        return strict
    fences = any(map(FENCE.fullmatch, parts[0].split("\n")))
    return (
        _likeliest(source, names, strict)
        if fences or worded or _unread(strict.problems)
        else strict
    )


def _read(source: Source, parts: tuple[str, str], cut: Cut, names: Names) -> Parted:
    """Head and body as the library hands them back; the body starts at the end of a line."""
    handler = _TextOnly(parts, source.path, cut.start + 1, names)
    _, body = frontmatter.parse(source.text, handler=handler)
    # The library strips the body, so its first line is found by what is left of it.
    skipped = len(parts[1]) - len(parts[1].lstrip())
    body_line = cut.body + parts[1].count("\n", 0, skipped)
    front = FrontMatter(handler.entries, str(body), body_line)
    return Parted(front, handler.problems, cut, handler.mended)


def _likeliest(source: Source, names: Names, strict: Parted | None) -> Parted:
    """The first way to part head and body that can be read; else what is wrong with the first."""
    lines = source.text.split("\n")
    fallback = strict
    for cut in cuts(lines, names, LIMIT_KB * 1024):
        if len(cut.head(lines)) > LIMIT_KB * 1024:
            return Parted(None, [_too_long(source, cut.start - 1)])
        found = _read_cut(source, cut, lines, names)
        if not _unread(found.problems):
            return found
        fallback = fallback or found
    return fallback or Parted(None, [_no_head(source, lines)])


def _read_cut(source: Source, cut: Cut, lines: list[str], names: Names) -> Parted:
    # The body in as many lines as the file, so that its lines keep their numbers.
    blank = [""] * (cut.body - cut.above)
    below = "\n".join(["", *lines[: cut.above], *blank, *cut.below(lines)])
    found = _read(source, (cut.head(lines), below), msgspec.structs.replace(cut, body=0), names)
    told = [
        problem(s.code, source.path, s.line + 1, s.column + 1, lines[s.line], **dict(s.facts))
        for s in cut.slips
    ]
    problems = sorted([*told, *found.problems], key=lambda p: (p.line, p.column))
    return msgspec.structs.replace(found, problems=problems, cut=cut)


def _unread(problems: list[Problem]) -> bool:
    """Whether a head could not be read; a key that stands twice is another matter."""
    return has_errors(found for found in problems if found.code != "B205")


def _too_long(source: Source, number: int) -> Problem:
    shown = source.line(number + 1)
    return problem("B207", source.path, number + 1, 1, shown, limit=str(LIMIT_KB))


def _no_head(source: Source, lines: list[str]) -> Problem:
    number = next((n for n, line in enumerate(lines) if line.strip()), 0)
    shown = lines[number].strip()
    if shown == "---":
        return problem("B202", source.path, number + 1, 1, shown)
    code = "B208" if shown.startswith("---") else "B201"
    return problem(code, source.path, number + 1, 1, visible(shown), fence=visible(shown[:20]))
