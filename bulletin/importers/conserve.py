"""The proof that nothing was lost and nothing invented between a page and what came of it.

Four steps, each compared by characters *and* order, modulo the normalisations of ``bare``:
the lines say what the page says; every line is in pieces that give it again; every text that goes out is its pieces;
every name of a byline stands in what was printed, and the rest of that are words of roles.

``bare`` is the list of what import may change:

1. blanks and invisible characters go; lines are joined;
2. marks go: headings, bold, list marks, quotes, rules, tags, the mark of a brief or a caption,
   the dash before a subtitle;
3. full-width and half-width forms of one sign are one; straight and curled quotation marks, too;
4. radicals and compatibility forms are the characters they stand for;
5. dots of an ellipsis are one mark, and so are dashes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bulletin.importers.blocks import Block, Draft, Line, Piece, Text
from bulletin.importers.names import ROLE_WORDS
from bulletin.importers.restore import RADICALS
from bulletin.importers.shapes import CAPTION_MARK
from bulletin.problem import Problem, problem
from bulletin.text import visible

_BLANK = re.compile(r"[\s\u3000\u200b-\u200f\u2060\ufeff\xad\x1c-\x1f\x85]+")
_SAME = str.maketrans(
    {"。": ".", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "【": "[", "】": "]", **RADICALS}
)
_RUNS = re.compile(r"\.{2,}|-{2,}")
_MARKS = re.compile(r"[●■◆★▶◎☆◇►▪▲△▼▽◢◣*#＃_`|>\\①-⑳~=]|-")

# Addresses of pictures, comments and tags are kept beside the text, or are none of it.
_NOT_TEXT = re.compile(
    r"[!！]\[|\][(（][^()（）\n]*[)）]|<!--.*?-->|<img\b[^<>\n]*>|</?(?:p|div|center|font|span|br|b|strong|u)\b[^<>\n]*>",
    re.IGNORECASE,
)
_STARTING = re.compile(rf"^(?:{_MARKS.pattern})+")


def bare(text: str) -> str:
    """``text`` as the comparison sees it: what may change is gone or alike."""
    text = _BLANK.sub("", text).translate(_SAME)
    text = (
        text.replace("…", "...")
        .replace("—", "--")
        .replace("─", "--")
        .replace("━", "--")
        .replace("⸺", "--")
    )
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SAME)
    text = _RUNS.sub(lambda found: found[0][0] * 2, text)
    return _BLANK.sub("", text)


def check(
    lines: Sequence[Line],
    drafts: Sequence[Draft],
    beside: Sequence[Block],
    path: str,
) -> list[Problem]:
    """B1001 for each line of which something is lost or doubled, B1002 for each text that says
    more or less than its pieces, B1003 for a byline with a name that was not printed.

    ``beside`` is what belongs to the page itself.
    """
    problems = [*_lines_kept(lines, drafts, beside, path)]
    for draft in drafts:
        problems += _texts_true(draft, path)
        problems += _names_true(draft, path)
    return problems


def check_lines(text: str, lines: Sequence[Line], path: str) -> list[Problem]:
    """B1001 where the lines of a page do not say all that its text says, in its order."""
    printed = _words(_NOT_TEXT.sub("", text))
    read = _words(_NOT_TEXT.sub("", "\n".join(line.text for line in lines)))
    if printed == read:
        return []
    at = next(
        (n for n, (a, b) in enumerate(zip(printed, read, strict=False)) if a != b),
        min(len(printed), len(read)),
    )
    shown = visible(printed[max(0, at - 20) : at + 40])
    return [problem("B1001", path, 0, 0, shown, line="?", text=shown)]


def texts_of(draft: Draft) -> Iterator[Text]:
    """Every text of a draft that has pieces."""
    single = (draft.title, draft.kicker, draft.subtitle, draft.dateline, draft.source)
    yield from (text for text in single if text is not None)
    yield from draft.signed
    yield from (paragraph.text for paragraph in draft.paragraphs)
    for photo in draft.photos:
        yield from (text for text in (photo.caption, photo.credit, photo.alt) if text is not None)


def _lines_kept(
    lines: Sequence[Line], drafts: Sequence[Draft], beside: Sequence[Block], path: str
) -> Iterator[Problem]:
    kept: dict[int, list[str]] = defaultdict(list)
    used = [text.pieces for draft in drafts for text in texts_of(draft)]
    used += [block.pieces for block in beside]
    for pieces in used:
        for piece in pieces:
            kept[piece.line].append(piece.text)
    printed: dict[int, str] = defaultdict(str)
    for line in lines:
        for piece in line.pieces:
            printed[piece.line] += piece.text
    for number, text in printed.items():
        if not _is_made_of(bare(text), [bare(part) for part in kept[number]]):
            shown = visible(text[:60])
            yield problem("B1001", path, number, 1, shown, line=str(number), text=shown)


def _is_made_of(whole: str, parts: list[str]) -> bool:
    """Whether ``parts`` in some order are ``whole``, each used once."""
    parts = [part for part in parts if part]
    if "".join(parts) == whole:
        return True
    rest = whole
    while parts:
        first = next((part for part in parts if rest.startswith(part)), None)
        if first is None:
            return False
        rest = rest[len(first) :]
        parts.remove(first)
    return not rest


def _texts_true(draft: Draft, path: str) -> Iterator[Problem]:
    fields = [draft.title, draft.kicker, draft.subtitle, draft.dateline]
    made = [(text, _words) for text in fields if text is not None]
    made += [(photo.caption, _captioned) for photo in draft.photos if photo.caption]
    made += [(paragraph.text, _said) for paragraph in draft.paragraphs]
    for text, form in made:
        if not _in_order(text.pieces) or form(text.value) != form(_printed(text.pieces)):
            line = text.pieces[0].line if text.pieces else 0
            yield problem("B1002", path, line, 1, "", text=visible(text.value[:40]))


def _printed(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _in_order(pieces: Sequence[Piece]) -> bool:
    return all(a.line <= b.line for a, b in pairwise(pieces))


def _said(text: str) -> str:
    """A paragraph without the mark that a brief begins with."""
    return _STARTING.sub("", bare(text))


def _captioned(text: str) -> str:
    return _words(CAPTION_MARK.sub("", text))


def _words(text: str) -> str:
    """A text without the marks that fields of their own leave out."""
    return re.sub(r"[\[\]():.。]", "", _MARKS.sub("", bare(text)))


_ROLE = re.compile("|".join(words for words, _ in ROLE_WORDS) + "|[文图摄]|报道|综合")


def _names_true(draft: Draft, path: str) -> Iterator[Problem]:
    printed = "".join(bare(text.value) for text in draft.signed)
    source = "".join(bare(_printed(text.pieces)) for text in draft.signed)
    if _words(printed) != _words(source):
        line = draft.signed[0].pieces[0].line if draft.signed and draft.signed[0].pieces else 0
        yield problem("B1002", path, line, 1, "", text=visible(printed[:40]))
    for one in draft.byline:
        if bare(one.name) not in source:
            yield problem("B1003", path, 0, 0, "", name=visible(one.name))
