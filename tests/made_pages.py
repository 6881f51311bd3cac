"""Pages made of known items: what the paper printed, laid out and damaged as a seed says.

The items stand in ``tests/pages/*.expected.json``; nothing of their layout is used. What is
damaged can be undone: a cut never stands behind a full stop.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bulletin.importers.unwrap import wide

PAGES = Path(__file__).parent / "pages"
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", ("小麦", "石", "清明", "大川", "晓月", "一", "秋", "立夏")
HALF = str.maketrans("，：；？！（）", ",:;?!()")
FURNITURE = (
    "2024年8月19日 星期一 第3版",
    "要闻·A02",
    "责编 王小甲 美编 李小乙 校对 赵小丙",
    "本报广告热线 010-60000001",
    "示例工会报  2024年8月19日  2版",
    "（下转第4版）",
)
SLOGANS = (
    "凝心聚力新征程 建功立业新时代",
    "学习贯彻会议精神 奋力谱写工会工作新篇章",
    "竭诚服务职工 凝聚奋进力量",
)


@dataclass
class Layout:
    """How a page is set."""

    heads: str  # "##", "#", "###", "bold", "bare"
    byline: str  # "lead", "bracket", "below", "marked", "tail", "none"
    gaps: bool  # blank lines between paragraphs
    indent: bool
    wrap: int  # characters of a column, 0: lines are not broken
    half: bool
    blanks: bool  # inside words and names
    cuts: float  # of the paragraphs
    inserts: float  # furniture, pictures, photo items at cuts
    slogan: str | None
    newline: str
    heads_above: str  # how kickers and subtitles stand: "bare", "same", "bold"


@dataclass
class Made:
    text: str
    layout: Layout
    items: list[dict[str, Any]] = field(default_factory=list)


@cache
def clean_items() -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Items of sentences, and photo items; no lists, no notices."""
    news, photos = [], []
    for file in sorted(PAGES.glob("*.expected.json")):
        for item in json.loads(file.read_text("utf-8"))["items"]:
            plain = [p for p in item["paragraphs"] if not p.startswith("## ")]
            whole = all(p.endswith(("。", "。”", "？", "！", "！”")) for p in plain) and plain
            if not whole or not item["title"] or any(p[:2] in ("问：", "答：") for p in plain):
                continue
            if item["genre"] == "图片新闻" and len(plain) == 1:
                photos.append(item)
            elif item["genre"] is None and len(plain[0]) > 30:
                news.append(item)
    return tuple(news), tuple(photos)


def any_layout(random: Random) -> Layout:
    wrap = random.choice((0, 0, 0, 0, 18, 24))
    heads = random.choice(("##", "##", "##", "#", "###", "bold", "bare"))
    above = ("bare", "bare", "same", *(["bold"] if heads.startswith("#") else []))
    return Layout(
        heads=heads,
        byline=random.choice(("lead", "lead", "lead", "bracket", "below", "marked", "tail")),
        gaps=not wrap and random.random() < 0.85,
        indent=random.random() < (0.9 if wrap else 0.3),
        wrap=wrap,
        half=random.random() < 0.5,
        blanks=not wrap and random.random() < 0.3,
        cuts=0 if wrap else random.choice((0, 0.3, 0.6)),
        inserts=random.choice((0, 0.3)),
        slogan=random.choice((None, *SLOGANS)),
        newline=random.choice(("\n", "\n", "\r\n")),
        heads_above=random.choice(above),
    )


def a_page(seed: int, layout: Layout | None = None) -> Made:
    random = Random(seed)
    layout = layout or any_layout(random)
    news, photos = clean_items()
    made = Made("", layout)
    lines: list[str] = []
    if random.random() < 0.7:
        lines += [random.choice(FURNITURE[:3]), ""]
    if layout.slogan:
        lines += [("# " if layout.heads.startswith("#") else "") + layout.slogan, ""]
    chosen = random.sample(news, random.randint(3, 6))
    shown = iter(random.sample(photos, 3))
    for item in chosen:
        _item(item, random, made, lines, shown)
    lines += ["", random.choice(FURNITURE)]
    text = layout.newline.join(lines)
    made.text = ("\ufeff" if random.random() < 0.1 else "") + (
        text.translate(HALF) if layout.half else text
    )
    return made


