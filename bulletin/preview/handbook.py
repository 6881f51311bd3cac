"""The manuals of docs/ as pages of the preview, the handbook first; plain, and fit to be printed."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from bulletin.basis import PROJECT
from bulletin.body import parse_body
from bulletin.markup import Document, ImageRef, LinkRef
from bulletin.markup.links import heading_id, is_dangerous, is_external
from bulletin.preview import panel
from bulletin.preview.pages import media_type
from bulletin.problem import Language

DOCS = PROJECT / "docs"
HANDBOOK = "handbook"
AT = f"{panel.OWN}handbook/"
HTML = media_type("x.html")
_TITLE = re.compile(r"\A\s*# +(.+?)\s*$", re.MULTILINE)


def answer(path: str, language: Language, docs: Path = DOCS) -> tuple[str, int, bytes]:
    """Media type, status and bytes of what lies at ``path`` below the handbook's address."""
    if path.startswith("images/"):
        picture = _files(docs / "images").get(path.removeprefix("images/"))
        if picture:
            return media_type(picture.name), 200, picture.read_bytes()
        return HTML, 404, _nothing(language)
    name = path.removesuffix("/") or HANDBOOK
    file = _files(docs).get(f"{name}.md")
    if file is None:
        return HTML, 404, _nothing(language, name)
    text = file.read_text("utf-8")
    found = _TITLE.match(text)
    title = found[1] if found else name
    document, _ = parse_body(text[found.end() :] if found else text, f"docs/{file.name}", 1)
    body = "".join(_pieces(document, set(_files(docs)), set(_files(docs / "images"))))
    content = f"<h1>{html.escape(title)}</h1>\n{body}"
    return HTML, 200, panel.page_of(title, content, language)


def _files(folder: Path) -> dict[str, Path]:
    """The files of a folder by name; nothing else can be asked for."""
    if not folder.is_dir():
        return {}
    return {file.name: file for file in folder.iterdir() if file.is_file()}


def _nothing(language: Language, name: str = "") -> bytes:
    zh = language is Language.CHINESE
    if name == HANDBOOK:
        title = "手册还没有写好" if zh else "There is no handbook yet"
        said = "先看这几份说明：" if zh else "These manuals are there:"
    else:
        title = "手册里没有这一页" if zh else "The handbook has no such page"
        said = "可以看：" if zh else "There are:"
    names = (("commands", "命令"), ("front-matter", "稿件的写法"), ("problems", "问题一览"))
    links = "".join(
        f'<li><a href="{AT}{one}/">{word if zh else one}</a></li>' for one, word in names
    )
    return panel.page_of(title, f"<h1>{title}</h1>\n<p>{said}</p>\n<ul>{links}</ul>", language)


def _pieces(document: Document, manuals: set[str], pictures: set[str]) -> Iterator[str]:
    """The HTML of a manual; what leads neither to a manual nor to a picture stays as words."""
    for piece in document.pieces:
        if isinstance(piece, LinkRef):
            yield _link(piece, manuals)
        elif isinstance(piece, ImageRef):
            yield _picture(piece, pictures)
        else:
            yield piece


def _link(ref: LinkRef, manuals: set[str]) -> str:
    fragment = f"#{heading_id(ref.fragment)}" if ref.fragment else ""
    if not ref.target:
        return f' href="{html.escape(fragment)}"'
    name = posixpath.normpath(ref.target)
    if name not in manuals or not name.endswith(".md"):
        return ""
    return f' href="{html.escape(AT + name.removesuffix(".md"))}/{html.escape(fragment)}"'


def _picture(ref: ImageRef, pictures: set[str]) -> str:
    folder, name = posixpath.split(posixpath.normpath(ref.target))
    alt = html.escape(ref.alt)
    if folder != "images" or name not in pictures or is_external(name) or is_dangerous(name):
        return f"<p>{alt}</p>" if ref.figure else alt
    return f'<img src="{AT}images/{html.escape(name)}" alt="{alt}" loading="lazy">'
