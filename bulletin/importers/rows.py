"""Lines that are alike: lists, prizes, names, poems. They are entries, no headlines."""

from __future__ import annotations

import re
from itertools import groupby

from msgspec.structs import replace

from bulletin.importers import shapes
from bulletin.importers.blocks import Block, Kind, Reason
from bulletin.importers.shapes import is_closed, length, phrases

_IN_A_ROW = Reason("与上下几行同样形状，是列项", "as short as its neighbours: a list", 0.8)
_POEM = Reason("连着几行短句，像诗", "several short lines, like a poem", 0.7)
_COLUMN = Reason("栏目名", "the name of a column", 0.75)
_SIGNED_POEM = Reason("诗的题目和正文之间的人名", "between the title of a poem and its verses", 0.7)
_TITLES = (Kind.HEADLINE, Kind.TITLE)
_MOST_AT_TOP = 5
_VERSES, _VERSE = 5, 18  # lines of a poem at least, characters of one at most


def mark_rows(blocks: list[Block]) -> tuple[Block, ...]:
    """Bare short lines in a row are a list or a poem, not headlines."""
    made: list[Block] = []
    for bare, group in groupby(blocks, key=_is_bare):
        run = list(group)
        made += _list(run, made, blocks, len(made)) if bare else run
    return tuple(made)


def _is_bare(block: Block) -> bool:
    bare = not (block.line.level or block.line.bold)
    return bare and (block.kind is Kind.ENTRY or block.kind is Kind.HEADLINE or _short_verse(block))


def _short_verse(block: Block) -> bool:
    """A line of a poem may end in a comma or a stop."""
    return (
        block.kind is Kind.BODY
        and length(block.text) <= 16
        and not shapes.SPEAKER.match(block.text)
        and shapes.lead_strength(block.text) < 4
        and not re.search("[。；;].", block.text.rstrip("”」"))
    )


def _list(run: list[Block], made: list[Block], blocks: list[Block], at: int) -> list[Block]:
    before, after = _around(run, made, blocks, at)
    announced = (
        before is not None and before.kind is Kind.BODY and before.text.endswith(("：", ":"))
    )
    unended = (
        before is not None
        and before.kind is Kind.BODY
        and not is_closed(before.text)
        and not announced
    )
    if not announced and (poem := _poem(run, made, blocks, at)):
        return poem
    verses = [b for b in run if b.kind is Kind.BODY]
    if verses and (unended or not _is_poem(run)):
        # Not a poem: what looked like verses is body, and parts the run.
        return run if len(verses) == len(run) else _mixed(run, made, blocks, at)
    if verses:
        return [replace(b, kind=Kind.ENTRY, why=(_POEM,), sure=0.7) for b in run]
    if not announced and not unended and _is_song(run):
        why = (Reason("下面几行一样长，是诗", "lines of one length follow: a poem", 0.7),)
        song = [replace(b, kind=Kind.ENTRY, why=(_POEM,), sure=0.7) for b in run[1:]]
        return [replace(run[0], kind=Kind.TITLE, why=why, sure=0.6), *song]
    head = _head_at_end(run, after, announced=announced)
    entries, rest = run[: len(run) - head], run[len(run) - head :]
    entry_like = sum(b.kind is Kind.ENTRY for b in entries)
    below_heading = (
        before is not None and before.kind in (Kind.HEADLINE, Kind.BYLINE) and len(entries) >= 2
    )
    # At the top of a page stand a slogan, a kicker and a title: a list has a text above it.
    top = before is None and len(run) <= _MOST_AT_TOP and not entry_like
    listed = (
        announced
        or (len(entries) >= 3 and not top)
        or (below_heading and not head)
        or (entry_like and len(entries) >= 2)
    )
    if not listed:
        return run
    return [
        b if b.kind is Kind.ENTRY else replace(b, kind=Kind.ENTRY, why=(_IN_A_ROW,), sure=0.75)
        for b in entries
    ] + rest


def _is_poem(run: list[Block]) -> bool:
    """Lines of about one length, no sentence within a line, nearly all with a stop.

    Lines of a narrow column end where the column does, few of them with a stop.
    """
    sizes = [length(b.text.rstrip("，。；！？,;!?")) for b in run]
    stopped = sum(b.text[-1:] in "，。；！？,;!?" for b in run)
    whole = not any(re.search("[。；：;:].|、$", b.text.rstrip("”」")) for b in run)
    return (
        len(run) >= 4 and whole and stopped * 4 >= 3 * len(run) and max(sizes) <= 1.6 * min(sizes)
    )


def _around(
    run: list[Block], made: list[Block], blocks: list[Block], at: int
) -> tuple[Block | None, Block | None]:
    """The blocks before and after a run that are of items."""
    beside = (Kind.FURNITURE, Kind.IMAGE)
    before = next((b for b in reversed(made) if b.kind not in beside), None)
    after = next((b for b in blocks[at + len(run) :] if b.kind not in beside), None)
    return before, after


