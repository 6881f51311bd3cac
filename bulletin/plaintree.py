"""The tree of front matter that is nothing but ``key: value`` lines, which most is, without YAML.

A text is *plain* when every line is a key with one text, or with a list of texts in brackets,
in characters that mean nothing to YAML. What comes out is then what ``yamltree`` makes of it
(test_plaintree.py compares the two); for any other text it is None, and YAML is asked.
"""

from __future__ import annotations

import re

from bulletin.tree import LIMIT_KB, Entry, FrontMatter, Mapping, Node, Scalar, Sequence

_FIRST = r"0-9A-Za-z一-鿿〇々“”（）《》〈〉【】「」『』…—·"
_LATER = rf"{_FIRST}，。、；：？！‘’％/_+%().-"
# Single blanks inside; a colon only before a digit (10:30) or a slash (https://).
_WORD = rf"[{_FIRST}](?:[{_LATER}]| (?=[{_FIRST}])|:(?=[0-9/]))*"
_LINE = re.compile(
    rf"(?P<key>[A-Za-z_]{{1,40}}|[一-鿿]{{1,10}}): "
    rf"(?:(?P<text>{_WORD})|(?P<list>\[(?:[{_FIRST}][{_LATER}]*(?:, ?(?!\]))?)+\]))"
)
_ITEM = re.compile(r"[^\[\], ]+")


def plain_tree(text: str, first_line: int) -> Mapping | None:
    """The tree of a plain text whose first line is ``first_line`` of its file."""
    entries = []
    keys = set()
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=first_line):
        found = _LINE.fullmatch(line)
        if not found or found["key"] in keys:
            return None
        keys.add(found["key"])
        value: Node
        if found["text"] is not None:
            value = Scalar(found["text"], number, found.start("text") + 1, False)
        else:
            start = found.start("list")
            items = tuple(
                Scalar(item.group(), number, item.start() + 1, False)
                for item in _ITEM.finditer(line, start)
            )
            value = Sequence(items, number, start + 1)
        entries.append(Entry(found["key"], value, number, 1))
    return Mapping(tuple(entries), first_line, 1)


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
