"""Blocks → groups, one an item; what is of the page apart.

A photo item, a brief or a notice may stand in the middle of another item: when it is closed,
what follows without a heading goes on with the item that was begun before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bulletin.importers.blocks import Block, Doubt, Group, Kind, Reason
from bulletin.importers.names import read_byline
from bulletin.importers.shapes import (
    DATELINE,
    ENUMERATOR,
    LEAD,
    OPENER,
    SHORT,
    is_closed,
    lead_strength,
)

PHOTO, BRIEF, NOTICE, NEWS = "图片新闻", "简讯", "公告", ""
_PHOTO_PAGE = 2  # photo items that make a page one of photo items
_HEAD = (Kind.KICKER, Kind.TITLE, Kind.SUBTITLE)
_TEXT = (Kind.BODY, Kind.ENTRY, Kind.BRIEF, Kind.SUBHEADING)


class Attached(Struct, frozen=True):
    """The groups of a page in the order of their first blocks, its slogan and its furniture."""

    groups: tuple[Group, ...]
    slogan: tuple[Block, ...]
    furniture: tuple[Block, ...]


class _Open:
    """An item while its blocks are gathered."""

    def __init__(self, genre: str, *blocks: Block) -> None:
        self.genre = genre
        self.blocks = [*blocks]
        self._counts = Counter(block.kind for block in blocks)
        self.dated = False  # a «本报讯» has been seen in it
        self.doubts: list[Doubt] = []
        self.closed = False

    def count(self, *kinds: Kind) -> int:
        return sum(self._counts[kind] for kind in kinds)

    def add(self, block: Block) -> None:
        self.blocks.append(block)
        self._counts[block.kind] += 1
        self.dated = self.dated or (block.kind in _TEXT and bool(DATELINE.match(block.text)))

    def pop(self) -> Block:
        block = self.blocks.pop()
        self._counts[block.kind] -= 1
        return block

    def caption_before_lead(self) -> None:
        """A paragraph between a picture and «本报讯» is the picture's caption."""
        bodies = [b for b in self.blocks if b.kind is Kind.BODY]
        if len(bodies) == 1 and self.count(Kind.IMAGE, Kind.CREDIT):
            why = (Reason("图片和“本报讯”之间的一段", "between a picture and 本报讯", 0.7),)
            self.blocks = [
                replace(b, kind=Kind.CAPTION, why=why, sure=0.7) if b is bodies[0] else b
                for b in self.blocks
            ]
            self._counts = Counter(block.kind for block in self.blocks)

    def make_photo(self) -> None:
        """A title over nothing but a caption: a photo item, and the caption is its text."""
        if (
            self.genre
            or not self.count(Kind.TITLE)
            or not self.count(Kind.CAPTION)
            or self.count(*_TEXT)
        ):
            return
        self.genre = PHOTO
        self.blocks = [
            replace(b, kind=Kind.BODY) if b.kind is Kind.CAPTION else b for b in self.blocks
        ]

    def make_uncredited_photo(self) -> None:
        """A title, a picture, one paragraph that is no lead: a photo item that nobody signed."""
        kinds = [
            block.kind for block in self.blocks if block.kind not in (Kind.KICKER, Kind.SUBTITLE)
        ]
        plain = kinds == [Kind.TITLE, Kind.IMAGE, Kind.BODY]
        if not self.genre and plain and lead_strength(self.blocks[-1].text) < LEAD:
            self.genre = PHOTO

    def doubt_of_end(self) -> None:
        """A text that stops in mid-sentence goes on elsewhere: in another item, on another page."""
        last = self.last_text
        if last and last.kind is Kind.BODY and self.unended and len(last.text) > SHORT:
            said = last.text[-12:]
            zh = f"最后一段停在“{said}”，没有说完；后文也许排在别处"
            self.doubts.append(
                Doubt(zh, f"the text stops at {said}; it may go on elsewhere", last.line.number)
            )

    @property
    def last_text(self) -> Block | None:
        return next((b for b in reversed(self.blocks) if b.kind in _TEXT), None)

    @property
    def unended(self) -> bool:
        """Whether its text stops in the middle of a sentence."""
        last = self.last_text
        return last is not None and last.kind is not Kind.ENTRY and not is_closed(last.text)


def attach(blocks: Sequence[Block]) -> Attached:
    """Every block in its item, or among what is of the page."""
    desk = _Desk()
    for block in blocks:
        desk.put(block)
    for one in desk.items:
        one.make_photo()
    if sum(one.genre == PHOTO for one in desk.items) >= _PHOTO_PAGE:
        for one in desk.items:
            one.make_uncredited_photo()
    for one in desk.items:
        one.doubt_of_end()
    groups = [
        Group(one.genre, tuple(one.blocks), tuple(one.doubts)) for one in desk.items if one.blocks
    ]
    groups.sort(key=lambda group: group.blocks[0].line.number)
    return Attached(tuple(groups), tuple(desk.slogan), tuple(desk.furniture))