def _item(item: dict[str, Any], random: Random, made: Made, lines: list[str], shown: Any) -> None:
    layout = made.layout
    names = [random.choice(SURNAMES) + random.choice(GIVEN) for _ in range(random.randint(1, 3))]
    names = list(dict.fromkeys(names))
    roles = ["reporter", *["correspondent"] * (len(names) - 1)]
    paragraphs = [p for p in item["paragraphs"] if not p.startswith("## ")]
    kicker = item["kicker"] if layout.heads_above != "same" else None
    subtitle = item["subtitle"] if layout.heads_above != "same" else None
    gap = [""] if layout.gaps or layout.heads.startswith("#") else []
    lines += ["", ""] if not layout.gaps else [""]
    if kicker:
        lines += [_above(kicker, layout), *gap]
    lines += [_head(item["title"], layout), *gap]
    if subtitle:
        lines += ["——" + subtitle, *gap]
    signed = "本报记者 " + _names(names[:1], layout, random)
    if len(names) > 1:
        signed += " 通讯员 " + _names(names[1:], layout, random)
    byline = layout.byline
    dateline = "本报讯" if byline in ("lead", "bracket") else None
    start = ""
    if byline == "lead":
        start = f"本报讯（{signed.removeprefix('本报')}）"
        start = start.replace("（", " （") if random.random() < 0.5 else start
    elif byline == "bracket":
        start = f"【本报讯】（{signed.removeprefix('本报')}）"
    elif byline in ("below", "marked"):
        lines += [("■" if byline == "marked" else "") + signed, *gap]
    inserted: list[dict[str, Any]] = []
    for at, paragraph in enumerate(paragraphs):
        text = (start if not at else "") + paragraph
        if byline == "tail" and at == len(paragraphs) - 1:
            text += f"（{signed.removeprefix('本报')}）"
        lines += _paragraph(text, len(start) if not at else 0, made, random, shown, inserted)
    made.items.append(
        {
            "title": item["title"],
            "kicker": kicker,
            "subtitle": subtitle,
            "dateline": dateline,
            "byline": [{"name": n, "role": r} for n, r in zip(names, roles, strict=True)],
            "paragraphs": paragraphs,
        }
    )
    made.items += inserted


def _above(text: str, layout: Layout) -> str:
    return f"**{text}**" if layout.heads_above == "bold" and layout.heads != "bold" else text


def _head(text: str, layout: Layout) -> str:
    if layout.heads.startswith("#"):
        return f"{layout.heads} {text}"
    return f"**{text}**" if layout.heads == "bold" else text


def _names(names: list[str], layout: Layout, random: Random) -> str:
    spaced = [
        f"{n[0]} {n[1]}" if len(n) == 2 and layout.blanks and random.random() < 0.5 else n
        for n in names
    ]
    return " ".join(spaced)


def _paragraph(  # noqa: PLR0913
    text: str, keep: int, made: Made, random: Random, shown: Any, inserted: list[dict[str, Any]]
) -> list[str]:
    layout = made.layout
    indent = "　　" if layout.indent else ""
    if layout.wrap:
        return [*_wrapped(indent + text, layout.wrap), *([""] if layout.gaps else [])]
    parts = [text]
    if random.random() < layout.cuts and len(text) - keep > 50:
        places = [
            at
            for at in range(keep + 20, len(text) - 8)
            if text[at - 1] not in "。！？”)）"
            and text[at] not in "，。、；：！？”）"
            and not (text[at - 1].isascii() and text[at].isascii())
        ]
        at = random.choice(places)
        parts = [text[:at], text[at:]]
    made_lines: list[str] = []
    for number, part in enumerate(parts):
        spaced = layout.blanks and random.random() < 0.4
        printed = _spaced(part, keep if not number else 0, random) if spaced else part
        made_lines.append((indent if not number else "") + printed)
        if layout.gaps:
            made_lines.append("")
        if number < len(parts) - 1 and random.random() < layout.inserts:
            made_lines += _inserted(random, shown, inserted, layout)
    return made_lines


def _inserted(
    random: Random, shown: Any, inserted: list[dict[str, Any]], layout: Layout
) -> list[str]:
    kind = random.choice(("picture", "furniture", "photo"))
    if kind == "picture":
        return ["", "![](img/a.jpg)", "", "▲职工在活动现场。 王小麦 摄", ""]
    if kind == "furniture":
        return ["", random.choice(FURNITURE[:2]), ""]
    item = next(shown, None)
    if item is None:
        return []
    inserted.append(
        {
            "title": item["title"],
            "paragraphs": item["paragraphs"],
            "byline": [{"name": "王小麦", "role": "reporter"}],
            "kicker": None,
            "subtitle": None,
            "dateline": None,
        }
    )
    head = _head(item["title"], layout) if random.random() < 0.3 else item["title"]
    return ["", "", head, "", item["paragraphs"][0], "", "本报记者 王小麦 摄影报道", ""]


_WORD = re.compile(r"[\x21-\x7e]+[，。、；：？！”）》…]*|.[，。、；：？！”）》…]*")


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a column: what is half-width takes half, and no sign begins a line."""
    lines = [""]
    for found in _WORD.finditer(text):
        word = found[0]
        if wide(lines[-1] + word) > width:
            lines.append("")
        while wide(word) > width:
            lines[-1:] = [word[: width * 2], ""]
            word = word[width * 2 :]
        lines[-1] += word
    return [line for line in lines if line]


def _spaced(text: str, keep: int, random: Random) -> str:
    at = random.randint(keep + 2, max(keep + 2, len(text) - 2))
    inside = "㐀" <= text[at - 1 : at] <= "鿿" and "㐀" <= text[at : at + 1] <= "鿿"
    return text[:at] + " " + text[at:] if inside else text
