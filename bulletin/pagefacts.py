"""What a finished page says of itself: its ids, where its links lead, what is wrong inside it. Pure.

Pages are our own templates' HTML, with every text escaped, so a scan of the tags is enough: it
reads a page in a third of a millisecond, where a parser that builds a tree takes fifteen.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from msgspec import Struct

# What can go wrong inside a page, by the code of its Problem.
NO_ALT, DOUBLE_ID, SKIPPED, NO_H1, UNSAID = "B904", "B905", "B906", "B907", "B908"


class Fault(Struct, frozen=True, array_like=True, gc=False):
    """What is wrong inside one page: a code, and what its sentence needs."""

    code: str
    details: tuple[str, ...]


class PageFacts(Struct, frozen=True, array_like=True, gc=False):
    """What other pages, and the check of all of them, need to know of a page."""

    ids: str  # with blanks between
    links: tuple[str, ...]  # addresses of the site, each once: news/#page-main
    loads: tuple[str, ...]  # files that the page cannot do without: pictures, styles, scripts
    faults: tuple[Fault, ...]


NO_FACTS = PageFacts("", (), (), ())

# A comment, an element whose content is no HTML, or a start tag with its attributes. Possessive,
# so that a page with a quote too many costs no more than another.
_TAG = re.compile(
    r"""<(?:!--.*?-->
    |(?P<raw>script|style|textarea|title)(?P<of_raw>(?:[^>"']++|"[^"]*+"|'[^']*+')*+)>
        (?P<inside>.*?)</(?P=raw)\s*>
    |(?P<name>[a-zA-Z][a-zA-Z0-9]*+)(?P<rest>(?:[^>"']++|"[^"]*+"|'[^']*+')*+)>)""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_READ = frozenset(
    {"a", "area", "link", "img", "source", "html", "meta", "iframe", "video", "audio"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LOADING = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest"})


def facts_of(page: bytes, path: str, base_url: str) -> PageFacts:
    """The facts of the HTML of ``path`` in the site whose address is ``base_url``."""
    return _Scan(page.decode("utf-8", "replace"), path, base_url).facts()


class _Scan:
    """One reading of a page, from its first tag to its last."""

    def __init__(self, text: str, path: str, base_url: str) -> None:
        self.text, self.resolve = text, Resolver(path, base_url)
        self.ids: dict[str, int] = {}
        self.links: dict[str, None] = {}
        self.loads: dict[str, None] = {}
        self.faults: list[Fault] = []
        self.level, self.first_headings = 0, 0
        self.language = self.title = ""
        self.leads_on = False  # a page that sends its readers elsewhere at once

    def facts(self) -> PageFacts:
        for found in _TAG.finditer(self.text):
            raw, name = found["raw"], found["name"]
            if name:
                self._tag(name.lower(), found["rest"], found.end())
            elif raw:
                self._raw(raw.lower(), found["of_raw"], found["inside"])
        for name, times in self.ids.items():
            if times > 1:
                self.faults.append(Fault(DOUBLE_ID, (name, str(times))))
        self._as_a_whole()
        return PageFacts(
            " ".join(self.ids), tuple(self.links), tuple(self.loads), tuple(self.faults)
        )

    def _as_a_whole(self) -> None:
        if self.first_headings != 1 and not self.leads_on:
            self.faults.append(Fault(NO_H1, (str(self.first_headings),)))
        for said, what in ((self.language, "lang"), (self.title, "title")):
            if not said.strip():
                self.faults.append(Fault(UNSAID, (what,)))

    def _raw(self, name: str, rest: str, inside: str) -> None:
        if name == "title":
            self.title = self.title or inside
        elif name == "script":
            self._load(attributes(rest).get("src"))
        if "id" in rest:
            self._id(attributes(rest))

    def _tag(self, name: str, rest: str, end: int) -> None:
        if name in _HEADINGS:
            self._heading(_HEADINGS[name], end)
        if name not in _READ and "id=" not in rest.lower():
            return
        said = attributes(rest)
        self._id(said)
        if name in ("a", "area"):
            self._link(said.get("href"))
        elif name == "link":
            loads = _LOADING & set(said.get("rel", "").lower().split())
            (self._load if loads else self._link)(said.get("href"))
        elif name == "html":
            self.language = said.get("lang", "")
        elif name == "meta":
            self._meta(said)
        elif name in _READ:
            self._picture(name, said)

    def _heading(self, level: int, end: int) -> None:
        self.first_headings += level == 1
        if self.level and level > self.level + 1:
            words = re.sub(r"<[^>]*>", "", self.text[end : end + 300].partition("</h")[0])
            details = (str(self.level), str(level), " ".join(html.unescape(words).split())[:40])
            self.faults.append(Fault(SKIPPED, details))
        self.level = level

    def _meta(self, said: dict[str, str]) -> None:
        if said.get("http-equiv", "").lower() == "refresh":
            self.leads_on = True
            self._link(re.split(r"url\s*=", said.get("content", ""), flags=re.IGNORECASE)[-1])

    def _picture(self, name: str, said: dict[str, str]) -> None:
        if name == "img" and "alt" not in said:
            self.faults.append(Fault(NO_ALT, (said.get("src", "")[:200],)))
        self._load(said.get("src"))
        for candidate in said.get("srcset", "").split(","):
            self._load(candidate.split(maxsplit=1)[0] if candidate.strip() else None)

    def _id(self, said: dict[str, str]) -> None:
        if name := said.get("id"):
            self.ids[name] = self.ids.get(name, 0) + 1

    def _link(self, typed: str | None) -> None:
        target = self.resolve(typed) if typed is not None else None
        if target is not None:
            self.links[target] = None

    def _load(self, typed: str | None) -> None:
        target = self.resolve(typed) if typed else None
        if target is not None:
            self.loads[target.partition("#")[0]] = None


def attributes(rest: str) -> dict[str, str]:
    """The attributes of a tag; the first of two with one name counts, as in browsers."""
    said: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(rest):
        value = found[2] or found[3] or found[4] or ""
        said.setdefault(found[1].lower(), html.unescape(value) if "&" in value else value)
    return said


_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|//")


class Resolver:
    """Where the addresses of one page lead."""

    def __init__(self, path: str, base_url: str) -> None:
        self._path, self._base = path, base_url
        self._folder = path.split("/")[:-1]
        self._own = urlsplit(base_url).path  # /bulletin/

    def __call__(self, typed: str) -> str | None:
        """The address as a path of the site, with its fragment; None where it leads out of it."""
        typed = typed.strip()
        if typed.startswith(self._base):
            typed = "/" + typed[len(self._base) :]
        elif _SCHEME.match(typed):
            return None
        elif typed.startswith("/"):
            if not typed.startswith(self._own):
                return None
            typed = typed[len(self._own) - 1 :]
        address, mark, fragment = typed.partition("#")
        path = self._joined(address.partition("?")[0]) if address else self._path
        return path + mark + fragment if "%" not in typed else unquote(path + mark + fragment)

    def _joined(self, address: str) -> str:
        if address.startswith("/"):
            folder, parts = [], address[1:].split("/")
        else:
            folder, parts = self._folder.copy(), address.split("/")
        for part in parts[:-1]:
            if part == "..":
                del folder[-1:]
            elif part != ".":
                folder.append(part)
        last = parts[-1] if parts[-1] not in (".", "..") else ""
        if parts[-1] == "..":
            del folder[-1:]
        return "/".join([*folder, last])


def split_address(address: str) -> tuple[str, str]:
    """Path and fragment of a resolved address."""
    path, _, fragment = address.partition("#")
    return path, fragment


# --- all pages together


class NumberedPage(Struct, frozen=True, array_like=True, gc=False):
    """The facts of a page, its addresses as numbers of ``SitePages.addresses``."""

    key: bytes  # stands for what the page is made of
    ids: str
    links: tuple[int, ...]
    loads: tuple[int, ...]
    faults: tuple[Fault, ...]


class SitePages(Struct, frozen=True, array_like=True):
    """The facts of all pages. The same few thousand addresses stand on all of them, so each is
    kept once.
    """

    addresses: tuple[str, ...]
    pages: Mapping[str, NumberedPage]  # by their files


NO_SITE = SitePages((), {})


def with_pages(
    known: SitePages, kept: Iterable[str], fresh: Iterable[tuple[str, bytes, PageFacts]]
) -> SitePages:
    """``kept`` files of what is known and fresh ones (file, key, facts); nothing else."""
    numbers = {address: number for number, address in enumerate(known.addresses)}
    pages = {file: known.pages[file] for file in kept}

    def numbered(addresses: Iterable[str]) -> tuple[int, ...]:
        return tuple([numbers.setdefault(address, len(numbers)) for address in addresses])

    for file, key, facts in fresh:
        links, loads = numbered(facts.links), numbered(facts.loads)
        pages[file] = NumberedPage(key, facts.ids, links, loads, facts.faults)
    return SitePages(tuple(numbers), pages)


def without_unused(site: SitePages) -> SitePages:
    """The same, without addresses that stand on no page any more."""
    used: set[int] = set()
    for page in site.pages.values():
        used.update(page.links, page.loads)
    if len(used) * 2 > len(site.addresses):
        return site
    order = {number: place for place, number in enumerate(sorted(used))}
    pages = {
        file: NumberedPage(
            page.key,
            page.ids,
            tuple(order[number] for number in page.links),
            tuple(order[number] for number in page.loads),
            page.faults,
        )
        for file, page in site.pages.items()
    }
    return SitePages(tuple(site.addresses[number] for number in order), pages)
