"""Front matter → entries with their places, and the body; the only module that knows python-frontmatter.

The library splits and parses by a handler that it is given; ours keeps every value as text and
every line number. Reading badly typed front matter as it was meant belongs here too.
"""

from __future__ import annotations

import re

import frontmatter
from frontmatter.default_handlers import BaseHandler

from bulletin.keys import shape_of
from bulletin.problem import Problem, both, problem
from bulletin.source import Source
from bulletin.text import visible
from bulletin.tree import LIMIT_KB, Entry, FrontMatter, Mapping, Node
from bulletin.yamltree import read_tree

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


class _TextOnly(BaseHandler):
    """Hands the library what it asks for, and keeps what it has no place for: lines, Problems."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path, self.first_line = path, first_line
        self.entries: tuple[Entry, ...] = ()
        self.problems: list[Problem] = []

    def split(self, text: str) -> tuple[str, str]:
        opening = _FENCE.match(text)
        closing = _FENCE.search(text, opening.end()) if opening else None
        if not opening or not closing:
            raise ValueError("no front matter")
        return text[opening.end() + 1 : closing.start()], text[closing.end() :]

    def load(self, fm: str) -> dict[str, Node]:
        kept, mended = _keep_hashtags(fm)
        node, self.problems = read_tree(kept, self.path, self.first_line + 1)
        for number, line in mended:
            place = (self.path, self.first_line + 1 + number, line.index(" #") + 2)
            self.problems.append(problem("B224", *place, line))
        if node is not None and not isinstance(node, Mapping):
            found, shown = shape_of(node), fm.split("\n", 1)[0]
            self.problems.append(
                problem("B204", self.path, node.line, node.column, shown, found=found)
            )
        if not isinstance(node, Mapping) and self.problems:
            self._explain(fm)
        self.entries = node.entries if isinstance(node, Mapping) else ()
        return {entry.key: entry.value for entry in self.entries}

    def _explain(self, fm: str) -> None:
        """Put the two commonest slips in place of what YAML makes of them, a line too late."""
        for number, line in enumerate(fm.split("\n")):
            for pattern, detail in _SLIPS:
                if found := pattern.match(line):
                    place = (self.path, self.first_line + 1 + number, found.end(), line)
                    self.problems = [problem("B203", *place, detail=detail)]
                    return


_SLIPS = (
    (
        re.compile(r"[^\s:：#\-\"'\[{][^:：]{0,20}："),
        both("冒号是全角的，要用半角的冒号加空格", "the colon is full-width; use : and a blank"),
    ),
    (
        re.compile(r"[^\W\d][\w]{0,20}:(?=[^\s/])"),
        both("冒号后面少一个空格", "a blank is missing behind the colon"),
    ),
)
# «title: 工会 #话题»: YAML takes what follows for a comment, and would drop it without a word.
# A comment of somebody who knows YAML has a blank behind its #, or follows a date.
_HASHTAG = re.compile(
    r"(?P<head>[ ]*(?:- )?(?:[^\s:#\"'\[\]{}]+:[ ]+)?+)(?P<value>[^\s\"'\[{&*!|>%@`#].*?[ ]#\w.*)"
)
_DATE_BEFORE = re.compile(r"[\d\-/.:T年月日 ]+#")


def _keep_hashtags(fm: str) -> tuple[str, list[tuple[int, str]]]:
    """The text with such values in quotes, and the lines, from 0, where that was needed."""
    lines = fm.split("\n")
    mended = []
    for number, line in enumerate(lines):
        found = _HASHTAG.fullmatch(line) if " #" in line else None
        if found and not _DATE_BEFORE.match(found["value"]):
            value = found["value"].rstrip().replace("\\", "\\\\").replace('"', '\\"')
            lines[number] = f'{found["head"]}"{value}"'
            mended.append((number, line))
    return "\n".join(lines), mended


def read_front_matter(source: Source) -> tuple[FrontMatter | None, list[Problem]]:
    """The front matter and body of a source; None where it could not be told from the body."""
    text = source.text.lstrip()
    first_line = source.text.count("\n", 0, len(source.text) - len(text)) + 1
    first = text.split("\n", 1)[0].rstrip()
    if first != "---":
        code = "B208" if first.startswith("---") else "B201"
        fence = visible(first[:20])
        return None, [problem(code, source.path, first_line, 1, visible(first), fence=fence)]
    closing = _FENCE.search(text, len("---"))
    if not closing:
        return None, [problem("B202", source.path, first_line, 1, first)]
    if closing.start() > LIMIT_KB * 1024:
        return None, [problem("B207", source.path, first_line, 1, first, limit=str(LIMIT_KB))]
    handler = _TextOnly(source.path, first_line)
    _, body = frontmatter.parse(text, handler=handler)
    # The library strips the body, so its first line is found by what is left of it.
    after = text[closing.end() :]
    skipped = closing.end() + len(after) - len(after.lstrip())
    body_line = first_line + text.count("\n", 0, skipped)
    return FrontMatter(handler.entries, body, body_line), handler.problems
