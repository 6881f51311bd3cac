"""The way through, top to bottom: sources → items → catalogue → plan → render → publish."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bulletin.catalogue import Catalogue, to_catalogue
from bulletin.dates import Moment
from bulletin.issue import to_issue
from bulletin.item import Item, read_item
from bulletin.outputs import plan_all
from bulletin.parallel import available_cores, spread
from bulletin.plan import Page, Plan, check_site_links, to_plan
from bulletin.present import SECTIONS, Frame
from bulletin.problem import (
    CannotStartError,
    ContentError,
    Problem,
    Severity,
    has_errors,
    problem,
)
from bulletin.publish import Published, SiteFolder, Staged
from bulletin.render import Renderer
from bulletin.settings import Settings, to_settings
from bulletin.source import Source, Sources, read_sources
from bulletin.story import Read
from bulletin.textpage import to_text_page
from bulletin.theme import Theme, read_theme
from bulletin.vocabulary import Vocabulary, to_vocabulary

# The project's own content and templates, lent to roots that lack theirs.
PROJECT = Path(__file__).resolve().parent.parent
DISTRICTS, ACTIVITIES = "content/districts.yaml", "content/activities.yaml"


class Options(Struct, frozen=True):
    """What the command line may say of a build."""

    base_url: str | None = None
    drafts: bool = False
    now: datetime | None = None  # None: the clock; naive: in the site's time zone
    jobs: int | None = None  # None: as many as there are cores
    clean: bool = False
    strict: bool = False  # every warning is an error


class Report(Struct, frozen=True):
    """What a build did."""

    items: int
    pages: int
    written: int
    removed: int
    held: tuple[Item, ...]  # soonest first
    problems: tuple[Problem, ...]  # warnings; errors raise
    seconds: float


class Stage(Enum):
    """What takes long enough to be watched."""

    READ = "read"
    MAKE = "make"


class Watcher:
    """What a build tells whoever waits for it; this one is silent."""

    def step(self, stage: Stage, done: int, total: int) -> None:
        """``done`` of ``total`` files are read, or pages made."""

    def waiting(self) -> None:
        """Another build holds site/; this one waits."""


def build(root: Path, options: Options, watcher: Watcher | None = None) -> Report:
    """Build the site of ``root``.

    Raises ``CannotStartError`` or ``ContentError`` with every Problem found; site/ is then byte
    for byte as it was.
    """
    started = time.perf_counter()
    watcher = watcher or Watcher()
    jobs = options.jobs or available_cores()
    sources = _sources(root)
    settings, settings_problems = _settings(sources, options)
    vocabulary, vocabulary_problems = _vocabulary(sources)
    read, read_problems = _read(sources, vocabulary, settings, jobs, watcher)
    now = _now(options, settings)
    catalogue, reference_problems = to_catalogue(read, vocabulary, now, options.drafts)
    theme = read_theme(root / "templates", PROJECT / "templates")
    plan, plan_problems = to_plan(plan_all(catalogue, settings, theme))
    problems = _told(
        sources,
        options.strict,
        [
            *sources.problems,
            *settings_problems,
            *vocabulary_problems,
            *read_problems,
            *reference_problems,
            *plan_problems,
            *check_site_links(catalogue, plan),
        ],
    )
    if has_errors(problems):
        raise ContentError(problems)
    renderer = Renderer(theme, _frame(catalogue, settings, theme), root)
    try:
        published = _publish(root, plan, renderer, options, jobs, watcher)
    except (CannotStartError, ContentError) as error:
        error.problems = tuple(sorted({*problems, *error.problems}))
        raise
    return Report(
        items=len(catalogue.stories),
        pages=len(plan.pages),
        written=published.written,
        removed=published.removed,
        held=() if options.drafts else catalogue.held,
        problems=problems,
        seconds=time.perf_counter() - started,
    )


def _sources(root: Path) -> Sources:
    if not (root / "content").is_dir():
        raise CannotStartError([problem("B502", "content", folder=str(root))])
    return read_sources(root)


def _settings(sources: Sources, options: Options) -> tuple[Settings, list[Problem]]:
    source = sources.text("content/site.yaml")
    if source is None:
        own = [p for p in sources.problems if p.path == "content/site.yaml"]
        raise CannotStartError(own or [problem("B501", "content/site.yaml")])
    settings, problems = to_settings(source, options.base_url)
    if settings is None:
        raise CannotStartError(sorted(set(problems)))
    return settings, problems


def _vocabulary(sources: Sources) -> tuple[Vocabulary, list[Problem]]:
    vocabulary, problems = to_vocabulary(
        _own_or_lent(sources, DISTRICTS), _own_or_lent(sources, ACTIVITIES)
    )
    if vocabulary is None:
        # Without terms every item would be at fault, and the real faults would be lost.
        raise ContentError(sorted({*problems, *sources.problems}))
    return vocabulary, problems


def _own_or_lent(sources: Sources, path: str) -> Source:
    own = sources.text(path)
    if own is not None:
        return own
    if faults := [p for p in sources.problems if p.path == path]:
        raise ContentError(faults)
    lent = PROJECT / path
    if not lent.is_file():
        raise ContentError([problem("B509", path, name=path.removeprefix("content/"))])
    return Source(path, "", lent.read_text("utf-8"))


def _read(
    sources: Sources, vocabulary: Vocabulary, settings: Settings, jobs: int, watcher: Watcher
) -> tuple[Read, list[Problem]]:
    """Items, issues and text pages; a file with an error is left out and told of."""
    news = [s for s in sources.texts if _in(s, "news", ".md", ".markdown")]
    problems: list[Problem] = []
    items: list[Item] = []
    faulty_items: list[Item] = []
    made = spread(lambda s: read_item(s, vocabulary, settings), news, jobs)
    for done, (item, found) in enumerate(made, start=1):
        watcher.step(Stage.READ, done, len(news))
        problems += found
        if item:
            (faulty_items if has_errors(found) else items).append(item)
    if not news and not any(p.path.startswith("content/news") for p in sources.problems):
        problems.append(problem("B503", "content/news"))
    issues = []
    for source in (s for s in sources.texts if _in(s, "issues", ".yaml", ".yml")):
        issue, found = to_issue(source, settings)
        problems += found
        issues.append(issue)
    pages = []
    for source in (s for s in sources.texts if _in(s, "pages", ".md", ".markdown")):
        page, found = to_text_page(source)
        problems += found
        if page:
            pages.append(page)
    faulty = frozenset(p.path for p in problems if p.severity is Severity.ERROR)
    read = Read(
        tuple(items),
        tuple(issues),
        tuple(pages),
        sources.pictures,
        sources.broken_pictures,
        faulty | {p.path for p in sources.problems if p.severity is Severity.ERROR},
        tuple(faulty_items),
    )
    return read, problems


def _in(source: Source, folder: str, *endings: str) -> bool:
    return source.path.startswith(f"content/{folder}/") and source.path.lower().endswith(endings)


def _now(options: Options, settings: Settings) -> Moment:
    now = options.now or datetime.now(settings.zone)
    return Moment(now.replace(tzinfo=settings.zone) if now.tzinfo is None else now, True)


def _frame(catalogue: Catalogue, settings: Settings, theme: Theme) -> Frame:
    return Frame(
        settings=settings,
        assets=theme.asset_paths(),
        footer=tuple((placed.page.title, placed.page.path) for placed in catalogue.pages),
        sections=tuple(s for s in SECTIONS if s != "issues" or catalogue.issues),
    )


def _told(sources: Sources, strict: bool, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems sorted, once each, with the line they point at."""
    texts = {source.path: source for source in sources.texts}

    def complete(found: Problem) -> Problem:
        source = texts.get(found.path)
        text = found.text or (source.line(found.line) if source and found.line else "")
        return replace(found, text=text, strict=strict)

    return tuple(sorted({complete(found) for found in problems}))


def _publish(  # noqa: PLR0913 - what meets at the edge
    root: Path, plan: Plan, renderer: Renderer, options: Options, jobs: int, watcher: Watcher
) -> Published:
    with SiteFolder(root, watcher.waiting) as site:

        def make(page: Page) -> Staged:
            return site.stage(page.file, renderer.render(page), always=options.clean)

        staged = []
        for done, one in enumerate(spread(make, plan.pages, jobs), start=1):
            staged.append(one)
            watcher.step(Stage.MAKE, done, len(plan.pages))
        return site.publish(staged)
