"""The way through, top to bottom:

sources → items → catalogue → plan → (stop at an error) → compare → render → publish → state
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bulletin.asked import Options, Report, Stage, Watcher
from bulletin.basis import PROJECT, Basis, read_basis
from bulletin.cache import BodyStore, Cache, DamagedCacheError, PackedBodies, generator_mark
from bulletin.catalogue import Catalogue, to_catalogue
from bulletin.dates import Moment
from bulletin.glance import Looked, is_young, look_around, nothing_to_do, now_of, to_glance
from bulletin.issue import BulletinIssue
from bulletin.item import Item, Manuscript
from bulletin.markup import Document
from bulletin.outputs import plan_all
from bulletin.parallel import spread
from bulletin.plan import Plan, check_site_links, to_plan
from bulletin.present import SECTIONS, Frame
from bulletin.problem import CannotStartError, ContentError, Problem, both, has_errors, problem
from bulletin.publish import SiteFolder, Staged
from bulletin.reading import (
    MARKDOWN,
    Bodies,
    Documents,
    FileRead,
    Reader,
    Reading,
    decoded,
    gather,
)
from bulletin.settings import Settings
from bulletin.source import File, decode, read_bytes
from bulletin.state import (
    EMPTY,
    Changes,
    FileRecord,
    Glance,
    PageRecord,
    Shared,
    Stale,
    State,
    compare,
    mark_of,
    recipe_name,
    template_marks,
)
from bulletin.story import BrokenPicture, Picture, Read
from bulletin.textpage import TextPage
from bulletin.theme import Theme, references

if TYPE_CHECKING:
    from bulletin.render import Renderer


def build(root: Path, options: Options, watcher: Watcher | None = None) -> Report:
    """Build the site of ``root``.

    Raises ``CannotStartError`` or ``ContentError`` with every Problem found; site/ is then byte
    for byte as it was.
    """
    started = time.perf_counter()
    watcher = watcher or Watcher()
    with cache_of(root, watcher) as cache:
        looked = look_around(root)
        done = None if options.clean else nothing_to_do(root, options, looked, cache.glance())
        try:
            last = EMPTY if options.clean or done else cache.load()
            done = done or _build(root, options, looked, watcher, cache, last)
        except DamagedCacheError:
            done = _build(root, options, looked, watcher, cache, EMPTY)
    return replace(done, seconds=time.perf_counter() - started)


def prepare(root: Path, options: Options, watcher: Watcher) -> tuple[Prepared, State]:
    """Everything before the first page is made, with the state of the last build; for whoever
    asks about a build. Raises as ``build`` does.
    """
    with cache_of(root, watcher) as cache:
        looked, last = look_around(root), cache.load()
        try:
            ready = _prepare(root, options, looked, watcher, cache.bodies(last), last)
        except DamagedCacheError:
            last = EMPTY
            ready = _prepare(root, options, looked, watcher, cache.bodies(EMPTY), EMPTY)
        _refuse_errors(ready)
        return ready, last


def cache_of(root: Path, watcher: Watcher) -> Cache:
    """.cache of ``root``, not yet entered. Raises where there is no content/."""
    if not (root / "content").is_dir():
        raise CannotStartError([problem("B502", "content", folder=str(root))])
    return Cache(root, generator_mark(PROJECT / "bulletin"), watcher.waiting)


class Prepared(Struct, frozen=True):
    """A build that knows all its pages and has made none."""

    now: Moment
    settings: Settings
    items: list[Item]  # those without errors, shown or not
    catalogue: Catalogue
    plan: Plan
    frame: Frame
    problems: tuple[Problem, ...]
    state: State  # for the next build, but for the pages
    live: set[bytes]  # the bodies that are of use


class Gathered(Struct, frozen=True):
    """What the files of content/ say, file by file, and what they were read with."""

    looked: Looked
    basis: Basis
    records: list[FileRecord]  # in the order of the files, and so are
    readings: list[Reading]


def _prepare(  # noqa: PLR0913 - what meets at the edge
    root: Path, options: Options, looked: Looked, watcher: Watcher, bodies: BodyStore, last: State
) -> Prepared:
    basis, records = gather_records(root, options, looked, watcher, bodies, last)
    readings = decoded(records)
    return to_prepared(root, options, Gathered(looked, basis, records, readings), bodies, last)


def gather_records(  # noqa: PLR0913 - what meets at the edge
    root: Path, options: Options, looked: Looked, watcher: Watcher, bodies: BodyStore, last: State
) -> tuple[Basis, list[FileRecord]]:
    """What the site rests on, and a record for each file; those that ``last`` knows as they are
    now are not read. Raises ``BulletinError`` where there is nothing to read with.
    """
    basis = read_basis(root, looked.files, looked.problems, options.base_url, last.kept)
    records = {r.disk: r for r in last.files} if last.reading == basis.mark else {}
    reader = Reader(root, basis.vocabulary, basis.settings, Bodies(bodies), records)
    found = gather(looked.files, records, _reading(reader, options, watcher), bodies.add)
    bodies.flush()
    return basis, found


def to_prepared(  # noqa: PLR0913 - what meets at the edge
    root: Path,
    options: Options,
    gathered: Gathered,
    bodies: BodyStore,
    last: State,
    instead: Mapping[str, Reading] = {},
) -> Prepared:
    """From what the files say to all pages; its Problems may be errors.

    ``instead``, by ``File.disk``: readings that are shown in place of those with errors. What is
    wrong with a file is said of the file as it is now.
    """
    looked, basis, readings = gathered.looked, gathered.basis, gathered.readings
    files, settings = looked.files, basis.settings
    shown = [instead.get(file.disk, one) for file, one in zip(files, readings, strict=True)]
    read = _read(looked, shown, Documents(Bodies(bodies)))
    now = now_of(options, settings.zone)
    catalogue, reference_problems = to_catalogue(read, basis.vocabulary, now, options.drafts)
    plan, plan_problems = to_plan(plan_all(catalogue, settings, looked.theme))
    placed = [*reference_problems, *check_site_links(catalogue, plan)]
    before = {file.path for file in files if file.disk in instead}
    problems = [*looked.problems, *_no_news(files, looked.problems), *plan_problems]
    problems += basis.problems
    problems += [one for reading in readings for one in reading.problems]
    problems += [one for one in placed if one.path not in before]
    found = told(root, files, problems, options.strict)
    kept = tuple(_without_young(gathered.records, looked.at))
    state = replace(last, reading=basis.mark, kept=basis.kept, files=kept)
    live = {r.value.body for r in (*readings, *shown) if isinstance(r.value, Manuscript)}
    frame = _frame(catalogue, settings, looked.theme)
    items = [made.item for made in read.manuscripts]
    return Prepared(now, settings, items, catalogue, plan, frame, found, state, live)


def _refuse_errors(ready: Prepared) -> None:
    if has_errors(ready.problems):
        raise ContentError(ready.problems)


class Finished(Struct, frozen=True):
    """A build whose site is published, and what the next one is to know of it."""

    report: Report
    state: State
    glance: Glance | None
    bodies: PackedBodies
    live: set[bytes]


def _build(  # noqa: PLR0913 - what meets at the edge
    root: Path, options: Options, looked: Looked, watcher: Watcher, cache: Cache, last: State
) -> Report:
    done = _finish(root, options, looked, watcher, cache, last)
    report = done.report
    try:
        cache.save(done.state, done.bodies, done.live, done.glance)
    except (CannotStartError, DamagedCacheError) as error:  # the site is there all the same
        kept = problem("B806", ".cache", reason=_reason(error))
        report = replace(report, problems=tuple(sorted({*report.problems, kept})))
    return report


def _finish(  # noqa: PLR0913 - what meets at the edge
    root: Path, options: Options, looked: Looked, watcher: Watcher, cache: Cache, last: State
) -> Finished:
    """From the sources to the published site; all that is large is let go at the end."""
    bodies = cache.bodies(last)
    ready = _prepare(root, options, looked, watcher, bodies, last)
    pages = ready.plan.pages
    try:
        _refuse_errors(ready)
        state = with_marks(ready.state, ready.frame, looked.theme)
        with SiteFolder(root, watcher.waiting) as site:
            known = {p.file: last.pages[p.file].digest for p in pages if p.file in last.pages}
            lost = site.lost(known, options.jobs)
            changes = compare(pages, state.shared, last, lost)
            renderer = partial(_renderer, root, ready.frame, looked.theme)
            staged = _make(changes, renderer, site, options, watcher)
            published = site.publish(staged, changes.fresh, options.atomic)
    except (CannotStartError, ContentError) as error:
        with suppress(CannotStartError, DamagedCacheError):
            cache.save(ready.state, bodies, ready.live)  # what was read need not be again
        error.problems = tuple(sorted({*ready.problems, *error.problems}))
        raise
    report = Report(
        base_url=ready.settings.base_url,
        items=len(ready.catalogue.stories),
        pages=len(pages),
        published=published,
        held=() if options.drafts else ready.catalogue.held,
        problems=tuple(sorted({*ready.problems, *site.told})),
        seconds=0,
    )
    state = replace(state, pages=_pages(changes, staged, looked.at))
    glance = to_glance(root, options, looked, ready.settings, ready.now, ready.items, report)
    return Finished(report, state, glance, bodies, ready.live)


def _reason(error: Exception) -> str:
    problems = getattr(error, "problems", ())
    return dict(problems[0].facts)["reason"] if problems else both("内容损坏", "damaged")


# --- reading

_Value = TypeVar("_Value", BulletinIssue, TextPage, Picture, BrokenPicture)


def _reading(
    reader: Reader, options: Options, watcher: Watcher
) -> Callable[[Sequence[File]], Iterator[FileRead]]:
    def read(files: Sequence[File]) -> Iterator[FileRead]:
        for done, one in enumerate(spread(reader.read, files, options.jobs), start=1):
            watcher.step(Stage.READ, done, len(files))
            yield one

    return read


def _read(looked: Looked, readings: Sequence[Reading], documents: Mapping[bytes, Document]) -> Read:
    """What the files say, sorted by kind; one with an error is kept apart."""
    pairs = zip(looked.files, readings, strict=True)
    faulty = {file.path for file, reading in pairs if has_errors(reading.problems)}
    faulty |= {found.path for found in looked.problems if has_errors([found])}
    sound: list[Manuscript] = []
    unsound: list[Manuscript] = []
    for reading in readings:
        if isinstance(reading.value, Manuscript):
            (unsound if has_errors(reading.problems) else sound).append(reading.value)

    def all_of(kind: type[_Value]) -> tuple[_Value, ...]:
        return tuple(r.value for r in readings if isinstance(r.value, kind))

    return Read(
        manuscripts=tuple(sound),
        issues=all_of(BulletinIssue),
        pages=all_of(TextPage),
        pictures=all_of(Picture),
        broken_pictures=all_of(BrokenPicture),
        documents=documents,
        faulty=frozenset(faulty),
        faulty_manuscripts=tuple(unsound),
    )


def _no_news(files: Iterable[File], problems: Iterable[Problem]) -> list[Problem]:
    """A warning where there is nothing to read, and nothing was said of that already."""
    news = "content/news"
    here = any(file.path.startswith(news + "/") and file.ending in MARKDOWN for file in files)
    said = any(found.path.startswith(news) for found in problems)
    return [] if here or said else [problem("B503", news)]


def _without_young(records: Iterable[FileRecord], at: int) -> Iterator[FileRecord]:
    """Records that trust no stamp of a file that was young at ``at``."""
    for record in records:
        young = record.stamp is not None and is_young(record.stamp, at)
        yield replace(record, stamp=None) if young else record


def told(
    root: Path, files: Iterable[File], problems: Iterable[Problem], strict: bool
) -> tuple[Problem, ...]:
    """Problems sorted, once each, with the line they point at."""
    by_path = {file.path: file for file in files}
    shown = set()
    bare: dict[str, list[Problem]] = defaultdict(list)  # that still lack their line
    for found in problems:
        if found.line and not found.text and found.path in by_path:
            bare[found.path].append(found)
        else:
            shown.add(found)
    for path, some in bare.items():
        data = read_bytes(root, by_path[path], [])
        lines = (decode(data or b"", path)[0] or "").split("\n")
        shown |= {replace(p, text=lines[p.line - 1]) for p in some if p.line <= len(lines)}
        shown |= {p for p in some if p.line > len(lines)}
    return tuple(sorted(replace(p, strict=True) for p in shown) if strict else sorted(shown))


# --- making


def _frame(catalogue: Catalogue, settings: Settings, theme: Theme) -> Frame:
    return Frame(
        settings=settings.facts,
        assets=theme.asset_paths(),
        footer=tuple((placed.page.title, placed.page.path) for placed in catalogue.pages),
        sections=tuple(s for s in SECTIONS if s != "issues" or catalogue.issues),
    )


def with_marks(state: State, frame: Frame, theme: Theme) -> State:
    """The state with the marks of what pages share."""
    texts = {name: template.text for name, template in theme.templates.items()}
    names = ("settings", "assets", "footer", "sections")
    marks = {name: mark_of(getattr(frame, name)) for name in names}
    return replace(state, shared=Shared(marks, template_marks(texts, references(texts))))


def _renderer(root: Path, frame: Frame, theme: Theme) -> Renderer:
    from bulletin.render import Renderer  # noqa: PLC0415 - Jinja is dear to import

    return Renderer(theme, frame, root)


def _make(
    changes: Changes,
    renderer: Callable[[], Renderer],
    site: SiteFolder,
    options: Options,
    watcher: Watcher,
) -> list[Staged]:
    """The stale pages, rendered and staged."""
    if not changes.stale:
        return []
    render = renderer().render

    def make(stale: Stale) -> Staged:
        return site.stage(stale.page.file, render(stale.page), always=options.clean)

    staged = []
    for done, one in enumerate(spread(make, changes.stale, options.jobs), start=1):
        staged.append(one)
        watcher.step(Stage.MAKE, done, len(changes.stale))
    return staged


def _pages(changes: Changes, staged: Sequence[Staged], now: int) -> dict[str, PageRecord]:
    """The records of all pages after a build that began at ``now``, in nanoseconds."""
    pages = dict(changes.fresh)
    for stale, made in zip(changes.stale, staged, strict=True):
        digest, seconds = made.entry.digest, now // 10**9
        recipe = recipe_name(stale.page)
        pages[made.file] = PageRecord(recipe, stale.marks, digest, stale.reasons, seconds)
    return pages
