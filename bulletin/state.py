"""What every page was made of, and what is out of date: fingerprints and ``compare``. Pure.

A page is a function of its inputs, of its template with all that it includes, of what every
page shares (settings, assets, the code itself). Each of these has a *mark*, some bytes that
stand for it. A page whose marks are those of the last build need not be made again; one whose
marks differ is made, and the names of what differs are the reasons.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec
from msgspec import Struct

from bulletin.plan import Copied, Page, Template
from bulletin.source import Stamp, digest_of
from bulletin.story import Article, Story

# Reasons that are no input's name.
NEW, LOST, TEMPLATE, RECIPE = "new", "lost", "template", "recipe"


class PageRecord(Struct, frozen=True, array_like=True, gc=False):
    """A page as it was made last."""

    recipe: str  # the template, or what else makes it
    marks: tuple[bytes, ...]  # of its inputs, in the order of their names
    digest: str  # of its bytes
    reasons: tuple[str, ...]  # why it was made
    made: int  # when: seconds since 1970


class FileRecord(Struct, frozen=True, array_like=True):
    """A file of content/ as it was read last."""

    disk: str  # ``File.disk``: one that is spelt otherwise is another, though its path be the same
    stamp: Stamp | None  # None: too young to be told from an edit within the same moment
    digest: bytes  # of its bytes
    reading: msgspec.Raw  # an encoded ``Reading``


class Place(Struct, frozen=True, array_like=True, gc=False):
    """Where a parsed body lies in the file of bodies."""

    offset: int
    length: int
    digest: bytes  # of the bytes there


class Kept(Struct, frozen=True, array_like=True):
    """A value that is dear to make, with the mark of what it was made from."""

    mark: bytes
    value: msgspec.Raw


class Shared(Struct, frozen=True, array_like=True):
    """Marks of what more than one page is made of."""

    frame: Mapping[str, bytes]  # settings, assets, footer, sections
    templates: Mapping[str, bytes]  # each with everything that it includes


class State(Struct, frozen=True, array_like=True):
    """All that a build leaves for the next one."""

    reading: bytes  # mark of what files are read with: the vocabulary and the time zone
    kept: Mapping[str, Kept]
    files: tuple[FileRecord, ...]
    bodies: str  # name of the file of bodies
    places: Mapping[bytes, Place]  # of bodies, by their keys
    shared: Shared
    pages: Mapping[str, PageRecord]  # by their files


class Glance(Struct, frozen=True, array_like=True):
    """What tells at a glance that a build would do what the last one did: nothing."""

    asked: bytes  # mark of the options
    seen: bytes  # mark of all that is read: names and stamps of content/, templates
    zone: str  # of the site, for a time without one
    since: int  # seconds since 1970: from when
    until: int  # and before when the same items are due
    manifest: bytes  # digest of the manifest of site/
    report: msgspec.Raw  # what there is to say


EMPTY = State(b"", {}, (), "", {}, Shared({}, {}), {})


# --- marks

NOTHING: tuple[object, ...] = ()  # there is but one


def mark_of(value: object) -> bytes:
    """Bytes that are equal for equal values and, but for a chance of 2**-64, for no others."""
    if isinstance(value, Story | Article):
        return value.mark
    if value is None or value is NOTHING:
        return b""
    return digest_of(_ENCODER.encode(value))[:8]


def _mark_inside(value: Any) -> bytes:
    """How a story or an article stands inside another input."""
    if type(value) in (Story, Article):
        return bytes(value.mark)
    raise TypeError(f"an input of a page that has no mark: {type(value).__name__}")


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_mark_inside, order="deterministic")


def recipe_name(page: Page) -> str:
    recipe = page.recipe
    if isinstance(recipe, Template):
        return sys.intern(f"{recipe.name} {recipe.view.__name__}")
    return recipe.file if isinstance(recipe, Copied) else recipe.make.__name__


def marks_of(page: Page) -> tuple[bytes, ...]:
    """The marks of a page's inputs, in the order of their names in ``page.inputs``."""
    return tuple([mark_of(value) for value in page.inputs.values()])


def template_marks(
    texts: Mapping[str, str], references: Mapping[str, tuple[str, ...]]
) -> dict[str, bytes]:
    """A mark for each template that covers everything it extends, includes or imports.

    ``references`` are the names that a template mentions; ``*`` stands for one that is only
    known when the page is made, and so for all.
    """
    marks = {}
    for name in texts:
        reached: set[str] = set()
        ahead = [name]
        while ahead:
            one = ahead.pop()
            if one == "*":
                ahead += [other for other in texts if other not in reached]
            elif one not in reached and one in texts:
                reached.add(one)
                ahead += references.get(one, ())
        marks[name] = mark_of([(one, texts[one]) for one in sorted(reached)])
    return marks


# --- what is out of date


class Stale(Struct, frozen=True):
    """A page that has to be made."""

    page: Page
    marks: tuple[bytes, ...]
    reasons: tuple[str, ...]


class Changes(Struct, frozen=True):
    stale: tuple[Stale, ...]
    fresh: Mapping[str, PageRecord]  # pages that stay as they are, by their files


def compare(
    pages: Iterable[Page], shared: Shared, last: State, lost: AbstractSet[str] = frozenset()
) -> Changes:
    """Which of ``pages`` must be made, and why; ``lost`` files are not as we left them."""
    frame = [name for name in shared.frame if shared.frame[name] != last.shared.frame.get(name)]
    stale: list[Stale] = []
    fresh: dict[str, PageRecord] = {}
    for page in pages:
        marks = marks_of(page)
        record = last.pages.get(page.file)
        if record is None:
            stale.append(Stale(page, marks, (NEW,)))
            continue
        if record.marks == marks and record.recipe == recipe_name(page):
            reasons = []
        elif record.recipe != recipe_name(page) or len(record.marks) != len(marks):
            reasons = [RECIPE]
        else:
            pairs = zip(page.inputs, record.marks, marks, strict=True)
            reasons = [name for name, before, now in pairs if before != now]
        if isinstance(page.recipe, Template):
            name = page.recipe.name
            if shared.templates.get(name) != last.shared.templates.get(name):
                reasons.append(TEMPLATE)
        if not isinstance(page.recipe, Copied):
            reasons += frame
        if page.file in lost:
            reasons.append(LOST)
        if reasons:
            stale.append(Stale(page, marks, tuple(reasons)))
        else:
            fresh[page.file] = record
    return Changes(tuple(stale), fresh)
