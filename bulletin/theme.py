"""The templates folder: template texts and assets; the only reader of templates/.

A root may have a templates/ of its own; a file there takes the place of ours of that name.
Stylesheets are joined in the order of their names, and so are scripts; each asset gets a
digest of its bytes in its name, so that browsers may keep it for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct

from bulletin.problem import ContentError, problem
from bulletin.source import digest_of
from bulletin.text import visible

ASSETS = "assets"
_JOINED = {"css": "style.css", "js": "site.js"}


class TemplateText(Struct, frozen=True):
    """A template as it was read; ``file`` is its full name on disk, for messages."""

    text: str
    file: str


class Asset(Struct, frozen=True):
    """A file that pages refer to; ``path`` is its place in the site, with the digest."""

    name: str  # style.css, site.js, icon.svg
    path: str  # assets/style.ab12cd34.css
    data: bytes


class Theme(Struct, frozen=True):
    templates: Mapping[str, TemplateText]
    assets: tuple[Asset, ...]

    def asset_paths(self) -> tuple[tuple[str, str], ...]:
        """Names of assets, and their paths in the site."""
        return tuple((asset.name, asset.path) for asset in self.assets)


def read_theme(own: Path, ours: Path) -> Theme:
    """The theme of ``own`` (a templates folder that may be missing) on top of ``ours``."""
    files = dict(sorted({**dict(_files(ours)), **dict(_files(own))}.items()))
    templates = {
        name: _template(name, file)
        for name, file in files.items()
        if not name.startswith(ASSETS + "/")
    }
    return Theme(templates, tuple(_assets(files)))


def _template(name: str, file: Path) -> TemplateText:
    try:
        return TemplateText(file.read_text("utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise ContentError([problem("B704", f"templates/{name}", name=visible(name))]) from error


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and not any(part.startswith(".") for part in PurePosixPath(name).parts):
            yield name, file


def _assets(files: Mapping[str, Path]) -> Iterator[Asset]:
    """The joined stylesheet and script, then every other asset by its own name."""
    joined: dict[str, list[bytes]] = {name: [] for name in _JOINED.values()}
    single: dict[str, bytes] = {}
    for name, file in files.items():
        folder, _, rest = name.removeprefix(ASSETS + "/").partition("/")
        if not name.startswith(ASSETS + "/"):
            continue
        data = file.read_bytes()
        if folder in _JOINED:
            joined[_JOINED[folder]].append(data.rstrip() + b"\n")
        else:
            single[PurePosixPath(rest or folder).name] = data
    for name, data in [*((n, b"".join(parts)) for n, parts in joined.items()), *single.items()]:
        stem, dot, ending = name.rpartition(".")
        yield Asset(
            name, f"{ASSETS}/{stem or ending}.{digest_of(data).hex()[:8]}{dot}{ending}", data
        )


# Statements of Jinja by which one template names another; what they name is an expression.
_STATEMENT = re.compile(r"\{%[-+]?\s*(?:extends|include|import|from)\b(.*?)%\}", re.DOTALL)
_ONE_NAME = re.compile(
    r"""\s*(?:"([^"'\\]+)"|'([^"'\\]+)')\s*(?:[-+]?\Z|(?:ignore|with|without|as|import)\b)"""
)


def references(texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The templates that each template names; ``*`` for a name that is only known as it runs.

    A statement in a comment counts too: a name too many makes a page anew for nothing, one too
    few would leave it as it was.
    """
    return {
        name: tuple(sorted({_named(found[1]) for found in _STATEMENT.finditer(text)}))
        for name, text in texts.items()
    }


def _named(expression: str) -> str:
    found = _ONE_NAME.match(expression)
    return (found[1] or found[2]) if found else "*"
