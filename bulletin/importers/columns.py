"""Boxes of text on a page of paper → the order in which people read them.

Columns are found by the gaps between them. Where a headline spans several, the page is first cut
above or below it, so that columns are read within their story.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

_GUTTER = 0.7  # of the size of the text: no wider gap stands inside a line
_NEAR = 12  # times the size of the text: what stands so far below a headline is its story
_LARGE = 1.2  # times the size of the text: a headline


class Box(Struct, frozen=True):
    """A line of text, or a picture, on the paper; the origin is at the bottom left, in points."""

    left: float
    bottom: float
    right: float
    top: float
    text: str = ""
    size: float = 0.0  # of its characters
    bold: bool = False
    image: str = ""

    @property
    def height(self) -> float:
        return self.top - self.bottom


def in_order(boxes: Sequence[Box], size: float) -> list[list[Box]]:
    """The boxes as they are read, one list a column; ``size`` is that of running text."""
    made: list[list[Box]] = []
    todo = [list(boxes)]
    while todo:
        region = todo.pop()
        parts = _at_headlines(region, size) or _columns(region, size) or _bands(region, size)
        if parts:
            todo += reversed(parts)
        elif region:
            made.append(sorted(region, key=lambda box: (-box.top, box.left)))
    return made


def _at_headlines(boxes: Sequence[Box], size: float) -> list[list[Box]]:
    """A region cut above a headline that runs over several columns, or below it at its top.

    A headline set in the middle bridges only some of the gaps below it; read by columns, those
    at the sides would come before it. Two headlines side by side head two stories, and are left
    to ``_columns``.
    """
    large = [box for box in boxes if box.size >= _LARGE * size]
    for head in sorted(large, key=lambda box: -box.top):
        if not _bridges(head, boxes, size) or any(_beside(head, one, size) for one in large):
            continue
        above = [box for box in boxes if box.bottom >= head.top - _TOUCH * size]
        below = [box for box in boxes if box not in above]
        crossed = any(box.top > head.top + size / 2 for box in below)
        if above and not crossed:
            return [above, below]
        rest = [box for box in below if box is not head]
        if not above and rest and all(box.top <= head.bottom + size / 2 for box in rest):
            return [[head], rest]
    return []


def _beside(a: Box, b: Box, size: float) -> bool:
    apart = a.right < b.left or b.right < a.left
    return apart and abs(a.top - b.top) < size


def _bridges(head: Box, boxes: Sequence[Box], size: float) -> bool:
    """Whether a headline runs over a gap between the columns right below it."""
    near = [
        box
        for box in boxes
        if head.bottom - _NEAR * size <= box.top <= head.bottom + size / 2
        and box.size < _LARGE * size
    ]
    columns = _columns(near, size)
    edges = [max(box.right for box in column) for column in columns[:-1]]
    return any(head.left < edge < head.right for edge in edges)


def _columns(boxes: Sequence[Box], size: float) -> list[list[Box]]:
    """The columns of a region from left to right; nothing where it has one."""
    parts: list[list[Box]] = []
    right = float("-inf")
    for box in sorted(boxes, key=lambda box: box.left):
        if not parts or box.left - right >= _GUTTER * size:
            parts.append([])
        parts[-1].append(box)
        right = max(right, box.right)
    return parts if len(parts) > 1 else []


def _bands(boxes: Sequence[Box], size: float) -> list[list[Box]]:
    """A region cut in two across its columns; nothing where it is one column already."""
    ordered = sorted(boxes, key=lambda box: -box.top)
    best: tuple[float, int] | None = None
    bottom = float("inf")
    for at, box in enumerate(ordered):
        if at and box.top < bottom + _TOUCH * size:
            weight = _worth(ordered[:at], ordered[at:], bottom - box.top, size)
            if weight > 0 and (best is None or weight > best[0]):
                best = (weight, at)
        bottom = min(bottom, box.bottom)
    return [ordered[: best[1]], ordered[best[1] :]] if best else []


_TOUCH = 0.15  # boxes of two lines may overlap by this much of their size


def _worth(above: Sequence[Box], below: Sequence[Box], gap: float, size: float) -> float:
    """How much speaks for a cut between ``above`` and ``below``; 0: nothing.

    A cut is needed only where columns stand above or below it, and best where it frees most of
    them, or runs along a headline.
    """
    freed = max(_freed(above, size), _freed(below, size))
    headline = above[-1].size >= _LARGE * size or below[0].size >= _LARGE * size
    if not freed and not headline:
        return 0.0
    if not freed and not (_several(above, size) or _several(below, size)):
        return 0.0
    return freed + 3 * headline + gap / size


def _freed(boxes: Sequence[Box], size: float) -> int:
    """How many boxes stand in columns of their own, once cut off."""
    return len(boxes) if len(_columns(boxes, size)) > 1 else 0


def _several(boxes: Sequence[Box], size: float) -> bool:
    """Whether anything stands beside anything."""
    return any(
        abs(a.top - b.top) < size and (a.right < b.left or b.right < a.left)
        for a, b in pairwise(sorted(boxes, key=lambda box: -box.top))
    )
