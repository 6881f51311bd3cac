"""How a text is typed: half-width signs between Han, 今年 in an old item, characters without a glyph.

``facts_of`` reads one file; the checks turn its facts into Problems.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from bulletin.asking import asked
from bulletin.body import read_head
from bulletin.checks.material import Material, Named, Spot, TextFacts
from bulletin.gazetteer import mentions
from bulletin.item import Item
from bulletin.markup import Document
from bulletin.problem import Problem, both, problem
from bulletin.source import Source
from bulletin.text import code_point, visible
from bulletin.tree import FrontMatter
from bulletin.vocabulary import Vocabulary

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HALF = re.compile(
    rf"(?<=[{_HAN}”》）」])[,;:?!()](?=[{_HAN}“《（「])|(?<=[{_HAN}])[,;?!](?=[ 　]*$)"
)
FULL = dict(zip(",;:?!()", "，；：？！（）", strict=True))
# «如今年轻人», «过去年代», «文明年度» hold these characters, and not the words.
_RELATIVE = re.compile(
    r"(?<![如当现至古])今年(?![轻代龄])|(?<![过失])去年(?![轻代龄])|(?<![文聪证说光])明年(?![轻代])"
    r"|昨天|昨日"
)
# Of the ideographs beyond the first plane, the names of people, places and elements that fonts of
# the last ten years have (most of those of the national list of standard characters).
_KNOWN_RARE = "𬭎𬭛𬭊𬭳𬭶𬬻𬱖𫍯𫍣𫘧𫘬𫄨𬙂𬸚𫚭𬣙𬣡𬤊𬤝𬍛𬳵𬴊𬒈𬜬𬞟𬺈𬺓𪟝𪣻𪨶𪩘𪾢𫄧𫇭𫌀𫍙𫍟𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘨𫘪𫚈𫛭𫞩𫟅𫟹𫟼𫠆𫠊𫠜"
# Twelve that only look like compatibility ideographs (Unicode, section 23.5 of the block's chart).
_UNIFIED = "\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27\ufa28\ufa29"
_ODD = re.compile(
    rf"(?![{_KNOWN_RARE}{_UNIFIED}])"
    r"[\ue000-\uf8ff\u2e80-\u2fdf\uf900-\ufaff\ufffd\U00020000-\U0003ffff\U000f0000-\U0010fffd]"
)
_SENTENCES = re.compile(r"[。！？!?；;\n]")
_UNCOUNTED = re.compile(r"[\W_]+")
SHORTEST = 6  # characters of a sentence that tells something
SNIPPET = 4  # characters on each side by which a place is found again


def facts_of(
    source: Source, item: Item | None, title: str, document: Document, vocabulary: Vocabulary
) -> TextFacts:
    """The facts of a file that was read as ``item`` (or as a page) and ``document``."""
    front, _ = read_head(source)
    lines = source.text.split("\n")
    start = front.body_line - 1 if front else 0
    titles = [title, item.kicker, item.subtitle] if item else [title]
    seen = _Lines(lines[:start], lines[start:], titles)
    return TextFacts(
        named=tuple(_named(seen, title, document.excerpt, vocabulary)) if item else (),
        halves=tuple(seen.all(_HALF)),
        relative=tuple(seen.all(_RELATIVE))[:1] if item else (),
        odd=tuple(seen.all(_ODD, code=True)),
        sentences=tuple(sorted(set(_sentences(document.plain)))) if item else (),
        asked=tuple(_asked(front)) if item and front else (),
    )


def _asked(front: FrontMatter) -> Iterator[Spot]:
    for mark in asked(front.body, front.body_line):
        yield Spot(mark.line, mark.column, mark.doubt)


def _sentences(plain: str) -> Iterator[int]:
    for sentence in _SENTENCES.split(plain):
        bare = _UNCOUNTED.sub("", sentence)
        if len(bare) >= SHORTEST:
            yield zlib.crc32(bare.encode())


def _named(seen: _Lines, title: str, lead: str, vocabulary: Vocabulary) -> Iterator[Named]:
    """The districts that title and lead name for sure, each once."""
    met: set[str] = set()
    text = f"{title}\n{lead}"
    for one in mentions(text, vocabulary):
        if one.strong and one.district not in met:
            met.add(one.district)
            around = text[one.start :].partition("\n")[0]
            yield Named(one.district, seen.place(one.words, around[: len(one.words) + SNIPPET]))


# --- places in a file

_FENCE = re.compile(r"[ ]{0,3}(```+|~~~+)")
# Code, addresses, targets of links, tags and notes among editors: typed for machines.
_MASKED = re.compile(
    r"(`+)(?!`).+?(?<!`)\1(?!`)|<!--.*?-->|</?[a-zA-Z][^>]*>|<?(?:https?|mailto)[^\s，。；）”》<>]+"
    r"|(?<=\])[(（][^()（）\n]*[)）]|^\[\^?[^\]]+\]:\s*\S+$"
)


class _Lines:
    """The lines of a file: those of the front matter that hold its titles, and the body's."""

    def __init__(self, head: Sequence[str], body: Sequence[str], titles: Iterable[str]) -> None:
        self.head, self.body = head, body
        self.titles = [title for title in titles if title]
        self.masked = list(_masked(body))

    def all(self, pattern: re.Pattern[str], code: bool = False) -> Iterator[Spot]:
        """The first place on each line; ``code``: what machines read is looked at, too."""
        for title in self.titles:
            if found := pattern.search(title):
                start, end = found.span()
                snippet = title[max(0, start - SNIPPET) : end + SNIPPET]
                yield self._in_head(found.group(), snippet, start - max(0, start - SNIPPET))
        offset = len(self.head)
        for number, line in enumerate(self.body if code else self.masked, start=offset + 1):
            if found := pattern.search(line):
                yield Spot(number, found.start() + 1, found.group())

    def place(self, words: str, snippet: str) -> Spot:
        """Where words of a title or of the lead were typed; without marks between, else their line."""
        for number, line in enumerate([*self.head, *self.body], start=1):
            if (column := line.find(snippet)) >= 0 or (column := line.find(words)) >= 0:
                return Spot(number, column + 1, words)
        return Spot(0, 0, words)

    def _in_head(self, words: str, snippet: str, before: int) -> Spot:
        for number, line in enumerate(self.head, start=1):
            if (column := line.find(snippet)) >= 0:
                return Spot(number, column + before + 1, words)
        return Spot(0, 0, words)


