"""A small validator of JSON Schema for tests: the words that our schemas use, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from bulletin.tree import Mapping, Node, Scalar, Sequence

Schema = dict[str, Any]
_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_SAYS_NOTHING = {"$schema", "$defs", "title", "description", "default", "examples"}


def faults(value: Any, schema: Schema, top: Schema | None = None, at: str = "") -> list[str]:
    """Where ``value`` does not fit, and by which word of the schema."""
    top = top if top is not None else schema
    found = []
    for word, wanted in schema.items():
        if word in _SAYS_NOTHING:
            continue
        found += [f"{at or '.'} {word}{inner}" for inner in _CHECKS[word](value, wanted, top, at)]
    return found


def _inner(value: Any, schema: Schema, top: Schema, at: str) -> Iterator[str]:
    yield from (f" > {fault}" for fault in faults(value, schema, top, at))


def _type(value: Any, wanted: Any, top: Schema, at: str) -> Iterator[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    if not any(_TYPES[name](value) for name in names):
        yield f" {value!r}"


def _enum(value: Any, wanted: list[Any], top: Schema, at: str) -> Iterator[str]:
    if not any(value == one and type(value) is type(one) for one in wanted):
        yield f" {value!r}"


def _pattern(value: Any, wanted: str, top: Schema, at: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(wanted, value):
        yield f" {value!r}"


def _minimum(value: Any, wanted: int, top: Schema, at: str) -> Iterator[str]:
    if isinstance(value, int) and value < wanted:
        yield f" {value}"


def _maximum(value: Any, wanted: int, top: Schema, at: str) -> Iterator[str]:
    if isinstance(value, int) and value > wanted:
        yield f" {value}"


def _min_length(value: Any, wanted: int, top: Schema, at: str) -> Iterator[str]:
    if isinstance(value, str) and len(value) < wanted:
        yield f" {value!r}"


def _any_of(value: Any, wanted: list[Schema], top: Schema, at: str) -> Iterator[str]:
    tried = [faults(value, schema, top, at) for schema in wanted]
    if all(tried):
        yield f" {tried}"


def _all_of(value: Any, wanted: list[Schema], top: Schema, at: str) -> Iterator[str]:
    for schema in wanted:
        yield from _inner(value, schema, top, at)


def _ref(value: Any, wanted: str, top: Schema, at: str) -> Iterator[str]:
    yield from _inner(value, top["$defs"][wanted.removeprefix("#/$defs/")], top, at)


def _required(value: Any, wanted: list[str], top: Schema, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f" {name}" for name in wanted if name not in value)


def _properties(value: Any, wanted: dict[str, Schema], top: Schema, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name in value.keys() & wanted.keys():
            yield from _inner(value[name], wanted[name], top, f"{at}/{name}")
        # Said here, where the names are known: none of our schemas allows others beside them.
        yield from (f": unknown {name}" for name in value if name not in wanted)


def _items(value: Any, wanted: Schema, top: Schema, at: str) -> Iterator[str]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _inner(one, wanted, top, f"{at}/{number}")


def _no_more(value: Any, wanted: bool, top: Schema, at: str) -> Iterator[str]:
    assert wanted is False
    return iter(())


_CHECKS: dict[str, Callable[[Any, Any, Schema, str], Iterator[str]]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _minimum,
    "maximum": _maximum,
    "minLength": _min_length,
    "anyOf": _any_of,
    "allOf": _all_of,
    "$ref": _ref,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _no_more,
    "items": _items,
}


def plain(node: Node | None) -> Any:
    """A tree as a program that knows YAML 1.2 (its core schema) would have it."""
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if node is None or (not node.quoted and node.text in ("", "~", "null", "Null", "NULL")):
        return None
    return node.text if node.quoted else _scalar(node)


def _scalar(node: Scalar) -> Any:
    if re.fullmatch(r"true|True|TRUE|false|False|FALSE", node.text):
        return node.text.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", node.text):
        return int(node.text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", node.text):
        return float(node.text)
    return node.text
