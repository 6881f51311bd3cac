"""Headlines, datelines, bylines, captions taken out of the text into fields of their own.

What is lifted is still as recognition left it, so that names can be told by their blanks;
``restored`` then makes every text as the paper printed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bulletin.importers import shapes
from bulletin.importers.attach import BRIEF, PHOTO
from bulletin.importers.blocks import (
    Block,
    Doubt,
    Draft,
    Kind,
    Paragraph,
    Piece,
    Signed,
    Text,
    pieces_of,
)
from bulletin.importers.mend import Mended
from bulletin.importers.names import SOURCE_LINE, Byline, are_bare_names, read_byline, split_names
from bulletin.importers.photos import Words, photos_of
from bulletin.importers.photos import cut as cut_off
from bulletin.importers.restore import restore, restore_line

_HEADLINE_MARK = re.compile(r"^(?:(?:—{1,3}|-{2,3}|─+|[●■◆★▶◎☆◇►▪])\s*)+")
_BRIEF_TITLE = re.compile(r"\s*【(?P<title>[^】]{2,30})】\s*")
_BRIEF_LABEL = re.compile(r"(?P<title>[^，。！？：:“”、；]{4,18})[:：]\s*(?=\S{12,})")
_SAID = re.compile(r"(?:说|表示|介绍|称|指出|强调|认为|获悉|悉)$")
_TAIL = re.compile(r"\s*[（(]\s*(?P<inner>[^（）()]{1,60}?)\s*[）)]\s*$")
_TAIL_MARKED = re.compile(r"(?<=[。！？”])\s*[■□]\s*(?P<inner>[^。，（）()]{2,40})$")
_SOURCE = re.compile(r"(?:来源|转自|摘自|据)\s*[:：]?\s*.{2,30}")
_LEAD_BRACKET = re.compile(
    r"\s*[（(【]\s*(?P<inner>(?:[^（）()【】]{0,12}(?:记\s?者|通\s?讯\s?员|实习生))[^（）()【】]{1,60})[）)】]\s*"
)
_LEAD_BARE = re.compile(
    rf"\s*(?P<inner>(?:本报)?(?:记者|通讯员)[ 　/／:：]*[{shapes.HAN}]{{1,4}}(?:[ 　、]+[{shapes.HAN}]{{1,4}}){{0,3}}?"
    rf"(?:[ 　、]*通讯员[ 　/／:：]*[{shapes.HAN}]{{1,4}}(?:[ 　、]+[{shapes.HAN}]{{1,4}}){{0,2}}?)?)(?:[ 　]*(?:摄影)?报道[:：]?|[ 　]*[:：]|[ 　]+)"
)
_NOT_A_NAME = re.compile(r"近日|日前|今天|昨天|从|在|获悉|了解|来到|走进|看到|采访|发现|昨日|今日")
_FIRST_CLAUSE = re.compile(r"[^，。！？；：,;:!?]+")
_TIME_CLAUSE = re.compile(
    r"(?:近日|日前|近期|目前|连日来|[上下]午|今[年天日]|昨[天日]|记者获悉|据了解|据悉|\d{1,4}[年月日]|\d{1,2}月\d{1,2}日)+[，,]?$"
)
LONGEST_TITLE = 40
LONGEST_CAPTION = 600


class _Lifted:
    """What has been lifted from one group so far."""

    def __init__(self) -> None:
        self.byline: list[Signed] = []
        self.signed: list[Text] = []
        self.dateline: Text | None = None
        self.source: Text | None = None
        self.doubts: list[Doubt] = []

    def sign(self, text: str, pieces: tuple[Piece, ...], byline: Byline) -> None:
        # One name, one role: who is a reporter at the top is not an author at the end.
        known = {one.name for one in self.byline}
        self.byline += [one for one in byline.signed if one.name not in known]
        self.signed.append(Text(text, pieces))


def lift(mended: Mended) -> Draft:
    """The draft of an item, its texts restored, without proposals."""
    group = mended.group
    lifted = _Lifted()
    words = [
        Words(
            run.kind,
            run.text,
            pieces_of(run.blocks),
            max(b.line.level for b in run.blocks),
            len(run.blocks) - 1,
        )
        for run in mended.runs
    ]
    titles = [b for b in group.blocks if b.kind in (Kind.TITLE, Kind.NOTICE)]
    title = _headline(titles)
    if group.genre == BRIEF and words:
        title, words[0] = _brief_title(words[0], group.blocks)
        if not title.value:
            lifted.signed.append(title)
            title = None
    for block in group.blocks:
        if block.kind is Kind.BYLINE or (block.kind is Kind.CREDIT and group.genre == PHOTO):
            _sign_block(block, lifted)
    words = _lift_lead(words, lifted)
    words = _lift_tail(words, lifted, brief=group.genre == BRIEF)
    if group.genre == PHOTO and not lifted.byline:
        words = _lift_photographer(words, lifted)
    photos = photos_of(group.blocks, photo_item=group.genre == PHOTO)
    if group.genre == PHOTO:
        words = [_without_mark(one, lifted) for one in words]
    paragraphs = tuple(_paragraph(one) for one in words if one.text.strip())
    made = "" if title else _first_clause(paragraphs)
    doubts = [*group.doubts, *mended.doubts, *lifted.doubts]
    if title is None and group.genre != PHOTO:
        line = group.blocks[0].line.number
        doubts.append(
            Doubt("没有标题，标题取自第一句", "no title; it was taken from the first clause", line)
        )
    return Draft(
        title=title,
        kicker=_headline([b for b in group.blocks if b.kind is Kind.KICKER], " "),
        subtitle=_headline([b for b in group.blocks if b.kind is Kind.SUBTITLE], " "),
        genre=group.genre,
        byline=tuple(lifted.byline),
        signed=tuple(lifted.signed),
        dateline=lifted.dateline,
        source=lifted.source,
        paragraphs=paragraphs,
        photos=photos,
        doubts=tuple(doubts),
        made_title=made,
    )


def _headline(blocks: Sequence[Block], between: str = "") -> Text | None:
    if not blocks:
        return None
    lines = [restore_line(_HEADLINE_MARK.sub("", block.text)) for block in blocks]
    return Text(between.join(line for line in lines if line), pieces_of(blocks))


def _without_mark(words: Words, lifted: _Lifted) -> Words:
    """The text of a photo item without the ▲ of a caption."""
    mark = shapes.CAPTION_MARK.match(words.text)
    if not mark or words.kind is not Kind.BODY:
        return words
    kept, gone = cut_off(words, mark.end(), len(words.text))
    lifted.signed.append(Text(mark[0], gone))
    return kept


def _paragraph(words: Words) -> Paragraph:
    text = (
        restore(words.text) if words.kind in (Kind.BODY, Kind.BRIEF) else restore_line(words.text)
    )
    kind = Kind.BODY if words.kind is Kind.BRIEF else words.kind
    return Paragraph(Text(text, words.pieces), kind, words.level, words.mended)


# --- leads and tails


def _lift_lead(words: list[Words], lifted: _Lifted) -> list[Words]:
    """Dateline and byline off the first paragraph."""
    if not words or words[0].kind not in (Kind.BODY, Kind.BRIEF):
        return words
    first = words[0]
    found = shapes.DATELINE.match(first.text)
    if found and _is_dateline(first.text, found):
        rest, cut = cut_off(first, found.end(), len(first.text))
        lifted.dateline = Text(re.sub(r"\s", "", found["said"]), cut)
        first = rest
    for pattern in (_LEAD_BRACKET, _LEAD_BARE):
        found = pattern.match(first.text)
        if not found or (pattern is _LEAD_BARE and _NOT_A_NAME.search(found["inner"])):
            continue
        byline = read_byline(found["inner"])
        if byline and byline.signed:
            first, cut = cut_off(first, found.end(), len(first.text))
            lifted.sign(found[0], cut, byline)
            break
    blank = len(first.text) - len(first.text.lstrip(" 　\t:："))
    if first is not words[0] and blank and first.text.lstrip(" 　\t:："):
        kept, cut = cut_off(first, blank, len(first.text))
        if re.search("[:：]", first.text[:blank]):
            lifted.signed.append(Text(first.text[:blank], cut))
        first = kept
    if not first.text.strip() and len(words) > 1:
        return words[1:]  # 本报讯 （记者 甲） on a line of its own
    return [first, *words[1:]]


def _is_dateline(text: str, found: re.Match[str]) -> bool:
    """«本报讯» is one; «本报电话» is none, and neither is «本报记者获悉»."""
    return not re.match("[话器]", text[found.end() :])


def _lift_tail(words: list[Words], lifted: _Lifted, *, brief: bool) -> list[Words]:
    """A byline or a source in brackets off the end of the last paragraph."""
    if not words or words[-1].kind not in (Kind.BODY, Kind.BRIEF):
        return words
    last = words[-1]
    tail = last.text[-90:]
    start = len(last.text) - len(tail)
    if len(words) > 1 and SOURCE_LINE.fullmatch(last.text):
        lifted.source = _source(last.text, last.pieces)
        return words[:-1]
    found = _TAIL.search(tail) or _TAIL_MARKED.search(tail)
    if not found or (
        not re.search(r"[。！？…”!?]\s*$", tail[: found.start()]) and not (brief and found.start())
    ):
        return words
    inner = found["inner"]
    if _SOURCE.fullmatch(inner):
        rest, cut = cut_off(last, 0, start + found.start())
        lifted.source = Text(re.sub(r"^(?:来源|转自|摘自)\s*[:：]?\s*|^据", "", inner), cut)
        return [*words[:-1], rest]
    byline = read_byline(inner) or _bare_names(inner)
    if byline is None or not byline.signed:
        return words
    rest, cut = cut_off(last, 0, start + found.start())
    lifted.sign(found[0], cut, byline)
    return [*words[:-1], rest]


def _lift_photographer(words: list[Words], lifted: _Lifted) -> list[Words]:
    """«…采摘大桃。 本报记者 甲 摄»: the credit at the end of the only paragraph."""
    last = words[-1] if words else None
    found = (
        shapes.CAPTION_TAIL.fullmatch(last.text)
        if last and len(last.text) < LONGEST_CAPTION
        else None
    )
    byline = read_byline(found["credit"]) if found else None
    if last is None or found is None or byline is None or not byline.photo:
        return words
    rest, cut = cut_off(last, 0, found.end("caption"))
    lifted.sign(last.text[found.end("caption") :], cut, byline)
    return [*words[:-1], rest]


def _bare_names(inner: str) -> Byline | None:
    """Names alone, behind the last full stop: hardly anything else stands so."""
    names = split_names(inner)
    if not names or not are_bare_names(names):
        return None
    return Byline(
        tuple(Signed(name, "author") for name in names), roles=False, photo=False, report=False
    )


def _source(text: str, pieces: tuple[Piece, ...]) -> Text:
    named = re.sub(r"^[（(]?(?:来源|稿源|转自|摘自)\s*[:：]?\s*|^[（(]?据|[）)]$", "", text)
    return Text(restore_line(named), pieces)


def _sign_block(block: Block, lifted: _Lifted) -> None:
    office = shapes.OFFICE.fullmatch(block.text)
    if (office or SOURCE_LINE.fullmatch(block.text)) and lifted.source is None:
        lifted.source = _source(block.text, block.pieces)
        return
    byline = read_byline(block.text) or _bare_names(block.text)
    if byline is None:
        byline = Byline((), roles=False, photo=False, report=False)
    lifted.sign(block.text, block.pieces, byline)
    if not byline.signed:
        lifted.doubts.append(
            Doubt(
                f"署名没有认出人名：{block.text[:30]}",
                f"no names were found in {block.text[:30]}",
                block.line.number,
            )
        )


# --- briefs


def _brief_title(words: Words, blocks: Iterable[Block]) -> tuple[Text, Words]:
    """The title of a brief: what stands in 【】 or in bold, or before a colon; and the rest.

    A brief without one has an empty title, whose piece is the mark.
    """
    mark = shapes.BRIEF.match(words.text)
    start = mark.end() if mark else 0
    bold = next((b.line.bold_start for b in blocks if b.kind is Kind.BRIEF), "")
    bold = re.sub(rf"^[{'●■◆★▶◎'}\s]+", "", bold)
    rest = words.text[start:]
    found = _BRIEF_TITLE.match(rest)
    label = _BRIEF_LABEL.match(rest)
    dated = shapes.DATELINE.search(rest[:50])
    if dated and dated.start() and not re.search("[。，；]", rest[: dated.start()]):
        head = start + dated.start()
        kept, cut = cut_off(words, head, len(words.text))
        return Text(restore_line(words.text[start:head]), cut), kept
    if found:
        title, end = found["title"], start + found.end()
    elif bold and rest.startswith(bold) and len(bold) < len(rest):
        title, end = bold.strip("：:。 　"), start + len(bold)
        while end < len(words.text) and words.text[end] in "：: 　。":
            end += 1
    elif label and not _SAID.search(label["title"]):
        title, end = label["title"], start + label.end()
    else:
        title, end = "", start
    kept, cut = cut_off(words, end, len(words.text))
    return Text(restore_line(title), cut), kept


def _first_clause(paragraphs: Sequence[Paragraph]) -> str:
    """A title for an item that has none: the first clause that is not only a time."""
    text = next((p.text.value for p in paragraphs if p.kind is not Kind.SUBHEADING), "")
    for found in _FIRST_CLAUSE.finditer(text[:200]):
        clause = found[0].strip()
        if not _TIME_CLAUSE.fullmatch(clause):
            return clause[:LONGEST_TITLE]
    return text[:LONGEST_TITLE].strip()
