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
    """What is wrong: once where a body says it, else once however many pages show it."""
    found: dict[_Finding, list[str]] = defaultdict(list)
    for file, page in site.facts.pages.items():
        for fault in page.faults:
            found[(fault.code, fault.details)].append(file)
    for finding, files in found.items():
        yield _of_template(site, finding, files)
    for finding, files in _leading_nowhere(site):
        typed = {file: ref for file in files if (ref := _ref(site, site.pages[file], finding))}
        for file, ref in typed.items():
            # A link to no page, and an anchor of a file that was named, are told with the build.
            if finding[0] == ANCHOR and not _is_told(ref):
                facts = _facts(finding) | {"where": _where(site, [file])}
                source = site.pages[file].source
                yield problem(ANCHOR, source, ref.line, ref.column, "", **facts)
        if others := [file for file in files if file not in typed]:
            yield _of_template(site, finding, others)


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


def _of_template(site: Site, finding: _Finding, files: Sequence[str]) -> Problem:
    """One Problem for all pages that show a fault: whose template it is, or whose text."""
    page = site.pages[files[0]]
    # What a template does wrong, it does on many pages; a body stands on one.
    own = len(files) == 1 and page.source.startswith("content/")
    facts = _facts(finding) | {"where": _where(site, files)}
    return problem(finding[0], _blamed(page, own), 0, 0, "", **facts)


def _facts(finding: _Finding) -> dict[str, str]:
    code, details = finding
    if code in (LINK, ANCHOR):
        facts = {"target": "/" + visible(details[0])}
        return facts | ({"anchor": visible(details[1])} if code == ANCHOR else {})
    names = ("target",) if code == FILE else _DETAILS[code]
    return dict(zip(names, map(visible, details), strict=False))


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


def _ref(site: Site, page: Page, finding: _Finding) -> LinkRef | None:
    """The reference of a body that led there, if one did."""
    code, details = finding
    if code == FILE or not page.source.startswith("content/"):
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
