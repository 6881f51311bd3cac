"""YAML read strictly where it is YAML, and as it was meant where it is not.

Strict reading comes first and is all that good files meet. The mender is asked where YAML
fails, finds no mapping, or would drop or glue text without a word; what it had to mend is told.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from bulletin.problem import Problem, both, problem
from bulletin.text import fold
from bulletin.tree import Entry, Mapping, Node, Scalar, Sequence
from bulletin.typedhead import Mended, Stuck, mend, only
from bulletin.typedline import BLANKS, COLONS, NO_NAMES, QUOTED, Names, is_inner, key_part
from bulletin.typedvalue import is_odd, unkeyed
from bulletin.yamltree import read_tree

# «title: 工会 #话题»: YAML takes what follows for a comment, and would drop it without a word.
# A comment of somebody who knows YAML has a blank behind its #, or follows a date.
_HASHTAG = re.compile(r"^[^#\n]*[^\s#][ \t]+#\w", re.MULTILINE)
_BLOCK = "|>"


class Typed(NamedTuple):
    node: Node | None
    problems: list[Problem]
    mended: Mended | None  # where it was asked, and what it made was taken


def read_typed(text: str, path: str, first_line: int, names: Names) -> Typed:
    """As ``yamltree.read_tree``, for people: ``names`` are the keys that may be meant.

    Places are those of ``text`` as typed. Where nothing can be made of it, the Problems say
    why, and also what would have been mended.
    """
    node, problems = read_tree(text, path, first_line)
    usable = isinstance(node, Mapping) or (node is None and not problems)
    doubtful = _doubtful(text, node, first_line, names) if usable else set()
    if usable and not doubtful:
        return Typed(node, problems, None)
    mended = mend(text, names)
    if usable:
        mended = only(mended, text, doubtful)
    other, found = _read_mended(mended, text, path, first_line)
    lines = text.split("\n")
    if usable and (named := _glued(mended.stuck, node, first_line)):
        return Typed(None, [_stuck(lines, named, path, first_line)], None)
    if usable and (not isinstance(other, Mapping) or mended.stuck or _same(node, other)):
        return Typed(node, problems, None)
    if other is not None and not isinstance(other, Mapping):
        return Typed(other, problems, None)
    if mended.stuck and _comes_first(mended.stuck[0].line + first_line, found):
        other, found = None, [_stuck(lines, mended.stuck[0], path, first_line)]
    slips = [
        problem(
            slip.code,
            path,
            first_line + slip.line,
            slip.column + 1,
            lines[slip.line],
            **dict(slip.facts),
        )
        for slip in mended.slips
    ]
    return Typed(other, sorted([*found, *slips], key=lambda p: (p.line, p.column)), mended)


def _glued(stuck: tuple[Stuck, ...], node: Node | None, first_line: int) -> Stuck | None:
    """A line that names an item, and that YAML takes for more of the value above it."""
    entries = node.entries if isinstance(node, Mapping) else ()
    for one in stuck:
        line = one.line + first_line
        above = [entry for entry in entries if entry.line <= line]
        value = above[-1].value if above else None
        plain = isinstance(value, Scalar) and not value.quoted
        if one.detail and plain and above[-1].line < line:
            return one
    return None


def _comes_first(line: int, found: list[Problem]) -> bool:
    """Whether what belongs to nothing is to be told in place of what YAML makes of it later."""
    return all(f.code == "B205" or (f.code == "B203" and f.line >= line) for f in found)


def _stuck(lines: list[str], stuck: Stuck, path: str, first_line: int) -> Problem:
    """A line without a name that does not go on from another."""
    number = stuck.line
    detail = stuck.detail or both(
        "这一行不是“名称: 内容”，也接不上上一行",
        "the line is no «key: value», nor does it go on from the one above",
    )
    column = len(lines[number]) - len(lines[number].lstrip()) + 1
    return problem("B203", path, first_line + number, column, lines[number], detail=detail)


def _read_mended(
    mended: Mended, text: str, path: str, first_line: int
) -> tuple[Node | None, list[Problem]]:
    """The tree of a mended text with the places of the text as typed."""
    node, problems = read_tree(mended.text, path, first_line)
    place = _Places(mended, first_line)
    lines = text.split("\n")
    moved = []
    for found in problems:
        line, column = place.of(found.line, found.column)
        column = min(column, len(lines[line - first_line]) + 1)
        moved.append(
            msgspec.structs.replace(found, line=line, column=column, text=lines[line - first_line])
        )
    return place.moved(node) if node is not None else None, moved


class _Places:
    """From the places of a mended text to those of the text as typed."""

    def __init__(self, mended: Mended, first_line: int) -> None:
        self.rows, self.first = mended.rows, first_line

    def of(self, line: int, column: int) -> tuple[int, int]:
        number = line - self.first
        typed = self.rows[number].typed_at(column - 1) if number < len(self.rows) else None
        return (self.first + typed[0], typed[1] + 1) if typed else (line, column)

    def moved(self, node: Node) -> Node:
        line, column = self.of(node.line, node.column)
        if isinstance(node, Scalar):
            ours = node.column - 1 in self.rows[node.line - self.first].quotes
            return Scalar(node.text, line, column, node.quoted and not ours)
        if isinstance(node, Sequence):
            return Sequence(tuple(self.moved(item) for item in node.items), line, column)
        entries = [
            Entry(e.key, self.moved(e.value), *self.of(e.line, e.column)) for e in node.entries
        ]
        return Mapping(tuple(entries), line, column)


# --- whether YAML and the writer may mean different things


def _doubtful(text: str, node: Node | None, first_line: int, names: Names) -> set[int]:
    """The lines, from 0, of the entries of which YAML and the writer may think differently."""
    if not isinstance(node, Mapping):
        return set()
    hashtags = "#" in text and _HASHTAG.search(text)
    full = any(sign in text for sign in COLONS[1:])
    lines = text.split("\n")
    found: set[int] = set()
    for number, entry in enumerate(node.entries):
        start = entry.line - first_line
        later = node.entries[number + 1 : number + 2]
        end = later[0].line - first_line if later else len(lines)
        if (
            (hashtags and any(_HASHTAG.match(line) for line in lines[start:end]))
            or (full and (is_odd(entry.value) or _holds_keys(entry, names)))
            or any(sign in entry.key for sign in COLONS)
            or entry.key[:1].isspace()
            or (
                not isinstance(entry.value, Scalar)
                and unkeyed(entry.value, _inner(names, entry.key))
            )
            or _goes_on(entry.value, lines, first_line)
        ):
            found.update(range(start, max(end, start + 1)))
    return found


def _inner(names: Names, key: str) -> Names:
    meant = names.get(fold(key))
    return meant.inner if meant else NO_NAMES


def _holds_keys(entry: Entry, names: Names) -> bool:
    """Whether there is «src：a.jpg» where mappings are wanted: YAML takes it for a text."""
    inner = _inner(names, entry.key)
    if isinstance(entry.value, Scalar):
        part = key_part(entry.value.text)
        return part is not None and is_inner(part.name, inner)
    items = entry.value.items if isinstance(entry.value, Sequence) and inner else ()
    found = [key_part(item.text) for item in items if isinstance(item, Scalar)]
    return any(part and fold(part.name) in inner for part in found)


def _goes_on(node: Node, lines: list[str], first_line: int) -> bool:
    """Whether a text stands in several lines, which YAML joins with blanks."""
    if isinstance(node, Sequence):
        return any(_goes_on(item, lines, first_line) for item in node.items)
    if isinstance(node, Mapping):
        return any(_goes_on(entry.value, lines, first_line) for entry in node.entries)
    if not (" " in node.text or "\n" in node.text):
        return False
    line, start = lines[node.line - first_line], node.column - 1
    if not node.quoted:
        return not line.startswith(node.text, start)
    return line[start] not in _BLOCK and not QUOTED.match(line, start)


def _same(one: Node | None, other: Node | None) -> bool:
    """Whether two trees say the same, wherever."""
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.text.strip(BLANKS) == other.text.strip(BLANKS)
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        pairs = zip(one.items, other.items, strict=False)
        return len(one.items) == len(other.items) and all(_same(a, b) for a, b in pairs)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return [e.key for e in one.entries] == [e.key for e in other.entries] and all(
            _same(a.value, b.value) for a, b in zip(one.entries, other.entries, strict=True)
        )
    return one is other
