"""Lines → blocks: what each line is, by its own form and the lines that are like it.

What a heading line heads (a title, a kicker, a part) depends on its neighbours; ``headlines``
decides that next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from bulletin.importers.blocks import Block, Kind, Line, Reason
from bulletin.importers.furniture import JUMP, WORDS
from bulletin.importers.rows import mark_rows
from bulletin.importers.rules import RULES, Look


def classify(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Each line with the kind that its own form speaks for; jumps glued to a text stand apart."""
    looks = [
        Look(line, lines[at - 1] if at else None, lines[at + 1] if at + 1 < len(lines) else None)
        for at, line in enumerate(lines)
    ]
    blocks = [part for look in looks for part in _parts(look)]
    return mark_rows(blocks)


def judge(look: Look) -> Block:
    """The kind of one line: the rule of the highest weight that holds."""
    told = [rule for rule in RULES if rule.holds(look)][:3]
    best = told[0]
    zh, en = best.zh, best.en
    if best.kind is Kind.FURNITURE and look.furniture:
        zh, en = WORDS[look.furniture]
    return Block(best.kind, look.text, look.line, (Reason(zh, en, best.weight),), best.weight)


def _parts(look: Look) -> Iterator[Block]:
    """The block of a line, and apart from it the jumps at its ends."""
    block = judge(look)
    if block.kind is not Kind.FURNITURE and ("接" in look.text[:16] or "转" in look.text[-24:]):
        start, end = JUMP.match(look.text[:40]), None
        for found in JUMP.finditer(look.text, max(0, len(look.text) - 40)):
            end = found if found.end() >= len(look.text) - 1 else None
        cuts = (
            start.end() if start else 0,
            end.start() if end and not (start and end.start() < start.end()) else len(look.text),
        )
        if cuts != (0, len(look.text)) and not look.line.parts:
            pieces = (
                look.text[: cuts[0]],
                look.text[cuts[0] : cuts[1]].strip(),
                look.text[cuts[1] :],
            )
            yield from _cut(pieces, look, block)
            return
        if cuts != (0, len(look.text)):
            yield from _cut_wrapped(look, block)
            return
    yield block


def _cut(pieces: tuple[str, str, str], look: Look, block: Block) -> Iterator[Block]:
    zh, en = WORDS["jump"]
    for place, text in enumerate(pieces):
        if not text:
            continue
        if place == 1:
            inner = judge(Look(replace(look.line, text=text), look.before, look.after))
            yield replace(inner, line=look.line, whole=False)
        else:
            yield Block(
                Kind.FURNITURE, text.strip(), look.line, (Reason(zh, en, 0.95),), 0.95, whole=False
            )


def _cut_wrapped(look: Look, block: Block) -> Iterator[Block]:
    """A jump glued to a text of several lines stays with the last or first of them."""
    parts = list(look.line.parts)
    jump = JUMP.search(parts[-1][1])
    if jump and jump.end() >= len(parts[-1][1]) - 1:
        number, text = parts[-1]
        kept = text[: jump.start()]
        parts = [*parts[:-1], (number, kept)] if kept else parts[:-1]
        line = replace(
            look.line,
            text=look.text[: len(look.text) - (len(text) - jump.start())],
            parts=tuple(parts),
        )
        yield replace(block, text=line.text, line=line)
        zh, en = WORDS["jump"]
        own = replace(look.line, number=number, text=text, parts=())
        yield Block(
            Kind.FURNITURE, text[jump.start() :], own, (Reason(zh, en, 0.95),), 0.95, whole=False
        )
        return
    yield block
