"""What YAML makes of a value, and what an editor meant by it."""

from __future__ import annotations

import re

from bulletin.text import fold
from bulletin.tree import Mapping, Node, Scalar, Sequence
from bulletin.typedline import ANY, BLANKS, Names
from bulletin.yamltree import read_tree

_COMMENT = re.compile(r"[ \t]#(?!\w)")
_HASHTAG = re.compile(r"[ \t]#\w")
_DATE_BEFORE = re.compile(r"[\d\-/.:：T年月日 ]+")


def yaml_of(text: str, before: str = "k: ") -> Node | str:
    """What YAML makes of a value; the code of its complaint where it makes nothing of it."""
    node, problems = read_tree(before + text, "")
    if problems:
        return problems[0].code
    if isinstance(node, Mapping) and len(node.entries) == 1:
        return node.entries[0].value
    if isinstance(node, Sequence) and len(node.items) == 1:
        return node.items[0]
    return "B203"


def is_text(found: Node | str, text: str) -> bool:
    return isinstance(found, Scalar) and not found.quoted and found.text == text


def is_odd(node: Node) -> bool:
    """Whether a mapping in braces has a full-width colon where YAML needs its own."""
    if isinstance(node, Sequence):
        return any(map(is_odd, node.items))
    if not isinstance(node, Mapping):
        return False
    return any(is_odd(e.value) or re.search(r"[：∶﹕]", e.key) for e in node.entries)


def unkeyed(node: Node, inner: Names) -> str:
    """A part of a mapping in braces that has no colon, and is no name of its own: it is more of
    the text before it. "" where there is none.
    """
    if isinstance(node, Sequence):
        return next(filter(None, (unkeyed(item, inner) for item in node.items)), "")
    if not isinstance(node, Mapping) or not inner or ANY in inner:
        return ""
    for entry in node.entries[1:]:
        value = entry.value
        bare = isinstance(value, Scalar) and not (value.text or value.quoted)
        if bare and value.line == entry.line and fold(entry.key) not in inner:
            if value.column == entry.column + len(entry.key):  # else a colon is between
                return entry.key
    return ""


def without_comment(text: str) -> tuple[str, str, bool]:
    """A text, the comment behind it, and whether it has a #话题 that YAML would drop."""
    if re.match(r"#\w", text):
        return text, "", True
    tag = _HASHTAG.search(text)
    end = _COMMENT.search(text)
    if tag and (not end or tag.start() < end.start()):
        if not _DATE_BEFORE.fullmatch(text[: tag.start()]):
            return text, "", True
        end = tag
    if not end:
        return text, "", False
    clean = text[: end.start()].rstrip(BLANKS)
    return clean, text[len(clean) :], False


def behind_brackets(text: str) -> tuple[str, str]:
    """A list in brackets, and the comment behind it."""
    found = re.search(r"(?<=[\]}］｝])[ \t]+#.*$", text)
    return (text[: found.start()], found.group()) if found else (text, "")


def closed(text: str) -> str:
    """[密云】 → [密云]."""
    wrong = text[0] in "[［" and text[-1] == "】" and not re.search(r"[\]］【]", text)
    return text[:-1] + "]" if wrong else text
