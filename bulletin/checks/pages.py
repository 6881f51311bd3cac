"""The pages of the site together: links and files that lead nowhere, and what is wrong in a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from bulletin.address import output_file
from bulletin.markup import ImageRef, LinkRef
from bulletin.pagefacts import (
    DOUBLE_ID,
    NO_ALT,
    NO_H1,
    SKIPPED,
    UNSAID,
    SitePages,
    split_address,
)
from bulletin.plan import Page, Template
from bulletin.problem import Problem, both, problem
from bulletin.story import Found, Target
from bulletin.text import nfc, visible

LINK, ANCHOR, FILE = "B901", "B902", "B903"
# How the details of a fault are called in its sentences.
_DETAILS = {
    NO_ALT: ("target",),
    DOUBLE_ID: ("id", "count"),
    SKIPPED: ("before", "level", "text"),
    NO_H1: ("count",),
    UNSAID: ("what",),
}
Typed = Sequence[tuple[LinkRef | ImageRef, Found]]


class Site(Struct, frozen=True):
    """The facts of all pages, with what is needed to say whose fault something is."""

    pages: Mapping[str, Page]  # all of the plan, by their files
    facts: SitePages  # of those that are HTML
    typed: Callable[[str], Typed]  # the references of a file of content/, and where they lead


_Finding = tuple[str, tuple[str, ...]]  # code and details


def faults(site: Site) -> Iterator[Problem]:
    """What is wrong, each once however many pages show it."""
    found: dict[_Finding, list[str]] = defaultdict(list)
    for file, page in site.facts.pages.items():
        for fault in page.faults:
            found[(fault.code, fault.details)].append(file)
    for finding, files in [*found.items(), *_leading_nowhere(site)]:
        if told := _problem(site, finding, files):
            yield told


def _leading_nowhere(site: Site) -> Iterator[tuple[_Finding, list[str]]]:
    lost = _lost(site)
    users: dict[_Finding, list[str]] = defaultdict(list)
    if lost:
        for file, page in site.facts.pages.items():
            for kind, numbers in ((LINK, page.links), (FILE, page.loads)):
                for number in lost.keys() & set(numbers):
                    code = ANCHOR if lost[number][1] and kind is LINK else kind
                    users[(code, lost[number])].append(file)
    yield from users.items()


def _lost(site: Site) -> dict[int, tuple[str, ...]]:
    """Numbers of addresses that lead to no page, or to no id of one: path, or path and id."""
    used: set[int] = set()
    for page in site.facts.pages.values():
        used.update(page.links, page.loads)
    ids: dict[str, set[str]] = {}
    lost: dict[int, tuple[str, ...]] = {}
    for number in sorted(used):
        path, fragment = split_address(site.facts.addresses[number])
        file = _file(path, site.pages)
        if file is None:
            lost[number] = (path, "")
        elif fragment and fragment != "top" and file in site.facts.pages:
            if file not in ids:
                ids[file] = set(site.facts.pages[file].ids.split(" "))
            if fragment not in ids[file]:
                lost[number] = (path, fragment)
    return lost


def _file(path: str, pages: Mapping[str, Page]) -> str | None:
    """The file that answers for a path; a server adds a / that is missing."""
    candidates = (output_file(nfc(path)), output_file(nfc(path) + "/"))
    return next((file for file in candidates if file in pages), None)


def _problem(site: Site, finding: _Finding, files: Sequence[str]) -> Problem | None:
    """One Problem for all pages that show a fault: whose template it is, or whose text."""
    code, details = finding
    page = site.pages[files[0]]
    line = column = 0
    if code in (LINK, ANCHOR):
        ref = _ref(site, page, details) if len(files) == 1 else None
        if ref and (code == LINK or _is_told(ref)):
            return None
        line, column = (ref.line, ref.column) if ref else (0, 0)
        facts = {"target": "/" + visible(details[0])}
        facts |= {"anchor": visible(details[1])} if code == ANCHOR else {}
    elif code == FILE:
        facts = {"target": visible(details[0])}
    else:
        facts = dict(zip(_DETAILS[code], map(visible, details), strict=True))
    own = len(files) == 1 and page.source.startswith("content/")
    return problem(code, _blamed(page, own), line, column, "", **facts, where=_where(site, files))


def _blamed(page: Page, own: bool) -> str:
    if own:
        return page.source
    return f"templates/{page.recipe.name}" if isinstance(page.recipe, Template) else page.source


def _where(site: Site, files: Sequence[str]) -> str:
    """Which pages show it: the first, and how many more."""
    first = "/" + visible(site.pages[files[0]].path)
    if len(files) == 1:
        return both(f"页面 {first}", f"page {first}")
    return both(f"页面 {first} 等 {len(files)} 个", f"page {first} and {len(files) - 1} more")


def _ref(site: Site, page: Page, details: Sequence[str]) -> LinkRef | None:
    """The reference of a body that led there, if one did."""
    if not page.source.startswith("content/"):
        return None
    for ref, found in site.typed(page.source):
        if isinstance(ref, LinkRef) and isinstance(found, Target) and found.path is not None:
            if (found.path, found.fragment) in ((details[0], details[1]), (details[0] + "/", "")):
                return ref
            if found.same_page and found.fragment == details[1] and details[0] == page.path:
                return ref
    return None


def _is_told(ref: LinkRef) -> bool:
    """Whether an anchor that is not there was told already: those of typed files are (B405)."""
    return not ref.target.startswith("/") or ref.target.lower().endswith((".md", ".markdown"))
