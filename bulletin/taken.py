"""What is taken: the addresses and titles that a new item must not, or had better not, use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from bulletin.address import collision_key
from bulletin.basis import Basis
from bulletin.item import Item, read_item
from bulletin.source import File, Source, decode, read_bytes


class Taken(Struct, frozen=True):
    addresses: frozenset[str]  # by collision_key; redirects included
    titles: dict[tuple[date, str], str]  # the file that has a title on a day


def taken(
    root: Path, files: Sequence[File], basis: Basis, words: Sequence[str], name: str
) -> Taken:
    """What items say that may stand in the way: those whose file is called ``name`` or holds one
    of ``words``. The others are not parsed, so that ten thousand items take a blink.
    """
    wanted = [word.lower().encode() for word in words if word]
    items = []
    for file in files:
        if not file.path.startswith("content/news/") or file.ending not in (".md", ".markdown"):
            continue
        data = read_bytes(root, file, [])
        if data is None or not (
            name in file.path.lower() or any(word in data.lower() for word in wanted)
        ):
            continue
        if item := _item(file, data, basis):
            items.append(item)
    addresses = {collision_key(path) for item in items for path in (item.path, *item.aliases)}
    return Taken(
        frozenset(addresses), {(item.date.day, item.title): item.source_path for item in items}
    )


def _item(file: File, data: bytes, basis: Basis) -> Item | None:
    text = decode(data, file.path)[0]
    if text is None:
        return None
    made = read_item(Source(file.path, text), basis.vocabulary, basis.settings)[0]
    return made.item if made else None
