"""What heading lines head: an item (title, kicker, subtitle), a part of one, the page itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from bulletin.importers import shapes
from bulletin.importers.blocks import Block, Kind, Reason
from bulletin.importers.clusters import (
    ENOUGH,
    ITEM_SIGNS,
    Cluster,
    clusters_of,
    grammar,
    relation,
    slogan_at,
)
from bulletin.importers.shapes import LEAD, length, phrases


def assign_headlines(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of the page with every heading line given its part."""
    page = list(blocks)
    clusters = clusters_of(page)
    opened = False  # an item has begun
    notice = False  # a notice has
    level = 0  # of the title of the item that is open
    at = 0
    starts = {cluster.places[0]: cluster for cluster in clusters}
    while at < len(page):
        block = page[at]
        if cluster := starts.get(at):
            cluster = replace(cluster, title_level=level)
            if _is_begun_text(cluster, page):
                decided = [_taken(page[place], Kind.BODY, _BEGUN) for place in cluster.places]
            else:
                decided = _decide(cluster, opened=opened, notice=notice)
            for place, new in zip(cluster.places, decided, strict=True):
                page[place] = new
            if any(new.kind is Kind.TITLE for new in decided):
                opened, notice = True, False
                if not cluster.photo:  # after a photo item the one before goes on
                    level = min(new.line.level for new in decided if new.kind is Kind.TITLE)
        elif block.kind is Kind.NOTICE:
            notice = opened = True
            level = block.line.level
        elif block.kind is Kind.BRIEF:
            opened, notice = True, False
        elif block.kind is Kind.FURNITURE and (
            (notice and _of_notice(block, page, at)) or _signs(page, at)
        ):
            page[at] = replace(
                block,
                kind=Kind.ENTRY,
                why=(Reason("公告的落款", "the end of a notice", 0.8),),
                sure=0.8,
            )
        at += 1
    return tuple(page)


def _is_begun_text(cluster: Cluster, page: list[Block]) -> bool:
    """A bare line between the byline below a title and its text: the text was cut."""
    bare = len(cluster.blocks) == 1 and not cluster.level and not cluster.bold
    at = cluster.places[0]
    signed = at > 1 and page[at - 1].kind is Kind.BYLINE
    headed = signed and page[at - 2].kind in (Kind.TITLE, Kind.SUBTITLE)
    return bare and headed and bool(cluster.text) and not cluster.signed and cluster.lead < LEAD


def _signs(page: list[Block], at: int) -> bool:
    """Whether a date ends a letter: a short line with who wrote it stands before."""
    before = page[at - 1] if at else None
    return (
        before is not None
        and before.kind is Kind.ENTRY
        and bool(shapes.DATE_ALONE.fullmatch(page[at].text))
        and not (before.why and before.why[0].weight < 0.7 and before.line.bold)
    )


def _of_notice(block: Block, page: list[Block], at: int) -> bool:
    """Whether a date or an address belongs to the notice it stands in."""
    before = page[at - 1]
    if before.kind is Kind.FURNITURE:
        return False
    if shapes.DATE_ALONE.fullmatch(block.text):
        return True
    told = block.why[0].en if block.why else ""
    return told in ("the paper's address", "an address") and not re.search(
        "本报|本版|编辑|投稿|广告|发行", block.text
    )


_LONGEST_MASTHEAD = 10  # characters
_SLOGAN = Reason("标语的话，和后面的正文无关", "words of a slogan, far from the text", 0.8)
_BEGUN = Reason("署名和正文之间的半句话", "between a byline and its text", 0.75)
_MASTHEAD = Reason("报头：下面是期号", "the head of a bulletin: its number follows", 0.8)
_COLUMN = Reason("栏目名", "the name of a column", 0.75)
_FRAGMENT = Reason(
    "图片新闻没有引题，这是被隔断的半句话", "photo items have no kicker: a sentence cut off", 0.7
)