def _poem(run: list[Block], made: list[Block], blocks: list[Block], at: int) -> list[Block] | None:
    """The run as a poem: the name of a column, its title, who wrote it, verses; else None."""
    before, after = _around(run, made, blocks, at)
    if len(run) > _VERSES and shapes.COLUMN_NAME.fullmatch(run[0].text):
        column = replace(run[0], kind=Kind.FURNITURE, why=(_COLUMN,), sure=0.75)
        title = replace(run[1], kind=Kind.TITLE, why=(_POEM,), sure=0.6)
        below = _poem(run[2:], [*made, column, title], blocks, at + 2)
        return [column, title, *below] if below else None
    if before is not None and before.kind in _TITLES and _is_pen_name(run):
        signed = replace(run[0], kind=Kind.BYLINE, why=(_SIGNED_POEM,), sure=0.7)
        below = _poem(run[1:], [*made, signed], blocks, at + 1)
        return [signed, *below] if below else None
    if not _is_free_verse(run, before):
        return None
    head = min(1, _head_at_end(run, after, announced=False))
    verses = [replace(b, kind=Kind.ENTRY, why=(_POEM,), sure=0.7) for b in run[: len(run) - head]]
    return verses + run[len(run) - head :]


def _is_pen_name(run: list[Block]) -> bool:
    """«老槐» between the title of a poem and its verses, shorter than any of them."""
    name, verses = run[0].text, run[1:]
    sizes = [length(block.text) for block in verses]
    return (
        len(verses) >= _VERSES
        and bool(re.fullmatch("[㐀-鿿](?: ?[㐀-鿿]){1,2}", name))
        and max(sizes) <= _VERSE
        and min(sizes) > len(name)
    )


def _is_free_verse(run: list[Block], before: Block | None) -> bool:
    """Many short lines of different lengths below a title or a name, most of them without a stop.

    Lines of a narrow column are of one length, and are joined before.
    """
    headed = before is not None and before.kind in (*_TITLES, Kind.BYLINE)
    sizes = [length(b.text) for b in run]
    loose = sum(b.text[-1:] not in "。！？" for b in run)
    return (
        headed
        and len(run) >= _VERSES
        and max(sizes) <= _VERSE
        and len(set(sizes)) > 2
        and loose * 3 >= 2 * len(run)
        and not any(b.kind is Kind.ENTRY for b in run)
    )


def _is_song(run: list[Block]) -> bool:
    """A short line, and at least four of one other length below it."""
    sizes = [length(b.text) for b in run]
    return len(run) > 4 and len(set(sizes[1:])) == 1 and 4 <= sizes[1] <= 9 and sizes[0] < sizes[1]


def _mixed(run: list[Block], made: list[Block], blocks: list[Block], at: int) -> list[Block]:
    """The bare lines between the short sentences of a run, each judged among its own."""
    out: list[Block] = []
    for bodies, group in groupby(run, key=lambda b: b.kind is Kind.BODY):
        part = list(group)
        out += part if bodies else _list(part, [*made, *out], blocks, at + len(out))
    return out


def _is_alike(text: str) -> bool:
    """«甲区总工会 乙区总工会»: the phrases end alike, as those of a list do."""
    return len({phrase[-2:] for phrase in text.split()}) == 1


def _is_apart(run: list[Block], at: int) -> bool:
    """Whether more blank lines than elsewhere in the run stand before one of its lines."""
    return run[at].line.blank > min(block.line.blank for block in run[1:])


def _head_at_end(run: list[Block], after: Block | None, *, announced: bool) -> int:
    """How many lines at the end of a run head what follows it."""
    if after is None or run[-1].kind is Kind.ENTRY:
        return 0
    titled = after.kind is Kind.HEADLINE  # a marked heading: a bare line before it is its kicker
    strength = shapes.lead_strength(after.text) if after.kind is Kind.BODY else 0
    lead = strength == 4 or after.kind is Kind.BYLINE
    soft_lead = strength > 0 or (
        after.kind is Kind.BODY and shapes.overlap(run[-1].text, after.text) >= 0.3
    )
    if not (titled or lead or soft_lead):
        return 0 if announced or len(run) > 3 else len(run)
    if len(run) <= 3 and not announced:
        return len(run)
    parted = (phrases(run[-1].text) > 1 and not _is_alike(run[-1].text)) or _is_apart(
        run, len(run) - 1
    )
    if (
        titled
        and not parted
        and length(run[-1].text) <= 1.5 * max(length(b.text) for b in run[:-1])
    ):
        return 0  # the last entry of a list, and no kicker of the heading below
    count = 1
    for one in range(len(run) - 2, -1, -1):
        gap = _is_apart(run, one + 1)
        near = shapes.overlap(run[one].text, after.text) >= 0.4 or phrases(run[one].text) > 1
        if gap or not near or len(run) - one > 3:
            break
        count += 1
    return count
