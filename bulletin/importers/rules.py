"""What the form of one line speaks for: the rules of ``classify``, in one table."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from msgspec import Struct

from bulletin.importers import shapes
from bulletin.importers.blocks import Kind, Line
from bulletin.importers.furniture import furniture_word, is_guide
from bulletin.importers.names import (
    LONGEST,
    SOURCE_LINE,
    Byline,
    is_likely_name,
    read_byline,
    split_names,
)
from bulletin.importers.shapes import SHORT, ends_soft, is_closed, length


class Look:
    """A line and what its form says, each asked for once."""

    def __init__(self, line: Line, before: Line | None, after: Line | None) -> None:
        self.line, self.before, self.after = line, before, after
        self.text = line.text

    @cached_property
    def size(self) -> int:
        return length(self.text)

    @cached_property
    def furniture(self) -> str:
        return furniture_word(self.text) if not self.line.image else ""

    @cached_property
    def byline(self) -> Byline | None:
        return read_byline(self.text) if self.size <= LONGEST and not self.line.level else None

    @cached_property
    def closed(self) -> bool:
        return is_closed(self.text)

    @cached_property
    def soft(self) -> bool:
        return ends_soft(self.text)

    @cached_property
    def near_picture(self) -> bool:
        """Whether a picture, or another line of captions, is the neighbour."""
        around = [line for line in (self.before, self.after) if line]
        return any(line.image is not None or shapes.CAPTION.match(line.text) for line in around)


class Rule(Struct, frozen=True):
    """If ``holds``, the line is a ``kind``, with this weight from 0 to 1; the highest wins."""

    kind: Kind
    holds: Callable[[Look], object]
    weight: float
    zh: str
    en: str


_MASTHEAD = re.compile(
    r"[^，。：:；\s]{3,20}[\s　]+(?:20\d\d|[〇○零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
)
_AT_TOP = 12  # lines, among which the head of an office's bulletin stands


def _is_masthead(look: Look) -> bool:
    """«某区总工会　2024年9月10日» among the first lines; at the end of a notice it signs."""
    before = look.before
    top = look.line.number <= _AT_TOP and (
        before is None or (length(before.text) <= SHORT and not is_closed(before.text))
    )
    return top and bool(_MASTHEAD.fullmatch(look.text))


def _is_credit(look: Look) -> bool:
    text = look.text
    if look.byline and look.byline.photo:
        return True
    return (
        look.size <= 20
        and not shapes.CAPTION.match(text)
        and bool(
            re.fullmatch(
                r"[（(]?[^，。；：,;:]{2,14}?\s*(?:供图|摄影报道|图片报道|\s摄)[）)]?", text
            )
        )
    )


def _is_name_below_title(look: Look) -> bool:
    """«王小甲» alone between a headline and a text."""
    before, after = look.before, look.after
    if look.size > 9 or before is None or after is None or look.line.level or look.line.bold:
        return False
    headed = (
        before.level or before.bold or (length(before.text) <= SHORT and not is_closed(before.text))
    )
    text = length(after.text) > SHORT or bool(re.search("[，。；！？,;!?]", after.text))
    names = split_names(look.text) or ()
    return bool(headed and text and names) and all(map(is_likely_name, names))


def _is_office_below_title(look: Look) -> bool:
    """«某区总工会» alone between a headline and a text that does not begin with it."""
    before, after = look.before, look.after
    if before is None or after is None or look.line.level or look.line.bold:
        return False
    dated = after.text[:1] in "（(" and bool(
        shapes.DATE_ALONE.fullmatch(after.text.strip("（）()"))
    )
    headed = (
        before.level
        or before.bold
        or (dated and length(before.text) <= SHORT and not is_closed(before.text))
    )
    text = dated or (length(after.text) > SHORT and not after.level)
    return bool(headed and text and shapes.OFFICE.fullmatch(look.text))


def _is_caption(look: Look) -> bool:
    if look.line.level:
        return False
    if shapes.CAPTION.match(look.text):
        return look.size <= 160
    numbered = shapes.NUMBERED_PICTURE.match(look.text)
    if numbered and look.near_picture:
        return True
    if (
        shapes.NUMBERED_CAPTION.fullmatch(look.text)
        and look.before
        and look.before.image is not None
    ):
        return True
    return bool(look.near_picture and look.size <= 100 and shapes.CAPTION_TAIL.fullmatch(look.text))


def _is_notice(look: Look) -> bool:
    text = re.sub(r"\s", "", look.text) if look.size <= SHORT else ""
    return (
        bool(text) and bool(shapes.NOTICE_WORDS.search(text)) and not shapes.NOT_NOTICE.search(text)
    )


def _is_brief(look: Look) -> bool:
    mark = shapes.BRIEF.match(look.text)
    if not mark or look.byline:
        return False
    rest = look.text[mark.end() :]
    titled = rest.startswith("【") or look.line.bold_start
    return bool(titled) or (length(rest) >= 16 and bool(re.search("[，。,；;：]", rest)))


def _in_list(look: Look) -> bool:
    """Whether «甲项目：乙» has others like it beside it, or says when and where."""
    if shapes.PARTICULARS.match(look.text):
        return True
    near = (line.text for line in (look.before, look.after) if line and length(line.text) <= SHORT)
    return any(
        not is_closed(text) and (shapes.LABELLED.match(text) or shapes.ITEM_LIKE.match(text))
        for text in near
    )


def _is_label(look: Look) -> bool:
    """«某区：» above a short line: the first line of a headline."""
    after = look.after
    short = (
        look.size <= 12
        and after is not None
        and length(after.text) <= 30
        and not is_closed(after.text)
    )
    plain = short and not shapes.ITEM_LIKE.match(look.text) and not shapes.QUESTION.match(look.text)
    other = (
        after is not None
        and shapes.lead_strength(after.text) < 4
        and not shapes.ITEM_LIKE.match(after.text)
    )
    return bool(look.text.endswith(("：", ":")) and plain and other and shapes.has_actor(look.text))


def _is_names(text: str) -> bool:
    """Two names or more in a line: of a list, where the next line is one, too."""
    names = split_names(text) or () if len(text) <= SHORT else ()
    return len(names) > 1 and all(len(name) <= 3 for name in names)


def _is_entry(look: Look) -> bool:
    if look.line.table:
        return True
    if look.line.level or look.closed or look.size > SHORT:
        return False
    text, before = look.text, look.before
    prize = (
        before is not None
        and shapes.ITEM_LIKE.match(before.text)
        and before.text.endswith(("：", ":"))
    )
    return bool(
        prize
        or shapes.ITEM_LIKE.match(text)
        or shapes.TIMED.match(text)
        or (shapes.LABELLED.match(text) and not look.line.bold and not look.soft and _in_list(look))
        or (look.line.item_mark and not look.line.bold)
        or shapes.SCORED.fullmatch(text)
        or (
            _is_names(text)
            and any(_is_names(near.text) for near in (look.before, look.after) if near)
        )
    )


def _signs_notice(look: Look) -> bool:
    """«某区总工会» above a date alone."""
    after = look.after
    return (
        after is not None
        and not look.line.level
        and look.size <= 24
        and bool(shapes.DATE_ALONE.fullmatch(after.text))
        and shapes.has_actor(look.text)
        and not re.search("[，。：:]", look.text)
    )


def _is_part_mark(look: Look) -> bool:
    """«一、把居民当亲人» above a paragraph that is no point of the same list."""
    after = look.after
    alone = (
        after is not None
        and length(after.text) > look.size
        and not shapes.ENUMERATOR.match(after.text)
    )
    bare = not look.closed and not re.search("[，。；：,;:]", look.text)
    return bool(shapes.SUBHEAD_MARK.match(look.text)) and look.size <= 26 and alone and bare


def _breaks_off(look: Look) -> bool:
    """A bare line with a comma, or with a quotation that goes on, stops in mid-sentence."""
    if look.line.level or look.line.bold or look.closed:
        return False
    after = look.after.text if look.after else ""
    if shapes.open_quotes(look.text) > 0:
        # A headline of two lines closes it in the next; a long line does not belong to one.
        return bool(re.search("[，,、]", look.text)) or length(after) > SHORT
    if look.after is not None and look.after.image is not None:
        return bool(re.search("[，,]", look.text)) and look.size > 12
    headed = look.after is not None and (
        look.after.level
        or look.after.bold
        or (
            length(after) <= SHORT
            and not is_closed(after)
            and not re.search("[，,；;：:、]", after)
        )
    )
    leads = shapes.lead_strength(after) == 4 or bool(read_byline(after[: LONGEST + 1]))
    return bool(re.search("[，,]", look.text)) and look.size > 8 and not (leads or headed)


def _closes_bracket(look: Look) -> bool:
    """«月 通讯员 王小甲）»: the end of what a bracket began in the line before."""
    text = look.text
    if look.line.level or shapes.open_brackets(text) >= 0 or shapes.ENUMERATOR.match(text):
        return False
    opened = look.before is not None and shapes.open_brackets(look.before.text) > 0
    return opened or (text.endswith(("）", ")")) and not look.furniture)


def _is_dashed(look: Look) -> bool:
    """«——副题» below a headline."""
    before = look.before
    headed = before is not None and (
        before.level or before.bold or (length(before.text) <= SHORT and not is_closed(before.text))
    )
    dashed = look.text.startswith(("——", "--", "──", "⸺"))
    return bool(headed and dashed and look.size <= SHORT and not look.closed and not look.soft)


def _is_point(look: Look) -> bool:
    return not look.line.level and bool(shapes.ENUMERATOR.match(look.text))


# One row a sign. A new rule is a row here; the words are what --dry-run shows.
RULES: tuple[Rule, ...] = (
    Rule(Kind.IMAGE, lambda look: look.line.image is not None, 1.0, "图片", "a picture"),
    Rule(
        Kind.BODY,
        _closes_bracket,
        0.955,
        "合上前一行的括号",
        "closes the bracket of the line before",
    ),
    Rule(Kind.FURNITURE, lambda look: look.furniture, 0.95, "版面信息", "of the page"),
    Rule(
        Kind.FURNITURE,
        lambda look: is_guide(look.text) and not look.line.level,
        0.92,
        "导读",
        "guide to the pages",
    ),
    Rule(
        Kind.FURNITURE,
        _is_masthead,
        0.945,
        "单位和日期，在版面最上面",
        "an office and a date at the top",
    ),
    Rule(
        Kind.BYLINE,
        lambda look: SOURCE_LINE.fullmatch(look.text) and not look.closed,
        0.942,
        "来源",
        "the source",
    ),
    Rule(
        Kind.CREDIT,
        _is_credit,
        0.94,
        "人名加“摄”“摄影报道”“供图”",
        "names and 摄, 摄影报道 or 供图",
    ),
    Rule(
        Kind.BYLINE,
        lambda look: look.byline and look.byline.roles,
        0.93,
        "人名加“记者”“通讯员”“文”",
        "names with roles",
    ),
    Rule(
        Kind.BYLINE,
        lambda look: look.byline and re.match(r"[□■○●◆（(]", look.text),
        0.9,
        "括号或方块里只有人名",
        "nothing but names in brackets or behind a mark",
    ),
    Rule(
        Kind.BYLINE,
        _is_name_below_title,
        0.87,
        "标题和正文之间的人名",
        "a name between a headline and a text",
    ),
    Rule(
        Kind.BYLINE,
        _is_office_below_title,
        0.865,
        "标题和正文之间的单位",
        "an office between a headline and a text",
    ),
    Rule(
        Kind.CAPTION,
        _is_caption,
        0.9,
        "▲、图① 起头，或者在图片旁、带“摄”字",
        "begins with ▲ or 图, or stands by a picture",
    ),
    Rule(
        Kind.NOTICE,
        _is_notice,
        0.89,
        "以“公告”“启事”“声明”收尾的短行",
        "a short line that ends in 公告, 启事, 声明",
    ),
    Rule(Kind.BRIEF, _is_brief, 0.88, "● ■ ◆ 起头的一段", "a paragraph that begins with ● ■ ◆"),
    Rule(Kind.HEADLINE, lambda look: look.line.level, 0.87, "标题记号 #", "marked as a heading"),
    Rule(
        Kind.BODY,
        lambda look: shapes.QUESTION.match(look.text) and not look.line.level,
        0.86,
        "问、答",
        "a question or an answer",
    ),
    Rule(Kind.ENTRY, _signs_notice, 0.855, "日期上面的落款", "who signs, above a date"),
    Rule(Kind.ENTRY, _is_entry, 0.85, "列项：奖项、时间、名目", "an entry of a list"),
    Rule(
        Kind.HEADLINE,
        lambda look: (
            look.line.bold
            and look.size <= SHORT + 8
            and not (look.closed and "。" in look.text[-2:])
        ),
        0.84,
        "整行加粗的短行",
        "a short line in bold",
    ),
    Rule(
        Kind.HEADLINE,
        _is_dashed,
        0.835,
        "标题下面以破折号起头",
        "begins with a dash below a headline",
    ),
    Rule(
        Kind.BODY,
        lambda look: look.closed and "。" in look.text,
        0.83,
        "以句号收尾",
        "ends as a sentence does",
    ),
    Rule(
        Kind.BODY,
        lambda look: shapes.lead_strength(look.text) == 4,
        0.82,
        "“本报讯”起头",
        "begins with 本报讯",
    ),
    Rule(Kind.BODY, lambda look: look.size > SHORT, 0.8, "一行很长", "a long line"),
    Rule(
        Kind.BODY,
        lambda look: shapes.SALUTATION.fullmatch(look.text) and not look.line.level,
        0.795,
        "信的称呼",
        "the salutation of a letter",
    ),
    Rule(Kind.HEADLINE, _is_label, 0.79, "地名加冒号的短行", "the name of a place and a colon"),
    Rule(
        Kind.BODY,
        lambda look: look.soft and not look.text.endswith(("：", ":")),
        0.78,
        "以逗号、分号收尾",
        "ends in the middle of a sentence",
    ),
    Rule(
        Kind.BODY,
        lambda look: (look.soft or shapes.STARTS_INSIDE.match(look.text)) and look.size > 6,
        0.76,
        "半句话",
        "a part of a sentence",
    ),
    Rule(
        Kind.BODY,
        lambda look: "。" in look.text and look.size > 16,
        0.74,
        "有句号",
        "holds a full stop",
    ),
    Rule(
        Kind.HEADLINE,
        lambda look: (
            shapes.QUOTED.fullmatch(look.text)
            and look.after
            and length(look.after.text) > look.size
        ),
        0.785,
        "整行是一句引语",
        "nothing but a quotation",
    ),
    Rule(
        Kind.HEADLINE,
        _is_part_mark,
        0.735,
        "“一、”起头的短行",
        "a short line that begins with 一、",
    ),
    Rule(
        Kind.BODY,
        lambda look: not look.line.bold and shapes.TOLD.search(look.text),
        0.738,
        "“近日”“获悉”，标题不这样写",
        "近日, 获悉: no headline says so",
    ),
    Rule(
        Kind.BODY, _breaks_off, 0.73, "话没有说完的短行", "a short line that stops in mid-sentence"
    ),
    Rule(Kind.BODY, _is_point, 0.72, "“一是”“（1）”起头", "begins with 一是 or （1）"),
    Rule(
        Kind.BODY,
        lambda look: (
            look.text.count("，") + look.text.count(",") > 1
            or (look.size > 28 and re.search("[，,]", look.text))
        ),
        0.7,
        "短行里有几个逗号",
        "several commas",
    ),
    Rule(Kind.HEADLINE, lambda look: True, 0.6, "不成句的短行", "a short line that is no sentence"),
)
