"""What the preview adds to a page: a script, a style, and the facts that the script shows.

The page itself stays as readers will get it, but for what is put before its ``</head>``. Nothing
of it is a script or a style inside the page, so it works under the strictest policy.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bulletin.markup.links import heading_id
from bulletin.problem import Language, Problem, Severity
from bulletin.report import count
from bulletin.text import visible

MOST = 100  # Problems that a page shows
WIDE = 120  # characters of a line that are shown
OWN = "/_bulletin/"  # below it lies what is the preview's own
_HERE = Path(__file__).parent
FILES = {name: (_HERE / name).read_bytes() for name in ("live.js", "live.css", "panel.css")}

_WORDS = {
    "title": ("预览", "preview"),
    "list": ("问题列表", "problems"),
    "fine": ("没有问题", "no problems"),
    "open": ("打开问题列表", "show problems"),
    "close": ("收起", "close"),
    "lost": ("预览断开了，正在重新连接……", "preview lost, reconnecting …"),
    "back": ("重新连上了", "connected again"),
    "own": ("本页的稿件", "this page's file"),
    "more": ("另外还有 {count} 处", "{count} more"),
    "cure": ("改法：", "Cure: "),
    "old": (
        "稿件里有错误，这里显示的还是改错以前的样子",
        "its file has an error; this is the page as it was before",
    ),
    "error": ("错误", "error"),
    "warning": ("提醒", "warning"),
}


def words(language: Language) -> dict[str, str]:
    """What the script says."""
    place = 0 if language is Language.CHINESE else 1
    return {name: both[place] for name, both in _WORDS.items()}


def ordered(problems: Iterable[Problem], own: str) -> list[Problem]:
    """Those of the file ``own`` first, and errors before warnings."""
    return sorted(
        problems, key=lambda one: (one.path != own, one.severity is not Severity.ERROR, one)
    )


def facts_of(problems: Sequence[Problem], own: str, language: Language) -> dict[str, Any]:
    """The Problems as the script shows them; ``own`` is the file of the page."""
    errors = sum(one.severity is Severity.ERROR for one in problems)
    shown = ordered(problems, own)
    return {
        "errors": errors,
        "warnings": len(problems) - errors,
        "count": count(problems, language) if problems else words(language)["fine"],
        "problems": [_shown(one, own, language) for one in shown[:MOST]],
        "more": max(0, len(shown) - MOST),
    }


def _shown(one: Problem, own: str, language: Language) -> dict[str, Any]:
    before, at, after = _cut(one.text, one.column)
    return {
        "code": one.code,
        "help": f"{OWN}handbook/problems/#{heading_id(one.code)}",
        "severity": str(one.severity),
        "place": place_of(one),
        "message": one.sentence(language),
        "cure": one.cure(language),
        "own": one.path == own,
        "line": [before, at, after],
    }


def place_of(one: Problem) -> str:
    numbers = [str(number) for number in (one.line, one.column) if number]
    return ":".join([visible(one.path), *numbers])


def _cut(text: str, column: int) -> tuple[str, str, str]:
    """A line, cut to the part around ``column``: before it, the character there, and the rest."""
    start = max(0, column - WIDE // 2) if column > WIDE else 0
    shown = text[start : start + WIDE]
    place = column - 1 - start
    if not column or place > len(shown):
        return visible(shown), "", ""
    return (
        visible(shown[:place]),
        visible(shown[place : place + 1]) or " ",
        visible(shown[place + 1 :]),
    )


_HEAD_END = re.compile(rb"</head\s*>", re.IGNORECASE)
_BODY_START = re.compile(rb"<body\b[^>]*>", re.IGNORECASE)


def with_live(page: bytes, facts: Mapping[str, Any], language: Language) -> bytes:
    """The page with what keeps it up to date; ``facts`` as of now."""
    data = json.dumps({**facts, "words": words(language)}, ensure_ascii=False)
    safe = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    added = (
        f'<link rel="stylesheet" href="{OWN}live.css">\n'
        f'<script type="application/json" id="bulletin-preview-facts">{safe}</script>\n'
        f'<script src="{OWN}live.js" defer></script>\n'
    ).encode()
    found = _HEAD_END.search(page)
    place = found.start() if found else 0 if _BODY_START.search(page) else len(page)
    return page[:place] + added + page[place:]


def with_note(page: bytes, note: str) -> bytes:
    """The page with a note, as HTML, at the top of its body."""
    found = _BODY_START.search(page)
    place = found.end() if found else 0
    return page[:place] + note.encode() + page[place:]


def missing_note(
    path: str, near: Sequence[tuple[str, str]], standing: str, language: Language
) -> str:
    """What the preview says on top of the page for what is not found; ``near``: address, name."""
    zh = language is Language.CHINESE
    asked = html.escape(visible(path))
    said = f"预览里没有 {asked} 这个网址" if zh else f"the preview has no {asked}"
    if standing:
        said += ("：" if zh else ": ") + html.escape(standing)
    links = "".join(
        f'<li><a href="{html.escape(address)}">{html.escape(name)}</a></li>'
        for address, name in near
    )
    nearby = ("相近的网址：" if zh else "Near it:") if near else ""
    return (
        f'<aside class="bulletin-preview-note" aria-label="{words(language)["title"]}">'
        f"<p>{said}</p>{f'<p>{nearby}</p><ul>{links}</ul>' if near else ''}</aside>"
    )


def page_of(title: str, content: str, language: Language) -> bytes:
    """A page of the preview's own; ``content`` is HTML."""
    lang = "zh-Hans" if language is Language.CHINESE else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n"
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="robots" content="noindex">\n'
        f'<link rel="stylesheet" href="{OWN}live.css">\n</head>\n'
        f'<body class="bulletin-preview-page">\n<main>\n{content}\n</main>\n</body>\n</html>\n'
    ).encode()


def problems_page(problems: Sequence[Problem], language: Language) -> bytes:
    """The page in place of one that cannot be made, with all Problems."""
    zh = language is Language.CHINESE
    title = "这一页还做不出来" if zh else "This page cannot be made yet"
    hint = "改好并保存，这里会自己显示出来。" if zh else "Mend it and save; the page then shows up."
    said = words(language)
    listed = []
    for one in ordered(problems, "")[:MOST]:
        before, at, after = (html.escape(part) for part in _cut(one.text, one.column))
        mark = f"<mark>{at}</mark>" if at else ""
        line = f"<pre>{before}{mark}{after}</pre>" if (before + at + after).strip() else ""
        listed.append(
            f'<li class="{one.severity}"><p><code>{html.escape(place_of(one))}</code> '
            f"{said[str(one.severity)]} {one.code}</p>"
            f"<p><strong>{html.escape(one.sentence(language))}</strong></p>{line}"
            f"<p>{said['cure']}{html.escape(one.cure(language))}</p></li>"
        )
    content = (
        f"<h1>{title}</h1>\n<p>{hint}</p>\n<p>{html.escape(count(problems, language))}</p>\n"
        f"<ol>{''.join(listed)}</ol>"
    )
    return page_of(title, content, language)
