"""YAML → a tree in which every value stays text; the only module that knows PyYAML.

Aliases, tags and merges are refused, so no document can grow or call code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from bulletin.problem import Problem, both, problem
from bulletin.text import FORBIDDEN, code_point
from bulletin.tree import Entry, Mapping, Node, Scalar, Sequence

# libyaml is five times faster; the pure parser gives the same events where it is missing.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
MAX_DEPTH = 20


class _RefusedError(Exception):
    def __init__(self, code: str, mark: Any, **facts: str) -> None:
        self.code, self.mark, self.facts = code, mark, facts


def read_tree(text: str, path: str, first_line: int = 1) -> tuple[Node | None, list[Problem]]:
    """The tree of a YAML text; ``first_line`` is the line of the file on which it starts.

    An empty text gives ``None``. A text that cannot be read gives ``None`` and one Problem; a
    key that stands twice in one mapping gives a Problem and keeps its first value.
    """
    lines = text.split("\n")
    problems: list[Problem] = []

    def fault(code: str, line: int, column: int, **facts: str) -> None:
        shown = lines[line - first_line] if 0 <= line - first_line < len(lines) else ""
        problems.append(problem(code, path, line, column, shown, **facts))

    try:
        node = _document(yaml.parse(text, Loader=_Loader), first_line)
    except yaml.YAMLError as error:
        mark = _place(error)
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        last = first_line + text.rstrip("\n").count("\n")
        if line > last:  # what was begun is missing its end
            line, column = last, len(lines[last - first_line]) + 1
        fault("B203", line, column, detail=_reason(error, lines[line - first_line][column - 1 :]))
        return None, problems
    except _RefusedError as refused:
        mark = refused.mark
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        fault(refused.code, line, column, **refused.facts)
        return None, problems
    for first, again in _repeated(node):
        told = both(
            f"（第 {first.line} 行已经有了）",
            f" (line {first.line} has it already)",
        )
        fault("B205", again.line, again.column, key=again.key, first=str(first.line), told=told)
    return node, problems


# libyaml's own words for the slips that people make, and what they mean to an editor.
_REASONS = (
    (
        "mapping values are not allowed",
        "一行里有两个冒号，或者上一行少了引号",
        "a second colon in one line",
    ),
    ("could not find expected ':'", "这一行或上一行少了冒号", "a colon is missing here or above"),
    ("found character '\\t'", "用了制表符，请改用空格", "a tab where blanks are needed"),
    ("tab character", "用了制表符，请改用空格", "a tab where blanks are needed"),
    ("whitespace or line break", "内容以 ! 开头", "the value starts with !"),
    ("comment or line break", "内容以 | 或 > 开头", "the value starts with | or >"),
    ("cannot start any token", "内容以一个特殊符号开头", "the value starts with a special sign"),
    ("alphabetic or numeric", "内容以 * 或 & 开头", "the value starts with * or &"),
    ("found unexpected end of stream", "引号没有配对", "a quote is not closed"),
    ("expected key", "缩进不齐，或者引号后面还有字", "uneven indent, or text after a quote"),
    (
        "expected <block end>",
        "缩进不齐，或者引号后面还有字",
        "uneven indent, or text after a quote",
    ),
    (
        "expected ',' or ']'",
        "方括号没有配对，或者后面还有字",
        "a bracket is not closed, or text follows it",
    ),
    (
        "expected ',' or '}'",
        "花括号没有配对，或者后面还有字",
        "a brace is not closed, or text follows it",
    ),
    ("expected <document start>", "括号或引号后面还有字", "text after a bracket or a quote"),
    ("block sequence entries", "“- ”要另起一行", "«- » must start a line of its own"),
)


# Faults that show up far below their beginning, which is what an editor has to mend.
_BEGUN_ABOVE = ("flow sequence", "flow mapping", "quoted scalar", "simple key")


def _place(error: yaml.YAMLError) -> Any:
    """The mark to point at, or None."""
    context = str(getattr(error, "context", None) or "")
    begun, noticed = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if begun and any(sign in context for sign in _BEGUN_ABOVE):
        return begun
    return noticed or begun


def _reason(error: yaml.YAMLError, rest: str) -> str:
    """What is wrong, as a fact; ``rest`` of the line from the place of the fault."""
    said = str(getattr(error, "problem", None) or error).split("\n")[0]
    context = str(getattr(error, "context", None) or "")
    if rest.startswith("\t"):
        said = "tab character"
    for sign, zh, en in _REASONS:
        if sign in said or sign in context:
            return both(zh, en)
    return said


def _document(events: Iterator[yaml.Event], first_line: int) -> Node | None:
    """The tree of the one document that ``events`` tell; places count from ``first_line``."""
    root: Node | None = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _RefusedError("B206", event.start_mark, feature="---")
        elif isinstance(event, yaml.NodeEvent):
            root = _node(event, events, first_line, 0)
    if isinstance(root, Scalar) and not root.text and not root.quoted:
        return None
    return root


def _node(event: Any, events: Iterator[yaml.Event], first_line: int, depth: int) -> Node:
    _refuse_features(event, depth)
    line, column = event.start_mark.line + first_line, event.start_mark.column + 1
    if isinstance(event, yaml.ScalarEvent):
        if control := FORBIDDEN.search(event.value):  # written as an escape: "\\e"
            character = code_point(control.group())
            raise _RefusedError("B103", event.start_mark, character=character)
        return Scalar(event.value, line, column, bool(event.style))
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(_node(inner, events, first_line, depth + 1))
        return Sequence(tuple(items), line, column)
    entries: list[Entry] = []
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(inner, events, first_line, depth + 1)
        value = _node(next(events), events, first_line, depth + 1)
        if not isinstance(key, Scalar):
            found = both("一个列表或一组值", "a list or a mapping")
            raise _RefusedError("B204", inner.start_mark, found=found)
        if key.text == "<<":
            raise _RefusedError("B206", inner.start_mark, feature=both("合并 <<", "merge <<"))
        entries.append(Entry(key.text, value, key.line, key.column))
    return Mapping(tuple(entries), line, column)


def _refuse_features(event: Any, depth: int) -> None:
    """Raise where a node is more than text, list or mapping."""
    features = (
        (isinstance(event, yaml.AliasEvent), "引用 *", "alias *", "anchor"),
        (getattr(event, "anchor", None), "锚 &", "anchor &", "anchor"),
        (getattr(event, "tag", None), "标签 ", "tag ", "tag"),
        (depth > MAX_DEPTH, "过深的嵌套", "deep nesting", ""),
    )
    for refused, zh, en, name in features:
        if refused:
            said = str(getattr(event, name)) if name else ""
            raise _RefusedError("B206", event.start_mark, feature=both(zh + said, en + said))


def _repeated(node: Node | None) -> Iterator[tuple[Entry, Entry]]:
    """Pairs of entries with one key in one mapping, anywhere in the tree."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _repeated(item)
    elif isinstance(node, Mapping):
        first: dict[str, Entry] = {}
        for entry in node.entries:
            if entry.key in first:
                yield first[entry.key], entry
            first.setdefault(entry.key, entry)
            yield from _repeated(entry.value)
