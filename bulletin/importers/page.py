"""A page of a newspaper → its items: the steps in order, and what they made of every line.

    classify → attach → mend → lift → restore → propose

``read_page`` is pure: text and vocabulary in, ``Page`` out. Its Problems say where the account
of characters does not come out even; then nothing may be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bulletin.importers.attach import attach
from bulletin.importers.blocks import KIND_NAMES, Block, Doubt, Draft, Kind, Line, Signed
from bulletin.importers.classify import classify
from bulletin.importers.conserve import check, check_lines
from bulletin.importers.headlines import assign_headlines
from bulletin.importers.lift import lift
from bulletin.importers.lines import read_lines
from bulletin.importers.mend import mend
from bulletin.importers.propose import home_of, propose
from bulletin.importers.restore import restore_line
from bulletin.importers.unwrap import unwrap
from bulletin.problem import Language, Problem, problem
from bulletin.vocabulary import Vocabulary


class Row(Struct, frozen=True):
    """A line of the table of ``--dry-run``."""

    line: int
    item: int  # from 1; 0: of the page
    kind: Kind
    text: str
    why: str
    sure: float


class Page(Struct, frozen=True):
    """A page as import understands it."""

    items: tuple[Draft, ...]
    slogan: str | None
    furniture: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    blocks: tuple[
        tuple[int, Block, tuple[str, str]], ...
    ]  # item from 1 or 0, block, why it was joined
    problems: tuple[Problem, ...]


def read_page(text: str, vocabulary: Vocabulary, path: str = "") -> Page:
    """The items of a page; Problems where it says nothing, or the account is not even."""
    lines = read_lines(text)
    found = read_page_lines(lines, vocabulary, path)
    if lost := check_lines(text, lines, path):
        return replace(found, problems=(*lost, *found.problems))
    return found


def read_page_lines(lines: Sequence[Line], vocabulary: Vocabulary, path: str = "") -> Page:
    """The same for lines that another reader made (Word, PDF)."""
    blocks = assign_headlines(classify(unwrap(lines)))
    attached = attach(blocks)
    indented = _is_indented(blocks)
    mended = [mend(group, indented=indented) for group in attached.groups]
    beside = (*attached.slogan, *attached.furniture)
    home = home_of("\n".join(block.text for block in attached.furniture), vocabulary)
    drafts = tuple(propose(lift(one), vocabulary, home) for one in mended)
    problems = check(lines, drafts, beside, path)
    if not drafts:
        problems.append(problem("B1004", path))
    joins = {id(block): run.why for one in mended for run in one.runs for block in run.blocks[1:]}
    told = [(0, block, ("", "")) for block in beside]
    for number, group in enumerate(attached.groups, start=1):
        for block in group.blocks:
            why = joins.get(id(block), ())
            words = ("，".join(r.zh for r in why), ", ".join(r.en for r in why))
            told.append((number, block, words))
    told.sort(key=lambda row: row[1].line.number)
    slogan = (
        restore_line(" ".join(block.text for block in attached.slogan)) if attached.slogan else None
    )
    return Page(
        items=drafts,
        slogan=slogan,
        furniture=tuple(
            (block.whole and block.line.raw) or block.text for block in attached.furniture
        ),
        doubts=tuple(doubt for draft in drafts for doubt in draft.doubts),
        blocks=tuple(told),
        problems=tuple(sorted(problems)),
    )


def _is_indented(blocks: Sequence[Block]) -> bool:
    """Whether paragraphs of this page begin with blanks."""
    bodies = [block for block in blocks if block.kind is Kind.BODY]
    return sum(block.line.indent for block in bodies) * 3 >= max(1, len(bodies))


# --- as JSON


def page_as_json(page: Page, language: Language = Language.CHINESE) -> dict[str, Any]:
    """The form of ``--format json``; what is absent is None or an empty list."""
    return {
        "items": [_item(draft, language) for draft in page.items],
        "slogan": page.slogan,
        "furniture": list(page.furniture),
    }


def _item(draft: Draft, language: Language) -> dict[str, Any]:
    return {
        "title": draft.headline or None,
        "kicker": draft.kicker.value if draft.kicker else None,
        "subtitle": draft.subtitle.value if draft.subtitle else None,
        "genre": draft.genre or None,
        "byline": [_signed(one) for one in draft.byline],
        "districts": [one.name for one in draft.districts],
        "places": [one.name for one in draft.places],
        "activities": [one.name for one in draft.activities],
        "dateline": draft.dateline.value if draft.dateline else None,
        "paragraphs": [
            f"## {one.text.value}" if one.kind is Kind.SUBHEADING else one.text.value
            for one in draft.paragraphs
        ],
        "images": [
            {
                "caption": photo.caption.value if photo.caption else None,
                "credit": photo.credit.value if photo.credit else None,
            }
            for photo in draft.photos
        ],
        "doubts": [doubt.told(language) for doubt in draft.doubts],
    }


def _signed(one: Signed) -> dict[str, str]:
    return {"name": one.name, "role": one.role}


# --- as a table


def page_as_table(page: Page, language: Language) -> list[Row]:
    """What each block was taken for, why, and how sure, in the order of the page."""
    chinese = language is Language.CHINESE
    rows = []
    for item, block, (zh, en) in page.blocks:
        why = ("，" if chinese else ", ").join(reason.told(language) for reason in block.why)
        if zh:
            why = f"接上一段：{zh}" if chinese else f"joined: {en}"
        rows.append(Row(block.line.number, item, block.kind, block.text, why, block.sure))
    return rows


def kind_name(kind: Kind, language: Language) -> str:
    return KIND_NAMES[kind] if language is Language.CHINESE else kind.value
