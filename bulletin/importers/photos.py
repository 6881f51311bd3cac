"""Pictures of an item: captions, credits, and the pieces that a text is cut into."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bulletin.importers import shapes
from bulletin.importers.blocks import Block, Kind, Photo, Piece, Text
from bulletin.importers.names import read_byline, split_names
from bulletin.importers.restore import restore, restore_line

_CAPTION_CREDIT = re.compile(
    r"[（(]?(?:图片?|照片)?由?(?P<names>.*?)\s*(?:摄影报道|摄影|摄|供图|提供|图)?[）)]?。?$"
)


_OTHER_MARK = re.compile("[上中下左右]图(?:[:：]|为|是)")
# «▲获奖选手合影（通讯员 甲/摄）»: the bracket says who took it, though no stop stands before.
_BRACKETED = re.compile(
    r"(?P<caption>[^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*)[（(](?P<credit>[^。，,；（）()]{1,24}(?:摄影|摄|供图|提供))[）)]。?"
)


class Words(Struct, frozen=True):
    """A paragraph while things are lifted from its ends."""

    kind: Kind
    text: str
    pieces: tuple[Piece, ...]
    level: int
    mended: int


def cut(words: Words, start: int, end: int) -> tuple[Words, tuple[Piece, ...]]:
    """``words`` without the characters before ``start`` and from ``end`` on, and the cut pieces."""
    kept: list[Piece] = []
    cut: list[Piece] = []
    at = 0
    for piece in words.pieces:
        # Between two Latin words of two lines a blank was put that no piece has.
        while at < len(words.text) and piece.text and words.text[at] != piece.text[0]:
            at += 1
        first, last = at, at + len(piece.text)
        a, b = (
            min(max(start - first, 0), len(piece.text)),
            max(min(end - first, len(piece.text)), 0),
        )
        b = max(a, b)
        cut += [Piece(piece.line, part) for part in (piece.text[:a], piece.text[b:]) if part]
        if piece.text[a:b]:
            kept.append(Piece(piece.line, piece.text[a:b]))
        at = last
    return Words(words.kind, words.text[start:end], tuple(kept), words.level, words.mended), tuple(
        cut
    )


def photos_of(blocks: Sequence[Block], *, photo_item: bool) -> tuple[Photo, ...]:
    """A photo for each picture or caption line; a picture and the caption beside it are one."""
    made: list[Photo] = []
    last: Kind | None = None
    for block in blocks:
        if block.kind is Kind.IMAGE:
            alt = Text(restore_line(block.text), block.pieces) if block.text else None
            if last is Kind.CAPTION and made[-1].src is None:
                made[-1] = replace(made[-1], src=block.line.image, alt=alt)
            else:
                made.append(Photo(None, None, block.line.image, block.line.number, alt))
        elif block.kind is Kind.CAPTION:
            caption, credit = _caption(block)
            if last is Kind.IMAGE and made[-1].caption is None and not (credit and made[-1].credit):
                made[-1] = replace(made[-1], caption=caption, credit=credit or made[-1].credit)
            else:
                made.append(Photo(caption, credit, None, block.line.number))
        elif block.kind is Kind.CREDIT and not photo_item:
            credit = Text(_credit_names(block.text), block.pieces)
            if made and made[-1].credit is None:
                made[-1] = replace(made[-1], credit=credit)
            else:
                made.append(Photo(None, credit, None, block.line.number))
                last = Kind.IMAGE  # its caption may follow
                continue
        last = block.kind if block.kind in (Kind.IMAGE, Kind.CAPTION) else None
    return tuple(made)


def _caption(block: Block) -> tuple[Text | None, Text | None]:
    """Caption and credit of a caption line, its mark off."""
    mark = shapes.CAPTION_MARK.match(block.text)
    # «上图：…；下图：…»: what each of several pictures shows; none of the marks may go.
    start = mark.end() if mark and not _OTHER_MARK.search(block.text, mark.end()) else 0
    words = Words(Kind.CAPTION, block.text, block.pieces, 0, 0)
    said = block.text[start:].strip()
    found = _BRACKETED.fullmatch(said) or shapes.CAPTION_TAIL.fullmatch(said)
    if not found:
        return Text(restore(block.text[start:]), block.pieces), None
    end = start + block.text[start:].find(found["caption"]) + len(found["caption"])
    caption, credit = block.text[start:end].rstrip(" 　（("), block.text[end:]
    kept, gone = cut(words, 0, end)
    return Text(restore(caption), kept.pieces), Text(_credit_names(credit), gone)


def _credit_names(text: str) -> str:
    """Names only, a blank between two; an office keeps its own name."""
    byline = read_byline(text.strip(" 　（）()。"))
    if byline and byline.signed:
        return " ".join(dict.fromkeys(one.name for one in byline.signed))
    found = _CAPTION_CREDIT.fullmatch(text.strip())
    names = found["names"].strip(" 　（()：:") if found else text.strip()
    return " ".join(split_names(names) or (names,))
