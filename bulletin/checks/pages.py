"""The pages of the site together: links and files that lead nowhere, and what is wrong in a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bulletin.address import output_file
from bulletin.markup import ImageRef, LinkRef
from bulletin.pagefacts import DOUBLE_ID, NO_ALT, NO_H1, SKIPPED, SitePages, split_address
from bulletin.plan import Page, Template
from bulletin.problem import Problem, both, problem
from bulletin.story import Found, Target
from bulletin.text import nfc, visible

LINK, ANCHOR, FILE = "B901", "B902", "B903"
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
                source = site.pages[file].source
                told = _problem(finding, source, _where(site, [file]))
                yield replace(told, line=ref.line, column=ref.column)
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
    return _problem(finding, _blamed(page, own), _where(site, files))


def _problem(finding: _Finding, path: str, where: str) -> Problem:
    """A finding in the words of its code."""
    code, details = finding
    said = [visible(detail) for detail in details]
    if code == LINK:
        return problem("B901", path, target=f"/{said[0]}", where=where)
    if code == ANCHOR:
        return problem("B902", path, target=f"/{said[0]}", anchor=said[1], where=where)
    if code == FILE:
        return problem("B903", path, target=said[0], where=where)
    return _inside(code, said, path, where)


def _inside(code: str, said: Sequence[str], path: str, where: str) -> Problem:
    """What is wrong inside a page."""
    if code == NO_ALT:
        return problem("B904", path, target=said[0], where=where)
    if code == DOUBLE_ID:
        return problem("B905", path, id=said[0], count=said[1], where=where)
    if code == SKIPPED:
        before, level, text = said
        return problem("B906", path, before=before, level=level, text=text, where=where)
    if code == NO_H1:
        return problem("B907", path, count=said[0], where=where)
    return problem("B908", path, what=said[0], where=where)


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
