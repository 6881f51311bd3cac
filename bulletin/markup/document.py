"""What a body is once it is parsed: a ``Document``."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bulletin.markup.links import ImageRef, LinkRef
from bulletin.text import count_characters, excerpt

EXCERPT_CHARACTERS = 110


class TocEntry(Struct, frozen=True, array_like=True, gc=False):
    level: int  # 2 to 6
    id: str
    text: str


class Document(Struct, frozen=True, array_like=True):
    """A body, parsed. ``pieces`` joined, with each reference resolved, is its HTML."""

    pieces: tuple[str | LinkRef | ImageRef, ...]
    toc: tuple[TocEntry, ...]
    plain: str  # the text alone, a block a line
    excerpt: str  # the first sentences
    characters: int  # Han characters, and words of others

    @property
    def refs(self) -> tuple[LinkRef | ImageRef, ...]:
        return tuple(piece for piece in self.pieces if not isinstance(piece, str))


def make_document(
    pieces: tuple[str | LinkRef | ImageRef, ...],
    toc: tuple[TocEntry, ...],
    blocks: Iterable[str],
    paragraphs: Iterable[str],
) -> Document:
    """A document of finished HTML; ``blocks`` are the texts of all blocks, ``paragraphs`` of
    those of running text.
    """
    plain = "\n".join(blocks)
    lead = excerpt(_run_on(paragraphs), EXCERPT_CHARACTERS)
    return Document(pieces, toc, plain, lead, count_characters(plain))


def _run_on(texts: Iterable[str]) -> str:
    """Paragraphs as one running text, with a blank where one does not end a sentence."""
    joined = ""
    for text in texts:
        joined += ("" if not joined or joined[-1] in "。！？…；：，、”’」』）》" else " ") + text
    return joined
