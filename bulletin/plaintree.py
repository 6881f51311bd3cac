"""The tree of front matter that is nothing but ``key: value`` lines, which most is, without YAML.

A text is *plain* when every line is a key with one text, or with a list of texts in brackets, or
with a list below it of one text or one mapping in braces a line, all in characters that mean
nothing to YAML. What comes out is then what ``yamltree`` makes of it (test_plaintree.py compares
the two); for any other text it is None, and YAML is asked.
"""

from __future__ import annotations

import re

from bulletin.tree import LIMIT_KB, Entry, FrontMatter, Mapping, Node, Scalar, Sequence

_FIRST = r"0-9A-Za-z一-鿿〇々“”（）《》〈〉【】「」『』…—·"
_INNER = rf"{_FIRST}，。、；？！‘’％/_+%()."  # no ：, which may be meant for a colon
_LATER = rf"{_INNER}：-"
# Single blanks inside; a colon only before a digit (10:30) or a slash (https://).
_WORD = rf"[{_FIRST}](?:[{_LATER}]| (?=[{_FIRST}])|:(?=[0-9/]))*"
_ELEMENT = rf"[{_FIRST}](?:[{_INNER}-]| (?=[{_FIRST}]))*"
_KEY = r"(?:[A-Za-z_]{1,40}|[一-鿿]{1,10})"
_LINE = re.compile(
    rf"(?P<key>{_KEY}):(?: "
    rf"(?:(?P<text>{_WORD})|(?P<list>\[(?:[{_FIRST}][{_LATER}]*(?:, ?(?!\]))?)+\])"
    rf"|\"(?P<quoted>{_WORD})\"))?"
)
_ITEM = re.compile(r"[^\[\], ]+")
_BELOW = re.compile(
    rf"  - (?:(?P<key>{_KEY}): (?P<value>{_WORD})|(?P<text>{_ELEMENT})|\{{(?P<pairs>{_KEY}: {_ELEMENT}(?:, {_KEY}: {_ELEMENT})*)\}})"
)
_MORE = re.compile(rf"    (?P<key>{_KEY}): (?P<value>{_WORD})")
_PAIR = re.compile(rf"({_KEY}): ({_ELEMENT})(?:, |$)")


def plain_tree(text: str, first_line: int) -> Mapping | None:
    """The tree of a plain text whose first line is ``first_line`` of its file."""
    entries = []
    keys = set()
    lines = text.removesuffix("\n").split("\n")
    at = 0
    while at < len(lines):
        number = first_line + at
        found = _LINE.fullmatch(lines[at])
        if not found or found["key"] in keys:
            return None
        key = found["key"]
        keys.add(key)
        at += 1
        value: Node | None
        if found["text"] is not None:
            value = Scalar(found["text"], number, found.start("text") + 1, False)
        elif found["list"] is not None:
            value = _list(found, number)
        elif found["quoted"] is not None:
            value = Scalar(found["quoted"], number, found.start("quoted"), True)
        else:
            end = at
            while end < len(lines) and lines[end].startswith(("  - ", "    ")):
                end += 1
            value = _below(lines[at:end], first_line + at)
            at = end
        if value is None:
            return None
        entries.append(Entry(key, value, number, 1))
    return Mapping(tuple(entries), first_line, 1)


def _list(found: re.Match[str], number: int) -> Sequence:
    start = found.start("list")
    items = tuple(
        Scalar(item.group(), number, item.start() + 1, False)
        for item in _ITEM.finditer(found.string, start)
    )
    return Sequence(items, number, start + 1)


def _below(lines: list[str], first_line: int) -> Sequence | None:
    """A list of one element a line; None where there is none, or one that is not plain."""
    items: list[Node] = []
    block: list[Entry] | None = None  # the entries of a mapping of one entry a line
    for number, line in enumerate(lines, start=first_line):
        found = (_MORE if line.startswith("    ") else _BELOW).fullmatch(line)
        if not found:
            return None
        if line.startswith("    "):
            if block is None or found["key"] in {entry.key for entry in block}:
                return None
            block.append(_entry(found, number, 5))
            items[-1] = Mapping(tuple(block), items[-1].line, 5)
        elif found["key"]:
            block = [_entry(found, number, 5)]
            items.append(Mapping(tuple(block), number, 5))
        elif found["text"]:
            block = None
            items.append(Scalar(found["text"], number, 5, False))
        else:
            block = None
            pairs = [
                Entry(pair[1], Scalar(pair[2], number, pair.start(2) + 1, False), number, at)
                for pair in _PAIR.finditer(line[:-1], found.start("pairs"))
                for at in (pair.start() + 1,)
            ]
            if len({pair.key for pair in pairs}) < len(pairs):
                return None
            items.append(Mapping(tuple(pairs), number, found.start("pairs")))
    return Sequence(tuple(items), first_line, 3) if items else None


def _entry(found: re.Match[str], number: int, column: int) -> Entry:
    value = Scalar(found["value"], number, found.start("value") + 1, False)
    return Entry(found["key"], value, number, column)


def plain_front_matter(text: str) -> FrontMatter | None:
    """The front matter and body of a file whose head is plain; else None."""
    end = text.find("\n---\n", 3)
    if not text.startswith("---\n") or not 0 < end < LIMIT_KB * 1024:
        return None
    tree = plain_tree(text[4 : end + 1], 2)
    if tree is None:
        return None
    below = text[end + 5 :]
    skipped = len(text) - len(below.lstrip())
    return FrontMatter(tree.entries, below.strip(), 1 + text.count("\n", 0, skipped))
