"""Where the head of a file lies: between two lines ---, or where it was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from bulletin.text import fold
from bulletin.typedline import BLANKS, BULLET, FENCE, STRICT_FENCE, Names, is_body, key_part
from bulletin.typedrow import Slip
from bulletin.typedsign import sign_of

# What every head has; where a fence is missing, it is known by this.
TITLES = frozenset({"title", "标题", "正题"})
_BLOCK = re.compile(r"[|>][+-]?\d?")
_MOST_BEFORE = 10  # lines in front of the head, and not a whole article


class Cut(Struct, frozen=True):
    """A way to part head and body. Lines count from 0; the head has its last one excluded."""

    start: int
    end: int
    body: int
    above: int = 0  # lines in front of the head that are not blank end before this one
    slips: tuple[Slip, ...] = ()
    column: int = 0  # where the body starts in its first line: behind «正文: »
    fence: int = 0  # a line below that closed the head, where the body began above it

    def head(self, lines: list[str]) -> str:
        return "".join(f"{line}\n" for line in lines[self.start : self.end])

    def below(self, lines: list[str]) -> list[str]:
        """The lines of the body, of which there are as many as in the file."""
        body = lines[self.body :]
        if self.column:
            end = self.fence - self.body if self.fence else len(body)
            rest = [line for line in body[1:end] if line.strip()]
            indent = min((len(line) - len(line.lstrip(" \t")) for line in rest), default=0)
            fence = [""] if self.fence else []
            value = [line[indent:] for line in body[1:end]]
            body = [body[0][self.column :], *value, *fence, *body[end + 1 :]]
        return body


def cuts(lines: list[str], names: Names, most: int) -> Iterator[Cut]:
    """Ways to part a file whose fences are not two plain ---, the likeliest first.

    No more than ``most`` lines are looked at for a head.
    """
    first = _next(lines, 0)
    if first is None:
        return
    if FENCE.fullmatch(lines[first]):
        slips = () if STRICT_FENCE.fullmatch(lines[first]) else (_odd(first),)
        follows = _next(lines, first + 1)
        if slips and (follows is None or not key_part(lines[follows].strip(BLANKS))):
            return
        yield from _closed(lines, first + 1, names, slips, most)
    elif _is_title(lines[first]):
        slips = (Slip("B234", first, 0),)
        yield from _closed(lines, first, names, slips, most)
    else:
        yield from _below_text(lines, first, names, most)


def _below_text(lines: list[str], first: int, names: Names, most: int) -> Iterator[Cut]:
    """A head that some lines stand in front of."""
    for number in range(first, min(first + _MOST_BEFORE, len(lines))):
        if lines[number].lstrip().startswith(("```", "~~~", "+++", "---")) and not (
            FENCE.fullmatch(lines[number])
        ):
            return
        follows = _next(lines, number + 1)
        if follows is None:
            return
        if FENCE.fullmatch(lines[number]) and key_part(lines[follows].strip(BLANKS)):
            slips: tuple[Slip, ...] = (Slip("B235", first, 0),)
            if not STRICT_FENCE.fullmatch(lines[number]):
                slips += (_odd(number),)
            for cut in _closed(lines, number + 1, names, slips, most):
                titled = any(map(_is_title, lines[cut.start : cut.end]))
                open_ended = any(slip.code == "B233" for slip in cut.slips) or (
                    cut.column and not cut.fence
                )
                if titled and not open_ended:
                    yield msgspec.structs.replace(cut, above=number)
            return


def _closed(
    lines: list[str], start: int, names: Names, slips: tuple[Slip, ...], most: int
) -> Iterator[Cut]:
    """The head that starts at a line, closed by each line that may be its end."""
    fences = [n for n in range(start, min(start + most, len(lines))) if FENCE.fullmatch(lines[n])]
    text = body_start(lines, start, names)
    keyed = next((n for n in range(start, len(lines)) if key_part(lines[n].strip(BLANKS))), most)
    # A dash or two closes a head that says something; a body may start with them.
    closing = next((n for n in fences if n > keyed or STRICT_FENCE.fullmatch(lines[n])), None)
    found = []
    worded = _worded(lines, start, names, closing)
    if worded is not None and (text is None or worded < text[0]):
        if cut := _from_word(lines, start, worded, names, closing):
            yield msgspec.structs.replace(cut, slips=slips + cut.slips)
    elif text:
        found.append(Cut(start, text[0], text[0], 0, (*slips, Slip("B233", text[1], 0))))
    if closing is not None:
        odd = () if STRICT_FENCE.fullmatch(lines[closing]) else (_odd(closing),)
        found.append(Cut(start, closing, closing + 1, 0, slips + odd))
    yield from found
    strict = next((n for n in fences if STRICT_FENCE.fullmatch(lines[n])), None)
    if strict is not None and strict != closing:
        yield Cut(start, strict, strict + 1, 0, slips)


def _worded(lines: list[str], start: int, names: Names, closing: int | None) -> int | None:
    """The line that begins the body like a key, 正文: …, inside the head."""
    for number in range(start, len(lines) if closing is None else closing):
        part = key_part(lines[number].rstrip(BLANKS))
        if part and is_body(part.name, names):
            return number
    return None


def _from_word(
    lines: list[str], start: int, at: int, names: Names, closing: int | None
) -> Cut | None:
    """A body that begins behind its word; None where the head goes on below it."""
    text = lines[at].rstrip(BLANKS)
    part = key_part(text)
    if part is None or any(_names_item(line, names) for line in lines[at + 1 : closing]):
        return None
    column = len(text) if _BLOCK.fullmatch(text, part.value) else part.value
    slip = Slip("B237", at, 0, (("key", part.name),))
    return Cut(start, at, at, 0, (slip,), column, closing or 0)


def _names_item(line: str, names: Names) -> bool:
    text = line.strip(BLANKS)
    if part := key_part(text):
        return fold(part.name) in names
    sign = sign_of(text, names)
    return sign is not None and sign.sure


def body_start(lines: list[str], start: int, names: Names) -> tuple[int, int] | None:
    """Where a head without a closing fence ends, and the first line of the body.

    A line of text behind a blank line; what is between it and the last key is body, too: a
    heading looks like a comment.
    """
    last = None
    blank = False
    for number in range(start, len(lines)):
        text = lines[number].strip(BLANKS)
        if not text:
            blank = True
            continue
        if last is not None and FENCE.fullmatch(lines[number]):
            return None
        indented = lines[number][:1] in " \t"
        if text.startswith("#"):
            continue
        named = not blank and sign_of(text, names) is not None
        if (
            key_part(text)
            or named
            or (indented and not blank)
            or (BULLET.match(text) and not blank)
        ):
            last, blank = number, False
        elif last is None:
            return None
        elif blank:
            return last + 1, next(n for n in range(last + 1, number + 1) if lines[n].strip(BLANKS))
    return None


def _odd(number: int) -> Slip:
    return Slip("B232", number, 0)


def _is_title(line: str) -> bool:
    part = key_part(line.strip(BLANKS))
    return part is not None and fold(re.sub("[\"']", "", part.name)) in TITLES


def _next(lines: list[str], number: int) -> int | None:
    """The first line from ``number`` on that is not blank."""
    return next((n for n in range(number, len(lines)) if lines[n].strip(BLANKS)), None)