def _decide(cluster: Cluster, *, opened: bool, notice: bool) -> list[Block]:
    """The lines of a cluster with their kinds: what is of the page is taken off its ends first."""
    if (slogan := slogan_at(cluster)) is not None:
        return _without_slogan(cluster, slogan, opened=opened, notice=notice)
    blocks = list(cluster.blocks)
    done: list[Block] = []
    while (
        blocks
        and not (cluster.photo and len(blocks) == 1)
        and _is_column(blocks[0], cluster, alone=len(blocks) == 1)
    ):
        done.append(_taken(blocks.pop(0), Kind.FURNITURE, _COLUMN))
    if cluster.first and _is_masthead(blocks):
        done.append(_taken(blocks.pop(0), Kind.FURNITURE, _MASTHEAD))
    while opened and _is_fragment_before_photo(blocks, cluster):
        done.append(_taken(blocks.pop(0), Kind.BODY, _FRAGMENT))
    if not blocks:
        return done
    inner = replace(cluster, blocks=tuple(blocks), below_column=bool(done) or cluster.below_column)
    weighed = [Reason(s.zh, s.en, weight) for s in ITEM_SIGNS if (weight := s.weigh(inner))]
    score = sum(reason.weight for reason in weighed)
    reasons = tuple(sorted(weighed, key=lambda reason: -abs(reason.weight))[:3])
    sure = min(0.99, max(0.5, 0.5 + abs(score - ENOUGH) / 8))
    if notice and not _stands_out(inner):
        score -= 2.0
    if score >= ENOUGH or (not opened and cluster.text):
        return [*done, *_parts_of_head(inner, reasons, sure)]
    return [*done, *(_inside(inner, block, reasons, sure) for block in blocks)]


def _stands_out(cluster: Cluster) -> bool:
    """Whether a head differs from the lines at the end of a notice."""
    marked = bool(cluster.level or cluster.bold)
    return marked or cluster.lead >= LEAD or cluster.photo or cluster.signed


def _taken(block: Block, kind: Kind, why: Reason) -> Block:
    return replace(block, kind=kind, why=(why,), sure=why.weight)


def _without_slogan(cluster: Cluster, at: int, *, opened: bool, notice: bool) -> list[Block]:
    """A slogan stands first or last; the other lines are decided without it."""
    slogan = _taken(cluster.blocks[at], Kind.SLOGAN, _SLOGAN)
    if len(cluster.blocks) == 1:
        return [slogan]
    others = slice(1, None) if at == 0 else slice(None, -1)
    rest = replace(
        cluster, blocks=cluster.blocks[others], places=cluster.places[others], slogan=True
    )
    decided = _decide(rest, opened=opened, notice=notice)
    return [slogan, *decided] if at == 0 else [*decided, slogan]


def _is_fragment_before_photo(blocks: Sequence[Block], cluster: Cluster) -> bool:
    """A bare line above a bare title of a photo item that stands in the middle of another."""
    if not cluster.photo or len(blocks) < 2 or blocks[0].line.level or blocks[0].line.bold:
        return False
    first = blocks[0].text
    inside = cluster.before is not None and cluster.before.kind is Kind.BODY
    alike = not (blocks[1].line.level or blocks[1].line.bold)
    one = (
        alike
        and relation(blocks[0], blocks[1], cluster.text)[0] == "one"
        and not shapes.is_unfinished(first)
    )
    if inside and re.search("[，,]", first):
        return True
    return inside and not one and phrases(first) < 2 and len(first) > 5


def _is_masthead(blocks: Sequence[Block]) -> bool:
    """«门头沟工会» above «2024年第9期»: lines of the page stand between it and the first headline."""
    if len(blocks) < 2 or length(blocks[0].text) > _LONGEST_MASTHEAD:
        return False
    apart = blocks[1].line.number - blocks[0].line.number > 2  # more than a blank line
    return apart and not shapes.is_clause(blocks[0].text) and phrases(blocks[0].text) < 2


def _is_column(block: Block, cluster: Cluster, *, alone: bool) -> bool:
    briefs = cluster.after is not None and cluster.after.kind is Kind.BRIEF
    short = length(block.text) <= 9 and not shapes.is_clause(block.text)
    if alone:
        return briefs and (short or bool(shapes.COLUMN_NAME.fullmatch(block.text)))
    return bool(shapes.COLUMN_NAME.fullmatch(block.text)) and length(block.text) <= 8