class _Desk:
    def __init__(self) -> None:
        self.items: list[_Open] = []
        self.slogan: list[Block] = []
        self.furniture: list[Block] = []
        self.current: _Open | None = None
        self.host: _Open | None = None  # begun before the current one, and perhaps not at its end

    def put(self, block: Block) -> None:
        if block.kind is Kind.SLOGAN:
            self.slogan.append(block)
        elif block.kind is Kind.FURNITURE:
            self.furniture.append(block)
        elif block.kind in (Kind.KICKER, Kind.TITLE):
            self._head(block)
        elif block.kind is Kind.NOTICE:
            self._begin(NOTICE, block)
        elif block.kind is Kind.BRIEF:
            self._brief(block)
        elif block.kind is Kind.CREDIT:
            self._credit(block)
        else:
            self._target(block).add(block)

    def _begin(self, genre: str, *blocks: Block) -> _Open:
        if self.current is not None and not self.current.closed:
            self.host = self.current
        self.current = _Open(genre, *blocks)
        self.items.append(self.current)
        return self.current

    def _head(self, block: Block) -> None:
        current = self.current
        if (
            current
            and not current.genre
            and current.count(Kind.KICKER, Kind.TITLE) == len(current.blocks)
        ):
            current.add(block)
        else:
            self._begin(NEWS, block)

    def _brief(self, block: Block) -> None:
        current = self.current
        point = (
            current
            and not current.genre
            and current.last_text
            and current.last_text.text.endswith(("：", ":"))
        )
        if point and current:
            current.add(replace(block, kind=Kind.BODY))
        else:
            self._begin(BRIEF, block)

    def _target(self, block: Block) -> _Open:
        """The item that a block without a heading of its own belongs to."""
        current = self.current
        if current is None:
            return self._untitled()
        if block.kind not in _TEXT:
            open_host = current.closed and self.host is not None and not self.host.closed
            return self.host if open_host and self.host else current
        if current.closed:
            return self._after_closed(block)
        if DATELINE.match(block.text) and current.count(Kind.BODY, Kind.BRIEF):
            if current.dated or not current.count(Kind.TITLE):
                return self._untitled()
            current.caption_before_lead()
        return self._back_in_host(block) or current

    def _after_closed(self, block: Block) -> _Open:
        """What follows a photo item goes on with the item that was begun before it."""
        current, host = self.current, self.host
        if host is None or host.closed:
            return self._untitled()
        if lead_strength(block.text) == 4 and host.count(Kind.BODY):
            return self._untitled()
        self.current, self.host = host, current
        return host

    def _back_in_host(self, block: Block) -> _Open | None:
        """The item before a brief or a notice, where its sentence waits to be ended."""
        current, host = self.current, self.host
        if current is None or host is None or current.genre not in (BRIEF, NOTICE):
            return None
        waiting = host.unended and not current.unended and current.last_text is not None
        begins = ENUMERATOR.match(block.text) or OPENER.match(block.text)
        if block.kind is not Kind.BODY or not waiting or begins:
            return None
        self.current, self.host = host, current
        zh, en = "这一段接在前面没有说完的稿件后面", "this paragraph goes on with the item before"
        host.doubts.append(Doubt(zh, en, block.line.number))
        return host

    def _untitled(self) -> _Open:
        return self._begin(NEWS)

    def _credit(self, block: Block) -> None:
        current = self.current
        if current is None or current.closed:
            target = self.host if self.host and not self.host.closed else self._untitled()
            target.add(block)
            return
        before = current.blocks[-1] if current.blocks else None
        byline = read_byline(block.text)
        report = bool(byline and byline.report) or "报道" in block.text
        if before and before.kind is Kind.CAPTION and not report:
            current.add(block)
            return
        if (
            current.count(Kind.TITLE)
            and current.count(Kind.BODY, Kind.CAPTION) >= 1
            and self._is_photo(current, report=report)
        ):
            current.genre, current.closed = PHOTO, True
            current.blocks = [
                replace(b, kind=Kind.BODY) if b.kind is Kind.CAPTION else b for b in current.blocks
            ]
            current.add(block)
            return
        if report and before and before.kind in (Kind.BODY, Kind.CAPTION, Kind.IMAGE):
            self._take_out(current, block)
            return
        near = current.blocks[-2] if len(current.blocks) > 1 else None
        if (
            before
            and before.kind is Kind.BODY
            and near
            and near.kind is Kind.IMAGE
            and len(before.text) <= 80
        ):
            why = (Reason("图片和摄影者之间的一段", "between a picture and its photographer", 0.7),)
            current.pop()
            current.add(replace(before, kind=Kind.CAPTION, why=why, sure=0.7))
        current.add(block)

    def _is_photo(self, current: _Open, *, report: bool) -> bool:
        bodies = [b for b in current.blocks if b.kind is Kind.BODY]
        others = current.count(Kind.SUBHEADING, Kind.ENTRY, Kind.BYLINE)
        led = any(lead_strength(b.text) == 4 for b in bodies[:1])
        sentences = sum(is_closed(b.text) for b in bodies)
        return not others and not led and sentences <= (2 if report else 1)

    def _take_out(self, current: _Open, block: Block) -> None:
        """A photo item without a title: the paragraph before the credit."""
        taken = [current.pop()]
        while (
            taken[0].kind is Kind.IMAGE and current.blocks and current.blocks[-1].kind is Kind.BODY
        ):
            taken.insert(0, current.pop())
        while current.blocks and (
            (
                current.blocks[-1].kind is Kind.BODY
                and not is_closed(current.blocks[-1].text)
                and not lead_strength(taken[0].text)
            )
            or current.blocks[-1].kind is Kind.IMAGE
        ):
            taken.insert(0, current.pop())
        photo = self._begin(
            PHOTO,
            *(replace(b, kind=Kind.BODY) if b.kind is Kind.CAPTION else b for b in taken),
            block,
        )
        photo.doubts.append(
            Doubt(
                "图片新闻没有标题，标题取自第一句",
                "the photo item has no title; it was taken from its first clause",
                block.line.number,
            )
        )
        photo.closed = True
