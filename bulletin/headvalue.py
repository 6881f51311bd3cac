"""What an entry of a head means, and how a value is written so that it reads back."""

from __future__ import annotations

from functools import lru_cache

from bulletin.body import read_head
from bulletin.item import is_slip
from bulletin.itemkeys import ITEM_KEYS
from bulletin.keys import Key, names_of
from bulletin.problem import Problem
from bulletin.source import Source, as_read
from bulletin.text import fold
from bulletin.tree import Entry, FrontMatter, Mapping, Node, Scalar, Sequence, separate, unbracketed
from bulletin.typedrow import quoted

Value = str | list[str] | list[dict[str, str]] | dict[str, str]
_INNER = {key.name: key.inner for key in ITEM_KEYS}
_DASHES = ("-", "?", ":")


# --- reading


def read(
    text: str, schema: tuple[Key, ...] = ITEM_KEYS
) -> tuple[FrontMatter | None, list[Problem]]:
    return read_head(Source("", as_read(text)), names_of(schema))


def by_name(front: FrontMatter, schema: tuple[Key, ...]) -> dict[str, Entry]:
    """Entries by canonical name; an unknown key stands for itself. Of two names of one key, the
    one that has a value.
    """
    known = {fold(name): key.name for key in schema for name in key.names}
    found: dict[str, Entry] = {}
    for entry in front.entries:
        name = known.get(fold(entry.key), f"?{entry.key}")
        if name not in found or value_of(found[name].value) in ("", []):
            found[name] = entry
    return found


def value_of(node: Node) -> object:
    """A node as plain texts, lists and dicts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    return {entry.key: value_of(entry.value) for entry in node.entries}


def means(name: str, node: Node, value: Value) -> bool:
    """Whether the value of key ``name`` is read as ``value``."""
    if isinstance(value, str):
        if not isinstance(node, Scalar) or (
            name == "title" and not node.quoted and is_slip(node.text)
        ):
            return False
        return value in (node.text, " ".join(node.text.split()))
    if isinstance(value, dict):
        return isinstance(node, Mapping) and value_of(node) == value
    if not value:
        return value_of(node) in ("", [])
    if isinstance(value[0], dict):
        items = node.items if isinstance(node, Sequence) else ()
        return [canonical(name, item) for item in items] == value
    return words_of(node) == value


def canonical(name: str, node: Node) -> object:
    """A mapping inside a list by the canonical names of its keys."""
    if not isinstance(node, Mapping):
        return None
    known = {fold(n): key.name for key in _INNER.get(name, ()) for n in key.names}
    return {known.get(fold(e.key), e.key): value_of(e.value) for e in node.entries}


def words_of(node: Node) -> list[str] | None:
    """As ``Fields.words`` reads a list."""
    words: list[str] = []
    for part in node.items if isinstance(node, Sequence) else (node,):
        if not isinstance(part, Scalar):
            return None
        text = unbracketed(part.text) if part is node else part.text
        words += [part.text.strip()] if part.quoted else separate(text)
    return words


# --- writing


def entry_lines(indent: str, typed: str, value: object, name: str) -> list[str]:
    """An entry that was not there before."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [f"{indent}{typed}:", *(f"{indent}  - {item(part)}" for part in value)]
    if isinstance(value, list):
        return [f"{indent}{typed}: [{', '.join(item(part) for part in value)}]"]
    if isinstance(value, dict):
        return [f"{indent}{typed}: {item(value)}"]
    text = str(value)
    slip = name == "title" and is_slip(text)
    return [f"{indent}{typed}: {quoted(text) if slip else plain_or_quoted(text)}"]


def item(part: object) -> str:
    """An element of a list."""
    if isinstance(part, dict):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in part.items()) + "}"
    text = str(part)
    return flow(text) if separate(text) == [text] else quoted(text)


def plain_or_quoted(text: str) -> str:
    plain = text == text.strip() and reads_as(f"x: {text}", text)
    return text if plain else quoted(text)


@lru_cache(maxsize=4096)  # names of roles, terms and keys come again and again
def flow(text: str) -> str:
    """A text in a list or a mapping, or as a key."""
    plain = (
        reads_as(f"x: [{text}, {text}]", [text, text])
        and reads_as(f"x: {{{text}: {text}, y: {text}}}", {text: text, "y": text})
        and reads_as(f"x: [{{y: {text}}}]", [{"y": text}])
        and not text.startswith(_DASHES)
    )
    return text if plain else quoted(text)


def reads_as(line: str, value: object) -> bool:
    """Whether our own reader makes ``value`` of a line, without a word, and as plain text."""
    if "\n" in line or as_read(line) != line:
        return False
    front, problems = read_head(Source("", f"---\n{line}\n---\n"))
    if front is None or problems or len(front.entries) != 1:
        return False
    node = front.entries[0].value
    if isinstance(value, list) and isinstance(node, Scalar):
        return words_of(node) == value
    return value_of(node) == value and not _any_quoted(node)


def _any_quoted(node: Node) -> bool:
    if isinstance(node, Scalar):
        return node.quoted
    if isinstance(node, Sequence):
        return any(map(_any_quoted, node.items))
    return any(_any_quoted(entry.value) for entry in node.entries)
