"""Lines that a program broke at its width → the lines they were.

Text taken from a PDF or a mail has a line break at every width of the column, and no blank
line. Where a page does that, lines that are full go on in the next one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from msgspec.structs import replace

from bulletin.importers.blocks import Line
from bulletin.importers.furniture import furniture_word
from bulletin.importers.names import read_byline
from bulletin.importers.shapes import (
    ENUMERATOR,
    LEAD,
    QUESTION,
    is_closed,
    is_whole,
    lead_strength,
    parts_latin,
    phrases,
)
from bulletin.text import is_cjk

_FEWEST = 4  # full lines that make a habit
_NARROWEST, _WIDEST = 9.0, 64.0  # characters of a column
_SLACK = 2.6  # punctuation that may not begin a line moves a character down
_TITLE_SLACK = 4
_NO_START = "，。、；：？！”’）》】…,.;:?!)%％℃"  # may not begin a line
_BEGINS = re.compile("据了解|据悉|据介绍|记者了解到|活动现场|仪式上|会上|比赛现场|为进一步")
_WORD = re.compile(r"[\x21-\x7e]+")


def unwrap(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The page with its full lines joined; as it was where lines are not broken at a width."""
    width = column_width(lines)
    if width is None:
        return tuple(lines)
    indented = sum(line.indent for line in lines) * 12 >= len(lines)
    made: list[list[Line]] = []
    for line, after in zip_longest(lines, lines[1:]):
        if made and (
            _continues(made[-1], line, width, indented=indented)
            or (indented and _goes_on_in_full(made[-1], line, after, width))
        ):
            made[-1].append(line)
        else:
            made.append([line])
    return tuple(_joined(run) for run in made)


def wide(text: str) -> float:
    """The width of a text in Han characters."""
    return sum(1.0 if is_cjk(character) else 0.5 for character in text[:200]) + max(
        0, len(text) - 200
    )


def _printed(line: Line) -> str:
    """The line as it stood in its column: full-width figures were as wide as characters."""
    return line.raw if len(line.raw) >= len(line.text) else line.text


def _first_word(text: str) -> float:
    """The width of what cannot be parted at the beginning of a line."""
    word = _WORD.match(text)
    end = word.end() if word else 1
    while end < len(text) and text[end] in _NO_START:
        end += 1
    return wide(text[:end])


def column_width(lines: Sequence[Line]) -> float | None:
    """The width at which the page breaks its lines; None where it breaks at no width."""
    broken = [
        wide(_printed(a)) for a, b in pairwise(lines) if _adjacent(a, b) and not is_closed(a.text)
    ]
    broken = [one for one in broken if one > _NARROWEST / 2]
    if len(broken) < _FEWEST:
        return None
    width = sorted(broken)[int(len(broken) * 0.9)]
    full = sum(width - _SLACK - 2 <= one <= width + _SLACK for one in broken)
    # Where lines are broken at a width, none is wider, but for the page's own.
    wider = sum(wide(_printed(line)) > width + 2 * _SLACK for line in lines)
    if wider * 8 > len(lines):
        return None
    sound = _NARROWEST <= width <= _WIDEST and full >= max(_FEWEST, 0.6 * len(broken))
    return width if sound else None


def _adjacent(a: Line, b: Line) -> bool:
    plain = not any(
        line.level or line.bold or line.image or line.table or line.item_mark for line in (a, b)
    )
    return plain and b.blank == 0 and a.number != b.number


def _continues(run: list[Line], line: Line, width: float, *, indented: bool) -> bool:
    last = run[-1]
    indent = 2 if last.indent else 0
    room = width - wide(_printed(last)) - indent
    word = _first_word(_printed(line))
    if not _adjacent(last, line) or line.indent or not -_SLACK <= room <= max(_SLACK, word):
        return False
    if is_closed(last.text) and (word <= room or _begins_anew(last.text, line.text)):
        return False  # there was room for the next word: the paragraph ends here
    if lead_strength(line.text) == 4 or ENUMERATOR.match(line.text) or QUESTION.match(line.text):
        return False
    # An address on a line of its own is of the sentence that goes on in it.
    inside = not is_closed(last.text) and not is_closed(line.text)
    own = furniture_word(line.text)
    if (own and not (own in ("address", "contact") and inside)) or (
        len(run) == 1 and furniture_word(last.text)
    ):
        return False
    if len(run) == 1 and not last.indent and (last.blank or indented):
        return not _is_title(last.text, line.text)
    return True


def _goes_on_in_full(run: list[Line], line: Line, after: Line | None, width: float) -> bool:
    """After a full stop at the end of a full line, two lines without an indent, the first full.

    Paragraphs are indented on this page, and no headline fills its column by chance twice.
    """
    last = run[-1]
    plain = after is not None and _adjacent(last, line) and _adjacent(line, after)
    inside = run[0].indent and not line.indent and after is not None and not after.indent
    full = all(-_SLACK <= width - wide(_printed(one)) <= _SLACK for one in (last, line))
    return (
        bool(plain and inside and full and is_closed(last.text)) and lead_strength(line.text) < LEAD
    )


def _begins_anew(last: str, text: str) -> bool:
    """Whether a sentence after a full stop begins as paragraphs do, and hardly within one."""
    talk = last.endswith(("”", '"')) and text.startswith(("“", '"'))
    return talk or bool(_BEGINS.match(text))


def _is_title(first: str, second: str) -> bool:
    """Whether a full line without a stop heads what follows: both name the same thing at once."""
    if second.startswith(("——", "--", "──")) or read_byline(second):
        return True
    if any(stop in first for stop in "，。；：,;"):
        return False
    if phrases(first) > 1 and is_whole(first):
        return True
    return first[:_TITLE_SLACK] == second[:_TITLE_SLACK] or lead_strength(second) > 0


def _joined(run: list[Line]) -> Line:
    if len(run) == 1:
        return run[0]
    text = run[0].text
    for line in run[1:]:
        text += " " + line.text if parts_latin(text, line.text) else line.text
    parts = tuple((piece.line, piece.text) for line in run for piece in line.pieces)
    return replace(run[0], text=text, parts=parts)
