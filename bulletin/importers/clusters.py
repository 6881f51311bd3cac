"""Heading lines in a row with what stands around them, and the evidence of what they head.

A new sign is a row in ``ITEM_SIGNS`` (they begin an item) or ``PAIR_SIGNS`` (how two of them go
together).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bulletin.importers import shapes
from bulletin.importers.blocks import Block, Kind, Reason
from bulletin.importers.names import LONGEST, read_byline
from bulletin.importers.shapes import LEAD, is_closed, lead_strength, overlap, phrases

_BESIDE = (Kind.FURNITURE, Kind.IMAGE, Kind.CAPTION)
_TAIL = re.compile(r"[。！？”]\s*[（(]([^（）()]{2,60})[）)]$")
_FAR = 0.2  # of a line's pairs of characters that stand in the text below
_PHOTO_PAGE = 2  # photo items that make a page one of photo items
_LONGEST_HEAD = 12  # lines; a longer row of headings is looked at in parts
_NO_LEVEL = -1  # titles are bold here, and what is marked as a heading is a part of an item


class Cluster(Struct, frozen=True):
    """Heading lines in a row, and what stands around them."""

    blocks: tuple[Block, ...]
    places: tuple[int, ...]  # in the page
    before: Block | None
    after: Block | None  # the next that is not of the page
    text: str  # the first paragraph after it
    signed: bool  # a byline stands between it and its text
    photo: bool  # one paragraph follows, and the name of who took a picture
    item_level: int  # headings down to this level head items; 0: unknown, below 0: none does
    first: bool  # nothing but the page's own stands before
    marked_page: bool  # some heading of the page is marked as one
    slogan: bool = False  # one was found in it already
    again: bool = False  # more headings as deep as its last one follow before the next item
    below_column: bool = False  # the name of a column stands above it
    over: bool = False  # a byline ends the paragraph before
    title_level: int = 0  # of the item that is open; 0: none, or its title is not marked

    @property
    def level(self) -> int:
        return min((block.line.level for block in self.blocks if block.line.level), default=0)

    @property
    def bold(self) -> bool:
        return any(block.line.bold for block in self.blocks)

    @property
    def lead(self) -> float:
        return lead_strength(self.text) if self.text else 0.0

    @property
    def unended(self) -> bool:
        """Whether the paragraph before stops in the middle of a sentence."""
        return (
            self.before is not None
            and self.before.kind is Kind.BODY
            and not is_closed(self.before.text)
        )


class Sign(Struct, frozen=True):
    """Evidence for an item: how much it weighs, from 0, or below 0 against it."""

    weigh: Callable[[Cluster], float]
    zh: str
    en: str


def _by_level(cluster: Cluster) -> float:
    if not cluster.level:
        return 0.0
    if not cluster.item_level:
        return 3.0 if cluster.level <= 2 else 1.5
    return 3.5 if cluster.level <= cluster.item_level else 0.0


def _own_place(cluster: Cluster) -> bool:
    """Whether headline and text name a place or a firm that the paragraph before does not."""
    before = cluster.before.text if cluster.before else ""
    return any(
        found[0] in cluster.text[:300] and found[0] not in before
        for block in cluster.blocks
        for found in shapes.NAMED.finditer(block.text[:80])
    )


ITEM_SIGNS: tuple[Sign, ...] = (
    Sign(lambda c: 4.0 if c.lead >= LEAD else 0.0, "后面是“本报讯”", "本报讯 follows"),
    Sign(lambda c: 4.0 if c.signed else 0.0, "后面是署名", "a byline follows"),
    Sign(
        lambda c: 3.5 if shapes.SALUTATION.fullmatch(c.text) else 0.0,
        "后面是信的称呼",
        "the salutation of a letter follows",
    ),
    Sign(
        lambda c: 3.5 if c.below_column else 0.0,
        "上面是栏目名",
        "below the name of a column",
    ),
    Sign(lambda c: 3.0 if c.over else 0.0, "前一篇以署名收尾", "a byline ends the item before"),
    Sign(
        lambda c: 5.0 if c.photo else 0.0,
        "后面是一段话和摄影者",
        "a paragraph and a photographer follow",
    ),
    Sign(
        lambda c: c.lead if 0 < c.lead < LEAD else 0.0,
        "后面的一段以时间起头",
        "a time begins what follows",
    ),
    Sign(_by_level, "标题的级别", "the level of the heading"),
    Sign(lambda c: 1.0 if c.bold and not c.level else 0.0, "加粗", "bold"),
    Sign(lambda c: 4.0 if c.first else 0.0, "版面上第一个标题", "the first heading of the page"),
    Sign(
        lambda c: 1.5 if c.text and max(overlap(b.text, c.text) for b in c.blocks) >= 0.4 else 0.0,
        "说的和后面第一段是一件事",
        "says what the next paragraph says",
    ),
    Sign(
        lambda c: 1.5 if _own_place(c) else 0.0,
        "说的是前一篇没有的地方",
        "names a place that the text before does not",
    ),
    Sign(
        lambda c: 1.5 if any(shapes.is_clause(b.text) for b in c.blocks) else 0.0,
        "有谁、做什么",
        "says who does what",
    ),
    Sign(lambda c: 1.0 if len(c.blocks) > 1 else 0.0, "几行标题连在一起", "several lines together"),
    Sign(
        lambda c: 1.0 if not c.unended and c.blocks[0].line.blank > 1 else 0.0,
        "前面空了几行",
        "blank lines before",
    ),
    Sign(
        lambda c: (
            1.0
            if c.blocks[-1].line.indent is False and c.after is not None and c.after.line.indent
            else 0.0
        ),
        "下一段缩进，这一行没有",
        "what follows is indented, this is not",
    ),
    Sign(
        # A photo item stands in the middle of another, of its sentence, even.
        lambda c: -2.5 if c.unended and not c.photo else 0.0,
        "前一段话没有说完",
        "the paragraph before is not at its end",
    ),
    Sign(
        lambda c: -5.0 if any(shapes.SUBHEAD_MARK.match(b.text) for b in c.blocks) else 0.0,
        "“一、”“（一）”起头",
        "begins with 一、 or （一）",
    ),
    Sign(
        lambda c: -4.0 if not c.text and c.after is None and not c.level else 0.0,
        "后面没有文字",
        "no text follows",
    ),
    Sign(
        lambda c: (
            -2.0
            if ((c.level or c.bold) and c.item_level and c.level > c.item_level)
            or (c.bold and not c.level and c.marked_page and not c.lead)
            else 0.0
        ),
        "比本版的标题低一级",
        "below the level of the titles of this page",
    ),
    Sign(
        lambda c: (
            -3.0
            if 0 < c.title_level < c.level and c.lead < LEAD and not (c.signed or c.photo)
            else 0.0
        ),
        "比这一篇的标题低一级",
        "below the level of the title of the item it stands in",
    ),
)
ENOUGH = 3.0


class PairSign(Struct, frozen=True):
    """Evidence of how two heading lines in a row go together: one, kicker or subtitle."""

    relation: str
    weigh: Callable[[Block, Block, str], float]
    zh: str
    en: str


def grammar(a: Block, b: Block, text: str) -> float:
    """How surely two lines are one by what they say, from 0; from 3 on hardly otherwise."""
    if shapes.is_unfinished(a.text) or shapes.goes_on(b.text):
        return 3.5
    verb = shapes.starts_with_verb(b.text)
    if verb and (
        shapes.awaits_verb(a.text) or (shapes.has_actor(a.text) and not shapes.has_verb(a.text))
    ):
        return 3.0
    return 0.0


PAIR_SIGNS: tuple[PairSign, ...] = (
    PairSign("one", grammar, "上一行的话没有说完", "the first line is not at its end"),
    PairSign(
        "one",
        lambda a, b, t: (
            (2.5 if a.line.level else 0.8)
            if b.line.blank == 0 and a.line.number != b.line.number
            else 0.0
        ),
        "两行紧挨着",
        "no blank line between",
    ),
    PairSign(
        "one",
        lambda a, b, t: 2.3 if a.line.level and a.line.level == b.line.level else 0.0,
        "同一级标题",
        "headings of one level",
    ),
    PairSign(
        "one",
        lambda a, b, t: 1.0 if not shapes.has_verb(b.text) or not shapes.has_verb(a.text) else 0.0,
        "有一行不成句",
        "one of them is no sentence",
    ),
    PairSign(
        "kicker",
        lambda a, b, t: 2.5 if phrases(a.text) > 1 >= phrases(b.text) else 0.0,
        "上一行是几个并列的短语",
        "the first line is made of phrases",
    ),
    PairSign(
        "kicker",
        lambda a, b, t: (
            (0.8 if shapes.is_clause(a.text) else 2.0)
            if shapes.is_clause(b.text) and not shapes.is_unfinished(a.text)
            else 0.0
        ),
        "下一行有谁、做什么",
        "the second says who does what",
    ),
    PairSign(
        "kicker",
        lambda a, b, t: 1.2 if overlap(b.text, t) > overlap(a.text, t) + 0.15 else 0.0,
        "下一行更像后面的正文",
        "the second is closer to the text",
    ),
    PairSign(
        "kicker",
        lambda a, b, t: 1.0 if phrases(b.text) > 1 and shapes.is_whole(b.text) else 0.0,
        "下一行自成一题",
        "the second is whole by itself",
    ),
    PairSign(
        "kicker",
        lambda a, b, t: (
            2.0 if b.line.blank and not (a.line.level and a.line.level == b.line.level) else 0.0
        ),
        "分成两行排",
        "set apart",
    ),
    PairSign(
        "subtitle",
        lambda a, b, t: 9.0 if b.text.startswith(("——", "—", "--", "──")) else 0.0,
        "破折号起头",
        "begins with a dash",
    ),
    PairSign(
        "subtitle",
        lambda a, b, t: (
            1.2
            if shapes.is_clause(a.text)
            and shapes.is_clause(b.text)
            and a.line.level == b.line.level
            else 0.0
        ),
        "两行都有谁、做什么",
        "both say who does what",
    ),
    PairSign(
        "subtitle",
        lambda a, b, t: (
            2.8
            if shapes.is_clause(a.text)
            and not shapes.has_actor(b.text)
            and not shapes.is_unfinished(a.text)
            else 0.0
        ),
        "上一行有谁、做什么，下一行没有",
        "the first says who does what, the second does not",
    ),
    PairSign(
        "subtitle",
        lambda a, b, t: (
            2.5 if shapes.COUNTED.match(b.text) and not shapes.COUNTED.match(a.text) else 0.0
        ),
        "下一行说的是数目",
        "the second tells how many",
    ),
    PairSign(
        "subtitle",
        lambda a, b, t: 1.2 if overlap(a.text, t) > overlap(b.text, t) + 0.25 else 0.0,
        "上一行更像后面的正文",
        "the first is closer to the text",
    ),
    PairSign(
        "subtitle",
        lambda a, b, t: 1.0 if phrases(b.text) > 1 >= phrases(a.text) else 0.0,
        "下一行是几个短语",
        "the second is made of phrases",
    ),
)


def relation(a: Block, b: Block, text: str) -> tuple[str, tuple[Reason, ...]]:
    scores = {"one": 0.0, "kicker": 0.1, "subtitle": 0.0}
    told: dict[str, list[Reason]] = {name: [] for name in scores}
    for sign in PAIR_SIGNS:
        if weight := sign.weigh(a, b, text):
            scores[sign.relation] += weight
            told[sign.relation].append(Reason(sign.zh, sign.en, weight))
    best = max(scores, key=lambda name: scores[name])
    return best, tuple(told[best])


def clusters_of(page: list[Block]) -> list[Cluster]:
    runs: list[list[int]] = []
    for at, block in enumerate(page):
        if block.kind is not Kind.HEADLINE:
            continue
        gap = page[runs[-1][-1] + 1 : at] if runs else [block]
        if runs and len(runs[-1]) < _LONGEST_HEAD and all(b.kind in _BESIDE for b in gap):
            runs[-1].append(at)
        else:
            runs.append([at])
    first_text = next(
        (
            at
            for at, b in enumerate(page)
            if b.kind in (Kind.BODY, Kind.BRIEF, Kind.NOTICE, Kind.ENTRY)
        ),
        len(page),
    )
    level = _item_level(page, runs, first_text)
    marked = any(page[at].line.level for run in runs for at in run)
    made = [_cluster(page, run, level, first=run[0] < first_text, marked=marked) for run in runs]
    if sum(cluster.photo for cluster in made) < _PHOTO_PAGE:
        return made
    return [replace(one, photo=one.photo or _is_pictured(page, one)) for one in made]


def _is_pictured(page: list[Block], cluster: Cluster) -> bool:
    """On a page of photo items, a title, a picture and one paragraph, without a photographer."""
    shown = [block.kind for block in page[cluster.places[-1] + 1 : cluster.places[-1] + 4]]
    ended = len(shown) < 3 or shown[2] in (*_BESIDE, Kind.HEADLINE, Kind.BRIEF, Kind.NOTICE)
    return (
        shown[:2] == [Kind.IMAGE, Kind.BODY]
        and ended
        and is_closed(cluster.text)
        and not cluster.lead >= LEAD
    )


def _cluster(
    page: list[Block], run: list[int], level: int, *, first: bool, marked: bool
) -> Cluster:
    deep = page[run[-1]].line.level
    high = min((page[at].line.level for at in run if page[at].line.level), default=0)
    next_one = next(
        (
            b
            for b in page[run[-1] + 1 : run[-1] + 60]
            if b.kind is Kind.HEADLINE and 0 < b.line.level <= deep
        ),
        None,
    )
    again = next_one is not None and high < next_one.line.level == deep
    following = [b for b in page[run[-1] + 1 : run[-1] + 12] if b.kind not in _BESIDE]
    before = next(
        (
            page[at]
            for at in range(run[0] - 1, max(-1, run[0] - 12), -1)
            if page[at].kind not in _BESIDE
        ),
        None,
    )
    if before is not None and before.kind is Kind.BODY and shapes.open_brackets(before.text) < 0:
        whole = _with_begin(page, page.index(before))
        before = replace(before, text=whole)
    signed = bool(following) and following[0].kind is Kind.BYLINE
    rest = following[1:] if signed else following
    text = rest[0].text if rest and rest[0].kind in (Kind.BODY, Kind.ENTRY) else ""
    photo = (
        len(rest) > 1
        and rest[0].kind is Kind.BODY
        and (
            rest[1].kind is Kind.CREDIT
            or (
                len(rest) > 2
                and rest[1].kind is Kind.BODY
                and rest[2].kind is Kind.CREDIT
                and not is_closed(rest[0].text)
            )
        )
    )
    tail = page[run[-1] + 1 : run[-1] + 5]
    shown = [b.kind for b in tail if b.kind not in (Kind.FURNITURE, Kind.IMAGE)][:2]
    credited = next((b.text for b in tail if b.kind is Kind.CREDIT), "")
    photo = photo or (shown == [Kind.CAPTION, Kind.CREDIT] and "报道" in credited)
    captions = [
        at
        for at, b in enumerate(tail)
        if b.kind is Kind.CAPTION and shapes.CAPTION_TAIL.fullmatch(b.text)
    ]
    if captions and all(b.kind in _BESIDE for b in tail[: captions[0]]):
        following_caption = tail[captions[0] + 1 :]
        only = not following_caption or following_caption[0].kind in (
            Kind.HEADLINE,
            Kind.FURNITURE,
            Kind.BRIEF,
            Kind.NOTICE,
        )
        photo = photo or only
    return Cluster(
        tuple(page[at] for at in run),
        tuple(run),
        before,
        following[0] if following else None,
        text,
        signed,
        photo,
        level,
        first,
        marked,
        again=again,
        over=before is not None
        and before.kind in (Kind.BODY, Kind.BRIEF)
        and signed_at_end(before.text),
    )


def _with_begin(page: list[Block], at: int) -> str:
    """The text at ``at`` behind the line that opened the bracket it closes."""
    for earlier in reversed(page[max(0, at - 3) : at]):
        if earlier.kind is Kind.BODY:
            return earlier.text[-LONGEST:] + page[at].text
    return page[at].text


def signed_at_end(text: str) -> bool:
    """Whether a paragraph ends in who wrote the item: «…。（记者 甲）»."""
    found = _TAIL.search(text[-LONGEST:])
    byline = read_byline(found[1]) if found else None
    return byline is not None and byline.roles and not byline.photo


def _item_level(page: list[Block], runs: list[list[int]], first_text: int) -> int:
    """The deepest level of a heading that is surely of an item; 0 where none is sure."""
    sure = 0
    shallow = 0
    bold = 0  # items whose titles are only bold
    for run in runs:
        cluster = _cluster(page, run, 0, first=run[0] < first_text, marked=False)
        if len(run) > 1 and slogan_at(cluster) == 0:
            cluster = _cluster(page, run[1:], 0, first=False, marked=False)
        if cluster.level and (cluster.lead >= LEAD or cluster.signed):
            sure = max(sure, cluster.level)
        elif cluster.bold and (cluster.lead >= LEAD or cluster.signed):
            bold += 1
        elif cluster.level and cluster.text and (not shallow or cluster.level < shallow):
            shallow = cluster.level
    return sure or (_NO_LEVEL if bold > 1 else shallow)


def slogan_at(cluster: Cluster) -> int | None:
    """Which line of a cluster is the page's slogan."""
    blocks = cluster.blocks
    last = cluster.after is None
    if cluster.slogan:
        return None
    if not (cluster.first or last):
        motto = len(blocks) > 1 and (shapes.MOTTO.fullmatch(blocks[0].text) or _above(blocks))
        return 0 if motto and overlap(blocks[0].text, cluster.text) < _FAR else None
    if cluster.first and len(blocks) > 1 and blocks[1].text.startswith(("——", "--", "—")):
        return None  # what has a subtitle is a title
    at = 0 if cluster.first else len(blocks) - 1
    block = blocks[at]
    if shapes.COLUMN_NAME.fullmatch(block.text):
        return None
    words = len(shapes.SLOGAN_WORDS.findall(block.text))
    alone = len(blocks) == 1
    score = min(words, 2) * 1.0 + (1.0 if phrases(block.text) > 1 else 0.0)
    score -= 2.5 * (overlap(block.text, cluster.text) >= 0.35)
    score -= (
        1.0
        if re.search(r"总工会|街道|[㐀-鿿]区|镇", block.text) and shapes.has_verb(block.text)
        else 0.0
    )
    if cluster.first:
        score += 2.0 if len(blocks) > 3 and not cluster.level and phrases(block.text) > 1 else 0.0
        score -= 4.0 if alone and (cluster.text or cluster.signed) else 0.0
        higher = any(b.line.level > block.line.level for b in blocks[1:])
        score += 1.0 if block.line.level == 1 and not alone else 0.0
        score += 1.0 if block.line.level and higher else 0.0
        if not alone and block.line.level and _heads_alone(blocks[1:]):
            score += 0.5
        if not alone and not block.line.level and len(blocks) > 1 and not words:
            score -= 1.0
        if (
            not alone
            and not block.line.level
            and any(b.line.level for b in blocks[1:])
            and len(blocks) == 2
        ):
            score -= 1.5  # a bare line before a marked heading is its kicker rather
        return at if score >= 2.0 else None
    score += 1.0 if not block.line.level and phrases(block.text) > 1 else 0.0
    return at if score >= 2.0 else None


def _above(blocks: Sequence[Block]) -> bool:
    """«# 同舟共济 奋楫争先» over «## 某镇成立联合工会»: the highest line says nothing of anybody."""
    first, *others = blocks
    levels = [block.line.level for block in others if block.line.level]
    higher = bool(levels) and 0 < first.line.level < min(levels)
    says = shapes.is_clause(first.text) or shapes.has_actor(first.text)
    wished = phrases(first.text) > 1 or bool(shapes.SLOGAN_WORDS.search(first.text))
    return higher and wished and not says


def _heads_alone(blocks: Sequence[Block]) -> bool:
    return any(block.line.level for block in blocks)
