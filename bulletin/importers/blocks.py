"""What the steps of import hand on: lines of a page, blocks with their evidence, items.

Every text that comes out keeps the pieces it was made of, so that ``conserve`` can prove that
nothing was lost or invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from bulletin.problem import Language


class Kind(StrEnum):
    """What a block of a page is."""

    SLOGAN = "slogan"
    FURNITURE = "furniture"
    KICKER = "kicker"
    TITLE = "title"
    SUBTITLE = "subtitle"
    BYLINE = "byline"
    BODY = "body"
    SUBHEADING = "sub-heading"
    ENTRY = "entry"  # a line of a list, a table, a poem: body that is never joined
    CAPTION = "caption"
    CREDIT = "credit"
    BRIEF = "brief"
    NOTICE = "notice"  # the heading of a notice or advertisement
    IMAGE = "image"
    HEADLINE = "headline"  # between two steps: it heads something, and its part is not known yet


KIND_NAMES = {
    Kind.SLOGAN: "版面标语",
    Kind.FURNITURE: "版面信息",
    Kind.KICKER: "引题",
    Kind.TITLE: "标题",
    Kind.SUBTITLE: "副题",
    Kind.BYLINE: "署名",
    Kind.BODY: "正文",
    Kind.SUBHEADING: "小标题",
    Kind.ENTRY: "列项",
    Kind.CAPTION: "图注",
    Kind.CREDIT: "图片署名",
    Kind.BRIEF: "简讯",
    Kind.NOTICE: "公告",
    Kind.IMAGE: "图片",
    Kind.HEADLINE: "标题行",
}


class Piece(Struct, frozen=True):
    """Some text as it stands on a line of the page."""

    line: int
    text: str


class Line(Struct, frozen=True):
    """A line of the page that is not blank, without its marks."""

    number: int  # from 1
    text: str
    level: int = 0  # of a heading; 0: none
    bold: bool = False  # the whole line
    bold_start: str = ""  # what is bold at its start
    blank: int = 0  # blank lines before it
    indent: bool = False  # begins with blanks as paragraphs do
    item_mark: bool = False  # had a list mark, `- `
    image: str | None = None  # address of the picture that is all of the line
    table: bool = False  # a row of one
    raw: str = ""  # as it stood on the page
    parts: tuple[tuple[int, str], ...] = ()  # the lines it was put together from, if several

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(Piece(*part) for part in self.parts) or (Piece(self.number, self.text),)


class Reason(Struct, frozen=True):
    """A piece of evidence: words that say it and how much it weighs, from -1 to 1."""

    zh: str
    en: str
    weight: float

    def told(self, language: Language) -> str:
        return self.zh if language is Language.CHINESE else self.en


class Block(Struct, frozen=True):
    """A line, or a part of one, and what it was taken for."""

    kind: Kind
    text: str
    line: Line
    why: tuple[Reason, ...] = ()
    sure: float = 1.0  # 0 to 1
    whole: bool = True  # all of its line, not a part of it

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return self.line.pieces if self.whole else (Piece(self.line.number, self.text),)


class Doubt(Struct, frozen=True):
    """A decision that a person should look at."""

    zh: str
    en: str
    line: int = 0

    def told(self, language: Language) -> str:
        return self.zh if language is Language.CHINESE else self.en


class Group(Struct, frozen=True):
    """The blocks of one item, in the order of the page."""

    genre: str  # 消息, 图片新闻, 简讯, 公告
    blocks: tuple[Block, ...]
    doubts: tuple[Doubt, ...] = ()


class Text(Struct, frozen=True):
    """A text as it goes out, and the pieces it was made of."""

    value: str
    pieces: tuple[Piece, ...]


class Paragraph(Struct, frozen=True):
    text: Text
    kind: Kind  # BODY, ENTRY, SUBHEADING
    level: int = 0  # of a sub-heading
    mended: int = 0  # cuts that were joined


class Signed(Struct, frozen=True):
    """A name of the byline and its role, a key of ``item.ROLES``."""

    name: str
    role: str


class Photo(Struct, frozen=True):
    """A picture: what stands under it, and where the page names its file."""

    caption: Text | None
    credit: Text | None
    src: str | None = None
    line: int = 0
    alt: Text | None = None  # what the page writes in place of the picture


class Proposal(Struct, frozen=True):
    """A term that a text speaks for, with the words that do, and a score from 0 to 1."""

    name: str
    words: tuple[str, ...]
    score: float


class Draft(Struct, frozen=True):
    """An item of the page, complete but for its date."""

    title: Text | None
    kicker: Text | None
    subtitle: Text | None
    genre: str
    byline: tuple[Signed, ...]
    signed: tuple[Text, ...]  # the byline as printed
    dateline: Text | None
    source: Text | None
    paragraphs: tuple[Paragraph, ...]
    photos: tuple[Photo, ...]
    doubts: tuple[Doubt, ...]
    districts: tuple[Proposal, ...] = ()
    places: tuple[Proposal, ...] = ()
    activities: tuple[Proposal, ...] = ()
    made_title: str = ""  # where the page prints none: from the first clause

    @property
    def headline(self) -> str:
        return self.title.value if self.title else self.made_title


def pieces_of(blocks: Iterable[Block]) -> tuple[Piece, ...]:
    return tuple(piece for block in blocks for piece in block.pieces)