def _masked(body: Sequence[str]) -> Iterator[str]:
    """The lines with blanks in place of what machines read."""
    fence = ""
    note = False
    for line in body:
        if fence or (opened := _FENCE.match(line)):
            if not fence:
                assert opened
                fence = opened[1]
            elif line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            yield ""
        elif note or ("<!--" in line and "-->" not in line):
            note = "-->" not in line
            yield ""
        elif _may_be_masked(line):
            yield _MASKED.sub(lambda found: " " * len(found.group()), line)
        else:
            yield line


def _may_be_masked(line: str) -> bool:
    return any(sign in line for sign in ("`", "<", "://", "](", "]（", "]:", "mailto"))


# --- Problems


def half_width(material: Material) -> Iterator[Problem]:
    for text in material.texts:
        for spot in text.facts.halves:
            facts = {"found": spot.words, "full": FULL[spot.words]}
            yield problem("B914", text.path, spot.line, spot.column, "", **facts)


YEAR_DAYS = 366


def relative_words(material: Material) -> Iterator[Problem]:
    for text in material.texts:
        item = text.item
        if item is None or not text.facts.relative or item.status == "withdrawn":
            continue
        if material.now.seconds - item.date.seconds < YEAR_DAYS * 86_400:
            continue
        spot = text.facts.relative[0]
        unit = both("年", "year") if spot.words.endswith("年") else both("天", "day")
        facts = {"word": spot.words, "unit": unit, "meant": _meant(spot.words, item)}
        yield problem("B915", text.path, spot.line, spot.column, "", **facts)


def _meant(word: str, item: Item) -> str:
    day = item.date.day
    if word.endswith("年"):
        return f"{day.year + {'去': -1, '今': 0, '明': 1}[word[0]]}年"
    before = day - timedelta(days=1) if day.toordinal() > 1 else day
    return f"{before.month}月{before.day}日"


def odd_characters(material: Material) -> Iterator[Problem]:
    for text in material.texts:
        for spot in text.facts.odd:
            shown = visible(spot.words)
            code = code_point(spot.words)
            facts = {"character": shown if shown == code else f"“{shown}”（{code}）"}
            zh, en = _cure(spot.words)
            facts |= {"cure": zh, "cure_en": en}
            yield problem("B916", text.path, spot.line, spot.column, "", **facts)


def _cure(character: str) -> tuple[str, str]:
    usual = unicodedata.normalize("NFKC", character)
    if usual != character:
        return f"改成普通的“{usual}”，重新键入就是", f"type the usual {usual}"
    if character == "\ufffd":
        return (
            "原来的字在转换编码时丢了，对照原稿补上",
            "a character was lost; type it from the original",
        )
    return "换一个常用的写法，或者用图片、拼音说明", "use a common form, or say it by a picture"
