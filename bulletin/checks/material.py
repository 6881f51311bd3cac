"""What the checks of content look at: texts with their facts, pictures, the time."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from bulletin.dates import Moment
from bulletin.item import Item
from bulletin.story import Picture
from bulletin.vocabulary import Vocabulary


class Spot(Struct, frozen=True, array_like=True, gc=False):
    """A place in a file."""

    line: int  # from 1; 0: somewhere in the file
    column: int  # from 1
    words: str  # what stands there


class Named(Struct, frozen=True, array_like=True, gc=False):
    """A district that a title or a lead names."""

    district: str  # id
    spot: Spot


class TextFacts(Struct, frozen=True, array_like=True, gc=False):
    """What one file says by itself; holds as long as its bytes and the vocabulary do."""

    named: tuple[Named, ...]  # districts, each once
    halves: tuple[Spot, ...]  # half-width signs between Han, one a line
    relative: tuple[Spot, ...]  # 今年 and the like, the first
    odd: tuple[Spot, ...]  # characters without a glyph, one a line
    sentences: tuple[int, ...]  # numbers that stand for its sentences, in rising order
    asked: tuple[Spot, ...]  # what import left for people to confirm


class Text(Struct, frozen=True):
    """A file of Markdown with its facts; ``item`` is None for a page of text."""

    path: str
    item: Item | None
    body: bytes  # key of its Document; empty for a page of text
    facts: TextFacts
    unclear: bool = False  # names a district or place that nobody knows, as is told already


class ShownPicture(Struct, frozen=True):
    picture: Picture
    size: int  # bytes


class Material(Struct, frozen=True):
    texts: tuple[Text, ...]  # in the order of their paths
    pictures: tuple[ShownPicture, ...]
    vocabulary: Vocabulary
    now: Moment
    plain: Callable[[bytes], str]  # the text of a body by its key