def _inside(cluster: Cluster, block: Block, reasons: tuple[Reason, ...], sure: float) -> Block:
    """A heading line that begins no item."""
    marked = bool(block.line.level or block.line.bold)
    enumerated = bool(shapes.SUBHEAD_MARK.match(block.text))
    fragment = (
        shapes.is_unfinished(block.text)
        or shapes.STARTS_INSIDE.match(cluster.text)
        or shapes.STARTS_LOW.match(cluster.text)
        or (cluster.text and length(block.text) > (16 if cluster.marked_page else 20))
        or (block.text[-1:].isdigit() and cluster.text[:1].isdigit())
        or shapes.DANGLING.search(block.text)
        or shapes.STARTS_IN_WORD.match(cluster.text)
    )
    if not marked and not enumerated and (cluster.unended or fragment):
        return replace(block, kind=Kind.BODY, why=reasons, sure=min(sure, 0.7))
    if cluster.text and (marked or enumerated or length(block.text) <= 20):
        return replace(block, kind=Kind.SUBHEADING, why=reasons, sure=sure)
    return replace(block, kind=Kind.ENTRY, why=reasons, sure=min(sure, 0.7))


# --- the parts of a head


def _parts_of_head(cluster: Cluster, why: tuple[Reason, ...], sure: float) -> list[Block]:
    """Kickers, the title (of one or more lines), subtitles."""
    blocks = cluster.blocks
    start, end, pair = _title_span(blocks, cluster.text)
    made = []
    for at, block in enumerate(blocks):
        kind = Kind.KICKER if at < start else Kind.TITLE if at < end else Kind.SUBTITLE
        if kind is Kind.SUBTITLE and _begins_part(cluster, block, at):
            kind = Kind.SUBHEADING
        made.append(
            replace(
                block,
                kind=kind,
                why=(*pair, *why)[:3],
                sure=sure if len(blocks) == 1 else min(sure, 0.85),
            )
        )
    return made


def _begins_part(cluster: Cluster, block: Block, at: int) -> bool:
    """`## 标题` `### 小标题`: a deeper heading right before a text that is no lead."""
    last = at == len(cluster.blocks) - 1
    deeper = block.line.level > cluster.level > 0
    unled = not cluster.lead and not cluster.signed and cluster.again
    return last and ((deeper and unled) or bool(shapes.SUBHEAD_MARK.match(block.text)))


def _title_span(blocks: Sequence[Block], text: str) -> tuple[int, int, tuple[Reason, ...]]:
    """Where the title begins and ends among the lines of a head, with the evidence."""
    if len(blocks) == 1:
        return 0, 1, ()
    rank = [_rank(block) for block in blocks]
    best = min(rank)
    start = rank.index(best)
    end = start + 1
    while end < len(blocks) and rank[end] == best:
        end += 1
    reasons: tuple[Reason, ...] = ()
    if end - start == 1:
        return start, end, (Reason("级别最高的一行", "the line of the highest rank", 1.0),)
    units = _units(blocks[start:end], text)
    # Find the break between kicker, title and subtitle pair by pair.
    first, last = 0, 1
    settled = False
    for at, (above, below) in enumerate(pairwise(units)):
        found, told = relation(_as_one(above), _as_one(below), text)
        reasons = told or reasons
        if found == "one":
            last = at + 2 if not settled else last
        elif found == "kicker" and not settled and first == 0:
            # What was taken so far stands above the title; a second line above it is rare.
            first, last = at + 1, at + 2
        else:
            settled = True
    before = start + sum(len(unit) for unit in units[:first])
    return before, before + sum(len(unit) for unit in units[first:last]), reasons


def _units(blocks: Sequence[Block], text: str) -> list[list[Block]]:
    """Lines of one rank, those together that are one by their grammar."""
    units = [[blocks[0]]]
    for block in blocks[1:]:
        last = units[-1][-1]
        joined = (
            grammar(last, block, text) >= _SURELY_ONE and relation(last, block, text)[0] == "one"
        )
        if joined:
            units[-1].append(block)
        else:
            units.append([block])
    return units


def _as_one(unit: Sequence[Block]) -> Block:
    return (
        replace(unit[0], text="".join(block.text for block in unit)) if len(unit) > 1 else unit[0]
    )


_SURELY_ONE = 3.0


def _rank(block: Block) -> int:
    if block.line.level:
        return block.line.level
    return 7 if block.line.bold else 8
