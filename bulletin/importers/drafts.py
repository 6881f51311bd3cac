"""An item of a page → the file of its draft: name, front matter, body, pictures.

The body is read back by the parser that will publish it: what would come out as anything but the
words of the page is escaped, and where even that does not help nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from bulletin.body import parse_body
from bulletin.headedit import Value, with_values
from bulletin.importers.blocks import Draft, Kind, Paragraph, Photo
from bulletin.importers.conserve import bare
from bulletin.importers.page import Page
from bulletin.picture import PICTURE_ENDINGS
from bulletin.pinyin import slug
from bulletin.problem import Problem, problem
from bulletin.source import digest_of
from bulletin.text import FORBIDDEN, visible

MARK = "import"  # the key below ``extra`` by which an imported item is known again
ASK = "请确认"
_ASKING = f"<!-- {ASK}："


class Printed(Struct, frozen=True):
    """Where and when the page was printed; texts may be empty."""

    date: str  # 2024-08-05
    publication: str = ""
    edition: str = ""
    page: str = ""


class DraftFile(Struct, frozen=True):
    """A draft, ready to be written."""

    order: int  # on the page, from 1
    title: str
    name: str  # of the file, without its ending
    mark: str
    text: str  # pictures stand in it by the names they have beside a file called ``name``
    pictures: tuple[tuple[str, bytes], ...]  # name beside the draft, bytes

    @property
    def marks(self) -> int:
        """How many places a person has to confirm."""
        return self.text.count(_ASKING)


def files_of(
    page: Page,
    printed: Printed,
    pictures: Mapping[str, bytes],
    taken: Collection[str],
    path: str,
) -> tuple[list[DraftFile], list[Problem]]:
    """A file for each item of a page; Problems for what could not be written as it was printed.

    ``pictures``: bytes by the names that the page has for them, those alone that may be written.
    ``taken``: names in small letters that no draft may have.
    """
    made: list[DraftFile] = []
    problems: list[Problem] = []
    marks: set[str] = set()
    for order, draft in enumerate(page.items, start=1):
        mark = _unused(mark_of(draft), marks)
        shelf = _Shelf(_free(name_of(draft, printed, order), taken), pictures)
        beside = _beside(page) if order == 1 else []
        body = "\n\n".join([*_blocks(draft, shelf), *beside])
        problems += _faults_of_body(draft, body, path)
        values = _values(draft, printed, mark, shelf.images)
        text = with_values(f"{body}\n", values)
        made.append(
            DraftFile(order, draft.headline, shelf.name, mark, text, tuple(shelf.files.items()))
        )
    return made, problems


def name_of(draft: Draft, printed: Printed, order: int) -> str:
    """2024-08-05-03-chang-ping-qu-…: the date, the place on the page, the title in pinyin."""
    return f"{printed.date}-{order:02}-{slug(draft.headline) or 'news'}"


def _free(name: str, taken: Collection[str]) -> str:
    number, made = 1, name
    while made.lower() in taken:
        number += 1
        made = f"{name}-{number}"
    return made


def mark_of(draft: Draft) -> str:
    """Sixteen digits for what was printed, whatever its blanks, widths and line breaks were."""
    printed = [draft.title.value if draft.title else ""]
    printed += [paragraph.text.value for paragraph in draft.paragraphs]
    printed += [photo.caption.value for photo in draft.photos if photo.caption]
    return digest_of("\n".join(bare(text) for text in printed).encode()).hex()[:16]


def _unused(mark: str, marks: set[str]) -> str:
    """A page may print one text twice."""
    number, made = 1, mark
    while made in marks:
        number += 1
        made = f"{mark}-{number}"
    marks.add(made)
    return made


# --- front matter


def _values(
    draft: Draft, printed: Printed, mark: str, images: list[dict[str, str]]
) -> dict[str, Value]:
    said: dict[str, Value] = {
        "title": _line(draft.headline),
        "kicker": _line(draft.kicker.value) if draft.kicker else "",
        "subtitle": _line(draft.subtitle.value) if draft.subtitle else "",
        "date": printed.date,
        "status": "draft",
        "districts": [one.name for one in draft.districts],
        "places": [one.name for one in draft.places],
        "activities": [one.name for one in draft.activities],
        "byline": [{"name": one.name, "role": one.role} for one in draft.byline],
        "source": _line(draft.source.value) if draft.source else "",
        "genre": draft.genre,
        "publication": printed.publication,
        "edition": printed.edition,
        "page": printed.page,
        "images": images,
    }
    extra = {MARK: mark}
    if draft.dateline:
        extra["dateline"] = _line(draft.dateline.value)
    return {name: value for name, value in said.items() if value} | {"extra": extra}


def _line(text: str) -> str:
    return " ".join(FORBIDDEN.sub("", text).split())


# --- body


def _blocks(draft: Draft, shelf: _Shelf) -> Iterator[str]:
    """The blocks of a body; marks of doubts stand before what they are about."""
    doubts = list(draft.doubts)
    photos = list(draft.photos)
    for number, group in enumerate(_grouped(draft.paragraphs)):
        last = max((piece.line for one in group for piece in one.text.pieces), default=0)
        while doubts and (number == 0 or doubts[0].line <= last):
            about = doubts[0].line
            if number == 0 and about > last:
                break
            yield ask(doubts.pop(0).zh)
        yield _written(group)
    for doubt in doubts:
        yield ask(doubt.zh)
    for photo in photos:
        if said := shelf.place(photo):
            yield ask(said)
    if draft.genre == _PHOTO and not photos:
        yield ask("图片新闻没有图片，请把图片放在稿件旁边，写进 images")


_PHOTO = "图片新闻"


def ask(text: str) -> str:
    """A mark for the editor; comments are never published (docs/decisions/0011)."""
    return f"{_ASKING}{_commented(text)} -->"


def _commented(text: str) -> str:
    return visible(_line(text)).replace("--", "——").replace("<", "〈").replace(">", "〉")


def _grouped(paragraphs: Sequence[Paragraph]) -> Iterator[list[Paragraph]]:
    """Paragraphs one by one, the rows of a table together."""
    rows: list[Paragraph] = []
    for paragraph in paragraphs:
        if _is_row(paragraph):
            rows.append(paragraph)
            continue
        if rows:
            yield rows
            rows = []
        yield [paragraph]
    if rows:
        yield rows


def _is_row(paragraph: Paragraph) -> bool:
    text = paragraph.text.value
    return paragraph.kind is Kind.ENTRY and text.startswith("|") and text.endswith("|")


_DELIMITER = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")


def _written(group: list[Paragraph]) -> str:
    first = group[0]
    if _is_row(first):
        rows = [row.text.value for row in group]
        if len(rows) < 2 or not _DELIMITER.fullmatch(rows[1]):
            rows.insert(1, "|" + "---|" * max(1, rows[0].count("|") - 1))
        return "\n".join(rows)
    text = _line(first.text.value)
    if first.kind is Kind.SUBHEADING:
        return f"## {text if _says(f'## {text}', text) else _escaped(text)}"
    return text if _says(text, text) else _escaped(text)


_SPECIAL = re.compile(r"[\\`*_\[\]<>#+\-.!|~&=^$:]")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _says(typed: str, text: str) -> bool:
    """Whether Markdown makes of ``typed`` one block that says ``text`` and nothing else."""
    document, problems = parse_body(typed, "", 1)
    html = "".join(piece for piece in document.pieces if isinstance(piece, str))
    plain = html.startswith(("<p>", "<h")) and "<em>" not in html and "<strong>" not in html
    return not problems and plain and bare(document.plain) == bare(text) and "\n" not in typed


def _faults_of_body(draft: Draft, body: str, path: str) -> Iterator[Problem]:
    """B1064 where the draft would not say what the item says."""
    document, _ = parse_body(body, path, 1)
    told = _letters(document.plain)
    meant = "".join(_letters(one.text.value) for one in draft.paragraphs)
    if told != meant:
        at = next((n for n, (a, b) in enumerate(zip(told, meant, strict=False)) if a != b), 0)
        yield problem("B1064", path, 0, 0, "", text=visible(meant[max(0, at - 10) : at + 20]))


_NOT_LETTERS = re.compile(r"[\W_]+")


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", bare(text))


def _beside(page: Page) -> list[str]:
    """What belongs to the page and to no item: kept in the first draft, never published."""
    said = [page.slogan] if page.slogan else []
    said += page.furniture
    if not said:
        return []
    return [f"<!-- 版面上不属于任何一篇的文字（不发布）：{_commented(' ／ '.join(said))} -->"]


# --- pictures


class _Shelf:
    """The pictures of one item, under names of their own."""

    def __init__(self, name: str, pictures: Mapping[str, bytes]) -> None:
        self.name, self.pictures = name, pictures
        self.files: dict[str, bytes] = {}
        self.images: list[dict[str, str]] = []

    def place(self, photo: Photo) -> str:
        """Put a picture beside the draft; else what an editor has to be told."""
        words = {
            "alt": photo.alt.value if photo.alt else "",
            "caption": photo.caption.value if photo.caption else "",
            "credit": photo.credit.value if photo.credit else "",
        }
        said = {name: _line(text) for name, text in words.items() if text}
        data = self.pictures.get(photo.src) if photo.src else None
        if data is not None and photo.src:
            file = f"{self.name}-{len(self.files) + 1}{_ending(photo.src)}"
            self.files[file] = data
            self.images.append({"src": file, **said})
            return ""
        names = {"alt": "说明", "caption": "图注", "credit": "摄影"}
        told = "；".join(f"{names[name]}：{text}" for name, text in said.items())
        what = (
            f"图片 {photo.src} 没有找到，或者不能用"
            if photo.src
            else "版面上有一张图片，文件里没有它"
        )
        return f"{what}，请补上{'。' + told if told else ''}"


def _ending(src: str) -> str:
    ending = "." + src.rpartition(".")[2].lower()
    return ending if ending in PICTURE_ENDINGS else ".jpg"
