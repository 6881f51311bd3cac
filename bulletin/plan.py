"""Every file of the site before one is made: ``Page``s with their inputs, and clashes named.

A page is a pure function of its inputs: ``recipe`` says which, ``inputs`` are all it may see
besides the frame that every page shares.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from bulletin.address import collision_key, output_file
from bulletin.catalogue import Catalogue
from bulletin.markup import LinkRef
from bulletin.problem import Problem, both, problem
from bulletin.story import Target
from bulletin.text import visible


class Template(Struct, frozen=True):
    """Render ``name`` with what ``view`` makes of the presenter and the page's inputs."""

    name: str
    view: Callable[..., Mapping[str, object]]


class Made(Struct, frozen=True):
    """Bytes that ``make`` makes of the presenter and the page's inputs."""

    make: Callable[..., bytes]


class Copied(Struct, frozen=True):
    """The bytes of a picture: ``file`` below the root."""

    file: str


Recipe = Template | Made | Copied


class Page(Struct, frozen=True):
    """A file of the site to be."""

    path: str  # as address.py says: news/, feed.xml
    source: str  # who wants it: a file of content/, or what it stands for
    recipe: Recipe
    inputs: Mapping[str, Any] = {}  # by the names that the recipe's function has for them
    indexed: bool = False  # stands in the sitemap
    changed: str | None = None  # day of the last change, for the sitemap
    pictures: tuple[str, ...] = ()  # paths, for the sitemap
    file: str = ""  # below site/; follows from the path

    def __post_init__(self) -> None:
        force_setattr(self, "file", output_file(self.path))


class Plan(Struct, frozen=True):
    pages: tuple[Page, ...]  # in the order of their files

    def paths(self) -> frozenset[str]:
        return frozenset(page.path for page in self.pages)


def to_plan(pages: Iterable[Page]) -> tuple[Plan, list[Problem]]:
    """The plan of these pages, with an error for every address that is claimed twice."""
    ordered = sorted(pages, key=lambda page: (page.file, page.source))
    problems = [*_claimed_twice(ordered), *_files_as_folders(ordered), *_outside(ordered)]
    return Plan(tuple(ordered)), problems


_OUTSIDE = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|^\.bulletin")


def _outside(pages: Iterable[Page]) -> Iterable[Problem]:
    """Pages that would be written outside the site, or among what we keep there for ourselves."""
    for page in pages:
        if _OUTSIDE.search(page.file):
            facts = {"address": "/" + visible(page.path), "source": visible(page.source)}
            yield problem("B604", _blamed([page]), **facts)


def _claimed_twice(pages: Iterable[Page]) -> Iterable[Problem]:
    """Addresses that are one, or that some file system would take for one."""
    groups: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        groups[collision_key(page.file)].append(page)
    for group in groups.values():
        if len(group) < 2:  # noqa: PLR2004 - one page alone clashes with nothing
            continue
        files = sorted({page.file for page in group})
        sources = _named(group)
        path = _blamed(group)
        if len(files) == 1:
            yield problem("B601", path, address=_address(files[0]), sources=sources)
        else:
            other = _address(files[1])
            facts = {"address": _address(files[0]), "other": other, "sources": sources}
            yield problem("B602", path, **facts)


def _files_as_folders(pages: Iterable[Page]) -> Iterable[Problem]:
    """Files whose address is also the folder of another: /old (a file) and /old/a.html."""
    files = {collision_key(page.file): page for page in pages}
    seen: set[str] = set()
    for page in pages:
        folder = page.file.rpartition("/")[0]
        while folder and folder not in seen:
            seen.add(folder)
            if other := files.get(collision_key(folder)):
                facts = {"address": _address(folder), "sources": _named([other, page])}
                yield problem("B603", _blamed([other, page]), **facts)
                break
            folder = folder.rpartition("/")[0]


def _address(file: str) -> str:
    return "/" + visible(file.removesuffix("index.html"))


def _named(pages: Iterable[Page]) -> str:
    names = dict.fromkeys(visible(page.source) for page in pages)
    return both("、".join(names), ", ".join(names))


def _blamed(pages: Iterable[Page]) -> str:
    """The last file of content/ among the claimants: the one an editor can change."""
    sources = [page.source for page in pages]
    own = [source for source in sources if source.startswith("content/")]
    return (own or sources)[-1]


def check_site_links(catalogue: Catalogue, plan: Plan) -> list[Problem]:
    """Links that were typed as addresses of the site (/about/) and lead to no page."""
    known = plan.paths()
    bodies = [(p.page.source_path, p.page.document.refs, p.found) for p in catalogue.pages]
    bodies += [
        (article.story.item.source_path, article.refs, article.found)
        for article in catalogue.articles.values()
        if article.found
    ]
    problems = []
    for path, refs, found in bodies:
        for ref, piece in zip(refs, found, strict=True):
            if isinstance(piece, Target) and isinstance(ref, LinkRef) and ref.target:
                if (
                    piece.path is None
                    or {piece.path, piece.path + "/", piece.path.removesuffix("index.html")} & known
                ):
                    continue
                facts = {"target": visible("/" + piece.path), "nearest": ""}
                problems.append(problem("B403", path, ref.line, ref.column, "", **facts))
    return problems
