"""The references of a body: typed once, resolved for each page that shows the body.

A body is parsed without knowing any other file, so its links and pictures are kept as
``LinkRef`` and ``ImageRef`` between pieces of finished HTML. ``split_target`` and
``heading_id`` say how a typed target is read; who knows the addresses does the rest.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from msgspec import Struct

RUN_BY_BROWSERS = frozenset({"javascript", "vbscript", "data", "blob"})
# Addresses that other programs open; what else has a scheme leads nowhere for readers.
OUTSIDE = frozenset({"http", "https", "mailto", "tel", "sms", "ftp", "ftps"})
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.\-]*)\s*:")
# Browsers drop these inside a scheme, so «java\tscript:» is one.
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f-\x9f]")


class LinkRef(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """A link to another file of content/, to an address of the site or to a heading."""

    target: str  # as typed, without the fragment: ../07/x.md, /about/, or empty
    fragment: str  # without #, may be empty
    line: int  # in the file, from 1
    column: int  # from 1; 0 where the target does not stand in that line as such


class ImageRef(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """A picture of content/ (or, to be refused, of another host)."""

    target: str  # as typed
    alt: str
    caption: str  # the Markdown title
    figure: bool  # stands alone in its paragraph
    line: int  # in the file, from 1
    column: int  # as LinkRef.column


def scheme_of(target: str) -> str:
    """The scheme of an address in small letters; empty for a relative one."""
    found = _SCHEME.match(_IGNORED_BY_BROWSERS.sub("", target))
    return found[1].lower() if found else ""


def is_dangerous(target: str) -> bool:
    """Whether a browser would run the address, or show it as a page of its own making."""
    return scheme_of(target) in RUN_BY_BROWSERS or scheme_of(unquote(target)) in RUN_BY_BROWSERS


def is_external(target: str) -> bool:
    """Whether an address leads out of the site (``//host`` takes the page's scheme)."""
    return scheme_of(target) in OUTSIDE or target.replace("\\", "/").startswith("//")


def split_target(typed: str) -> tuple[str, str]:
    """A relative address as path and fragment, percent signs decoded."""
    path, _, fragment = typed.partition("#")
    return unquote(path.partition("?")[0]), unquote(fragment)


def heading_id(text: str) -> str:
    """The id of a heading: its letters, digits and Han, with - for all between; never empty."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\W_]+", "-", folded).strip("-") or "section"
