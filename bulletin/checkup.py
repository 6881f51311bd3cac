"""``check``: every Problem of content and of the site that a build would make; site/ is not touched.

Content is gathered and planned as for a build. Of each page its facts are asked: those kept from
the last check where the page is made of the same, else of its bytes in site/ where they are of
the same, else of bytes made in memory. So a check needs no site, and a second one is fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from bulletin.asked import Options, Stage, Watcher
from bulletin.cache import Cache, DamagedCacheError
from bulletin.checks import check_content, check_pages
from bulletin.checks.material import Material, ShownPicture, Text, TextFacts
from bulletin.checks.pages import Site, Typed
from bulletin.checks.wording import facts_of as text_facts
from bulletin.glance import Looked, look_around
from bulletin.item import Item, Manuscript
from bulletin.markup import Document
from bulletin.pagefacts import NO_FACTS, NO_SITE, PageFacts, SitePages, with_pages, without_unused
from bulletin.pagefacts import facts_of as page_facts
from bulletin.parallel import spread
from bulletin.pipeline import (
    Gathered,
    Prepared,
    cache_of,
    gather_records,
    to_prepared,
    told,
    with_marks,
)
from bulletin.plan import Page, Template
from bulletin.problem import CannotStartError, ContentError, Problem
from bulletin.publish import bytes_as_left
from bulletin.reading import Bodies, Documents, decoded
from bulletin.settings import Settings
from bulletin.source import File, Source, decode, digest_of, read_bytes
from bulletin.state import EMPTY, PageRecord, Shared, State, compare, mark_of, marks_of, recipe_name
from bulletin.textpage import TextPage
from bulletin.vocabulary import Vocabulary

# Problems of districts and places: what an item is tagged with is not known.
UNCLEAR = frozenset({"B301", "B303", "B305"})


class Findings(Struct, frozen=True):
    """What is wrong, and how much was looked at."""

    problems: tuple[Problem, ...]  # sorted
    items: tuple[Item, ...]  # with errors or without
    files: tuple[File, ...]  # of content/
    pages: int  # HTML or not
    settings: Settings
    vocabulary: Vocabulary
    published: frozenset[str]  # files that the last build made


class KeptText(Struct, frozen=True, array_like=True, gc=False):
    digest: bytes  # of the file
    facts: TextFacts


class Checked(Struct, frozen=True, array_like=True):
    """What a check leaves for the next one."""

    vocabulary: bytes  # mark of what texts were read with
    texts: Mapping[str, KeptText]  # by their paths
    site: SitePages


_NOTHING = Checked(b"", {}, NO_SITE)


def check(root: Path, options: Options, watcher: Watcher) -> Findings:
    """All Problems of ``root``. Raises ``BulletinError`` where not even they can be told: no
    content, unreadable settings, vocabulary or templates.
    """
    with cache_of(root, watcher) as cache:
        looked, last = look_around(root), cache.load()
        try:
            return _Check(root, options, watcher, cache, looked, last).findings()
        except DamagedCacheError:
            return _Check(root, options, watcher, cache, looked, EMPTY).findings()


class _Check:
    """One check of a root, whose cache is held."""

    def __init__(  # noqa: PLR0913 - what meets at the edge
        self,
        root: Path,
        options: Options,
        watcher: Watcher,
        cache: Cache,
        looked: Looked,
        last: State,
    ) -> None:
        self.root, self.options, self.watcher = root, options, watcher
        self.cache, self.looked, self.last = cache, looked, last
        self.bodies = cache.bodies(last)
        self.kept = cache.checked(Checked) or _NOTHING
        self.documents = Documents(Bodies(self.bodies))
        basis, records = gather_records(root, options, looked, watcher, self.bodies, last)
        readings = decoded(records)
        self.gathered = Gathered(looked, basis, records, readings)
        self.ready = to_prepared(root, options, self.gathered, self.bodies, last)
        self.faults: list[Problem] = []
        self.by_source: dict[str, Typed] | None = None

    def findings(self) -> Findings:
        texts = self._texts()
        site = self._site()
        checked = Checked(self._words_mark(), texts, site)
        self.faults += check_content(self._material(texts))
        pages = {page.file: page for page in self.ready.plan.pages}
        self.faults += check_pages(Site(pages, site, self._typed))
        self._keep(checked)
        found = told(self.root, self.looked.files, self.faults, self.options.strict)
        return Findings(
            problems=tuple(sorted({*self.ready.problems, *found})),
            items=tuple(made.item for made in self._manuscripts()),
            files=tuple(self.looked.files),
            pages=len(pages),
            settings=self.ready.settings,
            vocabulary=self.gathered.basis.vocabulary,
            published=frozenset(self.last.pages),
        )

    def _keep(self, checked: Checked) -> None:
        """Keep what was found out, where anything is new; the next check or build asks it again."""
        if checked != self.kept:
            self.cache.keep_checked(checked)
        if self.ready.state.files != self.last.files:
            try:
                self.cache.save(self.ready.state, self.bodies, self.ready.live)
            except CannotStartError:  # the next one is slower, and that is all
                return

    # --- texts

    def _manuscripts(self) -> list[Manuscript]:
        return [r.value for r in self.gathered.readings if isinstance(r.value, Manuscript)]

    def _words_mark(self) -> bytes:
        return self.gathered.basis.kept["vocabulary"].mark

    def _texts(self) -> dict[str, KeptText]:
        """The facts of each text, read anew where its bytes or the vocabulary are others."""
        known = self.kept.texts if self.kept.vocabulary == self._words_mark() else {}
        texts: dict[str, KeptText] = {}
        unknown: list[tuple[File, Manuscript | TextPage, bytes]] = []
        rows = zip(self.looked.files, self.gathered.records, self.gathered.readings, strict=True)
        for file, record, reading in rows:
            if isinstance(reading.value, Manuscript | TextPage):
                kept = known.get(file.path)
                if kept and kept.digest == record.digest:
                    texts[file.path] = kept
                else:
                    unknown.append((file, reading.value, record.digest))
        read = spread(self._read, unknown, self.options.jobs)
        for done, (one, facts) in enumerate(zip(unknown, read, strict=True), start=1):
            texts[one[0].path] = KeptText(one[2], facts)
            self.watcher.step(Stage.READ, done, len(unknown))
        return texts

    def _read(self, one: tuple[File, Manuscript | TextPage, bytes]) -> TextFacts:
        file, value, _ = one
        text, _ = decode(read_bytes(self.root, file, []) or b"", file.path)
        source = Source(file.path, text or "")
        item, title, document = self._parts(value)
        return text_facts(source, item, title, document, self.gathered.basis.vocabulary)

    def _parts(self, value: Manuscript | TextPage) -> tuple[Item | None, str, Document]:
        if isinstance(value, TextPage):
            return None, value.title, value.document
        return value.item, value.item.title, self.documents[value.body]

    def _material(self, texts: Mapping[str, KeptText]) -> Material:
        made = []
        for reading in self.gathered.readings:
            value = reading.value
            if isinstance(value, Manuscript):
                path = value.item.source_path
                unclear = any(found.code in UNCLEAR for found in reading.problems)
                made.append(Text(path, value.item, value.body, texts[path].facts, unclear))
            elif isinstance(value, TextPage):
                made.append(Text(value.source_path, None, b"", texts[value.source_path].facts))
        sizes = {file.path: file.stamp.size for file in self.looked.files}
        return Material(
            texts=tuple(sorted(made, key=lambda text: text.path)),
            pictures=tuple(ShownPicture(p, sizes[p.path]) for p in self.ready.catalogue.pictures),
            vocabulary=self.gathered.basis.vocabulary,
            now=self.ready.now,
            plain=lambda body: self.documents[body].plain,
        )

    # --- pages

    def _site(self) -> SitePages:
        """The facts of all HTML pages of the plan."""
        ready = self.ready
        state = with_marks(ready.state, ready.frame, self.looked.theme)
        pages = {page.file: page for page in ready.plan.pages if _is_html(page)}
        key_of = _keys(state.shared, ready.settings.base_url)
        keys = {file: key_of(page) for file, page in pages.items()}
        known = self.kept.site
        kept = [f for f in pages if f in known.pages and known.pages[f].key == keys[f]]
        if len(kept) == len(pages) == len(known.pages):
            return known
        held = set(kept)
        unknown = [page for file, page in pages.items() if file not in held]
        fresh = self._look_at(unknown, state.shared)
        named = zip(unknown, fresh, strict=True)
        rows = ((page.file, keys[page.file], facts) for page, facts in named)
        return without_unused(with_pages(known, kept, rows))

    def _look_at(self, pages: Sequence[Page], shared: Shared) -> Iterator[PageFacts]:
        """The facts of pages, from site/ or from memory; what templates do wrong is told."""
        there = compare(pages, shared, self.last).fresh
        look = _Look(self.root, self.ready, self.looked, there)
        seen: set[tuple[str, int, str]] = set()
        spread_pages = spread(look.at, pages, self.options.jobs)
        for done, (facts, faults) in enumerate(spread_pages, start=1):
            for fault in faults:  # a template that is wrong is wrong on all its pages
                if (fault.path, fault.line, fault.code) not in seen:
                    seen.add((fault.path, fault.line, fault.code))
                    self.faults.append(fault)
            self.watcher.step(Stage.MAKE, done, len(pages))
            yield facts

    def _typed(self, source: str) -> Typed:
        """The references of a file, and where they lead."""
        if self.by_source is None:  # most sites have nothing that leads nowhere
            self.by_source = _by_source(self.ready)
        return self.by_source.get(source, ())


class _Look:
    """Looks at one page after another; in each process that looks, one renderer."""

    def __init__(
        self, root: Path, ready: Prepared, looked: Looked, there: Mapping[str, PageRecord]
    ) -> None:
        self.root, self.ready, self.looked, self.there = root, ready, looked, there
        self.render: Callable[[Page], bytes] | None = None

    def at(self, page: Page) -> tuple[PageFacts, tuple[Problem, ...]]:
        try:
            data = self._bytes(page)
        except ContentError as error:
            return NO_FACTS, error.problems
        return page_facts(data, page.path, self.ready.settings.base_url), ()

    def _bytes(self, page: Page) -> bytes:
        record = self.there.get(page.file)
        if record and (data := bytes_as_left(self.root, page.file, record.digest)) is not None:
            return data
        if self.render is None:
            from bulletin.render import Renderer  # noqa: PLC0415 - Jinja is dear to import

            self.render = Renderer(self.looked.theme, self.ready.frame, self.root).render
        return self.render(page)


def _is_html(page: Page) -> bool:
    return isinstance(page.recipe, Template) and page.file.endswith(".html")


def _keys(shared: Shared, base_url: str) -> Callable[[Page], bytes]:
    """What stands for all that a page is made of, and for where it will lie."""
    frame = mark_of([sorted(shared.frame.items()), base_url])

    @lru_cache
    def of_recipe(recipe: str, template: str) -> bytes:
        return mark_of([recipe, template, shared.templates.get(template), frame])

    def key_of(page: Page) -> bytes:
        template = page.recipe.name if isinstance(page.recipe, Template) else ""
        return digest_of(b"|".join([of_recipe(recipe_name(page), template), *marks_of(page)]))[:8]

    return key_of


def _by_source(ready: Prepared) -> dict[str, Typed]:
    articles = ready.catalogue.articles.values()
    found: dict[str, Typed] = {
        a.story.item.source_path: list(zip(a.refs, a.found, strict=True))
        for a in articles
        if a.found
    }
    for placed in ready.catalogue.pages:
        refs = placed.page.document.refs
        found[placed.page.source_path] = list(zip(refs, placed.found, strict=True))
    return found


# --- which of them are shown


def only(problems: Iterable[Problem], names: Iterable[str]) -> tuple[Problem, ...]:
    """The Problems of these files, or of files in these folders (from the root, with /)."""
    wanted = tuple(names)
    inside = tuple(f"{name}/" for name in wanted)
    return tuple(p for p in problems if p.path in wanted or p.path.startswith(inside))
