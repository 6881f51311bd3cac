"""Punctuation, figures and characters as the paper printed them, after recognition changed them."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from bulletin.importers.shapes import HAN, length

# Radicals of U+2E80–2EFF that fonts draw like characters and recognition mistakes for them;
# those of U+2F00–2FD5 and the compatibility ideographs are named by Unicode itself (NFKC).
RADICALS = {
    "⺠": "民", "⻄": "西", "⻓": "长", "⻔": "门", "⻅": "见", "⻋": "车", "⻛": "风", "⻜": "飞", "⻢": "马",
    "⻥": "鱼", "⻦": "鸟", "⻝": "食", "⻘": "青", "⻚": "页", "⻩": "黄", "⻬": "齐", "⻮": "齿", "⻰": "龙",
    "⻳": "龟", "⻉": "贝", "⻆": "角", "⻨": "麦", "⻤": "鬼", "⻣": "骨", "⻁": "虎", "⺟": "母", "⺝": "月",
    "⺼": "月", "⻊": "足", "⻑": "長", "⻒": "镸", "⺶": "羊", "⺴": "网", "⺎": "兀", "⺁": "厂", "⺇": "几",
    "⺌": "小", "⺍": "小", "⺒": "巳", "⺓": "幺", "⺛": "旡", "⺞": "歺", "⺦": "丬", "⺪": "疋", "⺫": "目",
    "⺬": "示", "⺮": "竹", "⺯": "糸", "⺷": "羊", "⺸": "羊", "⺹": "耂", "⺻": "聿", "⻀": "艹", "⻂": "衤",
    "⻃": "覀", "⻇": "訁", "⻌": "辶", "⻎": "辶", "⻏": "邑", "⻐": "钅", "⻖": "阝", "⻗": "雨", "⻙": "韦",
    "⻟": "飠", "⻠": "饣", "⻡": "首", "⻱": "龟", "⻲": "龜",
}  # fmt: skip
_NFKC_RANGES = ((0x2F00, 0x2FD5), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))
_ODD = re.compile("[⺀-⿟豈-﫿\U0002f800-\U0002fa1f]")
_WIDE_LATIN = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_WIDE_IN_FIGURES = re.compile(
    r"(?<=[０-９])[．：，／－—]?(?=[０-９])|(?<=[０-９])％|(?<=[０-９])[．：，](?=[0-9])|(?<=[0-9])[．：，](?=[０-９])"
)
_FULL = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！", "(": "（", ")": "）"}
# Addresses and mail keep their signs.
_KEPT = re.compile(
    r"(?:https?://|www\.)[\x21-\x7e]*[\w/=#&%+~-]|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", re.ASCII
)
_LATIN_QUOTE = re.compile(rf"“[^“”{HAN}]*[A-Za-z][^“”{HAN}]*”")
_HALF = re.compile(r"[,:;?!()]")
_CJK = re.compile(rf"[{HAN}，。、；：？！“”‘’（）《》【】…—·％]")
_PHONE = re.compile(r"\(0\d{2,3}\)\s?\d")
_BETWEEN_FIGURES = re.compile(r"(?<=\d)[:,](?=\d)")
_DOTS = re.compile(r"\.{3,6}|。{3,6}|…+")
_STOP = re.compile(rf"(?<=[{HAN}”）])\.(?=[{HAN}“”]|$)")
_DASHES = re.compile(r"(?<![-!<\x21-\x7e])--+(?![->\x21-\x7e])|⸺|──+")
_BLANKS = "[ \t\u3000\xa0\u2002\u2003\u2009]+"
_WIDE_CHARACTER = rf"[{HAN}，。、；：？！“”‘’（）《》〈〉【】「」『』…—％℃]"
_BLANK_BESIDE = re.compile(rf"(?<={_WIDE_CHARACTER}){_BLANKS}|{_BLANKS}(?={_WIDE_CHARACTER})")
_BLANK_RUN = re.compile(_BLANKS)
# No phrase ends in the middle of these.
_WORDS = frozenset(
    [
        "工会",
        "职工",
        "街道",
        "地区",
        "企业",
        "公司",
        "集团",
        "服务",
        "培训",
        "协商",
        "竞赛",
        "大赛",
        "技能",
        "劳模",
        "工匠",
        "慰问",
        "活动",
        "联谊",
        "举办",
        "举行",
        "开展",
        "启动",
        "成立",
        "北京",
        "首都",
        "全市",
        "社区",
        "员工",
        "会员",
        "代表",
        "大会",
        "组织",
        "干部",
        "学院",
        "学校",
        "医院",
        "中心",
        "园区",
        "骑手",
        "司机",
        "快递",
        "维权",
        "法律",
        "普法",
        "调解",
        "志愿",
        "文化",
        "文艺",
        "体育",
        "健康",
        "关爱",
        "温暖",
        "清凉",
        "驿站",
        "站点",
        "书屋",
        "读书",
        "青年",
        "女工",
        "农民",
        "工资",
        "合同",
        "劳动",
        "安全",
        "生产",
        "质量",
        "创新",
        "工作",
        "建设",
        "发展",
        "改革",
        "推进",
        "推动",
    ]
)
_MOTTO = re.compile(
    rf"(?<=[“《])([{HAN}]{{3,10}}){_BLANKS}([{HAN}]{{3,10}})(?=[”》])"
)  # “走胡同 赏秋色”
_KEPT_BLANK = "\uffff"
_SPACED_FIGURE = re.compile(r"(?<=\d) (?=[.,:%]\s?\d|%)|(?<=\d[.,:]) (?=\d)")


def restore(text: str) -> str:
    """A paragraph as it was printed; the blank between two halves of a motto stays."""
    text = characters(text)
    mottos = [found for found in _MOTTO.finditer(text) if len(found[1]) == len(found[2])]
    if not mottos:
        return _punctuation(_without_blanks(text))
    for found in reversed(mottos):
        text = f"{text[: found.end(1)]}{_KEPT_BLANK}{text[found.start(2) :]}"
    return _punctuation(_without_blanks(text).replace(_KEPT_BLANK, " "))


def restore_line(text: str) -> str:
    """A headline or an entry of a list: the blanks between its phrases stay."""
    return _punctuation(_phrases(characters(text)))


def characters(text: str) -> str:
    """Radicals and compatibility forms as characters, full-width figures and letters as ASCII."""
    text = _ODD.sub(lambda found: _character(found[0]), text)
    if re.search("[０-９Ａ-Ｚａ-ｚ]", text):
        text = _WIDE_IN_FIGURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = text.translate(_WIDE_LATIN)
    return text


def _character(odd: str) -> str:
    if odd in RADICALS:
        return RADICALS[odd]
    code = ord(odd)
    known = any(first <= code <= last for first, last in _NFKC_RANGES)
    return unicodedata.normalize("NFKC", odd) if known else odd


def _without_blanks(text: str) -> str:
    text = _BLANK_RUN.sub(" ", text.strip())
    return _SPACED_FIGURE.sub("", _BLANK_BESIDE.sub("", text)) if " " in text else text


def _phrases(text: str) -> str:
    """Blanks between phrases of some length stay, as one; those inside words go."""
    parts = _BLANK_RUN.sub(" ", text.strip()).split(" ")
    if len(parts) == 1:
        return parts[0]
    words = _is_column_of_words(parts)
    made = parts[0]
    for before, part in pairwise(parts):
        single = min(length(before), length(part)) == 1 and not words
        made += part if single or _in_word(made, part) else " " + part
    return made


def _in_word(before: str, part: str) -> bool:
    """Whether a blank stands in a word: «工 会», or a character from the end of a quotation."""
    if before[-1] + part[0] in _WORDS:
        return True
    if re.search(rf"(?:^| )[{HAN}]{{2,3}}$", before) and re.match("[区镇乡县]", part):
        return True  # 怀柔 区开办
    quoted = re.match(rf"[{HAN}][”’》]", part) if before.count("“") > before.count("”") else None
    return bool(quoted) or bool(re.search(rf"[“‘《][{HAN}]$", before))


def _is_column_of_words(parts: list[str]) -> bool:
    return len(parts[0]) > 1 and all(part.isdigit() or len(part) > 1 for part in parts)


def _punctuation(text: str) -> str:
    if not re.search(rf"[{HAN}]", text):
        return text
    text = _DOTS.sub(_dots, text)
    text = _DASHES.sub("——", text)
    if "." in text:
        text = _STOP.sub("。", text)
    if '"' in text:
        text = _quotes(text)
    if not _HALF.search(text):
        return text
    text = _full(text)
    return (
        _full(text) if _HALF.search(text) else text
    )  # «(并列):» is beside a bracket made full-width


def _dots(found: re.Match[str]) -> str:
    return "……"


def _quotes(text: str) -> str:
    """Straight quotation marks as “ and ”, by their position."""
    kept = [found.span() for found in _KEPT.finditer(text)]
    places = [
        at for at, sign in enumerate(text) if sign == '"' and not any(a <= at < b for a, b in kept)
    ]
    signs = list(text)
    opened = 0
    pending: int | None = None
    marks = iter(places)
    for at in marks:
        opened += 1
        if pending is None:
            pending = at
            continue
        around = text[max(0, pending - 1) : at + 2]
        if _CJK.search(around):
            signs[pending], signs[at] = "“", "”"
        pending = None
    if pending is not None and _CJK.search(text[max(0, pending - 1) : pending + 2]):
        signs[pending] = "”" if text.count("“") > text.count("”") else "“"
    return "".join(signs)


def _full(text: str) -> str:
    """Half-width signs that stand in Chinese text, full-width."""
    kept: set[int] = set()
    for pattern in (_KEPT, _LATIN_QUOTE, _PHONE, _BETWEEN_FIGURES):
        for found in pattern.finditer(text):
            kept.update(range(*found.span()))
    signs = list(text)
    brackets = _pairs(text)
    for found in _HALF.finditer(text):
        at = found.start()
        if at in kept:
            continue
        other = brackets.get(at)
        last = at == len(text) - 1 and found[0] in ",:;"  # nothing follows that it could part
        if last or _beside_cjk(text, at) or (other is not None and _beside_cjk(text, other)):
            signs[at] = _FULL[found[0]]
    made = "".join(signs)
    # «，“» after a sign that had a blank behind it, as Latin typists set it.
    return re.sub(rf"(?<=[，：；？！）]) +|(?<=[{HAN}”]) +(?=[（，：；？！])", "", made)


def _beside_cjk(text: str, at: int) -> bool:
    before = text[max(0, at - 2) : at].rstrip()[-1:]
    after = text[at + 1 : at + 3].lstrip()[:1]
    return bool(_CJK.match(before) or _CJK.match(after))


def _pairs(text: str) -> dict[int, int]:
    """Each round bracket and its partner."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for at, sign in enumerate(text):
        if sign in "(（":
            opened.append(at)
        elif sign in ")）" and opened:
            first = opened.pop()
            pairs[first], pairs[at] = at, first
    return pairs
