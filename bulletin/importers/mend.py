"""Paragraphs that were cut where a column ends, joined again; lists and talks stay apart.

For each neighbouring pair of blocks the signs of ``SIGNS`` are added up: above 0 they are one
paragraph. A decision near 0 is a doubt that a person should see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct

from bulletin.importers import shapes
from bulletin.importers.blocks import Block, Doubt, Group, Kind, Reason
from bulletin.importers.shapes import is_closed, length, open_brackets, open_quotes, parts_latin

_TEXT = (Kind.BODY, Kind.ENTRY, Kind.BRIEF, Kind.SUBHEADING)
_LISTED = 32  # characters of a line of a list
_NEAR = 1.3  # a score so close to 0 is a doubt


class Run(Struct, frozen=True):
    """The blocks that make one paragraph, in order."""

    kind: Kind
    blocks: tuple[Block, ...]
    why: tuple[Reason, ...] = ()  # of its joins

    @property
    def text(self) -> str:
        return join_texts([block.text for block in self.blocks])


class Mended(Struct, frozen=True):
    """A group with its paragraphs whole."""

    group: Group
    runs: tuple[Run, ...]
    doubts: tuple[Doubt, ...]


class Cut(Struct, frozen=True):
    """Where one block ends and the next begins."""

    whole: str  # the paragraph so far
    a: Block
    b: Block
    announced: bool  # the paragraph before ended with ：
    apart: bool  # a picture or another item stands between
    notice: bool
    indented: bool  # paragraphs of this page are indented
    first: bool  # of its item
    listed: bool  # the line before stands in a list below a colon
    sibling: bool  # the paragraph before is numbered and has no stop, and so is this one

    @property
    def end(self) -> str:
        return self.whole[-1:]


class Sign(Struct, frozen=True):
    weigh: Callable[[Cut], float]
    zh: str
    en: str


_SAYS = re.compile(
    r"(?:说|说道|表示|介绍|称|道|强调|指出|认为|写道|坦言|感慨|回忆|是|话|题|问|主题)[:：]$"
)
_ASKS = re.compile(r"[^，。；：:]{2,24}[问答][:：]")
_LISTS = re.compile(r"(?:如下|名单|下列|以下)[^。，]{0,6}[:：]$")
_FOLLOWS = re.compile(
    r"(?:分别为|包括|三类|[一二三四五六七八九十\d几]+[类项个点组种方面条步件]+)[^。，]{0,6}[:：]$"
)


def _unfinished(cut: Cut) -> float:
    if is_closed(cut.whole) or cut.end in "，、；：,;:":
        return 0.0
    # «答：要看怎么管理» may lack its stop, and a line of its own is no column's end.
    own_line = (
        length(cut.a.text) < 14
        and cut.a.text == cut.whole
        and not open_quotes(cut.whole)
        and not re.search("[，,、]", cut.whole)
    )
    return 0.8 if own_line else 3.0


def _after_colon(cut: Cut) -> float:
    if cut.end not in "：:" or not cut.end:
        return 0.0
    if any(mark.match(cut.b.text) for mark in (shapes.ENUMERATOR, shapes.QUESTION, shapes.BRIEF)):
        return 0.0
    if not _SAYS.search(cut.whole[-4:]):
        if _LISTS.search(cut.whole[-14:]):
            return -0.5
        # «六个字：» and a whole sentence: no list, whose lines have no stop.
        if _FOLLOWS.search(cut.whole[-14:]) and not is_closed(cut.b.text):
            return -0.5
    return 2.5 if _SAYS.search(cut.whole[-4:]) else 1.5


def _quoted(cut: Cut) -> float:
    opened = open_quotes(cut.whole) > 0
    again = bool(re.match('[“"]', cut.b.text))
    if opened and again and ('"' not in cut.whole or is_closed(cut.whole)):
        return -8.0  # each paragraph of a long quotation opens again, only the last one closes
    if opened and is_closed(cut.whole):
        return 5.2
    return 2.0 if opened else 0.0


def _digits(cut: Cut) -> float:
    return 2.0 if cut.whole[-1:].isdigit() and cut.b.text[:1].isdigit() else 0.0


def _speakers(cut: Cut) -> float:
    """«师傅：…，» «徒弟：…»: two lines that begin with labels alike are of two speakers."""
    if cut.a.text != cut.whole:
        return 0.0
    labels = [shapes.LABEL.match(text) for text in (cut.a.text, cut.b.text)]
    if not (labels[0] and labels[1]):
        return 0.0
    alike = len(labels[0][1]) == len(labels[1][1]) or labels[0][1][:2] == labels[1][1][:2]
    return -7.0 if alike else 0.0


def _opens(cut: Cut) -> float:
    if cut.b.text.startswith("“"):
        return -1.0 if is_closed(cut.whole) else 0.0
    return -1.4 if shapes.OPENER.match(cut.b.text) and cut.end not in "，、,；" else 0.0


# One row a sign; a new one is a row here.
SIGNS: tuple[Sign, ...] = (
    Sign(_unfinished, "上一段末尾没有标点", "no stop at the end"),
    Sign(
        lambda c: 4.0 if c.end and c.end in "，、," else 0.0,
        "上一段以逗号、顿号收尾",
        "ends in a comma",
    ),
    Sign(
        lambda c: 2.2 if c.end and c.end in "；;" else 0.0,
        "上一段以分号收尾",
        "ends in a semicolon",
    ),
    Sign(_after_colon, "上一段以冒号收尾", "ends in a colon"),
    Sign(
        lambda c: -4.0 if is_closed(c.whole) else 0.0,
        "上一段已经收尾",
        "the sentence is at its end",
    ),
    Sign(_quoted, "引号没有合上", "a quotation mark is open"),
    Sign(lambda c: 4.0 if open_brackets(c.whole) > 0 else 0.0, "括号没有合上", "a bracket is open"),
    Sign(
        lambda c: 4.5 if shapes.STARTS_INSIDE.match(c.b.text) else 0.0,
        "下一段以标点起头",
        "the next begins with punctuation",
    ),
    Sign(
        lambda c: 1.0 if shapes.DANGLING.search(c.whole[-3:]) else 0.0,
        "上一段以连词、介词收尾",
        "ends in a conjunction or a preposition",
    ),
    Sign(_digits, "数字断开", "a number was cut"),
    Sign(
        lambda c: 0.6 if shapes.STARTS_LOW.match(c.b.text) else 0.0,
        "下一段以虚词起头",
        "the next begins inside a sentence",
    ),
    Sign(
        # «…利用每周», «二、周四晚上…»: a day of the week was cut, and no point begins.
        lambda c: (
            -6.0 if shapes.ENUMERATOR.match(c.b.text) and c.whole[-1:] not in "周期第" else 0.0
        ),
        "下一段以序号起头",
        "the next is numbered",
    ),
    Sign(
        lambda c: -7.0 if shapes.QUESTION.match(c.b.text) else 0.0, "问、答", "question and answer"
    ),
    Sign(
        lambda c: (
            -9.0
            if Kind.ENTRY in (c.a.kind, c.b.kind) or Kind.SUBHEADING in (c.a.kind, c.b.kind)
            else 0.0
        ),
        "列项、小标题不接",
        "entries and sub-headings stand alone",
    ),
    Sign(
        lambda c: -9.0 if shapes.lead_strength(c.b.text) >= shapes.LEAD else 0.0,
        "下一段以“本报讯”起头",
        "the next begins with 本报讯",
    ),
    Sign(
        lambda c: -6.0 if c.a.text == c.whole and _ASKS.fullmatch(c.whole) else 0.0,
        "谁问、谁答，单独一行",
        "who asks or answers, on a line of its own",
    ),
    Sign(_speakers, "两行以同样的称呼起头", "both begin with a label alike"),
    Sign(_opens, "下一段像一段的开头", "the next begins as paragraphs do"),
    Sign(
        lambda c: -3.0 if c.b.line.indent and c.indented else 0.0,
        "下一段缩进",
        "the next is indented",
    ),
    Sign(
        lambda c: 1.0 if c.indented and not c.b.line.indent else 0.0,
        "下一段没有缩进",
        "the next is not indented",
    ),
    Sign(
        lambda c: -3.5 if c.notice and length(c.b.text) < 24 and not is_closed(c.b.text) else 0.0,
        "公告的落款",
        "the end of a notice",
    ),
    Sign(
        lambda c: (
            -3.2
            if (c.announced or c.listed)
            and length(c.whole) < _LISTED
            and length(c.b.text) < _LISTED
            else 0.0
        ),
        "冒号后面的几行",
        "lines below a colon",
    ),
    Sign(
        lambda c: (-3.5 if shapes.QUESTION.match(c.whole) else -5.0) if c.sibling else 0.0,
        "上面几条也没有句号",
        "the points above have no stop either",
    ),
    Sign(
        lambda c: (
            -4.0
            if c.first and length(c.whole) < 30 and shapes.SALUTATION.fullmatch(c.whole)
            else 0.0
        ),
        "称呼单独一行",
        "a salutation stands alone",
    ),
    Sign(lambda c: -9.0 if c.b.kind is Kind.BRIEF else 0.0, "另一条简讯", "another brief"),
)


def mend(group: Group, *, indented: bool = False) -> Mended:
    """The paragraphs of a group; ``indented``: whether those of the page are."""
    texts = [block for block in group.blocks if block.kind in _TEXT]
    order = {id(block): at for at, block in enumerate(group.blocks)}
    runs: list[list[Block]] = []
    whys: list[list[Reason]] = []
    doubts: list[Doubt] = []
    tail = ""  # the end of the paragraph so far, long enough for every sign
    before = ""
    listed = False
    for last, block in pairwise([None, *texts]):
        assert block is not None
        if last is None:
            runs, whys, tail = [[block]], [[]], block.text
            continue
        cut = Cut(
            whole=tail,
            a=last,
            b=block,
            announced=before.endswith(("：", ":")),
            apart=order[id(block)] - order[id(last)] > 1,
            notice=group.genre == "公告",
            indented=indented,
            first=len(runs) == 1,
            listed=listed,
            sibling=_is_sibling(runs),
        )
        reasons = [Reason(s.zh, s.en, w) for s in SIGNS if (w := s.weigh(cut))]
        score = sum(reason.weight for reason in reasons)
        if abs(score) < _NEAR:
            doubts.append(_doubt(cut, joined=score > 0))
        if score > 0:
            runs[-1].append(block)
            whys[-1] += sorted(reasons, key=lambda reason: -reason.weight)[:2]
            tail = join_texts([tail, block.text])
        else:
            runs.append([block])
            whys.append([])
            listed = (cut.announced or listed) and length(last.text) < _LISTED
            before, tail = tail, block.text
        tail = tail if len(tail) < 20_000 else _short(tail)
    made = tuple(
        Run(run[0].kind, tuple(run), tuple(why)) for run, why in zip(runs, whys, strict=True)
    )
    return Mended(group, made, tuple(doubts))


def _is_sibling(runs: list[list[Block]]) -> bool:
    if len(runs) < 2 or len(runs[-1]) > 1:
        return False
    above, last = runs[-2][-1].text, runs[-1][0].text
    numbered = all(
        shapes.ENUMERATOR.match(text) or shapes.QUESTION.match(text) for text in (above, last)
    )
    return numbered and not any(is_closed(text) or shapes.ends_soft(text) for text in (above, last))


def _short(text: str) -> str:
    """The end of a very long paragraph; what is open in it is not followed any further."""
    return text[-200:]


def _doubt(cut: Cut, *, joined: bool) -> Doubt:
    a, b = cut.whole[-8:], cut.b.text[:8]
    if joined:
        return Doubt(f"“{a}”与“{b}”接成了一段", f"«{a}» and «{b}» were joined", cut.b.line.number)
    return Doubt(f"“{a}”与“{b}”没有接", f"«{a}» and «{b}» were not joined", cut.b.line.number)


def join_texts(texts: Sequence[str]) -> str:
    """Texts in one, with a blank only between two Latin words."""
    made = ""
    parts: list[str] = []
    for text in texts:
        if parts and parts_latin(made, text):
            parts.append(" ")
        parts.append(text)
        made = text or made
    return "".join(parts)
