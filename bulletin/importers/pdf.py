"""A PDF with a text layer → a ``Sheet``; the only module that knows pdfium.

Characters with their boxes become lines, lines columns, columns paragraphs: a line goes on in the
next where it is full and the next is not indented. What is cut at the end of a column is mended
later, as on any page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bulletin.importers.blocks import Line
from bulletin.importers.columns import Box, in_order
from bulletin.importers.restore import characters
from bulletin.importers.shapes import is_closed
from bulletin.importers.sheet import Sheet
from bulletin.problem import problem

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfImage, PdfPage

MAX_PAGES = 64
MAX_CHARACTERS = 200_000  # of one page
FEWEST = 20  # characters of a page, below which its text is a stamp on a scan
_LARGER = 1.15  # times the size of the text, from which a line is a heading's
_LONGEST_HEADING = 60  # characters
_SAME_LINE = 0.4  # of a size, by which characters of one line may stand higher or lower
_BESIDE = 12  # characters before and behind, among which a flat one finds its like
_SAME_BASELINE = 0.5  # points
_GAP = 0.6  # of a size, up to which characters of a line stand apart
_BLANK = 0.2  # of a size, from which a gap between Latin words is a blank
_BOLD = 600  # weight of a font
_MOST_PIXELS = 50_000_000  # of a picture; larger ones are not decoded
_SMALL_PICTURE = 60  # points; smaller ones are marks and lines


def read_pdf(data: bytes, path: str) -> Sheet:
    """The contents of a PDF; errors where it cannot be read."""
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415 - where a PDF is

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        encrypted = "password" in str(error).lower() or b"/Encrypt" in data[-4096:]
        return Sheet(problems=(problem("B1055" if encrypted else "B1058", path),))
    try:
        return _read(document, path)
    except PdfiumError:
        return Sheet(problems=(problem("B1058", path),))
    finally:
        document.close()


def _read(document: PdfDocument, path: str) -> Sheet:
    if len(document) > MAX_PAGES:
        facts = {"count": str(len(document)), "limit": str(MAX_PAGES)}
        return Sheet(problems=(problem("B1060", path, **facts),))
    lines: list[Line] = []
    scanned: list[int] = []
    pictures: dict[str, bytes] = {}
    for number in range(len(document)):
        page = document[number]
        boxes = _boxes(page)
        said = sum(len(box.text) for box in boxes)
        if said >= FEWEST:
            found = _pictures(page, number + 1)
            pictures |= {box.image: data for box, data in found}
            lines += _lines([*boxes, *(box for box, _ in found)])
        elif any(_drawn(page)):
            scanned.append(number + 1)
        page.close()
    if not lines:
        return Sheet(problems=(problem("B1059" if len(document) else "B1058", path),))
    told = tuple(problem("B1062", path, page=str(number)) for number in scanned)
    return Sheet(lines=tuple(_numbered(lines)), pictures=pictures, problems=told)


def _numbered(lines: Sequence[Line]) -> Iterator[Line]:
    for number, line in enumerate(lines, start=1):
        yield replace(line, number=number)


# --- characters to lines


def _boxes(page: PdfPage) -> list[Box]:
    """The lines of a page, as far as they go without a gap."""
    made: list[Box] = []
    for one in upright(_characters(page)):
        last = made[-1] if made else None
        if last and _goes_on(last, one):
            blank = " " if _is_blank_between(last, one) else ""
            made[-1] = Box(
                min(last.left, one.left),
                min(last.bottom, one.bottom),
                max(last.right, one.right),
                max(last.top, one.top),
                last.text + blank + one.text,
                max(last.size, one.size),
                last.bold and one.bold,
            )
        else:
            made.append(one)
    return _joined([box for box in made if box.text.strip()])


def _goes_on(last: Box, one: Box) -> bool:
    size = max(last.size, one.size)
    level = abs(last.bottom - one.bottom) < _SAME_LINE * size
    alike = min(last.size, one.size) > 0.6 * size
    return level and alike and -_GAP * size < one.left - last.right < _GAP * size


def _is_blank_between(last: Box, one: Box) -> bool:
    latin = last.text[-1:].isascii() and one.text[:1].isascii()
    return latin and one.left - last.right > _BLANK * one.size and not last.text.endswith(" ")


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Parts of one line that were drawn one after another elsewhere on the page, put together."""
    made: list[Box] = []
    for box in sorted(boxes, key=lambda box: (-round(box.bottom), box.left)):
        at = next(
            (
                n
                for n in range(len(made) - 1, max(-1, len(made) - 12), -1)
                if _goes_on(made[n], box)
            ),
            None,
        )
        if at is None:
            made.append(box)
            continue
        one = made[at]
        made[at] = Box(
            one.left,
            min(one.bottom, box.bottom),
            box.right,
            max(one.top, box.top),
            one.text + box.text,
            max(one.size, box.size),
            one.bold and box.bold,
        )
    return made


def upright(characters: Iterable[tuple[Box, float]]) -> list[Box]:
    """Characters with their baselines, flat ones (一, —, …) as high as those beside them.

    Fonts that a program drew itself (Type 3, as browsers print) tell no more of a character than
    the box of its ink: that of 一 is a stroke in the middle of its line.
    """
    found = list(characters)
    made: list[Box] = []
    for at, (one, baseline) in enumerate(found):
        around = (*reversed(found[max(0, at - _BESIDE) : at]), *found[at + 1 : at + _BESIDE])
        tall = next(
            (
                b
                for b, y in around
                if abs(y - baseline) < _SAME_BASELINE and b.height > 2 * one.height
            ),
            None,
        )
        if tall is not None and one.right - one.left > one.height:
            one = replace(one, bottom=tall.bottom, top=tall.top, size=tall.size)  # noqa: PLW2901
        made.append(one)
    return made


