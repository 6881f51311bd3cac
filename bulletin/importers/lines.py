"""The text of a page → its lines, their marks told apart from their words.

What marks them stands in one list: headings, bold, list marks, quotes, pictures, rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.importers.blocks import Line
from bulletin.importers.restore import characters

_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_BLANKS = " \t\u3000\xa0\u2002\u2003\u2009\u200a\u202f"
INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\xad"))
_HEADING = re.compile(r"([#＃]{1,6})[ \t\u3000]*(\S.*)")
_CLOSING = re.compile(r"[ \t\u3000]+[#＃]+$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_IMAGE = re.compile(r"[!！]\[([^\]]*)\][(（]([^()（）]*)[)）]")
_HTML_IMAGE = re.compile(r"<img\b[^<>]*?\bsrc=[\"']?([^\"'\s>]*)[^<>]*>", re.IGNORECASE)
_RULE = re.compile(r"(?:[-*_=—─━~]\s*){3,}")
_LIST = re.compile(r"[-*+][ \t]+(?=\S)")
_BRIEF_MARK = re.compile(r"[●■◆★▶◎☆◇►▪]\s*")
_COMMENT = re.compile(r"<!--.*?-->")
_TAG = re.compile(r"</?(?:p|div|center|font|span|br|b|strong|u)\b[^<>]*/?>", re.IGNORECASE)
LONG_MARKED = 2000  # a heading or a bold line is never longer; longer ones are not looked through


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of a page that say something."""
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    blank = 0
    for number, raw in enumerate(_BREAK.split(text.translate(INVISIBLE)), start=1):
        for part in _around_pictures(raw):
            line = _line(number, part, blank)
            blank = 0 if line else blank + 1
            if line:
                yield line


def _around_pictures(raw: str) -> Iterator[str]:
    """A line and the pictures in it, apart: a picture may stand in the middle of a sentence."""
    last = 0
    for found in _IMAGE.finditer(raw) if "](" in raw or "](" in raw.replace("（", "(") else ():
        if raw[last : found.start()].strip(_BLANKS):
            yield raw[last : found.start()]
        yield found[0]
        last = found.end()
    if not last or raw[last:].strip(_BLANKS):
        yield raw[last:]


def _line(number: int, raw: str, blank: int) -> Line | None:
    text = characters(raw).strip(_BLANKS)
    indent = raw.startswith(("　", "    ", "\t"))
    text = text.rstrip("\\").rstrip(_BLANKS) if text.endswith("\\") else text
    if "<" in text and len(text) < LONG_MARKED:
        text = _HTML_IMAGE.sub(r"![](\1)", _TAG.sub("", _COMMENT.sub("", text))).strip(_BLANKS)
    if not text:
        return None
    if len(text) > LONG_MARKED:
        return Line(number, _unmarked(text), blank=blank, indent=indent)
    if found := _IMAGE.fullmatch(text):
        return Line(number, found[1], blank=blank, image=found[2].split(" ")[0])
    if _RULE.fullmatch(text):
        return None
    if text.startswith("|") and text.endswith("|") and len(text) > 1:
        return Line(number, text, blank=blank, table=True)
    while text.startswith(">"):
        text = text[1:].lstrip(_BLANKS)
    level = 0
    if (found := _HEADING.fullmatch(text)) and not _is_tag(text):
        level, text = len(found[1]), _CLOSING.sub("", found[2])
    marked = _LIST.match(text)
    if marked:
        text = text[marked.end() :]
    mark = _BRIEF_MARK.match(text)
    start = _BOLD.match(text, mark.end() if mark else 0)
    return (
        Line(
            number,
            _unmarked(text),
            level,
            bold=bool(start and not mark and start.end() == len(text)),
            bold_start=start[2].strip(_BLANKS) if start else "",
            blank=blank,
            indent=indent,
            item_mark=bool(marked),
            raw=_unmarked(raw.strip(_BLANKS)).lstrip("#＃ >"),
        )
        if text
        else None
    )


def _is_tag(text: str) -> bool:
    """«#五一劳动节# 我们…» is a hashtag."""
    return text[1:2] not in " 　#＃" and text.count("#") > 1 and text.startswith("#")


def _unmarked(text: str) -> str:
    """``text`` without the marks of bold, and without the backslashes of other programs."""
    if "**" in text or "__" in text:
        text = _BOLD.sub(lambda found: found[2], text)
    if "\\" in text:
        text = re.sub(r"\\([*_#\[\]()>|~`.!+-])", r"\1", text)
    return text
