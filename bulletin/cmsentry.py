"""A file as the editing page has it, and what the page sends back, put into the file.

The page keeps no comment, no order and no quotes: it writes a front matter of its own. So it is
given a copy in one plain form, whatever the file looks like, and of what comes back only the keys
whose meaning differs from that copy are set in the file; nothing else of it is touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from bulletin.body import read_head
from bulletin.cmsconfig import BODY, OWN, STATE, offered
from bulletin.dates import Moment, NoSuchDayError, parse_moment
from bulletin.headedit import Value, with_values
from bulletin.item import read_byline
from bulletin.keys import Fields, Key, Shape
from bulletin.problem import Problem, has_errors, problem
from bulletin.schema import Choice, Field
from bulletin.source import Source, as_read
from bulletin.text import fold
from bulletin.tree import Mapping, Node, Scalar, Sequence, separate
from bulletin.yamltree import read_tree

_ZONE = ZoneInfo("UTC")  # a date is read and written as it stands; no clock is asked
_HEAD = re.compile(r"\A---[ \t]*\n(?P<head>.*?\n|)---[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")


class Form(Struct, frozen=True):
    """The keys of a kind of file, for the reader and for the page."""

    keys: tuple[Key, ...]
    fields: tuple[Field, ...]


class Copy(Struct, frozen=True):
    """What a file means: values by key, those that say nothing left out, and the body."""

    values: dict[str, Value]
    body: str


class RefusedError(Exception):
    """What cannot be done, as a Problem."""

    def __init__(self, found: Problem) -> None:
        self.problem = found
        super().__init__(found.code)


def shown(path: str, text: str, form: Form, state: str) -> str:
    """The file as the page gets it: a front matter in one plain form, and the body.

    A file that cannot be read is shown with its name and the reason in place of the title; it
    cannot be saved, since ``saved`` reads it again.
    """
    copy = _copy(path, text, form)
    if isinstance(copy, Problem):
        name = path.rpartition("/")[2]
        values: dict[str, Any] = {"title": f"（读不懂，先用文字编辑器改正）{name}"}
        return _written({**values, STATE: state}, "")
    return _written({**copy.values, STATE: state}, copy.body)


def _written(values: dict[str, Any], body: str) -> str:
    """JSON is YAML in which nothing is taken for a number or a date."""
    return f"---\n{json.dumps(values, ensure_ascii=False, indent=1)}\n---\n{body}\n"


def state_in(sent: str) -> str:
    """The state of what the page sent; empty where it has none."""
    node, _ = _parted(sent)
    value = node.get(STATE)
    return value.text if isinstance(value, Scalar) else ""


def saved(path: str, text: str, sent: str, form: Form) -> str:
    """The text of the file with what the page changed. Raises ``RefusedError``."""
    copy = _copy(path, text, form)
    if isinstance(copy, Problem):
        raise RefusedError(copy)
    values, body = _sent(path, sent, form)
    names = [field.name for field in offered(form.fields)]
    changed = {
        name: values.get(name) for name in names if values.get(name) != copy.values.get(name)
    }
    changed = {name: _as_typed(name, value, copy) for name, value in changed.items()}
    try:
        made = with_values(text, changed, form.keys) if changed else text
    except ValueError as error:
        raise RefusedError(problem("B843", path, reason=str(error))) from error
    return made if body.strip() == copy.body else _with_body(made, path, body.strip())


def started(path: str, sent: str, form: Form) -> str:
    """The text of a new file. Raises ``RefusedError``."""
    values, body = _sent(path, sent, form)
    said = {name: value for name, value in values.items() if name != "slug"}
    try:
        head = with_values("---\n---\n", said, form.keys)
    except ValueError as error:
        raise RefusedError(problem("B843", path, reason=str(error))) from error
    return f"{head}\n{body.strip()}\n" if body.strip() else head


# --- what a file means


def _copy(path: str, text: str, form: Form) -> Copy | Problem:
    source = Source(path, as_read(text))
    front, problems = read_head(source)
    if front is None or has_errors(problems):
        return next((found for found in problems if has_errors([found])), problem("B201", path))
    return Copy(_values(Fields(front.entries, form.keys, source), form, _typed_words), front.body)


def _sent(path: str, sent: str, form: Form) -> tuple[dict[str, Value], str]:
    node, body = _parted(sent)
    entries = tuple(entry for entry in node.entries if entry.key not in OWN)
    return _values(Fields(entries, form.keys, Source(path, sent)), form, _sent_words), body


def _parted(sent: str) -> tuple[Mapping, str]:
    """Head and body of what the page sent, which always has both."""
    found = _HEAD.match(sent)
    node = read_tree(found["head"], BODY)[0] if found else None
    if found is None or not isinstance(node, Mapping):
        raise RefusedError(problem("B843", "", reason="no front matter"))
    return node, sent[found.end() :]


_Words = Callable[[Fields, Field], list[str]]


def _values(fields: Fields, form: Form, words: _Words) -> dict[str, Value]:
    """The values in one plain form; ``words`` reads a list."""
    found: dict[str, Value] = {}
    for field in form.fields:
        node = fields.node(field.name)
        if node is None:
            continue
        value: Value
        if field.shape in _LISTS:
            value = [_chosen(word, field.choices) for word in words(fields, field) if word]
        elif field.shape in (Shape.ROWS, Shape.MIXED):
            value = _rows(node, field)
        else:
            value = _single(node, field)
        if value:
            found[field.name] = value
    return found


def _typed_words(fields: Fields, field: Field) -> list[str]:
    """A list as people type it: «甲、乙» are two words."""
    closed = field.shape in (Shape.TERMS, Shape.NAMES)
    return [word.text for word in fields.words(field.name, closed=closed)]


def _sent_words(fields: Fields, field: Field) -> list[str]:
    """A list as the page writes it: each element is a word, whatever is in it."""
    node = fields.node(field.name)
    items = node.items if isinstance(node, Sequence) else ()
    return [item.text.strip() for item in items if isinstance(item, Scalar)]


_LISTS = (Shape.WORDS, Shape.NAMES, Shape.TERMS)


def _single(node: Node, field: Field) -> str:
    if not isinstance(node, Scalar):
        return ""
    text = node.text.strip() if field.shape is Shape.PROSE else " ".join(node.text.split())
    if field.shape is Shape.MOMENT:
        return _plain_moment(text)
    if field.shape is Shape.FLAG:
        return "true" if fold(text) in ("true", "yes", "是") else ""
    return _chosen(text, field.choices)


def _chosen(typed: str, choices: tuple[Choice, ...]) -> str:
    folded = fold(typed)
    for choice in choices:
        if folded in {fold(name) for name in (choice.value, choice.label, *choice.others)}:
            return choice.value
    return typed


def _plain_moment(typed: str) -> str:
    """2024-08-05, or with a time where it is not midnight; what is no date stays as typed."""
    try:
        moment: Moment | None = parse_moment(typed, _ZONE)
    except NoSuchDayError:
        return typed
    if moment is None or (moment.exact and re.search(r"[Zz]$|[+-]\d\d:?\d\d$", typed)):
        return typed
    at = moment.at
    return f"{at:%Y-%m-%d}" if (at.hour, at.minute) == (0, 0) else f"{at:%Y-%m-%d %H:%M}"


def _rows(node: Node, field: Field) -> list[dict[str, str]]:
    parts = node.items if isinstance(node, Sequence) else (node,)
    rows: list[dict[str, str]] = []
    for part in parts:
        if isinstance(part, Mapping):
            rows.append(_row(part, field))
        elif isinstance(part, Scalar) and field.name == "byline":
            rows += [
                {"name": one.name, "role": one.role, "org": one.org}
                for one in read_byline(part.text)
            ]
        elif isinstance(part, Scalar):
            rows.append({field.inner[0].name: part.text.strip()})
    return [said for row in rows if (said := {k: v for k, v in row.items() if v})]


def _row(part: Mapping, field: Field) -> dict[str, str]:
    named = {fold(name): inner for inner in field.inner for name in inner.names}
    return {
        inner.name: _single(entry.value, inner)
        for entry in part.entries
        if (inner := named.get(fold(entry.key)))
    }


def _as_typed(name: str, value: Value | None, copy: Copy) -> Value | None:
    """A changed value as it goes into the file. Who types «甲、乙» into one box means two words."""
    if not value:
        return None
    if isinstance(value, list) and isinstance(value[0], str):
        old = copy.values.get(name)
        known = set(old) if isinstance(old, list) and old and isinstance(old[0], str) else set()
        words = [str(word) for word in value]
        return [w for word in words for w in ([word] if word in known else separate(word))]
    return value


def _with_body(text: str, path: str, body: str) -> str:
    """The text with another body; line ends, and what stands around the body, stay."""
    front, _ = read_head(Source(path, as_read(text)))
    assert front
    found = _LINE_END.search(text)
    newline = found[0] if found else "\n"
    typed = body.replace("\n", newline)
    if not front.body:
        return f"{text.rstrip()}{newline}{newline}{typed}{newline}" if typed else text
    lines = re.findall(r"[^\r\n\x85\u2028\u2029]*(?:\r\n?|[\n\x85\u2028\u2029]|\Z)", text)
    start = sum(map(len, lines[: front.body_line - 1]))
    start = len(text) - len(text[start:].lstrip())
    end = len(text.rstrip())
    return text[:start] + typed + text[end:]