def _characters(page: PdfPage) -> Iterator[tuple[Box, float]]:
    """The characters that a page draws, with the room that each takes, and their baselines."""
    import ctypes  # noqa: PLC0415 - where a PDF is

    import pypdfium2.raw as pdfium  # noqa: PLC0415 - likewise

    text = page.get_textpage()
    room = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    try:
        for at in range(min(text.count_chars(), MAX_CHARACTERS)):
            if pdfium.FPDFText_IsGenerated(text, at) == 1:
                continue
            said = chr(pdfium.FPDFText_GetUnicode(text, at))
            if said in "\r\n\0\ufffe\x02":
                continue
            if not pdfium.FPDFText_GetLooseCharBox(text, at, ctypes.byref(room)):
                continue
            size = pdfium.FPDFText_GetFontSize(text, at)
            high = abs(room.top - room.bottom)
            if size <= 1 or size > 4 * high:  # a font of size 1 that a matrix enlarges
                size = high
            if size <= 0:
                continue
            bold = pdfium.FPDFText_GetFontWeight(text, at) >= _BOLD
            pdfium.FPDFText_GetCharOrigin(text, at, ctypes.byref(x), ctypes.byref(y))
            yield Box(room.left, room.bottom, room.right, room.top, said, size, bold), y.value
    finally:
        text.close()


# --- lines to paragraphs


def _lines(boxes: Sequence[Box]) -> Iterator[Line]:
    size = _text_size(boxes)
    for column in in_order(boxes, size):
        left, right = _edges(column, size)
        run: list[Box] = []
        for box in column:
            if run and not _continues(run[-1], box, size, left, right):
                yield _line(run, size, left)
                run = []
            run.append(box)
        if run:
            yield _line(run, size, left)


def _text_size(boxes: Sequence[Box]) -> float:
    sizes: Counter[float] = Counter()
    for box in boxes:
        sizes[round(box.size, 1)] += len(box.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _edges(column: Sequence[Box], size: float) -> tuple[float, float]:
    """Where lines of running text begin and end."""
    text = [box for box in column if abs(box.size - size) < 0.1 * size] or column
    return min(box.left for box in text), max(box.right for box in text)


def _continues(last: Box, box: Box, size: float, left: float, right: float) -> bool:
    """Whether ``box`` goes on with the paragraph of ``last``."""
    if last.image or box.image or abs(last.size - box.size) > 0.1 * size:
        return False
    if box.size >= _LARGER * size:  # a headline of two lines: which, its words tell
        return False
    full = last.right > right - 1.6 * size
    indented = box.left > left + 1.2 * size
    apart = last.bottom - box.top > 1.2 * size
    return full and not indented and not apart and not (last.bold and not box.bold)


def _line(run: Sequence[Box], size: float, left: float) -> Line:
    first = run[0]
    if first.image:
        return Line(0, "", blank=1, image=first.image)
    text = ""
    for box in run:
        said = characters(box.text).strip()
        latin = re.search("[A-Za-z0-9]$", text) and re.match("[A-Za-z]", said)
        text += f" {said}" if latin else said
    short = len(text) <= _LONGEST_HEADING and not is_closed(text)
    level = 0
    if first.size >= _LARGER * size and short:
        level = 2 if first.size >= _TITLE * size else 3
    indent = first.left > left + 1.2 * size
    bold = all(box.bold for box in run) and short
    return Line(
        0, text, level, bold=bold, bold_start=text if bold else "", blank=1, indent=indent, raw=text
    )


_TITLE = 1.5  # times the size of the text: not a kicker or a subtitle


# --- pictures


def _drawn(page: PdfPage) -> Iterator[PdfImage]:
    """The pictures of a page that are no marks or lines."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - where a PDF is
    from pypdfium2 import PdfImage, PdfiumError  # noqa: PLC0415 - likewise

    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        if not isinstance(image, PdfImage):
            continue
        try:
            left, bottom, right, top = image.get_bounds()
            width, height = image.get_px_size()
        except PdfiumError:
            continue
        if min(right - left, top - bottom) >= _SMALL_PICTURE and width * height <= _MOST_PIXELS:
            yield image


def _pictures(page: PdfPage, number: int) -> list[tuple[Box, bytes]]:
    """The photographs of a page with their places: JPEG as it lies there, all else as PNG."""
    from io import BytesIO  # noqa: PLC0415 - where a PDF is

    from pypdfium2 import PdfiumError  # noqa: PLC0415 - likewise

    found: list[tuple[Box, bytes]] = []
    for image in _drawn(page):
        data = BytesIO()
        kept = image.get_filters(skip_simple=True) == ["DCTDecode"]
        try:
            if kept:
                data.write(bytes(image.get_data(decode_simple=True)))
            else:
                image.get_bitmap().to_pil().save(data, "PNG")
            left, bottom, right, top = image.get_bounds()
        except (PdfiumError, OSError, ValueError):
            continue
        name = f"page-{number}-{len(found) + 1}.{'jpg' if kept else 'png'}"
        found.append((Box(left, bottom, right, top, image=name), data.getvalue()))
    return found
